//! `deter batch`: many cells, one plan, nothing lost.

mod shared;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use shared::{deter, document, folder, run, said, tree};

/// Four cells of a scenario under two assumptions, in a few seconds.
const SMALL: [&str; 12] = [
    "batch",
    "poland-drone-incursion",
    "--options",
    "answered,silence",
    "--assume",
    "none,spiral-model",
    "--runs",
    "12",
    "--months",
    "6",
    "--out",
    "b",
];

#[test]
fn every_cell_is_a_result_folder_and_every_row_a_comparison() {
    let dir = folder();
    let output = run(dir.path(), &SMALL);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let root = dir.path().join("b");
    for option in ["answered", "silence"] {
        for assume in ["as-written", "spiral-model"] {
            let cell = root.join(format!(
                "scenario=poland-drone-incursion/option={option}/assume={assume}"
            ));
            let verified = run(dir.path(), &["verify", cell.to_str().expect("UTF-8")]);
            assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
        }
    }
    let verified = run(dir.path(), &["verify", "b"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    assert_eq!(String::from_utf8_lossy(&verified.stdout).matches(": sound;").count(), 4);
    let index: serde_json::Value = document(&root.join("index.json"));
    assert_eq!(index["format"], "deter.batch/1");
    let rows = index["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    // The comparison of a row is that of the command which plays the same arms together.
    let words = [
        "compare",
        "poland-drone-incursion",
        "--options",
        "answered,silence",
        "--runs",
        "12",
        "--months",
        "6",
        "--json",
        "--no-charts",
    ];
    let compared = run(dir.path(), &words);
    let compared: serde_json::Value = serde_json::from_slice(&compared.stdout).expect("JSON");
    let own = &rows[0]["comparison"];
    assert_eq!(own["answer"], compared["answer"]);
    for (mine, other) in own["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .zip(compared["outcomes"].as_array().expect("outcomes"))
    {
        for key in ["difference", "interval", "ratio", "verdict"] {
            assert_eq!(
                mine["contrasts"][0][key], other["contrasts"][0][key],
                "{key} of {}",
                mine["id"]
            );
        }
    }
}

#[test]
fn the_same_command_again_computes_nothing_and_changes_no_byte() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let before = tree(dir.path());
    let again = run(dir.path(), &SMALL);
    assert_eq!(again.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&again.stdout).contains("0 played, 4 already there"));
    let after = tree(dir.path());
    for (name, bytes) in &before {
        assert!(after.get(name) == Some(bytes), "{} changed", name.display());
    }
    assert_eq!(before.len(), after.len());
}

#[test]
fn a_killed_batch_goes_on_and_ends_in_the_same_bytes_for_any_number_of_threads() {
    let (whole, killed) = (folder(), folder());
    assert_eq!(run(whole.path(), &SMALL).status.code(), Some(0));
    // Killed after each number of finished cells in turn, then finished on one thread.
    for cells in 1..4 {
        let mut child = deter(killed.path(), &SMALL)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("deter starts");
        let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut ended = lines.map_while(Result::ok).filter(|line| line.contains(" · "));
        let _ = ended.nth(cells - 1);
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().expect("it ends");
    }
    let mut words = SMALL.to_vec();
    words.extend(["--jobs", "1"]);
    assert_eq!(run(killed.path(), &words).status.code(), Some(0));
    let (whole, killed) = (tree(whole.path()), tree(killed.path()));
    let names = |tree: &BTreeMap<PathBuf, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&whole), names(&killed));
    for (name, bytes) in &whole {
        assert!(killed.get(name) == Some(bytes), "{} differs", name.display());
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_batch_says_what_is_there_and_how_to_go_on() {
    let dir = folder();
    // Long enough that the second cell is at work when the signal comes.
    let mut words = SMALL;
    (words[7], words[9]) = ("300", "24");
    let mut child = deter(dir.path(), &words)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("deter starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped"))
        .lines()
        .map_while(Result::ok);
    let _ = lines.find(|line| line.contains("1/4"));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill").success());
    let rest: Vec<String> = lines.collect();
    let code = child.wait().expect("it ends").code();
    assert_eq!(code, Some(130), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.contains("the same command goes on")),
        "{rest:?}"
    );
    let index = fs::read_to_string(dir.path().join("b/index.csv")).expect("an index");
    assert!(index.contains(",complete,") && index.contains(",waiting,"), "{index}");
    assert_eq!(run(dir.path(), &words).status.code(), Some(0));
}

#[test]
fn a_set_that_does_not_fit_a_world_spoils_no_other_cell_and_is_named_at_the_end() {
    let dir = folder();
    let words = [
        "batch",
        "west-berlin",
        "poland-drone-incursion",
        "--options",
        "none",
        "--assume",
        "spiral-model",
        "--runs",
        "4",
        "--months",
        "2",
        "--out",
        "b",
    ];
    let output = run(dir.path(), &words);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let last = said(&output);
    let last = last.rsplit("failed:").next().expect("an end");
    assert!(
        last.contains("west-berlin · spiral-model") && last.contains("S0201"),
        "{last}"
    );
    assert!(
        dir.path()
            .join("b/scenario=poland-drone-incursion/option=as-written/assume=spiral-model/summary.json")
            .is_file()
    );
    let page = fs::read_to_string(dir.path().join("b/index.html")).expect("a page");
    assert!(
        page.find("What failed") < page.find("<h2 id="),
        "what failed comes first"
    );
}

#[test]
fn everything_wrong_with_an_order_is_told_at_once_and_nothing_is_written() {
    let dir = folder();
    let words = [
        "batch",
        "us-withdrawal",
        "no-such",
        "--options",
        "full,nope",
        "--assume",
        "none,low-risk,no-set,low-risk,a++b",
        "--out",
        "b",
    ];
    let output = run(dir.path(), &words);
    assert_eq!(output.status.code(), Some(3));
    let text = said(&output);
    for wanted in ["no-such", "nope", "no-set", "a++b", "named twice"] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    assert!(!dir.path().join("b").exists());
}

#[test]
fn a_study_file_says_the_same_as_the_words_and_is_checked_like_a_scenario() {
    let dir = folder();
    let study = "title = \"Two answers\"\nscenarios = \"poland-drone-incursion\"\noptions = [\"answered\", \"silence\"]\n\
                 assume = [\"none\", \"spiral-model\"]\nruns = 12\nmonths = 6\n";
    fs::write(dir.path().join("study.toml"), study).expect("a file");
    let by_file = run(dir.path(), &["batch", "study.toml", "--dry-run"]);
    let mut words = SMALL.to_vec();
    words.push("--dry-run");
    words.extend(["--force"]);
    let by_words = run(dir.path(), &words);
    let cells = |output: &Output| -> Vec<String> {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().skip(1).map(str::to_owned).collect()
    };
    assert_eq!(by_file.status.code(), Some(0), "{}", said(&by_file));
    assert_eq!(cells(&by_file), cells(&by_words));

    let wrong = "scenarios = [\"us-withdrawal\", 3]\noptons = \"all\"\nruns = 1.5\nseed = -1\n";
    fs::write(dir.path().join("wrong.toml"), wrong).expect("a file");
    let output = run(dir.path(), &["batch", "wrong.toml"]);
    assert_eq!(output.status.code(), Some(3));
    let text = said(&output);
    for wanted in [
        "`optons`",
        "did you mean `options`",
        "`runs`",
        "`seed`",
        "wrong.toml:1:",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
}

#[test]
fn a_folder_with_another_plan_is_refused_before_anything_is_played() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let before = tree(dir.path());
    let mut words = SMALL.to_vec();
    words[7] = "13";
    let output = run(dir.path(), &words);
    assert_eq!(output.status.code(), Some(4));
    assert!(
        said(&output).contains("runs"),
        "the settings that differ, in words: {}",
        said(&output)
    );
    assert_eq!(before, tree(dir.path()));
}

#[test]
fn files_of_others_in_the_folder_of_a_batch_stay() {
    let dir = folder();
    let root = dir.path().join("b");
    fs::create_dir_all(&root).expect("a folder");
    for name in ["index.html", "notes.txt"] {
        fs::write(root.join(name), "mine").expect("a file");
    }
    let output = run(dir.path(), &SMALL);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("index.html was edited or is not ours"));
    for name in ["index.html", "notes.txt"] {
        assert_eq!(fs::read_to_string(root.join(name)).expect("a file"), "mine");
    }
    assert!(root.join("index.new.html").is_file());
}

#[test]
fn the_tables_have_a_line_for_every_cell_and_outcome() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let lines = |name: &str| {
        let mut reader = csv::Reader::from_path(dir.path().join("b").join(name)).expect("a table");
        let header = reader.headers().expect("a header").clone();
        let rows: Vec<BTreeMap<String, String>> = reader
            .records()
            .map(|row| {
                let row = row.expect("a row");
                header
                    .iter()
                    .map(str::to_owned)
                    .zip(row.iter().map(str::to_owned))
                    .collect()
            })
            .collect();
        rows
    };
    assert_eq!(lines("index.csv").len(), 4);
    let outcomes = lines("outcomes.csv");
    let index: serde_json::Value = document(&dir.path().join("b/index.json"));
    let asked = index["rows"][0]["comparison"]["outcomes"]
        .as_array()
        .expect("outcomes")
        .len();
    assert_eq!(outcomes.len(), 4 * asked);
    for row in &outcomes {
        let is_base = row["option"] == row["baseline"];
        assert_eq!(row["difference"].is_empty(), is_base, "{row:?}");
        for (name, cell) in row {
            // A spreadsheet with a decimal comma would take it for thousands.
            let digits = cell.trim_start_matches('-').split_once('.');
            let is_trap =
                digits.is_some_and(|(a, b)| a.len() <= 3 && b.len() == 3 && b.bytes().all(|b| b.is_ascii_digit()));
            assert!(!is_trap, "{name} is {cell}");
        }
    }
}

#[test]
fn the_page_asks_nothing_of_the_network_and_links_only_what_is_there() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let root = dir.path().join("b");
    let page = fs::read_to_string(root.join("index.html")).expect("a page");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
    let mut links = 0;
    for piece in page.split("href=\"").skip(1).chain(page.split("src=\"").skip(1)) {
        let link = piece.split('"').next().expect("an end");
        assert!(root.join(link).exists(), "{link}");
        links += 1;
    }
    assert!(links >= 8, "{links} links");
    assert!(page.contains("class=\"map\""), "options by assumption sets");
}

#[test]
fn verify_finds_a_changed_byte_and_an_exchanged_cell_in_a_batch() {
    let dir = folder();
    assert_eq!(run(dir.path(), &SMALL).status.code(), Some(0));
    let cell = |option: &str| {
        let below = format!("b/scenario=poland-drone-incursion/option={option}/assume=as-written");
        dir.path().join(below)
    };
    // Two cells change places: each is sound, and neither is what the index says.
    let aside = dir.path().join("aside");
    fs::rename(cell("answered"), &aside).expect("a move");
    fs::rename(cell("silence"), cell("answered")).expect("a move");
    fs::rename(&aside, cell("silence")).expect("a move");
    let verified = run(dir.path(), &["verify", "b"]);
    assert_eq!(verified.status.code(), Some(1));
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(text.matches("another plan than the index").count(), 2, "{text}");

    let table = cell("answered").join("series.parquet");
    let mut bytes = fs::read(&table).expect("a table");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&table, bytes).expect("a table");
    let verified = run(dir.path(), &["verify", "b"]);
    assert!(String::from_utf8_lossy(&verified.stdout).contains("series.parquet"));
}

#[test]
fn ten_thousand_cells_and_one_are_refused_with_what_they_would_take() {
    let dir = folder();
    // Assumption sets of one's own: 500 files, times 25 scenarios with their options.
    let sets: Vec<String> = (0..500).map(|n| format!("set{n}.toml")).collect();
    for set in &sets {
        fs::write(dir.path().join(set), "beliefs.reputation = 0.0\n").expect("a file");
    }
    let output = run(dir.path(), &["batch", "all", "--assume", &sets.join(","), "--out", "b"]);
    assert_eq!(output.status.code(), Some(3));
    let text = said(&output);
    assert!(
        text.contains("S0603") && text.contains("runs and about") && text.contains("GB"),
        "{text}"
    );
    assert!(!dir.path().join("b").exists());
}
