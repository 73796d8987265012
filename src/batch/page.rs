//! `index.html`: a batch on one page, readable without anything else; pictures and results are linked.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use super::index::{Index, RowCard, State};
use super::row::AS_WRITTEN;
use crate::numerals::counted;
use crate::report::STYLE;
use crate::study::Verdict;
use crate::study::format::Compared;
use crate::study::number::{change, level, show};
use crate::text::markup as escape;

/// What the tables of a batch need besides the look of every page.
const MORE: &str = "\
table.map td { text-align: center; } table.map .higher { background: #f3d9cf; } table.map .lower { background: #d3e3ef; }
@media (prefers-color-scheme: dark) { table.map .higher { background: #5a3325; } table.map .lower { background: #21425a; } }
figure img { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 0.3rem; background: #fff; }
";

/// The page.
pub fn render(index: &Index) -> String {
    let mut html = String::new();
    let title = escape(&index.title);
    // Writing to a string cannot fail, so the results of `write!` carry no information.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}{MORE}</style>\n</head>\n<body>\n<main>\n<header><p class=\"kind\">Batch</p><h1>{title}</h1>\n"
    );
    let scenarios: BTreeSet<&str> = index.rows.iter().map(|row| row.scenario.as_str()).collect();
    let facts = format!(
        "{} · {} · {}",
        counted(scenarios.len() as u64, "scenario"),
        counted(index.cells().count() as u64, "cell"),
        counted(index.faults() as u64, "failure")
    );
    let _ = writeln!(html, "<p class=\"facts\">{facts}</p></header>");
    html.push_str("<p class=\"note\">What follows under the stated assumptions; not a forecast. Options of a scenario are compared on the same luck.</p>\n");
    faults(&mut html, index);
    let mut last = "";
    for row in &index.rows {
        if row.scenario != last {
            last = &row.scenario;
            let _ = writeln!(
                html,
                "<h2 id=\"{}\">{}</h2>\n<p class=\"question\">{}</p>",
                escape(&row.scenario),
                escape(&row.title),
                escape(&row.question)
            );
            map(&mut html, index, &row.scenario);
        }
        section(&mut html, row);
    }
    let _ = write!(
        html,
        "<h2>Make it again</h2>\n<pre><code>{}</code></pre>\n<p class=\"facts\">deter {}. <a href=\"index.csv\">index.csv</a> lists the cells, <a href=\"outcomes.csv\">outcomes.csv</a> every number of this page, <a href=\"index.json\">index.json</a> all of it.</p>\n</main>\n</body>\n</html>\n",
        escape(&index.argv.join(" ")),
        escape(&index.version)
    );
    html
}

/// What failed, first of all.
fn faults(html: &mut String, index: &Index) {
    if index.faults() == 0 {
        return;
    }
    html.push_str("<h2>What failed</h2>\n<ul>\n");
    for unfit in &index.unfit {
        let _ = writeln!(
            html,
            "<li>{} under {}: {}</li>",
            escape(&unfit.scenario),
            escape(&unfit.assume),
            escape(&unfit.errors.join("; "))
        );
    }
    for (row, cell) in index.cells().filter(|(_, cell)| cell.state == State::Failed) {
        let _ = writeln!(
            html,
            "<li>{}, {} under {}: {}</li>",
            escape(&row.scenario),
            escape(&cell.label),
            escape(&row.assume),
            escape(cell.error.as_deref().unwrap_or_default())
        );
    }
    html.push_str("</ul>\n");
}

/// Options against assumption sets, for the outcome that the answer names first: does the finding hold whatever is assumed?
fn map(html: &mut String, index: &Index, scenario: &str) {
    let rows: Vec<&RowCard> = index.rows.iter().filter(|row| row.scenario == scenario).collect();
    let compared = |row: &'_ RowCard| row.comparison.is_some();
    let Some(first) = rows
        .iter()
        .find(|row| compared(row))
        .and_then(|row| row.outcomes().first())
    else {
        return;
    };
    if rows.len() < 2 {
        return;
    }
    let _ = writeln!(
        html,
        "<h3>{}: what each option changes, by what is assumed</h3>\n<table class=\"map\"><thead><tr><th scope=\"col\">Option</th>",
        escape(&first.label)
    );
    for row in &rows {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(&row.assume));
    }
    html.push_str("</tr></thead><tbody>\n");
    let mut options: Vec<(&str, &str)> = Vec::new();
    for cell in rows.iter().flat_map(|row| &row.cells) {
        if !options.iter().any(|(id, _)| *id == cell.id) {
            options.push((&cell.id, &cell.label));
        }
    }
    for (id, label) in options {
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", escape(label));
        for row in &rows {
            let (text, class) = row
                .outcomes()
                .iter()
                .find(|o| o.id == first.id)
                .map_or_else(|| (String::from("not there"), ""), |o| entry(row, o, id));
            let _ = write!(html, "<td class=\"{class}\">{}</td>", escape(&text));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table>\n");
}

/// The level of the baseline, or what an option changes, with the class of its verdict.
fn entry(row: &RowCard, outcome: &Compared, option: &str) -> (String, &'static str) {
    let shown = show(outcome);
    let is_base = row.comparison.as_ref().is_some_and(|c| c.baseline == option);
    if is_base {
        let base = outcome.level(option);
        return (base.map_or_else(|| "no case".to_owned(), |x| level(shown, x)), "");
    }
    match outcome.contrasts.iter().find(|c| c.arm == option) {
        None => ("not there".to_owned(), ""),
        Some(difference) => {
            let class = match difference.verdict {
                Verdict::Higher => "higher",
                Verdict::Lower => "lower",
                Verdict::NotResolved => "",
            };
            match difference.verdict {
                Verdict::NotResolved => ("not resolved".to_owned(), class),
                _ => (change(shown, difference).0, class),
            }
        }
    }
}

/// One row: the answer, its picture, the contrasts, and where the cells are.
fn section(html: &mut String, row: &RowCard) {
    let heading = match row.assume.as_str() {
        AS_WRITTEN => "As the scenario is written".to_owned(),
        sets => format!("Assuming {sets}"),
    };
    let _ = writeln!(html, "<h3>{}</h3>", escape(&heading));
    for remark in &row.remarks {
        let _ = writeln!(html, "<p class=\"facts\">{}</p>", escape(remark));
    }
    if let Some(comparison) = &row.comparison {
        for sentence in &comparison.answer {
            let _ = writeln!(html, "<p>{}</p>", escape(sentence));
        }
        if let Some(picture) = &row.picture {
            let _ = writeln!(
                html,
                "<figure><a href=\"{0}\"><img src=\"{0}\" loading=\"lazy\" alt=\"What the options change, outcome by outcome; the table below has the numbers.\"></a></figure>",
                link(picture)
            );
        }
        html.push_str("<details><summary>The numbers</summary>\n");
        html.push_str(&crate::report::contrasts(comparison));
        html.push_str("</details>\n");
    }
    if row.comparison.is_none() && !row.levels.is_empty() {
        html.push_str(
            "<table><thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Estimate</th></tr></thead><tbody>\n",
        );
        for outcome in &row.levels {
            let estimate = outcome.arms.first().and_then(|arm| arm.estimate);
            let text = estimate.map_or_else(|| "no case".to_owned(), |x| level(show(outcome), x));
            let _ = writeln!(
                html,
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escape(&outcome.label),
                escape(&text)
            );
        }
        html.push_str("</tbody></table>\n");
    }
    html.push_str("<details><summary>The cells</summary>\n<table><thead><tr><th scope=\"col\">Option</th><th scope=\"col\">State</th><th scope=\"col\">Runs</th></tr></thead><tbody>\n");
    for cell in &row.cells {
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\"><a href=\"{}/\">{}</a></th><td>{}</td><td>{}</td></tr>",
            link(&cell.folder),
            escape(&cell.label),
            // The page says what is there, not which call put it there.
            if cell.state == State::There {
                State::Complete.word()
            } else {
                cell.state.word()
            },
            cell.runs
        );
    }
    html.push_str("</tbody></table></details>\n");
}

/// A path as a link: parts joined by /, and nothing in it that a reader of HTML or of URLs would take for more.
fn link(path: &Path) -> String {
    let parts = path.components().map(|part| {
        let part = part.as_os_str().to_string_lossy().into_owned();
        part.bytes().fold(String::new(), |mut url, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'=' | b'+' => {
                    url.push(char::from(byte));
                }
                other => {
                    let _ = write!(url, "%{other:02X}");
                }
            }
            url
        })
    });
    parts.collect::<Vec<_>>().join("/")
}
