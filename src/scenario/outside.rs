//! Files from outside: what may be opened at all, and what of it may be shown.
//!
//! A scenario that somebody else wrote names the files that it extends. Checking it must neither hang on a pipe nor print
//! what happens to lie on the disk of whoever checks it. So only regular files are opened, and of a file that
//! another one extends, or that is laid over it, nothing is shown unless it is *scenario text*:
//!
//! - it is valid TOML and holds at least one key of the model, of a list of events or wars, or of an assumption set;
//! - every other key is one of those too, or near enough to one to be a slip of the pen, or one that stands in the wrong
//!   table.
//!
//! Of everything else a message gives the place and the kind of fault, and no key, value or line.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::codes;
use super::diagnostics::{Diagnostic, Severity, SourceText, nearest};
use super::event_keys::{self, What};
use super::schema::{self, Found, Scope};
use super::words::Word;

/// Why nothing more is said.
const WITHHELD: &str = "is this the right file? nothing of a file that is no scenario text is shown; `deter check` on the file itself does";

/// What stands at a path, if it is no regular file: words that complete "it is …".
fn other_kind(about: &Metadata) -> Option<&'static str> {
    let kind = about.file_type();
    if kind.is_file() {
        return None;
    }
    if kind.is_dir() {
        return Some("a folder, not a scenario file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe, not a file");
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Some("a device, not a file");
        }
        if kind.is_socket() {
            return Some("a socket, not a file");
        }
    }
    Some("no regular file")
}

/// True for what gives a text without being a file: there, `-` is meant.
pub fn is_stream(path: &Path) -> bool {
    let kind = std::fs::metadata(path).ok().as_ref().and_then(other_kind);
    kind.is_some_and(|kind| kind.starts_with("a pipe") || kind.starts_with("a device"))
}

/// Views of the running system look like files. Some never end, others tell secrets, none is a scenario.
fn is_view(path: &Path) -> bool {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    ["/proc", "/sys"]
        .iter()
        .any(|root| cfg!(unix) && real.starts_with(root))
}

/// The size of the regular file at a path, without opening it: opening a pipe or a device may wait for ever.
///
/// # Errors
/// What the system says, or what stands there instead of a file, through links too.
pub fn look(path: &Path) -> io::Result<u64> {
    let about = std::fs::metadata(path).map_err(|error| {
        let is_link = path.symlink_metadata().is_ok_and(|link| link.is_symlink());
        if error.kind() == io::ErrorKind::NotFound && is_link {
            io::Error::new(io::ErrorKind::InvalidInput, "it is a link to a file that is not there")
        } else {
            error
        }
    })?;
    let kind = if about.is_dir() {
        io::ErrorKind::IsADirectory
    } else {
        io::ErrorKind::InvalidInput
    };
    match other_kind(&about) {
        Some(what) => Err(io::Error::new(kind, format!("it is {what}"))),
        None if is_view(path) => Err(io::Error::new(
            kind,
            "it is a view of the running system, not a stored file",
        )),
        None => Ok(about.len()),
    }
}

/// True if there is nothing at a path, or nothing could be: the name may be that of something bundled.
pub fn is_nothing(error: &io::Error, path: &Path) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    match error.kind() {
        NotFound | NotADirectory | InvalidFilename => true,
        // The system says this of names with a zero byte; so do we of what is no file, but that is there.
        InvalidInput => path.symlink_metadata().is_err(),
        _ => false,
    }
}

/// The finding about a text that is no scenario text. It gives a place and nothing of the text.
pub fn foreign(source: &SourceText) -> Option<Diagnostic> {
    let at = |code, at: usize, message: &str| {
        let finding = Diagnostic::bare(code, Severity::Error, message).help(WITHHELD);
        Some(finding.beside(source, at))
    };
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if let Some(error) = errors.first() {
        // The words of the TOML reader are its own; they quote nothing but punctuation.
        let start = error.span().map_or(0, |span| span.start);
        return at(codes::SYNTAX, start, &format!("not valid TOML: {}", error.message()));
    }
    let mut survey = Survey::default();
    survey.table(document.get_ref(), &mut Vec::new());
    match (survey.stranger, survey.own) {
        (Some(start), _) => at(
            codes::FOREIGN,
            start,
            "not the text of a scenario: no scenario has the key that stands here",
        ),
        (None, 0) => at(
            codes::FOREIGN,
            0,
            "not the text of a scenario: it holds no key of the model",
        ),
        (None, _) => None,
    }
}

/// The keys of an ensemble.
const ENSEMBLE: [&str; 2] = ["paths", "members"];

/// The keys of an event.
fn of_event() -> Vec<&'static str> {
    let common = event_keys::names(event_keys::COMMON).into_iter();
    common
        .chain(What::WORDS.iter().copied())
        .chain([event_keys::WHEN])
        .collect()
}

/// True if a key of this name belongs somewhere else in a scenario.
fn has_home(name: &str) -> bool {
    let is_war = || event_keys::names(event_keys::WAR).contains(&name);
    !schema::homes(name).is_empty() || ENSEMBLE.contains(&name) || of_event().contains(&name) || is_war()
}

/// What the keys of a text say about what it is.
#[derive(Default)]
struct Survey {
    /// Keys that nothing but a scenario has.
    own: usize,
    /// Where the first key stands that no scenario has, not even by a slip of the pen.
    stranger: Option<usize>,
}

impl Survey {
    fn table<'i>(&mut self, table: &DeTable<'i>, path: &mut Vec<String>) {
        for (key, value) in table.iter() {
            let name: &str = key.get_ref();
            match (path.is_empty(), name, value.get_ref()) {
                (true, "event", DeValue::Array(items)) => {
                    self.items(items.iter(), &of_event());
                }
                (true, "war", DeValue::Array(items)) => {
                    self.items(items.iter(), &event_keys::names(event_keys::WAR));
                }
                (true, "option", DeValue::Array(items)) => {
                    for item in items.iter() {
                        match item.get_ref() {
                            DeValue::Table(option) => self.table(option, &mut Vec::new()),
                            _ => self.strange(item.span().start),
                        }
                    }
                }
                (true, "ensemble", DeValue::Table(inner)) => {
                    self.keys(inner, &ENSEMBLE);
                }
                // Keys of an option block itself, and the word that drops an ensemble.
                (true, "name" | "label" | "note" | "drop_events" | "ensemble", _) => {}
                _ => {
                    path.push(name.to_owned());
                    self.key(key.span().start, value.get_ref(), path);
                    path.pop();
                }
            }
        }
    }

    fn key<'i>(&mut self, start: usize, value: &DeValue<'i>, path: &mut Vec<String>) {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match (schema::lookup(&parts), value) {
            (Found::Leaf(known), _) => {
                let is_own = known.scope == Scope::Layer || ["question", "holders", "extends"].contains(&parts[0]);
                self.own += usize::from(is_own);
            }
            (Found::Branch(_), DeValue::Table(inner)) => self.table(inner, path),
            // A word where a table belongs is a slip only where the name is beyond doubt.
            (Found::Branch(_), _) => self.strange(start),
            // The first stranger is enough; thousands of them need no comparing.
            (Found::Nothing, _) if self.stranger.is_some_and(|first| first <= start) => {}
            (Found::Nothing, _) => {
                let (name, before) = parts
                    .split_last()
                    .map_or(("", &[][..]), |(name, before)| (*name, before));
                let is_near = nearest(name, schema::children(before)).is_some();
                if !is_near && !has_home(name) {
                    self.strange(start);
                }
            }
        }
    }

    /// Tables of a list, with the keys that they may have.
    fn items<'t, 'i: 't>(&mut self, items: impl Iterator<Item = &'t toml::Spanned<DeValue<'i>>>, keys: &[&str]) {
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => self.keys(table, keys),
                _ => self.strange(item.span().start),
            }
        }
    }

    fn keys(&mut self, table: &DeTable<'_>, keys: &[&str]) {
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if keys.contains(&name) {
                self.own += 1;
            } else if nearest(name, keys.iter().copied()).is_none() {
                self.strange(key.span().start);
            }
        }
    }

    fn strange(&mut self, start: usize) {
        self.stranger = Some(self.stranger.map_or(start, |first| first.min(start)));
    }
}
