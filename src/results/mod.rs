//! What is on disk, and whether it can be trusted.
//!
//! A result is gathered by an [`Accumulator`], written as tables and documents into a [`Folder`], and
//! read back as [`format::Stored`].

mod accumulate;
mod error;
mod folder;
pub mod format;
pub mod members;
pub mod metrics;
mod partial;
mod read;
mod table;
mod tables;
pub mod wording;

pub use accumulate::{Accumulator, LEVEL};
pub use error::ResultsError;
pub use folder::{CHALLENGES, CHARTS, Folder, MANIFEST, REPORT, RUNS, SERIES, SUMMARY, write_json};
pub use members::MemberSums;
pub use read::{read_manifest, verify};
pub use table::About;
pub use tables::{ChallengesWriter, Column, RunsWriter, write_series};
