//! One self-contained page from a result folder: no request to anywhere, made again from what is
//! stored without running anything.
//!
//! The page asks the scenario's question, answers it in sentences whose numbers are computed, shows
//! headline table and charts, lists what was assumed and where each value came from, and says how to
//! make the same result again.

pub mod catalogue;
mod contrasts;
mod page;
mod sentences;

use crate::chart::{ChartError, Style, draw_all, dumbbell};
use crate::results::format::Stored;
use crate::study::Comparison;

/// The page for stored results; with a comparison, its answer and its pictures come first.
///
/// # Errors
/// [`ChartError`] if a chart cannot be drawn.
pub fn html(stored: &Stored, comparison: Option<&Comparison>) -> Result<String, ChartError> {
    let style = Style::default();
    let mut pictures = match comparison {
        Some(comparison) => dumbbell::pictures(stored, comparison, &style)?,
        None => Vec::new(),
    };
    pictures.extend(draw_all(stored, &style)?);
    Ok(page::render(stored, comparison, &pictures))
}

pub use sentences::answer;
