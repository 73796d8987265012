//! The measures that every scenario reports where they apply, and how a run fills them in.
//!
//! Credibility of an arrangement at a rung is, in the challenger's eyes and for the weakest protégé
//! that forces can reach, the probability that at least 40 percent of the pledged strength comes
//! (`crisis.failure_threshold`). "Any ally fights" saturates and says nothing.

use super::arrangements::{contains, members};
use super::inputs::Inputs;
use super::record::{Measure, OutcomeSpec, RunRecord, SeriesSpec};
use super::world::{Ground, World};

/// Which measures a scenario has, in reporting order.
#[derive(Debug, Clone)]
pub struct Measures {
    pub outcomes: Vec<OutcomeSpec>,
    pub series: Vec<SeriesSpec>,
    what: Vec<Outcome>,
    traces: Vec<Trace>,
    months: usize,
}

/// How an outcome is computed at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
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
}

/// How a series is read off the world each month.
#[derive(Debug, Clone, PartialEq)]
enum Trace {
    Credibility { arrangement: usize, rung: usize },
    Margin { arrangement: usize, rung: usize },
    Allies { arrangement: usize, rung: usize },
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
        };
        let reachable = |a: usize| {
            ground
                .dyads
                .iter()
                .any(|d| inputs.arrangements[a].proteges.contains(&d.target))
        };
        let focal = inputs.focal;
        let grab = (ground.first_rung..inputs.ladder.len())
            .find(|&k| inputs.ladder[k].territorial)
            .unwrap_or(inputs.ladder.len().saturating_sub(1));
        for (rung, r) in inputs.ladder.iter().enumerate() {
            m.outcome(
                format!("challenge.{}", r.id),
                format!("{}: at least one", r.label),
                "1",
                Measure::Happened,
                (0.0, 1.0),
                Outcome::Challenge { rung },
            );
        }
        for (rung, r) in inputs.ladder.iter().enumerate().skip(ground.first_rung) {
            for state in reached(ground) {
                m.outcome(
                    format!("challenge.{}.{}", r.id, inputs.states[state].iso3),
                    format!("{} on {}: at least one", r.label, inputs.states[state].name),
                    "1",
                    Measure::Happened,
                    (0.0, 1.0),
                    Outcome::ChallengeOn { rung, state },
                );
            }
        }
        for (rung, r) in inputs.ladder.iter().enumerate() {
            m.outcome(
                format!("rate.{}", r.id),
                format!("{}: acts a year", r.label),
                "1/year",
                Measure::Number,
                (0.0, 400.0),
                Outcome::Rate { rung },
            );
            m.outcome(
                format!("intensity.{}", r.id),
                format!("{}: integrated intensity a year", r.label),
                "1/year",
                Measure::Number,
                (0.0, 400.0),
                Outcome::Intensity { rung },
            );
        }
        for (rung, r) in inputs.ladder.iter().enumerate().skip(ground.first_rung) {
            for state in reached(ground) {
                m.outcome(
                    format!("intensity.{}.{}", r.id, inputs.states[state].iso3),
                    format!(
                        "{} on {}: integrated intensity a year",
                        r.label, inputs.states[state].name
                    ),
                    "1/year",
                    Measure::Number,
                    (0.0, 20.0),
                    Outcome::IntensityOn { rung, state },
                );
            }
        }
        m.outcome(
            "severe_share".into(),
            "Share of acts at the strike rung or above".into(),
            "1",
            Measure::Share,
            (0.0, 1.0),
            Outcome::Severe,
        );
        for (rung, r) in inputs.ladder.iter().enumerate().skip(ground.first_rung) {
            m.outcome(
                format!("unanswered.{}", r.id),
                format!("{}: share left unanswered", r.label),
                "1",
                Measure::Share,
                (0.0, 1.0),
                Outcome::Unanswered { rung },
            );
            if r.force {
                m.outcome(
                    format!("success.{}", r.id),
                    format!("{}: at least one success", r.label),
                    "1",
                    Measure::Happened,
                    (0.0, 1.0),
                    Outcome::Success { rung },
                );
            }
        }
        for (a, arrangement) in inputs.arrangements.iter().enumerate() {
            if !reachable(a) {
                continue;
            }
            let (id, name) = (&arrangement.id, &arrangement.name);
            if arrangement.coverage.is_some() {
                m.outcome(
                    format!("honoured.{id}"),
                    format!("{name}: calls for help honoured"),
                    "1",
                    Measure::Share,
                    (0.0, 1.0),
                    Outcome::Honoured { arrangement: a },
                );
                m.outcome(
                    format!("cohesion.{id}"),
                    format!("{name}: share of pledge that came"),
                    "1",
                    Measure::Share,
                    (0.0, 1.0),
                    Outcome::Cohesion { arrangement: a },
                );
                if !super::arrangements::without_mandate(arrangement.kind) {
                    m.outcome(
                        format!("hollow.{id}"),
                        format!("{name}: becomes hollow"),
                        "1",
                        Measure::Happened,
                        (0.0, 1.0),
                        Outcome::Hollow { arrangement: a },
                    );
                }
            }
            for rung in ground.first_rung..inputs.ladder.len() {
                let r = &inputs.ladder[rung];
                if arrangement.coverage.is_none() || (a != focal && rung != grab) {
                    continue;
                }
                let trace = m.trace(
                    format!("credibility.{id}.{}", r.id),
                    format!("{name}: credibility, {}", r.label.to_lowercase()),
                    "1",
                    (0.0, 1.0),
                    Trace::Credibility { arrangement: a, rung },
                );
                m.ends(trace);
                let trace = m.trace(
                    format!("margin.{id}.{}", r.id),
                    format!("{name}: credibility margin, {}", r.label.to_lowercase()),
                    "1",
                    (-1.0, 2.0),
                    Trace::Margin { arrangement: a, rung },
                );
                m.ends(trace);
            }
            if arrangement.coverage.is_some() {
                let trace = m.trace(
                    format!("credence_allies.{id}.{}", inputs.ladder[grab].id),
                    format!("{name}: credibility in allies' eyes"),
                    "1",
                    (0.0, 1.0),
                    Trace::Allies {
                        arrangement: a,
                        rung: grab,
                    },
                );
                m.ends(trace);
                if a != focal {
                    m.outcome(
                        format!("spillover.{id}"),
                        format!("{name}: change of the allies' own credence"),
                        "1",
                        Measure::Number,
                        (-1.0, 1.0),
                        Outcome::Spillover { trace },
                    );
                }
            }
        }
        m.outcome(
            "war".into(),
            "War with a member fighting".into(),
            "1",
            Measure::Happened,
            (0.0, 1.0),
            Outcome::War,
        );
        let mut belligerents: Vec<usize> = reached(ground);
        for state in strongest(inputs, focal, 5) {
            if !belligerents.contains(&state) {
                belligerents.push(state);
            }
        }
        belligerents.sort_unstable();
        for &state in &belligerents {
            let s = &inputs.states[state];
            m.outcome(
                format!("war.{}", s.iso3),
                format!("{} in a new war", s.name),
                "1",
                Measure::Happened,
                (0.0, 1.0),
                Outcome::WarOf { state },
            );
        }
        let blocs = blocs(inputs);
        for (bloc, name) in blocs.iter().enumerate() {
            m.outcome(
                format!("war.{name}"),
                format!("New war with a state of {name} fighting"),
                "1",
                Measure::Happened,
                (0.0, 1.0),
                Outcome::WarBloc { bloc },
            );
        }
        m.outcome(
            "nuclear_crisis".into(),
            "Nuclear crisis".into(),
            "1",
            Measure::Happened,
            (0.0, 1.0),
            Outcome::Nuclear,
        );
        for state in strongest(inputs, focal, 5) {
            let s = &inputs.states[state];
            m.outcome(
                format!("entrapment.{}", s.iso3),
                format!("{}: crises fought because of provocation", s.name),
                "1",
                Measure::Number,
                (0.0, 5.0),
                Outcome::Entrapment { state },
            );
        }
        for state in reached(ground) {
            let s = &inputs.states[state];
            m.outcome(
                format!("territory_lost.{}", s.iso3),
                format!("{} loses territory", s.name),
                "1",
                Measure::Happened,
                (0.0, 1.0),
                Outcome::Lost { state },
            );
            let trace = m.trace(
                format!("provocation.{}", s.iso3),
                format!("{}: provocation", s.name),
                "1",
                (0.0, 1.0),
                Trace::Provocation { state },
            );
            m.end(trace);
        }
        for (state, s) in inputs.states.iter().enumerate() {
            if !s.hedges.is_empty() {
                m.outcome(
                    format!("hedge.{}", s.iso3),
                    format!("{} hedges", s.name),
                    "1",
                    Measure::Happened,
                    (0.0, 1.0),
                    Outcome::Hedge { state },
                );
            }
        }
        for (rung, r) in inputs.ladder.iter().enumerate() {
            m.trace(
                format!("survival.{}", r.id),
                format!("Runs without a {} or worse so far", r.label.to_lowercase()),
                "1",
                (0.0, 1.0),
                Trace::Survival { rung },
            );
            m.trace(
                format!("intensity.{}", r.id),
                format!("{}: intensity", r.label),
                "1/year",
                (0.0, 400.0),
                Trace::Intensity { rung },
            );
        }
        let lead = strongest(inputs, focal, 1);
        let others: Vec<usize> = inputs
            .arrangements
            .get(focal)
            .map(|a| a.guarantors.iter().copied().filter(|i| !lead.contains(i)).collect())
            .unwrap_or_default();
        let focal_id = inputs.arrangements.get(focal).map_or("", |a| a.id.as_str()).to_owned();
        for (id, label, states) in std::iter::once((focal_id, "Allies other than the lead".to_owned(), others)).chain(
            blocs
                .iter()
                .map(|b| (b.clone(), format!("States of {b}"), in_bloc(inputs, b))),
        ) {
            m.trace(
                format!("forces.{id}.delivered"),
                format!("{label}: ready brigades"),
                "BE",
                (0.0, 300.0),
                Trace::Delivered { states: states.clone() },
            );
            m.trace(
                format!("forces.{id}.announced"),
                format!("{label}: ready and announced brigades"),
                "BE",
                (0.0, 300.0),
                Trace::Announced { states },
            );
        }
        if !inputs.challengers.is_empty() {
            m.trace(
                "forces.challenger.free".into(),
                "Challenger: force it can spare".into(),
                "BE",
                (0.0, 300.0),
                Trace::Free { challenger: 0 },
            );
        }
        for bloc in &blocs {
            let trace = m.trace(
                format!("spending.{bloc}"),
                format!("States of {bloc}: defence spending"),
                "share of GDP",
                (0.0, 0.1),
                Trace::Spending {
                    states: in_bloc(inputs, bloc),
                },
            );
            m.end(trace);
            let states = in_bloc(inputs, bloc);
            if let Some(delivered) = m.series.iter().position(|s| s.id == format!("forces.{bloc}.delivered")) {
                m.outcome(
                    format!("capability.{bloc}.end"),
                    format!("States of {bloc}: ready brigades at the end"),
                    "BE",
                    Measure::Number,
                    (0.0, 300.0),
                    Outcome::Trace {
                        trace: delivered,
                        last: true,
                    },
                );
            }
            drop(states);
        }
        for w in &inputs.wars {
            let s = &inputs.states[w.target];
            let trace = m.trace(
                format!("aid.{}", s.iso3),
                format!("{}: outside assistance", s.name),
                "BE/year",
                (0.0, 100.0),
                Trace::Aid { state: w.target },
            );
            m.end(trace);
        }
        if !inputs.wars.is_empty() {
            m.outcome(
                "settled".into(),
                "The opening war ends".into(),
                "1",
                Measure::Happened,
                (0.0, 1.0),
                Outcome::Settled,
            );
            m.outcome(
                "resumed".into(),
                "A settled war begins anew".into(),
                "1",
                Measure::Happened,
                (0.0, 1.0),
                Outcome::Resumed,
            );
        }
        m
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
        });
        self.what.push(what);
    }

    fn trace(&mut self, id: String, label: String, unit: &'static str, range: (f64, f64), trace: Trace) -> usize {
        self.series.push(SeriesSpec { id, label, unit, range });
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

    /// Step 11: reads every series off the world.
    pub fn record(&self, world: &World, ground: &Ground, series: &mut [f64]) {
        let month = world.month as usize;
        for (index, trace) in self.traces.iter().enumerate() {
            series[index * self.months + month] = self.read(trace, world, ground);
        }
    }

    fn read(&self, trace: &Trace, world: &World, ground: &Ground) -> f64 {
        let sum = |states: &[usize], f: &dyn Fn(usize) -> f64| states.iter().map(|&i| f(i)).sum::<f64>();
        match trace {
            Trace::Credibility { arrangement, rung } => weakest(world, ground, *arrangement, *rung, |a| a.credibility),
            Trace::Margin { arrangement, rung } => {
                weakest(world, ground, *arrangement, *rung, |a| a.credibility - a.threshold)
            }
            Trace::Allies { arrangement, rung } => weakest(world, ground, *arrangement, *rung, |a| a.public),
            Trace::Survival { rung } => f64::from(u8::from(world.tally.first[*rung..].iter().all(Option::is_none))),
            Trace::Intensity { rung } => 12.0 * world.tally.monthly[*rung],
            Trace::Delivered { states } => sum(states, &|i| world.forces.ready[i]),
            Trace::Announced { states } => sum(states, &|i| {
                world.forces.ready[i] + world.forces.announced_for(&world.inputs, i)
            }),
            Trace::Free { challenger } => world.forces.free(&world.inputs, *challenger),
            Trace::Spending { states } => {
                let gdp = sum(states, &|i| world.forces.gdp[i]);
                if gdp > 0.0 {
                    sum(states, &|i| world.forces.share[i] * world.forces.gdp[i]) / gdp
                } else {
                    0.0
                }
            }
            Trace::Provocation { state } => world.provocation[*state],
            Trace::Aid { state } => world
                .inputs
                .arrangements
                .iter()
                .enumerate()
                .filter(|(a, _)| contains(world.covered(*a), *state))
                .map(|(_, a)| a.figures.assistance)
                .sum(),
        }
    }

    /// The record of a finished run.
    pub fn finish(&self, world: &mut World, series: Vec<f64>) -> RunRecord {
        let years = self.months as f64 / 12.0;
        let mut values = Vec::with_capacity(self.what.len());
        let mut cases = Vec::with_capacity(self.what.len());
        for what in &self.what {
            let (value, n) = self.value(what, world, &series, years);
            values.push(value);
            cases.push(n);
        }
        RunRecord {
            values,
            cases,
            series,
            challenges: std::mem::take(&mut world.tally.rows),
        }
    }

    fn value(&self, what: &Outcome, world: &World, series: &[f64], years: f64) -> (f64, f64) {
        let t = &world.tally;
        let rungs = world.inputs.ladder.len();
        let flag = |b: bool| (f64::from(u8::from(b)), 1.0);
        let at = |trace: usize, last: bool| series[trace * self.months + if last { self.months - 1 } else { 0 }];
        match *what {
            Outcome::Challenge { rung } => flag(t.first[rung].is_some()),
            Outcome::ChallengeOn { rung, state } => flag(t.counts[state * rungs + rung] > 0),
            Outcome::Rate { rung } => (f64::from(t.focal_count(rung)) / years, 1.0),
            Outcome::Intensity { rung } => (t.focal_integrated(rung) / years, 1.0),
            Outcome::IntensityOn { rung, state } => (t.integrated[state * rungs + rung] / years, 1.0),
            Outcome::Severe => {
                let all: u32 = (0..rungs).map(|k| t.focal_count(k)).sum();
                let severe: u32 = (0..rungs)
                    .filter(|&k| world.inputs.ladder[k].force)
                    .map(|k| t.focal_count(k))
                    .sum();
                (f64::from(severe), f64::from(all))
            }
            Outcome::Unanswered { rung } => (f64::from(t.unanswered[rung]), f64::from(t.attributed[rung])),
            Outcome::Success { rung } => flag(t.successes[rung] > 0),
            Outcome::Honoured { arrangement } => {
                (f64::from(t.honoured[arrangement]), f64::from(t.invoked[arrangement]))
            }
            Outcome::Cohesion { arrangement } => (t.cohesion[arrangement], f64::from(t.invoked[arrangement])),
            Outcome::Trace { trace, last } => (at(trace, last), 1.0),
            Outcome::Hollow { arrangement } => flag(t.hollow[arrangement]),
            Outcome::War => flag(t.war),
            Outcome::WarOf { state } => flag(contains(t.fought, state)),
            Outcome::WarBloc { bloc } => {
                let name = &blocs(&world.inputs)[bloc];
                flag(members(t.fought).any(|i| world.inputs.states[i].blocs.contains(name)))
            }
            Outcome::Nuclear => flag(t.nuclear),
            Outcome::Entrapment { state } => (t.entrapped[state], 1.0),
            Outcome::Lost { state } => flag(contains(t.lost, state)),
            Outcome::Spillover { trace } => (at(trace, true) - at(trace, false), 1.0),
            Outcome::Hedge { state } => flag(world.hedged[state].is_some()),
            Outcome::Settled => flag(t.settled.is_some()),
            Outcome::Resumed => flag(t.resumed),
        }
    }
}

/// The smallest value over the protégés of an arrangement that forces can reach; 0 where there are none.
pub fn weakest(
    world: &World,
    ground: &Ground,
    arrangement: usize,
    rung: usize,
    of: impl Fn(&super::crisis::Assessment) -> f64,
) -> f64 {
    let covered = world.covered(arrangement);
    ground
        .dyads
        .iter()
        .enumerate()
        .filter(|(_, d)| contains(covered, d.target))
        .map(|(d, _)| of(&world.policies.of(d, rung).assessment))
        .reduce(f64::min)
        .unwrap_or(0.0)
}

/// States that forces of some challenger can reach, ascending.
fn reached(ground: &Ground) -> Vec<usize> {
    let mut states: Vec<usize> = ground.dyads.iter().map(|d| d.target).collect();
    states.sort_unstable();
    states.dedup();
    states
}

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
fn blocs(inputs: &Inputs) -> Vec<String> {
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

fn in_bloc(inputs: &Inputs, bloc: &str) -> Vec<usize> {
    (0..inputs.states.len())
        .filter(|&i| inputs.states[i].blocs.iter().any(|b| b == bloc))
        .collect()
}
