//! One TOML text, read into a flat list of canonical paths, every value with its place.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, Severity, SourceText, nearest, show};
use super::ensemble::{self, Statement};
use super::event::{RawEvent, RawWar};
use super::event_keys::What;
use super::event_read::{read_event, read_war};
use super::leaf::{Leaf, Named, Raw, Reader};
use super::outside;
use super::schema::{self, Found, Known, Of, Scope};
use super::syntax;
use super::words::Word;
use crate::model::inputs::MAX_EVENTS;

/// Largest file that is read, in bytes.
pub const LARGEST: u64 = 16 * 1024 * 1024;

/// A value at a canonical path.
#[derive(Debug, Clone)]
pub struct Entry {
    pub path: String,
    /// What the schema knows of it.
    pub known: &'static Known,
    /// Where the key stands.
    pub key: Place,
    pub leaf: Leaf,
    /// Where the value stands.
    pub value: Place,
    /// Where each name of the path stands, in the text of the key.
    pub steps: Arc<[Range<usize>]>,
}

/// What one layer says about the world.
#[derive(Debug, Clone, Default)]
pub struct Flat {
    /// In the order of the text.
    pub entries: Vec<Entry>,
    pub events: Vec<RawEvent>,
    pub wars: Vec<RawWar>,
    /// Joint draws of figures, or the word that drops those of the layers before.
    pub ensemble: Option<Statement>,
    /// Drop the events of the layers before this one.
    pub drop_events: bool,
    /// Paths that are there but wrong, and so give nothing: what they would have said is unknown, not missing.
    pub wrong: Vec<String>,
    /// Names in what is wrong otherwise.
    pub names: Vec<(Of, Named)>,
    /// Events or wars that gave nothing.
    pub has_lost: bool,
    /// An error was found in it.
    pub is_flawed: bool,
}

/// A policy option of a scenario.
#[derive(Debug, Clone)]
pub struct RawOption {
    pub name: Named,
    pub label: Option<String>,
    pub note: String,
    pub flat: Flat,
    /// It has a name that it can be called by.
    pub is_named: bool,
}

/// A file.
#[derive(Debug, Clone)]
pub struct Parsed {
    pub source: Arc<SourceText>,
    /// Title, question and other keys of the head, never inherited.
    pub card: Vec<Entry>,
    pub flat: Flat,
    pub options: Vec<RawOption>,
    /// The text is no TOML or empty: what it would have said is unknown.
    pub is_broken: bool,
    /// Head keys that are there but wrong.
    pub wrong_heads: Vec<String>,
}

impl Parsed {
    /// The entry of a head key.
    pub fn head(&self, key: &str) -> Option<&Entry> {
        self.card.iter().find(|e| e.path == key)
    }

    /// A head key that holds a text.
    pub fn head_text(&self, key: &str) -> Option<String> {
        match &self.head(key)?.leaf {
            Leaf::Text(text) => Some(text.name.clone()),
            _ => None,
        }
    }

    /// A head key that holds names; empty where it is missing.
    pub fn head_names(&self, key: &str) -> Vec<Named> {
        match self.head(key).map(|e| &e.leaf) {
            Some(Leaf::Names(names)) => names.clone(),
            _ => Vec::new(),
        }
    }

    /// The first byte of the text: the place of what is missing from it.
    pub fn top(&self) -> Place {
        Place {
            source: Arc::clone(&self.source),
            span: 0..0,
        }
    }
}

/// Why a file gave no text.
#[derive(Debug)]
pub enum Unread {
    /// The operating system refused, or it is no regular file.
    Io(io::Error),
    /// It was read but is no scenario.
    Invalid(Box<Diagnostic>),
}

/// Reads a file as text. Looks at kind and size first, so that a huge file costs nothing.
///
/// # Errors
/// [`Unread::Io`] for a missing or unreadable file, a folder, a pipe or a device; [`Unread::Invalid`] for a file that
/// is too large or not UTF-8.
pub fn read_text(path: &Path) -> Result<Arc<SourceText>, Unread> {
    let name = path.display().to_string();
    if outside::look(path).map_err(Unread::Io)? > LARGEST {
        return Err(too_large(&name));
    }
    let file = File::open(path).map_err(Unread::Io)?;
    read_stream(file, name)
}

/// A finding about a whole file.
fn about_file(code: &'static str, name: &str, message: String, help: &str) -> Unread {
    let mut finding = Diagnostic::bare(code, Severity::Error, message).help(help);
    finding.file = Some(name.to_owned());
    Unread::Invalid(Box::new(finding))
}

fn too_large(name: &str) -> Unread {
    let help = "scenario files are small texts; is this the right file?";
    about_file(
        codes::TOO_LARGE,
        name,
        format!("{} is larger than 16 MB", show(name)),
        help,
    )
}

/// Reads a stream as text under the name by which messages call it.
///
/// # Errors
/// As [`read_text`].
pub fn read_stream(stream: impl Read, name: String) -> Result<Arc<SourceText>, Unread> {
    let mut bytes = Vec::new();
    // A file may grow between the look and the read, and a stream has no size.
    stream.take(LARGEST + 1).read_to_end(&mut bytes).map_err(Unread::Io)?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_large(&name));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Arc::new(SourceText { name, text })),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let before = &bytes[..at];
            let line = before.iter().filter(|b| **b == b'\n').count() + 1;
            let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
            // What stands before is UTF-8.
            let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
            let message = format!(
                "{} is not UTF-8 text: byte {at}, in line {line} at column {column}, does not belong",
                show(&name)
            );
            let help = match bytes {
                [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                    "this is UTF-16, as some editors save it: save the file as UTF-8"
                }
                _ => "save the file as UTF-8; letters with accents are the likely cause",
            };
            Err(about_file(codes::NOT_UTF8, &name, message, help))
        }
    }
}

/// Parses a text; everything wrong with it goes to the report. What is fine is returned all the same.
pub fn parse(source: &Arc<SourceText>, report: &mut Report) -> Parsed {
    let mut parsed = Parsed {
        source: Arc::clone(source),
        card: Vec::new(),
        flat: Flat::default(),
        options: Vec::new(),
        is_broken: true,
        wrong_heads: Vec::new(),
    };
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if errors.is_empty() {
        syntax::newer(source, report);
        walk(&document, &[], &mut parsed, report);
    } else if let Some(mended) = syntax::tell(source, &errors, report) {
        // What a broken text means is a guess, but for values that were taken out of their lines.
        let (document, _) = DeTable::parse_recoverable(&mended.text);
        walk(&document, &mended.gaps, &mut parsed, report);
        parsed.flat.is_flawed = true;
    }
    parsed
}

/// Reads a well-formed document into what it says.
fn walk(document: &toml::Spanned<DeTable<'_>>, gaps: &[Range<usize>], parsed: &mut Parsed, report: &mut Report) {
    let source = &Arc::clone(&parsed.source);
    if document.get_ref().is_empty() {
        let finding = Diagnostic::error(codes::EMPTY, &parsed.top(), format!("{} is empty", show(&source.name)));
        report.push(finding.help("a scenario needs at least `title` and `question`"));
        return;
    }
    let before = report.errors();
    let mut walk = Walk {
        reader: Reader { source, report, gaps },
        path: Vec::new(),
        steps: Vec::new(),
        strange: 0,
        card: Vec::new(),
        wrong_heads: Vec::new(),
        flat: Flat::default(),
        in_option: false,
    };
    let mut blocks = Vec::new();
    walk.top(document.get_ref(), &mut blocks);
    parsed.is_broken = false;
    parsed.card = std::mem::take(&mut walk.card);
    parsed.wrong_heads = std::mem::take(&mut walk.wrong_heads);
    parsed.flat = walk.take_flat();
    parsed.flat.is_flawed = walk.reader.report.errors() > before;
    walk.in_option = true;
    for block in blocks {
        if walk.reader.report.is_full() {
            break;
        }
        parsed.options.extend(walk.option(block));
    }
}

/// The walk through a document.
struct Walk<'a> {
    reader: Reader<'a>,
    path: Vec<String>,
    /// Where each name of the path stands.
    steps: Vec<Range<usize>>,
    /// How many names of the path cannot be what they should be: what is below is read for its mistakes only.
    strange: usize,
    card: Vec<Entry>,
    wrong_heads: Vec<String>,
    flat: Flat,
    in_option: bool,
}

impl Walk<'_> {
    /// The top level of a file or of an option; option blocks are set aside.
    fn top<'t, 'i>(&mut self, table: &'t DeTable<'i>, blocks: &mut Vec<&'t Raw<'i>>) {
        for (key, value) in in_order(table) {
            let name: &str = key.get_ref();
            match (name, value.get_ref()) {
                ("event", DeValue::Array(items)) => {
                    for item in items.iter().take(MAX_EVENTS) {
                        let events = read_event(&mut self.reader, item);
                        self.flat.has_lost |= events.is_empty();
                        self.flat.events.extend(events);
                    }
                    if let Some(item) = items.get(MAX_EVENTS) {
                        let place = self.reader.place(item);
                        let message = format!("a scenario has at most {MAX_EVENTS} events, this has {}", items.len());
                        let finding = Diagnostic::error(codes::TOO_BIG, &place, message);
                        self.reader.report.push(finding);
                    }
                }
                // The parameter group of the same name is a table, the list of wars an array.
                ("war", DeValue::Array(items)) => {
                    for item in items.iter() {
                        if self.reader.report.is_full() {
                            break;
                        }
                        match read_war(&mut self.reader, item) {
                            Ok(war) => self.flat.wars.push(war),
                            Err(names) => {
                                self.flat.names.extend(names);
                                self.flat.has_lost = true;
                            }
                        }
                    }
                }
                ("option", DeValue::Array(items)) if !self.in_option => blocks.extend(items.iter()),
                ("ensemble", _) => {
                    let statement = ensemble::read(&mut self.reader, value);
                    if statement.is_none() {
                        self.flat.wrong.push(name.to_owned());
                    }
                    self.flat.ensemble = statement;
                }
                ("event", _) => {
                    self.not_a_list(name, "[[event]]", value);
                    self.flat.has_lost = true;
                    if matches!(value.get_ref(), DeValue::Table(_)) {
                        let events = read_event(&mut self.reader, value);
                        self.flat.events.extend(events);
                    }
                }
                ("option", _) if !self.in_option => {
                    self.not_a_list(name, "[[option]]", value);
                    if matches!(value.get_ref(), DeValue::Table(_)) {
                        blocks.push(value);
                    }
                }
                ("name" | "label" | "note" | "drop_events", _) if self.in_option => {}
                _ => self.key(key, value),
            }
        }
    }

    /// Reports a table in the place of a list of tables.
    fn not_a_list(&mut self, name: &str, heading: &str, value: &Raw<'_>) {
        let help = format!("write its heading in two brackets: {heading}");
        let wanted = format!("a list of tables, written {heading}");
        self.reader.wrong_type(name, &wanted, value, Some(help));
    }

    /// One key at the current path.
    fn key(&mut self, key: &toml::Spanned<toml::de::DeString<'_>>, value: &Raw<'_>) {
        if self.reader.report.is_full() {
            return;
        }
        self.path.push(key.get_ref().to_string());
        self.steps.push(key.span());
        let parts: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let found = schema::lookup(&parts);
        let pattern = match found {
            Found::Leaf(known) | Found::Branch(known) => known.path.split('.').nth(parts.len() - 1),
            Found::Nothing => None,
        };
        let is_strange = pattern == Some(schema::STATE) && !schema::is_code(key.get_ref());
        if is_strange {
            let place = self.reader.place(key);
            self.reader.bad_code(key.get_ref(), &place);
            self.strange += 1;
        }
        match found {
            Found::Leaf(known) if known.scope == Scope::Card && self.in_option => self.unknown(key),
            Found::Leaf(known) => self.leaf(known, key, value),
            Found::Branch(_) => match value.get_ref() {
                DeValue::Table(table) => {
                    for (key, value) in in_order(table) {
                        self.key(key, value);
                    }
                }
                _ => {
                    let path = self.path.join(".");
                    self.reader.wrong(&path, "a table", value);
                    self.flat.wrong.push(path);
                }
            },
            Found::Nothing => self.unknown(key),
        }
        if is_strange {
            self.strange -= 1;
            self.flat.wrong.push(self.path.join("."));
        }
        self.path.pop();
        self.steps.pop();
    }

    /// The value of a known key.
    fn leaf(&mut self, known: &'static Known, key: &toml::Spanned<toml::de::DeString<'_>>, value: &Raw<'_>) {
        let path = self.path.join(".");
        let before = self.reader.report.errors();
        let leaf = self.reader.leaf(&path, &known.kind, value);
        // A list may have lost some of its names.
        if leaf.is_none() || self.reader.report.errors() > before {
            match known.scope {
                Scope::Card if leaf.is_none() => self.wrong_heads.push(path.clone()),
                Scope::Card => {}
                Scope::Layer => self.flat.wrong.push(path.clone()),
            }
        }
        let Some(leaf) = leaf.filter(|_| self.strange == 0) else {
            return;
        };
        let entry = Entry {
            path,
            known,
            key: self.reader.place(key),
            leaf,
            value: self.reader.place(value),
            steps: self.steps.as_slice().into(),
        };
        match known.scope {
            Scope::Card => self.card.push(entry),
            Scope::Layer => self.flat.entries.push(entry),
        }
    }

    /// Reports the last key of the path as unknown.
    fn unknown(&mut self, key: &toml::Spanned<toml::de::DeString<'_>>) {
        let place = self.reader.place(key);
        let (name, before) = match self.path.split_last() {
            Some((name, before)) => (name.as_str(), before),
            None => return,
        };
        let parts: Vec<&str> = before.iter().map(String::as_str).collect();
        let message = if before.is_empty() {
            format!("unknown key `{}`", show(name))
        } else {
            format!("unknown key `{}` in `{}`", show(name), show(&before.join(".")))
        };
        let mut siblings = schema::children(&parts);
        if parts.is_empty() {
            siblings.extend(["ensemble", "event", "option"]);
        }
        let mut finding = Diagnostic::error(codes::UNKNOWN_KEY, &place, message);
        let is_card =
            !parts.is_empty() && matches!(schema::lookup(&[name]), Found::Leaf(known) if known.scope == Scope::Card);
        // A key by its right name in the wrong place is no misspelling of another one, unless that is a letter away.
        let near = nearest(name, siblings.iter().copied());
        let is_slip = near.is_some_and(|near| strsim::osa_distance(near, name) <= 1);
        if self.in_option && self.path.first().is_some_and(|first| first == "answer") {
            finding.help = Some(String::from(
                "an option cannot hold [answer]: it says how options are compared; write it once for the whole file, as [answer]",
            ));
        } else if is_card && !is_slip && !self.in_option {
            finding.help = Some(String::from(
                "it belongs at the top of the file, above the first [heading]",
            ));
            self.wrong_heads.push(name.to_owned());
        } else if parts.is_empty() && What::of(name).is_some() {
            finding.help = Some(format!(
                "it belongs to an event: [[event]], then month = ... and {name} = {{ ... }}"
            ));
        } else if let Some(home) = schema::homes(name).first().filter(|_| !is_slip) {
            finding.help = Some(match schema::example(home) {
                Some(example) => format!("it belongs at `{home}`, for example `{example}`"),
                None => format!("it belongs at `{home}`"),
            });
        } else {
            finding = finding.nearest(name, siblings);
        }
        self.flat.wrong.push(self.path.join("."));
        self.reader.report.push(finding);
    }

    /// One option block.
    fn option(&mut self, block: &Raw<'_>) -> Option<RawOption> {
        let DeValue::Table(table) = block.get_ref() else {
            self.reader.wrong("option", "a table", block);
            return None;
        };
        let before = self.reader.report.errors();
        self.top(table, &mut Vec::new());
        let drop_events = table
            .get("drop_events")
            .is_some_and(|v| self.reader.flag("drop_events", v) == Some(true));
        let label = table.get("label").and_then(|v| self.reader.text("label", v));
        let note = table.get("note").and_then(|v| self.reader.text("note", v));
        let mut flat = self.take_flat();
        flat.drop_events = drop_events;
        let name = table.get("name");
        if name.is_none() {
            let place = self.reader.place(block);
            let finding = Diagnostic::error(codes::MISSING, &place, "`option` needs `name`");
            self.reader
                .report
                .push(finding.help("the name is what `--option` takes"));
        }
        let name = name.and_then(|name| self.reader.text("name", name));
        let is_named = name.as_ref().is_some_and(|n| schema::is_name(&n.name));
        if let Some(name) = name.as_ref().filter(|_| !is_named) {
            let message = format!("the option name `{}` cannot be a folder name", show(&name.name));
            let finding = Diagnostic::error(codes::NOT_A_CHOICE, &name.place, message);
            self.reader
                .report
                .push(finding.help("up to 40 letters, digits, - and _; a longer text may go into `label`"));
        }
        flat.is_flawed = self.reader.report.errors() > before;
        // Without a name it cannot be run, but what is wrong with the rest is told.
        let name = name.unwrap_or_else(|| Named {
            name: String::new(),
            place: self.reader.place(block),
        });
        Some(RawOption {
            name,
            label: label.map(|t| t.name),
            note: note.map(|t| t.name).unwrap_or_default(),
            flat,
            is_named,
        })
    }

    /// What has been gathered, in the order of the text.
    fn take_flat(&mut self) -> Flat {
        let mut flat = std::mem::take(&mut self.flat);
        flat.entries.sort_by_key(|e| e.key.span.start);
        ensemble::conflicts(&flat, self.reader.report);
        flat
    }
}

/// The entries of a table in the order of the text: the reader keeps them sorted by name.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t toml::Spanned<toml::de::DeString<'i>>, &'t Raw<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
