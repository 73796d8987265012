//! What a result folder promises: nothing half-written, nothing of others touched, nothing unnoticed.

use deterrence::model::record::{Measure, OutcomeSpec, RunRecord, SeriesSpec};
use deterrence::results::format::{
    Effective, EventTag, MANIFEST_FORMAT, Manifest, RungTag, SUMMARY_FORMAT, ScenarioTag, SeriesTag, Stored, Summary,
};
use deterrence::results::{
    About, Accumulator, ChallengesWriter, Column, Folder, MANIFEST, ResultsError, RunsWriter, SERIES, SUMMARY,
    read_manifest, verify, write_json, write_series,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

const MONTHS: u32 = 6;

fn tag() -> ScenarioTag {
    ScenarioTag {
        name: "test".to_string(),
        title: "A test".to_string(),
        question: "Does it hold?".to_string(),
        hash: "00".to_string(),
    }
}

fn outcome_specs() -> Vec<OutcomeSpec> {
    [
        ("war", Measure::Happened),
        ("rate.strike", Measure::Number),
        ("honoured.nato", Measure::Share),
    ]
    .into_iter()
    .map(|(id, measure)| OutcomeSpec {
        id: id.to_string(),
        label: id.to_string(),
        unit: "1",
        measure,
        range: (0.0, 1.0),
        expected: false,
    })
    .collect()
}

fn series_specs() -> Vec<SeriesSpec> {
    ["credibility", "force"]
        .into_iter()
        .map(|id| SeriesSpec {
            id: id.to_string(),
            label: id.to_string(),
            unit: "1",
            range: (0.0, 1.0),
            expected: false,
        })
        .collect()
}

/// Runs whose numbers are awkward: thirds, nothing observed, ends of the range.
fn records() -> Vec<RunRecord> {
    (0..50_u32)
        .map(|run| {
            let x = f64::from(run) / 49.0;
            let cell = |index: u32| {
                if index == 3 {
                    f64::NAN
                } else {
                    (x * f64::from(index) / 3.0).min(1.0)
                }
            };
            RunRecord {
                values: vec![f64::from(u32::from(run % 9 == 0)), x * x / 3.0, f64::from(run % 2)],
                cases: vec![1.0, 1.0, f64::from(run % 4)],
                series: (0..2 * MONTHS).map(cell).collect(),
                ..RunRecord::default()
            }
        })
        .collect()
}

fn gathered() -> Accumulator {
    let mut all = Accumulator::new(&outcome_specs(), &series_specs(), MONTHS);
    all.add_block(&records());
    all
}

fn summary() -> Summary {
    Summary {
        format: SUMMARY_FORMAT.to_string(),
        scenario: tag(),
        assumptions: vec!["sceptics".to_string()],
        option: None,
        seed: 1,
        runs: 50,
        months: MONTHS,
        state: "complete".to_string(),
        note: String::new(),
        outcomes: gathered().outcomes(),
    }
}

fn manifest(plan_hash: &str) -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT.to_string(),
        state: "complete".to_string(),
        scenario: tag(),
        assumptions: vec!["sceptics".to_string()],
        option: None,
        start: "2026-01".to_string(),
        months: MONTHS,
        seed: 1,
        seed_formula: "mix(seed, run, purpose, agent)".to_string(),
        runs_planned: 50,
        runs_finished: 50,
        program: "deter".to_string(),
        version: "0.1.0".to_string(),
        target: "x86_64".to_string(),
        plan_hash: plan_hash.to_string(),
        focal: "nato".to_string(),
        challenger: String::new(),
        rungs: vec![RungTag {
            id: "strike".to_string(),
            label: "Strike".to_string(),
        }],
        scripted: Vec::new(),
        focus_rung: "strike".to_string(),
        series: vec![SeriesTag {
            id: "credibility".to_string(),
            label: "Credibility".to_string(),
            unit: "1".to_string(),
        }],
        events: vec![EventTag {
            month: 0,
            note: "Drones".to_string(),
        }],
        checksums: BTreeMap::new(),
        effective: vec![Effective {
            path: "states.USA.resolve".to_string(),
            value: "0".to_string(),
            layer: "default".to_string(),
        }],
        argv: vec!["deter".to_string()],
    }
}

/// Writes all files of a result into the staging folder.
fn fill(folder: &Folder) -> Result<(), ResultsError> {
    let dir = folder.path();
    let input = Column {
        name: "states.USA.resolve".to_string(),
        unit: "sd".to_string(),
        label: "Resolve".to_string(),
    };
    let mut runs = RunsWriter::create(dir, &About::default(), &[input], None, &outcome_specs())?;
    let mut challenges =
        ChallengesWriter::create(dir, &About::default(), &["RUS".to_string()], &["strike".to_string()])?;
    let records = records();
    let draws: Vec<Vec<f64>> = (0..records.len()).map(|run| vec![run as f64 / 7.0]).collect();
    runs.write(0, &draws, &records)?;
    challenges.write(0, &records)?;
    runs.finish()?;
    challenges.finish()?;
    write_series(dir, &About::default(), &[], &gathered().series_rows())?;
    write_json(&dir.join(SUMMARY), &summary())?;
    fs::create_dir(dir.join("charts")).expect("a folder for pictures");
    fs::write(dir.join("charts/fan.svg"), "<svg/>").expect("a picture");
    Ok(())
}

fn publish(path: &Path, plan_hash: &str, force: bool) -> Result<PathBuf, ResultsError> {
    let folder = Folder::create(path, plan_hash, force)?;
    fill(&folder)?;
    folder.finish(manifest(plan_hash))
}

/// All files below a folder with their bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A temporary folder with one result in it.
fn published() -> (TempDir, PathBuf) {
    let home = tempdir().expect("a temporary folder");
    let path = publish(&home.path().join("deep/er/result"), "plan-a", false).expect("a result");
    (home, path)
}

#[test]
fn what_is_written_is_read_back() {
    let (_home, path) = published();
    let stored = Stored::read(&path).expect("a result");
    assert_eq!(stored.summary, summary());
    let mut expected = manifest("plan-a");
    expected.checksums = stored.manifest.checksums.clone();
    assert_eq!(stored.manifest, expected);
    let files: Vec<&str> = expected.checksums.keys().map(String::as_str).collect();
    assert_eq!(
        files,
        ["challenges.parquet", "runs.parquet", "series.parquet", "summary.json"]
    );

    let rows = gathered().series_rows();
    assert_eq!(stored.series.len(), rows.len());
    for (read, written) in stored.series.iter().zip(&rows) {
        assert_eq!(
            (&read.series, read.month, read.n),
            (&written.series, written.month, written.n)
        );
        let numbers = |r: &deterrence::results::format::SeriesRow| -> Vec<u64> {
            [r.mean, r.sd, r.min, r.max]
                .iter()
                .chain(&r.quantiles)
                .map(|v| v.to_bits())
                .collect()
        };
        assert!(numbers(read) == numbers(written) || (read.n == 0 && read.mean.is_nan()));
    }
    assert!(
        rows.iter().any(|row| row.n == 0),
        "a month without observation is among them"
    );
    verify(&path).expect("nothing changed");
}

#[test]
fn same_bytes_on_repeat() {
    let (_one, first) = published();
    let (_two, second) = published();
    let relative = |path: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        let strip = |(name, bytes): (PathBuf, Vec<u8>)| (name.strip_prefix(path).expect("below").to_path_buf(), bytes);
        contents(path).into_iter().map(strip).collect()
    };
    let before = relative(&first);
    assert_eq!(before, relative(&second));
    publish(&first, "plan-a", false).expect("the same plan may be written again");
    assert_eq!(before, relative(&first));
    let expected = [
        "challenges.parquet",
        "charts",
        "manifest.json",
        "runs.parquet",
        "series.parquet",
        "summary.json",
    ];
    assert_eq!(names(&first), expected);
}

#[test]
fn a_failed_run_leaves_the_old_result_intact() {
    let (home, path) = published();
    let before = contents(home.path());
    let folder = Folder::create(&path, "plan-a", false).expect("the same plan");
    write_json(&folder.path().join(SUMMARY), &"half of it").expect("a file");
    drop(folder);
    assert_eq!(before, contents(home.path()));
}

#[test]
fn a_result_that_cannot_be_put_in_place_leaves_the_old_one_intact() {
    let (home, path) = published();
    // Somebody's folder has the name of one of our files: the last but one step fails.
    fs::remove_file(path.join(SUMMARY)).expect("a file");
    fs::create_dir(path.join(SUMMARY)).expect("a folder");
    fs::write(path.join(SUMMARY).join("note.txt"), "mine").expect("a file");
    let before = contents(home.path());
    let error = publish(&path, "plan-a", false).expect_err("a name that is taken");
    assert!(matches!(error, ResultsError::Io { .. }), "{error}");
    assert_eq!(before, contents(home.path()));
}

#[test]
fn an_existing_result_of_another_plan_is_refused() {
    let (home, path) = published();
    let before = contents(home.path());
    let error = Folder::create(&path, "plan-b", false).expect_err("another plan");
    assert!(
        matches!(&error, ResultsError::OtherPlan { found, .. } if found == "plan-a"),
        "{error}"
    );
    assert!(error.to_string().contains("--force"), "{error}");
    assert_eq!(before, contents(home.path()));
    publish(&path, "plan-b", true).expect("forced");
    assert_eq!(read_manifest(&path).expect("a manifest").plan_hash, "plan-b");
}

#[test]
fn a_folder_that_holds_no_result_is_refused() {
    let home = tempdir().expect("a temporary folder");
    fs::write(home.path().join("thesis.txt"), "years of work").expect("a file");
    let error = Folder::create(home.path(), "plan-a", false).expect_err("a foreign folder");
    assert!(matches!(error, ResultsError::Foreign { .. }), "{error}");
    fs::write(home.path().join(MANIFEST), "{}").expect("a file");
    let error = Folder::create(home.path(), "plan-a", false).expect_err("a foreign manifest");
    assert!(matches!(error, ResultsError::Foreign { .. }), "{error}");
    let error = Folder::create(&home.path().join("thesis.txt"), "plan-a", true).expect_err("a file");
    assert!(matches!(error, ResultsError::NotAFolder { .. }), "{error}");
}

#[test]
fn files_of_others_survive_even_force() {
    let (_home, path) = published();
    for file in ["notes.md", "mine.parquet", "charts/draft.odg"] {
        fs::write(path.join(file), "mine").expect("a file");
    }
    fs::write(path.join("charts/old.png"), "ours, from before").expect("a file");
    publish(&path, "plan-b", true).expect("forced");
    for file in ["notes.md", "mine.parquet", "charts/draft.odg"] {
        assert_eq!(fs::read_to_string(path.join(file)).expect(file), "mine");
    }
    assert!(
        !path.join("charts/old.png").exists(),
        "pictures of the old result are gone"
    );
    assert_eq!(names(&path.join("charts")), ["draft.odg", "fan.svg"]);
    verify(&path).expect("a whole result");
}

#[test]
fn an_empty_folder_is_taken() {
    let home = tempdir().expect("a temporary folder");
    fs::create_dir(home.path().join(".partial-of-a-killed-run")).expect("a folder");
    publish(home.path(), "plan-a", false).expect("a result");
    verify(home.path()).expect("a whole result");
}

#[test]
fn a_folder_taken_in_the_meantime_is_refused() {
    let home = tempdir().expect("a temporary folder");
    let path = home.path().join("result");
    let slow = Folder::create(&path, "plan-b", false).expect("nothing there yet");
    fill(&slow).expect("files");
    publish(&path, "plan-a", false).expect("a faster run");
    let error = slow.finish(manifest("plan-b")).expect_err("another plan");
    assert!(matches!(error, ResultsError::OtherPlan { .. }), "{error}");
    assert_eq!(names(home.path()), ["result"]);
    verify(&path).expect("the result of the faster run");
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_that_cannot_be_written_to_is_told_plainly() {
    let error = Folder::create(Path::new("/proc/result"), "plan-a", false).expect_err("no place for files");
    assert!(matches!(error, ResultsError::Io { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot write to /proc"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_result_has_the_rights_of_an_ordinary_folder() {
    use std::os::unix::fs::PermissionsExt;
    let (home, path) = published();
    fs::create_dir(home.path().join("ordinary")).expect("a folder");
    let mode = |path: &Path| fs::metadata(path).expect("a folder").permissions().mode();
    assert_eq!(mode(&path), mode(&home.path().join("ordinary")));
}

#[test]
fn a_changed_file_is_noticed() {
    let (_home, path) = published();
    let runs = path.join("runs.parquet");
    let mut bytes = fs::read(&runs).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&runs, bytes).expect("a file");
    let error = verify(&path).expect_err("one bit");
    assert!(
        matches!(&error, ResultsError::Damaged { files, .. } if files == &["runs.parquet"]),
        "{error}"
    );
    Stored::read(&path).expect("the pictures need no runs");
    fs::write(path.join(SERIES), "PAR1").expect("a file");
    assert!(matches!(Stored::read(&path), Err(ResultsError::Damaged { .. })));
}

#[test]
fn what_cannot_be_read_is_told_plainly() {
    let (_home, path) = published();
    let told = |path: &Path| Stored::read(path).expect_err("no result").to_string();
    assert!(told(Path::new("nowhere")).contains("manifest.json is missing"));

    let mut manifest = read_manifest(&path).expect("a manifest");
    manifest.checksums.clear();
    write_json(&path.join(MANIFEST), &manifest).expect("a manifest without checksums");
    for bytes in ["", "PAR1", "PAR1 nothing of the kind PAR1"] {
        fs::write(path.join(SERIES), bytes).expect("a file");
        assert!(told(&path).contains("series.parquet cannot be read"), "{}", told(&path));
    }
    fs::remove_file(path.join(SERIES)).expect("a file");
    assert!(told(&path).contains("series.parquet is missing"));
    fs::write(path.join(SUMMARY), "{\"format\": \"deter.summary/9\"}").expect("a file");
    assert!(told(&path).contains("deter.summary/9"));
    fs::write(path.join(MANIFEST), "{\"format\": \"deter.manifest/1\"").expect("a file");
    assert!(told(&path).contains("manifest.json cannot be read"));
    fs::write(path.join(MANIFEST), b"\xff\xfe").expect("a file");
    assert!(told(&path).contains("manifest.json cannot be read"));
}
