//! Pictures from stored results: plotters draws one SVG, the PNG is rendered from it, and the data stand beside both.
//!
//! Nothing here runs the model. The same results and style give the same bytes. Every picture states its finding, which
//! is computed from the numbers ([`finding`]), shows an interval or band, and carries its provenance inside the file.

pub mod arms;
pub mod arms_finding;
#[cfg(test)]
mod arms_tests;
pub mod axis;
pub mod canvas;
pub mod contrast;
pub mod curve;
pub mod data;
pub mod dumbbell;
pub mod events;
pub mod fan;
pub mod finding;
pub mod flow;
pub mod font;
pub mod forces;
pub mod heat;
pub mod ladder;
pub mod layout;
pub mod matrix;
pub mod ranking;
pub mod render;
#[cfg(test)]
pub(crate) mod sample;
pub mod sidecar;
pub mod spreadsheet;
pub mod survival;
pub mod svg;
pub mod targets;
pub mod terminal;
#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "DETER_UPDATE_GOLDEN and DETER_PICTURES steer the tests"
)]
mod tests;
pub mod theme;

pub use svg::Letters;
pub use terminal::terminal_fan;
pub use theme::{Size, Theme};

use crate::results::format::Stored;
use crate::study::Comparison;
use canvas::Canvas;
use data::Data;
use finding::Finding;
use font::Fonts;
use sidecar::Beneath;
use std::path::{Path, PathBuf};
use svg::Meta;

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
    /// A row of the data has another length than their header.
    #[error("data: {0}")]
    Csv(#[from] csv::Error),
    /// A file could not be written.
    #[error("{}: {source}", crate::text::path(path))]
    Io { path: PathBuf, source: std::io::Error },
}

/// How pictures look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub size: Size,
    pub theme: Theme,
    /// Pixels of the PNG per px of the SVG, 1 to 3.
    pub scale: u8,
    /// How letters reach the SVG.
    pub letters: Letters,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            size: Size::Report,
            theme: Theme::Light,
            scale: 2,
            letters: Letters::Live,
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
    /// Tidy data that every reader opens with its defaults; units and meanings are in the JSON.
    pub csv: String,
    /// Title, caption, alt text, what is in the columns of the data, and provenance.
    pub json: String,
    /// Characters that the typeface lacks, in order: boxes in the PNG and in outlines, themselves in live text.
    pub missing_glyphs: Vec<char>,
}

impl Picture {
    /// Its files by name.
    pub fn files(&self) -> [(String, &[u8]); 4] {
        [
            ("svg", self.svg.as_bytes()),
            ("png", &self.png),
            ("csv", self.csv.as_bytes()),
            ("json", self.json.as_bytes()),
        ]
        .map(|(ending, bytes)| (format!("{}.{ending}", self.name), bytes))
    }

    /// Writes `NAME.svg`, `.png`, `.csv` and `.json` into `dir`, which is made if need be.
    ///
    /// # Errors
    /// [`ChartError::Io`]; no half-written file is left behind.
    pub fn write(&self, dir: &Path) -> Result<(), ChartError> {
        std::fs::create_dir_all(dir).map_err(|source| ChartError::Io {
            path: dir.to_owned(),
            source,
        })?;
        for (name, bytes) in self.files() {
            render::write_atomically(&dir.join(name), bytes)?;
        }
        Ok(())
    }
}

/// A drawn chart before it becomes files.
#[derive(Debug)]
pub struct Drawing {
    pub name: String,
    pub canvas: Canvas,
    pub finding: Finding,
    pub beneath: Beneath,
}

impl Drawing {
    /// Renders the drawing and puts the data beside it.
    fn finish(self, data: &Data, style: &Style) -> Result<Picture, ChartError> {
        let provenance = sidecar::provenance(&self.name, data, style)?;
        let missing = self.canvas.missing_glyphs();
        let json = sidecar::json(&self.name, &self.finding, &self.beneath, &missing, data, style)?;
        self.picture(provenance, json, style)
    }

    /// A drawing over a table of its own, whose columns are told.
    fn of_table<const N: usize>(
        name: String,
        canvas: Canvas,
        finding: Finding,
        csv: String,
        columns: [(&str, &str); N],
    ) -> Self {
        let columns = sidecar::described(columns);
        let series = serde_json::Map::new();
        let beneath = Beneath { csv, columns, series };
        Self {
            name,
            canvas,
            finding,
            beneath,
        }
    }

    /// Renders a drawing that shows no stored results, as [`sidecar::of_board`] describes it.
    fn board(
        self,
        source: &str,
        runs: u64,
        from: serde_json::Value,
        more: serde_json::Value,
        style: &Style,
    ) -> Result<Picture, ChartError> {
        let (provenance, json) = sidecar::of_board(&self, source, runs, from, more, style)?;
        self.picture(provenance, json, style)
    }

    /// The drawing as files, with its provenance and what stands beside it.
    fn picture(self, provenance: String, json: String, style: &Style) -> Result<Picture, ChartError> {
        // Two pictures of one name, of other results, sizes or themes, can stand in one page.
        let key = blake3::hash(provenance.as_bytes()).to_hex();
        let meta = Meta {
            name: format!("{}-{}", self.name, &key[..8]),
            title: self.finding.headline,
            description: self.finding.alt,
            provenance,
        };
        let (svg, png) = written(&self.canvas, &meta, style)?;
        Ok(Picture {
            missing_glyphs: self.canvas.missing_glyphs(),
            name: self.name,
            svg,
            png,
            csv: self.beneath.csv,
            json,
        })
    }
}

/// A canvas as SVG and PNG.
fn written(canvas: &Canvas, meta: &Meta, style: &Style) -> Result<(String, Vec<u8>), ChartError> {
    let svg = canvas.to_svg(meta, style.letters)?;
    // Outlines draw a visible box where the renderer, which has no typeface but ours, would leave a gap.
    let png = if style.letters == Letters::Live && !canvas.missing_glyphs().is_empty() {
        render::png(&canvas.to_svg(meta, Letters::Paths)?, style.scale, &meta.provenance)?
    } else {
        render::png(&svg, style.scale, &meta.provenance)?
    };
    Ok((svg, png))
}

/// A warning about names in these results that the pictures cannot show in their own typeface; `None` where all can be.
///
/// # Errors
/// [`ChartError::Font`] if an embedded font is damaged.
pub fn missing_glyphs(stored: &Stored) -> Result<Option<String>, ChartError> {
    /// Characters that a warning names.
    const NAMED: usize = 8;
    let fonts = Fonts::get()?;
    let data = Data::new(stored);
    let m = &stored.manifest;
    let mut places = vec![
        ("the name of the scenario", m.scenario.name.clone()),
        ("the option", m.option.clone().unwrap_or_default()),
        ("an assumption set", m.assumptions.concat()),
        ("the name of the arrangement", data.focal()),
        ("the name of the challenger", data.challenger()),
    ];
    places.extend(data.rungs().iter().map(|r| ("the label of a rung", r.label.clone())));
    places.extend(
        data.events()
            .into_iter()
            .map(|(_, note)| ("the note of an event", note)),
    );
    places.retain(|(_, text)| !fonts.missing(text).is_empty());
    if places.is_empty() {
        return Ok(None);
    }
    let all: String = places.iter().map(|(_, text)| text.as_str()).collect();
    let missing = fonts.missing(&all);
    let mut named: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
        .collect();
    if missing.len() > NAMED {
        named.push(format!("and {} more", missing.len() - NAMED));
    }
    places.dedup_by_key(|(place, _)| *place);
    let places: Vec<&str> = places.iter().map(|(place, _)| *place).collect();
    Ok(Some(format!(
        "the typeface of the pictures has no glyph for {}, in {}; live text in an SVG keeps them, a PNG and outlined text \
         show a box in the place of each",
        named.join(", "),
        places.join(", "),
    )))
}

/// The charts of a comparison, before rendering.
fn compared(data: &Data, comparison: &Comparison, style: &Style) -> Result<Vec<Drawing>, ChartError> {
    let kinds = [
        dumbbell::draw(data, comparison, style)?,
        ranking::draw(data, comparison, style)?,
    ];
    let mut all: Vec<Drawing> = kinds.into_iter().flatten().collect();
    all.extend(arms::draw(data, comparison, style)?);
    Ok(all)
}

/// Draws the pictures of a comparison alone.
///
/// # Errors
/// As [`draw_all`].
pub fn draw_compared(stored: &Stored, style: &Style) -> Result<Vec<Picture>, ChartError> {
    let data = Data::new(stored);
    let drawings = match &stored.comparison {
        Some(comparison) => compared(&data, comparison, style)?,
        None => Vec::new(),
    };
    drawings.into_iter().map(|d| d.finish(&data, style)).collect()
}

/// All charts that the results have data for, before rendering.
fn drawings(data: &Data, style: &Style) -> Result<Vec<Drawing>, ChartError> {
    let kinds = [
        fan::draw(data, style)?,
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
    let mut all = match &stored.comparison {
        Some(comparison) => compared(&data, comparison, style)?,
        None => Vec::new(),
    };
    all.extend(drawings(&data, style)?);
    all.into_iter().map(|d| d.finish(&data, style)).collect()
}
