//! The headline table: estimates with intervals, in 80 columns. With an ensemble of parameters a second interval stands
//! beside the first, so that chance and parameters are told apart.

use crate::results::format::{Outcome, Parameters, Stored};
use crate::results::members::reason;
use crate::results::wording::{ends, shown};
use crate::scenario::ensemble::RUNS_A_MEMBER;

/// The outcomes that a reader wants first, where they apply.
fn headline_ids(stored: &Stored) -> Vec<(&'static str, Vec<String>)> {
    let focal = &stored.manifest.focal;
    let rungs: Vec<&str> = stored.manifest.rungs.iter().map(|r| r.id.as_str()).collect();
    let each = |prefix: &str| rungs.iter().map(|r| format!("{prefix}.{r}")).collect::<Vec<_>>();
    let grab = if rungs.contains(&"land_grab") {
        "land_grab"
    } else {
        rungs.last().copied().unwrap_or("")
    };
    vec![
        (
            "Does the promise convince?",
            vec![
                format!("credibility.{focal}.{grab}.start"),
                format!("credibility.{focal}.{grab}.end"),
                format!("credence_allies.{focal}.{grab}.end"),
                format!("margin.{focal}.{grab}.end"),
                format!("hollow.{focal}"),
            ],
        ),
        ("What is tried against members? (at least once)", each("challenge")),
        ("How often? (integrated intensity a year)", each("intensity")),
        (
            "What happens then?",
            vec![
                format!("honoured.{focal}"),
                "unanswered.incursion".to_owned(),
                "war".to_owned(),
                "nuclear_crisis".to_owned(),
            ],
        ),
    ]
}

/// A text table of the headline outcomes.
pub fn headline(stored: &Stored) -> String {
    let s = &stored.summary;
    let mut text = format!("\n{}\n", s.scenario.title);
    if let Some(option) = &s.option {
        text.push_str(&format!("option: {option}\n"));
    }
    if !s.assumptions.is_empty() {
        text.push_str(&format!("assuming: {}\n", s.assumptions.join(", ")));
    }
    let parameters = s.outcomes.iter().filter_map(|o| o.parameters.as_ref());
    let members = parameters.map(|p| p.members).max();
    if members.is_some() {
        text.push_str(&format!(
            "\n{:>47} {:>16} {:>15}\n",
            "estimate", "by the runs", "over parameters"
        ));
    }
    for (heading, ids) in headline_ids(stored) {
        let rows: Vec<&Outcome> = ids.iter().filter_map(|id| s.outcome(id)).collect();
        if rows.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{heading}\n"));
        for outcome in rows {
            text.push_str(&match members {
                Some(_) => wide_row(outcome),
                None => row(outcome),
            });
        }
    }
    let plural = if s.runs == 1 { "run" } else { "runs" };
    text.push_str(&format!("\n{} {plural}, 95% intervals. {}\n", s.runs, s.note));
    if let Some(members) = members {
        text.push_str(&format!(
            "By the runs: how well {} runs pin the estimate down. Over parameters: where the\nexpectation lies for the {members} \
             sets of parameters that the data leave open.\n",
            s.runs
        ));
        if s.runs < RUNS_A_MEMBER * members {
            text.push_str(&format!(
                "With fewer than {} runs ({RUNS_A_MEMBER} a set) nothing tells the two apart.\n",
                RUNS_A_MEMBER * members
            ));
        }
    }
    text
}

/// One row of the table with two intervals: label, estimate, Monte Carlo interval, range over sets of parameters.
fn wide_row(outcome: &Outcome) -> String {
    // What follows a colon repeats the heading, where the whole is too long.
    let label = match outcome.label.split_once(": ") {
        Some((subject, rest)) if rest == "at least one" || rest.starts_with("integrated intensity") => subject,
        _ => &outcome.label,
    };
    let label = shorten(label, 36);
    let Some(estimate) = outcome.estimate else {
        return format!("  {label:<36} {:>8} {:>16}\n", "—", "no case observed");
    };
    let span = |interval: [f64; 2]| {
        let [low, high] = ends(outcome.kind, interval);
        format!("{}–{high}", low.trim_end_matches('%'))
    };
    let runs = match (outcome.interval, outcome.count) {
        (Some([_, high]), Some(0)) => format!("at most {}", shown(outcome.kind, high)),
        (Some(interval), _) => span(interval),
        (None, _) => String::new(),
    };
    let range = match &outcome.parameters {
        Some(parameters) => parameters.interval.map_or_else(|| why(parameters).to_owned(), span),
        None => "—".to_owned(),
    };
    let estimate = shown(outcome.kind, estimate);
    format!("  {label:<36} {estimate:>8} {runs:>16} {range:>15}\n")
}

/// Why there is no interval over parameters, in the width of its column.
fn why(parameters: &Parameters) -> &'static str {
    match parameters.reason.as_deref() {
        Some(reason::CHANCE) => "within chance",
        Some(reason::FEW_RUNS) => "too few runs",
        Some(reason::FEW_MEMBERS) => "few members",
        Some(reason::CONSTANT) => "constant",
        _ => "—",
    }
}

/// One row: label, estimate, interval.
fn row(outcome: &Outcome) -> String {
    let label = shorten(&outcome.label, 46);
    let (value, interval) = numbers(outcome);
    format!("  {label:<46} {value:>9}  {interval}\n")
}

fn numbers(outcome: &Outcome) -> (String, String) {
    let Some(estimate) = outcome.estimate else {
        return ("—".to_owned(), "no case observed".to_owned());
    };
    let interval = match (outcome.interval, outcome.count) {
        (Some([_, high]), Some(0)) => format!("none; at most {}", shown(outcome.kind, high)),
        (Some(interval), _) => ends(outcome.kind, interval).join(" to "),
        (None, _) => String::new(),
    };
    (shown(outcome.kind, estimate), interval)
}

fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::format::Kind;

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
            quantiles: None,
            parameters: None,
        }
    }

    #[test]
    fn a_probability_of_zero_events_is_shown_with_its_bound() {
        let text = row(&outcome(Kind::Probability, Some(0.0), Some([0.0, 0.037]), Some(0)));
        assert!(text.contains("none; at most 3.7%"), "{text}");
    }

    #[test]
    fn chance_and_parameters_stand_side_by_side() {
        let mut o = outcome(Kind::Probability, Some(0.05), Some([0.04, 0.06]), Some(5));
        o.label = "Land grab: at least one".into();
        assert!(
            wide_row(&o).trim_end().ends_with('—'),
            "nothing is claimed where nothing is known"
        );
        o.parameters = Some(crate::results::format::Parameters {
            members: 200,
            interval: Some([0.01, 0.2]),
            share: Some(0.3),
            reason: None,
            method: "random effects".into(),
        });
        let text = wide_row(&o);
        let cells: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(cells, ["Land", "grab", "5.0%", "4.0–6.0%", "1.0–20%"]);
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
            assert!(wide_row(&o).trim_end().ends_with(word), "{}", wide_row(&o));
        }
    }

    #[test]
    fn tiny_rates_are_not_shown_as_zero() {
        let text = row(&outcome(Kind::Mean, Some(7.07e-7), Some([1.2e-8, 2e-6]), None));
        assert!(text.contains("7.1e-7") && text.contains("1.2e-8 to 2.0e-6"), "{text}");
    }

    #[test]
    fn rows_fit_eighty_columns() {
        for o in [
            outcome(Kind::Probability, Some(0.00123), Some([0.00113, 0.00133]), Some(5)),
            outcome(Kind::Mean, Some(133.66), Some([133.4, 133.9]), None),
            outcome(Kind::Mean, Some(-0.00123), Some([-0.00323, 0.00123]), None),
            outcome(Kind::Ratio, None, None, Some(0)),
            outcome(Kind::Probability, Some(0.0), Some([0.0, 0.00037]), Some(0)),
        ] {
            for text in [row(&o), wide_row(&o)] {
                assert!(
                    text.trim_end().chars().count() <= 80,
                    "{} columns: {text}",
                    text.chars().count()
                );
            }
        }
    }
}
