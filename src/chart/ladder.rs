//! The ladder: how likely each rung is within the horizon, on a logarithmic axis, gravest on top.

use super::axis::{self, Axis};
use super::canvas::{Anchor, Rect, Text};
use super::data::{Data, count, percent, percent_bound, percent_range, sentence};
use super::finding;
use super::font::Weight;
use super::layout::{Frame, Words};
use super::sidecar;
use super::theme::mix;
use super::{ChartError, Drawing, Style};
use crate::results::format::{Kind, Outcome};

/// The smallest probability the axis goes down to.
const FAINTEST: f64 = 1e-6;

/// Limits of the axis as exponents of ten: all intervals, and the upper bounds of what never happened.
fn limits(rows: &[(&str, &Outcome)]) -> (i32, i32) {
    let mut lo = f64::INFINITY;
    let mut hi = 0.0_f64;
    for (_, o) in rows {
        if let Some([a, b]) = o.interval {
            // An upper bound gets a decade of its own to the left, for its arrow.
            let least = if a > 0.0 { a } else { b / 6.0 };
            lo = lo.min(least.max(FAINTEST));
            hi = hi.max(b);
        }
        if let Some([a, b]) = over_parameters(o) {
            lo = lo.min(a.max(FAINTEST));
            hi = hi.max(b);
        }
    }
    axis::decades(if lo.is_finite() { lo } else { 0.01 }, hi.clamp(FAINTEST * 10.0, 1.0))
}

/// The interval over parameters, where it can be told from chance.
fn over_parameters(o: &Outcome) -> Option<[f64; 2]> {
    o.parameters.as_ref().and_then(|p| p.interval)
}

/// What stands beside a bar: estimate and interval, or the upper bound.
fn value(o: &Outcome) -> (String, String) {
    match (o.estimate, o.interval) {
        (Some(e), Some(i)) if e > 0.0 => (format!("{}%", percent(e)), percent_range(i)),
        (_, Some(i)) => (format!("< {}%", percent_bound(i[1])), format!("0 of {}", count(o.n))),
        (Some(e), None) => (format!("{}%", percent(e)), String::new()),
        (None, None) => ("–".to_owned(), String::new()),
    }
}

/// Rungs next to each other that are always tried, or never, in one row: the names of all, and the outcome that says least for
/// sure.
fn fold<'a>(data: &Data, rows: &[(&'a str, &'a Outcome)]) -> (Vec<(&'a str, &'a Outcome)>, Vec<String>) {
    /// What a probability has to be away from 1 to be seen.
    const SEEN: f64 = 0.0005;
    let edge = |id: &str, o: &Outcome| match o.estimate {
        _ if data.is_focus(id) => None,
        Some(e) if e > 1.0 - SEEN => Some(true),
        Some(e) if e <= 0.0 => Some(false),
        _ => None,
    };
    let width = |o: &Outcome| o.interval.map_or(0.0, |[low, high]| high - low);
    let (mut kept, mut names): (Vec<(&str, &Outcome)>, Vec<String>) = (Vec::new(), Vec::new());
    for (id, o) in rows {
        let before = kept.last_mut().zip(names.last_mut());
        match before.filter(|((last, other), _)| edge(id, o).is_some() && edge(last, other) == edge(id, o)) {
            Some(((_, other), name)) => {
                name.push_str(&format!(", {}", data.rung(id)));
                if width(o) > width(other) {
                    *other = o;
                }
            }
            None => {
                kept.push((id, o));
                names.push(sentence(&data.rung(id)));
            }
        }
    }
    (kept, names)
}

/// Draws the ladder; `None` without a challenge probability.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, style: &Style) -> Result<Option<Drawing>, ChartError> {
    let outcome = |id: &str| data.stored.summary.outcome(&format!("challenge.{id}"));
    let rows: Vec<(&str, &Outcome)> = data
        .rungs()
        .iter()
        .filter_map(|r| Some((r.id.as_str(), outcome(&r.id)?)))
        .filter(|(_, o)| o.kind == Kind::Probability && o.interval.is_some_and(|i| i[0].is_finite() && i[1] > 0.0))
        .collect();
    let Some(mut finding) = finding::ladder(data, &rows) else {
        return Ok(None);
    };
    if rows.iter().any(|(_, o)| over_parameters(o).is_some()) {
        let place = finding.notes.len().min(1);
        finding
            .notes
            .insert(place, "Slim light bar: over parameters.".to_owned());
    }
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: data.source(),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, p) = (frame.m, frame.p);
    let (plain, bold) = (
        frame.setting(m.label, Weight::Regular),
        frame.setting(m.label, Weight::Bold),
    );
    let room = frame.room;
    let (rows, names) = fold(data, &rows);
    let values: Vec<(String, String)> = rows.iter().map(|(_, o)| value(o)).collect();
    let gap = 0.8 * m.label;
    let left = names
        .iter()
        .map(|n| bold.width(n))
        .fold(0.0, f64::max)
        .min(0.3 * room.width())
        + 1.0;
    let estimates = values.iter().map(|v| bold.width(&v.0)).fold(0.0, f64::max);
    let ranges = values.iter().map(|v| plain.width(&v.1)).fold(0.0, f64::max);
    // On a narrow picture the interval goes under its estimate.
    let stacked = left + estimates + ranges > 0.52 * room.width();
    let right = if stacked {
        estimates.max(ranges)
    } else {
        estimates + ranges + gap
    };

    let plot = Rect {
        x0: room.x0 + left + 1.4 * gap,
        y0: room.y0 + 0.2 * m.label,
        x1: room.x1 - right - 2.2 * gap,
        y1: room.y1 - 8.0 - 1.6 * m.label,
    };
    let (from, to) = limits(&rows);
    let x = Axis::log(10f64.powi(from), 10f64.powi(to), plot.x0, plot.x1);
    let pitch = plot.height() / rows.len() as f64;
    let bar = (0.24 * pitch).clamp(4.0, 0.85 * m.label);

    frame.canvas.group("grid", |c| {
        for k in from..=to {
            let px = x.px(10f64.powi(k));
            c.line((px, plot.y0), (px, plot.y1), p.grid, m.hair);
        }
    });
    decades(&mut frame, x, (from, to), plot);

    let middle = |i: usize| plot.y1 - (i as f64 + 0.5) * pitch;
    frame.canvas.group("intervals", |c| {
        for (i, (id, o)) in rows.iter().enumerate() {
            let Some([lo, hi]) = o.interval else { continue };
            let (colour, tint) = if data.is_focus(id) {
                (p.reference, p.reference_tint)
            } else {
                (p.accent, p.bands[1])
            };
            let (y, x1) = (middle(i), x.px(hi));
            if let Some(e) = o.estimate.filter(|e| *e > 0.0) {
                let rect = |[lo, hi]: [f64; 2], high: f64| Rect {
                    x0: x.px(lo),
                    y0: y - high / 2.0,
                    x1: x.px(hi),
                    y1: y + high / 2.0,
                };
                if let Some(over) = over_parameters(o) {
                    c.rect(rect(over, 0.45 * bar), mix(colour, p.background, 0.78));
                }
                c.rect(rect([lo, hi], bar), tint);
                c.circle((x.px(e), y), 0.4 * m.label, Some(colour), None);
            } else {
                // Never seen: from the upper bound down without end.
                let (x0, head) = (x.px(10f64.powi(from)) + 2.0, 0.42 * m.label);
                c.line((x0 + head, y), (x1, y), colour, 0.7 * m.stroke);
                c.line((x1, y - 0.75 * bar), (x1, y + 0.75 * bar), colour, 0.7 * m.stroke);
                c.polygon(
                    vec![
                        (x0, y),
                        (x0 + 1.6 * head, y - 0.8 * head),
                        (x0 + 1.6 * head, y + 0.8 * head),
                    ],
                    colour,
                );
            }
        }
    });

    let two = pitch >= 2.5 * m.label;
    for (i, (id, _)) in rows.iter().enumerate() {
        let focus = data.is_focus(id);
        let (set, weight, colour) = if focus {
            (bold, Weight::Bold, p.reference)
        } else {
            (plain, Weight::Regular, p.ink)
        };
        let lines = set.at_most(set.wrap(&names[i], left), if two { 2 } else { 1 }, left);
        let texts = column(&frame, &lines, room.x0, middle(i), weight, colour, Anchor::Start);
        frame
            .canvas
            .group(&format!("rung-{id}"), |c| texts.into_iter().for_each(|t| c.text(t)));
        let (estimate, range) = &values[i];
        let x0 = plot.x1 + 1.6 * gap;
        let strong = if focus { p.reference } else { p.accent };
        let mut texts = Vec::new();
        if stacked && two {
            let top = middle(i) - 0.62 * m.label;
            texts.extend(column(
                &frame,
                std::slice::from_ref(estimate),
                x0,
                top,
                Weight::Bold,
                strong,
                Anchor::Start,
            ));
            let below = middle(i) + 0.62 * m.label;
            texts.extend(column(
                &frame,
                std::slice::from_ref(range),
                x0,
                below,
                Weight::Regular,
                p.soft,
                Anchor::Start,
            ));
        } else {
            let one = std::slice::from_ref(estimate);
            texts.extend(column(
                &frame,
                one,
                x0 + estimates,
                middle(i),
                Weight::Bold,
                strong,
                Anchor::End,
            ));
            if !stacked {
                let at = x0 + estimates + gap;
                let one = std::slice::from_ref(range);
                texts.extend(column(
                    &frame,
                    one,
                    at,
                    middle(i),
                    Weight::Regular,
                    p.soft,
                    Anchor::Start,
                ));
            }
        }
        frame
            .canvas
            .group(&format!("value-{id}"), |c| texts.into_iter().for_each(|t| c.text(t)));
    }
    let beneath = sidecar::outcome_csv(&rows.iter().map(|(_, o)| *o).collect::<Vec<_>>())?;
    Ok(Some(Drawing {
        name: "ladder".to_owned(),
        canvas: frame.canvas,
        finding,
        beneath,
    }))
}

/// The axis line with its powers of ten; every second one where they would touch.
fn decades(frame: &mut Frame, x: Axis, (from, to): (i32, i32), plot: Rect) {
    let (m, p) = (frame.m, frame.p);
    let name = |k: i32| match k {
        k if k >= -2 => format!("{:.0}%", 10f64.powi(k + 2)),
        k => format!("{:.*}%", (-k - 2) as usize, 10f64.powi(k + 2)),
    };
    let set = frame.setting(m.label, Weight::Regular);
    let widest = (from..=to).map(|k| set.width(&name(k))).fold(0.0, f64::max);
    let apart = plot.width() / f64::from((to - from).max(1));
    let every = ((widest + 8.0) / apart).ceil().max(1.0) as i32;
    let texts: Vec<Text> = (from..=to)
        .rev()
        .step_by(every as usize)
        .map(|k| {
            let at = (x.px(10f64.powi(k)), plot.y1 + 7.0 + m.label);
            frame.label(at, &name(k), Weight::Regular, Anchor::Middle, p.soft)
        })
        .collect();
    frame.canvas.group("axis-probability", |c| {
        c.line((plot.x0, plot.y1), (plot.x1, plot.y1), p.ink, m.hair * 1.4);
        for k in from..=to {
            let px = x.px(10f64.powi(k));
            c.line((px, plot.y1), (px, plot.y1 + 5.0), p.ink, m.hair * 1.4);
        }
        texts.into_iter().for_each(|t| c.text(t));
    });
}

/// Lines of text around a middle height.
fn column(
    frame: &Frame,
    lines: &[String],
    x: f64,
    middle: f64,
    weight: Weight,
    colour: super::theme::Colour,
    anchor: Anchor,
) -> Vec<Text> {
    let size = frame.m.label;
    let pitch = 1.22 * size;
    let top = middle - pitch * lines.len() as f64 / 2.0;
    let base = |i: usize| top + (i as f64 + 0.5) * pitch + 0.36 * size;
    lines
        .iter()
        .enumerate()
        .map(|(i, line)| frame.label((x, base(i)), line, weight, anchor, colour))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sample;

    #[test]
    fn zero_events_are_shown_by_their_upper_bound_and_never_as_a_bare_zero() {
        let never = sample::probability("challenge.x", 0, 2000);
        let (estimate, range) = value(&never);
        assert_eq!((estimate.as_str(), range.as_str()), ("< 0.19%", "0 of 2,000"));
    }

    #[test]
    fn the_axis_holds_every_interval() {
        let (a, b) = (sample::probability("a", 900, 2000), sample::probability("b", 0, 2000));
        let (from, to) = limits(&[("a", &a), ("b", &b)]);
        assert!(10f64.powi(from) < 0.0019 && to == 0);
    }
}
