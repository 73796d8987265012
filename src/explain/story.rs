//! A scenario told in plain English: who takes part, what is promised, what will happen, what is uncertain.

use serde::Serialize;

use super::wording::{count, date, join, number, path, some, uncertain};

use crate::model::inputs::{Answer, Event, EventKind, Inputs, Nuclear};

use crate::chart::data::{sentence, the};
use crate::results::format::Effective;
use crate::scenario::{Problems, Request, Scenario, bundled, load, schema};

/// Label of values that no layer sets, as in the effective scenario.
const DEFAULT: &str = "default";
/// Names of states that a sentence lists before it counts the rest.
pub(super) const MOST_NAMES: usize = 12;

/// Everything that is told; the text and the JSON are made of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    pub name: String,
    pub title: String,
    pub question: String,
    pub brief: String,
    pub sources: Vec<String>,
    pub option: Option<String>,
    pub assumptions: Vec<String>,
    /// Horizon, runs and seed in a sentence.
    pub run: String,
    /// What is compared, and by which outcomes, to answer the question.
    pub answer: Vec<String>,
    /// Options that are played to answer it, the baseline first.
    pub compared: Vec<String>,
    /// The outcomes that answer it, by their plain names.
    pub looks: Vec<Look>,
    pub who: Vec<String>,
    pub threats: Vec<String>,
    pub promises: Vec<String>,
    pub forces: Vec<String>,
    pub dated: Vec<String>,
    pub random: Vec<String>,
    /// Answers that are fixed in crises started by events.
    pub answers: Vec<String>,
    pub uncertain: Vec<Doubt>,
    pub options: Vec<Variant>,
    /// How many values each layer gave, from the defaults upwards.
    pub layers: Vec<Share>,
    /// Every value with its layer.
    pub values: Vec<Value>,
    pub assumption_sets: Vec<String>,
}

/// An outcome that answers the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Look {
    pub id: String,
    /// In plain words, with its article.
    pub noun: String,
}

/// An uncertain number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Doubt {
    pub path: String,
    pub meaning: String,
    pub words: String,
    pub layer: String,
    /// Drawn together with others.
    pub joint: bool,
}

/// What an option changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    pub name: String,
    pub label: String,
    pub note: String,
    pub changes: Vec<Change>,
    pub adds: Vec<String>,
    pub drops: Vec<String>,
}

/// A value that an option replaces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub path: String,
    /// Missing where no layer had a value.
    pub from: Option<String>,
    pub from_layer: Option<String>,
    pub to: Option<String>,
}

/// A layer with the number of values in force that it gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    pub layer: String,
    pub values: usize,
}

/// A value of the effective scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Value {
    pub path: String,
    pub value: String,
    pub layer: String,
}

/// Tells a scenario.
///
/// # Errors
/// As [`load`].
pub fn story(request: &Request) -> Result<Story, Problems> {
    let scenario = load(request)?;
    let plain = if request.option.is_some() {
        let request = Request {
            option: None,
            ..request.clone()
        };
        load(&request)?
    } else {
        scenario.clone()
    };
    let mut options = Vec::new();
    for card in &scenario.options {
        let with = load(&Request {
            option: Some(card.name.clone()),
            ..request.clone()
        })?;
        options.push(Variant {
            name: card.name.clone(),
            label: card.label.clone(),
            note: card.note.clone(),
            changes: changes(&plain, &with),
            adds: missing_from(&with, &plain),
            drops: missing_from(&plain, &with),
        });
    }
    let teller = Teller { s: &scenario };
    let mut layers: Vec<Share> = Vec::new();
    for value in &scenario.effective {
        match layers.iter_mut().find(|l| l.layer == value.layer) {
            Some(share) => share.values += 1,
            None => layers.push(Share {
                layer: value.layer.clone(),
                values: 1,
            }),
        }
    }
    layers.sort_by_key(|l| (l.layer != DEFAULT, std::cmp::Reverse(l.values)));
    let (dated, random) = teller.events();
    Ok(Story {
        run: teller.run(),
        answer: super::answer::told(&scenario),
        compared: super::answer::compared(&scenario),
        looks: super::answer::looks(&scenario),
        who: teller.who(),
        threats: teller.threats(),
        promises: teller.promises(),
        forces: teller.forces(),
        dated,
        random,
        answers: teller.answers(),
        uncertain: teller.doubts(),
        options,
        layers,
        values: scenario.effective.iter().map(value).collect(),
        assumption_sets: bundled::assumptions()
            .into_iter()
            .map(|a| format!("{}: {}", a.name, a.title))
            .collect(),
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        brief: scenario.brief.trim().to_owned(),
        sources: scenario.sources.clone(),
        option: scenario.option.clone(),
        assumptions: scenario.assumptions.clone(),
    })
}

fn value(e: &Effective) -> Value {
    Value {
        path: e.path.clone(),
        value: e.value.clone(),
        layer: e.layer.clone(),
    }
}

/// Values that differ between two scenarios, events left out.
fn changes(from: &Scenario, to: &Scenario) -> Vec<Change> {
    let is_value = |e: &&Effective| !e.path.starts_with("event.");
    let find = |list: &'_ [Effective], path: &str| list.iter().find(|e| e.path == path).cloned();
    let mut changes = Vec::new();
    for after in to.effective.iter().filter(is_value) {
        let before = find(&from.effective, &after.path);
        if before.as_ref().is_none_or(|b| b.value != after.value) {
            changes.push(Change {
                path: after.path.clone(),
                from: before.as_ref().map(|b| b.value.clone()),
                from_layer: before.map(|b| b.layer),
                to: Some(after.value.clone()),
            });
        }
    }
    // A value of a thing that the option added is no change if it is a default.
    changes.retain(|c| c.from.is_some() || find(&to.effective, &c.path).is_some_and(|e| e.layer != DEFAULT));
    changes
}

/// Events of one scenario that another has not, in words.
fn missing_from(these: &Scenario, others: &Scenario) -> Vec<String> {
    let teller = Teller { s: these };
    let mut left: Vec<&Event> = others.base.events.iter().collect();
    let mut missing = Vec::new();
    for event in &these.base.events {
        match left.iter().position(|e| same(e, event, &others.base, &these.base)) {
            Some(at) => {
                left.remove(at);
            }
            None => missing.push(teller.event(event)),
        }
    }
    missing
}

/// Equality of events across two worlds, in which the same figure may have another address.
fn same(a: &Event, b: &Event, in_a: &Inputs, in_b: &Inputs) -> bool {
    let paths = |e: &Event, inputs: &Inputs| match &e.kind {
        EventKind::Change { slots, over } => {
            let each: Vec<String> = slots
                .iter()
                .map(|(slot, to)| format!("{} {to}", path(inputs, *slot)))
                .collect();
            Some((each, *over))
        }
        _ => None,
    };
    let rest = |e: &Event| {
        (
            e.month,
            e.when,
            e.probability.to_bits(),
            e.hazard.map(f64::to_bits),
            e.note.clone(),
        )
    };
    let kind = match (paths(a, in_a), paths(b, in_b)) {
        (None, None) => a.kind == b.kind,
        (one, other) => one == other,
    };
    kind && rest(a) == rest(b)
}

/// Makes sentences about one scenario.
pub(super) struct Teller<'a> {
    pub(super) s: &'a Scenario,
}

impl Teller<'_> {
    pub(super) fn state(&self, i: usize) -> String {
        self.s
            .base
            .states
            .get(i)
            .map_or_else(|| String::from("?"), |s| the(&s.name))
    }

    pub(super) fn states(&self, list: &[usize]) -> Vec<String> {
        list.iter().map(|i| self.state(*i)).collect()
    }

    pub(super) fn date(&self, month: u32) -> String {
        date(self.s.run.start, month)
    }

    fn run(&self) -> String {
        let r = &self.s.run;
        format!(
            "{} of {}, from {} to {}, seed {}",
            count(usize::try_from(r.runs).unwrap_or(usize::MAX), "run"),
            count(r.months as usize, "month"),
            self.date(0),
            self.date(r.months.saturating_sub(1)),
            r.seed
        )
    }

    /// Blocs with their weight, then states of no bloc, then who has nuclear weapons.
    fn who(&self) -> Vec<String> {
        let base = &self.s.base;
        let mut blocs: Vec<&str> = Vec::new();
        for bloc in base.states.iter().flat_map(|s| &s.blocs) {
            if !blocs.contains(&bloc.as_str()) {
                blocs.push(bloc);
            }
        }
        let mut said = Vec::new();
        let mut describe = |name: &str, members: Vec<usize>| {
            if members.is_empty() {
                return;
            }
            let sum = |f: fn(&crate::model::inputs::StateFigures) -> f64| -> f64 {
                members
                    .iter()
                    .filter_map(|i| base.states.get(*i))
                    .map(|s| f(&s.figures))
                    .sum()
            };
            let (gdp, spent) = (sum(|f| f.gdp), sum(|f| f.gdp * f.defence_share));
            let share = if gdp > 0.0 {
                format!(
                    ", {} percent of its output spent on defence",
                    number((1000.0 * spent / gdp).round() / 10.0)
                )
            } else {
                String::new()
            };
            said.push(format!(
                "{name}: {} ({}){share}, {} ready brigades.",
                count(members.len(), "state"),
                some(&self.states(&members), MOST_NAMES),
                number((10.0 * sum(|f| f.brigades)).round() / 10.0)
            ));
        };
        for bloc in blocs {
            let inside = |i: &usize| base.states.get(*i).is_some_and(|s| s.blocs.iter().any(|b| b == bloc));
            describe(bloc, (0..base.states.len()).filter(inside).collect());
        }
        let outside = |i: &usize| base.states.get(*i).is_some_and(|s| s.blocs.is_empty());
        describe("in no bloc", (0..base.states.len()).filter(outside).collect());
        for (standing, words) in [
            (
                Nuclear::AssuredSecondStrike,
                "can strike back with nuclear weapons after any attack",
            ),
            (Nuclear::Arsenal, "have nuclear weapons"),
            (Nuclear::Hosted, "host the nuclear weapons of others"),
        ] {
            let those: Vec<String> = base
                .states
                .iter()
                .filter(|s| s.nuclear == standing)
                .map(|s| the(&s.name))
                .collect();
            if !those.is_empty() {
                said.push(format!("These {words}: {}.", join(&those)));
            }
        }
        said
    }

    fn threats(&self) -> Vec<String> {
        let mut said = Vec::new();
        for c in &self.s.base.challengers {
            let own = self.state(c.state);
            let (near, far): (Vec<_>, Vec<_>) = c.targets.iter().partition(|t| t.figures.width > 0.0);
            let near: Vec<String> = near
                .iter()
                .map(|t| {
                    format!(
                        "{} (with up to {} brigades)",
                        self.state(t.state),
                        number(t.figures.width)
                    )
                })
                .collect();
            let far: Vec<String> = far.iter().map(|t| self.state(t.state)).collect();
            let mut text = match near.is_empty() {
                true => format!("{own} can send force against nobody."),
                false => format!("{own} can send force against {}.", join(&near)),
            };
            if !far.is_empty() {
                text.push_str(&format!(
                    " Below the use of force it can also act against {}.",
                    some(&far, MOST_NAMES)
                ));
            }
            let f = &c.figures;
            text.push_str(&format!(
                " Insecurity makes up {} of its motives, and breaking the alliance is worth {} times what the model takes \
                 as usual. It fights a war with {} brigades.",
                number(f.insecure),
                number(f.split_value),
                number(f.war_force)
            ));
            if !c.partners.is_empty() {
                text.push_str(&format!(
                    " {} would look away or help.",
                    sentence(&join(&self.states(&c.partners)))
                ));
            }
            said.push(sentence(&text));
        }
        for w in &self.s.base.wars {
            said.push(format!(
                "At the start {} is at war with {}, in month {} of it.",
                self.state(w.attacker),
                self.state(w.target),
                number(w.age)
            ));
        }
        said
    }

    /// Forces abroad, orders and goals.
    fn forces(&self) -> Vec<String> {
        let base = &self.s.base;
        let mut said = Vec::new();
        let mut hosts: Vec<usize> = base
            .forward
            .iter()
            .filter(|f| f.brigades > 0.0)
            .map(|f| f.host)
            .collect();
        hosts.dedup();
        for host in hosts {
            let from = |f: &&crate::model::inputs::Forward| f.host == host && f.brigades > 0.0;
            let sent: Vec<String> = base
                .forward
                .iter()
                .filter(from)
                .map(|f| format!("{} from {}", number(f.brigades), self.state(f.sender)))
                .collect();
            said.push(format!("In {}, in brigades: {}.", self.state(host), join(&sent)));
        }
        for p in &base.programs {
            let f = &p.figures;
            let place = p
                .host
                .map_or_else(|| "at home".to_owned(), |h| format!("in {}", self.state(h)));
            let what = if f.brigades < 0.0 { "withdraws" } else { "orders" };
            said.push(sentence(&format!(
                "{} {what} {} brigades {place} in {}, {} months on the way, {}.",
                self.state(p.state),
                number(f.brigades.abs()),
                self.date(f.month.max(0.0) as u32),
                number(f.lag),
                if f.announced >= 0.5 { "announced" } else { "in secret" }
            )));
        }
        for (goal, state) in base
            .spending
            .iter()
            .zip(&base.states)
            .filter(|(goal, _)| goal.target > 0.0)
        {
            said.push(sentence(&format!(
                "{} moves its defence spending from {} to {} of GDP; two thirds of the way take {} months.",
                the(&state.name),
                number(state.figures.defence_share),
                number(goal.target),
                number(goal.lag)
            )));
        }
        said
    }

    /// Dated events in their order, then random ones.
    fn events(&self) -> (Vec<String>, Vec<String>) {
        let mut events: Vec<&Event> = self.s.base.events.iter().collect();
        events.sort_by_key(|e| e.month);
        let is_open = |e: &&Event| e.hazard.is_some() || e.when.is_some();
        let (random, dated): (Vec<&Event>, Vec<&Event>) = events.into_iter().partition(is_open);
        let tell = |list: Vec<&Event>| list.into_iter().map(|e| self.event(e)).collect();
        (tell(dated), tell(random))
    }

    fn answers(&self) -> Vec<String> {
        let word = |a: Answer| match a {
            Answer::Abstain => "stay out",
            Answer::Support => "support without fighting",
            Answer::Fight => "fight",
        };
        let mut said = Vec::new();
        for answer in [Answer::Fight, Answer::Support, Answer::Abstain] {
            let those: Vec<usize> = (0..self.s.base.states.len())
                .filter(|i| self.s.base.responses.get(*i) == Some(&Some(answer)))
                .collect();
            if !those.is_empty() {
                let names = some(&self.states(&those), MOST_NAMES);
                said.push(format!("To {}: {names}.", word(answer)));
            }
        }
        said
    }

    fn doubts(&self) -> Vec<Doubt> {
        let layer = |path: &str| {
            self.s
                .effective
                .iter()
                .find(|e| e.path == path)
                .map(|e| e.layer.clone())
        };
        let each = self.s.uncertain.iter().map(|u| Doubt {
            meaning: schema::figure(&u.path).map_or_else(String::new, |f| f.doc.trim().to_owned()),
            words: uncertain(u),
            joint: u.column.is_some(),
            layer: layer(&u.path).unwrap_or_default(),
            path: u.path.clone(),
        });
        each.collect()
    }
}
