//! The page on all bundled scenarios, `docs/scenarios.md`: question, brief, options, claims and main chart.
//!
//! The text is made of the bundled files alone, so that a test can compare it. The charts are drawn by
//! `cargo run --release --example scenario_pages`.

use std::fmt::Write;

use crate::scenario::bundled::{self, Bundled};
use crate::scenario::{Problems, Request, Scenario, Source, load};

/// Folder of the charts, below `docs/`.
pub const CHARTS: &str = "images/scenarios";

const HEAD: &str = "\
# The bundled scenarios

Generated from `scenarios/` and `seeds/`; do not edit. `cargo run --release --example scenario_pages` draws the charts
and writes this page anew; `DETER_UPDATE_GOLDEN=1 cargo test --test docs` writes the text alone.

Run any of them with `deter run NAME`, with `--option OPTION` for a variant; `deter explain NAME --values` tells in full who takes part, what is
promised and what is uncertain. Each chart shows the scenario without an option, in few runs: what follows under the
stated assumptions, never a forecast.
";

/// The whole page.
///
/// # Errors
/// [`Problems`] of the first bundled scenario that does not load.
pub fn page() -> Result<String, Problems> {
    let scenarios = bundled::scenarios();
    let cards = bundled::seeds();
    let mut page = String::from(HEAD);
    page.push_str("\n| Scenario | Question |\n|---|---|\n");
    for s in &scenarios {
        line(&mut page, &format!("| [{}](#{}) | {} |", s.name, s.name, cell(&s.line)));
    }
    for bundled in &scenarios {
        let scenario = load(&Request::new(Source::Bundled(bundled.name.clone())))?;
        section(&mut page, &scenario, &cards);
    }
    Ok(page)
}

fn section(page: &mut String, s: &Scenario, cards: &[Bundled]) {
    line(page, &format!("\n## {}\n", s.name));
    line(
        page,
        &format!("**{}.** *{}*\n", s.title.trim_end_matches('.'), s.question),
    );
    line(page, s.brief.trim());
    let focal = s.base.arrangements.get(s.base.focal).map_or("", |a| a.name.as_str());
    line(
        page,
        &format!(
            "\n![{}: how far the challenger believes that {focal} would answer, by month]({CHARTS}/{}.png)\n",
            s.title, s.name
        ),
    );
    line(
        page,
        &format!(
            "{} months from {:04}-{:02}; the promise is *{focal}*. Sources: {}.\n",
            s.run.months,
            s.run.start.0,
            s.run.start.1,
            if s.sources.is_empty() {
                "none".to_owned()
            } else {
                s.sources.join(", ")
            }
        ),
    );
    if !s.options.is_empty() {
        page.push_str("| Option | What it changes |\n|---|---|\n");
        for option in &s.options {
            let label = if option.label == option.name {
                String::new()
            } else {
                format!("{}. ", option.label.trim_end_matches('.'))
            };
            line(page, &format!("| `{}` | {label}{} |", option.name, cell(&option.note)));
        }
    }
    let claims = claims_on(&s.name, cards);
    if !claims.is_empty() {
        page.push_str("\nClaims of the articles that this scenario puts to the test:\n\n");
        for (id, statement) in claims {
            line(page, &format!("- `{id}`: {statement}"));
        }
    }
}

/// Claims of the cards with a test on this scenario: id and statement.
fn claims_on(name: &str, cards: &[Bundled]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for card in cards {
        let Ok(table) = card.text.parse::<toml::Table>() else {
            continue;
        };
        let claims = table.get("claim").and_then(toml::Value::as_array);
        for claim in claims.into_iter().flatten() {
            let text = |key: &str| {
                claim
                    .get(key)
                    .and_then(toml::Value::as_str)
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            };
            let tests = claim.get("test").and_then(toml::Value::as_array);
            let is_on = |test: &toml::Value| test.get("scenario").and_then(toml::Value::as_str) == Some(name);
            if tests.is_some_and(|tests| tests.iter().any(is_on)) {
                found.push((text("id"), text("statement")));
            }
        }
    }
    found
}

/// Text that may stand in a cell.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}
