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

/// What one arm reports, or why it cannot be run.
type Reported = Result<Vec<String>, String>;

/// Ties every comparison to its scenario, both of its arms, its metric and the ends of the claim's switch, and every
/// assumption to a parameter. Everything that does not hold goes to the report.
pub fn check_ties(cards: &[Card], report: &mut Report) {
    let mut known = BTreeMap::new();
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

fn check_comparison(
    claim: &Claim,
    test: &Comparison,
    known: &mut BTreeMap<(String, Arm), Reported>,
    report: &mut Report,
) {
    let mut arms = vec![
        ("baseline", test.baseline.clone()),
        ("treatment", test.treatment.clone()),
    ];
    if let Some(switch) = &claim.switch {
        for (name, value) in [
            ("treatment, switched off", switch.off),
            ("treatment, switched on", switch.on),
        ] {
            let mut arm = test.treatment.clone();
            arm.set.push(format!("{}={value}", switch.path));
            arms.push((name, arm));
        }
    }
    for (name, arm) in arms {
        let reported = known
            .entry((test.scenario.clone(), arm))
            .or_insert_with_key(|(scenario, arm)| outcomes(scenario, arm));
        let id = show(&claim.id);
        match reported {
            Err(reason) => {
                let message = format!("claim `{id}`, {name}: {reason}");
                report.push(finding(codes::UNTIED, test.at.as_ref(), message));
            }
            Ok(ids) if !ids.contains(&test.metric) => {
                let message = format!(
                    "claim `{id}`, {name}: `{}` reports no outcome `{}`",
                    show(&test.scenario),
                    show(&test.metric)
                );
                let found = finding(codes::UNTIED, test.at.as_ref(), message);
                report.push(found.nearest(&test.metric, ids.iter().map(String::as_str)));
            }
            Ok(_) => {}
        }
    }
}

fn outcomes(scenario: &str, arm: &Arm) -> Reported {
    match plan(scenario, arm) {
        Ok(plan) => Ok(plan.model.measures.outcomes.into_iter().map(|o| o.id).collect()),
        Err(problem) => Err(problem.to_string()),
    }
}
