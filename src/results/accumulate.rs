//! From runs to estimates: memory that does not grow with the number of runs, and bytes that do not
//! depend on the blocks in which they come.

use super::format::{Counted, Kind, LEVELS, Outcome, SeriesRow};
use super::track::Track;
use crate::model::record::{Measure, OutcomeSpec, RunRecord, SeriesSpec};
use crate::stats::{
    Basis, Combined, CrossMoments, Moments, bounded_mean_interval, count_interval, ratio_interval, wilson,
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Level of all reported intervals.
pub const LEVEL: f64 = 0.95;
/// Quantiles of an outcome over runs, as text and number.
const OUTCOME_QUANTILES: ([&str; 3], [f64; 3]) = (["0.05", "0.5", "0.95"], [0.05, 0.5, 0.95]);
/// Numbers in a block above which its series are shared out over threads; below, handing out costs more.
const WORTH_SHARING: usize = 20_000;
/// Values of outcomes, and of months of series, that are kept so that their quantiles are exact: 32 megabytes each. They are shared
/// out evenly. Five thousand months of series are exact up to 800 runs, two hundred outcomes up to 20,000, a small scenario
/// up to 100,000 runs, and whatever has few distinct values for any number.
const KEPT_OUTCOMES: usize = 4_000_000;
const KEPT_MONTHS: usize = 4_000_000;

/// What is kept of one outcome.
#[derive(Debug, Clone, PartialEq)]
enum Tally {
    Happened {
        n: u64,
        count: u64,
    },
    /// Counted, and expected beside it.
    Expected(Combined),
    Number(Track),
    Share(CrossMoments),
}

impl Tally {
    fn new(spec: &OutcomeSpec, keep: usize) -> Self {
        match spec.measure {
            Measure::Happened if spec.expected => Tally::Expected(Combined::default()),
            Measure::Happened => Tally::Happened { n: 0, count: 0 },
            Measure::Number | Measure::Rate => Tally::Number(Track::new(1, keep)),
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
            Tally::Number(track) => track.add(&[value], &OUTCOME_QUANTILES.1),
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
            (Tally::Number(track), Tally::Number(other)) => track.merge(other, &OUTCOME_QUANTILES.1),
            (Tally::Share(cross), Tally::Share(other)) => cross.merge(other),
            _ => debug_assert!(false, "accumulators of one plan have the same outcomes"),
        }
    }

    /// The estimate from runs of `years`; `weight` is that of the count where there is an expectation beside it.
    fn outcome(&self, spec: &OutcomeSpec, years: f64, weight: Option<f64>) -> Outcome {
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
            Tally::Expected(combined) => expected(combined, weight, &mut outcome),
            Tally::Number(track) => {
                let (names, levels) = OUTCOME_QUANTILES;
                let (moments, values) = track.read(0, &levels, &mut Vec::new());
                outcome.kind = Kind::Mean;
                outcome.n = moments.n();
                if spec.measure == Measure::Rate {
                    rate(&mut outcome, &moments, years);
                } else {
                    mean(&mut outcome, &moments, spec.range);
                }
                if moments.n() > 0 {
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

/// A probability by expectation and count, with the plain count beside it. Without a given weight an arm fixes it by its
/// own expectation.
fn expected(combined: &Combined, weight: Option<f64>, outcome: &mut Outcome) {
    let (n, count) = (combined.n(), combined.count());
    outcome.n = n;
    outcome.count = Some(count);
    let weight = weight.unwrap_or_else(|| combined.weight());
    let Some(combination) = combined.combine(weight, LEVEL) else {
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

/// Mean of a number a run that cannot leave `range`.
fn mean(outcome: &mut Outcome, moments: &Moments, range: (f64, f64)) {
    let bounded = range.0.is_finite() || range.1.is_finite();
    outcome.method = if bounded { "score" } else { "t" }.to_string();
    outcome.estimate = moments.mean();
    if let (Some(mean), Some(sd)) = (outcome.estimate, moments.sd()) {
        outcome.interval = bounded_mean_interval(mean, sd, moments.n(), range, LEVEL);
    }
}

/// Events a year, from their number a year in each run. The count is taken back to whole events, so that no rounding is left.
fn rate(outcome: &mut Outcome, moments: &Moments, years: f64) {
    outcome.method = "gamma".to_string();
    let (runs, events) = (moments.n() as f64, (moments.sum() * years).round());
    if moments.n() == 0 {
        return;
    }
    outcome.count = Some(events as u64);
    outcome.estimate = Some(events / (runs * years));
    let variance = moments.variance().unwrap_or(0.0) * years * years;
    if let Some((interval, widened)) = count_interval(events, variance, moments.n(), LEVEL) {
        outcome.interval = Some(interval.map(|end| end / years));
        if widened {
            outcome.method = "scaled gamma".to_string();
        }
    }
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
    match ratio_interval(ratio, cross.residual(), cross.cases(), cross.runs(), LEVEL) {
        Some(interval) => (Some(interval), "ratio"),
        None if (0.0..=1.0).contains(&ratio) => {
            let runs = cross.runs() as f64;
            (Some(wilson(ratio * runs, runs, LEVEL)), "wilson")
        }
        None => (None, "ratio"),
    }
}

/// Everything that is estimated over runs, in bounded memory.
///
/// All sums are exact (see [`crate::stats::moments`]), so the order of runs, the size of blocks and the
/// way partial accumulators are merged make no difference to any byte of them. Quantiles do not depend on the size of blocks either; once they are
/// no longer exact ([`crate::stats::sketch`]) parts have to be merged in one order to give the same bytes. Numbers that are not
/// finite count as not observed.
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
        let counted = |o: &&OutcomeSpec| matches!(o.measure, Measure::Number | Measure::Rate);
        let keep = KEPT_OUTCOMES / outcomes.iter().filter(counted).count().max(1);
        let keep_months = KEPT_MONTHS / (series.len() * months).max(1);
        Self {
            runs: 0,
            months,
            outcome_specs: outcomes.to_vec(),
            series_specs: series.to_vec(),
            tallies: outcomes.iter().map(|o| Tally::new(o, keep)).collect(),
            series: series.iter().map(|_| Track::new(months, keep_months)).collect(),
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
                let values = record.series.get(index * months..(index + 1) * months);
                track.add(values.unwrap_or(&[]), &LEVELS);
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

    /// Takes in all that `other` has seen, which must come from the same specs. Walks all that is kept:
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
            .for_each(|(a, b)| a.merge(b, &LEVELS));
        self.courses
            .iter_mut()
            .zip(&other.courses)
            .for_each(|(a, b)| a.merge(b));
    }

    /// The estimates, in the order of the specs.
    ///
    /// What never happened is estimated at 0 with the upper end of its interval; a share
    /// without cases has no estimate and no interval.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.outcomes_weighed(&BTreeMap::new())
    }

    /// The estimates as [`Self::outcomes`], with given weights of the count by id: all arms of a comparison use those of
    /// its baseline.
    pub fn outcomes_weighed(&self, weights: &BTreeMap<String, f64>) -> Vec<Outcome> {
        let years = self.months as f64 / 12.0;
        self.outcome_specs
            .iter()
            .zip(&self.tallies)
            .map(|(spec, tally)| tally.outcome(spec, years, weights.get(&spec.id).copied()))
            .collect()
    }

    /// The weight of the count by id, of the outcomes that have an expectation beside it.
    pub fn weights(&self) -> BTreeMap<String, f64> {
        let both = self.outcome_specs.iter().zip(&self.tallies);
        both.filter_map(|(spec, tally)| match tally {
            Tally::Expected(combined) => Some((spec.id.clone(), combined.weight())),
            _ => None,
        })
        .collect()
    }

    /// One row a series and month, in the order of the specs.
    ///
    /// Where no run observed anything, `n` is 0 and the numbers are NaN; the deviation of a single value is 0.
    pub fn series_rows(&self) -> Vec<SeriesRow> {
        let mut rows = Vec::with_capacity(self.series.len() * self.months);
        let mut column = Vec::new();
        let mut courses = self.courses.chunks_exact(self.months.max(1));
        for (spec, track) in self.series_specs.iter().zip(&self.series) {
            let course = if spec.expected { courses.next() } else { None };
            for (index, month) in (0..self.months).zip(0_u32..) {
                let mut row = row(spec, track.read(index, &LEVELS, &mut column), month);
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
pub(super) fn survive(row: &mut SeriesRow, met: &Combined) {
    if let Some(combination) = met.combine(met.weight(), LEVEL) {
        row.mean = 1.0 - combination.estimate;
        row.sd = met.variance(combination.weight).unwrap_or(0.0).sqrt();
    }
}

/// One month of one series.
pub(super) fn row(spec: &SeriesSpec, (moments, quantiles): (Moments, [f64; 9]), month: u32) -> SeriesRow {
    let sd = moments.sd().unwrap_or(if moments.n() == 1 { 0.0 } else { f64::NAN });
    SeriesRow {
        series: spec.id.clone(),
        month,
        n: moments.n(),
        mean: moments.mean().unwrap_or(f64::NAN),
        sd,
        min: moments.min().unwrap_or(f64::NAN),
        max: moments.max().unwrap_or(f64::NAN),
        quantiles,
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
            assert!(whole == blocks, "blocks of {size}");
        }
        let (mut merged, mut tail) = (make(), make());
        merged.add_block(&records[..123]);
        tail.add_block(&records[123..]);
        tail.merge(&merged);
        assert_eq!(whole.outcomes(), tail.outcomes());
        assert!(
            whole.series_rows() == tail.series_rows(),
            "all values are kept, so that their order leaves no trace"
        );
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

    /// 4,000 runs of 300 months: more values than are kept.
    #[test]
    fn beyond_the_memory_blocks_leave_no_trace_and_ranks_stay_within_a_thousandth() {
        let records = records(4_000, 100, 60);
        let make = || Accumulator::new(&outcome_specs(), &series_specs(100), 60);
        let (mut whole, mut blocks) = (make(), make());
        records.chunks(256).for_each(|block| whole.add_block(block));
        records.chunks(7).for_each(|block| blocks.add_block(block));
        assert!(whole == blocks, "blocks leave no trace");
        for row in whole.series_rows().iter().step_by(97) {
            let index = row.series[1..].parse::<usize>().expect("a number") * 60 + row.month as usize;
            let mut values: Vec<f64> = records.iter().map(|r| r.series[index]).collect();
            values.sort_by(f64::total_cmp);
            for (level, value) in LEVELS.iter().zip(row.quantiles) {
                let rank = values.partition_point(|x| *x < value) as f64 / 4_000.0;
                assert!(
                    (rank - level).abs() <= 0.001 + 1.0 / 4_000.0,
                    "{level}: {value} has rank {rank}"
                );
            }
        }
    }

    /// One event in 10,000 years, and none.
    #[test]
    fn a_counted_rate_has_the_exact_interval_of_its_count_and_no_rounding() {
        let specs = [OutcomeSpec {
            measure: Measure::Rate,
            range: (0.0, f64::INFINITY),
            ..outcome_specs().remove(2)
        }];
        let rate = |events: usize| {
            let mut all = Accumulator::new(&specs, &[], 60);
            let run = |k: usize| RunRecord {
                values: vec![if k < events { 0.2 } else { 0.0 }],
                cases: vec![1.0],
                ..RunRecord::default()
            };
            all.add_block(&(0..2_000).map(run).collect::<Vec<_>>());
            all.outcomes().remove(0)
        };
        let (none, one) = (rate(0), rate(1));
        assert_eq!(
            (one.estimate, one.count, one.method.as_str()),
            (Some(1e-4), Some(1), "gamma")
        );
        let [low, high] = one.interval.expect("an interval");
        assert!(
            (low - 2.531_8e-6).abs() < 1e-10 && (high - 5.571_643e-4).abs() < 1e-10,
            "{low} {high}"
        );
        let [_, bound] = none.interval.expect("an interval");
        assert!((bound - 3.688_879e-4).abs() < 1e-9 && bound < high, "{bound}");
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
