//! Layers, options, overrides and bundled files.

use std::path::PathBuf;

use super::*;
use crate::model::forces::Forces;
use crate::model::inputs::{Answer, EventKind};
use crate::random::{Key, Streams};
use crate::scenario::diagnostics::{Severity, render_all};

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
fn parameters_of_war_and_opening_wars_live_in_different_layers() {
    let war = format!("{WORLD}\n[[war]]\nattacker = 'RUS'\ntarget = 'EST'\nage = 40\n");
    let scenario = "title = 'T'\nquestion = 'Q'\nextends = 'world'\n[war]\nattrition = 0.1\n";
    let (_dir, request) = folder(&[("world.toml", &war), ("scenario.toml", scenario)]);
    let inputs = load(&request).expect("valid").base;
    assert_eq!(
        inputs.wars.first().map(|w| (w.attacker, w.target, w.age)),
        Some((3, 2, 40.0))
    );
    assert_eq!(inputs.parameters.war.attrition, 0.1);
}

/// Pledges of Poland in ten runs.
fn pledges(scenario: &Scenario) -> Vec<f64> {
    let state = scenario.base.state("POL").expect("a state of the world");
    let drawn = (0..10).map(|r| scenario.draw(r, |path| Streams::new(1, r).generator(Key::input(path), 0)));
    drawn.map(|(inputs, _)| Forces::new(&inputs).pledge[state]).collect()
}

#[test]
fn a_pledge_is_what_the_world_file_lets_a_state_send_whatever_is_laid_over_it() {
    let world = WORLD.replace(
        "name = \"Poland\"\n",
        "name = \"Poland\"\ndeployable = { uniform = [2, 6] }\n",
    );
    let read = |text: &str, sets: &[&str]| -> Scenario {
        let head = "title = 'T'\nquestion = 'Q'\nextends = 'world'\n";
        let (_dir, mut request) = folder(&[("world.toml", &world), ("scenario.toml", &format!("{head}{text}"))]);
        request.sets = sets.iter().map(|s| (*s).to_string()).collect();
        load(&request).expect("a valid scenario")
    };
    let plain = pledges(&read("", &[]));
    assert!(plain.iter().all(|p| (2.0..=6.0).contains(p)) && plain.windows(2).any(|p| p[0] != p[1]));
    let kept = [
        read("[states.POL]\ndeployable = 0\n", &[]),
        read("", &["states.POL.deployable=9"]),
        read("", &["states.POL.deployable=9", "states.POL.pledge=-1"]),
    ];
    for scenario in &kept {
        assert_eq!(pledges(scenario), plain, "the same army in the same run");
        assert_ne!(scenario.hash, read("", &[]).hash);
    }
    assert_eq!(pledges(&read("", &["states.POL.pledge=4"])), [4.0; 10]);
    assert_eq!(
        pledges(&read("", &["states.POL.deployable=0", "states.POL.pledge=4"])),
        [4.0; 10]
    );
}

#[test]
fn a_state_that_only_the_scenario_knows_pledges_what_the_scenario_lets_it_send() {
    let own = WORLD.replace("name = \"Poland\"\n", "name = \"Poland\"\ndeployable = 3\n");
    let (_dir, mut request) = folder(&[("scenario.toml", &own)]);
    assert_eq!(pledges(&load(&request).expect("valid")), [3.0; 10]);
    request.sets = vec!["states.POL.deployable=1".into()];
    assert_eq!(pledges(&load(&request).expect("valid")), [3.0; 10]);
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
                // A set that speaks of a state can be laid over the worlds that have it.
                if !request.assume.is_empty() && found.iter().all(|f| f.message.starts_with("unknown state")) {
                    continue;
                }
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
