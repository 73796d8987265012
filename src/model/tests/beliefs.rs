//! What is believed, and what teaches how much.

use super::*;
use crate::model::decision::Topic;
use crate::model::inputs::SignalKind;
use crate::random::Streams;

/// Log-odds of the type two standard deviations above what is generally believed of Westmark against the typical one.
fn log_odds(world: &World) -> f64 {
    let b = world.beliefs.of(0, WES);
    (b[4] / b[2]).ln()
}

/// How far these move when Westmark fights in a crisis.
fn lesson(rung: usize, full_lesson: f64) -> f64 {
    let (ground, mut world) = opening(|inputs| inputs.parameters.beliefs.full_lesson = full_lesson);
    let before = log_odds(&world);
    let mut decider = Rule(|q: &Question<'_>| match q.topic {
        Topic::Resist => Some(1),
        Topic::Answer => Some(2),
        _ => None,
    });
    world.play_crises(&ground, &Streams::new(1, 0), &mut decider, vec![act(0, rung)]);
    log_odds(&world) - before
}

/// Log-likelihoods are raised to the weight, so log-odds move in proportion to it: `min(1, s / full_lesson)`.
#[test]
fn an_answer_teaches_in_proportion_to_the_severity_of_the_act_up_to_a_full_lesson() {
    let severity = default_ladder()[STRIKE].figures.severity;
    let full = lesson(STRIKE, severity);
    assert!(full > 0.05, "fighting shows resolve: {full}");
    assert!((lesson(STRIKE, 2.0 * severity) / full - 0.5).abs() < 1e-9);
    assert!((lesson(STRIKE, 0.5 * severity) / full - 1.0).abs() < 1e-9);
}

#[test]
fn words_move_beliefs_by_their_share_of_a_costly_signal() {
    let moved = |kind: SignalKind| {
        let (_, mut world) = opening(|_| ());
        let before = log_odds(&world);
        world.send_signal(WES, 0, kind, 1.0);
        log_odds(&world) - before
    };
    let share = small().parameters.beliefs.cheap_talk;
    assert!((moved(SignalKind::Words) / moved(SignalKind::Deployment) - share).abs() < 1e-9);
    assert!((moved(SignalKind::Pledge) - moved(SignalKind::Deployment)).abs() < 1e-12);
}

/// A move of belief between the two tolerances: 0.02 after a crisis, 0.08 else.
#[test]
fn after_a_crisis_policies_follow_beliefs_more_closely_than_else() {
    let valued = |shaken: bool| {
        let (ground, mut world) = opening(|_| ());
        let before = world.policies.valued + world.policies.solved;
        for guarantor in [SUD, WES] {
            let positions = world.positions;
            world.beliefs.signal(0, guarantor, &positions, 0.12);
        }
        if shaken {
            world.shaken.insert(0);
        }
        world.look(&ground);
        world.policies.valued + world.policies.solved - before
    };
    assert_eq!(valued(false), 0);
    assert!(valued(true) > 0);
}
