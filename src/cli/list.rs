//! `deter list`: what is bundled.

use clap::{Args, ValueEnum};

use super::{Failure, exit, terminal};
use crate::evidence::cards::{self, Card};
use crate::scenario::bundled::{self, Bundled};
use crate::scenario::diagnostics::{nearest, show};
use crate::scenario::{Problems, Request, Source, load};

/// `deter list`.
#[derive(Debug, Args)]
pub struct List {
    /// One kind only
    kind: Option<Kind>,
    /// One claim or one card, whole; with `claims` also the claims of one card
    id: Option<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Scenarios,
    Worlds,
    Assumptions,
    #[value(alias = "cards")]
    Seeds,
    Claims,
}

impl Kind {
    const ALL: [Kind; 5] = [
        Kind::Scenarios,
        Kind::Worlds,
        Kind::Assumptions,
        Kind::Seeds,
        Kind::Claims,
    ];

    fn heading(self) -> &'static str {
        match self {
            Kind::Scenarios => "scenarios",
            Kind::Worlds => "worlds",
            Kind::Assumptions => "assumptions",
            Kind::Seeds => "seeds",
            Kind::Claims => "claims",
        }
    }

    /// The files of a kind; claims stand in the cards and have none of their own.
    fn items(self) -> Vec<Bundled> {
        match self {
            Kind::Scenarios => bundled::scenarios(),
            Kind::Worlds => bundled::worlds(),
            Kind::Assumptions => bundled::assumptions(),
            Kind::Seeds => bundled::seeds(),
            Kind::Claims => Vec::new(),
        }
    }
}

impl List {
    pub fn run(self) -> Result<u8, Failure> {
        let kinds: Vec<Kind> = self.kind.map_or(Kind::ALL.to_vec(), |k| vec![k]);
        let cards = cards::bundled().map_err(|findings| Failure::Problems(Problems::Invalid(findings)))?;
        let text = match (&self.id, self.json) {
            (None, false) => text(&kinds, &cards),
            (None, true) => json(&kinds, &cards)?,
            (Some(id), as_json) => one(kinds[0], id, cards, as_json)?,
        };
        terminal::print(&text)?;
        Ok(exit::DONE)
    }
}

/// Names of the options of a bundled scenario.
fn options(name: &str) -> Vec<String> {
    load(&Request::new(Source::Bundled(name.to_owned())))
        .map(|s| s.options.into_iter().map(|o| o.name).collect())
        .unwrap_or_default()
}

/// One card, or one claim, or the claims of one card.
fn one(kind: Kind, id: &str, mut cards: Vec<Card>, as_json: bool) -> Result<String, Failure> {
    let known: Vec<String> = match kind {
        Kind::Seeds => cards.iter().map(|c| c.id.clone()).collect(),
        Kind::Claims => {
            let claims = cards.iter().flat_map(|c| &c.claims).map(|c| c.id.clone());
            claims.chain(cards.iter().map(|c| c.id.clone())).collect()
        }
        _ => {
            return Err(usage(format!(
                "only seeds and claims are printed one by one, not {}",
                kind.heading()
            )));
        }
    };
    if !known.iter().any(|name| name == id) {
        let hint = nearest(id, known.iter().map(String::as_str));
        let hint = hint.map_or_else(
            || "`deter list claims` prints all".to_owned(),
            |n| format!("did you mean `{n}`?"),
        );
        return Err(usage(format!(
            "there is no `{}` among the {}; {hint}",
            show(id),
            kind.heading()
        )));
    }
    let is_card = cards.iter().any(|card| card.id == id);
    cards.retain(|card| card.id == id || card.claims.iter().any(|claim| claim.id == id));
    if !is_card {
        cards
            .iter_mut()
            .for_each(|card| card.claims.retain(|claim| claim.id == id));
    }
    if as_json && kind == Kind::Seeds {
        return super::pretty(&serde_json::json!({"format": FORMAT, "seeds": cards}));
    }
    if as_json {
        return json(&[Kind::Claims], &cards);
    }
    let Some(card) = cards.first() else {
        return Ok(String::new());
    };
    Ok(match (kind, card.claims.first()) {
        (Kind::Seeds, _) => cards::card_text(card),
        (_, Some(claim)) if !is_card => cards::claim_text(card, claim),
        _ => cards::list(&cards),
    })
}

fn usage(message: String) -> Failure {
    Failure::Other {
        message,
        code: exit::USAGE,
    }
}

/// What stands in the place of a question on a card.
fn stance<'a>(kind: Kind, name: &str, cards: &'a [Card]) -> Option<&'a str> {
    let card = cards.iter().find(|card| kind == Kind::Seeds && card.id == name);
    card.map(|card| card.stance.as_str())
}

/// Columns of the line below a name.
const LINE: usize = 74;

fn text(kinds: &[Kind], cards: &[Card]) -> String {
    if kinds == [Kind::Claims] {
        return cards::list(cards);
    }
    let mut text = String::new();
    for kind in kinds {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", kind.heading()));
        for item in kind.items() {
            let line = match stance(*kind, &item.name, cards) {
                Some(stance) => cards::shorten(stance, LINE),
                None => item.line,
            };
            text.push_str(&format!("  {}\n      {line}\n", item.name));
            if *kind == Kind::Scenarios {
                let options = options(&item.name);
                if !options.is_empty() {
                    text.push_str(&format!("      options: {}\n", options.join(", ")));
                }
            }
        }
        if *kind == Kind::Claims {
            let count: usize = cards.iter().map(|card| card.claims.len()).sum();
            text.push_str(&format!("  {count} in {} cards: `deter list claims`\n", cards.len()));
        }
    }
    text
}

const FORMAT: &str = "deter.list/1";

fn json(kinds: &[Kind], cards: &[Card]) -> Result<String, Failure> {
    let mut whole = serde_json::Map::new();
    whole.insert("format".into(), FORMAT.into());
    for kind in kinds {
        let items: Vec<serde_json::Value> = if *kind == Kind::Claims {
            let claims = cards.iter().flat_map(|card| card.claims.iter().map(move |c| (card, c)));
            claims
                .map(|(card, claim)| {
                    let mut entry = serde_json::json!(claim);
                    if let Some(entry) = entry.as_object_mut() {
                        entry.insert("card".into(), card.id.clone().into());
                    }
                    entry
                })
                .collect()
        } else {
            kind.items().into_iter().map(|item| entry(*kind, item, cards)).collect()
        };
        whole.insert(kind.heading().into(), items.into());
    }
    super::pretty(&serde_json::Value::Object(whole))
}

/// A bundled file in the JSON list.
fn entry(kind: Kind, item: Bundled, cards: &[Card]) -> serde_json::Value {
    let line = stance(kind, &item.name, cards).map_or(item.line, str::to_owned);
    let mut entry = serde_json::json!({"name": item.name, "title": item.title, "line": line});
    if kind == Kind::Scenarios
        && let Some(entry) = entry.as_object_mut()
    {
        entry.insert("options".into(), options(&item.name).into());
    }
    entry
}
