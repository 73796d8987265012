//! Which claims are meant: by their ids, by card, or by article.

use crate::evidence::cards::{Card, Claim};
use crate::scenario::diagnostics::nearest;

/// Near names that are told of an unknown one.
const NEAR: usize = 3;

/// A name that is neither claim nor card nor article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    pub name: String,
    /// Names like it, the most alike first.
    pub near: Vec<String>,
}

/// The claims that are meant, in the order of the cards and each once; all of them where nothing is named.
///
/// # Errors
/// Every name that means nothing, with those like it.
pub fn select<'a>(cards: &'a [Card], names: &[String]) -> Result<Vec<(&'a str, &'a Claim)>, Vec<Unknown>> {
    let all = || {
        cards
            .iter()
            .flat_map(|card| card.claims.iter().map(move |claim| (card.id.as_str(), claim)))
    };
    let means =
        |name: &str, (card, claim): &(&str, &Claim)| name == claim.id || name == *card || name == claim.article();
    let is_unknown = |name: &&String| !all().any(|entry| means(name, &entry));
    let unknown: Vec<Unknown> = names.iter().filter(is_unknown).map(|name| near(name, all())).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let is_meant = |entry: &(&str, &Claim)| names.is_empty() || names.iter().any(|name| means(name, entry));
    Ok(all().filter(is_meant).collect())
}

fn near<'a>(name: &str, all: impl Iterator<Item = (&'a str, &'a Claim)>) -> Unknown {
    let mut known: Vec<&str> = all.flat_map(|(card, claim)| [card, claim.id.as_str()]).collect();
    known.sort_unstable();
    known.dedup();
    let mut near = Vec::new();
    // A part of a name is meant more surely than a name in other letters.
    let is_part = |id: &&str| name.len() >= 3 && id.contains(&name.to_lowercase());
    near.extend(known.iter().copied().filter(is_part).take(NEAR));
    while near.len() < NEAR {
        known.retain(|id| !near.contains(id));
        match nearest(name, known.iter().copied()) {
            Some(id) => near.push(id),
            None => break,
        }
    }
    Unknown {
        name: name.to_owned(),
        near: near.into_iter().map(str::to_owned).collect(),
    }
}
