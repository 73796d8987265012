//! Studies: arms on the same luck, a baseline among them, and the contrasts that answer a question.
//!
//! | word | meaning |
//! |---|---|
//! | arm | one effective scenario: scenario, option, assumption sets and overrides |
//! | study | arms on the same luck, a baseline, and the outcomes that answer |
//! | design | how arms come about: the `[answer]` of a scenario, a list of options, two sets of assumptions or overrides |
//! | estimator | what is read from a played study: a contrast, a verdict, a sentence |
//!
//! ```text
//! request ──► design ──► Study ──► engine (any plans, any pairings) ──► Comparison ──► sentences, table, charts
//! ```

mod clause;
pub mod design;
pub mod engine;
pub mod estimate;
pub mod format;
mod job;
pub mod members;
pub mod monthly;
pub mod number;
pub mod pairs;
pub mod phrase;
pub mod sentences;
pub mod stored;
pub mod table;

pub use design::{Arm, Design, Order, Study, prepare};
pub use engine::{Nowhere, Paired, Pairing, Played, contrasts, play, play_with_months};
pub use estimate::comparison;
pub use format::Comparison;
pub use job::{keep, run, without_folder};
pub use pairs::{Contrast, Pairs, Reading, Verdict, pairs_for};
