//! Results read back, with a plain word about what is wrong with them.

use super::arms::read_arms;
use super::error::ResultsError;
use super::files::checksum;
use super::folder::{ARMS, CHALLENGES, CHARTS, COMPARISON, MANIFEST, REPORT, RUNS, SCENARIO, SERIES, SUMMARY};
use super::format::{LEVELS, MANIFEST_FORMAT, Manifest, SUMMARY_FORMAT, SeriesRow, Stored, Summary, content_checksum};
use super::tables::quantile_name;
use crate::engine::plan_hash;
use crate::scenario::archive::{ARCHIVE_FORMAT, Archive};
use crate::scenario::effective;
use crate::study::format::COMPARISON_FORMAT;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray, RecordBatch, StringArray};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// One thing in which a result folder is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Its name in the folder.
    pub file: String,
    /// `missing`, `changed`, `disagrees` with another file, or `unlisted` under a name of ours.
    pub fault: &'static str,
    pub text: String,
    /// The numbers may be wrong; not so for pictures and the page, which can be made anew.
    pub is_data: bool,
}

/// What an inspection finds.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// None where it cannot be trusted to say anything.
    pub manifest: Option<Manifest>,
    /// Files that were compared, the manifest included.
    pub files: usize,
    pub faults: Vec<Fault>,
}

impl Stored {
    /// Reads what charts and reports need of the result folder `dir`: manifest, summary and series.
    ///
    /// All data must match their checksums in the manifest, and manifest and summary must agree. A partial result is
    /// read like a complete one; its manifest says so.
    ///
    /// # Errors
    /// [`ResultsError::Missing`], [`ResultsError::Version`], [`ResultsError::Damaged`],
    /// [`ResultsError::Corrupt`], or [`ResultsError::Io`] where the folder cannot be read at all.
    pub fn read(dir: &Path) -> Result<Stored, ResultsError> {
        let manifest = verify(dir)?;
        let summary: Summary = document(dir, SUMMARY, SUMMARY_FORMAT)?;
        let series = read_series(dir)?;
        let comparison = match &manifest.study {
            Some(_) => Some(document(dir, COMPARISON, COMPARISON_FORMAT)?),
            None => None,
        };
        // Programs before this table was there have written none.
        let arms = match manifest.checksums.contains_key(ARMS) {
            true => read_arms(dir)?,
            false => Vec::new(),
        };
        Ok(Stored {
            manifest,
            summary,
            series,
            comparison,
            arms,
        })
    }
}

/// Reads the manifest of the result folder `dir`, which must carry its own right checksum.
///
/// # Errors
/// As [`Stored::read`].
pub fn read_manifest(dir: &Path) -> Result<Manifest, ResultsError> {
    let value = raw(dir, MANIFEST, MANIFEST_FORMAT)?;
    let path = dir.join(MANIFEST);
    let manifest: Manifest = serde_json::from_value(value.clone()).map_err(|e| ResultsError::corrupt(&path, e))?;
    if manifest.own_checksum != content_checksum(value) {
        return Err(ResultsError::Damaged {
            path: dir.to_path_buf(),
            files: vec![format!("{MANIFEST} (its content was changed)")],
        });
    }
    Ok(manifest)
}

/// Compares all data of the folder `dir` with its manifest, which it returns. Pictures and the page are left out.
///
/// # Errors
/// [`ResultsError::Damaged`] with every file that is missing or differs, and as [`read_manifest`].
pub fn verify(dir: &Path) -> Result<Manifest, ResultsError> {
    let manifest = read_manifest(dir)?;
    let mut faults = Vec::new();
    data_faults(dir, &manifest, &mut faults)?;
    if faults.is_empty() {
        return Ok(manifest);
    }
    Err(ResultsError::Damaged {
        path: dir.to_path_buf(),
        files: faults
            .iter()
            .map(|fault| format!("{} ({})", fault.file, fault.text))
            .collect(),
    })
}

/// Compares everything in the result folder `dir` that is ours with the manifest, and what can be said twice with
/// itself: manifest with summary, plan with its hash, rows with runs.
///
/// # Errors
/// [`ResultsError::Missing`] for a folder without any file of a result, [`ResultsError::Version`] for a result of another format,
/// [`ResultsError::Io`] for what cannot be read.
pub fn inspect(dir: &Path) -> Result<Inspection, ResultsError> {
    let mut faults = Vec::new();
    let manifest = match read_manifest(dir) {
        Ok(manifest) => manifest,
        Err(ResultsError::Missing { .. }) if has_data(dir) => {
            faults.push(fault(MANIFEST, "missing", "it is missing", true));
            return Ok(distrusted(faults));
        }
        // A format that no program of ours ever had is a damaged word, not another version.
        Err(ResultsError::Version { found, .. }) if !is_version(&found) => {
            faults.push(fault(MANIFEST, "changed", "it does not say its format", true));
            return Ok(distrusted(faults));
        }
        Err(error @ (ResultsError::Corrupt { .. } | ResultsError::Damaged { .. })) => {
            let text = match error {
                ResultsError::Corrupt { reason, .. } => format!("it cannot be read: {reason}"),
                _ => "its content was changed".to_owned(),
            };
            faults.push(fault(MANIFEST, "changed", &text, true));
            return Ok(distrusted(faults));
        }
        Err(error) => return Err(error),
    };
    data_faults(dir, &manifest, &mut faults)?;
    for (file, sum) in &manifest.pictures {
        compare(dir, file, sum, false, &mut faults)?;
    }
    let listed = manifest.listed();
    for name in [SUMMARY, COMPARISON, SCENARIO, RUNS, CHALLENGES, SERIES, ARMS, REPORT] {
        if !listed.contains(name) && fs::symlink_metadata(dir.join(name)).is_ok() {
            let text = "it has a name of ours, and the manifest does not list it";
            faults.push(fault(name, "unlisted", text, false));
        }
    }
    Ok(Inspection {
        files: listed.len(),
        manifest: Some(manifest),
        faults,
    })
}

/// Whether a format is that of some version of the manifest.
fn is_version(format: &str) -> bool {
    let family = MANIFEST_FORMAT.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = format.strip_prefix(family);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// An inspection that ends with the manifest.
fn distrusted(faults: Vec<Fault>) -> Inspection {
    Inspection {
        manifest: None,
        files: 1,
        faults,
    }
}

/// Whether there is any file of a result but the manifest.
fn has_data(dir: &Path) -> bool {
    [SUMMARY, RUNS, CHALLENGES, SERIES]
        .iter()
        .any(|name| dir.join(name).is_file())
}

fn fault(file: &str, fault: &'static str, text: &str, is_data: bool) -> Fault {
    Fault {
        file: file.to_owned(),
        fault,
        text: text.to_owned(),
        is_data,
    }
}

/// What is wrong with the data.
fn data_faults(dir: &Path, manifest: &Manifest, faults: &mut Vec<Fault>) -> Result<(), ResultsError> {
    for (file, sum) in &manifest.checksums {
        compare(dir, file, sum, true, faults)?;
    }
    for name in [SUMMARY, SCENARIO, RUNS, CHALLENGES, SERIES] {
        if !manifest.checksums.contains_key(name) {
            faults.push(fault(name, "missing", "the manifest does not list it", true));
        }
    }
    if manifest.study.is_some() && !manifest.checksums.contains_key(COMPARISON) {
        faults.push(fault(COMPARISON, "missing", "the manifest does not list it", true));
    }
    if faults.is_empty() {
        let mut disagrees = |file: &str, text: String| faults.push(fault(file, "disagrees", &text, true));
        plan_faults(manifest, &mut disagrees);
        match document::<Summary>(dir, SUMMARY, SUMMARY_FORMAT) {
            Ok(summary) => summary_faults(manifest, &summary, &mut disagrees),
            Err(error @ ResultsError::Version { .. }) => return Err(error),
            Err(error) => disagrees(SUMMARY, error.to_string()),
        }
        match rows(&dir.join(RUNS)) {
            Ok(rows) if rows == manifest.runs_finished => {}
            Ok(rows) => disagrees(
                RUNS,
                format!(
                    "it has {rows} rows, and the manifest says {} runs",
                    manifest.runs_finished
                ),
            ),
            Err(error) => disagrees(RUNS, error.to_string()),
        }
    }
    Ok(())
}

/// Rows of a table, as its foot says.
fn rows(path: &Path) -> Result<u64, ResultsError> {
    let file = File::open(path).map_err(ResultsError::io("read", path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| ResultsError::corrupt(path, e))?;
    Ok(reader.metadata().file_metadata().num_rows().unsigned_abs())
}

/// The manifest must agree with itself: hashes are those of what they stand for.
fn plan_faults(manifest: &Manifest, disagrees: &mut impl FnMut(&str, String)) {
    let m = manifest;
    if effective::hash(&m.effective) != m.scenario.hash {
        let text = "the hash of the scenario is not that of the effective values";
        disagrees(MANIFEST, text.to_owned());
    }
    if plan_hash(&m.scenario.hash, m.seed, m.runs_planned, &m.version, &m.seed_formula) != m.plan_hash {
        let text = "the hash of the plan is not that of scenario, seed, runs and version";
        disagrees(MANIFEST, text.to_owned());
    }
    let is_whole = match m.state.as_str() {
        "complete" => m.runs_finished == m.runs_planned,
        "partial" => m.runs_finished < m.runs_planned,
        _ => false,
    };
    if !is_whole {
        disagrees(
            MANIFEST,
            format!("{} of {} runs are not {}", m.runs_finished, m.runs_planned, m.state),
        );
    }
}

/// What manifest and summary both say must be the same.
fn summary_faults(manifest: &Manifest, summary: &Summary, disagrees: &mut impl FnMut(&str, String)) {
    let (m, s) = (manifest, summary);
    let none = || "none".to_owned();
    let pairs = [
        ("scenario", m.scenario.name.clone(), s.scenario.name.clone()),
        ("title", m.scenario.title.clone(), s.scenario.title.clone()),
        ("question", m.scenario.question.clone(), s.scenario.question.clone()),
        ("scenario hash", m.scenario.hash.clone(), s.scenario.hash.clone()),
        (
            "option",
            m.option.clone().unwrap_or_else(none),
            s.option.clone().unwrap_or_else(none),
        ),
        ("assumption sets", m.assumptions.join(", "), s.assumptions.join(", ")),
        ("seed", m.seed.to_string(), s.seed.to_string()),
        ("runs", m.runs_finished.to_string(), s.runs.to_string()),
        ("months", m.months.to_string(), s.months.to_string()),
        ("state", m.state.clone(), s.state.clone()),
    ];
    for (what, in_manifest, in_summary) in pairs {
        if in_manifest != in_summary {
            disagrees(
                SUMMARY,
                format!("its {what} is {in_summary}, and the manifest says {in_manifest}"),
            );
        }
    }
}

/// Compares a file with its checksum.
fn compare(dir: &Path, file: &str, sum: &str, is_data: bool, faults: &mut Vec<Fault>) -> Result<(), ResultsError> {
    let path = dir.join(file);
    // A manifest of a stranger's may name anything; a result has its files below its folder and nowhere else.
    let is_below = Path::new(file)
        .components()
        .all(|c| matches!(c, std::path::Component::Normal(_)));
    if !is_below {
        faults.push(fault(file, "changed", "it is not a file of this folder", is_data));
        return Ok(());
    }
    match checksum(&path) {
        Ok(found) if found == sum => {}
        Ok(_) => {
            let text = if file.starts_with(CHARTS) || file == REPORT {
                "it was edited since it was written"
            } else {
                "its bytes are not those that were written"
            };
            faults.push(fault(file, "changed", text, is_data));
        }
        Err(ResultsError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
            faults.push(fault(file, "missing", "it is missing", is_data));
        }
        Err(ResultsError::Io { cause, .. }) if cause.kind() == io::ErrorKind::IsADirectory => {
            faults.push(fault(file, "changed", "it is a folder", is_data));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Reads the texts of the scenario that the result folder `dir` keeps, which must be as they were written.
///
/// # Errors
/// As [`read_manifest`]; other files of the result may be damaged.
pub fn read_archive(dir: &Path) -> Result<Archive, ResultsError> {
    let manifest = read_manifest(dir)?;
    let mut faults = Vec::new();
    match manifest.checksums.get(SCENARIO) {
        Some(sum) => compare(dir, SCENARIO, sum, true, &mut faults)?,
        None => faults.push(fault(SCENARIO, "missing", "the manifest does not list it", true)),
    }
    match faults.pop() {
        None => document(dir, SCENARIO, ARCHIVE_FORMAT),
        Some(fault) => Err(ResultsError::Damaged {
            path: dir.to_path_buf(),
            files: vec![format!("{} ({})", fault.file, fault.text)],
        }),
    }
}

/// Turns "no such file" into a statement about the result folder.
fn missing_or(error: ResultsError, dir: &Path, file: &str) -> ResultsError {
    match error {
        ResultsError::Io { cause, .. } if cause.kind() == io::ErrorKind::NotFound => ResultsError::Missing {
            path: dir.to_path_buf(),
            file: file.to_string(),
        },
        other => other,
    }
}

/// Reads a JSON document of the expected format.
pub(super) fn document<T: DeserializeOwned>(dir: &Path, file: &str, expected: &'static str) -> Result<T, ResultsError> {
    let value = raw(dir, file, expected)?;
    serde_json::from_value(value).map_err(|e| ResultsError::corrupt(&dir.join(file), e))
}

/// A JSON document of the expected format, as it stands.
fn raw(dir: &Path, file: &str, expected: &'static str) -> Result<serde_json::Value, ResultsError> {
    let path = dir.join(file);
    let text = fs::read(&path)
        .map_err(ResultsError::io("read", &path))
        .map_err(|e| missing_or(e, dir, file))?;
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|e| ResultsError::corrupt(&path, e))?;
    match value.get("format").and_then(serde_json::Value::as_str) {
        None => Err(ResultsError::corrupt(&path, "it does not say its format")),
        Some(found) if found != expected => Err(ResultsError::Version {
            found: found.to_string(),
            path,
            expected,
        }),
        Some(_) => Ok(value),
    }
}

/// Reads the monthly series.
fn read_series(dir: &Path) -> Result<Vec<SeriesRow>, ResultsError> {
    let path = dir.join(SERIES);
    let corrupt = |reason: String| ResultsError::corrupt(&path, reason);
    let file = File::open(&path)
        .map_err(ResultsError::io("read", &path))
        .map_err(|e| missing_or(e, dir, SERIES))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|e| corrupt(e.to_string()))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|e| corrupt(e.to_string()))?;
        append_rows(&batch, &mut rows).map_err(corrupt)?;
    }
    Ok(rows)
}

/// Some columns of `runs.parquet` by name, one number a run; a number that is missing is not a number. The numbers of the
/// runs come first.
///
/// # Errors
/// [`ResultsError::Missing`], or [`ResultsError::Corrupt`] with the columns that are not as they should be.
pub fn read_runs(dir: &Path, names: &[String]) -> Result<(Vec<u64>, Vec<Vec<f64>>), ResultsError> {
    let path = dir.join(RUNS);
    let corrupt = |reason: String| ResultsError::corrupt(&path, reason);
    let file = File::open(&path)
        .map_err(ResultsError::io("read", &path))
        .map_err(|e| missing_or(e, dir, RUNS))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| corrupt(e.to_string()))?;
    let wanted = std::iter::once("run").chain(names.iter().map(String::as_str));
    // Names of outcomes have dots in them, so columns are chosen by position.
    let places: Vec<usize> = wanted.filter_map(|name| builder.schema().index_of(name).ok()).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), places);
    let reader = builder
        .with_projection(mask)
        .build()
        .map_err(|e| corrupt(e.to_string()))?;
    let (mut runs, mut columns) = (Vec::new(), vec![Vec::new(); names.len()]);
    for batch in reader {
        let batch = batch.map_err(|e| corrupt(e.to_string()))?;
        runs.extend(whole(&batch, "run").map_err(corrupt)?);
        for (values, name) in columns.iter_mut().zip(names) {
            let column = column::<Float64Type>(&batch, name).map_err(corrupt)?;
            values.extend(column.iter().map(|v| v.unwrap_or(f64::NAN)));
        }
    }
    Ok((runs, columns))
}

/// The member of the ensemble that each run of `runs.parquet` used, by run; empty for a scenario without an ensemble.
///
/// # Errors
/// As [`read_runs`].
pub fn read_members(dir: &Path) -> Result<Vec<u64>, ResultsError> {
    let path = dir.join(RUNS);
    let corrupt = |reason: String| ResultsError::corrupt(&path, reason);
    let file = File::open(&path).map_err(ResultsError::io("read", &path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| corrupt(e.to_string()))?;
    let Ok(place) = builder.schema().index_of("member") else {
        return Ok(Vec::new());
    };
    let mask = ProjectionMask::roots(builder.parquet_schema(), [place]);
    let reader = builder
        .with_projection(mask)
        .build()
        .map_err(|e| corrupt(e.to_string()))?;
    let mut members = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|e| corrupt(e.to_string()))?;
        members.extend(whole(&batch, "member").map_err(corrupt)?);
    }
    Ok(members)
}

/// Appends the rows of one batch; the error says which column is not as it should be.
pub(super) fn append_rows(batch: &RecordBatch, rows: &mut Vec<SeriesRow>) -> Result<(), String> {
    let series: &StringArray = array(batch, "series")?
        .as_string_opt()
        .ok_or_else(|| "column series is not text".to_string())?;
    let month = whole(batch, "month")?;
    let n = whole(batch, "n")?;
    let number = |name: &str| column::<Float64Type>(batch, name);
    let (mean, sd, min, max) = (number("mean")?, number("sd")?, number("min")?, number("max")?);
    let quantiles = LEVELS
        .iter()
        .map(|&level| number(&quantile_name(level)))
        .collect::<Result<Vec<_>, _>>()?;
    // Where nothing was observed the table has a null and the row a NaN.
    let at = |column: &PrimitiveArray<Float64Type>, row| {
        if column.is_null(row) {
            f64::NAN
        } else {
            column.value(row)
        }
    };
    for row in 0..batch.num_rows() {
        rows.push(SeriesRow {
            series: series.value(row).to_string(),
            month: u32::try_from(month[row]).map_err(|_| format!("column month holds {}", month[row]))?,
            n: n[row],
            mean: at(mean, row),
            sd: at(sd, row),
            min: at(min, row),
            max: at(max, row),
            quantiles: std::array::from_fn(|level| at(quantiles[level], row)),
        });
    }
    Ok(())
}

/// A column by name.
fn array<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array, String> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| format!("column {name} is missing"))?;
    Ok(column.as_ref())
}

/// A column of numbers by name.
fn column<'a, T: ArrowPrimitiveType>(batch: &'a RecordBatch, name: &str) -> Result<&'a PrimitiveArray<T>, String> {
    array(batch, name)?
        .as_primitive_opt::<T>()
        .ok_or_else(|| format!("column {name} has another type than {}", T::DATA_TYPE))
}

/// A column of whole numbers by name, of any type that this or an earlier version has written: signed ones, before that
/// unsigned ones.
fn whole(batch: &RecordBatch, name: &str) -> Result<Vec<u64>, String> {
    fn values<T: ArrowPrimitiveType<Native: TryInto<u64> + std::fmt::Display>>(
        column: &dyn Array,
        name: &str,
    ) -> Option<Result<Vec<u64>, String>> {
        let column = column.as_primitive_opt::<T>()?;
        let below = |value: T::Native| format!("column {name} holds {value}");
        Some(
            column
                .values()
                .iter()
                .map(|v| (*v).try_into().map_err(|_| below(*v)))
                .collect(),
        )
    }
    let column = array(batch, name)?;
    values::<Int32Type>(column, name)
        .or_else(|| values::<Int64Type>(column, name))
        .or_else(|| values::<UInt32Type>(column, name))
        .or_else(|| values::<UInt64Type>(column, name))
        .unwrap_or_else(|| Err(format!("column {name} holds no whole numbers")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, UInt32Array, UInt64Array};
    use std::sync::Arc;

    fn batch(month: ArrayRef, n: ArrayRef) -> RecordBatch {
        let number = || Arc::new(Float64Array::from(vec![0.5, 0.25])) as ArrayRef;
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("series".into(), Arc::new(StringArray::from(vec!["credibility"; 2]))),
            ("month".into(), month),
            ("n".into(), n),
        ];
        columns.extend(["mean", "sd", "min", "max"].map(|name| (name.to_owned(), number())));
        columns.extend(LEVELS.map(|level| (quantile_name(level), number())));
        RecordBatch::try_from_iter(columns).expect("columns of one length")
    }

    #[test]
    fn signed_and_earlier_unsigned_tables_are_read_alike() {
        let now = batch(
            Arc::new(Int32Array::from(vec![0, 12])),
            Arc::new(Int64Array::from(vec![7, 9])),
        );
        let then = batch(
            Arc::new(UInt32Array::from(vec![0, 12])),
            Arc::new(UInt64Array::from(vec![7, 9])),
        );
        let rows = |batch: &RecordBatch| {
            let mut rows = Vec::new();
            append_rows(batch, &mut rows).map(|()| rows)
        };
        assert_eq!(rows(&now), rows(&then));
        assert_eq!(rows(&now).expect("rows")[1].month, 12);
        let below = batch(
            Arc::new(Int32Array::from(vec![0, -1])),
            Arc::new(Int64Array::from(vec![7, 9])),
        );
        assert_eq!(rows(&below).expect_err("no month"), "column month holds -1");
        let float = batch(
            Arc::new(Float64Array::from(vec![0.0, 1.0])),
            Arc::new(Int64Array::from(vec![7, 9])),
        );
        assert_eq!(
            rows(&float).expect_err("no month"),
            "column month holds no whole numbers"
        );
    }
}
