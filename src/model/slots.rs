//! Slots: the address of every number that a scenario can set, from a path such as `states.USA.resolve`.

use super::inputs::{
    ArrangementFigures, ChallengerFigures, Inputs, ProgramFigures, RungFigures, SpendingFigures, StateFigures,
    TalksFigures, TargetFigures,
};
use super::parameters::GROUPS;

/// The address of one number in [`Inputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    Parameter {
        group: usize,
        index: usize,
    },
    State {
        state: usize,
        index: usize,
    },
    Rung {
        rung: usize,
        index: usize,
    },
    Arrangement {
        arrangement: usize,
        index: usize,
    },
    DepthBy {
        arrangement: usize,
        state: usize,
    },
    Challenger {
        challenger: usize,
        index: usize,
    },
    Target {
        challenger: usize,
        target: usize,
        index: usize,
    },
    Program {
        program: usize,
        index: usize,
    },
    Spending {
        state: usize,
        index: usize,
    },
    Talks {
        talks: usize,
        index: usize,
    },
    Forward {
        index: usize,
    },
}

impl Inputs {
    /// Index of a state by its ISO 3166 code.
    pub fn state(&self, iso3: &str) -> Option<usize> {
        self.states.iter().position(|s| s.iso3 == iso3)
    }

    /// Index of a rung by id.
    pub fn rung(&self, id: &str) -> Option<usize> {
        self.ladder.iter().position(|r| r.id == id)
    }

    /// Index of an arrangement by id.
    pub fn arrangement(&self, id: &str) -> Option<usize> {
        self.arrangements.iter().position(|a| a.id == id)
    }

    /// The slot of a canonical path such as `states.USA.resolve`, or none if no number lives there.
    ///
    /// A `forward.<HOST>.<SENDER>` pair exists only where the world lists it.
    pub fn slot(&self, path: &str) -> Option<Slot> {
        let parts: Vec<&str> = path.split('.').collect();
        match parts.as_slice() {
            ["states", iso, field] => Some(Slot::State {
                state: self.state(iso)?,
                index: StateFigures::position(field)?,
            }),
            ["ladder", rung, field] => Some(Slot::Rung {
                rung: self.rung(rung)?,
                index: RungFigures::position(field)?,
            }),
            ["arrangements", id, field] => Some(Slot::Arrangement {
                arrangement: self.arrangement(id)?,
                index: ArrangementFigures::position(field)?,
            }),
            ["arrangements", id, "depth_by", iso] => Some(Slot::DepthBy {
                arrangement: self.arrangement(id)?,
                state: self.state(iso)?,
            }),
            ["challengers", iso, field] => Some(Slot::Challenger {
                challenger: self.challenger(iso)?,
                index: ChallengerFigures::position(field)?,
            }),
            ["challengers", iso, "targets", target, field] => {
                let challenger = self.challenger(iso)?;
                let state = self.state(target)?;
                let target = self.challengers[challenger]
                    .targets
                    .iter()
                    .position(|t| t.state == state)?;
                Some(Slot::Target {
                    challenger,
                    target,
                    index: TargetFigures::position(field)?,
                })
            }
            ["programs", id, field] => {
                let program = self.programs.iter().position(|p| p.id == *id)?;
                Some(Slot::Program {
                    program,
                    index: ProgramFigures::position(field)?,
                })
            }
            ["spending", iso, field] => Some(Slot::Spending {
                state: self.state(iso)?,
                index: SpendingFigures::position(field)?,
            }),
            ["talks", iso, field] => Some(Slot::Talks {
                talks: self.talks_about(self.state(iso)?)?,
                index: TalksFigures::position(field)?,
            }),
            ["forward", host, sender] => {
                let (host, sender) = (self.state(host)?, self.state(sender)?);
                let index = self.forward.iter().position(|f| f.host == host && f.sender == sender)?;
                Some(Slot::Forward { index })
            }
            [group, field] => {
                let group = GROUPS.iter().position(|(name, _)| name == group)?;
                let index = GROUPS[group].1.iter().position(|f| f.name == *field)?;
                Some(Slot::Parameter { group, index })
            }
            _ => None,
        }
    }

    /// Number of the talks about a war against a state.
    pub fn talks_about(&self, target: usize) -> Option<usize> {
        self.talks.iter().position(|t| t.target == target)
    }

    /// Index of a challenger by the code of its state.
    pub fn challenger(&self, iso3: &str) -> Option<usize> {
        let state = self.state(iso3)?;
        self.challengers.iter().position(|c| c.state == state)
    }

    /// The number at a slot; none only for a slot of other inputs.
    pub fn place(&mut self, slot: Slot) -> Option<&mut f64> {
        match slot {
            Slot::Parameter { group, index } => self.parameters.place(group, index),
            Slot::State { state, index } => self.states.get_mut(state)?.figures.place(index),
            Slot::Rung { rung, index } => self.ladder.get_mut(rung)?.figures.place(index),
            Slot::Arrangement { arrangement, index } => self.arrangements.get_mut(arrangement)?.figures.place(index),
            Slot::DepthBy { arrangement, state } => self.arrangements.get_mut(arrangement)?.depth_by.get_mut(state),
            Slot::Challenger { challenger, index } => self.challengers.get_mut(challenger)?.figures.place(index),
            Slot::Target {
                challenger,
                target,
                index,
            } => self
                .challengers
                .get_mut(challenger)?
                .targets
                .get_mut(target)?
                .figures
                .place(index),
            Slot::Program { program, index } => self.programs.get_mut(program)?.figures.place(index),
            Slot::Spending { state, index } => self.spending.get_mut(state)?.place(index),
            Slot::Talks { talks, index } => self.talks.get_mut(talks)?.figures.place(index),
            Slot::Forward { index } => self.forward.get_mut(index).map(|f| &mut f.brigades),
        }
    }
}
