//! `deter schema`: the JSON Schemas of scenario and study files, for editors and linters.

use clap::Args;

use super::{Failure, exit, terminal};
use crate::batch::file;
use crate::scenario::json_schema;

/// `deter schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// That of the study files of `deter batch`
    #[arg(long)]
    study: bool,
}

impl Schema {
    pub fn run(self) -> Result<u8, Failure> {
        terminal::print(&if self.study {
            file::schema()
        } else {
            json_schema::text()
        })?;
        Ok(exit::DONE)
    }
}
