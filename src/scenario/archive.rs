//! Every text that a scenario was read from, so that it can be read again when the files are gone or have changed.
//!
//! A result folder keeps it as `scenario.json`, format `deter.scenario/1`. Loading it gives the same scenario: same
//! layers, same order, same hash.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Format of the document.
pub const ARCHIVE_FORMAT: &str = "deter.scenario/1";

/// What was asked for, and the texts that answered it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    pub format: String,
    /// File stem of the scenario.
    pub name: String,
    pub option: Option<String>,
    /// Assumption sets as they were asked for.
    pub assume: Vec<String>,
    /// Overrides, those of `--runs`, `--seed` and `--months` included.
    pub sets: Vec<String>,
    /// The file of each assumption set, as a place in `files`.
    pub assumptions: Vec<usize>,
    /// The first is the scenario itself.
    pub files: Vec<ArchivedFile>,
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedFile {
    /// Without the folder of a file on disk: that is nobody's business.
    pub name: String,
    /// What the names in its `extends` led to, as places in `files`.
    pub extends: BTreeMap<String, usize>,
    pub text: String,
}

impl ArchivedFile {
    /// A file that was read under the path or bundled name `name`.
    pub fn new(name: &str, is_bundled: bool, text: &str) -> Self {
        let last = Path::new(name).file_name().map(|n| n.to_string_lossy().into_owned());
        Self {
            name: match last {
                Some(last) if !is_bundled => last,
                _ => name.to_owned(),
            },
            extends: BTreeMap::new(),
            text: text.to_owned(),
        }
    }
}
