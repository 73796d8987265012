//! Reads events and opening wars. A mistake in one part hides none in another: what could be read goes on to the checks
//! of names, in an event that is marked as broken.

use toml::de::{DeTable, DeValue};

use super::codes;
use super::diagnostics::{Diagnostic, Place, list, show};
use super::event::{RawEvent, RawKind, RawPattern, RawTrigger, RawWar};
use super::event_keys::{COMMON, Key, LAST_MONTH, OF_ACTS, OF_CONDITION, WAR, WHEN, Wait, What, names};
use super::leaf::{Named, Raw, Reader};
use super::schema::{self, Kind, LONGEST, Of};
use super::words::Word;
use crate::model::inputs::{SignalKind, TalksFigures};

/// A small table with fixed keys.
struct Fields<'t, 'i> {
    what: &'t str,
    table: &'t DeTable<'i>,
    place: Place,
}

impl<'t, 'i> Fields<'t, 'i> {
    /// Opens a value as a table, rejecting unknown keys.
    fn open(reader: &mut Reader<'_>, what: &'t str, value: &'t Raw<'i>, keys: &[&str]) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            let help = match value.get_ref() {
                DeValue::String(text) => format!(
                    "write {what} = {{ {} = \"{}\" }}",
                    keys.first().unwrap_or(&"key"),
                    show(text)
                ),
                _ => format!("write {what} = {{ {} = ... }}", keys.first().unwrap_or(&"key")),
            };
            reader.wrong_type(what, "a table", value, Some(help));
            return None;
        };
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if !keys.contains(&name) {
                let at = reader.place(key);
                let message = format!("unknown key `{}` in `{what}`", show(name));
                let finding = Diagnostic::error(codes::UNKNOWN_KEY, &at, message);
                reader.report.push(finding.nearest(name, keys.iter().copied()));
            }
        }
        let place = reader.place(value);
        Some(Self { what, table, place })
    }

    /// The value of a key, if it is there.
    fn get(&self, key: &str) -> Option<&'t Raw<'i>> {
        self.table.get(key)
    }

    /// The place of a key, if it is there.
    fn key(&self, reader: &Reader<'_>, key: &str) -> Option<Place> {
        self.table.get_key_value(key).map(|(key, _)| reader.place(key))
    }

    /// The value of a key that must be there.
    fn require(&self, reader: &mut Reader<'_>, key: &str) -> Option<&'t Raw<'i>> {
        let value = self.get(key);
        if value.is_none() {
            let message = format!("`{}` needs `{key}`", self.what);
            reader
                .report
                .push(Diagnostic::error(codes::MISSING, &self.place, message));
        }
        value
    }

    /// A name that must be there.
    fn name(&self, reader: &mut Reader<'_>, key: &str, of: Of) -> Option<Named> {
        let value = self.require(reader, key)?;
        reader.name(key, of, value)
    }

    /// A name that may be left out; none of the outer kind if it is wrong.
    fn optional_name(&self, reader: &mut Reader<'_>, key: &str, of: Of) -> Option<Option<Named>> {
        match self.get(key) {
            Some(value) => reader.name(key, of, value).map(Some),
            None => Some(None),
        }
    }

    /// A flag that may be left out.
    fn flag(&self, reader: &mut Reader<'_>, key: &str) -> Option<Option<bool>> {
        match self.get(key) {
            Some(value) => reader.flag(key, value).map(Some),
            None => Some(None),
        }
    }

    /// The names that the table gives in a form in which they can be looked up, whatever else is wrong with it.
    fn mentions<'k>(&self, reader: &Reader<'_>, keys: impl IntoIterator<Item = &'k Key>) -> Vec<(Of, Named)> {
        let mut found = Vec::new();
        for key in keys {
            let Kind::Name(of) = key.kind else { continue };
            if let Some(value) = self.get(key.name)
                && let Some(name) = value.get_ref().as_str()
                && (of != Of::State || schema::is_code(name))
            {
                let place = reader.place(value);
                let name = name.to_owned();
                found.push((of, Named { name, place }));
            }
        }
        found
    }
}

/// A number between bounds, or a default where the key is missing.
fn number(reader: &mut Reader<'_>, fields: &Fields<'_, '_>, keys: &[Key], name: &str) -> Option<f64> {
    let key = keys.iter().find(|k| k.name == name)?;
    let Kind::Number(field) = key.kind else { return None };
    match fields.get(name) {
        Some(value) => reader.bounded(name, &field, value),
        None => Some(field.default),
    }
}

/// Reads an event. One that says several things at once gives a broken event for each; one that is no table or says
/// nothing gives none.
pub fn read_event(reader: &mut Reader<'_>, value: &Raw<'_>) -> Vec<RawEvent> {
    let before = reader.report.errors();
    let keys: Vec<&str> = What::WORDS.iter().copied().chain(names(COMMON)).chain([WHEN]).collect();
    let Some(fields) = Fields::open(reader, "event", value, &keys) else {
        return Vec::new();
    };
    let month = match fields.get("month") {
        Some(v) => reader.count("month", 0, LAST_MONTH, v),
        None => Some(0),
    };
    let month_place = fields
        .get("month")
        .map_or_else(|| fields.place.clone(), |v| reader.place(v));
    let probability = match fields.get("probability") {
        Some(v) => reader.probability("probability", v),
        None => Some(1.0),
    };
    let hazard = fields.get("hazard").and_then(|v| reader.probability("hazard", v));
    let when = fields
        .get(WHEN)
        .and_then(|v| read_trigger(reader, v, fields.get("after")));
    only_with_condition(reader, &fields);
    let note = fields.get("note").and_then(|v| reader.text("note", v));
    let present: Vec<What> = What::ALL
        .iter()
        .copied()
        .filter(|w| fields.get(w.word()).is_some())
        .collect();
    if present.len() != 1 {
        let message = match present.len() {
            0 => String::from("the event says nothing that happens"),
            n => format!("the event has {n} kinds at once"),
        };
        let finding = Diagnostic::error(codes::EVENT_KIND, &fields.place, message);
        reader
            .report
            .push(finding.help(format!("exactly one of {}", list(What::WORDS))));
    }
    if let Some(over) = fields.get("over").filter(|_| !present.contains(&What::Change)) {
        let at = fields.key(reader, "over").unwrap_or_else(|| reader.place(over));
        let kind = present.first().map_or("this event", |w| w.word());
        let message = format!("`over` belongs to `change`, not to `{kind}`");
        reader.report.push(Diagnostic::error(codes::UNKNOWN_KEY, &at, message));
    }
    let mut events = Vec::with_capacity(present.len());
    for what in present {
        let Some(value) = fields.get(what.word()) else { continue };
        let kind = read_kind(reader, what, value, fields.get("over"));
        events.push(RawEvent {
            place: fields.place.clone(),
            month: month.and_then(|m| u32::try_from(m).ok()).unwrap_or(0),
            month_place: month_place.clone(),
            when: when.clone(),
            probability: probability.unwrap_or(1.0),
            hazard,
            hazard_place: fields.get("hazard").map(|v| reader.place(v)),
            note: note.as_ref().map(|n| n.name.clone()).unwrap_or_default(),
            kind,
            is_broken: false,
        });
    }
    let is_broken = reader.report.errors() > before;
    for event in &mut events {
        let waits = event.when.as_ref().map(|w| &w.pattern);
        let is_void = matches!(event.kind, RawKind::Broken { .. }) || matches!(waits, Some(RawPattern::Broken(_)));
        event.is_broken = is_broken || is_void;
    }
    events
}

/// Reads what a conditional event waits for; `after` stands beside it in the event.
fn read_trigger(reader: &mut Reader<'_>, value: &Raw<'_>, after: Option<&Raw<'_>>) -> Option<RawTrigger> {
    let all: Vec<Key> = waits().into_iter().chain(OF_ACTS.iter().copied()).collect();
    let keys: Vec<&str> = all.iter().chain(OF_CONDITION).map(|k| k.name).collect();
    let fields = Fields::open(reader, "when", value, &keys)?;
    let within = match fields.get("within") {
        Some(v) => reader.count("within", 1, LONGEST, v),
        None => None,
    };
    let after = match after {
        Some(v) => reader.count("after", 1, LONGEST, v),
        None => Some(1),
    };
    let present: Vec<Wait> = Wait::ALL
        .iter()
        .copied()
        .filter(|w| fields.get(w.word()).is_some())
        .collect();
    let pattern = if let [wait] = present[..] {
        read_pattern(reader, &fields, wait)
    } else {
        let message = match present.len() {
            0 => String::from("the condition names nothing that could happen"),
            n => format!("the condition has {n} kinds at once"),
        };
        let finding = Diagnostic::error(codes::EVENT_KIND, &fields.place, message);
        reader
            .report
            .push(finding.help(format!("exactly one of {}", list(Wait::WORDS))));
        None
    };
    let months = |count: u64| u32::try_from(count).ok();
    Some(RawTrigger {
        pattern: pattern.unwrap_or_else(|| RawPattern::Broken(fields.mentions(reader, &all))),
        within: within.and_then(months),
        after: after.and_then(months).unwrap_or(1),
    })
}

/// The keys of the kinds of condition.
pub fn waits() -> Vec<Key> {
    Wait::ALL.iter().map(|w| w.key()).collect()
}

/// Reads the kind of happening that a condition waits for; none if something about it is wrong.
fn read_pattern(reader: &mut Reader<'_>, fields: &Fields<'_, '_>, wait: Wait) -> Option<RawPattern> {
    let Kind::Name(of) = wait.key().kind else { return None };
    let subject = fields.name(reader, wait.word(), of);
    if wait != Wait::Act {
        for key in names(OF_ACTS) {
            if let Some(at) = fields.key(reader, key) {
                let message = format!("`{key}` belongs to `act`, not to `{}`", wait.word());
                reader.report.push(Diagnostic::error(codes::UNKNOWN_KEY, &at, message));
            }
        }
    }
    match wait {
        Wait::Act => {
            let target = fields.optional_name(reader, "target", Of::Group);
            let (answered, success) = (fields.flag(reader, "answered"), fields.flag(reader, "success"));
            Some(RawPattern::Act {
                rung: subject?,
                target: target?,
                answered: answered?,
                success: success?,
            })
        }
        Wait::War => subject.map(RawPattern::War),
        Wait::Ceasefire => subject.map(RawPattern::Ceasefire),
        Wait::Leader => subject.map(RawPattern::Leader),
    }
}

/// A conditional event has no hazard, and only a conditional event has a delay.
fn only_with_condition(reader: &mut Reader<'_>, fields: &Fields<'_, '_>) {
    if let (Some(_), Some(hazard)) = (fields.get(WHEN), fields.get("hazard")) {
        let at = reader.place(hazard);
        let message = "an event that waits for something has no `hazard`";
        let help = "use `probability` for the chance that it follows";
        reader
            .report
            .push(Diagnostic::error(codes::EVENT_KIND, &at, message).help(help));
    }
    if let (None, Some(after)) = (fields.get(WHEN), fields.get("after")) {
        let at = reader.place(after);
        let message = "`after` belongs to an event with `when`";
        let help = "a dated event has its `month`";
        reader
            .report
            .push(Diagnostic::error(codes::EVENT_KIND, &at, message).help(help));
        // Without a condition nobody else reads it.
        reader.count("after", 1, LONGEST, after);
    }
}

/// Reads what happens; broken if something about it is wrong.
fn read_kind(reader: &mut Reader<'_>, what: What, value: &Raw<'_>, over: Option<&Raw<'_>>) -> RawKind {
    if what == What::Change {
        return read_change(reader, value, over);
    }
    let broken = |names| RawKind::Broken {
        what,
        names,
        paths: Vec::new(),
    };
    let Some(fields) = Fields::open(reader, what.word(), value, &what.keys()) else {
        return broken(Vec::new());
    };
    read_fields(reader, what, &fields).unwrap_or_else(|| broken(fields.mentions(reader, what.shape().keys)))
}

/// Reads what happens from its table; none if something is wrong. All of it is read before anything is given up.
fn read_fields(reader: &mut Reader<'_>, what: What, fields: &Fields<'_, '_>) -> Option<RawKind> {
    match what {
        What::Challenge => {
            let by = fields.name(reader, "by", Of::State);
            let target = fields.name(reader, "target", Of::State);
            let rung = fields.name(reader, "rung", Of::Rung);
            let attributed = fields.flag(reader, "attributed");
            Some(RawKind::Challenge {
                by: by?,
                target: target?,
                rung: rung?,
                attributed: attributed?.unwrap_or(true),
            })
        }
        What::Change => None,
        What::Signal => {
            let by = fields.name(reader, "by", Of::State);
            let arrangement = fields.name(reader, "arrangement", Of::Arrangement);
            let kind = match fields.require(reader, "kind") {
                Some(v) => reader.choice("kind", SignalKind::WORDS, v),
                None => None,
            };
            let strength = number(reader, fields, what.shape().keys, "strength");
            Some(RawKind::Signal {
                by: by?,
                arrangement: arrangement?,
                kind: SignalKind::of(&kind?.name)?,
                strength: strength?,
            })
        }
        What::Leave | What::Join => {
            let state = fields.name(reader, "state", Of::State);
            let arrangement = fields.name(reader, "arrangement", Of::Arrangement);
            let (state, arrangement) = (state?, arrangement?);
            Some(if what == What::Leave {
                RawKind::Leave { state, arrangement }
            } else {
                RawKind::Join { state, arrangement }
            })
        }
        What::Ceasefire => {
            let target = fields.name(reader, "target", Of::State)?;
            Some(RawKind::Ceasefire { target })
        }
        What::Settle => {
            let target = fields.name(reader, "target", Of::State);
            let guarantee = fields.optional_name(reader, "guarantee", Of::Arrangement);
            let mut terms = Vec::new();
            let mut is_fine = true;
            for field in TalksFigures::FIELDS {
                if let Some(v) = fields.get(field.name) {
                    match reader.bounded(field.name, field, v) {
                        Some(x) => terms.push((field.name, x)),
                        None => is_fine = false,
                    }
                }
            }
            let (target, guarantee) = (target?, guarantee?);
            is_fine.then_some(RawKind::Settle {
                target,
                terms,
                guarantee,
            })
        }
        What::Leader => {
            let state = fields.name(reader, "state", Of::State)?;
            Some(RawKind::Leader { state })
        }
    }
}

/// Reads figures that take new values.
fn read_change(reader: &mut Reader<'_>, value: &Raw<'_>, over: Option<&Raw<'_>>) -> RawKind {
    let over = match over {
        Some(v) => reader.count("over", 0, LONGEST, v),
        None => Some(0),
    };
    let mut found = Changes::default();
    read_changes(reader, &[], value, &mut found);
    if found.is_fine && found.changes.is_empty() {
        reader.wrong("change", "a table with at least one path", value);
        found.is_fine = false;
    }
    match over.and_then(|o| u32::try_from(o).ok()) {
        Some(over) if found.is_fine => RawKind::Change {
            changes: found.changes,
            over,
        },
        _ => RawKind::Broken {
            what: What::Change,
            names: Vec::new(),
            paths: found.paths,
        },
    }
}

/// What a change says.
struct Changes {
    changes: Vec<(Named, f64)>,
    /// Paths of figures, also those whose value is wrong.
    paths: Vec<Named>,
    is_fine: bool,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            changes: Vec::new(),
            paths: Vec::new(),
            is_fine: true,
        }
    }
}

/// Reads `"canonical.path" = number`, quoted or as nested tables.
fn read_changes(reader: &mut Reader<'_>, before: &[(String, Place)], value: &Raw<'_>, found: &mut Changes) {
    let DeValue::Table(table) = value.get_ref() else {
        reader.wrong("change", "a table of paths and numbers", value);
        found.is_fine = false;
        return;
    };
    for (key, inner) in table.iter() {
        if reader.report.is_full() {
            found.is_fine = false;
            return;
        }
        let mut steps = before.to_vec();
        steps.push((key.get_ref().to_string(), reader.place(key)));
        let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
        let path = names.join(".");
        let place = spanning(&steps, reader.place(key));
        let parts: Vec<&str> = path.split('.').collect();
        let field = schema::figure(&path);
        if field.is_none() && matches!(inner.get_ref(), DeValue::Table(_)) {
            read_changes(reader, &steps, inner, found);
            continue;
        }
        let Some(field) = field else {
            let message = format!("`{}` is not a figure that an event can change", show(&path));
            let last = parts.last().copied().unwrap_or_default();
            let siblings = schema::children(&parts[..parts.len() - 1]);
            let finding = Diagnostic::error(codes::UNKNOWN_FIGURE, &place.narrowed(last), message);
            reader.report.push(match schema::homes(last).first() {
                Some(home) if !siblings.contains(&last) && schema::figure(home).is_some() => {
                    finding.help(format!("it belongs at `{home}`"))
                }
                _ => finding.nearest(last, siblings),
            });
            found.is_fine = false;
            continue;
        };
        let mut is_coded = true;
        if let schema::Found::Leaf(known) = schema::lookup(&parts) {
            for (segment, part) in known.path.split('.').zip(&parts) {
                if segment == schema::STATE && !schema::is_code(part) {
                    reader.bad_code(part, &place.narrowed(part));
                    is_coded = false;
                }
            }
        }
        let named = Named { name: path, place };
        let to = reader.bounded(&named.name, &field, inner);
        if is_coded {
            found.paths.push(named.clone());
        }
        match to {
            Some(to) if is_coded => found.changes.push((named, to)),
            _ => found.is_fine = false,
        }
    }
}

/// From the first of some keys to the last; the last alone where they stand in another order or line.
fn spanning(steps: &[(String, Place)], mut last: Place) -> Place {
    if let Some((_, first)) = steps.first()
        && let Some(between) = last.source.text.get(first.span.start..last.span.end)
        && !between.contains('\n')
    {
        last.span.start = first.span.start;
    }
    last
}

/// Reads an opening war; of a broken one what it names, to be looked up all the same.
pub fn read_war(reader: &mut Reader<'_>, value: &Raw<'_>) -> Result<RawWar, Vec<(Of, Named)>> {
    let Some(fields) = Fields::open(reader, "war", value, &names(WAR)) else {
        return Err(Vec::new());
    };
    let attacker = fields.name(reader, "attacker", Of::State);
    let target = fields.name(reader, "target", Of::State);
    let age = number(reader, &fields, WAR, "age");
    match (attacker, target, age) {
        (Some(attacker), Some(target), Some(age)) => Ok(RawWar { attacker, target, age }),
        _ => Err(fields.mentions(reader, WAR)),
    }
}
