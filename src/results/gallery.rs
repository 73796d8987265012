//! Pictures and other single files in a folder of the user's choice, which may hold anything.
//!
//! What was written is remembered in `.deter-files.json` beside the files. A file that is not remembered, or was edited,
//! is somebody's: it stays, and the new one gets a name beside it.

use super::error::ResultsError;
use super::files::{checksum, write_whole};
use super::swap::beside;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The memory of what is ours.
const INDEX: &str = ".deter-files.json";
/// Format of the document.
const FORMAT: &str = "deter.files/1";

/// File name to the checksums of what we wrote or are about to write under it.
#[derive(Serialize, Deserialize)]
struct Index {
    format: String,
    files: BTreeMap<String, BTreeSet<String>>,
}

/// Writes files into the folder `dir`, which is made if need be. Returns their paths, and a sentence for each that could
/// not have its name.
///
/// # Errors
/// [`ResultsError::Io`]; no half-written file is left, and files of others are as they were.
pub fn write_beside_others(
    dir: &Path,
    files: &[(String, Vec<u8>)],
) -> Result<(Vec<PathBuf>, Vec<String>), ResultsError> {
    fs::create_dir_all(dir).map_err(ResultsError::io("create", dir))?;
    let path = dir.join(INDEX);
    let known: Option<Index> = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let mut index = known.filter(|index| index.format == FORMAT).unwrap_or(Index {
        format: FORMAT.to_owned(),
        files: BTreeMap::new(),
    });
    let (mut places, mut notices) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let sum = blake3::hash(bytes).to_hex().to_string();
        let mut place = dir.join(name);
        let mut number = 1;
        while !is_free(&place, &index, &sum)? {
            let word = if number == 1 {
                "new".to_owned()
            } else {
                format!("new-{number}")
            };
            place = beside(&dir.join(name), &word);
            number += 1;
        }
        let own = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if own != *name {
            notices.push(format!(
                "{} was edited or is not ours, and stays; the new one is {own}",
                crate::text::path(&dir.join(name))
            ));
        }
        places.push((place, own, sum));
    }
    // First what is about to be ours as well, so that a kill at any moment leaves nothing that we would take for a user's.
    for (_, name, sum) in &places {
        index.files.entry(name.clone()).or_default().insert(sum.clone());
    }
    save(&path, &index)?;
    for ((place, ..), (_, bytes)) in places.iter().zip(files) {
        write_whole(place, bytes).map_err(ResultsError::io("write", place))?;
    }
    for (_, name, sum) in &places {
        index.files.insert(name.clone(), BTreeSet::from([sum.clone()]));
    }
    save(&path, &index)?;
    Ok((places.into_iter().map(|(place, ..)| place).collect(), notices))
}

/// Whether a name is free, or what has it is ours or the same.
fn is_free(place: &Path, index: &Index, sum: &String) -> Result<bool, ResultsError> {
    let Ok(found) = fs::symlink_metadata(place) else {
        return Ok(true);
    };
    if !found.is_file() {
        return Ok(false);
    }
    let there = checksum(place)?;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let ours = index.files.get(name.as_ref());
    Ok(there == *sum || ours.is_some_and(|sums| sums.contains(&there)))
}

fn save(path: &Path, index: &Index) -> Result<(), ResultsError> {
    let mut text = serde_json::to_vec_pretty(index).map_err(|e| ResultsError::io("write", path)(e.into()))?;
    text.push(b'\n');
    write_whole(path, &text).map_err(ResultsError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(dir: &Path, text: &str) -> Vec<String> {
        let files = [("a.svg".to_owned(), text.as_bytes().to_vec())];
        write_beside_others(dir, &files).expect("written").1
    }

    #[test]
    fn files_of_others_and_edited_ones_stay_and_ours_are_replaced() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap_or_default();
        assert!(write(dir.path(), "one").is_empty());
        assert!(write(dir.path(), "two").is_empty());
        assert_eq!(read("a.svg"), "two");
        fs::write(dir.path().join("a.svg"), "annotated").expect("edited");
        for text in ["three", "four"] {
            assert_eq!(write(dir.path(), text).len(), 1);
            assert_eq!(
                (read("a.svg"), read("a.new.svg")),
                ("annotated".to_owned(), text.to_owned())
            );
        }
    }
}
