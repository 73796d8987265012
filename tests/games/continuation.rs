//! Following the principal branch of the quantal response correspondence from indifference to a given precision.
//!
//! The unknowns are what the actions are worth, `y`, in units of the largest payoff span, and `τ = ln(1 + λ·span)`. The
//! branch is the curve `y = U(response(y, λ))` through λ = 0; it is followed by steps along its tangent with Newton
//! corrections across it (pseudo-arclength continuation, Keller 1977), so that folds in λ are passed and not jumped.
//! Worths are smooth along the branch both where play becomes pure and where it stays mixed, which log probabilities
//! and probabilities are not. Convergence is measured in log probabilities.

use super::assess::{Assessment, distance, indifferent, respond};
use super::linear::{Factors, Matrix};
use super::tree::{Game, InformationSet, Kind};

/// First step along the branch, and the longest.
const STEP: (f64, f64) = (0.05, 0.4);
/// A shorter step than this means that the branch is lost.
const SHORTEST: f64 = 1e-10;
/// A prediction may miss the branch by this much in any log probability; more is a step too long.
const MISS: f64 = 0.2;
/// A step this short that changes the orientation of the branch has passed a bifurcation; a longer one may have
/// jumped to a part of the branch that runs the other way.
const BIFURCATION: f64 = 0.02;
/// The branch is walked again, with steps this many times shorter, where a walk loses it.
const CARE: [f64; 3] = [1.0, 0.25, 0.05];
/// A correction that moves no log probability by more than this has converged on the way.
const SETTLED: f64 = 1e-7;
/// Corrections per step; Newton's doubling of digits needs fewer.
const CORRECTIONS: usize = 7;
/// Least cosine of the angle between successive tangents.
const STRAIGHT: f64 = 0.97;

/// Where following the branch ended.
pub(super) struct Outcome {
    pub log_policy: Vec<f64>,
    pub iterations: usize,
    /// Of the policy at the precision asked for, whether reached or not.
    pub residual: f64,
    /// The precision reached.
    pub reached: f64,
    /// How often the branch turned back in τ.
    pub bends: usize,
}

/// The game with payoffs in units of the largest payoff span, and that unit.
fn in_payoff_spans(game: &Game) -> (Game, f64) {
    let span = (0..game.players()).map(|p| game.payoff_span(p).0).fold(0.0, f64::max);
    let span = if span > 0.0 { span } else { 1.0 };
    (game.in_units_of(span), span)
}

/// Newton's method for the equilibrium at `precision` from a policy near it.
pub(super) fn refine(game: &Game, precision: f64, mut log_policy: Vec<f64>, max_iterations: usize) -> Outcome {
    let (unit, span) = in_payoff_spans(game);
    let sharpness = precision * span;
    let mut branch = Branch {
        game: &unit,
        iterations: 0,
        max_iterations,
        bends: 0,
        care: 1.0,
    };
    let mut residual = Assessment::new(&unit, &log_policy).residual(&unit, sharpness, &log_policy);
    branch.polish(sharpness, &mut log_policy, &mut residual);
    Outcome {
        log_policy,
        iterations: branch.iterations,
        residual,
        reached: precision,
        bends: 0,
    }
}

/// Follows the branch to `precision`, with at most so many Newton steps.
pub(super) fn follow(game: &Game, precision: f64, max_iterations: usize) -> Outcome {
    let (unit, span) = in_payoff_spans(game);
    let mut branch = Branch {
        game: &unit,
        iterations: 0,
        max_iterations,
        bends: 0,
        care: 1.0,
    };
    let target = (precision * span).ln_1p();
    let (mut point, mut arrived) = (branch.start(), false);
    for care in CARE {
        branch.care = care;
        (point, arrived) = branch.walk(target);
        if arrived {
            break;
        }
    }
    // At the end the precision itself counts, not what is left of it after a logarithm and back.
    let sharpness = precision * span;
    let mut log_policy = vec![0.0; unit.slots()];
    respond(&unit, sharpness, point.worth(), &mut log_policy);
    let mut residual = Assessment::new(&unit, &log_policy).residual(&unit, sharpness, &log_policy);
    if arrived {
        branch.polish(sharpness, &mut log_policy, &mut residual);
    }
    let reached = if arrived { precision } else { point.sharpness() / span };
    Outcome {
        log_policy,
        iterations: branch.iterations,
        residual,
        reached,
        bends: branch.bends,
    }
}

/// A point of the space in which the branch lies: worths of all actions, then τ.
#[derive(Clone, Debug)]
struct Point(Vec<f64>);

impl Point {
    fn worth(&self) -> &[f64] {
        &self.0[..self.0.len() - 1]
    }

    fn tau(&self) -> f64 {
        self.0[self.0.len() - 1]
    }

    /// λ × span.
    fn sharpness(&self) -> f64 {
        self.tau().exp_m1()
    }

    fn plus(&self, step: f64, direction: &[f64]) -> Point {
        Point(self.0.iter().zip(direction).map(|(z, d)| z + step * d).collect())
    }
}

/// The equations at a point: how far it is from the branch, and their derivatives.
struct Equations {
    /// `y − U`, one an action.
    off: Vec<f64>,
    log_policy: Vec<f64>,
    /// Derivatives by `y` and, last, by τ; the last row is left to the caller.
    slope: Matrix,
}

struct Branch<'a> {
    game: &'a Game,
    iterations: usize,
    max_iterations: usize,
    bends: usize,
    /// Share of the usual steps and misses that is allowed.
    care: f64,
}

impl Branch<'_> {
    /// The one equilibrium without precision: worths under indifference.
    fn start(&self) -> Point {
        let mut start = Assessment::new(self.game, &indifferent(self.game)).action_values;
        start.push(0.0);
        Point(start)
    }

    /// Walks from the start until τ is `target`; the last point on the branch and whether it is the target.
    fn walk(&mut self, target: f64) -> (Point, bool) {
        let size = self.game.slots();
        let mut point = self.start();
        self.bends = 0;
        if target <= 0.0 {
            return (point, true);
        }
        // Upwards in τ to begin with.
        let mut heading = vec![0.0; size + 1];
        heading[size] = 1.0;
        let Some((first, mut orientation)) = self.tangent(&point, &heading) else {
            return (point, false);
        };
        heading = first;
        let mut step = STEP.0 * self.care;
        while step > SHORTEST && self.iterations < self.max_iterations {
            let rise = heading[size];
            if rise > 0.0 && point.tau() + step * rise >= target {
                // The target is within this step: cross the branch at constant τ, and be exact.
                let last = (target - point.tau()) / rise;
                let mut upright = vec![0.0; size + 1];
                upright[size] = 1.0;
                let mut guess = point.plus(last, &heading);
                guess.0[size] = target;
                if let Some((arrival, _)) = self.correct(guess, &upright, true) {
                    return (arrival, true);
                }
                step = last.min(step) / 2.0;
                continue;
            }
            let corrected = self.correct(point.plus(step, &heading), &heading, false);
            let advanced = corrected
                .filter(|(next, _)| next.tau() > 0.0 && next.tau() < target)
                .and_then(|(next, miss)| Some((self.tangent(&next, &heading)?, next, miss)))
                .filter(|((turned, faces), ..)| {
                    let straight = turned.iter().zip(&heading).map(|(a, b)| a * b).sum::<f64>() > STRAIGHT;
                    straight && (*faces == orientation || step < BIFURCATION)
                });
            match advanced {
                Some(((turned, faces), next, miss)) => {
                    self.bends += usize::from(rise > 0.0 && turned[size] < 0.0);
                    (point, heading, orientation) = (next, turned, faces);
                    let factor = (MISS * self.care / (4.0 * miss + 1e-3)).sqrt().clamp(0.5, 2.0);
                    step = (step * factor).min(STEP.1 * self.care);
                }
                None => step /= 2.0,
            }
        }
        (point, false)
    }

    /// Newton's method in the plane through `point` that `normal` stands upon. Returns the point on the branch and by
    /// how much the first correction moved a log probability. `exact` goes on until rounding is all that is left.
    fn correct(&mut self, mut point: Point, normal: &[f64], exact: bool) -> Option<(Point, f64)> {
        let size = self.game.slots();
        let mut first = None;
        let mut before = f64::INFINITY;
        for _ in 0..CORRECTIONS {
            let equations = self.equations(&point);
            let factors = self.border(&equations, normal)?;
            let mut right: Vec<f64> = equations.off.iter().map(|f| -f).collect();
            right.push(0.0);
            let mut next = point.plus(1.0, &factors.solve(&right)?);
            if exact {
                next.0[size] = point.tau();
            }
            if next.tau() <= 0.0 {
                return None;
            }
            let mut log_policy = vec![0.0; size];
            respond(self.game, next.sharpness(), next.worth(), &mut log_policy);
            let moved = distance(&log_policy, &equations.log_policy);
            let miss = *first.get_or_insert(moved);
            // Too far off at once, or not closing in: another branch may be what Newton would find.
            if miss.is_nan() || miss > MISS * self.care || (moved > SETTLED && moved > 0.5 * before) {
                return None;
            }
            point = next;
            if moved <= SETTLED && (!exact || moved < 1e-14 || moved >= 0.5 * before) {
                return Some((point, miss));
            }
            before = moved;
        }
        // The last digits may flicker for ever; the residual is checked by whoever hands the answer out.
        (exact && before <= SETTLED).then_some((point, first.unwrap_or(0.0)))
    }

    /// The unit tangent of the branch that points the way of `heading`, and the side of the equations it is on, which
    /// is the same all along a branch but for bifurcations (Allgower and Georg 1990).
    fn tangent(&mut self, point: &Point, heading: &[f64]) -> Option<(Vec<f64>, bool)> {
        let equations = self.equations(point);
        let factors = self.border(&equations, heading)?;
        let mut right = vec![0.0; heading.len()];
        right[heading.len() - 1] = 1.0;
        let mut tangent = factors.solve(&right)?;
        let length = tangent.iter().map(|t| t * t).sum::<f64>().sqrt();
        tangent.iter_mut().for_each(|t| *t /= length);
        Some((tangent, factors.orientation()))
    }

    /// Newton's method on the log probabilities themselves, as long as it brings them nearer to their own response.
    ///
    /// Where play is mixed, a worth rounded in its last digit misses the log probabilities by `sharpness` of those digits,
    /// and the response to them by its square; log probabilities as unknowns save one of the two factors.
    fn polish(&mut self, sharpness: f64, log_policy: &mut Vec<f64>, residual: &mut f64) {
        while let Some(next) = self.newton_on_logs(sharpness, log_policy) {
            let left = Assessment::new(self.game, &next).residual(self.game, sharpness, &next);
            if left.is_nan() || left >= *residual {
                return;
            }
            (*log_policy, *residual) = (next, left);
        }
    }

    /// One Newton step for `x = response(x)`.
    fn newton_on_logs(&mut self, sharpness: f64, log_policy: &[f64]) -> Option<Vec<f64>> {
        if self.iterations >= self.max_iterations {
            return None;
        }
        self.iterations += 1;
        let assessment = Assessment::new(self.game, log_policy);
        let policy: Vec<f64> = log_policy.iter().map(|log| log.exp()).collect();
        let mut response = vec![0.0; log_policy.len()];
        respond(self.game, sharpness, &assessment.action_values, &mut response);
        let mut slope = Matrix::zeros(log_policy.len());
        let mut mean = vec![0.0; log_policy.len()];
        for set in self.game.infosets() {
            mean.fill(0.0);
            let rows: Vec<Vec<f64>> = set
                .slots
                .clone()
                .map(|slot| self.gain(&assessment, &policy, slot, set))
                .collect();
            for (row, slot) in rows.iter().zip(set.slots.clone()) {
                mean.iter_mut()
                    .zip(row)
                    .for_each(|(m, d)| *m += response[slot].exp() * d);
            }
            for (row, slot) in rows.iter().zip(set.slots.clone()) {
                let cells = slope.row_mut(slot);
                for ((cell, d), m) in cells.iter_mut().zip(row).zip(&mean) {
                    *cell = -sharpness * (d - m);
                }
                cells[slot] += 1.0;
            }
        }
        let off: Vec<f64> = response.iter().zip(log_policy).map(|(r, x)| r - x).collect();
        let step = slope.factor()?.solve(&off)?;
        Some(log_policy.iter().zip(step).map(|(x, d)| x + d).collect())
    }

    fn border(&mut self, equations: &Equations, normal: &[f64]) -> Option<Factors> {
        if self.iterations >= self.max_iterations {
            return None;
        }
        self.iterations += 1;
        let mut matrix = equations.slope.clone();
        matrix.row_mut(normal.len() - 1).copy_from_slice(normal);
        matrix.factor()
    }

    fn equations(&self, point: &Point) -> Equations {
        let game = self.game;
        let (size, sharpness) = (game.slots(), point.sharpness());
        let mut log_policy = vec![0.0; size];
        respond(game, sharpness, point.worth(), &mut log_policy);
        let assessment = Assessment::new(game, &log_policy);
        let policy: Vec<f64> = log_policy.iter().map(|log| log.exp()).collect();
        let mut slope = Matrix::zeros(size + 1);
        for set in game.infosets() {
            for slot in set.slots.clone() {
                let gain = self.gain(&assessment, &policy, slot, set);
                let row = slope.row_mut(slot);
                row[..size].copy_from_slice(&gain);
                self.through_the_response(point, &policy, row);
                row[slot] += 1.0;
            }
        }
        let off = point
            .worth()
            .iter()
            .zip(&assessment.action_values)
            .map(|(y, u)| y - u)
            .collect();
        Equations { off, log_policy, slope }
    }

    /// The derivatives, by all log probabilities, of what the action in `slot` of `set` is worth.
    fn gain(&self, assessment: &Assessment, policy: &[f64], slot: usize, set: &InformationSet) -> Vec<f64> {
        let mut row = vec![0.0; policy.len()];
        for &member in &set.members {
            let weight = assessment.node_posterior[member];
            let child = self.game.nodes()[member].children[slot - set.slots.start];
            self.below(assessment, policy, child, set.player, weight, &mut row);
            let surplus = assessment.value_at(child, set.player) - assessment.action_values[slot];
            self.above(member, weight * surplus, &mut row);
        }
        row
    }

    /// Adds to `row` the derivatives, by log probabilities, of what `player` expects from `node` on, times `weight`.
    fn below(&self, assessment: &Assessment, policy: &[f64], node: usize, player: usize, weight: f64, row: &mut [f64]) {
        let here = &self.game.nodes()[node];
        for (i, &child) in here.children.iter().enumerate() {
            let share = match &here.kind {
                Kind::Terminal(_) => return,
                Kind::Chance(p) => p[i],
                Kind::Decision(set) => {
                    let slot = self.game.infosets()[*set].slots.start + i;
                    row[slot] += weight * policy[slot] * assessment.value_at(child, player);
                    policy[slot]
                }
            };
            if weight * share != 0.0 {
                self.below(assessment, policy, child, player, weight * share, row);
            }
        }
    }

    /// Adds to `row` the derivatives of the posterior of `node`, by the log probabilities that lead there.
    fn above(&self, node: usize, weight: f64, row: &mut [f64]) {
        let mut at = node;
        while let Some((parent, child)) = self.game.nodes()[at].parent {
            if let Kind::Decision(set) = self.game.nodes()[parent].kind {
                row[self.game.infosets()[set].slots.start + child] += weight;
            }
            at = parent;
        }
    }

    /// Turns derivatives of `U` by log probabilities into those of `−U` by worths and by τ.
    fn through_the_response(&self, point: &Point, policy: &[f64], row: &mut [f64]) {
        let (sharpness, size) = (point.sharpness(), self.game.slots());
        let mut by_tau = 0.0;
        for set in self.game.infosets() {
            let slots = set.slots.clone();
            let total: f64 = row[slots.clone()].iter().sum();
            let mean: f64 = slots.clone().map(|s| policy[s] * point.worth()[s]).sum();
            for slot in slots {
                by_tau += row[slot] * (point.worth()[slot] - mean);
                row[slot] = -sharpness * (row[slot] - policy[slot] * total);
            }
        }
        row[size] = -by_tau * (sharpness + 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Node;
    use super::*;

    /// Two types signal or not; the receiver answers; the sender moves again in an information set of its own.
    const SIGNAL: &str = r#"{"chance":[0.3,0.7],"children":[
        {"player":0,"infoset":"H","actions":["go","stay","wait"],"children":[
          {"player":1,"infoset":"B","actions":["yield","resist"],"children":[{"payoffs":[1,-1]},
            {"player":0,"infoset":"H2","actions":["back","press"],"children":[{"payoffs":[-0.4,0.5]},{"payoffs":[0.3,-1.5]}]}]},
          {"payoffs":[0,0]},{"payoffs":[0.1,0]}]},
        {"player":0,"infoset":"S","actions":["go","stay","wait"],"children":[
          {"player":1,"infoset":"B","actions":["yield","resist"],"children":[{"payoffs":[1,-1]},
            {"player":0,"infoset":"S2","actions":["back","press"],"children":[{"payoffs":[-0.4,0.5]},{"payoffs":[-1.3,-1.2]}]}]},
          {"payoffs":[0,0]},{"payoffs":[0.1,0]}]}]}"#;

    #[test]
    fn the_derivatives_are_those_of_finite_differences() {
        let game = Game::new(&serde_json::from_str::<Node>(SIGNAL).unwrap()).unwrap();
        let branch = Branch {
            game: &game,
            iterations: 0,
            max_iterations: 0,
            bends: 0,
            care: 1.0,
        };
        let size = game.slots();
        let mut point = Point((0..size).map(|i| (i as f64 * 1.7).sin()).collect());
        point.0.push(1.1);
        let mut slope = branch.equations(&point).slope;
        let width = 1e-6;
        for column in 0..=size {
            let mut along = vec![0.0; size + 1];
            along[column] = 1.0;
            let (up, down) = (point.plus(width, &along), point.plus(-width, &along));
            let (up, down) = (branch.equations(&up).off, branch.equations(&down).off);
            for row in 0..size {
                let estimate = (up[row] - down[row]) / (2.0 * width);
                let exact = slope.row_mut(row)[column];
                assert!(
                    (estimate - exact).abs() < 1e-8,
                    "row {row} column {column}: {estimate} and {exact}"
                );
            }
        }
    }

    #[test]
    fn the_branch_arrives_at_any_precision() {
        let game = Game::new(&serde_json::from_str::<Node>(SIGNAL).unwrap()).unwrap();
        for precision in [0.1, 1.0, 7.0, 50.0, 300.0] {
            let found = follow(&game, precision, 20_000);
            assert_eq!(found.reached, precision);
            assert!(
                found.residual < 1e-11,
                "{precision}: {} in {}",
                found.residual,
                found.iterations
            );
        }
    }
}
