//! Targets as a likelihood, and the model's standing towards them.
//!
//! Counts are binomial, ratios lognormal. `dependence` divides the information of a target (quasi-likelihood;
//! McCullagh and Nelder 1989, section 9): dyad-years are not independent, and targets that speak of all states
//! say less about one challenger.

use serde::{Deserialize, Serialize};

use crate::evidence::hindcast::{Exposure, Moments};
use crate::stats::{normal_cdf, normal_quantile, regularised_beta};

/// Smallest probability that a likelihood takes seriously: the hindcast does not resolve less.
const SMALLEST: f64 = 1e-9;
/// Log-likelihood of a target of which the model shows no case.
const NO_CASE: f64 = -200.0;

/// What a target is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    /// It enters the likelihood.
    #[serde(rename = "fit")]
    Fit,
    /// It follows from others that do.
    #[serde(rename = "derived")]
    Derived,
    /// It is never used, so that it can speak.
    #[serde(rename = "held out")]
    HeldOut,
}

impl Use {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Use::Fit => "fit",
            Use::Derived => "derived",
            Use::HeldOut => "held out",
        }
    }
}

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Dyad-years with an event.
    Rate { events: f64, years: f64 },
    /// Cases of a kind, of all.
    Share { cases: f64, of: f64 },
    /// A ratio with its 95 percent interval.
    Ratio { value: f64, low: f64, high: f64 },
}

/// A target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Id in the list of targets (T01 to T57) or base rates (B25, B26).
    pub id: String,
    pub what: String,
    pub evidence: Evidence,
    /// Factor by which the information is smaller than that of independent cases; at least 1.
    pub dependence: f64,
    #[serde(rename = "use")]
    pub role: Use,
    pub why: String,
}

impl Target {
    /// The model's value; none where the hindcast shows no case.
    pub fn of(&self, moments: &Moments) -> Option<f64> {
        let wars = |e: &Exposure| (e.years > 0.0).then(|| e.wars / e.years);
        match self.id.as_str() {
            "B25" => wars(&moments.member),
            "B26" => wars(&moments.outsider),
            id => moments.target(id),
        }
    }

    /// The observed value.
    pub fn observed(&self) -> f64 {
        match self.evidence {
            Evidence::Rate { events, years } => events / years,
            Evidence::Share { cases, of } => cases / of,
            Evidence::Ratio { value, .. } => value,
        }
    }

    /// Logarithm of the likelihood of a value of the model.
    pub fn log_likelihood(&self, value: Option<f64>) -> f64 {
        let Some(value) = value.filter(|v| v.is_finite()) else {
            return NO_CASE;
        };
        let raw = match self.chance(value) {
            Chance::Binomial { p, k, n } => k * p.ln() + (n - k) * (1.0 - p).ln(),
            Chance::LogNormal { z } => -0.5 * z * z,
        };
        raw / self.dependence
    }

    /// P(an observation below this one) if the value of the model is right, half of a tie counted: near 0 or 1 where the
    /// observation would surprise.
    pub fn position(&self, value: f64) -> f64 {
        match self.chance(value) {
            Chance::Binomial { p, k, n } => {
                // The binomial distribution function through the beta function takes counts that are not whole.
                let (k, n) = (k / self.dependence, n / self.dependence);
                let up_to = |k: f64| match k {
                    k if k < 0.0 => 0.0,
                    k if k >= n => 1.0,
                    k => regularised_beta(1.0 - p, n - k, k + 1.0),
                };
                0.5 * (up_to(k) + up_to(k - 1.0))
            }
            Chance::LogNormal { z } => normal_cdf(z / self.dependence.sqrt()),
        }
    }

    /// The distribution of the observation given a value of the model, as if cases were independent.
    fn chance(&self, value: f64) -> Chance {
        let bounded = |p: f64| p.clamp(SMALLEST, 1.0 - SMALLEST);
        match self.evidence {
            // A dyad-year has an event unless a Poisson count is 0.
            Evidence::Rate { events, years } => Chance::Binomial {
                p: bounded(1.0 - (-value).exp()),
                k: events,
                n: years,
            },
            Evidence::Share { cases, of } => Chance::Binomial {
                p: bounded(value),
                k: cases,
                n: of,
            },
            Evidence::Ratio { value: seen, low, high } => {
                let sd = (high / low).ln() / (2.0 * normal_quantile(0.975));
                Chance::LogNormal {
                    z: (seen / value.max(SMALLEST)).ln() / sd,
                }
            }
        }
    }
}

/// A distribution of observations.
enum Chance {
    Binomial {
        p: f64,
        k: f64,
        n: f64,
    },
    /// The observation's distance in standard deviations.
    LogNormal {
        z: f64,
    },
}

/// Logarithm of the joint likelihood of all targets that are fitted.
pub fn log_likelihood(targets: &[Target], moments: &Moments) -> f64 {
    let fitted = targets.iter().filter(|t| t.role == Use::Fit);
    fitted.map(|t| t.log_likelihood(t.of(moments))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(evidence: Evidence, dependence: f64) -> Target {
        Target {
            id: "T01".into(),
            what: String::new(),
            evidence,
            dependence,
            role: Use::Fit,
            why: String::new(),
        }
    }

    #[test]
    fn a_rate_is_likeliest_where_it_gives_the_observed_share_of_years() {
        let t = target(
            Evidence::Rate {
                events: 9.0,
                years: 202.0,
            },
            2.0,
        );
        let best = -(1.0 - 9.0 / 202.0_f64).ln();
        let at = |x: f64| t.log_likelihood(Some(x));
        assert!(at(best) > at(best * 1.02) && at(best) > at(best / 1.02));
        let p: f64 = 9.0 / 202.0;
        let exact = (9.0 * p.ln() + 193.0 * (1.0 - p).ln()) / 2.0;
        assert!((at(best) - exact).abs() < 1e-12, "dependence halves the information");
    }

    #[test]
    fn a_ratio_is_normal_in_its_logarithm() {
        let t = target(
            Evidence::Ratio {
                value: 0.31,
                low: 0.14,
                high: 0.68,
            },
            1.0,
        );
        assert_eq!(t.log_likelihood(Some(0.31)), 0.0);
        let sd = (0.68 / 0.14_f64).ln() / (2.0 * 1.959_963_984_540_054);
        let off = 0.31 * sd.exp();
        assert!((t.log_likelihood(Some(off)) + 0.5).abs() < 1e-12);
        assert!((t.position(off) - normal_cdf(-1.0)).abs() < 1e-12);
    }

    #[test]
    fn the_position_of_a_count_is_that_of_the_binomial_distribution() {
        // X ~ Bin(3, 1/2): P(X < 1) = 1/8, P(X <= 1) = 1/2.
        let t = target(Evidence::Share { cases: 1.0, of: 3.0 }, 1.0);
        assert!((t.position(0.5) - 0.5 * (0.125 + 0.5)).abs() < 1e-12);
        let none = target(Evidence::Share { cases: 0.0, of: 3.0 }, 1.0);
        assert!((none.position(0.5) - 0.5 * 0.125).abs() < 1e-12);
        let all = target(Evidence::Share { cases: 3.0, of: 3.0 }, 1.0);
        assert!((all.position(0.5) - 0.5 * (1.0 + 0.875)).abs() < 1e-12);
    }

    #[test]
    fn a_model_without_cases_is_unlikely_but_not_infinitely_so() {
        let t = target(Evidence::Share { cases: 1.0, of: 3.0 }, 1.0);
        assert_eq!(t.log_likelihood(None), NO_CASE);
        assert!(t.log_likelihood(Some(0.0)).is_finite() && t.log_likelihood(Some(1.5)).is_finite());
        assert_eq!(t.log_likelihood(Some(f64::NAN)), NO_CASE);
    }
}
