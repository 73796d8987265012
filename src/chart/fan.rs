//! The credibility fan: what the challenger believes, month by month, over all runs.

use super::axis::{self, Axis, MonthAxis};
use super::canvas::{DOTTED, Point, Rect};
use super::data::{Data, percent, q};
use super::events::{self, Ground, Note, telling};
use super::finding;
use super::font::Weight;
use super::layout::{Frame, SideLabel, Words, gutter, side_labels};
use super::sidecar;
use super::{ChartError, Drawing, Style};
use crate::results::format::SeriesRow;
use std::collections::BTreeSet;

/// The bands from the widest to the narrowest: quantile indices and the share of runs inside.
const BANDS: [(usize, usize, &str); 3] = [
    (q::LOW95, q::HIGH95, "95%"),
    (q::LOW80, q::HIGH80, "80%"),
    (q::LOW50, q::HIGH50, "50%"),
];

/// Draws the fan of the focus rung; `None` without a credibility series.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, style: &Style) -> Result<Option<Drawing>, ChartError> {
    let mut omitted = BTreeSet::new();
    loop {
        // What finds no place is told in the note, which takes room of its own: the picture is set again with it. Each
        // time one event fewer is marked, so this ends.
        let Some((drawing, without)) = compose(data, style, &omitted)? else {
            return Ok(None);
        };
        if without.is_empty() {
            return Ok(Some(drawing));
        }
        omitted.extend(without);
    }
}

/// The fan without marks of the events in the months `omitted`, and the months of further ones that found no place.
fn compose(data: &Data, style: &Style, omitted: &BTreeSet<u32>) -> Result<Option<(Drawing, Vec<u32>)>, ChartError> {
    let id_of = |rung: &str| format!("credibility.{}.{rung}", data.stored.manifest.focal);
    let Some(rung) = data.focus(|r| data.series(&id_of(r)).is_some()) else {
        return Ok(None);
    };
    let id = id_of(rung);
    let Some(rows) = data.series(&id) else { return Ok(None) };
    let Some(mut finding) = finding::credibility(data, rung, rows) else {
        return Ok(None);
    };
    let (events, unmarked): (Vec<_>, Vec<_>) = telling(data.events(), rows, omitted);
    if !unmarked.is_empty() {
        // How many comes first, which events last: a note that is too long is cut at its end.
        let all = events.len() + unmarked.len();
        let place = finding.notes.len().min(1);
        finding
            .notes
            .insert(place, format!("{} of {all} dated events are marked.", events.len()));
        let which: Vec<String> = unmarked
            .iter()
            .map(|(month, note)| format!("month {month}, {note}"))
            .collect();
        finding.notes.push(format!("Not marked: {}.", which.join("; ")));
    }
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: data.source(),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, p) = (frame.m, frame.p);
    let last = rows[rows.len() - 1];

    let labels = end_labels(&frame, last);
    let right = gutter(&frame, &labels, 0.36 * frame.room.width());
    let plot = Rect {
        x0: frame.room.x0
            + frame
                .canvas
                .fonts()
                .width("Month 0", m.label, Weight::Regular)
                .max(28.0)
                * 0.78,
        y0: frame.room.y0 + frame.headroom(),
        x1: frame.room.x1 - right,
        y1: frame.room.y1 - axis::months_height(m),
    };
    let months = last.month;
    let x = Axis::linear(f64::from(rows[0].month), f64::from(months), plot.x0, plot.x1);
    let y = Axis::linear(0.0, 1.0, plot.y1, plot.y0);
    let full = Rect {
        x0: frame.room.x0,
        x1: frame.room.x1,
        ..plot
    };

    let mark = |v: f64| {
        (
            y.px(v / 100.0),
            if v >= 100.0 {
                "100%".to_owned()
            } else {
                format!("{v:.0}")
            },
        )
    };
    let grid: Vec<(f64, String)> = axis::ticks(0.0, 100.0, 5).into_iter().skip(1).map(mark).collect();
    axis::draw_grid(&mut frame.canvas, full, &grid, m, p);
    let line = |rows: &[&SeriesRow], index: usize| -> Vec<Point> {
        rows.iter()
            .map(|r| (x.px(f64::from(r.month)), y.px(r.quantiles[index])))
            .collect()
    };
    frame.canvas.group("bands", |c| {
        for ((low, high, _), colour) in BANDS.iter().zip(p.bands) {
            let mut outline = line(rows, *high);
            outline.extend(line(rows, *low).into_iter().rev());
            c.polygon(outline, colour);
        }
    });
    axis::draw_months(
        &mut frame.canvas,
        &MonthAxis {
            plot,
            full,
            x,
            months,
            start: &data.stored.manifest.start,
        },
        m,
        p,
    );
    frame.canvas.group("events", |c| {
        for (month, _) in &events {
            let px = x.px(f64::from(*month));
            c.path(vec![(px, plot.y0), (px, plot.y1)], p.soft, m.hair * 1.5, Some(DOTTED));
        }
    });
    frame
        .canvas
        .group("median", |c| c.path(line(rows, q::MEDIAN), p.line, m.stroke, None));

    let places: Vec<SideLabel> = labels.into_iter().map(|l| SideLabel { at: y.px(l.at), ..l }).collect();
    side_labels(
        &mut frame,
        "labels",
        &places,
        plot.x1,
        plot.y0 - 0.5 * m.label,
        plot.y1 - 2.0,
    );

    let mut ground = Ground {
        plot,
        taken: Vec::new(),
        outer: Vec::new(),
        inner: Vec::new(),
        grid: Vec::new(),
    };
    ground.taken = frame.canvas.text_boxes().into_iter().map(|b| b.rect).collect();
    ground.outer = line(rows, q::HIGH95)
        .into_iter()
        .zip(line(rows, q::LOW95))
        .map(|(a, b)| (a.0, a.1, b.1))
        .collect();
    ground.inner = line(rows, q::HIGH50)
        .into_iter()
        .zip(line(rows, q::LOW50))
        .map(|(a, b)| (a.0, a.1, b.1))
        .collect();
    ground.grid = grid.iter().map(|g| g.0).collect();
    let marked: Vec<u32> = events.iter().map(|(month, _)| *month).collect();
    let lines: Vec<f64> = events.iter().map(|(month, _)| x.px(f64::from(*month))).collect();
    let notes: Vec<Note> = events
        .into_iter()
        .zip(&lines)
        .map(|((month, note), px)| {
            let then = rows
                .iter()
                .find(|r| r.month == month)
                .map(|r| percent(r.quantiles[q::MEDIAN]));
            let median = then.map_or_else(String::new, |v| format!("; median then {v}%"));
            Note {
                px: *px,
                note,
                when: format!("month {month}{median}"),
            }
        })
        .collect();
    let without = events::place(&mut frame, &mut ground, &notes);
    let without = without.into_iter().map(|index| marked[index]).collect();

    let beneath = sidecar::series_csv(data, &[id.as_str()], "share of certainty, 0 to 1")?;
    let drawing = Drawing {
        name: "credibility".to_owned(),
        canvas: frame.canvas,
        finding,
        beneath,
    };
    Ok(Some((drawing, without)))
}

/// Labels of the median and the bands, `at` still in values; bands too thin to see get none.
fn end_labels(frame: &Frame, last: &SeriesRow) -> Vec<SideLabel> {
    let p = frame.p;
    let mut labels = vec![SideLabel {
        at: last.quantiles[q::MEDIAN],
        text: format!("Median {}%", percent(last.quantiles[q::MEDIAN])),
        weight: Weight::Bold,
        colour: if p.line == p.ink { p.ink } else { p.accent },
        leader: false,
    }];
    for (i, (low, high, share)) in BANDS.iter().enumerate() {
        if last.quantiles[*high] - last.quantiles[*low] > 0.01 {
            labels.push(SideLabel {
                at: last.quantiles[*high],
                text: if i == 0 {
                    format!("{share} of runs")
                } else {
                    (*share).to_owned()
                },
                weight: Weight::Regular,
                colour: p.soft,
                leader: true,
            });
        }
    }
    labels
}
