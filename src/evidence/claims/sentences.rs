//! The verdict on a claim in plain words.

use super::assess::is_unmoved;
use super::format::{DEFAULT, OFF, ON, Outcome, Verdict};
use super::verdict::Standing;
use crate::chart::data::sentence;
use crate::evidence::cards::{Claim, Kind};
use crate::numerals::counted;

/// One to four sentences.
pub fn of(outcome: &Outcome, claim: &Claim) -> String {
    let mut sentences = vec![verdict(outcome, claim)];
    sentences.extend(kind(outcome));
    if outcome.verdict != Verdict::ByConstruction {
        sentences.extend(switch(outcome, claim));
    }
    sentences.extend(settled(outcome));
    sentences.join(" ")
}

fn verdict(outcome: &Outcome, claim: &Claim) -> String {
    match outcome.verdict {
        Verdict::NotTested => match &claim.assumption {
            Some(assumption) => format!(
                "Not tested: the model takes it in as {}. {}",
                assumption.path,
                assumption.follows.trim()
            ),
            None => "Not tested: the model takes it in and cannot show it wrong.".to_owned(),
        },
        Verdict::Supported => {
            "Supported in this model: every comparison comes out as the claim says, by the smallest effect \
                               or more."
                .to_owned()
        }
        Verdict::Contradicted => {
            let against = outcome
                .tests
                .iter()
                .filter(|t| stands(t, DEFAULT) == Some(Standing::Contradicted))
                .count();
            format!(
                "Contradicted in this model, which does not make it false of the world: {} out against it.",
                of_tests(against, outcome.tests.len(), "comes", "come")
            )
        }
        Verdict::ByConstruction if outcome.under(OFF) == Some(Standing::Supported) => {
            let switch = claim
                .switch
                .as_ref()
                .map_or_else(String::new, |s| format!(" ({}={})", s.path, s.off));
            format!(
                "True by construction: it holds with its switch off{switch} too, so that what holds it up is not the mechanism \
                 that it names."
            )
        }
        Verdict::ByConstruction => {
            "True by construction: the difference is the same under every assumption set and at both ends \
                                    of its switch, so that nothing that is disputed could have changed it."
                .to_owned()
        }
        Verdict::NotResolved => not_resolved(outcome),
    }
}

fn not_resolved(outcome: &Outcome) -> String {
    let tests = &outcome.tests;
    if tests.iter().any(|t| stands(t, DEFAULT).is_none()) {
        return "Not resolved: a comparison cannot be played.".to_owned();
    }
    let unseen = |t: &&super::Test| t.under(DEFAULT).is_some_and(|r| r.difference.is_none());
    if tests.iter().any(|t| unseen(&t)) {
        return "Not resolved: what a comparison speaks of was never observed.".to_owned();
    }
    let is_bare = |t: &super::Test| {
        t.under(DEFAULT)
            .is_some_and(|r| r.difference.is_some() && r.interval.is_none())
    };
    if tests.iter().any(is_bare) {
        return "Not resolved: so few pairs of runs have no interval; ask for more with --runs.".to_owned();
    }
    if tests
        .iter()
        .all(|t| is_unmoved(t) && t.under(DEFAULT).is_some_and(|r| r.changed == 0))
    {
        return "Not resolved: its arms never differ in what it speaks of, under no set and at no end of its switch. More runs \
                may show rare cases; otherwise the model cannot tell them apart."
            .to_owned();
    }
    if outcome.small {
        return "Not resolved, and small: every comparison rules out a difference worth talking about, so that more runs would \
                not change it."
            .to_owned();
    }
    let supported = tests
        .iter()
        .filter(|t| stands(t, DEFAULT) == Some(Standing::Supported))
        .count();
    let small = tests
        .iter()
        .filter(|t| stands(t, DEFAULT) == Some(Standing::NotResolved) && t.under(DEFAULT).is_some_and(|r| r.small));
    let mut text = match supported {
        0 => {
            "Not resolved: no comparison comes out on one side by more than chance and the smallest effect.".to_owned()
        }
        n => format!(
            "Not resolved: {} out as it says.",
            of_tests(n, tests.len(), "comes", "come")
        ),
    };
    match small.count() {
        0 => {}
        n => text.push_str(&format!(
            " {} a difference worth talking about.",
            sentence(&of_tests(n, tests.len(), "rules out", "rule out"))
        )),
    }
    text
}

fn stands(test: &super::Test, setting: &str) -> Option<Standing> {
    test.under(setting)?.verdict
}

fn of_tests(n: usize, all: usize, one: &str, many: &str) -> String {
    match (n, all) {
        (1, 1) => format!("its comparison {one}"),
        (n, all) if n == all => format!("all {all} comparisons {many}"),
        (1, all) => format!("1 of {all} comparisons {one}"),
        (n, all) => format!("{n} of {all} comparisons {many}"),
    }
}

/// What the kind of the claim lets one say.
fn kind(outcome: &Outcome) -> Option<String> {
    if !outcome.kind.contains(&Kind::Backcast) {
        return None;
    }
    let word = match outcome.verdict {
        Verdict::Supported | Verdict::ByConstruction => "is consistent with the record that it speaks of",
        Verdict::Contradicted => "is not consistent with the record as the claim reads it",
        _ => return None,
    };
    Some(format!("It speaks of what happened: the model {word}."))
}

/// What its parameter at both ends says.
fn switch(outcome: &Outcome, claim: &Claim) -> Option<String> {
    let switch = claim.switch.as_ref().filter(|_| !outcome.tests.is_empty())?;
    let word = |setting: &str| outcome.under(setting).map_or("cannot be played", Standing::word);
    Some(format!(
        "With {} at {} it is {}, at {} {}.",
        switch.path,
        switch.off,
        word(OFF),
        switch.on,
        word(ON)
    ))
}

fn settled(outcome: &Outcome) -> Option<String> {
    let pairs = outcome
        .settled_after
        .filter(|_| outcome.verdict == Verdict::NotResolved)?;
    Some(format!(
        "About {} would settle what is open.",
        counted(pairs, "pair of runs")
    ))
}
