//! `deter new`: a commented scenario to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, exit, terminal};
use crate::results::write_whole;
use crate::scenario::diagnostics::{nearest, show};
use crate::scenario::{bundled, json_schema, schema};
use crate::text;

/// Name of the schema beside a new scenario.
const SCHEMA: &str = "scenario.schema.json";
/// The line that ties a scenario to its schema.
const SCHEMA_LINE: &str = "#:schema ";

/// `deter new`.
#[derive(Debug, Args)]
pub struct New {
    /// Name of the scenario: letters, digits, - and _; the file is NAME.toml
    name: String,
    /// Template: crisis, withdrawal, guarantee, rearmament or historical
    #[arg(long, value_name = "TEMPLATE")]
    from: String,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Replace an existing file of this name
    #[arg(long)]
    force: bool,
}

impl New {
    pub fn run(self) -> Result<u8, Failure> {
        let usage = |message: String| Failure::Other {
            message,
            code: exit::USAGE,
        };
        let name = self.name.strip_suffix(".toml").unwrap_or(&self.name);
        if !schema::is_name(name) {
            return Err(usage(format!(
                "`{}` cannot be the name of a scenario: up to 40 letters, digits, - and _; the folder goes to --out",
                show(name)
            )));
        }
        let templates = bundled::templates();
        let Some(template) = templates.iter().find(|t| t.name == self.from) else {
            let known: Vec<&str> = templates.iter().map(|t| t.name.as_str()).collect();
            let near = nearest(&self.from, known.iter().copied());
            let advice = near.map_or_else(
                || format!("one of {}", known.join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            return Err(usage(format!("there is no template `{}`; {advice}", show(&self.from))));
        };
        let path = self.out.join(format!("{name}.toml"));
        fs::create_dir_all(&self.out).map_err(|e| stuck(&self.out, &e))?;
        write_new(&path, &filled(template.text, name), self.force)?;
        let note = write_schema(&self.out.join(SCHEMA))?;
        let shown = text::path(&path);
        terminal::print(&format!("{shown}\n"))?;
        terminal::say(&format!(
            "{note}\n\nNext:\n  edit {shown}: title, question and brief first\n  deter check {shown}\n  deter explain {shown}\n  \
             deter run {shown} --runs 500",
        ));
        Ok(exit::DONE)
    }
}

/// The template under its new name: a title of its own, and the schema beside it.
fn filled(template: &str, name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    let title: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    let line = |line: &str| {
        if line.starts_with(SCHEMA_LINE) {
            format!("{SCHEMA_LINE}./{SCHEMA}")
        } else if line.starts_with("title = ") {
            format!("title = \"{title}\"")
        } else {
            line.to_owned()
        }
    };
    let lines: Vec<String> = template.lines().map(line).collect();
    lines.join("\n") + "\n"
}

/// Writes a file that must not be there yet, unless told otherwise.
fn write_new(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    if force {
        return write_whole(path, text.as_bytes()).map_err(|e| stuck(path, &e));
    }
    // In one step, so that a file made in the meantime is safe as well.
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = opened.map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => Failure::Other {
            message: format!(
                "{} is there already; choose another name, or --force to replace it",
                text::path(path)
            ),
            code: exit::IO,
        },
        _ => stuck(path, &e),
    })?;
    file.write_all(text.as_bytes()).map_err(|e| stuck(path, &e))
}

/// Puts the schema beside the scenario; a file of this name that is not ours is left alone. Says what was done.
fn write_schema(path: &Path) -> Result<String, Failure> {
    if path.metadata().is_ok_and(|about| !about.is_file()) {
        return Ok(format!("{} is no file and was left alone", text::path(path)));
    }
    let whole = json_schema::text();
    match fs::read_to_string(path) {
        Ok(there) if there == whole => Ok(format!("{} is current", text::path(path))),
        Ok(there) if !there.contains(json_schema::MARK) => Ok(format!(
            "{} is not a schema of this program and was left alone: point the first line of the scenario to the output \
             of `deter schema`",
            text::path(path)
        )),
        _ => {
            write_whole(path, whole.as_bytes()).map_err(|e| stuck(path, &e))?;
            Ok(format!("{} lets editors complete and explain keys", text::path(path)))
        }
    }
}

fn stuck(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Other {
        message: format!("cannot write {}: {error}", text::path(path)),
        code: exit::IO,
    }
}
