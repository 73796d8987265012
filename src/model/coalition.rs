//! The strength of whoever comes: its distribution when many decide at once, and what it means for
//! the challenger's last choice.

use super::arithmetic::{exp, logistic, normal_below};
use super::forces::contest;
use super::guarantor::{AtRung, LANES, Lane, Lanes};

/// The last node of a crisis: press on or back down against the strength that came.
#[derive(Debug, Clone, Copy)]
pub struct LastNode {
    /// Precision at this rung.
    pub lambda: f64,
    /// Attacking force.
    pub attack: f64,
    /// Target's force and the fighting share of forward forces: present from the first hour.
    pub ground: f64,
    /// Half the target's force: what it brings to a longer war.
    pub home: f64,
    pub terrain: f64,
    pub decisiveness: f64,
    /// Value of success: V·s.
    pub prize: f64,
    /// Loss on failure: L·w.
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
    /// P(success) against `window` brigades from outside.
    #[inline(always)]
    pub fn success(&self, window: f64) -> f64 {
        contest(self.attack, self.ground + window, self.terrain, self.decisiveness)
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
        let success = self.success(window);
        let value = self.press_value(success, war, nuclear);
        let press = logistic(self.lambda * (value - self.back));
        Outlook { press, success, value: press * value + (1.0 - press) * self.back }
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
    /// Share of the pledged strength that comes: mean and variance.
    pub share: f64,
    pub share_var: f64,
}

impl Strength {
    /// Moments over independent responders with probabilities `support` and `fight`; the lead's
    /// lane, if any, gives its answer `lead_part` (0, ½, 1) for certain.
    #[inline(always)]
    pub fn of(
        lanes: &Lanes,
        at: &AtRung,
        support: &Lane,
        fight: &Lane,
        lead: Option<usize>,
        lead_part: f64,
    ) -> Self {
        let n = lanes.padded();
        let mut sums = [[0.0f64; 8]; 8];
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
                sums[7][k] += p;
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
        let pledged = total(7);
        if pledged > 0.0 {
            out.share /= pledged;
            out.share_var /= pledged * pledged;
        } else {
            out.share = 0.0;
            out.share_var = 0.0;
        }
        out
    }

    /// P(share ≥ `threshold`) under a normal approximation; exact when nothing is uncertain.
    pub fn at_least(&self, threshold: f64) -> f64 {
        if self.share_var < 1e-12 {
            return f64::from(u8::from(self.share >= threshold));
        }
        normal_below((self.share - threshold) / self.share_var.sqrt())
    }

    /// E[max(0, 1 − share / threshold)]: the visible failure, under the same approximation.
    pub fn failure(&self, threshold: f64) -> f64 {
        let short = 1.0 - self.share / threshold;
        let sd = self.share_var.sqrt() / threshold;
        if sd < 1e-9 {
            return short.max(0.0);
        }
        let z = short / sd;
        let density = 0.398_942_280_401_432_7 * exp(-0.5 * z * z);
        (short * normal_below(z) + sd * density).clamp(0.0, 1.0)
    }

    /// Expectation of the last node over the coalition: Gauss–Hermite with three points along the
    /// joint direction of the two strengths. Strengths are not negative.
    #[inline(always)]
    pub fn expect(&self, node: &LastNode) -> Expected {
        let root3 = 1.732_050_807_568_877_2;
        let (sw, sd) = (self.window_var.sqrt(), self.war_var.sqrt());
        let mut e = Expected::default();
        for (z, weight) in [(-root3, 1.0 / 6.0), (0.0, 2.0 / 3.0), (root3, 1.0 / 6.0)] {
            let o = node.outlook((self.window + z * sw).max(0.0), (self.war + z * sd).max(0.0), self.nuclear);
            e.press += weight * o.press;
            e.taken += weight * o.press * o.success;
            e.value += weight * o.value;
        }
        e
    }
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
        Self { press_half: zero, press_full: zero, saved_half: zero, saved_full: zero }
    }
}

impl Expectations {
    /// Every responder expects the others to behave as in `strength` and knows its own part. The
    /// spread of the others' strength is folded into the slope of the logistic (MacKay 1992).
    #[inline(always)]
    pub fn fill(
        &mut self,
        node: &LastNode,
        lanes: &Lanes,
        at: &AtRung,
        support: &Lane,
        fight: &Lane,
        strength: &Strength,
    ) {
        let slope = spread_slope(node, strength);
        let n = lanes.padded();
        for l in 0..n {
            let mean = 0.5 * support[l] + fight[l];
            let (u, d) = (at.usable[l], lanes.deployable[l]);
            let x0 = strength.window - mean * u;
            let y0 = strength.war - mean * d;
            let nuclear_full = if lanes.nuclear[l] > 0.5 { 1.0 } else { strength.nuclear };
            let (p0, g0) = at_strength(node, slope, x0, y0, strength.nuclear);
            let (ph, gh) = at_strength(node, slope, x0 + 0.5 * u, y0 + 0.5 * d, strength.nuclear);
            let (pf, gf) = at_strength(node, slope, x0 + u, y0 + d, nuclear_full);
            let _ = p0;
            self.press_half[l] = ph;
            self.press_full[l] = pf;
            self.saved_half[l] = g0 - gh;
            self.saved_full[l] = g0 - gf;
        }
    }
}

#[inline(always)]
fn at_strength(node: &LastNode, slope: f64, window: f64, war: f64, nuclear: f64) -> (f64, f64) {
    let success = node.success(window.max(0.0));
    let index = node.lambda * (node.press_value(success, war.max(0.0), nuclear) - node.back);
    let press = logistic(slope * index);
    (press, press * success)
}

/// Factor by which uncertainty about the others flattens the challenger's choice:
/// `1/√(1 + π·var/8)` with the variance of the log-odds to first order.
fn spread_slope(node: &LastNode, s: &Strength) -> f64 {
    let success = node.success(s.window);
    let per_window = -node.decisiveness * success * (1.0 - success) / (node.ground + s.window).max(1e-9)
        * (node.prize + node.loss);
    let against = node.home + s.war;
    let per_war = -node.war * node.war_force / ((against + node.war_force) * (against + node.war_force));
    let var = node.lambda
        * node.lambda
        * (per_window * per_window * s.window_var
            + per_war * per_war * s.war_var
            + 2.0 * per_window * per_war * s.covariance);
    1.0 / (1.0 + std::f64::consts::PI / 8.0 * var.max(0.0)).sqrt()
}
