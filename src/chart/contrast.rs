//! What the pictures of a comparison share: colours by verdict, words, and the finding.

use super::data::{Data, counted, horizon};
use super::dumbbell::pairs;
use super::finding::{CAVEAT, Direction, Finding};
use super::theme::{Colour, Palette, mix};
use crate::study::format::{Compared, Comparison, Difference};
use crate::study::number::{self, Show, show};
use crate::study::pairs::Verdict;

/// The side of the baseline on which an arm lies, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Above,
    Below,
    Open,
}

impl Side {
    /// The side that a verdict names.
    pub fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Higher => Side::Above,
            Verdict::Lower => Side::Below,
            Verdict::NotResolved => Side::Open,
        }
    }

    /// Colour of dots and lines.
    pub fn colour(self, p: &Palette) -> Colour {
        match self {
            Side::Above => p.reference,
            Side::Below => p.accent,
            Side::Open => p.soft,
        }
    }

    /// Colour of intervals.
    pub fn tint(self, p: &Palette) -> Colour {
        match self {
            Side::Above => mix(p.reference, p.background, 0.65),
            Side::Below => p.bands[1],
            Side::Open => p.grid,
        }
    }

    /// Colour of intervals over parameters, which are drawn under the others and lighter.
    pub fn light(self, p: &Palette) -> Colour {
        mix(self.colour(p), p.background, 0.78)
    }

    /// Colour of words.
    pub fn text(self, p: &Palette) -> Colour {
        self.colour(p)
    }
}

/// The change of an arm in words; what is not resolved is said not to be shown.
pub fn words(show: Show, d: &Difference) -> String {
    match d.verdict {
        Verdict::NotResolved => "not shown".to_owned(),
        _ => number::change(show, d).0,
    }
}

/// The arms that move an outcome most, at most `most` of them, from the lowest to the highest.
pub fn strongest(compared: &Compared, most: usize) -> Vec<&str> {
    let mut by_size = compared.ranked();
    let size = |d: &Difference| d.difference.map_or(0.0, f64::abs);
    by_size.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let kept: Vec<&str> = by_size.iter().take(most).map(|d| d.arm.as_str()).collect();
    let ranked = compared.ranked().into_iter().map(|d| d.arm.as_str());
    ranked.filter(|id| kept.contains(id)).collect()
}

/// The finding on the first outcome, which is the question's own.
pub fn finding(data: &Data, comparison: &Comparison) -> Option<Finding> {
    let compared = comparison.outcomes.first()?;
    if comparison.arms.len() < 2 {
        return None;
    }
    let show = show(compared);
    let ranked = compared.ranked();
    let lowest = ranked.iter().find(|d| d.verdict == Verdict::Lower);
    let highest = ranked.iter().rev().find(|d| d.verdict == Verdict::Higher);
    let told = |d: &Difference| format!("{} under ‘{}’", number::change(show, d).0, comparison.label(&d.arm));
    let parts: Vec<String> = lowest.into_iter().chain(highest).map(|d| told(d)).collect();
    let headline = match parts.is_empty() {
        true => format!("{}: no difference can be shown", compared.label),
        false => format!("{}: {}", compared.label, parts.join(", ")),
    };
    let subtitle = format!(
        "Difference from ‘{}’ over {}, with 95% intervals; {}",
        comparison.baseline_label(),
        horizon(comparison.months),
        pairs(comparison)
    );
    let rows: Vec<String> = compared
        .contrasts
        .iter()
        .map(|d| {
            let (change, range) = number::change(show, d);
            let over =
                number::over_parameters(show, d).map_or(String::new(), |text| format!("; over parameters {text}"));
            format!(
                "{}: {change} ({range}{over}), {}",
                comparison.label(&d.arm),
                d.verdict.word()
            )
        })
        .collect();
    let alt = format!("{headline}. {} {}.", subtitle, rows.join("; "));
    let partial = data.partial();
    let mut own = "Each interval holds by itself. Open circle: no difference can be shown.".to_owned();
    let contrasts = comparison.outcomes.iter().flat_map(|o| &o.contrasts);
    let spreads = contrasts.flat_map(|d| [&d.parameters, &d.ratio_parameters]).flatten();
    if spreads.into_iter().any(|p| p.interval.is_some()) {
        own.push_str(" Slim light bar: over parameters.");
    }
    Some(Finding {
        caption: comparison.answer.join(" "),
        alt,
        notes: partial.into_iter().chain([CAVEAT.to_owned(), own]).collect(),
        interval: "95% of the paired difference, by the runs and over parameters".to_owned(),
        direction: match (lowest, highest) {
            (Some(_), None) => Direction::Down,
            (None, Some(_)) => Direction::Up,
            _ => Direction::Level,
        },
        headline,
        subtitle,
    })
}

/// Where the numbers come from.
pub fn source(data: &Data, comparison: &Comparison) -> String {
    let m = &data.stored.manifest;
    let hash: String = m.plan_hash.chars().take(8).collect();
    [
        format!("Source: {}", m.scenario.name),
        counted(comparison.arms.len() as u64, "arm"),
        format!("seed {}", m.seed),
        format!("n = {}", counted(comparison.runs, "pair")),
        format!("{} {}", m.program, m.version),
        format!("results {hash}"),
    ]
    .join(" · ")
}
