//! Inverse distribution functions, our own so that no library upgrade changes published numbers.

use std::f64::consts::{PI, SQRT_2};

/// Evaluates a polynomial, highest coefficient last.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// Quantile of the standard normal distribution for `u` in (0, 1), with a relative error of about
/// 1e-15 (rational approximations: Wichura 1988, algorithm AS 241).
pub fn normal_quantile(u: f64) -> f64 {
    const CENTRE: [&[f64]; 2] = [
        &[
            3.387_132_872_796_366_5,
            133.141_667_891_784_38,
            1_971.590_950_306_551_3,
            13_731.693_765_509_46,
            45_921.953_931_549_87,
            67_265.770_927_008_7,
            33_430.575_583_588_13,
            2_509.080_928_730_122_7,
        ],
        &[
            1.0,
            42.313_330_701_600_91,
            687.187_007_492_057_9,
            5_394.196_021_424_751,
            21_213.794_301_586_597,
            39_307.895_800_092_71,
            28_729.085_735_721_943,
            5_226.495_278_852_854,
        ],
    ];
    const SHOULDER: [&[f64]; 2] = [
        &[
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            0.241_780_725_177_450_6,
            0.022_723_844_989_269_184,
            0.000_774_545_014_278_341_4,
        ],
        &[
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            0.689_767_334_985_1,
            0.148_103_976_427_480_08,
            0.015_198_666_563_616_457,
            0.000_547_593_808_499_534_5,
            1.050_750_071_644_416_9e-9,
        ],
    ];
    const TAIL: [&[f64]; 2] = [
        &[
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            0.296_560_571_828_504_87,
            0.026_532_189_526_576_124,
            0.001_242_660_947_388_078_4,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        &[
            1.0,
            0.599_832_206_555_887_9,
            0.136_929_880_922_735_8,
            0.014_875_361_290_850_615,
            0.000_786_869_131_145_613_2,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_445_8e-7,
            2.044_263_103_389_939_8e-15,
        ],
    ];
    let centred = u - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(r, CENTRE[0]) / polynomial(r, CENTRE[1]);
    }
    let r = (-u.min(1.0 - u).ln()).sqrt();
    let (shift, [top, bottom]) = if r <= 5.0 { (1.6, SHOULDER) } else { (5.0, TAIL) };
    let size = polynomial(r - shift, top) / polynomial(r - shift, bottom);
    if centred < 0.0 { -size } else { size }
}

/// Probability that a standard normal variable is below `x`, to about 1e-14 relative also in the lower tail.
pub fn normal_below(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let density = (-0.5 * x * x).exp() / (SQRT_2 * PI.sqrt());
    if x.abs() < 3.0 {
        // Series for the area from 0 to x.
        let (mut term, mut sum, mut n) = (x, x, 1.0);
        while term.abs() > 1e-17 * sum.abs() {
            n += 2.0;
            term *= x * x / n;
            sum += term;
        }
        return 0.5 + density * sum;
    }
    // Continued fraction of Mills' ratio, from the far end.
    let size = x.abs();
    let ratio = (1..=200).rev().fold(size, |below, k| size + f64::from(k) / below);
    let tail = density / ratio;
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Logarithm of the gamma function for positive arguments (Lanczos 1964, g = 7, nine terms).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    let mut place = x;
    for term in TERMS {
        place += 1.0;
        sum += term / place;
    }
    let t = x + 7.5;
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Probability that a beta variable is below `x` (continued fraction by the method of Lentz).
pub fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - front * fraction(1.0 - x, b, a) / b
    } else {
        front * fraction(x, a, b) / a
    }
}

/// The continued fraction of the incomplete beta function.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..=2_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let step = d * c;
        value *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// Quantile of the beta distribution for `u` in (0, 1), by bisection to the last bits.
pub fn beta_quantile(u: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_below(middle, a, b) < u {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-15 * high {
            break;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_meet_known_values() {
        for (u, x) in [
            (1e-12, -7.034_483_825_301_132),
            (1e-5, -4.264_890_793_922_825_6),
            (0.01, -2.326_347_874_040_840_8),
            (0.3, -0.524_400_512_708_040_7),
            (0.5, 0.0),
            (0.8, 0.841_621_233_572_914_4),
            (0.999, 3.090_232_306_167_813),
        ] {
            assert!((normal_quantile(u) - x).abs() <= 1e-13 * x.abs().max(1.0), "{u}");
        }
    }

    #[test]
    fn normal_areas_meet_known_values() {
        for (x, u) in [
            (-8.0, 6.220_960_574_271_785e-16),
            (-3.0, 0.001_349_898_031_630_094_6),
            (0.0, 0.5),
            (1.2, 0.884_930_329_778_291_7),
        ] {
            assert!((normal_below(x) - u).abs() <= 1e-12 * u, "{x}: {}", normal_below(x));
        }
    }

    #[test]
    fn areas_and_quantiles_undo_each_other() {
        for i in 1..1_000 {
            let u = f64::from(i) / 1_000.0;
            assert!((normal_below(normal_quantile(u)) - u).abs() < 1e-13);
            for (a, b) in [(2.0, 5.0), (0.5, 0.5), (30.0, 2.0), (1.0, 1.0), (500.0, 700.0)] {
                assert!(
                    (beta_below(beta_quantile(u, a, b), a, b) - u).abs() < 1e-11,
                    "{u} {a} {b}"
                );
            }
        }
    }

    #[test]
    fn beta_quantiles_meet_closed_forms() {
        for i in 1..100 {
            let u = f64::from(i) / 100.0;
            assert!((beta_quantile(u, 1.0, 1.0) - u).abs() < 1e-12);
            assert!((beta_quantile(u, 3.0, 1.0) - u.cbrt()).abs() < 1e-12);
            let arcsine = (PI * u / 2.0).sin().powi(2);
            assert!((beta_quantile(u, 0.5, 0.5) - arcsine).abs() < 1e-12);
        }
    }
}
