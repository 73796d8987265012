//! The ensemble as an assumption set: a file like any other, with its fit in the comments.

use super::evidence::Use;
use super::findings::Findings;
use super::page;

/// Significant digits of the figures: far below what the data resolve, and a third of the bytes.
const DIGITS: usize = 5;

/// The text of the set.
pub fn text(f: &Findings, command: &str) -> String {
    let (fitted, of_fitted) = f.met(Use::Fit);
    let (held, of_held) = f.met(Use::HeldOut);
    let ids = |role: Use| {
        let named = f.checks.iter().filter(|c| c.target.role == role);
        named.map(|c| c.target.id.as_str()).collect::<Vec<_>>().join(" ")
    };
    let mut text = String::from("#:schema ../../scenario.schema.json\n#\n");
    let mut note = |line: &str| {
        let line = format!("# {line}");
        text.push_str(line.trim_end());
        text.push('\n');
    };
    note(&format!("Written by deter {}; do not edit, but run again:", f.version));
    note(&format!("  {command}"));
    note("");
    note(&format!(
        "scenario {} ({}), seed {}, {} particles, {} replications",
        f.scenario,
        f.scenario_hash.get(..16).unwrap_or_default(),
        f.settings.seed,
        f.settings.particles,
        f.replications
    ));
    note(&format!("fitted    {}", ids(Use::Fit)));
    note(&format!("held out  {}", ids(Use::HeldOut)));
    note("");
    page::page(f).lines().for_each(&mut note);
    text.push_str(&format!(
        r#"
title = "Calibrated"
holders = ["nobody: what is left of wide priors after the dispute data of 1992 to 2014"]
why = """
{members} joint draws of {figures} figures, equally likely, that the record of disputes between Russia and its neighbours does not
contradict ({fitted} of {of_fitted} fitted and {held} of {of_held} held-out targets met). The data pin {pinned} of {figures} directions; along the others
the draws keep the spread of the prior, so that what nobody knows stays in every interval. A figure that another layer
gives replaces its column; the others stay joint.
"""

[ensemble]
paths = [
"#,
        members = f.members.len(),
        figures = f.figures.len(),
        pinned = f.pinned(),
    ));
    for figure in &f.figures {
        text.push_str(&format!("  {:?},\n", figure.path));
    }
    text.push_str("]\nmembers = [\n");
    for member in &f.members {
        let row: Vec<String> = member.iter().map(|x| short(*x)).collect();
        text.push_str(&format!("  [{}],\n", row.join(", ")));
    }
    text.push_str("]\n");
    text
}

/// A number with few digits.
fn short(x: f64) -> String {
    let rounded = format!("{x:.*e}", DIGITS - 1).parse::<f64>().unwrap_or(x);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_plain() {
        assert_eq!(short(15.123_456), "15.123");
        assert_eq!(short(0.000_123_456_7), "0.00012346");
        assert_eq!(short(0.3), "0.3");
    }
}
