//! Events that wait for something to happen in the run: an unanswered act, a war, a cease-fire, a new leader.
//!
//! Whether the condition is met is a fact of the run, so a conditional event needs no luck of its own beyond its
//! `probability`; a replay sets it off in the same month.

use super::inputs::Event;
use super::record::ChallengeRow;
use super::sets::StateSet;
use super::tally::UNANSWERED_SHARE;

/// What a conditional event waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trigger {
    pub pattern: Pattern,
    /// Months, from the month of the event on, in which it can be set off; none for no end.
    pub within: Option<u32>,
    /// Months from what sets it off to its effect, at least 1.
    pub after: u32,
}

/// A kind of happening, with the states about which it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// An act of this rung or a graver one.
    Act {
        rung: usize,
        targets: StateSet,
        /// Whether at least a tenth of the pledged strength came; acts about which nobody was asked are neither.
        answered: Option<bool>,
        success: Option<bool>,
    },
    /// A war against one of them begins.
    War { targets: StateSet },
    /// A war against one of them ends with the line where it is.
    Ceasefire { targets: StateSet },
    /// The leader of one of them changes.
    Leader { states: StateSet },
}

/// Something that happened in a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Happening<'a> {
    /// An act below the crises.
    Probe {
        rung: usize,
        target: usize,
    },
    Crisis(&'a ChallengeRow),
    War {
        target: usize,
    },
    Ceasefire {
        target: usize,
    },
    Leader {
        state: usize,
    },
}

impl Pattern {
    fn matches(&self, happening: Happening<'_>) -> bool {
        match (*self, happening) {
            (
                Pattern::Act {
                    rung,
                    targets,
                    answered: None,
                    success: None,
                },
                Happening::Probe { rung: met, target },
            ) => met >= rung && targets.contains(target),
            (
                Pattern::Act {
                    rung,
                    targets,
                    answered,
                    success,
                },
                Happening::Crisis(row),
            ) => {
                let came = (row.attributed && row.resisted).then_some(row.share >= UNANSWERED_SHARE);
                usize::from(row.rung) >= rung
                    && targets.contains(usize::from(row.target))
                    && (answered.is_none() || answered == came)
                    && success.is_none_or(|s| s == row.success)
            }
            (Pattern::War { targets }, Happening::War { target })
            | (Pattern::Ceasefire { targets }, Happening::Ceasefire { target }) => targets.contains(target),
            (Pattern::Leader { states }, Happening::Leader { state }) => states.contains(state),
            _ => false,
        }
    }
}

/// Which conditional events still wait, and when those that were set off take effect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triggers {
    waiting: Vec<usize>,
    due: Vec<(usize, u32)>,
}

impl Triggers {
    /// All conditional events wait.
    pub fn new(events: &[Event]) -> Self {
        Self {
            waiting: (0..events.len()).filter(|&i| events[i].when.is_some()).collect(),
            due: Vec::new(),
        }
    }

    /// Something happened: the events that waited for it are set off. Free where nothing waits.
    #[inline]
    pub fn notice(&mut self, events: &[Event], happening: Happening<'_>, month: u32) {
        if !self.waiting.is_empty() {
            self.set_off(events, happening, month);
        }
    }

    fn set_off(&mut self, events: &[Event], happening: Happening<'_>, month: u32) {
        let due = &mut self.due;
        self.waiting.retain(|&index| {
            let Some(trigger) = events[index].when else {
                return false;
            };
            let from = events[index].month;
            let in_time = month >= from && trigger.within.is_none_or(|within| month - from < within);
            let is_met = in_time && trigger.pattern.matches(happening);
            if is_met {
                due.push((index, month + trigger.after));
            }
            !is_met
        });
    }

    /// The month in which a conditional event takes effect, once it has been set off.
    pub fn due(&self, index: usize) -> Option<u32> {
        self.due.iter().find(|(i, _)| *i == index).map(|(_, month)| *month)
    }
}
