//! The answer in at most three sentences. What they say follows the verdicts: an outcome that is not resolved is never
//! said to rise or to fall.

use super::format::{Compared, Comparison, Difference};
use super::number::{self, Show, levels, show};
use super::pairs::Verdict;
use super::phrase::Subject;

/// Most sentences of an answer.
const MOST: usize = 3;
/// Names that a sentence lists before it counts.
const MOST_NAMES: usize = 2;

/// The answer; `subjects` are those of the outcomes, in their order.
pub fn answer(comparison: &Comparison, subjects: &[Subject]) -> Vec<String> {
    let told: Vec<(&Compared, &Subject)> = comparison.outcomes.iter().zip(subjects).collect();
    let is_resolved = |c: &Compared| c.contrasts.iter().any(|d| d.verdict != Verdict::NotResolved);
    let mut sentences = Vec::new();
    // The first outcome is the question's own, and is told whatever came of it.
    let mut open: Vec<&Subject> = Vec::new();
    for (place, (compared, subject)) in told.iter().enumerate() {
        if !is_resolved(compared) {
            open.push(subject);
        }
        if sentences.len() < MOST && is_resolved(compared) {
            // One sentence is kept for what could not be shown, if the question's own outcome is among it.
            let room = MOST - usize::from(open.iter().any(|s| **s == subjects[0]));
            if sentences.len() < room {
                sentences.push(resolved(comparison, compared, subject, place == 0 || sentences.is_empty()));
            }
        }
    }
    if let Some(first) = open.first() {
        let is_own = subjects.first() == Some(*first);
        let sentence = nothing(comparison, &open);
        if is_own {
            sentences.insert(0, sentence);
        } else if sentences.len() < MOST {
            sentences.push(sentence);
        }
    }
    sentences.truncate(MOST);
    sentences
}

/// Quoted labels: `‘A’`, `‘A’ and ‘B’`, or their number.
fn names(comparison: &Comparison, arms: &[&Difference]) -> String {
    let quoted = |d: &&Difference| format!("‘{}’", comparison.label(&d.arm));
    match arms {
        [one] => quoted(one),
        [one, two] if MOST_NAMES >= 2 => format!("{} or {}", quoted(one), quoted(two)),
        many => format!("the other {}", word(many.len())),
    }
}

/// A small number in words.
fn word(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    WORDS.get(n).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// No arm differs in these outcomes beyond chance.
fn nothing(comparison: &Comparison, subjects: &[&Subject]) -> String {
    let nouns: Vec<&str> = subjects.iter().map(|s| s.noun.as_str()).collect();
    let nouns = match nouns.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or in {last}", rest.join(", in ")),
        None => return String::new(),
    };
    let others: Vec<&str> = comparison.arms.iter().skip(1).map(|a| a.label.as_str()).collect();
    let arms = match others[..] {
        [one] => format!("‘{one}’"),
        _ => format!("any of the {} others", word(others.len())),
    };
    format!(
        "No difference in {nouns} can be shown between ‘{}’ and {arms}.",
        comparison.baseline_label()
    )
}

/// How a subject moves.
struct Move<'a> {
    subject: &'a Subject,
    show: Show,
    baseline: f64,
}

impl Move<'_> {
    /// `rises`, `fall`, by verdict and number.
    fn verb(&self, verdict: Verdict) -> &'static str {
        match (verdict, self.subject.is_plural) {
            (Verdict::Higher, true) => "rise",
            (Verdict::Higher, false) => "rises",
            (Verdict::Lower, true) => "fall",
            (Verdict::Lower, false) => "falls",
            (Verdict::NotResolved, true) => "do not differ beyond chance",
            (Verdict::NotResolved, false) => "does not differ beyond chance",
        }
    }

    /// `from 82 to 80%`, or `by 5.8%, from 0.89 to 0.94 a century`.
    fn amount(&self, compared: &Compared, d: &Difference) -> String {
        let arm = compared.level(&d.arm).unwrap_or(self.baseline);
        let (from, to) = levels(self.show, self.baseline, arm);
        let spread = format!("from {from} to {to}");
        match d.ratio.filter(|_| number::is_relative(self.show)) {
            Some(ratio) if ratio >= 2.0 => format!("to {ratio:.1} times as many, {spread}"),
            Some(_) => {
                let (change, _) = number::change(self.show, d);
                format!("by {}, {spread}", change.trim_start_matches(['+', '−']))
            }
            None => spread,
        }
    }
}

/// What the arms do to an outcome in which at least one differs.
fn resolved(comparison: &Comparison, compared: &Compared, subject: &Subject, is_first: bool) -> String {
    let mover = Move {
        subject,
        show: show(compared),
        baseline: compared.level(&comparison.baseline).unwrap_or_default(),
    };
    let of = |verdict: Verdict| -> Vec<&Difference> {
        let mut found: Vec<&Difference> = compared.contrasts.iter().filter(|d| d.verdict == verdict).collect();
        let size = |d: &Difference| d.difference.map_or(0.0, f64::abs);
        found.sort_by(|a, b| size(b).total_cmp(&size(a)));
        found
    };
    let (up, down, open) = (of(Verdict::Higher), of(Verdict::Lower), of(Verdict::NotResolved));
    let mut parts = Vec::new();
    // The side on which more happens comes first.
    let mut sides = [(Verdict::Lower, down), (Verdict::Higher, up)];
    let largest = |side: &[&Difference]| side.first().and_then(|d| d.difference).map_or(0.0, f64::abs);
    if largest(&sides[1].1) > largest(&sides[0].1) {
        sides.swap(0, 1);
    }
    let total = comparison.arms.len().saturating_sub(1);
    for (verdict, side) in &sides {
        let Some(strongest) = side.first() else { continue };
        let label = comparison.label(&strongest.arm);
        let (verb, amount) = (mover.verb(*verdict), mover.amount(compared, strongest));
        parts.push(match (side.len(), side.len() == total) {
            (1, _) => format!("{verb} under ‘{label}’ {amount}"),
            (2, true) => format!("{verb} under both options, most under ‘{label}’, {amount}"),
            (n, true) => format!("{verb} under all {} options, most under ‘{label}’, {amount}", word(n)),
            (n, false) => format!("{verb} under {} options, most under ‘{label}’, {amount}", word(n)),
        });
    }
    let mut text = match is_first {
        true => format!("Compared with ‘{}’, ", comparison.baseline_label()),
        false => String::new(),
    };
    text.push_str(&subject.noun);
    text.push(' ');
    text.push_str(&parts.join(", and "));
    if !open.is_empty() {
        text.push_str(&format!("; no difference can be shown under {}", names(comparison, &open)));
    }
    text.push('.');
    crate::chart::data::sentence(&text)
}
