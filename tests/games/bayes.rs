//! Learning about types from what they do: a discrete posterior kept in log space.
//!
//! One observation multiplies the odds by the likelihood ratio, raised to a weight (1 is Bayes' rule, 0 learns nothing,
//! between is a tempered posterior). Between observations a belief may forget: with some probability the type has been
//! drawn anew. An observation that no type could have made carries no information about types and leaves the belief as
//! it is.

use super::choice::log_sum_exp;

/// Prior probabilities may miss one by this much; they are normalised.
const SUM_TOLERANCE: f64 = 1e-9;

/// Why something is not a belief or not an observation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BeliefError {
    #[error("a belief needs at least one type")]
    Empty,
    #[error("{0} is not a probability")]
    Probability(f64),
    #[error("the probabilities of the types sum to {0}, not to one")]
    Sum(f64),
    #[error("{found} numbers for {types} types")]
    Length { types: usize, found: usize },
    #[error("{0} is not a log likelihood: a number or minus infinity")]
    Likelihood(f64),
    #[error("the weight of an observation is {0}; it is finite and 0 or more")]
    Weight(f64),
}

/// How a belief fades towards its prior between observations. Shares are in [0, 1]; 0 changes nothing, exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Forgetting {
    /// With this probability the type is drawn anew from the prior: `b ← (1 − f)·b + f·prior`. The exact filter of a type
    /// that does change so.
    Redraw(f64),
    /// Odds shrink towards those of the prior: `b ∝ b^(1 − f) · prior^f`. Discounting of evidence by age.
    Discount(f64),
}

/// A probability for each type, and the prior that it started from.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    log_prior: Vec<f64>,
    log: Vec<f64>,
}

impl Belief {
    /// A belief that holds the prior.
    ///
    /// # Errors
    /// If `prior` is empty, holds something that is not a probability, or does not sum to one.
    pub fn new(prior: &[f64]) -> Result<Self, BeliefError> {
        if prior.is_empty() {
            return Err(BeliefError::Empty);
        }
        check_distribution(prior)?;
        let mut log: Vec<f64> = prior.iter().map(|p| p.ln()).collect();
        normalise(&mut log);
        Ok(Belief {
            log_prior: log.clone(),
            log,
        })
    }

    /// Probability of each type.
    pub fn probabilities(&self) -> Vec<f64> {
        self.log.iter().map(|log| log.exp()).collect()
    }

    /// Log probability of each type; minus infinity for a type that is ruled out.
    pub fn log(&self) -> &[f64] {
        &self.log
    }

    /// Log odds of one type against another; NaN if both are ruled out.
    ///
    /// # Panics
    /// If there is no type of one of these numbers.
    pub fn log_odds(&self, of: usize, against: usize) -> f64 {
        self.log[of] - self.log[against]
    }

    /// Probability that the belief gives to an observation that each type makes with probability `exp(log_likelihood)`.
    ///
    /// # Errors
    /// As [`Belief::observe`].
    pub fn predictive(&self, log_likelihood: &[f64]) -> Result<f64, BeliefError> {
        self.check_likelihood(log_likelihood)?;
        let joint: Vec<f64> = self.log.iter().zip(log_likelihood).map(|(b, l)| b + l).collect();
        Ok(log_sum_exp(&joint).exp())
    }

    /// Learns from one observation: `log b += weight · log P(observation | type)`, then normalises.
    ///
    /// A weight of 0 changes nothing, exactly, even where a likelihood is zero. Returns whether the belief took the
    /// observation in: `false` if every type that is still possible rules it out, and then nothing changes.
    ///
    /// # Errors
    /// If there is not one log likelihood a type, one is NaN or plus infinity, or the weight is negative or not finite.
    pub fn observe(&mut self, log_likelihood: &[f64], weight: f64) -> Result<bool, BeliefError> {
        self.check_likelihood(log_likelihood)?;
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(BeliefError::Weight(weight));
        }
        if weight == 0.0 {
            return Ok(true);
        }
        let mut joint: Vec<f64> = self
            .log
            .iter()
            .zip(log_likelihood)
            .map(|(b, l)| b + weight * l)
            .collect();
        if !normalise(&mut joint) {
            return Ok(false);
        }
        self.log = joint;
        Ok(true)
    }

    /// Fades towards the prior. A type that evidence has ruled out comes back by redrawing, never by discounting.
    ///
    /// # Errors
    /// [`BeliefError::Probability`] if the share is not in [0, 1].
    pub fn forget(&mut self, how: Forgetting) -> Result<(), BeliefError> {
        let (Forgetting::Redraw(share) | Forgetting::Discount(share)) = how;
        if !(0.0..=1.0).contains(&share) {
            return Err(BeliefError::Probability(share));
        }
        if share == 0.0 {
            return Ok(());
        }
        if share == 1.0 {
            self.log.clone_from(&self.log_prior);
            return Ok(());
        }
        for (log, prior) in self.log.iter_mut().zip(&self.log_prior) {
            *log = match how {
                Forgetting::Redraw(_) => log_sum_exp(&[(-share).ln_1p() + *log, share.ln() + prior]),
                Forgetting::Discount(_) => (1.0 - share) * *log + share * prior,
            };
        }
        normalise(&mut self.log);
        Ok(())
    }

    /// Lets types change: `kernel[from][to]` is the probability that a type `from` has become `to`. The prior changes
    /// with them only if it is the kernel's own steady state, and is left alone here.
    ///
    /// # Errors
    /// If the kernel is not a square matrix of the belief's size whose rows are probabilities that sum to one.
    pub fn drift(&mut self, kernel: &[Vec<f64>]) -> Result<(), BeliefError> {
        let types = self.log.len();
        if kernel.len() != types {
            return Err(BeliefError::Length {
                types,
                found: kernel.len(),
            });
        }
        for row in kernel {
            if row.len() != types {
                return Err(BeliefError::Length {
                    types,
                    found: row.len(),
                });
            }
            check_distribution(row)?;
        }
        let mut next: Vec<f64> = (0..types)
            .map(|to| {
                log_sum_exp(
                    &self
                        .log
                        .iter()
                        .zip(kernel)
                        .map(|(log, row)| log + row[to].ln())
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        normalise(&mut next);
        self.log = next;
        Ok(())
    }

    fn check_likelihood(&self, log_likelihood: &[f64]) -> Result<(), BeliefError> {
        if log_likelihood.len() != self.log.len() {
            return Err(BeliefError::Length {
                types: self.log.len(),
                found: log_likelihood.len(),
            });
        }
        match log_likelihood.iter().find(|l| l.is_nan() || **l == f64::INFINITY) {
            Some(&bad) => Err(BeliefError::Likelihood(bad)),
            None => Ok(()),
        }
    }
}

/// Probabilities of actions by a player who errs: with probability `tremble` it takes any action, all equally likely.
pub fn with_tremble(probabilities: &[f64], tremble: f64) -> Vec<f64> {
    let even = tremble / probabilities.len() as f64;
    probabilities.iter().map(|p| (1.0 - tremble) * p + even).collect()
}

/// Subtracts the log of the sum; `false`, and nothing done, if there is nothing to sum.
fn normalise(log: &mut [f64]) -> bool {
    let total = log_sum_exp(log);
    if total == f64::NEG_INFINITY {
        return false;
    }
    log.iter_mut().for_each(|l| *l -= total);
    true
}

fn check_distribution(probabilities: &[f64]) -> Result<(), BeliefError> {
    if let Some(&bad) = probabilities.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(BeliefError::Probability(bad));
    }
    let sum: f64 = probabilities.iter().sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        Err(BeliefError::Sum(sum))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(p: &[f64]) -> Vec<f64> {
        p.iter().map(|p| p.ln()).collect()
    }

    #[test]
    fn impossible_evidence_leaves_the_belief_alone() {
        let mut belief = Belief::new(&[0.3, 0.7]).unwrap();
        let before = belief.clone();
        assert_eq!(belief.observe(&logs(&[0.0, 0.0]), 1.0), Ok(false));
        assert_eq!(belief, before);
        assert_eq!(belief.observe(&logs(&[0.0, 0.4]), 1.0), Ok(true));
        assert_eq!(belief.probabilities(), [0.0, 1.0]);
        assert_eq!(
            belief.observe(&logs(&[1.0, 0.0]), 1.0),
            Ok(false),
            "the only type left rules it out"
        );
        assert_eq!(belief.probabilities(), [0.0, 1.0]);
    }

    #[test]
    fn weight_zero_learns_nothing_exactly() {
        let mut belief = Belief::new(&[0.3, 0.7]).unwrap();
        let before = belief.clone();
        belief.observe(&logs(&[0.0, 0.4]), 0.0).unwrap();
        assert_eq!(belief, before);
        let mut half = before.clone();
        half.observe(&logs(&[0.9, 0.1]), 0.5).unwrap();
        half.observe(&logs(&[0.9, 0.1]), 0.5).unwrap();
        let mut whole = before;
        whole.observe(&logs(&[0.9, 0.1]), 1.0).unwrap();
        assert!((half.log_odds(0, 1) - whole.log_odds(0, 1)).abs() < 1e-14);
    }

    #[test]
    fn forgetting_returns_to_the_prior() {
        for how in [Forgetting::Redraw, Forgetting::Discount] {
            let mut belief = Belief::new(&[0.2, 0.8]).unwrap();
            belief.observe(&logs(&[0.9, 0.1]), 1.0).unwrap();
            let learnt = belief.clone();
            belief.forget(how(0.0)).unwrap();
            assert_eq!(belief, learnt);
            for _ in 0..400 {
                belief.forget(how(0.1)).unwrap();
            }
            assert!((belief.probabilities()[0] - 0.2).abs() < 1e-12);
            assert!(belief.forget(how(1.5)).is_err());
        }
    }

    #[test]
    fn redrawing_revives_a_type_that_was_ruled_out() {
        let mut belief = Belief::new(&[0.5, 0.5]).unwrap();
        belief.observe(&logs(&[0.0, 1.0]), 1.0).unwrap();
        let mut discounted = belief.clone();
        belief.forget(Forgetting::Redraw(0.1)).unwrap();
        assert!((belief.probabilities()[0] - 0.05).abs() < 1e-15);
        discounted.forget(Forgetting::Discount(0.1)).unwrap();
        assert_eq!(discounted.probabilities(), [0.0, 1.0]);
    }

    #[test]
    fn a_redraw_is_a_drift_by_its_kernel() {
        let prior = [0.3, 0.5, 0.2];
        let mut one = Belief::new(&prior).unwrap();
        one.observe(&logs(&[0.9, 0.2, 0.4]), 1.0).unwrap();
        let mut other = one.clone();
        one.forget(Forgetting::Redraw(0.25)).unwrap();
        let kernel: Vec<Vec<f64>> = (0..3)
            .map(|from| {
                (0..3)
                    .map(|to| 0.25 * prior[to] + if from == to { 0.75 } else { 0.0 })
                    .collect()
            })
            .collect();
        other.drift(&kernel).unwrap();
        assert!(one.log().iter().zip(other.log()).all(|(a, b)| (a - b).abs() < 1e-14));
    }

    #[test]
    fn very_strong_evidence_keeps_finite_odds() {
        let mut belief = Belief::new(&[0.5, 0.5]).unwrap();
        for _ in 0..10_000 {
            belief.observe(&[0.0, -5.0], 1.0).unwrap();
        }
        assert!((belief.log_odds(0, 1) - 50_000.0).abs() < 1e-6);
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(Belief::new(&[]), Err(BeliefError::Empty));
        assert_eq!(Belief::new(&[0.5, 0.6]), Err(BeliefError::Sum(1.1)));
        assert_eq!(Belief::new(&[1.5, -0.5]), Err(BeliefError::Probability(1.5)));
        let mut belief = Belief::new(&[0.5, 0.5]).unwrap();
        assert_eq!(
            belief.observe(&[0.0], 1.0),
            Err(BeliefError::Length { types: 2, found: 1 })
        );
        assert!(matches!(
            belief.observe(&[f64::NAN, 0.0], 1.0),
            Err(BeliefError::Likelihood(_))
        ));
        assert_eq!(belief.observe(&[0.0, 0.0], -1.0), Err(BeliefError::Weight(-1.0)));
    }
}
