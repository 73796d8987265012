//! What runs expect is what they count: for every outcome with an expectation, in every bundled scenario and option,
//! `Σ(C − E)` stays within four standard errors `√Σ p(1 − p)`, `p` being the chances that were drawn with, month by month.
//!
//! `DETER_MARTINGALE=400 cargo test --release --test martingale -- --nocapture` plays so many runs of every arm and prints
//! the table; `DETER_MARTINGALE_FROM=1000` begins at another run, which is other luck, and `DETER_MARTINGALE_ARM=west-berlin`
//! takes one scenario.
//!
//! *The measure.* With the sum of its chances for a clock, a count is a Poisson process. Most of these events happen at
//! most once a run, so where the sum is small the count is far from normal: five expected events and fourteen counted
//! are a tail of 1e-3 and four standard errors. z is therefore taken on the scale of Wilson and Hilferty (1931), on which
//! the tails of a Poisson variable are those of a normal one. Outcomes whose variance is below [`FEWEST`], very rare or
//! almost certain, are pooled over arms by kind.
//!
//! *Error rate.* A z-value passes ±[`BOUND`] by chance once in 15,000. The test looks at about 3,000 that are not all
//! independent, and at 40 kinds; so other luck would fail it in one case of five. The luck of the test is fixed. A wrong
//! chance shows in many values at once, so their spread is tested too.

use std::collections::BTreeMap;

use deterrence::engine::Plan;
use deterrence::model::decision::Agents;
use deterrence::model::world::World;
use deterrence::scenario::{Request, Source, bundled, load};
use rayon::prelude::*;

/// Runs of an arm.
const RUNS: u64 = 12;
/// Largest z-value.
const BOUND: f64 = 4.0;
/// Variance from which an outcome of an arm is looked at by itself: so many expected events that are not certain.
const FEWEST: f64 = 5.0;

/// What counts and chances of an outcome come to over runs.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    counted: f64,
    expected: f64,
    variance: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.counted += other.counted;
        self.expected += other.expected;
        self.variance += other.variance;
    }

    fn z(&self) -> f64 {
        let counted = (self.counted - self.expected + self.variance).max(0.0) + 0.5;
        3.0 * counted.sqrt() * (1.0 - 1.0 / (9.0 * counted) - (self.variance / counted).cbrt())
    }
}

/// A text from the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "how much is tried is asked of the environment; what a run says does not depend on it"
)]
fn text(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn number(name: &str) -> Option<u64> {
    text(name)?.parse().ok()
}

/// Plays runs of an arm month by month.
fn play(plan: &Plan, runs: std::ops::Range<u64>) -> Vec<(String, Sums)> {
    let measures = &plan.model.measures;
    let mut sums = vec![Sums::default(); measures.outcomes.len()];
    for replication in runs {
        let (inputs, streams) = (plan.draw(replication).0, plan.streams(replication));
        let months = inputs.months;
        let mut world = World::new(&plan.model.ground, inputs);
        let mut series = vec![0.0; measures.series.len() * months as usize];
        let mut before = vec![0.0; sums.len()];
        for _ in 0..months {
            world.live_month(&plan.model.ground, &streams, &mut Agents);
            measures.record(&world, &plan.model.ground, &mut series);
            world.month += 1;
            let now = measures.expectations(&world);
            for ((sum, before), now) in sums.iter_mut().zip(&before).zip(&now) {
                let p = now - before;
                sum.variance += (p * (1.0 - p)).max(0.0);
            }
            before = now;
        }
        let record = measures.finish(&mut world, series);
        for ((sum, c), e) in sums.iter_mut().zip(&record.values).zip(&record.expected) {
            sum.counted += c;
            sum.expected += e;
        }
    }
    let with_id = measures.outcomes.iter().zip(sums);
    with_id
        .filter(|(spec, _)| spec.expected)
        .map(|(spec, sum)| (spec.id.clone(), sum))
        .collect()
}

/// Every bundled scenario without and with each of its options.
fn arms() -> Vec<(String, Option<String>)> {
    let mut arms = Vec::new();
    let only = text("DETER_MARTINGALE_ARM");
    for scenario in bundled::scenarios() {
        let name = scenario.name;
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let options = load(&Request::new(Source::Bundled(name.clone())))
            .unwrap_or_else(|_| panic!("{name} loads"))
            .options;
        arms.push((name.clone(), None));
        arms.extend(options.into_iter().map(|o| (name.clone(), Some(o.name))));
    }
    arms
}

/// The kind of an outcome: states and blocs apart.
fn kind(id: &str) -> String {
    let mut parts = id.split('.');
    match (parts.next(), parts.next()) {
        (Some(first @ ("challenge" | "success")), Some(rung)) => match parts.next() {
            Some(_) => format!("{first}.{rung}.*"),
            None => format!("{first}.{rung}"),
        },
        (Some(first), Some(_)) => format!("{first}.*"),
        _ => id.to_owned(),
    }
}

#[test]
fn what_is_expected_is_what_is_counted() {
    let runs = number("DETER_MARTINGALE").unwrap_or(RUNS);
    let from = number("DETER_MARTINGALE_FROM").unwrap_or(0);
    let arms = arms();
    let played: Vec<Vec<(String, Sums)>> = arms
        .par_iter()
        .enumerate()
        .map(|(index, (name, option))| {
            let mut request = Request::new(Source::Bundled(name.clone()));
            request.option = option.clone();
            let plan = Plan::new(load(&request).unwrap_or_else(|_| panic!("{name} loads")));
            // Luck of its own for every arm, so that arms can be pooled.
            let first = from + 100_000 * index as u64;
            play(&plan, first..first + runs)
        })
        .collect();
    let mut kinds: BTreeMap<String, Sums> = BTreeMap::new();
    let (mut values, mut squares, mut wrong) = (0.0, 0.0, Vec::new());
    for ((name, option), outcomes) in arms.iter().zip(&played) {
        for (id, sums) in outcomes {
            assert!(
                sums.expected.is_finite() && sums.expected > -1.0,
                "{name} {option:?} {id}: {sums:?}"
            );
            kinds.entry(kind(id)).or_default().add(sums);
            if sums.variance >= FEWEST {
                let z = sums.z();
                values += 1.0;
                squares += z * z;
                if z.abs() >= BOUND {
                    wrong.push(format!("{name} {option:?} {id}: z {z:.2}, {sums:?}"));
                }
            } else if sums.variance <= 1e-9 && (sums.counted - sums.expected).abs() > 1e-6 {
                wrong.push(format!("{name} {option:?} {id}: certain, and yet {sums:?}"));
            }
        }
    }
    for (kind, sums) in &kinds {
        println!(
            "{kind:28} counted {:9.0} expected {:12.3} z {:6.2}",
            sums.counted,
            sums.expected,
            sums.z()
        );
        // Wars of several states are one war.
        if sums.variance >= FEWEST && kind != "war.*" && sums.z().abs() >= BOUND {
            wrong.push(format!("{kind}: z {:.2}, {sums:?}", sums.z()));
        }
    }
    let spread = (squares / values).sqrt();
    println!("{values} values with a standard deviation of {spread:.3} about 0");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!((0.8..1.1).contains(&spread), "{spread}");
}
