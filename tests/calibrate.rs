//! Promises of `deter calibrate` and of runs that draw from an ensemble, as a user meets them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use deterrence::results::format::{Manifest, Summary};

/// A design that is done in a second: one replication says little, but it goes the whole way.
const DESIGN: &str = r#"
scenario = "laws/hindcast"
replications = 1
[[parameter]]
path = "choice.precision"
prior = { uniform = [10, 20] }
source = "test"
[[parameter]]
path = "crisis.split"
prior = { truncated_normal = [0.4, 0.1, 0, 0.8] }
source = "test"
[[target]]
id = "T02"
what = "disputes near others"
rate = [36, 315]
dependence = 2
use = "fit"
why = "test"
[[target]]
id = "T05"
what = "use of force near others"
rate = [17, 315]
dependence = 2
use = "held out"
why = "test"
"#;

fn deter(dir: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deter"))
        .args(words)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn succeed(output: &Output) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

/// A folder with the design.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("design.toml"), DESIGN).expect("a design");
    dir
}

const SMALL: &[&str] = &[
    "calibrate",
    "--design",
    "design.toml",
    "--particles",
    "10",
    "--sweeps",
    "1",
    "--members",
    "8",
];

fn calibrate(dir: &Path, more: &[&str]) -> Output {
    let words: Vec<&str> = SMALL.iter().chain(more).copied().collect();
    deter(dir, &words)
}

#[test]
fn a_calibration_writes_a_set_that_any_scenario_takes_with_the_same_bytes_for_any_jobs() {
    let dir = folder();
    succeed(&calibrate(dir.path(), &["--out", "one.toml", "--jobs", "1"]));
    succeed(&calibrate(dir.path(), &["--out", "two.toml", "--jobs", "3"]));
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).expect("written");
    assert_eq!(read("one.toml"), read("two.toml"));
    assert_eq!(read("one.json"), read("two.json"));
    assert!(!dir.path().join("one.state.json").exists(), "no state is left behind");
    for words in ["held out  T05", "fitted    T02", "seed 1, 10 particles", "members = ["] {
        assert!(read("one.toml").contains(words), "{words}\n{}", read("one.toml"));
    }
    succeed(&deter(
        dir.path(),
        &["check", "status-quo", "--assume", "one.toml", "--deny-warnings"],
    ));

    let output = calibrate(dir.path(), &["--out", "one.toml"]);
    assert_eq!(output.status.code(), Some(4), "a set is not replaced unasked");
    assert_eq!(read("one.toml"), read("two.toml"));
}

#[test]
fn an_unsound_design_is_told_with_exit_code_3() {
    let dir = folder();
    fs::write(
        dir.path().join("design.toml"),
        DESIGN.replace("choice.precision", "choice.precison"),
    )
    .expect("a design");
    let output = calibrate(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("parameter `choice.precison`: the model has no such figure"),
        "{told}"
    );
}

#[test]
fn a_run_tells_parameters_from_chance_and_names_its_members() {
    let dir = tempfile::tempdir().expect("a folder");
    let set = "title = 'A'\nholders = ['nobody']\nwhy = 'a test'\n[ensemble]\n\
               paths = ['ladder.sabotage.opportunities', 'choice.precision']\n\
               members = [[0.2, 15], [0.5, 14], [0.8, 16], [1.1, 15.5]]\n";
    fs::write(dir.path().join("joint.toml"), set).expect("a set");
    let run = |jobs: &str, out: &str| {
        let words = [
            "run",
            "status-quo",
            "--runs",
            "40",
            "--months",
            "6",
            "--no-charts",
            "--assume",
            "joint.toml",
            "--out",
            out,
            "--jobs",
            jobs,
        ];
        let output = deter(dir.path(), &words);
        succeed(&output);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let table = run("1", "one");
    run("2", "two");
    assert!(
        table.contains("over parameters") && table.contains("4 sets of parameters"),
        "{table}"
    );
    let mut rows = table.lines().filter(|line| line.starts_with("  "));
    assert!(rows.all(|line| line.chars().count() <= 80), "{table}");
    let read = |path: &str| fs::read(dir.path().join(path)).expect("written");
    for name in ["runs.parquet", "summary.json"] {
        assert!(read(&format!("one/{name}")) == read(&format!("two/{name}")), "{name}");
    }
    let summary: Summary = serde_json::from_slice(&read("one/summary.json")).expect("a summary");
    let outcome = summary
        .outcome("intensity.sabotage")
        .expect("sabotage is always reported");
    let parameters = outcome.parameters.as_ref().expect("an ensemble");
    let [low, high] = parameters.interval.expect("ten runs a member");
    assert!(
        parameters.share.is_some_and(|s| s > 0.9),
        "opportunities decide the rate: {parameters:?}"
    );
    assert!(
        outcome.estimate.is_some_and(|e| low < e && e < high) && high > 3.0 * low,
        "{parameters:?}"
    );
    let manifest: Manifest = serde_json::from_slice(&read("one/manifest.json")).expect("a manifest");
    let of = |path: &str| {
        manifest
            .effective
            .iter()
            .find(|e| e.path == path)
            .map(|e| e.value.clone())
    };
    assert!(of("ensemble").is_some_and(|v| v.starts_with("{ members = 4, paths = 2, hash = ")));
    assert_eq!(
        of("ladder.sabotage.opportunities").as_deref(),
        Some("{ ensemble = [0.2, 1.1] }")
    );
}
