//! What is promised, in plain English.

use super::story::{MOST_NAMES, Teller};
use super::wording::{join, number, some};
use crate::model::inputs::{Arrangement, Condition, DecisionRule, Kind};

impl Teller<'_> {
    /// The focal arrangement first.
    pub(super) fn promises(&self) -> Vec<String> {
        let base = &self.s.base;
        let mut order: Vec<usize> = (0..base.arrangements.len()).collect();
        order.sort_by_key(|i| *i != base.focal);
        let all = order
            .into_iter()
            .filter_map(|i| base.arrangements.get(i).map(|a| (i, a)));
        all.map(|(i, a)| self.promise(a, i == base.focal)).collect()
    }

    fn promise(&self, a: &Arrangement, is_focal: bool) -> String {
        let f = &a.figures;
        let mut said = format!("{} [{}]", a.name, a.id);
        if is_focal {
            said.push_str(", which the outcomes are about");
        }
        let who = self.states(&a.guarantors);
        let mut to = self.states(&a.proteges);
        let is_mutual = a.guarantors.len() > 1 && a.guarantors == a.proteges;
        said.push_str(&match (is_mutual, to.is_empty()) {
            (true, _) => format!(": {} promise each other help", some(&who, MOST_NAMES)),
            (_, true) => format!(": {} to nobody", some(&who, MOST_NAMES)),
            _ => {
                to.retain(|t| who.len() != 1 || *t != who[0]);
                let verb = if who.len() == 1 { "promises" } else { "promise" };
                format!(": {} {verb} {} help", some(&who, MOST_NAMES), some(&to, MOST_NAMES))
            }
        });
        said.push_str(match a.kind {
            Kind::Alliance => ", as an alliance.",
            Kind::Bilateral => ", by a treaty of two sides.",
            Kind::Guarantee => ", as a guarantee.",
            Kind::Assistance => ", in arms and money, not with soldiers.",
            Kind::Assurance => ", by a political assurance without a mandate to fight.",
            Kind::Peacekeeping => ", as neutral peacekeepers.",
            Kind::Regional => ", by a regional pact.",
            Kind::NonAligned => ", as states that keep out of alliances.",
            Kind::Territorial => ", by defending its own territory.",
        });
        let depth = match f.depth {
            d if d <= 0.0 => "costs nothing to break",
            d if d < 0.35 => "is shallow: breaking it costs little",
            d if d < 0.8 => "is of middling depth",
            d if d <= 1.0 => "is deep: breaking it costs as much as breaking a treaty",
            _ => "is deeper than a treaty",
        };
        said.push_str(&format!(" It {depth} (depth {}", number(f.depth)));
        let apart: Vec<String> = a
            .guarantors
            .iter()
            .filter_map(|g| a.depth_by.get(*g).filter(|x| **x != 1.0).map(|x| (g, x)))
            .map(|(g, x)| format!("{} times {}", self.state(*g), number(*x)))
            .collect();
        if !apart.is_empty() {
            said.push_str(&format!("; {}", join(&apart)));
        }
        said.push(')');
        said.push_str(&match a.coverage.and_then(|k| self.s.base.ladder.get(k)) {
            None => String::from(" and covers no act at all"),
            Some(rung) => format!(" and covers every act from \"{}\" upwards", rung.label.to_lowercase()),
        });
        said.push_str(match (a.coverage, a.condition) {
            (None, _) => "",
            (_, Condition::Unprovoked) => " that its protégé did not provoke",
            (_, Condition::Any) => ", provoked or not",
        });
        said.push_str(match a.decision_rule {
            DecisionRule::Individual => "; each member decides for itself",
            DecisionRule::Consensus => "; nobody may object",
            DecisionRule::Unanimity => "; everybody must agree",
            DecisionRule::Lead => "; the lead decides",
            DecisionRule::Veto => "; holders of a veto can stop it",
            DecisionRule::Majority => "; a majority decides",
        });
        if !a.veto.is_empty() {
            said.push_str(&format!(" ({})", join(&self.states(&a.veto))));
        }
        said.push('.');
        let mut more = Vec::new();
        if a.nuclear {
            more.push("its nuclear powers extend their deterrent".to_owned());
        }
        if a.integrated {
            more.push("its command is integrated".to_owned());
        }
        if f.ambiguity > 0.0 {
            more.push(format!(
                "it is {} ambiguous on a scale from 0 to 1",
                number(f.ambiguity)
            ));
        }
        if f.assistance > 0.0 {
            more.push(format!(
                "it sends each protégé {} brigades' worth of assistance a year",
                number(f.assistance)
            ));
        }
        if f.peacekeepers > 0.0 {
            more.push(format!(
                "{} brigades of peacekeepers stand on the line",
                number(f.peacekeepers)
            ));
        }
        let month = |x: f64| self.date(x.clamp(0.0, 12_000.0) as u32);
        if f.in_force > 0.0 {
            more.push(format!("it comes into force in {}", month(f.in_force)));
        }
        if f.until < f64::from(self.s.run.months) {
            more.push(format!("it ends in {}", month(f.until)));
        }
        if let Some(first) = more.first_mut() {
            let mut letters = first.chars();
            if let Some(capital) = letters.next() {
                *first = capital.to_uppercase().collect::<String>() + letters.as_str();
            }
            said.push_str(&format!(" {}.", more.join("; ")));
        }
        said
    }
}
