//! What an act would come to if it happened now, at the guarantors' *true* types: who would come, whether the
//! challenger would press on, and with what chance a war follows.
//!
//! Expectations instead of dice: one replication then says as much about rare outcomes as thousands of counted runs. The
//! policies are those that the model plays; the challenger's last choice is averaged over the others' answers as in
//! [`expect`], which was built for beliefs and takes any probabilities.

use crate::model::coalition::{STRENGTHS, Strength, expect};
use crate::model::crisis::{Tree, precision};
use crate::model::guarantor::{AtRung, LANES, Lane};
use crate::model::sets::StateSet;
use crate::model::world::{Ground, World};

/// What an act would come to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fate {
    /// P(somebody is named and the target resists): the acts that anybody can join.
    pub contested: f64,
    /// P(war), of all acts.
    pub war: f64,
    /// P(anybody fights for the target), of all acts.
    pub answered: f64,
    /// P(a major power bound to help fights), of all acts.
    pub joined: f64,
    /// P(the watched state fights), of all acts.
    pub watched: f64,
}

/// The fate of an act of dyad `d` at `rung`, from the policies that stand. `majors` are the major powers; `watched` is a state
/// whose answer is of interest.
pub fn fate(world: &World, ground: &Ground, d: usize, rung: usize, majors: StateSet, watched: Option<usize>) -> Fate {
    let f = world.inputs.ladder[rung].figures;
    let policy = world.policies.of(d, rung);
    let lanes = &world.policies.lanes[d];
    let lambda = precision(&world.inputs, rung);
    let at = AtRung::new(lanes, &world.inputs, rung, lambda, &world.positions);
    let tree = Tree::new(&world.inputs, lanes, &at, world.stage(ground.dyads[d], rung));
    let mut tilt = [1.0; LANES];
    for (lane, place) in tilt.iter_mut().enumerate().take(lanes.len) {
        *place = world.tilt_of(d, rung, lane);
    }
    let lead = policy.assessment.lead.map(usize::from);
    let branches = if lead.is_some() { 3 } else { 1 };
    // P(support) and P(fight) of every lane but the lead's, given the lead's answer.
    let answers = |branch: usize| -> (Lane, Lane) {
        let (mut support, mut fight) = ([0.0; LANES], [0.0; LANES]);
        for l in (0..lanes.len).filter(|l| Some(*l) != lead) {
            let [_, s, g] = policy.moves(l, branch, tilt[l]);
            (support[l], fight[l]) = (s as f32, g as f32);
        }
        (support, fight)
    };
    let first = lead.map_or([1.0, 0.0, 0.0], |l| policy.moves(l, 0, tilt[l]));
    let mut strengths = [Strength::default(); STRENGTHS];
    let (mut answered, mut joined, mut seen) = (0.0, 0.0, 0.0);
    for (branch, chance) in first.iter().enumerate().take(branches) {
        let (support, mut fight) = answers(branch);
        strengths[branch] = Strength::of(lanes, &at, &support, &fight, lead, 0.5 * branch as f64);
        // From here on the lead is one of all: it fights for certain, or not at all.
        if let Some(l) = lead {
            fight[l] = f32::from(u8::from(branch == 2));
        }
        let bound = |l: &usize| lanes.party[*l] && usize::from(lanes.coverage[*l]) <= rung;
        let major = |l: &usize| majors.contains(usize::from(lanes.who[*l]));
        let nobody: f64 = (0..lanes.len).map(|l| 1.0 - f64::from(fight[l])).product();
        let no_major: f64 = (0..lanes.len)
            .filter(|l| bound(l) && major(l))
            .map(|l| 1.0 - f64::from(fight[l]))
            .product();
        let place = (0..lanes.len).find(|&l| Some(usize::from(lanes.who[l])) == watched);
        answered += chance * (1.0 - nobody);
        joined += chance * (1.0 - no_major);
        seen += chance * place.map_or(0.0, |l| f64::from(fight[l]));
    }
    let expected = expect(&tree.node, &strengths);
    let pressed: f64 = first
        .iter()
        .zip(&expected)
        .take(branches)
        .map(|(c, e)| c * e.press)
        .sum();
    let contested = f.attribution * policy.assessment.resist;
    Fate {
        contested,
        war: contested * pressed * f.war_chance,
        answered: contested * answered,
        joined: contested * joined,
        watched: contested * seen,
    }
}
