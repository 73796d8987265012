//! Names that stand in bundled files, results and lists: states, promises, rungs, blocs, forces on order, worlds, views,
//! options, cards, claims, laws, targets, and the heads of outcomes. Each is told by what the bundled files say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use super::wording::{count, join, some, wrap};
use crate::evidence::cards::{self, card_text, claim_text};
use crate::evidence::{LAWS, targets};
use crate::model::ladder::default_ladder;
use crate::results::metrics::METRICS;
use crate::scenario::bundled::{self, Bundled};
use crate::scenario::diagnostics::{Report, SourceText, nearest};
use crate::scenario::ensemble::Statement;
use crate::scenario::file::{Entry, Parsed, parse};
use crate::scenario::leaf::Leaf;

/// Lines of one list before the rest is counted.
const MOST: usize = 16;
/// Names of one list before the rest is counted.
const MOST_NAMES: usize = 12;

/// Words of scenario files that are neither keys nor names.
const WORDS: [(&str, &str); 3] = [
    (
        "ensemble",
        "joint draws of several figures, one of which each run uses, so that what the data leave open together stays together; \
         `ensemble = \"none\"` drops them",
    ),
    (
        "event",
        "something that happens in a month, by chance, or after something else; written [[event]]",
    ),
    (
        "option",
        "a variant of a scenario; written [[option]], played with --option NAME",
    ),
];

/// A name with what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Name {
    /// What it names: `state`, `promise`, `view`.
    pub kind: &'static str,
    pub id: String,
    pub meaning: String,
    /// Facts, one a line.
    pub facts: Vec<String>,
    /// A text that is printed as it is, in the place of all else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Name {
    fn new(kind: &'static str, id: &str, meaning: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            meaning: meaning.into(),
            facts: Vec::new(),
            text: None,
        }
    }

    fn with(mut self, facts: impl IntoIterator<Item = String>) -> Self {
        let all: Vec<String> = facts.into_iter().collect();
        let left = all.len().saturating_sub(MOST);
        self.facts.extend(all.into_iter().take(MOST));
        self.facts.extend((left > 0).then(|| format!("and {left} more")));
        self
    }

    fn fact(mut self, fact: String) -> Self {
        self.facts.push(fact);
        self
    }

    /// As text of eighty columns.
    pub fn page(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let mut out = wrap("", &format!("{}: {}", self.id, self.meaning));
        if !self.facts.is_empty() {
            out.push('\n');
        }
        for fact in &self.facts {
            out.push_str(&wrap("  - ", fact));
        }
        out
    }
}

/// A bundled file that was read.
struct File {
    /// As `extends` and `--assume` name it.
    name: String,
    head: Bundled,
    parsed: Parsed,
}

/// Worlds, views and scenarios, read once.
static FILES: LazyLock<Vec<File>> = LazyLock::new(files);

/// Worlds, views and scenarios, the worlds of today first.
fn files() -> Vec<File> {
    let kind = |folder: &'static str, list: Vec<Bundled>| {
        list.into_iter().map(move |head| {
            let source = Arc::new(SourceText {
                name: head.path.clone(),
                text: head.text.to_owned(),
            });
            File {
                name: format!("{folder}{}", head.name),
                parsed: parse(&source, &mut Report::default()),
                head,
            }
        })
    };
    let mut worlds = bundled::worlds();
    worlds.reverse();
    let mut all: Vec<File> = kind("worlds/", worlds).collect();
    all.extend(kind("", bundled::scenarios()));
    all.extend(kind("assumptions/", bundled::assumptions()));
    all
}

/// True for a world or a view by its name, which is no scenario although a file of that name is bundled.
pub fn is_part(word: &str) -> bool {
    let is = |folder: &str, list: Vec<Bundled>| {
        list.iter().any(|b| {
            word == b.name || word == format!("{folder}/{}", b.name) || word == format!("{folder}/{}.toml", b.name)
        })
    };
    is("worlds", bundled::worlds()) || is("assumptions", bundled::assumptions())
}

/// Everything that a word names.
pub fn find(word: &str) -> Vec<Name> {
    let files = FILES.as_slice();
    let mut found: Vec<Name> = [world(word, files), view(word, files)].into_iter().flatten().collect();
    found.extend(state(word, files));
    for (table, kind, what) in [
        ("arrangements", "promise", "a promise among states"),
        ("programs", "forces on order", "forces that are on order or withdrawn"),
    ] {
        found.extend(thing(word, (table, kind, what), files));
    }
    found.extend(rung(word, files));
    found.extend(bloc(word, files));
    found.extend(option(word, files));
    found.extend(head(word));
    found.extend(claim(word));
    found.extend(evidence(word));
    let words = WORDS.iter().filter(|(name, _)| *name == word);
    found.extend(words.map(|(name, meaning)| Name::new("word", name, *meaning)));
    found
}

/// The name of a known thing that is nearest to a word.
pub fn near(word: &str) -> Option<String> {
    let mut known: BTreeSet<String> = METRICS
        .iter()
        .filter_map(|m| m.id.split('.').next())
        .map(str::to_owned)
        .collect();
    for file in FILES.iter() {
        known.extend(file.parsed.flat.entries.iter().filter_map(|e| {
            let mut parts = e.path.split('.');
            let table = parts.next()?;
            let name = parts.next()?;
            ["states", "arrangements", "programs", "ladder"]
                .contains(&table)
                .then(|| name.to_owned())
        }));
        known.insert(file.head.name.clone());
    }
    known.extend(cards::bundled().unwrap_or_default().into_iter().flat_map(|card| {
        let claims = card.claims.into_iter().map(|c| c.id);
        std::iter::once(card.id).chain(claims)
    }));
    nearest(word, known.iter().map(String::as_str)).map(str::to_owned)
}

/// Entries below `table.name` of one file, as `key = value`.
fn values(file: &File, table: &str, name: &str) -> Vec<String> {
    let before = format!("{table}.{name}.");
    let own = |e: &&Entry| e.path.starts_with(&before);
    let entries = file.parsed.flat.entries.iter().filter(own);
    entries
        .map(|e| format!("{} = {}", &e.path[before.len()..], e.leaf))
        .collect()
}

/// Names of one table of a file, with their `name`.
fn named(file: &File, table: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for e in &file.parsed.flat.entries {
        if let [t, id, key @ ..] = e.path.split('.').collect::<Vec<_>>().as_slice()
            && *t == table
        {
            let shown = found.entry((*id).to_owned()).or_insert_with(|| (*id).to_owned());
            if let (["name"], Leaf::Text(text)) = (key, &e.leaf) {
                shown.clone_from(&text.name);
            }
        }
    }
    found
}

fn part_of(word: &str, folder: &str) -> bool {
    word.strip_suffix(".toml").unwrap_or(word).starts_with(folder)
}

fn same_file(word: &str, file: &File) -> bool {
    let word = word.strip_suffix(".toml").unwrap_or(word);
    word == file.name || word == file.head.name
}

fn world(word: &str, files: &[File]) -> Option<Name> {
    let file = files
        .iter()
        .find(|f| part_of(&f.name, "worlds/") && same_file(word, f))?;
    let states: Vec<String> = named(file, "states").into_keys().collect();
    let promises = named(file, "arrangements");
    let name = Name::new(
        "world",
        &file.name,
        format!(
            "{}. A world, which scenarios extend; it asks no question of its own.",
            file.head.title
        ),
    );
    let facts = [
        format!("{}: {}", count(states.len(), "state"), some(&states, 60)),
        format!(
            "challengers: {}",
            join(&named(file, "challengers").into_keys().collect::<Vec<_>>())
        ),
    ];
    let promises = promises.iter().map(|(id, name)| format!("promise {id}: {name}"));
    let users: Vec<String> = files
        .iter()
        .filter(|f| f.head.text.contains(&format!("extends = \"{}\"", file.name)))
        .map(|f| f.head.name.clone())
        .collect();
    let used = match users.is_empty() {
        true => String::from("extended by no bundled scenario directly"),
        false => format!("extended by {}", join(&users)),
    };
    Some(name.with(facts.into_iter().chain(promises)).fact(used))
}

fn view(word: &str, files: &[File]) -> Option<Name> {
    let file = files
        .iter()
        .find(|f| part_of(&f.name, "assumptions/") && same_file(word, f))?;
    let name = Name::new(
        "assumption set",
        &file.name,
        format!(
            "{}. An assumption set: --assume {} lays it over any scenario. {}",
            file.head.title, file.head.name, file.head.line
        ),
    );
    let flat = &file.parsed.flat;
    let joint = match &flat.ensemble {
        Some(Statement::Table(table)) => Some(format!(
            "{} of {} drawn together",
            count(table.members, "joint draw"),
            count(table.columns.len(), "figure")
        )),
        Some(Statement::Dropped) => Some(String::from(
            "drops joint draws: the figures fall back to what other layers say",
        )),
        None => None,
    };
    let set = flat.entries.iter().map(|e| format!("{} = {}", e.path, e.leaf));
    Some(name.with(joint.into_iter().chain(set)))
}

fn state(word: &str, files: &[File]) -> Option<Name> {
    let code = files.iter().find_map(|f| {
        named(f, "states")
            .into_iter()
            .find(|(id, name)| id.eq_ignore_ascii_case(word) && id.len() == 3 || name.eq_ignore_ascii_case(word))
    });
    let (code, _) = code?;
    let holders: Vec<&File> = files
        .iter()
        .filter(|f| !values(f, "states", &code).is_empty())
        .collect();
    let title = holders
        .iter()
        .find_map(|f| named(f, "states").remove(&code).filter(|name| *name != code))
        .unwrap_or_else(|| code.clone());
    let first = holders.iter().find(|f| !values(f, "states", &code).is_empty())?;
    let metrics: BTreeSet<&str> = METRICS
        .iter()
        .filter(|m| m.id.contains("<ISO3>"))
        .filter_map(|m| m.id.split('.').next())
        .collect();
    let metrics: Vec<String> = metrics.into_iter().map(str::to_owned).collect();
    let name = Name::new("state", &code, format!("{title}, a state. In {} it has", first.name));
    let where_else: Vec<String> = holders.iter().map(|f| f.name.clone()).collect();
    Some(
        name.with(values(first, "states", &code))
            .fact(format!("what a key means: deter explain states.{code}.resolve"))
            .fact(format!(
                "outcomes of a single state, where it is concerned: {}",
                join(&metrics)
            ))
            .fact(format!("stands in {}", some(&where_else, MOST_NAMES))),
    )
}

fn thing(word: &str, (table, kind, what): (&str, &'static str, &str), files: &[File]) -> Option<Name> {
    let holders: Vec<&File> = files.iter().filter(|f| !values(f, table, word).is_empty()).collect();
    let first = holders
        .iter()
        .find(|f| named(f, table).get(word).is_some_and(|n| n != word))
        .or(holders.first())?;
    let title = named(first, table).remove(word).filter(|name| name != word);
    let meaning = match title {
        Some(title) => format!("{title}, {what}. {} says", first.name),
        None => format!("{what}. {} says", first.name),
    };
    let others: Vec<String> = holders.iter().map(|f| f.name.clone()).collect();
    Some(
        Name::new(kind, word, meaning)
            .with(values(first, table, word))
            .fact(format!("stands in {}", some(&others, MOST_NAMES))),
    )
}

fn rung(word: &str, files: &[File]) -> Option<Name> {
    let ladder = default_ladder();
    let at = ladder.iter().position(|r| r.id == word);
    let holders: Vec<&File> = files.iter().filter(|f| !values(f, "ladder", word).is_empty()).collect();
    let own = holders.first().map(|f| values(f, "ladder", word)).unwrap_or_default();
    let facts = match at.and_then(|at| ladder.get(at)) {
        Some(rung) => vec![
            format!("severity {}, from 0 to 1", rung.figures.severity),
            format!(
                "{} chance that it can be pinned on its author",
                rung.figures.attribution
            ),
            if rung.force {
                "an act of force".to_owned()
            } else {
                "no act of force".to_owned()
            },
            format!("keys: deter explain ladder.{word}.severity"),
        ],
        None if holders.is_empty() => return None,
        None => own,
    };
    let place = at.map_or_else(String::new, |at| format!(", step {} of {}", at + 1, ladder.len()));
    let label = at
        .and_then(|at| ladder.get(at))
        .map_or_else(|| word.to_owned(), |r| r.label.clone());
    let others: Vec<String> = holders.iter().map(|f| f.name.clone()).collect();
    let name = Name::new(
        "rung",
        word,
        format!("{label}, a rung of the ladder of escalation{place}"),
    )
    .with(facts);
    Some(match others.is_empty() {
        true => name,
        false => name.fact(format!("changed in {}", some(&others, MOST_NAMES))),
    })
}

fn bloc(word: &str, files: &[File]) -> Option<Name> {
    let members = |file: &File| -> Vec<String> {
        let own = file.parsed.flat.entries.iter().filter(|e| {
            let is_in = matches!(&e.leaf, Leaf::Names(names) if names.iter().any(|n| n.name == word));
            e.path.starts_with("states.") && e.path.ends_with(".blocs") && is_in
        });
        own.filter_map(|e| e.path.split('.').nth(1))
            .map(str::to_owned)
            .collect()
    };
    let holders: Vec<(&File, Vec<String>)> = files
        .iter()
        .map(|f| (f, members(f)))
        .filter(|(_, m)| !m.is_empty())
        .collect();
    let (first, states) = holders.first()?;
    let others: Vec<String> = holders.iter().map(|(f, _)| f.name.clone()).collect();
    let metrics: Vec<String> = METRICS
        .iter()
        .filter(|m| m.id.contains("<bloc>"))
        .map(|m| m.id.replace("<bloc>", word))
        .collect();
    Some(
        Name::new(
            "bloc",
            word,
            format!("a bloc: states whose numbers are added up. In {}", first.name),
        )
        .fact(format!("{}: {}", count(states.len(), "state"), some(states, 60)))
        .fact(format!("outcomes and series: {}", join(&metrics)))
        .fact(format!("stands in {}", some(&others, MOST_NAMES))),
    )
}

fn option(word: &str, files: &[File]) -> Option<Name> {
    let facts: Vec<String> = files
        .iter()
        .flat_map(|f| f.parsed.options.iter().map(move |o| (f, o)))
        .filter(|(_, o)| o.name.name == word)
        .map(|(f, o)| {
            let label = o.label.clone().unwrap_or_default();
            format!("{}: {label}. {}", f.name, o.note).trim().to_owned()
        })
        .collect();
    (!facts.is_empty()).then(|| {
        Name::new(
            "option",
            word,
            "an option: deter run SCENARIO --option NAME plays it, deter explain SCENARIO tells it. In",
        )
        .with(facts)
    })
}

/// The head of a family of outcomes and series: `credibility`.
fn head(word: &str) -> Option<Name> {
    let own: Vec<_> = METRICS
        .iter()
        .filter(|m| m.id.split_once('.').is_some_and(|(head, _)| head == word))
        .collect();
    (!own.is_empty()).then(|| {
        let facts = own
            .iter()
            .map(|m| format!("{} ({}): {}", m.id, m.form.name(), m.meaning));
        Name::new("outcomes", word, "a family of outcomes and series").with(facts)
    })
}

fn claim(word: &str) -> Vec<Name> {
    let cards = cards::bundled().unwrap_or_default();
    let mut found = Vec::new();
    for card in &cards {
        if card.id == word || card.claims.first().is_some_and(|c| c.article() == word) {
            found.push(Name {
                text: Some(card_text(card)),
                ..Name::new("card", &card.id, card.stance.trim())
            });
        }
        for claim in card.claims.iter().filter(|c| c.id == word) {
            found.push(Name {
                text: Some(claim_text(card, claim) + &format!("\nPut it to the test: deter claims {}\n", claim.id)),
                ..Name::new("claim", &claim.id, claim.statement.trim())
            });
        }
    }
    found
}

/// Laws and targets of `deter validate`.
fn evidence(word: &str) -> Vec<Name> {
    let mut found = Vec::new();
    for law in LAWS
        .iter()
        .filter(|l| word.eq_ignore_ascii_case(&format!("L{:02}", l.number)) || word == l.title)
    {
        let name = Name::new("law", law.title, law.statement);
        found.push(name.fact(format!("law {} of deter validate; {}", law.number, law.source)));
    }
    for target in targets().into_iter().filter(|t| t.id.eq_ignore_ascii_case(word)) {
        let name = Name::new("target", &target.id, target.quantity.clone());
        let values: Vec<String> = target.value.iter().map(f64::to_string).collect();
        found.push(
            name.fact(format!("{} {}", join(&values), target.unit))
                .fact(format!("{}; {}", target.status, target.source)),
        );
    }
    found
}
