//! `deter check`: all errors of a scenario at once, without running it.

use clap::Args;

use super::{Failure, exit, terminal};
use crate::scenario::diagnostics::{Diagnostic, render_all};
use crate::scenario::{Problems, Request, Source, load};

/// `deter check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Scenario files, or names of bundled scenarios
    #[arg(required = true)]
    scenarios: Vec<String>,
    /// Assumption sets to check with, by name or path
    #[arg(long, value_name = "SET")]
    assume: Vec<String>,
    /// Overrides to check with
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Exit with 1 if there are warnings
    #[arg(long)]
    deny_warnings: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn run(self) -> Result<u8, Failure> {
        let mut worst = exit::DONE;
        let mut reports = Vec::new();
        for name in &self.scenarios {
            let request = Request {
                source: Source::resolve(name),
                option: None,
                assume: self.assume.clone(),
                sets: self.set.clone(),
            };
            let (findings, code) = match load(&request) {
                Ok(s) => {
                    let code = if self.deny_warnings && !s.warnings.is_empty() {
                        exit::FINDING
                    } else {
                        exit::DONE
                    };
                    (s.warnings, code)
                }
                Err(Problems::Invalid(findings)) => (findings, exit::INVALID),
                Err(problem @ Problems::Io { .. }) => {
                    terminal::say(&format!("error: {problem}"));
                    (Vec::new(), exit::IO)
                }
            };
            worst = worst.max(code);
            if self.json {
                reports.push(entry(name, &findings, code));
            } else {
                if !findings.is_empty() {
                    terminal::say(&render_all(&findings, terminal::colour_on_stderr()));
                }
                if code == exit::DONE {
                    terminal::print(&format!("{name}: ok\n"))?;
                }
            }
        }
        if self.json {
            let whole = serde_json::json!({"format": "deter.check/1", "scenarios": reports});
            let text = serde_json::to_string_pretty(&whole).map_err(|e| Failure::Other {
                message: format!("cannot write the findings as JSON: {e}"),
                code: exit::IO,
            })?;
            terminal::print(&(text + "\n"))?;
        }
        Ok(worst)
    }
}

fn entry(name: &str, findings: &[Diagnostic], code: u8) -> serde_json::Value {
    serde_json::json!({"scenario": name, "ok": code == exit::DONE, "findings": findings})
}
