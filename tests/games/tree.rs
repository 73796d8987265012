//! A game in extensive form, checked and laid flat: decision, chance and terminal nodes, and the information sets that
//! tie decisions together. What the solvers read.

use std::collections::BTreeMap;
use std::ops::Range;

pub use super::node::{Node, NodeError};

/// The probabilities of a chance move may miss one by this much, which is what decimal rounding leaves.
const SUM_TOLERANCE: f64 = 1e-9;

/// Why a tree is not a game. `at` is the path of the node: moves from the root, joined by `/`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GameError {
    #[error("at `{at}`: a terminal without payoffs")]
    NoPayoffs { at: String },
    #[error("at `{at}`: {found} payoffs where other terminals have {expected}")]
    PayoffCount { at: String, expected: usize, found: usize },
    #[error("at `{at}`: payoff {value} is not a finite number")]
    Payoff { at: String, value: f64 },
    #[error("at `{at}`: player {player} moves in a game of {players} (players count from 0)")]
    Player { at: String, player: usize, players: usize },
    #[error("at `{at}`: a move without any child")]
    NoMoves { at: String },
    #[error("at `{at}`: {children} children for {found} {what}")]
    Count {
        at: String,
        what: &'static str,
        found: usize,
        children: usize,
    },
    #[error("at `{at}`: {value} is not a probability")]
    Probability { at: String, value: f64 },
    #[error("at `{at}`: the probabilities sum to {sum}, not to one")]
    ProbabilitySum { at: String, sum: f64 },
    #[error("at `{at}`: the weight of an action is {value}; weights are finite and above 0")]
    Weight { at: String, value: f64 },
    #[error("at `{at}`: information set `{infoset}` belongs to player {expected}, here player {found} moves in it")]
    InfosetPlayer {
        at: String,
        infoset: String,
        expected: usize,
        found: usize,
    },
    #[error("at `{at}`: information set `{infoset}` offers {expected:?} elsewhere and {found:?} here")]
    InfosetActions {
        at: String,
        infoset: String,
        expected: Vec<String>,
        found: Vec<String>,
    },
    #[error("at `{at}`: information set `{infoset}` has other weights elsewhere")]
    InfosetWeights { at: String, infoset: String },
    #[error("player {player} cannot tell `{at}` from `{other}` at `{infoset}` but moved or knew otherwise before")]
    Recall {
        player: usize,
        infoset: String,
        at: String,
        other: String,
    },
}

/// What a flat node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Payoffs, one a player.
    Terminal(Vec<f64>),
    /// Probabilities of the children.
    Chance(Vec<f64>),
    /// The index of the information set.
    Decision(usize),
}

/// A node of a checked game. Nodes stand in preorder: children have larger indices than their parent.
#[derive(Debug, Clone, PartialEq)]
pub struct FlatNode {
    pub kind: Kind,
    pub children: Vec<usize>,
    /// The parent and which child of it this is; `None` at the root.
    pub parent: Option<(usize, usize)>,
    /// The move that led here.
    label: String,
}

/// One information set of a checked game.
#[derive(Debug, Clone, PartialEq)]
pub struct InformationSet {
    pub name: String,
    pub player: usize,
    pub actions: Vec<String>,
    /// Natural logarithm of each action's prior weight.
    pub log_weights: Vec<f64>,
    /// The nodes that the mover cannot tell apart, in preorder.
    pub members: Vec<usize>,
    /// Where the set's actions stand in a flat policy.
    pub slots: Range<usize>,
}

/// A game whose tree has been checked. Immutable; the solvers borrow it.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    players: usize,
    nodes: Vec<FlatNode>,
    infosets: Vec<InformationSet>,
    by_name: BTreeMap<String, usize>,
    slots: usize,
}

impl Game {
    /// Checks a tree and lays it flat.
    ///
    /// # Errors
    /// The first [`GameError`] in preorder. Perfect recall is not asked for here: see [`Game::check_recall`].
    pub fn new(tree: &Node) -> Result<Self, GameError> {
        let players = first_payoffs(tree).ok_or_else(|| GameError::NoPayoffs { at: String::new() })?;
        let mut game = Game {
            players,
            nodes: Vec::new(),
            infosets: Vec::new(),
            by_name: BTreeMap::new(),
            slots: 0,
        };
        game.add(tree, None, String::new())?;
        Ok(game)
    }

    /// How many players the game has.
    pub fn players(&self) -> usize {
        self.players
    }

    /// The nodes in preorder; the root is the first.
    pub fn nodes(&self) -> &[FlatNode] {
        &self.nodes
    }

    /// The information sets in the order in which preorder meets them.
    pub fn infosets(&self) -> &[InformationSet] {
        &self.infosets
    }

    /// The index of the information set of this name.
    pub fn infoset(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The length of a flat policy: all actions of all information sets.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// The part of a flat policy (or of flat action values) that belongs to one information set.
    pub fn part<'a>(&self, infoset: usize, flat: &'a [f64]) -> &'a [f64] {
        &flat[self.infosets[infoset].slots.clone()]
    }

    /// Whether every decision is made knowing all that happened: each information set has one node.
    pub fn perfect_information(&self) -> bool {
        self.infosets.iter().all(|set| set.members.len() == 1)
    }

    /// The terminal nodes in preorder.
    pub fn terminals(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|&n| matches!(self.nodes[n].kind, Kind::Terminal(_)))
    }

    /// The moves from the root to a node, the root's path being empty.
    pub fn path(&self, node: usize) -> Vec<&str> {
        let mut moves = Vec::new();
        let mut at = node;
        while let Some((parent, _)) = self.nodes[at].parent {
            moves.push(self.nodes[at].label.as_str());
            at = parent;
        }
        moves.reverse();
        moves
    }

    /// Largest minus smallest payoff of one player, and the smallest: what payoffs are measured by and from.
    pub fn payoff_span(&self, player: usize) -> (f64, f64) {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for node in &self.nodes {
            if let Kind::Terminal(payoffs) = &node.kind {
                low = low.min(payoffs[player]);
                high = high.max(payoffs[player]);
            }
        }
        (high - low, low)
    }

    /// The same game with payoffs counted from each player's smallest, in units of `span`.
    pub(super) fn in_units_of(&self, span: f64) -> Game {
        let lows: Vec<f64> = (0..self.players).map(|player| self.payoff_span(player).1).collect();
        let mut game = self.clone();
        for node in &mut game.nodes {
            if let Kind::Terminal(payoffs) = &mut node.kind {
                payoffs
                    .iter_mut()
                    .zip(&lows)
                    .for_each(|(value, low)| *value = (*value - low) / span);
            }
        }
        game
    }

    /// Checks perfect recall: at two nodes of one information set the mover has the same own history, that is the
    /// same own information sets and own actions in the same order (Kuhn 1953).
    ///
    /// # Errors
    /// [`GameError::Recall`] for the first pair of nodes that breaks it.
    pub fn check_recall(&self) -> Result<(), GameError> {
        for set in &self.infosets {
            let mut members = set.members.iter();
            let Some(&first) = members.next() else { continue };
            let history = self.own_history(first, set.player);
            for &other in members {
                if self.own_history(other, set.player) != history {
                    return Err(GameError::Recall {
                        player: set.player,
                        infoset: set.name.clone(),
                        at: self.path(first).join("/"),
                        other: self.path(other).join("/"),
                    });
                }
            }
        }
        Ok(())
    }

    /// The own information sets and actions of a player on the way to a node, last first.
    fn own_history(&self, node: usize, player: usize) -> Vec<(usize, usize)> {
        let mut history = Vec::new();
        let mut at = node;
        while let Some((parent, child)) = self.nodes[at].parent {
            if let Kind::Decision(set) = self.nodes[parent].kind
                && self.infosets[set].player == player
            {
                history.push((set, child));
            }
            at = parent;
        }
        history
    }

    fn add(&mut self, node: &Node, parent: Option<(usize, usize)>, label: String) -> Result<usize, GameError> {
        let index = self.nodes.len();
        // A placeholder kind keeps the path of this node printable in errors; it is replaced below.
        self.nodes.push(FlatNode {
            kind: Kind::Chance(Vec::new()),
            children: Vec::new(),
            parent,
            label,
        });
        let at = || self.path(index).join("/");
        let (children, names): (&[Node], &[String]) = match node {
            Node::Terminal { payoffs } => {
                if payoffs.len() != self.players {
                    return Err(match payoffs.len() {
                        0 => GameError::NoPayoffs { at: at() },
                        found => GameError::PayoffCount {
                            at: at(),
                            expected: self.players,
                            found,
                        },
                    });
                }
                if let Some(&value) = payoffs.iter().find(|v| !v.is_finite()) {
                    return Err(GameError::Payoff { at: at(), value });
                }
                self.nodes[index].kind = Kind::Terminal(payoffs.clone());
                return Ok(index);
            }
            Node::Chance {
                probabilities,
                labels,
                children,
            } => {
                check_count(at, "probabilities", probabilities.len(), children.len())?;
                if !labels.is_empty() {
                    check_count(at, "labels", labels.len(), children.len())?;
                }
                if let Some(&value) = probabilities.iter().find(|p| !(0.0..=1.0).contains(*p)) {
                    return Err(GameError::Probability { at: at(), value });
                }
                let sum: f64 = probabilities.iter().sum();
                if (sum - 1.0).abs() > SUM_TOLERANCE {
                    return Err(GameError::ProbabilitySum { at: at(), sum });
                }
                self.nodes[index].kind = Kind::Chance(probabilities.clone());
                (children, labels)
            }
            Node::Decision {
                player,
                infoset,
                actions,
                weights,
                children,
            } => {
                if *player >= self.players {
                    return Err(GameError::Player {
                        at: at(),
                        player: *player,
                        players: self.players,
                    });
                }
                check_count(at, "actions", actions.len(), children.len())?;
                let log_weights = match weights {
                    None => vec![0.0; actions.len()],
                    Some(weights) => {
                        check_count(at, "weights", weights.len(), children.len())?;
                        if let Some(&value) = weights.iter().find(|w| !(w.is_finite() && **w > 0.0)) {
                            return Err(GameError::Weight { at: at(), value });
                        }
                        weights.iter().map(|w| w.ln()).collect()
                    }
                };
                let set = self.join(index, *player, infoset, actions, log_weights)?;
                self.nodes[index].kind = Kind::Decision(set);
                (children, actions)
            }
        };
        if children.is_empty() {
            return Err(GameError::NoMoves {
                at: self.path(index).join("/"),
            });
        }
        for (i, child) in children.iter().enumerate() {
            let label = names.get(i).cloned().unwrap_or_else(|| i.to_string());
            let added = self.add(child, Some((index, i)), label)?;
            self.nodes[index].children.push(added);
        }
        Ok(index)
    }

    /// Puts a node into its information set, which the first node of that name creates.
    fn join(
        &mut self,
        node: usize,
        player: usize,
        name: &str,
        actions: &[String],
        log_weights: Vec<f64>,
    ) -> Result<usize, GameError> {
        let Some(&index) = self.by_name.get(name) else {
            let slots = self.slots..self.slots + actions.len();
            self.slots = slots.end;
            self.by_name.insert(name.to_owned(), self.infosets.len());
            self.infosets.push(InformationSet {
                name: name.to_owned(),
                player,
                actions: actions.to_vec(),
                log_weights,
                members: vec![node],
                slots,
            });
            return Ok(self.infosets.len() - 1);
        };
        let set = &self.infosets[index];
        let (at, infoset) = (|| self.path(node).join("/"), name.to_owned());
        if set.player != player {
            return Err(GameError::InfosetPlayer {
                at: at(),
                infoset,
                expected: set.player,
                found: player,
            });
        }
        if set.actions != actions {
            let (expected, found) = (set.actions.clone(), actions.to_vec());
            return Err(GameError::InfosetActions {
                at: at(),
                infoset,
                expected,
                found,
            });
        }
        if set.log_weights != log_weights {
            return Err(GameError::InfosetWeights { at: at(), infoset });
        }
        self.infosets[index].members.push(node);
        Ok(index)
    }
}

fn check_count(at: impl Fn() -> String, what: &'static str, found: usize, children: usize) -> Result<(), GameError> {
    if found == children {
        Ok(())
    } else {
        Err(GameError::Count {
            at: at(),
            what,
            found,
            children,
        })
    }
}

/// The number of payoffs of the first terminal in preorder that has any.
fn first_payoffs(node: &Node) -> Option<usize> {
    match node {
        Node::Terminal { payoffs } => (!payoffs.is_empty()).then_some(payoffs.len()),
        Node::Chance { children, .. } | Node::Decision { children, .. } => children.iter().find_map(first_payoffs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(json: &str) -> Result<Game, GameError> {
        Game::new(&serde_json::from_str::<Node>(json).unwrap())
    }

    const TYPES: &str = r#"{"chance":[0.25,0.75],"labels":["H","S"],"children":[
        {"player":0,"infoset":"A","actions":["stay","go"],"children":[{"payoffs":[0,2]},{"payoffs":[1,0]}]},
        {"player":0,"infoset":"A","actions":["stay","go"],"children":[{"payoffs":[0,2]},{"payoffs":[-1,1]}]}]}"#;

    #[test]
    fn equal_names_are_one_information_set() {
        let game = game(TYPES).unwrap();
        assert_eq!((game.players(), game.infosets().len(), game.slots()), (2, 1, 2));
        assert_eq!(game.infosets()[0].members.len(), 2);
        assert!(!game.perfect_information());
        let paths: Vec<_> = game.terminals().map(|n| game.path(n).join("/")).collect();
        assert_eq!(paths, ["H/stay", "H/go", "S/stay", "S/go"]);
        assert_eq!(game.payoff_span(0), (2.0, -1.0));
        assert_eq!(game.check_recall(), Ok(()));
    }

    #[test]
    fn every_fault_has_its_own_error() {
        let broken = |from: &str, to: &str| game(&TYPES.replacen(from, to, 1)).unwrap_err();
        assert!(matches!(broken("0.25", "0.3"), GameError::ProbabilitySum { .. }));
        assert!(matches!(broken("0.25", "-0.25"), GameError::Probability { .. }));
        assert!(matches!(broken("\"H\",", ""), GameError::Count { what: "labels", .. }));
        assert!(matches!(
            broken("[0,2]", "[0,2,1]"),
            GameError::PayoffCount {
                expected: 3,
                found: 2,
                ..
            }
        ));
        assert!(matches!(broken("[-1,1]", "[]"), GameError::NoPayoffs { .. }));
        assert!(matches!(
            broken("\"player\":0", "\"player\":2"),
            GameError::Player {
                player: 2,
                players: 2,
                ..
            }
        ));
        assert!(matches!(
            broken("\"player\":0", "\"player\":1"),
            GameError::InfosetPlayer { .. }
        ));
        assert!(matches!(
            broken("\"stay\",\"go\"", "\"go\",\"stay\""),
            GameError::InfosetActions { .. }
        ));
        let weighted = "\"infoset\":\"A\",\"weights\":[1,2]";
        assert!(matches!(
            broken("\"infoset\":\"A\"", weighted),
            GameError::InfosetWeights { .. }
        ));
        let zero = "\"infoset\":\"A\",\"weights\":[1,0]";
        assert!(matches!(broken("\"infoset\":\"A\"", zero), GameError::Weight { .. }));
        assert!(matches!(
            game(r#"{"player":0,"infoset":"A","actions":[],"children":[]}"#),
            Err(GameError::NoPayoffs { .. })
        ));
    }

    #[test]
    fn forgetting_an_own_move_breaks_perfect_recall() {
        let json = r#"{"player":0,"infoset":"1","actions":["l","r"],"children":[
            {"player":0,"infoset":"2","actions":["l","r"],"children":[{"payoffs":[0]},{"payoffs":[1]}]},
            {"player":0,"infoset":"2","actions":["l","r"],"children":[{"payoffs":[0]},{"payoffs":[1]}]}]}"#;
        let error = game(json).unwrap().check_recall().unwrap_err();
        assert!(matches!(error, GameError::Recall { player: 0, .. }), "{error}");
    }
}
