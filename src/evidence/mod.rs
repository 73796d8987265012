//! How the model fares against theory: ten laws that any model of this kind should obey, each as a
//! paired experiment with effect, interval, expected direction and verdict.
//!
//! An experiment is an ordinary scenario (`scenarios/laws/`) whose options are its arms. Arms share
//! seed and replication numbers, so that an effect is a difference within pairs. Rates are integrated
//! intensities, which have the mean of the counts and a far smaller variance.

pub mod calibrate;
pub mod experiment;
pub mod hindcast;
pub mod law;
pub mod laws;
pub mod table;
pub mod truth;

pub use experiment::{Arm, EvidenceError};
pub use hindcast::{Moments, hindcast};
pub use law::{Band, Effect, Estimate, Law, Verdict};
pub use laws::{LAWS, run, run_all};
pub use table::{LAWS_FORMAT, json, table};
