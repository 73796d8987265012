//! What stands beside a picture: its data as tidy CSV, and what it says and where it is from as JSON.

use super::axis;
use super::data::Data;
use super::finding::Finding;
use super::spreadsheet::{Cell, Table};
use super::{ChartError, Drawing, Style};
use crate::results::format::{LEVELS, Outcome, Parameters, SeriesRow};
use crate::study::Comparison;
use crate::text::json as json_text;
use serde::Serialize;
use serde_json::{Map, Value};

/// Format tag of [`provenance`].
pub const PROVENANCE_FORMAT: &str = "deter.picture/1";

/// Where a picture's numbers come from; embedded in the SVG and the PNG.
#[derive(Debug, Serialize)]
struct Provenance<'a> {
    format: &'static str,
    picture: &'a str,
    scenario: &'a str,
    scenario_hash: &'a str,
    option: Option<&'a str>,
    assumptions: &'a [String],
    #[serde(serialize_with = "crate::results::format::seed::serialize")]
    seed: u64,
    runs: u64,
    months: u32,
    program: &'a str,
    version: &'a str,
    plan_hash: &'a str,
    state: &'a str,
    size: &'static str,
    theme: &'static str,
}

fn record<'a>(name: &'a str, data: &Data<'a>, style: &Style) -> Provenance<'a> {
    let m = &data.stored.manifest;
    Provenance {
        format: PROVENANCE_FORMAT,
        picture: name,
        scenario: &m.scenario.name,
        scenario_hash: &m.scenario.hash,
        option: m.option.as_deref(),
        assumptions: &m.assumptions,
        seed: m.seed,
        runs: data.runs(),
        months: m.months,
        program: &m.program,
        version: &m.version,
        plan_hash: &m.plan_hash,
        state: &m.state,
        size: style.size.name(),
        theme: style.theme.name(),
    }
}

/// The provenance as one line of JSON.
///
/// # Errors
/// [`ChartError::Json`], which text and numbers cannot cause.
pub fn provenance(name: &str, data: &Data, style: &Style) -> Result<String, ChartError> {
    Ok(json_text(&serde_json::to_string(&record(name, data, style))?).into_owned())
}

#[derive(Debug, Serialize)]
struct Beside<'a> {
    title: &'a str,
    subtitle: &'a str,
    caption: &'a str,
    alt: &'a str,
    note: String,
    source: String,
    n: u64,
    interval: &'a str,
    scenario: &'a str,
    option: Option<&'a str>,
    #[serde(serialize_with = "crate::results::format::seed::serialize")]
    seed: u64,
    hash: &'a str,
    /// Characters that the typeface lacks: boxes in the PNG and in outlines, themselves in live text.
    missing_glyphs: &'a [char],
    data: Contents<'a>,
    provenance: Provenance<'a>,
}

/// What stands in `NAME.csv`.
#[derive(Debug, Serialize)]
struct Contents<'a> {
    file: String,
    /// Calendar month of month 0.
    start: &'a str,
    columns: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    series: &'a Map<String, Value>,
}

/// Provenance and sidecar of a picture that shows no stored results: `from` says where its numbers come from, with `runs`
/// and `version` among them; `more` goes into the sidecar beside the usual.
///
/// # Errors
/// As [`provenance`].
pub fn of_board(
    drawing: &Drawing,
    source: &str,
    runs: u64,
    from: Value,
    more: Value,
    style: &Style,
) -> Result<(String, String), ChartError> {
    let Drawing {
        name, finding, beneath, ..
    } = drawing;
    let mut provenance = serde_json::json!({ "format": PROVENANCE_FORMAT, "picture": name });
    let look = serde_json::json!({
        "runs": runs,
        "program": env!("CARGO_PKG_NAME"),
        "size": style.size.name(),
        "theme": style.theme.name(),
    });
    let mut beside = serde_json::json!({
        "title": finding.headline,
        "subtitle": finding.subtitle,
        "caption": finding.caption,
        "alt": finding.alt,
        "note": finding.notes.join(" "),
        "source": source,
        "n": runs,
        "interval": finding.interval,
        "missing_glyphs": drawing.canvas.missing_glyphs(),
        "data": { "file": format!("{name}.csv"), "columns": beneath.columns },
    });
    for (document, parts) in [(&mut provenance, [from.clone(), look]), (&mut beside, [from, more])] {
        for (key, value) in parts.into_iter().filter_map(|part| part.as_object().cloned()).flatten() {
            document[key] = value;
        }
    }
    let provenance = json_text(&serde_json::to_string(&provenance)?).into_owned();
    Ok((provenance, json_text(&format!("{beside:#}")).into_owned() + "\n"))
}

/// The data under a picture, and what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Beneath {
    /// A table that any reader opens with its defaults: no line but its header and its rows.
    pub csv: String,
    /// What each column holds.
    pub columns: Map<String, Value>,
    /// Label and unit of each series.
    pub series: Map<String, Value>,
}

/// The contents of `NAME.json`.
///
/// # Errors
/// As [`provenance`].
pub fn json(
    name: &str,
    finding: &Finding,
    beneath: &Beneath,
    missing_glyphs: &[char],
    data: &Data,
    style: &Style,
) -> Result<String, ChartError> {
    let m = &data.stored.manifest;
    let beside = Beside {
        title: &finding.headline,
        subtitle: &finding.subtitle,
        caption: &finding.caption,
        alt: &finding.alt,
        note: finding.notes.join(" "),
        source: data.source(),
        n: data.runs(),
        interval: &finding.interval,
        scenario: &m.scenario.name,
        option: m.option.as_deref(),
        seed: m.seed,
        hash: &m.plan_hash,
        missing_glyphs,
        data: Contents {
            file: format!("{name}.csv"),
            start: &m.start,
            columns: &beneath.columns,
            series: &beneath.series,
        },
        provenance: record(name, data, style),
    };
    Ok(json_text(&serde_json::to_string_pretty(&beside)?).into_owned() + "\n")
}

/// Columns of [`series_csv`] before the quantiles, with what they hold.
const SERIES_COLUMNS: [(&str, &str); 8] = [
    ("series", "id of the series; unit and label are given beside"),
    ("month", "months since the start"),
    ("date", "first day of the calendar month"),
    ("n", "runs in which it was observed"),
    ("mean", "mean over runs"),
    ("sd", "standard deviation over runs"),
    ("min", "smallest value"),
    ("max", "largest value"),
];

/// One row per series and month; `unit` is that of series that give none themselves.
///
/// # Errors
/// [`ChartError::Csv`], which writing to memory cannot cause.
pub fn series_csv(data: &Data, ids: &[&str], unit: &str) -> Result<Beneath, ChartError> {
    let start = &data.stored.manifest.start;
    let (names, columns) = month_columns();
    let mut table = Table::new(names.iter().map(String::as_str))?;
    let mut series = Map::new();
    for id in ids {
        series.insert((*id).to_owned(), series_text(data, id, unit));
        for r in data.series(id).unwrap_or_default() {
            let date = axis::first_of_month(start, r.month);
            table.row(&month_cells(r, date.as_deref()))?;
        }
    }
    Ok(Beneath {
        csv: table.finish()?,
        columns,
        series,
    })
}

/// One row per arm and month of one series, of all arms, drawn or not.
///
/// # Errors
/// [`ChartError::Csv`], which writing to memory cannot cause.
pub fn arms_csv(data: &Data, comparison: &Comparison, id: &str, arms: &[&str]) -> Result<Beneath, ChartError> {
    const OWN: [(&str, &str); 2] = [("option", "id of the arm"), ("option_label", "its name")];
    let (names, mut columns) = month_columns();
    let mut table = Table::new(OWN.iter().map(|c| c.0).chain(names.iter().map(String::as_str)))?;
    columns = described(OWN).into_iter().chain(columns).collect();
    for arm in arms {
        let months = data.stored.arms.iter().filter(|a| a.arm == *arm);
        for row in months.flat_map(|a| &a.rows).filter(|row| row.series == id) {
            let mut cells = vec![Cell::Text(arm), Cell::Text(comparison.label(arm))];
            let date = axis::first_of_month(&data.stored.manifest.start, row.month);
            cells.extend(month_cells(row, date.as_deref()));
            table.row(&cells)?;
        }
    }
    let mut series = Map::new();
    series.insert(id.to_owned(), series_text(data, id, ""));
    Ok(Beneath {
        csv: table.finish()?,
        columns,
        series,
    })
}

/// Names of the columns of a month, and what they hold.
fn month_columns() -> (Vec<String>, Map<String, Value>) {
    let quantiles: Vec<String> = LEVELS.iter().map(|l| format!("q{l}")).collect();
    let mut columns = described(SERIES_COLUMNS);
    for (name, level) in quantiles.iter().zip(LEVELS) {
        columns.insert(name.clone(), format!("quantile {level} over runs").into());
    }
    let names = SERIES_COLUMNS.iter().map(|(name, _)| (*name).to_owned());
    (names.chain(quantiles).collect(), columns)
}

/// The cells of a month.
fn month_cells<'a>(row: &'a SeriesRow, date: Option<&'a str>) -> Vec<Cell<'a>> {
    let mut cells = vec![
        Cell::Text(&row.series),
        Cell::Whole(row.month.into()),
        date.map_or(Cell::Empty, Cell::Date),
        Cell::Whole(row.n),
    ];
    cells.extend([row.mean, row.sd, row.min, row.max].map(Cell::Number));
    cells.extend(row.quantiles.map(Cell::Number));
    cells
}

/// Label and unit of a series; `unit` where it gives none itself.
fn series_text(data: &Data, id: &str, unit: &str) -> Value {
    let tag = data.stored.manifest.series.iter().find(|s| s.id == id);
    let label = tag.map_or("", |s| s.label.as_str());
    let own = tag.map_or("", |s| s.unit.as_str());
    let unit = if own.is_empty() { unit } else { own };
    serde_json::json!({ "label": label, "unit": unit })
}

/// Columns of [`outcome_csv`] with what they hold.
const OUTCOME_COLUMNS: [(&str, &str); 12] = [
    ("outcome", "id of the outcome"),
    ("label", "its name"),
    (
        "estimate",
        "probability within the horizon, 0 to 1; with count 0 no more than the upper bound says",
    ),
    ("low", "lower end of the interval"),
    ("high", "upper end of the interval; with count 0 the upper bound"),
    ("level", "of the interval"),
    ("method", "of the interval"),
    (
        "parameters_low",
        "lower end of the probability over 95% of the members of the ensemble; empty where it cannot be told from chance",
    ),
    ("parameters_high", "upper end"),
    ("parameters_reason", "why there is none"),
    ("n", "runs"),
    ("count", "runs in which it happened"),
];

/// One row per outcome.
///
/// # Errors
/// [`ChartError::Csv`], which writing to memory cannot cause.
pub fn outcome_csv(outcomes: &[&Outcome]) -> Result<Beneath, ChartError> {
    let mut table = Table::new(OUTCOME_COLUMNS.map(|(name, _)| name))?;
    for o in outcomes {
        let over = o.parameters.as_ref();
        table.row(&[
            Cell::Text(&o.id),
            Cell::Text(&o.label),
            o.estimate.into(),
            o.interval.map(|i| i[0]).into(),
            o.interval.map(|i| i[1]).into(),
            Cell::Number(o.level),
            Cell::Text(&o.method),
            over.and_then(|p| p.interval).map(|i| i[0]).into(),
            over.and_then(|p| p.interval).map(|i| i[1]).into(),
            over.and_then(|p| p.reason.as_deref()).map_or(Cell::Empty, Cell::Text),
            Cell::Whole(o.n),
            o.count.map_or(Cell::Empty, Cell::Whole),
        ])?;
    }
    Ok(Beneath {
        csv: table.finish()?,
        columns: described(OUTCOME_COLUMNS),
        series: Map::new(),
    })
}

/// Columns of [`comparison_csv`] with what they hold.
const COMPARISON_COLUMNS: [(&str, &str); 20] = [
    ("outcome", "id of the outcome"),
    ("label", "its name"),
    ("unit", "of levels and differences"),
    ("option", "id of the arm"),
    ("option_label", "its name"),
    ("baseline", "level of the arm that all others are compared with"),
    ("estimate", "level of this arm"),
    (
        "difference",
        "this arm less the baseline, over pairs of runs on the same luck",
    ),
    ("low", "lower end of its 95% interval, which holds by itself"),
    ("high", "upper end"),
    ("ratio", "this arm by the baseline; empty unless both are above 0"),
    ("ratio_low", "lower end of its 95% interval"),
    ("ratio_high", "upper end"),
    (
        "parameters_low",
        "lower end of the difference over 95% of the members of the ensemble; empty where it cannot be told from chance",
    ),
    ("parameters_high", "upper end"),
    ("ratio_parameters_low", "lower end of the ratio over the members"),
    ("ratio_parameters_high", "upper end"),
    ("parameters_reason", "why there is none"),
    ("changed", "pairs of runs in which the outcome differs at all"),
    ("verdict", "higher, lower or not resolved"),
];

/// One row per outcome and arm.
///
/// # Errors
/// [`ChartError::Csv`], which writing to memory cannot cause.
pub fn comparison_csv(comparison: &Comparison) -> Result<Beneath, ChartError> {
    let mut table = Table::new(COMPARISON_COLUMNS.map(|(name, _)| name))?;
    for compared in &comparison.outcomes {
        for d in &compared.contrasts {
            let of = |p: &Option<Parameters>, end: usize| p.as_ref().and_then(|p| p.interval).map(|i| i[end]).into();
            let reason = d.parameters.as_ref().and_then(|p| p.reason.as_deref());
            table.row(&[
                Cell::Text(&compared.id),
                Cell::Text(&compared.label),
                Cell::Text(unit_word(&compared.unit)),
                Cell::Text(&d.arm),
                Cell::Text(comparison.label(&d.arm)),
                compared.level(&comparison.baseline).into(),
                compared.level(&d.arm).into(),
                d.difference.into(),
                d.interval.map(|i| i[0]).into(),
                d.interval.map(|i| i[1]).into(),
                d.ratio.into(),
                d.ratio_interval.map(|i| i[0]).into(),
                d.ratio_interval.map(|i| i[1]).into(),
                of(&d.parameters, 0),
                of(&d.parameters, 1),
                of(&d.ratio_parameters, 0),
                of(&d.ratio_parameters, 1),
                reason.map_or(Cell::Empty, Cell::Text),
                Cell::Whole(d.changed),
                Cell::Text(d.verdict.word()),
            ])?;
        }
    }
    Ok(Beneath {
        csv: table.finish()?,
        columns: described(COMPARISON_COLUMNS),
        series: Map::new(),
    })
}

/// Columns with what they hold, in their order.
pub fn described<const N: usize>(columns: [(&str, &str); N]) -> Map<String, Value> {
    columns
        .into_iter()
        .map(|(name, meaning)| (name.to_owned(), meaning.into()))
        .collect()
}
/// The unit as a cell: a bare 1 would be taken for a number.
fn unit_word(unit: &str) -> &str {
    if unit == "1" { "dimensionless" } else { unit }
}
