//! Rules about meaning: what is well-formed but cannot be meant.

use super::codes;
use super::compile::Doubts;
use super::diagnostics::{Diagnostic, Place, Report, show};
use super::event::{RawEvent, RawKind};
use super::event_keys::What;
use super::layers::Role;
use super::leaf::{Leaf, Named};
use super::merged::Merged;
use crate::model::inputs::{Arrangement, DecisionRule, EventKind, Hedge, Inputs, Kind};

/// Applies every rule to a compiled scenario. A rule that concludes something from what is not there says nothing where
/// a mistake, which has been told, may be why it is not there. `is_asked_for` is false for options that are checked with
/// the others.
pub fn rules(merged: &Merged, inputs: &Inputs, doubts: &Doubts, is_asked_for: bool, report: &mut Report) {
    for arrangement in &inputs.arrangements {
        if is_known(merged, &arrangement.id, report) {
            self_guarantee(merged, inputs, arrangement, report);
            veto_holders(merged, inputs, arrangement, doubts, report);
            depth_of_outsiders(merged, inputs, arrangement, doubts, report);
            back_door(merged, inputs, arrangement, doubts, report);
            empty_threat(merged, arrangement, report);
            payment(merged, arrangement, doubts, report);
        }
    }
    own_targets(merged, inputs, report);
    applicants(merged, inputs, report);
    tables(merged, inputs, doubts, report);
    never(merged, report);
    horizon(merged, inputs, is_asked_for, report);
    memberships(merged, inputs, doubts, report);
    fixed_answers(merged, doubts, report);
}

/// True if nothing is wrong with the words that say what an arrangement is.
pub(super) fn is_known(merged: &Merged, id: &str, report: &Report) -> bool {
    const WORDS: [&str; 10] = [
        "guarantors",
        "proteges",
        "members",
        "coverage",
        "kind",
        "decision_rule",
        "veto",
        "chain",
        "chain_to",
        "pay_",
    ];
    let path = |key: &&str| format!("arrangements.{id}.{key}");
    !WORDS.iter().any(|key| merged.is_doubtful(report, &path(key)))
}

/// The code of a state, for messages.
fn code(inputs: &Inputs, state: usize) -> &str {
    inputs.states.get(state).map_or("?", |s| s.iso3.as_str())
}

/// Where the list stands that decides one side of an arrangement.
fn side_place(merged: &Merged, id: &str, key: &str) -> Option<Place> {
    let path = |key: &str| format!("arrangements.{id}.{key}");
    merged
        .get(&path(key))
        .or_else(|| merged.get(&path("members")))
        .map(|set| set.value.clone())
}

/// Each protégé needs a guarantor other than itself.
fn self_guarantee(merged: &Merged, inputs: &Inputs, arrangement: &Arrangement, report: &mut Report) {
    // Territorial defence is what a state does for itself.
    if arrangement.kind == Kind::Territorial || arrangement.guarantors.is_empty() {
        return;
    }
    for protege in &arrangement.proteges {
        if arrangement.guarantors.iter().any(|g| g != protege) {
            continue;
        }
        let Some(place) = side_place(merged, &arrangement.id, "proteges") else {
            continue;
        };
        let state = code(inputs, *protege);
        let message = format!(
            "in `{}` nobody but `{state}` itself guarantees `{state}`",
            show(&arrangement.id)
        );
        let finding = Diagnostic::error(codes::SELF_GUARANTEE, &place, message);
        report.push(finding.help("name another guarantor, or take it from the protégés"));
    }
    if arrangement.proteges.is_empty()
        && let Some(place) = side_place(merged, &arrangement.id, "guarantors")
    {
        let message = format!("arrangement `{}` protects nobody", show(&arrangement.id));
        report.push(Diagnostic::warning(codes::IDLE, &place, message).help("name `proteges`"));
    }
}

/// Veto holders are guarantors, and a veto rule has holders.
fn veto_holders(merged: &Merged, inputs: &Inputs, arrangement: &Arrangement, doubts: &Doubts, report: &mut Report) {
    let path = |key: &str| format!("arrangements.{}.{key}", arrangement.id);
    for name in merged.names(&path("veto")) {
        let Some(state) = inputs.state(&name.name) else {
            continue;
        };
        if !arrangement.guarantors.contains(&state) && !doubts.about(What::Join) {
            let message = format!(
                "`{}` holds a veto in `{}` but is no guarantor",
                show(&name.name),
                show(&arrangement.id)
            );
            let known = arrangement.guarantors.iter().map(|g| code(inputs, *g));
            let finding = Diagnostic::error(codes::VETO_OUTSIDER, &name.place, message);
            report.push(
                finding
                    .help("only guarantors can stop a decision")
                    .nearest(&name.name, known),
            );
        }
    }
    if arrangement.decision_rule == DecisionRule::Veto
        && arrangement.veto.is_empty()
        && let Some(set) = merged.get(&path("decision_rule"))
    {
        let message = format!("`{}` decides by veto, but nobody holds one", show(&arrangement.id));
        report.push(Diagnostic::warning(codes::IDLE, &set.value, message).help("name the holders in `veto`"));
    }
}

/// A depth factor of a state that promises nothing has no effect.
fn depth_of_outsiders(
    merged: &Merged,
    inputs: &Inputs,
    arrangement: &Arrangement,
    doubts: &Doubts,
    report: &mut Report,
) {
    for (iso3, place) in merged.ids(&format!("arrangements.{}.depth_by", arrangement.id)) {
        let is_outside = inputs
            .state(&iso3)
            .is_some_and(|s| !arrangement.guarantors.contains(&s));
        if is_outside && !doubts.about(What::Join) && !joins(inputs, &iso3, &arrangement.id) {
            let message = format!("`{}` is no guarantor of `{}`", show(&iso3), show(&arrangement.id));
            report.push(Diagnostic::warning(codes::NOT_GUARANTOR, &place, message));
        }
    }
}

/// A chain leads to another arrangement, through a member of both, and has a weight.
fn back_door(merged: &Merged, inputs: &Inputs, arrangement: &Arrangement, doubts: &Doubts, report: &mut Report) {
    let path = |key: &str| format!("arrangements.{}.{key}", arrangement.id);
    let (door, weight) = (merged.get(&path("chain_to")), merged.get(&path("chain")));
    let Some(door) = door else {
        if let Some(weight) = weight {
            let message = format!("`{}` has a chain to nowhere", show(&arrangement.id));
            let help = "name the arrangement that is drawn in: chain_to = \"...\"";
            report.push(Diagnostic::warning(codes::IDLE, &weight.key, message).help(help));
        }
        return;
    };
    let Some(other) = arrangement.chain_to.and_then(|to| inputs.arrangements.get(to)) else {
        return;
    };
    if other.id == arrangement.id {
        let message = format!("`{}` is chained to itself", show(&arrangement.id));
        report.push(Diagnostic::error(codes::OWN_TARGET, &door.value, message).help("name another arrangement"));
        return;
    }
    let is_shared = arrangement.guarantors.iter().any(|g| other.proteges.contains(g));
    let joins_later = arrangement
        .guarantors
        .iter()
        .any(|g| joins(inputs, code(inputs, *g), &other.id));
    if !is_shared && !joins_later && !doubts.about(What::Join) && is_known(merged, &other.id, report) {
        let message = format!(
            "no guarantor of `{}` is protected by `{}`, so a fight draws nobody in",
            show(&arrangement.id),
            show(&other.id)
        );
        report.push(Diagnostic::warning(codes::IDLE, &door.value, message));
    }
    if weight.is_none() && !changes(merged, &path("chain")) && !doubts.about(What::Change) {
        let message = format!("the chain from `{}` has no weight", show(&arrangement.id));
        report.push(Diagnostic::warning(codes::IDLE, &door.value, message).help("say how far it binds: chain = 0.5"));
    }
}

/// A demand to pay has a share and a penalty, or it demands nothing. A majority is one of a rule that counts votes.
fn payment(merged: &Merged, arrangement: &Arrangement, doubts: &Doubts, report: &mut Report) {
    let path = |key: &str| format!("arrangements.{}.{key}", arrangement.id);
    for (key, partner) in [("pay_share", "pay_penalty"), ("pay_penalty", "pay_share")] {
        if let Some(set) = merged.get(&path(key))
            && merged.get(&path(partner)).is_none()
            && !changes(merged, &path(partner))
            && !doubts.about(What::Change)
        {
            let message = format!("`{}` has a `{key}` without `{partner}`", show(&arrangement.id));
            report.push(
                Diagnostic::warning(codes::IDLE, &set.key, message).help(format!("say both, or neither: `{partner}`")),
            );
        }
    }
    if arrangement.decision_rule != DecisionRule::Majority
        && let Some(set) = merged.get(&path("majority_share"))
    {
        let message = format!("`{}` does not decide by majority", show(&arrangement.id));
        report.push(Diagnostic::warning(codes::IDLE, &set.key, message).help("decision_rule = \"majority\""));
    }
}

/// True if some event changes the figure.
fn changes(merged: &Merged, path: &str) -> bool {
    merged.events.iter().any(|(event, _)| match &event.kind {
        RawKind::Change { changes, .. } => changes.iter().any(|(p, _)| p.name == path),
        _ => false,
    })
}

/// Sanctions are held ready against acts that the arrangement covers; one that excludes every rung threatens nothing.
fn empty_threat(merged: &Merged, arrangement: &Arrangement, report: &mut Report) {
    let Some(set) = merged.get(&format!("arrangements.{}.penalty", arrangement.id)) else {
        return;
    };
    if arrangement.coverage.is_none() {
        let message = format!("`{}` holds sanctions ready but covers no rung", show(&arrangement.id));
        report.push(Diagnostic::warning(codes::IDLE, &set.key, message).help("give it a `coverage`"));
    }
}

/// True if some event makes the state a member.
fn joins(inputs: &Inputs, iso3: &str, id: &str) -> bool {
    let (who, to) = (inputs.state(iso3), inputs.arrangement(id));
    let applies = who
        .and_then(|who| inputs.states.get(who))
        .is_some_and(|s| to.is_some() && s.applies_to == to);
    applies
        || inputs.events.iter().any(|e| match e.kind {
            EventKind::Join { state, arrangement } => Some(state) == who && Some(arrangement) == to,
            _ => false,
        })
}

/// Nobody acts against itself, and a challenger has somebody to act against.
fn own_targets(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for challenger in &inputs.challengers {
        let own = code(inputs, challenger.state);
        let path = |key: &str| format!("challengers.{own}.{key}");
        for (target, place) in merged.ids(&path("targets")) {
            if target == own {
                let message = format!("`{own}` is its own target");
                report.push(Diagnostic::error(codes::OWN_TARGET, &place, message));
            }
        }
        for partner in merged.names(&path("partners")) {
            if partner.name == own {
                let message = format!("`{own}` is its own partner");
                report.push(Diagnostic::error(codes::OWN_TARGET, &partner.place, message));
            }
        }
        if challenger.targets.is_empty()
            && !merged.is_doubtful(report, &path("targets"))
            && let Some((_, place)) = merged.ids("challengers").into_iter().find(|(id, _)| id == own)
        {
            let message = format!("challenger `{own}` has no targets and will never act");
            let help = format!("declare them under [challengers.{own}.targets]");
            report.push(Diagnostic::warning(codes::IDLE, &place, message).help(help));
        }
    }
}

/// A state that may join says what, and is no member yet.
fn applicants(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for state in &inputs.states {
        let path = |key: &str| format!("states.{}.{key}", state.iso3);
        let (hedges, looks_to) = (merged.get(&path("hedges")), merged.get(&path("applies_to")));
        if merged.is_doubtful(report, &path("hedges")) || merged.is_doubtful(report, &path("applies_to")) {
            continue;
        }
        let may_join = state.hedges.contains(&Hedge::Join);
        if let Some(set) = hedges.filter(|_| may_join && looks_to.is_none()) {
            let message = format!("`{}` may apply to join, but not what", state.iso3);
            let help = format!("name the arrangement: states.{}.applies_to = \"...\"", state.iso3);
            report.push(Diagnostic::error(codes::MISSING, &set.value, message).help(help));
        }
        let Some(set) = looks_to else { continue };
        if !may_join {
            let message = format!("`{}` looks to an arrangement but may not apply", state.iso3);
            report.push(Diagnostic::warning(codes::IDLE, &set.key, message).help("add \"join\" to its `hedges`"));
        }
        let of = state.applies_to.and_then(|of| inputs.arrangements.get(of));
        if let Some((of, who)) = of.zip(inputs.state(&state.iso3))
            && of.guarantors.contains(&who)
        {
            let message = format!("`{}` is a member of `{}` already", state.iso3, show(&of.id));
            report.push(Diagnostic::warning(codes::IDLE, &set.value, message));
        }
    }
}

/// Talks are opened by an event, and what they guarantee is guaranteed to the state that they are about.
fn tables(merged: &Merged, inputs: &Inputs, doubts: &Doubts, report: &mut Report) {
    for (iso3, place) in merged.ids("talks") {
        let opens = |kind: &RawKind| matches!(kind, RawKind::Settle { target, .. } if target.name == iso3);
        if !doubts.about(What::Settle) && !merged.events.iter().any(|(event, _)| opens(&event.kind)) {
            let message = format!("no event opens talks about `{}`", show(&iso3));
            let help = format!("add an event: settle = {{ target = \"{iso3}\" }}");
            report.push(Diagnostic::warning(codes::IDLE, &place, message).help(help));
        }
    }
    let inline = merged.events.iter().filter_map(|(event, _)| match &event.kind {
        RawKind::Settle { target, guarantee, .. } => Some((target.name.clone(), guarantee.as_ref()?)),
        _ => None,
    });
    let ids = merged.ids("talks");
    let named = ids
        .iter()
        .filter_map(|(iso3, _)| Some((iso3.clone(), merged.text(&format!("talks.{iso3}.guarantee"))?)));
    for (iso3, guarantee) in inline.chain(named) {
        let found = inputs.state(&iso3).zip(inputs.arrangement(&guarantee.name));
        if let Some((state, a)) = found
            && !inputs.arrangements.get(a).is_some_and(|a| a.proteges.contains(&state))
            && is_known(merged, &guarantee.name, report)
        {
            let message = format!("`{}` promises nothing to `{}`", show(&guarantee.name), show(&iso3));
            report.push(Diagnostic::warning(codes::IDLE, &guarantee.place, message).help("name it among `proteges`"));
        }
    }
}

/// Events can happen.
fn never(merged: &Merged, report: &mut Report) {
    for (event, _) in &merged.events {
        let (what, help) = match (event.hazard, event.probability) {
            (Some(0.0), _) => ("hazard", "a dated event has no `hazard`"),
            (_, 0.0) => ("probability", "say how likely it is, or take it out"),
            _ => continue,
        };
        let message = format!("an event with {what} 0 never happens");
        report.push(Diagnostic::warning(codes::IDLE, &event.place, message).help(help));
    }
}

/// Events happen before the horizon. A horizon shortened on the command line only warns, once and of what was asked for.
fn horizon(merged: &Merged, inputs: &Inputs, is_asked_for: bool, report: &mut Report) {
    if merged.is_doubtful(report, "run.months") {
        return;
    }
    let shortened = merged.get("run.months").is_some_and(|set| set.role == Role::Set);
    let late: Vec<&RawEvent> = merged
        .events
        .iter()
        .map(|(event, _)| event)
        .filter(|e| e.month >= inputs.months)
        .collect();
    let last = inputs.months.saturating_sub(1);
    if shortened {
        if let Some(first) = late.first().filter(|_| is_asked_for) {
            report.push(beyond(&late, first, last));
        }
        return;
    }
    let start = match merged.get("run.start").map(|set| &set.leaf) {
        Some(Leaf::Month(year, _)) => Some(*year),
        _ => None,
    };
    for event in late {
        let message = format!(
            "the event of month {} lies after the horizon: months run from 0 to {last}",
            event.month
        );
        let finding = Diagnostic::error(codes::AFTER_HORIZON, &event.month_place, message);
        let is_year = (1900..=2200).contains(&event.month);
        report.push(match start.filter(|_| is_year) {
            Some(start) => finding.help(format!(
                "this looks like a year: months are counted from the start in {start}, so that a year later is month 12"
            )),
            None => finding.help(format!("raise `run.months` above {} or move the event", event.month)),
        });
    }
}

/// The events that a shortened horizon leaves out, in one warning.
fn beyond(late: &[&RawEvent], first: &RawEvent, last: u32) -> Diagnostic {
    let message = match late {
        [one] => format!(
            "the event of month {} lies after the horizon: months run from 0 to {last}",
            one.month
        ),
        _ => {
            let months: Vec<String> = late.iter().take(6).map(|e| e.month.to_string()).collect();
            let more = if late.len() > 6 { ", ..." } else { "" };
            format!(
                "{} events lie after the horizon (months {}{more}): months run from 0 to {last}",
                late.len(),
                months.join(", ")
            )
        }
    };
    let finding = Diagnostic::warning(codes::AFTER_HORIZON, &first.month_place, message);
    finding.help("the horizon of the command line leaves them out; nothing else changes")
}

/// Events about members speak of members.
fn memberships(merged: &Merged, inputs: &Inputs, doubts: &Doubts, report: &mut Report) {
    let mut outsider = |state: &Named, arrangement: &Named, what: &str| {
        let found = inputs.state(&state.name).zip(inputs.arrangement(&arrangement.name));
        let Some((who, of)) = found else { return };
        let is_in = inputs
            .arrangements
            .get(of)
            .is_some_and(|a| a.guarantors.contains(&who) || a.proteges.contains(&who));
        let is_sure = !doubts.about(What::Join) && is_known(merged, &arrangement.name, report);
        if !is_in && is_sure && !joins(inputs, &state.name, &arrangement.name) {
            let message = format!(
                "`{}` {what} `{}` but is no member",
                show(&state.name),
                show(&arrangement.name)
            );
            report.push(Diagnostic::warning(codes::NOT_GUARANTOR, &state.place, message));
        }
    };
    for (event, _) in &merged.events {
        match &event.kind {
            RawKind::Leave { state, arrangement } => outsider(state, arrangement, "leaves"),
            RawKind::Signal { by, arrangement, .. } => outsider(by, arrangement, "signals about"),
            _ => {}
        }
    }
}

/// Fixed answers apply to crises that events start; without such events they do nothing.
fn fixed_answers(merged: &Merged, doubts: &Doubts, report: &mut Report) {
    let mut events = merged.events.iter();
    if doubts.about(What::Challenge) || events.any(|(e, _)| e.kind.what() == What::Challenge) {
        return;
    }
    if let Some((_, place)) = merged.ids("response").into_iter().next() {
        let message = "answers are fixed only in crises that events start, and no event starts one";
        report.push(Diagnostic::warning(codes::IDLE, &place, message).help("add an event with `challenge`"));
    }
}
