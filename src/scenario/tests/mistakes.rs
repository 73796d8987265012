//! One mistake hides no other, and none is told that is not there.

use super::*;
use crate::scenario::diagnostics::{Severity, render_all};

/// Codes of the findings on top of the small world, sorted.
fn told(text: &str) -> Vec<&'static str> {
    let mut codes = codes_of(load_on_world(text, &[]));
    codes.sort_unstable();
    codes
}

#[test]
fn one_mistake_hides_no_other_in_the_same_event() {
    for (text, codes) in [
        // A bad probability, an unknown code and an unknown arrangement.
        (
            "[[event]]\nmonth = 3\nprobability = 50\nleave = { state = 'FRA', arrangement = 'NATOO' }",
            vec!["S0110", "S0201", "S0203"],
        ),
        // Two kinds at once, and what is wrong in both of them.
        (
            "[[event]]\nmonth = 2\nchallenge = { by = 'POL', target = 'FRA', rung = 'invasion' }\n\
             change = { 'forward.POL.FRA' = 2 }",
            vec!["S0201", "S0201", "S0202", "S0213", "S0215"],
        ),
        // A wrong type hides no wrong name beside it.
        (
            "[[event]]\nmonth = 3\nchallenge = { by = 3, target = 'ETS', rung = 'strik' }",
            vec!["S0102", "S0201", "S0202"],
        ),
        // A missing key hides no wrong name.
        (
            "[[event]]\nmonth = 3\nsignal = { by = 'USS', kind = 'words' }",
            vec!["S0106", "S0201"],
        ),
        // A condition of two kinds: the names in it are looked up all the same, and so is what would happen.
        (
            "[[event]]\nwhen = { act = 'strik', war = 'POLL' }\nleader = { state = 'USS' }",
            vec!["S0201", "S0201", "S0202", "S0213"],
        ),
        // All that is wrong with a condition.
        (
            "[[event]]\nwhen = { leader = 'USA', within = 0 }\nhazard = 0.01\nafter = 0\nceasefire = { target = 'EST' }",
            vec!["S0104", "S0104", "S0213"],
        ),
        // A late event with a bad chance is still late.
        (
            "[[event]]\nmonth = 99\nprobability = 50\nleader = { state = 'USA' }",
            vec!["S0110", "S0209"],
        ),
        // Every path of a change.
        (
            "[[event]]\nmonth = 1\nchange = { 'beliefs.rep' = 1, 'states.ESS.brigades' = 'x', 'beliefs.reputation' = 2 }",
            vec!["S0102", "S0104", "S0201", "S0214"],
        ),
        // Every term of talks.
        (
            "[[event]]\nmonth = 1\nsettle = { target = 'EST', hazard = 2, seats = 3, guarantee = 'nat' }",
            vec!["S0104", "S0104", "S0203"],
        ),
        (
            "[[war]]\nattacker = 'RUS'\ntarget = 'ETS'\nage = -1",
            vec!["S0104", "S0201"],
        ),
    ] {
        let found = findings(load_on_world(text, &[]));
        assert_eq!(told(text), codes, "{text}\n{}", render_all(&found, false));
    }
}

#[test]
fn one_mistake_hides_no_other_in_the_same_value() {
    for (text, codes) in [
        (
            "[states.USA]\nresolve = { normal = ['a', 'b'] }",
            vec!["S0102", "S0102"],
        ),
        (
            "challengers.RUS.regeneration = [[0, 'x'], [1], 3]",
            vec!["S0102", "S0102", "S0102"],
        ),
        (
            "[ensemble]\npaths = ['choice.precison', 'beliefs.reputation']\nmembers = [[1, 2], [1], ['x', 0.5]]",
            vec!["S0101", "S0102", "S0104", "S0111"],
        ),
        ("[states.USA]\nhedges = ['jion', 'umbrela']", vec!["S0105", "S0105"]),
        (
            "[arrangements.nato]\nmembers = ['USA', 3, 'pol', 'ETS']",
            vec!["S0102", "S0112", "S0201"],
        ),
        (
            "[[option]]\nname = 'a b'\nlabel = 3\n[option.states.USS]\nresolve = 1",
            vec!["S0102", "S0105", "S0201"],
        ),
        ("[[option]]\n[option.forward.EST]\nUSS = 1", vec!["S0106", "S0201"]),
    ] {
        let found = findings(load_on_world(text, &[]));
        assert_eq!(told(text), codes, "{text}\n{}", render_all(&found, false));
    }
}

#[test]
fn warnings_are_told_together_with_errors() {
    for error in [
        "[beliefs]\nreputaton = 0",
        "[states.EST]\nresolve = 99",
        "[forward.EST]\nGBR = 1",
    ] {
        let text = format!(
            "sources = ['no-such-card']\n{error}\n[[event]]\nhazard = 0.3\nleader = {{ state = 'USA' }}\n\
             [[event]]\nmonth = 20\nover = 12\nchange = {{ 'forward.EST.USA' = 3 }}\n\
             [[event]]\nmonth = 2\nsignal = {{ by = 'USA', arrangement = 'nato', kind = 'words', strength = 0 }}\n\
             [[option]]\nname = 'same'\n[option.run]\nmonths = 24\n"
        );
        let found = findings(load_on_world(&text, &[]));
        let warnings: Vec<_> = found
            .iter()
            .filter(|d| d.severity == Severity::Warning)
            .map(|d| d.code)
            .collect();
        for code in ["S0301", "S0318", "S0319", "S0315", "S0210"] {
            assert!(
                warnings.contains(&code),
                "{code} with {error}\n{}",
                render_all(&found, false)
            );
        }
        assert!(found.iter().any(|d| d.severity == Severity::Error), "{error}");
    }
}

#[test]
fn one_mistake_gives_one_finding_and_no_followers() {
    for text in [
        "[arrangements.nato]\ncoverage = 'landgrab'",
        "[arrangements.nato]\nmembers = ['USA', 'POLL', 'EST']\nveto = ['USA']",
        "[arrangements.nato]\nmembers = 3",
        "[arrangements.nato]\ndecision_rule = 'vetoo'",
        "[arrangements.nato]\nkind = 'aliance'",
        "[arrangements.x]\nguarantors = 3\nproteges = ['EST']",
        "[states.EST]\nname = 3",
        "[states.EST]\ngdp = 'much'",
        "[states.EST]\nhedges = ['jion']\napplies_to = 'nato'",
        "[programs.x]\nstate = 3",
        "[states.pol]\nresolve = 1\nbrigades = 2",
        "[challengers.rus.targets.EST]\nvalue = 0.2",
        "[response]\nUSA = 'fight'\n[[event]]\nmonth = 1\nchallenge = { by = 'RUS', target = 'EST', rung = 'strik' }",
        "[response]\nUSA = 'fight'\n[[event]]\nmonth = 1\nchallenge = { by = 'RUS', target = 'EST' }",
        "[talks.EST]\nseats = 1\n[[event]]\nmonth = 1\nsettle = { target = 'EST', hazard = 'x' }",
        "[[event]]\nmonth = 3\nceasefire = { target = 'EST' }\n[[war]]\nattacker = 'RUS'\ntarget = 'EST'\nage = 'x'",
        "[[option]]\nname = 'a'\n[option.states.EST]\nresolv = 2",
        "[run]\nmonths = 0\n[[event]]\nmonth = 100\nleader = { state = 'USA' }",
        "[run]\nmonths = 12\nquestion = 'In the wrong place?'",
        "[[event]]\nmonth = 3\nleader = { state = 'USA' }\nnote = \"Of two\nlines.\"",
    ] {
        let found = findings(load_on_world(text, &[]));
        assert_eq!(found.len(), 1, "{text}\n{}", render_all(&found, false));
    }
    // A heading of the head in a section is missing from the head, and told once.
    let found = findings(load_text(
        "title = 'T'\nextends = 'worlds/europe-2025'\n[run]\nquestion = 'Q'\n",
    ));
    assert_eq!(found.len(), 1, "{}", render_all(&found, false));
    assert!(found[0].help.as_ref().is_some_and(|h| h.contains("top of the file")));
}

#[test]
fn a_circle_of_files_gives_exactly_one_finding() {
    let head = "title = 'T'\nquestion = 'Q'\n";
    let (start, world) = (
        format!("{head}extends = 'a'\n"),
        format!("{head}extends = ['world', 'scenario']\n"),
    );
    let (start, world) = (start.as_str(), world.as_str());
    for files in [
        vec![("scenario.toml", start), ("a.toml", "extends = 'scenario'\n")],
        vec![
            ("scenario.toml", start),
            ("a.toml", "extends = 'b'\n"),
            ("b.toml", "extends = 'a'\n"),
        ],
        vec![("scenario.toml", start), ("a.toml", "extends = 'a'\n")],
        vec![("scenario.toml", world), ("world.toml", WORLD)],
        vec![
            ("scenario.toml", start),
            ("a.toml", "extends = ['scenario', 'world']\n"),
            ("world.toml", WORLD),
        ],
    ] {
        let (_dir, request) = folder(&files);
        let found = findings(load(&request));
        assert_eq!(found.len(), 1, "{files:?}\n{}", render_all(&found, false));
        assert_eq!(found[0].code, "S0007");
    }
}

#[test]
fn a_chain_of_thousands_of_files_gives_one_finding() {
    let mut files: Vec<(String, String)> = (0..2_000)
        .map(|i| (format!("f{i}.toml"), format!("extends = 'f{}'\n", i + 1)))
        .collect();
    files.push((
        "scenario.toml".into(),
        "title = 'T'\nquestion = 'Q'\nextends = 'f0'\n".into(),
    ));
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let (_dir, request) = folder(&files);
    assert_eq!(codes_of(load(&request)), ["S0212"]);
}

#[test]
fn what_an_unreadable_file_would_have_brought_is_not_missed() {
    for text in [
        "title = 'T'\nquestion = 'Q'\nextends = worlds/europe-2025\n[states.POL]\nresolve = 1\n",
        "title = 'T'\nquestion = 'Q'\nextends = 'worlds/europe-2052'\n[states.POL]\nresolve = 1\n",
        "title = 'T'\nquestion = 'Q'\nextends = 3\n[states.POL]\nresolve = 1\n",
    ] {
        let found = findings(load_text(text));
        assert_eq!(found.len(), 1, "{text}\n{}", render_all(&found, false));
    }
}

#[test]
fn wrong_syntax_in_one_line_hides_nothing_in_the_others() {
    let text = "[states.POL]\ndefence_share = 0,045\nresolv = 1\n[states.EST]\nresolve = “high”\nbrigades = -1\n\
                [[event]]\nmonth = 3\nnote = A note\nleader = { state = 'USS' }\n[run]\nmonths = 12\nmonths = 13\n";
    let found = findings(load_on_world(text, &[]));
    let lines: Vec<_> = found.iter().map(|d| (d.line.unwrap_or(0) - 3, d.code)).collect();
    assert_eq!(
        lines,
        [
            (2, "S0005"),
            (3, "S0101"),
            (5, "S0005"),
            (6, "S0104"),
            (9, "S0005"),
            (10, "S0201"),
            (13, "S0005")
        ],
        "{}",
        render_all(&found, false)
    );
}

#[test]
fn of_many_lines_with_wrong_syntax_the_first_five_are_told() {
    let lines: Vec<String> = (0..40).map(|i| format!("brigades{i} = 0,5")).collect();
    let found = findings(load_on_world(
        &format!("[states.POL]\n{}\n[run]\nfocal = 'nat'", lines.join("\n")),
        &[],
    ));
    let syntax = found.iter().filter(|d| d.code == "S0005").count();
    assert_eq!(syntax, 5, "{}", render_all(&found, false));
    assert!(
        found
            .iter()
            .any(|d| d.code == "S0009" && d.message.contains("35 more lines"))
    );
}

#[test]
fn a_horizon_of_the_command_line_leaves_events_out_with_one_warning() {
    let events: Vec<String> = (10..20)
        .map(|m| format!("[[event]]\nmonth = {m}\nleader = {{ state = 'USA' }}\n"))
        .collect();
    let option = "[[option]]\nname = 'o'\n[[option.event]]\nmonth = 21\nleader = { state = 'POL' }\n\
                  [[option]]\nname = 'p'\n[[option.event]]\nmonth = 22\nleader = { state = 'POL' }\n";
    let text = format!("{}{option}", events.concat());
    let found = load_on_world(&text, &["run.months=12"]).expect("valid").warnings;
    let late: Vec<_> = found.iter().filter(|d| d.code == "S0209").collect();
    assert_eq!(late.len(), 1, "{}", render_all(&found, false));
    assert!(
        late[0].message.contains("8 events") && late[0].message.contains("12, 13"),
        "{}",
        late[0].message
    );
    // Of the file's own horizon every event is told at its place.
    let found = findings(load_on_world(&format!("run.months = 12\n{text}"), &[]));
    assert_eq!(found.iter().filter(|d| d.code == "S0209").count(), 10);
}

#[test]
fn too_many_events_are_refused_once() {
    let event = "[[event]]\nhazard = 0.01\nleader = { state = 'USA' }\n";
    let found = findings(load_on_world(&event.repeat(20_000), &[]));
    assert_eq!(found.iter().filter(|d| d.code == "S0212").count(), 1);
    assert!(found.iter().any(|d| d.message.contains("20000")));
}
