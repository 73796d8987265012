//! Writing scenarios: the schema, `new`, `check`, `explain`, as an author meets them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use deterrence::scenario::{Source, bundled, json_schema};

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

fn code(output: &Output) -> i32 {
    let told = || panic!("killed by a signal: {}", text(&output.stderr));
    output.status.code().unwrap_or_else(told)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the variable steers the test, as for all golden files"
)]
fn is_updating() -> bool {
    std::env::var_os("DETER_UPDATE_GOLDEN").is_some()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_schema_in_the_tree_is_what_the_code_says() {
    let path = root().join("scenarios/scenario.schema.json");
    if is_updating() {
        fs::write(&path, json_schema::text()).expect("scenarios/ can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == json_schema::text(),
        "scenarios/scenario.schema.json is stale; run DETER_UPDATE_GOLDEN=1 cargo test --test authoring"
    );
    let output = deter(root(), &["schema"]);
    assert_eq!((code(&output), text(&output.stdout)), (0, found));
}

/// Editors find the schema by the first line.
#[test]
fn every_scenario_file_points_to_the_schema() {
    let folder = root().join("scenarios");
    let mut seen = 0;
    for (below, line) in [
        ("", "#:schema ./scenario.schema.json"),
        ("worlds", "#:schema ../scenario.schema.json"),
        ("assumptions", "#:schema ../scenario.schema.json"),
        ("laws", "#:schema ../scenario.schema.json"),
        ("templates", "#:schema ../scenario.schema.json"),
    ] {
        for entry in fs::read_dir(folder.join(below)).expect("a folder of scenarios") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|e| e != "toml") {
                continue;
            }
            seen += 1;
            let found = fs::read_to_string(&path).expect("a scenario");
            let first = found.lines().next().unwrap_or_default();
            if first == line {
                continue;
            }
            assert!(is_updating(), "the first line of {} must be {line}", path.display());
            let rest = match first.starts_with("#:schema") {
                true => found[first.len()..].to_owned(),
                false => format!("\n\n{found}"),
            };
            fs::write(&path, format!("{line}{rest}")).expect("a scenario can be written");
        }
    }
    assert!(seen >= bundled::scenarios().len() + bundled::worlds().len());
}

#[test]
fn every_bundled_file_is_checked_without_a_warning() {
    let output = deter(root(), &["check", "--deny-warnings", "scenarios"]);
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
    for scenario in bundled::scenarios() {
        let lines = scenario.text.lines();
        let brief = lines
            .skip_while(|l| !l.starts_with("brief = \"\"\""))
            .skip(1)
            .take_while(|l| !l.starts_with("\"\"\""));
        assert!(
            (3..=10).contains(&brief.count()),
            "{} needs a brief of up to ten lines",
            scenario.name
        );
    }
}

#[test]
fn every_template_becomes_a_scenario_that_passes_and_runs() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let templates: Vec<String> = bundled::templates().into_iter().map(|t| t.name).collect();
    assert_eq!(
        templates,
        ["crisis", "guarantee", "historical", "rearmament", "withdrawal"]
    );
    for template in &templates {
        let name = format!("my-{template}");
        let output = deter(dir.path(), &["new", &name, "--from", template]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let file = format!("{name}.toml");
        assert_eq!(Path::new(text(&output.stdout).trim()).file_name(), Some(file.as_ref()));
        let written = fs::read_to_string(dir.path().join(&file)).expect("the new scenario");
        assert!(written.starts_with("#:schema ./scenario.schema.json\n"), "{written}");
        assert!(written.contains(&format!("title = \"My {template}\"")));
        assert!(text(&output.stderr).contains("deter check"), "it says what to do next");
        let output = deter(dir.path(), &["check", "--deny-warnings", &file]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let options = deterrence::scenario::load(&deterrence::scenario::Request::new(Source::Path(
            dir.path().join(&file),
        )))
        .expect("a valid scenario")
        .options;
        let option = options.first().expect("templates show options").name.clone();
        let words = [
            "run",
            &file,
            "--option",
            &option,
            "--runs",
            "20",
            "--no-charts",
            "--out",
            &name,
        ];
        let output = deter(dir.path(), &words);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    }
    let schema = fs::read_to_string(dir.path().join("scenario.schema.json")).expect("the schema beside it");
    assert_eq!(schema, json_schema::text());
}

#[test]
fn a_new_scenario_never_replaces_a_file_without_force() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let words = ["new", "mine", "--from", "crisis", "--out", "folder"];
    assert_eq!(code(&deter(dir.path(), &words)), 0);
    let file = dir.path().join("folder/mine.toml");
    fs::write(&file, "work of weeks").expect("a file");
    fs::write(dir.path().join("folder/scenario.schema.json"), "{}").expect("a file");
    let output = deter(dir.path(), &words);
    assert_eq!(code(&output), 4);
    assert!(text(&output.stderr).contains("--force"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(&file).expect("still there"), "work of weeks");
    let output = deter(dir.path(), &[&words[..], &["--force"]].concat());
    assert_eq!(code(&output), 0);
    assert!(fs::read_to_string(&file).expect("replaced").contains("challenge"));
    let schema = fs::read_to_string(dir.path().join("folder/scenario.schema.json")).expect("still there");
    assert_eq!(schema, "{}", "a schema that is not ours is left alone");
    for (name, template) in [("../mine", "crisis"), ("mine", "crysis")] {
        let output = deter(dir.path(), &["new", name, "--from", template]);
        assert_eq!(code(&output), 2, "{}", text(&output.stderr));
    }
    assert!(text(&deter(dir.path(), &["new", "m", "--from", "crysis"]).stderr).contains("did you mean `crisis`"));
}

#[test]
fn folders_and_many_files_are_checked_at_once_with_one_summary() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'worlds/europe-2025'\n";
    fs::create_dir_all(dir.path().join("all/deeper")).expect("folders");
    fs::write(dir.path().join("all/good.toml"), head).expect("a file");
    fs::write(
        dir.path().join("all/odd.toml"),
        format!("{head}sources = ['no-such-card']\n"),
    )
    .expect("a file");
    fs::write(
        dir.path().join("all/deeper/bad.toml"),
        format!("{head}[run]\nmonth = 1\nruns = 0\n"),
    )
    .expect("a file");
    let output = deter(dir.path(), &["check", "all"]);
    assert_eq!(code(&output), 3);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(out.contains("3 files: 2 in order, 1 not; 2 errors, 1 warning"), "{out}");
    assert!(
        err.contains("S0101") && err.contains("S0104") && err.contains("S0301"),
        "{err}"
    );
    let output = deter(dir.path(), &["check", "all/good.toml", "all/odd.toml"]);
    assert_eq!(code(&output), 0);
    let output = deter(
        dir.path(),
        &["check", "--deny-warnings", "all/good.toml", "all/odd.toml"],
    );
    assert_eq!(code(&output), 1);
    let output = deter(dir.path(), &["check", "all", "missing.toml", "--json"]);
    assert_eq!(code(&output), 4, "what cannot be read outweighs what is invalid");
    let whole: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&whole["format"], &whole["errors"]),
        (&"deter.check/2".into(), &2.into())
    );
    assert_eq!(whole["scenarios"].as_array().map(Vec::len), Some(4));
    fs::create_dir(dir.path().join("void")).expect("a folder");
    assert_eq!(
        code(&deter(dir.path(), &["check", "void"])),
        4,
        "nothing to check is not success"
    );
}

#[test]
fn everything_with_a_name_is_explained_as_text_and_as_json() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (word, said) in [
        ("S0206", "guarantee to oneself"),
        ("credibility.nato.land_grab.end", "challenger's eyes"),
        ("beliefs.reputation", "Default"),
        ("states.USA.resolve", "worlds/europe-2025"),
        ("poland-drone-incursion", "What to look for first"),
        ("EST", "Estonia"),
        ("worlds/europe-2025", "world"),
        ("a0-us-belief-keystone", "deter claims"),
    ] {
        let output = deter(dir.path(), &["explain", word]);
        assert_eq!(code(&output), 0, "{word}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains(said), "{word}: {}", text(&output.stdout));
        let output = deter(dir.path(), &["explain", word, "--json"]);
        let whole: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(whole["format"], "deter.explain/1", "{word}");
        assert!(whole["topics"][0]["kind"].is_string(), "{word}");
    }
    let output = deter(dir.path(), &["explain", "reputatoin"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("reputation"), "{}", text(&output.stderr));
}

#[test]
fn an_explained_scenario_shows_layers_and_what_an_option_changes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'worlds/europe-2025'\n";
    let body = "[states.USA]\nperceived = -0.5\n[[option]]\nname = 'o'\nlabel = 'An option'\n[option.states.USA]\nperceived = 0.25\n\
                [[option.event]]\nmonth = 14\nleave = { state = 'USA', arrangement = 'nato' }\nnote = 'It goes.'\n";
    fs::write(dir.path().join("mine.toml"), format!("{head}{body}")).expect("a file");
    let output = deter(dir.path(), &["explain", "mine.toml", "--values"]);
    let page = text(&output.stdout);
    let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "states.USA.perceived: -0.5 [mine] becomes 0.25",
        "February 2027: the United States leaves",
        "states.USA.perceived = -0.5 [mine]",
        "worlds/europe-2025:",
        "default:",
    ] {
        assert!(flat.contains(words), "{words}\n{page}");
    }
    let output = deter(
        dir.path(),
        &[
            "explain",
            "mine.toml",
            "--option",
            "o",
            "--set",
            "beliefs.reputation=0",
            "--values",
        ],
    );
    let flat = text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("states.USA.perceived = 0.25 [option o]"), "{flat}");
    assert!(flat.contains("beliefs.reputation = 0 [--set]"), "{flat}");
}
