//! `comparison.json`: the shape in which contrasts are stored and printed.

use serde::{Deserialize, Serialize};

use super::members::Spread;
use super::pairs::{Contrast, Verdict};
use crate::results::format::{EventTag, Kind, Outcome, Parameters, seed};

/// Format tag of [`Comparison`].
pub const COMPARISON_FORMAT: &str = "deter.comparison/1";

/// Arms side by side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub format: String,
    pub question: String,
    /// One to three sentences, computed from the contrasts.
    pub answer: Vec<String>,
    #[serde(with = "seed")]
    pub seed: u64,
    /// Pairs of runs, which are fewer than planned only after an interruption.
    pub runs: u64,
    pub months: u32,
    /// Id of the arm that the others are compared with.
    pub baseline: String,
    /// The baseline first.
    pub arms: Vec<ArmCard>,
    pub outcomes: Vec<Compared>,
    /// The last month of the series that the pictures show, under the id of the series. Only where the arms were played
    /// together: stored runs keep no months.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Compared>,
}

/// An arm as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArmCard {
    pub id: String,
    pub label: String,
    pub scenario: String,
    pub option: Option<String>,
    pub assumptions: Vec<String>,
    /// Overrides `path=value`.
    pub set: Vec<String>,
    /// Hash of everything that determines its numbers.
    pub plan: String,
    /// Its dated events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventTag>,
}

/// One outcome under all arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    pub id: String,
    pub label: String,
    pub unit: String,
    pub kind: Kind,
    /// Levels, the baseline first.
    pub arms: Vec<Level>,
    /// Every other arm against the baseline. Each interval holds by itself at 95 percent; together they hold less often.
    pub contrasts: Vec<Difference>,
}

/// An outcome under one arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    pub id: String,
    pub estimate: Option<f64>,
    pub interval: Option<[f64; 2]>,
    pub method: String,
}

/// An arm against the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub arm: String,
    pub difference: Option<f64>,
    pub interval: Option<[f64; 2]>,
    pub ratio: Option<f64>,
    pub ratio_interval: Option<[f64; 2]>,
    pub correlation: Option<f64>,
    /// Pairs of runs in which the outcome differs at all.
    pub changed: u64,
    pub only_baseline: u64,
    pub only_arm: u64,
    /// The earliest month in which the two arms part; none where they never do, or where it was not recorded.
    pub first_month: Option<u32>,
    pub verdict: Verdict,
    /// What the ensemble of parameters contributes to the difference; absent where the scenario has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    /// The same of the ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio_parameters: Option<Parameters>,
}

impl Difference {
    /// With what the ensemble contributes.
    pub fn with(mut self, spread: Option<Spread>) -> Self {
        if let Some(Spread { difference, ratio }) = spread {
            self.parameters = Some(difference);
            self.ratio_parameters = ratio;
        }
        self
    }

    /// A contrast under the name of its arm.
    pub fn new(arm: &str, contrast: &Contrast, first_month: Option<u32>) -> Self {
        Self {
            arm: arm.to_owned(),
            difference: contrast.difference,
            interval: contrast.interval,
            ratio: contrast.ratio,
            ratio_interval: contrast.ratio_interval,
            correlation: contrast.correlation,
            changed: contrast.changed,
            only_baseline: contrast.only_baseline,
            only_arm: contrast.only_arm,
            first_month,
            verdict: contrast.verdict,
            parameters: None,
            ratio_parameters: None,
        }
    }
}

impl Level {
    /// An outcome of an arm.
    pub fn new(id: &str, outcome: &Outcome) -> Self {
        Self {
            id: id.to_owned(),
            estimate: outcome.estimate,
            interval: outcome.interval,
            method: outcome.method.clone(),
        }
    }
}

impl Comparison {
    /// The label of an arm; its id where there is no such arm.
    pub fn label<'a>(&'a self, id: &'a str) -> &'a str {
        self.arms.iter().find(|a| a.id == id).map_or(id, |a| a.label.as_str())
    }

    /// The label of the baseline.
    pub fn baseline_label(&self) -> &str {
        self.label(&self.baseline)
    }
}

impl Compared {
    /// The level of an arm.
    pub fn level(&self, id: &str) -> Option<f64> {
        self.arms.iter().find(|a| a.id == id)?.estimate
    }

    /// The contrasts from the lowest to the highest arm; those without an estimate last.
    pub fn ranked(&self) -> Vec<&Difference> {
        let mut ranked: Vec<&Difference> = self.contrasts.iter().collect();
        let key = |d: &Difference| d.difference.unwrap_or(f64::INFINITY);
        ranked.sort_by(|a, b| key(a).total_cmp(&key(b)));
        ranked
    }
}
