//! Which cells a batch has. Everything wrong with an order is told at once, before anything is played.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::axis::Axis;
use super::index::claimed;
use super::row::{AS_WRITTEN, Row, rows};
use crate::job;
use crate::numerals::counted;
use crate::results::ResultsError;
use crate::scenario::answer::NONE;
use crate::scenario::codes;
use crate::scenario::diagnostics::{Diagnostic, Severity, show};
use crate::scenario::{Problems, Request, Scenario, Source, bundled, load};
use crate::text;

/// Stands for every bundled scenario, or every option.
pub const ALL: &str = "all";
/// Most cells of a batch: beyond it the folder is a file system's worst case, and a typing error the likelier cause.
const MOST_CELLS: u64 = 10_000;
/// Bytes of a stored run, for an order of magnitude: measured as 900 to 2,600 over the bundled scenarios.
const BYTES_A_RUN: u64 = 1_500;

/// Which options of each scenario are played.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Options {
    /// Those that its `[answer]` compares; all of them where it has none.
    #[default]
    Answer,
    /// The scenario itself and every option.
    All,
    /// These, the baseline first; `none` is the scenario itself.
    Named(Vec<String>),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// What the index is called.
    pub title: Option<String>,
    /// Scenario files, folders of them, bundled names, or [`ALL`].
    pub scenarios: Vec<String>,
    pub options: Options,
    /// Stacks of assumption sets, `a+b` for both; [`NONE`] for the scenarios as they are written.
    pub assume: Vec<String>,
    /// Overrides for every cell.
    pub set: Vec<String>,
    /// Paths that vary. Each option is then a row of its own, whose cells are the scenario as it is and at every point.
    pub vary: Vec<Axis>,
    /// Outcomes that are compared; empty for those of each scenario's answer.
    pub outcomes: Vec<String>,
    /// Runs of a cell; none for those of each scenario's answer.
    pub runs: Option<u64>,
    pub seed: Option<u64>,
    pub months: Option<u32>,
}

/// A row that cannot be laid out: an assumption set names what the world of the scenario does not have.
#[derive(Debug, Clone)]
pub struct Unfit {
    pub scenario: String,
    pub assume: String,
    pub findings: Vec<Diagnostic>,
}

/// A batch that can be played.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub title: Option<String>,
    pub rows: Vec<Row>,
    pub unfit: Vec<Unfit>,
    /// Warnings about the scenarios.
    pub warnings: Vec<Diagnostic>,
}

/// Why a batch is not played.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    #[error(transparent)]
    Problems(#[from] Problems),
    /// Folders of cells that hold something else.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Taken(Vec<ResultsError>),
}

impl Batch {
    /// Cells of all rows.
    pub fn cells(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).sum()
    }

    /// Runs of all cells.
    pub fn runs(&self) -> u64 {
        self.rows.iter().map(|row| row.runs * row.cells.len() as u64).sum()
    }

    /// Bytes of all cells, for an order of magnitude.
    pub fn bytes(&self) -> u64 {
        self.runs() * BYTES_A_RUN
    }
}

pub(super) fn error(code: &'static str, message: String) -> Diagnostic {
    Diagnostic::bare(code, Severity::Error, message)
}

/// Loads every cell, checks that each can be played and each row compared, and that no folder below `out` is taken by
/// something else.
///
/// # Errors
/// [`BatchError::Problems`] with everything that is wrong with the scenarios, options, sets and outcomes;
/// [`BatchError::Taken`] with every folder that holds another plan, unless `force`.
pub fn prepare(order: &Order, out: &Path, force: bool) -> Result<Batch, BatchError> {
    let mut findings = Vec::new();
    let sources = sources(&order.scenarios, &mut findings);
    let mut stacks = stacks(&order.assume, &mut findings);
    if stacks.is_empty() {
        // None of them is one, which is told; what else is wrong shows with the scenarios as they are written.
        stacks.push(Vec::new());
    }
    let bases: Vec<(String, Source, Scenario)> = sources
        .into_iter()
        .filter_map(|(word, source)| {
            let request = Request {
                sets: settings(order),
                ..Request::new(source.clone())
            };
            match load(&request) {
                Ok(scenario) => Some((word, source, scenario)),
                Err(problems) => {
                    findings.extend(told(problems));
                    None
                }
            }
        })
        .collect();
    if let Some(finding) = oversize(order, &bases, stacks.len()) {
        // Looking at every cell would take as long as a batch.
        findings.push(finding);
        return Err(Problems::Invalid(findings).into());
    }
    let mut batch = Batch {
        title: order.title.clone(),
        ..Batch::default()
    };
    let mut taken = Vec::new();
    for (word, source, base) in &bases {
        findings.extend(unvaried(order, source));
        for stack in &stacks {
            for laid in rows(order, word, source, base, stack) {
                match laid {
                    Ok((row, study)) => {
                        for (arm, cell) in study.arms.iter().zip(&row.cells) {
                            taken.extend(job::admits(&arm.plan, &out.join(&cell.folder), force).err());
                        }
                        for warning in study.warnings {
                            if !batch.warnings.contains(&warning) {
                                batch.warnings.push(warning);
                            }
                        }
                        batch.rows.push(row);
                    }
                    Err(problems) if stack.is_empty() => findings.extend(told(problems)),
                    Err(problems) => batch.unfit.push(Unfit {
                        scenario: base.name.clone(),
                        assume: stack_name(stack),
                        findings: told(problems),
                    }),
                }
            }
        }
    }
    nowhere(&mut batch, &mut findings);
    twice(&batch, &mut findings);
    // One mistake shows at several points, under several sets and in several scenarios.
    let mut said = BTreeSet::new();
    findings.retain(|finding| said.insert((finding.code, finding.message.clone())));
    if !findings.is_empty() {
        return Err(Problems::Invalid(findings).into());
    }
    if let Some(finding) = other_batch(&batch, out).filter(|_| !force) {
        return Err(Problems::Invalid(vec![finding]).into());
    }
    if !taken.is_empty() {
        return Err(BatchError::Taken(taken));
    }
    Ok(batch)
}

/// What is wrong with the paths that vary, whatever is wrong with options and sets besides: each end of each path.
fn unvaried(order: &Order, source: &Source) -> Vec<Diagnostic> {
    let ends = order.vary.iter().flat_map(|axis| {
        let mut sets: Vec<String> = axis.sets().collect();
        let last = sets.pop();
        sets.into_iter().take(1).chain(last)
    });
    let tried = ends.map(|set| {
        let mut request = Request::new(source.clone());
        request.sets = vec![set];
        load(&request)
    });
    tried.filter_map(Result::err).flat_map(told).collect()
}

/// The errors among what was found.
fn told(problems: Problems) -> Vec<Diagnostic> {
    match problems {
        Problems::Invalid(findings) => findings.into_iter().filter(|f| f.severity == Severity::Error).collect(),
        other => vec![error(codes::UNREADABLE, other.to_string())],
    }
}

/// Overrides of every cell.
pub(super) fn settings(order: &Order) -> Vec<String> {
    let mut sets = order.set.clone();
    sets.extend(order.seed.map(|n| format!("run.seed={n}")));
    sets.extend(order.months.map(|n| format!("run.months={n}")));
    sets
}

/// The scenarios that the words stand for, each with the word that names it alone.
fn sources(words: &[String], findings: &mut Vec<Diagnostic>) -> Vec<(String, Source)> {
    let mut found: Vec<(String, Source)> = Vec::new();
    let mut push = |word: String, source: Source| {
        // The same file by two words is one scenario.
        if !found.iter().any(|(_, known)| *known == source) {
            found.push((word, source));
        }
    };
    if words.is_empty() {
        let finding = error(codes::BATCH_EMPTY, "the batch names no scenario".to_owned());
        findings.push(finding.help("name files, folders or bundled scenarios; `all` stands for all bundled ones"));
    }
    for word in words {
        let source = Source::resolve(word);
        if word == ALL && !Path::new(word).exists() {
            for scenario in bundled::scenarios() {
                push(scenario.name.clone(), Source::Bundled(scenario.name.clone()));
            }
            continue;
        }
        let Source::Path(path) = &source else {
            push(word.clone(), source);
            continue;
        };
        if !path.is_dir() {
            push(word.clone(), source);
            continue;
        }
        match files(path) {
            Ok(files) if files.is_empty() => {
                let message = format!("the folder {} holds no scenario file", text::path(path));
                findings.push(error(codes::BATCH_EMPTY, message).help("scenario files end in .toml"));
            }
            Ok(files) => {
                for file in files {
                    push(file.display().to_string(), Source::Path(file));
                }
            }
            Err(cause) => {
                let message = format!("cannot read {}: {cause}", text::path(path));
                findings.push(error(codes::UNREADABLE, message));
            }
        }
    }
    found
}

/// The scenario files of a folder, in the order of their names.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        if is_toml && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Each stack as the sets it is made of; one empty stack where nothing is asked for.
fn stacks(words: &[String], findings: &mut Vec<Diagnostic>) -> Vec<Vec<String>> {
    let mut stacks: Vec<Vec<String>> = Vec::new();
    for word in words {
        let parts: Vec<&str> = word.split('+').map(str::trim).collect();
        let stack: Vec<String> = match parts.as_slice() {
            [NONE] => Vec::new(),
            parts => parts.iter().map(|part| (*part).to_owned()).collect(),
        };
        if stack.iter().any(|part| part.is_empty() || part == NONE) {
            let message = format!("`{}` is no stack of assumption sets", show(word));
            findings.push(error(codes::NOT_FOUND, message).help("join names by +, for example spiral-model+low-risk"));
        } else if stacks.contains(&stack) {
            let message = format!("the assumptions `{}` are named twice", show(word));
            findings.push(error(codes::BATCH_TWICE, message).help("name each stack once"));
        } else {
            stacks.push(stack);
        }
    }
    stacks
}

/// A stack as one word, files by their names alone.
pub(super) fn stack_name(stack: &[String]) -> String {
    let stem = |set: &String| {
        let stem = Path::new(set)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        stem.unwrap_or_else(|| set.clone())
    };
    match stack {
        [] => AS_WRITTEN.to_owned(),
        sets => sets.iter().map(stem).collect::<Vec<_>>().join("+"),
    }
}

/// Refuses what is more than anybody means, with what it would come to.
fn oversize(order: &Order, bases: &[(String, Source, Scenario)], stacks: usize) -> Option<Diagnostic> {
    let grid = 1 + order.vary.iter().map(|axis| axis.values.len() as u64).product::<u64>();
    let arms = |base: &Scenario| match (&order.options, &base.answer) {
        (Options::Answer, _) if !order.vary.is_empty() => grid,
        (Options::Named(names), _) if !names.iter().any(|name| name == ALL) => {
            names.len() as u64 * if order.vary.is_empty() { 1 } else { grid }
        }
        (Options::Answer, Some(answer)) => 1 + answer.options.len() as u64,
        _ if order.vary.is_empty() => 1 + base.options.len() as u64,
        _ => grid * (1 + base.options.len() as u64),
    };
    let runs = |base: &Scenario| {
        let of_answer = base.answer.as_ref().map_or(base.run.runs, |a| a.runs);
        order.runs.unwrap_or(of_answer)
    };
    let stacks = stacks as u64;
    let cells: u64 = bases.iter().map(|(.., base)| arms(base).saturating_mul(stacks)).sum();
    if cells <= MOST_CELLS {
        return None;
    }
    let all: u64 = bases
        .iter()
        .map(|(.., base)| arms(base).saturating_mul(stacks).saturating_mul(runs(base)))
        .fold(0, u64::saturating_add);
    let message = format!(
        "{cells} cells are more than {MOST_CELLS}: they would be {all} runs and about {} GB",
        all.saturating_mul(BYTES_A_RUN) / 1_000_000_000
    );
    Some(error(codes::BATCH_SIZE, message).help("split the batch, or name fewer options or sets"))
}

/// The folder holds another batch, whose cells the new index would not name.
fn other_batch(batch: &Batch, out: &Path) -> Option<Diagnostic> {
    let own: BTreeSet<PathBuf> = batch
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().map(|cell| out.join(&cell.folder)))
        .collect();
    let lost = claimed(out)?
        .into_iter()
        .filter(|(folder, _)| !own.contains(folder))
        .count();
    (lost > 0).then(|| {
        let message = format!(
            "{} holds another batch: {} of it would stand in no index",
            text::path(out),
            counted(lost as u64, "cell")
        );
        error(codes::BATCH_OTHER, message)
            .help("name another folder with --out, or say --force to index these cells alone")
    })
}

/// A stack that fits no scenario is a mistake of the order, and not of some cells.
fn nowhere(batch: &mut Batch, findings: &mut Vec<Diagnostic>) {
    let fits: BTreeSet<&str> = batch.rows.iter().map(|row| row.assume.as_str()).collect();
    let (unfit, lost): (Vec<Unfit>, Vec<Unfit>) = std::mem::take(&mut batch.unfit)
        .into_iter()
        .partition(|unfit| fits.contains(unfit.assume.as_str()));
    batch.unfit = unfit;
    for finding in lost.into_iter().flat_map(|unfit| unfit.findings) {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
}

/// No two cells share a folder, on a file system that does not tell capitals apart either.
fn twice(batch: &Batch, findings: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, &Row> = BTreeMap::new();
    for row in &batch.rows {
        for cell in &row.cells {
            let place = cell.folder.display().to_string().to_lowercase();
            if let Some(other) = seen.insert(place, row) {
                let message = format!(
                    "two cells are `{}` under `{}` with `{}`: {} and {}",
                    show(&row.scenario),
                    show(&row.assume),
                    show(&cell.id),
                    show(&other.words.join(" ")),
                    show(&row.words.join(" "))
                );
                let finding = error(codes::BATCH_TWICE, message);
                findings
                    .push(finding.help("rename a file, so that every scenario and every set has a name of its own"));
            }
        }
    }
}
