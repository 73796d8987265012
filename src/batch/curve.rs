//! What a sweep says: an outcome along a path, and where it doubles, halves or becomes more likely than not.

use serde::Serialize;

use super::axis::Axis;
use super::index::RowCard;
use crate::numerals::short;
use crate::results::format::Kind;
use crate::study::Verdict;
use crate::study::format::Compared;

/// An outcome along one path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    pub outcome: String,
    pub label: String,
    pub unit: String,
    pub kind: Kind,
    /// Where the scenario is as it is written.
    pub as_written: Option<f64>,
    /// Ascending.
    pub points: Vec<Point>,
    pub thresholds: Vec<Threshold>,
}

/// An outcome at one value of the path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    pub value: f64,
    pub estimate: Option<f64>,
    pub interval: Option<[f64; 2]>,
    /// To the scenario as it is written, on the same luck.
    pub ratio: Option<f64>,
    pub ratio_interval: Option<[f64; 2]>,
    pub verdict: Verdict,
}

/// What a curve is asked to cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Twice what it is in the scenario as it is written.
    Doubles,
    Halves,
    /// A chance of one half.
    LikelierThanNot,
}

/// Where a curve crosses a mark.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Threshold {
    pub mark: Mark,
    /// The value of the path, between two points on the straight line that joins them.
    pub value: f64,
    /// Where the two ends of the interval of the curve cross it, by the same rule; an end that does not within the values
    /// of the sweep is none.
    pub interval: [Option<f64>; 2],
    /// True where the mark is passed upwards as the path rises.
    pub rises: bool,
}

impl Curve {
    /// The curve of an outcome in a row of points along one path; `rest` is the override of the other path, where two vary.
    pub fn of(row: &RowCard, axis: &Axis, outcome: &Compared, rest: &str) -> Self {
        let as_written = outcome.arms.first().and_then(|arm| arm.estimate);
        let points = axis.values.iter().zip(axis.sets()).filter_map(|(value, set)| {
            let set = format!("{set} {rest}").trim_end().to_owned();
            if let Some(level) = outcome.arms.iter().find(|arm| arm.id == set) {
                let contrast = outcome.contrasts.iter().find(|c| c.arm == set);
                return Some(Point {
                    value: *value,
                    estimate: level.estimate,
                    interval: level.interval,
                    ratio: contrast.and_then(|c| c.ratio),
                    ratio_interval: contrast.and_then(|c| c.ratio_interval),
                    verdict: contrast.map_or(Verdict::NotResolved, |c| c.verdict),
                });
            }
            // The scenario has this value anyhow, so the point is the scenario itself.
            let is_played = row.cells.iter().any(|cell| cell.id == set);
            let level = outcome.arms.first().filter(|_| is_played)?;
            Some(Point {
                value: *value,
                estimate: level.estimate,
                interval: level.interval,
                ratio: Some(1.0),
                ratio_interval: Some([1.0, 1.0]),
                verdict: Verdict::NotResolved,
            })
        });
        let points: Vec<Point> = points.collect();
        let ratio = |mark, level| {
            crossing(&points, axis.is_log, mark, level, |p| {
                Some((p.ratio?, p.ratio_interval?))
            })
        };
        let chance = || {
            crossing(&points, axis.is_log, Mark::LikelierThanNot, 0.5, |p| {
                Some((p.estimate?, p.interval?))
            })
        };
        let mut thresholds: Vec<Threshold> = [ratio(Mark::Doubles, 2.0), ratio(Mark::Halves, 0.5)]
            .into_iter()
            .flatten()
            .collect();
        if outcome.kind == Kind::Probability {
            thresholds.extend(chance());
        }
        Self {
            outcome: outcome.id.clone(),
            label: outcome.label.clone(),
            unit: outcome.unit.clone(),
            kind: outcome.kind,
            as_written,
            points,
            thresholds,
        }
    }
}

/// Where a curve first crosses a level, and where the ends of its interval do nearest to there.
fn crossing(
    points: &[Point],
    is_log: bool,
    mark: Mark,
    level: f64,
    of: impl Fn(&Point) -> Option<(f64, [f64; 2])>,
) -> Option<Threshold> {
    /// Value of the path, outcome, and its interval.
    type Read = (f64, f64, [f64; 2]);
    let read: Vec<Read> = points
        .iter()
        .filter_map(|p| of(p).map(|(y, interval)| (p.value, y, interval)))
        .collect();
    let crossings = |y: &dyn Fn(&Read) -> f64| -> Vec<(f64, bool)> {
        let pairs = read.windows(2).filter_map(|pair| {
            let (a, b) = (y(&pair[0]) - level, y(&pair[1]) - level);
            // From one side to the other; a point on the level itself counts with the side it leads to.
            if a == b || (a < 0.0) == (b < 0.0) {
                return None;
            }
            let share = a / (a - b);
            let (low, high) = (pair[0].0, pair[1].0);
            let value = match is_log {
                true => low * (high / low).powf(share),
                false => low + (high - low) * share,
            };
            Some((value, b > a))
        });
        pairs.collect()
    };
    let (value, rises) = *crossings(&|r| r.1).first()?;
    let end = |at: usize| -> Option<f64> {
        let all = crossings(&|r| r.2[at]);
        let same = all.into_iter().filter(|(_, up)| *up == rises).map(|(x, _)| x);
        same.min_by(|x, y| (x - value).abs().total_cmp(&(y - value).abs()))
    };
    // A rising curve reaches the level first with the upper end of its interval.
    let (first, last) = if rises { (end(1), end(0)) } else { (end(0), end(1)) };
    Some(Threshold {
        mark,
        value,
        interval: [first, last],
        rises,
    })
}

impl Threshold {
    /// "double where `states.USA.resolve` falls below −1.3 (95% interval −1.6 to −1.1)", after the name of the outcome.
    pub fn words(&self, path: &str) -> String {
        let what = match self.mark {
            Mark::Doubles => "twice what it is as written",
            Mark::Halves => "half of what it is as written",
            Mark::LikelierThanNot => "more likely than not",
        };
        // Twice is reached going up, half going down.
        let upwards = match self.mark {
            Mark::Halves => !self.rises,
            Mark::Doubles | Mark::LikelierThanNot => self.rises,
        };
        let side = if upwards { "above" } else { "below" };
        let interval = match self.interval {
            [Some(low), Some(high)] => format!("95% interval {} to {}", short(low), short(high)),
            [Some(low), None] => format!("95% interval from {}, open above in these values", short(low)),
            [None, Some(high)] => format!("95% interval to {}, open below in these values", short(high)),
            [None, None] => "its interval is wider than these values".to_owned(),
        };
        format!("{what} where {path} is {side} {} ({interval})", short(self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(f64, f64, f64)]) -> Vec<Point> {
        let point = |&(value, y, half): &(f64, f64, f64)| Point {
            value,
            estimate: Some(y),
            interval: Some([y - half, y + half]),
            ratio: Some(y),
            ratio_interval: Some([y - half, y + half]),
            verdict: Verdict::NotResolved,
        };
        values.iter().map(point).collect()
    }

    fn doubles(points: &[Point], is_log: bool) -> Option<Threshold> {
        crossing(points, is_log, Mark::Doubles, 2.0, |p| {
            Some((p.ratio?, p.ratio_interval?))
        })
    }

    #[test]
    fn a_straight_line_crosses_where_arithmetic_says_and_so_does_its_band() {
        // y = 1 + x, band of half-width .5: 2 at x = 1, band ends at .5 and 1.5.
        let line = points(&[(0.0, 1.0, 0.5), (1.0, 2.0, 0.5), (2.0, 3.0, 0.5), (3.0, 4.0, 0.5)]);
        let found = doubles(&line, false).expect("it crosses");
        assert_eq!((found.value, found.rises), (1.0, true));
        assert_eq!(found.interval, [Some(0.5), Some(1.5)]);
        // The mirror image falls.
        let mirror: Vec<Point> = line.iter().rev().map(|p| Point { value: -p.value, ..*p }).collect();
        let found = doubles(&mirror, false).expect("it crosses");
        assert_eq!((found.value, found.rises), (-1.0, false));
        assert_eq!(found.interval, [Some(-1.5), Some(-0.5)]);
    }

    #[test]
    fn a_band_that_stays_above_the_level_leaves_that_end_open() {
        let line = points(&[(0.0, 1.9, 0.5), (1.0, 2.1, 0.5), (2.0, 2.4, 0.2)]);
        let found = doubles(&line, false).expect("it crosses");
        assert!((found.value - 0.5).abs() < 1e-12);
        assert_eq!(found.interval[0], None, "the upper end is above everywhere");
        assert!(found.interval[1].is_some());
        assert_eq!(doubles(&points(&[(0.0, 1.0, 0.1), (1.0, 1.5, 0.1)]), false), None);
    }

    #[test]
    fn on_a_logarithmic_axis_the_crossing_is_at_a_ratio() {
        let line = points(&[(1.0, 1.0, 0.1), (100.0, 3.0, 0.1)]);
        let found = doubles(&line, true).expect("it crosses");
        assert!((found.value - 10.0).abs() < 1e-9);
    }

    /// 2,000 noisy lines y = 1 + x at nine points, with independent errors of .1 and bands of ±1.96 of them: the interval of the
    /// crossing at 1 holds it in at least 95 % less three standard errors (.5 %), fixed seed. It holds more often,
    /// since the line between two points has less noise than either.
    #[test]
    fn the_interval_of_a_threshold_covers() {
        use rand::SeedableRng;
        use rand_distr::{Distribution, Normal};
        let mut random = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(7);
        let noise = Normal::new(0.0, 0.1).expect("a scale above 0");
        let mut held = 0;
        for _ in 0..2_000 {
            let line: Vec<(f64, f64, f64)> = (0..9)
                .map(|k| {
                    let x = f64::from(k) * 0.25;
                    (x, 1.0 + x + noise.sample(&mut random), 0.196)
                })
                .collect();
            let found = doubles(&points(&line), false).expect("it crosses");
            let low = found.interval[0].unwrap_or(f64::NEG_INFINITY);
            let high = found.interval[1].unwrap_or(f64::INFINITY);
            held += u32::from(low <= 1.0 && 1.0 <= high);
        }
        assert!(held >= 1_870, "{held} of 2000");
    }

    #[test]
    fn the_sentence_says_on_which_side() {
        let mut threshold = Threshold {
            mark: Mark::Doubles,
            value: -1.3,
            interval: [Some(-1.6), Some(-1.1)],
            rises: false,
        };
        assert_eq!(
            threshold.words("states.USA.resolve"),
            "twice what it is as written where states.USA.resolve is below −1.3 (95% interval −1.6 to −1.1)"
        );
        threshold.mark = Mark::Halves;
        assert!(threshold.words("x").contains("is above −1.3"));
    }
}
