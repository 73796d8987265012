//! Options ranked by the outcome that answers the question: difference from the baseline with its interval.

use super::axis::{Axis, ticks};
use super::canvas::{Anchor, Rect, Text};
use super::contrast::{self, Side};
use super::data::{Data, sentence};
use super::font::Weight;
use super::layout::{Frame, Words};
use super::{ChartError, Drawing, Style, sidecar};
use crate::study::format::{Comparison, Difference};
use crate::study::number::{self, Show, show};

/// Draws the picture; `None` with fewer than two options, which have no rank.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, comparison: &Comparison, style: &Style) -> Result<Option<Drawing>, ChartError> {
    let (Some(finding), Some(compared)) = (contrast::finding(data, comparison), comparison.outcomes.first()) else {
        return Ok(None);
    };
    let ranked: Vec<&Difference> = compared
        .ranked()
        .into_iter()
        .filter(|d| d.difference.is_some())
        .collect();
    if ranked.len() < 2 {
        return Ok(None);
    }
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: contrast::source(data, comparison),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, room) = (frame.m, frame.room);
    let fit = ((room.height() - 2.0 * m.label) / (1.5 * m.label)).floor().max(2.0) as usize;
    let kept = contrast::strongest(compared, fit);
    let rows: Vec<&Difference> = ranked.into_iter().filter(|d| kept.contains(&d.arm.as_str())).collect();
    let show = show(compared);
    let values: Vec<(String, String)> = rows.iter().map(|d| number::change(show, d)).collect();
    let set = frame.setting(m.label, Weight::Regular);
    let bold = frame.setting(m.label, Weight::Bold);
    let labels = rows.iter().map(|d| set.width(comparison.label(&d.arm)));
    let left = labels.fold(0.0, f64::max).min(0.3 * room.width());
    let right = values.iter().map(|v| bold.width(&v.0)).fold(0.0, f64::max);
    let ranges = values.iter().map(|v| set.width(&v.1)).fold(0.0, f64::max);
    let gap = 0.9 * m.label;
    // On a narrow picture the interval is left to the table beside it.
    let wide = left + right + ranges + 3.0 * gap < 0.62 * room.width();
    let right = if wide { right + gap + ranges } else { right };
    let plot = Rect {
        x0: room.x0 + left + gap,
        y0: room.y0,
        x1: room.x1 - right - gap,
        y1: room.y1 - 2.0 * m.label,
    };
    let spans: Vec<(f64, [f64; 2])> = rows.iter().filter_map(|d| number::on_axis(show, d)).collect();
    let over = rows.iter().filter_map(|d| number::parameters_on_axis(show, d));
    let ends: Vec<[f64; 2]> = spans.iter().map(|s| s.1).chain(over).collect();
    let lo = ends.iter().map(|e| e[0]).fold(0.0, f64::min);
    let hi = ends.iter().map(|e| e[1]).fold(0.0, f64::max);
    let air = 0.04 * (hi - lo).max(1e-12);
    let x = Axis::linear(lo - air, hi + air, plot.x0, plot.x1);
    grid(&mut frame, x, (lo, hi), plot, &number::axis_unit(show, &rows));
    let pitch = plot.height() / rows.len() as f64;
    for (row, (d, value)) in rows.iter().zip(&values).enumerate() {
        let y = plot.y0 + (row as f64 + 0.5) * pitch;
        let most = if pitch >= 2.6 * m.label { 2 } else { 1 };
        let label = set.at_most(set.wrap(&sentence(comparison.label(&d.arm)), left), most, left);
        mark(&mut frame, d, show, x, y);
        texts(&mut frame, d, &label, value, (plot.x1 + gap, y), wide);
    }
    Ok(Some(Drawing {
        name: "ranking".to_owned(),
        canvas: frame.canvas,
        finding,
        beneath: sidecar::comparison_csv(comparison)?,
    }))
}

/// Vertical lines with their values, the one at no difference in ink.
fn grid(frame: &mut Frame, x: Axis, (lo, hi): (f64, f64), plot: Rect, unit: &str) {
    let (m, p) = (frame.m, frame.p);
    let marks = ticks(lo, hi, ((plot.width() / (6.0 * m.label)).floor() as usize).clamp(1, 6));
    let step = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
    let set = frame.setting(m.label, Weight::Regular);
    let texts: Vec<Text> = marks
        .iter()
        .map(|v| {
            let text = number::tick(*v, step, unit);
            let half = 0.5 * set.width(&text);
            let at = x.px(*v).max(frame.room.x0 + half).min(frame.room.x1 - half);
            frame.label(
                (at, plot.y1 + 1.5 * m.label),
                &text,
                Weight::Regular,
                Anchor::Middle,
                p.soft,
            )
        })
        .collect();
    frame.canvas.group("grid", |c| {
        for v in &marks {
            c.line((x.px(*v), plot.y0), (x.px(*v), plot.y1), p.grid, m.hair);
        }
        c.line((x.px(0.0), plot.y0), (x.px(0.0), plot.y1), p.ink, 1.4 * m.hair);
    });
    frame
        .canvas
        .group("axis", |c| texts.into_iter().for_each(|t| c.text(t)));
}

fn mark(frame: &mut Frame, d: &Difference, show: Show, x: Axis, y: f64) {
    let Some((value, interval)) = number::on_axis(show, d) else {
        return;
    };
    let (m, p) = (frame.m, frame.p);
    let side = Side::of(d.verdict);
    frame.canvas.group("arm", |c| {
        let bar = |[low, high]: [f64; 2], half: f64| Rect {
            x0: x.px(low),
            y0: y - half * m.label,
            x1: x.px(high),
            y1: y + half * m.label,
        };
        if let Some(over) = number::parameters_on_axis(show, d) {
            c.rect(bar(over, 0.14), side.light(p));
        }
        c.rect(bar(interval, 0.28), side.tint(p));
        let fill = if side == Side::Open {
            p.background
        } else {
            side.colour(p)
        };
        c.circle(
            (x.px(value), y),
            0.36 * m.label,
            Some(fill),
            Some((side.colour(p), 0.6 * m.stroke)),
        );
    });
}

fn texts(
    frame: &mut Frame,
    d: &Difference,
    label: &[String],
    value: &(String, String),
    (x, y): (f64, f64),
    wide: bool,
) {
    let (m, p) = (frame.m, frame.p);
    let side = Side::of(d.verdict);
    let base = y + 0.36 * m.label;
    let weight = if side == Side::Open {
        Weight::Regular
    } else {
        Weight::Bold
    };
    let mut all = vec![frame.label((x, base), &value.0, weight, Anchor::Start, side.text(p))];
    for (line, text) in label.iter().enumerate() {
        let off = (line as f64 - 0.5 * (label.len() as f64 - 1.0)) * 1.24 * m.label;
        let at = (frame.room.x0, base + off);
        all.push(frame.label(at, text, Weight::Regular, Anchor::Start, p.ink));
    }
    if wide {
        all.push(frame.label((frame.room.x1, base), &value.1, Weight::Regular, Anchor::End, p.soft));
    }
    frame.canvas.group("row", |c| all.into_iter().for_each(|t| c.text(t)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sample::{Shape, stored};
    use crate::chart::theme::contrast;
    use crate::chart::{Size, Theme, dumbbell};
    use crate::results::format::{Kind, Parameters};
    use crate::study::Verdict;
    use crate::study::format::{ArmCard, Compared, Level};

    /// `options` arms, of which some lie above the baseline, some below, some on it.
    fn comparison(options: usize, outcomes: usize, long: bool) -> Comparison {
        let tail = if long {
            " – Truppenabzug ohne Ankündigung und ohne Rücksprache"
        } else {
            ""
        };
        let id = |k: usize| format!("option{k}");
        let card = |k: usize| ArmCard {
            id: id(k),
            label: format!("Option {k}{tail}"),
            scenario: "s".into(),
            option: None,
            assumptions: Vec::new(),
            set: Vec::new(),
            plan: String::new(),
            events: Vec::new(),
        };
        let outcome = |place: usize| {
            let base = 0.0123 * (place + 1) as f64;
            let level = |k: usize| Level {
                id: id(k),
                estimate: Some(base * (1.0 + 0.2 * (k as f64 - 2.0))),
                interval: None,
                method: "t".into(),
            };
            let difference = |k: usize| {
                let by = base * 0.2 * (k as f64 - 2.0);
                let half = 0.15 * base;
                let interval = Some([by - half, by + half]);
                Difference {
                    arm: id(k),
                    difference: Some(by),
                    interval,
                    ratio: None,
                    ratio_interval: None,
                    correlation: Some(0.9),
                    changed: 900,
                    only_baseline: 0,
                    only_arm: 0,
                    first_month: Some(3),
                    verdict: Verdict::of(interval, 900),
                    parameters: k.is_multiple_of(2).then(|| Parameters {
                        members: 200,
                        interval: Some([by - 3.0 * half, by + 2.0 * half]),
                        share: None,
                        reason: None,
                        method: "random effects".into(),
                    }),
                    ratio_parameters: None,
                }
            };
            Compared {
                id: if place.is_multiple_of(2) {
                    "war".into()
                } else {
                    "intensity.land_grab".into()
                },
                label: format!("Chance of a land grab on a member of NATO{tail}"),
                unit: if place.is_multiple_of(2) {
                    "1".into()
                } else {
                    "1/year".into()
                },
                kind: if place.is_multiple_of(2) {
                    Kind::Probability
                } else {
                    Kind::Mean
                },
                arms: (0..=options).map(level).collect(),
                contrasts: (1..=options).map(difference).collect(),
            }
        };
        Comparison {
            question: "Q?".into(),
            answer: vec!["A.".into()],
            runs: 2_000,
            months: 60,
            baseline: id(0),
            arms: (0..=options).map(card).collect(),
            outcomes: (0..outcomes).map(outcome).collect(),
            ..Comparison::default()
        }
    }

    /// Both pictures of small, full and crowded comparisons in every size and theme.
    fn each(mut check: impl FnMut(&str, &Style, &Drawing)) {
        let results = stored(&Shape::default());
        let data = Data::new(&results);
        for (options, outcomes, long) in [(1, 3, false), (3, 6, false), (12, 6, true), (6, 4, true)] {
            let comparison = comparison(options, outcomes, long);
            for size in Size::ALL {
                for theme in Theme::ALL {
                    let style = Style {
                        size,
                        theme,
                        scale: 1,
                        ..Style::default()
                    };
                    let drawn = [
                        dumbbell::draw(&data, &comparison, &style),
                        draw(&data, &comparison, &style),
                    ];
                    for drawing in drawn.into_iter().flat_map(|d| d.expect("draws")) {
                        let what = format!("{} {options}×{outcomes} {} {}", drawing.name, size.name(), theme.name());
                        check(&what, &style, &drawing);
                    }
                }
            }
        }
    }

    #[test]
    fn no_two_texts_overlap_and_none_leaves_the_canvas() {
        each(|what, style, drawing| {
            let (w, h) = style.size.pixels();
            let boxes = drawing.canvas.text_boxes();
            for (i, a) in boxes.iter().enumerate() {
                let r = a.rect;
                let inside = r.x0 >= 4.0 && r.y0 >= 4.0 && r.x1 <= f64::from(w) - 4.0 && r.y1 <= f64::from(h) - 4.0;
                assert!(inside, "{what}: “{}” leaves the canvas: {r:?}", a.text);
                for b in &boxes[i + 1..] {
                    assert!(
                        !r.overlaps(&b.rect),
                        "{what}: “{}” and “{}” overlap: {r:?} {:?}",
                        a.text,
                        b.text,
                        b.rect
                    );
                }
            }
        });
    }

    #[test]
    fn every_text_is_legible_and_every_picture_has_its_caveat_and_source() {
        each(|what, style, drawing| {
            for text in drawing.canvas.text_boxes() {
                let ratio = contrast(text.colour, style.theme.palette().background);
                assert!(ratio >= 4.5, "{what}: “{}” {ratio:.2}", text.text);
            }
            let texts: String = drawing
                .canvas
                .text_boxes()
                .iter()
                .map(|b| b.text.clone() + " ")
                .collect();
            assert!(texts.contains("Source:"), "{what}: {texts}");
            assert!(
                drawing.finding.notes.iter().any(|n| n.contains("not a forecast")),
                "{what}"
            );
        });
    }

    #[test]
    fn the_headline_agrees_with_the_verdicts() {
        let results = stored(&Shape::default());
        let data = Data::new(&results);
        let mut comparison = comparison(3, 3, false);
        let told = contrast::finding(&data, &comparison).expect("a finding");
        assert!(
            told.headline.contains("under ‘Option 1’") && told.headline.contains("under ‘Option 3’"),
            "{told:?}"
        );
        for d in comparison.outcomes.iter_mut().flat_map(|o| &mut o.contrasts) {
            d.verdict = Verdict::NotResolved;
        }
        let told = contrast::finding(&data, &comparison).expect("a finding");
        assert!(told.headline.ends_with("no difference can be shown"), "{told:?}");
    }
}
