//! The command line as people write it: what is wrong with it, and what was probably meant.

use std::ffi::OsString;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error, FromArgMatches};

use super::{exit, terminal};
use crate::scenario::bundled;
use crate::scenario::diagnostics::show;
use crate::scenario::hints::{number, written};
use crate::text::name;

/// Words that other programs use, with ours.
const COMMANDS: &[(&str, &str)] = &[
    ("describe", "explain"),
    ("draw", "chart"),
    ("fit", "calibrate"),
    ("game", "play"),
    ("init", "new"),
    ("create", "new"),
    ("lint", "check"),
    ("ls", "list"),
    ("plot", "chart"),
    ("show", "explain"),
    ("simulate", "run"),
    ("sim", "run"),
    ("start", "demo"),
    ("test", "validate"),
    ("what", "explain"),
];
/// Options that other programs have, with ours.
const FLAGS: &[(&str, &str)] = &[
    ("--cores", "--jobs"),
    ("--horizon", "--months"),
    ("--iterations", "--runs"),
    ("--override", "--set"),
    ("--output", "--out"),
    ("--replications", "--runs"),
    ("--samples", "--runs"),
    ("--seat", "--as"),
    ("--state", "--as"),
    ("--threads", "--jobs"),
    ("--years", "--months"),
    ("-j", "--jobs"),
    ("-n", "--runs"),
    ("-o", "--out"),
];

/// Reads the command line. What is wrong with it, or the help that was asked for, is told; then only the exit code is left.
pub fn parse<T: CommandFactory + FromArgMatches>() -> Result<T, u8> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let command = with_negative_numbers(T::command());
    let parsed = command.clone().try_get_matches_from(&words);
    parsed
        .and_then(|mut found| T::from_arg_matches_mut(&mut found))
        .map_err(|error| {
            // The message quotes the command line, so it is made anew from words in which nothing is hidden.
            let clean = words
                .iter()
                .map(|word| name(&word.to_string_lossy()).into_owned().into());
            let clean: Vec<OsString> = clean.collect();
            match command.clone().try_get_matches_from(&clean) {
                Err(again) if again.kind() == error.kind() => tell(&command, &clean, &again),
                _ => tell(&command, &clean, &error),
            }
        })
}

/// The command with options that take `-1` as their value, and not for an option of its own: then what is wrong with it
/// is told.
fn with_negative_numbers(command: Command) -> Command {
    let negative = |arg: clap::Arg| {
        let is_option = !arg.is_positional() && arg.get_action().takes_values();
        if is_option {
            arg.allow_negative_numbers(true)
        } else {
            arg
        }
    };
    command.mut_args(negative).mut_subcommands(with_negative_numbers)
}

/// Tells an error, and gives the exit code.
fn tell(command: &Command, words: &[OsString], error: &Error) -> u8 {
    if !error.use_stderr() {
        // Help or version; nobody listening is no error, a full disk is one.
        let printed = error.print().and_then(|()| terminal::Screen::new().flush());
        return match printed {
            Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => {
                terminal::say(&format!("error: cannot write to standard output: {cause}"));
                exit::IO
            }
            _ => exit::DONE,
        };
    }
    match advice(command, words, error) {
        Some(text) => terminal::say(&format!("error: {text}\n\nFor more information, try '--help'.")),
        None => terminal::say(&error.render().to_string()),
    }
    exit::USAGE
}

/// A text of the context of an error.
fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

/// What is wrong and what was meant, where more can be said than the parser does.
fn advice(command: &Command, words: &[OsString], error: &Error) -> Option<String> {
    match error.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => wrong_value(command, words, error),
        ErrorKind::ArgumentConflict => {
            let arg = context(error, ContextKind::InvalidArg)?;
            let flag = arg.split_whitespace().next()?;
            // The parser says the same of an option that is there twice and of two that exclude each other.
            let is_twice = context(error, ContextKind::PriorArg).is_none_or(|prior| prior == arg);
            is_twice.then(|| twice(flag, words))
        }
        ErrorKind::InvalidSubcommand => wrong_command(&context(error, ContextKind::InvalidSubcommand)?, words),
        ErrorKind::UnknownArgument => wrong_flag(&context(error, ContextKind::InvalidArg)?, words),
        _ => None,
    }
}

/// An option that may be given once.
fn twice(flag: &str, words: &[OsString]) -> String {
    if flag != "--option" {
        return format!("{flag} is given more than once\n  help: give it once");
    }
    let values = values_of(flag, words);
    format!(
        "--option is given more than once: one option is run at a time\n  help: to compare several: deter compare {} \
         --options {}",
        scenario_of(words),
        values.join(",")
    )
}

/// The values that are given for an option.
fn values_of(flag: &str, words: &[OsString]) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|w| w.to_string_lossy().into_owned()).collect();
    let mut values = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word == flag {
            values.extend(words.get(at + 1).map(|w| show(w)));
        } else if let Some(value) = word.strip_prefix(flag).and_then(|rest| rest.strip_prefix('=')) {
            values.push(show(value));
        }
    }
    values
}

/// The word that is probably the scenario.
fn scenario_of(words: &[OsString]) -> String {
    let word = words.get(2).map(|w| w.to_string_lossy().into_owned());
    word.filter(|w| !w.starts_with('-'))
        .map_or_else(|| "SCENARIO".to_owned(), |w| show(&w))
}

/// A value that an option does not take.
fn wrong_value(command: &Command, words: &[OsString], error: &Error) -> Option<String> {
    let arg = context(error, ContextKind::InvalidArg)?;
    let value = context(error, ContextKind::InvalidValue)?;
    let flag = arg.split_whitespace().next()?;
    let reason = std::error::Error::source(error).map(ToString::to_string)?;
    let known = reason.starts_with("invalid digit")
        || reason.starts_with("cannot parse integer")
        || reason.starts_with("number too")
        || reason.contains(" is not in ");
    if !known {
        // A parser of ours gives the reason itself.
        return Some(format!("{flag} cannot be `{}`\n  help: {reason}", show(&value)));
    }
    let range = range_in(&reason).or_else(|| range_of(command, words, &value));
    let right = written(&value).filter(|n| n.right().fract() == 0.0);
    let is_new = |right: &String| *right != value;
    let meant = right.map(|n| number(n.right())).filter(is_new);
    let example = match (meant, &range) {
        (Some(meant), _) => format!("write {flag} {meant}; "),
        (None, Some((low, _))) => format!("for example {flag} {low}; "),
        (None, None) => String::new(),
    };
    let wanted = match range {
        Some((low, high)) => format!("it takes a whole number from {low} to {high}"),
        None => String::from("it takes a whole number from 0"),
    };
    Some(format!(
        "{flag} cannot be `{}`\n  help: {example}{wanted}",
        show(&value)
    ))
}

/// The range that the parser names: `0 is not in 1..=1024`, where the end may be open.
fn range_in(reason: &str) -> Option<(String, String)> {
    let (_, range) = reason.split_once(" is not in ")?;
    let (low, high) = range.split_once("..")?;
    let high = high.trim_start_matches('=');
    (!low.is_empty() && !high.is_empty()).then(|| (low.to_owned(), high.to_owned()))
}

/// The range of an option, by asking it for a number that is none of its own.
fn range_of(command: &Command, words: &[OsString], value: &str) -> Option<(String, String)> {
    ["-1", "18446744073709551615"].iter().find_map(|probe| {
        let asked = words.iter().map(|word| match word.to_string_lossy() {
            text if text == value => OsString::from(probe),
            text if text.ends_with(&format!("={value}")) => {
                OsString::from(format!("{}{probe}", &text[..text.len() - value.len()]))
            }
            _ => word.clone(),
        });
        let error = command.clone().try_get_matches_from(asked).err()?;
        let reason = std::error::Error::source(&error).map(ToString::to_string)?;
        range_in(&reason)
    })
}

/// A first word that is no command.
fn wrong_command(word: &str, words: &[OsString]) -> Option<String> {
    let told = format!("there is no command `{}`", show(word));
    let is_scenario = Path::new(word)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("toml"))
        || bundled::text(word).is_some();
    if is_scenario {
        let rest: Vec<String> = words.iter().skip(1).map(|w| show(&w.to_string_lossy())).collect();
        return Some(format!(
            "{told}: it is a scenario\n  help: deter run {}",
            rest.join(" ")
        ));
    }
    let word = word.to_lowercase();
    let (_, ours) = COMMANDS.iter().find(|(theirs, _)| *theirs == word)?;
    Some(format!("{told}\n  help: did you mean `deter {ours}`?"))
}

/// An option that does not exist.
fn wrong_flag(arg: &str, words: &[OsString]) -> Option<String> {
    let flag = arg.split('=').next()?;
    if flag == "--options" || flag == "--all-options" {
        let values = values_of(flag, words);
        let values = if values.is_empty() {
            "all".to_owned()
        } else {
            values.join(",")
        };
        return Some(format!(
            "{flag} is no option of this command: one option is run at a time, with --option NAME\n  help: to compare several: \
             deter compare {} --options {values}",
            scenario_of(words)
        ));
    }
    let (_, ours) = FLAGS.iter().find(|(theirs, _)| *theirs == flag)?;
    Some(format!("there is no option {flag}\n  help: did you mean {ours}?"))
}

/// A reader of whole numbers within a range, written as in a scenario file: `10000`, `10_000` or `1e4`.
pub fn whole<T: TryFrom<u64>>(
    range: RangeInclusive<u64>,
    example: &'static str,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text: &str| {
        let (low, high) = (*range.start(), *range.end());
        let wanted = format!("it takes a whole number from {low} to {high}, for example {example}");
        let plain = text.trim().replace('_', "").parse::<u64>().ok();
        let exact = |x: f64| (x.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&x)).then_some(x as u64);
        let read = written(text);
        let value = plain.or_else(|| read.filter(|n| n.is_plain()).and_then(|n| exact(n.right())));
        match value {
            Some(n) if range.contains(&n) => T::try_from(n).map_err(|_| wanted),
            Some(_) => Err(wanted),
            None => Err(
                match read.and_then(|n| exact(n.right())).filter(|n| range.contains(n)) {
                    Some(n) => format!("write {n}: numbers have no separators but `_`; {wanted}"),
                    None => wanted,
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_as_in_a_scenario_file() {
        let read = whole::<u64>(1..=1_000_000, "10000");
        for (text, value) in [
            ("10000", 10_000),
            ("10_000", 10_000),
            ("1e4", 10_000),
            ("60.0", 60),
            (" 7 ", 7),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
        for text in ["0", "-1", "1e9", "5.5", "many", "", "1e400"] {
            let told = read(text).expect_err(text);
            assert!(
                told.contains("from 1 to 1000000") && told.contains("for example 10000"),
                "{text}: {told}"
            );
        }
        for text in ["10,000", "10'000", "10 000"] {
            assert!(read(text).expect_err(text).contains("write 10000"), "{text}");
        }
    }

    #[test]
    fn the_largest_seed_keeps_all_its_digits() {
        let read = whole::<u64>(0..=i64::MAX as u64, "1");
        assert_eq!(read("9223372036854775807"), Ok(i64::MAX as u64));
        assert!(read("9223372036854775808").is_err());
    }

    #[test]
    fn ranges_are_read_from_what_the_parser_says() {
        let ends = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
        assert_eq!(range_in("0 is not in 1..=1024"), ends("1", "1024"));
        assert_eq!(range_in("invalid digit found in string"), None);
    }
}
