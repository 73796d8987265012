//! What observers are about to learn, gathered so that it can be worked out at once.
//!
//! Bayes' rule multiplies, so lessons about different guarantors, and several about one of them,
//! may be put together before beliefs are touched; the exponentials then run in vector registers.

use super::arithmetic::{exp_all, greater};
use super::arrangements::{StateSet, members, only};
use super::beliefs::{Beliefs, Credence, TYPES};

/// Log-likelihoods by type, summed for each guarantor inside each arrangement.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    states: usize,
    /// `[arrangement * states + state]`.
    sums: Vec<Credence>,
    /// About whom something was learned, by arrangement.
    about: Vec<StateSet>,
    factors: Vec<f64>,
}

impl Lessons {
    /// Nothing has been learned.
    pub fn new(arrangements: usize, states: usize) -> Self {
        Self {
            states,
            sums: vec![[0.0; TYPES]; arrangements * states],
            about: vec![0; arrangements],
            factors: Vec::new(),
        }
    }

    /// Adds what an answer of `state` inside `arrangement` says, up to a common factor, raised to
    /// `weight`; a share `spill` of the lesson carries to its other arrangements, of which `elsewhere`
    /// is the set. A weight of 0 says nothing at all, and neither does what no type can explain.
    pub fn add(
        &mut self,
        arrangement: usize,
        state: usize,
        log_likelihood: &Credence,
        weight: f64,
        spill: f64,
        elsewhere: u64,
    ) {
        if weight == 0.0 || !log_likelihood.iter().any(|l| l.is_finite()) {
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
        self.about[arrangement] |= only(state);
        for (sum, l) in self.sums[arrangement * self.states + state]
            .iter_mut()
            .zip(log_likelihood)
        {
            *sum += weight * l;
        }
    }

    /// All observers learn what was gathered.
    pub fn teach(&mut self, beliefs: &mut Beliefs) {
        self.factors.clear();
        for (arrangement, &about) in self.about.iter().enumerate() {
            for state in members(about) {
                let sum = std::mem::take(&mut self.sums[arrangement * self.states + state]);
                let best = sum.iter().copied().fold(f64::NEG_INFINITY, greater);
                self.factors.extend(sum.map(|l| l - best));
            }
        }
        exp_all(&mut self.factors);
        let mut factors = self.factors.as_chunks::<TYPES>().0.iter();
        for (arrangement, about) in self.about.iter_mut().enumerate() {
            for (state, factors) in members(std::mem::take(about)).zip(&mut factors) {
                beliefs.reweigh(arrangement, state, factors);
            }
        }
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
        let mut lessons = Lessons::new(2, 3);
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
