//! What a war leaves between a challenger and a state: a quarrel that fighting deepens and time heals, a truce that wears
//! off and depends on who keeps it, and armies that go home on both sides.
//!
//! ```text
//! depth ← 1 − (1 − depth)·exp(−1/build)    in a month of war        V = V0·(1 + gain·depth)
//! depth ← depth·exp(−1/fade)               in a month of peace
//! Λ     ← Λ·(1 + excess·exp(−t/truce.fade)·(1 − kept))              from the strike rung up, t months after a war that
//!                                                                   ended where its line was
//! ```
//!
//! With `quarrel.gain` and `truce.excess` at 0 a war leaves nothing, exactly.

use super::arithmetic::exp;
use super::arrangements;
use super::inputs::Inputs;
use super::policy::Dyad;
use super::settlement::compliance;
use super::war::Ending;
use super::world::World;

/// Brigades of peacekeepers on the line that watch all of it.
const WATCHED_LINE: f64 = 1.0;

/// Between a challenger and a state that have fought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quarrel {
    /// Number of the challenger, and the state that it fought.
    pub challenger: usize,
    pub target: usize,
    /// How deep it is, 0 to 1.
    pub depth: f64,
    /// Months since the fighting stopped; none while it goes on.
    pub quiet: Option<f64>,
    /// The fighting stopped where the line was: nothing was decided.
    pub is_truce: bool,
}

/// All quarrels of a world: few pairs ever fight.
pub type Quarrels = Vec<Quarrel>;

/// Share of something with this time constant in months that is left after so many months.
fn left(months: f64, constant: f64) -> f64 {
    exp(-months / constant)
}

/// What wars before the start have left, and the wars that run then have built up.
pub fn opening(inputs: &Inputs) -> Quarrels {
    let p = &inputs.parameters.quarrel;
    let mut all = Quarrels::new();
    for (challenger, c) in inputs.challengers.iter().enumerate() {
        for target in &c.targets {
            let f = &target.figures;
            let running = inputs
                .wars
                .iter()
                .find(|w| w.attacker == c.state && w.target == target.state);
            if running.is_none() && f.fought <= 0.0 {
                continue;
            }
            let fought = match running {
                Some(war) if f.fought <= 0.0 => war.age,
                _ => f.fought,
            };
            // A war that runs is fought now, whatever is said about the time before it.
            let quiet = running.is_none().then_some(f.quiet);
            all.push(Quarrel {
                challenger,
                target: target.state,
                depth: (1.0 - left(fought, p.build)) * left(quiet.unwrap_or(0.0), p.fade),
                quiet,
                is_truce: quiet.is_some(),
            });
        }
    }
    all
}

/// A truce as it stands this month.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Truce {
    /// What acts of force gain by it where nobody keeps it; 0 without a truce.
    excess: f64,
    /// How far peacekeepers keep it.
    watched: f64,
    /// Weight of the promise to fight for the state, before anybody asks whether it is believed.
    promised: f64,
    /// `truce.keeping`.
    keeping: f64,
}

impl Truce {
    /// Factor on intensities of acts of force, where a promise of help is believed as far as `credibility`. 1 without a
    /// truce.
    #[inline]
    pub(crate) fn factor(&self, credibility: f64) -> f64 {
        let third = self.watched.max(self.promised * credibility);
        1.0 + self.excess * (1.0 - self.keeping * third)
    }
}

impl World {
    fn quarrel(&self, challenger: usize, target: usize) -> Option<&Quarrel> {
        self.quarrels
            .iter()
            .find(|q| q.challenger == challenger && q.target == target)
    }

    /// Growth of what a target is worth to a challenger through what they have fought over it. 1 without a quarrel.
    #[inline]
    pub(crate) fn quarrel_factor(&self, challenger: usize, target: usize) -> f64 {
        let depth = self.quarrel(challenger, target).map_or(0.0, |q| q.depth);
        1.0 + self.inputs.parameters.quarrel.gain * depth
    }

    /// Brigades of a challenger that stand opposite a target since the fighting between them stopped, and can be used
    /// against it alone. They go home as the other side's do.
    pub(crate) fn on_the_line(&self, dyad: Dyad) -> f64 {
        let Dyad {
            challenger,
            place,
            target,
        } = dyad;
        let line = self.inputs.challengers[challenger].targets[place].figures.line;
        let quiet = self.quarrel(challenger, target).and_then(|q| q.quiet);
        match quiet {
            Some(months) if line > 0.0 => {
                line * left(months, self.inputs.parameters.forces.demobilisation) * self.forces.worn[challenger]
            }
            _ => 0.0,
        }
    }

    /// The truce between a challenger and a target.
    pub(crate) fn truce(&self, dyad: Dyad) -> Truce {
        let (challenger, target) = (dyad.challenger, dyad.target);
        let p = &self.inputs.parameters.truce;
        let Some(Quarrel {
            quiet: Some(months),
            is_truce: true,
            ..
        }) = self.quarrel(challenger, target)
        else {
            return Truce::default();
        };
        // What was settled at a table is kept as far as its terms are kept.
        let settled =
            self.accords.iter().enumerate().filter(|(talks, a)| {
                self.inputs.talks[*talks].target == target && a.with == Some(challenger) && a.peace
            });
        let terms = settled
            .map(|(talks, _)| compliance(&self.inputs, talks))
            .fold(0.0, f64::max);
        let (mut watched, mut promised) = (0.0f64, 0.0f64);
        for index in self.covering(target).members() {
            let a = &self.inputs.arrangements[index];
            let f = &a.figures;
            watched = watched.max((f.peacekeepers / WATCHED_LINE).min(1.0));
            if a.coverage.is_some() && !arrangements::without_mandate(a.kind) {
                promised = promised.max(f.depth.min(1.0) * (1.0 - 0.5 * f.ambiguity));
            }
        }
        Truce {
            excess: p.excess * left(*months, p.fade) * (1.0 - terms),
            watched,
            promised,
            keeping: p.keeping,
        }
    }

    /// A month passes for every quarrel, after the fighting of the month; armies go home where it has stopped.
    pub(crate) fn age_quarrels(&mut self) {
        let p = self.inputs.parameters.quarrel;
        let (grown, faded) = (left(1.0, p.build), left(1.0, p.fade));
        for q in &mut self.quarrels {
            match &mut q.quiet {
                None => q.depth = 1.0 - (1.0 - q.depth) * grown,
                Some(months) => {
                    *months += 1.0;
                    q.depth *= faded;
                }
            }
        }
        let gone = 1.0 - left(1.0, self.inputs.parameters.forces.demobilisation);
        for state in 0..self.states() {
            if self.forces.mobilised[state] > 0.0 && !self.wars.running.iter().any(|w| w.target == state) {
                self.forces.send_home(state, gone);
            }
        }
    }

    /// A war begins between two that have a quarrel, or one from now on.
    pub(crate) fn take_up_quarrel(&mut self, challenger: usize, target: usize) {
        match self
            .quarrels
            .iter_mut()
            .find(|q| q.challenger == challenger && q.target == target)
        {
            Some(q) => (q.quiet, q.is_truce) = (None, false),
            None => self.quarrels.push(Quarrel {
                challenger,
                target,
                depth: 0.0,
                quiet: None,
                is_truce: false,
            }),
        }
    }

    /// The fighting stops.
    pub(crate) fn rest_quarrel(&mut self, challenger: usize, target: usize, ending: Ending) {
        for q in &mut self.quarrels {
            if q.challenger == challenger && q.target == target {
                q.quiet = Some(0.0);
                q.is_truce = ending == Ending::Armistice;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inputs::{Challenger, OpeningWar, Target};

    fn pair(fought: f64, quiet: f64, war: Option<f64>) -> Inputs {
        let mut inputs = Inputs {
            challengers: vec![Challenger {
                targets: vec![Target {
                    state: 1,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let f = &mut inputs.challengers[0].targets[0].figures;
        (f.fought, f.quiet) = (fought, quiet);
        inputs.wars = war
            .map(|age| OpeningWar {
                attacker: 0,
                target: 1,
                age,
            })
            .into_iter()
            .collect();
        inputs
    }

    #[test]
    fn a_war_before_the_start_leaves_what_a_war_in_the_run_would_have_left() {
        assert!(
            opening(&pair(0.0, 0.0, None)).is_empty(),
            "who never fought has no quarrel"
        );
        let p = Inputs::default().parameters.quarrel;
        let past = opening(&pair(10.0, 81.0, None))[0];
        let wanted = (1.0 - exp(-10.0 / p.build)) * exp(-81.0 / p.fade);
        assert!((past.depth - wanted).abs() < 1e-12 && past.is_truce && past.quiet == Some(81.0));
        let running = opening(&pair(0.0, 0.0, Some(46.0)))[0];
        assert!((running.depth - (1.0 - exp(-46.0 / p.build))).abs() < 1e-12 && running.quiet.is_none());
        // How long the two have really fought is said where the war that runs is another one's stand-in.
        let said = opening(&pair(10.0, 0.0, Some(46.0)))[0];
        assert!((said.depth - (1.0 - exp(-10.0 / p.build))).abs() < 1e-12);
    }

    #[test]
    fn a_truce_breaks_less_the_better_it_is_kept_and_by_whom() {
        let truce = |watched: f64, promised: f64| Truce {
            excess: 3.0,
            watched,
            promised,
            keeping: 0.5,
        };
        assert_eq!(truce(0.0, 0.0).factor(1.0), 4.0);
        assert_eq!(truce(0.0, 1.0).factor(1.0), 2.5);
        assert_eq!(truce(1.0, 0.0).factor(0.0), 2.5);
        assert!(truce(0.0, 1.0).factor(0.8) < truce(0.0, 0.5).factor(0.8));
        assert_eq!(
            truce(0.0, 1.0).factor(0.0),
            4.0,
            "a promise that nobody believes keeps no truce"
        );
        assert_eq!(Truce::default().factor(0.7), 1.0);
    }
}
