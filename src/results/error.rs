//! What can go wrong with results on disk.

use parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a result could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file system refused: no space, no permission, no such place.
    #[error("cannot {doing} {}: {cause}", crate::text::path(path))]
    Io {
        /// What was tried, as a verb: `write`, `read`, `create`.
        doing: &'static str,
        path: PathBuf,
        cause: io::Error,
    },
    /// A table could not be encoded.
    #[error("cannot write the table {}: {cause}", crate::text::path(path))]
    Table { path: PathBuf, cause: ParquetError },
    /// The output path is taken by something that is no folder.
    #[error("{} exists and is not a folder", crate::text::path(path))]
    NotAFolder { path: PathBuf },
    /// The output folder is a link that leads nowhere.
    #[error(
        "{} is a link to {}, which does not exist; make that folder, or choose another",
        crate::text::path(path),
        crate::text::path(to)
    )]
    Dangling { path: PathBuf, to: PathBuf },
    /// The output folder holds something else.
    #[error(
        "{} is not empty and holds no result ({reason}); choose another folder, or --force to write into it",
        crate::text::path(path)
    )]
    Foreign { path: PathBuf, reason: String },
    /// Somebody else's files have the names of ours.
    #[error("{} holds {}, which no manifest of ours names, where the result would be written; choose another folder, or move {} away",
        crate::text::path(path), files.join(", "), if files.len() == 1 { "it" } else { "them" })]
    Clash { path: PathBuf, files: Vec<String> },
    /// The output folder holds the result of another plan.
    #[error("{} holds another result: {}; choose another folder with --out, or --force to replace it", crate::text::path(path), differences.join("; "))]
    OtherPlan {
        path: PathBuf,
        /// What it was made with and what is asked for now, a setting each.
        differences: Vec<String>,
    },
    /// The result was replaced while it was worked on.
    #[error("{} was changed by another program meanwhile; try again", crate::text::path(path))]
    Changed { path: PathBuf },
    /// A finished result could not be put in its place.
    #[error("{cause}\nthe finished result is kept in {}", crate::text::path(kept))]
    Kept { kept: PathBuf, cause: Box<ResultsError> },
    /// The folder has no manifest.
    #[error("{}", no_result(path, file))]
    Missing { path: PathBuf, file: String },
    /// A file of a result folder makes no sense.
    #[error("{} cannot be read: {reason}", crate::text::path(path))]
    Corrupt { path: PathBuf, reason: String },
    /// A file was written by a program with another format.
    #[error(
        "{} has format {found:?}; this program reads {expected:?}: run the scenario again, or use the version that wrote it",
        crate::text::path(path)
    )]
    Version {
        path: PathBuf,
        found: String,
        expected: &'static str,
    },
    /// Files are missing, or differ from what the manifest says of them.
    #[error("{} is not as it was written: {}; `deter verify` tells more, and running the scenario again mends it",
        crate::text::path(path), files.join(", "))]
    Damaged { path: PathBuf, files: Vec<String> },
    /// There is not enough memory to write a table.
    #[error(
        "there is not enough memory to write {}: raise the limit (ulimit -v), or give fewer threads with --jobs",
        crate::text::path(path)
    )]
    Memory { path: PathBuf },
}

/// What a place without a manifest, or without another file of a result, is instead.
fn no_result(path: &Path, file: &str) -> String {
    let shown = crate::text::path(path);
    if !path.exists() {
        return format!("there is no folder {shown}");
    }
    let is_batch = path.join("index.json").is_file() && path.join("index.html").is_file();
    match is_batch {
        true => format!(
            "{shown} is the folder of a batch: open its index.html, or name one of the cells that its index.csv lists"
        ),
        false => format!("{shown} is a folder and no result: {file} is missing"),
    }
}

impl ResultsError {
    /// Whether a stored result is not what it was when it was written, rather than a place that is no result at all.
    pub fn is_damage(&self) -> bool {
        matches!(self, ResultsError::Damaged { .. } | ResultsError::Corrupt { .. })
    }

    /// The same of a file that will be below `to` when it is finished: nobody knows the staging folder `from`.
    pub(crate) fn instead(self, from: &Path, to: &Path) -> Self {
        let moved = |path: PathBuf| match path.strip_prefix(from) {
            Ok(below) => to.join(below),
            Err(_) => path,
        };
        match self {
            ResultsError::Io { doing, path, cause } => ResultsError::Io {
                doing,
                path: moved(path),
                cause,
            },
            ResultsError::Table { path, cause } => ResultsError::Table {
                path: moved(path),
                cause,
            },
            ResultsError::Memory { path } => ResultsError::Memory { path: moved(path) },
            other => other,
        }
    }

    /// For `map_err` on file operations.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
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
