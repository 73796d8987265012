//! Results read back, with a plain word about what is wrong with them.

use super::error::ResultsError;
use super::folder::{MANIFEST, SERIES, SUMMARY, checksum};
use super::format::{LEVELS, MANIFEST_FORMAT, Manifest, SUMMARY_FORMAT, SeriesRow, Stored, Summary};
use super::tables::quantile_name;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray, RecordBatch, StringArray};
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

/// Reads a JSON document of the expected format.
fn document<T: DeserializeOwned>(dir: &Path, file: &str, expected: &'static str) -> Result<T, ResultsError> {
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

/// Appends the rows of one batch; the error says which column is not as it should be.
fn append_rows(batch: &RecordBatch, rows: &mut Vec<SeriesRow>) -> Result<(), String> {
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
