//! What a run costs, and where: `cargo bench --bench model`. Compare numbers of one run with each
//! other; those of different days depend on what else the machine was doing.

use std::cell::RefCell;

use deterrence::engine::Plan;
use deterrence::model::crisis::{Solver, Task, Work, precision};
use deterrence::model::decision::Agents;
use deterrence::model::registers::Registers;
use deterrence::model::world::World;
use deterrence::results::Accumulator;
use deterrence::scenario::{Request, Source, load};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn plan() -> Plan {
    let Ok(scenario) = load(&Request::new(Source::resolve("poland-drone-incursion"))) else {
        unreachable!("the bundled scenario loads, which the tests of `scenario` show");
    };
    Plan::new(scenario)
}

/// A world that has lived for a year.
fn world(plan: &Plan) -> World {
    let mut world = World::new(&plan.model.ground, plan.draw(0).0);
    for _ in 0..12 {
        world.live_month(&plan.model.ground, &plan.streams(0), &mut Agents);
        world.month += 1;
    }
    world
}

/// Five years of one world, inputs drawn.
#[divan::bench]
fn run(bencher: Bencher) {
    let plan = plan();
    let next = RefCell::new(0u64);
    bencher.bench_local(|| {
        *next.borrow_mut() += 1;
        plan.run(*next.borrow())
    });
}

/// The world of month 0: inputs drawn, every policy solved.
#[divan::bench]
fn opening(bencher: Bencher) {
    let plan = plan();
    bencher.bench_local(|| World::new(&plan.model.ground, plan.draw(1).0));
}

/// One month after a year.
#[divan::bench]
fn month(bencher: Bencher) {
    let plan = plan();
    let start = world(&plan);
    let streams = plan.streams(0);
    bencher.with_inputs(|| start.clone()).bench_local_refs(|world| {
        world.live_month(&plan.model.ground, &streams, &mut Agents);
    });
}

/// One rung of the dyad with most responders, in the registers of `available()[index]`: solved
/// (`value` false), or the act valued with weights that were solved before.
fn rung(bencher: Bencher, index: usize, value: bool) {
    let plan = plan();
    let world = world(&plan);
    let Some(&registers) = Registers::available().get(index) else {
        return;
    };
    let lanes = &world.policies.lanes;
    let dyad = (0..lanes.len()).max_by_key(|&d| lanes[d].len).unwrap_or(0);
    let rung = world.inputs.ladder.len() - 2;
    let policy = world.policies.of(dyad, rung);
    let work = if value { Work::Value } else { Work::Solve };
    let (mut weights, mut assessment) = (*policy.weights, *policy.assessment);
    let rungs = 0..world.inputs.ladder.len();
    let precision: Vec<f64> = rungs.map(|rung| precision(&world.inputs, rung)).collect();
    let stages = [world.stage(plan.model.ground.dyads[dyad], rung)];
    let mut solver = Solver::default();
    bencher.bench_local(|| {
        Task {
            inputs: &world.inputs,
            lanes: black_box(&lanes[dyad]),
            positions: &world.positions,
            precision: &precision,
            solver: &mut solver,
            stages: &stages,
            weights: std::slice::from_mut(&mut weights),
            assessments: std::slice::from_mut(&mut assessment),
            work,
        }
        .run_in(registers);
    });
}

/// Registers: 0 what every processor has, 1 and 2 the wider ones where there are any.
#[divan::bench(args = [0, 1, 2])]
fn solve(bencher: Bencher, registers: usize) {
    rung(bencher, registers, false);
}

#[divan::bench(args = [0, 1, 2])]
fn value(bencher: Bencher, registers: usize) {
    rung(bencher, registers, true);
}

/// Taking 32 finished runs into the statistics.
#[divan::bench]
fn add_block(bencher: Bencher) {
    let plan = plan();
    let block: Vec<_> = (0..32).map(|r| plan.run(r).record).collect();
    let measures = &plan.model.measures;
    let months = plan.scenario.run.months;
    bencher
        .with_inputs(|| Accumulator::new(&measures.outcomes, &measures.series, months))
        .bench_local_refs(|accumulator| accumulator.add_block(&block));
}
