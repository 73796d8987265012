//! A study of errors: every bundled file with one thing made wrong, and whether the message names the line.
//!
//! An ordinary run takes a sample; `DETER_MUTATIONS=1 cargo test --release --test mutations -- --nocapture` takes all.
//!
//! Left out, because they are not wrong: a state that nothing else names may go; a heading renamed to another name
//! of the world declares another thing; and renaming `[[option]]` hands its tables to the option before, which TOML itself may
//! refuse in another line.

use std::collections::BTreeMap;

use deterrence::scenario::diagnostics::{Diagnostic, Severity};
use deterrence::scenario::inspect::inspect;
use deterrence::scenario::schema::known;
use deterrence::scenario::{Problems, Request, Source, bundled};
use rayon::prelude::*;
use toml::de::{DeTable, DeValue};

/// Share of the mutations that an ordinary run takes: one in so many.
const ONE_IN: usize = 12;

#[expect(
    clippy::disallowed_methods,
    reason = "the variable steers the test, as for all golden files"
)]
fn is_full() -> bool {
    std::env::var_os("DETER_MUTATIONS").is_some()
}

/// What is made wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    KeyRenamed,
    HeadingRenamed,
    WrongType,
    StateRemoved,
}

/// A file with one thing wrong.
struct Mutation {
    file: String,
    what: What,
    text: String,
    /// The line that the message must name, from 1.
    line: usize,
    /// Or, for things that are gone, the name that the named line must hold.
    name: Option<String>,
}

fn files() -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    for (folder, list) in [
        ("", bundled::scenarios()),
        ("worlds/", bundled::worlds()),
        ("assumptions/", bundled::assumptions()),
        ("laws/", bundled::laws()),
        ("templates/", bundled::templates()),
    ] {
        all.extend(list.into_iter().map(|b| (format!("{folder}{}", b.name), b.text)));
    }
    all
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|b| *b == b'\n').count() + 1
}

/// Spans of all keys and values that stand in `key = value`, whatever the depth.
fn walk(
    text: &str,
    table: &DeTable<'_>,
    keys: &mut Vec<std::ops::Range<usize>>,
    values: &mut Vec<(std::ops::Range<usize>, &'static str)>,
) {
    for (key, value) in table.iter() {
        let is_written = matches!(value.get_ref(), DeValue::Table(_)) && text[value.span()].starts_with('{');
        match value.get_ref() {
            DeValue::Table(inner) => {
                if is_written {
                    keys.push(key.span());
                    values.push((value.span(), "true"));
                }
                walk(text, inner, keys, values);
            }
            DeValue::Array(items) if items.iter().any(|i| matches!(i.get_ref(), DeValue::Table(_))) => {
                for item in items.iter() {
                    if let DeValue::Table(inner) = item.get_ref() {
                        walk(text, inner, keys, values);
                    }
                }
            }
            _ => {
                keys.push(key.span());
                wrong(value, values);
            }
        }
    }
}

/// A value of another type for a value, and for each item of a list.
fn wrong(value: &toml::Spanned<DeValue<'_>>, values: &mut Vec<(std::ops::Range<usize>, &'static str)>) {
    let other = match value.get_ref() {
        DeValue::String(_) => "7",
        DeValue::Integer(_) | DeValue::Float(_) => "\"text\"",
        DeValue::Boolean(_) => "7",
        _ => "true",
    };
    values.push((value.span(), other));
    if let DeValue::Array(items) = value.get_ref() {
        items.iter().for_each(|item| wrong(item, values));
    }
}

/// Headings with their byte offset, outside of texts of several lines.
fn headings(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut at, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        if !inside && line.starts_with('[') {
            found.push((at, line.trim_end()));
        }
        if line.matches("\"\"\"").count() % 2 == 1 {
            inside = !inside;
        }
        at += line.len();
    }
    found
}

/// Words of headings that are keys of the format and never names of the world.
fn literals() -> Vec<&'static str> {
    let mut words: Vec<&str> = known()
        .iter()
        .flat_map(|k| k.path.split('.'))
        .filter(|p| !p.starts_with('<'))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn mutations() -> Vec<Mutation> {
    let literals = literals();
    let mut all = Vec::new();
    for (file, text) in files() {
        let (document, errors) = DeTable::parse_recoverable(text);
        assert!(errors.is_empty(), "{file}");
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        walk(text, document.get_ref(), &mut keys, &mut values);
        let mut add = |what, range: std::ops::Range<usize>, by: &str, name: Option<String>| {
            let line = line_of(text, range.start);
            let mut text = text.to_owned();
            text.replace_range(range, by);
            let file = file.clone();
            all.push(Mutation {
                file,
                what,
                text,
                line,
                name,
            });
        };
        for key in keys {
            // A programme may be called anything.
            if text[key.end..].starts_with(" = { state") {
                continue;
            }
            let old = &text[key.clone()];
            let new = match old.strip_suffix('"') {
                Some(open) => format!("{open}_x\""),
                None => format!("{old}_x"),
            };
            add(What::KeyRenamed, key, &new, None);
        }
        for (value, other) in values {
            add(What::WrongType, value, other, None);
        }
        let headings = headings(text);
        for (i, (at, heading)) in headings.iter().enumerate() {
            let bare = heading.trim_start_matches('[');
            let inner = bare.split(']').next().unwrap_or_default();
            let mut from = at + heading.len() - bare.len();
            for word in inner.split('.') {
                let is_element = heading.starts_with("[[option]");
                if (literals.contains(&word) || word == "event" || word == "option") && !is_element {
                    add(
                        What::HeadingRenamed,
                        from..from + word.len(),
                        &format!("{word}_x"),
                        None,
                    );
                }
                from += word.len() + 1;
            }
            let end = headings.get(i + 1).map_or(text.len(), |(next, _)| *next);
            let state = inner.strip_prefix("states.").filter(|s| !s.contains('.'));
            if let Some(state) = state.filter(|_| text[*at..end].lines().any(|l| l.starts_with("name ="))) {
                let rest = format!("{}{}", &text[..*at], &text[end..]);
                // Somebody else names it, or nothing is wrong with its absence.
                let is_named = |line: &str| {
                    let code = line.split('#').next().unwrap_or_default();
                    code.contains(&format!("\"{state}\""))
                        || code.starts_with(&format!("{state} ="))
                        || code.contains(&format!(".{state}]"))
                        || code.contains(&format!(".{state}."))
                };
                if rest.lines().any(is_named) {
                    add(What::StateRemoved, *at..end, "", Some(state.to_owned()));
                }
            }
        }
    }
    all
}

fn findings(m: &Mutation) -> Vec<Diagnostic> {
    let source = Source::Text {
        name: m.file.clone(),
        text: m.text.clone(),
    };
    match inspect(&Request::new(source)) {
        Ok(found) => found.warnings,
        Err(Problems::Invalid(findings)) => findings,
        Err(Problems::Io { .. }) => panic!("a text in memory is read"),
    }
}

/// Whether an error names the line.
fn is_named(m: &Mutation) -> bool {
    let found = findings(m);
    let own = |d: &&Diagnostic| d.severity == Severity::Error && d.file.as_deref().is_some_and(|f| f == m.file);
    found.iter().filter(own).any(|d| match (&m.name, d.line) {
        // The line names the removed state, or stands below a heading that does.
        (Some(name), Some(line)) => {
            let lines: Vec<&str> = m.text.lines().take(line).collect();
            let own = lines.last().is_some_and(|l| l.contains(name.as_str()));
            let heading = lines.iter().rev().find(|l| l.starts_with('['));
            d.message.contains(name.as_str()) && (own || heading.is_some_and(|l| l.contains(name.as_str())))
        }
        (None, line) => line == Some(m.line),
        _ => false,
    })
}

#[test]
fn every_mistake_is_reported_in_its_line() {
    let all = mutations();
    let step = if is_full() { 1 } else { ONE_IN };
    let sample: Vec<&Mutation> = all.iter().step_by(step).collect();
    let named: Vec<bool> = sample.par_iter().map(|m| is_named(m)).collect();
    let mut shares: BTreeMap<What, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for (m, named) in sample.iter().zip(&named) {
        let share = shares.entry(m.what).or_default();
        share.0 += usize::from(*named);
        share.1 += 1;
        if !named {
            let text = m.text.lines().nth(m.line - 1).unwrap_or_default();
            missed.push(format!("{:?} {}:{} `{text}`", m.what, m.file, m.line));
        }
    }
    for (what, (named, tried)) in &shares {
        eprintln!(
            "{what:?}: {named} of {tried} ({:.2} percent)",
            100.0 * *named as f64 / *tried as f64
        );
    }
    assert!(sample.len() > 100, "only {} mutations", sample.len());
    missed.truncate(40);
    assert!(missed.is_empty(), "not named:\n{}", missed.join("\n"));
}
