//! Two arms on the same luck, outcome by outcome: running sums over pairs of runs, and the contrast that they hold.

use serde::{Deserialize, Serialize};

use crate::model::record::{Measure, RunRecord};
use crate::stats::{Joint, bonett_price, t_quantile};

/// Fewest pairs that must differ before a direction is claimed. With five, all of them to the same side, a sign test
/// still has an error rate of 6 percent; with six, 3 percent.
pub const FEWEST_CHANGED: u64 = 6;

/// What one run says of one outcome. This is the one place where an outcome's number in a run is taken from; a number
/// that is better than the count can take its place here, for every estimator at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Successes for a share, otherwise the number.
    pub value: f64,
    /// Cases for a share, otherwise 1.
    pub cases: f64,
}

impl Reading {
    /// The reading of the outcome at `place` in the record; not a number where it was not observed.
    pub fn of(record: &RunRecord, place: usize) -> Self {
        let at = |values: &[f64]| values.get(place).copied().unwrap_or(f64::NAN);
        Self {
            value: at(&record.values),
            cases: at(&record.cases),
        }
    }

    fn is_observed(&self) -> bool {
        self.value.is_finite() && self.cases.is_finite()
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
    /// `arm − baseline`: of probabilities with the interval of Bonett and Price, of means with Student's over pairs, of
    /// pooled shares by the delta method.
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

/// Running sums of one outcome: value and cases of the baseline, and what the arm adds to them. Its size does not depend
/// on the number of runs. The last bits depend on the order of the runs, so add them in theirs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairs {
    measure: Measure,
    joint: Joint<4>,
    changed: u64,
    only_baseline: u64,
    only_arm: u64,
    /// Runs with cases, by arm.
    with_cases: [u64; 2],
}

impl Pairs {
    /// No pairs yet.
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            joint: Joint::default(),
            changed: 0,
            only_baseline: 0,
            only_arm: 0,
            with_cases: [0; 2],
        }
    }

    /// How the outcome is measured.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Takes in one pair; one in which a side was not observed is left out.
    pub fn add(&mut self, baseline: Reading, arm: Reading) {
        if !(baseline.is_observed() && arm.is_observed()) {
            return;
        }
        let ((x, c), (y, d)) = ((baseline.value, baseline.cases), (arm.value, arm.cases));
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

    /// The contrast at a level between 0 and 1.
    pub fn contrast(&self, level: f64) -> Contrast {
        let j = &self.joint;
        let (x, c) = (j.mean(0), j.mean(1));
        let (y, d) = (x + j.mean(2), c + j.mean(3));
        let is_share = self.measure == Measure::Share;
        let of = |sum: f64, cases: f64| match is_share {
            false => Some(sum),
            true => (cases > 0.0).then(|| sum / cases),
        };
        let (baseline, arm) = if j.n() == 0 { (None, None) } else { (of(x, c), of(y, d)) };
        let both = baseline.zip(arm);
        // Gradients over (x, c, y − x, d − c); the last two move the arm alone, so that equal arms have a difference of
        // exactly 0 with no width.
        let (difference, interval) = match (self.measure, both) {
            (_, None) => (None, None),
            (Measure::Happened, Some(_)) => {
                let p = bonett_price(self.only_baseline, self.only_arm, j.n(), level);
                (p.map(|p| p.difference), p.map(|p| p.interval))
            }
            (Measure::Number, Some(_)) => (Some(j.mean(2)), j.interval(j.mean(2), [0.0, 0.0, 1.0, 0.0], level)),
            (Measure::Share, Some((p, q))) => {
                let gradient = [1.0 / d - 1.0 / c, p / c - q / d, 1.0 / d, -q / d];
                let enough = self.with_cases.iter().all(|m| *m >= 2);
                (Some(q - p), j.interval(q - p, gradient, level).filter(|_| enough))
            }
        };
        let positive = both.filter(|(p, q)| *p > 0.0 && *q > 0.0);
        let cases = f64::from(u8::from(is_share));
        let log = positive.and_then(|(p, q)| {
            let gradient = [1.0 / y - 1.0 / x, cases * (1.0 / c - 1.0 / d), 1.0 / y, -cases / d];
            j.interval((q / p).ln(), gradient, level)
        });
        let (vx, vd, xd) = (j.covariance(0, 0), j.covariance(2, 2), j.covariance(0, 2));
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
