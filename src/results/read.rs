//! Results read back, with a plain word about what is wrong with them.

use super::error::ResultsError;
use super::folder::{MANIFEST, RUNS, SERIES, SUMMARY, checksum};
use super::format::{LEVELS, MANIFEST_FORMAT, Manifest, SUMMARY_FORMAT, SeriesRow, Stored, Summary};
use super::tables::quantile_name;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray, RecordBatch, StringArray};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io;
use std::path::Path;

impl Stored {
    /// Reads what charts and reports need of the result folder `dir`: manifest, summary and series.
    ///
    /// The two latter must match their checksums in the manifest. A partial result is read like a complete
    /// one; its manifest says so.
    ///
    /// # Errors
    /// [`ResultsError::Missing`], [`ResultsError::Version`], [`ResultsError::Damaged`],
    /// [`ResultsError::Corrupt`], or [`ResultsError::Io`] where the folder cannot be read at all.
    pub fn read(dir: &Path) -> Result<Stored, ResultsError> {
        let manifest = read_manifest(dir)?;
        let listed = |file: &&str| manifest.checksums.contains_key(*file);
        compare(dir, &manifest, [SUMMARY, SERIES].into_iter().filter(listed))?;
        let summary: Summary = document(dir, SUMMARY, SUMMARY_FORMAT)?;
        let series = read_series(dir)?;
        Ok(Stored {
            manifest,
            summary,
            series,
        })
    }
}

/// Reads the manifest of the result folder `dir`.
///
/// # Errors
/// As [`Stored::read`].
pub fn read_manifest(dir: &Path) -> Result<Manifest, ResultsError> {
    document(dir, MANIFEST, MANIFEST_FORMAT)
}

/// Compares every file that the manifest of `dir` lists with its checksum, and returns the manifest.
///
/// # Errors
/// [`ResultsError::Damaged`] with the names of all files that differ, [`ResultsError::Missing`] for the
/// first that is not there, and as [`read_manifest`].
pub fn verify(dir: &Path) -> Result<Manifest, ResultsError> {
    let manifest = read_manifest(dir)?;
    compare(dir, &manifest, manifest.checksums.keys().map(String::as_str))?;
    Ok(manifest)
}

/// Compares some files with the checksums in the manifest.
fn compare<'a>(dir: &Path, manifest: &Manifest, files: impl Iterator<Item = &'a str>) -> Result<(), ResultsError> {
    let mut changed = Vec::new();
    for file in files {
        let path = dir.join(file);
        let found = checksum(&path).map_err(|error| missing_or(error, dir, file))?;
        if manifest.checksums.get(file) != Some(&found) {
            changed.push(file.to_string());
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    Err(ResultsError::Damaged {
        path: dir.to_path_buf(),
        files: changed,
    })
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

/// Compares one file with its checksum in the manifest of `dir`.
///
/// # Errors
/// As [`verify`].
pub fn verify_file(dir: &Path, file: &str) -> Result<(), ResultsError> {
    compare(dir, &read_manifest(dir)?, std::iter::once(file))
}

/// Reads a JSON document of the expected format.
///
/// # Errors
/// As [`Stored::read`].
pub fn document<T: DeserializeOwned>(dir: &Path, file: &str, expected: &'static str) -> Result<T, ResultsError> {
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
        Some(_) => serde_json::from_value(value).map_err(|e| ResultsError::corrupt(&path, e)),
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
    let reader = builder.with_projection(mask).build().map_err(|e| corrupt(e.to_string()))?;
    let (mut runs, mut columns) = (Vec::new(), vec![Vec::new(); names.len()]);
    for batch in reader {
        let batch = batch.map_err(|e| corrupt(e.to_string()))?;
        runs.extend(column::<UInt64Type>(&batch, "run").map_err(corrupt)?.values());
        for (values, name) in columns.iter_mut().zip(names) {
            let column = column::<Float64Type>(&batch, name).map_err(corrupt)?;
            values.extend(column.iter().map(|v| v.unwrap_or(f64::NAN)));
        }
    }
    Ok((runs, columns))
}

/// Appends the rows of one batch; the error says which column is not as it should be.
fn append_rows(batch: &RecordBatch, rows: &mut Vec<SeriesRow>) -> Result<(), String> {
    let series: &StringArray = array(batch, "series")?
        .as_string_opt()
        .ok_or_else(|| "column series is not text".to_string())?;
    let month = column::<UInt32Type>(batch, "month")?;
    let n = column::<UInt64Type>(batch, "n")?;
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
            month: month.value(row),
            n: n.value(row),
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
