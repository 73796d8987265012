//! The shapes of what is stored: `manifest.json`, `summary.json` and the monthly series.

use crate::study::Comparison;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Format tag of [`Summary`].
pub const SUMMARY_FORMAT: &str = "deter.summary/2";
/// Format tag of [`Manifest`].
pub const MANIFEST_FORMAT: &str = "deter.manifest/2";

/// How an outcome is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Probability within the horizon: by expectation and count where the model knows the chances it draws with, else
    /// the share of runs in which it happened.
    Probability,
    /// Mean over runs of a number per run; Student's interval within its bounds, of a counted rate the exact one of a count.
    Mean,
    /// Pooled share: sum of numerators over sum of denominators, interval by run (delta method).
    Ratio,
}

/// One headline outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: String,
    pub label: String,
    pub kind: Kind,
    pub unit: String,
    /// Point estimate; absent where nothing was observed (a ratio without cases).
    pub estimate: Option<f64>,
    /// Interval at `level`; for zero events `[0, upper bound]`.
    pub interval: Option<[f64; 2]>,
    pub level: f64,
    /// `expected` for expectation and count together, `never possible` where no run gave it a chance; `wilson`; `t`, or `score` where
    /// the quantity is bounded; `gamma` or `scaled gamma` for a counted rate; `ratio`. See docs/results.md.
    pub method: String,
    /// Runs, or cases for a ratio.
    pub n: u64,
    /// Runs (or cases) in which it happened; events of a counted rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The plain count, beside an estimate that rests on more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// Quantiles over runs, by level as text (`"0.05"`, `"0.5"`, `"0.95"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<BTreeMap<String, f64>>,
    /// What the ensemble of parameters contributes; absent where the scenario has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
}

/// A share of runs, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    pub estimate: f64,
    /// Wilson's interval at the outcome's level.
    pub interval: [f64; 2],
}

impl Outcome {
    /// The upper end of the interval where nothing is known to happen at all: a bound, and no estimate.
    pub fn bound(&self) -> Option<f64> {
        let [_, high] = self.interval?;
        (self.estimate == Some(0.0) && self.count == Some(0)).then_some(high)
    }
}

/// Uncertainty about parameters, told from chance. Chance is everything else that is drawn in a run, uncertain
/// inputs outside the ensemble included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Members of the ensemble that the outcome was observed in.
    pub members: u64,
    /// Central 95 percent of the outcome's expectation over members, cleared of the noise of finitely many runs; it holds the estimate.
    /// None where it cannot be told from chance.
    pub interval: Option<[f64; 2]>,
    /// Why there is no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Share of the variance over runs (over cases for a ratio) that lies between members.
    pub share: Option<f64>,
    /// `random effects`: one-way random-effects analysis of variance.
    pub method: String,
}

/// What a scenario is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioTag {
    pub name: String,
    pub title: String,
    pub question: String,
    pub hash: String,
}

/// `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub format: String,
    pub scenario: ScenarioTag,
    pub assumptions: Vec<String>,
    pub option: Option<String>,
    #[serde(with = "seed")]
    pub seed: u64,
    pub runs: u64,
    pub months: u32,
    /// `complete`, or `partial` when the run was interrupted.
    pub state: String,
    pub note: String,
    pub outcomes: Vec<Outcome>,
}

/// One month of one series over all runs.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    pub series: String,
    pub month: u32,
    pub n: u64,
    pub mean: f64,
    pub sd: f64,
    pub min: f64,
    pub max: f64,
    /// Quantiles at [`LEVELS`].
    pub quantiles: [f64; 9],
}

/// The quantile levels of the monthly series.
pub const LEVELS: [f64; 9] = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975];

/// What a series measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesTag {
    pub id: String,
    pub label: String,
    pub unit: String,
}

/// A value of the effective scenario and the layer that set it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effective {
    pub path: String,
    pub value: String,
    pub layer: String,
}

/// A dated event of the scenario, for the charts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventTag {
    pub month: u32,
    pub note: String,
}

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// `complete` or `partial`.
    pub state: String,
    pub scenario: ScenarioTag,
    pub assumptions: Vec<String>,
    pub option: Option<String>,
    /// Calendar month of month 0, `YYYY-MM`.
    pub start: String,
    pub months: u32,
    #[serde(with = "seed")]
    pub seed: u64,
    pub seed_formula: String,
    pub runs_planned: u64,
    pub runs_finished: u64,
    pub program: String,
    pub version: String,
    pub target: String,
    /// Hash over everything that determines the numbers.
    pub plan_hash: String,
    /// Where arms are compared with this plan: hash over the plans of all arms and the outcomes that are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<String>,
    pub focal: String,
    /// Name of the challenger that the focal arrangement faces first; empty where there is none.
    #[serde(default)]
    pub challenger: String,
    pub rungs: Vec<RungTag>,
    /// Acts that events of the scenario start; outcomes do not count them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripted: Vec<ScriptedTag>,
    /// Id of the rung at which promises are compared; empty in results of programs that did not say.
    #[serde(default)]
    pub focus_rung: String,
    pub series: Vec<SeriesTag>,
    pub events: Vec<EventTag>,
    /// File name to blake3 of its bytes, of all data but this file.
    pub checksums: BTreeMap<String, String>,
    /// The same of the pictures and the page as they were written; whoever edits one makes it his own.
    #[serde(default)]
    pub pictures: BTreeMap<String, String>,
    /// How the pictures look: size, theme and scale; empty where there are none.
    #[serde(default)]
    pub style: String,
    pub effective: Vec<Effective>,
    pub argv: Vec<String>,
    /// Blake3 of all the rest of this document, see [`Manifest::seal`].
    #[serde(rename = "self", default)]
    pub own_checksum: String,
}

impl Manifest {
    /// What tells results apart: the study, or else the plan.
    pub fn identity(&self) -> &str {
        self.study.as_ref().unwrap_or(&self.plan_hash)
    }

    /// Sets the checksum of the document itself: that of its content as JSON without blanks, keys in their order, the
    /// checksum left out.
    pub fn seal(&mut self) {
        // A document of texts, numbers, lists and tables with texts as keys has a form in JSON.
        self.own_checksum = serde_json::to_value(&*self).map_or(String::new(), content_checksum);
    }

    /// Every file that the manifest names, itself included.
    pub fn listed(&self) -> BTreeSet<String> {
        let files = self.checksums.keys().chain(self.pictures.keys()).cloned();
        files.chain([super::MANIFEST.to_owned()]).collect()
    }
}

/// The checksum that a manifest should carry, see [`Manifest::seal`].
pub(super) fn content_checksum(mut manifest: serde_json::Value) -> String {
    if let Some(fields) = manifest.as_object_mut() {
        fields.shift_remove("self");
    }
    blake3::hash(manifest.to_string().as_bytes()).to_hex().to_string()
}

/// A seed in JSON: a number where every reader keeps it, a text beyond. Readers whose numbers are doubles
/// (JavaScript, R, jq) would silently make another seed of a number above 2^53.
pub mod seed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Largest number up to which a double holds every whole number.
    const EXACT: u64 = 1 << 53;

    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(seed: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        if *seed <= EXACT {
            seed.serialize(serializer)
        } else {
            seed.to_string().serialize(serializer)
        }
    }

    /// # Errors
    /// For what is neither a whole number nor a text of one.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(seed) => Ok(seed),
            Written::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }

    /// As it stands in JSON, for documents that are put together by hand.
    pub fn json(seed: u64) -> serde_json::Value {
        if seed <= EXACT {
            seed.into()
        } else {
            seed.to_string().into()
        }
    }
}

/// An act that an event of the scenario starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptedTag {
    /// Month in which it happens, or from which on it may.
    pub month: u32,
    pub rung: String,
    /// Name of the state.
    pub target: String,
}

impl Manifest {
    /// Which acts the scenario itself starts, in a sentence; none where it starts none.
    pub fn scripted_acts(&self) -> Option<String> {
        let mut acts: Vec<String> = Vec::new();
        for act in &self.scripted {
            let label = self.rungs.iter().find(|r| r.id == act.rung);
            let label = label.map_or(act.rung.clone(), |r| r.label.to_lowercase());
            let act = format!("{label} on {}", act.target);
            if !acts.contains(&act) {
                acts.push(act);
            }
        }
        let last = acts.pop()?;
        let list = if acts.is_empty() {
            last
        } else {
            format!("{} and {last}", acts.join(", "))
        };
        Some(format!("Scripted, and not counted: {list}."))
    }
}

/// A rung as the charts name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RungTag {
    pub id: String,
    pub label: String,
}

/// A result folder, read back.
#[derive(Debug, Clone)]
pub struct Stored {
    pub manifest: Manifest,
    pub summary: Summary,
    pub series: Vec<SeriesRow>,
    /// Where arms were compared; the rest are then the results of the baseline.
    pub comparison: Option<Comparison>,
    /// Months of the series that the pictures of the comparison show, by arm, the baseline first; empty where there is none.
    pub arms: Vec<ArmSeries>,
}

/// Months of some series under one arm of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmSeries {
    /// Id of the arm.
    pub arm: String,
    pub rows: Vec<SeriesRow>,
}

impl Manifest {
    /// The rung at which promises are compared; in results that do not say which, the top of the ladder.
    pub fn focus(&self) -> Option<&RungTag> {
        let named = self.rungs.iter().find(|r| r.id == self.focus_rung);
        named.or_else(|| self.rungs.last())
    }
}

impl Summary {
    /// The outcome with this id.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|o| o.id == id)
    }
}
