//! A result folder is replaced as a whole or not at all.
//!
//! A run writes into a hidden staging folder beside (or in) the output folder. Only when everything is
//! there do the files move into place, so a run that fails leaves what was there before. Files that are
//! not ours are never touched, with or without `force`.

use super::error::ResultsError;
use super::format::Manifest;
use super::partial::PartialFile;
use crate::study::format::COMPARISON;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What determines the numbers, and the checksums of the rest.
pub const MANIFEST: &str = "manifest.json";
/// Headline outcomes.
pub const SUMMARY: &str = "summary.json";
/// One row a run.
pub const RUNS: &str = "runs.parquet";
/// One row a challenge.
pub const CHALLENGES: &str = "challenges.parquet";
/// One row a series and month.
pub const SERIES: &str = "series.parquet";
/// The page of pictures and text.
pub const REPORT: &str = "report.html";
/// The folder of pictures.
pub const CHARTS: &str = "charts";

/// Our files at the top of a result folder; the manifest comes first, so that it is the first to leave.
const OWN: [&str; 7] = [MANIFEST, SUMMARY, COMPARISON, RUNS, CHALLENGES, SERIES, REPORT];
/// Our files in the folder of pictures, by extension.
const OWN_PICTURES: [&str; 5] = ["svg", "png", "pdf", "csv", "json"];
/// How the names of staging folders begin inside an output folder.
const STAGE: &str = ".partial-";

/// A result on its way into its folder.
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
    stage: TempDir,
    plan_hash: String,
    force: bool,
}

impl Folder {
    /// Prepares to write the result of the plan `plan_hash` into `path`, creating what is missing above it.
    ///
    /// An output folder may be new, empty, or hold an earlier result of the same plan. With `force` it may
    /// hold anything; our own files in it are then replaced.
    ///
    /// # Errors
    /// [`ResultsError::OtherPlan`], [`ResultsError::Foreign`] and [`ResultsError::NotAFolder`] for a place
    /// that is taken, [`ResultsError::Io`] for one that cannot be written to.
    pub fn create(path: &Path, plan_hash: &str, force: bool) -> Result<Self, ResultsError> {
        let exists = admissible(path, plan_hash, force)?;
        // Staging inside an existing folder needs no rights above it and stays on its file system.
        let (place, prefix) = match (exists, path.file_name()) {
            (false, Some(name)) => {
                let above = path
                    .parent()
                    .filter(|p| !p.as_os_str().is_empty())
                    .unwrap_or(Path::new("."));
                fs::create_dir_all(above).map_err(ResultsError::io("create", above))?;
                (above, format!(".{}{STAGE}", name.to_string_lossy()))
            }
            _ => (path, STAGE.to_string()),
        };
        Ok(Self {
            target: path.to_path_buf(),
            stage: staging(place, &prefix)?,
            plan_hash: plan_hash.to_string(),
            force,
        })
    }

    /// Where to write the files of this result until [`Folder::finish`].
    pub fn path(&self) -> &Path {
        self.stage.path()
    }

    /// Where the result will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Adds the checksums to the manifest, writes it, and puts everything in place.
    ///
    /// # Errors
    /// [`ResultsError::Io`]; what was in the folder before is then back in its place. Should that fail as
    /// well, [`ResultsError::Stranded`] says where the old files are. Refusals as in [`Folder::create`], if
    /// the folder was taken in the meantime.
    pub fn finish(self, mut manifest: Manifest) -> Result<PathBuf, ResultsError> {
        manifest.checksums = checksums(self.path())?;
        write_json(&self.path().join(MANIFEST), &manifest)?;
        if admissible(&self.target, &self.plan_hash, self.force)? {
            replace(self.path(), &self.target)?;
        } else {
            fs::rename(self.path(), &self.target).map_err(ResultsError::io("create", &self.target))?;
            // The staging folder has become the result: there is nothing left to clean up.
            let _ = self.stage.keep();
        }
        Ok(self.target)
    }
}

/// Whether there is a folder at `path`, if this plan may write there.
fn admissible(path: &Path, plan_hash: &str, force: bool) -> Result<bool, ResultsError> {
    match fs::metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(cause) => return Err(ResultsError::io("read", path)(cause)),
        Ok(found) if !found.is_dir() => {
            return Err(ResultsError::NotAFolder {
                path: path.to_path_buf(),
            });
        }
        Ok(_) => {}
    }
    if force || is_empty(path)? {
        return Ok(true);
    }
    let foreign = |reason: String| ResultsError::Foreign {
        path: path.to_path_buf(),
        reason,
    };
    let text = match fs::read(path.join(MANIFEST)) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Err(foreign(format!("no {MANIFEST}"))),
        Err(cause) => return Err(foreign(format!("{MANIFEST}: {cause}"))),
    };
    /// The one thing that must be known of a result before it is replaced.
    #[derive(serde::Deserialize)]
    struct Identity {
        plan_hash: String,
    }
    let found: Identity = serde_json::from_slice(&text).map_err(|cause| foreign(format!("{MANIFEST}: {cause}")))?;
    if found.plan_hash == plan_hash {
        return Ok(true);
    }
    Err(ResultsError::OtherPlan {
        path: path.to_path_buf(),
        found: found.plan_hash,
        wanted: plan_hash.to_string(),
    })
}

/// Whether a folder holds nothing but what a killed run may have left.
fn is_empty(path: &Path) -> Result<bool, ResultsError> {
    for entry in fs::read_dir(path).map_err(ResultsError::io("read", path))? {
        let entry = entry.map_err(ResultsError::io("read", path))?;
        if !entry.file_name().to_string_lossy().starts_with(STAGE) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A new hidden folder in `place`, removed when dropped.
fn staging(place: &Path, prefix: &str) -> Result<TempDir, ResultsError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        // Temporary folders are private by default, but this one may become the result: as the umask has it.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(place).map_err(ResultsError::io("write to", place))
}

/// Files moved so far, so that they can be moved back.
#[derive(Default)]
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    /// Moves a file to a place that must be free.
    fn make(&mut self, from: PathBuf, to: PathBuf) -> Result<(), ResultsError> {
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).map_err(ResultsError::io("create", above))?;
        }
        if fs::symlink_metadata(&to).is_ok() {
            return Err(ResultsError::io("write", &to)(io::ErrorKind::AlreadyExists.into()));
        }
        fs::rename(&from, &to).map_err(ResultsError::io("write", &to))?;
        self.0.push((from, to));
        Ok(())
    }

    /// Moves everything back, the last first.
    fn undo(self) -> io::Result<()> {
        self.0.iter().rev().try_for_each(|(from, to)| fs::rename(to, from))
    }
}

/// Puts the files of `stage` in the place of our files in `target`.
///
/// The old manifest leaves first and the new one arrives last: a reader in between, or a machine that
/// stops in between, sees a folder without a manifest and knows that it is not a result.
fn replace(stage: &Path, target: &Path) -> Result<(), ResultsError> {
    let aside = staging(target, STAGE)?;
    let mut arriving = files(stage)?;
    arriving.sort_by_key(|file| (file.as_path() == Path::new(MANIFEST), file.clone()));
    let mut moves = Moves::default();
    let result = own_files(target).and_then(|leaving| {
        for file in leaving {
            moves.make(target.join(&file), aside.path().join(&file))?;
        }
        for file in &arriving {
            moves.make(stage.join(file), target.join(file))?;
        }
        Ok(())
    });
    match result {
        Ok(()) => {
            // Goes only if the new result has no pictures and nobody else put anything there.
            let _ = fs::remove_dir(target.join(CHARTS));
            Ok(())
        }
        Err(cause) => match moves.undo() {
            Ok(()) => Err(cause),
            Err(_) => Err(ResultsError::Stranded {
                path: target.to_path_buf(),
                kept: aside.keep(),
                cause: Box::new(cause),
            }),
        },
    }
}

/// Our files in a result folder, relative to it.
fn own_files(folder: &Path) -> Result<Vec<PathBuf>, ResultsError> {
    let mut own: Vec<PathBuf> = OWN
        .iter()
        .map(PathBuf::from)
        .filter(|file| folder.join(file).is_file())
        .collect();
    let charts = folder.join(CHARTS);
    if charts.is_dir() {
        let is_ours = |file: &PathBuf| {
            let extension = file.extension().and_then(|e| e.to_str());
            extension.is_some_and(|e| OWN_PICTURES.contains(&e))
        };
        own.extend(
            files(&charts)?
                .into_iter()
                .filter(is_ours)
                .map(|file| Path::new(CHARTS).join(file)),
        );
    }
    Ok(own)
}

/// All files below a folder, relative to it, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, ResultsError> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        for entry in fs::read_dir(&here).map_err(ResultsError::io("read", &here))? {
            let entry = entry.map_err(ResultsError::io("read", &here))?;
            let name = below.join(entry.file_name());
            let kind = entry.file_type().map_err(ResultsError::io("read", &here))?;
            if kind.is_dir() {
                open.push(name)
            } else {
                found.push(name)
            }
        }
    }
    found.sort();
    Ok(found)
}

/// File name to blake3 of its bytes, of the data in a folder: not the manifest itself, and neither the
/// pictures nor the report, which may be redrawn later.
fn checksums(folder: &Path) -> Result<BTreeMap<String, String>, ResultsError> {
    let is_data = |file: &PathBuf| {
        let redrawn = file.starts_with(CHARTS) || file == Path::new(REPORT);
        !redrawn && file != Path::new(MANIFEST)
    };
    let data = files(folder)?.into_iter().filter(is_data);
    data.map(|file| Ok((file.to_string_lossy().into_owned(), checksum(&folder.join(file))?)))
        .collect()
}

/// Blake3 of the bytes of a file, in hexadecimal.
pub(super) fn checksum(path: &Path) -> Result<String, ResultsError> {
    let file = File::open(path).map_err(ResultsError::io("read", path))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file).map_err(ResultsError::io("read", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Writes a document: indented, fields in the order of their declaration, one newline at the end, and
/// under its name only when it is whole.
///
/// # Errors
/// [`ResultsError::Io`].
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), ResultsError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|e| ResultsError::io("write", path)(e.into()))?;
    text.push(b'\n');
    let mut file = PartialFile::create(path)?;
    file.write_all(&text).map_err(ResultsError::io("write", path))?;
    file.commit()
}
