//! Progress with runs per second and time left, and Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::terminal::{is_watched, say};
use crate::engine::Halt;
use crate::numerals::counted;

/// Watches a simulation while `work` runs it: draws a bar where somebody looks, and turns the first
/// Ctrl-C into a request to stop. A second one ends the program at once.
pub fn watch<T>(runs: u64, work: impl FnOnce(&Halt) -> T) -> (T, bool) {
    watch_steps(runs, |halt, _| work(halt))
}

/// Where a simulation of several steps tells of each.
pub struct Board(Option<ProgressBar>);

impl Board {
    /// A line that stays, above the bar where there is one.
    pub fn line(&self, line: &str) {
        match &self.0 {
            Some(bar) => bar.suspend(|| say(line)),
            None => say(line),
        }
    }

    /// Runs that need not be computed after all.
    pub fn skip(&self, runs: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(bar.length().unwrap_or(0).saturating_sub(runs));
        }
    }
}

/// As [`watch`], for work of several steps.
#[expect(clippy::disallowed_methods, reason = "runs per second need a clock")]
pub fn watch_steps<T>(runs: u64, work: impl FnOnce(&Halt, &Board) -> T) -> (T, bool) {
    let (halt, interrupted) = catch();
    let finished = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let board = Board(is_watched().then(|| bar(runs)));
    let drawer = board.0.clone().map(|bar| {
        let (halt, finished) = (Arc::clone(&halt), Arc::clone(&finished));
        thread::spawn(move || draw(&bar, &halt, &finished))
    });
    let result = work(&halt, &board);
    finished.store(true, Ordering::SeqCst);
    if let Some(handle) = drawer {
        // A drawing thread that panicked has no result to lose.
        let _ = handle.join();
    }
    let seconds = started.elapsed().as_secs_f64();
    if halt.finished() > 0 {
        say(&format!(
            "{} in {:.1} s ({:.0} runs a second)",
            counted(halt.finished(), "run"),
            seconds,
            halt.finished() as f64 / seconds.max(1e-9)
        ));
    }
    (result, interrupted.load(Ordering::SeqCst))
}

/// As [`watch`], for work that tells of its progress itself.
pub fn interruptible<T>(work: impl FnOnce(&Halt) -> T) -> (T, bool) {
    let (halt, interrupted) = catch();
    let result = work(&halt);
    (result, interrupted.load(Ordering::SeqCst))
}

/// Turns the first Ctrl-C into a request to stop.
#[expect(clippy::disallowed_methods, reason = "a second Ctrl-C means at once")]
fn catch() -> (Arc<Halt>, Arc<AtomicBool>) {
    let halt = Arc::new(Halt::default());
    let interrupted = Arc::new(AtomicBool::new(false));
    let (asked, seen) = (Arc::clone(&halt), Arc::clone(&interrupted));
    let installed = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(super::exit::INTERRUPTED));
        }
        asked.ask();
    });
    if installed.is_err() {
        say("note: Ctrl-C will end the program without saving");
    }
    (halt, interrupted)
}

/// A bar on standard error.
fn bar(runs: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(runs), ProgressDrawTarget::stderr_with_hz(10));
    // The template is a constant; should it not parse, the plain bar does.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} runs  {rate}  {eta} left") {
        // Whole runs: decimals of a speed that drifts by a tenth say nothing.
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A bar that cannot be written to has nobody to tell.
            let _ = write!(out, "{:.0} a second", state.per_sec());
        };
        bar.set_style(style.with_key("rate", rate).progress_chars("━╸─"));
    }
    bar
}

fn draw(bar: &ProgressBar, halt: &Halt, finished: &AtomicBool) {
    while !finished.load(Ordering::SeqCst) {
        bar.set_position(halt.finished());
        thread::sleep(Duration::from_millis(100));
    }
    bar.finish_and_clear();
}
