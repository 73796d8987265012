//! The measures that every scenario reports where they apply. How a run fills them in is in [`super::readings`].
//!
//! Credibility of an arrangement at a rung is, in the challenger's eyes and for the weakest protégé
//! that forces can reach, the probability that at least 40 percent of the pledged strength comes
//! (`crisis.failure_threshold`). "Any ally fights" saturates and says nothing.

use super::arrangements::without_mandate;
use super::crisis::AMPLE;
use super::inputs::{Event, EventKind, Hedge, Inputs};
use super::record::{Measure, OutcomeSpec, SeriesSpec};
use super::sets::StateSet;
use super::world::Ground;

/// What amounts, counts and yearly rates can be.
const AMOUNT: (f64, f64) = (0.0, f64::INFINITY);
/// What has no bound that follows from its definition.
const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Which measures a scenario has, in reporting order.
#[derive(Debug, Clone)]
pub struct Measures {
    pub outcomes: Vec<OutcomeSpec>,
    pub series: Vec<SeriesSpec>,
    pub(super) what: Vec<Outcome>,
    pub(super) traces: Vec<Trace>,
    pub(super) months: usize,
    /// States of each bloc.
    pub(super) blocs: Vec<StateSet>,
}

/// How an outcome is computed at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    Challenge {
        rung: usize,
    },
    ChallengeOn {
        rung: usize,
        state: usize,
    },
    Rate {
        rung: usize,
    },
    Intensity {
        rung: usize,
    },
    IntensityOn {
        rung: usize,
        state: usize,
    },
    Severe,
    Unanswered {
        rung: usize,
    },
    Success {
        rung: usize,
    },
    Honoured {
        arrangement: usize,
    },
    Cohesion {
        arrangement: usize,
    },
    /// Value of a trace at its first or last month.
    Trace {
        trace: usize,
        last: bool,
    },
    Hollow {
        arrangement: usize,
    },
    War,
    WarOf {
        state: usize,
    },
    WarBloc {
        bloc: usize,
    },
    Nuclear,
    Entrapment {
        state: usize,
    },
    Lost {
        state: usize,
    },
    Spillover {
        trace: usize,
    },
    Hedge {
        state: usize,
    },
    Settled,
    Resumed,
    Peace,
    ResumeHazard,
    Tension {
        talks: usize,
    },
    Authorised {
        arrangement: usize,
    },
    GapMonths {
        bloc: usize,
    },
    /// A conditional event took effect.
    Event {
        index: usize,
    },
    Applied {
        state: usize,
    },
    ApplicationMonth {
        state: usize,
    },
    Joined {
        state: usize,
    },
}

/// How a series is read off the world each month.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trace {
    Credibility { arrangement: usize, rung: usize },
    Adequacy { arrangement: usize, rung: usize },
    Loss { arrangement: usize, rung: usize },
    Survival { rung: usize },
    Intensity { rung: usize },
    Delivered { states: Vec<usize> },
    Announced { states: Vec<usize> },
    Free { challenger: usize },
    Spending { states: Vec<usize> },
    Provocation { state: usize },
    Aid { state: usize },
}

impl Measures {
    /// The measures of a scenario.
    pub fn new(ground: &Ground, inputs: &Inputs) -> Self {
        let mut m = Self {
            outcomes: Vec::new(),
            series: Vec::new(),
            what: Vec::new(),
            traces: Vec::new(),
            months: inputs.months as usize,
            blocs: ground.blocs.clone(),
        };
        m.add_acts(ground, inputs);
        m.add_answers(ground, inputs);
        for arrangement in 0..inputs.arrangements.len() {
            m.add_arrangement(ground, inputs, arrangement);
        }
        m.add_wars(ground, inputs);
        m.add_states(ground, inputs);
        m.add_courses(inputs);
        m.add_forces(inputs);
        m.add_opening_wars(inputs);
        m.add_accessions(inputs);
        m.add_conditional_events(inputs);
        for (spec, what) in m.outcomes.iter_mut().zip(&m.what) {
            spec.expected = what.is_expected(inputs);
        }
        m
    }

    /// How often each rung is met.
    fn add_acts(&mut self, ground: &Ground, inputs: &Inputs) {
        let crises = || inputs.ladder.iter().enumerate().skip(ground.first_rung);
        for (rung, r) in inputs.ladder.iter().enumerate() {
            let what = Outcome::Challenge { rung };
            self.happened(
                format!("challenge.{}", r.id),
                format!("{}: at least one", r.label),
                what,
            );
        }
        for (rung, r) in crises() {
            for state in reached(ground) {
                let s = &inputs.states[state];
                let label = format!("{} on {}: at least one", r.label, s.name);
                self.happened(
                    format!("challenge.{}.{}", r.id, s.iso3),
                    label,
                    Outcome::ChallengeOn { rung, state },
                );
            }
        }
        for (rung, r) in inputs.ladder.iter().enumerate() {
            let rate = format!("{}: acts a year", r.label);
            self.rate(format!("rate.{}", r.id), rate, Outcome::Rate { rung });
            let intensity = format!("{}: integrated intensity a year", r.label);
            self.number(
                format!("intensity.{}", r.id),
                intensity,
                "1/year",
                AMOUNT,
                Outcome::Intensity { rung },
            );
        }
        for (rung, r) in crises() {
            for state in reached(ground) {
                let s = &inputs.states[state];
                let id = format!("intensity.{}.{}", r.id, s.iso3);
                let label = format!("{} on {}: integrated intensity a year", r.label, s.name);
                self.number(id, label, "1/year", AMOUNT, Outcome::IntensityOn { rung, state });
            }
        }
        self.share(
            "severe_share".into(),
            "Share of acts at the strike rung or above".into(),
            Outcome::Severe,
        );
    }

    /// What becomes of them.
    fn add_answers(&mut self, ground: &Ground, inputs: &Inputs) {
        for (rung, r) in inputs.ladder.iter().enumerate().skip(ground.first_rung) {
            let label = format!("{}: share left unanswered", r.label);
            self.share(format!("unanswered.{}", r.id), label, Outcome::Unanswered { rung });
            if r.force {
                let label = format!("{}: at least one success", r.label);
                self.happened(format!("success.{}", r.id), label, Outcome::Success { rung });
            }
        }
    }

    /// What a promise is worth, for arrangements with a protégé that forces can reach and some coverage.
    fn add_arrangement(&mut self, ground: &Ground, inputs: &Inputs, arrangement: usize) {
        let a = &inputs.arrangements[arrangement];
        let is_tested = ground.dyads.iter().any(|d| a.proteges.contains(&d.target));
        if !is_tested || a.coverage.is_none() {
            return;
        }
        let (id, name) = (&a.id, &a.name);
        let label = format!("{name}: calls for help honoured");
        self.share(format!("honoured.{id}"), label, Outcome::Honoured { arrangement });
        let label = format!("{name}: share of pledge that came");
        self.share(format!("cohesion.{id}"), label, Outcome::Cohesion { arrangement });
        let label = format!("{name}: calls for help with a common decision");
        self.share(format!("authorised.{id}"), label, Outcome::Authorised { arrangement });
        if !without_mandate(a.kind) {
            let label = format!("{name}: becomes hollow");
            self.happened(format!("hollow.{id}"), label, Outcome::Hollow { arrangement });
        }
        let mut compared = None;
        let is_focal = arrangement == inputs.focal;
        for (rung, r) in inputs.ladder.iter().enumerate().skip(ground.first_rung) {
            if !is_focal && rung != ground.focus {
                continue;
            }
            let act = r.label.to_lowercase();
            let label = format!("{name}: credibility, {act}");
            let what = Trace::Credibility { arrangement, rung };
            let trace = self.trace(format!("credibility.{id}.{}", r.id), label, "1", (0.0, 1.0), what);
            self.ends(trace);
            if rung == ground.focus {
                compared = Some(trace);
            }
            let label = format!("{name}: adequacy, {act}");
            let what = Trace::Adequacy { arrangement, rung };
            let trace = self.trace(format!("adequacy.{id}.{}", r.id), label, "1", (0.0, AMPLE), what);
            self.ends(trace);
            let label = format!("{name}: challenger's expected loss, {act}");
            let what = Trace::Loss { arrangement, rung };
            let trace = self.trace(format!("expected_loss.{id}.{}", r.id), label, "stake", ANY, what);
            self.ends(trace);
        }
        if let Some(trace) = compared.filter(|_| !is_focal) {
            let label = format!("{name}: change of credibility");
            self.number(
                format!("spillover.{id}"),
                label,
                "1",
                (-1.0, 1.0),
                Outcome::Spillover { trace },
            );
        }
    }

    /// Who comes to fight.
    fn add_wars(&mut self, ground: &Ground, inputs: &Inputs) {
        self.happened("war".into(), "War with a member fighting".into(), Outcome::War);
        for state in belligerents(ground, inputs) {
            let s = &inputs.states[state];
            self.happened(
                format!("war.{}", s.iso3),
                format!("{} in a new war", s.name),
                Outcome::WarOf { state },
            );
        }
        for (bloc, name) in blocs(inputs).iter().enumerate() {
            let label = format!("New war with a state of {name} fighting");
            self.happened(format!("war.{name}"), label, Outcome::WarBloc { bloc });
        }
        self.happened("nuclear_crisis".into(), "Nuclear crisis".into(), Outcome::Nuclear);
        for state in strongest(inputs, inputs.focal, 5) {
            let s = &inputs.states[state];
            let label = format!("{}: crises fought because of provocation", s.name);
            self.number(
                format!("entrapment.{}", s.iso3),
                label,
                "1",
                AMOUNT,
                Outcome::Entrapment { state },
            );
        }
    }

    /// What single states lose and do.
    fn add_states(&mut self, ground: &Ground, inputs: &Inputs) {
        for state in reached(ground) {
            let s = &inputs.states[state];
            let label = format!("{} loses territory", s.name);
            self.happened(format!("territory_lost.{}", s.iso3), label, Outcome::Lost { state });
            let label = format!("{}: provocation", s.name);
            let what = Trace::Provocation { state };
            let trace = self.trace(format!("provocation.{}", s.iso3), label, "1", (0.0, 1.0), what);
            self.end(trace);
        }
        for (state, s) in inputs.states.iter().enumerate().filter(|(_, s)| !s.hedges.is_empty()) {
            self.happened(
                format!("hedge.{}", s.iso3),
                format!("{} hedges", s.name),
                Outcome::Hedge { state },
            );
        }
    }

    /// Challenges month by month.
    fn add_courses(&mut self, inputs: &Inputs) {
        for (rung, r) in inputs.ladder.iter().enumerate() {
            let label = format!("Runs without a {} or worse so far", r.label.to_lowercase());
            self.trace(
                format!("survival.{}", r.id),
                label,
                "1",
                (0.0, 1.0),
                Trace::Survival { rung },
            );
            let label = format!("{}: intensity", r.label);
            self.trace(
                format!("intensity.{}", r.id),
                label,
                "1/year",
                AMOUNT,
                Trace::Intensity { rung },
            );
        }
    }

    /// Forces and budgets.
    fn add_forces(&mut self, inputs: &Inputs) {
        let blocs = blocs(inputs);
        let mut groups = Vec::new();
        if let Some(focal) = inputs.arrangements.get(inputs.focal) {
            let lead = strongest(inputs, inputs.focal, 1);
            let others = focal.guarantors.iter().copied().filter(|i| !lead.contains(i)).collect();
            groups.push((BESIDES_LEAD.to_owned(), "Allies other than the lead".to_owned(), others));
        }
        groups.extend(
            blocs
                .iter()
                .map(|b| (b.clone(), format!("States of {b}"), in_bloc(inputs, b))),
        );
        for (id, label, states) in groups {
            let delivered = Trace::Delivered { states: states.clone() };
            let trace = self.trace(
                format!("forces.{id}.delivered"),
                format!("{label}: ready brigades"),
                "BE",
                AMOUNT,
                delivered,
            );
            let both = format!("{label}: ready and announced brigades");
            let announced = Trace::Announced { states: states.clone() };
            self.trace(format!("forces.{id}.announced"), both, "BE", AMOUNT, announced);
            if blocs.contains(&id) {
                let at_end = format!("{label}: ready brigades at the end");
                let what = Outcome::Trace { trace, last: true };
                self.number(format!("capability.{id}.end"), at_end, "BE", AMOUNT, what);
                if let Some(bloc) = blocs.iter().position(|b| *b == id) {
                    let gap = format!("{label}: months in which one could not deny a grab by itself");
                    let what = Outcome::GapMonths { bloc };
                    self.number(
                        format!("gap_months.{id}"),
                        gap,
                        "months",
                        (0.0, self.months as f64),
                        what,
                    );
                }
                let spending = format!("{label}: defence spending");
                let what = Trace::Spending { states };
                let trace = self.trace(format!("spending.{id}"), spending, "share of GDP", AMOUNT, what);
                self.end(trace);
            }
        }
        if !inputs.challengers.is_empty() {
            let label = "Challenger: force it can spare".to_owned();
            self.trace(
                "forces.challenger.free".into(),
                label,
                "BE",
                AMOUNT,
                Trace::Free { challenger: 0 },
            );
        }
    }

    /// Wars that run when the scenario starts.
    fn add_opening_wars(&mut self, inputs: &Inputs) {
        let mut helped: Vec<usize> = inputs.wars.iter().map(|w| w.target).collect();
        let givers = inputs.arrangements.iter().filter(|a| a.figures.assistance > 0.0);
        for state in givers.flat_map(|a| &a.proteges) {
            if !helped.contains(state) {
                helped.push(*state);
            }
        }
        for state in helped {
            let s = &inputs.states[state];
            let label = format!("{}: outside assistance", s.name);
            let what = Trace::Aid { state };
            let trace = self.trace(format!("aid.{}", s.iso3), label, "BE/year", AMOUNT, what);
            self.end(trace);
        }
        let ends = |e: &Event| matches!(e.kind, EventKind::Ceasefire { .. } | EventKind::Settle { .. });
        if inputs.wars.is_empty() && !inputs.events.iter().any(ends) {
            return;
        }
        let label = match inputs.wars.is_empty() {
            true => "A war ends",
            false => "The opening war ends",
        };
        self.happened("settled".into(), label.into(), Outcome::Settled);
        self.happened("resumed".into(), "A settled war begins anew".into(), Outcome::Resumed);
        let label = "Months of peace after a war".to_owned();
        self.number(
            "peace_months".into(),
            label,
            "months",
            (0.0, self.months as f64),
            Outcome::Peace,
        );
        let label = "Wars that begin anew, a month of peace".to_owned();
        self.share("resume_hazard".into(), label, Outcome::ResumeHazard);
        for (talks, t) in inputs.talks.iter().enumerate() {
            let s = &inputs.states[t.target];
            let label = format!("{}: tension at the end, from violations of a settlement", s.name);
            let what = Outcome::Tension { talks };
            self.number(format!("tension.{}", s.iso3), label, "1", (0.0, 1.0), what);
        }
    }

    /// States that may apply to join an arrangement.
    fn add_accessions(&mut self, inputs: &Inputs) {
        for (state, s) in inputs.states.iter().enumerate() {
            if s.applies_to.is_none() || !s.hedges.contains(&Hedge::Join) {
                continue;
            }
            let label = format!("{} applies to join", s.name);
            self.happened(format!("applied.{}", s.iso3), label, Outcome::Applied { state });
            let label = format!("{}: months without an application", s.name);
            self.number(
                format!("application_month.{}", s.iso3),
                label,
                "months",
                (0.0, self.months as f64),
                Outcome::ApplicationMonth { state },
            );
            let label = format!("{} becomes a member", s.name);
            self.happened(format!("joined.{}", s.iso3), label, Outcome::Joined { state });
        }
    }

    /// Events that wait for something to happen, by their number in the scenario.
    fn add_conditional_events(&mut self, inputs: &Inputs) {
        for (index, event) in inputs.events.iter().enumerate() {
            if event.when.is_some() {
                let label = match event.note.trim_end_matches('.') {
                    "" => format!("Conditional event {}", index + 1),
                    note => format!("Happens: {note}"),
                };
                self.happened(format!("event.{}", index + 1), label, Outcome::Event { index });
            }
        }
    }

    fn happened(&mut self, id: String, label: String, what: Outcome) {
        self.outcome(id, label, "1", Measure::Happened, (0.0, 1.0), what);
    }

    fn share(&mut self, id: String, label: String, what: Outcome) {
        self.outcome(id, label, "1", Measure::Share, (0.0, 1.0), what);
    }

    fn rate(&mut self, id: String, label: String, what: Outcome) {
        self.outcome(id, label, "1/year", Measure::Rate, AMOUNT, what);
    }

    fn number(&mut self, id: String, label: String, unit: &'static str, range: (f64, f64), what: Outcome) {
        self.outcome(id, label, unit, Measure::Number, range, what);
    }

    fn outcome(
        &mut self,
        id: String,
        label: String,
        unit: &'static str,
        measure: Measure,
        range: (f64, f64),
        what: Outcome,
    ) {
        self.outcomes.push(OutcomeSpec {
            id,
            label,
            unit,
            measure,
            range,
            expected: false,
        });
        self.what.push(what);
    }

    fn trace(&mut self, id: String, label: String, unit: &'static str, range: (f64, f64), trace: Trace) -> usize {
        let expected = matches!(trace, Trace::Survival { .. });
        self.series.push(SeriesSpec {
            id,
            label,
            unit,
            range,
            expected,
        });
        self.traces.push(trace);
        self.traces.len() - 1
    }

    /// Reports the first and the last month of a series as outcomes.
    fn ends(&mut self, trace: usize) {
        let s = self.series[trace].clone();
        self.outcome(
            format!("{}.start", s.id),
            format!("{}, start", s.label),
            s.unit,
            Measure::Number,
            s.range,
            Outcome::Trace { trace, last: false },
        );
        self.end(trace);
    }

    fn end(&mut self, trace: usize) {
        let s = self.series[trace].clone();
        self.outcome(
            format!("{}.end", s.id),
            format!("{}, end", s.label),
            s.unit,
            Measure::Number,
            s.range,
            Outcome::Trace { trace, last: true },
        );
    }
}

/// States that forces of some challenger can reach, ascending.
fn reached(ground: &Ground) -> Vec<usize> {
    let mut states: Vec<usize> = ground.dyads.iter().map(|d| d.target).collect();
    states.sort_unstable();
    states.dedup();
    states
}

/// States whose wars are reported: those that forces can reach, and the strongest guarantors of the focal arrangement.
pub(super) fn belligerents(ground: &Ground, inputs: &Inputs) -> Vec<usize> {
    let mut states = reached(ground);
    states.extend(strongest(inputs, inputs.focal, 5));
    states.sort_unstable();
    states.dedup();
    states
}

/// Name of the guarantors of the focal arrangement other than the lead, where a bloc would stand in an id.
pub const BESIDES_LEAD: &str = "besides_lead";

/// The strongest guarantors of an arrangement, by deployable force at the start.
fn strongest(inputs: &Inputs, arrangement: usize, n: usize) -> Vec<usize> {
    let Some(a) = inputs.arrangements.get(arrangement) else {
        return Vec::new();
    };
    let mut states = a.guarantors.clone();
    let force = |i: usize| inputs.states[i].figures.deployable;
    states.sort_by(|&a, &b| force(b).total_cmp(&force(a)).then(a.cmp(&b)));
    states.truncate(n);
    states
}

/// Names of all blocs, in order of first mention.
pub(super) fn blocs(inputs: &Inputs) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for state in &inputs.states {
        for bloc in &state.blocs {
            if !names.contains(bloc) {
                names.push(bloc.clone());
            }
        }
    }
    names
}

pub(super) fn in_bloc(inputs: &Inputs, bloc: &str) -> Vec<usize> {
    (0..inputs.states.len())
        .filter(|&i| inputs.states[i].blocs.iter().any(|b| b == bloc))
        .collect()
}
