//! A scenario on two screens: what can be chosen, what to look for, and what it is about, in this order.

use super::story::{Story, Variant};
use super::wording::{WIDTH, count, wrap};

/// Lines of two screens of twenty-four.
pub const LINES: usize = 48;
/// Options that have a line; more are counted.
const MOST_OPTIONS: usize = 17;
/// Widest column of names of options.
const NAME: usize = 24;
/// Lines of the brief, and of a paragraph after it.
const BRIEF: usize = 7;
const PARAGRAPH: usize = 3;

/// The page.
pub fn page(story: &Story) -> String {
    let mut out = wrap("", &story.title);
    out.push_str(&wrap("", &story.question));
    out.push_str(&options(story));
    out.push_str(&looks(story));
    let foot = foot(story);
    let mut left = LINES.saturating_sub(lines(&out) + lines(&foot));
    for (title, text, most) in body(story) {
        // A blank line stands before each.
        let room = left.saturating_sub(1).min(most);
        let part = paragraph(title, &text, room);
        if !part.is_empty() {
            left -= lines(&part) + 1;
            out.push('\n');
            out.push_str(&part);
        }
    }
    out + &foot
}

fn lines(text: &str) -> usize {
    text.lines().count()
}

/// The sentences of a text that fit into so many lines, after a title.
fn paragraph(title: &str, text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = wrap("", &format!("{title}{flat}"));
    if flat.is_empty() || lines(&whole) <= most {
        return if flat.is_empty() { String::new() } else { whole };
    }
    let mut ends: Vec<usize> = flat.match_indices(". ").map(|(at, _)| at + 1).collect();
    while let Some(end) = ends.pop() {
        let part = wrap("", &format!("{title}{} …", &flat[..end]));
        if lines(&part) <= most {
            return part;
        }
    }
    // Not even a sentence fits: as many words as do.
    let whole: Vec<&str> = whole.lines().take(most).collect();
    match whole.split_last() {
        None => String::new(),
        Some((last, rest)) => {
            let cut: String = last.chars().take(WIDTH - 2).collect();
            let mut text = rest.iter().map(|l| format!("{l}\n")).collect::<String>();
            text.push_str(&format!("{} …\n", cut.trim_end()));
            text
        }
    }
}

/// Options by name, those that the answer plays marked.
fn options(story: &Story) -> String {
    if story.options.is_empty() {
        return String::new();
    }
    let mut out = String::from("\nWhat can be chosen, by --option NAME");
    out.push_str(if story.compared.is_empty() {
        ":\n"
    } else {
        " (* played by `deter run`):\n"
    });
    let width = story
        .options
        .iter()
        .map(|o| o.name.chars().count())
        .max()
        .unwrap_or(0)
        .min(NAME);
    let is_own = |o: &&Variant| story.compared.contains(&o.name);
    // Those that answer are never left out.
    let mut shown: Vec<&Variant> = story.options.iter().filter(is_own).collect();
    shown.extend(story.options.iter().filter(|o| !is_own(o)));
    let left = shown.len().saturating_sub(MOST_OPTIONS);
    shown.truncate(MOST_OPTIONS);
    for option in shown {
        let mark = if is_own(&option) { '*' } else { ' ' };
        let (name, label) = (&option.name, crate::text::line(&option.label).into_owned());
        let room = WIDTH - width.max(name.chars().count()) - 6;
        let label = match label.chars().count() > room {
            true => format!("{}…", label.chars().take(room - 1).collect::<String>().trim_end()),
            false => label,
        };
        out.push_str(format!("  {mark} {name:<width$}  {label}").trim_end());
        out.push('\n');
    }
    if left > 0 {
        out.push_str(&format!("    and {left} more, with --values\n"));
    }
    out
}

/// The outcomes that answer.
fn looks(story: &Story) -> String {
    if story.looks.is_empty() {
        return String::new();
    }
    let mut out = String::from("\nWhat to look for first:\n");
    for look in &story.looks {
        out.push_str(&wrap("  - ", &format!("{} ({})", look.noun, look.id)));
    }
    out
}

/// What it is about: the brief, the promise, the threat and what happens, the most telling first.
fn body(story: &Story) -> Vec<(&'static str, String, usize)> {
    let mut parts = vec![("", story.brief.clone(), BRIEF)];
    let first = |list: &[String]| list.first().cloned().unwrap_or_default();
    parts.push(("The promise: ", first(&story.promises), PARAGRAPH));
    parts.push(("The threat: ", first(&story.threats), PARAGRAPH));
    let events = story.dated.len() + story.random.len();
    let begins = story
        .dated
        .iter()
        .chain(&story.random)
        .take(2)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    if events > 0 {
        let happens = match events {
            1 => begins,
            n => format!("{}, such as: {begins}", count(n, "event")),
        };
        parts.push(("What happens: ", happens, PARAGRAPH));
    }
    parts
}

fn foot(story: &Story) -> String {
    let mut out = String::from("\n");
    let mut row = |title: &str, text: &str| out.push_str(&paragraph(&format!("{title:<11}"), text, 2));
    if let Some(option) = &story.option {
        row("Option:", option);
    }
    if !story.assumptions.is_empty() {
        row("Assuming:", &story.assumptions.join(", "));
    }
    row("Run:", &story.run);
    if !story.uncertain.is_empty() {
        let joint = story.uncertain.iter().filter(|d| d.joint).count();
        let drawn = match joint {
            0 => String::new(),
            n => format!(", {n} of them jointly"),
        };
        row(
            "Uncertain:",
            &format!(
                "{}, drawn anew in each run{drawn}",
                count(story.uncertain.len(), "number")
            ),
        );
    }
    let views: Vec<&str> = story
        .assumption_sets
        .iter()
        .filter_map(|a| a.split(':').next())
        .collect();
    row("--assume:", &views.join(", "));
    out.push_str(&paragraph(
        "",
        "Everything, with what each option changes and where each value comes from: the same command with --values",
        3,
    ));
    out
}
