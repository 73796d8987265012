//! Options side by side, month by month: a line for each arm of a comparison, labelled at its end, over the baseline with its
//! band. Survival is drawn in steps, every other series as the mean over runs.

use super::arms_finding::{self, Told};
use super::axis::{self, Axis, MonthAxis};
use super::canvas::{Canvas, DOTTED, Dash, Point, Rect};
use super::contrast;
use super::data::{Data, percent, q};
use super::events::{self, Ground, Note, telling};
use super::finding::{survived, wilson};
use super::font::Weight;
use super::layout::{Frame, SideLabel, Words, gutter, side_labels};
use super::survival::{floor, steps};
use super::theme::{Colour, Palette};
use super::{ChartError, Drawing, Style, sidecar};
use crate::results::format::{EventTag, Kind, SeriesRow};
use crate::study::format::{Compared, Comparison};
use crate::study::monthly::{is_survival, last_month};
use crate::study::number::{self, Levels, Show};
use std::collections::{BTreeMap, BTreeSet};

/// Lines beside the baseline that can be told apart in one picture.
const MOST: usize = 6;
/// Pictures of each kind: the first series in the order of the answer.
const PICTURES: usize = 3;

/// One arm in a picture.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub rows: Vec<&'a SeriesRow>,
}

impl Line<'_> {
    fn last(&self) -> Option<&SeriesRow> {
        self.rows.last().copied()
    }

    fn end(&self) -> f64 {
        self.last().map_or(0.0, |row| row.mean)
    }

    /// The same in every month, to the last bit.
    fn is_like(&self, other: &Line) -> bool {
        let mean = |row: &&SeriesRow| row.mean.to_bits();
        self.rows.iter().map(mean).eq(other.rows.iter().map(mean))
    }
}

/// What is drawn, and what is not.
#[derive(Debug)]
pub struct Lines<'a> {
    /// The baseline first.
    pub drawn: Vec<Line<'a>>,
    /// Labels of arms that run on a drawn line in every month, with that of the line.
    pub same: Vec<(&'a str, &'a str)>,
    /// Labels of arms for which there is no room.
    pub left_out: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    /// The lines of a series; none without the baseline and another arm. Where there are too many, those that end nearest to
    /// the baseline give way.
    fn new(data: &Data<'a>, comparison: &'a Comparison, series: &str) -> Option<Self> {
        let all = comparison.arms.iter().filter_map(|card| {
            let months = data.stored.arms.iter().find(|a| a.arm == card.id)?;
            let is_own = |r: &&SeriesRow| r.series == series && r.mean.is_finite() && r.n > 0;
            let rows: Vec<&SeriesRow> = months.rows.iter().filter(is_own).collect();
            let (id, label) = (card.id.as_str(), card.label.as_str());
            (rows.len() > 1).then_some(Line { id, label, rows })
        });
        let all: Vec<Line> = all.collect();
        let base = all.first().filter(|line| line.id == comparison.baseline)?.end();
        if all.len() < 2 {
            return None;
        }
        let (mut drawn, mut same): (Vec<Line>, Vec<(&str, &str)>) = (Vec::new(), Vec::new());
        for line in all {
            match drawn.iter().find(|other| other.is_like(&line)) {
                Some(other) => same.push((line.label, other.label)),
                None => drawn.push(line),
            }
        }
        let mut by_distance: Vec<(usize, f64)> = drawn
            .iter()
            .enumerate()
            .skip(1)
            .map(|(k, line)| (k, (line.end() - base).abs()))
            .collect();
        by_distance.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let kept: BTreeSet<usize> = by_distance.iter().take(MOST).map(|(k, _)| *k).chain([0]).collect();
        let left_out = (0..drawn.len()).filter(|k| !kept.contains(k)).map(|k| drawn[k].label);
        let left_out = left_out.collect();
        let mut at = 0..;
        drawn.retain(|_| at.next().is_some_and(|k| kept.contains(&k)));
        Some(Self { drawn, same, left_out })
    }

    fn baseline(&self) -> &Line<'a> {
        &self.drawn[0]
    }
}

/// How values stand on their axis.
struct Values {
    axis: Axis,
    /// Height and text of each grid line.
    grid: Vec<(f64, String)>,
    /// Where the axis begins, if not at 0.
    from: Option<String>,
}

/// A series and how its numbers are written.
struct Shape<'a> {
    id: &'a str,
    steps: bool,
    show: Show,
}

impl<'a> Shape<'a> {
    fn new(data: &Data, id: &'a str) -> Self {
        let tag = data.stored.manifest.series.iter().find(|s| s.id == id);
        // Written like the outcome that is its last month.
        let show = number::show(&Compared {
            id: last_month(id),
            label: String::new(),
            unit: tag.map_or("1", |t| t.unit.as_str()).to_owned(),
            kind: Kind::Mean,
            arms: Vec::new(),
            contrasts: Vec::new(),
        });
        let steps = is_survival(id);
        Self {
            id,
            steps,
            show: if steps { Show::Percent } else { show },
        }
    }

    /// The band of the baseline: the interval of a share, the middle half of the runs of everything else.
    fn band(&self, row: &SeriesRow) -> [f64; 2] {
        match self.steps {
            true => survived(row),
            false => [row.quantiles[q::LOW50], row.quantiles[q::HIGH50]],
        }
    }

    /// Lowest and highest value that is drawn.
    fn range(&self, lines: &Lines) -> (f64, f64) {
        let means = lines.drawn.iter().flat_map(|line| line.rows.iter().map(|r| r.mean));
        let band = lines.baseline().rows.iter().flat_map(|r| self.band(r));
        means
            .chain(band)
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
    }

    /// The axis of the values, from `bottom` to `top` px.
    fn values(&self, lines: &Lines, (bottom, top): (f64, f64), want: usize) -> Values {
        let (lo, hi) = self.range(lines);
        let scale = number::scale(self.show);
        let marks = if self.steps {
            axis::ticks(floor(lo) * scale, scale, want)
        } else {
            round_range(lo * scale, hi * scale, want, self.show == Show::Percent)
        };
        let (from, to) = (marks[0], marks[marks.len() - 1]);
        let axis = Axis::linear(from / scale, to / scale, bottom, top);
        let step = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
        let last = marks.len().saturating_sub(1);
        let text = |k: usize, v: f64| match k == last {
            true => number::mark(v, step) + &number::unit(self.show),
            false => number::mark(v, step),
        };
        let grid = marks
            .iter()
            .enumerate()
            .filter(|(_, v)| **v > from + 1e-9 * step)
            .map(|(k, v)| (axis.px(v / scale), text(k, *v)))
            .collect();
        let is_cut = from.abs() > 1e-9 * step;
        Values {
            axis,
            grid,
            from: is_cut.then(|| number::mark(from, step) + &number::unit(self.show)),
        }
    }

    /// A line of px.
    fn path(&self, rows: &[&SeriesRow], x: Axis, y: Axis, value: impl Fn(&SeriesRow) -> f64) -> Vec<Point> {
        match self.steps {
            true => steps(rows, x, y, value),
            false => rows
                .iter()
                .map(|r| (x.px(f64::from(r.month)), y.px(value(r))))
                .collect(),
        }
    }

    /// What stands at the end of a line.
    fn label(&self, line: &Line, levels: &Levels) -> String {
        let Some(last) = line.last() else {
            return line.label.to_owned();
        };
        let level = match self.steps {
            // All runs still without is a bound, not a certainty.
            true if last.mean >= 1.0 => format!("> {}%", percent(wilson(1.0, last.n)[0])),
            true => format!("{}%", percent(last.mean)),
            false if self.show == Show::Percent => levels.with_unit(last.mean),
            // The unit stands on the axis.
            false => levels.bare(last.mean),
        };
        format!("{level} {}", line.label)
    }

    /// True where every arm ends at nothing or at everything: then the lines tell nothing of the options.
    fn is_flat(&self, lines: &Lines) -> bool {
        const SEEN: f64 = 0.0005;
        let mut ends = lines.drawn.iter().map(Line::end);
        self.steps && (ends.clone().all(|v| v < SEEN) || ends.all(|v| v > 1.0 - SEEN))
    }
}

/// Round marks of an axis that holds `lo..hi`, its ends among them; from 0 where that costs less than half of the picture.
pub(super) fn round_range(lo: f64, hi: f64, want: usize, is_percent: bool) -> Vec<f64> {
    let from = if lo >= 0.0 && lo <= 0.5 * hi { 0.0 } else { lo };
    // A series that stands still gets air around it.
    let is_still = hi - from <= 1e-9 * hi.abs().max(1e-9);
    let air = if is_still { 0.1 * hi.abs().max(1e-3) } else { 0.0 };
    let marks = axis::ticks(from - air, hi + air, want);
    let step = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
    let first = ((from - air) / step + 1e-9).floor();
    let last = ((hi + air) / step - 1e-9).ceil();
    let most = if is_percent && hi <= 100.0 {
        100.0
    } else {
        f64::INFINITY
    };
    // Multiples, not sums: adding the step up would drift.
    (first as i64..=last as i64)
        .map(|k| k as f64 * step)
        .filter(|mark| *mark <= most)
        .collect()
}

/// Colour and dash of the line at a place, the baseline at 0.
pub(super) fn look(p: &Palette, place: usize) -> (Colour, Option<Dash>) {
    const DASHES: [Option<Dash>; MOST] = [
        None,
        Some(&[7.0, 3.0]),
        Some(DOTTED),
        Some(&[9.0, 2.6, 2.2, 2.6]),
        Some(&[4.0, 2.4]),
        Some(&[12.0, 3.0]),
    ];
    match place.checked_sub(1) {
        None => (p.soft, None),
        Some(option) => (p.arms[option % p.arms.len()], DASHES[option % MOST]),
    }
}

/// Draws the pictures of a comparison whose arms have months; none for results that keep none.
///
/// # Errors
/// [`ChartError::Font`] if the embedded fonts cannot be read.
pub fn draw(data: &Data, comparison: &Comparison, style: &Style) -> Result<Vec<Drawing>, ChartError> {
    let mut ids: Vec<&str> = Vec::new();
    for row in data.stored.arms.first().map_or(&[][..], |a| a.rows.as_slice()) {
        if !ids.contains(&row.series.as_str()) {
            ids.push(&row.series);
        }
    }
    let order = asked(comparison, &data.stored.manifest.focal, data, &ids);
    let mut drawings = Vec::new();
    for steps in [true, false] {
        let mut shown = 0;
        let mut flat = Vec::new();
        for id in order.iter().filter(|id| is_survival(id) == steps) {
            let shape = Shape::new(data, id);
            let Some(lines) = Lines::new(data, comparison, id) else {
                continue;
            };
            if shape.is_flat(&lines) {
                flat.push(*id);
                continue;
            }
            if shown == PICTURES {
                break;
            }
            shown += 1;
            drawings.extend(draw_one(data, comparison, &shape, &lines, &flat, style)?);
        }
    }
    Ok(drawings)
}

/// The stored series in the order of the answer.
fn asked<'a>(comparison: &Comparison, focal: &str, data: &Data, ids: &[&'a str]) -> Vec<&'a str> {
    let outcomes: Vec<String> = comparison.outcomes.iter().map(|o| o.id.clone()).collect();
    let focus = data.stored.manifest.focus().map_or("", |r| r.id.as_str());
    let order = crate::study::monthly::series(&outcomes, focal, focus, |id| ids.contains(&id));
    let place = |id: &str| order.iter().position(|o| o == id).unwrap_or(usize::MAX);
    let mut ids = ids.to_vec();
    ids.sort_by_key(|id| place(id));
    ids
}

/// One picture. What finds no place beside its event is told in the note, which takes room of its own: then the picture is
/// set again. Each time one event fewer is marked, so this ends.
fn draw_one(
    data: &Data,
    comparison: &Comparison,
    shape: &Shape,
    lines: &Lines,
    flat: &[&str],
    style: &Style,
) -> Result<Option<Drawing>, ChartError> {
    let mut omitted = BTreeSet::new();
    loop {
        let Some((drawing, without)) = compose(data, comparison, shape, lines, flat, style, &omitted)? else {
            return Ok(None);
        };
        if without.is_empty() {
            return Ok(Some(drawing));
        }
        omitted.extend(without);
    }
}

/// Dated events that all arms share, by month.
fn shared_events(comparison: &Comparison) -> Vec<(u32, String)> {
    let Some((first, others)) = comparison.arms.split_first() else {
        return Vec::new();
    };
    let everywhere = |e: &&EventTag| others.iter().all(|arm| arm.events.contains(e));
    let mut by_month: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for e in first.events.iter().filter(everywhere) {
        if !e.note.trim().is_empty() {
            by_month.entry(e.month).or_default().push(e.note.trim());
        }
    }
    by_month
        .into_iter()
        .map(|(month, notes)| (month, crate::text::line(&notes.join("; ")).into_owned()))
        .collect()
}

fn compose(
    data: &Data,
    comparison: &Comparison,
    shape: &Shape,
    lines: &Lines,
    flat: &[&str],
    style: &Style,
    omitted: &BTreeSet<u32>,
) -> Result<Option<(Drawing, Vec<u32>)>, ChartError> {
    let base = lines.baseline();
    let Some(last) = base.last() else { return Ok(None) };
    let (marked, unmarked) = telling(shared_events(comparison), &base.rows, omitted);
    // The same for any height: whether the axis is cut does not depend on it.
    let from = shape.values(lines, (1.0, 0.0), WANTED).from;
    let told = Told {
        data,
        comparison,
        series: shape.id,
        show: shape.show,
        lines,
        from: from.as_deref(),
        flat,
        events: (marked.len(), &unmarked),
    };
    let finding = arms_finding::finding(&told);
    let words = Words {
        headline: finding.headline.clone(),
        subtitle: finding.subtitle.clone(),
        notes: finding.notes.clone(),
        source: contrast::source(data, comparison),
    };
    let mut frame = Frame::new(style, &words)?;
    let (m, p) = (frame.m, frame.p);
    let mut labels = end_labels(shape, lines, &arms_finding::levels(&told), p);
    let right = gutter(&frame, &labels, 0.36 * frame.room.width());
    let room = frame.room;
    let marks = shape.values(lines, (1.0, 0.0), WANTED).grid;
    let set = frame.setting(m.label, Weight::Regular);
    // The topmost mark stands above the plot and may be as wide as it likes.
    let beside = marks.iter().rev().skip(1).map(|g| set.width(&g.1)).fold(0.0, f64::max);
    let plot = Rect {
        x0: room.x0 + (beside + 8.0).max(set.width("Month 0") * 0.5 + 6.0),
        y0: room.y0 + frame.headroom(),
        x1: room.x1 - right,
        y1: room.y1 - axis::months_height(m),
    };
    let x = Axis::linear(0.0, f64::from(last.month), plot.x0, plot.x1);
    let values = shape.values(lines, (plot.y1, plot.y0), WANTED);
    let y = values.axis;
    let full = Rect {
        x0: room.x0,
        x1: room.x1,
        ..plot
    };
    let months = MonthAxis {
        plot,
        full,
        x,
        months: last.month,
        start: &data.stored.manifest.start,
    };
    backdrop(&mut frame, shape, base, &months, &values, &marked);
    let paths: Vec<Vec<Point>> = lines
        .drawn
        .iter()
        .map(|l| shape.path(&l.rows, x, y, |r| r.mean))
        .collect();
    frame.canvas.group("arms", |c| draw_lines(c, p, m.stroke, &paths));
    for label in &mut labels {
        label.at = y.px(label.at);
    }
    side_labels(
        &mut frame,
        "labels",
        &labels,
        plot.x1,
        plot.y0 - 0.7 * m.label,
        plot.y1 - 1.0,
    );
    let without = place_events(&mut frame, plot, &values.grid, &paths, &marked, x);
    let ids: Vec<&str> = comparison.arms.iter().map(|a| a.id.as_str()).collect();
    let drawing = Drawing {
        name: name(shape.id),
        canvas: frame.canvas,
        finding,
        beneath: sidecar::arms_csv(data, comparison, shape.id, &ids)?,
    };
    Ok(Some((drawing, without)))
}

/// What stands at the ends of the lines, `at` still in values.
fn end_labels(shape: &Shape, lines: &Lines, levels: &Levels, p: &Palette) -> Vec<SideLabel> {
    let label = |(place, line): (usize, &Line)| SideLabel {
        at: line.end(),
        text: shape.label(line, levels),
        weight: if place == 0 { Weight::Regular } else { Weight::Bold },
        colour: look(p, place).0,
        leader: false,
    };
    lines.drawn.iter().enumerate().map(label).collect()
}

/// Grid, band of the baseline, months and events: all that lies under the lines.
fn backdrop(
    frame: &mut Frame,
    shape: &Shape,
    base: &Line,
    months: &MonthAxis,
    values: &Values,
    marked: &[(u32, String)],
) {
    let (m, p) = (frame.m, frame.p);
    let (plot, x, y) = (months.plot, months.x, values.axis);
    axis::draw_grid(&mut frame.canvas, months.full, &values.grid, m, p);
    frame.canvas.group("band", |c| {
        let mut outline = shape.path(&base.rows, x, y, |r| shape.band(r)[1]);
        outline.extend(shape.path(&base.rows, x, y, |r| shape.band(r)[0]).into_iter().rev());
        c.polygon(outline, p.band);
    });
    axis::draw_months(&mut frame.canvas, months, m, p);
    frame.canvas.group("events", |c| {
        for (month, _) in marked {
            let px = x.px(f64::from(*month));
            c.path(vec![(px, plot.y0), (px, plot.y1)], p.soft, m.hair * 1.5, Some(DOTTED));
        }
    });
}

/// About so many steps between marks on the axis of values.
const WANTED: usize = 5;

/// File name of the picture of a series.
fn name(series: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    format!("arms-{}", series.chars().map(plain).collect::<String>())
}

/// The lines, the baseline lowest and widest so that no option hides it.
fn draw_lines(c: &mut Canvas, p: &Palette, stroke: f64, paths: &[Vec<Point>]) {
    for (place, path) in paths.iter().enumerate() {
        let (colour, dash) = look(p, place);
        let width = if place == 0 { 1.5 * stroke } else { 0.8 * stroke };
        c.path(path.clone(), colour, width, dash);
    }
}

/// Notes beside the events; returned are the months of those without a place.
fn place_events(
    frame: &mut Frame,
    plot: Rect,
    grid: &[(f64, String)],
    paths: &[Vec<Point>],
    marked: &[(u32, String)],
    x: Axis,
) -> Vec<u32> {
    let stroke = frame.m.stroke;
    let rim = |path: &Vec<Point>| {
        path.iter()
            .map(|&(x, y)| (x, y - stroke, y + stroke))
            .collect::<Vec<_>>()
    };
    let lines: Vec<(f64, f64, f64)> = paths.iter().flat_map(rim).collect();
    let mut ground = Ground {
        plot,
        taken: frame.canvas.text_boxes().into_iter().map(|b| b.rect).collect(),
        outer: lines.clone(),
        inner: lines,
        grid: grid.iter().map(|g| g.0).collect(),
    };
    let notes: Vec<Note> = marked
        .iter()
        .map(|(month, note)| Note {
            px: x.px(f64::from(*month)),
            note: note.clone(),
            when: format!("month {month}"),
        })
        .collect();
    let without = events::place(frame, &mut ground, &notes);
    without.into_iter().map(|index| marked[index].0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_its_values_between_round_ends() {
        assert_eq!(round_range(67.0, 73.0, 4, true), [66.0, 68.0, 70.0, 72.0, 74.0]);
        assert_eq!(round_range(10.0, 73.0, 4, true), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(round_range(55.0, 99.0, 4, true), [40.0, 60.0, 80.0, 100.0]);
        for still in [0.0, 2.0, -3.0] {
            let marks = round_range(still, still, 4, false);
            assert!(marks[0] <= still && still < marks[marks.len() - 1], "{marks:?}");
        }
    }

    #[test]
    fn a_picture_is_named_by_its_series() {
        assert_eq!(name("credibility.nato.land_grab"), "arms-credibility-nato-land_grab");
        assert_eq!(name("../x"), "arms----x");
    }
}
