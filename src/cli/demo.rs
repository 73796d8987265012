//! `deter demo`: the first minute.

use std::path::PathBuf;

use clap::Args;

use super::flags::Length;
use super::run::{Choice, execute};
use super::{Failure, exit, table, terminal};
use crate::chart::{Style, terminal_fan};
use crate::job::Settings;

/// Scenario, and number of runs that take a few seconds.
const SCENARIO: &str = "poland-drone-incursion";
const RUNS: u64 = 1000;

/// `deter demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Result folder
    #[arg(long, value_name = "DIR", default_value = "output/demo")]
    out: PathBuf,
    /// Replace the result of another plan
    #[arg(long)]
    force: bool,
}

impl Demo {
    pub fn run(self) -> Result<u8, Failure> {
        let choice = Choice {
            scenario: SCENARIO.to_owned(),
            length: Length {
                runs: Some(RUNS),
                ..Length::default()
            },
            option: None,
            assume: Vec::new(),
            set: Vec::new(),
            bundled_only: false,
        };
        let plan = choice.plan()?;
        terminal::say(&format!("{}\n{}\n", plan.scenario.title, plan.scenario.question));
        let settings = Settings {
            out: self.out,
            jobs: None,
            force: self.force,
            charts: Some(Style::default()),
            argv: choice.command(),
        };
        let finished = execute(&plan, &settings)?;
        let text = terminal_fan(&finished.stored, terminal::width().min(80))
            + &table::headline(&finished.stored, terminal::width());
        terminal::print_saved(&text, &finished.folder)?;
        terminal::say(&format!(
            "\nResults and charts: {}\n\nTry next:\n  deter run {SCENARIO} --option silence\n  deter run {SCENARIO} --set states.USA.resolve=-2\n  deter list",
            crate::text::path(&finished.folder)
        ));
        Ok(if finished.complete {
            exit::DONE
        } else {
            exit::INTERRUPTED
        })
    }
}
