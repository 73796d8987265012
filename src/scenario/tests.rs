//! Promises of the scenario reader, one test a rule.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use tempfile::TempDir;

use super::diagnostics::{Diagnostic, Severity, render_all};
use super::*;
use crate::model::inputs::{Answer, EventKind};

/// A small world in which everything is right.
const WORLD: &str = r#"
title = "A small world"
question = "Does it hold?"
sources = ["card-one"]
[run]
months = 24
start = "2026-03"
[states.USA]
name = "United States"
nuclear = "assured_second_strike"
brigades = 45
resolve = { normal = [0.4, 1.0] }
[states.POL]
name = "Poland"
hedges = ["rearm", "umbrella"]
[states.EST]
name = "Estonia"
[states.RUS]
name = "Russia"
nuclear = "assured_second_strike"
[arrangements.nato]
members = ["USA", "POL", "EST"]
coverage = "land_grab"
decision_rule = "veto"
veto = ["POL"]
depth_by.EST = 0.5
[challengers.RUS]
regeneration = [[0, 7], [24, 35]]
[challengers.RUS.targets.EST]
value = 0.1
width = 15
[challengers.RUS.targets.POL]
value = { uniform = [0.1, 0.2] }
[forward.EST]
USA = 1
[programs.brigade]
state = "USA"
host = "EST"
[spending.POL]
target = 0.05
"#;

/// A folder with `scenario.toml` and other files, and a request for it.
fn folder(files: &[(&str, &str)]) -> (TempDir, Request) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }
    let path = dir.path().join("scenario.toml");
    (dir, Request::new(Source::Path(path)))
}

/// Loads one text.
fn load_text(text: &str) -> Result<Scenario, Problems> {
    let (_dir, request) = folder(&[("scenario.toml", text)]);
    load(&request)
}

/// Loads the small world with changes on top: an extended file with the world and a scenario with the text.
fn load_on_world(text: &str, sets: &[&str]) -> Result<Scenario, Problems> {
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'world'\n";
    let (_dir, mut request) = folder(&[("world.toml", WORLD), ("scenario.toml", &format!("{head}{text}"))]);
    request.sets = sets.iter().map(|s| s.to_string()).collect();
    load(&request)
}

/// The findings, whether or not they stop the scenario.
fn findings(loaded: Result<Scenario, Problems>) -> Vec<Diagnostic> {
    match loaded {
        Ok(scenario) => scenario.warnings,
        Err(Problems::Invalid(findings)) => findings,
        Err(Problems::Io { path, source }) => panic!("{}: {source}", path.display()),
    }
}

/// The codes of the findings.
fn codes_of(loaded: Result<Scenario, Problems>) -> Vec<&'static str> {
    findings(loaded).iter().map(|d| d.code).collect()
}

#[test]
fn a_small_world_loads_without_findings() {
    let scenario = load_text(WORLD).unwrap_or_else(|e| panic!("{}", render_all(&findings(Err(e)), false)));
    assert_eq!(scenario.warnings, []);
    assert_eq!(scenario.name, "scenario");
    assert_eq!(scenario.title, "A small world");
    assert_eq!(scenario.sources, ["card-one"]);
    let settings = RunSettings {
        months: 24,
        runs: 10_000,
        seed: 1,
        start: (2026, 3),
    };
    assert_eq!(scenario.run, settings);
    let inputs = &scenario.base;
    assert_eq!(
        inputs.states.iter().map(|s| s.iso3.as_str()).collect::<Vec<_>>(),
        ["USA", "POL", "EST", "RUS"]
    );
    assert_eq!(inputs.ladder.len(), 6);
    let nato = &inputs.arrangements[inputs.focal];
    assert_eq!(
        (nato.guarantors.as_slice(), nato.proteges.as_slice()),
        ([0, 1, 2].as_slice(), [0, 1, 2].as_slice())
    );
    assert_eq!(nato.coverage, inputs.rung("land_grab"));
    assert_eq!(nato.depth_by, [1.0, 1.0, 0.5, 1.0]);
    assert_eq!(inputs.challengers[0].targets.len(), 2);
    assert_eq!(inputs.forward[0].brigades, 1.0);
    assert_eq!(inputs.spending[1].target, 0.05);
    assert_eq!(inputs.states[0].figures.resolve, 0.4);
    assert!((inputs.challengers[0].targets[1].figures.value - 0.15).abs() < 1e-12);
    let paths: Vec<&str> = scenario.uncertain.iter().map(|u| u.path.as_str()).collect();
    assert_eq!(paths, ["challengers.RUS.targets.POL.value", "states.USA.resolve"]);
}

#[test]
fn each_rule_is_reported_with_its_code_and_place() {
    // Text on top of the small world, code, what the caret points at, part of message or help.
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "[beliefs]\nreputaton = 0",
            "S0101",
            "reputaton",
            "did you mean `reputation`?",
        ),
        ("reputation = 0", "S0101", "reputation", "`beliefs.reputation`"),
        ("[belief]\nreputation = 0", "S0101", "belief", "did you mean `beliefs`?"),
        ("[states.USA]\nresolv = 1", "S0101", "resolv", "did you mean `resolve`?"),
        ("[states.'U A']\nname = 'x'", "S0101", "'U A'", "unknown key"),
        (
            "[[event]]\nmonht = 1\nleader = { state = 'USA' }",
            "S0101",
            "monht",
            "did you mean `month`?",
        ),
        ("[beliefs]\nreputation = 'much'", "S0102", "'much'", "is a string"),
        ("beliefs = 1", "S0102", "1", "not a table"),
        ("option = 1", "S0102", "1", "[[option]]"),
        ("run.months = 1.5", "S0102", "1.5", "whole number"),
        ("[beliefs]\nreputation = nan", "S0103", "nan", "finite"),
        ("[states.USA]\nbrigades = inf", "S0103", "inf", "finite"),
        (
            "[states.USA]\nbrigades = 99999999999999999999999999",
            "S0103",
            "9999",
            "finite",
        ),
        ("[beliefs]\nreputation = 1.5", "S0104", "1.5", "outside 0 to 1"),
        ("run.months = 0", "S0104", "0", "outside 1 to 600"),
        ("run.months = 601", "S0104", "601", "outside 1 to 600"),
        ("run.runs = 0", "S0104", "0", "outside 1"),
        ("run.runs = -3", "S0104", "-3", "outside 1"),
        (
            "challengers.RUS.regeneration = [[6, 1], [3, 1]]",
            "S0104",
            "[3, 1]",
            "rise",
        ),
        ("[states.USA]\nnuclear = 'arsenl'", "S0105", "'arsenl'", "`arsenal`"),
        ("run.start = '2025-13'", "S0105", "'2025-13'", "month"),
        ("[programs.x]\nbrigades = 1", "S0106", "brigades", "no `state`"),
        (
            "[[event]]\nchallenge = { by = 'RUS', target = 'EST' }",
            "S0106",
            "{ by",
            "needs `rung`",
        ),
        (
            "[states.USA]\nresolve = { norml = [0, 1] }",
            "S0107",
            "norml",
            "did you mean `normal`?",
        ),
        (
            "[states.USA]\nresolve = { normal = [0] }",
            "S0107",
            "{ normal",
            "takes [mean, sd]",
        ),
        (
            "[states.USA]\nresolve = { uniform = [2, 1] }",
            "S0107",
            "{ uniform",
            "low lies above high",
        ),
        ("[states.USA]\nresolve = {}", "S0107", "{}", "exactly one"),
        (
            "[states.USA]\nresolve = { normal = [0, 0] }",
            "S0108",
            "{ normal",
            "sd is 0",
        ),
        (
            "[states.USA]\nresolve = { uniform = [-7, 0] }",
            "S0109",
            "{ uniform",
            "leaves the range -6 to 6",
        ),
        (
            "[beliefs]\nreputation = { normal = [0.5, 0.5] }",
            "S0109",
            "{ normal",
            "percent",
        ),
        (
            "[[event]]\nprobability = 40\nleader = { state = 'USA' }",
            "S0110",
            "40",
            "write 0.4",
        ),
        (
            "[[event]]\nhazard = -0.1\nleader = { state = 'USA' }",
            "S0110",
            "-0.1",
            "between 0 and 1",
        ),
        ("[states.USS]\nresolve = 1", "S0201", "resolve", "did you mean `USA`?"),
        (
            "[arrangements.nato]\nmembers = ['USA', 'POL', 'ETS']",
            "S0201",
            "'ETS'",
            "did you mean `EST`?",
        ),
        ("[response]\nPLO = 'fight'", "S0201", "PLO", "did you mean `POL`?"),
        ("[forward.EST]\nGBR = 1", "S0201", "GBR", "unknown state"),
        ("[spending.LUX]\ntarget = 0.1", "S0201", "target", "unknown state `LUX`"),
        (
            "[ladder.incursions]\nseverity = 0.1",
            "S0202",
            "severity",
            "did you mean `incursion`?",
        ),
        (
            "[arrangements.nato]\ncoverage = 'strik'",
            "S0202",
            "'strik'",
            "did you mean `strike`?",
        ),
        ("run.focal = 'nat'", "S0203", "'nat'", "did you mean `nato`?"),
        (
            "[arrangements.nat0]\ndepth = 1",
            "S0205",
            "depth",
            "did you mean `nato`?",
        ),
        (
            "[arrangements.x]\nguarantors = []\nproteges = ['EST']",
            "S0205",
            "guarantors",
            "no guarantors",
        ),
        (
            "[arrangements.x]\nguarantors = ['EST']\nproteges = ['EST']",
            "S0206",
            "['EST']\n",
            "nobody but `EST`",
        ),
        ("[arrangements.nato]\nveto = ['RUS']", "S0207", "'RUS'", "no guarantor"),
        (
            "[challengers.RUS.targets.RUS]\nvalue = 1",
            "S0208",
            "value",
            "its own target",
        ),
        (
            "[challengers.RUS]\npartners = ['RUS']",
            "S0208",
            "'RUS'",
            "its own partner",
        ),
        ("[forward.EST]\nEST = 1", "S0208", "EST = 1", "at home"),
        (
            "[[war]]\nattacker = 'RUS'\ntarget = 'RUS'",
            "S0208",
            "'RUS'",
            "with itself",
        ),
        (
            "[[event]]\nmonth = 24\nleader = { state = 'USA' }",
            "S0209",
            "24",
            "0 to 23",
        ),
        (
            "[[option]]\nname = 'a'\n[option.run]\nmonths = 24",
            "S0210",
            "'a'",
            "changes nothing",
        ),
        (
            "[[option]]\nname = 'a'\n[[option]]\nname = 'a'",
            "S0211",
            "'a'",
            "two options",
        ),
        ("[[option]]\nlabel = 'a'", "S0106", "[[option]]", "needs `name`"),
        ("[[option]]\nname = '../a'", "S0105", "'../a'", "folder name"),
        (
            "ladder.order = ['a','b','c','d','e','f','g','h','i']",
            "S0212",
            "'i'",
            "at most 8",
        ),
        ("[[event]]\nmonth = 1", "S0213", "[[event]]", "exactly one of"),
        (
            "[[event]]\nleader = { state = 'USA' }\nceasefire = { target = 'EST' }",
            "S0213",
            "[[event]]",
            "2 kinds",
        ),
        (
            "[[event]]\nchange = { 'beliefs.rep' = 1 }",
            "S0214",
            "'beliefs.rep'",
            "`reputation`",
        ),
        (
            "[[event]]\nchange = { 'challengers.RUS.targets.USA.value' = 1 }",
            "S0214",
            "'challengers",
            "no figure",
        ),
        (
            "[[event]]\nchange = { 'states.ESS.brigades' = 1 }",
            "S0201",
            "'states.ESS",
            "did you mean `EST`?",
        ),
        (
            "[[event]]\nchange = { 'beliefs.reputation' = 2 }",
            "S0104",
            "2",
            "outside 0 to 1",
        ),
        (
            "[[war]]\nattacker = 'POL'\ntarget = 'EST'",
            "S0215",
            "'POL'",
            "not a challenger",
        ),
        (
            "[arrangements.nato]\nmembers = ['USA', 'POL', 'POL']",
            "S0216",
            "'POL']",
            "twice",
        ),
        ("[challengers.POL]\nwar_force = 4", "S0217", "war_force", "no targets"),
        ("[response]\nUSA = 'fight'", "S0217", "USA", "no event starts one"),
        (
            "[arrangements.nato]\ndepth_by = { RUS = 1 }",
            "S0218",
            "RUS",
            "no guarantor",
        ),
        (
            "[[event]]\nchallenge = { by = 'RUS', target = 'USA', rung = 'strike' }",
            "S0219",
            "'USA'",
            "[challengers.RUS.targets.USA]",
        ),
        ("a = [1\nb = 2", "S0005", "", "not valid TOML"),
        ("extends = 'again'", "S0005", "", "duplicate key"),
    ];
    for (text, code, pointed, words) in cases {
        let found = findings(load_on_world(text, &[]));
        let Some(finding) = found.iter().find(|d| d.code == *code) else {
            panic!("{text}\nshould give {code}, gave:\n{}", render_all(&found, false));
        };
        let shown = finding.render(false);
        assert!(shown.contains(words), "{text}\nshould say {words:?}:\n{shown}");
        assert!(
            shown.contains("scenario.toml:"),
            "{text}\nshould name the file:\n{shown}"
        );
        let span = finding.span.clone().expect("a place");
        let whole = format!("title = 'T'\nquestion = 'Q'\nextends = 'world'\n{text}\n");
        assert!(
            whole[span.start..].starts_with(pointed),
            "{text}\npoints at {:?}",
            &whole[span]
        );
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let found = codes_of(load_on_world(
        "run.runs = 0\n[beliefs]\nreputaton = 0\n[states.USA]\nresolve = nan\n[response]\nUAS = 'fight'",
        &["states.POL.brigades=-1"],
    ));
    for code in ["S0101", "S0103", "S0104", "S0201"] {
        assert!(found.contains(&code), "{code} in {found:?}");
    }
    assert_eq!(found.iter().filter(|c| **c == "S0104").count(), 2);
}

#[test]
fn an_empty_scenario_says_what_is_missing() {
    assert_eq!(codes_of(load_text("")), ["S0004"]);
    assert_eq!(codes_of(load_text("# only a note\n")), ["S0004"]);
    let found = findings(load_text("label = 'x'"));
    let all = render_all(&found, false);
    for words in ["no `title`", "no `question`", "no states", "no arrangement"] {
        assert!(all.contains(words), "{words} in\n{all}");
    }
}

#[test]
fn a_world_has_at_most_sixty_four_states() {
    let names: Vec<String> = (0..70).map(|i| format!("[states.S{i}]\nname = 'x'")).collect();
    assert!(codes_of(load_on_world(&names.join("\n"), &[])).contains(&"S0212"));
}

#[test]
fn files_that_are_no_scenarios_are_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let request = |name: &str| Request::new(Source::Path(dir.path().join(name)));
    assert!(matches!(load(&request("missing.toml")), Err(Problems::Io { .. })));
    assert!(matches!(load(&request(".")), Err(Problems::Io { .. })));
    assert_eq!(load(&request("missing.toml")).expect_err("missing").exit_code(), 4);
    fs::write(dir.path().join("latin.toml"), b"title = \"\xe9\"").expect("a written file");
    assert_eq!(codes_of(load(&request("latin.toml"))), ["S0003"]);
    assert_eq!(load(&request("latin.toml")).expect_err("not UTF-8").exit_code(), 3);
}

#[test]
fn a_huge_file_is_refused_without_being_read() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("huge.toml");
    let file = fs::File::create(&path).expect("a file");
    file.set_len(100 * 1024 * 1024).expect("a sparse file");
    let before = std::time::Instant::now();
    assert_eq!(codes_of(load(&Request::new(Source::Path(path)))), ["S0002"]);
    assert!(before.elapsed().as_millis() < 500, "{:?}", before.elapsed());
}

#[test]
fn thousands_of_errors_stay_quick_and_are_counted() {
    let many: Vec<String> = (0..100_000).map(|i| format!("key{i} = 1")).collect();
    let before = std::time::Instant::now();
    let found = findings(load_text(&many.join("\n")));
    assert_eq!(found.last().map(|d| d.code), Some("S0009"));
    assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
}

#[test]
fn later_layers_win_and_are_remembered() {
    let scenario = "title = 'T'\nquestion = 'Q'\nextends = ['world.toml']\n\
                    [beliefs]\nreputation = 0.2\ndrift = 0.2\nleader_share = 0.2\nhollow_mass = 0.2\n\
                    [[option]]\nname = 'o'\n[option.beliefs]\nleader_share = 0.4\nhollow_mass = 0.4\n";
    let world = format!("{WORLD}\n[beliefs]\nreputation = 0.1\ninterdependence = 0.1\n");
    let assumption = "title = 'A'\nholders = ['someone']\nwhy = 'because'\n\
                      [beliefs]\ndrift = 0.3\nleader_share = 0.3\nhollow_mass = 0.3\n";
    let files = [
        ("scenario.toml", scenario),
        ("world.toml", &world),
        ("view.toml", assumption),
    ];
    let (dir, mut request) = folder(&files);
    request.assume = vec![dir.path().join("view.toml").display().to_string()];
    request.option = Some("o".into());
    request.sets = vec!["beliefs.hollow_mass=0.5".into()];
    let loaded = load(&request).unwrap_or_else(|e| panic!("{}", render_all(&findings(Err(e)), false)));
    let of = |path: &str| {
        let value = loaded
            .effective
            .iter()
            .find(|e| e.path == path)
            .expect("an effective value");
        (value.value.clone(), value.layer.clone())
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(of("beliefs.interdependence"), pair("0.1", "world"));
    assert_eq!(of("beliefs.reputation"), pair("0.2", "scenario"));
    assert_eq!(of("beliefs.drift"), pair("0.3", "assume view"));
    assert_eq!(of("beliefs.leader_share"), pair("0.4", "option o"));
    assert_eq!(of("beliefs.hollow_mass"), pair("0.5", "--set"));
    assert_eq!(of("beliefs.full_lesson"), pair("0.4", "default"));
    assert_eq!(loaded.base.parameters.beliefs.hollow_mass, 0.5);
    assert_eq!(loaded.title, "T", "the head of a file is never inherited or overridden");
}

#[test]
fn a_cycle_is_reported_where_it_closes() {
    let files = [
        ("scenario.toml", "title = 'T'\nquestion = 'Q'\nextends = 'a'\n"),
        ("a.toml", "extends = 'b'\n"),
        ("b.toml", "extends = 'scenario'\n"),
    ];
    let (_dir, request) = folder(&files);
    let found = findings(load(&request));
    let cycle = found.iter().find(|d| d.code == "S0007").expect("a cycle");
    assert!(cycle.file.as_ref().is_some_and(|f| f.ends_with("b.toml")), "{cycle:?}");
    let (_dir, request) = folder(&[("scenario.toml", "title = 'T'\nextends = './scenario.toml'\n")]);
    assert!(codes_of(load(&request)).contains(&"S0007"));
}

#[test]
fn a_file_extended_twice_counts_once() {
    let event = format!("{WORLD}\n[[event]]\nleader = {{ state = 'USA' }}\n");
    let files = [
        ("scenario.toml", "title = 'T'\nquestion = 'Q'\nextends = ['a', 'b']\n"),
        ("a.toml", "extends = 'world'\n"),
        ("b.toml", "extends = 'world'\n"),
        ("world.toml", event.as_str()),
    ];
    let (_dir, request) = folder(&files);
    assert_eq!(load(&request).expect("valid").base.events.len(), 1);
}

#[test]
fn unknown_names_on_the_command_line_are_reported_as_such() {
    let (_dir, mut request) = folder(&[("scenario.toml", &format!("{WORLD}\n[[option]]\nname = 'silence'\n"))]);
    request.option = Some("silense".into());
    request.assume = vec!["no-such-set".into()];
    let found = findings(load(&request));
    let shown = render_all(&found, false);
    assert!(shown.contains("--option silense:1:10"), "{shown}");
    assert!(shown.contains("did you mean `silence`?"), "{shown}");
    assert!(shown.contains("--assume no-such-set:1:10"), "{shown}");
    assert_eq!(
        codes_of(load(&Request::new(Source::Bundled("no-such".into())))),
        ["S0006"]
    );
    assert!(codes_of(load_text("title = 'T'\nquestion = 'Q'\nextends = 'worlds/nowhere'")).contains(&"S0006"));
}

#[test]
fn overrides_take_toml_values_words_and_months() {
    let sets = [
        "beliefs.reputation=0",
        "states.USA.resolve = { uniform = [0, 1] }",
        "arrangements.nato.condition=any",
        "run.start=2027-05",
        "forward.POL.USA=2",
    ];
    let scenario = load_on_world("", &sets).expect("valid");
    assert_eq!(scenario.base.parameters.beliefs.reputation, 0.0);
    assert_eq!(scenario.run.start, (2027, 5));
    assert_eq!(scenario.base.states[0].figures.resolve, 0.5);
    assert_eq!(scenario.base.forward.len(), 2);
}

#[test]
fn errors_in_overrides_name_the_override() {
    for (set, code, words) in [
        ("beliefs.reputation", "S0008", "path=value"),
        ("=1", "S0008", "path=value"),
        ("title='x'", "S0008", "overridden"),
        ("beliefs.reputaton=1", "S0101", "--set beliefs.reputaton=1:1:9"),
        ("beliefs.reputation=2", "S0104", "--set beliefs.reputation=2:1:20"),
        ("beliefs.reputation=[", "S0005", "--set beliefs.reputation=["),
        ("states.USS.resolve=1", "S0201", "did you mean `USA`?"),
        ("run.months=", "S0005", "--set run.months="),
    ] {
        let found = findings(load_on_world("", &[set]));
        let shown = render_all(&found, false);
        assert!(found.iter().any(|d| d.code == code), "{set}\n{shown}");
        assert!(shown.contains(words), "{set}\n{shown}");
    }
}

#[test]
fn a_horizon_shortened_on_the_command_line_only_warns() {
    let text = "[[event]]\nmonth = 20\nleader = { state = 'USA' }";
    assert_eq!(load_on_world(text, &[]).expect("valid").warnings, []);
    let scenario = load_on_world(text, &["run.months=12"]).expect("still valid");
    assert_eq!(
        scenario.warnings.first().map(|d| (d.code, d.severity)),
        Some(("S0209", Severity::Warning))
    );
}

#[test]
fn events_accumulate_and_an_option_can_drop_them() {
    let text = "[[event]]\nmonth = 1\nchallenge = { by = 'RUS', target = 'POL', rung = 'incursion' }\n\
                [[option]]\nname = 'more'\n[[option.event]]\nmonth = 2\nleader = { state = 'USA' }\n\
                [option.response]\nall = 'fight'\nUSA = 'abstain'\n\
                [[option]]\nname = 'none'\ndrop_events = true\n";
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'world'\n";
    let (_dir, mut request) = folder(&[("world.toml", WORLD), ("scenario.toml", &format!("{head}{text}"))]);
    assert_eq!(load(&request).expect("valid").base.events.len(), 1);
    request.option = Some("more".into());
    let more = load(&request).expect("valid").base;
    assert_eq!(more.events.len(), 2);
    assert!(matches!(
        more.events[0].kind,
        EventKind::Challenge {
            by: 3,
            target: 1,
            rung: 2,
            attributed: true
        }
    ));
    assert_eq!(more.responses[0], Some(Answer::Abstain));
    assert_eq!(more.responses[1], Some(Answer::Fight));
    request.option = Some("none".into());
    assert!(load(&request).expect("valid").base.events.is_empty());
}

#[test]
fn events_change_figures_by_path_quoted_or_nested() {
    let text = "[[event]]\nmonth = 3\nover = 6\n\
                change = { 'beliefs.reputation' = 1, states.USA.brigades = 40, 'forward.POL.USA' = 2 }";
    let scenario = load_on_world(text, &[]).expect("valid");
    let EventKind::Change { slots, over } = &scenario.base.events[0].kind else {
        panic!("a change");
    };
    assert_eq!((slots.len(), *over), (3, 6));
    assert_eq!(scenario.base.forward.last().map(|f| f.brigades), Some(0.0));
}

#[test]
fn a_rung_of_the_default_ladder_can_be_overridden_singly() {
    let scenario = load_on_world("[ladder.sabotage]\nattribution = 0.9", &[]).expect("valid");
    assert_eq!(scenario.base.ladder[1].figures.attribution, 0.9);
    assert_eq!(scenario.base.ladder[1].figures.severity, 0.02);
    let own = "[ladder]\norder = ['probe', 'strike', 'land_grab']\nprobe.severity = 0.03";
    let ladder = load_on_world(own, &[]).expect("valid").base.ladder;
    assert_eq!(ladder[0].label, "probe");
    assert!(ladder[1].force, "a known rung keeps its values");
}

#[test]
fn adding_an_uncertain_input_changes_no_other_draw() {
    let stream = |path: &str| Xoshiro256PlusPlus::seed_from_u64(path.bytes().map(u64::from).sum());
    let few = load_text(WORLD).expect("valid");
    let more = load_text(&WORLD.replace("value = 0.1\n", "value = { pert = [0, 0.1, 1] }\n")).expect("valid");
    let (one, values) = few.draw(stream);
    let (two, others) = more.draw(stream);
    assert_eq!((values.len(), others.len()), (2, 3));
    assert_eq!(values, others[1..]);
    assert_eq!(
        one.states[0].figures.resolve.to_bits(),
        two.states[0].figures.resolve.to_bits()
    );
    assert_eq!(few.at_quantiles(&[]).0, few.base);
}

#[test]
fn draws_stay_in_the_range_of_their_figure() {
    let scenario = load_on_world("[states.POL]\nbrigades = { lognormal = [300, 0.4] }", &[]).expect("valid");
    let index = scenario
        .uncertain
        .iter()
        .position(|u| u.path == "states.POL.brigades")
        .expect("uncertain");
    assert_eq!(scenario.uncertain[index].quantile(1.0 - 1e-9), 1000.0);
}

#[test]
fn the_hash_depends_on_values_and_not_on_layers() {
    let plain = load_text(WORLD).expect("valid").hash;
    assert_eq!(load_on_world("", &[]).expect("valid").hash, plain);
    assert_eq!(
        load_on_world("", &["run.seed=9", "run.runs=5"]).expect("valid").hash,
        plain
    );
    assert_ne!(load_on_world("", &["beliefs.reputation=0"]).expect("valid").hash, plain);
    assert_eq!(plain.len(), 64);
}

#[test]
fn every_bundled_scenario_loads() {
    for bundled in bundled::scenarios() {
        let mut request = Request::new(Source::Bundled(bundled.name.clone()));
        for set in [None].into_iter().chain(bundled::assumptions().into_iter().map(Some)) {
            request.assume = set.into_iter().map(|s| s.name).collect();
            if let Err(Problems::Invalid(found)) = load(&request) {
                panic!("{} {:?}\n{}", bundled.name, request.assume, render_all(&found, false));
            }
        }
    }
}

#[test]
fn a_word_is_a_path_if_it_is_a_file_or_ends_in_toml() {
    assert_eq!(Source::resolve("x.toml"), Source::Path(PathBuf::from("x.toml")));
    assert_eq!(Source::resolve("no-such-file"), Source::Bundled("no-such-file".into()));
    assert_eq!(Source::resolve("Cargo.toml"), Source::Path(PathBuf::from("Cargo.toml")));
}

/// Loads and renders; the test is that nothing panics.
fn survive(text: &str) {
    if let Err(Problems::Invalid(found)) = load_text(text) {
        let shown = render_all(&found, true);
        assert!(!shown.is_empty());
        serde_json::to_string(&found).expect("findings are plain data");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        survive(&text);
    }

    #[test]
    fn no_toml_like_text_makes_the_reader_panic(
        lines in prop::collection::vec(
            "(\\[\\[?(states|event|option|war|ladder|arrangements|run|forward)(\\.[A-Z]{3}|\\.nato)?\\]?\\]|(name|month|order|members|change|value|resolve|hazard|months) = (-?[0-9]{1,30}|[0-9]e[0-9]{1,3}|nan|-inf|true|'[é\u{0}-\u{7f}]{0,4}'|\\[\\]|\\[\\['EST', 1\\]\\]|\\{\\}|\\{ (normal|beta|choice) = \\[[0-9., ]{0,9}\\] \\}|2020-01-01))",
            0..12,
        )
    ) {
        survive(&lines.join("\n"));
    }

    #[test]
    fn no_mutation_of_a_valid_scenario_makes_the_reader_panic(
        cuts in prop::collection::vec((0..WORLD.len(), 0usize..12, "[\\[\\]{}='\"\n.,0-9a-zA-Zé\u{202e}\u{1b}-]{0,6}"), 1..6)
    ) {
        let mut text = WORLD.to_owned();
        for (at, length, insert) in cuts {
            // The small world is ASCII, but earlier insertions need not be.
            let mut start = at.min(text.len());
            while !text.is_char_boundary(start) { start -= 1; }
            let mut end = (start + length).min(text.len());
            while !text.is_char_boundary(end) { end += 1; }
            text.replace_range(start..end, &insert);
        }
        survive(&text);
    }

    #[test]
    fn no_override_makes_the_reader_panic(set in "(states\\.USA\\.|beliefs\\.|run\\.)?\\PC{0,30}=?\\PC{0,20}") {
        let _ = findings(load_on_world("", &[&set]));
    }
}
