//! Guarantors: what each would gain or lose by abstaining, supporting or fighting.
//!
//! The responders to an attack on one target are kept as lanes of flat arrays, so that the loops
//! over them run in vector registers. Utilities are relative to abstaining; the private resolve
//! type enters linearly, so its exponential factors out and averaging over types needs no further
//! exponentials: `exp(λ(u + ℓθ√s)) = w_ℓ · T_ℓ(θ)`.

use super::arithmetic::{exp_all, greater, lesser};
use super::arrangements::{self, Membership, PARTY_DEPTH};
use super::beliefs::{Beliefs, TYPES};
use super::chain;
use super::forces::Forces;
use super::inputs::{DecisionRule, Inputs, MAX_RUNGS, MAX_STATES, is_nuclear};
use super::sets::{ArrangementSet, LaneSet, StateSet};
use super::single;
use super::war::Wars;

/// Lanes that are worked on side by side: what the widest registers hold.
pub const WIDTH: usize = 16;
/// Room for responders: everybody but the target may have promised something.
pub const LANES: usize = MAX_STATES.next_multiple_of(WIDTH);
/// Most outsiders that look on where nobody has promised anything.
const ONLOOKERS: usize = 8;
/// One number for each lane, in single precision: see [`super::single`].
pub type Lane = [f32; LANES];

/// The responders to an attack on one target, apart from what depends on the rung.
#[derive(Debug, Clone)]
pub struct Lanes {
    /// Number of responders.
    pub len: usize,
    /// True where nobody has promised anything and outsiders look on.
    pub bystanders: bool,
    /// The state in each lane.
    pub who: [u8; LANES],
    /// The arrangement in which it is judged.
    pub context: [u8; LANES],
    /// All of these.
    pub contexts: ArrangementSet,
    /// Lowest rung covered, 255 for none.
    pub coverage: [u8; LANES],
    /// Cost of default at full clarity, stake units.
    pub bind: Lane,
    /// Mandate to fight where covered, 0 to 1.
    pub mandate: Lane,
    /// Lanes that are bound only once others fight: the back door.
    pub chained: LaneSet,
    /// Whether the bond is deep enough to lead.
    pub party: [bool; LANES],
    /// Lanes whose arrangement moves as one only if its lead acts: rule *lead*, its lead apart.
    pub followers: LaneSet,
    /// For these, factor on the odds of moving where another leads the crisis and theirs is not seen.
    pub unseen: Lane,
    /// Interest in the target, stake units.
    pub interest: Lane,
    /// Weight of own troops at risk, stake units.
    pub trip: Lane,
    /// Cost of a full war, stake units.
    pub cost: Lane,
    /// Fear of escalation, stake units.
    pub fear: Lane,
    /// Brigades for a war, as far as the decision rule lets them take part.
    pub deployable: Lane,
    /// Brigades promised, whether they can come or not: what shares are shares of. Bystanders have promised nothing;
    /// theirs are those for a war before any decision.
    pub promised: Lane,
    /// Brigades for a war that count towards the promise: no more than were promised.
    pub counted: Lane,
    /// By rung: what those who have nothing left to send have promised, by mandate. They have no lane, and stay bound.
    pub absent: [f64; MAX_RUNGS],
    /// Brigades a day.
    pub mobility: Lane,
    /// Days before the first arrive.
    pub delay: Lane,
    /// 1 for a nuclear power that extends its deterrent.
    pub nuclear: Lane,
    /// Shift of the wish to answer: perceived resolve and public support, stake units.
    pub shift: Lane,
    /// Beliefs about each lane by type.
    pub credence: [Lane; TYPES],
}

impl Default for Lanes {
    fn default() -> Self {
        let zero = [0.0; LANES];
        Self {
            len: 0,
            bystanders: false,
            who: [0; LANES],
            context: [0; LANES],
            contexts: ArrangementSet::EMPTY,
            coverage: [255; LANES],
            bind: zero,
            mandate: zero,
            chained: LaneSet::EMPTY,
            party: [false; LANES],
            followers: LaneSet::EMPTY,
            unseen: zero,
            interest: zero,
            trip: zero,
            cost: zero,
            fear: zero,
            deployable: zero,
            promised: zero,
            counted: zero,
            absent: [0.0; MAX_RUNGS],
            mobility: zero,
            delay: zero,
            nuclear: zero,
            shift: zero,
            credence: [zero; TYPES],
        }
    }
}

/// What the lanes of a target are made from.
pub struct Surroundings<'a> {
    pub inputs: &'a Inputs,
    pub month: u32,
    pub membership: &'a Membership,
    pub forces: &'a Forces,
    pub beliefs: &'a Beliefs,
    /// Distances between capitals in km, `[a * states + b]`.
    pub distance: &'a [f64],
    /// Public support now; that of the start is `inputs.states[i].figures.public_support`.
    pub support: &'a [f64],
    /// Cost of default added by pledges, `[arrangement * states + state]`.
    pub pledged: &'a [f64],
    /// Provocation of each state.
    pub provocation: &'a [f64],
    /// Share of forces that take part, by arrangement (collective decisions).
    pub turnout: &'a [f64],
    pub wars: &'a Wars,
}

impl Surroundings<'_> {
    /// Brigades that a state could send to `target`.
    fn available(&self, state: usize, target: usize) -> f64 {
        self.forces.available(self.inputs, self.wars, state, target)
    }
}

impl Lanes {
    /// Fills the lanes for an attack by challenger number `challenger` on state `target`.
    pub fn fill(&mut self, around: &Surroundings<'_>, challenger: usize, target: usize) {
        let inputs = around.inputs;
        let c = &inputs.challengers[challenger];
        let n = inputs.states.len();
        let p = &inputs.parameters.guarantor;
        let membership = around.membership;
        let doors = chain::links(inputs, membership, around.month, target);
        let promised: StateSet = (membership.promised_to(target) | doors)
            .members()
            .fold(StateSet::EMPTY, |set, a| set | membership.guarantors[a]);
        let mut at_risk = [0.0; MAX_STATES];
        for f in inputs.forward.iter().filter(|f| f.host == target) {
            at_risk[f.sender] += f.brigades;
        }
        self.len = 0;
        self.contexts = ArrangementSet::EMPTY;
        self.chained = LaneSet::EMPTY;
        self.absent = [0.0; MAX_RUNGS];
        let sides_with = |i: usize| i == c.state || c.partners.contains(&i);
        self.bystanders = true;
        for i in promised.members() {
            if i == target || sides_with(i) {
                continue;
            }
            let spent = around.forces.share[target];
            let own = arrangements::bond(inputs, membership, around.month, i, target, spent);
            let drawn_in = match own {
                Some(own) if own.coverage.is_some() => None,
                _ if doors.is_empty() => None,
                _ => chain::bond(inputs, membership, around.month, i, target),
            };
            let Some(bond) = drawn_in.or(own) else {
                continue;
            };
            self.bystanders = false;
            let a = &inputs.arrangements[bond.arrangement];
            let clarity = bond.clarity;
            let covered = bond.coverage.is_some();
            let mandated = covered && !arrangements::without_mandate(a.kind);
            let mandate = if mandated { bond.depth.min(1.0) * clarity } else { 0.0 };
            if around.available(i, target) <= 0.0 {
                // Who has nothing to send decides nothing, and owes what it has promised.
                if drawn_in.is_none() {
                    for owed in &mut self.absent[bond.coverage.unwrap_or(MAX_RUNGS)..] {
                        *owed += around.forces.pledge[i] * mandate;
                    }
                }
                continue;
            }
            let lane = self.push(i, bond.arrangement);
            let forfeit = if bond.unprovoked {
                1.0 - inputs.parameters.moral_hazard.forfeit * around.provocation[target]
            } else {
                1.0
            };
            let figures = &inputs.states[i].figures;
            self.coverage[lane] = bond.coverage.map_or(255, |k| k as u8);
            let pledge = around.pledged[bond.arrangement * n + i];
            let bind =
                (p.default_cost * bond.depth + pledge) * figures.audience * a.figures.publicity * clarity * forfeit;
            self.bind[lane] = if covered { bind as f32 } else { 0.0 };
            self.mandate[lane] = mandate as f32;
            // Who is drawn in by others does not lead.
            self.party[lane] = mandated && bond.depth >= PARTY_DEPTH && drawn_in.is_none();
            if drawn_in.is_some() {
                self.chained.insert(lane);
            }
            self.nuclear[lane] = f32::from(u8::from(a.nuclear && is_nuclear(inputs.states[i].nuclear)));
            let arrangement_days = a.figures.decision_days + if a.integrated { 0.0 } else { 2.0 };
            self.delay[lane] = (figures.delay + arrangement_days) as f32;
            self.common(around, i, at_risk[i]);
        }
        if self.bystanders {
            self.fill_bystanders(around, target, &sides_with, &at_risk);
        }
        self.weigh_interest(around, target);
        self.look_again(around, target);
        self.find_followers(inputs);
        for lane in self.len..self.padded() {
            self.deployable[lane] = 0.0;
            self.promised[lane] = 0.0;
            self.counted[lane] = 0.0;
            self.bind[lane] = 0.0;
            self.mandate[lane] = 0.0;
            self.trip[lane] = 0.0;
            self.interest[lane] = 0.0;
            self.shift[lane] = 0.0;
            self.nuclear[lane] = 0.0;
            self.coverage[lane] = 255;
        }
    }

    /// Brings forces and beliefs up to date where the bonds have not moved.
    pub fn look_again(&mut self, around: &Surroundings<'_>, target: usize) {
        for lane in 0..self.len {
            let (who, context) = (usize::from(self.who[lane]), usize::from(self.context[lane]));
            let turnout = match around.inputs.arrangements[context].decision_rule {
                _ if self.bystanders => 1.0,
                // What the lead decides is seen in its answer.
                DecisionRule::Lead => 1.0,
                _ => around.turnout[context],
            };
            self.unseen[lane] = around.turnout[context] as f32;
            let available = around.available(who, target);
            let promised = if self.bystanders {
                available
            } else {
                around.forces.pledge[who]
            };
            self.promised[lane] = promised as f32;
            self.deployable[lane] = (available * turnout) as f32;
            self.counted[lane] = (available.min(promised) * turnout) as f32;
            self.mobility[lane] =
                (around.inputs.states[who].figures.mobility * around.forces.lift[who] * turnout) as f32;
            for (place, probability) in self.credence.iter_mut().zip(around.beliefs.of(context, who)) {
                place[lane] = *probability as f32;
            }
        }
    }

    /// Nobody has promised anything: the [`ONLOOKERS`] strongest outsiders of the focal arrangement look on.
    fn fill_bystanders(
        &mut self,
        around: &Surroundings<'_>,
        target: usize,
        sides_with: &dyn Fn(usize) -> bool,
        at_risk: &[f64; MAX_STATES],
    ) {
        let inputs = around.inputs;
        let Some(&set) = around.membership.guarantors.get(inputs.focal) else {
            return;
        };
        let mut outsiders: Vec<usize> = set.members().filter(|&i| i != target && !sides_with(i)).collect();
        if outsiders.len() > ONLOOKERS {
            outsiders.select_nth_unstable_by(ONLOOKERS, |&a, &b| {
                around.forces.deployable[b]
                    .total_cmp(&around.forces.deployable[a])
                    .then(a.cmp(&b))
            });
            outsiders.truncate(ONLOOKERS);
        }
        outsiders.sort_unstable();
        for i in outsiders {
            let lane = self.push(i, inputs.focal);
            self.delay[lane] = (inputs.states[i].figures.delay + 2.0) as f32;
            self.common(around, i, at_risk[i]);
        }
    }

    fn push(&mut self, state: usize, context: usize) -> usize {
        let lane = self.len;
        self.len += 1;
        self.who[lane] = state as u8;
        self.context[lane] = context as u8;
        self.contexts.insert(context);
        self.coverage[lane] = 255;
        self.bind[lane] = 0.0;
        self.mandate[lane] = 0.0;
        self.party[lane] = false;
        self.nuclear[lane] = 0.0;
        lane
    }

    /// Notes who waits for the lead of its arrangement.
    fn find_followers(&mut self, inputs: &Inputs) {
        self.followers = LaneSet::EMPTY;
        for lane in 0..self.len {
            let context = usize::from(self.context[lane]);
            let waits = !self.bystanders && inputs.arrangements[context].decision_rule == DecisionRule::Lead;
            if waits && self.lead_of(context).is_some_and(|lead| lead != lane) {
                self.followers.insert(lane);
            }
        }
    }

    /// The lead of an arrangement: the largest force among the parties that are judged in it.
    pub fn lead_of(&self, context: usize) -> Option<usize> {
        (0..self.len)
            .filter(|&l| self.party[l] && usize::from(self.context[l]) == context)
            .max_by(|&a, &b| self.deployable[a].total_cmp(&self.deployable[b]).then(b.cmp(&a)))
    }

    /// What does not depend on the bond.
    fn common(&mut self, around: &Surroundings<'_>, state: usize, at_risk: f64) {
        let lane = self.len - 1;
        let p = &around.inputs.parameters;
        let figures = &around.inputs.states[state].figures;
        self.trip[lane] = (p.guarantor.tripwire * at_risk.min(1.0)) as f32;
        self.cost[lane] = (p.guarantor.fighting_cost * figures.war_cost) as f32;
        self.fear[lane] = figures.escalation_fear as f32;
        let support = around.support[state] - figures.public_support;
        self.shift[lane] = (p.guarantor.type_spread * figures.perceived + p.guarantor.support_weight * support) as f32;
    }

    /// Interests by distance: half of an ally's interest does not depend on it, and bystanders have the other half only.
    fn weigh_interest(&mut self, around: &Surroundings<'_>, target: usize) {
        let p = &around.inputs.parameters.guarantor;
        let states = around.inputs.states.len();
        let mut near = [0.0; LANES];
        for (place, who) in near.iter_mut().zip(&self.who).take(self.len) {
            *place = -around.distance[usize::from(*who) * states + target] / p.interest_range;
        }
        exp_all(&mut near[..self.len]);
        let anywhere = if self.bystanders { 0.0 } else { 0.5 };
        for (place, near) in self.interest.iter_mut().zip(near).take(self.len) {
            *place = (p.interest * (anywhere + 0.5 * near)) as f32;
        }
    }

    /// Number of lanes rounded up to whole groups of [`WIDTH`].
    #[inline(always)]
    pub fn padded(&self) -> usize {
        self.groups() * WIDTH
    }

    /// Number of groups of [`WIDTH`] lanes that hold responders.
    #[inline(always)]
    pub fn groups(&self) -> usize {
        self.len.div_ceil(WIDTH).min(LANES / WIDTH)
    }

    /// True if `state` is the [`Self::lead`] at a rung. Ends with the first party that is stronger.
    pub fn is_led_by(&self, rung: usize, state: usize) -> bool {
        let may_lead = |l: usize| self.party[l] && usize::from(self.coverage[l]) <= rung;
        let own = (0..self.len).find(|l| usize::from(self.who[*l]) == state && may_lead(*l));
        own.is_some_and(|own| {
            (0..self.len).filter(|l| may_lead(*l)).all(|l| {
                let order = self.deployable[l].total_cmp(&self.deployable[own]);
                order.then(own.cmp(&l)).is_le()
            })
        })
    }

    /// The lead at a rung: the largest mobilisable force among the parties whose bond covers it.
    pub fn lead(&self, rung: usize) -> Option<usize> {
        (0..self.len)
            .filter(|&l| self.party[l] && usize::from(self.coverage[l]) <= rung)
            .max_by(|&a, &b| self.deployable[a].total_cmp(&self.deployable[b]).then(b.cmp(&a)))
    }
}

/// What depends on the rung.
#[derive(Debug, Clone)]
pub struct AtRung {
    /// Brigades in the window.
    pub usable: Lane,
    /// Cost of default after clarity, stake units.
    pub bind: Lane,
    /// Response weight of fighting, with the mandate.
    pub fight_weight: Lane,
    /// Brigades with a mandate that count towards the promise, as far as the decision rule lets them take part.
    pub pledged: Lane,
    /// The whole promise, also of those who cannot come: what shares are shares of. Where nobody has a mandate, all
    /// brigades count in both.
    pub promised: f64,
    /// One by that, or 0 where nothing was promised.
    pub per_promised: f64,
    /// Exponential of the log-odds that type `t` adds to supporting; its square is that of fighting.
    pub type_half: [f32; TYPES],
    pub type_full: [f32; TYPES],
    /// Choice precision.
    pub lambda: f64,
}

impl Default for AtRung {
    fn default() -> Self {
        let zero = [0.0; LANES];
        Self {
            usable: zero,
            bind: zero,
            fight_weight: zero,
            pledged: zero,
            promised: 0.0,
            per_promised: 0.0,
            type_half: [1.0; TYPES],
            type_full: [1.0; TYPES],
            lambda: 0.0,
        }
    }
}

impl AtRung {
    /// Prepares the lanes for rung `rung` with choice precision `lambda`.
    pub fn new(lanes: &Lanes, inputs: &Inputs, rung: usize, lambda: f64, positions: &[f64; TYPES]) -> Self {
        let mut at = Self::default();
        at.fill(lanes, inputs, rung, lambda, positions);
        at
    }

    /// Brings up to date what strength in brigades follows from, and nothing else: of working memory that is used for this
    /// alone, no share of what was promised can be told.
    #[inline(always)]
    pub fn fill_brigades(&mut self, lanes: &Lanes, inputs: &Inputs, rung: usize, lambda: f64) {
        let window = inputs.ladder[rung].figures.window as f32;
        for group in 0..lanes.groups() {
            for l in group * WIDTH..(group + 1) * WIDTH {
                self.usable[l] = usable(lanes, l, window);
            }
        }
        self.lambda = lambda;
    }

    /// The same as [`Self::new`] in place: lanes behind the last group keep what they held.
    #[inline(always)]
    pub fn fill(&mut self, lanes: &Lanes, inputs: &Inputs, rung: usize, lambda: f64, positions: &[f64; TYPES]) {
        let f = &inputs.ladder[rung].figures;
        let p = &inputs.parameters.guarantor;
        let (window, clarity) = (f.window as f32, f.clarity as f32);
        let (bystander, fight_weight) = (p.bystander as f32, f.fight_weight as f32);
        let mut promised = [0.0; LANES];
        for group in 0..lanes.groups() {
            for l in group * WIDTH..(group + 1) * WIDTH {
                let covered = if usize::from(lanes.coverage[l]) <= rung {
                    1.0
                } else {
                    0.0
                };
                let mandate = covered * lanes.mandate[l];
                self.usable[l] = usable(lanes, l, window);
                self.bind[l] = covered * lanes.bind[l] * clarity;
                self.fight_weight[l] = fight_weight * (bystander + (1.0 - bystander) * mandate);
                self.pledged[l] = lanes.counted[l] * mandate;
                promised[l] = lanes.promised[l] * mandate;
            }
        }
        for l in lanes.chained.members() {
            // Promised to the members that fight, not to the state they fight for.
            self.pledged[l] = 0.0;
            promised[l] = 0.0;
        }
        self.promised = total(&promised[..lanes.padded()]) + lanes.absent[rung];
        if self.promised <= 0.0 {
            self.pledged[..lanes.padded()].copy_from_slice(&lanes.counted[..lanes.padded()]);
            promised[..lanes.padded()].copy_from_slice(&lanes.promised[..lanes.padded()]);
            self.promised = total(&promised[..lanes.padded()]);
        }
        self.per_promised = if self.promised > 0.0 { 1.0 / self.promised } else { 0.0 };
        self.lambda = lambda;
        let step = (0.5 * lambda * p.type_spread * f.severity.sqrt()) as f32;
        // With two more than there are types they fill a register.
        let mut tilts = [0.0f32; TYPES.next_power_of_two()];
        for (tilt, position) in tilts.iter_mut().zip(positions) {
            *tilt = step * *position as f32;
        }
        for tilt in &mut tilts {
            *tilt = lesser(single::exp(*tilt), STRONG);
        }
        for (t, tilt) in tilts.into_iter().take(TYPES).enumerate() {
            self.type_half[t] = tilt;
            self.type_full[t] = tilt * tilt;
        }
    }
}

/// Brigades that a lane can bring within a window of so many days.
#[inline(always)]
fn usable(lanes: &Lanes, l: usize, window: f32) -> f32 {
    lesser(
        lanes.deployable[l],
        lanes.mobility[l] * greater(window - lanes.delay[l], 0.0),
    )
}

/// Sum over whole groups of lanes: columns of the groups first, then pairwise.
#[inline(always)]
fn total(lane: &[f32]) -> f64 {
    let mut columns = [0.0; WIDTH];
    for group in lane.chunks_exact(WIDTH) {
        for (sum, part) in columns.iter_mut().zip(group) {
            *sum += f64::from(*part);
        }
    }
    let mut width = WIDTH / 2;
    while width > 0 {
        for k in 0..width {
            columns[k] += columns[k + width];
        }
        width /= 2;
    }
    columns[0]
}

/// Weights above this count as this: certainty, with room to multiply three of them.
const SURE: f32 = 1e12;
/// Most that a type adds to the weight of support: its square, for fighting, is still a number.
const STRONG: f32 = 1e18;

/// Averages the answers over types: probabilities of support and of fighting, lane by lane, from
/// the weights of support and fighting relative to abstaining.
///
/// Dividing is what takes time here, so three types share a division.
#[inline(always)]
pub fn average(
    groups: usize,
    half: &Lane,
    full: &Lane,
    credence: &[Lane; TYPES],
    at: &AtRung,
    support: &mut Lane,
    fight: &mut Lane,
) {
    const TOGETHER: usize = 3;
    const { assert!(TYPES.is_multiple_of(TOGETHER)) };
    for group in 0..groups {
        for l in group * WIDTH..(group + 1) * WIDTH {
            let (mut supports, mut fights) = (0.0, 0.0);
            for first in (0..TYPES).step_by(TOGETHER) {
                let weights = |k: usize| {
                    let h = lesser(half[l] * at.type_half[first + k], SURE);
                    let f = lesser(full[l] * at.type_full[first + k], SURE);
                    (h, f, 1.0 + h + f)
                };
                let ((h0, f0, n0), (h1, f1, n1), (h2, f2, n2)) = (weights(0), weights(1), weights(2));
                let n01 = n0 * n1;
                let inverse = 1.0 / (n01 * n2);
                let s0 = credence[first][l] * (n1 * n2 * inverse);
                let s1 = credence[first + 1][l] * (n0 * n2 * inverse);
                let s2 = credence[first + 2][l] * (n01 * inverse);
                supports += (h0 * s0 + h1 * s1) + h2 * s2;
                fights += (f0 * s0 + f1 * s1) + f2 * s2;
            }
            support[l] = supports;
            fight[l] = fights;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Forces of few sizes, so that some are equal.
        #[test]
        fn a_state_leads_exactly_where_the_lead_is_its_lane(
            of in prop::collection::vec((0..4_u8, any::<bool>(), 0..6_u8), 0..12), rung in 0..6_usize
        ) {
            let mut lanes = Lanes { len: of.len(), ..Lanes::default() };
            for (lane, (force, party, coverage)) in of.into_iter().enumerate() {
                lanes.who[lane] = 3 * lane as u8;
                lanes.deployable[lane] = f32::from(force);
                (lanes.party[lane], lanes.coverage[lane]) = (party, coverage);
            }
            let lead = lanes.lead(rung).map(|lane| usize::from(lanes.who[lane]));
            for state in 0..40 {
                prop_assert_eq!(lanes.is_led_by(rung, state), lead == Some(state));
            }
        }
    }
}
