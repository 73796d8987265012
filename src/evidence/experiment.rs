//! Arms of an experiment, what is read off their worlds, and contrasts of the readings.

use rayon::prelude::*;

use super::law::{Estimate, LEVEL};
use crate::engine::Plan;
use crate::model::decision::Agents;
use crate::model::world::{Ground, World};
use crate::scenario::{Problems, Request, Source, load};
use crate::stats::mean_interval;

/// Why an experiment could not be run.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// A scenario of the laws does not load.
    #[error("experiment `{file}`: {source}")]
    Scenario {
        file: String,
        #[source]
        source: Problems,
    },
    /// The world of an experiment lacks something that the experiment speaks about.
    #[error("the world of the experiment has no `{0}`")]
    Missing(String),
    /// No law has this number.
    #[error("there is no law {0}; laws are numbered 1 to 19")]
    NoSuchLaw(u8),
}

/// One arm of an experiment.
#[derive(Debug, Clone)]
pub struct Arm {
    plan: Plan,
}

/// Readings of an arm: `[reading][run]`.
pub type Readings = Vec<Vec<f64>>;

impl Arm {
    /// The arm `option` of the experiment `scenarios/laws/FILE.toml`, or the experiment without an
    /// option, with overrides `path=value`.
    ///
    /// # Errors
    /// If the scenario, the option or an override is invalid.
    pub fn load(file: &str, option: Option<&str>, sets: &[&str]) -> Result<Self, EvidenceError> {
        let mut request = Request::new(Source::Bundled(format!("laws/{file}")));
        request.option = option.map(str::to_owned);
        request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
        let scenario = load(&request).map_err(|source| EvidenceError::Scenario {
            file: file.to_owned(),
            source,
        })?;
        Ok(Self {
            plan: Plan::new(scenario),
        })
    }

    /// The plan of the arm.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Index of a state by its code.
    ///
    /// # Errors
    /// If the world has no such state.
    pub fn state(&self, iso3: &str) -> Result<usize, EvidenceError> {
        self.plan
            .scenario
            .base
            .state(iso3)
            .ok_or_else(|| EvidenceError::Missing(iso3.to_owned()))
    }

    /// Index of a rung by its id.
    ///
    /// # Errors
    /// If the ladder has no such rung.
    pub fn rung(&self, id: &str) -> Result<usize, EvidenceError> {
        self.plan
            .scenario
            .base
            .rung(id)
            .ok_or_else(|| EvidenceError::Missing(id.to_owned()))
    }

    /// Plays runs 0 to `runs` and calls `watch` at the end of each month with the world, and with
    /// `width` numbers of the run that start at 0 and may be added to. In parallel; the readings are
    /// in the order of the runs.
    pub fn observe<F>(&self, runs: u64, width: usize, watch: F) -> Readings
    where
        F: Fn(&World, &Ground, &mut [f64]) + Sync,
    {
        let rows: Vec<Vec<f64>> = (0..runs)
            .into_par_iter()
            .map(|r| self.observe_one(r, width, &watch))
            .collect();
        (0..width).map(|k| rows.iter().map(|row| row[k]).collect()).collect()
    }

    fn observe_one<F>(&self, replication: u64, width: usize, watch: &F) -> Vec<f64>
    where
        F: Fn(&World, &Ground, &mut [f64]),
    {
        let mut row = vec![0.0; width];
        let ground = &self.plan.model.ground;
        let (inputs, _) = self.plan.draw(replication);
        let streams = self.plan.streams(replication);
        let months = inputs.months;
        let mut world = World::new(ground, inputs);
        for _ in 0..months {
            world.live_month(ground, &streams, &mut Agents);
            watch(&world, ground, &mut row);
            world.month += 1;
        }
        row
    }
}

/// Integrated intensity so far against `states` at `rungs`.
pub fn integrated(world: &World, states: &[usize], rungs: &[usize]) -> f64 {
    let ladder = world.inputs.ladder.len();
    states
        .iter()
        .flat_map(|s| rungs.iter().map(move |k| world.tally.integrated[s * ladder + k]))
        .sum()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Value with the interval that follows from one influence a run.
fn estimate(value: f64, influence: &[f64]) -> Estimate {
    let n = influence.len() as u64;
    let centre = mean(influence);
    let spread = influence.iter().map(|d| (d - centre) * (d - centre)).sum::<f64>();
    let sd = (spread / (n.max(2) - 1) as f64).sqrt();
    Estimate {
        value,
        interval: mean_interval(value, sd, n, LEVEL).unwrap_or([f64::NAN; 2]),
    }
}

/// `Π mean(y)^power` over paired readings: a ratio, or a ratio of ratios. The interval is that of its
/// logarithm by the delta method, with the run as the unit of sampling.
pub fn product(terms: &[(&[f64], f64)]) -> Estimate {
    let runs = terms.first().map_or(0, |(y, _)| y.len());
    let log: f64 = terms.iter().map(|(y, power)| power * mean(y).ln()).sum();
    let mut influence = vec![0.0; runs];
    for (y, power) in terms {
        let centre = mean(y);
        for (place, value) in influence.iter_mut().zip(*y) {
            *place += power * (value / centre - 1.0);
        }
    }
    let e = estimate(log, &influence);
    Estimate {
        value: e.value.exp(),
        interval: e.interval.map(f64::exp),
    }
}

/// `mean(second) / mean(first)`.
pub fn ratio(first: &[f64], second: &[f64]) -> Estimate {
    product(&[(second, 1.0), (first, -1.0)])
}

/// `mean(second) − mean(first)`.
pub fn difference(first: &[f64], second: &[f64]) -> Estimate {
    let d: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    estimate(mean(&d), &d)
}

/// `Σx/Σc − Σy/Σd` of four paired readings.
pub fn difference_of_shares(x: &[f64], c: &[f64], y: &[f64], d: &[f64]) -> Estimate {
    let (first, second) = (mean(x) / mean(c), mean(y) / mean(d));
    let (mc, md) = (mean(c), mean(d));
    let influence: Vec<f64> = (0..x.len())
        .map(|i| (x[i] - first * c[i]) / mc - (y[i] - second * d[i]) / md)
        .collect();
    estimate(first - second, &influence)
}

/// The plain mean.
pub fn level(values: &[f64]) -> Estimate {
    estimate(mean(values), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_arms_have_a_ratio_of_exactly_one_without_width() {
        let y = [0.1, 0.7, 0.3];
        let e = ratio(&y, &y);
        assert_eq!((e.value, e.interval), (1.0, [1.0, 1.0]));
        let d = difference(&y, &y);
        assert_eq!((d.value, d.interval), (0.0, [0.0, 0.0]));
    }

    #[test]
    fn pairing_narrows_the_interval_of_a_constant_factor_to_nothing() {
        let first = [1.0, 2.0, 4.0, 9.0];
        let second = first.map(|y| 2.0 * y);
        let e = ratio(&first, &second);
        assert!((e.value - 2.0).abs() < 1e-12 && e.interval[1] - e.interval[0] < 1e-12);
    }

    #[test]
    fn a_single_run_has_no_interval_and_so_supports_nothing() {
        assert!(difference(&[1.0], &[2.0]).interval[0].is_nan());
    }
}
