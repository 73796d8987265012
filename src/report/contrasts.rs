//! What the options change, as a section of the page.

use std::fmt::Write;

use crate::numerals::counted;
use crate::study::Comparison;
use crate::study::number::{change, level, over_parameters, show};
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
    let contrasts = comparison.outcomes.iter().flat_map(|o| &o.contrasts);
    let with_parameters = contrasts.into_iter().any(|d| d.parameters.is_some());
    let mut heads = vec!["Option", "Difference", "95% by the runs"];
    if with_parameters {
        let _ = writeln!(
            html,
            "<p class=\"note\">By the runs: how well they pin the difference down. Over parameters: where it lies for 95% of the \
             sets of parameters that the data leave open, or why that cannot be told.</p>"
        );
        heads.push("95% over parameters");
    }
    heads.push("Verdict");
    html.push_str("<table><thead><tr>");
    for head in &heads {
        let _ = write!(html, "<th scope=\"col\">{head}</th>");
    }
    html.push_str("</tr></thead>\n");
    for compared in &comparison.outcomes {
        let shown = show(compared);
        let base = compared
            .level(&comparison.baseline)
            .map_or(String::from("no case"), |x| level(shown, x));
        let _ = writeln!(
            html,
            "<tbody><tr><th scope=\"rowgroup\" colspan=\"{}\">{} ({})</th></tr>",
            heads.len(),
            escape(&compared.label),
            escape(&base)
        );
        for d in compared.ranked() {
            let (change, range) = change(shown, d);
            let _ = writeln!(
                html,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>{}<td>{}</td></tr>",
                escape(comparison.label(&d.arm)),
                escape(&change),
                escape(&range),
                match with_parameters {
                    true => format!("<td>{}</td>", escape(&over_parameters(shown, d).unwrap_or_default())),
                    false => String::new(),
                },
                d.verdict.word()
            );
        }
        html.push_str("</tbody>\n");
    }
    html.push_str("</table>\n");
    html
}
