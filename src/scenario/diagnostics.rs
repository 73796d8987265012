//! What is wrong with a scenario, where, why, and what would be right.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::codes;
use crate::text;

/// Problems listed before the rest are only counted.
pub const MOST_SHOWN: usize = 100;
/// Lines longer than this many bytes are pointed at but not printed.
const LONGEST_LINE: usize = 2_000;

/// A text that was read, under the name by which messages call it.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceText {
    /// File path, bundled path, or the command-line argument itself.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A stretch of a text: where a key or value stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The text it stands in.
    pub source: Arc<SourceText>,
    /// Bytes in that text.
    pub span: Range<usize>,
}

impl Place {
    /// Its line, from 1.
    pub fn line(&self) -> usize {
        let text = &self.source.text;
        text[..floor(text, self.span.start)]
            .bytes()
            .filter(|b| *b == b'\n')
            .count()
            + 1
    }

    /// The place of a name within this one; this one where the name does not stand in it by itself.
    pub fn narrowed(&self, name: &str) -> Place {
        let marked = self.source.text.get(self.span.clone()).unwrap_or_default();
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let found = marked.match_indices(name).map(|(at, _)| at).find(|at| {
            let (before, after) = (&marked[..*at], &marked[at + name.len()..]);
            !is_part(before.chars().next_back()) && !is_part(after.chars().next())
        });
        let mut place = self.clone();
        if let Some(at) = found.filter(|_| !name.is_empty()) {
            place.span = self.span.start + at..self.span.start + at + name.len();
        }
        place
    }

    /// True if it begins within this one.
    fn holds(&self, finding: &Diagnostic) -> bool {
        let at = finding.span.as_ref().map(|s| s.start);
        let is_here = finding.source.as_ref().is_some_and(|s| Arc::ptr_eq(s, &self.source));
        is_here && at.is_some_and(|at| at == self.span.start || self.span.contains(&at))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{:?}", self.source.name, self.span)
    }
}

/// Whether a scenario can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// The scenario runs, but probably not as meant.
    Warning,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnostic {
    /// Stable code such as `S0201`; [`codes::explain`] says more.
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    /// Text in which it was found; none where there is no text (an unknown bundled name).
    pub file: Option<String>,
    /// Bytes in that text.
    pub span: Option<Range<usize>>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// What to do about it.
    pub help: Option<String>,
    /// Text that would be right in the place of the span.
    pub replacement: Option<String>,
    #[serde(skip)]
    source: Option<Arc<SourceText>>,
}

impl Diagnostic {
    /// A finding that no text carries.
    pub fn bare(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: text::name(&message.into()).into_owned(),
            file: None,
            span: None,
            line: None,
            column: None,
            help: None,
            replacement: None,
            source: None,
        }
    }

    /// An error at a place.
    pub fn error(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self::bare(code, Severity::Error, message).at(place)
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self::bare(code, Severity::Warning, message).at(place)
    }

    /// The same finding at a place.
    pub fn at(mut self, place: &Place) -> Self {
        let text = &place.source.text;
        let start = floor(text, place.span.start);
        self.file = Some(place.source.name.clone());
        self.span = Some(start..floor(text, place.span.end).max(start));
        self.source = Some(Arc::clone(&place.source));
        self
    }

    /// The same finding at a byte of a text of which nothing may be shown: file, line and column, but no span to print.
    pub fn beside(mut self, source: &SourceText, at: usize) -> Self {
        let before = &source.text[..floor(&source.text, at)];
        (self.line, self.column) = (Some(line_of(before)), Some(column_of(before)));
        self.file = Some(source.name.clone());
        self
    }

    /// Counts line and column. Apart from [`Self::at`] because it reads all text before the place,
    /// which is too dear for findings that are dropped.
    fn located(mut self) -> Self {
        if let Some((source, span)) = self.source.as_ref().zip(self.span.as_ref()) {
            let before = &source.text[..span.start];
            (self.line, self.column) = (Some(line_of(before)), Some(column_of(before)));
        }
        self
    }

    /// The same finding with advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(text::page(&help.into()).into_owned());
        self
    }

    /// The same finding with the valid name nearest to `wrong`, or all of them if they are few.
    pub fn nearest<'a>(mut self, wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        let valid: Vec<&str> = valid.into_iter().collect();
        if let Some(name) = nearest(wrong, valid.iter().copied()) {
            self = self.meant(wrong, name);
        } else if valid.len() == 1 {
            self = self.help(format!("the only one is `{}`", valid[0]));
        } else if (2..=12).contains(&valid.len()) {
            self = self.help(format!("expected one of {}", list(&valid)));
        }
        self
    }

    /// File, line and column without the line itself.
    fn origin(&self, file: &str) -> Origin<'static> {
        let mut origin = Origin::path(text::name(file).into_owned());
        if let Some((line, column)) = self.line.zip(self.column) {
            origin = origin.line(line).char_column(column);
        }
        origin
    }

    /// The same finding with the name that was meant.
    pub fn meant(mut self, wrong: &str, name: &str) -> Self {
        self = self.help(format!("did you mean `{name}`?"));
        // The span may be more than the name: quotes around it, or the path that it is part of.
        let marked = self
            .source
            .as_ref()
            .zip(self.span.clone())
            .map(|(source, span)| &source.text[span]);
        self.replacement = match marked {
            None => Some(name.to_owned()),
            Some(text) => text.contains(wrong).then(|| text.replacen(wrong, name, 1)),
        };
        self
    }

    /// The finding as text for a terminal, ending in a line break.
    pub fn render(&self, colour: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str()).id(self.code);
        let mut group = Group::with_title(title);
        if let Some((source, span)) = self.source.as_ref().zip(self.span.clone()) {
            let line = self.line.unwrap_or(1);
            if let Some((shown, caret)) = marked_line(&source.text, span) {
                group = group.element(
                    Snippet::source(shown)
                        .line_start(line)
                        .path(text::name(&source.name).into_owned())
                        .annotation(AnnotationKind::Primary.span(caret)),
                );
            } else {
                group = group.element(self.origin(&source.name));
            }
        } else if let Some(file) = &self.file {
            group = group.element(self.origin(file));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = renderer.render(&[group]);
        out.push('\n');
        out
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(((file, line), column)) = self.file.as_ref().zip(self.line).zip(self.column) {
            write!(f, "{}:{line}:{column}: ", text::name(file))?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

/// All findings as text, with an empty line between them.
pub fn render_all(findings: &[Diagnostic], colour: bool) -> String {
    let parts: Vec<String> = findings.iter().map(|d| d.render(colour)).collect();
    parts.join("\n")
}

/// Collects findings; after [`MOST_SHOWN`] errors the rest are only counted.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
    errors: usize,
    hidden: usize,
}

impl Report {
    /// Adds a finding, unless the same one stands there already (a base file is read once for each option).
    pub fn push(&mut self, finding: Diagnostic) {
        let is_error = finding.severity == Severity::Error;
        if is_error && self.is_full() {
            self.hidden += 1;
            return;
        }
        if !is_error && self.found.len() >= 2 * MOST_SHOWN {
            return;
        }
        let mut finding = finding.located();
        // Where nothing closer can be said, what the code means is still of use.
        if finding.help.is_none() {
            finding.help = codes::explain(finding.code).map(|e| e.text.to_owned());
        }
        if !self.found.contains(&finding) {
            self.errors += usize::from(is_error);
            self.found.push(finding);
        }
    }

    /// Errors so far.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// True if an error was found within a place.
    pub fn blames(&self, place: &Place) -> bool {
        let mut errors = self.found.iter().filter(|d| d.severity == Severity::Error);
        errors.any(|d| place.holds(d))
    }

    /// Puts better advice, and perhaps a replacement, in the place of some advice, from the text that is marked.
    pub fn refine(&mut self, old: &str, better: impl Fn(&str) -> Option<(String, Option<String>)>) {
        for finding in self.found.iter_mut().filter(|d| d.help.as_deref() == Some(old)) {
            let marked = finding.source.as_ref().zip(finding.span.clone());
            let marked = marked.and_then(|(source, span)| source.text.get(span));
            if let Some((help, replacement)) = marked.and_then(&better) {
                finding.help = Some(help);
                finding.replacement = replacement;
            }
        }
    }

    /// True once enough has been found that looking further helps nobody.
    pub fn is_full(&self) -> bool {
        self.errors >= MOST_SHOWN
    }

    /// True if any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The findings by file and place; a last one says if some were left out.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (&a.file, a.span.as_ref().map(|s| s.start)).cmp(&(&b.file, b.span.as_ref().map(|s| s.start)))
        });
        if self.is_full() {
            let rest = match self.hidden {
                0 => String::from("there may be more"),
                n => format!("at least {n} more were left out"),
            };
            let message = format!("the first {MOST_SHOWN} problems are shown; {rest}");
            self.found
                .push(Diagnostic::bare(codes::TOO_MANY, Severity::Error, message));
        }
        self.found
    }
}

/// A name as it may be printed: hidden characters made visible, overlong ones cut.
pub fn show(name: &str) -> String {
    match name.char_indices().nth(60) {
        None => text::name(name).into_owned(),
        Some((end, _)) => text::name(&name[..end]).into_owned() + "…",
    }
}

/// The sign that some editors put at the start of a UTF-8 text; it is no column of its first line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The line, from 1, that follows a text.
fn line_of(before: &str) -> usize {
    before.bytes().filter(|b| *b == b'\n').count() + 1
}

/// The column in characters, from 1, that follows a text.
fn column_of(before: &str) -> usize {
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = &before[start..];
    line.trim_start_matches(BYTE_ORDER_MARK).chars().count() + 1
}

/// The line in which a span begins, as it may be printed, with the marked bytes of it; none if it is too long.
fn marked_line(whole: &str, span: Range<usize>) -> Option<(String, Range<usize>)> {
    let span = span.start.max(mark(whole))..span.end.max(mark(whole));
    let start = whole[..span.start].rfind('\n').map_or(0, |i| i + 1).max(mark(whole));
    let end = whole[span.start..].find('\n').map_or(whole.len(), |i| span.start + i);
    // The end of a line in files from Windows is no part of it.
    let end = if whole[span.start..end].ends_with('\r') {
        end - 1
    } else {
        end
    };
    if end - start > LONGEST_LINE {
        return None;
    }
    let (from, to) = (span.start, span.end.clamp(span.start, end.max(span.start)));
    let mut shown = text::source_line(&whole[start..from]);
    let first = shown.len();
    shown.push_str(&text::source_line(&whole[from..to]));
    let marked = first..shown.len();
    shown.push_str(&text::source_line(&whole[to..end.max(to)]));
    Some((shown, marked))
}

/// Names in backticks, joined by commas and a final "or".
pub fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        None => String::from("nothing"),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// The valid name most like `wrong`, if any is like it at all.
pub fn nearest<'a>(wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong: String = wrong.chars().take(80).collect::<String>().to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in valid {
        let likeness = strsim::jaro_winkler(&wrong, &name.to_lowercase());
        let steps = strsim::osa_distance(&wrong, &name.to_lowercase());
        // Three-letter codes differ by one letter in many unrelated pairs, so two letters must agree.
        let close = likeness >= 0.82 || (steps <= 1 && name.len() >= 3);
        if close && best.is_none_or(|(b, _)| likeness > b) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Bytes of a byte order mark at the beginning of a text.
fn mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    }
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, part: &str) -> Place {
        let start = text.find(part).expect("the part stands in the text");
        let source = SourceText {
            name: "a.toml".into(),
            text: text.into(),
        };
        Place {
            source: Arc::new(source),
            span: start..start + part.len(),
        }
    }

    #[test]
    fn a_finding_names_line_and_column_and_points() {
        let at = place("title = \"é\"\nfoo = 1\n", "foo");
        let shown = Diagnostic::error(codes::UNKNOWN_KEY, &at, "unknown key `foo`")
            .help("did you mean `label`?")
            .located()
            .render(false);
        assert!(shown.contains("error[S0101]: unknown key `foo`"), "{shown}");
        assert!(shown.contains("a.toml:2:1"), "{shown}");
        assert!(shown.contains("^^^"), "{shown}");
        assert!(shown.contains("did you mean `label`?"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "plain text has no escapes");
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let at = place("é = 1", "=");
        assert_eq!(Diagnostic::error("S0101", &at, "x").located().column, Some(3));
    }

    #[test]
    fn a_byte_order_mark_is_no_column_and_a_windows_line_end_no_sign() {
        let at = place("\u{feff}foo = 1\r\nbar = 2\r\n", "foo");
        let shown = Diagnostic::error("S0101", &at, "x").located().render(false);
        assert!(
            shown.contains("a.toml:1:1") && shown.contains("1 | foo = 1\n"),
            "{shown}"
        );
        assert!(!shown.contains(['␍', '\u{feff}']) && !shown.contains("feff"), "{shown}");
        let to_the_end = place("foo = 1\r\n", "1\r\n");
        let shown = Diagnostic::error("S0101", &to_the_end, "x").located().render(false);
        assert!(
            shown.contains("foo = 1\n") && !shown.contains('␍') && !shown.contains("\\r"),
            "{shown}"
        );
    }

    #[test]
    fn hidden_characters_of_a_line_are_shown_and_the_mark_still_fits() {
        let at = place("a\u{202e}\t= \u{1b}[2Jfoo # \u{9b}", "foo");
        let shown = Diagnostic::error("S0101", &at, "x\u{1b}")
            .help("y\u{7}")
            .located()
            .render(false);
        assert!(shown.contains("a\\u{202e}    = \\u{1b}[2Jfoo # \\u{9b}"), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let line = lines.iter().find(|l| l.contains("foo")).expect("the line");
        let mark = lines.iter().find(|l| l.contains("^^^")).expect("the mark");
        assert_eq!(line.find("foo"), mark.find("^^^"), "{shown}");
        assert!(shown.contains("x\\u{1b}") && shown.contains("y\\u{7}"), "{shown}");
    }

    #[test]
    fn a_finding_beside_a_text_shows_its_place_and_nothing_of_it() {
        let source = SourceText {
            name: "other\u{1b}.toml".into(),
            text: "one\ntwo = secret\n".into(),
        };
        let finding = Diagnostic::bare("S0021", Severity::Error, "x").beside(&source, 10);
        let shown = finding.render(false) + &finding.to_string();
        assert!(
            shown.contains("other\\u{1b}.toml:2:7") && !shown.contains("secret"),
            "{shown}"
        );
    }

    #[test]
    fn colour_is_only_used_when_asked_for() {
        let at = place("foo = 1", "foo");
        assert!(Diagnostic::error("S0101", &at, "x").render(true).contains('\u{1b}'));
    }

    #[test]
    fn a_place_outside_the_text_does_no_harm() {
        let mut at = place("é", "é");
        at.span = 1..900;
        assert!(
            Diagnostic::error("S0101", &at, "x")
                .located()
                .render(false)
                .contains("a.toml:1:1")
        );
    }

    #[test]
    fn a_very_long_line_is_not_printed() {
        let text = "x".repeat(100_000);
        let shown = Diagnostic::error("S0101", &place(&text, "x"), "long")
            .located()
            .render(false);
        assert!(shown.len() < 500, "{}", shown.len());
        assert!(shown.contains("a.toml:1:1"), "{shown}");
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("reputaton", ["drift", "reputation"]), Some("reputation"));
        assert_eq!(nearest("USS", ["USA", "GBR"]), Some("USA"));
        assert_eq!(nearest("zzzzzz", ["drift", "reputation"]), None);
    }

    #[test]
    fn a_replacement_fits_the_whole_span() {
        let at = place("a = 'ETS'", "'ETS'");
        let finding = Diagnostic::error("S0201", &at, "x").nearest("ETS", ["EST"]);
        assert_eq!(finding.replacement.as_deref(), Some("'EST'"));
        let elsewhere = place("a = 'ETS'", "a");
        let finding = Diagnostic::error("S0201", &elsewhere, "x").nearest("ETS", ["EST"]);
        assert_eq!(finding.replacement, None);
    }

    #[test]
    fn findings_serialise_with_their_place() {
        let json =
            serde_json::to_value(Diagnostic::error("S0101", &place("a = 1", "a"), "x").located()).expect("plain data");
        assert_eq!(json["line"], 1);
        assert_eq!(json["severity"], "error");
        assert!(json.get("source").is_none());
    }

    #[test]
    fn more_than_a_hundred_errors_are_counted() {
        let mut report = Report::default();
        for i in 0..150 {
            report.push(Diagnostic::bare("S0101", Severity::Error, format!("{i}")));
        }
        let found = report.finish();
        assert_eq!(found.len(), MOST_SHOWN + 1);
        assert!(found[MOST_SHOWN].message.contains("50 more"));
    }
}
