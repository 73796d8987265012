//! Default folders: each variant of a scenario has one of its own, named so that a reader knows which it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::scenario::Request;
use crate::text;

/// Where results go unless `--out` says otherwise.
const OUTPUT: &str = "output";
/// Longest name in bytes; beyond it the tail is replaced by a hash. File systems end at 255, some tools earlier.
const LONGEST: usize = 120;
/// Hexadecimal digits of a hash: one name in four billion meets another.
const DIGITS: usize = 8;

/// `output/SCENARIO[-OPTION][+assume-SET…][+PATH=VALUE…]`. The number of runs is not in it: more runs of the same thing
/// are the same thing, better known.
pub fn default_folder(scenario: &str, request: &Request) -> PathBuf {
    Path::new(OUTPUT).join(name(scenario, request))
}

fn name(scenario: &str, request: &Request) -> String {
    let mut words = vec![match &request.option {
        Some(option) => format!("{scenario}-{option}"),
        None => scenario.to_owned(),
    }];
    for set in &request.assume {
        let stem = Path::new(set)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        words.push(format!("assume-{}", stem.unwrap_or_else(|| set.clone())));
    }
    words.extend(
        settings(&request.sets)
            .into_iter()
            .map(|(path, value)| format!("{path}={value}")),
    );
    let wanted = words.join("+");
    let safe: String = wanted.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    let safe = text::file_name(&safe);
    let is_plain = safe == wanted && !is_ambiguous(&words);
    if is_plain && safe.len() <= LONGEST {
        return safe;
    }
    let hash = blake3::hash(wanted.as_bytes()).to_hex();
    let mut length = safe.len().min(LONGEST - DIGITS - 1);
    while !safe.is_char_boundary(length) {
        length -= 1;
    }
    format!("{}~{}", &safe[..length], &hash.as_str()[..DIGITS])
}

/// Overrides by path, the last of each; numbers in one form, so that -2 and -2.0 name one folder.
fn settings(sets: &[String]) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    for set in sets {
        let Some((path, value)) = set.split_once('=') else {
            continue;
        };
        let path = match path.trim() {
            "run.runs" => continue,
            "run.seed" => "seed",
            "run.months" => "months",
            path => path,
        };
        let value = value.trim().trim_matches('"');
        let value = match value.parse::<f64>() {
            Ok(number) if value.len() <= 15 && number.is_finite() => number.to_string(),
            _ => value.to_owned(),
        };
        settings.insert(path.to_owned(), value);
    }
    settings
}

/// Letters of any script, digits, and a few marks that neither shells nor file systems take for something else.
fn is_safe(c: char) -> bool {
    c.is_alphanumeric() || "._+=-".contains(c)
}

/// Whether another variant could differ in capital letters only, which some file systems do not tell apart. Paths
/// cannot: their capitals are codes of states.
fn is_ambiguous(words: &[String]) -> bool {
    words.iter().any(|word| {
        let varying = word.split_once('=').map_or(word.as_str(), |(_, value)| value);
        varying.chars().any(char::is_uppercase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Source;
    use std::collections::BTreeSet;

    fn named(scenario: &str, option: Option<&str>, assume: &[&str], sets: &[&str]) -> String {
        let mut request = Request::new(Source::Bundled(scenario.to_owned()));
        request.option = option.map(str::to_owned);
        request.assume = assume.iter().map(|s| (*s).to_owned()).collect();
        request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
        name(scenario, &request)
    }

    #[test]
    fn each_variant_has_a_name_that_says_what_it_is() {
        assert_eq!(named("status-quo", None, &[], &[]), "status-quo");
        assert_eq!(
            named("status-quo", Some("silence"), &[], &["run.runs=5"]),
            "status-quo-silence"
        );
        assert_eq!(
            named("x", None, &["spiral-model"], &["states.USA.resolve=-2", "run.seed=7"]),
            "x+assume-spiral-model+seed=7+states.USA.resolve=-2"
        );
        assert_eq!(
            named("x", None, &[], &["b.c=1.0", "a.b=2", "b.c=3"]),
            named("x", None, &[], &["a.b = 2.0", "b.c=3"]),
            "the order of overrides and the form of numbers do not matter, and the last wins"
        );
    }

    #[test]
    fn no_name_leads_out_of_the_folder_or_is_too_long_or_unsafe() {
        let long = "é".repeat(300);
        let mut seen = BTreeSet::new();
        for scenario in [
            "..", ".", "", "a/b", "a\\b", "con", "NUL", "com1.x", "x\ny", "x.", "-x", "A", "a", &long,
        ] {
            for sets in [
                &[][..],
                &["a.b=\"../../c\""],
                &["a.b=X"],
                &["a.b=x"],
                &["a.b={ uniform = [0, 1] }"],
            ] {
                let name = named(scenario, None, &[], sets);
                assert!(name.len() <= LONGEST && !name.is_empty(), "{name}");
                assert!(
                    !name.starts_with(['.', '-'])
                        && !name.ends_with('.')
                        && name.chars().all(|c| is_safe(c) || c == '~'),
                    "{name}"
                );
                assert!(seen.insert(name.to_lowercase()), "{name} twice");
            }
        }
    }
}
