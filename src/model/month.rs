//! A month, and a run of months.

use super::arrangements::{self, in_force};
use super::challenger::Act;
use super::decision::Decider;
use super::events::Scripted;
use super::inputs::Inputs;
use super::measures::Measures;
use super::readings::weakest;
use super::record::RunRecord;
use super::signals::Probes;
use super::triggers::Happening;
use super::world::{Ground, World};
use crate::random::Streams;

/// A scenario ready to be run any number of times.
#[derive(Debug, Clone)]
pub struct Model {
    pub ground: Ground,
    pub measures: Measures,
}

impl Model {
    /// Prepares a scenario; `inputs` carry its central values.
    pub fn new(inputs: &Inputs) -> Self {
        let ground = Ground::new(inputs);
        let measures = Measures::new(&ground, inputs);
        Self { ground, measures }
    }

    /// One run: a pure function of the inputs, the streams and the decider.
    pub fn run<D: Decider>(&self, inputs: Inputs, streams: &Streams, decider: &mut D) -> RunRecord {
        self.live(&mut World::new(&self.ground, inputs), streams, decider)
    }

    /// All months of a world that has lived none yet.
    pub fn live<D: Decider>(&self, world: &mut World, streams: &Streams, decider: &mut D) -> RunRecord {
        let months = world.inputs.months;
        let mut series = vec![0.0; self.measures.series.len() * months as usize];
        for _ in 0..months {
            world.live_month(&self.ground, streams, decider);
            self.measures.record(world, &self.ground, &mut series);
            world.month += 1;
        }
        self.measures.finish(world, series)
    }
}

impl World {
    /// One month, in the order of the specification. Recording, the last step, is the caller's.
    pub fn live_month<D: Decider>(&mut self, ground: &Ground, streams: &Streams, decider: &mut D) {
        let quarter = self.month.is_multiple_of(3);
        self.tally.monthly.fill(0.0);

        // 1 events
        let (scripted, mut happened) = self.take_events(streams);
        happened |= self.admit();
        // 2 politics
        self.hold_votes(streams);
        // 3 forces
        self.advance_forces();
        // 4 signals are seen; beliefs and true types drift
        if quarter {
            self.see_signals(streams);
            self.drift(streams);
        }
        self.look_again(ground, quarter || happened);
        // 5 protégés choose how provocative to be
        if quarter {
            self.choose_provocation(ground);
        }
        // 6 challenges arise
        self.press_challengers(streams);
        let met = self.tally.met();
        self.probe(ground, streams, decider);
        self.expect_probes(ground, &met);
        let mut acts = self.challenge(ground, streams, decider, &scripted, happened);
        self.probe_by_script(ground, streams, decider, &scripted);
        acts.extend(scripted.iter().filter(|s| s.rung >= ground.first_rung).filter_map(|s| {
            let dyad = ground
                .dyads
                .iter()
                .position(|d| d.challenger == s.challenger && d.target == s.target)?;
            Some(Act {
                dyad,
                rung: s.rung,
                count: 1,
                provoked: 0.0,
                utility: 0.0,
                scripted: Some(s.attributed),
            })
        }));
        // 7 crises are played out, and 9 observers learn from what was done
        let crises = !acts.is_empty();
        self.play_crises(ground, streams, decider, acts);
        // 8 wars advance
        self.wage(streams, decider);
        let settled = self.negotiate(streams);
        self.age_quarrels();
        self.watch_peace();
        // 10 allies adapt
        if quarter {
            let insecurity = self.insecurity(ground);
            self.spend(&insecurity);
            self.hedge(ground, streams, decider, &insecurity);
            self.count_turnout(ground);
        }
        self.look_again(ground, crises || settled);
        self.watch_gaps(ground);
        self.watch_hollow(ground);
        self.expected.close_month();
    }

    /// Acts below the crises that events of the scenario started.
    pub(super) fn probe_by_script<D: Decider>(
        &mut self,
        ground: &Ground,
        streams: &Streams,
        decider: &mut D,
        scripted: &[Scripted],
    ) {
        for s in scripted.iter().filter(|s| s.rung < ground.first_rung) {
            self.tally.count_scripted(s.target, s.rung);
            let probe = Happening::Probe {
                rung: s.rung,
                target: s.target,
            };
            self.triggers.notice(&self.inputs.events, probe, self.month);
            let home = arrangements::home(&self.inputs, &self.membership, self.month, s.target);
            if let Some(arrangement) = home.filter(|_| s.attributed) {
                self.react(streams, decider, arrangement, s.rung, Probes::OfEvent(s.event));
            }
        }
        self.learn_lessons();
    }

    /// Step 3 on the monthly clock of deliveries.
    fn advance_forces(&mut self) {
        let month = self.month;
        self.forces.advance(&mut self.inputs, month);
        self.assist();
    }

    /// Policies follow their inputs at quarters, after events and after crises.
    fn look_again(&mut self, ground: &Ground, due: bool) {
        if due || self.policies.exact {
            self.look(ground);
        }
    }

    /// Notes for each bloc whether some member of it that is promised help could not deny a grab at the line by itself.
    fn watch_gaps(&mut self, ground: &Ground) {
        let taken = 1.0 - self.inputs.parameters.crisis.denial;
        let open = ground
            .dyads
            .iter()
            .enumerate()
            .filter(|(d, dyad)| {
                self.policies.of(*d, ground.focus).assessment.at_once > taken && !self.covering(dyad.target).is_empty()
            })
            .map(|(_, dyad)| dyad.target)
            .collect();
        self.tally.gap(&ground.blocs, open);
    }

    fn watch_hollow(&mut self, ground: &Ground) {
        for a in 0..self.inputs.arrangements.len() {
            let arrangement = &self.inputs.arrangements[a];
            // Only a promise to fight can become hollow.
            if arrangement.coverage.is_some()
                && !arrangements::without_mandate(arrangement.kind)
                && in_force(arrangement, self.month)
            {
                let credibility = weakest(self, ground, a, ground.focus, |x| x.credibility);
                self.tally.watch_hollow(a, credibility);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Plan;
    use crate::model::decision::Agents;
    use crate::scenario::{Request, Source, load};

    #[test]
    fn an_attributed_act_that_an_event_starts_is_learned_from_in_its_month() {
        let plan = Plan::new(load(&Request::new(Source::Bundled("status-quo".into()))).expect("a bundled scenario"));
        let start = World::new(&plan.model.ground, plan.scenario.base.clone());
        let beliefs_after = |attributed: bool| {
            let mut world = start.clone();
            let act = Scripted {
                event: 0,
                challenger: 0,
                target: world.inputs.state("EST").expect("a state of the world"),
                rung: 0,
                attributed,
            };
            world.probe_by_script(&plan.model.ground, &plan.streams(0), &mut Agents, &[act]);
            world.beliefs
        };
        assert_ne!(beliefs_after(true), start.beliefs);
        assert_eq!(beliefs_after(false), start.beliefs, "who is not named shows nothing");
    }
}
