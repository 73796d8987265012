//! What observers are about to learn, gathered so that it can be worked out at once.
//!
//! Bayes' rule multiplies, so lessons about different guarantors, and several about one of them,
//! may be put together before beliefs are touched; the exponentials then run in vector registers.

use super::arithmetic::{exp_all, greater};
use super::arrangements::Membership;
use super::beliefs::{Beliefs, Credence, TYPES};
use super::sets::{ArrangementSet, StateSet};

/// Log-likelihoods by type, summed for each guarantor inside each arrangement.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    states: usize,
    /// `[arrangement * states + state]`.
    sums: Vec<Credence>,
    /// About whom something was shown.
    about: StateSet,
    /// In which arrangements each state showed something.
    inside: Vec<ArrangementSet>,
    /// Working memory: about whom and where something is learned at once, and the likelihoods of it.
    learned: Vec<(usize, ArrangementSet)>,
    factors: Vec<f64>,
}

impl Lessons {
    /// Nothing has been learned.
    pub fn new(arrangements: usize, states: usize) -> Self {
        Self {
            states,
            sums: vec![[0.0; TYPES]; arrangements * states],
            about: StateSet::EMPTY,
            inside: vec![ArrangementSet::EMPTY; states],
            learned: Vec::new(),
            factors: Vec::new(),
        }
    }

    /// Adds what an answer of `state` inside `arrangement` says, up to a common factor, raised to `weight`. A weight of 0
    /// says nothing at all, and neither does what no type can explain.
    pub fn add(&mut self, arrangement: usize, state: usize, log_likelihood: &Credence, weight: f64) {
        if weight == 0.0 || !log_likelihood.iter().any(|l| l.is_finite()) {
            return;
        }
        self.about.insert(state);
        self.inside[state].insert(arrangement);
        for (sum, l) in self.sums[arrangement * self.states + state]
            .iter_mut()
            .zip(log_likelihood)
        {
            *sum += weight * l;
        }
    }

    /// What was gathered is learned; a share `spill` of what a state showed in one arrangement carries to the
    /// others in which it has promised something.
    pub fn teach(&mut self, beliefs: &mut Beliefs, membership: &Membership, spill: f64) {
        self.factors.clear();
        self.learned.clear();
        for state in std::mem::take(&mut self.about).members() {
            let inside = std::mem::take(&mut self.inside[state]);
            // Where what was shown counts in full as well as in part, and where nothing was shown.
            let (here, elsewhere) = match spill {
                0.0 => (inside, ArrangementSet::EMPTY),
                1.0 => (ArrangementSet::EMPTY, inside | membership.promised_by(state)),
                _ => (inside, membership.promised_by(state) - inside),
            };
            here.members().for_each(|arrangement| {
                let factors = self.log_likelihoods(state, inside, spill, Some(arrangement));
                self.factors.extend_from_slice(&factors);
                self.learned.push((state, ArrangementSet::only(arrangement)));
            });
            if !elsewhere.is_empty() {
                let factors = self.log_likelihoods(state, inside, spill, None);
                self.factors.extend_from_slice(&factors);
                self.learned.push((state, elsewhere));
            }
            inside
                .members()
                .for_each(|shown| self.sums[shown * self.states + state] = [0.0; TYPES]);
        }
        exp_all(&mut self.factors);
        for ((state, arrangements), factors) in self.learned.iter().zip(self.factors.as_chunks().0) {
            arrangements
                .members()
                .for_each(|arrangement| beliefs.reweigh(arrangement, *state, factors));
        }
    }

    /// What a state showed in the arrangements `inside`, as it counts in an arrangement in which it showed something, or in one
    /// in which it did not; the best explanation has 0.
    #[inline(always)]
    fn log_likelihoods(
        &self,
        state: usize,
        inside: ArrangementSet,
        spill: f64,
        arrangement: Option<usize>,
    ) -> Credence {
        let mut sum = [0.0; TYPES];
        inside.members().for_each(|shown| {
            let share = if Some(shown) == arrangement { 1.0 } else { spill };
            for (sum, l) in sum.iter_mut().zip(&self.sums[shown * self.states + state]) {
                *sum += share * l;
            }
        });
        let best = sum.iter().copied().fold(f64::NEG_INFINITY, greater);
        sum.map(|l| l - best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::beliefs::{positions, prior, reading, update};
    use crate::model::inputs::{Arrangement, Inputs};
    use crate::model::parameters::Parameters;

    /// Two arrangements, in both of which states 1 and 2 have promised something.
    fn opening() -> (Membership, Beliefs, Lessons) {
        let pact = Arrangement {
            guarantors: vec![1, 2],
            ..Default::default()
        };
        let inputs = Inputs {
            arrangements: vec![pact.clone(), pact],
            ..Default::default()
        };
        let beliefs = Beliefs::new(2, 3, prior(&Parameters::default()));
        (Membership::new(&inputs), beliefs, Lessons::new(2, 3))
    }

    #[test]
    fn lessons_gathered_teach_what_lessons_learned_one_by_one_teach() {
        let (membership, mut beliefs, mut lessons) = opening();
        let z = positions(&Parameters::default());
        let (first, second) = (reading(&z, 0.4, 0.7), reading(&z, -1.1, 0.2));
        let mut one_by_one = [0, 1].map(|a| *beliefs.of(a, 1));
        for (a, belief) in one_by_one.iter_mut().enumerate() {
            let share = |shown: usize| if a == shown { 1.0 } else { 0.25 };
            update(belief, &first, 0.8 * share(0));
            update(belief, &second, share(1));
        }
        lessons.add(0, 1, &first, 0.8);
        lessons.add(1, 1, &second, 1.0);
        lessons.teach(&mut beliefs, &membership, 0.25);
        for (a, expected) in one_by_one.iter().enumerate() {
            for (x, y) in expected.iter().zip(beliefs.of(a, 1)) {
                assert!((x - y).abs() < 1e-14);
            }
        }
        let taught = beliefs.clone();
        lessons.teach(&mut beliefs, &membership, 0.25);
        assert_eq!(beliefs, taught, "a lesson is learned once");
    }

    #[test]
    fn without_reputation_history_leaves_no_trace_to_the_bit() {
        let (membership, mut beliefs, mut lessons) = opening();
        let before = beliefs.clone();
        lessons.add(0, 1, &[-1.0, -2.0, -3.0, -4.0, -5.0, 0.0], 0.0);
        lessons.teach(&mut beliefs, &membership, 0.5);
        assert_eq!(beliefs, before);
    }

    #[test]
    fn without_interdependence_other_arrangements_learn_nothing() {
        let (membership, mut beliefs, mut lessons) = opening();
        let before = *beliefs.of(0, 1);
        lessons.add(0, 1, &[-1.0, -2.0, -3.0, -4.0, -5.0, 0.0], 1.0);
        lessons.teach(&mut beliefs, &membership, 0.0);
        assert_ne!(beliefs.of(0, 1), &before);
        assert_eq!(beliefs.of(1, 1), &before);
        assert_eq!(beliefs.of(0, 2), &before);
    }
}
