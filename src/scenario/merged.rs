//! All layers laid over each other: what holds at each path, and which layer said so.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::diagnostics::{Place, Report};
use super::ensemble::{InForce, Statement};
use super::event::{RawEvent, RawWar};
use super::layers::{Layer, Role};
use super::leaf::{Leaf, Named};
use super::pledges::Pledges;
use super::schema::{Known, Of};

/// A value after all layers.
#[derive(Debug, Clone)]
pub struct Set {
    pub leaf: Leaf,
    pub known: &'static Known,
    pub key: Place,
    pub value: Place,
    /// Label of the layer that set it.
    pub layer: Arc<str>,
    pub role: Role,
    /// Rank among all values by the layer and line that first named the path.
    pub first: usize,
    /// Rank by the layer and line that set it last.
    pub last: usize,
    /// Where each name of the path stands, in the text of the key.
    pub steps: Arc<[Range<usize>]>,
}

impl Set {
    /// Where the name at this depth of the path stands.
    fn step(&self, depth: usize) -> Place {
        let mut place = self.key.clone();
        if let Some(span) = self.steps.get(depth) {
            place.span = span.clone();
        }
        place
    }
}

/// All layers in one.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    pub values: BTreeMap<String, Set>,
    pub events: Vec<(RawEvent, Arc<str>)>,
    pub wars: Vec<(RawWar, Arc<str>)>,
    /// Joint draws, as far as no later layer replaces them. They stand above `values` at their paths.
    pub ensemble: Option<InForce>,
    /// Paths that are there but wrong.
    pub wrong: BTreeSet<String>,
    /// Names in what is wrong otherwise.
    pub names: Vec<(Of, Named)>,
    /// Events or wars that gave nothing.
    pub has_lost: bool,
}

impl Merged {
    /// Puts layers on top of each other.
    pub fn new<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> Self {
        let mut merged = Self::default();
        let mut pledges = Pledges::default();
        let mut rank = 0;
        for layer in layers {
            pledges.enter(layer.role);
            match &layer.flat.ensemble {
                None => {}
                Some(Statement::Dropped) => merged.ensemble = None,
                Some(Statement::Table(table)) => merged.ensemble = Some(InForce::new(table, &layer.label)),
            }
            if layer.flat.drop_events {
                merged.events.clear();
            }
            merged.wrong.extend(layer.flat.wrong.iter().cloned());
            merged.names.extend(layer.flat.names.iter().cloned());
            merged.has_lost |= layer.flat.has_lost;
            for entry in &layer.flat.entries {
                rank += 1;
                if let Some(ensemble) = &mut merged.ensemble {
                    ensemble.replace(&entry.path);
                }
                let set = Set {
                    leaf: entry.leaf.clone(),
                    known: entry.known,
                    key: entry.key.clone(),
                    value: entry.value.clone(),
                    layer: layer.label.clone(),
                    role: layer.role,
                    first: merged.values.get(&entry.path).map_or(rank, |before| before.first),
                    last: rank,
                    steps: Arc::clone(&entry.steps),
                };
                pledges.note(&entry.path, &set);
                merged.values.insert(entry.path.clone(), set);
            }
            let label = || layer.label.clone();
            merged
                .events
                .extend(layer.flat.events.iter().map(|e| (e.clone(), label())));
            merged.wars.extend(layer.flat.wars.iter().map(|w| (w.clone(), label())));
        }
        pledges.stand(&mut merged.values);
        merged
    }

    /// The value at a path.
    pub fn get(&self, path: &str) -> Option<&Set> {
        self.values.get(path)
    }

    /// The text at a path.
    pub fn text(&self, path: &str) -> Option<&Named> {
        match &self.get(path)?.leaf {
            Leaf::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names at a path; empty where it is missing.
    pub fn names(&self, path: &str) -> &[Named] {
        match self.get(path).map(|set| &set.leaf) {
            Some(Leaf::Names(names)) => names,
            _ => &[],
        }
    }

    /// The flag at a path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        match self.get(path)?.leaf {
            Leaf::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The whole number at a path.
    pub fn count(&self, path: &str) -> Option<u64> {
        match self.get(path)?.leaf {
            Leaf::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Names right below a table, in the order in which layers first mention them, with the first mention.
    pub fn ids(&self, table: &str) -> Vec<(String, Place)> {
        let prefix = format!("{table}.");
        let depth = table.split('.').count();
        let mut first: BTreeMap<&str, &Set> = BTreeMap::new();
        let below = self.values.range(prefix.clone()..);
        for (path, set) in below.take_while(|(path, _)| path.starts_with(&prefix)) {
            let id = path[prefix.len()..].split('.').next().unwrap_or_default();
            let mention = first.entry(id).or_insert(set);
            if set.first < mention.first {
                *mention = set;
            }
        }
        let mut ids: Vec<_> = first.into_iter().collect();
        ids.sort_by_key(|(_, set)| set.first);
        ids.into_iter()
            .map(|(id, set)| (id.to_owned(), set.step(depth)))
            .collect()
    }

    /// True if a path that begins like this is there but wrong.
    pub fn is_wrong(&self, prefix: &str) -> bool {
        let next = self.wrong.range(prefix.to_owned()..).next();
        next.is_some_and(|path| path.starts_with(prefix))
    }

    /// True if an error was found in what stands at paths that begin like this: nothing can be concluded from them.
    pub fn is_doubtful(&self, report: &Report, prefix: &str) -> bool {
        let mut below = self
            .values
            .range(prefix.to_owned()..)
            .take_while(|(path, _)| path.starts_with(prefix));
        self.is_wrong(prefix)
            || report.has_errors()
                && below.any(|(path, set)| {
                    let depths = 0..path.split('.').count();
                    report.blames(&set.value) || depths.into_iter().any(|at| report.blames(&set.step(at)))
                })
    }
}
