//! Selection: promises that are tested are kept less often than promises, because the weak ones are tested (Smith 1995).
//!
//! History has that order: of the promises of defence tested in war 61 percent were kept before 1945, when strong pacts were tested
//! too, and 14 percent after, when weak ones were (T26, T27; Berkemeier and Fuhrmann 2018). No rate of this kind goes into the
//! model; here it has to come out with the right signs.

use super::experiment::{Arm, EvidenceError, Readings, difference_of_shares, ratio};
use super::law::{Band, Effect};
use super::truth::fate;
use super::validation::Section;
use crate::model::sets::StateSet;

/// Depth of a weak pact, against 1 for the alliance: deep enough to lead, too shallow to bind. Judgement.
const WEAK: &str = "arrangements.nato.depth=0.4";

/// Sums over members within reach and months: land grabs that are met and answered by the lead, land grabs that are met, chance
/// of the answer, months.
fn read(sets: &[&str], runs: u64) -> Result<Readings, EvidenceError> {
    let arm = Arm::load("selection", None, sets)?;
    let (grab, lead) = (arm.rung("land_grab")?, arm.state("USA")?);
    let rungs = arm.plan().scenario.base.ladder.len();
    let states = arm.plan().scenario.base.states.len();
    // Behind the four readings: what had been integrated up to the month before.
    let mut readings = arm.observe(runs, 4 + states, |world, ground, row| {
        for (d, dyad) in ground.dyads.iter().enumerate() {
            if !world.tally.is_focal(dyad.target) {
                continue;
            }
            let now = world.tally.integrated[dyad.target * rungs + grab];
            let acts = now - std::mem::replace(&mut row[4 + dyad.target], now);
            let fate = fate(world, ground, d, grab, StateSet::EMPTY, Some(lead));
            let met = acts * fate.contested;
            let kept = if fate.contested > 0.0 {
                fate.watched / fate.contested
            } else {
                0.0
            };
            for (place, value) in row.iter_mut().zip([met * kept, met, kept, 1.0]) {
                *place += value;
            }
        }
    });
    readings.truncate(4);
    Ok(readings)
}

/// Runs the test of selection.
///
/// # Errors
/// If its scenario does not load.
pub fn selection(runs: u64) -> Result<Section, EvidenceError> {
    let (strong, weak) = (read(&[], runs)?, read(&[WEAK], runs)?);
    let gap = |r: &Readings| difference_of_shares(&r[0], &r[1], &r[2], &r[3]);
    let effects = vec![
        Effect::reported("P(kept), mean over members and months", ratio(&strong[3], &strong[2])),
        Effect::reported("P(kept | tested)", ratio(&strong[1], &strong[0])),
        Effect::tested("tested - mean", gap(&strong), Band::within(-0.6, 0.0)),
        Effect::reported("weak pact: P(kept), mean", ratio(&weak[3], &weak[2])),
        Effect::reported("weak pact: P(kept | tested)", ratio(&weak[1], &weak[0])),
        Effect::tested(
            "kept when tested, weak - strong pact",
            difference_of_shares(&weak[0], &weak[1], &strong[0], &strong[1]),
            Band::within(-1.0, 0.0),
        ),
        Effect::tested(
            "tests of the weak pact / of the strong one",
            ratio(&strong[1], &weak[1]),
            Band::above(1.0),
        ),
    ];
    Ok(Section::new(
        "Selection",
        runs,
        effects,
        "Land grabs on members in three years; the lead's answer at its true type. History: 61 percent of defence pacts kept when \
         tested before 1945, 14 percent after (T26, T27). Signs are tested, and no rate of promises kept is an input.",
    ))
}
