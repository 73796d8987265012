//! Policies are kept while their inputs move little, and worked out in whatever registers there are.
//! Neither may change what a run says.

use std::slice;

use deterrence::engine::Plan;
use deterrence::model::crisis::{Assessment, Solver, Task, Weights, Work, precision};
use deterrence::model::decision::Agents;
use deterrence::model::record::RunRecord;
use deterrence::model::registers::Registers;
use deterrence::model::world::World;
use deterrence::scenario::{Request, Source, load};

fn plan(sets: &[&str]) -> Plan {
    let mut request = Request::new(Source::resolve("poland-drone-incursion"));
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    Plan::new(load(&request).unwrap_or_else(|_| panic!("the bundled scenario loads")))
}

/// A run with policies kept as they are by default, or solved every month.
fn run(plan: &Plan, replication: u64, every_month: bool) -> RunRecord {
    let model = &plan.model;
    let mut world = World::new(&model.ground, plan.draw(replication).0);
    world.policies.exact = every_month;
    model.live(&mut world, &plan.streams(replication), &mut Agents)
}

/// Largest difference of the means over paired runs as a share of its bound, and the outcome that has it. Five percent
/// bounds the worst of levels, the intensity of a major attack; the others stay within three, right after the crisis of
/// the first month (`start`) as at the end. Differences of two credibilities are bounded by
/// 0.01.
fn largest_difference(plan: &Plan, runs: u64) -> (f64, String) {
    let outcomes = &plan.model.measures.outcomes;
    let mut sums = vec![(0.0, 0.0); outcomes.len()];
    for replication in 0..runs {
        let (kept, solved) = (run(plan, replication, false), run(plan, replication, true));
        for (sum, (k, s)) in sums.iter_mut().zip(kept.values.iter().zip(&solved.values)) {
            sum.0 += k;
            sum.1 += s;
        }
    }
    outcomes
        .iter()
        .zip(sums)
        .filter(|(o, _)| {
            let parts: Vec<&str> = o.id.split('.').collect();
            matches!(
                parts[..],
                ["intensity" | "spillover", _] | ["credibility", _, _, "start" | "end"]
            )
        })
        .map(|(o, (kept, solved))| {
            let bound = match o.id.split_once('.') {
                Some(("spillover", _)) => 0.01 * runs as f64,
                _ => 0.05 * solved,
            };
            ((kept - solved).abs() / bound, o.id.clone())
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .expect("the scenario reports intensities and credibilities")
}

#[test]
fn cached_policies_stay_close_to_monthly_solving() {
    let (difference, outcome) = largest_difference(&plan(&[]), 200);
    assert!(difference < 1.0, "{outcome} differs by {difference:.2} of its bound");
}

fn bits(weights: &Weights) -> Vec<u32> {
    weights.iter().flatten().flatten().map(|w| w.to_bits()).collect()
}

#[test]
fn wide_and_narrow_registers_give_the_same_bits() {
    // Three halves takes a path of its own.
    for decisiveness in ["crisis.decisiveness=1.5", "crisis.decisiveness=1.7"] {
        let plan = plan(&[decisiveness]);
        let mut world = World::new(&plan.model.ground, plan.draw(0).0);
        for _ in 0..3 {
            world.live_month(&plan.model.ground, &plan.streams(0), &mut Agents);
            world.month += 1;
        }
        let rungs = 0..world.inputs.ladder.len();
        let precision: Vec<f64> = rungs.map(|rung| precision(&world.inputs, rung)).collect();
        for (d, dyad) in plan.model.ground.dyads.iter().enumerate() {
            for rung in plan.model.ground.first_rung..world.inputs.ladder.len() {
                let policy = world.policies.of(d, rung);
                for work in [Work::Solve, Work::Value] {
                    let results: Vec<(Assessment, Vec<u32>)> = Registers::available()
                        .into_iter()
                        .map(|registers| {
                            let (mut weights, mut assessment) = (*policy.weights, *policy.assessment);
                            let task = Task {
                                inputs: &world.inputs,
                                lanes: &world.policies.lanes[d],
                                positions: &world.positions,
                                precision: &precision,
                                solver: &mut Solver::default(),
                                stages: &[world.stage(*dyad, rung)],
                                weights: slice::from_mut(&mut weights),
                                assessments: slice::from_mut(&mut assessment),
                                work,
                            };
                            task.run_in(registers);
                            (assessment, bits(&weights))
                        })
                        .collect();
                    assert!(
                        results.windows(2).all(|pair| pair[0] == pair[1]),
                        "dyad {d}, rung {rung}, {work:?}"
                    );
                }
            }
        }
    }
}
