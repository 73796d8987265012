//! The few special functions behind the intervals: normal, beta, gamma and Student's t, forwards and back.
//!
//! Accurate to about 1e-13 for the shapes that occur here (up to millions of runs); checked in the
//! tests against reference intervals and against identities that hold exactly.

/// Steps after which an iteration is taken as converged. The continued fraction of the beta
/// function needs about the square root of its larger shape.
const MAX_STEPS: usize = 20_000;
/// Stands in for a zero denominator in a continued fraction (Lentz 1976).
const TINY: f64 = 1e-300;

/// Upper tail of the standard normal distribution, `P(Z > z)`, with full relative accuracy.
fn normal_upper(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_upper(-z);
    }
    let density = normal_density(z);
    if z < 3.0 {
        // The series of Marsaglia (2004) for the area between 0 and z.
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > sum * 1e-18 {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    // Laplace's continued fraction z + 1/(z + 2/(z + ...)), from the far end.
    let fraction = (1..=200).rev().fold(z, |tail, k| z + f64::from(k) / tail);
    density / fraction
}

/// Density of the standard normal distribution.
fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Distribution function of the standard normal distribution.
pub fn normal_cdf(z: f64) -> f64 {
    normal_upper(-z)
}

/// The standard normal quantile at `p`: -∞ at 0, +∞ at 1, NaN outside `[0, 1]`.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    // Start from the rational approximation 26.2.23 of Abramowitz and Stegun (1964), which is good
    // to 5e-4, and polish with Halley's method, which triples the digits at every step.
    let w = (-2.0 * p.ln()).sqrt();
    let mut z =
        w - (2.515_517 + w * (0.802_853 + w * 0.010_328)) / (1.0 + w * (1.432_788 + w * (0.189_269 + w * 0.001_308)));
    for _ in 0..4 {
        let step = (normal_upper(z) - p) / normal_density(z);
        z += step / (1.0 - 0.5 * z * step);
    }
    -z
}

/// From here on the series of [`stirling_rest`] is exact to the last digit.
const LARGE: f64 = 16.0;

/// What Stirling's formula `(x - 1/2) ln x - x + ln(2π)/2` lacks of `ln Γ(x)`, for `x >= LARGE` (DLMF 5.11.1).
fn stirling_rest(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x
}

/// Logarithm of the gamma function for a positive argument.
fn ln_gamma(x: f64) -> f64 {
    // Γ(x + 1) = x Γ(x) leads to an argument for which Stirling's series is exact.
    let (mut x, mut product) = (x, 1.0);
    while x < LARGE {
        product *= x;
        x += 1.0;
    }
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + stirling_rest(x) - product.ln()
}

/// Logarithm of the complete beta function.
fn ln_beta(a: f64, b: f64) -> f64 {
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    if b < LARGE {
        return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    }
    // The difference of two huge logarithms, taken before it is computed.
    let fall = a - (b - 0.5) * (a / b).ln_1p() - a * (a + b).ln() + stirling_rest(b) - stirling_rest(a + b);
    ln_gamma(a) + fall
}

/// Density of the beta distribution, with `1 - x` given apart so that nothing cancels near 1.
fn beta_density(x: f64, rest: f64, a: f64, b: f64) -> f64 {
    ((a - 1.0) * x.ln() + (b - 1.0) * rest.ln() - ln_beta(a, b)).exp()
}

/// Regularised incomplete beta function `I_x(a, b)`: the beta distribution function, for `a, b > 0`.
pub fn regularised_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    lower_beta(x, 1.0 - x, a, b)
}

/// `I_x(a, b)` for `0 < x < 1` with `rest = 1 - x`.
fn lower_beta(x: f64, rest: f64, a: f64, b: f64) -> f64 {
    // The continued fraction converges fast only below the mean; above it, use the mirror image.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - lower_beta(rest, x, b, a);
    }
    let front = (a * x.ln() + b * rest.ln() - ln_beta(a, b)).exp() / a;
    front / beta_fraction(x, a, b)
}

/// The continued fraction 1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22 by the method of Lentz (1976).
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let coefficient = |j: usize| {
        let m = (j / 2) as f64;
        if j.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        }
    };
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let (mut value, mut above, mut below) = (1.0, 1.0, 0.0);
    for j in 1..=MAX_STEPS {
        let d = coefficient(j);
        below = 1.0 / away_from_zero(1.0 + d * below);
        above = away_from_zero(1.0 + d / above);
        let change = above * below;
        value *= change;
        if (change - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    value
}

/// The quantile at `p` of the beta distribution with shapes `a, b > 0`; NaN for `p` outside `[0, 1]`.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return p;
    }
    // Newton's method inside a bracket that only shrinks. Where a step leaves the bracket, halve it,
    // on a logarithmic scale while its ends are far apart: quantiles of 1e-8 are reached as well.
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..200 {
        let error = regularised_beta(x, a, b) - p;
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = x - error / beta_density(x, 1.0 - x, a, b);
        let next = if newton > low && newton < high {
            newton
        } else if low > 0.0 && high / low > 4.0 {
            (low * high).sqrt()
        } else if low == 0.0 {
            high * 0.125
        } else {
            0.5 * (low + high)
        };
        if (next - x).abs() <= 1e-14 * x {
            return next;
        }
        x = next;
    }
    x
}

/// Shape of a gamma distribution from which on its quantile is taken from the cube of a normal one: the error of that is below 1e-9 of
/// the quantile there, and falls.
const LARGE_SHAPE: f64 = 1e6;

/// `x^a e^-x / Γ(a)`, for `a, x > 0`.
fn gamma_front(x: f64, a: f64) -> f64 {
    if a < LARGE {
        return (a * x.ln() - x - ln_gamma(a)).exp();
    }
    // Stirling's formula, with the huge logarithms taken together before they are computed.
    let away = (x - a) / a;
    let exponent = a * (away.ln_1p() - away) - stirling_rest(a);
    (0.5 * a / std::f64::consts::PI).sqrt() * exponent.exp()
}

/// Lower and upper tail of the gamma distribution with shape `a > 0` and scale 1 at `x > 0`.
fn gamma_tails(x: f64, a: f64) -> [f64; 2] {
    let front = gamma_front(x, a);
    if x < a + 1.0 {
        // The series of DLMF 8.7.1.
        let (mut term, mut sum, mut k) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_STEPS {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term <= sum * 0.25 * f64::EPSILON {
                break;
            }
        }
        let lower = (front * sum).min(1.0);
        return [lower, 1.0 - lower];
    }
    // The continued fraction of DLMF 8.9.2 by the method of Lentz (1976).
    let mut b = x + 1.0 - a;
    let mut above = 1.0 / TINY;
    let mut below = 1.0 / b;
    let mut value = below;
    for j in 1..=MAX_STEPS {
        let k = j as f64;
        let coefficient = -k * (k - a);
        b += 2.0;
        let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
        below = 1.0 / away_from_zero(coefficient * below + b);
        above = away_from_zero(b + coefficient / above);
        let change = below * above;
        value *= change;
        if (change - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    let upper = (front * value).min(1.0);
    [1.0 - upper, upper]
}

/// The quantile at `p` of the gamma distribution with shape `a > 0` and scale 1; NaN for `p` outside `[0, 1]`.
pub fn gamma_quantile(p: f64, a: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    // Wilson and Hilferty (1931); for small shapes and tails the leading term of the series.
    let spread = 1.0 / (9.0 * a);
    let cube = 1.0 - spread + normal_quantile(p) * spread.sqrt();
    if a >= LARGE_SHAPE {
        return a * cube * cube * cube;
    }
    let series = ((p.ln() + ln_gamma(a + 1.0)) / a).exp();
    let mut x = if cube > 0.3 { a * cube * cube * cube } else { series };
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    // Newton's method inside a bracket that only shrinks, on the smaller of the tails, which keeps its digits.
    for _ in 0..200 {
        let [lower, upper] = gamma_tails(x, a);
        let error = if p < 0.5 { lower - p } else { (1.0 - p) - upper };
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = x - error * x / gamma_front(x, a);
        let next = if newton > low && newton < high {
            newton
        } else if high.is_infinite() {
            2.0 * x
        } else if low > 0.0 {
            0.5 * (low + high)
        } else {
            0.125 * high
        };
        if (next - x).abs() <= 1e-14 * x || next <= 0.0 {
            return next;
        }
        x = next;
    }
    x
}

/// The quantile of Student's t with `df > 0` degrees of freedom such that `|t|` stays below it with
/// probability `level`: 12.706 for one degree of freedom at 0.95.
pub fn t_quantile(level: f64, df: f64) -> f64 {
    // t²/(df + t²) follows a beta distribution with shapes 1/2 and df/2; this side keeps every digit
    // for many degrees of freedom, where the other one would be 1 minus something tiny.
    let y = beta_quantile(level, 0.5, 0.5 * df);
    (df * y / (1.0 - y)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: f64, b: f64, relative: f64) -> bool {
        (a - b).abs() <= relative * b.abs()
    }

    #[test]
    fn the_normal_quantile_meets_printed_values() {
        for (p, z) in [
            (0.975, 1.959_963_984_540_054),
            (0.95, 1.644_853_626_951_472_7),
            (0.995, 2.575_829_303_548_900_4),
            (0.999_5, 3.290_526_731_491_926),
            (1e-10, -6.361_340_902_404_056),
            (0.5, 0.0),
        ] {
            assert!((normal_quantile(p) - z).abs() < 1e-13, "{p}: {}", normal_quantile(p));
        }
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(1.5).is_nan());
    }

    #[test]
    fn the_t_quantile_meets_closed_forms() {
        // One degree of freedom: tan(π level / 2). Two: level √(2 / (1 - level²)).
        for level in [0.5, 0.9, 0.95, 0.99] {
            let one = (std::f64::consts::FRAC_PI_2 * level).tan();
            let two = level * (2.0 / (1.0 - level * level)).sqrt();
            assert!(close(t_quantile(level, 1.0), one, 1e-10));
            assert!(close(t_quantile(level, 2.0), two, 1e-10));
        }
        assert!(close(t_quantile(0.95, 10.0), 2.228_138_851_964_939, 1e-11));
        assert!(close(t_quantile(0.95, 1e9), 1.959_963_984_540_054, 1e-8));
    }

    #[test]
    fn the_gamma_quantile_meets_closed_forms_and_printed_values() {
        for p in [0.001, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999] {
            // Shape 1 is the exponential distribution, shape 1/2 half the square of a normal deviate.
            assert!(close(gamma_quantile(p, 1.0), -(-p).ln_1p(), 1e-12), "{p}");
            let z = normal_quantile(0.5 * (1.0 + p));
            assert!(close(gamma_quantile(p, 0.5), 0.5 * z * z, 1e-9), "{p}");
        }
        // Exact limits of a Poisson expectation, as printed in tables: 1 event 0.0253 to 5.572, 10 events 4.795 to 18.39, 100 events 81.36 to 121.63.
        for (k, low, high) in [
            (1.0, 0.025_317_8, 5.571_643),
            (10.0, 4.795_389, 18.390_356),
            (100.0, 81.363_9, 121.626_6),
        ] {
            assert!(
                close(gamma_quantile(0.025, k), low, 2e-6),
                "{}",
                gamma_quantile(0.025, k)
            );
            assert!(
                close(gamma_quantile(0.975, k + 1.0), high, 2e-6),
                "{}",
                gamma_quantile(0.975, k + 1.0)
            );
        }
    }

    /// P(X >= k) of a Poisson count is the lower tail of the gamma distribution of shape k.
    #[test]
    fn the_gamma_tails_meet_the_poisson_sum() {
        for (mean, k) in [(0.3_f64, 2_u32), (5.0, 3), (20.0, 31), (60.0, 40)] {
            let mut term = (-mean).exp();
            let mut below = 0.0;
            for j in 0..k {
                below += term;
                term *= mean / f64::from(j + 1);
            }
            let [lower, upper] = gamma_tails(mean, f64::from(k));
            assert!(
                (upper - below).abs() < 1e-12 && (lower + below - 1.0).abs() < 1e-12,
                "{mean} {k}"
            );
        }
    }

    #[test]
    fn the_two_ways_to_the_gamma_quantile_agree_where_they_meet() {
        for p in [0.025, 0.5, 0.975] {
            let (below, above) = (
                gamma_quantile(p, LARGE_SHAPE * 0.999_999),
                gamma_quantile(p, LARGE_SHAPE * 1.000_001),
            );
            let expected = 2.0 + normal_quantile(p) * (0.000_001 * LARGE_SHAPE.sqrt());
            assert!(((above - below) - expected).abs() < 1e-3, "{p}: {below} {above}");
        }
    }

    #[test]
    fn the_incomplete_beta_function_meets_the_binomial_sum() {
        // I_p(k, n - k + 1) = P(X >= k) for a binomial X.
        let (n, p) = (12, 0.3_f64);
        let mut tail = 0.0;
        let mut choose = 1.0;
        for k in (1..=n).rev() {
            tail += choose * p.powi(k) * (1.0 - p).powi(n - k);
            choose *= f64::from(k) / f64::from(n - k + 1);
            let beta = regularised_beta(p, f64::from(k), f64::from(n - k + 1));
            assert!(close(beta, tail, 1e-12), "{k}: {beta} {tail}");
        }
    }

    proptest! {
        #[test]
        fn the_beta_quantile_undoes_the_distribution(p in 1e-6..0.999_999_f64, a in 0.5..5e4_f64, b in 0.5..5e4_f64) {
            let x = beta_quantile(p, a, b);
            prop_assert!((regularised_beta(x, a, b) - p).abs() < 1e-9, "x {x}");
        }

        #[test]
        fn the_gamma_quantile_undoes_the_distribution(p in 1e-6..0.999_999_f64, a in prop_oneof![0.01..2.0_f64, 2.0..1e4_f64, 1e4..9e5_f64]) {
            let [lower, _] = gamma_tails(gamma_quantile(p, a), a);
            prop_assert!((lower - p).abs() < 1e-9, "{lower}");
        }

        #[test]
        fn the_normal_quantile_undoes_the_distribution(p in 1e-12..0.999_999_f64) {
            prop_assert!(close(normal_cdf(normal_quantile(p)), p, 1e-12));
        }
    }
}
