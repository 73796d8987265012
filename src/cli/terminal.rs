//! Writing to the terminal: the one door through which text reaches standard output and standard error.
//!
//! What others wrote (see [`crate::text`]) leaves here with every hidden character made visible, wherever it came from.
//! Colours pass only in findings, whose parts are clean before they are coloured. No fuss is made over a broken pipe.

#![expect(clippy::disallowed_methods, reason = "this is the door that all others have to use")]

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::{Failure, exit};
use crate::results;
use crate::scenario::diagnostics::{Diagnostic, render_all};
use crate::text;

/// Writes results to standard output.
pub fn print(page: &str) -> Result<(), Failure> {
    match Screen::new().write_all(page.as_bytes()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Err(Failure::Closed),
        Err(e) => Err(Failure::Other {
            message: format!("cannot write to standard output: {e}"),
            code: exit::IO,
        }),
    }
}

/// Standard output for what writes piece by piece; a piece is whole characters.
pub struct Screen(io::StdoutLock<'static>);

impl Screen {
    pub fn new() -> Self {
        Self(io::stdout().lock())
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = String::from_utf8_lossy(bytes);
        self.0.write_all(text::page(&piece).as_bytes())?;
        self.0.flush()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes to standard output after something was saved; should that fail, the message says where it is.
pub fn print_saved(page: &str, saved: &Path) -> Result<(), Failure> {
    print(page).map_err(|failure| match failure {
        Failure::Other { message, code } => Failure::Other {
            message: format!("{message}; the result is saved in {}", text::path(saved)),
            code,
        },
        other => other,
    })
}

/// Clears what killed runs left at an output folder, and says so.
pub fn tidy(folder: &Path) -> Result<(), Failure> {
    for sentence in results::tidy(folder)? {
        say(&text::name(&format!("note: {sentence}")));
    }
    Ok(())
}

/// Talks on standard error. Nobody listening is no error.
pub fn say(page: &str) {
    say_clean(&text::page(page));
}

/// Tells findings on standard error, in colour where it is wanted.
pub fn tell(findings: &[Diagnostic]) {
    if !findings.is_empty() {
        say_clean(&text::coloured(&render_all(findings, colour_on_stderr())));
    }
}

fn say_clean(page: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", page.trim_end());
}

/// True if standard error may carry colour.
#[expect(clippy::disallowed_methods, reason = "NO_COLOR is a promise of the command line")]
fn colour_on_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// True if somebody watches standard error.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Columns of a terminal that nobody has measured, and of everything that is not one.
const USUAL: usize = 80;
/// Fewer columns than this are no terminal that anybody reads on.
const LEAST: usize = 20;

/// Columns to write results in: what `COLUMNS` says, else what standard output has, else eighty.
#[expect(
    clippy::disallowed_methods,
    reason = "COLUMNS is how a user tells the command line its width"
)]
pub fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    let measured = || terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| usize::from(columns.0));
    told.filter(|columns| *columns >= LEAST)
        .or_else(measured)
        .filter(|columns| *columns >= LEAST)
        .unwrap_or(USUAL)
}
