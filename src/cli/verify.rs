//! `deter verify`: is a result still what was written?

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Failure, exit, pretty, terminal};
use crate::batch::index;
use crate::numerals::counted;
use crate::results::{Fault, Inspection, MANIFEST, inspect};

/// Format of the findings as JSON.
const FORMAT: &str = "deter.verify/1";

/// `deter verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Result folders, or their manifests; folders of batches stand for all their cells
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(self) -> Result<u8, Failure> {
        let mut code = exit::DONE;
        let mut documents = Vec::new();
        for (folder, plan) in self.folders.iter().flat_map(|named| results_of(named)) {
            let folder = folder.as_path();
            terminal::tidy(folder)?;
            let mut inspection = inspect(folder)?;
            if let Some((manifest, plan)) = inspection.manifest.as_ref().zip(plan)
                && manifest.plan_hash != plan
            {
                inspection.faults.push(Fault {
                    file: MANIFEST.to_owned(),
                    fault: "disagrees",
                    text: "it is the result of another plan than the index of the batch says".to_owned(),
                    is_data: true,
                });
            }
            if !inspection.faults.is_empty() {
                code = exit::FINDING;
            }
            if self.json {
                documents.push(document(folder, &inspection));
            } else {
                terminal::print(&page(folder, &inspection))?;
            }
        }
        if self.json {
            terminal::print(&pretty(&json!({"format": FORMAT, "results": documents}))?)?;
        }
        Ok(code)
    }
}

/// The result folders that a word stands for: those of all cells for the folder of a batch, each with the plan that the
/// batch has it by.
fn results_of(named: &Path) -> Vec<(PathBuf, Option<String>)> {
    let folder = folder_of(named);
    match index::claimed(folder) {
        Some(cells) if !folder.join(MANIFEST).exists() => {
            cells.into_iter().map(|(folder, plan)| (folder, Some(plan))).collect()
        }
        _ => vec![(folder.to_path_buf(), None)],
    }
}

/// The folder of a result, named by itself or by its manifest.
pub fn folder_of(named: &Path) -> &Path {
    match named.parent() {
        Some(above) if named.file_name().is_some_and(|name| name == MANIFEST) => {
            if above.as_os_str().is_empty() {
                Path::new(".")
            } else {
                above
            }
        }
        _ => named,
    }
}

fn document(folder: &Path, inspection: &Inspection) -> serde_json::Value {
    let manifest = inspection.manifest.as_ref();
    json!({
        "folder": folder.display().to_string(),
        "sound": inspection.faults.is_empty(),
        "state": manifest.map(|m| &m.state),
        "plan_hash": manifest.map(|m| &m.plan_hash),
        "files": inspection.files,
        "faults": inspection.faults,
    })
}

fn page(folder: &Path, inspection: &Inspection) -> String {
    let shown = crate::text::path(folder);
    let state = match &inspection.manifest {
        Some(manifest) => format!(
            "{} result of {}",
            manifest.state,
            counted(manifest.runs_finished, "run")
        ),
        None => "a result whose manifest cannot be trusted".to_owned(),
    };
    if inspection.faults.is_empty() {
        let files = counted(inspection.files as u64, "file");
        return format!("{shown}: sound; {state}, {files} as written\n");
    }
    let mut text = format!("{shown}: not as it was written; {state}\n");
    for fault in &inspection.faults {
        text.push_str(&format!("  {}: {}\n", fault.file, fault.text));
    }
    let advice = if inspection.manifest.is_none() {
        "run the scenario again with `--out` this folder to mend it"
    } else if inspection.faults.iter().any(|fault| fault.is_data) {
        "`deter run` of the folder mends it if scenario.json is whole; else run the scenario again"
    } else {
        "the data are sound; `deter chart` and `deter report` make pictures and page anew"
    };
    text.push_str(&format!("  {advice}\n"));
    text
}
