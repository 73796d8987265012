//! What tells two plans apart, in words.

use super::format::{Effective, Manifest};
use std::collections::BTreeMap;

/// Most values that are named one by one.
const MOST: usize = 6;
/// Longest value that is repeated, in characters.
const LONGEST: usize = 60;

/// The settings in which a stored result differs from the one that is wanted, a sentence each; never empty.
pub(super) fn differences(found: &Manifest, wanted: &Manifest) -> Vec<String> {
    let mut told = Vec::new();
    let mut compare = |what: &str, found: String, wanted: String| {
        if found != wanted {
            told.push(format!("{what} was {}, now {}", short(&found), short(&wanted)));
        }
    };
    let or_none = |text: Option<&str>| text.map_or_else(|| "none".to_owned(), str::to_owned);
    compare("scenario", found.scenario.name.clone(), wanted.scenario.name.clone());
    compare(
        "option",
        or_none(found.option.as_deref()),
        or_none(wanted.option.as_deref()),
    );
    let sets = |manifest: &Manifest| match manifest.assumptions.as_slice() {
        [] => "none".to_owned(),
        sets => sets.join(", "),
    };
    compare("assumption sets", sets(found), sets(wanted));
    let arms = |manifest: &Manifest| match &manifest.study {
        Some(study) => format!("with others (study {})", study.chars().take(8).collect::<String>()),
        None => "with nothing".to_owned(),
    };
    compare("comparison", arms(found), arms(wanted));
    compare(
        "number of runs",
        found.runs_planned.to_string(),
        wanted.runs_planned.to_string(),
    );
    compare("months", found.months.to_string(), wanted.months.to_string());
    compare("seed", found.seed.to_string(), wanted.seed.to_string());
    compare("program version", found.version.clone(), wanted.version.clone());
    compare("seed formula", found.seed_formula.clone(), wanted.seed_formula.clone());
    // A whole layer more or less is told above; its values would bury what else differs.
    let is_told = |value: &Effective| {
        let layer = value.layer.as_str();
        let differs_by =
            |prefix: &str| layer.starts_with(prefix) && !(has_layer(found, layer) && has_layer(wanted, layer));
        value.path.starts_with("run.") && value.path != "run.start" && value.path != "run.focal"
            || differs_by("assume ")
            || differs_by("option ")
    };
    let values = values(found, wanted, is_told);
    // Of another scenario nobody wants to hear every event.
    let most = if found.scenario.name == wanted.scenario.name {
        MOST
    } else {
        0
    };
    let more = values.len().saturating_sub(most);
    told.extend(values.into_iter().take(most));
    if more > 0 {
        told.push(format!("and {more} more values of the scenario"));
    }
    if told.is_empty() {
        told.push("its texts are in another order or form".to_owned());
    }
    told
}

fn has_layer(manifest: &Manifest, layer: &str) -> bool {
    manifest.effective.iter().any(|value| value.layer == layer)
}

/// Values of the effective scenarios that differ.
fn values(found: &Manifest, wanted: &Manifest, is_told: impl Fn(&Effective) -> bool) -> Vec<String> {
    let by_path = |manifest: &'_ Manifest| -> BTreeMap<String, Effective> {
        let values = manifest.effective.iter();
        values.map(|value| (value.path.clone(), value.clone())).collect()
    };
    let (old, new) = (by_path(found), by_path(wanted));
    let mut paths: Vec<&String> = old
        .keys()
        .chain(new.keys().filter(|path| !old.contains_key(*path)))
        .collect();
    paths.sort();
    // What was asked for on the command line is what a user looks for first.
    paths.sort_by_key(|path| {
        let layers = [old.get(*path), new.get(*path)];
        !layers.into_iter().flatten().any(|value| value.layer == "--set")
    });
    let mut told = Vec::new();
    for path in paths {
        let (old, new) = (old.get(path), new.get(path));
        if old.map(|v| &v.value) == new.map(|v| &v.value) || old.into_iter().chain(new).any(&is_told) {
            continue;
        }
        let say = |value: Option<&Effective>| match value {
            Some(value) if value.layer == "--set" => format!("{} (--set)", short(&value.value)),
            Some(value) => short(&value.value),
            None => "not there".to_owned(),
        };
        told.push(format!("{path} was {}, now {}", say(old), say(new)));
    }
    told
}

/// A value without its tail, and without hashes, which nobody can read.
fn short(text: &str) -> String {
    let is_hash = |word: &str| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let readable: String = words
        .map(|word| {
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_hash(bare) {
                word.replace(bare, &bare[..8])
            } else {
                word.to_owned()
            }
        })
        .collect();
    if readable.chars().count() <= LONGEST {
        return readable;
    }
    readable.chars().take(LONGEST - 1).chain(['…']).collect()
}
