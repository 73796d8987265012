//! Settlements: talks about the end of a war, the peace that follows, and what its terms teach.
//!
//! An event opens talks; each month they may succeed, and the fighting stops where it stands. Who sits at the table,
//! what is recognised and what is guaranteed are terms of the scenario. What these terms do is contested, so each
//! effect is a figure of the group `settlement`, both where it hastens peace and where it undermines it.

use super::inputs::Inputs;
use super::triggers::Happening;
use super::war::Ending;
use super::world::World;
use crate::random::{Key, Streams, next_uniform};

/// Where one war stands between the table and the field.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Accord {
    /// Talks are open.
    pub open: bool,
    /// The challenger with whom it was settled, once it was.
    pub with: Option<usize>,
    /// The settlement holds.
    pub peace: bool,
    /// How many of the recent months saw violations, 0 to 1.
    pub tension: f64,
    /// How far the settlement recognised what was taken.
    pub recognised: f64,
}

/// All talks of a scenario, in its order.
pub type Accords = Vec<Accord>;

/// Monthly chance that the talks with number `talks` succeed:
/// `hazard·(1 + haste·(1 − seats))·(1 + lever·g)·(1 − obstacle·g)` with g the depth of the guarantee in the package.
pub fn hazard(inputs: &Inputs, talks: usize) -> f64 {
    let p = &inputs.parameters.settlement;
    let terms = &inputs.talks[talks];
    let guarantee = terms.guarantee.map_or(0.0, |a| {
        let f = &inputs.arrangements[a].figures;
        f.depth.min(1.0) * (1.0 - 0.5 * f.ambiguity)
    });
    let absent = 1.0 - terms.figures.seats;
    let willing = (1.0 + p.lever * guarantee) * (1.0 - p.obstacle * guarantee);
    (terms.figures.hazard * (1.0 + p.haste * absent) * willing).min(1.0)
}

/// Chance that a month of the peace passes without violations.
pub fn compliance(inputs: &Inputs, talks: usize) -> f64 {
    let terms = &inputs.talks[talks].figures;
    terms.compliance * (1.0 - inputs.parameters.settlement.exclusion * (1.0 - terms.seats))
}

impl World {
    /// Talks open.
    pub(crate) fn open_talks(&mut self, talks: usize) {
        self.accords[talks].open = true;
    }

    /// Step 8, after the fighting of the month: open talks may succeed, and what was settled is kept or violated. True
    /// if anything changed that policies depend on.
    pub(crate) fn negotiate(&mut self, streams: &Streams) -> bool {
        let mut changed = false;
        for talks in 0..self.accords.len() {
            let mut luck = streams.generator(Key::talks(talks), self.month);
            let (agree, breach) = (next_uniform(&mut luck), next_uniform(&mut luck));
            let target = self.inputs.talks[talks].target;
            let fighting = self
                .wars
                .running
                .iter()
                .find(|w| w.target == target)
                .map(|w| w.challenger);
            if fighting.is_some() && self.accords[talks].open && !self.accords[talks].peace {
                self.expect_ceasefire(target, hazard(&self.inputs, talks));
            }
            let accord = &mut self.accords[talks];
            match fighting {
                Some(_) if accord.peace => {
                    accord.peace = false;
                    accord.tension = 0.0;
                    self.figures_moved();
                    changed = true;
                }
                Some(challenger) if accord.open && agree < hazard(&self.inputs, talks) => {
                    self.settle(talks, challenger);
                    changed = true;
                }
                // A war that ended by itself leaves nothing to talk about.
                None if accord.open => accord.open = false,
                None if accord.peace => {
                    let memory = self.inputs.parameters.settlement.memory;
                    let violated = f64::from(u8::from(breach >= compliance(&self.inputs, talks)));
                    accord.tension = memory * accord.tension + (1.0 - memory) * violated;
                }
                _ => {}
            }
        }
        changed
    }

    /// The talks have succeeded: the fighting stops, the terms take effect.
    fn settle(&mut self, talks: usize, challenger: usize) {
        let target = self.inputs.talks[talks].target;
        self.cease_fire(target);
        self.accords[talks] = Accord {
            open: false,
            with: Some(challenger),
            peace: true,
            tension: 0.0,
            recognised: self.inputs.talks[talks].figures.recognition,
        };
        if let Some(a) = self.inputs.talks[talks].guarantee {
            let month = f64::from(self.month);
            let figures = &mut self.inputs.arrangements[a].figures;
            figures.announced = figures.announced.min(month);
            figures.in_force = figures.in_force.min(month);
        }
        self.figures_moved();
    }

    /// Every war against a state ends where its line is.
    pub(crate) fn cease_fire(&mut self, target: usize) {
        while let Some(war) = self.wars.running.iter().position(|w| w.target == target) {
            self.end_war(war, Ending::Armistice);
        }
    }

    /// Factor on all intensities between a challenger and a target: violations of a settlement breed more. 1 without
    /// one.
    #[inline]
    pub(crate) fn unrest(&self, challenger: usize, target: usize) -> f64 {
        let tension = |talks: usize, accord: &Accord| {
            let is_theirs = self.inputs.talks[talks].target == target && accord.with == Some(challenger);
            if is_theirs && accord.peace { accord.tension } else { 0.0 }
        };
        self.accords.iter().enumerate().fold(1.0, |factor, (talks, accord)| {
            factor + self.inputs.parameters.settlement.violation * tension(talks, accord)
        })
    }

    /// Factor on the value of a target to a challenger: what was recognised elsewhere teaches that taking pays, and
    /// what was recognised here leaves less to want while the settlement holds. 1 without a settlement.
    #[inline]
    pub(crate) fn lesson_of_settlements(&self, challenger: usize, target: usize) -> f64 {
        let p = &self.inputs.parameters.settlement;
        let mut factor = 1.0;
        for (talks, accord) in self
            .accords
            .iter()
            .enumerate()
            .filter(|(_, a)| a.with == Some(challenger))
        {
            if self.inputs.talks[talks].target != target {
                factor *= 1.0 + p.reward * accord.recognised;
            } else if accord.peace {
                factor *= 1.0 - p.satiation * accord.recognised;
            }
        }
        factor
    }

    /// Months of peace after a war that has ended are counted while no such war runs again.
    pub(crate) fn watch_peace(&mut self) {
        let settled = self.tally.settled_targets();
        if !settled.is_empty() && !self.wars.running.iter().any(|w| settled.contains(w.target)) {
            self.tally.peace_month();
        }
    }

    /// A war has ended with the line where it is.
    pub(crate) fn note_ceasefire(&mut self, target: usize) {
        self.triggers
            .notice(&self.inputs.events, Happening::Ceasefire { target }, self.month);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inputs::{Arrangement, Talks};

    fn talks(seats: f64, guarantee: Option<usize>) -> Inputs {
        let mut inputs = Inputs {
            arrangements: vec![Arrangement::default()],
            talks: vec![Talks {
                guarantee,
                ..Default::default()
            }],
            ..Default::default()
        };
        inputs.talks[0].figures.hazard = 0.02;
        inputs.talks[0].figures.seats = seats;
        inputs
    }

    #[test]
    fn absent_parties_hasten_the_settlement_and_undermine_it_by_their_figures() {
        let (with, without) = (talks(1.0, None), talks(0.0, None));
        assert!((hazard(&with, 0) - 0.02).abs() < 1e-12);
        assert!((hazard(&without, 0) - 0.04).abs() < 1e-12);
        assert_eq!((compliance(&with, 0), compliance(&without, 0)), (1.0, 0.5));
    }

    #[test]
    fn a_guarantee_is_lever_and_obstacle_by_its_figures() {
        let mut inputs = talks(1.0, Some(0));
        let at = |lever, obstacle, inputs: &mut Inputs| {
            inputs.parameters.settlement.lever = lever;
            inputs.parameters.settlement.obstacle = obstacle;
            hazard(inputs, 0)
        };
        assert!((at(1.0, 0.0, &mut inputs) - 0.04).abs() < 1e-12);
        assert!(at(0.0, 1.0, &mut inputs).abs() < 1e-12);
    }
}
