//! Arithmetic whose results must not change with a library, a compiler flag or a processor.
//!
//! Only additions, multiplications, divisions and square roots are used, in a fixed order and
//! without fused operations, so results are identical on every IEEE 754 machine.

use super::registers::{Kernel, Registers};

const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 split so that the product with a small integer is exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding and subtracting this rounds to the nearest integer.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The smaller of two numbers, neither of which is a NaN: one instruction, where [`f64::min`] takes three.
#[inline(always)]
pub fn lesser<T: PartialOrd>(a: T, b: T) -> T {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither of which is a NaN.
#[inline(always)]
pub fn greater<T: PartialOrd>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

/// e^x with a relative error below 1e-14 on [-700, 700]; clamped outside. Branch-free.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exp_within(x.clamp(-700.0, 700.0))
}

/// The same for x that is known to lie within [-700, 700].
#[inline(always)]
pub fn exp_within(x: f64) -> f64 {
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    // 1 + r + r²·g(r) on |r| <= ln 2 / 2, where g is the Chebyshev interpolant of degree 8 (error 1.2e-15), in Estrin
    // form for short dependency chains.
    let r2 = r * r;
    let r4 = r2 * r2;
    let r8 = r4 * r4;
    let p01 = 1.0 + r;
    let p23 = 0.5 + r * 0.166_666_666_666_483_03;
    let p45 = 0.041_666_666_666_651_364 + r * 0.008_333_333_353_717_156;
    let p67 = 0.001_388_888_890_587_134_7 + r * 0.000_198_412_087_569_923_2;
    let p89 = 2.480_153_640_906_408_7e-5 + r * 2.762_510_200_538_810_8e-6;
    let low = (p01 + r2 * p23) + r4 * (p45 + r2 * p67);
    let high = p89 + r2 * 2.761_379_555_451_986e-7;
    let mantissa = low + r8 * high;
    let bits = (shifted.to_bits().wrapping_add(1023)) << 52;
    mantissa * f64::from_bits(bits)
}

/// The logistic function.
#[inline(always)]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Natural logarithm of a positive normal number, relative error below 1e-14. Branch-free; the
/// result for zero or less is the logarithm of the smallest normal number.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    // x = m * 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(z), z = (m - 1) / (m + 1).
    const SQRT_HALF_BITS: u64 = 0x3FE6_A09E_667F_3BCD;
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let moved = bits.wrapping_sub(SQRT_HALF_BITS).wrapping_add(1023 << 52);
    // The biased exponent as a float without an integer conversion, which SSE2 and AVX2 lack.
    let e = (f64::from_bits((moved >> 52) | TWO_52.to_bits()) - TWO_52) - 1023.0;
    let m = f64::from_bits((moved & 0x000F_FFFF_FFFF_FFFF).wrapping_add(SQRT_HALF_BITS));
    let z = (m - 1.0) / (m + 1.0);
    let w = z * z;
    let w2 = w * w;
    let w4 = w2 * w2;
    let low = (1.0 + w * (1.0 / 3.0)) + w2 * (1.0 / 5.0 + w * (1.0 / 7.0));
    let middle = (1.0 / 9.0 + w * (1.0 / 11.0)) + w2 * (1.0 / 13.0 + w * (1.0 / 15.0));
    let high = 1.0 / 17.0 + w * (1.0 / 19.0);
    let series = low + w4 * (middle + w4 * high);
    (2.0 * z * series + e * LN2_LOW) + e * LN2_HIGH
}

/// e^x of all, in place, in the widest registers.
pub fn exp_all(values: &mut [f64]) {
    Registers::widest().run(Each(values, exp));
}

/// ln x of all, in place, in the widest registers.
pub fn ln_all(values: &mut [f64]) {
    Registers::widest().run(Each(values, ln));
}

/// The logistic function of all, in place, in the widest registers.
pub fn logistic_all(values: &mut [f64]) {
    Registers::widest().run(Each(values, logistic));
}

/// A function of each number.
struct Each<'a, F>(&'a mut [f64], F);

impl<F: Fn(f64) -> f64> Kernel for Each<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Each(values, of) = self;
        for x in values {
            *x = of(*x);
        }
    }
}

/// x to the power y for x > 0; 0 is taken for the smallest normal number.
#[inline(always)]
pub fn power(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// Distribution function of the standard normal, absolute error below 1e-7
/// (Abramowitz and Stegun 1964, 26.2.17).
#[inline(always)]
pub fn normal_below(x: f64) -> f64 {
    normal_density_and_below(x).1
}

/// Density and distribution function of the standard normal, for the price of one exponential.
#[inline(always)]
pub fn normal_density_and_below(x: f64) -> (f64, f64) {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let density = 0.398_942_280_401_432_7 * exp(-0.5 * x * x);
    let tail = density * poly;
    (density, if x >= 0.0 { 1.0 - tail } else { tail })
}

/// Standard normal deviate for a uniform in (0, 1), relative error about 1e-16
/// (Wichura 1988, algorithm AS 241). One uniform makes one deviate, monotonically, so that paired
/// runs stay coupled.
pub fn normal_quantile(p: f64) -> f64 {
    fn ratio(a: &[f64; 8], b: &[f64; 8], x: f64) -> f64 {
        // In Estrin form, whose dependency chains are short.
        let (x2, x4) = (x * x, x * x * (x * x));
        let polynomial = |c: &[f64; 8]| {
            let low = (c[0] + c[1] * x) + (c[2] + c[3] * x) * x2;
            let high = (c[4] + c[5] * x) + (c[6] + c[7] * x) * x2;
            low + high * x4
        };
        polynomial(a) / polynomial(b)
    }
    const A: [f64; 8] = [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ];
    const B: [f64; 8] = [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ];
    const C: [f64; 8] = [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ];
    const D: [f64; 8] = [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ];
    const E: [f64; 8] = [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ];
    const F: [f64; 8] = [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ];
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&A, &B, 0.180_625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-ln(tail)).max(0.0).sqrt();
    let z = if r <= 5.0 {
        ratio(&C, &D, r - 1.6)
    } else {
        ratio(&E, &F, r - 5.0)
    };
    if q < 0.0 { -z } else { z }
}

/// Number of events of a Poisson process with mean `mean` for a uniform in (0, 1), by inversion:
/// monotone in both arguments. Counts above 255 are reported as 255.
#[inline]
pub fn poisson(mean: f64, u: f64) -> u32 {
    // The chance of none is at least 1 - mean, which settles most draws.
    if u <= 1.0 - mean || mean <= 0.0 {
        return 0;
    }
    let mut term = exp(-mean);
    let mut below = term;
    let mut n = 0;
    while u > below && n < 255 {
        n += 1;
        term *= mean / f64::from(n);
        below += term;
        if term < 1e-18 && f64::from(n) > mean {
            break;
        }
    }
    n
}

/// Number of successes in `trials` for a uniform in (0, 1), by inversion.
#[inline]
pub fn binomial(trials: u32, p: f64, u: f64) -> u32 {
    if trials == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return trials;
    }
    let mut term = (0..trials).fold(1.0, |t, _| t * (1.0 - p));
    let mut below = term;
    if u <= below {
        return 0;
    }
    let odds = p / (1.0 - p);
    let mut n = 0;
    while u > below && n < trials {
        term *= odds * f64::from(trials - n) / f64::from(n + 1);
        n += 1;
        below += term;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_accurate_over_its_whole_range() {
        let mut worst: f64 = 0.0;
        for i in -70_000..=70_000 {
            let x = f64::from(i) * 0.01 + 0.003;
            if x.abs() < 700.0 {
                worst = worst.max((exp(x) / x.exp() - 1.0).abs());
            }
        }
        assert!(worst < 1e-14, "worst relative error {worst:e}");
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }

    #[test]
    fn ln_inverts_exp() {
        for i in -600..=600 {
            let x = f64::from(i) + 0.37;
            assert!((ln(exp(x)) - x).abs() < 1e-12 * x.abs().max(1.0), "{x}");
        }
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn normal_quantile_and_distribution_are_inverse() {
        for i in 1..1000 {
            let p = f64::from(i) / 1000.0;
            assert!((normal_below(normal_quantile(p)) - p).abs() < 2e-7);
        }
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
        assert!((normal_quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-10);
    }

    #[test]
    fn poisson_and_binomial_have_their_means() {
        let n = 20_000;
        for mean in [0.03, 0.7, 6.0] {
            let total: u32 = (0..n).map(|i| poisson(mean, (f64::from(i) + 0.5) / f64::from(n))).sum();
            assert!((f64::from(total) / f64::from(n) / mean - 1.0).abs() < 0.02);
        }
        let total: u32 = (0..n)
            .map(|i| binomial(7, 0.3, (f64::from(i) + 0.5) / f64::from(n)))
            .sum();
        assert!((f64::from(total) / f64::from(n) / 2.1 - 1.0).abs() < 0.01);
    }
}
