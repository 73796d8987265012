//! `deter play`: one person against the engine, in the terminal.

use std::io;

use clap::Args;

use super::run::Choice;
use super::{Failure, exit, input, terminal};
use crate::classroom::brief::Names;
use crate::classroom::seat::Seat;
use crate::engine::Plan;
use crate::model::record::{ChallengeRow, RunRecord};
use crate::numerals::counted;
use crate::scenario::diagnostics::{nearest, show};
use crate::scenario::hints::code_among;
use crate::text;

/// `deter play`.
#[derive(Debug, Args)]
pub struct Play {
    #[command(flatten)]
    choice: Choice,
    /// The state you decide for, for example POL
    #[arg(long = "as", value_name = "ISO3")]
    seat: String,
    /// Which run to play: the luck of the game
    #[arg(long, value_name = "K", default_value_t = 0)]
    replication: u64,
}

impl Play {
    pub fn run(self) -> Result<u8, Failure> {
        if self.choice.scenario == input::DASH {
            return Err(Failure::Other {
                message: "standard input is where the player answers; give the scenario as a file or a name".to_owned(),
                code: exit::USAGE,
            });
        }
        let plan = self.choice.plan()?;
        let base = &plan.scenario.base;
        let iso3 = self.seat.to_uppercase();
        let Some(state) = base.state(&iso3) else {
            let states = || base.states.iter().map(|s| (s.name.as_str(), s.iso3.as_str()));
            let advice = code_among(&self.seat, states())
                .or_else(|| nearest(&self.seat, states().map(|(_, code)| code)))
                .map_or_else(
                    || {
                        format!(
                            "choose one of {}",
                            states().map(|(_, code)| code).collect::<Vec<_>>().join(", ")
                        )
                    },
                    |code| format!("did you mean `{code}`?"),
                );
            let message = format!("there is no state `{}`; {advice}", show(&self.seat));
            return Err(Failure::Other {
                message,
                code: exit::USAGE,
            });
        };
        let names = Names::new(base, plan.scenario.run.start);
        terminal::print(&format!(
            "{}\n{}\n\nYou decide for {}. Type a number or a word; end of input hands over to the engine.\n",
            text::line(&plan.scenario.title),
            plan.scenario.brief,
            names.states[state]
        ))?;
        let (inputs, _) = plan.draw(self.replication);
        let mut seat = Seat::new(state, names.clone(), io::stdin().lock(), terminal::Screen::new());
        let played = plan.model.run(inputs, &plan.streams(self.replication), &mut seat);
        let (answered, left) = (seat.answered, seat.left);
        drop(seat);
        let engine = plan.run(self.replication).record;
        terminal::print(&debrief(&plan, &names, &played, &engine, answered))?;
        Ok(if left && answered == 0 {
            exit::INCOMPLETE
        } else {
            exit::DONE
        })
    }
}

/// Same luck, other choices: what happened beside what the engine would have made of your seat.
fn debrief(plan: &Plan, names: &Names, played: &RunRecord, engine: &RunRecord, answered: u32) -> String {
    let were = if answered == 1 { "was" } else { "were" };
    let decisions = counted(u64::from(answered), "decision");
    let mut text = format!("\nDebrief: {decisions} {were} yours.\n\nCrises at the strike rung or above\n");
    for (title, record) in [
        ("as you played", played),
        ("same luck, the engine in your seat", engine),
    ] {
        text.push_str(&format!("  {title}\n"));
        let grave: Vec<&ChallengeRow> = record
            .challenges
            .iter()
            .filter(|c| plan.scenario.base.ladder[usize::from(c.rung)].force)
            .collect();
        if grave.is_empty() {
            text.push_str("    none\n");
        }
        for c in grave {
            text.push_str(&format!(
                "    {}  {} on {}: {}{}\n",
                names.date(c.month),
                names.rungs[usize::from(c.rung)],
                names.states[usize::from(c.target)],
                if c.success { "succeeded" } else { "failed" },
                if c.war { ", war" } else { "" },
            ));
        }
    }
    let rows: Vec<String> = plan
        .model
        .measures
        .outcomes
        .iter()
        .zip(played.values.iter().zip(&engine.values))
        .filter(|(spec, (a, b))| (*a - *b).abs() > 1e-9 && spec.id.ends_with(".end"))
        .map(|(spec, (a, b))| format!("  {:<48} {a:>8.3}  {b:>8.3}\n", text::line(&spec.label)))
        .collect();
    if rows.is_empty() {
        text.push_str("\nOutcomes: every one as the engine would have made it.\n");
    } else {
        text.push_str("\nOutcomes                                             yours    engine\n");
        text.extend(rows);
    }
    text.push_str("\nThese are the model's counterfactuals, not history's.\n");
    text
}
