//! One row for every comparison under every setting.

use super::format::Tested;
use super::words;
use crate::chart::ChartError;
use crate::chart::spreadsheet::{Cell, Table};

/// Columns of `claims.csv`.
const COLUMNS: [&str; 22] = [
    "claim",
    "card",
    "claim_verdict",
    "test",
    "scenario",
    "baseline_arm",
    "treatment_arm",
    "metric",
    "direction",
    "smallest_effect",
    "setting",
    "verdict",
    "months",
    "pairs",
    "baseline",
    "treatment",
    "difference",
    "low",
    "high",
    "ratio",
    "ratio_low",
    "ratio_high",
];

/// The whole table.
///
/// # Errors
/// [`ChartError::Csv`], which writing to memory cannot cause.
pub fn csv(tested: &Tested) -> Result<String, ChartError> {
    let mut table = Table::new(COLUMNS)?;
    for claim in &tested.claims {
        for (number, test) in (1..).zip(&claim.tests) {
            let (baseline, treatment) = (words::arm(&test.baseline), words::arm(&test.treatment));
            for r in &test.results {
                table.row(&[
                    Cell::Text(&claim.id),
                    Cell::Text(&claim.card),
                    Cell::Text(claim.verdict.word()),
                    Cell::Whole(number),
                    Cell::Text(&test.scenario),
                    Cell::Text(&baseline),
                    Cell::Text(&treatment),
                    Cell::Text(&test.metric),
                    Cell::Text(test.direction.words()),
                    Cell::Text(&words::effect(test)),
                    Cell::Text(&r.setting),
                    Cell::Text(r.verdict.map_or("not played", super::Standing::word)),
                    Cell::Whole(r.months.into()),
                    Cell::Whole(r.pairs),
                    r.baseline.into(),
                    r.treatment.into(),
                    r.difference.into(),
                    r.interval.map(|i| i[0]).into(),
                    r.interval.map(|i| i[1]).into(),
                    r.ratio.into(),
                    r.ratio_interval.map(|i| i[0]).into(),
                    r.ratio_interval.map(|i| i[1]).into(),
                ])?;
            }
        }
    }
    table.finish()
}
