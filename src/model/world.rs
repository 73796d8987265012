//! The state of the world: flat arrays, cloneable, with everything a month needs.

use super::accession::Application;
use super::arithmetic::{exp, normal_quantile};
use super::arrangements::{self, Membership};
use super::assistance::Assistance;
use super::beliefs::{self, Beliefs, TYPES};
use super::chain;
use super::challenger::Intensity;
use super::crisis::{self, Solver, Stage, Work};
use super::expected::Expected;
use super::forces::{Forces, distance_km};
use super::guarantor::Surroundings;
use super::inputs::{Inputs, MAX_RUNGS, Rung, is_nuclear};
use super::ladder;
use super::lessons::Lessons;
use super::policy::{Care, Dyad, Numbers, Policies};
use super::quarrel::{self, Quarrels};
use super::sets::{ArrangementSet, StateSet};
use super::settlement::{Accord, Accords};
use super::signals;
use super::tally::Tally;
use super::triggers::Triggers;
use super::war::Wars;
use super::watch::View;
use crate::random::{Key, Streams};

/// What does not change between runs of a scenario.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Distances between capitals in km, `[a * states + b]`.
    pub distance: Vec<f64>,
    /// Pairs of challenger and target that forces can reach, in the order of the scenario.
    pub dyads: Vec<Dyad>,
    /// Targets that forces can reach.
    pub reached: StateSet,
    /// Numbers of the dyads against each state.
    pub against: Vec<Vec<usize>>,
    /// First rung that is played as a crisis: the lowest at which fighting is an option.
    pub first_rung: usize,
    /// Rung at which promises are compared: see [`ladder::focus`].
    pub focus: usize,
    /// The states of each bloc, in the order of their names.
    pub blocs: Vec<StateSet>,
}

impl Ground {
    /// The ground of a scenario with central values.
    pub fn new(inputs: &Inputs) -> Self {
        let place = |i: usize| {
            let f = &inputs.states[i].figures;
            (f.latitude, f.longitude)
        };
        let n = inputs.states.len();
        let distance = (0..n * n).map(|k| distance_km(place(k / n), place(k % n))).collect();
        let mut dyads = Vec::new();
        for (challenger, c) in inputs.challengers.iter().enumerate() {
            for (at, target) in c.targets.iter().enumerate() {
                if target.figures.width > 0.0 {
                    dyads.push(Dyad {
                        challenger,
                        place: at,
                        target: target.state,
                    });
                }
            }
        }
        let first_rung = ladder::first_crisis(&inputs.ladder).unwrap_or(inputs.ladder.len());
        if first_rung == inputs.ladder.len() {
            // A ladder on which nobody can fight has no crises.
            dyads.clear();
        }
        let mut against = vec![Vec::new(); n];
        for (d, dyad) in dyads.iter().enumerate() {
            against[dyad.target].push(d);
        }
        Self {
            distance,
            reached: dyads.iter().map(|dyad| dyad.target).collect(),
            dyads,
            against,
            first_rung,
            focus: ladder::focus(&inputs.ladder),
            blocs: super::measures::blocs(inputs)
                .iter()
                .map(|bloc| super::measures::in_bloc(inputs, bloc).into_iter().collect())
                .collect(),
        }
    }
}

/// A dyad's crises, before the rung says how wide the attack is and what it sets off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Theatre {
    /// Brigades that find room at a width factor of 1.
    width: f64,
    /// Arrangements in force that cover the target.
    covering: ArrangementSet,
    /// What presses below the use of force even where no brigade is free.
    air: f64,
    /// The stage of an attack with all that the challenger can spare.
    whole: Stage,
}

impl Theatre {
    /// The crisis at a rung, but for the sanctions that are held ready: see [`World::stage`]. Only what an act is worth
    /// before it starts depends on them.
    pub(crate) fn stage(&self, inputs: &Inputs, rung: usize) -> Stage {
        let rung_is = &inputs.ladder[rung];
        let factor = rung_is.figures.width_factor;
        let sent = if rung_is.force {
            self.whole.attack
        } else {
            self.whole.attack.max(self.air)
        };
        Stage {
            rung,
            attack: sent.min(self.width * factor),
            ..self.whole
        }
    }
}

/// A world in some month.
#[derive(Debug, Clone)]
pub struct World {
    /// Month to be played next.
    pub month: u32,
    /// Figures as they are now: events write into them.
    pub inputs: Inputs,
    pub membership: Membership,
    pub forces: Forces,
    pub(crate) assistance: Assistance,
    pub beliefs: Beliefs,
    /// Positions of the belief types.
    pub positions: [f64; TYPES],
    /// National part of each state's true resolve, in standard deviations.
    pub national: Vec<f64>,
    /// Part that belongs to the leader in office.
    pub leader: Vec<f64>,
    /// The same as it stands in each arrangement, `[arrangement * states + state]`, where some are ratified; else
    /// empty.
    pub(crate) held: Vec<f64>,
    /// What is generally believed of each state's resolve, as events of the scenario moved it.
    pub(crate) perceived: Vec<f64>,
    /// Public support for using force for an ally.
    pub support: Vec<f64>,
    /// The level to which it returns: that of the start until an event of the scenario moves it.
    pub(crate) usual_support: Vec<f64>,
    /// Month of the next vote that can change the leader.
    pub next_vote: Vec<f64>,
    /// Default cost added by pledges, `[arrangement * states + state]`, stake units.
    pub pledged: Vec<f64>,
    /// Support and pledges as they shift the wish to answer, in standard deviations of resolve, same order.
    wish: Vec<f64>,
    pub provocation: Vec<f64>,
    /// Domestic pressure on each challenger.
    pub pressure: Vec<f64>,
    /// Share of forces that take part, by arrangement.
    pub turnout: Vec<f64>,
    /// Chance that a common decision comes, by arrangement.
    pub agreement: Vec<f64>,
    /// True if any arrangement holds sanctions ready.
    holds_sanctions: bool,
    /// Chosen hedge of each state, by its place in the state's list.
    pub hedged: Vec<Option<u8>>,
    /// Applications to join an arrangement, in order of time.
    pub applications: Vec<Application>,
    /// Conditional events of the scenario.
    pub(crate) triggers: Triggers,
    pub wars: Wars,
    /// What wars have left between two states.
    pub quarrels: Quarrels,
    /// Talks and settlements, in the order of the scenario's talks.
    pub accords: Accords,
    pub policies: Policies,
    /// P(support) of each state in its arrangement below the first crisis rung,
    /// `[arrangement][low rung][state]`, as weights at the perceived type.
    pub reactions: super::signals::Reactions,
    pub tally: Tally,
    /// Beside the counts their expectations.
    pub expected: Expected,
    /// Choice precision by rung.
    pub(crate) precision: Vec<f64>,
    pub(crate) solver: Solver,
    /// What observers are about to learn.
    pub(crate) lessons: Lessons,
    /// Working memory.
    pub(crate) totals: Vec<f64>,
    pub(crate) odds: Vec<f64>,
    pub(crate) intensities: Vec<Intensity>,
    /// Arrangements in which a crisis has just taught something about their guarantors.
    pub(crate) shaken: ArrangementSet,
    /// Month in which policies were looked at last.
    looked: u32,
}

impl World {
    /// The world of one replication at month 0.
    pub fn new(ground: &Ground, inputs: Inputs) -> Self {
        let n = inputs.states.len();
        let p = inputs.parameters;
        let prior = beliefs::prior(&p);
        let figure = |f: fn(&super::inputs::StateFigures) -> f64| -> Vec<f64> {
            inputs.states.iter().map(|s| f(&s.figures)).collect()
        };
        let low = ground.first_rung;
        let mut world = Self {
            month: 0,
            membership: Membership::new(&inputs),
            forces: Forces::new(&inputs),
            assistance: Assistance::default(),
            beliefs: Beliefs::new(inputs.arrangements.len(), n, prior),
            positions: beliefs::positions(&p),
            national: figure(|f| f.resolve),
            leader: vec![0.0; n],
            held: Vec::new(),
            perceived: figure(|f| f.perceived),
            support: figure(|f| f.public_support),
            usual_support: figure(|f| f.public_support),
            next_vote: figure(|f| f.election),
            pledged: vec![0.0; n * inputs.arrangements.len()],
            wish: vec![0.0; n * inputs.arrangements.len()],
            provocation: vec![p.moral_hazard.base; n],
            pressure: inputs.challengers.iter().map(|c| c.figures.pressure).collect(),
            turnout: vec![1.0; inputs.arrangements.len()],
            agreement: vec![1.0; inputs.arrangements.len()],
            holds_sanctions: holds_sanctions(&inputs),
            hedged: vec![None; n],
            applications: Vec::new(),
            triggers: Triggers::new(&inputs.events),
            wars: Wars::new(&inputs),
            quarrels: quarrel::opening(&inputs),
            accords: vec![Accord::default(); inputs.talks.len()],
            policies: Policies::new(ground.dyads.len(), low, inputs.ladder.len().max(low)),
            reactions: super::signals::Reactions::new(inputs.arrangements.len(), low, n),
            tally: Tally::new(ground, &inputs),
            expected: Expected::new(ground, &inputs),
            precision: (0..inputs.ladder.len())
                .map(|rung| crisis::precision(&inputs, rung))
                .collect(),
            solver: Solver::default(),
            lessons: Lessons::new(inputs.arrangements.len(), n),
            totals: Vec::new(),
            odds: Vec::new(),
            intensities: Vec::new(),
            shaken: ArrangementSet::EMPTY,
            looked: 0,
            inputs,
        };
        for war in &world.wars.running {
            world.forces.at_war[war.challenger] = true;
            world.forces.since_war[war.challenger] = 0.0;
        }
        world.open_provocation(ground);
        world.look(ground);
        world
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.inputs.states.len()
    }

    /// True resolve of a state, in standard deviations from a typical guarantor.
    #[inline]
    pub fn resolve(&self, state: usize) -> f64 {
        self.national[state] + self.leader[state]
    }

    /// True resolve as a deviation from what was generally believed at the start: the position on
    /// the grid of types.
    #[inline]
    pub fn position(&self, state: usize) -> f64 {
        self.resolve(state) - self.inputs.states[state].figures.perceived
    }

    /// The same as it stands in an arrangement, where ratification may hold on to what a leader before was bound to.
    #[inline]
    pub fn position_in(&self, arrangement: usize, state: usize) -> f64 {
        match self.held.get(arrangement * self.states() + state) {
            None => self.position(state),
            Some(held) => self.national[state] + held - self.inputs.states[state].figures.perceived,
        }
    }

    /// Log-odds of fighting at a rung that a standard deviation of resolve adds.
    #[inline]
    pub(crate) fn gain(&self, rung: usize) -> f64 {
        let severity = self.inputs.ladder[rung].figures.severity;
        self.precision[rung] * self.inputs.parameters.guarantor.type_spread * severity.sqrt()
    }

    /// How much likelier a responder's true type makes support at a rung: see [`super::policy::Policy::moves`].
    #[inline]
    pub fn tilt_of(&self, dyad: usize, rung: usize, lane: usize) -> f64 {
        let lanes = &self.policies.lanes[dyad];
        let position = self.position_in(usize::from(lanes.context[lane]), usize::from(lanes.who[lane]));
        exp(0.5 * self.gain(rung) * position)
    }

    /// The same for each type that is thought possible.
    #[inline]
    pub(crate) fn tilt_by_type(&self, rung: usize) -> [f64; TYPES] {
        let gain = self.gain(rung);
        self.positions.map(|z| exp(0.5 * gain * z))
    }

    /// States covered by an arrangement in force.
    pub fn covered(&self, arrangement: usize) -> StateSet {
        if arrangements::in_force(&self.inputs.arrangements[arrangement], self.month) {
            self.membership.proteges[arrangement]
        } else {
            StateSet::EMPTY
        }
    }

    /// Arrangements in force that cover a state.
    pub fn covering(&self, state: usize) -> ArrangementSet {
        self.membership
            .promised_to(state)
            .filter(|index| arrangements::in_force(&self.inputs.arrangements[index], self.month))
    }

    /// The crisis that challenger and target of a dyad would have at a rung.
    pub fn stage(&self, dyad: Dyad, rung: usize) -> Stage {
        self.stage_in(&self.theatre(dyad), rung)
    }

    fn stage_in(&self, theatre: &Theatre, rung: usize) -> Stage {
        Stage {
            penalty: self.sanctions_ready(theatre.covering, rung),
            ..theatre.stage(&self.inputs, rung)
        }
    }

    /// Where the crises of a dyad take place, whatever the rung.
    pub(crate) fn theatre(&self, dyad: Dyad) -> Theatre {
        let c = &self.inputs.challengers[dyad.challenger];
        let target = &c.targets[dyad.place].figures;
        let state = dyad.target;
        let covering = self.covering(state);
        let mut peacekeepers = 0.0;
        let mut territorial = 0.0f64;
        covering.members().for_each(|index| {
            let figures = &self.inputs.arrangements[index].figures;
            peacekeepers += figures.peacekeepers;
            territorial = territorial.max(figures.territorial);
        });
        let free = self.forces.free(&self.inputs, dyad.challenger) + self.on_the_line(dyad);
        Theatre {
            width: target.width,
            covering,
            air: c.figures.air,
            whole: Stage {
                rung: 0,
                attack: free,
                own: self.forces.ready[state],
                forward: self.forces.hosted[state] + peacekeepers,
                terrain: self.inputs.states[state].figures.terrain,
                value: (target.value * self.quarrel_factor(dyad.challenger, state) + target.route_value)
                    * c.figures.value_scale
                    * self.lesson_of_settlements(dyad.challenger, state),
                war_force: c.figures.war_force * Forces::committed(&self.inputs, dyad.challenger, free),
                territorial,
                split: c.figures.split_value,
                penalty: 0.0,
                arsenal: if is_nuclear(self.inputs.states[state].nuclear) {
                    self.inputs.parameters.crisis.own_arsenal
                } else {
                    0.0
                },
                leaning: self.leaning(state),
            },
        }
    }

    /// Sanctions that the arrangements `covering` a state hold ready against an act on it at `rung`, at full clarity and
    /// attribution: the sum of their penalties, each by the turnout of its decision rule.
    #[inline]
    pub(crate) fn sanctions_ready(&self, covering: ArrangementSet, rung: usize) -> f64 {
        if !self.holds_sanctions {
            return 0.0;
        }
        covering
            .members()
            .filter(|&a| self.inputs.arrangements[a].coverage.is_some_and(|k| k <= rung))
            .map(|a| self.inputs.arrangements[a].figures.penalty * self.turnout[a])
            .sum()
    }

    /// How far a state leans towards conceding because it has made its peace with the challenger.
    fn leaning(&self, state: usize) -> f64 {
        let accommodates = self.hedged[state].is_some_and(|h| {
            self.inputs.states[state].hedges.get(h as usize) == Some(&super::inputs::Hedge::Accommodate)
        });
        if accommodates { 0.2 } else { 0.0 }
    }

    /// True if nobody looked again this month and the same arrangements are in force as a month ago: assessments and
    /// whom they concern are the same.
    pub(crate) fn policies_stand(&self) -> bool {
        let stands = |a| arrangements::in_force(a, self.month) == arrangements::in_force(a, self.month - 1);
        self.looked < self.month && self.inputs.arrangements.iter().all(stands)
    }

    /// Brings every policy up to date whose inputs have moved; where a crisis was learned from, by less than else.
    pub fn look(&mut self, ground: &Ground) {
        let shaken = std::mem::take(&mut self.shaken);
        self.looked = self.month;
        self.weigh_wishes();
        self.policies.watch(View {
            beliefs: &self.beliefs,
            guarantors: &self.membership.guarantors,
            deployable: &self.forces.deployable,
            wish: &self.wish,
        });
        self.reactions.refresh(&signals::Basis {
            inputs: &self.inputs,
            membership: &self.membership,
            month: self.month,
            beliefs: &self.beliefs,
            positions: &self.positions,
            support: &self.support,
            precision: &self.precision,
        });
        for (d, dyad) in ground.dyads.iter().enumerate() {
            let theatre = self.theatre(*dyad);
            let bonds = theatre.covering | chain::links(&self.inputs, &self.membership, self.month, dyad.target);
            let turnout = bonds.members().map(|index| self.turnout[index]).sum();
            let last = self.inputs.ladder.len() - 1;
            let stage = theatre.stage(&self.inputs, ground.first_rung.min(last));
            // Where the lowest crisis is fought from the air, or in a narrow place, its attack stands still while others' move.
            let attack = theatre.stage(&self.inputs, last).attack;
            let forfeit = self.inputs.parameters.moral_hazard.forfeit * self.provocation[dyad.target];
            let numbers = Numbers {
                forces: [
                    attack,
                    stage.own,
                    stage.forward,
                    stage.terrain,
                    stage.war_force,
                    turnout,
                    stage.value,
                ],
                promises: [forfeit, stage.leaning, stage.territorial, self.withheld(dyad.target)],
            };
            let Some(work) = self.policies.due(d, self.care(ground, d), shaken, &numbers, bonds) else {
                continue;
            };
            let around = Surroundings {
                inputs: &self.inputs,
                month: self.month,
                membership: &self.membership,
                forces: &self.forces,
                beliefs: &self.beliefs,
                distance: &ground.distance,
                support: &self.support,
                pledged: &self.pledged,
                provocation: &self.provocation,
                turnout: &self.turnout,
                wars: &self.wars,
            };
            match work {
                Work::Solve => self.policies.lanes[d].fill(&around, dyad.challenger, dyad.target),
                Work::Value => self.policies.lanes[d].look_again(&around, dyad.target),
            }
            let stages: [Stage; MAX_RUNGS] = std::array::from_fn(|rung| self.stage_in(&theatre, rung.min(last)));
            self.policies.work_out(
                d,
                work,
                numbers,
                bonds,
                &self.inputs,
                &self.positions,
                &self.precision,
                &mut self.solver,
                &stages[ground.first_rung..=last],
            );
            if work == Work::Solve {
                self.expected.prospects.forget(d);
            }
        }
    }

    /// How closely a dyad is followed: by its intensities when they were last worked out, closely before the first time.
    fn care(&self, ground: &Ground, dyad: usize) -> Care {
        let ladder = &self.inputs.ladder[ground.first_rung..];
        let of = dyad * ladder.len()..(dyad + 1) * ladder.len();
        match self.intensities.get(of) {
            Some(intensities @ [.., gravest]) => {
                let wars = |(i, rung): (&Intensity, &Rung)| i.rate * rung.figures.war_chance;
                Care::of(gravest.rate, intensities.iter().zip(ladder).map(wars).sum())
            }
            _ => Care::Close,
        }
    }

    /// Figures were rewritten: whatever was worked out from them is worked out anew.
    pub(crate) fn figures_moved(&mut self) {
        for (rung, place) in self.precision.iter_mut().enumerate() {
            *place = crisis::precision(&self.inputs, rung);
        }
        self.holds_sanctions = holds_sanctions(&self.inputs);
        self.hold_on();
        self.reactions.invalidate();
        self.policies.invalidate();
    }

    /// What support and pledges add to the wish to answer, in standard deviations of resolve.
    fn weigh_wishes(&mut self) {
        let g = &self.inputs.parameters.guarantor;
        let per_stake = 1.0 / g.type_spread.max(1e-3);
        let states = self.support.iter().zip(&self.inputs.states);
        let support: Vec<f64> = states
            .map(|(now, state)| g.support_weight * (now - state.figures.public_support))
            .collect();
        let n = support.len().max(1);
        for (wishes, pledges) in self.wish.chunks_exact_mut(n).zip(self.pledged.chunks_exact(n)) {
            for ((wish, pledge), support) in wishes.iter_mut().zip(pledges).zip(&support) {
                *wish = per_stake * (support + pledge);
            }
        }
    }

    /// Standard normal deviate of a stream.
    pub(crate) fn normal(&self, streams: &Streams, key: Key) -> f64 {
        normal_quantile(streams.uniform(key, self.month))
    }
}

/// True if any arrangement holds sanctions ready.
fn holds_sanctions(inputs: &Inputs) -> bool {
    inputs.arrangements.iter().any(|a| a.figures.penalty > 0.0)
}
