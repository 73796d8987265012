//! What observers believe of guarantors' resolve, and how they learn.
//!
//! A resolve type is a position on a grid, in standard deviations from what is generally believed of
//! that state at the start (`states.<ISO3>.perceived`). Five positions −2 … 2 carry the binomial
//! weights of a discretised normal; a sixth, the *hollow* type, never fights.

use super::arithmetic::exp;
use super::parameters::Parameters;
use super::sets::{ArrangementSet, StateSet};

/// Number of types, the hollow one last.
pub const TYPES: usize = 6;
/// Number of positions of the normal part of the grid.
const NORMAL: usize = TYPES - 1;
/// Binomial(4, ½): mean 0 and variance 1 on the positions −2 … 2.
const BINOMIAL: [f64; NORMAL] = [0.0625, 0.25, 0.375, 0.25, 0.0625];
/// Probabilities below this are lifted to it, so that no type is ruled out for good.
const FLOOR: f64 = 1e-12;

/// A distribution over types.
pub type Credence = [f64; TYPES];

/// Positions of the types in standard deviations.
pub fn positions(p: &Parameters) -> [f64; TYPES] {
    [-2.0, -1.0, 0.0, 1.0, 2.0, -p.beliefs.hollow_depth]
}

/// The belief before anything was seen.
pub fn prior(p: &Parameters) -> Credence {
    let hollow = p.beliefs.hollow_mass;
    let mut b = [hollow; TYPES];
    for (place, weight) in b.iter_mut().zip(BINOMIAL) {
        *place = (1.0 - hollow) * weight;
    }
    b
}

/// Transition of types when a share `v` of the variance is redrawn: the discretisation of
/// `N((1−v)θ, σ²(1−(1−v)²))` by Rouwenhorst (1995), which matches the conditional mean and variance
/// exactly; a hollow type recovers, and a normal one turns hollow, so that the prior stays put.
/// `kernel[from][to]`.
pub fn kernel(v: f64, hollow_mass: f64) -> [[f64; TYPES]; TYPES] {
    let stay = (2.0 - v) / 2.0;
    // Rouwenhorst's chain is the sum of four independent two-state chains.
    let mut chain = [[0.0; NORMAL]; NORMAL];
    for (from, row) in chain.iter_mut().enumerate() {
        let mut distribution = [0.0; NORMAL];
        distribution[0] = 1.0;
        for bit in 0..NORMAL - 1 {
            let up = if bit < from { stay } else { 1.0 - stay };
            for n in (0..=bit).rev() {
                distribution[n + 1] += distribution[n] * up;
                distribution[n] *= 1.0 - up;
            }
        }
        *row = distribution;
    }
    let mut k = [[0.0; TYPES]; TYPES];
    let into_hollow = v * hollow_mass;
    for from in 0..NORMAL {
        for to in 0..NORMAL {
            k[from][to] = (1.0 - into_hollow) * chain[from][to];
        }
        k[from][NORMAL] = into_hollow;
    }
    let recover = v * (1.0 - hollow_mass);
    for to in 0..NORMAL {
        k[NORMAL][to] = recover * BINOMIAL[to];
    }
    k[NORMAL][NORMAL] = 1.0 - recover;
    k
}

/// One step of drift or leader change.
pub fn transition(b: &mut Credence, kernel: &[[f64; TYPES]; TYPES]) {
    let mut next = [0.0; TYPES];
    for (from, row) in kernel.iter().enumerate() {
        for (place, probability) in next.iter_mut().zip(row) {
            *place += b[from] * probability;
        }
    }
    *b = next;
}

/// Multiplies a belief by likelihoods and normalises it.
#[inline]
fn reweigh(b: &mut Credence, factors: &Credence) {
    let mut total = 0.0;
    for (place, f) in b.iter_mut().zip(factors) {
        *place = place.max(FLOOR) * f;
        total += *place;
    }
    let scale = 1.0 / total;
    for place in b.iter_mut() {
        *place *= scale;
    }
}

/// Bayes' rule with likelihoods raised to `weight`. A weight of 0 leaves the belief as it is, to
/// the bit; evidence that no type can explain leaves it as well.
pub fn update(b: &mut Credence, log_likelihood: &[f64; TYPES], weight: f64) {
    let best = log_likelihood.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if weight != 0.0 && best.is_finite() {
        reweigh(b, &log_likelihood.map(|l| exp(weight * (l - best))));
    }
}

/// Shifts a belief as a signal does that is `step` standard deviations likelier for each standard
/// deviation of resolve: an exponential tilt that moves the mean of a standard normal by `step`.
pub fn tilt(b: &mut Credence, positions: &[f64; TYPES], step: f64) {
    let mut l = [0.0; TYPES];
    for (place, z) in l.iter_mut().zip(positions) {
        *place = step * z;
    }
    update(b, &l, 1.0);
}

/// Log-likelihoods of a noisy reading `reading` of the type, with `precision` in 1/sd².
pub fn reading(positions: &[f64; TYPES], reading: f64, precision: f64) -> [f64; TYPES] {
    positions.map(|z| -0.5 * precision * (reading - z) * (reading - z))
}

/// Mean type in standard deviations.
pub fn mean(b: &Credence, positions: &[f64; TYPES]) -> f64 {
    b.iter().zip(positions).map(|(p, z)| p * z).sum()
}

/// Beliefs about all guarantors in all arrangements. What guarantors do is done in public, so challengers, allies and
/// publics believe the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Beliefs {
    states: usize,
    /// `[arrangement][state]`.
    cells: Vec<Credence>,
}

impl Beliefs {
    /// Prior beliefs.
    pub fn new(arrangements: usize, states: usize, prior: Credence) -> Self {
        Self {
            states,
            cells: vec![prior; arrangements * states],
        }
    }

    /// What is believed of `state` inside `arrangement`.
    #[inline]
    pub fn of(&self, arrangement: usize, state: usize) -> &Credence {
        &self.cells[arrangement * self.states + state]
    }

    /// A signal is seen: an exponential [`tilt`] by `step`.
    pub fn signal(&mut self, arrangement: usize, state: usize, positions: &[f64; TYPES], step: f64) {
        tilt(&mut self.cells[arrangement * self.states + state], positions, step);
    }

    /// Takes over what `other` holds of `states` inside `arrangement`.
    pub(crate) fn copy_arrangement(&mut self, arrangement: usize, states: StateSet, other: &Self) {
        for state in states.members() {
            let index = arrangement * self.states + state;
            self.cells[index] = other.cells[index];
        }
    }

    /// The belief about `state` inside `arrangement` is multiplied by the likelihoods `factors`.
    #[inline]
    pub fn reweigh(&mut self, arrangement: usize, state: usize, factors: &Credence) {
        reweigh(&mut self.cells[arrangement * self.states + state], factors);
    }

    /// Every belief about `state` inside the arrangements of the set moves by the kernel. Elsewhere
    /// beliefs are the prior, which the kernel leaves in place.
    pub fn move_state(&mut self, state: usize, arrangements: ArrangementSet, kernel: &[[f64; TYPES]; TYPES]) {
        for a in arrangements.members() {
            transition(&mut self.cells[a * self.states + state], kernel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arithmetic::ln;
    use crate::model::inputs::Answer;

    /// Log-likelihoods of an answer with weights `half` and `full` (relative to abstaining, at type 0),
    /// where `gain` is the log-odds that a standard deviation of resolve adds to fighting.
    fn answer_likelihood(positions: &[f64; TYPES], half: f64, full: f64, gain: f64, answer: Answer) -> [f64; TYPES] {
        positions.map(|z| {
            let tilt = exp(0.5 * gain * z);
            let (support, fight) = (half * tilt, full * tilt * tilt);
            let chosen = match answer {
                Answer::Abstain => 1.0,
                Answer::Support => support,
                Answer::Fight => fight,
            };
            ln(chosen) - ln(1.0 + support + fight)
        })
    }

    fn parameters() -> Parameters {
        Parameters::default()
    }

    #[test]
    fn the_kernel_keeps_the_prior_and_matches_mean_and_variance() {
        let p = parameters();
        for v in [0.0, 0.05, 0.4, 1.0] {
            let k = kernel(v, p.beliefs.hollow_mass);
            let mut b = prior(&p);
            transition(&mut b, &k);
            for (a, e) in b.iter().zip(prior(&p)) {
                assert!((a - e).abs() < 1e-14);
            }
            let pure = kernel(v, 0.0);
            for (from, row) in pure.iter().enumerate().take(NORMAL) {
                let z = from as f64 - 2.0;
                let m: f64 = (0..NORMAL).map(|t| row[t] * (t as f64 - 2.0)).sum();
                assert!((m - (1.0 - v) * z).abs() < 1e-14);
            }
            let variance: f64 = (0..NORMAL)
                .map(|from| {
                    let z = from as f64 - 2.0;
                    let m = (1.0 - v) * z;
                    BINOMIAL[from]
                        * (0..NORMAL)
                            .map(|t| pure[from][t] * (t as f64 - 2.0 - m).powi(2))
                            .sum::<f64>()
                })
                .sum();
            assert!((variance - (1.0 - (1.0 - v) * (1.0 - v))).abs() < 1e-13);
        }
    }

    #[test]
    fn beliefs_are_a_martingale_under_the_correct_likelihood() {
        let p = parameters();
        let z = positions(&p);
        let b = prior(&p);
        let answers = [Answer::Abstain, Answer::Support, Answer::Fight];
        let mut expected = [0.0; TYPES];
        for answer in answers {
            let l = answer_likelihood(&z, 0.8, 0.3, 2.0, answer);
            let chance: f64 = b.iter().zip(&l).map(|(b, l)| b * l.exp()).sum();
            let mut after = b;
            update(&mut after, &l, 1.0);
            for (place, a) in expected.iter_mut().zip(after) {
                *place += chance * a;
            }
        }
        for (e, b) in expected.iter().zip(b) {
            assert!((e - b).abs() < 1e-12);
        }
    }

    #[test]
    fn a_tilt_moves_the_mean_of_the_normal_part_by_its_step() {
        let mut p = parameters();
        p.beliefs.hollow_mass = 0.0;
        let z = positions(&p);
        let mut b = prior(&p);
        tilt(&mut b, &z, 0.3);
        assert!((mean(&b, &z) - 0.3).abs() < 0.03);
    }
}
