//! `deter calibrate`: an ensemble of parameters that the dispute data do not contradict.
//!
//! ```text
//! design (TOML: free figures with priors, targets) ──► problem (hindcast ──► likelihood) ──► sampler ──► findings ──► set
//!                                                                                            └ state, to resume
//! ```
//! Method, likelihood and limits are described in `docs/calibration.md`.

pub mod design;
pub mod evidence;
pub mod findings;
pub mod linear;
pub mod page;
pub mod problem;
pub mod sampler;
pub mod set;
pub mod state;

use std::io;
use std::path::PathBuf;

use crate::engine::Halt;
use crate::scenario::Problems;

pub use design::Design;
pub use findings::Findings;
pub use problem::Hindcast;
pub use sampler::{Population, Settings};
pub use state::Saved;

/// Why a calibration ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// The design is unsound; everything that is wrong.
    #[error("the design `{name}` is unsound:\n  {}", faults.join("\n  "))]
    Design { name: String, faults: Vec<String> },
    /// The scenario of the hindcast does not load.
    #[error("the scenario of the hindcast, `{name}`: {source}")]
    Scenario {
        name: String,
        #[source]
        source: Problems,
    },
    /// A free figure that the hindcast does not have.
    #[error("the hindcast has no `{0}`, so it cannot be calibrated")]
    Missing(String),
    /// A file could not be read or written.
    #[error("{}: {source}", crate::text::path(path))]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The saved state is no state.
    #[error(
        "{} is no state of a calibration ({reason}); remove it, or start without --resume",
        crate::text::path(path)
    )]
    State { path: PathBuf, reason: String },
    /// The saved state belongs to another calibration.
    #[error(
        "{} was saved by a calibration with another design, world, seed, size or version; \
         give the same settings, or start without --resume",
        crate::text::path(path)
    )]
    Other { path: PathBuf },
}

/// Leads particles of the hindcast to the posterior, saving after every stage; none if `halt` was asked. `tell` hears of
/// every stage.
///
/// # Errors
/// If the state cannot be read or written, or belongs to another calibration.
pub fn sample(
    problem: &Hindcast<'_>,
    settings: &Settings,
    saved: &Saved,
    halt: &Halt,
    tell: impl FnMut(&Population),
) -> Result<Option<Population>, CalibrationError> {
    saved.lead(problem, settings, halt, tell)
}
