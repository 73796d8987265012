//! Which scenario a word of the command line means: a file, a bundled name, or `-` for standard input.

use std::io;

use super::{Failure, exit};
use crate::scenario::file::{Unread, read_stream};
use crate::scenario::{Problems, STDIN, Source};

/// The word for standard input.
pub const DASH: &str = "-";

/// The scenario that a word means. Where only bundled files are read, the disk is not even asked whether it has one.
pub fn source(word: &str, bundled_only: bool) -> Result<Source, Failure> {
    if word == DASH {
        return match read_stream(io::stdin().lock(), STDIN.to_owned()) {
            Ok(source) => Ok(Source::Stdin(source.text.clone())),
            Err(Unread::Invalid(finding)) => Err(Problems::Invalid(vec![*finding]).into()),
            Err(Unread::Io(error)) => Err(Failure::Other {
                message: format!("cannot read standard input: {error}"),
                code: exit::IO,
            }),
        };
    }
    Ok(if bundled_only {
        Source::Bundled(word.to_owned())
    } else {
        Source::resolve(word)
    })
}
