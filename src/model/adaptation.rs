//! Protégés and allies adapt: provocation, spending, hedges, and the arrangement's own cohesion.

use super::arithmetic::{exp, logistic};
use super::arrangements;
use super::beliefs::TYPES;
use super::decision::{Chances, Decider, Question, Topic};
use super::expected::is_in_time;
use super::inputs::{Condition, Hedge, Nuclear};
use super::policy::Dyad;
use super::sets::StateSet;
use super::world::{Ground, World};
use crate::random::{Key, Streams};

/// Most hedges among which a state chooses.
const HEDGES: usize = 5;
/// Credence at which promises stand when provocation is set for the first time.
const OPENING_CREDENCE: f64 = 0.8;

impl World {
    /// Step 5: a protégé with a credible promise that asks no questions grows bolder.
    pub(crate) fn choose_provocation(&mut self, ground: &Ground) {
        self.provoke_as(ground, |world, d| {
            world.policies.of(d, ground.focus).assessment.credibility
        });
    }

    /// Provocation at the start, before anything has been solved: as if promises were believed at
    /// [`OPENING_CREDENCE`]. The first month replaces it.
    pub(crate) fn open_provocation(&mut self, ground: &Ground) {
        self.provoke_as(ground, |_, _| OPENING_CREDENCE);
    }

    /// Provocation for a credence of protection by dyad.
    fn provoke_as(&mut self, ground: &Ground, credence: impl Fn(&Self, usize) -> f64) {
        let p = self.inputs.parameters.moral_hazard;
        for i in 0..self.states() {
            self.provocation[i] = p.base;
        }
        for (d, dyad) in ground.dyads.iter().enumerate() {
            let Some(home) = arrangements::home(&self.inputs, &self.membership, self.month, dyad.target) else {
                continue;
            };
            let a = &self.inputs.arrangements[home];
            if a.coverage.is_none() {
                continue;
            }
            let share = match a.condition {
                Condition::Any => 1.0,
                Condition::Unprovoked => p.conditional_share,
            };
            let bold = p.base + p.strength * share * (1.0 - a.figures.ambiguity) * credence(self, d);
            self.provocation[dyad.target] = self.provocation[dyad.target].max(bold.min(1.0));
        }
    }

    /// Each state's threat (0 where nobody wants it) and the credence its public gives to help.
    pub(crate) fn insecurity(&self, ground: &Ground) -> Vec<(f64, f64)> {
        let n = self.states();
        let mut of = vec![(0.0f64, 1.0f64); n];
        for (d, dyad) in ground.dyads.iter().enumerate() {
            let target = &self.inputs.challengers[dyad.challenger].targets[dyad.place];
            let stage = self.theatre(*dyad).stage(&self.inputs, ground.focus);
            // Threat: how much of the theatre the challenger could fill today, by how much it wants it.
            let reach = stage.attack / target.figures.width.max(0.1);
            let worth = target.figures.value * self.quarrel_factor(dyad.challenger, dyad.target);
            let wanted = ((worth + target.figures.route_value) / 0.1).min(2.0);
            let (threat, credence) = &mut of[dyad.target];
            *threat = threat.max(reach * wanted);
            *credence = credence.min(self.policies.of(d, ground.focus).assessment.credibility);
        }
        // Allies behind the front feel the mean of the front line of their arrangement.
        for a in 0..self.inputs.arrangements.len() {
            let front: Vec<(f64, f64)> = self
                .covered(a)
                .members()
                .map(|i| of[i])
                .filter(|(threat, _)| *threat > 0.0)
                .collect();
            if front.is_empty() {
                continue;
            }
            let k = front.len() as f64;
            let threat = 0.3 * front.iter().map(|f| f.0).sum::<f64>() / k;
            let credence = front.iter().map(|f| f.1).sum::<f64>() / k;
            for i in self.membership.guarantors[a].members() {
                if of[i].0 == 0.0 && self.inputs.arrangements[a].figures.depth >= arrangements::PARTY_DEPTH {
                    of[i] = (threat, 0.5 + 0.5 * credence);
                }
            }
        }
        of
    }

    /// Step 10, budgets: spending moves towards the wish of the state or the goal of the scenario.
    pub(crate) fn spend(&mut self, insecurity: &[(f64, f64)]) {
        let p = self.inputs.parameters.adaptation;
        let focal = self.inputs.focal;
        let guarantors = self.membership.guarantors.get(focal).copied().unwrap_or_default();
        let pool: f64 = guarantors.members().map(|i| self.forces.deployable[i]).sum();
        for (i, &(threat, credence)) in insecurity.iter().enumerate() {
            let figures = &self.inputs.states[i].figures;
            let supplied = if pool > 0.0 && guarantors.contains(i) {
                1.0 - self.forces.deployable[i] / pool
            } else {
                0.0
            };
            let nearness = threat.min(1.0);
            // Threat alone and doubt alone both cost: a believed promise does not make a neighbour harmless.
            let wish = figures.defence_share + p.threat * nearness + p.distrust * nearness * (1.0 - credence)
                - p.free_riding * supplied * credence;
            let wish = self.wish_to_pay(i, wish);
            let goal = self.inputs.spending.get(i).copied().unwrap_or_default();
            let bound = goal.target > 0.0 && f64::from(self.month) >= goal.from;
            let (aim, lag) = match bound {
                // A goal below the opening share is a decision to spend less, whatever the threat.
                true if goal.target < self.forces.maintenance[i] => (goal.target, goal.lag),
                true => (goal.target.max(wish), goal.lag),
                false => (wish.max(0.0), p.adjustment),
            };
            // A quarter of exponential adjustment.
            let step = 1.0 - exp(-3.0 / lag.max(1.0));
            self.forces.share[i] += step * (aim - self.forces.share[i]);
        }
    }

    /// Step 10, hedges: an insecure state that may hedge does so sooner or later, for good.
    pub(crate) fn hedge<D: Decider>(
        &mut self,
        ground: &Ground,
        streams: &Streams,
        decider: &mut D,
        insecurity: &[(f64, f64)],
    ) {
        let p = self.inputs.parameters.adaptation;
        for (i, &(threat, credence)) in insecurity.iter().enumerate() {
            let hedges = self.inputs.states[i].hedges.len().min(HEDGES);
            if hedges == 0 || self.hedged[i].is_some() {
                continue;
            }
            let fear = threat.min(1.0) * (1.0 - credence);
            // Half of those at the threshold hedge within four quarters.
            let chance = 0.3182 * logistic(p.hedge_slope * (fear - p.hedge_threshold));
            let each = chance / hedges as f64;
            let mut moves = [0.0; HEDGES + 1];
            moves[0] = 1.0 - chance;
            moves[1..=hedges].fill(each);
            let question = Question {
                topic: Topic::Hedge,
                month: self.month,
                actor: i,
                about: i,
                rung: ground.focus,
                chances: Chances::Moves(&moves[..=hedges]),
                utilities: &[],
                belief: credence,
                luck: streams.uniform(Key::hedge(i), self.month),
            };
            let in_time = is_in_time(&self.inputs, i, self.month);
            let state = &self.inputs.states[i];
            // A state that looks to no arrangement cannot apply.
            let ways = if state.applies_to.is_some() {
                &state.hedges[..hedges]
            } else {
                &[]
            };
            self.expected.hedge(i, chance, each, ways, in_time);
            let choice = decider.decide(&question);
            if choice > 0 && choice as usize <= hedges {
                self.hedged[i] = Some(choice as u8 - 1);
                self.take_hedge(i, self.inputs.states[i].hedges[choice as usize - 1]);
            }
        }
    }

    /// What a hedge changes.
    fn take_hedge(&mut self, state: usize, hedge: Hedge) {
        match hedge {
            Hedge::Rearm => self.inputs.states[state].figures.defence_share += 0.01,
            Hedge::Umbrella => {
                // The strongest nuclear power among the guarantors, the lead of the focal arrangement apart.
                let focal = self.inputs.focal;
                let Some(&set) = self.membership.guarantors.get(focal) else {
                    return;
                };
                let lead = set.members().max_by(|&a, &b| {
                    self.forces.deployable[a]
                        .total_cmp(&self.forces.deployable[b])
                        .then(b.cmp(&a))
                });
                let patron = set
                    .members()
                    .filter(|&i| Some(i) != lead && i != state)
                    .filter(|&i| self.inputs.states[i].nuclear == Nuclear::AssuredSecondStrike)
                    .max_by(|&a, &b| {
                        self.forces.deployable[a]
                            .total_cmp(&self.forces.deployable[b])
                            .then(b.cmp(&a))
                    });
                if let Some(patron) = patron {
                    let place = focal * self.states() + patron;
                    self.pledged[place] += 0.02;
                }
            }
            Hedge::Accommodate => {}
            Hedge::Latency => self.inputs.states[state].figures.terrain *= 1.1,
            Hedge::Join => self.apply_to_join(state),
        }
    }

    /// How much of each arrangement would take part, given its decision rule and how its members lean.
    pub(crate) fn count_turnout(&mut self, ground: &Ground) {
        let g = self.inputs.parameters.guarantor;
        for index in 0..self.inputs.arrangements.len() {
            let Some((d, dyad)) = ground
                .dyads
                .iter()
                .enumerate()
                .find(|(_, dyad)| self.covered(index).contains(dyad.target))
            else {
                continue;
            };
            let blocked = self.is_blocked(index, *dyad);
            let lanes = &self.policies.lanes[d];
            let policy = self.policies.of(d, ground.focus);
            let tilt = self.tilt_by_type(ground.focus);
            // Guarantors who are judged in another arrangement vote here on sanctions, and on nothing else.
            let votes = if self.inputs.arrangements[index].figures.penalty > 0.0 {
                self.membership.guarantors[index]
            } else {
                StateSet::EMPTY
            };
            let abstentions = (0..lanes.len)
                .filter(|&l| usize::from(lanes.context[l]) == index || votes.contains(usize::from(lanes.who[l])))
                .map(|l| {
                    let fights = policy.assessment.lead_fights > 0.5;
                    let branch = if fights { 2 } else { 0 };
                    let p: f64 = (0..TYPES)
                        .map(|t| f64::from(lanes.credence[t][l]) * policy.moves(l, branch, tilt[t])[0])
                        .sum();
                    (usize::from(lanes.who[l]), p.clamp(0.0, 1.0))
                });
            let agree = arrangements::agreement(
                &self.inputs.arrangements[index],
                g.obstruction,
                blocked,
                lanes.lead_of(index).map(|l| usize::from(lanes.who[l])),
                &self.forces.deployable,
                abstentions,
            );
            self.agreement[index] = agree;
            self.turnout[index] = agree + (1.0 - agree) * g.alone_share;
        }
    }

    /// True if a veto holder of the arrangement is the challenger or sides with it.
    pub(crate) fn is_blocked(&self, arrangement: usize, dyad: Dyad) -> bool {
        let c = &self.inputs.challengers[dyad.challenger];
        self.inputs.arrangements[arrangement]
            .veto
            .iter()
            .any(|v| *v == c.state || c.partners.contains(v))
    }
}
