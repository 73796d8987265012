//! Many worlds: a plan, its replications in parallel, and a way to stop.
//!
//! ```text
//! Plan ──► blocks of runs ──► (rayon: who computes) ──► Sink, in the order of the runs
//! ```
//! Threads decide who computes, never in which order results are taken in: the same plan gives the
//! same bytes for any number of jobs.

pub mod plan;
pub mod replicate;

pub use plan::{Plan, plan_hash};
pub use replicate::{Block, Halt, Sink, simulate};
