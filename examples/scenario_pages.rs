//! Draws the main chart of every bundled scenario, the first picture of the README, and writes `docs/scenarios.md`.
//!
//! `cargo run --release --example scenario_pages [RUNS] [NAME…]`: 300 runs and all scenarios unless told otherwise.
//! The picture of the README is that of its first command, with the runs of that scenario's answer.

use std::error::Error;
use std::fs;
use std::path::Path;

use deterrence::chart::{Style, draw_all, draw_compared};
use deterrence::engine::{Halt, Plan};
use deterrence::job::{Settings, run};
use deterrence::report::catalogue;
use deterrence::scenario::{Request, Source, bundled, load};
use deterrence::study::{self, Design, Order};

/// Enough for a chart; the runs of a published number are the scenario's own.
const RUNS: u64 = 300;

/// The scenario of the README's first command.
const FIRST: &str = "poland-drone-incursion";

/// Plays the answer of the README's first command and draws what it changes.
fn readme_picture(docs: &Path) -> Result<(), Box<dyn Error>> {
    let study = study::prepare(&Order {
        request: Request::new(Source::Bundled(FIRST.to_owned())),
        design: Design::Answer,
        outcomes: Vec::new(),
        runs: None,
    })?;
    let scratch = tempfile::tempdir()?;
    let settings = Settings {
        out: scratch.path().join(FIRST),
        jobs: None,
        force: true,
        charts: None,
        argv: ["deter", "run", FIRST].map(String::from).to_vec(),
    };
    let finished = study::run(&study, &settings, &Halt::default())?;
    let pictures = draw_compared(&finished.stored, &Style::default())?;
    let contrasts = pictures.iter().find(|p| p.name == "contrasts");
    let picture = contrasts.ok_or("the answer has no picture of its contrasts")?;
    fs::write(docs.join("images/answer.png"), &picture.png)?;
    println!("answer.png: {} bytes", picture.png.len());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1).peekable();
    let runs = match words.peek().and_then(|w| w.parse().ok()) {
        Some(runs) => {
            words.next();
            runs
        }
        None => RUNS,
    };
    let wanted: Vec<String> = words.collect();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let charts = docs.join(catalogue::CHARTS);
    fs::create_dir_all(&charts)?;
    let scenarios = bundled::scenarios();
    for scenario in scenarios
        .iter()
        .filter(|s| wanted.is_empty() || wanted.contains(&s.name))
    {
        let mut request = Request::new(Source::Bundled(scenario.name.clone()));
        request.sets = vec![format!("run.runs={runs}")];
        let plan = Plan::new(load(&request)?);
        let scratch = tempfile::tempdir()?;
        let settings = Settings {
            out: scratch.path().join(&scenario.name),
            jobs: None,
            force: true,
            charts: None,
            argv: vec![
                "deter".into(),
                "run".into(),
                scenario.name.clone(),
                "--runs".into(),
                runs.to_string(),
            ],
        };
        let finished = run(&plan, &settings, &Halt::default())?;
        let style = Style {
            scale: 1,
            ..Style::default()
        };
        let pictures = draw_all(&finished.stored, &style)?;
        let main = pictures.iter().find(|p| p.name == "credibility").or(pictures.first());
        let picture = main.ok_or_else(|| format!("{} has no chart", scenario.name))?;
        fs::write(charts.join(format!("{}.png", scenario.name)), &picture.png)?;
        println!("{}: {} bytes", scenario.name, picture.png.len());
    }
    if wanted.is_empty() || wanted.iter().any(|name| name == FIRST) {
        readme_picture(&docs)?;
    }
    // A chart of a scenario that is gone would stay for ever.
    for entry in fs::read_dir(&charts)? {
        let path = entry?.path();
        let is_known = scenarios
            .iter()
            .any(|s| path.file_stem().is_some_and(|stem| stem == s.name.as_str()));
        if !is_known {
            fs::remove_file(path)?;
        }
    }
    fs::write(docs.join("scenarios.md"), catalogue::page()?)?;
    Ok(())
}
