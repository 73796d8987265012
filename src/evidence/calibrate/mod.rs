//! `deter calibrate`: an ensemble of parameters that the dispute data do not contradict.
//!
//! ```text
//! design (TOML: free parameters with priors, targets) ──► hindcast ──► likelihood ──► sampler ──► assumption set
//!                                                                                      └ state, to resume
//! ```
//! Method, likelihood and limits are described in `docs/calibration.md`.

pub mod linear;
pub mod sampler;
