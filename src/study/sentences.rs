//! The answer in at most three sentences. What they say follows the verdicts: an outcome that is not resolved is never
//! said to rise or to fall.

use super::format::{Compared, Comparison, Difference};
use super::number::{self, Levels, Show, show};
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
                sentences.push(resolved(
                    comparison,
                    compared,
                    subject,
                    place == 0 || sentences.is_empty(),
                ));
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
    levels: Levels,
    /// The level of the baseline is told once a sentence.
    is_told: std::cell::Cell<bool>,
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

    /// `from 82 to 80%`, or `by 5.8%, from 0.89 to 0.94 a century`; the second time without the baseline.
    fn amount(&self, compared: &Compared, d: &Difference) -> String {
        let level = compared.level(&d.arm).unwrap_or(self.baseline);
        if number::is_relative(self.show) && self.levels.bare(level) == self.levels.bare(self.baseline) {
            let (change, _) = number::change(self.show, d);
            return format!("by {}", change.trim_start_matches(['+', '−']));
        }
        let to = self.levels.with_unit(level);
        let spread = match self.is_told.replace(true) {
            true => format!("to {to}"),
            false => format!("from {} to {to}", self.levels.bare(self.baseline)),
        };
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

/// The option that the question names: the first of a few. Where many are compared, the question is which of them.
fn asked(comparison: &Comparison) -> &str {
    const FEW: usize = 3;
    match comparison.arms.get(1) {
        Some(arm) if comparison.arms.len() <= FEW + 1 => &arm.id,
        _ => "",
    }
}

/// The options that move an outcome to one side, the largest first: the largest, and the one that the question names.
fn one_side(
    comparison: &Comparison,
    compared: &Compared,
    mover: &Move<'_>,
    verdict: Verdict,
    side: &[&Difference],
) -> Option<String> {
    let (strongest, others) = side.split_first()?;
    let asked = asked(comparison);
    let total = comparison.arms.len().saturating_sub(1);
    let all = match side.len() {
        2 if total == 2 => String::from("both options"),
        n if n == total => format!("all {} options", word(n)),
        n => format!("{} options", word(n)),
    };
    let label = |d: &Difference| format!("‘{}’", comparison.label(&d.arm));
    let verb = mover.verb(verdict);
    let named = others.iter().find(|d| d.arm == asked);
    // In the order in which they are told.
    let first = named.map(|d| mover.amount(compared, d)).unwrap_or_default();
    let amount = mover.amount(compared, strongest);
    Some(match (others, named) {
        ([], _) => format!("{verb} under {} {amount}", label(strongest)),
        (_, Some(named)) if others.len() == 1 => format!(
            "{verb} under {} {first}, and more under {} {amount}",
            label(named),
            label(strongest)
        ),
        (_, Some(named)) => format!(
            "{verb} under {all}, under {} {first}, most under {} {amount}",
            label(named),
            label(strongest)
        ),
        (_, None) => format!("{verb} under {all}, most under {} {amount}", label(strongest)),
    })
}

/// What the arms do to an outcome in which at least one differs.
fn resolved(comparison: &Comparison, compared: &Compared, subject: &Subject, is_first: bool) -> String {
    let shown = show(compared);
    let baseline = compared.level(&comparison.baseline).unwrap_or_default();
    let moved = compared.contrasts.iter().filter(|d| d.verdict != Verdict::NotResolved);
    let mover = Move {
        subject,
        show: shown,
        baseline,
        levels: Levels::new(shown, baseline, moved.filter_map(|d| compared.level(&d.arm))),
        is_told: std::cell::Cell::new(false),
    };
    let of = |verdict: Verdict| -> Vec<&Difference> {
        let mut found: Vec<&Difference> = compared.contrasts.iter().filter(|d| d.verdict == verdict).collect();
        let size = |d: &Difference| d.difference.map_or(0.0, f64::abs);
        found.sort_by(|a, b| size(b).total_cmp(&size(a)));
        found
    };
    let (up, down, open) = (of(Verdict::Higher), of(Verdict::Lower), of(Verdict::NotResolved));
    // The side of the option that the question names is told first.
    let asked = asked(comparison);
    let mut sides = [(Verdict::Lower, down), (Verdict::Higher, up)];
    if sides[1].1.iter().any(|d| d.arm == asked) {
        sides.swap(0, 1);
    }
    let parts: Vec<String> = sides
        .iter()
        .filter_map(|(verdict, side)| one_side(comparison, compared, &mover, *verdict, side))
        .collect();
    let mut text = match is_first {
        true => format!("Compared with ‘{}’, ", comparison.baseline_label()),
        false => String::new(),
    };
    text.push_str(&subject.noun);
    text.push(' ');
    text.push_str(&parts.join(", and "));
    if !open.is_empty() {
        text.push_str(&format!(
            "; no difference can be shown under {}",
            names(comparison, &open)
        ));
    }
    text.push('.');
    crate::chart::data::sentence(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::format::Kind;
    use crate::study::format::{ArmCard, Level};

    fn card(id: &str) -> ArmCard {
        ArmCard {
            id: id.into(),
            label: format!("Arm {id}"),
            scenario: "s".into(),
            option: None,
            assumptions: Vec::new(),
            set: Vec::new(),
            plan: String::new(),
            events: Vec::new(),
        }
    }

    /// A comparison with these levels and verdicts, the baseline at 10 percent.
    fn compared(id: &str, arms: &[(&str, f64, Verdict)]) -> Compared {
        let level = |id: &str, x: f64| Level {
            id: id.into(),
            estimate: Some(x),
            interval: None,
            method: "wilson".into(),
        };
        let contrast = |(arm, x, verdict): &(&str, f64, Verdict)| Difference {
            arm: (*arm).into(),
            difference: Some(x - 0.1),
            interval: Some([x - 0.11, x - 0.09]),
            ratio: Some(x / 0.1),
            ratio_interval: None,
            correlation: Some(0.9),
            changed: 100,
            only_baseline: 0,
            only_arm: 0,
            first_month: Some(0),
            verdict: *verdict,
            parameters: None,
            ratio_parameters: None,
        };
        Compared {
            id: id.into(),
            label: id.into(),
            unit: "1".into(),
            kind: Kind::Probability,
            arms: std::iter::once(level("base", 0.1))
                .chain(arms.iter().map(|a| level(a.0, a.1)))
                .collect(),
            contrasts: arms.iter().map(contrast).collect(),
        }
    }

    fn told(outcomes: &[&[(&str, f64, Verdict)]]) -> Vec<String> {
        let ids = ["war", "resumed", "settled", "joined.SWE"];
        let nouns = [
            "the chance of war",
            "the chance of relapse",
            "the chance of peace",
            "the chance of entry",
        ];
        let comparison = Comparison {
            runs: 1_000,
            baseline: "base".into(),
            arms: std::iter::once(card("base"))
                .chain(outcomes[0].iter().map(|a| card(a.0)))
                .collect(),
            outcomes: outcomes.iter().zip(ids).map(|(o, id)| compared(id, o)).collect(),
            ..Comparison::default()
        };
        let subjects: Vec<Subject> = nouns
            .iter()
            .take(outcomes.len())
            .map(|n| Subject {
                noun: (*n).into(),
                is_plural: false,
            })
            .collect();
        answer(&comparison, &subjects)
    }

    use Verdict::{Higher, Lower, NotResolved};

    #[test]
    fn verbs_follow_the_verdicts() {
        let up = told(&[&[("a", 0.2, Higher)]]);
        assert_eq!(
            up,
            ["Compared with ‘Arm base’, the chance of war rises under ‘Arm a’ from 10 to 20%."]
        );
        let down = told(&[&[("a", 0.05, Lower), ("b", 0.2, Higher)]]);
        assert_eq!(
            down,
            [
                "Compared with ‘Arm base’, the chance of war falls under ‘Arm a’ from 10 to 5%, and rises under ‘Arm b’ to 20%."
            ]
        );
        let open = told(&[&[("a", 0.12, NotResolved)]]);
        assert_eq!(
            open,
            ["No difference in the chance of war can be shown between ‘Arm base’ and ‘Arm a’."]
        );
    }

    #[test]
    fn what_is_not_resolved_is_never_said_to_move() {
        let text = told(&[&[("a", 0.2, NotResolved), ("b", 0.3, Higher)]]).join(" ");
        assert!(text.contains("rises under ‘Arm b’"), "{text}");
        assert!(text.ends_with("no difference can be shown under ‘Arm a’."), "{text}");
    }

    #[test]
    fn an_answer_has_at_most_three_sentences_and_begins_with_the_questions_own_outcome() {
        let moved: &[(&str, f64, Verdict)] = &[("a", 0.2, Higher), ("b", 0.3, Higher), ("c", 0.1, NotResolved)];
        let still: &[(&str, f64, Verdict)] = &[
            ("a", 0.1, NotResolved),
            ("b", 0.1, NotResolved),
            ("c", 0.1, NotResolved),
        ];
        for outcomes in [
            [moved, moved, moved, moved],
            [still, moved, moved, moved],
            [moved, still, moved, still],
            [still; 4],
        ] {
            let answer = told(&outcomes);
            assert!((1..=3).contains(&answer.len()), "{answer:?}");
            assert!(answer[0].contains("the chance of war"), "{answer:?}");
        }
    }
}
