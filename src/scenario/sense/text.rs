//! Rules about the head of a file and about what a scenario takes over from its world.

use std::path::Path;

use super::super::bundled;
use super::super::codes;
use super::super::layers::{Loaded, Role};
use super::super::leaf::Leaf;
use super::super::merged::Merged;
use super::super::schema::Kind;
use super::super::{RunSettings, Source};
use super::warn;
use crate::scenario::diagnostics::{Diagnostic, Report, show};

/// Longest brief, in lines: what a class can read before it begins.
const LONGEST_BRIEF: usize = 10;

/// Applies the rules to a scenario without its options.
pub fn rules(source: &Source, loaded: &Loaded, merged: &Merged, run: &RunSettings, report: &mut Report) {
    brief(loaded, report);
    cards(source, loaded, report);
    calendar(loaded, merged, run, report);
}

/// A brief is brief.
fn brief(loaded: &Loaded, report: &mut Report) {
    let text = loaded.main.head_text("brief").unwrap_or_default();
    let lines = text.trim().lines().count();
    if lines > LONGEST_BRIEF
        && let Some(entry) = loaded.main.head("brief")
    {
        let message = format!("the brief has {lines} lines");
        let help = format!("up to {LONGEST_BRIEF} are read; details belong into notes of events and options");
        warn(report, codes::LONG_BRIEF, &entry.value, message, &help);
    }
}

/// Cards exist: bundled, or as a file of the same name beside the scenario or in a folder `seeds` near it. What is no id
/// (it has blanks or is a link) is a citation and stands for itself.
fn cards(source: &Source, loaded: &Loaded, report: &mut Report) {
    for card in loaded.main.head_names("sources") {
        let is_citation = card.name.contains(char::is_whitespace) || card.name.contains(':');
        if is_citation || bundled::is_card(&card.name) || stands_near(source, &card.name) {
            continue;
        }
        let known = bundled::card_names();
        let message = format!("there is no card `{}`", show(&card.name));
        let mut finding = Diagnostic::warning(codes::NO_CARD, &card.place, message)
            .nearest(&card.name, known.iter().map(String::as_str));
        if finding.help.is_none() {
            finding = finding.help("write a card seeds/NAME.toml, or give the citation itself as a text");
        }
        report.push(finding);
    }
}

/// True if a card of this name lies beside the scenario file or in a folder `seeds` near it.
fn stands_near(source: &Source, name: &str) -> bool {
    let Source::Path(path) = source else { return false };
    let folder = path.parent().unwrap_or(Path::new(""));
    let file = format!("{name}.toml");
    ["", "seeds", "../seeds"]
        .iter()
        .any(|at| folder.join(at).join(&file).is_file())
}

/// Months count from the start: a scenario that begins at another date than its world must restate them.
fn calendar(loaded: &Loaded, merged: &Merged, run: &RunSettings, report: &mut Report) {
    let starts = loaded.layers.iter().filter(|l| l.role == Role::Extended);
    let mut entries = starts.flat_map(|l| &l.flat.entries).filter(|e| e.path == "run.start");
    let Some(Leaf::Month(year, month)) = entries.next_back().map(|e| &e.leaf) else {
        return;
    };
    let shift = (run.start.0 - year) * 12 + run.start.1 as i32 - *month as i32;
    let Some(set) = merged.get("run.start").filter(|_| shift != 0) else {
        return;
    };
    let is_vote = |path: &str| path.starts_with("states.") && path.ends_with(".election");
    let votes = || merged.values.iter().filter(|(path, _)| is_vote(path));
    let dated = |(_, set): &(&String, &super::super::merged::Set)| {
        let Kind::Figure(field) = set.known.kind else {
            return false;
        };
        matches!(set.leaf, Leaf::Number(x) if x > 0.0 && x < field.default)
    };
    if merged.wrong.iter().any(|path| is_vote(path)) || merged.is_doubtful(report, "run.start") {
        return;
    }
    let is_restated = votes().any(|(_, set)| set.role != Role::Extended);
    let kept = votes().filter(dated).count();
    if kept > 0 && !is_restated {
        let message = format!(
            "the scenario starts in {:04}-{:02}, its world in {year:04}-{month:02}; {kept} elections are still counted \
             from the world's start",
            run.start.0, run.start.1
        );
        let way = if shift < 0 { "add" } else { "take" };
        let help = format!(
            "restate what matters: {way} {} months {} `election` of the states concerned, likewise forces and wars",
            shift.abs(),
            if shift < 0 { "to" } else { "from" }
        );
        warn(report, codes::CALENDAR, &set.value, message, &help);
    }
}
