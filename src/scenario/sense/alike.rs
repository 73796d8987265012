//! New things whose name is that of another one in other letters, or a slip of the pen away from it.

use std::collections::BTreeMap;

use super::super::codes;
use super::super::diagnostics::{Diagnostic, Place, Report, show};
use super::super::leaf::{Leaf, Named};
use super::super::merged::Merged;
use super::warn;
use crate::model::inputs::Inputs;
use crate::model::ladder::default_ladder;

/// Shortest name in which one wrong letter is taken for a slip of the pen.
const LONG: usize = 4;

pub(super) fn rules(merged: &Merged, inputs: &Inputs, report: &mut Report) {
    for (table, what) in [("arrangements", "arrangement"), ("programs", "programme")] {
        let declared = |id: &str| match table {
            "arrangements" => inputs.arrangement(id).is_some(),
            _ => inputs.programs.iter().any(|p| p.id == id),
        };
        let mut ids = merged.ids(table);
        ids.retain(|(id, _)| declared(id));
        pairs(&ids, what, report);
    }
    rungs(merged, report);
    states(merged, report);
    labels(merged, "blocs", "bloc", report);
    labels(merged, "theatre", "theatre", report);
}

/// A name without what people mix up: capitals, hyphens and underscores.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// True if two names are the same but for capitals, hyphens and underscores.
fn is_same(one: &str, two: &str) -> bool {
    one != two && plain(one) == plain(two)
}

/// True if two names are one letter apart. Digits tell members of a series apart, and are no slip.
fn is_near(one: &str, two: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    one != two
        && one.len().min(two.len()) >= LONG
        && letters(one) != letters(two)
        && strsim::osa_distance(&plain(one), &plain(two)) == 1
}

/// Reports the later one of two names of the same kind.
fn pairs(ids: &[(String, Place)], what: &str, report: &mut Report) {
    for (at, (id, place)) in ids.iter().enumerate() {
        let earlier = ids.get(..at).unwrap_or(&[]).iter().map(|(id, _)| id.as_str());
        if let Some(other) = earlier.clone().find(|other| is_same(other, id)) {
            report.push(twin(id, other, what, place));
        } else if let Some(other) = earlier.clone().find(|other| is_near(other, id)) {
            near(id, other, what, place, report);
        }
    }
}

/// The finding for a name in other letters.
fn twin(id: &str, other: &str, what: &str, place: &Place) -> Diagnostic {
    let message = format!("`{}` is another {what} than `{}`", show(id), show(other));
    Diagnostic::error(codes::TWIN, place, message).meant(id, other)
}

/// Warns of a name that is a letter away.
fn near(id: &str, other: &str, what: &str, place: &Place, report: &mut Report) {
    let message = format!("`{}` is a new {what} beside `{}`", show(id), show(other));
    let help = format!(
        "did you mean `{}`? If it is another one, give it a name that is not mistaken for it",
        show(other)
    );
    warn(report, codes::NEAR_NAME, place, message, &help);
}

/// Rungs of a ladder of one's own are compared with each other and with those that the model knows.
fn rungs(merged: &Merged, report: &mut Report) {
    let order = merged.names("ladder.order");
    let known: Vec<String> = default_ladder().into_iter().map(|r| r.id).collect();
    for (at, rung) in order.iter().enumerate() {
        if known.contains(&rung.name) {
            continue;
        }
        let earlier = order.get(..at).unwrap_or(&[]).iter().map(|n: &Named| n.name.as_str());
        let others = || known.iter().map(String::as_str).chain(earlier.clone());
        if let Some(other) = others().find(|other| is_same(other, &rung.name)) {
            report.push(twin(&rung.name, other, "rung", &rung.place));
        } else if let Some(other) = others().find(|other| is_near(other, &rung.name)) {
            near(&rung.name, other, "rung", &rung.place, report);
        }
    }
}

/// No two states have one name: a misspelt code with a name would be a state without forces.
fn states(merged: &Merged, report: &mut Report) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (code, place) in merged.ids("states") {
        let Some(name) = merged.text(&format!("states.{code}.name")) else {
            continue;
        };
        if let Some(other) = seen.get(&plain(&name.name)) {
            let message = format!(
                "`{code}` is a new state, and `{other}` has the name \"{}\" already",
                show(&name.name)
            );
            let help = format!("did you mean `{other}`? If it is another state, give it another name");
            warn(report, codes::NEAR_NAME, &place, message, &help);
        } else {
            seen.insert(plain(&name.name), code);
        }
    }
}

/// Words that group states mean the same where they are the same: the rarer one of two that differ in capitals or
/// hyphens is told.
fn labels(merged: &Merged, key: &str, what: &str, report: &mut Report) {
    let mut uses: BTreeMap<&str, Vec<&Named>> = BTreeMap::new();
    for (path, set) in merged
        .values
        .range("states.".to_owned()..)
        .take_while(|(path, _)| path.starts_with("states."))
    {
        if path.rsplit('.').next() != Some(key) {
            continue;
        }
        match &set.leaf {
            Leaf::Text(name) => uses.entry(&name.name).or_default().push(name),
            Leaf::Names(names) => names
                .iter()
                .for_each(|name| uses.entry(&name.name).or_default().push(name)),
            _ => {}
        }
    }
    for (word, places) in &uses {
        let other = uses
            .iter()
            .find(|(other, more)| is_same(word, other) && (more.len(), *other) > (places.len(), word));
        if let Some((other, _)) = other {
            for place in places {
                let message = format!("the {what} `{}` is another one than `{}`", show(word), show(other));
                let help = format!("did you mean `{}`?", show(other));
                warn(report, codes::NEAR_NAME, &place.place, message, &help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_told_from_other_names() {
        for (one, two) in [("nato", "NATO"), ("baltic_pact", "baltic-pact"), ("Europe", "europe")] {
            assert!(is_same(one, two), "{one} {two}");
        }
        for (one, two) in [
            ("natoo", "nato"),
            ("guarante", "guarantee"),
            ("incursions", "incursion"),
        ] {
            assert!(is_near(one, two), "{one} {two}");
        }
        for (one, two) in [
            ("pact1", "pact2"),
            ("pact", "pact2"),
            ("eu", "un"),
            ("north", "south"),
            ("a", "b"),
        ] {
            assert!(!is_near(one, two) && !is_same(one, two), "{one} {two}");
        }
    }
}
