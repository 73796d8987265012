//! The index of a batch: what was played, what came of it, and where it stands.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::design::Unfit;
use super::row::{Cell, Row, option_word};
use crate::chart::ChartError;
use crate::chart::spreadsheet::{Cell as Field, Table};
use crate::results::format::{Kind, Stored};
use crate::scenario::answer::NONE;
use crate::study::Comparison;
use crate::study::format::{Compared, Level};

/// Format tag of [`Index`].
pub const BATCH_FORMAT: &str = "deter.batch/1";
/// The file of [`Index`].
const INDEX: &str = "index.json";

/// How a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Played now.
    Complete,
    /// It stood in its folder already.
    There,
    /// Interrupted; what was finished is kept.
    Partial,
    /// Not begun when the batch was interrupted.
    Waiting,
    Failed,
}

impl State {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            State::Complete => "done",
            State::There => "already there",
            State::Partial => "interrupted, in part",
            State::Waiting => "not begun",
            State::Failed => "failed",
        }
    }

    /// The word that the files carry: it tells what is there, and not when it came.
    fn stored(self) -> &'static str {
        match self {
            State::Complete | State::There => "complete",
            State::Partial => "partial",
            State::Waiting => "waiting",
            State::Failed => "failed",
        }
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Index {
    pub format: String,
    pub title: String,
    pub version: String,
    /// The command that makes the same batch again.
    pub argv: Vec<String>,
    pub rows: Vec<RowCard>,
    /// What could not be laid out.
    pub unfit: Vec<Fault>,
}

/// The cells of one scenario under one stack of assumption sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowCard {
    pub scenario: String,
    pub title: String,
    pub question: String,
    /// The option that all cells share, where they differ in what varies.
    pub option: Option<String>,
    pub assume: String,
    pub seed: String,
    pub months: u32,
    pub cells: Vec<CellCard>,
    /// None where there is one cell only, or not all of them.
    pub comparison: Option<Comparison>,
    /// Outcomes of a row that compares nothing.
    pub levels: Vec<Compared>,
    /// Folder of the comparison, below that of the batch.
    pub folder: Option<PathBuf>,
    /// The picture of the comparison, below the folder of the batch.
    pub picture: Option<PathBuf>,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellCard {
    pub id: String,
    pub option: String,
    /// Overrides of its point, where something varies.
    pub point: Vec<String>,
    pub label: String,
    pub folder: PathBuf,
    pub plan: String,
    pub runs: u64,
    #[serde(serialize_with = "stored_state")]
    pub state: State,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A row that cannot be laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub scenario: String,
    pub assume: String,
    pub errors: Vec<String>,
}

/// As much of a stored index as tells which cells there should be.
#[derive(Deserialize)]
struct Claim {
    format: String,
    rows: Vec<ClaimedRow>,
}

#[derive(Deserialize)]
struct ClaimedRow {
    cells: Vec<ClaimedCell>,
}

#[derive(Deserialize)]
struct ClaimedCell {
    folder: PathBuf,
    plan: String,
    state: String,
}

/// The cells that the index of the folder `dir` says are there, each with the hash of its plan; none where the folder is
/// not that of a batch.
pub fn claimed(dir: &Path) -> Option<Vec<(PathBuf, String)>> {
    let text = std::fs::read(dir.join(INDEX)).ok()?;
    let claim: Claim = serde_json::from_slice(&text).ok()?;
    // An index of a stranger's may name anything; a batch has its cells below its folder and nowhere else.
    let is_below = |folder: &Path| folder.components().all(|part| matches!(part, Component::Normal(_)));
    let cells = claim.rows.into_iter().flat_map(|row| row.cells);
    let there = cells.filter(|cell| ["complete", "partial"].contains(&cell.state.as_str()) && is_below(&cell.folder));
    let found = there.map(|cell| (dir.join(cell.folder), cell.plan)).collect();
    (claim.format == BATCH_FORMAT).then_some(found)
}

fn stored_state<S: serde::Serializer>(state: &State, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(state.stored())
}

impl Fault {
    pub(super) fn of(unfit: &Unfit) -> Self {
        Self {
            scenario: unfit.scenario.clone(),
            assume: unfit.assume.clone(),
            errors: unfit.findings.iter().map(ToString::to_string).collect(),
        }
    }
}

impl CellCard {
    pub(super) fn of(row: &Row, cell: &Cell, state: State, error: Option<String>) -> Self {
        Self {
            id: cell.id.clone(),
            option: cell.option.clone(),
            point: cell.point.clone(),
            label: cell.label.clone(),
            folder: cell.folder.clone(),
            plan: cell.plan.clone(),
            runs: row.runs,
            state,
            error,
        }
    }
}

impl RowCard {
    pub(super) fn of(row: &Row) -> Self {
        Self {
            scenario: row.scenario.clone(),
            title: row.title.clone(),
            question: row.question.clone(),
            option: row.option.clone(),
            assume: row.assume.clone(),
            seed: row.seed.to_string(),
            months: row.months,
            cells: Vec::new(),
            comparison: None,
            levels: Vec::new(),
            folder: None,
            picture: None,
            remarks: Vec::new(),
        }
    }

    /// Takes the outcomes of the only cell.
    pub(super) fn levels(&mut self, row: &Row, stored: &Stored) {
        let outcomes = row.outcomes.iter().filter_map(|id| stored.summary.outcome(id));
        let option = row.cells.first().map_or("", |cell| cell.id.as_str());
        self.levels = outcomes
            .map(|outcome| Compared {
                id: outcome.id.clone(),
                label: outcome.label.clone(),
                unit: outcome.unit.clone(),
                kind: outcome.kind,
                arms: vec![Level::new(option, outcome)],
                contrasts: Vec::new(),
            })
            .collect();
    }

    /// Outcomes, compared or not.
    pub fn outcomes(&self) -> &[Compared] {
        self.comparison.as_ref().map_or(&self.levels, |c| &c.outcomes)
    }
}

impl Index {
    /// Cells that failed, and rows that could not be laid out.
    pub fn faults(&self) -> usize {
        let failed = self.cells().filter(|(_, cell)| cell.state == State::Failed).count();
        failed + self.unfit.len()
    }

    /// True if every cell is there.
    pub fn is_whole(&self) -> bool {
        let mut cells = self.cells();
        cells.all(|(_, cell)| matches!(cell.state, State::Complete | State::There))
    }

    /// All cells, each with its row.
    pub fn cells(&self) -> impl Iterator<Item = (&RowCard, &CellCard)> {
        self.rows
            .iter()
            .flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
    }

    /// `index.json`, `index.csv` and `outcomes.csv`.
    ///
    /// # Errors
    /// [`ChartError`], which writing to memory cannot cause.
    pub(super) fn files(&self) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
        let json = serde_json::to_string_pretty(self)? + "\n";
        Ok(vec![
            (INDEX.to_owned(), json.into_bytes()),
            ("index.csv".to_owned(), self.cells_csv()?.into_bytes()),
            ("outcomes.csv".to_owned(), self.outcomes_csv()?.into_bytes()),
        ])
    }

    /// A line a cell.
    fn cells_csv(&self) -> Result<String, ChartError> {
        let header = [
            "scenario", "option", "assume", "point", "label", "state", "runs", "months", "seed", "folder", "plan",
        ];
        let mut table = Table::new(header)?;
        for (row, cell) in self.cells() {
            let folder = cell.folder.display().to_string();
            let point = cell.point.join(" ");
            table.row(&[
                Field::Text(&row.scenario),
                Field::Text(option_word(&cell.option)),
                Field::Text(&row.assume),
                Field::Text(&point),
                Field::Text(&cell.label),
                Field::Text(cell.state.stored()),
                Field::Whole(cell.runs),
                Field::Whole(row.months.into()),
                Field::Text(&row.seed),
                Field::Text(&folder),
                Field::Text(&cell.plan),
            ])?;
        }
        table.finish()
    }

    /// A line an outcome and cell, with its difference from the baseline of the row.
    fn outcomes_csv(&self) -> Result<String, ChartError> {
        let header = [
            "scenario",
            "option",
            "assume",
            "point",
            "outcome",
            "label",
            "unit",
            "kind",
            "estimate",
            "low",
            "high",
            "method",
            "runs",
            "baseline",
            "difference",
            "difference_low",
            "difference_high",
            "ratio",
            "ratio_low",
            "ratio_high",
            "verdict",
        ];
        let mut table = Table::new(header)?;
        for row in &self.rows {
            let baseline = row.comparison.as_ref().map_or("", |c| c.baseline.as_str());
            let runs = row.comparison.as_ref().map(|c| c.runs);
            let runs = runs.or(row.cells.first().map(|c| c.runs)).unwrap_or(0);
            let point = |id: &str| {
                let is_point = row.option.is_some() && id != NONE;
                row.cells
                    .iter()
                    .find(|cell| cell.id == id && is_point)
                    .map_or("", |cell| cell.id.as_str())
            };
            for outcome in row.outcomes() {
                let kind = match outcome.kind {
                    Kind::Probability => "probability",
                    Kind::Mean => "mean",
                    Kind::Ratio => "ratio",
                };
                for level in &outcome.arms {
                    let contrast = outcome.contrasts.iter().find(|c| c.arm == level.id);
                    let end = |of: Option<[f64; 2]>, at: usize| Field::from(of.map(|i| i[at]));
                    let difference = contrast.and_then(|c| c.interval);
                    let ratio = contrast.and_then(|c| c.ratio_interval);
                    table.row(&[
                        Field::Text(&row.scenario),
                        Field::Text(option_word(row.option.as_deref().unwrap_or(&level.id))),
                        Field::Text(&row.assume),
                        Field::Text(point(&level.id)),
                        Field::Text(&outcome.id),
                        Field::Text(&outcome.label),
                        Field::Text(&outcome.unit),
                        Field::Text(kind),
                        Field::from(level.estimate),
                        end(level.interval, 0),
                        end(level.interval, 1),
                        Field::Text(&level.method),
                        Field::Whole(runs),
                        Field::Text(option_word(baseline)),
                        Field::from(contrast.and_then(|c| c.difference)),
                        end(difference, 0),
                        end(difference, 1),
                        Field::from(contrast.and_then(|c| c.ratio)),
                        end(ratio, 0),
                        end(ratio, 1),
                        Field::Text(contrast.map_or("", |c| c.verdict.word())),
                    ])?;
                }
            }
        }
        table.finish()
    }
}
