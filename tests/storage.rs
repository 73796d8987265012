//! What becomes of results on a user's disk: nothing lost, nothing computed twice, nothing wrong unnoticed.

use deterrence::results::format::Manifest;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SMALL: [&str; 8] = [
    "run",
    "status-quo",
    "--single",
    "--runs",
    "4",
    "--months",
    "13",
    "--no-charts",
];

fn deter(dir: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deter"));
    command.args(words).current_dir(dir).env("NO_COLOR", "1");
    command.output().expect("the program starts")
}

fn small(dir: &Path, more: &[&str]) -> Output {
    let words: Vec<&str> = SMALL.iter().chain(more).copied().collect();
    deter(dir, &words)
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn ends_with(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
    told(output)
}

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn manifest(folder: &Path) -> Manifest {
    let text = fs::read(folder.join("manifest.json")).expect("a manifest");
    serde_json::from_slice(&text).expect("as documented")
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A scenario with a world, an assumption set and an ensemble of its own.
fn own_scenario(dir: &Path, title: &str) {
    let scenario = format!(
        "title = \"{title}\"\nquestion = \"Q?\"\nextends = \"my-world\"\n[run]\nmonths = 4\nruns = 5\n\
         [ensemble]\npaths = [\"choice.precision\"]\nmembers = [[8], [9], [10]]\n"
    );
    fs::write(dir.join("own.toml"), scenario).expect("written");
    fs::write(
        dir.join("my-world.toml"),
        "extends = \"worlds/europe-2025\"\n[beliefs]\nreputation = 0.25\n",
    )
    .expect("written");
    let set = "title = \"Mine\"\nholders = \"me\"\nwhy = \"a test\"\n[guarantor]\ndefault_cost = 0.3\n";
    fs::write(dir.join("view.toml"), set).expect("written");
}

#[test]
fn a_finished_result_is_not_computed_again() {
    let dir = empty();
    ends_with(&small(dir.path(), &["--out", "r"]), 0);
    let before = contents(dir.path());
    let again = small(dir.path(), &["--out", "r", "--json"]);
    let text = ends_with(&again, 0);
    assert!(
        text.contains("already holds this result") && !text.contains("runs a second"),
        "{text}"
    );
    assert_eq!(
        fs::read(dir.path().join("r/summary.json")).expect("there"),
        again.stdout
    );
    assert_eq!(before, contents(dir.path()));
    // A folder of one arm is one arm when it is named, although the scenario has an answer to play.
    assert!(ends_with(&deter(dir.path(), &["run", "r", "--no-charts"]), 0).contains("already holds this result"));
}

#[test]
fn pictures_that_are_missing_are_drawn_without_computing() {
    let dir = empty();
    let run = [
        "run",
        "status-quo",
        "--single",
        "--runs",
        "4",
        "--months",
        "13",
        "--out",
        "r",
    ];
    ends_with(&small(dir.path(), &["--out", "r"]), 0);
    assert!(ends_with(&deter(dir.path(), &run), 0).contains("already holds"));
    let light = fs::read(dir.path().join("r/charts/ladder.svg")).expect("drawn");
    ends_with(&deter(dir.path(), &["chart", "r", "--theme", "dark"]), 0);
    assert_ne!(light, fs::read(dir.path().join("r/charts/ladder.svg")).expect("drawn"));
    fs::remove_file(dir.path().join("r/charts/ladder.png")).expect("removed");
    assert!(ends_with(&deter(dir.path(), &run), 0).contains("already holds"));
    assert_eq!(light, fs::read(dir.path().join("r/charts/ladder.svg")).expect("drawn"));
    ends_with(&deter(dir.path(), &["verify", "r"]), 0);
}

#[test]
fn another_title_is_another_text_and_not_an_old_one() {
    let dir = empty();
    own_scenario(dir.path(), "First");
    ends_with(&deter(dir.path(), &["run", "own.toml", "--out", "r"]), 0);
    ends_with(&deter(dir.path(), &["report", "r"]), 0);
    own_scenario(dir.path(), "Second");
    let text = ends_with(&deter(dir.path(), &["run", "own.toml", "--out", "r", "--no-charts"]), 0);
    assert!(!text.contains("already holds"), "{text}");
    assert_eq!(manifest(&dir.path().join("r")).scenario.title, "Second");
    assert!(
        dir.path().join("r/charts/ladder.svg").is_file(),
        "pictures that were there are drawn anew"
    );
    for stale in ["r/report.html", "r/summary.json"] {
        let text = fs::read_to_string(dir.path().join(stale)).expect(stale);
        assert!(text.contains("Second") && !text.contains("First"), "{stale}");
    }
}

#[test]
fn a_result_folder_is_enough_to_run_it_again() {
    let dir = empty();
    own_scenario(dir.path(), "Mine");
    let words = [
        "run",
        "own.toml",
        "--no-charts",
        "--assume",
        "view.toml",
        "--set",
        "crisis.own_arsenal=0.5",
    ];
    let with = |more: &[&'static str]| -> Vec<&str> { words.iter().chain(more).copied().collect() };
    ends_with(&deter(dir.path(), &with(&["--out", "r"])), 0);
    ends_with(&deter(dir.path(), &with(&["--seed", "5", "--out", "five"])), 0);
    for file in ["own.toml", "my-world.toml", "view.toml"] {
        fs::remove_file(dir.path().join(file)).expect("removed");
    }
    for named in ["r", "r/manifest.json", "r/scenario.json"] {
        ends_with(&deter(dir.path(), &["run", named, "--dry-run"]), 0);
        let text = ends_with(&deter(dir.path(), &["run", named, "--no-charts"]), 0);
        assert!(text.contains("r already holds this result"), "{text}");
    }
    ends_with(&deter(dir.path(), &["run", "r", "--no-charts", "--out", "again"]), 0);
    ends_with(
        &deter(
            dir.path(),
            &["run", "r", "--no-charts", "--seed", "5", "--out", "five-again"],
        ),
        0,
    );
    for (one, other) in [("r", "again"), ("five", "five-again")] {
        for file in names(&dir.path().join(one)) {
            let read = |folder: &str| fs::read(dir.path().join(folder).join(&file)).expect("there");
            match file.as_str() {
                "manifest.json" => assert_eq!(
                    manifest(&dir.path().join(one)).effective,
                    manifest(&dir.path().join(other)).effective
                ),
                // The seed is given on top of the stored overrides or with them: the same list in the end.
                _ => assert!(read(one) == read(other), "{one} and {other} differ in {file}"),
            }
        }
    }
    // A folder that lost its tables is whole again after one command.
    fs::write(dir.path().join("r/runs.parquet"), "PAR1").expect("damaged");
    ends_with(&deter(dir.path(), &["run", "r", "--no-charts"]), 0);
    ends_with(&deter(dir.path(), &["verify", "r"]), 0);
}

#[test]
fn every_variant_has_a_folder_of_its_own_and_other_plans_are_told_in_words() {
    let dir = empty();
    let variants: [&[&str]; 6] = [
        &[],
        &["--set", "beliefs.reputation=0"],
        &["--set", "beliefs.reputation=0.3"],
        &["--assume", "spiral-model"],
        &["--seed", "7"],
        &["--set", "beliefs.reputation=0", "--assume", "spiral-model"],
    ];
    for variant in variants {
        ends_with(&small(dir.path(), variant), 0);
    }
    assert_eq!(names(&dir.path().join("output")).len(), variants.len());

    ends_with(&small(dir.path(), &["--out", "r"]), 0);
    let refused = |words: &[&str]| ends_with(&deter(dir.path(), words), 4);
    let plain = ["run", "status-quo", "--months", "13", "--out", "r", "--runs"];
    let with = |runs: &'static str, more: &[&'static str]| -> String {
        refused(
            &plain
                .iter()
                .copied()
                .chain([runs])
                .chain(more.iter().copied())
                .collect::<Vec<_>>(),
        )
    };
    assert!(with("5", &[]).contains("number of runs was 4, now 5;"));
    assert!(with("4", &["--seed", "9"]).contains("seed was 1, now 9;"));
    assert!(with("4", &["--set", "beliefs.reputation=0"]).contains("beliefs.reputation was"));
    assert!(with("4", &["--assume", "spiral-model"]).contains("assumption sets was none, now spiral-model"));
    let other = refused(&["run", "us-withdrawal", "--runs", "4", "--months", "14", "--out", "r"]);
    assert!(
        other.contains("scenario was status-quo, now us-withdrawal") && other.contains("months was 13, now 14"),
        "{other}"
    );
    for text in [with("5", &[]), other] {
        let hash = |word: &str| word.len() > 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(!text.split(|c: char| !c.is_ascii_alphanumeric()).any(hash), "{text}");
    }
}

#[test]
fn no_name_of_a_scenario_file_leads_out_of_the_output_folder() {
    let dir = empty();
    own_scenario(dir.path(), "Mine");
    for name in ["...toml", "con.toml", "a b;c.toml"] {
        fs::copy(dir.path().join("own.toml"), dir.path().join(name)).expect("copied");
        ends_with(&deter(dir.path(), &["run", name, "--no-charts"]), 0);
    }
    assert_eq!(names(&dir.path().join("output")).len(), 3);
    assert!(!dir.path().join("manifest.json").exists());
}

#[test]
fn verify_names_what_is_wrong_and_chart_and_report_refuse_it() {
    let dir = empty();
    ends_with(&small(dir.path(), &["--out", "r"]), 0);
    ends_with(&deter(dir.path(), &["verify", "r", "r/manifest.json"]), 0);
    ends_with(&deter(dir.path(), &["verify", "nowhere"]), 4);
    ends_with(&deter(dir.path(), &["verify", "."]), 4);
    for file in [
        "runs.parquet",
        "challenges.parquet",
        "summary.json",
        "scenario.json",
        "manifest.json",
    ] {
        let path = dir.path().join("r").join(file);
        let whole = fs::read(&path).expect("there");
        let mut changed = whole.clone();
        changed[whole.len() / 2] ^= 4;
        for damage in [Some(&changed), None] {
            match damage {
                Some(bytes) => fs::write(&path, bytes).expect("written"),
                None => fs::remove_file(&path).expect("removed"),
            }
            let found = deter(dir.path(), &["verify", "r", "--json"]);
            ends_with(&found, 1);
            let found: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
            assert_eq!(found["results"][0]["faults"][0]["file"], file);
            let missing_manifest = damage.is_none() && file == "manifest.json";
            for command in ["chart", "report"] {
                let text = ends_with(
                    &deter(dir.path(), &[command, "r"]),
                    if missing_manifest { 4 } else { 1 },
                );
                assert!(text.contains(file), "{text}");
            }
            fs::write(&path, &whole).expect("mended");
        }
    }
    ends_with(&deter(dir.path(), &["verify", "r"]), 0);
}

#[test]
fn pictures_go_beside_files_of_others_and_never_over_them() {
    let dir = empty();
    ends_with(&small(dir.path(), &["--out", "r"]), 0);
    fs::create_dir(dir.path().join("mine")).expect("a folder");
    fs::write(dir.path().join("mine/ladder.svg"), "mine").expect("written");
    let draw = |theme: &str| {
        ends_with(
            &deter(dir.path(), &["chart", "r", "--theme", theme, "--out", "mine"]),
            0,
        )
    };
    assert!(draw("light").contains("ladder.new.svg"));
    let light = contents(&dir.path().join("mine"));
    draw("dark");
    draw("light");
    assert_eq!(
        light,
        contents(&dir.path().join("mine")),
        "ours are replaced, theirs are not"
    );
    assert_eq!(
        fs::read_to_string(dir.path().join("mine/ladder.svg")).expect("there"),
        "mine"
    );
}

#[test]
fn numbers_that_cannot_be_are_refused_by_the_command_line_in_words() {
    let dir = empty();
    for (words, wanted) in [
        (["--seed", "9223372036854775808"], "from 0 to 9223372036854775807"),
        (["--seed", "-1"], "from 0 to 9223372036854775807"),
        (["--seed", "1.5"], "whole number"),
        (["--runs", "-5"], "from 1 to 1000000000"),
        (["--runs", "10,000"], "write 10000"),
        (["--months", "601"], "from 1 to 600"),
    ] {
        let all: Vec<&str> = ["run", "status-quo", "--dry-run"].into_iter().chain(words).collect();
        let text = ends_with(&deter(dir.path(), &all), 2);
        assert!(text.contains(wanted) && !text.contains("-- -"), "{text}");
    }
}

#[test]
fn calibrate_finds_out_what_is_in_its_way_before_it_computes() {
    let dir = empty();
    for name in ["taken.json", "open.state.json"] {
        fs::write(dir.path().join(name), "mine").expect("written");
    }
    fs::create_dir(dir.path().join("folder.toml")).expect("a folder");
    for out in ["taken.toml", "open.toml", "folder.toml", "no/such/folder.toml"] {
        let text = ends_with(&deter(dir.path(), &["calibrate", "--out", out]), 4);
        assert!(!text.contains("particles"), "{text}");
    }
    assert_eq!(
        fs::read_to_string(dir.path().join("taken.json")).expect("there"),
        "mine"
    );
    assert_eq!(names(dir.path()).len(), 3);
}

/// Runs the program in a shell with a limit.
#[cfg(target_os = "linux")]
fn limited(dir: &Path, limit: &str, more: &str) -> Output {
    let words = format!(
        "{limit}; exec {} {} {more}",
        env!("CARGO_BIN_EXE_deter"),
        SMALL.join(" ")
    );
    let mut shell = Command::new("bash");
    shell.args(["-c", &words]).current_dir(dir);
    shell.output().expect("bash starts")
}

#[test]
#[cfg(target_os = "linux")]
fn too_little_memory_or_room_is_an_error_in_words() {
    let dir = empty();
    for kilobytes in [100_000, 150_000, 200_000, 250_000] {
        let output = limited(
            dir.path(),
            &format!("ulimit -v {kilobytes}"),
            &format!("--jobs 1 --out m{kilobytes}"),
        );
        let text = told(&output);
        assert!(
            matches!(output.status.code(), Some(0 | 4)) && !text.contains("panicked"),
            "{kilobytes}: {text}"
        );
        assert!(
            output.status.success() || text.contains("memory"),
            "{kilobytes}: {text}"
        );
    }
    let text = ends_with(&limited(dir.path(), "ulimit -f 50", "--out small"), 4);
    assert!(text.contains("small/") && !text.contains("deter-partial"), "{text}");
    assert!(
        names(dir.path())
            .iter()
            .all(|name| !name.starts_with('.') && name != "small")
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output_says_where_the_result_is() {
    let dir = empty();
    let text = ends_with(&limited(dir.path(), "true", "--out r > /dev/full"), 4);
    assert!(text.contains("the result is saved in r"), "{text}");
    ends_with(&deter(dir.path(), &["verify", "r"]), 0);
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_refused_before_the_first_run() {
    let dir = empty();
    std::os::unix::fs::symlink("nowhere", dir.path().join("link")).expect("a link");
    let text = ends_with(
        &deter(
            dir.path(),
            &["run", "status-quo", "--runs", "1000000000", "--out", "link"],
        ),
        4,
    );
    assert!(text.contains("link to nowhere"), "{text}");
}

#[test]
#[cfg(unix)]
fn what_a_killed_run_left_is_cleared_and_told_by_the_next_command() {
    let dir = empty();
    ends_with(&small(dir.path(), &["--out", "r"]), 0);
    let mut long = Command::new(env!("CARGO_BIN_EXE_deter"))
        .args([
            "run",
            "status-quo",
            "--runs",
            "10000000",
            "--months",
            "13",
            "--out",
            "killed",
        ])
        .current_dir(dir.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let hidden = || {
        names(dir.path())
            .into_iter()
            .filter(|name| name.starts_with('.'))
            .count()
    };
    while hidden() == 0 {
        std::thread::yield_now();
    }
    // As long as it lives, nobody clears what it writes.
    ends_with(&deter(dir.path(), &["verify", "r"]), 0);
    assert_eq!(hidden(), 1);
    long.kill().expect("killed");
    long.wait().expect("ended");
    let text = ends_with(&deter(dir.path(), &["verify", "r"]), 0);
    assert!(text.contains("cleared what a killed run left"), "{text}");
    assert_eq!(hidden(), 0);
}
