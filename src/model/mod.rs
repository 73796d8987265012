pub mod figures;
pub mod game;
pub mod inputs;
pub mod parameters;
pub mod record;
