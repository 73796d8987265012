//! The intervals for proportions against reference values, row by row.

use deterrence::stats::{clopper_pearson, jeffreys, wilson};
use std::path::PathBuf;

/// Largest difference from the reference.
const TOLERANCE: f64 = 1e-9;
/// Families of the file that this program does not offer, so that none is passed over in silence.
const NOT_OFFERED: [&str; 2] = ["agresti_coull", "wilson_cc"];

/// One reference interval: family, successes, size, level, ends.
struct Row {
    family: String,
    k: u64,
    n: u64,
    level: f64,
    ends: [f64; 2],
}

#[expect(
    clippy::disallowed_methods,
    reason = "other reference values may be checked by naming their folder"
)]
fn reference() -> Vec<Row> {
    let folder = std::env::var_os("DETER_REFERENCE").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(folder.join("proportion_intervals.csv")).expect("the reference file");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    assert_eq!(header[..3], ["k", "n", "alpha"]);
    let mut rows = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().expect("a number")).collect();
        assert_eq!(numbers.len(), header.len(), "{line}");
        for column in (3..header.len()).step_by(2) {
            let family = header[column].strip_suffix("_lo").expect("a lower end");
            assert_eq!(header[column + 1].strip_suffix("_hi"), Some(family));
            rows.push(Row {
                family: family.to_string(),
                k: numbers[0] as u64,
                n: numbers[1] as u64,
                level: 1.0 - numbers[2],
                ends: [numbers[column], numbers[column + 1]],
            });
        }
    }
    rows
}

#[test]
fn every_interval_of_the_reference_is_met() {
    let mut compared = 0;
    let mut passed_over: Vec<String> = Vec::new();
    for Row {
        family,
        k,
        n,
        level,
        ends,
    } in reference()
    {
        let ours = match family.as_str() {
            "wilson" => wilson(k as f64, n as f64, level),
            "clopper_pearson" => clopper_pearson(k, n, level),
            "jeffreys" => jeffreys(k, n, level),
            other => {
                assert!(NOT_OFFERED.contains(&other), "a new family: {other}");
                passed_over.push(family);
                continue;
            }
        };
        for (own, expected) in ours.iter().zip(ends) {
            assert!(
                (own - expected).abs() <= TOLERANCE,
                "{family} {k}/{n} at {level}: {own} for {expected}"
            );
        }
        compared += 1;
    }
    passed_over.sort();
    passed_over.dedup();
    assert_eq!(passed_over, NOT_OFFERED);
    assert!(compared >= 100, "{compared} intervals compared");
}
