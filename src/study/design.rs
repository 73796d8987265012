//! How arms come about: from the `[answer]` of a scenario, from a list of options, or from two sets of assumptions and
//! overrides. Everything wrong with an order is told at once, before anything is played.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::engine::Pairing;
use super::format::ArmCard;
use super::monthly;
use super::sentences::Lead;
use crate::engine::Plan;
use crate::results::format::Effective;
use crate::results::metrics::{self, Form};
use crate::scenario::answer::{NONE, arm};
use crate::scenario::codes;
use crate::scenario::diagnostics::{Diagnostic, Place, Severity, SourceText, nearest, show};
use crate::scenario::ensemble::Turns;
use crate::scenario::{Problems, Request, Scenario, load};

/// What the arms of a study are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Design {
    /// What the scenario says under `[answer]`.
    Answer,
    /// Options, the baseline first; `none` is the scenario itself, `all` every option against it.
    Options(Vec<String>),
    /// The request as it stands, against the same with other assumption sets and further overrides.
    Versus { assume: Vec<String>, set: Vec<String> },
    /// The request as it stands, against the same with the overrides of each point.
    Points(Vec<Vec<String>>),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What all arms share.
    pub request: Request,
    pub design: Design,
    /// Ids of outcomes; empty for those of the answer, or for the usual ones.
    pub outcomes: Vec<String>,
    /// Pairs of runs; none for those of the answer.
    pub runs: Option<u64>,
}

/// One effective scenario.
#[derive(Debug, Clone)]
pub struct Arm {
    pub id: String,
    pub label: String,
    /// Overrides, without those that only say how the study is run.
    pub set: Vec<String>,
    pub plan: Plan,
}

impl Arm {
    /// The arm as it is stored.
    pub fn card(&self) -> ArmCard {
        let s = &self.plan.scenario;
        ArmCard {
            id: self.id.clone(),
            label: self.label.clone(),
            scenario: s.name.clone(),
            option: s.option.clone(),
            assumptions: s.assumptions.clone(),
            set: self.set.clone(),
            plan: self.plan.hash(),
            events: crate::job::dated_events(&self.plan),
        }
    }
}

/// Arms on the same luck.
#[derive(Debug, Clone)]
pub struct Study {
    /// The baseline first.
    pub arms: Vec<Arm>,
    /// Ids of outcomes, the most telling first.
    pub outcomes: Vec<String>,
    /// Which of them the answer begins with.
    pub lead: Lead,
    /// Pairs of runs.
    pub runs: u64,
    /// Warnings about the scenario.
    pub warnings: Vec<Diagnostic>,
}

impl Study {
    /// The plans of all arms, in their order.
    pub fn plans(&self) -> Vec<&Plan> {
        self.arms.iter().map(|a| &a.plan).collect()
    }

    /// Hash of what determines the numbers: the plans and the outcomes that are read.
    pub fn hash(&self) -> String {
        let mut h = blake3::Hasher::new();
        let plans: Vec<String> = self.arms.iter().map(|a| a.plan.hash()).collect();
        for part in plans.iter().chain(&self.outcomes) {
            h.update(part.as_bytes());
            h.update(&[0]);
        }
        h.finalize().to_hex().to_string()
    }

    /// Monthly series that show what is asked about, of those that every arm records.
    pub fn series(&self) -> Vec<String> {
        let Some(base) = self.arms.first() else {
            return Vec::new();
        };
        let (scenario, ground) = (&base.plan.scenario.base, &base.plan.model.ground);
        let focal = scenario.arrangements.get(scenario.focal).map_or("", |a| a.id.as_str());
        let focus = scenario.ladder.get(ground.focus).map_or("", |r| r.id.as_str());
        let records = |arm: &Arm, id: &str| arm.plan.model.measures.series.iter().any(|s| s.id == id);
        monthly::series(&self.outcomes, focal, focus, |id| {
            self.arms.iter().all(|arm| records(arm, id))
        })
    }

    /// Whose turn it is in both the baseline and an arm; none unless they draw from one ensemble.
    fn turns(&self, arm: usize) -> Option<Turns> {
        let (base, other) = (&self.arms.first()?.plan.scenario, &self.arms.get(arm)?.plan.scenario);
        let is_one = ensemble(&base.effective) == ensemble(&other.effective);
        base.turns().filter(|turns| is_one && other.turns() == Some(*turns))
    }

    /// Every arm paired with the baseline. None where an arm lacks an outcome, which [`prepare`] has ruled out.
    pub fn pairings(&self) -> Option<Vec<Pairing>> {
        let (plans, series) = (self.plans(), self.series());
        (1..plans.len())
            .map(|arm| {
                let pairing = Pairing::new(&plans, 0, arm, &self.outcomes).ok()?;
                let pairing = pairing.with_last_months(&plans, &series);
                Some(match self.turns(arm) {
                    Some(turns) => pairing.by_member(turns),
                    None => pairing,
                })
            })
            .collect()
    }
}

/// What tells the ensemble of an effective scenario from others: its size and its hash; none where it has none.
pub(super) fn ensemble(effective: &[Effective]) -> Option<&str> {
    let found = effective.iter().find(|e| e.path == "ensemble");
    found.map(|e| e.value.as_str())
}

/// How an arm differs from what all arms share.
struct Draft {
    id: String,
    label: Option<String>,
    request: Request,
}

/// Loads every arm and checks that they can be compared.
///
/// # Errors
/// [`Problems::Io`] if the scenario cannot be read; [`Problems::Invalid`] with everything that is wrong with the scenario,
/// the arms and the outcomes.
pub fn prepare(order: &Order) -> Result<Study, Problems> {
    let mut findings = Vec::new();
    let base = base(&order.request, &mut findings)?;
    let drafts = drafts(order, &base, &mut findings);
    let outcomes = outcomes(order, &base);
    let runs = runs(order, &base);
    let mut arms = Vec::new();
    for draft in drafts {
        let mut request = draft.request;
        let is_setting = |set: &&String| {
            !["run.runs", "run.seed", "run.months"]
                .iter()
                .any(|s| set.starts_with(s))
        };
        let set = request.sets.iter().filter(is_setting).cloned().collect();
        request.sets.push(format!("run.runs={runs}"));
        match load(&request) {
            Ok(scenario) => arms.push(Arm {
                label: draft.label.unwrap_or_else(|| base_label(&scenario)),
                id: draft.id,
                set,
                plan: Plan::new(scenario),
            }),
            Err(Problems::Invalid(more)) => add(&mut findings, more),
            Err(other) => return Err(other),
        }
    }
    luck(&arms, &mut findings);
    reported(order, &arms, &outcomes, &mut findings);
    if !findings.is_empty() {
        return Err(Problems::Invalid(findings));
    }
    let mut warnings = Vec::new();
    for warning in arms.iter().flat_map(|a| &a.plan.scenario.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    Ok(Study {
        arms,
        outcomes,
        lead: match order.outcomes.is_empty() && base.answer.is_none() {
            true => Lead::Heaviest,
            false => Lead::Listed,
        },
        runs,
        warnings,
    })
}

/// The scenario of a request. Where what is laid over it is wrong, that is told, and the scenario by itself still says which
/// options and outcomes there are, so that what is wrong with those is told too.
fn base(request: &Request, findings: &mut Vec<Diagnostic>) -> Result<Scenario, Problems> {
    let bare = || {
        let mut bare = Request::new(request.source.clone());
        bare.bundled_only = request.bundled_only;
        bare
    };
    match load(request) {
        Err(Problems::Invalid(wrong)) => match load(&bare()) {
            Ok(scenario) => {
                add(findings, wrong);
                Ok(scenario)
            }
            Err(_) => Err(Problems::Invalid(wrong)),
        },
        found => found,
    }
}

/// Adds errors that are not among the findings yet.
fn add(findings: &mut Vec<Diagnostic>, more: Vec<Diagnostic>) {
    for finding in more {
        if finding.severity == Severity::Error && !findings.contains(&finding) {
            findings.push(finding);
        }
    }
}

/// What the scenario without an option is called.
fn base_label(scenario: &Scenario) -> String {
    let label = scenario.label.clone().filter(|l| !l.trim().is_empty());
    label.unwrap_or_else(|| String::from("The base case"))
}

/// Pairs of runs: asked for, given by an override, said by the answer.
fn runs(order: &Order, base: &Scenario) -> u64 {
    let is_set = order
        .request
        .sets
        .iter()
        .any(|s| s.trim_start().starts_with("run.runs"));
    match (order.runs, &base.answer) {
        (Some(runs), _) => runs,
        (None, Some(answer)) if !is_set => answer.runs,
        _ => base.run.runs,
    }
}

/// The arms that the design asks for; those that cannot be are told and left out.
fn drafts(order: &Order, base: &Scenario, findings: &mut Vec<Diagnostic>) -> Vec<Draft> {
    let shared = &order.request;
    if let Design::Versus { assume, set } = &order.design {
        return versus(shared, assume, set, base, findings);
    }
    if let Design::Points(points) = &order.design {
        return drafts_of_points(shared, points, base);
    }
    let (names, text) = match (&order.design, &base.answer) {
        (Design::Options(names), _) if names.iter().any(|n| n == "all") => {
            let mut all: Vec<String> = names.iter().filter(|n| *n != "all").cloned().collect();
            if all.is_empty() {
                all.push(NONE.to_owned());
            }
            for option in &base.options {
                if !all.contains(&option.name) {
                    all.push(option.name.clone());
                }
            }
            (all, names.join(","))
        }
        (Design::Options(names), _) => (names.clone(), names.join(",")),
        (_, Some(answer)) => {
            let name = |option: &Option<String>| option.clone().unwrap_or_else(|| NONE.to_owned());
            let all = std::iter::once(&answer.baseline).chain(&answer.options);
            (all.map(name).collect(), String::new())
        }
        (_, None) => {
            let message = format!(
                "the scenario `{}` does not say what answers its question",
                show(&base.name)
            );
            let finding = Diagnostic::bare(codes::MISSING, Severity::Error, message);
            findings.push(finding.help("add [answer] to the file, or name options: --options none,NAME"));
            (Vec::new(), String::new())
        }
    };
    let known: Vec<&str> = base.options.iter().map(|o| o.name.as_str()).chain([NONE]).collect();
    let mut seen = BTreeSet::new();
    let mut drafts = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let place = argument("--options", &text, &names, at);
        let option = arm(name);
        let card = base.options.iter().find(|o| Some(&o.name) == option.as_ref());
        if option.is_none() && base.options.iter().any(|o| o.name == NONE) {
            let message = "the option `none` cannot be told from the scenario itself";
            let finding = Diagnostic::error(codes::ANSWER_OPTION, &place, message);
            findings.push(finding.help("give the option another name"));
            continue;
        }
        if option.is_some() && card.is_none() {
            let message = format!("the scenario has no option `{}`", show(name));
            findings
                .push(Diagnostic::error(codes::ANSWER_OPTION, &place, message).nearest(name, known.iter().copied()));
        } else if !seen.insert(name) {
            let message = format!("`{}` is named twice", show(name));
            findings.push(Diagnostic::error(codes::ANSWER_TWICE, &place, message).help("name each option once"));
        } else {
            drafts.push(Draft {
                id: name.clone(),
                label: card.map(|c| c.label.clone()),
                request: Request {
                    option,
                    ..shared.clone()
                },
            });
        }
    }
    if names.len() == 1 {
        let place = argument("--options", &text, &names, 0);
        let finding = Diagnostic::error(codes::ANSWER_TWICE, &place, "one option alone cannot be compared");
        findings.push(finding.help("name the baseline and then the others: --options none,NAME"));
    }
    drafts
}

/// The request as it stands, and the same at every point.
fn drafts_of_points(shared: &Request, points: &[Vec<String>], base: &Scenario) -> Vec<Draft> {
    let option = base.option.as_ref();
    let card = option.and_then(|o| base.options.iter().find(|c| c.name == *o));
    let mut drafts = vec![Draft {
        id: NONE.to_owned(),
        label: Some(card.map_or_else(|| base_label(base), |o| o.label.clone())),
        request: shared.clone(),
    }];
    drafts.extend(points.iter().map(|point| {
        let mut request = shared.clone();
        request.sets.extend(point.iter().cloned());
        Draft {
            id: point.join(" "),
            label: Some(point.join(", ")),
            request,
        }
    }));
    drafts
}

/// The request as it stands, and the same with other assumptions and further overrides.
fn versus(
    shared: &Request,
    assume: &[String],
    set: &[String],
    base: &Scenario,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    let mut other = shared.clone();
    if !assume.is_empty() {
        other.assume = assume.to_vec();
    }
    other.sets.extend(set.iter().cloned());
    if other == *shared {
        let finding = Diagnostic::bare(codes::ANSWER_TWICE, Severity::Error, "both arms are the same");
        findings.push(finding.help("say what differs: --vs-assume SET or --vs-set PATH=VALUE"));
        return Vec::new();
    }
    let named = |sets: &[String], settings: &[String]| -> Option<String> {
        let words: Vec<&str> = sets.iter().chain(settings).map(String::as_str).collect();
        (!words.is_empty()).then(|| words.join(" + "))
    };
    // What both share would only make the names longer.
    let (first, second) = if assume.is_empty() {
        let own: Vec<String> = shared.sets.iter().filter(|s| !s.starts_with("run.")).cloned().collect();
        (named(&[], &own), named(&[], set))
    } else {
        (named(&shared.assume, &[]), named(assume, set))
    };
    let option = base
        .option
        .as_ref()
        .and_then(|o| base.options.iter().find(|c| c.name == *o));
    let plain = || option.map_or_else(|| base_label(base), |o| o.label.clone());
    vec![
        Draft {
            id: first.clone().unwrap_or_else(|| NONE.to_owned()),
            label: Some(first.unwrap_or_else(plain)),
            request: shared.clone(),
        },
        Draft {
            id: second.clone().unwrap_or_default(),
            label: second,
            request: other,
        },
    ]
}

/// A word of the command line with the place of one of the names in it.
fn argument(flag: &str, text: &str, names: &[String], at: usize) -> Place {
    let text = if text.is_empty() {
        names.join(",")
    } else {
        text.to_owned()
    };
    let text = format!("{flag} {text}");
    let before: usize = names.iter().take(at).map(|n| n.len() + 1).sum();
    let start = (flag.len() + 1 + before).min(text.len());
    let end = (start + names.get(at).map_or(0, String::len)).min(text.len());
    Place {
        source: Arc::new(SourceText {
            name: text.clone(),
            text,
        }),
        span: start..end,
    }
}

/// All arms share seed and horizon.
fn luck(arms: &[Arm], findings: &mut Vec<Diagnostic>) {
    let Some(base) = arms.first() else { return };
    for arm in arms.iter().skip(1) {
        let (a, b) = (&base.plan.scenario, &arm.plan.scenario);
        let mut differs = |what: &str, x: String, y: String, help: &str| {
            if x != y {
                let message = format!(
                    "`{}` has {what} {x} and `{}` has {y}: their runs are no pairs",
                    show(&base.id),
                    show(&arm.id)
                );
                findings.push(Diagnostic::bare(codes::NO_SHARED_LUCK, Severity::Error, message).help(help.to_owned()));
            }
        };
        differs(
            "seed",
            a.run.seed.to_string(),
            b.run.seed.to_string(),
            "give all arms one --seed",
        );
        differs(
            "months",
            a.run.months.to_string(),
            b.run.months.to_string(),
            "give all arms one --months",
        );
        let states = |s: &Scenario| s.base.states.iter().map(|s| s.iso3.clone()).collect::<Vec<_>>();
        if states(a) != states(b) {
            let message = format!("`{}` and `{}` have other states", show(&base.id), show(&arm.id));
            let finding = Diagnostic::bare(codes::NO_SHARED_LUCK, Severity::Error, message);
            findings.push(finding.help("luck belongs to the states in their order: compare arms of one world"));
        }
    }
}

/// Every arm reports every outcome.
fn reported(order: &Order, arms: &[Arm], ids: &[String], findings: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for (at, id) in ids.iter().enumerate() {
        let place = argument("--outcomes", &order.outcomes.join(","), ids, at);
        let has = |arm: &&Arm| arm.plan.model.measures.outcomes.iter().any(|o| o.id == *id);
        let everywhere = || {
            let first = arms.first().map_or(&[][..], |a| &a.plan.model.measures.outcomes);
            first.iter().map(|o| o.id.as_str())
        };
        if !seen.insert(id) {
            let message = format!("the outcome `{}` is named twice", show(id));
            findings.push(Diagnostic::error(codes::ANSWER_TWICE, &place, message).help("name each outcome once"));
        } else if metrics::find(id).iter().all(|m| m.form == Form::Series) {
            let message = format!("no outcome is called `{}`", show(id));
            let mut finding = Diagnostic::error(codes::ANSWER_OUTCOME, &place, message).nearest(id, everywhere());
            let advice = "`deter explain NAME` tells what an outcome is; summary.json of a run lists all of them";
            finding.help.get_or_insert_with(|| advice.to_owned());
            findings.push(finding);
        } else if let Some(arm) = arms.iter().find(|a| !has(a)) {
            let message = format!("`{}` is not reported by `{}`", show(id), show(&arm.id));
            let near = nearest(id, everywhere()).map(|n| format!("did you mean `{n}`?"));
            let help = near.unwrap_or_else(|| "every arm must report it; leave it out or choose other arms".to_owned());
            findings.push(Diagnostic::error(codes::ANSWER_LACKS, &place, message).help(help));
        }
    }
}

/// The outcomes asked for, those of the answer, or the usual ones of the focal arrangement.
fn outcomes(order: &Order, base: &Scenario) -> Vec<String> {
    match (&base.answer, order.outcomes.is_empty()) {
        (_, false) => order.outcomes.clone(),
        (Some(answer), true) => answer.outcomes.clone(),
        (None, true) => {
            let plan = Plan::new(base.clone());
            let focal = base
                .base
                .arrangements
                .get(base.base.focal)
                .map_or("", |a| a.id.as_str());
            let ids: Vec<&str> = plan.model.measures.outcomes.iter().map(|o| o.id.as_str()).collect();
            usual(focal, &ids)
        }
    }
}

/// What anybody would ask of a promise, as far as it is reported.
pub fn usual(focal: &str, reported: &[&str]) -> Vec<String> {
    let wanted = [
        "intensity.incursion".to_owned(),
        "intensity.strike".to_owned(),
        "intensity.land_grab".to_owned(),
        format!("credibility.{focal}.land_grab.end"),
        "war".to_owned(),
    ];
    let mut found: Vec<String> = wanted
        .into_iter()
        .filter(|id| reported.contains(&id.as_str()))
        .collect();
    if found.is_empty() {
        found = reported.iter().take(3).map(|id| (*id).to_owned()).collect();
    }
    found
}
