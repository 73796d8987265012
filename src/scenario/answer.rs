//! `[answer]`: which options are compared with which, and by what they are measured, to answer the scenario's question.

use std::collections::{BTreeMap, BTreeSet};

use super::Request;
use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, show};
use super::file::{Entry, Parsed};
use super::layers::Loaded;
use super::leaf::{Leaf, Named};
use super::schema::{Kind, Known, Of, Scope};
use crate::model::inputs::Inputs;
use crate::model::month::Model;
use crate::results::metrics;

/// The scenario itself, without an option.
pub const NONE: &str = "none";
/// Outcomes of an answer: fewer leave out what a policy costs, more answer another question.
const OUTCOMES: std::ops::RangeInclusive<usize> = 3..=6;
/// Most options that are compared with the baseline.
const MOST_OPTIONS: usize = 12;
/// Fewest and most pairs of runs.
const RUNS: (u64, u64) = (100, 100_000_000);
/// Pairs of runs where the file names no number.
const USUAL_RUNS: u64 = 2_000;
/// The table of the keys.
const TABLE: &str = "answer";

/// What answers the question of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The option that the others are compared with; none for the scenario itself.
    pub baseline: Option<String>,
    /// The options, in the order of the file; none stands for the scenario itself.
    pub options: Vec<Option<String>>,
    /// Ids of outcomes, the most telling first.
    pub outcomes: Vec<String>,
    /// Pairs of runs.
    pub runs: u64,
}

/// The name of an option as an arm: the scenario itself is called `none`.
pub fn arm(name: &str) -> Option<String> {
    (name != NONE).then(|| name.to_owned())
}

/// The keys of the table.
pub(super) fn keys() -> Vec<Known> {
    let known = |key: &str, kind: Kind, doc: &'static str| Known {
        path: format!("{TABLE}.{key}"),
        kind,
        doc,
        scope: Scope::Card,
    };
    vec![
        known(
            "baseline",
            Kind::Text,
            "The option that the others are compared with; \"none\" is the scenario itself.",
        ),
        known(
            "options",
            Kind::Names(Of::Nothing),
            "The options that are compared with the baseline.",
        ),
        known(
            "outcomes",
            Kind::Names(Of::Nothing),
            "Three to six outcomes that answer the question, the most telling first.",
        ),
        known("runs", Kind::Count(RUNS.0, RUNS.1), "Pairs of runs; 2000 unless given."),
    ]
}

/// Ids of the outcomes that an arm of the answer reports.
pub(super) struct Worlds<'a> {
    card: Option<Card<'a>>,
    /// False where sets or overrides lie over the file: the answer speaks of the file as it stands.
    is_plain: bool,
    /// By option.
    reported: BTreeMap<Option<String>, BTreeSet<String>>,
}

/// What the file says.
struct Card<'a> {
    baseline: Option<&'a Named>,
    options: &'a [Named],
    outcomes: &'a [Named],
    runs: u64,
    /// Where the table begins.
    place: Place,
    /// Keys that hold a list of names.
    written: Vec<&'static str>,
}

impl<'a> Card<'a> {
    fn read(main: &'a Parsed) -> Option<Self> {
        let first = entries(main).next()?;
        let names = |key: &str| match main.head(&format!("{TABLE}.{key}")).map(|e| &e.leaf) {
            Some(Leaf::Names(names)) => names.as_slice(),
            _ => &[],
        };
        let baseline = main.head("answer.baseline").and_then(|e| match &e.leaf {
            Leaf::Text(name) => Some(name),
            _ => None,
        });
        let runs = main.head("answer.runs").and_then(|e| match e.leaf {
            Leaf::Count(runs) => Some(runs),
            _ => None,
        });
        Some(Self {
            baseline,
            options: names("options"),
            outcomes: names("outcomes"),
            runs: runs.unwrap_or(USUAL_RUNS),
            place: first.key.clone(),
            written: ["options", "outcomes"]
                .into_iter()
                .filter(|key| {
                    matches!(
                        main.head(&format!("{TABLE}.{key}")).map(|e| &e.leaf),
                        Some(Leaf::Names(_))
                    )
                })
                .collect(),
        })
    }

    fn arms(&self) -> impl Iterator<Item = &'a Named> {
        self.baseline.into_iter().chain(self.options)
    }
}

fn entries(parsed: &Parsed) -> impl Iterator<Item = &Entry> {
    parsed.card.iter().filter(|e| e.path.starts_with("answer."))
}

/// A file other than a scenario has no answer.
pub(super) fn refuse(parsed: &Parsed, report: &mut Report) {
    if let Some(entry) = entries(parsed).next() {
        let message = "an assumption set has no answer; it belongs to scenarios";
        let finding = Diagnostic::error(codes::UNKNOWN_KEY, &entry.key, message);
        report.push(finding.help("move [answer] into the scenario file"));
    }
}

impl<'a> Worlds<'a> {
    pub(super) fn new(loaded: &'a Loaded, request: &Request) -> Self {
        let settings = ["run.runs", "run.seed", "run.months"];
        let is_setting = |set: &String| settings.iter().any(|s| set.trim_start().starts_with(s));
        Self {
            card: Card::read(&loaded.main),
            is_plain: request.assume.is_empty() && request.sets.iter().all(is_setting),
            reported: BTreeMap::new(),
        }
    }

    /// Notes what the scenario with this option (or none) reports, if the answer asks for it. What is compiled with
    /// errors is no world.
    pub(super) fn offer(&mut self, option: Option<&str>, inputs: &Inputs, report: &Report) {
        let Some(card) = &self.card else { return };
        let wanted =
            card.arms().any(|a| arm(&a.name).as_deref() == option) || (card.baseline.is_none() && option.is_none());
        if !wanted || !self.is_plain || report.has_errors() {
            return;
        }
        let outcomes = Model::new(inputs).measures.outcomes;
        self.reported
            .insert(option.map(str::to_owned), outcomes.into_iter().map(|o| o.id).collect());
    }

    /// Checks the answer; everything wrong with it goes to the report.
    pub(super) fn finish(self, loaded: &Loaded, report: &mut Report) -> Option<Answer> {
        let card = self.card?;
        let has_table = |key: &str| {
            let path = format!("{TABLE}.{key}");
            loaded.main.head(&path).is_some() || loaded.main.wrong_heads.contains(&path)
        };
        for (key, help) in [
            ("options", "name the options to compare: options = [\"...\"]"),
            (
                "outcomes",
                "name three to six: outcomes = [\"war\", ...]; `deter run X --runs 2 --json` lists them",
            ),
        ] {
            if !has_table(key) {
                let message = format!("`{TABLE}` needs `{key}`");
                report.push(Diagnostic::error(codes::MISSING, &card.place, message).help(help));
            }
        }
        arms(&card, loaded, report);
        sizes(&card, report);
        for outcome in card.outcomes {
            reported(&card, outcome, &self.reported, report);
        }
        Some(Answer {
            baseline: card.baseline.and_then(|b| arm(&b.name)),
            options: card.options.iter().map(|o| arm(&o.name)).collect(),
            outcomes: card.outcomes.iter().map(|o| o.name.clone()).collect(),
            runs: card.runs,
        })
    }
}

/// Baseline and options exist, and are different.
fn arms(card: &Card<'_>, loaded: &Loaded, report: &mut Report) {
    let known: Vec<&str> = loaded.options.iter().map(|o| o.name.name.as_str()).collect();
    let is_known = |name: &Named| name.name == NONE || known.contains(&name.name.as_str());
    let mut unknown = |name: &Named, code: &'static str, what: &str| {
        let message = format!("the scenario has no option `{}`, which {what}", show(&name.name));
        let finding = Diagnostic::error(code, &name.place, message);
        let finding = finding.nearest(&name.name, known.iter().copied().chain([NONE]));
        report.push(match finding.help {
            Some(_) => finding,
            None => finding.help("name an option of this file, or \"none\" for the scenario itself"),
        });
    };
    if known.contains(&NONE) {
        for name in card.arms().filter(|a| a.name == NONE) {
            let message = "the option `none` cannot be told from the scenario itself";
            let finding = Diagnostic::error(codes::ANSWER_OPTION, &name.place, message);
            report.push(finding.help("give the option another name"));
        }
        return;
    }
    if let Some(baseline) = card.baseline.filter(|b| !is_known(b)) {
        unknown(baseline, codes::ANSWER_BASELINE, "`answer` takes as its baseline");
    }
    for option in card.options.iter().filter(|o| !is_known(o)) {
        unknown(option, codes::ANSWER_OPTION, "`answer` compares");
    }
    let baseline = card.baseline.map_or(NONE, |b| b.name.as_str());
    for option in card.options.iter().filter(|o| o.name == baseline) {
        let message = format!("`{}` is compared with itself", show(&option.name));
        let finding = Diagnostic::error(codes::ANSWER_TWICE, &option.place, message);
        report.push(finding.help("take it from `options`, or choose another baseline"));
    }
}

/// Neither too little nor too much.
fn sizes(card: &Card<'_>, report: &mut Report) {
    let is_empty = |names: &[Named], key: &str| names.is_empty() && card.written.contains(&key);
    if is_empty(card.options, "options") {
        let message = "`answer` compares nothing: `options` is empty";
        let finding = Diagnostic::error(codes::ANSWER_SIZE, &card.place, message);
        report.push(finding.help("name the options to compare: options = [\"...\"]"));
    }
    if !OUTCOMES.contains(&card.outcomes.len()) && (!card.outcomes.is_empty() || is_empty(card.outcomes, "outcomes")) {
        let message = match card.outcomes.len() {
            1 => String::from("`answer` reads one outcome, not three to six"),
            n => format!("`answer` reads {n} outcomes, not three to six"),
        };
        let place = card.outcomes.last().map_or(&card.place, |last| &last.place);
        let finding = Diagnostic::error(codes::ANSWER_SIZE, place, message);
        report.push(finding.help("keep those that a reader of the question would ask for"));
    }
    if let Some(option) = card.options.get(MOST_OPTIONS) {
        let message = format!("`answer` compares more than {MOST_OPTIONS} options");
        let finding = Diagnostic::error(codes::ANSWER_SIZE, &option.place, message);
        report.push(finding.help("`deter compare SCENARIO --options all` compares all of them"));
    }
}

/// Every arm reports the outcome.
fn reported(
    card: &Card<'_>,
    outcome: &Named,
    reported: &BTreeMap<Option<String>, BTreeSet<String>>,
    report: &mut Report,
) {
    let id = outcome.name.as_str();
    if metrics::find(id).iter().all(|m| m.form == metrics::Form::Series) {
        let message = format!("no outcome is called `{}`", show(id));
        let finding = Diagnostic::error(codes::ANSWER_OUTCOME, &outcome.place, message);
        let ids = reported.values().flatten().map(String::as_str);
        let finding = finding.nearest(id, ids);
        report.push(match finding.help {
            Some(_) => finding,
            None => finding.help("docs/results.md lists every outcome with its meaning"),
        });
        return;
    }
    let lacking: Vec<String> = card
        .baseline
        .map(|b| arm(&b.name))
        .into_iter()
        .chain(card.baseline.is_none().then_some(None))
        .chain(card.options.iter().map(|o| arm(&o.name)))
        .filter(|option| reported.get(option).is_some_and(|ids| !ids.contains(id)))
        .map(|option| option.map_or_else(|| String::from("the scenario itself"), |o| format!("`{o}`")))
        .collect();
    if lacking.is_empty() {
        return;
    }
    let message = format!("`{}` is not reported by {}", show(id), lacking.join(", "));
    let finding = Diagnostic::error(codes::ANSWER_LACKS, &outcome.place, message);
    let everywhere = reported
        .values()
        .flatten()
        .filter(|o| reported.values().all(|ids| ids.contains(*o)));
    let near: Vec<&str> = everywhere.map(String::as_str).collect();
    let near = super::diagnostics::nearest(id, near.iter().copied()).map(|n| format!("did you mean `{n}`?"));
    let help = "all arms must report it: name a state that forces can reach, a rung, or a promise of this world";
    report.push(finding.help(near.unwrap_or_else(|| help.to_owned())));
}
