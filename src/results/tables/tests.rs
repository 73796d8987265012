//! Tables as a reader finds them.

use super::*;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::{self, File};
use std::io::Write;

fn outcomes() -> Vec<OutcomeSpec> {
    [("war", Measure::Happened), ("honoured.nato", Measure::Share)]
        .into_iter()
        .map(|(id, measure)| OutcomeSpec {
            id: id.to_string(),
            label: format!("About {id}"),
            unit: "1",
            measure,
            range: (0.0, 1.0),
            expected: false,
        })
        .collect()
}

fn about() -> About {
    About {
        scenario: "a-scenario".to_string(),
        option: Some("silence".to_string()),
        start: "2026-01".to_string(),
        seed: u64::MAX,
        ..About::default()
    }
}

fn inputs() -> Vec<Column> {
    vec![Column {
        name: "states.USA.resolve".to_string(),
        unit: "sd".to_string(),
        label: "True resolve type".to_string(),
    }]
}

fn challenge(month: u32, lead: Option<u8>) -> ChallengeRow {
    ChallengeRow {
        month,
        challenger: 0,
        target: 1,
        rung: 0,
        scripted: false,
        attributed: true,
        resisted: true,
        lead,
        lead_answer: Answer::Fight,
        fought: [1, 2].into_iter().collect(),
        supported: StateSet::EMPTY,
        share: 0.5,
        pressed: true,
        success: false,
        war: false,
        provoked: 0.1,
        utility: -0.2,
        credibility: 0.7,
    }
}

fn records(runs: u32) -> Vec<RunRecord> {
    (0..runs)
        .map(|run| RunRecord {
            values: vec![f64::from(run % 2), f64::from(run % 3)],
            cases: vec![1.0, f64::from(run % 5)],
            challenges: (0..run % 7).map(|m| challenge(m, (m > 0).then_some(2))).collect(),
            ..RunRecord::default()
        })
        .collect()
}

/// Both tables of the same runs, handed over in blocks of some size.
fn written(runs: u32, block: usize) -> (Vec<u8>, Vec<u8>) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let names = |list: [&str; 3]| list.map(str::to_string).to_vec();
    let mut table = RunsWriter::create(dir.path(), &about(), &inputs(), None, &outcomes()).expect("a table");
    let mut rows = ChallengesWriter::create(
        dir.path(),
        &about(),
        &names(["RUS", "POL", "USA"]),
        &names(["a", "b", "c"]),
    )
    .expect("a table");
    let draws: Vec<[f64; 1]> = (0..runs).map(|run| [f64::from(run) * 0.1]).collect();
    for (index, (draws, records)) in draws.chunks(block).zip(records(runs).chunks(block)).enumerate() {
        let first = (index * block) as u64;
        table.write(first, draws, records).expect("runs");
        rows.write(first, records).expect("challenges");
    }
    assert!(!dir.path().join(RUNS).exists(), "no table before it is whole");
    table.finish().expect("the end");
    rows.finish().expect("the end");
    let read = |name| fs::read(dir.path().join(name)).expect("a file");
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 2);
    (read(RUNS), read(CHALLENGES))
}

fn batches(bytes: &[u8]) -> Vec<RecordBatch> {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("bytes");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .expect("a table")
        .build()
        .expect("a reader");
    reader.map(|batch| batch.expect("a batch")).collect()
}

#[test]
fn same_bytes_for_any_size_of_block() {
    let runs = RUNS_PER_GROUP as u32 + 900;
    let whole = written(runs, runs as usize);
    assert!(whole == written(runs, 64) && whole == written(runs, 1_000));
}

#[test]
fn runs_come_with_inputs_outcomes_and_cases() {
    let batch = &batches(&written(5, 5).0)[0];
    let schema = batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(
        names,
        [
            "run",
            "input.states.USA.resolve",
            "war",
            "honoured.nato",
            "honoured.nato.cases"
        ]
    );
    assert_eq!(schema.field(1).metadata().get("unit").map(String::as_str), Some("sd"));
    assert_eq!(
        schema.field(2).metadata().get("label").map(String::as_str),
        Some("About war")
    );
    assert_eq!(
        batch.column(4).as_primitive::<Float64Type>().values(),
        &[0.0, 1.0, 2.0, 3.0, 4.0]
    );
}

#[test]
fn no_column_is_unsigned_and_inputs_are_doubles() {
    let (runs, challenges) = written(5, 5);
    let rows = [&runs, &challenges].map(|bytes| batches(bytes)[0].schema());
    let series = Arc::new(arrow_schema::Schema::new(series_fields()));
    for column in rows.iter().chain([&series]).flat_map(|schema| schema.fields()) {
        assert!(!column.data_type().is_unsigned_integer(), "{column}");
        let wanted = match column.name().as_str() {
            "run" | "member" | "month" => DataType::Int32,
            "n" => DataType::Int64,
            name if name.starts_with("input.") => DataType::Float64,
            _ => continue,
        };
        assert_eq!(column.data_type(), &wanted, "{column}");
    }
}

#[test]
fn a_ratio_is_not_labelled_as_a_share_and_names_its_cases() {
    let batch = &batches(&written(5, 5).0)[0];
    let label = |name: &str| batch.schema().field_with_name(name).expect(name).metadata()["label"].clone();
    let ratio = label("honoured.nato");
    assert_eq!(
        ratio,
        "About honoured.nato: cases in which it happened, to be divided by honoured.nato.cases"
    );
    assert_eq!(label("honoured.nato.cases"), "About honoured.nato: all cases");
}

#[test]
fn a_file_alone_says_what_its_columns_are_and_where_it_is_from() {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&written(5, 5).0).expect("bytes");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a table");
    let entries = reader.metadata().file_metadata().key_value_metadata().expect("entries");
    let entry = |key: &str| {
        let found = entries.iter().filter(|e| e.key == key).collect::<Vec<_>>();
        assert_eq!(found.len(), 1, "{key}");
        found[0].value.clone().expect(key)
    };
    assert_eq!(
        (entry("deter.scenario"), entry("deter.option")),
        ("a-scenario".into(), "silence".into())
    );
    assert_eq!(entry("deter.seed"), u64::MAX.to_string());
    assert_eq!(entry("deter.version"), env!("CARGO_PKG_VERSION"));
    let columns: serde_json::Value = serde_json::from_str(&entry("deter.columns")).expect("JSON");
    assert_eq!(columns["input.states.USA.resolve"]["unit"], "sd");
    assert_eq!(columns.as_object().expect("an object").len(), 5);
    assert_eq!(
        reader.schema().metadata().get("deter.seed"),
        Some(&u64::MAX.to_string()),
        "in the schema as well"
    );
}

#[test]
fn a_run_number_beyond_the_column_is_refused_and_not_wrapped() {
    let path = Path::new("runs.parquet");
    assert!(ordinals([0, i32::MAX as u64].into_iter(), path).is_ok());
    let error = ordinals([1 << 31].into_iter(), path).expect_err("too large");
    assert!(error.to_string().contains("2147483648 does not fit"), "{error}");
}

#[test]
fn runs_of_an_ensemble_name_their_member() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let turns = Some(Turns::new(2, 0));
    let mut table = RunsWriter::create(dir.path(), &about(), &inputs(), turns, &outcomes()).expect("a table");
    table.write(0, &[[0.5]; 3], &records(3)).expect("runs");
    table.finish().expect("the end");
    let batch = &batches(&fs::read(dir.path().join(RUNS)).expect("a file"))[0];
    let member = batch.column_by_name("member").expect("a column");
    assert_eq!(
        member.as_primitive::<arrow_array::types::Int32Type>().values(),
        &[0, 1, 0]
    );
    assert!(batch.column_by_name("input.states.USA.resolve").is_some());
}

#[test]
fn challenges_name_states_and_rungs() {
    let batch = &batches(&written(4, 4).1)[0];
    let text = |name: &str, row| batch.column_by_name(name).expect(name).as_string::<i32>().value(row);
    assert_eq!(
        (text("challenger", 1), text("target", 1), text("rung", 1)),
        ("RUS", "POL", "a")
    );
    assert_eq!((text("fought", 1), text("supported", 1)), ("POL USA", ""));
    let lead = batch.column_by_name("lead").expect("lead");
    let null: Vec<bool> = (0..batch.num_rows()).map(|row| lead.is_null(row)).collect();
    assert_eq!(null, [true, true, false, true, false, false]);
    assert_eq!((text("lead", 2), text("lead_answer", 2)), ("USA", "fight"));
}

#[test]
fn a_number_that_is_missing_or_not_finite_is_a_null() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut table = RunsWriter::create(dir.path(), &about(), &inputs(), None, &outcomes()).expect("a table");
    let record = RunRecord {
        values: vec![f64::NAN],
        ..RunRecord::default()
    };
    table.write(0, &[[f64::INFINITY]], &[record]).expect("a run");
    table.finish().expect("the end");
    let batch = &batches(&fs::read(dir.path().join(RUNS)).expect("a file"))[0];
    assert!((1..5).all(|column| batch.column(column).is_null(0)));
}

#[test]
fn an_unfinished_table_leaves_nothing_behind() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut table = RunsWriter::create(dir.path(), &about(), &inputs(), None, &outcomes()).expect("a table");
    table.write(0, &[[0.0]; 3], &records(3)).expect("runs");
    drop(table);
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_as_such() {
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("the device that is always full");
    let path = Path::new("series.parquet");
    let mut table = Table::over(full, path, series_fields(), &about(), Vec::new()).expect("a buffered start");
    let row = |month| SeriesRow {
        series: "credibility".to_string(),
        month,
        n: 1,
        mean: f64::from(month).sin(),
        sd: 0.0,
        min: 0.0,
        max: 1.0,
        quantiles: [f64::from(month).cos(); 9],
    };
    let rows: Vec<SeriesRow> = (0..5_000).map(row).collect();
    let error = table
        .group(series_columns(&rows, path).expect("columns"))
        .and_then(|()| table.end())
        .expect_err("a full disk");
    assert!(matches!(&error, ResultsError::Io { cause, .. } if cause.kind() == std::io::ErrorKind::StorageFull));
    assert!(
        error
            .to_string()
            .starts_with("cannot write series.parquet: No space left"),
        "{error}"
    );
}
