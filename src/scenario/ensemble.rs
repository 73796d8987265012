//! A posterior ensemble: joint draws of several figures, one of which each run uses.
//!
//! ```toml
//! [ensemble]
//! paths = ["choice.precision", "guarantor.default_cost"]
//! members = [[15.1, 0.31], [13.7, 0.34]]
//! ```
//! Columns layer like single figures: whoever gives one of the paths later replaces that column, and the others stay
//! joint. A later ensemble, or `ensemble = "none"`, replaces the whole one before it.

use std::collections::BTreeSet;
use std::sync::Arc;

use toml::de::DeValue;

use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, show};
use super::distribution::Distribution;
use super::file::Flat;
use super::leaf::{Leaf, Named, Raw, Reader};
use super::merged::Merged;
use super::schema;
use super::{EnsembleCard, Uncertain};
use crate::model::figures::Field;
use crate::model::inputs::Inputs;
use crate::numerals::counted;

/// Most members. Sums by member are kept for every outcome, so that they bound the memory of a run.
pub const MOST_MEMBERS: usize = 2_000;
/// Most figures that vary together.
const MOST_PATHS: usize = 200;
/// Fewest members: a single draw is a number.
const FEWEST_MEMBERS: usize = 2;
/// The word that drops the ensemble of the layers before.
const NONE: &str = "none";

/// Whose turn it is: which member a replication uses.
///
/// Members stand in a circle. Replication `r` of seed `s` uses member `(start + r) · step mod members`, where `start` is
/// `⌊members · frac(s/φ)⌋`, `step` the number next to `members/φ` that has no factor in common with `members`, and `φ` the golden ratio. So
///
/// - any `members` consecutive replications use each member once, and one option of a scenario the same ones as another;
/// - a few consecutive replications are spread over the whole list, whatever its order;
/// - consecutive seeds start far from each other and from those before them (the three-distance theorem; Sós 1958): eight seeds
///   with a quarter of the members each use all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns {
    members: u64,
    start: u64,
    step: u64,
}

impl Turns {
    /// `2^64/φ`, rounded to an odd number.
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

    /// The turns of an ensemble under a seed.
    pub fn new(members: u64, seed: u64) -> Self {
        let members = members.max(1);
        let of_circle = |share: u64| ((u128::from(share) * u128::from(members)) >> 64) as u64;
        let near = of_circle(Self::GOLDEN);
        // 1 has no factor in common with anything, so the search ends.
        let candidates = (0..members).flat_map(|off| [near.saturating_sub(off), near + off]);
        let step = candidates
            .into_iter()
            .find(|&step| step > 0 && common_factor(step, members) == 1);
        Self {
            members,
            start: of_circle(seed.wrapping_mul(Self::GOLDEN)),
            step: step.unwrap_or(1),
        }
    }

    /// Number of members.
    pub fn members(&self) -> u64 {
        self.members
    }

    /// The member, from 0, that a replication uses.
    pub fn member(&self, replication: u64) -> u64 {
        let place = (u128::from(self.start) + u128::from(replication)) * u128::from(self.step);
        (place % u128::from(self.members)) as u64
    }
}

/// The greatest common divisor (Euclid).
fn common_factor(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => common_factor(b, a % b),
    }
}

/// What a layer says of ensembles.
#[derive(Debug, Clone)]
pub enum Statement {
    /// `ensemble = "none"`: figures fall back to what the other layers say.
    Dropped,
    /// Joint draws.
    Table(Arc<Table>),
}

/// An ensemble as written.
#[derive(Debug, Clone)]
pub struct Table {
    pub columns: Vec<Column>,
    /// Number of joint draws.
    pub members: usize,
    /// Where it stands.
    pub place: Place,
}

/// The draws of one figure.
#[derive(Debug, Clone)]
pub struct Column {
    pub path: String,
    pub field: Field,
    /// Where the path stands.
    pub place: Place,
    /// By member, in the order written.
    pub values: Arc<[f64]>,
    /// The same without the order: what the column says of its figure alone.
    pub marginal: Distribution,
}

/// The ensemble in force after all layers.
#[derive(Debug, Clone)]
pub struct InForce {
    pub table: Arc<Table>,
    /// Label of the layer that brought it.
    pub layer: Arc<str>,
    /// Columns that no later layer replaces.
    pub kept: Vec<usize>,
}

impl InForce {
    /// All columns of a table.
    pub fn new(table: &Arc<Table>, layer: &Arc<str>) -> Self {
        Self {
            table: Arc::clone(table),
            layer: Arc::clone(layer),
            kept: (0..table.columns.len()).collect(),
        }
    }

    /// A later layer gives this figure.
    pub fn replace(&mut self, path: &str) {
        let columns = &self.table.columns;
        self.kept.retain(|&k| columns[k].path != path);
    }

    /// The columns in force.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.kept.iter().map(|&k| &self.table.columns[k])
    }
}

/// Reads the value of `ensemble`; everything wrong with it goes to the report.
pub fn read(reader: &mut Reader<'_>, value: &Raw<'_>) -> Option<Statement> {
    let entries = match value.get_ref() {
        DeValue::String(word) if word.as_ref() == NONE => return Some(Statement::Dropped),
        DeValue::Table(entries) => entries,
        _ => {
            reader.wrong("ensemble", "a table with `paths` and `members`, or \"none\"", value);
            return None;
        }
    };
    for (key, _) in entries.iter() {
        let name: &str = key.get_ref();
        if !["paths", "members"].contains(&name) {
            let place = reader.place(key);
            let message = format!("unknown key `{}` in `ensemble`", show(name));
            let finding = Diagnostic::error(codes::UNKNOWN_KEY, &place, message);
            reader.report.push(finding.nearest(name, ["paths", "members"]));
        }
    }
    let place = reader.place(value);
    let (Some(paths), Some(rows)) = (entries.get("paths"), entries.get("members")) else {
        let finding = Diagnostic::error(codes::BAD_ENSEMBLE, &place, "an ensemble needs `paths` and `members`");
        reader
            .report
            .push(finding.help("paths = [\"choice.precision\"], members = [[15.1], [13.7]]"));
        return None;
    };
    let named = figures(reader, paths)?;
    let rows = members(reader, &named, rows);
    let figures: Option<Vec<(Named, Field)>> = named.into_iter().map(|(name, field)| Some((name, field?))).collect();
    let (figures, rows) = (figures?, rows?);
    let mut column = |index: usize, (name, field): (Named, Field)| {
        let values: Arc<[f64]> = rows.iter().map(|row| row[index]).collect();
        match Distribution::new("choice", &values) {
            Ok(marginal) => Some(Column {
                path: name.name,
                field,
                place: name.place,
                values,
                marginal,
            }),
            Err(_) => {
                let message = format!("every member gives `{}` the same value", show(&name.name));
                let finding = Diagnostic::error(codes::NO_SPREAD, &name.place, message);
                reader
                    .report
                    .push(finding.help("take the column out and write the number"));
                None
            }
        }
    };
    let made: Vec<Option<Column>> = figures.into_iter().enumerate().map(|(i, f)| column(i, f)).collect();
    Some(Statement::Table(Arc::new(Table {
        columns: made.into_iter().collect::<Option<_>>()?,
        members: rows.len(),
        place,
    })))
}

/// The figures of `paths`, each with what is known of it if it is one; none if they cannot be counted.
fn figures(reader: &mut Reader<'_>, paths: &Raw<'_>) -> Option<Vec<(Named, Option<Field>)>> {
    let before = reader.report.errors();
    let names = reader.names("paths", paths)?;
    let place = reader.place(paths);
    if reader.report.errors() > before {
        return None;
    }
    if names.is_empty() {
        let message = "the ensemble names no figure";
        reader
            .report
            .push(Diagnostic::error(codes::BAD_ENSEMBLE, &place, message));
        return None;
    }
    if names.len() > MOST_PATHS {
        let message = format!(
            "the ensemble has {} paths; at most {MOST_PATHS} are allowed",
            names.len()
        );
        reader.report.push(Diagnostic::error(codes::TOO_BIG, &place, message));
        return None;
    }
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let field = schema::figure(&name.name);
        found.push((name.clone(), field));
        if field.is_some() {
            continue;
        }
        let message = format!("`{}` is no figure, so it cannot vary over members", show(&name.name));
        let mut finding = Diagnostic::error(codes::UNKNOWN_KEY, &name.place, message);
        let last = name.name.rsplit('.').next().unwrap_or_default();
        let known = schema::known().iter().map(|k| k.path.as_str());
        finding = match schema::homes(last).first() {
            Some(home) => finding.help(format!("it belongs at `{home}`")),
            None => finding.nearest(&name.name, known),
        };
        reader.report.push(finding);
    }
    Some(found)
}

/// The rows of `members`, each as long as there are figures and within their ranges.
fn members(reader: &mut Reader<'_>, figures: &[(Named, Option<Field>)], members: &Raw<'_>) -> Option<Vec<Vec<f64>>> {
    let DeValue::Array(items) = members.get_ref() else {
        reader.wrong("members", "a list of rows, one number a path", members);
        return None;
    };
    let place = reader.place(members);
    if items.len() < FEWEST_MEMBERS {
        let message = match items.len() {
            0 => "the ensemble has no members",
            _ => "the ensemble has a single member",
        };
        let finding = Diagnostic::error(codes::BAD_ENSEMBLE, &place, message);
        reader
            .report
            .push(finding.help("with one joint draw, write the numbers themselves"));
        return None;
    }
    if items.len() > MOST_MEMBERS {
        let message = format!(
            "the ensemble has {} members; at most {MOST_MEMBERS} are allowed",
            items.len()
        );
        let finding = Diagnostic::error(codes::TOO_BIG, &place, message);
        reader
            .report
            .push(finding.help("thin the draws; they are equally weighted"));
        return None;
    }
    let mut rows = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if reader.report.is_full() {
            return None;
        }
        let what = format!("member {index} (from 0) of the ensemble");
        let DeValue::Array(cells) = item.get_ref() else {
            reader.wrong(&what, "a row of numbers", item);
            continue;
        };
        if cells.len() != figures.len() {
            let place = reader.place(item);
            let message = format!(
                "{what} has {} numbers, but there are {} paths",
                cells.len(),
                figures.len()
            );
            let finding = Diagnostic::error(codes::BAD_ENSEMBLE, &place, message);
            reader
                .report
                .push(finding.help("every row gives one number for each path, in their order"));
            continue;
        }
        let row: Vec<f64> = cells
            .iter()
            .zip(figures)
            .filter_map(|(cell, (name, field))| match field {
                Some(field) => reader.bounded(&name.name, field, cell),
                None => reader.number(&name.name, "a number", cell),
            })
            .collect();
        if row.len() == figures.len() {
            rows.push(row);
        }
    }
    (rows.len() == items.len()).then_some(rows)
}

/// One file must not give a figure twice.
pub fn conflicts(flat: &Flat, report: &mut Report) {
    let Some(Statement::Table(table)) = &flat.ensemble else {
        return;
    };
    let paths: BTreeSet<&str> = table.columns.iter().map(|c| c.path.as_str()).collect();
    for entry in flat.entries.iter().filter(|e| paths.contains(e.path.as_str())) {
        let message = format!(
            "`{}` is given here and by the ensemble of the same layer",
            show(&entry.path)
        );
        let finding = Diagnostic::error(codes::DUPLICATE, &entry.key, message);
        report.push(finding.help("keep one; a later layer may replace the column"));
    }
}

/// Puts the columns in force among the uncertain figures, in the place of what earlier layers said. Columns of a
/// figure that this world does not have are left out with a warning, since one set is laid over several worlds.
pub fn apply(merged: &Merged, inputs: &mut Inputs, uncertain: &mut Vec<Uncertain>, report: &mut Report) {
    let Some(ensemble) = &merged.ensemble else { return };
    for column in ensemble.columns() {
        let Some(slot) = inputs.slot(&column.path) else {
            let message = format!(
                "the ensemble speaks of `{}`, which this world does not have",
                show(&column.path)
            );
            let finding = Diagnostic::warning(codes::IDLE_COLUMN, &column.place, message);
            report.push(finding.help("the column is left out; the others stay joint"));
            continue;
        };
        if let Some(place) = inputs.place(slot) {
            *place = column.marginal.central();
        }
        uncertain.retain(|u| u.path != column.path);
        uncertain.push(Uncertain {
            path: column.path.clone(),
            slot,
            distribution: column.marginal.clone(),
            range: (column.field.low, column.field.high),
            column: Some(Arc::clone(&column.values)),
        });
    }
    uncertain.sort_by(|a, b| a.path.cmp(&b.path));
}

/// Fewer runs than this for each member cannot tell chance from parameters.
pub const RUNS_A_MEMBER: u64 = 2;

/// Warns where there are too few runs to tell chance from what members differ in.
pub fn few_runs(merged: &Merged, members: u64, runs: u64, report: &mut Report) {
    let Some(ensemble) = &merged.ensemble else { return };
    let enough = RUNS_A_MEMBER * members;
    if runs >= enough {
        return;
    }
    let message = match runs < members {
        true => format!(
            "{} {} {runs} of the {members} members of the ensemble, so nothing tells chance from parameters",
            counted(runs, "run"),
            if runs == 1 { "uses" } else { "use" }
        ),
        false => format!(
            "{} for {} of the ensemble, so nothing tells chance from parameters",
            counted(runs, "run"),
            counted(members, "member")
        ),
    };
    let finding = Diagnostic::warning(codes::FEW_RUNS, &ensemble.table.place, message);
    report.push(finding.help(format!("ask for {enough} runs or more, better for fifty a member")));
}

/// What is told of the ensemble in force; none where no figure is drawn from it.
pub fn card(merged: &Merged, uncertain: &[Uncertain]) -> Option<EnsembleCard> {
    let ensemble = merged.ensemble.as_ref()?;
    let mut hasher = blake3::Hasher::new();
    let mut paths = 0;
    for (path, values) in uncertain.iter().filter_map(|u| Some((&u.path, u.column.as_ref()?))) {
        paths += 1;
        hasher.update(path.as_bytes());
        values.iter().for_each(|x| {
            hasher.update(&x.to_le_bytes());
        });
    }
    (paths > 0).then(|| EnsembleCard {
        members: ensemble.table.members as u64,
        paths,
        hash: hasher.finalize().to_hex().to_string(),
        layer: ensemble.layer.to_string(),
    })
}

/// Central value of a figure as the layers give it, for what is compiled before figures are put in place.
pub fn central(merged: &Merged, path: &str) -> Option<f64> {
    let column = merged
        .ensemble
        .as_ref()
        .and_then(|e| e.columns().find(|c| c.path == path));
    match (column, merged.get(path).map(|set| &set.leaf)) {
        (Some(column), _) => Some(column.marginal.central()),
        (None, Some(Leaf::Number(x))) => Some(*x),
        (None, Some(Leaf::Spread(spread))) => Some(spread.central()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn used(members: u64, seeds: impl Iterator<Item = u64>, runs: u64) -> BTreeSet<u64> {
        let of = |seed| {
            let turns = Turns::new(members, seed);
            (0..runs).map(move |r| turns.member(r))
        };
        seeds.flat_map(of).collect()
    }

    #[test]
    fn any_cycle_of_runs_uses_each_member_once() {
        for members in [1, 2, 3, 4, 6, 12, 100, 199, 200, 210, 2_000] {
            for seed in [0, 1, 7, u64::MAX] {
                let turns = Turns::new(members, seed);
                for first in [0, 1, 1_000, u64::MAX - members] {
                    let cycle: BTreeSet<u64> = (first..first + members).map(|r| turns.member(r)).collect();
                    assert_eq!(
                        cycle.len() as u64,
                        members,
                        "{members} members, seed {seed}, from {first}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_batch_split_over_consecutive_seeds_uses_all_members() {
        for members in [50, 128, 200, 500, 2_000] {
            for first in (0..3_000).step_by(7).chain([u64::MAX - 40]) {
                let eight = used(members, first..first + 8, members / 4);
                assert_eq!(eight.len() as u64, members, "{members} members, seeds from {first}");
                let thirty = used(members, first..first + 30, members / 5);
                assert_eq!(thirty.len() as u64, members, "{members} members, seeds from {first}");
            }
        }
    }

    /// Thirty seeds without any order, 40 runs of 200 members each: arcs of a fifth at random places cover a circle with probability 0.954
    /// (Stevens 1939), and leave next to nothing where they do not. Over 2,000 sets the share has a standard error of 0.005; four are allowed:
    /// an error rate of 6e-5, and the seeds are fixed.
    #[test]
    fn seeds_without_any_order_use_nearly_all_members() {
        use rand_xoshiro::rand_core::{Rng, SeedableRng};
        let key = |k: u64| rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(k).next_u64();
        let seen: Vec<usize> = (0..2_000_u64)
            .map(|set| used(200, (0..30).map(|k| key(30 * set + k)), 40).len())
            .collect();
        let whole = seen.iter().filter(|n| **n == 200).count() as f64 / 2_000.0;
        assert!(whole > 0.954 - 0.02, "{whole}");
        assert!(seen.iter().sum::<usize>() as f64 / 2_000.0 > 199.0);
    }

    /// Members in the order of some figure: what few runs use has nearly the mean of all, since they are spread over the list.
    #[test]
    fn few_runs_are_spread_over_the_list() {
        let off = |seed| {
            let turns = Turns::new(200, seed);
            (0..40).map(|r| turns.member(r) as f64).sum::<f64>() / 40.0 - 99.5
        };
        let squares: f64 = (0..500).map(|seed| off(seed).powi(2)).sum();
        let spread = (squares / 500.0).sqrt();
        assert!(spread < 5.0, "{spread}; without order it is 8");
    }
}
