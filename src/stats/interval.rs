//! Confidence intervals: proportions, means, ratios, and paired differences of two options.
//!
//! `level` is the coverage aimed at, between 0 and 1, and always two-sided.

use super::special::{beta_quantile, normal_quantile, t_quantile};

/// The normal quantile that leaves half of `1 - level` above it.
fn z_value(level: f64) -> f64 {
    -normal_quantile(0.5 * (1.0 - level))
}

/// Wilson's score interval (Wilson 1927) for a proportion of `successes` among `n`.
///
/// Closed form, inside `[0, 1]`, and close to its level for rare events. Without an event it is
/// `[0, z²/(n + z²)]`: its upper end is the bound this program reports for what never happened.
/// Nothing observed (`n` of 0) leaves `[0, 1]`. Successes may be fractional where cases are pooled.
pub fn wilson(successes: f64, n: f64, level: f64) -> [f64; 2] {
    if n <= 0.0 {
        return [0.0, 1.0];
    }
    let z = z_value(level);
    let failures = n - successes;
    let spread = z * (successes * failures / n + 0.25 * z * z).sqrt();
    let centre = successes + 0.5 * z * z;
    // With no success (or no failure) the end is 0 (or 1) exactly, whatever the rounding says.
    let low = if successes <= 0.0 {
        0.0
    } else {
        (centre - spread) / (n + z * z)
    };
    let high = if failures <= 0.0 {
        1.0
    } else {
        (centre + spread) / (n + z * z)
    };
    [low, high]
}

/// The exact interval of Clopper and Pearson (1934) for `successes` among `n`: never below its level.
pub fn clopper_pearson(successes: u64, n: u64, level: f64) -> [f64; 2] {
    if n == 0 {
        return [0.0, 1.0];
    }
    let half = 0.5 * (1.0 - level);
    let (k, rest) = (successes as f64, n.saturating_sub(successes) as f64);
    let low = if successes == 0 {
        0.0
    } else {
        beta_quantile(half, k, rest + 1.0)
    };
    let high = if successes >= n {
        1.0
    } else {
        beta_quantile(1.0 - half, k + 1.0, rest)
    };
    [low, high]
}

/// The equal-tailed posterior interval for `successes` among `n` under Jeffreys' prior, Beta(1/2, 1/2).
pub fn jeffreys(successes: u64, n: u64, level: f64) -> [f64; 2] {
    let half = 0.5 * (1.0 - level);
    let (a, b) = (successes as f64 + 0.5, n.saturating_sub(successes) as f64 + 0.5);
    [beta_quantile(half, a, b), beta_quantile(1.0 - half, a, b)]
}

/// Student's interval for a mean with standard deviation `sd` over `n` values; none below two values.
pub fn mean_interval(mean: f64, sd: f64, n: u64, level: f64) -> Option<[f64; 2]> {
    if n < 2 || !mean.is_finite() || !sd.is_finite() {
        return None;
    }
    let half = t_quantile(level, (n - 1) as f64) * sd / (n as f64).sqrt();
    Some([mean - half, mean + half])
}

/// Interval of a pooled ratio Σx/Σc by the delta method, with the run as the unit of sampling
/// (Cochran 1977, section 2.11), because cases within one run are not independent.
///
/// `residual` is Σ(x - R c)² over the `m` runs that have cases, `cases` is Σc. None below two such
/// runs and where the residual is 0: such data say nothing about the spread between runs.
pub fn ratio_interval(ratio: f64, residual: f64, cases: f64, m: u64, level: f64) -> Option<[f64; 2]> {
    if m < 2 || cases <= 0.0 || residual <= 0.0 || !ratio.is_finite() {
        return None;
    }
    let runs = m as f64;
    let error = (runs / (runs - 1.0) * residual).sqrt() / cases;
    let half = t_quantile(level, runs - 1.0) * error;
    Some([ratio - half, ratio + half])
}

/// What two options share and where they part, over runs on the same random numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Pairs.
    pub n: u64,
    /// Mean of `second - first`.
    pub difference: f64,
    /// Student's interval of that mean over pairs.
    pub interval: [f64; 2],
    /// Correlation of the two; none where one of them never varies.
    pub correlation: Option<f64>,
    /// Pairs in which the two differ at all.
    pub changed: u64,
}

/// Mean difference `second - first` over pairs; none below two pairs, for slices of unequal length
/// and for numbers that are not finite.
pub fn paired_mean(first: &[f64], second: &[f64], level: f64) -> Option<Paired> {
    if first.len() != second.len() || first.len() < 2 {
        return None;
    }
    let count = first.len() as f64;
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / count;
    let pairs = || first.iter().zip(second);
    let (mean_a, mean_b) = (mean(&mut first.iter().copied()), mean(&mut second.iter().copied()));
    let difference = mean(&mut pairs().map(|(a, b)| b - a));
    let (mut aa, mut bb, mut ab, mut dd) = (0.0, 0.0, 0.0, 0.0);
    for (a, b) in pairs() {
        let (da, db, dd_) = (a - mean_a, b - mean_b, b - a - difference);
        aa += da * da;
        bb += db * db;
        ab += da * db;
        dd += dd_ * dd_;
    }
    let n = first.len() as u64;
    let interval = mean_interval(difference, (dd / (count - 1.0)).sqrt(), n, level)?;
    Some(Paired {
        n,
        difference,
        interval,
        correlation: (aa > 0.0 && bb > 0.0).then(|| (ab / (aa.sqrt() * bb.sqrt())).clamp(-1.0, 1.0)),
        changed: pairs().filter(|(a, b)| a != b).count() as u64,
    })
}

/// The difference of two paired probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedBinary {
    /// Pairs.
    pub n: u64,
    /// Share of the second less share of the first.
    pub difference: f64,
    /// Interval of Bonett and Price.
    pub interval: [f64; 2],
    /// Pairs in which only the first happened.
    pub only_first: u64,
    /// Pairs in which only the second happened.
    pub only_second: u64,
}

/// Adjusted Wald interval for a difference of paired proportions (Bonett and Price 2012).
///
/// `only_first` and `only_second` count the pairs of `n` in which exactly one happened. The interval
/// has width even if no pair differs. None for no pairs, or for more differing pairs than there are pairs.
pub fn bonett_price(only_first: u64, only_second: u64, n: u64, level: f64) -> Option<PairedBinary> {
    if n == 0 || only_first.checked_add(only_second)? > n {
        return None;
    }
    let size = n as f64 + 2.0;
    let (first, second) = ((only_first as f64 + 1.0) / size, (only_second as f64 + 1.0) / size);
    let shift = second - first;
    let half = z_value(level) * ((first + second - shift * shift) / size).sqrt();
    Some(PairedBinary {
        n,
        difference: (only_second as f64 - only_first as f64) / n as f64,
        interval: [(shift - half).max(-1.0), (shift + half).min(1.0)],
        only_first,
        only_second,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn covers(interval: [f64; 2], truth: f64) -> bool {
        interval[0] <= truth && truth <= interval[1]
    }

    /// Share of `trials` in which the interval that `draw` makes holds the truth.
    fn coverage(trials: u32, mut draw: impl FnMut(&mut Xoshiro256PlusPlus) -> bool) -> f64 {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(20);
        let hits = (0..trials).filter(|_| draw(&mut rng)).count();
        hits as f64 / f64::from(trials)
    }

    #[test]
    fn no_event_has_an_upper_bound_and_no_lower_one() {
        let [low, high] = wilson(0.0, 10_000.0, 0.95);
        assert_eq!(low, 0.0);
        assert!(high > 3.8e-4 && high < 3.9e-4, "{high}");
        assert_eq!(wilson(50.0, 50.0, 0.95)[1], 1.0);
        assert_eq!(wilson(0.0, 0.0, 0.95), [0.0, 1.0]);
        assert_eq!(clopper_pearson(0, 0, 0.95), [0.0, 1.0]);
    }

    #[test]
    fn the_upper_bound_without_events_is_exact_in_clopper_pearson() {
        let high = clopper_pearson(0, 40, 0.95)[1];
        assert!((high - (1.0 - 0.025_f64.powf(1.0 / 40.0))).abs() < 1e-14);
    }

    #[test]
    fn wilson_covers_what_it_says() {
        let share = coverage(4_000, |rng| {
            let k = (0..200).filter(|_| rng.random::<f64>() < 0.1).count();
            covers(wilson(k as f64, 200.0, 0.95), 0.1)
        });
        assert!((0.935..0.97).contains(&share), "{share}");
    }

    #[test]
    fn the_mean_interval_covers_what_it_says() {
        let share = coverage(4_000, |rng| {
            let values: Vec<f64> = (0..8).map(|_| normal_quantile(rng.random::<f64>())).collect();
            let mean = values.iter().sum::<f64>() / 8.0;
            let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 7.0).sqrt();
            mean_interval(mean, sd, 8, 0.95).is_some_and(|i| covers(i, 0.0))
        });
        assert!((0.94..0.96).contains(&share), "{share}");
    }

    #[test]
    fn the_ratio_interval_covers_when_cases_come_in_clusters() {
        // Runs have 0 to 4 cases that share one fate: pooled Wilson would be far too narrow here.
        let share = coverage(2_000, |rng| {
            let (mut xx, mut xc, mut cc, mut sx, mut sc, mut m) = (0.0, 0.0, 0.0, 0.0, 0.0, 0);
            for _ in 0..300 {
                let cases = (rng.random::<f64>() * 5.0).floor();
                let x = if rng.random::<f64>() < 0.3 { cases } else { 0.0 };
                xx += x * x;
                xc += x * cases;
                cc += cases * cases;
                sx += x;
                sc += cases;
                m += u64::from(cases > 0.0);
            }
            let ratio = sx / sc;
            let residual = xx - 2.0 * ratio * xc + ratio * ratio * cc;
            ratio_interval(ratio, residual, sc, m, 0.95).is_some_and(|i| covers(i, 0.3))
        });
        assert!((0.93..0.965).contains(&share), "{share}");
    }

    #[test]
    fn pairing_on_common_random_numbers_narrows_the_interval() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let first: Vec<f64> = (0..500).map(|_| rng.random::<f64>()).collect();
        let second: Vec<f64> = first.iter().map(|v| v + 0.1 + 0.01 * rng.random::<f64>()).collect();
        let paired = paired_mean(&first, &second, 0.95).expect("two slices of equal length");
        assert!((paired.difference - 0.105).abs() < 0.001);
        assert!(paired.interval[1] - paired.interval[0] < 0.002);
        assert!(paired.correlation.is_some_and(|r| r > 0.99));
        assert_eq!(paired.changed, 500);
        let same = paired_mean(&first, &first, 0.95).expect("two slices of equal length");
        assert_eq!((same.difference, same.interval, same.changed), (0.0, [0.0, 0.0], 0));
        assert!(paired_mean(&first, &second[1..], 0.95).is_none());
        assert!(paired_mean(&[1.0, 1.0], &[1.0, 2.0], 0.95).is_some_and(|p| p.correlation.is_none()));
    }

    #[test]
    fn the_paired_binary_interval_covers_what_it_says() {
        let share = coverage(4_000, |rng| {
            let (mut only_first, mut only_second) = (0, 0);
            for _ in 0..120 {
                let u = rng.random::<f64>();
                only_first += u64::from(u < 0.05);
                only_second += u64::from((0.05..0.2).contains(&u));
            }
            bonett_price(only_first, only_second, 120, 0.95).is_some_and(|p| covers(p.interval, 0.1))
        });
        assert!((0.935..0.97).contains(&share), "{share}");
    }

    #[test]
    fn two_options_that_never_differ_still_leave_room() {
        let none = bonett_price(0, 0, 100, 0.95).expect("a hundred pairs");
        assert_eq!(none.difference, 0.0);
        assert!(none.interval[0] < -0.01 && none.interval[1] > 0.01);
        assert!(bonett_price(0, 0, 0, 0.95).is_none());
        assert!(bonett_price(3, 3, 5, 0.95).is_none());
    }
}
