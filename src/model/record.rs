//! What a run reports: the outcomes, the monthly series and the challenges.

use super::inputs::Answer;
use super::sets::StateSet;

/// How a run's number becomes an estimate over runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// 1 if it happened in the run, else 0.
    Happened,
    /// A number per run.
    Number,
    /// Events a year, counted: their number in the run over its years.
    Rate,
    /// A sum of successes over a sum of cases; the run reports both.
    Share,
}

/// One outcome that a scenario reports.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeSpec {
    pub id: String,
    pub label: String,
    pub unit: &'static str,
    pub measure: Measure,
    /// What a number can be; a side without a bound is infinite. Intervals stay within it.
    pub range: (f64, f64),
    /// True if runs report the expectation of what they count as well.
    pub expected: bool,
}

/// One series of a number a month.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesSpec {
    pub id: String,
    pub label: String,
    pub unit: &'static str,
    /// What the number can be; a side without a bound is infinite.
    pub range: (f64, f64),
    /// True for a series that is 1 until something happens, where runs report the expectation of that as well.
    pub expected: bool,
}

/// One challenge from the recorded rung upwards.
#[derive(Debug, Clone, PartialEq)]
pub struct ChallengeRow {
    pub month: u32,
    pub challenger: u8,
    pub target: u8,
    pub rung: u8,
    /// Started by an event of the scenario.
    pub scripted: bool,
    pub attributed: bool,
    pub resisted: bool,
    pub lead: Option<u8>,
    pub lead_answer: Answer,
    /// Guarantors that fought, as a set of state indices.
    pub fought: StateSet,
    /// Guarantors that supported, as a set of state indices.
    pub supported: StateSet,
    /// Share of the pledged strength that came.
    pub share: f64,
    pub pressed: bool,
    pub success: bool,
    pub war: bool,
    /// Chance that the protégé's provocation, not the challenger's aims, brought it about.
    pub provoked: f64,
    /// The challenger's expected utility of the act against doing nothing.
    pub utility: f64,
    /// The challenger's belief that at least 40 percent of the pledged strength would come.
    pub credibility: f64,
}

/// The results of one run, in the order of the specs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunRecord {
    /// One number an outcome; successes for [`Measure::Share`].
    pub values: Vec<f64>,
    /// Cases for [`Measure::Share`], 1 otherwise.
    pub cases: Vec<f64>,
    /// Beside the counts of outcomes that have one their expectation, see [`super::expected`]; not a number elsewhere.
    /// A single run's is no probability: it may lie above 1, and a little below 0.
    pub expected: Vec<f64>,
    /// `series[s * months + m]`.
    pub series: Vec<f64>,
    /// For each series with an expectation, in their order, the expectation that what it waits for has happened:
    /// `courses[c * months + m]`.
    pub courses: Vec<f64>,
    pub challenges: Vec<ChallengeRow>,
}
