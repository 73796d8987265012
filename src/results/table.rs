//! One Parquet file in the making: its columns, its properties, its row groups.

use super::error::ResultsError;
use super::memory::guarded;
use super::partial::PartialFile;
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the files name as their writer; fixed, so that a new version of a library changes no byte of it.
const CREATED_BY: &str = concat!("deter version ", env!("CARGO_PKG_VERSION"));

/// A table on its way to a writer.
pub(super) struct Table<W: Write + Send> {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> Table<W> {
    pub(super) fn over(sink: W, path: &Path, fields: Vec<Field>) -> Result<Self, ResultsError> {
        let failed = || ResultsError::table(path);
        let texts = fields.iter().filter(|f| f.data_type() == &DataType::Utf8);
        let texts: Vec<String> = texts.map(|f| f.name().clone()).collect();
        let mut properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_string())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(failed())?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(None)
            // Few numbers repeat, all words do.
            .set_dictionary_enabled(false);
        for text in texts {
            properties = properties.set_column_dictionary_enabled(vec![text].into(), true);
        }
        let schema = Arc::new(Schema::new(fields));
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
    pub(super) fn create(path: &Path, fields: Vec<Field>) -> Result<Self, ResultsError> {
        Self::over(PartialFile::create(path)?, path, fields)
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
