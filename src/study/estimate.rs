//! From a played study to its comparison.

use super::design::Study;
use super::engine::Played;
use super::format::{COMPARISON_FORMAT, Compared, Comparison, Difference, Level};
use super::members::{of_other_ensembles, spread};
use super::number::{self, show};
use super::pairs::{Verdict, pairs_for};
use super::phrase::{Subject, World};
use super::sentences::{self, Lead};
use crate::model::record::Measure;
use crate::results::LEVEL;
use crate::results::format::{Kind, Outcome};

/// Correlation beyond which chance does not reach, in standard errors of pairs without shared luck.
const CHANCE: f64 = 1.96;
/// Cases of a thing that happens below which a correlation says nothing.
const FEWEST_CASES: u64 = 30;

/// The contrasts of a study, with its answer in words.
pub fn comparison(study: &Study, played: &Played) -> Comparison {
    let Some(base) = study.arms.first() else {
        return Comparison::default();
    };
    let scenario = &base.plan.scenario;
    // One weight of the count for all arms, that of the baseline.
    let weights = played.arms.first().map(|a| a.weights()).unwrap_or_default();
    let estimates: Vec<Vec<Outcome>> = played.arms.iter().map(|a| a.outcomes_weighed(&weights)).collect();
    let of_arm = |arm: usize, id: &str| -> Option<Level> {
        let found = estimates.get(arm)?.iter().find(|o| o.id == id)?;
        Some(Level::new(&study.arms.get(arm)?.id, found))
    };
    let world = World::of(&base.plan);
    let mut comparison = Comparison {
        format: COMPARISON_FORMAT.to_owned(),
        question: scenario.question.clone(),
        answer: Vec::new(),
        seed: scenario.run.seed,
        runs: played.runs,
        months: scenario.run.months,
        baseline: base.id.clone(),
        arms: study.arms.iter().map(super::Arm::card).collect(),
        outcomes: Vec::new(),
        series: last_months(study, played),
    };
    let mut subjects = Vec::new();
    for (place, id) in study.outcomes.iter().enumerate() {
        let Some((spec, _)) = played.pairs.first().and_then(|p| p.outcomes.get(place)) else {
            continue;
        };
        let subject = world.subject(id, &spec.label);
        let contrasts = played.pairs.iter().filter_map(|paired| {
            let (_, pairs) = paired.outcomes.get(place)?;
            let arm = study.arms.get(paired.arm)?;
            let has_ensemble = arm.plan.scenario.turns().is_some() || scenario.turns().is_some();
            let spread = match paired.members.get(place) {
                Some(members) => Some(spread(pairs, members)),
                None => has_ensemble.then(of_other_ensembles),
            };
            Some(Difference::new(&arm.id, &pairs.contrast(LEVEL), paired.first_month).with(spread))
        });
        comparison.outcomes.push(Compared {
            id: id.clone(),
            label: subject.heading(),
            unit: spec.unit.to_owned(),
            kind: kind(spec.measure),
            arms: (0..study.arms.len()).filter_map(|arm| of_arm(arm, id)).collect(),
            contrasts: contrasts.collect(),
        });
        subjects.push(subject);
    }
    conclude(&mut comparison, &subjects, study.lead);
    comparison
}

/// The last month of the series that the pictures show.
fn last_months(study: &Study, played: &Played) -> Vec<Compared> {
    let Some(specs) = study.arms.first().map(|a| &a.plan.model.measures.series) else {
        return Vec::new();
    };
    let ids = study.series();
    let known = ids
        .iter()
        .enumerate()
        .filter_map(|(place, id)| Some((place, specs.iter().find(|s| s.id == *id)?)));
    known
        .map(|(place, spec)| {
            let all = played.pairs.iter().filter_map(|paired| {
                let contrast = paired.last.get(place)?.contrast(LEVEL);
                Some((study.arms.get(paired.arm)?, contrast, paired.first_month))
            });
            let all: Vec<_> = all.collect();
            let base = all.first().and_then(|(_, contrast, _)| contrast.baseline);
            let base = study.arms.first().map(|arm| bare_level(&arm.id, base));
            let others = all.iter().map(|(arm, contrast, _)| bare_level(&arm.id, contrast.arm));
            Compared {
                id: spec.id.clone(),
                label: spec.label.clone(),
                unit: spec.unit.to_owned(),
                kind: if spec.expected { Kind::Probability } else { Kind::Mean },
                arms: base.into_iter().chain(others).collect(),
                contrasts: all
                    .iter()
                    .map(|(arm, contrast, first_month)| Difference::new(&arm.id, contrast, *first_month))
                    .collect(),
            }
        })
        .collect()
}

/// Adds the answer in words.
pub(super) fn conclude(comparison: &mut Comparison, subjects: &[Subject], lead: Lead) {
    if comparison.runs > 0 {
        comparison.answer = sentences::answer(comparison, subjects, lead);
    }
}

/// How an outcome is estimated.
fn kind(measure: Measure) -> Kind {
    match measure {
        Measure::Happened => Kind::Probability,
        Measure::Number | Measure::Rate => Kind::Mean,
        Measure::Share => Kind::Ratio,
    }
}

/// What a reader should know before trusting a contrast: where the pairing does not help.
pub fn warnings(comparison: &Comparison) -> Vec<String> {
    let mut found = Vec::new();
    for compared in &comparison.outcomes {
        for d in &compared.contrasts {
            let n = comparison.runs as f64;
            let enough = compared.kind != Kind::Probability || {
                let least = |id: &str| compared.level(id).unwrap_or(0.0) * n;
                least(&comparison.baseline).min(least(&d.arm)) >= FEWEST_CASES as f64
            };
            if let Some(r) = d.correlation.filter(|r| enough && n > 30.0 && *r < CHANCE / n.sqrt()) {
                found.push(format!(
                    "{}, ‘{}’: the pairs are not alike (correlation {r:.2}), so the shared luck does not help here",
                    compared.label,
                    comparison.label(&d.arm)
                ));
            }
        }
    }
    found
}

/// The smallest difference worth talking about: a tenth of a number, two points of a probability or a credence, but
/// never more than a fifth of a probability.
fn smallest(compared: &Compared, baseline: f64) -> f64 {
    match (compared.kind, show(compared)) {
        (Kind::Mean, number::Show::Percent) => 0.02,
        (Kind::Probability | Kind::Ratio, _) if baseline > 0.0 => (0.2 * baseline).min(0.02),
        (Kind::Probability | Kind::Ratio, _) => 0.02,
        (Kind::Mean, _) => 0.1 * baseline.abs(),
    }
}

/// A difference in units of the smallest worth talking about; 0 where it is not resolved.
pub(super) fn weight_of(comparison: &Comparison, compared: &Compared, d: &Difference) -> f64 {
    let both = compared.level(&comparison.baseline).zip(d.difference);
    match both.filter(|(_, x)| *x != 0.0 && d.verdict != Verdict::NotResolved) {
        Some((baseline, x)) => x.abs() / smallest(compared, baseline),
        None => 0.0,
    }
}

/// The largest resolved difference of an outcome, in the same units.
pub(super) fn weight(comparison: &Comparison, compared: &Compared) -> f64 {
    let all = compared.contrasts.iter();
    all.map(|d| weight_of(comparison, compared, d)).fold(0.0, f64::max)
}

/// What would settle a contrast that is not resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Settle {
    /// Nothing more: a difference worth talking about is ruled out already.
    Ruled,
    /// So many pairs would show a difference of the size that is seen, or rule out one worth talking about.
    Pairs(u64),
}

/// What would settle the contrast; none if it is resolved or nothing can be said.
pub fn settle(comparison: &Comparison, compared: &Compared, d: &Difference) -> Option<Settle> {
    let ([low, high], difference) = d.interval.zip(d.difference)?;
    if d.verdict != Verdict::NotResolved {
        return None;
    }
    let least = smallest(compared, compared.level(&comparison.baseline)?);
    if low.abs().max(high.abs()) < least {
        return Some(Settle::Ruled);
    }
    let wanted = match difference.abs() >= least {
        true => difference.abs(),
        // Nearer to the bound than a fifth of it, nothing short of an endless run would tell.
        false => (least - difference.abs()).max(0.2 * least),
    };
    let pairs = pairs_for(comparison.runs, 0.5 * (high - low), LEVEL, wanted)?;
    Some(Settle::Pairs(pairs.max(comparison.runs)))
}

/// The contrast of pairs as a level, for arms of which nothing else is known.
pub(super) fn bare_level(id: &str, estimate: Option<f64>) -> Level {
    Level {
        id: id.to_owned(),
        estimate,
        interval: None,
        method: "pairs".to_owned(),
    }
}
