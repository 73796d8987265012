//! Mechanisms that a scenario may leave alone: unused, they change no bit; used, they work in the direction they claim.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use deterrence::engine::Plan;
use deterrence::scenario::{Request, Source, load};

/// Runs and months behind the stored numbers.
const RUNS: u64 = 6;
const MONTHS: &str = "run.months=36";
/// Scenarios whose numbers are stored, with an option.
const STORED: &[(&str, Option<&str>)] = &[
    ("status-quo", None),
    ("us-withdrawal", Some("exit")),
    ("poland-drone-incursion", Some("silence")),
];

fn plan(scenario: &str, option: Option<&str>, sets: &[&str]) -> Plan {
    let mut request = Request::new(Source::Bundled(scenario.into()));
    request.option = option.map(str::to_owned);
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    Plan::new(load(&request).expect("a bundled scenario with sound overrides"))
}

/// Sums of every outcome over a few runs, to the last bit.
fn sums() -> String {
    let mut text = String::new();
    for (scenario, option) in STORED {
        let plan = plan(scenario, *option, &[MONTHS]);
        let records: Vec<_> = (0..RUNS).map(|r| plan.run(r).record).collect();
        for (k, outcome) in plan.model.measures.outcomes.iter().enumerate() {
            let value: f64 = records.iter().map(|r| r.values[k]).sum();
            let cases: f64 = records.iter().map(|r| r.cases[k]).sum();
            writeln!(text, "{scenario} {} {value:?} {cases:?}", outcome.id).expect("a string takes everything");
        }
    }
    text
}

/// Outcomes may be added; those that were there keep their bits.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the variable steers the test, as for all golden files"
)]
fn what_a_scenario_does_not_use_changes_no_bit() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/outcomes.txt");
    let now = sums();
    if std::env::var_os("DETER_UPDATE_GOLDEN").is_some() {
        fs::write(&path, &now).expect("tests/reference can be written");
        return;
    }
    let stored = fs::read_to_string(&path).expect("tests/reference/outcomes.txt");
    let now: std::collections::BTreeSet<&str> = now.lines().collect();
    let moved: Vec<&str> = stored.lines().filter(|line| !now.contains(line)).collect();
    assert!(stored.lines().count() > 300 && moved.is_empty(), "moved: {moved:#?}");
}
