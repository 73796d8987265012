//! `deter validate`: how the model fares against what theory and data say it must do.

use clap::Args;

use super::{Failure, exit, terminal};
use crate::evidence::{LAWS, json, run, table};

/// `deter validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// Numbers of the laws to test [default: all sixteen]
    #[arg(value_name = "LAW", value_parser = clap::value_parser!(u8).range(1..=16))]
    laws: Vec<u8>,
    /// Pairs of runs behind each effect
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(2..=10_000_000))]
    runs: u64,
    /// Print the verdicts as JSON
    #[arg(long)]
    json: bool,
}

impl Validate {
    pub fn run(self) -> Result<u8, Failure> {
        let mut verdicts = Vec::new();
        for law in LAWS
            .iter()
            .filter(|law| self.laws.is_empty() || self.laws.contains(&law.number))
        {
            let verdict = run(law.number, self.runs).map_err(|e| Failure::Other {
                message: format!("law {}: {e}", law.number),
                code: exit::IO,
            })?;
            terminal::say(&format!(
                "law {}: {}",
                law.number,
                if verdict.holds { "holds" } else { "does not hold" }
            ));
            verdicts.push(verdict);
        }
        terminal::print(&if self.json {
            json(&verdicts) + "\n"
        } else {
            table(&verdicts)
        })?;
        Ok(if verdicts.iter().all(|v| v.holds) {
            exit::DONE
        } else {
            exit::FINDING
        })
    }
}
