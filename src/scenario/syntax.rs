//! What is wrong with a text that is no TOML, in the words of somebody who meant something by it.
//!
//! A mistake in the value of one line hides nothing in the others: the value is taken out, and the rest is read.

use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, Severity, SourceText, show};
use super::distribution::Family;
use super::hints;
use super::outline::{Newer, Outline, outline};
use super::schema::Kind;
use super::words::Word;

/// Lines with wrong syntax that are told: the first ones explain the rest.
const MOST_LINES: usize = 5;
/// Rounds of taking wrong values out; each shows mistakes that those before it hid.
const MOST_ROUNDS: usize = 4;
/// What the parser says of a key that is there twice.
const DUPLICATE: &str = "duplicate key";
/// Advice where nothing closer can be said.
const GENERAL: &str =
    "lines are `key = value`, texts stand in quotes, sections in [brackets], events and options in [[two]]";
/// Quotes of typesetters, which TOML does not know.
const CURLY: &[char] = &['“', '”', '„', '‟', '‘', '’', '«', '»', '‹', '›'];

/// A text of which as much as possible is well-formed.
pub struct Mended {
    /// As long as the original, so that places stay right.
    pub text: String,
    /// Values that were taken out; an integer stands in the place of each.
    pub gaps: Vec<Range<usize>>,
}

/// An error of the parser.
type SyntaxError = toml::de::Error;

/// Tells what is wrong with a text. Returns it with the wrong values taken out, if that makes it well-formed.
pub fn tell(source: &Arc<SourceText>, errors: &[SyntaxError], report: &mut Report) -> Option<Mended> {
    if let Some(kind) = foreign(&source.text) {
        // Of a file that is something else nothing is shown.
        let message = format!("{} is no scenario: {kind}", show(&source.name));
        let mut finding = Diagnostic::bare(codes::SYNTAX, Severity::Error, message);
        finding.file = Some(source.name.clone());
        report.push(
            finding.help(
                "a scenario is a text in TOML: `title = \"...\"`, one `key = value` a line; `deter new` writes one",
            ),
        );
        return None;
    }
    let mut told = Told {
        source,
        report,
        outline: None,
        lines: Vec::new(),
        told: 0,
        left_out: 0,
        open_text: None,
        is_twisted: false,
    };
    let mut text = source.text.clone();
    let mut gaps = Vec::new();
    told.all(errors);
    let mut left = wrong_lines(&text, errors);
    for _ in 0..MOST_ROUNDS {
        let Some(lines) = left else { break };
        if lines.is_empty() {
            told.rest();
            return (!told.is_twisted).then_some(Mended { text, gaps });
        }
        for line in lines {
            let value = line_value(&text, line.start)?;
            gaps.push(value.clone());
            text.replace_range(value.clone(), &format!("0{}", " ".repeat(value.len() - 1)));
        }
        let (_, errors) = DeTable::parse_recoverable(&text);
        told.all(&errors);
        left = wrong_lines(&text, &errors);
    }
    told.rest();
    None
}

/// The lines whose values are wrong; none if something else is.
fn wrong_lines(text: &str, errors: &[SyntaxError]) -> Option<Vec<Range<usize>>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    for error in errors.iter().filter(|e| e.message() != DUPLICATE) {
        let line = line_around(text, error.span()?.start);
        if line_value(text, line.start).is_none_or(|v| v.is_empty()) {
            return None;
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Some(lines)
}

/// The line around a byte, without its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let at = at.min(text.len());
    let bytes = text.as_bytes();
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let end = bytes[at..]
        .iter()
        .position(|b| *b == b'\n')
        .map_or(text.len(), |i| at + i);
    let end = if bytes[start..end].ends_with(b"\r") {
        end - 1
    } else {
        end
    };
    start..end
}

/// The value of a line `key = value`; a comment counts as part of it.
fn line_value(text: &str, start: usize) -> Option<Range<usize>> {
    let line = text.get(line_around(text, start))?;
    let (key, value) = line.split_once('=')?;
    let is_key = |k: &str| {
        let k = k.trim();
        !k.is_empty() && k.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.\"' ".contains(&b))
    };
    if !is_key(key.trim_start_matches('\u{feff}')) {
        return None;
    }
    let from = start + key.len() + 1 + (value.len() - value.trim_start().len());
    let to = start + key.len() + 1 + value.trim_end().len();
    (from <= to).then_some(from..to)
}

/// What a text is that is plainly something else.
fn foreign(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|l| !l.trim().is_empty())
        .take(200)
        .collect();
    let share = |is: &dyn Fn(&str) -> bool| lines.iter().filter(|l| is(l)).count() as f64 / lines.len().max(1) as f64;
    let first = text.trim_start();
    let has_equals = |l: &str| {
        let key = l.split('=').next().unwrap_or_default().trim();
        l.contains('=') && !key.is_empty() && !key.contains([':', '<', '"', ' ']) || l.trim_start().starts_with("[[")
    };
    if text.contains('\0') {
        return Some("it holds bytes that are no text");
    }
    if first.starts_with('{') || (first.starts_with("[{") || first.starts_with("[\n")) {
        return Some("this looks like JSON");
    }
    if first.starts_with('<') {
        return Some("this looks like HTML or XML");
    }
    if first.starts_with("#!") {
        return Some("this looks like a program");
    }
    let is_yaml = |l: &str| {
        let l = l.trim_start().trim_start_matches("- ");
        let (key, rest) = l.split_once(':').unwrap_or((" ", ""));
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        is_key && (rest.is_empty() || rest.starts_with(' ')) || l.starts_with('#') || l == "---"
    };
    // One line may be a slip of the pen in a scenario.
    if lines.len() >= 2 && share(&is_yaml) > 0.7 && share(&has_equals) == 0.0 {
        return Some("this looks like YAML");
    }
    if lines.len() >= 2 && share(&|l| l.contains([',', ';', '\t']) && !l.contains('=')) > 0.9 {
        return Some("this looks like a table of values");
    }
    if lines.len() >= 3 && share(&has_equals) == 0.0 && share(&|l| l.starts_with(['[', '#'])) < 0.5 {
        return Some("no line of it is `key = value`");
    }
    None
}

/// Tells errors one line each, and not too many.
struct Told<'a> {
    source: &'a Arc<SourceText>,
    report: &'a mut Report,
    outline: Option<Outline>,
    /// Beginnings of the lines that were told.
    lines: Vec<usize>,
    /// How many of them are mistakes of their own.
    told: usize,
    left_out: usize,
    /// The end of a line whose quote is not closed: what follows it may be the rest of its text.
    open_text: Option<usize>,
    /// A list and a table have one name: which of them the reader took is not known.
    is_twisted: bool,
}

impl Told<'_> {
    fn all(&mut self, errors: &[SyntaxError]) {
        let source = Arc::clone(self.source);
        // Line by line: what is left open explains what comes after it.
        let mut errors: Vec<&SyntaxError> = errors.iter().collect();
        errors.sort_by_key(|error| line_around(&source.text, error.span().map_or(0, |span| span.start)).start);
        for error in errors {
            let at = error.span().unwrap_or(0..0);
            if error.message() == DUPLICATE {
                self.duplicate(&source, at);
                continue;
            }
            let line = line_around(&source.text, at.start);
            if self.lines.contains(&line.start) {
                continue;
            }
            // The second line of a text in single quotes is no mistake of its own.
            let is_rest = self
                .open_text
                .is_some_and(|end| line.start > end && line.start <= end + 2);
            if is_rest && line_value(&source.text, line.start).is_none() && !source.text[line.clone()].starts_with('[')
            {
                self.open_text = Some(line.end);
                self.lines.push(line.start);
                continue;
            }
            let is_open = line_value(&source.text, line.start).is_some_and(|v| is_open_text(&source.text[v]));
            self.open_text = (is_open || error.message().contains("string")).then_some(line.end);
            self.lines.push(line.start);
            self.told += 1;
            if self.told > MOST_LINES {
                self.left_out += 1;
                continue;
            }
            let outline = self.outline.get_or_insert_with(|| outline(&source.text));
            let kind = outline.kind_in(&line);
            self.report.push(of_line(&source, &line, at, error.message(), kind));
        }
    }

    /// Says how much was left out.
    fn rest(&mut self) {
        if self.left_out > 0 {
            let message = match self.left_out {
                1 => String::from("one more line is not valid TOML"),
                n => format!("{n} more lines are not valid TOML"),
            };
            let mut finding = Diagnostic::bare(codes::TOO_MANY, Severity::Error, message);
            finding.file = Some(self.source.name.clone());
            self.report
                .push(finding.help("mend the first ones: the others may go with them"));
        }
    }

    /// A key or heading that is there already.
    fn duplicate(&mut self, source: &Arc<SourceText>, at: Range<usize>) {
        let place = Place {
            source: Arc::clone(source),
            span: at.clone(),
        };
        let outline = self.outline.get_or_insert_with(|| outline(&source.text));
        let name = show(source.text.get(at.clone()).unwrap_or_default());
        let first = outline.first(at.start);
        let where_first = first.map_or_else(String::new, |first| {
            let first = Place {
                source: Arc::clone(source),
                span: first.span.clone(),
            };
            format!(", first in line {}", first.line())
        });
        let is_heading = source.text[line_around(&source.text, at.start)]
            .trim_start()
            .starts_with('[');
        let finding = if is_heading && first.is_some_and(|f| f.is_list) {
            self.is_twisted = true;
            let message = format!("`{name}` is a list{where_first}: each element has its heading in two brackets");
            Diagnostic::error(codes::SYNTAX, &place, message).help(format!(
                "write [[{name}]] for another one; a part of the one above has a heading such as [{name}.PART]"
            ))
        } else if is_heading {
            let message = format!("duplicate heading: `{name}` is there already{where_first}");
            Diagnostic::error(codes::SYNTAX, &place, message).help("put the keys of both under one of the two headings")
        } else {
            let message = format!("duplicate key: `{name}` is given already{where_first}");
            Diagnostic::error(codes::SYNTAX, &place, message).help("keep one of the two")
        };
        self.report.push(finding);
    }
}

/// The finding for a line, as close to what was meant as can be told.
fn of_line(
    source: &Arc<SourceText>,
    line: &Range<usize>,
    at: Range<usize>,
    message: &str,
    kind: Option<Kind>,
) -> Diagnostic {
    let text = &source.text[line.clone()];
    let place = |span: Range<usize>| Place {
        source: Arc::clone(source),
        span,
    };
    let general = Diagnostic::error(codes::SYNTAX, &place(at.clone()), format!("not valid TOML: {message}"));
    let value = line_value(&source.text, line.start);
    let (key, whole) = match &value {
        Some(v) => (
            text.split('=').next().unwrap_or_default().trim(),
            &source.text[v.clone()],
        ),
        None => ("", ""),
    };
    let at_value = |message: String| match &value {
        Some(v) => Diagnostic::error(codes::SYNTAX, &place(v.clone()), message),
        None => Diagnostic::error(codes::SYNTAX, &place(at.clone()), message),
    };
    let at_line = |message: String| {
        let indent = text.len() - text.trim_start().len();
        let span = line.start + indent..line.start + text.trim_end().len();
        Diagnostic::error(codes::SYNTAX, &place(span), message)
    };
    // Without a comment behind it, unless the sign may belong to a text.
    let bare = match whole.contains(['"', '\'']) {
        true => whole,
        false => whole.split('#').next().unwrap_or_default().trim_end(),
    };
    if outside_quotes(text).contains(CURLY) {
        let curly = text
            .char_indices()
            .find(|(_, c)| CURLY.contains(c))
            .map_or(0, |(i, _)| i);
        let from = line.start + curly;
        let width = text[curly..].chars().next().map_or(0, char::len_utf8);
        let finding = Diagnostic::error(
            codes::SYNTAX,
            &place(from..from + width),
            "these are typographic quotes",
        );
        return finding.help(format!("write straight ones: {}", straight(text)));
    }
    if let Some(delimiter) = ["\"\"\"", "'''"].into_iter().find(|_| message.contains("multi-line")) {
        // The text goes on to the end of the file: where it begins is what matters.
        let opened = source
            .text
            .rfind("'''")
            .max(source.text.rfind(delimiter))
            .unwrap_or(at.start);
        let message = "the three quotes that open here are not closed";
        let finding = Diagnostic::error(codes::SYNTAX, &place(opened..opened + delimiter.len()), message);
        return finding.help("close the text with three quotes of the same kind");
    }
    // A number that TOML knows is not what is wrong: something before it was not closed.
    if let Some(number) = hints::written(bare).filter(|_| DeTable::parse(&format!("x = {bare}")).is_err()) {
        let finding = at_value(format!("`{}` is no number of TOML", plain(bare)));
        let is_whole = matches!(kind, Some(Kind::Count(..)));
        let replacement = hints::number(number.right());
        let mut finding = finding.help(number.advice(false, is_whole));
        finding.replacement = (bare.len() == whole.len()).then_some(replacement);
        return finding;
    }
    if let Some(found) = of_bracket(text, key, bare, &at_line, &at_value) {
        return found;
    }
    if let Some(found) = of_word(key, bare, kind, &at_value) {
        return found;
    }
    if message.contains("missing assignment") {
        return general.help("an equals sign stands between key and value, in braces too: { normal = [0, 1] }");
    }
    if message.contains("missing comma") {
        return general.help("a comma is missing, or a bracket that opens before is not closed");
    }
    if value.is_none() || bare.is_empty() {
        return of_key(text, &general);
    }
    general.help(GENERAL)
}

/// What stands outside straight quotes, roughly: enough to see which signs are part of a text.
fn outside_quotes(line: &str) -> String {
    let mut out = String::new();
    let mut open = None;
    for c in line.chars() {
        match open {
            Some(quote) if c == quote => open = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => open = Some(c),
            None if c == '#' => break,
            None => out.push(c),
        }
    }
    out
}

/// The line with straight quotes.
fn straight(line: &str) -> String {
    let line = line.trim();
    let is_quote = |c: char| c == '"' || CURLY.contains(&c);
    // A single text is closed, whatever closes it; an apostrophe in it stays.
    let whole = line.split_once('=').and_then(|(key, value)| {
        let inner = value.trim().strip_prefix(is_quote)?;
        let inner = inner.strip_suffix(|c: char| is_quote(c) || c == '\'').unwrap_or(inner);
        let is_single = !inner.contains(|c: char| is_quote(c) && c != '’') && !inner.contains('#');
        is_single.then(|| format!("{} = \"{inner}\"", key.trim()))
    });
    plain(&whole.unwrap_or_else(|| line.replace(CURLY, "\"")))
}

/// A quote that opens and does not close in the same line.
fn is_open_text(value: &str) -> bool {
    let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'');
    quote.is_some_and(|quote| !value[1..].contains(quote))
}

/// Something that was opened and not closed.
fn of_bracket(
    line: &str,
    key: &str,
    value: &str,
    at_line: &dyn Fn(String) -> Diagnostic,
    at_value: &dyn Fn(String) -> Diagnostic,
) -> Option<Diagnostic> {
    let trimmed = line.trim();
    if trimmed.starts_with('[') && !trimmed.contains(']') {
        let double = if trimmed.starts_with("[[") { "]]" } else { "]" };
        let finding = at_line(String::from("the heading is not closed"));
        return Some(finding.help(format!("write {}{double}", plain(trimmed))));
    }
    let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let rest = &value[1..];
    if is_open_text(value) {
        let finding = at_value(String::from("the quote that opens here is not closed"));
        return Some(finding.help(format!(
            "write {} = {}{quote}; a text of several lines stands in three quotes: \"\"\"...\"\"\"",
            plain(key),
            plain(value)
        )));
    }
    if quote == '"' && rest.contains('\\') {
        let finding = at_value(String::from("a backslash in double quotes begins an escape"));
        return Some(finding.help(format!(
            "put the text in single quotes: {} = '{}'",
            plain(key),
            plain(rest.trim_end_matches('"'))
        )));
    }
    None
}

/// A value without quotes, or with something behind it.
fn of_word(key: &str, value: &str, kind: Option<Kind>, at_value: &dyn Fn(String) -> Diagnostic) -> Option<Diagnostic> {
    let key = plain(key);
    if let Some(before) = value.strip_suffix(';') {
        let finding = at_value(String::from("a line ends without a semicolon"));
        return Some(finding.help(format!("write {key} = {}", plain(before.trim_end()))));
    }
    if value.starts_with(['=', '>']) {
        let finding = at_value(String::from("one equals sign stands between key and value"));
        return Some(finding.help(format!(
            "write {key} = {}",
            plain(value.trim_start_matches(['=', '>', ' ']))
        )));
    }
    if hints::calendar(value).is_some() && !value.contains(['"', '\'']) {
        let finding = at_value(format!("`{}` is no value of TOML", plain(value)));
        let name = key.rsplit('.').next().unwrap_or_default();
        return Some(match name {
            "start" => finding.help(format!(
                "a calendar month stands in quotes: {key} = \"{}\"",
                plain(value)
            )),
            _ => finding.help(hints::MONTHS),
        });
    }
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" => {
            let finding = at_value(format!("`{}` is no value of TOML", plain(value)));
            return Some(finding.help(format!("write {key} = true")));
        }
        "false" | "no" | "off" => {
            let finding = at_value(format!("`{}` is no value of TOML", plain(value)));
            return Some(finding.help(format!("write {key} = false")));
        }
        "none" | "null" | "nil" | "na" | "n/a" => {
            let finding = at_value(format!("`{}` is no value of TOML", plain(value)));
            let help =
                format!("leave the key out, or, where the word `none` is meant, put it in quotes: {key} = \"none\"");
            return Some(finding.help(help));
        }
        _ => {}
    }
    let is_word = value.starts_with(|c: char| c.is_alphabetic() || c == '/' || c == '.');
    if let Some(family) = value
        .split('(')
        .next()
        .and_then(|name| Family::of(name.trim()))
        .filter(|_| is_word)
    {
        let finding = at_value(String::from("a distribution is a table in braces"));
        return Some(finding.help(format!("write {key} = {}", family.usage())));
    }
    let is_bare = is_word && !value.contains(['"', '\'']);
    if let Some(wanted) = kind.filter(|_| is_bare).filter(is_number) {
        let finding = at_value(format!("`{}` is no number", plain(value)));
        return Some(finding.help(format!("write {}", wanted.wanted())));
    }
    let parts: Vec<&str> = value.split([',', ' ']).filter(|p| !p.is_empty()).collect();
    if is_bare && parts.len() > 1 && matches!(kind, Some(Kind::Names(_) | Kind::Choices(_))) {
        let finding = at_value(String::from(
            "a list stands in brackets, and each of its texts in quotes",
        ));
        return Some(finding.help(format!("write {key} = [\"{}\"]", plain(&parts.join("\", \"")))));
    }
    if is_bare {
        let finding = at_value(String::from("a text stands in quotes"));
        let mut finding = finding.help(format!("write {key} = \"{}\"", plain(value)));
        finding.replacement = Some(format!("\"{value}\""));
        return Some(finding);
    }
    None
}

/// True for keys that hold numbers.
fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Figure(_) | Kind::Number(_) | Kind::Count(..))
}

/// A line without an equals sign, or without a value.
fn of_key(line: &str, general: &Diagnostic) -> Diagnostic {
    let trimmed = line.trim();
    let mut finding = general.clone();
    if trimmed.starts_with("//") || trimmed.starts_with(';') || trimmed.starts_with("--") {
        finding.message = String::from("not valid TOML: a comment begins with `#`");
        let words = trimmed.trim_start_matches(['/', ';', '-', ' ']);
        return finding.help(format!("write # {}", plain(words)));
    }
    if let Some((key, value)) = trimmed.split_once(':').filter(|(key, _)| schema_like(key)) {
        finding.message = String::from("not valid TOML: an equals sign stands between key and value, not a colon");
        let value = value.trim();
        let quoted = match value.starts_with(['"', '\'', '[', '{']) || value.parse::<f64>().is_ok() {
            true => value.to_owned(),
            false => format!("\"{value}\""),
        };
        return finding.help(format!("write {} = {}", plain(key.trim()), plain(&quoted)));
    }
    if let Some(key) = trimmed.strip_suffix('=') {
        finding.message = String::from("not valid TOML: the key has no value");
        return finding.help(format!("write {} = VALUE, or take the line out", plain(key.trim())));
    }
    if let Some((key, value)) = trimmed.split_once(' ').filter(|(key, _)| schema_like(key)) {
        finding.message = String::from("not valid TOML: there is no equals sign");
        return finding.help(format!(
            "write {} = {}; a comment begins with `#`",
            plain(key),
            plain(value.trim())
        ));
    }
    finding.help(GENERAL)
}

/// True for a word that may be a key.
fn schema_like(key: &str) -> bool {
    let key = key.trim();
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// A piece of the text as it may be printed; quotes stand for themselves, so that it can be copied.
fn plain(text: &str) -> String {
    show(text).replace("\\\"", "\"").replace("\\'", "'")
}

/// Warns where a well-formed text needs TOML 1.1: the program reads it, most editors and linters refuse it. Each kind
/// is told once a file.
pub fn newer(source: &Arc<SourceText>, report: &mut Report) {
    let found = outline(&source.text).newer;
    for (kind, what, help) in [
        (
            Newer::BrokenTable,
            "a table in braces that goes over several lines",
            "write it on one line, or as a section with a heading of its own: [[option.event]], then [option.event.challenge]",
        ),
        (
            Newer::TrailingComma,
            "a comma before the closing brace",
            "take the comma out",
        ),
        (
            Newer::Escape,
            "an escape `\\e` or `\\x`",
            "write \\u001b for \\e, and \\u00 with two more digits for \\x",
        ),
        (Newer::ShortTime, "a time without seconds", "write the seconds too"),
    ] {
        let mut places = found.iter().filter(|(k, _)| *k == kind);
        let Some((_, span)) = places.next() else { continue };
        let place = Place {
            source: Arc::clone(source),
            span: span.clone(),
        };
        let more = match places.count() {
            0 => String::new(),
            n => format!(" ({n} more in this file)"),
        };
        let message = format!("{what} is TOML 1.1, which editors and other programs may refuse{more}");
        report.push(Diagnostic::warning(codes::NEWER_SYNTAX, &place, message).help(help));
    }
}
