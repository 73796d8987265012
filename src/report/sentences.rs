//! Sentences whose numbers, directions and hedges follow from the results.

use crate::chart::data::{horizon, sentence};
use crate::numerals::{self, counted, of_runs};
use crate::results::format::{Outcome, Stored};
use crate::study::phrase::World;

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

fn percent(share: f64) -> String {
    numerals::percent(share) + "%"
}

fn belief(stored: &Stored) -> Option<String> {
    let m = &stored.manifest;
    let focus = &m.focus()?.id;
    let of = |end: &str| {
        stored
            .summary
            .outcome(&format!("credibility.{}.{focus}.{end}", m.focal))
    };
    let (first, last) = (of("start")?, of("end")?);
    let (start, end) = (first.estimate?, last.estimate?);
    // As the table and the options call it; the months follow below.
    let noun = World::new(m).subject(&first.id, &first.label).noun;
    let subject = sentence(noun.strip_suffix(" in the first month").unwrap_or(&noun));
    let (Some(before), Some(after)) = (first.interval, last.interval) else {
        return Some(format!(
            "{subject} is {} in the first month and {} after {} of a single run, which shows no trend.",
            percent(start),
            percent(end),
            horizon(m.months),
        ));
    };
    let apart = before[1] < after[0] || after[1] < before[0];
    let course = match (apart, end > start) {
        (false, _) => format!("stays near {} within noise", percent(start)),
        (true, true) => format!("rises from {} to {}", percent(start), percent(end)),
        (true, false) => format!("falls from {} to {}", percent(start), percent(end)),
    };
    Some(format!(
        "{subject} {course} over {} (95% interval at the end {} to {}).",
        horizon(m.months),
        percent(after[0]),
        percent(after[1]),
    ))
}

fn challenges(stored: &Stored) -> Option<String> {
    let mut parts = Vec::new();
    for rung in stored.manifest.rungs.iter().rev().take(3).rev() {
        let (o, estimate, [low, high]) = outcome(stored, &format!("challenge.{}", rung.id))?;
        let label = rung.label.to_lowercase();
        parts.push(if o.bound().is_some() {
            format!("a {label} in none (at most {}%)", numerals::percent_bound(high))
        } else {
            format!(
                "a {label} in {} ({} to {})",
                few_counted(estimate, o.n),
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
    let runs = stored.summary.runs;
    let scripted = stored
        .manifest
        .scripted_acts()
        .map_or(String::new(), |s| format!(" {s}"));
    Some(format!("Of {}, a member meets {list}.{scripted}", counted(runs, "run")))
}

/// A percentage, or a count where the runs are few.
fn few_counted(share: f64, runs: u64) -> String {
    let text = of_runs(share, runs);
    let end = text.find(" of ").unwrap_or(text.len());
    text[..end].to_owned()
}

fn consequences(stored: &Stored) -> Option<String> {
    let (o, war, [_, high]) = outcome(stored, "war")?;
    let war = if war == 0.0 {
        format!(
            "No run sees a member at war (at most {}%)",
            numerals::percent_bound(high)
        )
    } else {
        format!("A member is at war in {}", of_runs(war, o.n))
    };
    let honoured = match outcome(stored, &format!("honoured.{}", stored.manifest.focal)) {
        Some((o, share, [low, high])) => format!(
            "; where a member called for help against force ({}), {} of calls were honoured ({} to {}).",
            counted(o.n, "call"),
            percent(share),
            percent(low),
            percent(high)
        ),
        None => "; no member called for help against force.".to_owned(),
    };
    Some(war + &honoured)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sample;

    fn said(first: [f64; 2], last: [f64; 2], known: bool) -> String {
        let mut stored = sample::stored(&sample::Shape::default());
        let id = format!("credibility.{}.land_grab", stored.manifest.focal);
        stored.summary.outcomes = [("start", 0.7, first), ("end", 0.5, last)]
            .into_iter()
            .map(|(end, estimate, interval)| Outcome {
                estimate: Some(estimate),
                interval: known.then_some(interval),
                ..sample::probability(&format!("{id}.{end}"), 1, 2)
            })
            .collect();
        belief(&stored).expect("a sentence")
    }

    #[test]
    fn a_single_run_shows_no_trend_and_noise_is_called_noise() {
        let one = said([0.7, 0.7], [0.5, 0.5], false);
        assert!(one.contains("shows no trend") && !one.contains("falls"), "{one}");
        assert!(said([0.1, 0.9], [0.1, 0.9], true).contains("within noise"));
        assert!(said([0.69, 0.71], [0.49, 0.51], true).contains("falls from 70% to 50%"));
    }
}
