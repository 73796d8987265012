//! A comparison as text: the answer, then every outcome with its options from the lowest to the highest.

use super::clause::names;
use super::estimate::{Settle, settle};
use super::format::{Compared, Comparison, Difference};
use super::number::{self, show};
use super::pairs::Verdict;
use crate::numerals::counted;

/// Columns of a change and of an interval.
const CHANGE: usize = 14;
const RANGE: usize = 18;
/// Columns of the verdict.
const VERDICT: usize = 10;
/// Columns of all that stands beside a name.
const BESIDE: usize = 1 + CHANGE + 2 + RANGE + 1 + VERDICT;
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
    // Numbers stand beside the longest name, however wide the terminal.
    let longest = comparison
        .arms
        .iter()
        .map(|a| a.label.chars().count())
        .max()
        .unwrap_or(0);
    let width = width.min((longest + 2 + BESIDE).max(PROSE));
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
    for compared in &comparison.outcomes {
        out.push_str(&outcome(comparison, compared, width));
    }
    out.push_str(&open(comparison, width));
    if comparison.arms.len() > 2 {
        let note = "Each interval holds by itself; among many contrasts a few are resolved by chance.";
        out.push('\n');
        out.push_str(&prose(note));
    }
    out
}

/// One outcome: its name with the level of the baseline, and a row an option.
fn outcome(comparison: &Comparison, compared: &Compared, width: usize) -> String {
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
        let verdict = verdict(comparison, compared, d);
        out.push_str(&row(comparison.label(&d.arm), &change, &range, verdict, width));
    }
    let all = same.len() == compared.contrasts.len();
    let labels: Vec<String> = same.iter().map(|d| format!("‘{}’", comparison.label(&d.arm))).collect();
    match same.as_slice() {
        [] => {}
        [one] => out.push_str(&row(comparison.label(&one.arm), "0", "", "the same", width)),
        _ if all => out.push_str("  the same under every option\n"),
        _ => out.push_str(&wrap(&format!("the same under {}", names(&labels, "and")), width, "  ")),
    }
    out
}

/// A row of numbers, which stand on the last line of a name that takes more than one.
fn row(name: &str, change: &str, range: &str, verdict: &str, width: usize) -> String {
    let label = width.saturating_sub(2 + BESIDE);
    let lines = wrap(name, label + 2, "  ");
    let mut lines: Vec<&str> = lines.lines().collect();
    let last = lines.pop().unwrap_or_default();
    let mut out = String::new();
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
    let padding = " ".repeat((label + 2).saturating_sub(last.chars().count()));
    let cells = format!(" {change:>CHANGE$}  {range:<RANGE$} {verdict}");
    out.push_str(format!("{last}{padding}{cells}").trim_end());
    out.push('\n');
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
