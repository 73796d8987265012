//! The page itself.

use std::fmt::Write;

use super::sentences::answer;
use crate::chart::Picture;
use crate::chart::font::Weight;
use crate::numerals::counted;
use crate::results::format::{Effective, Outcome, Stored};
use crate::results::members::reason;
use crate::study::number::{bound, ends, level, show_alone};
use crate::study::phrase::World;
use crate::text::markup as escape;

/// The look of every page.
pub const STYLE: &str = include_str!("page.css");

/// Renders the page.
pub fn render(stored: &Stored, pictures: &[Picture]) -> String {
    let s = &stored.summary;
    let m = &stored.manifest;
    let mut html = String::with_capacity(1 << 19);
    let title = escape(&s.scenario.title);
    // Writing to a string cannot fail, so the results of `write!` carry no information.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{}{}{STYLE}</style>\n</head>\n<body>\n<main>\n",
        face(400, Weight::Regular),
        face(700, Weight::Bold),
    );
    let _ = write!(
        html,
        "<header><p class=\"kind\">Scenario</p><h1>{title}</h1>\n<p class=\"question\">{}</p>",
        escape(&s.scenario.question)
    );
    let mut facts = vec![
        format!(
            "{} of {} from {}",
            counted(s.runs, "run"),
            counted(u64::from(s.months), "month"),
            m.start
        ),
        format!("seed {}", s.seed),
    ];
    facts.extend(s.option.iter().map(|o| format!("option {o}")));
    if !s.assumptions.is_empty() {
        facts.push(format!("assuming {}", s.assumptions.join(", ")));
    }
    if s.state != "complete" {
        facts.push("interrupted: these results are partial".to_owned());
    }
    let _ = writeln!(html, "<p class=\"facts\">{}</p></header>", escape(&facts.join(" · ")));

    section(&mut html, "answer", "The answer, under these assumptions");
    let comparison = stored.comparison.as_ref();
    for sentence in comparison.map_or_else(|| answer(stored), |c| c.answer.clone()) {
        let _ = writeln!(html, "<p>{}</p>", escape(&sentence));
    }
    let _ = writeln!(html, "<p class=\"note\">{}</p></section>", escape(&s.note));

    if let Some(comparison) = comparison {
        section(&mut html, "contrasts", "What the options change");
        html.push_str(&super::contrasts::render(comparison));
        html.push_str("</section>\n");
    }

    section(&mut html, "charts", "Charts");
    for picture in pictures {
        // What the page has said above is not said again under each picture.
        let answer = comparison.map_or_else(String::new, |c| c.answer.join(" "));
        let caption = caption(picture);
        let caption = match caption == answer {
            true => "What the options change, as in the table above.".to_owned(),
            false => caption,
        };
        let _ = writeln!(
            html,
            "<figure>{}<figcaption>{}</figcaption></figure>",
            picture.svg,
            escape(&caption)
        );
    }
    html.push_str("</section>\n");

    section(&mut html, "outcomes", "Outcomes");
    let with_parameters = s.outcomes.iter().any(|o| o.parameters.is_some());
    html.push_str("<table><thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Estimate</th><th scope=\"col\">95% by the runs</th>");
    if with_parameters {
        html.push_str("<th scope=\"col\">95% over parameters</th>");
    }
    html.push_str("<th scope=\"col\">Method</th></tr></thead><tbody>\n");
    let world = World::new(m);
    for outcome in s.outcomes.iter().filter(|o| is_headline(o)) {
        row(&mut html, outcome, &world, with_parameters);
    }
    html.push_str("</tbody></table>\n<p class=\"note\">All outcomes are in <code>summary.json</code>; every run is a row of <code>runs.parquet</code>.</p></section>\n");

    section(&mut html, "assumptions", "What was assumed");
    html.push_str("<p>Values that the scenario, its option, assumption sets or the command line set; the world and the defaults are below.</p>\n");
    let is_own = |e: &&Effective| e.layer != "default" && !e.layer.starts_with("worlds/");
    values(&mut html, m.effective.iter().filter(is_own));
    html.push_str("<details><summary>Values that vary from run to run</summary>\n");
    values(&mut html, m.effective.iter().filter(|e| e.value.contains('{')));
    html.push_str("</details>\n<details><summary>All values, with the layer each came from</summary>\n");
    values(&mut html, m.effective.iter());
    html.push_str("</details></section>\n");

    section(&mut html, "method", "Method and limits");
    html.push_str("<p>An agent-based model of challengers, guarantors and protégés on an escalation ladder, played many times with uncertain inputs drawn anew in each run. Probabilities carry Wilson intervals, means Student's intervals within their bounds, counted rates exact ones, pooled shares intervals by run. Intervals cover chance and the stated input uncertainty; they do not cover an error in the model itself. Brigade numbers are judgement. The output says what follows under stated assumptions; it is not a forecast.</p></section>\n");

    section(&mut html, "again", "Make it again");
    let _ = write!(
        html,
        "<pre><code>{}</code></pre>\n<p class=\"facts\">{} {} · plan {} · scenario {}</p></section>\n",
        escape(&m.argv.join(" ")),
        escape(&m.program),
        escape(&m.version),
        escape(&m.plan_hash[..m.plan_hash.len().min(16)]),
        escape(&s.scenario.hash[..s.scenario.hash.len().min(16)]),
    );
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn section(html: &mut String, id: &str, title: &str) {
    let _ = write!(
        html,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n"
    );
}

/// The outcomes a reader wants in print: not the ones by state.
fn is_headline(o: &Outcome) -> bool {
    !o.id
        .split('.')
        .any(|part| part.len() == 3 && part.chars().all(|c| c.is_ascii_uppercase()))
}

fn row(html: &mut String, o: &Outcome, world: &World, with_parameters: bool) {
    let show = show_alone(o);
    let estimate = o.estimate.map_or("no case".to_owned(), |x| level(show, x));
    let interval = match (o.interval, o.bound()) {
        (_, Some(high)) => format!("none seen; at most {}", bound(show, high)),
        (Some(interval), _) => ends(show, interval).join(" to "),
        (None, _) => String::new(),
    };
    let _ = writeln!(
        html,
        "<tr><th scope=\"row\">{} <code>{}</code></th><td>{}</td><td>{}</td>{}<td>{}</td></tr>",
        escape(&world.subject(&o.id, &o.label).heading()),
        escape(&o.id),
        escape(&estimate),
        escape(&interval),
        match with_parameters {
            true => format!("<td>{}</td>", escape(&over_parameters(o))),
            false => String::new(),
        },
        escape(&o.method),
    );
}

/// The interval over parameters, or in a word why there is none.
fn over_parameters(o: &Outcome) -> String {
    match o.parameters.as_ref().map(|p| (p.interval, p.reason.as_deref())) {
        Some((Some(interval), _)) => ends(show_alone(o), interval).join(" to "),
        Some((None, reason)) => reason::short(reason).to_owned(),
        None => String::new(),
    }
}

fn values<'a>(html: &mut String, values: impl Iterator<Item = &'a Effective>) {
    html.push_str("<table><thead><tr><th scope=\"col\">Value of</th><th scope=\"col\">is</th><th scope=\"col\">set by</th></tr></thead><tbody>\n");
    for e in values {
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
            escape(&e.path),
            escape(&e.value),
            escape(&e.layer)
        );
    }
    html.push_str("</tbody></table>\n");
}

/// The caption that was computed with the picture, without the headline that stands in the picture itself.
fn caption(picture: &Picture) -> String {
    let Ok(told) = serde_json::from_str::<serde_json::Value>(&picture.json) else {
        return String::new();
    };
    let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let (caption, headline) = (text("caption"), text("title"));
    match caption.strip_prefix(&headline).filter(|_| !headline.is_empty()) {
        Some(rest) => rest.split_once(". ").map_or("", |(_, more)| more).to_owned(),
        None => caption,
    }
}

/// The embedded typeface, once for text and pictures alike.
fn face(weight: u16, font: Weight) -> String {
    format!(
        "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/ttf;base64,{}) format('truetype')}}\n",
        base64(font.bytes())
    )
}

/// Base64 of RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let b = [
            chunk[0],
            chunk.get(1).copied().unwrap_or(0),
            chunk.get(2).copied().unwrap_or(0),
        ];
        let n = u32::from(b[0]) << 16 | u32::from(b[1]) << 8 | u32::from(b[2]);
        for k in 0..4 {
            if k <= chunk.len() {
                text.push(char::from(LETTERS[(n >> (18 - 6 * k) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
