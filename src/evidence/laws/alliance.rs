//! Laws about allies: who pays, which promises are tested, how far doubt spreads.

use crate::evidence::experiment::{Arm, EvidenceError, Readings, difference, difference_of_shares, level, ratio};
use crate::evidence::law::{Band, Effect, Law, Verdict};
use crate::model::arithmetic::exp;
use crate::model::crisis::precision;
use crate::model::world::{Ground, World};

/// Defence spending of a bloc in percent of its GDP.
fn spending(world: &World, bloc: &str) -> f64 {
    let (mut spent, mut gdp) = (0.0, 0.0);
    for (i, state) in world.inputs.states.iter().enumerate() {
        if state.blocs.iter().any(|b| b == bloc) {
            spent += world.forces.share[i] * world.forces.gdp[i];
            gdp += world.forces.gdp[i];
        }
    }
    100.0 * spent / gdp
}

pub(super) fn burden(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    // Readings: Europe, the Baltic states, Germany; percent of GDP at the end.
    let read = |option: Option<&str>| -> Result<Readings, EvidenceError> {
        let arm = Arm::load("burden", option, &[])?;
        let germany = arm.state("DEU")?;
        Ok(arm.observe(runs, 3, |world, _, row| {
            row[0] = spending(world, "nato_europe");
            row[1] = spending(world, "baltic");
            row[2] = 100.0 * world.forces.share[germany];
        }))
    };
    let (base, believed, doubted) = (read(None)?, read(Some("believed"))?, read(Some("doubted"))?);
    let (threatened, generous) = (read(Some("threatened"))?, read(Some("no_free_ride"))?);
    let rise = |k: usize| difference(&believed[k], &doubted[k]);
    let gap = |k: usize| -> Vec<f64> { doubted[k].iter().zip(&believed[k]).map(|(d, b)| d - b).collect() };
    let effects = vec![
        Effect::reported("Europe, percent of GDP after five years", level(&base[0])),
        Effect::tested("Europe, doubted - believed, points", rise(0), Band::within(0.02, 1.5)),
        Effect::tested(
            "Baltic states, doubted - believed, points",
            rise(1),
            Band::within(0.05, 3.0),
        ),
        Effect::reported("Germany, doubted - believed, points", rise(2)),
        Effect::tested(
            "the front line first: Baltic states - Europe",
            difference(&gap(0), &gap(1)),
            Band::above(0.0),
        ),
        Effect::tested(
            "Europe, three times the Russian brigades free, points",
            difference(&base[0], &threatened[0]),
            Band::above(0.0),
        ),
        Effect::tested(
            "Europe, without free riding, points",
            difference(&base[0], &generous[0]),
            Band::above(0.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Signs and order are tested; sizes are inputs of the model. Five years, learning on.",
    ))
}

/// P(the lead fights) for a pair as the lead truly is, or none where nobody leads.
fn truth(world: &World, d: usize, rung: usize) -> Option<f64> {
    let policy = world.policies.of(d, rung);
    let lane = usize::from(policy.assessment.lead?);
    let lead = usize::from(world.policies.lanes[d].who[lane]);
    let severity = world.inputs.ladder[rung].figures.severity;
    let gain = precision(&world.inputs, rung) * world.inputs.parameters.guarantor.type_spread * severity.sqrt();
    let tilt = exp(0.5 * gain * world.position(lead));
    let [half, full] = policy.weights_of(lane, 0);
    let (support, fight) = (half * tilt, full * tilt * tilt);
    Some(fight / (1.0 + support + fight))
}

/// Sums over members and months: intensity × P(honoured), intensity, P(honoured), cases.
fn tested(world: &World, ground: &Ground, rung: usize, row: &mut [f64]) {
    let opportunities = world.inputs.ladder[rung].figures.opportunities;
    let lambda = precision(&world.inputs, rung);
    for (d, dyad) in ground.dyads.iter().enumerate() {
        if !world.tally.is_focal(dyad.target) || world.wars.between(dyad.challenger, dyad.target) {
            continue;
        }
        let Some(honoured) = truth(world, d, rung) else {
            continue;
        };
        let utility = world.temptation(ground, d, rung).utility;
        let intensity = opportunities * crate::model::arithmetic::logistic(lambda * utility);
        for (place, value) in row.iter_mut().zip([intensity * honoured, intensity, honoured, 1.0]) {
            *place += value;
        }
    }
}

pub(super) fn selection(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let read = |option: Option<&str>| -> Result<Readings, EvidenceError> {
        let arm = Arm::load("selection", option, &[])?;
        let grab = arm.rung("land_grab")?;
        Ok(arm.observe(runs, 4, |world, ground, row| tested(world, ground, grab, row)))
    };
    let (base, blind, informed) = (read(None)?, read(Some("blind"))?, read(Some("informed"))?);
    let gap = |r: &Readings| difference_of_shares(&r[0], &r[1], &r[2], &r[3]);
    let mut effects = vec![
        Effect::reported(
            "P(lead honours), mean over members and months",
            share(&base[2], &base[3]),
        ),
        Effect::reported("P(lead honours | tested)", share(&base[0], &base[1])),
        Effect::tested("tested - mean", gap(&base), Band::within(-0.6, 0.0)),
        Effect::reported("tested - mean, challenger learns nothing", gap(&blind)),
        Effect::tested(
            "tested - mean, well-informed challenger",
            gap(&informed),
            Band::within(-0.7, 0.0),
        ),
        Effect::tested(
            "tested, well-informed - as it is",
            difference_of_shares(&informed[0], &informed[1], &base[0], &base[1]),
            Band::below(0.0),
        ),
    ];
    effects.extend(spillover(runs)?);
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Hazard-weighted chance that the lead fights over a land grab, as it truly is. Spillover: allies' own credence \
         after nobody answers a grab of Estonian land, against all fighting.",
    ))
}

fn share(x: &[f64], c: &[f64]) -> crate::evidence::law::Estimate {
    ratio(c, x)
}

fn spillover(runs: u64) -> Result<Vec<Effect>, EvidenceError> {
    // Readings: the credibility of help for Estonia and for South Korea.
    let read = |option: &str, sets: &[&str]| -> Result<Readings, EvidenceError> {
        let mut all = vec!["run.months=13"];
        all.extend(sets);
        let arm = Arm::load("selection", Some(option), &all)?;
        let grab = arm.rung("land_grab")?;
        let pairs = ["EST", "KOR"].map(|s| arm.state(s));
        let [estonia, korea] = pairs;
        let places = [estonia?, korea?].map(|s| arm.plan().model.ground.dyads.iter().position(|d| d.target == s));
        let [Some(estonia), Some(korea)] = places else {
            return Err(EvidenceError::Missing("EST and KOR as targets".into()));
        };
        Ok(arm.observe(runs, 2, |world, _, row| {
            row[0] = world.policies.of(estonia, grab).assessment.credibility;
            row[1] = world.policies.of(korea, grab).assessment.credibility;
        }))
    };
    let (kept, abandoned) = (read("kept", &[])?, read("abandoned", &[])?);
    let fall = |k: usize| -> Vec<f64> { kept[k].iter().zip(&abandoned[k]).map(|(a, b)| a - b).collect() };
    // Nor may publics carry what beliefs do not: those that rally after other crises answer for Korea as well.
    let alone = &["beliefs.interdependence=0", "guarantor.support_weight=0"];
    let (kept_alone, abandoned_alone) = (read("kept", alone)?, read("abandoned", alone)?);
    Ok(vec![
        Effect::tested(
            "credence in NATO, abandoned - kept",
            difference(&kept[0], &abandoned[0]),
            Band::below(0.0),
        ),
        Effect::tested(
            "credence in the Korean pact, abandoned - kept",
            difference(&kept[1], &abandoned[1]),
            Band::below(0.0),
        ),
        Effect::tested(
            "spillover: fall in Korea / fall in NATO",
            ratio(&fall(0), &fall(1)),
            Band::within(0.001, 0.999),
        ),
        Effect::tested(
            "Korean pact without interdependence, abandoned - kept",
            difference(&kept_alone[1], &abandoned_alone[1]),
            Band::exactly(0.0),
        ),
    ])
}
