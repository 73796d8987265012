//! `deter schema`: the JSON Schema of scenario files, for editors and linters.

use clap::Args;

use super::{Failure, exit, terminal};
use crate::scenario::json_schema;

/// `deter schema`.
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    pub fn run(self) -> Result<u8, Failure> {
        terminal::print(&json_schema::text())?;
        Ok(exit::DONE)
    }
}
