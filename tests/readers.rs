//! What other people's programs do with our files: spreadsheets, table readers, viewers, and the terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A scenario whose words are in many scripts, one of them a formula, and whose events crowd.
const WORDS: &str = r#"
title = "Words of many scripts"
question = "Does every program show them?"
extends = "worlds/europe-2025"
[run]
months = 24
start = "2026-11"
[arrangements.nato]
name = "حلف شمال الأطلسي"
[ladder.incursion]
label = "1-2"
[ladder.land_grab]
label = "=1+1"
[ladder.strike]
label = "Οπλισμένη; @επίθεση"
[[event]]
month = 1
challenge = { by = "RUS", target = "POL", rung = "incursion" }
note = "A first incursion"
[[event]]
month = 2
challenge = { by = "RUS", target = "EST", rung = "incursion" }
note = "Eine zweite Grenzverletzung"
[[event]]
month = 3
challenge = { by = "RUS", target = "LVA", rung = "incursion" }
note = "第三次"
[[event]]
month = 4
signal = { by = "USA", arrangement = "nato", kind = "words", strength = -2 }
note = "Words of doubt"
[[event]]
month = 5
signal = { by = "USA", arrangement = "nato", kind = "words", strength = 2 }
note = "Words of resolve"
"#;

fn deter(dir: &Path, columns: Option<usize>, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deter"));
    command
        .args(words)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS");
    if let Some(columns) = columns {
        command.env("COLUMNS", columns.to_string());
    }
    let output = command.output().expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {errors}");
    output
}

/// Results of three scenarios; the numbers of runs are those at which shares have three decimals.
fn results(dir: &Path) -> Vec<PathBuf> {
    fs::write(dir.join("words.toml"), WORDS).expect("a scenario");
    let scenarios = [
        ("words.toml", "200"),
        ("west-berlin", "125"),
        ("poland-drone-incursion", "250"),
    ];
    let run = |(scenario, runs): (&str, &str)| {
        let out = dir.join("results").join(scenario.trim_end_matches(".toml"));
        let folder = out.to_string_lossy();
        let _ = deter(
            dir,
            None,
            &["run", scenario, "--runs", runs, "--months", "18", "--out", &folder],
        );
        let _ = deter(dir, None, &["report", &folder]);
        out
    };
    scenarios.map(run).to_vec()
}

fn charts(result: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(result.join("charts")).expect("charts");
    let paths = entries.map(|e| e.expect("an entry").path());
    let mut found: Vec<PathBuf> = paths.filter(|p| p.extension().is_some_and(|e| e == ending)).collect();
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text file")
}

/// `^-?\d{1,3}\.\d{3}$`: a number to us, and a thousand times as much to a spreadsheet with a decimal comma.
fn is_thousands(field: &str) -> bool {
    let (before, behind) = field
        .strip_prefix('-')
        .unwrap_or(field)
        .split_once('.')
        .unwrap_or_default();
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    (1..=3).contains(&before.len()) && behind.len() == 3 && digits(before) && digits(behind)
}

fn check_csv(path: &Path) -> usize {
    let (name, text) = (path.display(), text(path));
    assert!(
        !text.contains('\r') && text.ends_with('\n'),
        "{name}: lines end with LF"
    );
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    assert!(
        header.iter().all(|h| h.starts_with(|c: char| c.is_ascii_lowercase())),
        "{name}: {header:?}"
    );
    let has = |column: &str| header.iter().any(|h| h == column);
    assert_eq!(has("month"), has("date"), "{name}: a calendar date beside each month");
    let rows: Vec<csv::StringRecord> = reader
        .records()
        .map(|r| r.expect("a row as long as the header"))
        .collect();
    assert!(!rows.is_empty(), "{name}");
    let mut fields = 0;
    for (c, column) in header.iter().enumerate() {
        let values: Vec<&str> = rows.iter().map(|r| &r[c]).filter(|v| !v.is_empty()).collect();
        fields += values.len();
        for value in &values {
            assert!(!is_thousands(value), "{name}, {column}: {value}");
            let mut cells = value.split(';').map(str::trim_start);
            let number = value.parse::<f64>();
            let computed = cells.any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            assert!(number.is_ok() || !computed, "{name}, {column}: {value}");
            assert!(number.map_or(true, f64::is_finite), "{name}, {column}: {value}");
        }
        // A column of numbers that begins with whole ones and goes on with others is taken for whole ones.
        let is_whole = |v: &&str| v.parse::<i64>().is_ok();
        let is_real = |v: &&str| v.parse::<f64>().is_ok();
        if values.iter().all(is_real) {
            assert!(
                values.iter().all(is_whole) || !values.iter().any(is_whole),
                "{name}, {column}: mixed"
            );
        }
    }
    fields
}

#[test]
fn every_csv_opens_with_defaults_and_means_the_same_in_every_language() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut fields = 0;
    for result in results(dir.path()) {
        let files = charts(&result, "csv");
        assert!(files.len() >= 3, "{files:?}");
        for path in &files {
            fields += check_csv(path);
            let beside: serde_json::Value =
                serde_json::from_str(&text(&path.with_extension("json"))).expect("JSON beside the data");
            let header = text(path).lines().next().unwrap_or_default().to_owned();
            for column in header.split(',') {
                assert!(
                    beside["data"]["columns"][column].is_string(),
                    "{}: {column}",
                    path.display()
                );
            }
        }
    }
    assert!(fields > 3000, "{fields}");
}

#[test]
fn a_month_in_the_data_has_its_calendar_date() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("words.toml"), WORDS).expect("a scenario");
    let _ = deter(
        dir.path(),
        None,
        &["run", "words.toml", "--runs", "8", "--months", "6", "--out", "r"],
    );
    let data = text(&dir.path().join("r/charts/survival.csv"));
    let row = |n: usize| data.lines().nth(n).unwrap_or_default().to_owned();
    assert!(
        row(1).contains(",0,2026-11-01,") && row(3).contains(",2,2027-01-01,"),
        "{data}"
    );
    let ladder = text(&dir.path().join("r/charts/ladder.csv"));
    assert!(
        ladder.contains(",'=1+1: at least one,") && ladder.contains(";' @επίθεση"),
        "{ladder}"
    );
}

/// Each id, and how often it is there.
fn ids(markup: &str) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for part in markup.split(" id=\"").skip(1) {
        *found.entry(part.split('"').next().unwrap_or_default()).or_default() += 1;
    }
    found
}

#[test]
fn every_id_is_there_once_in_a_picture_and_in_the_page_of_all_pictures() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for result in results(dir.path()) {
        let mut all = BTreeSet::new();
        let page = result.join("report.html");
        for path in charts(&result, "svg").into_iter().chain([page]) {
            let markup = text(&path);
            let ids = ids(&markup);
            assert!(ids.len() > 4, "{}", path.display());
            let twice: Vec<_> = ids.iter().filter(|(_, times)| **times > 1).collect();
            assert!(twice.is_empty(), "{}: {twice:?}", path.display());
            for id in ids.keys() {
                assert!(
                    !id.contains(char::is_whitespace) && !id.is_empty(),
                    "{}: {id:?}",
                    path.display()
                );
            }
            if path.extension().is_some_and(|e| e == "svg") {
                assert!(ids.keys().all(|id| all.insert((*id).to_owned())), "{}", path.display());
            }
        }
    }
}

#[test]
fn a_png_is_as_large_on_paper_at_every_scale() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let _ = deter(
        dir.path(),
        None,
        &["run", "status-quo", "--runs", "8", "--months", "6", "--out", "r"],
    );
    let mut sizes = BTreeSet::new();
    for scale in ["1", "2", "3"] {
        let _ = deter(dir.path(), None, &["chart", "r", "--scale", scale, "--out", scale]);
        let png = fs::read(dir.path().join(scale).join("ladder.png")).expect("a picture");
        let number = |at: usize| f64::from(u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")));
        let density = png.windows(4).position(|w| w == b"pHYs").expect("a density") + 4;
        // In millimetres, to the half.
        sizes.insert((number(16) / number(density) * 2000.0).round() as u32);
    }
    // 720 px at 96 an inch are 190.5 mm.
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [381]);
}

#[test]
fn names_that_the_typeface_lacks_stay_in_live_text_and_are_told() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("words.toml"), WORDS).expect("a scenario");
    let told = deter(
        dir.path(),
        None,
        &["run", "words.toml", "--runs", "8", "--months", "12", "--out", "r"],
    );
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("no glyph for") && told.contains("U+0627"), "{told}");
    assert!(
        told.contains("name of the arrangement") && told.contains("note of an event"),
        "{told}"
    );
    let svg = text(&dir.path().join("r/charts/credibility.svg"));
    assert!(svg.contains("حلف") && !svg.contains('?'), "{svg}");
    let json = text(&dir.path().join("r/charts/credibility.json"));
    let beside: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(
        beside["missing_glyphs"].as_array().is_some_and(|list| list.len() > 5),
        "{json}"
    );
    let told = deter(
        dir.path(),
        None,
        &["chart", "r", "--svg-text", "paths", "--out", "paths"],
    );
    assert!(String::from_utf8_lossy(&told.stderr).contains("no glyph for"));
    let paths = text(&dir.path().join("paths/credibility.svg"));
    assert!(!paths.contains("<text") && paths.contains("<path d=") && paths.contains("<title"));
}

#[test]
fn events_that_a_picture_does_not_mark_are_counted_and_named_in_it() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("words.toml"), WORDS).expect("a scenario");
    let _ = deter(
        dir.path(),
        None,
        &["run", "words.toml", "--runs", "40", "--months", "24", "--out", "r"],
    );
    let json = text(&dir.path().join("r/charts/credibility.json"));
    let beside: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let note = beside["note"].as_str().expect("a note");
    let svg = text(&dir.path().join("r/charts/credibility.svg"));
    let marked = ids(&svg)
        .keys()
        // Name, key, layer, and a number from the second one on.
        .filter(|id| id.split('-').nth(2) == Some("event"))
        .count();
    assert!(
        marked < 5 && note.contains(&format!("{marked} of 5 dated events are marked.")),
        "{marked}: {note}"
    );
    assert_eq!(
        note.split("Not marked: ")
            .nth(1)
            .map(|rest| rest.matches("month ").count()),
        Some(5 - marked),
        "{note}"
    );
    assert!(svg.contains("of 5 dated events"), "the picture itself says so");
}

#[test]
fn a_table_fits_its_terminal_and_tells_its_rows_apart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = [
        "run",
        "west-berlin",
        "--runs",
        "40",
        "--months",
        "6",
        "--no-charts",
        "--force",
        "--out",
        "r",
    ];
    for (columns, width) in [(None, 80), (Some(72), 72), (Some(80), 80), (Some(200), 200)] {
        let output = deter(dir.path(), columns, &run);
        let table = String::from_utf8_lossy(&output.stdout).into_owned();
        for block in table.split("\n\n") {
            let mut names = BTreeSet::new();
            for line in block.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
                let is_row = line.starts_with("  ") && line.contains(|c: char| c.is_ascii_digit());
                let name = line.trim().split("  ").next().unwrap_or_default();
                assert!(!is_row || names.insert(name), "{width}: {name} stands twice\n{table}");
            }
        }
        let uses_it = table.lines().any(|line| line.chars().count() > 80);
        assert_eq!(uses_it, width == 200, "a wide terminal is used\n{table}");
    }
}
