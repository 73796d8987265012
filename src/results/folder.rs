//! A result folder is replaced as a whole or not at all.
//!
//! A run writes into a staging folder beside the output folder (`stage.rs`). When everything is there, the new folder
//! and the old one change places in one step (`swap.rs`), with the files of others in the new one as well. At every
//! instant, also after a kill, a whole result stands there, and every file that is not ours.

use super::differences::differences;
use super::error::ResultsError;
use super::files::{checksum, files, name_of, write_json};
use super::format::Manifest;
use super::own::Own;
use super::place::{Place, tidy_place};
use super::read::verify;
use super::stage::{Hold, PARTIAL, REPLACING, SWAP, Stage, is_staging};
use super::swap::{Carried, beside, can_exchange, carry, exchange, rename_new, retire, roll};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What determines the numbers, and the checksums of the rest.
pub const MANIFEST: &str = "manifest.json";
/// Headline outcomes.
pub const SUMMARY: &str = "summary.json";
/// The texts of the scenario with all its layers, to run it again.
pub const SCENARIO: &str = "scenario.json";
/// Contrasts of several arms.
pub const COMPARISON: &str = "comparison.json";
/// One row a run.
pub const RUNS: &str = "runs.parquet";
/// One row a challenge.
pub const CHALLENGES: &str = "challenges.parquet";
/// One row a series and month.
pub const SERIES: &str = "series.parquet";
/// Where arms were compared: one row an arm, series and month, of the series that the pictures show.
pub const ARMS: &str = "arms.parquet";
/// The page of pictures and text.
pub const REPORT: &str = "report.html";
/// The folder of pictures.
pub const CHARTS: &str = "charts";

/// The names that every result takes in its folder.
pub(super) const DATA: [&str; 8] = [MANIFEST, SUMMARY, COMPARISON, SCENARIO, RUNS, CHALLENGES, SERIES, ARMS];
/// How often a folder is looked at anew that others change at the same moment.
const ATTEMPTS: u32 = 16;

/// A result on its way into its folder.
#[derive(Debug)]
pub struct Folder {
    place: Place,
    stage: Stage,
    planned: Manifest,
    force: bool,
    /// New and old can change places in one step.
    can_exchange: bool,
}

/// Where a result has come to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub folder: PathBuf,
    /// The folder held as much or more of the same result, and was left as it was.
    pub kept_old: bool,
    /// What a user should know, a sentence each.
    pub notices: Vec<String>,
}

/// What a run may do at a place.
#[derive(Debug, PartialEq, Eq)]
enum Admission {
    /// Nothing is there yet.
    Fresh,
    /// A folder is there and may be written into; what of it is ours.
    Into(Own),
}

impl Folder {
    /// Prepares to write the result that `planned` describes into `path`, creating what is missing above it.
    ///
    /// An output folder may be new, empty, or hold an earlier result of the same plan. With `force` it may hold
    /// anything whose names are not those of our files; a result of ours in it is then replaced.
    ///
    /// # Errors
    /// [`ResultsError::OtherPlan`], [`ResultsError::Foreign`], [`ResultsError::Clash`], [`ResultsError::NotAFolder`] and
    /// [`ResultsError::Dangling`] for a place that is taken, [`ResultsError::Io`] for one that cannot be written to.
    pub fn create(path: &Path, planned: &Manifest, force: bool) -> Result<Self, ResultsError> {
        let place = Place::make(path)?;
        tidy_place(&place)?;
        let admission = admit(&place, planned, force)?;
        let exists = admission != Admission::Fresh;
        let stage = stage(&place, exists)?;
        let can_exchange = exists && place.is_beside(stage.path()) && can_exchange(stage.path());
        Ok(Self {
            place,
            stage,
            planned: planned.clone(),
            force,
            can_exchange,
        })
    }

    /// Whether the result that `planned` describes could go to `path`, as [`Folder::create`] would find, without making
    /// anything.
    ///
    /// # Errors
    /// As [`Folder::create`].
    pub fn admits(path: &Path, planned: &Manifest, force: bool) -> Result<(), ResultsError> {
        match fs::symlink_metadata(path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            _ => admit(&Place::make(path)?, planned, force).map(|_| ()),
        }
    }

    /// Where to write the files of this result until [`Folder::finish`].
    pub fn path(&self) -> &Path {
        self.stage.path()
    }

    /// Where the result will be, as the user calls it.
    pub fn target(&self) -> &Path {
        self.place.shown()
    }

    /// Whether the folder holds an earlier result of the same plan with pictures ([`CHARTS`]) or a page ([`REPORT`])
    /// of ours, which go out of date with it.
    ///
    /// # Errors
    /// [`ResultsError::Io`].
    pub fn renews(&self, what: &str) -> Result<bool, ResultsError> {
        let own = Own::read(self.place.real())?;
        Ok(own.identity == self.planned.identity() && own.has_redrawn(what))
    }

    /// Adds the checksums to the manifest, writes it, and puts everything in place.
    ///
    /// A partial result never takes the place of a complete one, nor of a longer partial one.
    ///
    /// # Errors
    /// Refusals as in [`Folder::create`] if the folder was taken in the meantime, [`ResultsError::Io`] where it can no
    /// longer be written to: then what was in the folder is still there, and [`ResultsError::Kept`] says where the
    /// new result is.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<Placed, ResultsError> {
        seal(&mut manifest, self.path())?;
        write_json(&self.path().join(MANIFEST), &manifest)?;
        match self.put(&mut manifest) {
            Ok(placed) => Ok(placed),
            Err(cause) => match self.keep_beside() {
                Ok(kept) => Err(ResultsError::Kept {
                    kept,
                    cause: Box::new(cause),
                }),
                Err(_) => Err(cause),
            },
        }
    }

    fn put(&mut self, manifest: &mut Manifest) -> Result<Placed, ResultsError> {
        let shown = self.place.shown().to_path_buf();
        for _ in 0..ATTEMPTS {
            let hold = match Hold::wait(self.place.real()) {
                Ok(hold) => hold,
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                    self.stage.sync();
                    match rename_new(self.stage.path(), self.place.real()) {
                        Ok(()) => {
                            self.stage.release();
                            self.place.sync();
                            return Ok(Placed {
                                folder: shown,
                                kept_old: false,
                                notices: Vec::new(),
                            });
                        }
                        // Somebody was faster: look again what is there now.
                        Err(cause) if is_taken(&cause) => continue,
                        Err(cause) => return Err(ResultsError::io("create", &shown)(cause)),
                    }
                }
                Err(cause) => return Err(ResultsError::io("open", &shown)(cause)),
            };
            let own = match admit(&self.place, &self.planned, self.force)? {
                Admission::Into(own) => own,
                Admission::Fresh => continue,
            };
            if let Some(placed) = self.yield_to_more(manifest)? {
                return Ok(placed);
            }
            let notices = spare_edits(self.stage.path(), self.place.real(), &own)?;
            seal(manifest, self.stage.path())?;
            write_json(&self.stage.path().join(MANIFEST), manifest)?;
            return match replace(&mut self.stage, &self.place, &hold, &own, manifest, self.can_exchange)? {
                Some(more) => Ok(Placed {
                    folder: shown,
                    kept_old: false,
                    notices: notices.into_iter().chain(more).collect(),
                }),
                None => continue,
            };
        }
        Err(ResultsError::io("replace", self.place.shown())(io::Error::other(
            "other programs keep changing it",
        )))
    }

    /// Leaves what is there where it is as much or more than the new result.
    fn yield_to_more(&mut self, manifest: &Manifest) -> Result<Option<Placed>, ResultsError> {
        let target = self.place.real();
        let shown = self.place.shown().to_path_buf();
        if manifest.state == "complete" || !target.join(MANIFEST).exists() {
            return Ok(None);
        }
        let why = match verify(target) {
            Ok(found) if found.identity() != manifest.identity() => "holds the result of another plan",
            Ok(found) if found.state == "complete" || found.runs_finished >= manifest.runs_finished => {
                let has = match found.state.as_str() {
                    "complete" => "the complete result".to_owned(),
                    _ => format!("a partial result of {} runs", found.runs_finished),
                };
                return Ok(Some(Placed {
                    notices: vec![format!(
                        "{} still holds {has} that was there before",
                        crate::text::path(&shown)
                    )],
                    folder: shown,
                    kept_old: true,
                }));
            }
            Ok(_) => return Ok(None),
            Err(_) => "holds a damaged result",
        };
        let kept = self.keep_beside()?;
        Ok(Some(Placed {
            notices: vec![format!(
                "{} {why} and was left as it was; the finished runs are in {}",
                crate::text::path(&shown),
                crate::text::path(&kept)
            )],
            folder: kept,
            kept_old: false,
        }))
    }

    /// Gives the finished result a name of its own beside the output folder.
    fn keep_beside(&mut self) -> Result<PathBuf, ResultsError> {
        let above = self.stage.path().parent().unwrap_or(Path::new(".")).to_path_buf();
        for number in 1.. {
            let mut name = self.place.name().to_owned();
            name.push(format!("-kept-{number}"));
            let kept = above.join(name);
            match rename_new(self.stage.path(), &kept) {
                Ok(()) => {
                    self.stage.release();
                    return Ok(self.place.show(&kept));
                }
                Err(cause) if is_taken(&cause) => {}
                Err(cause) => return Err(ResultsError::io("create", &kept)(cause)),
            }
        }
        Err(ResultsError::io("create", &above)(io::ErrorKind::AlreadyExists.into()))
    }
}

/// New pictures or a new page for a result that is there.
#[derive(Debug)]
pub struct Revision {
    place: Place,
    stage: Stage,
    /// What was read when it began.
    manifest: Manifest,
    can_exchange: bool,
}

impl Revision {
    /// Prepares to change pictures or the page of the result in `path`.
    ///
    /// # Errors
    /// As [`Stored::read`](super::format::Stored::read), and [`ResultsError::Io`] where nothing can be written.
    pub fn begin(path: &Path) -> Result<Self, ResultsError> {
        let place = Place::make(path)?;
        tidy_place(&place)?;
        let manifest = verify(place.real())?;
        place.is_writable()?;
        let stage = stage(&place, true)?;
        let can_exchange = place.is_beside(stage.path()) && can_exchange(stage.path());
        Ok(Self {
            place,
            stage,
            manifest,
            can_exchange,
        })
    }

    /// Where to write the new files until [`Revision::finish`].
    pub fn path(&self) -> &Path {
        self.stage.path()
    }

    /// Puts the new files in the place of ours in `scope`, [`CHARTS`] or [`REPORT`]. `style` says how pictures look.
    ///
    /// # Errors
    /// [`ResultsError::Changed`] if another program replaced the result meanwhile, and [`ResultsError::Io`]; the result is then as it was.
    pub fn finish(mut self, scope: &str, style: Option<String>) -> Result<Placed, ResultsError> {
        let real = self.place.real().to_path_buf();
        let hold = Hold::wait(&real).map_err(ResultsError::io("open", &real))?;
        let now = verify(&real)?;
        let is_same = |a: &Manifest, b: &Manifest| (a.identity(), &a.checksums) == (b.identity(), &b.checksums);
        if !hold.is_at(&real) || !is_same(&now, &self.manifest) {
            return Err(ResultsError::Changed {
                path: self.place.shown().to_path_buf(),
            });
        }
        let own = Own::read(&real)?;
        let notices = spare_edits(self.stage.path(), &real, &own)?;
        let mut manifest = now;
        let is_inside = |name: &str| match scope {
            REPORT => is_page(name),
            scope => Path::new(name).starts_with(scope),
        };
        manifest.pictures.retain(|name, _| !is_inside(name));
        manifest
            .pictures
            .extend(sums(self.stage.path(), |file| !is_data(file))?);
        if let Some(style) = style {
            manifest.style = style;
        }
        manifest.seal();
        write_json(&self.stage.path().join(MANIFEST), &manifest)?;
        let more = replace(&mut self.stage, &self.place, &hold, &own, &manifest, self.can_exchange)?;
        Ok(Placed {
            folder: self.place.shown().to_path_buf(),
            kept_old: false,
            notices: notices.into_iter().chain(more.unwrap_or_default()).collect(),
        })
    }
}

/// A new staging folder for a place: beside it, or in it where nothing can be written beside it or where it cannot be moved.
fn stage(place: &Place, exists: bool) -> Result<Stage, ResultsError> {
    if let Some(above) = place.above()
        && !(exists && place.is_fixed())
    {
        match Stage::create(above, place.name()) {
            Ok(stage) => return Ok(stage),
            Err(cause) if !exists => return Err(ResultsError::io("write to", above)(cause)),
            Err(_) => {}
        }
    }
    Stage::create(place.real(), place.name()).map_err(ResultsError::io("write to", place.shown()))
}

/// Puts `stage`, which has its manifest, in the place of what is ours in `place`. Returns notices; none where the folder
/// was replaced by somebody else meanwhile.
fn replace(
    stage: &mut Stage,
    place: &Place,
    hold: &Hold,
    own: &Own,
    manifest: &Manifest,
    can_exchange: bool,
) -> Result<Option<Vec<String>>, ResultsError> {
    let target = place.real();
    let listed = manifest.listed();
    stage.sync();
    if can_exchange {
        let mut carried = Carried::default();
        let swap = swap_name(stage.path());
        stage.rename(swap).map_err(ResultsError::io("rename", target))?;
        let carried_all = carry(target, stage.path(), own, &listed, &mut carried);
        let is_there = hold.is_at(target);
        if carried_all.is_ok() && is_there && exchange(stage.path(), target).is_ok() {
            stage.release();
            place.sync();
            return Ok(Some(tell_moved(target, retire(stage.path(), target))));
        }
        let undone = carried.undo(stage.path());
        if let Err(clash @ ResultsError::Clash { .. }) = carried_all {
            return Err(clash);
        }
        undone.map_err(ResultsError::io("replace", target))?;
        if !is_there {
            return Ok(None);
        }
    }
    // From this rename on every command that opens the folder goes on until the new result is in place.
    let replacing = target.join(REPLACING);
    stage.rename(replacing).map_err(ResultsError::io("replace", target))?;
    stage.release();
    Ok(Some(tell_moved(target, roll(target, listed_in))))
}

/// The name under which a staging folder changes places.
fn swap_name(stage: &Path) -> PathBuf {
    let name = stage.file_name().unwrap_or_default().to_string_lossy();
    stage.with_file_name(name.replace(PARTIAL, SWAP))
}

/// The files that the manifest of a folder names.
pub(super) fn listed_in(folder: &Path) -> Result<BTreeSet<String>, ResultsError> {
    super::read::read_manifest(folder).map(|manifest| manifest.listed())
}

/// What to tell of files that had to make way; what could not be cleared is left to the next command.
fn tell_moved(target: &Path, moved: Result<Vec<String>, ResultsError>) -> Vec<String> {
    match moved {
        Ok(moved) => moved
            .iter()
            .map(|file| {
                format!(
                    "a file that was put there meanwhile is now {}",
                    crate::text::path(&target.join(file))
                )
            })
            .collect(),
        Err(cause) => vec![format!(
            "the old result is not cleared away yet ({cause}); the next command goes on with it"
        )],
    }
}

/// Gives new pictures another name where somebody edited the old ones, which stay as they are.
fn spare_edits(stage: &Path, target: &Path, own: &Own) -> Result<Vec<String>, ResultsError> {
    let mut notices = Vec::new();
    for file in files(stage)?.into_iter().filter(|file| !is_data(file)) {
        let (new, mut there) = (stage.join(&file), target.join(&file));
        let is_foreign = |there: &Path| -> Result<bool, ResultsError> {
            let name = there.strip_prefix(target).unwrap_or(there);
            if fs::symlink_metadata(there).is_err() || own.holds(target, name)? {
                return Ok(false);
            }
            // What says the same is no edit: a manifest may have been lost.
            Ok(!there.is_file() || checksum(there)? != checksum(&new)?)
        };
        if !is_foreign(&there)? {
            continue;
        }
        let mut number = 1;
        while is_foreign(&there)? {
            let word = if number == 1 {
                "new".to_owned()
            } else {
                format!("new-{number}")
            };
            there = beside(&target.join(&file), &word);
            number += 1;
        }
        let renamed = there.strip_prefix(target).unwrap_or(&there);
        fs::rename(&new, stage.join(renamed)).map_err(ResultsError::io("write", &new))?;
        notices.push(format!(
            "{} was edited or is not ours, and stays; the new one is {}",
            name_of(&file),
            name_of(renamed)
        ));
    }
    Ok(notices)
}

/// Whether the new result may be written into the place.
fn admit(place: &Place, planned: &Manifest, force: bool) -> Result<Admission, ResultsError> {
    let (path, shown) = (place.real(), place.shown().to_path_buf());
    match fs::metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Admission::Fresh),
        Err(cause) => return Err(ResultsError::io("read", &shown)(cause)),
        Ok(found) if !found.is_dir() => return Err(ResultsError::NotAFolder { path: shown }),
        Ok(_) => {}
    }
    place.is_writable()?;
    let own = Own::read(path)?;
    if !own.is_result && !force && !is_empty(path)? {
        let reason = own.reason.unwrap_or_else(|| format!("no {MANIFEST}"));
        return Err(ResultsError::Foreign { path: shown, reason });
    }
    if own.is_result && own.identity != planned.identity() && !force {
        let differences = match super::read::read_manifest(path) {
            Ok(found) => differences(&found, planned),
            Err(cause) => vec![cause.to_string()],
        };
        return Err(ResultsError::OtherPlan {
            path: shown,
            differences,
        });
    }
    let mut clashes = Vec::new();
    for name in DATA {
        let is_there = fs::symlink_metadata(path.join(name)).is_ok();
        if is_there && !own.holds(path, Path::new(name))? {
            clashes.push(name.to_owned());
        }
    }
    // Pictures need a folder of this name; a link or a file of a user's is not to be written through or over.
    if fs::symlink_metadata(path.join(CHARTS)).is_ok_and(|found| !found.is_dir()) {
        clashes.push(CHARTS.to_owned());
    }
    if clashes.is_empty() {
        Ok(Admission::Into(own))
    } else {
        Err(ResultsError::Clash {
            path: shown,
            files: clashes,
        })
    }
}

/// Whether a folder holds nothing but what is staged in it.
fn is_empty(path: &Path) -> Result<bool, ResultsError> {
    for entry in fs::read_dir(path).map_err(ResultsError::io("read", path))? {
        let entry = entry.map_err(ResultsError::io("read", path))?;
        if !is_staging(&entry.file_name().to_string_lossy()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a rename failed because something has the name.
fn is_taken(cause: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory};
    matches!(cause.kind(), AlreadyExists | DirectoryNotEmpty | NotADirectory)
}

/// Whether a file of a result is data, and not a picture or the page, which may be redrawn later.
fn is_data(file: &Path) -> bool {
    !(file.starts_with(CHARTS) || file.file_name().is_some_and(|name| is_page(&name.to_string_lossy())))
}

/// `report.html`, or what it is called where somebody edited the old one.
fn is_page(name: &str) -> bool {
    let (stem, extension) = REPORT.split_once('.').unwrap_or((REPORT, ""));
    name.starts_with(stem) && name.ends_with(extension)
}

/// Gives the manifest the checksums of the files in `folder`, and its own.
fn seal(manifest: &mut Manifest, folder: &Path) -> Result<(), ResultsError> {
    manifest.checksums = sums(folder, |file| is_data(file) && file != Path::new(MANIFEST))?;
    manifest.pictures = sums(folder, |file| !is_data(file))?;
    manifest.seal();
    Ok(())
}

/// File name to blake3 of its bytes, of some files in a folder.
fn sums(folder: &Path, which: impl Fn(&Path) -> bool) -> Result<BTreeMap<String, String>, ResultsError> {
    let chosen = files(folder)?.into_iter().filter(|file| which(file));
    chosen
        .map(|file| Ok((name_of(&file), checksum(&folder.join(file))?)))
        .collect()
}
