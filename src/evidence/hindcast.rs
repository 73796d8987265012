//! The hindcast: Russia and its neighbours 1992 to 2014 as the model plays them, read in the units of dispute data.
//!
//! Dispute data speak of dyad-years, of militarised interstate disputes (MIDs), of uses of force and of wars. The model speaks
//! of acts on a ladder. The mapping: every act from the strike rung up is a recorded dispute and a use of force; of the
//! incursions a share `observation.mid_share` is recorded, of which `observation.force_share` as a use of force (the typical
//! one in the data is a seized fishing boat, which is no strike); acts below are not disputes. States are counted by their status
//! in each month: a member of the focal arrangement, or a state that has neither its promise nor a pact with the challenger.
//!
//! Rates are integrated intensities and wars are expectations ([`super::truth`]), so a handful of replications suffices.
//! What remains noisy is what hangs on events that happened: repeats after a dispute.

use std::ops::{AddAssign, Range};

use super::truth::{Fate, fate};
use crate::engine::Plan;
use crate::model::arithmetic::exp;
use crate::model::arrangements::{PARTY_DEPTH, in_force, without_mandate};
use crate::model::decision::Agents;
use crate::model::inputs::Inputs;
use crate::model::sets::StateSet;
use crate::model::world::{Ground, World};
use crate::random::Streams;

/// Months between two looks at what acts would come to: policies move quarterly.
const QUARTER: u32 = 3;
/// Windows of the repeat rates in months (T16; T19; T17 and T18).
const WINDOWS: [usize; 3] = [12, 36, 60];

/// Major powers after 1991 in the Correlates of War list, those that the world holds.
const MAJORS: [&str; 7] = ["USA", "GBR", "FRA", "DEU", "RUS", "CHN", "JPN"];

/// What a group of dyads met.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Exposure {
    /// Dyad-years.
    pub years: f64,
    /// Expected recorded disputes, acts of force included.
    pub mids: f64,
    /// Expected uses of force: strikes and above, and recorded incursions that are coded so.
    pub force: f64,
    /// Expected wars.
    pub wars: f64,
}

impl Exposure {
    /// Disputes a dyad-year.
    pub fn mid_rate(&self) -> Option<f64> {
        over(self.mids, self.years)
    }

    /// Uses of force a dyad-year.
    pub fn force_rate(&self) -> Option<f64> {
        over(self.force, self.years)
    }
}

/// Uses of force against states with a defender that is a major power, and how many of them it would join.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Joining {
    /// Expected uses of force, and those in which a bound major power fights.
    pub force: f64,
    pub joined: f64,
    /// The same where the United States is bound to help.
    pub american: f64,
    pub american_joined: f64,
}

/// Disputes that happened and how likely another by the same challenger against the same state was to follow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Repeats {
    /// Disputes early enough for the window to lie in the period.
    pub cases: f64,
    /// Expected number of them that are followed by another.
    pub repeated: f64,
}

/// What the hindcast adds up to. Sums over replications: merge them, then ask for targets.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    /// Replications added up.
    pub replications: f64,
    /// Members of the focal arrangement within reach.
    pub member: Exposure,
    /// States within reach without its promise and without a pact with the challenger.
    pub outsider: Exposure,
    /// States within reach to which a major power is bound, and those to which none is.
    pub defended: Exposure,
    pub undefended: Exposure,
    /// All of these states.
    pub all: Exposure,
    pub joining: Joining,
    /// Expected disputes that somebody answered by force: the target of an act of force resists, or a guarantor fights.
    pub answered: f64,
    /// By window of 12, 36 and 60 months; unanswered, answered.
    pub repeats: [[Repeats; 2]; 3],
    /// Mantel–Haenszel sums of the 36-month repeat over dyads: answered against unanswered.
    pub odds: [f64; 2],
}

impl AddAssign for Exposure {
    fn add_assign(&mut self, o: Self) {
        self.years += o.years;
        self.mids += o.mids;
        self.force += o.force;
        self.wars += o.wars;
    }
}

impl AddAssign for Moments {
    fn add_assign(&mut self, o: Self) {
        self.replications += o.replications;
        self.member += o.member;
        self.outsider += o.outsider;
        self.defended += o.defended;
        self.undefended += o.undefended;
        self.all += o.all;
        self.joining.force += o.joining.force;
        self.joining.joined += o.joining.joined;
        self.joining.american += o.joining.american;
        self.joining.american_joined += o.joining.american_joined;
        self.answered += o.answered;
        for (window, other) in self.repeats.iter_mut().flatten().zip(o.repeats.iter().flatten()) {
            window.cases += other.cases;
            window.repeated += other.repeated;
        }
        for (place, value) in self.odds.iter_mut().zip(o.odds) {
            *place += value;
        }
    }
}

fn over(x: f64, y: f64) -> Option<f64> {
    (y > 0.0 && x.is_finite()).then(|| x / y)
}

impl Moments {
    /// The model's value of a calibration target, `"T01"` to `"T57"`, or none where the hindcast does not speak to it or
    /// nothing of the kind occurred.
    pub fn target(&self, id: &str) -> Option<f64> {
        let given = |of: fn(&Exposure) -> f64| -> Option<f64> {
            let share = |e: &Exposure| over(of(e), e.mids);
            over(share(&self.defended)?, share(&self.undefended)?)
        };
        let repeat = |r: Repeats| over(r.repeated, r.cases);
        let both = |[a, b]: [Repeats; 2]| Repeats {
            cases: a.cases + b.cases,
            repeated: a.repeated + b.repeated,
        };
        match id {
            "T01" => self.member.mid_rate(),
            "T02" => self.outsider.mid_rate(),
            "T03" => over(self.member.mid_rate()?, self.outsider.mid_rate()?),
            "T04" => self.member.force_rate(),
            "T05" => self.outsider.force_rate(),
            "T06" => over(self.member.force_rate()?, self.outsider.force_rate()?),
            "T07" => given(|e| e.force),
            // The only defenders of this world are major powers, so both targets read the same ratio.
            "T09" | "T10" => given(|e| e.wars),
            "T11" => over(self.all.force - self.all.wars, self.all.mids),
            "T12" => over(self.all.wars, self.all.force),
            "T14" => over(self.answered, self.all.mids),
            "T16" => repeat(both(self.repeats[0])),
            "T17" => repeat(self.repeats[2][0]),
            "T18" => repeat(self.repeats[2][1]),
            "T19" => over(self.odds[0], self.odds[1]),
            "T20" => over(self.joining.joined, self.joining.force),
            "T22" => over(self.joining.american_joined, self.joining.american),
            _ => None,
        }
    }
}

/// Plays the hindcast `plan` with `inputs` once for each replication in `replications` and adds up what it shows. On this
/// thread; a pure function of its arguments.
///
/// `seed` takes the place of the plan's own. The inputs are one draw: every replication starts from them.
pub fn hindcast(plan: &Plan, inputs: Inputs, seed: u64, replications: Range<u64>) -> Moments {
    let mut sum = Moments::default();
    for replication in replications {
        sum += play(plan, inputs.clone(), &Streams::new(seed, replication));
    }
    sum
}

/// One replication.
pub fn play(plan: &Plan, inputs: Inputs, streams: &Streams) -> Moments {
    let ground = &plan.model.ground;
    let months = inputs.months;
    let mut world = World::new(ground, inputs);
    let mut record = Record::new(&world, ground);
    for _ in 0..months {
        world.live_month(ground, streams, &mut Agents);
        record.look(&world, ground);
        world.month += 1;
    }
    record.finish(&world, ground)
}

/// Where a state stands in a month.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    member: bool,
    /// Has a pact with the challenger.
    friend: bool,
    /// A major power with a mandate is bound to it by an arrangement deep enough to lead.
    defended: bool,
    /// The United States is such a power.
    american: bool,
}

/// What is read while a replication runs.
struct Record {
    moments: Moments,
    /// First rung that counts as use of force, and the incursion below it.
    force: usize,
    rungs: usize,
    /// Share of incursions that are recorded, and of these the share that is coded as a use of force.
    share: f64,
    seizures: f64,
    /// Intensities integrated up to the month before, by state and rung.
    before: Vec<f64>,
    /// Recorded disputes to expect, `[dyad][month]`.
    disputes: Vec<Vec<f64>>,
    /// What acts come to, `[dyad][rung above the first]`, looked up every quarter.
    fates: Vec<Vec<Fate>>,
    majors: StateSet,
    america: Option<usize>,
}

impl Record {
    fn new(world: &World, ground: &Ground) -> Self {
        let rungs = world.inputs.ladder.len();
        let force = world.inputs.ladder.iter().position(|r| r.force).unwrap_or(rungs);
        Self {
            moments: Moments {
                replications: 1.0,
                ..Moments::default()
            },
            force,
            rungs,
            share: world.inputs.parameters.observation.mid_share,
            seizures: world.inputs.parameters.observation.force_share,
            before: vec![0.0; world.tally.integrated.len()],
            disputes: vec![Vec::with_capacity(world.inputs.months as usize); ground.dyads.len()],
            fates: vec![vec![Fate::default(); rungs - ground.first_rung]; ground.dyads.len()],
            majors: MAJORS.iter().filter_map(|m| world.inputs.state(m)).collect(),
            america: world.inputs.state("USA"),
        }
    }

    fn standing(&self, world: &World, challenger: usize, state: usize) -> Standing {
        let challenger = world.inputs.challengers[challenger].state;
        let mut standing = Standing::default();
        for a in world.membership.promised_to(state).members() {
            let arrangement = &world.inputs.arrangements[a];
            if !in_force(arrangement, world.month) {
                continue;
            }
            let guarantors = world.membership.guarantors[a];
            standing.member |= a == world.inputs.focal;
            standing.friend |= guarantors.contains(challenger);
            let binds = arrangement.coverage.is_some_and(|k| k <= self.force)
                && arrangement.figures.depth >= PARTY_DEPTH
                && !without_mandate(arrangement.kind)
                && (guarantors & self.majors)
                    .members()
                    .any(|major| major != state && major != challenger);
            standing.defended |= binds;
            standing.american |= binds && self.america.is_some_and(|u| u != state && guarantors.contains(u));
        }
        standing
    }

    /// Reads a month that has been lived.
    fn look(&mut self, world: &World, ground: &Ground) {
        let stale = world.month.is_multiple_of(QUARTER);
        for (d, dyad) in ground.dyads.iter().enumerate() {
            let standing = self.standing(world, dyad.challenger, dyad.target);
            let mut month = Exposure {
                years: 1.0 / 12.0,
                ..Exposure::default()
            };
            let (mut joined, mut american, mut answered) = (0.0, 0.0, 0.0);
            for rung in ground.first_rung..self.rungs {
                if stale {
                    self.fates[d][rung - ground.first_rung] = fate(world, ground, d, rung, self.majors, self.america);
                }
                let fate = self.fates[d][rung - ground.first_rung];
                let at = dyad.target * self.rungs + rung;
                let acts = world.tally.integrated[at] - self.before[at];
                self.before[at] = world.tally.integrated[at];
                month.wars += acts * fate.war;
                let is_force = rung >= self.force;
                let recorded = if is_force { acts } else { self.share * acts };
                let forceful = if is_force { acts } else { self.seizures * recorded };
                month.mids += recorded;
                month.force += forceful;
                joined += forceful * fate.joined;
                american += forceful * fate.watched;
                answered += recorded * if is_force { fate.contested } else { fate.answered };
            }
            self.disputes[d].push(month.mids);
            let m = &mut self.moments;
            if standing.member {
                m.member += month;
            } else if !standing.friend {
                m.outsider += month;
            }
            if standing.defended {
                m.defended += month;
                m.joining.force += month.force;
                m.joining.joined += joined;
            } else {
                m.undefended += month;
            }
            if standing.american {
                m.joining.american += month.force;
                m.joining.american_joined += american;
            }
            m.all += month;
            m.answered += answered;
        }
    }

    /// What followed the disputes that happened.
    fn finish(mut self, world: &World, ground: &Ground) -> Moments {
        for (d, dyad) in ground.dyads.iter().enumerate() {
            let challenger = world.inputs.challengers[dyad.challenger].state;
            // Expected disputes up to each month.
            let mut sums = vec![0.0];
            for x in &self.disputes[d] {
                sums.push(sums[sums.len() - 1] + x);
            }
            let mut here = [[Repeats::default(); 2]; WINDOWS.len()];
            let rows = world.tally.rows.iter().filter(|r| {
                !r.scripted && usize::from(r.target) == dyad.target && usize::from(r.challenger) == challenger
            });
            for row in rows {
                let force = usize::from(row.rung) >= self.force;
                let weight = if force { 1.0 } else { self.share };
                let answered = usize::from(!row.fought.is_empty() || (force && row.attributed && row.resisted));
                let next = row.month as usize + 1;
                for (window, repeats) in WINDOWS.iter().zip(&mut here) {
                    if let Some(end) = sums.get(next + window) {
                        repeats[answered].cases += weight;
                        repeats[answered].repeated += weight * (1.0 - exp(sums[next] - end));
                    }
                }
            }
            let [u, a] = here[1];
            let cases = u.cases + a.cases;
            if cases > 0.0 {
                self.moments.odds[0] += a.repeated * (u.cases - u.repeated) / cases;
                self.moments.odds[1] += u.repeated * (a.cases - a.repeated) / cases;
            }
            for (sum, one) in self.moments.repeats.iter_mut().flatten().zip(here.iter().flatten()) {
                sum.cases += one.cases;
                sum.repeated += one.repeated;
            }
        }
        self.moments
    }
}
