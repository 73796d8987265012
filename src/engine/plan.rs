//! What is to be run.

use crate::model::decision::Agents;
use crate::model::month::Model;
use crate::model::record::RunRecord;
use crate::random::{Key, SEED_FORMULA, Streams};
use crate::scenario::Scenario;

/// A checked scenario with everything that determines the numbers.
#[derive(Debug, Clone)]
pub struct Plan {
    pub scenario: Scenario,
    pub model: Model,
}

/// One run with the inputs drawn for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Values of the uncertain inputs, in the order of [`Scenario::uncertain`].
    pub drawn: Vec<f64>,
    pub record: RunRecord,
}

impl Plan {
    /// Prepares a scenario.
    pub fn new(scenario: Scenario) -> Self {
        let model = Model::new(&scenario.base);
        Self { scenario, model }
    }

    /// Streams of replication `replication`.
    pub fn streams(&self, replication: u64) -> Streams {
        Streams::new(self.scenario.run.seed, replication)
    }

    /// Inputs of a replication: joint draws from its member of the ensemble, every other uncertain number from the
    /// stream of its own path.
    pub fn draw(&self, replication: u64) -> (crate::model::inputs::Inputs, Vec<f64>) {
        let streams = self.streams(replication);
        self.scenario
            .draw(replication, |path| streams.generator(Key::input(path), 0))
    }

    /// Plays replication number `replication` with the model's own agents.
    pub fn run(&self, replication: u64) -> Run {
        let (inputs, drawn) = self.draw(replication);
        let record = self.model.run(inputs, &self.streams(replication), &mut Agents);
        Run { drawn, record }
    }

    /// Hash of what determines the numbers: the effective scenario, the seed and the number of runs,
    /// the program's version and the seed formula. Threads and output options are not in it.
    pub fn hash(&self) -> String {
        let run = &self.scenario.run;
        plan_hash(
            &self.scenario.hash,
            run.seed,
            run.runs,
            env!("CARGO_PKG_VERSION"),
            SEED_FORMULA,
        )
    }
}

/// The hash of a plan from its parts, as [`Plan::hash`] and as a stored result can be held against it.
pub fn plan_hash(scenario_hash: &str, seed: u64, runs: u64, version: &str, seed_formula: &str) -> String {
    let mut h = blake3::Hasher::new();
    for part in [
        scenario_hash,
        &seed.to_string(),
        &runs.to_string(),
        version,
        seed_formula,
    ] {
        h.update(part.as_bytes());
        h.update(&[0]);
    }
    h.finalize().to_hex().to_string()
}
