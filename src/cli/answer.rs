//! Playing a study and telling its answer, for `deter run` and `deter compare`.

use std::path::Path;

use super::{Failure, exit, pretty, progress, table, terminal};
use crate::job::Settings;
use crate::numerals::counted;
use crate::results::format::Stored;
use crate::results::read_manifest;
use crate::scenario::Request;
use crate::study::format::ArmCard;
use crate::study::{self, Comparison, Design, Order, Study, estimate};
use crate::text;

/// Widest and narrowest page; what is longer is broken.
const WIDTHS: (usize, usize) = (60, 120);

/// Columns of a page on this terminal.
fn width() -> usize {
    terminal::width().clamp(WIDTHS.0, WIDTHS.1)
}

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
        "{}: {} of {}, {}, seed {}",
        text::line(&s.title),
        counted(study.runs, "pair of runs"),
        counted(study.arms.len() as u64, "arm"),
        counted(u64::from(s.run.months), "month"),
        s.run.seed
    ));
    let total = study.runs * study.arms.len() as u64;
    terminal::tidy(&settings.out)?;
    let (result, interrupted) = progress::watch(total, |halt| study::run(study, settings, halt));
    let finished = result?;
    let Some(comparison) = &finished.stored.comparison else {
        return Ok(exit::IO);
    };
    if finished.was_there {
        terminal::say(&format!(
            "{} already holds this result: nothing was computed",
            text::path(&finished.folder)
        ));
    }
    for notice in &finished.notices {
        terminal::say(&text::name(&format!("note: {notice}")));
    }
    if interrupted && !finished.complete {
        terminal::say(&format!(
            "interrupted: {} of {} kept",
            comparison.runs,
            counted(study.runs, "pair of runs")
        ));
    }
    let page = match print {
        Print::Text => {
            let mut page = format!("\n{}\n", text::line(&s.title));
            page.push_str(&study::table::wrap(&comparison.question, width().min(80), ""));
            page.push_str(&study::table::text(comparison, width()));
            page.push_str(&format!("\nUnder ‘{}’ by itself:\n", comparison.baseline_label()));
            page.push_str(&table::headline(&finished.stored, terminal::width()));
            page
        }
        Print::Comparison => pretty(comparison)?,
        Print::Summary => {
            let mut summary = value(&finished.stored.summary)?;
            if let Some(object) = summary.as_object_mut() {
                object.insert("answer".into(), value(&comparison.answer)?);
                object.insert("comparison".into(), value(comparison)?);
            }
            pretty(&summary)?
        }
    };
    terminal::print_saved(&page, &finished.folder)?;
    tell_warnings(comparison);
    terminal::say(&format!("\nResults: {}", text::path(&finished.folder)));
    Ok(if finished.complete {
        exit::DONE
    } else {
        exit::INTERRUPTED
    })
}

/// What a result folder compared, to be played again; none for a folder without a comparison.
pub fn again(folder: Option<&Path>, request: &Request, runs: Option<u64>) -> Result<Option<Order>, Failure> {
    let Some(folder) = folder else { return Ok(None) };
    if read_manifest(folder)?.study.is_none() {
        return Ok(None);
    }
    let stored = Stored::read(folder)?;
    let Some(comparison) = stored.comparison else {
        return Ok(None);
    };
    let layers = |arm: &ArmCard| (arm.assumptions.clone(), arm.set.clone());
    let is_one = comparison
        .arms
        .windows(2)
        .all(|pair| layers(&pair[0]) == layers(&pair[1]));
    if !is_one {
        return Err(Failure::Other {
            message: format!(
                "{} compares assumptions or overrides; run its command again: {}",
                text::path(folder),
                text::line(&stored.manifest.argv.join(" "))
            ),
            code: exit::USAGE,
        });
    }
    Ok(Some(Order {
        request: Request {
            option: None,
            ..request.clone()
        },
        design: Design::Options(comparison.arms.iter().map(|a| a.id.clone()).collect()),
        outcomes: comparison.outcomes.iter().map(|o| o.id.clone()).collect(),
        runs,
    }))
}

/// Says what a study would play.
pub fn describe(study: &Study, out: &Path) -> Result<u8, Failure> {
    warn(study);
    let mut page = String::new();
    if let Some(base) = study.arms.first() {
        let s = &base.plan.scenario;
        page.push_str(&format!("{}\n{}\n\n", s.title, s.question));
        page.push_str(&format!(
            "  pairs of runs {}\n  months        {}\n",
            study.runs, s.run.months
        ));
        page.push_str(&format!("  seed          {}\n", s.run.seed));
    }
    for (place, arm) in study.arms.iter().enumerate() {
        let role = if place == 0 { "baseline" } else { "arm" };
        page.push_str(&format!(
            "  {role:<13} {}: {} (plan {})\n",
            arm.id,
            arm.label,
            arm.plan.hash()
        ));
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
    terminal::tell(&study.warnings);
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
        true => terminal::print(&pretty(comparison)?),
        false => {
            let question = study::table::wrap(&comparison.question, width().min(80), "");
            terminal::print(&format!("\n{question}{}", study::table::text(comparison, width())))
        }
    }
}

fn value<T: serde::Serialize>(of: &T) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(of).map_err(|e| Failure::Other {
        message: format!("cannot write JSON: {e}"),
        code: exit::IO,
    })
}
