//! Which files of a folder are ours: those that our manifest names, pictures and the page only with the bytes that we
//! wrote. Everything else belongs to whoever put it there, an edited picture included.

use super::error::ResultsError;
use super::files::{checksum, name_of};
use super::folder::MANIFEST;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// How the format of every manifest of ours begins, whatever its version.
const OURS: &str = "deter.manifest/";

/// What the manifest of a folder says is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Own {
    /// The folder has a manifest of ours.
    pub is_result: bool,
    /// Why what stands there is no manifest of ours, if something does.
    pub reason: Option<String>,
    pub plan_hash: String,
    /// Data: ours by name, since a later result replaces them whole.
    data: BTreeSet<String>,
    /// Pictures and the page, with the checksums of what we wrote: ours until somebody edits them.
    redrawn: BTreeMap<String, String>,
}

/// As much of a manifest as tells what is ours; also of a damaged one, or one of another version.
#[derive(Deserialize)]
struct Claim {
    format: String,
    #[serde(default)]
    plan_hash: String,
    #[serde(default)]
    checksums: BTreeMap<String, String>,
    #[serde(default)]
    pictures: BTreeMap<String, String>,
}

impl Own {
    /// What is ours in the folder `dir`; nothing where there is no manifest of ours.
    ///
    /// # Errors
    /// [`ResultsError::Io`] where the manifest is there and cannot be read.
    pub(super) fn read(dir: &Path) -> Result<Own, ResultsError> {
        let path = dir.join(MANIFEST);
        let foreign = |reason: String| Own {
            reason: Some(reason),
            ..Own::default()
        };
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Own::default()),
            Err(cause) if cause.kind() == io::ErrorKind::IsADirectory => {
                return Ok(foreign(format!("{MANIFEST} is a folder")));
            }
            Err(cause) => return Err(ResultsError::io("read", &path)(cause)),
        };
        let claim: Claim = match serde_json::from_slice(&text) {
            Ok(claim) => claim,
            Err(cause) => return Ok(foreign(format!("{MANIFEST}: {cause}"))),
        };
        if !claim.format.starts_with(OURS) {
            return Ok(foreign(format!("{MANIFEST} is of another program")));
        }
        Ok(Own {
            is_result: true,
            reason: None,
            plan_hash: claim.plan_hash,
            data: claim.checksums.into_keys().chain([MANIFEST.to_owned()]).collect(),
            redrawn: claim.pictures,
        })
    }

    /// Whether `file` of the folder `dir` is ours. A folder or a device under a name of ours is not.
    ///
    /// # Errors
    /// [`ResultsError::Io`] where a picture cannot be read.
    pub(super) fn holds(&self, dir: &Path, file: &Path) -> Result<bool, ResultsError> {
        let (name, path) = (name_of(file), dir.join(file));
        let Ok(found) = fs::symlink_metadata(&path) else {
            return Ok(false);
        };
        if self.data.contains(&name) {
            return Ok(!found.is_dir());
        }
        match self.redrawn.get(&name) {
            Some(sum) if found.is_file() => Ok(checksum(&path)? == *sum),
            _ => Ok(false),
        }
    }

    /// Whether the manifest names `file`, edited or not.
    pub(super) fn names(&self, file: &Path) -> bool {
        let name = name_of(file);
        self.data.contains(&name) || self.redrawn.contains_key(&name)
    }

    /// Whether the manifest names a picture or page below `what`.
    pub(super) fn has_redrawn(&self, what: &str) -> bool {
        self.redrawn.keys().any(|name| Path::new(name).starts_with(what))
    }
}
