//! What a picture says, computed from its numbers: headline, subtitle, caption, alt text and note.
//!
//! A typed headline will sooner or later contradict its data. Here direction, size and significance come from the
//! results; a difference within noise is called that, and a real but tiny one is called tiny.

use super::data::{
    Data, a, brigade_range, brigades, count, counted, covered, horizon, level, of_runs, percent, percent_bound,
    percent_range, q, sentence, whose,
};
use crate::results::LEVEL;
use crate::results::format::{Outcome, SeriesRow};
use crate::stats::{self, bounded_mean_interval, t_quantile};

/// In the note of every picture.
pub const CAVEAT: &str = "Model output under stated assumptions, not a forecast.";

/// The way a quantity went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Level,
}

/// A difference of two means and whether noise can explain it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Second minus first.
    pub by: f64,
    /// Half width of the 95 % interval of `by`; infinite where a single run cannot tell.
    pub margin: f64,
}

impl Difference {
    /// From two months (or two results), taken as independent: months of the same runs are positively correlated, so
    /// this errs on the side of calling a difference noise. So does Student's t for the fewer of the two numbers of runs.
    pub fn between(first: &SeriesRow, second: &SeriesRow) -> Difference {
        let variance = |r: &SeriesRow| r.sd.max(0.0).powi(2) / r.n.max(1) as f64;
        let margin = match first.n.min(second.n) {
            0 | 1 => f64::INFINITY,
            n => t_quantile(LEVEL, (n - 1) as f64) * (variance(first) + variance(second)).sqrt(),
        };
        Difference {
            by: second.mean - first.mean,
            margin,
        }
    }

    /// Which way, as far as noise lets one say.
    pub fn direction(&self) -> Direction {
        if self.by.abs() <= self.margin.max(1e-12) {
            Direction::Level
        } else if self.by > 0.0 {
            Direction::Up
        } else {
            Direction::Down
        }
    }
}

/// Everything said about a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub headline: String,
    pub subtitle: String,
    pub caption: String,
    pub alt: String,
    pub notes: Vec<String>,
    /// What the interval or band is.
    pub interval: String,
    /// What the headline claims.
    pub direction: Direction,
}

fn notes(data: &Data, own: String) -> Vec<String> {
    // What must not be lost comes first: a note that is too long is cut at its end.
    data.partial()
        .into_iter()
        .chain([CAVEAT.to_owned(), own])
        .filter(|n| !n.is_empty())
        .collect()
}

/// An interval by the method that the summary names.
fn interval_by(method: &str) -> String {
    match method {
        "expected" | "never possible" => "interval, from expectation and count".to_owned(),
        other => format!("{} interval", sentence(other)),
    }
}

/// Which acts the scenario itself starts, after a sentence of its own.
fn scripted(data: &Data) -> String {
    data.stored
        .manifest
        .scripted_acts()
        .map_or(String::new(), |text| format!(" {text}"))
}

fn under_option(data: &Data) -> String {
    data.stored
        .manifest
        .option
        .as_ref()
        .map_or(String::new(), |o| format!(" under option “{o}”"))
}

/// Interval of a mean over runs, within what the quantity can be; in words where a single run has none.
fn mean_interval(row: &SeriesRow, bounds: (f64, f64), show: impl Fn([f64; 2]) -> String) -> String {
    bounded_mean_interval(row.mean, row.sd, row.n, bounds, LEVEL).map_or_else(
        || "a single run has no interval".to_owned(),
        |interval| format!("{}% interval {}", level(LEVEL), show(interval)),
    )
}

/// The credibility fan.
pub fn credibility(data: &Data, rung: &str, rows: &[&SeriesRow]) -> Option<Finding> {
    let (first, last) = (rows.first()?, rows.last()?);
    // The mean, as in tables and sentences; the line of the picture is the median.
    let (from, to) = (first.mean, last.mean);
    let points = (last.quantiles[q::MEDIAN] - first.quantiles[q::MEDIAN]) * 100.0;
    let mut direction = Difference::between(first, last).direction();
    // The picture shows medians: a mean that moves the other way supports no headline about them.
    if (direction == Direction::Up && points < 0.0) || (direction == Direction::Down && points > 0.0) {
        direction = Direction::Level;
    }
    let span = covered(data.stored, first.month, last.month);
    let focal = data.focal();
    let challenger = data.challenger();
    let noun = format!(
        "{} belief in {} guarantee",
        sentence(&whose(&challenger)),
        whose(&focal)
    );
    let shown = (percent(from), percent(to));
    let headline = match direction {
        _ if last.n < 2 => format!(
            "{noun} is {}% at first and {}% after {span} of a single run, which shows no trend",
            shown.0, shown.1
        ),
        Direction::Level => format!("{noun} stays near {}%: no change beyond noise in {span}", shown.0),
        _ if points.abs() < 0.5 || shown.0 == shown.1 => {
            direction = Direction::Level;
            format!("{noun} hardly moves from {}% in {span}", shown.0)
        }
        Direction::Up => format!("{noun} rises from {}% to {}% in {span}", shown.0, shown.1),
        Direction::Down => format!("{noun} falls from {}% to {}% in {span}", shown.0, shown.1),
    };
    let runs = counted(last.n, "run");
    let interval = mean_interval(last, (0.0, 1.0), percent_range);
    let low = last.quantiles[q::LOW95];
    let high = last.quantiles[q::HIGH95];
    // A note may end a sentence; the list goes on.
    let event = |(month, note): &(u32, String)| format!("month {month}: {}", note.trim_end_matches('.'));
    let events: Vec<String> = data.events().iter().map(event).collect();
    let events = if events.is_empty() {
        String::new()
    } else {
        format!(" Events: {}.", events.join("; "))
    };
    Some(Finding {
        subtitle: format!(
            "Chance, in %, {challenger} gives to at least 40% of the pledged strength coming to the weakest ally’s aid \
             after {}; each band holds the stated share of {runs}",
            a(&data.rung(rung)),
        ),
        caption: format!(
            "{headline}{}.{}",
            under_option(data),
            match last.n {
                0 | 1 => String::new(),
                _ => format!(
                    " After {span} half of the {runs} lie within {}, and 95% within {}.",
                    percent_range([last.quantiles[q::LOW50], last.quantiles[q::HIGH50]]),
                    percent_range([low, high])
                ),
            }
        ),
        alt: format!(
            "Fan chart over {span}. Belief of {challenger} that aid would come after {}, mean of {runs}: {}% at first, {}% \
             after {span}; 95% of runs end within {}.{events}",
            a(&data.rung(rung)),
            shown.0,
            shown.1,
            percent_range([low, high]),
        ),
        notes: notes(
            data,
            format!(
                "Line: median run. Headline: mean of all, {}% after {span} ({interval}).",
                percent(last.mean),
            ),
        ),
        interval: "bands: 50%, 80% and 95% of runs (quantiles by month)".to_owned(),
        headline,
        direction,
    })
}

/// Things and their values, those of one value together: `cyberattack and sabotage 100%, strike 33%`.
fn folded(each: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut groups: Vec<(Vec<String>, String)> = Vec::new();
    for (name, value) in each {
        match groups.last_mut() {
            Some((names, same)) if *same == value => names.push(name),
            _ => groups.push((vec![name], value)),
        }
    }
    let told = |(names, value): (Vec<String>, String)| match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last} {value}", rest.join(", ")),
        _ => format!("{} {value}", names.concat()),
    };
    groups.into_iter().map(told).collect()
}

/// A month as part of a time that ends with month `last`: `month 7`, and in whole years `the sixth year`.
fn time_of(month: u32, last: u32) -> String {
    const ORDINALS: [&str; 12] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ];
    match ORDINALS.get((month / 12) as usize) {
        _ if last < 24 => format!("month {}", month + 1),
        Some(ordinal) => format!("the {ordinal} year"),
        None => format!("year {}", month / 12 + 1),
    }
}

/// Interval of the share of runs without an act so far, by the spread of the row: that of expectation and count together, or of
/// the count alone.
pub fn survived(row: &SeriesRow) -> [f64; 2] {
    let by_spread = (row.sd > 0.0).then(|| bounded_mean_interval(row.mean, row.sd, row.n, (0.0, 1.0), LEVEL));
    by_spread.flatten().unwrap_or_else(|| wilson(row.mean, row.n))
}

/// Wilson's interval for a share of `n` runs.
pub fn wilson(share: f64, n: u64) -> [f64; 2] {
    stats::wilson(share * n as f64, n as f64, LEVEL)
}

/// How likely it is that it has happened.
fn tried(row: &SeriesRow) -> f64 {
    (1.0 - row.mean).max(0.0)
}

/// The share of runs in which it has happened; what never did by its upper bound.
fn happened(row: &SeriesRow) -> String {
    let share = tried(row);
    if share <= 0.0 {
        format!("below {}%", percent_bound(wilson(0.0, row.n)[1]))
    } else {
        format!("{}%", percent(share))
    }
}

/// Share of runs without a challenge, by rung; `last` holds each rung's last month, mildest first.
pub fn survival(data: &Data, focus: &str, last: &[(String, &SeriesRow)], floor: f64) -> Option<Finding> {
    let (_, row) = last.iter().find(|(id, _)| id == focus)?;
    let tried = tried(row);
    let [high, low] = survived(row);
    let (lo, hi) = (1.0 - low, 1.0 - high);
    let span = covered(data.stored, 0, row.month);
    let what = data.rung(focus);
    let gravest = data.rungs().last().is_some_and(|r| r.id == focus);
    let worse = if gravest { "" } else { " or worse" };
    let runs = counted(row.n, "run");
    let headline = if tried <= 0.0 {
        format!(
            "No {what}{worse} in {runs}: the chance within {span} is below {}%",
            percent_bound(hi)
        )
    } else {
        format!(
            "{}{worse} is tried in {} within {span}",
            sentence(&a(&what)),
            of_runs(tried, row.n)
        )
    };
    let cut = if floor > 0.0 {
        format!("; axis starts at {}%", percent_bound(floor))
    } else {
        String::new()
    };
    let each = folded(last.iter().map(|(id, r)| (data.rung(id), happened(r))));
    Some(Finding {
        subtitle: format!(
            "Share of {runs}, in %, still without a first challenge to a member of {} at this rung or above{cut}",
            data.focal()
        ),
        caption: format!(
            "{headline}{} (95% interval {}). Challenged within {span}, by rung or worse: {}.",
            under_option(data),
            percent_range([lo, hi]),
            each.join(", ")
        ),
        alt: format!(
            "Step chart over {span} of the share of runs not yet challenged. Challenged by the end, at the rung or above: {}.",
            each.join(", ")
        ),
        notes: notes(
            data,
            format!(
                "Tint: 95% interval, at the end {} for {what}.{}",
                percent_range([1.0 - hi, 1.0 - lo]),
                scripted(data)
            ),
        ),
        interval: "95% intervals by month, from expectation and count".to_owned(),
        direction: if tried <= 0.0 {
            Direction::Level
        } else {
            Direction::Down
        },
        headline,
    })
}

/// Probability of each rung; `rows` mildest first.
pub fn ladder(data: &Data, rows: &[(&str, &Outcome)]) -> Option<Finding> {
    let (first, last) = (rows.first()?, rows.last()?);
    let span = horizon(data.stored.manifest.months);
    let never = |o: &Outcome| o.estimate.is_none_or(|e| e <= 0.0);
    let n = first.1.n;
    let share = |o: &Outcome| {
        if never(o) {
            format!("none of {}", counted(o.n, "run"))
        } else {
            of_runs(o.estimate.unwrap_or(0.0), o.n)
        }
    };
    let short = |o: &Outcome| {
        if never(o) {
            format!("none of {}", count(o.n))
        } else {
            of_runs(o.estimate.unwrap_or(0.0), o.n).replace(" of runs", "")
        }
    };
    let mut picked = vec![first];
    picked.extend(
        rows.iter()
            .find(|(id, _)| data.is_focus(id) && *id != first.0 && *id != last.0),
    );
    if rows.len() > 1 {
        picked.push(last);
    }
    let (low_rung, high_rung) = (first.1.interval, last.1.interval);
    let apart = |x: Option<[f64; 2]>, y: Option<[f64; 2]>| matches!((x, y), (Some(x), Some(y)) if x[0] > y[1]);
    let direction = if apart(low_rung, high_rung) {
        Direction::Down
    } else if apart(high_rung, low_rung) {
        Direction::Up
    } else {
        Direction::Level
    };
    let headline = if rows.iter().all(|(_, o)| never(o)) {
        format!("No challenge at any rung in {} of {span}", counted(n, "run"))
    } else {
        let mut parts = picked.iter().map(|(id, o)| (data.rung(id), *o));
        let mut text = parts.next().map_or(String::new(), |(name, o)| {
            format!("{} in {}", sentence(&name), share(o))
        });
        for (name, o) in parts {
            text += &format!(", {name} in {}", short(o));
        }
        // A headline of three lines is none; the caption and the picture name every rung.
        if text.chars().count() > 105
            && let Some((id, o)) = picked.get(1)
        {
            text = format!("{} in {} within {span}", sentence(&data.rung(id)), share(o));
        }
        if direction == Direction::Level && rows.len() > 1 {
            text += ": no difference beyond noise";
        }
        text
    };
    let overlapping: Vec<String> = rows
        .windows(2)
        .filter(|w| !apart(w[0].1.interval, w[1].1.interval) && !apart(w[1].1.interval, w[0].1.interval))
        .map(|w| format!("{} and {}", data.rung(w[0].0), data.rung(w[1].0)))
        .collect();
    let within = if overlapping.is_empty() {
        String::new()
    } else {
        format!(" Intervals overlap for {}.", overlapping.join("; "))
    };
    let by = if headline.contains(&span) {
        String::new()
    } else {
        format!(", within {span}")
    };
    let each: Vec<String> = rows
        .iter()
        .map(|(id, o)| match o.interval {
            Some(i) if never(o) => format!("{} none, below {}%", data.rung(id), percent_bound(i[1])),
            Some(i) => format!(
                "{} {}% ({})",
                data.rung(id),
                percent(o.estimate.unwrap_or(0.0)),
                percent_range(i)
            ),
            None => format!("{} not estimated", data.rung(id)),
        })
        .collect();
    let zero = rows.iter().any(|(_, o)| never(o));
    let level = level(first.1.level);
    let arrow = if zero { " Arrow: never seen (upper bound)." } else { "" };
    Some(Finding {
        subtitle: format!(
            "Chance within {span} that a member of {} is challenged at each rung, with {level}% interval",
            data.focal()
        ),
        caption: format!("{headline}{}{by}.{within}", under_option(data)),
        alt: format!(
            "Dot chart on a logarithmic axis of the chance of a challenge within {span}, by rung: {}.",
            each.join("; ")
        ),
        notes: notes(
            data,
            format!(
                "Bars: {level}% {}; logarithmic axis.{arrow}{}",
                interval_by(&first.1.method),
                scripted(data)
            ),
        ),
        interval: format!("{level}% {}", interval_by(&first.1.method)),
        headline,
        direction,
    })
}

/// The series of a force balance.
#[derive(Debug)]
pub struct Forces<'a> {
    pub delivered: &'a [&'a SeriesRow],
    pub announced: Option<&'a [&'a SeriesRow]>,
    pub free: Option<&'a [&'a SeriesRow]>,
}

/// Month from which the second series stays on the side of the first it ends on, if it began on the other.
fn crossing(first: &[&SeriesRow], second: &[&SeriesRow]) -> Option<u32> {
    let gaps: Vec<(u32, f64)> = first
        .iter()
        .zip(second)
        .map(|(x, y)| (x.month, y.mean - x.mean))
        .collect();
    let end = gaps.last()?.1.signum();
    let turn = gaps.iter().rposition(|(_, gap)| gap.signum() != end && *gap != 0.0)?;
    gaps.get(turn + 1).map(|(month, _)| *month)
}

/// Brigades over time.
pub fn forces(data: &Data, f: &Forces) -> Option<Finding> {
    let own = f.delivered.last()?;
    let (focal, challenger) = (data.focal(), data.challenger());
    let span = covered(data.stored, 0, own.month);
    let direction;
    let headline = match f.free.and_then(|rows| rows.last()) {
        Some(free) => {
            let gap = Difference::between(own, free);
            direction = gap.direction();
            let by = brigades(gap.by.abs());
            let turn = f.free.and_then(|rows| crossing(f.delivered, rows));
            let (theirs, ours) = (sentence(&whose(&challenger)), focal.clone());
            match (direction, turn) {
                _ if own.n < 2 => format!(
                    "{theirs} free force is {} brigades and what {ours} has delivered {} after {span} of a single run",
                    brigades(free.mean),
                    brigades(own.mean)
                ),
                (Direction::Level, _) => {
                    format!("{theirs} free force and what {ours} has delivered end level, within noise")
                }
                (Direction::Up, Some(month)) => {
                    format!(
                        "{theirs} free force passes what {ours} has delivered in {} and ends {by} brigades ahead",
                        time_of(month, own.month)
                    )
                }
                (Direction::Up, None) => {
                    format!(
                        "{theirs} free force stays ahead of what {ours} has delivered, by {by} brigades after {span}"
                    )
                }
                (Direction::Down, Some(month)) => {
                    format!(
                        "What {ours} has delivered passes {} free force in {} and ends {by} brigades ahead",
                        whose(&challenger),
                        time_of(month, own.month)
                    )
                }
                (Direction::Down, None) => {
                    format!(
                        "What {ours} has delivered stays ahead of {} free force, by {by} brigades after {span}",
                        whose(&challenger)
                    )
                }
            }
        }
        None => {
            let change = Difference::between(f.delivered.first()?, own);
            direction = change.direction();
            let (from, to) = (brigades(f.delivered.first()?.mean), brigades(own.mean));
            match direction {
                _ if own.n < 2 => {
                    format!("What {focal} has delivered is {from} and then {to} brigades in {span} of a single run")
                }
                Direction::Level => format!("What {focal} has delivered stays near {from} brigades over {span}"),
                Direction::Up => format!("What {focal} has delivered grows from {from} to {to} brigades in {span}"),
                Direction::Down => format!("What {focal} has delivered shrinks from {from} to {to} brigades in {span}"),
            }
        }
    };
    let missing = f
        .announced
        .and_then(|rows| rows.last())
        .map_or(String::new(), |announced| {
            let gap = Difference::between(own, announced);
            match gap.direction() {
                Direction::Up => format!(
                    " Of {} brigades announced, {} have arrived.",
                    brigades(announced.mean),
                    brigades(own.mean)
                ),
                _ if own.n < 2 => String::new(),
                _ => " All that was announced has arrived.".to_owned(),
            }
        });
    let range = |rows: &[&SeriesRow]| {
        let ends = rows.first().zip(rows.last());
        ends.map_or(String::new(), |(x, y)| {
            format!("{} to {}", brigades(x.mean), brigades(y.mean))
        })
    };
    let mut lines = vec![format!("delivered by {focal} {}", range(f.delivered))];
    lines.extend(f.announced.map(|rows| format!("announced {}", range(rows))));
    lines.extend(f.free.map(|rows| format!("free force of {challenger} {}", range(rows))));
    let end = mean_interval(own, (0.0, f64::INFINITY), brigade_range);
    Some(Finding {
        subtitle: format!(
            "Ground forces in brigade equivalents: mean of {}, with the middle 80% of them",
            counted(own.n, "run")
        ),
        caption: format!("{headline}{}.{missing}", under_option(data)),
        alt: format!("Line chart over {span}, in brigade equivalents: {}.", lines.join("; ")),
        notes: notes(
            data,
            format!("Lines: mean. Delivered after {span}: {} ({end}).", brigades(own.mean),),
        ),
        interval: "band: middle 80% of runs (quantiles by month)".to_owned(),
        headline,
        direction,
    })
}

#[cfg(test)]
mod tests;
