//! Arithmetic in single precision, for the loops over guarantors.
//!
//! What a guarantor weighs is known to a few digits at best, and twice as many numbers fit into a vector register. The
//! error against double precision is about 1e-6 in a probability (`tests/coalition.rs`, `tests/crisis_game.rs`).
//! Utilities of acts, and everything outside of a crisis, are in double precision.

/// Adding and subtracting this rounds to the nearest integer.
const ROUND: f32 = 12_582_912.0;
/// ln 2 split so that the product with a small integer is exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;
/// Exponents beyond this are clamped: e^80 is far from the largest number, and e^−80 from the smallest.
const FAR: f32 = 80.0;

/// e^x with a relative error below 2e-7 on [-80, 80]; clamped outside. Branch-free.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    exp_within(x.clamp(-FAR, FAR))
}

/// The same for x that is known to lie within [-80, 80].
#[inline(always)]
pub fn exp_within(x: f32) -> f32 {
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    // 1 + r + r²·g(r) on |r| <= ln 2 / 2, where g is the Chebyshev interpolant of degree 4 (error 1e-8).
    let r2 = r * r;
    let low = 0.5 + r * 0.166_665_77;
    let high = 0.041_666_556 + r * (0.008_363_173 + r * 0.001_392_617_6);
    let mantissa = (1.0 + r) + r2 * (low + r2 * high);
    let bits = (shifted.to_bits().wrapping_add(127)) << 23;
    mantissa * f32::from_bits(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_accurate_over_its_whole_range() {
        let mut worst: f64 = 0.0;
        for i in -80_000..=80_000 {
            let x = i as f32 * 0.001;
            worst = worst.max((f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs());
        }
        assert!(worst < 2e-7, "worst relative error {worst:e}");
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }
}
