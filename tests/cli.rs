//! The program as a user meets it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use deterrence::results::format::Summary;

fn deter(dir: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deter"))
        .args(words)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn code(output: &Output) -> i32 {
    output
        .status
        .code()
        .unwrap_or_else(|| panic!("killed by a signal: {}", stderr(output)))
}

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

const SHORT: &[&str] = &["--runs", "40", "--months", "6"];

fn run(dir: &Path, scenario: &str, more: &[&str]) -> Output {
    let words: Vec<&str> = ["run", scenario]
        .into_iter()
        .chain(SHORT.iter().copied())
        .chain(more.iter().copied())
        .collect();
    deter(dir, &words)
}

#[test]
fn the_program_works_from_an_empty_folder() {
    let dir = empty();
    let output = run(dir.path(), "poland-drone-incursion", &["--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let printed: Summary = serde_json::from_slice(&output.stdout).expect("--json prints the summary");
    let out = dir.path().join("output/poland-drone-incursion+months=6");
    let stored: Summary =
        serde_json::from_slice(&fs::read(out.join("summary.json")).expect("stored")).expect("stored as JSON");
    assert_eq!(printed, stored);
    assert_eq!(
        (printed.format.as_str(), printed.runs, printed.months),
        ("deter.summary/2", 40, 6)
    );
    for name in ["manifest.json", "runs.parquet", "series.parquet", "challenges.parquet"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    for chart in ["credibility", "survival", "ladder", "forces"] {
        for ending in ["svg", "png", "csv", "json"] {
            assert!(
                out.join(format!("charts/{chart}.{ending}")).is_file(),
                "{chart}.{ending}"
            );
        }
    }
}

#[test]
fn the_summary_reports_the_documented_ids_with_intervals() {
    let dir = empty();
    let output = run(dir.path(), "us-withdrawal", &["--json", "--no-charts"]);
    let summary: Summary = serde_json::from_slice(&output.stdout).expect("a summary");
    for id in [
        "challenge.land_grab",
        "challenge.land_grab.EST",
        "rate.sabotage",
        "intensity.strike",
        "unanswered.incursion",
        "honoured.nato",
        "credibility.nato.land_grab.start",
        "credibility.nato.land_grab.end",
        "adequacy.nato.land_grab.end",
        "expected_loss.nato.land_grab.end",
        "hollow.nato",
        "war",
        "war.USA",
        "nuclear_crisis",
        "entrapment.USA",
        "territory_lost.EST",
        "spillover.us_kor",
        "spending.europe.end",
    ] {
        let outcome = summary.outcome(id).unwrap_or_else(|| panic!("{id} is missing"));
        if let (Some(estimate), Some([low, high])) = (outcome.estimate, outcome.interval) {
            assert!(low <= estimate + 1e-12 && estimate <= high + 1e-12, "{id}");
        }
        if outcome.count == Some(0) && outcome.estimate.is_some() {
            assert!(
                outcome.interval.is_some_and(|[_, high]| high > 0.0),
                "{id}: no bare zero"
            );
        }
    }
}

#[test]
fn charts_are_redrawn_by_command() {
    let dir = empty();
    run(dir.path(), "status-quo", &[]);
    let png = dir.path().join("output/status-quo+months=6/charts/ladder.png");
    let before = fs::read(&png).expect("drawn");
    fs::remove_file(&png).expect("removed");
    let output = deter(dir.path(), &["chart", "output/status-quo+months=6"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(before, fs::read(&png).expect("drawn again"));
    let output = deter(
        dir.path(),
        &[
            "chart",
            "output/status-quo+months=6",
            "--theme",
            "dark",
            "--size",
            "slide",
            "--out",
            "slides",
        ],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(dir.path().join("slides/ladder.png").is_file());
}

#[test]
fn an_existing_result_of_another_plan_is_refused_without_force() {
    let dir = empty();
    assert_eq!(code(&run(dir.path(), "status-quo", &["--no-charts", "--out", "r"])), 0);
    let before = fs::read(dir.path().join("r/summary.json")).expect("written");
    let other = run(dir.path(), "status-quo", &["--no-charts", "--seed", "2", "--out", "r"]);
    assert_eq!(code(&other), 4);
    for words in ["--force", "seed was 1, now 2"] {
        assert!(stderr(&other).contains(words), "{}", stderr(&other));
    }
    assert_eq!(
        before,
        fs::read(dir.path().join("r/summary.json")).expect("still there")
    );
    assert_eq!(
        code(&run(dir.path(), "status-quo", &["--no-charts", "--out", "r"])),
        0,
        "the same plan may be run again"
    );
    assert_eq!(
        code(&run(
            dir.path(),
            "status-quo",
            &["--no-charts", "--seed", "2", "--out", "r", "--force"]
        )),
        0
    );
}

#[test]
fn lists_name_every_scenario_and_option() {
    let output = deter(empty().path(), &["list", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let scenarios = list["scenarios"].as_array().expect("scenarios");
    for name in [
        "status-quo",
        "us-withdrawal",
        "poland-drone-incursion",
        "european-rearmament",
    ] {
        let entry = scenarios
            .iter()
            .find(|s| s["name"] == name)
            .unwrap_or_else(|| panic!("{name}"));
        assert!(entry["options"].as_array().is_some_and(|o| o.len() > 2), "{name}");
    }
    assert_eq!(list["seeds"].as_array().map(Vec::len), Some(5));
    let text = deter(empty().path(), &["list", "scenarios"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("silence"));
}

#[test]
fn claims_are_listed_for_people_and_programs() {
    let dir = empty();
    let output = deter(dir.path(), &["list", "claims", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(list["format"], "deter.list/1");
    let claims = list["claims"].as_array().expect("claims");
    assert!(claims.len() >= 90);
    for key in [
        "id",
        "card",
        "kind",
        "statement",
        "mechanism",
        "supports",
        "contradicts",
        "tests",
    ] {
        assert!(claims.iter().all(|c| !c[key].is_null()), "{key}");
    }
    let printed = |words: &[&str]| {
        let output = deter(dir.path(), words);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let table = printed(&["list", "claims"]);
    for claim in claims {
        assert!(table.contains(claim["id"].as_str().expect("an id")));
    }
    let one = printed(&["list", "claims", "a0-us-belief-keystone"]);
    for part in ["Contradicts", "Hangs on", "Baseline", "Against"] {
        assert!(one.contains(part), "{part}: {one}");
    }
    assert!(printed(&["list", "claims", "kagan-2025"]).contains("a2-reason-to-hurry"));
    assert!(printed(&["list", "cards", "kagan-2025"]).contains("Robert Kagan"));
}

#[test]
fn an_unknown_claim_is_answered_with_the_nearest_one() {
    let output = deter(empty().path(), &["list", "claims", "a0-us-belief-keyston"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("did you mean `a0-us-belief-keystone`"),
        "{}",
        stderr(&output)
    );
    assert_eq!(code(&deter(empty().path(), &["list", "worlds", "europe-2025"])), 2);
}

#[test]
fn every_bundled_scenario_checks_clean_with_every_assumption_set() {
    let sets = ["agnostic", "deterrence-model", "spiral-model", "low-risk", "high-risk"];
    for scenario in [
        "status-quo",
        "us-withdrawal",
        "poland-drone-incursion",
        "european-rearmament",
    ] {
        for set in sets {
            let output = deter(empty().path(), &["check", scenario, "--assume", set, "--deny-warnings"]);
            assert_eq!(code(&output), 0, "{scenario} with {set}: {}", stderr(&output));
        }
    }
}

/// A scenario that extends the bundled world.
fn scenario(dir: &Path, name: &str, body: &[u8]) -> String {
    let mut file = fs::File::create(dir.join(name)).expect("a file");
    file.write_all(body).expect("written");
    name.to_owned()
}

#[test]
fn bad_scenarios_end_with_code_three_and_say_where() {
    let dir = empty();
    let head = "title = \"T\"\nquestion = \"Q?\"\nextends = \"worlds/europe-2025\"\n";
    let cases: &[(&str, &str, &[&str])] = &[
        ("key", "[states.USA]\nresolv = 1\n", &["resolve", ":5:"]),
        ("type", "[run]\nmonths = \"many\"\n", &["run.months", ":5:"]),
        ("nan", "[choice]\nprecision = nan\n", &["precision"]),
        ("infinite", "[choice]\nprecision = inf\n", &["precision"]),
        ("share", "[crisis]\nforward_share = 1.5\n", &["forward_share"]),
        ("state", "[states.USS]\nresolve = 1\n", &["USA"]),
        (
            "late",
            "[[event]]\nmonth = 900\nnote = \"n\"\nceasefire = { target = \"UKR\" }\n",
            &["900"],
        ),
        ("syntax", "[run\n", &[":4:"]),
        ("spread", "[choice]\nprecision = { normal = [15, 0] }\n", &["precision"]),
    ];
    for (name, body, wanted) in cases {
        let file = scenario(dir.path(), &format!("{name}.toml"), format!("{head}{body}").as_bytes());
        for command in ["check", "run"] {
            let output = deter(dir.path(), &[command, &file]);
            let text = stderr(&output);
            assert_eq!(code(&output), 3, "{command} {name}: {text}");
            for part in *wanted {
                assert!(text.contains(part), "{command} {name} does not mention {part}: {text}");
            }
            assert!(!text.contains("panicked"), "{text}");
        }
    }
    assert!(
        !dir.path().join("output").exists(),
        "nothing is written for an invalid scenario"
    );
}

#[test]
fn all_errors_come_at_once() {
    let dir = empty();
    let body = "title = \"T\"\nquestion = \"Q?\"\nextends = \"worlds/europe-2025\"\n[run]\nmonths = 0\n[states.USA]\nresolv = 1\n[choice]\nprecision = -1\n";
    let file = scenario(dir.path(), "three.toml", body.as_bytes());
    let text = stderr(&deter(dir.path(), &["check", &file]));
    for part in ["months", "resolv", "precision"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn files_that_are_no_scenarios_end_with_code_three_or_four() {
    let dir = empty();
    scenario(dir.path(), "empty.toml", b"");
    scenario(dir.path(), "latin.toml", b"title = \"caf\xe9\"\n");
    fs::create_dir(dir.path().join("folder.toml")).expect("a folder");
    let large = fs::File::create(dir.path().join("large.toml")).expect("a file");
    large.set_len(100 * 1024 * 1024).expect("a sparse file");
    scenario(
        dir.path(),
        "a.toml",
        b"title = \"A\"\nquestion = \"?\"\nextends = \"b\"\n",
    );
    scenario(dir.path(), "b.toml", b"extends = \"a\"\n");
    for name in [
        "empty.toml",
        "latin.toml",
        "folder.toml",
        "large.toml",
        "a.toml",
        "missing.toml",
        "no-such-scenario",
    ] {
        let output = deter(dir.path(), &["run", name]);
        let text = stderr(&output);
        assert!(matches!(code(&output), 3 | 4), "{name}: {}: {text}", code(&output));
        assert!(!text.is_empty() && !text.contains("panicked"), "{name}: {text}");
    }
}

#[test]
fn an_output_folder_that_cannot_be_written_ends_with_code_four() {
    let dir = empty();
    scenario(dir.path(), "file", b"taken");
    for out in ["file", "file/below", "/proc/deter"] {
        let output = run(dir.path(), "status-quo", &["--out", out]);
        assert_eq!(code(&output), 4, "{out}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"));
    }
    assert_eq!(fs::read(dir.path().join("file")).expect("still there"), b"taken");
}

#[test]
fn usage_errors_end_with_code_two() {
    let dir = empty();
    for words in [
        &["run"][..],
        &["fly"],
        &["run", "status-quo", "--jobs", "0"],
        &["chart", "x", "--theme", "pink"],
    ] {
        assert_eq!(code(&deter(dir.path(), words)), 2, "{words:?}");
    }
}

#[test]
fn wrong_command_lines_are_answered_with_what_was_meant() {
    let dir = empty();
    for (words, wanted) in [
        (
            &["run", "status-quo", "--runs", "10,000"][..],
            &["write 10000", "from 1 to 1000000000"][..],
        ),
        (
            &["run", "status-quo", "--runs=10k5"],
            &["from 1 to 1000000000", "for example 10000"],
        ),
        (
            &["run", "status-quo", "--runs", "-1"],
            &["from 1 to 1000000000", "for example 10000"],
        ),
        (&["run", "status-quo", "--runs", "0"], &["from 1 to 1000000000"]),
        (
            &["run", "status-quo", "--seed", "-1"],
            &["from 0 to 9223372036854775807"],
        ),
        (
            &["run", "status-quo", "--seed", "9223372036854775808"],
            &["from 0 to 9223372036854775807"],
        ),
        (
            &["run", "status-quo", "--months", "5.5"],
            &["from 1 to 600", "for example 60"],
        ),
        (&["run", "status-quo", "--months", "601"], &["from 1 to 600"]),
        (&["run", "status-quo", "--jobs", "0"], &["from 1 to 1024"]),
        (&["run", "status-quo", "--jobs", "many"], &["from 1 to 1024"]),
        (&["calibrate", "--particles", "-5"], &["from 10 to 1000000"]),
        (&["calibrate", "--particles", "1,000"], &["--particles 1000"]),
        (
            &["play", "status-quo", "--as", "POL", "--replication", "-1"],
            &["a whole number from 0"],
        ),
        (&["play", "status-quo", "--as", "Poland"], &["did you mean `POL`?"]),
        (&["play", "status-quo", "--as", "pl"], &["POL"]),
        (
            &["run", "status-quo", "--option", "a", "--option", "b"],
            &["deter compare status-quo --options a,b"],
        ),
        (
            &["run", "status-quo", "--options", "a,b"],
            &["deter compare status-quo --options a,b"],
        ),
        (
            &["run", "status-quo", "--seed", "1", "--seed", "2"],
            &["--seed is given more than once"],
        ),
        (&["run", "status-quo", "--threads", "2"], &["did you mean --jobs?"]),
        (&["run", "status-quo", "--seeed", "2"], &["--seed"]),
        (&["rum", "status-quo"], &["run"]),
        (&["simulate", "status-quo"], &["deter run"]),
        (&["lint", "x.toml"], &["deter check"]),
        (&["mine.toml"], &["deter run mine.toml"]),
        (&["status-quo"], &["deter run status-quo"]),
    ] {
        let output = deter(dir.path(), words);
        let text = stderr(&output);
        assert_eq!(code(&output), 2, "{words:?}: {text}");
        for part in wanted {
            assert!(text.contains(part), "{words:?} does not say {part}: {text}");
        }
        assert!(!text.contains("use '-- "), "{words:?}: {text}");
    }
    // What is written as in a scenario file is taken.
    for runs in ["1e4", "10_000", "10000.0"] {
        let output = deter(dir.path(), &["run", "status-quo", "--runs", runs, "--dry-run"]);
        assert_eq!(code(&output), 0, "{runs}: {}", stderr(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("10000"), "{runs}");
    }
    let help = deter(dir.path(), &["run", "--help"]);
    assert_eq!(code(&help), 0);
    assert!(String::from_utf8_lossy(&help.stdout).contains("--runs"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deter"))
        .args(["list", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

/// Sends an interrupt once the staging folder shows that the run has begun.
#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_finished_and_ends_with_130() {
    let dir = empty();
    let child = Command::new(env!("CARGO_BIN_EXE_deter"))
        .args([
            "run",
            "status-quo",
            "--runs",
            "5000000",
            "--months",
            "6",
            "--no-charts",
            "--out",
            "result",
        ])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_secs(4));
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let bytes = fs::read(dir.path().join("result/summary.json")).expect("what is finished is kept");
    let summary: Summary = serde_json::from_slice(&bytes).expect("a summary");
    assert_eq!(summary.state, "partial");
    assert!(summary.runs > 0 && summary.runs < 5_000_000);
    assert!(
        deterrence::results::verify(&dir.path().join("result")).is_ok(),
        "checksums hold"
    );
}

/// Whatever a command prints, help included: a full disk is told and ends with its own code.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_ends_with_code_four() {
    let dir = empty();
    let commands: [&[&str]; 13] = [
        &["--help"],
        &["--version"],
        &["help", "compare"],
        &["run", "--help"],
        &["list"],
        &["list", "claims"],
        &["schema"],
        &["explain", "nato"],
        &["explain", "status-quo"],
        &["check", "status-quo"],
        &["run", "status-quo", "--dry-run"],
        &["compare", "us-withdrawal", "--options", "full,exit", "--dry-run"],
        &["claims", "--dry-run"],
    ];
    for words in commands {
        let full = fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a full device");
        let output = Command::new(env!("CARGO_BIN_EXE_deter"))
            .args(words)
            .current_dir(dir.path())
            .stdout(full)
            .output()
            .expect("the program starts");
        assert_eq!(code(&output), 4, "{words:?}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("standard output"),
            "{words:?}: {}",
            stderr(&output)
        );
    }
}
