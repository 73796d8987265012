//! A key of the scenario file: what it means, what it may hold, and who sets it.

use std::fmt::Write;
use std::sync::Arc;

use super::wording::{number, wrap};
use crate::scenario::bundled;
use crate::scenario::diagnostics::{Report, SourceText};
use crate::scenario::file::{Flat, parse};
use crate::scenario::schema::{self, Kind, Known, known};

/// Overrides that are listed before the rest is counted.
const MOST_SHOWN: usize = 12;

/// The keys that a word may name: a path, a path with placeholders, or the last name of one.
pub fn keys(word: &str) -> Vec<(&'static Known, String)> {
    let is_pattern = |k: &&Known| k.path == word || same_pattern(&k.path, word);
    if let Some(key) = known().iter().find(is_pattern) {
        return vec![(key, key.path.clone())];
    }
    if let Some(key) = schema::leaf(word) {
        return vec![(key, word.to_owned())];
    }
    let last = |k: &&Known| k.path.rsplit('.').next() == Some(word);
    known().iter().filter(last).map(|k| (k, k.path.clone())).collect()
}

/// True if two patterns differ only in what stands between angle brackets.
fn same_pattern(one: &str, other: &str) -> bool {
    one.split('.').count() == other.split('.').count()
        && other.contains('<')
        && one
            .split('.')
            .zip(other.split('.'))
            .all(|(a, b)| a == b || (a.starts_with('<') && b.starts_with('<')))
}

/// A value that a bundled file gives.
struct Setting {
    file: String,
    path: String,
    value: String,
}

/// What bundled files say at this key; at one path only if that names something of the world.
fn settings(key: &Known, path: &str) -> Vec<Setting> {
    let mut found = Vec::new();
    let files = bundled::worlds()
        .into_iter()
        .map(|b| (format!("worlds/{}", b.name), b.text))
        .chain(
            bundled::assumptions()
                .into_iter()
                .map(|b| (format!("assumptions/{}", b.name), b.text)),
        )
        .chain(bundled::scenarios().into_iter().map(|b| (b.name, b.text)));
    for (file, text) in files {
        let source = Arc::new(SourceText {
            name: file.clone(),
            text: text.to_owned(),
        });
        let parsed = parse(&source, &mut Report::default());
        let mut take = |file: String, flat: &Flat| {
            let wanted =
                |e: &&crate::scenario::file::Entry| e.known.path == key.path && (path.contains('<') || e.path == path);
            found.extend(flat.entries.iter().filter(wanted).map(|e| Setting {
                file: file.clone(),
                path: e.path.clone(),
                value: e.leaf.to_string(),
            }));
        };
        take(file.clone(), &parsed.flat);
        for option in &parsed.options {
            take(format!("{file}, option {}", option.name.name), &option.flat);
        }
    }
    found
}

/// A key as text.
pub fn text(key: &Known, path: &str) -> String {
    let mut out = wrap("", path);
    out.push('\n');
    out.push_str(&wrap("", key.doc));
    out.push('\n');
    let mut row = |name: &str, text: &str| out.push_str(&wrap(&format!("{name:<10}"), text));
    match &key.kind {
        Kind::Figure(f) | Kind::Number(f) => {
            row("Unit", f.unit);
            row("Default", &number(f.default));
            row("Range", &format!("{} to {}", number(f.low), number(f.high)));
            row("Status", f.status.word());
            row("Source", f.source);
        }
        other => row("Holds", &other.wanted()),
    }
    if matches!(key.kind, Kind::Figure(_)) {
        row("May be", "a number, or a distribution that is drawn anew in each run");
    }
    let set = settings(key, path);
    if set.is_empty() {
        out.push_str("Set by    no bundled file\n");
        return out;
    }
    out.push_str("Set by\n");
    for s in set.iter().take(MOST_SHOWN) {
        let what = if s.path == path {
            String::new()
        } else {
            format!("{} = ", s.path)
        };
        out.push_str(&wrap("  - ", &format!("{}: {what}{}", s.file, s.value)));
    }
    if set.len() > MOST_SHOWN {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  - and {} more", set.len() - MOST_SHOWN);
    }
    out
}

/// A key for programs.
pub fn json(key: &Known, path: &str) -> serde_json::Value {
    let set: Vec<serde_json::Value> = settings(key, path)
        .iter()
        .map(|s| serde_json::json!({"file": s.file, "path": s.path, "value": s.value}))
        .collect();
    let field = match &key.kind {
        Kind::Figure(f) | Kind::Number(f) => serde_json::json!({"unit": f.unit, "default": f.default,
            "low": f.low, "high": f.high, "status": f.status.word(), "source": f.source}),
        _ => serde_json::Value::Null,
    };
    serde_json::json!({"kind": "key", "path": path, "pattern": key.path, "meaning": key.doc,
        "holds": key.kind.wanted(), "figure": field, "set_by": set})
}

/// The keys of a group.
fn members(name: &str) -> impl Iterator<Item = &'static Known> {
    let prefix = format!("{name}.");
    known().iter().filter(move |k| k.path.starts_with(&prefix))
}

/// A group of keys as text.
pub fn group(name: &str) -> String {
    let mut out = wrap("", &format!("{name}: a group of keys"));
    out.push('\n');
    for key in members(name) {
        out.push_str(&wrap("  - ", &format!("{}: {}", key.path, key.doc)));
    }
    out
}

/// A group of keys for programs.
pub fn group_json(name: &str) -> serde_json::Value {
    let keys: Vec<serde_json::Value> = members(name)
        .map(|k| serde_json::json!({"path": k.path, "meaning": k.doc}))
        .collect();
    serde_json::json!({"kind": "group", "name": name, "keys": keys})
}
