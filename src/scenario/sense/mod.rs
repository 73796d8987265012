//! What is valid but hardly meant: warnings about scenarios that would run and mislead their author.
//!
//! Each rule has its own code from S0301 on, with an example in [`super::examples`] that a test runs.

mod alike;
mod events;
mod hasty;
mod order;
mod text;

pub use text::rules as text_rules;

use super::compile::Doubts;
use super::diagnostics::{Diagnostic, Place, Report};
use super::layers::Role;
use super::merged::Merged;
use crate::model::inputs::Inputs;

/// Applies every rule to a compiled scenario, with errors or without. A rule that concludes something from what is not
/// there says nothing where a mistake, which has been told, may be why it is not there.
pub fn rules(merged: &Merged, inputs: &Inputs, doubts: &Doubts, report: &mut Report) {
    alike::rules(merged, inputs, report);
    order::rules(merged, inputs, report);
    events::rules(merged, inputs, doubts, report);
    hasty::rules(merged, report);
}

/// A warning with advice.
fn warn(report: &mut Report, code: &'static str, place: &Place, message: String, help: &str) {
    report.push(Diagnostic::warning(code, place, message).help(help));
}

/// The code of a state, for messages.
fn code(inputs: &Inputs, state: usize) -> &str {
    inputs.states.get(state).map_or("?", |s| s.iso3.as_str())
}

/// True if the horizon was shortened on the command line: what then lies beyond it is nobody's mistake.
fn is_shortened(merged: &Merged) -> bool {
    merged.get("run.months").is_some_and(|set| set.role == Role::Set)
}
