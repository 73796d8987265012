//! A comparison as text: the answer, then every outcome with its options from the lowest to the highest.

use super::estimate::{Settle, settle};
use super::format::{Compared, Comparison, Difference};
use super::number::{self, count, show};
use super::pairs::Verdict;

/// Columns of a change and of an interval.
const CHANGE: usize = 14;
const RANGE: usize = 18;
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

/// The answer and the contrasts, in `width` columns.
pub fn text(comparison: &Comparison, width: usize) -> String {
    let mut out = String::from("\n");
    for sentence in &comparison.answer {
        out.push_str(&wrap(sentence, width, ""));
    }
    out.push('\n');
    out.push_str(&wrap(
        &format!(
            "Difference from ‘{}’ on the same luck, {} pairs of runs, with 95% intervals:",
            comparison.baseline_label(),
            count(comparison.runs)
        ),
        width,
        "",
    ));
    for compared in &comparison.outcomes {
        out.push_str(&outcome(comparison, compared, width));
    }
    out.push_str(&open(comparison, width));
    if comparison.arms.len() > 2 {
        let note = "Each interval holds by itself; among many contrasts a few are resolved by chance.";
        out.push('\n');
        out.push_str(&wrap(note, width, ""));
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
    let label = width - 2 - 1 - CHANGE - 2 - RANGE - 1 - VERDICT;
    for d in compared.ranked() {
        let (change, range) = number::change(shown, d);
        let name = comparison.label(&d.arm);
        let cells = format!(
            " {change:>CHANGE$}  {range:<RANGE$} {}",
            verdict(comparison, compared, d)
        );
        let lines = wrap(name, label + 2, "  ");
        let mut lines: Vec<&str> = lines.lines().collect();
        // The numbers stand on the last line of a name that takes more than one.
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            out.push_str(line);
            out.push('\n');
        }
        let padding = " ".repeat((label + 2).saturating_sub(last.chars().count()));
        out.push_str(format!("{last}{padding}{cells}").trim_end());
        out.push('\n');
    }
    out
}

fn verdict(comparison: &Comparison, compared: &Compared, d: &Difference) -> &'static str {
    match (d.verdict, settle(comparison, compared, d)) {
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
            "{} under ‘{}’: about {} pairs of runs would tell (--runs {pairs}).",
            compared.label,
            comparison.label(&d.arm),
            count(pairs)
        );
        out.push_str(if out.is_empty() { "\n" } else { "" });
        out.push_str(&wrap(&line, width, ""));
    }
    out
}
