//! Verdicts for people and for programs.

use super::law::{Band, Effect, Verdict, judgement};

/// Width of the table in columns.
pub(super) const WIDTH: usize = 80;
/// Columns for the name of an effect, for the estimate with its interval, and for the band.
const NAME: usize = 33;
const ESTIMATE: usize = 26;

/// A table of at most 80 columns: one block a law, one line or two an effect.
pub fn table(verdicts: &[Verdict]) -> String {
    let mut out = String::new();
    for v in verdicts {
        line(
            &mut out,
            &pad(
                &format!("{:>2}  {}", v.law.number, v.law.title),
                judgement(v.holds, v.fails),
            ),
        );
        for text in wrap(v.law.statement, WIDTH - 4) {
            line(&mut out, &format!("    {text}"));
        }
        for e in &v.effects {
            effect_lines(&mut out, e);
        }
        line(&mut out, &format!("    {} pairs of runs", v.runs));
        out.push('\n');
    }
    let count = |judged: &str| {
        verdicts
            .iter()
            .filter(|v| judgement(v.holds, v.fails) == judged)
            .count()
    };
    let mut last = format!("{} of {} laws hold", count("holds"), verdicts.len());
    match count("undecided") {
        0 => {}
        1 => last.push_str(", 1 is undecided: more runs settle it"),
        n => last.push_str(&format!(", {n} are undecided: more runs settle them")),
    }
    last.push_str(". Intervals are paired, at 95 percent.");
    for text in wrap(&last, WIDTH) {
        line(&mut out, &text);
    }
    out
}

/// An effect with its interval and its band, in one line or more.
pub(super) fn effect_lines(out: &mut String, e: &Effect) {
    let estimate = format!(
        "{} [{}, {}]",
        figure(e.estimate),
        figure(e.interval[0]),
        figure(e.interval[1])
    );
    let band = e
        .band
        .map_or_else(String::new, |b| format!("{}{}", band_text(b), mark(e.holds, e.fails)));
    let mut names = wrap(&e.what, NAME - 1);
    let last = names.pop().unwrap_or_default();
    for name in names {
        line(out, &format!("    {name}"));
    }
    line(out, &format!("    {last:<NAME$}{estimate:<ESTIMATE$} {band}"));
}

/// The sign behind a band: `!` where it is missed, `?` where the runs are too few to tell.
fn mark(holds: bool, fails: bool) -> &'static str {
    match (holds, fails) {
        (_, true) => " !",
        (true, false) => "",
        (false, false) => " ?",
    }
}

/// A heading on the left and a word on the right.
pub(super) fn pad(head: &str, word: &str) -> String {
    let space = WIDTH.saturating_sub(head.chars().count() + word.chars().count()).max(2);
    format!("{head}{}{word}", " ".repeat(space))
}

/// Format tag of [`json`].
pub const LAWS_FORMAT: &str = "deter.laws/1";

/// The verdicts as pretty-printed JSON. Open ends of bands and numbers that could not be had are `null`.
pub fn json(verdicts: &[Verdict]) -> String {
    format!("{:#}", laws_value(verdicts))
}

/// The same as a value, to stand in a larger document.
pub(super) fn laws_value(verdicts: &[Verdict]) -> serde_json::Value {
    serde_json::json!({
        "format": LAWS_FORMAT,
        "level": super::law::LEVEL,
        "holds": verdicts.iter().all(|v| v.holds),
        "fails": verdicts.iter().any(|v| v.fails),
        "laws": verdicts,
    })
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

/// Three significant digits; exact numbers stay short.
pub(super) fn figure(x: f64) -> String {
    if !x.is_finite() {
        return if x.is_nan() { "none".into() } else { "open".into() };
    }
    if x == 0.0 {
        return "0".into();
    }
    let digits = 2 - x.abs().log10().floor() as i32;
    if (-3..=5).contains(&digits) {
        format!("{x:.*}", digits.max(0) as usize)
    } else {
        format!("{x:.1e}")
    }
}

fn band_text(b: Band) -> String {
    match (b.low.is_finite(), b.high.is_finite()) {
        (true, true) if b.low == b.high => format!("= {}", b.low),
        (true, true) => format!("{} to {}", b.low, b.high),
        (true, false) => format!("> {}", b.low),
        (false, true) => format!("< {}", b.high),
        (false, false) => "any".into(),
    }
}

pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::law::Estimate;
    use crate::evidence::laws::LAWS;

    fn verdicts() -> Vec<Verdict> {
        let e = |value: f64| Estimate {
            value,
            interval: [value - 0.1, value + 0.1],
        };
        LAWS.iter()
            .map(|law| {
                let effects = vec![
                    Effect::tested(
                        "a long name of an effect that needs more than one line",
                        e(-1.2345),
                        Band::within(0.1, 2.0),
                    ),
                    Effect::reported("number", e(0.000_012)),
                ];
                Verdict::new(*law, 200, effects, "A note.")
            })
            .collect()
    }

    #[test]
    fn no_line_is_longer_than_eighty_columns() {
        let text = table(&verdicts());
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("DOES NOT HOLD") && text.contains("0.1 to 2 !"), "{text}");
    }

    #[test]
    fn json_carries_open_bands_as_null() {
        let e = Estimate {
            value: 2.0,
            interval: [1.5, 2.5],
        };
        let v = Verdict::new(LAWS[0], 10, vec![Effect::tested("x", e, Band::above(1.0))], "");
        let value: serde_json::Value = serde_json::from_str(&json(&[v])).expect("own output parses");
        assert!(value["laws"][0]["effects"][0]["band"]["high"].is_null());
        assert_eq!(value["holds"], true);
    }
}
