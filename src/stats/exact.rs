//! Sums of floating-point numbers and of their products without any rounding.
//!
//! Sums of floating-point numbers change with the order in which they are added, and squares of numbers far from 0 lose the
//! digits that a variance needs. Here a sum is one long fixed-point number that is wide enough for every product of two
//! finite numbers (Kulisch 2013; carries are put off as by Neal 2015, arXiv:1505.05571). Adding is exact, so the order and the
//! grouping of what is added make no difference to any bit, and only [`ExactSum::value`] rounds, once.

/// Bits of a limb.
const LIMB: u32 = 64;
/// Weight of the lowest bit: the smallest product of two subnormal numbers is 2^-2148.
const LOWEST_BIT: i64 = -2148;
/// A number itself is its product with 1, whose lowest bit stands this much higher.
const PLAIN: u32 = 1074;

/// A sum of finite numbers and products of two of them.
///
/// Limb `i` of weight 2^(64 i) holds a signed sum of pieces of 64 bits, of which it has room for 2^63. Only the limbs between the
/// lowest and the highest that anything has touched are kept: two or three for numbers of like size.
#[derive(Debug, Default)]
pub struct ExactSum {
    lowest: usize,
    limbs: Vec<i128>,
}

/// Written out because `clone_from` uses the memory that is there, which the derived one does not.
impl Clone for ExactSum {
    fn clone(&self) -> Self {
        Self {
            lowest: self.lowest,
            limbs: self.limbs.clone(),
        }
    }

    fn clone_from(&mut self, other: &Self) {
        self.lowest = other.lowest;
        self.limbs.clone_from(&other.limbs);
    }
}

/// Sums are equal if their numbers are, however they came about.
impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        let form = |sum: &Self| {
            let (digits, negative) = sum.digits();
            let digits: Vec<u64> = digits.collect();
            let ends = digits
                .iter()
                .position(|d| *d != 0)
                .zip(digits.iter().rposition(|d| *d != 0));
            ends.map(|(from, to)| (negative, sum.lowest + from, digits[from..=to].to_vec()))
        };
        form(self) == form(other)
    }
}

/// Magnitude as a whole number of 53 bits, and the place of its lowest bit above 2^-1074.
#[inline]
fn parts(x: f64) -> (u64, u32) {
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as u32;
    let fraction = bits & ((1 << 52) - 1);
    match exponent {
        0 => (fraction, 0),
        _ => (fraction | 1 << 52, exponent - 1),
    }
}

impl ExactSum {
    /// Adds a finite number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        if x == 0.0 {
            return;
        }
        let (magnitude, place) = parts(x);
        let place = place + PLAIN;
        let shift = place % LIMB;
        let pieces = [magnitude << shift, magnitude >> 1 >> (63 - shift)].map(i128::from);
        let limbs = self.limbs_at::<2>(place);
        if x > 0.0 {
            limbs.iter_mut().zip(pieces).for_each(|(limb, piece)| *limb += piece);
        } else {
            limbs.iter_mut().zip(pieces).for_each(|(limb, piece)| *limb -= piece);
        }
    }

    /// Adds the product of two finite numbers.
    #[inline]
    pub fn add_product(&mut self, x: f64, y: f64) {
        if x == 0.0 || y == 0.0 {
            return;
        }
        let ((a, first), (b, second)) = (parts(x), parts(y));
        let (product, place) = (u128::from(a) * u128::from(b), first + second);
        let shift = place % LIMB;
        let wide = product << shift;
        // Of at most 106 + 63 bits those beyond the 128 of `wide`; in two steps, because one by 128 is none.
        let top = (product >> 1 >> (127 - shift)) as u64;
        let pieces = [wide as u64, (wide >> LIMB) as u64, top].map(i128::from);
        let limbs = self.limbs_at::<3>(place);
        if (x < 0.0) == (y < 0.0) {
            limbs.iter_mut().zip(pieces).for_each(|(limb, piece)| *limb += piece);
        } else {
            limbs.iter_mut().zip(pieces).for_each(|(limb, piece)| *limb -= piece);
        }
    }

    /// The limbs from the one that holds a place on.
    #[inline]
    fn limbs_at<const N: usize>(&mut self, place: u32) -> &mut [i128; N] {
        let limb = (place / LIMB) as usize;
        if limb < self.lowest || limb + N > self.lowest + self.limbs.len() {
            self.widen(limb, limb + N);
        }
        let at = limb - self.lowest;
        self.limbs[at..]
            .first_chunk_mut()
            .expect("room for as many limbs has just been made")
    }

    /// Makes room for the limbs `from..to`.
    #[cold]
    #[inline(never)]
    fn widen(&mut self, from: usize, to: usize) {
        if self.limbs.is_empty() {
            self.lowest = from;
        }
        if from >= self.lowest && to <= self.lowest + self.limbs.len() {
            return;
        }
        let lowest = self.lowest.min(from);
        let end = (self.lowest + self.limbs.len()).max(to);
        let mut limbs = Vec::with_capacity(end - lowest);
        limbs.resize(self.lowest - lowest, 0);
        limbs.extend_from_slice(&self.limbs);
        limbs.resize(end - lowest, 0);
        (self.lowest, self.limbs) = (lowest, limbs);
    }

    /// Adds a whole number whose lowest bit stands at `place`, and which leaves 64 bits of 128 unused but for a sum of many.
    fn add_whole(&mut self, whole: i128, place: u32) {
        let (limb, shift) = ((place / LIMB) as usize, place % LIMB);
        let (magnitude, sign) = (whole.unsigned_abs(), whole.signum());
        let (low, high) = (magnitude as u64, (magnitude >> LIMB) as u64);
        let pieces = [
            low << shift,
            high << shift | low >> 1 >> (63 - shift),
            high >> 1 >> (63 - shift),
        ];
        self.carry_over(limb, limb + 3, |k| sign * i128::from(pieces[k]));
    }

    /// Adds to each of the limbs `from..to` what is given for it, counted from the first.
    fn carry_over(&mut self, from: usize, to: usize, piece: impl Fn(usize) -> i128) {
        self.widen(from, to);
        let at = from - self.lowest;
        let limbs = self.limbs[at..at + to - from].iter_mut();
        limbs.enumerate().for_each(|(k, limb)| *limb += piece(k));
    }

    /// Adds all of another sum.
    pub fn merge(&mut self, other: &Self) {
        if other.limbs.is_empty() {
            return;
        }
        self.widen(other.lowest, other.lowest + other.limbs.len());
        let at = other.lowest - self.lowest;
        self.limbs[at..].iter_mut().zip(&other.limbs).for_each(|(a, b)| *a += b);
    }

    /// Adds another sum times a finite number; what lies below the smallest number of the other sum is passed over.
    pub fn add_times(&mut self, other: &Self, y: f64) {
        let mut rest = other.clone();
        // Each step takes off the leading 53 bits; a sum has a few hundred, and a few thousand at most.
        loop {
            let leading = rest.value();
            if leading == 0.0 || !leading.is_finite() {
                return;
            }
            self.add_product(leading, y);
            rest.add(-leading);
        }
    }

    /// The sum, rounded once to the nearest number; infinite beyond the largest one.
    pub fn value(&self) -> f64 {
        self.divided(1.0)
    }

    /// The magnitude in digits of 64 bits, from the lowest limb on, and whether it is negative.
    fn digits(&self) -> (impl Iterator<Item = u64>, bool) {
        let over = |carry: i128, limb: &i128| (limb + carry) >> LIMB;
        let negative = self.limbs.iter().fold(0, over) < 0;
        // Two more take what is carried beyond the highest limb.
        let (mut carry, mut add) = (0_i128, negative);
        let digits = self.limbs.iter().chain(&[0, 0]).map(move |limb| {
            let sum = limb + carry;
            carry = sum >> LIMB;
            if negative {
                // The digits are a two's complement.
                let digit;
                (digit, add) = (!(sum as u64)).overflowing_add(u64::from(add));
                digit
            } else {
                sum as u64
            }
        });
        (digits, negative)
    }

    /// The sum divided by a positive number, right to the last digit but one; it may be finite where the sum is not.
    pub fn divided(&self, by: f64) -> f64 {
        let (digits, negative) = self.digits();
        // The highest digit that is not 0 with its place, the one below it, and whether anything lies further down.
        let (mut highest, mut below, mut lower) = (None, 0, false);
        for (place, digit) in digits.enumerate() {
            if digit != 0 {
                highest = Some((place, digit, below, lower));
            }
            lower |= below != 0;
            below = digit;
        }
        let Some((top, digit, next, lower)) = highest else {
            return 0.0;
        };
        // At least 65 bits; what lies below matters only by not being 0.
        let leading = u128::from(digit) << LIMB | u128::from(next) | u128::from(lower);
        let exponent = i64::from(LIMB) * (self.lowest as i64 + top as i64 - 1) + LOWEST_BIT;
        let magnitude = scale(leading as f64 / by, exponent);
        if negative { -magnitude } else { magnitude }
    }
}

/// Adds finite numbers to one sum, and their squares to another: what adding them one by one does, in a third of the time.
///
/// Most lists span few powers of two. Against the lowest place of all, their numbers then fit into 64 bits and the squares of these
/// into 128, and are gathered in four registers. Numbers whose places lie apart are gathered by limbs.
pub(super) fn add_with_squares(sum: &mut ExactSum, squares: &mut ExactSum, values: &[f64]) {
    let (mut least, mut most) = (u64::MAX, 0);
    for x in values {
        let bits = x.to_bits() << 1;
        // Zero becomes the largest of all.
        least = least.min(bits.wrapping_sub(1));
        most = most.max(bits);
    }
    if most == 0 {
        return;
    }
    let place = |bits: u64| (((bits >> 53) as u32).max(1)) - 1;
    let (low, high) = (place(least + 1), place(most));
    if high - low > NARROW {
        return add_apart(sum, squares, values, (low, high));
    }
    let (mut sides, mut lower, mut upper) = ([0_u128; 2], 0_u128, 0_u128);
    for x in values {
        let (magnitude, place) = parts(*x);
        // A zero adds nothing wherever it is put.
        let whole = magnitude << (place.max(low) - low);
        sides[(x.to_bits() >> 63) as usize] += u128::from(whole);
        let product = u128::from(whole) * u128::from(whole);
        lower += u128::from(product as u64);
        upper += product >> LIMB;
    }
    // Sums of numbers of 64 bits stay far below 127.
    sum.add_whole(sides[0] as i128, low + PLAIN);
    sum.add_whole(-(sides[1] as i128), low + PLAIN);
    squares.add_whole(lower as i128, 2 * low);
    squares.add_whole(upper as i128, 2 * low + LIMB);
}

/// Powers of two that 64 bits have room for beside the 53 of a number.
const NARROW: u32 = 11;

/// The same for numbers whose lowest and highest places are these.
fn add_apart(sum: &mut ExactSum, squares: &mut ExactSum, values: &[f64], (low, high): (u32, u32)) {
    /// Limbs that are gathered; a power of two.
    const REACH: usize = 8;
    let ends = |low: u32, high: u32| ((low / LIMB) as usize, (high / LIMB) as usize);
    let (first, last) = ends(low + PLAIN, high + PLAIN);
    let (first_square, last_square) = ends(2 * low, 2 * high);
    if last + 2 - first > REACH || last_square + 3 - first_square > REACH {
        for &x in values {
            sum.add(x);
            squares.add_product(x, x);
        }
        return;
    }
    let (mut plain, mut square) = ([[0_u128; REACH]; 2], [0_u128; REACH]);
    for &x in values {
        let (magnitude, place) = parts(x);
        let place = place.max(low);
        let shifted = place + PLAIN;
        let (at, shift) = ((shifted / LIMB) as usize - first, shifted % LIMB);
        let side = &mut plain[(x.to_bits() >> 63) as usize];
        side[at % REACH] += u128::from(magnitude << shift);
        side[(at + 1) % REACH] += u128::from(magnitude >> 1 >> (63 - shift));
        let product = u128::from(magnitude) * u128::from(magnitude);
        let (lower, upper) = (product as u64, (product >> LIMB) as u64);
        let (at, shift) = ((2 * place / LIMB) as usize - first_square, 2 * place % LIMB);
        square[at % REACH] += u128::from(lower << shift);
        square[(at + 1) % REACH] += u128::from(upper << shift | lower >> 1 >> (63 - shift));
        square[(at + 2) % REACH] += u128::from(upper >> 1 >> (63 - shift));
    }
    let [above, below] = plain;
    sum.carry_over(first, last + 2, |k| above[k] as i128 - below[k] as i128);
    squares.carry_over(first_square, last_square + 3, |k| square[k] as i128);
}

/// `x` times a power of two, in steps that neither overflow nor vanish on the way.
fn scale(mut x: f64, mut exponent: i64) -> f64 {
    const STEP: i64 = 512;
    let power = |e: i64| f64::from_bits(((e + 1023) as u64) << 52);
    while exponent.abs() > STEP {
        let step = STEP * exponent.signum();
        x *= power(step);
        exponent -= step;
    }
    x * power(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::default();
        values.iter().for_each(|x| sum.add(*x));
        sum
    }

    #[test]
    fn nothing_is_lost_between_numbers_of_very_different_size() {
        assert_eq!(sum(&[1e300, 1.0, -1e300, 1e-300]).value(), 1.0);
        assert_eq!(sum(&[1e300, 1e-300, -1e300]).value(), 1e-300);
        assert_eq!(
            sum(&[0.1; 10]).value(),
            1.0,
            "ten times the number next to 0.1 rounds to 1"
        );
        assert_eq!(sum(&[5e-324, 5e-324]).value(), 1e-323);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]).value(), f64::MAX);
        assert_eq!(sum(&[]).value(), 0.0);
        assert_eq!(sum(&[-3.5, 1.25]).value(), -2.25);
    }

    #[test]
    fn products_keep_all_their_digits() {
        let mut sum = ExactSum::default();
        let x = 1.0 + f64::EPSILON;
        sum.add_product(x, x);
        sum.add_product(-1.0, 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(sum.value(), f64::EPSILON * f64::EPSILON);
        let mut tiny = ExactSum::default();
        tiny.add_product(1e-150, 1e-150);
        tiny.add_product(1e200, 1e108);
        tiny.add_product(-1e200, 1e108);
        assert_eq!(tiny.value(), 1e-150 * 1e-150);
    }

    proptest! {
        #[test]
        fn the_order_and_the_grouping_make_no_difference(
            values in prop::collection::vec(any::<f64>().prop_filter("finite", |x| x.is_finite()), 0..40), cut in 0..40_usize
        ) {
            let cut = cut.min(values.len());
            let whole = sum(&values);
            let mut parts = sum(&values[cut..]);
            parts.merge(&sum(&values[..cut]));
            prop_assert_eq!(&whole, &parts);
        }

        #[test]
        fn lists_are_taken_in_as_their_numbers_are(
            values in prop::collection::vec(prop_oneof![
                any::<f64>().prop_filter("finite", |x| x.is_finite()), -3.0..3.0_f64, Just(0.0), Just(-0.0), (0..60_i32).prop_map(f64::from)
            ], 0..40), narrow in any::<bool>()
        ) {
            let values: Vec<f64> = values.into_iter().filter(|x| !narrow || x.abs() < 100.0).collect();
            let (mut plain, mut squares) = (ExactSum::default(), ExactSum::default());
            add_with_squares(&mut plain, &mut squares, &values);
            let mut own = ExactSum::default();
            values.iter().for_each(|x| own.add_product(*x, *x));
            prop_assert_eq!(plain, sum(&values));
            prop_assert_eq!(squares, own);
        }

        #[test]
        fn whole_numbers_add_up_as_whole_numbers(values in prop::collection::vec((-(1_i64 << 50)..1 << 50, 0..20_i32), 0..60)) {
            let exact: i128 = values.iter().map(|(x, e)| i128::from(*x) << e).sum();
            let numbers: Vec<f64> = values.iter().map(|(x, e)| *x as f64 * f64::from(1 << e)).collect();
            prop_assert_eq!(sum(&numbers).value(), exact as f64);
            let squares: i128 = values.iter().map(|(x, _)| i128::from(*x >> 5) * i128::from(*x >> 5)).sum();
            let mut own = ExactSum::default();
            values.iter().for_each(|(x, _)| own.add_product((*x >> 5) as f64, (*x >> 5) as f64));
            prop_assert_eq!(own.value(), squares as f64);
        }

        #[test]
        fn a_sum_times_a_number_is_the_sum_of_the_products(
            values in prop::collection::vec(-1e9..1e9_f64, 0..20), y in -1e3..1e3_f64
        ) {
            let (mut times, mut direct) = (ExactSum::default(), ExactSum::default());
            times.add_times(&sum(&values), y);
            values.iter().for_each(|x| direct.add_product(*x, y));
            prop_assert_eq!(times.value(), direct.value());
        }
    }
}
