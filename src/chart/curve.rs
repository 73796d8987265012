//! An outcome along one path of the model: a line with its band for each option, and where the scenario itself lies.

use super::arms::{look, round_range};
use super::axis::{self, Axis};
use super::canvas::{Anchor, Canvas, Point, Rect};
use super::data::count;
use super::finding::{CAVEAT, Direction, Finding};
use super::font::Weight;
use super::layout::{Frame, SideLabel, Words, gutter, side_labels};
use super::spreadsheet::{Cell, Table};
use super::theme::{Colour, mix};
use super::{ChartError, Drawing, Picture, Style};
use crate::study::number::{self, Show};

/// Lines that can be told apart in one picture.
pub const MOST: usize = 6;
/// About so many steps between marks.
const WANTED: usize = 5;

/// One option.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub label: String,
    /// Value of the path, estimate and its interval; ascending.
    pub points: Vec<(f64, f64, [f64; 2])>,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// File name without its ending.
    pub name: String,
    /// The outcome.
    pub label: String,
    pub show: Show,
    /// What varies.
    pub path: String,
    pub is_log: bool,
    pub lines: Vec<Line>,
    /// Labels of lines for which there is no room.
    pub left_out: Vec<String>,
    /// Computed sentences about each line.
    pub sentences: Vec<String>,
    pub scenario: String,
    pub seed: String,
    pub runs: u64,
    pub months: u32,
}

impl Board {
    fn source(&self) -> String {
        format!(
            "Source: {} · {} · seed {} · n = {} a point · deter {}",
            self.scenario,
            crate::numerals::counted(u64::from(self.months), "month"),
            self.seed,
            count(self.runs),
            env!("CARGO_PKG_VERSION")
        )
    }

    fn finding(&self) -> Finding {
        let ends = self
            .lines
            .first()
            .and_then(|line| Some((line.points.first()?, line.points.last()?)));
        let headline = match ends {
            Some((low, high)) => format!(
                "{}: {} where {} is {}, {} where it is {}",
                self.label,
                number::level(self.show, low.1),
                self.path,
                shown(low.0),
                number::level(self.show, high.1),
                shown(high.0)
            ),
            None => self.label.clone(),
        };
        let mut notes = vec![CAVEAT.to_owned(), "Bands: 95% intervals of each point.".to_owned()];
        if !self.left_out.is_empty() {
            notes.push(format!("Not drawn for want of room: {}.", self.left_out.join(", ")));
        }
        let direction = match ends {
            Some((low, high)) if high.1 > low.1 => Direction::Up,
            Some((low, high)) if high.1 < low.1 => Direction::Down,
            _ => Direction::Level,
        };
        Finding {
            subtitle: format!("{}, by {}; every point on the same luck", self.label, self.path),
            caption: format!("{headline}."),
            alt: format!("Line chart by {}. {}", self.path, self.sentences.join(" ")),
            notes,
            interval: "95% of each point".to_owned(),
            direction,
            headline,
        }
    }
}

/// A value of the path.
fn shown(x: f64) -> String {
    crate::numerals::short(x)
}

/// Draws the board; none without two points of a line.
///
/// # Errors
/// [`ChartError`] if an embedded font is damaged or the picture cannot be rendered.
pub fn draw(board: &Board, style: &Style) -> Result<Option<Picture>, ChartError> {
    if board.lines.iter().all(|line| line.points.len() < 2) {
        return Ok(None);
    }
    let finding = board.finding();
    let frame = plot(board, &finding, style)?;
    let drawing = Drawing::of_table(board.name.clone(), frame.canvas, finding, csv(board)?, COLUMNS);
    let from = serde_json::json!({ "scenario": board.scenario, "path": board.path, "seed": board.seed });
    drawing
        .board(&board.source(), board.runs, from, serde_json::json!({}), style)
        .map(Some)
}

/// Columns of the data with what they hold.
const COLUMNS: [(&str, &str); 5] = [
    ("line", "option and assumptions"),
    ("value", "of the path that varies"),
    ("estimate", "of the outcome"),
    ("low", "lower end of the 95% interval"),
    ("high", "upper end of the 95% interval"),
];

fn csv(board: &Board) -> Result<String, ChartError> {
    let mut table = Table::new(COLUMNS.map(|(name, _)| name))?;
    for line in &board.lines {
        for (value, estimate, interval) in &line.points {
            table.row(&[
                Cell::Text(&line.label),
                Cell::Number(*value),
                Cell::Number(*estimate),
                Cell::Number(interval[0]),
                Cell::Number(interval[1]),
            ])?;
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
    let all = || board.lines.iter().flat_map(|line| &line.points);
    let (lo, hi) = all()
        .flat_map(|(_, y, [low, high])| [*y, *low, *high])
        .filter(|y| y.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), y| (lo.min(y), hi.max(y)));
    let scale = number::scale(board.show);
    let marks = round_range(lo * scale, hi * scale, WANTED, board.show == Show::Percent);
    let step = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
    let (from, to) = (marks[0], marks[marks.len() - 1]);
    let texts: Vec<String> = marks
        .iter()
        .enumerate()
        .map(|(k, v)| match k + 1 == marks.len() {
            true => number::mark(*v, step) + &number::unit(board.show),
            false => number::mark(*v, step),
        })
        .collect();
    let mut labels: Vec<SideLabel> = board
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| SideLabel {
            at: line.points.last().map_or(0.0, |point| point.1),
            text: line.label.clone(),
            weight: if place == 0 { Weight::Regular } else { Weight::Bold },
            colour: look(p, place).0,
            leader: false,
        })
        .collect();
    let right = gutter(&frame, &labels, 0.34 * room.width());
    let set = frame.setting(m.label, Weight::Regular);
    let beside = texts.iter().rev().skip(1).map(|t| set.width(t)).fold(0.0, f64::max);
    let plot = Rect {
        x0: room.x0 + (beside + 8.0).max(14.0),
        y0: room.y0 + frame.headroom(),
        x1: room.x1 - right,
        y1: room.y1 - 2.9 * m.label,
    };
    let (first, last) = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), p| (a.min(p.0), b.max(p.0)));
    let x = match board.is_log {
        true => Axis::log(first, last, plot.x0, plot.x1),
        false => Axis::linear(first, last, plot.x0, plot.x1),
    };
    let y = Axis::linear(from / scale, to / scale, plot.y1, plot.y0);
    let full = Rect {
        x0: room.x0,
        x1: room.x1,
        ..plot
    };
    let grid: Vec<(f64, String)> = marks.iter().zip(texts).map(|(v, t)| (y.px(v / scale), t)).collect();
    axis::draw_grid(&mut frame.canvas, full, &grid, m, p);
    values(&mut frame, board, plot, x, (first, last));
    /// A line of px with the outline of its band.
    type Drawn = (Vec<Point>, Vec<Point>, Colour);
    let lines: Vec<Drawn> = board
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let at = |y_of: fn(&(f64, f64, [f64; 2])) -> f64| -> Vec<Point> {
                line.points
                    .iter()
                    .map(|point| (x.px(point.0), y.px(y_of(point))))
                    .collect()
            };
            let mut outline = at(|point| point.2[1]);
            outline.extend(at(|point| point.2[0]).into_iter().rev());
            (at(|point| point.1), outline, look(p, place).0)
        })
        .collect();
    frame.canvas.group("bands", |c| {
        for (_, outline, colour) in &lines {
            c.polygon(outline.clone(), mix(p.background, *colour, 0.18));
        }
    });
    frame.canvas.group("lines", |c| {
        for (place, (path, _, colour)) in lines.iter().enumerate() {
            c.path(path.clone(), *colour, m.stroke, look(p, place).1);
            dots(c, path, *colour, m.stroke);
        }
    });
    for label in &mut labels {
        label.at = y.px(label.at);
    }
    side_labels(
        &mut frame,
        "labels",
        &labels,
        plot.x1,
        plot.y0 - 0.7 * m.label,
        plot.y1 - 1.0,
    );
    Ok(frame)
}

/// The points that were played: between them a line is only a line.
fn dots(c: &mut Canvas, path: &[Point], colour: Colour, stroke: f64) {
    for point in path {
        c.circle(*point, 1.1 * stroke, Some(colour), None);
    }
}

/// The axis of the path: marks at round values, or at the values themselves where they are few, and its name.
fn values(frame: &mut Frame, board: &Board, plot: Rect, x: Axis, (first, last): (f64, f64)) {
    let (m, p) = (frame.m, frame.p);
    let set = frame.setting(m.label, Weight::Regular);
    let mut own: Vec<f64> = board
        .lines
        .iter()
        .flat_map(|line| line.points.iter().map(|p| p.0))
        .collect();
    own.sort_by(f64::total_cmp);
    own.dedup();
    let marks = match own.len() <= WANTED + 2 || board.is_log {
        true => own,
        false => axis::ticks(first, last, WANTED),
    };
    let mut texts = Vec::new();
    let mut taken = f64::NEG_INFINITY;
    for mark in &marks {
        let (at, text) = (x.px(*mark), shown(*mark));
        let half = 0.5 * set.width(&text);
        if at - half < taken + 0.6 * m.label {
            continue;
        }
        taken = at + half;
        texts.push((at, text));
    }
    let name = frame.label(
        (plot.x0, plot.y1 + 2.6 * m.label),
        &set.shorten(&board.path, plot.width()),
        Weight::Regular,
        Anchor::Start,
        p.soft,
    );
    let labels: Vec<_> = texts
        .iter()
        .map(|(at, text)| {
            frame.label(
                (*at, plot.y1 + 1.35 * m.label),
                text,
                Weight::Regular,
                Anchor::Middle,
                p.soft,
            )
        })
        .collect();
    frame.canvas.group("values", |c| {
        c.line((plot.x0, plot.y1), (plot.x1, plot.y1), p.soft, m.hair);
        for (at, _) in &texts {
            c.line((*at, plot.y1), (*at, plot.y1 + 0.3 * m.label), p.soft, m.hair);
        }
        labels.into_iter().for_each(|text| c.text(text));
        c.text(name);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Letters, Size, Theme};

    fn board(lines: usize, is_log: bool) -> Board {
        let line = |k: usize| Line {
            label: format!("Option number {k} with a longish name"),
            points: (1..=9)
                .map(|x| {
                    let y = 0.1 + 0.05 * f64::from(x) + 0.01 * k as f64;
                    (f64::from(x), y, [y - 0.02, y + 0.02])
                })
                .collect(),
        };
        Board {
            name: "curve-x".to_owned(),
            label: "Chance of a land grab on a member of NATO".to_owned(),
            show: Show::Percent,
            path: "states.USA.resolve".to_owned(),
            is_log,
            lines: (0..lines).map(line).collect(),
            left_out: Vec::new(),
            sentences: vec!["It rises.".to_owned()],
            scenario: "us-withdrawal".to_owned(),
            seed: "1".to_owned(),
            runs: 500,
            months: 60,
        }
    }

    #[test]
    fn no_two_texts_overlap_and_none_leaves_the_canvas() {
        for size in [Size::Report, Size::Column, Size::Slide] {
            for theme in [Theme::Light, Theme::Dark] {
                for (lines, is_log) in [(1, false), (MOST, true)] {
                    let style = Style {
                        size,
                        theme,
                        scale: 1,
                        letters: Letters::Live,
                    };
                    let board = board(lines, is_log);
                    let frame = plot(&board, &board.finding(), &style).expect("a picture");
                    let boxes = frame.canvas.text_boxes();
                    let (width, height) = size.pixels();
                    for (k, a) in boxes.iter().enumerate() {
                        let inside =
                            a.rect.x0 >= 0.0 && a.rect.x1 <= f64::from(width) && a.rect.y1 <= f64::from(height);
                        assert!(inside, "{:?} {}", size, a.text);
                        for b in &boxes[k + 1..] {
                            assert!(!a.rect.overlaps(&b.rect), "{size:?}: {} and {}", a.text, b.text);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_data_below_the_picture_are_its_points() {
        let picture = draw(&board(2, false), &Style::default())
            .expect("drawn")
            .expect("a picture");
        assert_eq!(picture.csv.lines().count(), 1 + 2 * 9);
        assert!(draw(&board(0, false), &Style::default()).expect("drawn").is_none());
    }
}
