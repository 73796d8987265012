//! Documentation that is made from the code is the code's.

use std::fs;
use std::path::Path;

use deterrence::scenario::{Request, Source, load};

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

/// The lists of outcomes and of series on the page about results are those of the code.
#[test]
fn the_lists_of_outcomes_and_series_are_current() {
    let mut wanted = page("docs/results.md");
    for (name, series) in [("outcomes", false), ("series", true)] {
        let open = format!("<!-- {name}: generated -->\n");
        let from = wanted.find(&open).expect("a marker") + open.len();
        let to = from + wanted[from..].find("<!-- end -->").expect("an end");
        wanted.replace_range(from..to, &deterrence::results::metrics::table(series));
    }
    is_current("results.md", &wanted);
}

#[test]
fn the_page_on_scenarios_is_current() {
    let wanted = deterrence::report::catalogue::page().expect("bundled scenarios load");
    is_current("scenarios.md", &wanted);
}

/// Charts are drawn by `cargo run --release --example scenario_pages`.
#[test]
fn every_bundled_scenario_has_its_chart_and_no_chart_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(deterrence::report::catalogue::CHARTS);
    let mut drawn: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of charts")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    drawn.sort();
    let scenarios = deterrence::scenario::bundled::scenarios();
    let wanted: Vec<String> = scenarios.iter().map(|s| format!("{}.png", s.name)).collect();
    assert_eq!(drawn, wanted, "run: cargo run --release --example scenario_pages");
    let bytes: u64 = drawn
        .iter()
        .map(|name| fs::metadata(folder.join(name)).expect("a chart").len())
        .sum();
    assert!(bytes < 3_000_000, "{bytes} bytes of charts");
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

/// A page of the repository.
fn page(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a page of the repository")
}

/// What stands between single backticks, outside of fenced blocks.
fn quoted(page: &str) -> Vec<&str> {
    let prose = page.split("```").step_by(2);
    prose.flat_map(|text| text.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_parameter_that_the_pages_name_exists() {
    use deterrence::model::parameters::GROUPS;
    let mut named = 0;
    for name in [
        "docs/model.md",
        "docs/results.md",
        "docs/scenario-format.md",
        "README.md",
    ] {
        let text = page(name);
        for (group, key) in quoted(&text).iter().filter_map(|q| q.split_once('.')) {
            let Some((_, fields)) = GROUPS.iter().find(|(known, _)| *known == group) else {
                continue;
            };
            // `choice.*` is the group, `forces.rs`, `forces.csv` and `war.<ISO3>` are files and an outcome.
            if key.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !["rs", "csv"].contains(&key) {
                named += 1;
                assert!(
                    fields.iter().any(|f| f.name == key),
                    "{name} names `{group}.{key}`, which does not exist"
                );
            }
        }
    }
    assert!(named > 20, "only {named} parameters were found in the pages");
}

#[test]
fn every_outcome_and_series_is_documented() {
    let text = page("docs/results.md");
    let mut patterns: Vec<Vec<&str>> = Vec::new();
    for word in quoted(&text).into_iter().filter(|w| !w.contains(' ')) {
        match word.strip_prefix('.') {
            // `.end` after `….start` stands for the same with another ending.
            Some(ending) => {
                let Some(before) = patterns.last() else { continue };
                let mut other = before.clone();
                other.pop();
                other.push(ending);
                patterns.push(other);
            }
            None => patterns.push(word.split('.').collect()),
        }
    }
    let fits = |id: &str| {
        let parts: Vec<&str> = id.split('.').collect();
        patterns.iter().any(|pattern| {
            pattern.len() == parts.len()
                && pattern
                    .iter()
                    .zip(&parts)
                    .all(|(p, part)| p.starts_with('<') || p == part)
        })
    };
    for scenario in deterrence::scenario::bundled::scenarios() {
        let request = deterrence::scenario::Request::new(deterrence::scenario::Source::Bundled(scenario.name));
        let plan = deterrence::engine::Plan::new(deterrence::scenario::load(&request).expect("bundled scenarios load"));
        let measures = &plan.model.measures;
        let ids = measures
            .outcomes
            .iter()
            .map(|o| &o.id)
            .chain(measures.series.iter().map(|s| &s.id));
        for id in ids {
            assert!(fits(id), "docs/results.md does not say what `{id}` is");
        }
    }
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in [
        "README.md",
        "CONTRIBUTING.md",
        "docs/model.md",
        "docs/parameters.md",
        "docs/claims.md",
        "docs/results.md",
        "docs/scenario-format.md",
        "docs/scenarios.md",
        "docs/studies.md",
        "docs/codes.md",
        "docs/sources.md",
        "seeds/README.md",
    ] {
        let text = page(name);
        let home = root.join(name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            if file.starts_with("http") {
                continue;
            }
            let target = if file.is_empty() {
                home.clone()
            } else {
                home.with_file_name(file)
            };
            assert!(target.exists(), "{name} links to {link}, which is not there");
            if !heading.is_empty() {
                let slugs = fs::read_to_string(&target).expect("a page");
                let found = slugs.lines().filter(|l| l.starts_with('#')).any(|l| slug(l) == heading);
                assert!(found, "{name} links to {link}, a heading that is not there");
            }
        }
    }
}

/// The anchor that a heading gets when the page is shown.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The README shows what its first command draws: the contrasts of that scenario's answer, with the answer's own number of runs.
#[test]
fn the_first_picture_of_the_readme_is_the_answer_to_its_first_command() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let command = readme
        .lines()
        .find_map(|line| line.strip_prefix("cargo run --release -- run "));
    let scenario = command.expect("a first command that runs a scenario").trim();
    let picture = readme
        .split("](docs/images/")
        .nth(1)
        .and_then(|rest| rest.split(')').next());
    let bytes = fs::read(root.join("docs/images").join(picture.expect("a first picture"))).expect("the picture");
    let provenance = deterrence::chart::render::provenance(&bytes).expect("a picture of ours");
    let provenance: serde_json::Value = serde_json::from_str(&provenance).expect("JSON");
    let loaded = load(&Request::new(Source::Bundled(scenario.to_owned()))).expect("a bundled scenario");
    let answer = loaded.answer.expect("a scenario with an answer");
    assert_eq!(provenance["scenario"], scenario);
    assert_eq!(provenance["picture"], "contrasts");
    assert_eq!(provenance["runs"], answer.runs);
    assert_eq!(provenance["theme"], "light");
}
