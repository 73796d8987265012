//! What a policy implies: how likely each information set is, what the mover believes there, what each action is worth.

use super::choice::{anchored_mean, log_choice, log_sum_exp};
use super::tree::{Game, Kind};

/// The consequences of one policy in one game.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    players: usize,
    /// Expected payoff of each player at each node, node by node.
    node_values: Vec<f64>,
    /// Log probability that play passes through each node.
    pub node_log_reach: Vec<f64>,
    /// For a decision node: the mover's probability, in the node's information set, of being there. Else 0.
    pub node_posterior: Vec<f64>,
    /// Log probability that play passes through each information set (sum over its nodes).
    pub log_reach: Vec<f64>,
    /// Expected payoff of the mover for each action, flat as a policy. The expectation is over where in the
    /// information set play is, by Bayes' rule.
    pub action_values: Vec<f64>,
}

impl Assessment {
    /// Assesses a policy given as flat log probabilities (see [`Game::slots`]).
    ///
    /// An information set that cannot be reached even by mistakes (nature gives it probability zero) leaves Bayes' rule
    /// without a say; its nodes are then taken as equally likely.
    ///
    /// # Panics
    /// If the policy is shorter than the game has actions.
    pub fn new(game: &Game, log_policy: &[f64]) -> Self {
        let mut assessment = Assessment {
            players: game.players(),
            node_values: vec![0.0; game.nodes().len() * game.players()],
            node_log_reach: vec![0.0; game.nodes().len()],
            node_posterior: vec![0.0; game.nodes().len()],
            log_reach: Vec::with_capacity(game.infosets().len()),
            action_values: vec![0.0; game.slots()],
        };
        assessment.reach(game, log_policy);
        assessment.value(game, log_policy);
        assessment.believe(game);
        assessment
    }

    /// Expected payoffs at the root, one a player.
    pub fn values(&self) -> &[f64] {
        &self.node_values[..self.players]
    }

    /// Expected payoff of one player from a node on.
    pub fn value_at(&self, node: usize, player: usize) -> f64 {
        self.node_values[node * self.players + player]
    }

    /// What the mover of an information set believes about where in it play is, in the order of its members.
    pub fn posterior(&self, game: &Game, infoset: usize) -> Vec<f64> {
        game.infosets()[infoset]
            .members
            .iter()
            .map(|&n| self.node_posterior[n])
            .collect()
    }

    /// Probability of each terminal, in preorder.
    pub fn outcomes(&self, game: &Game) -> Vec<f64> {
        game.terminals().map(|n| self.node_log_reach[n].exp()).collect()
    }

    /// How far the policy is from the logit response to itself: the largest absolute difference of log probabilities,
    /// hence also a bound on the relative difference of probabilities. Zero in a quantal response equilibrium.
    pub fn residual(&self, game: &Game, precision: f64, log_policy: &[f64]) -> f64 {
        let mut response = vec![0.0; game.slots()];
        respond(game, precision, &self.action_values, &mut response);
        distance(&response, log_policy)
    }

    fn reach(&mut self, game: &Game, log_policy: &[f64]) {
        for (n, node) in game.nodes().iter().enumerate() {
            let here = self.node_log_reach[n];
            match &node.kind {
                Kind::Terminal(_) => {}
                Kind::Chance(p) => {
                    for (&child, p) in node.children.iter().zip(p) {
                        self.node_log_reach[child] = here + p.ln();
                    }
                }
                Kind::Decision(set) => {
                    for (&child, log) in node.children.iter().zip(game.part(*set, log_policy)) {
                        self.node_log_reach[child] = here + log;
                    }
                }
            }
        }
    }

    fn value(&mut self, game: &Game, log_policy: &[f64]) {
        // Children follow their parent in preorder, so going backwards meets every child first.
        for (n, node) in game.nodes().iter().enumerate().rev() {
            for player in 0..self.players {
                let child = |i: usize| self.value_at(node.children[i], player);
                let value = match &node.kind {
                    Kind::Terminal(payoffs) => payoffs[player],
                    Kind::Chance(p) => anchored_mean(p.iter().copied(), child),
                    Kind::Decision(set) => {
                        anchored_mean(game.part(*set, log_policy).iter().map(|log| log.exp()), child)
                    }
                };
                self.node_values[n * self.players + player] = value;
            }
        }
    }

    fn believe(&mut self, game: &Game) {
        let mut reach = Vec::new();
        for set in game.infosets() {
            reach.clear();
            reach.extend(set.members.iter().map(|&n| self.node_log_reach[n]));
            let total = log_sum_exp(&reach);
            self.log_reach.push(total);
            for (&n, log) in set.members.iter().zip(&reach) {
                self.node_posterior[n] = match total == f64::NEG_INFINITY {
                    true => 1.0 / set.members.len() as f64,
                    false => (log - total).exp(),
                };
            }
            for (action, slot) in set.slots.clone().enumerate() {
                let posterior = set.members.iter().map(|&n| self.node_posterior[n]);
                let after = |i: usize| self.value_at(game.nodes()[set.members[i]].children[action], set.player);
                self.action_values[slot] = anchored_mean(posterior, after);
            }
        }
    }
}

/// Writes the logit response to flat action values, information set by information set, as flat log probabilities.
pub(super) fn respond(game: &Game, precision: f64, action_values: &[f64], out: &mut [f64]) {
    for set in game.infosets() {
        let slots = set.slots.clone();
        log_choice(
            precision,
            &action_values[slots.clone()],
            &set.log_weights,
            &mut out[slots],
        );
    }
}

/// The largest absolute difference; NaN if any is, so that a broken policy never looks converged.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    let gaps = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    gaps.fold(0.0, |most, gap| if most.is_nan() || gap <= most { most } else { gap })
}

/// The flat log policy under which every action is as likely as its prior weight says: play without any precision.
pub fn indifferent(game: &Game) -> Vec<f64> {
    let mut out = vec![0.0; game.slots()];
    respond(game, 0.0, &vec![0.0; game.slots()], &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::super::tree::Node;
    use super::*;

    /// Nature draws a hard type with probability 0.2; only types that act are seen by the second player.
    const SIGNAL: &str = r#"{"chance":[0.2,0.8,0],"labels":["H","S","never"],"children":[
        {"player":0,"infoset":"H","actions":["act","wait"],"children":[
          {"player":1,"infoset":"seen","actions":["yield","fight"],"children":[{"payoffs":[1,0]},{"payoffs":[0,-2]}]},
          {"payoffs":[0,1]}]},
        {"player":0,"infoset":"S","actions":["act","wait"],"children":[
          {"player":1,"infoset":"seen","actions":["yield","fight"],"children":[{"payoffs":[1,0]},{"payoffs":[-1,1]}]},
          {"payoffs":[0,1]}]},
        {"player":1,"infoset":"off","actions":["yield","fight"],"children":[{"payoffs":[0,4]},{"payoffs":[0,0]}]}]}"#;

    #[test]
    fn a_mover_believes_by_bayes_rule() {
        let game = Game::new(&serde_json::from_str::<Node>(SIGNAL).unwrap()).unwrap();
        let mut log = indifferent(&game);
        let (hard, soft) = (game.infoset("H").unwrap(), game.infoset("S").unwrap());
        for (set, act) in [(hard, 0.9_f64), (soft, 0.3)] {
            let slots = game.infosets()[set].slots.clone();
            log[slots.start] = act.ln();
            log[slots.start + 1] = (1.0 - act).ln();
        }
        let assessment = Assessment::new(&game, &log);
        let seen = game.infoset("seen").unwrap();
        let posterior = assessment.posterior(&game, seen);
        assert!((posterior[0] - 0.18 / 0.42).abs() < 1e-14 && (posterior[1] - 0.24 / 0.42).abs() < 1e-14);
        assert!((assessment.log_reach[seen] - 0.42_f64.ln()).abs() < 1e-14);
        let fight = game.part(seen, &assessment.action_values)[1];
        assert!((fight - (0.18 * -2.0 + 0.24) / 0.42).abs() < 1e-14);
        assert!((assessment.outcomes(&game).iter().sum::<f64>() - 1.0).abs() < 1e-14);
    }

    #[test]
    fn an_unreachable_set_has_even_beliefs_and_breaks_nothing() {
        let game = Game::new(&serde_json::from_str::<Node>(SIGNAL).unwrap()).unwrap();
        let assessment = Assessment::new(&game, &indifferent(&game));
        let off = game.infoset("off").unwrap();
        assert_eq!(assessment.log_reach[off], f64::NEG_INFINITY);
        assert_eq!(assessment.posterior(&game, off), [1.0]);
        assert_eq!(game.part(off, &assessment.action_values), [4.0, 0.0]);
        assert!(assessment.values().iter().all(|v| v.is_finite()));
    }

    #[test]
    fn the_residual_is_zero_for_indifference_without_precision_and_never_hides_a_nan() {
        let game = Game::new(&serde_json::from_str::<Node>(SIGNAL).unwrap()).unwrap();
        let mut log = indifferent(&game);
        assert!(Assessment::new(&game, &log).residual(&game, 0.0, &log) < 1e-15);
        assert!(Assessment::new(&game, &log).residual(&game, 1.0, &log) > 0.1);
        log[0] = f64::NAN;
        assert!(Assessment::new(&game, &log).residual(&game, 1.0, &log).is_nan());
    }
}
