//! The keys of events and opening wars: one table for the reader and for the JSON Schema.

use super::schema::{Kind, LONGEST, SIGNALS};
use crate::model::figures::{Field, Status};
use crate::model::inputs::TalksFigures;

/// The kinds of event.
pub const EVENTS: &[&str] = &[
    "challenge",
    "change",
    "signal",
    "leave",
    "join",
    "ceasefire",
    "settle",
    "leader",
];
/// The table of an event that says what a conditional one waits for; its keys are [`CONDITIONS`] and [`OF_CONDITION`].
pub const WHEN: &str = "when";
/// The kinds of condition, of which there is exactly one.
pub const CONDITIONS: &[Key] = &[
    optional("act", Kind::Text, "An act of this rung or a graver one."),
    optional(
        "war",
        Kind::Text,
        "A war that begins against this state, or a state of this bloc.",
    ),
    optional(
        "ceasefire",
        Kind::Text,
        "A war against it that ends with the line where it is.",
    ),
    optional("leader", Kind::Text, "A new leader, by a vote or by an event."),
];
/// What an act that sets an event off must have been.
pub const OF_ACTS: &[Key] = &[
    optional("target", Kind::Text, "The state or bloc acted against."),
    optional(
        "answered",
        Kind::Flag,
        "Whether at least a tenth of the pledged strength came.",
    ),
    optional("success", Kind::Flag, "Whether the act succeeded."),
];
/// What any condition may have.
pub const OF_CONDITION: &[Key] = &[optional(
    "within",
    Kind::Count(1, LONGEST),
    "Months, from `month` on, in which the condition counts.",
)];
/// Last month that can be written at all.
pub const LAST_MONTH: u64 = 12_000;

/// A key of a small table: the reader opens the table with these keys, and the JSON Schema is made of them.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    /// It must be there.
    pub required: bool,
    /// What it means.
    pub doc: &'static str,
}

/// A required key.
const fn needed(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: true,
        doc,
    }
}

/// A key that may be left out.
const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: false,
        doc,
    }
}

/// A plain number of an event or a war, with its range and default.
const fn plain(name: &'static str, unit: &'static str, default: f64, low: f64, high: f64) -> Kind {
    Kind::Number(Field {
        name,
        unit,
        default,
        low,
        high,
        status: Status::Assumed,
        source: "scenario",
        doc: "",
    })
}

/// Keys of an event beside its kind.
pub const COMMON: &[Key] = &[
    optional(
        "month",
        Kind::Count(0, LAST_MONTH),
        "Month of a dated event, or first possible month of a random one; 0 if not given.",
    ),
    optional(
        "hazard",
        plain("hazard", "1/month", 0.0, 0.0, 1.0),
        "Chance a month that it happens: makes the event a random one.",
    ),
    optional(
        "probability",
        plain("probability", "1", 1.0, 0.0, 1.0),
        "Chance that a dated event happens.",
    ),
    optional("note", Kind::Text, "What a reader should know of it."),
    optional(
        "after",
        Kind::Count(1, LONGEST),
        "Months between the condition in `when` and the event; 1 if not given.",
    ),
    optional(
        "over",
        Kind::Count(0, LONGEST),
        "Months over which a dated `change` is spread in equal steps; 0 for at once.",
    ),
];

/// A kind of event with its keys; `change` has paths instead.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    pub keys: &'static [Key],
    /// Plain numbers beside the keys.
    pub figures: &'static [Field],
}

/// Every kind of event, in the order of [`EVENTS`].
pub const SHAPES: &[Shape] = &[
    Shape {
        name: "challenge",
        doc: "A crisis, whatever the challenger's own calculus.",
        keys: &[
            needed("by", Kind::Text, "The challenger."),
            needed("target", Kind::Text, "One of its targets."),
            needed("rung", Kind::Text, "A rung of the ladder on which somebody can fight."),
            optional(
                "attributed",
                Kind::Flag,
                "Whether it can be pinned on the challenger; true if not given.",
            ),
        ],
        figures: &[],
    },
    Shape {
        name: "change",
        doc: "Figures take new values: paths, quoted or nested, and numbers.",
        keys: &[],
        figures: &[],
    },
    Shape {
        name: "signal",
        doc: "A guarantor signals resolve, or doubt where the strength is negative.",
        keys: &[
            needed("by", Kind::Text, "The state that signals."),
            needed("arrangement", Kind::Text, "The commitment it speaks of."),
            needed(
                "kind",
                Kind::Choice(SIGNALS),
                "Cheap talk, a pledge that ties hands, or a deployment that sinks costs.",
            ),
            optional(
                "strength",
                plain("strength", "1", 1.0, -5.0, 5.0),
                "1 is a clear signal of its kind.",
            ),
        ],
        figures: &[],
    },
    Shape {
        name: "leave",
        doc: "A state leaves an arrangement.",
        keys: MEMBERSHIP,
        figures: &[],
    },
    Shape {
        name: "join",
        doc: "A state joins an arrangement as guarantor and protégé.",
        keys: MEMBERSHIP,
        figures: &[],
    },
    Shape {
        name: "ceasefire",
        doc: "Every war against this state ends where its line is.",
        keys: &[needed("target", Kind::Text, "The state that was attacked.")],
        figures: &[],
    },
    Shape {
        name: "settle",
        doc: "Talks about the end of a war open, on the terms of the scenario or with terms of their own.",
        keys: &[
            needed("target", Kind::Text, "The state that was attacked."),
            optional(
                "guarantee",
                Kind::Text,
                "The arrangement that comes into force with the settlement.",
            ),
        ],
        figures: TalksFigures::FIELDS,
    },
    Shape {
        name: "leader",
        doc: "The leader of a state changes outside the calendar.",
        keys: &[needed("state", Kind::Text, "The state.")],
        figures: &[],
    },
];

/// Keys of events about members.
const MEMBERSHIP: &[Key] = &[
    needed("state", Kind::Text, "The state."),
    needed("arrangement", Kind::Text, "The arrangement."),
];

/// Keys of an opening war.
pub const WAR: &[Key] = &[
    needed("attacker", Kind::Text, "A challenger."),
    needed("target", Kind::Text, "The state it attacks."),
    optional(
        "age",
        plain("age", "months", 0.0, 0.0, LAST_MONTH as f64),
        "Months that the war has lasted.",
    ),
];

/// Names of keys.
pub fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|k| k.name).collect()
}

/// Names of the keys of a kind of event.
pub fn keys_of(kind: &str) -> Vec<&'static str> {
    let shape = SHAPES.iter().find(|s| s.name == kind);
    shape.map_or_else(Vec::new, |s| {
        let figures = s.figures.iter().map(|f| f.name);
        names(s.keys).into_iter().chain(figures).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_has_its_table_of_keys() {
        let shapes: Vec<&str> = SHAPES.iter().map(|s| s.name).collect();
        assert_eq!(shapes, EVENTS);
    }
}
