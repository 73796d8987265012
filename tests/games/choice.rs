//! The logit rule of one decision: `p(a) ∝ ω(a) · exp(λ · u(a))`, in log space at any precision.
//!
//! The rule is McFadden's (1974); as a model of noisy play it is McKelvey and Palfrey's (1995, 1998). The weights ω keep
//! a list of near-duplicates from drawing choices by their number: duplicates that share one weight are together as
//! likely as the action they were split from.

/// `ln Σ exp(x)`; minus infinity for an empty slice or one of minus infinities. Neither overflows nor underflows.
pub fn log_sum_exp(values: &[f64]) -> f64 {
    let Some((best, &top)) = values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else {
        return f64::NEG_INFINITY;
    };
    if top == f64::NEG_INFINITY {
        return top;
    }
    let rest: f64 = values
        .iter()
        .enumerate()
        .filter(|&(i, _)| i != best)
        .map(|(_, v)| (v - top).exp())
        .sum();
    top + rest.ln_1p()
}

/// Writes the log probability of each action into `out`.
///
/// `precision` is λ per payoff unit, 0 or more and finite; `values` are the actions' expected payoffs; `log_weights` the
/// logarithms of their prior weights. The three slices are of one length, and the shortest counts if they are not.
///
/// Only differences of values enter, taken before they are multiplied, so that adding a constant to all of them changes
/// nothing but rounding, and the probability of a sure thing keeps its distance from one (`ln p` near zero is exact).
pub fn log_choice(precision: f64, values: &[f64], log_weights: &[f64], out: &mut [f64]) {
    let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for ((score, &value), &weight) in out.iter_mut().zip(values).zip(log_weights) {
        *score = weight + precision * (value - best);
    }
    let mut top = 0;
    for (i, score) in out.iter().enumerate() {
        if *score > out[top] {
            top = i;
        }
    }
    let Some(&high) = out.get(top) else { return };
    let mut rest = 0.0;
    for (i, score) in out.iter_mut().enumerate() {
        *score -= high;
        if i != top {
            rest += score.exp();
        }
    }
    let normaliser = rest.ln_1p();
    for score in out.iter_mut() {
        *score -= normaliser;
    }
}

/// The probabilities of the actions, as [`log_choice`] has them.
///
/// ```
/// use deterrence::model::game::choice::logit;
///
/// // One act against doing nothing, and the same act under two names that share its weight.
/// let once = logit(2.0, &[0.0, -0.3], &[1.0, 1.0]);
/// let twice = logit(2.0, &[0.0, -0.3, -0.3], &[1.0, 0.5, 0.5]);
/// assert!((once[0] - twice[0]).abs() < 1e-15);
/// ```
pub fn logit(precision: f64, values: &[f64], weights: &[f64]) -> Vec<f64> {
    let log_weights: Vec<f64> = weights.iter().map(|w| w.ln()).collect();
    let mut out = vec![0.0; values.len().min(weights.len())];
    log_choice(precision, values, &log_weights, &mut out);
    out.iter_mut().for_each(|p| *p = p.exp());
    out
}

/// The mean of `values` under `probabilities` that sum to one, measured from the value of the likeliest: a nearly sure
/// outcome then costs no digits, however large the values.
pub(super) fn anchored_mean(probabilities: impl Iterator<Item = f64> + Clone, values: impl Fn(usize) -> f64) -> f64 {
    let mut anchor = (0, f64::NEG_INFINITY);
    for (i, p) in probabilities.clone().enumerate() {
        if p > anchor.1 {
            anchor = (i, p);
        }
    }
    let base = values(anchor.0);
    let mut sum = 0.0;
    for (i, p) in probabilities.enumerate() {
        if i != anchor.0 && p > 0.0 {
            sum += p * (values(i) - base);
        }
    }
    base + sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_are_precision_times_the_difference() {
        for precision in [0.1, 1.0, 50.0] {
            let mut log = [0.0; 2];
            log_choice(precision, &[0.7, -0.4], &[0.0, 0.0], &mut log);
            assert!((log[0] - log[1] - precision * 1.1).abs() < 1e-13);
        }
    }

    #[test]
    fn huge_payoffs_neither_overflow_nor_lose_the_sure_action() {
        let mut log = [0.0; 3];
        log_choice(50.0, &[1000.0, -1000.0, 999.9], &[0.0; 3], &mut log);
        assert!((log[0] + (-5.0_f64).exp().ln_1p()).abs() < 1e-12);
        assert!((log[1] + 100_000.0).abs() < 1e-1 && log.iter().all(|l| l.is_finite()));
        log_choice(50.0, &[1.0, 0.0, 0.0], &[0.0; 3], &mut log);
        assert!(
            (log[0] / (-2.0 * (-50.0_f64).exp()) - 1.0).abs() < 1e-12,
            "a sure thing keeps its distance from one"
        );
    }

    #[test]
    fn a_heavier_weight_wins_at_no_precision() {
        let p = logit(0.0, &[5.0, -5.0], &[3.0, 1.0]);
        assert!((p[0] - 0.75).abs() < 1e-15);
    }

    #[test]
    fn sums_of_exponentials_bear_extremes() {
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
        assert!((log_sum_exp(&[-1000.0, -1000.0]) - (2.0_f64.ln() - 1000.0)).abs() < 1e-12);
        assert!((log_sum_exp(&[900.0, f64::NEG_INFINITY]) - 900.0).abs() < 1e-12);
    }

    #[test]
    fn the_mean_of_a_sure_outcome_is_that_outcome() {
        let p = [1e-300, 1.0, 0.0];
        let mean = anchored_mean(p.iter().copied(), |i| [1e9, 0.1, f64::NAN][i]);
        assert_eq!(mean, 0.1);
    }
}
