//! How a run fills the measures in: series month by month, outcomes at the end.

use super::measures::{Measures, Outcome, Trace};
use super::record::RunRecord;
use super::world::{Ground, World};

impl Measures {
    /// Step 11: reads every series off the world.
    pub fn record(&self, world: &World, ground: &Ground, series: &mut [f64]) {
        let month = world.month as usize;
        let announced = world.forces.announced(&world.inputs);
        let unmoved = world.policies_stand();
        for (index, trace) in self.traces.iter().enumerate() {
            let place = index * self.months + month;
            series[place] = match trace {
                // The same as a month ago.
                Trace::Credibility { .. } | Trace::Adequacy { .. } | Trace::Loss { .. } if unmoved => series[place - 1],
                _ => self.read(trace, world, ground, &announced),
            };
        }
    }

    fn read(&self, trace: &Trace, world: &World, ground: &Ground, announced: &[f64]) -> f64 {
        match trace {
            Trace::Credibility { arrangement, rung } => weakest(world, ground, *arrangement, *rung, |a| a.credibility),
            Trace::Adequacy { arrangement, rung } => weakest(world, ground, *arrangement, *rung, |a| a.adequacy),
            Trace::Loss { arrangement, rung } => weakest(world, ground, *arrangement, *rung, |a| -a.utility),
            Trace::Survival { rung } => f64::from(u8::from(world.tally.first[*rung..].iter().all(Option::is_none))),
            Trace::Intensity { rung } => 12.0 * world.tally.monthly[*rung],
            Trace::Delivered { states } => sum(states, |i| world.forces.ready[i]),
            Trace::Announced { states } => sum(states, |i| world.forces.ready[i] + announced[i]),
            Trace::Free { challenger } => world.forces.free(&world.inputs, *challenger),
            Trace::Spending { states } => {
                let gdp = sum(states, |i| world.forces.gdp[i]);
                if gdp > 0.0 {
                    sum(states, |i| world.forces.share[i] * world.forces.gdp[i]) / gdp
                } else {
                    0.0
                }
            }
            Trace::Provocation { state } => world.provocation[*state],
            Trace::Aid { state } => world.assistance_to(*state),
        }
    }

    /// The record of a finished run.
    pub fn finish(&self, world: &mut World, series: Vec<f64>) -> RunRecord {
        let years = self.months as f64 / 12.0;
        let mut values = Vec::with_capacity(self.what.len());
        let mut cases = Vec::with_capacity(self.what.len());
        for what in &self.what {
            let (value, n) = self.value(what, world, &series, years);
            values.push(value);
            cases.push(n);
        }
        RunRecord {
            values,
            cases,
            expected: self.expectations(world),
            courses: world.expected.courses(),
            series,
            challenges: std::mem::take(&mut world.tally.rows),
        }
    }

    /// Expectations so far of what the outcomes count, in their order; 0 where none is known.
    pub fn expectations(&self, world: &World) -> Vec<f64> {
        let pairs = self.outcomes.iter().zip(&self.what);
        pairs
            .map(|(spec, what)| if spec.expected { what.expectation(world) } else { 0.0 })
            .collect()
    }

    fn value(&self, what: &Outcome, world: &World, series: &[f64], years: f64) -> (f64, f64) {
        let t = &world.tally;
        let rungs = world.inputs.ladder.len();
        let flag = |b: bool| (f64::from(u8::from(b)), 1.0);
        let at = |trace: usize, last: bool| series[trace * self.months + if last { self.months - 1 } else { 0 }];
        match *what {
            Outcome::Challenge { rung } => flag(t.first[rung].is_some()),
            Outcome::ChallengeOn { rung, state } => flag(t.unscripted(state, rung) > 0),
            Outcome::Rate { rung } => (f64::from(t.focal_count(rung)) / years, 1.0),
            Outcome::Intensity { rung } => (t.focal_integrated(rung) / years, 1.0),
            Outcome::IntensityOn { rung, state } => (t.integrated[state * rungs + rung] / years, 1.0),
            Outcome::Severe => {
                let all: u32 = (0..rungs).map(|k| t.focal_count(k)).sum();
                let severe: u32 = (0..rungs)
                    .filter(|&k| world.inputs.ladder[k].force)
                    .map(|k| t.focal_count(k))
                    .sum();
                (f64::from(severe), f64::from(all))
            }
            Outcome::Unanswered { rung } => (f64::from(t.unanswered[rung]), f64::from(t.attributed[rung])),
            Outcome::Success { rung } => flag(t.successes[rung] > 0),
            Outcome::Honoured { arrangement } => {
                (f64::from(t.honoured[arrangement]), f64::from(t.invoked[arrangement]))
            }
            Outcome::Cohesion { arrangement } => (t.cohesion[arrangement], f64::from(t.invoked[arrangement])),
            Outcome::Trace { trace, last } => (at(trace, last), 1.0),
            Outcome::Hollow { arrangement } => flag(t.hollow[arrangement]),
            Outcome::War => flag(t.war),
            Outcome::WarOf { state } => flag(t.fought.contains(state)),
            Outcome::WarBloc { bloc } => flag(t.fought.meets(self.blocs[bloc])),
            Outcome::Nuclear => flag(t.nuclear),
            Outcome::Entrapment { state } => (t.entrapped[state], 1.0),
            Outcome::Lost { state } => flag(t.lost.contains(state)),
            Outcome::Spillover { trace } => (at(trace, true) - at(trace, false), 1.0),
            Outcome::Hedge { state } => flag(world.hedged[state].is_some()),
            Outcome::Settled => flag(t.settled.is_some()),
            Outcome::Resumed => flag(t.resumed),
            Outcome::Peace => (f64::from(t.peace_months), 1.0),
            Outcome::ResumeHazard => (f64::from(t.renewals), f64::from(t.peace_months)),
            Outcome::Tension { talks } => (world.accords[talks].tension, 1.0),
            Outcome::Authorised { arrangement } => (t.authorised[arrangement], f64::from(t.invoked[arrangement])),
            Outcome::GapMonths { bloc } => (f64::from(t.gap_months[bloc]), 1.0),
            Outcome::Event { index } => flag(t.event_happened(index)),
            Outcome::Applied { state } => flag(world.application(state).is_some()),
            Outcome::ApplicationMonth { state } => {
                let month = world
                    .application(state)
                    .map_or(self.months as f64, |a| f64::from(a.month));
                (month, 1.0)
            }
            Outcome::Joined { state } => flag(world.application(state).is_some_and(|a| a.admitted)),
        }
    }
}

fn sum(states: &[usize], of: impl Fn(usize) -> f64) -> f64 {
    states.iter().map(|&i| of(i)).sum()
}

/// The smallest value over the protégés of an arrangement that forces can reach; 0 where there are none.
pub fn weakest(
    world: &World,
    ground: &Ground,
    arrangement: usize,
    rung: usize,
    of: impl Fn(&super::crisis::Assessment) -> f64,
) -> f64 {
    (world.covered(arrangement) & ground.reached)
        .members()
        .flat_map(|target| &ground.against[target])
        .map(|&d| of(world.policies.of(d, rung).assessment))
        .reduce(f64::min)
        .unwrap_or(0.0)
}
