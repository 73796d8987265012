//! Cards and claims for people, in 80 columns.

use super::super::table::{WIDTH, wrap};
use super::{Arm, Card, Claim, Comparison, Size};

/// Columns of a heading in the text of one claim or card, indent included.
const HEAD: usize = 14;

/// All claims by card: id, kind and scenarios, and the beginning of the statement.
pub fn list(cards: &[Card]) -> String {
    let mut out = String::new();
    for card in cards.iter().filter(|card| !card.claims.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("{}: {} claims\n", card.id, card.claims.len()));
        for claim in &card.claims {
            let where_tested = match claim.scenarios().as_slice() {
                [] => "(an assumption)".to_owned(),
                names => names.join(", "),
            };
            out.push_str(&format!("  {}\n", claim.id));
            out.push_str(&format!("      {}: {where_tested}\n", claim.kinds()));
            out.push_str(&format!("      {}\n", shorten(&claim.statement, WIDTH - 6)));
        }
    }
    out
}

/// One claim, whole.
pub fn claim_text(card: &Card, claim: &Claim) -> String {
    let mut out = format!("{}  ({}; {})\n\n", claim.id, claim.kinds(), card.id);
    paragraph(&mut out, 2, &claim.statement);
    out.push('\n');
    entry(&mut out, "How", &claim.mechanism);
    entry(&mut out, "Supports", &claim.supports);
    entry(&mut out, "Contradicts", &claim.contradicts);
    if let Some(switch) = &claim.switch {
        let text = format!("{} (off at {}, on at {})", switch.path, switch.off, switch.on);
        entry(&mut out, "Hangs on", &text);
    }
    if let Some(assumption) = &claim.assumption {
        entry(
            &mut out,
            "Assumption",
            &format!("{}. {}", assumption.path, assumption.follows),
        );
    }
    if !claim.conflicts.is_empty() {
        entry(&mut out, "Against", &claim.conflicts.join(", "));
    }
    for test in &claim.tests {
        out.push('\n');
        entry(&mut out, "Scenario", &test.scenario);
        entry(&mut out, "Baseline", &arm(&test.baseline));
        entry(&mut out, "Treatment", &arm(&test.treatment));
        entry(&mut out, "Expected", &expectation(test));
    }
    out
}

/// One card, without the text of its claims.
pub fn card_text(card: &Card) -> String {
    let c = &card.citation;
    let mut out = format!("{}\n\n", card.id);
    paragraph(&mut out, 2, &card.stance);
    out.push('\n');
    for (name, text) in [
        ("Author", &c.author),
        ("Title", &c.title),
        ("Outlet", &c.outlet),
        ("Date", &c.date),
        ("Address", &c.url),
    ] {
        entry(&mut out, name, text);
    }
    if let Some(note) = &c.note {
        entry(&mut out, "Note", note);
    }
    for fact in &card.facts {
        out.push('\n');
        entry(&mut out, "Stated", &fact.text);
        let found = match &fact.correction {
            Some(correction) => format!("{}. {correction}", fact.status.word()),
            None => fact.status.word().to_owned(),
        };
        entry(&mut out, "Check", &found);
        entry(&mut out, "Source", &fact.source);
    }
    if !card.claims.is_empty() {
        let ids: Vec<&str> = card.claims.iter().map(|c| c.id.as_str()).collect();
        out.push('\n');
        entry(&mut out, "Claims", &ids.join(" "));
    }
    out
}

/// What a comparison expects, as a sentence without a full stop.
fn expectation(test: &Comparison) -> String {
    let size = match test.smallest_effect {
        Size::Absolute(x) => format!("{x}"),
        Size::Relative(x) => format!("{} percent", 100.0 * x),
    };
    format!(
        "{} is {}, by {size} or more worth talking about",
        test.metric,
        test.direction.words()
    )
}

fn arm(arm: &Arm) -> String {
    let option = match arm.option.as_str() {
        "" => "no option",
        name => name,
    };
    let sets = arm.set.iter().map(|s| format!(" --set {s}"));
    format!("{option}{}", sets.collect::<String>())
}

fn entry(out: &mut String, name: &str, text: &str) {
    let mut head = format!("  {name}");
    for line in wrap(text, WIDTH - HEAD) {
        out.push_str(&format!("{head:<HEAD$}{line}\n"));
        head.clear();
    }
}

fn paragraph(out: &mut String, indent: usize, text: &str) {
    for line in wrap(text, WIDTH - indent) {
        out.push_str(&format!("{}{line}\n", " ".repeat(indent)));
    }
}

/// The beginning of a text, up to a whole word.
pub fn shorten(text: &str, width: usize) -> String {
    let mut lines = wrap(text, width).into_iter();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_none() {
        return first;
    }
    let mut short = wrap(&first, width - 2).into_iter().next().unwrap_or_default();
    short.push_str(" …");
    short
}
