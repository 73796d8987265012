//! Promises of single mechanisms, each in a small world that shows it and little else.

mod adaptation;
mod beliefs;
mod crises;
mod limits;
mod luck;
mod pledges;
mod wars;

use super::challenger::Act;
use super::decision::{Decider, Question};
use super::inputs::{Arrangement, Challenger, Inputs, Nuclear, State, StateFigures, Target, TargetFigures};
use super::ladder::default_ladder;
use super::world::{Ground, World};

/// States of the small world: Ordland, which Bergland would attack, and Sudland and Westmark, who have promised to help.
const ORD: usize = 0;
const SUD: usize = 1;
const WES: usize = 2;
const BER: usize = 3;

/// Rungs of the default ladder.
const SABOTAGE: usize = 1;
const INCURSION: usize = 2;
const STRIKE: usize = 3;
const GRAB: usize = 4;
const MAJOR: usize = 5;

fn state(iso3: &str, gdp: f64, brigades: f64, deployable: f64, (latitude, longitude): (f64, f64)) -> State {
    State {
        iso3: iso3.into(),
        name: iso3.into(),
        figures: StateFigures {
            gdp,
            brigades,
            deployable,
            latitude,
            longitude,
            mobility: 0.2,
            ..Default::default()
        },
        ..Default::default()
    }
}

/// A target within reach.
fn target(state: usize) -> Target {
    Target {
        state,
        figures: TargetFigures {
            value: 0.15,
            width: 8.0,
            red_line: 0.3,
            ..Default::default()
        },
    }
}

/// The small world: one pact of Sudland and Westmark for Ordland and each other, one challenger.
fn small() -> Inputs {
    let mut inputs = Inputs {
        months: 24,
        ladder: default_ladder(),
        states: vec![
            state("ORD", 60.0, 2.0, 0.5, (57.0, 24.0)),
            state("SUD", 1000.0, 6.0, 3.0, (45.0, 10.0)),
            state("WES", 3000.0, 12.0, 8.0, (52.0, 5.0)),
            state("BER", 1800.0, 20.0, 10.0, (56.0, 38.0)),
        ],
        arrangements: vec![Arrangement {
            id: "pact".into(),
            name: "Pact".into(),
            guarantors: vec![SUD, WES],
            proteges: vec![ORD, SUD, WES],
            coverage: Some(INCURSION),
            depth_by: vec![1.0; 4],
            nuclear: true,
            ..Default::default()
        }],
        challengers: vec![Challenger {
            state: BER,
            targets: vec![target(ORD)],
            ..Default::default()
        }],
        spending: vec![Default::default(); 4],
        responses: vec![None; 4],
        ..Default::default()
    };
    inputs.states[WES].nuclear = Nuclear::AssuredSecondStrike;
    inputs.states[BER].nuclear = Nuclear::AssuredSecondStrike;
    inputs
}

/// The small world at its start, after a change.
fn opening(change: impl FnOnce(&mut Inputs)) -> (Ground, World) {
    let mut inputs = small();
    change(&mut inputs);
    let ground = Ground::new(&inputs);
    let world = World::new(&ground, inputs);
    (ground, world)
}

/// An attributed act of a scenario.
fn act(dyad: usize, rung: usize) -> Act {
    Act {
        dyad,
        rung,
        count: 1,
        provoked: 0.0,
        utility: 0.0,
        scripted: Some(true),
    }
}

/// Decides by a rule, and by luck where the rule has no answer.
struct Rule<F>(F);

impl<F: FnMut(&Question<'_>) -> Option<u32>> Decider for Rule<F> {
    fn decide(&mut self, question: &Question<'_>) -> u32 {
        (self.0)(question).unwrap_or_else(|| question.by_luck())
    }
}
