//! What holds at the limits of a world holds as everywhere else.

use super::*;
use crate::model::decision::Agents;
use crate::model::inputs::{MAX_ARRANGEMENTS, MAX_RUNGS, MAX_STATES};
use crate::model::month::Model;
use crate::random::Streams;

/// Credibility of the small world's pact, month by month, when it is arrangement number `number` of so many, and whether
/// it becomes hollow. The others bind nobody, and nobody is named for acts below the crises: the luck of answers to these
/// belongs to the arrangement's number.
fn pact_as(number: usize, of: usize) -> (Vec<f64>, bool) {
    let mut inputs = small();
    inputs.ladder[..INCURSION]
        .iter_mut()
        .for_each(|rung| rung.figures.attribution = 0.0);
    let pact = inputs.arrangements.pop().expect("the pact");
    let nobody = Arrangement {
        id: "nobody".into(),
        depth_by: vec![1.0; 4],
        ..Default::default()
    };
    inputs.arrangements = vec![nobody; of];
    inputs.arrangements[number - 1] = pact;
    inputs.focal = number - 1;
    let model = Model::new(&inputs);
    let months = inputs.months as usize;
    let series = model
        .measures
        .series
        .iter()
        .position(|s| s.id == "credibility.pact.land_grab");
    let outcome = model.measures.outcomes.iter().position(|o| o.id == "hollow.pact");
    let (series, outcome) = (series.expect("a series"), outcome.expect("an outcome"));
    let record = model.run(inputs, &Streams::new(7, 0), &mut Agents);
    let of = series * months..(series + 1) * months;
    (record.series[of].to_vec(), record.values[outcome] == 1.0)
}

#[test]
fn a_pact_is_worth_the_same_whatever_its_number() {
    let first = pact_as(1, 1);
    assert!(
        first.0.iter().all(|c| *c > 0.1),
        "the promise means something: {first:?}"
    );
    for number in [1, 10, 64, 65, 67, 128, 129, MAX_ARRANGEMENTS] {
        assert_eq!(pact_as(number, MAX_ARRANGEMENTS), first, "number {number}");
    }
}

#[test]
fn promises_that_are_many_are_told_apart() {
    // Number 66 would share a bit with number 2 if sets were too small: Sudland leaves one and stays in the other.
    let (_, mut world) = opening(|inputs| inputs.arrangements = vec![inputs.arrangements[0].clone(); MAX_ARRANGEMENTS]);
    world.membership.leave(1, SUD);
    let left: Vec<usize> = (0..MAX_ARRANGEMENTS)
        .filter(|a| !world.membership.promised_by(SUD).contains(*a))
        .collect();
    assert_eq!(left, [1]);
    assert_eq!(
        world.membership.ever_promised_by(SUD).members().count(),
        MAX_ARRANGEMENTS
    );
}

#[test]
fn every_ally_of_the_largest_world_answers_at_the_top_of_the_longest_ladder() {
    let mut inputs = small();
    let mut rungs = inputs.ladder.clone();
    while rungs.len() < MAX_RUNGS {
        let mut higher = rungs[rungs.len() - 1].clone();
        higher.id.push('+');
        rungs.push(higher);
    }
    inputs.ladder = rungs;
    while inputs.states.len() < MAX_STATES {
        let ally = inputs.states.len();
        inputs
            .states
            .push(state(&format!("A{ally}"), 100.0, 2.0, 1.0, (50.0, 10.0)));
        inputs.arrangements[0].guarantors.push(ally);
        inputs.spending.push(Default::default());
        inputs.responses.push(None);
    }
    inputs.arrangements[0].depth_by = vec![1.0; MAX_STATES];
    let ground = Ground::new(&inputs);
    let mut world = World::new(&ground, inputs);
    let allies = MAX_STATES - 2;
    assert_eq!(
        world.policies.lanes[0].len, allies,
        "all but the target and its challenger"
    );
    let mut asked = Vec::new();
    let mut decider = Rule(|q: &Question<'_>| match q.topic {
        crate::model::decision::Topic::Resist => Some(1),
        crate::model::decision::Topic::Answer => {
            asked.push(q.actor);
            Some(2)
        }
        _ => None,
    });
    world.play_crises(&ground, &Streams::new(1, 0), &mut decider, vec![act(0, MAX_RUNGS - 1)]);
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(asked.len(), allies);
    let row = &world.tally.rows[0];
    assert_eq!(row.fought.members().count(), allies);
    assert!(
        (row.share - 1.0).abs() < 1e-5,
        "all that was pledged came: {}",
        row.share
    );
}
