//! `deter run`: a scenario becomes results and charts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::flags::{Delivery, Length};
use super::naming::default_folder;
use super::{Failure, answer, exit, input, progress, table, terminal};
use crate::chart;
use crate::engine::Plan;
use crate::job::{self, Finished, Settings};
use crate::numerals::{count, counted};
use crate::results::{MANIFEST, SCENARIO, read_archive, read_manifest};
use crate::scenario::{EnsembleCard, Request, Source, bundled, load};
use crate::study::{Design, Order, prepare};
use crate::text;

/// What a scenario is run with; everything here can change a number.
#[derive(Debug, Clone, Args)]
pub struct Choice {
    /// A scenario file, the name of a bundled scenario, a result folder to run again, or - for standard input
    pub scenario: String,
    #[command(flatten)]
    pub length: Length,
    /// An option of the scenario
    #[arg(long, value_name = "NAME")]
    pub option: Option<String>,
    /// An assumption set, by name or path; may be given more than once, later ones win
    #[arg(long, value_name = "SET")]
    pub assume: Vec<String>,
    /// Override a value, for example states.USA.resolve=-2; may be given more than once
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Read no file from disk: for texts of others, which come on standard input
    #[arg(long)]
    pub bundled_only: bool,
}

impl Choice {
    /// The request to the scenario reader. A result folder stands for the scenario whose texts it keeps, with the
    /// settings it was run with; what is given besides comes on top of them.
    pub(super) fn request(&self) -> Result<Request, Failure> {
        let Some(folder) = self.stored() else {
            return self.plain();
        };
        terminal::tidy(folder)?;
        let archive = read_archive(folder)?;
        let more = self.plain()?;
        Ok(Request {
            option: more.option.or_else(|| archive.option.clone()),
            assume: archive.assume.iter().cloned().chain(more.assume).collect(),
            sets: archive.sets.iter().cloned().chain(more.sets).collect(),
            source: Source::Archive(Arc::new(archive)),
            bundled_only: false,
        })
    }

    /// The result folder that is to be run again, if one is named, by itself or by a file in it.
    fn stored(&self) -> Option<&Path> {
        if self.bundled_only || self.scenario == input::DASH {
            return None;
        }
        let named = Path::new(&self.scenario);
        if named.is_dir() {
            // A results folder may well be called like its scenario; then the bundled one is meant.
            let is_scenario = bundled::text(&self.scenario).is_some();
            return (!is_scenario).then_some(named);
        }
        let is_ours = named
            .file_name()
            .is_some_and(|name| name == MANIFEST || name == SCENARIO);
        let above = named.parent().filter(|_| is_ours && named.is_file())?;
        Some(if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        })
    }

    /// Whether nothing is given that could change a number.
    fn is_bare(&self) -> bool {
        self.length.given().next().is_none() && self.option.is_none() && self.assume.is_empty() && self.set.is_empty()
    }

    /// Where the result goes unless it is told: back into the folder that is run again as it was, or one named for
    /// the variant.
    fn folder(&self, plan: &Plan, request: &Request) -> PathBuf {
        match self.stored().filter(|_| self.is_bare()) {
            Some(folder) => folder.to_path_buf(),
            None => default_folder(&plan.scenario.name, request),
        }
    }

    /// The request, result folders aside. Reads standard input where the scenario is `-`.
    fn plain(&self) -> Result<Request, Failure> {
        let mut sets = self.set.clone();
        sets.extend(self.length.sets());
        Ok(Request {
            source: input::source(&self.scenario, self.bundled_only)?,
            option: self.option.clone(),
            assume: self.assume.clone(),
            sets,
            bundled_only: self.bundled_only,
        })
    }

    /// The command that makes the same result again. What never changes a result is left out. A folder that is run
    /// again as it was keeps the command that made it.
    pub(super) fn command(&self) -> Vec<String> {
        let before = self.stored().filter(|_| self.is_bare()).map(read_manifest);
        if let Some(Ok(manifest)) = before {
            return manifest.argv;
        }
        let mut words = vec!["deter".to_owned(), "run".to_owned(), self.scenario.clone()];
        let mut flag = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([format!("--{name}"), value]);
            }
        };
        for (name, value) in self.length.given() {
            flag(name, Some(value.to_string()));
        }
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
        let scenario = load(&self.request()?)?;
        terminal::tell(&scenario.warnings);
        Ok(Plan::new(scenario))
    }
}

/// `deter run`.
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    delivery: Delivery,
    /// Run the scenario itself, without the options that answer its question
    #[arg(long, conflicts_with = "option")]
    single: bool,
}

impl Run {
    pub fn run(self) -> Result<u8, Failure> {
        let request = self.choice.request()?;
        let plays_arms = self.choice.option.is_none() && !self.single;
        if let Some(order) = answer::again(
            self.choice.stored().filter(|_| plays_arms),
            &request,
            self.choice.length.runs,
        )? {
            let base = Request {
                option: None,
                ..request
            };
            let plan = Plan::new(load(&base)?);
            return self.arms(&order, &base, &plan);
        }
        let plan = Plan::new(load(&request)?);
        // A folder that compares nothing holds one arm, and is played again as that.
        let plays_arms = plays_arms && self.choice.stored().is_none();
        if request.option.is_none() && plays_arms && plan.scenario.answer.is_some() {
            let order = Order {
                request: request.clone(),
                design: Design::Answer,
                outcomes: Vec::new(),
                runs: self.choice.length.runs,
            };
            return self.arms(&order, &request, &plan);
        }
        let s = &plan.scenario;
        // A study tells the warnings of its arms itself.
        terminal::tell(&s.warnings);
        let out = self
            .delivery
            .out
            .clone()
            .unwrap_or_else(|| self.choice.folder(&plan, &request));
        if self.delivery.dry_run {
            return describe(&plan, &out).map(|()| exit::DONE);
        }
        terminal::say(&format!(
            "{}: {} of {}, seed {}",
            text::line(&s.title),
            counted(s.run.runs, "run"),
            counted(u64::from(s.run.months), "month"),
            s.run.seed
        ));
        let settings = self.settings(out);
        let finished = execute(&plan, &settings)?;
        let text = if self.delivery.json {
            super::pretty(&finished.stored.summary)?
        } else {
            table::headline(&finished.stored, terminal::width())
        };
        terminal::print_saved(&text, &finished.folder)?;
        terminal::say(&format!("\nResults: {}", text::path(&finished.folder)));
        Ok(if finished.complete {
            exit::DONE
        } else {
            exit::INTERRUPTED
        })
    }
}

impl Run {
    /// Plays several arms; `plan` is the scenario of `request` by itself.
    fn arms(self, order: &Order, request: &Request, plan: &Plan) -> Result<u8, Failure> {
        let out = self
            .delivery
            .out
            .clone()
            .unwrap_or_else(|| self.choice.folder(plan, request));
        let study = prepare(order)?;
        if self.delivery.dry_run {
            return answer::describe(&study, &out);
        }
        let print = if self.delivery.json {
            answer::Print::Summary
        } else {
            answer::Print::Text
        };
        answer::play(&study, &self.settings(out), print)
    }

    fn settings(&self, out: PathBuf) -> Settings {
        let mut argv = self.choice.command();
        argv.extend(self.single.then(|| String::from("--single")));
        self.delivery.settings(out, argv)
    }
}

/// Runs a plan while watching it.
pub(super) fn execute(plan: &Plan, settings: &Settings) -> Result<Finished, Failure> {
    terminal::tidy(&settings.out)?;
    let (result, interrupted) = progress::watch(plan.scenario.run.runs, |halt| job::run(plan, settings, halt));
    let finished = result?;
    if settings.charts.is_some()
        && let Some(warning) = chart::missing_glyphs(&finished.stored).map_err(job::JobError::from)?
    {
        terminal::say(&format!("warning: {warning}"));
    }
    if finished.was_there {
        terminal::say(&format!(
            "{} already holds this result: nothing was computed",
            text::path(&finished.folder)
        ));
    }
    if interrupted && !finished.complete {
        terminal::say(&format!(
            "interrupted: {} of {} kept",
            count(finished.stored.summary.runs),
            counted(plan.scenario.run.runs, "run")
        ));
    }
    finished
        .notices
        .iter()
        .for_each(|notice| terminal::say(&text::name(&format!("note: {notice}"))));
    Ok(finished)
}

/// What is drawn jointly, for a dry run.
fn ensemble(card: Option<&EnsembleCard>) -> String {
    card.map_or_else(
        || "none".to_owned(),
        |e| {
            let members = counted(e.members, "member");
            format!("{members} of {} ({})", counted(e.paths as u64, "figure"), e.layer)
        },
    )
}

fn describe(plan: &Plan, out: &std::path::Path) -> Result<(), Failure> {
    let s = &plan.scenario;
    let b = &s.base;
    terminal::print(&format!(
        "{}\n{}\n\n  runs          {}\n  months        {}\n  seed          {}\n  states        {}\n  arrangements  {}\n  challengers   {}\n  dyads         {}\n  events        {}\n  uncertain     {}\n  ensemble      {}\n  outcomes      {}\n  scenario      {}\n  plan          {}\n  would write   {}\n",
        text::line(&s.title),
        text::line(&s.question),
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
        text::path(out),
    ))
}
