//! The claims of the cards put to the test: every comparison by default, with the claim's switch off and on, and under
//! each assumption set.
//!
//! ```text
//! cards ──► play (arms of a scenario together, each once) ──► verdict (interval against direction and size)
//!       ──► assess (all comparisons, sets, switch, members) ──► Tested ──► words, page, chart::matrix
//! ```
//! A claim that is supported is supported in this model under these assumptions; one that is contradicted is contradicted
//! in this model, and not thereby false of the world.

mod assess;
mod format;
mod page;
mod play;
mod rows;
mod select;
mod sentences;
mod verdict;
mod words;

pub use assess::assess;
pub use format::{
    BySetting, CLAIMS_FORMAT, DEFAULT, HoldsIn, Members, OFF, ON, Outcome, Reading, Score, Sets, Test, Tested, Verdict,
};
pub use page::{article, whole};
pub use play::{Order, Place, Raw, Results, play};
pub use rows::csv;
pub use select::{Unknown, select};
pub use verdict::{Measured, Sign, Standing, member_agrees, stands};
pub use words::{board_of, story, table};

/// Assumption sets under which claims are tested unless others are named: one for each side of the dispute, one for the reader of
/// all of them, and two levels of risk. The calibrated set is not among them, because the worlds draw from it already.
pub const SETS: [&str; 5] = ["deterrence-model", "spiral-model", "agnostic", "low-risk", "high-risk"];

/// Pairs of runs of a comparison unless another number is asked for: the whole catalogue takes about eight minutes of two cores
/// then, by the speed that the README states.
pub const RUNS: u64 = 300;
/// Months over which a comparison has as many pairs as are asked for.
pub const USUAL_MONTHS: u32 = 60;
/// Fewest pairs of the longest scenarios, unless fewer are asked for.
const FEWEST: u64 = 10;

/// Pairs of runs over so many months: fewer in longer scenarios, so that each costs about the same.
pub fn runs_over(months: u32, runs: u64) -> u64 {
    let months = u64::from(months.max(USUAL_MONTHS));
    let same_cost = (runs * u64::from(USUAL_MONTHS)).div_ceil(months);
    same_cost.max(FEWEST.min(runs))
}
