//! A scenario with a ladder of its own: everything that speaks of the promise speaks of the same rung.

use std::fs;
use std::path::Path;
use std::process::Command;

use deterrence::results::format::Stored;
use serde_json::Value;

/// The lowest rung over territory is called otherwise than in the default ladder, and is not the top.
const SCENARIO: &str = r#"
extends = "status-quo"
title = "Own ladder"
question = "Which rung do numbers and pictures talk about?"

[ladder]
order = ["cyberattack", "sabotage", "incursion", "strike", "seizure", "major_attack"]

[ladder.seizure]
label = "Seizure"
force = true
territorial = true
severity = 0.35
clarity = 0.85
window = 5
fight_weight = 1.0
war_share = 0.4
nuclear_risk = 0.3
opportunities = 0.02
war_chance = 0.3

[arrangements.taiwan_relations]
coverage = "seizure"
"#;

fn deter(dir: &Path, words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_deter"))
        .args(words)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The first percentage in a text, in percent.
fn percentage(text: &str) -> f64 {
    let end = text.find('%').expect("a percentage");
    let start = text[..end]
        .rfind(|c: char| !c.is_ascii_digit() && c != '.')
        .map_or(0, |i| i + 1);
    text[start..end].parse().expect("a number")
}

/// The text of a page without its markup and pictures.
fn words(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn table_charts_and_report_speak_of_the_rung_at_which_the_model_compares_promises() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("own.toml"), SCENARIO).expect("written");
    let table = deter(
        dir.path(),
        &["run", "own.toml", "--runs", "40", "--months", "6", "--out", "own"],
    );
    deter(dir.path(), &["report", "own"]);

    let stored = Stored::read(&dir.path().join("own")).expect("a result");
    assert_eq!(stored.manifest.focus_rung, "seizure");
    let of = |id: &str| {
        stored
            .summary
            .outcome(id)
            .and_then(|o| o.estimate)
            .expect("an estimate")
    };
    let (start, end) = (of("credibility.nato.seizure.start"), of("credibility.nato.seizure.end"));
    let graver = of("credibility.nato.major_attack.start");
    assert!(
        (start - graver).abs() > 0.02,
        "the two rungs can be told apart: {start} {graver}"
    );
    let compared: Vec<&str> = stored.manifest.series.iter().map(|s| s.id.as_str()).collect();
    assert!(compared.contains(&"credibility.us_jpn.seizure") && !compared.contains(&"credibility.us_jpn.major_attack"));

    let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("would answer a seizure") && !flat.contains("would answer a major"),
        "{table}"
    );

    // Charts: in words and by the series that they draw.
    let sidecar = |name: &str| -> Value {
        let text = fs::read_to_string(dir.path().join("own/charts").join(name)).expect("a file beside the picture");
        serde_json::from_str(&text).expect("JSON")
    };
    for name in ["credibility.json", "survival.json"] {
        let text = sidecar(name).to_string();
        assert!(
            text.contains("seizure") && !text.contains("after a major attack"),
            "{name}: {text}"
        );
    }
    let alt = sidecar("credibility.json")["note"].as_str().expect("a note").to_owned();
    let shown = alt.split("Headline: mean of all, ").nth(1).map(percentage);
    assert!(
        shown.is_some_and(|shown| (shown - 100.0 * end).abs() < 0.6),
        "{alt} against {end}"
    );

    // The report.
    let page = words(&fs::read_to_string(dir.path().join("own/report.html")).expect("a page"));
    let sentence = page
        .split("The answer, under these assumptions")
        .nth(1)
        .expect("the sentence");
    assert!(
        (percentage(sentence) - 100.0 * start).abs() < 0.6,
        "{sentence:.200} against {start}"
    );
}
