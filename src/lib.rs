pub mod model;
pub mod random;
pub mod results;
pub mod stats;
