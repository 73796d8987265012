//! How long it takes until each rung is first tried: the share of runs still without, and the runs behind it.

use super::axis::{self, Axis, MonthAxis};
use super::canvas::{Anchor, Dash, Point, Rect};
use super::data::{Data, count, percent, percent_bound};
use super::finding::{self, survived, wilson};
use super::font::Weight;
use super::layout::{Frame, SideLabel, Words, gutter, side_labels};
use super::sidecar;
use super::theme::{Colour, Palette};
use super::{ChartError, Drawing, Style};
use crate::results::format::SeriesRow;

/// Lowest value of the axis, from the lowest value shown: a curve near 100 % would be flat on a full axis.
pub(super) fn floor(lowest: f64) -> f64 {
    [0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5]
        .into_iter()
        .find(|f| lowest >= *f + (1.0 - f) * 0.05)
        .unwrap_or(0.0)
}

/// Colour and dash of rung `i` of `n`: the focus rung stands out, the others go from light to dark.
fn look(p: &Palette, focus: bool, i: usize, n: usize) -> (Colour, Option<Dash>) {
    const DASHES: [Option<Dash>; 3] = [None, Some(&[7.0, 3.0]), Some(&[2.4, 2.4])];
    if focus {
        (p.reference, None)
    } else {
        (p.along(i, n), DASHES[i % DASHES.len()])
    }
}

/// A step line: the value holds until the next month.
pub(super) fn steps(rows: &[&SeriesRow], x: Axis, y: Axis, value: impl Fn(&SeriesRow) -> f64) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::with_capacity(2 * rows.len());
    for row in rows {
        let (px, py) = (x.px(f64::from(row.month)), y.px(value(row)));
        if let Some(&(_, before)) = points.last() {
            if before == py {
                // A step of no height needs no corner.
                if points.len() > 1 && points[points.len() - 2].1 == py {
                    points.pop();
                }
            } else {
                points.push((px, before));
            }
        }
        points.push((px, py));
    }
    points
}

/// What a share of runs has to be away from 0 and from 1 to be seen.
const SEEN: f64 = 0.0005;

/// True for a line at the edge of the picture from its second month on: all runs agree, and there is nothing to see.
fn is_flat(rows: &[&SeriesRow]) -> bool {
    let later = || rows.iter().skip(1);
    later().all(|r| r.mean < SEEN) || later().all(|r| r.mean > 1.0 - SEEN)
}

/// What the note says of lines that are not drawn.
fn folded(data: &Data, flat: &[(&str, &[&SeriesRow])]) -> Vec<String> {
    let is_tried = |rows: &[&SeriesRow]| rows.last().is_some_and(|r| r.mean < SEEN);
    let names = |tried: bool| -> Vec<String> {
        let those = flat.iter().filter(|(_, rows)| is_tried(rows) == tried);
        those.map(|(id, _)| data.rung(id)).collect()
    };
    let mut notes = Vec::new();
    if !names(true).is_empty() {
        notes.push(format!(
            "Not drawn, in every run from the start: {}.",
            names(true).join(", ")
        ));
    }
    let bound = flat
        .iter()
        .filter(|(_, rows)| !is_tried(rows))
        .filter_map(|(_, rows)| rows.last())
        .map(|r| 1.0 - survived(r)[0])
        .fold(0.0, f64::max);
    if !names(false).is_empty() {
        notes.push(format!(
            "Not drawn, below {}%: {}.",
            percent(bound),
            names(false).join(", ")
        ));
    }
    notes
}

/// Draws the survival steps; `None` without a survival series.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, style: &Style) -> Result<Option<Drawing>, ChartError> {
    let id_of = |rung: &str| format!("survival.{rung}");
    let Some(focus) = data.focus(|r| data.series(&id_of(r)).is_some()) else {
        return Ok(None);
    };
    let lines: Vec<(&str, &[&SeriesRow])> = data
        .rungs()
        .iter()
        .filter_map(|r| Some((r.id.as_str(), data.series(&id_of(&r.id))?)))
        .collect();
    let last: Vec<(String, &SeriesRow)> = lines
        .iter()
        .filter_map(|(id, rows)| Some(((*id).to_owned(), *rows.last()?)))
        .collect();
    let (lines, flat): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(id, rows)| *id == focus || !is_flat(rows));
    let ends: Vec<(String, &SeriesRow)> = lines
        .iter()
        .filter_map(|(id, rows)| Some(((*id).to_owned(), *rows.last()?)))
        .collect();
    let lowest = lines
        .iter()
        .flat_map(|(_, rows)| rows.iter())
        .map(|r| survived(r)[0])
        .fold(1.0, f64::min);
    let floor = floor(lowest);
    let Some(mut finding) = finding::survival(data, focus, &last, floor) else {
        return Ok(None);
    };
    let place = finding.notes.len().min(1);
    finding.notes.splice(place..place, folded(data, &flat));
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: data.source(),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, p) = (frame.m, frame.p);
    let looks: Vec<(Colour, Option<Dash>)> = lines
        .iter()
        .enumerate()
        .map(|(i, (id, _))| look(p, *id == focus, i, lines.len()))
        .collect();

    // The gravest rung ends highest; the focus rung keeps its label if room runs out.
    let mut labels: Vec<SideLabel> = lines
        .iter()
        .zip(&ends)
        .zip(&looks)
        .map(|(((id, _), (_, row)), (colour, _))| SideLabel {
            at: row.mean,
            // All runs still without is a bound, not a certainty.
            text: if row.mean >= 1.0 {
                format!("> {}% {}", percent_bound(wilson(1.0, row.n)[0]), data.rung(id))
            } else {
                format!("{}% {}", percent(row.mean), data.rung(id))
            },
            weight: if *id == focus { Weight::Bold } else { Weight::Regular },
            colour: *colour,
            leader: false,
        })
        .collect();
    labels.sort_by_key(|l| l.weight != Weight::Bold);
    let right = gutter(&frame, &labels, 0.36 * frame.room.width());
    // Room for half of the last number under the axis, and the names of the rows beside it.
    let half = frame
        .canvas
        .fonts()
        .width(&count(data.runs()), m.label, Weight::Regular)
        / 2.0;
    let right = right + (half - 7.0).max(0.0);
    let row_height = 1.25 * m.label;
    let table = row_height * (lines.len() as f64 + 1.0) + 0.9 * m.label;
    let mut plot = Rect {
        x0: frame.room.x0 + 34.0,
        y0: frame.room.y0 + frame.headroom(),
        x1: frame.room.x1 - right,
        y1: frame.room.y1 - axis::months_height(m),
    };
    // The table is worth its room only while the curves stay readable.
    let with_table = plot.height() - table >= 0.33 * frame.canvas.height;
    if with_table {
        plot.y1 -= table;
    }
    let months = last.iter().map(|(_, r)| r.month).max().unwrap_or(1);
    let x = Axis::linear(0.0, f64::from(months), plot.x0, plot.x1);
    let y = Axis::linear(floor, 1.0, plot.y1, plot.y0);
    let full = Rect {
        x0: frame.room.x0,
        x1: frame.room.x1,
        ..plot
    };
    let want = (plot.height() / (2.2 * m.label)).clamp(2.0, 5.0) as usize;
    let values = axis::ticks(floor * 100.0, 100.0, want);
    let step = values.get(1).zip(values.first()).map_or(1.0, |(b, a)| b - a);
    let digits = usize::from(step < 0.999);
    let grid: Vec<(f64, String)> = values
        .iter()
        .filter(|v| **v > floor * 100.0 + 1e-9)
        .map(|v| {
            (
                y.px(v / 100.0),
                if *v >= 99.999_999 {
                    "100%".to_owned()
                } else {
                    format!("{v:.digits$}")
                },
            )
        })
        .collect();
    axis::draw_grid(&mut frame.canvas, full, &grid, m, p);
    frame.canvas.group("interval", |c| {
        if let Some((_, rows)) = lines.iter().find(|(id, _)| *id == focus) {
            let mut outline = steps(rows, x, y, |r| survived(r)[1]);
            outline.extend(steps(rows, x, y, |r| survived(r)[0]).into_iter().rev());
            c.polygon(outline, p.reference_tint);
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
    frame.canvas.group("steps", |c| {
        let ordinary = lines.iter().zip(&looks).filter(|((id, _), _)| *id != focus);
        let first = lines.iter().zip(&looks).filter(|((id, _), _)| *id == focus);
        for ((id, rows), (colour, dash)) in ordinary.chain(first) {
            let width = if *id == focus { m.stroke } else { 0.72 * m.stroke };
            c.path(steps(rows, x, y, |r| r.mean), *colour, width, *dash);
        }
    });
    let places: Vec<SideLabel> = labels.into_iter().map(|l| SideLabel { at: y.px(l.at), ..l }).collect();
    side_labels(
        &mut frame,
        "labels",
        &places,
        plot.x1,
        plot.y0 - 0.7 * m.label,
        plot.y1 - 1.0,
    );
    if with_table {
        let top = plot.y1 + axis::months_height(m) + 1.0 * m.label;
        at_risk(
            &mut frame,
            data,
            &Table {
                lines: &lines,
                looks: &looks,
                x,
                plot,
                top,
                row_height,
            },
        );
    }
    let ids: Vec<String> = lines.iter().map(|(id, _)| id_of(id)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let beneath = sidecar::series_csv(data, &ids, "share of runs, 0 to 1")?;
    Ok(Some(Drawing {
        name: "survival".to_owned(),
        canvas: frame.canvas,
        finding,
        beneath,
    }))
}

/// The lines, and where the table of runs goes.
struct Table<'a> {
    lines: &'a [(&'a str, &'a [&'a SeriesRow])],
    looks: &'a [(Colour, Option<Dash>)],
    x: Axis,
    plot: Rect,
    top: f64,
    row_height: f64,
}

/// The runs still without a challenge, under the months.
fn at_risk(frame: &mut Frame, data: &Data, table: &Table) {
    let Table {
        lines,
        looks,
        x,
        plot,
        top,
        row_height,
    } = *table;
    let (m, p) = (frame.m, frame.p);
    let fonts = frame.canvas.fonts();
    let months = lines
        .iter()
        .filter_map(|(_, rows)| rows.last())
        .map(|r| r.month)
        .max()
        .unwrap_or(1);
    let widest = fonts.width(&count(data.runs()), m.label, Weight::Regular) + 12.0;
    let marks = axis::months(months, ((plot.width() / widest) as usize).clamp(2, 7));
    let names = frame.setting(m.label, Weight::Regular);
    let beside = plot.x1 + (widest / 2.0 + 2.0).max(15.0);
    let room = frame.room.x1 - beside;
    let heading = names.shorten("Runs still without", plot.x1 - frame.room.x0);
    let title = frame.label(
        (frame.room.x0, top + 0.36 * m.label),
        &heading,
        Weight::Regular,
        Anchor::Start,
        p.soft,
    );
    let mut texts = vec![title];
    for (i, ((id, rows), (colour, _))) in lines.iter().rev().zip(looks.iter().rev()).enumerate() {
        let base = top + row_height * (i as f64 + 1.0) + 0.36 * m.label;
        for month in &marks {
            if let Some(row) = rows.iter().find(|r| r.month == *month) {
                let left = count((row.mean * row.n as f64).round() as u64);
                let at = (x.px(f64::from(*month)), base);
                texts.push(frame.label(at, &left, Weight::Regular, Anchor::Middle, p.soft));
            }
        }
        let name = names.shorten(&data.rung(id), room);
        texts.push(frame.label((beside, base), &name, Weight::Regular, Anchor::Start, *colour));
    }
    frame
        .canvas
        .group("at-risk", |c| texts.into_iter().for_each(|t| c.text(t)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sample;

    #[test]
    fn the_axis_starts_high_only_when_all_curves_stay_high() {
        assert_eq!(floor(0.30), 0.0);
        assert_eq!(floor(0.60), 0.5);
        assert_eq!(floor(0.85), 0.8);
        assert_eq!(floor(0.997), 0.99);
    }

    #[test]
    fn a_step_holds_its_value_until_the_next_month() {
        let rows = [
            sample::row("s", 0, 10, 1.0, 0.0),
            sample::row("s", 1, 10, 1.0, 0.0),
            sample::row("s", 2, 10, 0.5, 0.0),
        ];
        let refs: Vec<&SeriesRow> = rows.iter().collect();
        let unit = Axis::linear(0.0, 1.0, 0.0, 1.0);
        let x = Axis::linear(0.0, 2.0, 0.0, 2.0);
        assert_eq!(
            steps(&refs, x, unit, |r| r.mean),
            vec![(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (2.0, 0.5)]
        );
    }
}
