//! A study file: the order of a batch as a text, checked like a scenario.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::design::{ALL, Options, Order};
use crate::scenario::answer::NONE;
use crate::scenario::codes;
use crate::scenario::diagnostics::{Diagnostic, Report, SourceText, nearest, show};
use crate::scenario::file::{Unread, read_text};
use crate::scenario::leaf::{Named, Raw, Reader};
use crate::scenario::schema::LONGEST;
use crate::scenario::{Problems, bundled, syntax};

/// The key by which a study file is told from a scenario.
const MARK: &str = "scenarios";
/// Fewest and most runs of a cell.
const RUNS: (u64, u64) = (1, 1_000_000_000);
/// The word for the options of each scenario's answer.
const ANSWER: &str = "answer";
/// The keys, each with what it holds.
pub const KEYS: [(&str, &str); 9] = [
    ("title", "What the index is called."),
    (
        MARK,
        "Scenario files and folders, from where this file is, and bundled names; \"all\" stands for all bundled ones.",
    ),
    (
        "options",
        "\"answer\" (those of each scenario's answer; the default), \"all\", or a list, the baseline first; \"none\" is the scenario itself.",
    ),
    (
        "assume",
        "Assumption sets, by name or file; \"a+b\" lays one over the other, \"none\" is the scenario as it is written.",
    ),
    (
        "outcomes",
        "Outcomes to compare; those of each scenario's answer unless given.",
    ),
    ("set", "Overrides for every cell, \"path=value\" each."),
    ("runs", "Runs of a cell; those of each scenario's answer unless given."),
    ("seed", "Root of all random numbers."),
    ("months", "Horizon in months."),
];

/// The order in the file at `path`; none where the file is none of a study.
///
/// # Errors
/// [`Problems::Invalid`] with everything that is wrong with it.
pub fn read(path: &Path) -> Result<Option<Order>, Problems> {
    let source = match read_text(path) {
        Ok(source) => source,
        // Whoever reads it as a scenario says what is the matter.
        Err(Unread::Io(_) | Unread::Invalid(_)) => return Ok(None),
    };
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if !document.get_ref().iter().any(|(key, _)| key.get_ref().as_ref() == MARK) {
        return Ok(None);
    }
    let mut report = Report::default();
    let home = path.parent().unwrap_or(Path::new(""));
    let order = if errors.is_empty() {
        order(document.get_ref(), &source, &[], home, &mut report)
    } else {
        match syntax::tell(&source, &errors, &mut report) {
            None => Order::default(),
            Some(mended) => {
                let (document, _) = DeTable::parse_recoverable(&mended.text);
                order(document.get_ref(), &source, &mended.gaps, home, &mut report)
            }
        }
    };
    match report.has_errors() {
        true => Err(Problems::Invalid(report.finish())),
        false => Ok(Some(order)),
    }
}

fn order(
    table: &DeTable<'_>,
    source: &Arc<SourceText>,
    gaps: &[std::ops::Range<usize>],
    home: &Path,
    report: &mut Report,
) -> Order {
    let mut order = Order::default();
    let mut reader = Reader { source, report, gaps };
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        match name {
            "title" => order.title = reader.text(name, value).map(|text| text.name),
            MARK => order.scenarios = names(&mut reader, name, value, is_bundled_scenario, home),
            "options" => order.options = options(&mut reader, value),
            "assume" => order.assume = stacks(&mut reader, value, home),
            "outcomes" => order.outcomes = plain(&mut reader, name, value),
            "set" => order.set = plain(&mut reader, name, value),
            "runs" => order.runs = reader.count(name, RUNS.0, RUNS.1, value),
            "seed" => order.seed = reader.count(name, 0, i64::MAX as u64, value),
            "months" => {
                let months = reader.count(name, 1, LONGEST, value);
                order.months = months.and_then(|n| u32::try_from(n).ok());
            }
            _ => {
                let place = reader.place(key);
                let known = KEYS.map(|(key, _)| key);
                let finding = Diagnostic::error(
                    codes::UNKNOWN_KEY,
                    &place,
                    format!("a study has no key `{}`", show(name)),
                );
                let near = nearest(name, known).map(|n| format!("did you mean `{n}`?"));
                reader
                    .report
                    .push(finding.help(near.unwrap_or_else(|| format!("its keys are {}", known.join(", ")))));
            }
        }
    }
    order
}

fn plain(reader: &mut Reader<'_>, key: &str, value: &Raw<'_>) -> Vec<String> {
    let names = reader.names(key, value).unwrap_or_default();
    names.into_iter().map(|named| named.name).collect()
}

fn is_bundled_scenario(word: &str) -> bool {
    word == ALL || bundled::text(word).is_some()
}

/// Names of bundled things as they are, anything else as a path from the folder of the file.
fn names(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Raw<'_>,
    is_bundled: impl Fn(&str) -> bool,
    home: &Path,
) -> Vec<String> {
    let found: Vec<Named> = reader.names(key, value).unwrap_or_default();
    let word = |named: Named| match is_bundled(&named.name) {
        true => named.name,
        false => from(home, &named.name),
    };
    found.into_iter().map(word).collect()
}

fn from(home: &Path, word: &str) -> String {
    let there: PathBuf = home.join(word);
    // What is no file is left as it is written, so that the message names it so.
    match there.exists() {
        true => there.display().to_string(),
        false => word.to_owned(),
    }
}

fn options(reader: &mut Reader<'_>, value: &Raw<'_>) -> Options {
    match value.get_ref() {
        DeValue::String(word) if word.as_ref() == ALL => Options::All,
        DeValue::String(word) if word.as_ref() == ANSWER => Options::Answer,
        _ => Options::Named(plain(reader, "options", value)),
    }
}

fn stacks(reader: &mut Reader<'_>, value: &Raw<'_>, home: &Path) -> Vec<String> {
    let stack = |word: String| {
        let parts = word.split('+').map(|part| match part.trim() {
            NONE => NONE.to_owned(),
            part => from(home, part),
        });
        parts.collect::<Vec<_>>().join("+")
    };
    plain(reader, "assume", value).into_iter().map(stack).collect()
}

/// The JSON Schema of study files. What the checker refuses and the schema cannot know: names that do not exist.
pub fn schema() -> String {
    let name = serde_json::json!({ "type": "string" });
    let names = serde_json::json!({ "anyOf": [name, { "type": "array", "items": name, "uniqueItems": true }] });
    let count = |low: u64, high: u64| serde_json::json!({ "type": "integer", "minimum": low, "maximum": high });
    let kind = |key: &str| match key {
        "title" => name.clone(),
        "runs" => count(RUNS.0, RUNS.1),
        "seed" => count(0, i64::MAX as u64),
        "months" => count(1, LONGEST),
        _ => names.clone(),
    };
    let mut properties = serde_json::Map::new();
    for (key, doc) in KEYS {
        let mut property = kind(key);
        property["description"] = doc.into();
        properties.insert(key.to_owned(), property);
    }
    let schema = serde_json::json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A study of deter: scenarios, options and assumption sets that are played as one batch",
        "type": "object",
        "properties": properties,
        "required": [MARK],
        "additionalProperties": false,
    });
    format!("{schema:#}\n")
}
