//! What an outcome is called in a sentence: its id in plain words, with the names of the world.

use std::collections::BTreeMap;

use crate::chart::data::{a, horizon, running, sentence, the, whose};
use crate::engine::Plan;
use crate::job::focal_challenger;
use crate::model::inputs::Rung;
use crate::results::format::{Effective, Manifest, RungTag};

/// Names of a world.
#[derive(Debug, Clone, Default)]
pub struct World {
    states: BTreeMap<String, String>,
    arrangements: BTreeMap<String, String>,
    rungs: BTreeMap<String, String>,
    /// Protégés of the focal arrangement, by code.
    proteges: Vec<String>,
    /// Protégés of every arrangement, by code.
    protected: BTreeMap<String, Vec<String>>,
    /// Challengers with the states that their forces can reach.
    reach: BTreeMap<String, Vec<String>>,
    focal: String,
    challenger: String,
    months: u32,
}

/// The subject of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// A noun with its article: `the chance of a land grab on Ukraine`.
    pub noun: String,
    pub is_plural: bool,
}

impl Subject {
    /// The noun as it stands at the head of a row: without article, with a capital.
    pub fn heading(&self) -> String {
        let noun = self.noun.strip_prefix("the ").unwrap_or(&self.noun);
        sentence(noun)
    }
}

impl World {
    /// The names of a plan.
    pub fn of(plan: &Plan) -> Self {
        let s = &plan.scenario;
        let tag = |r: &Rung| RungTag {
            id: r.id.clone(),
            label: r.label.clone(),
        };
        let rungs: Vec<RungTag> = s.base.ladder.iter().map(tag).collect();
        let focal = s.base.arrangements.get(s.base.focal).map_or("", |a| a.id.as_str());
        Self::from(&s.effective, &rungs, focal, &focal_challenger(plan), s.run.months)
    }

    /// The names that stored results were made with.
    pub fn new(manifest: &Manifest) -> Self {
        Self::from(
            &manifest.effective,
            &manifest.rungs,
            &manifest.focal,
            &manifest.challenger,
            manifest.months,
        )
    }

    /// The names of an effective scenario.
    pub fn from(effective: &[Effective], rungs: &[RungTag], focal: &str, challenger: &str, months: u32) -> Self {
        let mut world = Self {
            rungs: rungs.iter().map(|r| (r.id.clone(), r.label.clone())).collect(),
            focal: focal.to_owned(),
            challenger: challenger.to_owned(),
            months,
            ..Self::default()
        };
        for value in effective {
            let text = value.value.trim_matches('"').to_owned();
            match value.path.split('.').collect::<Vec<_>>()[..] {
                ["states", id, "name"] => drop(world.states.insert(id.to_owned(), text)),
                ["arrangements", id, "name"] => drop(world.arrangements.insert(id.to_owned(), text)),
                ["arrangements", id, "proteges" | "members"] if !text.is_empty() => {
                    let codes = text
                        .split(|c: char| !c.is_ascii_alphanumeric())
                        .filter(|c| !c.is_empty());
                    world
                        .protected
                        .insert(id.to_owned(), codes.map(str::to_owned).collect());
                }
                ["challengers", id, "targets", target, "width"] if text != "0" => {
                    world.reach.entry(id.to_owned()).or_default().push(target.to_owned());
                }
                _ => {}
            }
        }
        world.proteges = world.protected.get(focal).cloned().unwrap_or_default();
        world
    }

    /// A state with the article that English gives it.
    fn state(&self, id: &str) -> String {
        the(self.states.get(id).map_or(id, String::as_str))
    }

    /// The challenger whom an arrangement faces; without a name where there are several.
    fn challenger_of(&self, id: &str) -> String {
        if id == self.focal {
            return self.challenger();
        }
        let protected = self.protected.get(id).map_or(&[][..], Vec::as_slice);
        let faces = |reach: &Vec<String>| reach.iter().any(|target| protected.contains(target));
        let mut facing = self.reach.iter().filter(|(_, reach)| faces(reach)).map(|(who, _)| who);
        match (facing.next(), facing.next()) {
            (Some(one), None) => self.state(one),
            _ => String::from("the challenger"),
        }
    }

    fn challenger(&self) -> String {
        match self.challenger.as_str() {
            "" => String::from("the challenger"),
            name => the(name),
        }
    }

    /// A promise: a proper name as it is, a description with its article.
    fn arrangement(&self, id: &str) -> String {
        let name = self.arrangements.get(id).map_or(id, String::as_str);
        // What follows a comma says of which kind it is.
        let short = name.split(", ").next().unwrap_or(name);
        if short.starts_with("United States and ") {
            return format!("the pact of the {short}");
        }
        if let Some(rest) = short.strip_prefix("The ").or_else(|| short.strip_prefix("the ")) {
            return format!("the {rest}");
        }
        if !short.contains(' ') {
            return short.to_owned();
        }
        const COMMON: [&str; 12] = [
            "Pact",
            "Treaty",
            "Guarantee",
            "Regional",
            "Council",
            "Support",
            "Military",
            "Neutral",
            "Membership",
            "Charter",
            "Self-organised",
            "Three-power",
        ];
        let first = short.split(' ').next().unwrap_or_default();
        let is_common = COMMON.contains(&first);
        format!("the {}", if is_common { running(short) } else { short.to_owned() })
    }

    fn bloc(&self, id: &str) -> String {
        match id {
            "nato" => "NATO".into(),
            "nato_europe" => "the European members of NATO".into(),
            "europe" => "Europe".into(),
            "eu" => "the European Union".into(),
            "baltic" => "the Baltic states".into(),
            "nordic" => "the Nordic states".into(),
            "front_line" => "the front-line states".into(),
            "asia_pacific" => "Asia and the Pacific".into(),
            "ukraine" => "Ukraine".into(),
            other => format!("the {} states", other.replace('_', " ")),
        }
    }

    fn rung(&self, id: &str) -> String {
        let label = self.rungs.get(id).map_or(id, String::as_str);
        running(&label.replace('_', " "))
    }

    fn act(&self, id: &str) -> String {
        match self.rung(id) {
            rung if rung == "sabotage" => "an act of sabotage".into(),
            rung => a(&rung),
        }
    }

    fn acts(&self, id: &str) -> String {
        match self.rung(id) {
            rung if rung == "sabotage" => "acts of sabotage".into(),
            rung => match rung.split_once(" of ") {
                Some((act, what)) => format!("{act}s of {what}"),
                None => format!("{rung}s"),
            },
        }
    }

    /// The word between an act and its victim.
    fn on(&self, id: &str) -> &'static str {
        match self.rung(id) {
            rung if rung == "sabotage" => "against",
            // What is seized or obstructed there is named already.
            rung if rung.contains(" of ") => "in",
            _ => "on",
        }
    }

    /// Against whom the acts of an outcome without a state are counted.
    fn victims(&self) -> String {
        match self.proteges.as_slice() {
            [] => "those protected".into(),
            [one] => self.state(one),
            _ => match self.arrangements.get(&self.focal) {
                Some(name) if !name.contains(' ') => format!("members of {name}"),
                _ => "the protected states".into(),
            },
        }
    }

    /// One of them.
    fn victim(&self) -> String {
        let all = self.victims();
        match (all.strip_prefix("members"), self.proteges.len()) {
            (Some(rest), _) => format!("a member{rest}"),
            (None, 1) => all,
            _ => "a protected state".into(),
        }
    }

    fn after(&self) -> String {
        format!("after {}", horizon(self.months))
    }

    fn when(&self, which: &str) -> String {
        match which {
            "start" => "in the first month".into(),
            _ => self.after(),
        }
    }

    /// What an outcome is called; `label` where its family has no words of its own.
    pub fn subject(&self, id: &str, label: &str) -> Subject {
        let one = |noun: String| Subject { noun, is_plural: false };
        let many = |noun: String| Subject { noun, is_plural: true };
        match id.split('.').collect::<Vec<_>>()[..] {
            ["challenge", rung] => one(format!(
                "the chance of {} {} {}",
                self.act(rung),
                self.on(rung),
                self.victim()
            )),
            ["challenge", rung, state] => one(format!(
                "the chance of {} {} {}",
                self.act(rung),
                self.on(rung),
                self.state(state)
            )),
            ["rate", rung] => many(format!(
                "{} {} {}, counted",
                self.acts(rung),
                self.on(rung),
                self.victims()
            )),
            ["intensity", rung] => many(format!("{} {} {}", self.acts(rung), self.on(rung), self.victims())),
            ["intensity", rung, state] => many(format!("{} {} {}", self.acts(rung), self.on(rung), self.state(state))),
            ["severe_share"] => one("the share of acts that use force".into()),
            ["unanswered", rung] => one(format!("the share of {} left unanswered", self.acts(rung))),
            ["success", rung] => one(format!("the chance that {} succeeds", self.act(rung))),
            ["honoured", id] => one(format!(
                "the share of calls on {} that are honoured",
                self.arrangement(id)
            )),
            ["cohesion", id] => one(format!(
                "the share of the pledge that comes under {}",
                self.arrangement(id)
            )),
            ["authorised", id] => one(format!(
                "the share of calls on {} that are decided",
                self.arrangement(id)
            )),
            ["hollow", id] => one(format!("the chance that {} becomes hollow", self.arrangement(id))),
            ["credibility", id, rung, when] => one(format!(
                "{} belief that {} would answer {} {}",
                whose(&self.challenger_of(id)),
                self.arrangement(id),
                self.act(rung),
                self.when(when)
            )),
            ["adequacy", id, rung, when] => one(format!(
                "the share of an even match that the weakest of {} would have {} against {}",
                self.arrangement(id),
                self.when(when),
                self.act(rung)
            )),
            ["expected_loss", id, rung, when] => one(format!(
                "{} expected loss from {} on the weakest of {} {}",
                whose(&self.challenger_of(id)),
                self.act(rung),
                self.arrangement(id),
                self.when(when)
            )),
            ["credence_allies", id, _, when] => one(format!(
                "the allies’ own belief in {} {}",
                self.arrangement(id),
                self.when(when)
            )),
            ["spillover", id] => one(format!("the change of the allies’ belief in {}", self.arrangement(id))),
            ["war"] => one("the chance of a new war".into()),
            ["war", who] if self.states.contains_key(who) => {
                one(format!("the chance that {} fights a new war", self.state(who)))
            }
            ["war", bloc] => one(format!("the chance of a new war that draws in {}", self.bloc(bloc))),
            ["nuclear_crisis"] => one("the chance of a nuclear crisis".into()),
            ["entrapment", who] => many(format!("crises that {} fights because of provocation", self.state(who))),
            ["territory_lost", who] => one(format!("the chance that {} loses territory", self.state(who))),
            ["provocation", who, "end"] => one(format!(
                "the boldness of {} own policy {}",
                whose(&self.state(who)),
                self.after()
            )),
            ["hedge", who] => one(format!(
                "the chance that {} looks for other protection",
                self.state(who)
            )),
            ["spending", bloc, "end"] => one(format!("the defence spending of {} {}", self.bloc(bloc), self.after())),
            ["capability", bloc, "end"] => one(format!("the ready force of {} {}", self.bloc(bloc), self.after())),
            ["gap_months", bloc] => many(format!(
                "the months in which one of {} could not stop a land grab alone",
                self.bloc(bloc)
            )),
            ["aid", who, "end"] => one(format!("the outside help for {} {}", self.state(who), self.after())),
            ["applied", who] => one(format!("the chance that {} applies to join", self.state(who))),
            ["joined", who] => one(format!("the chance that {} becomes a member", self.state(who))),
            ["application_month", who] => many(format!("the months until {} applies", self.state(who))),
            ["settled"] => one("the chance that the war ends".into()),
            ["resumed"] => one("the chance that the war begins anew".into()),
            ["peace_months"] => many("the months of peace after the war".into()),
            ["resume_hazard"] => one("the chance in a month of peace that the war begins anew".into()),
            ["tension", who] => one(format!("the tension over {} at the end", self.state(who))),
            _ => one(running(label)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> World {
        let values = [
            ("states.USA.name", "United States"),
            ("states.UKR.name", "Ukraine"),
            ("states.RUS.name", "Russia"),
            ("states.PRK.name", "North Korea"),
            ("arrangements.nato.name", "NATO"),
            ("arrangements.nato.proteges", "[\"EST\", \"LVA\"]"),
            (
                "arrangements.us_kor.name",
                "United States and South Korea, mutual defence treaty",
            ),
            ("arrangements.us_kor.proteges", "[\"KOR\"]"),
            ("arrangements.budapest.name", "Budapest memorandum"),
            ("challengers.PRK.targets.KOR.width", "12"),
            ("challengers.RUS.targets.KOR.width", "0"),
        ];
        let effective: Vec<Effective> = values
            .into_iter()
            .map(|(path, value)| Effective {
                path: path.into(),
                value: format!("\"{value}\""),
                layer: "world".into(),
            })
            .collect();
        let rungs = [
            ("land_grab", "Land grab"),
            ("incursion", "Incursion"),
            ("sabotage", "Sabotage"),
        ];
        let rungs = rungs.map(|(id, label)| RungTag {
            id: id.into(),
            label: label.into(),
        });
        World::from(&effective, &rungs, "nato", "Russia", 60)
    }

    fn noun(id: &str) -> String {
        world().subject(id, "A label").noun
    }

    #[test]
    fn outcomes_are_called_in_plain_words_with_the_names_of_their_world() {
        assert_eq!(noun("challenge.land_grab.UKR"), "the chance of a land grab on Ukraine");
        assert_eq!(
            noun("challenge.incursion"),
            "the chance of an incursion on a member of NATO"
        );
        assert_eq!(noun("intensity.sabotage"), "acts of sabotage against members of NATO");
        assert_eq!(noun("war.USA"), "the chance that the United States fights a new war");
        assert_eq!(noun("war.europe"), "the chance of a new war that draws in Europe");
        assert_eq!(
            noun("credibility.nato.land_grab.end"),
            "Russia’s belief that NATO would answer a land grab after five years"
        );
        assert_eq!(
            noun("honoured.budapest"),
            "the share of calls on the Budapest memorandum that are honoured"
        );
        assert_eq!(
            noun("adequacy.nato.land_grab.end"),
            "the share of an even match that the weakest of NATO would have after five years against a land grab"
        );
        assert_eq!(
            noun("expected_loss.nato.land_grab.start"),
            "Russia’s expected loss from a land grab on the weakest of NATO in the first month"
        );
        assert_eq!(noun("event.4"), "a label");
    }

    #[test]
    fn belief_in_a_promise_is_that_of_the_challenger_whom_it_faces() {
        assert!(
            noun("credibility.us_kor.land_grab.end")
                .starts_with("North Korea’s belief that the pact of the United States")
        );
        assert!(noun("credibility.budapest.land_grab.end").starts_with("the challenger’s belief"));
    }

    #[test]
    fn a_heading_is_the_subject_without_its_article() {
        assert_eq!(world().subject("settled", "").heading(), "Chance that the war ends");
    }
}
