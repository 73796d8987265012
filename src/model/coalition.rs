//! The strength of whoever comes: its distribution when many decide at once, and what it means for
//! the challenger's last choice.

use wide::f32x4;

use super::arithmetic::{greater, lesser, logistic, normal_density_and_below, power};
use super::guarantor::{AtRung, LANES, Lane, Lanes, WIDTH};
use super::odds::{Near, Odds};
use super::single::exp;

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
            window: part * f64::from(at.usable[l]),
            war: part * f64::from(lanes.deployable[l]),
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
        let columns = match lanes.groups() {
            0 | 1 => columns::<1>(lanes, at, support, fight),
            2 => columns::<2>(lanes, at, support, fight),
            3 => columns::<3>(lanes, at, support, fight),
            _ => columns::<{ LANES / WIDTH }>(lanes, at, support, fight),
        };
        let [
            window,
            war,
            window_var,
            war_var,
            covariance,
            pledged,
            pledged_var,
            peace,
        ] = totals(&columns).map(f64::from);
        let mut out = Self {
            window,
            war,
            window_var,
            war_var,
            covariance,
            nuclear: greater(1.0 - peace, 0.0),
            share: pledged * at.per_promised,
            share_var: pledged_var * (at.per_promised * at.per_promised),
        };
        if let Some(l) = lead {
            // The lead's lane holds zeros; its answer is certain.
            out.window += lead_part * f64::from(at.usable[l]);
            out.war += lead_part * f64::from(lanes.deployable[l]);
            out.share += lead_part * f64::from(at.pledged[l]) * at.per_promised;
            if lead_part > 0.75 && lanes.nuclear[l] > 0.5 {
                out.nuclear = 1.0;
            }
        }
        out
    }
}

/// P(share ≥ `threshold`) and E[max(0, 1 − share / threshold)], the visible failure, of each of `strengths` under a
/// normal approximation; exact when nothing is uncertain.
#[inline(always)]
pub fn enough(strengths: &[Strength; STRENGTHS], threshold: f64) -> [(f64, f64); STRENGTHS] {
    let per_threshold = 1.0 / threshold;
    let (mut enough, mut failure) = ([0.0; STRENGTHS], [0.0; STRENGTHS]);
    for (k, s) in strengths.iter().enumerate() {
        let short = 1.0 - s.share * per_threshold;
        let sd = greater(s.share_var, CERTAIN).sqrt();
        let (density, above) = normal_density_and_below((s.share - threshold) / sd);
        let is_certain = s.share_var < CERTAIN;
        let certainly = if s.share >= threshold { 1.0 } else { 0.0 };
        let expected = short * (1.0 - above) + sd * per_threshold * density;
        enough[k] = if is_certain { certainly } else { above };
        failure[k] = greater(if is_certain { short } else { lesser(expected, 1.0) }, 0.0);
    }
    std::array::from_fn(|k| (enough[k], failure[k]))
}

/// Variances of a share below this are none.
const CERTAIN: f64 = 1e-12;

/// Numbers that are summed over responders.
const SUMS: usize = 7;

/// Sums over the groups of lanes, column by column: mean strength in the window and in a longer war, their variances and
/// covariance, mean of what was pledged and its variance; and the chance that no nuclear power fights, which is a
/// product. With the number of groups known beforehand, all stay in registers.
#[inline(always)]
fn columns<const GROUPS: usize>(lanes: &Lanes, at: &AtRung, support: &Lane, fight: &Lane) -> [[f32; WIDTH]; SUMS + 1] {
    let mut columns = [[0.0; WIDTH]; SUMS + 1];
    for k in 0..WIDTH {
        let (mut sum, mut product) = ([0.0; SUMS], 1.0);
        for group in 0..GROUPS {
            let l = group * WIDTH + k;
            let (s, f) = (support[l], fight[l]);
            let mean = 0.5 * s + f;
            let var = greater(0.25 * s + f - mean * mean, 0.0);
            let (u, d, p) = (at.usable[l], lanes.deployable[l], at.pledged[l]);
            for (place, part) in sum.iter_mut().zip([
                mean * u,
                mean * d,
                var * u * u,
                var * d * d,
                var * u * d,
                mean * p,
                var * p * p,
            ]) {
                *place += part;
            }
            product *= 1.0 - f * lanes.nuclear[l];
        }
        for (place, sum) in columns.iter_mut().zip(sum.into_iter().chain([product])) {
            place[k] = sum;
        }
    }
    columns
}

/// Totals of the columns: pairwise sums, always in the same shape, and of the last the product.
///
/// The types say that registers stay whole. Left to itself the compiler follows every number from its lane to its total
/// and takes the registers apart, which makes four times as many instructions.
#[inline(always)]
fn totals(columns: &[[f32; WIDTH]; SUMS + 1]) -> [f32; SUMS + 1] {
    let quarters = |i: usize| {
        let c = &columns[i];
        let quarter = |k: usize| f32x4::new([c[k], c[k + 1], c[k + 2], c[k + 3]]);
        [quarter(0), quarter(4), quarter(8), quarter(12)]
    };
    let sum = |[a, b, c, d]: [f32x4; 4]| (a + c) + (b + d);
    let product = |[a, b, c, d]: [f32x4; 4]| (a * c) * (b * d);
    let of = |i: usize| sum(quarters(i));
    let first = f32x4::transpose([of(0), of(1), of(2), of(3)]);
    let second = f32x4::transpose([of(4), of(5), of(6), product(quarters(SUMS))]);
    let [a, b, c, d] = sum(first).to_array();
    let [e, f, g, _] = sum(second).to_array();
    let [.., h] = product(second).to_array();
    [a, b, c, d, e, f, g, h]
}

/// What rounding to single precision may take from a share.
const ROUNDING: f64 = 1e-6;

/// Most responders besides the lead whose answers are weighed one by one.
pub const FEW: usize = 4;

/// P(share ≥ `threshold`) and the visible failure, exact over all combinations of answers of up to [`FEW`] responders
/// besides the lead, whose answers are far from normal; none for more.
#[inline(always)]
pub fn enough_of_few(
    lanes: &Lanes,
    at: &AtRung,
    support: &Lane,
    fight: &Lane,
    lead: Option<usize>,
    lead_part: f64,
    threshold: f64,
) -> Option<(f64, f64)> {
    let promised = at.promised;
    if lanes.len > FEW + usize::from(lead.is_some()) || promised <= 0.0 {
        return None;
    }
    let mut shares = [0.0; 3usize.pow(FEW as u32)];
    let mut chances = [0.0; 3usize.pow(FEW as u32)];
    let mut n = 1;
    chances[0] = 1.0;
    shares[0] = lead.map_or(0.0, |l| lead_part * f64::from(at.pledged[l]) / promised);
    for l in (0..lanes.len).filter(|l| Some(*l) != lead) {
        let own = f64::from(at.pledged[l]) / promised;
        let (s, f) = (f64::from(support[l]), f64::from(fight[l]));
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
        if *share >= threshold - ROUNDING {
            enough += chance;
        }
        failure += chance * (1.0 - share / threshold).max(0.0);
    }
    Some((enough, failure))
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

/// All points of all strengths side by side, `[point][strength]`, in registers of single precision.
#[inline(always)]
fn expect_by<const THREE_HALVES: bool>(node: &LastNode, strengths: &[Strength; STRENGTHS]) -> [Expected; STRENGTHS] {
    // The last places stay empty.
    let (mut window, mut war) = ([0.0f32; WIDTH], [0.0f32; WIDTH]);
    const { assert!(STRENGTHS * POINTS.len() <= WIDTH) };
    for (k, s) in strengths.iter().enumerate() {
        let (sw, sd) = (s.window_var.sqrt(), s.war_var.sqrt());
        for (j, (z, _)) in POINTS.iter().enumerate() {
            window[j * STRENGTHS + k] = (s.window + z * sw) as f32;
            war[j * STRENGTHS + k] = (s.war + z * sd) as f32;
        }
    }
    let near = Near::new(node, 1.0, &Strength::default());
    let lambda = node.lambda as f32;
    // Press on, taken, value: while no nuclear power fights, and when one does.
    let mut peace = [[0.0f32; WIDTH]; 3];
    let mut atomic = [[0.0f32; WIDTH]; 3];
    for k in 0..WIDTH {
        let odds = Odds::new::<THREE_HALVES>(&near, window[k], war[k]);
        let inverse = 1.0 / odds.product;
        for (points, fighting) in [(&mut peace, 0.0), (&mut atomic, 1.0)] {
            let (success, x) = odds.read(&near, inverse, fighting);
            let press = 1.0 / (1.0 + exp(-lambda * x));
            points[0][k] = press;
            points[1][k] = press * success;
            points[2][k] = press * x;
        }
    }
    let mut expected = [Expected::default(); STRENGTHS];
    for (k, (e, s)) in expected.iter_mut().zip(strengths).enumerate() {
        let mean = |of: usize| -> f64 {
            let at = |j: usize| {
                let place = j * STRENGTHS + k;
                let (without, with) = (f64::from(peace[of][place]), f64::from(atomic[of][place]));
                POINTS[j].1 * (without + s.nuclear * (with - without))
            };
            at(0) + at(1) + at(2)
        };
        *e = Expected {
            press: mean(0),
            taken: mean(1),
            value: node.back + mean(2),
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
        let near = Near::new(node, node.lambda * spread_slope(node, strength), strength);
        match (answers, node.is_three_halves()) {
            (Some((support, fight)), true) => self.fill_by::<true>(&near, lanes, at, support, fight),
            (Some((support, fight)), false) => self.fill_by::<false>(&near, lanes, at, support, fight),
            (None, true) => self.fill_alone::<true>(&near, lanes, at),
            (None, false) => self.fill_alone::<false>(&near, lanes, at),
        }
    }

    #[inline(always)]
    fn fill_by<const THREE_HALVES: bool>(
        &mut self,
        near: &Near,
        lanes: &Lanes,
        at: &AtRung,
        support: &Lane,
        fight: &Lane,
    ) {
        for group in 0..lanes.groups() {
            for l in group * WIDTH..(group + 1) * WIDTH {
                let mean = 0.5 * support[l] + fight[l];
                let (u, d) = (at.usable[l], lanes.deployable[l]);
                let x = near.window - mean * u;
                let y = near.war - mean * d;
                self.set::<THREE_HALVES>(near, l, lanes.nuclear[l], (x, y), (u, d));
            }
        }
    }

    /// Before anybody but the lead is expected to come, each thinks of its own part as so many marginal
    /// brigades: the fall of P(press on) and of P(loss) by one brigade in the window and by one in a
    /// longer war, times what it could bring, down to nothing.
    #[inline(always)]
    fn fill_alone<const THREE_HALVES: bool>(&mut self, near: &Near, lanes: &Lanes, at: &AtRung) {
        let (x, y) = (near.window, near.war);
        // As it is, with a brigade more in the window, with one more in a longer war, with a nuclear power.
        let (windows, wars) = ([x, x + 1.0, x, x], [y, y, y + 1.0, y]);
        let powers = [near.fighting, near.fighting, near.fighting, 1.0];
        let (mut pressed, mut losses) = ([0.0; 4], [0.0; 4]);
        for k in 0..4 {
            let odds = Odds::new::<THREE_HALVES>(near, windows[k], wars[k]);
            let (success, against) = odds.press(near, 1.0 / odds.product, powers[k]);
            pressed[k] = 1.0 / against;
            losses[k] = success / against;
        }
        let (press, lost) = (pressed[0], losses[0]);
        let (sooner, later) = ((pressed[1], losses[1]), (pressed[2], losses[2]));
        let atomic = (pressed[3], losses[3]);
        for group in 0..lanes.groups() {
            for l in group * WIDTH..(group + 1) * WIDTH {
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
    }

    /// One lane: the others bring `others`, it could add `own` (window, war).
    #[inline(always)]
    fn set<const THREE_HALVES: bool>(
        &mut self,
        near: &Near,
        l: usize,
        is_nuclear: f32,
        others: (f32, f32),
        own: (f32, f32),
    ) {
        let ((x, y), (u, d)) = (others, own);
        let fighting_full = if is_nuclear > 0.5 { 1.0 } else { near.fighting };
        let half = Odds::new::<THREE_HALVES>(near, x + 0.5 * u, y + 0.5 * d);
        let full = Odds::new::<THREE_HALVES>(near, x + u, y + d);
        // Dividing is what takes time: fractions share one division, and so do logistics.
        let both = half.product * full.product;
        let none = Odds::new::<THREE_HALVES>(near, x, y);
        let inverse = 1.0 / (both * none.product);
        let (s0, e0) = none.press(near, both * inverse, near.fighting);
        let (sh, eh) = half.press(near, full.product * none.product * inverse, near.fighting);
        let (sf, ef) = full.press(near, half.product * none.product * inverse, fighting_full);
        let inverse = 1.0 / (e0 * (eh * ef));
        let (ph, pf) = (e0 * ef * inverse, e0 * eh * inverse);
        self.press_half[l] = ph;
        self.press_full[l] = pf;
        let lost = eh * ef * inverse * s0;
        self.saved_half[l] = lost - ph * sh;
        self.saved_full[l] = lost - pf * sf;
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
