//! `deter compare`: two or more arms on the same luck, played now or stored.

use std::path::{Path, PathBuf};

use clap::Args;

use super::hints::whole;
use super::naming::default_folder;
use super::{Failure, answer, exit, terminal};
use crate::chart::Style;
use crate::job::Settings;
use crate::results::MANIFEST;
use crate::scenario::schema::LONGEST;
use crate::scenario::{Request, Source};
use crate::study::{self, Design, Order, prepare, stored};
use crate::text;

/// `deter compare`.
#[derive(Debug, Args)]
#[command(after_help = "The first option, or the first folder, is the baseline.\n\n\
    deter compare poland-drone-incursion --options answered,silence\n  \
    deter compare us-withdrawal --assume deterrence-model --vs-assume spiral-model\n  \
    deter compare status-quo --set states.USA.resolve=0 --vs-set states.USA.resolve=-2\n  \
    deter compare output/a output/b")]
pub struct Compare {
    /// A scenario (file or name), or two and more result folders
    #[arg(required = true, value_name = "SCENARIO|DIR")]
    targets: Vec<String>,
    /// Options to compare, the baseline first; `none` is the scenario itself, `all` every option
    #[arg(long, value_name = "A,B", value_delimiter = ',', conflicts_with_all = ["vs_assume", "vs_set", "option"])]
    options: Vec<String>,
    /// An option that both arms share
    #[arg(long, value_name = "NAME")]
    option: Option<String>,
    /// An assumption set for all arms; with --vs-assume, for the baseline
    #[arg(long, value_name = "SET")]
    assume: Vec<String>,
    /// Assumption sets of the other arm, in place of those of the baseline
    #[arg(long, value_name = "SET")]
    vs_assume: Vec<String>,
    /// Override a value in all arms, for example states.USA.resolve=-2
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Override a value in the other arm, after --set
    #[arg(long, value_name = "PATH=VALUE")]
    vs_set: Vec<String>,
    /// Outcomes to compare [default: those of the scenario's answer]
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    outcomes: Vec<String>,
    /// Pairs of runs
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=1_000_000_000, "10000"), allow_negative_numbers = true)]
    runs: Option<u64>,
    /// Root of all random numbers
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..=i64::MAX as u64, "1"), allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Horizon in months
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=LONGEST, "60"), allow_negative_numbers = true)]
    months: Option<u32>,
    /// Threads; never changes a result [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Result folder [default: output/SCENARIO-A-vs-B; none for stored results]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the result of another plan
    #[arg(long)]
    force: bool,
    /// Write no charts
    #[arg(long)]
    no_charts: bool,
    /// Print the comparison as JSON
    #[arg(long)]
    json: bool,
    /// Say what would be played, and stop
    #[arg(long)]
    dry_run: bool,
}

impl Compare {
    pub fn run(self) -> Result<u8, Failure> {
        let is_result = |target: &String| Path::new(target).join(MANIFEST).is_file();
        match self.targets.as_slice() {
            [one] if is_result(one) => Err(Failure::Other {
                message: format!("one result folder alone cannot be compared: name a second one beside {one}"),
                code: exit::USAGE,
            }),
            [_] => self.play(),
            _ => self.stored(),
        }
    }

    /// The arms are played.
    fn play(self) -> Result<u8, Failure> {
        let [scenario] = self.targets.as_slice() else {
            return Ok(exit::USAGE);
        };
        let order = self.order(scenario);
        let study = prepare(&order)?;
        let out = self.out.clone().unwrap_or_else(|| {
            let ids: Vec<&str> = study.arms.iter().map(|a| a.id.as_str()).collect();
            let name = study.arms.first().map_or("", |a| a.plan.scenario.name.as_str());
            // What all arms share is named as it is in other folders, and so are the arms.
            default_folder(&format!("{name}-{}", ids.join("-vs-")), &order.request)
        });
        if self.dry_run {
            return answer::describe(&study, &out);
        }
        let settings = self.settings(out);
        let print = match self.json {
            true => answer::Print::Comparison,
            false => answer::Print::Text,
        };
        answer::play(&study, &settings, print)
    }

    fn order(&self, scenario: &str) -> Order {
        let mut sets = self.set.clone();
        sets.extend(self.runs.map(|n| format!("run.runs={n}")));
        sets.extend(self.seed.map(|n| format!("run.seed={n}")));
        sets.extend(self.months.map(|n| format!("run.months={n}")));
        let is_versus = !(self.vs_assume.is_empty() && self.vs_set.is_empty());
        let has_own = !(self.assume.is_empty() && self.set.is_empty());
        let design = match (is_versus, self.options.is_empty(), self.option.is_some() && has_own) {
            (true, _, _) | (false, true, true) => Design::Versus {
                assume: self.vs_assume.clone(),
                set: self.vs_set.clone(),
            },
            (false, false, _) => Design::Options(self.options.clone()),
            (false, true, _) => match &self.option {
                Some(option) => Design::Options(vec!["none".to_owned(), option.clone()]),
                None => Design::Answer,
            },
        };
        let option = match design {
            Design::Versus { .. } => self.option.clone(),
            _ => None,
        };
        Order {
            request: Request {
                source: Source::resolve(scenario),
                option,
                assume: self.assume.clone(),
                sets,
                bundled_only: false,
            },
            design,
            outcomes: self.outcomes.clone(),
            runs: self.runs,
        }
    }

    /// The arms are read.
    fn stored(self) -> Result<u8, Failure> {
        let folders: Vec<PathBuf> = self.targets.iter().map(PathBuf::from).collect();
        let found = stored::compare(&folders, &self.outcomes)?;
        for remark in &found.remarks {
            terminal::say(&format!("note: {remark}"));
        }
        let mut kept = None;
        if let Some(out) = self.out.clone() {
            let style = (!self.no_charts).then(Style::default);
            let (_, notices) = study::keep(&found, &out, style.as_ref())?;
            notices
                .iter()
                .for_each(|n| terminal::say(&text::name(&format!("note: {n}"))));
            kept = Some(out);
        }
        answer::print(&found.comparison, self.json)?;
        answer::tell_warnings(&found.comparison);
        if let Some(folder) = kept {
            terminal::say(&format!("\nResults: {}", text::path(&folder)));
        }
        Ok(exit::DONE)
    }

    fn settings(&self, out: PathBuf) -> Settings {
        Settings {
            out,
            jobs: self.jobs.map(usize::from),
            force: self.force,
            charts: (!self.no_charts).then(Style::default),
            argv: self.command(),
        }
    }

    /// The command that makes the same comparison again.
    fn command(&self) -> Vec<String> {
        let mut words = vec!["deter".to_owned(), "compare".to_owned()];
        words.extend(self.targets.iter().cloned());
        let mut flag = |name: &str, value: String| words.extend([format!("--{name}"), value]);
        if !self.options.is_empty() {
            flag("options", self.options.join(","));
        }
        let lists = [
            ("option", self.option.as_slice()),
            ("assume", self.assume.as_slice()),
            ("vs-assume", self.vs_assume.as_slice()),
            ("set", self.set.as_slice()),
            ("vs-set", self.vs_set.as_slice()),
        ];
        for (name, values) in lists {
            values.iter().for_each(|v| flag(name, v.clone()));
        }
        if !self.outcomes.is_empty() {
            flag("outcomes", self.outcomes.join(","));
        }
        let numbers = [
            ("runs", self.runs),
            ("seed", self.seed),
            ("months", self.months.map(u64::from)),
        ];
        for (name, value) in numbers {
            value.into_iter().for_each(|n| flag(name, n.to_string()));
        }
        words
    }
}
