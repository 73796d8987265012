//! Accession: an insecure state applies to join an arrangement, waits until members have ratified, and is a member
//! then.
//!
//! While it waits, the guarantee is one that has been announced: challengers who would prevent it have a reason to
//! hurry, and nobody owes help yet. Interim assurances are arrangements of their own.

use super::world::World;

/// An application to join an arrangement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Application {
    pub state: usize,
    pub arrangement: usize,
    /// Month of the application.
    pub month: u32,
    /// True once the state is a member.
    pub admitted: bool,
}

impl World {
    /// A state applies to join the arrangement that it looks to.
    pub(crate) fn apply_to_join(&mut self, state: usize) {
        if let Some(arrangement) = self.inputs.states[state].applies_to {
            self.applications.push(Application {
                state,
                arrangement,
                month: self.month,
                admitted: false,
            });
        }
    }

    /// Applicants for whom ratification is complete become members. True if any did.
    pub(crate) fn admit(&mut self) -> bool {
        let mut any = false;
        for k in 0..self.applications.len() {
            let a = self.applications[k];
            let waited = f64::from(self.month - a.month);
            if a.admitted || waited < self.inputs.states[a.state].figures.ratification {
                continue;
            }
            self.applications[k].admitted = true;
            self.membership.join(a.arrangement, a.state);
            any = true;
        }
        any
    }

    /// True while a state waits for a guarantee on some rung.
    #[inline]
    pub(crate) fn is_applicant(&self, state: usize) -> bool {
        self.applications
            .iter()
            .any(|a| a.state == state && !a.admitted && self.inputs.arrangements[a.arrangement].coverage.is_some())
    }

    /// The application of a state, if it made one.
    pub fn application(&self, state: usize) -> Option<&Application> {
        self.applications.iter().find(|a| a.state == state)
    }
}
