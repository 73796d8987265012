//! What answers the question of a scenario, in plain English.

use super::story::Look;
use super::wording::{count, join};
use crate::engine::Plan;
use crate::results::metrics;
use crate::scenario::Scenario;
use crate::study::design::usual;
use crate::study::phrase::World;

/// Options that are played to answer the question, the baseline first; the scenario itself has no name.
pub fn compared(scenario: &Scenario) -> Vec<String> {
    let Some(answer) = &scenario.answer else {
        return Vec::new();
    };
    std::iter::once(&answer.baseline)
        .chain(&answer.options)
        .flatten()
        .cloned()
        .collect()
}

/// The outcomes that answer the question; those that anybody would ask for where the scenario does not say.
pub fn looks(scenario: &Scenario) -> Vec<Look> {
    let plan = Plan::new(scenario.clone());
    let world = World::of(&plan);
    let reported = &plan.model.measures.outcomes;
    let ids: Vec<String> = match &scenario.answer {
        Some(answer) => answer.outcomes.clone(),
        None => {
            let focal = scenario
                .base
                .arrangements
                .get(scenario.base.focal)
                .map_or("", |a| a.id.as_str());
            let all: Vec<&str> = reported.iter().map(|o| o.id.as_str()).collect();
            usual(focal, &all)
        }
    };
    let look = |id: String| {
        let label = reported.iter().find(|o| o.id == id).map_or("", |o| &o.label);
        Look {
            noun: world.subject(&id, label).noun,
            id,
        }
    };
    ids.into_iter().map(look).collect()
}

/// What is compared with what, and by which outcomes; nothing where the scenario does not say.
pub fn told(scenario: &Scenario) -> Vec<String> {
    let Some(answer) = &scenario.answer else {
        return Vec::new();
    };
    let name = |option: &Option<String>| match option {
        Some(option) => format!("`{option}`"),
        None => String::from("the scenario itself"),
    };
    let options: Vec<String> = answer.options.iter().map(name).collect();
    let pairs = usize::try_from(answer.runs).unwrap_or(usize::MAX);
    let mut lines = vec![format!(
        "compared on the same luck with {}, in {} of runs: {}",
        name(&answer.baseline),
        count(pairs, "pair"),
        join(&options)
    )];
    let plan = Plan::new(scenario.clone());
    let world = World::of(&plan);
    lines.extend(answer.outcomes.iter().map(|id| {
        let label = plan
            .model
            .measures
            .outcomes
            .iter()
            .find(|o| o.id == *id)
            .map_or("", |o| &o.label);
        let meaning = metrics::find(id)
            .iter()
            .find(|m| m.form != metrics::Form::Series)
            .map(|m| m.meaning);
        format!(
            "{id}: {}. {}",
            world.subject(id, label).noun,
            meaning.unwrap_or_default()
        )
    }));
    lines
}
