//! The crisis tree, solved backwards: the challenger's last choice, the other guarantors, the lead,
//! the target, and what the whole is worth to the challenger before it starts.
//!
//! Logit choice at every node with response weights (agent quantal response: McKelvey and Palfrey
//! 1998, Signorino 1999). The others react to the lead and to each other; depth of mutual
//! anticipation is [`PASSES`].

use super::arithmetic::{exp, logistic};
use super::beliefs::TYPES;
use super::coalition::{Expectations, Expected, LastNode, Outlook, Strength};
use super::guarantor::{AtRung, Eyes, LANES, Lane, Lanes, average};
use super::inputs::Inputs;

/// Passes of mutual anticipation among the others: in the first they expect the lead to act alone,
/// in the second they expect each other's first answers (level-2 quantal reasoning).
pub const PASSES: usize = 2;

/// Precision at a rung: noise is smaller, relative to the stake, where the stake is larger, but
/// does not drown small stakes: `λ·max(1, s_ref/s)^het`.
pub fn precision(inputs: &Inputs, rung: usize) -> f64 {
    let c = &inputs.parameters.choice;
    c.precision * scale(inputs, rung)
}

fn scale(inputs: &Inputs, rung: usize) -> f64 {
    let c = &inputs.parameters.choice;
    let ratio = (c.stake_reference / inputs.ladder[rung].figures.severity).max(1.0);
    super::arithmetic::power(ratio, c.heterogeneity)
}

/// The numbers of one crisis that do not come from the guarantors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    pub rung: usize,
    /// Attacking force after the width of the theatre.
    pub attack: f64,
    /// Target's own force.
    pub own: f64,
    /// Foreign brigades on the target's soil, peacekeepers included.
    pub forward: f64,
    pub terrain: f64,
    /// Value of the target to the challenger.
    pub value: f64,
    /// Force with which the challenger fights a war.
    pub war_force: f64,
    /// Holding cost added by territorial defence.
    pub territorial: f64,
    /// Challenger's factor on the value of splitting the alliance.
    pub split: f64,
    /// How far the target leans towards conceding: accommodation as a hedge.
    pub leaning: f64,
}

/// What a crisis comes to before luck decides it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Assessment {
    /// Expected utility of the act, without the terms that change from month to month.
    pub utility: f64,
    /// P(the target resists).
    pub resist: f64,
    /// P(success), everything included.
    pub success: f64,
    /// P(success at the line before anybody decides).
    pub at_once: f64,
    /// In the challenger's eyes: P(lead fights), P(at least the threshold share comes), E[share].
    pub lead_fights: f64,
    pub credibility: f64,
    pub share: f64,
    /// The same probability in the eyes of the allies' public.
    pub public: f64,
    /// Credibility at which the challenger is indifferent between the act and nothing.
    pub threshold: f64,
    /// Lane of the lead, if the bond of any covers the rung.
    pub lead: Option<u8>,
}

/// Weights of support and fighting relative to abstaining, at the perceived type, for each answer of
/// the lead. `[lead answer][support, fight][lane]`.
pub type Weights = [[Lane; 2]; 3];

/// Working memory of the solver.
#[derive(Debug, Clone)]
pub struct Solver {
    support: Lane,
    fight: Lane,
    expectations: Expectations,
    /// Probabilities under each pair of eyes: `[support, fight]`.
    seen: [[Lane; 2]; 2],
}

impl Default for Solver {
    fn default() -> Self {
        let zero = [0.0; LANES];
        Self { support: zero, fight: zero, expectations: Expectations::default(), seen: [[zero; 2]; 2] }
    }
}

/// A crisis ready to be solved or played.
pub struct Tree<'a> {
    pub inputs: &'a Inputs,
    pub lanes: &'a Lanes,
    pub at: &'a AtRung,
    pub stage: Stage,
    pub node: LastNode,
}

impl<'a> Tree<'a> {
    /// Sets up the last node from the stage and the parameters.
    pub fn new(inputs: &'a Inputs, lanes: &'a Lanes, at: &'a AtRung, stage: Stage) -> Self {
        let p = &inputs.parameters.crisis;
        let rung = &inputs.ladder[stage.rung];
        let f = &rung.figures;
        let value = if rung.force { stage.value } else { p.harassment };
        let node = LastNode {
            lambda: precision(inputs, stage.rung),
            attack: stage.attack.max(0.05),
            ground: stage.own + p.forward_share * stage.forward,
            home: 0.5 * stage.own,
            terrain: stage.terrain,
            decisiveness: p.decisiveness,
            prize: value * f.severity,
            loss: p.press_loss * f.war_share,
            war: p.war_cost * f.war_share,
            war_force: stage.war_force,
            nuclear: f.nuclear_risk * p.nuclear_cost,
            back: -p.back_down * f.clarity,
        };
        Self { inputs, lanes, at, stage, node }
    }

    fn figures(&self) -> &super::inputs::RungFigures {
        &self.inputs.ladder[self.stage.rung].figures
    }

    /// Solves the tree: weights for play and learning, and the challenger's assessment.
    ///
    /// The same code is compiled for wider vector registers where the processor has them. Without
    /// fused operations and with sums of a fixed shape the bits are the same.
    pub fn solve(&self, solver: &mut Solver, weights: &mut Weights) -> Assessment {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has just been found to support AVX2.
            return unsafe { self.solve_avx2(solver, weights) };
        }
        self.solve_here(solver, weights)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn solve_avx2(&self, solver: &mut Solver, weights: &mut Weights) -> Assessment {
        self.solve_here(solver, weights)
    }

    #[inline(always)]
    fn solve_here(&self, solver: &mut Solver, weights: &mut Weights) -> Assessment {
        let f = self.figures();
        let lead = self.lanes.lead(self.stage.rung);
        let leads = if lead.is_some() { 3 } else { 1 };
        let threshold = self.inputs.parameters.crisis.failure_threshold;
        let mut branches = [Branch::default(); 3];
        for (answer, branch) in branches.iter_mut().enumerate().take(leads) {
            let part = 0.5 * answer as f64;
            self.others(solver, &mut weights[answer], lead, part);
            let [challenger, public] = [Eyes::Challenger, Eyes::Public].map(|eyes| {
                let [support, fight] = &solver.seen[eyes as usize];
                Strength::of(self.lanes, self.at, support, fight, lead, part)
            });
            branch.expected = challenger.expect(&self.node);
            branch.expected_public = public.expect(&self.node);
            branch.share = challenger.share;
            branch.credible = challenger.at_least(threshold);
            branch.failure = challenger.failure(threshold);
            branch.credible_public = public.at_least(threshold);
        }
        let (seen, seen_public) = self.lead_answers(weights, lead, &branches);
        self.assess(lead, &branches[..leads], &seen, &seen_public, f)
    }

    /// The others' weights when the lead contributes `part` of its force.
    #[inline(always)]
    fn others(&self, solver: &mut Solver, weights: &mut [Lane; 2], lead: Option<usize>, part: f64) {
        let f = self.figures();
        let g = &self.inputs.parameters.guarantor;
        let n = self.lanes.padded();
        // Where no lead is a party nobody has defaulted before the others.
        let default = if lead.is_some() { 1.0 - part } else { 0.0 };
        let root = f.severity.sqrt();
        solver.support[..n].fill(0.0);
        solver.fight[..n].fill(0.0);
        let lead_alone = Strength::of(self.lanes, self.at, &solver.support, &solver.fight, lead, part);
        let mut strength = lead_alone;
        for _ in 0..PASSES {
            solver.expectations.fill(&self.node, self.lanes, self.at, &solver.support, &solver.fight, &strength);
            let costly = 1.0 + g.restoration * self.node.success(strength.window);
            let e = &solver.expectations;
            let [half, full] = &mut *weights;
            for l in 0..n {
                let bind = self.at.bind[l] * (1.0 - g.excuse * default);
                let per_part = bind + self.lanes.trip[l] * f.severity + self.lanes.shift[l] * root;
                let war = self.lanes.cost[l] * f.war_share * costly;
                let stake = self.lanes.interest[l] * f.severity;
                let u_half = 0.5 * per_part + stake * e.saved_half[l]
                    - 0.5 * war * (g.sunk_share + (1.0 - g.sunk_share) * e.press_half[l]);
                let u_full = per_part + stake * e.saved_full[l]
                    - war * (g.sunk_share + (1.0 - g.sunk_share) * e.press_full[l])
                    - self.lanes.fear[l] * (1.0 + g.lost_backstop * default) * f.nuclear_risk * e.press_full[l];
                half[l] = f.support_weight * exp(self.node.lambda * u_half);
                full[l] = self.at.fight_weight[l] * exp(self.node.lambda * u_full);
            }
            self.mask(weights, lead);
            let [half, full] = &*weights;
            average(
                n,
                half,
                full,
                &self.lanes.credence[Eyes::Public as usize],
                self.at,
                &mut solver.support,
                &mut solver.fight,
            );
            strength = Strength::of(self.lanes, self.at, &solver.support, &solver.fight, lead, part);
        }
        let [half, full] = &*weights;
        for eyes in [Eyes::Challenger, Eyes::Public] {
            if eyes == Eyes::Public {
                solver.seen[1][0][..n].copy_from_slice(&solver.support[..n]);
                solver.seen[1][1][..n].copy_from_slice(&solver.fight[..n]);
            } else {
                let [support, fight] = &mut solver.seen[0];
                average(n, half, full, &self.lanes.credence[0], self.at, support, fight);
            }
        }
    }

    /// Nobody answers from the lead's lane or from the padding.
    #[inline(always)]
    fn mask(&self, weights: &mut [Lane; 2], lead: Option<usize>) {
        for lane in lead.into_iter().chain(self.lanes.len..self.lanes.padded()) {
            weights[0][lane] = 0.0;
            weights[1][lane] = 0.0;
        }
    }

    /// The lead's own weights, written into its lane, and its answer as both pairs of eyes see it.
    #[inline(always)]
    fn lead_answers(
        &self,
        weights: &mut Weights,
        lead: Option<usize>,
        branches: &[Branch; 3],
    ) -> ([f64; 3], [f64; 3]) {
        let Some(l) = lead else { return ([1.0, 0.0, 0.0], [1.0, 0.0, 0.0]) };
        let f = self.figures();
        let g = &self.inputs.parameters.guarantor;
        let alone = branches[0].expected_public;
        let mut w = [1.0, 0.0, 0.0];
        for (answer, weight) in w.iter_mut().enumerate().skip(1) {
            let part = 0.5 * answer as f64;
            let e = branches[answer].expected_public;
            let costly = 1.0 + g.restoration * if e.press > 0.0 { e.taken / e.press } else { 0.0 };
            let mut u = part * (self.at.bind[l] + self.lanes.trip[l] * f.severity + self.lanes.shift[l] * f.severity.sqrt())
                + self.lanes.interest[l] * f.severity * (alone.taken - e.taken)
                - part * self.lanes.cost[l] * f.war_share * costly * (g.sunk_share + (1.0 - g.sunk_share) * e.press);
            let response = if answer == 2 {
                u -= self.lanes.fear[l] * f.nuclear_risk * e.press;
                self.at.fight_weight[l]
            } else {
                f.support_weight
            };
            *weight = response * exp(self.node.lambda * u);
        }
        // The lead's weights do not depend on its own answer: the same in every branch.
        for branch in weights.iter_mut() {
            branch[0][l] = w[1];
            branch[1][l] = w[2];
        }
        let [seen, public] = [Eyes::Challenger, Eyes::Public].map(|eyes| {
            let mut answer = [0.0; 3];
            for t in 0..TYPES {
                let b = self.lanes.credence[eyes as usize][t][l];
                let (h, k) = (w[1] * self.at.type_half[t], w[2] * self.at.type_full[t]);
                let total = 1.0 + h + k;
                answer[0] += b / total;
                answer[1] += b * h / total;
                answer[2] += b * k / total;
            }
            answer
        });
        (seen, public)
    }

    #[inline(always)]
    fn assess(
        &self,
        lead: Option<usize>,
        branches: &[Branch],
        seen: &[f64; 3],
        public: &[f64; 3],
        f: &super::inputs::RungFigures,
    ) -> Assessment {
        let p = &self.inputs.parameters.crisis;
        let rung = &self.inputs.ladder[self.stage.rung];
        let at_once = self.node.success(0.0);
        let mut out = Assessment { at_once, lead: lead.map(|l| l as u8), ..Assessment::default() };
        let mean = |chances: &[f64; 3], of: &dyn Fn(&Branch) -> f64| -> f64 {
            branches.iter().zip(chances).map(|(b, c)| c * of(b)).sum()
        };
        out.public = mean(public, &|b| b.credible_public);
        out.credibility = mean(seen, &|b| b.credible);
        out.share = mean(seen, &|b| b.share);
        out.lead_fights = seen[2];
        // The target, which sees what the public sees.
        out.resist = if rung.force {
            let lost = mean(public, &|b| b.expected_public.taken);
            let pressed = mean(public, &|b| b.expected_public.press);
            let resist = -f.severity * lost - p.resist_cost * f.war_share * pressed;
            let concede = -f.severity * (1.0 - self.stage.leaning) - p.honour * f.clarity;
            let lambda = self.inputs.parameters.choice.target_precision * scale(self.inputs, self.stage.rung);
            logistic(lambda * (resist - concede))
        } else {
            1.0
        };
        let covered = lead.is_some();
        let line = (1.0 - at_once) * p.failed_grab * f.war_share;
        let holding = f.holding + if rung.territorial { self.stage.territorial } else { 0.0 };
        // The lead's answers are the first thing that luck decides: value the act after each of them.
        let after = |b: &Branch| -> f64 {
            let mut v = out.resist * (b.expected.value - line - holding * b.expected.taken)
                + (1.0 - out.resist) * (self.node.prize - holding);
            v -= p.sanctions * f.clarity.sqrt() * b.share;
            if covered {
                v += p.split * self.stage.split * f.clarity * b.failure * out.public;
            }
            v
        };
        let answered = mean(seen, &after);
        let unseen = self.node.prize * at_once;
        out.utility = f.attribution * answered + (1.0 - f.attribution) * unseen - f.cost;
        out.success = out.resist * mean(seen, &|b| b.expected.taken) + (1.0 - out.resist);
        out.threshold = self.indifference(branches, seen, &after, out.credibility, unseen);
        out
    }

    /// Credibility at which the act is worth as much as doing nothing: by the value of the act when
    /// the commitment is honoured and when it is not (Zagare and Kilgour 2000).
    fn indifference(
        &self,
        branches: &[Branch],
        seen: &[f64; 3],
        after: &dyn Fn(&Branch) -> f64,
        credibility: f64,
        unseen: f64,
    ) -> f64 {
        let f = self.figures();
        let split = |honoured: bool| -> f64 {
            let weight = |b: &Branch| if honoured { b.credible } else { 1.0 - b.credible };
            let total: f64 = branches.iter().zip(seen).map(|(b, c)| c * weight(b)).sum();
            let value: f64 = branches.iter().zip(seen).map(|(b, c)| c * weight(b) * after(b)).sum();
            let answered = if total > 1e-12 { value / total } else { 0.0 };
            f.attribution * answered + (1.0 - f.attribution) * unseen - f.cost
        };
        if !(1e-9..=1.0 - 1e-9).contains(&credibility) {
            return credibility;
        }
        let (honoured, failed) = (split(true), split(false));
        let slope = failed - honoured;
        if slope <= 1e-9 {
            return if failed > 0.0 { 1.0 } else { 0.0 };
        }
        (failed / slope).clamp(0.0, 1.0)
    }

    /// The last node against the coalition that came.
    pub fn last(&self, window: f64, war: f64, nuclear: bool) -> Outlook {
        self.node.outlook(window, war, f64::from(u8::from(nuclear)))
    }
}

/// What follows one answer of the lead.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Branch {
    expected: Expected,
    expected_public: Expected,
    share: f64,
    credible: f64,
    failure: f64,
    credible_public: f64,
}
