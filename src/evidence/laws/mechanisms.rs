//! Laws of single mechanisms that the ten laws hardly touch: the course of wars, rules of decision, hedges, publics,
//! what a cease-fire frees, ground that is hard to hold. Most are claims about direction; sizes are reported.

use super::BALTIC;
use crate::evidence::experiment::{Arm, EvidenceError, Readings, difference, integrated, level, ratio};
use crate::evidence::law::{Band, Effect, Law, Verdict};
use crate::model::readings::weakest;
use crate::model::world::{Ground, World};

/// The arm `option` of an experiment, observed with `width` readings.
fn observe<F>(
    file: &str,
    option: Option<&str>,
    sets: &[&str],
    runs: u64,
    width: usize,
    watch: F,
) -> Result<Readings, EvidenceError>
where
    F: Fn(&World, &Ground, &mut [f64]) + Sync,
{
    Ok(Arm::load(file, option, sets)?.observe(runs, width, watch))
}

/// Index of a state of an experiment.
fn state(file: &str, iso3: &str) -> Result<usize, EvidenceError> {
    Arm::load(file, None, &[])?.state(iso3)
}

fn flag(b: bool) -> f64 {
    f64::from(u8::from(b))
}

pub(super) fn war(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let (ukraine, russia) = (state("war", "UKR")?, state("war", "RUS")?);
    // Readings: the attacker's strength left, 1 is whole; ended by the end; months at war over Ukraine.
    let read = |option: Option<&str>| {
        observe("war", option, &[], runs, 3, |world, _, row| {
            let c = world
                .inputs
                .challengers
                .iter()
                .position(|c| c.state == russia)
                .unwrap_or(0);
            let runs_on = world.wars.between(c, ukraine);
            row[0] = world.forces.worn[c];
            row[1] = flag(!runs_on);
            row[2] += flag(runs_on);
        })
    };
    let (aided, unaided, outmatched) = (read(Some("aided"))?, read(Some("unaided"))?, read(Some("outmatched"))?);
    // Readings: a nuclear crisis in the run.
    let nuclear = |option: &str| {
        observe("war", Some(option), &[], runs, 1, |world, _, row| {
            row[0] = flag(world.tally.nuclear)
        })
    };
    let (joined, alone) = (nuclear("joined")?, nuclear("alone")?);
    let effects = vec![
        Effect::tested(
            "attacker's strength left, aided - unaided",
            difference(&unaided[0], &aided[0]),
            Band::below(0.0),
        ),
        Effect::tested(
            "months of war, outmatched / aided",
            ratio(&aided[2], &outmatched[2]),
            Band::below(1.0),
        ),
        Effect::reported("ended within three years, aided", level(&aided[1])),
        Effect::reported("ended within three years, outmatched", level(&outmatched[1])),
        Effect::tested(
            "nuclear crisis, nuclear powers on both sides",
            level(&joined[0]),
            Band::above(0.0),
        ),
        Effect::tested("nuclear crisis, nobody comes", level(&alone[0]), Band::exactly(0.0)),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Signs only: the course of wars is a sketch. A war nobody joins has a nuclear power on one side.",
    ))
}

pub(super) fn decision(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    // Readings: credibility of the weakest member and intensity of land grabs on members in the last month.
    let read = |option: Option<&str>| {
        observe("decision", option, &[], runs, 2, |world, ground, row| {
            let grab = world.inputs.rung("land_grab").unwrap_or(0);
            row[0] = weakest(world, ground, world.inputs.focal, grab, |a| a.credibility);
            row[1] = world.tally.focal_integrated(grab);
        })
    };
    let (own, consensus, all) = (read(Some("individual"))?, read(None)?, read(Some("unanimity"))?);
    let (blocked, partner, slow) = (
        read(Some("blocked"))?,
        read(Some("silent_partner"))?,
        read(Some("slow"))?,
    );
    let effects = vec![
        Effect::tested(
            "credibility, unanimity - everybody for itself",
            difference(&own[0], &all[0]),
            Band::below(0.0),
        ),
        Effect::tested(
            "credibility, unanimity - consensus",
            difference(&consensus[0], &all[0]),
            Band::below(0.0),
        ),
        Effect::tested(
            "credibility, veto of a silent partner - the partner without a veto",
            difference(&partner[0], &blocked[0]),
            Band::below(0.0),
        ),
        Effect::tested(
            "land grabs, veto of a silent partner / without a veto",
            ratio(&partner[1], &blocked[1]),
            Band::above(1.0),
        ),
        Effect::tested(
            "land grabs, ten days to decide / one",
            ratio(&own[1], &slow[1]),
            Band::above(1.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "The rule works through the expected share of forces that may take part; members go on alone with the rest.",
    ))
}

pub(super) fn hedging(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let (moldova, georgia) = (state("hedging", "MDA")?, state("hedging", "GEO")?);
    let baltic = BALTIC.map(|iso3| state("hedging", iso3));
    let [Ok(e), Ok(l), Ok(t)] = baltic else {
        return Err(EvidenceError::Missing(BALTIC.join(", ")));
    };
    // Readings: members that hedge by the end, Baltic and all; chance that Moldova or Georgia resists a land grab.
    let read = |option: &str| {
        observe("hedging", Some(option), &[], runs, 3, |world, ground, row| {
            row[0] = [e, l, t].iter().map(|i| flag(world.hedged[*i].is_some())).sum::<f64>() / 3.0;
            let members = &world.inputs.arrangements[world.inputs.focal].guarantors;
            let able = members.iter().filter(|i| !world.inputs.states[**i].hedges.is_empty());
            let (mut hedged, mut n) = (0.0, 0.0);
            for i in able {
                hedged += flag(world.hedged[*i].is_some());
                n += 1.0;
            }
            row[1] = hedged / f64::max(n, 1.0);
            let grab = world.inputs.rung("land_grab").unwrap_or(0);
            row[2] = ground
                .dyads
                .iter()
                .enumerate()
                .filter(|(_, d)| d.target == moldova || d.target == georgia)
                .map(|(d, _)| world.policies.of(d, grab).assessment.resist)
                .sum();
        })
    };
    let (believed, doubted) = (read("believed")?, read("doubted")?);
    let without = read("doubted_without_accommodation")?;
    let effects = vec![
        Effect::tested(
            "share of members that hedge, doubted - believed",
            difference(&believed[1], &doubted[1]),
            Band::above(0.0),
        ),
        Effect::tested(
            "the front line first: Baltic states - all, doubted",
            difference(&doubted[1], &doubted[0]),
            Band::above(0.0),
        ),
        Effect::tested(
            "resistance of Moldova and Georgia, who may accommodate - may not",
            difference(&without[2], &doubted[2]),
            Band::below(0.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Five years. Hedges are chosen once and for good; what they cost the alliance is not modelled.",
    ))
}

pub(super) fn publics(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let (estonia, usa) = (state("publics", "EST")?, state("publics", "USA")?);
    // Readings: Estonian support after the attack; American support while it fights, early and late, per month fought.
    let fought = observe("publics", Some("fought"), &[], runs, 3, |world, _, row| {
        let at_war = world.wars.running.iter().any(|w| w.fighting.contains(usa));
        match world.month {
            1 => row[0] = world.support[estonia] - world.inputs.states[estonia].figures.public_support,
            3 if at_war => row[1] = world.support[usa],
            24 if at_war => row[2] = world.support[usa],
            24 => row[1] = 0.0,
            _ => {}
        }
    })?;
    let credibility = |option: Option<&str>, sets: &[&str]| {
        observe("publics", option, sets, runs, 1, |world, ground, row| {
            if world.month == 3 {
                let grab = world.inputs.rung("land_grab").unwrap_or(0);
                row[0] = weakest(world, ground, world.inputs.focal, grab, |a| a.credibility);
            }
        })
    };
    let (doubtful, weary) = (credibility(Some("doubtful"), &[])?, credibility(Some("weary"), &[])?);
    let deaf = &["guarantor.support_weight=0"];
    let (doubtful_deaf, weary_deaf) = (credibility(Some("doubtful"), deaf)?, credibility(Some("weary"), deaf)?);
    let effects = vec![
        Effect::tested(
            "Estonian support in the month of the attack - usual",
            level(&fought[0]),
            Band::above(0.0),
        ),
        Effect::tested(
            "American support while fighting, month 24 - month 3",
            difference(&fought[1], &fought[2]),
            Band::below(0.0),
        ),
        Effect::tested(
            "credibility, support halved - a little less",
            difference(&doubtful[0], &weary[0]),
            Band::below(0.0),
        ),
        Effect::tested(
            "the same where publics do not count",
            difference(&doubtful_deaf[0], &weary_deaf[0]),
            Band::exactly(0.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "In months 3 and 24 only runs in which the United States still fights count.",
    ))
}

pub(super) fn reconstitution(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    // Readings: land grabs and major attacks on members, integrated to months 7 and 25 and from there to the end.
    let read = |option: Option<&str>| {
        observe("reconstitution", option, &[], runs, 3, |world, _, row| {
            let rungs = ["land_grab", "major_attack"].map(|id| world.inputs.rung(id).unwrap_or(0));
            let so_far: f64 = rungs.iter().map(|k| world.tally.focal_integrated(*k)).sum();
            match world.month {
                0..=7 => row[0] = so_far,
                8..=25 => row[1] = so_far - row[0],
                _ => row[2] = so_far - row[1] - row[0],
            }
        })
    };
    let (war, peace) = (read(None)?, read(Some("ceasefire"))?);
    let (slow, fast) = (read(Some("ceasefire_slow"))?, read(Some("ceasefire_fast"))?);
    let effects = vec![
        Effect::reported(
            "land grabs and attacks, first six months, cease-fire / war",
            ratio(&war[0], &peace[0]),
        ),
        Effect::reported("months 8 to 25", ratio(&war[1], &peace[1])),
        Effect::tested("months 26 to 48", ratio(&war[2], &peace[2]), Band::above(1.0)),
        Effect::tested(
            "months 8 to 25, restored fast / slowly",
            ratio(&slow[1], &fast[1]),
            Band::above(1.0),
        ),
        Effect::reported("months 26 to 48 / first six months, by month", {
            let monthly = |row: &[f64], months: f64| -> Vec<f64> { row.iter().map(|x| x / months).collect() };
            ratio(&monthly(&peace[0], 6.0), &monthly(&peace[2], 23.0))
        }),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "The war in Ukraine goes on without end in the first arm. Allies rearm meanwhile, so that the danger need not grow for ever.",
    ))
}

pub(super) fn territorial(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let states = BALTIC.map(|iso3| state("territorial", iso3));
    let [Ok(e), Ok(l), Ok(t)] = states else {
        return Err(EvidenceError::Missing(BALTIC.join(", ")));
    };
    // Readings: strikes, land grabs and major attacks on the Baltic states.
    let read = |option: Option<&str>| {
        observe("territorial", option, &[], runs, 3, |world, _, row| {
            for (place, id) in row.iter_mut().zip(["strike", "land_grab", "major_attack"]) {
                *place = integrated(world, &[e, l, t], &[world.inputs.rung(id).unwrap_or(0)]);
            }
        })
    };
    let (base, prepared, well) = (read(None)?, read(Some("prepared"))?, read(Some("well_prepared"))?);
    let effects = vec![
        Effect::tested(
            "land grabs, prepared / not",
            ratio(&base[1], &prepared[1]),
            Band::below(1.0),
        ),
        Effect::tested(
            "land grabs, well prepared / prepared",
            ratio(&prepared[1], &well[1]),
            Band::below(1.0),
        ),
        Effect::tested(
            "major attacks, prepared / not",
            ratio(&base[2], &prepared[2]),
            Band::below(1.0),
        ),
        Effect::tested(
            "strikes, prepared / not",
            ratio(&base[0], &prepared[0]),
            Band::within(0.9, 1.1),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Holding cost deters what takes ground, in proportion to the chance of taking it, and nothing else.",
    ))
}
