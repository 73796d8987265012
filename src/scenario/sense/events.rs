//! Rules about events and fixed answers.

use std::collections::BTreeMap;

use super::super::codes;
use super::super::compile::Doubts;
use super::super::event::{RawEvent, RawKind};
use super::super::event_keys::What;
use super::super::leaf::{Leaf, Named};
use super::super::merged::Merged;
use super::{code, is_shortened, warn};
use crate::model::inputs::Inputs;
use crate::scenario::diagnostics::{Report, show};

pub(super) fn rules(merged: &Merged, inputs: &Inputs, doubts: &Doubts, report: &mut Report) {
    // Of broken events only what could be read is known, which is too little for these rules.
    let sound = || merged.events.iter().filter(|(event, _)| !event.is_broken);
    let events: Vec<&RawEvent> = sound().map(|(event, _)| event).collect();
    let layers: Vec<&str> = sound().map(|(_, layer)| layer.as_ref()).collect();
    let moves = Moves::new(&events);
    let mut seen: BTreeMap<String, &RawEvent> = BTreeMap::new();
    // Reading a figure by its address needs inputs that could be written to.
    let mut probe = inputs.clone();
    for (at, event) in events.iter().enumerate() {
        timing(event, inputs, is_shortened(merged), report);
        if let Some(first) = seen.get(&event.to_string()) {
            let message = String::from("the same event stands there twice");
            let help = format!("events of all layers add up; delete one{}", other(first, event));
            warn(report, codes::TWICE, &event.place, message, &help);
        } else {
            seen.insert(event.to_string(), event);
        }
        let earlier = events.get(..at).unwrap_or(&[]);
        match &event.kind {
            RawKind::Challenge { by, target, rung, .. } if !doubts.about(What::Change) => {
                challenge(merged, inputs, &moves, event, (by, target, rung), report);
            }
            RawKind::Change { changes, .. } => {
                clash(&moves, &layers, at, changes, report);
                if !doubts.about(What::Change) {
                    change(merged, &mut probe, &moves, at, changes, report);
                }
            }
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
            RawKind::Join { state, arrangement } if !doubts.about(What::Leave) => {
                join(inputs, earlier, state, arrangement, report);
            }
            RawKind::Ceasefire { target } if !doubts.about(What::Challenge) => {
                ceasefire(inputs, &events, event, target, report);
            }
            _ => {}
        }
    }
    if !doubts.about(What::Challenge) {
        mute(merged, inputs, &events, report);
    }
}

/// Where the other one of two events stands, if in the same file.
fn other(first: &RawEvent, second: &RawEvent) -> String {
    if first.place.source.name == second.place.source.name {
        format!(" (the first is in line {})", first.place.line())
    } else {
        format!(" (the first is in {})", show(&first.place.source.name))
    }
}

/// Which events change which figure, in the order of the events: large scenarios ask often.
struct Moves<'a> {
    events: &'a [&'a RawEvent],
    by_path: BTreeMap<&'a str, Vec<(usize, f64)>>,
}

impl<'a> Moves<'a> {
    fn new(events: &'a [&'a RawEvent]) -> Self {
        let mut by_path: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            if let RawKind::Change { changes, .. } = &event.kind {
                for (path, to) in changes {
                    by_path.entry(&path.name).or_default().push((at, *to));
                }
            }
        }
        Self { events, by_path }
    }

    /// The events that change a figure, with the new value.
    fn of(&self, path: &str) -> impl Iterator<Item = (usize, &'a RawEvent, f64)> {
        let found = self.by_path.get(path).map_or(&[][..], Vec::as_slice);
        let events = self.events;
        found
            .iter()
            .filter_map(move |(at, to)| Some((*at, *events.get(*at)?, *to)))
    }
}

/// Hazards, probabilities and spans say what their author means.
fn timing(event: &RawEvent, inputs: &Inputs, is_shortened: bool, report: &mut Report) {
    let over = match event.kind {
        RawKind::Change { over, .. } => over,
        _ => 0,
    };
    if event.hazard.is_some() {
        if over > 0 {
            let message = String::from("a random event has no date from which `over` could be counted");
            let help = "it changes at once: take `over` out, or give the event a date";
            warn(report, codes::RANDOM_OVER, &event.place, message, help);
        }
        if event.probability != 1.0 {
            let message = String::from("an event with `hazard` is random; its `probability` is not used");
            warn(report, codes::TWO_CHANCES, &event.place, message, "keep one of the two");
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
    merged: &Merged,
    inputs: &Inputs,
    moves: &Moves<'_>,
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
    let is_opened = moves.of(&path).any(|(_, e, to)| e.month <= event.month && to > 0.0);
    if width <= 0.0 && !is_opened && !merged.is_doubtful(report, &path) {
        let message = format!("no force of `{}` can reach `{}`", show(&by.name), show(&target.name));
        let help = format!("give `{path}` the largest force that the theatre can hold");
        warn(report, codes::UNREACHABLE, &target.place, message, &help);
    }
}

/// A change moves its figure.
fn change(
    merged: &Merged,
    inputs: &mut Inputs,
    moves: &Moves<'_>,
    at: usize,
    changes: &[(Named, f64)],
    report: &mut Report,
) {
    let Some(event) = moves.events.get(at) else { return };
    for (path, to) in changes {
        let is_drawn = matches!(merged.get(&path.name).map(|set| &set.leaf), Some(Leaf::Spread(_)));
        let now = inputs.slot(&path.name).and_then(|slot| inputs.place(slot).copied());
        if now != Some(*to) || is_drawn || merged.is_doubtful(report, &path.name) {
            continue;
        }
        let mut others = moves.of(&path.name).filter(|(i, ..)| *i != at);
        if !others.any(|(_, other, _)| other.month <= event.month || is_open(other)) {
            let message = format!("`{}` is {to} already", show(&path.name));
            let help = "the event changes nothing; `deter explain SCENARIO --values` lists what holds at the start";
            warn(report, codes::NO_MOVE, &path.place, message, help);
        }
    }
}

/// No two certain changes of one month and layer move a figure to different values: an option may correct its scenario.
fn clash(moves: &Moves<'_>, layers: &[&str], at: usize, changes: &[(Named, f64)], report: &mut Report) {
    let Some(event) = moves.events.get(at) else { return };
    let certain = |e: &RawEvent| !is_open(e) && e.probability == 1.0;
    if !certain(event) {
        return;
    }
    for (path, to) in changes {
        let mut earlier = moves.of(&path.name).take_while(|(i, ..)| *i < at);
        let clash = earlier.find(|(i, other, x)| {
            other.month == event.month && certain(other) && layers.get(*i) == layers.get(at) && x != to
        });
        if let Some((_, first, _)) = clash {
            let message = format!(
                "two events of month {} set `{}` to different values",
                event.month,
                show(&path.name)
            );
            let help = format!("the later one in the file wins; keep one{}", other(first, event));
            warn(report, codes::CLASH, &path.place, message, &help);
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
