//! People at the table: the classroom sees the model only through the decision seam.
//!
//! A game is a scenario, a seed and a list of human moves. One person at a terminal is the smallest
//! classroom: [`seat`] puts the questions of one state to a person and leaves the rest to the model's
//! agents; [`brief`] holds what that person may see.

pub mod brief;
pub mod seat;
