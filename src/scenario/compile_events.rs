//! Events from names to indices.

use super::codes;
use super::compile::{Builder, pick};
use super::diagnostics::{Diagnostic, show};
use super::event::{RawEvent, RawKind};
use super::leaf::Named;
use super::schema;
use crate::model::inputs::{Event, EventKind, SignalKind};

/// Most events: far above any scenario, so that a mistake stays cheap.
const MAX_EVENTS: usize = 5_000;

impl Builder<'_> {
    /// Events, in the order written.
    pub(super) fn events(&mut self) {
        if let Some((event, _)) = self.merged.events.get(MAX_EVENTS) {
            let message = format!("a scenario has at most {MAX_EVENTS} events");
            self.report
                .push(Diagnostic::error(codes::TOO_BIG, &event.place, message));
            return;
        }
        for (event, _) in &self.merged.events {
            if let Some(kind) = self.event_kind(event) {
                self.inputs.events.push(Event {
                    month: event.month,
                    probability: event.probability,
                    hazard: event.hazard,
                    note: event.note.clone(),
                    kind,
                });
            }
        }
    }

    /// What happens, with indices.
    fn event_kind(&mut self, event: &RawEvent) -> Option<EventKind> {
        match &event.kind {
            RawKind::Challenge {
                by,
                target,
                rung,
                attributed,
            } => {
                let (actor, state) = (self.challenger(by), self.state(&target.name, &target.place));
                let rung = self.rung(rung);
                let (actor, state) = (actor?, state?);
                let challenger = self.inputs.challengers.iter().find(|c| c.state == actor)?;
                if !challenger.targets.iter().any(|t| t.state == state) {
                    let message = format!(
                        "`{}` is not among the targets of `{}`",
                        show(&target.name),
                        show(&by.name)
                    );
                    let finding = Diagnostic::error(codes::NOT_A_TARGET, &target.place, message);
                    self.report.push(finding.help(format!(
                        "declare it: [challengers.{}.targets.{}] with value and width",
                        by.name, target.name
                    )));
                    return None;
                }
                Some(EventKind::Challenge {
                    by: actor,
                    target: state,
                    rung: rung?,
                    attributed: *attributed,
                })
            }
            RawKind::Change { changes, over } => {
                let mut slots = Vec::new();
                for (path, to) in changes {
                    match self.inputs.slot(&path.name) {
                        Some(slot) => slots.push((slot, *to)),
                        None => self.unknown_figure(path),
                    }
                }
                (slots.len() == changes.len()).then_some(EventKind::Change { slots, over: *over })
            }
            RawKind::Signal {
                by,
                arrangement,
                kind,
                strength,
            } => {
                const SIGNALS: [SignalKind; 3] = [SignalKind::Words, SignalKind::Pledge, SignalKind::Deployment];
                let (by, arrangement) = (self.state(&by.name, &by.place), self.arrangement(arrangement));
                Some(EventKind::Signal {
                    by: by?,
                    arrangement: arrangement?,
                    kind: pick(schema::SIGNALS, &SIGNALS, Some(kind))?,
                    strength: *strength,
                })
            }
            RawKind::Leave { state, arrangement } | RawKind::Join { state, arrangement } => {
                let (state, arrangement) = (self.state(&state.name, &state.place), self.arrangement(arrangement));
                let (state, arrangement) = (state?, arrangement?);
                Some(match event.kind {
                    RawKind::Leave { .. } => EventKind::Leave { state, arrangement },
                    _ => EventKind::Join { state, arrangement },
                })
            }
            RawKind::Ceasefire { target } => {
                let target = self.state(&target.name, &target.place)?;
                Some(EventKind::Ceasefire { target })
            }
            RawKind::Leader { state } => {
                let state = self.state(&state.name, &state.place)?;
                Some(EventKind::LeaderChange { state })
            }
        }
    }

    /// Reports a path of a known pattern that leads nowhere, by the first name in it that does not exist.
    fn unknown_figure(&mut self, path: &Named) {
        let parts: Vec<&str> = path.name.split('.').collect();
        let named = |name: &str| Named {
            name: name.to_owned(),
            place: path.place.clone(),
        };
        let known = match parts[..] {
            ["states" | "spending", state, ..] => self.state(state, &path.place).is_some(),
            ["ladder", rung, ..] => self.rung(&named(rung)).is_some(),
            ["arrangements", id, ref rest @ ..] => {
                let found = self.arrangement(&named(id)).is_some();
                match rest {
                    ["depth_by", state] => self.state(state, &path.place).is_some() && found,
                    _ => found,
                }
            }
            ["challengers", id, ..] => self.challenger(&named(id)).is_some(),
            ["forward", host, sender] => {
                let (host, sender) = (self.state(host, &path.place), self.state(sender, &path.place));
                host.is_some() && sender.is_some()
            }
            _ => true,
        };
        if known {
            let message = format!("`{}` leads to no figure of this world", show(&path.name));
            self.report
                .push(Diagnostic::error(codes::UNKNOWN_FIGURE, &path.place, message));
        }
    }
}
