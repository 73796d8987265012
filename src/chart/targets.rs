//! Model against targets: each target's interval as a band, the model's value and interval on it, as multiples of the target.

use serde::Serialize;
use std::fmt::Write as _;

use super::axis::Axis;
use super::canvas::{Anchor, Rect};
use super::data::counted;
use super::finding::{CAVEAT, Direction, Finding};
use super::font::Weight;
use super::layout::{Frame, Words};
use super::spreadsheet::{Cell, Table};
use super::{ChartError, Drawing, Picture, Style};

/// File name without its ending.
const NAME: &str = "targets";

/// A target in the picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub target: f64,
    pub target_interval: [f64; 2],
    pub model: f64,
    /// 95 percent, sampling error.
    pub model_interval: [f64; 2],
    /// 2.5th to 97.5th percentile of single runs.
    pub runs: [f64; 2],
    /// The model's interval lies inside the target's.
    pub inside: bool,
    pub required: bool,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Board {
    pub rows: Vec<Row>,
    pub scenario: String,
    pub seed: u64,
    pub runs: u64,
    /// Hash of the plan that was run.
    pub hash: String,
    pub version: String,
}

impl Board {
    fn source(&self) -> String {
        format!(
            "{} · seed {} · {} · deter {} · {}",
            self.scenario,
            self.seed,
            counted(self.runs, "run"),
            self.version,
            self.hash.get(..12).unwrap_or(&self.hash)
        )
    }
}

/// What the rows say.
fn finding(board: &Board) -> Finding {
    let all = board.rows.len();
    let inside = board.rows.iter().filter(|r| r.inside).count();
    let required = board.rows.iter().filter(|r| r.required).count();
    let missed: Vec<&str> = board
        .rows
        .iter()
        .filter(|r| r.required && !r.inside)
        .map(|r| r.id.as_str())
        .collect();
    let outside: Vec<&str> = board.rows.iter().filter(|r| !r.inside).map(|r| r.id.as_str()).collect();
    let first = format!("The model meets {inside} of {all} targets from dispute data");
    let second = match (required, missed.len()) {
        (0, _) => String::new(),
        (n, 0) => format!(", among them all {n} that it has to"),
        (n, k) => format!(", and misses {k} of the {n} that it has to: {}", missed.join(", ")),
    };
    let headline = first + &second;
    let subtitle =
        "Model over target, logarithmic. Band: the target's 95% interval; dot and thick line: the model with its \
                    95% interval; thin line: single runs. Bold: required."
            .to_owned();
    let caption = format!(
        "{headline}. {}",
        if outside.is_empty() {
            "None lies outside.".to_owned()
        } else {
            format!("Not inside: {}.", outside.join(", "))
        }
    );
    let mut alt = format!("Dot-and-interval chart of {all} calibration targets. {caption}");
    for r in &board.rows {
        let _ = write!(
            alt,
            " {} {}: model {}, target {} to {}.",
            r.id,
            r.name,
            number(r.model),
            number(r.target_interval[0]),
            number(r.target_interval[1])
        );
    }
    Finding {
        headline,
        subtitle,
        caption,
        alt,
        notes: vec![format!(
            "{CAVEAT} Russia and its neighbours 1992-2014 as the model plays them; COW-MID 5.0 and ATOP 5.1, some targets of all disputes."
        )],
        interval: "95% over runs, jackknife on the logarithm".to_owned(),
        direction: Direction::Level,
    }
}

/// Two significant digits.
fn number(x: f64) -> String {
    let digits = (1 - x.abs().max(1e-9).log10().floor() as i32).clamp(0, 6);
    format!("{x:.*}", digits as usize)
}

/// Round multiples inside the limits of the axis, for a picture with room for about `most`.
fn marks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let between = |lead: &[f64]| -> Vec<f64> {
        (-6..=6)
            .flat_map(|k| lead.iter().map(move |l| l * 10f64.powi(k)))
            .filter(|v| (low * 0.999..=high * 1.001).contains(v))
            .collect()
    };
    let fine = between(&[1.0, 2.0, 5.0]);
    if fine.len() <= most { fine } else { between(&[1.0]) }
}

/// Limits of the axis: everything shown, and at least a third to three times the target.
fn limits(rows: &[Row]) -> (f64, f64) {
    let mut limits = (1.0f64 / 3.0, 3.0f64);
    for r in rows {
        for v in [r.target_interval[0], r.model_interval[0], r.runs[0]] {
            if v > 0.0 {
                limits.0 = limits.0.min(v / r.target);
            }
        }
        for v in [r.target_interval[1], r.model_interval[1], r.runs[1]] {
            if v.is_finite() {
                limits.1 = limits.1.max(v / r.target);
            }
        }
    }
    (limits.0.max(0.02) * 0.9, limits.1.min(50.0) * 1.1)
}

/// Draws the board; `None` without a row.
///
/// # Errors
/// [`ChartError`] if an embedded font is damaged or the picture cannot be rendered.
pub fn draw(board: &Board, style: &Style) -> Result<Option<Picture>, ChartError> {
    if board.rows.is_empty() {
        return Ok(None);
    }
    let finding = finding(board);
    let frame = plot(board, &finding, style)?;
    let drawing = Drawing::of_table(NAME.to_owned(), frame.canvas, finding, csv(board)?, COLUMNS);
    let from = serde_json::json!({
        "scenario": board.scenario,
        "seed": crate::results::format::seed::json(board.seed),
        "version": board.version,
        "plan_hash": board.hash,
    });
    let more = serde_json::json!({ "hash": board.hash, "rows": board.rows });
    drawing.board(&board.source(), board.runs, from, more, style).map(Some)
}

/// Columns of the data with what they hold.
const COLUMNS: [(&str, &str); 13] = [
    ("target", "id of the target"),
    ("name", "its name"),
    ("unit", "its unit"),
    ("target_value", "what the data say"),
    ("target_low", "lower end of the target's interval"),
    ("target_high", "upper end of the target's interval"),
    ("model", "what the model says"),
    ("low", "lower end of the model's 95 percent interval"),
    ("high", "upper end of the model's 95 percent interval"),
    ("runs_low", "2.5th percentile of single runs"),
    ("runs_high", "97.5th percentile of single runs"),
    ("inside", "the model's interval lies inside the target's"),
    ("required", "a target that the model has to meet"),
];

fn csv(board: &Board) -> Result<String, ChartError> {
    let mut table = Table::new(COLUMNS.map(|(name, _)| name))?;
    for r in &board.rows {
        let mut cells = vec![Cell::Text(&r.id), Cell::Text(&r.name), Cell::Text(&r.unit)];
        let [target, model, runs] = [r.target_interval, r.model_interval, r.runs];
        let numbers = [
            r.target, target[0], target[1], r.model, model[0], model[1], runs[0], runs[1],
        ];
        cells.extend(numbers.map(Cell::Number));
        cells.extend([Cell::Flag(r.inside), Cell::Flag(r.required)]);
        table.row(&cells)?;
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
    let rows = &board.rows;
    // Many rows in a small picture: letters give way rather than lines.
    let (m, p, room) = (frame.m, frame.p, frame.room);
    let letter = m
        .label
        .min(0.78 * (room.height() - 8.0 - 3.0 * m.label) / rows.len() as f64);
    let (plain, bold) = (
        frame.setting(letter, Weight::Regular),
        frame.setting(letter, Weight::Bold),
    );
    let gap = 0.8 * letter;
    let ids = rows.iter().map(|r| bold.width(&r.id)).fold(0.0, f64::max);
    let names = rows
        .iter()
        .map(|r| bold.width(&r.name))
        .fold(0.0, f64::max)
        .min(0.34 * room.width());
    let values: Vec<(String, String)> = rows
        .iter()
        .map(|r| {
            let [low, high] = r.target_interval;
            (number(r.model), format!("{}–{}", number(low), number(high)))
        })
        .collect();
    let models = values.iter().map(|v| bold.width(&v.0)).fold(0.0, f64::max);
    let aims = values.iter().map(|v| plain.width(&v.1)).fold(0.0, f64::max);
    // A narrow picture has no room for the targets in figures.
    let with_aims = ids + names + models + aims < 0.62 * room.width();
    let right = models + if with_aims { gap + aims } else { 0.0 };
    let heading = 1.5 * letter;
    let plot = Rect {
        x0: room.x0 + ids + names + 2.0 * gap,
        y0: room.y0 + heading,
        x1: room.x1 - right - 1.6 * gap,
        y1: room.y1 - 8.0 - 1.5 * letter,
    };
    let (low, high) = limits(rows);
    let x = Axis::log(low, high, plot.x0, plot.x1);
    let pitch = plot.height() / rows.len() as f64;
    let middle = |i: usize| plot.y0 + (i as f64 + 0.5) * pitch;
    let widest = plain.width("0.05") + 10.0;
    let marks = marks(low, high, (plot.width() / widest) as usize);

    frame.canvas.group("grid", |c| {
        for v in &marks {
            let px = x.px(*v);
            c.line((px, plot.y0), (px, plot.y1), p.grid, m.hair);
        }
    });
    frame.canvas.group("targets", |c| {
        for (i, r) in rows.iter().enumerate() {
            let [a, b] = r.target_interval.map(|v| x.px(v / r.target));
            let half = 0.36 * pitch;
            c.rect(
                Rect {
                    x0: a,
                    y0: middle(i) - half,
                    x1: b,
                    y1: middle(i) + half,
                },
                p.bands[0],
            );
        }
        let one = x.px(1.0);
        c.line((one, plot.y0), (one, plot.y1), p.soft, 1.4 * m.hair);
    });
    frame.canvas.group("model", |c| {
        for (i, r) in rows.iter().enumerate() {
            let colour = if r.inside { p.accent } else { p.reference };
            let y = middle(i);
            let at = |v: f64| x.px(v / r.target);
            if r.runs.iter().all(|v| v.is_finite()) {
                c.line((at(r.runs[0]), y), (at(r.runs[1]), y), colour, 0.5 * m.stroke);
            }
            if r.model_interval.iter().all(|v| v.is_finite()) {
                c.line(
                    (at(r.model_interval[0]), y),
                    (at(r.model_interval[1]), y),
                    colour,
                    1.5 * m.stroke,
                );
            }
            // Shape as well as colour tells the two apart.
            let (radius, fill) = (
                (0.26 * pitch).min(0.36 * letter),
                if r.inside { colour } else { p.background },
            );
            c.circle((at(r.model), y), radius, Some(fill), Some((colour, 0.65 * m.stroke)));
        }
    });

    let mut texts = Vec::new();
    for (i, r) in rows.iter().enumerate() {
        let base = middle(i) + 0.36 * letter;
        let (weight, set) = if r.required {
            (Weight::Bold, bold)
        } else {
            (Weight::Regular, plain)
        };
        let colour = if r.inside { p.accent } else { p.reference };
        texts.push(frame.label((room.x0, base), &r.id, weight, Anchor::Start, p.soft));
        let name = set.shorten(&r.name, names + 1.0);
        texts.push(frame.label((room.x0 + ids + gap, base), &name, weight, Anchor::Start, p.ink));
        let x0 = plot.x1 + 1.6 * gap;
        texts.push(frame.label((x0 + models, base), &values[i].0, Weight::Bold, Anchor::End, colour));
        if with_aims {
            let at = (x0 + models + gap, base);
            texts.push(frame.label(at, &values[i].1, Weight::Regular, Anchor::Start, p.soft));
        }
    }
    let head = plot.y0 - 0.55 * letter;
    let x0 = plot.x1 + 1.6 * gap;
    if with_aims {
        texts.push(frame.label((x0 + models, head), "model", Weight::Bold, Anchor::End, p.accent));
        let at = (x0 + models + gap, head);
        texts.push(frame.label(at, "target", Weight::Regular, Anchor::Start, p.soft));
    }
    texts.push(frame.label((x.px(1.0), head), "= target", Weight::Regular, Anchor::Middle, p.soft));
    for v in &marks {
        let text = format!("{}×", v);
        let at = (x.px(*v), plot.y1 + 7.0 + letter);
        texts.push(frame.label(at, &text, Weight::Regular, Anchor::Middle, p.soft));
    }
    frame.canvas.group("labels", |c| {
        c.line((plot.x0, plot.y1), (plot.x1, plot.y1), p.ink, 1.4 * m.hair);
        texts
            .into_iter()
            .for_each(|t| c.text(super::canvas::Text { size: letter, ..t }));
    });
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::render;
    use crate::chart::{Size, Theme};

    fn board(missed: usize) -> Board {
        let row = |i: usize| {
            let inside = i >= missed;
            let factor = if inside { 1.1 } else { 3.0 };
            Row {
                id: format!("T{:02}", i + 1),
                name: if i == 4 {
                    "A very long name that nobody can set in so little room".into()
                } else {
                    format!("Quantity {i}")
                },
                unit: "ratio".into(),
                target: 0.004 * (i + 1) as f64,
                target_interval: [0.002 * (i + 1) as f64, 0.009 * (i + 1) as f64],
                model: 0.004 * factor * (i + 1) as f64,
                model_interval: [0.0039 * factor * (i + 1) as f64, 0.0041 * factor * (i + 1) as f64],
                runs: [0.003 * factor * (i + 1) as f64, 0.005 * factor * (i + 1) as f64],
                inside,
                required: i < 8,
            }
        };
        Board {
            rows: (0..18).map(row).collect(),
            scenario: "laws/hindcast".into(),
            seed: 1,
            runs: 200,
            hash: "0123456789abcdef".into(),
            version: "0.1.0".into(),
        }
    }

    #[test]
    fn no_two_texts_overlap_and_none_leaves_the_canvas() {
        for size in Size::ALL {
            for theme in Theme::ALL {
                let style = Style {
                    size,
                    theme,
                    scale: 1,
                    ..Style::default()
                };
                let board = board(3);
                let frame = plot(&board, &finding(&board), &style).expect("draws");
                let (w, h) = size.pixels();
                let boxes = frame.canvas.text_boxes();
                for (i, a) in boxes.iter().enumerate() {
                    let r = a.rect;
                    let fits = r.x0 >= 4.0 && r.y0 >= 4.0 && r.x1 <= f64::from(w) - 4.0 && r.y1 <= f64::from(h) - 4.0;
                    assert!(fits, "{} {}: {r:?}", size.name(), a.text);
                    for b in &boxes[i + 1..] {
                        assert!(!r.overlaps(&b.rect), "{}: “{}” and “{}”", size.name(), a.text, b.text);
                    }
                }
            }
        }
    }

    #[test]
    fn the_headline_says_what_was_missed() {
        assert!(finding(&board(0)).headline.contains("18 of 18") && finding(&board(0)).headline.contains("all 8"));
        let f = finding(&board(2));
        assert!(f.headline.contains("16 of 18") && f.headline.contains("misses 2 of the 8"));
        assert!(f.headline.contains("T01, T02") && f.alt.contains("T18"));
    }

    #[test]
    fn the_same_board_gives_the_same_bytes_and_its_data_beside_it() {
        let style = Style {
            scale: 1,
            ..Style::default()
        };
        let draw = || draw(&board(1), &style).expect("draws").expect("has rows");
        let picture = draw();
        assert_eq!(picture, draw());
        assert_eq!(picture.csv.lines().filter(|l| l.starts_with('T')).count(), 18);
        assert!(render::provenance(&picture.png).is_some_and(|p| p.contains("laws/hindcast")));
        assert!(
            super::draw(
                &Board {
                    rows: vec![],
                    ..board(0)
                },
                &style
            )
            .expect("draws")
            .is_none()
        );
    }
}
