//! Signals, drift, and what is shown below the threshold of a crisis.
//!
//! Types leak a little every month; words, pledges and deployments say more; answers to cyberattacks
//! and sabotage are batched into one lesson a month for each guarantor.

use super::arithmetic::{exp, ln_all};
use super::arrangements::{self, Membership};
use super::beliefs::{self, Beliefs, Credence, TYPES};
use super::decision::{Chances, Decider, Question, Topic};
use super::inputs::{Answer, Inputs, MAX_RUNGS, SignalKind};
use super::sets::StateSet;
use super::world::World;
use crate::random::{Key, Streams};

/// Largest change of public support that leaves the reactions of a state as they were worked out.
pub const SUPPORT_TOLERANCE: f64 = 0.01;

/// Answers below the first crisis rung: political acts of an arrangement, the same for all its
/// protégés. Supporting is the only alternative to abstaining.
#[derive(Debug, Clone, PartialEq)]
pub struct Reactions {
    states: usize,
    low: usize,
    /// How each state reacts, `[arrangement][rung][state]`.
    of: Vec<Reaction>,
    /// Expected share that answers, `[arrangement][rung]`.
    share: Vec<f64>,
    /// What the reactions were worked out for: support by state, guarantors in force by arrangement.
    support: Vec<f64>,
    active: Vec<Option<StateSet>>,
    /// Working memory: totals of odds, by state and type.
    totals: Vec<f64>,
}

/// Attributed acts below the crises, about which guarantors are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probes {
    /// So many that challengers undertook in a month.
    OfTheMonth(u32),
    /// The one that an event of the scenario started, to which the scenario may fix the answers.
    OfEvent(usize),
}

impl Probes {
    fn count(self) -> u32 {
        match self {
            Self::OfTheMonth(acts) => acts,
            Self::OfEvent(_) => 1,
        }
    }
}

/// How a state reacts to an attributed act at a rung.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reaction {
    /// Odds of support at the perceived type.
    pub odds: f64,
    /// P(support) by type.
    answers: Credence,
    /// ln(1 + odds) by type.
    log_total: Credence,
}

impl Reactions {
    /// Empty reactions for `low` rungs.
    pub fn new(arrangements: usize, low: usize, states: usize) -> Self {
        Self {
            states,
            low,
            of: vec![Reaction::default(); arrangements * low * states],
            share: vec![0.0; arrangements * low],
            support: vec![f64::INFINITY; states],
            active: vec![None; arrangements],
            totals: Vec::new(),
        }
    }

    /// Forgets what was worked out.
    pub fn invalidate(&mut self) {
        self.support.fill(f64::INFINITY);
    }

    /// Expected share of an arrangement that answers.
    #[inline]
    pub fn expected(&self, arrangement: usize, rung: usize) -> f64 {
        self.share[arrangement * self.low + rung]
    }

    /// How a state reacts.
    #[inline]
    pub fn of(&self, arrangement: usize, rung: usize, state: usize) -> &Reaction {
        &self.of[(arrangement * self.low + rung) * self.states + state]
    }

    /// Works the reactions out from bonds and beliefs where these have moved.
    pub fn refresh(&mut self, basis: &Basis<'_>) {
        let mut moved = StateSet::EMPTY;
        for (i, (now, then)) in basis.support.iter().zip(&mut self.support).enumerate() {
            if (now - *then).abs() > SUPPORT_TOLERANCE {
                moved.insert(i);
                *then = *now;
            }
        }
        for (a, arrangement) in basis.inputs.arrangements.iter().enumerate() {
            let guarantors = basis.membership.guarantors[a];
            let active = arrangements::in_force(arrangement, basis.month);
            let now = active.then_some(guarantors);
            let stale = if self.active[a] == now {
                moved & guarantors
            } else {
                guarantors
            };
            self.active[a] = now;
            for rung in (0..self.low).filter(|_| !stale.is_empty()) {
                let from = (a * self.low + rung) * self.states;
                let tilt = basis.tilt(rung);
                self.totals.clear();
                for i in stale.members() {
                    let odds = basis.odds(a, rung, i, active);
                    let by_type = tilt.map(|t| odds * t);
                    let reaction = &mut self.of[from + i];
                    reaction.odds = odds;
                    reaction.answers = by_type.map(|o| o / (1.0 + o));
                    self.totals.extend(by_type.map(|o| 1.0 + o));
                }
                ln_all(&mut self.totals);
                for (i, totals) in stale.members().zip(self.totals.as_chunks().0) {
                    self.of[from + i].log_total = *totals;
                }
            }
            let of = &self.of[a * self.low * self.states..];
            let share = &mut self.share[a * self.low..(a + 1) * self.low];
            share.fill(0.0);
            if !active {
                continue;
            }
            // All rungs side by side: they share the weights.
            let (mut weight, mut sums) = (0.0, [[0.0; TYPES]; MAX_RUNGS]);
            guarantors.members().for_each(|i| {
                let w = basis.inputs.states[i].figures.gdp.max(1e-9);
                weight += w;
                let believed = basis.beliefs.of(a, i).map(|b| w * b);
                for (rung, sums) in sums.iter_mut().enumerate().take(self.low) {
                    let answers = &of[rung * self.states + i].answers;
                    for ((sum, b), answer) in sums.iter_mut().zip(&believed).zip(answers) {
                        *sum += b * answer;
                    }
                }
            });
            if weight > 0.0 {
                for (share, sums) in share.iter_mut().zip(sums) {
                    *share = 0.5 * sums.iter().sum::<f64>() / weight;
                }
            }
        }
    }
}

/// What reactions follow from.
pub struct Basis<'a> {
    pub inputs: &'a Inputs,
    pub membership: &'a Membership,
    pub month: u32,
    pub beliefs: &'a Beliefs,
    pub positions: &'a [f64; TYPES],
    /// Public support for using force for an ally, by state.
    pub support: &'a [f64],
    /// Choice precision by rung.
    pub precision: &'a [f64],
}

impl Basis<'_> {
    /// Factors on the odds of support by type.
    fn tilt(&self, rung: usize) -> Credence {
        let spread = self.inputs.parameters.guarantor.type_spread;
        let step = 0.5 * self.precision[rung] * spread * self.inputs.ladder[rung].figures.severity.sqrt();
        self.positions.map(|z| exp(step * z))
    }

    /// Odds of support at the perceived type.
    fn odds(&self, a: usize, rung: usize, i: usize, active: bool) -> f64 {
        if !active {
            return 0.0;
        }
        let g = &self.inputs.parameters.guarantor;
        let f = &self.inputs.ladder[rung].figures;
        let arrangement = &self.inputs.arrangements[a];
        let state = &self.inputs.states[i].figures;
        let lambda = self.precision[rung];
        let root = f.severity.sqrt();
        let bind = if arrangement.coverage.is_some_and(|k| k <= rung) {
            g.default_cost
                * arrangement.figures.depth
                * arrangement.depth_by[i]
                * state.audience
                * arrangement.figures.publicity
                * f.clarity
        } else {
            0.0
        };
        let shift = g.type_spread * state.perceived + g.support_weight * (self.support[i] - state.public_support);
        let u = 0.5 * (bind + shift * root);
        f.support_weight * exp(lambda * u)
    }
}

impl World {
    /// Step 4: types leak, and everybody sees the same noisy reading of each guarantor. A quarter's
    /// readings are one reading of three times the precision.
    pub(crate) fn see_signals(&mut self, streams: &Streams) {
        let precision = 3.0 * self.inputs.parameters.beliefs.signal_precision;
        if precision <= 0.0 {
            return;
        }
        let noise = 1.0 / precision.sqrt();
        for i in 0..self.states() {
            if !self.is_guarantor(i) {
                continue;
            }
            let error = noise * self.normal(streams, Key::signal(i));
            let everywhere = self.membership.promised_by(i);
            if !self.held.is_empty() {
                // What ratification holds on to differs between arrangements, and so does what leaks.
                for a in everywhere.members() {
                    let l = beliefs::reading(&self.positions, self.position_in(a, i) + error, precision);
                    self.lessons.add(a, i, &l, 1.0);
                }
                continue;
            }
            let l = beliefs::reading(&self.positions, self.position(i) + error, precision);
            if let Some(first) = everywhere.members().next() {
                self.lessons.add(first, i, &l, 1.0);
            }
        }
        let spill = if self.held.is_empty() { 1.0 } else { 0.0 };
        self.lessons.teach(&mut self.beliefs, &self.membership, spill);
    }

    /// Everybody learns from the answers that were gathered.
    pub(crate) fn learn_lessons(&mut self) {
        let spill = self.inputs.parameters.beliefs.interdependence;
        self.lessons.teach(&mut self.beliefs, &self.membership, spill);
    }

    /// True if the state has promised anything to anybody.
    pub(crate) fn is_guarantor(&self, state: usize) -> bool {
        self.membership.guarantors.iter().any(|&set| set.contains(state))
    }

    /// A signal of the scenario. Words move beliefs a little; a pledge ties hands, which raises the
    /// cost of default; a deployment is a sunk cost, which only a resolved type would pay.
    pub(crate) fn send_signal(&mut self, by: usize, arrangement: usize, kind: SignalKind, strength: f64) {
        let b = &self.inputs.parameters.beliefs;
        let step = b.signal_step
            * strength
            * match kind {
                SignalKind::Words => b.cheap_talk,
                SignalKind::Pledge | SignalKind::Deployment => 1.0,
            };
        if kind == SignalKind::Pledge {
            let n = self.states();
            self.pledged[arrangement * n + by] += 0.05 * strength;
        }
        let spill = self.inputs.parameters.beliefs.interdependence;
        for a in 0..self.inputs.arrangements.len() {
            let s = if a == arrangement { step } else { step * spill };
            if s != 0.0 && self.membership.guarantors[a].contains(by) {
                self.beliefs.signal(a, by, &self.positions, s);
            }
        }
    }

    /// Guarantors answer attributed acts at a rung below the crises against the protégés of one arrangement. What
    /// everybody learns from it is gathered in the field `lessons`.
    pub(crate) fn react<D: Decider>(
        &mut self,
        streams: &Streams,
        decider: &mut D,
        arrangement: usize,
        rung: usize,
        probes: Probes,
    ) {
        let acts = probes.count();
        if acts == 0 {
            return;
        }
        let p = &self.inputs.parameters;
        let f = &self.inputs.ladder[rung].figures;
        let gain = 0.5 * self.precision[rung] * p.guarantor.type_spread * f.severity.sqrt();
        let weight = p.beliefs.reputation * (f.severity / p.beliefs.full_lesson).min(1.0);
        if weight == 0.0 {
            return;
        }
        for i in self.membership.guarantors[arrangement].members() {
            let reaction = self.reactions.of(arrangement, rung, i);
            let odds = reaction.odds * exp(gain * self.position_in(arrangement, i));
            let (key, fixed) = match probes {
                Probes::OfTheMonth(_) => (Key::reaction(arrangement, i, rung), None),
                Probes::OfEvent(event) => {
                    let fixed = self.inputs.responses.get(i).copied().flatten();
                    (Key::reaction_to_event(arrangement, i, event), fixed)
                }
            };
            let luck = streams.uniform(key, self.month);
            let chosen = match fixed {
                Some(answer) => u32::from(answer != Answer::Abstain) * acts,
                _ => decider.decide(&Question {
                    topic: Topic::React,
                    month: self.month,
                    actor: i,
                    about: arrangement,
                    rung,
                    chances: Chances::Trials(acts, odds / (1.0 + odds)),
                    utilities: &[],
                    belief: 0.0,
                    luck,
                }),
            };
            let n = f64::from(chosen.min(acts));
            let mut likelihood = [0.0; TYPES];
            for (t, place) in likelihood.iter_mut().enumerate() {
                *place = n * gain * self.positions[t] - f64::from(acts) * reaction.log_total[t];
            }
            self.lessons.add(arrangement, i, &likelihood, weight);
        }
    }
}
