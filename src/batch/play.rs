//! Plays a batch: a job a cell, a comparison a row, and an index over all of it.

use std::path::{Path, PathBuf};

use super::design::Batch;
use super::index::{BATCH_FORMAT, CellCard, Fault, Index, RowCard, State};
use super::page;
use super::row::{Cell, Row};
use crate::chart::Style;
use crate::engine::Halt;
use crate::job::{self, JobError};
use crate::results::format::Stored;
use crate::results::write_beside_others;
use crate::scenario::Problems;
use crate::scenario::answer::NONE;
use crate::study::{self, Arm, stored};

/// How a batch is played; nothing here changes a number.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the batch.
    pub out: PathBuf,
    /// Threads; none for one a core.
    pub jobs: Option<usize>,
    /// Replace results of other plans.
    pub force: bool,
    /// Draw the comparisons in this style.
    pub charts: Option<Style>,
    /// Draw the charts of every cell too.
    pub cell_charts: bool,
    /// The command that makes the same batch again.
    pub argv: Vec<String>,
}

/// What has just come to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Cells that have ended, this one included.
    pub done: usize,
    pub cells: usize,
    /// Scenario, option and assumptions.
    pub cell: String,
    pub state: State,
    /// Runs that the cell is planned with.
    pub runs: u64,
    /// What a user should know.
    pub notices: Vec<String>,
}

/// A batch that was played.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub index: Index,
    /// The page of it, under the name that was free.
    pub page: PathBuf,
    /// What a user should know, a sentence each.
    pub notices: Vec<String>,
}

/// Plays every cell that does not stand in its folder yet, compares each row, and writes the index. A cell that fails
/// spoils no other. After an interruption the index tells what there is.
///
/// # Errors
/// [`JobError`] where the index itself cannot be written.
pub fn play(batch: &Batch, settings: &Settings, halt: &Halt, tell: &mut dyn FnMut(Step)) -> Result<Outcome, JobError> {
    let mut index = Index {
        format: BATCH_FORMAT.to_owned(),
        title: batch.title.clone().unwrap_or_else(|| "A batch".to_owned()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        argv: settings.argv.clone(),
        rows: Vec::new(),
        unfit: batch.unfit.iter().map(Fault::of).collect(),
    };
    let mut notices = Vec::new();
    let (mut done, cells) = (0, batch.cells());
    for row in &batch.rows {
        let mut card = RowCard::of(row);
        match row.study() {
            Ok(study) => {
                let mut results = Vec::new();
                for (arm, cell) in study.arms.iter().zip(&row.cells) {
                    let (state, stored, text, notes) = one(row, arm, cell, settings, halt);
                    done += 1;
                    tell(Step {
                        done,
                        cells,
                        cell: name(row, cell),
                        state,
                        runs: row.runs,
                        notices: notes,
                    });
                    results.extend(stored);
                    card.cells.push(CellCard::of(row, cell, state, text));
                }
                compared(row, &mut card, results, settings, &mut notices);
            }
            // A file was changed after the batch was laid out.
            Err(problems) => {
                for cell in &row.cells {
                    done += 1;
                    card.cells
                        .push(CellCard::of(row, cell, State::Failed, Some(problems.to_string())));
                    tell(Step {
                        done,
                        cells,
                        cell: name(row, cell),
                        state: State::Failed,
                        runs: row.runs,
                        notices: vec![problems.to_string()],
                    });
                }
            }
        }
        index.rows.push(card);
    }
    let mut files = index.files()?;
    files.push(("index.html".to_owned(), page::render(&index).into_bytes()));
    let (written, more) = write_beside_others(&settings.out, &files)?;
    notices.extend(more);
    Ok(Outcome {
        // The page is the last of the files.
        page: written.last().cloned().unwrap_or_else(|| settings.out.clone()),
        index,
        notices,
    })
}

/// What a cell is called.
fn name(row: &Row, cell: &Cell) -> String {
    let mut parts = vec![row.scenario.as_str(), &cell.option, &row.assume];
    parts.extend(cell.point.iter().map(String::as_str));
    parts.join(" · ")
}

/// Plays a cell, unless it was asked to stop.
fn one(
    row: &Row,
    arm: &Arm,
    cell: &Cell,
    settings: &Settings,
    halt: &Halt,
) -> (State, Option<Stored>, Option<String>, Vec<String>) {
    let folder = settings.out.join(&cell.folder);
    if halt.is_asked() {
        return (State::Waiting, None, None, Vec::new());
    }
    let job = job::Settings {
        out: folder.clone(),
        jobs: settings.jobs,
        force: settings.force,
        charts: settings.charts.filter(|_| settings.cell_charts),
        argv: command(row, cell),
    };
    match job::run(&arm.plan, &job, halt) {
        Ok(finished) => {
            let state = match (finished.complete, finished.was_there) {
                (_, true) => State::There,
                (true, false) => State::Complete,
                (false, false) => State::Partial,
            };
            (state, Some(finished.stored), None, finished.notices)
        }
        Err(JobError::Nothing) => (State::Waiting, None, None, Vec::new()),
        Err(error) => {
            let text = error.to_string();
            (State::Failed, None, Some(text.clone()), vec![text])
        }
    }
}

/// The command that makes the result of a cell again, by itself.
fn command(row: &Row, cell: &Cell) -> Vec<String> {
    let mut words: Vec<String> = ["deter", "run"].map(str::to_owned).to_vec();
    words.extend(row.words.iter().cloned());
    match cell.option.as_str() {
        NONE => words.push("--single".to_owned()),
        option => words.extend(["--option".to_owned(), option.to_owned()]),
    }
    words.extend(cell.point.iter().flat_map(|set| ["--set".to_owned(), set.clone()]));
    let numbers = [
        ("--runs", row.runs),
        ("--seed", row.seed),
        ("--months", u64::from(row.months)),
    ];
    words.extend(
        numbers
            .into_iter()
            .flat_map(|(flag, n)| [flag.to_owned(), n.to_string()]),
    );
    words
}

/// Compares the cells of a row that are whole, the first of them with the others.
fn compared(row: &Row, card: &mut RowCard, results: Vec<Stored>, settings: &Settings, notices: &mut Vec<String>) {
    let whole = |state: State| matches!(state, State::Complete | State::There);
    let is_whole = card.cells.iter().all(|cell| whole(cell.state));
    if let ([_], [only]) = (row.cells.as_slice(), results.as_slice()) {
        card.levels(row, only);
        return;
    }
    if !is_whole {
        let missing = card.cells.iter().filter(|cell| !whole(cell.state)).count();
        card.remarks.push(format!(
            "not compared: {missing} of {} options are not there",
            card.cells.len()
        ));
        return;
    }
    let (mut folders, mut names, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for cell in &row.cells {
        if seen.contains(&cell.plan) {
            // A point may well lie where the scenario is anyhow.
            if row.option.is_some() {
                continue;
            }
            card.remarks.push(format!(
                "‘{}’ changes nothing here: it is the same plan as another option",
                cell.label
            ));
            continue;
        }
        seen.push(cell.plan.clone());
        folders.push(settings.out.join(&cell.folder));
        names.push((cell.id.clone(), cell.label.clone()));
    }
    if folders.len() < 2 {
        card.levels(row, &results[0]);
        return;
    }
    match stored::compare_as(&folders, &names, &row.outcomes) {
        Ok(found) => {
            card.remarks.extend(found.remarks.iter().cloned());
            card.comparison = Some(found.comparison.clone());
            let place = settings.out.join(&row.comparison);
            match keep(&found, &place, settings) {
                Ok((picture, more)) => {
                    card.folder = Some(row.comparison.clone());
                    card.picture = picture.map(|name| row.comparison.join(name));
                    notices.extend(more);
                }
                Err(error) => card.remarks.push(error.to_string()),
            }
        }
        Err(Problems::Invalid(findings)) => card.remarks.extend(findings.iter().map(ToString::to_string)),
        Err(error) => card.remarks.push(error.to_string()),
    }
}

/// Writes a comparison, unless it is there as it was written. The answer names the picture that the index shows.
fn keep(found: &stored::Found, place: &Path, settings: &Settings) -> Result<(Option<String>, Vec<String>), JobError> {
    let (written, notices) = study::keep(found, place, settings.charts.as_ref())?;
    let names = written.iter().filter_map(|path| path.file_name());
    let mut pictures = names
        .filter_map(|name| name.to_str())
        .filter(|name| name.ends_with(".svg"));
    Ok((pictures.next().map(str::to_owned), notices))
}
