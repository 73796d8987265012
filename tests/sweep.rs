//! `deter sweep`: an outcome along one path of the model, or two.

mod shared;

use std::fs;

use shared::{document, folder, run, said, tree};

const SMALL: [&str; 12] = [
    "sweep",
    "poland-drone-incursion",
    "--vary",
    "states.USA.resolve=-2..2:3",
    "--outcomes",
    "credibility.nato.incursion.start,intensity.incursion",
    "--runs",
    "20",
    "--months",
    "6",
    "--out",
    "s",
];

/// The more willing America is in truth, the more it answers: belief about help rises with it, along every line.
#[test]
fn belief_in_help_rises_with_the_true_will_of_the_lead() {
    let dir = folder();
    let mut words = SMALL.to_vec();
    words.extend(["--option", "answered,silence"]);
    words[7] = "60";
    let output = run(dir.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let sweep = document(&dir.path().join("s/sweep.json"));
    assert_eq!(sweep["format"], "deter.sweep/1");
    let lines = sweep["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 2);
    for line in lines {
        let points = line["curves"][0]["points"].as_array().expect("points");
        let levels: Vec<f64> = points
            .iter()
            .map(|p| p["estimate"].as_f64().expect("a number"))
            .collect();
        assert_eq!(levels.len(), 3);
        assert!(levels[0] < levels[1] && levels[1] < levels[2], "{levels:?}");
    }
    for name in [
        "curve-intensity-incursion.png",
        "curve-intensity-incursion.svg",
        "sweep.csv",
        "index.html",
    ] {
        assert!(dir.path().join("s").join(name).is_file(), "{name}");
    }
}

#[test]
fn a_point_is_what_the_same_override_gives_by_itself() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let words = [
        "run",
        "poland-drone-incursion",
        "--option",
        "answered",
        "--set",
        "states.USA.resolve=-2",
        "--runs",
        "20",
        "--months",
        "6",
        "--no-charts",
        "--out",
        "alone",
    ];
    assert_eq!(run(dir.path(), &words).status.code(), Some(0));
    let cell = "s/scenario=poland-drone-incursion/option=answered/assume=as-written/states.USA.resolve=-2";
    for name in ["summary.json", "runs.parquet", "series.parquet"] {
        let read = |folder: &str| fs::read(dir.path().join(folder).join(name)).expect("a file");
        assert!(read(cell) == read("alone"), "{name}");
    }
}

#[test]
fn the_same_command_again_computes_nothing_and_changes_no_byte() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let before = tree(dir.path());
    let mut words = SMALL.to_vec();
    words.extend(["--jobs", "1"]);
    let again = run(dir.path(), &words);
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(said(&again).matches("already there").count(), 4, "{}", said(&again));
    assert!(before == tree(dir.path()), "a byte changed");
}

#[test]
fn two_paths_make_a_field_with_every_combination() {
    let dir = folder();
    let mut words = SMALL.to_vec();
    words.extend(["--vary", "beliefs.reputation=0,1"]);
    let output = run(dir.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let sweep = document(&dir.path().join("s/sweep.json"));
    let grid = sweep["lines"][0]["grid"].as_array().expect("slices");
    assert_eq!(grid.len(), 2);
    assert!(
        grid.iter()
            .all(|s| s["curves"][0]["points"].as_array().map(Vec::len) == Some(3))
    );
    assert!(dir.path().join("s/heat-1-intensity-incursion.png").is_file());
    let table = fs::read_to_string(dir.path().join("s/sweep.csv")).expect("a table");
    assert_eq!(table.lines().count(), 1 + 2 * 2 * 3, "{table}");
    assert!(table.starts_with("scenario,option,assume,states.USA.resolve,beliefs.reputation,outcome,"));
}

#[test]
fn everything_wrong_with_a_sweep_is_told_at_once_and_nothing_is_written() {
    let dir = folder();
    let axes = [
        "sweep",
        "status-quo",
        "--vary",
        "a=1",
        "--vary",
        "b=2..1:3",
        "--vary",
        "c=0..1:4:cube",
    ];
    let output = run(dir.path(), &axes);
    assert_eq!(output.status.code(), Some(2));
    for wanted in ["1 values", "not below", "no spacing", "3 paths"] {
        assert!(said(&output).contains(wanted), "{wanted} in {}", said(&output));
    }
    let names = [
        "sweep",
        "poland-drone-incursion",
        "--vary",
        "states.USA.resolv=-2..2:3",
        "--vary",
        "choice.precision=-5,20",
        "--option",
        "nope",
        "--assume",
        "no-set",
        "--out",
        "s",
    ];
    let output = run(dir.path(), &names);
    assert_eq!(output.status.code(), Some(3));
    for wanted in ["did you mean `resolve`", "outside 0 to 200", "nope", "no-set"] {
        assert!(said(&output).contains(wanted), "{wanted} in {}", said(&output));
    }
    assert!(!dir.path().join("s").exists());
}
