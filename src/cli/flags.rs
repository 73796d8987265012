//! Flags that several commands share.

use std::path::PathBuf;

use clap::Args;

use super::hints::whole;
use crate::chart::Style;
use crate::job::Settings;
use crate::scenario::schema::LONGEST;

/// How often and how long a scenario is played, and by which luck.
#[derive(Debug, Clone, Default, Args)]
pub struct Length {
    /// Number of runs; of pairs of runs where arms are compared
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=1_000_000_000, "10000"), allow_negative_numbers = true)]
    pub runs: Option<u64>,
    /// Root of all random numbers
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..=i64::MAX as u64, "1"), allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Horizon in months
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=LONGEST, "60"), allow_negative_numbers = true)]
    pub months: Option<u32>,
}

impl Length {
    /// What is given, by name.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let all = [
            ("runs", self.runs),
            ("seed", self.seed),
            ("months", self.months.map(u64::from)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// As overrides of the scenario.
    pub fn sets(&self) -> impl Iterator<Item = String> {
        self.given().map(|(name, value)| format!("run.{name}={value}"))
    }
}

/// How a result is made and told; nothing here changes a number.
#[derive(Debug, Args)]
pub struct Delivery {
    /// Threads; never changes a result [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Result folder [default: below output/, named for what is played; none for stored results]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace the result of another plan
    #[arg(long)]
    pub force: bool,
    /// Write no charts
    #[arg(long)]
    pub no_charts: bool,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Say what would be played, and stop
    #[arg(long)]
    pub dry_run: bool,
}

impl Delivery {
    /// For a result in folder `out` that the command `argv` makes again.
    pub fn settings(&self, out: PathBuf, argv: Vec<String>) -> Settings {
        Settings {
            out,
            jobs: self.jobs.map(usize::from),
            force: self.force,
            charts: (!self.no_charts).then(Style::default),
            argv,
        }
    }
}
