//! Solved policies, kept until their inputs have moved.
//!
//! A policy belongs to one challenger, one target and one rung. Guarantors' weights are solved when
//! what the others believe of them, the forces on either side or the bonds have moved far; the
//! challenger's assessment is brought up to date, with the weights as they are, when they have moved
//! a little. Terms that change every month stay outside.

use super::beliefs::TYPES;
use super::crisis::{Assessment, Solver, Stage, Task, Weights, Work};
use super::guarantor::{LANES, Lanes};
use super::inputs::Inputs;
use super::watch::{Tolerance, View, Watch};

/// Changes up to which policies stay solved. Against solving every month, intensities and credibilities
/// then move by less than 1 percent over paired runs, but for the intensity of a major attack (3.5).
pub const SOLVED: Tolerance = Tolerance {
    beliefs: 0.12,
    forces: 0.15,
};
/// Changes up to which assessments stay as they are.
pub const ASSESSED: Tolerance = Tolerance {
    beliefs: 0.04,
    forces: 0.04,
};
/// What is compared for each dyad by itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Numbers {
    /// Attacking force, the target's own and foreign forces, terrain, the challenger's force for a
    /// war, and turnout: by relative change.
    pub forces: [f64; 6],
    /// Share of the promise that is forfeit, leaning towards conceding, holding cost of territorial
    /// defence, help withheld for want of spending: by absolute change, against the tolerance for beliefs.
    pub promises: [f64; 4],
}

impl Numbers {
    fn are_near(&self, now: &Self, tolerance: Tolerance) -> bool {
        let relative = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance.forces * a.abs().max(b.abs()).max(0.05);
        let absolute = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance.beliefs / PROMISE;
        self.forces.iter().zip(&now.forces).all(relative) && self.promises.iter().zip(&now.promises).all(absolute)
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
#[derive(Debug, Clone)]
pub struct Policy {
    pub weights: Weights,
    pub assessment: Assessment,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            weights: [[[0.0; LANES]; 2]; 3],
            assessment: Assessment::default(),
        }
    }
}

/// What a dyad's policies were worked out for.
#[derive(Debug, Clone, PartialEq, Default)]
struct Basis {
    numbers: Numbers,
    /// Arrangements in force that cover the target, as a set.
    bonds: u64,
    /// Version of the arrangements in which the responders are judged; 0 for never.
    version: u64,
}

impl Basis {
    fn holds(&self, now: &Self, tolerance: Tolerance) -> bool {
        self.version == now.version && self.bonds == now.bonds && self.numbers.are_near(&now.numbers, tolerance)
    }
}

/// All policies of a world.
#[derive(Debug, Clone)]
pub struct Policies {
    /// Rungs from the first that is solved as a crisis (incursion) upwards.
    pub first_rung: usize,
    rungs: usize,
    policies: Vec<Policy>,
    solved_for: Vec<Basis>,
    assessed_for: Vec<Basis>,
    /// Lanes of each dyad as they were when it was last looked at.
    pub lanes: Vec<Lanes>,
    far: Option<Watch>,
    near: Option<Watch>,
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
            policies: vec![Policy::default(); dyads * (rungs - first_rung)],
            solved_for: vec![Basis::default(); dyads],
            assessed_for: vec![Basis::default(); dyads],
            lanes: vec![Lanes::default(); dyads],
            far: None,
            near: None,
            exact: false,
            solved: 0,
            valued: 0,
        }
    }

    /// The policy for a dyad at a rung.
    #[inline]
    pub fn of(&self, dyad: usize, rung: usize) -> &Policy {
        &self.policies[dyad * self.rungs + rung - self.first_rung]
    }

    /// Forgets everything: the next look solves anew.
    pub fn invalidate(&mut self) {
        self.solved_for.fill(Basis::default());
        self.assessed_for.fill(Basis::default());
    }

    /// Notes how far beliefs and forces have moved.
    pub fn watch(&mut self, view: View<'_>) {
        let near = self.near.get_or_insert_with(|| Watch::new(ASSESSED, view));
        let far = self.far.get_or_insert_with(|| Watch::new(SOLVED, view));
        // What has not moved a little has not moved far.
        if near.look(view) {
            far.look(view);
        }
    }

    /// What must be done about a dyad whose target is covered by the arrangements `bonds` and whose
    /// magnitudes are `numbers`; remembers them if something must.
    pub fn due(&mut self, dyad: usize, numbers: Numbers, bonds: u64) -> Option<Due> {
        let (Some(far), Some(near)) = (&self.far, &self.near) else {
            return Some(Due::Solve);
        };
        let contexts = self.lanes[dyad].contexts();
        let mut now = Basis {
            numbers,
            bonds,
            version: far.version(contexts) | 1,
        };
        if self.exact || !self.solved_for[dyad].holds(&now, SOLVED) {
            return Some(Due::Solve);
        }
        now.version = near.version(contexts) | 1;
        if self.assessed_for[dyad].holds(&now, ASSESSED) {
            return None;
        }
        self.assessed_for[dyad] = now;
        Some(Due::Value)
    }

    /// Works all rungs of a dyad out, whose lanes are up to date. `stage` describes the crisis at a rung.
    #[allow(clippy::too_many_arguments)]
    pub fn work_out(
        &mut self,
        dyad: usize,
        due: Due,
        numbers: Numbers,
        bonds: u64,
        inputs: &Inputs,
        positions: &[f64; TYPES],
        precision: &[f64],
        solver: &mut Solver,
        stage: impl Fn(usize) -> Stage,
    ) {
        for (rung, &precision) in precision.iter().enumerate().skip(self.first_rung).take(self.rungs) {
            let Policy { weights, assessment } = &mut self.policies[dyad * self.rungs + rung - self.first_rung];
            let work = match due {
                Due::Solve => Work::Solve,
                Due::Value => Work::Value {
                    lead: assessment.lead.map(usize::from),
                },
            };
            let lanes = &self.lanes[dyad];
            *assessment = Task {
                inputs,
                lanes,
                positions,
                precision,
                stage: stage(rung),
                solver,
                weights,
                work,
            }
            .run();
        }
        match due {
            Due::Solve => self.solved += self.rungs as u64,
            Due::Value => self.valued += self.rungs as u64,
        }
        if due == Due::Solve
            && let (Some(far), Some(near)) = (&self.far, &self.near)
        {
            let contexts = self.lanes[dyad].contexts();
            let basis = |watch: &Watch| Basis {
                numbers,
                bonds,
                version: watch.version(contexts) | 1,
            };
            self.solved_for[dyad] = basis(far);
            self.assessed_for[dyad] = basis(near);
        }
    }
}

/// What has to be done about a dyad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Its bonds or forces have moved: fill the lanes and solve.
    Solve,
    /// Beliefs or forces have moved a little: value the acts anew.
    Value,
}
