//! Challengers: intensities of every act against every target, and which acts are undertaken.
//!
//! `Λ = H · ν · σ(λ · ΔU)` a month. Below the strike rung acts are Poisson counts per pair; from
//! there up they are competing risks per challenger. Integrated intensities are recorded beside the
//! counts: same mean, far smaller variance.

use super::arithmetic::{exp, logistic};
use super::arrangements::{self, contains};
use super::decision::{Chances, Decider, Question, Topic};
use super::forces::contest;
use super::policy::Dyad;
use super::triggers::Happening;
use super::world::{Ground, World};
use crate::random::{Purpose, Streams};

/// An act about to be played as a crisis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Act {
    /// Number of the dyad.
    pub dyad: usize,
    pub rung: usize,
    /// Acts of the month that this crisis stands for.
    pub count: u32,
    /// Chance that provocation brought it about.
    pub provoked: f64,
    /// Utility against doing nothing.
    pub utility: f64,
    /// None for an act of the challenger's own choice; otherwise whether it is attributed.
    pub scripted: Option<bool>,
}

/// Utility of an act this month, and the part of it that provocation accounts for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temptation {
    pub utility: f64,
    pub from_provocation: f64,
}

impl World {
    /// Domestic pressure on challengers: a first-order autoregression.
    pub(crate) fn press_challengers(&mut self, streams: &Streams) {
        let m = self.inputs.parameters.motives;
        let spread = m.pressure_spread * (1.0 - m.pressure_memory * m.pressure_memory).sqrt();
        for c in 0..self.pressure.len() {
            let mean = self.inputs.challengers[c].figures.pressure;
            let shock = spread * self.normal(streams, Purpose::Pressure, c as u64);
            self.pressure[c] = mean + m.pressure_memory * (self.pressure[c] - mean) + shock;
        }
    }

    /// What a dyad's act at a rung is worth this month: the solved part and the monthly terms
    /// (domestic pressure, provocation, a closing window, a threat that the act would remove).
    pub fn temptation(&self, ground: &Ground, d: usize, rung: usize) -> Temptation {
        let Dyad {
            challenger,
            place,
            target,
        } = ground.dyads[d];
        let c = &self.inputs.challengers[challenger];
        let t = &c.targets[place].figures;
        let f = &self.inputs.ladder[rung].figures;
        let p = &self.inputs.parameters;
        let assessment = &self.policies.of(d, rung).assessment;
        let root = f.severity.sqrt();
        let from_provocation = p.motives.provocation * self.provocation[target] * root;
        let mut utility = assessment.utility + self.pressure[challenger] * root + from_provocation;
        if self.inputs.ladder[rung].force {
            let threat = t.red_line * self.credence_of_protection(d, rung, target)
                + t.red_line * (self.forces.hosted[target] / t.width.max(0.1)).min(1.0);
            utility += c.figures.preventive * c.figures.insecure * threat * f.severity * assessment.success;
        }
        if self.inputs.ladder[rung].territorial {
            let announced = self.forces.announced_for(&self.inputs, target);
            let stage = self.stage(ground.dyads[d], rung);
            let fights = p.crisis.forward_share * stage.forward;
            let attack = stage.attack.max(0.05);
            let now = contest(attack, stage.own + fights, stage.terrain, p.crisis.decisiveness);
            let then = contest(
                attack,
                (stage.own + fights + announced).max(0.0),
                stage.terrain,
                p.crisis.decisiveness,
            );
            utility += p.motives.window * stage.value * (now - then).max(0.0);
        }
        Temptation {
            utility,
            from_provocation,
        }
    }

    /// How far a guarantee for the target is a fact in the challenger's eyes: its credibility where
    /// it is in force, ½ where it has only been announced, 0 where there is none.
    fn credence_of_protection(&self, d: usize, rung: usize, target: usize) -> f64 {
        // A guarantee that members have yet to ratify has been announced.
        let mut credence: f64 = if self.is_applicant(target) { 0.5 } else { 0.0 };
        for (index, a) in self.inputs.arrangements.iter().enumerate() {
            if a.coverage.is_none() || !contains(self.membership.proteges[index], target) {
                continue;
            }
            if arrangements::in_force(a, self.month) {
                credence = credence.max(self.policies.of(d, rung).assessment.credibility);
            } else if arrangements::pending(a, self.month) {
                credence = credence.max(0.5);
            }
        }
        credence
    }

    /// Intensity a month of a dyad's act, without and with what provocation adds.
    fn intensity(&self, ground: &Ground, d: usize, rung: usize) -> (f64, f64, Temptation) {
        let Dyad {
            challenger,
            place,
            target,
        } = ground.dyads[d];
        let temptation = self.temptation(ground, d, rung);
        if self.wars.between(challenger, target) {
            return (0.0, 0.0, temptation);
        }
        let c = &self.inputs.challengers[challenger];
        let r = &self.inputs.ladder[rung];
        let era = if r.force {
            1.0
        } else {
            c.figures.hostility * c.targets[place].figures.exposure
        };
        let ceiling = era * r.figures.opportunities * self.unrest(challenger, target);
        let lambda = self.precision[rung];
        let with = ceiling * logistic(lambda * temptation.utility);
        let without = ceiling * logistic(lambda * (temptation.utility - temptation.from_provocation));
        (with, without, temptation)
    }

    /// Step 6, below the crises: cyberattacks and sabotage against every target, reachable or not.
    pub(crate) fn probe<D: Decider>(&mut self, ground: &Ground, streams: &Streams, decider: &mut D) {
        let n = self.states();
        // Attributed acts by arrangement and rung: one lesson a month.
        let mut attributed = vec![0u32; self.inputs.arrangements.len() * ground.first_rung];
        for challenger in 0..self.inputs.challengers.len() {
            let mut luck = streams.generator(Purpose::Probe, challenger as u64, self.month);
            let mut pinned = streams.generator(Purpose::Attribution, challenger as u64, self.month);
            for place in 0..self.inputs.challengers[challenger].targets.len() {
                let target = self.inputs.challengers[challenger].targets[place].state;
                let home = arrangements::home(&self.inputs, &self.membership, self.month, target);
                let at_war = self.wars.between(challenger, target);
                for rung in 0..ground.first_rung {
                    let (u, v) = (
                        crate::random::next_uniform(&mut luck),
                        crate::random::next_uniform(&mut pinned),
                    );
                    if at_war {
                        continue;
                    }
                    let (rate, utility) = self.probe_rate(challenger, place, rung, home);
                    let acts = decider.decide(&Question {
                        topic: Topic::Probe,
                        month: self.month,
                        actor: self.inputs.challengers[challenger].state,
                        about: target,
                        rung,
                        chances: Chances::Count(rate),
                        utilities: &[utility],
                        belief: home.map_or(0.0, |a| self.reactions.expected(challenger, a, rung)),
                        luck: u,
                    });
                    self.tally.probes(&self.inputs, target, rung, rate, acts, self.month);
                    if acts > 0 {
                        let probe = Happening::Probe { rung, target };
                        self.triggers.notice(&self.inputs.events, probe, self.month);
                    }
                    if let Some(a) = home {
                        let alpha = self.inputs.ladder[rung].figures.attribution;
                        attributed[a * ground.first_rung + rung] += super::arithmetic::binomial(acts, alpha, v);
                    }
                }
            }
        }
        debug_assert!(n > 0);
        for a in 0..self.inputs.arrangements.len() {
            for rung in 0..ground.first_rung {
                let acts = attributed[a * ground.first_rung + rung];
                self.react(streams, decider, a, rung, acts, false);
            }
        }
        self.lessons.teach(&mut self.beliefs);
    }

    /// Intensity and utility of an act below the crises.
    fn probe_rate(&self, challenger: usize, place: usize, rung: usize, home: Option<usize>) -> (f64, f64) {
        let c = &self.inputs.challengers[challenger];
        let target = &c.targets[place];
        let f = &self.inputs.ladder[rung].figures;
        let p = &self.inputs.parameters;
        let root = f.severity.sqrt();
        let share = home.map_or(0.0, |a| self.reactions.expected(challenger, a, rung));
        let success = 1.0 - self.inputs.states[target.state].figures.resilience;
        let utility = success * p.crisis.harassment * f.severity
            - f.cost
            - p.crisis.sanctions * f.attribution * f.clarity.sqrt() * share
            - self.sanctions_ready(target.state, rung) * f.attribution * f.clarity.sqrt()
            + self.pressure[challenger] * root
            + p.motives.provocation * self.provocation[target.state] * root;
        let era = c.figures.hostility * target.figures.exposure;
        let ceiling = era * f.opportunities * self.unrest(challenger, target.state);
        (ceiling * logistic(self.precision[rung] * utility), utility)
    }

    /// Step 6, crises: the acts of this month that will be played, in no order yet.
    pub(crate) fn challenge<D: Decider>(&mut self, ground: &Ground, streams: &Streams, decider: &mut D) -> Vec<Act> {
        let mut acts = Vec::new();
        let rungs = self.inputs.ladder.len();
        for challenger in 0..self.inputs.challengers.len() {
            let state = self.inputs.challengers[challenger].state;
            let mut risks: Vec<(usize, usize, f64, f64, f64)> = Vec::new();
            for d in 0..ground.dyads.len() {
                let Dyad {
                    challenger: of, target, ..
                } = ground.dyads[d];
                if of != challenger {
                    continue;
                }
                for rung in ground.first_rung..rungs {
                    let (with, without, t) = self.intensity(ground, d, rung);
                    let provoked = if with > 0.0 { 1.0 - without / with } else { 0.0 };
                    self.tally.integrate(&self.inputs, target, rung, with);
                    if self.inputs.ladder[rung].force {
                        risks.push((d, rung, with, provoked, t.utility));
                        continue;
                    }
                    let agent = 64 + (challenger * 64 + target) as u64 * 8 + rung as u64;
                    let count = decider.decide(&Question {
                        topic: Topic::Probe,
                        month: self.month,
                        actor: state,
                        about: target,
                        rung,
                        chances: Chances::Count(with),
                        utilities: &[t.utility],
                        belief: self.policies.of(d, rung).assessment.credibility,
                        luck: streams.uniform(Purpose::Probe, agent, self.month),
                    });
                    self.accident(rung, target, with);
                    if count > 0 {
                        let slip = streams.uniform(Purpose::Contest, 1 << 20 | agent, self.month);
                        let chance = 1.0 - exp(-f64::from(count) * self.inputs.parameters.crisis.accident);
                        let error = slip < chance && rung + 1 < rungs && self.inputs.ladder[rung + 1].force;
                        if error && count > 1 {
                            // One of the month's incursions goes wrong; the others stay what they were.
                            self.tally.count(target, rung, count - 1, self.month);
                        }
                        let (rung, count) = if error { (rung + 1, 1) } else { (rung, count) };
                        acts.push(Act {
                            dyad: d,
                            rung,
                            count,
                            provoked,
                            utility: t.utility,
                            scripted: None,
                        });
                    }
                }
            }
            if let Some(act) = self.choose_force(streams, decider, ground, challenger, &risks) {
                acts.push(act);
            }
        }
        acts
    }

    /// Strikes by error add to the intensity of strikes.
    fn accident(&mut self, rung: usize, target: usize, rate: f64) {
        if rung + 1 < self.inputs.ladder.len() && self.inputs.ladder[rung + 1].force {
            let extra = rate * self.inputs.parameters.crisis.accident;
            self.tally.integrate(&self.inputs, target, rung + 1, extra);
        }
    }

    /// Competing risks: at most one act of force by a challenger in a month.
    fn choose_force<D: Decider>(
        &self,
        streams: &Streams,
        decider: &mut D,
        ground: &Ground,
        challenger: usize,
        risks: &[(usize, usize, f64, f64, f64)],
    ) -> Option<Act> {
        let total: f64 = risks.iter().map(|r| r.2).sum();
        if total <= 0.0 {
            return None;
        }
        let any = 1.0 - exp(-total);
        let mut chances = Vec::with_capacity(risks.len() + 1);
        chances.push(1.0 - any);
        chances.extend(risks.iter().map(|r| any * r.2 / total));
        let utilities: Vec<f64> = std::iter::once(0.0).chain(risks.iter().map(|r| r.4)).collect();
        let state = self.inputs.challengers[challenger].state;
        let chosen = decider.decide(&Question {
            topic: Topic::Challenge,
            month: self.month,
            actor: state,
            about: state,
            rung: 0,
            chances: Chances::Moves(&chances),
            utilities: &utilities,
            belief: self.policies.of(risks[0].0, ground.first_rung).assessment.credibility,
            luck: streams.uniform(Purpose::Challenge, challenger as u64, self.month),
        });
        let (dyad, rung, _, provoked, utility) = *risks.get((chosen as usize).checked_sub(1)?)?;
        Some(Act {
            dyad,
            rung,
            count: 1,
            provoked,
            utility,
            scripted: None,
        })
    }
}
