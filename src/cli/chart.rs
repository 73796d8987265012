//! `deter chart`: redraw from stored results; nothing is run.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, exit, terminal};
use crate::chart::{Letters, Size, Style, Theme, missing_glyphs};
use crate::job::{JobError, draw};
use crate::results::format::Stored;

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
    /// Letters in the SVG: live text, or paths that look the same in every program
    #[arg(long, value_name = "KIND", default_value = "live", value_parser = parse_letters)]
    svg_text: Letters,
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

fn parse_letters(text: &str) -> Result<Letters, String> {
    Letters::from_name(text).ok_or_else(|| "expected one of live, paths".to_owned())
}

impl Chart {
    pub fn run(self) -> Result<u8, Failure> {
        let stored = Stored::read(&self.folder)?;
        let style = Style {
            size: self.size,
            theme: self.theme,
            scale: self.scale,
            letters: self.svg_text,
        };
        let dir = self.out.unwrap_or_else(|| self.folder.join(crate::results::CHARTS));
        let written = draw(&stored, &style, &dir).map_err(JobError::from)?;
        for path in &written {
            terminal::print(&format!("{}\n", path.display()))?;
        }
        if let Some(warning) = missing_glyphs(&stored).map_err(JobError::from)? {
            terminal::say(&format!("warning: {warning}"));
        }
        if stored.manifest.state != "complete" {
            terminal::say("note: these results are partial");
        }
        Ok(exit::DONE)
    }
}
