pub mod chart;
pub mod model;
pub mod results;
