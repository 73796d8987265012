//! The scenarios, worlds, assumption sets and article cards that travel inside the binary.
//!
//! A file put into `scenarios/` or `seeds/` appears here with the next build; nothing lists them by hand.

use std::path::Path;

use include_dir::{Dir, include_dir};
use toml::de::DeTable;

static SCENARIOS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");
static SEEDS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/seeds");

/// A bundled file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundled {
    /// Name without folder and extension.
    pub name: String,
    /// Path below `scenarios/` or `seeds/`.
    pub path: String,
    /// Its `title`, or empty.
    pub title: String,
    /// Its `question` (`why` for an assumption set), or empty.
    pub line: String,
    /// The whole text.
    pub text: &'static str,
}

/// Bundled scenarios by name.
pub fn scenarios() -> Vec<Bundled> {
    folder(&SCENARIOS, None)
}

/// Bundled worlds by name; `extends` calls them `worlds/NAME`.
pub fn worlds() -> Vec<Bundled> {
    folder(&SCENARIOS, Some("worlds"))
}

/// Bundled assumption sets by name.
pub fn assumptions() -> Vec<Bundled> {
    folder(&SCENARIOS, Some("assumptions"))
}

/// The cards of the source articles, by name; in whatever format they have but notes on the folder.
pub fn seeds() -> Vec<Bundled> {
    let mut found = Vec::new();
    let mut open = vec![&SEEDS];
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        found.extend(dir.files().filter_map(|f| describe(f.path(), f.contents())));
    }
    found.retain(|b| b.name != "README" && !b.name.starts_with('.'));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// True if there is a bundled card of this name.
pub fn is_card(name: &str) -> bool {
    SEEDS.get_file(format!("{name}.toml")).is_some()
}

/// Names of the bundled cards.
pub fn card_names() -> Vec<String> {
    let files = SEEDS.files().map(include_dir::File::path);
    let cards = files.filter(|p| p.extension().is_some_and(|e| e == "toml"));
    cards
        .filter_map(|p| Some(p.file_stem()?.to_str()?.to_owned()))
        .collect()
}

/// Scenarios of the sanity laws, by name; `laws/NAME` on the command line.
pub fn laws() -> Vec<Bundled> {
    folder(&SCENARIOS, Some("laws"))
}

/// Templates of `deter new`, by name.
pub fn templates() -> Vec<Bundled> {
    folder(&SCENARIOS, Some("templates"))
}

/// The text of a bundled scenario file by its path below `scenarios/`, with or without `.toml`.
pub fn text(path: &str) -> Option<(String, &'static str)> {
    let with = if path.ends_with(".toml") {
        path.to_owned()
    } else {
        format!("{path}.toml")
    };
    let file = SCENARIOS.get_file(&with)?;
    Some((with, file.contents_utf8()?))
}

/// The TOML files of one folder.
fn folder(root: &'static Dir<'static>, name: Option<&str>) -> Vec<Bundled> {
    let dir = match name {
        Some(name) => root.get_dir(name),
        None => Some(root),
    };
    let files = dir.into_iter().flat_map(Dir::files);
    let tomls = files.filter(|f| f.path().extension().is_some_and(|e| e == "toml"));
    let mut found: Vec<Bundled> = tomls.filter_map(|f| describe(f.path(), f.contents())).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Reads the headline of a file; none if it is no text.
fn describe(path: &Path, contents: &'static [u8]) -> Option<Bundled> {
    let text = std::str::from_utf8(contents).ok()?;
    let table = match path.extension().and_then(|e| e.to_str()) {
        Some("toml") => DeTable::parse(text).ok(),
        _ => None,
    };
    let head = |key: &str| {
        let value = table.as_ref()?.get_ref().get(key)?;
        value.get_ref().as_str().map(|s| s.trim().to_owned())
    };
    Some(Bundled {
        name: path.file_stem()?.to_str()?.to_owned(),
        // The embedded paths use the separator of the machine that built the binary.
        path: path.to_str()?.replace('\\', "/"),
        title: head("title").unwrap_or_default(),
        line: head("question").or_else(|| head("why")).unwrap_or_default(),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_scenario_has_a_headline() {
        for bundled in scenarios() {
            assert!(!bundled.title.is_empty(), "{} has no title", bundled.path);
            assert!(!bundled.line.is_empty(), "{} has no question", bundled.path);
        }
    }

    #[test]
    fn bundled_files_are_found_with_and_without_extension() {
        for world in worlds() {
            let name = format!("worlds/{}", world.name);
            assert_eq!(text(&name).map(|t| t.1), Some(world.text));
            assert_eq!(text(&world.path).map(|t| t.1), Some(world.text));
        }
        assert!(text("no-such-thing").is_none());
    }

    #[test]
    fn notes_on_a_folder_are_no_cards() {
        assert!(seeds().iter().all(|card| card.name != "README"));
    }
}
