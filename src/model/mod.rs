pub mod figures;
pub mod inputs;
pub mod ladder;
pub mod parameters;
pub mod record;
