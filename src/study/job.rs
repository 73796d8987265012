//! A study becomes a folder: the results of the baseline, the comparison and its pictures, whole or not at all.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use super::design::Study;
use super::engine::{Nowhere, Played, play};
use super::estimate::comparison;
use super::format::{COMPARISON, COMPARISON_FORMAT, Comparison};
use crate::chart::{ChartError, Style, dumbbell};
use crate::engine::{Halt, Sink};
use crate::job::{self, Finished, JobError, Settings};
use crate::results::format::Stored;
use super::stored::Found;
use crate::results::{CHARTS, Folder, ResultsError, SUMMARY, write_json, write_series};

/// Plays a study and writes its folder.
///
/// # Errors
/// As [`job::run`].
pub fn run(study: &Study, settings: &Settings, halt: &Halt) -> Result<(Finished, Comparison), JobError> {
    let (Some(base), Some(pairings)) = (study.arms.first(), study.pairings()) else {
        return Err(JobError::Nothing);
    };
    let plans = study.plans();
    let play = |store: &mut dyn Sink<Error = ResultsError>| {
        let played = play(&plans, &pairings, study.runs, halt, store)?;
        Ok((played.runs, played))
    };
    job::run_with(&base.plan, &study.hash(), settings, play, |dir, stored, played: Played| {
        let comparison = comparison(study, &played);
        write_json(&dir.join(COMPARISON), &comparison)?;
        if let Some(style) = &settings.charts {
            draw(stored, &comparison, style, &dir.join(CHARTS))?;
        }
        Ok(comparison)
    })
}

/// Plays a study on the current thread pool and keeps nothing but the comparison.
pub fn without_folder(study: &Study, halt: &Halt) -> Comparison {
    let Some(pairings) = study.pairings() else {
        return Comparison::default();
    };
    match play::<Infallible>(&study.plans(), &pairings, study.runs, halt, &mut Nowhere) {
        Ok(played) => comparison(study, &played),
        Err(never) => match never {},
    }
}

/// Writes a comparison of stored results into a folder of its own: with the summary and the series of the baseline, but
/// without the runs, which stay where they are.
///
/// # Errors
/// As [`job::run`].
pub fn keep(found: &Found, settings: &Settings) -> Result<PathBuf, JobError> {
    let (base, comparison) = (&found.base, &found.comparison);
    let mut hash = blake3::Hasher::new();
    for part in comparison.arms.iter().map(|a| &a.plan).chain(comparison.outcomes.iter().map(|o| &o.id)) {
        hash.update(part.as_bytes());
        hash.update(&[0]);
    }
    let mut manifest = base.manifest.clone();
    manifest.plan_hash = hash.finalize().to_hex().to_string();
    settings.argv.clone_into(&mut manifest.argv);
    let folder = Folder::create(&settings.out, &manifest.plan_hash, settings.force)?;
    write_json(&folder.path().join(SUMMARY), &base.summary)?;
    write_series(folder.path(), &base.series)?;
    write_json(&folder.path().join(COMPARISON), comparison)?;
    if let Some(style) = &settings.charts {
        draw(base, comparison, style, &folder.path().join(CHARTS))?;
    }
    Ok(folder.finish(manifest)?)
}

/// Draws the pictures of a comparison into a folder.
///
/// # Errors
/// [`ChartError`] if a picture cannot be drawn or written.
pub fn draw(stored: &Stored, comparison: &Comparison, style: &Style, dir: &Path) -> Result<Vec<PathBuf>, ChartError> {
    let mut written = Vec::new();
    for picture in dumbbell::pictures(stored, comparison, style)? {
        picture.write(dir)?;
        written.push(dir.join(format!("{}.png", picture.name)));
    }
    Ok(written)
}

/// The comparison of a result folder, if it holds one.
///
/// # Errors
/// [`ResultsError`] if it cannot be read, or was changed after it was written.
pub fn read(dir: &Path) -> Result<Option<Comparison>, ResultsError> {
    if !dir.join(COMPARISON).is_file() {
        return Ok(None);
    }
    crate::results::verify_file(dir, COMPARISON)?;
    crate::results::document(dir, COMPARISON, COMPARISON_FORMAT).map(Some)
}
