//! Months of chosen series for every arm of a comparison: sums while the arms are played, and the table `arms.parquet`.

use super::accumulate::{row, survive};
use super::error::ResultsError;
use super::folder::ARMS;
use super::format::{ArmSeries, LEVELS, SeriesRow, SeriesTag};
use super::read::append_rows;
use super::table::{About, Table, field};
use super::tables::{series_columns, series_fields, series_texts};
use super::track::Track;
use crate::model::record::{RunRecord, SeriesSpec};
use crate::stats::Combined;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Values of one arm that are kept so that their quantiles are exact, 4 megabytes: four series of five years up to 2,000 runs.
const KEPT: usize = 500_000;

/// One of the series.
#[derive(Debug, Clone, PartialEq)]
struct Chosen {
    spec: SeriesSpec,
    /// Position among the series of a record.
    place: usize,
    /// Position among the series with an expectation, where it has one.
    course: Option<usize>,
    track: Track,
    /// Counts and expectations by month, of a series that has both.
    met: Vec<Combined>,
}

/// Some series of one arm over its runs. Its size does not grow with the runs beyond what is kept for quantiles.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmSums {
    months: usize,
    chosen: Vec<Chosen>,
}

impl ArmSums {
    /// Empty sums of those of `series`, all that a record holds, whose ids are asked for.
    pub fn new(series: &[SeriesSpec], ids: &[String], months: u32) -> Self {
        let months = months as usize;
        let keep = KEPT / (ids.len() * months).max(1);
        let chosen = series.iter().enumerate().filter(|(_, spec)| ids.contains(&spec.id));
        let chosen = chosen.map(|(place, spec)| Chosen {
            spec: spec.clone(),
            place,
            course: spec
                .expected
                .then(|| series[..place].iter().filter(|s| s.expected).count()),
            track: Track::new(months, keep),
            met: vec![Combined::default(); if spec.expected { months } else { 0 }],
        });
        Self {
            months,
            chosen: chosen.collect(),
        }
    }

    /// Takes in runs, which come in their order.
    pub fn add_block(&mut self, records: &[RunRecord]) {
        let months = self.months;
        for one in &mut self.chosen {
            for record in records {
                let at = |place: usize| place * months..(place + 1) * months;
                let values = record.series.get(at(one.place)).unwrap_or(&[]);
                one.track.add(values, &LEVELS);
                let met = one.course.and_then(|course| record.courses.get(at(course)));
                // What a survival series says has not been met is counted, what its course says is expected.
                let cells = one.met.iter_mut().zip(values).zip(met.unwrap_or(&[]));
                cells.for_each(|((cell, survived), met)| cell.add(1.0 - survived, *met));
            }
        }
    }

    /// One row a series and month, as those of [`super::Accumulator::series_rows`].
    pub fn rows(&self) -> Vec<SeriesRow> {
        let mut rows = Vec::with_capacity(self.chosen.len() * self.months);
        let mut column = Vec::new();
        for one in &self.chosen {
            for (index, month) in (0..self.months).zip(0_u32..) {
                let mut row = row(&one.spec, one.track.read(index, &LEVELS, &mut column), month);
                if let Some(met) = one.met.get(index) {
                    survive(&mut row, met);
                }
                rows.push(row);
            }
        }
        rows
    }
}

/// Writes `arms.parquet` into the folder `dir`: one row an arm, series and month, with the columns of `series.parquet` after
/// that of the arm.
///
/// # Errors
/// [`ResultsError::Io`], for example on a full disk.
pub fn write_arms(dir: &Path, about: &About, tags: &[SeriesTag], arms: &[ArmSeries]) -> Result<(), ResultsError> {
    let path = dir.join(ARMS);
    let shown = |tag: &&SeriesTag| arms.iter().flat_map(|a| &a.rows).any(|row| row.series == tag.id);
    let tags: Vec<SeriesTag> = tags.iter().filter(shown).cloned().collect();
    let mut fields = vec![field(
        "arm",
        DataType::Utf8,
        "",
        "Id of the arm; labels are in comparison.json",
    )];
    fields.extend(series_fields());
    let mut table = Table::create(&path, fields, about, vec![series_texts(&tags)])?;
    let rows: Vec<SeriesRow> = arms.iter().flat_map(|a| a.rows.iter().cloned()).collect();
    let ids = arms.iter().flat_map(|a| a.rows.iter().map(|_| Some(a.arm.as_str())));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(ids.collect::<StringArray>())];
    columns.extend(series_columns(&rows, &path)?);
    table.group(columns)?;
    table.commit()
}

/// Reads `arms.parquet`.
///
/// # Errors
/// [`ResultsError::Io`], or [`ResultsError::Corrupt`] with what is not as it should be.
pub(super) fn read_arms(dir: &Path) -> Result<Vec<ArmSeries>, ResultsError> {
    let path = dir.join(ARMS);
    let corrupt = |reason: String| ResultsError::corrupt(&path, reason);
    let file = File::open(&path).map_err(ResultsError::io("read", &path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|e| corrupt(e.to_string()))?;
    let mut arms: Vec<ArmSeries> = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|e| corrupt(e.to_string()))?;
        let ids = batch.column_by_name("arm").and_then(|c| c.as_string_opt::<i32>());
        let ids = ids.ok_or_else(|| corrupt("column arm is missing or no text".to_owned()))?;
        let mut rows = Vec::new();
        append_rows(&batch, &mut rows).map_err(corrupt)?;
        for (at, row) in rows.into_iter().enumerate() {
            let id = if ids.is_null(at) { "" } else { ids.value(at) };
            match arms.iter_mut().find(|a| a.arm == id) {
                Some(arm) => arm.rows.push(row),
                None => arms.push(ArmSeries {
                    arm: id.to_owned(),
                    rows: vec![row],
                }),
            }
        }
    }
    Ok(arms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Accumulator;

    const MONTHS: usize = 5;

    fn specs() -> Vec<SeriesSpec> {
        [("survival.a", true), ("belief", false), ("survival.b", true)]
            .map(|(id, expected)| SeriesSpec {
                id: id.into(),
                label: id.into(),
                unit: "1",
                range: (0.0, 1.0),
                expected,
            })
            .to_vec()
    }

    fn records() -> Vec<RunRecord> {
        let value = |run: usize, k: usize| ((run * 7 + k * 3) % 11) as f64 / 10.0;
        let record = |run: usize| {
            let survived = |s: usize| (0..MONTHS).map(move |m| f64::from(u8::from((run + s) % 6 > m)));
            RunRecord {
                series: survived(0)
                    .chain((0..MONTHS).map(|m| value(run, m)))
                    .chain(survived(2))
                    .collect(),
                courses: (0..2 * MONTHS).map(|k| value(run, k) * 0.1).collect(),
                ..RunRecord::default()
            }
        };
        (0..40).map(record).collect()
    }

    #[test]
    fn chosen_series_of_an_arm_are_those_of_a_run_of_it_alone() {
        let (specs, records) = (specs(), records());
        let mut whole = Accumulator::new(&[], &specs, MONTHS as u32);
        whole.add_block(&records);
        let ids = ["survival.b", "belief"].map(String::from);
        let mut sums = ArmSums::new(&specs, &ids, MONTHS as u32);
        records.chunks(7).for_each(|block| sums.add_block(block));
        let wanted: Vec<SeriesRow> = whole
            .series_rows()
            .into_iter()
            .filter(|r| ids.contains(&r.series))
            .collect();
        assert_eq!(sums.rows(), wanted);
        assert_eq!(wanted.len(), 2 * MONTHS);
    }

    #[test]
    fn the_table_of_the_arms_reads_back_as_it_was_written() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut sums = ArmSums::new(&specs(), &["belief".to_owned()], MONTHS as u32);
        sums.add_block(&records());
        let arms: Vec<ArmSeries> = ["none", "other"]
            .map(|arm| ArmSeries {
                arm: arm.into(),
                rows: sums.rows(),
            })
            .to_vec();
        write_arms(dir.path(), &About::default(), &[], &arms).expect("written");
        assert_eq!(read_arms(dir.path()).expect("read"), arms);
    }
}
