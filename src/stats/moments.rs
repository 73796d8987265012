//! Means and variances whose bytes do not depend on the order of the data.
//!
//! Sums of floating-point numbers change with the order in which they are added. Here every value is
//! first rounded to a whole number of steps of a fixed [`Grid`], and the sums are kept in 128-bit
//! integers. Adding is then exact, so any split of the runs over blocks, threads, resumed parts or
//! machines ends in the same bytes, and variances suffer no cancellation. The price is the rounding
//! of each value to the grid: at most 2⁻³⁷ of the declared range.

/// Steps of the grid across the declared range.
const STEPS: f64 = (1_u64 << 36) as f64;
/// Steps in a unit on the grid for counts: whole numbers are exact on it.
const STEPS_PER_COUNT: f64 = (1_u64 << 20) as f64;
/// Largest magnitude in steps, 2⁴⁷; values further out are counted there. The square of such a value is
/// 2⁹⁴, so a sum of 128 bits holds 2³³ of them: more runs than the counters of a histogram can count.
const REACH: f64 = (1_u64 << 47) as f64;
/// Adding and taking away 1.5 · 2⁵² rounds to the nearest whole number, on every machine alike.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Where values are rounded to before they are summed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    low: f64,
    step: f64,
    per_step: f64,
}

impl Grid {
    /// A grid that resolves `range` into 2³⁶ steps and reaches 2,048 times as far.
    ///
    /// A range without width, or one that is not finite, is taken as one unit from its lower end.
    pub fn over(range: (f64, f64)) -> Self {
        let (low, high) = usable_range(range);
        let width = high - low;
        Self {
            low,
            step: width / STEPS,
            per_step: STEPS / width,
        }
    }

    /// A grid on which counts are exact, up to 2²⁷.
    pub fn counts() -> Self {
        Self {
            low: 0.0,
            step: 1.0 / STEPS_PER_COUNT,
            per_step: STEPS_PER_COUNT,
        }
    }

    /// Whole steps from the lower end to a finite `x`.
    #[inline]
    fn steps(&self, x: f64) -> i64 {
        let v = ((x - self.low) * self.per_step).clamp(-REACH, REACH);
        ((v + ROUNDER) - ROUNDER) as i64
    }
}

/// What sums over groups need of a grid.
impl Grid {
    /// Whole steps of a finite value, as sums keep it.
    pub(super) fn whole_steps(&self, x: f64) -> i128 {
        i128::from(self.steps(x))
    }

    /// Width of a step.
    pub(super) fn unit(&self) -> f64 {
        self.step
    }

    /// The value at a number of steps.
    pub(super) fn value(&self, steps: f64) -> f64 {
        self.low + steps * self.step
    }
}

/// `range` if it is finite and has a width, otherwise one unit from its lower end (or from 0).
pub(super) fn usable_range((low, high): (f64, f64)) -> (f64, f64) {
    let low = if low.is_finite() { low } else { 0.0 };
    if high.is_finite() && high > low && (high - low).is_finite() {
        (low, high)
    } else {
        (low, low + 1.0)
    }
}

/// Count, mean, spread and extremes of a stream of numbers. All values of one `Moments` must be given
/// with the same grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    n: u64,
    sum: i128,
    squares: i128,
    min: f64,
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            n: 0,
            sum: 0,
            squares: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    /// Takes in one value. A value that is not finite counts as not observed.
    #[inline]
    pub fn add(&mut self, grid: &Grid, x: f64) {
        if !x.is_finite() {
            return;
        }
        let q = i128::from(grid.steps(x));
        self.n += 1;
        self.sum += q;
        self.squares += q * q;
        self.min = if x < self.min { x } else { self.min };
        self.max = if x > self.max { x } else { self.max };
    }

    /// Takes in all that `other` has seen; exact, so the order of merging does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Values observed.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Smallest value; none without values.
    pub fn min(&self) -> Option<f64> {
        (self.n > 0).then_some(self.min)
    }

    /// Largest value; none without values.
    pub fn max(&self) -> Option<f64> {
        (self.n > 0).then_some(self.max)
    }

    /// The mean; none without values. Exact where all values are the same.
    pub fn mean(&self, grid: &Grid) -> Option<f64> {
        let (whole, rest) = self.mean_steps()?;
        let steps = whole as f64 + rest as f64 / self.n as f64;
        Some((grid.low + steps * grid.step).clamp(self.min, self.max))
    }

    /// Standard deviation over values, with `n - 1`; none below two values.
    pub fn sd(&self, grid: &Grid) -> Option<f64> {
        let (whole, rest) = self.mean_steps()?;
        if self.n < 2 {
            return None;
        }
        // Around the whole part of the mean the sum is exact; what is left of the mean is below one step.
        let around = self.squares - i128::from(self.n) * whole * whole - 2 * whole * rest;
        let n = self.n as f64;
        let rest = rest as f64;
        let variance = (around as f64 - rest * rest / n) / (n - 1.0);
        Some(if self.min == self.max {
            0.0
        } else {
            variance.max(0.0).sqrt() * grid.step
        })
    }

    /// A whole number of steps next to the mean, and the sum of squared distances from it, in steps; none
    /// without values.
    pub(super) fn centred_squares(&self) -> Option<(i128, f64)> {
        let (whole, rest) = self.mean_steps()?;
        let around = self.squares - i128::from(self.n) * whole * whole - 2 * whole * rest;
        Some((whole, around as f64))
    }

    /// The mean in steps, as a whole number and a remainder in units of `1/n`.
    fn mean_steps(&self) -> Option<(i128, i128)> {
        let n = i128::from(self.n);
        (n > 0).then(|| (self.sum.div_euclid(n), self.sum.rem_euclid(n)))
    }
}

/// Sums over runs of successes `x` and cases `c`, for a pooled ratio with the run as sampling unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CrossMoments {
    runs: u64,
    x: i128,
    c: i128,
    xx: i128,
    xc: i128,
    cc: i128,
}

impl CrossMoments {
    /// Takes in one run. Runs without cases, and numbers that are not finite, are passed over.
    pub fn add(&mut self, successes: f64, cases: f64) {
        if !(successes.is_finite() && cases.is_finite() && cases > 0.0) {
            return;
        }
        let grid = Grid::counts();
        let (x, c) = (i128::from(grid.steps(successes)), i128::from(grid.steps(cases)));
        self.runs += 1;
        self.x += x;
        self.c += c;
        self.xx += x * x;
        self.xc += x * c;
        self.cc += c * c;
    }

    /// Takes in all that `other` has seen; exact.
    pub fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        self.x += other.x;
        self.c += other.c;
        self.xx += other.xx;
        self.xc += other.xc;
        self.cc += other.cc;
    }

    /// Runs that have cases.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Sum of successes.
    pub fn successes(&self) -> f64 {
        self.x as f64 / STEPS_PER_COUNT
    }

    /// Sum of cases.
    pub fn cases(&self) -> f64 {
        self.c as f64 / STEPS_PER_COUNT
    }

    /// Σx/Σc; none without cases.
    pub fn ratio(&self) -> Option<f64> {
        (self.c > 0).then(|| self.x as f64 / self.c as f64)
    }

    /// Σ(x - R c)² at the ratio R; 0 where the runs do not differ by more than rounding.
    pub fn residual(&self) -> f64 {
        let Some(ratio) = self.ratio() else { return 0.0 };
        let (xx, xc, cc) = (self.xx as f64, self.xc as f64, self.cc as f64);
        let residual = xx - 2.0 * ratio * xc + ratio * ratio * cc;
        if residual <= 1e-12 * xx {
            0.0
        } else {
            residual / (STEPS_PER_COUNT * STEPS_PER_COUNT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gather(grid: &Grid, values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|&v| moments.add(grid, v));
        moments
    }

    #[test]
    fn a_constant_keeps_every_digit() {
        let grid = Grid::over((0.0, 1.0));
        let moments = gather(&grid, &[0.1; 7]);
        assert_eq!((moments.mean(&grid), moments.sd(&grid)), (Some(0.1), Some(0.0)));
    }

    #[test]
    fn nothing_observed_has_no_mean() {
        let grid = Grid::over((0.0, 1.0));
        let moments = gather(&grid, &[f64::NAN, f64::INFINITY]);
        assert_eq!((moments.n(), moments.mean(&grid), moments.min()), (0, None, None));
        assert_eq!(gather(&grid, &[0.5]).sd(&grid), None);
    }

    #[test]
    fn a_range_without_width_still_serves() {
        for range in [(0.0, 0.0), (1.0, -1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let grid = Grid::over(range);
            let mean = gather(&grid, &[0.25, 0.75]).mean(&grid);
            assert_eq!(mean, Some(0.5), "{range:?}");
        }
    }

    #[test]
    fn a_ratio_of_counts_is_exact() {
        let mut cross = CrossMoments::default();
        for (x, c) in [(1.0, 3.0), (0.0, 0.0), (2.0, 3.0), (f64::NAN, 1.0)] {
            cross.add(x, c);
        }
        assert_eq!((cross.runs(), cross.successes(), cross.cases()), (2, 3.0, 6.0));
        assert_eq!(cross.ratio(), Some(0.5));
        assert_eq!(cross.residual(), 0.5);
        assert_eq!(CrossMoments::default().ratio(), None);
    }

    proptest! {
        #[test]
        fn same_bytes_in_any_order_and_any_split(
            values in prop::collection::vec(-50.0..150.0_f64, 1..60), cut in 0..60_usize
        ) {
            let grid = Grid::over((0.0, 100.0));
            let whole = gather(&grid, &values);
            let cut = cut.min(values.len());
            let mut split = gather(&grid, &values[cut..]);
            split.merge(&gather(&grid, &values[..cut]));
            prop_assert_eq!(whole, split);
            let mut reversed = values.clone();
            reversed.reverse();
            prop_assert_eq!(whole, gather(&grid, &reversed));
        }

        #[test]
        fn numbers_of_any_size_do_no_harm(
            values in prop::collection::vec(any::<f64>(), 1..20), low in any::<f64>(), high in any::<f64>()
        ) {
            let grid = Grid::over((low, high));
            let moments = gather(&grid, &values);
            let observed = values.iter().filter(|v| v.is_finite()).count();
            prop_assert_eq!(moments.n(), observed as u64);
            prop_assert_eq!(moments.mean(&grid).is_some_and(f64::is_finite), observed > 0);
            prop_assert!(moments.sd(&grid).is_none_or(|sd| sd >= 0.0));
        }

        #[test]
        fn the_moments_are_those_of_the_values(values in prop::collection::vec(-500.0..1500.0_f64, 2..80)) {
            let grid = Grid::over((0.0, 10.0));
            let moments = gather(&grid, &values);
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            prop_assert!(moments.mean(&grid).is_some_and(|m| (m - mean).abs() < 1e-9));
            prop_assert!(moments.sd(&grid).is_some_and(|s| (s - sd).abs() < 1e-9 * (1.0 + sd)));
        }
    }
}
