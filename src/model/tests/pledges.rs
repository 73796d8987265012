//! What has been promised stays promised when the forces behind it go.

use super::*;
use crate::model::crisis::precision;
use crate::model::guarantor::AtRung;

/// Brigades promised to Ordland at a land grab, those of them that can come, and P(enough comes).
fn promise(change: impl FnOnce(&mut Inputs)) -> [f64; 3] {
    let (_, world) = opening(change);
    let lanes = &world.policies.lanes[0];
    let at = AtRung::new(
        lanes,
        &world.inputs,
        GRAB,
        precision(&world.inputs, GRAB),
        &world.positions,
    );
    let can_come: f32 = at.pledged[..lanes.len].iter().sum();
    let credibility = world.policies.of(0, GRAB).assessment.credibility;
    [at.promised, f64::from(can_come), credibility]
}

#[test]
fn brigades_that_are_pinned_or_gone_stay_in_the_promise_and_lower_its_credibility() {
    let whole = promise(|_| ());
    assert_eq!(whole[..2], [11.0, 11.0]);
    let mut before = whole[2];
    for pinned in [2.0, 4.0, 6.0] {
        let [promised, can_come, credibility] = promise(|inputs| inputs.states[WES].figures.pinned = pinned);
        assert_eq!([promised, can_come], [11.0, 11.0 - pinned]);
        assert!(credibility < before, "{pinned} pinned: {credibility} after {before}");
        before = credibility;
    }
    let disarmed = promise(|inputs| {
        inputs.states[SUD].figures.pledge = 3.0;
        inputs.states[SUD].figures.deployable = 1.0;
    });
    assert_eq!(disarmed[..2], [11.0, 9.0]);
    assert!(disarmed[2] < whole[2]);
}

#[test]
fn who_has_nothing_left_to_send_owes_what_it_promised_as_long_as_it_is_bound() {
    let [promised, can_come, credibility] = promise(|inputs| inputs.states[WES].figures.pinned = 8.0);
    assert_eq!([promised, can_come], [11.0, 3.0]);
    assert!(credibility < 1e-9, "three of eleven are no 40 percent: {credibility}");
    let nobody = promise(|inputs| {
        for state in [SUD, WES] {
            inputs.states[state].figures.pinned = 100.0;
        }
    });
    assert_eq!(nobody, [11.0, 0.0, 0.0]);
    let released = promise(|inputs| inputs.arrangements[0].guarantors = vec![SUD]);
    assert_eq!(released[..2], [3.0, 3.0], "who is not bound owes nothing");
}

#[test]
fn more_than_was_promised_makes_up_for_nobody_else() {
    let [promised, can_come, _] = promise(|inputs| {
        inputs.states[SUD].figures.pledge = 3.0;
        inputs.states[SUD].figures.deployable = 6.0;
        inputs.states[WES].figures.pinned = 4.0;
    });
    assert_eq!([promised, can_come], [11.0, 7.0]);
}

/// Nobody has promised anything: onlookers are measured by what they could send.
#[test]
fn pledges_do_not_matter_where_outsiders_look_on() {
    let seen = |pledge: f64| {
        promise(|inputs| {
            inputs.arrangements[0].proteges = vec![SUD, WES];
            inputs.states[WES].figures.pledge = pledge;
        })
    };
    assert_eq!(seen(2.0), seen(20.0));
    assert_eq!(seen(2.0)[..2], [11.0, 11.0]);
}

#[test]
fn an_event_that_takes_forces_away_takes_no_pledge_with_them() {
    use crate::model::inputs::{Event, EventKind};
    let (_, mut world) = opening(|inputs| {
        let slot = inputs.slot("states.WES.deployable").expect("a figure");
        inputs.events.push(Event {
            month: 0,
            when: None,
            probability: 1.0,
            hazard: None,
            note: String::new(),
            kind: EventKind::Change {
                slots: vec![(slot, 2.0)],
                over: 0,
            },
        });
    });
    world.take_events(&crate::random::Streams::new(1, 0));
    assert_eq!((world.forces.deployable[WES], world.forces.pledge[WES]), (2.0, 8.0));
}

/// With nothing but the ground in the way: the share of an even fight that the defence gives.
#[test]
fn adequacy_is_strength_at_the_line_over_what_would_leave_the_attack_even_chances() {
    let seen = |change: fn(&mut Inputs)| {
        let (ground, world) = opening(|inputs| {
            inputs.challengers[0].regeneration = vec![(0.0, 6.0)];
            change(inputs);
        });
        let assessment = *world.policies.of(0, MAJOR).assessment;
        (
            assessment.adequacy,
            assessment.at_once,
            world.stage(ground.dyads[0], MAJOR),
        )
    };
    let (alone, at_once, stage) = seen(|inputs| {
        for state in [SUD, WES] {
            inputs.states[state].figures.pinned = 100.0;
        }
    });
    assert!(
        (alone - stage.own * stage.terrain / stage.attack).abs() < 1e-6,
        "{alone}"
    );
    // An even match is an even bet.
    let odds = (1.0 / at_once - 1.0).powf(1.0 / small().parameters.crisis.decisiveness);
    assert!((alone - odds).abs() < 1e-6, "{alone} against {odds}");
    let (helped, ..) = seen(|inputs| inputs.states[WES].figures.mobility = 5.0);
    let (pinned, ..) = seen(|inputs| {
        inputs.states[WES].figures.mobility = 5.0;
        inputs.states[WES].figures.pinned = 7.0;
    });
    assert!(alone < pinned && pinned < helped, "{alone} {pinned} {helped}");
    let (ample, ..) = seen(|inputs| inputs.challengers[0].regeneration = vec![(0.0, 0.0)]);
    assert_eq!(ample, crate::model::crisis::AMPLE);
}
