//! `deter report`: one self-contained page for each result folder.

use std::path::PathBuf;

use clap::Args;

use super::verify::folder_of;
use super::{Failure, exit, terminal};
use crate::job;
use crate::results::REPORT;
use crate::results::format::Stored;
use crate::text;

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
            let folder = folder_of(folder);
            terminal::tidy(folder)?;
            let stored = Stored::read(folder)?;
            let placed = job::renew_page(folder, &stored)?;
            placed
                .notices
                .iter()
                .for_each(|notice| terminal::say(&text::name(&format!("note: {notice}"))));
            let path = folder.join(REPORT);
            terminal::print_saved(&format!("{}\n", text::path(&path)), &path)?;
        }
        Ok(exit::DONE)
    }
}
