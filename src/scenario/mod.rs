//! Turns layers of TOML into a checked [`Scenario`], or into all of its errors at once.
//!
//! ```text
//! bundled / disk ──► file (text → flat paths) ──► layers (later wins) ──► compile (names → indices) ──► check
//! ```

pub mod answer;
pub mod archive;
pub mod bundled;
pub mod check;
pub mod codes;
pub mod compile;
mod compile_events;
pub mod diagnostics;
pub mod distribution;
pub mod effective;
pub mod ensemble;
pub mod event;
pub mod event_keys;
mod event_read;
pub mod examples;
pub mod file;
pub mod hints;
pub mod inspect;
pub mod json_schema;
pub mod layers;
pub mod leaf;
mod leaf_figure;
pub mod merged;
mod outline;
mod outside;
mod pledges;
pub mod schema;
mod sense;
pub mod special;
pub(crate) mod syntax;
pub mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::Rng;

use crate::model::inputs::{Inputs, Slot};
use crate::results::format::Effective;
use archive::Archive;
use compile::{Compiled, compile};
use diagnostics::{Diagnostic, Report, show};
use distribution::Distribution;
use ensemble::Turns;
use file::RawOption;
use layers::{Loaded, option_layer};
use merged::Merged;

/// Most options of a scenario; each one is compiled and checked whenever the scenario is loaded.
const MOST_OPTIONS: usize = 100;

/// What to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub source: Source,
    /// Name of an option of the scenario.
    pub option: Option<String>,
    /// Assumption sets, by path or name; later ones win.
    pub assume: Vec<String>,
    /// Overrides `path=value`, the value in TOML syntax; single words need no quotes.
    pub sets: Vec<String>,
    /// Open no file and look for none: `extends` and `assume` name bundled files, and the scenario is bundled or a text. For
    /// servers that check what others wrote.
    pub bundled_only: bool,
}

impl Request {
    /// A scenario as it stands.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            option: None,
            assume: Vec::new(),
            sets: Vec::new(),
            bundled_only: false,
        }
    }
}

/// Where a scenario comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Path(PathBuf),
    Bundled(String),
    /// The texts that a result keeps.
    Archive(Arc<Archive>),
    /// A text in memory, as `name`; it extends bundled files only.
    Text {
        name: String,
        text: String,
    },
    /// A text that came on standard input; it extends files as one in the working folder would.
    Stdin(String),
}

/// What messages and results call a scenario that came on standard input.
pub const STDIN: &str = "stdin";

impl Source {
    /// A command-line word: an existing file or anything called `*.toml` is a path, the rest a bundled name.
    pub fn resolve(text: &str) -> Self {
        let path = Path::new(text);
        let is_toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        // A results folder may well be called like its scenario; then the bundled one is meant.
        if is_toml || path.is_file() || (path.exists() && bundled::text(text).is_none()) {
            Self::Path(path.to_path_buf())
        } else {
            Self::Bundled(text.to_owned())
        }
    }
}

/// Why a scenario was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum Problems {
    /// The scenario has errors; all of them, and its warnings.
    #[error("the scenario is invalid: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Invalid(Vec<Diagnostic>),
    /// The scenario file could not be read.
    #[error("cannot read {}: {source}", crate::text::path(path))]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl Problems {
    /// Exit code of a command that ends with it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Problems::Invalid(_) => 3,
            Problems::Io { .. } => 4,
        }
    }
}

/// How a scenario is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSettings {
    /// Horizon, 1 to 600.
    pub months: u32,
    /// Number of runs, at least 1.
    pub runs: u64,
    /// Root of all random numbers.
    pub seed: u64,
    /// Calendar year and month (1 to 12) of month 0.
    pub start: (i32, u32),
}

/// A number that is drawn anew in each run.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertain {
    /// Canonical path.
    pub path: String,
    pub slot: Slot,
    /// Its distribution by itself; for a figure of an ensemble, the values of all members.
    pub distribution: Distribution,
    /// Admissible range of the figure; draws beyond it are set to the bound.
    pub range: (f64, f64),
    /// For a figure of an ensemble: its value by member. It is then drawn together with the others.
    pub column: Option<Arc<[f64]>>,
}

impl Uncertain {
    /// The path whose stream it is drawn from: its own. A pledge shares the luck of what its state could send according to
    /// the world file: both speak about one army.
    pub fn stream(&self) -> Cow<'_, str> {
        match self.path.strip_suffix(".pledge") {
            Some(state) => Cow::Owned(format!("{state}.deployable")),
            None => Cow::Borrowed(&self.path),
        }
    }

    /// The value at a quantile in (0, 1), taken by itself: what an ensemble says of several figures together is not in it.
    pub fn quantile(&self, u: f64) -> f64 {
        self.distribution.quantile(u).clamp(self.range.0, self.range.1)
    }
}

/// Joint draws of several figures, one of which each replication uses ([`Turns`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnsembleCard {
    pub members: u64,
    /// Figures that are drawn from it.
    pub paths: usize,
    /// Hex hash of paths and values.
    pub hash: String,
    /// Label of the layer that brought it.
    pub layer: String,
}

/// An option as it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionCard {
    pub name: String,
    /// Its label, or its name.
    pub label: String,
    pub note: String,
}

/// A checked scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// File stem.
    pub name: String,
    pub label: Option<String>,
    pub title: String,
    pub question: String,
    pub brief: String,
    /// Cards of source articles.
    pub sources: Vec<String>,
    /// The option in force.
    pub option: Option<String>,
    /// The assumption sets in force, as requested.
    pub assumptions: Vec<String>,
    pub run: RunSettings,
    /// Central values in the place of distributions.
    pub base: Inputs,
    /// By path.
    pub uncertain: Vec<Uncertain>,
    /// The ensemble from which some of them are drawn together.
    pub ensemble: Option<EnsembleCard>,
    pub effective: Vec<Effective>,
    /// All options that the scenario offers.
    pub options: Vec<OptionCard>,
    /// What answers its question, if the file says so.
    pub answer: Option<answer::Answer>,
    pub warnings: Vec<Diagnostic>,
    /// The texts it was read from.
    pub archive: Arc<Archive>,
    /// Hex hash of the effective scenario; number of runs, seed, layers and texts of the head left out.
    pub hash: String,
}

impl Scenario {
    /// Draws the uncertain numbers of a replication: those of the ensemble from its member, every other one from its
    /// own stream, so that one more of them changes no other. `stream` gives the stream of a path. Returns the inputs and the values in the order of [`Scenario::uncertain`].
    pub fn draw<R: Rng>(&self, replication: u64, stream: impl FnMut(&str) -> R) -> (Inputs, Vec<f64>) {
        let mut inputs = self.base.clone();
        let mut values = Vec::with_capacity(self.uncertain.len());
        self.draw_into(&mut inputs, replication, stream, &mut values);
        (inputs, values)
    }

    /// As [`Self::draw`], into inputs that were cloned from [`Scenario::base`] before: drawing again and again
    /// then costs no copy of the world.
    pub fn draw_into<R: Rng>(
        &self,
        inputs: &mut Inputs,
        replication: u64,
        mut stream: impl FnMut(&str) -> R,
        values: &mut Vec<f64>,
    ) {
        values.clear();
        let member = self.turns().map_or(0, |turns| turns.member(replication)) as usize;
        for uncertain in &self.uncertain {
            let joint = uncertain.column.as_ref().and_then(|column| column.get(member));
            let value = match joint {
                Some(value) => *value,
                None => uncertain.distribution.sample(&mut stream(&uncertain.stream())),
            };
            let value = value.clamp(uncertain.range.0, uncertain.range.1);
            values.push(value);
            if let Some(place) = inputs.place(uncertain.slot) {
                *place = value;
            }
        }
    }

    /// Which member of the ensemble a replication uses, where there is one.
    pub fn turns(&self) -> Option<Turns> {
        self.ensemble.as_ref().map(|e| Turns::new(e.members, self.run.seed))
    }

    /// The inputs at given quantiles in (0, 1) of the uncertain numbers, in their order; for designs
    /// of sensitivity analysis. Missing quantiles leave the central value.
    pub fn at_quantiles(&self, quantiles: &[f64]) -> (Inputs, Vec<f64>) {
        let value = |(i, u): (usize, &Uncertain)| match quantiles.get(i) {
            Some(q) => u.quantile(*q),
            None => u.distribution.central().clamp(u.range.0, u.range.1),
        };
        let values: Vec<f64> = self.uncertain.iter().enumerate().map(value).collect();
        let mut inputs = self.base.clone();
        for (uncertain, value) in self.uncertain.iter().zip(&values) {
            if let Some(place) = inputs.place(uncertain.slot) {
                *place = *value;
            }
        }
        (inputs, values)
    }
}

/// Loads a scenario with its layers and checks it, including options that were not asked for.
///
/// # Errors
/// [`Problems::Io`] if the scenario file cannot be read; [`Problems::Invalid`] with everything that is wrong.
pub fn load(request: &Request) -> Result<Scenario, Problems> {
    let mut report = Report::default();
    let loaded = layers::read(request, &mut report)?;
    finish(request, loaded, report)
}

/// Checks and compiles what was read.
fn finish(request: &Request, loaded: Loaded, mut report: Report) -> Result<Scenario, Problems> {
    let (title, question) = headline(&loaded, &mut report);
    unique_options(&loaded, &mut report);
    let chosen = request
        .option
        .as_ref()
        .and_then(|name| layers::option(&loaded, name, &mut report));
    // Names that a missing file would declare seem unknown, and a circle of files may never reach the world.
    if loaded.is_incomplete || loaded.is_circular && !has_states(&loaded) {
        return Err(Problems::Invalid(report.finish()));
    }
    let plain = build(&loaded, None, chosen.is_none(), &mut report);
    let start = plain.1.run.start;
    report.refine(hints::MONTHS, |text| hints::months_from(start, text));
    sense::text_rules(&request.source, &loaded, &plain.0, &plain.1.run, &mut report);
    let mut worlds = answer::Worlds::new(&loaded, request);
    worlds.offer(None, &plain.1.inputs, &report);
    for option in loaded.options.iter().take(MOST_OPTIONS) {
        let before = report.errors();
        let is_chosen = chosen.is_some_and(|c| std::ptr::eq(c, option));
        let (_, compiled) = build(&loaded, Some(option), is_chosen, &mut report);
        worlds.offer(Some(&option.name.name), &compiled.inputs, &report);
        let is_sound = report.errors() == before && !option.flat.is_flawed && !report.is_full();
        if compiled == plain.1 && is_sound {
            let message = format!("option `{}` changes nothing", show(&option.name.name));
            let finding = Diagnostic::warning(codes::IDLE_OPTION, &option.name.place, message);
            report.push(finding.help("a comparison with it shows zero by construction"));
        }
    }
    let answer = worlds.finish(&loaded, &mut report);
    let (merged, compiled) = match chosen {
        Some(option) => build(&loaded, Some(option), true, &mut report),
        None => plain,
    };

    if let Some(card) = &compiled.ensemble {
        ensemble::few_runs(&merged, card.members, compiled.run.runs, &mut report);
    }
    let failed = report.has_errors();
    let findings = report.finish();
    if failed {
        return Err(Problems::Invalid(findings));
    }
    let effective = effective::effective(&merged, &compiled);
    let names = |key: &str| loaded.main.head_names(key).into_iter().map(|n| n.name).collect();
    Ok(Scenario {
        label: loaded.main.head_text("label"),
        title,
        question,
        brief: loaded.main.head_text("brief").unwrap_or_default(),
        sources: names("sources"),
        option: request.option.clone(),
        assumptions: request.assume.clone(),
        run: compiled.run,
        base: compiled.inputs,
        uncertain: compiled.uncertain,
        ensemble: compiled.ensemble,
        hash: effective::hash(&effective),
        effective,
        options: loaded.options.iter().map(card).collect(),
        answer,
        warnings: findings,
        archive: Arc::new(loaded.archive),
        name: loaded.name,
    })
}

/// An option as it is offered.
fn card(option: &RawOption) -> OptionCard {
    OptionCard {
        name: option.name.name.clone(),
        label: option.label.clone().unwrap_or_else(|| option.name.name.clone()),
        note: option.note.clone(),
    }
}

/// True if some layer declares a state.
fn has_states(loaded: &Loaded) -> bool {
    let mut entries = loaded.layers.iter().flat_map(|layer| &layer.flat.entries);
    entries.any(|entry| entry.path.starts_with("states."))
}

/// Merges, compiles and checks the layers with an option or none. What only concerns the runs that were asked for is
/// told where `is_asked_for`.
fn build(loaded: &Loaded, option: Option<&RawOption>, is_asked_for: bool, report: &mut Report) -> (Merged, Compiled) {
    let option = option.map(option_layer);
    let merged = Merged::new(loaded.layers.iter().chain(&option).chain(&loaded.sets));
    let compiled = compile(&merged, &loaded.main.top(), report);
    check::rules(&merged, &compiled.inputs, &compiled.doubts, is_asked_for, report);
    sense::rules(&merged, &compiled.inputs, &compiled.doubts, report);
    (merged, compiled)
}

/// Title and question, or findings. A text that is no TOML is not blamed for missing keys as well.
fn headline(loaded: &Loaded, report: &mut Report) -> (String, String) {
    let title = need(loaded, "title", "a headline of a few words: title = \"...\"", report);
    let question = need(
        loaded,
        "question",
        "the question that the runs answer: question = \"...\"",
        report,
    );
    (title, question)
}

/// A text or names at the head of a file, or a finding.
fn need(loaded: &Loaded, key: &str, help: &str, report: &mut Report) -> String {
    let main = &loaded.main;
    let names = || {
        let names: Vec<String> = main.head_names(key).into_iter().map(|n| n.name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let text = main.head_text(key).or_else(names).filter(|t| !t.trim().is_empty());
    let is_blamed = main.is_broken || main.wrong_heads.iter().any(|k| k == key);
    if text.is_none() && !is_blamed {
        let place = main.head(key).map_or_else(|| main.top(), |e| e.value.clone());
        let finding = Diagnostic::error(codes::MISSING, &place, format!("the scenario has no `{key}`"));
        report.push(finding.help(help.to_owned()));
    }
    text.unwrap_or_default()
}

/// There are not too many options, and their names differ.
fn unique_options(loaded: &Loaded, report: &mut Report) {
    if let Some(option) = loaded.options.get(MOST_OPTIONS) {
        let message = format!("a scenario has at most {MOST_OPTIONS} options");
        report.push(Diagnostic::error(codes::TOO_BIG, &option.name.place, message));
    }
    let mut seen: BTreeMap<String, &RawOption> = BTreeMap::new();
    for option in loaded.options.iter().filter(|option| option.is_named) {
        let name = option.name.name.as_str();
        let Some(first) = seen.get(&name.to_lowercase()) else {
            seen.insert(name.to_lowercase(), option);
            continue;
        };
        let message = if first.name.name == name {
            format!("there are two options called `{}`", show(name))
        } else {
            format!(
                "the options `{}` and `{}` differ in capitals only",
                show(&first.name.name),
                show(name)
            )
        };
        let place = &first.name.place;
        let help = format!(
            "option names pick result folders and must differ; the first is in line {} of {}",
            place.line(),
            show(&place.source.name)
        );
        report.push(Diagnostic::error(codes::DUPLICATE_OPTION, &option.name.place, message).help(help));
    }
}
