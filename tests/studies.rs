//! `deter run` as an answer and `deter compare`, as a user meets them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn deter(dir: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deter"))
        .args(words)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn done(dir: &Path, words: &[&str]) -> String {
    let output = deter(dir, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

const SHORT: [&str; 5] = ["--runs", "30", "--months", "6", "--no-charts"];

fn short<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().chain(SHORT).collect()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON on standard output, and nothing else")
}

#[test]
fn a_run_without_an_option_answers_the_question_and_one_with_an_option_plays_it_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let page = done(
        dir.path(),
        &["run", "poland-drone-incursion", "--runs", "30", "--months", "6"],
    );
    let (question, levels) = (page.find("what does Moscow"), page.find("by itself"));
    let contrasts = page.find("Difference from ‘Answered, as it was’");
    assert!(
        question < contrasts && contrasts < levels,
        "the question, the contrasts, the levels:\n{page}"
    );
    assert!(page.lines().all(|l| l.chars().count() <= 84), "{page}");
    let out = dir.path().join("output/poland-drone-incursion+months=6");
    for file in [
        "comparison.json",
        "summary.json",
        "runs.parquet",
        "charts/contrasts.svg",
        "charts/ranking.png",
        "arms.parquet",
        "charts/arms-survival-strike.svg",
        "charts/arms-credibility-nato-incursion.csv",
    ] {
        assert!(out.join(file).is_file(), "{file}");
    }
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).expect("a summary")).expect("JSON");
    assert_eq!(summary["option"], "answered", "base results are those of the baseline");
    done(
        dir.path(),
        &short(&["run", "poland-drone-incursion", "--option", "silence"]),
    );
    assert!(
        dir.path()
            .join("output/poland-drone-incursion-silence+months=6/summary.json")
            .is_file()
    );
    assert!(
        !dir.path()
            .join("output/poland-drone-incursion-silence+months=6/comparison.json")
            .exists()
    );
    done(
        dir.path(),
        &short(&["run", "poland-drone-incursion", "--single", "--out", "single"]),
    );
    assert!(!dir.path().join("single/comparison.json").exists());
}

#[test]
fn pictures_of_an_answer_are_redrawn_with_the_same_bytes_and_the_report_leads_with_it() {
    let dir = tempfile::tempdir().expect("a folder");
    done(
        dir.path(),
        &[
            "run",
            "poland-drone-incursion",
            "--runs",
            "30",
            "--months",
            "6",
            "--out",
            "a",
        ],
    );
    let pictures = ["contrasts", "arms-survival-strike", "arms-credibility-nato-incursion"]
        .map(|name| dir.path().join(format!("a/charts/{name}.png")));
    let before = pictures.clone().map(|picture| fs::read(picture).expect("drawn"));
    for picture in &pictures {
        fs::remove_file(picture).expect("removed");
    }
    done(dir.path(), &["chart", "a"]);
    assert!(before == pictures.map(|picture| fs::read(picture).expect("drawn again")));
    done(dir.path(), &["report", "a"]);
    let page = fs::read_to_string(dir.path().join("a/report.html")).expect("a report");
    assert!(page.contains("What the options change") && page.contains("id=\"contrasts-"));
}

#[test]
fn a_folder_with_a_comparison_is_verified_and_played_again_to_the_same_bytes() {
    let dir = tempfile::tempdir().expect("a folder");
    let words = [
        "compare",
        "poland-drone-incursion",
        "--options",
        "answered,silence",
        "--outcomes",
        "war,rate.incursion",
    ];
    let words: Vec<&str> = short(&words).into_iter().chain(["--out", "a"]).collect();
    done(dir.path(), &words);
    done(dir.path(), &["verify", "a"]);
    done(dir.path(), &["run", "a", "--no-charts", "--out", "again"]);
    for file in ["comparison.json", "runs.parquet", "arms.parquet", "summary.json"] {
        let read = |out: &str| fs::read(dir.path().join(out).join(file)).expect("a file");
        assert!(read("a") == read("again"), "{file}");
    }
    let path = dir.path().join("a/comparison.json");
    let text = fs::read_to_string(&path).expect("a comparison");
    fs::write(&path, text.replacen("silence", "violent", 1)).expect("damaged");
    let output = deter(dir.path(), &["verify", "a"]);
    assert_eq!(output.status.code(), Some(1), "{}", text);
}

#[test]
fn the_summary_of_an_answer_carries_sentences_and_comparison() {
    let dir = tempfile::tempdir().expect("a folder");
    let value = json(&done(dir.path(), &short(&["run", "poland-drone-incursion", "--json"])));
    assert_eq!(value["comparison"]["format"], "deter.comparison/1");
    assert_eq!(value["answer"], value["comparison"]["answer"]);
    assert!(value["outcomes"].as_array().is_some_and(|o| o.len() > 100));
}

#[test]
fn the_same_bytes_for_any_number_of_jobs() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = [
        "compare",
        "poland-drone-incursion",
        "--options",
        "answered,silence",
        "--runs",
        "40",
        "--months",
        "6",
    ];
    for (jobs, out) in [("1", "one"), ("3", "three")] {
        let words: Vec<&str> = options.into_iter().chain(["--jobs", jobs, "--out", out]).collect();
        done(dir.path(), &words);
    }
    for file in [
        "comparison.json",
        "runs.parquet",
        "summary.json",
        "charts/contrasts.svg",
        "charts/ranking.csv",
    ] {
        let read = |out: &str| fs::read(dir.path().join(out).join(file)).unwrap_or_default();
        assert!(read("one") == read("three"), "{file}");
    }
}

#[test]
fn played_and_stored_comparisons_agree() {
    let dir = tempfile::tempdir().expect("a folder");
    for option in ["answered", "silence"] {
        done(
            dir.path(),
            &short(&["run", "poland-drone-incursion", "--option", option, "--out", option]),
        );
    }
    let played = json(&done(
        dir.path(),
        &short(&[
            "compare",
            "poland-drone-incursion",
            "--options",
            "answered,silence",
            "--json",
            "--out",
            "played",
        ]),
    ));
    let ids: Vec<&str> = played["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .filter_map(|o| o["id"].as_str())
        .collect();
    let stored = json(&done(
        dir.path(),
        &["compare", "answered", "silence", "--json", "--outcomes", &ids.join(",")],
    ));
    for (a, b) in played["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .zip(stored["outcomes"].as_array().expect("outcomes"))
    {
        assert_eq!(a["label"], b["label"]);
        for (x, y) in a["arms"]
            .as_array()
            .expect("arms")
            .iter()
            .zip(b["arms"].as_array().expect("arms"))
        {
            assert_eq!(
                (&x["estimate"], &x["interval"]),
                (&y["estimate"], &y["interval"]),
                "{}",
                a["id"]
            );
        }
        let (x, y) = (&a["contrasts"][0], &b["contrasts"][0]);
        for key in [
            "difference",
            "interval",
            "ratio",
            "ratio_interval",
            "correlation",
            "changed",
            "only_arm",
            "verdict",
            "parameters",
            "ratio_parameters",
        ] {
            assert_eq!(x[key], y[key], "{} {key}", a["id"]);
        }
    }
    done(dir.path(), &["compare", "answered", "silence", "--out", "kept"]);
    for file in ["comparison.json", "contrasts.svg", "arms-survival-land_grab.png"] {
        assert!(dir.path().join("kept").join(file).is_file(), "{file}");
    }
}

#[test]
fn assumptions_and_overrides_are_compared_with_each_other() {
    let dir = tempfile::tempdir().expect("a folder");
    let value = json(&done(
        dir.path(),
        &short(&[
            "compare",
            "us-withdrawal",
            "--assume",
            "deterrence-model",
            "--vs-assume",
            "spiral-model",
            "--json",
        ]),
    ));
    assert_eq!(value["baseline"], "deterrence-model");
    let contrast = &value["outcomes"][0]["contrasts"][0];
    assert!(contrast["parameters"]["interval"].is_null() && contrast["parameters"]["reason"].is_string());
    assert_eq!(value["arms"][1]["assumptions"][0], "spiral-model");
    let words = [
        "compare",
        "status-quo",
        "--set",
        "states.USA.resolve=0",
        "--vs-set",
        "states.USA.resolve=-2",
        "--json",
    ];
    let value = json(&done(dir.path(), &short(&words)));
    assert_eq!(value["arms"][0]["set"][0], "states.USA.resolve=0");
    assert_eq!(value["arms"][1]["set"][1], "states.USA.resolve=-2");
}

/// Runs a command that must be refused, and returns what it said; nothing may be written.
fn refused(dir: &Path, words: &[&str], code: i32, says: &[&str]) {
    let output = deter(dir, words);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {told}");
    for part in says {
        assert!(told.contains(part), "{words:?} does not say {part}:\n{told}");
    }
    assert!(!dir.join("bad").exists(), "{words:?} wrote something");
}

#[test]
fn bad_input_is_told_with_codes_all_at_once_and_nothing_is_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let here = dir.path();
    let compare = |more: &[&'static str]| -> Vec<&'static str> {
        ["compare", "poland-drone-incursion"]
            .into_iter()
            .chain(more.iter().copied())
            .chain(["--out", "bad"])
            .collect()
    };
    refused(
        here,
        &compare(&["--options", "answered,silent,strnog"]),
        3,
        &["S0502", "silent", "did you mean `strong`"],
    );
    let words = compare(&["--options", "answered,silent", "--outcomes", "pease,war.CHE"]);
    refused(here, &words, 3, &["S0502", "S0503", "S0504"]);
    refused(here, &compare(&["--vs-set", "run.seed=7"]), 3, &["S0507", "seed"]);
    refused(here, &compare(&["--vs-set", "run.months=12"]), 3, &["S0507", "months"]);
    refused(here, &["compare", "no-such-thing", "--out", "bad"], 3, &["S0006"]);
    refused(
        here,
        &["compare", "a", "b", "--out", "bad"],
        4,
        &["S0508", "no folder `a`", "no folder `b`"],
    );
    let words = compare(&["--options", "answered,silent", "--set", "foo=1", "--outcomes", "pease"]);
    refused(here, &words, 3, &["S0101", "S0502", "S0503", "help"]);
    refused(
        here,
        &["compare", "status-quo", "poland-drone-incursion", "--out", "bad"],
        2,
        &["`status-quo` is a scenario", "`poland-drone-incursion` is a scenario"],
    );
}

#[test]
fn stored_results_without_shared_luck_and_damaged_ones_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let here = dir.path();
    for (out, seed, months) in [("a", "1", "6"), ("seed", "2", "6"), ("months", "1", "7")] {
        let words = [
            "run",
            "poland-drone-incursion",
            "--single",
            "--runs",
            "5",
            "--no-charts",
        ];
        let words: Vec<&str> = words
            .into_iter()
            .chain(["--seed", seed, "--months", months, "--out", out])
            .collect();
        done(here, &words);
    }
    let other = [
        "run",
        "poland-drone-incursion",
        "--option",
        "silence",
        "--runs",
        "5",
        "--no-charts",
    ];
    let other: Vec<&str> = other
        .into_iter()
        .chain(["--seed", "3", "--months", "6", "--out", "other"])
        .collect();
    done(here, &other);
    refused(
        here,
        &["compare", "a", "other", "--out", "bad"],
        3,
        &["S0507", "seed 1 and 3"],
    );
    refused(
        here,
        &["compare", "a", "months", "other", "--out", "bad"],
        3,
        &["months 6 and 7", "seed 1 and 3"],
    );
    refused(here, &["compare", "a", "a", "--out", "bad"], 3, &["S0506"]);
    // The same plan by other luck, or with more of it, is nothing to compare.
    refused(
        here,
        &["compare", "a", "seed", "--out", "bad"],
        3,
        &["S0506", "same plan, with seeds 1 and 2: only chance"],
    );
    let more = [
        "run",
        "poland-drone-incursion",
        "--single",
        "--runs",
        "7",
        "--no-charts",
    ];
    let more: Vec<&str> = more.into_iter().chain(["--months", "6", "--out", "more"]).collect();
    done(here, &more);
    refused(
        here,
        &["compare", "a", "more", "--out", "bad"],
        3,
        &["S0506", "the 5 runs of one are the first of the other's 7"],
    );
    // What can only be played does not go with folders, and all of it is told.
    let flags = [
        "compare",
        "a",
        "seed",
        "--options",
        "x",
        "--set",
        "y=1",
        "--runs",
        "5",
        "--seed",
        "2",
        "--force",
        "--dry-run",
        "--out",
        "bad",
    ];
    let named = ["--options", "--set", "--runs", "--seed", "--force", "--dry-run"];
    refused(
        here,
        &flags,
        2,
        &named
            .map(|flag| format!("{flag} does not go with result folders"))
            .each_ref()
            .map(String::as_str),
    );
    refused(here, &["compare", "a", "--out", "bad"], 2, &["second"]);
    let files = fs::read_dir(here.join("a"))
        .expect("a folder")
        .map(|f| f.expect("a file").file_name());
    let files: Vec<String> = files.map(|f| f.to_string_lossy().into_owned()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    for file in &files {
        let path = here.join("a").join(file);
        let sound = fs::read(&path).expect("a file");
        let mut bytes = sound.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, &bytes).expect("damaged");
        refused(here, &["compare", "a", "seed", "--out", "bad"], 1, &["S0508", file]);
        fs::write(&path, &sound).expect("mended");
    }
}

/// Numbers before nouns that do not agree with them.
fn wrong_plurals(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_plural = |word: &str| {
        let word = word.trim_end_matches([',', '.', ';', ':', ')']);
        // Words that end in s and are no plurals.
        let single = [
            "is", "was", "lies", "has", "uses", "this", "its", "starts", "comes", "rises", "falls", "less", "as",
        ];
        word.len() > 2
            && word.ends_with('s')
            && !word.ends_with("ss")
            && !single.contains(&word)
            && word.chars().all(|c| c.is_ascii_lowercase())
    };
    let pairs = words
        .windows(2)
        .filter(|w| w[0].trim_start_matches('(') == "1" && is_plural(w[1]));
    pairs.map(|w| w.join(" ")).collect()
}

#[test]
fn what_is_printed_of_one_run_speaks_of_one_and_claims_no_trend() {
    let dir = tempfile::tempdir().expect("a folder");
    let one = ["--runs", "1", "--months", "1"];
    let commands: [&[&str]; 7] = [
        &["run", "poland-drone-incursion", "--out", "answer"],
        &["run", "status-quo", "--single", "--out", "single"],
        &["run", "status-quo", "--single", "--dry-run"],
        &[
            "compare",
            "us-withdrawal",
            "--options",
            "full,exit",
            "--out",
            "compared",
        ],
        &["compare", "us-withdrawal", "--options", "full,exit", "--dry-run"],
        &["explain", "status-quo", "--set", "run.runs=1", "--set", "run.months=1"],
        &["claims", "a0-us-belief-keystone", "--runs", "1"],
    ];
    for words in commands {
        let words: Vec<&str> = words
            .iter()
            .copied()
            .chain(one.into_iter().filter(|_| ["run", "compare"].contains(&words[0])))
            .collect();
        let output = deter(dir.path(), &words);
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        let told = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(wrong_plurals(&told), [] as [&str; 0], "{words:?}:\n{told}");
        for trend in [" rises ", " rise ", " falls ", " fall ", " higher\n", " lower\n"] {
            assert!(!told.contains(trend), "{words:?} claims a trend:\n{told}");
        }
        assert!(!told.contains("no case observed") || words[0] != "claims", "{told}");
    }
    for folder in ["answer", "single"] {
        done(dir.path(), &["report", folder]);
        let page = fs::read_to_string(dir.path().join(folder).join("report.html")).expect("a page");
        let visible = page.split("<body>").nth(1).expect("a body");
        let mut plain = String::new();
        let mut is_tag = false;
        for c in visible.chars() {
            match c {
                '<' => is_tag = true,
                '>' => is_tag = false,
                c if !is_tag => plain.push(c),
                _ => {}
            }
        }
        assert_eq!(wrong_plurals(&plain), [] as [&str; 0], "{folder}");
        for file in fs::read_dir(dir.path().join(folder).join("charts"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if file.path().extension().is_some_and(|e| e == "json") {
                let told = fs::read_to_string(file.path()).expect("a sidecar");
                assert_eq!(wrong_plurals(&told), [] as [&str; 0], "{}", file.path().display());
                assert!(
                    !told.contains(".;") && !told.contains("..\""),
                    "{}: {told}",
                    file.path().display()
                );
            }
        }
    }
}

/// Warnings of a scenario are told once, however many arms it has.
#[test]
fn a_warning_is_told_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let words = [
        "run",
        "poland-drone-incursion",
        "--runs",
        "2",
        "--months",
        "6",
        "--no-charts",
        "--out",
        "o",
    ];
    let told = text(&deter(dir.path(), &words).stderr);
    assert_eq!(told.matches("S0222").count(), 1, "{told}");
}
