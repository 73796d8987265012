//! What runs say when they are put side by side.

pub mod compare;
pub mod joint;

pub use compare::{CompareError, Comparison, Contrast, Settings, compare};
pub use joint::Joint;
