//! What a picture of arms side by side says. Direction and significance come from the contrasts where the last month of the
//! series is an outcome of the comparison, otherwise from the spread of the two arms.

use super::arms::{Line, Lines};
use super::data::{Data, a, count, covered, percent, sentence};
use super::finding::{CAVEAT, Difference, Direction, Finding};
use crate::results::format::SeriesRow;
use crate::study::format::Comparison;
use crate::study::monthly::{is_survival, last_month};
use crate::study::number::{Levels, Show};
use crate::study::pairs::Verdict;
use crate::study::phrase::World;

/// All that the words depend on.
pub struct Told<'a> {
    pub data: &'a Data<'a>,
    pub comparison: &'a Comparison,
    pub series: &'a str,
    pub show: Show,
    pub lines: &'a Lines<'a>,
    /// Where the axis of values begins, if not at 0.
    pub from: Option<&'a str>,
    /// Series of this kind that are at nothing or at everything in every month.
    pub flat: &'a [&'a str],
    /// How many dated events are marked, and those that are not.
    pub events: (usize, &'a [(u32, String)]),
}

impl Told<'_> {
    fn rung(&self, series: &str) -> Option<String> {
        let id = series.strip_prefix("survival.").filter(|_| is_survival(series))?;
        Some(self.data.rung(id))
    }

    /// On which side of the baseline an arm ends, as far as it can be told.
    fn side(&self, line: &Line, base: &SeriesRow) -> Direction {
        let end = last_month(self.series);
        let own = self.comparison.series.iter().find(|o| o.id == self.series);
        let compared = own.or_else(|| self.comparison.outcomes.iter().find(|o| o.id == end));
        let contrast = compared.and_then(|o| o.contrasts.iter().find(|d| d.arm == line.id));
        let Some(last) = line.rows.last() else {
            return Direction::Level;
        };
        // The contrasts of a survival series are those of what ends it.
        let is_reversed = own.is_some() && is_survival(self.series);
        let told = match contrast.map(|d| d.verdict) {
            Some(Verdict::NotResolved) => Direction::Level,
            Some(verdict) if (verdict == Verdict::Higher) != is_reversed => Direction::Up,
            Some(_) => Direction::Down,
            None => Difference::between(base, last).direction(),
        };
        // The lines that are drawn support no other headline.
        match told {
            Direction::Up if last.mean > base.mean => told,
            Direction::Down if last.mean < base.mean => told,
            _ => Direction::Level,
        }
    }

    /// The last month of an arm: what was tried of a survival series, the level of any other.
    fn level(&self, row: &SeriesRow, levels: &Levels) -> String {
        match is_survival(self.series) {
            true => format!("{}% of runs", percent((1.0 - row.mean).max(0.0))),
            false => levels.with_unit(row.mean),
        }
    }
}

/// How the last months are written: as finely as it takes to tell the arms apart of which a difference can be shown.
pub fn levels(told: &Told) -> Levels {
    let base = told.lines.drawn[0].rows.last().copied();
    let arms = told.lines.drawn.iter().skip(1).filter_map(|line| {
        let differs = base.is_some_and(|base| told.side(line, base) != Direction::Level);
        line.rows.last().filter(|_| differs).map(|row| row.mean)
    });
    Levels::new(told.show, base.map_or(0.0, |row| row.mean), arms)
}

/// Two labels or more in a sentence.
fn listed(labels: &[&str]) -> String {
    let quoted: Vec<String> = labels.iter().map(|l| format!("‘{l}’")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// The words of a picture.
pub fn finding(told: &Told) -> Finding {
    let Told {
        data,
        comparison,
        lines,
        ..
    } = *told;
    let base = &lines.drawn[0];
    let ends: Vec<(&Line, &SeriesRow)> = lines
        .drawn
        .iter()
        .filter_map(|line| Some((line, *line.rows.last()?)))
        .collect();
    // A picture has a baseline of at least two months.
    let end = ends[0].1;
    let others = || ends.iter().skip(1);
    let levels = levels(told);
    let on_side = |side: Direction| others().filter(move |(line, _)| told.side(line, end) == side);
    let by_mean = |a: &&(&Line, &SeriesRow), b: &&(&Line, &SeriesRow)| a.1.mean.total_cmp(&b.1.mean);
    let lowest = on_side(Direction::Down).min_by(by_mean);
    let highest = on_side(Direction::Up).max_by(by_mean);
    let noun = noun(told, end);
    let mut told_arms: Vec<String> = lowest
        .into_iter()
        .chain(highest)
        .map(|(line, row)| format!("{} under ‘{}’", told.level(row, &levels), line.label))
        .collect();
    if is_survival(told.series) {
        // What survives least is tried most.
        told_arms.reverse();
    }
    let headline = match told_arms.is_empty() {
        true => format!("{noun}: no difference between the options can be shown"),
        false => format!("{noun}: {}", told_arms.join(", ")),
    };
    let months: Vec<String> = ends
        .iter()
        .map(|(line, row)| {
            let first = line.rows.first().map_or(row.mean, |r| r.mean);
            format!(
                "{}: from {} to {}",
                line.label,
                start(told, first, &levels),
                told.level(row, &levels)
            )
        })
        .collect();
    let subtitle = subtitle(told);
    Finding {
        caption: format!(
            "{headline}, against {} under ‘{}’.",
            told.level(end, &levels),
            base.label
        ),
        alt: format!(
            "Line chart of {} options over {}. {noun}. {}.",
            ends.len(),
            covered(data.stored, base.rows[0].month, end.month),
            months.join("; ")
        ),
        notes: data.partial().into_iter().chain(notes(told)).collect(),
        interval: match is_survival(told.series) {
            true => "95% intervals by month, from expectation and count".to_owned(),
            false => "band: middle half of the runs of the baseline (quantiles by month)".to_owned(),
        },
        direction: match (lowest, highest) {
            (Some(_), None) => Direction::Down,
            (None, Some(_)) => Direction::Up,
            _ => Direction::Level,
        },
        headline,
        subtitle: format!("{subtitle}; {}", contrast_pairs(comparison)),
    }
}

fn contrast_pairs(comparison: &Comparison) -> String {
    format!("{} runs an option on the same luck", count(comparison.runs))
}

/// Where an arm begins, in the words of its end.
fn start(told: &Told, mean: f64, levels: &Levels) -> String {
    match is_survival(told.series) {
        true => format!("{}%", percent((1.0 - mean).max(0.0))),
        false => levels.with_unit(mean),
    }
}

/// What the picture is about.
fn noun(told: &Told, end: &SeriesRow) -> String {
    if let Some(rung) = told.rung(told.series) {
        let gravest = told.data.rungs().last().is_some_and(|r| told.series.ends_with(&r.id));
        let worse = if gravest { "" } else { " or worse" };
        let within = covered(told.data.stored, 0, end.month);
        return format!("{}{worse} within {within}", sentence(&a(&rung)));
    }
    let tag = told.data.stored.manifest.series.iter().find(|s| s.id == told.series);
    let label = tag.map_or(told.series, |t| t.label.as_str());
    World::new(&told.data.stored.manifest)
        .subject(&last_month(told.series), label)
        .heading()
}

fn subtitle(told: &Told) -> String {
    let base = told.lines.drawn[0].label;
    let cut = told.from.map_or(String::new(), |from| format!(", from {from} up"));
    match told.rung(told.series) {
        Some(_) => format!(
            "% of runs without a first challenge to a member of {} at this rung or above{cut}; grey: ‘{base}’, 95% interval",
            told.data.focal()
        ),
        None => format!("Mean by month{cut}; grey: ‘{base}’ with the middle half of its runs"),
    }
}

fn notes(told: &Told) -> Vec<String> {
    let lines = told.lines;
    let mut notes = vec![CAVEAT.to_owned()];
    if !lines.left_out.is_empty() {
        notes.push(format!(
            "Not drawn, nearest to the baseline: {}; the table beside it has all.",
            listed(&lines.left_out)
        ));
    }
    let mut bases: Vec<&str> = lines.same.iter().map(|(_, line)| *line).collect();
    bases.dedup();
    for base in bases {
        let same: Vec<&str> = lines.same.iter().filter(|(_, l)| *l == base).map(|(s, _)| *s).collect();
        let is = if same.len() == 1 { "is" } else { "are" };
        notes.push(format!("{} {is} the same as ‘{base}’ in every month.", listed(&same)));
    }
    let flat: Vec<String> = told.flat.iter().filter_map(|series| told.rung(series)).collect();
    if !flat.is_empty() {
        notes.push(format!(
            "Without a picture, as all runs of all options end alike: {}.",
            flat.join(", ")
        ));
    }
    let (marked, unmarked) = told.events;
    if !unmarked.is_empty() {
        notes.push(format!(
            "{marked} of {} dated events that all options share are marked.",
            marked + unmarked.len()
        ));
    }
    notes.push("Common luck tells options apart better than the band suggests.".to_owned());
    notes
}
