//! Options against their baseline: a panel for each outcome, a row for each option, the baseline as a line through all rows.

use super::axis::Axis;
use super::canvas::{Anchor, Rect, Text};
use super::contrast::{self, Side};
use super::data::{Data, counted, sentence};
use super::font::Weight;
use super::layout::{Frame, Words};
use super::{ChartError, Drawing, Style, sidecar};
use crate::study::format::{Compared, Comparison, Difference};
use crate::study::number::{self, show};

/// How far words may reach into the gap beside their panel, as a share of it: what is left keeps them from those of the next.
const APART: f64 = 0.1;
/// Lines of the head of a panel.
const HEAD_LINES: usize = 5;

/// Where the parts of the picture stand.
struct Plan<'a> {
    columns: Vec<&'a Compared>,
    /// Ids of the arms, from the lowest to the highest in the first outcome.
    rows: Vec<&'a str>,
    /// Right end of the row labels.
    left: f64,
    panel: f64,
    gap: f64,
    top: f64,
    bottom: f64,
}

impl<'a> Plan<'a> {
    fn new(frame: &Frame, comparison: &'a Comparison) -> Option<Self> {
        let m = frame.m;
        let room = frame.room;
        let gap = 1.2 * m.label;
        let first = comparison.outcomes.first()?;
        let labels = comparison
            .arms
            .iter()
            .map(|a| frame.setting(m.label, Weight::Regular).width(&a.label));
        let left = room.x0 + labels.fold(0.0, f64::max).min(0.25 * room.width()) + 0.8 * m.label;
        let least = 8.2 * m.label;
        let most = ((room.x1 - left) / least).floor().max(1.0) as usize;
        let columns: Vec<&Compared> = comparison.outcomes.iter().take(most).collect();
        let panel = (room.x1 - left) / columns.len() as f64;
        let size = 0.92 * m.label;
        let set = frame.setting(size, Weight::Bold);
        let lines = columns
            .iter()
            .map(|c| set.wrap(&c.label, panel - gap).len())
            .max()
            .unwrap_or(1);
        let top = room.y0 + 1.2 * size * lines.min(HEAD_LINES) as f64 + 0.5 * m.label;
        let bottom = room.y1 - 2.4 * m.label;
        let fit = ((bottom - top) / (2.15 * m.label)).floor().max(1.0) as usize;
        let rows = contrast::strongest(first, fit);
        Some(Self {
            columns,
            rows,
            left,
            panel,
            gap,
            top,
            bottom,
        })
    }

    fn pitch(&self) -> f64 {
        (self.bottom - self.top) / self.rows.len().max(1) as f64
    }

    fn middle(&self, row: usize) -> f64 {
        self.top + (row as f64 + 0.62) * self.pitch()
    }

    fn span(&self, column: usize) -> (f64, f64) {
        let x0 = self.left + column as f64 * self.panel;
        (x0 + 0.5 * self.gap, x0 + self.panel - 0.5 * self.gap)
    }
}

/// Draws the picture; `None` without an outcome or an arm beside the baseline.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, comparison: &Comparison, style: &Style) -> Result<Option<Drawing>, ChartError> {
    let Some(mut finding) = contrast::finding(data, comparison) else {
        return Ok(None);
    };
    let words = |finding: &super::finding::Finding| Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: contrast::source(data, comparison),
    };
    // What is left out is known only once the room is.
    let Some(trial) = Plan::new(&Frame::new(style, &words(&finding))?, comparison) else {
        return Ok(None);
    };
    let (columns, rows) = (trial.columns.len(), trial.rows.len());
    let options = comparison.arms.len().saturating_sub(1);
    if columns < comparison.outcomes.len() || rows < options {
        // What is left out is said before what explains the marks: a note that is too long is cut at its end.
        let left_out = format!(
            "Shown: {columns} of {} outcomes, {rows} of {options} options; the table beside it has all.",
            comparison.outcomes.len()
        );
        let place = finding.notes.len().saturating_sub(1);
        finding.notes.insert(place, left_out);
    }
    let mut frame = Frame::new(style, &words(&finding))?;
    let Some(plan) = Plan::new(&frame, comparison) else {
        return Ok(None);
    };
    row_labels(&mut frame, &plan, comparison);
    for (place, compared) in plan.columns.iter().enumerate() {
        panel(&mut frame, &plan, comparison, compared, place);
    }
    Ok(Some(Drawing {
        name: "contrasts".to_owned(),
        canvas: frame.canvas,
        finding,
        beneath: sidecar::comparison_csv(comparison)?,
    }))
}

fn row_labels(frame: &mut Frame, plan: &Plan<'_>, comparison: &Comparison) {
    let (m, p) = (frame.m, frame.p);
    let set = frame.setting(m.label, Weight::Regular);
    let width = plan.left - frame.room.x0 - 0.8 * m.label;
    let lines = if plan.pitch() >= 2.5 * m.label { 2 } else { 1 };
    let mut texts = Vec::new();
    for (row, id) in plan.rows.iter().enumerate() {
        let label = sentence(comparison.label(id));
        let wrapped = set.at_most(set.wrap(&label, width), lines, width);
        let top = plan.middle(row) - 0.62 * m.label * wrapped.len() as f64;
        for (line, text) in wrapped.iter().enumerate() {
            let y = top + (line as f64 + 0.5) * 1.24 * m.label + 0.36 * m.label;
            texts.push(frame.label((frame.room.x0, y), text, Weight::Regular, Anchor::Start, p.ink));
        }
    }
    frame
        .canvas
        .group("options", |c| texts.into_iter().for_each(|t| c.text(t)));
}

/// One outcome: head, rows, and the level of the baseline at the foot of its line.
fn panel(frame: &mut Frame, plan: &Plan<'_>, comparison: &Comparison, compared: &Compared, place: usize) {
    let (m, p) = (frame.m, frame.p);
    let (x0, x1) = plan.span(place);
    let size = 0.92 * m.label;
    let head = frame.setting(size, Weight::Bold);
    let wrapped = head.at_most(head.wrap(&compared.label, x1 - x0), HEAD_LINES, x1 - x0);
    let heads: Vec<Text> = wrapped
        .iter()
        .enumerate()
        .map(|(line, text)| Text {
            at: (x0, frame.room.y0 + 1.2 * size * (line as f64 + 0.8)),
            text: text.clone(),
            size,
            weight: Weight::Bold,
            anchor: Anchor::Start,
            colour: p.ink,
            halo: None,
        })
        .collect();
    frame
        .canvas
        .group("outcome", |c| heads.into_iter().for_each(|t| c.text(t)));
    let Some(baseline) = compared.level(&comparison.baseline) else {
        return;
    };
    let shown: Vec<&Difference> = plan
        .rows
        .iter()
        .filter_map(|id| compared.contrasts.iter().find(|d| d.arm == *id))
        .collect();
    let x = scale(baseline, &shown, x0, x1);
    let zero = x.px(baseline);
    frame.canvas.group("baseline", |c| {
        c.line((zero, plan.top), (zero, plan.bottom), p.ink, 1.4 * m.hair)
    });
    let show = show(compared);
    let foot = number::level(show, baseline);
    let text = centred(
        frame,
        &foot,
        zero,
        (x0 - APART * plan.gap, x1 + APART * plan.gap),
        plan.bottom + 1.3 * m.label,
    );
    frame.canvas.group("level", |c| c.text(text));
    for (row, id) in plan.rows.iter().enumerate() {
        let Some(d) = compared.contrasts.iter().find(|d| d.arm == *id) else {
            continue;
        };
        let y = plan.middle(row);
        mark(frame, d, x, baseline, y);
        let side = Side::of(d.verdict);
        let words = contrast::words(show, d);
        let at = d.difference.map_or(zero, |by| 0.5 * (zero + x.px(baseline + by)));
        let mut text = centred(
            frame,
            &words,
            at,
            (x0 - APART * plan.gap, x1 + APART * plan.gap),
            y - 0.62 * m.label,
        );
        text.colour = side.text(p);
        text.weight = if side == Side::Open {
            Weight::Regular
        } else {
            Weight::Bold
        };
        text.halo = Some(p.background);
        frame.canvas.group("change", |c| c.text(text));
    }
}

/// The axis of a panel: the baseline, every arm and its interval, with some air.
fn scale(baseline: f64, shown: &[&Difference], x0: f64, x1: f64) -> Axis {
    let (mut lo, mut hi) = (baseline, baseline);
    for d in shown {
        let ends = d.interval.unwrap_or([d.difference.unwrap_or(0.0); 2]);
        let over = d.parameters.as_ref().and_then(|p| p.interval).unwrap_or(ends);
        lo = lo.min(baseline + ends[0]).min(baseline + over[0]);
        hi = hi.max(baseline + ends[1]).max(baseline + over[1]);
    }
    let air = 0.06 * (hi - lo);
    // Where nothing differs the line stands in the middle.
    let air = if air > 0.0 { air } else { 0.5 * baseline.abs().max(1e-9) };
    Axis::linear(lo - air, hi + air, x0, x1)
}

/// Line, interval and dot of one arm.
fn mark(frame: &mut Frame, d: &Difference, x: Axis, baseline: f64, y: f64) {
    let Some(by) = d.difference else { return };
    let (m, p) = (frame.m, frame.p);
    let side = Side::of(d.verdict);
    let (colour, tint) = (side.colour(p), side.tint(p));
    let (from, to) = (x.px(baseline), x.px(baseline + by));
    let bar = |[low, high]: [f64; 2], half: f64| Rect {
        x0: x.px(baseline + low),
        y0: y - half * m.label,
        x1: x.px(baseline + high),
        y1: y + half * m.label,
    };
    frame.canvas.group("arm", |c| {
        if let Some(interval) = d.parameters.as_ref().and_then(|p| p.interval) {
            c.rect(bar(interval, 0.12), side.light(p));
        }
        if let Some(interval) = d.interval {
            c.rect(bar(interval, 0.22), tint);
        }
        c.line((from, y), (to, y), colour, 0.7 * m.stroke);
        let radius = 0.34 * m.label;
        match side {
            Side::Open => c.circle((to, y), radius, Some(p.background), Some((colour, 0.6 * m.stroke))),
            _ => c.circle((to, y), radius, Some(colour), None),
        }
    });
}

/// A text centred at `at` as far as it stays between two ends.
fn centred(frame: &Frame, text: &str, at: f64, (lo, hi): (f64, f64), y: f64) -> Text {
    let size = 0.92 * frame.m.label;
    let set = frame.setting(size, Weight::Bold);
    let text = set.shorten(text, hi - lo);
    let half = 0.5 * set.width(&text);
    let at = at.max(lo + half).min(hi - half);
    Text {
        at: (at, y),
        text,
        size,
        weight: Weight::Regular,
        anchor: Anchor::Middle,
        colour: frame.p.soft,
        halo: None,
    }
}

/// How many pairs stand behind a picture.
pub(super) fn pairs(comparison: &Comparison) -> String {
    format!("{} on the same luck", counted(comparison.runs, "pair of runs"))
}
