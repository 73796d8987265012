//! Logit agent quantal response equilibrium (McKelvey and Palfrey 1998): every information set plays the logit response
//! to what its actions are worth, given that everybody, the mover's other selves included, plays so.
//!
//! With perfect information the equilibrium is one recursion from the leaves (Signorino 1999). With information sets it
//! is a fixed point through the posteriors; the principal branch is followed from indifference at λ = 0 up to the λ that
//! was asked for (McKelvey and Palfrey 1995; Turocy 2010). Either way the answer is checked against its own logit
//! response before it is handed out, and what does not pass is an error.

use super::assess::{Assessment, respond};
use super::choice::{anchored_mean, log_choice};
use super::continuation::{self, Outcome};
use super::tree::{Game, Kind};

/// How hard to try, and when to be content.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolveOptions {
    /// Largest residual of an equilibrium, in units of log probability, above 0. Where `λ × payoff span` exceeds some
    /// 10⁵ the last digits of a double weigh more than this, and they are what is allowed.
    pub tolerance: f64,
    /// Most Newton steps on the way, all values of λ together.
    pub max_iterations: usize,
}

impl Default for SolveOptions {
    fn default() -> Self {
        SolveOptions {
            tolerance: 1e-10,
            max_iterations: 20_000,
        }
    }
}

/// How an equilibrium was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// One recursion from the leaves: perfect information.
    Recursion,
    /// The principal branch, followed from λ = 0.
    Continuation,
    /// Newton's method from a policy that was given.
    Newton,
}

/// A quantal response equilibrium that has passed its own check.
#[derive(Debug, Clone, PartialEq)]
pub struct Equilibrium {
    /// λ, per payoff unit.
    pub precision: f64,
    /// Probability of each action, flat (see [`Game::slots`], [`Game::part`]).
    pub policy: Vec<f64>,
    /// Natural logarithm of `policy`; finite even where `policy` is too small for a double.
    pub log_policy: Vec<f64>,
    /// Expected payoff of each player at the root.
    pub values: Vec<f64>,
    /// What the policy implies: reach, posteriors, action values.
    pub assessment: Assessment,
    /// Newton steps taken; 1 for a recursion.
    pub iterations: usize,
    /// Largest distance of a log probability from the logit response to the policy.
    pub residual: f64,
    /// How often the branch turned back in λ on the way; 0 if none was followed. Above 0 there are precisions with several equilibria.
    pub bends: usize,
    pub method: Method,
}

/// Why there is no equilibrium to hand out.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SolveError {
    #[error("precision {0} is not a finite number of 0 or more")]
    Precision(f64),
    #[error("a policy of {found} numbers for a game of {expected} actions")]
    Length { expected: usize, found: usize },
    #[error(
        "no equilibrium at precision {precision}: after {iterations} iterations the branch was at {reached} \
         and the residual {residual:e} is above {tolerance:e}"
    )]
    NotConverged {
        precision: f64,
        /// The λ up to which the branch was followed.
        reached: f64,
        iterations: usize,
        residual: f64,
        tolerance: f64,
    },
}

/// The equilibrium at precision λ, found with the default options.
///
/// # Errors
/// See [`quantal_response_with`].
pub fn quantal_response(game: &Game, precision: f64) -> Result<Equilibrium, SolveError> {
    quantal_response_with(game, precision, SolveOptions::default())
}

/// The equilibrium at precision λ ≥ 0: the only one with perfect information, else the one on the principal branch.
///
/// # Errors
/// [`SolveError::Precision`] for a λ that is negative or not finite; [`SolveError::NotConverged`] if the residual stays
/// above the tolerance within the allowed iterations.
pub fn quantal_response_with(game: &Game, precision: f64, options: SolveOptions) -> Result<Equilibrium, SolveError> {
    if !(precision.is_finite() && precision >= 0.0) {
        return Err(SolveError::Precision(precision));
    }
    if game.perfect_information() {
        let log_policy = recursion(game, precision);
        let assessment = Assessment::new(game, &log_policy);
        let residual = assessment.residual(game, precision, &log_policy);
        let outcome = Outcome {
            log_policy,
            iterations: 1,
            residual,
            reached: precision,
            bends: 0,
        };
        return accept(game, precision, options, Method::Recursion, outcome, assessment);
    }
    let outcome = continuation::follow(game, precision, options.max_iterations);
    let assessment = Assessment::new(game, &outcome.log_policy);
    accept(game, precision, options, Method::Continuation, outcome, assessment)
}

/// The equilibrium that Newton's method finds from a policy near it: a way to the equilibria off the principal branch,
/// or to follow a game whose payoffs change a little. `log_policy` is flat; minus infinities are taken for mistakes too
/// rare to write down, and replaced by the response to the rest.
///
/// # Errors
/// As [`quantal_response_with`], and [`SolveError::Length`] if the policy is not one of this game.
pub fn quantal_response_near(
    game: &Game,
    precision: f64,
    log_policy: &[f64],
    options: SolveOptions,
) -> Result<Equilibrium, SolveError> {
    if !(precision.is_finite() && precision >= 0.0) {
        return Err(SolveError::Precision(precision));
    }
    if log_policy.len() != game.slots() {
        return Err(SolveError::Length {
            expected: game.slots(),
            found: log_policy.len(),
        });
    }
    // The assessment bears minus infinities, Newton's method does not: one response makes all logs finite.
    let start = match log_policy.iter().all(|log| log.is_finite()) {
        true => log_policy.to_vec(),
        false => response(game, precision, log_policy),
    };
    let outcome = continuation::refine(game, precision, start, options.max_iterations);
    let assessment = Assessment::new(game, &outcome.log_policy);
    accept(game, precision, options, Method::Newton, outcome, assessment)
}

/// The logit response of every information set to a policy, as flat log probabilities; the map whose fixed points the
/// equilibria are.
pub fn response(game: &Game, precision: f64, log_policy: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; game.slots()];
    respond(
        game,
        precision,
        &Assessment::new(game, log_policy).action_values,
        &mut out,
    );
    out
}

/// Lets through what has converged.
fn accept(
    game: &Game,
    precision: f64,
    options: SolveOptions,
    method: Method,
    outcome: Outcome,
    assessment: Assessment,
) -> Result<Equilibrium, SolveError> {
    let Outcome {
        log_policy,
        iterations,
        residual,
        reached,
        bends,
    } = outcome;
    let span = (0..game.players()).map(|p| game.payoff_span(p).0).fold(0.0, f64::max);
    let tolerance = options.tolerance.max(4.0 * f64::EPSILON * precision * span);
    // Written so that a NaN residual fails.
    if !(residual <= tolerance && reached == precision) {
        return Err(SolveError::NotConverged {
            precision,
            reached,
            iterations,
            residual,
            tolerance,
        });
    }
    Ok(Equilibrium {
        precision,
        policy: log_policy.iter().map(|log| log.exp()).collect(),
        values: assessment.values().to_vec(),
        log_policy,
        assessment,
        iterations,
        residual,
        bends,
        method,
    })
}

/// Logit play from the leaves upwards.
fn recursion(game: &Game, precision: f64) -> Vec<f64> {
    let players = game.players();
    let mut log_policy = vec![0.0; game.slots()];
    let mut values = vec![0.0; game.nodes().len() * players];
    let mut worth = Vec::new();
    for (n, node) in game.nodes().iter().enumerate().rev() {
        if let Kind::Decision(set) = node.kind {
            let set = &game.infosets()[set];
            worth.clear();
            worth.extend(node.children.iter().map(|&c| values[c * players + set.player]));
            log_choice(precision, &worth, &set.log_weights, &mut log_policy[set.slots.clone()]);
        }
        for player in 0..players {
            let child = |i: usize| values[node.children[i] * players + player];
            values[n * players + player] = match &node.kind {
                Kind::Terminal(payoffs) => payoffs[player],
                Kind::Chance(p) => anchored_mean(p.iter().copied(), child),
                Kind::Decision(set) => anchored_mean(game.part(*set, &log_policy).iter().map(|log| log.exp()), child),
            };
        }
    }
    log_policy
}

#[cfg(test)]
mod tests {
    use super::super::assess::indifferent;
    use super::super::tree::Node;
    use super::*;

    fn game(json: &str) -> Game {
        Game::new(&serde_json::from_str::<Node>(json).unwrap()).unwrap()
    }

    /// Matching pennies with one side's stake doubled: the second mover does not see the first.
    const PENNIES: &str = r#"{"player":0,"infoset":"row","actions":["h","t"],"children":[
        {"player":1,"infoset":"column","actions":["h","t"],"children":[{"payoffs":[9,0]},{"payoffs":[0,1]}]},
        {"player":1,"infoset":"column","actions":["h","t"],"children":[{"payoffs":[0,1]},{"payoffs":[1,0]}]}]}"#;

    #[test]
    fn hidden_moves_converge_to_a_fixed_point_of_the_logit_response() {
        let game = game(PENNIES);
        for precision in [0.0, 0.3, 3.0, 50.0, 500.0] {
            let found = quantal_response(&game, precision).unwrap();
            assert_eq!(found.method, Method::Continuation);
            assert!(
                found.residual <= 1e-10 && found.iterations < 2_000,
                "{precision}: {found:?}"
            );
            let again = response(&game, precision, &found.log_policy);
            assert!(
                found.log_policy.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-9),
                "{precision}"
            );
        }
        // The limit is the mixed Nash equilibrium: each side makes the other indifferent.
        let sharp = quantal_response(&game, 50_000.0).unwrap();
        assert!(
            (sharp.policy[0] - 0.5).abs() < 1e-3 && (sharp.policy[2] - 0.1).abs() < 1e-3,
            "{:?}",
            sharp.policy
        );
    }

    #[test]
    fn an_unconverged_policy_is_an_error_with_its_residual() {
        let options = SolveOptions {
            max_iterations: 3,
            ..SolveOptions::default()
        };
        let error = quantal_response_with(&game(PENNIES), 10.0, options).unwrap_err();
        let SolveError::NotConverged {
            residual,
            iterations,
            reached,
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert!(residual > 1e-3 && iterations <= 3 && reached < 10.0, "{error}");
        let game = game(PENNIES);
        let assessment = Assessment::new(&game, &indifferent(&game));
        for (residual, reached, passes) in [(1e-12, 2.0, true), (f64::NAN, 2.0, false), (1e-12, 1.9, false)] {
            let outcome = Outcome {
                log_policy: indifferent(&game),
                iterations: 9,
                residual,
                reached,
                bends: 0,
            };
            let answer = accept(
                &game,
                2.0,
                SolveOptions::default(),
                Method::Continuation,
                outcome,
                assessment.clone(),
            );
            assert_eq!(answer.is_ok(), passes, "residual {residual}, reached {reached}");
        }
    }

    #[test]
    fn precision_is_checked() {
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                quantal_response(&game(PENNIES), bad),
                Err(SolveError::Precision(_))
            ));
        }
    }

    #[test]
    fn a_knife_edge_stays_on_the_edge() {
        // Both types attack or not with the same worth at every precision: the equilibrium is even.
        let even = game(
            r#"{"chance":[0.5,0.5],"children":[
            {"player":0,"infoset":"A","actions":["c","d"],"children":[{"payoffs":[0]},{"payoffs":[1]}]},
            {"player":0,"infoset":"A","actions":["c","d"],"children":[{"payoffs":[0]},{"payoffs":[-1]}]}]}"#,
        );
        let found = quantal_response(&even, 50.0).unwrap();
        assert_eq!(found.policy, [0.5, 0.5]);
    }
}
