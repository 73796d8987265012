//! What can go wrong with results on disk.

use parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a result could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file system refused: no space, no permission, no such place.
    #[error("cannot {doing} {}: {cause}", path.display())]
    Io {
        /// What was tried, as a verb: `write`, `read`, `create`.
        doing: &'static str,
        path: PathBuf,
        cause: io::Error,
    },
    /// A table could not be encoded.
    #[error("cannot write the table {}: {cause}", path.display())]
    Table { path: PathBuf, cause: ParquetError },
    /// The output path is taken by something that is no folder.
    #[error("{} exists and is not a folder", path.display())]
    NotAFolder { path: PathBuf },
    /// The output folder holds something else.
    #[error("{} is not empty and holds no result ({reason}); choose another folder, or --force to write into it", path.display())]
    Foreign { path: PathBuf, reason: String },
    /// The output folder holds the result of another plan.
    #[error("{} holds the result of another plan ({found}, not {wanted}); choose another folder, or --force to replace it", path.display())]
    OtherPlan {
        path: PathBuf,
        found: String,
        wanted: String,
    },
    /// A file of a result folder is not there.
    #[error("{} is not a complete result: {file} is missing", path.display())]
    Missing { path: PathBuf, file: String },
    /// A file of a result folder makes no sense.
    #[error("{} cannot be read: {reason}", path.display())]
    Corrupt { path: PathBuf, reason: String },
    /// A file was written by a program with another format.
    #[error("{} has format {found:?}; this program reads {expected:?}", path.display())]
    Version {
        path: PathBuf,
        found: String,
        expected: &'static str,
    },
    /// Files differ from what the manifest says of them.
    #[error("{} was changed after it was written: {} no longer match the manifest", path.display(), files.join(", "))]
    Damaged { path: PathBuf, files: Vec<String> },
    /// Putting the new result in place failed, and so did putting the old one back.
    #[error("{} could not be replaced ({cause}); the files of the old result are kept in {}", path.display(), kept.display())]
    Stranded {
        path: PathBuf,
        kept: PathBuf,
        cause: Box<ResultsError>,
    },
}

impl ResultsError {
    /// For `map_err` on file operations.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |cause| ResultsError::Io { doing, path, cause }
    }

    /// For `map_err` on writing tables; a failure of the file system below is told as such.
    pub(super) fn table(path: &Path) -> impl FnOnce(ParquetError) -> Self {
        let path = path.to_path_buf();
        move |cause| match cause {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(cause) => ResultsError::Io {
                    doing: "write",
                    path,
                    cause: *cause,
                },
                Err(inner) => ResultsError::Table {
                    path,
                    cause: ParquetError::External(inner),
                },
            },
            cause => ResultsError::Table { path, cause },
        }
    }

    /// A file that makes no sense, and why.
    pub(super) fn corrupt(path: &Path, reason: impl ToString) -> Self {
        ResultsError::Corrupt {
            path: path.to_path_buf(),
            reason: reason.to_string(),
        }
    }
}
