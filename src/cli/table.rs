//! The headline table: estimates with intervals. With an ensemble of parameters a second interval stands
//! beside the first, so that chance and parameters are told apart.

use super::grid::{Block, Row, grid};
use crate::chart::data::{horizon, running};
use crate::numerals::counted;
use crate::results::format::{Outcome, Stored};
use crate::results::members::reason;
use crate::scenario::ensemble::RUNS_A_MEMBER;
use crate::study::number::{bound, ends, level, show_alone};
use crate::study::phrase::World;
use crate::text::line;

/// Columns of a line of prose.
const PROSE: usize = 80;

/// The outcomes that a reader wants first, where they apply, under their headings.
fn headline_ids(stored: &Stored) -> Vec<(String, Vec<String>)> {
    let m = &stored.manifest;
    let focal = &m.focal;
    let rungs: Vec<&str> = m.rungs.iter().map(|r| r.id.as_str()).collect();
    let each = |prefix: &str| rungs.iter().map(|r| format!("{prefix}.{r}")).collect::<Vec<_>>();
    let focus = m.focus().map_or("", |r| r.id.as_str());
    // Where the gravest is what promises are compared at, it is named once.
    let gravest = rungs.last().copied().filter(|r| *r != focus).unwrap_or_default();
    // Answers are counted from the lowest crisis up.
    let mut unanswered = rungs.iter().map(|r| format!("unanswered.{r}"));
    let lowest_crisis = unanswered
        .find(|id| stored.summary.outcome(id).is_some())
        .unwrap_or_default();
    vec![
        (
            "Does the promise convince?".to_owned(),
            vec![
                format!("credibility.{focal}.{focus}.start"),
                format!("credibility.{focal}.{focus}.end"),
                format!("adequacy.{focal}.{focus}.end"),
                format!("adequacy.{focal}.{gravest}.end"),
                format!("hollow.{focal}"),
            ],
        ),
        (
            format!("What is tried against members, at least once in {}?", horizon(m.months)),
            each("challenge"),
        ),
        ("How often? (acts, expected)".to_owned(), each("intensity")),
        (
            "What happens then?".to_owned(),
            vec![
                format!("honoured.{focal}"),
                lowest_crisis,
                "war".to_owned(),
                "nuclear_crisis".to_owned(),
            ],
        ),
    ]
}

/// A text table of the headline outcomes, in at most `width` columns.
pub fn headline(stored: &Stored, width: usize) -> String {
    let s = &stored.summary;
    // Lines of prose longer than this are hard to read, however wide the terminal.
    let prose = |text: &str| textwrap::fill(text, width.min(PROSE)) + "\n";
    let mut text = format!("\n{}", prose(&line(&s.scenario.title)));
    if let Some(option) = &s.option {
        text.push_str(&prose(&format!("option: {option}")));
    }
    if !s.assumptions.is_empty() {
        text.push_str(&prose(&format!("assuming: {}", line(&s.assumptions.join(", ")))));
    }
    let parameters = s.outcomes.iter().filter_map(|o| o.parameters.as_ref());
    let members = parameters.map(|p| p.members).max();
    let world = World::new(&stored.manifest);
    let blocks = headline_ids(stored).into_iter().filter_map(|(heading, ids)| {
        let rows = ids.iter().filter_map(|id| s.outcome(id)).map(|outcome| Row {
            label: label(outcome, &world),
            cells: members.map_or_else(|| numbers(outcome).to_vec(), |_| wide_numbers(outcome).to_vec()),
        });
        let rows = folded(rows.collect());
        (!rows.is_empty()).then_some(Block { heading, rows })
    });
    let head: &[&str] = members.map_or(&[], |_| &["estimate", "by the runs", "over parameters"]);
    text.push_str(&grid(&blocks.collect::<Vec<_>>(), head, width));
    text.push('\n');
    if let Some(scripted) = stored.manifest.scripted_acts() {
        text.push_str(&prose(&scripted));
    }
    text.push_str(&prose(&format!(
        "{}, 95% intervals. {}",
        counted(s.runs, "run"),
        s.note
    )));
    if let Some(members) = members {
        text.push_str(&prose(&format!(
            "By the runs: how well {} can pin the estimate down. Over parameters: where the expectation lies for \
             the {} that the data leave open.",
            counted(s.runs, "run"),
            counted(members, "set of parameters")
        )));
        if s.runs < RUNS_A_MEMBER * members {
            text.push_str(&prose(&format!(
                "With fewer than {} runs ({RUNS_A_MEMBER} a set) nothing tells the two apart.",
                RUNS_A_MEMBER * members
            )));
        }
    }
    text
}

/// What a row is called: the rung alone where the heading says the rest, otherwise the outcome in plain words.
fn label(outcome: &Outcome, world: &World) -> String {
    let shown = match outcome.label.split_once(": ") {
        Some((subject, rest)) if rest == "at least one" || rest.starts_with("integrated intensity") => {
            subject.to_owned()
        }
        _ => world.subject(&outcome.id, &outcome.label).heading(),
    };
    line(&shown).into_owned()
}

/// Rows that say the same of several things become one: what always or never happens needs no line of its own.
fn folded(rows: Vec<Row>) -> Vec<Row> {
    // Names that a list can hold; whole phrases keep their lines.
    let is_short = |row: &Row| row.label.split_whitespace().count() <= 3;
    let mut folded: Vec<Row> = Vec::new();
    for row in rows {
        match folded.last_mut() {
            Some(last) if last.cells == row.cells && is_short(&row) => {
                last.label.push_str(", ");
                last.label.push_str(&running(&row.label));
            }
            _ => folded.push(row),
        }
    }
    folded
}

/// The cells of a table with two intervals: estimate, Monte Carlo interval, range over sets of parameters.
fn wide_numbers(outcome: &Outcome) -> [String; 3] {
    let Some(estimate) = outcome.estimate else {
        return ["—".to_owned(), "no case observed".to_owned(), String::new()];
    };
    let show = show_alone(outcome);
    let span = |interval: [f64; 2]| {
        let [low, high] = ends(show, interval);
        format!("{}–{high}", low.trim_end_matches('%'))
    };
    let runs = match (outcome.interval, outcome.bound()) {
        (_, Some(high)) => format!("at most {}", bound(show, high)),
        (Some(interval), _) => span(interval),
        (None, _) => String::new(),
    };
    let range = match &outcome.parameters {
        Some(parameters) => {
            let why = || reason::short(parameters.reason.as_deref()).to_owned();
            parameters.interval.map_or_else(why, span)
        }
        None => "—".to_owned(),
    };
    [level(show, estimate), runs, range]
}

/// The cells of a table with one interval: estimate and interval.
fn numbers(outcome: &Outcome) -> [String; 2] {
    let Some(estimate) = outcome.estimate else {
        return ["—".to_owned(), "no case observed".to_owned()];
    };
    let show = show_alone(outcome);
    let interval = match (outcome.interval, outcome.bound()) {
        (_, Some(high)) => format!("none; at most {}", bound(show, high)),
        (Some(interval), _) => ends(show, interval).join(" to "),
        (None, _) => String::new(),
    };
    [level(show, estimate), interval]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::format::{Kind, Parameters};

    fn outcome(kind: Kind, estimate: Option<f64>, interval: Option<[f64; 2]>, count: Option<u64>) -> Outcome {
        Outcome {
            id: "x".into(),
            label: "A label that is much too long for the forty-six columns it has".into(),
            kind,
            unit: "1".into(),
            estimate,
            interval,
            level: 0.95,
            method: "wilson".into(),
            n: 100,
            count,
            counted: None,
            quantiles: None,
            parameters: None,
        }
    }

    #[test]
    fn a_probability_of_zero_events_is_shown_with_its_bound() {
        let cells = numbers(&outcome(Kind::Probability, Some(0.0), Some([0.0, 0.037]), Some(0)));
        assert_eq!(cells[1], "none; at most 3.7%");
    }

    #[test]
    fn chance_and_parameters_stand_side_by_side() {
        let mut o = outcome(Kind::Probability, Some(0.05), Some([0.04, 0.06]), Some(5));
        o.label = "Land grab: at least one".into();
        assert_eq!(wide_numbers(&o)[2], "—", "nothing is claimed where nothing is known");
        o.parameters = Some(Parameters {
            members: 200,
            interval: Some([0.01, 0.2]),
            share: Some(0.3),
            reason: None,
            method: "random effects".into(),
        });
        assert_eq!(label(&o, &World::default()), "Land grab");
        assert_eq!(wide_numbers(&o), ["5.0%", "4.0–6.0%", "1.0–20%"]);
    }

    #[test]
    fn without_an_interval_over_parameters_the_table_says_why() {
        let mut o = outcome(Kind::Mean, Some(0.05), Some([0.04, 0.06]), None);
        for (given, word) in [
            (reason::CHANCE, "within chance"),
            (reason::FEW_RUNS, "too few runs"),
            (reason::FEW_MEMBERS, "few members"),
            (reason::CONSTANT, "constant"),
        ] {
            o.parameters = Some(Parameters {
                members: 200,
                interval: None,
                share: None,
                reason: Some(given.into()),
                method: "random effects".into(),
            });
            assert!(wide_numbers(&o)[2] == word, "{:?}", wide_numbers(&o));
        }
    }

    #[test]
    fn rows_that_say_the_same_share_a_line() {
        let row = |label: &str, cell: &str| Row {
            label: label.into(),
            cells: vec![cell.into()],
        };
        let rows = vec![
            row("Cyberattack", "100%"),
            row("Sabotage", "100%"),
            row("Strike", "29%"),
        ];
        let labels: Vec<String> = folded(rows).into_iter().map(|r| r.label).collect();
        assert_eq!(labels, ["Cyberattack, sabotage", "Strike"]);
    }

    #[test]
    fn tiny_rates_are_not_shown_as_zero() {
        let cells = numbers(&outcome(Kind::Mean, Some(7.07e-7), Some([1.2e-8, 2e-6]), None));
        assert_eq!(cells, ["7.1e-7", "1.2e-8 to 2.0e-6"]);
    }
}
