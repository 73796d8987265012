//! Chances a month that were probably meant a year.

use super::super::codes;
use super::super::diagnostics::{Place, Report, show};
use super::super::event::RawKind;
use super::super::hints::number;
use super::super::layers::Role;
use super::super::leaf::Leaf;
use super::super::merged::Merged;
use super::warn;

/// Chance a year above which a random event is probably one whose yearly chance was written down as a monthly one.
const LIKELY: f64 = 0.5;
/// The same for talks, which do succeed within months where both sides want it.
const LIKELY_TALKS: f64 = 0.9;

pub(super) fn rules(merged: &Merged, report: &mut Report) {
    for (event, _) in &merged.events {
        let name = "`hazard`";
        if let Some(hazard) = event.hazard {
            tell(
                report,
                name,
                hazard,
                LIKELY,
                event.hazard_place.as_ref().unwrap_or(&event.place),
            );
        }
        if let RawKind::Settle { terms, target, .. } = &event.kind
            && let Some((_, hazard)) = terms.iter().find(|(key, _)| *key == "hazard")
        {
            talks(report, "`hazard` of the talks", *hazard, &target.place);
        }
    }
    for (path, set) in merged
        .values
        .range("talks.".to_owned()..)
        .take_while(|(path, _)| path.starts_with("talks."))
    {
        if let (Leaf::Number(hazard), true) = (&set.leaf, path.ends_with(".hazard")) {
            talks(report, &format!("`{}`", show(path)), *hazard, &set.value);
        }
    }
    // Chances a month of the model itself: only what the scenario says, since its worlds are looked after elsewhere.
    for path in ["war.settlement", "war.nuclear_risk"] {
        if let Some(set) = merged.get(path).filter(|set| set.role != Role::Extended)
            && let Leaf::Number(hazard) = &set.leaf
        {
            tell(report, &format!("`{path}`"), *hazard, LIKELY, &set.value);
        }
    }
}

/// Talks that succeed for certain are a settlement by decree, and no slip.
fn talks(report: &mut Report, name: &str, hazard: f64, place: &Place) {
    if hazard < 1.0 {
        tell(report, name, hazard, LIKELY_TALKS, place);
    }
}

/// Tells a chance a month that comes to more than `likely` a year, and how that much a year is written.
fn tell(report: &mut Report, name: &str, hazard: f64, likely: f64, place: &Place) {
    let year = 1.0 - (1.0 - hazard).powi(12);
    if year <= likely {
        return;
    }
    let message = format!(
        "{name} is a chance a month: {} percent a month is {} percent a year",
        short(100.0 * hazard),
        short(100.0 * year)
    );
    let help = if hazard < 1.0 {
        // The monthly chance that gives this chance a year.
        let month = 1.0 - (1.0 - hazard).powf(1.0 / 12.0);
        format!(
            "for {} percent a year write {:.4}, which is 1 - (1 - {})^(1/12)",
            short(100.0 * hazard),
            month,
            number(hazard)
        )
    } else {
        String::from(
            "what happens for certain has a `month` and no `hazard`; for a share p a year write 1 - (1 - p)^(1/12)",
        )
    };
    warn(report, codes::HASTY, place, message, &help);
}

/// A percentage with as many digits as it takes to tell it from 100.
fn short(percent: f64) -> String {
    if percent < 100.0 && percent > 99.99 {
        return String::from("more than 99.99");
    }
    let text = if percent >= 99.0 {
        format!("{percent:.2}")
    } else {
        format!("{percent:.1}")
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_short_and_never_round_up_to_certainty_without_need() {
        assert_eq!(short(30.0), "30");
        assert_eq!(short(98.615_871), "98.6");
        assert_eq!(short(99.97), "99.97");
        assert_eq!(short(99.999_9), "more than 99.99");
        assert_eq!(short(100.0), "100");
    }
}
