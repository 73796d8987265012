//! A sweep: the estimator over a batch in which one path varies, or two.

use serde::Serialize;

use super::axis::Axis;
use super::curve::{Curve, Mark, Point};
use super::index::{Index, RowCard};
use super::row::{AS_WRITTEN, option_word};
use crate::chart::curve::{self, MOST};
use crate::chart::heat;
use crate::chart::spreadsheet::{Cell as Field, Table};
use crate::chart::{ChartError, Picture, Style};
use crate::numerals::short;
use crate::study::Verdict;
use crate::study::number::{Show, level, show};

/// Format tag of [`Sweep`].
pub const SWEEP_FORMAT: &str = "deter.sweep/1";

/// What varies, and what comes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sweep {
    pub format: String,
    pub scenario: String,
    pub title: String,
    pub question: String,
    pub paths: Vec<String>,
    pub seed: String,
    pub months: u32,
    pub runs: u64,
    #[serde(skip)]
    is_log: bool,
    /// One a row: what the outcomes do, in a sentence each.
    pub lines: Vec<Line>,
}

/// One option under one stack of assumption sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    pub option: String,
    pub label: String,
    pub assume: String,
    /// A sentence an outcome, the most telling first.
    pub sentences: Vec<String>,
    /// Where one path varies: an outcome each.
    pub curves: Vec<Curve>,
    /// Where two do: for each value of the second, the curves along the first.
    pub grid: Vec<Slice>,
    /// How each outcome is shown.
    #[serde(skip)]
    shows: Vec<Show>,
}

impl Line {
    /// What the line is called.
    fn name(&self) -> String {
        match self.assume.as_str() {
            AS_WRITTEN => self.label.clone(),
            sets => format!("{}, {sets}", self.label),
        }
    }
}

/// An outcome as part of the name of a file.
fn plain(outcome: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    outcome.chars().map(kept).collect()
}

/// Curves along the first path, at one value of the second.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    pub value: f64,
    pub curves: Vec<Curve>,
}

impl Sweep {
    /// Reads a sweep from the index of its batch. Rows that are not whole are left out; the index names them.
    pub fn of(index: &Index, axes: &[Axis]) -> Option<Self> {
        let first = index.rows.first()?;
        let lines = index.rows.iter().filter(|row| row.comparison.is_some());
        Some(Self {
            format: SWEEP_FORMAT.to_owned(),
            scenario: first.scenario.clone(),
            title: first.title.clone(),
            question: first.question.clone(),
            paths: axes.iter().map(|axis| axis.path.clone()).collect(),
            seed: first.seed.clone(),
            months: first.months,
            runs: first.comparison.as_ref().map_or(0, |c| c.runs),
            is_log: axes.first().is_some_and(|axis| axis.is_log),
            lines: lines.map(|row| line(row, axes)).collect(),
        })
    }

    /// `sweep.json`, `sweep.csv` and, in a style, the pictures.
    ///
    /// # Errors
    /// [`ChartError`] if a picture cannot be drawn.
    pub fn files(&self, style: Option<&Style>) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
        let json = serde_json::to_string_pretty(self)? + "\n";
        let mut files = vec![
            ("sweep.json".to_owned(), json.into_bytes()),
            ("sweep.csv".to_owned(), self.csv()?.into_bytes()),
        ];
        for picture in style.map_or_else(|| Ok(Vec::new()), |style| self.pictures(style))? {
            files.extend(picture.files().map(|(name, bytes)| (name, bytes.to_vec())));
        }
        Ok(files)
    }

    /// A picture an outcome: lines along one path, a field a line over two.
    fn pictures(&self, style: &Style) -> Result<Vec<Picture>, ChartError> {
        let mut pictures = Vec::new();
        let outcomes = self.lines.first().map_or(0, |line| line.shows.len());
        for at in 0..outcomes {
            match self.paths.as_slice() {
                [path] => pictures.extend(curve::draw(&self.curves(at, path), style)?),
                [first, second] => {
                    for (place, line) in self.lines.iter().enumerate() {
                        let board = self.field(at, line, place, [first, second]);
                        pictures.extend(board.map(|board| heat::draw(&board, style)).transpose()?.flatten());
                    }
                }
                _ => {}
            }
        }
        Ok(pictures)
    }

    fn curves(&self, at: usize, path: &str) -> curve::Board {
        let first = self.lines.first().and_then(|line| line.curves.get(at));
        let (drawn, rest) = self.lines.split_at(self.lines.len().min(MOST));
        let lines = drawn.iter().filter_map(|line| {
            let points = line.curves.get(at)?.points.iter();
            let points = points.filter_map(|p| Some((p.value, p.estimate?, p.interval.unwrap_or([p.estimate?; 2]))));
            Some(curve::Line {
                label: line.name(),
                points: points.collect(),
            })
        });
        let id = first.map_or("", |curve| curve.outcome.as_str());
        curve::Board {
            name: format!("curve-{}", plain(id)),
            label: first.map_or(String::new(), |curve| curve.label.clone()),
            show: self.show(at),
            path: path.to_owned(),
            is_log: self.is_log,
            lines: lines.collect(),
            left_out: rest.iter().map(Line::name).collect(),
            sentences: self
                .lines
                .iter()
                .filter_map(|line| line.sentences.get(at).cloned())
                .collect(),
            scenario: self.scenario.clone(),
            seed: self.seed.clone(),
            runs: self.runs,
            months: self.months,
        }
    }

    fn field(&self, at: usize, line: &Line, place: usize, paths: [&String; 2]) -> Option<heat::Board> {
        let curves: Vec<&Curve> = line.grid.iter().filter_map(|slice| slice.curves.get(at)).collect();
        let first = curves.first()?;
        let places = first.points.iter().map(|p| p.value).collect();
        Some(heat::Board {
            name: format!("heat-{}-{}", place + 1, plain(&first.outcome)),
            label: first.label.clone(),
            option: line.name(),
            show: self.show(at),
            kind: first.kind,
            paths: paths.map(Clone::clone),
            values: [places, line.grid.iter().map(|slice| slice.value).collect()],
            levels: curves
                .iter()
                .map(|c| c.points.iter().map(|p| p.estimate).collect())
                .collect(),
            sentences: line.sentences.get(at).cloned().into_iter().collect(),
            scenario: self.scenario.clone(),
            seed: self.seed.clone(),
            runs: self.runs,
            months: self.months,
        })
    }

    /// How an outcome is shown, the same in every line.
    fn show(&self, at: usize) -> Show {
        let first = self.lines.first().and_then(|line| line.shows.get(at));
        first.copied().unwrap_or(Show::Plain)
    }

    /// A line a point and outcome.
    fn csv(&self) -> Result<String, ChartError> {
        let mut header = vec!["scenario", "option", "assume"];
        header.extend(self.paths.iter().map(String::as_str));
        header.extend([
            "outcome",
            "label",
            "unit",
            "estimate",
            "low",
            "high",
            "ratio",
            "ratio_low",
            "ratio_high",
            "verdict",
        ]);
        let mut table = Table::new(header)?;
        for line in &self.lines {
            let plain = line.curves.iter().map(|curve| (None, curve));
            let sliced = line
                .grid
                .iter()
                .flat_map(|s| s.curves.iter().map(|c| (Some(s.value), c)));
            for (second, curve) in plain.chain(sliced) {
                for point in &curve.points {
                    let end = |of: Option<[f64; 2]>, at: usize| Field::from(of.map(|i| i[at]));
                    let mut cells = vec![
                        Field::Text(&self.scenario),
                        Field::Text(option_word(&line.option)),
                        Field::Text(&line.assume),
                        Field::Number(point.value),
                    ];
                    cells.extend(second.map(Field::Number));
                    cells.extend([
                        Field::Text(&curve.outcome),
                        Field::Text(&curve.label),
                        Field::Text(&curve.unit),
                        Field::from(point.estimate),
                        end(point.interval, 0),
                        end(point.interval, 1),
                        Field::from(point.ratio),
                        end(point.ratio_interval, 0),
                        end(point.ratio_interval, 1),
                        Field::Text(point.verdict.word()),
                    ]);
                    table.row(&cells)?;
                }
            }
        }
        table.finish()
    }
}

fn line(row: &RowCard, axes: &[Axis]) -> Line {
    let base = row.cells.first();
    let mut line = Line {
        option: row.option.clone().unwrap_or_default(),
        label: base.map_or(String::new(), |cell| cell.label.clone()),
        assume: row.assume.clone(),
        sentences: Vec::new(),
        curves: Vec::new(),
        grid: Vec::new(),
        shows: row.outcomes().iter().map(show).collect(),
    };
    match axes {
        [axis] => {
            line.curves = row.outcomes().iter().map(|o| Curve::of(row, axis, o, "")).collect();
            line.sentences = row
                .outcomes()
                .iter()
                .zip(&line.curves)
                .map(|(outcome, curve)| along(axis, curve, &|x| level(show(outcome), x)))
                .collect();
        }
        [axis, other] => {
            let slice = |(value, set): (&f64, String)| Slice {
                value: *value,
                curves: row.outcomes().iter().map(|o| Curve::of(row, axis, o, &set)).collect(),
            };
            line.grid = other.values.iter().zip(other.sets()).map(slice).collect();
            for (at, outcome) in row.outcomes().iter().enumerate() {
                line.sentences
                    .extend(over(axes, &line.grid, at, &|x| level(show(outcome), x)));
            }
        }
        _ => {}
    }
    line
}

/// What an outcome does along a path, in a sentence.
fn along(axis: &Axis, curve: &Curve, shown: &dyn Fn(f64) -> String) -> String {
    let ends = (curve.points.first(), curve.points.last());
    let (Some(first), Some(last)) = ends else {
        return format!("{}: no case.", curve.label);
    };
    let (Some(low), Some(high)) = (first.estimate, last.estimate) else {
        return format!("{}: no case at an end of {}.", curve.label, axis.path);
    };
    let written = curve
        .as_written
        .map_or(String::new(), |x| format!(", {} as written", shown(x)));
    let head = format!(
        "{}: from {} to {} as {} goes from {} to {}{written}",
        curve.label,
        shown(low),
        shown(high),
        axis.path,
        short(first.value),
        short(last.value)
    );
    let moves = curve.points.iter().any(|p| p.verdict != Verdict::NotResolved);
    if !moves {
        return format!("{head}; no difference from the scenario as written can be shown at any value.");
    }
    let crossed: Vec<String> = curve.thresholds.iter().map(|t| t.words(&axis.path)).collect();
    match crossed.is_empty() {
        true => format!("{head}; it reaches neither twice nor half of what it is as written."),
        false => format!("{head}; {}.", crossed.join("; ")),
    }
}

/// Where over two paths an outcome is lowest and highest.
fn over(axes: &[Axis], grid: &[Slice], at: usize, shown: &dyn Fn(f64) -> String) -> Option<String> {
    let all = || {
        grid.iter()
            .filter_map(move |slice| Some((slice.value, slice.curves.get(at)?)))
            .flat_map(|(second, curve)| {
                curve
                    .points
                    .iter()
                    .filter_map(move |p: &Point| Some((p.value, second, p.estimate?)))
            })
    };
    let low = all().min_by(|a, b| a.2.total_cmp(&b.2))?;
    let high = all().max_by(|a, b| a.2.total_cmp(&b.2))?;
    let label = &grid.first()?.curves.get(at)?.label;
    let place = |(x, y, _): (f64, f64, f64)| match axes {
        [a, b] => format!("{} {} and {} {}", a.path, short(x), b.path, short(y)),
        _ => String::new(),
    };
    let crosses = grid
        .iter()
        .filter_map(|slice| slice.curves.get(at))
        .any(|curve| curve.thresholds.iter().any(|t| t.mark == Mark::LikelierThanNot));
    let half = if crosses {
        "; the line of one half runs between them"
    } else {
        ""
    };
    Some(format!(
        "{label}: lowest, {}, at {}; highest, {}, at {}{half}.",
        shown(low.2),
        place(low),
        shown(high.2),
        place(high)
    ))
}
