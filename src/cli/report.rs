//! `deter report`: one self-contained page for each result folder.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, exit, terminal};
use crate::chart::render::write_atomically;
use crate::job::JobError;
use crate::report;
use crate::study;
use crate::results::REPORT;
use crate::results::format::Stored;

/// `deter report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Result folders
    #[arg(required = true)]
    folders: Vec<PathBuf>,
}

impl Report {
    pub fn run(self) -> Result<u8, Failure> {
        for folder in &self.folders {
            let stored = Stored::read(folder)?;
            let page = report::html(&stored, study::read(folder)?.as_ref()).map_err(JobError::from)?;
            let path = folder.join(REPORT);
            write_atomically(&path, page.as_bytes()).map_err(JobError::from)?;
            terminal::print(&format!("{}\n", path.display()))?;
        }
        Ok(exit::DONE)
    }
}
