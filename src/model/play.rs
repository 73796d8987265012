//! A crisis as it happens: attribution, target, lead guarantor, others, press on or back down, and
//! what everybody learns from it.

use super::arithmetic::ln;
use super::beliefs::TYPES;
use super::challenger::Act;
use super::crisis::Tree;
use super::decision::{Chances, Decider, Question, Topic};
use super::guarantor::{AtRung, LANES};
use super::inputs::Answer;
use super::policy::Dyad;
use super::record::ChallengeRow;
use super::sets::StateSet;
use super::triggers::Happening;
use super::world::{Ground, World};
use crate::random::{Key, Streams, next_uniform};

/// Answers of all responders, lane by lane.
struct Answers {
    of: [Answer; LANES],
    lead: Option<usize>,
}

impl Answers {
    fn part(answer: Answer) -> f64 {
        0.5 * f64::from(answer as u8)
    }
}

impl World {
    /// Step 7: crises of the month, the gravest first; one crisis of a pair absorbs lower ones.
    pub(crate) fn play_crises<D: Decider>(
        &mut self,
        ground: &Ground,
        streams: &Streams,
        decider: &mut D,
        mut acts: Vec<Act>,
    ) {
        acts.sort_by(|a, b| {
            b.rung
                .cmp(&a.rung)
                .then(a.dyad.cmp(&b.dyad))
                .then(b.scripted.cmp(&a.scripted))
        });
        let mut done: Vec<usize> = Vec::new();
        for act in acts {
            let Dyad { challenger, target, .. } = ground.dyads[act.dyad];
            if done.contains(&act.dyad) || self.wars.between(challenger, target) {
                continue;
            }
            done.push(act.dyad);
            self.play(ground, streams, decider, act);
        }
    }

    fn play<D: Decider>(&mut self, ground: &Ground, streams: &Streams, decider: &mut D, act: Act) {
        let dyad = ground.dyads[act.dyad];
        let rung = act.rung;
        let (challenger, target) = (dyad.challenger, dyad.target);
        let f = self.inputs.ladder[rung].figures;
        let attributed = act
            .scripted
            .unwrap_or_else(|| streams.uniform(Key::attribution(challenger, target, rung), self.month) < f.attribution);
        let lanes = &self.policies.lanes[act.dyad];
        let lambda = self.precision[rung];
        let at = AtRung::new(lanes, &self.inputs, rung, lambda, &self.positions);
        let assessment = *self.policies.of(act.dyad, rung).assessment;
        let lead = assessment.lead.map(usize::from);
        let mut luck = streams.generator(Key::contest(challenger, target, rung), self.month);
        let (outcome, escalation) = (next_uniform(&mut luck), next_uniform(&mut luck));

        let resisted = !attributed || self.resist(streams, decider, dyad, rung, assessment.resist);
        let answers = if attributed && resisted {
            self.answers(streams, decider, &act, dyad, lead)
        } else {
            Answers {
                of: [Answer::Abstain; LANES],
                lead,
            }
        };
        let (mut window, mut war, mut came, mut nuclear) = (0.0, 0.0, 0.0, false);
        let (mut fought, mut supported): (StateSet, StateSet) = Default::default();
        for l in 0..lanes.len {
            let part = Answers::part(answers.of[l]);
            window += part * f64::from(at.usable[l]);
            war += part * f64::from(lanes.deployable[l]);
            came += part * f64::from(at.pledged[l]);
            let state = usize::from(lanes.who[l]);
            match answers.of[l] {
                Answer::Fight => {
                    fought.insert(state);
                    nuclear |= lanes.nuclear[l] > 0.5;
                }
                Answer::Support => supported.insert(state),
                Answer::Abstain => {}
            }
        }
        let share = if at.promised > 0.0 { came / at.promised } else { 0.0 };
        let tree = Tree::new(&self.inputs, lanes, &at, self.stage(dyad, rung));
        // What the last node gives against those who came.
        let (mut pressing, mut winning) = (1.0, 1.0);
        let (pressed, success) = if !attributed {
            // Nobody was named, nobody answers, and the challenger has nothing to reconsider.
            winning = tree.node.success(0.0);
            (true, outcome < winning)
        } else if resisted {
            let outlook = tree.last(window, war, nuclear);
            (pressing, winning) = (outlook.press, outlook.success);
            let pressed = decider.decide(&Question {
                topic: Topic::Press,
                month: self.month,
                actor: self.inputs.challengers[dyad.challenger].state,
                about: dyad.target,
                rung,
                chances: Chances::Moves(&[1.0 - outlook.press, outlook.press]),
                utilities: &[
                    tree.node.back,
                    tree.node
                        .press_value(outlook.success, war, f64::from(u8::from(nuclear))),
                ],
                belief: share,
                luck: streams.uniform(Key::press(challenger, target, rung), self.month),
            }) == 1;
            (pressed, pressed && outcome < outlook.success)
        } else {
            (true, true)
        };
        let becomes_war = attributed && resisted && pressed && escalation < f.war_chance;
        let row = ChallengeRow {
            month: self.month,
            challenger: self.inputs.challengers[dyad.challenger].state as u8,
            target: dyad.target as u8,
            rung: rung as u8,
            scripted: act.scripted.is_some(),
            attributed,
            resisted,
            lead: lead.map(|l| lanes.who[l]),
            lead_answer: lead.map_or(Answer::Abstain, |l| answers.of[l]),
            fought,
            supported,
            share,
            pressed,
            success,
            war: becomes_war,
            provoked: act.provoked,
            utility: act.utility,
            credibility: assessment.credibility,
        };
        self.expect_crisis(ground, &act, &row, pressing, winning);
        self.rally(dyad.target, f.severity);
        if attributed && resisted {
            self.learn(&answers, act.dyad, rung);
        }
        self.tally
            .crisis(&self.inputs, &self.membership, &self.agreement, &row, act.count);
        self.triggers
            .notice(&self.inputs.events, Happening::Crisis(&row), self.month);
        if becomes_war {
            let holds = success && self.inputs.ladder[rung].territorial;
            self.start_war(dyad.challenger, dyad.target, fought, holds, rung);
        }
    }

    fn resist<D: Decider>(&self, streams: &Streams, decider: &mut D, dyad: Dyad, rung: usize, chance: f64) -> bool {
        if !self.inputs.ladder[rung].force {
            return true;
        }
        decider.decide(&Question {
            topic: Topic::Resist,
            month: self.month,
            actor: dyad.target,
            about: self.inputs.challengers[dyad.challenger].state,
            rung,
            chances: Chances::Moves(&[1.0 - chance, chance]),
            utilities: &[],
            belief: chance,
            luck: streams.uniform(Key::resist(dyad.challenger, dyad.target, rung), self.month),
        }) == 1
    }

    /// The lead answers first, the others at once after it.
    fn answers<D: Decider>(
        &self,
        streams: &Streams,
        decider: &mut D,
        act: &Act,
        dyad: Dyad,
        lead: Option<usize>,
    ) -> Answers {
        let mut answers = Answers {
            of: [Answer::Abstain; LANES],
            lead,
        };
        if let Some(l) = lead {
            answers.of[l] = self.answer(streams, decider, act, dyad, l, 0);
        }
        let branch = lead.map_or(0, |l| answers.of[l] as usize);
        for l in (0..self.policies.lanes[act.dyad].len).filter(|l| Some(*l) != lead) {
            answers.of[l] = self.answer(streams, decider, act, dyad, l, branch);
        }
        answers
    }

    fn answer<D: Decider>(
        &self,
        streams: &Streams,
        decider: &mut D,
        act: &Act,
        dyad: Dyad,
        lane: usize,
        branch: usize,
    ) -> Answer {
        let state = usize::from(self.policies.lanes[act.dyad].who[lane]);
        if act.scripted.is_some()
            && let Some(Some(fixed)) = self.inputs.responses.get(state)
        {
            let can_fight = self.inputs.ladder[act.rung].figures.fight_weight > 0.0;
            return if can_fight {
                *fixed
            } else {
                (*fixed).min(Answer::Support)
            };
        }
        let policy = self.policies.of(act.dyad, act.rung);
        let moves = policy.moves(lane, branch, self.tilt_of(act.dyad, act.rung, lane));
        let lambda = self.precision[act.rung];
        let [half, full] = policy.weights_of(lane, branch);
        let utilities = [0.0, ln(half) / lambda, ln(full) / lambda];
        let choice = decider.decide(&Question {
            topic: Topic::Answer,
            month: self.month,
            actor: state,
            about: dyad.target,
            rung: act.rung,
            chances: Chances::Moves(&moves),
            utilities: &utilities,
            belief: policy.assessment.credibility,
            luck: streams.uniform(Key::answer(state, dyad.challenger, dyad.target, act.rung), self.month),
        });
        match choice {
            0 => Answer::Abstain,
            1 => Answer::Support,
            _ => Answer::Fight,
        }
    }

    /// Step 9, within the crisis: observers learn from what was done, more from graver tests.
    fn learn(&mut self, answers: &Answers, dyad: usize, rung: usize) {
        let p = self.inputs.parameters;
        let f = &self.inputs.ladder[rung].figures;
        let weight = p.beliefs.reputation * (f.severity / p.beliefs.full_lesson).min(1.0);
        if weight == 0.0 {
            return;
        }
        let gain = self.gain(rung);
        let branch = answers.lead.map_or(0, |l| answers.of[l] as usize);
        let tilt = self.tilt_by_type(rung);
        let (lanes, policy) = (&self.policies.lanes[dyad], self.policies.of(dyad, rung));
        // Totals of the answers' weights by lane and type, then their logarithms.
        self.totals.clear();
        for l in 0..lanes.len {
            let [half, full] = policy.weights_of(l, branch);
            self.totals.extend(tilt.map(|t| 1.0 + half * t + full * (t * t)));
        }
        super::arithmetic::ln_all(&mut self.totals);
        for (l, totals) in self.totals.as_chunks::<TYPES>().0.iter().enumerate() {
            // The weight of an answer is that at the perceived type, the same for all, times the tilt.
            let part = Answers::part(answers.of[l]);
            let mut likelihood = [0.0; TYPES];
            for (t, place) in likelihood.iter_mut().enumerate() {
                *place = part * gain * self.positions[t] - totals[t];
            }
            let state = usize::from(lanes.who[l]);
            let context = usize::from(lanes.context[l]);
            self.shaken.insert(context);
            self.lessons.add(context, state, &likelihood, weight);
        }
        self.learn_lessons();
    }
}
