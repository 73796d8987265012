//! How each family of reference cases is checked: which values, against what, within which tolerance.

mod formulas;
mod trees;

use std::fmt;

use serde_json::Value;

pub use formulas::{alliance, bayes, duplicates};
pub use trees::{information, perfect};

/// Closed recursions.
const CLOSED: f64 = 1e-12;
/// Fixed points, and the burden of an alliance.
const SOLVED: f64 = 1e-9;
/// Residual of an equilibrium that need not be the stored one.
const RESIDUAL: f64 = 1e-10;

/// What came of one family.
#[derive(Default)]
pub struct Report {
    pub cases: usize,
    pub failures: Vec<String>,
    comparisons: usize,
    /// Largest error as a share of what is tolerated, and where.
    worst: (f64, String),
    notes: Vec<String>,
    file: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (share, at) = &self.worst;
        write!(
            f,
            "{} cases, {} comparisons, worst error {share:.1e} of the tolerance",
            self.cases, self.comparisons
        )?;
        write!(f, " ({at}), {} failures", self.failures.len())?;
        self.notes.iter().try_for_each(|note| write!(f, "\n  {note}"))
    }
}

impl Report {
    pub fn file(&mut self, name: &str) {
        self.file = name.to_owned();
    }

    fn fail(&mut self, what: String) {
        self.failures.push(format!("{}: {what}", self.file));
    }

    fn note(&mut self, what: String) {
        self.notes.push(format!("{}: {what}", self.file));
    }

    fn holds(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.comparisons += 1;
        if !holds {
            self.fail(what());
        }
    }

    /// Compares one number; `scale` is the size that rounding is a share of, 1 for probabilities.
    fn near(&mut self, found: f64, wanted: f64, tolerance: f64, scale: f64, what: impl FnOnce() -> String) {
        self.comparisons += 1;
        let error = if found == wanted {
            0.0
        } else {
            (found - wanted).abs() / scale.max(1.0)
        };
        if error.is_nan() || error > tolerance {
            self.fail(format!("{}: {found:e} for {wanted:e}, off by {error:.2e}", what()));
        } else if error / tolerance > self.worst.0 {
            self.worst = (error / tolerance, format!("{}, {}", self.file, what()));
        }
    }

    /// Compares a list, number by number.
    fn all_near(&mut self, found: &[f64], wanted: &[f64], tolerance: f64, scale: f64, what: impl Fn() -> String) {
        self.holds(found.len() == wanted.len(), || {
            format!("{}: {} numbers for {}", what(), found.len(), wanted.len())
        });
        for (i, (&found, &wanted)) in found.iter().zip(wanted).enumerate() {
            let size = scale.max(if scale > 0.0 { wanted.abs() } else { 0.0 });
            self.near(found, wanted, tolerance, size, || format!("{}[{i}]", what()));
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    list(value).iter().map(numbers).collect()
}

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
