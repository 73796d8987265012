//! A study becomes a folder: the results of the baseline, the comparison and its pictures, whole or not at all.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use super::design::Study;
use super::engine::{Nowhere, Played, play, play_with_months};
use super::estimate::comparison;
use super::format::Comparison;
use super::stored::Found;
use crate::chart::{self, Style};
use crate::engine::{Halt, Sink};
use crate::job::{self, Finished, JobError, Settings};
use crate::results::format::{ArmSeries, SeriesRow, Stored};
use crate::results::{COMPARISON, ResultsError, spare_memory, write_beside_others};

/// Plays a study and writes its folder.
///
/// # Errors
/// As [`job::run`].
pub fn run(study: &Study, settings: &Settings, halt: &Halt) -> Result<Finished, JobError> {
    let (Some(base), Some(pairings)) = (study.arms.first(), study.pairings()) else {
        return Err(JobError::Nothing);
    };
    spare_memory(&settings.out, study.arms.len().saturating_sub(1))?;
    let (plans, series) = (study.plans(), study.series());
    let play = |store: &mut dyn Sink<Error = ResultsError>| {
        let played = play_with_months(&plans, &pairings, &series, study.runs, halt, store)?;
        Ok((played.runs, played))
    };
    let compare = |played: Played, months: &[SeriesRow]| {
        let months = months.iter().filter(|row| series.contains(&row.series));
        Some((
            comparison(study, &played),
            arms(study, &played, months.cloned().collect()),
        ))
    };
    job::run_with(&base.plan, Some(study.hash()), settings, play, compare)
}

/// Months of every arm; `base` are those of the first.
fn arms(study: &Study, played: &Played, base: Vec<SeriesRow>) -> Vec<ArmSeries> {
    let others = played.months.iter().map(|sums| sums.rows());
    let rows = std::iter::once(base).chain(others);
    let of_arm = |(arm, rows): (&super::Arm, Vec<SeriesRow>)| ArmSeries {
        arm: arm.id.clone(),
        rows,
    };
    study.arms.iter().zip(rows).map(of_arm).collect()
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

/// Writes a comparison of stored results and its pictures into a folder, which may hold anything: files of others stay.
/// Returns a sentence for each file that could not have its name.
///
/// # Errors
/// [`JobError::Chart`] if a picture cannot be drawn, [`JobError::Results`] if nothing can be written.
pub fn keep(found: &Found, dir: &Path, style: Option<&Style>) -> Result<(Vec<PathBuf>, Vec<String>), JobError> {
    let stored = Stored {
        comparison: Some(found.comparison.clone()),
        arms: found.arms.clone(),
        ..found.base.clone()
    };
    let text = serde_json::to_vec_pretty(&found.comparison).map_err(chart::ChartError::from)?;
    let mut files = vec![(COMPARISON.to_owned(), text)];
    if let Some(style) = style {
        for picture in chart::draw_compared(&stored, style)? {
            files.extend(picture.files().map(|(name, bytes)| (name, bytes.to_vec())));
        }
    }
    Ok(write_beside_others(dir, &files)?)
}
