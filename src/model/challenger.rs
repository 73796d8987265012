//! Challengers: intensities of every act against every target, and which acts are undertaken.
//!
//! `Λ = H · ν · σ(λ · ΔU)` a month. Below the strike rung acts are Poisson counts per pair; from
//! there up they are competing risks per challenger. Integrated intensities are recorded beside the
//! counts: same mean, far smaller variance.

use super::arithmetic::{exp, logistic_all};
use super::arrangements;
use super::decision::{Chances, Decider, Question, Topic};
use super::events::Scripted;
use super::forces::contest;
use super::policy::Dyad;
use super::signals::Probes;
use super::triggers::Happening;
use super::world::{Ground, Theatre, World};
use crate::random::{Key, Streams};

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

/// Intensity of an act a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Intensity {
    pub rate: f64,
    /// Part of it that provocation accounts for.
    pub provoked: f64,
    /// Utility against doing nothing.
    pub utility: f64,
}

/// What a dyad's acts have in common in a month.
struct Occasion {
    dyad: Dyad,
    /// Where forces on order for the target would change what can be taken: nothing is closing where there are none.
    theatre: Option<Theatre>,
    /// Brigades on order for the target.
    announced: f64,
    /// Whether a guarantee for the target is in force, and whether one has only been announced.
    in_force: bool,
    pending: bool,
}

impl Occasion {
    /// How far a guarantee for the target is a fact in the challenger's eyes: its credibility where
    /// it is in force, ½ where it has only been announced, 0 where there is none.
    fn credence(&self, credibility: f64) -> f64 {
        let announced = if self.pending { 0.5 } else { 0.0 };
        if self.in_force {
            credibility.max(announced)
        } else {
            announced
        }
    }
}

impl World {
    /// Domestic pressure on challengers: a first-order autoregression.
    pub(crate) fn press_challengers(&mut self, streams: &Streams) {
        let m = self.inputs.parameters.motives;
        let spread = m.pressure_spread * (1.0 - m.pressure_memory * m.pressure_memory).sqrt();
        for c in 0..self.pressure.len() {
            let mean = self.inputs.challengers[c].figures.pressure;
            let shock = spread * self.normal(streams, Key::pressure(c));
            self.pressure[c] = mean + m.pressure_memory * (self.pressure[c] - mean) + shock;
        }
    }

    /// What a dyad's act at a rung is worth this month: the solved part and the monthly terms
    /// (domestic pressure, provocation, a closing window, a threat that the act would remove).
    pub fn temptation(&self, ground: &Ground, d: usize, rung: usize) -> Temptation {
        self.tempt(&self.occasion(ground, d, &self.forces.announced(&self.inputs)), d, rung)
    }

    /// What a dyad's acts have in common this month.
    fn occasion(&self, ground: &Ground, d: usize, announced: &[f64]) -> Occasion {
        let dyad = ground.dyads[d];
        // A guarantee that members have yet to ratify has been announced.
        let (mut in_force, mut pending) = (false, self.is_applicant(dyad.target));
        for index in self.membership.promised_to(dyad.target).members() {
            let a = &self.inputs.arrangements[index];
            if a.coverage.is_some() {
                in_force |= arrangements::in_force(a, self.month);
                pending |= arrangements::pending(a, self.month);
            }
        }
        Occasion {
            dyad,
            theatre: (announced[dyad.target] > 0.0).then(|| self.theatre(dyad)),
            announced: announced[dyad.target],
            in_force,
            pending,
        }
    }

    fn tempt(&self, occasion: &Occasion, d: usize, rung: usize) -> Temptation {
        let Dyad {
            challenger,
            place,
            target,
        } = occasion.dyad;
        let c = &self.inputs.challengers[challenger];
        let t = &c.targets[place].figures;
        let r = &self.inputs.ladder[rung];
        let f = &r.figures;
        let p = &self.inputs.parameters;
        let assessment = self.policies.of(d, rung).assessment;
        let root = f.severity.sqrt();
        let from_provocation = p.motives.provocation * self.provocation[target] * root;
        let mut utility = assessment.utility + self.pressure[challenger] * root + from_provocation;
        if r.force {
            let threat = t.red_line * occasion.credence(assessment.credibility)
                + t.red_line * (self.forces.hosted[target] / t.width.max(0.1)).min(1.0);
            utility += c.figures.preventive * c.figures.insecure * threat * f.severity * assessment.success;
        }
        if let Some(theatre) = occasion.theatre.as_ref().filter(|_| r.territorial) {
            let stage = theatre.stage(&self.inputs, rung);
            let now = stage.own + p.crisis.forward_share * stage.forward;
            let then = (now + occasion.announced).max(0.0);
            let success =
                |strength: f64| contest(stage.attack.max(0.05), strength, stage.terrain, p.crisis.decisiveness);
            utility += p.motives.window * stage.value * (success(now) - success(then)).max(0.0);
        }
        Temptation {
            utility,
            from_provocation,
        }
    }

    /// Intensities a month of all acts from the crises upwards, `[dyad][rung]`.
    fn weigh_acts(&mut self, ground: &Ground) {
        let mut odds = std::mem::take(&mut self.odds);
        let mut intensities = std::mem::take(&mut self.intensities);
        odds.clear();
        intensities.clear();
        let announced = self.forces.announced(&self.inputs);
        for (d, dyad) in ground.dyads.iter().enumerate() {
            let occasion = self.occasion(ground, d, &announced);
            let c = &self.inputs.challengers[dyad.challenger];
            // While a war between the two runs, nothing else begins.
            let unrest = if self.wars.between(dyad.challenger, dyad.target) {
                0.0
            } else {
                self.unrest(dyad.challenger, dyad.target)
            };
            let truce = self.truce(*dyad);
            let below = c.figures.hostility * c.targets[dyad.place].figures.exposure;
            for (rung, r) in self.inputs.ladder.iter().enumerate().skip(ground.first_rung) {
                let t = self.tempt(&occasion, d, rung);
                let lambda = self.precision[rung];
                odds.push(lambda * t.utility);
                odds.push(lambda * (t.utility - t.from_provocation));
                let era = if r.force {
                    truce.factor(self.policies.of(d, rung).assessment.credibility)
                } else {
                    below
                } * unrest;
                intensities.push(Intensity {
                    rate: era * r.figures.opportunities,
                    provoked: 0.0,
                    utility: t.utility,
                });
            }
        }
        logistic_all(&mut odds);
        for (intensity, [with, without]) in intensities.iter_mut().zip(odds.as_chunks().0) {
            intensity.rate *= with;
            intensity.provoked = if intensity.rate > 0.0 {
                1.0 - without / with
            } else {
                0.0
            };
        }
        self.odds = odds;
        self.intensities = intensities;
    }

    /// Step 6, below the crises: cyberattacks and sabotage against every target, reachable or not.
    pub(crate) fn probe<D: Decider>(&mut self, ground: &Ground, streams: &Streams, decider: &mut D) {
        // Attributed acts by arrangement and rung: one lesson a month.
        let mut attributed = vec![0u32; self.inputs.arrangements.len() * ground.first_rung];
        for challenger in 0..self.inputs.challengers.len() {
            let mut luck = streams.generator(Key::probes(challenger), self.month);
            let mut pinned = streams.generator(Key::probes_attributed(challenger), self.month);
            let targets = &self.inputs.challengers[challenger].targets;
            let homes: Vec<Option<usize>> = targets
                .iter()
                .map(|t| arrangements::home(&self.inputs, &self.membership, self.month, t.state))
                .collect();
            let (utilities, chances) = self.weigh_probes(ground, challenger, &homes);
            let mut at = 0;
            for (place, home) in homes.into_iter().enumerate() {
                let c = &self.inputs.challengers[challenger];
                let (actor, target) = (c.state, c.targets[place].state);
                let era = c.figures.hostility * c.targets[place].figures.exposure * self.unrest(challenger, target);
                let at_war = self.wars.between(challenger, target);
                for rung in 0..ground.first_rung {
                    let (u, v) = (
                        crate::random::next_uniform(&mut luck),
                        crate::random::next_uniform(&mut pinned),
                    );
                    let (utility, chance) = (utilities[at], chances[at]);
                    at += 1;
                    if at_war {
                        continue;
                    }
                    let f = &self.inputs.ladder[rung].figures;
                    let (rate, alpha) = (era * f.opportunities * chance, f.attribution);
                    let acts = decider.decide(&Question {
                        topic: Topic::Probe,
                        month: self.month,
                        actor,
                        about: target,
                        rung,
                        chances: Chances::Count(rate),
                        utilities: &[utility],
                        belief: home.map_or(0.0, |a| self.reactions.expected(a, rung)),
                        luck: u,
                    });
                    self.tally.probes(target, rung, rate, acts, self.month);
                    if acts > 0 {
                        let probe = Happening::Probe { rung, target };
                        self.triggers.notice(&self.inputs.events, probe, self.month);
                    }
                    if let Some(a) = home {
                        attributed[a * ground.first_rung + rung] += super::arithmetic::binomial(acts, alpha, v);
                    }
                }
            }
        }
        for a in 0..self.inputs.arrangements.len() {
            for rung in 0..ground.first_rung {
                let acts = attributed[a * ground.first_rung + rung];
                self.react(streams, decider, a, rung, Probes::OfTheMonth(acts));
            }
        }
        self.learn_lessons();
    }

    /// Utilities of a challenger's acts below the crises and how likely each makes it to use an
    /// opportunity, `[target][rung]`. `homes` are the arrangements that answer for each target.
    fn weigh_probes(&self, ground: &Ground, challenger: usize, homes: &[Option<usize>]) -> (Vec<f64>, Vec<f64>) {
        let c = &self.inputs.challengers[challenger];
        let p = &self.inputs.parameters;
        let low = &self.inputs.ladder[..ground.first_rung];
        // What a successful act brings, what it costs, what a unit of sanctions costs, what a unit of anger adds.
        let terms: Vec<[f64; 4]> = low
            .iter()
            .map(|r| {
                let f = &r.figures;
                let named = f.attribution * f.clarity.sqrt();
                [p.crisis.harassment * f.severity, f.cost, named, f.severity.sqrt()]
            })
            .collect();
        let mut utilities = Vec::with_capacity(c.targets.len() * low.len());
        let mut chances = Vec::with_capacity(utilities.capacity());
        for (target, home) in c.targets.iter().zip(homes) {
            let success = 1.0 - self.inputs.states[target.state].figures.resilience;
            let covering = self.covering(target.state);
            let anger = self.pressure[challenger] + p.motives.provocation * self.provocation[target.state];
            for (rung, [gain, cost, named, root]) in terms.iter().enumerate() {
                let share = home.map_or(0.0, |a| self.reactions.expected(a, rung));
                let sanctions = p.crisis.sanctions * share + self.sanctions_ready(covering, rung);
                let utility = success * gain - cost - sanctions * named + anger * root;
                utilities.push(utility);
                chances.push(self.precision[rung] * utility);
            }
        }
        logistic_all(&mut chances);
        (utilities, chances)
    }

    /// Step 6, crises: the acts of this month that will be played, in no order yet.
    /// `scripted` are those that events start, and `happened` says that an event changed the world.
    pub(crate) fn challenge<D: Decider>(
        &mut self,
        ground: &Ground,
        streams: &Streams,
        decider: &mut D,
        scripted: &[Scripted],
        happened: bool,
    ) -> Vec<Act> {
        self.weigh_acts(ground);
        self.expect_acts(ground, scripted, happened);
        let mut acts = Vec::new();
        let rungs = self.inputs.ladder.len();
        for challenger in 0..self.inputs.challengers.len() {
            let state = self.inputs.challengers[challenger].state;
            let mut risks: Vec<(usize, usize, Intensity)> = Vec::with_capacity(self.intensities.len());
            for d in 0..ground.dyads.len() {
                let Dyad {
                    challenger: of, target, ..
                } = ground.dyads[d];
                if of != challenger {
                    continue;
                }
                for rung in ground.first_rung..rungs {
                    let intensity = self.intensities[d * (rungs - ground.first_rung) + rung - ground.first_rung];
                    let Intensity {
                        rate,
                        provoked,
                        utility,
                    } = intensity;
                    self.tally.integrate(target, rung, rate);
                    if self.inputs.ladder[rung].force {
                        risks.push((d, rung, intensity));
                        continue;
                    }
                    let count = decider.decide(&Question {
                        topic: Topic::Probe,
                        month: self.month,
                        actor: state,
                        about: target,
                        rung,
                        chances: Chances::Count(rate),
                        utilities: &[utility],
                        belief: self.policies.of(d, rung).assessment.credibility,
                        luck: streams.uniform(Key::incursions(challenger, target, rung), self.month),
                    });
                    self.accident(rung, target, rate);
                    if count > 0 {
                        let slip = streams.uniform(Key::slip(challenger, target, rung), self.month);
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
                            utility,
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
            self.tally.integrate(target, rung + 1, extra);
        }
    }

    /// Competing risks: at most one act of force by a challenger in a month.
    fn choose_force<D: Decider>(
        &self,
        streams: &Streams,
        decider: &mut D,
        ground: &Ground,
        challenger: usize,
        risks: &[(usize, usize, Intensity)],
    ) -> Option<Act> {
        let total: f64 = risks.iter().map(|r| r.2.rate).sum();
        if total <= 0.0 {
            return None;
        }
        let any = 1.0 - exp(-total);
        let mut chances = Vec::with_capacity(risks.len() + 1);
        chances.push(1.0 - any);
        chances.extend(risks.iter().map(|r| any * r.2.rate / total));
        let utilities: Vec<f64> = std::iter::once(0.0).chain(risks.iter().map(|r| r.2.utility)).collect();
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
            luck: streams.uniform(Key::challenge(challenger), self.month),
        });
        let &(dyad, rung, Intensity { provoked, utility, .. }) = risks.get((chosen as usize).checked_sub(1)?)?;
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
