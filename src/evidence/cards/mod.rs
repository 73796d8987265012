//! Cards of source articles: who wrote what, which facts it rests on, and which claims can be put to the test.
//!
//! ```text
//! text ──► read (one finding a table) ──► check (claims among each other) ──► ties (claims and scenarios)
//! ```
//! A claim is never evidence for itself: every testable one names the parameter that would make it false, and says
//! beforehand which result would contradict it.

mod check;
mod read;
mod table;
mod ties;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::scenario::bundled;
use crate::scenario::diagnostics::{Diagnostic, Place, Report, SourceText};

pub use check::check;
pub use read::read;
pub use table::{card_text, claim_text, list, shorten};
pub use ties::{check_ties, plan};

/// The card of one article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Name of its file, `<author or outlet>-<year>`.
    pub id: String,
    /// The position in one or two sentences, as its author would accept it.
    pub stance: String,
    pub citation: Citation,
    pub facts: Vec<Fact>,
    pub claims: Vec<Claim>,
    /// Where the card begins.
    #[serde(skip)]
    pub at: Option<Place>,
}

/// Where an article stands; `unknown` where its text does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    pub author: String,
    pub title: String,
    pub outlet: String,
    pub date: String,
    pub url: String,
    /// How what the text does not say was inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Something that an article states, with what a check of it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub text: String,
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// Source of the check.
    pub source: String,
}

/// What a check of a fact found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Agrees with a published source.
    Confirmed,
    /// Right in part or wrong.
    Corrected,
    /// Historians or governments disagree.
    Contested,
    /// General knowledge, not checked.
    Unchecked,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Corrected => "corrected",
            Status::Contested => "contested",
            Status::Unchecked => "unchecked",
        }
    }
}

/// A claim in our own words, in its strongest form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// `a<number of the article>-<words>`.
    pub id: String,
    pub kind: Vec<Kind>,
    pub statement: String,
    /// By which steps it would come about.
    pub mechanism: String,
    /// What result would support it.
    pub supports: String,
    /// What result would contradict it.
    pub contradicts: String,
    /// Claims that cannot hold together with it, or only in part.
    #[serde(default)]
    pub conflicts: Vec<String>,
    /// The parameter that would make it false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<Switch>,
    /// What an input claim becomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumption: Option<Assumption>,
    /// All of them must come out in its favour.
    #[serde(skip_deserializing)]
    pub tests: Vec<Comparison>,
    /// Where the claim begins.
    #[serde(skip)]
    pub at: Option<Place>,
}

impl Claim {
    /// Kinds joined by a stroke.
    pub fn kinds(&self) -> String {
        let words: Vec<&str> = self.kind.iter().map(|k| k.word()).collect();
        words.join("/")
    }

    /// Scenarios of its comparisons, each once.
    pub fn scenarios(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for test in &self.tests {
            if !names.contains(&test.scenario.as_str()) {
                names.push(&test.scenario);
            }
        }
        names
    }

    /// The article it belongs to: the part of its id before the first hyphen.
    pub fn article(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }
}

/// What a test of a claim can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The model can come out either way.
    Emergent,
    /// It hangs on a parameter whose value the literature disputes: to be run at both ends.
    Switch,
    /// It is about what happened: to be held against the record.
    Backcast,
    /// A legal point or a judgement of value, which the model takes in and cannot test.
    Input,
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Emergent => "emergent",
            Kind::Switch => "switch",
            Kind::Backcast => "backcast",
            Kind::Input => "input",
        }
    }
}

/// The parameter on which a claim hangs, so that nobody takes what is written in for what comes out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Canonical path.
    pub path: String,
    /// Value at which the mechanism is absent or weakest, so that the claim should fail.
    pub off: f64,
    /// Value at which it is strong.
    pub on: f64,
}

/// What a claim becomes that cannot be tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// Canonical path of the parameter.
    pub path: String,
    /// What follows from which value.
    pub follows: String,
}

/// Two arms on the same luck, and what the claim expects of their difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Name of a bundled scenario.
    pub scenario: String,
    pub baseline: Arm,
    pub treatment: Arm,
    /// Id of an outcome that both arms report.
    pub metric: String,
    /// How the treatment should compare with the baseline.
    pub direction: Direction,
    /// The smallest difference worth talking about.
    pub smallest_effect: Size,
    /// Where the comparison begins.
    #[serde(skip)]
    pub at: Option<Place>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Name of an option; empty for the scenario itself.
    #[serde(default)]
    pub option: String,
    /// Overrides `path=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
}

/// How a treatment should compare with its baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Higher,
    Lower,
    /// Not higher by the smallest effect or more.
    NotHigher,
    /// Not lower by the smallest effect or more.
    NotLower,
    /// Neither.
    NoDifference,
}

impl Direction {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Direction::Higher => "higher",
            Direction::Lower => "lower",
            Direction::NotHigher => "not higher",
            Direction::NotLower => "not lower",
            Direction::NoDifference => "no different",
        }
    }
}

/// Size of a difference between two arms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// In the unit of the metric; 0.02 of a probability are two percentage points.
    Absolute(f64),
    /// As a share of the baseline.
    Relative(f64),
}

impl Size {
    /// The number without its scale.
    pub fn number(self) -> f64 {
        match self {
            Size::Absolute(x) | Size::Relative(x) => x,
        }
    }
}

/// The bundled cards, ascending by file name.
///
/// # Errors
/// As [`gather`].
pub fn bundled() -> Result<Vec<Card>, Vec<Diagnostic>> {
    gather(bundled::seeds().into_iter().map(|file| {
        Arc::new(SourceText {
            name: format!("seeds/{}", file.path),
            text: file.text.to_owned(),
        })
    }))
}

/// Reads cards that belong together and checks their claims among each other. Comparisons are not tied to scenarios
/// here, see [`check_ties`].
///
/// # Errors
/// Everything in the texts that cannot be read, at once; if all can be, everything that breaks a rule. A claim that
/// was not read would break rules of others that it fulfils.
pub fn gather(texts: impl IntoIterator<Item = Arc<SourceText>>) -> Result<Vec<Card>, Vec<Diagnostic>> {
    let mut report = Report::default();
    let cards: Vec<Card> = texts.into_iter().filter_map(|text| read(&text, &mut report)).collect();
    if !report.has_errors() {
        check(&cards, &mut report);
    }
    let failed = report.has_errors();
    let findings = report.finish();
    if failed { Err(findings) } else { Ok(cards) }
}

#[cfg(test)]
mod tests;
