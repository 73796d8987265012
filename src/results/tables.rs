//! The three tables, as Parquet files that are the same bytes for the same rows.
//!
//! Rows are gathered to full row groups before they are encoded, so the blocks in which they arrive leave
//! no trace, and memory stays bounded. Nothing in a file tells when or where it was written. Numbers that
//! are not finite are stored as nulls.

use super::error::ResultsError;
use super::folder::{CHALLENGES, RUNS, SERIES};
use super::format::{LEVELS, SeriesRow, SeriesTag};
use super::partial::PartialFile;
use super::table::{About, Table, counts, field, number, number_list, numbers, ordinals};
use crate::model::inputs::Answer;
use crate::model::record::{ChallengeRow, Measure, OutcomeSpec, RunRecord};
use crate::model::sets::StateSet;
use crate::scenario::ensemble::Turns;
use arrow_array::{ArrayRef, BooleanArray, StringArray};
use arrow_schema::{DataType, Field};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs to a row group: 6.5 megabytes for a hundred columns.
const RUNS_PER_GROUP: usize = 8_192;
/// Challenges to a row group.
const CHALLENGES_PER_GROUP: usize = 32_768;
/// A drawn input as a column of the table of runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Canonical path; the column is called `input.<path>`.
    pub name: String,
    pub unit: String,
    pub label: String,
}

/// What stands beside an outcome in the table of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Cases,
    Expectation,
}

impl Beside {
    fn of(spec: &OutcomeSpec) -> Self {
        match spec.measure {
            Measure::Share => Beside::Cases,
            _ if spec.expected => Beside::Expectation,
            _ => Beside::Nothing,
        }
    }
}

/// Writes `runs.parquet`: drawn inputs and outcomes, one row a run.
pub struct RunsWriter {
    path: PathBuf,
    table: Table<PartialFile>,
    inputs: usize,
    /// Which member of the ensemble a run uses, if there is one.
    turns: Option<Turns>,
    /// For each outcome, what has a column of its own beside it.
    beside: Vec<Beside>,
    /// Values of the row group in work, column by column.
    columns: Vec<Vec<f64>>,
    run: Vec<u64>,
}

impl RunsWriter {
    /// Starts the table in the folder `dir`.
    ///
    /// # Errors
    /// [`ResultsError::Io`] where the file cannot be created.
    pub fn create(
        dir: &Path,
        about: &About,
        inputs: &[Column],
        turns: Option<Turns>,
        outcomes: &[OutcomeSpec],
    ) -> Result<Self, ResultsError> {
        let mut fields = vec![field("run", DataType::Int32, "1", "Number of the run, from 0")];
        if turns.is_some() {
            fields.push(field("member", DataType::Int32, "1", "Member of the ensemble, from 0"));
        }
        let whole = fields.len();
        fields.extend(
            inputs
                .iter()
                .map(|c| number(&format!("input.{}", c.name), &c.unit, &c.label)),
        );
        let beside = outcomes.iter().map(Beside::of).collect();
        for spec in outcomes {
            fields.extend(outcome_columns(spec));
        }
        let columns = fields.len() - whole;
        let path = dir.join(RUNS);
        Ok(Self {
            table: Table::create(&path, fields, about, Vec::new())?,
            path,
            inputs: inputs.len(),
            turns,
            beside,
            columns: vec![Vec::new(); columns],
            run: Vec::new(),
        })
    }

    /// Adds the runs from number `first` on: `draws[k]` are the drawn inputs of `records[k]`, in the order
    /// of the columns. Numbers that a run lacks are stored as nulls.
    ///
    /// # Errors
    /// [`ResultsError::Io`], for example on a full disk.
    pub fn write<D: AsRef<[f64]>>(
        &mut self,
        first: u64,
        draws: &[D],
        records: &[RunRecord],
    ) -> Result<(), ResultsError> {
        for (index, record) in records.iter().enumerate() {
            let drawn = draws.get(index).map_or(&[][..], AsRef::as_ref);
            let at = |values: &[f64], place: usize| values.get(place).copied().unwrap_or(f64::NAN);
            let mut columns = self.columns.iter_mut();
            let mut push = |value: f64| {
                if let Some(column) = columns.next() {
                    column.push(value);
                }
            };
            (0..self.inputs).for_each(|place| push(at(drawn, place)));
            for (place, beside) in self.beside.iter().enumerate() {
                push(at(&record.values, place));
                match beside {
                    Beside::Nothing => {}
                    Beside::Cases => push(at(&record.cases, place)),
                    Beside::Expectation => push(at(&record.expected, place)),
                }
            }
            self.run.push(first + index as u64);
            if self.run.len() == RUNS_PER_GROUP {
                self.group()?;
            }
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), ResultsError> {
        let runs = std::mem::take(&mut self.run);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.columns.len() + 2);
        let members = self
            .turns
            .map(|turns| ordinals(runs.iter().map(|run| turns.member(*run)), &self.path));
        columns.push(ordinals(runs.iter().copied(), &self.path)?);
        columns.extend(members.transpose()?);
        // Hundreds of columns of a full row group are most of what a run of usual size holds: they are not held twice.
        columns.extend(
            self.columns
                .iter_mut()
                .map(|column| number_list(std::mem::take(column))),
        );
        self.table.group(columns)
    }

    /// Completes the file; until then it has another name, and without this it is removed.
    ///
    /// # Errors
    /// [`ResultsError::Io`], for example on a full disk.
    pub fn finish(mut self) -> Result<(), ResultsError> {
        if !self.run.is_empty() {
            self.group()?;
        }
        self.table.commit()
    }
}

/// The columns of an outcome. A ratio is a sum over a sum, so it has two, and a run's share is neither of them: the label
/// of the first says what to divide by.
fn outcome_columns(spec: &OutcomeSpec) -> Vec<Field> {
    match Beside::of(spec) {
        Beside::Nothing => return vec![number(&spec.id, spec.unit, &spec.label)],
        Beside::Expectation => {
            let label = format!("{}: expected, the sum of the chances it was drawn with", spec.label);
            let expected = number(&format!("{}.expected", spec.id), spec.unit, &label);
            return vec![number(&spec.id, spec.unit, &spec.label), expected];
        }
        Beside::Cases => {}
    }
    let cases = format!("{}.cases", spec.id);
    let (unit, what) = match crate::results::metrics::find(&spec.id).first().map(|m| m.id) {
        // Each case adds the share that came, or the probability of a common decision, instead of 0 or 1.
        Some("cohesion.<arrangement>" | "authorised.<arrangement>") => ("cases", "summed over the cases"),
        Some("resume_hazard") => ("wars", "wars that begin anew"),
        _ => ("cases", "cases in which it happened"),
    };
    let over = if unit == "wars" { "months" } else { "cases" };
    let all = if unit == "wars" { "months of peace" } else { "all cases" };
    vec![
        number(
            &spec.id,
            unit,
            &format!("{}: {what}, to be divided by {cases}", spec.label),
        ),
        number(&cases, over, &format!("{}: {all}", spec.label)),
    ]
}

/// Writes `challenges.parquet`: one row a challenge.
pub struct ChallengesWriter {
    path: PathBuf,
    table: Table<PartialFile>,
    states: Vec<String>,
    rungs: Vec<String>,
    rows: Vec<(u64, ChallengeRow)>,
}

impl ChallengesWriter {
    /// Starts the table in the folder `dir`; `states` and `rungs` name what the rows give by index.
    ///
    /// # Errors
    /// [`ResultsError::Io`] where the file cannot be created.
    pub fn create(dir: &Path, about: &About, states: &[String], rungs: &[String]) -> Result<Self, ResultsError> {
        let text = |name: &str, label: &str| field(name, DataType::Utf8, "", label);
        let flag = |name: &str, label: &str| field(name, DataType::Boolean, "", label);
        let fields = vec![
            field("run", DataType::Int32, "1", "Number of the run, from 0"),
            field("month", DataType::Int32, "month", "Month, from 0"),
            text("challenger", "Challenger"),
            text("target", "Target"),
            text("rung", "Rung of the ladder"),
            flag("scripted", "Started by an event of the scenario"),
            flag("attributed", "Pinned on the challenger within the month"),
            flag("resisted", "The target resisted"),
            text("lead", "Lead guarantor").with_nullable(true),
            text("lead_answer", "Answer of the lead guarantor").with_nullable(true),
            text("fought", "Guarantors that fought"),
            text("supported", "Guarantors that supported"),
            number("share", "1", "Share of the pledged strength that came"),
            flag("pressed", "The challenger pressed on"),
            flag("success", "The challenger succeeded"),
            flag("war", "It became a war"),
            number(
                "provoked",
                "1",
                "Chance that a provocation by the target brought it about",
            ),
            number(
                "utility",
                "stake",
                "The challenger's expected utility against doing nothing",
            ),
            number(
                "credibility",
                "1",
                "The challenger's belief that 40 percent of the pledged strength would come",
            ),
        ];
        let path = dir.join(CHALLENGES);
        Ok(Self {
            table: Table::create(&path, fields, about, Vec::new())?,
            path,
            states: states.to_vec(),
            rungs: rungs.to_vec(),
            rows: Vec::new(),
        })
    }

    /// Adds the challenges of the runs from number `first` on.
    ///
    /// # Errors
    /// [`ResultsError::Io`], for example on a full disk.
    pub fn write(&mut self, first: u64, records: &[RunRecord]) -> Result<(), ResultsError> {
        for (run, record) in (first..).zip(records) {
            for challenge in &record.challenges {
                self.rows.push((run, challenge.clone()));
                if self.rows.len() == CHALLENGES_PER_GROUP {
                    self.group()?;
                }
            }
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), ResultsError> {
        let rows = std::mem::take(&mut self.rows);
        let state = |index: u8| self.states.get(usize::from(index)).map_or("", String::as_str);
        let rung = |index: u8| self.rungs.get(usize::from(index)).map_or("", String::as_str);
        let set = |members: StateSet| -> String {
            let names = self
                .states
                .iter()
                .enumerate()
                .filter(|(state, _)| members.contains(*state));
            names.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" ")
        };
        let columns: Vec<ArrayRef> = vec![
            ordinals(rows.iter().map(|(run, _)| *run), &self.path)?,
            ordinals(rows.iter().map(|(_, c)| c.month.into()), &self.path)?,
            texts(&rows, |c| Some(state(c.challenger))),
            texts(&rows, |c| Some(state(c.target))),
            texts(&rows, |c| Some(rung(c.rung))),
            flags(&rows, |c| c.scripted),
            flags(&rows, |c| c.attributed),
            flags(&rows, |c| c.resisted),
            texts(&rows, |c| c.lead.map(state)),
            texts(&rows, |c| c.lead.map(|_| word(c.lead_answer))),
            texts(&rows, |c| Some(set(c.fought))),
            texts(&rows, |c| Some(set(c.supported))),
            numbers(rows.iter().map(|(_, c)| c.share)),
            flags(&rows, |c| c.pressed),
            flags(&rows, |c| c.success),
            flags(&rows, |c| c.war),
            numbers(rows.iter().map(|(_, c)| c.provoked)),
            numbers(rows.iter().map(|(_, c)| c.utility)),
            numbers(rows.iter().map(|(_, c)| c.credibility)),
        ];
        self.table.group(columns)
    }

    /// Completes the file; until then it has another name, and without this it is removed.
    ///
    /// # Errors
    /// [`ResultsError::Io`], for example on a full disk.
    pub fn finish(mut self) -> Result<(), ResultsError> {
        if !self.rows.is_empty() {
            self.group()?;
        }
        self.table.commit()
    }
}

/// A column of words.
fn texts<'a, S: AsRef<str>>(rows: &'a [(u64, ChallengeRow)], of: impl Fn(&'a ChallengeRow) -> Option<S>) -> ArrayRef {
    Arc::new(rows.iter().map(|(_, challenge)| of(challenge)).collect::<StringArray>())
}

/// A column of yes and no.
fn flags(rows: &[(u64, ChallengeRow)], of: impl Fn(&ChallengeRow) -> bool) -> ArrayRef {
    Arc::new(
        rows.iter()
            .map(|(_, challenge)| Some(of(challenge)))
            .collect::<BooleanArray>(),
    )
}

/// An answer as scenario files name it.
fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Abstain => "abstain",
        Answer::Support => "support",
        Answer::Fight => "fight",
    }
}

/// Name of the column of a quantile: `q0.025`, `q0.5`.
pub(super) fn quantile_name(level: f64) -> String {
    format!("q{level}")
}

/// Writes `series.parquet` into the folder `dir`: one row a series and month. `tags` say what the series are.
///
/// # Errors
/// [`ResultsError::Io`], for example on a full disk.
pub fn write_series(dir: &Path, about: &About, tags: &[SeriesTag], rows: &[SeriesRow]) -> Result<(), ResultsError> {
    let path = dir.join(SERIES);
    let mut table = Table::create(&path, series_fields(), about, vec![series_texts(tags)])?;
    table.group(series_columns(rows, &path)?)?;
    table.commit()
}

/// Units and labels of the series, for the level of the file.
pub(super) fn series_texts(tags: &[SeriesTag]) -> (String, String) {
    let of = |tag: &SeriesTag| {
        (
            tag.id.clone(),
            serde_json::json!({ "unit": tag.unit, "label": tag.label }),
        )
    };
    let series: serde_json::Map<_, _> = tags.iter().map(of).collect();
    ("deter.series".to_owned(), serde_json::Value::from(series).to_string())
}

pub(super) fn series_fields() -> Vec<Field> {
    let mut fields = vec![
        field(
            "series",
            DataType::Utf8,
            "",
            "Series; units and labels are at the level of the file and in the manifest",
        ),
        field("month", DataType::Int32, "month", "Month, from 0"),
        field("n", DataType::Int64, "runs", "Runs in which it was observed"),
        number("mean", "of the series", "Mean over runs"),
        number("sd", "of the series", "Standard deviation over runs"),
        number("min", "of the series", "Smallest value"),
        number("max", "of the series", "Largest value"),
    ];
    let quantile = |level| {
        number(
            &quantile_name(level),
            "of the series",
            &format!("Quantile {level} over runs"),
        )
    };
    fields.extend(LEVELS.map(quantile));
    fields
}

pub(super) fn series_columns(rows: &[SeriesRow], path: &Path) -> Result<Vec<ArrayRef>, ResultsError> {
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(
            rows.iter()
                .map(|row| Some(row.series.as_str()))
                .collect::<StringArray>(),
        ),
        ordinals(rows.iter().map(|row| row.month.into()), path)?,
        counts(rows.iter().map(|row| row.n)),
        numbers(rows.iter().map(|row| row.mean)),
        numbers(rows.iter().map(|row| row.sd)),
        numbers(rows.iter().map(|row| row.min)),
        numbers(rows.iter().map(|row| row.max)),
    ];
    columns.extend((0..LEVELS.len()).map(|level| numbers(rows.iter().map(move |row| row.quantiles[level]))));
    Ok(columns)
}

#[cfg(test)]
mod tests;
