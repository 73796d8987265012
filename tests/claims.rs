//! What the cards of source articles promise: every claim stands in one and can be put to the test.

use std::fs;
use std::path::Path;

use deterrence::evidence::cards::{Card, Claim, Comparison, Direction, Kind, bundled, check_ties, plan};
use deterrence::model::record::Measure;
use deterrence::scenario::diagnostics::{Report, render_all};
use rayon::prelude::*;

/// Runs in which the arms of a comparison must come apart.
const RUNS: u64 = 6;

fn cards() -> Vec<Card> {
    bundled().unwrap_or_else(|findings| panic!("{}", render_all(&findings, false)))
}

fn all(cards: &[Card]) -> Vec<&Claim> {
    cards.iter().flat_map(|card| &card.claims).collect()
}

#[test]
fn every_article_of_the_readme_has_a_card_with_claims() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/README.md")).expect("a page");
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let named: Vec<&str> = rows.filter(|name| name.ends_with("-2025")).collect();
    let cards = cards();
    let there: Vec<&str> = cards.iter().map(|card| card.id.as_str()).collect();
    assert_eq!(there.len(), 5);
    for id in &there {
        assert!(named.contains(id), "seeds/README.md does not list {id}");
    }
    for id in named {
        let card = cards.iter().find(|card| card.id == id);
        assert!(
            card.is_some_and(|c| c.claims.len() >= 18 && !c.facts.is_empty()),
            "{id}"
        );
    }
}

#[test]
fn the_cards_hold_the_claims_of_all_articles() {
    let cards = cards();
    let claims = all(&cards);
    assert_eq!(claims.len(), 98);
    for kind in [Kind::Emergent, Kind::Switch, Kind::Backcast, Kind::Input] {
        assert!(claims.iter().any(|c| c.kind.contains(&kind)), "{kind:?}");
    }
    let (mut pairs, mut across) = (0, 0);
    for claim in &claims {
        pairs += claim.conflicts.len();
        across += claim
            .conflicts
            .iter()
            .filter(|other| other[..2] != claim.id[..2])
            .count();
    }
    assert!(
        pairs > 100 && across > 60,
        "{pairs} conflicts, {across} between articles"
    );
}

#[test]
fn every_claim_is_tied_to_a_scenario_its_options_and_an_outcome() {
    let mut report = Report::default();
    check_ties(&cards(), &mut report);
    let findings = report.finish();
    assert!(findings.is_empty(), "{}", render_all(&findings, false));
}

/// A comparison of which nothing can come out would be a claim in disguise. A number must differ in itself;
/// what is rare need not happen in a few runs, so that there anything may differ.
#[test]
fn the_arms_of_every_comparison_come_apart() {
    let cards = cards();
    let tests: Vec<(&Claim, &Comparison)> = all(&cards)
        .into_iter()
        .flat_map(|c| c.tests.iter().map(move |t| (c, t)))
        .collect();
    let alike: Vec<String> = tests
        .par_iter()
        .filter(|(_, test)| !come_apart(test))
        .map(|(claim, test)| format!("{}: {} in {}", claim.id, test.metric, test.scenario))
        .collect();
    assert!(alike.is_empty(), "identical arms:\n{}", alike.join("\n"));
}

fn come_apart(test: &Comparison) -> bool {
    let arm = |arm| plan(&test.scenario, arm).expect("every comparison can be run");
    let (first, second) = (arm(&test.baseline), arm(&test.treatment));
    let outcomes = &first.model.measures.outcomes;
    let at = outcomes
        .iter()
        .position(|o| o.id == test.metric)
        .expect("it is reported");
    let speaks_of_sameness = !matches!(test.direction, Direction::Higher | Direction::Lower);
    let must_differ = matches!(outcomes[at].measure, Measure::Number | Measure::Rate) && !speaks_of_sameness;
    (0..RUNS).any(|run| {
        let (x, y) = (first.run(run).record, second.run(run).record);
        if must_differ {
            x.values[at].to_bits() != y.values[at].to_bits()
        } else {
            x.values.len() != y.values.len()
                || x.values.iter().zip(&y.values).any(|(a, b)| a.to_bits() != b.to_bits())
                || x.challenges.len() != y.challenges.len()
        }
    })
}
