//! Claims and scenarios: whether every comparison can be run and reports what it speaks of.

use std::collections::BTreeMap;

use super::check::finding;
use super::{Arm, Card, Claim, Comparison};
use crate::engine::Plan;
use crate::scenario::diagnostics::{Report, show};
use crate::scenario::{Problems, Request, Source, codes, load, schema};

/// The plan of one arm.
///
/// # Errors
/// If the scenario, the option or an override does not exist or is invalid.
pub fn plan(scenario: &str, arm: &Arm) -> Result<Plan, Problems> {
    let mut request = Request::new(Source::Bundled(scenario.to_owned()));
    request.option = (!arm.option.is_empty()).then(|| arm.option.clone());
    request.sets = arm.set.clone();
    load(&request).map(Plan::new)
}

/// What an arm reports and the hash of its scenario, or why it cannot be run.
type Tried = Result<Trial, String>;

/// An arm that can be run.
struct Trial {
    outcomes: Vec<String>,
    hash: String,
}

/// Arms that were tried, by scenario: many claims share some.
type Known = BTreeMap<(String, Arm), Tried>;

/// Ties every comparison to its scenario, both of its arms, its metric and the ends of the claim's switch, and every
/// assumption to a parameter. Everything that does not hold goes to the report.
pub fn check_ties(cards: &[Card], report: &mut Report) {
    let mut known = Known::new();
    for claim in cards.iter().flat_map(|card| &card.claims) {
        for test in &claim.tests {
            check_comparison(claim, test, &mut known, report);
        }
        if let Some(assumption) = &claim.assumption
            && schema::figure(&assumption.path).is_none()
        {
            let message = format!(
                "claim `{}`: there is no parameter `{}`",
                show(&claim.id),
                show(&assumption.path)
            );
            report.push(finding(codes::UNTIED, claim.at.as_ref(), message));
        }
    }
}

/// The comparison as it stands, and with the switch of the claim at both ends in both arms.
fn check_comparison(claim: &Claim, test: &Comparison, known: &mut Known, report: &mut Report) {
    let mut settings = vec![String::new()];
    if let Some(switch) = &claim.switch {
        settings.extend([switch.off, switch.on].map(|value| format!("{}={value}", switch.path)));
    }
    for setting in settings {
        let arms = [&test.baseline, &test.treatment].map(|arm| {
            let mut arm = arm.clone();
            arm.set.extend((!setting.is_empty()).then(|| setting.clone()));
            arm
        });
        let mut hashes = Vec::new();
        for (name, arm) in ["baseline", "treatment"].into_iter().zip(arms) {
            let tried = known
                .entry((test.scenario.clone(), arm))
                .or_insert_with_key(|(scenario, arm)| attempt(scenario, arm));
            hashes.extend(check_arm(claim, test, &format!("{name} {setting}"), tried, report));
        }
        if hashes.len() == 2 && hashes[0] == hashes[1] {
            let message = format!(
                "claim `{}`: baseline and treatment are the same scenario {setting}",
                show(&claim.id)
            );
            report.push(finding(codes::NO_CONTRAST, test.at.as_ref(), message));
        }
    }
}

/// The hash of an arm that can be run and reports the metric.
fn check_arm(claim: &Claim, test: &Comparison, name: &str, tried: &Tried, report: &mut Report) -> Option<String> {
    let id = show(&claim.id);
    let name = name.trim();
    match tried {
        Err(reason) => {
            let message = format!("claim `{id}`, {name}: {reason}");
            report.push(finding(codes::UNTIED, test.at.as_ref(), message));
            None
        }
        Ok(trial) if !trial.outcomes.contains(&test.metric) => {
            let message = format!(
                "claim `{id}`, {name}: `{}` reports no outcome `{}`",
                show(&test.scenario),
                show(&test.metric)
            );
            let found = finding(codes::UNTIED, test.at.as_ref(), message);
            report.push(found.nearest(&test.metric, trial.outcomes.iter().map(String::as_str)));
            None
        }
        Ok(trial) => Some(trial.hash.clone()),
    }
}

fn attempt(scenario: &str, arm: &Arm) -> Tried {
    match plan(scenario, arm) {
        Ok(plan) => Ok(Trial {
            outcomes: plan.model.measures.outcomes.into_iter().map(|o| o.id).collect(),
            hash: plan.scenario.hash,
        }),
        Err(problem) => Err(problem.to_string()),
    }
}
