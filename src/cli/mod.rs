//! The command line: one file a command, no logic worth testing elsewhere.
//!
//! Results go to standard output, talk and progress to standard error.

mod calibrate;
mod chart;
mod check;
mod demo;
mod explain;
mod grid;
mod list;
mod new;
mod play;
mod progress;
mod report;
mod run;
mod schema;
mod table;
mod terminal;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::job::JobError;
use crate::results::ResultsError;
use crate::scenario::Problems;
use crate::scenario::diagnostics::render_all;

/// Exit codes, as documented in `docs/results.md`.
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// A finding: a strict check has warnings, or a law does not hold.
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
    /// Put the model to the test: laws, targets, out of sample, selection, failure modes
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
    /// Print the JSON Schema of scenario files, for editors and linters
    Schema(schema::Schema),
    /// Write a self-contained page for result folders, without running anything
    Report(report::Report),
    /// Redraw the charts of a result folder, without running anything
    Chart(chart::Chart),
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
            Failure::Job(_) | Failure::Results(_) => exit::IO,
            Failure::Other { code, .. } => *code,
            Failure::Closed => exit::DONE,
        }
    }

    fn tell(&self) {
        match self {
            Failure::Closed => {}
            Failure::Problems(Problems::Invalid(findings)) => {
                terminal::say(&render_all(findings, terminal::colour_on_stderr()));
            }
            other => terminal::say(&format!("error: {other}")),
        }
    }
}

/// A value as JSON for people and programs, ending in a line break.
fn pretty(value: &serde_json::Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|e| Failure::Other {
            message: format!("cannot write JSON: {e}"),
            code: exit::IO,
        })
}

/// Runs the program on its command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Demo(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Run(command) => command.run(),
        Command::Validate(command) => command.run(),
        Command::Calibrate(command) => command.run(),
        Command::Play(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::New(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Chart(command) => command.run(),
    };
    ExitCode::from(outcome.unwrap_or_else(|failure| {
        failure.tell();
        failure.code()
    }))
}
