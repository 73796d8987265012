//! `deter validate`: how the model fares against what theory and data say it must do.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, exit, terminal};
use crate::chart::{self, ChartError, Style};
use crate::evidence::{
    EvidenceError, LAWS, Validation, Verdict, compare_targets, failure, holdout, judgement, run, selection, truces,
};
use crate::job::JobError;
use crate::results::{try_whole, write_beside_others};

/// A part of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Sanity laws, paired experiments
    Laws,
    /// Calibration targets T01 to T57, hindcast 1992-2014
    Targets,
    /// Out of sample, 2015-2025
    Holdout,
    /// Promises that are tested against promises
    Selection,
    /// Cease-fires, and who keeps them
    Truces,
    /// The frozen world, and everyone burns
    Failure,
}

/// What was found, as JSON.
const RESULTS: &str = "validation.json";

/// `deter validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// Numbers of the laws to test, and nothing else [default: everything]
    #[arg(value_name = "LAW", value_parser = clap::value_parser!(u8).range(1..=16), conflicts_with = "only")]
    laws: Vec<u8>,
    /// Parts to test [default: all]
    #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Runs, or pairs of runs, behind each number
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(2..=10_000_000))]
    runs: u64,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Folder for the results as JSON and the chart of model against targets
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Validate {
    fn asks_for(&self, part: Part) -> bool {
        if self.laws.is_empty() {
            self.only.is_empty() || self.only.contains(&part)
        } else {
            part == Part::Laws
        }
    }

    fn verdicts(&self) -> Result<Vec<Verdict>, Failure> {
        let mut verdicts = Vec::new();
        let wanted = |n: u8| self.laws.is_empty() || self.laws.contains(&n);
        for law in LAWS.iter().filter(|law| wanted(law.number)) {
            let verdict = run(law.number, self.runs).map_err(|e| broken(&format!("law {}", law.number), &e))?;
            terminal::say(&format!(
                "law {}: {}",
                law.number,
                judgement(verdict.holds, verdict.fails)
            ));
            verdicts.push(verdict);
        }
        Ok(verdicts)
    }

    fn part<T>(
        &self,
        part: Part,
        name: &str,
        test: impl FnOnce(u64) -> Result<T, EvidenceError>,
    ) -> Result<Option<T>, Failure> {
        if !self.asks_for(part) {
            return Ok(None);
        }
        terminal::say(&format!("{name} …"));
        test(self.runs).map(Some).map_err(|e| broken(name, &e))
    }

    pub fn run(self) -> Result<u8, Failure> {
        if let Some(dir) = &self.out {
            // What stands in the way is found before minutes of work.
            let stuck = |path: &Path, cause| Failure::Other {
                message: format!("cannot write {}: {cause}", crate::text::path(path)),
                code: exit::IO,
            };
            std::fs::create_dir_all(dir).map_err(|e| stuck(dir, e))?;
            let path = dir.join(RESULTS);
            try_whole(&path).map_err(|e| stuck(&path, e))?;
        }
        let validation = Validation {
            laws: if self.asks_for(Part::Laws) {
                Some(self.verdicts()?)
            } else {
                None
            },
            targets: self.part(Part::Targets, "targets", compare_targets)?,
            holdout: self.part(Part::Holdout, "out of sample", holdout)?,
            selection: self.part(Part::Selection, "selection", selection)?,
            truces: self.part(Part::Truces, "cease-fires", truces)?,
            failure: self.part(Part::Failure, "failure modes", failure)?,
        };
        if let Some(dir) = &self.out {
            for path in store(&validation, dir)? {
                terminal::say(&crate::text::path(&path));
            }
        }
        terminal::print(&if self.json {
            validation.json() + "\n"
        } else {
            validation.table()
        })?;
        if !validation.holds() && !validation.fails() {
            terminal::say(&format!(
                "{} runs are too few to tell whether everything holds: see the rows with \"?\", and raise --runs",
                self.runs
            ));
        }
        Ok(if validation.fails() { exit::FINDING } else { exit::DONE })
    }
}

/// Writes `validation.json` and, if targets were compared, the chart with its data. Returns what was written. Files of
/// others in the folder stay.
fn store(validation: &Validation, dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |e: ChartError| Failure::Job(JobError::from(e));
    let picture = match &validation.targets {
        Some(targets) => chart::targets::draw(&targets.board(), &Style::default()).map_err(failed)?,
        None => None,
    };
    let mut files = vec![(RESULTS.to_owned(), (validation.json() + "\n").into_bytes())];
    if let Some(picture) = &picture {
        files.extend(picture.files().map(|(name, bytes)| (name, bytes.to_vec())));
    }
    let (written, notices) = write_beside_others(dir, &files)?;
    notices
        .iter()
        .for_each(|notice| terminal::say(&format!("note: {notice}")));
    Ok(written)
}

fn broken(what: &str, e: &EvidenceError) -> Failure {
    Failure::Other {
        message: format!("{what}: {e}"),
        code: exit::IO,
    }
}
