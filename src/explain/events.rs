//! Events in plain English.

use super::story::{MOST_NAMES, Teller};
use super::wording::{count, join, number, path, some};
use crate::model::inputs::{Event, EventKind, SignalKind};
use crate::model::sets::StateSet;
use crate::model::triggers::{Pattern, Trigger};

impl Teller<'_> {
    /// An event with its date and its note.
    pub(super) fn event(&self, e: &Event) -> String {
        let when = match (e.hazard, &e.when) {
            (_, Some(trigger)) => self.condition(trigger, e),
            (None, _) if e.probability < 1.0 => {
                format!("{}, with probability {}", self.date(e.month), number(e.probability))
            }
            (None, _) => self.date(e.month),
            (Some(h), _) => {
                let year = 100.0 * (1.0 - (1.0 - h).powi(12));
                let from = if e.month > 0 {
                    format!(" from {}", self.date(e.month))
                } else {
                    String::new()
                };
                format!(
                    "At any time{from}, with {} a month ({year:.0} percent a year)",
                    number(h)
                )
            }
        };
        let note = if e.note.is_empty() {
            String::new()
        } else {
            format!(" \"{}\"", e.note.trim())
        };
        format!("{when}: {}.{note}", self.happening(&e.kind))
    }

    /// When a conditional event follows.
    fn condition(&self, t: &Trigger, e: &Event) -> String {
        let base = &self.s.base;
        let all = base.states.len();
        let whom = |set: StateSet| {
            let those: Vec<usize> = (0..all).filter(|i| set.contains(*i)).collect();
            if those.len() == all {
                String::from("anybody")
            } else {
                some(&self.states(&those), MOST_NAMES)
            }
        };
        let what = match t.pattern {
            Pattern::Act {
                rung,
                targets,
                answered,
                success,
            } => {
                let rung = base
                    .ladder
                    .get(rung)
                    .map_or_else(String::new, |r| r.label.to_lowercase());
                let mut what = format!("an act like {rung} or graver against {}", whom(targets));
                for (flag, yes, no) in [
                    (answered, "is answered", "goes unanswered"),
                    (success, "succeeds", "fails"),
                ] {
                    if let Some(flag) = flag {
                        what.push_str(&format!(" {}", if flag { yes } else { no }));
                    }
                }
                what
            }
            Pattern::War { targets } => format!("a war against {} begins", whom(targets)),
            Pattern::Ceasefire { targets } => format!("a war against {} ends where its line is", whom(targets)),
            Pattern::Leader { states } => format!("{} gets another leader", whom(states)),
        };
        let within = t
            .within
            .map_or_else(String::new, |w| format!(" within {}", count(w as usize, "month")));
        let chance = if e.probability < 1.0 {
            format!(", with probability {}", number(e.probability))
        } else {
            String::new()
        };
        format!(
            "{} after this was first met, from {} on{within}: {what}{chance}",
            count(t.after as usize, "month"),
            self.date(e.month)
        )
    }

    /// What happens.
    fn happening(&self, kind: &EventKind) -> String {
        let base = &self.s.base;
        let pact = |i: usize| {
            base.arrangements
                .get(i)
                .map_or_else(|| String::from("?"), |a| a.name.clone())
        };
        match kind {
            EventKind::Challenge {
                by,
                target,
                rung,
                attributed,
            } => {
                let rung = base
                    .ladder
                    .get(*rung)
                    .map_or_else(String::new, |r| r.label.to_lowercase());
                let proof = if *attributed {
                    ""
                } else {
                    ", which nobody can pin on it"
                };
                format!(
                    "{} acts against {} ({rung}){proof}",
                    self.state(*by),
                    self.state(*target)
                )
            }
            EventKind::Change { slots, over } => {
                let mut probe = base.clone();
                let each: Vec<String> = slots
                    .iter()
                    .map(|(slot, to)| {
                        let now = probe.place(*slot).copied();
                        let from = now.map_or_else(String::new, |x| format!(" from {}", number(x)));
                        format!("{}{from} to {}", path(base, *slot), number(*to))
                    })
                    .collect();
                let steps = if *over > 0 {
                    format!(", in steps over {}", count(*over as usize, "month"))
                } else {
                    String::new()
                };
                format!("a change of {}{steps}", join(&each))
            }
            EventKind::Signal {
                by,
                arrangement,
                kind,
                strength,
            } => {
                let how = match kind {
                    SignalKind::Words => "in words",
                    SignalKind::Pledge => "by a pledge that binds its hands",
                    SignalKind::Deployment => "by what it deploys",
                };
                let what = if *strength < 0.0 { "casts doubt on" } else { "stands by" };
                format!(
                    "{} {what} {} {how} (strength {})",
                    self.state(*by),
                    pact(*arrangement),
                    number(*strength)
                )
            }
            EventKind::Leave { state, arrangement } => format!("{} leaves {}", self.state(*state), pact(*arrangement)),
            EventKind::Join { state, arrangement } => format!("{} joins {}", self.state(*state), pact(*arrangement)),
            EventKind::Ceasefire { target } => {
                format!("the war against {} ends where its line is", self.state(*target))
            }
            EventKind::Settle {
                talks,
                terms,
                guarantee,
            } => {
                let target = base
                    .talks
                    .get(*talks)
                    .map_or_else(|| String::from("?"), |t| self.state(t.target));
                let each: Vec<String> = terms
                    .iter()
                    .map(|(slot, to)| format!("{} {}", path(base, *slot).replace("talks.", ""), number(*to)))
                    .collect();
                let on = if each.is_empty() {
                    String::new()
                } else {
                    format!(", on these terms: {}", join(&each))
                };
                let with = guarantee.map_or_else(String::new, |g| format!(", with {} as guarantee", pact(g)));
                format!("talks about the end of the war against {target} open{on}{with}")
            }
            EventKind::LeaderChange { state } => format!("{} gets another leader", self.state(*state)),
        }
    }
}
