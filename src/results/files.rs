//! Files listed, hashed, and written whole.

use super::error::ResultsError;
use super::partial::PartialFile;
use serde::Serialize;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many writers of one file may be at work at once before the last is refused.
const MOST_WRITERS: u32 = 64;

/// All files below a folder, relative to it, in the order of their names; links count as files, whatever they point to.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, ResultsError> {
    Ok(walk(folder)?.0)
}

/// All folders below a folder, relative to it, those above before those below.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>, ResultsError> {
    Ok(walk(folder)?.1)
}

/// Files and folders below a folder.
fn walk(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), ResultsError> {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        for entry in fs::read_dir(&here).map_err(ResultsError::io("read", &here))? {
            let entry = entry.map_err(ResultsError::io("read", &here))?;
            let name = below.join(entry.file_name());
            let kind = entry.file_type().map_err(ResultsError::io("read", &here))?;
            if kind.is_dir() {
                folders.push(name.clone());
                open.push(name);
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    folders.sort();
    Ok((found, folders))
}

/// A path below a result folder as the manifest names it: with `/` between its parts.
pub(super) fn name_of(file: &Path) -> String {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
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

/// Writes a file so that a reader sees the old one or the new one, whole, and never anything else.
///
/// The bytes go into `.NAME.deter-partial` beside it, which then takes its name. A killed writer leaves at most
/// that one file, and the next writer of the same file uses it up. Rights are those of the file that is replaced,
/// and those of the umask for a new one. A link is followed.
///
/// # Errors
/// Whatever the file system says; the old file is then still there, and nothing else is.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = &match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs::canonicalize(path)?,
        _ => path.to_path_buf(),
    };
    let (mut file, partial) = partial(path)?;
    let mut write = || -> io::Result<()> {
        file.set_len(0)?;
        file.write_all(bytes)?;
        if let Ok(old) = fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    write().inspect_err(|_| {
        // The first error is the one to report; a leftover that cannot be removed is used up by the next writer.
        let _ = fs::remove_file(&partial);
    })
}

/// Tries whether [`write_whole`] would be allowed to write `path`, and leaves everything as it is.
///
/// # Errors
/// What would stand in the way.
pub fn try_whole(path: &Path) -> io::Result<()> {
    let path = &match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs::canonicalize(path)?,
        _ => path.to_path_buf(),
    };
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let (_file, partial) = partial(path)?;
    fs::remove_file(partial)
}

/// Opens a file beside `path` that no other writer holds, and holds it.
fn partial(path: &Path) -> io::Result<(File, PathBuf)> {
    let Some(name) = path.file_name() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    for number in 1..=MOST_WRITERS {
        let mut partial = std::ffi::OsString::from(".");
        partial.push(name);
        partial.push(".deter-partial");
        if number > 1 {
            partial.push(format!("-{number}"));
        }
        let partial = path.with_file_name(partial);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&partial)?;
        match file.try_lock() {
            // Its last holder may have given it its name between our opening and our holding it.
            Ok(()) if is_same(&file, &partial) => return Ok((file, partial)),
            Ok(()) | Err(TryLockError::WouldBlock) => {}
            // A file system without locks: two writers of one file at once are then not told apart.
            Err(TryLockError::Error(_)) => return Ok((file, partial)),
        }
    }
    Err(io::Error::other("too many programs are writing it at once"))
}

/// Whether an open file is still the one at a path.
#[cfg(unix)]
pub(super) fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Whether an open file is still the one at a path.
#[cfg(not(unix))]
pub(super) fn is_same(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(dir.path().join("taken")).expect("a folder in the way");
        fs::write(dir.path().join("taken/x"), b"").expect("a file in it");
        assert!(write_whole(&dir.path().join("taken"), b"bytes").is_err());
        assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 1);
    }

    #[test]
    fn what_a_killed_writer_left_is_used_up_by_the_next() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join(".a.toml.deter-partial"), "half of something longer").expect("a leftover");
        write_whole(&dir.path().join("a.toml"), b"whole").expect("written");
        assert_eq!(fs::read(dir.path().join("a.toml")).expect("there"), b"whole");
        assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 1);
    }

    #[test]
    fn two_writers_of_one_file_do_not_mix_their_bytes() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("a");
        let (held, _) = partial(&path).expect("a first writer");
        write_whole(&path, b"second").expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"second");
        drop(held);
    }

    #[test]
    #[cfg(unix)]
    fn rights_are_those_of_the_umask_or_of_the_file_that_is_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (ordinary, ours) = (dir.path().join("ordinary"), dir.path().join("ours"));
        fs::write(&ordinary, "").expect("written");
        write_whole(&ours, b"").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(&ordinary), mode(&ours));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o640)).expect("set");
        write_whole(&ours, b"again").expect("written");
        assert_eq!(mode(&ours) & 0o777, 0o640);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_followed_and_stays_a_link() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join("far"), "old").expect("written");
        std::os::unix::fs::symlink("far", dir.path().join("near")).expect("a link");
        write_whole(&dir.path().join("near"), b"new").expect("written");
        assert_eq!(fs::read(dir.path().join("far")).expect("there"), b"new");
        assert!(
            fs::symlink_metadata(dir.path().join("near"))
                .expect("there")
                .is_symlink()
        );
    }
}
