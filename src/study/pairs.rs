//! Two arms on the same luck, outcome by outcome: running sums over pairs of runs, and the contrast that they hold.

use serde::{Deserialize, Serialize};

use crate::model::record::{Measure, RunRecord};
use crate::stats::{Joint, bonett_price, t_quantile, weight_of_count};

/// Fewest pairs that must differ before a direction is claimed. With five, all of them to the same side, a sign test
/// still has an error rate of 6 percent; with six, 3 percent.
pub const FEWEST_CHANGED: u64 = 6;

/// What one run says of one outcome. This is the one place where an outcome's number in a run is taken from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Successes for a share, otherwise the number.
    pub value: f64,
    /// Cases for a share, otherwise 1.
    pub cases: f64,
    /// The expectation beside a count; read only where the outcome has one.
    pub expected: f64,
}

impl Reading {
    /// The reading of the outcome at `place` in the record; not a number where it was not observed.
    pub fn of(record: &RunRecord, place: usize) -> Self {
        let at = |values: &[f64]| values.get(place).copied().unwrap_or(f64::NAN);
        Self {
            value: at(&record.values),
            cases: at(&record.cases),
            expected: at(&record.expected),
        }
    }
}

/// Whether a difference can be told from chance, and on which side it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    #[serde(rename = "higher")]
    Higher,
    #[serde(rename = "lower")]
    Lower,
    #[serde(rename = "not resolved")]
    NotResolved,
}

impl Verdict {
    /// The verdict of an interval of the difference that rests on `changed` differing pairs.
    pub fn of(interval: Option<[f64; 2]>, changed: u64) -> Self {
        match interval {
            Some([low, _]) if low > 0.0 && changed >= FEWEST_CHANGED => Verdict::Higher,
            Some([_, high]) if high < 0.0 && changed >= FEWEST_CHANGED => Verdict::Lower,
            _ => Verdict::NotResolved,
        }
    }

    /// The word of `comparison.json`.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Higher => "higher",
            Verdict::Lower => "lower",
            Verdict::NotResolved => "not resolved",
        }
    }
}

/// The difference of one outcome between two arms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Estimates of the two arms from the pairs; none for a share without cases.
    pub baseline: Option<f64>,
    pub arm: Option<f64>,
    /// `arm − baseline`: of probabilities whose chances are known by expectation and count, and of means, with Student's
    /// interval over pairs; of counted probabilities with that of Bonett and Price; of pooled shares by the delta method.
    pub difference: Option<f64>,
    pub interval: Option<[f64; 2]>,
    /// `arm / baseline`, with the interval of its logarithm by the delta method over pairs; none unless both are above 0.
    pub ratio: Option<f64>,
    pub ratio_interval: Option<[f64; 2]>,
    /// Correlation of the pairs that common luck achieved; none where one side never varies.
    pub correlation: Option<f64>,
    /// Pairs in which the two differ at all.
    pub changed: u64,
    /// For things that happen or not: pairs in which only one of the two saw it.
    pub only_baseline: u64,
    pub only_arm: u64,
    pub verdict: Verdict,
}

/// Running sums of one outcome: value and cases (of a thing with known chances: count and expectation) of the baseline,
/// and what the arm adds to them. Its size does not depend on the number of runs. The last bits depend on the order of
/// the runs, so add them in theirs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairs {
    measure: Measure,
    /// Whether the count has an expectation beside it.
    is_expected: bool,
    joint: Joint<4>,
    changed: u64,
    only_baseline: u64,
    only_arm: u64,
    /// Runs with cases, by arm.
    with_cases: [u64; 2],
}

impl Pairs {
    /// No pairs yet, of things that are counted only.
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            is_expected: false,
            joint: Joint::default(),
            changed: 0,
            only_baseline: 0,
            only_arm: 0,
            with_cases: [0; 2],
        }
    }

    /// No pairs yet, of a thing that happens or not and has its expectation beside the count.
    pub fn expected() -> Self {
        Self {
            is_expected: true,
            ..Self::new(Measure::Happened)
        }
    }

    /// How the outcome is measured.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Takes in one pair; one in which a side was not observed is left out.
    pub fn add(&mut self, baseline: Reading, arm: Reading) {
        let sums = |r: Reading| (r.value, if self.is_expected { r.expected } else { r.cases });
        let ((x, c), (y, d)) = (sums(baseline), sums(arm));
        if ![x, c, y, d].iter().all(|v| v.is_finite()) {
            return;
        }
        self.joint.add([x, c, y - x, d - c]);
        self.changed += u64::from(x != y || c != d);
        self.only_baseline += u64::from(x > y);
        self.only_arm += u64::from(y > x);
        self.with_cases[0] += u64::from(c > 0.0);
        self.with_cases[1] += u64::from(d > 0.0);
    }

    /// Pairs observed.
    pub fn n(&self) -> u64 {
        self.joint.n()
    }

    /// Weight of the count beside the expectation, for both arms: by what the baseline leads to expect.
    pub(super) fn weight(&self) -> f64 {
        if self.is_expected {
            weight_of_count(self.joint.mean(1))
        } else {
            1.0
        }
    }

    /// Means of value and cases (of count and expectation) as the number that is compared; none of a share without cases.
    fn of(&self, sum: f64, cases: f64, weight: f64) -> Option<f64> {
        match (self.measure == Measure::Share, self.is_expected) {
            (true, _) => (cases > 0.0).then(|| sum / cases),
            (false, true) => Some(weight * sum + (1.0 - weight) * cases),
            (false, false) => Some(sum),
        }
    }

    /// The difference of the two arms by these pairs, and its gradient over what is summed: `(x, c, y − x, d − c)`. The last
    /// two move the arm alone, so that equal arms have a difference of exactly 0 with no width.
    pub(super) fn difference(&self, weight: f64) -> Option<(f64, [f64; 4])> {
        let j = &self.joint;
        let (x, c) = (j.mean(0), j.mean(1));
        let (y, d) = (x + j.mean(2), c + j.mean(3));
        if j.n() == 0 {
            return None;
        }
        let rest = 1.0 - weight;
        Some(match (self.measure, self.is_expected && weight < 1.0) {
            (Measure::Share, _) => {
                let (p, q) = (self.of(x, c, weight)?, self.of(y, d, weight)?);
                (q - p, [1.0 / d - 1.0 / c, p / c - q / d, 1.0 / d, -q / d])
            }
            (_, true) => (weight * j.mean(2) + rest * j.mean(3), [0.0, 0.0, weight, rest]),
            (_, false) => (j.mean(2), [0.0, 0.0, 1.0, 0.0]),
        })
    }

    /// The logarithm of arm by baseline, and its gradient; none unless both are above 0.
    pub(super) fn log_ratio(&self, weight: f64) -> Option<(f64, [f64; 4])> {
        let j = &self.joint;
        let (x, c) = (j.mean(0), j.mean(1));
        let (y, d) = (x + j.mean(2), c + j.mean(3));
        if j.n() == 0 {
            return None;
        }
        let (p, q) = (self.of(x, c, weight)?, self.of(y, d, weight)?);
        let rest = 1.0 - weight;
        let cases = f64::from(u8::from(self.measure == Measure::Share));
        let gradient = match self.is_expected {
            true => [
                weight * (1.0 / q - 1.0 / p),
                rest * (1.0 / q - 1.0 / p),
                weight / q,
                rest / q,
            ],
            false => [1.0 / y - 1.0 / x, cases * (1.0 / c - 1.0 / d), 1.0 / y, -cases / d],
        };
        (p > 0.0 && q > 0.0).then(|| ((q / p).ln(), gradient))
    }

    /// Variance over pairs of what has this gradient.
    pub(super) fn variance(&self, gradient: [f64; 4]) -> f64 {
        let mut variance = 0.0;
        for (i, g) in gradient.iter().enumerate() {
            for (k, h) in gradient.iter().enumerate() {
                variance += g * h * self.joint.covariance(i, k);
            }
        }
        variance.max(0.0)
    }

    /// What a group of pairs weighs when groups are averaged, and pairs that tell of it: all pairs, of a share the cases that
    /// both arms have (half their harmonic mean) and the pairs with cases.
    pub(super) fn mass(&self) -> (f64, u64) {
        if self.measure != Measure::Share {
            return (self.joint.n() as f64, self.joint.n());
        }
        let n = self.joint.n() as f64;
        let (c, d) = (n * self.joint.mean(1), n * (self.joint.mean(1) + self.joint.mean(3)));
        let both = if c > 0.0 && d > 0.0 { c * d / (c + d) } else { 0.0 };
        (both, self.with_cases[0].min(self.with_cases[1]))
    }

    /// True if no pair differs.
    pub(super) fn is_same(&self) -> bool {
        self.changed == 0
    }

    /// The contrast at a level between 0 and 1.
    pub fn contrast(&self, level: f64) -> Contrast {
        let j = &self.joint;
        let (x, c) = (j.mean(0), j.mean(1));
        let (y, d) = (x + j.mean(2), c + j.mean(3));
        let is_share = self.measure == Measure::Share;
        // One weight of the count for both arms, by what the baseline leads to expect; the rest is that of the expectation.
        let weight = self.weight();
        let rest = 1.0 - weight;
        let (baseline, arm) = match j.n() {
            0 => (None, None),
            _ => (self.of(x, c, weight), self.of(y, d, weight)),
        };
        let both = baseline.zip(arm);
        let by_count = self.measure == Measure::Happened && weight >= 1.0;
        let (difference, interval) = match self.difference(weight) {
            Some(_) if by_count => {
                let p = bonett_price(self.only_baseline, self.only_arm, j.n(), level);
                (p.map(|p| p.difference), p.map(|p| p.interval))
            }
            Some((value, gradient)) => {
                let enough = !is_share || self.with_cases.iter().all(|m| *m >= 2);
                (Some(value), j.interval(value, gradient, level).filter(|_| enough))
            }
            None => (None, None),
        };
        let positive = both.filter(|(p, q)| *p > 0.0 && *q > 0.0);
        let log = self
            .log_ratio(weight)
            .and_then(|(value, gradient)| j.interval(value, gradient, level));
        // Of the number that is compared: value, or count and expectation by their weights.
        let mixed = |a: usize, b: usize| match self.is_expected {
            false => j.covariance(a, b),
            true => {
                let cross = j.covariance(a, b + 1) + j.covariance(a + 1, b);
                weight * weight * j.covariance(a, b) + weight * rest * cross + rest * rest * j.covariance(a + 1, b + 1)
            }
        };
        let (vx, vd, xd) = (mixed(0, 0), mixed(2, 2), mixed(0, 2));
        let vy = vx + 2.0 * xd + vd;
        let happened = |count: u64| if self.measure == Measure::Happened { count } else { 0 };
        Contrast {
            baseline,
            arm,
            difference,
            interval,
            ratio: positive.map(|(p, q)| q / p),
            ratio_interval: log.map(|i| i.map(f64::exp)),
            correlation: (vx > 0.0 && vy > 0.0).then(|| ((vx + xd) / (vx * vy).sqrt()).clamp(-1.0, 1.0)),
            changed: self.changed,
            only_baseline: happened(self.only_baseline),
            only_arm: happened(self.only_arm),
            verdict: Verdict::of(interval, self.changed),
        }
    }
}

/// Pairs after which an interval of this half-width over `n` pairs would be as narrow as `wanted`; rounded up to two
/// figures, because it rests on a variance that is itself estimated. None where it cannot be told.
pub fn pairs_for(n: u64, half_width: f64, level: f64, wanted: f64) -> Option<u64> {
    if n < 2 || !(half_width.is_finite() && half_width > 0.0 && wanted > 0.0) {
        return None;
    }
    // Towards many pairs Student's quantile becomes the normal one.
    let scale = t_quantile(level, 1e9) / t_quantile(level, (n - 1) as f64);
    let pairs = n as f64 * (scale * half_width / wanted).powi(2);
    let step = 10_f64.powf((pairs.log10().floor() - 1.0).max(0.0));
    let rounded = (pairs / step).ceil() * step;
    (rounded < 1e12).then_some(rounded as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal_quantile;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    const LEVEL: f64 = 0.95;

    fn reading(value: f64, cases: f64) -> Reading {
        Reading {
            value,
            cases,
            expected: f64::NAN,
        }
    }

    /// Contrasts of `trials` samples of `n` pairs that `draw` makes; the seed is fixed.
    fn contrasts(
        measure: Measure,
        trials: u32,
        n: u32,
        mut draw: impl FnMut(&mut Xoshiro256PlusPlus) -> (Reading, Reading),
    ) -> Vec<Contrast> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(31);
        let sample = |_| {
            let mut pairs = Pairs::new(measure);
            for _ in 0..n {
                let (a, b) = draw(&mut rng);
                pairs.add(a, b);
            }
            pairs.contrast(LEVEL)
        };
        (0..trials).map(sample).collect()
    }

    /// Share of intervals that hold the truth.
    fn coverage(intervals: impl Iterator<Item = Option<[f64; 2]>>, truth: f64) -> f64 {
        let all: Vec<bool> = intervals
            .map(|i| i.is_some_and(|[low, high]| low <= truth && truth <= high))
            .collect();
        all.iter().filter(|hit| **hit).count() as f64 / all.len() as f64
    }

    /// Three pairs by hand: differences 1, 2, 3 have mean 2 and deviation 1; t(2) = 4.3027.
    #[test]
    fn a_difference_of_means_meets_the_closed_form() {
        let mut pairs = Pairs::new(Measure::Number);
        for (x, y) in [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)] {
            pairs.add(reading(x, 1.0), reading(y, 1.0));
        }
        pairs.add(reading(f64::NAN, 1.0), reading(1.0, 1.0));
        let c = pairs.contrast(LEVEL);
        assert_eq!(
            (pairs.n(), c.baseline, c.arm, c.difference),
            (3, Some(2.0), Some(4.0), Some(2.0))
        );
        let half = 4.302_652_729_749_464 / 3.0_f64.sqrt();
        let [low, high] = c.interval.expect("three pairs");
        assert!((low - 2.0 + half).abs() < 1e-9 && (high - 2.0 - half).abs() < 1e-9);
        assert_eq!((c.ratio, c.changed), (Some(2.0), 3));
        // One is exactly twice the other, so the ratio is certain.
        let [low, high] = c.ratio_interval.expect("positive means");
        assert!((low - 2.0).abs() < 1e-9 && (high - 2.0).abs() < 1e-9);
        assert!(c.correlation.is_some_and(|r| (r - 1.0).abs() < 1e-12));
    }

    /// A thing that happens with a chance that differs from run to run, .02 in the middle; the arm's chance is 1.1 times
    /// the baseline's, and the dice are shared. 2,000 samples of 300 pairs: a standard error of 0.5 percent, four of which
    /// are allowed. The interval of the plain counts is wider by far.
    #[test]
    fn a_contrast_of_known_chances_covers_and_is_worth_many_counted_ones() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(31);
        let (mut covered, mut narrow) = (0, 0);
        for _ in 0..2_000 {
            let (mut pairs, mut counted) = (Pairs::expected(), Pairs::new(Measure::Happened));
            for _ in 0..300 {
                let chance = 0.04 * rng.random::<f64>();
                let dice = rng.random::<f64>();
                let of = |p: f64| Reading {
                    value: f64::from(u8::from(dice < p)),
                    cases: 1.0,
                    expected: p,
                };
                let (a, b) = (of(chance), of(1.1 * chance));
                pairs.add(a, b);
                counted.add(a, b);
            }
            let width = |c: &Contrast| c.interval.map_or(f64::INFINITY, |[low, high]| high - low);
            let (known, plain) = (pairs.contrast(LEVEL), counted.contrast(LEVEL));
            covered += u32::from(known.interval.is_some_and(|[low, high]| low <= 0.002 && 0.002 <= high));
            narrow += u32::from(10.0 * width(&known) < width(&plain));
            assert_eq!(
                known.arm.zip(known.baseline).map(|(q, p)| (q - p) / p > 0.0),
                Some(true)
            );
        }
        assert!((0.93..0.97).contains(&(f64::from(covered) / 2_000.0)), "{covered}");
        assert_eq!(narrow, 2_000);
    }

    /// Gamma-like rates that share their luck; 2,000 samples of 150 pairs have a standard error of 0.5 percent, four of
    /// which are allowed on either side of 95 percent.
    #[test]
    fn differences_and_ratios_of_skewed_rates_cover_what_they_say() {
        let found = contrasts(Measure::Number, 2_000, 150, |rng| {
            let shared = -rng.random::<f64>().ln();
            let own = -rng.random::<f64>().ln();
            (reading(shared, 1.0), reading(1.1 * shared + 0.1 * own, 1.0))
        });
        let difference = coverage(found.iter().map(|c| c.interval), 0.2);
        let ratio = coverage(found.iter().map(|c| c.ratio_interval), 1.2);
        assert!((0.93..0.97).contains(&difference), "{difference}");
        assert!((0.93..0.97).contains(&ratio), "{ratio}");
    }

    /// Runs of 0 to 4 cases that share one fate, 30 percent against 40.
    #[test]
    fn differences_of_pooled_shares_cover_what_they_say() {
        let found = contrasts(Measure::Share, 2_000, 200, |rng| {
            let cases = (rng.random::<f64>() * 5.0).floor();
            let luck = rng.random::<f64>();
            let of = |p: f64| reading(if luck < p { cases } else { 0.0 }, cases);
            (of(0.3), of(0.4))
        });
        let share = coverage(found.iter().map(|c| c.interval), 0.1);
        assert!((0.93..0.97).contains(&share), "{share}");
    }

    /// With nothing between the arms a direction may be claimed in one sample of twenty: of 3,000 samples the share has a
    /// standard error of 0.4 percent. Rare differences are the hard case, in which a handful of pairs decides.
    #[test]
    fn a_direction_is_claimed_by_chance_no_more_often_than_said() {
        for share in [0.01, 0.03, 0.5] {
            for measure in [Measure::Number, Measure::Happened] {
                let found = contrasts(measure, 3_000, 400, |rng| {
                    let (luck, side) = (rng.random::<f64>(), rng.random::<f64>());
                    let differs = luck < share;
                    let one = f64::from(u8::from(differs && side < 0.5));
                    let other = f64::from(u8::from(differs && side >= 0.5));
                    (reading(one, 1.0), reading(other, 1.0))
                });
                let claimed = found.iter().filter(|c| c.verdict != Verdict::NotResolved).count() as f64 / 3_000.0;
                assert!(claimed < 0.067, "{measure:?} {share}: {claimed}");
            }
        }
    }

    #[test]
    fn a_clear_difference_is_found_and_named_by_its_side() {
        let found = contrasts(Measure::Number, 50, 100, |rng| {
            let luck = normal_quantile(rng.random::<f64>());
            (reading(luck, 1.0), reading(luck - 1.0 + 0.1 * rng.random::<f64>(), 1.0))
        });
        assert!(found.iter().all(|c| c.verdict == Verdict::Lower));
    }

    #[test]
    fn fewer_than_six_differing_pairs_claim_nothing() {
        let mut pairs = Pairs::new(Measure::Number);
        for run in 0..1_000 {
            pairs.add(reading(0.0, 1.0), reading(f64::from(u8::from(run < 5)), 1.0));
        }
        let c = pairs.contrast(LEVEL);
        assert!(
            c.interval.is_some_and(|[low, _]| low > 0.0),
            "the interval alone would claim one"
        );
        assert_eq!(c.verdict, Verdict::NotResolved);
        pairs.add(reading(0.0, 1.0), reading(1.0, 1.0));
        assert_eq!(pairs.contrast(LEVEL).verdict, Verdict::Higher);
    }

    #[test]
    fn half_the_width_takes_four_times_the_pairs() {
        let n = 1_000_000;
        assert_eq!(pairs_for(n, 0.2, LEVEL, 0.1), Some(4_000_000));
        assert_eq!(pairs_for(n, 0.2, LEVEL, 0.0), None);
        assert_eq!(pairs_for(1, 0.2, LEVEL, 0.1), None);
    }
}
