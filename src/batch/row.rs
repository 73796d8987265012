//! The cells of one scenario, and where each of them goes.

use std::path::PathBuf;

use super::axis::points;
use super::design::{ALL, Options, Order, error, settings, stack_name};
use crate::engine::Plan;
use crate::scenario::answer::NONE;
use crate::scenario::codes;
use crate::scenario::diagnostics::{nearest, show};
use crate::scenario::{Problems, Request, Scenario, Source, load};
use crate::study::design::usual;
use crate::study::sentences::Lead;
use crate::study::{self, Arm, Design, Study};
use crate::text;

/// What stands in tables and names of folders for no option, no assumption set and the value that the scenario has:
/// readers of tables take the word `none` for a missing value.
pub const AS_WRITTEN: &str = "as-written";

/// The word for an option in tables and names of folders.
pub fn option_word(option: &str) -> &str {
    if option == NONE { AS_WRITTEN } else { option }
}

/// One scenario under one option, one stack of assumption sets and, where something varies, at one point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What tells it from the others of its row: an option, or the overrides of a point; [`NONE`] for neither.
    pub id: String,
    pub label: String,
    /// Name of the option; [`NONE`] for the scenario itself.
    pub option: String,
    /// Overrides of its point; empty where nothing varies, and for the scenario as it is.
    pub point: Vec<String>,
    /// Below the folder of the batch.
    pub folder: PathBuf,
    /// Hash of everything that determines its numbers.
    pub plan: String,
}

/// The cells of one scenario under one stack: arms on the same luck.
#[derive(Debug, Clone)]
pub struct Row {
    pub scenario: String,
    pub title: String,
    pub question: String,
    /// The option that all cells share, where they differ in what varies.
    pub option: Option<String>,
    /// The stack as one word.
    pub assume: String,
    /// The baseline first.
    pub cells: Vec<Cell>,
    pub outcomes: Vec<String>,
    pub runs: u64,
    pub months: u32,
    pub seed: u64,
    /// Where the comparison goes, below the folder of the batch.
    pub comparison: PathBuf,
    /// The words of the command line that name scenario and stack.
    pub(super) words: Vec<String>,
    order: study::Order,
}

impl Row {
    /// The row with its plans, which are large and so not kept.
    ///
    /// # Errors
    /// As [`prepare`](super::prepare), where a file has changed since.
    pub fn study(&self) -> Result<Study, Problems> {
        study_of(&self.order)
    }
}

/// The rows of a scenario under one stack: one of its options, or one an option where something varies.
pub(super) fn rows(
    order: &Order,
    word: &str,
    source: &Source,
    base: &Scenario,
    stack: &[String],
) -> Vec<Result<(Row, Study), Problems>> {
    let all = || base.options.iter().map(|o| o.name.clone());
    if order.vary.is_empty() {
        let design = match (&order.options, &base.answer) {
            (Options::Named(names), _) => Design::Options(names.clone()),
            (Options::Answer, Some(_)) => Design::Answer,
            _ if base.options.is_empty() => Design::Options(vec![NONE.to_owned()]),
            _ => Design::Options(vec![NONE.to_owned(), ALL.to_owned()]),
        };
        return vec![row(order, word, source, base, stack, None, design)];
    }
    let baseline = base.answer.as_ref().and_then(|answer| answer.baseline.clone());
    let options: Vec<String> = match &order.options {
        Options::Answer => vec![baseline.unwrap_or_else(|| NONE.to_owned())],
        Options::All => std::iter::once(NONE.to_owned()).chain(all()).collect(),
        Options::Named(names) => names.clone(),
    };
    let points = points(&order.vary);
    let each = options.into_iter().map(|option| {
        let design = Design::Points(points.clone());
        row(order, word, source, base, stack, Some(option), design)
    });
    each.collect()
}

/// One row with its plans; `option` is the one that its points share.
fn row(
    order: &Order,
    word: &str,
    source: &Source,
    base: &Scenario,
    stack: &[String],
    option: Option<String>,
    design: Design,
) -> Result<(Row, Study), Problems> {
    let paths: Vec<&str> = order.vary.iter().map(|axis| axis.path.as_str()).collect();
    let all_points = points(&order.vary);
    let order = study::Order {
        request: Request {
            option: option.clone().filter(|option| option != NONE),
            assume: stack.to_vec(),
            sets: settings(order),
            ..Request::new(source.clone())
        },
        design,
        outcomes: order.outcomes.clone(),
        runs: order.runs,
    };
    let study = study_of(&order)?;
    let assume = stack_name(stack);
    let cells = study.arms.iter().enumerate().map(|(at, arm)| {
        let own = option.clone().unwrap_or_else(|| arm.id.clone());
        let point = match option {
            Some(_) => at.checked_sub(1).and_then(|at| all_points.get(at)).cloned(),
            None => None,
        };
        let mut parts = vec![
            format!("scenario={}", base.name),
            format!("option={}", option_word(&own)),
            format!("assume={assume}"),
        ];
        match (&point, &option) {
            (Some(sets), _) => parts.extend(sets.iter().cloned()),
            (None, Some(_)) => parts.extend(paths.iter().map(|path| format!("{path}={AS_WRITTEN}"))),
            (None, None) => {}
        }
        Cell {
            id: arm.id.clone(),
            label: arm.label.clone(),
            option: own,
            point: point.unwrap_or_default(),
            folder: parts.iter().map(|part| text::file_name(part)).collect(),
            plan: arm.plan.hash(),
        }
    });
    let mut words = vec![word.to_owned()];
    for set in stack {
        words.extend(["--assume".to_owned(), set.clone()]);
    }
    for set in order.request.sets.iter().filter(|set| !set.starts_with("run.")) {
        words.extend(["--set".to_owned(), set.clone()]);
    }
    let first = study.arms.first().map(|arm| &arm.plan.scenario.run);
    let place = [Some("comparisons"), Some(&base.name), option.as_deref(), Some(&assume)];
    let row = Row {
        scenario: base.name.clone(),
        title: base.title.clone(),
        question: base.question.clone(),
        comparison: place.into_iter().flatten().map(text::file_name).collect(),
        cells: cells.collect(),
        assume: assume.clone(),
        outcomes: study.outcomes.clone(),
        runs: study.runs,
        months: first.map_or(0, |run| run.months),
        seed: first.map_or(0, |run| run.seed),
        words,
        option: option.clone(),
        order,
    };
    Ok((row, study))
}

/// The study behind a row. A scenario without options has one arm, which is compared with nothing.
fn study_of(order: &study::Order) -> Result<Study, Problems> {
    let names = match &order.design {
        Design::Options(names) => names.as_slice(),
        _ => &[],
    };
    let [only] = names else {
        return study::prepare(order);
    };
    let mut request = order.request.clone();
    request.option = (only != NONE).then(|| only.clone());
    request.sets.extend(order.runs.map(|n| format!("run.runs={n}")));
    let scenario = load(&request)?;
    let focal = scenario.base.arrangements.get(scenario.base.focal);
    let focal = focal.map_or(String::new(), |a| a.id.clone());
    let option = scenario
        .options
        .iter()
        .find(|o| Some(&o.name) == request.option.as_ref());
    let label = option.map_or_else(
        || scenario.label.clone().unwrap_or_else(|| "The base case".to_owned()),
        |o| o.label.clone(),
    );
    let (runs, warnings) = (scenario.run.runs, scenario.warnings.clone());
    let plan = Plan::new(scenario);
    let reported: Vec<&str> = plan.model.measures.outcomes.iter().map(|o| o.id.as_str()).collect();
    let mut lacking = Vec::new();
    for id in order.outcomes.iter().filter(|id| !reported.contains(&id.as_str())) {
        let finding = error(codes::ANSWER_LACKS, format!("`{}` is not reported", show(id)));
        let near = nearest(id, reported.iter().copied()).map(|n| format!("did you mean `{n}`?"));
        lacking.push(finding.help(near.unwrap_or_else(|| "leave it out".to_owned())));
    }
    if !lacking.is_empty() {
        return Err(Problems::Invalid(lacking));
    }
    let outcomes = match order.outcomes.is_empty() {
        true => usual(&focal, &reported),
        false => order.outcomes.clone(),
    };
    Ok(Study {
        arms: vec![Arm {
            id: only.clone(),
            label,
            set: order.request.sets.clone(),
            plan,
        }],
        outcomes,
        lead: Lead::Listed,
        runs,
        warnings,
    })
}
