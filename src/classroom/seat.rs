//! A person in the seat of one state; the model's agents sit in all others.

use std::io::{self, BufRead, Read, Write};

use super::brief::{Brief, Names};
use crate::model::decision::{Decider, Question};

/// Most bytes that are read of an answer at once: moves are words, and input without a line break must not fill the memory.
const LONGEST_ANSWER: u64 = 4096;

/// One state's decisions, asked of a person.
pub struct Seat<R, W> {
    state: usize,
    names: Names,
    input: R,
    output: W,
    /// Questions that the person has answered.
    pub answered: u32,
    /// Input has ended or failed: the engine plays on.
    pub left: bool,
}

impl<R: BufRead, W: Write> Seat<R, W> {
    /// A person in the seat of `state`.
    pub fn new(state: usize, names: Names, input: R, output: W) -> Self {
        Self {
            state,
            names,
            input,
            output,
            answered: 0,
            left: false,
        }
    }

    /// Asks until a move is named by number or word; none when the person has left.
    fn ask(&mut self, brief: &Brief) -> io::Result<Option<u32>> {
        writeln!(self.output, "\n{}  {}", brief.date, brief.situation)?;
        for (number, name) in brief.moves.iter().enumerate() {
            writeln!(self.output, "  {number}  {name}")?;
        }
        loop {
            write!(self.output, "> ")?;
            self.output.flush()?;
            let mut line = Vec::new();
            if self.input.by_ref().take(LONGEST_ANSWER).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            let word = String::from_utf8_lossy(&line).trim().to_lowercase();
            let by_number = word.parse::<usize>().ok().filter(|&n| n < brief.moves.len());
            let chosen = by_number.or_else(|| brief.moves.iter().position(|m| *m == word));
            match chosen {
                Some(number) => return Ok(Some(number as u32)),
                None => writeln!(self.output, "please type one of 0 to {}", brief.moves.len() - 1)?,
            }
        }
    }
}

impl<R: BufRead, W: Write> Decider for Seat<R, W> {
    fn decide(&mut self, question: &Question<'_>) -> u32 {
        if question.actor != self.state || self.left {
            return question.by_luck();
        }
        let Some(brief) = Brief::of(question, &self.names) else {
            return question.by_luck();
        };
        match self.ask(&brief) {
            Ok(Some(chosen)) => {
                self.answered += 1;
                chosen
            }
            Ok(None) | Err(_) => {
                self.left = true;
                question.by_luck()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decision::{Chances, Topic};
    use crate::model::inputs::{Inputs, Rung, State};

    fn names() -> Names {
        let state = |name: &str| State {
            name: name.into(),
            ..State::default()
        };
        let inputs = Inputs {
            states: vec![state("Poland"), state("Estonia")],
            ladder: vec![Rung {
                label: "Strike".into(),
                ..Rung::default()
            }],
            ..Inputs::default()
        };
        Names::new(&inputs, (2025, 9))
    }

    fn question(actor: usize) -> Question<'static> {
        Question {
            topic: Topic::Answer,
            month: 3,
            actor,
            about: 1,
            rung: 0,
            chances: Chances::Moves(&[0.2, 0.3, 0.5]),
            utilities: &[0.0, 0.123_456, 0.2],
            belief: 0.654_321,
            luck: 0.01,
        }
    }

    #[test]
    fn a_person_decides_for_one_state_and_the_engine_for_the_others() {
        let mut out = Vec::new();
        let mut seat = Seat::new(0, names(), &b"nonsense\nfight\n1\n"[..], &mut out);
        assert_eq!(seat.decide(&question(0)), 2);
        assert_eq!(seat.decide(&question(0)), 1);
        assert_eq!(seat.decide(&question(1)), 0, "luck 0.01 abstains");
        assert_eq!(seat.answered, 2);
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("2025-12  Estonia is the target of a strike"));
    }

    #[test]
    fn hidden_values_are_not_shown() {
        let mut out = Vec::new();
        Seat::new(0, names(), &b"0\n"[..], &mut out).decide(&question(0));
        let text = String::from_utf8(out).expect("text");
        for secret in ["0.5", "0.3", "0.123", "0.654", "0.01"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }

    #[test]
    fn who_leaves_is_replaced_by_the_engine() {
        let mut seat = Seat::new(0, names(), &b""[..], Vec::new());
        assert_eq!(seat.decide(&question(0)), 0);
        assert!(seat.left);
    }
}
