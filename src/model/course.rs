//! What an act would come to if it happened now, at the guarantors' *true* types: who would come, whether the challenger
//! would press on, whether it would succeed, and with what chance a war follows.
//!
//! Expectations instead of dice: one run then says as much about rare outcomes as thousands of counted runs. The policies
//! are those that the model plays ([`super::play`]); the challenger's last choice is averaged over the others' answers as
//! in [`expect`], which was built for beliefs and takes any probabilities.

use super::coalition::{Expected, STRENGTHS, Strength, expect};
use super::crisis::{Stage, Tree, Weights};
use super::guarantor::{AtRung, LANES, Lane, Lanes, WIDTH};
use super::inputs::{Answer, Inputs};
use super::registers::{Kernel, Registers};
use super::sets::StateSet;
use super::single::exp;
use super::world::{Ground, World};

/// Answers that a lead has.
const ANSWERS: usize = 3;
/// Weights above this count as this: certainty, with room to add them.
const SURE: f32 = 1e18;

/// What an act comes to in expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// P(somebody is named).
    pub attribution: f64,
    /// P(the target resists, once somebody is named).
    pub resist: f64,
    /// P(success) of an act for which nobody is named.
    pub unseen: f64,
    /// P(war, once the act was met and pressed).
    pub war_chance: f64,
    /// Chance of each answer of the lead; the first is certain where nobody leads.
    pub lead: [f64; ANSWERS],
    /// The last node after each answer of the lead.
    pub expected: [Expected; ANSWERS],
    /// P(fights) of every lane after each answer of the lead, whose own is then certain.
    pub fight: [Lane; ANSWERS],
    /// After each answer of the lead, P(nobody of the watched states fights and the challenger presses on).
    pub alone: [f64; ANSWERS],
}

impl Default for Course {
    fn default() -> Self {
        Self {
            attribution: 0.0,
            resist: 0.0,
            unseen: 0.0,
            war_chance: 0.0,
            lead: [0.0; ANSWERS],
            expected: [Expected::default(); ANSWERS],
            fight: [[0.0; LANES]; ANSWERS],
            alone: [0.0; ANSWERS],
        }
    }
}

impl Course {
    /// P(somebody is named and the target resists): the acts that anybody can join.
    pub fn contested(&self) -> f64 {
        self.attribution * self.resist
    }

    /// Mean over the lead's answers.
    fn mean(&self, of: impl Fn(&Expected) -> f64) -> f64 {
        self.lead.iter().zip(&self.expected).map(|(c, e)| c * of(e)).sum()
    }

    /// P(the lead gives this answer and war follows).
    pub fn war_after(&self, answer: usize) -> f64 {
        self.contested() * self.war_chance * self.lead[answer] * self.expected[answer].press
    }

    /// P(war).
    pub fn war(&self) -> f64 {
        self.contested() * self.war_chance * self.mean(|e| e.press)
    }

    /// P(war, and one of the watched states fights in it).
    pub fn war_joined(&self) -> f64 {
        let alone: f64 = self.lead.iter().zip(&self.alone).map(|(c, a)| c * a).sum();
        self.contested() * self.war_chance * (self.mean(|e| e.press) - alone).max(0.0)
    }

    /// P(success): an act that nobody is named for meets the target alone, a conceded one succeeds.
    pub fn success(&self) -> f64 {
        self.contested() * self.mean(|e| e.taken) + self.uncontested()
    }

    /// P(success without a war).
    pub fn taken_in_peace(&self) -> f64 {
        self.contested() * (1.0 - self.war_chance) * self.mean(|e| e.taken) + self.uncontested()
    }

    fn uncontested(&self) -> f64 {
        self.attribution * (1.0 - self.resist) + (1.0 - self.attribution) * self.unseen
    }
}

/// How an act is told from others of its dyad and rung.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Circumstances<'a> {
    /// Whether somebody is named, where that is given.
    pub attributed: Option<bool>,
    /// Answers that the scenario fixes, by state; empty for acts of the challenger's own choice.
    pub fixed: &'a [Option<Answer>],
    /// States of whom it matters whether one of them fights; none for nobody.
    pub watched: Option<StateSet>,
}

impl World {
    /// Where the true type of every guarantor of a dyad lies on the grid of types, as it stands where it is judged.
    pub(crate) fn true_types(&self, d: usize) -> Lane {
        let lanes = &self.policies.lanes[d];
        let mut types = [0.0; LANES];
        let judged = lanes.context.iter().zip(&lanes.who).take(lanes.len);
        for (place, (context, who)) in types.iter_mut().zip(judged) {
            *place = self.position_in(usize::from(*context), usize::from(*who)) as f32;
        }
        types
    }

    /// The course of an act of dyad `d` on `stage`, from the policies that stand and the guarantors' true `types`. `at` is
    /// working memory.
    pub(crate) fn course(
        &self,
        ground: &Ground,
        d: usize,
        stage: Stage,
        types: &Lane,
        circumstances: Circumstances<'_>,
        at: &mut AtRung,
    ) -> Course {
        let rung = stage.rung;
        let f = &self.inputs.ladder[rung].figures;
        let policy = self.policies.of(d, rung);
        let lanes = &self.policies.lanes[d];
        debug_assert_eq!(
            ground.dyads.len(),
            self.policies.lanes.len(),
            "every dyad has lanes of its own"
        );
        let lambda = self.precision[rung];
        let gain = self.gain(rung);
        let tilt = types.map(|position| 0.5 * gain as f32 * position);
        let mut course = Course {
            attribution: circumstances
                .attributed
                .map_or(f.attribution, |a| f64::from(u8::from(a))),
            resist: policy.assessment.resist,
            war_chance: f.war_chance,
            ..Course::default()
        };
        let work = Reckoning {
            inputs: &self.inputs,
            lanes,
            weights: policy.weights,
            lead: policy.assessment.lead.map(usize::from),
            stage,
            lambda,
            tilt,
            fixed: circumstances.fixed,
            can_fight: f.fight_weight > 0.0,
            watched: circumstances.watched,
            at,
            course: &mut course,
        };
        Registers::widest().run(work);
        course
    }

    /// The course of an act of dyad `d` at `rung` by the challenger's own choice.
    pub fn course_of(&self, ground: &Ground, d: usize, rung: usize) -> Course {
        let stage = self.stage(ground.dyads[d], rung);
        let types = self.true_types(d);
        self.course(
            ground,
            d,
            stage,
            &types,
            Circumstances::default(),
            &mut AtRung::default(),
        )
    }
}

/// The guarantors' part, in wide registers.
struct Reckoning<'a> {
    inputs: &'a Inputs,
    lanes: &'a Lanes,
    weights: &'a Weights,
    lead: Option<usize>,
    stage: Stage,
    lambda: f64,
    /// Log-odds that the true type adds to supporting, lane by lane.
    tilt: Lane,
    fixed: &'a [Option<Answer>],
    can_fight: bool,
    watched: Option<StateSet>,
    at: &'a mut AtRung,
    course: &'a mut Course,
}

impl Reckoning<'_> {
    /// P(support) and P(fight) of every lane after an answer of the lead.
    #[inline(always)]
    fn answers(&self, branch: usize, support: &mut Lane, fight: &mut Lane) {
        let [half, full] = &self.weights[branch];
        for l in 0..self.lanes.padded() {
            let s = (half[l] * self.tilt[l]).min(SURE);
            let f = (full[l] * self.tilt[l] * self.tilt[l]).min(SURE);
            let inverse = 1.0 / (1.0 + s + f);
            support[l] = s * inverse;
            fight[l] = f * inverse;
        }
        if self.fixed.is_empty() {
            return;
        }
        for l in 0..self.lanes.len {
            if let Some(Some(answer)) = self.fixed.get(usize::from(self.lanes.who[l])) {
                let fights = *answer == Answer::Fight && self.can_fight;
                fight[l] = f32::from(u8::from(fights));
                support[l] = f32::from(u8::from(*answer != Answer::Abstain && !fights));
            }
        }
    }
}

impl Reckoning<'_> {
    /// P(nobody of the watched fights) after an answer of the lead; what the others do is then as if they could not.
    #[inline(always)]
    fn without(&self, watched: StateSet, branch: usize, support: &mut Lane, fight: &mut Lane) -> f64 {
        let mut nobody = 1.0;
        for l in 0..self.lanes.len {
            if !watched.contains(usize::from(self.lanes.who[l])) {
                continue;
            }
            if self.lead == Some(l) {
                nobody *= if branch == 2 { 0.0 } else { 1.0 };
                continue;
            }
            let abstains = 1.0 - fight[l];
            nobody *= f64::from(abstains);
            support[l] = if abstains > 0.0 { support[l] / abstains } else { 0.0 };
            fight[l] = 0.0;
        }
        nobody
    }
}

impl Kernel for Reckoning<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        for group in 0..self.lanes.groups() {
            for l in group * WIDTH..(group + 1) * WIDTH {
                self.tilt[l] = exp(self.tilt[l]);
            }
        }
        self.at
            .fill_brigades(self.lanes, self.inputs, self.stage.rung, self.lambda);
        let branches = if self.lead.is_some() { ANSWERS } else { 1 };
        let mut strengths = [Strength::default(); STRENGTHS];
        let mut support = [0.0; LANES];
        // P(nobody of the watched fights), and the strength that comes then.
        let (mut nobody, mut alone) = ([0.0; ANSWERS], [Strength::default(); STRENGTHS]);
        self.course.lead = [1.0, 0.0, 0.0];
        for branch in 0..branches {
            let mut fight = [0.0; LANES];
            self.answers(branch, &mut support, &mut fight);
            if let Some(l) = self.lead {
                // The lead answers before the others, by the weights that all branches share.
                let (s, f) = (f64::from(support[l]), f64::from(fight[l]));
                self.course.lead = [1.0 - s - f, s, f];
                (support[l], fight[l]) = (0.0, 0.0);
            }
            let part = 0.5 * branch as f64;
            strengths[branch] = Strength::of(self.lanes, self.at, &support, &fight, self.lead, part);
            if let Some(watched) = self.watched {
                let (mut support, mut fight) = (support, fight);
                nobody[branch] = self.without(watched, branch, &mut support, &mut fight);
                alone[branch] = Strength::of(self.lanes, self.at, &support, &fight, self.lead, part);
            }
            if let Some(l) = self.lead {
                // From here on the lead is one of all: it fights for certain, or not at all.
                fight[l] = f32::from(u8::from(branch == 2));
            }
            self.course.fight[branch] = fight;
        }
        let tree = Tree::new(self.inputs, self.lanes, self.at, self.stage);
        let expected = expect(&tree.node, &strengths);
        self.course.expected.copy_from_slice(&expected[..ANSWERS]);
        self.course.unseen = tree.node.success(0.0);
        if self.watched.is_some() {
            let expected = expect(&tree.node, &alone);
            for ((place, none), e) in self.course.alone.iter_mut().zip(nobody).zip(&expected) {
                *place = none * e.press;
            }
        }
    }
}
