//! The headline table: estimates with intervals, in 80 columns. With an ensemble of parameters a second interval stands
//! beside the first, so that chance and parameters are told apart.

use crate::results::format::{Kind, Outcome, Stored};

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
    if let Some(scripted) = stored.manifest.scripted_acts() {
        text.push_str(&format!("\n{scripted}\n"));
    }
    text.push_str(&format!("\n{} runs, 95% intervals. {}\n", s.runs, s.note));
    if let Some(members) = members {
        text.push_str(&format!(
            "By the runs: how well {} runs pin the estimate down. Over parameters: where the\nexpectation lies for the {members} \
             sets of parameters that the data leave open.\n",
            s.runs
        ));
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
    let show = shower(outcome.kind);
    let Some(estimate) = outcome.estimate else {
        return format!("  {label:<36} {:>8} {:>16}\n", "—", "no case observed");
    };
    let span = |[low, high]: [f64; 2]| format!("{}–{}", show(low), show(high));
    let runs = match (outcome.interval, outcome.bound()) {
        (_, Some(high)) => format!("at most {}", show(high)),
        (Some(interval), _) => span(interval),
        (None, _) => String::new(),
    };
    let parameters = outcome.parameters.as_ref().and_then(|p| p.interval);
    let range = match parameters {
        // Members differ by no more than chance explains: their common mean would look like knowledge.
        Some([low, high]) if low == high => "within chance".to_owned(),
        Some(interval) => span(interval),
        None => "—".to_owned(),
    };
    format!("  {label:<36} {:>8} {runs:>16} {range:>15}\n", show(estimate))
}

/// How numbers of a kind are shown.
fn shower(kind: Kind) -> fn(f64) -> String {
    match kind {
        Kind::Probability | Kind::Ratio => percent,
        Kind::Mean => plain,
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
    let show = shower(outcome.kind);
    let interval = match (outcome.interval, outcome.bound()) {
        (_, Some(high)) => format!("none; at most {}", show(high)),
        (Some([low, high]), _) => format!("{} to {}", show(low), show(high)),
        (None, _) => String::new(),
    };
    (show(estimate), interval)
}

fn percent(x: f64) -> String {
    let p = 100.0 * x;
    let digits = if p == 0.0 || p >= 10.0 {
        1
    } else if p >= 1.0 {
        2
    } else {
        3
    };
    format!("{p:.digits$}%")
}

fn plain(x: f64) -> String {
    let digits = match x.abs() {
        a if a == 0.0 || a >= 100.0 => 1,
        a if a >= 0.1 => 3,
        _ => 5,
    };
    format!("{x:.digits$}")
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
        let text = row(&outcome(Kind::Probability, Some(0.0), Some([0.0, 0.037]), Some(0)));
        assert!(text.contains("none; at most 3.70%"), "{text}");
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
            method: "random effects".into(),
        });
        let text = wide_row(&o);
        let cells: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(cells, ["Land", "grab", "5.00%", "4.00%–6.00%", "1.00%–20.0%"]);
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
