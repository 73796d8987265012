//! `deter verify`: is a result still what was written?

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Failure, exit, pretty, terminal};
use crate::numerals::counted;
use crate::results::{Inspection, MANIFEST, inspect};

/// Format of the findings as JSON.
const FORMAT: &str = "deter.verify/1";

/// `deter verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Result folders, or their manifests
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
        for named in &self.folders {
            let folder = folder_of(named);
            terminal::tidy(folder)?;
            let inspection = inspect(folder)?;
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
