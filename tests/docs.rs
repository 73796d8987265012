//! Documentation that is made from the code is the code's.

use std::fs;
use std::path::Path;

/// Compares a page with what the code says now, or writes it when `DETER_UPDATE_GOLDEN` is set.
#[expect(
    clippy::disallowed_methods,
    reason = "the variable steers the test, as for all golden files"
)]
fn is_current(page: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    if std::env::var_os("DETER_UPDATE_GOLDEN").is_some() {
        fs::write(&path, wanted).expect("docs/ can be written");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).position(|(a, b)| a != b);
    assert!(
        found == wanted,
        "docs/{page} is not what the code says (line {}); run DETER_UPDATE_GOLDEN=1 cargo test --test docs",
        differs.map_or_else(|| String::from("count"), |line| (line + 1).to_string()),
    );
}

#[test]
fn the_parameter_table_is_current() {
    is_current("parameters.md", &deterrence::model::reference::parameter_table());
}

#[test]
fn the_table_of_codes_is_current() {
    is_current("codes.md", &deterrence::scenario::codes::table());
}

/// The example of the page on the format is a scenario that loads without a finding.
#[test]
fn the_example_of_the_scenario_format_is_valid() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario-format.md"))
        .expect("docs/scenario-format.md");
    let example = page
        .split("```toml\n# example.toml\n")
        .nth(1)
        .expect("an example called example.toml");
    let example = example.split("\n```").next().expect("split gives at least one part");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("example.toml");
    fs::write(&path, example).expect("a file");
    let plain = deterrence::scenario::Request::new(deterrence::scenario::Source::Path(path));
    for option in [None, Some("late"), Some("unheard")] {
        let request = deterrence::scenario::Request {
            option: option.map(str::to_owned),
            ..plain.clone()
        };
        let loaded = deterrence::scenario::load(&request).expect("the example is valid");
        assert!(loaded.warnings.is_empty(), "{option:?}: {:?}", loaded.warnings);
        let months = loaded.base.months;
        let run = deterrence::engine::Plan::new(loaded).run(0);
        assert!(run.record.series.len() >= months as usize);
    }
}
