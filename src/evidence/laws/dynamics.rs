//! Laws about time: silence after a probe, the conduct of the protected, the window of rearmament.

use super::BALTIC;
use crate::evidence::experiment::{Arm, EvidenceError, Readings, integrated, product, ratio};
use crate::evidence::law::{Band, Effect, Law, Verdict};
use crate::model::arithmetic::logistic;
use crate::model::crisis::precision;
use crate::model::world::{Ground, World};

/// Month of the scripted probe, and the months in which its echo is measured.
const PROBE: u32 = 12;
const ECHO: u32 = 12;

pub(super) fn silence(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let read = |option: &str, sets: &[&str]| -> Result<Vec<f64>, EvidenceError> {
        let arm = Arm::load("unanswered", Some(option), sets)?;
        let rungs = [arm.rung("strike")?, arm.rung("land_grab")?, arm.rung("major_attack")?];
        let mut readings = arm.observe(runs, 1, |world, _, row| {
            let so_far: f64 = rungs.iter().map(|k| world.tally.focal_integrated(*k)).sum();
            if world.month == PROBE {
                row[0] = -so_far;
            } else if world.month == PROBE + ECHO {
                row[0] += so_far;
            }
        });
        Ok(readings.swap_remove(0))
    };
    let (fight, support, silent) = (read("fight", &[])?, read("support", &[])?, read("silence", &[])?);
    let lead_silent = read("lead_silent", &[])?;
    let (grab_fight, grab_silent) = (read("grab_fight", &[])?, read("grab_silence", &[])?);
    let forgetful = &["beliefs.reputation=0"];
    let (fight_0, silent_0) = (read("fight", forgetful)?, read("silence", forgetful)?);
    let full = &["beliefs.reputation=1"];
    let (fight_1, silent_1) = (read("fight", full)?, read("silence", full)?);
    let effects = vec![
        Effect::tested(
            "hazard after an incursion, nobody answers / all fight",
            ratio(&fight, &silent),
            Band::within(1.0, 1.5),
        ),
        Effect::reported("nobody answers / all support", ratio(&support, &silent)),
        Effect::reported("only the lead is silent / all fight", ratio(&fight, &lead_silent)),
        Effect::tested(
            "the same at reputation 1",
            ratio(&fight_1, &silent_1),
            Band::within(1.0, 1.5),
        ),
        Effect::tested(
            "the same at reputation 0",
            ratio(&fight_0, &silent_0),
            Band::exactly(1.0),
        ),
        Effect::tested(
            "after a land grab, nobody answers / all fight",
            ratio(&grab_fight, &grab_silent),
            Band::above(1.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Force against members in the twelve months after a scripted act against Estonia. \
         A law about mechanism: what an act teaches grows with its gravity.",
    ))
}

/// Adds a month's expected crises that provocation starts and the lead fights in.
fn entrapment(world: &World, ground: &Ground, d: usize, rungs: &[usize]) -> f64 {
    let dyad = ground.dyads[d];
    if world.wars.between(dyad.challenger, dyad.target) {
        return 0.0;
    }
    let crisis = |&rung: &usize| {
        let f = &world.inputs.ladder[rung].figures;
        let t = world.temptation(ground, d, rung);
        let lambda = precision(&world.inputs, rung);
        let extra = logistic(lambda * t.utility) - logistic(lambda * (t.utility - t.from_provocation));
        let assessment = world.policies.of(d, rung).assessment;
        f.opportunities * extra * f.attribution * assessment.resist * assessment.lead_fights
    };
    rungs.iter().map(crisis).sum()
}

pub(super) fn moral_hazard(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    // Readings: provocation at the end, force against Ukraine, expected entrapment.
    let read = |option: Option<&str>| -> Result<Readings, EvidenceError> {
        let arm = Arm::load("entrapment", option, &[])?;
        let ukraine = arm.state("UKR")?;
        let rungs = [arm.rung("strike")?, arm.rung("land_grab")?, arm.rung("major_attack")?];
        let dyad = arm.plan().model.ground.dyads.iter().position(|d| d.target == ukraine);
        let dyad = dyad.ok_or_else(|| EvidenceError::Missing("UKR as a target".into()))?;
        Ok(arm.observe(runs, 3, |world, ground, row| {
            row[0] = world.provocation[ukraine];
            row[1] = integrated(world, &[ukraine], &rungs);
            row[2] += entrapment(world, ground, dyad, &rungs);
        }))
    };
    let (none, conditional) = (read(None)?, read(Some("conditional"))?);
    let (ambiguous, unconditional) = (read(Some("ambiguous"))?, read(Some("unconditional"))?);
    let effects = vec![
        Effect::tested(
            "provocation, unconditional / none",
            ratio(&none[0], &unconditional[0]),
            Band::within(2.0, 10.0),
        ),
        Effect::tested(
            "provocation, conditional / none",
            ratio(&none[0], &conditional[0]),
            Band::within(1.0, 3.0),
        ),
        Effect::tested(
            "provocation, conditional / unconditional",
            ratio(&unconditional[0], &conditional[0]),
            Band::below(0.9),
        ),
        Effect::tested(
            "provocation, ambiguous / unconditional",
            ratio(&unconditional[0], &ambiguous[0]),
            Band::below(0.9),
        ),
        Effect::tested(
            "entrapment, conditional / unconditional",
            ratio(&unconditional[2], &conditional[2]),
            Band::below(1.0),
        ),
        Effect::tested(
            "entrapment, ambiguous / unconditional",
            ratio(&unconditional[2], &ambiguous[2]),
            Band::below(1.0),
        ),
        Effect::reported(
            "acts of force on Ukraine, conditional / none",
            ratio(&none[1], &conditional[1]),
        ),
        Effect::reported(
            "acts of force on Ukraine, ambiguous / none",
            ratio(&none[1], &ambiguous[1]),
        ),
        Effect::tested(
            "acts of force on Ukraine, unconditional / none",
            ratio(&none[1], &unconditional[1]),
            Band::below(1.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Entrapment is expected, not counted: it is too rare to count. Four years.",
    ))
}

/// Years of the window experiment.
const YEARS: usize = 6;

pub(super) fn window(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let read = |option: Option<&str>| -> Result<Readings, EvidenceError> {
        let arm = Arm::load("window", option, &[])?;
        let states: Vec<usize> = BALTIC.iter().map(|s| arm.state(s)).collect::<Result<_, _>>()?;
        let rungs = [arm.rung("land_grab")?, arm.rung("major_attack")?];
        Ok(arm.observe(runs, YEARS, |world, _, row| {
            let months = world.month as usize + 1;
            if months.is_multiple_of(12) && months <= 12 * YEARS {
                let before: f64 = row.iter().sum();
                row[months / 12 - 1] = integrated(world, &states, &rungs) - before;
            }
        }))
    };
    let none = read(None)?;
    let (slow, medium, quick) = (read(Some("lag60"))?, read(Some("lag24"))?, read(Some("lag3"))?);
    let (secret, small) = (read(Some("secret"))?, read(Some("small"))?);
    let first = |arm: &Readings| ratio(&none[1], &arm[1]);
    let against = |a: &Readings, b: &Readings| product(&[(&a[1], 1.0), (&b[1], -1.0)]);
    let effects = vec![
        Effect::tested(
            "year after the decision, 60 months / none",
            first(&slow),
            Band::above(1.0),
        ),
        Effect::tested(
            "last year, 60 months / none",
            ratio(&none[YEARS - 1], &slow[YEARS - 1]),
            Band::below(1.0),
        ),
        Effect::reported("year after the decision, 24 months / none", first(&medium)),
        Effect::tested(
            "year after the decision, 3 months / none",
            first(&quick),
            Band::below(1.0),
        ),
        Effect::tested(
            "year after the decision, 60 months, in secret / none",
            first(&secret),
            Band::below(1.0),
        ),
        Effect::tested(
            "grows with the delay: 60 against 24 months",
            against(&slow, &medium),
            Band::above(1.0),
        ),
        Effect::tested(
            "grows with the size: six brigades against two",
            against(&slow, &small),
            Band::above(1.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Land grabs and major attacks on the Baltic states by year; the decision falls in month 12.",
    ))
}
