//! The command line: one file a command, no logic worth testing elsewhere.
//!
//! Results go to standard output, talk and progress to standard error.

mod answer;
mod batch;
mod calibrate;
mod chart;
mod check;
mod claims;
mod compare;
mod demo;
mod explain;
mod flags;
mod grid;
mod hints;
mod input;
mod list;
mod naming;
mod new;
mod play;
mod progress;
mod report;
mod run;
mod schema;
mod sweep;
mod table;
mod terminal;
mod validate;
mod verify;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::job::JobError;
use crate::results::{ResultsError, is_guarded};
use crate::scenario::Problems;
use crate::text;

/// Exit codes, as documented in `docs/results.md`.
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// A finding: a strict check has warnings, a law does not hold, or a result is not as it was written.
    pub const FINDING: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 2;
    /// The scenario is invalid.
    pub const INVALID: u8 = 3;
    /// Files, folders or the machine.
    pub const IO: u8 = 4;
    /// The results are incomplete.
    pub const INCOMPLETE: u8 = 5;
    /// Interrupted; what was finished is saved.
    pub const INTERRUPTED: u8 = 130;
}

/// Scenario simulation of alliance deterrence credibility.
#[derive(Debug, Parser)]
#[command(name = "deter", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Start with `deter demo`. Output is what follows under stated assumptions, never a forecast.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The first minute: run a bundled scenario and show what it says
    Demo(demo::Demo),
    /// List bundled scenarios, worlds, assumption sets and source cards
    List(list::List),
    /// Run a scenario and write results and charts
    Run(run::Run),
    /// Compare options, assumptions or stored results on the same luck
    Compare(compare::Compare),
    /// Play many scenarios, options and assumption sets as one plan
    Batch(batch::Command),
    /// Let one path of the model vary, or two, and say where an outcome doubles
    Sweep(sweep::Command),
    /// Put the claims of the source articles to the test
    Claims(claims::Claims),
    /// Put the model to the test: laws, targets, out of sample, selection, cease-fires, failure modes
    Validate(validate::Validate),
    /// Fit an ensemble of parameters to dispute data and write it as an assumption set
    Calibrate(calibrate::Calibrate),
    /// Decide for one state, against the engine
    Play(play::Play),
    /// Diagnose scenario files without running them
    Check(check::Check),
    /// Write a commented scenario to start from
    New(new::New),
    /// Explain a scenario, an error code, an outcome or a figure in plain English
    Explain(explain::Explain),
    /// Print the JSON Schema of scenario or study files, for editors and linters
    Schema(schema::Schema),
    /// Write a self-contained page for result folders, without running anything
    Report(report::Report),
    /// Redraw the charts of a result folder, without running anything
    Chart(chart::Chart),
    /// Compare result folders with what was written: checksums, and manifest with summary
    Verify(verify::Verify),
}

/// Why a command ends without its result.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Problems(#[from] Problems),
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Results(#[from] ResultsError),
    #[error("{message}")]
    Other { message: String, code: u8 },
    /// The reader of standard output has gone.
    #[error("standard output was closed")]
    Closed,
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Failure::Problems(p) => p.exit_code(),
            Failure::Job(JobError::Nothing) => exit::INTERRUPTED,
            Failure::Job(JobError::Results(e)) | Failure::Results(e) if e.is_damage() => exit::FINDING,
            Failure::Job(_) | Failure::Results(_) => exit::IO,
            Failure::Other { code, .. } => *code,
            Failure::Closed => exit::DONE,
        }
    }

    fn tell(&self) {
        match self {
            Failure::Closed => {}
            Failure::Problems(Problems::Invalid(findings)) => terminal::tell(findings),
            // Further lines are indented, so that no name of a file can pass for a second message.
            other => terminal::say(&format!("error: {other}").replace('\n', "\n  ")),
        }
    }
}

/// A value as JSON for people and programs, ending in a line break. A terminal that it is printed on obeys nothing in it.
fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|written| text::json(&written).into_owned() + "\n")
        .map_err(|e| Failure::Other {
            message: format!("cannot write JSON: {e}"),
            code: exit::IO,
        })
}

/// Makes errors of what would otherwise end the program without a word: the limit of the size of files, and panics of
/// a library that gets no memory.
fn mind_the_machine() {
    #[cfg(unix)]
    {
        // With the signal caught, a write beyond the limit fails like one on a full disk. Should it not be to be had,
        // the program ends at the limit as before.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_guarded() {
            tell(panic);
        }
    }));
}

/// Runs the program on its command line.
pub fn main() -> ExitCode {
    mind_the_machine();
    let arguments = match hints::parse::<Arguments>() {
        Ok(arguments) => arguments,
        Err(code) => return ExitCode::from(code),
    };
    let outcome = match arguments.command {
        Command::Demo(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Run(command) => command.run(),
        Command::Compare(command) => command.run(),
        Command::Batch(command) => command.run(),
        Command::Sweep(command) => command.run(),
        Command::Claims(command) => command.run(),
        Command::Validate(command) => command.run(),
        Command::Calibrate(command) => command.run(),
        Command::Play(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::New(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Chart(command) => command.run(),
        Command::Verify(command) => command.run(),
    };
    ExitCode::from(outcome.unwrap_or_else(|failure| {
        failure.tell();
        failure.code()
    }))
}
