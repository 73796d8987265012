//! Forces: budgets, pipelines with delivery lags, deployments, and the contest function.

use super::arithmetic::power;
use super::inputs::{Inputs, Program};
use super::war::Wars;

/// Stages of a delivery: an Erlang-3 delay (three equal exponential stages).
pub const STAGES: usize = 3;

/// Share of a challenger's wear that is made good in a month of peace: half in three years.
const RECOVERY: f64 = 0.02;

/// What is on order.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pipeline {
    /// Brigades in each stage, the last about to arrive.
    pub stages: [f64; STAGES],
}

impl Pipeline {
    /// Brigades ordered and not yet there.
    pub fn pending(&self) -> f64 {
        self.stages.iter().sum()
    }

    /// One month: an order goes in, what has passed all stages comes out. The mean delay is `lag`
    /// months for any lag of at least three; a lag of zero delivers at once.
    pub fn step(&mut self, order: f64, lag: f64) -> f64 {
        if lag <= 0.0 {
            let delivered = self.pending() + order;
            self.stages = [0.0; STAGES];
            return delivered;
        }
        let passed = (STAGES as f64 / lag).min(1.0);
        let mut delivered = 0.0;
        for stage in (0..STAGES).rev() {
            let moved = self.stages[stage] * passed;
            self.stages[stage] -= moved;
            match self.stages.get_mut(stage + 1) {
                Some(next) => *next += moved,
                None => delivered = moved,
            }
        }
        self.stages[0] += order;
        delivered
    }
}

/// Forces of all states, in brigade equivalents unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Forces {
    /// Ready at home.
    pub ready: Vec<f64>,
    /// Part of these that goes home once no war against the state runs.
    pub mobilised: Vec<f64>,
    /// Able to fight abroad.
    pub deployable: Vec<f64>,
    /// What was deployable at the start, and ready at home.
    opening: Vec<[f64; 2]>,
    /// Factor on each state's mobility: transport grows and shrinks with the brigades that it was built for.
    pub lift: Vec<f64>,
    /// Promised, whatever is able to come: what a share of the promise is a share of.
    pub pledge: Vec<f64>,
    /// GDP in bn USD.
    pub gdp: Vec<f64>,
    /// Defence share of GDP.
    pub share: Vec<f64>,
    /// The share at the start, which maintains the force of the start.
    pub maintenance: Vec<f64>,
    /// Orders paid from the budget.
    pub own: Vec<Pipeline>,
    /// Orders of the scenario, and whether each has been placed.
    pub programs: Vec<Pipeline>,
    /// Brigades of foreign allies on each state's soil.
    pub hosted: Vec<f64>,
    /// Months since each challenger was last at war; above any horizon when it never was.
    pub since_war: Vec<f64>,
    /// Whether each challenger is at war.
    pub at_war: Vec<bool>,
    /// Wars end with losses: factor on what a challenger can field.
    pub worn: Vec<f64>,
}

impl Forces {
    /// Forces at the start.
    pub fn new(inputs: &Inputs) -> Self {
        let figure = |f: fn(&super::inputs::StateFigures) -> f64| -> Vec<f64> {
            inputs.states.iter().map(|s| f(&s.figures)).collect()
        };
        let mut forces = Self {
            ready: figure(|f| f.brigades),
            mobilised: figure(|f| f.mobilised.min(f.brigades)),
            deployable: figure(|f| f.deployable),
            opening: inputs
                .states
                .iter()
                .map(|s| [s.figures.deployable, s.figures.brigades])
                .collect(),
            lift: vec![1.0; inputs.states.len()],
            pledge: figure(pledge),
            gdp: figure(|f| f.gdp),
            share: figure(|f| f.defence_share),
            maintenance: figure(|f| f.defence_share),
            own: vec![Pipeline::default(); inputs.states.len()],
            programs: vec![Pipeline::default(); inputs.programs.len()],
            hosted: vec![0.0; inputs.states.len()],
            since_war: vec![f64::INFINITY; inputs.challengers.len()],
            at_war: vec![false; inputs.challengers.len()],
            worn: vec![1.0; inputs.challengers.len()],
        };
        forces.count_hosted(inputs);
        forces
    }

    /// Adds up the forces that stand on each state's soil.
    pub fn count_hosted(&mut self, inputs: &Inputs) {
        self.hosted.fill(0.0);
        for f in &inputs.forward {
            self.hosted[f.host] += f.brigades;
        }
    }

    /// One month of budgets and deliveries. Spending above the opening share of GDP buys brigades, spending below it costs
    /// brigades.
    pub fn advance(&mut self, inputs: &mut Inputs, month: u32) {
        let p = inputs.parameters.forces;
        for i in 0..self.ready.len() {
            let growth = inputs.states[i].figures.growth;
            self.gdp[i] *= 1.0 + growth / 12.0;
            let order = self.order(i, &p);
            let delivered = self.own[i].step(order, p.lag);
            let keep = 1.0 - p.decay;
            // A new brigade can be sent abroad in the proportion of the old ones.
            let abroad = if self.ready[i] > 0.0 {
                (self.deployable[i] / self.ready[i]).min(1.0)
            } else {
                0.0
            };
            self.ready[i] = (self.ready[i] * keep + delivered).max(0.0);
            self.deployable[i] = (self.deployable[i] * keep + delivered * abroad).max(0.0);
        }
        for index in 0..inputs.programs.len() {
            let delivered = {
                let program = &inputs.programs[index];
                let order = if is_ordered(program, month) {
                    program.figures.brigades
                } else {
                    0.0
                };
                if program.figures.lag <= 0.0 && order != 0.0 {
                    order
                } else {
                    self.programs[index].step(order, program.figures.lag)
                }
            };
            if delivered != 0.0 {
                self.place(inputs, index, delivered);
            }
        }
        self.count_hosted(inputs);
        self.count_lift(p.lift);
        for c in 0..self.since_war.len() {
            self.since_war[c] += 1.0;
            if !self.at_war[c] {
                self.worn[c] += RECOVERY * (1.0 - self.worn[c]);
            }
        }
    }

    /// A share of the brigades that a war has called up goes home.
    pub(crate) fn send_home(&mut self, state: usize, share: f64) {
        let gone = (self.mobilised[state] * share).min(self.ready[state]);
        self.mobilised[state] -= gone;
        if self.ready[state] > 0.0 {
            let stays = 1.0 - gone / self.ready[state];
            self.ready[state] -= gone;
            self.deployable[state] *= stays;
        }
    }

    /// What a month's spending orders, in brigades. Below the opening share of GDP brigades go at the price at which they would
    /// come, and no more of them than the money is missing for: of a tenth less money, a tenth of the opening force.
    fn order(&self, state: usize, p: &super::parameters::Forces) -> f64 {
        let missing = self.maintenance[state] - self.share[state];
        let order = -missing * self.gdp[state] * p.brigades_per_billion / 12.0;
        if missing <= 0.0 {
            return order;
        }
        let [_, ready] = self.opening[state];
        // Something is missing, so the opening share is above 0.
        let sustained = ready * self.share[state].max(0.0) / self.maintenance[state];
        let left = self.ready[state] + self.own[state].pending() - sustained;
        -p.cuts * (-order).min(left.max(0.0))
    }

    /// Transport follows what could be sent at the start; it is as it was where nothing could.
    fn count_lift(&mut self, exponent: f64) {
        if exponent <= 0.0 {
            self.lift.fill(1.0);
            return;
        }
        for ((lift, now), [opening, _]) in self.lift.iter_mut().zip(&self.deployable).zip(&self.opening) {
            let grown = if *opening > 0.0 { now / opening } else { 1.0 };
            *lift = if grown == 1.0 || exponent == 1.0 {
                grown
            } else {
                power(grown.max(1e-3), exponent)
            };
        }
    }

    /// Puts delivered brigades where their programme says.
    fn place(&mut self, inputs: &mut Inputs, index: usize, delivered: f64) {
        let Program { state, host, .. } = inputs.programs[index];
        match host {
            Some(host) if host != state => {
                match inputs.forward.iter_mut().find(|f| f.host == host && f.sender == state) {
                    Some(f) => f.brigades = (f.brigades + delivered).max(0.0),
                    None => inputs.forward.push(super::inputs::Forward {
                        host,
                        sender: state,
                        brigades: delivered.max(0.0),
                    }),
                }
            }
            _ => {
                let abroad = if self.ready[state] > 0.0 {
                    (self.deployable[state] / self.ready[state]).min(1.0)
                } else {
                    0.0
                };
                self.ready[state] = (self.ready[state] + delivered).max(0.0);
                self.deployable[state] = (self.deployable[state] + delivered * abroad).max(0.0);
            }
        }
    }

    /// Brigades that are on order for the defence of each state and have been announced.
    pub fn announced(&self, inputs: &Inputs) -> Vec<f64> {
        let mut announced: Vec<f64> = self.own.iter().map(Pipeline::pending).collect();
        for (program, pipeline) in inputs.programs.iter().zip(&self.programs) {
            if program.figures.announced > 0.5 {
                announced[program.host.unwrap_or(program.state)] += pipeline.pending();
            }
        }
        announced
    }

    /// Brigades that a state could send to the defence of `target`: its deployable force, less what a war elsewhere or
    /// at home ties up, less what is pinned.
    #[inline]
    pub fn available(&self, inputs: &Inputs, wars: &Wars, state: usize, target: usize) -> f64 {
        let tied = inputs.parameters.forces.tied;
        let free = if tied > 0.0 && wars.engage(state, target) {
            1.0 - tied
        } else {
            1.0
        };
        (self.deployable[state] * free - inputs.states[state].figures.pinned).max(0.0)
    }

    /// Share of its force for wars that a challenger can put into a new one when `free` brigades are free for it: all of it
    /// once it is restored, less while a war or its losses tie the rest.
    pub fn committed(inputs: &Inputs, challenger: usize, free: f64) -> f64 {
        let c = &inputs.challengers[challenger];
        let whole = c.regeneration.last().map_or(0.0, |(_, force)| *force);
        if c.figures.stretch <= 0.0 || whole <= 0.0 {
            return 1.0;
        }
        let part = (free / whole).min(1.0);
        // Nothing free is no war at all; a thousandth keeps the contest of a war defined.
        if part < 1.0 {
            power(part.max(1e-3), c.figures.stretch)
        } else {
            1.0
        }
    }

    /// Force that a challenger can spare: little while it is at war elsewhere, more with the months
    /// after (reconstitution; Danish Defence Intelligence Service 2025 for Russia).
    pub fn free(&self, inputs: &Inputs, challenger: usize) -> f64 {
        let c = &inputs.challengers[challenger];
        let Some(&(_, pinned)) = c.regeneration.first() else {
            return self.ready[c.state] * self.worn[challenger];
        };
        if self.at_war[challenger] {
            return pinned * self.worn[challenger];
        }
        let t = self.since_war[challenger] * c.figures.reconstitution;
        let mut before = c.regeneration[0];
        for &(months, force) in &c.regeneration[1..] {
            if t <= months {
                let part = if months > before.0 {
                    (t - before.0) / (months - before.0)
                } else {
                    1.0
                };
                return (before.1 + part * (force - before.1)) * self.worn[challenger];
            }
            before = (months, force);
        }
        before.1 * self.worn[challenger]
    }
}

/// Brigades that a state's promises are of at the start of a run.
fn pledge(figures: &super::inputs::StateFigures) -> f64 {
    if figures.pledge < 0.0 {
        figures.deployable
    } else {
        figures.pledge
    }
}

/// True in the month in which a programme is ordered.
fn is_ordered(program: &Program, month: u32) -> bool {
    program.figures.month.round() as i64 == i64::from(month)
}

/// Chance that an attack by force `attack` succeeds against `strength` on ground that favours the
/// defender by `terrain`: `A^m / (A^m + (S·terrain)^m)` (Hirshleifer 1989).
#[inline(always)]
pub fn contest(attack: f64, strength: f64, terrain: f64, decisiveness: f64) -> f64 {
    let ratio = strength * terrain / attack;
    // The usual decisiveness needs a square root and no logarithm.
    let odds = if decisiveness == 1.5 {
        ratio * ratio.sqrt()
    } else {
        power(ratio, decisiveness)
    };
    1.0 / (1.0 + odds)
}

/// Great-circle distance in km between two points given in degrees, on a sphere of 6,371 km.
pub fn distance_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let half = |d: f64| (d / 2.0).sin().powi(2);
    let h = half(lb - la) + la.cos() * lb.cos() * half((b.1 - a.1).to_radians());
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_arrive_with_the_stated_mean_delay_and_nothing_is_lost() {
        for lag in [3.0, 6.0, 36.0, 54.0] {
            let mut pipeline = Pipeline::default();
            let (mut total, mut weighted) = (0.0, 0.0);
            let mut delivered = pipeline.step(1.0, lag);
            for month in 0..2000 {
                total += delivered;
                weighted += delivered * f64::from(month);
                delivered = pipeline.step(0.0, lag);
            }
            assert!((total - 1.0).abs() < 1e-9, "lag {lag}: {total}");
            assert!(
                (weighted / total - lag).abs() < 1e-6,
                "lag {lag}: mean {}",
                weighted / total
            );
        }
    }

    /// A state with twelve brigades, eight of which it can send, that spends 2 percent of 1,000 billion.
    fn one_state(share: f64, change: impl FnOnce(&mut Inputs)) -> (Forces, Inputs) {
        let mut inputs = Inputs {
            states: vec![super::super::inputs::State::default()],
            ..Inputs::default()
        };
        let figures = &mut inputs.states[0].figures;
        (figures.gdp, figures.growth, figures.defence_share) = (1000.0, 0.0, 0.02);
        (figures.brigades, figures.deployable) = (12.0, 8.0);
        change(&mut inputs);
        let mut forces = Forces::new(&inputs);
        forces.share[0] = share;
        (forces, inputs)
    }

    fn after(months: u32, share: f64, change: impl FnOnce(&mut Inputs)) -> Forces {
        let (mut forces, mut inputs) = one_state(share, change);
        for month in 0..months {
            forces.advance(&mut inputs, month);
        }
        forces
    }

    #[test]
    fn less_money_costs_brigades_in_time_and_no_more_of_them_than_it_was_less() {
        let at = |share: f64| after(60, share, |_| ()).ready[0];
        assert!(at(0.01) < at(0.015) && at(0.015) < at(0.02) && at(0.02) < at(0.03));
        assert_eq!(at(0.02), 12.0);
        let half = after(600, 0.01, |_| ());
        assert!((half.ready[0] - 6.0).abs() < 1e-6, "{}", half.ready[0]);
        assert!((half.deployable[0] - 4.0).abs() < 1e-6, "{}", half.deployable[0]);
        let nothing = after(600, 0.0, |_| ());
        assert!(nothing.ready[0].abs() < 1e-6 && nothing.deployable[0] >= 0.0);
    }

    /// A year of 10 billion less costs what a year of 10 billion more would buy.
    #[test]
    fn what_money_buys_less_money_loses_with_the_same_delay() {
        let changed = |share: f64| after(12, share, |_| ()).ready[0] - 12.0;
        assert!((changed(0.01) + changed(0.03)).abs() < 1e-9, "{}", changed(0.01));
    }

    #[test]
    fn without_cuts_spending_below_the_opening_share_changes_nothing() {
        assert_eq!(
            after(60, 0.005, |inputs| inputs.parameters.forces.cuts = 0.0).ready,
            [12.0]
        );
    }

    #[test]
    fn transport_grows_with_the_brigades_it_was_built_for_and_exactly_not_at_exponent_zero() {
        let lift = |exponent: f64, deployable: f64| {
            let (mut forces, mut inputs) = one_state(0.02, |inputs| inputs.parameters.forces.lift = exponent);
            forces.deployable[0] = deployable;
            forces.advance(&mut inputs, 0);
            forces.lift[0]
        };
        assert_eq!((lift(0.0, 16.0), lift(1.0, 8.0), lift(0.5, 8.0)), (1.0, 1.0, 1.0));
        assert_eq!((lift(1.0, 16.0), lift(1.0, 4.0), lift(1.0, 0.0)), (2.0, 0.5, 0.0));
        assert!((lift(0.5, 16.0) - 2.0f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_lag_of_zero_delivers_at_once() {
        assert_eq!(Pipeline::default().step(2.0, 0.0), 2.0);
    }

    #[test]
    fn equal_forces_on_neutral_ground_have_even_chances_and_scale_does_not_matter() {
        for m in [0.7, 1.5, 4.0] {
            assert!((contest(7.0, 7.0, 1.0, m) - 0.5).abs() < 1e-12);
            assert!((contest(3.0, 5.0, 1.2, m) - contest(30.0, 50.0, 1.2, m)).abs() < 1e-12);
        }
    }

    #[test]
    fn distances_are_those_of_the_sphere() {
        let tallinn = (59.433, 24.717);
        assert!((distance_km(tallinn, (56.95, 24.1)) - 278.0).abs() < 2.0);
        assert!((distance_km(tallinn, (38.883, -77.033)) - 6963.0).abs() < 15.0);
    }
}
