//! Means and variances whose bytes do not depend on the order of the data, and that lose no digit.
//!
//! Sums and sums of squares are kept without rounding ([`ExactSum`]). So any split of the runs over blocks, threads, resumed parts or
//! machines ends in the same bytes, a variance suffers no cancellation however far the mean lies from 0, and no range has to be declared.

use super::exact::{ExactSum, add_with_squares};

/// Count, mean, spread and extremes of a stream of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    n: u64,
    sum: ExactSum,
    squares: ExactSum,
    min: f64,
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            n: 0,
            sum: ExactSum::default(),
            squares: ExactSum::default(),
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    /// Takes in one value. A value that is not finite counts as not observed.
    #[inline]
    pub fn add(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        self.n += 1;
        self.sum.add(x);
        self.squares.add_product(x, x);
        self.min = self.min.min(x);
        self.max = self.max.max(x);
    }

    /// Takes in many values, all finite.
    pub fn add_all(&mut self, values: &[f64]) {
        self.n += values.len() as u64;
        add_with_squares(&mut self.sum, &mut self.squares, values);
        for &x in values {
            self.min = if x < self.min { x } else { self.min };
            self.max = if x > self.max { x } else { self.max };
        }
    }

    /// Takes in all that `other` has seen; exact, so the order of merging does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
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

    /// The sum of all values.
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// The mean; none without values. Exact where all values are the same.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum.divided(self.n as f64).clamp(self.min, self.max))
    }

    /// Sum of squared distances from the mean; none without values.
    pub fn scatter(&self) -> Option<f64> {
        let centre = self.mean()?;
        if self.min == self.max {
            return Some(0.0);
        }
        let n = self.n as f64;
        // Around the rounded mean c: Σx² − cΣx − c(Σx − nc), without rounding, less what the rounding of c adds.
        let mut all = ExactSum::default();
        all.add_product(n, centre);
        let mut off = self.sum.clone();
        off.add_times(&all, -1.0);
        let mut around = self.squares.clone();
        around.add_times(&self.sum, -centre);
        around.add_times(&off, -centre);
        let off = off.value();
        Some((around.value() - off * (off / n)).max(0.0))
    }

    /// Variance over values, with `n - 1`; none below two values.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then_some(())?;
        self.scatter().map(|scatter| scatter / (self.n - 1) as f64)
    }

    /// Standard deviation over values, with `n - 1`; none below two values.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }
}

/// Sums over runs of successes `x` and cases `c`, for a pooled ratio with the run as sampling unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CrossMoments {
    runs: u64,
    x: ExactSum,
    c: ExactSum,
    xx: ExactSum,
    xc: ExactSum,
    cc: ExactSum,
}

impl CrossMoments {
    /// Takes in one run. Runs without cases, and numbers that are not finite, are passed over.
    pub fn add(&mut self, successes: f64, cases: f64) {
        if !(successes.is_finite() && cases.is_finite() && cases > 0.0) {
            return;
        }
        self.runs += 1;
        self.x.add(successes);
        self.c.add(cases);
        self.xx.add_product(successes, successes);
        self.xc.add_product(successes, cases);
        self.cc.add_product(cases, cases);
    }

    /// Takes in all that `other` has seen; exact.
    pub fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        self.x.merge(&other.x);
        self.c.merge(&other.c);
        self.xx.merge(&other.xx);
        self.xc.merge(&other.xc);
        self.cc.merge(&other.cc);
    }

    /// Runs that have cases.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Sum of successes.
    pub fn successes(&self) -> f64 {
        self.x.value()
    }

    /// Sum of cases.
    pub fn cases(&self) -> f64 {
        self.c.value()
    }

    /// Σx/Σc; none without cases.
    pub fn ratio(&self) -> Option<f64> {
        let cases = self.cases();
        (cases > 0.0)
            .then(|| self.successes() / cases)
            .filter(|ratio| ratio.is_finite())
    }

    /// Σ(x - R c)² at the ratio R; 0 where the runs do not differ by more than the rounding of R.
    pub fn residual(&self) -> f64 {
        let Some(ratio) = self.ratio() else { return 0.0 };
        let mut residual = self.xx.clone();
        residual.add_times(&self.xc, -ratio);
        residual.add_times(&self.xc, -ratio);
        let mut explained = ExactSum::default();
        explained.add_times(&self.cc, ratio);
        residual.add_times(&explained, ratio);
        let residual = residual.value();
        // A ratio is rounded by at most half of 2^-52 of itself, and of successes up to their sum.
        let rounding = f64::EPSILON * f64::EPSILON * ratio * ratio * self.cc.value();
        if residual <= rounding { 0.0 } else { residual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gather(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|&v| moments.add(v));
        moments
    }

    /// Digits that agree with a certified value.
    fn close(found: Option<f64>, certified: f64) -> bool {
        found.is_some_and(|x| (x - certified).abs() <= 1e-12 * certified.abs())
    }

    /// Values that alternate around a first one, as the accuracy tests NumAcc of the NIST Statistical Reference Datasets do.
    fn alternating(first: f64, low: f64, high: f64, pairs: usize) -> Vec<f64> {
        let mut values = vec![first];
        for _ in 0..pairs {
            values.extend([low, high]);
        }
        values
    }

    /// The standard deviation of the numbers themselves, which lie beside the decimal ones: with `a` pairs of deviations d and e
    /// from the first value, exact in binary, the sum is a(d + e) and the squares a(d² + e²).
    fn sd_of(first: f64, low: f64, high: f64, pairs: usize) -> f64 {
        let (d, e, a) = (low - first, high - first, pairs as f64);
        let n = 2.0 * a + 1.0;
        let shift = a * (d + e) / n;
        ((a * ((d - shift).powi(2) + (e - shift).powi(2)) + shift * shift) / (n - 1.0)).sqrt()
    }

    #[test]
    fn means_and_deviations_far_from_zero_keep_twelve_digits() {
        // NumAcc1, NumAcc2, NumAcc3 and NumAcc4.
        let small = gather(&[10_000_001.0, 10_000_003.0, 10_000_002.0]);
        assert!(close(small.mean(), 10_000_002.0) && close(small.sd(), 1.0));
        for first in [1.2, 1_000_000.2, 10_000_000.2] {
            let (low, high) = (first - 0.1, first + 0.1);
            let moments = gather(&alternating(first, low, high, 500));
            assert!(close(moments.mean(), first), "{first}: {:?}", moments.mean());
            let sd = sd_of(first, low, high, 500);
            assert!(close(moments.sd(), sd), "{first}: {:?} for {sd}", moments.sd());
        }
        let offset: Vec<f64> = (0..1_000).map(|k| 1e9 + f64::from(k % 10)).collect();
        assert!(close(gather(&offset).sd(), (8.25_f64 * 1_000.0 / 999.0).sqrt()));
        assert!(close(gather(&offset).mean(), 1e9 + 4.5));
    }

    #[test]
    fn one_small_value_among_many_zeros_keeps_every_digit() {
        let mut values = vec![0.0; 9_999];
        values.push(1.0);
        let moments = gather(&values);
        assert_eq!(moments.mean(), Some(1e-4));
        assert!(close(moments.sd(), 0.01), "{:?}", moments.sd());
    }

    #[test]
    fn a_constant_keeps_every_digit() {
        let moments = gather(&[0.1; 7]);
        assert_eq!((moments.mean(), moments.sd()), (Some(0.1), Some(0.0)));
    }

    #[test]
    fn nothing_observed_has_no_mean() {
        let moments = gather(&[f64::NAN, f64::INFINITY]);
        assert_eq!((moments.n(), moments.mean(), moments.min()), (0, None, None));
        assert_eq!(gather(&[0.5]).sd(), None);
    }

    #[test]
    fn neighbouring_numbers_have_a_spread() {
        let next = 1.0 + f64::EPSILON;
        let sd = gather(&[1.0, 1.0, next]).sd();
        assert!(close(sd, f64::EPSILON / 3.0_f64.sqrt()), "{sd:?}");
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

    #[test]
    fn runs_of_one_ratio_leave_no_residual() {
        let mut cross = CrossMoments::default();
        (1..200).for_each(|k| cross.add(f64::from(k), 3.0 * f64::from(k)));
        assert_eq!((cross.ratio(), cross.residual()), (Some(1.0 / 3.0), 0.0));
    }

    proptest! {
        #[test]
        fn same_bytes_in_any_order_and_any_split(
            values in prop::collection::vec(any::<f64>(), 1..60), cut in 0..60_usize
        ) {
            let whole = gather(&values);
            let cut = cut.min(values.len());
            let mut split = gather(&values[cut..]);
            split.merge(&gather(&values[..cut]));
            prop_assert_eq!(&whole, &split);
            let mut reversed = values.clone();
            reversed.reverse();
            prop_assert_eq!(&whole, &gather(&reversed));
        }

        #[test]
        fn numbers_of_any_size_do_no_harm(values in prop::collection::vec(any::<f64>(), 1..20)) {
            let moments = gather(&values);
            let observed = values.iter().filter(|v| v.is_finite()).count();
            prop_assert_eq!(moments.n(), observed as u64);
            prop_assert_eq!(moments.mean().is_some_and(f64::is_finite), observed > 0);
            prop_assert!(moments.sd().is_none_or(|sd| sd >= 0.0));
        }

        /// Whole numbers around an offset: sums of 128 bits hold them exactly, so the expected values are rounded once.
        #[test]
        fn the_moments_are_those_of_the_values_wherever_they_lie(
            steps in prop::collection::vec(-1_000_i64..1_000, 2..80), offset in prop::sample::select(vec![0_i64, 1 << 20, 1 << 40, -(1 << 50)])
        ) {
            let values: Vec<f64> = steps.iter().map(|s| (s + offset) as f64).collect();
            let moments = gather(&values);
            let n = values.len() as i128;
            let sum: i128 = steps.iter().map(|s| i128::from(*s)).sum();
            let squares: i128 = steps.iter().map(|s| i128::from(*s).pow(2)).sum();
            let variance = (n * squares - sum * sum) as f64 / (n * (n - 1)) as f64;
            prop_assert!(moments.sd().is_some_and(|sd| (sd - variance.sqrt()).abs() <= 1e-12 * variance.sqrt()));
            let mean = offset as f64 + sum as f64 / n as f64;
            prop_assert!(moments.mean().is_some_and(|m| (m - mean).abs() <= 2.0 * f64::EPSILON * mean.abs().max(1.0)));
        }
    }
}
