//! `deter run`: a scenario becomes results and charts.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, exit, progress, table, terminal};
use crate::chart::{self, Style};
use crate::engine::Plan;
use crate::job::{self, Finished, Settings};
use crate::scenario::diagnostics::render_all;
use crate::scenario::{EnsembleCard, Request, Source, load};

/// What a scenario is run with; everything here can change a number.
#[derive(Debug, Clone, Args)]
pub struct Choice {
    /// A scenario file, or the name of a bundled scenario
    pub scenario: String,
    /// Number of runs
    #[arg(long, value_name = "N")]
    pub runs: Option<u64>,
    /// Root of all random numbers
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Horizon in months
    #[arg(long, value_name = "N")]
    pub months: Option<u32>,
    /// An option of the scenario
    #[arg(long, value_name = "NAME")]
    pub option: Option<String>,
    /// An assumption set, by name or path; may be given more than once, later ones win
    #[arg(long, value_name = "SET")]
    pub assume: Vec<String>,
    /// Override a value, for example states.USA.resolve=-2; may be given more than once
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
}

impl Choice {
    /// The request to the scenario reader.
    pub fn request(&self) -> Request {
        let mut sets = self.set.clone();
        sets.extend(self.runs.map(|n| format!("run.runs={n}")));
        sets.extend(self.seed.map(|n| format!("run.seed={n}")));
        sets.extend(self.months.map(|n| format!("run.months={n}")));
        Request {
            source: Source::resolve(&self.scenario),
            option: self.option.clone(),
            assume: self.assume.clone(),
            sets,
        }
    }

    /// The command that makes the same result again. What never changes a result is left out.
    pub fn command(&self) -> Vec<String> {
        let mut words = vec!["deter".to_owned(), "run".to_owned(), self.scenario.clone()];
        let mut flag = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([format!("--{name}"), value]);
            }
        };
        flag("runs", self.runs.map(|n| n.to_string()));
        flag("seed", self.seed.map(|n| n.to_string()));
        flag("months", self.months.map(|n| n.to_string()));
        flag("option", self.option.clone());
        for set in &self.assume {
            flag("assume", Some(set.clone()));
        }
        for set in &self.set {
            flag("set", Some(set.clone()));
        }
        words
    }

    /// Loads the scenario, tells its warnings, and prepares the plan.
    pub(super) fn plan(&self) -> Result<Plan, Failure> {
        let scenario = load(&self.request())?;
        if !scenario.warnings.is_empty() {
            terminal::say(&render_all(&scenario.warnings, terminal::colour_on_stderr()));
        }
        Ok(Plan::new(scenario))
    }
}

/// `deter run`.
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    choice: Choice,
    /// Threads; never changes a result [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Result folder [default: output/SCENARIO or output/SCENARIO-OPTION]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the result of another plan
    #[arg(long)]
    force: bool,
    /// Write no charts
    #[arg(long)]
    no_charts: bool,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
    /// Say what would be run, and stop
    #[arg(long)]
    dry_run: bool,
}

impl Run {
    pub fn run(self) -> Result<u8, Failure> {
        let plan = self.choice.plan()?;
        let s = &plan.scenario;
        let out = self.out.clone().unwrap_or_else(|| {
            let name = match &s.option {
                Some(option) => format!("{}-{option}", s.name),
                None => s.name.clone(),
            };
            PathBuf::from("output").join(name)
        });
        if self.dry_run {
            return describe(&plan, &out).map(|()| exit::DONE);
        }
        terminal::say(&format!(
            "{}: {} runs of {} months, seed {}",
            s.title, s.run.runs, s.run.months, s.run.seed
        ));
        let settings = Settings {
            out,
            jobs: self.jobs.map(usize::from),
            force: self.force,
            charts: (!self.no_charts).then(Style::default),
            argv: self.choice.command(),
        };
        let finished = execute(&plan, &settings)?;
        if self.json {
            terminal::print(&json(&finished)?)?;
        } else {
            terminal::print(&table::headline(&finished.stored, terminal::width()))?;
        }
        terminal::say(&format!("\nResults: {}", finished.folder.display()));
        Ok(if finished.complete {
            exit::DONE
        } else {
            exit::INTERRUPTED
        })
    }
}

/// Runs a plan while watching it.
pub(super) fn execute(plan: &Plan, settings: &Settings) -> Result<Finished, Failure> {
    let (result, interrupted) = progress::watch(plan.scenario.run.runs, |halt| job::run(plan, settings, halt));
    let finished = result?;
    if settings.charts.is_some()
        && let Some(warning) = chart::missing_glyphs(&finished.stored).map_err(job::JobError::from)?
    {
        terminal::say(&format!("warning: {warning}"));
    }
    if interrupted && !finished.complete {
        terminal::say(&format!(
            "interrupted: {} of {} runs are kept",
            finished.stored.summary.runs, plan.scenario.run.runs
        ));
    }
    Ok(finished)
}

/// The summary as it is stored.
fn json(finished: &Finished) -> Result<String, Failure> {
    serde_json::to_string_pretty(&finished.stored.summary)
        .map(|text| text + "\n")
        .map_err(|e| Failure::Other {
            message: format!("cannot write the summary as JSON: {e}"),
            code: exit::IO,
        })
}

/// What is drawn jointly, for a dry run.
fn ensemble(card: Option<&EnsembleCard>) -> String {
    card.map_or_else(
        || "none".to_owned(),
        |e| format!("{} members of {} figures ({})", e.members, e.paths, e.layer),
    )
}

fn describe(plan: &Plan, out: &std::path::Path) -> Result<(), Failure> {
    let s = &plan.scenario;
    let b = &s.base;
    terminal::print(&format!(
        "{}\n{}\n\n  runs          {}\n  months        {}\n  seed          {}\n  states        {}\n  arrangements  {}\n  challengers   {}\n  dyads         {}\n  events        {}\n  uncertain     {}\n  ensemble      {}\n  outcomes      {}\n  scenario      {}\n  plan          {}\n  would write   {}\n",
        s.title,
        s.question,
        s.run.runs,
        s.run.months,
        s.run.seed,
        b.states.len(),
        b.arrangements.len(),
        b.challengers.len(),
        plan.model.ground.dyads.len(),
        b.events.len(),
        s.uncertain.len(),
        ensemble(s.ensemble.as_ref()),
        plan.model.measures.outcomes.len(),
        s.hash,
        plan.hash(),
        out.display(),
    ))
}
