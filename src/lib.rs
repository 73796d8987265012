pub mod engine;
pub mod model;
pub mod random;
pub mod results;
pub mod scenario;
pub mod stats;
