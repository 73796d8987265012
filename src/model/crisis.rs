//! The crisis tree, solved backwards: the challenger's last choice, the other guarantors, the lead,
//! the target, and what the whole is worth to the challenger before it starts.
//!
//! Logit choice at every node with response weights (agent quantal response: McKelvey and Palfrey
//! 1998, Signorino 1999). The others react to the lead and to each other; depth of mutual
//! anticipation is [`PASSES`].

use super::arithmetic::{exp, lesser, logistic};
use super::beliefs::TYPES;
use super::chain;
use super::coalition::{Expectations, Expected, LastNode, Outlook, STRENGTHS, Strength, enough, enough_of_few, expect};
use super::guarantor::{AtRung, LANES, Lane, Lanes, WIDTH, average};
use super::inputs::{Inputs, RungFigures};
use super::registers::{Kernel, Registers};
use super::single;

/// Passes of mutual anticipation among the others: in the first they expect the lead to act alone,
/// in the second they expect each other's first answers (level-2 quantal reasoning).
pub const PASSES: usize = 2;

/// Strength is counted up to so many times what is needed: more is no safer, and would carry every mean.
pub const AMPLE: f64 = 10.0;

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
    /// Weight of the target's own arsenal; 0 where it has none.
    pub arsenal: f64,
    /// Sanctions held ready by arrangements, at full clarity and attribution.
    pub penalty: f64,
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
    /// By what is believed: P(lead fights), P(at least the threshold share comes), expected share.
    pub lead_fights: f64,
    pub credibility: f64,
    pub share: f64,
    /// Strength that is expected at the line in the window, by the ground, over what would leave the attack even
    /// chances: 1 is an even bet, less favours the attacker. Up to [`AMPLE`].
    pub adequacy: f64,
    /// Lane of the lead, if the bond of any covers the rung.
    pub lead: Option<u8>,
}

/// Weights of support and fighting relative to abstaining, at the perceived type, for each answer of
/// the lead. `[lead answer][support, fight][lane]`.
pub type Weights = [[Lane; 2]; 3];

/// Working memory for crises that are solved one after the other.
#[derive(Debug, Clone, Default)]
pub struct Solver {
    at: AtRung,
    scratch: Scratch,
}

/// Working memory within a crisis.
#[derive(Debug, Clone)]
struct Scratch {
    expectations: Expectations,
    /// Probabilities of the answers as they are expected: `[support, fight]`.
    seen: [Lane; 2],
}

impl Default for Scratch {
    fn default() -> Self {
        let zero = [0.0; LANES];
        Self {
            expectations: Expectations::default(),
            seen: [zero; 2],
        }
    }
}

/// A crisis ready to be solved or played.
pub struct Tree<'a> {
    pub inputs: &'a Inputs,
    pub lanes: &'a Lanes,
    pub at: &'a AtRung,
    pub stage: Stage,
    pub node: LastNode,
    /// Value of success: V·s. At the last node the risk from the target's own arsenal is off the prize and on the loss.
    prize: f64,
}

impl<'a> Tree<'a> {
    /// Sets up the last node from the stage and the parameters.
    #[inline(always)]
    pub fn new(inputs: &'a Inputs, lanes: &'a Lanes, at: &'a AtRung, stage: Stage) -> Self {
        let p = &inputs.parameters.crisis;
        let rung = &inputs.ladder[stage.rung];
        let f = &rung.figures;
        let prize = f.severity * if rung.force { stage.value } else { p.harassment };
        let nuclear = f.nuclear_risk * p.nuclear_cost;
        // Pressing on costs as much whether it succeeds or fails.
        let own_arsenal = stage.arsenal * nuclear;
        let node = LastNode {
            lambda: at.lambda,
            ground_per_attack: stage.terrain / stage.attack.max(0.05),
            ground: stage.own + p.forward_share * stage.forward,
            home: 0.5 * stage.own,
            decisiveness: p.decisiveness,
            prize: prize - own_arsenal,
            loss: p.press_loss * f.war_share + own_arsenal,
            war: p.war_cost * f.war_share,
            war_force: stage.war_force,
            nuclear,
            back: -p.back_down * f.clarity,
        };
        Self {
            inputs,
            lanes,
            at,
            stage,
            node,
            prize,
        }
    }

    #[inline(always)]
    fn figures(&self) -> &RungFigures {
        &self.inputs.ladder[self.stage.rung].figures
    }

    /// Solves the tree: weights for play and learning, and the challenger's assessment.
    #[inline(always)]
    fn solve(&self, scratch: &mut Scratch, weights: &mut Weights) -> Assessment {
        let lead = self.lanes.lead(self.stage.rung);
        for (answer, weights) in weights.iter_mut().enumerate().take(branches(lead)) {
            self.others(scratch, weights, lead, 0.5 * answer as f64);
        }
        let branches = self.branches(scratch, weights, lead);
        self.lead_weights(weights, lead, &branches);
        self.assess(weights, lead, &branches)
    }

    /// Values the act anew when guarantors go by `weights` that were solved before and only what is
    /// believed of them, or the forces, have moved a little. Far cheaper than solving: no exponentials
    /// for the guarantors.
    #[inline(always)]
    fn reassess(&self, scratch: &mut Scratch, weights: &Weights, lead: Option<usize>) -> Assessment {
        let branches = self.branches(scratch, weights, lead);
        self.assess(weights, lead, &branches)
    }

    /// What follows each answer of the lead when the others go by `weights`.
    #[inline(always)]
    fn branches(&self, scratch: &mut Scratch, weights: &Weights, lead: Option<usize>) -> [Branch; 3] {
        let seen = self.coalitions(scratch, weights, lead);
        let mut out = [Branch::default(); 3];
        for (answer, branch) in out.iter_mut().enumerate().take(branches(lead)) {
            let (credible, failure) = seen.enough[answer];
            *branch = Branch {
                expected: seen.expected[answer],
                share: seen.strengths[answer].share,
                window: seen.strengths[answer].window,
                credible,
                failure,
            };
        }
        out
    }

    /// What is expected after each answer of the lead.
    #[inline(always)]
    fn coalitions(&self, scratch: &mut Scratch, weights: &Weights, lead: Option<usize>) -> Coalitions {
        let threshold = self.inputs.parameters.crisis.failure_threshold;
        let mut strengths = [Strength::default(); STRENGTHS];
        let mut exact = [None; STRENGTHS];
        for answer in 0..branches(lead) {
            let part = 0.5 * answer as f64;
            let [support, fight] = &mut scratch.seen;
            self.average(&weights[answer], support, fight, lead);
            strengths[answer] = Strength::of(self.lanes, self.at, support, fight, lead, part);
            exact[answer] = enough_of_few(self.lanes, self.at, support, fight, lead, part, threshold);
        }
        let mut enough = enough(&strengths, threshold);
        for (place, exact) in enough.iter_mut().zip(exact) {
            *place = exact.unwrap_or(*place);
        }
        Coalitions {
            expected: expect(&self.node, &strengths),
            strengths,
            enough,
        }
    }

    /// Answers averaged over types; none from the lane of the lead, whose answer is given.
    #[inline(always)]
    fn average(&self, [half, full]: &[Lane; 2], support: &mut Lane, fight: &mut Lane, lead: Option<usize>) {
        let credence = &self.lanes.credence;
        average(self.lanes.groups(), half, full, credence, self.at, support, fight);
        if let Some(l) = lead {
            support[l] = 0.0;
            fight[l] = 0.0;
        }
    }

    /// The others' weights when the lead contributes `part` of its force.
    #[inline(always)]
    fn others(&self, scratch: &mut Scratch, weights: &mut [Lane; 2], lead: Option<usize>, part: f64) {
        let strength = Strength::of_lead(self.lanes, self.at, lead, part);
        scratch
            .expectations
            .fill(&self.node, self.lanes, self.at, None, &strength);
        self.respond(&scratch.expectations, &strength, weights, lead, part);
        for _ in 1..PASSES {
            let [support, fight] = &mut scratch.seen;
            self.average(weights, support, fight, lead);
            let strength = Strength::of(self.lanes, self.at, support, fight, lead, part);
            scratch
                .expectations
                .fill(&self.node, self.lanes, self.at, Some((&*support, &*fight)), &strength);
            self.respond(&scratch.expectations, &strength, weights, lead, part);
        }
    }

    /// Weights of support and fighting when each of the others expects `e` and `strength`.
    #[inline(always)]
    fn respond(&self, e: &Expectations, strength: &Strength, weights: &mut [Lane; 2], lead: Option<usize>, part: f64) {
        let f = self.figures();
        let g = &self.inputs.parameters.guarantor;
        // Where no lead is a party nobody has defaulted before the others.
        let default = if lead.is_some() { 1.0 - part } else { 0.0 };
        let kept = (1.0 - g.excuse * default) as f32;
        let (severity, root) = (f.severity as f32, f.severity.sqrt() as f32);
        let war_share = (f.war_share * (1.0 + g.restoration * self.node.success(strength.window))) as f32;
        let sunk = g.sunk_share as f32;
        let nuclear = ((1.0 + g.lost_backstop * default) * f.nuclear_risk) as f32;
        let (lambda, support_weight) = (self.node.lambda as f32, f.support_weight as f32);
        let [half, full] = &mut *weights;
        for group in 0..self.lanes.groups() {
            for l in group * WIDTH..(group + 1) * WIDTH {
                let bind = self.at.bind[l] * kept;
                let per_part = bind + self.lanes.trip[l] * severity + self.lanes.shift[l] * root;
                let war = self.lanes.cost[l] * war_share;
                let stake = self.lanes.interest[l] * severity;
                let u_half =
                    0.5 * per_part + stake * e.saved_half[l] - 0.5 * war * (sunk + (1.0 - sunk) * e.press_half[l]);
                let u_full = per_part + stake * e.saved_full[l]
                    - war * (sunk + (1.0 - sunk) * e.press_full[l])
                    - self.lanes.fear[l] * nuclear * e.press_full[l];
                half[l] = support_weight * single::exp(lambda * u_half);
                full[l] = self.at.fight_weight[l] * single::exp(lambda * u_full);
            }
        }
        chain::follow(self, weights, g.excuse * default, part);
        self.wait(weights, lead, part);
        self.mask(weights, lead);
    }

    /// Where the lead of their arrangement decides, the others have the odds of moving by themselves once it abstains.
    #[inline(always)]
    fn wait(&self, [half, full]: &mut [Lane; 2], lead: Option<usize>, part: f64) {
        for l in self.lanes.followers.members() {
            let factor = match lead {
                Some(lead) if self.lanes.context[lead] == self.lanes.context[l] && part > 0.0 => 1.0,
                Some(lead) if self.lanes.context[lead] == self.lanes.context[l] => {
                    self.inputs.parameters.guarantor.alone_share as f32
                }
                _ => self.lanes.unseen[l],
            };
            half[l] *= factor;
            full[l] *= factor;
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

    /// The lead's own weights, written into its lane: the same in every branch, since they do not
    /// depend on its own answer.
    #[inline(always)]
    fn lead_weights(&self, weights: &mut Weights, lead: Option<usize>, branches: &[Branch; 3]) {
        let Some(l) = lead else { return };
        let f = self.figures();
        let g = &self.inputs.parameters.guarantor;
        let alone = branches[0].expected;
        let of = |lane: &Lane| f64::from(lane[l]);
        let (bind, trip, shift) = (of(&self.at.bind), of(&self.lanes.trip), of(&self.lanes.shift));
        let (interest, cost, fear) = (of(&self.lanes.interest), of(&self.lanes.cost), of(&self.lanes.fear));
        let own = [1, 2].map(|answer| {
            let part = 0.5 * answer as f64;
            let e = branches[answer].expected;
            let costly = 1.0 + g.restoration * if e.press > 0.0 { e.taken / e.press } else { 0.0 };
            let mut u = part * (bind + trip * f.severity + shift * f.severity.sqrt())
                + interest * f.severity * (alone.taken - e.taken)
                - part * cost * f.war_share * costly * (g.sunk_share + (1.0 - g.sunk_share) * e.press);
            let response = if answer == 2 {
                u -= fear * f.nuclear_risk * e.press;
                f64::from(self.at.fight_weight[l])
            } else {
                f.support_weight
            };
            lesser(response * exp(self.node.lambda * u), f64::from(f32::MAX)) as f32
        });
        for branch in weights.iter_mut() {
            for (place, weight) in branch.iter_mut().zip(own) {
                place[l] = weight;
            }
        }
    }

    /// The lead's answer as it is expected.
    #[inline(always)]
    fn lead_answers(&self, weights: &Weights, lead: Option<usize>) -> [f64; 3] {
        let mut answer = [0.0; 3];
        let Some(l) = lead else { return [1.0, 0.0, 0.0] };
        for t in 0..TYPES {
            let b = f64::from(self.lanes.credence[t][l]);
            let (h, k) = (
                f64::from(weights[0][0][l]) * f64::from(self.at.type_half[t]),
                f64::from(weights[0][1][l]) * f64::from(self.at.type_full[t]),
            );
            let share = b / (1.0 + h + k);
            answer[0] += share;
            answer[1] += h * share;
            answer[2] += k * share;
        }
        answer
    }

    #[inline(always)]
    fn assess(&self, weights: &Weights, lead: Option<usize>, all: &[Branch; 3]) -> Assessment {
        let p = &self.inputs.parameters.crisis;
        let f = self.figures();
        let rung = &self.inputs.ladder[self.stage.rung];
        let branches = &all[..branches(lead)];
        let seen = &self.lead_answers(weights, lead);
        let at_once = self.node.success(0.0);
        let mut out = Assessment {
            at_once,
            lead: lead.map(|l| l as u8),
            ..Assessment::default()
        };
        out.credibility = mean(branches, seen, |b| b.credible);
        out.share = mean(branches, seen, |b| b.share);
        out.lead_fights = seen[2];
        let window = mean(branches, seen, |b| b.window);
        out.adequacy = lesser((self.node.ground + window) * self.node.ground_per_attack, AMPLE);
        out.resist = if rung.force {
            let lost = mean(branches, seen, |b| b.expected.taken);
            let pressed = mean(branches, seen, |b| b.expected.press);
            let resist = -f.severity * lost - p.resist_cost * f.war_share * pressed;
            let concede = -f.severity * (1.0 - self.stage.leaning) - p.honour * f.clarity;
            let choice = &self.inputs.parameters.choice;
            let lambda = choice.target_precision * (self.at.lambda / choice.precision.max(1e-300));
            logistic(lambda * (resist - concede))
        } else {
            1.0
        };
        // A promise breaks as much as it held: a shallow or ambiguous one is no great prize.
        let promise = lead.map_or(0.0, |l| f64::from(self.lanes.mandate[l]));
        let line = (1.0 - at_once) * p.failed_grab * f.war_share;
        let holding = f.holding + if rung.territorial { self.stage.territorial } else { 0.0 };
        // The lead's answers are the first thing that luck decides: value the act after each of them.
        let after = |b: &Branch| -> f64 {
            let mut v = out.resist * (b.expected.value - line - holding * b.expected.taken)
                + (1.0 - out.resist) * (self.prize - holding);
            v -= p.sanctions * f.clarity.sqrt() * b.share;
            v -= self.stage.penalty * f.clarity.sqrt();
            v += p.split * self.stage.split * f.clarity * promise * b.failure * out.credibility;
            v
        };
        let mut values = [0.0; 3];
        for (value, branch) in values.iter_mut().zip(branches) {
            *value = after(branch);
        }
        let answered: f64 = values.iter().zip(seen).map(|(value, chance)| chance * value).sum();
        let unseen = self.prize * at_once;
        let utility = f.attribution * answered + (1.0 - f.attribution) * unseen - f.cost;
        let success = out.resist * mean(branches, seen, |b| b.expected.taken) + (1.0 - out.resist);
        Assessment {
            utility,
            success,
            ..out
        }
    }

    /// The last node against the coalition that came.
    pub fn last(&self, window: f64, war: f64, nuclear: bool) -> Outlook {
        self.node.outlook(window, war, f64::from(u8::from(nuclear)))
    }
}

/// Number of answers that a lead has, or one where nobody leads.
#[inline(always)]
fn branches(lead: Option<usize>) -> usize {
    if lead.is_some() { 3 } else { 1 }
}

/// Mean of a number over what follows the lead's answers.
#[inline(always)]
fn mean(branches: &[Branch], chances: &[f64; 3], of: impl Fn(&Branch) -> f64) -> f64 {
    branches.iter().zip(chances).map(|(b, c)| c * of(b)).sum()
}

/// What follows one answer of the lead.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Branch {
    expected: Expected,
    share: f64,
    /// Mean brigades in the window.
    window: f64,
    credible: f64,
    failure: f64,
}

/// Coalitions after each answer of the lead, as they are expected.
#[derive(Clone, Copy)]
struct Coalitions {
    strengths: [Strength; STRENGTHS],
    expected: [Expected; STRENGTHS],
    /// P(enough) and the visible failure.
    enough: [(f64, f64); STRENGTHS],
}

/// Rungs of a dyad to be solved anew or only valued anew.
pub struct Task<'a> {
    pub inputs: &'a Inputs,
    pub lanes: &'a Lanes,
    pub positions: &'a [f64; TYPES],
    /// Choice precision by rung.
    pub precision: &'a [f64],
    pub solver: &'a mut Solver,
    /// The crises, one a rung, and for each what was found before and is replaced.
    pub stages: &'a [Stage],
    pub weights: &'a mut [Weights],
    pub assessments: &'a mut [Assessment],
    pub work: Work,
}

/// What is to be done with a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Solve the tree.
    Solve,
    /// Keep the weights, and the lane of the lead, and value the act with them.
    Value,
}

impl Task<'_> {
    /// Does the work in the widest registers of this processor.
    pub fn run(self) {
        self.run_in(Registers::widest());
    }

    /// Does the work in given registers; the bits are the same in all.
    pub fn run_in(self, registers: Registers) {
        registers.run(self);
    }
}

impl Kernel for Task<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Solver { at, scratch } = self.solver;
        for ((stage, weights), assessment) in self.stages.iter().zip(self.weights).zip(self.assessments) {
            at.fill(
                self.lanes,
                self.inputs,
                stage.rung,
                self.precision[stage.rung],
                self.positions,
            );
            let tree = Tree::new(self.inputs, self.lanes, at, *stage);
            *assessment = match self.work {
                Work::Solve => tree.solve(scratch, weights),
                Work::Value => tree.reassess(scratch, weights, assessment.lead.map(usize::from)),
            };
        }
    }
}
