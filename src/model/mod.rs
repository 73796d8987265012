pub mod figures;
pub mod inputs;
pub mod parameters;
pub mod record;
