//! What a comparison says of its claim: the interval of the paired difference against direction and smallest effect.

use serde::{Deserialize, Serialize};

use crate::evidence::cards::{Direction, Size};
use crate::results::LEVEL;
use crate::study::pairs::{FEWEST_CHANGED, pairs_for};
use crate::study::{Contrast, Verdict as Side};

/// Share of the way to a bound that an interval may take when it is to clear the bound, and not to touch it.
const CLEAR: f64 = 0.99;

/// How one comparison, or all comparisons of a claim together, came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Standing {
    #[serde(rename = "supported")]
    Supported,
    #[serde(rename = "contradicted")]
    Contradicted,
    #[serde(rename = "not resolved")]
    NotResolved,
}

impl Standing {
    /// The word of `claims.json`.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Supported => "supported",
            Standing::Contradicted => "contradicted",
            Standing::NotResolved => "not resolved",
        }
    }

    /// Of several comparisons: all must come out in favour, and one that comes out against is enough against.
    pub fn of_all(all: impl IntoIterator<Item = Standing>) -> Standing {
        let (mut any, mut supported) = (false, true);
        for standing in all {
            if standing == Standing::Contradicted {
                return standing;
            }
            any = true;
            supported &= standing == Standing::Supported;
        }
        if any && supported {
            Standing::Supported
        } else {
            Standing::NotResolved
        }
    }
}

/// A difference in the measure of its smallest effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    pub difference: f64,
    /// 95 percent.
    pub interval: [f64; 2],
    /// The smallest effect worth talking about, above 0.
    pub effect: f64,
    /// Pairs in which the two arms differ at all.
    pub changed: u64,
    pub pairs: u64,
}

impl Measured {
    /// The contrast in the measure of `size`. A share of the baseline is read from the ratio, whose interval knows that the
    /// baseline is an estimate too; where a side is not above 0 there is no ratio, and the difference is held against the share of the
    /// baseline as estimated. None where nothing was observed.
    pub fn new(contrast: &Contrast, pairs: u64, size: Size) -> Option<Self> {
        let measured = |difference, interval, effect| Self {
            difference,
            interval,
            effect,
            changed: contrast.changed,
            pairs,
        };
        let plain = contrast.difference.zip(contrast.interval);
        match size {
            Size::Absolute(effect) => plain.map(|(d, i)| measured(d, i, effect)),
            Size::Relative(share) => match contrast.ratio.zip(contrast.ratio_interval) {
                Some((ratio, interval)) => Some(measured(ratio - 1.0, interval.map(|r| r - 1.0), share)),
                None => plain.map(|(d, i)| measured(d, i, share * contrast.baseline.unwrap_or(0.0).abs())),
            },
        }
    }

    /// The verdict: see [`stands`]. A direction is claimed, for or against, only where at least [`FEWEST_CHANGED`] pairs differ.
    pub fn stands(&self, direction: Direction) -> Standing {
        let standing = stands(direction, self.interval, self.effect);
        let excludes_zero = Side::of(Some(self.interval), self.changed) != Side::NotResolved;
        let claims_direction = match direction {
            Direction::Higher | Direction::Lower => standing != Standing::NotResolved,
            _ => standing == Standing::Contradicted,
        };
        if claims_direction && !excludes_zero {
            Standing::NotResolved
        } else {
            standing
        }
    }

    /// True if a difference worth talking about is ruled out on both sides.
    pub fn is_small(&self) -> bool {
        let [low, high] = self.interval;
        low > -self.effect && high < self.effect
    }

    /// Pairs of runs that would settle it: at which the interval would lie on one side of what it has to clear, were the
    /// difference what it is seen to be. None where it is settled, or where no pair differs, so that nothing can be told.
    pub fn settled_after(&self, direction: Direction) -> Option<u64> {
        if self.stands(direction) != Standing::NotResolved || self.is_small() || self.changed < 2 {
            return None;
        }
        let (d, e) = (self.difference, self.effect);
        // What has to be cleared: for a direction 0 on the wrong side of it, the smallest effect on the right one.
        let towards = if direction == Direction::Lower || direction == Direction::NotLower {
            -d
        } else {
            d
        };
        let distance = match direction {
            Direction::Higher | Direction::Lower if towards < 0.0 => towards.abs(),
            Direction::NoDifference => (d.abs() - e).abs(),
            _ => (towards - e).abs(),
        };
        // Nearer to the bound than a fifth of the effect, nothing short of an endless run would tell.
        let wanted = CLEAR * distance.max(0.2 * e);
        let [low, high] = self.interval;
        let pairs = pairs_for(self.pairs, 0.5 * (high - low), LEVEL, wanted)?;
        let fewest = (FEWEST_CHANGED * self.pairs).div_ceil(self.changed);
        Some(pairs.max(fewest).max(self.pairs + 1))
    }
}

/// The verdict of an interval. An effect of exactly the smallest size is worth talking about.
///
/// | direction | supported | contradicted |
/// |---|---|---|
/// | higher | low ≥ e | high < 0 |
/// | lower | high ≤ −e | low > 0 |
/// | not higher | high < e | low ≥ e |
/// | not lower | low > −e | high ≤ −e |
/// | no difference | −e < low, high < e | low ≥ e, or high ≤ −e |
pub fn stands(direction: Direction, [low, high]: [f64; 2], e: f64) -> Standing {
    let (supports, contradicts) = match direction {
        Direction::Higher => (low >= e && low > 0.0, high < 0.0),
        Direction::Lower => (high <= -e && high < 0.0, low > 0.0),
        Direction::NotHigher => (high < e, low >= e),
        Direction::NotLower => (low > -e, high <= -e),
        Direction::NoDifference => (low > -e && high < e, low >= e || high <= -e),
    };
    match (supports, contradicts) {
        (true, _) => Standing::Supported,
        (_, true) => Standing::Contradicted,
        _ => Standing::NotResolved,
    }
}

/// Whether the mean difference of one member of the ensemble has the sign that the claim expects; for the directions that
/// begin with `no`, whether it is smaller than the smallest effect. None where the member says nothing.
pub fn member_agrees(direction: Direction, contrast: &Contrast, size: Size) -> Option<Sign> {
    let d = contrast.difference?;
    let e = match size {
        Size::Absolute(e) => e,
        Size::Relative(share) => share * contrast.baseline?.abs(),
    };
    let strict = |agrees: bool| match (d == 0.0, agrees) {
        (true, _) => Sign::Equal,
        (_, true) => Sign::Agrees,
        _ => Sign::Against,
    };
    let within = |agrees: bool| {
        if agrees || d == 0.0 {
            Sign::Agrees
        } else {
            Sign::Against
        }
    };
    Some(match direction {
        Direction::Higher => strict(d > 0.0),
        Direction::Lower => strict(d < 0.0),
        Direction::NotHigher => within(d < e),
        Direction::NotLower => within(d > -e),
        Direction::NoDifference => within(d.abs() < e),
    })
}

/// What a member of the ensemble says of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    Agrees,
    /// Its pairs do not differ on average, so that it has no sign.
    Equal,
    Against,
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Higher, Lower, NoDifference, NotHigher, NotLower};
    use Standing::{Contradicted as C, NotResolved as O, Supported as S};

    const E: f64 = 0.1;

    /// The table of the documentation, at and around every boundary.
    #[test]
    fn verdicts_follow_the_table_at_every_boundary() {
        let table = [
            ([0.1, 0.3], [S, C, C, S, C]),
            ([0.099, 0.3], [O, C, O, S, O]),
            ([0.01, 0.05], [O, C, S, S, S]),
            ([0.0, 0.3], [O, O, O, S, O]),
            ([-0.05, 0.05], [O, O, S, S, S]),
            ([-0.05, 0.1], [O, O, O, S, O]),
            ([-0.1, 0.05], [O, O, S, O, O]),
            ([-0.2, 0.2], [O, O, O, O, O]),
            ([-0.3, 0.0], [O, O, S, O, O]),
            ([-0.05, -0.01], [C, O, S, S, S]),
            ([-0.3, -0.099], [C, O, S, O, O]),
            ([-0.3, -0.1], [C, S, S, C, C]),
            ([0.0, 0.0], [O, O, S, S, S]),
        ];
        for (interval, wanted) in table {
            let found = [Higher, Lower, NotHigher, NotLower, NoDifference].map(|d| stands(d, interval, E));
            assert_eq!(found, wanted, "{interval:?}");
        }
    }

    /// Turning the sign of the difference turns higher into lower, and changes nothing for no difference.
    #[test]
    fn verdicts_are_the_mirror_of_the_mirrored_interval() {
        let ends: Vec<f64> = (-30..=30).map(|k| f64::from(k) / 100.0).collect();
        for &low in &ends {
            for &high in ends.iter().filter(|h| **h >= low) {
                let (there, mirrored) = ([low, high], [-high, -low]);
                for (one, other) in [(Higher, Lower), (NotHigher, NotLower), (NoDifference, NoDifference)] {
                    assert_eq!(stands(one, there, E), stands(other, mirrored, E), "{there:?}");
                }
                // Supporting "higher" contradicts "not higher" and "no difference", and the other way round.
                if stands(Higher, there, E) == S {
                    assert_eq!((stands(NotHigher, there, E), stands(NoDifference, there, E)), (C, C));
                }
                // A narrower interval inside never turns one verdict into its opposite.
                let middle = [0.5 * (low + high); 2];
                for d in [Higher, Lower, NotHigher, NotLower, NoDifference] {
                    let pair = (stands(d, there, E), stands(d, middle, E));
                    assert!(pair.0 == O || pair.0 == pair.1, "{d:?} {there:?}");
                }
            }
        }
    }

    fn measured(difference: f64, half: f64, changed: u64) -> Measured {
        Measured {
            difference,
            interval: [difference - half, difference + half],
            effect: E,
            changed,
            pairs: 1_000,
        }
    }

    #[test]
    fn a_direction_needs_six_differing_pairs_and_sameness_needs_none() {
        assert_eq!(measured(0.3, 0.1, 5).stands(Higher), O);
        assert_eq!(measured(0.3, 0.1, 6).stands(Higher), S);
        assert_eq!(measured(-0.3, 0.1, 5).stands(Higher), O);
        assert_eq!(measured(0.3, 0.1, 5).stands(NotHigher), O);
        assert_eq!(measured(0.0, 0.0, 0).stands(NoDifference), S);
    }

    #[test]
    fn all_comparisons_must_come_out_and_one_against_is_enough() {
        assert_eq!(Standing::of_all([S, S]), S);
        assert_eq!(Standing::of_all([S, O]), O);
        assert_eq!(Standing::of_all([S, O, C]), C);
        assert_eq!(Standing::of_all([]), O);
    }

    /// Played with as many pairs as it says, the same difference is settled, one way or the other.
    #[test]
    fn as_many_pairs_as_would_settle_it_do() {
        for direction in [Higher, Lower, NotHigher, NotLower, NoDifference] {
            for difference in [-0.3, -0.13, -0.06, 0.0, 0.04, 0.13, 0.3] {
                let open = measured(difference, 0.5, 500);
                let Some(pairs) = open.settled_after(direction) else {
                    panic!("{direction:?} {difference} is settled by ±0.5");
                };
                let half = 0.5 * (1_000.0 / pairs as f64).sqrt();
                let then = measured(difference, half, 500);
                assert!(
                    then.stands(direction) != O || then.is_small(),
                    "{direction:?} {difference}: {pairs} pairs, ±{half}"
                );
                assert_eq!(then.settled_after(direction), None);
            }
        }
    }

    #[test]
    fn a_share_of_the_baseline_is_read_from_the_ratio() {
        let contrast = Contrast {
            baseline: Some(2.0),
            arm: Some(2.6),
            difference: Some(0.6),
            interval: Some([0.1, 1.1]),
            ratio: Some(1.3),
            ratio_interval: Some([1.15, 1.45]),
            correlation: None,
            changed: 100,
            only_baseline: 0,
            only_arm: 0,
            verdict: Side::Higher,
        };
        let by_ratio = Measured::new(&contrast, 100, Size::Relative(0.1)).expect("observed");
        assert!((by_ratio.interval[0] - 0.15).abs() < 1e-12 && by_ratio.effect == 0.1);
        let plain = Measured::new(&contrast, 100, Size::Absolute(0.1)).expect("observed");
        assert_eq!((plain.interval, plain.effect), ([0.1, 1.1], 0.1));
        let no_ratio = Contrast {
            ratio: None,
            ratio_interval: None,
            ..contrast
        };
        let by_level = Measured::new(&no_ratio, 100, Size::Relative(0.1)).expect("observed");
        assert_eq!((by_level.interval, by_level.effect), ([0.1, 1.1], 0.2));
    }
}
