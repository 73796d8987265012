//! From paths and names to the plain value that the model takes.

use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, show};
use super::distribution::Distribution;
use super::ensemble;
use super::event::RawKind;
use super::event_keys::What;
use super::hints;
use super::leaf::{Leaf, Named};
use super::merged::Merged;
use super::schema;
use super::words::Word;
use super::{EnsembleCard, RunSettings, Uncertain};
use crate::model::inputs::{
    Arrangement, Challenger, Forward, Hedge, Inputs, MAX_ARRANGEMENTS, MAX_RUNGS, MAX_STATES, OpeningWar, Program,
    Rung, SpendingFigures, State, Target,
};
use crate::model::ladder::default_ladder;

/// Horizon where nothing is said, in months.
const MONTHS: u32 = 60;
/// Runs where nothing is said.
const RUNS: u64 = 10_000;
/// Calendar month of month 0 where nothing is said.
const START: (i32, u32) = (2025, 1);

/// Most programmes: far above any scenario, so that a mistake stays cheap.
const MAX_PROGRAMS: usize = 500;

/// What the layers amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// Central values in all places.
    pub inputs: Inputs,
    pub uncertain: Vec<Uncertain>,
    /// The ensemble from which some of them are drawn together.
    pub ensemble: Option<EnsembleCard>,
    pub run: RunSettings,
    pub doubts: Doubts,
}

/// Events of which something is wrong, so that nothing can be concluded from their absence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doubts {
    kinds: Vec<What>,
    has_lost: bool,
}

impl Doubts {
    /// True if there may be one more event of this kind than was understood.
    pub fn about(&self, what: What) -> bool {
        self.has_lost || self.kinds.contains(&what)
    }

    /// An event of this kind is not understood.
    pub(super) fn add(&mut self, what: What) {
        self.kinds.push(what);
    }
}

/// Compiles merged layers. Findings go to the report; with errors in it the result is of no use.
/// `top` is the place of what is missing altogether.
pub fn compile(merged: &Merged, top: &Place, report: &mut Report) -> Compiled {
    let mut builder = Builder {
        merged,
        report,
        inputs: Inputs::default(),
        doubts: Doubts {
            kinds: Vec::new(),
            has_lost: merged.has_lost,
        },
    };
    let run = builder.run_settings();
    builder.inputs.months = run.months;
    builder.states(top);
    builder.ladder();
    builder.arrangements(top);
    builder.challengers();
    builder.forces();
    builder.wars();
    builder.talks();
    builder.responses();
    let mut uncertain = builder.figures();
    ensemble::apply(merged, &mut builder.inputs, &mut uncertain, builder.report);
    builder.events();
    builder.mentions(&merged.names);
    Compiled {
        inputs: builder.inputs,
        doubts: builder.doubts,
        ensemble: ensemble::card(merged, &uncertain),
        uncertain,
        run,
    }
}

/// Inputs in the making.
pub(super) struct Builder<'a> {
    pub(super) merged: &'a Merged,
    pub(super) report: &'a mut Report,
    pub(super) inputs: Inputs,
    pub(super) doubts: Doubts,
}

impl Builder<'_> {
    /// The `[run]` table.
    fn run_settings(&self) -> RunSettings {
        let start = match self.merged.get("run.start").map(|set| &set.leaf) {
            Some(Leaf::Month(year, month)) => (*year, *month),
            _ => START,
        };
        let months = self.merged.count("run.months").and_then(|m| u32::try_from(m).ok());
        RunSettings {
            months: months.unwrap_or(MONTHS),
            runs: self.merged.count("run.runs").unwrap_or(RUNS),
            seed: self.merged.count("run.seed").unwrap_or(1),
            start,
        }
    }

    /// Index of a state, or a finding.
    pub(super) fn state(&mut self, name: &str, place: &Place) -> Option<usize> {
        let found = self.inputs.state(name);
        if found.is_none() && !self.report.is_full() {
            let place = place.narrowed(name);
            let states = || self.inputs.states.iter().map(|s| (s.name.as_str(), s.iso3.as_str()));
            let finding = Diagnostic::error(codes::UNKNOWN_STATE, &place, format!("unknown state `{}`", show(name)));
            let finding = match hints::code_among(name, states()) {
                Some(code) => finding.meant(name, code),
                None => finding.nearest(name, states().map(|(_, code)| code)),
            };
            self.report.push(finding);
        }
        found
    }

    /// The first `most` names; one more is a finding.
    fn cap(&mut self, mut ids: Vec<(String, Place)>, most: usize, what: &str) -> Vec<(String, Place)> {
        if let Some((id, place)) = ids.get(most) {
            let message = format!(
                "`{}` is {what} number {}; a world has at most {most}",
                show(id),
                most + 1
            );
            self.report.push(Diagnostic::error(codes::TOO_BIG, place, message));
        }
        ids.truncate(most);
        ids
    }

    /// Indices of states, in the order written.
    fn list(&mut self, names: &[Named]) -> Vec<usize> {
        names.iter().filter_map(|n| self.state(&n.name, &n.place)).collect()
    }

    /// Index of a rung, or a finding.
    pub(super) fn rung(&mut self, name: &Named) -> Option<usize> {
        let found = self.inputs.rung(&name.name);
        if found.is_none() && !self.report.is_full() {
            let known = self.inputs.ladder.iter().map(|r| r.id.as_str());
            let message = format!("unknown rung `{}`", show(&name.name));
            let place = name.place.narrowed(&name.name);
            let finding = Diagnostic::error(codes::UNKNOWN_RUNG, &place, message);
            self.report.push(finding.nearest(&name.name, known));
        }
        found
    }

    /// Index of an arrangement, or a finding.
    pub(super) fn arrangement(&mut self, name: &Named) -> Option<usize> {
        let found = self.inputs.arrangement(&name.name);
        if found.is_none() && !self.report.is_full() {
            let known = self.inputs.arrangements.iter().map(|a| a.id.as_str());
            let message = format!("unknown arrangement `{}`", show(&name.name));
            let place = name.place.narrowed(&name.name);
            let finding = Diagnostic::error(codes::UNKNOWN_ARRANGEMENT, &place, message);
            self.report.push(finding.nearest(&name.name, known));
        }
        found
    }

    /// The value of the word at a path.
    fn word<T: Word>(&self, path: &str) -> Option<T> {
        T::of(&self.merged.text(path)?.name)
    }

    /// The states: those to which some layer gives a name, so that a misspelt code makes no new state.
    fn states(&mut self, top: &Place) {
        let ids = self.merged.ids("states");
        let mut strangers = Vec::new();
        for (iso3, place) in ids {
            let path = |key: &str| format!("states.{iso3}.{key}");
            let name = match self.merged.text(&path("name")) {
                Some(name) => name.name.clone(),
                // Its name is wrong, which has been told.
                None if self.merged.is_wrong(&path("name")) => iso3.clone(),
                None => {
                    strangers.push((iso3, place));
                    continue;
                }
            };
            let hedges = self.merged.names(&path("hedges")).iter();
            self.inputs.states.push(State {
                name,
                blocs: self
                    .merged
                    .names(&path("blocs"))
                    .iter()
                    .map(|b| b.name.clone())
                    .collect(),
                theatre: self
                    .merged
                    .text(&path("theatre"))
                    .map(|t| t.name.clone())
                    .unwrap_or_default(),
                nuclear: self.word(&path("nuclear")).unwrap_or_default(),
                hedges: hedges.filter_map(|h| Hedge::of(&h.name)).collect(),
                applies_to: None,
                figures: Default::default(),
                iso3: iso3.clone(),
            });
            if self.inputs.states.len() == MAX_STATES + 1 {
                let message = format!(
                    "`{iso3}` is state number {}; a world has at most {MAX_STATES}",
                    MAX_STATES + 1
                );
                self.report.push(Diagnostic::error(codes::TOO_BIG, &place, message));
                break;
            }
        }
        for (iso3, place) in strangers {
            let states = || self.inputs.states.iter().map(|s| s.iso3.as_str());
            if !self.inputs.states.is_empty() && super::diagnostics::nearest(&iso3, states()).is_none() {
                let message = format!("unknown state `{}`", show(&iso3));
                let finding = Diagnostic::error(codes::UNKNOWN_STATE, &place, message);
                let help = format!("no layer gives it a name; a new state needs one: states.{iso3}.name = \"...\"");
                self.report.push(finding.help(help));
                continue;
            }
            if self.state(&iso3, &place).is_none() && self.inputs.states.is_empty() {
                let message = format!("state `{}` has no name", show(&iso3));
                self.report
                    .push(Diagnostic::error(codes::MISSING, &place, message).help("a new state needs `name`"));
            }
        }
        if self.inputs.states.is_empty() {
            let message = "the scenario has no states";
            self.report.push(
                Diagnostic::error(codes::MISSING, top, message).help("extend a world: extends = \"worlds/NAME\""),
            );
        }
        let count = self.inputs.states.len();
        self.inputs.spending = vec![SpendingFigures::default(); count];
        self.inputs.responses = vec![None; count];
    }

    /// The ladder: the default one, or the rungs of `ladder.order`.
    fn ladder(&mut self) {
        let default = default_ladder();
        self.inputs.ladder = match self.merged.get("ladder.order") {
            None => default,
            Some(set) => {
                let order = self.merged.names("ladder.order");
                if order.is_empty() {
                    let message = "the ladder has no rungs";
                    self.report.push(Diagnostic::error(codes::MISSING, &set.value, message));
                }
                if let Some(rung) = order.get(MAX_RUNGS) {
                    let message = format!(
                        "`{}` is rung number {}; a ladder has at most {MAX_RUNGS}",
                        show(&rung.name),
                        MAX_RUNGS + 1
                    );
                    self.report
                        .push(Diagnostic::error(codes::TOO_BIG, &rung.place, message));
                }
                let make = |name: &Named| {
                    let known = default.iter().find(|r| r.id == name.name).cloned();
                    known.unwrap_or_else(|| Rung {
                        id: name.name.clone(),
                        label: name.name.replace('_', " "),
                        ..Rung::default()
                    })
                };
                order.iter().map(make).collect()
            }
        };
        for rung in &mut self.inputs.ladder {
            let path = |key: &str| format!("ladder.{}.{key}", rung.id);
            let (force, territorial) = (self.merged.flag(&path("force")), self.merged.flag(&path("territorial")));
            if let Some(label) = self.merged.text(&path("label")) {
                rung.label = label.name.clone();
            }
            rung.force = force.unwrap_or(rung.force);
            rung.territorial = territorial.unwrap_or(rung.territorial);
        }
        for (id, place) in self.merged.ids("ladder") {
            if id != "order" {
                self.rung(&Named { name: id, place });
            }
        }
    }

    /// One side of an arrangement: its own key, or `members` if that was said later.
    fn side(&mut self, id: &str, key: &str) -> Vec<usize> {
        let (own, members) = (format!("arrangements.{id}.{key}"), format!("arrangements.{id}.members"));
        let path = match (self.merged.get(&own), self.merged.get(&members)) {
            (Some(own_set), Some(all)) if all.layer != own_set.layer && all.last > own_set.last => members,
            (Some(_), _) => own,
            (None, _) => members,
        };
        let names = self.merged.names(&path).to_vec();
        self.list(&names)
    }

    /// The arrangements and which of them is the focal one.
    fn arrangements(&mut self, top: &Place) {
        let ids = self.merged.ids("arrangements");
        let is_declared = |id: &str| {
            let has = |key: &str| !self.merged.names(&format!("arrangements.{id}.{key}")).is_empty();
            // A list that is wrong has been told; it still says that there is such an arrangement.
            let wrong = |key: &str| self.merged.is_wrong(&format!("arrangements.{id}.{key}"));
            has("guarantors") || has("members") || wrong("guarantors") || wrong("members")
        };
        let (declared, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(|(id, _)| is_declared(id));
        for (id, place) in others {
            let message = format!("arrangement `{}` has no guarantors", show(&id));
            let near = super::diagnostics::nearest(&id, declared.iter().map(|(id, _)| id.as_str()));
            let finding = Diagnostic::error(codes::NO_GUARANTORS, &place, message);
            self.report.push(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("a new arrangement needs `guarantors` and `proteges`, or `members`"),
            });
        }
        let declared = self.cap(declared, MAX_ARRANGEMENTS, "arrangement");
        for (id, _) in declared {
            let path = |key: &str| format!("arrangements.{id}.{key}");
            let (guarantors, proteges) = (self.side(&id, "guarantors"), self.side(&id, "proteges"));
            let veto = self.list(self.merged.names(&path("veto")));
            let coverage = match self.merged.text(&path("coverage")) {
                Some(text) if text.name == "none" => None,
                Some(text) => self.rung(text),
                // An armed attack, as most treaties have it.
                None => {
                    let ladder = &self.inputs.ladder;
                    ladder.iter().position(|r| r.force).or(ladder.len().checked_sub(1))
                }
            };
            let text = |key: &str| self.merged.text(&path(key));
            let made = Arrangement {
                name: text("name").map_or_else(|| id.clone(), |t| t.name.clone()),
                kind: self.word(&path("kind")).unwrap_or_default(),
                guarantors,
                proteges,
                coverage,
                condition: self.word(&path("condition")).unwrap_or_default(),
                chain_to: None,
                decision_rule: self.word(&path("decision_rule")).unwrap_or_default(),
                veto,
                nuclear: self.merged.flag(&path("nuclear")).unwrap_or(false),
                integrated: self.merged.flag(&path("integrated")).unwrap_or(false),
                depth_by: vec![1.0; self.inputs.states.len()],
                figures: Default::default(),
                id: id.clone(),
            };
            self.inputs.arrangements.push(made);
            for (iso3, place) in self.merged.ids(&path("depth_by")) {
                self.state(&iso3, &place);
            }
        }
        for index in 0..self.inputs.arrangements.len() {
            let path = format!("arrangements.{}.chain_to", self.inputs.arrangements[index].id);
            if let Some(name) = self.merged.text(&path) {
                self.inputs.arrangements[index].chain_to = self.arrangement(name);
            }
        }
        for index in 0..self.inputs.states.len() {
            let path = format!("states.{}.applies_to", self.inputs.states[index].iso3);
            if let Some(name) = self.merged.text(&path) {
                self.inputs.states[index].applies_to = self.arrangement(name);
            }
        }
        if self.inputs.arrangements.is_empty() {
            let message = "the scenario has no arrangement, so there is no promise to study";
            self.report.push(
                Diagnostic::error(codes::MISSING, top, message).help("extend a world: extends = \"worlds/NAME\""),
            );
        }
        self.inputs.focal = match self.merged.text("run.focal") {
            Some(name) => self.arrangement(name).unwrap_or(0),
            None => self.inputs.arrangement("nato").unwrap_or(0),
        };
    }

    /// The challengers and their targets.
    fn challengers(&mut self) {
        for (iso3, place) in self.merged.ids("challengers") {
            let path = |key: &str| format!("challengers.{iso3}.{key}");
            let Some(state) = self.state(&iso3, &place) else {
                continue;
            };
            let partners = self.list(self.merged.names(&path("partners")));
            let mut targets = Vec::new();
            for (target, place) in self.merged.ids(&path("targets")) {
                if let Some(state) = self.state(&target, &place) {
                    targets.push(Target {
                        state,
                        figures: Default::default(),
                    });
                }
            }
            let regeneration = match self.merged.get(&path("regeneration")).map(|set| &set.leaf) {
                Some(Leaf::Pairs(pairs)) => pairs.clone(),
                // A challenger of which nothing is said always has the force with which it fights wars.
                _ => {
                    let force = ensemble::central(self.merged, &path("war_force"));
                    vec![(0.0, force.unwrap_or(Challenger::default().figures.war_force))]
                }
            };
            self.inputs.challengers.push(Challenger {
                state,
                partners,
                figures: Default::default(),
                regeneration,
                targets,
            });
        }
    }

    /// Forward forces, programmes and spending goals.
    fn forces(&mut self) {
        for (host_name, place) in self.merged.ids("forward") {
            let host = self.state(&host_name, &place);
            for (sender, place) in self.merged.ids(&format!("forward.{host_name}")) {
                if let (Some(host), Some(sender)) = (host, self.state(&sender, &place)) {
                    self.add_forward(host, sender, &place);
                }
            }
        }
        // An event may send forces where none are at the start.
        for (event, _) in &self.merged.events {
            let paths: Vec<&Named> = match &event.kind {
                RawKind::Change { changes, .. } => changes.iter().map(|(path, _)| path).collect(),
                RawKind::Broken { paths, .. } => paths.iter().collect(),
                _ => continue,
            };
            for path in paths {
                if let ["forward", host, sender] = path.name.split('.').collect::<Vec<_>>()[..]
                    && let (Some(host), Some(sender)) = (self.inputs.state(host), self.inputs.state(sender))
                {
                    self.add_forward(host, sender, &path.place);
                }
            }
        }
        for (id, place) in self.cap(self.merged.ids("programs"), MAX_PROGRAMS, "programme") {
            let path = |key: &str| format!("programs.{id}.{key}");
            let host = self
                .merged
                .text(&path("host"))
                .and_then(|h| self.state(&h.name, &h.place));
            let Some(state) = self.merged.text(&path("state")) else {
                if self.merged.is_wrong(&path("state")) {
                    continue;
                }
                let message = format!("programme `{}` has no `state`", show(&id));
                let known: Vec<&str> = self.inputs.programs.iter().map(|p| p.id.as_str()).collect();
                let finding = Diagnostic::error(codes::MISSING, &place, message).help("say who orders the force");
                let near = super::diagnostics::nearest(&id, known);
                self.report.push(match near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding,
                });
                continue;
            };
            if let Some(state) = self.state(&state.name, &state.place) {
                self.inputs.programs.push(Program {
                    id: id.clone(),
                    state,
                    host,
                    figures: Default::default(),
                });
            }
        }
        for (iso3, place) in self.merged.ids("spending") {
            self.state(&iso3, &place);
        }
    }

    /// Adds a pair of host and sender once.
    fn add_forward(&mut self, host: usize, sender: usize, place: &Place) {
        if host == sender {
            let message = "forces at home are no forward forces";
            self.report.push(
                Diagnostic::error(codes::OWN_TARGET, place, message).help("they belong to `states.<STATE>.brigades`"),
            );
        }
        let listed = self.inputs.forward.iter().any(|f| f.host == host && f.sender == sender);
        if !listed {
            self.inputs.forward.push(Forward {
                host,
                sender,
                brigades: 0.0,
            });
        }
    }

    /// Wars that run at the start.
    fn wars(&mut self) {
        for (war, _) in &self.merged.wars {
            let attacker = self.challenger(&war.attacker);
            let target = self.state(&war.target.name, &war.target.place);
            let (Some(attacker), Some(target)) = (attacker, target) else {
                continue;
            };
            if attacker == target {
                let message = format!("`{}` cannot be at war with itself", show(&war.target.name));
                self.report
                    .push(Diagnostic::error(codes::OWN_TARGET, &war.target.place, message));
            }
            self.inputs.wars.push(OpeningWar {
                attacker,
                target,
                age: war.age,
            });
        }
    }

    /// State index of a challenger, or a finding.
    pub(super) fn challenger(&mut self, name: &Named) -> Option<usize> {
        let state = self.state(&name.name, &name.place)?;
        if self.inputs.challengers.iter().any(|c| c.state == state) {
            return Some(state);
        }
        if self.merged.is_wrong(&format!("challengers.{}", name.name)) {
            return None;
        }
        let states = &self.inputs.states;
        let known = self.inputs.challengers.iter().filter_map(|c| states.get(c.state));
        let message = format!("`{}` is not a challenger", show(&name.name));
        let finding = Diagnostic::error(codes::UNKNOWN_CHALLENGER, &name.place.narrowed(&name.name), message);
        self.report
            .push(finding.nearest(&name.name, known.map(|s| s.iso3.as_str())));
        None
    }

    /// Answers that the scenario fixes.
    fn responses(&mut self) {
        let answer = |id: &str| self.word(&format!("response.{id}"));
        let ids = self.merged.ids("response");
        let all = answer("all");
        let single: Vec<_> = ids.into_iter().map(|(id, place)| (answer(&id), id, place)).collect();
        self.inputs.responses.fill(all);
        for (answer, iso3, place) in single {
            if iso3 != "all"
                && let Some(state) = self.state(&iso3, &place)
                && let Some(response) = self.inputs.responses.get_mut(state)
            {
                *response = answer;
            }
        }
    }

    /// Puts numbers in their places; returns those that are distributions, by path.
    fn figures(&mut self) -> Vec<Uncertain> {
        let mut uncertain = Vec::new();
        for (path, set) in &self.merged.values {
            let (value, spread): (f64, Option<&Distribution>) = match &set.leaf {
                Leaf::Number(x) => (*x, None),
                Leaf::Spread(spread) => (spread.central(), Some(spread)),
                _ => continue,
            };
            let (Some(slot), schema::Kind::Figure(field)) = (self.inputs.slot(path), set.known.kind) else {
                // Whatever makes a path of a known pattern lead nowhere has been reported with its name.
                if !self.report.has_errors() {
                    let message = format!("`{}` leads to no figure of this world", show(path));
                    self.report
                        .push(Diagnostic::error(codes::UNKNOWN_FIGURE, &set.key, message));
                }
                continue;
            };
            if let Some(place) = self.inputs.place(slot) {
                *place = value.clamp(field.low, field.high);
            }
            if let Some(spread) = spread {
                uncertain.push(Uncertain {
                    path: path.clone(),
                    slot,
                    distribution: spread.clone(),
                    range: (field.low, field.high),
                    column: None,
                });
            }
        }
        uncertain
    }
}
