//! A story as text of eighty columns.

use super::story::{Change, Story, Variant};
use super::wording::{WIDTH, count, wrap};
use crate::text;

/// The whole page, with every value and its layer.
pub fn page(story: &Story) -> String {
    let mut out = wrap("", &story.title);
    out.push_str(&"=".repeat(text::line(&story.title).chars().count().min(WIDTH)));
    out.push('\n');
    out.push_str(&wrap("", &story.question));
    if !story.brief.is_empty() {
        out.push('\n');
        out.push_str(&wrap("", &story.brief));
    }
    out.push('\n');
    if let Some(option) = &story.option {
        out.push_str(&wrap("Option: ", option));
    }
    if !story.assumptions.is_empty() {
        out.push_str(&wrap("Assuming: ", &story.assumptions.join(", ")));
    }
    if !story.sources.is_empty() {
        out.push_str(&wrap("Drawn from: ", &story.sources.join(", ")));
    }
    out.push_str(&wrap("Run: ", &story.run));
    section(&mut out, "What answers the question", &story.answer);
    section(&mut out, "Who takes part", &story.who);
    section(&mut out, "Who is threatened", &story.threats);
    section(&mut out, "What is promised", &story.promises);
    section(&mut out, "What forces, budgets and talks stand and come", &story.forces);
    section(&mut out, "What will happen", &story.dated);
    section(
        &mut out,
        "What may happen at any time, or after something else",
        &story.random,
    );
    section(
        &mut out,
        "What is fixed to be answered in crises that events start",
        &story.answers,
    );
    let doubts: Vec<String> = story
        .uncertain
        .iter()
        .map(|d| format!("{}: {}. {} From {}.", d.path, d.words, d.meaning, d.layer))
        .collect();
    section(&mut out, "What is uncertain, drawn anew in each run", &doubts);
    if !story.options.is_empty() {
        heading(&mut out, "What the options change");
        for option in &story.options {
            variant(&mut out, option);
        }
    }
    heading(&mut out, "Where the values come from");
    for share in &story.layers {
        out.push_str(&wrap(
            "  - ",
            &format!("{}: {}", share.layer, count(share.values, "value")),
        ));
    }
    for v in &story.values {
        out.push_str(&wrap("    ", &format!("{} = {}  [{}]", v.path, v.value, v.layer)));
    }
    section(&mut out, "Views that --assume can lay over it", &story.assumption_sets);
    out
}

fn heading(out: &mut String, title: &str) {
    out.push_str(&format!("\n{title}\n{}\n", "-".repeat(title.chars().count())));
}

fn section(out: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    heading(out, title);
    for item in items {
        out.push_str(&wrap("  - ", item));
    }
}

fn variant(out: &mut String, option: &Variant) {
    let title = if option.label == option.name {
        option.name.clone()
    } else {
        format!("{} ({})", option.name, option.label)
    };
    let note = if option.note.is_empty() {
        title
    } else {
        format!("{title}: {}", option.note)
    };
    out.push_str(&wrap("  - ", &note));
    for change in &option.changes {
        out.push_str(&wrap("      ", &replaced(change)));
    }
    for event in &option.drops {
        out.push_str(&wrap("      drops: ", event));
    }
    for event in &option.adds {
        out.push_str(&wrap("      adds: ", event));
    }
}

fn replaced(c: &Change) -> String {
    let to = c.to.as_deref().unwrap_or("nothing");
    match (&c.from, &c.from_layer) {
        (Some(from), Some(layer)) => format!("{}: {from} [{layer}] becomes {to}", c.path),
        _ => format!("{}: {to}, given by no other layer", c.path),
    }
}
