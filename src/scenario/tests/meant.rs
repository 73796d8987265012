//! What was written is answered with what was meant, at the place where it stands.

use super::*;
use crate::scenario::diagnostics::{Severity, render_all};

/// Text on top of the small world; code, what the caret points at, words of message or help.
type Case<'a> = (&'a str, &'a str, &'a str, &'a str);

fn holds(cases: &[Case<'_>]) {
    for (text, code, pointed, words) in cases {
        let whole = format!("title = 'T'\nquestion = 'Q'\nextends = 'world'\n{text}\n");
        let found = findings(load_on_world(text, &[]));
        let shown = render_all(&found, false);
        let finding = found
            .iter()
            .find(|d| d.code == *code && d.render(false).contains(words));
        let finding = finding.unwrap_or_else(|| panic!("{text}\nshould give {code} with {words:?}:\n{shown}"));
        let span = finding.span.clone().expect("a place");
        assert!(
            whole[span.start..].starts_with(pointed),
            "{text}\npoints at {:?}\n{shown}",
            &whole[span]
        );
    }
}

#[test]
fn values_written_in_another_way_are_answered_with_the_right_one() {
    holds(&[
        (
            "[states.POL]\ndefence_share = 0,045",
            "S0005",
            "0,045",
            "write 0.045: the decimal mark is a point",
        ),
        (
            "[states.POL]\ndefence_share = 4.5%",
            "S0005",
            "4.5%",
            "for 4.5 percent write 0.045",
        ),
        (
            "[states.POL]\ndefence_share = 4,5 %",
            "S0005",
            "4,5 %",
            "for 4.5 percent write 0.045",
        ),
        (
            "[states.POL]\ndefence_share = 4.5",
            "S0104",
            "4.5",
            "for 4.5 percent write 0.045",
        ),
        (
            "[arrangements.nato]\nmajority_share = 60",
            "S0104",
            "60",
            "for 60 percent write 0.6",
        ),
        (
            "[states.POL]\ndefence_share = '0.045'",
            "S0102",
            "'0.045'",
            "take the quotes away: 0.045",
        ),
        (
            "[states.POL]\ndefence_share = '4.5%'",
            "S0102",
            "'4.5%'",
            "for 4.5 percent write 0.045",
        ),
        (
            "[states.POL]\ndefence_share = '0,045'",
            "S0102",
            "'0,045'",
            "write 0.045, without quotes",
        ),
        (
            "[states.POL]\nresolve = 'high'",
            "S0102",
            "'high'",
            "a number from -6 to 6",
        ),
        (
            "[states.POL]\nresolve = [0]",
            "S0102",
            "[0]",
            "take the brackets away: 0",
        ),
        (
            "[states.POL]\nresolve = [0, 1]",
            "S0102",
            "[0, 1]",
            "{ uniform = [0, 1] }",
        ),
        ("[states.POL]\nresolve = −2", "S0005", "−2", "write -2"),
        (
            "[states.POL]\nresolve = { normal = [0,5, 1,0] }",
            "S0107",
            "{ normal",
            "point, not a comma",
        ),
        ("[run]\nruns = 10,000", "S0005", "10,000", "write 10000"),
        (
            "[run]\nruns = '10000'",
            "S0102",
            "'10000'",
            "take the quotes away: 10000",
        ),
        ("[run]\nmonths = 5.5", "S0102", "5.5", "a whole number from 1 to 600"),
        ("[run]\nstart = 2026-03", "S0005", "2026-03", "start = \"2026-03\""),
        (
            "[run]\nstart = 2026-03-01",
            "S0102",
            "2026-03-01",
            "write the month in quotes: \"2026-03\"",
        ),
        (
            "[run]\nstart = 'March 2026'",
            "S0105",
            "'March 2026'",
            "write \"2026-03\"",
        ),
        (
            "[arrangements.nato]\nnuclear = 'yes'",
            "S0102",
            "'yes'",
            "write true, without quotes",
        ),
        (
            "[arrangements.nato]\nnuclear = True",
            "S0005",
            "True",
            "write nuclear = true",
        ),
        ("[arrangements.nato]\nnuclear = 1", "S0102", "1", "write true"),
        ("[arrangements.nato]\nname = 3", "S0102", "3", "put it in quotes: \"3\""),
        (
            "[arrangements.nato]\nname = A name",
            "S0005",
            "A name",
            "write name = \"A name\"",
        ),
        (
            "[arrangements.nato]\nname = “A name”",
            "S0005",
            "“",
            "write straight ones: name = \"A name\"",
        ),
        ("[arrangements.nato]\nname = 'A name", "S0005", "'A name", "not closed"),
        (
            "[arrangements.nato]\nname = \"C:\\Users\"",
            "S0005",
            "\"C:",
            "single quotes",
        ),
        (
            "[arrangements.nato]\nname: 'A name'",
            "S0005",
            "'A name'",
            "write name = 'A name'",
        ),
        ("[states.POL]\nresolve = .5", "S0005", ".5", "write 0.5"),
        ("[states.POL]\nresolve = 5.", "S0005", "5.", "write 5"),
        ("[run]\nmonths = 012", "S0005", "012", "write 12"),
        (
            "[run]\nmonths = twelve",
            "S0005",
            "twelve",
            "a whole number from 1 to 600",
        ),
        (
            "[states.POL]\nresolve = high",
            "S0005",
            "high",
            "a number or a distribution",
        ),
        (
            "[states.POL]\nresolve = normal(0, 1)",
            "S0005",
            "normal(",
            "{ normal = [mean, sd] }",
        ),
        (
            "[states.POL]\nresolve = { normal: [0, 1] }",
            "S0005",
            "",
            "an equals sign",
        ),
        (
            "[states.POL]\nhedges = rearm, umbrella",
            "S0005",
            "rearm",
            "[\"rearm\", \"umbrella\"]",
        ),
        (
            "[states.POL]\nhedges = 'rearm, umbrella'",
            "S0105",
            "'rearm",
            "[\"rearm\", \"umbrella\"]",
        ),
        (
            "[[event]]\nmonth = 2\nleader = 'USA'",
            "S0102",
            "'USA'",
            "write leader = { state = \"USA\" }",
        ),
        (
            "[event]\nmonth = 2\nleader = { state = 'USS' }",
            "S0102",
            "[event]",
            "two brackets: [[event]]",
        ),
        (
            "[event]\nmonth = 2\nleader = { state = 'USS' }",
            "S0201",
            "USS",
            "did you mean `USA`?",
        ),
        (
            "brief = \'\'\'unclosed\n[run]\nmonths = 3",
            "S0005",
            "\'\'\'unclosed",
            "three quotes",
        ),
        ("[run]\nmonths = 12;", "S0005", "12;", "write months = 12"),
        ("[run]\nmonths == 12", "S0005", "= 12", "write months = 12"),
        ("// a comment", "S0005", "a comment", "write # a comment"),
        (
            "[states.POL\nbrigades = 3",
            "S0005",
            "[states.POL",
            "write [states.POL]",
        ),
        (
            "[arrangements.nato]\nguarantors = 'USA, POL'",
            "S0112",
            "USA, POL",
            "a list: [\"USA\", \"POL\"]",
        ),
        ("[states.POL]\ngdp = 1e308", "S0104", "1e308", "is 1e308, outside"),
    ]);
}

#[test]
fn a_date_in_the_place_of_a_month_is_answered_with_the_month() {
    // The small world starts in March 2026.
    let event = |month: &str| format!("[[event]]\nmonth = {month}\nleader = {{ state = 'USA' }}");
    for month in ["'2027-01'", "2027-01-01", "'January 2027'", "'01/2027'"] {
        holds(&[(
            &event(month),
            "S0102",
            month,
            "2026-03 is month 0: for 2027-01 write 10",
        )]);
    }
    holds(&[
        (&event("'2025-12'"), "S0102", "'2025-12'", "lies before the start"),
        (&event("2027-01"), "S0005", "2027-01", "for 2027-01 write 10"),
        (&event("2027"), "S0209", "2027", "looks like a year"),
    ]);
    let found = findings(load_on_world(&event("'2027-01'"), &[]));
    assert_eq!(found[0].replacement.as_deref(), Some("10"));
}

#[test]
fn a_state_in_other_letters_makes_no_new_state() {
    for (text, meant) in [
        ("[states.pol]\nname = 'Poland'\nresolve = -3", "POL"),
        ("[states.Poland]\nname = 'Poland'", "POL"),
        ("[states.POLAND]\nresolve = 1", "POL"),
        ("[states.P0L]\nname = 'Poland'", "POL"),
        ("[challengers.rus.targets.EST]\nvalue = 0.1", "RUS"),
        ("[challengers.RUS.targets.Estonia]\nvalue = 0.1", "EST"),
        ("[forward.est]\nUSA = 1", "EST"),
        ("[forward.EST]\nusa = 1", "USA"),
        ("[spending.pol]\ntarget = 0.05", "POL"),
        ("[talks.est]\nseats = 1", "EST"),
        ("[response]\nusa = 'fight'", "USA"),
        ("[arrangements.nato.depth_by]\nest = 0.5", "EST"),
        ("[arrangements.nato]\nveto = ['pol']", "POL"),
        ("[programs.x]\nstate = 'Germany'", "DEU"),
        ("[[event]]\nmonth = 1\nleader = { state = 'US' }", "USA"),
        ("[[event]]\nmonth = 1\nchange = { 'states.pol.brigades' = 3 }", "POL"),
        ("[[war]]\nattacker = 'Russia'\ntarget = 'EST'", "RUS"),
    ] {
        let found = findings(load_on_world(text, &[]));
        let shown = render_all(&found, false);
        assert_eq!(
            found.iter().map(|d| d.code).collect::<Vec<_>>(),
            ["S0112"],
            "{text}\n{shown}"
        );
        assert!(shown.contains(&format!("did you mean `{meant}`?")), "{text}\n{shown}");
    }
}

#[test]
fn a_name_in_other_letters_makes_no_new_thing() {
    let pact = "guarantors = ['USA']\nproteges = ['POL']";
    for (text, code, meant) in [
        (format!("[arrangements.NATO]\n{pact}"), "S0221", "nato"),
        (format!("[arrangements.n-ato]\n{pact}"), "S0221", "nato"),
        (format!("[arrangements.natoo]\n{pact}"), "S0323", "nato"),
        (String::from("[arrangements.NATO]\ndepth = 1"), "S0205", "nato"),
        (
            String::from("[programs.Brigade]\nstate = 'USA'\nhost = 'EST'"),
            "S0221",
            "brigade",
        ),
        (
            String::from("[programs.brigades]\nstate = 'USA'\nhost = 'EST'"),
            "S0323",
            "brigade",
        ),
        (
            String::from("[ladder]\norder = ['incursion', 'Strike', 'land_grab']"),
            "S0221",
            "strike",
        ),
        (
            String::from("[ladder]\norder = ['incursions', 'strike', 'land_grab']"),
            "S0323",
            "incursion",
        ),
        (String::from("[states.PLO]\nname = 'Poland'"), "S0323", "POL"),
        (
            String::from(
                "[states.USA]\nblocs = ['west']\n[states.POL]\nblocs = ['west']\n[states.EST]\nblocs = ['West']",
            ),
            "S0323",
            "west",
        ),
        (
            String::from("[states.USA]\ntheatre = 'a-b'\n[states.POL]\ntheatre = 'a_b'\n[states.EST]\ntheatre = 'a_b'"),
            "S0323",
            "a_b",
        ),
        (
            String::from("[[option]]\nname = 'o'\nrun.months = 12\n[[option]]\nname = 'O'\nrun.months = 13"),
            "S0211",
            "capitals",
        ),
    ] {
        let found = findings(load_on_world(&text, &[]));
        let shown = render_all(&found, false);
        let finding = found.iter().find(|d| d.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{text}\nshould give {code}\n{shown}"));
        assert!(finding.render(false).contains(meant), "{text}\n{shown}");
    }
    for text in [
        "[arrangements.pact2]\n",
        "[arrangements.pact1]\n",
        "[arrangements.natural_partners]\n",
    ] {
        let found = findings(load_on_world(&format!("{text}{pact}"), &[]));
        assert!(!found.iter().any(|d| ["S0221", "S0323"].contains(&d.code)), "{text}");
    }
}

#[test]
fn a_chance_a_year_in_the_place_of_a_chance_a_month_is_told_with_both() {
    let event = |hazard: &str| format!("[[event]]\nhazard = {hazard}\nleader = {{ state = 'USA' }}");
    holds(&[
        (
            &event("0.3"),
            "S0318",
            "0.3",
            "30 percent a month is 98.6 percent a year",
        ),
        (&event("0.3"), "S0318", "0.3", "for 30 percent a year write 0.0293"),
        (&event("0.1"), "S0318", "0.1", "71.8 percent a year"),
        (
            "[talks.EST]\nhazard = 0.3\n[[event]]\nmonth = 1\nsettle = { target = 'EST' }",
            "S0318",
            "0.3",
            "0.0293",
        ),
        (
            "[[event]]\nmonth = 1\nsettle = { target = 'EST', hazard = 0.5 }",
            "S0318",
            "'EST'",
            "a chance a month",
        ),
    ]);
    for hazard in ["0.001", "0.0293", "0.05"] {
        assert_eq!(
            load_on_world(&event(hazard), &[]).expect("valid").warnings,
            [],
            "{hazard}"
        );
    }
    // Every chance that is more likely than not within a year is told, and no other.
    for thousandth in 1..1_000 {
        let hazard = f64::from(thousandth) / 1_000.0;
        let warnings = load_on_world(&event(&hazard.to_string()), &[]).expect("valid").warnings;
        let is_likely = 1.0 - (1.0 - hazard).powi(12) > 0.5;
        assert_eq!(warnings.iter().any(|d| d.code == "S0318"), is_likely, "{hazard}");
    }
}

#[test]
fn of_two_things_of_one_name_the_first_is_told() {
    holds(&[
        (
            "[run]\nmonths = 12\nmonths = 13",
            "S0005",
            "months = 13",
            "first in line 5",
        ),
        (
            "[states.POL]\nresolve = 1\n[states.EST]\nresolve = 1\n[states.POL]\nbrigades = 1",
            "S0005",
            "POL]\nbrigades",
            "first in line 4",
        ),
        (
            "[[event]]\nmonth = 1\nleader = { state = 'USA', state = 'POL' }",
            "S0005",
            "state = 'POL'",
            "first in line 6",
        ),
        (
            "[[option]]\nname = 'a'\n[option]\nnote = 'b'",
            "S0005",
            "option]",
            "write [[option]] for another one",
        ),
        (
            "[[option]]\nname = 'a'\n[[option]]\nname = 'a'",
            "S0211",
            "'a'",
            "the first is in line 5",
        ),
        (
            "[[event]]\nmonth = 1\nleader = { state = 'USA' }\n[[event]]\nmonth = 1\nleader = { state = 'USA' }",
            "S0321",
            "[[event]]",
            "the first is in line 4",
        ),
    ]);
    // What else is wrong is told as well.
    let found = findings(load_on_world(
        "[run]\nmonths = 12\nmonths = 13\nrunz = 3\n[states.USS]\nresolve = 1",
        &[],
    ));
    let codes: Vec<_> = found.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["S0005", "S0101", "S0201"]);
}

#[test]
fn files_that_are_something_else_are_called_what_they_are_and_not_shown() {
    let passwd: Vec<String> = (0..30)
        .map(|i| format!("user{i}:x:{i}:{i}::/home/user{i}:/bin/sh"))
        .collect();
    for (text, words) in [
        ("title: 'A'\nquestion: 'B'\nextends: worlds/europe-2025\n", "YAML"),
        ("---\nstates:\n  - name: Poland\n    code: POL\n", "YAML"),
        ("{\n  \"title\": \"A\",\n  \"question\": \"B\"\n}\n", "JSON"),
        ("<html><body>x</body></html>", "HTML"),
        ("#!/bin/sh\necho secret\n", "a program"),
        ("state,brigades\nPOL,3\nEST,1\n", "a table of values"),
        ("Some words of prose.\nThey go on.\nAnd end.\n", "no line of it"),
        ("a\0b = 1", "no text"),
        (passwd.join("\n").as_str(), "no scenario"),
    ] {
        let found = findings(load_text(text));
        let shown = render_all(&found, false);
        assert_eq!(found.len(), 1, "{text}\n{shown}");
        assert!(shown.contains(words), "{text}\n{shown}");
        for secret in ["secret", "/bin/sh", "Poland", "prose", "POL,3"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[test]
fn syntax_of_toml_one_one_is_read_and_told_once_a_kind() {
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'worlds/europe-2025'\n";
    let event =
        "[[event]]\nmonth = 3\nleader = { state = 'USA', }\n[[event]]\nmonth = 4\nleader = {\n state = 'POL' }\n";
    let text = format!("{head}brief = \"An \\x65scape\"\n{event}[[event]]\nmonth = 5\nleader = {{ state = 'EST', }}\n");
    let found = load_text(&text).expect("it is read all the same").warnings;
    let lines: Vec<_> = found.iter().map(|d| (d.code, d.line, d.severity)).collect();
    let warning = Severity::Warning;
    assert_eq!(
        lines,
        [
            ("S0010", Some(4), warning),
            ("S0010", Some(7), warning),
            ("S0010", Some(10), warning)
        ]
    );
    assert!(found[1].message.contains("1 more"), "{}", found[1].message);
    assert!(found.iter().all(|d| d.help.is_some()));
    // With an error beside it the warning stays.
    let codes = codes_of(load_text(&format!("{text}[states.POL]\nresolv = 1\n")));
    assert!(codes.contains(&"S0010") && codes.contains(&"S0101"), "{codes:?}");
}

#[test]
fn carets_stand_under_what_is_wrong_whatever_the_line_ends() {
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'worlds/europe-2025'\n";
    let place = |text: &str| {
        let found = findings(load_text(text));
        assert_eq!(found.len(), 1, "{}", render_all(&found, false));
        let file = found[0].file.clone().expect("a file");
        (
            found[0].line,
            found[0].column,
            found[0].render(false).replace(&file, "FILE"),
        )
    };
    let plain = place(&format!("{head}[states.POL]\ndefence_shar = 0.045\n"));
    assert_eq!((plain.0, plain.1), (Some(5), Some(1)));
    let windows = place(&format!("{head}[states.POL]\ndefence_shar = 0.045\n").replace('\n', "\r\n"));
    assert_eq!(windows, plain, "the end of a line is no part of it");
    let marked = place(&format!("\u{feff}{head}[states.POL]\ndefence_shar = 0.045\n"));
    assert_eq!(marked, plain);
    let unended = place(&format!("{head}[states.POL]\ndefence_shar = 0.045"));
    assert_eq!(unended, plain, "the last line needs no end");
    let first = place("\u{feff}titel = 'T'\ntitle = 'T'\nquestion = 'Q'\nextends = 'worlds/europe-2025'\n");
    assert_eq!(
        (first.0, first.1),
        (Some(1), Some(1)),
        "a byte order mark is no character"
    );
    assert!(first.2.contains("1 | titel = 'T'\n  | ^^^^^\n"), "{}", first.2);
    let tabs = place(&format!("{head}[states.POL]\n\tdefence_shar\t=\t0.045\n"));
    assert_eq!((tabs.0, tabs.1), (Some(5), Some(2)));
    for text in [
        format!("{head}[states.POL]\nresolve = 1\n[states.EST]\nresolve = 'x'"),
        format!("{head}[states.POL]\nresolve = 1\n[states.EST]\nresolve = "),
        format!("{head}[states.POL]\r\nresolve = 0,5\r\n"),
    ] {
        let (.., shown) = place(&text);
        assert!(!shown.contains('␍') && shown.contains('^'), "{shown}");
    }
}

#[test]
fn whole_numbers_may_be_written_with_a_point() {
    let scenario = load_on_world("run.months = 12.0\nrun.runs = 1e4\nrun.seed = 7.0", &[]).expect("valid");
    assert_eq!(
        (scenario.run.months, scenario.run.runs, scenario.run.seed),
        (12, 10_000, 7)
    );
    holds(&[
        ("run.months = 12.5", "S0102", "12.5", "whole number"),
        ("run.months = nan", "S0103", "nan", "finite"),
        (
            "run.seed = 9007199254740994.0",
            "S0102",
            "9007199254740994.0",
            "all its digits",
        ),
    ]);
}

#[test]
fn overrides_are_answered_like_files() {
    for (set, words) in [
        ("resolve=-2", "`states.USA.resolve`"),
        ("reputation=0", "`beliefs.reputation`"),
        ("states.USA.resolve=-2,5", "write -2.5"),
        ("states.USA.defence_share=4.5%", "write 0.045"),
        ("states.usa.resolve=1", "did you mean `USA`?"),
        ("states.USA.defence_share=3.5", "for 3.5 percent write 0.035"),
    ] {
        let shown = render_all(&findings(load_on_world("", &[set])), false);
        assert!(shown.contains(words), "{set}\n{shown}");
    }
}

#[test]
fn several_options_at_once_are_sent_to_compare() {
    let (_dir, mut request) = folder(&[(
        "scenario.toml",
        &format!("{WORLD}\n[[option]]\nname = 'a'\nrun.months = 12\n"),
    )]);
    for (option, words) in [("a,b", "--options a,b"), ("all", "--options all")] {
        request.option = Some(option.into());
        let shown = render_all(&findings(load(&request)), false);
        assert!(
            shown.contains("deter compare SCENARIO") && shown.contains(words),
            "{shown}"
        );
    }
}
