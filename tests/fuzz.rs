//! No scenario file makes the program panic or hang: mutated copies of every bundled file, and what they found before.
//!
//! `DETER_FUZZ=1000000 cargo test --release --test fuzz` tries a million; `DETER_FUZZ_SEED` starts elsewhere;
//! `DETER_UPDATE_GOLDEN=1` with it writes the smallest input for each code into `tests/corpus/`.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use deterrence::engine::Plan;
use deterrence::scenario::diagnostics::render_all;
use deterrence::scenario::inspect::inspect;
use deterrence::scenario::{Problems, Request, Source, bundled, load};
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

/// Mutated files of an ordinary test run.
const FEW: u64 = 400;
/// Largest mutated file, in bytes: growth by splicing must not decide how long a test takes.
const LARGEST: usize = 200_000;

#[expect(
    clippy::disallowed_methods,
    reason = "the variables steer the test, as for all golden files"
)]
fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Every bundled file with the name under which it is read.
fn files() -> Vec<(String, &'static str)> {
    let all = [
        (bundled::scenarios(), ""),
        (bundled::worlds(), "worlds/"),
        (bundled::assumptions(), "assumptions/"),
        (bundled::laws(), "laws/"),
        (bundled::templates(), "templates/"),
    ];
    let named = all
        .into_iter()
        .flat_map(|(list, folder)| list.into_iter().map(move |b| (format!("{folder}{}", b.name), b.text)));
    named.collect()
}

/// Reads a text in every way there is. Returns the codes of what was found.
fn survive(name: &str, text: &str) -> Vec<&'static str> {
    let request = Request::new(Source::Text {
        name: name.to_owned(),
        text: text.to_owned(),
    });
    let findings = match load(&request) {
        Ok(mut scenario) => {
            // What is accepted can be run: two months are enough to meet every mechanism.
            scenario.run.months = scenario.run.months.min(2);
            scenario.base.months = scenario.run.months;
            let findings = std::mem::take(&mut scenario.warnings);
            let run = Plan::new(scenario).run(0);
            assert!(
                run.record.values.iter().all(|v| !v.is_infinite()),
                "an outcome is infinite"
            );
            findings
        }
        Err(Problems::Invalid(findings)) => findings,
        Err(Problems::Io { .. }) => panic!("a text in memory is read"),
    };
    if !name.starts_with("templates/") && text.len().is_multiple_of(8) {
        let _ = inspect(&request);
    }
    if !findings.is_empty() {
        assert!(!render_all(&findings, true).is_empty());
        serde_json::to_string(&findings).expect("findings are plain data");
    }
    findings.iter().map(|d| d.code).collect()
}

/// Characters that have confused readers of text before.
const ODD: &[&str] = &[
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "𝕏",
    "\r",
    "\t",
    "\u{1b}[31m",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "[",
    "]",
    "{",
    "}",
    "=",
    ".",
    "#",
    "\\",
    "\\u0000",
    ",",
    "\n\n",
    "--",
];
/// Values of every type, among them extreme ones.
const VALUES: &[&str] = &[
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999999",
    "nan",
    "-inf",
    "inf",
    "true",
    "\"\"",
    "[]",
    "[[]]",
    "{}",
    "0xffff",
    "0b1",
    "1979-05-27",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "''",
    "{ normal = [0, 1] }",
    "{ normal = [0, 0] }",
    "{ uniform = [-1e308, 1e308] }",
    "{ choice = [] }",
    "{ beta = [1e-9, 1e9] }",
    "{ pert = [0, 0.5, 1] }",
    "{ lognormal = [1e300, 10] }",
    "[\"USA\", \"USA\"]",
    "[\"RUS\"]",
    "\"none\"",
    "600",
    "1",
];

/// One step away from a text.
fn mutate(text: &mut String, other: &str, rng: &mut Xoshiro256PlusPlus) {
    let at = |text: &str, rng: &mut Xoshiro256PlusPlus| floor(text, rng.random_range(0..=text.len()));
    let pick = |list: &[&'static str], rng: &mut Xoshiro256PlusPlus| list[rng.random_range(0..list.len())];
    match rng.random_range(0..14) {
        0 => {
            // Bytes flipped; what is no text any more is read as far as it can be.
            let mut bytes = std::mem::take(text).into_bytes();
            for _ in 0..rng.random_range(1..4) {
                if !bytes.is_empty() {
                    let i = rng.random_range(0..bytes.len());
                    bytes[i] ^= 1 << rng.random_range(0..8);
                }
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        1 => {
            let i = at(text, rng);
            text.insert_str(i, pick(ODD, rng));
        }
        2 => {
            let i = at(text, rng);
            text.truncate(i);
        }
        3 => {
            let (from, to) = (at(text, rng), rng.random_range(0..40));
            let end = floor(text, (from + to).min(text.len())).max(from);
            text.replace_range(from..end, "");
        }
        4 => swap_words(text, rng),
        5 => swap_lines(text, rng),
        6 => {
            // A value by another one.
            if let Some((from, to)) = value(text, rng) {
                text.replace_range(from..to, pick(VALUES, rng));
            }
        }
        7 => {
            // Two values swapped.
            if let (Some(a), Some(b)) = (value(text, rng), value(text, rng))
                && (a.1 <= b.0 || b.1 <= a.0)
            {
                let (first, last) = if a.0 < b.0 { (a, b) } else { (b, a) };
                let (one, two) = (text[first.0..first.1].to_owned(), text[last.0..last.1].to_owned());
                text.replace_range(last.0..last.1, &one);
                text.replace_range(first.0..first.1, &two);
            }
        }
        8 => {
            // A key or a name by another word of the text.
            let words: Vec<(usize, usize)> = words(text);
            if words.len() > 1 {
                let (a, b) = (
                    words[rng.random_range(0..words.len())],
                    words[rng.random_range(0..words.len())],
                );
                let word = text[b.0..b.1].to_owned();
                text.replace_range(a.0..a.1, &word);
            }
        }
        9 => {
            // Deep nesting.
            let depth = rng.random_range(1..400);
            let (open, close) = [("[", "]"), ("{ a = ", " }")][rng.random_range(0..2)];
            text.push_str(&format!("\nx = {}1{}\n", open.repeat(depth), close.repeat(depth)));
        }
        10 => {
            let i = line_start(text, rng);
            let j = floor(other, rng.random_range(0..=other.len()));
            let end = floor(other, (j + rng.random_range(0..2_000)).min(other.len())).max(j);
            text.insert_str(i, &other[j..end]);
        }
        11 => {
            // A line many times over.
            let i = line_start(text, rng);
            let end = text[i..].find('\n').map_or(text.len(), |n| i + n + 1);
            let line = text[i..end].to_owned();
            text.insert_str(i, &line.repeat(rng.random_range(1..60)));
        }
        12 => {
            let path = ["states", "USA", "nato", "x".repeat(rng.random_range(0..90)).as_str()].map(str::to_owned);
            let parts: Vec<String> = (0..rng.random_range(1..40))
                .map(|_| path[rng.random_range(0..path.len())].clone())
                .collect();
            text.push_str(&format!("\n[{}]\nname = {}\n", parts.join("."), pick(VALUES, rng)));
        }
        _ => {
            // Digits changed: numbers of another size in the same place.
            let digits: Vec<usize> = text
                .bytes()
                .enumerate()
                .filter(|(_, b)| b.is_ascii_digit())
                .map(|(i, _)| i)
                .collect();
            if !digits.is_empty() {
                let i = digits[rng.random_range(0..digits.len())];
                let by = ["9", "0", "00", "-3", "9999999999", "1e9", ".", "_1"][rng.random_range(0..8)];
                text.replace_range(i..=i, by);
            }
        }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn line_start(text: &str, rng: &mut Xoshiro256PlusPlus) -> usize {
    let at = floor(text, rng.random_range(0..=text.len()));
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}

/// The value of a random `key = value` line.
fn value(text: &str, rng: &mut Xoshiro256PlusPlus) -> Option<(usize, usize)> {
    let start = line_start(text, rng);
    let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
    let equals = text[start..end].find('=')?;
    Some((start + equals + 1, end))
}

/// Words of letters, digits and underscores.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, b) in text.bytes().enumerate() {
        let is_part = b.is_ascii_alphanumeric() || b == b'_';
        match (is_part, start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                found.push((from, i));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn swap_words(text: &mut String, rng: &mut Xoshiro256PlusPlus) {
    let words = words(text);
    if words.len() < 2 {
        return;
    }
    let (a, b) = (
        words[rng.random_range(0..words.len())],
        words[rng.random_range(0..words.len())],
    );
    let (first, last) = if a.0 < b.0 { (a, b) } else { (b, a) };
    if first.1 > last.0 {
        return;
    }
    let (one, two) = (text[first.0..first.1].to_owned(), text[last.0..last.1].to_owned());
    text.replace_range(last.0..last.1, &one);
    text.replace_range(first.0..first.1, &two);
}

fn swap_lines(text: &mut String, rng: &mut Xoshiro256PlusPlus) {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.len() > 1 {
        let (a, b) = (rng.random_range(0..lines.len()), rng.random_range(0..lines.len()));
        lines.swap(a, b);
        *text = lines.concat();
    }
}

/// Mutated file number `index` of a seed.
fn input(files: &[(String, &'static str)], seed: u64, index: u64) -> (String, String) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let (name, text) = &files[rng.random_range(0..files.len())];
    let mut text = (*text).to_owned();
    // Mostly one step, so that what is wrong lies deep in a file that is otherwise right.
    let steps = 1 + rng.next_u64().trailing_zeros().min(6);
    for _ in 0..steps {
        let other = files[rng.random_range(0..files.len())].1;
        mutate(&mut text, other, &mut rng);
        if text.len() > LARGEST {
            let at = floor(&text, LARGEST);
            text.truncate(at);
        }
    }
    (name.clone(), text)
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

#[test]
fn no_mutated_file_makes_the_program_panic() {
    let count = variable("DETER_FUZZ").unwrap_or(FEW);
    let seed = variable("DETER_FUZZ_SEED").unwrap_or(1);
    let keep = variable("DETER_UPDATE_GOLDEN").is_some();
    let files = files();
    let smallest: Mutex<BTreeMap<&'static str, String>> = Mutex::default();
    let done = std::sync::atomic::AtomicU64::new(0);
    let failures: Vec<String> = (0..count)
        .into_par_iter()
        .filter_map(|index| {
            let (name, text) = input(&files, seed, index);
            let outcome = catch_unwind(AssertUnwindSafe(|| survive(&name, &text)));
            let n = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            if n.is_multiple_of(100_000) {
                eprintln!("{n} files");
            }
            match outcome {
                Ok(codes) if keep => {
                    let mut smallest = smallest.lock().expect("nobody panics with the lock");
                    for code in codes {
                        let best = smallest.entry(code).or_insert_with(|| text.clone());
                        if text.len() < best.len() {
                            best.clone_from(&text);
                        }
                    }
                    None
                }
                Ok(_) => None,
                Err(_) => {
                    let path = std::env::temp_dir().join(format!("deter-fuzz-{seed}-{index}.toml"));
                    fs::write(&path, &text).expect("a file");
                    Some(format!("seed {seed}, file {index} ({name}): {}", path.display()))
                }
            }
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {count} made it panic:\n{}",
        failures.len(),
        failures.join("\n")
    );
    for (code, text) in smallest.lock().expect("nobody panics with the lock").iter() {
        fs::create_dir_all(corpus()).expect("a folder");
        fs::write(corpus().join(format!("{code}.toml")), text).expect("a file");
    }
}

/// Each file of the corpus carries the code that it once gave in its name, or a name that says what it did.
#[test]
fn the_corpus_of_former_findings_still_gives_its_codes() {
    let mut replayed = 0;
    for entry in fs::read_dir(corpus()).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let bytes = fs::read(&path).expect("a file of the corpus");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let codes = survive(&name, &String::from_utf8_lossy(&bytes));
        if name.starts_with('S') && name.len() == 5 {
            assert!(codes.contains(&name.as_str()), "{name}: {codes:?}");
        }
        replayed += 1;
    }
    assert!(replayed >= 20, "only {replayed} files");
}
