//! Two plans on the same luck: what changes, by how much, and how sure that is.
//!
//! Replication `r` of both plans uses the same seed, the same streams and the same draws of the
//! inputs that both leave uncertain, so the difference of a pair carries only what the plans do
//! differently. Intervals are those of pairs.

use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::joint::Joint;
use crate::engine::plan::Run;
use crate::engine::{Halt, Plan};
use crate::model::record::{Measure, OutcomeSpec};
use crate::results::format::Kind;
use crate::stats::bonett_price;

/// Pairs in a block: the unit of work of a thread.
const BLOCK: u64 = 16;
/// Blocks that are computed before they are merged; with [`BLOCK`] it bounds the memory.
const WAVE: u64 = 32;

/// What to compare, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings<'a> {
    /// Pairs of runs, numbered from 0.
    pub runs: u64,
    /// Coverage of the intervals, between 0 and 1.
    pub level: f64,
    /// Ids of outcomes, in the order wanted; empty for all that both plans report.
    pub outcomes: &'a [String],
}

/// Why two plans cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Different seeds share no luck.
    #[error("the two plans have different seeds ({0} and {1}), so their runs are not pairs")]
    Seeds(u64, u64),
    /// One of the plans does not report the outcome.
    #[error("the {plan} plan reports no outcome `{id}`")]
    Unknown {
        /// `first` or `second`.
        plan: &'static str,
        id: String,
    },
}

/// One outcome under both plans.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    pub id: String,
    pub label: String,
    pub unit: &'static str,
    pub kind: Kind,
    /// Estimates; none for a share without cases.
    pub first: Option<f64>,
    pub second: Option<f64>,
    /// `second − first`: of probabilities with the interval of Bonett and Price, of means with
    /// Student's over pairs, of pooled shares by the delta method.
    pub difference: Option<f64>,
    pub interval: Option<[f64; 2]>,
    /// `second / first`, with the interval of its logarithm by the delta method over pairs; none
    /// unless both are above 0.
    pub ratio: Option<f64>,
    pub ratio_interval: Option<[f64; 2]>,
    /// Correlation of the pairs that common luck achieved; none where one side never varies.
    pub correlation: Option<f64>,
    /// Pairs in which the two differ at all.
    pub changed: u64,
    /// For things that happen or not: pairs in which only one of the two plans saw it.
    pub only_first: u64,
    pub only_second: u64,
}

/// Two plans side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Pairs computed, which are fewer than asked for only after an interruption.
    pub runs: u64,
    pub level: f64,
    /// Pairs in which the course of events differs: any challenge, answer or end of it.
    pub changed: u64,
    pub contrasts: Vec<Contrast>,
}

/// Where an outcome stands in the records of both plans.
#[derive(Debug, Clone, Copy)]
struct Place {
    first: usize,
    second: usize,
}

/// Running sums of one outcome: value and cases of the first plan, and what the second adds to them.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    joint: Joint<4>,
    changed: u64,
    only_first: u64,
    only_second: u64,
    /// Runs with cases, by plan.
    with_cases: [u64; 2],
}

impl Sums {
    fn add(&mut self, (x, c): (f64, f64), (y, d): (f64, f64)) {
        self.joint.add([x, c, y - x, d - c]);
        self.changed += u64::from(x != y || c != d);
        self.only_first += u64::from(x > y);
        self.only_second += u64::from(y > x);
        self.with_cases[0] += u64::from(c > 0.0);
        self.with_cases[1] += u64::from(d > 0.0);
    }

    fn merge(&mut self, other: &Self) {
        self.joint.merge(&other.joint);
        self.changed += other.changed;
        self.only_first += other.only_first;
        self.only_second += other.only_second;
        for (mine, theirs) in self.with_cases.iter_mut().zip(other.with_cases) {
            *mine += theirs;
        }
    }
}

/// What a block of pairs comes to.
struct Part {
    runs: u64,
    changed: u64,
    sums: Vec<Sums>,
}

/// Plays both plans on common random numbers and contrasts their outcomes. Runs in parallel on the
/// current thread pool; the numbers do not depend on how many threads there are. `halt` stops it
/// between blocks and counts the pairs done.
///
/// # Errors
/// If the seeds differ or an outcome is not reported by both plans.
pub fn compare(first: &Plan, second: &Plan, settings: &Settings<'_>, halt: &Halt) -> Result<Comparison, CompareError> {
    let seeds = (first.scenario.run.seed, second.scenario.run.seed);
    if seeds.0 != seeds.1 {
        return Err(CompareError::Seeds(seeds.0, seeds.1));
    }
    let places = places(first, second, settings.outcomes)?;
    let mut total = Part {
        runs: 0,
        changed: 0,
        sums: vec![Sums::default(); places.len()],
    };
    let mut start = 0;
    while start < settings.runs && !halt.is_asked() {
        let end = settings.runs.min(start + BLOCK * WAVE);
        for part in wave(first, second, &places, start..end, halt) {
            total.runs += part.runs;
            total.changed += part.changed;
            total.sums.iter_mut().zip(&part.sums).for_each(|(a, b)| a.merge(b));
        }
        start = end;
    }
    let contrasts = places.iter().zip(&total.sums);
    Ok(Comparison {
        runs: total.runs,
        level: settings.level,
        changed: total.changed,
        contrasts: contrasts
            .map(|(place, sums)| contrast(&first.model.measures.outcomes[place.first], sums, settings.level))
            .collect(),
    })
}

fn places(first: &Plan, second: &Plan, ids: &[String]) -> Result<Vec<Place>, CompareError> {
    let find = |plan: &Plan, id: &str| plan.model.measures.outcomes.iter().position(|o| o.id == id);
    if ids.is_empty() {
        let all = first.model.measures.outcomes.iter().enumerate();
        return Ok(all
            .filter_map(|(k, o)| {
                Some(Place {
                    first: k,
                    second: find(second, &o.id)?,
                })
            })
            .collect());
    }
    let unknown = |plan: &'static str, id: &String| CompareError::Unknown { plan, id: id.clone() };
    ids.iter()
        .map(|id| {
            Ok(Place {
                first: find(first, id).ok_or_else(|| unknown("first", id))?,
                second: find(second, id).ok_or_else(|| unknown("second", id))?,
            })
        })
        .collect()
}

/// Some blocks of pairs, in the order of the runs.
fn wave(first: &Plan, second: &Plan, places: &[Place], range: Range<u64>, halt: &Halt) -> Vec<Part> {
    let starts: Vec<u64> = (range.start..range.end).step_by(BLOCK as usize).collect();
    let parts: Vec<Option<Part>> = starts
        .into_par_iter()
        .map(|start| {
            if halt.is_asked() {
                return None;
            }
            let runs = start..range.end.min(start + BLOCK);
            let mut part = Part {
                runs: runs.end - start,
                changed: 0,
                sums: vec![Sums::default(); places.len()],
            };
            for replication in runs {
                let (a, b) = (first.run(replication), second.run(replication));
                part.changed += u64::from(took_another_course(&a, &b));
                for (sums, place) in part.sums.iter_mut().zip(places) {
                    let pick = |run: &Run, at: usize| (run.record.values[at], run.record.cases[at]);
                    sums.add(pick(&a, place.first), pick(&b, place.second));
                }
            }
            halt.note(part.runs);
            Some(part)
        })
        .collect();
    // What is kept after an interruption has no gaps.
    parts.into_iter().map_while(|part| part).collect()
}

/// True if any challenge, answer or end of a crisis differs; utilities and beliefs behind them may.
fn took_another_course(a: &Run, b: &Run) -> bool {
    let (a, b) = (&a.record.challenges, &b.record.challenges);
    a.len() != b.len()
        || a.iter().zip(b).any(|(x, y)| {
            (
                x.month,
                x.challenger,
                x.target,
                x.rung,
                x.attributed,
                x.resisted,
                x.pressed,
                x.success,
                x.war,
            ) != (
                y.month,
                y.challenger,
                y.target,
                y.rung,
                y.attributed,
                y.resisted,
                y.pressed,
                y.success,
                y.war,
            ) || (x.lead, x.lead_answer, x.fought, x.supported) != (y.lead, y.lead_answer, y.fought, y.supported)
        })
}

fn contrast(spec: &OutcomeSpec, sums: &Sums, level: f64) -> Contrast {
    let j = &sums.joint;
    let (x, c) = (j.mean(0), j.mean(1));
    let (y, d) = (x + j.mean(2), c + j.mean(3));
    let is_share = spec.measure == Measure::Share;
    let of = |sum: f64, cases: f64| {
        if !is_share {
            Some(sum)
        } else {
            (cases > 0.0).then(|| sum / cases)
        }
    };
    let (first, second) = if j.n() == 0 { (None, None) } else { (of(x, c), of(y, d)) };
    let both = first.zip(second);
    // Gradients over (x, c, y − x, d − c); the last two move the second plan alone, so that equal
    // plans have a difference of exactly 0 with no width.
    let (difference, interval) = match (spec.measure, both) {
        (_, None) => (None, None),
        (Measure::Happened, Some(_)) => {
            let p = bonett_price(sums.only_first, sums.only_second, j.n(), level);
            (p.map(|p| p.difference), p.map(|p| p.interval))
        }
        (Measure::Number | Measure::Rate, Some(_)) => {
            (Some(j.mean(2)), j.interval(j.mean(2), [0.0, 0.0, 1.0, 0.0], level))
        }
        (Measure::Share, Some((p, q))) => {
            let gradient = [1.0 / d - 1.0 / c, p / c - q / d, 1.0 / d, -q / d];
            let enough = sums.with_cases.iter().all(|m| *m >= 2);
            (Some(q - p), j.interval(q - p, gradient, level).filter(|_| enough))
        }
    };
    let positive = both.filter(|(p, q)| *p > 0.0 && *q > 0.0);
    let cases = if is_share { 1.0 } else { 0.0 };
    let log = positive.and_then(|(p, q)| {
        let gradient = [1.0 / y - 1.0 / x, cases * (1.0 / c - 1.0 / d), 1.0 / y, -cases / d];
        j.interval((q / p).ln(), gradient, level)
    });
    let (vx, vd, xd) = (j.covariance(0, 0), j.covariance(2, 2), j.covariance(0, 2));
    let vy = vx + 2.0 * xd + vd;
    Contrast {
        id: spec.id.clone(),
        label: spec.label.clone(),
        unit: spec.unit,
        kind: match spec.measure {
            Measure::Happened => Kind::Probability,
            Measure::Number | Measure::Rate => Kind::Mean,
            Measure::Share => Kind::Ratio,
        },
        first,
        second,
        difference,
        interval,
        ratio: positive.map(|(p, q)| q / p),
        ratio_interval: log.map(|i| i.map(f64::exp)),
        correlation: (vx > 0.0 && vy > 0.0).then(|| ((vx + xd) / (vx * vy).sqrt()).clamp(-1.0, 1.0)),
        changed: sums.changed,
        only_first: if spec.measure == Measure::Happened {
            sums.only_first
        } else {
            0
        },
        only_second: if spec.measure == Measure::Happened {
            sums.only_second
        } else {
            0
        },
    }
}
