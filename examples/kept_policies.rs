//! What it costs in accuracy, and saves in work, that policies are kept while their inputs move little: outcomes over
//! paired runs against solving every month.
//!
//! `cargo run --release --example kept_policies -- us-withdrawal 400`

use std::process::ExitCode;

use deterrence::engine::Plan;
use deterrence::model::decision::Agents;
use deterrence::model::world::World;
use deterrence::scenario::{Request, Source, load};
use rayon::prelude::*;

/// Outcomes of a run, and how many rungs were solved and valued anew in it.
struct Played {
    values: Vec<f64>,
    work: [f64; 2],
}

fn play(plan: &Plan, replication: u64, every_month: bool) -> Played {
    let model = &plan.model;
    let mut world = World::new(&model.ground, plan.draw(replication).0);
    world.policies.exact = every_month;
    let values = model.live(&mut world, &plan.streams(replication), &mut Agents).values;
    Played {
        values,
        work: [world.policies.solved as f64, world.policies.valued as f64],
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "poland-drone-incursion".to_owned());
    let runs: u64 = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(400);
    let Ok(scenario) = load(&Request::new(Source::resolve(&name))) else {
        eprintln!("{name} does not load: deter check {name}");
        return ExitCode::FAILURE;
    };
    let plan = Plan::new(scenario);
    let pairs: Vec<(Played, Played)> = (0..runs)
        .into_par_iter()
        .map(|r| (play(&plan, r, false), play(&plan, r, true)))
        .collect();
    let mean = |of: &dyn Fn(&(Played, Played)) -> f64| pairs.iter().map(of).sum::<f64>() / runs as f64;
    for (way, place) in [("solved", 0), ("valued anew", 1)] {
        println!(
            "rungs {way} a run: {:.0}, of {:.0} when solving every month",
            mean(&|p| p.0.work[place]),
            mean(&|p| p.1.work[place])
        );
    }
    println!("{:40} {:>10} {:>9} {:>8}", "outcome", "exact", "kept", "± s.e.");
    for (i, outcome) in plan.model.measures.outcomes.iter().enumerate() {
        let parts: Vec<&str> = outcome.id.split('.').collect();
        if !matches!(
            parts[..],
            ["intensity", _] | ["spillover", _] | ["credibility" | "margin", _, _, "start" | "end"]
        ) {
            continue;
        }
        let exact = mean(&|p| p.1.values[i]);
        let difference = mean(&|p| p.0.values[i] - p.1.values[i]);
        let square = mean(&|p| (p.0.values[i] - p.1.values[i]).powi(2));
        let error = ((square - difference * difference).max(0.0) / runs as f64).sqrt();
        println!(
            "{:40} {exact:10.6} {:+8.2}% {:7.2}%",
            outcome.id,
            100.0 * difference / exact,
            100.0 * error / exact
        );
    }
    ExitCode::SUCCESS
}
