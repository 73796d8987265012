//! Events from names to indices.

use super::codes;
use super::compile::Builder;
use super::diagnostics::{Diagnostic, Place, show};
use super::event::{RawEvent, RawKind, RawPattern, RawTrigger};
use super::event_keys::What;
use super::leaf::Named;
use super::schema::Of;
use crate::model::inputs::{Event, EventKind, MAX_EVENTS, MAX_STATES, State, Talks};
use crate::model::sets::StateSet;
use crate::model::triggers::{Pattern, Trigger};

impl Builder<'_> {
    /// Events, in the order written. Of broken ones only the names are checked.
    pub(super) fn events(&mut self) {
        if let Some((event, _)) = self.merged.events.get(MAX_EVENTS) {
            let message = format!("a scenario has at most {MAX_EVENTS} events");
            self.report
                .push(Diagnostic::error(codes::TOO_BIG, &event.place, message));
            return;
        }
        for (event, _) in &self.merged.events {
            let when = match &event.when {
                Some(trigger) => self.trigger(trigger).map(Some),
                None => Some(None),
            };
            let kind = self.event_kind(event);
            match (kind, when) {
                (Some(kind), Some(when)) if !event.is_broken => self.inputs.events.push(Event {
                    month: event.month,
                    when,
                    probability: event.probability,
                    hazard: event.hazard,
                    note: event.note.clone(),
                    kind,
                }),
                _ => self.doubts.add(event.kind.what()),
            }
        }
    }

    /// Looks up names in what is wrong otherwise.
    pub(super) fn mentions(&mut self, names: &[(Of, Named)]) {
        for (of, name) in names {
            match of {
                Of::State => {
                    self.state(&name.name, &name.place);
                }
                Of::Group => {
                    self.group(name);
                }
                Of::Rung => {
                    self.rung(name);
                }
                Of::Arrangement => {
                    self.arrangement(name);
                }
                Of::Nothing => {}
            }
        }
    }

    /// Talks that have terms, and those that events open without any.
    pub(super) fn talks(&mut self) {
        let mut about: Vec<(String, Place)> = self.merged.ids("talks");
        for (event, _) in &self.merged.events {
            if let RawKind::Settle { target, .. } = &event.kind {
                about.push((target.name.clone(), target.place.clone()));
            }
        }
        for (iso3, place) in about {
            let Some(target) = self.state(&iso3, &place) else {
                self.doubts.add(What::Settle);
                continue;
            };
            if self.inputs.talks_about(target).is_some() {
                continue;
            }
            let named = self.merged.text(&format!("talks.{iso3}.guarantee"));
            let guarantee = named.and_then(|name| self.arrangement(name));
            self.inputs.talks.push(Talks {
                target,
                guarantee,
                ..Talks::default()
            });
        }
    }

    /// What a conditional event waits for, with indices.
    fn trigger(&mut self, raw: &RawTrigger) -> Option<Trigger> {
        let pattern = match &raw.pattern {
            RawPattern::Act {
                rung,
                target,
                answered,
                success,
            } => {
                let targets = match target {
                    Some(name) => self.attacked(name),
                    None => Some((0..MAX_STATES).collect()),
                };
                let rung = self.rung(rung);
                Pattern::Act {
                    rung: rung?,
                    targets: targets?,
                    answered: *answered,
                    success: *success,
                }
            }
            RawPattern::War(of) => Pattern::War {
                targets: self.attacked(of)?,
            },
            RawPattern::Ceasefire(of) => Pattern::Ceasefire {
                targets: self.attacked(of)?,
            },
            RawPattern::Leader(of) => Pattern::Leader {
                states: self.group(of)?,
            },
            RawPattern::Broken(names) => {
                self.mentions(names);
                return None;
            }
        };
        Some(Trigger {
            pattern,
            within: raw.within,
            after: raw.after,
        })
    }

    /// A state or the states of a bloc, or a finding.
    fn group(&mut self, name: &Named) -> Option<StateSet> {
        let states = &self.inputs.states;
        let named = |s: &State| s.iso3 == name.name || s.blocs.contains(&name.name);
        let set: StateSet = (0..states.len().min(MAX_STATES))
            .filter(|&i| named(&states[i]))
            .collect();
        if set.is_empty() {
            let known = states.iter().map(|s| s.iso3.as_str());
            let blocs = states.iter().flat_map(|s| s.blocs.iter().map(String::as_str));
            let message = format!("unknown state or bloc `{}`", show(&name.name));
            let finding = Diagnostic::error(codes::UNKNOWN_STATE, &name.place.narrowed(&name.name), message);
            let finding = finding.nearest(&name.name, known.chain(blocs));
            self.report.push(finding);
            return None;
        }
        Some(set)
    }

    /// The same, with a warning where nobody acts against any of them.
    fn attacked(&mut self, name: &Named) -> Option<StateSet> {
        let set = self.group(name)?;
        let mut targets = self.inputs.challengers.iter().flat_map(|c| &c.targets);
        if !targets.any(|t| set.contains(t.state)) && !self.merged.is_wrong("challengers.") {
            let message = format!("nobody acts against `{}`, so the event waits in vain", show(&name.name));
            self.report.push(Diagnostic::warning(codes::IDLE, &name.place, message));
        }
        Some(set)
    }

    /// What happens, with indices.
    fn event_kind(&mut self, event: &RawEvent) -> Option<EventKind> {
        match &event.kind {
            RawKind::Challenge {
                by,
                target,
                rung,
                attributed,
            } => self.challenge(by, target, rung, *attributed),
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
                let (by, arrangement) = (self.state(&by.name, &by.place), self.arrangement(arrangement));
                Some(EventKind::Signal {
                    by: by?,
                    arrangement: arrangement?,
                    kind: *kind,
                    strength: *strength,
                })
            }
            RawKind::Leave { state, arrangement } => {
                let (state, arrangement) = self.membership(state, arrangement)?;
                Some(EventKind::Leave { state, arrangement })
            }
            RawKind::Join { state, arrangement } => {
                let (state, arrangement) = self.membership(state, arrangement)?;
                Some(EventKind::Join { state, arrangement })
            }
            RawKind::Ceasefire { target } => {
                let target = self.state(&target.name, &target.place)?;
                Some(EventKind::Ceasefire { target })
            }
            RawKind::Settle {
                target,
                terms,
                guarantee,
            } => {
                let state = self.attacked(target).and_then(|_| self.inputs.state(&target.name));
                let guarantee = match guarantee {
                    Some(name) => self.arrangement(name).map(Some),
                    None => Some(None),
                };
                let (state, guarantee) = (state?, guarantee?);
                let slot = |key: &str| self.inputs.slot(&format!("talks.{}.{key}", target.name));
                Some(EventKind::Settle {
                    talks: self.inputs.talks_about(state)?,
                    terms: terms.iter().filter_map(|(key, to)| Some((slot(key)?, *to))).collect(),
                    guarantee,
                })
            }
            RawKind::Leader { state } => {
                let state = self.state(&state.name, &state.place)?;
                Some(EventKind::LeaderChange { state })
            }
            RawKind::Broken { names, paths, .. } => {
                self.mentions(names);
                for path in paths {
                    if self.inputs.slot(&path.name).is_none() {
                        self.unknown_figure(path);
                    }
                }
                None
            }
        }
    }

    /// A crisis: by a challenger, against one of its targets.
    fn challenge(&mut self, by: &Named, target: &Named, rung: &Named, attributed: bool) -> Option<EventKind> {
        let (actor, state) = (self.challenger(by), self.state(&target.name, &target.place));
        let rung = self.rung(rung);
        let (actor, state) = (actor?, state?);
        if actor == state {
            let message = format!("`{}` cannot act against itself", show(&by.name));
            let finding = Diagnostic::error(codes::OWN_TARGET, &target.place, message);
            self.report.push(finding.help("name another target"));
            return None;
        }
        let challenger = self.inputs.challengers.iter().find(|c| c.state == actor)?;
        if !challenger.targets.iter().any(|t| t.state == state) {
            if self.merged.is_wrong(&format!("challengers.{}.targets", by.name)) {
                return None;
            }
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
            attributed,
        })
    }

    /// A state and an arrangement.
    fn membership(&mut self, state: &Named, arrangement: &Named) -> Option<(usize, usize)> {
        let (state, arrangement) = (self.state(&state.name, &state.place), self.arrangement(arrangement));
        Some((state?, arrangement?))
    }

    /// Reports a path of a known pattern that leads nowhere, by the first name in it that does not exist.
    fn unknown_figure(&mut self, path: &Named) {
        let parts: Vec<&str> = path.name.split('.').collect();
        let named = |name: &str| Named {
            name: name.to_owned(),
            place: path.place.clone(),
        };
        let known = match parts[..] {
            ["states" | "spending" | "talks", state, ..] => self.state(state, &path.place).is_some(),
            ["ladder", rung, ..] => self.rung(&named(rung)).is_some(),
            ["arrangements", id, ref rest @ ..] => {
                let found = self.arrangement(&named(id)).is_some();
                match rest {
                    // Both are looked up before anything is concluded.
                    ["depth_by", state] => self.state(state, &path.place).is_some() & found,
                    _ => found,
                }
            }
            ["challengers", id, "targets", target, ..] => {
                let (by, target) = (self.challenger(&named(id)), self.state(target, &path.place));
                by.is_some() && target.is_some()
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
