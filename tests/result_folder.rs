//! What a result folder promises: nothing half-written, nothing of others touched, nothing unnoticed.

use deterrence::engine::plan_hash;
use deterrence::model::record::{Measure, OutcomeSpec, RunRecord, SeriesSpec};
use deterrence::results::format::{
    Effective, EventTag, MANIFEST_FORMAT, Manifest, RungTag, SUMMARY_FORMAT, ScenarioTag, SeriesTag, Stored, Summary,
};
use deterrence::results::{
    About, Accumulator, CHARTS, ChallengesWriter, Column, Folder, MANIFEST, REPORT, RUNS, ResultsError, Revision,
    RunsWriter, SCENARIO, SERIES, SUMMARY, inspect, read_manifest, tidy, verify, write_json, write_series,
};
use deterrence::scenario::archive::Archive;
use deterrence::scenario::effective;
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
        hash: effective::hash(&values()),
    }
}

fn values() -> Vec<Effective> {
    vec![Effective {
        path: "states.USA.resolve".to_string(),
        value: "0".to_string(),
        layer: "default".to_string(),
    }]
}

/// The plans of these tests differ in their seeds.
const PLAN_A: u64 = 1;
const PLAN_B: u64 = 2;

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

fn summary(seed: u64) -> Summary {
    Summary {
        format: SUMMARY_FORMAT.to_string(),
        scenario: tag(),
        assumptions: vec!["sceptics".to_string()],
        option: None,
        seed,
        runs: 50,
        months: MONTHS,
        state: "complete".to_string(),
        note: String::new(),
        outcomes: gathered().outcomes(),
    }
}

fn manifest(seed: u64) -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT.to_string(),
        state: "complete".to_string(),
        scenario: tag(),
        assumptions: vec!["sceptics".to_string()],
        option: None,
        start: "2026-01".to_string(),
        months: MONTHS,
        seed,
        seed_formula: "mix(seed, run, purpose, agent)".to_string(),
        runs_planned: 50,
        runs_finished: 50,
        program: "deter".to_string(),
        version: "0.1.0".to_string(),
        target: "x86_64".to_string(),
        plan_hash: plan_hash(&tag().hash, seed, 50, "0.1.0", "mix(seed, run, purpose, agent)"),
        study: None,
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
        pictures: BTreeMap::new(),
        style: String::new(),
        effective: values(),
        argv: vec!["deter".to_string()],
        own_checksum: String::new(),
    }
}

/// Writes all files of a result into the staging folder.
fn fill(folder: &Folder, seed: u64) -> Result<(), ResultsError> {
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
    write_json(&dir.join(SUMMARY), &summary(seed))?;
    write_json(&dir.join(SCENARIO), &Archive::default())?;
    fs::create_dir(dir.join("charts")).expect("a folder for pictures");
    fs::write(dir.join("charts/fan.svg"), "<svg/>").expect("a picture");
    Ok(())
}

fn publish(path: &Path, seed: u64, force: bool) -> Result<PathBuf, ResultsError> {
    let folder = Folder::create(path, &manifest(seed), force)?;
    fill(&folder, seed)?;
    Ok(folder.finish(manifest(seed))?.folder)
}

/// As an interrupted run would leave it: fewer runs, and a table as long as that.
fn publish_part(path: &Path, runs: u64, force: bool, seed: u64) -> Result<deterrence::results::Placed, ResultsError> {
    let folder = Folder::create(path, &manifest(seed), force)?;
    fill(&folder, seed)?;
    let mut short = RunsWriter::create(folder.path(), &About::default(), &[], None, &outcome_specs())?;
    short.write(0, &Vec::<Vec<f64>>::new(), &records()[..runs as usize])?;
    short.finish()?;
    let state = "partial".to_string();
    write_json(
        &folder.path().join(SUMMARY),
        &Summary {
            runs,
            state: state.clone(),
            ..summary(seed)
        },
    )?;
    folder.finish(Manifest {
        state,
        runs_finished: runs,
        ..manifest(seed)
    })
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
    let path = publish(&home.path().join("deep/er/result"), PLAN_A, false).expect("a result");
    (home, path)
}

#[test]
fn what_is_written_is_read_back() {
    let (_home, path) = published();
    let stored = Stored::read(&path).expect("a result");
    assert_eq!(stored.summary, summary(PLAN_A));
    let mut expected = manifest(PLAN_A);
    expected.checksums = stored.manifest.checksums.clone();
    expected.pictures = stored.manifest.pictures.clone();
    expected.own_checksum = stored.manifest.own_checksum.clone();
    assert_eq!(stored.manifest, expected);
    let files: Vec<&str> = expected.checksums.keys().map(String::as_str).collect();
    assert_eq!(
        files,
        [
            "challenges.parquet",
            "runs.parquet",
            "scenario.json",
            "series.parquet",
            "summary.json"
        ]
    );
    assert_eq!(expected.pictures.keys().collect::<Vec<_>>(), ["charts/fan.svg"]);

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
    publish(&first, PLAN_A, false).expect("the same plan may be written again");
    assert_eq!(before, relative(&first));
    let expected = [
        "challenges.parquet",
        "charts",
        "manifest.json",
        "runs.parquet",
        "scenario.json",
        "series.parquet",
        "summary.json",
    ];
    assert_eq!(names(&first), expected);
}

#[test]
fn a_failed_run_leaves_the_old_result_intact() {
    let (home, path) = published();
    let before = contents(home.path());
    let folder = Folder::create(&path, &manifest(PLAN_A), false).expect("the same plan");
    write_json(&folder.path().join(SUMMARY), &"half of it").expect("a file");
    drop(folder);
    assert_eq!(before, contents(home.path()));
}

#[test]
fn a_file_of_a_users_under_a_name_of_ours_is_told_before_anything_is_run() {
    let (home, path) = published();
    fs::remove_file(path.join(SUMMARY)).expect("a file");
    fs::create_dir(path.join(SUMMARY)).expect("a folder");
    fs::write(path.join(SUMMARY).join("note.txt"), "mine").expect("a file");
    let foreign = home.path().join("foreign");
    fs::create_dir(&foreign).expect("a folder");
    fs::write(foreign.join(SERIES), "mine").expect("a file");
    fs::write(foreign.join(CHARTS), "mine").expect("a file");
    let before = contents(home.path());
    for (place, names) in [(&path, vec![SUMMARY]), (&foreign, vec![SERIES, CHARTS])] {
        let error = Folder::create(place, &manifest(PLAN_A), true).expect_err("a name that is taken");
        assert!(
            matches!(&error, ResultsError::Clash { files, .. } if *files == names),
            "{error}"
        );
    }
    assert_eq!(before, contents(home.path()));
}

#[test]
fn an_existing_result_of_another_plan_is_refused() {
    let (home, path) = published();
    let before = contents(home.path());
    let error = Folder::create(&path, &manifest(PLAN_B), false).expect_err("another plan");
    assert!(
        matches!(&error, ResultsError::OtherPlan { differences, .. } if differences == &["seed was 1, now 2"]),
        "{error}"
    );
    assert!(error.to_string().contains("--force"), "{error}");
    let hash = |word: &str| word.len() > 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    assert!(!error.to_string().split_whitespace().any(hash), "{error}");
    assert_eq!(before, contents(home.path()));
    publish(&path, PLAN_B, true).expect("forced");
    assert_eq!(read_manifest(&path).expect("a manifest").seed, PLAN_B);
}

#[test]
fn a_folder_that_holds_no_result_is_refused() {
    let home = tempdir().expect("a temporary folder");
    fs::write(home.path().join("thesis.txt"), "years of work").expect("a file");
    let error = Folder::create(home.path(), &manifest(PLAN_A), false).expect_err("a foreign folder");
    assert!(matches!(error, ResultsError::Foreign { .. }), "{error}");
    fs::write(home.path().join(MANIFEST), "{}").expect("a file");
    let error = Folder::create(home.path(), &manifest(PLAN_A), false).expect_err("a foreign manifest");
    assert!(matches!(error, ResultsError::Foreign { .. }), "{error}");
    let error = Folder::create(&home.path().join("thesis.txt"), &manifest(PLAN_A), true).expect_err("a file");
    assert!(matches!(error, ResultsError::NotAFolder { .. }), "{error}");
}

#[test]
fn files_of_others_survive_every_replacement() {
    for (seed, force) in [(PLAN_A, false), (PLAN_B, true)] {
        let (_home, path) = published();
        let theirs = [
            "notes.md",
            "mine.parquet",
            "charts/draft.odg",
            "charts/old.png",
            "charts/sub/fan.svg",
            "charts/my.csv",
        ];
        fs::create_dir(path.join("charts/sub")).expect("a folder");
        for file in theirs {
            fs::write(path.join(file), "mine").expect("a file");
        }
        publish(&path, seed, force).expect("written");
        for file in theirs {
            assert_eq!(fs::read_to_string(path.join(file)).expect(file), "mine");
        }
        verify(&path).expect("a whole result");
    }
}

#[test]
fn pictures_of_ours_leave_with_their_result() {
    let (_home, path) = published();
    let folder = Folder::create(&path, &manifest(PLAN_A), false).expect("the same plan");
    assert!(folder.renews(CHARTS).expect("read") && !folder.renews(REPORT).expect("read"));
    fill(&folder, PLAN_A).expect("files");
    fs::remove_dir_all(folder.path().join(CHARTS)).expect("no pictures this time");
    folder.finish(manifest(PLAN_A)).expect("written");
    assert!(!path.join(CHARTS).exists());
}

#[test]
fn an_edited_picture_stays_and_the_new_one_stands_beside_it() {
    let (_home, path) = published();
    fs::write(path.join("charts/fan.svg"), "annotated").expect("edited");
    for _ in 0..2 {
        publish(&path, PLAN_A, false).expect("written");
        assert_eq!(names(&path.join(CHARTS)), ["fan.new.svg", "fan.svg"]);
        assert_eq!(
            fs::read_to_string(path.join("charts/fan.svg")).expect("there"),
            "annotated"
        );
    }
    fs::remove_file(path.join("charts/fan.svg")).expect("given up");
    publish(&path, PLAN_A, false).expect("written");
    assert_eq!(names(&path.join(CHARTS)), ["fan.svg"]);
}

#[test]
fn a_new_page_and_new_pictures_change_nothing_else() {
    let (home, path) = published();
    fs::write(path.join("notes.md"), "mine").expect("a file");
    let before = contents(home.path());
    let revision = Revision::begin(&path).expect("a result");
    fs::write(revision.path().join(REPORT), "<html>").expect("a page");
    revision.finish(REPORT, None).expect("written");
    let mut after = contents(home.path());
    assert_eq!(after.remove(&path.join(REPORT)).as_deref(), Some(&b"<html>"[..]));
    after.insert(path.join(MANIFEST), before[&path.join(MANIFEST)].clone());
    assert_eq!(before, after);
    assert!(inspect(&path).expect("a result").faults.is_empty());

    fs::write(path.join(REPORT), "<html>, annotated").expect("edited");
    let revision = Revision::begin(&path).expect("a result");
    fs::write(revision.path().join(REPORT), "<html> again").expect("a page");
    let placed = revision.finish(REPORT, None).expect("written");
    assert!(placed.notices[0].contains("report.new.html"), "{:?}", placed.notices);
    assert_eq!(
        fs::read_to_string(path.join(REPORT)).expect("there"),
        "<html>, annotated"
    );
}

#[test]
fn there_is_never_less_than_there_was() {
    let home = tempdir().expect("a temporary folder");
    let path = home.path().join("result");
    let runs = || read_manifest(&path).expect("a result").runs_finished;
    assert!(!publish_part(&path, 20, false, PLAN_A).expect("written").kept_old);
    assert!(publish_part(&path, 10, false, PLAN_A).expect("left as it was").kept_old);
    assert_eq!(runs(), 20);
    assert!(!publish_part(&path, 30, false, PLAN_A).expect("written").kept_old);
    assert_eq!(runs(), 30);
    publish(&path, PLAN_A, false).expect("complete");
    assert!(publish_part(&path, 40, false, PLAN_A).expect("left as it was").kept_old);
    assert_eq!(runs(), 50);

    let placed = publish_part(&path, 40, true, PLAN_B).expect("kept beside");
    assert_eq!((runs(), &placed.folder), (50, &home.path().join("result-kept-1")));
    assert_eq!(verify(&placed.folder).expect("whole").runs_finished, 40);

    fs::write(path.join(RUNS), "PAR1").expect("damaged");
    let placed = publish_part(&path, 40, false, PLAN_A).expect("kept beside");
    assert_eq!(placed.folder, home.path().join("result-kept-2"));
    publish(&path, PLAN_A, false).expect("a complete result mends it");
    assert_eq!(verify(&path).expect("whole").state, "complete");
}

#[test]
fn an_empty_folder_is_taken_and_what_a_killed_run_left_is_cleared() {
    let home = tempdir().expect("a temporary folder");
    let path = home.path().join("result");
    fs::create_dir(&path).expect("a folder");
    let leftovers = [
        home.path().join(".result.deter-partial-aB3xY9"),
        home.path().join(".other.deter-partial-aB3xY9"),
        path.join(".result.deter-partial-aB3xY9"),
    ];
    for leftover in &leftovers {
        fs::create_dir(leftover).expect("a folder");
        fs::write(leftover.join("runs.parquet.partial"), "half").expect("a file");
    }
    fs::create_dir(home.path().join(".result.partial-of-mine")).expect("a folder");
    assert_eq!(tidy(&path).expect("tidied").len(), 3);
    publish(&path, PLAN_A, false).expect("a result");
    verify(&path).expect("a whole result");
    assert_eq!(names(home.path()), [".result.partial-of-mine", "result"]);
}

#[test]
fn a_finished_result_of_a_killed_run_is_put_in_place() {
    let (home, path) = published();
    fs::rename(&path, path.with_file_name(".result.deter-partial-aB3xY9")).expect("as before the last step");
    assert_eq!(tidy(&path).expect("tidied").len(), 1);
    verify(&path).expect("a whole result");
    drop(home);
}

#[test]
fn files_that_came_while_folders_changed_places_are_moved_back() {
    let (home, path) = published();
    // As after a kill between the change of places and the clearing of the old folder.
    let old = path.with_file_name(".result.deter-swap-aB3xY9");
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(&path)
        .arg(&old)
        .status()
        .expect("cp");
    assert!(copied.success());
    for (folder, text) in [(&old, "late"), (&path, "later")] {
        fs::write(folder.join("notes.md"), text).expect("a file");
    }
    fs::write(old.join("charts/fan.svg"), "edited at the last moment").expect("a file");
    fs::write(old.join("alone.md"), "mine").expect("a file");
    tidy(&path).expect("tidied");
    assert!(!old.exists());
    let read = |name: &str| fs::read_to_string(path.join(name)).unwrap_or_default();
    assert_eq!(
        (read("notes.md"), read("notes.kept-1.md"), read("alone.md")),
        ("later".into(), "late".into(), "mine".into())
    );
    assert_eq!(read("charts/fan.kept-1.svg"), "edited at the last moment");
    verify(&path).expect("a whole result");
    drop(home);
}

#[test]
fn the_folder_of_a_living_run_is_left_alone() {
    let home = tempdir().expect("a temporary folder");
    let path = home.path().join("result");
    let slow = Folder::create(&path, &manifest(PLAN_A), false).expect("nothing there yet");
    fill(&slow, PLAN_A).expect("files");
    publish(&path, PLAN_A, false).expect("a faster run");
    tidy(&path).expect("tidied");
    slow.finish(manifest(PLAN_A)).expect("the same result once more");
    assert_eq!(names(home.path()), ["result"]);
    verify(&path).expect("a whole result");
}

#[test]
fn a_result_whose_folder_was_taken_meanwhile_is_kept_beside() {
    let home = tempdir().expect("a temporary folder");
    let path = home.path().join("result");
    let slow = Folder::create(&path, &manifest(PLAN_B), false).expect("nothing there yet");
    fill(&slow, PLAN_B).expect("files");
    publish(&path, PLAN_A, false).expect("a faster run");
    let error = slow.finish(manifest(PLAN_B)).expect_err("another plan");
    assert!(
        matches!(&error, ResultsError::Kept { cause, .. } if matches!(**cause, ResultsError::OtherPlan { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("result-kept-1"), "{error}");
    assert_eq!(names(home.path()), ["result", "result-kept-1"]);
    assert_eq!(verify(&path).expect("the result of the faster run").seed, PLAN_A);
    assert_eq!(
        verify(&home.path().join("result-kept-1"))
            .expect("that of the slower")
            .seed,
        PLAN_B
    );
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_refused_at_once_and_one_to_a_folder_stays() {
    let home = tempdir().expect("a temporary folder");
    let (link, far) = (home.path().join("link"), home.path().join("far"));
    std::os::unix::fs::symlink("far", &link).expect("a link");
    let error = Folder::create(&link, &manifest(PLAN_A), false).expect_err("nowhere");
    assert!(matches!(error, ResultsError::Dangling { .. }), "{error}");
    fs::create_dir(&far).expect("a folder");
    publish(&link, PLAN_A, false).expect("written through the link");
    publish(&link, PLAN_B, true).expect("and again");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(verify(&far).expect("a whole result").seed, PLAN_B);
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_that_cannot_be_written_to_is_told_plainly() {
    let error = Folder::create(Path::new("/proc/result"), &manifest(PLAN_A), false).expect_err("no place for files");
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

/// Changes one byte in the middle of a file.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("a file");
}

#[test]
fn a_changed_or_missing_file_is_noticed_by_every_reader_and_named() {
    for name in [SUMMARY, SCENARIO, RUNS, "challenges.parquet", SERIES, MANIFEST] {
        let (_home, path) = published();
        flip(&path.join(name));
        let error = Stored::read(&path).expect_err("one bit");
        assert!(error.is_damage() && error.to_string().contains(name), "{error}");
        let faults = inspect(&path).expect("inspected").faults;
        assert!(
            faults.iter().any(|fault| fault.file == name && fault.is_data),
            "{faults:?}"
        );
        fs::remove_file(path.join(name)).expect("a file");
        assert!(Stored::read(&path).expect_err("no file").to_string().contains(name));
        let faults = inspect(&path).expect("inspected").faults;
        assert!(
            faults
                .iter()
                .any(|fault| fault.file == name && fault.fault == "missing"),
            "{faults:?}"
        );
    }
    let (_home, path) = published();
    flip(&path.join("charts/fan.svg"));
    fs::write(path.join(REPORT), "").expect("a page of somebody else");
    Stored::read(&path).expect("pictures are no data");
    let faults = inspect(&path).expect("inspected").faults;
    let told: Vec<(&str, &str)> = faults.iter().map(|f| (f.file.as_str(), f.fault)).collect();
    assert_eq!(told, [("charts/fan.svg", "changed"), (REPORT, "unlisted")]);
}

#[test]
fn every_bit_of_the_manifest_is_guarded() {
    let (_home, path) = published();
    let whole = fs::read(path.join(MANIFEST)).expect("a manifest");
    for place in 0..whole.len() {
        for bit in [0, 5] {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << bit;
            fs::write(path.join(MANIFEST), &bytes).expect("a file");
            assert!(read_manifest(&path).is_err(), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn a_manifest_that_was_sealed_anew_must_still_agree_with_the_rest() {
    /// A file in which the change shows, and the change.
    type Change = (&'static str, fn(&mut Manifest));
    let changes: [Change; 6] = [
        (SUMMARY, |m| m.scenario.title = "Another".to_string()),
        (SUMMARY, |m| m.option = Some("another".to_string())),
        (MANIFEST, |m| m.seed = 9),
        (MANIFEST, |m| m.runs_finished = 999),
        (MANIFEST, |m| m.effective[0].value = "1".to_string()),
        (SUMMARY, |m| {
            m.checksums.remove(SUMMARY);
        }),
    ];
    for (file, change) in changes {
        let (_home, path) = published();
        let mut manifest = read_manifest(&path).expect("a manifest");
        change(&mut manifest);
        manifest.seal();
        write_json(&path.join(MANIFEST), &manifest).expect("a manifest");
        let faults = inspect(&path).expect("inspected").faults;
        assert!(faults.iter().any(|fault| fault.file == file), "{file}: {faults:?}");
        assert!(Stored::read(&path).is_err());
    }
}

#[test]
fn what_cannot_be_read_is_told_plainly() {
    let (_home, path) = published();
    let told = |path: &Path| Stored::read(path).expect_err("no result").to_string();
    assert_eq!(told(Path::new("nowhere")), "there is no folder nowhere");
    let empty = tempfile::tempdir().expect("a temporary folder");
    assert!(told(empty.path()).contains("manifest.json is missing"));
    assert!(matches!(
        inspect(Path::new("nowhere")),
        Err(ResultsError::Missing { .. })
    ));

    let resealed = |file: &str, bytes: &[u8]| {
        fs::write(path.join(file), bytes).expect("a file");
        let mut manifest = read_manifest(&path).expect("a manifest");
        manifest
            .checksums
            .insert(file.to_string(), blake3::hash(bytes).to_hex().to_string());
        manifest.seal();
        write_json(&path.join(MANIFEST), &manifest).expect("a manifest");
    };
    for bytes in ["", "PAR1", "PAR1 nothing of the kind PAR1"] {
        resealed(SERIES, bytes.as_bytes());
        assert!(told(&path).contains("series.parquet cannot be read"), "{}", told(&path));
    }
    resealed(SUMMARY, b"{\"format\": \"deter.summary/9\"}");
    assert!(told(&path).contains("deter.summary/9"));
    fs::write(path.join(MANIFEST), "{\"format\": \"deter.manifest/1\"}").expect("a file");
    assert!(told(&path).contains("deter.manifest/1"));
    for bytes in [&b"{\"format\": \"deter.manifest/2\""[..], b"\xff\xfe"] {
        fs::write(path.join(MANIFEST), bytes).expect("a file");
        assert!(told(&path).contains("manifest.json cannot be read"));
    }
}

#[test]
fn a_seed_beyond_what_doubles_hold_is_a_text_and_read_back() {
    let mut manifest = manifest(PLAN_A);
    for (seed, json) in [
        (0, "0"),
        (9_007_199_254_740_992, "9007199254740992"),
        (9_007_199_254_740_993, "\"9007199254740993\""),
        (i64::MAX as u64, "\"9223372036854775807\""),
    ] {
        manifest.seed = seed;
        let value = serde_json::to_value(&manifest).expect("JSON");
        assert_eq!(value["seed"].to_string(), json);
        assert_eq!(serde_json::from_value::<Manifest>(value).expect("read back").seed, seed);
    }
}
