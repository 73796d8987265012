//! A game tree as written in JSON.
//!
//! A terminal is `{"payoffs": [..]}`, a decision `{"player", "infoset", "actions", "children"}` with optional `"weights"`,
//! a chance move `{"chance": [p..], "labels", "children"}`. Decisions with equal `infoset` names are one information set.
//! Keys that are not named here are ignored. Whether the tree is a game is for [`super::tree::Game::new`] to say.

use serde::{Deserialize, Serialize};

/// One node of a tree, with everything below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawNode", into = "RawNode")]
pub enum Node {
    /// The end of play.
    Terminal {
        /// One payoff a player, in any unit.
        payoffs: Vec<f64>,
    },
    /// A move of nature.
    Chance {
        /// Probability of each child, each in [0, 1], summing to one.
        probabilities: Vec<f64>,
        /// A name for each child; empty if the moves have no names.
        labels: Vec<String>,
        children: Vec<Node>,
    },
    /// A move of a player.
    Decision {
        /// Who moves, from 0.
        player: usize,
        /// The information set that the mover cannot see past.
        infoset: String,
        actions: Vec<String>,
        /// Prior weight of each action in quantal response, above 0; `None` is 1 for each. Splitting an action into
        /// duplicates that share its weight changes nothing.
        weights: Option<Vec<f64>>,
        children: Vec<Node>,
    },
}

/// The JSON object of any node, before it is known which kind it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct RawNode {
    #[serde(skip_serializing_if = "Option::is_none")]
    payoffs: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chance: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    player: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    infoset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weights: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    children: Option<Vec<Node>>,
}

/// Why a JSON object is not a node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    #[error("a node has one of `payoffs`, `chance` or `player`; this one has {0}")]
    Kind(&'static str),
    #[error("a decision without `{0}`")]
    Incomplete(&'static str),
}

impl TryFrom<RawNode> for Node {
    type Error = NodeError;

    fn try_from(raw: RawNode) -> Result<Self, NodeError> {
        match (raw.payoffs, raw.chance, raw.player) {
            (Some(payoffs), None, None) => Ok(Node::Terminal { payoffs }),
            (None, Some(probabilities), None) => Ok(Node::Chance {
                probabilities,
                labels: raw.labels.unwrap_or_default(),
                children: raw.children.unwrap_or_default(),
            }),
            (None, None, Some(player)) => Ok(Node::Decision {
                player,
                infoset: raw.infoset.ok_or(NodeError::Incomplete("infoset"))?,
                actions: raw.actions.ok_or(NodeError::Incomplete("actions"))?,
                weights: raw.weights,
                children: raw.children.unwrap_or_default(),
            }),
            (None, None, None) => Err(NodeError::Kind("none of them")),
            _ => Err(NodeError::Kind("several of them")),
        }
    }
}

impl From<Node> for RawNode {
    fn from(node: Node) -> Self {
        match node {
            Node::Terminal { payoffs } => RawNode {
                payoffs: Some(payoffs),
                ..RawNode::default()
            },
            Node::Chance {
                probabilities,
                labels,
                children,
            } => RawNode {
                chance: Some(probabilities),
                labels: (!labels.is_empty()).then_some(labels),
                children: Some(children),
                ..RawNode::default()
            },
            Node::Decision {
                player,
                infoset,
                actions,
                weights,
                children,
            } => RawNode {
                player: Some(player),
                infoset: Some(infoset),
                actions: Some(actions),
                weights,
                children: Some(children),
                ..RawNode::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &str = r#"{"chance":[0.25,0.75],"labels":["H","S"],"children":[
        {"player":0,"infoset":"A","actions":["stay","go"],"children":[{"payoffs":[0,2]},{"payoffs":[1,0]}]},
        {"player":0,"infoset":"A","actions":["stay","go"],"children":[{"payoffs":[0,2]},{"payoffs":[-1,1]}]}]}"#;

    #[test]
    fn a_tree_survives_json() {
        let tree: Node = serde_json::from_str(TYPES).unwrap();
        let again: Node = serde_json::from_str(&serde_json::to_string(&tree).unwrap()).unwrap();
        assert_eq!(tree, again);
        assert!(
            serde_json::from_str::<Node>(r#"{"labels":[]}"#)
                .unwrap_err()
                .to_string()
                .contains("one of `payoffs`")
        );
    }

    #[test]
    fn an_object_that_is_no_node_says_what_it_lacks() {
        for (json, lacks) in [
            (r#"{"labels":[]}"#, "none of them"),
            (r#"{"payoffs":[1],"player":0}"#, "several of them"),
            (r#"{"player":0,"actions":[],"children":[]}"#, "without `infoset`"),
            (r#"{"player":0,"infoset":"A","children":[]}"#, "without `actions`"),
        ] {
            let error = serde_json::from_str::<Node>(json).unwrap_err().to_string();
            assert!(error.contains(lacks), "{json}: {error}");
        }
    }
}
