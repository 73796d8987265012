//! What is on disk, and whether it can be trusted.
//!
//! A result is gathered by an [`Accumulator`], written as tables and documents into a [`Folder`], and
//! read back as [`format::Stored`].

mod accumulate;
mod arms;
mod differences;
mod error;
mod files;
mod folder;
pub mod format;
mod gallery;
pub mod members;
mod memory;
pub mod metrics;
mod own;
mod partial;
mod place;
mod read;
mod stage;
mod swap;
mod table;
mod tables;
mod track;

pub use accumulate::{Accumulator, LEVEL};
pub use arms::{ArmSums, write_arms};
pub use error::ResultsError;
pub use files::{try_whole, write_json, write_whole};
pub use folder::{
    ARMS, CHALLENGES, CHARTS, COMPARISON, Folder, MANIFEST, Placed, REPORT, RUNS, Revision, SCENARIO, SERIES, SUMMARY,
};
pub use gallery::write_beside_others;
pub use members::MemberSums;
pub use memory::{is_guarded, spare_memory};
pub use place::tidy;
pub use read::{Fault, Inspection, inspect, read_archive, read_manifest, read_members, read_runs, verify};
pub use table::About;
pub use tables::{ChallengesWriter, Column, RunsWriter, write_series};
