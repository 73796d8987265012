//! Laws about what there is to fight with: guarantors that can come, what a challenger has free, what money buys. Each is a
//! dose and its response: step by step in one direction, since a contrast with the wrong sign is the worst that a model of this
//! kind can say.

use crate::evidence::experiment::{Arm, EvidenceError, Readings, difference, level, ratio};
use crate::evidence::law::{Band, Effect, Law, Verdict};
use crate::model::readings::weakest;

/// Brigades of America that are tied elsewhere: none to nearly all of its 18 to 30.
const PINNED: [&str; 5] = ["0", "6", "12", "18", "24"];
/// Brigades that Russia has free while its war goes on: none, as at the end of 2025, and after 6, 24 and 60 months of peace.
const FREE: [&str; 5] = ["0", "7", "18", "35", "60"];
/// Options of `laws/budgets`: percent of GDP that ten European states aim at.
const GOALS: [(&str, &str); 5] = [
    ("half", "0.5"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("five", "5"),
];

/// Places of the readings of an arm.
const INCURSION: usize = 0;
const FORCE: usize = 1;
const GRAB: usize = 2;
const MAJOR: usize = 3;
const CREDIBILITY: usize = 4;
const ADEQUACY: usize = 5;
const CAPABILITY: usize = 6;

/// Integrated rates on members by rung; in the last month credibility at a land grab, adequacy against a major attack and
/// the ready brigades of European members.
fn read(arm: &Arm, runs: u64) -> Result<Readings, EvidenceError> {
    let rungs = ["incursion", "strike", "land_grab", "major_attack"].map(|id| arm.rung(id));
    let [Ok(incursion), Ok(strike), Ok(grab), Ok(major)] = rungs else {
        return Err(EvidenceError::Missing("rungs from the incursion up".into()));
    };
    let states = arm.plan().scenario.base.states.iter().enumerate();
    let europe: Vec<usize> = states
        .filter(|(_, s)| s.blocs.iter().any(|b| b == "nato_europe"))
        .map(|(i, _)| i)
        .collect();
    Ok(arm.observe(runs, 7, |world, ground, row| {
        if world.month + 1 < world.inputs.months {
            return;
        }
        let rate = |rung: usize| world.tally.focal_integrated(rung);
        row[INCURSION] = rate(incursion);
        row[FORCE] = rate(strike) + rate(grab) + rate(major);
        (row[GRAB], row[MAJOR]) = (rate(grab), rate(major));
        let focal = world.inputs.focal;
        row[CREDIBILITY] = weakest(world, ground, focal, grab, |a| a.credibility);
        row[ADEQUACY] = weakest(world, ground, focal, major, |a| a.adequacy);
        row[CAPABILITY] = europe.iter().map(|i| world.forces.ready[*i]).sum();
    }))
}

/// Ratios of neighbouring doses, each of which has to lie in `band`.
fn steps(arms: &[(&str, Readings)], what: usize, name: &str, band: Band) -> Vec<Effect> {
    let pairs = arms.windows(2);
    pairs
        .map(|pair| {
            let e = ratio(&pair[0].1[what], &pair[1].1[what]);
            Effect::tested(format!("{name}, {} / {}", pair[1].0, pair[0].0), e, band)
        })
        .collect()
}

/// Differences of neighbouring doses.
fn rises(arms: &[(&str, Readings)], what: usize, name: &str, band: Band) -> Vec<Effect> {
    let pairs = arms.windows(2);
    pairs
        .map(|pair| {
            let e = difference(&pair[0].1[what], &pair[1].1[what]);
            Effect::tested(format!("{name}, {} - {}", pair[1].0, pair[0].0), e, band)
        })
        .collect()
}

pub(super) fn capability(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let mut arms = Vec::new();
    for dose in PINNED {
        let set = format!("states.USA.pinned={dose}");
        arms.push((dose, read(&Arm::load("capability", None, &[&set])?, runs)?));
    }
    let disarmed = read(&Arm::load("capability", Some("europe_disarmed"), &[])?, runs)?;
    let (none, all) = (&arms[0].1, &arms[PINNED.len() - 1].1);
    let mut effects = rises(
        &arms,
        CREDIBILITY,
        "credibility, American brigades tied elsewhere",
        Band::below(0.0),
    );
    effects.extend(steps(&arms, FORCE, "acts of force", Band::above(1.0)));
    effects.extend(steps(&arms, GRAB, "land grabs", Band::above(1.0)));
    effects.push(Effect::tested(
        "major attacks, all tied / none",
        ratio(&none[MAJOR], &all[MAJOR]),
        Band::above(1.0),
    ));
    effects.push(Effect::tested(
        "incursions, all tied / none",
        ratio(&none[INCURSION], &all[INCURSION]),
        Band::above(1.0),
    ));
    effects.push(Effect::tested(
        "adequacy against a major attack, all tied - none",
        difference(&none[ADEQUACY], &all[ADEQUACY]),
        Band::below(0.0),
    ));
    effects.push(Effect::tested(
        "credibility, Europe disarmed - as it is",
        difference(&none[CREDIBILITY], &disarmed[CREDIBILITY]),
        Band::below(0.0),
    ));
    effects.push(Effect::tested(
        "adequacy against a major attack, Europe disarmed - as it is",
        difference(&none[ADEQUACY], &disarmed[ADEQUACY]),
        Band::below(0.0),
    ));
    for (what, name) in [(FORCE, "acts of force"), (GRAB, "land grabs"), (MAJOR, "major attacks")] {
        effects.push(Effect::tested(
            format!("{name}, Europe disarmed / as it is"),
            ratio(&none[what], &disarmed[what]),
            Band::above(1.0),
        ));
    }
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Rates on members, two years. What is tied or gone stays promised.",
    ))
}

pub(super) fn reach(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let mut arms = Vec::new();
    for dose in FREE {
        let set = format!("challengers.RUS.regeneration=[[0, {dose}], [60, 60]]");
        arms.push((dose, read(&Arm::load("reach", None, &[&set])?, runs)?));
    }
    let mut effects = steps(&arms, FORCE, "acts of force, free brigades", Band::above(1.0));
    effects.extend(steps(&arms, GRAB, "land grabs", Band::above(1.0)));
    effects.extend(steps(&arms, MAJOR, "major attacks", Band::above(1.0)));
    effects.push(Effect::tested(
        "incursions, 7 / 0",
        ratio(&arms[0].1[INCURSION], &arms[1].1[INCURSION]),
        Band::within(0.95, 1.2),
    ));
    let whole = |what: usize| ratio(&arms[1].1[what], &arms[FREE.len() - 1].1[what]);
    effects.push(Effect::tested("land grabs, 60 / 7", whole(GRAB), Band::above(1.5)));
    effects.push(Effect::tested("major attacks, 60 / 7", whole(MAJOR), Band::above(2.0)));
    effects.push(Effect::reported("incursions, 60 / 7", whole(INCURSION)));
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Rates on members, two years in which the war in Ukraine goes on. No more than a theatre holds can attack: 15 brigades in front of a Baltic state.",
    ))
}

pub(super) fn budgets(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let mut arms = Vec::new();
    for (option, percent) in GOALS {
        arms.push((percent, read(&Arm::load("budgets", Some(option), &[])?, runs)?));
    }
    let mut effects = rises(
        &arms,
        CAPABILITY,
        "ready brigades of Europe, goal in percent of GDP",
        Band::above(0.0),
    );
    effects.extend(steps(&arms, FORCE, "acts of force", Band::below(1.0)));
    effects.extend(steps(&arms, GRAB, "land grabs", Band::below(1.0)));
    effects.extend(steps(&arms, MAJOR, "major attacks", Band::below(1.0)));
    effects.push(Effect::reported(
        "ready brigades of Europe at half a percent",
        level(&arms[0].1[CAPABILITY]),
    ));
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Ten European states, six years. Money becomes force after three years on average, and less money loses it as late.",
    ))
}
