//! A comparison of stored results: runs are paired by their number, and refused unless they share their luck.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::design::{ensemble, usual};
use super::estimate::{bare_level, conclude};
use super::format::{ArmCard, COMPARISON_FORMAT, Compared, Comparison, Difference, Level};
use super::members::{Spread, of_other_ensembles, spread};
use super::monthly;
use super::pairs::{Pairs, Reading};
use super::phrase::World;
use super::sentences::Lead;
use crate::model::record::Measure;
use crate::numerals::{count, counted};
use crate::results::format::{ArmSeries, Kind, Manifest, Stored};
use crate::results::{LEVEL, read_members, read_runs};
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
    /// Months of the series that show what is compared, of every folder.
    pub arms: Vec<ArmSeries>,
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
                let message = match folder.exists() {
                    true => cause.to_string(),
                    false => format!("there is no folder `{}`", show(&folder.display().to_string())),
                };
                let finding = error(codes::BAD_RESULT, message);
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
    let lead = if outcomes.is_empty() {
        Lead::Heaviest
    } else {
        Lead::Listed
    };
    let comparison = paired(&results, names, (&ids, lead), &tables);
    let (arms, remarks) = (months(&results, &ids, &comparison), remarks(&results));
    Ok(Found {
        base: results.swap_remove(0),
        comparison,
        arms,
        remarks,
    })
}

/// Two folders share their luck.
fn luck(base: &Manifest, other: &Manifest, findings: &mut Vec<Diagnostic>) {
    if is_same(base, other) {
        findings.push(twice(base, other));
        return;
    }
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
    }
}

/// Months of the series that show what is compared, as far as every folder has them.
fn months(results: &[Stored], ids: &[String], comparison: &Comparison) -> Vec<ArmSeries> {
    let Some(base) = results.first().map(|r| &r.manifest) else {
        return Vec::new();
    };
    let focus = base.focus().map_or("", |r| r.id.as_str());
    let records = |result: &Stored, id: &str| result.series.iter().any(|row| row.series == id);
    let chosen = monthly::series(ids, &base.focal, focus, |id| results.iter().all(|r| records(r, id)));
    let of_arm = |(result, card): (&Stored, &ArmCard)| ArmSeries {
        arm: card.id.clone(),
        rows: result
            .series
            .iter()
            .filter(|row| chosen.contains(&row.series))
            .cloned()
            .collect(),
    };
    results.iter().zip(&comparison.arms).map(of_arm).collect()
}

/// Whether two results were made of the same values, so that seed, number of runs and horizon are all that can differ.
fn is_same(base: &Manifest, other: &Manifest) -> bool {
    let values = |m: &Manifest| -> Vec<(String, String)> {
        let own = m.effective.iter().filter(|e| !e.path.starts_with("run."));
        own.map(|e| (e.path.clone(), e.value.clone())).collect()
    };
    base.scenario.name == other.scenario.name && values(base) == values(other) && base.months == other.months
}

/// What two results of one plan are, and that there is nothing to compare.
fn twice(base: &Manifest, other: &Manifest) -> Diagnostic {
    let rest = match (base.seed == other.seed, base.runs_finished == other.runs_finished) {
        (true, true) => String::new(),
        (true, false) => {
            let [fewer, more] = [
                base.runs_finished.min(other.runs_finished),
                base.runs_finished.max(other.runs_finished),
            ];
            format!(
                ": the {} of one are the first of the other's {}",
                counted(fewer, "run"),
                count(more)
            )
        }
        (false, _) => format!(
            ", with seeds {} and {}: only chance tells them apart",
            base.seed, other.seed
        ),
    };
    error(
        codes::ANSWER_TWICE,
        format!("both folders hold results of the same plan{rest}"),
    )
    .help("name folders that differ in an option, an assumption set or an override")
}

/// Whether the results keep the expectation of an outcome beside its count.
fn is_expected(base: &Stored, id: &str) -> bool {
    base.summary.outcome(id).is_some_and(|o| o.counted.is_some())
}

/// Readings of every folder: by outcome, then by run.
struct Table {
    runs: Vec<u64>,
    /// Members of the ensemble by run; empty without one.
    members: Vec<u64>,
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
        let read = read_runs(folder, &names).and_then(|table| Ok((table, read_members(folder)?)));
        match read {
            Err(cause) => {
                let finding = error(codes::BAD_RESULT, cause.to_string());
                findings.push(finding.help("run it again"));
            }
            Ok(((runs, columns), members)) => {
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
                    members,
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

/// Pairs by member of the ensemble, where both folders draw from one.
struct Members {
    /// Members of the pairs by their run; none where the ensembles differ.
    of_run: Option<BTreeMap<u64, usize>>,
    has_ensemble: bool,
    pairs: Vec<Pairs>,
}

impl Members {
    fn new(empty: Pairs, base: &Manifest, other: &Manifest, table: &Table, second: &Table) -> Self {
        let ensembles = [base, other].map(|m| ensemble(&m.effective));
        let is_one = ensembles[0] == ensembles[1] && !table.members.is_empty();
        let of_run = |t: &Table| -> BTreeMap<u64, usize> {
            let members = t.members.iter().map(|m| usize::try_from(*m).unwrap_or(0));
            t.runs.iter().copied().zip(members).collect()
        };
        let (first, second) = (of_run(table), of_run(second));
        let agree = second.iter().all(|(run, m)| first.get(run).is_none_or(|own| own == m));
        let size = first.values().max().map_or(0, |last| last + 1);
        Self {
            has_ensemble: ensembles.iter().any(Option::is_some),
            of_run: (is_one && agree).then_some(first),
            pairs: vec![empty; size],
        }
    }

    fn add(&mut self, run: u64, x: Reading, y: Reading) {
        let member = self.of_run.as_ref().and_then(|of_run| of_run.get(&run));
        if let Some(pairs) = member.and_then(|m| self.pairs.get_mut(*m)) {
            pairs.add(x, y);
        }
    }

    fn spread(&self, whole: &Pairs) -> Option<Spread> {
        match (self.has_ensemble, &self.of_run) {
            (false, _) => None,
            (true, Some(_)) => Some(spread(whole, &self.pairs)),
            (true, None) => Some(of_other_ensembles()),
        }
    }
}

fn paired(
    results: &[Stored],
    names: &[(String, String)],
    (ids, lead): (&[String], Lead),
    tables: &[Table],
) -> Comparison {
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
        series: Vec::new(),
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
            let mut members = Members::new(sums, &results[0].manifest, &result.manifest, table, other);
            for ((x, y), (a, b)) in table.readings[place]
                .iter()
                .zip(&other.readings[place])
                .zip(table.runs.iter().zip(&other.runs))
            {
                // Both tables count their runs from 0; what is not at its number is no pair.
                if a == b {
                    sums.add(*x, *y);
                    members.add(*a, *x, *y);
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
                compared
                    .contrasts
                    .push(Difference::new(arm, &contrast, None).with(members.spread(&sums)));
            }
        }
        comparison.outcomes.push(compared);
        subjects.push(subject);
    }
    conclude(&mut comparison, &subjects, lead);
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
        events: m.events.clone(),
    }
}

fn remarks(results: &[Stored]) -> Vec<String> {
    let mut found = Vec::new();
    let differ = |of: &dyn Fn(&Stored) -> String| results.iter().any(|r| of(r) != of(&results[0]));
    if differ(&|r| r.summary.runs.to_string()) {
        found.push("the folders hold different numbers of runs; those that both have are compared".to_owned());
    }
    if differ(&|r| r.manifest.scenario.name.clone()) {
        let names: Vec<&str> = results.iter().map(|r| r.manifest.scenario.name.as_str()).collect();
        found.push(format!(
            "the folders hold different scenarios ({}), so a difference may come from anything in which they differ",
            names.join(", ")
        ));
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
