//! Which monthly series show what a comparison asks about: one rule for what is kept, stored and drawn.
//!
//! | outcome | series |
//! |---|---|
//! | `X.start`, `X.end`, where X is a series | X |
//! | `capability.<bloc>.end` | `forces.<bloc>.delivered`, of which it is the last month |
//! | `challenge.<rung>`, `intensity.<rung>`, `rate.<rung>` | `survival.<rung>` |
//! | every other | none |
//!
//! Where no outcome leads to a survival series, or none to another one, the pictures that a single arm has stand in:
//! `survival` and `credibility` of the focal promise at the rung at which promises are compared. Acts on one state lead to no
//! series: survival is that of all whom the focal promise protects, and would answer another question.

/// How the id of a survival series begins.
const SURVIVAL: &str = "survival.";

/// True for the share of runs without an act so far, which is drawn in steps.
pub fn is_survival(id: &str) -> bool {
    id.starts_with(SURVIVAL)
}

/// The outcome that is the last month of a series.
pub fn last_month(series: &str) -> String {
    match series
        .strip_prefix("forces.")
        .and_then(|s| s.strip_suffix(".delivered"))
    {
        Some(bloc) => format!("capability.{bloc}.end"),
        None => format!("{series}.end"),
    }
}

/// The series that an outcome reads or stands for; it may not be recorded.
fn read_by(outcome: &str) -> Option<String> {
    if let ["challenge" | "intensity" | "rate", rung] = outcome.split('.').collect::<Vec<_>>()[..] {
        return Some(format!("{SURVIVAL}{rung}"));
    }
    let series = outcome
        .strip_suffix(".start")
        .or_else(|| outcome.strip_suffix(".end"))?;
    Some(match series.strip_prefix("capability.") {
        Some(bloc) => format!("forces.{bloc}.delivered"),
        None => series.to_owned(),
    })
}

/// Ids of the series for these outcomes, in their order, each once; `focal` is the id of the arrangement and `focus` that of
/// the rung at which promises are compared. Only what `is_recorded`.
pub fn series(outcomes: &[String], focal: &str, focus: &str, is_recorded: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for id in outcomes.iter().filter_map(|outcome| read_by(outcome)) {
        if is_recorded(&id) && !found.contains(&id) {
            found.push(id);
        }
    }
    let usual = [
        (true, format!("{SURVIVAL}{focus}")),
        (false, format!("credibility.{focal}.{focus}")),
    ];
    for (steps, id) in usual {
        if !found.iter().any(|s| is_survival(s) == steps) && is_recorded(&id) {
            found.push(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(outcomes: &[&str]) -> Vec<String> {
        const RECORDED: [&str; 6] = [
            "survival.strike",
            "survival.land_grab",
            "credibility.nato.incursion",
            "credibility.nato.land_grab",
            "forces.europe.delivered",
            "spending.europe",
        ];
        let outcomes: Vec<String> = outcomes.iter().map(|o| (*o).to_owned()).collect();
        series(&outcomes, "nato", "land_grab", |id| RECORDED.contains(&id))
    }

    #[test]
    fn the_series_shown_are_those_that_the_outcomes_read() {
        let outcomes = [
            "intensity.strike",
            "challenge.strike",
            "capability.europe.end",
            "credibility.nato.incursion.start",
            "war.USA",
        ];
        assert_eq!(
            chosen(&outcomes),
            [
                "survival.strike",
                "forces.europe.delivered",
                "credibility.nato.incursion"
            ]
        );
        assert_eq!(last_month("forces.europe.delivered"), "capability.europe.end");
        assert_eq!(last_month("spending.europe"), "spending.europe.end");
    }

    #[test]
    fn without_a_series_of_their_own_the_usual_ones_are_shown() {
        assert_eq!(
            chosen(&["intensity.land_grab.UKR", "war", "hedge.EST"]),
            ["survival.land_grab", "credibility.nato.land_grab"]
        );
        assert_eq!(
            chosen(&["spending.europe.end"]),
            ["spending.europe", "survival.land_grab"]
        );
    }
}
