//! Replications in parallel, results in order.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;

use super::plan::{Plan, Run};

/// Runs that a thread computes at a time: few, so that no thread waits long for the others at the end of a wave.
const STINT: u64 = 2;
/// Runs that are computed while the ones before are taken in: bounds the memory of a plan of any length.
const WAVE: u64 = 256;

/// Consecutive runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Number of the first run.
    pub first: u64,
    pub runs: Vec<Run>,
}

/// Takes finished runs in, in their order.
pub trait Sink: Send {
    type Error: Send;

    /// The next block.
    ///
    /// # Errors
    /// Whatever keeps the sink from taking it; the simulation then ends.
    fn take(&mut self, block: Block) -> Result<(), Self::Error>;
}

/// A way to stop from outside, and to see how far a simulation is.
#[derive(Debug, Default)]
pub struct Halt {
    asked: AtomicBool,
    finished: AtomicU64,
}

impl Halt {
    /// Asks the simulation to end after the blocks in work.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// True once an end was asked for.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Counts runs that another loop over replications has finished.
    pub(crate) fn note(&self, runs: u64) {
        self.finished.fetch_add(runs, Ordering::Relaxed);
    }

    /// Runs computed so far.
    pub fn finished(&self) -> u64 {
        self.finished.load(Ordering::Relaxed)
    }
}

/// Plays the plan's runs on the current thread pool and hands them to `sink` in order. Returns the
/// number of runs taken in, which is smaller than planned only if `halt` was asked.
///
/// # Errors
/// The first error of the sink.
pub fn simulate<S: Sink + ?Sized>(plan: &Plan, halt: &Halt, sink: &mut S) -> Result<u64, S::Error> {
    let total = plan.scenario.run.runs;
    let mut done = 0;
    let mut next = compute(plan, halt, 0..total.min(WAVE));
    let mut ahead = total.min(WAVE);
    loop {
        let stop = halt.is_asked();
        let range = if stop {
            ahead..ahead
        } else {
            ahead..total.min(ahead + WAVE)
        };
        ahead = range.end;
        // The next wave is computed while this one is taken in.
        let taking = next.runs.len() as u64;
        let take = || if taking > 0 { sink.take(next) } else { Ok(()) };
        let (computed, taken) = rayon::join(|| compute(plan, halt, range), take);
        taken?;
        done += taking;
        if computed.runs.is_empty() {
            return Ok(done);
        }
        next = computed;
    }
}

fn compute(plan: &Plan, halt: &Halt, range: Range<u64>) -> Block {
    let stints: Vec<u64> = (range.start..range.end).step_by(STINT as usize).collect();
    let computed: Vec<Option<Vec<Run>>> = stints
        .into_par_iter()
        .map(|first| {
            if halt.is_asked() {
                return None;
            }
            let runs: Vec<Run> = (first..range.end.min(first + STINT)).map(|r| plan.run(r)).collect();
            halt.finished.fetch_add(runs.len() as u64, Ordering::Relaxed);
            Some(runs)
        })
        .collect();
    // What is kept after an interruption has no gaps.
    Block {
        first: range.start,
        runs: computed.into_iter().map_while(|runs| runs).flatten().collect(),
    }
}
