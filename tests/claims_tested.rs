//! What `deter claims` promises: every claim gets a verdict that follows its numbers, and arms that claims share are played once.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use deterrence::engine::Halt;
use deterrence::evidence::cards::{Card, bundled, plan};
use deterrence::evidence::claims::{DEFAULT, Order, Tested, Verdict, assess, play, runs_over, select};
use deterrence::scenario::diagnostics::render_all;
use deterrence::study::{Pairs, Reading};
use serde_json::Value;

fn cards() -> Vec<Card> {
    bundled().unwrap_or_else(|findings| panic!("{}", render_all(&findings, false)))
}

fn order<'a>(cards: &'a [Card], names: &[&str], sets: &[&str], runs: u64) -> Order<'a> {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    Order {
        claims: select(cards, &names).expect("names of claims"),
        sets: sets.iter().map(|s| (*s).to_owned()).collect(),
        runs,
        seed: None,
    }
}

fn tested(order: &Order) -> Tested {
    let results = play(order, &Halt::default(), |_, _, _, _| {}).expect("nobody interrupts");
    assess(order, &results, "deter claims", None)
}

/// Claims whose comparisons all run in a scenario, the shortest in months that has several.
fn of_scenario<'a>(cards: &'a [Card], scenario: &str) -> Vec<&'a str> {
    let claims = cards.iter().flat_map(|card| &card.claims);
    claims
        .filter(|c| c.scenarios() == [scenario])
        .map(|c| c.id.as_str())
        .collect()
}

const SHORT: &str = "ukraine-2022-signals";

#[test]
fn every_claim_of_the_cards_gets_a_verdict_and_inputs_alone_are_not_tested() {
    let cards = cards();
    let found = tested(&order(&cards, &[], &[], 2));
    assert_eq!(found.claims.len(), 98);
    for claim in &found.claims {
        assert_eq!(
            claim.verdict == Verdict::NotTested,
            claim.tests.is_empty(),
            "{}",
            claim.id
        );
        assert!(claim.sentence.ends_with('.'), "{}: {}", claim.id, claim.sentence);
        for test in &claim.tests {
            assert_eq!(test.results.len(), 3, "{}", claim.id);
            let broken: Vec<&str> = (test.results.iter())
                .filter(|r| r.verdict.is_none())
                .filter_map(|r| r.reason.as_deref())
                .collect();
            assert!(broken.is_empty(), "{}: {broken:?}", claim.id);
        }
    }
    assert_eq!(found.scoreboard.iter().map(|s| s.claims).sum::<u64>(), 98);
    for s in &found.scoreboard {
        let told = s.supported + s.contradicted + s.not_resolved + s.true_by_construction + s.not_tested;
        assert_eq!((told, s.small <= s.not_resolved), (s.claims, true), "{}", s.card);
    }
}

/// The same numbers as each claim alone, and as a loop over pairs of runs without the engine.
#[test]
fn arms_that_claims_share_give_the_same_numbers_as_comparisons_played_alone() {
    const RUNS: u64 = 12;
    let cards = cards();
    let names = of_scenario(&cards, SHORT);
    assert!(names.len() >= 2, "{names:?}");
    let together = tested(&order(&cards, &names, &["agnostic"], RUNS));
    for (claim, name) in together.claims.iter().zip(&names) {
        let alone = tested(&order(&cards, &[name], &["agnostic"], RUNS));
        assert_eq!(*claim, alone.claims[0], "{name}");
        let test = &claim.tests[0];
        let (a, b) = (
            plan(&test.scenario, &test.baseline).expect("an arm"),
            plan(&test.scenario, &test.treatment).expect("an arm"),
        );
        let place = |p: &deterrence::engine::Plan| {
            p.model
                .measures
                .outcomes
                .iter()
                .position(|o| o.id == test.metric)
                .expect("reported")
        };
        let (x, y) = (place(&a), place(&b));
        let spec = &a.model.measures.outcomes[x];
        let mut pairs = match spec.expected {
            true => Pairs::expected(),
            false => Pairs::new(spec.measure),
        };
        for run in 0..RUNS {
            pairs.add(Reading::of(&a.run(run).record, x), Reading::of(&b.run(run).record, y));
        }
        let told = test.under(DEFAULT).expect("played");
        let contrast = pairs.contrast(0.95);
        assert_eq!(
            (told.difference, told.interval, told.pairs),
            (contrast.difference, contrast.interval, RUNS),
            "{name}"
        );
    }
}

#[test]
fn every_pair_of_runs_belongs_to_one_member_of_the_ensemble() {
    let cards = cards();
    let names = of_scenario(&cards, SHORT);
    let order = order(&cards, &names, &[], 12);
    let results = play(&order, &Halt::default(), |_, _, _, _| {}).expect("nobody interrupts");
    for ((_, _, setting), raw) in &results {
        let raw = raw.as_ref().expect("it can be played");
        let by_member: u64 = raw.members.iter().map(Pairs::n).sum();
        let wanted = if setting == DEFAULT { raw.sums.n() } else { 0 };
        assert!(
            raw.members.is_empty() && raw.sums.n() == 12 || by_member == wanted,
            "{setting}: {by_member}"
        );
    }
}

#[test]
fn the_same_bytes_come_out_for_any_number_of_threads() {
    let cards = cards();
    let names = of_scenario(&cards, SHORT);
    let order = order(&cards, &names[..2], &["agnostic"], 9);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        pool.install(|| serde_json::to_string(&tested(&order)).expect("JSON"))
    };
    assert_eq!(with(1), with(3));
}

/// A set speaks of Russia, and the invented world has none: the set is left out with its reason, the rest is played.
#[test]
fn a_set_that_cannot_be_laid_over_a_scenario_is_told_with_its_reason() {
    let cards = cards();
    let names = of_scenario(&cards, "un-and-regional");
    let found = tested(&order(&cards, &names[..1], &["low-risk"], 2));
    let claim = &found.claims[0];
    assert_eq!((claim.under("low-risk"), claim.under(DEFAULT).is_some()), (None, true));
    let reading = claim.tests[0].under("low-risk").expect("it is told");
    assert!(
        reading
            .reason
            .as_ref()
            .is_some_and(|r| r.contains("challengers.RUS") || r.contains("RUS")),
        "{reading:?}"
    );
    let sets = &claim.holds_in.as_ref().expect("tested").sets;
    assert_eq!(
        (sets.not_played.as_slice(), sets.share),
        (&["low-risk".to_owned()][..], None)
    );
}

#[test]
fn an_interruption_leaves_no_verdict_behind() {
    let cards = cards();
    let names = of_scenario(&cards, SHORT);
    let halt = Halt::default();
    halt.ask();
    assert!(play(&order(&cards, &names, &[], 4), &halt, |_, _, _, _| {}).is_none());
}

#[test]
fn longer_scenarios_have_fewer_runs_but_never_none_and_never_more_than_asked() {
    for runs in [1, 2, 17, 300, 100_000] {
        let mut last = runs;
        for months in [1, 12, 60, 61, 120, 372, 1_200] {
            let n = runs_over(months, runs);
            assert!((1..=last).contains(&n), "{runs} {months}: {n}");
            last = n;
        }
        assert_eq!(runs_over(60, runs), runs);
    }
}

fn deter(dir: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deter"));
    command.args(words).current_dir(dir).env("NO_COLOR", "1");
    command.output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn unknown_names_are_all_told_at_once_with_names_near_them() {
    let dir = tempfile::tempdir().expect("a folder");
    let words = [
        "claims",
        "a0-us-belief",
        "kagan",
        "qqqqqq",
        "--assume",
        "spiral-modle",
        "--out",
        "out",
    ];
    let output = deter(dir.path(), &words);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    for part in [
        "`a0-us-belief-keystone`",
        "`kagan-2025`",
        "`qqqqqq`",
        "deter list claims",
        "`spiral-model`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!dir.path().join("out").exists(), "nothing is written");
}

#[test]
fn json_files_and_pages_say_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let cards = cards();
    let name = of_scenario(&cards, SHORT)[0];
    let words = [
        "claims",
        name,
        "--runs",
        "4",
        "--assume",
        "agnostic",
        "--date",
        "2026-01-31",
        "--out",
        "out",
        "--json",
    ];
    let output = deter(dir.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON on standard output, and nothing else");
    assert_eq!(
        (&value["format"], &value["date"]),
        (&"deter.claims/1".into(), &"2026-01-31".into())
    );
    let claim = &value["claims"][0];
    assert_eq!(claim["id"], name);
    for key in [
        "card",
        "verdict",
        "sentence",
        "tests",
        "holds_in",
        "by_setting",
        "statement",
        "kind",
    ] {
        assert!(!claim[key].is_null(), "{key}: {claim}");
    }
    for key in [
        "setting",
        "verdict",
        "pairs",
        "difference",
        "interval",
        "changed",
        "small",
    ] {
        assert!(claim["tests"][0]["results"][0].get(key).is_some(), "{key}");
    }
    let out = dir.path().join("out");
    let read = |file: &str| fs::read_to_string(out.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    assert_eq!(read("claims.json"), text(&output.stdout));
    let card = claim["card"].as_str().expect("a card");
    let verdict = claim["verdict"].as_str().expect("a verdict");
    for file in ["claims.md".to_owned(), format!("{card}.md")] {
        let page = read(&file);
        assert!(
            page.contains(name) && page.contains(verdict) && page.contains("2026-01-31"),
            "{file}: {page}"
        );
    }
    let rows = claim["tests"].as_array().expect("comparisons").len() * 4;
    assert_eq!(read("claims.csv").lines().count(), 1 + rows);
    for ending in ["svg", "png", "csv", "json"] {
        assert!(out.join(format!("matrix-{card}.{ending}")).is_file(), "{ending}");
    }
    let back: Tested = serde_json::from_str(&read("claims.json")).expect("it reads back");
    assert_eq!(back.claims[0].id, name);
}

#[test]
fn a_named_claim_is_told_whole_and_a_card_as_a_table_in_eighty_columns() {
    let dir = tempfile::tempdir().expect("a folder");
    let cards = cards();
    let name = of_scenario(&cards, SHORT)[0];
    let story = text(&deter(dir.path(), &["claims", name, "--runs", "4", "--assume", "agnostic"]).stdout);
    for part in [
        name,
        "Verdict",
        "Members",
        "Compared",
        "switch off",
        "switch on",
        "agnostic",
        "95% intervals",
    ] {
        assert!(story.contains(part), "{part}: {story}");
    }
    let found = tested(&order(&cards, &[name], &["agnostic"], 2));
    let table = deterrence::evidence::claims::table(&found);
    for line in story.lines().chain(table.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(table.contains("By article") && table.contains(name), "{table}");
}
