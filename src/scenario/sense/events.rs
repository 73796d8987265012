//! Rules about events and fixed answers.

use std::collections::BTreeSet;

use super::super::codes;
use super::super::event::{RawEvent, RawKind};
use super::super::layers::Merged;
use super::super::leaf::{Leaf, Named};
use super::{code, is_shortened, warn};
use crate::model::inputs::Inputs;
use crate::scenario::diagnostics::{Report, show};

/// Monthly hazard from which on a random event is all but certain within half a year.
const HASTY: f64 = 0.5;

pub(super) fn rules(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    let events: Vec<&RawEvent> = merged.events.iter().map(|(event, _)| event).collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    // Reading a figure by its address needs inputs that could be written to.
    let mut probe = inputs.clone();
    for (at, event) in events.iter().enumerate() {
        timing(event, inputs, is_shortened(merged), report);
        if !seen.insert(event.to_string()) {
            let message = String::from("the same event stands there twice");
            warn(
                report,
                codes::TWICE,
                &event.place,
                message,
                "events of all layers add up; delete one",
            );
        }
        let earlier = events.get(..at).unwrap_or(&[]);
        match &event.kind {
            RawKind::Challenge { by, target, rung, .. } => {
                challenge(inputs, &events, event, (by, target, rung), report)
            }
            RawKind::Change { changes, .. } => change(merged, &mut probe, &events, at, changes, report),
            RawKind::Signal { strength, by, .. } if *strength == 0.0 => {
                let message = format!("a signal of `{}` with strength 0 moves nothing", show(&by.name));
                warn(
                    report,
                    codes::NO_MOVE,
                    &event.place,
                    message,
                    "negative strength is doubt, positive resolve",
                );
            }
            RawKind::Join { state, arrangement } => join(inputs, earlier, state, arrangement, report),
            RawKind::Ceasefire { target } => ceasefire(inputs, &events, event, target, report),
            _ => {}
        }
    }
    mute(merged, inputs, &events, report);
}

/// Hazards, probabilities and spans say what their author means.
fn timing(event: &RawEvent, inputs: &Inputs, is_shortened: bool, report: &mut Report) {
    let over = match event.kind {
        RawKind::Change { over, .. } => over,
        _ => 0,
    };
    if let Some(hazard) = event.hazard {
        if over > 0 {
            let message = String::from("a random event has no date from which `over` could be counted");
            let help = "it changes at once: take `over` out, or give the event a date";
            warn(report, codes::RANDOM_OVER, &event.place, message, help);
        }
        if event.probability != 1.0 {
            let message = String::from("an event with `hazard` is random; its `probability` is not used");
            warn(report, codes::TWO_CHANCES, &event.place, message, "keep one of the two");
        }
        if hazard >= HASTY {
            let year = 100.0 * (1.0 - (1.0 - hazard).powi(12));
            let message = format!("a hazard of {hazard} a month is {year:.2} percent a year");
            let help = "`hazard` is a chance a month; for a share p of runs in a year write 1 - (1 - p)^(1/12)";
            warn(report, codes::HASTY, &event.place, message, help);
        }
    } else if over > 0
        && event.when.is_none()
        && event.month.saturating_add(over) > inputs.months
        && event.month < inputs.months
        && !is_shortened
    {
        let message = format!(
            "a change from month {} over {over} months ends after the horizon",
            event.month
        );
        let help = "raise `run.months`, or say what is reached within it";
        warn(report, codes::UNFINISHED, &event.month_place, message, help);
    }
}

/// True if nobody knows in which month the event happens.
fn is_open(event: &RawEvent) -> bool {
    event.hazard.is_some() || event.when.is_some()
}

/// True if the rung is played as a crisis, in which fighting is an answer.
fn has_fighting(inputs: &Inputs, at: usize) -> bool {
    let first = inputs
        .ladder
        .iter()
        .position(|r| r.figures.fight_weight > 0.0 || r.force);
    first.is_some_and(|first| at >= first)
}

/// Crises are started against targets that forces can reach.
fn challenge(
    inputs: &Inputs,
    events: &[&RawEvent],
    event: &RawEvent,
    (by, target, rung): (&Named, &Named, &Named),
    report: &mut Report,
) {
    if !inputs.rung(&rung.name).is_some_and(|at| has_fighting(inputs, at)) {
        return;
    }
    let challenger = inputs.challenger(&by.name).and_then(|c| inputs.challengers.get(c));
    let state = inputs.state(&target.name);
    let width = challenger
        .and_then(|c| c.targets.iter().find(|t| Some(t.state) == state))
        .map_or(1.0, |t| t.figures.width);
    let path = format!("challengers.{}.targets.{}.width", by.name, target.name);
    let is_opened = events.iter().any(|e| match &e.kind {
        RawKind::Change { changes, .. } => {
            e.month <= event.month && changes.iter().any(|(p, to)| p.name == path && *to > 0.0)
        }
        _ => false,
    });
    if width <= 0.0 && !is_opened {
        let message = format!("no force of `{}` can reach `{}`", show(&by.name), show(&target.name));
        let help = format!("give `{path}` the largest force that the theatre can hold");
        warn(report, codes::UNREACHABLE, &target.place, message, &help);
    }
}

/// A change moves its figure, and no other change of the same month moves it elsewhere.
fn change(
    merged: &Merged,
    inputs: &mut Inputs,
    events: &[&RawEvent],
    at: usize,
    changes: &[(Named, f64)],
    report: &mut Report,
) {
    let Some(event) = events.get(at) else { return };
    let touches = |other: &RawEvent, path: &str| match &other.kind {
        RawKind::Change { changes, .. } => changes.iter().find(|(p, _)| p.name == path).map(|(_, to)| *to),
        _ => None,
    };
    // An option may correct its scenario in the same month.
    let layer_of = |i: usize| merged.events.get(i).map(|(_, layer)| layer);
    let certain = |e: &RawEvent| !is_open(e) && e.probability == 1.0;
    for (path, to) in changes {
        let is_drawn = matches!(merged.get(&path.name).map(|set| &set.leaf), Some(Leaf::Spread(_)));
        let is_moved = events.iter().enumerate().any(|(i, other)| {
            i != at && (other.month <= event.month || is_open(other)) && touches(other, &path.name).is_some()
        });
        let now = inputs.slot(&path.name).and_then(|slot| inputs.place(slot).copied());
        if now == Some(*to) && !is_drawn && !is_moved {
            let message = format!("`{}` is {to} already", show(&path.name));
            let help = "the event changes nothing; `deter explain SCENARIO --values` lists what holds at the start";
            warn(report, codes::NO_MOVE, &path.place, message, help);
        }
        let earlier = events.get(..at).unwrap_or(&[]);
        let clash = earlier.iter().enumerate().find(|(i, other)| {
            let is_same_time = other.month == event.month && certain(other) && certain(event);
            is_same_time && layer_of(*i) == layer_of(at) && touches(other, &path.name).is_some_and(|x| x != *to)
        });
        if clash.is_some() {
            let message = format!(
                "two events of month {} set `{}` to different values",
                event.month,
                show(&path.name)
            );
            warn(
                report,
                codes::CLASH,
                &path.place,
                message,
                "the later one in the file wins; keep one",
            );
        }
    }
}

/// Who joins is not in yet.
fn join(inputs: &Inputs, earlier: &[&RawEvent], state: &Named, arrangement: &Named, report: &mut Report) {
    let found = inputs.state(&state.name).zip(inputs.arrangement(&arrangement.name));
    let Some((who, of)) = found else { return };
    let is_in = inputs
        .arrangements
        .get(of)
        .is_some_and(|a| a.guarantors.contains(&who) && a.proteges.contains(&who));
    let left = earlier.iter().any(|e| match &e.kind {
        RawKind::Leave {
            state: s,
            arrangement: a,
        } => s.name == state.name && a.name == arrangement.name,
        _ => false,
    });
    if is_in && !left {
        let message = format!(
            "`{}` is a member of `{}` already",
            show(&state.name),
            show(&arrangement.name)
        );
        warn(
            report,
            codes::NO_MOVE,
            &state.place,
            message,
            "take it from the members, or the event out",
        );
    }
}

/// A dated cease-fire has a war to end.
fn ceasefire(inputs: &Inputs, events: &[&RawEvent], event: &RawEvent, target: &Named, report: &mut Report) {
    let state = inputs.state(&target.name);
    let runs = inputs.wars.iter().any(|w| Some(w.target) == state);
    let may_run = events.iter().any(|e| match &e.kind {
        RawKind::Challenge { target: t, .. } => t.name == target.name && e.month <= event.month,
        _ => false,
    });
    if !runs && !may_run && !is_open(event) && state.is_some() {
        let message = format!(
            "no war against `{}` runs at the start, and no event begins one",
            show(&target.name)
        );
        let help = "declare it with [[war]]; a cease-fire ends what runs in its month and nothing later";
        warn(report, codes::NO_WAR, &target.place, message, help);
    }
}

/// Answers are fixed for states that can be asked: not for those who act, are attacked or look away in every crisis.
fn mute(merged: &Merged, inputs: &Inputs, events: &[&RawEvent], report: &mut Report) {
    let crises: Vec<(&str, &str)> = events
        .iter()
        .filter_map(|e| match &e.kind {
            RawKind::Challenge { by, target, .. } => Some((by.name.as_str(), target.name.as_str())),
            _ => None,
        })
        .collect();
    if crises.is_empty() {
        return;
    }
    let is_fight = |event: &&RawEvent| match &event.kind {
        RawKind::Challenge { rung, .. } => inputs.rung(&rung.name).is_some_and(|at| has_fighting(inputs, at)),
        _ => false,
    };
    let none_fights = !events.iter().any(is_fight);
    for (iso3, _) in merged.ids("response") {
        let path = format!("response.{iso3}");
        let says_fight = merged.text(&path).filter(|answer| answer.name == "fight");
        if let Some(answer) = says_fight.filter(|_| none_fights) {
            let message = String::from("nobody can fight at the rungs of the crises that events start");
            let help = "`fight` counts as `support` there; say `support`, or start a crisis at a higher rung";
            warn(report, codes::NO_FIGHT, &answer.place, message, help);
        }
        if iso3 == "all" {
            continue;
        }
        let partners = |by: &str| {
            let challenger = inputs.challenger(by).and_then(|c| inputs.challengers.get(c));
            challenger.is_some_and(|c| c.partners.iter().any(|p| code(inputs, *p) == iso3))
        };
        let never = crises
            .iter()
            .all(|(by, target)| *by == iso3 || *target == iso3 || partners(by));
        if never && let Some(set) = merged.get(&path) {
            let message = format!("`{iso3}` is never asked for an answer in the crises that events start");
            let help = "the challenger, its partners and the target do not answer as guarantors";
            warn(report, codes::MUTE, &set.key, message, help);
        }
    }
}
