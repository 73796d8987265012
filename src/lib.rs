//! Scenario simulation of alliance deterrence credibility.
//!
//! ```text
//! scenario file ──► scenario ──► engine ──► results ──► chart
//! (TOML layers)     checked      many       manifest,   SVG, PNG
//!                                worlds     tables
//!                                  │ uses
//!                                  ▼
//!                                model    one world, one month at a time; pure
//! ```
//! Output is what follows under stated assumptions, never a forecast.
//!
//! ```
//! use deterrence::engine::Plan;
//! use deterrence::scenario::{Request, Source, load};
//!
//! let mut request = Request::new(Source::Bundled("poland-drone-incursion".into()));
//! request.sets = vec!["run.months=6".into()];
//! let plan = Plan::new(load(&request)?);
//! let run = plan.run(0);
//! assert_eq!(run, plan.run(0));
//! # Ok::<(), deterrence::scenario::Problems>(())
//! ```

// What is printed goes through `cli::terminal`, which makes visible what is hidden in texts of others.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

pub mod batch;
pub mod chart;
pub mod classroom;
pub mod cli;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod job;
pub mod model;
pub mod numerals;
pub mod random;
pub mod report;
pub mod results;
pub mod scenario;
pub mod stats;
pub mod study;
pub mod text;
