//! Solved policies, kept until their inputs have moved.
//!
//! A policy belongs to one challenger, one target and one rung. Guarantors' weights are solved when
//! what the others believe of them, the forces on either side or the bonds have moved far; the
//! challenger's assessment is brought up to date, with the weights as they are, when they have moved
//! a little. How far is far depends on what is at stake: where war is improbable, an error of a few
//! percent is an error in a number that hardly counts. Terms that change every month stay outside.

use super::beliefs::TYPES;
use super::crisis::{Assessment, Solver, Stage, Task, Weights, Work};
use super::guarantor::{LANES, Lanes};
use super::inputs::Inputs;
use super::sets::ArrangementSet;
use super::watch::{Tolerance, View, Watch};

/// How closely a dyad's policies follow what they are worked out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// The gravest act is likely enough to count in an average over runs, which a few such runs decide: weights are
    /// solved whenever the act would be valued anew.
    Acute,
    /// War is likely enough to count.
    Close,
    /// War is improbable.
    Loose,
}

/// Expected wars a month from which a dyad is followed closely: one in 1,700 years.
const WARS_COUNT: f64 = 5e-5;
/// Acts on the top rung a month from which it is acute: one in 8,000 years, three times the mean of the bundled world.
const GRAVEST_COUNTS: f64 = 1e-5;

impl Care {
    /// What a dyad deserves with so many acts on the top rung and so many wars expected a month.
    pub fn of(gravest: f64, wars: f64) -> Self {
        if gravest > GRAVEST_COUNTS {
            Self::Acute
        } else if wars > WARS_COUNT {
            Self::Close
        } else {
            Self::Loose
        }
    }
}

/// Changes up to which policies stay solved where war is likely enough to count.
const CLOSE: Tolerance = Tolerance {
    beliefs: 0.15,
    forces: 0.12,
};
/// The same where it is improbable.
const LOOSE: Tolerance = Tolerance {
    beliefs: 0.5,
    forces: 0.3,
};
/// Changes up to which assessments stay as they are.
const ASSESSED: Tolerance = Tolerance {
    beliefs: 0.08,
    forces: 0.06,
};
/// The same after a crisis: what was just learned is seen at once, and not when drift has added to it.
const SHAKEN: Tolerance = Tolerance {
    beliefs: 0.02,
    forces: 0.06,
};

/// What is compared for each dyad by itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Numbers {
    /// Attacking force, the target's own and foreign forces, terrain, the challenger's force for a
    /// war, turnout, and what the target is worth: by relative change.
    pub forces: [f64; 7],
    /// Share of the promise that is forfeit, leaning towards conceding, holding cost of territorial
    /// defence, help withheld for want of spending: by absolute change, against the tolerance for beliefs.
    pub promises: [f64; 4],
}

impl Numbers {
    fn are_near(&self, now: &Self, tolerance: Tolerance) -> bool {
        let relative = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance.forces * a.abs().max(b.abs()).max(0.05);
        let absolute = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance.beliefs / PROMISE;
        // They nearly always are: comparing all of them side by side takes less than stopping at the first that is not.
        let forces = self.forces.iter().zip(&now.forces).map(relative);
        let promises = self.promises.iter().zip(&now.promises).map(absolute);
        forces.fold(true, |near, is| near & is) & promises.fold(true, |near, is| near & is)
    }
}

/// How much more a change of a promise weighs than one of beliefs: it reaches every guarantor at once.
const PROMISE: f64 = 6.0;

/// A pair of challenger and target that forces can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dyad {
    /// Number of the challenger.
    pub challenger: usize,
    /// Its target's place in the challenger's list.
    pub place: usize,
    /// The target state.
    pub target: usize,
}

/// One solved rung.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    pub weights: &'a Weights,
    pub assessment: &'a Assessment,
}

impl Policy<'_> {
    /// Weights of support and of fighting of a responder after an answer of the lead, at the perceived type.
    #[inline]
    pub fn weights_of(&self, lane: usize, branch: usize) -> [f64; 2] {
        [0, 1].map(|answer| f64::from(self.weights[branch][answer][lane]))
    }

    /// The answer rule: P(abstain), P(support) and P(fight) of a responder after an answer of the lead. Its type makes
    /// support `tilt` times as likely against abstaining as the perceived type does, and fighting `tilt²` times.
    #[inline(always)]
    pub fn moves(&self, lane: usize, branch: usize, tilt: f64) -> [f64; 3] {
        let [half, full] = self.weights_of(lane, branch);
        let (support, fight) = (half * tilt, full * tilt * tilt);
        let total = 1.0 + support + fight;
        [1.0 / total, support / total, fight / total]
    }
}

/// What a dyad's policies were worked out for.
#[derive(Debug, Clone, PartialEq, Default)]
struct Basis {
    numbers: Numbers,
    /// Arrangements in force that cover the target.
    bonds: ArrangementSet,
    /// Arrangements in which the responders are judged, and their version; 0 for never.
    contexts: ArrangementSet,
    version: u64,
}

/// What all dyads' policies were worked out for, as far as a tolerance tells things apart.
#[derive(Debug, Clone)]
struct Memory {
    tolerance: Tolerance,
    watch: Option<Watch>,
    of: Vec<Basis>,
}

impl Memory {
    fn new(tolerance: Tolerance, dyads: usize) -> Self {
        Self {
            tolerance,
            watch: None,
            of: vec![Basis::default(); dyads],
        }
    }

    /// The watch on beliefs and forces, which begins with what is to be seen now.
    fn watch(&mut self, view: View<'_>) -> &mut Watch {
        self.watch.get_or_insert_with(|| Watch::new(self.tolerance, view))
    }

    fn version(&self, contexts: ArrangementSet) -> u64 {
        self.watch.as_ref().map_or(0, |watch| 1 + watch.version(contexts))
    }

    fn holds(&self, dyad: usize, numbers: &Numbers, bonds: ArrangementSet, contexts: ArrangementSet) -> bool {
        let then = &self.of[dyad];
        then.version != 0
            && then.contexts == contexts
            && then.version == self.version(contexts)
            && then.bonds == bonds
            && then.numbers.are_near(numbers, self.tolerance)
    }

    fn note(&mut self, dyad: usize, numbers: Numbers, bonds: ArrangementSet, contexts: ArrangementSet) {
        self.of[dyad] = Basis {
            numbers,
            bonds,
            contexts,
            version: self.version(contexts),
        };
    }
}

/// All policies of a world.
#[derive(Debug, Clone)]
pub struct Policies {
    /// Rungs from the first that is solved as a crisis (incursion) upwards.
    pub first_rung: usize,
    rungs: usize,
    /// Apart, because assessments are read every month and weights only when something happens.
    weights: Vec<Weights>,
    assessments: Vec<Assessment>,
    /// What policies were solved for, by [`CLOSE`] and by [`LOOSE`] tolerance.
    solved_for: [Memory; 2],
    /// What acts were valued for, by [`ASSESSED`] and by [`SHAKEN`] tolerance.
    assessed_for: [Memory; 2],
    /// Lanes of each dyad as they were when it was last looked at.
    pub lanes: Vec<Lanes>,
    /// Solve every month, whether anything has moved or not: what the tolerances are judged by.
    pub exact: bool,
    /// Number of trees solved and of trees valued anew so far.
    pub solved: u64,
    pub valued: u64,
}

impl Policies {
    /// Empty policies for `dyads` dyads and the rungs from `first_rung` up to `rungs`.
    pub fn new(dyads: usize, first_rung: usize, rungs: usize) -> Self {
        Self {
            first_rung,
            rungs: rungs - first_rung,
            weights: vec![[[[0.0; LANES]; 2]; 3]; dyads * (rungs - first_rung)],
            assessments: vec![Assessment::default(); dyads * (rungs - first_rung)],
            solved_for: [CLOSE, LOOSE].map(|tolerance| Memory::new(tolerance, dyads)),
            assessed_for: [ASSESSED, SHAKEN].map(|tolerance| Memory::new(tolerance, dyads)),
            lanes: vec![Lanes::default(); dyads],
            exact: false,
            solved: 0,
            valued: 0,
        }
    }

    /// The policy for a dyad at a rung.
    #[inline]
    pub fn of(&self, dyad: usize, rung: usize) -> Policy<'_> {
        let place = dyad * self.rungs + rung - self.first_rung;
        Policy {
            weights: &self.weights[place],
            assessment: &self.assessments[place],
        }
    }

    /// Forgets everything: the next look solves anew.
    pub fn invalidate(&mut self) {
        for memory in self.solved_for.iter_mut().chain(&mut self.assessed_for) {
            memory.of.fill(Basis::default());
        }
    }

    /// Notes how far beliefs and forces have moved.
    pub fn watch(&mut self, view: View<'_>) {
        let [near, nearest] = self.assessed_for.each_mut().map(|memory| memory.watch(view));
        let [far, farther] = self.solved_for.each_mut().map(|memory| memory.watch(view));
        for a in 0..view.guarantors.len() {
            // What has not moved a little has not moved far.
            if nearest.look(a, view) && near.look(a, view) && far.look(a, view) {
                farther.look(a, view);
            }
        }
    }

    /// What must be done about a dyad that deserves `care`, whose target is covered by the arrangements `bonds` and whose
    /// magnitudes are `numbers`. In the arrangements `shaken` a crisis has just taught something.
    pub fn due(
        &self,
        dyad: usize,
        care: Care,
        shaken: ArrangementSet,
        numbers: &Numbers,
        bonds: ArrangementSet,
    ) -> Option<Work> {
        let contexts = self.lanes[dyad].contexts;
        let holds = |memory: &Memory| memory.holds(dyad, numbers, bonds, contexts);
        let [close, loose] = &self.solved_for;
        let assessed = &self.assessed_for[usize::from(shaken.meets(contexts))];
        let is_solved = match care {
            Care::Acute => holds(close) && holds(&self.assessed_for[0]),
            Care::Close => holds(close),
            Care::Loose => holds(loose),
        };
        if self.exact || !is_solved {
            Some(Work::Solve)
        } else if !holds(assessed) {
            Some(Work::Value)
        } else {
            None
        }
    }

    /// Works all rungs of a dyad out, whose lanes are up to date, and remembers what for. `stages` are the crises by
    /// rung, from the first that is solved.
    #[allow(clippy::too_many_arguments)]
    pub fn work_out(
        &mut self,
        dyad: usize,
        work: Work,
        numbers: Numbers,
        bonds: ArrangementSet,
        inputs: &Inputs,
        positions: &[f64; TYPES],
        precision: &[f64],
        solver: &mut Solver,
        stages: &[Stage],
    ) {
        let all = dyad * self.rungs..(dyad + 1) * self.rungs;
        Task {
            inputs,
            lanes: &self.lanes[dyad],
            positions,
            precision,
            solver,
            stages,
            weights: &mut self.weights[all.clone()],
            assessments: &mut self.assessments[all],
            work,
        }
        .run();
        let contexts = self.lanes[dyad].contexts;
        for memory in &mut self.assessed_for {
            memory.note(dyad, numbers, bonds, contexts);
        }
        match work {
            Work::Solve => {
                self.solved += self.rungs as u64;
                for memory in &mut self.solved_for {
                    memory.note(dyad, numbers, bonds, contexts);
                }
            }
            Work::Value => self.valued += self.rungs as u64,
        }
    }
}
