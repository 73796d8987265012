//! No input makes the reader panic or hang.

#![allow(
    clippy::disallowed_methods,
    reason = "how long a refusal takes is part of the promise"
)]

use proptest::prelude::*;

use super::*;
use crate::scenario::diagnostics::render_all;

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
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let text = format!("\u{feff}{}", WORLD.replace('\n', "\r\n"));
    assert_eq!(
        load_text(&text).expect("valid").base,
        load_text(WORLD).expect("valid").base
    );
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
