//! Diagnoses a file of any kind: a scenario, a world or an assumption set.

use super::codes;
use super::diagnostics::{Diagnostic, Report};
use super::hints;
use super::layers::{self, Loaded};
use super::{Problems, Request, Source, build, finish, need};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Scenario,
    /// States, forces and arrangements to extend: a file without a question in a folder `worlds`.
    World,
    /// A view to be laid over scenarios: a file with `holders` or `why` and no question.
    Assumptions,
}

impl FileKind {
    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Scenario => "scenario",
            FileKind::World => "world",
            FileKind::Assumptions => "assumption set",
        }
    }

    fn of(source: &Source, loaded: &Loaded) -> Self {
        let has = |key: &str| loaded.main.head(key).is_some();
        let folder = match source {
            Source::Path(path) => path.parent().and_then(|p| p.file_name()?.to_str()),
            Source::Stdin(_) | Source::Archive(_) => None,
            Source::Bundled(name) | Source::Text { name, .. } => {
                name.rsplit_once('/').and_then(|(before, _)| before.rsplit('/').next())
            }
        };
        if has("question") {
            FileKind::Scenario
        } else if has("holders") || has("why") {
            FileKind::Assumptions
        } else if folder == Some("worlds") {
            FileKind::World
        } else {
            FileKind::Scenario
        }
    }
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspected {
    pub kind: FileKind,
    /// Warnings only: with errors the file is [`Problems::Invalid`].
    pub warnings: Vec<Diagnostic>,
}

/// Reads a file and applies every rule that holds for its kind. Names in an assumption set are checked where it is
/// laid over a scenario, because only that scenario knows them.
///
/// # Errors
/// As [`super::load`].
pub fn inspect(request: &Request) -> Result<Inspected, Problems> {
    let mut report = Report::default();
    let loaded = layers::read(request, &mut report)?;
    let kind = FileKind::of(&request.source, &loaded);
    match kind {
        FileKind::Scenario => {
            let warnings = finish(request, loaded, report)?.warnings;
            return Ok(Inspected { kind, warnings });
        }
        FileKind::World => {
            need(
                &loaded,
                "title",
                "a headline of a few words: title = \"...\"",
                &mut report,
            );
            let (_, compiled) = build(&loaded, None, true, &mut report);
            report.refine(hints::MONTHS, |text| hints::months_from(compiled.run.start, text));
        }
        FileKind::Assumptions => {
            need(
                &loaded,
                "title",
                "a headline of a few words: title = \"...\"",
                &mut report,
            );
            need(
                &loaded,
                "holders",
                "who holds this view: holders = [\"...\"]",
                &mut report,
            );
            need(&loaded, "why", "why somebody would hold it: why = \"...\"", &mut report);
            if let Some(option) = loaded.options.first() {
                let message = "an assumption set has no options; they belong to scenarios";
                report.push(Diagnostic::error(codes::UNKNOWN_KEY, &option.name.place, message));
            }
        }
    }
    let failed = report.has_errors();
    let findings = report.finish();
    if failed {
        return Err(Problems::Invalid(findings));
    }
    Ok(Inspected {
        kind,
        warnings: findings,
    })
}
