//! Uncertain numbers: which distributions there are, what makes one valid, and how it is drawn.
//!
//! A draw uses one uniform number and the inverse distribution function. Draws are therefore
//! monotone in their random number, which keeps two variants of a scenario coupled, and a
//! sensitivity design can ask for any quantile directly.

use std::fmt;

use rand::Rng;

use super::special::{beta_quantile, normal_below, normal_quantile};
use super::words::{Word, words};

/// Largest shape of a beta distribution; beyond it a normal one says the same.
const LARGEST_SHAPE: f64 = 10_000.0;
/// Smallest shape of a beta distribution; below it nearly all mass sits on the ends.
const SMALLEST_SHAPE: f64 = 0.05;

/// A distribution as written in a scenario.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// `{normal = [mean, sd]}`
    Normal { mean: f64, sd: f64 },
    /// `{truncated_normal = [mean, sd, low, high]}`
    TruncatedNormal { mean: f64, sd: f64, low: f64, high: f64 },
    /// `{lognormal = [median, sigma]}`, sigma being the standard deviation of the logarithm.
    LogNormal { median: f64, sigma: f64 },
    /// `{uniform = [low, high]}`
    Uniform { low: f64, high: f64 },
    /// `{triangular = [low, mode, high]}`
    Triangular { low: f64, mode: f64, high: f64 },
    /// `{pert = [low, mode, high]}`: a beta distribution stretched over the range, with weight 4 on the mode.
    Pert { low: f64, mode: f64, high: f64 },
    /// `{beta = [a, b]}`
    Beta { a: f64, b: f64 },
    /// `{choice = [v1, v2, …]}`: all equally likely; a value given twice is twice as likely.
    Choice { values: Vec<f64> },
}

/// The families of distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Normal,
    TruncatedNormal,
    LogNormal,
    Uniform,
    Triangular,
    Pert,
    Beta,
    Choice,
}

words! {
    Family {
        Normal = "normal",
        TruncatedNormal = "truncated_normal",
        LogNormal = "lognormal",
        Uniform = "uniform",
        Triangular = "triangular",
        Pert = "pert",
        Beta = "beta",
        Choice = "choice",
    }
}

impl Family {
    /// The names of its numbers, in order; a choice takes any number of values from two on.
    pub const fn numbers(self) -> &'static [&'static str] {
        match self {
            Family::Normal => &["mean", "sd"],
            Family::TruncatedNormal => &["mean", "sd", "low", "high"],
            Family::LogNormal => &["median", "sigma"],
            Family::Uniform => &["low", "high"],
            Family::Triangular | Family::Pert => &["low", "mode", "high"],
            Family::Beta => &["a", "b"],
            Family::Choice => &["value", "value", "..."],
        }
    }

    /// As written in a scenario, with names in the place of numbers.
    pub fn usage(self) -> String {
        format!("{{ {} = [{}] }}", self.word(), self.numbers().join(", "))
    }
}

/// Why numbers make no distribution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Always the same value.
    #[error("{0}")]
    NoSpread(String),
    /// Anything else.
    #[error("{0}")]
    Malformed(String),
}

/// Rejects unless `ok`.
fn need(ok: bool, reason: &str) -> Result<(), Fault> {
    if ok {
        Ok(())
    } else {
        Err(Fault::Malformed(reason.into()))
    }
}

/// Rejects ranges that are turned round or empty.
fn ordered(low: f64, high: f64) -> Result<(), Fault> {
    if low == high {
        return Err(Fault::NoSpread(format!("low and high are both {low}")));
    }
    need(low < high, "low lies above high")?;
    need((high - low).is_finite(), "the range is too wide")
}

/// Rejects standard deviations that are zero or negative.
fn spread(name: &str, sd: f64) -> Result<(), Fault> {
    if sd == 0.0 {
        return Err(Fault::NoSpread(format!("{name} is 0")));
    }
    need(sd > 0.0, &format!("{name} is negative"))
}

impl Distribution {
    /// Builds a distribution from its name and numbers.
    ///
    /// # Errors
    /// A [`Fault`] that says which number is wrong.
    pub fn new(name: &str, numbers: &[f64]) -> Result<Self, Fault> {
        need(numbers.iter().all(|n| n.is_finite()), "every number must be finite")?;
        let family = Family::of(name).ok_or_else(|| Fault::Malformed("no distribution of this name".into()))?;
        let made = match (family, numbers) {
            (Family::Normal, &[mean, sd]) => {
                spread("sd", sd)?;
                Self::Normal { mean, sd }
            }
            (Family::TruncatedNormal, &[mean, sd, low, high]) => {
                spread("sd", sd)?;
                ordered(low, high)?;
                let made = Self::TruncatedNormal { mean, sd, low, high };
                let inside = 1.0 - made.untruncated().map_or(0.0, |n| n.mass_outside(low, high));
                need(
                    inside >= 1e-4,
                    "hardly any of the normal distribution lies between low and high",
                )?;
                made
            }
            (Family::LogNormal, &[median, sigma]) => {
                spread("sigma", sigma)?;
                need(median > 0.0, "the median must be above 0")?;
                need(sigma <= 10.0, "sigma is above 10, a factor of more than 20,000")?;
                Self::LogNormal { median, sigma }
            }
            (Family::Uniform, &[low, high]) => {
                ordered(low, high)?;
                Self::Uniform { low, high }
            }
            (Family::Triangular | Family::Pert, &[low, mode, high]) => {
                ordered(low, high)?;
                need((low..=high).contains(&mode), "the mode lies outside low and high")?;
                if family == Family::Pert {
                    Self::Pert { low, mode, high }
                } else {
                    Self::Triangular { low, mode, high }
                }
            }
            (Family::Beta, &[a, b]) => {
                let fits = |s: f64| (SMALLEST_SHAPE..=LARGEST_SHAPE).contains(&s);
                need(fits(a) && fits(b), "a and b must lie between 0.05 and 10000")?;
                Self::Beta { a, b }
            }
            (Family::Choice, values) => {
                need(!values.is_empty(), "no value is given")?;
                if values.iter().all(|v| *v == values[0]) {
                    return Err(Fault::NoSpread(format!("every value is {}", values[0])));
                }
                let mut values = values.to_vec();
                values.sort_by(f64::total_cmp);
                Self::Choice { values }
            }
            (Family::Normal | Family::TruncatedNormal | Family::LogNormal, _)
            | (Family::Uniform | Family::Triangular | Family::Pert | Family::Beta, _) => {
                let wanted = family.numbers().join(", ");
                let count = match numbers.len() {
                    1 => String::from("one number"),
                    n => format!("{n} numbers"),
                };
                return Err(Fault::Malformed(format!("{name} takes [{wanted}], not {count}")));
            }
        };
        Ok(made)
    }

    /// The value below which a share `u` in (0, 1) of draws falls.
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Self::Normal { mean, sd } => mean + sd * normal_quantile(u),
            Self::TruncatedNormal { mean, sd, low, high } => {
                // In the upper tail areas are differences of numbers near 1; mirror it.
                let flip = low > mean;
                let (from, to) = if flip {
                    ((mean - high) / sd, (mean - low) / sd)
                } else {
                    ((low - mean) / sd, (high - mean) / sd)
                };
                let u = if flip { 1.0 - u } else { u };
                let (below, above) = (normal_below(from), normal_below(to));
                let z = normal_quantile((below + u * (above - below)).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON));
                (mean + sd * if flip { -z } else { z }).clamp(low, high)
            }
            Self::LogNormal { median, sigma } => median * (sigma * normal_quantile(u)).exp(),
            Self::Uniform { low, high } => (low + u * (high - low)).clamp(low, high),
            Self::Triangular { low, mode, high } => {
                let width = high - low;
                let turn = (mode - low) / width;
                if u < turn {
                    low + width * (u * turn).sqrt()
                } else {
                    high - width * ((1.0 - u) * (1.0 - turn)).sqrt()
                }
                .clamp(low, high)
            }
            Self::Pert { low, mode, high } => {
                let width = high - low;
                let a = 1.0 + 4.0 * (mode - low) / width;
                let b = 1.0 + 4.0 * (high - mode) / width;
                (low + width * beta_quantile(u, a, b)).clamp(low, high)
            }
            Self::Beta { a, b } => beta_quantile(u, a, b),
            Self::Choice { ref values } => {
                // Truncation is meant: u in [k/n, (k+1)/n) picks value k.
                let index = (u * values.len() as f64) as usize;
                values.get(index).or(values.last()).copied().unwrap_or(0.0)
            }
        }
    }

    /// A draw, from the next number of a stream.
    pub fn sample<R: Rng + ?Sized>(&self, stream: &mut R) -> f64 {
        self.quantile(uniform(stream))
    }

    /// The median: what the scenario uses where one number must stand for the distribution.
    pub fn central(&self) -> f64 {
        match *self {
            Self::Normal { mean, .. } => mean,
            Self::LogNormal { median, .. } => median,
            _ => self.quantile(0.5),
        }
    }

    /// Smallest and largest possible value.
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Self::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::LogNormal { .. } => (0.0, f64::INFINITY),
            Self::Beta { .. } => (0.0, 1.0),
            Self::TruncatedNormal { low, high, .. }
            | Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. } => (low, high),
            Self::Choice { ref values } => {
                let ends = values.first().zip(values.last());
                ends.map_or((0.0, 0.0), |(low, high)| (*low, *high))
            }
        }
    }

    /// Share of draws outside `[low, high]`; known for unbounded distributions, else all or nothing.
    pub fn mass_outside(&self, low: f64, high: f64) -> f64 {
        let tails = |from: f64, to: f64| normal_below(from) + normal_below(-to);
        match *self {
            Self::Normal { mean, sd } => tails((low - mean) / sd, (high - mean) / sd),
            Self::LogNormal { median, sigma } => {
                let scaled = |x: f64| {
                    if x > 0.0 {
                        (x / median).ln() / sigma
                    } else {
                        f64::NEG_INFINITY
                    }
                };
                tails(scaled(low), scaled(high))
            }
            _ => {
                let (from, to) = self.support();
                f64::from(u8::from(from < low || to > high))
            }
        }
    }

    /// True if single draws may leave any range.
    pub fn is_unbounded(&self) -> bool {
        matches!(self, Self::Normal { .. } | Self::LogNormal { .. })
    }

    /// The normal distribution behind a truncated one.
    fn untruncated(&self) -> Option<Self> {
        match *self {
            Self::TruncatedNormal { mean, sd, .. } => Some(Self::Normal { mean, sd }),
            _ => None,
        }
    }
}

/// A uniform number strictly between 0 and 1, from 52 bits.
fn uniform<R: Rng + ?Sized>(stream: &mut R) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 52) as f64;
    // The half step keeps both ends out, and 52 bits keep the sum exact.
    ((stream.next_u64() >> 12) as f64 + 0.5) * STEP
}

/// The canonical text, as in a scenario file.
impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (family, numbers) = match *self {
            Self::Normal { mean, sd } => (Family::Normal, vec![mean, sd]),
            Self::TruncatedNormal { mean, sd, low, high } => (Family::TruncatedNormal, vec![mean, sd, low, high]),
            Self::LogNormal { median, sigma } => (Family::LogNormal, vec![median, sigma]),
            Self::Uniform { low, high } => (Family::Uniform, vec![low, high]),
            Self::Triangular { low, mode, high } => (Family::Triangular, vec![low, mode, high]),
            Self::Pert { low, mode, high } => (Family::Pert, vec![low, mode, high]),
            Self::Beta { a, b } => (Family::Beta, vec![a, b]),
            Self::Choice { ref values } => (Family::Choice, values.clone()),
        };
        let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
        write!(f, "{{ {} = [{}] }}", family.word(), numbers.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn all() -> Vec<Distribution> {
        let made = [
            ("normal", vec![0.4, 1.0]),
            ("truncated_normal", vec![0.0, 1.0, -0.5, 2.0]),
            ("truncated_normal", vec![0.0, 1.0, 2.0, 3.0]),
            ("truncated_normal", vec![0.0, 1.0, -3.0, -2.0]),
            ("lognormal", vec![2.0, 0.5]),
            ("uniform", vec![-1.0, 3.0]),
            ("triangular", vec![0.0, 0.2, 1.0]),
            ("triangular", vec![0.0, 1.0, 1.0]),
            ("pert", vec![0.0, 0.2, 1.0]),
            ("beta", vec![2.0, 5.0]),
            ("choice", vec![3.0, 1.0, 2.0, 2.0]),
        ];
        made.iter()
            .map(|(name, numbers)| Distribution::new(name, numbers).expect("valid"))
            .collect()
    }

    #[test]
    fn quantiles_rise_and_stay_in_the_support() {
        for d in all() {
            let (low, high) = d.support();
            let mut last = f64::NEG_INFINITY;
            for i in 1..2_000 {
                let x = d.quantile(f64::from(i) / 2_000.0);
                assert!(x >= last, "{d}");
                assert!((low..=high).contains(&x), "{d} gave {x}");
                last = x;
            }
        }
    }

    #[test]
    fn sample_means_meet_the_known_means() {
        let known = [
            ("normal", vec![0.4, 1.0], 0.4),
            ("lognormal", vec![2.0, 0.5], 2.0 * 0.125_f64.exp()),
            ("uniform", vec![-1.0, 3.0], 1.0),
            ("triangular", vec![0.0, 0.2, 1.0], 0.4),
            ("pert", vec![0.0, 0.2, 1.0], 0.3),
            ("beta", vec![2.0, 5.0], 2.0 / 7.0),
            ("choice", vec![1.0, 2.0, 6.0], 3.0),
        ];
        for (name, numbers, mean) in known {
            let d = Distribution::new(name, &numbers).expect("valid");
            let mut stream = Xoshiro256PlusPlus::seed_from_u64(7);
            let n = 20_000;
            let sum: f64 = (0..n).map(|_| d.sample(&mut stream)).sum();
            assert!((sum / f64::from(n) - mean).abs() < 0.05, "{d}: {}", sum / f64::from(n));
        }
    }

    #[test]
    fn the_central_value_is_the_median() {
        for d in all() {
            assert!((d.central() - d.quantile(0.5)).abs() < 1e-12, "{d}");
        }
    }

    #[test]
    fn the_same_stream_gives_the_same_draw() {
        for d in all() {
            let mut one = Xoshiro256PlusPlus::seed_from_u64(3);
            let mut two = one.clone();
            assert_eq!(d.sample(&mut one).to_bits(), d.sample(&mut two).to_bits());
            assert_eq!(one, two, "one number a draw");
        }
    }

    #[test]
    fn distributions_without_spread_are_refused() {
        for (name, numbers) in [
            ("normal", vec![1.0, 0.0]),
            ("uniform", vec![1.0, 1.0]),
            ("pert", vec![1.0, 1.0, 1.0]),
            ("lognormal", vec![1.0, 0.0]),
            ("choice", vec![2.0, 2.0]),
        ] {
            let made = Distribution::new(name, &numbers);
            assert!(matches!(made, Err(Fault::NoSpread(_))), "{name}: {made:?}");
        }
    }

    #[test]
    fn malformed_distributions_are_refused() {
        for (name, numbers) in [
            ("normal", vec![1.0, -1.0]),
            ("normal", vec![1.0]),
            ("normal", vec![f64::NAN, 1.0]),
            ("uniform", vec![2.0, 1.0]),
            ("uniform", vec![-f64::MAX, f64::MAX]),
            ("triangular", vec![0.0, 2.0, 1.0]),
            ("lognormal", vec![0.0, 1.0]),
            ("beta", vec![0.0, 1.0]),
            ("choice", vec![]),
            ("truncated_normal", vec![0.0, 1.0, 8.0, 9.0]),
            ("cauchy", vec![0.0, 1.0]),
        ] {
            let made = Distribution::new(name, &numbers);
            assert!(matches!(made, Err(Fault::Malformed(_))), "{name}: {made:?}");
        }
    }

    #[test]
    fn mass_outside_a_range_is_known() {
        let d = Distribution::new("normal", &[0.0, 1.0]).expect("valid");
        assert!((d.mass_outside(-1.0, 1.0) - 0.317_310_507_862_914).abs() < 1e-12);
        assert_eq!(all()[5].mass_outside(0.0, 3.0), 1.0);
    }

    #[test]
    fn the_text_of_a_distribution_is_canonical() {
        assert_eq!(all()[0].to_string(), "{ normal = [0.4, 1] }");
    }
}
