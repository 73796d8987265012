//! The frame every picture shares: accent block, headline, subtitle, room for the plot, note and source line; and labels
//! at the end of lines instead of legends.

use super::canvas::{Anchor, Canvas, Rect, Text};
use super::flow::{Setting, Wish, dodge};
use super::font::{Fonts, Weight};
use super::theme::{Colour, Metrics, Palette};
use super::{ChartError, Style};

/// The words around a plot.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub headline: String,
    pub subtitle: String,
    pub notes: Vec<String>,
    pub source: String,
}

/// A picture under construction.
#[derive(Debug)]
pub struct Frame {
    pub canvas: Canvas,
    pub m: &'static Metrics,
    pub p: &'static Palette,
    /// What is left between the header and the note, from margin to margin.
    pub room: Rect,
}

/// Distance of lines of text, in sizes.
const PITCH: f64 = 1.24;

impl Frame {
    /// Sets the header and the footer; text that would not fit is set smaller, then shortened with an ellipsis.
    ///
    /// # Errors
    /// [`ChartError::Font`] if the embedded fonts cannot be read.
    pub fn new(style: &Style, words: &Words) -> Result<Frame, ChartError> {
        let (m, p) = (style.size.metrics(), style.theme.palette());
        let (w, h) = style.size.pixels();
        let (w, h) = (f64::from(w), f64::from(h));
        let mut canvas = Canvas::new(w, h, p.background, Fonts::get()?);
        let (left, right) = (m.margin, w - m.margin);
        let top = header(&mut canvas, words, m, p, left, right);
        let bottom = footer(&mut canvas, words, m, p, left, right);
        Ok(Frame {
            canvas,
            m,
            p,
            room: Rect {
                x0: left,
                y0: top,
                x1: right,
                y1: bottom,
            },
        })
    }

    /// How text of this size and weight is set here.
    pub fn setting(&self, size: f64, weight: Weight) -> Setting {
        Setting {
            fonts: self.canvas.fonts(),
            size,
            weight,
        }
    }

    /// A text in the label size.
    pub fn label(&self, at: (f64, f64), text: &str, weight: Weight, anchor: Anchor, colour: Colour) -> Text {
        Text {
            at,
            text: self.canvas.fonts().clean(text),
            size: self.m.label,
            weight,
            anchor,
            colour,
            halo: None,
        }
    }

    /// Space for a value label standing on the topmost grid line.
    pub fn headroom(&self) -> f64 {
        1.3 * self.m.label
    }
}

/// A run of lines, and the baseline of the last one.
fn lines(
    canvas: &mut Canvas,
    id: &str,
    set: Setting,
    text: &[String],
    at: (f64, f64),
    pitch: f64,
    colour: Colour,
) -> f64 {
    let mut y = at.1;
    canvas.group(id, |c| {
        for (i, line) in text.iter().enumerate() {
            y = at.1 + i as f64 * pitch;
            let (text, size, weight) = (line.clone(), set.size, set.weight);
            c.text(Text {
                at: (at.0, y),
                text,
                size,
                weight,
                anchor: Anchor::Start,
                colour,
                halo: None,
            });
        }
    });
    y
}

fn header(canvas: &mut Canvas, words: &Words, m: &Metrics, p: &Palette, left: f64, right: f64) -> f64 {
    let fonts = canvas.fonts();
    canvas.group("accent", |c| {
        c.rect(
            Rect {
                x0: left,
                y0: 0.0,
                x1: left + m.accent.0,
                y1: m.accent.1,
            },
            p.accent,
        )
    });
    let width = right - left;
    // Down to four fifths of its size a long headline is set smaller; beyond that it is cut.
    let sizes = [1.0, 0.95, 0.9, 0.85, 0.8].map(|f| Setting {
        fonts,
        size: m.headline * f,
        weight: Weight::Bold,
    });
    let fits = |s: &&Setting| s.wrap(&words.headline, width).len() <= m.headline_lines;
    let set = sizes.iter().find(fits).copied().unwrap_or(sizes[sizes.len() - 1]);
    let text = set.at_most(set.wrap_balanced(&words.headline, width), m.headline_lines, width);
    let first = m.accent.1 + 1.8 * m.headline;
    let base = lines(canvas, "headline", set, &text, (left, first), 1.25 * set.size, p.ink);

    let set = Setting {
        fonts,
        size: m.subtitle,
        weight: Weight::Regular,
    };
    let text = set.at_most(set.wrap_balanced(&words.subtitle, width), m.subtitle_lines, width);
    let base = lines(
        canvas,
        "subtitle",
        set,
        &text,
        (left, base + 1.85 * m.subtitle),
        1.36 * m.subtitle,
        p.soft,
    );
    base + 0.9 * m.subtitle
}

/// The source in one or two lines. The results have to be found again by it, so its end is never cut: long names in it
/// are, and a short part is not broken over two lines.
fn source_lines(source: &str, set: Setting, width: f64) -> Vec<String> {
    let parts: Vec<&str> = source.split(" · ").collect();
    let mut lines = Vec::new();
    for share in [1.0, 0.6, 0.5, 0.4, 0.3, 0.2] {
        let joined: Vec<String> = parts
            .iter()
            .map(|part| set.shorten(part, share * width))
            .map(|part| {
                if set.width(&part) < 0.4 * width {
                    part.replace(' ', "\u{a0}")
                } else {
                    part
                }
            })
            .collect();
        lines = set.wrap_balanced(&joined.join("\u{a0}· "), width);
        if lines.len() <= 2 {
            break;
        }
    }
    let mut lines = set.at_most(lines, 2, width);
    // A dot divides parts within a line; between two lines the break does.
    for line in &mut lines {
        line.truncate(line.trim_end_matches([' ', '\u{a0}', '·']).len());
    }
    lines
}

fn footer(canvas: &mut Canvas, words: &Words, m: &Metrics, p: &Palette, left: f64, right: f64) -> f64 {
    let set = Setting {
        fonts: canvas.fonts(),
        size: m.note,
        weight: Weight::Regular,
    };
    let width = right - left;
    let mut text = set.at_most(set.wrap(&words.notes.join(" "), width), m.note_lines, width);
    text.extend(source_lines(&words.source, set, width));
    let pitch = 1.42 * m.note;
    let first = canvas.height - m.margin - pitch * text.len().saturating_sub(1) as f64;
    lines(canvas, "note", set, &text, (left, first), pitch, p.soft);
    first - 0.76 * m.note - m.note
}

/// A label at the end of a line.
#[derive(Debug, Clone)]
pub struct SideLabel {
    /// Height in px at which the line ends.
    pub at: f64,
    pub text: String,
    pub weight: Weight,
    pub colour: Colour,
    /// Always with a leader, not only when it had to move.
    pub leader: bool,
}

/// Distance from the end of a line to its label.
const LEADER: f64 = 15.0;

/// Width in px to keep free right of the plot for these labels: what they need, at most `most`.
pub fn gutter(frame: &Frame, labels: &[SideLabel], most: f64) -> f64 {
    let widest = labels
        .iter()
        .map(|l| frame.setting(frame.m.label, l.weight).width(&l.text))
        .fold(0.0, f64::max);
    // Half a px more than measured, so that rounding never breaks a line that fits.
    (LEADER + widest + 0.5).min(most)
}

/// Sizes that labels beside lines are tried in, as shares of the ordinary one.
const SMALLER: [f64; 4] = [1.0, 0.9, 0.8, 0.7];

/// Labels set in lines, with their centres, and the size of the letters.
struct Set {
    texts: Vec<Vec<String>>,
    centres: Vec<f64>,
    size: f64,
}

/// Most lines of a label that would be cut otherwise: two that begin alike would look the same.
const MOST_LINES: usize = 3;

/// Finds room for labels between `lo` and `hi`: long ones take more lines where that fits, all are set smaller where it
/// does not; only then are they cut, and only after that do the last ones in the list give way.
fn settle(frame: &Frame, labels: &[SideLabel], width: f64, lo: f64, hi: f64) -> Set {
    let whole = SMALLER.iter().map(|f| (labels.len(), *f, MOST_LINES, true));
    let ways = |kept: usize| {
        SMALLER
            .iter()
            .flat_map(move |f| [(kept, *f, 2, false), (kept, *f, 1, false)])
    };
    let all = whole.chain((0..=labels.len()).rev().flat_map(ways));
    for (kept, factor, rows, is_whole) in all {
        let size = factor * frame.m.label;
        let texts: Vec<Vec<String>> = labels[..kept]
            .iter()
            .map(|l| {
                let set = frame.setting(size, l.weight);
                set.at_most(set.wrap(&l.text, width), rows, width)
            })
            .collect();
        if is_whole && texts.iter().flatten().any(|line| line.ends_with('…')) {
            continue;
        }
        let wishes: Vec<Wish> = labels
            .iter()
            .zip(&texts)
            .map(|(l, t)| Wish {
                at: l.at,
                size: PITCH * size * t.len() as f64,
            })
            .collect();
        if let Some(centres) = dodge(&wishes, lo, hi) {
            return Set { texts, centres, size };
        }
    }
    let (texts, centres) = (Vec::new(), Vec::new());
    Set {
        texts,
        centres,
        size: frame.m.label,
    }
}

/// Writes labels right of `x`, each as near to its line as the others allow; earlier ones in the list win when room
/// runs out.
pub fn side_labels(frame: &mut Frame, id: &str, labels: &[SideLabel], x: f64, lo: f64, hi: f64) {
    let width = frame.room.x1 - x - LEADER;
    let Set { texts, centres, size } = settle(frame, labels, width, lo, hi);
    let pitch = PITCH * size;
    let soft = frame.p.soft;
    let hair = frame.m.hair;
    frame.canvas.group(id, |c| {
        for ((label, text), centre) in labels.iter().zip(&texts).zip(&centres) {
            let moved = (centre - label.at).abs() > 0.35 * size;
            if label.leader || moved {
                let colour = if label.leader { soft } else { label.colour };
                let end = if moved { *centre } else { label.at };
                c.path(
                    vec![(x + 1.5, label.at), (x + 5.0, label.at), (x + LEADER - 4.5, end)],
                    colour,
                    hair,
                    None,
                );
            }
            // Right beside its line a label stands exactly at its height, not at the block's rounding.
            let top = centre - pitch * text.len() as f64 / 2.0;
            for (i, line) in text.iter().enumerate() {
                c.text(Text {
                    at: (x + LEADER, top + (i as f64 + 0.5) * pitch + 0.36 * size),
                    text: line.clone(),
                    size,
                    weight: label.weight,
                    anchor: Anchor::Start,
                    colour: label.colour,
                    halo: None,
                });
            }
        }
    });
}
