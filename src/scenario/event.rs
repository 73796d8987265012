//! Events and opening wars as written: names instead of indices, each with its place.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::codes;
use super::diagnostics::{Diagnostic, Place, list, show};
use super::event_keys::{COMMON, CONDITIONS, EVENTS, LAST_MONTH, OF_ACTS, OF_CONDITION, WAR, WHEN, keys_of, names};
use super::leaf::{Named, Raw, Reader};
use super::schema::{LONGEST, SIGNALS};
use crate::model::inputs::TalksFigures;

/// What happens.
#[derive(Debug, Clone, PartialEq)]
pub enum RawKind {
    Challenge {
        by: Named,
        target: Named,
        rung: Named,
        attributed: bool,
    },
    Change {
        changes: Vec<(Named, f64)>,
        over: u32,
    },
    Signal {
        by: Named,
        arrangement: Named,
        kind: Named,
        strength: f64,
    },
    Leave {
        state: Named,
        arrangement: Named,
    },
    Join {
        state: Named,
        arrangement: Named,
    },
    Ceasefire {
        target: Named,
    },
    Settle {
        target: Named,
        /// Figures of the talks that hold from now on.
        terms: Vec<(&'static str, f64)>,
        guarantee: Option<Named>,
    },
    Leader {
        state: Named,
    },
}

/// What a conditional event waits for. Names of states may be names of blocs.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTrigger {
    pub pattern: RawPattern,
    pub within: Option<u32>,
    pub after: u32,
}

/// A kind of happening.
#[derive(Debug, Clone, PartialEq)]
pub enum RawPattern {
    Act {
        rung: Named,
        target: Option<Named>,
        answered: Option<bool>,
        success: Option<bool>,
    },
    War(Named),
    Ceasefire(Named),
    Leader(Named),
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct RawEvent {
    pub place: Place,
    pub month: u32,
    /// Where the month stands, or the event where none is written.
    pub month_place: Place,
    pub when: Option<RawTrigger>,
    pub probability: f64,
    pub hazard: Option<f64>,
    pub note: String,
    pub kind: RawKind,
}

/// A war that runs at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct RawWar {
    pub attacker: Named,
    pub target: Named,
    pub age: f64,
}

impl fmt::Display for RawKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RawKind::Challenge {
                by,
                target,
                rung,
                attributed,
            } => write!(
                f,
                "challenge = {{ by = {:?}, target = {:?}, rung = {:?}, attributed = {attributed} }}",
                by.name, target.name, rung.name
            ),
            RawKind::Change { changes, over } => {
                let each: Vec<String> = changes
                    .iter()
                    .map(|(path, to)| format!("{:?} = {to}", path.name))
                    .collect();
                write!(f, "change = {{ {} }}, over = {over}", each.join(", "))
            }
            RawKind::Signal {
                by,
                arrangement,
                kind,
                strength,
            } => write!(
                f,
                "signal = {{ by = {:?}, arrangement = {:?}, kind = {:?}, strength = {strength} }}",
                by.name, arrangement.name, kind.name
            ),
            RawKind::Leave { state, arrangement } => {
                write!(
                    f,
                    "leave = {{ state = {:?}, arrangement = {:?} }}",
                    state.name, arrangement.name
                )
            }
            RawKind::Join { state, arrangement } => {
                write!(
                    f,
                    "join = {{ state = {:?}, arrangement = {:?} }}",
                    state.name, arrangement.name
                )
            }
            RawKind::Ceasefire { target } => write!(f, "ceasefire = {{ target = {:?} }}", target.name),
            RawKind::Settle {
                target,
                terms,
                guarantee,
            } => {
                write!(f, "settle = {{ target = {:?}", target.name)?;
                for (key, value) in terms {
                    write!(f, ", {key} = {value}")?;
                }
                if let Some(guarantee) = guarantee {
                    write!(f, ", guarantee = {:?}", guarantee.name)?;
                }
                f.write_str(" }")
            }
            RawKind::Leader { state } => write!(f, "leader = {{ state = {:?} }}", state.name),
        }
    }
}

/// The canonical text, without the note.
impl fmt::Display for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "month = {}, probability = {}, ", self.month, self.probability)?;
        if let Some(hazard) = self.hazard {
            write!(f, "hazard = {hazard}, ")?;
        }
        if let Some(trigger) = &self.when {
            write!(f, "{trigger}, ")?;
        }
        write!(f, "{}", self.kind)
    }
}

impl fmt::Display for RawTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("when = { ")?;
        match &self.pattern {
            RawPattern::Act {
                rung,
                target,
                answered,
                success,
            } => {
                write!(f, "act = {:?}", rung.name)?;
                if let Some(target) = target {
                    write!(f, ", target = {:?}", target.name)?;
                }
                for (key, flag) in [("answered", answered), ("success", success)] {
                    if let Some(flag) = flag {
                        write!(f, ", {key} = {flag}")?;
                    }
                }
            }
            RawPattern::War(of) => write!(f, "war = {:?}", of.name)?,
            RawPattern::Ceasefire(of) => write!(f, "ceasefire = {:?}", of.name)?,
            RawPattern::Leader(of) => write!(f, "leader = {:?}", of.name)?,
        }
        if let Some(within) = self.within {
            write!(f, ", within = {within}")?;
        }
        write!(f, " }}, after = {}", self.after)
    }
}

impl fmt::Display for RawWar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "attacker = {:?}, target = {:?}, age = {}",
            self.attacker.name, self.target.name, self.age
        )
    }
}

/// A small table with fixed keys.
pub struct Fields<'t, 'i> {
    what: &'t str,
    table: &'t DeTable<'i>,
    place: Place,
}

impl<'t, 'i> Fields<'t, 'i> {
    /// Opens a value as a table, rejecting unknown keys.
    pub fn open(reader: &mut Reader<'_>, what: &'t str, value: &'t Raw<'i>, keys: &[&str]) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong(what, "a table", value);
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
    pub fn get(&self, key: &str) -> Option<&'t Raw<'i>> {
        self.table.get(key)
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
    fn name(&self, reader: &mut Reader<'_>, key: &str) -> Option<Named> {
        let value = self.require(reader, key)?;
        reader.text(key, value)
    }
}

/// A number between bounds, or a default where the key is missing.
fn number(
    reader: &mut Reader<'_>,
    key: &str,
    value: Option<&Raw<'_>>,
    default: f64,
    low: f64,
    high: f64,
) -> Option<f64> {
    let Some(value) = value else { return Some(default) };
    let x = reader.number(key, "a number", value)?;
    if (low..=high).contains(&x) {
        return Some(x);
    }
    let place = reader.place(value);
    let message = format!("`{key}` is {x}, outside {low} to {high}");
    reader
        .report
        .push(Diagnostic::error(codes::OUT_OF_RANGE, &place, message));
    None
}

/// Reads an event.
pub fn read_event(reader: &mut Reader<'_>, value: &Raw<'_>) -> Option<RawEvent> {
    let keys: Vec<&str> = EVENTS.iter().copied().chain(names(COMMON)).chain([WHEN]).collect();
    let fields = Fields::open(reader, "event", value, &keys)?;
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
    let hazard = match fields.get("hazard") {
        Some(v) => reader.probability("hazard", v).map(Some),
        None => Some(None),
    };
    let when = match fields.get("when") {
        Some(v) => read_trigger(reader, v, fields.get("after")).map(Some),
        None => Some(None),
    };
    only_with_condition(reader, &fields);
    let note = match fields.get("note") {
        Some(v) => reader.text("note", v).map(|t| t.name),
        None => Some(String::new()),
    };
    let present: Vec<&str> = EVENTS.iter().copied().filter(|k| fields.get(k).is_some()).collect();
    let [kind] = present[..] else {
        let message = match present.len() {
            0 => String::from("the event says nothing that happens"),
            _ => format!("the event has {} kinds at once", present.len()),
        };
        let finding = Diagnostic::error(codes::EVENT_KIND, &fields.place, message);
        reader
            .report
            .push(finding.help(format!("exactly one of {}", list(EVENTS))));
        return None;
    };
    if let Some(over) = fields.get("over").filter(|_| kind != "change") {
        let at = reader.place(over);
        let message = format!("`over` belongs to `change`, not to `{kind}`");
        reader.report.push(Diagnostic::error(codes::UNKNOWN_KEY, &at, message));
    }
    let kind = read_kind(reader, kind, fields.get(kind)?, fields.get("over"));
    Some(RawEvent {
        month: u32::try_from(month?).ok()?,
        month_place,
        when: when?,
        probability: probability?,
        hazard: hazard?,
        note: note?,
        kind: kind?,
        place: fields.place,
    })
}

/// Reads what a conditional event waits for; `after` stands beside it in the event.
fn read_trigger(reader: &mut Reader<'_>, value: &Raw<'_>, after: Option<&Raw<'_>>) -> Option<RawTrigger> {
    let keys: Vec<&str> = CONDITIONS
        .iter()
        .chain(OF_ACTS)
        .chain(OF_CONDITION)
        .map(|k| k.name)
        .collect();
    let fields = Fields::open(reader, "when", value, &keys)?;
    let within = match fields.get("within") {
        Some(v) => reader.count("within", 1, LONGEST, v).map(Some),
        None => Some(None),
    };
    let after = match after {
        Some(v) => reader.count("after", 1, LONGEST, v),
        None => Some(1),
    };
    let known = names(CONDITIONS);
    let present: Vec<&str> = known.iter().copied().filter(|k| fields.get(k).is_some()).collect();
    let [kind] = present[..] else {
        let message = match present.len() {
            0 => String::from("the condition names nothing that could happen"),
            _ => format!("the condition has {} kinds at once", present.len()),
        };
        let finding = Diagnostic::error(codes::EVENT_KIND, &fields.place, message);
        reader
            .report
            .push(finding.help(format!("exactly one of {}", list(&known))));
        return None;
    };
    let subject = fields.name(reader, kind);
    let pattern = if kind == "act" {
        let target = match fields.get("target") {
            Some(v) => reader.text("target", v).map(Some),
            None => Some(None),
        };
        let mut flag = |key: &str| match fields.get(key) {
            Some(v) => reader.flag(key, v).map(Some),
            None => Some(None),
        };
        let (answered, success) = (flag("answered"), flag("success"));
        RawPattern::Act {
            rung: subject?,
            target: target?,
            answered: answered?,
            success: success?,
        }
    } else {
        for key in names(OF_ACTS).into_iter().filter(|k| fields.get(k).is_some()) {
            let message = format!("`{key}` belongs to `act`, not to `{kind}`");
            reader
                .report
                .push(Diagnostic::error(codes::UNKNOWN_KEY, &fields.place, message));
        }
        match kind {
            "war" => RawPattern::War(subject?),
            "ceasefire" => RawPattern::Ceasefire(subject?),
            _ => RawPattern::Leader(subject?),
        }
    };
    let months = |count: u64| u32::try_from(count).ok();
    Some(RawTrigger {
        pattern,
        within: within?.and_then(months),
        after: months(after?)?,
    })
}

/// A conditional event has no hazard, and only a conditional event has a delay.
fn only_with_condition(reader: &mut Reader<'_>, fields: &Fields<'_, '_>) {
    let (key, message, help) = match (fields.get("when"), fields.get("hazard"), fields.get("after")) {
        (Some(_), Some(hazard), _) => (
            hazard,
            "an event that waits for something has no `hazard`",
            "use `probability` for the chance that it follows",
        ),
        (None, _, Some(after)) => (
            after,
            "`after` belongs to an event with `when`",
            "a dated event has its `month`",
        ),
        _ => return,
    };
    let at = reader.place(key);
    reader
        .report
        .push(Diagnostic::error(codes::EVENT_KIND, &at, message).help(help));
}

/// Reads what happens.
fn read_kind(reader: &mut Reader<'_>, kind: &str, value: &Raw<'_>, over: Option<&Raw<'_>>) -> Option<RawKind> {
    match kind {
        "challenge" => {
            let fields = Fields::open(reader, "challenge", value, &keys_of(kind))?;
            let (by, target) = (fields.name(reader, "by"), fields.name(reader, "target"));
            let rung = fields.name(reader, "rung");
            let attributed = match fields.get("attributed") {
                Some(v) => reader.flag("attributed", v),
                None => Some(true),
            };
            Some(RawKind::Challenge {
                by: by?,
                target: target?,
                rung: rung?,
                attributed: attributed?,
            })
        }
        "change" => {
            let over = match over {
                Some(v) => reader.count("over", 0, LONGEST, v),
                None => Some(0),
            };
            let mut changes = Vec::new();
            let fine = read_changes(reader, String::new(), value, &mut changes);
            if changes.is_empty() && fine {
                reader.wrong("change", "a table with at least one path", value);
                return None;
            }
            let over = u32::try_from(over?).ok()?;
            fine.then_some(RawKind::Change { changes, over })
        }
        "signal" => {
            let fields = Fields::open(reader, "signal", value, &keys_of(kind))?;
            let (by, arrangement) = (fields.name(reader, "by"), fields.name(reader, "arrangement"));
            let word = match fields.require(reader, "kind") {
                Some(v) => reader.choice("kind", SIGNALS, v),
                None => None,
            };
            let strength = number(reader, "strength", fields.get("strength"), 1.0, -5.0, 5.0);
            Some(RawKind::Signal {
                by: by?,
                arrangement: arrangement?,
                kind: word?,
                strength: strength?,
            })
        }
        "leave" | "join" => {
            let fields = Fields::open(reader, kind, value, &keys_of(kind))?;
            let (state, arrangement) = (fields.name(reader, "state"), fields.name(reader, "arrangement"));
            let (state, arrangement) = (state?, arrangement?);
            Some(if kind == "leave" {
                RawKind::Leave { state, arrangement }
            } else {
                RawKind::Join { state, arrangement }
            })
        }
        "ceasefire" => {
            let fields = Fields::open(reader, kind, value, &keys_of(kind))?;
            fields
                .name(reader, "target")
                .map(|target| RawKind::Ceasefire { target })
        }
        "settle" => {
            let fields = Fields::open(reader, kind, value, &keys_of(kind))?;
            let target = fields.name(reader, "target");
            let guarantee = match fields.get("guarantee") {
                Some(v) => reader.text("guarantee", v).map(Some),
                None => Some(None),
            };
            let mut terms = Vec::new();
            for field in TalksFigures::FIELDS {
                if let Some(v) = fields.get(field.name) {
                    terms.push((field.name, reader.bounded(field.name, field, v)?));
                }
            }
            Some(RawKind::Settle {
                target: target?,
                terms,
                guarantee: guarantee?,
            })
        }
        _ => {
            let fields = Fields::open(reader, kind, value, &keys_of(kind))?;
            fields.name(reader, "state").map(|state| RawKind::Leader { state })
        }
    }
}

/// Reads `"canonical.path" = number`, quoted or as nested tables. False if anything is wrong.
fn read_changes(reader: &mut Reader<'_>, before: String, value: &Raw<'_>, changes: &mut Vec<(Named, f64)>) -> bool {
    let DeValue::Table(table) = value.get_ref() else {
        reader.wrong("change", "a table of paths and numbers", value);
        return false;
    };
    let mut fine = true;
    for (key, inner) in table.iter() {
        let path = if before.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{before}.{}", key.get_ref())
        };
        if matches!(inner.get_ref(), DeValue::Table(_)) {
            fine &= read_changes(reader, path, inner, changes);
            continue;
        }
        let Some(field) = super::schema::figure(&path) else {
            let at = reader.place(key);
            let message = format!("`{}` is not a figure that an event can change", show(&path));
            let last = path.rsplit('.').next().unwrap_or_default();
            let parts: Vec<&str> = path.split('.').collect();
            let siblings = super::schema::children(&parts[..parts.len() - 1]);
            let finding = Diagnostic::error(codes::UNKNOWN_FIGURE, &at, message);
            reader.report.push(finding.nearest(last, siblings));
            fine = false;
            continue;
        };
        match reader.bounded(&path, &field, inner) {
            Some(to) => changes.push((
                Named {
                    name: path,
                    place: reader.place(key),
                },
                to,
            )),
            None => fine = false,
        }
    }
    fine
}

/// Reads an opening war.
pub fn read_war(reader: &mut Reader<'_>, value: &Raw<'_>) -> Option<RawWar> {
    let fields = Fields::open(reader, "war", value, &names(WAR))?;
    let (attacker, target) = (fields.name(reader, "attacker"), fields.name(reader, "target"));
    let age = number(reader, "age", fields.get("age"), 0.0, 0.0, 12_000.0);
    Some(RawWar {
        attacker: attacker?,
        target: target?,
        age: age?,
    })
}
