//! A comparison of stored results: runs are paired by their number, and refused unless they share their luck.

use std::path::PathBuf;

use super::design::usual;
use super::estimate::{bare_level, conclude};
use super::format::{ArmCard, COMPARISON_FORMAT, Compared, Comparison, Difference, Level};
use super::pairs::{Pairs, Reading};
use super::phrase::World;
use crate::model::record::Measure;
use crate::results::format::{Kind, Manifest, Stored};
use crate::results::{LEVEL, read_runs};
use crate::scenario::Problems;
use crate::scenario::codes;
use crate::scenario::diagnostics::{Diagnostic, Severity, nearest, show};
use crate::stats::Combined;

/// Stored results side by side.
#[derive(Debug, Clone)]
pub struct Found {
    /// The results of the baseline.
    pub base: Stored,
    pub comparison: Comparison,
    /// What a reader should know of the folders.
    pub remarks: Vec<String>,
}

fn error(code: &'static str, message: String) -> Diagnostic {
    Diagnostic::bare(code, Severity::Error, message)
}

/// Compares result folders, the first of which is the baseline. `outcomes` may be empty for the usual ones.
///
/// # Errors
/// [`Problems::Invalid`] with everything that keeps the folders from being compared.
pub fn compare(folders: &[PathBuf], outcomes: &[String]) -> Result<Found, Problems> {
    let name = |folder: &PathBuf| {
        let last = folder.file_name();
        last.map_or_else(|| folder.display().to_string(), |n| n.to_string_lossy().into_owned())
    };
    let names: Vec<(String, String)> = folders.iter().map(|f| (name(f), name(f))).collect();
    compare_as(folders, &names, outcomes)
}

/// As [`compare`], with an id and a label for each folder.
///
/// # Errors
/// As [`compare`].
pub fn compare_as(folders: &[PathBuf], names: &[(String, String)], outcomes: &[String]) -> Result<Found, Problems> {
    let mut findings = Vec::new();
    let mut results = Vec::new();
    for folder in folders {
        match Stored::read(folder) {
            Ok(stored) => results.push(stored),
            Err(cause) => {
                let finding = error(codes::BAD_RESULT, cause.to_string());
                findings.push(finding.help("name folders that `deter run` has written, and run a damaged one again"));
            }
        }
    }
    let manifests: Vec<&Manifest> = results.iter().map(|r| &r.manifest).collect();
    if let Some((base, others)) = manifests.split_first() {
        for other in others {
            luck(base, other, &mut findings);
        }
    }
    let Some(base) = results.first().filter(|_| findings.is_empty()) else {
        return Err(Problems::Invalid(findings));
    };
    let reported: Vec<&str> = base.summary.outcomes.iter().map(|o| o.id.as_str()).collect();
    let ids = match outcomes {
        [] => {
            let all = |id: &&str| results.iter().all(|r| r.summary.outcome(id).is_some());
            let everywhere: Vec<&str> = reported.iter().copied().filter(all).collect();
            usual(&base.manifest.focal, &everywhere)
        }
        given => given.to_vec(),
    };
    for id in &ids {
        for (result, folder) in results.iter().zip(folders) {
            if result.summary.outcome(id).is_none() {
                let message = format!("`{}` is not reported in {}", show(id), folder.display());
                let near = nearest(id, reported.iter().copied()).map(|n| format!("did you mean `{n}`?"));
                let help = near.unwrap_or_else(|| "its summary.json lists what is".to_owned());
                findings.push(error(codes::ANSWER_LACKS, message).help(help));
            }
        }
    }
    if !findings.is_empty() {
        return Err(Problems::Invalid(findings));
    }
    let tables = tables(folders, base, &ids)?;
    let comparison = paired(&results, names, &ids, &tables);
    let remarks = remarks(&results);
    Ok(Found {
        base: results.swap_remove(0),
        comparison,
        remarks,
    })
}

/// Two folders share their luck.
fn luck(base: &Manifest, other: &Manifest, findings: &mut Vec<Diagnostic>) {
    let mut differs = |what: &str, x: String, y: String, help: &str| {
        if x != y {
            let message = format!("the results have {what} {x} and {y}: their runs are no pairs");
            findings.push(error(codes::NO_SHARED_LUCK, message).help(help.to_owned()));
        }
    };
    differs(
        "seed",
        base.seed.to_string(),
        other.seed.to_string(),
        "run one of them again with the other's --seed",
    );
    differs(
        "months",
        base.months.to_string(),
        other.months.to_string(),
        "run one of them again with the other's --months",
    );
    if base.seed_formula != other.seed_formula {
        let message = "the results come from programs with different seed formulas: their runs are no pairs".to_owned();
        findings.push(error(codes::NO_SHARED_LUCK, message).help("run both with one version"));
    }
    let states = |m: &Manifest| -> Vec<String> {
        let names = m
            .effective
            .iter()
            .filter(|e| e.path.starts_with("states.") && e.path.ends_with(".name"));
        names.map(|e| e.path.clone()).collect()
    };
    if states(base) != states(other) {
        let message = format!(
            "`{}` and `{}` have other states: their runs are no pairs",
            show(&base.scenario.name),
            show(&other.scenario.name)
        );
        let finding = error(codes::NO_SHARED_LUCK, message);
        findings.push(finding.help("luck belongs to the states: compare results of one world"));
    } else if base.plan_hash == other.plan_hash {
        let message = "both folders hold the result of the same plan".to_owned();
        findings.push(error(codes::ANSWER_TWICE, message).help("name folders that differ in an option or an override"));
    }
}

/// Whether the results keep the expectation of an outcome beside its count.
fn is_expected(base: &Stored, id: &str) -> bool {
    base.summary.outcome(id).is_some_and(|o| o.counted.is_some())
}

/// Readings of every folder: by outcome, then by run.
struct Table {
    runs: Vec<u64>,
    readings: Vec<Vec<Reading>>,
}

fn tables(folders: &[PathBuf], base: &Stored, ids: &[String]) -> Result<Vec<Table>, Problems> {
    let is_share = |id: &String| base.summary.outcome(id).is_some_and(|o| o.kind == Kind::Ratio);
    let mut names = ids.to_vec();
    names.extend(ids.iter().filter(|id| is_share(id)).map(|id| format!("{id}.cases")));
    names.extend(
        ids.iter()
            .filter(|id| is_expected(base, id))
            .map(|id| format!("{id}.expected")),
    );
    let (mut tables, mut findings) = (Vec::new(), Vec::new());
    for folder in folders {
        match read_runs(folder, &names) {
            Err(cause) => {
                let finding = error(codes::BAD_RESULT, cause.to_string());
                findings.push(finding.help("run it again"));
            }
            Ok((runs, columns)) => {
                let (values, cases) = columns.split_at(ids.len().min(columns.len()));
                let (cases, expected) = cases.split_at(ids.iter().filter(|id| is_share(id)).count().min(cases.len()));
                let (mut cases, mut expected) = (cases.iter(), expected.iter());
                let readings = ids.iter().zip(values).map(|(id, values)| {
                    let cases = if is_share(id) { cases.next() } else { None };
                    let expected = if is_expected(base, id) { expected.next() } else { None };
                    let of = |(at, value): (usize, &f64)| Reading {
                        value: *value,
                        cases: cases.map_or(1.0, |c| c.get(at).copied().unwrap_or(f64::NAN)),
                        expected: expected.and_then(|e| e.get(at)).copied().unwrap_or(f64::NAN),
                    };
                    values.iter().enumerate().map(of).collect()
                });
                tables.push(Table {
                    readings: readings.collect(),
                    runs,
                });
            }
        }
    }
    match findings.is_empty() {
        true => Ok(tables),
        false => Err(Problems::Invalid(findings)),
    }
}

/// Counts and expectations of an outcome over the runs of a folder.
fn combined(table: &Table, place: usize) -> Combined {
    let mut sums = Combined::default();
    for reading in table.readings.get(place).map_or(&[][..], Vec::as_slice) {
        sums.add(reading.value, reading.expected);
    }
    sums
}

fn paired(results: &[Stored], names: &[(String, String)], ids: &[String], tables: &[Table]) -> Comparison {
    let Some((base, table)) = results.first().zip(tables.first()) else {
        return Comparison::default();
    };
    let cards: Vec<ArmCard> = results.iter().zip(names).map(|(r, n)| card(r, n)).collect();
    let pairs = tables.iter().map(|t| t.runs.len()).min().unwrap_or(0);
    let world = World::new(&base.manifest);
    let mut comparison = Comparison {
        format: COMPARISON_FORMAT.to_owned(),
        question: base.manifest.scenario.question.clone(),
        answer: Vec::new(),
        seed: base.manifest.seed,
        runs: pairs as u64,
        months: base.manifest.months,
        baseline: cards.first().map_or(String::new(), |c| c.id.clone()),
        arms: cards,
        outcomes: Vec::new(),
    };
    let mut subjects = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        let Some(outcome) = base.summary.outcome(id) else {
            continue;
        };
        let measure = match outcome.kind {
            Kind::Probability => Measure::Happened,
            Kind::Mean => Measure::Number,
            Kind::Ratio => Measure::Share,
        };
        let subject = world.subject(id, &outcome.label);
        let mut compared = Compared {
            id: id.clone(),
            label: subject.heading(),
            unit: outcome.unit.clone(),
            kind: outcome.kind,
            arms: Vec::new(),
            contrasts: Vec::new(),
        };
        let weight = combined(table, place).weight();
        for (at, (result, other)) in results.iter().zip(tables).enumerate() {
            let arm = &comparison.arms[at].id;
            let mut sums = if is_expected(base, id) {
                Pairs::expected()
            } else {
                Pairs::new(measure)
            };
            for ((x, y), (a, b)) in table.readings[place]
                .iter()
                .zip(&other.readings[place])
                .zip(table.runs.iter().zip(&other.runs))
            {
                // Both tables count their runs from 0; what is not at its number is no pair.
                if a == b {
                    sums.add(*x, *y);
                }
            }
            let contrast = sums.contrast(LEVEL);
            compared.arms.push(match result.summary.outcome(id) {
                // With the weight of the baseline, as for the contrasts.
                Some(own) if is_expected(base, id) => {
                    let level = combined(other, place).combine(weight, LEVEL);
                    Level {
                        estimate: level.map(|l| l.estimate),
                        interval: level.map(|l| l.interval),
                        ..Level::new(arm, own)
                    }
                }
                Some(own) if result.summary.runs == pairs as u64 => Level::new(arm, own),
                _ => bare_level(arm, contrast.arm),
            });
            if at > 0 {
                compared.contrasts.push(Difference::new(arm, &contrast, None));
            }
        }
        comparison.outcomes.push(compared);
        subjects.push(subject);
    }
    conclude(&mut comparison, &subjects);
    comparison
}

fn card(result: &Stored, (id, label): &(String, String)) -> ArmCard {
    let m = &result.manifest;
    let mut set = Vec::new();
    let mut words = m.argv.iter();
    while let Some(word) = words.next() {
        if word == "--set" {
            set.extend(words.next().cloned());
        }
    }
    ArmCard {
        label: label.clone(),
        id: id.clone(),
        scenario: m.scenario.name.clone(),
        option: m.option.clone(),
        assumptions: m.assumptions.clone(),
        set,
        plan: m.plan_hash.clone(),
    }
}

fn remarks(results: &[Stored]) -> Vec<String> {
    let mut found = Vec::new();
    let differ = |of: &dyn Fn(&Stored) -> String| results.iter().any(|r| of(r) != of(&results[0]));
    if differ(&|r| r.summary.runs.to_string()) {
        found.push("the folders hold different numbers of runs; those that both have are compared".to_owned());
    }
    if differ(&|r| r.manifest.version.clone()) {
        found
            .push("the folders were written by different versions, so a difference may be one of the model".to_owned());
    }
    if results.iter().any(|r| r.manifest.state != "complete") {
        found.push("one of the results is partial".to_owned());
    }
    found
}
