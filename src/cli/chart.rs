//! `deter chart`: redraw from stored results; nothing is run.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, exit, terminal};
use crate::chart::{Size, Style, Theme};
use crate::job::{JobError, draw};
use crate::results::format::Stored;
use crate::study;

/// `deter chart`.
#[derive(Debug, Args)]
pub struct Chart {
    /// Result folder
    folder: PathBuf,
    /// Size of the page: report, column or slide
    #[arg(long, default_value = "report", value_parser = parse_size)]
    size: Size,
    /// Colours: light, dark or print-grey
    #[arg(long, default_value = "light", value_parser = parse_theme)]
    theme: Theme,
    /// Pixels of the PNG for each unit of the page
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
    scale: u8,
    /// Folder for the pictures [default: charts inside the result folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn parse_size(text: &str) -> Result<Size, String> {
    Size::from_name(text).ok_or_else(|| "expected one of report, column, slide".to_owned())
}

fn parse_theme(text: &str) -> Result<Theme, String> {
    Theme::from_name(text).ok_or_else(|| "expected one of light, dark, print-grey".to_owned())
}

impl Chart {
    pub fn run(self) -> Result<u8, Failure> {
        let stored = Stored::read(&self.folder)?;
        let style = Style {
            size: self.size,
            theme: self.theme,
            scale: self.scale,
        };
        let dir = self.out.unwrap_or_else(|| self.folder.join(crate::results::CHARTS));
        let mut written = draw(&stored, &style, &dir).map_err(JobError::from)?;
        if let Some(comparison) = study::read(&self.folder)? {
            written.extend(study::draw(&stored, &comparison, &style, &dir).map_err(JobError::from)?);
        }
        for path in &written {
            terminal::print(&format!("{}\n", path.display()))?;
        }
        if stored.manifest.state != "complete" {
            terminal::say("note: these results are partial");
        }
        Ok(exit::DONE)
    }
}
