//! Leaders and publics: elections on a calendar, drift of dispositions, public support.

use super::beliefs;
use super::world::World;
use crate::random::{Purpose, Streams};

impl World {
    /// Step 2: votes that fall due change leaders; support returns towards its usual level.
    pub(crate) fn hold_votes(&mut self, streams: &Streams) {
        let month = f64::from(self.month);
        for i in 0..self.states() {
            if self.next_vote[i] <= month {
                self.next_vote[i] += self.inputs.states[i].figures.term;
                self.change_leader(streams, i);
            }
        }
        let p = self.inputs.parameters.politics;
        for i in 0..self.states() {
            let usual = self.inputs.states[i].figures.public_support;
            self.support[i] += p.support_return * (usual - self.support[i]);
        }
        self.tire();
    }

    /// Fighting wears support down.
    fn tire(&mut self) {
        let fatigue = self.inputs.parameters.politics.fatigue;
        for war in &self.wars.running {
            for i in super::arrangements::members(war.fighting) {
                self.support[i] = (self.support[i] - fatigue).max(0.0);
            }
        }
    }

    /// The leader part of a state's type is drawn anew, and every belief about it moves by the exact
    /// filter for such a change.
    pub(crate) fn change_leader(&mut self, streams: &Streams, state: usize) {
        let b = self.inputs.parameters.beliefs;
        self.leader[state] = b.leader_share.sqrt() * self.normal(streams, Purpose::Leader, state as u64);
        let kernel = beliefs::kernel(b.leader_share, b.hollow_mass);
        self.beliefs.move_state(state, self.membership.ever_promised_by(state), &kernel);
    }

    /// Slow drift, once a quarter: a share of the leader part is redrawn, and beliefs know it.
    pub(crate) fn drift(&mut self, streams: &Streams) {
        let b = self.inputs.parameters.beliefs;
        if b.drift <= 0.0 {
            return;
        }
        let kept = 1.0 - b.drift;
        let spread = (b.leader_share * (1.0 - kept * kept)).sqrt();
        let kernel = beliefs::kernel(b.drift * b.leader_share, b.hollow_mass);
        for i in 0..self.states() {
            if !self.is_guarantor(i) {
                continue;
            }
            self.leader[i] = kept * self.leader[i] + spread * self.normal(streams, Purpose::Drift, i as u64);
            self.beliefs.move_state(i, self.membership.ever_promised_by(i), &kernel);
        }
    }

    /// A state was hit: its public, and that of allies whose troops stand there, rallies.
    pub(crate) fn rally(&mut self, target: usize, severity: f64) {
        let rally = self.inputs.parameters.politics.rally * severity;
        self.support[target] = (self.support[target] + rally).min(1.0);
        for f in &self.inputs.forward {
            if f.host == target && f.brigades > 0.1 {
                self.support[f.sender] = (self.support[f.sender] + 0.3 * rally).min(1.0);
            }
        }
    }
}
