//! The course of wars, and the forces behind them.

use super::*;
use crate::model::decision::Agents;
use crate::model::forces::Forces;
use crate::model::inputs::{OpeningWar, Program, ProgramFigures};
use crate::model::sets::StateSet;
use crate::random::Streams;

/// Ordland at war with Bergland, until one side is beaten: whether Ordland has lost territory by then.
fn loses(attack: f64, defence: f64) -> bool {
    let (_, mut world) = opening(|inputs| {
        inputs.challengers[0].figures.war_force = attack;
        inputs.states[ORD].figures.brigades = defence;
        inputs.wars.push(OpeningWar {
            attacker: BER,
            target: ORD,
            age: 12.0,
        });
        // No settlement: the war ends by force or not at all.
        (inputs.parameters.war.settlement, inputs.parameters.war.exhaustion) = (0.0, 0.0);
    });
    while !world.wars.running.is_empty() {
        world.wage(&Streams::new(1, 0), &mut Agents);
        world.month += 1;
        assert!(
            world.month < 200,
            "a quarter a month: beyond this with a chance of 1e-25"
        );
    }
    world.tally.lost.contains(ORD)
}

#[test]
fn whoever_is_stronger_by_far_defeats_or_repels_the_other() {
    assert!(loses(60.0, 1.0), "a beaten state loses territory");
    assert!(
        !loses(1.0, 60.0),
        "what was taken returns when the attacker is repelled"
    );
}

#[test]
fn fighting_wears_the_support_of_those_who_fight_down_month_by_month() {
    let (ground, mut world) = opening(|_| ());
    assert_eq!(ground.dyads.len(), 1);
    world.month = 1;
    world.start_war(0, ORD, StateSet::only(WES), false, GRAB);
    let before = world.support.clone();
    world.hold_votes(&Streams::new(1, 0));
    let fatigue = world.inputs.parameters.politics.fatigue;
    assert!((before[WES] - world.support[WES] - fatigue).abs() < 1e-12 && fatigue > 0.0);
    assert_eq!(world.support[SUD], before[SUD]);
}

#[test]
fn secret_programmes_are_not_announced_and_others_count_where_they_will_stand() {
    let order = |announced: f64, host: Option<usize>| Program {
        state: WES,
        host,
        figures: ProgramFigures {
            brigades: 2.0,
            announced,
            ..Default::default()
        },
        ..Default::default()
    };
    let mut inputs = small();
    inputs.programs = vec![order(0.0, Some(ORD)), order(1.0, Some(ORD)), order(1.0, None)];
    let mut forces = Forces::new(&inputs);
    forces.advance(&mut inputs, 0);
    assert_eq!(forces.announced(&inputs), [2.0, 0.0, 2.0, 0.0]);
}

#[test]
fn reconstitution_brings_forces_back_so_many_times_as_fast() {
    let free = |speed: f64, months: f64| {
        let (_, mut world) = opening(|inputs| {
            inputs.challengers[0].figures.reconstitution = speed;
            inputs.challengers[0].regeneration = vec![(0.0, 2.0), (24.0, 10.0), (60.0, 20.0)];
        });
        world.forces.since_war[0] = months;
        world.forces.free(&world.inputs, 0)
    };
    assert_eq!(free(1.0, 12.0), 6.0);
    assert_eq!(free(2.0, 12.0), 10.0);
    assert_eq!(free(0.5, 24.0), 6.0);
}
