//! A mistake in a card is found, placed and does not hide the next.

use std::sync::Arc;

use super::*;

const GOOD: &str = r#"
id = "author-2025"
stance = "Something follows from something."

[citation]
author = "A. Author"
title = "On Something"
outlet = "A Journal"
date = "2025"
url = "unknown"

[[fact]]
text = "It rained."
status = "confirmed"
source = "general knowledge"

[[claim]]
id = "a9-rain-deters"
kind = ["emergent"]
statement = "Rain deters."
mechanism = "Mud."
supports = "Fewer acts in rain."
contradicts = "More."
conflicts = ["a9-rain-tempts"]
switch = { path = "beliefs.reputation", off = 0, on = 1 }

[[claim.test]]
scenario = "status-quo"
baseline = {}
treatment = { option = "ceasefire", set = ["beliefs.drift=0"] }
metric = "war"
direction = "not_higher"
smallest_effect = { absolute = 0.02 }

[[claim]]
id = "a9-rain-tempts"
kind = ["input"]
statement = "Rain is lawful."
mechanism = "None."
supports = "Nothing."
contradicts = "Nothing."
conflicts = ["a9-rain-deters"]
assumption = { path = "ladder.strike.clarity", follows = "Less." }
"#;

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText {
        name: "seeds/author-2025.toml".into(),
        text: text.into(),
    })
}

fn findings(text: &str) -> Vec<Diagnostic> {
    gather([source(text)]).err().unwrap_or_default()
}

fn codes_of(text: &str) -> Vec<&'static str> {
    findings(text).iter().map(|f| f.code).collect()
}

#[test]
fn a_card_is_read_whole() {
    let cards = gather([source(GOOD)]).expect("a sound card");
    let mut report = Report::default();
    check_ties(&cards, &mut report);
    assert!(report.finish().is_empty());
    let card = &cards[0];
    assert_eq!((card.facts.len(), card.claims.len()), (1, 2));
    let test = &card.claims[0].tests[0];
    assert_eq!(
        test.baseline,
        Arm {
            option: String::new(),
            set: Vec::new()
        }
    );
    assert_eq!(test.direction, Direction::NotHigher);
    assert_eq!(card.claims[0].article(), "a9");
    assert_eq!(card.claims[1].kinds(), "input");
}

#[test]
fn one_mistake_does_not_hide_the_next() {
    let text = GOOD
        .replace("status = \"confirmed\"", "status = \"sure\"")
        .replace("mechanism = \"Mud.\"\n", "")
        .replace("direction = \"not_higher\"", "direction = \"sideways\"")
        .replace("follows = \"Less.\"", "follows = \"Less.\", but = 1");
    let found = findings(&text);
    assert!(found.iter().all(|f| f.code == "S0401"), "{found:?}");
    for part in ["sure", "mechanism", "sideways", "but"] {
        let named = found.iter().filter(|f| f.message.contains(part)).count();
        assert_eq!(named, 1, "{part}: {found:?}");
    }
}

#[test]
fn findings_point_at_their_line() {
    let text = GOOD.replace("direction = \"not_higher\"", "direction = \"sideways\"");
    let line = text.lines().position(|l| l.contains("sideways")).map(|i| i + 1);
    assert_eq!(findings(&text)[0].line, line);
}

#[test]
fn every_rule_on_claims_is_enforced() {
    let cases = [
        ("conflicts = [\"a9-rain-deters\"]", "", "S0405"),
        ("[\"a9-rain-tempts\"]", "[\"a9-snow\"]", "S0404"),
        ("off = 0, on = 1", "off = 1, on = 1", "S0406"),
        (
            "baseline = {}",
            "baseline = { option = \"ceasefire\", set = [\"beliefs.drift=0\"] }",
            "S0406",
        ),
        ("absolute = 0.02", "absolute = 0.0", "S0104"),
        ("kind = [\"input\"]", "kind = [\"emergent\"]", "S0403"),
        ("kind = [\"emergent\"]", "kind = []", "S0403"),
        ("id = \"author-2025\"", "id = \"author-2026\"", "S0402"),
        ("id = \"a9-rain-tempts\"", "id = \"a8-rain-tempts\"", "S0402"),
        ("id = \"a9-rain-tempts\"", "id = \"a9-rain-deters\"", "S0216"),
        ("supports = \"Nothing.\"", "supports = \" \"", "S0106"),
        ("[citation]", "[citation", "S0005"),
        ("[[fact]]", "[fact]", "S0102"),
    ];
    for (from, to, code) in cases {
        assert!(GOOD.contains(from), "{from}");
        let found = codes_of(&GOOD.replace(from, to));
        assert!(found.contains(&code), "{from} to {to}: {found:?}");
    }
}

#[test]
fn a_comparison_that_cannot_be_run_is_found() {
    let cases = [
        ("\"status-quo\"", "\"status-quos\""),
        ("option = \"ceasefire\"", "option = \"cease\""),
        ("beliefs.drift=0", "beliefs.draft=0"),
        ("metric = \"war\"", "metric = \"wars\""),
        ("path = \"beliefs.reputation\"", "path = \"beliefs.standing\""),
        ("path = \"ladder.strike.clarity\"", "path = \"ladder.strike.law\""),
    ];
    for (from, to) in cases {
        let mut report = Report::default();
        let card = read(&source(&GOOD.replace(from, to)), &mut report).expect("a card");
        check_ties(&[card], &mut report);
        let found = report.finish();
        assert!(
            !found.is_empty() && found.iter().all(|f| f.code == "S0407"),
            "{to}: {found:?}"
        );
    }
}

#[test]
fn texts_fit_eighty_columns() {
    let cards = bundled().unwrap_or_else(|found| panic!("{}", found[0]));
    let mut pages = vec![list(&cards)];
    for card in &cards {
        pages.push(card_text(card));
        pages.extend(card.claims.iter().map(|claim| claim_text(card, claim)));
    }
    for line in pages.iter().flat_map(|page| page.lines()) {
        // An address is one long word, which nothing may break.
        let unbreakable = line.split_whitespace().any(|word| word.chars().count() > 60);
        assert!(line.chars().count() <= 80 || unbreakable, "{line}");
    }
}
