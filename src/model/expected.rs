//! Expected instead of counted: beside every event that a run counts, the chance with which it was drawn.
//!
//! For an event that counts once a run, `E = Σ_t 1{not yet}·p_t` with the probability `p_t` of its draws in month `t` has
//! the mean of the indicator `C`: `C − E` is a martingale. The chances of acts are here; what acts come to is in
//! `prospects`, and hedges, the ends of wars and settlements add theirs where they are drawn. Nothing is drawn for
//! it, and no draw moves.
//!
//! **Acts of a month.** A challenger undertakes at most one act of force, (j, k) with chance `f_jk = (1 − e^−ΣΛ)·Λ_jk/ΣΛ`.
//! Incursions on j are a Poisson count N with mean r; one of them goes wrong with chance `1 − e^−aN`, and is a strike then
//! while the others stay what they were. Of the acts of a pair only the gravest is played and counted; an act that the
//! scenario scripts goes before others of its rung. So, with x = e^−a:
//!
//! ```text
//! none  = e^−r        error = 1 − e^−r(1 − x)        twice = error − r·e^−r·(1 − x)     (an error among two or more)
//! P(incursions come to no more than v) = none  below the incursion,  1 − error  at it,  1  above
//! ```
//!
//! The chance that no act of rung k on any protégé is counted is the mean over what the challenger chooses of the product
//! over protégés, and challengers are independent.

use super::arithmetic::exp;
use super::events::Scripted;
use super::guarantor::AtRung;
use super::inputs::{EventKind, Hedge, Inputs, Slot, StateFigures};
use super::measures::{self, Outcome};
use super::prospects::{KEPT_FOR, Prospects};
use super::sets::StateSet;
use super::tally::Tally;
use super::world::{Ground, World};

/// Expectations of one run so far, each beside a count of [`Tally`].
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// First act of a rung on a protégé of the focal arrangement, and of this rung or a graver one, by rung.
    pub acts: Vec<f64>,
    pub graver: Vec<f64>,
    /// First act on a state, `[state * rungs + rung]`.
    pub on: Vec<f64>,
    /// First success on a focal protégé, by rung.
    pub success: Vec<f64>,
    /// Territory is lost, by state.
    pub lost: Vec<f64>,
    /// First war with a member of the focal arrangement, and with a state of each watched set.
    pub war: f64,
    pub fought: Vec<f64>,
    pub nuclear: f64,
    pub settled: f64,
    pub resumed: f64,
    /// By state.
    pub hedged: Vec<f64>,
    pub applied: Vec<f64>,
    pub joined: Vec<f64>,
    /// Sets of states whose wars are reported: single ones, then the blocs.
    pub(super) watched: Vec<StateSet>,
    pub(super) prospects: Prospects,
    /// `graver` at the end of each month so far.
    months: Vec<f64>,
    /// Working memory.
    pub(super) at: AtRung,
    month: Month,
}

/// Chances of the acts of a month.
#[derive(Debug, Clone, Default)]
struct Month {
    /// P(an act is counted) and P(it is played), `[dyad * rungs + rung]`.
    counted: Vec<f64>,
    played: Vec<f64>,
    /// P(no act on a focal protégé is counted), by rung: of this rung, and of this rung or a graver one.
    without: Vec<f64>,
    without_graver: Vec<f64>,
    /// The same for one challenger, as sums over what it chooses.
    each: Vec<Alone>,
    each_graver: Vec<Alone>,
    lows: Vec<Low>,
    cumulated: Vec<f64>,
}

/// P(nothing is counted) for a challenger, as a sum over what it chooses.
#[derive(Debug, Clone, Copy)]
struct Alone {
    /// P(nothing is counted on any protégé while the challenger chooses none of them).
    calm: f64,
    /// Sum over protégés of P(chosen and nothing counted) over P(nothing counted on it unchosen).
    chosen: f64,
}

impl Alone {
    const NOTHING: Self = Self { calm: 1.0, chosen: 0.0 };

    fn add(&mut self, unchosen: f64, chosen: f64) {
        self.calm *= unchosen;
        self.chosen += if unchosen > 0.0 { chosen / unchosen } else { 0.0 };
    }

    /// With the chance that the challenger chooses any of the protégés.
    fn total(&self, any: f64) -> f64 {
        (self.calm * (1.0 - any + self.chosen)).clamp(0.0, 1.0)
    }
}

/// A rung of crises below the use of force: a Poisson count of acts of a pair.
#[derive(Debug, Clone, Copy)]
struct Low {
    rung: i32,
    none: f64,
    error: f64,
    twice: f64,
}

impl Low {
    fn new(rung: usize, mean: f64, accident: f64) -> Self {
        let none = exp(-mean);
        let wrong = if accident > 0.0 { 1.0 - exp(-accident) } else { 0.0 };
        let error = if wrong > 0.0 { 1.0 - exp(-mean * wrong) } else { 0.0 };
        Self {
            rung: rung as i32,
            none,
            error,
            twice: (error - mean * none * wrong).max(0.0),
        }
    }

    /// P(its acts come to no more than rung `most`), and if `clean` that none stays behind an error.
    fn at_most(&self, most: i32, clean: bool) -> f64 {
        if most > self.rung {
            if clean { 1.0 - self.twice } else { 1.0 }
        } else if most == self.rung {
            1.0 - self.error
        } else {
            self.none
        }
    }
}

/// The same over all such rungs of a pair; `clean` says on which no act may stay behind an error.
fn at_most(lows: &[Low], most: i32, clean: impl Fn(i32) -> bool) -> f64 {
    lows.iter().map(|low| low.at_most(most, clean(low.rung))).product()
}

impl Expected {
    /// Nothing has happened yet.
    pub(super) fn new(ground: &Ground, inputs: &Inputs) -> Self {
        let (states, rungs) = (inputs.states.len(), inputs.ladder.len());
        let mut watched: Vec<StateSet> = measures::belligerents(ground, inputs)
            .into_iter()
            .map(StateSet::only)
            .collect();
        watched.extend(&ground.blocs);
        Self {
            acts: vec![0.0; rungs],
            graver: vec![0.0; rungs],
            on: vec![0.0; states * rungs],
            success: vec![0.0; rungs],
            lost: vec![0.0; states],
            fought: vec![0.0; watched.len()],
            hedged: vec![0.0; states],
            applied: vec![0.0; states],
            joined: vec![0.0; states],
            prospects: Prospects::new(ground, inputs, watched.len()),
            watched,
            ..Self::default()
        }
    }

    /// A month has passed.
    pub(super) fn close_month(&mut self) {
        self.months.extend_from_slice(&self.graver);
    }

    /// For each rung, month by month, the expectation that it or a graver one has been met: `[rung * months + m]`.
    pub(super) fn courses(&self) -> Vec<f64> {
        let rungs = self.graver.len().max(1);
        let mut courses = Vec::with_capacity(self.months.len());
        for rung in 0..rungs {
            courses.extend(self.months.iter().skip(rung).step_by(rungs));
        }
        courses
    }

    /// P(an act of dyad and rung is played this month).
    pub(super) fn played(&self, dyad: usize, rungs: usize, rung: usize) -> f64 {
        self.month.played[dyad * rungs + rung]
    }

    /// A state may hedge this month with chance `each` in each of the ways of `hedges`.
    pub(super) fn hedge(&mut self, state: usize, chance: f64, each: f64, hedges: &[Hedge], is_in_time: bool) {
        self.hedged[state] += chance;
        let joins = hedges.iter().filter(|h| **h == Hedge::Join).count() as f64;
        self.applied[state] += each * joins;
        self.joined[state] += if is_in_time { each * joins } else { 0.0 };
    }

    /// A war may end in a month with the chances of `end`, and `ended` says whether it did and whether the state lost
    /// territory by it; a settlement of it is one that is reported if it `counts`.
    ///
    /// A war is rare, and once it runs its end is likely: summed month by month the chances would vary more than the
    /// count. So each month enters as `(1 − β)·p + β·[it happened]`, β being about the chance that it happens at all, which is known
    /// before the month is drawn and leaves the mean as it is.
    pub(super) fn end_of_war(&mut self, tally: &Tally, target: usize, counts: bool, end: End, ended: Option<bool>) {
        let mixed = |p: f64, weight: f64, happened: bool| (1.0 - weight) * p + if happened { weight } else { 0.0 };
        if counts && tally.settled.is_none() {
            self.settled += mixed(end.chance, end.ever, ended.is_some());
        }
        if !tally.lost.contains(target) && end.chance > 0.0 {
            let ever = end.ever * (end.lost / end.chance);
            self.lost[target] += mixed(end.lost, ever, ended == Some(true));
        }
    }
}

impl World {
    /// The chances of acts below the crises, once their intensities of the month are known.
    pub(crate) fn expect_probes(&mut self, ground: &Ground, was: &[bool]) {
        let mut sum = 0.0;
        let e = &mut self.expected;
        for rung in (0..ground.first_rung).rev() {
            let mean = self.tally.monthly[rung];
            sum += mean;
            // Whether it had happened when the month began.
            if !was[rung] {
                e.acts[rung] += 1.0 - exp(-mean);
            }
            if !was[rung..].contains(&true) {
                e.graver[rung] += 1.0 - exp(-sum);
            }
        }
    }

    /// The chances of the month's crises and of what they come to. Intensities are known, nothing is drawn yet.
    /// `scripted` are the acts that events of the scenario start; `happened` says that an
    /// event changed the world.
    pub(crate) fn expect_acts(&mut self, ground: &Ground, scripted: &[Scripted], happened: bool) {
        let rungs = self.inputs.ladder.len();
        if ground.dyads.is_empty() || ground.first_rung >= rungs {
            return;
        }
        let mut e = std::mem::take(&mut self.expected);
        let m = &mut e.month;
        m.counted.resize(ground.dyads.len() * rungs, 0.0);
        m.played.resize(ground.dyads.len() * rungs, 0.0);
        for place in [&mut m.without, &mut m.without_graver] {
            place.clear();
            place.resize(rungs, 1.0);
        }
        for challenger in 0..self.inputs.challengers.len() {
            self.expect_challenger(ground, scripted, challenger, &mut e.month);
        }
        let first = &self.tally.first;
        for rung in ground.first_rung..rungs {
            if first[rung].is_none() {
                e.acts[rung] += 1.0 - e.month.without[rung];
            }
        }
        for rung in 0..rungs {
            if first[rung..].iter().all(Option::is_none) {
                e.graver[rung] += 1.0 - e.month.without_graver[rung.max(ground.first_rung)];
            }
        }
        for target in ground.reached.members() {
            let against = &ground.against[target];
            for rung in (ground.first_rung..rungs).filter(|k| self.tally.unscripted(target, *k) == 0) {
                let counted = |d: usize| e.month.counted[d * rungs + rung];
                e.on[target * rungs + rung] += match against[..] {
                    // The small number itself, not its distance from one.
                    [d] => counted(d),
                    _ => 1.0 - against.iter().map(|d| 1.0 - counted(*d)).product::<f64>(),
                };
            }
        }
        let anew = happened || self.month.is_multiple_of(KEPT_FOR);
        self.expect_outcomes(ground, &mut e, anew);
        self.expected = e;
    }

    /// The chances of one challenger's acts.
    fn expect_challenger(&self, ground: &Ground, scripted: &[Scripted], challenger: usize, m: &mut Month) {
        let (first, rungs) = (ground.first_rung, self.inputs.ladder.len());
        let crises = rungs - first;
        let ladder = &self.inputs.ladder;
        let accident = self.inputs.parameters.crisis.accident;
        let rate = |d: usize, rung: usize| self.intensities[d * crises + rung - first].rate;
        let own = || (0..ground.dyads.len()).filter(|d| ground.dyads[*d].challenger == challenger);
        let total: f64 = own()
            .flat_map(|d| (first..rungs).filter(|k| ladder[*k].force).map(move |k| rate(d, k)))
            .sum();
        let per_rate = if total > 0.0 { (1.0 - exp(-total)) / total } else { 0.0 };
        for each in [&mut m.each, &mut m.each_graver] {
            each.clear();
            each.resize(rungs, Alone::NOTHING);
        }
        let mut any_focal = 0.0;
        for d in own() {
            let target = ground.dyads[d].target;
            // The gravest act that events start against the target; −1 for none.
            let before = scripted
                .iter()
                .filter(|s| s.challenger == challenger && s.target == target)
                .map(|s| s.rung as i32)
                .max()
                .unwrap_or(-1);
            m.lows.clear();
            m.cumulated.clear();
            let mut sum = 0.0;
            for rung in first..rungs {
                if ladder[rung].force {
                    sum += per_rate * rate(d, rung);
                } else {
                    let errs = rung + 1 < rungs && ladder[rung + 1].force;
                    m.lows
                        .push(Low::new(rung, rate(d, rung), if errs { accident } else { 0.0 }));
                }
                m.cumulated.push(sum);
            }
            self.expect_pair(ground, d, before, m);
            any_focal += if self.tally.is_focal(target) { sum } else { 0.0 };
        }
        for rung in first..rungs {
            m.without[rung] *= m.each[rung].total(any_focal);
            m.without_graver[rung] *= m.each_graver[rung].total(any_focal);
        }
    }

    /// The chances of a pair's acts, whose chances up to each rung are cumulated. Acts up to rung `before` give way to one
    /// that the scenario scripts.
    fn expect_pair(&self, ground: &Ground, d: usize, before: i32, m: &mut Month) {
        let (first, rungs) = (ground.first_rung, self.inputs.ladder.len());
        let is_focal = self.tally.is_focal(ground.dyads[d].target);
        let lows = &m.lows;
        let reach = lows.iter().map(|low| low.rung + 1).max().unwrap_or(-1);
        let chosen = |v: i32| {
            let place = v - first as i32;
            if place < 0 { 0.0 } else { m.cumulated[place as usize] }
        };
        let whole = chosen(rungs as i32 - 1);
        for rung in first..rungs {
            let k = rung as i32;
            let gives_way = k <= before;
            let own = chosen(k) - chosen(k - 1);
            let place = d * rungs + rung;
            let (unchosen, with) = if k > reach {
                let own = if gives_way { 0.0 } else { own };
                m.played[place] = own;
                m.counted[place] = own;
                (1.0, whole - own)
            } else {
                let up_to = |v: i32| (1.0 - whole + chosen(v)) * at_most(lows, v, |_| false);
                m.played[place] = if gives_way {
                    0.0
                } else {
                    (up_to(k) - up_to(k - 1)).max(0.0)
                };
                let clean = |j: i32| j == k;
                let [q, at, below] = [rungs as i32, k, k - 1].map(|v| at_most(lows, v, clean));
                let (unchosen, with) = if gives_way {
                    (q, whole * q)
                } else {
                    (q - (at - below), whole * q - (chosen(k) * at - chosen(k - 1) * below))
                };
                m.counted[place] = (1.0 - (1.0 - whole) * unchosen - with).clamp(0.0, 1.0);
                (unchosen, with)
            };
            if is_focal {
                m.each[rung].add(unchosen, with);
                let quiet = (k - 1).max(before);
                let calm = at_most(lows, quiet, |j| j >= k);
                m.each_graver[rung].add(calm, chosen(quiet.min(rungs as i32 - 1)) * calm);
            }
        }
    }
}

/// The chances with which a war ends in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct End {
    /// P(it ends), and P(it ends and the state loses territory).
    pub chance: f64,
    pub lost: f64,
    /// About the chance that it ends within the horizon; 0 where an end is drawn once.
    pub ever: f64,
}

/// True if an application of this month is ratified within the horizon.
pub(super) fn is_in_time(inputs: &Inputs, state: usize, month: u32) -> bool {
    let last = inputs.months.saturating_sub(1);
    last > month && f64::from(last - month) >= inputs.states[state].figures.ratification
}

impl Outcome {
    /// True where the model knows the chances with which it draws what is counted: see [`super::expected`].
    pub(super) fn is_expected(&self, inputs: &Inputs) -> bool {
        match *self {
            Outcome::Challenge { .. }
            | Outcome::ChallengeOn { .. }
            | Outcome::Success { .. }
            | Outcome::War
            | Outcome::WarOf { .. }
            | Outcome::WarBloc { .. }
            | Outcome::Nuclear
            | Outcome::Lost { .. }
            | Outcome::Hedge { .. }
            | Outcome::Settled
            | Outcome::Resumed
            | Outcome::Applied { .. } => true,
            // An event that changes how long ratification takes may come between application and membership.
            Outcome::Joined { state } => !inputs.events.iter().any(|e| rewrites_ratification(&e.kind, state)),
            _ => false,
        }
    }

    /// The expectation of its count so far; not a number where none is known.
    pub(super) fn expectation(&self, world: &World) -> f64 {
        let e = &world.expected;
        let rungs = world.inputs.ladder.len();
        let sets = || e.watched.len() - world.tally.gap_months.len();
        match *self {
            Outcome::Challenge { rung } => e.acts[rung],
            Outcome::ChallengeOn { rung, state } => e.on[state * rungs + rung],
            Outcome::Success { rung } => e.success[rung],
            Outcome::War => e.war,
            Outcome::WarOf { state } => {
                let place = e.watched[..sets()].iter().position(|set| *set == StateSet::only(state));
                place.map_or(f64::NAN, |p| e.fought[p])
            }
            Outcome::WarBloc { bloc } => e.fought[sets() + bloc],
            Outcome::Nuclear => e.nuclear,
            Outcome::Lost { state } => e.lost[state],
            Outcome::Hedge { state } => e.hedged[state],
            Outcome::Settled => e.settled,
            Outcome::Resumed => e.resumed,
            Outcome::Applied { state } => e.applied[state],
            Outcome::Joined { state } => e.joined[state],
            _ => f64::NAN,
        }
    }
}

/// True if the event changes how long a state waits for membership.
fn rewrites_ratification(kind: &EventKind, of: usize) -> bool {
    let is_it = |slot: &Slot| matches!(*slot, Slot::State { state, index } if state == of && StateFigures::FIELDS[index].name == "ratification");
    match kind {
        EventKind::Change { slots, .. } => slots.iter().any(|(slot, _)| is_it(slot)),
        EventKind::Settle { terms, .. } => terms.iter().any(|(slot, _)| is_it(slot)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of acts and errors summed one by one.
    #[test]
    fn what_incursions_come_to_is_the_sum_over_their_number() {
        for (mean, accident) in [(0.05_f64, 0.002_f64), (1.3, 0.4), (0.7, 0.0)] {
            let low = Low::new(2, mean, accident);
            let (mut none, mut error, mut twice, mut p) = (0.0, 0.0, 0.0, (-mean).exp());
            for n in 0..60 {
                let wrong = 1.0 - (-accident * f64::from(n)).exp();
                none += if n == 0 { p } else { 0.0 };
                error += p * wrong;
                twice += if n > 1 { p * wrong } else { 0.0 };
                p *= mean / f64::from(n + 1);
            }
            for (found, expected) in [(low.none, none), (low.error, error), (low.twice, twice)] {
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
            assert!((low.at_most(2, true) - (1.0 - error)).abs() < 1e-12);
            assert!((low.at_most(3, true) - (1.0 - twice)).abs() < 1e-12);
        }
    }
}
