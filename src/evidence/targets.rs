//! Calibration targets: what data and literature say (`targets.toml`), what the model says, and a verdict; or why the model
//! cannot speak to a target.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::experiment::{EvidenceError, ratio};
use super::hindcast::{Moments, play};
use super::law::{Band, Effect, Estimate, LEVEL};
use super::validation::Section;
use crate::chart::targets::{Board, Row};
use crate::engine::Plan;
use crate::scenario::{Request, Source, load};
use crate::stats::mean_interval;

const TARGETS: &str = include_str!("targets.toml");

/// The scenario of the hindcast.
const SCENARIO: &str = "laws/hindcast";

/// Override for the control: an alliance that binds nobody.
const NO_PROMISE: &str = "arrangements.nato.depth=0";

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    /// Free parameters may be fitted to it.
    Fit,
    /// Never fitted; out of sample.
    Holdout,
    /// Goes into a world or a parameter.
    Input,
    /// Held for comparison, never fitted.
    Prior,
    /// A sign or a quality, no number.
    Sign,
}

/// Where the model's answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reads {
    /// [`Moments::target`].
    Hindcast,
    /// [`mod@super::holdout`].
    Holdout,
    /// One of the laws.
    Law,
}

/// One target as it stands in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `T01` to `T57`.
    pub id: String,
    /// Name in the chart, for those that stand in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    pub quantity: String,
    /// One number, or several that `labels` name.
    pub value: Vec<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// 95 percent, where the source allows one.
    #[serde(default)]
    pub interval: Option<[f64; 2]>,
    pub unit: String,
    #[serde(rename = "use")]
    pub purpose: Use,
    /// `computed` from public data, or `verified` in a published source.
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub reads: Option<Reads>,
    /// The law that reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<u8>,
    /// How the model reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// Why the model cannot speak to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent: Option<String>,
    /// The model has to lie inside.
    #[serde(default)]
    pub must: bool,
}

#[derive(Deserialize)]
struct File {
    target: Vec<Target>,
}

/// All targets in the order of their ids.
///
/// # Panics
/// Never: the embedded file is read by a test.
pub fn targets() -> Vec<Target> {
    let file: File = toml::from_str(TARGETS).expect("the embedded file of targets is read by a test");
    file.target
}

/// The model's value of a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Modelled {
    /// Ratio of sums over the runs.
    pub value: f64,
    /// Of that value, at [`LEVEL`], by the jackknife over runs on the logarithm: Monte Carlo error, draws of the uncertain
    /// inputs included.
    pub interval: [f64; 2],
    /// From the 2.5th to the 97.5th percentile of single runs: what other draws of the inputs would say.
    pub runs: [f64; 2],
}

/// Where the model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The model's interval lies inside the target's.
    Inside,
    /// The two share something.
    Overlaps,
    /// They share nothing.
    Outside,
    /// Read under the laws or out of sample.
    Elsewhere,
    /// The model does not speak to it.
    Silent,
}

impl Standing {
    /// The word printed in tables.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Inside => "inside",
            Standing::Overlaps => "overlaps",
            Standing::Outside => "outside",
            Standing::Elsewhere => "elsewhere",
            Standing::Silent => "silent",
        }
    }

    fn of(model: [f64; 2], target: [f64; 2]) -> Self {
        if target[0] <= model[0] && model[1] <= target[1] {
            Standing::Inside
        } else if model[1] < target[0] || target[1] < model[0] {
            Standing::Outside
        } else {
            // Also where the model's interval could not be had.
            Standing::Overlaps
        }
    }
}

/// A target and what the model says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    #[serde(flatten)]
    pub target: Target,
    pub model: Option<Modelled>,
    pub standing: Standing,
    /// False only for a target that must be met and is not shown to be.
    pub holds: bool,
}

/// All comparisons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparisons {
    /// Bundled scenario of the hindcast, its seed, and the hash of what was run.
    pub scenario: &'static str,
    pub seed: u64,
    pub hash: String,
    pub runs: u64,
    /// True if the control holds and every target that must be met has the model's whole interval inside.
    pub holds: bool,
    /// True if the control fails or a target that must be met lies outside.
    pub fails: bool,
    /// Dyad-years of a run: members, others.
    pub dyad_years: [f64; 2],
    /// What the targets can tell: the same runs without any promise of the alliance.
    pub control: Section,
    pub targets: Vec<Comparison>,
}

impl Comparisons {
    /// The comparisons of the hindcast as a board to draw.
    pub fn board(&self) -> Board {
        let rows = self.targets.iter().filter_map(|c| {
            let (model, interval) = (c.model?, c.target.interval?);
            Some(Row {
                id: c.target.id.clone(),
                name: c.target.short.clone().unwrap_or_else(|| c.target.quantity.clone()),
                unit: c.target.unit.clone(),
                target: *c.target.value.first()?,
                target_interval: interval,
                model: model.value,
                model_interval: model.interval,
                runs: model.runs,
                inside: c.standing == Standing::Inside,
                required: c.target.must,
            })
        });
        Board {
            rows: rows.collect(),
            scenario: self.scenario.to_owned(),
            seed: self.seed,
            runs: self.runs,
            hash: self.hash.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The plan of the hindcast, with assumption sets and overrides `path=value`.
///
/// # Errors
/// If a set or an override is invalid.
pub fn hindcast_plan(assume: &[&str], sets: &[&str]) -> Result<Plan, EvidenceError> {
    let mut request = Request::new(Source::Bundled(SCENARIO.into()));
    request.assume = assume.iter().map(|s| (*s).to_owned()).collect();
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    let scenario = load(&request).map_err(|source| EvidenceError::Scenario {
        file: SCENARIO.into(),
        source,
    })?;
    Ok(Plan::new(scenario))
}

/// Moments of each replication of the hindcast, every run with inputs of its own; in parallel, in order.
pub fn moments(plan: &Plan, replications: Range<u64>) -> Vec<Moments> {
    replications
        .into_par_iter()
        .map(|r| play(plan, plan.draw(r).0, &plan.streams(r)))
        .collect()
}

/// Holds `runs` runs of the hindcast against all targets.
///
/// # Errors
/// If the bundled hindcast does not load.
pub fn compare_targets(runs: u64) -> Result<Comparisons, EvidenceError> {
    let mut plan = hindcast_plan(&[], &[])?;
    plan.scenario.run.runs = runs;
    let each = moments(&plan, 0..runs);
    let leave_out = Leave::new(&each);
    let compare_all = |each: &[Moments], leave_out: &Leave| -> Vec<Comparison> {
        let all = targets().into_iter();
        all.map(|target| compare(target, each, leave_out)).collect()
    };
    let targets = compare_all(&each, &leave_out);
    let without = moments(&hindcast_plan(&[], &[NO_PROMISE])?, 0..runs);
    let met = compare_all(&without, &Leave::new(&without));
    let control = control(&each, &without, &met);
    let years = |e: super::hindcast::Exposure| e.years / runs.max(1) as f64;
    Ok(Comparisons {
        scenario: SCENARIO,
        seed: plan.scenario.run.seed,
        hash: plan.hash(),
        runs,
        holds: control.holds && targets.iter().all(|t| t.holds),
        fails: control.fails || targets.iter().any(|t| t.target.must && t.standing == Standing::Outside),
        control,
        dyad_years: [years(leave_out.total.member), years(leave_out.total.outsider)],
        targets,
    })
}

/// The same states in the same runs with and without the promise. The targets compare different states, so they can be met
/// by a model in which promises do nothing; how many of them are says what they are worth as evidence.
fn control(with: &[Moments], without: &[Moments], met: &[Comparison]) -> Section {
    let read = |each: &[Moments], of: fn(&Moments) -> f64| -> Vec<f64> { each.iter().map(of).collect() };
    let contrast = |of: fn(&Moments) -> f64| ratio(&read(without, of), &read(with, of));
    let required = met.iter().filter(|c| c.target.must);
    let count = required.filter(|c| c.standing == Standing::Inside).count() as f64;
    let effects = vec![
        Effect::tested(
            "members: disputes, with / without",
            contrast(|m| m.member.mids),
            Band::below(1.0),
        ),
        Effect::tested(
            "members: force, with / without",
            contrast(|m| m.member.force),
            Band::below(1.0),
        ),
        Effect::tested(
            "members: wars, with / without",
            contrast(|m| m.member.wars),
            Band::below(1.0),
        ),
        Effect::reported(
            "required targets met without a promise",
            Estimate {
                value: count,
                interval: [count, count],
            },
        ),
    ];
    Section::new(
        "Control: the hindcast without any promise",
        with.len() as u64,
        effects,
        "The same states, runs and draws; the alliance binds nobody (depth 0). Targets that are met even so test levels and the          mix of states, not the promise: that is tested by the contrasts above and by laws 1, 2 and 4.",
    )
}

fn compare(target: Target, each: &[Moments], leave_out: &Leave) -> Comparison {
    let (model, standing) = match target.reads {
        Some(Reads::Hindcast) => {
            let model = modelled(&target.id, each, leave_out);
            let standing = match (model, target.interval) {
                (Some(m), Some(interval)) => Standing::of(m.interval, interval),
                _ => Standing::Silent,
            };
            (model, standing)
        }
        Some(_) => (None, Standing::Elsewhere),
        None => (None, Standing::Silent),
    };
    Comparison {
        holds: !target.must || standing == Standing::Inside,
        target,
        model,
        standing,
    }
}

/// Sums of all runs but one.
struct Leave {
    total: Moments,
    others: Vec<Moments>,
}

impl Leave {
    fn new(each: &[Moments]) -> Self {
        // Sums from the left and from the right: what is subtracted again would leave rounding behind.
        let mut right = vec![Moments::default(); each.len() + 1];
        for i in (0..each.len()).rev() {
            right[i] = right[i + 1];
            right[i] += each[i];
        }
        let mut left = Moments::default();
        let mut others = Vec::with_capacity(each.len());
        for (i, one) in each.iter().enumerate() {
            let mut rest = left;
            rest += right[i + 1];
            others.push(rest);
            left += *one;
        }
        Self { total: left, others }
    }
}

/// Value, jackknife interval and spread over runs.
fn modelled(id: &str, each: &[Moments], leave_out: &Leave) -> Option<Modelled> {
    let value = leave_out.total.target(id).filter(|v| *v > 0.0)?;
    let n = each.len() as f64;
    let logs: Option<Vec<f64>> = leave_out
        .others
        .iter()
        .map(|m| m.target(id).filter(|v| *v > 0.0).map(f64::ln))
        .collect();
    let interval = logs.and_then(|logs| {
        let mean = logs.iter().sum::<f64>() / n;
        let spread: f64 = logs.iter().map(|l| (l - mean) * (l - mean)).sum();
        // Standard error (n − 1)/n · Σd² of the jackknife, written as that of a mean over n runs.
        let sd = ((n - 1.0) * spread).sqrt();
        mean_interval(value.ln(), sd, each.len() as u64, LEVEL)
    });
    let mut runs: Vec<f64> = each.iter().filter_map(|m| m.target(id)).collect();
    runs.sort_by(f64::total_cmp);
    let at = |p: f64| {
        runs.get(((runs.len().saturating_sub(1)) as f64 * p).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    Some(Modelled {
        value,
        interval: interval.map_or([f64::NAN; 2], |i| i.map(f64::exp)),
        runs: [at(0.025), at(0.975)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_57_targets_are_listed_in_order_and_each_is_read_or_says_why_not() {
        let all = targets();
        let ids: Vec<String> = all.iter().map(|t| t.id.clone()).collect();
        assert_eq!(ids, (1..=57).map(|k| format!("T{k:02}")).collect::<Vec<_>>());
        for t in &all {
            assert_eq!(t.reads.is_some(), t.how.is_some(), "{}", t.id);
            assert_ne!(t.reads.is_some(), t.silent.is_some(), "{}", t.id);
            assert_eq!(t.reads == Some(Reads::Law), t.law.is_some(), "{}", t.id);
            assert_eq!(t.reads == Some(Reads::Hindcast), t.short.is_some(), "{}", t.id);
            assert!(t.labels.is_empty() || t.labels.len() == t.value.len(), "{}", t.id);
            assert!(!t.source.is_empty() && !t.quantity.is_empty(), "{}", t.id);
            let inside = |i: [f64; 2]| t.value.iter().all(|v| i[0] <= *v && *v <= i[1]);
            assert!(t.interval.is_none_or(inside), "{}", t.id);
        }
    }

    /// Rates of promises kept are what the model must bring forth, not what goes in.
    #[test]
    fn no_rate_of_promises_kept_is_read_by_anything() {
        let all = targets();
        let fulfilment = all.iter().filter(|t| ("T23".."T29").contains(&t.id.as_str()));
        assert_eq!(
            fulfilment
                .filter(|t| t.purpose == Use::Prior && t.silent.is_some())
                .count(),
            6
        );
        assert!(
            all.iter()
                .filter(|t| t.purpose == Use::Prior)
                .all(|t| t.reads.is_none() && !t.must)
        );
    }

    #[test]
    fn a_target_that_must_be_met_is_one_that_the_hindcast_reads_with_an_interval() {
        for t in targets().iter().filter(|t| t.must) {
            assert!(t.reads == Some(Reads::Hindcast) && t.interval.is_some(), "{}", t.id);
        }
    }

    #[test]
    fn the_hindcast_answers_exactly_the_targets_that_say_so() {
        let plan = hindcast_plan(&[], &["run.months=120"]).expect("bundled");
        let mut sum = Moments::default();
        for m in moments(&plan, 0..2) {
            sum += m;
        }
        for t in targets() {
            let reads = t.reads == Some(Reads::Hindcast);
            assert_eq!(reads, sum.target(&t.id).is_some(), "{}", t.id);
        }
    }

    #[test]
    fn standings_follow_from_the_two_intervals() {
        let target = [0.2, 0.8];
        assert_eq!(Standing::of([0.3, 0.4], target), Standing::Inside);
        assert_eq!(Standing::of([0.1, 0.4], target), Standing::Overlaps);
        assert_eq!(Standing::of([0.9, 1.4], target), Standing::Outside);
        assert_eq!(Standing::of([f64::NAN; 2], target), Standing::Overlaps);
    }
}
