//! Batches: scenarios × options × assumption sets as one plan.
//!
//! | word | meaning |
//! |---|---|
//! | cell | one scenario under one option and one stack of assumption sets: a result folder of its own |
//! | row | the cells of one scenario under one stack: arms on the same luck, compared with the first of them |
//! | batch | rows, and what could not be laid out as rows |
//!
//! ```text
//! order (words or a study file) ──► design ──► Batch ──► play: a job a cell, a comparison a row ──► index
//! ```
//! A batch has no run loop and no store: a cell is a [`job`](crate::job), and what stands in its folder already is not
//! computed again. So the same command goes on where an interrupted one ended.

pub mod axis;
pub mod curve;
pub mod design;
pub mod file;
pub mod index;
mod page;
pub mod play;
pub mod row;
pub mod sweep;

pub use axis::Axis;
pub use design::{Batch, BatchError, Options, Order, prepare};
pub use index::{BATCH_FORMAT, Index};
pub use play::{Settings, Step, play};
pub use sweep::Sweep;
