pub mod model;
pub mod results;
