//! What the month's acts come to in expectation: successes, wars, territory.
//!
//! For every act of force that may be undertaken the chance of success, of war and of a loss of territory is worked out at
//! the guarantors' true types ([`super::course`]), every half year, after events, when wars begin or end, when the lead has a
//! new leader and whenever policies were solved anew, and kept in between. An act that is undertaken is met by the world as it is then: the
//! difference between its chances there and the ones that were kept is added in its month. So whatever was kept, the mean
//! is that of the counts:
//!
//! ```text
//! E += Σ P(act jk is played)·h_jk + Σ_played (1{not yet}·w − h_jk)
//! ```
//!
//! Acts below the use of force, which are frequent and hardly ever lead to war, have no h; w is then the chance of the
//! last node against those who came, as it is for the wars of a guarantor.

use super::arithmetic::lesser;
use super::challenger::Act;
use super::course::{Circumstances, Course};
use super::expected::Expected;
use super::guarantor::LANES;
use super::inputs::Inputs;
use super::record::ChallengeRow;
use super::sets::StateSet;
use super::tally::Tally;
use super::world::{Ground, World};

/// Chances kept for acts of force.
#[derive(Debug, Clone, Default)]
pub(super) struct Prospects {
    /// By dyad and rung: success, territory lost without a war, war with a focal member, war; then a war with a state of
    /// each watched set, and zeros.
    kept: Vec<f64>,
    width: usize,
    /// The acts of the month by their place among dyads and rungs, with the chance of each.
    played: Vec<(usize, f64)>,
    /// Whether they have to be worked out anew, by dyad.
    stale: Vec<bool>,
    /// For which acts they went into the expectation of this month, `[dyad * rungs + rung]`.
    used: Vec<bool>,
    /// The watched sets that hold a state: those of all states one after the other, and where each state's begin and end.
    sets_with: Vec<usize>,
    sets_of: Vec<std::ops::Range<usize>>,
    /// What had not happened when the month's acts were weighed.
    open: Open,
    /// The sum of the month's rows, each by its chance.
    month: Vec<f64>,
}

/// Months for which chances are kept where nothing else has changed.
pub(super) const KEPT_FOR: u32 = 6;

/// Events of a run that have happened.
#[derive(Debug, Clone, Default)]
struct Open {
    success: Vec<bool>,
    lost: StateSet,
    fought: StateSet,
    war: bool,
    resumed: bool,
}

impl Open {
    fn read(&mut self, tally: &Tally) {
        self.success.clear();
        self.success.extend(tally.successes.iter().map(|n| *n > 0));
        (self.lost, self.fought, self.war, self.resumed) = (tally.lost, tally.fought, tally.war, tally.resumed);
    }
}

/// Places of a row that are summed side by side, in registers.
const BESIDE: usize = 8;

/// Places in a row of chances.
const SUCCESS: usize = 0;
const LOST: usize = 1;
const MEMBER: usize = 2;
const WAR: usize = 3;
const SETS: usize = 4;

impl Prospects {
    pub(super) fn new(ground: &Ground, inputs: &Inputs, sets: usize) -> Self {
        let acts = ground.dyads.len() * inputs.ladder.len();
        let width = (SETS + sets).next_multiple_of(BESIDE);
        Self {
            kept: vec![0.0; acts * width],
            width,
            stale: vec![true; ground.dyads.len()],
            used: vec![false; acts],
            ..Self::default()
        }
    }

    /// Notes in which of the `watched` sets each state is.
    fn list_sets(&mut self, states: usize, watched: &[StateSet]) {
        for state in 0..states {
            let from = self.sets_with.len();
            self.sets_with
                .extend((0..watched.len()).filter(|set| watched[*set].contains(state)));
            self.sets_of.push(from..self.sets_with.len());
        }
    }

    /// The policies of a dyad were worked out anew.
    pub(super) fn forget(&mut self, dyad: usize) {
        self.stale[dyad] = true;
    }

    /// Forces were bound by a war, or set free.
    pub(super) fn forget_all(&mut self) {
        self.stale.fill(true);
    }

    /// The sum of the rows of the month's acts, each by its chance.
    fn sum_up(&mut self) {
        self.month.clear();
        let blocks = self.width / BESIDE;
        let rows = self.kept.as_chunks::<BESIDE>().0;
        for block in 0..blocks {
            let mut sums = [0.0; BESIDE];
            for (place, chance) in &self.played {
                for (sum, x) in sums.iter_mut().zip(&rows[place * blocks + block]) {
                    *sum += chance * x;
                }
            }
            self.month.extend_from_slice(&sums);
        }
    }

    fn row(&self, place: usize) -> &[f64] {
        &self.kept[place * self.width..(place + 1) * self.width]
    }
}

impl World {
    /// Adds what the acts of the month come to, by their chances of being played.
    pub(super) fn expect_outcomes(&self, ground: &Ground, e: &mut Expected, anew: bool) {
        let (first, rungs) = (ground.first_rung, self.inputs.ladder.len());
        let (settled, states) = (self.tally.settled_targets(), self.states());
        if e.prospects.sets_of.is_empty() {
            e.prospects.list_sets(states, &e.watched);
        }
        if anew {
            e.prospects.stale.fill(true);
        }
        e.prospects.open.read(&self.tally);
        e.prospects.used.fill(false);
        e.prospects.played.clear();
        for (d, dyad) in ground.dyads.iter().enumerate() {
            for rung in (first..rungs).filter(|k| self.inputs.ladder[*k].force) {
                let place = d * rungs + rung;
                let chance = e.played(d, rungs, rung);
                if chance <= 0.0 {
                    continue;
                }
                if e.prospects.stale[d] {
                    self.foresee(ground, d, e);
                    e.prospects.stale[d] = false;
                }
                e.prospects.used[place] = true;
                e.prospects.played.push((place, chance));
                let row = e.prospects.row(place);
                let open = &e.prospects.open;
                let focal = self.tally.is_focal(dyad.target);
                if focal && !open.success[rung] {
                    e.success[rung] += chance * row[SUCCESS];
                }
                if self.inputs.ladder[rung].territorial && !open.lost.contains(dyad.target) {
                    e.lost[dyad.target] += chance * row[LOST];
                }
                if settled.contains(dyad.target) && !open.resumed {
                    e.resumed += chance * row[WAR];
                }
            }
        }
        e.prospects.sum_up();
        let (open, wars) = (&e.prospects.open, &e.prospects.month);
        e.war += if open.war { 0.0 } else { wars[MEMBER] };
        for ((sum, set), x) in e.fought.iter_mut().zip(&e.watched).zip(&wars[SETS..]) {
            *sum += if open.fought.meets(*set) { 0.0 } else { *x };
        }
    }

    /// A state has a new leader, and so another type: where it leads, what acts come to is not what it was.
    pub(super) fn expect_new_lead(&mut self, state: usize) {
        let gravest = self.inputs.ladder.len().saturating_sub(1);
        for (d, lanes) in self.policies.lanes.iter().enumerate() {
            if lanes.is_led_by(gravest, state) {
                self.expected.prospects.forget(d);
            }
        }
    }

    /// Works out what the acts of force of a dyad would come to.
    fn foresee(&self, ground: &Ground, d: usize, e: &mut Expected) {
        let rungs = self.inputs.ladder.len();
        let (theatre, types) = (self.theatre(ground.dyads[d]), self.true_types(d));
        for rung in (ground.first_rung..rungs).filter(|k| self.inputs.ladder[*k].force) {
            let stage = theatre.stage(&self.inputs, rung);
            let circumstances = Circumstances {
                watched: self.members_besides(ground.dyads[d].target),
                ..Circumstances::default()
            };
            let course = self.course(ground, d, stage, &types, circumstances, &mut e.at);
            let p = &mut e.prospects;
            let place = (d * rungs + rung) * p.width;
            let row = &mut p.kept[place..place + p.width];
            self.fill(ground, d, &course, row, &e.watched, (&p.sets_with, &p.sets_of));
        }
    }

    /// The row of chances of an act. For wars of guarantors a bound will do, the sum over those who may fight: what it
    /// leaves out is made good when the act is played.
    fn fill(
        &self,
        ground: &Ground,
        d: usize,
        course: &Course,
        row: &mut [f64],
        watched: &[StateSet],
        (sets_with, sets_of): (&[usize], &[std::ops::Range<usize>]),
    ) {
        let dyad = ground.dyads[d];
        let war = course.war();
        row[SUCCESS] = course.success();
        row[LOST] = course.taken_in_peace();
        row[WAR] = war;
        row[MEMBER] = if self.tally.is_focal(dyad.target) {
            war
        } else {
            course.war_joined()
        };
        let row = &mut row[SETS..];
        row.fill(0.0);
        let lanes = &self.policies.lanes[d];
        // P(it comes to war and this guarantor fights), over the lead's answers.
        let mut fights = [0.0f32; LANES];
        for (answer, fight) in course.fight.iter().enumerate() {
            let after = course.war_after(answer) as f32;
            if after > 0.0 {
                for (sum, f) in fights[..lanes.padded()].iter_mut().zip(fight) {
                    *sum += after * f;
                }
            }
        }
        for (who, fights) in lanes.who.iter().zip(&fights).take(lanes.len) {
            for set in &sets_with[sets_of[usize::from(*who)].clone()] {
                row[*set] += f64::from(*fights);
            }
        }
        let sides = self.sides(dyad.challenger, dyad.target);
        for (place, set) in row.iter_mut().zip(watched) {
            *place = if set.meets(sides) { war } else { lesser(*place, war) };
        }
    }

    /// The members of the focal arrangement whose war it would be, where the target is none of them.
    fn members_besides(&self, target: usize) -> Option<StateSet> {
        (!self.tally.is_focal(target)).then(|| self.tally.focal_states())
    }

    /// The two states between which a war would be.
    fn sides(&self, challenger: usize, target: usize) -> StateSet {
        StateSet::only(target) | StateSet::only(self.inputs.challengers[challenger].state)
    }

    /// An act is being played: its chances as they are now take the place of those that were kept. `pressed` and `success`
    /// are those of the last node against those who came; nothing of its outcome has been noted yet.
    pub(super) fn expect_crisis(&mut self, ground: &Ground, act: &Act, row: &ChallengeRow, pressed: f64, success: f64) {
        let mut e = std::mem::take(&mut self.expected);
        let rung = act.rung;
        let dyad = ground.dyads[act.dyad];
        let figures = self.inputs.ladder[rung].figures;
        let is_met = row.attributed && row.resisted;
        // Against those who came.
        let drawn_war = if is_met { pressed * figures.war_chance } else { 0.0 };
        let (mut taken, mut lost) = match (row.attributed, row.resisted) {
            (false, _) => (success, success),
            (true, false) => (1.0, 1.0),
            (true, true) => (pressed * success, pressed * success * (1.0 - figures.war_chance)),
        };
        let mut war = drawn_war;
        let mut joined = if row.fought.meets(self.tally.focal_states()) {
            drawn_war
        } else {
            0.0
        };
        if self.inputs.ladder[rung].force {
            let circumstances = Circumstances {
                attributed: act.scripted,
                watched: self.members_besides(dyad.target),
                fixed: if act.scripted.is_some() {
                    &self.inputs.responses
                } else {
                    &[]
                },
            };
            let (stage, types) = (self.stage(dyad, rung), self.true_types(act.dyad));
            let course = self.course(ground, act.dyad, stage, &types, circumstances, &mut e.at);
            (taken, lost, war) = (course.success(), course.taken_in_peace(), course.war());
            joined = course.war_joined();
        }
        let place = act.dyad * self.inputs.ladder.len() + rung;
        let was_used = act.scripted.is_none() && e.prospects.used.get(place) == Some(&true);
        let nothing = [];
        let kept = if was_used { e.prospects.row(place) } else { &nothing };
        let kept = |at: usize| kept.get(at).copied().unwrap_or(0.0);
        let (t, open) = (&self.tally, &e.prospects.open);
        // What is now, if it has not happened yet, less what was kept, if it had not when the month's acts were weighed.
        let change = |now_open: bool, now: f64, then_open: bool, at: usize| {
            (if now_open { now } else { 0.0 }) - if then_open { kept(at) } else { 0.0 }
        };
        if t.is_focal(dyad.target) {
            let then = open.success.get(rung) == Some(&false);
            e.success[rung] += change(t.successes[rung] == 0, taken, then, SUCCESS);
        }
        if self.inputs.ladder[rung].territorial {
            let then = !open.lost.contains(dyad.target);
            e.lost[dyad.target] += change(!t.lost.contains(dyad.target), lost, then, LOST);
        }
        if t.settled_targets().contains(dyad.target) {
            e.resumed += change(!t.resumed, war, !open.resumed, WAR);
        }
        let member = if t.is_focal(dyad.target) { war } else { joined };
        e.war += change(!t.war, member, !open.war, MEMBER);
        let sides = self.sides(dyad.challenger, dyad.target);
        for (index, (sum, set)) in e.fought.iter_mut().zip(&e.watched).enumerate() {
            let now = if set.meets(sides) {
                war
            } else if set.meets(row.fought) {
                drawn_war
            } else {
                0.0
            };
            *sum += change(!t.fought.meets(*set), now, !open.fought.meets(*set), SETS + index);
        }
        self.expected = e;
    }
}
