//! The seam through which every decision of the month is taken.
//!
//! The model states the question, with the probabilities that its own theory gives to each move and
//! the utilities and the belief behind them; a [`Decider`] answers. The model's agents, a recorded
//! list of moves and a person at a keyboard are all deciders, so play, replay and counterfactuals
//! are the same program.

use super::arithmetic::{binomial, poisson};

/// What is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// How many acts of this rung a challenger undertakes against this target this month.
    Probe,
    /// Which act from the strike rung upwards, if any; move 0 is none.
    Challenge,
    /// The target: 0 concede, 1 resist.
    Resist,
    /// A guarantor, to the acts of a month below the crises: how many it answers.
    React,
    /// A guarantor: 0 abstain, 1 support, 2 fight.
    Answer,
    /// The challenger: 0 back down, 1 press on.
    Press,
    /// A guarantor at war: 0 withdraw, 1 stay.
    Stay,
    /// An insecure ally: 0 wait, otherwise the hedge by its place in the state's list.
    Hedge,
}

/// How the theory's move follows from luck.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chances<'a> {
    /// Probabilities of the moves 0, 1, …; they sum to one.
    Moves(&'a [f64]),
    /// The move is a count with this mean.
    Count(f64),
    /// The move is a number of successes in so many trials with this probability.
    Trials(u32, f64),
}

impl Chances<'_> {
    /// True where the move is a count; a journal leaves counts of zero out.
    pub fn is_count(&self) -> bool {
        !matches!(self, Chances::Moves(_))
    }
}

/// One question put to a decider.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question<'a> {
    pub topic: Topic,
    pub month: u32,
    /// The state that decides.
    pub actor: usize,
    /// The state it is about.
    pub about: usize,
    /// The rung, where there is one.
    pub rung: usize,
    pub chances: Chances<'a>,
    /// Utility of each move relative to the first, where known.
    pub utilities: &'a [f64],
    /// The belief that mattered most, in [0, 1].
    pub belief: f64,
    /// A uniform in (0, 1): the luck of this question, the same in every paired run.
    pub luck: f64,
}

impl Question<'_> {
    /// The move that the model's theory makes with this luck.
    #[inline]
    pub fn by_luck(&self) -> u32 {
        match self.chances {
            Chances::Count(mean) => poisson(mean, self.luck),
            Chances::Trials(trials, probability) => binomial(trials, probability, self.luck),
            Chances::Moves(probabilities) => {
                let mut below = 0.0;
                let last = probabilities.len().saturating_sub(1);
                for (i, p) in probabilities.iter().enumerate() {
                    below += p;
                    if self.luck < below || i == last {
                        return i as u32;
                    }
                }
                0
            }
        }
    }
}

/// Takes decisions.
pub trait Decider {
    /// The move: an index, or a count where [`Chances::is_count`].
    fn decide(&mut self, question: &Question<'_>) -> u32;
}

/// The model's own agents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Agents;

impl Decider for Agents {
    #[inline(always)]
    fn decide(&mut self, question: &Question<'_>) -> u32 {
        question.by_luck()
    }
}
