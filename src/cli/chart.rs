//! `deter chart`: redraw from stored results; nothing is run.

use std::path::PathBuf;

use clap::Args;

use super::verify::folder_of;
use super::{Failure, exit, terminal};
use crate::chart::{Letters, Size, Style, Theme, missing_glyphs};
use crate::job::{JobError, draw_into, redraw};
use crate::results::CHARTS;
use crate::results::format::Stored;
use crate::text;

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
        let folder = folder_of(&self.folder);
        terminal::tidy(folder)?;
        let stored = Stored::read(folder)?;
        let style = Style {
            size: self.size,
            theme: self.theme,
            scale: self.scale,
            letters: self.svg_text,
        };
        let own = folder.join(CHARTS);
        let is_own = |dir: &PathBuf| match (dir.canonicalize(), own.canonicalize()) {
            (Ok(dir), Ok(own)) => dir == own,
            _ => *dir == own,
        };
        let (written, notices) = match self.out.filter(|dir| !is_own(dir)) {
            Some(dir) => draw_into(&stored, &style, &dir)?,
            None => {
                let placed = redraw(folder, &stored, &style)?;
                let manifest = crate::results::read_manifest(folder)?;
                let pictures = manifest.pictures.keys().filter(|name| name.starts_with(CHARTS));
                (pictures.map(|name| folder.join(name)).collect(), placed.notices)
            }
        };
        notices
            .iter()
            .for_each(|notice| terminal::say(&text::name(&format!("note: {notice}"))));
        for path in written
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == "png"))
        {
            terminal::print_saved(&format!("{}\n", text::path(path)), path)?;
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
