//! The credibility fan: what the challenger believes, month by month, over all runs.

use super::axis::{self, Axis, MonthAxis};
use super::canvas::{Anchor, Canvas, DASHED, DOTTED, Point, Rect, Text};
use super::data::{Data, percent, q};
use super::finding;
use super::flow::Setting;
use super::font::Weight;
use super::layout::{Frame, SideLabel, Words, gutter, side_labels};
use super::sidecar;
use super::theme::Colour;
use super::{ChartError, Drawing, Style};
use crate::results::format::SeriesRow;

/// The bands from the widest to the narrowest: quantile indices and the share of runs inside.
const BANDS: [(usize, usize, &str); 3] = [
    (q::LOW95, q::HIGH95, "95%"),
    (q::LOW80, q::HIGH80, "80%"),
    (q::LOW50, q::HIGH50, "50%"),
];

/// Draws the fan of the focus rung; `other` adds the median of a second result. `None` without a credibility series.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, style: &Style, other: Option<&Data>) -> Result<Option<Drawing>, ChartError> {
    let id_of = |rung: &str| format!("credibility.{}.{rung}", data.stored.manifest.focal);
    let Some(rung) = data.focus(|r| data.series(&id_of(r)).is_some()) else {
        return Ok(None);
    };
    let id = id_of(rung);
    let Some(rows) = data.series(&id) else { return Ok(None) };
    let beside = other.and_then(|o| Some((o.option(), o.series(&id)?)));
    let end = beside
        .as_ref()
        .and_then(|(name, rows)| Some((name.as_str(), *rows.last()?)));
    let Some(finding) = finding::credibility(data, rung, rows, end) else {
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
    let events = data.events();
    frame.canvas.group("events", |c| {
        for (month, _) in &events {
            let px = x.px(f64::from(*month));
            c.path(vec![(px, plot.y0), (px, plot.y1)], p.soft, m.hair * 1.5, Some(DOTTED));
        }
    });
    frame
        .canvas
        .group("median", |c| c.path(line(rows, q::MEDIAN), p.line, m.stroke, None));
    if let Some((_, rows)) = &beside {
        frame.canvas.group("other", |c| {
            c.path(line(rows, q::MEDIAN), p.reference, m.stroke, Some(DASHED))
        });
    }

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
    if let Some((name, rows)) = &beside {
        let path = line(rows, q::MEDIAN);
        let to = percent(rows[rows.len() - 1].quantiles[q::MEDIAN]);
        place_other(&mut frame, &mut ground, &path, &format!("Median {to}%: {name}"));
        ground
            .inner
            .extend(path.iter().map(|&(px, at)| (px, at - m.stroke, at + m.stroke)));
    }
    let lines: Vec<f64> = events.iter().map(|(month, _)| x.px(f64::from(*month))).collect();
    for ((month, note), px) in events.iter().zip(&lines) {
        let then = rows
            .iter()
            .find(|r| r.month == *month)
            .map(|r| percent(r.quantiles[q::MEDIAN]));
        let when = then.map_or_else(
            || format!("month {month}"),
            |v| format!("month {month}; median then {v}%"),
        );
        place_event(&mut frame, &mut ground, *px, &lines, note, &when);
    }

    let csv = sidecar::series_csv(data, &[id.as_str()], "share of certainty, 0 to 1");
    Ok(Some(Drawing {
        name: "credibility",
        canvas: frame.canvas,
        finding,
        csv,
    }))
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

/// What a label inside the plot has to keep clear of.
struct Ground {
    plot: Rect,
    taken: Vec<Rect>,
    /// The widest band as (x, top, bottom).
    outer: Vec<(f64, f64, f64)>,
    /// The narrowest band, and lines.
    inner: Vec<(f64, f64, f64)>,
    grid: Vec<f64>,
}

impl Ground {
    fn is_free(&self, rect: &Rect, care: Care, other_lines: &[f64]) -> bool {
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
enum Care {
    /// Clear of grid lines and of all bands.
    Roomy,
    /// Clear of all bands.
    Clear,
    /// Clear of the narrowest band only; ink is legible on the outer ones.
    Crowded,
    /// Clear of all bands, but across the lines of other events.
    Across,
}

/// Writes an event's note beside its line, where it covers nothing; without such a place the line stands alone and the
/// alt text tells what it means.
fn place_event(frame: &mut Frame, ground: &mut Ground, px: f64, lines: &[f64], note: &str, when: &str) {
    let (size, pitch) = (frame.m.label, 1.24 * frame.m.label);
    let fonts = frame.canvas.fonts();
    let bold = Setting {
        fonts,
        size,
        weight: Weight::Bold,
    };
    let plain = Setting {
        fonts,
        size,
        weight: Weight::Regular,
    };
    let others: Vec<f64> = lines.iter().copied().filter(|x| (x - px).abs() > 0.5).collect();
    let mut found = None;
    let whole = [Care::Roomy, Care::Clear, Care::Crowded, Care::Across].map(|care| (care, false));
    'search: for (care, may_cut) in whole.into_iter().chain([(Care::Crowded, true), (Care::Across, true)]) {
        for (share, rows, with_when) in [
            (0.62, 2, true),
            (0.46, 2, true),
            (0.34, 3, true),
            (0.26, 3, true),
            (0.34, 2, false),
            (0.2, 3, false),
        ] {
            let width = share * ground.plot.width();
            let mut text: Vec<(String, Weight)> = bold
                .at_most(bold.wrap_balanced(note, width), rows, width)
                .into_iter()
                .map(|l| (l, Weight::Bold))
                .collect();
            let cut = |(line, _): &(String, Weight)| line.ends_with(['-', '…']);
            if !may_cut && text.iter().any(cut) {
                continue;
            }
            if with_when {
                text.extend(plain.wrap(when, width).into_iter().map(|l| (l, Weight::Regular)));
            }
            let wide = text.iter().map(|(l, w)| fonts.width(l, size, *w)).fold(0.0, f64::max);
            let high = pitch * text.len() as f64;
            let steps = ((ground.plot.height() - high) / 3.0).max(0.0) as usize;
            for step in 0..=steps {
                let top = ground.plot.y0 + 3.0 + 3.0 * step as f64;
                for anchor in [Anchor::Start, Anchor::End] {
                    let x0 = if anchor == Anchor::Start {
                        px + 7.0
                    } else {
                        px - 7.0 - wide
                    };
                    let rect = Rect {
                        x0,
                        y0: top,
                        x1: x0 + wide,
                        y1: top + high,
                    };
                    if ground.is_free(&rect, care, &others) {
                        let halo = (care == Care::Across).then_some(frame.p.background);
                        found = Some((text, rect, anchor, halo));
                        break 'search;
                    }
                }
            }
        }
    }
    let Some((text, rect, anchor, halo)) = found else {
        return;
    };
    let colour = frame.p.ink;
    frame.canvas.group("event", |c| {
        for (i, (line, weight)) in text.into_iter().enumerate() {
            let x = if anchor == Anchor::Start { rect.x0 } else { rect.x1 };
            let at = (x, rect.y0 + i as f64 * pitch + 0.86 * size);
            c.text(Text {
                at,
                text: line,
                size,
                weight,
                anchor,
                colour,
                halo,
            });
        }
    });
    ground.taken.push(rect);
}

/// Labels the second median on its line, at the right end first, above or below it.
fn place_other(frame: &mut Frame, ground: &mut Ground, path: &[Point], label: &str) {
    let size = frame.m.label;
    let set = frame.setting(size, Weight::Bold);
    let text = set.shorten(label, 0.7 * ground.plot.width());
    let wide = set.width(&text);
    let colour: Colour = frame.p.reference;
    let put = |c: &mut Canvas, rect: &Rect| {
        let at = (rect.x1, rect.y1 - 0.25 * size);
        let halo = None;
        c.group("other-label", |c| {
            c.text(Text {
                at,
                text: text.clone(),
                size,
                weight: Weight::Bold,
                anchor: Anchor::End,
                colour,
                halo,
            });
        });
    };
    let own: Vec<(f64, f64, f64)> = path.iter().map(|&(x, y)| (x, y - 2.0, y + 2.0)).collect();
    let before = ground.inner.len();
    ground.inner.extend(own);
    let mut best = None;
    'search: for care in [Care::Clear, Care::Crowded] {
        for back in 0..8 {
            let x1 = ground.plot.x1 - f64::from(back) * 0.1 * ground.plot.width();
            let under: Vec<f64> = path
                .iter()
                .filter(|(x, _)| (x1 - wide..=x1).contains(x))
                .map(|p| p.1)
                .collect();
            let (top, bottom) = (
                under.iter().copied().fold(f64::INFINITY, f64::min),
                under.iter().copied().fold(0.0, f64::max),
            );
            for y1 in [top - 5.0, bottom + 5.0 + size] {
                let rect = Rect {
                    x0: x1 - wide,
                    y0: y1 - size,
                    x1,
                    y1,
                };
                if ground.is_free(&rect, care, &[]) {
                    best = Some(rect);
                    break 'search;
                }
            }
        }
    }
    ground.inner.truncate(before);
    if let Some(rect) = best {
        put(&mut frame.canvas, &rect);
        ground.taken.push(rect);
    }
}
