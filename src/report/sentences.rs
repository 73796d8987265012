//! Sentences whose numbers, directions and hedges follow from the results.

use crate::results::format::{Outcome, Stored};

/// The answer in three sentences: belief, challenges, and what becomes of them.
pub fn answer(stored: &Stored) -> Vec<String> {
    [belief(stored), challenges(stored), consequences(stored)]
        .into_iter()
        .flatten()
        .collect()
}

fn outcome<'a>(stored: &'a Stored, id: &str) -> Option<(&'a Outcome, f64, [f64; 2])> {
    let o = stored.summary.outcome(id)?;
    Some((o, o.estimate?, o.interval?))
}

/// The rung at which credibility is reported: the land grab, or the highest there is.
fn grab(stored: &Stored) -> Option<&str> {
    let rungs = &stored.manifest.rungs;
    let found = rungs.iter().find(|r| r.id == "land_grab").or_else(|| rungs.last());
    found.map(|r| r.id.as_str())
}

fn belief(stored: &Stored) -> Option<String> {
    let m = &stored.manifest;
    let grab = grab(stored)?;
    let (_, start, first) = outcome(stored, &format!("credibility.{}.{grab}.start", m.focal))?;
    let (_, end, last) = outcome(stored, &format!("credibility.{}.{grab}.end", m.focal))?;
    let who = if m.challenger.is_empty() {
        "The challenger"
    } else {
        &m.challenger
    };
    let apart = first[1] < last[0] || last[1] < first[0];
    let course = match (apart, end > start) {
        (false, _) => format!("stays near {} within noise", percent(start)),
        (true, true) => format!("rises from {} to {}", percent(start), percent(end)),
        (true, false) => format!("falls from {} to {}", percent(start), percent(end)),
    };
    Some(format!(
        "{who}'s belief that enough help would come to the weakest ally {course} over {} months (95% interval at the end {} to {}).",
        m.months,
        percent(last[0]),
        percent(last[1]),
    ))
}

fn challenges(stored: &Stored) -> Option<String> {
    let mut parts = Vec::new();
    for rung in stored.manifest.rungs.iter().rev().take(3).rev() {
        let (o, estimate, [low, high]) = outcome(stored, &format!("challenge.{}", rung.id))?;
        let label = rung.label.to_lowercase();
        parts.push(if o.bound().is_some() {
            format!("a {label} in none (at most {})", percent(high))
        } else {
            format!(
                "a {label} in {} ({} to {})",
                percent(estimate),
                percent(low),
                percent(high)
            )
        });
    }
    let last = parts.pop()?;
    let list = if parts.is_empty() {
        last
    } else {
        format!("{} and {last}", parts.join(", "))
    };
    let scripted = stored.manifest.scripted_acts().map_or(String::new(), |s| format!(" {s}"));
    Some(format!("Of {} runs, a member meets {list}.{scripted}", stored.summary.runs))
}

fn consequences(stored: &Stored) -> Option<String> {
    let (_, war, [_, high]) = outcome(stored, "war")?;
    let war = if war == 0.0 {
        format!("No run sees a member at war (at most {})", percent(high))
    } else {
        format!("A member is at war in {} of runs", percent(war))
    };
    let honoured = match outcome(stored, &format!("honoured.{}", stored.manifest.focal)) {
        Some((o, share, [low, high])) => format!(
            "; where a member called for help against force ({} calls), {} of calls were honoured ({} to {}).",
            o.n,
            percent(share),
            percent(low),
            percent(high)
        ),
        None => "; no member called for help against force.".to_owned(),
    };
    Some(war + &honoured)
}

/// A share as a percentage with two or three figures.
pub(super) fn percent(x: f64) -> String {
    let p = 100.0 * x;
    let digits = match p {
        p if p == 0.0 || p >= 10.0 => 0,
        p if p >= 1.0 => 1,
        p if p >= 0.1 => 2,
        _ => 3,
    };
    format!("{p:.digits$}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_keep_two_figures() {
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(0.789), "79%");
        assert_eq!(percent(0.0123), "1.2%");
        assert_eq!(percent(0.00123), "0.12%");
        assert_eq!(percent(0.000123), "0.012%");
    }
}
