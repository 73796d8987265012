//! How many counted runs one run is worth once counts are combined with their expectations: variances of the counted and of
//! the combined number, for the level of an option and for its contrast with a baseline on the same luck.
//!
//! `cargo run --release --example worth -- poland-drone-incursion answered silence 2000 1`: scenario, baseline and option
//! (`none` for the scenario itself), pairs, seed. The weight of the count is fixed by the baseline.

use std::process::ExitCode;

use deterrence::engine::Plan;
use deterrence::model::decision::Agents;
use deterrence::model::record::RunRecord;
use deterrence::scenario::{Request, Source, load};
use rayon::prelude::*;

fn plan(name: &str, option: &str, seed: u64) -> Option<Plan> {
    let mut request = Request::new(Source::resolve(name));
    request.option = (option != "none").then(|| option.to_owned());
    request.sets = vec![format!("run.seed={seed}")];
    load(&request).ok().map(Plan::new)
}

fn play(plan: &Plan, replication: u64) -> RunRecord {
    let (inputs, _) = plan.draw(replication);
    plan.model.run(inputs, &plan.streams(replication), &mut Agents)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let at = |place: usize, usual: &str| arguments.get(place).map_or(usual.to_owned(), Clone::clone);
    let (name, first, second) = (at(0, "poland-drone-incursion"), at(1, "answered"), at(2, "silence"));
    let (Ok(pairs), Ok(seed)) = (at(3, "2000").parse::<u64>(), at(4, "1").parse::<u64>()) else {
        eprintln!("pairs and seed are whole numbers");
        return ExitCode::FAILURE;
    };
    let (Some(a), Some(b)) = (plan(&name, &first, seed), plan(&name, &second, seed)) else {
        eprintln!("{name} does not load with these options: deter check {name}");
        return ExitCode::FAILURE;
    };
    let played: Vec<(RunRecord, RunRecord)> = (0..pairs).into_par_iter().map(|r| (play(&a, r), play(&b, r))).collect();
    println!("{name}: {second} against {first}, {pairs} pairs, seed {seed}");
    println!(
        "{:34} {:>9} {:>9} | {:>10} {:>8} {:>8} | {:>8} {:>8} {:>8} {:>8}",
        "outcome", "counted", "expected", "contrast", "z", "z count", "level E", "level", "E", "combined"
    );
    for (index, spec) in a.model.measures.outcomes.iter().enumerate().filter(|(_, s)| s.expected) {
        let of = |get: &dyn Fn(&(RunRecord, RunRecord)) -> f64| -> Vec<f64> { played.iter().map(get).collect() };
        let (ca, cb) = (of(&|p| p.0.values[index]), of(&|p| p.1.values[index]));
        let (ea, eb) = (of(&|p| p.0.expected[index]), of(&|p| p.1.expected[index]));
        let weight = mean(&ea).clamp(0.0, 1.0);
        let combine = |c: &[f64], e: &[f64]| -> Vec<f64> {
            c.iter().zip(e).map(|(c, e)| (1.0 - weight) * e + weight * c).collect()
        };
        let less = |x: &[f64], y: &[f64]| -> Vec<f64> { x.iter().zip(y).map(|(x, y)| y - x).collect() };
        let (xa, xb) = (combine(&ca, &ea), combine(&cb, &eb));
        let (counted, expected, combined) = (less(&ca, &cb), less(&ea, &eb), less(&xa, &xb));
        let z = |d: &[f64]| mean(d) / (variance(d) / d.len() as f64).sqrt();
        let worth = |full: &[f64], lean: &[f64]| variance(full) / variance(lean);
        println!(
            "{:34} {:9.5} {:9.5} | {:10.6} {:8.2} {:8.2} | {:8.1} {:8.1} {:8.1} {:8.1}",
            spec.id,
            mean(&ca),
            mean(&ea),
            mean(&combined),
            z(&combined),
            z(&counted),
            worth(&ca, &ea),
            worth(&ca, &xa),
            worth(&counted, &expected),
            worth(&counted, &combined)
        );
    }
    ExitCode::SUCCESS
}
