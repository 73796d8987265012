//! `deter compare`: two or more arms on the same luck, played now or stored.

use std::path::{Path, PathBuf};

use clap::Args;

use super::flags::{Delivery, Length};
use super::naming::default_folder;
use super::{Failure, answer, exit, terminal};
use crate::chart::Style;
use crate::results::MANIFEST;
use crate::scenario::diagnostics::show;
use crate::scenario::{Problems, Request, Source, bundled, codes};
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
    #[command(flatten)]
    length: Length,
    #[command(flatten)]
    delivery: Delivery,
}

impl Compare {
    pub fn run(self) -> Result<u8, Failure> {
        let is_result = |target: &&String| Path::new(target.as_str()).join(MANIFEST).is_file();
        let refused = self.refused(self.targets.iter().any(|t| is_result(&t)));
        if !refused.is_empty() {
            return Err(Failure::Other {
                message: refused.join("\n"),
                code: exit::USAGE,
            });
        }
        match self.targets.len() {
            1 => self.play(),
            _ => self.stored(),
        }
    }

    /// Everything on the command line that makes no sense together, with what to do instead.
    fn refused(&self, has_results: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        let shown = |target: &String| show(target);
        if self.targets.len() == 1 && !has_results {
            return wrong;
        }
        if let ([one], true) = (self.targets.as_slice(), has_results) {
            wrong.push(format!(
                "one result folder alone cannot be compared: name a second one beside {}",
                shown(one)
            ));
        }
        for target in &self.targets {
            if bundled::text(target).is_some() && !Path::new(target).is_dir() {
                wrong.push(format!(
                    "`{}` is a scenario: one scenario is compared by its --options, --vs-assume or --vs-set, and several \
                     arguments are result folders",
                    shown(target)
                ));
            }
        }
        let given = [
            ("options", !self.options.is_empty()),
            ("option", self.option.is_some()),
            ("assume", !self.assume.is_empty()),
            ("vs-assume", !self.vs_assume.is_empty()),
            ("set", !self.set.is_empty()),
            ("vs-set", !self.vs_set.is_empty()),
            ("force", self.delivery.force),
            ("dry-run", self.delivery.dry_run),
        ];
        let changed = given.into_iter().filter(|(_, is)| *is).map(|(name, _)| name);
        for name in changed.chain(self.length.given().map(|(name, _)| name)) {
            wrong.push(format!(
                "--{name} does not go with result folders, which hold what was played: {}",
                match name {
                    "force" => "a comparison of them replaces nothing of others; leave it out",
                    "dry-run" => "nothing is played; leave it out",
                    _ => "name the scenario to play other arms, or leave it out",
                }
            ));
        }
        wrong
    }

    /// The arms are played.
    fn play(self) -> Result<u8, Failure> {
        let [scenario] = self.targets.as_slice() else {
            return Ok(exit::USAGE);
        };
        let order = self.order(scenario);
        let study = prepare(&order)?;
        let out = self.delivery.out.clone().unwrap_or_else(|| {
            let ids: Vec<&str> = study.arms.iter().map(|a| a.id.as_str()).collect();
            let name = study.arms.first().map_or("", |a| a.plan.scenario.name.as_str());
            // What all arms share is named as it is in other folders, and so are the arms.
            default_folder(&format!("{name}-{}", ids.join("-vs-")), &order.request)
        });
        if self.delivery.dry_run {
            return answer::describe(&study, &out);
        }
        let settings = self.delivery.settings(out, self.command());
        let print = match self.delivery.json {
            true => answer::Print::Comparison,
            false => answer::Print::Text,
        };
        answer::play(&study, &settings, print)
    }

    fn order(&self, scenario: &str) -> Order {
        let mut sets = self.set.clone();
        sets.extend(self.length.sets());
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
            runs: self.length.runs,
        }
    }

    /// The arms are read.
    fn stored(self) -> Result<u8, Failure> {
        let folders: Vec<PathBuf> = self.targets.iter().map(PathBuf::from).collect();
        let found = match stored::compare(&folders, &self.outcomes) {
            // Of folders that cannot be read at all nothing else can be said.
            Err(Problems::Invalid(findings)) if findings.iter().all(|f| f.code == codes::BAD_RESULT) => {
                terminal::tell(&findings);
                let is_there = folders.iter().all(|folder| folder.join(MANIFEST).is_file());
                return Ok(if is_there { exit::FINDING } else { exit::IO });
            }
            found => found?,
        };
        for remark in &found.remarks {
            terminal::say(&format!("note: {remark}"));
        }
        let mut kept = None;
        if let Some(out) = self.delivery.out.clone() {
            let style = (!self.delivery.no_charts).then(Style::default);
            let (_, notices) = study::keep(&found, &out, style.as_ref())?;
            notices
                .iter()
                .for_each(|n| terminal::say(&text::name(&format!("note: {n}"))));
            kept = Some(out);
        }
        answer::print(&found.comparison, self.delivery.json)?;
        answer::tell_warnings(&found.comparison);
        if let Some(folder) = kept {
            terminal::say(&format!("\nResults: {}", text::path(&folder)));
        }
        Ok(exit::DONE)
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
        for (name, value) in self.length.given() {
            flag(name, value.to_string());
        }
        words
    }
}
