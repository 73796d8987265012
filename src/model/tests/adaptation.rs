//! How states adapt, and what waits for what.

use super::*;
use crate::model::decision::Agents;
use crate::model::inputs::{Event, EventKind, Hedge, SpendingFigures};
use crate::model::month::Model;
use crate::model::sets::StateSet;
use crate::model::triggers::{Happening, Pattern, Trigger, Triggers};
use crate::random::Streams;

/// Share of GDP that Sudland spends after a quarter of some threat.
fn share(change: impl FnOnce(&mut Inputs)) -> f64 {
    let (_, mut world) = opening(change);
    world.spend(&[(0.0, 1.0), (0.8, 0.6), (0.0, 1.0), (0.0, 1.0)]);
    world.forces.share[SUD]
}

#[test]
fn a_goal_for_spending_binds_from_below_and_holds_no_higher_wish_back() {
    let goal = |target: f64| SpendingFigures {
        target,
        // The pace of a state's own wish.
        lag: small().parameters.adaptation.adjustment,
        from: 0.0,
    };
    let free = share(|_| ());
    assert!(free > 0.02, "threat and doubt call for more than the opening share");
    assert_eq!(share(|inputs| inputs.spending[SUD] = goal(0.02)), free);
    assert!(share(|inputs| inputs.spending[SUD] = goal(0.06)) > free);
}

#[test]
fn a_goal_below_the_opening_share_lowers_spending_and_the_lower_the_more() {
    let goal = |target: f64| share(|inputs| inputs.spending[SUD].target = target);
    assert!(goal(0.005) < goal(0.01) && goal(0.01) < goal(0.015) && goal(0.015) < 0.02);
}

#[test]
fn who_is_supplied_by_others_and_believes_in_them_spends_less() {
    let with = |free_riding: f64| share(|inputs| inputs.parameters.adaptation.free_riding = free_riding);
    assert!(with(0.02) < with(0.01) && with(0.01) < with(0.0));
}

#[test]
fn an_umbrella_is_sought_from_the_strongest_nuclear_power_besides_the_lead() {
    let (ground, mut world) = opening(|inputs| {
        inputs.states[ORD].hedges = vec![Hedge::Umbrella];
        inputs.states[SUD].nuclear = Nuclear::AssuredSecondStrike;
    });
    let mut hedges = Rule(|_: &Question<'_>| Some(1));
    world.hedge(&ground, &Streams::new(1, 0), &mut hedges, &[(1.0, 0.0); 4]);
    assert_eq!(
        world.pledged,
        [0.0, 0.02, 0.0, 0.0],
        "Sudland, not Westmark, which leads"
    );
}

/// An event that waits three months from month 5 on.
fn waiting() -> Vec<Event> {
    vec![Event {
        month: 5,
        when: Some(Trigger {
            pattern: Pattern::War {
                targets: StateSet::only(ORD),
            },
            within: Some(3),
            after: 1,
        }),
        probability: 1.0,
        hazard: None,
        note: String::new(),
        kind: EventKind::LeaderChange { state: WES },
    }]
}

#[test]
fn a_conditional_event_is_set_off_in_the_months_of_its_window_and_in_no_other() {
    for (month, due) in [(4, None), (5, Some(6)), (7, Some(8)), (8, None)] {
        let events = waiting();
        let mut triggers = Triggers::new(&events);
        triggers.notice(&events, Happening::War { target: ORD }, month);
        assert_eq!(triggers.due(0), due, "month {month}");
    }
}

/// A second arrangement, which loses standing over the run.
#[test]
fn spillover_is_the_credibility_of_the_last_month_less_that_of_the_first() {
    let mut inputs = small();
    let mut second = inputs.arrangements[0].clone();
    second.id = "second".into();
    inputs.arrangements.push(second);
    inputs.events.push(Event {
        month: 6,
        when: None,
        probability: 1.0,
        hazard: None,
        note: String::new(),
        kind: EventKind::Signal {
            by: WES,
            arrangement: 0,
            kind: crate::model::inputs::SignalKind::Deployment,
            strength: -4.0,
        },
    });
    let model = Model::new(&inputs);
    let months = inputs.months as usize;
    let record = model.run(inputs, &Streams::new(1, 0), &mut Agents);
    let outcome = model.measures.outcomes.iter().position(|o| o.id == "spillover.second");
    let series = model
        .measures
        .series
        .iter()
        .position(|s| s.id == "credibility.second.land_grab");
    let (outcome, series) = (outcome.expect("an outcome"), series.expect("a series"));
    let of = &record.series[series * months..(series + 1) * months];
    assert_eq!(record.values[outcome], of[months - 1] - of[0]);
    assert!(
        record.values[outcome] < -0.05,
        "doubt was sown: {}",
        record.values[outcome]
    );
}
