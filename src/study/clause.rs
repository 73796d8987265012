//! What the arms do to one outcome, as clauses of a sentence: `fall most under ‘A’, by 35% compared with ‘B’ (18 instead
//! of 28 a year), and less under two other options`.

use std::cell::Cell;

use super::estimate::{Settle, settle, weight_of};
use super::format::{Compared, Comparison, Difference};
use super::number::{self, Levels, Show, show};
use super::pairs::Verdict;
use super::phrase::Subject;
use crate::chart::data::sentence;

/// Names that a clause lists before it counts.
const MOST_NAMES: usize = 2;
/// From this ratio on a rise is told as a multiple.
const MULTIPLE: f64 = 2.0;
/// Share of the smallest difference worth talking about below which a difference is next to nothing.
const TRIFLE: f64 = 0.1;
/// The option of the first sentence begins before this column, so that the first line of eighty answers.
const FIRST_LINE: usize = 64;
/// Most options beside the baseline of which the first is the one that the question asks about. Where more are compared,
/// the question is which of them.
const FEW: usize = 3;

/// The option that the question names: the first of a few; nothing where many are compared.
pub(super) fn asked(comparison: &Comparison) -> &str {
    match comparison.arms.get(1) {
        Some(arm) if comparison.arms.len() <= FEW + 1 => &arm.id,
        _ => "",
    }
}

/// A small number in words.
pub(super) fn word(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    WORDS.get(n).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// A list with its last comma replaced by a word.
pub(super) fn names(items: &[String], last: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((one, [])) => one.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// Clauses about one outcome.
pub(super) struct Clauses<'a> {
    comparison: &'a Comparison,
    compared: &'a Compared,
    subject: &'a Subject,
    show: Show,
    baseline: f64,
    levels: Levels,
    /// The baseline is named once a sentence, if at all.
    is_named: Cell<bool>,
    /// The first sentence of the answer, which has to answer on its first line.
    is_first: bool,
    /// The option that does most is named before the subject.
    is_fronted: Cell<bool>,
    /// Its level is told once a sentence.
    is_told: Cell<bool>,
}

impl<'a> Clauses<'a> {
    /// Clauses that name the baseline or leave it to an earlier sentence.
    pub(super) fn new(
        comparison: &'a Comparison,
        compared: &'a Compared,
        subject: &'a Subject,
        names_baseline: bool,
    ) -> Self {
        let show = show(compared);
        let baseline = compared.level(&comparison.baseline).unwrap_or_default();
        let moved = compared.contrasts.iter().filter(|d| d.verdict != Verdict::NotResolved);
        Self {
            comparison,
            compared,
            subject,
            show,
            baseline,
            levels: Levels::new(show, baseline, moved.filter_map(|d| compared.level(&d.arm))),
            is_named: Cell::new(!names_baseline),
            is_first: names_baseline,
            is_fronted: Cell::new(false),
            is_told: Cell::new(false),
        }
    }

    /// Everything about the outcome, in one sentence.
    pub(super) fn sentence(&self) -> String {
        let all: Vec<&Difference> = self.compared.contrasts.iter().collect();
        let asked = asked(self.comparison);
        let open: Vec<&Difference> = all
            .iter()
            .copied()
            .filter(|d| d.verdict == Verdict::NotResolved)
            .collect();
        // What cannot be shown of the very option that is asked about comes first.
        if open.iter().any(|d| d.arm == asked) {
            let text = format!(
                "No difference in {} can be shown under {}{}; {}",
                self.subject.noun,
                self.labels(&open),
                self.compared_with(" compared with"),
                if self.subject.is_plural { "they" } else { "it" }
            );
            let others: Vec<&Difference> = all.into_iter().filter(|d| d.verdict != Verdict::NotResolved).collect();
            return self.closed(&text, &others, None);
        }
        self.closed(&self.subject.noun, &all, None)
    }

    /// The outcome under one option, with what else moves under it.
    pub(super) fn under_one(&self, d: &Difference, also: &[String]) -> String {
        let levels = self.paren(d);
        let text = match self.multiple(d) {
            Some(ratio) => {
                let with = self.compared_with(" as under");
                format!("{} are {ratio:.1} times as many{with}{levels}", self.subject.noun)
            }
            None => {
                let with = self.compared_with(" compared with");
                format!(
                    "{} {} by {}{with}{levels}",
                    self.subject.noun,
                    self.verb(d.verdict),
                    number::size(self.show, d)
                )
            }
        };
        let also = match also {
            [one] => format!(" and {one}"),
            many => format!(", {}", names(many, "and")),
        };
        format!("Under {}, {text}{also}.", self.label(d))
    }

    /// What the other options do, after one was told.
    pub(super) fn others(&self, told: &Difference) -> String {
        let rest: Vec<&Difference> = self.compared.contrasts.iter().filter(|d| d.arm != told.arm).collect();
        self.is_told.set(true);
        self.closed(&self.subject.noun, &rest, Some(told))
    }

    /// A sentence about these contrasts; `than` is the one that was told before.
    fn closed(&self, start: &str, all: &[&Difference], than: Option<&Difference>) -> String {
        // What is resolved and yet next to nothing is not said to move, unless nothing moves more.
        let is_trifle = |d: &Difference| weight_of(self.comparison, self.compared, d) < TRIFLE;
        let has_more = all.iter().any(|d| !is_trifle(d));
        let of = |verdict: Verdict| -> Vec<&Difference> {
            let told = |d: &Difference| match has_more && is_trifle(d) {
                true => Verdict::NotResolved,
                false => d.verdict,
            };
            let mut found: Vec<&Difference> = all.iter().copied().filter(|d| told(d) == verdict).collect();
            found.sort_by(|a, b| size(b).total_cmp(&size(a)));
            found
        };
        let mut sides = [
            (Verdict::Lower, of(Verdict::Lower)),
            (Verdict::Higher, of(Verdict::Higher)),
        ];
        // The side of the option that the question names is told first, else the one that holds the larger difference.
        let leads = |side: &[&Difference]| {
            let asked = asked(self.comparison);
            let is_asked = side
                .iter()
                .any(|d| d.arm == asked || than.is_some_and(|t| t.verdict == d.verdict));
            (is_asked, side.first().map_or(0.0, |d| size(d)))
        };
        if leads(&sides[1].1) > leads(&sides[0].1) {
            sides.swap(0, 1);
        }
        let leading = sides.iter().map(|(_, side)| side).find(|side| !side.is_empty());
        let candidate = leading.and_then(|side| self.front(side));
        let front = candidate.clone().filter(|_| self.is_fronted.get());
        let mut parts = Vec::new();
        for (verdict, side) in &sides {
            parts.extend(match front.is_some() && parts.is_empty() {
                true => self.fronted(*verdict, side),
                false => self.side(*verdict, side, than),
            });
        }
        let open = of(Verdict::NotResolved);
        let still = self.still(&open);
        // After a front that holds for the first side only, the other side begins a clause of its own.
        let and = match (&front, self.subject.is_plural) {
            (None, _) => ", and ",
            (Some(_), true) => "; they ",
            (Some(_), false) => "; it ",
        };
        let mut text = match &front {
            Some(label) => format!("Under {label}, {start} "),
            None => format!("{start} "),
        };
        if parts.is_empty() {
            parts.extend(still);
            text.push_str(&parts.join(""));
        } else {
            text.push_str(&parts.join(and));
            still.iter().for_each(|s| text.push_str(&format!("; {s}")));
        }
        text.push('.');
        let may_front = self.is_first && start == self.subject.noun && !self.is_fronted.replace(true);
        let begins = |label: &String| text.find(label.as_str()).map_or(0, |at| text[..at].chars().count());
        if may_front && candidate.is_some_and(|label| begins(&label) > FIRST_LINE) {
            // Once more, with the option before a subject that leaves it no room on the first line.
            self.is_named.set(false);
            self.is_told.set(false);
            return self.closed(start, all, than);
        }
        sentence(&text)
    }

    /// The option that is named before a long subject: the one that does most, unless another one is asked about.
    fn front(&self, side: &[&Difference]) -> Option<String> {
        let asked = asked(self.comparison);
        let is_clear = |d: &Difference| d.arm == asked || side.iter().all(|other| other.arm != asked);
        side.first().filter(|d| is_clear(d)).map(|d| self.label(d))
    }

    /// The leading side after its strongest option was named.
    fn fronted(&self, verdict: Verdict, side: &[&Difference]) -> Option<String> {
        let (strongest, rest) = side.split_first()?;
        let verb = self.verb(verdict);
        let tail = self.tail(strongest);
        Some(match rest {
            [] => format!("{verb} {tail}"),
            [one] => format!("{verb} most, {tail}, and less under {}", self.label(one)),
            many => format!("{verb} most, {tail}, and less under {} other options", word(many.len())),
        })
    }

    /// The arms that move the outcome to one side, the largest first.
    fn side(&self, verdict: Verdict, side: &[&Difference], than: Option<&Difference>) -> Option<String> {
        let (strongest, rest) = side.split_first()?;
        let verb = self.verb(verdict);
        let total = self.comparison.arms.len().saturating_sub(1);
        let others = match rest {
            [one] => self.label(one),
            many => format!("{} other options", word(many.len())),
        };
        if let Some(than) = than.filter(|t| t.verdict == verdict) {
            let degree = if size(strongest) > size(than) { "more" } else { "less" };
            let also = if rest.is_empty() {
                String::new()
            } else {
                format!(", and also under {others}")
            };
            return Some(format!(
                "{verb} {degree} under {}, {}{also}",
                self.label(strongest),
                self.tail(strongest)
            ));
        }
        let asked = asked(self.comparison);
        Some(match (rest, rest.iter().find(|d| d.arm == asked)) {
            ([], _) => self.single(verb, strongest),
            (_, Some(asked)) => {
                let degree = if rest.len() == 1 { "more" } else { "most" };
                let single = self.single(verb, asked);
                format!(
                    "{single}, and {degree} under {}, {}",
                    self.label(strongest),
                    self.tail(strongest)
                )
            }
            _ if side.len() == total => {
                let all = if total == 2 {
                    "both".to_owned()
                } else {
                    format!("all {}", word(total))
                };
                let most = if total == 2 { "more" } else { "most" };
                format!(
                    "{verb} under {all} options, {most} under {}, {}",
                    self.label(strongest),
                    self.tail(strongest)
                )
            }
            _ => format!(
                "{verb} most under {}, {}, and less under {others}",
                self.label(strongest),
                self.tail(strongest)
            ),
        })
    }

    /// Options by name, or their number where there are more than a sentence bears.
    fn labels(&self, arms: &[&Difference]) -> String {
        match arms {
            few if few.len() <= MOST_NAMES => {
                let labels: Vec<String> = few.iter().map(|d| self.label(d)).collect();
                names(&labels, "or")
            }
            many if many.len() + 1 == self.comparison.arms.len() => format!("any of the {} options", word(many.len())),
            many => format!("the other {}", word(many.len())),
        }
    }

    /// The arms whose difference cannot be shown.
    fn still(&self, open: &[&Difference]) -> Option<String> {
        if open.is_empty() {
            return None;
        }
        let names = self.labels(open);
        let is_small = |d: &&Difference| {
            let is_ruled = || settle(self.comparison, self.compared, d) == Some(Settle::Ruled);
            d.changed == 0 || d.verdict != Verdict::NotResolved || is_ruled()
        };
        Some(match open.iter().all(is_small) {
            true => format!("next to nothing changes under {names}"),
            false => format!("no difference can be shown under {names}"),
        })
    }

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

    fn label(&self, d: &Difference) -> String {
        format!("‘{}’", self.comparison.label(&d.arm))
    }

    /// The baseline after a word, the first time.
    fn compared_with(&self, word: &str) -> String {
        match self.is_named.replace(true) {
            true => String::new(),
            false => format!("{word} ‘{}’", self.comparison.baseline_label()),
        }
    }

    /// A ratio that is told as a multiple.
    fn multiple(&self, d: &Difference) -> Option<f64> {
        d.ratio.filter(|r| number::is_relative(self.show) && *r >= MULTIPLE)
    }

    /// ` (0.94 instead of 0.89 a century)`; the second time without the baseline; nothing where the two look the same.
    fn paren(&self, d: &Difference) -> String {
        let level = self.compared.level(&d.arm).unwrap_or(self.baseline);
        if self.levels.bare(level) == self.levels.bare(self.baseline) {
            return String::new();
        }
        match self.is_told.replace(true) {
            true => format!(" ({})", self.levels.with_unit(level)),
            false => format!(
                " ({} instead of {})",
                self.levels.bare(level),
                self.levels.with_unit(self.baseline)
            ),
        }
    }

    /// From where to where; by how much where the two look the same.
    fn span(&self, d: &Difference) -> String {
        let level = self.compared.level(&d.arm).unwrap_or(self.baseline);
        if self.levels.bare(level) == self.levels.bare(self.baseline) {
            return format!(
                "by {}{}",
                number::size(self.show, d),
                self.compared_with(" compared with")
            );
        }
        let to = self.levels.with_unit(level);
        match self.is_told.replace(true) {
            true => format!("to {to}"),
            false => {
                let from = self.levels.short(self.baseline);
                format!("from {from}{} to {to}", self.compared_with(" under"))
            }
        }
    }

    /// The only option of a side.
    fn single(&self, verb: &str, d: &Difference) -> String {
        let label = self.label(d);
        if !number::is_relative(self.show) {
            return format!("{verb} {} under {label}", self.span(d));
        }
        match self.multiple(d) {
            Some(ratio) => {
                let with = self.compared_with(" as under");
                format!("are {ratio:.1} times as many under {label}{with}{}", self.paren(d))
            }
            None => {
                let with = self.compared_with(" compared with");
                format!(
                    "{verb} by {} under {label}{with}{}",
                    number::size(self.show, d),
                    self.paren(d)
                )
            }
        }
    }

    /// How far an option that was named goes.
    fn tail(&self, d: &Difference) -> String {
        if !number::is_relative(self.show) {
            return self.span(d);
        }
        match self.multiple(d) {
            Some(ratio) => {
                let with = self.compared_with(" as under");
                format!("{ratio:.1} times as many{with}{}", self.paren(d))
            }
            None => {
                let with = self.compared_with(" compared with");
                format!("by {}{with}{}", number::size(self.show, d), self.paren(d))
            }
        }
    }
}

/// Size of a difference.
fn size(d: &Difference) -> f64 {
    d.difference.map_or(0.0, f64::abs)
}
