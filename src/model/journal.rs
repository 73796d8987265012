//! The journal of decisions with their reasons, and its replay.

use super::decision::{Chances, Decider, Question, Topic};

/// One decision as it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub topic: Topic,
    pub month: u32,
    pub actor: usize,
    pub about: usize,
    pub rung: usize,
    /// Probabilities of the moves, or the mean of a count.
    pub chances: Vec<f64>,
    pub utilities: Vec<f64>,
    pub belief: f64,
    pub luck: f64,
    pub chosen: u32,
}

/// Wraps a decider and writes down what it is asked and what it does.
#[derive(Debug, Clone, Default)]
pub struct Journal<D> {
    inner: D,
    /// Decisions in the order in which they were taken. Counts of zero are left out.
    pub entries: Vec<Entry>,
}

impl<D> Journal<D> {
    /// A journal of what `inner` decides.
    pub fn new(inner: D) -> Self {
        Self {
            inner,
            entries: Vec::new(),
        }
    }
}

impl<D: Decider> Decider for Journal<D> {
    fn decide(&mut self, question: &Question<'_>) -> u32 {
        let chosen = self.inner.decide(question);
        let chances = match question.chances {
            Chances::Moves(p) => p.to_vec(),
            Chances::Count(mean) => vec![mean],
            Chances::Trials(_, probability) => vec![probability],
        };
        if !(question.chances.is_count() && chosen == 0) {
            self.entries.push(Entry {
                topic: question.topic,
                month: question.month,
                actor: question.actor,
                about: question.about,
                rung: question.rung,
                chances,
                utilities: question.utilities.to_vec(),
                belief: question.belief,
                luck: question.luck,
                chosen,
            });
        }
        chosen
    }
}

/// Plays a recorded list of moves again. Probabilities and luck are not looked at: only the moves
/// count, so the same world follows as long as the questions are the same.
#[derive(Debug, Clone)]
pub struct Script {
    moves: Vec<Entry>,
    next: usize,
    /// The first question that the record does not answer, if the worlds part.
    pub diverged: Option<(u32, Topic, usize)>,
}

impl Script {
    /// A script of the moves of a journal.
    pub fn new(moves: Vec<Entry>) -> Self {
        Self {
            moves,
            next: 0,
            diverged: None,
        }
    }

    /// True when every move was used and none was missing.
    pub fn is_complete(&self) -> bool {
        self.diverged.is_none() && self.next == self.moves.len()
    }
}

impl Decider for Script {
    fn decide(&mut self, question: &Question<'_>) -> u32 {
        if let Some(entry) = self.moves.get(self.next)
            && entry.topic == question.topic
            && entry.month == question.month
            && entry.actor == question.actor
            && entry.about == question.about
            && entry.rung == question.rung
        {
            self.next += 1;
            return entry.chosen;
        }
        if !question.chances.is_count() && self.diverged.is_none() {
            self.diverged = Some((question.month, question.topic, question.actor));
        }
        0
    }
}
