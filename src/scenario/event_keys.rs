//! The keys of events and opening wars: one table for the reader and for the JSON Schema.

use super::schema::{Kind, LONGEST, Of};
use super::words::{Word, words};
use crate::model::figures::{Field, Status};
use crate::model::inputs::{SignalKind, TalksFigures};

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Challenge,
    Change,
    Signal,
    Leave,
    Join,
    Ceasefire,
    Settle,
    Leader,
}

/// The kinds of condition, of which a conditional event has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Act,
    War,
    Ceasefire,
    Leader,
}

words! {
    What {
        Challenge = "challenge",
        Change = "change",
        Signal = "signal",
        Leave = "leave",
        Join = "join",
        Ceasefire = "ceasefire",
        Settle = "settle",
        Leader = "leader",
    }
    Wait { Act = "act", War = "war", Ceasefire = "ceasefire", Leader = "leader" }
}

impl Wait {
    /// Its key.
    pub const fn key(self) -> Key {
        match self {
            Wait::Act => optional("act", Kind::Name(Of::Rung), "An act of this rung or a graver one."),
            Wait::War => optional(
                "war",
                Kind::Name(Of::Group),
                "A war that begins against this state, or a state of this bloc.",
            ),
            Wait::Ceasefire => optional(
                "ceasefire",
                Kind::Name(Of::Group),
                "A war against it that ends with the line where it is.",
            ),
            Wait::Leader => optional(
                "leader",
                Kind::Name(Of::Group),
                "A new leader, by a vote or by an event.",
            ),
        }
    }
}

/// The table of an event that says what a conditional one waits for: one of [`Wait`], [`OF_ACTS`] and [`OF_CONDITION`].
pub const WHEN: &str = "when";
/// What an act that sets an event off must have been.
pub const OF_ACTS: &[Key] = &[
    optional("target", Kind::Name(Of::Group), "The state or bloc acted against."),
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

/// What an event of a kind says.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What it does.
    pub doc: &'static str,
    /// Its keys; `change` has paths instead.
    pub keys: &'static [Key],
    /// Plain numbers beside the keys.
    pub figures: &'static [Field],
}

impl What {
    /// What an event of this kind says.
    pub const fn shape(self) -> Shape {
        match self {
            What::Challenge => Shape {
                doc: "A crisis, whatever the challenger's own calculus.",
                keys: CHALLENGE,
                figures: &[],
            },
            What::Change => Shape {
                doc: "Figures take new values: paths, quoted or nested, and numbers.",
                keys: &[],
                figures: &[],
            },
            What::Signal => Shape {
                doc: "A guarantor signals resolve, or doubt where the strength is negative.",
                keys: SIGNAL,
                figures: &[],
            },
            What::Leave => Shape {
                doc: "A state leaves an arrangement.",
                keys: MEMBERSHIP,
                figures: &[],
            },
            What::Join => Shape {
                doc: "A state joins an arrangement as guarantor and protégé.",
                keys: MEMBERSHIP,
                figures: &[],
            },
            What::Ceasefire => Shape {
                doc: "Every war against this state ends where its line is.",
                keys: CEASEFIRE,
                figures: &[],
            },
            What::Settle => Shape {
                doc: "Talks about the end of a war open, on the terms of the scenario or with terms of their own.",
                keys: SETTLE,
                figures: TalksFigures::FIELDS,
            },
            What::Leader => Shape {
                doc: "The leader of a state changes outside the calendar.",
                keys: LEADER,
                figures: &[],
            },
        }
    }

    /// Names of its keys.
    pub fn keys(self) -> Vec<&'static str> {
        let shape = self.shape();
        let figures = shape.figures.iter().map(|f| f.name);
        names(shape.keys).into_iter().chain(figures).collect()
    }
}

/// Keys of a crisis.
const CHALLENGE: &[Key] = &[
    needed("by", Kind::Name(Of::State), "The challenger."),
    needed("target", Kind::Name(Of::State), "One of its targets."),
    needed(
        "rung",
        Kind::Name(Of::Rung),
        "A rung of the ladder on which somebody can fight.",
    ),
    optional(
        "attributed",
        Kind::Flag,
        "Whether it can be pinned on the challenger; true if not given.",
    ),
];

/// Keys of a signal.
const SIGNAL: &[Key] = &[
    needed("by", Kind::Name(Of::State), "The state that signals."),
    needed(
        "arrangement",
        Kind::Name(Of::Arrangement),
        "The commitment it speaks of.",
    ),
    needed(
        "kind",
        Kind::Choice(SignalKind::WORDS),
        "Cheap talk, a pledge that ties hands, or a deployment that sinks costs.",
    ),
    optional(
        "strength",
        plain("strength", "1", 1.0, -5.0, 5.0),
        "1 is a clear signal of its kind.",
    ),
];

/// Keys of a cease-fire.
const CEASEFIRE: &[Key] = &[needed("target", Kind::Name(Of::State), "The state that was attacked.")];

/// Keys of talks, beside their terms.
const SETTLE: &[Key] = &[
    needed("target", Kind::Name(Of::State), "The state that was attacked."),
    optional(
        "guarantee",
        Kind::Name(Of::Arrangement),
        "The arrangement that comes into force with the settlement.",
    ),
];

/// Keys of a change of leader.
const LEADER: &[Key] = &[needed("state", Kind::Name(Of::State), "The state.")];

/// Keys of events about members.
const MEMBERSHIP: &[Key] = &[
    needed("state", Kind::Name(Of::State), "The state."),
    needed("arrangement", Kind::Name(Of::Arrangement), "The arrangement."),
];

/// Keys of an opening war.
pub const WAR: &[Key] = &[
    needed("attacker", Kind::Name(Of::State), "A challenger."),
    needed("target", Kind::Name(Of::State), "The state it attacks."),
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
