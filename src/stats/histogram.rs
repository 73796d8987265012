//! Quantiles of a stream in bounded memory: counts in fixed bins over a declared range.
//!
//! Counts are whole numbers, so the order of adding and merging does not matter. Two things that a
//! plain histogram loses are kept: how many values lie exactly at the ends of the range (a belief of
//! 0, a share of 1), and how many lie outside it. Quantiles then differ from the exact ones by at
//! most the width of a bin, and are exact at the ends. Bins are even, but for magnitudes that span orders
//! (acts a year, brigades): there they grow with the fourth root of the value, so that a rate of a hundredth
//! is told from one of a fiftieth in a range that ends at hundreds.

use super::moments::usable_range;

/// Bins across the declared range.
pub const BINS: usize = 512;
/// Counters of one histogram, in the order of the values they count: below the range, at its lower
/// end, the bins, at its upper end, above.
pub const CELLS: usize = BINS + 4;

/// A range from 0 that ends above this holds magnitudes of several orders.
const ORDERS: f64 = 10.0;

const BELOW: usize = 0;
const AT_LOW: usize = 1;
const FIRST: usize = 2;
const AT_HIGH: usize = FIRST + BINS;
const ABOVE: usize = AT_HIGH + 1;

/// Which counter a value belongs to. The counters are the caller's, [`CELLS`] of them in a row, so
/// that thousands of histograms can share one allocation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Binning {
    low: f64,
    high: f64,
    per_bin: f64,
    /// Bins are even on the fourth root of the value.
    rooted: bool,
}

impl Binning {
    /// Bins over `range`; one without width, or not finite, is taken as one unit from its lower end.
    pub fn over(range: (f64, f64)) -> Self {
        let (low, high) = usable_range(range);
        Self {
            low,
            high,
            per_bin: BINS as f64 / (high - low),
            rooted: low == 0.0 && high > ORDERS,
        }
    }

    /// Lower edge of a bin, 0 to [`BINS`], in the unit of the values.
    pub fn edge(&self, bin: usize) -> f64 {
        let share = bin as f64 / BINS as f64;
        let square = share * share;
        self.low + (self.high - self.low) * if self.rooted { square * square } else { share }
    }

    /// The counter of a finite value.
    #[inline]
    pub fn cell(&self, x: f64) -> usize {
        if x > self.low && x < self.high {
            let place = if self.rooted {
                (x / self.high).sqrt().sqrt() * BINS as f64
            } else {
                (x - self.low) * self.per_bin
            };
            FIRST + (place as usize).min(BINS - 1)
        } else if x <= self.low {
            if x < self.low { BELOW } else { AT_LOW }
        } else if x > self.high {
            ABOVE
        } else {
            AT_HIGH
        }
    }

    /// Counts one value; one that is not finite counts as not observed.
    #[inline]
    pub fn add(&self, counts: &mut [u32], x: f64) {
        if x.is_finite()
            && let Some(count) = counts.get_mut(self.cell(x))
        {
            *count = count.saturating_add(1);
        }
    }

    /// The quantiles at `levels` (each in `[0, 1]`) of what was counted, given its true extremes.
    ///
    /// The definition is the usual linear one between order statistics (type 7 of Hyndman and Fan
    /// 1996), with the values of a bin spread evenly over it. NaN where nothing was counted.
    pub fn quantiles<const N: usize>(&self, counts: &[u32], extremes: (f64, f64), levels: &[f64; N]) -> [f64; N] {
        let n: u64 = counts.iter().map(|&c| u64::from(c)).sum();
        if n == 0 {
            return [f64::NAN; N];
        }
        let mut place = Place::default();
        levels.map(|level| {
            let rank = level.clamp(0.0, 1.0) * (n - 1) as f64;
            let below = self.order_statistic(counts, rank.floor() as u64, extremes, &mut place);
            let above = self.order_statistic(counts, rank.ceil() as u64, extremes, &mut place);
            (below + (above - below) * (rank - rank.floor())).clamp(extremes.0, extremes.1)
        })
    }

    /// The value of the given rank, counted from 0. The search goes on from `place` if the rank lies behind it.
    fn order_statistic(&self, counts: &[u32], rank: u64, (min, max): (f64, f64), place: &mut Place) -> f64 {
        if rank < place.before {
            *place = Place::default();
        }
        for (cell, &count) in counts.iter().enumerate().skip(place.cell) {
            let count = u64::from(count);
            if rank < place.before + count {
                let (from, to) = self.bounds(cell, (min, max));
                let share = ((rank - place.before) as f64 + 0.5) / count as f64;
                return (from + (to - from) * share).clamp(min, max);
            }
            *place = Place {
                cell: cell + 1,
                before: place.before + count,
            };
        }
        max
    }

    /// The values that a counter may hold, given the extremes of all.
    fn bounds(&self, cell: usize, (min, max): (f64, f64)) -> (f64, f64) {
        match cell {
            BELOW => (min, self.low.min(max)),
            AT_LOW => (self.low, self.low),
            AT_HIGH => (self.high, self.high),
            ABOVE => (self.high.max(min), max),
            bin => {
                // A value next to an edge may have been counted beyond it by rounding.
                let (from, to) = (self.edge(bin - FIRST).max(min), self.edge(bin - FIRST + 1).min(max));
                (from.min(max), to.max(min))
            }
        }
    }
}

/// A counter, and how many values lie in those before it.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    cell: usize,
    before: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEVELS: [f64; 7] = [0.0, 0.025, 0.25, 0.5, 0.9, 0.975, 1.0];

    fn count(binning: &Binning, values: &[f64]) -> Vec<u32> {
        let mut counts = vec![0; CELLS];
        values.iter().for_each(|&v| binning.add(&mut counts, v));
        counts
    }

    fn extremes(values: &[f64]) -> (f64, f64) {
        values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)))
    }

    fn exact(values: &[f64], level: f64) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank = level * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
        below + (above - below) * (rank - rank.floor())
    }

    #[test]
    fn atoms_at_the_ends_of_the_range_come_back_exactly() {
        let mut values = vec![0.0; 40];
        values.extend([1.0; 50]);
        values.extend([0.3; 10]);
        let binning = Binning::over((0.0, 1.0));
        let quantiles = binning.quantiles(&count(&binning, &values), extremes(&values), &[0.05, 0.3, 0.6, 0.95]);
        assert_eq!(quantiles, [0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn one_value_is_all_its_quantiles() {
        let binning = Binning::over((0.0, 1.0));
        for x in [0.0, 1.0, 0.123_456, -3.0, 7.0] {
            assert_eq!(
                binning.quantiles(&count(&binning, &[x, x]), (x, x), &[0.1, 0.9]),
                [x, x]
            );
        }
    }

    #[test]
    fn nothing_counted_has_no_quantile() {
        let binning = Binning::over((0.0, 1.0));
        let counts = count(&binning, &[f64::NAN, f64::INFINITY]);
        assert!(binning.quantiles(&counts, (0.0, 1.0), &[0.5])[0].is_nan());
    }

    proptest! {
        #[test]
        fn quantiles_are_within_a_bin_of_the_exact_ones(values in prop::collection::vec(
            prop_oneof![Just(-2.0), Just(6.0), -2.0..6.0_f64], 1..400
        )) {
            let binning = Binning::over((-2.0, 6.0));
            let found = binning.quantiles(&count(&binning, &values), extremes(&values), &LEVELS);
            for (level, found) in LEVELS.iter().zip(found) {
                let exact = exact(&values, *level);
                let width = binning.edge(1) - binning.edge(0);
                prop_assert!((found - exact).abs() <= width * 1.000_001, "{level}: {found} for {exact}");
            }
        }

        #[test]
        fn small_magnitudes_are_told_apart_in_a_wide_range(values in prop::collection::vec(0.001..300.0_f64, 1..400)) {
            let binning = Binning::over((0.0, 400.0));
            for &x in &values {
                let bin = binning.cell(x) - FIRST;
                let (from, to) = (binning.edge(bin), binning.edge(bin + 1));
                prop_assert!(from <= x * 1.000_001 && x <= to * 1.000_001, "{x} in {from} to {to}");
                prop_assert!(to - from <= 0.22 * x, "{x}: a bin of {from} to {to}");
            }
        }

        #[test]
        fn numbers_of_any_size_do_no_harm(
            values in prop::collection::vec(any::<f64>(), 1..20), low in any::<f64>(), high in any::<f64>()
        ) {
            let observed: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
            let binning = Binning::over((low, high));
            let (min, max) = extremes(&observed);
            let found = binning.quantiles(&count(&binning, &values), (min, max), &LEVELS);
            prop_assert!(found.iter().all(|q| observed.is_empty() == q.is_nan()));
            prop_assert!(observed.is_empty() || found.iter().all(|q| (min..=max).contains(q)));
        }

        #[test]
        fn quantiles_outside_the_range_stay_between_the_extremes_and_in_order(
            values in prop::collection::vec(-10.0..10.0_f64, 1..200)
        ) {
            let binning = Binning::over((0.0, 1.0));
            let (min, max) = extremes(&values);
            let found = binning.quantiles(&count(&binning, &values), (min, max), &LEVELS);
            prop_assert!(found.iter().all(|q| (min..=max).contains(q)));
            prop_assert!(found.windows(2).all(|w| w[0] <= w[1]), "{found:?}");
        }
    }
}
