//! What is on disk, and whether it can be trusted.
//!
//! A result is gathered by an [`Accumulator`], written as tables and documents into a [`Folder`], and
//! read back as [`format::Stored`].

mod accumulate;
mod error;
mod folder;
pub mod format;
mod members;
pub mod metrics;
mod partial;
mod read;
mod table;
mod tables;

pub use accumulate::{Accumulator, LEVEL};
pub use error::ResultsError;
pub use folder::{CHALLENGES, CHARTS, Folder, MANIFEST, REPORT, RUNS, SERIES, SUMMARY, write_json};
pub use members::MemberSums;
pub use read::{document, read_manifest, read_runs, verify, verify_file};
pub use tables::{ChallengesWriter, Column, RunsWriter, write_series};
