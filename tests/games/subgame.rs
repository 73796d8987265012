//! Subgame-perfect play by backward induction (Selten 1965), with every tie reported.

use super::choice::anchored_mean;
use super::tree::{Game, Kind};

/// Ties are values within this share of the largest payoff (or of 1, if payoffs are smaller) of each other: sums of
/// products of decimal fractions differ by rounding where the fractions do not.
pub const TIE_TOLERANCE: f64 = 1e-11;

/// Backward induction needs decisions that know all that happened before them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("information set `{infoset}` has {members} nodes; backward induction needs perfect information")]
pub struct NotPerfectInformation {
    pub infoset: String,
    pub members: usize,
}

/// Subgame-perfect play. Where several actions are equally good, the mover is taken to mix evenly over them, which
/// picks one of the subgame-perfect equilibria of the game.
#[derive(Debug, Clone, PartialEq)]
pub struct SubgamePerfect {
    /// The best actions of each information set, by index, in order; more than one is a tie.
    pub best: Vec<Vec<usize>>,
    /// Probability of each action, flat (see [`Game::slots`]): even over the best.
    pub policy: Vec<f64>,
    /// Expected payoff of each player at the root.
    pub values: Vec<f64>,
}

impl SubgamePerfect {
    /// The information sets at which the mover is indifferent between best actions.
    pub fn ties(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.best.len()).filter(|&set| self.best[set].len() > 1)
    }

    /// Whether there is one subgame-perfect equilibrium only.
    pub fn unique(&self) -> bool {
        self.ties().next().is_none()
    }
}

/// Solves a game of perfect information (with or without chance moves) by backward induction.
///
/// # Errors
/// [`NotPerfectInformation`] if some information set has several nodes.
pub fn subgame_perfect(game: &Game) -> Result<SubgamePerfect, NotPerfectInformation> {
    if let Some(set) = game.infosets().iter().find(|set| set.members.len() != 1) {
        return Err(NotPerfectInformation {
            infoset: set.name.clone(),
            members: set.members.len(),
        });
    }
    let players = game.players();
    let tolerances: Vec<f64> = (0..players)
        .map(|player| {
            let (span, low) = game.payoff_span(player);
            TIE_TOLERANCE * low.abs().max((low + span).abs()).max(1.0)
        })
        .collect();
    let mut best = vec![Vec::new(); game.infosets().len()];
    let mut policy = vec![0.0; game.slots()];
    let mut values = vec![0.0; game.nodes().len() * players];
    for (n, node) in game.nodes().iter().enumerate().rev() {
        match &node.kind {
            Kind::Terminal(payoffs) => values[n * players..(n + 1) * players].copy_from_slice(payoffs),
            Kind::Chance(p) => {
                for player in 0..players {
                    let child = |i: usize| values[node.children[i] * players + player];
                    values[n * players + player] = anchored_mean(p.iter().copied(), child);
                }
            }
            Kind::Decision(set) => {
                let mover = game.infosets()[*set].player;
                let worth: Vec<f64> = node.children.iter().map(|&c| values[c * players + mover]).collect();
                let top = worth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let tied: Vec<usize> = (0..worth.len())
                    .filter(|&a| worth[a] >= top - tolerances[mover])
                    .collect();
                let first = game.infosets()[*set].slots.start;
                for &action in &tied {
                    policy[first + action] = 1.0 / tied.len() as f64;
                }
                for player in 0..players {
                    let mean = tied
                        .iter()
                        .map(|&a| values[node.children[a] * players + player])
                        .sum::<f64>();
                    values[n * players + player] = mean / tied.len() as f64;
                }
                best[*set] = tied;
            }
        }
    }
    values.truncate(players);
    Ok(SubgamePerfect { best, policy, values })
}

#[cfg(test)]
mod tests {
    use super::super::tree::Node;
    use super::*;

    fn game(json: &str) -> Game {
        Game::new(&serde_json::from_str::<Node>(json).unwrap()).unwrap()
    }

    fn decision(player: usize, name: &str, children: &[&str]) -> String {
        let actions: Vec<String> = (0..children.len()).map(|i| format!("\"a{i}\"")).collect();
        format!(
            r#"{{"player":{player},"infoset":"{name}","actions":[{}],"children":[{}]}}"#,
            actions.join(","),
            children.join(",")
        )
    }

    #[test]
    fn an_empty_threat_is_not_believed() {
        let fight = decision(1, "entrant in", &[r#"{"payoffs":[2,1]}"#, r#"{"payoffs":[-1,-1]}"#]);
        let game = game(&decision(0, "enter", &[&fight, r#"{"payoffs":[0,2]}"#]));
        let play = subgame_perfect(&game).unwrap();
        assert_eq!(play.values, [2.0, 1.0]);
        assert_eq!(play.best, [vec![0], vec![0]]);
        assert!(play.unique());
    }

    #[test]
    fn sums_that_differ_by_rounding_are_ties() {
        let lottery = r#"{"chance":[0.1,0.2,0.7],"children":[{"payoffs":[1]},{"payoffs":[1]},{"payoffs":[0]}]}"#;
        let game = game(&decision(
            0,
            "root",
            &[lottery, r#"{"payoffs":[0.3]}"#, r#"{"payoffs":[0.29]}"#],
        ));
        let play = subgame_perfect(&game).unwrap();
        assert_eq!(play.best[0], [0, 1]);
        assert_eq!(play.ties().collect::<Vec<_>>(), [0]);
        assert_eq!(play.policy, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn hidden_moves_are_refused() {
        let blind = decision(1, "blind", &[r#"{"payoffs":[0,1]}"#, r#"{"payoffs":[1,0]}"#]);
        let error = subgame_perfect(&game(&decision(0, "root", &[&blind, &blind]))).unwrap_err();
        assert_eq!(
            error,
            NotPerfectInformation {
                infoset: "blind".into(),
                members: 2
            }
        );
    }
}
