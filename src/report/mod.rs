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
#[cfg(test)]
mod tests;

use crate::chart::{ChartError, Style, draw_all};
use crate::results::format::Stored;

/// The page for stored results; where arms were compared, the answer and its pictures come first.
///
/// # Errors
/// [`ChartError`] if a chart cannot be drawn.
pub fn html(stored: &Stored) -> Result<String, ChartError> {
    let pictures = draw_all(stored, &Style::default())?;
    Ok(page::render(stored, &pictures))
}

pub(crate) use contrasts::render as contrasts;
pub(crate) use page::STYLE;
pub use sentences::answer;
