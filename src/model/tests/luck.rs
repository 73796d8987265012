//! Whose luck is whose: no two draws of a month share theirs.

use super::*;
use crate::model::decision::Topic;
use crate::model::events::Scripted;
use crate::model::month::Model;
use crate::random::{Key, Streams};

/// The small world with a second challenger of Ordland.
fn two_challengers() -> Inputs {
    let mut inputs = small();
    inputs.states.push(state("TAL", 900.0, 15.0, 6.0, (50.0, 30.0)));
    inputs.arrangements[0].depth_by.push(1.0);
    inputs.spending.push(Default::default());
    inputs.responses.push(None);
    inputs.challengers.push(Challenger {
        state: 4,
        targets: vec![target(ORD)],
        ..Default::default()
    });
    inputs
}

#[test]
fn two_challengers_of_one_target_do_not_share_the_luck_of_anybody_asked() {
    let inputs = two_challengers();
    let ground = Ground::new(&inputs);
    let mut world = World::new(&ground, inputs);
    let mut lucks = Vec::new();
    let mut decider = Rule(|q: &Question<'_>| {
        lucks.push((q.topic, q.actor, q.luck.to_bits()));
        (q.topic == Topic::Resist).then_some(1)
    });
    world.play_crises(
        &ground,
        &Streams::new(1, 0),
        &mut decider,
        vec![act(0, STRIKE), act(1, STRIKE)],
    );
    let answers = lucks.iter().filter(|(topic, ..)| *topic == Topic::Answer).count();
    assert_eq!(answers, 4, "two guarantors are asked twice");
    let mut bits: Vec<u64> = lucks.iter().map(|(.., luck)| *luck).collect();
    let number = bits.len();
    bits.sort_unstable();
    bits.dedup();
    assert_eq!(bits.len(), number);
}

#[test]
fn acts_that_two_events_start_in_one_month_are_answered_by_luck_of_their_own() {
    let inputs = small();
    let model = Model::new(&inputs);
    let mut world = World::new(&model.ground, inputs);
    let mut lucks = Vec::new();
    let mut decider = Rule(|q: &Question<'_>| {
        if q.topic == Topic::React {
            lucks.push(q.luck.to_bits());
        }
        None
    });
    let acts = [0, 1].map(|event| Scripted {
        event,
        challenger: 0,
        target: ORD,
        rung: SABOTAGE,
        attributed: true,
    });
    world.probe_by_script(&model.ground, &Streams::new(1, 0), &mut decider, &acts);
    lucks.sort_unstable();
    lucks.dedup();
    assert_eq!(lucks.len(), 4, "two guarantors are asked about two acts");
}

#[test]
fn a_vote_and_an_event_of_one_month_bring_two_leaders() {
    let (_, mut world) = opening(|_| ());
    let streams = Streams::new(1, 0);
    world.change_leader(&streams, WES, Key::vote(WES));
    let first = world.leader[WES];
    world.change_leader(&streams, WES, Key::leader_by_event(WES, 0));
    assert_ne!(world.leader[WES], first);
}
