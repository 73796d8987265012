//! Signals, drift, and what is shown below the threshold of a crisis.
//!
//! Types leak a little every month; words, pledges and deployments say more; answers to cyberattacks
//! and sabotage are batched into one lesson a month for each guarantor.

use super::arithmetic::{binomial, exp, ln};
use super::arrangements::{self, Membership};
use super::beliefs::{self, Beliefs, TYPES};
use super::inputs::{Inputs, SignalKind};
use super::world::World;
use crate::random::{Purpose, Streams};

/// Answers below the first crisis rung: political acts of an arrangement, the same for all its
/// protégés. Supporting is the only alternative to abstaining.
#[derive(Debug, Clone, PartialEq)]
pub struct Reactions {
    states: usize,
    low: usize,
    /// Log-odds of support at the perceived type, `[arrangement][rung][state]`.
    log_odds: Vec<f64>,
    /// Expected share that answers in each challenger's eyes, `[challenger][arrangement][rung]`.
    share: Vec<f64>,
    arrangements: usize,
}

impl Reactions {
    /// Empty reactions for `low` rungs.
    pub fn new(arrangements: usize, low: usize, states: usize) -> Self {
        Self { states, low, log_odds: vec![0.0; arrangements * low * states], share: Vec::new(), arrangements }
    }

    fn place(&self, arrangement: usize, rung: usize, state: usize) -> usize {
        (arrangement * self.low + rung) * self.states + state
    }

    /// Expected share of an arrangement that answers, in the challenger's eyes.
    #[inline]
    pub fn expected(&self, challenger: usize, arrangement: usize, rung: usize) -> f64 {
        self.share[(challenger * self.arrangements + arrangement) * self.low + rung]
    }

    /// Log-odds of support at the perceived type.
    #[inline]
    pub fn log_odds(&self, arrangement: usize, rung: usize, state: usize) -> f64 {
        self.log_odds[self.place(arrangement, rung, state)]
    }

    /// Works the reactions out from bonds and beliefs.
    pub fn refresh(
        &mut self,
        inputs: &Inputs,
        membership: &Membership,
        month: u32,
        beliefs: &Beliefs,
        positions: &[f64; TYPES],
        support: &[f64],
    ) {
        let g = &inputs.parameters.guarantor;
        self.share.resize(inputs.challengers.len() * self.arrangements * self.low, 0.0);
        for (a, arrangement) in inputs.arrangements.iter().enumerate() {
            let active = arrangements::in_force(arrangement, month);
            for rung in 0..self.low {
                let f = &inputs.ladder[rung].figures;
                let lambda = super::crisis::precision(inputs, rung);
                let root = f.severity.sqrt();
                let covered = active && arrangement.coverage.is_some_and(|k| k <= rung);
                let step = 0.5 * lambda * g.type_spread * root;
                let tilt: [f64; TYPES] = positions.map(|z| exp(step * z));
                let mut shares = vec![(0.0, 0.0); inputs.challengers.len()];
                for i in arrangements::members(membership.guarantors[a]) {
                    let state = &inputs.states[i].figures;
                    let bind = if covered {
                        g.default_cost * arrangement.figures.depth * arrangement.depth_by[i] * state.audience * f.clarity
                    } else {
                        0.0
                    };
                    let shift = g.type_spread * state.perceived + g.support_weight * (support[i] - state.public_support);
                    let u = 0.5 * (bind + shift * root);
                    let log_odds = if active { ln(f.support_weight.max(1e-300)) + lambda * u } else { -700.0 };
                    let place = self.place(a, rung, i);
                    self.log_odds[place] = log_odds;
                    let odds = exp(log_odds);
                    for (c, (sum, weight)) in shares.iter_mut().enumerate() {
                        let b = beliefs.of(c, a, i);
                        let p: f64 = b.iter().zip(&tilt).map(|(b, t)| b * odds * t / (1.0 + odds * t)).sum();
                        let w = state.gdp.max(1e-9);
                        *sum += 0.5 * p * w;
                        *weight += w;
                    }
                }
                for (c, (sum, weight)) in shares.into_iter().enumerate() {
                    let at = (c * self.arrangements + a) * self.low + rung;
                    self.share[at] = if weight > 0.0 { sum / weight } else { 0.0 };
                }
            }
        }
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
            let reading = self.position(i) + noise * self.normal(streams, Purpose::Signal, i as u64);
            let l = beliefs::reading(&self.positions, reading, precision);
            let everywhere = self.membership.promised_by(i);
            if let Some(first) = super::arrangements::members(everywhere).next() {
                self.beliefs.learn(first, i, &l, 1.0, 1.0, everywhere);
            }
        }
    }

    /// True if the state has promised anything to anybody.
    pub(crate) fn is_guarantor(&self, state: usize) -> bool {
        self.membership.guarantors.iter().any(|&set| arrangements::contains(set, state))
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
            if s != 0.0 && arrangements::contains(self.membership.guarantors[a], by) {
                self.beliefs.signal(a, by, &self.positions, s);
            }
        }
    }

    /// Guarantors answer `acts` attributed acts at a rung below the crises against the protégés of
    /// one arrangement; everybody learns once. Returns the mean share of answers, by GDP.
    pub(crate) fn react(&mut self, streams: &Streams, arrangement: usize, rung: usize, acts: u32) -> f64 {
        if acts == 0 {
            return 0.0;
        }
        let p = self.inputs.parameters;
        let f = self.inputs.ladder[rung].figures;
        let lambda = super::crisis::precision(&self.inputs, rung);
        let gain = 0.5 * lambda * p.guarantor.type_spread * f.severity.sqrt();
        let weight = p.beliefs.reputation * (f.severity / p.beliefs.full_lesson).min(1.0);
        let (mut answered, mut total) = (0.0, 0.0);
        for i in arrangements::members(self.membership.guarantors[arrangement]) {
            let at_perceived = self.reactions.log_odds(arrangement, rung, i);
            let odds = exp(at_perceived + gain * self.position(i));
            let agent = (arrangement * 64 + i) as u64 * 8 + rung as u64;
            let luck = streams.uniform(Purpose::Reaction, agent, self.month);
            let n = binomial(acts, odds / (1.0 + odds), luck);
            let w = self.inputs.states[i].figures.gdp;
            answered += 0.5 * w * f64::from(n) / f64::from(acts);
            total += w;
            if weight > 0.0 {
                let n = f64::from(n);
                let l = self.positions.map(|z| {
                    let log_odds = at_perceived + gain * z;
                    n * log_odds - f64::from(acts) * ln(1.0 + exp(log_odds))
                });
                let elsewhere = self.membership.promised_by(i);
                self.beliefs.learn(arrangement, i, &l, weight, p.beliefs.interdependence, elsewhere);
            }
        }
        if total > 0.0 { answered / total } else { 0.0 }
    }
}
