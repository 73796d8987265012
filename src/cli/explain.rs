//! `deter explain`: a scenario, a code, an outcome or a figure in plain English.

use clap::Args;

use super::{Failure, exit, input, terminal};
use crate::explain::{self, Topic};
use crate::scenario::Request;

/// `deter explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A scenario (file, name, or - for standard input), a code such as S0201, an outcome such as hollow.nato, a figure such as
    /// beliefs.reputation, or any name of a state, promise, rung, bloc, world, assumption set, option, card or claim
    word: String,
    /// An option of the scenario
    #[arg(long, value_name = "NAME")]
    option: Option<String>,
    /// An assumption set, by name or path; may be given more than once
    #[arg(long, value_name = "SET")]
    assume: Vec<String>,
    /// Override a value; may be given more than once
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Read no file from disk: for texts of others, which come on standard input
    #[arg(long)]
    bundled_only: bool,
    /// Tell the whole scenario: what each option changes, and every value with the layer that it came from
    #[arg(long)]
    values: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub fn run(self) -> Result<u8, Failure> {
        let topics = if self.word == input::DASH {
            vec![Topic::Scenario(input::source(&self.word, self.bundled_only)?)]
        } else {
            explain::topics(&self.word, self.bundled_only)
        };
        if let [Topic::Scenario(source)] = topics.as_slice() {
            let request = Request {
                source: source.clone(),
                option: self.option.clone(),
                assume: self.assume.clone(),
                sets: self.set.clone(),
                bundled_only: self.bundled_only,
            };
            return self.scenario(&request);
        }
        if topics.is_empty() {
            let guesses = explain::guesses(&self.word);
            let advice = match guesses.is_empty() {
                true => String::from("`deter list` prints the scenarios, docs/ the figures, outcomes and codes"),
                false => format!("did you mean {}?", guesses.join(", ")),
            };
            return Err(Failure::Other {
                message: format!(
                    "nothing is called `{}`; {advice}",
                    crate::scenario::diagnostics::show(&self.word)
                ),
                code: exit::USAGE,
            });
        }
        if self.json {
            let entries: Vec<serde_json::Value> = topics.iter().map(explain::json).collect();
            let whole = serde_json::json!({"format": explain::FORMAT, "topics": entries});
            terminal::print(&super::pretty(&whole)?)?;
        } else {
            let texts: Vec<String> = topics.iter().map(explain::text).collect();
            terminal::print(&texts.join("\n\n"))?;
        }
        Ok(exit::DONE)
    }

    fn scenario(&self, request: &Request) -> Result<u8, Failure> {
        let story = explain::story(request)?;
        let warnings = crate::scenario::load(request)?.warnings;
        terminal::tell(&warnings);
        if self.json {
            let mut told = serde_json::to_value(&story).map_err(|e| Failure::Other {
                message: format!("cannot write JSON: {e}"),
                code: exit::IO,
            })?;
            if let Some(object) = told.as_object_mut() {
                object.insert("kind".into(), "scenario".into());
                if !self.values {
                    object.remove("values");
                }
            }
            let whole = serde_json::json!({"format": explain::FORMAT, "topics": [told]});
            terminal::print(&super::pretty(&whole)?)?;
        } else {
            terminal::print(&if self.values {
                explain::page(&story)
            } else {
                explain::brief(&story)
            })?;
        }
        Ok(exit::DONE)
    }
}
