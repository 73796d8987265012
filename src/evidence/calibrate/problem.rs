//! The hindcast as a problem of the sampler: figures in, likelihood of the targets out.
//!
//! Each particle is played in the same few worlds: the same random numbers and the same draws of what is uncertain but
//! not free. The likelihood is then a smooth, deterministic function of the figures. What the choice of these
//! worlds does to it is measured afterwards, in worlds that were not used ([`super::findings`]).

use super::CalibrationError;
use super::design::Design;
use super::evidence::log_likelihood;
use super::sampler::Problem;
use crate::engine::Plan;
use crate::evidence::hindcast::{Moments, play};
use crate::model::inputs::{Inputs, Slot};
use crate::random::Streams;
use crate::scenario::{Request, Source, load};
use crate::stats::normal_cdf;

/// The hindcast in some worlds.
#[derive(Debug)]
pub struct Hindcast<'a> {
    design: &'a Design,
    plan: Plan,
    slots: Vec<Slot>,
    /// By replication: everything uncertain drawn, free figures included, which are then written over.
    worlds: Vec<Inputs>,
}

impl<'a> Hindcast<'a> {
    /// The hindcast of a design in the worlds of a seed.
    ///
    /// # Errors
    /// If its scenario does not load or lacks a free figure.
    pub fn new(design: &'a Design, seed: u64) -> Result<Self, CalibrationError> {
        let mut request = Request::new(Source::Bundled(design.scenario.clone()));
        // An earlier calibration must not be the prior of the next one.
        request.sets = vec!["ensemble=none".to_owned(), format!("run.seed={seed}")];
        let scenario = load(&request).map_err(|source| CalibrationError::Scenario {
            name: design.scenario.clone(),
            source,
        })?;
        let slot = |path: &str| {
            let found = scenario.base.slot(path);
            found.ok_or_else(|| CalibrationError::Missing(path.to_owned()))
        };
        let slots = design
            .parameters
            .iter()
            .map(|p| slot(&p.path))
            .collect::<Result<_, _>>()?;
        let plan = Plan::new(scenario);
        let worlds = (0..design.replications).map(|r| plan.draw(r).0).collect();
        Ok(Self {
            design,
            plan,
            slots,
            worlds,
        })
    }

    /// Hash of the scenario, part of what determines the result.
    pub fn scenario_hash(&self) -> &str {
        &self.plan.scenario.hash
    }

    /// The free figures at a point.
    pub fn values(&self, point: &[f64]) -> Vec<f64> {
        let figures = self.design.parameters.iter();
        figures
            .zip(point)
            .map(|(figure, z)| figure.at(normal_cdf(*z)))
            .collect()
    }

    /// What the hindcast adds up to at a point.
    pub fn moments(&self, point: &[f64]) -> Moments {
        let values = self.values(point);
        let mut sum = Moments::default();
        for (replication, world) in (0..).zip(&self.worlds) {
            let mut inputs = world.clone();
            for (slot, value) in self.slots.iter().zip(&values) {
                if let Some(place) = inputs.place(*slot) {
                    *place = *value;
                }
            }
            sum += play(
                &self.plan,
                inputs,
                &Streams::new(self.plan.scenario.run.seed, replication),
            );
        }
        sum
    }
}

impl Problem for Hindcast<'_> {
    fn dimension(&self) -> usize {
        self.design.parameters.len()
    }

    fn log_likelihood(&self, point: &[f64]) -> f64 {
        log_likelihood(&self.design.targets, &self.moments(point))
    }
}
