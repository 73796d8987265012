//! Pictures from stored results: plotters draws one SVG, the PNG is rendered from it, and the data stand beside both.
//!
//! Nothing here runs the model. The same results and style give the same bytes. Every picture states its finding, which
//! is computed from the numbers ([`finding`]), shows an interval or band, and carries its provenance inside the file.

pub mod axis;
pub mod canvas;
pub mod contrast;
pub mod data;
pub mod dumbbell;
pub mod events;
pub mod fan;
pub mod finding;
pub mod flow;
pub mod font;
pub mod forces;
pub mod ladder;
pub mod layout;
pub mod ranking;
pub mod render;
#[cfg(test)]
mod sample;
pub mod sidecar;
pub mod survival;
pub mod targets;
pub mod terminal;
#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "DETER_UPDATE_GOLDEN and DETER_PICTURES steer the tests"
)]
mod tests;
pub mod theme;

pub use terminal::terminal_fan;
pub use theme::{Size, Theme};

use crate::results::format::Stored;
use canvas::{Canvas, Meta};
use data::Data;
use finding::Finding;
use std::path::{Path, PathBuf};

/// Why a picture could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// An embedded font cannot be used.
    #[error("embedded font: {0}")]
    Font(String),
    /// plotters refused a mark.
    #[error("drawing: {0}")]
    Draw(String),
    /// The SVG could not be rendered.
    #[error("rendering: {0}")]
    Render(String),
    /// A sidecar could not be written as JSON.
    #[error("sidecar: {0}")]
    Json(#[from] serde_json::Error),
    /// A file could not be written.
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

/// How pictures look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub size: Size,
    pub theme: Theme,
    /// Pixels of the PNG per px of the SVG, 1 to 3.
    pub scale: u8,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            size: Size::Report,
            theme: Theme::Light,
            scale: 2,
        }
    }
}

/// A finished picture with its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// File name without its ending: `credibility`, `survival`, `ladder` or `forces`.
    pub name: String,
    pub svg: String,
    pub png: Vec<u8>,
    /// Tidy data, units in the comments on top.
    pub csv: String,
    /// Title, caption, alt text and provenance.
    pub json: String,
}

impl Picture {
    /// Writes `NAME.svg`, `.png`, `.csv` and `.json` into `dir`, which is made if need be.
    ///
    /// # Errors
    /// [`ChartError::Io`]; no half-written file is left behind.
    pub fn write(&self, dir: &Path) -> Result<(), ChartError> {
        std::fs::create_dir_all(dir).map_err(|source| ChartError::Io {
            path: dir.to_owned(),
            source,
        })?;
        let parts: [(&str, &[u8]); 4] = [
            ("svg", self.svg.as_bytes()),
            ("png", &self.png),
            ("csv", self.csv.as_bytes()),
            ("json", self.json.as_bytes()),
        ];
        for (ending, bytes) in parts {
            render::write_atomically(&dir.join(format!("{}.{ending}", self.name)), bytes)?;
        }
        Ok(())
    }
}

/// A drawn chart before it becomes files.
#[derive(Debug)]
pub struct Drawing {
    pub name: &'static str,
    pub canvas: Canvas,
    pub finding: Finding,
    pub csv: String,
}

impl Drawing {
    /// Renders the drawing and puts the data beside it.
    fn finish(self, data: &Data, style: &Style) -> Result<Picture, ChartError> {
        let provenance = sidecar::provenance(self.name, data, style)?;
        let meta = Meta {
            name: self.name.to_owned(),
            title: self.finding.headline.clone(),
            description: self.finding.alt.clone(),
            provenance: provenance.clone(),
        };
        let svg = self.canvas.to_svg(&meta)?;
        let png = render::png(&svg, style.scale, &provenance)?;
        let json = sidecar::json(self.name, &self.finding, data, style)?;
        Ok(Picture {
            name: self.name.to_owned(),
            svg,
            png,
            csv: self.csv,
            json,
        })
    }
}

/// All charts that the results have data for, before rendering.
fn drawings(data: &Data, style: &Style) -> Result<Vec<Drawing>, ChartError> {
    let kinds = [
        fan::draw(data, style, None)?,
        survival::draw(data, style)?,
        ladder::draw(data, style)?,
        forces::draw(data, style)?,
    ];
    Ok(kinds.into_iter().flatten().collect())
}

/// Draws every kind of picture the results have data for.
///
/// # Errors
/// [`ChartError`] if an embedded font is damaged or a picture cannot be rendered.
pub fn draw_all(stored: &Stored, style: &Style) -> Result<Vec<Picture>, ChartError> {
    let data = Data::new(stored);
    drawings(&data, style)?
        .into_iter()
        .map(|d| d.finish(&data, style))
        .collect()
}

/// The credibility fan with the median of a second result (an option, say) laid over it; `None` without such a series.
///
/// # Errors
/// As [`draw_all`].
pub fn draw_fan_with(stored: &Stored, other: &Stored, style: &Style) -> Result<Option<Picture>, ChartError> {
    let (data, other) = (Data::new(stored), Data::new(other));
    fan::draw(&data, style, Some(&other))?
        .map(|d| d.finish(&data, style))
        .transpose()
}
