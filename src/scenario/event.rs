//! Events and opening wars as written: names instead of indices, each with its place.

use std::fmt;

use super::diagnostics::Place;
use super::event_keys::{Wait, What};
use super::leaf::Named;
use super::schema::Of;
use super::words::Word;
use crate::model::inputs::SignalKind;

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
        kind: SignalKind,
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
    /// Something about it is wrong and has been reported. What it names is kept, so that wrong names are told too.
    Broken {
        what: What,
        names: Vec<(Of, Named)>,
        /// Paths of a change.
        paths: Vec<Named>,
    },
}

impl RawKind {
    /// The kind of event.
    pub fn what(&self) -> What {
        match self {
            RawKind::Challenge { .. } => What::Challenge,
            RawKind::Change { .. } => What::Change,
            RawKind::Signal { .. } => What::Signal,
            RawKind::Leave { .. } => What::Leave,
            RawKind::Join { .. } => What::Join,
            RawKind::Ceasefire { .. } => What::Ceasefire,
            RawKind::Settle { .. } => What::Settle,
            RawKind::Leader { .. } => What::Leader,
            RawKind::Broken { what, .. } => *what,
        }
    }
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
    /// Something about it is wrong and has been reported; what it names is kept.
    Broken(Vec<(Of, Named)>),
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
    /// Where the hazard stands.
    pub hazard_place: Option<Place>,
    pub note: String,
    pub kind: RawKind,
    /// An error was found in it. What could be read is checked all the same, and nothing is concluded from the rest.
    pub is_broken: bool,
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
                by.name,
                arrangement.name,
                kind.word()
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
            RawKind::Broken { what, .. } => write!(f, "{} = {{ }}", what.word()),
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
            RawPattern::War(of) => write!(f, "{} = {:?}", Wait::War.word(), of.name)?,
            RawPattern::Ceasefire(of) => write!(f, "{} = {:?}", Wait::Ceasefire.word(), of.name)?,
            RawPattern::Leader(of) => write!(f, "{} = {:?}", Wait::Leader.word(), of.name)?,
            RawPattern::Broken(_) => f.write_str("broken")?,
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
