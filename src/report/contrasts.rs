//! What the options change, as a section of the page.

use std::fmt::Write;

use crate::numerals::counted;
use crate::study::Comparison;
use crate::study::number::{change, level, show};
use crate::text::markup as escape;

/// A table for each outcome, the options from the lowest to the highest.
pub fn render(comparison: &Comparison) -> String {
    let mut html = String::new();
    // Writing to a string cannot fail, so the results of `write!` carry no information.
    let _ = writeln!(
        html,
        "<p class=\"facts\">Difference from ‘{}’ on the same luck, {}. Each interval holds by itself.</p>",
        escape(comparison.baseline_label()),
        counted(comparison.runs, "pair of runs")
    );
    html.push_str("<table><thead><tr><th scope=\"col\">Option</th><th scope=\"col\">Difference</th><th scope=\"col\">95% interval</th><th scope=\"col\">Verdict</th></tr></thead>\n");
    for compared in &comparison.outcomes {
        let shown = show(compared);
        let base = compared
            .level(&comparison.baseline)
            .map_or(String::from("no case"), |x| level(shown, x));
        let _ = writeln!(
            html,
            "<tbody><tr><th scope=\"rowgroup\" colspan=\"4\">{} ({})</th></tr>",
            escape(&compared.label),
            escape(&base)
        );
        for d in compared.ranked() {
            let (change, range) = change(shown, d);
            let _ = writeln!(
                html,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(comparison.label(&d.arm)),
                escape(&change),
                escape(&range),
                d.verdict.word()
            );
        }
        html.push_str("</tbody>\n");
    }
    html.push_str("</table>\n");
    html
}
