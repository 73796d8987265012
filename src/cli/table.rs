//! The headline table: estimates with intervals, in 80 columns.

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
    for (heading, ids) in headline_ids(stored) {
        let rows: Vec<&Outcome> = ids.iter().filter_map(|id| s.outcome(id)).collect();
        if rows.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{heading}\n"));
        for outcome in rows {
            text.push_str(&row(outcome));
        }
    }
    text.push_str(&format!("\n{} runs, 95% intervals. {}\n", s.runs, s.note));
    text
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
    let as_share = matches!(outcome.kind, Kind::Probability | Kind::Ratio);
    let show = |x: f64| if as_share { percent(x) } else { plain(x) };
    let interval = match (outcome.interval, outcome.count) {
        (Some([_, high]), Some(0)) => format!("none; at most {}", show(high)),
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
            quantiles: None,
        }
    }

    #[test]
    fn a_probability_of_zero_events_is_shown_with_its_bound() {
        let text = row(&outcome(Kind::Probability, Some(0.0), Some([0.0, 0.037]), Some(0)));
        assert!(text.contains("none; at most 3.70%"), "{text}");
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
            let text = row(&o);
            assert!(
                text.trim_end().chars().count() <= 80,
                "{} columns: {text}",
                text.chars().count()
            );
        }
    }
}
