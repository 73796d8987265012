//! What stands beside a picture: its data as tidy CSV, and what it says and where it is from as JSON.

use super::data::Data;
use super::finding::Finding;
use super::{ChartError, Style};
use crate::results::format::{LEVELS, Outcome};
use crate::study::Comparison;
use serde::Serialize;
use std::fmt::Write as _;

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
    Ok(serde_json::to_string(&record(name, data, style))?)
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
    seed: u64,
    hash: &'a str,
    provenance: Provenance<'a>,
}

/// The contents of `NAME.json`.
///
/// # Errors
/// As [`provenance`].
pub fn json(name: &str, finding: &Finding, data: &Data, style: &Style) -> Result<String, ChartError> {
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
        provenance: record(name, data, style),
    };
    Ok(serde_json::to_string_pretty(&beside)? + "\n")
}

/// One row per series and month, units on top.
pub fn series_csv(data: &Data, ids: &[&str], unit: &str) -> String {
    let mut out = format!(
        "# {}\n# month: months since the start, {}\n",
        data.source(),
        data.stored.manifest.start
    );
    // Writing to a String cannot fail, hence the ignored results.
    for id in ids {
        let own = data.unit(id);
        let _ = writeln!(out, "# {id}: {}", if own.is_empty() { unit } else { own });
    }
    let _ = writeln!(
        out,
        "# q0.025 … q0.975: quantiles over runs; n: runs; sd: standard deviation over runs"
    );
    let levels: Vec<String> = LEVELS.iter().map(|l| format!("q{l}")).collect();
    let _ = writeln!(out, "series,month,n,mean,sd,min,max,{}", levels.join(","));
    for id in ids {
        for r in data.series(id).unwrap_or_default() {
            let quantiles: Vec<String> = r.quantiles.iter().map(f64::to_string).collect();
            let _ = writeln!(
                out,
                "{},{},{},{},{},{},{},{}",
                field(&r.series),
                r.month,
                r.n,
                r.mean,
                r.sd,
                r.min,
                r.max,
                quantiles.join(",")
            );
        }
    }
    out
}

/// One row per outcome, units on top.
pub fn outcome_csv(outcomes: &[&Outcome]) -> String {
    let mut out = String::from(
        "# estimate, low, high: probability within the horizon, 0 to 1; low and high bound the interval at `level`\n",
    );
    out += "# n: runs; count: runs in which it happened; with count 0, high is the upper bound and estimate no more than that\n";
    out += "outcome,label,estimate,low,high,level,method,n,count\n";
    let number = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
    for o in outcomes {
        let _ = writeln!(
            out,
            "{},{},{},{},{},{},{},{},{}",
            field(&o.id),
            field(&o.label),
            number(o.estimate),
            number(o.interval.map(|i| i[0])),
            number(o.interval.map(|i| i[1])),
            o.level,
            field(&o.method),
            o.n,
            o.count.map_or(String::new(), |c| c.to_string())
        );
    }
    out
}

/// One row per outcome and option, units on top.
pub fn comparison_csv(comparison: &Comparison) -> String {
    let mut out = format!(
        "# difference: option minus ‘{}’, in the unit of the outcome; low and high bound its 95% interval\n",
        comparison.baseline_label()
    );
    out += "# ratio: option by baseline; changed: pairs of runs in which the outcome differs at all\n";
    out += "outcome,label,unit,option,option_label,baseline,estimate,difference,low,high,ratio,ratio_low,ratio_high,changed,verdict\n";
    let number = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
    for compared in &comparison.outcomes {
        for d in &compared.contrasts {
            let cells = [
                field(&compared.id),
                field(&compared.label),
                field(&compared.unit),
                field(&d.arm),
                field(comparison.label(&d.arm)),
                number(compared.level(&comparison.baseline)),
                number(compared.level(&d.arm)),
                number(d.difference),
                number(d.interval.map(|i| i[0])),
                number(d.interval.map(|i| i[1])),
                number(d.ratio),
                number(d.ratio_interval.map(|i| i[0])),
                number(d.ratio_interval.map(|i| i[1])),
                d.changed.to_string(),
                d.verdict.word().to_owned(),
            ];
            let _ = writeln!(out, "{}", cells.join(","));
        }
    }
    out
}

/// A CSV field, quoted where it has to be (RFC 4180).
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
