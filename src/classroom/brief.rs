//! What a seat may see. A brief is built from the scenario's public facts and from the one question
//! that is put to the seat; it has no field that could hold another state's private values.

use crate::chart::data::{a, sentence, the};
use crate::model::decision::{Question, Topic};
use crate::model::inputs::Inputs;
use crate::text;

/// Names of the world that everybody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// With the article that a sentence gives them.
    pub states: Vec<String>,
    pub rungs: Vec<String>,
    /// Calendar month of month 0.
    pub start: (i32, u32),
    hedges: Vec<Vec<String>>,
}

impl Names {
    /// The public names of a scenario that starts in calendar month `start`, with nothing hidden in them.
    pub fn new(inputs: &Inputs, start: (i32, u32)) -> Self {
        Self {
            states: inputs.states.iter().map(|s| the(&text::line(&s.name))).collect(),
            rungs: inputs
                .ladder
                .iter()
                .map(|r| text::line(&r.label.to_lowercase()).into_owned())
                .collect(),
            start,
            hedges: inputs
                .states
                .iter()
                .map(|s| s.hedges.iter().map(|h| format!("{h:?}").to_lowercase()).collect())
                .collect(),
        }
    }

    /// Calendar month as `YYYY-MM`.
    pub fn date(&self, month: u32) -> String {
        let months = i64::from(self.start.0) * 12 + i64::from(self.start.1) - 1 + i64::from(month);
        format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1)
    }
}

/// One question as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    pub date: String,
    pub situation: String,
    /// Moves in the order of their numbers.
    pub moves: Vec<String>,
}

impl Brief {
    /// The brief for a question, or none for those that are not put to people: counts of acts below
    /// the crises, and the choice among dozens of acts of force.
    pub fn of(question: &Question<'_>, names: &Names) -> Option<Self> {
        let state = |i: usize| names.states.get(i).map_or("?", String::as_str);
        let rung = names.rungs.get(question.rung).map_or("?", String::as_str);
        let about = state(question.about);
        let (situation, moves) = match question.topic {
            Topic::Probe | Topic::React | Topic::Challenge => return None,
            Topic::Resist => (
                format!("You are the target of {} by {about}.", a(rung)),
                vec!["concede".to_owned(), "resist".to_owned()],
            ),
            Topic::Answer => (
                sentence(&format!("{about} is the target of {} and calls for help.", a(rung))),
                vec!["abstain".to_owned(), "support".to_owned(), "fight".to_owned()],
            ),
            Topic::Press => (
                format!("Your {rung} against {about} has met the answer of its allies."),
                vec!["back down".to_owned(), "press on".to_owned()],
            ),
            Topic::Stay => (
                format!("The war for {about} goes on, and your troops are in it."),
                vec!["withdraw".to_owned(), "stay".to_owned()],
            ),
            Topic::Hedge => {
                let mut moves = vec!["wait".to_owned()];
                moves.extend(names.hedges.get(question.actor).cloned().unwrap_or_default());
                ("Your government doubts that help would come.".to_owned(), moves)
            }
        };
        Some(Self {
            date: names.date(question.month),
            situation,
            moves,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_on_from_the_start_of_the_scenario() {
        let names = Names {
            states: vec![],
            rungs: vec![],
            start: (2025, 9),
            hedges: vec![],
        };
        assert_eq!(names.date(0), "2025-09");
        assert_eq!(names.date(4), "2026-01");
        assert_eq!(names.date(60), "2030-09");
    }
}
