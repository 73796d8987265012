//! Ticks: a 1-2-5 rule for linear axes, powers of ten for logarithmic ones, whole years for months.

use super::canvas::{Anchor, Canvas, Rect, Text};
use super::font::Weight;
use super::theme::{Metrics, Palette};

/// A linear or logarithmic map from values to px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    lo: f64,
    hi: f64,
    from: f64,
    to: f64,
    log: bool,
}

impl Axis {
    /// Maps `lo..hi` onto `from..to` px.
    pub fn linear(lo: f64, hi: f64, from: f64, to: f64) -> Axis {
        Axis {
            lo,
            hi,
            from,
            to,
            log: false,
        }
    }

    /// Maps `lo..hi` (both above 0) onto `from..to` px by their logarithms.
    pub fn log(lo: f64, hi: f64, from: f64, to: f64) -> Axis {
        Axis {
            lo: lo.log10(),
            hi: hi.log10(),
            from,
            to,
            log: true,
        }
    }

    /// The px of a value; values off the axis sit on its end.
    pub fn px(&self, value: f64) -> f64 {
        let v = if self.log {
            value.max(f64::MIN_POSITIVE).log10()
        } else {
            value
        };
        let share = if self.hi > self.lo {
            ((v - self.lo) / (self.hi - self.lo)).clamp(0.0, 1.0)
        } else {
            0.5
        };
        self.from + share * (self.to - self.from)
    }
}

/// Round values from `lo` to `hi`, about `want` of them, in steps of 1, 2 or 5 times a power of ten.
pub fn ticks(lo: f64, hi: f64, want: usize) -> Vec<f64> {
    let span = hi - lo;
    if !(span.is_finite() && span > 0.0) || want == 0 {
        return vec![lo];
    }
    let step = nice_step(span / want as f64);
    let (first, last) = ((lo / step - 1e-9).ceil() as i64, (hi / step + 1e-9).floor() as i64);
    // Multiples, not sums: adding the step up would drift.
    (first..=last).map(|k| k as f64 * step).collect()
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `raw` (up to rounding).
fn nice_step(raw: f64) -> f64 {
    let power = 10f64.powi(raw.log10().floor() as i32);
    let lead = raw / power;
    let nice = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|n| lead <= n * 1.000_001)
        .unwrap_or(10.0);
    nice * power
}

/// The first round value above `top`, for an axis that starts at 0.
pub fn ceiling(top: f64, want: usize) -> f64 {
    if !(top.is_finite() && top > 0.0) {
        return 1.0;
    }
    let step = nice_step(top / want.max(1) as f64);
    (top / step - 1e-9).ceil() * step
}

/// Exponents of the powers of ten that enclose `lo..hi`, at least one decade.
pub fn decades(lo: f64, hi: f64) -> (i32, i32) {
    let (a, b) = ((lo.log10() + 1e-9).floor() as i32, (hi.log10() - 1e-9).ceil() as i32);
    (a, b.max(a + 1))
}

/// Months to mark on an axis of `months` months: multiples of 1, 2, 3, 6 or 12 and of whole years, at most `most`.
pub fn months(months: u32, most: usize) -> Vec<u32> {
    let steps = [1, 2, 3, 6, 12, 18, 24, 30, 36, 48, 60, 120, 240, 600];
    let fits = |s: &&u32| ((months / **s) as usize) < most.max(2);
    // The last month should have a mark of its own.
    let even = |s: &&u32| months.is_multiple_of(**s) && fits(s);
    let step = steps
        .iter()
        .find(even)
        .or_else(|| steps.iter().find(fits))
        .copied()
        .unwrap_or(months.max(1));
    (0..=months / step).map(|k| k * step).collect()
}

/// The calendar month `offset` months after `start` (`YYYY-MM`), as `Jan 2026`; `None` if `start` is no month.
pub fn calendar(start: &str, offset: u32) -> Option<String> {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month) = later(start, offset)?;
    Some(format!("{} {year}", NAMES[month as usize]))
}

/// The first day of the calendar month `offset` months after `start` (`YYYY-MM`), as `2026-01-01`; `None` if `start` is
/// no month.
pub fn first_of_month(start: &str, offset: u32) -> Option<String> {
    let (year, month) = later(start, offset)?;
    Some(format!("{year:04}-{:02}-01", month + 1))
}

/// Year and month (from 0) that lie `offset` months after `start`.
fn later(start: &str, offset: u32) -> Option<(u32, u32)> {
    let (year, month) = start.split_once('-')?;
    let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
    let total = month.checked_sub(1).filter(|m| *m < 12)?.checked_add(offset)?;
    Some((year.checked_add(total / 12)?, total % 12))
}

/// A month axis to draw.
#[derive(Debug, Clone, Copy)]
pub struct MonthAxis<'a> {
    pub plot: Rect,
    /// The plot from margin to margin, which the axis line spans.
    pub full: Rect,
    pub x: Axis,
    /// The last month.
    pub months: u32,
    /// Calendar month of month 0, `YYYY-MM`.
    pub start: &'a str,
}

/// Draws a month axis below its plot: line, ticks, month numbers, and the calendar below them where there is room.
pub fn draw_months(canvas: &mut Canvas, axis: &MonthAxis, m: &Metrics, p: &Palette) {
    let MonthAxis {
        plot,
        full,
        x,
        months: all,
        start,
    } = *axis;
    let fonts = canvas.fonts();
    let room = fonts.width("Month 0", m.label, Weight::Regular) * 1.35;
    let marks = months(all, (plot.width() / room).floor().max(2.0) as usize);
    let small = m.label * 0.88;
    let text = |at, text: String, size, anchor| Text {
        at,
        text,
        size,
        weight: Weight::Regular,
        anchor,
        colour: p.soft,
        halo: None,
    };
    canvas.group("axis-months", |c| {
        c.line((full.x0, plot.y1), (full.x1, plot.y1), p.ink, m.hair * 1.4);
        for &month in &marks {
            let px = x.px(f64::from(month));
            c.line((px, plot.y1), (px, plot.y1 + 5.0), p.ink, m.hair * 1.4);
            let name = if month == 0 {
                "Month 0".to_owned()
            } else {
                month.to_string()
            };
            c.text(text((px, plot.y1 + 7.0 + m.label), name, m.label, Anchor::Middle));
        }
        // The calendar needs one label in full per tick, or it would be guesswork between them.
        let dates: Vec<(f64, String)> = marks
            .iter()
            .filter_map(|&k| Some((x.px(f64::from(k)), calendar(start, k)?)))
            .collect();
        let widest = dates
            .iter()
            .map(|(_, d)| fonts.width(d, small, Weight::Regular))
            .fold(0.0, f64::max);
        let gap = dates.windows(2).map(|d| d[1].0 - d[0].0).fold(f64::INFINITY, f64::min);
        let every = if widest + 6.0 <= gap { 1 } else { 2 };
        for (px, date) in dates.into_iter().step_by(every) {
            c.text(text(
                (px, plot.y1 + 9.0 + m.label + small * 1.15),
                date,
                small,
                Anchor::Middle,
            ));
        }
    });
}

/// Height in px that [`draw_months`] takes below the plot.
pub fn months_height(m: &Metrics) -> f64 {
    12.0 + m.label + m.label * 0.88 * 1.45
}

/// Draws grid lines across `full` with their labels standing on them at its left end.
pub fn draw_grid(canvas: &mut Canvas, full: Rect, marks: &[(f64, String)], m: &Metrics, p: &Palette) {
    canvas.group("grid", |c| {
        for (y, _) in marks {
            c.line((full.x0, *y), (full.x1, *y), p.grid, m.hair);
        }
    });
    canvas.group("axis-values", |c| {
        for (y, label) in marks {
            c.text(Text {
                at: (full.x0, y - 0.36 * m.label),
                text: label.clone(),
                size: m.label,
                weight: Weight::Regular,
                anchor: Anchor::Start,
                colour: p.soft,
                halo: None,
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 100.0, 5), vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(0.0, 7.0, 5), vec![0.0, 2.0, 4.0, 6.0]);
        assert_eq!(ticks(80.0, 100.0, 4), vec![80.0, 85.0, 90.0, 95.0, 100.0]);
        assert_eq!(ticks(3.0, 3.0, 4), vec![3.0]);
    }

    #[test]
    fn an_axis_from_zero_ends_on_a_round_value() {
        assert_eq!(ceiling(37.0, 5), 40.0);
        assert_eq!(ceiling(0.0, 5), 1.0);
        assert_eq!(ceiling(40.0, 4), 40.0);
    }

    #[test]
    fn decades_enclose_the_data() {
        assert_eq!(decades(0.0004, 0.3), (-4, 0));
        assert_eq!(decades(0.001, 0.01), (-3, -2));
        assert_eq!(decades(0.5, 0.6), (-1, 0));
    }

    #[test]
    fn months_are_marked_by_whole_years_where_there_are_many() {
        assert_eq!(months(36, 8), vec![0, 6, 12, 18, 24, 30, 36]);
        assert_eq!(months(60, 6), vec![0, 12, 24, 36, 48, 60]);
        assert_eq!(months(60, 3), vec![0, 30, 60]);
        assert_eq!(months(61, 7), vec![0, 12, 24, 36, 48, 60]);
        assert_eq!(months(0, 6), vec![0]);
    }

    #[test]
    fn the_calendar_carries_over_the_year() {
        assert_eq!(calendar("2025-11", 3).as_deref(), Some("Feb 2026"));
        assert_eq!(calendar("soon", 3), None);
        assert_eq!(calendar("2025-13", 0), None);
        assert_eq!(first_of_month("2025-11", 2).as_deref(), Some("2026-01-01"));
        assert_eq!(first_of_month("2025-00", 0), None);
    }

    #[test]
    fn a_log_axis_puts_decades_at_equal_distances() {
        let a = Axis::log(0.001, 1.0, 0.0, 300.0);
        assert!((a.px(0.01) - 100.0).abs() < 1e-9 && (a.px(0.1) - 200.0).abs() < 1e-9);
        assert_eq!(a.px(0.0), 0.0);
    }
}
