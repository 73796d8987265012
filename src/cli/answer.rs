//! Playing a study and telling its answer, for `deter run` and `deter compare`.

use std::path::{Path, PathBuf};

use super::{Failure, exit, pretty, progress, table, terminal};
use crate::job::Settings;
use crate::scenario::diagnostics::render_all;
use crate::study::{self, Comparison, Study, estimate};

/// Columns of a page; what is longer is broken.
const WIDTH: usize = 80;

/// What is printed of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// The answer, the contrasts and the levels of the baseline.
    Text,
    /// The summary of the baseline with the answer and the comparison in it.
    Summary,
    /// The comparison alone.
    Comparison,
}

/// Plays a study, writes its folder, and prints the answer.
pub fn play(study: &Study, settings: &Settings, print: Print) -> Result<u8, Failure> {
    warn(study);
    let Some(base) = study.arms.first() else {
        return Ok(exit::USAGE);
    };
    let s = &base.plan.scenario;
    terminal::say(&format!(
        "{}: {} pairs of runs of {} arms, {} months, seed {}",
        s.title,
        study.runs,
        study.arms.len(),
        s.run.months,
        s.run.seed
    ));
    let total = study.runs * study.arms.len() as u64;
    let (result, interrupted) = progress::watch(total, |halt| study::run(study, settings, halt));
    let (finished, comparison) = result?;
    if interrupted && !finished.complete {
        terminal::say(&format!(
            "interrupted: {} of {} pairs of runs are kept",
            comparison.runs, study.runs
        ));
    }
    match print {
        Print::Text => {
            let mut page = format!("\n{}\n", s.title);
            page.push_str(&study::table::wrap(&comparison.question, WIDTH, ""));
            page.push_str(&study::table::text(&comparison, WIDTH));
            page.push_str(&format!("\nUnder ‘{}’ by itself:\n", comparison.baseline_label()));
            page.push_str(&table::headline(&finished.stored));
            terminal::print(&page)?;
        }
        Print::Comparison => terminal::print(&pretty(&value(&comparison)?)?)?,
        Print::Summary => {
            let mut summary = value(&finished.stored.summary)?;
            if let Some(object) = summary.as_object_mut() {
                object.insert("answer".into(), value(&comparison.answer)?);
                object.insert("comparison".into(), value(&comparison)?);
            }
            terminal::print(&pretty(&summary)?)?;
        }
    }
    tell_warnings(&comparison);
    terminal::say(&format!("\nResults: {}", finished.folder.display()));
    Ok(if finished.complete {
        exit::DONE
    } else {
        exit::INTERRUPTED
    })
}

/// Says what a study would play.
pub fn describe(study: &Study, out: &Path) -> Result<u8, Failure> {
    warn(study);
    let mut page = String::new();
    if let Some(base) = study.arms.first() {
        let s = &base.plan.scenario;
        page.push_str(&format!("{}\n{}\n\n", s.title, s.question));
        page.push_str(&format!("  pairs of runs {}\n  months        {}\n", study.runs, s.run.months));
        page.push_str(&format!("  seed          {}\n", s.run.seed));
    }
    for (place, arm) in study.arms.iter().enumerate() {
        let role = if place == 0 { "baseline" } else { "arm" };
        page.push_str(&format!("  {role:<13} {}: {} (plan {})\n", arm.id, arm.label, arm.plan.hash()));
    }
    for id in &study.outcomes {
        page.push_str(&format!("  outcome       {id}\n"));
    }
    page.push_str(&format!("  would write   {}\n", out.display()));
    terminal::print(&page)?;
    Ok(exit::DONE)
}

/// The warnings of the scenario.
fn warn(study: &Study) {
    if !study.warnings.is_empty() {
        terminal::say(&render_all(&study.warnings, terminal::colour_on_stderr()));
    }
}

/// Where the pairing does not help.
pub fn tell_warnings(comparison: &Comparison) {
    for warning in estimate::warnings(comparison) {
        terminal::say(&format!("warning: {warning}"));
    }
}

/// A comparison without its folder.
pub fn print(comparison: &Comparison, json: bool) -> Result<(), Failure> {
    match json {
        true => terminal::print(&pretty(&value(comparison)?)?),
        false => {
            let question = study::table::wrap(&comparison.question, WIDTH, "");
            terminal::print(&format!("\n{question}{}", study::table::text(comparison, WIDTH)))
        }
    }
}

fn value<T: serde::Serialize>(of: &T) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(of).map_err(|e| Failure::Other {
        message: format!("cannot write JSON: {e}"),
        code: exit::IO,
    })
}

/// A folder below `output/` for a scenario and what is compared in it.
pub fn folder(scenario: &str, arms: &[&str]) -> PathBuf {
    let mut name = String::from(scenario);
    for (place, arm) in arms.iter().enumerate() {
        name.push_str(if place == 0 { "-" } else { "-vs-" });
        name.extend(arm.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
    }
    // A name that file systems take.
    name.truncate(120);
    PathBuf::from("output").join(name)
}
