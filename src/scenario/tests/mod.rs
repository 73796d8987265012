//! Promises of the scenario reader: helpers and the small world on which the tests build.

mod ensembles;
mod layering;
mod meant;
mod mistakes;
mod robust;
mod rules;

use std::fs;

use tempfile::TempDir;

use super::diagnostics::Diagnostic;
use super::*;

/// A small world in which everything is right.
const WORLD: &str = r#"
title = "A small world"
question = "Does it hold?"
sources = ["kagan-2025"]
[run]
months = 24
start = "2026-03"
[states.USA]
name = "United States"
gdp = 30000
latitude = 38.9
longitude = -77
nuclear = "assured_second_strike"
brigades = 45
resolve = { normal = [0.4, 1.0] }
[states.POL]
name = "Poland"
gdp = 1000
latitude = 52.2
longitude = 21
hedges = ["rearm", "umbrella"]
[states.EST]
name = "Estonia"
gdp = 45
latitude = 59.4
longitude = 24.7
[states.RUS]
name = "Russia"
gdp = 2200
latitude = 55.8
longitude = 37.6
nuclear = "assured_second_strike"
[arrangements.nato]
members = ["USA", "POL", "EST"]
coverage = "land_grab"
decision_rule = "veto"
veto = ["POL"]
depth_by.EST = 0.5
[challengers.RUS]
regeneration = [[0, 7], [24, 35]]
[challengers.RUS.targets.EST]
value = 0.1
width = 15
[challengers.RUS.targets.POL]
value = { uniform = [0.1, 0.2] }
[forward.EST]
USA = 1
[programs.brigade]
state = "USA"
host = "EST"
[spending.POL]
target = 0.05
"#;

/// A folder with `scenario.toml` and other files, and a request for it.
fn folder(files: &[(&str, &str)]) -> (TempDir, Request) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }
    let path = dir.path().join("scenario.toml");
    (dir, Request::new(Source::Path(path)))
}

/// Loads one text.
fn load_text(text: &str) -> Result<Scenario, Problems> {
    let (_dir, request) = folder(&[("scenario.toml", text)]);
    load(&request)
}

/// Loads the small world with changes on top: an extended file with the world and a scenario with the text.
fn load_on_world(text: &str, sets: &[&str]) -> Result<Scenario, Problems> {
    let head = "title = 'T'\nquestion = 'Q'\nextends = 'world'\n";
    let (_dir, mut request) = folder(&[("world.toml", WORLD), ("scenario.toml", &format!("{head}{text}"))]);
    request.sets = sets.iter().map(|s| s.to_string()).collect();
    load(&request)
}

/// The findings, whether or not they stop the scenario.
fn findings(loaded: Result<Scenario, Problems>) -> Vec<Diagnostic> {
    match loaded {
        Ok(scenario) => scenario.warnings,
        Err(Problems::Invalid(findings)) => findings,
        Err(Problems::Io { path, source }) => panic!("{}: {source}", path.display()),
    }
}

/// The codes of the findings.
fn codes_of(loaded: Result<Scenario, Problems>) -> Vec<&'static str> {
    findings(loaded).iter().map(|d| d.code).collect()
}
