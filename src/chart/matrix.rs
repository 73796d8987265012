//! Claims of an article against what is assumed: a row a claim, a column a setting, a mark a verdict. Marks differ in shape as
//! well as in colour.

use serde::Serialize;

use super::canvas::{Anchor, Canvas, Rect, Text};
use super::data::counted;
use super::finding::{CAVEAT, Direction, Finding};
use super::font::Weight;
use super::layout::{Frame, Words};
use super::spreadsheet::{Cell, Table};
use super::theme::{Palette, mix};
use super::{ChartError, Drawing, Picture, Style};

/// A verdict as a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A full circle.
    Supported,
    /// A cross.
    Contradicted,
    /// An open circle.
    Open,
    /// Nothing is drawn.
    NotPlayed,
}

impl Mark {
    fn word(self) -> &'static str {
        match self {
            Mark::Supported => "supported",
            Mark::Contradicted => "contradicted",
            Mark::Open => "not resolved",
            Mark::NotPlayed => "not played",
        }
    }
}

/// A claim in the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub id: String,
    /// The verdict that may be told of it.
    pub verdict: String,
    /// In the order of the settings.
    pub marks: Vec<Mark>,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Id of the article's card.
    pub card: String,
    pub settings: Vec<String>,
    pub rows: Vec<Row>,
    /// Pairs of runs of a comparison of usual length.
    pub runs: u64,
    pub version: String,
}

impl Board {
    fn source(&self) -> String {
        format!(
            "Source: {} · {}, fewer over long horizons · deter {}",
            self.card,
            counted(self.runs, "pair of runs"),
            self.version
        )
    }

    fn name(&self) -> String {
        format!("matrix-{}", self.card)
    }
}

fn finding(board: &Board) -> Finding {
    let with = |word: &str| board.rows.iter().filter(|r| r.verdict.starts_with(word)).count();
    let headline = format!(
        "{}: {} of {} supported, {} contradicted in this model",
        board.card,
        with("supported"),
        counted(board.rows.len() as u64, "claim"),
        with("contradicted")
    );
    let subtitle = "Verdict on all comparisons of a claim, by what is assumed. Full circle: supported; cross: contradicted; open circle: \
                    not resolved; nothing: cannot be played."
        .to_owned();
    let rows = board.rows.iter().map(|r| {
        let marks = board
            .settings
            .iter()
            .zip(&r.marks)
            .map(|(s, m)| format!("{s} {}", m.word()));
        format!("{}: {}; {}.", r.id, r.verdict, marks.collect::<Vec<_>>().join(", "))
    });
    let alt = format!(
        "Matrix of {} by {}. {}",
        counted(board.rows.len() as u64, "claim"),
        counted(board.settings.len() as u64, "setting"),
        rows.collect::<Vec<_>>().join(" ")
    );
    Finding {
        caption: format!("{headline}."),
        alt,
        notes: vec![
            CAVEAT.to_owned(),
            "A claim contradicted is contradicted in this model, and not thereby false of the world.".to_owned(),
        ],
        interval: "95% of the paired difference".to_owned(),
        direction: Direction::Level,
        headline,
        subtitle,
    }
}

/// Draws the board; `None` without a claim that was tested.
///
/// # Errors
/// [`ChartError`] if an embedded font is damaged or the picture cannot be rendered.
pub fn draw(board: &Board, style: &Style) -> Result<Option<Picture>, ChartError> {
    if board.rows.iter().all(|r| r.marks.is_empty()) {
        return Ok(None);
    }
    let finding = finding(board);
    let frame = plot(board, &finding, style)?;
    let drawing = Drawing::of_table(board.name(), frame.canvas, finding, csv(board)?, COLUMNS);
    let from = serde_json::json!({ "card": board.card, "version": board.version });
    drawing
        .board(&board.source(), board.runs, from, serde_json::json!({}), style)
        .map(Some)
}

/// Columns of the data with what they hold.
const COLUMNS: [(&str, &str); 4] = [
    ("claim", "id of the claim"),
    ("claim_verdict", "what may be told of it"),
    ("setting", "what was assumed"),
    ("verdict", "of all its comparisons under that setting"),
];

fn csv(board: &Board) -> Result<String, ChartError> {
    let mut table = Table::new(COLUMNS.map(|(name, _)| name))?;
    for row in &board.rows {
        for (setting, mark) in board.settings.iter().zip(&row.marks) {
            table.row(&[
                Cell::Text(&row.id),
                Cell::Text(&row.verdict),
                Cell::Text(setting),
                Cell::Text(mark.word()),
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
    let rows = board.rows.len() as f64;
    // Many rows in a small picture: letters give way rather than lines.
    let heading = 2.6 * m.label;
    let pitch = (room.height() - heading) / rows;
    let letter = m.label.min(0.78 * pitch);
    let regular = frame.setting(letter, Weight::Regular);
    let widest = board.rows.iter().map(|r| regular.width(&r.id)).fold(0.0, f64::max);
    let verdicts = board.rows.iter().map(|r| regular.width(&r.verdict)).fold(0.0, f64::max);
    let left = widest.min(0.4 * room.width()) + letter;
    let right = if left + verdicts < 0.62 * room.width() {
        verdicts + letter
    } else {
        0.0
    };
    let column = (room.width() - left - right) / board.settings.len().max(1) as f64;
    let x = |k: usize| room.x0 + left + (k as f64 + 0.5) * column;
    let y = |k: usize| room.y0 + heading + (k as f64 + 0.5) * pitch;
    let heads = headings(&frame, board, column, x);
    frame
        .canvas
        .group("settings", |c| heads.into_iter().for_each(|t| c.text(t)));
    let radius = (0.34 * letter).min(0.3 * pitch);
    frame.canvas.group("rows", |c| {
        for (k, row) in board.rows.iter().enumerate() {
            if k % 2 == 1 {
                let band = Rect {
                    x0: room.x0,
                    y0: y(k) - 0.5 * pitch,
                    x1: room.x1,
                    y1: y(k) + 0.5 * pitch,
                };
                // Every other row has a ground of its own, so that the eye keeps its line.
                c.rect(band, mix(p.background, p.grid, 0.25));
            }
            for (at, mark) in row.marks.iter().enumerate() {
                draw_mark(c, *mark, (x(at), y(k)), radius, p, m.hair);
            }
        }
    });
    let texts: Vec<Text> = board
        .rows
        .iter()
        .enumerate()
        .flat_map(|(k, row)| {
            let text = |at: f64, text: String, anchor: Anchor, colour| Text {
                at: (at, y(k) + 0.36 * letter),
                text,
                size: letter,
                weight: Weight::Regular,
                anchor,
                colour,
                halo: None,
            };
            let mut all = vec![text(
                room.x0,
                regular.shorten(&row.id, left - letter),
                Anchor::Start,
                p.ink,
            )];
            if right > 0.0 {
                all.push(text(room.x1, row.verdict.clone(), Anchor::End, p.soft));
            }
            all
        })
        .collect();
    frame
        .canvas
        .group("claims", |c| texts.into_iter().for_each(|t| c.text(t)));
    Ok(frame)
}

/// Names of the settings above their columns, in two lines where they have two words.
fn headings(frame: &Frame, board: &Board, column: f64, x: impl Fn(usize) -> f64) -> Vec<Text> {
    let (m, p, room) = (frame.m, frame.p, frame.room);
    let lines = |name: &str| -> Vec<String> {
        match name.split_once([' ', '-']) {
            Some((one, two)) => vec![one.to_owned(), two.to_owned()],
            None => vec![name.to_owned()],
        }
    };
    let all: Vec<Vec<String>> = board.settings.iter().map(|s| lines(s)).collect();
    let set = frame.setting(m.label, Weight::Regular);
    let widest = all.iter().flatten().map(|t| set.width(t)).fold(0.0, f64::max);
    let size = m.label * ((column - 3.0) / widest.max(1.0)).clamp(0.5, 0.9);
    let fit = frame.setting(size, Weight::Regular);
    let mut texts = Vec::new();
    for (k, lines) in all.iter().enumerate() {
        for (line, text) in lines.iter().enumerate() {
            let up = (lines.len() - 1 - line) as f64;
            texts.push(Text {
                at: (x(k), room.y0 + 2.1 * m.label - up * 1.15 * size),
                text: fit.shorten(text, column - 2.0),
                size,
                weight: Weight::Regular,
                anchor: Anchor::Middle,
                colour: p.soft,
                halo: None,
            });
        }
    }
    texts
}

fn draw_mark(c: &mut Canvas, mark: Mark, (x, y): (f64, f64), radius: f64, p: &Palette, hair: f64) {
    match mark {
        Mark::Supported => c.circle((x, y), 1.1 * radius, Some(p.accent), None),
        Mark::Open => c.circle((x, y), radius, Some(p.background), Some((p.soft, hair))),
        Mark::Contradicted => {
            let width = 2.4 * hair;
            c.line((x - radius, y - radius), (x + radius, y + radius), p.reference, width);
            c.line((x - radius, y + radius), (x + radius, y - radius), p.reference, width);
        }
        Mark::NotPlayed => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Size, Theme};

    fn board(rows: usize) -> Board {
        let settings = [
            "default",
            "switch off",
            "switch on",
            "deterrence-model",
            "spiral-model",
            "agnostic",
            "low-risk",
            "high-risk",
        ];
        let marks = [Mark::Supported, Mark::Contradicted, Mark::Open, Mark::NotPlayed];
        let row = |k: usize| Row {
            id: format!("a{}-a-claim-with-a-name-of-many-words-{k}", k % 5),
            verdict: [
                "supported",
                "contradicted",
                "not resolved, small",
                "true by construction",
            ][k % 4]
                .to_owned(),
            marks: (0..settings.len()).map(|at| marks[(at + k) % 4]).collect(),
        };
        Board {
            card: "author-2025".to_owned(),
            settings: settings.map(str::to_owned).to_vec(),
            rows: (0..rows).map(row).collect(),
            runs: 200,
            version: "0".to_owned(),
        }
    }

    #[test]
    fn no_two_texts_overlap_and_none_leaves_the_canvas() {
        for rows in [1, 5, 20] {
            for size in Size::ALL {
                for theme in Theme::ALL {
                    let style = Style {
                        size,
                        theme,
                        scale: 1,
                        ..Style::default()
                    };
                    let board = board(rows);
                    let frame = plot(&board, &finding(&board), &style).expect("draws");
                    let (w, h) = size.pixels();
                    let boxes = frame.canvas.text_boxes();
                    for (i, a) in boxes.iter().enumerate() {
                        let r = a.rect;
                        let inside = r.x0 >= 0.0 && r.y0 >= 0.0 && r.x1 <= f64::from(w) && r.y1 <= f64::from(h);
                        assert!(inside, "{} {rows}: “{}” leaves the canvas: {r:?}", size.name(), a.text);
                        for b in &boxes[i + 1..] {
                            assert!(
                                !r.overlaps(&b.rect),
                                "{} {rows}: “{}” and “{}”",
                                size.name(),
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
    fn every_mark_is_in_the_table_beside_the_picture_and_in_its_words() {
        let style = Style {
            scale: 1,
            ..Style::default()
        };
        let picture = draw(&board(4), &style).expect("draws").expect("claims");
        assert_eq!(picture.csv.lines().count(), 1 + 4 * 8);
        for word in ["supported", "contradicted", "not resolved", "not played"] {
            assert!(picture.csv.contains(word) && picture.json.contains(word), "{word}");
        }
        assert_eq!(
            draw(
                &Board {
                    rows: Vec::new(),
                    ..board(0)
                },
                &style
            )
            .expect("draws"),
            None
        );
    }
}
