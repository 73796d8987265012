//! Notes at dated events: each beside its upright line, where it covers nothing that matters.

use super::canvas::{Anchor, Rect, Text};
use super::data::q;
use super::flow::Setting;
use super::font::Weight;
use super::layout::Frame;
use crate::results::format::SeriesRow;
use std::collections::BTreeSet;

/// What a label inside the plot has to keep clear of.
#[derive(Debug)]
pub struct Ground {
    pub plot: Rect,
    /// Texts already there.
    pub taken: Vec<Rect>,
    /// The widest band as (x, top, bottom).
    pub outer: Vec<(f64, f64, f64)>,
    /// The narrowest band, and lines.
    pub inner: Vec<(f64, f64, f64)>,
    /// Heights of grid lines.
    pub grid: Vec<f64>,
}

impl Ground {
    /// Whether a label may stand there; `other_lines` are upright lines it should not cross.
    pub fn is_free(&self, rect: &Rect, care: Care, other_lines: &[f64]) -> bool {
        let hits = |band: &[(f64, f64, f64)]| {
            band.windows(2).any(|w| {
                let ((xa, ta, ba), (xb, tb, bb)) = (w[0], w[1]);
                xa <= rect.x1 && xb >= rect.x0 && rect.y1 > ta.min(tb) - 2.0 && rect.y0 < ba.max(bb) + 2.0
            })
        };
        let inside = rect.x0 >= self.plot.x0 - 1.0
            && rect.x1 <= self.plot.x1 + 1.0
            && rect.y0 >= self.plot.y0 + 2.0
            && rect.y1 <= self.plot.y1 - 2.0;
        inside
            && !self.taken.iter().any(|t| t.overlaps(&rect.grown(3.0)))
            && (care == Care::Across || !other_lines.iter().any(|x| (rect.x0 - 3.0..=rect.x1 + 3.0).contains(x)))
            && !hits(if care == Care::Crowded {
                &self.inner
            } else {
                &self.outer
            })
            && !hits(&self.inner)
            && (care != Care::Roomy || !self.grid.iter().any(|y| (rect.y0 - 1.0..=rect.y1 + 1.0).contains(y)))
    }
}

/// How much a label may be in the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Care {
    /// Clear of grid lines and of all bands.
    Roomy,
    /// Clear of all bands.
    Clear,
    /// Clear of the narrowest band only; ink is legible on the outer ones.
    Crowded,
    /// Clear of all bands, but across the lines of other events.
    Across,
}

/// An event's note beside its line.
#[derive(Debug, Clone)]
pub struct Note {
    /// Where the line stands.
    pub px: f64,
    pub note: String,
    /// When it was and what was measured then.
    pub when: String,
}

/// A note that has found its place.
#[derive(Debug)]
struct Placed {
    text: Vec<(String, Weight)>,
    rect: Rect,
    anchor: Anchor,
    care: Care,
}

/// Shapes of a note, in order of preference: share of the plot's width, lines for the note, and whether the date and
/// value follow.
const SHAPES: [(f64, usize, bool); 6] = [
    (0.62, 2, true),
    (0.46, 2, true),
    (0.34, 3, true),
    (0.26, 3, true),
    (0.34, 2, false),
    (0.2, 3, false),
];

/// Writes the notes. Wide notes may leave no room for later ones: then all are tried again from a narrower shape on,
/// and the attempt that places most of them counts. Returned are the places in the list of those without a place.
pub fn place(frame: &mut Frame, ground: &mut Ground, notes: &[Note]) -> Vec<usize> {
    let before = ground.taken.len();
    let mut best: Vec<(usize, Placed)> = Vec::new();
    for from in 0..SHAPES.len() {
        ground.taken.truncate(before);
        let mut placed = Vec::new();
        for (index, note) in notes.iter().enumerate() {
            if let Some(found) = find(frame, ground, note, notes, from) {
                ground.taken.push(found.rect);
                placed.push((index, found));
            }
        }
        if placed.len() > best.len() {
            best = placed;
        }
        if best.len() == notes.len() {
            break;
        }
    }
    ground.taken.truncate(before);
    ground.taken.extend(best.iter().map(|(_, placed)| placed.rect));
    let without = (0..notes.len()).filter(|index| best.iter().all(|(placed, _)| placed != index));
    let without = without.collect();
    for (_, placed) in best {
        draw(frame, placed);
    }
    without
}

/// The first free place for a note, in shapes from `from` on: the less in the way the better, then the wider, the
/// higher, and right of its line before left.
fn find(frame: &Frame, ground: &Ground, note: &Note, all: &[Note], from: usize) -> Option<Placed> {
    let pitch = PITCH * frame.m.label;
    let (bold, plain) = (
        frame.setting(frame.m.label, Weight::Bold),
        frame.setting(frame.m.label, Weight::Regular),
    );
    let others: Vec<f64> = all.iter().map(|n| n.px).filter(|x| (x - note.px).abs() > 0.5).collect();
    let shapes: Vec<(Shape, bool)> = SHAPES[from..]
        .iter()
        .map(|shape| set(bold, plain, note, *shape, ground.plot.width()))
        .collect();
    let whole = [Care::Roomy, Care::Clear, Care::Crowded, Care::Across].map(|care| (care, false));
    for (care, may_cut) in whole.into_iter().chain([(Care::Crowded, true), (Care::Across, true)]) {
        for ((text, wide), cut) in &shapes {
            if *cut && !may_cut {
                continue;
            }
            let high = pitch * text.len() as f64;
            let steps = ((ground.plot.height() - high) / STEP).max(0.0) as usize;
            for step in 0..=steps {
                let y0 = ground.plot.y0 + STEP * (step as f64 + 1.0);
                for (anchor, x0) in [
                    (Anchor::Start, note.px + BESIDE),
                    (Anchor::End, note.px - BESIDE - wide),
                ] {
                    let rect = Rect {
                        x0,
                        y0,
                        x1: x0 + wide,
                        y1: y0 + high,
                    };
                    if ground.is_free(&rect, care, &others) {
                        return Some(Placed {
                            text: text.clone(),
                            rect,
                            anchor,
                            care,
                        });
                    }
                }
            }
        }
    }
    None
}

/// Distance of lines of text, in sizes.
const PITCH: f64 = 1.24;
/// Distance of places tried, in px.
const STEP: f64 = 3.0;
/// Distance of a note from its line, in px.
const BESIDE: f64 = 7.0;

/// Lines with their weights, and the width of the longest.
type Shape = (Vec<(String, Weight)>, f64);

/// A note in one shape, and whether a word of it had to be cut.
fn set(
    bold: Setting,
    plain: Setting,
    note: &Note,
    (share, rows, with_when): (f64, usize, bool),
    plot: f64,
) -> (Shape, bool) {
    let width = share * plot;
    let lines = bold.at_most(bold.wrap_balanced(&note.note, width), rows, width);
    let cut = lines.iter().any(|line| line.ends_with(['-', '…']));
    let mut wide = bold.widest(&lines);
    let mut text: Vec<(String, Weight)> = lines.into_iter().map(|l| (l, Weight::Bold)).collect();
    if with_when {
        let lines = plain.wrap(&note.when, width);
        wide = wide.max(plain.widest(&lines));
        text.extend(lines.into_iter().map(|l| (l, Weight::Regular)));
    }
    ((text, wide), cut)
}

/// Draws a note; one that crosses other lines gets a rim, which covers no band.
fn draw(frame: &mut Frame, placed: Placed) {
    let (size, colour, background) = (frame.m.label, frame.p.ink, frame.p.background);
    let Placed {
        text,
        rect,
        anchor,
        care,
    } = placed;
    frame.canvas.group("event", |c| {
        for (i, (text, weight)) in text.into_iter().enumerate() {
            let x = if anchor == Anchor::Start { rect.x0 } else { rect.x1 };
            let at = (x, rect.y0 + i as f64 * PITCH * size + 0.86 * size);
            c.text(Text {
                at,
                text,
                size,
                weight,
                anchor,
                colour,
                halo: (care == Care::Across).then_some(background),
            });
        }
    });
}

/// Events that a reader can take in at once.
const EVENTS: usize = 3;

/// Events by month, with their notes.
pub(super) type Events = Vec<(u32, String)>;

/// The events to mark, and the others: those around which the median moved most, or all where there are few, but none of
/// the months `omitted`.
pub(super) fn telling(events: Events, rows: &[&SeriesRow], omitted: &BTreeSet<u32>) -> (Events, Events) {
    let median = |month: u32| {
        let row = rows.iter().rev().find(|r| r.month <= month).or(rows.first());
        row.map_or(0.0, |r| r.quantiles[q::MEDIAN])
    };
    let moved = |month: u32| (median(month + 1) - median(month.saturating_sub(1))).abs();
    let mut months: Vec<u32> = events.iter().map(|(month, _)| *month).collect();
    months.sort_by(|a, b| moved(*b).total_cmp(&moved(*a)).then(a.cmp(b)));
    months.truncate(EVENTS);
    months.retain(|month| !omitted.contains(month));
    events.into_iter().partition(|(month, _)| months.contains(month))
}
