//! Where a result is written before it is put in place, and what killed runs leave there.
//!
//! Beside an output folder `NAME`, or in it where nothing can be written beside it:
//!
//! | name | holds |
//! |---|---|
//! | `.NAME.deter-partial-XXXXXX` | a result in the making; nothing of a user's |
//! | `.NAME.deter-swap-XXXXXX` | a whole result about to change places with `NAME`, or the old one after it has; also the user's files, linked |
//! | `.deter-replacing` in `NAME` | a whole result on its way in, file by file |
//!
//! A living process holds a lock on its folder, which ends with the process. What nobody holds was left by a process
//! that was killed, and the next command that opens the place clears it.

use super::error::ResultsError;
use super::files::is_same;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Of a result in the making.
pub(super) const PARTIAL: &str = "deter-partial-";
/// Of a folder that changes places.
pub(super) const SWAP: &str = "deter-swap-";
/// The folder of files on their way into the folder around it.
pub(super) const REPLACING: &str = ".deter-replacing";
/// Longest name that is repeated in the name of a staging folder; beyond it stands its hash. File systems end at 255.
const LONGEST: usize = 180;
/// Letters that tell the staging folders of one output folder apart.
const LETTERS: usize = 6;

/// A lock on a folder that ends with the process.
#[derive(Debug)]
pub(super) struct Hold {
    file: File,
}

impl Hold {
    /// Holds a folder that nobody else holds; none where a living process does, or where locks are not to be had.
    pub(super) fn attempt(folder: &Path) -> Option<Hold> {
        Self::lock(folder).ok().flatten()
    }

    /// Holds a folder; none where somebody else does or it is no longer there.
    ///
    /// # Errors
    /// Where locks are not to be had.
    fn lock(folder: &Path) -> io::Result<Option<Hold>> {
        let file = match File::open(folder) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        match file.try_lock() {
            Ok(()) => Ok(is_same(&file, folder).then_some(Hold { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => Err(cause),
        }
    }

    /// Waits until nobody else holds the folder. Where the file system knows no locks nothing is held.
    ///
    /// # Errors
    /// Where the folder cannot be opened.
    pub(super) fn wait(folder: &Path) -> io::Result<Hold> {
        loop {
            let file = File::open(folder)?;
            // Without locks there is nothing to wait for; two commands on one folder are then not told apart.
            let _ = file.lock();
            if is_same(&file, folder) {
                return Ok(Hold { file });
            }
        }
    }

    /// Whether the folder that is held is still at a path.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        is_same(&self.file, path)
    }

    /// Sends names of the folder to the disk.
    pub(super) fn sync(&self) {
        // Some file systems cannot; what is there is then as safe as they make it.
        let _ = self.file.sync_all();
    }
}

/// A staging folder of this process, removed when dropped.
#[derive(Debug)]
pub(super) struct Stage {
    path: PathBuf,
    hold: Option<Hold>,
    is_ours_to_remove: bool,
}

impl Stage {
    /// A new staging folder in `place` for the output folder `name`.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub(super) fn create(place: &Path, name: &OsString) -> io::Result<Stage> {
        let prefix = prefix(name, PARTIAL);
        loop {
            let mut builder = tempfile::Builder::new();
            builder.prefix(&prefix).rand_bytes(LETTERS);
            #[cfg(unix)]
            {
                // Temporary folders are private by default, but this one may become the result: as the umask has it.
                use std::os::unix::fs::PermissionsExt;
                builder.permissions(fs::Permissions::from_mode(0o777));
            }
            let path = builder.tempdir_in(place).map_err(plain)?.keep();
            let hold = match Hold::lock(&path) {
                Ok(Some(hold)) => Some(hold),
                // Somebody who tidies up took it for a leftover before it was held.
                Ok(None) => continue,
                Err(_) => None,
            };
            return Ok(Stage {
                path,
                hold,
                is_ours_to_remove: true,
            });
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the folder another name.
    ///
    /// # Errors
    /// Whatever the file system says; it then still has the old name.
    pub(super) fn rename(&mut self, to: PathBuf) -> io::Result<()> {
        fs::rename(&self.path, &to)?;
        self.path = to;
        Ok(())
    }

    /// The folder has become something else: it stays when this is dropped.
    pub(super) fn release(&mut self) {
        self.is_ours_to_remove = false;
    }

    pub(super) fn sync(&self) {
        if let Some(hold) = &self.hold {
            hold.sync();
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.is_ours_to_remove {
            // Nothing better can be done with a failure while cleaning up; the next command tries again.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The cause without the path that `tempfile` puts into it: the message names the place already.
fn plain(error: io::Error) -> io::Error {
    error.kind().into()
}

/// How the names of staging folders of the output folder `name` begin.
pub(super) fn prefix(name: &OsString, kind: &str) -> OsString {
    let mut prefix = OsString::from(".");
    if name.len() <= LONGEST {
        prefix.push(name);
    } else {
        let hash = blake3::hash(name.as_encoded_bytes()).to_hex();
        prefix.push(&hash.as_str()[..16]);
    }
    prefix.push(".");
    prefix.push(kind);
    prefix
}

/// A folder that a killed process left, held so that nobody else clears it.
pub(super) struct Leftover {
    pub path: PathBuf,
    /// The output folder it belongs to, as far as its name tells.
    pub name: String,
    pub is_swap: bool,
    /// Until it is cleared.
    _hold: Hold,
}

/// Staging folders in `place` that no living process holds.
///
/// # Errors
/// [`ResultsError::Io`] where `place` cannot be read.
pub(super) fn leftovers(place: &Path) -> Result<Vec<Leftover>, ResultsError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place).map_err(ResultsError::io("read", place))? {
        let entry = entry.map_err(ResultsError::io("read", place))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((owner, is_swap)) = owner(&name) else { continue };
        let path = entry.path();
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        if let Some(hold) = Hold::attempt(&path) {
            found.push(Leftover {
                path,
                name: owner.to_owned(),
                is_swap,
                _hold: hold,
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The output folder that a staging folder belongs to, and whether it may hold files of a user; none for other names.
fn owner(name: &str) -> Option<(&str, bool)> {
    let inner = name.strip_prefix('.')?;
    let (kind, is_swap) = [(PARTIAL, false), (SWAP, true)]
        .into_iter()
        .find(|(kind, _)| inner.contains(kind))?;
    let (owner, letters) = inner.rsplit_once(kind)?;
    let is_drawn = letters.len() == LETTERS && letters.bytes().all(|b| b.is_ascii_alphanumeric());
    is_drawn.then(|| (owner.trim_end_matches('.'), is_swap))
}

/// Whether a name in an output folder is that of a staging folder.
pub(super) fn is_staging(name: &str) -> bool {
    name == REPLACING || owner(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_making_are_staging_folders() {
        assert_eq!(owner(".k.deter-partial-aB3xY9"), Some(("k", false)));
        assert_eq!(owner(".a.b.deter-swap-aB3xY9"), Some(("a.b", true)));
        assert_eq!(owner("..deter-partial-aB3xY9"), Some(("", false)));
        for other in [
            ".k.partial-1",
            "k.deter-partial-aB3xY9",
            ".k.deter-partial-",
            ".k.deter-swap-my-own",
            ".git",
        ] {
            assert_eq!(owner(other), None, "{other}");
        }
    }

    #[test]
    fn a_long_name_does_not_make_the_staging_folder_impossible() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let stage = Stage::create(dir.path(), &OsString::from("n".repeat(255))).expect("a staging folder");
        assert!(stage.path().is_dir());
    }

    #[test]
    fn the_folder_of_a_living_process_is_no_leftover() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let stage = Stage::create(dir.path(), &OsString::from("k")).expect("a staging folder");
        assert!(leftovers(dir.path()).expect("readable").is_empty());
        let path = stage.path().to_owned();
        drop(stage);
        fs::create_dir(&path).expect("as if it had been killed");
        assert_eq!(leftovers(dir.path()).expect("readable").len(), 1);
    }
}
