//! `deter check`: all errors of files and folders at once, without running anything.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, exit, input, terminal};
use crate::scenario::diagnostics::{Diagnostic, Severity};
use crate::scenario::inspect::inspect;
use crate::scenario::{Problems, Request, Source};
use crate::text;

/// Format tag of the output for programs.
const FORMAT: &str = "deter.check/2";

/// `deter check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Scenario files, folders of them, names of bundled scenarios, or - for standard input
    #[arg(required = true)]
    scenarios: Vec<String>,
    /// Assumption sets to check with, by name or path
    #[arg(long, value_name = "SET")]
    assume: Vec<String>,
    /// Overrides to check with
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Read no file from disk: for texts of others, which come on standard input
    #[arg(long)]
    bundled_only: bool,
    /// Exit with 1 if there are warnings
    #[arg(long)]
    deny_warnings: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// What became of one file.
struct Checked {
    name: String,
    kind: &'static str,
    findings: Vec<Diagnostic>,
    /// A file that could not be read has no findings but a reason.
    unread: Option<String>,
    code: u8,
}

impl Check {
    pub fn run(self) -> Result<u8, Failure> {
        let (mut names, mut unread) = (Vec::new(), Vec::new());
        for word in &self.scenarios {
            if word == input::DASH || self.bundled_only {
                // Standard input ends once; a second `-` would be an empty scenario.
                if word != input::DASH || !names.contains(word) {
                    names.push(word.clone());
                }
                continue;
            }
            match Source::resolve(word) {
                Source::Path(path) if path.is_dir() => match files_below(&path) {
                    Ok(found) if found.is_empty() => unread.push((word.clone(), "no *.toml in this folder".to_owned())),
                    Ok(found) => names.extend(found.iter().map(|p| p.display().to_string())),
                    Err(error) => unread.push((word.clone(), format!("cannot read {}: {error}", text::name(word)))),
                },
                _ => names.push(word.clone()),
            }
        }
        let mut checked: Vec<Checked> = unread
            .into_iter()
            .map(|(name, reason)| Checked {
                name,
                kind: "folder",
                findings: Vec::new(),
                unread: Some(reason),
                code: exit::IO,
            })
            .collect();
        checked.extend(names.into_iter().map(|name| self.one(name)));
        if self.json {
            terminal::print(&json(&checked)?)?;
        } else {
            self.tell(&checked)?;
        }
        Ok(checked.iter().map(|c| c.code).max().unwrap_or(exit::DONE))
    }

    /// Checks one file.
    fn one(&self, name: String) -> Checked {
        let inspected = input::source(&name, self.bundled_only).and_then(|source| {
            let request = Request {
                source,
                option: None,
                assume: self.assume.clone(),
                sets: self.set.clone(),
                bundled_only: self.bundled_only,
            };
            Ok(inspect(&request)?)
        });
        let (kind, findings, unread, code) = match inspected {
            Ok(found) => {
                let is_denied = self.deny_warnings && !found.warnings.is_empty();
                let code = if is_denied { exit::FINDING } else { exit::DONE };
                (found.kind.name(), found.warnings, None, code)
            }
            Err(Failure::Problems(Problems::Invalid(findings))) => ("invalid", findings, None, exit::INVALID),
            Err(problem) => ("unread", Vec::new(), Some(problem.to_string()), problem.code()),
        };
        Checked {
            name,
            kind,
            findings,
            unread,
            code,
        }
    }

    /// Findings and a line for each file; one summary if there are several.
    fn tell(&self, checked: &[Checked]) -> Result<(), Failure> {
        for c in checked {
            if let Some(reason) = &c.unread {
                terminal::say(&format!("error: {reason}").replace('\n', "\n  "));
            }
            terminal::tell(&c.findings);
            if c.code == exit::DONE {
                let warnings = count(&c.findings, Severity::Warning);
                let with = match warnings {
                    0 => String::new(),
                    n => format!(" ({})", number(n, "warning")),
                };
                terminal::print(&format!("{}: ok{with}\n", text::name(&c.name)))?;
            }
        }
        if checked.len() > 1 {
            let all = |severity| checked.iter().map(|c| count(&c.findings, severity)).sum();
            let bad = checked.iter().filter(|c| c.code != exit::DONE).count();
            terminal::print(&format!(
                "{}: {} in order, {bad} not; {}, {}\n",
                number(checked.len(), "file"),
                checked.len() - bad,
                number(all(Severity::Error), "error"),
                number(all(Severity::Warning), "warning"),
            ))?;
        }
        Ok(())
    }
}

/// How many findings are of this kind.
fn count(findings: &[Diagnostic], severity: Severity) -> usize {
    findings.iter().filter(|d| d.severity == severity).count()
}

/// A count with its noun.
fn number(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// A folder of designs of `deter calibrate`, which are TOML but no scenarios; they are read by that command alone.
const DESIGNS: &str = "calibration";

/// All `*.toml` below a folder, by path; hidden folders, designs of calibrations and symbolic links are left alone.
fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.') || entry.file_name() == DESIGNS;
            if kind.is_dir() && !is_hidden {
                open.push(entry.path());
            } else if kind.is_file() && entry.path().extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The findings for programs.
fn json(checked: &[Checked]) -> Result<String, Failure> {
    let files: Vec<serde_json::Value> = checked
        .iter()
        .map(|c| {
            serde_json::json!({"scenario": c.name, "kind": c.kind, "ok": c.code == exit::DONE, "exit": c.code,
                "error": c.unread, "findings": c.findings})
        })
        .collect();
    let all = |severity| checked.iter().map(|c| count(&c.findings, severity)).sum::<usize>();
    let whole = serde_json::json!({"format": FORMAT, "scenarios": files, "errors": all(Severity::Error),
        "warnings": all(Severity::Warning)});
    super::pretty(&whole)
}
