//! From runs to estimates: memory that does not grow with the number of runs, and bytes that do not
//! depend on how the runs were split.

use super::format::{Counted, Kind, LEVELS, Outcome, SeriesRow};
use crate::model::record::{Measure, OutcomeSpec, RunRecord, SeriesSpec};
use crate::stats::{
    Basis, Binning, CELLS, Combined, CrossMoments, Grid, Moments, mean_interval, ratio_interval, wilson,
};
use rayon::prelude::*;

/// Level of all reported intervals.
pub const LEVEL: f64 = 0.95;
/// Quantiles of an outcome over runs, as text and number.
const OUTCOME_QUANTILES: ([&str; 3], [f64; 3]) = (["0.05", "0.5", "0.95"], [0.05, 0.5, 0.95]);
/// Numbers in a block above which its series are shared out over threads; below, handing out costs more.
const WORTH_SHARING: usize = 20_000;

/// Some numbers observed side by side over runs, each with its moments and histogram.
#[derive(Debug, Clone, PartialEq)]
struct Track {
    grid: Grid,
    binning: Binning,
    moments: Vec<Moments>,
    /// `CELLS` counters for each number, one allocation for all.
    counts: Vec<u32>,
}

impl Track {
    fn new(range: (f64, f64), width: usize) -> Self {
        Self {
            grid: Grid::over(range),
            binning: Binning::over(range),
            moments: vec![Moments::default(); width],
            counts: vec![0; width * CELLS],
        }
    }

    fn add(&mut self, values: &[f64]) {
        let cells = self.moments.iter_mut().zip(self.counts.chunks_exact_mut(CELLS));
        for ((moments, counts), &x) in cells.zip(values) {
            moments.add(&self.grid, x);
            self.binning.add(counts, x);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.moments
            .iter_mut()
            .zip(&other.moments)
            .for_each(|(a, b)| a.merge(b));
        self.counts
            .iter_mut()
            .zip(&other.counts)
            .for_each(|(a, &b)| *a = a.saturating_add(b));
    }

    fn quantiles<const N: usize>(&self, index: usize, levels: &[f64; N]) -> [f64; N] {
        let moments = &self.moments[index];
        match (moments.min(), moments.max()) {
            (Some(min), Some(max)) => {
                let counts = &self.counts[index * CELLS..(index + 1) * CELLS];
                self.binning.quantiles(counts, (min, max), levels)
            }
            _ => [f64::NAN; N],
        }
    }
}

/// What is kept of one outcome.
#[derive(Debug, Clone, PartialEq)]
enum Tally {
    Happened { n: u64, count: u64 },
    /// Counted, and expected beside it.
    Expected(Combined),
    Number(Track),
    Share(CrossMoments),
}

impl Tally {
    fn new(spec: &OutcomeSpec) -> Self {
        match spec.measure {
            Measure::Happened if spec.expected => Tally::Expected(Combined::default()),
            Measure::Happened => Tally::Happened { n: 0, count: 0 },
            Measure::Number => Tally::Number(Track::new(spec.range, 1)),
            Measure::Share => Tally::Share(CrossMoments::default()),
        }
    }

    fn add(&mut self, value: f64, cases: f64, expected: f64) {
        match self {
            Tally::Expected(combined) => combined.add(value, expected),
            Tally::Happened { n, count } => {
                *n += u64::from(value.is_finite());
                *count += u64::from(value.is_finite() && value > 0.0);
            }
            Tally::Number(track) => track.add(&[value]),
            Tally::Share(cross) => cross.add(value, cases),
        }
    }

    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Tally::Happened { n, count }, Tally::Happened { n: more, count: hits }) => {
                *n += more;
                *count += hits;
            }
            (Tally::Expected(combined), Tally::Expected(other)) => combined.merge(other),
            (Tally::Number(track), Tally::Number(other)) => track.merge(other),
            (Tally::Share(cross), Tally::Share(other)) => cross.merge(other),
            _ => debug_assert!(false, "accumulators of one plan have the same outcomes"),
        }
    }

    fn outcome(&self, spec: &OutcomeSpec) -> Outcome {
        let mut outcome = Outcome {
            id: spec.id.clone(),
            label: spec.label.clone(),
            kind: Kind::Probability,
            unit: spec.unit.to_string(),
            estimate: None,
            interval: None,
            level: LEVEL,
            method: "wilson".to_string(),
            n: 0,
            count: None,
            counted: None,
            quantiles: None,
            parameters: None,
        };
        match self {
            Tally::Happened { n, count } => {
                outcome.n = *n;
                outcome.count = Some(*count);
                if *n > 0 {
                    outcome.estimate = Some(*count as f64 / *n as f64);
                    outcome.interval = Some(wilson(*count as f64, *n as f64, LEVEL));
                }
            }
            Tally::Expected(combined) => expected(combined, &mut outcome),
            Tally::Number(track) => {
                let moments = &track.moments[0];
                outcome.kind = Kind::Mean;
                outcome.method = "t".to_string();
                outcome.n = moments.n();
                outcome.estimate = moments.mean(&track.grid);
                if let (Some(mean), Some(sd)) = (outcome.estimate, moments.sd(&track.grid)) {
                    outcome.interval = mean_interval(mean, sd, moments.n(), LEVEL);
                }
                if moments.n() > 0 {
                    let (names, levels) = OUTCOME_QUANTILES;
                    let values = track.quantiles(0, &levels);
                    outcome.quantiles = Some(names.iter().map(ToString::to_string).zip(values).collect());
                }
            }
            Tally::Share(cross) => {
                outcome.kind = Kind::Ratio;
                outcome.n = cross.cases().round() as u64;
                outcome.count = Some(cross.successes().round() as u64);
                outcome.estimate = cross.ratio();
                let (interval, method) = share_interval(cross);
                outcome.interval = interval;
                outcome.method = method.to_string();
            }
        }
        outcome
    }
}

/// A probability by expectation and count, with the plain count beside it. A single arm fixes the weight by its own
/// expectation.
fn expected(combined: &Combined, outcome: &mut Outcome) {
    let (n, count) = (combined.n(), combined.count());
    outcome.n = n;
    outcome.count = Some(count);
    let Some(combination) = combined.combine(combined.weight(), LEVEL) else {
        return;
    };
    outcome.estimate = Some(combination.estimate);
    outcome.interval = Some(combination.interval);
    outcome.method = match combination.basis {
        Basis::Both => "expected",
        Basis::NeverPossible => "never possible",
    }
    .to_string();
    outcome.counted = Some(Counted {
        estimate: count as f64 / n as f64,
        interval: wilson(count as f64, n as f64, LEVEL),
    });
}

/// Interval of a pooled share and its name.
///
/// Where all runs with cases agree, the spread between runs is 0 and the delta method would claim
/// certainty. Then the Wilson interval is given, with the runs that have cases as the sample: cases
/// within a run are not independent, so this is the cautious size.
fn share_interval(cross: &CrossMoments) -> (Option<[f64; 2]>, &'static str) {
    let Some(ratio) = cross.ratio() else {
        return (None, "ratio");
    };
    let is_share = (0.0..=1.0).contains(&ratio);
    match ratio_interval(ratio, cross.residual(), cross.cases(), cross.runs(), LEVEL) {
        Some([low, high]) if is_share => (Some([low.max(0.0), high.min(1.0)]), "ratio"),
        Some(interval) => (Some(interval), "ratio"),
        None if is_share => {
            let runs = cross.runs() as f64;
            (Some(wilson(ratio * runs, runs, LEVEL)), "wilson")
        }
        None => (None, "ratio"),
    }
}

/// Everything that is estimated over runs, in bounded memory.
///
/// All sums are exact (see [`crate::stats::moments`]), so the order of runs, the size of blocks and the
/// way partial accumulators are merged make no difference to any byte. Numbers that are not finite
/// count as not observed. About 2 kB for each month of each series.
#[derive(Debug, Clone, PartialEq)]
pub struct Accumulator {
    runs: u64,
    months: usize,
    outcome_specs: Vec<OutcomeSpec>,
    series_specs: Vec<SeriesSpec>,
    tallies: Vec<Tally>,
    series: Vec<Track>,
    /// For each series with an expectation the months, one after the other.
    courses: Vec<Combined>,
}

impl Accumulator {
    /// An empty accumulator for runs of `months` months.
    pub fn new(outcomes: &[OutcomeSpec], series: &[SeriesSpec], months: u32) -> Self {
        let months = months as usize;
        Self {
            runs: 0,
            months,
            outcome_specs: outcomes.to_vec(),
            series_specs: series.to_vec(),
            tallies: outcomes.iter().map(Tally::new).collect(),
            series: series.iter().map(|s| Track::new(s.range, months)).collect(),
            courses: vec![Combined::default(); months * series.iter().filter(|s| s.expected).count()],
        }
    }

    /// Runs taken in.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Takes in one run.
    pub fn add(&mut self, record: &RunRecord) {
        self.add_block(std::slice::from_ref(record));
    }

    /// Takes in a block of runs; large blocks are worked on by the threads of the current pool.
    ///
    /// Numbers missing from a record count as not observed.
    pub fn add_block(&mut self, records: &[RunRecord]) {
        self.runs += records.len() as u64;
        // One outcome and one series at a time: their counters stay in the cache while the runs pass by.
        for (index, tally) in self.tallies.iter_mut().enumerate() {
            for record in records {
                if let (Some(&value), Some(&cases)) = (record.values.get(index), record.cases.get(index)) {
                    let expected = record.expected.get(index).copied().unwrap_or(f64::NAN);
                    tally.add(value, cases, expected);
                }
            }
        }
        let months = self.months;
        let one = |(index, track): (usize, &mut Track)| {
            for record in records {
                track.add(record.series.get(index * months..(index + 1) * months).unwrap_or(&[]));
            }
        };
        if records.len() * self.series.len() * months >= WORTH_SHARING {
            self.series.par_iter_mut().enumerate().for_each(one);
        } else {
            self.series.iter_mut().enumerate().for_each(one);
        }
        self.add_courses(records);
    }

    /// Counts and expectations of the series that have both, month by month: what a survival series says has not been met
    /// is counted, what its course says is expected.
    fn add_courses(&mut self, records: &[RunRecord]) {
        let months = self.months;
        let expected = self.series_specs.iter().enumerate().filter(|(_, spec)| spec.expected);
        for (course, (series, _)) in expected.enumerate() {
            let own = course * months..(course + 1) * months;
            for record in records {
                let survived = record.series.get(series * months..(series + 1) * months).unwrap_or(&[]);
                let met = record.courses.get(own.clone()).unwrap_or(&[]);
                let cells = self.courses[own.clone()].iter_mut().zip(survived).zip(met);
                cells.for_each(|((cell, survived), met)| cell.add(1.0 - survived, *met));
            }
        }
    }

    /// Takes in all that `other` has seen, which must come from the same specs. Walks all counters:
    /// meant for parts of a plan, not for small blocks.
    pub fn merge(&mut self, other: &Accumulator) {
        debug_assert!(
            self.months == other.months && self.series_specs == other.series_specs,
            "accumulators of one plan have the same series"
        );
        self.runs += other.runs;
        self.tallies
            .iter_mut()
            .zip(&other.tallies)
            .for_each(|(a, b)| a.merge(b));
        self.series
            .par_iter_mut()
            .zip(&other.series)
            .for_each(|(a, b)| a.merge(b));
        self.courses
            .iter_mut()
            .zip(&other.courses)
            .for_each(|(a, b)| a.merge(b));
    }

    /// The estimates, in the order of the specs.
    ///
    /// A probability without events is estimated at 0 with the upper end of Wilson's interval; a share
    /// without cases has no estimate and no interval.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.outcome_specs
            .iter()
            .zip(&self.tallies)
            .map(|(spec, tally)| tally.outcome(spec))
            .collect()
    }

    /// One row a series and month, in the order of the specs.
    ///
    /// Where no run observed anything, `n` is 0 and the numbers are NaN; the deviation of a single value is 0.
    pub fn series_rows(&self) -> Vec<SeriesRow> {
        let mut rows = Vec::with_capacity(self.series.len() * self.months);
        let mut courses = self.courses.chunks_exact(self.months.max(1));
        for (spec, track) in self.series_specs.iter().zip(&self.series) {
            let course = if spec.expected { courses.next() } else { None };
            for (index, month) in (0..self.months).zip(0_u32..) {
                let mut row = row(spec, track, index, month);
                if let Some(course) = course {
                    survive(&mut row, &course[index]);
                }
                rows.push(row);
            }
        }
        rows
    }
}

/// Mean and spread of a survival series by expectation and count; quantiles stay those of the count.
fn survive(row: &mut SeriesRow, met: &Combined) {
    if let Some(combination) = met.combine(met.weight(), LEVEL) {
        row.mean = 1.0 - combination.estimate;
        row.sd = met.variance(combination.weight).unwrap_or(0.0).sqrt();
    }
}

/// One month of one series.
fn row(spec: &SeriesSpec, track: &Track, index: usize, month: u32) -> SeriesRow {
    let moments = &track.moments[index];
    let sd = moments
        .sd(&track.grid)
        .unwrap_or(if moments.n() == 1 { 0.0 } else { f64::NAN });
    SeriesRow {
        series: spec.id.clone(),
        month,
        n: moments.n(),
        mean: moments.mean(&track.grid).unwrap_or(f64::NAN),
        sd,
        min: moments.min().unwrap_or(f64::NAN),
        max: moments.max().unwrap_or(f64::NAN),
        quantiles: track.quantiles(index, &LEVELS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn outcome_specs() -> Vec<OutcomeSpec> {
        [
            ("war", Measure::Happened),
            ("never", Measure::Happened),
            ("end", Measure::Number),
            ("held", Measure::Share),
        ]
        .into_iter()
        .map(|(id, measure)| OutcomeSpec {
            id: id.to_string(),
            label: id.to_string(),
            unit: "1",
            measure,
            range: (0.0, 1.0),
            expected: false,
        })
        .collect()
    }

    fn series_specs(count: usize) -> Vec<SeriesSpec> {
        (0..count)
            .map(|s| SeriesSpec {
                id: format!("s{s}"),
                label: format!("Series {s}"),
                unit: "BE",
                range: (0.0, 1.0 + s as f64),
                expected: false,
            })
            .collect()
    }

    fn records(runs: usize, series: usize, months: usize) -> Vec<RunRecord> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        (0..runs)
            .map(|_| {
                let cases = (rng.random::<f64>() * 4.0).floor();
                let held = (rng.random::<f64>() * (cases + 1.0)).floor();
                RunRecord {
                    values: vec![f64::from(rng.random::<f64>() < 0.2), 0.0, rng.random::<f64>(), held],
                    cases: vec![1.0, 1.0, 1.0, cases],
                    series: (0..series * months).map(|_| rng.random::<f64>() * 1.5 - 0.2).collect(),
                    ..RunRecord::default()
                }
            })
            .collect()
    }

    #[test]
    fn same_bytes_for_any_size_of_block_and_any_merging() {
        let records = records(500, 9, 24);
        let make = || Accumulator::new(&outcome_specs(), &series_specs(9), 24);
        let mut whole = make();
        whole.add_block(&records);
        for size in [1, 7, 64] {
            let mut blocks = make();
            records.chunks(size).for_each(|block| blocks.add_block(block));
            assert_eq!(whole, blocks);
        }
        let (mut merged, mut tail) = (make(), make());
        merged.add_block(&records[..123]);
        tail.add_block(&records[123..]);
        tail.merge(&merged);
        assert_eq!(whole, tail);
        assert_eq!(whole.runs(), 500);
    }

    #[test]
    fn estimates_are_those_of_the_runs() {
        let records = records(2_000, 1, 3);
        let mut all = Accumulator::new(&outcome_specs(), &series_specs(1), 3);
        all.add_block(&records);
        let outcomes = all.outcomes();
        let sum = |f: &dyn Fn(&RunRecord) -> f64| records.iter().map(f).sum::<f64>();

        let war = &outcomes[0];
        assert_eq!(war.estimate, Some(sum(&|r| r.values[0]) / 2_000.0));
        assert_eq!(
            (war.n, war.method.as_str(), war.kind),
            (2_000, "wilson", Kind::Probability)
        );

        let end = &outcomes[2];
        assert!(
            end.estimate
                .is_some_and(|m| (m - sum(&|r| r.values[2]) / 2_000.0).abs() < 1e-10)
        );
        let quantiles = end.quantiles.as_ref().expect("a number has quantiles");
        assert!((quantiles["0.5"] - 0.5).abs() < 0.04 && quantiles["0.05"] < quantiles["0.95"]);

        let held = &outcomes[3];
        assert_eq!(held.estimate, Some(sum(&|r| r.values[3]) / sum(&|r| r.cases[3])));
        assert_eq!(
            (held.method.as_str(), held.count),
            ("ratio", Some(sum(&|r| r.values[3]) as u64))
        );
        assert!(
            held.interval
                .is_some_and(|[low, high]| low < 0.5 && 0.5 < high && high - low < 0.06)
        );

        let mean = sum(&|r| r.series[1]) / 2_000.0;
        assert!((all.series_rows()[1].mean - mean).abs() < 1e-10);
    }

    #[test]
    fn what_never_happened_has_an_upper_bound() {
        let mut all = Accumulator::new(&outcome_specs(), &[], 3);
        all.add_block(&records(400, 0, 3));
        let never = &all.outcomes()[1];
        assert_eq!((never.estimate, never.count), (Some(0.0), Some(0)));
        assert!(
            never
                .interval
                .is_some_and(|[low, high]| low == 0.0 && (0.005..0.02).contains(&high))
        );
    }

    #[test]
    fn a_share_without_cases_has_no_estimate_and_one_without_spread_is_not_certain() {
        let record = |held: f64, cases: f64| RunRecord {
            values: vec![0.0, 0.0, 0.5, held],
            cases: vec![1.0, 1.0, 1.0, cases],
            ..RunRecord::default()
        };
        let mut all = Accumulator::new(&outcome_specs(), &[], 1);
        all.add(&record(0.0, 0.0));
        let held = &all.outcomes()[3];
        assert_eq!((held.estimate, held.interval, held.n), (None, None, 0));
        all.add_block(&vec![record(2.0, 2.0); 10]);
        let held = &all.outcomes()[3];
        assert_eq!((held.estimate, held.method.as_str(), held.n), (Some(1.0), "wilson", 20));
        assert!(held.interval.is_some_and(|[low, high]| low < 0.8 && high == 1.0));
    }

    #[test]
    fn nothing_taken_in_gives_no_estimates() {
        let none = Accumulator::new(&outcome_specs(), &series_specs(1), 2);
        assert!(
            none.outcomes()
                .iter()
                .all(|o| o.estimate.is_none() && o.interval.is_none())
        );
        assert!(
            none.series_rows()
                .iter()
                .all(|r| r.n == 0 && r.mean.is_nan() && r.quantiles[0].is_nan())
        );
    }
}
