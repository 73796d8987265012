//! A comparison as text: the answer, then every outcome with its options from the lowest to the highest.

use super::clause::names;
use super::estimate::{Settle, settle};
use super::format::{Compared, Comparison, Difference};
use super::number::{self, show};
use super::pairs::Verdict;
use crate::numerals::counted;

/// Columns of a change and of an interval, at least, where one interval stands alone.
const CHANGE: usize = 14;
const RANGE: usize = 18;
/// Fewest columns of a name beside two intervals.
const LEAST_LABEL: usize = 18;
/// Columns of the verdict.
const VERDICT: usize = 10;
/// Contrasts for which the pairs that would settle them are told.
const MOST_OPEN: usize = 3;

/// A paragraph within so many columns.
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    let (mut out, mut line) = (String::new(), String::from(indent));
    let mut is_fresh = true;
    for word in text.split_whitespace() {
        let long = line.chars().count() + 1 + word.chars().count() > width;
        if long && !is_fresh {
            out.push_str(&line);
            out.push('\n');
            indent.clone_into(&mut line);
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        line.push_str(word);
        is_fresh = false;
    }
    out + &line + "\n"
}

/// Columns of a line of prose; longer ones are hard to read, however wide the terminal.
const PROSE: usize = 80;

/// The answer and the contrasts, in `width` columns.
pub fn text(comparison: &Comparison, width: usize) -> String {
    let prose = |text: &str| wrap(text, width.min(PROSE), "");
    let mut out = String::from("\n");
    for sentence in &comparison.answer {
        out.push_str(&prose(sentence));
    }
    out.push('\n');
    out.push_str(&prose(&format!(
        "Difference from ‘{}’ on the same luck, {}, with 95% intervals:",
        comparison.baseline_label(),
        counted(comparison.runs, "pair of runs")
    )));
    let columns = Columns::new(comparison, width);
    let with_parameters = columns.parameters.is_some();
    if with_parameters && !columns.is_stacked {
        out.push('\n');
        out.push_str(&columns.line("", ["", HEADS[0], HEADS[1], ""]));
    }
    for compared in &comparison.outcomes {
        out.push_str(&outcome(comparison, compared, &columns, width));
    }
    if with_parameters {
        let note = "By the runs: how well they pin the difference down. Over parameters: where it lies for 95% of the sets of \
                    parameters that the data leave open.";
        out.push('\n');
        out.push_str(&prose(note));
    }
    out.push_str(&open(comparison, width));
    if comparison.arms.len() > 2 {
        let note = "Each interval holds by itself; among many contrasts a few are resolved by chance.";
        out.push('\n');
        out.push_str(&prose(note));
    }
    out
}

/// How many columns each part of a row takes.
struct Columns {
    label: usize,
    change: usize,
    range: usize,
    /// None without an ensemble.
    parameters: Option<usize>,
    /// The interval over parameters has no room beside the other and stands under it.
    is_stacked: bool,
}

/// Heads of the two intervals.
const HEADS: [&str; 2] = ["by the runs", "over parameters"];

impl Columns {
    fn new(comparison: &Comparison, width: usize) -> Self {
        let cells = comparison.outcomes.iter().flat_map(|compared| {
            let shown = show(compared);
            compared.contrasts.iter().map(move |d| {
                let (change, range) = number::change(shown, d);
                (change, range, number::over_parameters(shown, d))
            })
        });
        let (mut change, mut range, mut parameters) = (0, 0, None);
        for (c, r, p) in cells {
            change = change.max(c.chars().count());
            range = range.max(r.chars().count());
            parameters = parameters.max(p.map(|p| p.chars().count()));
        }
        let parameters = parameters.map(|p: usize| p.max(HEADS[1].len()));
        let (change, range) = match parameters {
            Some(_) => (change, range.max(HEADS[0].len())),
            None => (change.max(CHANGE), range.max(RANGE)),
        };
        // Where the second interval stands under the first its name stands under the change.
        let change = change.max(parameters.map_or(0, |_| HEADS[1].len()));
        // Numbers stand beside the longest name, however wide the terminal.
        let longest = comparison
            .arms
            .iter()
            .map(|a| a.label.chars().count())
            .max()
            .unwrap_or(0);
        let rest = |beside: usize| {
            let numbers = 2 + 1 + change + 2 + range + beside + 1 + VERDICT;
            width.min((longest + numbers).max(PROSE)).saturating_sub(numbers)
        };
        let beside = rest(parameters.map_or(0, |p| 1 + p));
        let is_stacked = parameters.is_some() && beside < LEAST_LABEL;
        Self {
            label: if is_stacked { rest(0) } else { beside }.max(8),
            change,
            range,
            parameters,
            is_stacked,
        }
    }

    /// A row of numbers, which stand on the last line of a name that takes more than one.
    fn row(&self, name: &str, cells: [&str; 4]) -> String {
        let lines = wrap(name, self.label + 2, "  ");
        let mut lines: Vec<&str> = lines.lines().collect();
        let last = lines.pop().unwrap_or_default();
        let mut out = String::new();
        for line in lines {
            out.push_str(line);
            out.push('\n');
        }
        out + &self.line(last, cells)
    }

    /// One line: name, change, the two intervals, verdict.
    fn line(&self, name: &str, cells: [&str; 4]) -> String {
        let [change, range, parameters, verdict] = cells;
        let padding = " ".repeat((self.label + 2).saturating_sub(name.chars().count()));
        let (c, r) = (self.change, self.range);
        let beside = match self.parameters.filter(|_| !self.is_stacked) {
            Some(p) => format!(" {parameters:<p$}"),
            None => String::new(),
        };
        let line = format!("{name}{padding} {change:>c$}  {range:<r$}{beside} {verdict}");
        line.trim_end().to_owned() + "\n"
    }
}

/// One outcome: its name with the level of the baseline, and a row an option.
fn outcome(comparison: &Comparison, compared: &Compared, columns: &Columns, width: usize) -> String {
    let shown = show(compared);
    let level = compared
        .level(&comparison.baseline)
        .map_or_else(|| "no case observed".to_owned(), |x| number::level(shown, x));
    let mut out = String::from("\n");
    out.push_str(&wrap(&format!("{} ({level})", compared.label), width, ""));
    // Arms that differ in nothing share a line.
    let (same, rows): (Vec<&Difference>, Vec<&Difference>) = compared
        .ranked()
        .into_iter()
        .partition(|d| d.changed == 0 && d.difference.is_some());
    for d in rows {
        let (change, range) = number::change(shown, d);
        let parameters = number::over_parameters(shown, d).unwrap_or_else(|| "—".to_owned());
        let verdict = verdict(comparison, compared, d);
        out.push_str(&columns.row(comparison.label(&d.arm), [&change, &range, &parameters, verdict]));
        if columns.is_stacked {
            out.push_str(&columns.line("", [HEADS[1], &parameters, "", ""]));
        }
    }
    let all = same.len() == compared.contrasts.len();
    let labels: Vec<String> = same.iter().map(|d| format!("‘{}’", comparison.label(&d.arm))).collect();
    match same.as_slice() {
        [] => {}
        [one] => out.push_str(&columns.row(comparison.label(&one.arm), ["0", "", "", "the same"])),
        _ if all => out.push_str("  the same under every option\n"),
        _ => out.push_str(&wrap(&format!("the same under {}", names(&labels, "and")), width, "  ")),
    }
    out
}

fn verdict(comparison: &Comparison, compared: &Compared, d: &Difference) -> &'static str {
    match (d.verdict, settle(comparison, compared, d)) {
        (Verdict::NotResolved, _) if d.interval.is_none() => "not shown",
        (Verdict::NotResolved, _) if d.changed == 0 => "the same",
        (Verdict::NotResolved, Some(Settle::Ruled)) => "negligible",
        (Verdict::NotResolved, _) => "not shown",
        (told, _) => told.word(),
    }
}

/// What would settle the contrasts of the first outcome that are open.
fn open(comparison: &Comparison, width: usize) -> String {
    let Some(compared) = comparison.outcomes.first() else {
        return String::new();
    };
    let mut out = String::new();
    let wanted = compared
        .ranked()
        .into_iter()
        .filter_map(|d| match settle(comparison, compared, d) {
            Some(Settle::Pairs(pairs)) if pairs > comparison.runs => Some((d, pairs)),
            _ => None,
        });
    for (d, pairs) in wanted.take(MOST_OPEN) {
        let line = format!(
            "{} under ‘{}’: about {} would tell (--runs {pairs}).",
            compared.label,
            comparison.label(&d.arm),
            counted(pairs, "pair of runs")
        );
        out.push_str(if out.is_empty() { "\n" } else { "" });
        out.push_str(&wrap(&line, width, ""));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::format::{Kind, Parameters};
    use crate::study::format::{ArmCard, Level};

    fn comparison() -> Comparison {
        let card = |id: &str, label: &str| ArmCard {
            id: id.into(),
            label: label.into(),
            scenario: "s".into(),
            option: None,
            assumptions: Vec::new(),
            set: Vec::new(),
            plan: String::new(),
            events: Vec::new(),
        };
        let level = |id: &str| Level {
            id: id.into(),
            estimate: Some(0.4),
            interval: None,
            method: "t".into(),
        };
        let d = Difference {
            arm: "b".into(),
            difference: Some(-0.021),
            interval: Some([-0.0223, -0.0197]),
            ratio: None,
            ratio_interval: None,
            correlation: None,
            changed: 900,
            only_baseline: 0,
            only_arm: 0,
            first_month: None,
            verdict: Verdict::Lower,
            parameters: Some(Parameters {
                members: 200,
                interval: Some([-0.063, -0.004]),
                share: None,
                reason: None,
                method: "random effects".into(),
            }),
            ratio_parameters: None,
        };
        Comparison {
            runs: 2_000,
            months: 60,
            baseline: "a".into(),
            arms: vec![card("a", "As it was"), card("b", "Europe answers, America does not")],
            outcomes: vec![Compared {
                id: "war".into(),
                label: "Chance of war".into(),
                unit: "1".into(),
                kind: Kind::Probability,
                arms: vec![level("a"), level("b")],
                contrasts: vec![d],
            }],
            ..Comparison::default()
        }
    }

    #[test]
    fn both_intervals_are_printed_at_any_width_and_no_line_is_wider() {
        for width in [60, 70, 80, 120] {
            let text = text(&comparison(), width);
            assert!(text.contains("−2.2 to −2.0") && text.contains("−6.3 to −0.4"), "{text}");
            assert!(
                text.lines().all(|line| line.chars().count() <= width),
                "{width}:\n{text}"
            );
            let words: Vec<&str> = text.split_whitespace().collect();
            assert!(words.join(" ").contains("Over parameters"), "{text}");
        }
    }

    #[test]
    fn without_an_ensemble_nothing_is_said_of_parameters() {
        let mut comparison = comparison();
        comparison.outcomes[0].contrasts[0].parameters = None;
        assert!(!text(&comparison, 80).to_lowercase().contains("parameters"));
    }
}
