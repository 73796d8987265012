//! Counts combined with their expectations: conditional Monte Carlo with the count as a control variate.
//!
//! `C` is 1 in runs in which an event happened, `E` the sum of the chances with which it was drawn; both have the same
//! mean. `(1 − b)·E + b·C` has it for any fixed `b`. Where the event is rare `E` varies far less than `C`, where it is
//! common `C` does, and the expected level as weight does well everywhere (`examples/worth.rs`). A weight fitted to the
//! spread of few runs would claim certainty where nothing happened to differ.
//!
//! Sums are exact, as in [`super::moments`], so any weight can be applied afterwards and the order of runs makes no
//! difference to any byte.

use super::exact::ExactSum;
use super::interval::{bounded_mean_interval, mean_interval, wilson};
use super::moments::Moments;

/// Sums of counts and expectations over runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Combined {
    expected: Moments,
    count: u64,
    /// Σ E over the runs in which it happened.
    happened: ExactSum,
}

/// What is said of a probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Combination {
    pub estimate: f64,
    pub interval: [f64; 2],
    /// Weight of the count.
    pub weight: f64,
    pub basis: Basis,
}

/// What a combination rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Expectation and count.
    Both,
    /// In no month of any run was there a chance.
    NeverPossible,
}

/// From this expected level on the count is the better estimate by itself: chances that add up to nearly 1 or more differ
/// between runs by more than the count does (`examples/worth.rs`), and what happened in every run is not to be given less.
const COUNTED_FROM: f64 = 0.7;

/// The weight of the count by the mean expectation of the baseline: that level, and 1 where the thing is common.
pub fn weight_of_count(expected: f64) -> f64 {
    if expected >= COUNTED_FROM {
        1.0
    } else {
        expected.max(0.0)
    }
}

impl Combined {
    /// Takes in one run. What is not finite counts as not observed.
    pub fn add(&mut self, count: f64, expected: f64) {
        if !count.is_finite() || !expected.is_finite() {
            return;
        }
        self.expected.add(expected);
        if count > 0.0 {
            self.count += 1;
            self.happened.add(expected);
        }
    }

    /// Takes in all that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        self.expected.merge(&other.expected);
        self.count += other.count;
        self.happened.merge(&other.happened);
    }

    /// Runs observed.
    pub fn n(&self) -> u64 {
        self.expected.n()
    }

    /// Runs in which it happened.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean expectation; none without runs.
    pub fn expected(&self) -> Option<f64> {
        self.expected.mean()
    }

    /// The weight of the count that a study fixes by its baseline, see [`weight_of_count`].
    pub fn weight(&self) -> f64 {
        weight_of_count(self.expected().unwrap_or(0.0))
    }

    /// Mean over runs of `(1 − b)·E + b·C`; none without runs.
    fn mean_with(&self, weight: f64) -> Option<f64> {
        let share = self.count as f64 / self.n() as f64;
        self.expected()
            .map(|expected| (1.0 - weight) * expected + weight * share)
    }

    /// Variance over runs of `(1 − b)·E + b·C`; none below two runs.
    pub fn variance(&self, weight: f64) -> Option<f64> {
        let n = self.n() as f64;
        if self.n() < 2 {
            return None;
        }
        let count = self.count as f64;
        // Sums of products of distances from the means.
        let of_expected = self.expected.scatter()?;
        let of_count = count * (1.0 - count / n);
        let of_both = self.happened.value() - count * self.expected()?;
        let (e, c) = (1.0 - weight, weight);
        let total = e * e * of_expected + 2.0 * e * c * of_both + c * c * of_count;
        Some((total / (n - 1.0)).max(0.0))
    }

    /// Estimate and interval with the weight `b` of the count. None without runs.
    ///
    /// The interval is Student's in the form that stays within [0, 1] ([`bounded_mean_interval`]): Wilson's for as many
    /// counted runs as would tell as much. Runs that agree to the last bit say no more than as many that were counted.
    pub fn combine(&self, weight: f64, level: f64) -> Option<Combination> {
        let n = self.n() as f64;
        if self.count == 0 && self.expected.min() == Some(0.0) && self.expected.max() == Some(0.0) {
            return Some(Combination {
                estimate: 0.0,
                interval: wilson(0.0, n, level),
                weight,
                basis: Basis::NeverPossible,
            });
        }
        let estimate = self.mean_with(weight)?.clamp(0.0, 1.0);
        let sd = self.variance(weight).unwrap_or(0.0).sqrt();
        let by_spread = (sd > 0.0).then(|| bounded_mean_interval(estimate, sd, self.n(), (0.0, 1.0), level));
        Some(Combination {
            estimate,
            interval: by_spread.flatten().unwrap_or_else(|| {
                let [low, high] = wilson(estimate * n, n, level);
                [low.clamp(0.0, estimate), high.clamp(estimate, 1.0)]
            }),
            weight,
            basis: Basis::Both,
        })
    }

    /// Mean with the weight `b` and Student's interval of it, which knows no bounds; none below two runs.
    pub fn mean(&self, weight: f64, level: f64) -> Option<(f64, [f64; 2])> {
        let mean = self.mean_with(weight)?;
        let interval = mean_interval(mean, self.variance(weight)?.sqrt(), self.n(), level)?;
        Some((mean, interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal_quantile;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn what_happened_in_every_run_is_given_as_all_of_them() {
        let mut all = Combined::default();
        for run in 0..200 {
            all.add(1.0, 0.6 + 0.004 * f64::from(run));
        }
        let found = all.combine(all.weight(), 0.95).expect("two hundred runs");
        assert_eq!((found.estimate, found.interval[1]), (1.0, 1.0));
        assert!((found.interval[0] - wilson(200.0, 200.0, 0.95)[0]).abs() < 1e-12);
    }

    /// Months of a simulated run.
    const MONTHS: u32 = 60;

    /// Runs whose monthly chance differs from run to run by a lognormal factor, `level` a run in the middle.
    struct World {
        level: f64,
        spread: f64,
    }

    impl World {
        fn chance(&self, u: f64) -> f64 {
            let rate = self.level * (self.spread * normal_quantile(u)).exp();
            1.0 - (-rate / f64::from(MONTHS)).exp()
        }

        /// Probability of the event, by the midpoint rule over the factor.
        fn truth(&self) -> f64 {
            let points = 20_000;
            let one = |k: i32| 1.0 - (1.0 - self.chance((f64::from(k) + 0.5) / f64::from(points))).powi(MONTHS as i32);
            (0..points).map(one).sum::<f64>() / f64::from(points)
        }

        /// Count and expectation of one run.
        fn run(&self, rng: &mut Xoshiro256PlusPlus) -> (f64, f64) {
            let p = self.chance(rng.random::<f64>());
            let mut expected = 0.0;
            for _ in 0..MONTHS {
                expected += p;
                if rng.random::<f64>() < p {
                    return (1.0, expected);
                }
            }
            (0.0, expected)
        }
    }

    fn gather(runs: &[(f64, f64)]) -> Combined {
        let mut all = Combined::default();
        runs.iter().for_each(|(c, e)| all.add(*c, *e));
        all
    }

    /// Of 1,500 intervals of 200 runs each between 92 and 98 percent hold the truth: the standard error of the share is
    /// 0.6 percentage points, and lognormal chances that span two orders of magnitude cost coverage of about a point.
    #[test]
    fn the_interval_covers_what_it_says_from_rare_to_common() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(9);
        for level in [0.001, 0.02, 0.2, 1.0, 3.0] {
            let world = World { level, spread: 0.8 };
            let truth = world.truth();
            let trials = 1_500;
            let held = (0..trials)
                .filter(|_| {
                    let runs: Vec<(f64, f64)> = (0..200).map(|_| world.run(&mut rng)).collect();
                    let all = gather(&runs);
                    let found = all.combine(all.weight(), 0.95).expect("runs");
                    assert!((0.0..=1.0).contains(&found.interval[0]) && found.interval[1] <= 1.0);
                    found.interval[0] <= truth && truth <= found.interval[1]
                })
                .count();
            let share = held as f64 / f64::from(trials);
            assert!((0.92..0.98).contains(&share), "level {level}: {share}");
        }
    }

    #[test]
    fn the_combination_is_never_worth_less_than_counting_nor_far_less_than_expecting() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
        for level in [0.001, 0.05, 0.7, 3.0, 8.0] {
            let world = World { level, spread: 0.5 };
            let runs: Vec<(f64, f64)> = (0..20_000).map(|_| world.run(&mut rng)).collect();
            let all = gather(&runs);
            let of = |weight: f64| all.variance(weight).expect("many runs");
            let combined = of(all.weight());
            assert!(combined < 1.02 * of(1.0).min(of(0.0)), "level {level}: {combined}");
        }
    }

    #[test]
    fn the_moments_are_those_of_the_runs_in_any_order_and_split() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let world = World {
            level: 0.5,
            spread: 1.0,
        };
        let runs: Vec<(f64, f64)> = (0..500).map(|_| world.run(&mut rng)).collect();
        let all = gather(&runs);
        let (mut one, two) = (gather(&runs[300..]), gather(&runs[..300]));
        one.merge(&two);
        assert_eq!(all, one);
        let b = 0.3;
        let values: Vec<f64> = runs.iter().map(|(c, e)| (1.0 - b) * e + b * c).collect();
        let mean = values.iter().sum::<f64>() / 500.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 499.0;
        let found = all.combine(b, 0.95).expect("runs");
        assert!((found.estimate - mean).abs() < 1e-9);
        assert!(all.variance(b).is_some_and(|v| (v - variance).abs() < 1e-8));
        assert!(
            all.mean(b, 0.95)
                .is_some_and(|(m, [low, high])| (m - mean).abs() < 1e-9 && low < m && m < high)
        );
    }

    #[test]
    fn what_no_run_gave_a_chance_has_a_bound_and_what_is_certain_has_one() {
        let never = gather(&[(0.0, 0.0); 400]).combine(0.0, 0.95).expect("runs");
        assert_eq!((never.basis, never.estimate), (Basis::NeverPossible, 0.0));
        assert_eq!(never.interval, wilson(0.0, 400.0, 0.95));
        let always = gather(&[(1.0, 1.0); 400]);
        let always = always.combine(always.weight(), 0.95).expect("runs");
        assert_eq!((always.basis, always.estimate), (Basis::Both, 1.0));
        assert_eq!(always.interval, wilson(400.0, 400.0, 0.95));
        assert_eq!(Combined::default().combine(0.5, 0.95), None);
        let single = gather(&[(0.0, 0.01)]).combine(0.01, 0.95).expect("a run");
        assert!(
            single.interval[0] < single.estimate && single.interval[1] > 0.5,
            "{single:?}"
        );
    }

    #[test]
    fn where_nothing_happened_the_chances_still_tell() {
        let runs: Vec<(f64, f64)> = (0..300).map(|k| (0.0, 1e-4 * f64::from(k % 3))).collect();
        let all = gather(&runs);
        let found = all.combine(all.weight(), 0.95).expect("runs");
        assert!((found.estimate - 1e-4).abs() < 1e-6);
        assert!(found.interval[0] > 0.8e-4 && found.interval[1] < 1.2e-4, "{found:?}");
    }
}
