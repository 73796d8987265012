//! How far what is believed, and who could come, have moved since policies were last looked at.
//!
//! A change is measured within an arrangement and weighed by force: a small member whose standing
//! collapses matters less to a policy than a large one that wavers.

use super::beliefs::{Beliefs, TYPES};
use super::sets::{ArrangementSet, StateSet};

/// What is watched, as it is now.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub beliefs: &'a Beliefs,
    /// Guarantors of each arrangement.
    pub guarantors: &'a [StateSet],
    /// Deployable brigades of each state.
    pub deployable: &'a [f64],
    /// Effect of public support and pledges on the wish to answer, in standard deviations of resolve,
    /// `[arrangement * states + state]`.
    pub wish: &'a [f64],
}

/// Largest changes that leave things in place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Total variation distance of beliefs, mean over guarantors by force. Wishes count as the beliefs
    /// that a shift of the type by so much would move.
    pub beliefs: f64,
    /// Relative change of forces and of other magnitudes.
    pub forces: f64,
}

/// Total variation distance, per standard deviation, between two normal distributions that are close.
const SHIFT: f64 = 0.399;

/// Remembers what was seen and counts the moves of each arrangement beyond a tolerance.
#[derive(Debug, Clone)]
pub struct Watch {
    tolerance: Tolerance,
    beliefs: Beliefs,
    guarantors: Vec<StateSet>,
    deployable: Vec<f64>,
    wish: Vec<f64>,
    states: usize,
    versions: Vec<u64>,
}

impl Watch {
    /// Starts from what is to be seen now.
    pub fn new(tolerance: Tolerance, view: View<'_>) -> Self {
        let states = view.deployable.len();
        let arrangements = view.guarantors.len();
        Self {
            tolerance,
            beliefs: view.beliefs.clone(),
            guarantors: view.guarantors.to_vec(),
            deployable: view
                .guarantors
                .iter()
                .flat_map(|_| view.deployable.iter().copied())
                .collect(),
            wish: view.wish.to_vec(),
            states,
            versions: vec![1; arrangements],
        }
    }

    /// Number of moves so far of the arrangements in `contexts`, all together: it grows with each.
    pub fn version(&self, contexts: ArrangementSet) -> u64 {
        contexts.members().map(|a| self.versions[a]).sum()
    }

    /// Looks again at arrangement `a`: if it has moved beyond the tolerance it gets a new version, and what it is
    /// compared with next. True if it has.
    pub fn look(&mut self, a: usize, view: View<'_>) -> bool {
        let moved = self.guarantors[a] != view.guarantors[a] || self.has_moved(a, view);
        if moved {
            self.versions[a] += 1;
            self.remember(a, view);
        }
        moved
    }

    fn has_moved(&self, a: usize, view: View<'_>) -> bool {
        let base = a * self.states;
        let (mut force, mut changed) = (0.0, 0.0);
        for i in view.guarantors[a].members() {
            force += view.deployable[i];
            changed += (view.deployable[i] - self.deployable[base + i]).abs();
        }
        if changed > self.tolerance.forces * force {
            return true;
        }
        let limit = self.tolerance.beliefs * force;
        let mut moved = 0.0;
        view.guarantors[a].members().any(|i| {
            let (now, then) = (view.beliefs.of(a, i), self.beliefs.of(a, i));
            let distance: f64 = (0..TYPES).map(|t| (now[t] - then[t]).abs()).sum();
            let wish = SHIFT * (view.wish[base + i] - self.wish[base + i]).abs();
            moved += (0.5 * distance + wish) * view.deployable[i];
            moved > limit
        })
    }

    fn remember(&mut self, a: usize, view: View<'_>) {
        let base = a * self.states;
        self.guarantors[a] = view.guarantors[a];
        for i in view.guarantors[a].members() {
            self.deployable[base + i] = view.deployable[i];
            self.wish[base + i] = view.wish[base + i];
        }
        self.beliefs.copy_arrangement(a, view.guarantors[a], view.beliefs);
    }
}
