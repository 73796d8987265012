//! Solved policies, kept until their inputs have moved.
//!
//! A policy belongs to one challenger, one target and one rung. It is solved when the beliefs of its
//! context, the forces on either side or the bonds have moved by more than a tolerance, and sampled
//! in between. Terms that change every month stay outside.

use super::arrangements::{Membership, members};
use super::beliefs::{Beliefs, TYPES};
use super::crisis::{Assessment, Solver, Tree, Weights};
use super::guarantor::{AtRung, LANES, Lanes};

/// Largest change of the beliefs within an arrangement that leaves its policies in place: the total
/// variation distance of the beliefs about each guarantor, weighted by its share of the force.
pub const BELIEF_TOLERANCE: f64 = 0.03;
/// Largest relative change of a force that leaves a policy in place.
pub const FORCE_TOLERANCE: f64 = 0.02;

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
        Self { weights: [[[0.0; LANES]; 2]; 3], assessment: Assessment::default() }
    }
}

/// What a dyad's policies were solved for.
#[derive(Debug, Clone, PartialEq, Default)]
struct Basis {
    /// Forces and other magnitudes that matter: attack, own, forward, summed deployable, bonds.
    numbers: [f64; 6],
    /// Versions of the belief contexts.
    versions: u64,
}

/// All policies of a world.
#[derive(Debug, Clone)]
pub struct Policies {
    /// Rungs from the first that is solved as a crisis (incursion) upwards.
    pub first_rung: usize,
    rungs: usize,
    policies: Vec<Policy>,
    bases: Vec<Basis>,
    /// Lanes of each dyad as they were when it was solved.
    pub lanes: Vec<Lanes>,
    /// Bumped when beliefs within an arrangement have moved.
    versions: Vec<u64>,
    seen: Option<Beliefs>,
    /// Number of trees solved so far.
    pub solved: u64,
}

impl Policies {
    /// Empty policies for `dyads` dyads and the rungs from `first_rung` up to `rungs`.
    pub fn new(dyads: usize, first_rung: usize, rungs: usize, arrangements: usize) -> Self {
        Self {
            first_rung,
            rungs: rungs - first_rung,
            policies: vec![Policy::default(); dyads * (rungs - first_rung)],
            bases: vec![Basis::default(); dyads],
            lanes: vec![Lanes::default(); dyads],
            versions: vec![0; arrangements],
            seen: None,
            solved: 0,
        }
    }

    /// The policy for a dyad at a rung.
    #[inline]
    pub fn of(&self, dyad: usize, rung: usize) -> &Policy {
        &self.policies[dyad * self.rungs + rung - self.first_rung]
    }

    /// Forgets everything: the next look solves anew.
    pub fn invalidate(&mut self) {
        for basis in &mut self.bases {
            *basis = Basis::default();
        }
        self.seen = None;
    }

    /// Notes how far beliefs have moved and bumps the version of every context that moved beyond
    /// the tolerance.
    pub fn watch(&mut self, beliefs: &Beliefs, membership: &Membership, deployable: &[f64]) {
        let Some(seen) = &mut self.seen else {
            self.seen = Some(beliefs.clone());
            for v in &mut self.versions {
                *v += 1;
            }
            return;
        };
        for (a, version) in self.versions.iter_mut().enumerate() {
            let force: f64 = members(membership.guarantors[a]).map(|s| deployable[s]).sum();
            let moved = (0..beliefs.observers()).any(|o| {
                let sum: f64 = members(membership.guarantors[a])
                    .map(|s| {
                        let (now, then) = (beliefs.of(o, a, s), seen.of(o, a, s));
                        let distance: f64 = (0..TYPES).map(|t| (now[t] - then[t]).abs()).sum();
                        0.5 * distance * deployable[s]
                    })
                    .sum();
                sum > BELIEF_TOLERANCE * force
            });
            if moved {
                *version += 1;
                for o in 0..beliefs.observers() {
                    for s in members(membership.guarantors[a]) {
                        *seen.of_mut(o, a, s) = *beliefs.of(o, a, s);
                    }
                }
            }
        }
    }

    /// True when the policies of a dyad must be solved for these magnitudes and contexts; remembers
    /// them if so.
    pub fn is_stale(&mut self, dyad: usize, numbers: [f64; 6], contexts: u64) -> bool {
        let versions: u64 = self
            .versions
            .iter()
            .enumerate()
            .filter(|(a, _)| contexts >> a & 1 == 1)
            .map(|(a, v)| v.wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ (a as u64 + 1)))
            .fold(contexts | 1, u64::wrapping_add);
        let basis = &mut self.bases[dyad];
        let same = basis.versions == versions
            && basis
                .numbers
                .iter()
                .zip(&numbers)
                .all(|(a, b)| (a - b).abs() <= FORCE_TOLERANCE * a.abs().max(b.abs()).max(0.05));
        if !same {
            *basis = Basis { numbers, versions };
        }
        !same
    }

    /// Solves all rungs of a dyad. `stage` describes the crisis at a rung.
    pub fn solve(
        &mut self,
        dyad: usize,
        inputs: &super::inputs::Inputs,
        positions: &[f64; TYPES],
        solver: &mut Solver,
        stage: impl Fn(usize) -> super::crisis::Stage,
    ) {
        for rung in self.first_rung..self.first_rung + self.rungs {
            let lambda = super::crisis::precision(inputs, rung);
            let at = AtRung::new(&self.lanes[dyad], inputs, rung, lambda, positions);
            let tree = Tree::new(inputs, &self.lanes[dyad], &at, stage(rung));
            let policy = &mut self.policies[dyad * self.rungs + rung - self.first_rung];
            policy.assessment = tree.solve(solver, &mut policy.weights);
            self.solved += 1;
        }
    }
}
