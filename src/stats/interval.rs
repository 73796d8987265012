//! Confidence intervals: proportions, means, ratios, and paired differences of two options.
//!
//! `level` is the coverage aimed at, between 0 and 1, and always two-sided.

use super::special::{beta_quantile, gamma_quantile, normal_quantile, t_quantile};

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
    score(successes, n, z_value(level))
}

/// The proportions that lie within `z` of their own standard errors of the one observed.
fn score(successes: f64, n: f64, z: f64) -> [f64; 2] {
    if n <= 0.0 {
        return [0.0, 1.0];
    }
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

/// The exact interval for the expectation of a Poisson count of which `count` were seen (Garwood 1936), from quantiles of the gamma
/// distribution. Its lower end is 0 without an event; counts may be fractional where they were scaled.
pub fn garwood(count: f64, level: f64) -> [f64; 2] {
    let half = 0.5 * (1.0 - level);
    let low = if count > 0.0 { gamma_quantile(half, count) } else { 0.0 };
    [low, gamma_quantile(1.0 - half, count + 1.0)]
}

/// Interval of the expected number of events a run, from `count` events in `runs` runs and the variance of their number over
/// runs; and whether it had to be widened.
///
/// Events that come singly scatter like a Poisson count, and the exact interval holds. Where runs differ more than that (events cluster, or rates
/// differ from run to run) the variance is `φ` times as large, and so many events say no more than `count/φ` that come singly: the interval
/// is that of as many, times `φ` (the gamma interval of Fay and Feuer 1997 with the observed variance; `φ` is the dispersion of McCullagh and Nelder
/// 1989). `φ` carries the allowance of Student's t for the few runs that it is taken from, and is never below 1. Where there is less than
/// one event a run and none has more than its share, runs say nothing about clusters, and the exact interval stands as it is. None
/// for events in a single run, which tells nothing about the others.
pub fn count_interval(count: f64, variance: f64, runs: u64, level: f64) -> Option<([f64; 2], bool)> {
    /// Counts of 0 and 1 have a dispersion of 1 at most, but for rounding.
    const ROUNDING: f64 = 1e-9;
    let n = runs as f64;
    let plain = || garwood(count, level).map(|x| x / n);
    if runs == 0 || (runs == 1 && count > 0.0) {
        return None;
    }
    let dispersion = variance / (count / n);
    if count <= 0.0 || (count < n && dispersion <= 1.0 + ROUNDING) {
        return Some((plain(), false));
    }
    let allowance = t_quantile(level, n - 1.0) / z_value(level);
    let phi = dispersion * allowance * allowance;
    if phi <= 1.0 {
        return Some((plain(), false));
    }
    Some((garwood(count / phi, level).map(|x| x * phi / n), true))
}

/// Student's interval for the mean of a quantity that cannot leave `bounds`, either of which may be infinite; none below two values.
///
/// With two bounds it holds the means `m` within `t` standard errors of the one observed, their variance being the observed one in
/// proportion to `(m − low)(high − m)`: Wilson's interval with as many cases as the variance says there are. With one bound the variance
/// is in proportion to the distance from it. Both go over into Student's interval where it is narrow, contain the mean, and never leave
/// the bounds. Where all values are the bound itself, the mean of a quantity that may be anything between two bounds is told as that
/// of one that happens or not: by Wilson's interval. Where all values are another one, that is the interval.
pub fn bounded_mean_interval(mean: f64, sd: f64, n: u64, bounds: (f64, f64), level: f64) -> Option<[f64; 2]> {
    let (low, high) = bounds;
    if !(low <= mean && mean <= high) {
        return mean_interval(mean, sd, n, level);
    }
    if n < 2 || !sd.is_finite() {
        return None;
    }
    let size = n as f64;
    let t = t_quantile(level, size - 1.0);
    let two_ends = |low: f64, high: f64| {
        let share = (mean - low) / (high - low);
        let ends = if sd > 0.0 {
            let spread = sd / (high - low);
            let cases = size * share * (1.0 - share) / (spread * spread);
            score(share * cases, cases, t)
        } else if share == 0.0 || share == 1.0 {
            wilson(share * size, size, level)
        } else {
            return [mean, mean];
        };
        let [from, to] = ends.map(|end| (low + (high - low) * end).clamp(low, high));
        [from.min(mean), to.max(mean)]
    };
    // From a bound at 0 upwards: the roots of (m − μ)² = a μ.
    let one_end = |distance: f64| {
        if distance <= 0.0 || sd <= 0.0 {
            return [distance, distance];
        }
        let a = t * t * sd * sd / (distance * size);
        let top = distance + 0.5 * a + (a * distance + 0.25 * a * a).sqrt();
        [distance * (distance / top), top]
    };
    Some(match (low.is_finite(), high.is_finite()) {
        (true, true) if low < high => two_ends(low, high),
        (true, true) => [mean, mean],
        (true, false) => one_end(mean - low).map(|x| low + x),
        (false, true) => {
            let [from, to] = one_end(high - mean);
            [high - to, high - from]
        }
        (false, false) => return mean_interval(mean, sd, n, level),
    })
}

/// Interval of a pooled ratio Σx/Σc by the delta method, with the run as the unit of sampling
/// (Cochran 1977, section 2.11), because cases within one run are not independent.
///
/// `residual` is Σ(x - R c)² over the `m` runs that have cases, `cases` is Σc. None below two such
/// runs and where the residual is 0: such data say nothing about the spread between runs. Of a share (a ratio within 0 and 1) it is
/// [`bounded_mean_interval`], which stays there.
pub fn ratio_interval(ratio: f64, residual: f64, cases: f64, m: u64, level: f64) -> Option<[f64; 2]> {
    if m < 2 || cases <= 0.0 || residual <= 0.0 || !ratio.is_finite() {
        return None;
    }
    let runs = m as f64;
    let error = (runs / (runs - 1.0) * residual).sqrt() / cases;
    let is_share = (0.0..=1.0).contains(&ratio);
    let bounds = (0.0, if is_share { 1.0 } else { f64::INFINITY });
    bounded_mean_interval(ratio, error * runs.sqrt(), m, bounds, level)
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
    fn seeing_an_event_never_lowers_the_upper_end() {
        let ends: Vec<[f64; 2]> = (0..200).map(|k| garwood(f64::from(k), 0.95)).collect();
        assert!((ends[0][1] - 3.688_879_454_113_936).abs() < 1e-12 && ends[0][0] == 0.0);
        assert!(ends.windows(2).all(|w| w[0][0] < w[1][0] && w[0][1] < w[1][1]));
        // One event in 2,000 runs of five years: the exact interval a year is 2.53e-6 to 5.57e-4.
        let (found, widened) = count_interval(1.0, 1.0 / 2_000.0, 2_000, 0.95).expect("an interval");
        let [low, high] = found.map(|end| end / 5.0);
        assert!(
            !widened && (low - 2.531_8e-6).abs() < 1e-9 && (high - 5.571_6e-4).abs() < 1e-7,
            "{low} {high}"
        );
        assert_eq!(count_interval(3.0, 0.0, 1, 0.95), None);
    }

    /// A count of events with the given mean: of a Poisson distribution by adding up exponential waiting times.
    fn events(rng: &mut Xoshiro256PlusPlus, mean: f64) -> f64 {
        let (mut count, mut time) = (0.0, -rng.random::<f64>().ln());
        while time < mean {
            count += 1.0;
            time -= rng.random::<f64>().ln();
        }
        count
    }

    /// Share of trials in which the interval of a rate holds the truth, which `draw` has as its mean.
    fn count_coverage(trials: u32, runs: u64, truth: f64, mut draw: impl FnMut(&mut Xoshiro256PlusPlus) -> f64) -> f64 {
        coverage(trials, |rng| {
            let counts: Vec<f64> = (0..runs).map(|_| draw(rng)).collect();
            let (n, sum) = (runs as f64, counts.iter().sum::<f64>());
            let variance = counts.iter().map(|c| (c - sum / n).powi(2)).sum::<f64>() / (n - 1.0);
            count_interval(sum, variance, runs, 0.95).is_some_and(|(i, _)| covers(i, truth))
        })
    }

    /// In 2,000 trials the share has a standard error of 0.005, and four are allowed below 0.95: an error rate of 3e-5 a case, and the
    /// seeds are fixed. Exact intervals of rare counts cover more than they say.
    #[test]
    fn the_interval_of_a_rate_covers_what_it_says_for_single_and_for_clustered_events() {
        for (runs, mean) in [(2, 3.0), (5, 0.2), (40, 0.02), (300, 0.01), (20, 30.0)] {
            let share = count_coverage(2_000, runs, mean, |rng| events(rng, mean));
            assert!(share >= 0.93, "{runs} runs of {mean} single events: {share}");
        }
        // Events come in bouts of four.
        for (runs, bouts) in [(2, 5.0), (10, 1.0), (300, 0.1)] {
            let share = count_coverage(2_000, runs, 4.0 * bouts, |rng| 4.0 * events(rng, bouts));
            assert!(share >= 0.93, "{runs} runs of {bouts} bouts: {share}");
        }
        // Rates differ from run to run by a factor of three.
        for (runs, low, high) in [(2, 300.0, 900.0), (10, 20.0, 60.0), (100, 1.0, 3.0)] {
            let share = count_coverage(1_000, runs, 0.5 * (low + high), |rng| {
                let rate = low + (high - low) * rng.random::<f64>();
                events(rng, rate)
            });
            assert!(share >= 0.92, "{runs} runs of {low} to {high}: {share}");
        }
    }

    fn bounded_coverage(
        n: u64,
        bounds: (f64, f64),
        truth: f64,
        mut draw: impl FnMut(&mut Xoshiro256PlusPlus) -> f64,
    ) -> f64 {
        coverage(2_000, |rng| {
            let values: Vec<f64> = (0..n).map(|_| draw(rng)).collect();
            let mean = values.iter().sum::<f64>() / n as f64;
            let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt();
            let interval = bounded_mean_interval(mean, sd, n, bounds, 0.95).expect("an interval");
            assert!(
                bounds.0 <= interval[0] && interval[1] <= bounds.1 && covers(interval, mean),
                "{interval:?}"
            );
            covers(interval, truth)
        })
    }

    /// As above; skewed data of few runs cover a little less with any interval that rests on mean and deviation (Student's covers
    /// 0.86 of the lognormal below, and 0.80 of the mixture).
    #[test]
    fn intervals_within_bounds_cover_and_never_leave_them() {
        for n in [2, 5, 20, 200] {
            let share = bounded_coverage(n, (0.0, 1.0), 0.5, |r| r.random::<f64>());
            assert!(share >= 0.93, "uniform, {n}: {share}");
            let share = bounded_coverage(n, (0.0, 1.0), 1.0 / 3.0, |r| r.random::<f64>().powi(2));
            assert!(share >= 0.93, "squares, {n}: {share}");
        }
        let share = bounded_coverage(30, (0.0, 1.0), 0.05, |r| {
            if r.random::<f64>() < 0.1 {
                r.random::<f64>()
            } else {
                0.0
            }
        });
        assert!(share >= 0.90, "mixture: {share}");
        let lognormal = |r: &mut Xoshiro256PlusPlus| normal_quantile(r.random::<f64>()).exp();
        let share = bounded_coverage(20, (0.0, f64::INFINITY), 0.5_f64.exp(), lognormal);
        assert!(share >= 0.88, "lognormal: {share}");
    }

    #[test]
    fn narrow_intervals_within_bounds_are_students() {
        for bounds in [(0.0, 1.0), (0.0, f64::INFINITY), (f64::NEG_INFINITY, 1.0)] {
            let [low, high] = bounded_mean_interval(0.4, 1e-4, 1_000, bounds, 0.95).expect("an interval");
            let [from, to] = mean_interval(0.4, 1e-4, 1_000, 0.95).expect("an interval");
            assert!(
                (low - from).abs() < 1e-9 && (high - to).abs() < 1e-9,
                "{bounds:?}: {low} {high}"
            );
        }
        let none = bounded_mean_interval(0.0, 0.0, 300, (0.0, 60.0), 0.95).expect("an interval");
        assert_eq!(none, wilson(0.0, 300.0, 0.95).map(|x| 60.0 * x), "all at the bound");
        assert_eq!(bounded_mean_interval(0.3, 0.0, 300, (0.0, 1.0), 0.95), Some([0.3, 0.3]));
        assert_eq!(bounded_mean_interval(0.3, 0.1, 1, (0.0, 1.0), 0.95), None);
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
