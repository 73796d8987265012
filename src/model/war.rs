//! Wars: a state machine that a crisis can start.
//!
//! Attrition follows the balance of forces, the coalition re-decides while the war lasts, the hazard
//! of a settlement grows with exhaustion, and nuclear risk runs while nuclear powers face each other.

use super::arithmetic::{exp, logistic};
use super::decision::{Chances, Decider, Question, Topic};
use super::expected::End;
use super::inputs::{Inputs, is_nuclear};
use super::sets::StateSet;
use super::triggers::Happening;
use super::world::World;
use crate::random::{Key, Streams, next_uniform};

/// A running war.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct War {
    /// Number of the challenger, and the state it attacks.
    pub challenger: usize,
    pub target: usize,
    /// Guarantors that fight.
    pub fighting: StateSet,
    /// Months it has lasted.
    pub age: f64,
    /// Exhaustion of either side, 0 to 1.
    pub attacker_worn: f64,
    pub defender_worn: f64,
    /// The attacker holds ground that it took.
    pub holds_ground: bool,
    /// Rung with which it began.
    pub rung: usize,
    /// It ran when the scenario started.
    pub opening: bool,
}

impl War {
    /// True if the state that was attacked loses territory by such an ending.
    fn loses_by(&self, ending: Ending) -> bool {
        match ending {
            Ending::Defeat => true,
            Ending::Armistice => self.holds_ground,
            Ending::Repelled => false,
        }
    }
}

/// Monthly chance of a decision once one side outweighs the other by the ratio of defeat.
const DECISION: f64 = 0.25;

/// How a war ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The attacker gave up; what was taken returns.
    Repelled,
    /// The line stays where it is.
    Armistice,
    /// The target is beaten.
    Defeat,
}

/// All running wars.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wars {
    pub running: Vec<War>,
}

impl Wars {
    /// The wars that run at the start.
    pub fn new(inputs: &Inputs) -> Self {
        let running = inputs
            .wars
            .iter()
            .filter_map(|w| {
                let challenger = inputs.challengers.iter().position(|c| c.state == w.attacker)?;
                Some(War {
                    challenger,
                    target: w.target,
                    fighting: StateSet::EMPTY,
                    age: w.age,
                    attacker_worn: 0.3,
                    defender_worn: 0.3,
                    holds_ground: true,
                    rung: inputs.ladder.len().saturating_sub(1),
                    opening: true,
                })
            })
            .collect();
        Self { running }
    }

    /// True while a challenger fights a state.
    pub fn between(&self, challenger: usize, target: usize) -> bool {
        self.running
            .iter()
            .any(|w| w.challenger == challenger && w.target == target)
    }

    /// True while a state is attacked or fights for somebody other than `target`.
    pub fn engage(&self, state: usize, target: usize) -> bool {
        self.running
            .iter()
            .any(|w| w.target == state || (w.target != target && w.fighting.contains(state)))
    }
}

impl World {
    /// Starts a war.
    pub(crate) fn start_war(&mut self, challenger: usize, target: usize, fighting: StateSet, holds: bool, rung: usize) {
        self.forces.at_war[challenger] = true;
        self.forces.since_war[challenger] = 0.0;
        self.take_up_quarrel(challenger, target);
        self.wars.running.push(War {
            challenger,
            target,
            fighting,
            age: 0.0,
            attacker_worn: 0.0,
            defender_worn: 0.0,
            holds_ground: holds,
            rung,
            opening: false,
        });
        self.engagement_moved();
        self.tally.war_began(&self.inputs, challenger, target, fighting);
        self.triggers
            .notice(&self.inputs.events, Happening::War { target }, self.month);
    }

    /// Who fights where has changed: whoever counts with forces that a war ties up thinks again.
    fn engagement_moved(&mut self) {
        self.expected.prospects.forget_all();
        if self.inputs.parameters.forces.tied > 0.0 {
            self.policies.invalidate();
        }
    }

    /// Step 8: one month of every war.
    pub(crate) fn wage<D: Decider>(&mut self, streams: &Streams, decider: &mut D) {
        let mut index = 0;
        while index < self.wars.running.len() {
            match self.wage_one(streams, decider, index) {
                Some(ending) => self.end_war(index, ending),
                None => index += 1,
            }
        }
    }

    fn wage_one<D: Decider>(&mut self, streams: &Streams, decider: &mut D, index: usize) -> Option<Ending> {
        let p = self.inputs.parameters.war;
        let mut war = self.wars.running[index];
        let c = &self.inputs.challengers[war.challenger];
        let mut luck = streams.generator(Key::war(war.challenger, war.target), self.month);
        let (settle, nuclear, decided) = (
            next_uniform(&mut luck),
            next_uniform(&mut luck),
            next_uniform(&mut luck),
        );
        war.age += 1.0;
        let attack = (c.figures.war_force * self.forces.worn[war.challenger]).max(0.1);
        let allies: f64 = war
            .fighting
            .members()
            .map(|i| self.forces.available(&self.inputs, &self.wars, i, war.target))
            .sum();
        let defence = (self.forces.ready[war.target] + allies).max(0.1);
        let balance = defence / (attack + defence);
        war.attacker_worn = (war.attacker_worn + p.attrition * balance).min(1.0);
        war.defender_worn = (war.defender_worn + p.attrition * (1.0 - balance)).min(1.0);
        // What is lost is lost for the next crisis as well; forces recover once the war is over.
        let kept = 1.0 - 0.25 * p.attrition * (1.0 - balance);
        self.forces.ready[war.target] *= kept;
        self.forces.mobilised[war.target] *= kept;
        self.forces.worn[war.challenger] =
            (self.forces.worn[war.challenger] * (1.0 - 0.1 * p.attrition * balance)).max(0.3);
        self.forces.since_war[war.challenger] = 0.0;
        let has_arsenal = |i: usize| is_nuclear(self.inputs.states[i].nuclear);
        let own = self.inputs.parameters.crisis.own_arsenal > 0.0 && has_arsenal(war.target);
        let both_nuclear = has_arsenal(c.state) && (own || war.fighting.members().any(has_arsenal));
        if both_nuclear && !self.tally.nuclear {
            self.expected.nuclear += p.nuclear_risk.min(1.0);
        }
        if both_nuclear && nuclear < p.nuclear_risk {
            self.tally.nuclear_crisis();
        }
        let before = war.fighting;
        war.fighting = self.reconsider(streams, decider, &war);
        if war.fighting != before {
            self.engagement_moved();
        }
        self.wars.running[index] = war;
        let ratio = (attack / defence).max(defence / attack);
        let decision = if attack > defence {
            Ending::Defeat
        } else {
            Ending::Repelled
        };
        let worn = war.attacker_worn.max(war.defender_worn);
        let hazard = (p.settlement + p.exhaustion * worn * worn).min(1.0);
        let settlement = if war.holds_ground && defence > 2.0 * attack {
            Ending::Repelled
        } else {
            Ending::Armistice
        };
        let decides = if war.age >= 3.0 && ratio > p.defeat_ratio {
            DECISION
        } else {
            0.0
        };
        let ends = [(decides, decision), ((1.0 - decides) * hazard, settlement)];
        let lost: f64 = ends
            .iter()
            .filter(|(_, e)| war.loses_by(*e))
            .map(|(chance, _)| chance)
            .sum();
        let chance = ends[0].0 + ends[1].0;
        let left = self.inputs.months.saturating_sub(self.month);
        let end = End {
            chance,
            lost,
            ever: 1.0 - exp(-chance * f64::from(left)),
        };
        let ending = if decided < decides {
            Some(decision)
        } else {
            (settle < hazard).then_some(settlement)
        };
        let counts = self.tally.settles(war.opening);
        let ended = ending.map(|e| war.loses_by(e));
        self.expected.end_of_war(&self.tally, war.target, counts, end, ended);
        ending
    }

    /// Guarantors at war think again, now and then: a tired public and a soft type withdraw.
    fn reconsider<D: Decider>(&mut self, streams: &Streams, decider: &mut D, war: &War) -> StateSet {
        let p = &self.inputs.parameters;
        let mut fighting = war.fighting;
        for i in war.fighting.members() {
            let mut luck = streams.generator(Key::stay(i, war.challenger, war.target), self.month);
            if next_uniform(&mut luck) >= p.war.reconsider {
                continue;
            }
            let wish = p.guarantor.type_spread * self.resolve(i)
                + p.guarantor.default_cost
                + p.guarantor.support_weight * (self.support[i] - self.inputs.states[i].figures.public_support)
                - p.guarantor.fighting_cost * (0.5 + war.defender_worn);
            let stay = logistic(p.choice.precision * wish);
            let question = Question {
                topic: Topic::Stay,
                month: self.month,
                actor: i,
                about: war.target,
                rung: war.rung,
                chances: Chances::Moves(&[1.0 - stay, stay]),
                utilities: &[0.0, wish],
                belief: self.support[i].clamp(0.0, 1.0),
                luck: next_uniform(&mut luck),
            };
            if decider.decide(&question) == 0 {
                fighting.remove(i);
            }
        }
        fighting
    }

    /// With this chance every war against a state ends where its line is.
    pub(crate) fn expect_ceasefire(&mut self, target: usize, chance: f64) {
        let wars = || self.wars.running.iter().filter(|w| w.target == target);
        if wars().next().is_none() {
            return;
        }
        let counts = wars().any(|w| self.tally.settles(w.opening));
        let loses = wars().any(|w| w.loses_by(Ending::Armistice));
        let chance = chance.clamp(0.0, 1.0);
        let end = End {
            chance,
            lost: if loses { chance } else { 0.0 },
            ever: 0.0,
        };
        self.expected.end_of_war(&self.tally, target, counts, end, None);
    }

    /// Ends a war and frees what it pinned.
    pub(crate) fn end_war(&mut self, index: usize, ending: Ending) {
        let war = self.wars.running.remove(index);
        self.engagement_moved();
        let c = war.challenger;
        self.forces.at_war[c] = self.wars.running.iter().any(|w| w.challenger == c);
        self.forces.since_war[c] = 0.0;
        self.rest_quarrel(c, war.target, ending);
        let lost = war.loses_by(ending);
        self.tally.war_ended(war.target, lost, war.opening, self.month);
        if ending == Ending::Armistice {
            self.note_ceasefire(war.target);
        }
    }
}
