//! Estimates as people read them, by their kind; for tables and pages alike.

use super::format::Kind;
use crate::numerals::{number, number_ends, percent, percent_ends};

/// An estimate: `3.8%`, `0.683`.
pub fn shown(kind: Kind, x: f64) -> String {
    match kind {
        Kind::Probability | Kind::Ratio => percent(x) + "%",
        Kind::Mean => number(x),
    }
}

/// The ends of an interval, fine enough to tell them apart.
pub fn ends(kind: Kind, interval: [f64; 2]) -> [String; 2] {
    match kind {
        Kind::Probability | Kind::Ratio => percent_ends(interval).map(|end| end + "%"),
        Kind::Mean => number_ends(interval),
    }
}
