//! What happens to the world in a month. Pure: no files, no threads, no clock.
//!
//! A walk through the house: [`inputs`] says what a scenario hands over, [`world`] holds the state,
//! [`month`] is the order of things, and each mechanism has a file of its own.

pub mod accession;
pub mod adaptation;
pub mod arithmetic;
pub mod arrangements;
pub mod assistance;
pub mod beliefs;
pub mod burden;
pub mod chain;
pub mod challenger;
pub mod coalition;
pub mod course;
pub mod crisis;
pub mod decision;
pub mod events;
pub mod expected;
pub mod figures;
pub mod forces;
pub mod guarantor;
pub mod inputs;
pub mod journal;
pub mod ladder;
pub mod lessons;
pub mod measures;
pub mod month;
mod odds;

pub mod parameters;
pub mod play;
pub mod policy;
pub mod politics;
mod prospects;
pub mod quarrel;
pub mod readings;
pub mod record;
pub mod reference;
pub mod registers;
pub mod sets;
pub mod settlement;
pub mod signals;
pub mod single;
pub mod slots;
pub mod tally;
pub mod triggers;
pub mod war;
pub mod watch;
pub mod world;

#[cfg(test)]
mod tests;
