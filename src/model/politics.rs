//! Leaders and publics: elections on a calendar, drift of dispositions, public support.

use super::beliefs;
use super::sets::ArrangementSet;
use super::triggers::Happening;
use super::world::World;
use crate::random::{Key, Streams};

impl World {
    /// Step 2: votes that fall due change leaders; support returns towards its usual level.
    pub(crate) fn hold_votes(&mut self, streams: &Streams) {
        if self.month == 0 {
            self.part_leaders(streams);
        }
        let month = f64::from(self.month);
        for i in 0..self.states() {
            if self.next_vote[i] <= month {
                self.next_vote[i] += self.inputs.states[i].figures.term;
                self.change_leader(streams, i, Key::vote(i));
            }
        }
        let p = self.inputs.parameters.politics;
        for i in 0..self.states() {
            self.support[i] += p.support_return * (self.usual_support[i] - self.support[i]);
        }
        self.tire();
    }

    /// Says how much of each opening type belongs to the leader in office: a draw from `N(vθ, v(1−v))`,
    /// what is known of one of two independent parts with variances `v` and `1 − v` when only their sum
    /// is. Then a new leader moves the true type by the very kernel that moves beliefs about it.
    fn part_leaders(&mut self, streams: &Streams) {
        let v = self.inputs.parameters.beliefs.leader_share;
        let spread = (v * (1.0 - v)).sqrt();
        for i in 0..self.states() {
            let resolve = self.resolve(i);
            self.leader[i] = v * resolve + spread * self.normal(streams, Key::opening_leader(i));
            self.national[i] = resolve - self.leader[i];
        }
        self.held.clear();
        self.hold_on();
    }

    /// Where an arrangement is ratified, notes what each leader is bound to in each arrangement from now on.
    pub(crate) fn hold_on(&mut self) {
        let arrangements = &self.inputs.arrangements;
        if self.held.is_empty() && arrangements.iter().any(|a| a.figures.ratified > 0.0) {
            self.held = self.leader.repeat(arrangements.len());
        }
    }

    /// Fighting wears support down.
    fn tire(&mut self) {
        let fatigue = self.inputs.parameters.politics.fatigue;
        for war in &self.wars.running {
            for i in war.fighting.members() {
                self.support[i] = (self.support[i] - fatigue).max(0.0);
            }
        }
    }

    /// The leader part of a state's type is drawn anew, and every belief about it moves by the exact
    /// filter for such a change. `key` says whose luck it is: a vote and an event of one month are two draws.
    pub(crate) fn change_leader(&mut self, streams: &Streams, state: usize, key: Key) {
        self.triggers
            .notice(&self.inputs.events, Happening::Leader { state }, self.month);
        let b = self.inputs.parameters.beliefs;
        let luck = self.normal(streams, key);
        self.leader[state] = b.leader_share.sqrt() * luck;
        let mut everywhere = self.membership.ever_promised_by(state);
        for a in 0..self.inputs.arrangements.len() {
            let kept = self.inputs.arrangements[a].figures.ratified;
            if let Some(held) = self.held.get_mut(a * self.leader.len() + state) {
                *held = kept * *held + (b.leader_share * (1.0 - kept * kept)).sqrt() * luck;
            }
            if kept > 0.0 && everywhere.contains(a) {
                // Here the change goes by a kernel of its own.
                everywhere.remove(a);
                let kernel = beliefs::kernel((1.0 - kept) * b.leader_share, b.hollow_mass);
                self.beliefs.move_state(state, ArrangementSet::only(a), &kernel);
            }
        }
        let kernel = beliefs::kernel(b.leader_share, b.hollow_mass);
        self.beliefs.move_state(state, everywhere, &kernel);
        self.expect_new_lead(state);
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
            let luck = self.normal(streams, Key::drift(i));
            self.leader[i] = kept * self.leader[i] + spread * luck;
            for held in self.held.iter_mut().skip(i).step_by(self.leader.len()) {
                *held = kept * *held + spread * luck;
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Plan;
    use crate::scenario::{Request, Source, load};

    #[test]
    fn a_new_leader_moves_the_true_type_as_beliefs_about_it_move() {
        let mut request = Request::new(Source::Bundled("status-quo".into()));
        request.sets = vec!["states.USA.resolve=-2".into()];
        let plan = Plan::new(load(&request).expect("a bundled scenario"));
        let runs = 1_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for r in 0..runs {
            let streams = plan.streams(r);
            let mut world = World::new(&plan.model.ground, plan.draw(r).0);
            let usa = world.inputs.state("USA").expect("a state of the world");
            world.part_leaders(&streams);
            assert!((world.resolve(usa) + 2.0).abs() < 1e-12, "parting changes no type");
            world.month = 1;
            world.change_leader(&streams, usa, Key::vote(usa));
            sum += world.resolve(usa);
            squares += world.resolve(usa) * world.resolve(usa);
        }
        let v = plan.scenario.base.parameters.beliefs.leader_share;
        let mean = sum / runs as f64;
        let variance = squares / runs as f64 - mean * mean;
        // Three standard errors: fails by chance once in 370 choices of the seed.
        let expected = 1.0 - (1.0 - v) * (1.0 - v);
        assert!(
            (mean + 2.0 * (1.0 - v)).abs() < 3.0 * (expected / runs as f64).sqrt(),
            "{mean}"
        );
        assert!(
            (variance / expected - 1.0).abs() < 3.0 * (2.0 / runs as f64).sqrt(),
            "{variance}"
        );
    }
}
