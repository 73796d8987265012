//! Where a result is or will be, and the clearing of what killed runs left there.

use super::error::ResultsError;
use super::folder::listed_in;
use super::read::verify;
use super::stage::{Hold, Leftover, REPLACING, is_staging, leftovers};
use super::swap::{rename_new, retire, roll};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// An output folder, there or not.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// As the user calls it.
    shown: PathBuf,
    /// Without links and dots.
    real: PathBuf,
    /// Its name in the folder above; that of the root is empty.
    name: OsString,
}

impl Place {
    /// The place `path`, with the folders above it, which are made.
    ///
    /// # Errors
    /// [`ResultsError::Dangling`] for a link that leads nowhere, [`ResultsError::Io`] for what cannot be a folder.
    pub(super) fn make(path: &Path) -> Result<Place, ResultsError> {
        if let Some(found) = Self::find(path)? {
            return Ok(found);
        }
        let above = match path.parent() {
            Some(above) if !above.as_os_str().is_empty() => above,
            _ => Path::new("."),
        };
        fs::create_dir_all(above).map_err(ResultsError::io("create", above))?;
        let invalid = || ResultsError::io("create", path)(io::ErrorKind::InvalidInput.into());
        Self::find(path)?.ok_or_else(invalid)
    }

    /// The place `path`; none where even the folder above it is missing.
    ///
    /// # Errors
    /// As [`Place::make`].
    pub(super) fn find(path: &Path) -> Result<Option<Place>, ResultsError> {
        let failed = || ResultsError::io("read", path);
        let real = match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => match fs::canonicalize(path) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                    return Err(ResultsError::Dangling {
                        path: path.to_path_buf(),
                        to: fs::read_link(path).map_err(failed())?,
                    });
                }
                real => real.map_err(failed())?,
            },
            Ok(_) => fs::canonicalize(path).map_err(failed())?,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                let above = match path.parent() {
                    Some(above) if !above.as_os_str().is_empty() => above,
                    _ => Path::new("."),
                };
                let (Some(name), Ok(above)) = (path.file_name(), fs::canonicalize(above)) else {
                    return Ok(None);
                };
                above.join(name)
            }
            Err(cause) => return Err(failed()(cause)),
        };
        Ok(Some(Place {
            shown: path.to_path_buf(),
            name: real.file_name().unwrap_or_default().to_owned(),
            real,
        }))
    }

    pub(super) fn shown(&self) -> &Path {
        &self.shown
    }

    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    pub(super) fn name(&self) -> &OsString {
        &self.name
    }

    /// The folder above; none for the root.
    pub(super) fn above(&self) -> Option<&Path> {
        self.real.parent()
    }

    /// Whether `path` is in the folder above, and not in this one.
    pub(super) fn is_beside(&self, path: &Path) -> bool {
        path.parent() == self.above()
    }

    /// A path beside the place, called as the user calls the place.
    pub(super) fn show(&self, path: &Path) -> PathBuf {
        match (self.shown.parent(), path.file_name()) {
            (Some(above), Some(name))
                if self.is_beside(path) && self.shown.file_name() == Some(self.name.as_os_str()) =>
            {
                above.join(name)
            }
            _ => path.to_path_buf(),
        }
    }

    /// Whether another folder cannot take its place: something is mounted there, or this process works in it.
    pub(super) fn is_fixed(&self) -> bool {
        let works_in_it = fs::canonicalize(".").is_ok_and(|here| here.starts_with(&self.real));
        works_in_it || self.is_mount_point()
    }

    #[cfg(unix)]
    fn is_mount_point(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
        self.above().is_none_or(|above| device(above) != device(&self.real))
    }

    #[cfg(not(unix))]
    fn is_mount_point(&self) -> bool {
        self.above().is_none()
    }

    /// # Errors
    /// [`ResultsError::Io`] where the folder is protected against writing.
    pub(super) fn is_writable(&self) -> Result<(), ResultsError> {
        #[cfg(unix)]
        {
            use rustix::fs::{Access, access};
            access(&self.real, Access::WRITE_OK | Access::EXEC_OK)
                .map_err(|cause| ResultsError::io("write to", &self.shown)(cause.into()))?;
        }
        Ok(())
    }

    /// Sends the names in the folder above to the disk.
    pub(super) fn sync(&self) {
        if let Some(above) = self.above() {
            // Some file systems cannot; what is there is then as safe as they make it.
            let _ = fs::File::open(above).and_then(|folder| folder.sync_all());
        }
    }
}

/// Clears what killed runs left in and beside the output folder `path`, or puts in place what they had finished.
/// Returns a sentence for each. What living processes work on is left alone, and so is what cannot be cleared.
///
/// # Errors
/// [`ResultsError::Io`] where a replacement that was under way cannot be carried on: the folder is then no result yet.
pub fn tidy(path: &Path) -> Result<Vec<String>, ResultsError> {
    match Place::find(path) {
        Ok(Some(place)) => tidy_place(&place),
        // Whoever opens it says what is wrong with it.
        Ok(None) | Err(_) => Ok(Vec::new()),
    }
}

/// As [`tidy`].
pub(super) fn tidy_place(place: &Place) -> Result<Vec<String>, ResultsError> {
    let mut told = Vec::new();
    for here in place.above().into_iter().chain([place.real()]) {
        // A folder that cannot be read or is not there has no leftovers that could be cleared.
        let Ok(found) = leftovers(here) else { continue };
        for leftover in found {
            // Where it cannot be removed, on a read-only medium for instance, it stays without doing harm.
            if let Ok(sentence) = clear(here, &leftover) {
                told.push(sentence);
            }
        }
    }
    let replacing = place.real().join(REPLACING);
    if replacing.is_dir() {
        let Ok(_hold) = Hold::wait(place.real()) else {
            return Ok(told);
        };
        if replacing.is_dir() {
            roll(place.real(), listed_in)?;
            told.push(format!(
                "{}: a killed run was putting its result in place; that is done now",
                crate::text::path(place.shown())
            ));
        }
    }
    Ok(told)
}

/// Clears one leftover in the folder `here`.
fn clear(here: &Path, leftover: &Leftover) -> Result<String, ResultsError> {
    let path = &leftover.path;
    let shown = path
        .file_name()
        .unwrap_or(OsStr::new(""))
        .to_string_lossy()
        .into_owned();
    let target = here.join(&leftover.name);
    let has_target = !leftover.name.is_empty() && !is_staging(&leftover.name);
    if has_target && fs::symlink_metadata(&target).is_err() && verify(path).is_ok() {
        rename_new(path, &target).map_err(ResultsError::io("create", &target))?;
        return Ok(format!(
            "{}: a killed run had finished this result; it is in place now",
            crate::text::path(&target)
        ));
    }
    if leftover.is_swap {
        if !target.is_dir() {
            // Files of a user's may be in it, and there is no folder to give them back to.
            return Err(ResultsError::io("remove", path)(io::ErrorKind::NotFound.into()));
        }
        let _target = Hold::wait(&target).map_err(ResultsError::io("open", &target))?;
        let moved = retire(path, &target)?;
        let also = match moved.len() {
            0 => String::new(),
            _ => format!("; moved back from it: {}", moved.join(", ")),
        };
        return Ok(format!("cleared what a killed run left: {shown}{also}"));
    }
    fs::remove_dir_all(path).map_err(ResultsError::io("remove", path))?;
    Ok(format!("cleared what a killed run left: {shown}"))
}
