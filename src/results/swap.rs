//! A whole folder takes the place of another in one step, with the files of others in it; where the system cannot do
//! that, file by file behind a point from which every later command goes on.

use super::error::ResultsError;
use super::files::{files, folders, name_of};
use super::folder::{CHARTS, MANIFEST};
use super::own::Own;
use super::stage::{REPLACING, is_staging};
use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Lets two folders change places in one step.
///
/// # Errors
/// Whatever the file system says, `Unsupported` where the system has no such call; both are then where they were.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Lets two folders change places in one step.
///
/// # Errors
/// `Unsupported`: this system has no such call.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives a folder a name that must be free.
///
/// # Errors
/// `AlreadyExists` and `DirectoryNotEmpty` for a name that is taken, and whatever else the file system says.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(()),
            // The system or the file system does not know the flag: below it is done in two steps.
            Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Whether folders can change places where `stage` is; tried with two empty ones in it.
pub(super) fn can_exchange(stage: &Path) -> bool {
    let (one, other) = (stage.join(".one"), stage.join(".other"));
    let made = fs::create_dir(&one).is_ok() && fs::create_dir(&other).is_ok();
    let can = made && exchange(&one, &other).is_ok();
    // Whatever cannot be removed here goes with the staging folder.
    let _ = (fs::remove_dir(&one), fs::remove_dir(&other));
    can
}

/// Whether a new folder can be made so that nobody tells it from the old one: owner, group and extended attributes.
#[cfg(unix)]
fn is_plain(old: &Path, found: &Metadata, new: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same_owner = fs::metadata(new).is_ok_and(|new| (new.uid(), new.gid()) == (found.uid(), found.gid()));
    same_owner && has_no_attributes(old)
}

#[cfg(not(unix))]
fn is_plain(_: &Path, _: &Metadata, _: &Path) -> bool {
    true
}

/// Whether a folder has no extended attributes, such as access lists, but those of the system's own security.
#[cfg(target_os = "linux")]
fn has_no_attributes(folder: &Path) -> bool {
    /// Room for the names; a folder with more of them is not plain.
    const ROOM: usize = 1024;
    let mut names = [0_u8; ROOM];
    match rustix::fs::listxattr(folder, &mut names) {
        Ok(length) => {
            let mut names = names[..length].split(|b| *b == 0).filter(|name| !name.is_empty());
            names.all(|name| name.starts_with(b"security."))
        }
        Err(rustix::io::Errno::NOTSUP | rustix::io::Errno::NOSYS) => true,
        Err(_) => false,
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn has_no_attributes(_: &Path) -> bool {
    true
}

/// What was linked into a staging folder, to be taken out again should the folders not change places.
#[derive(Default)]
pub(super) struct Carried {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Carried {
    /// Takes everything out of `stage` again. The files stay where they were before.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub(super) fn undo(self, stage: &Path) -> io::Result<()> {
        for file in &self.files {
            fs::remove_file(stage.join(file))?;
        }
        for folder in self.folders.iter().rev() {
            fs::remove_dir(stage.join(folder))?;
        }
        Ok(())
    }
}

/// Links into `stage` every file of `target` that stays: all but those of ours that the new result replaces or no
/// longer has. `listed` are the files that the new manifest names.
///
/// # Errors
/// [`ResultsError::Clash`] where a new file has the name of somebody else's, [`ResultsError::Io`] where a file cannot
/// be linked or a folder not be made alike. What was linked until then is in `carried`.
pub(super) fn carry(
    target: &Path,
    stage: &Path,
    own: &Own,
    listed: &BTreeSet<String>,
    carried: &mut Carried,
) -> Result<(), ResultsError> {
    let all = visible(files(target)?);
    let mut staying = Vec::new();
    let mut clashes = Vec::new();
    for file in &all {
        let is_new = fs::symlink_metadata(stage.join(file)).is_ok();
        let is_ours = own.names(file) && own.holds(target, file)?;
        match (is_new, is_ours) {
            (true, true) => {}
            (true, false) => clashes.push(name_of(file)),
            (false, true) if !listed.contains(&name_of(file)) => {}
            (false, _) => staying.push(file),
        }
    }
    if !clashes.is_empty() {
        return Err(ResultsError::Clash {
            path: target.to_path_buf(),
            files: clashes,
        });
    }
    let is_kept = |folder: &PathBuf| {
        staying.iter().any(|file| file.starts_with(folder)) || !all.iter().any(|file| file.starts_with(folder))
    };
    let kept: Vec<PathBuf> = visible(folders(target)?).into_iter().filter(is_kept).collect();
    for folder in &kept {
        let new = stage.join(folder);
        if !new.is_dir() {
            fs::create_dir(&new).map_err(ResultsError::io("create", &new))?;
            carried.folders.push(folder.clone());
        }
    }
    for file in staying {
        let (old, new) = (target.join(file), stage.join(file));
        fs::hard_link(&old, &new).map_err(ResultsError::io("link", &old))?;
        carried.files.push(file.clone());
    }
    for folder in kept.iter().rev() {
        let (old, new) = (target.join(folder), stage.join(folder));
        let modified = alike(&old, &new)?.modified();
        // The time of a folder is a convenience: where it cannot be set, it is that of now.
        let _ = modified.and_then(|time| File::open(&new)?.set_times(FileTimes::new().set_modified(time)));
    }
    alike(target, stage).map(|_| ())
}

/// Gives a new folder the rights of the old one, whose description it returns.
fn alike(old: &Path, new: &Path) -> Result<Metadata, ResultsError> {
    let failed = || ResultsError::io("make alike", new);
    let found = fs::metadata(old).map_err(failed())?;
    if !is_plain(old, &found, new) {
        return Err(failed()(io::ErrorKind::Unsupported.into()));
    }
    fs::set_permissions(new, found.permissions()).map_err(failed())?;
    Ok(found)
}

/// Without what is staged inside the folder.
fn visible(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.retain(|path| {
        let first = path.iter().next().unwrap_or_default();
        !is_staging(&first.to_string_lossy())
    });
    paths
}

/// Empties and removes a folder that has changed places with `target`, or was about to. Nothing that is a user's goes:
/// what is not also in `target` moves there, under a name of its own where another file has its name. Returns what was moved.
///
/// # Errors
/// [`ResultsError::Io`]; what is left can be retired again.
pub(super) fn retire(old: &Path, target: &Path) -> Result<Vec<String>, ResultsError> {
    let own = Own::read(old)?;
    let mut moved = Vec::new();
    let mut leaving = files(old)?;
    // The manifest says what is ours, so it goes last.
    leaving.sort_by_key(|file| (file.as_path() == Path::new(MANIFEST), file.clone()));
    for file in leaving {
        let (from, to) = (old.join(&file), target.join(&file));
        if is_one(&from, &to) || own.holds(old, &file)? {
            fs::remove_file(&from).map_err(ResultsError::io("remove", &from))?;
            continue;
        }
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).map_err(ResultsError::io("create", above))?;
        }
        let to = free(to);
        rename_new(&from, &to).map_err(ResultsError::io("write", &to))?;
        moved.push(name_of(to.strip_prefix(target).unwrap_or(&to)));
    }
    for folder in folders(old)?.iter().rev() {
        let here = old.join(folder);
        // An empty folder that somebody made meanwhile; ours is gone because the new result has no pictures.
        if folder.as_path() != Path::new(CHARTS) && fs::symlink_metadata(target.join(folder)).is_err() {
            fs::create_dir_all(target.join(folder)).map_err(ResultsError::io("create", &here))?;
        }
        fs::remove_dir(&here).map_err(ResultsError::io("remove", &here))?;
    }
    fs::remove_dir(old).map_err(ResultsError::io("remove", old))?;
    Ok(moved)
}

/// Whether two paths are one file.
#[cfg(unix)]
fn is_one(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::symlink_metadata(one), fs::symlink_metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_one(_: &Path, _: &Path) -> bool {
    false
}

/// `path`, or where it is taken the first of `NAME.kept-1.EXT`, `NAME.kept-2.EXT`… that is free.
pub(super) fn free(path: PathBuf) -> PathBuf {
    if fs::symlink_metadata(&path).is_err() {
        return path;
    }
    let mut number = 1;
    loop {
        let candidate = beside(&path, &format!("kept-{number}"));
        if fs::symlink_metadata(&candidate).is_err() {
            return candidate;
        }
        number += 1;
    }
}

/// `NAME.WORD.EXT` for `NAME.EXT`.
pub(super) fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{word}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Moves the files of `.deter-replacing` in `target` to their places, the manifest last, and removes what is ours and no
/// longer belongs to the result. Begins anew wherever it was killed. Returns what of a user's had to move.
///
/// # Errors
/// [`ResultsError::Io`]; the next command goes on from there.
pub(super) fn roll(
    target: &Path,
    listed: impl Fn(&Path) -> Result<BTreeSet<String>, ResultsError>,
) -> Result<Vec<String>, ResultsError> {
    let replacing = target.join(REPLACING);
    let mut moved = Vec::new();
    if fs::symlink_metadata(replacing.join(MANIFEST)).is_ok() {
        let listed = listed(&replacing)?;
        let own = Own::read(target)?;
        for file in visible(files(target)?) {
            if own.names(&file) && !listed.contains(&name_of(&file)) && own.holds(target, &file)? {
                let path = target.join(&file);
                fs::remove_file(&path).map_err(ResultsError::io("remove", &path))?;
            }
        }
        let mut arriving = files(&replacing)?;
        arriving.sort_by_key(|file| (file.as_path() == Path::new(MANIFEST), file.clone()));
        for file in arriving {
            let to = target.join(&file);
            if let Some(above) = to.parent() {
                fs::create_dir_all(above).map_err(ResultsError::io("create", above))?;
            }
            if fs::symlink_metadata(&to).is_ok() && !own.holds(target, &file)? {
                let aside = free(to.clone());
                rename_new(&to, &aside).map_err(ResultsError::io("write", &aside))?;
                moved.push(name_of(aside.strip_prefix(target).unwrap_or(&aside)));
            }
            fs::rename(replacing.join(&file), &to).map_err(ResultsError::io("write", &to))?;
        }
        // Goes only if nothing of anybody's is left in it.
        let _ = fs::remove_dir(target.join(CHARTS));
    }
    fs::remove_dir_all(&replacing).map_err(ResultsError::io("remove", &replacing))?;
    Ok(moved)
}
