//! The strength of whoever comes: its distribution when many decide at once, and what it means for
//! the challenger's last choice.

use super::arithmetic::{exp_within, greater, lesser, logistic, normal_density_and_below, power};
use super::guarantor::{AtRung, LANES, Lane, Lanes};

/// The last node of a crisis: press on or back down against the strength that came.
#[derive(Debug, Clone, Copy)]
pub struct LastNode {
    /// Precision at this rung.
    pub lambda: f64,
    /// Factor by which the ground favours the defender, over the attacking force.
    pub ground_per_attack: f64,
    /// Target's force and the fighting share of forward forces: present from the first hour.
    pub ground: f64,
    /// Half the target's force: what it brings to a longer war.
    pub home: f64,
    pub decisiveness: f64,
    /// Value of success: V·s, less the risk from the target's own arsenal.
    pub prize: f64,
    /// Loss on failure: L·w, and that risk.
    pub loss: f64,
    /// Cost of war against overwhelming strength: W·w.
    pub war: f64,
    /// Force with which the challenger fights a war.
    pub war_force: f64,
    /// Nuclear cost: n·N.
    pub nuclear: f64,
    /// Value of backing down: −b·q.
    pub back: f64,
}

/// What the last node gives against a certain strength.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outlook {
    /// P(press on).
    pub press: f64,
    /// P(success | pressed).
    pub success: f64,
    /// Expected value to the challenger.
    pub value: f64,
}

impl LastNode {
    /// True for the usual decisiveness of three halves, which needs a square root and no logarithm.
    #[inline(always)]
    fn is_three_halves(&self) -> bool {
        self.decisiveness == 1.5
    }

    /// P(success) against `window` brigades from outside: the contest function of
    /// [`super::forces::contest`].
    #[inline(always)]
    pub fn success(&self, window: f64) -> f64 {
        if self.is_three_halves() {
            self.success_by::<true>(window)
        } else {
            self.success_by::<false>(window)
        }
    }

    /// The same with the question about the exponent answered outside of the loop.
    #[inline(always)]
    fn success_by<const THREE_HALVES: bool>(&self, window: f64) -> f64 {
        let ratio = (self.ground + window) * self.ground_per_attack;
        let odds = if THREE_HALVES {
            ratio * ratio.sqrt()
        } else {
            power(ratio, self.decisiveness)
        };
        1.0 / (1.0 + odds)
    }

    /// Value of pressing on with success probability `success`, `war` brigades from outside in a
    /// longer war and nuclear powers fighting with probability `nuclear`.
    #[inline(always)]
    pub fn press_value(&self, success: f64, war: f64, nuclear: f64) -> f64 {
        let against = self.home + war;
        success * self.prize
            - (1.0 - success) * self.loss
            - self.war * (against / (against + self.war_force))
            - self.nuclear * nuclear
    }

    /// The node against certain strength.
    #[inline(always)]
    pub fn outlook(&self, window: f64, war: f64, nuclear: f64) -> Outlook {
        self.judge(self.success(window), war, nuclear)
    }

    #[inline(always)]
    fn judge(&self, success: f64, war: f64, nuclear: f64) -> Outlook {
        let value = self.press_value(success, war, nuclear);
        let press = logistic(self.lambda * (value - self.back));
        Outlook {
            press,
            success,
            value: press * value + (1.0 - press) * self.back,
        }
    }
}

/// First two moments of the strength that comes, given the lead's answer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Strength {
    /// Mean brigades in the window, and in a longer war.
    pub window: f64,
    pub war: f64,
    pub window_var: f64,
    pub war_var: f64,
    pub covariance: f64,
    /// Probability that a nuclear power fights.
    pub nuclear: f64,
    /// Share of the pledged strength that comes, of what was promised before any decision: mean and variance.
    pub share: f64,
    pub share_var: f64,
}

impl Strength {
    /// The strength when the lead brings `part` of its force for certain and nobody else comes. Shares
    /// of what was pledged are left out.
    #[inline(always)]
    pub fn of_lead(lanes: &Lanes, at: &AtRung, lead: Option<usize>, part: f64) -> Self {
        let Some(l) = lead else { return Self::default() };
        Self {
            window: part * at.usable[l],
            war: part * lanes.deployable[l],
            nuclear: if part > 0.75 && lanes.nuclear[l] > 0.5 {
                1.0
            } else {
                0.0
            },
            ..Self::default()
        }
    }

    /// Moments over independent responders with probabilities `support` and `fight`; the lead's
    /// lane, if any, gives its answer `lead_part` (0, ½, 1) for certain.
    #[inline(always)]
    pub fn of(lanes: &Lanes, at: &AtRung, support: &Lane, fight: &Lane, lead: Option<usize>, lead_part: f64) -> Self {
        let n = lanes.padded();
        let mut sums = [[0.0f64; 8]; 7];
        let mut peace = [1.0f64; 8];
        let mut base = 0;
        while base < n {
            for k in 0..8 {
                let l = base + k;
                let (s, f) = (support[l], fight[l]);
                let mean = 0.5 * s + f;
                let var = 0.25 * s + f - mean * mean;
                let (u, d, p) = (at.usable[l], lanes.deployable[l], at.pledged[l]);
                sums[0][k] += mean * u;
                sums[1][k] += mean * d;
                sums[2][k] += var * u * u;
                sums[3][k] += var * d * d;
                sums[4][k] += var * u * d;
                sums[5][k] += mean * p;
                sums[6][k] += var * p * p;
                peace[k] *= 1.0 - f * lanes.nuclear[l];
            }
            base += 8;
        }
        let total = |i: usize| tree(&sums[i]);
        let mut out = Self {
            window: total(0),
            war: total(1),
            window_var: total(2),
            war_var: total(3),
            covariance: total(4),
            nuclear: 1.0 - product(&peace),
            share: total(5),
            share_var: total(6),
        };
        if let Some(l) = lead {
            // The lead's lane holds zeros; its answer is certain.
            out.window += lead_part * at.usable[l];
            out.war += lead_part * lanes.deployable[l];
            out.share += lead_part * at.pledged[l];
            if lead_part > 0.75 && lanes.nuclear[l] > 0.5 {
                out.nuclear = 1.0;
            }
        }
        if at.promised > 0.0 {
            out.share /= at.promised;
            out.share_var /= at.promised * at.promised;
        } else {
            out.share = 0.0;
            out.share_var = 0.0;
        }
        out
    }

    /// P(share ≥ `threshold`) and E[max(0, 1 − share / threshold)], the visible failure, under a
    /// normal approximation; exact when nothing is uncertain.
    #[inline(always)]
    pub fn against(&self, threshold: f64) -> (f64, f64) {
        let short = 1.0 - self.share / threshold;
        if self.share_var < 1e-12 {
            return (f64::from(u8::from(self.share >= threshold)), short.max(0.0));
        }
        let sd = self.share_var.sqrt();
        let (density, enough) = normal_density_and_below((self.share - threshold) / sd);
        (
            enough,
            (short * (1.0 - enough) + sd / threshold * density).clamp(0.0, 1.0),
        )
    }
}

/// Most responders besides the lead whose answers are weighed one by one.
pub const FEW: usize = 4;

/// P(share ≥ `threshold`) and the visible failure, as [`Strength::against`]: exact over all combinations of answers of up
/// to [`FEW`] responders besides the lead, whose answers are far from normal; the normal approximation of `strength`
/// for more.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub fn enough(
    strength: &Strength,
    lanes: &Lanes,
    at: &AtRung,
    support: &Lane,
    fight: &Lane,
    lead: Option<usize>,
    lead_part: f64,
    threshold: f64,
) -> (f64, f64) {
    if lanes.len > FEW + usize::from(lead.is_some()) {
        return strength.against(threshold);
    }
    let promised = at.promised;
    if promised <= 0.0 {
        return strength.against(threshold);
    }
    let mut shares = [0.0; 3usize.pow(FEW as u32)];
    let mut chances = [0.0; 3usize.pow(FEW as u32)];
    let mut n = 1;
    chances[0] = 1.0;
    shares[0] = lead.map_or(0.0, |l| lead_part * at.pledged[l] / promised);
    for l in (0..lanes.len).filter(|l| Some(*l) != lead) {
        let own = at.pledged[l] / promised;
        let (s, f) = (support[l], fight[l]);
        for k in 0..n {
            let (share, chance) = (shares[k], chances[k]);
            (shares[n + k], chances[n + k]) = (share + 0.5 * own, chance * s);
            (shares[2 * n + k], chances[2 * n + k]) = (share + own, chance * f);
            chances[k] = chance * (1.0 - s - f);
        }
        n *= 3;
    }
    let (mut enough, mut failure) = (0.0, 0.0);
    for (share, chance) in shares[..n].iter().zip(&chances[..n]) {
        // A share that meets the threshold but for rounding meets it.
        if *share >= threshold - 1e-12 {
            enough += chance;
        }
        failure += chance * (1.0 - share / threshold).max(0.0);
    }
    (enough, failure)
}

/// Strengths of which the last node is expected at once: three answers of the lead, and an empty place that fills the
/// registers.
pub const STRENGTHS: usize = 4;
/// Points of the quadrature, in standard deviations, and their weights.
const POINTS: [(f64, f64); 3] = [(-ROOT3, 1.0 / 6.0), (0.0, 2.0 / 3.0), (ROOT3, 1.0 / 6.0)];
const ROOT3: f64 = 1.732_050_807_568_877_2;

/// Expectation of the last node over each coalition of `strengths`: Gauss–Hermite with three points
/// along the joint direction of the two strengths, mixed over whether a nuclear power fights. Strengths
/// are not negative.
#[inline(always)]
pub fn expect(node: &LastNode, strengths: &[Strength; STRENGTHS]) -> [Expected; STRENGTHS] {
    if node.is_three_halves() {
        expect_by::<true>(node, strengths)
    } else {
        expect_by::<false>(node, strengths)
    }
}

/// All points of all strengths side by side, `[point][strength]`.
#[inline(always)]
fn expect_by<const THREE_HALVES: bool>(node: &LastNode, strengths: &[Strength; STRENGTHS]) -> [Expected; STRENGTHS] {
    const ALL: usize = STRENGTHS * POINTS.len();
    let (mut window, mut war) = ([0.0; ALL], [0.0; ALL]);
    for (k, s) in strengths.iter().enumerate() {
        let (sw, sd) = (s.window_var.sqrt(), s.war_var.sqrt());
        for (j, (z, _)) in POINTS.iter().enumerate() {
            window[j * STRENGTHS + k] = greater(s.window + z * sw, 0.0);
            war[j * STRENGTHS + k] = greater(s.war + z * sd, 0.0);
        }
    }
    // Press on, taken, value: while no nuclear power fights, and when one does.
    let mut peace = [[0.0; ALL]; 3];
    let mut atomic = [[0.0; ALL]; 3];
    for k in 0..ALL {
        let success = node.success_by::<THREE_HALVES>(window[k]);
        for (points, nuclear) in [(&mut peace, 0.0), (&mut atomic, 1.0)] {
            let o = node.judge(success, war[k], nuclear);
            points[0][k] = o.press;
            points[1][k] = o.press * o.success;
            points[2][k] = o.value;
        }
    }
    let mut expected = [Expected::default(); STRENGTHS];
    for (k, (e, s)) in expected.iter_mut().zip(strengths).enumerate() {
        let mean = |of: usize| -> f64 {
            let at = |j: usize| {
                let (without, with) = (peace[of][j * STRENGTHS + k], atomic[of][j * STRENGTHS + k]);
                POINTS[j].1 * (without + s.nuclear * (with - without))
            };
            at(0) + at(1) + at(2)
        };
        *e = Expected {
            press: mean(0),
            taken: mean(1),
            value: mean(2),
        };
    }
    expected
}

/// Expectations over the coalition.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expected {
    /// P(press on).
    pub press: f64,
    /// P(pressed and succeeded).
    pub taken: f64,
    /// Value to the challenger.
    pub value: f64,
}

/// Pairwise sum of eight lanes, always in the same shape.
#[inline(always)]
fn tree(v: &[f64; 8]) -> f64 {
    ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]))
}

#[inline(always)]
fn product(v: &[f64; 8]) -> f64 {
    ((v[0] * v[1]) * (v[2] * v[3])) * ((v[4] * v[5]) * (v[6] * v[7]))
}

/// Loss to a guarantor's protégé and pressing on, as each responder expects them for its three
/// answers, all lanes at once.
#[derive(Debug, Clone)]
pub struct Expectations {
    /// P(press on) after support and after fighting.
    pub press_half: Lane,
    pub press_full: Lane,
    /// Fall of P(loss) against abstaining, after support and after fighting.
    pub saved_half: Lane,
    pub saved_full: Lane,
}

impl Default for Expectations {
    fn default() -> Self {
        let zero = [0.0; LANES];
        Self {
            press_half: zero,
            press_full: zero,
            saved_half: zero,
            saved_full: zero,
        }
    }
}

impl Expectations {
    /// Every responder expects the others to behave as in `strength` and knows its own part. The
    /// spread of the others' strength is folded into the slope of the logistic (MacKay 1992).
    /// `answers` are the probabilities of support and fighting behind `strength`; none before
    /// anybody but the lead is expected to come.
    #[inline(always)]
    pub fn fill(
        &mut self,
        node: &LastNode,
        lanes: &Lanes,
        at: &AtRung,
        answers: Option<(&Lane, &Lane)>,
        strength: &Strength,
    ) {
        let slope = spread_slope(node, strength);
        match (answers, node.is_three_halves()) {
            (Some((support, fight)), true) => self.fill_by::<true>(node, slope, lanes, at, support, fight, strength),
            (Some((support, fight)), false) => self.fill_by::<false>(node, slope, lanes, at, support, fight, strength),
            (None, true) => self.fill_alone::<true>(node, slope, lanes, at, strength),
            (None, false) => self.fill_alone::<false>(node, slope, lanes, at, strength),
        }
    }

    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn fill_by<const THREE_HALVES: bool>(
        &mut self,
        node: &LastNode,
        slope: f64,
        lanes: &Lanes,
        at: &AtRung,
        support: &Lane,
        fight: &Lane,
        strength: &Strength,
    ) {
        for l in 0..lanes.padded() {
            let mean = 0.5 * support[l] + fight[l];
            let (u, d) = (at.usable[l], lanes.deployable[l]);
            let x = strength.window - mean * u;
            let y = strength.war - mean * d;
            self.set::<THREE_HALVES>(node, slope, l, lanes.nuclear[l], (x, y), (u, d), strength.nuclear);
        }
    }

    /// Before anybody but the lead is expected to come, each thinks of its own part as so many marginal
    /// brigades: the fall of P(press on) and of P(loss) by one brigade in the window and by one in a
    /// longer war, times what it could bring, down to nothing.
    #[inline(always)]
    fn fill_alone<const THREE_HALVES: bool>(
        &mut self,
        node: &LastNode,
        slope: f64,
        lanes: &Lanes,
        at: &AtRung,
        strength: &Strength,
    ) {
        let (x, y) = (strength.window, strength.war);
        // As it is, with a brigade more in the window, with one more in a longer war, with a nuclear power.
        let (windows, wars) = ([x, x + 1.0, x, x], [y, y, y + 1.0, y]);
        let powers = [strength.nuclear, strength.nuclear, strength.nuclear, 1.0];
        let (mut pressed, mut losses) = ([0.0; 4], [0.0; 4]);
        for k in 0..4 {
            let odds = Odds::new::<THREE_HALVES>(node, windows[k], wars[k]);
            let (success, against) = odds.read(node, slope, 1.0 / odds.product, powers[k]);
            pressed[k] = 1.0 / against;
            losses[k] = success / against;
        }
        let (press, lost) = (pressed[0], losses[0]);
        let (sooner, later) = ((pressed[1], losses[1]), (pressed[2], losses[2]));
        let atomic = (pressed[3], losses[3]);
        for l in 0..lanes.padded() {
            let (u, d) = (at.usable[l], lanes.deployable[l]);
            let less_pressed = (press - sooner.0) * u + (press - later.0) * d;
            let less_lost = (lost - sooner.1) * u + (lost - later.1) * d;
            // A nuclear power that fights changes the game by more than its brigades.
            let (press_full, lost_full) = if lanes.nuclear[l] > 0.5 { atomic } else { (press, lost) };
            self.press_half[l] = greater(press - 0.5 * less_pressed, 0.0);
            self.press_full[l] = greater(press_full - less_pressed, 0.0);
            self.saved_half[l] = lesser(0.5 * less_lost, lost);
            self.saved_full[l] = lesser(lost - lost_full + less_lost, lost);
        }
    }

    /// One lane: the others bring `others`, it could add `own` (window, war).
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn set<const THREE_HALVES: bool>(
        &mut self,
        node: &LastNode,
        slope: f64,
        l: usize,
        is_nuclear: f64,
        others: (f64, f64),
        own: (f64, f64),
        nuclear: f64,
    ) {
        let ((x, y), (u, d)) = (others, own);
        let nuclear_full = if is_nuclear > 0.5 { 1.0 } else { nuclear };
        let half = Odds::new::<THREE_HALVES>(node, x + 0.5 * u, y + 0.5 * d);
        let full = Odds::new::<THREE_HALVES>(node, x + u, y + d);
        // Dividing is what takes time: fractions share one division, and so do logistics.
        let both = half.product * full.product;
        let none = Odds::new::<THREE_HALVES>(node, x, y);
        let inverse = 1.0 / (both * none.product);
        let (s0, e0) = none.read(node, slope, both * inverse, nuclear);
        let (sh, eh) = half.read(node, slope, full.product * none.product * inverse, nuclear);
        let (sf, ef) = full.read(node, slope, half.product * none.product * inverse, nuclear_full);
        let inverse = 1.0 / (e0 * (eh * ef));
        let (ph, pf) = (e0 * ef * inverse, e0 * eh * inverse);
        self.press_half[l] = ph;
        self.press_full[l] = pf;
        let lost = eh * ef * inverse * s0;
        self.saved_half[l] = lost - ph * sh;
        self.saved_full[l] = lost - pf * sf;
    }
}

/// The last node against certain strength, before anything is divided.
#[derive(Clone, Copy)]
struct Odds {
    /// 1 + odds of the defence.
    defence: f64,
    /// Strength in a longer war, and with the challenger's added.
    against: f64,
    fought: f64,
    /// Product of both denominators.
    product: f64,
}

impl Odds {
    /// Log-odds beyond this are certainty, with room to multiply three exponentials.
    const CERTAIN: f64 = 200.0;

    #[inline(always)]
    fn new<const THREE_HALVES: bool>(node: &LastNode, window: f64, war: f64) -> Self {
        let ratio = (node.ground + greater(window, 0.0)) * node.ground_per_attack;
        let odds = if THREE_HALVES {
            ratio * ratio.sqrt()
        } else {
            lesser(power(ratio, node.decisiveness), 1e60)
        };
        let against = node.home + greater(war, 0.0);
        let fought = against + node.war_force;
        let defence = 1.0 + odds;
        Self {
            defence,
            against,
            fought,
            product: defence * fought,
        }
    }

    /// P(success) and 1 + e^−x for the logistic of pressing on, given the inverse of the product.
    #[inline(always)]
    fn read(&self, node: &LastNode, slope: f64, inverse: f64, nuclear: f64) -> (f64, f64) {
        let success = self.fought * inverse;
        let value = success * node.prize
            - (1.0 - success) * node.loss
            - node.war * (self.against * (self.defence * inverse))
            - node.nuclear * nuclear;
        let x = (slope * (node.lambda * (value - node.back))).clamp(-Self::CERTAIN, Self::CERTAIN);
        (success, 1.0 + exp_within(-x))
    }
}

/// Factor by which uncertainty about the others flattens the challenger's choice:
/// `1/√(1 + π·var/8)` with the variance of the log-odds to first order.
#[inline(always)]
fn spread_slope(node: &LastNode, s: &Strength) -> f64 {
    let success = node.success(s.window);
    let per_window =
        -node.decisiveness * success * (1.0 - success) / (node.ground + s.window).max(1e-9) * (node.prize + node.loss);
    let against = node.home + s.war;
    let per_war = -node.war * node.war_force / ((against + node.war_force) * (against + node.war_force));
    let var = node.lambda
        * node.lambda
        * (per_window * per_window * s.window_var
            + per_war * per_war * s.war_var
            + 2.0 * per_window * per_war * s.covariance);
    1.0 / (1.0 + std::f64::consts::PI / 8.0 * var.max(0.0)).sqrt()
}
