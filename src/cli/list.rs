//! `deter list`: what is bundled.

use clap::{Args, ValueEnum};

use super::{Failure, exit, terminal};
use crate::scenario::bundled::{self, Bundled};
use crate::scenario::{Request, Source, load};

/// `deter list`.
#[derive(Debug, Args)]
pub struct List {
    /// One kind only
    kind: Option<Kind>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Scenarios,
    Worlds,
    Assumptions,
    Seeds,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Scenarios, Kind::Worlds, Kind::Assumptions, Kind::Seeds];

    fn heading(self) -> &'static str {
        match self {
            Kind::Scenarios => "scenarios",
            Kind::Worlds => "worlds",
            Kind::Assumptions => "assumptions",
            Kind::Seeds => "seeds",
        }
    }

    fn items(self) -> Vec<Bundled> {
        match self {
            Kind::Scenarios => bundled::scenarios(),
            Kind::Worlds => bundled::worlds(),
            Kind::Assumptions => bundled::assumptions(),
            Kind::Seeds => bundled::seeds(),
        }
    }
}

impl List {
    pub fn run(self) -> Result<u8, Failure> {
        let kinds: Vec<Kind> = self.kind.map_or(Kind::ALL.to_vec(), |k| vec![k]);
        let text = if self.json { json(&kinds)? } else { text(&kinds) };
        terminal::print(&text)?;
        Ok(exit::DONE)
    }
}

/// Names of the options of a bundled scenario.
fn options(name: &str) -> Vec<String> {
    load(&Request::new(Source::Bundled(name.to_owned())))
        .map(|s| s.options.into_iter().map(|o| o.name).collect())
        .unwrap_or_default()
}

fn text(kinds: &[Kind]) -> String {
    let mut text = String::new();
    for kind in kinds {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", kind.heading()));
        for item in kind.items() {
            text.push_str(&format!("  {}\n      {}\n", item.name, item.line));
            if *kind == Kind::Scenarios {
                let options = options(&item.name);
                if !options.is_empty() {
                    text.push_str(&format!("      options: {}\n", options.join(", ")));
                }
            }
        }
    }
    text
}

fn json(kinds: &[Kind]) -> Result<String, Failure> {
    let mut whole = serde_json::Map::new();
    whole.insert("format".into(), "deter.list/1".into());
    for kind in kinds {
        let items: Vec<serde_json::Value> = kind
            .items()
            .into_iter()
            .map(|item| {
                let mut entry = serde_json::json!({"name": item.name, "title": item.title, "line": item.line});
                if *kind == Kind::Scenarios
                    && let Some(entry) = entry.as_object_mut()
                {
                    entry.insert("options".into(), options(&item.name).into());
                }
                entry
            })
            .collect();
        whole.insert(kind.heading().into(), items.into());
    }
    serde_json::to_string_pretty(&whole)
        .map(|text| text + "\n")
        .map_err(|e| Failure::Other {
            message: format!("cannot write the list as JSON: {e}"),
            code: exit::IO,
        })
}
