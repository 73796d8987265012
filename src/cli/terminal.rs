//! Writing to the terminal: colour only where it is wanted, and no fuss over a broken pipe.

use std::io::{self, IsTerminal, Write};

use super::{Failure, exit};

/// Writes results to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Err(Failure::Closed),
        Err(e) => Err(Failure::Other {
            message: format!("cannot write to standard output: {e}"),
            code: exit::IO,
        }),
    }
}

/// Talks on standard error. Nobody listening is no error.
pub fn say(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", text.trim_end());
}

/// True if standard error may carry colour.
#[expect(clippy::disallowed_methods, reason = "NO_COLOR is a promise of the command line")]
pub fn colour_on_stderr() -> bool {
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
