//! Explains in plain English: a scenario, the code of a finding, an outcome, a figure, and every name in bundled files.

mod answer;
mod brief;
mod events;
mod figure;
mod names;
mod page;
mod promises;
mod story;
mod wording;

pub use brief::{LINES, page as brief};
pub use names::Name;
pub use page::page;
pub use story::{Change, Doubt, Look, Share, Story, Value, Variant, story};

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::results::metrics::{self, METRICS, Metric};
use crate::scenario::codes::{self, Explanation};
use crate::scenario::diagnostics::nearest;
use crate::scenario::examples::{self, WORLD};
use crate::scenario::schema::{Known, known};
use crate::scenario::{Source, bundled};
use wording::wrap;

/// Format tag of the JSON of every explanation.
pub const FORMAT: &str = "deter.explain/1";

/// What a word may stand for.
#[derive(Debug, Clone)]
pub enum Topic {
    /// A scenario, to be told with [`story()`].
    Scenario(Source),
    Code(&'static Explanation),
    Metric(&'static Metric),
    /// A key of the scenario file, and the path as it was asked for.
    Key(&'static Known, String),
    /// A group of keys, such as `beliefs`.
    Group(String),
    /// A name of bundled files or of results.
    Name(Name),
}

/// Everything that a word stands for. A file or a scenario wins over all else; a code is nobody else's name; a word such
/// as `war`, an outcome and a group of figures at once, gives both. Where only bundled files are read, no file is looked for.
pub fn topics(word: &str, bundled_only: bool) -> Vec<Topic> {
    if let Some(code) = codes::explain(word) {
        return vec![Topic::Code(code)];
    }
    let source = if bundled_only {
        Source::Bundled(word.to_owned())
    } else {
        Source::resolve(word)
    };
    // A world or a view is told as what it is, unless a file of the user's has its name.
    let is_file = matches!(&source, Source::Path(path) if path.is_file());
    if !is_file && names::is_part(word) {
        return names::find(word).into_iter().map(Topic::Name).collect();
    }
    // What stands there and is no scenario file is refused with its reason by the reader.
    if matches!(&source, Source::Path(path) if path.exists() && !path.is_dir()) || bundled::text(word).is_some() {
        return vec![Topic::Scenario(source)];
    }
    let mut found: Vec<Topic> = metrics::find(word).into_iter().map(Topic::Metric).collect();
    found.extend(figure::keys(word).into_iter().map(|(key, path)| Topic::Key(key, path)));
    if known()
        .iter()
        .any(|k| k.path.split('.').next() == Some(word) && k.path != word)
    {
        found.push(Topic::Group(word.to_owned()));
    }
    found.extend(names::find(word).into_iter().map(Topic::Name));
    found
}

/// The names nearest to a word that stands for nothing, of any kind, each with what it is.
pub fn guesses(word: &str) -> Vec<String> {
    let scenarios: Vec<String> = bundled::scenarios().into_iter().map(|b| b.name).collect();
    let keys: BTreeSet<&str> = known()
        .iter()
        .flat_map(|k| [k.path.as_str(), k.path.rsplit('.').next().unwrap_or_default()])
        .filter(|name| !name.starts_with('<'))
        .collect();
    let groups: BTreeSet<&str> = known().iter().filter_map(|k| k.path.split('.').next()).collect();
    let codes: Vec<&str> = codes::ALL.iter().map(|e| e.code).collect();
    let metrics: Vec<&str> = METRICS.iter().map(|m| m.id).collect();
    // The first part of an id names the measure: `credability.nato.land_grab` is near to `credibility`.
    let first = word.split('.').next().unwrap_or(word);
    let heads: BTreeSet<&str> = METRICS.iter().filter_map(|m| m.id.split('.').next()).collect();
    let mut found = Vec::new();
    let mut guess = |kind: &str, name: Option<&str>| {
        if let Some(name) = name {
            found.push(format!("{name} ({kind})"));
        }
    };
    guess("scenario", nearest(word, scenarios.iter().map(String::as_str)));
    guess("code", nearest(word, codes));
    let metric = nearest(word, metrics).or_else(|| {
        let head = nearest(first, heads)?;
        METRICS
            .iter()
            .map(|m| m.id)
            .find(|id| id.split('.').next() == Some(head))
    });
    guess("outcome or series", metric);
    guess("figure", nearest(word, keys));
    guess("group of figures", nearest(word, groups));
    guess("name", names::near(word).as_deref());
    found
}

/// A topic other than a scenario as text of eighty columns.
pub fn text(topic: &Topic) -> String {
    match topic {
        Topic::Code(code) => code_text(code),
        Topic::Metric(metric) => metric_text(metric),
        Topic::Key(key, path) => figure::text(key, path),
        Topic::Group(name) => figure::group(name),
        Topic::Name(name) => name.page(),
        Topic::Scenario(_) => String::new(),
    }
}

/// A topic other than a scenario for programs.
pub fn json(topic: &Topic) -> serde_json::Value {
    match topic {
        Topic::Code(code) => {
            let example = examples::example(code.code);
            serde_json::json!({"kind": "code", "code": code.code, "title": code.title, "meaning": code.text,
                "wrong": example.map(|e| e.wrong), "right": example.map(|e| e.right)})
        }
        Topic::Metric(m) => serde_json::json!({"kind": "metric", "id": m.id, "form": m.form.name(), "unit": m.unit,
            "meaning": m.meaning, "interval": m.form.interval(), "section": m.section}),
        Topic::Key(key, path) => figure::json(key, path),
        Topic::Group(name) => figure::group_json(name),
        Topic::Name(name) => serde_json::json!(name),
        Topic::Scenario(_) => serde_json::Value::Null,
    }
}

fn code_text(code: &Explanation) -> String {
    let mut out = wrap("", &format!("{}: {}", code.code, code.title));
    out.push('\n');
    out.push_str(&wrap("", code.text));
    if let Some(example) = examples::example(code.code) {
        let show = |title: &str, text: &str| {
            let lines: Vec<String> = text.lines().map(|l| format!("    {l}")).collect();
            format!("\n{title}\n\n{}\n", lines.join("\n"))
        };
        out.push_str(&show("Wrong", example.wrong));
        out.push_str(&show("Right", example.right));
        out.push('\n');
        out.push_str(&wrap("", &format!("Both stand on top of {}.", WORLD.trim())));
    }
    out
}

fn metric_text(m: &Metric) -> String {
    let mut out = wrap("", &format!("{}: {}", m.id, m.form.name()));
    out.push('\n');
    out.push_str(&wrap("", m.meaning));
    out.push('\n');
    for (name, text) in [("Unit      ", m.unit), ("Interval  ", m.form.interval())] {
        out.push_str(&wrap(name, text));
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "Formula   docs/model.md, section {}", m.section);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Request, Source, load};
    use wording::WIDTH;

    fn kinds(word: &str) -> Vec<&'static str> {
        let kind = |t: &Topic| match t {
            Topic::Scenario(_) => "scenario",
            Topic::Code(_) => "code",
            Topic::Metric(_) => "metric",
            Topic::Key(..) => "key",
            Topic::Group(_) => "group",
            Topic::Name(name) => name.kind,
        };
        topics(word, false).iter().map(kind).collect()
    }

    #[test]
    fn words_find_what_they_name() {
        assert_eq!(kinds("s0201"), ["code"]);
        assert_eq!(kinds("status-quo"), ["scenario"]);
        assert_eq!(kinds("worlds/europe-2025"), ["world"]);
        assert_eq!(kinds("agnostic"), ["assumption set"]);
        assert_eq!(kinds("EST"), ["state"]);
        assert_eq!(kinds("Estonia"), ["state"]);
        assert_eq!(kinds("nato"), ["promise", "bloc"]);
        assert_eq!(kinds("land_grab"), ["rung"]);
        assert_eq!(kinds("credibility"), ["outcomes"]);
        assert_eq!(kinds("T01"), ["target"]);
        assert_eq!(kinds("L01"), ["law"]);
        assert_eq!(kinds("credibility.nato.land_grab.end"), ["metric"]);
        assert_eq!(kinds("beliefs.reputation"), ["key"]);
        assert_eq!(kinds("reputation"), ["key"]);
        assert_eq!(kinds("states.USA.resolve"), ["key"]);
        assert_eq!(kinds("states.<ISO3>.resolve"), ["key"]);
        assert_eq!(
            kinds("war"),
            ["metric", "group", "outcomes"],
            "an outcome, a group of figures, and the outcomes of single states"
        );
        assert_eq!(kinds("qwxz"), [] as [&str; 0]);
    }

    #[test]
    fn a_word_that_means_nothing_is_near_to_names_of_every_kind() {
        assert!(guesses("status-qou").contains(&"status-quo (scenario)".to_owned()));
        assert!(guesses("reputaton").iter().any(|g| g.starts_with("reputation")));
        assert!(
            guesses("credability.nato.land_grab")
                .iter()
                .any(|g| g.starts_with("credibility"))
        );
        assert!(guesses("S01011").iter().any(|g| g.ends_with("(code)")));
    }

    #[test]
    fn everything_that_has_a_name_is_explained_within_eighty_columns() {
        let mut texts: Vec<String> = codes::ALL.iter().map(|e| text(&Topic::Code(e))).collect();
        texts.extend(METRICS.iter().map(|m| text(&Topic::Metric(m))));
        let keys = known().iter().map(|k| Topic::Key(k, k.path.clone()));
        texts.extend(keys.map(|t| text(&t)));
        for text in texts {
            for line in text.lines().filter(|l| !l.starts_with("    ")) {
                assert!(line.chars().count() <= WIDTH, "{line}");
            }
        }
    }

    #[test]
    fn every_id_that_a_user_meets_is_explained() {
        let mut ids: BTreeSet<String> = codes::ALL.iter().map(|e| e.code.to_owned()).collect();
        ids.extend(METRICS.iter().map(|m| m.id.to_owned()));
        ids.extend(known().iter().map(|k| k.path.clone()));
        for card in crate::evidence::cards::bundled().expect("bundled cards are sound") {
            ids.extend(card.claims.iter().map(|c| c.id.clone()));
            ids.insert(card.id);
        }
        for (folder, list) in [("worlds", bundled::worlds()), ("assumptions", bundled::assumptions())] {
            ids.extend(list.iter().map(|b| format!("{folder}/{}", b.name)));
            ids.extend(list.into_iter().map(|b| b.name));
        }
        ids.extend(crate::evidence::targets().into_iter().map(|t| t.id));
        for scenario in bundled::scenarios() {
            let loaded = load(&Request::new(Source::Bundled(scenario.name.clone()))).expect("bundled scenarios load");
            let base = &loaded.base;
            ids.extend(
                base.states
                    .iter()
                    .flat_map(|s| s.blocs.iter().cloned().chain([s.iso3.clone(), s.name.clone()])),
            );
            ids.extend(base.arrangements.iter().map(|a| a.id.clone()));
            ids.extend(base.programs.iter().map(|p| p.id.clone()));
            ids.extend(base.ladder.iter().map(|r| r.id.clone()));
            ids.extend(loaded.options.iter().map(|o| o.name.clone()));
            ids.extend(
                loaded
                    .effective
                    .iter()
                    .map(|e| e.path.clone())
                    .filter(|p| !p.starts_with("event.")),
            );
            let plan = crate::engine::Plan::new(loaded);
            ids.extend(plan.model.measures.outcomes.iter().map(|o| o.id.clone()));
            ids.extend(plan.model.measures.series.iter().map(|s| s.id.clone()));
            ids.insert(scenario.name);
        }
        let is_unknown = |id: &&String| topics_of_name(id) == 0;
        let unknown: Vec<&String> = ids.iter().filter(is_unknown).collect();
        assert!(unknown.is_empty(), "{} of {}: {unknown:?}", unknown.len(), ids.len());
    }

    /// Topics that a word has; names are looked for only where nothing cheaper is found.
    fn topics_of_name(word: &str) -> usize {
        let cheap = codes::explain(word).is_some()
            || bundled::text(word).is_some()
            || !metrics::find(word).is_empty()
            || !figure::keys(word).is_empty();
        if cheap { 1 } else { topics(word, true).len() }
    }

    #[test]
    fn every_bundled_scenario_fits_two_screens_with_its_options_first() {
        for scenario in bundled::scenarios() {
            let told = story(&Request::new(Source::Bundled(scenario.name.clone()))).expect("bundled scenarios load");
            let page = brief(&told);
            assert!(
                page.lines().count() <= LINES,
                "{}: {} lines",
                scenario.name,
                page.lines().count()
            );
            for line in page.lines() {
                assert!(line.chars().count() <= WIDTH, "{}: {line}", scenario.name);
            }
            let at = |text: &str| page.find(text).unwrap_or(usize::MAX);
            for name in &told.compared {
                assert!(at(name) < at("What to look for first"), "{}: {name}", scenario.name);
            }
            assert!(told.looks.iter().all(|look| {
                let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
                flat.contains(&look.noun)
            }));
            assert!(page.contains("--values"));
        }
    }

    #[test]
    fn many_joint_draws_are_told_by_their_middle_and_their_range() {
        let told = story(&Request::new(Source::Bundled("status-quo".into()))).expect("a bundled scenario");
        let joint: Vec<&Doubt> = told.uncertain.iter().filter(|d| d.joint).collect();
        assert!(!joint.is_empty());
        for doubt in joint {
            let words = &doubt.words;
            let is_short = words.len() < 80 && words.starts_with("about ") && words.ends_with(" (200 joint draws)");
            assert!(is_short, "{words}");
        }
    }

    #[test]
    fn every_bundled_scenario_is_told_in_full() {
        for scenario in bundled::scenarios() {
            let request = Request::new(Source::Bundled(scenario.name.clone()));
            let told = story(&request).expect("bundled scenarios load");
            let loaded = load(&request).expect("bundled scenarios load");
            let page = page(&told);
            for line in page.lines().filter(|l| l.contains(' ')) {
                let is_long_word = line.split_whitespace().any(|w| w.chars().count() > WIDTH / 2);
                assert!(
                    line.chars().count() <= WIDTH || is_long_word,
                    "{}: {line}",
                    scenario.name
                );
            }
            let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
            let says = |words: &str| flat.contains(&words.split_whitespace().collect::<Vec<_>>().join(" "));
            assert!(says(&loaded.title) && says(&loaded.question));
            assert_eq!(told.dated.len() + told.random.len(), loaded.base.events.len());
            assert_eq!(told.promises.len(), loaded.base.arrangements.len());
            assert_eq!(told.uncertain.len(), loaded.uncertain.len());
            let values: usize = told.layers.iter().map(|l| l.values).sum();
            assert_eq!(values, loaded.effective.len());
            for option in &told.options {
                let changed = option.changes.len() + option.adds.len() + option.drops.len();
                assert!(
                    changed > 0,
                    "{}: option {} is said to change nothing",
                    scenario.name,
                    option.name
                );
            }
            for e in loaded.base.events.iter().filter(|e| !e.note.is_empty()) {
                assert!(says(&e.note), "{}: {}", scenario.name, e.note);
            }
        }
    }
}
