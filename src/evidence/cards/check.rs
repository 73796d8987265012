//! What claims must fulfil among each other, whatever scenarios there are.

use std::collections::BTreeMap;

use super::{Card, Claim, Kind};
use crate::scenario::codes;
use crate::scenario::diagnostics::{Diagnostic, Place, Report, Severity, show};

/// Checks cards that belong together; every error goes to the report.
pub fn check(cards: &[Card], report: &mut Report) {
    let mut all: BTreeMap<&str, &Claim> = BTreeMap::new();
    for card in cards {
        check_name(card, report);
        for claim in &card.claims {
            if all.insert(&claim.id, claim).is_some() {
                let message = format!("there are two claims `{}`", show(&claim.id));
                push(report, codes::DUPLICATE, claim.at.as_ref(), message);
            }
        }
        check_articles(card, report);
    }
    for claim in cards.iter().flat_map(|card| &card.claims) {
        check_claim(claim, report);
        check_conflicts(claim, &all, report);
    }
}

fn push(report: &mut Report, code: &'static str, at: Option<&Place>, message: String) {
    report.push(finding(code, at, message));
}

/// A finding at its place, or without one for a card that was never a text.
pub(super) fn finding(code: &'static str, at: Option<&Place>, message: String) -> Diagnostic {
    match at {
        Some(place) => Diagnostic::error(code, place, message),
        None => Diagnostic::bare(code, Severity::Error, message),
    }
}

/// A card is called like its file, because scenarios name it in `sources`.
fn check_name(card: &Card, report: &mut Report) {
    let Some(at) = &card.at else { return };
    let file = at.source.name.rsplit('/').next().unwrap_or_default();
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    if stem != card.id {
        let message = format!("the card `{}` stands in a file called `{}`", show(&card.id), show(file));
        push(report, codes::OTHER_CARD, Some(at), message);
    }
}

fn check_articles(card: &Card, report: &mut Report) {
    let Some(first) = card.claims.first() else { return };
    for claim in &card.claims {
        if claim.article() != first.article() {
            let message = format!(
                "claim `{}` stands among those of article `{}`",
                show(&claim.id),
                first.article()
            );
            push(report, codes::OTHER_CARD, claim.at.as_ref(), message);
        }
    }
}

fn check_claim(claim: &Claim, report: &mut Report) {
    let id = show(&claim.id);
    let at = claim.at.as_ref();
    for (key, text) in [
        ("statement", &claim.statement),
        ("mechanism", &claim.mechanism),
        ("supports", &claim.supports),
        ("contradicts", &claim.contradicts),
    ] {
        if text.trim().is_empty() {
            push(report, codes::MISSING, at, format!("claim `{id}`: `{key}` is empty"));
        }
    }
    let mut kinds = claim.kind.clone();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() || kinds.len() != claim.kind.len() {
        let message = format!("claim `{id}`: `kind` names no kind, or one twice");
        push(report, codes::NO_TEST, at, message);
    }
    let is_input = kinds.contains(&Kind::Input);
    if is_input && (kinds.len() > 1 || claim.assumption.is_none() || !claim.tests.is_empty()) {
        let message = format!("claim `{id}`: an input has an `assumption`, no test and no other kind");
        push(report, codes::NO_TEST, at, message);
    }
    if !is_input && (claim.tests.is_empty() || claim.switch.is_none() || claim.assumption.is_some()) {
        let message = format!("claim `{id}`: a claim that is no input has tests, a `switch` and no `assumption`");
        push(report, codes::NO_TEST, at, message);
    }
    if let Some(switch) = &claim.switch
        && (switch.off == switch.on || !switch.off.is_finite() || !switch.on.is_finite())
    {
        let message = format!("claim `{id}`: `switch` needs two different numbers");
        push(report, codes::NO_CONTRAST, at, message);
    }
    for test in &claim.tests {
        let at = test.at.as_ref();
        if test.baseline == test.treatment {
            let message = format!("claim `{id}`: baseline and treatment are the same");
            push(report, codes::NO_CONTRAST, at, message);
        }
        let size = test.smallest_effect.number();
        if !(size > 0.0 && size.is_finite()) {
            let message = format!("claim `{id}`: the smallest effect is not above 0");
            push(report, codes::OUT_OF_RANGE, at, message);
        }
    }
}

fn check_conflicts(claim: &Claim, all: &BTreeMap<&str, &Claim>, report: &mut Report) {
    let id = show(&claim.id);
    let at = claim.at.as_ref();
    for (i, other) in claim.conflicts.iter().enumerate() {
        if claim.conflicts[..i].contains(other) {
            let message = format!("claim `{id}` names its conflict with `{}` twice", show(other));
            push(report, codes::DUPLICATE, at, message);
            continue;
        }
        match all.get(other.as_str()) {
            None => {
                let message = format!("claim `{id}` conflicts with `{}`, which no card has", show(other));
                let found = finding(codes::NO_SUCH_CLAIM, at, message);
                report.push(found.nearest(other, all.keys().copied()));
            }
            Some(rival) if *other == claim.id || !rival.conflicts.contains(&claim.id) => {
                let message = format!("claim `{id}` conflicts with `{}`, which does not say so", show(other));
                push(report, codes::ONE_SIDED, at, message);
            }
            Some(_) => {}
        }
    }
}
