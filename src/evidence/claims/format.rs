//! `claims.json`: the shape in which tested claims are stored and printed.

use serde::{Deserialize, Serialize};

use super::verdict::Standing;
use crate::evidence::cards::{Arm, Direction, Kind, Size};
use crate::results::format;

/// Format tag of [`Tested`].
pub const CLAIMS_FORMAT: &str = "deter.claims/1";
/// The comparison as the card has it.
pub const DEFAULT: &str = "default";
/// The parameter of the claim at the value at which it should fail, and at the one at which it is strong.
pub const OFF: &str = "switch off";
pub const ON: &str = "switch on";

/// Claims that were put to the test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    pub format: String,
    pub version: String,
    /// The day on which it was made, `YYYY-MM-DD`, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The command that makes the same again.
    pub command: String,
    /// Pairs of runs of a comparison over [`super::USUAL_MONTHS`] months; longer scenarios have fewer.
    pub runs: u64,
    /// Settings under which every comparison was played, in their order.
    pub settings: Vec<String>,
    pub claims: Vec<Outcome>,
    pub scoreboard: Vec<Score>,
}

/// A claim with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: String,
    pub card: String,
    pub kind: Vec<Kind>,
    pub statement: String,
    pub verdict: Verdict,
    /// The verdict in words.
    pub sentence: String,
    /// True if every comparison rules out a difference worth talking about, so that more runs would not change the verdict.
    pub small: bool,
    /// Verdict over all comparisons by setting; none where a comparison cannot be played.
    pub by_setting: Vec<BySetting>,
    pub tests: Vec<Test>,
    pub holds_in: Option<HoldsIn>,
    /// Pairs of runs after which the last open comparison would be settled, were the differences what they are seen to be.
    pub settled_after: Option<u64>,
}

/// What may be said of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    #[serde(rename = "supported")]
    Supported,
    #[serde(rename = "contradicted")]
    Contradicted,
    #[serde(rename = "not resolved")]
    NotResolved,
    /// It holds with its switch off, or what it speaks of moves under no set and never by its switch.
    #[serde(rename = "true by construction")]
    ByConstruction,
    /// A legal point or a judgement of value, which the model takes in.
    #[serde(rename = "not tested")]
    NotTested,
}

impl Verdict {
    /// All verdicts, in the order of the scoreboard.
    pub const ALL: [Verdict; 5] = [
        Verdict::Supported,
        Verdict::Contradicted,
        Verdict::NotResolved,
        Verdict::ByConstruction,
        Verdict::NotTested,
    ];

    /// The word of `claims.json`.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Supported => "supported",
            Verdict::Contradicted => "contradicted",
            Verdict::NotResolved => "not resolved",
            Verdict::ByConstruction => "true by construction",
            Verdict::NotTested => "not tested",
        }
    }
}

/// All comparisons of a claim under one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BySetting {
    pub setting: String,
    pub verdict: Option<Standing>,
}

/// One comparison under all settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    pub scenario: String,
    pub baseline: Arm,
    pub treatment: Arm,
    pub metric: String,
    pub label: String,
    pub unit: String,
    pub kind: Option<format::Kind>,
    pub direction: Direction,
    pub smallest_effect: Size,
    pub results: Vec<Reading>,
}

/// One comparison under one setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub setting: String,
    pub verdict: Option<Standing>,
    /// Why it could not be played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub months: u32,
    /// Pairs of runs in which both arms observed the metric.
    pub pairs: u64,
    pub baseline: Option<f64>,
    pub treatment: Option<f64>,
    pub difference: Option<f64>,
    pub interval: Option<[f64; 2]>,
    pub ratio: Option<f64>,
    pub ratio_interval: Option<[f64; 2]>,
    pub changed: u64,
    /// A difference worth talking about is ruled out.
    pub small: bool,
    pub settled_after: Option<u64>,
}

/// Where a claim holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldsIn {
    pub sets: Sets,
    pub members: Members,
}

/// Assumption sets in which all comparisons come out in favour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sets {
    pub supported: Vec<String>,
    pub contradicted: Vec<String>,
    pub not_resolved: Vec<String>,
    /// Sets that cannot be laid over a scenario of the claim.
    pub not_played: Vec<String>,
    /// Of those that were played; none if none was.
    pub share: Option<f64>,
}

/// Members of the ensemble by the sign of their mean difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// Members whose mean difference has the sign that the claim expects, in all comparisons.
    pub agree: u64,
    pub against: u64,
    /// Members whose pairs do not differ.
    pub equal: u64,
    /// Members with a pair.
    pub seen: u64,
    /// `agree / seen`; none where there is no ensemble.
    pub share: Option<f64>,
    /// What the share rests on.
    pub note: String,
}

/// Verdicts of one article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub card: String,
    pub claims: u64,
    pub supported: u64,
    pub contradicted: u64,
    pub not_resolved: u64,
    /// Of those not resolved: a difference worth talking about is ruled out.
    pub small: u64,
    pub true_by_construction: u64,
    pub not_tested: u64,
    /// Claims of which all comparisons come out in favour, by setting.
    pub supported_under: Vec<(String, u64)>,
}

impl Test {
    /// What was found under a setting.
    pub fn under(&self, setting: &str) -> Option<&Reading> {
        self.results.iter().find(|r| r.setting == setting)
    }
}

impl Outcome {
    /// The verdict of all comparisons under a setting.
    pub fn under(&self, setting: &str) -> Option<Standing> {
        self.by_setting.iter().find(|s| s.setting == setting)?.verdict
    }
}
