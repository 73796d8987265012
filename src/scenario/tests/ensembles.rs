//! Joint draws: how they layer, which member a run uses, and what is wrong with a bad one.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::scenario::diagnostics::{Severity, render_all};

/// An assumption set with three joint draws of two figures.
const SET: &str = "title = 'A'\nholders = ['someone']\nwhy = 'because'\n[ensemble]\n\
                   paths = ['choice.precision', 'guarantor.default_cost']\n\
                   members = [[11, 0.21], [12, 0.22], [13, 0.23]]\n";

/// The small world with a set on top, an option and overrides.
fn load_with(set: &str, scenario: &str, option: Option<&str>, sets: &[&str]) -> Result<Scenario, Problems> {
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'world'\n";
    let files = [
        ("world.toml", WORLD),
        ("scenario.toml", &format!("{head}{scenario}")),
        ("joint.toml", set),
    ];
    let (dir, mut request) = folder(&files);
    request.assume = vec![dir.path().join("joint.toml").display().to_string()];
    request.option = option.map(str::to_owned);
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    load(&request)
}

fn stream(path: &str) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(path.bytes().map(u64::from).sum())
}

/// Precision and cost of default that a replication uses.
fn used(scenario: &Scenario, replication: u64) -> (f64, f64) {
    let parameters = scenario.draw(replication, stream).0.parameters;
    (parameters.choice.precision, parameters.guarantor.default_cost)
}

/// The same of the first replication that uses a member.
fn pair(scenario: &Scenario, member: u64) -> (f64, f64) {
    let turn = |r: &u64| scenario.turns().is_none_or(|turns| turns.member(*r) == member);
    used(scenario, (0..10).find(turn).expect("each member has its turn"))
}

#[test]
fn a_run_uses_one_member_and_members_take_turns() {
    let scenario = load_with(SET, "", None, &[]).expect("valid");
    let runs: Vec<(f64, f64)> = (0..6).map(|r| used(&scenario, r)).collect();
    let members = [pair(&scenario, 0), pair(&scenario, 1), pair(&scenario, 2)];
    assert_eq!(
        members,
        [(11.0, 0.21), (12.0, 0.22), (13.0, 0.23)],
        "a member is used whole"
    );
    assert_eq!(runs[..3], runs[3..]);
    assert!(members.iter().all(|m| runs[..3].contains(m)));
    let card = scenario.ensemble.as_ref().expect("an ensemble");
    assert_eq!((card.members, card.paths, card.layer.as_str()), (3, 2, "assume joint"));
    assert_eq!(
        scenario.base.parameters.choice.precision, 12.0,
        "the base holds medians"
    );
}

#[test]
fn an_ensemble_changes_no_other_draw() {
    let bare = load_on_world("", &[]).expect("valid");
    let joint = load_with(SET, "", None, &[]).expect("valid");
    let resolve = |s: &Scenario| s.draw(7, stream).0.states[0].figures.resolve.to_bits();
    assert_eq!(resolve(&bare), resolve(&joint));
}

#[test]
fn a_later_layer_replaces_its_column_and_leaves_the_others_joint() {
    let option = "[[option]]\nname = 'o'\n[option.choice]\nprecision = 20\n";
    let scenario = load_with(SET, option, Some("o"), &[]).expect("valid");
    assert_eq!([pair(&scenario, 0), pair(&scenario, 1)], [(20.0, 0.21), (20.0, 0.22)]);
    let scenario = load_with(SET, "", None, &["guarantor.default_cost=0.5"]).expect("valid");
    assert_eq!([pair(&scenario, 0), pair(&scenario, 1)], [(11.0, 0.5), (12.0, 0.5)]);
    let spread = load_with(SET, "", None, &["choice.precision={ uniform = [30, 31] }"]).expect("valid");
    assert!(pair(&spread, 0).0 > 29.0 && pair(&spread, 0).1 == 0.21);
    assert_eq!(spread.ensemble.map(|e| e.paths), Some(1));
}

#[test]
fn an_ensemble_replaces_what_earlier_layers_said_of_its_figures() {
    let scenario = "[choice]\nprecision = { uniform = [1, 2] }\n";
    assert_eq!(
        pair(&load_with(SET, scenario, None, &[]).expect("valid"), 1),
        (12.0, 0.22)
    );
}

#[test]
fn none_and_a_later_ensemble_replace_the_whole_ensemble() {
    let scenario = "[choice]\nprecision = 5\n";
    let dropped = load_with(SET, scenario, None, &["ensemble=none"]).expect("valid");
    assert_eq!((pair(&dropped, 1), dropped.ensemble), ((5.0, 0.31), None));
    let other = "[[option]]\nname = 'o'\n[option.ensemble]\npaths = ['choice.precision']\nmembers = [[1], [2]]\n";
    let scenario = load_with(SET, &format!("{scenario}{other}"), Some("o"), &[]).expect("valid");
    assert_eq!([pair(&scenario, 0), pair(&scenario, 1)], [(1.0, 0.31), (2.0, 0.31)]);
    let all = load_with(SET, "", None, &["choice.precision=9", "guarantor.default_cost=0.3"]).expect("valid");
    assert_eq!(all.ensemble, None, "nothing is drawn from an ensemble without columns");
}

#[test]
fn a_figure_that_the_world_lacks_is_left_out_with_a_warning() {
    let set = SET.replace("guarantor.default_cost", "challengers.PRK.insecure");
    let scenario = load_with(&set, "", None, &[]).expect("a warning at most");
    let found: Vec<_> = scenario.warnings.iter().map(|d| (d.code, d.severity)).collect();
    assert_eq!(found, [("S0220", Severity::Warning)]);
    assert_eq!(scenario.ensemble.as_ref().map(|e| e.paths), Some(1));
    assert!(
        scenario.base.challenger("PRK").is_none(),
        "an ensemble declares nothing"
    );
}

#[test]
fn the_effective_scenario_tells_the_ensemble_compactly() {
    let scenario = load_with(SET, "", None, &[]).expect("valid");
    let of = |path: &str| {
        let entry = scenario.effective.iter().find(|e| e.path == path).expect("an entry");
        (entry.value.clone(), entry.layer.clone())
    };
    let (whole, layer) = of("ensemble");
    assert!(whole.starts_with("{ members = 3, paths = 2, hash = "), "{whole}");
    assert_eq!(layer, "assume joint");
    assert_eq!(of("choice.precision").0, "{ ensemble = [11, 13] }");
    let other = load_with(&SET.replace("[12, 0.22]", "[12, 0.225]"), "", None, &[]).expect("valid");
    assert_ne!(scenario.hash, other.hash, "the hash covers every draw");
}

#[test]
fn a_bad_ensemble_is_reported_with_place_reason_and_fix() {
    let swap = |from: &str, to: &str| SET.replace(from, to);
    let members = "[[11, 0.21], [12, 0.22], [13, 0.23]]";
    let many = format!("[{}]", vec!["[11, 0.2]"; 2_001].join(", "));
    for (set, code, words) in [
        (
            swap("[12, 0.22]", "[12]"),
            "S0111",
            "member 1 (from 0) of the ensemble has 1 numbers",
        ),
        (swap("[12, 0.22]", "12"), "S0102", "not a row of numbers"),
        (
            swap("[12, 0.22]", "[12, 'x']"),
            "S0102",
            "`guarantor.default_cost` is a string",
        ),
        (swap("[12, 0.22]", "[12, inf]"), "S0103", "not a finite number"),
        (swap("[12, 0.22]", "[12, 7]"), "S0104", "outside 0 to 2"),
        (swap(members, "[]"), "S0111", "has no members"),
        (swap(members, "[[11, 0.2]]"), "S0111", "write the numbers themselves"),
        (swap(members, "3"), "S0102", "a list of rows"),
        (swap(members, &many), "S0212", "2001 members; at most 2000"),
        (
            swap("12, 0.22], [13, 0.23", "12, 0.21], [13, 0.21"),
            "S0108",
            "same value",
        ),
        (
            swap("choice.precision", "choice.precison"),
            "S0101",
            "did you mean `choice.precision`?",
        ),
        (swap("choice.precision", "states.USA.name"), "S0101", "is no figure"),
        (swap("choice.precision", "guarantor.default_cost"), "S0216", "twice"),
        (
            swap("'choice.precision', 'guarantor.default_cost'", ""),
            "S0111",
            "names no figure",
        ),
        (swap("paths", "path"), "S0101", "did you mean `paths`?"),
        (swap("[ensemble]\n", "ensemble = 3\n[choice]\n"), "S0102", "or \"none\""),
        (format!("{SET}[choice]\nprecision = 3\n"), "S0216", "the same layer"),
    ] {
        let found = findings(load_with(&set, "", None, &[]));
        let shown = render_all(&found, false);
        assert!(found.iter().any(|d| d.code == code), "{code}\n{shown}");
        assert!(shown.contains(words), "{words}\n{shown}");
        assert!(shown.contains("joint.toml:"), "{shown}");
    }
}
