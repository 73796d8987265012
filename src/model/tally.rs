//! What happened in a run so far: counts, integrated intensities, first passages, flags.

use super::arrangements::Membership;
use super::inputs::{Inputs, MAX_RUNGS};
use super::record::ChallengeRow;
use super::sets::StateSet;
use super::world::Ground;

/// Months of hollow credibility after which an alliance counts as hollow.
pub const HOLLOW_MONTHS: u32 = 12;
/// Credibility below which a month counts as hollow.
pub const HOLLOW_LEVEL: f64 = 0.25;
/// An attributed act is unanswered when less than this share of the pledged strength came.
pub const UNANSWERED_SHARE: f64 = 0.1;

/// Counters of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    rungs: usize,
    /// Protégés of the focal arrangement at the start.
    focal_states: StateSet,
    /// Acts by target and rung, `[state * rungs + rung]`, and those among them that events of the scenario started.
    pub counts: Vec<u32>,
    scripted: Vec<u32>,
    /// Integrated intensity by target and rung.
    pub integrated: Vec<f64>,
    /// Integrated intensity of this month on the focal protégés, by rung.
    pub monthly: Vec<f64>,
    /// First month in which any focal protégé met this rung, by rung; acts that events started apart.
    pub first: Vec<Option<u32>>,
    /// Attributed acts on focal protégés from the crises upwards, and those that went unanswered.
    pub attributed: Vec<u32>,
    pub unanswered: Vec<u32>,
    /// Acts that succeeded on focal protégés, by rung.
    pub successes: Vec<u32>,
    /// Calls for help with force and calls honoured, by arrangement.
    pub invoked: Vec<u32>,
    pub honoured: Vec<u32>,
    /// Sum of response shares over invocations, by arrangement.
    pub cohesion: Vec<f64>,
    /// Sum over invocations of the chance that the common decision came, by arrangement.
    pub authorised: Vec<f64>,
    /// Months in which a protected state of the bloc could not deny a grab by itself, by bloc.
    pub gap_months: Vec<u32>,
    /// Months in a row below the hollow level, and whether it ever became hollow.
    pub hollow_months: Vec<u32>,
    pub hollow: Vec<bool>,
    /// States that have been at war as target or guarantor since the start.
    pub fought: StateSet,
    /// A member of the focal arrangement was at war.
    pub war: bool,
    pub nuclear: bool,
    /// Expected number of wars of entrapment, by guarantor.
    pub entrapped: Vec<f64>,
    /// States that lost territory.
    pub lost: StateSet,
    /// Month in which the opening war, or any war where the scenario opens in peace, ended.
    pub settled: Option<u32>,
    opens_at_war: bool,
    /// Set once a settled war has begun anew against the same target.
    pub resumed: bool,
    /// How often that happened.
    pub renewals: u32,
    /// Months, since the first such war ended, in which none of them ran.
    pub peace_months: u32,
    settled_targets: StateSet,
    events: Vec<bool>,
    /// Challenges from the crises upwards.
    pub rows: Vec<ChallengeRow>,
}

impl Tally {
    /// Nothing has happened yet.
    pub fn new(ground: &Ground, inputs: &Inputs) -> Self {
        let (states, rungs, arrangements) = (inputs.states.len(), inputs.ladder.len(), inputs.arrangements.len());
        let focal_states = inputs
            .arrangements
            .get(inputs.focal)
            .map_or(StateSet::EMPTY, |a| a.proteges.iter().copied().collect());
        Self {
            rungs,
            focal_states,
            counts: vec![0; states * rungs],
            scripted: vec![0; states * rungs],
            integrated: vec![0.0; states * rungs],
            monthly: vec![0.0; rungs],
            first: vec![None; rungs],
            attributed: vec![0; rungs],
            unanswered: vec![0; rungs],
            successes: vec![0; rungs],
            invoked: vec![0; arrangements],
            honoured: vec![0; arrangements],
            cohesion: vec![0.0; arrangements],
            authorised: vec![0.0; arrangements],
            gap_months: vec![0; ground.blocs.len()],
            hollow_months: vec![0; arrangements],
            hollow: vec![false; arrangements],
            fought: StateSet::EMPTY,
            war: false,
            nuclear: false,
            entrapped: vec![0.0; states],
            lost: StateSet::EMPTY,
            settled: None,
            opens_at_war: !inputs.wars.is_empty(),
            resumed: false,
            renewals: 0,
            peace_months: 0,
            settled_targets: StateSet::EMPTY,
            events: vec![false; inputs.events.len()],
            rows: Vec::new(),
        }
    }

    /// True if the state is protected by the focal arrangement.
    pub fn is_focal(&self, state: usize) -> bool {
        self.focal_states.contains(state)
    }

    /// Protégés of the focal arrangement at the start.
    pub(crate) fn focal_states(&self) -> StateSet {
        self.focal_states
    }

    /// True if the end of a war counts as the settlement that is reported.
    pub(crate) fn settles(&self, opening: bool) -> bool {
        opening || !self.opens_at_war
    }

    /// Notes that an event took effect.
    pub(crate) fn note_event(&mut self, index: usize) {
        self.events[index] = true;
    }

    pub(crate) fn event_happened(&self, index: usize) -> bool {
        self.events[index]
    }

    /// Which rungs a focal protégé has met.
    pub(crate) fn met(&self) -> [bool; MAX_RUNGS] {
        std::array::from_fn(|rung| self.first.get(rung).is_some_and(Option::is_some))
    }

    /// Adds a month of intensity.
    pub(crate) fn integrate(&mut self, target: usize, rung: usize, rate: f64) {
        self.integrated[target * self.rungs + rung] += rate;
        if self.is_focal(target) {
            self.monthly[rung] += rate;
        }
    }

    /// Acts below the crises.
    pub(crate) fn probes(&mut self, target: usize, rung: usize, rate: f64, acts: u32, month: u32) {
        self.integrate(target, rung, rate);
        if acts > 0 {
            self.count(target, rung, acts, month);
        }
    }

    /// Acts that happened.
    pub(crate) fn count(&mut self, target: usize, rung: usize, acts: u32, month: u32) {
        self.counts[target * self.rungs + rung] += acts;
        if self.is_focal(target) {
            self.first[rung].get_or_insert(month);
        }
    }

    /// An act that an event of the scenario started: it happened, and is no finding.
    pub(crate) fn count_scripted(&mut self, target: usize, rung: usize) {
        self.counts[target * self.rungs + rung] += 1;
        self.scripted[target * self.rungs + rung] += 1;
    }

    /// Acts on a state that the world added to those of the scenario.
    pub fn unscripted(&self, target: usize, rung: usize) -> u32 {
        let place = target * self.rungs + rung;
        self.counts[place] - self.scripted[place]
    }

    /// A crisis that has been played.
    pub(crate) fn crisis(
        &mut self,
        inputs: &Inputs,
        membership: &Membership,
        agreement: &[f64],
        row: &ChallengeRow,
        acts: u32,
    ) {
        let (target, rung) = (usize::from(row.target), usize::from(row.rung));
        if row.scripted {
            self.count_scripted(target, rung);
        } else {
            self.count(target, rung, acts, row.month);
        }
        let focal = self.is_focal(target);
        let force = inputs.ladder[rung].force;
        let threshold = inputs.parameters.crisis.failure_threshold;
        if focal {
            self.successes[rung] += u32::from(row.success);
        }
        if row.attributed && row.resisted && focal {
            self.attributed[rung] += 1;
            self.unanswered[rung] += u32::from(row.share < UNANSWERED_SHARE);
        }
        for (a, arrangement) in inputs.arrangements.iter().enumerate() {
            let covers = arrangement.coverage.is_some_and(|k| k <= rung)
                && membership.proteges[a].contains(target)
                && super::arrangements::in_force(arrangement, row.month);
            if !covers {
                continue;
            }
            if force && row.attributed && row.resisted {
                self.invoked[a] += 1;
                self.honoured[a] += u32::from(row.share >= threshold);
                self.cohesion[a] += row.share;
                self.authorised[a] += agreement[a];
            }
            let unanswered_grab = row.resisted
                && inputs.ladder[rung].territorial
                && row.share < UNANSWERED_SHARE
                && arrangement.figures.depth >= super::arrangements::PARTY_DEPTH;
            self.hollow[a] |= unanswered_grab;
        }
        if row.success && inputs.ladder[rung].territorial && !row.war {
            self.lost.insert(target);
        }
        for i in row.fought.members() {
            self.entrapped[i] += row.provoked;
        }
        self.rows.push(row.clone());
    }

    pub(crate) fn war_began(&mut self, inputs: &Inputs, challenger: usize, target: usize, fighting: StateSet) {
        self.fought |= fighting;
        self.fought.insert(target);
        self.fought.insert(inputs.challengers[challenger].state);
        if self.settled_targets.contains(target) {
            self.resumed = true;
            self.renewals += 1;
        }
        self.war |= self.is_focal(target) || fighting.meets(self.focal_states);
    }

    pub(crate) fn war_ended(&mut self, target: usize, lost: bool, opening: bool, month: u32) {
        if lost {
            self.lost.insert(target);
        }
        if self.settles(opening) {
            self.settled.get_or_insert(month);
        }
        self.settled_targets.insert(target);
    }

    /// States against which a war has ended.
    pub(crate) fn settled_targets(&self) -> StateSet {
        self.settled_targets
    }

    pub(crate) fn peace_month(&mut self) {
        self.peace_months += 1;
    }

    /// Notes the blocs with a state in `open`, of which a grab could not be denied this month.
    pub(crate) fn gap(&mut self, blocs: &[StateSet], open: StateSet) {
        for (months, bloc) in self.gap_months.iter_mut().zip(blocs) {
            *months += u32::from(bloc.meets(open));
        }
    }

    pub(crate) fn nuclear_crisis(&mut self) {
        self.nuclear = true;
    }

    /// A month's credibility of an arrangement at its weakest member.
    pub(crate) fn watch_hollow(&mut self, arrangement: usize, credibility: f64) {
        if credibility < HOLLOW_LEVEL {
            self.hollow_months[arrangement] += 1;
            if self.hollow_months[arrangement] >= HOLLOW_MONTHS {
                self.hollow[arrangement] = true;
            }
        } else {
            self.hollow_months[arrangement] = 0;
        }
    }

    /// Acts on focal protégés at a rung that the world added to those of the scenario.
    pub fn focal_count(&self, rung: usize) -> u32 {
        self.focal_states.members().map(|s| self.unscripted(s, rung)).sum()
    }

    /// Integrated intensity on focal protégés at a rung.
    pub fn focal_integrated(&self, rung: usize) -> f64 {
        self.focal_states
            .members()
            .map(|s| self.integrated[s * self.rungs + rung])
            .sum()
    }
}
