//! Laws about what deters: commitment, guarantees, forces, and what the pressure does then.

use super::BALTIC;
use crate::evidence::experiment::{Arm, EvidenceError, Readings, integrated, level, product, ratio};
use crate::evidence::law::{Band, Effect, Estimate, Law, Verdict};
use crate::model::ladder::default_ladder;
use crate::model::world::{Ground, World};

/// Interval of T09, war given a dispute with against without a defence pact (COW-MID 5.0, 1950-2014). The
/// law's short form says .2 to .5.
const WAR_GIVEN_DISPUTE: Band = Band::within(0.14, 0.68);

fn baltic(arm: &Arm) -> Result<Vec<usize>, EvidenceError> {
    BALTIC.iter().map(|s| arm.state(s)).collect()
}

/// Integrated intensities against the Baltic states by rung.
fn by_rung(arm: &Arm, runs: u64) -> Result<Readings, EvidenceError> {
    let states = baltic(arm)?;
    let rungs = arm.plan().scenario.base.ladder.len();
    Ok(arm.observe(runs, rungs, |world, _, row| {
        for (rung, place) in row.iter_mut().enumerate() {
            *place = integrated(world, &states, &[rung]);
        }
    }))
}

/// P(lead fights) for the first Baltic state at a land grab, in Moscow's eyes.
fn belief_in_lead(world: &World, ground: &Ground, state: usize, rung: usize) -> f64 {
    let dyad = ground.dyads.iter().position(|d| d.target == state);
    dyad.map_or(f64::NAN, |d| world.policies.of(d, rung).assessment.lead_fights)
}

pub(super) fn commitment(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let read = |option: &str| -> Result<Readings, EvidenceError> {
        let arm = Arm::load("commitment", Some(option), &[])?;
        let (states, grab) = (baltic(&arm)?, arm.rung("land_grab")?);
        let rungs = arm.plan().scenario.base.ladder.len();
        Ok(arm.observe(runs, rungs + 1, |world, ground, row| {
            for (rung, place) in row.iter_mut().enumerate().take(rungs) {
                *place = integrated(world, &states, &[rung]);
            }
            row[rungs] = belief_in_lead(world, ground, states[0], grab);
        }))
    };
    let (believed, doubted) = (read("believed")?, read("doubted")?);
    let times = |rung: usize| ratio(&believed[rung], &doubted[rung]);
    let force = |r: &Readings| -> Vec<f64> { (0..r[0].len()).map(|run| r[3][run] + r[4][run] + r[5][run]).collect() };
    let steeper = |low: usize, high: usize| {
        product(&[
            (&doubted[high], 1.0),
            (&believed[high], -1.0),
            (&doubted[low], -1.0),
            (&believed[low], 1.0),
        ])
    };
    let effects = vec![
        Effect::reported("P(lead fights at a land grab), believed", level(&believed[6])),
        Effect::reported("P(lead fights at a land grab), doubted", level(&doubted[6])),
        Effect::reported("sabotage, doubted / believed", times(1)),
        Effect::tested("incursions, doubted / believed", times(2), Band::within(1.2, 2.0)),
        Effect::tested(
            "acts of force, doubted / believed",
            ratio(&force(&believed), &force(&doubted)),
            Band::within(3.0, 10.0),
        ),
        Effect::reported("strikes, doubted / believed", times(3)),
        Effect::tested("land grabs, doubted / believed", times(4), Band::above(3.0)),
        Effect::tested("steeper: strikes against incursions", steeper(2, 3), Band::above(1.0)),
        Effect::tested("steeper: land grabs against strikes", steeper(3, 4), Band::above(1.0)),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Beliefs are held: answers teach nothing. Rates against the Baltic states, two years.",
    ))
}

/// What laws 2 and 4 read off an arm.
struct Guarantee {
    by_rung: Readings,
    /// Expected wars from acts of force.
    wars: Vec<f64>,
    /// Share of incursions that dispute data record as a dispute.
    recorded: f64,
}

impl Guarantee {
    fn read(option: Option<&str>, runs: u64) -> Result<Self, EvidenceError> {
        let arm = Arm::load("guarantee", option, &[])?;
        let states = baltic(&arm)?;
        let ladder = default_ladder();
        let rungs = arm.plan().scenario.base.ladder.len();
        let mut by_rung = arm.observe(runs, rungs + 1, |world, _, row| {
            for (rung, place) in row.iter_mut().enumerate().take(rungs) {
                *place = integrated(world, &states, &[rung]);
            }
            if world.month + 1 == world.inputs.months {
                row[rungs] = expected_wars(world, &states, |rung| {
                    ladder.get(rung).map_or(0.0, |r| r.figures.war_chance)
                });
            }
        });
        let wars = by_rung.pop().unwrap_or_default();
        Ok(Self {
            by_rung,
            wars,
            recorded: arm.plan().scenario.base.parameters.observation.mid_share,
        })
    }

    fn sum(&self, weights: &[(usize, f64)]) -> Vec<f64> {
        let runs = self.wars.len();
        (0..runs)
            .map(|run| weights.iter().map(|(rung, w)| w * self.by_rung[*rung][run]).sum())
            .collect()
    }

    fn force(&self) -> Vec<f64> {
        self.sum(&[(3, 1.0), (4, 1.0), (5, 1.0)])
    }

    fn disputes(&self) -> Vec<f64> {
        self.sum(&[(2, self.recorded), (3, 1.0), (4, 1.0), (5, 1.0)])
    }
}

/// Wars to expect from the intensities of a run, with how often its scripted acts were resisted and
/// pressed: counts of wars would need a hundred times the runs.
fn expected_wars(world: &World, states: &[usize], war_chance: impl Fn(usize) -> f64) -> f64 {
    let mut wars = 0.0;
    for (rung, _) in world.inputs.ladder.iter().enumerate().filter(|(_, r)| r.force) {
        let tests = || {
            let of_rung = |r: &&crate::model::record::ChallengeRow| r.scripted && usize::from(r.rung) == rung;
            world.tally.rows.iter().filter(of_rung)
        };
        let pressed = tests().filter(|r| r.resisted && r.pressed).count() as f64;
        let share = pressed / (tests().count().max(1)) as f64;
        wars += integrated(world, states, &[rung]) * share * war_chance(rung);
    }
    wars
}

pub(super) fn compression(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let (with, without) = (Guarantee::read(None, runs)?, Guarantee::read(Some("without"), runs)?);
    let given = |x: &[f64], given_x: &[f64], y: &[f64], given_y: &[f64]| {
        product(&[(x, 1.0), (given_x, -1.0), (y, -1.0), (given_y, 1.0)])
    };
    let effects = vec![
        Effect::tested(
            "P(war | force), with / without",
            given(&with.wars, &with.force(), &without.wars, &without.force()),
            WAR_GIVEN_DISPUTE,
        ),
        Effect::tested(
            "P(war | dispute), with / without",
            given(&with.wars, &with.disputes(), &without.wars, &without.disputes()),
            WAR_GIVEN_DISPUTE,
        ),
        Effect::reported(
            "P(force | dispute), with / without",
            given(&with.force(), &with.disputes(), &without.force(), &without.disputes()),
        ),
        Effect::tested(
            "wars fall more than disputes",
            given(&with.wars, &without.wars, &with.disputes(), &without.disputes()),
            Band::below(1.0),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "The same three Baltic states; a dispute is an act of force or one incursion in twenty.",
    ))
}

pub(super) fn protection(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let (with, without) = (Guarantee::read(None, runs)?, Guarantee::read(Some("without"), runs)?);
    let effects = vec![
        Effect::tested(
            "disputes, without / with",
            ratio(&with.disputes(), &without.disputes()),
            Band::within(1.2, 3.0),
        ),
        Effect::tested(
            "acts of force, without / with",
            ratio(&with.force(), &without.force()),
            Band::within(2.0, 15.0),
        ),
        Effect::tested(
            "land grabs, without / with",
            ratio(&with.by_rung[4], &without.by_rung[4]),
            Band::above(4.0),
        ),
        Effect::reported("sabotage, without / with", ratio(&with.by_rung[1], &without.by_rung[1])),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "The same three Baltic states, so a smaller gap than between members and others.",
    ))
}

pub(super) fn denial(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let grabs = |option: Option<&str>| -> Result<Vec<f64>, EvidenceError> {
        Ok(by_rung(&Arm::load("denial", option, &[])?, runs)?.swap_remove(4))
    };
    let none = grabs(None)?;
    let (battalion, two, seven) = (grabs(Some("battalion"))?, grabs(Some("two"))?, grabs(Some("seven"))?);
    let (unarmed, unarmed_seven) = (grabs(Some("unarmed"))?, grabs(Some("unarmed_seven"))?);
    let (slow, fast) = (grabs(Some("slow"))?, grabs(Some("fast"))?);
    let effects = vec![
        Effect::tested(
            "land grabs, a battalion / none",
            ratio(&none, &battalion),
            Band::within(0.75, 1.0),
        ),
        Effect::tested(
            "land grabs, two brigades / none",
            ratio(&none, &two),
            Band::within(0.2, 0.85),
        ),
        Effect::tested(
            "land grabs, seven brigades / none",
            ratio(&none, &seven),
            Band::within(0.01, 0.4),
        ),
        Effect::tested(
            "land grabs, seven that cannot fight / none",
            ratio(&unarmed, &unarmed_seven),
            Band::within(0.6, 1.0),
        ),
        Effect::tested(
            "per soldier: seven that fight against seven that cannot",
            product(&[(&seven, 1.0), (&none, -1.0), (&unarmed_seven, -1.0), (&unarmed, 1.0)]),
            Band::below(0.7),
        ),
        Effect::tested(
            "land grabs, reinforcement at once / after a month",
            ratio(&slow, &fast),
            Band::below(0.9),
        ),
    ];
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "American brigades in each Baltic state, one year, beliefs held.",
    ))
}

pub(super) fn displacement(law: Law, runs: u64) -> Result<Verdict, EvidenceError> {
    let read = |option: Option<&str>| by_rung(&Arm::load("displacement", option, &[])?, runs);
    let base = read(None)?;
    let mut effects = Vec::new();
    let mix = |now: &Readings| product(&[(&now[1], 1.0), (&now[4], -1.0), (&base[1], -1.0), (&base[4], 1.0)]);
    for (option, name) in [("strength", "seven brigades"), ("commitment", "a deeper commitment")] {
        let now = read(Some(option))?;
        effects.push(Effect::tested(
            format!("sabotage to land grabs, {name}"),
            mix(&now),
            Band::above(1.0),
        ));
        effects.push(Effect::tested(
            format!("land grabs, {name}"),
            ratio(&base[4], &now[4]),
            Band::below(1.0),
        ));
        effects.push(Effect::reported(format!("sabotage, {name}"), ratio(&base[1], &now[1])));
    }
    let attributed = read(Some("attribution"))?;
    let sabotage = ratio(&base[1], &attributed[1]);
    effects.push(Effect::tested(
        "sabotage, attribution 0.9 / 0.4",
        sabotage,
        Band::below(1.0),
    ));
    effects.push(Effect::reported(
        "land grabs, attribution 0.9 / 0.4",
        ratio(&base[4], &attributed[4]),
    ));
    effects.push(Effect::tested(
        "the rung that falls most under better attribution",
        least(&base, &attributed),
        Band::below(1.0),
    ));
    Ok(Verdict::new(
        law,
        runs,
        effects,
        "Against the Baltic states, one year, beliefs held. A law about the mix, not about levels.",
    ))
}

/// The smallest ratio over all rungs.
fn least(base: &Readings, now: &Readings) -> Estimate {
    let ratios = base.iter().zip(now).map(|(b, n)| ratio(b, n));
    ratios
        .reduce(|a, b| if b.value < a.value { b } else { a })
        .unwrap_or(Estimate {
            value: f64::NAN,
            interval: [f64::NAN; 2],
        })
}
