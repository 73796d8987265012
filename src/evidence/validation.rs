//! The whole test in one value: laws, targets, out of sample, selection, cease-fires, failure modes; as a table and as JSON.

use serde::Serialize;

use super::holdout::Holdout;
use super::law::{Effect, LEVEL, Verdict, judgement};
use super::table::{effect_lines, laws_value, line, pad, wrap};
use super::targets::{Comparisons, Standing};

/// Format tag of [`Validation::json`].
pub const VALIDATION_FORMAT: &str = "deter.validation/1";

/// Width of the tables in columns.
const WIDTH: usize = 80;

/// Effects under one heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub title: &'static str,
    /// Runs behind each effect.
    pub runs: u64,
    pub effects: Vec<Effect>,
    /// True if every tested effect lies in its band.
    pub holds: bool,
    /// True if the band of a tested effect excludes it.
    pub fails: bool,
    /// What a reader should know.
    pub note: &'static str,
}

impl Section {
    /// Puts effects together.
    pub fn new(title: &'static str, runs: u64, effects: Vec<Effect>, note: &'static str) -> Self {
        Self {
            holds: effects.iter().all(|e| e.holds),
            fails: effects.iter().any(|e| e.fails),
            title,
            runs,
            effects,
            note,
        }
    }

    /// The effect called `what`.
    pub fn effect(&self, what: &str) -> Option<&Effect> {
        self.effects.iter().find(|e| e.what == what)
    }
}

/// What was tested, part by part; a part that was not asked for is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Validation {
    pub laws: Option<Vec<Verdict>>,
    pub targets: Option<Comparisons>,
    pub holdout: Option<Holdout>,
    pub selection: Option<Section>,
    pub truces: Option<Section>,
    pub failure: Option<Section>,
}

impl Validation {
    /// True if everything holds that has to: the laws, the targets marked so, selection, cease-fires and the failure modes. The holdout is
    /// reported and never required.
    pub fn holds(&self) -> bool {
        self.laws.as_ref().is_none_or(|v| v.iter().all(|law| law.holds))
            && self.targets.as_ref().is_none_or(|t| t.holds)
            && self.selection.as_ref().is_none_or(|s| s.holds)
            && self.truces.as_ref().is_none_or(|s| s.holds)
            && self.failure.as_ref().is_none_or(|s| s.holds)
    }

    /// True if something fails that has to hold. What neither holds nor fails is undecided at this number of runs.
    pub fn fails(&self) -> bool {
        self.laws.as_ref().is_some_and(|v| v.iter().any(|law| law.fails))
            || self.targets.as_ref().is_some_and(|t| t.fails)
            || self.selection.as_ref().is_some_and(|s| s.fails)
            || self.truces.as_ref().is_some_and(|s| s.fails)
            || self.failure.as_ref().is_some_and(|s| s.fails)
    }

    /// Everything as pretty-printed JSON. Numbers that could not be had, open bands and parts not asked for are `null`.
    pub fn json(&self) -> String {
        let value = serde_json::json!({
            "format": VALIDATION_FORMAT,
            "program": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "level": LEVEL,
            "holds": self.holds(),
            "fails": self.fails(),
            "laws": self.laws.as_deref().map(laws_value),
            "targets": self.targets,
            "holdout": self.holdout,
            "selection": self.selection,
            "truces": self.truces,
            "failure": self.failure,
        });
        format!("{value:#}")
    }

    /// Tables of at most 80 columns.
    pub fn table(&self) -> String {
        let mut out = String::new();
        if let Some(laws) = &self.laws {
            out.push_str(&super::table::table(laws));
            out.push('\n');
        }
        if let Some(targets) = &self.targets {
            targets_table(&mut out, targets);
            judged(&mut out, &targets.control);
        }
        if let Some(holdout) = &self.holdout {
            let better = if holdout.section.holds {
                "better than the references"
            } else {
                "NOT BETTER IN ALL"
            };
            section(&mut out, &holdout.section, better);
            shadow(&mut out, holdout);
        }
        for s in [&self.selection, &self.truces, &self.failure].into_iter().flatten() {
            judged(&mut out, s);
        }
        out
    }
}

fn judged(out: &mut String, s: &Section) {
    section(out, s, judgement(s.holds, s.fails));
}

fn section(out: &mut String, s: &Section, word: &str) {
    line(out, &pad(s.title, word));
    for e in &s.effects {
        effect_lines(out, e);
    }
    for text in wrap(s.note, WIDTH - 4) {
        line(out, &format!("    {text}"));
    }
    line(out, &format!("    {} runs", s.runs));
    out.push('\n');
}

fn shadow(out: &mut String, holdout: &Holdout) {
    line(
        out,
        "    The shadow war by year, given the sum over the years of a series",
    );
    for y in &holdout.shadow {
        line(
            out,
            &format!(
                "    {:<28}{:<6}observed {:>3}   model {:>5.1} [{}, {}]{}",
                y.series,
                y.year,
                y.observed,
                y.predicted,
                y.interval[0],
                y.interval[1],
                if y.covered { "" } else { " !" }
            ),
        );
    }
    out.push('\n');
}

/// Three significant digits.
fn figure(x: f64) -> String {
    super::table::figure(x)
}

fn range(i: [f64; 2]) -> String {
    format!("[{}, {}]", figure(i[0]), figure(i[1]))
}

fn targets_table(out: &mut String, all: &Comparisons) {
    let standing = match (all.holds, all.fails) {
        (_, true) => "REQUIRED ONES MISSED",
        (true, false) => "required ones met",
        (false, false) => "required ones undecided",
    };
    line(out, &pad("Calibration targets", standing));
    line(
        out,
        &format!(
            "    {} runs of the hindcast; {:.0} dyad-years of members, {:.0} of others a run",
            all.runs, all.dyad_years[0], all.dyad_years[1]
        ),
    );
    line(
        out,
        &format!(
            "    {:<4} {:<25}{:<24}{}",
            "", "model, 95 percent", "target", "* required"
        ),
    );
    for c in &all.targets {
        let Some(m) = c.model else { continue };
        for text in wrap(&c.target.quantity, WIDTH - 4) {
            line(out, &format!("    {text}"));
        }
        let mark = if c.target.must { "*" } else { "" };
        let aim = c.target.interval.map_or_else(String::new, range);
        let aimed = format!(
            "{} {aim}",
            c.target.value.first().map_or_else(String::new, |v| figure(*v))
        );
        line(
            out,
            &format!(
                "    {:<4} {:<24}{:<25} {}{}",
                format!("{}{mark}", c.target.id),
                format!("{} {}", figure(m.value), range(m.interval)),
                aimed,
                c.standing.word(),
                match (c.holds, c.standing) {
                    (true, _) => "",
                    (false, Standing::Outside) => " !",
                    (false, _) => " ?",
                }
            ),
        );
    }
    let count = |s: Standing| {
        all.targets
            .iter()
            .filter(|c| c.model.is_some() && c.standing == s)
            .count()
    };
    line(
        out,
        &format!(
            "    {} inside, {} overlap, {} outside",
            count(Standing::Inside),
            count(Standing::Overlaps),
            count(Standing::Outside)
        ),
    );
    out.push('\n');
    line(out, "Targets read elsewhere, and those the model cannot speak to");
    for c in all.targets.iter().filter(|c| c.model.is_none()) {
        let (place, why) = match (&c.target.law, &c.target.how, &c.target.silent) {
            (Some(law), Some(how), _) => (format!("law {law}: "), how.as_str()),
            (None, Some(how), _) => ("out of sample: ".to_owned(), how.as_str()),
            (_, _, Some(why)) => (String::new(), why.as_str()),
            _ => (String::new(), "nothing of the kind occurred in these runs"),
        };
        let mut texts = wrap(&format!("{place}{why}"), WIDTH - 9).into_iter();
        line(
            out,
            &format!("    {:<5}{}", c.target.id, texts.next().unwrap_or_default()),
        );
        for text in texts {
            line(out, &format!("         {text}"));
        }
    }
    out.push('\n');
}
