//! What happens in a crisis, and what it depends on.

use super::*;
use crate::model::arrangements::Membership;
use crate::model::crisis::{Tree, precision};
use crate::model::decision::{Agents, Topic};
use crate::model::guarantor::AtRung;
use crate::model::inputs::{ArrangementFigures, Condition, DecisionRule, Hedge};
use crate::model::sets::StateSet;
use crate::model::tally::UNANSWERED_SHARE;
use crate::random::Streams;

#[test]
fn crises_are_played_from_the_gravest_down_and_one_of_a_pair_absorbs_the_milder() {
    let (ground, mut world) = opening(|inputs| {
        inputs.challengers[0].targets.push(target(SUD));
        inputs.ladder.iter_mut().for_each(|rung| rung.figures.war_chance = 0.0);
    });
    let acts = vec![act(0, INCURSION), act(0, STRIKE), act(1, MAJOR)];
    world.play_crises(&ground, &Streams::new(1, 0), &mut Agents, acts);
    let met: Vec<_> = world
        .tally
        .rows
        .iter()
        .map(|row| (usize::from(row.target), usize::from(row.rung)))
        .collect();
    assert_eq!(met, [(SUD, MAJOR), (ORD, STRIKE)]);
}

#[test]
fn war_follows_a_challenger_that_presses_on_and_never_one_that_backs_down() {
    for (press, wars) in [(0, 0), (1, 1)] {
        let (ground, mut world) = opening(|inputs| inputs.ladder[GRAB].figures.war_chance = 1.0);
        let mut decider = Rule(|q: &Question<'_>| match q.topic {
            Topic::Resist => Some(1),
            Topic::Press => Some(press),
            _ => None,
        });
        world.play_crises(&ground, &Streams::new(1, 0), &mut decider, vec![act(0, GRAB)]);
        assert_eq!(world.wars.running.len(), wars);
        assert_eq!(world.tally.rows[0].war, wars == 1);
    }
}

/// `own_arsenal·n·N` is off the value of pressing on whether it succeeds or fails.
#[test]
fn pressing_on_against_a_target_with_an_arsenal_costs_its_risk_whatever_comes_of_it() {
    let node = |nuclear: Nuclear| {
        let (ground, world) = opening(|inputs| inputs.states[ORD].nuclear = nuclear);
        let (lanes, rung) = (&world.policies.lanes[0], MAJOR);
        let at = AtRung::new(
            lanes,
            &world.inputs,
            rung,
            precision(&world.inputs, rung),
            &world.positions,
        );
        Tree::new(&world.inputs, lanes, &at, world.stage(ground.dyads[0], rung)).node
    };
    let (armed, unarmed) = (node(Nuclear::Arsenal), node(Nuclear::None));
    let p = small().parameters.crisis;
    let risk = p.own_arsenal * default_ladder()[MAJOR].figures.nuclear_risk * p.nuclear_cost;
    for success in [0.0, 0.3, 1.0] {
        let dearer = unarmed.press_value(success, 4.0, 0.0) - armed.press_value(success, 4.0, 0.0);
        assert!((dearer - risk).abs() < 1e-12 && risk > 0.1, "{dearer} against {risk}");
    }
    assert_eq!(armed.back, unarmed.back, "backing down costs the same");
}

#[test]
fn a_lost_backstop_frightens_the_others_when_the_lead_abstains_and_only_then() {
    let fights = |lost: f64, branch: usize| {
        let (_, world) = opening(|inputs| inputs.parameters.guarantor.lost_backstop = lost);
        let lead = world.policies.of(0, GRAB).assessment.lead.map(usize::from);
        let other = (0..2)
            .find(|l| Some(*l) != lead)
            .expect("two responders, one of whom leads");
        world.policies.of(0, GRAB).weights_of(other, branch)[1]
    };
    assert!(fights(2.0, 0) < 0.9 * fights(0.0, 0));
    assert_eq!(fights(2.0, 2), fights(0.0, 2));
}

#[test]
fn a_state_that_has_made_its_peace_with_the_challenger_resists_less() {
    let resists = |hedged: Option<u8>| {
        let (ground, mut world) = opening(|inputs| inputs.states[ORD].hedges = vec![Hedge::Accommodate]);
        world.hedged[ORD] = hedged;
        world.policies.exact = true;
        world.look(&ground);
        world.policies.of(0, GRAB).assessment.resist
    };
    assert!(resists(Some(0)) < resists(None) - 0.01);
}

#[test]
fn provocation_weakens_a_promise_against_unprovoked_attacks_by_its_forfeit_and_no_other() {
    let bind = |condition: Condition, provocation: f64| {
        let (ground, mut world) = opening(|inputs| inputs.arrangements[0].condition = condition);
        world.provocation[ORD] = provocation;
        world.policies.exact = true;
        world.look(&ground);
        f64::from(world.policies.lanes[0].bind[0])
    };
    let kept = 1.0 - 0.4 * small().parameters.moral_hazard.forfeit;
    assert!((bind(Condition::Unprovoked, 0.4) / bind(Condition::Unprovoked, 0.0) - kept).abs() < 1e-6);
    assert_eq!(bind(Condition::Any, 0.4), bind(Condition::Any, 0.0));
}

/// Weights of the other after an answer of the lead.
fn other(rule: DecisionRule, alone_share: f64, branch: usize) -> [f64; 2] {
    let (_, world) = opening(|inputs| {
        inputs.arrangements[0].decision_rule = rule;
        inputs.parameters.guarantor.alone_share = alone_share;
    });
    let lead = world.policies.lanes[0].lead(GRAB).expect("both are parties");
    assert_eq!(usize::from(world.policies.lanes[0].who[lead]), WES);
    world.policies.of(0, GRAB).weights_of(1 - lead, branch)
}

/// Nearly: in the second pass each of the others takes its own first answer off the strength that it expects, in single
/// precision.
#[test]
fn where_the_lead_decides_the_others_move_by_themselves_only_so_far_once_it_abstains() {
    let odds = |rule, branch| other(rule, 0.25, branch);
    for (led, free) in odds(DecisionRule::Lead, 0)
        .iter()
        .zip(odds(DecisionRule::Individual, 0))
    {
        assert!((led / free - 0.25).abs() < 1e-3, "{led} against {free}");
    }
    for branch in [1, 2] {
        assert_eq!(odds(DecisionRule::Lead, branch), odds(DecisionRule::Individual, branch));
    }
    assert_eq!(
        other(DecisionRule::Lead, 0.0, 0),
        [0.0; 2],
        "an alliance that cannot move without its lead does not"
    );
}

#[test]
fn the_common_decision_of_an_alliance_that_is_led_is_that_of_its_lead() {
    let agreement = |resolve: f64| {
        let (ground, mut world) = opening(|inputs| {
            inputs.arrangements[0].decision_rule = DecisionRule::Lead;
            inputs.states[WES].figures.perceived = resolve;
        });
        world.count_turnout(&ground);
        world.agreement[0]
    };
    let (firm, soft) = (agreement(1.0), agreement(-3.0));
    assert!(soft < 0.3 && firm > 0.7 && firm < 1.0, "{soft} {firm}");
}

#[test]
fn who_decides_alone_for_an_arrangement_waits_for_nobody() {
    let assessment = |rule: DecisionRule| {
        let (_, world) = opening(|inputs| {
            inputs.arrangements[0].guarantors = vec![WES];
            inputs.arrangements[0].decision_rule = rule;
        });
        *world.policies.of(0, GRAB).assessment
    };
    assert_eq!(assessment(DecisionRule::Lead), assessment(DecisionRule::Individual));
}

/// A crisis as it is counted: the share that came, and the chance that provocation brought it about.
fn counted(share: f64, provoked: f64) -> World {
    let (ground, mut world) = opening(|_| ());
    world.play_crises(&ground, &Streams::new(1, 0), &mut Agents, vec![act(0, GRAB)]);
    let mut row = world.tally.rows[0].clone();
    (row.attributed, row.resisted, row.share, row.provoked) = (true, true, share, provoked);
    row.fought = StateSet::only(WES);
    let (_, mut world) = opening(|_| ());
    let (inputs, membership) = (world.inputs.clone(), Membership::new(&world.inputs));
    world.tally.crisis(&inputs, &membership, &[1.0], &row, 1);
    world
}

#[test]
fn an_act_is_unanswered_if_less_than_a_tenth_of_what_was_pledged_came() {
    for (share, unanswered) in [(0.0, 1), (UNANSWERED_SHARE - 1e-9, 1), (UNANSWERED_SHARE, 0), (0.5, 0)] {
        assert_eq!(counted(share, 0.0).tally.unanswered[GRAB], unanswered, "{share}");
    }
    assert_eq!(UNANSWERED_SHARE, 0.1);
}

#[test]
fn whoever_fights_is_entrapped_by_the_chance_that_provocation_brought_the_crisis_about() {
    let world = counted(0.5, 0.3);
    assert_eq!((world.tally.entrapped[WES], world.tally.entrapped[SUD]), (0.3, 0.0));
}

#[test]
fn the_public_of_whoever_is_hit_rallies_and_less_so_that_of_allies_whose_troops_stand_there() {
    let (_, mut world) = opening(|inputs| {
        inputs.forward.push(crate::model::inputs::Forward {
            host: ORD,
            sender: WES,
            brigades: 1.0,
        });
    });
    let before = world.support.clone();
    world.rally(ORD, 0.4);
    let full = 0.4 * world.inputs.parameters.politics.rally;
    for (state, rise) in [(ORD, full), (WES, 0.3 * full), (SUD, 0.0), (BER, 0.0)] {
        assert!(
            (world.support[state] - before[state] - rise).abs() < 1e-12,
            "state {state}"
        );
    }
}

#[test]
fn strength_that_is_announced_for_a_target_makes_taking_its_land_now_more_tempting() {
    let utility = |on_order: f64| {
        let (ground, mut world) = opening(|_| ());
        world.forces.own[ORD].stages[0] = on_order;
        world.temptation(&ground, 0, GRAB).utility
    };
    assert!(utility(6.0) > utility(2.0) && utility(2.0) > utility(0.0));
}

#[test]
fn below_the_crises_the_deepest_arrangement_in_force_answers_for_a_state() {
    let (_, mut world) = opening(|inputs| {
        let pact = inputs.arrangements[0].clone();
        for (depth, in_force) in [(0.4, 0.0), (1.5, 12.0), (1.2, 0.0)] {
            inputs.arrangements.push(Arrangement {
                figures: ArrangementFigures {
                    depth,
                    in_force,
                    ..Default::default()
                },
                ..pact.clone()
            });
        }
    });
    let home = |world: &World| crate::model::arrangements::home(&world.inputs, &world.membership, world.month, ORD);
    assert_eq!(home(&world), Some(3));
    world.month = 12;
    assert_eq!(home(&world), Some(2));
}

#[test]
fn drones_and_aircraft_press_where_no_brigade_is_free_and_take_no_land() {
    let stage = |free: f64, air: f64, rung: usize| {
        let (ground, world) = opening(|inputs| {
            inputs.challengers[0].regeneration = vec![(0.0, free)];
            inputs.challengers[0].figures.air = air;
        });
        world.stage(ground.dyads[0], rung).attack
    };
    assert_eq!((stage(0.0, 5.0, INCURSION), stage(0.0, 0.0, INCURSION)), (5.0, 0.0));
    assert_eq!((stage(6.0, 5.0, INCURSION), stage(0.0, 50.0, INCURSION)), (6.0, 8.0));
    for rung in [STRIKE, GRAB, MAJOR] {
        assert_eq!(stage(2.0, 5.0, rung), stage(2.0, 0.0, rung));
    }
}

#[test]
fn a_stretched_army_fights_a_new_war_with_less_and_at_exponent_zero_exactly_with_all() {
    let war_force = |free: f64, stretch: f64| {
        let (ground, world) = opening(|inputs| {
            inputs.challengers[0].regeneration = vec![(0.0, free), (60.0, 20.0)];
            inputs.challengers[0].figures.stretch = stretch;
            inputs.wars.push(crate::model::inputs::OpeningWar {
                attacker: BER,
                target: SUD,
                age: 1.0,
            });
        });
        world.stage(ground.dyads[0], GRAB).war_force
    };
    let whole = small().challengers[0].figures.war_force;
    assert_eq!((war_force(5.0, 0.0), war_force(20.0, 1.0)), (whole, whole));
    assert!((war_force(5.0, 1.0) - 0.25 * whole).abs() < 1e-9);
    assert!((war_force(5.0, 0.5) - 0.5 * whole).abs() < 1e-9);
}
