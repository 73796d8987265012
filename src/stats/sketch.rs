//! Quantiles of a stream at levels that are known beforehand: exact while the values fit into the memory given, and within a
//! thousandth of the ranks beyond.
//!
//! A sketch keeps every value until it has as many as it may. Then it keeps *knots*: values that were observed, how many were equal to each,
//! and how many lay strictly between it and the knot before. As long as no value lies between knots the sketch is a list of all distinct
//! values with their counts, and stays exact for any number of runs: counts, shares of few cases, flags. Only where
//! there are too many distinct values knots are taken out, and only where the gap that is left holds few values: at most `FINE` of all
//! around the levels asked for, `COARSE` elsewhere. So a heavy value is never smeared, whatever lies around it, and no range has to
//! be declared. A level's neighbourhood is as wide as `SIGMAS` standard errors of its rank, since the values are those of
//! independent runs and the quantile of those to come may lie that far from the one of those seen; it narrows as the runs grow in number.
//! The knots are a summary like that of Greenwald and Khanna (2001) with targets like those of Cormode et al. (2006).

/// Share of all values that may lie in a gap next to a level asked for. With what is shared out below it keeps ranks within 0.001.
const FINE: f64 = 1.0 / 1_250.0;
/// Share of all values that may lie in any other gap.
const COARSE: f64 = 0.01;
/// Standard errors of a rank to both sides of a level within which gaps are fine. Beyond 5.5 lies a chance of 4e-8.
const SIGMAS: f64 = 5.5;
/// Values to be gathered for each batch after the first.
pub const BATCH: usize = 512;
/// Fewest values that are kept whatever the memory: below, a gap of one value would be coarser than `FINE`.
pub const FEWEST_KEPT: usize = 1_600;
/// Most values that are kept of one quantity; beyond, a sketch serves as well.
pub const MOST_KEPT: usize = 100_000;

/// A value that was observed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Knot {
    value: f64,
    /// How many were equal to it.
    at: u32,
    /// How many lay strictly between it and the knot before.
    before: u32,
}

/// A stream of numbers, summed up for its quantiles. Its values come in batches of the caller's: what lies in the last one need not be
/// sorted in to ask for quantiles.
///
/// The same batches give the same bytes. While the sketch is exact their order and the cuts between them make no difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// Distinct values up to which the sketch stays exact.
    most: usize,
    knots: Vec<Knot>,
    exact: bool,
}

/// How many values a caller should gather before the first batch: `keep` is what it has memory for.
pub fn first_batch(keep: usize) -> usize {
    keep.clamp(FEWEST_KEPT, MOST_KEPT)
}

impl Sketch {
    /// An empty sketch that takes the memory of about `keep` values.
    pub fn keeping(keep: usize) -> Self {
        Self {
            // A knot takes the room of two values.
            most: (first_batch(keep) - BATCH) / 2,
            knots: Vec::new(),
            exact: true,
        }
    }

    /// True as long as quantiles are those of all values.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// True before the first batch.
    pub fn is_empty(&self) -> bool {
        self.knots.is_empty()
    }

    /// Takes in a batch of finite numbers, which leaves them in any order. `levels` are those that will be asked for.
    pub fn take(&mut self, values: &mut Vec<f64>, levels: &[f64]) {
        if self.exact {
            self.knots = union(&self.knots, &knots_of(values));
            self.shrink(levels);
            return;
        }
        let n = size(&self.knots) + values.len() as u64;
        self.count_far_ones(n, values, levels);
        sort(values);
        self.knots = absorbed(n, &self.knots, values, levels);
    }

    /// Counts the values that are equal to a knot or lie in a gap far from all levels, and leaves the others in the list.
    fn count_far_ones(&mut self, n: u64, values: &mut Vec<f64>, levels: &[f64]) {
        let mut near = Near::of(n, levels);
        let mut seen = 0;
        let far: Vec<bool> = (self.knots.iter())
            .map(|knot| {
                let from = seen;
                seen += u64::from(knot.before);
                let is_far = knot.before > 0 && !near.touches(from, seen);
                seen += u64::from(knot.at);
                is_far
            })
            .collect();
        let mut kept = 0;
        for read in 0..values.len() {
            let x = values[read];
            let k = first_not_below(&self.knots, x);
            match self.knots.get_mut(k) {
                Some(knot) if knot.value == x => knot.at += 1,
                Some(knot) if far[k] => knot.before += 1,
                _ => {
                    values[kept] = x;
                    kept += 1;
                }
            }
        }
        values.truncate(kept);
    }

    /// Takes knots out where there are too many to stay exact.
    fn shrink(&mut self, levels: &[f64]) {
        if !self.exact || self.knots.len() > self.most {
            let before = self.knots.len();
            self.knots = thinned(&self.knots, levels);
            self.exact &= self.knots.len() == before;
        }
    }

    /// Takes in all that `other` has seen.
    pub fn merge(&mut self, other: &Self, levels: &[f64]) {
        self.exact &= other.exact;
        self.knots = union(&self.knots, &other.knots);
        self.shrink(levels);
    }

    /// The quantiles at `levels`, each in `[0, 1]`, of what was taken in and of the finite numbers `last`, by linear interpolation between
    /// order statistics (type 7 of Hyndman and Fan 1996). NaN without values. Once the sketch is not exact only levels that were told
    /// to [`Sketch::take`] are good to a thousandth.
    pub fn quantiles<const N: usize>(&self, last: &mut [f64], levels: &[f64; N]) -> [f64; N] {
        if self.knots.is_empty() {
            let selected = Selected::of(last, levels);
            return levels.map(|level| interpolated(level, last.len() as u64, |rank| selected.at(rank as usize)));
        }
        let knots = union(&self.knots, &knots_of(last));
        levels.map(|level| interpolated(level, size(&knots), |rank| order_statistic(&knots, rank)))
    }
}

/// Index of the first knot that is not below `x`.
#[inline]
fn first_not_below(knots: &[Knot], x: f64) -> usize {
    let (mut base, mut rest) = (0, knots.len());
    // Without a branch that depends on the values, which no processor could foresee.
    while rest > 0 {
        let half = rest.div_ceil(2);
        base += if knots[base + half - 1].value < x { half } else { 0 };
        rest -= half;
    }
    base
}

/// How many values a list of knots stands for.
fn size(knots: &[Knot]) -> u64 {
    knots.iter().map(|k| u64::from(k.at) + u64::from(k.before)).sum()
}

/// The order statistics that some levels need, without sorting everything: values are thrown into even boxes, and only the boxes with a
/// rank that is asked for are sorted.
struct Selected {
    /// Values before each run of boxes that are sorted, and where the run begins in `sorted`.
    runs: Vec<(usize, usize)>,
    sorted: Vec<f64>,
}

impl Selected {
    /// Lists up to this long are sorted at once.
    const SHORT: usize = 64;
    /// Values to a box, on average.
    const TO_A_BOX: usize = 4;

    fn of(values: &mut [f64], levels: &[f64]) -> Self {
        let n = values.len();
        let all = |values: &mut [f64]| {
            sort(values);
            Self {
                runs: vec![(0, 0)],
                sorted: values.to_vec(),
            }
        };
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for &x in values.iter() {
            min = if x < min { x } else { min };
            max = if x > max { x } else { max };
        }
        let boxes = n / Self::TO_A_BOX;
        let scale = boxes.saturating_sub(1) as f64 / (max - min);
        if n <= Self::SHORT || !(scale.is_finite() && scale > 0.0) {
            return all(values);
        }
        let mut counts = vec![0_u32; boxes];
        let mut place: Vec<u32> = vec![0; n];
        for (place, &x) in place.iter_mut().zip(values.iter()) {
            *place = ((x - min) * scale) as u32;
            counts[*place as usize] += 1;
        }
        // The boxes of the ranks to both sides of each level.
        let mut asked: Vec<usize> = (levels.iter())
            .flat_map(|level| {
                let rank = level.clamp(0.0, 1.0) * (n - 1) as f64;
                // One more to each side, for what rounding does to a rank.
                let (low, high) = ((rank.floor() as usize).saturating_sub(1), rank.ceil() as usize + 1);
                low..=high.min(n - 1)
            })
            .collect();
        asked.sort_unstable();
        let (mut wanted, mut runs) = (vec![false; boxes], Vec::new());
        let (mut before, mut gathered, mut next, mut open) = (0, 0, 0, false);
        for (at, &count) in counts.iter().enumerate() {
            let end = before + count as usize;
            let first = next;
            while asked.get(next).is_some_and(|rank| *rank < end) {
                next += 1;
            }
            wanted[at] = next > first;
            if wanted[at] {
                if !open {
                    runs.push((before, gathered));
                }
                gathered += count as usize;
            }
            open = wanted[at] || (open && count == 0);
            before = end;
        }
        if 2 * gathered > n {
            return all(values);
        }
        let mut sorted: Vec<f64> = Vec::with_capacity(gathered);
        for (place, &x) in place.iter().zip(values.iter()) {
            if wanted[*place as usize] {
                sorted.push(x);
            }
        }
        sort(&mut sorted);
        Self { runs, sorted }
    }

    /// The value of a rank that was asked for.
    fn at(&self, rank: usize) -> f64 {
        let run = self.runs.partition_point(|(before, _)| *before <= rank);
        let place = run.checked_sub(1).map(|run| {
            let (before, start) = self.runs[run];
            start + rank - before
        });
        place.and_then(|at| self.sorted.get(at)).copied().unwrap_or(f64::NAN)
    }
}

/// The value at a level among `n`, of which `at` gives the one of a rank counted from 0.
fn interpolated(level: f64, n: u64, at: impl Fn(u64) -> f64) -> f64 {
    /// A rank this close to a whole number is that number: `0.7 * 30` is.
    const ROUNDING: f64 = 1e-9;
    if n == 0 {
        return f64::NAN;
    }
    let place = level.clamp(0.0, 1.0) * (n - 1) as f64;
    let place = if (place - place.round()).abs() < ROUNDING {
        place.round()
    } else {
        place
    };
    let (low, high) = (at(place.floor() as u64), at(place.ceil() as u64));
    let share = place - place.floor();
    between(low, high, share)
}

/// The value a share of the way from `low` to `high`, and never beyond.
fn between(low: f64, high: f64, share: f64) -> f64 {
    if low == high {
        return low;
    }
    let width = high - low;
    let value = if width.is_finite() {
        low + width * share
    } else {
        low * (1.0 - share) + high * share
    };
    value.clamp(low, high)
}

/// The value of a rank, counted from 0. Values between two knots are taken as evenly spread.
fn order_statistic(knots: &[Knot], rank: u64) -> f64 {
    let (mut seen, mut previous) = (0_u64, f64::NAN);
    for knot in knots {
        let (before, at) = (u64::from(knot.before), u64::from(knot.at));
        if rank < seen + before {
            let share = ((rank - seen) + 1) as f64 / (before + 1) as f64;
            return between(previous, knot.value, share);
        }
        if rank < seen + before + at {
            return knot.value;
        }
        seen += before + at;
        previous = knot.value;
    }
    previous
}

/// Sorts finite numbers.
fn sort(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

/// The distinct values of a list with their counts; the list is sorted.
fn knots_of(values: &mut [f64]) -> Vec<Knot> {
    sort(values);
    let mut knots: Vec<Knot> = Vec::with_capacity(values.len());
    for &value in values.iter() {
        match knots.last_mut() {
            Some(last) if last.value == value => last.at += 1,
            _ => knots.push(Knot {
                value,
                at: 1,
                before: 0,
            }),
        }
    }
    knots
}

/// A gap that knots of another list divide. Nobody knows where in it its values lie; of values of one distribution as many are to be
/// expected in each part. What cannot be divided evenly goes to one part and another by turns.
#[derive(Default)]
struct Gap {
    left: u32,
    parts: u32,
}

impl Gap {
    /// The gap before the first of `ahead`, in as many parts as the knots of the other list that lie ahead make of it.
    #[inline]
    fn before(ahead: &[Knot], others: &[Knot]) -> Self {
        match ahead.first() {
            Some(knot) if knot.before > 0 => Self {
                left: knot.before,
                parts: 1 + others.iter().take_while(|o| o.value < knot.value).count() as u32,
            },
            _ => Self::default(),
        }
    }

    #[inline]
    fn next(&mut self, turn: &mut u32) -> u32 {
        if self.parts <= 1 {
            return std::mem::take(&mut self.left);
        }
        // Steps of the golden ratio of the range of a u32 visit it evenly.
        *turn = turn.wrapping_add(0x9E37_79B9);
        let odd = (u64::from(*turn) * u64::from(self.parts)) >> 32;
        let share = ((u64::from(self.left) + odd) / u64::from(self.parts)) as u32;
        self.left -= share;
        self.parts -= 1;
        share
    }
}

/// All knots of both lists. What lay in a gap is shared out over the parts into which the other list divides it.
fn union(mut a: &[Knot], mut b: &[Knot]) -> Vec<Knot> {
    if a.is_empty() || b.is_empty() {
        return [a, b].concat();
    }
    let mut knots = Vec::with_capacity(a.len() + b.len());
    let mut turn = (a.len() as u32).wrapping_mul(0x85EB_CA6B);
    let (mut gap_a, mut gap_b) = (Gap::before(a, b), Gap::before(b, a));
    while let (Some(x), Some(y)) = (a.first(), b.first()) {
        let before = gap_a.next(&mut turn) + gap_b.next(&mut turn);
        let (in_a, in_b) = (x.value <= y.value, y.value <= x.value);
        knots.push(Knot {
            value: if in_a { x.value } else { y.value },
            at: if in_a { x.at } else { 0 } + if in_b { y.at } else { 0 },
            before,
        });
        a = &a[usize::from(in_a)..];
        b = &b[usize::from(in_b)..];
        if in_a {
            gap_a = Gap::before(a, b);
        }
        if in_b {
            gap_b = Gap::before(b, a);
        }
    }
    // Nothing of the other list divides what is left of one, but the gap that its last knot lay in.
    let (rest, mut gap) = if a.is_empty() { (b, gap_b) } else { (a, gap_a) };
    for (k, knot) in rest.iter().enumerate() {
        let before = if k == 0 { gap.next(&mut turn) } else { knot.before };
        knots.push(Knot { before, ..*knot });
    }
    knots
}

/// The ranks around some levels, where gaps have to be fine; asked from the smallest rank upwards.
struct Near {
    ranges: Vec<[u64; 2]>,
    next: usize,
}

impl Near {
    fn of(n: u64, levels: &[f64]) -> Self {
        let size = n as f64;
        let range = |p: &f64| {
            let reach = SIGMAS * (p * (1.0 - p) * size).sqrt() + size * FINE;
            // Below 0 means from 0.
            [(p * size - reach) as u64, (p * size + reach) as u64 + 1]
        };
        let mut ranges: Vec<[u64; 2]> = levels.iter().map(range).collect();
        ranges.sort_unstable();
        Self { ranges, next: 0 }
    }

    /// True if one of the ranks `from..=to` lies near a level; `from` never falls.
    fn touches(&mut self, from: u64, to: u64) -> bool {
        while self.ranges.get(self.next).is_some_and(|range| range[1] < from) {
            self.next += 1;
        }
        self.ranges.get(self.next).is_some_and(|range| range[0] <= to)
    }
}

/// Keeps as many knots as have to stay of those that pass, in ascending order. The smallest and the largest value always do, and so
/// does any that more values are equal to than a gap may hold.
struct Thinner {
    fine: u32,
    coarse: u32,
    near: Near,
    kept: Vec<Knot>,
    /// Values up to the last knot kept.
    seen: u64,
    /// The last knot that passed; what lies between it and the last one kept is before it.
    held: Option<Knot>,
}

impl Thinner {
    fn of(n: u64, levels: &[f64], room: usize) -> Self {
        Self {
            fine: (n as f64 * FINE) as u32,
            coarse: (n as f64 * COARSE) as u32,
            near: Near::of(n, levels),
            kept: Vec::with_capacity(room),
            seen: 0,
            held: None,
        }
    }

    #[inline]
    fn pass(&mut self, mut knot: Knot) {
        if let Some(held) = self.held {
            let without = held.before + held.at + knot.before;
            let fits = without <= self.fine
                || (without <= self.coarse && !self.near.touches(self.seen, self.seen + u64::from(without)));
            if fits && !self.kept.is_empty() {
                knot.before = without;
            } else {
                self.keep(held);
            }
        }
        self.held = Some(knot);
    }

    #[inline]
    fn keep(&mut self, knot: Knot) {
        self.seen += u64::from(knot.before) + u64::from(knot.at);
        self.kept.push(knot);
    }

    fn finish(mut self) -> Vec<Knot> {
        if let Some(last) = self.held {
            self.keep(last);
        }
        self.kept.shrink_to_fit();
        self.kept
    }
}

/// As many knots as have to stay.
fn thinned(knots: &[Knot], levels: &[f64]) -> Vec<Knot> {
    let mut thinner = Thinner::of(size(knots), levels, knots.len());
    knots.iter().for_each(|knot| thinner.pass(*knot));
    thinner.finish()
}

/// As many as have to stay of the knots and of some more values, ascending: [`union`] and [`thinned`] in one go.
fn absorbed(n: u64, knots: &[Knot], mut values: &[f64], levels: &[f64]) -> Vec<Knot> {
    let mut thinner = Thinner::of(n, levels, knots.len() + values.len());
    let mut turn = (knots.len() as u32).wrapping_mul(0x85EB_CA6B);
    for knot in knots {
        let below = values.iter().take_while(|x| **x < knot.value).count();
        let (inside, rest) = values.split_at(below);
        let mut gap = Gap {
            left: knot.before,
            parts: 1 + distinct(inside),
        };
        for equal in inside.chunk_by(|x, y| x == y) {
            thinner.pass(Knot {
                value: equal[0],
                at: equal.len() as u32,
                before: gap.next(&mut turn),
            });
        }
        let equal = rest.iter().take_while(|x| **x == knot.value).count();
        values = &rest[equal..];
        thinner.pass(Knot {
            value: knot.value,
            at: knot.at + equal as u32,
            before: gap.left,
        });
    }
    for equal in values.chunk_by(|x, y| x == y) {
        thinner.pass(Knot {
            value: equal[0],
            at: equal.len() as u32,
            before: 0,
        });
    }
    thinner.finish()
}

/// How many different numbers are in an ascending list.
fn distinct(ascending: &[f64]) -> u32 {
    let changes = ascending.windows(2).filter(|pair| pair[0] != pair[1]).count();
    (changes + usize::from(!ascending.is_empty())) as u32
}

#[cfg(test)]
mod tests;
