//! Small games, solved, to hold the crisis of the model against: they know nothing of alliances, months or scenarios.
//!
//! - [`node`] is a game tree as written in JSON, [`tree`] the same checked: decisions, chance, information sets;
//! - [`subgame`] is subgame-perfect play by backward induction, with every tie reported;
//! - [`choice`] is the logit rule of one decision maker, with weights on the actions;
//! - [`quantal`] is the logit agent quantal response equilibrium of a whole tree;
//! - [`bayes`] is learning about types from what they do;
//! - [`burden`] is who pays for a pure public good (Olson and Zeckhauser 1966).
//!
//! [`assess`] holds what a given policy implies (reach, posteriors, action values) and `continuation` the numerics
//! of following an equilibrium from indifference up to the precision that was asked for.

#![allow(dead_code, unused_imports, reason = "each test takes the solvers that it needs")]

pub mod assess;
pub mod bayes;
pub mod burden;
pub mod choice;
mod continuation;
mod linear;
pub mod node;
pub mod quantal;
pub mod subgame;
pub mod tree;

pub use assess::Assessment;
pub use quantal::{
    Equilibrium, Method, SolveError, SolveOptions, quantal_response, quantal_response_near, quantal_response_with,
};
pub use subgame::{NotPerfectInformation, SubgamePerfect, subgame_perfect};
pub use tree::{Game, GameError, Node};

#[cfg(test)]
mod properties;
