//! How the model fares against theory and data: laws that any model of this kind should obey, each as a
//! paired experiment with effect, interval, expected direction and verdict; calibration targets from dispute data; years that
//! no target contains; selection; cease-fires; and the two ways in which such models fail.
//!
//! An experiment is an ordinary scenario (`scenarios/laws/`) whose options are its arms. Arms share
//! seed and replication numbers, so that an effect is a difference within pairs. Rates are integrated
//! intensities, which have the mean of the counts and a far smaller variance.

pub mod calibrate;
pub mod cards;
pub mod claims;
pub mod experiment;
pub mod failure;
pub mod hindcast;
pub mod holdout;
pub mod law;
pub mod laws;
pub mod selection;
pub mod table;
pub mod targets;
pub mod truces;
pub mod truth;
pub mod validation;

pub use experiment::{Arm, EvidenceError};
pub use failure::failure;
pub use hindcast::{Moments, hindcast};
pub use holdout::{Holdout, holdout};
pub use law::{Band, Effect, Estimate, Law, Verdict, judgement};
pub use laws::{LAWS, run, run_all};
pub use selection::selection;
pub use table::{LAWS_FORMAT, json, table};
pub use targets::{Comparison, Comparisons, Standing, Target, compare_targets, targets};
pub use truces::truces;
pub use validation::{Section, VALIDATION_FORMAT, Validation};
