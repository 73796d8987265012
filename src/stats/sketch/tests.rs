//! Quantiles against the sorted list of all values, on distributions made to be hard.

use super::*;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const LEVELS: [f64; 9] = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975];
const ALL: [f64; 11] = [0.0, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 1.0];

/// A sketch with the batch in work, as an accumulator has them.
#[derive(Debug, Clone, PartialEq)]
struct Stream {
    sketch: Sketch,
    last: Vec<f64>,
    batch: usize,
}

impl Stream {
    fn keeping(keep: usize) -> Self {
        Self {
            sketch: Sketch::keeping(keep),
            last: Vec::new(),
            batch: first_batch(keep),
        }
    }

    fn add(&mut self, x: f64) {
        if x.is_finite() {
            self.last.push(x + 0.0);
        }
        if self.last.len() == self.batch {
            self.sketch.take(&mut self.last, &LEVELS);
            (self.last, self.batch) = (Vec::with_capacity(BATCH), BATCH);
        }
    }

    fn quantiles<const N: usize>(&self, levels: &[f64; N]) -> [f64; N] {
        self.sketch.quantiles(&mut self.last.clone(), levels)
    }

    fn merge(&mut self, other: &Self) {
        if !other.sketch.is_empty() {
            self.sketch.take(&mut self.last, &LEVELS);
            self.last.clear();
            self.sketch.merge(&other.sketch, &LEVELS);
        }
        other.last.iter().for_each(|x| self.add(*x));
    }
}

fn sketch(keep: usize, values: &[f64]) -> Stream {
    let mut stream = Stream::keeping(keep);
    values.iter().for_each(|&x| stream.add(x));
    stream
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Type 7 from the definition.
fn exact(sorted: &[f64], level: f64) -> f64 {
    let place = level * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    let share = place - place.floor();
    low * (1.0 - share) + high * share
}

/// How far the ranks of a value lie from its level, as a share of all.
fn rank_error(sorted: &[f64], level: f64, value: f64) -> f64 {
    let n = sorted.len() as f64;
    let below = sorted.partition_point(|x| *x < value) as f64 / n;
    let up_to = sorted.partition_point(|x| *x <= value) as f64 / n;
    (below - level).max(level - up_to).max(0.0)
}

fn uniform(rng: &mut Xoshiro256PlusPlus) -> f64 {
    rng.random::<f64>()
}

/// A normal deviate, nearly.
fn normal(rng: &mut Xoshiro256PlusPlus) -> f64 {
    (0..12).map(|_| uniform(rng)).sum::<f64>() - 6.0
}

/// Names and sources of hard data.
type Draw = fn(&mut Xoshiro256PlusPlus) -> f64;
const HARD: [(&str, Draw); 14] = [
    ("half at 0.37, else anything", |r| {
        if uniform(r) < 0.5 { 0.37 } else { uniform(r) }
    }),
    ("whole months", |r| (uniform(r) * 61.0).floor()),
    ("lognormal", |r| normal(r).exp()),
    ("lognormal over many orders", |r| (8.0 * normal(r)).exp()),
    ("97 percent zeros", |r| {
        if uniform(r) < 0.97 { 0.0 } else { 4.0 * uniform(r) }
    }),
    ("heavy tails to both sides", |r| {
        (3.1 * (uniform(r) - 0.5)).tan().powi(3)
    }),
    ("half at 0 inside -2 to 2", |r| {
        if uniform(r) < 0.5 { 0.0 } else { 4.0 * uniform(r) - 2.0 }
    }),
    ("two values", |r| if uniform(r) < 0.3 { -1.5 } else { 2.5 }),
    ("one value", |_| 0.1),
    ("below 0", |r| -5.0 - uniform(r)),
    ("subnormal", |r| 5e-324 * (uniform(r) * 1e6).floor()),
    ("two thousand lattice points", |r| 0.2 * (uniform(r) * 2_000.0).floor()),
    ("far offset", |r| 1e9 + uniform(r)),
    ("huge", |r| 1e308 * (2.0 * uniform(r) - 1.0)),
];

/// Sampling is fixed by the seed; that a level leaves its neighbourhood has a chance of 2e-9 at each of some hundred levels.
#[test]
fn ranks_are_within_a_thousandth_beyond_the_memory_and_nothing_leaves_the_extremes() {
    for (name, draw) in HARD {
        for n in [4_000, 40_000, 150_000] {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(n);
            let values: Vec<f64> = (0..n).map(|_| draw(&mut rng)).collect();
            let sketch = sketch(0, &values);
            let sorted = sorted(&values);
            let found = sketch.quantiles(&LEVELS);
            for (level, value) in LEVELS.iter().zip(found) {
                let error = rank_error(&sorted, *level, value);
                assert!(error <= 0.001, "{name}, {n}: {value} at {level} is {error} off");
                assert!(
                    sorted[0] <= value && value <= sorted[sorted.len() - 1],
                    "{name}: {value}"
                );
            }
            assert!(found.windows(2).all(|w| w[0] <= w[1]), "{name}: {found:?}");
            let [min, max] = sketch.quantiles(&[0.0, 1.0]);
            assert_eq!((min, max), (sorted[0], sorted[sorted.len() - 1]), "{name}");
        }
    }
}

#[test]
fn what_has_few_distinct_values_stays_exact_for_any_number_of_runs() {
    for (name, draw) in HARD
        .iter()
        .filter(|(name, _)| ["whole months", "two values", "one value"].contains(name))
    {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let values: Vec<f64> = (0..200_000).map(|_| draw(&mut rng)).collect();
        let sketch = sketch(0, &values);
        assert!(sketch.sketch.is_exact(), "{name}");
        let sorted = sorted(&values);
        assert_eq!(sketch.quantiles(&ALL), ALL.map(|level| exact(&sorted, level)), "{name}");
    }
}

#[test]
fn a_heavy_value_comes_back_as_itself_among_others() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let values: Vec<f64> = (0..60_000)
        .map(|_| match uniform(&mut rng) {
            u if u < 0.04 => 0.37,
            _ => uniform(&mut rng).powi(2),
        })
        .collect();
    let sketch = sketch(0, &values);
    let sorted = sorted(&values);
    // A level in the middle of the value's ranks; it was not told beforehand, and need not be.
    let ranks = sorted.partition_point(|x| *x < 0.37) + sorted.partition_point(|x| *x <= 0.37);
    let [found] = sketch.quantiles(&[0.5 * ranks as f64 / sorted.len() as f64]);
    assert_eq!(found, 0.37);
}

#[test]
fn memory_does_not_grow_with_the_values() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(8);
    let mut stream = Stream::keeping(0);
    let mut most = 0;
    for _ in 0..300_000 {
        stream.add(normal(&mut rng));
        most = most.max(8 * stream.last.len() + 16 * stream.sketch.knots.capacity());
    }
    assert!(most <= 24_000, "{most} bytes");
}

#[test]
fn numbers_up_to_the_memory_are_all_kept() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(9);
    let values: Vec<f64> = (0..20_000).map(|_| normal(&mut rng)).collect();
    let kept = sketch(MOST_KEPT, &values);
    let sorted = sorted(&values);
    assert!(kept.sketch.is_exact());
    for (level, value) in ALL.iter().zip(kept.quantiles(&ALL)) {
        assert!((value - exact(&sorted, *level)).abs() <= 1e-15, "{level}: {value}");
    }
}

#[test]
fn blocks_leave_no_trace_and_parts_merge_in_their_order() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(10);
    let values: Vec<f64> = (0..30_000).map(|_| normal(&mut rng).exp()).collect();
    let whole = sketch(0, &values);
    let merged = |size: usize| {
        let mut all = Stream::keeping(0);
        values.chunks(size).for_each(|part| all.merge(&sketch(0, part)));
        all
    };
    // Parts that are still lists of values are taken in as if they came one by one.
    for size in [1, 256, 1_000] {
        assert_eq!(whole, merged(size), "{size}");
    }
    for size in [2_000, 7_000, 29_000] {
        assert_eq!(merged(size), merged(size), "{size}");
        let sorted = sorted(&values);
        for (level, value) in LEVELS.iter().zip(merged(size).quantiles(&LEVELS)) {
            assert!(
                rank_error(&sorted, *level, value) <= 0.001,
                "{size}: {value} at {level}"
            );
        }
    }
}

#[test]
fn nothing_observed_has_no_quantile() {
    assert!(sketch(0, &[f64::NAN, f64::INFINITY]).quantiles(&[0.5])[0].is_nan());
}

proptest! {
    #[test]
    fn few_values_have_their_exact_quantiles(values in prop::collection::vec(
        prop_oneof![Just(0.0), Just(-0.0), Just(0.37), -2.0..6.0_f64, any::<f64>()], 1..40
    )) {
        let sorted = sorted(&values);
        let found = sketch(0, &values).quantiles(&ALL);
        for (level, value) in ALL.iter().zip(found) {
            if sorted.is_empty() {
                prop_assert!(value.is_nan());
                continue;
            }
            let exact = exact(&sorted, *level);
            prop_assert!((value - exact).abs() <= 1e-9 * exact.abs(), "{}: {} for {}", level, value, exact);
            prop_assert!(sorted[0] <= value && value <= sorted[sorted.len() - 1]);
        }
    }

    #[test]
    fn exact_parts_merge_in_any_order(
        values in prop::collection::vec((0..30_i32).prop_map(|k| f64::from(k) * 0.1), 1..3_000), cut in 0..3_000_usize
    ) {
        let cut = cut.min(values.len());
        let (first, second) = values.split_at(cut);
        let mut one = sketch(0, first);
        one.merge(&sketch(0, second));
        let mut other = sketch(0, second);
        other.merge(&sketch(0, first));
        prop_assert_eq!(one.quantiles(&ALL), other.quantiles(&ALL));
        prop_assert_eq!(one.quantiles(&ALL), sketch(0, &values).quantiles(&ALL));
    }
}
