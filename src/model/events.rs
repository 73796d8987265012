//! Dated, random and conditional events of the scenario.

use super::inputs::{EventKind, Slot};
use super::world::World;
use crate::random::{Key, Streams};

/// An act that an event starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scripted {
    /// Number of the event.
    pub event: usize,
    pub challenger: usize,
    pub target: usize,
    pub rung: usize,
    pub attributed: bool,
}

/// True if the event rewrites figures that nobody watches. Moves of belief, membership and force are
/// seen by themselves.
fn rewrites(kind: &EventKind) -> bool {
    match kind {
        EventKind::Change { slots, .. } => slots.iter().any(|(slot, _)| !matches!(slot, Slot::Forward { .. })),
        _ => false,
    }
}

impl World {
    /// Step 1: events of this month take effect. Crises that they start are returned, to be played
    /// with the others of the month, and whether anything happened at all.
    pub(crate) fn take_events(&mut self, streams: &Streams) -> (Vec<Scripted>, bool) {
        let mut crises = Vec::new();
        let mut rewritten = false;
        let mut happened = false;
        for index in 0..self.inputs.events.len() {
            let event = &self.inputs.events[index];
            let start = match event.when {
                None => Some(event.month),
                Some(_) => self.triggers.due(index),
            };
            if let EventKind::Change { over, .. } = event.kind
                && over > 0
                && event.hazard.is_none()
                && start.is_some_and(|start| self.month > start && self.month < start + over)
                && self.tally.event_happened(index)
            {
                self.ramp(index);
                rewritten = true;
                happened = true;
                continue;
            }
            let due = match event.hazard {
                None => start == Some(self.month),
                Some(_) => event.month <= self.month,
            };
            if !due {
                continue;
            }
            let chance = event.hazard.unwrap_or(event.probability);
            let ceasefire = match event.kind {
                EventKind::Ceasefire { target } => Some(target),
                _ => None,
            };
            if let Some(target) = ceasefire {
                self.expect_ceasefire(target, chance);
            }
            if streams.uniform(Key::event(index), self.month) >= chance {
                continue;
            }
            self.tally.note_event(index);
            happened = true;
            rewritten |= rewrites(&self.inputs.events[index].kind);
            if let Some(crisis) = self.apply(streams, index) {
                crises.push(crisis);
            }
        }
        self.forces.count_hosted(&self.inputs);
        if rewritten {
            self.figures_moved();
        }
        (crises, happened)
    }

    fn apply(&mut self, streams: &Streams, index: usize) -> Option<Scripted> {
        match self.inputs.events[index].kind.clone() {
            EventKind::Challenge {
                by,
                target,
                rung,
                attributed,
            } => {
                let challenger = self.inputs.challengers.iter().position(|c| c.state == by)?;
                return Some(Scripted {
                    event: index,
                    challenger,
                    target,
                    rung,
                    attributed,
                });
            }
            EventKind::Change { slots, over } => {
                // A random event has no date from which steps could be counted: it changes at once.
                if over == 0 || self.inputs.events[index].hazard.is_some() {
                    for (slot, value) in slots {
                        self.write(slot, value);
                    }
                } else {
                    self.ramp(index);
                }
            }
            EventKind::Signal {
                by,
                arrangement,
                kind,
                strength,
            } => self.send_signal(by, arrangement, kind, strength),
            EventKind::Leave { state, arrangement } => self.membership.leave(arrangement, state),
            EventKind::Join { state, arrangement } => self.membership.join(arrangement, state),
            EventKind::Ceasefire { target } => self.cease_fire(target),
            EventKind::Settle {
                talks,
                terms,
                guarantee,
            } => {
                for (slot, value) in terms {
                    self.write(slot, value);
                }
                if guarantee.is_some() {
                    self.inputs.talks[talks].guarantee = guarantee;
                }
                self.open_talks(talks);
            }
            EventKind::LeaderChange { state } => self.change_leader(streams, state, Key::leader_by_event(state, index)),
        }
        None
    }

    /// One step of a change that is spread over months: an equal part of what is left.
    fn ramp(&mut self, index: usize) {
        let event = &self.inputs.events[index];
        let EventKind::Change { slots, over } = event.kind.clone() else {
            return;
        };
        let start = self.triggers.due(index).unwrap_or(event.month);
        let left = f64::from((start + over).saturating_sub(self.month).max(1));
        for (slot, value) in slots {
            if let Some(now) = self.now(slot) {
                self.write(slot, now + (value - now) / left);
            }
        }
    }

    /// The value of a figure as events see it.
    fn now(&mut self, slot: Slot) -> Option<f64> {
        match slot {
            Slot::State { state, index } if super::inputs::StateFigures::FIELDS[index].name == "perceived" => {
                Some(self.perceived[state])
            }
            Slot::State { state, index } if super::inputs::StateFigures::FIELDS[index].name == "public_support" => {
                Some(self.usual_support[state])
            }
            _ => self.inputs.place(slot).copied(),
        }
    }

    /// Writes a figure and what follows from it at once.
    fn write(&mut self, slot: Slot, value: f64) {
        let before = self.inputs.place(slot).map(|place| std::mem::replace(place, value));
        let Some(before) = before else { return };
        if let Slot::State { state, index } = slot {
            let name = super::inputs::StateFigures::FIELDS[index].name;
            match name {
                "resolve" => self.national[state] = value - self.leader[state],
                "perceived" => {
                    // The grid of types is anchored at the opening value: what changes is the belief.
                    if let Some(place) = self.inputs.place(slot) {
                        *place = before;
                    }
                    for a in 0..self.inputs.arrangements.len() {
                        if self.membership.guarantors[a].contains(state) {
                            self.beliefs
                                .signal(a, state, &self.positions, value - self.perceived[state]);
                        }
                    }
                    self.perceived[state] = value;
                }
                "brigades" => {
                    // An army that grows or shrinks does so in all its parts.
                    let part = if before > 0.0 { value / before } else { 1.0 };
                    self.forces.mobilised[state] = (self.forces.mobilised[state] * part).min(value);
                    self.forces.ready[state] = value;
                }
                "mobilised" => self.forces.mobilised[state] = value.min(self.forces.ready[state]),
                "deployable" => self.forces.deployable[state] = value,
                // Below 0: what could be sent is what is promised from now on.
                "pledge" if value < 0.0 => self.forces.pledge[state] = self.forces.deployable[state],
                "pledge" => self.forces.pledge[state] = value,
                "defence_share" => self.forces.share[state] = value,
                "public_support" => {
                    // What counts is support against that of the start: the figure stays, the mood moves.
                    if let Some(place) = self.inputs.place(slot) {
                        *place = before;
                    }
                    self.support[state] = value;
                    self.usual_support[state] = value;
                }
                "election" => self.next_vote[state] = value,
                _ => {}
            }
        }
    }
}
