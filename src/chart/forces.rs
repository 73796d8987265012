//! The balance of forces over time: what was announced, what has arrived, and what the challenger has free.

use super::axis::{self, Axis, MonthAxis};
use super::canvas::{DASHED, Dash, Point, Rect};
use super::data::{Data, brigades, q, sentence};
use super::finding;
use super::font::Weight;
use super::layout::{Frame, SideLabel, Words, gutter, side_labels};
use super::sidecar;
use super::theme::Colour;
use super::{ChartError, Drawing, Style};
use crate::model::measures::BESIDES_LEAD;
use crate::results::format::SeriesRow;

struct Line<'a> {
    id: String,
    rows: &'a [&'a SeriesRow],
    label: String,
    colour: Colour,
    tint: Option<Colour>,
    dash: Option<Dash>,
}

/// Draws the force balance; `None` without the delivered forces.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, style: &Style) -> Result<Option<Drawing>, ChartError> {
    let (own, said, free) = (
        format!("forces.{BESIDES_LEAD}.delivered"),
        format!("forces.{BESIDES_LEAD}.announced"),
        "forces.challenger.free".to_owned(),
    );
    let Some(delivered) = data.series(&own) else {
        return Ok(None);
    };
    let found = finding::Forces {
        delivered,
        announced: data.series(&said),
        free: data.series(&free),
    };
    let Some(finding) = finding::forces(data, &found) else {
        return Ok(None);
    };
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: data.source(),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, p) = (frame.m, frame.p);
    let line = |id: &str, rows, label: String, colour, tint, dash| Line {
        id: id.to_owned(),
        rows,
        label,
        colour,
        tint,
        dash,
    };
    let mut lines = vec![line(
        &own,
        delivered,
        "delivered".to_owned(),
        p.accent,
        Some(p.bands[0]),
        None,
    )];
    lines.extend(
        found
            .announced
            .map(|rows| line(&said, rows, "announced".to_owned(), p.accent, None, Some(DASHED))),
    );
    let theirs = format!("{}, free", sentence(data.challenger().trim_start_matches("the ")));
    lines.extend(
        found
            .free
            .map(|rows| line(&free, rows, theirs, p.reference, Some(p.reference_tint), None)),
    );

    let labels: Vec<SideLabel> = lines
        .iter()
        .filter_map(|l| {
            let end = l.rows.last()?.mean;
            let text = format!("{} {}", brigades(end), l.label);
            let weight = if l.dash.is_some() {
                Weight::Regular
            } else {
                Weight::Bold
            };
            Some(SideLabel {
                at: end,
                text,
                weight,
                colour: l.colour,
                leader: false,
            })
        })
        .collect();
    let right = gutter(&frame, &labels, 0.36 * frame.room.width());
    let plot = Rect {
        x0: frame.room.x0 + 34.0,
        y0: frame.room.y0 + frame.headroom(),
        x1: frame.room.x1 - right,
        y1: frame.room.y1 - axis::months_height(m),
    };
    let months = lines
        .iter()
        .filter_map(|l| l.rows.last())
        .map(|r| r.month)
        .max()
        .unwrap_or(1);
    let x = Axis::linear(0.0, f64::from(months), plot.x0, plot.x1);
    let tops = lines.iter().flat_map(|l| {
        l.rows.iter().map(|r| {
            if l.tint.is_some() {
                r.quantiles[q::HIGH80].max(r.mean)
            } else {
                r.mean
            }
        })
    });
    let want = (plot.height() / (2.8 * m.label)).clamp(2.0, 5.0) as usize;
    let top = axis::ceiling(tops.fold(0.0, f64::max), want);
    let y = Axis::linear(0.0, top, plot.y1, plot.y0);
    let full = Rect {
        x0: frame.room.x0,
        x1: frame.room.x1,
        ..plot
    };
    let values = axis::ticks(0.0, top, want);
    let grid: Vec<(f64, String)> = values
        .iter()
        .skip(1)
        .enumerate()
        .map(|(i, v)| {
            let unit = if i + 2 == values.len() { " brigades" } else { "" };
            (y.px(*v), format!("{}{unit}", brigades(*v)))
        })
        .collect();
    axis::draw_grid(&mut frame.canvas, full, &grid, m, p);
    let path = |rows: &[&SeriesRow], value: &dyn Fn(&SeriesRow) -> f64| -> Vec<Point> {
        rows.iter()
            .map(|r| (x.px(f64::from(r.month)), y.px(value(r))))
            .collect()
    };
    frame.canvas.group("bands", |c| {
        for l in &lines {
            let spread = l
                .rows
                .iter()
                .any(|r| r.quantiles[q::HIGH80] - r.quantiles[q::LOW80] > 0.01 * top);
            if let Some(tint) = l.tint.filter(|_| spread) {
                let mut outline = path(l.rows, &|r| r.quantiles[q::HIGH80]);
                outline.extend(path(l.rows, &|r| r.quantiles[q::LOW80]).into_iter().rev());
                c.polygon(outline, tint);
            }
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
    frame.canvas.group("lines", |c| {
        for l in lines.iter().rev() {
            let width = if l.dash.is_some() { 0.8 * m.stroke } else { m.stroke };
            c.path(path(l.rows, &|r| r.mean), l.colour, width, l.dash);
        }
    });
    let places: Vec<SideLabel> = labels.into_iter().map(|l| SideLabel { at: y.px(l.at), ..l }).collect();
    side_labels(
        &mut frame,
        "labels",
        &places,
        plot.x1,
        plot.y0 - 0.5 * m.label,
        plot.y1 - 1.0,
    );
    let ids: Vec<&str> = lines.iter().map(|l| l.id.as_str()).collect();
    let beneath = sidecar::series_csv(data, &ids, "brigade equivalents")?;
    Ok(Some(Drawing {
        name: "forces".to_owned(),
        canvas: frame.canvas,
        finding,
        beneath,
    }))
}
