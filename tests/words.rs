//! The texts name what exists: every command and flag that a page, a scenario or a card mentions, and every count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use deterrence::evidence::laws::LAWS;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).expect("a page of the repository")
}

fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_deter"))
        .args(words)
        .arg("--help")
        .output();
    String::from_utf8(output.expect("the program starts").stdout).expect("text")
}

/// The flags of each command, from its own help; those of the program itself stand under the empty name.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let top = help(&[]);
    let list = top.split("Commands:").nth(1).expect("a list of commands");
    let names = list.lines().skip(1).take_while(|line| !line.trim().is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    let with_top = names.iter().map(|name| vec![*name]).chain([vec![]]);
    with_top.map(|words| (words.join(" "), flags(&help(&words)))).collect()
}

/// Words of a text that look like long flags.
fn flags(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = text
        .split(|c: char| !is_part(c))
        .filter_map(|word| word.strip_prefix("--"));
    let named = words.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    named.map(str::to_owned).collect()
}

/// The pages that a user reads, the bundled files, and the texts in the code.
fn pages() -> Vec<PathBuf> {
    let mut found = vec![
        "README.md".into(),
        "CONTRIBUTING.md".into(),
        "output/README.md".into(),
        "seeds/README.md".into(),
    ];
    let mut open: Vec<PathBuf> = ["docs", "scenarios", "seeds", "src"].map(PathBuf::from).to_vec();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a readable folder") {
            let path = folder.join(entry.expect("an entry").file_name());
            if root().join(&path).is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|e| ["md", "toml", "rs", "json"].iter().any(|known| e == *known))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Commands as a text gives them: what stands in backticks, lines of fenced blocks, and lines that the program prints as advice.
fn quoted(path: &Path, text: &str) -> Vec<String> {
    let is_code = path.extension().is_some_and(|e| e == "rs");
    let parts = |parity: usize| text.split("```").skip(parity).step_by(2);
    // A span in prose may go over the end of a line, not over that of a paragraph.
    let stretches: Vec<&str> = parts(0)
        .flat_map(|prose| prose.split(if is_code { "\n" } else { "\n\n" }))
        .collect();
    let mut found: Vec<String> = Vec::new();
    for stretch in stretches {
        found.extend(
            stretch
                .split('`')
                .skip(1)
                .step_by(2)
                .map(|span| span.replace('\n', " ")),
        );
    }
    if is_code {
        let lines = text.split("\\n").filter(|line| line.starts_with("  deter "));
        found.extend(lines.map(|line| line.trim().split(['"', '\n']).next().unwrap_or_default().to_owned()));
    }
    for line in parts(1).flat_map(str::lines) {
        let line = line.trim_start_matches(['/', '!', ' ', '$']);
        let of_cargo = line
            .split_once("cargo run")
            .and_then(|(_, rest)| rest.split_once(" -- "));
        found.push(of_cargo.map_or_else(|| line.to_owned(), |(_, call)| format!("deter {call}")));
    }
    found
}

/// The command of a call, and the flags in it up to a pipe, a comment or the next command.
fn call(span: &str) -> Option<(String, BTreeSet<String>)> {
    let rest = span.split(['|', '#', ';', '<', '>']).next()?.strip_prefix("deter ")?;
    let name = rest.split_whitespace().next()?;
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    is_name.then(|| (name.to_owned(), flags(rest)))
}

#[test]
fn every_command_and_flag_that_a_text_names_exists() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    let any: BTreeSet<&String> = commands.values().flatten().collect();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in pages() {
        let text = page(&path);
        for span in quoted(&path, &text) {
            let Some((name, flags)) = call(&span) else {
                // A flag by itself, as `--option NAME`: it belongs to some command.
                if let Some(flag) = span.strip_prefix("--").and_then(|s| s.split([' ', '=', '\n']).next())
                    && !flag.is_empty()
                    && flag.chars().all(|c| c.is_ascii_lowercase() || c == '-')
                    && !any.contains(&flag.to_owned())
                {
                    wrong.push(format!("{}: no command has --{flag}", path.display()));
                }
                continue;
            };
            match commands.get(&name) {
                None => wrong.push(format!(
                    "{}: there is no command `deter {name}`: {span:?}",
                    path.display()
                )),
                Some(known) => {
                    for flag in flags.difference(known) {
                        wrong.push(format!("{}: `deter {name}` has no --{flag}", path.display()));
                    }
                }
            }
            seen.insert(name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unnamed: Vec<&String> = commands
        .keys()
        .filter(|name| !name.is_empty() && *name != "help" && !seen.contains(*name))
        .collect();
    assert!(unnamed.is_empty(), "no text names {unnamed:?}");
}

/// A count as it is written at the start of a sentence.
fn word(n: usize) -> &'static str {
    const WORDS: [&str; 21] = [
        "None",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
        "Twenty",
    ];
    WORDS.get(n).expect("a count up to twenty")
}

#[test]
fn laws_and_targets_are_counted_as_the_program_has_them() {
    let all = LAWS.len();
    let readme = page("README.md").replace('\n', " ");
    let laws = format!("{} laws", word(all));
    assert!(readme.contains(&laws), "README.md does not say: {laws}");
    assert!(page("docs/validation.md").contains(&format!("All {} held", word(all).to_lowercase())));
    let targets = deterrence::evidence::targets().len();
    for (name, text) in [
        ("README.md", readme),
        ("docs/validation.md", page("docs/validation.md")),
    ] {
        assert!(
            text.contains(&format!("{targets} targets")) || text.contains(&format!("the {targets} ")),
            "{name}: {targets}"
        );
    }
}

#[test]
fn figures_of_speed_name_the_processor_and_its_instructions() {
    let readme = page("README.md");
    let section = readme
        .split("## Performance")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next());
    let section = section.expect("a section on performance");
    for part in ["AMD EPYC", "AVX-512", "AVX2"] {
        assert!(section.contains(part), "{part}");
    }
}
