//! What observers are about to learn, gathered so that it can be worked out at once.
//!
//! Bayes' rule multiplies, so lessons about different guarantors, and several about one of them,
//! may be put together before beliefs are touched; the exponentials then run in vector registers.

use super::arithmetic::exp_all;
use super::arrangements::members;
use super::beliefs::{Beliefs, Credence, TYPES};

/// Log-likelihoods by type, each for one guarantor inside one arrangement.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    about: Vec<(u8, u8)>,
    logs: Vec<f64>,
}

impl Lessons {
    /// Adds what an answer of `state` inside `arrangement` says, up to a common factor, raised to
    /// `weight`; a share `spill` of the lesson carries to its other arrangements, of which `elsewhere`
    /// is the set. A weight of 0 says nothing at all.
    pub fn add(
        &mut self,
        arrangement: usize,
        state: usize,
        log_likelihood: &Credence,
        weight: f64,
        spill: f64,
        elsewhere: u64,
    ) {
        if weight == 0.0 {
            return;
        }
        self.one(arrangement, state, log_likelihood, weight);
        if spill != 0.0 {
            for a in members(elsewhere & !(1 << arrangement)) {
                self.one(a, state, log_likelihood, weight * spill);
            }
        }
    }

    fn one(&mut self, arrangement: usize, state: usize, log_likelihood: &Credence, weight: f64) {
        let best = log_likelihood.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // What no type can explain teaches nothing.
        if best.is_finite() {
            self.about.push((arrangement as u8, state as u8));
            self.logs.extend(log_likelihood.iter().map(|l| weight * (l - best)));
        }
    }

    /// All observers learn what was gathered.
    pub fn teach(&mut self, beliefs: &mut Beliefs) {
        exp_all(&mut self.logs);
        for (&(arrangement, state), factors) in self.about.iter().zip(self.logs.as_chunks::<TYPES>().0) {
            beliefs.reweigh(usize::from(arrangement), usize::from(state), factors);
        }
        self.about.clear();
        self.logs.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::beliefs::{positions, prior, reading};
    use crate::model::parameters::Parameters;

    #[test]
    fn lessons_gathered_teach_what_lessons_learned_one_by_one_teach() {
        let p = Parameters::default();
        let z = positions(&p);
        let (first, second) = (reading(&z, 0.4, 0.7), reading(&z, -1.1, 0.2));
        let mut one_by_one = Beliefs::new(2, 2, 3, prior(&p));
        let mut gathered = one_by_one.clone();
        one_by_one.learn(0, 1, &first, 0.8, 0.25, 3);
        one_by_one.learn(1, 1, &second, 1.0, 0.25, 3);
        let mut lessons = Lessons::default();
        lessons.add(0, 1, &first, 0.8, 0.25, 3);
        lessons.add(1, 1, &second, 1.0, 0.25, 3);
        lessons.teach(&mut gathered);
        for a in 0..2 {
            for (x, y) in one_by_one.of(0, a, 1).iter().zip(gathered.of(1, a, 1)) {
                assert!((x - y).abs() < 1e-14);
            }
        }
    }
}
