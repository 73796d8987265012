//! Numbers side by side over runs: moments and quantiles of each, from rows that are gathered until there are enough of them.

use crate::stats::sketch::{BATCH, first_batch};
use crate::stats::{Moments, Sketch};

/// Rows that there is room for at first.
const FEWEST_ROWS: usize = 32;

/// Some numbers observed side by side over runs, each with its moments and quantiles.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Track {
    width: usize,
    /// The last runs, a row each, not yet taken into what follows.
    rows: Vec<f64>,
    /// Rows of the first batch, and of those after it.
    batch: usize,
    moments: Vec<Moments>,
    sketches: Vec<Sketch>,
}

impl Track {
    /// Nothing observed of `width` numbers, of each of which `keep` values may be kept.
    pub(super) fn new(width: usize, keep: usize) -> Self {
        Self {
            width,
            rows: Vec::new(),
            batch: first_batch(keep),
            moments: vec![Moments::default(); width],
            sketches: vec![Sketch::keeping(keep); width],
        }
    }

    /// Takes in the numbers of a run; those that are missing count as not observed.
    pub(super) fn add(&mut self, values: &[f64], levels: &[f64]) {
        if self.width == 0 {
            return;
        }
        let full = self.batch * self.width;
        if self.rows.len() == self.rows.capacity() {
            // Twice as many, but never more than a batch.
            let more = self.rows.len().clamp(FEWEST_ROWS * self.width, full - self.rows.len());
            self.rows.reserve_exact(more);
        }
        self.rows.extend(values.iter().take(self.width));
        self.rows.resize(self.rows.len().next_multiple_of(self.width), f64::NAN);
        if self.rows.len() >= full {
            self.settle(levels);
            if self.batch != BATCH {
                self.batch = BATCH;
                self.rows = Vec::with_capacity(BATCH * self.width);
            }
        }
    }

    /// The numbers of one place in the last rows, without those that were not observed.
    fn column(&self, place: usize, column: &mut Vec<f64>) {
        column.clear();
        // Zero has one sign.
        column.extend(self.rows.chunks_exact(self.width).map(|row| row[place] + 0.0));
        if column.iter().any(|x| !x.is_finite()) {
            column.retain(|x| x.is_finite());
        }
    }

    /// Takes the last rows into moments and quantiles.
    fn settle(&mut self, levels: &[f64]) {
        let mut column = Vec::new();
        for place in 0..self.width {
            self.column(place, &mut column);
            self.moments[place].add_all(&column);
            self.sketches[place].take(&mut column, levels);
        }
        self.rows.clear();
    }

    /// Takes in all that `other` has seen.
    pub(super) fn merge(&mut self, other: &Self, levels: &[f64]) {
        if other.sketches.iter().any(|sketch| !sketch.is_empty()) {
            self.settle(levels);
            let places = self.moments.iter_mut().zip(&mut self.sketches);
            for (place, (moments, sketch)) in places.enumerate() {
                moments.merge(&other.moments[place]);
                sketch.merge(&other.sketches[place], levels);
            }
        }
        if self.width > 0 {
            other.rows.chunks(self.width).for_each(|row| self.add(row, levels));
        }
    }

    /// Moments and quantiles of one place.
    pub(super) fn read<const N: usize>(
        &self,
        place: usize,
        levels: &[f64; N],
        column: &mut Vec<f64>,
    ) -> (Moments, [f64; N]) {
        self.column(place, column);
        let mut moments = self.moments[place].clone();
        moments.add_all(column);
        (moments, self.sketches[place].quantiles(column, levels))
    }
}
