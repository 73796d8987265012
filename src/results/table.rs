//! One Parquet file in the making: its columns, its properties, its row groups.

use super::error::ResultsError;
use super::memory::guarded;
use super::partial::PartialFile;
use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Metadata, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the files name as their writer; fixed, so that a new version of a library changes no byte of it.
const CREATED_BY: &str = concat!("deter version ", env!("CARGO_PKG_VERSION"));

/// Where the rows of a table come from, for whoever meets the file alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    pub scenario: String,
    pub scenario_hash: String,
    pub option: Option<String>,
    pub assumptions: Vec<String>,
    /// Calendar month of month 0, `YYYY-MM`.
    pub start: String,
    pub seed: u64,
    pub plan_hash: String,
}

impl About {
    /// Keys and values at the level of the file, which is where DuckDB, pandas, polars and R look; few programs show what
    /// is known of a single column.
    fn entries(&self, columns: &[Field]) -> Vec<(String, String)> {
        let own = |column: &Field, key: &str| column.metadata().get(key).cloned().unwrap_or_default();
        let of = |column: &Field| serde_json::json!({ "unit": own(column, "unit"), "label": own(column, "label") });
        let columns: serde_json::Map<_, _> = columns.iter().map(|c| (c.name().clone(), of(c))).collect();
        let entries = [
            ("deter.columns", serde_json::Value::from(columns).to_string()),
            ("deter.scenario", self.scenario.clone()),
            ("deter.scenario_hash", self.scenario_hash.clone()),
            ("deter.option", self.option.clone().unwrap_or_default()),
            ("deter.assumptions", self.assumptions.join(" ")),
            ("deter.start", self.start.clone()),
            // As text: a reader that takes numbers for doubles would change it.
            ("deter.seed", self.seed.to_string()),
            ("deter.plan_hash", self.plan_hash.clone()),
            ("deter.version", env!("CARGO_PKG_VERSION").to_owned()),
        ];
        entries.map(|(key, value)| (key.to_owned(), value)).to_vec()
    }
}

/// A table on its way to a writer.
pub(super) struct Table<W: Write + Send> {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> Table<W> {
    /// `more` are further keys and values at the level of the file.
    pub(super) fn over(
        sink: W,
        path: &Path,
        fields: Vec<Field>,
        about: &About,
        more: Vec<(String, String)>,
    ) -> Result<Self, ResultsError> {
        let failed = || ResultsError::table(path);
        let entries = [about.entries(&fields), more].concat();
        let entry = |(key, value): &(String, String)| KeyValue::new(key.clone(), value.clone());
        let stored = entries.iter().map(entry).collect();
        let texts = fields.iter().filter(|f| f.data_type() == &DataType::Utf8);
        let texts: Vec<String> = texts.map(|f| f.name().clone()).collect();
        let mut properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_string())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(failed())?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(None)
            .set_key_value_metadata(Some(stored))
            // Few numbers repeat, all words do.
            .set_dictionary_enabled(false);
        for text in texts {
            properties = properties.set_column_dictionary_enabled(vec![text].into(), true);
        }
        // Readers of Arrow take what the schema says of itself for the whole.
        let schema = Arc::new(Schema::new(fields).with_metadata(entries.into_iter().collect::<Metadata>()));
        let writer = ArrowWriter::try_new(sink, schema.clone(), Some(properties.build())).map_err(failed())?;
        Ok(Self {
            path: path.to_path_buf(),
            schema,
            writer,
        })
    }

    /// Writes one row group.
    pub(super) fn group(&mut self, columns: Vec<ArrayRef>) -> Result<(), ResultsError> {
        let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(ParquetError::from);
        let writer = &mut self.writer;
        let written = guarded(&self.path, || {
            batch
                .and_then(|batch| writer.write(&batch))
                .and_then(|()| writer.flush())
        })?;
        written.map_err(ResultsError::table(&self.path))
    }

    /// Writes the end of the file and hands everything to the sink.
    pub(super) fn end(&mut self) -> Result<(), ResultsError> {
        let writer = &mut self.writer;
        let ended = guarded(&self.path, || writer.finish().and_then(|_| Ok(writer.sync()?)))?;
        ended.map_err(ResultsError::table(&self.path))
    }
}

impl Table<PartialFile> {
    pub(super) fn create(
        path: &Path,
        fields: Vec<Field>,
        about: &About,
        more: Vec<(String, String)>,
    ) -> Result<Self, ResultsError> {
        Self::over(PartialFile::create(path)?, path, fields, about, more)
    }

    pub(super) fn commit(mut self) -> Result<(), ResultsError> {
        self.end()?;
        self.writer.inner_mut().commit()
    }
}

/// A column with its unit and what it means.
pub(super) fn field(name: &str, kind: DataType, unit: &str, label: &str) -> Field {
    Field::new(name, kind, false).with_metadata([("unit", unit), ("label", label)])
}

/// A column of numbers that may be missing.
pub(super) fn number(name: &str, unit: &str, label: &str) -> Field {
    field(name, DataType::Float64, unit, label).with_nullable(true)
}

/// Numbers as a column, with nulls for those that are not finite.
pub(super) fn numbers(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(values.map(|v| v.is_finite().then_some(v)).collect::<Float64Array>())
}

/// The same of a list, whose memory the column takes over where nothing is missing.
pub(super) fn number_list(values: Vec<f64>) -> ArrayRef {
    if values.iter().all(|v| v.is_finite()) {
        Arc::new(Float64Array::from(values))
    } else {
        numbers(values.into_iter())
    }
}

/// Numbers of runs, members or months as a column. Signed, so that `month - 12` is what it says in every reader, and in 32
/// bits, so that JavaScript gets numbers: a batch has at most a thousand million runs.
///
/// # Errors
/// The first number beyond that.
pub(super) fn ordinals(values: impl Iterator<Item = u64>, path: &Path) -> Result<ArrayRef, ResultsError> {
    let beyond = |value: u64| ParquetError::General(format!("{value} does not fit a column of 32 bits"));
    let fit = |value: u64| i32::try_from(value).map_err(|_| ResultsError::table(path)(beyond(value)));
    let column = values.map(fit).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Int32Array::from(column)))
}

/// Counts as a column. Signed as [`ordinals`], and in 64 bits, so that a product of two of them still is one.
pub(super) fn counts(values: impl Iterator<Item = u64>) -> ArrayRef {
    // A count of things that were each looked at stays far below 2^63.
    let column = values.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    Arc::new(column.collect::<Int64Array>())
}
