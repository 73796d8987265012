//! The outline of a TOML text: where each key stands, and where the text needs TOML 1.1.
//!
//! The reader of values gives neither, so this walks over the same tokens as it does.

use std::collections::BTreeMap;
use std::ops::Range;

use super::event_keys::COMMON;
use super::schema::{self, Kind};
use toml_parser::Source;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

/// Deepest nesting that is followed: as deep as the reader of values goes.
const DEEPEST: u32 = 80;

/// A key or heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Names from the top; an element of a list carries its number, so that two elements have different paths.
    pub path: Vec<String>,
    /// Bytes of the last name.
    pub span: Range<usize>,
    /// A heading in double brackets.
    pub is_list: bool,
}

/// Syntax that came with TOML 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Newer {
    /// A line break or a comment between the braces of a table.
    BrokenTable,
    /// A comma before the closing brace.
    TrailingComma,
    /// `\e` or `\x41` in a text.
    Escape,
    /// A time of day without seconds.
    ShortTime,
}

/// What a text is made of.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// In the order of the text.
    pub spots: Vec<Spot>,
    pub newer: Vec<(Newer, Range<usize>)>,
}

/// Walks over a text, well-formed or not.
pub fn outline(text: &str) -> Outline {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut walk = Walk {
        text,
        outline: Outline::default(),
        lists: BTreeMap::new(),
        heading: Vec::new(),
        keys: Vec::new(),
        open: Vec::new(),
        last_comma: None,
    };
    let mut receive = |event: Event| walk.event(&event);
    let mut receiver = RecursionGuard::new(&mut receive, DEEPEST);
    parse_document(&tokens, &mut receiver, &mut ());
    walk.outline
}

/// A value that is open around the place of the walk.
enum Open {
    /// An array, with the path that it stands at and the number of its elements so far.
    Array(Vec<String>, usize),
    /// A table in braces: its path, where it begins, and whether a line break in it was told.
    Table(Vec<String>, usize, bool),
}

struct Walk<'a> {
    text: &'a str,
    outline: Outline,
    /// Elements of each list of tables so far, by path.
    lists: BTreeMap<Vec<String>, usize>,
    /// The table of the last heading.
    heading: Vec<String>,
    /// Names of the key or heading that is being read.
    keys: Vec<(String, Range<usize>)>,
    open: Vec<Open>,
    /// A comma with nothing after it so far.
    last_comma: Option<Range<usize>>,
}

impl Walk<'_> {
    fn event(&mut self, event: &Event) {
        let span = event.span().start()..event.span().end();
        let is_blank = matches!(
            event.kind(),
            EventKind::Whitespace | EventKind::Newline | EventKind::Comment
        );
        let comma = if is_blank { None } else { self.last_comma.take() };
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.keys.clear();
                self.open.clear();
            }
            EventKind::StdTableClose => self.close_heading(false),
            EventKind::ArrayTableClose => self.close_heading(true),
            EventKind::SimpleKey => {
                self.escapes(event);
                let name = self.text.get(span.clone()).unwrap_or_default();
                let name = name.trim_matches(['"', '\'']).to_owned();
                self.keys.push((name, span));
            }
            EventKind::KeyValSep => self.key(),
            EventKind::ArrayOpen => {
                let path = self.enter();
                self.open.push(Open::Array(path, 0));
            }
            EventKind::InlineTableOpen => {
                let path = self.enter();
                self.open.push(Open::Table(path, span.start, false));
            }
            EventKind::ArrayClose => {
                self.open.pop();
            }
            EventKind::InlineTableClose => {
                if let Some(comma) = comma {
                    self.outline.newer.push((Newer::TrailingComma, comma));
                }
                self.open.pop();
            }
            EventKind::ValueSep => self.last_comma = Some(span),
            EventKind::Scalar => {
                self.escapes(event);
                if event.encoding().is_none() && self.text.get(span.clone()).is_some_and(is_short_time) {
                    self.outline.newer.push((Newer::ShortTime, span));
                }
            }
            EventKind::Newline | EventKind::Comment => {
                if let Some(Open::Table(_, start, told @ false)) = self.open.last_mut() {
                    *told = true;
                    let place = *start..*start + 1;
                    self.outline.newer.push((Newer::BrokenTable, place));
                }
            }
            EventKind::KeySep | EventKind::Whitespace | EventKind::Error => {}
        }
    }

    /// The path of a table or array that opens here.
    fn enter(&mut self) -> Vec<String> {
        match self.open.last_mut() {
            Some(Open::Array(path, count)) => {
                *count += 1;
                let mut path = path.clone();
                path.push(format!("#{count}"));
                path
            }
            _ => self.outline.spots.last().map(|s| s.path.clone()).unwrap_or_default(),
        }
    }

    /// A heading ends: what follows belongs to its table.
    fn close_heading(&mut self, is_list: bool) {
        let keys = std::mem::take(&mut self.keys);
        let Some((_, span)) = keys.last() else { return };
        let mut path = Vec::new();
        for (at, (name, _)) in keys.iter().enumerate() {
            path.push(name.clone());
            let is_last = at + 1 == keys.len();
            if is_list && is_last {
                *self.lists.entry(path.clone()).or_default() += 1;
            }
            if let Some(count) = self.lists.get(&path) {
                path.push(format!("#{count}"));
            }
        }
        self.outline.spots.push(Spot {
            path: path.clone(),
            span: span.clone(),
            is_list,
        });
        self.heading = path;
    }

    /// A key ends: its value follows.
    fn key(&mut self) {
        let keys = std::mem::take(&mut self.keys);
        let Some((_, span)) = keys.last() else { return };
        let mut path = match self.open.last() {
            Some(Open::Table(path, ..) | Open::Array(path, _)) => path.clone(),
            None => self.heading.clone(),
        };
        path.extend(keys.iter().map(|(name, _)| name.clone()));
        self.outline.spots.push(Spot {
            path,
            span: span.clone(),
            is_list: false,
        });
    }

    /// Escapes of TOML 1.1 in a text or a quoted key.
    fn escapes(&mut self, event: &Event) {
        if !matches!(event.encoding(), Some(Encoding::BasicString | Encoding::MlBasicString)) {
            return;
        }
        let start = event.span().start();
        let text = self.text.get(start..event.span().end()).unwrap_or_default();
        let mut bytes = text.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if byte != b'\\' {
                continue;
            }
            if let Some((_, b'e' | b'x')) = bytes.next() {
                self.outline.newer.push((Newer::Escape, start + at..start + at + 2));
            }
        }
    }
}

/// True for `07:32`, `1979-05-27T07:32` and the like: hours and minutes without seconds.
fn is_short_time(text: &str) -> bool {
    let Some((before, after)) = text.split_once(':') else {
        return false;
    };
    let digits = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
    let hour = before.get(before.len().saturating_sub(2)..).unwrap_or_default();
    let minute = after.get(..2).unwrap_or_default();
    digits(hour) && digits(minute) && after.as_bytes().get(2) != Some(&b':')
}

impl Outline {
    /// What the first key of a line may hold.
    pub fn kind_in(&self, line: &Range<usize>) -> Option<Kind> {
        let spot = self.spots.iter().find(|s| line.contains(&s.span.start))?;
        let names: Vec<&str> = spot
            .path
            .iter()
            .map(String::as_str)
            .filter(|name| !name.starts_with('#'))
            .collect();
        let names = names.strip_prefix(&["option"]).unwrap_or(&names);
        match names {
            ["event", key] => COMMON.iter().find(|k| k.name == *key).map(|k| k.kind),
            _ => schema::leaf(&names.join(".")).map(|known| known.kind),
        }
    }

    /// Where the thing was first said that is said again at `at`: the same key, or one above or below it.
    pub fn first(&self, at: usize) -> Option<&Spot> {
        let here = self.spots.iter().position(|s| s.span.start == at)?;
        let (before, spot) = (&self.spots[..here], &self.spots[here]);
        let above = |s: &&Spot| spot.path.starts_with(&s.path) || s.path.starts_with(&spot.path);
        // A dotted key is told at the name where it meets what was there before, which is not always its last.
        before
            .iter()
            .find(|s| s.path == spot.path)
            .or_else(|| before.iter().find(above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newer(text: &str) -> Vec<Newer> {
        outline(text).newer.into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn syntax_of_toml_one_one_is_found_and_nothing_else() {
        use Newer::{BrokenTable, Escape, ShortTime, TrailingComma};
        for (text, found) in [
            ("a = { b = 1,\n c = 2 }", vec![BrokenTable]),
            ("a = {\n}", vec![BrokenTable]),
            ("a = { # note\n b = 1 }", vec![BrokenTable]),
            ("a = { b = 1, }", vec![TrailingComma]),
            ("a = { b = 1, \n}", vec![BrokenTable, TrailingComma]),
            ("a = [ { b = 1, }, ]", vec![TrailingComma]),
            ("a = \"\\e[0m\"", vec![Escape]),
            ("a = \"\"\"x\\x41\"\"\"", vec![Escape]),
            ("\"\\x41\" = 1", vec![Escape]),
            ("a = 07:32", vec![ShortTime]),
            ("a = 1979-05-27T07:32Z", vec![ShortTime]),
            ("a = 1979-05-27 07:32+01:00", vec![ShortTime]),
            ("a = { b = [1,\n 2,\n] }", vec![]),
            ("a = [\n { b = 1 }, # note\n]", vec![]),
            ("a = '\\e { b = 1, }'", vec![]),
            ("a = \"\\\\e \\\\x\"", vec![]),
            ("a = '''\n{ b = 1,\n}'''", vec![]),
            ("# a = { b = 1, }\n", vec![]),
            ("a = 07:32:00", vec![]),
            ("a = 1979-05-27T07:32:00+01:00", vec![]),
            ("a = \"07:32\"", vec![]),
        ] {
            assert_eq!(newer(text), found, "{text}");
        }
    }

    #[test]
    fn the_first_of_two_keys_is_found() {
        // The text, what of it stands there again, and how much stands before the first.
        for (text, again, before) in [
            ("a = 1\nb = 2\na = 3", "a = 3", ""),
            ("[t]\na = 1\n[u]\na = 1\n[t]\nb = 1", "t]\nb", "["),
            ("[[e]]\na = 0\n[[e]]\na = 2\na = 3", "a = 3", "[[e]]\na = 0\n[[e]]\n"),
            ("t = { a = 1, b = 2, a = 3 }", "a = 3", "t = { "),
            ("a.b = 1\n[a]\nc = 1", "a]", "a."),
            ("[[o]]\nx = 1\n[o]\ny = 1", "o]\ny", "[["),
        ] {
            let at = text.find(again).expect("it stands there");
            let found = outline(text);
            let first = found.first(at).unwrap_or_else(|| panic!("{text}: {found:?}"));
            assert_eq!(&text[..first.span.start], before, "{text}");
        }
    }

    #[test]
    fn elements_of_a_list_do_not_share_keys() {
        let found = outline("[[e]]\na = 1\n[e.t]\nx = 1\n[[e]]\na = 2\n[e.t]\nx = 1");
        for spot in &found.spots {
            assert!(
                found.first(spot.span.start).is_none_or(|s| s.path != spot.path),
                "{spot:?}"
            );
        }
    }
}
