//! An outcome over two paths of the model: a field of cells, each with its number, and the line on whose sides it is more and
//! less likely than not.

use super::canvas::{Anchor, Rect, Text};
use super::data::count;
use super::finding::{CAVEAT, Direction, Finding};
use super::font::Weight;
use super::layout::{Frame, Words};
use super::spreadsheet::{Cell, Table};
use super::theme::{contrast, mix};
use super::{ChartError, Drawing, Picture, Style};
use crate::results::format::Kind;
use crate::study::number::{self, Levels, Show};

/// The chance on whose two sides something is more and less likely than not.
const HALF: f64 = 0.5;
/// Smallest letters in a cell, as a share of the usual ones; below it cells stay without numbers.
const SMALLEST: f64 = 0.62;

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// File name without its ending.
    pub name: String,
    /// The outcome, and the option under which.
    pub label: String,
    pub option: String,
    pub show: Show,
    pub kind: Kind,
    /// From left to right, and upwards.
    pub paths: [String; 2],
    pub values: [Vec<f64>; 2],
    /// `[upwards][from left to right]`; none where there is no case.
    pub levels: Vec<Vec<Option<f64>>>,
    pub sentences: Vec<String>,
    pub scenario: String,
    pub seed: String,
    pub runs: u64,
    pub months: u32,
}

impl Board {
    fn source(&self) -> String {
        format!(
            "Source: {} · {} · seed {} · n = {} a cell · deter {}",
            self.scenario,
            crate::numerals::counted(u64::from(self.months), "month"),
            self.seed,
            count(self.runs),
            env!("CARGO_PKG_VERSION")
        )
    }

    fn all(&self) -> impl Iterator<Item = f64> {
        self.levels.iter().flatten().flatten().copied()
    }

    /// Lowest and highest level.
    fn range(&self) -> (f64, f64) {
        self.all()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| (lo.min(x), hi.max(x)))
    }

    fn finding(&self) -> Finding {
        let (low, high) = self.range();
        let headline = format!(
            "{}: from {} to {} over {} and {}",
            self.label,
            number::level(self.show, low),
            number::level(self.show, high),
            self.paths[0],
            self.paths[1]
        );
        let mut notes = vec![CAVEAT.to_owned(), "Darker is higher.".to_owned()];
        if self.kind == Kind::Probability && low < HALF && high >= HALF {
            notes.push("The heavy line parts what is more likely than not from what is not.".to_owned());
        }
        Finding {
            subtitle: format!("‘{}’; every cell on the same luck", self.option),
            caption: format!("{headline}."),
            alt: format!("Heat map. {}", self.sentences.join(" ")),
            notes,
            interval: "in the table beside it".to_owned(),
            direction: Direction::Level,
            headline,
        }
    }
}

/// Draws the board; none without two cells.
///
/// # Errors
/// [`ChartError`] if an embedded font is damaged or the picture cannot be rendered.
pub fn draw(board: &Board, style: &Style) -> Result<Option<Picture>, ChartError> {
    if board.all().count() < 2 {
        return Ok(None);
    }
    let finding = board.finding();
    let frame = plot(board, &finding, style)?;
    let drawing = Drawing::of_table(board.name.clone(), frame.canvas, finding, csv(board)?, COLUMNS);
    let from = serde_json::json!({ "scenario": board.scenario, "paths": board.paths, "seed": board.seed });
    drawing
        .board(&board.source(), board.runs, from, serde_json::json!({}), style)
        .map(Some)
}

/// Columns of the data with what they hold.
const COLUMNS: [(&str, &str); 3] = [
    ("first", "value of the first path, from left to right"),
    ("second", "value of the second path, upwards"),
    ("estimate", "of the outcome"),
];

fn csv(board: &Board) -> Result<String, ChartError> {
    let mut table = Table::new(COLUMNS.map(|(name, _)| name))?;
    for (second, row) in board.values[1].iter().zip(&board.levels) {
        for (first, level) in board.values[0].iter().zip(row) {
            table.row(&[Cell::Number(*first), Cell::Number(*second), Cell::from(*level)])?;
        }
    }
    table.finish()
}

fn plot(board: &Board, finding: &Finding, style: &Style) -> Result<Frame, ChartError> {
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: board.source(),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, p, room) = (frame.m, frame.p, frame.room);
    let set = frame.setting(m.label, Weight::Regular);
    let shown = |x: &f64| crate::numerals::short(*x);
    let widest = board.values[1].iter().map(|y| set.width(&shown(y))).fold(0.0, f64::max);
    let plot = Rect {
        x0: room.x0 + widest + 0.8 * m.label,
        y0: room.y0 + 1.6 * m.label,
        x1: room.x1,
        y1: room.y1 - 2.9 * m.label,
    };
    let (columns, rows) = (board.values[0].len(), board.values[1].len());
    let (width, height) = (plot.width() / columns.max(1) as f64, plot.height() / rows.max(1) as f64);
    // The second path rises upwards.
    let cell = |at: usize, up: usize| Rect {
        x0: plot.x0 + at as f64 * width,
        x1: plot.x0 + (at + 1) as f64 * width,
        y0: plot.y1 - (up + 1) as f64 * height,
        y1: plot.y1 - up as f64 * height,
    };
    let (low, high) = board.range();
    let colour = |x: f64| {
        let share = if high > low { (x - low) / (high - low) } else { 0.5 };
        mix(p.background, p.accent, 0.08 + 0.84 * share)
    };
    let levels = Levels::new(board.show, low, board.all());
    let texts: Vec<Vec<Option<String>>> = board
        .levels
        .iter()
        .map(|row| row.iter().map(|x| x.map(|x| levels.bare(x))).collect())
        .collect();
    let longest = texts
        .iter()
        .flatten()
        .flatten()
        .map(|t| set.width(t))
        .fold(1.0, f64::max);
    let factor = (0.86 * width / longest).min(0.8 * height / m.label).min(1.0);
    let is_marked = board.kind == Kind::Probability;
    let mut numbers = Vec::new();
    for (up, row) in board.levels.iter().enumerate() {
        for (at, level) in row.iter().enumerate() {
            let Some((x, text)) = level.zip(texts[up][at].clone()) else {
                continue;
            };
            let place = cell(at, up);
            let ground = colour(x);
            let ink = if contrast(ground, p.ink) >= contrast(ground, p.background) {
                p.ink
            } else {
                p.background
            };
            numbers.push(Text {
                at: (
                    0.5 * (place.x0 + place.x1),
                    0.5 * (place.y0 + place.y1) + 0.36 * factor * m.label,
                ),
                text,
                size: factor * m.label,
                weight: Weight::Regular,
                anchor: Anchor::Middle,
                colour: ink,
                halo: None,
            });
        }
    }
    let mut around: Vec<Text> = Vec::new();
    let mut taken = f64::NEG_INFINITY;
    for (at, value) in board.values[0].iter().enumerate() {
        let (place, text) = (cell(at, 0), shown(value));
        let (middle, half) = (0.5 * (place.x0 + place.x1), 0.5 * set.width(&text));
        if middle - half < taken + 0.5 * m.label {
            continue;
        }
        taken = middle + half;
        around.push(frame.label(
            (middle, plot.y1 + 1.35 * m.label),
            &text,
            Weight::Regular,
            Anchor::Middle,
            p.soft,
        ));
    }
    let mut below = f64::INFINITY;
    for (up, value) in board.values[1].iter().enumerate() {
        let place = cell(0, up);
        let middle = 0.5 * (place.y0 + place.y1);
        if below - middle < 1.3 * m.label {
            continue;
        }
        below = middle;
        let at = (plot.x0 - 0.5 * m.label, middle + 0.36 * m.label);
        around.push(frame.label(at, &shown(value), Weight::Regular, Anchor::End, p.soft));
    }
    let name = |at: (f64, f64), text: &str| {
        frame.label(
            at,
            &set.shorten(text, room.width()),
            Weight::Regular,
            Anchor::Start,
            p.soft,
        )
    };
    around.push(name((plot.x0, plot.y1 + 2.6 * m.label), &board.paths[0]));
    around.push(name((room.x0, room.y0 + 0.9 * m.label), &board.paths[1]));
    frame.canvas.group("cells", |c| {
        for (up, row) in board.levels.iter().enumerate() {
            for (at, level) in row.iter().enumerate() {
                if let Some(x) = level {
                    c.rect(cell(at, up), colour(*x));
                }
            }
        }
    });
    if is_marked {
        let side = |at: usize, up: usize| board.levels.get(up)?.get(at)?.map(|x| x >= HALF);
        frame.canvas.group("half", |c| {
            for up in 0..rows {
                for at in 0..columns {
                    let place = cell(at, up);
                    let parts = |other: Option<bool>| side(at, up).zip(other).is_some_and(|(a, b)| a != b);
                    if parts(side(at + 1, up)) {
                        c.line((place.x1, place.y0), (place.x1, place.y1), p.reference, m.stroke);
                    }
                    if parts(side(at, up + 1)) {
                        c.line((place.x0, place.y0), (place.x1, place.y0), p.reference, m.stroke);
                    }
                }
            }
        });
    }
    frame.canvas.group("numbers", |c| {
        if factor >= SMALLEST {
            numbers.into_iter().for_each(|text| c.text(text));
        }
    });
    frame
        .canvas
        .group("values", |c| around.into_iter().for_each(|text| c.text(text)));
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Size, Theme};

    fn board(columns: usize, rows: usize) -> Board {
        let values = |n: usize| (0..n).map(|k| k as f64 * 0.25 - 1.0).collect::<Vec<_>>();
        let level = |up: usize, at: usize| Some((up * columns + at) as f64 / (rows * columns) as f64);
        Board {
            name: "heat-x".to_owned(),
            label: "Chance of a land grab on a member of NATO".to_owned(),
            option: "Silence".to_owned(),
            show: Show::Percent,
            kind: Kind::Probability,
            paths: ["states.USA.resolve".to_owned(), "beliefs.reputation".to_owned()],
            values: [values(columns), values(rows)],
            levels: (0..rows)
                .map(|up| (0..columns).map(|at| level(up, at)).collect())
                .collect(),
            sentences: vec!["It rises.".to_owned()],
            scenario: "us-withdrawal".to_owned(),
            seed: "1".to_owned(),
            runs: 500,
            months: 60,
        }
    }

    #[test]
    fn no_two_texts_overlap_whatever_the_size_of_the_field() {
        for size in [Size::Report, Size::Column, Size::Slide] {
            for theme in [Theme::Light, Theme::Dark] {
                for (columns, rows) in [(2, 2), (5, 3), (9, 9), (40, 30)] {
                    let style = Style {
                        size,
                        theme,
                        ..Style::default()
                    };
                    let board = board(columns, rows);
                    let frame = plot(&board, &board.finding(), &style).expect("a picture");
                    let boxes = frame.canvas.text_boxes();
                    for (k, a) in boxes.iter().enumerate() {
                        for b in &boxes[k + 1..] {
                            assert!(
                                !a.rect.overlaps(&b.rect),
                                "{size:?} {columns}: {} and {}",
                                a.text,
                                b.text
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_in_cells_can_be_read_on_their_ground() {
        for theme in [Theme::Light, Theme::Dark] {
            let p = theme.palette();
            for share in 0..=20 {
                let ground = mix(p.background, p.accent, 0.08 + 0.84 * f64::from(share) / 20.0);
                let best = contrast(ground, p.ink).max(contrast(ground, p.background));
                assert!(best >= 3.9, "{theme:?} {share}: {best}");
            }
        }
    }

    #[test]
    fn the_line_of_one_half_is_drawn_only_where_it_is() {
        let picture = draw(&board(4, 4), &Style::default())
            .expect("drawn")
            .expect("a picture");
        assert!(picture.svg.contains("heavy line") || picture.json.contains("heavy line"));
        let mut low = board(4, 4);
        for level in low.levels.iter_mut().flatten().flatten() {
            *level *= 0.1;
        }
        let picture = draw(&low, &Style::default()).expect("drawn").expect("a picture");
        assert!(!picture.json.contains("heavy line"));
    }
}
