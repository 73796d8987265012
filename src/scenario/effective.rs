//! The effective scenario: every value after all layers, with the layer that set it.

use std::collections::BTreeMap;

use super::compile::Compiled;
use super::leaf::Leaf;
use super::merged::Merged;
use super::schema::{self, Kind};
use crate::model::inputs::Inputs;
use crate::results::format::Effective;

/// Label of values that no layer sets.
const DEFAULT: &str = "default";

/// All values by path, defaults included; events and wars last, in their order.
pub fn effective(merged: &Merged, compiled: &Compiled) -> Vec<Effective> {
    let mut values: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut inputs = compiled.inputs.clone();
    let paths = figure_paths(&inputs);
    for path in paths {
        let slot = inputs.slot(&path);
        if let Some(value) = slot.and_then(|slot| inputs.place(slot)) {
            values.insert(path, (value.to_string(), DEFAULT.to_owned()));
        }
    }
    for rung in &inputs.ladder {
        for (key, flag) in [("force", rung.force), ("territorial", rung.territorial)] {
            values.insert(
                format!("ladder.{}.{key}", rung.id),
                (flag.to_string(), DEFAULT.to_owned()),
            );
        }
    }
    let order = inputs
        .ladder
        .iter()
        .map(|r| format!("{:?}", r.id))
        .collect::<Vec<_>>()
        .join(", ");
    let run = &compiled.run;
    let focal = inputs
        .arrangements
        .get(inputs.focal)
        .map(|a| a.id.as_str())
        .unwrap_or_default();
    for (path, value) in [
        ("ladder.order", format!("[{order}]")),
        ("run.months", run.months.to_string()),
        ("run.runs", run.runs.to_string()),
        ("run.seed", run.seed.to_string()),
        ("run.start", Leaf::Month(run.start.0, run.start.1).to_string()),
        ("run.focal", format!("{focal:?}")),
    ] {
        values.insert(path.to_owned(), (value, DEFAULT.to_owned()));
    }
    for (path, set) in &merged.values {
        values.insert(path.clone(), (set.leaf.to_string(), set.layer.to_string()));
    }
    if let Some(card) = &compiled.ensemble {
        // The draws themselves would be thousands of numbers; the hash stands for them.
        let text = format!(
            "{{ members = {}, paths = {}, hash = {:?} }}",
            card.members, card.paths, card.hash
        );
        values.insert("ensemble".to_owned(), (text, card.layer.clone()));
        for uncertain in compiled.uncertain.iter().filter(|u| u.column.is_some()) {
            let (low, high) = uncertain.distribution.support();
            let text = format!("{{ ensemble = [{low}, {high}] }}");
            values.insert(uncertain.path.clone(), (text, card.layer.clone()));
        }
    }
    let mut list: Vec<Effective> = values
        .into_iter()
        .map(|(path, (value, layer))| Effective { path, value, layer })
        .collect();
    let wars = merged.wars.iter().enumerate();
    list.extend(wars.map(|(i, (war, layer))| Effective {
        path: format!("war.{}", i + 1),
        value: format!("{{ {war} }}"),
        layer: layer.to_string(),
    }));
    let events = merged.events.iter().enumerate();
    list.extend(events.map(|(i, (event, layer))| Effective {
        path: format!("event.{}", i + 1),
        value: format!("{{ {event} }}"),
        layer: layer.to_string(),
    }));
    list
}

/// Paths of all figures of these inputs that have defaults.
fn figure_paths(inputs: &Inputs) -> Vec<String> {
    let code = |state: usize| inputs.states.get(state).map_or("", |s| s.iso3.as_str());
    let mut paths = Vec::new();
    for key in schema::known().iter().filter(|k| matches!(k.kind, Kind::Figure(_))) {
        let Some((family, field)) = key.path.rsplit_once('.') else {
            continue;
        };
        let mut add = |middle: String| paths.push(format!("{middle}.{field}"));
        match family {
            "states.<STATE>" => inputs.states.iter().for_each(|s| add(format!("states.{}", s.iso3))),
            "ladder.<RUNG>" => inputs.ladder.iter().for_each(|r| add(format!("ladder.{}", r.id))),
            "arrangements.<ARRANGEMENT>" => {
                inputs
                    .arrangements
                    .iter()
                    .for_each(|a| add(format!("arrangements.{}", a.id)));
            }
            "challengers.<STATE>" => {
                inputs
                    .challengers
                    .iter()
                    .for_each(|c| add(format!("challengers.{}", code(c.state))));
            }
            "challengers.<STATE>.targets.<STATE>" => {
                for challenger in &inputs.challengers {
                    let own = code(challenger.state);
                    let targets = challenger.targets.iter();
                    targets.for_each(|t| add(format!("challengers.{own}.targets.{}", code(t.state))));
                }
            }
            "programs.<PROGRAM>" => inputs.programs.iter().for_each(|p| add(format!("programs.{}", p.id))),
            "talks.<STATE>" => inputs
                .talks
                .iter()
                .for_each(|t| add(format!("talks.{}", code(t.target)))),
            // A goal of 0 is no goal: it has no default worth listing for every state.
            "spending.<STATE>" => {}
            _ if !family.contains('<') => add(family.to_owned()),
            _ => {}
        }
    }
    paths
}

/// Hash of what determines the answers: every value but the number of runs and the seed, without layers.
pub fn hash(values: &[Effective]) -> String {
    let mut hasher = blake3::Hasher::new();
    let counted = values.iter().filter(|v| v.path != "run.runs" && v.path != "run.seed");
    for value in counted {
        for part in [value.path.as_str(), " = ", value.value.as_str(), "\n"] {
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}
