//! The answer in at most three sentences. The first answers the question on its first line, by the outcome that matters
//! most; what is said follows the verdicts: an outcome that is not resolved is never said to rise or to fall.

use super::clause::{Clauses, asked, names, word};
use super::estimate::{Settle, settle, weight};
use super::format::{Compared, Comparison, Difference};
use super::number::{self, show};
use super::pairs::{FEWEST_CHANGED, Verdict};
use super::phrase::Subject;
use crate::chart::data::horizon;
use crate::numerals::counted;

/// Most sentences of an answer.
const MOST: usize = 3;
/// What stands between an act and its victim.
const ON: [&str; 3] = [" on ", " against ", " in "];
/// Outcomes that one sentence names as open.
const MOST_OPEN: usize = 3;

/// Which outcome is told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// The first: somebody listed the outcomes in their order of importance.
    Listed,
    /// The one with the largest resolved difference in practice: nobody chose the order.
    Heaviest,
}

/// An outcome with what it is called.
type Told<'a> = (&'a Compared, &'a Subject);

fn is_resolved(compared: &Compared) -> bool {
    compared.contrasts.iter().any(|d| d.verdict != Verdict::NotResolved)
}

/// The answer; `subjects` are those of the outcomes, in their order.
pub fn answer(comparison: &Comparison, subjects: &[Subject], lead: Lead) -> Vec<String> {
    let mut told: Vec<Told<'_>> = comparison.outcomes.iter().zip(subjects).collect();
    if told.is_empty() {
        return Vec::new();
    }
    let heavy = |t: &Told<'_>| weight(comparison, t.0);
    if lead == Lead::Heaviest {
        // The sort is stable: among equals the order stays.
        told.sort_by(|a, b| heavy(b).total_cmp(&heavy(a)));
    }
    let first = told.remove(0);
    if comparison.runs < FEWEST_CHANGED {
        return vec![too_few(comparison, first.1)];
    }
    let (mut moved, mut open): (Vec<Told<'_>>, Vec<Told<'_>>) = told.into_iter().partition(|t| is_resolved(t.0));
    let mut sentences = if is_resolved(first.0) {
        own(comparison, first, &mut moved)
    } else {
        vec![same(comparison, first).unwrap_or_else(|| {
            let all: Vec<Told<'_>> = std::iter::once(first).chain(open.drain(..)).collect();
            nothing(comparison, &all)
        })]
    };
    // What matters in practice is told before what can merely be shown; after a chance of acts their number says little new.
    let acts = |id: &str| {
        let heads = ["challenge.", "intensity."];
        heads.iter().find_map(|head| id.strip_prefix(head)).map(str::to_owned)
    };
    let own_acts = acts(&first.0.id);
    let is_echo = |t: &Told<'_>| own_acts.is_some() && acts(&t.0.id) == own_acts;
    moved.sort_by_key(|t| (is_echo(t), heavy(t) < 1.0));
    if !open.is_empty() {
        moved.retain(|t| !is_echo(t));
    }
    let clauses = |t: &Told<'_>| Clauses::new(comparison, t.0, t.1, false).sentence();
    let room = MOST.saturating_sub(sentences.len());
    sentences.extend(moved.iter().take(room).map(clauses));
    if !open.is_empty() && sentences.len() < MOST {
        sentences.push(nothing(comparison, &open));
    }
    sentences.truncate(MOST);
    sentences
}

/// The question's own outcome. Where one option is asked about, the acts of other rungs that move alike under it are told
/// in the same breath, and the other options in the next sentence.
fn own<'a>(comparison: &Comparison, first: Told<'a>, moved: &mut Vec<Told<'a>>) -> Vec<String> {
    let subject = &dated(comparison, first);
    let clauses = Clauses::new(comparison, first.0, subject, true);
    let asked = asked(comparison);
    let Some(contrast) = first.0.contrasts.iter().find(|d| d.arm == asked) else {
        return vec![clauses.sentence()];
    };
    let alike = |t: &Told<'_>| {
        let own = t.0.contrasts.iter().find(|d| d.arm == asked);
        let verdict = own.map(|d| d.verdict);
        verdict == Some(contrast.verdict) && rest_of(first, *t).is_some() && number::is_relative(show(t.0))
    };
    let also: Vec<String> = moved
        .iter()
        .filter(|t| alike(t))
        .filter_map(|t| {
            let d = t.0.contrasts.iter().find(|d| d.arm == asked)?;
            Some(format!("{} by {}", rest_of(first, *t)?, number::size(show(t.0), d)))
        })
        .collect();
    if contrast.verdict == Verdict::NotResolved || also.is_empty() {
        return vec![clauses.sentence()];
    }
    moved.retain(|t| !alike(t));
    let mut sentences = vec![clauses.under_one(contrast, &also)];
    if comparison.arms.len() > 2 {
        sentences.push(Clauses::new(comparison, first.0, subject, false).others(contrast));
    }
    sentences
}

/// What acts of another rung are called beside the first: `strikes` beside `land grabs on members of NATO`; nothing
/// unless both are expected numbers of acts on the same victims.
fn rest_of(first: Told<'_>, other: Told<'_>) -> Option<String> {
    let victim = |t: Told<'_>| {
        let found = ON.iter().find_map(|on| t.1.noun.split_once(on));
        found.map(|(act, victim)| (act.to_owned(), victim.to_owned()))
    };
    let is_acts = |t: Told<'_>| t.0.id.starts_with("intensity.");
    let ((_, on), (act, same)) = victim(first).zip(victim(other))?;
    (is_acts(first) && is_acts(other) && on == same).then_some(act)
}

/// A chance belongs to a time: `the five-year chance of war`.
fn dated(comparison: &Comparison, (compared, subject): Told<'_>) -> Subject {
    let is_chance = compared.kind == crate::results::format::Kind::Probability;
    match subject.noun.strip_prefix("the chance ") {
        Some(rest) if is_chance && comparison.months > 0 => {
            let time = horizon(comparison.months);
            let time = time.strip_suffix('s').unwrap_or(&time).replace(' ', "-");
            Subject {
                noun: format!("the {time} chance {rest}"),
                ..subject.clone()
            }
        }
        _ => subject.clone(),
    }
}

/// The arms beside the baseline: `‘A’`, or `any of the five others`.
fn rest(comparison: &Comparison) -> String {
    let others: Vec<&str> = comparison.arms.iter().skip(1).map(|a| a.label.as_str()).collect();
    match others[..] {
        [one] => format!("‘{one}’"),
        _ => format!("any of the {} others", word(others.len())),
    }
}

/// So few pairs show nothing, whatever they hold.
fn too_few(comparison: &Comparison, subject: &Subject) -> String {
    format!(
        "No difference in {} can be shown from {}: a few hundred are needed.",
        subject.noun,
        counted(comparison.runs, "pair of runs")
    )
}

/// The question's own outcome where it is known that no arm moves it.
fn same(comparison: &Comparison, (compared, subject): Told<'_>) -> Option<String> {
    let level = number::level(show(compared), compared.level(&comparison.baseline)?);
    let is_same = |d: &Difference| d.changed == 0;
    let is_near = |d: &Difference| is_same(d) || settle(comparison, compared, d) == Some(Settle::Ruled);
    let about = match (
        compared.contrasts.iter().all(is_same),
        compared.contrasts.iter().all(is_near),
    ) {
        (true, _) => "",
        (false, true) => " by much",
        (false, false) => return None,
    };
    Some(match comparison.arms.as_slice() {
        [_, one] => format!("‘{}’ does not change {}{about}: {level}.", one.label, subject.noun),
        _ => format!("No option changes {}{about}: {level}.", subject.noun),
    })
}

/// No arm differs in these outcomes beyond chance.
fn nothing(comparison: &Comparison, all: &[Told<'_>]) -> String {
    let nouns: Vec<String> = all.iter().take(MOST_OPEN).map(|t| format!("in {}", t.1.noun)).collect();
    format!(
        "No difference {} can be shown between ‘{}’ and {}.",
        names(&nouns, "or"),
        comparison.baseline_label(),
        rest(comparison)
    )
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

    fn level(id: &str, x: f64) -> Level {
        Level {
            id: id.into(),
            estimate: Some(x),
            interval: None,
            method: "wilson".into(),
        }
    }

    fn contrast(arm: &str, x: f64, verdict: Verdict) -> Difference {
        Difference {
            arm: arm.into(),
            difference: Some(x - 0.1),
            interval: Some([x - 0.2, x - 0.05]),
            ratio: Some(x / 0.1),
            ratio_interval: None,
            correlation: Some(0.9),
            changed: 100,
            only_baseline: 0,
            only_arm: 0,
            first_month: Some(0),
            verdict,
            parameters: None,
            ratio_parameters: None,
        }
    }

    /// So many times as many acts as the one in a century of the baseline.
    fn ratio(arm: &str, times: f64) -> Difference {
        Difference {
            difference: Some(0.01 * (times - 1.0)),
            ratio: Some(times),
            ratio_interval: Some([times - 0.01, times + 0.01]),
            ..contrast(arm, 0.0, Higher)
        }
    }

    /// An outcome with these levels and verdicts, the baseline at 10 percent.
    fn compared(id: &str, arms: &[(&str, f64, Verdict)]) -> Compared {
        Compared {
            id: id.into(),
            label: id.into(),
            unit: "1".into(),
            kind: Kind::Probability,
            arms: std::iter::once(level("base", 0.1))
                .chain(arms.iter().map(|a| level(a.0, a.1)))
                .collect(),
            contrasts: arms
                .iter()
                .map(|(arm, x, verdict)| contrast(arm, *x, *verdict))
                .collect(),
        }
    }

    fn comparison(outcomes: &[&[(&str, f64, Verdict)]]) -> Comparison {
        let ids = ["war", "resumed", "settled", "joined.SWE"];
        Comparison {
            runs: 1_000,
            months: 60,
            baseline: "base".into(),
            arms: std::iter::once(card("base"))
                .chain(outcomes[0].iter().map(|a| card(a.0)))
                .collect(),
            outcomes: outcomes.iter().zip(ids).map(|(o, id)| compared(id, o)).collect(),
            ..Comparison::default()
        }
    }

    fn subjects(n: usize) -> Vec<Subject> {
        let nouns = ["war", "relapse", "peace", "entry"].map(|n| format!("the chance of {n}"));
        let subject = |noun| Subject { noun, is_plural: false };
        nouns.into_iter().take(n).map(subject).collect()
    }

    fn told(outcomes: &[&[(&str, f64, Verdict)]]) -> Vec<String> {
        answer(&comparison(outcomes), &subjects(outcomes.len()), Lead::Listed)
    }

    use Verdict::{Higher, Lower, NotResolved};

    #[test]
    fn verbs_follow_the_verdicts() {
        let up = told(&[&[("a", 0.2, Higher)]]);
        assert_eq!(
            up,
            ["The five-year chance of war rises from 10% under ‘Arm base’ to 20% under ‘Arm a’."]
        );
        let both = told(&[&[("a", 0.05, Lower), ("b", 0.2, Higher)]]);
        assert_eq!(
            both,
            [
                "The five-year chance of war falls from 10% under ‘Arm base’ to 5% under ‘Arm a’, and rises to 20% under ‘Arm b’."
            ]
        );
        let open = told(&[&[("a", 0.12, NotResolved)]]);
        assert_eq!(
            open,
            ["No difference in the chance of war can be shown between ‘Arm base’ and ‘Arm a’."]
        );
    }

    #[test]
    fn of_many_options_the_one_that_does_most_is_named_first() {
        let text = told(&[&[
            ("a", 0.2, Higher),
            ("b", 0.3, Higher),
            ("c", 0.5, Higher),
            ("d", 0.4, Higher),
            ("e", 0.05, Lower),
        ]]);
        assert_eq!(
            text,
            [
                "The five-year chance of war rises most under ‘Arm c’, from 10% under ‘Arm base’ to 50%, and less under three \
              other options, and falls to 5% under ‘Arm e’."
            ]
        );
    }

    #[test]
    fn what_is_not_resolved_is_never_said_to_move() {
        let text = told(&[&[("a", 0.2, NotResolved), ("b", 0.3, Higher)]]).join(" ");
        assert_eq!(
            text,
            "No difference in the five-year chance of war can be shown under ‘Arm a’ compared with ‘Arm base’; it rises from \
             10% to 30% under ‘Arm b’."
        );
    }

    #[test]
    fn what_is_next_to_nothing_is_not_said_to_move() {
        let text = told(&[&[("a", 0.1001, Higher), ("b", 0.3, Higher)]]);
        assert_eq!(
            text,
            [
                "The five-year chance of war rises from 10% under ‘Arm base’ to 30% under ‘Arm b’; next to nothing changes \
              under ‘Arm a’."
            ]
        );
    }

    #[test]
    fn an_option_that_a_long_subject_pushes_off_the_first_line_is_named_before_it() {
        let arms: &[(&str, f64, Verdict)] = &[
            ("a", 0.2, Higher),
            ("b", 0.3, Higher),
            ("c", 0.05, Lower),
            ("d", 0.1, NotResolved),
        ];
        let long = Subject {
            noun: "Russia’s belief that the pact of the two would answer a land grab".into(),
            is_plural: false,
        };
        assert_eq!(
            answer(&comparison(&[arms]), &[long], Lead::Listed),
            [
                "Under ‘Arm b’, Russia’s belief that the pact of the two would answer a land grab rises most, from 10% under ‘Arm \
              base’ to 30%, and less under ‘Arm a’; it falls to 5% under ‘Arm c’; no difference can be shown under ‘Arm d’."
            ]
        );
    }

    #[test]
    fn so_few_pairs_show_nothing_and_the_answer_says_so() {
        let mut comparison = comparison(&[&[("a", 0.2, NotResolved)]]);
        comparison.runs = 1;
        assert_eq!(
            answer(&comparison, &subjects(1), Lead::Listed),
            ["No difference in the chance of war can be shown from 1 pair of runs: a few hundred are needed."]
        );
    }

    #[test]
    fn where_nobody_chose_the_outcomes_the_largest_difference_in_practice_leads() {
        let small: &[(&str, f64, Verdict)] = &[("a", 0.101, Higher)];
        let large: &[(&str, f64, Verdict)] = &[("a", 0.3, Higher)];
        let comparison = comparison(&[small, large]);
        let first = |lead| answer(&comparison, &subjects(2), lead)[0].clone();
        assert!(first(Lead::Listed).contains("chance of war"), "{}", first(Lead::Listed));
        assert!(
            first(Lead::Heaviest).contains("chance of relapse"),
            "{}",
            first(Lead::Heaviest)
        );
    }

    /// Acts of three rungs on the same victims, at 1 a century under the baseline.
    #[test]
    fn acts_of_several_rungs_that_move_alike_under_the_option_asked_about_are_told_in_one_breath() {
        let acts = |id: &str, a: f64, b: f64| Compared {
            id: id.into(),
            unit: "1/year".into(),
            kind: Kind::Mean,
            arms: [("base", 0.01), ("a", 0.01 * a), ("b", 0.01 * b)]
                .map(|(id, x)| level(id, x))
                .into(),
            contrasts: vec![ratio("a", a), ratio("b", b)],
            ..compared(id, &[])
        };
        let comparison = Comparison {
            outcomes: vec![
                acts("intensity.land_grab", 1.06, 7.3),
                acts("intensity.strike", 1.03, 1.1),
            ],
            ..comparison(&[&[("a", 0.2, Higher), ("b", 0.3, Higher)]])
        };
        let of = |act: &str| Subject {
            noun: format!("{act} on Estonia"),
            is_plural: true,
        };
        let told = answer(&comparison, &[of("land grabs"), of("strikes")], Lead::Listed);
        assert_eq!(
            told,
            [
                "Under ‘Arm a’, land grabs on Estonia rise by 6.0% compared with ‘Arm base’ (1.06 instead of 1.00 a \
                 century) and strikes by 3.0%.",
                "Land grabs on Estonia rise more under ‘Arm b’, 7.3 times as many (7.30 a century)."
            ]
        );
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
            assert!(answer[0].contains("chance of war"), "{answer:?}");
        }
    }
}
