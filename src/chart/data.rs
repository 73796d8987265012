//! What the charts read out of stored results, and the words for it.

use crate::results::format::{RungTag, SeriesRow, Stored};
use crate::text::line;
use std::collections::BTreeMap;

pub use crate::numerals::{count, counted, level, of_runs, percent, percent_bound, percent_range};

/// Index of each quantile in [`SeriesRow::quantiles`] (see [`crate::results::format::LEVELS`]).
pub mod q {
    /// 2.5 %
    pub const LOW95: usize = 0;
    /// 10 %
    pub const LOW80: usize = 2;
    /// 25 %
    pub const LOW50: usize = 3;
    /// 50 %
    pub const MEDIAN: usize = 4;
    /// 75 %
    pub const HIGH50: usize = 5;
    /// 90 %
    pub const HIGH80: usize = 6;
    /// 97.5 %
    pub const HIGH95: usize = 8;
}

/// Stored results, indexed for drawing.
#[derive(Debug)]
pub struct Data<'a> {
    pub stored: &'a Stored,
    series: BTreeMap<&'a str, Vec<&'a SeriesRow>>,
}

impl<'a> Data<'a> {
    /// Indexes the series by id and month; rows that hold no finite mean are left out.
    pub fn new(stored: &'a Stored) -> Data<'a> {
        let mut series: BTreeMap<&str, Vec<&SeriesRow>> = BTreeMap::new();
        for row in stored.series.iter().filter(|r| r.mean.is_finite() && r.n > 0) {
            series.entry(&row.series).or_default().push(row);
        }
        for rows in series.values_mut() {
            rows.sort_by_key(|r| r.month);
            rows.dedup_by_key(|r| r.month);
        }
        Data { stored, series }
    }

    /// The months of a series in order; `None` unless there are at least two.
    pub fn series(&self, id: &str) -> Option<&[&'a SeriesRow]> {
        self.series.get(id).map(Vec::as_slice).filter(|rows| rows.len() > 1)
    }

    /// The rungs from the mildest to the gravest.
    pub fn rungs(&self) -> &'a [RungTag] {
        &self.stored.manifest.rungs
    }

    /// Label of a rung in running text: `land grab`.
    pub fn rung(&self, id: &str) -> String {
        let label = self
            .rungs()
            .iter()
            .find(|r| r.id == id)
            .map_or(id, |r| r.label.as_str());
        running(&line(label).replace('_', " "))
    }

    /// True for the rung at which promises are compared.
    pub fn is_focus(&self, id: &str) -> bool {
        self.stored.manifest.focus().is_some_and(|r| r.id == id)
    }

    /// The rung at which promises are compared, or else the gravest, of those for which `has` holds.
    pub fn focus(&self, has: impl Fn(&str) -> bool) -> Option<&'a str> {
        let rungs = || self.rungs().iter().map(|r| r.id.as_str()).filter(|r| has(r));
        rungs().find(|r| self.is_focus(r)).or_else(|| rungs().last())
    }

    /// A text of the effective scenario.
    fn effective(&self, path: &str) -> Option<String> {
        let found = self.stored.manifest.effective.iter().find(|e| e.path == path)?;
        let text = found.value.trim_matches('"').trim();
        (!text.is_empty()).then(|| line(text).into_owned())
    }

    /// Name of the focal arrangement.
    pub fn focal(&self) -> String {
        let id = &self.stored.manifest.focal;
        self.effective(&format!("arrangements.{id}.name")).unwrap_or_else(|| {
            if id.len() <= 5 {
                id.to_uppercase()
            } else {
                id.replace(['_', '-'], " ")
            }
        })
    }

    /// Name of the challenger that the focal arrangement faces, else `the challenger`.
    pub fn challenger(&self) -> String {
        let name = &self.stored.manifest.challenger;
        if name.is_empty() {
            "the challenger".to_owned()
        } else {
            line(name).into_owned()
        }
    }

    /// Runs behind the numbers.
    pub fn runs(&self) -> u64 {
        self.stored.summary.runs
    }

    /// What this result is called beside another one.
    pub fn option(&self) -> String {
        let scenario = &self.stored.manifest.scenario;
        self.stored
            .manifest
            .option
            .clone()
            .unwrap_or_else(|| line(&scenario.title).into_owned())
    }

    /// The events by month, notes of one month joined.
    pub fn events(&self) -> Vec<(u32, String)> {
        let mut by_month: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for e in &self.stored.manifest.events {
            if e.month <= self.stored.manifest.months && !e.note.trim().is_empty() {
                by_month.entry(e.month).or_default().push(e.note.trim());
            }
        }
        by_month
            .into_iter()
            .map(|(month, notes)| (month, line(&notes.join("; ")).into_owned()))
            .collect()
    }

    /// The line that says where the numbers come from.
    pub fn source(&self) -> String {
        let m = &self.stored.manifest;
        let mut parts = vec![format!("Source: {}", m.scenario.name)];
        parts.extend(m.option.as_ref().map(|o| format!("option {o}")));
        if !m.assumptions.is_empty() {
            parts.push(format!("assumptions {}", m.assumptions.join(" + ")));
        }
        parts.push(format!("seed {}", m.seed));
        parts.push(format!("n = {}", counted(self.runs(), "run")));
        parts.push(format!("{} {}", m.program, m.version));
        parts.push(format!("results {}", m.plan_hash.chars().take(8).collect::<String>()));
        line(&parts.join(" · ")).into_owned()
    }

    /// A first sentence for the note when a run was cut short.
    pub fn partial(&self) -> Option<String> {
        let m = &self.stored.manifest;
        (m.state != "complete").then(|| {
            format!(
                "Partial results: {} of {}.",
                count(m.runs_finished),
                counted(m.runs_planned, "run")
            )
        })
    }
}

/// A label as it stands inside a sentence: the first letter small, unless it begins an abbreviation.
pub fn running(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(label.chars().skip(1)).collect()
        }
        _ => label.to_owned(),
    }
}

/// The first letter capital.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// With its indefinite article.
pub fn a(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// The name of a state as it stands in a sentence, with the article that English gives it.
pub fn the(name: &str) -> String {
    const PLURAL: [&str; 4] = ["Netherlands", "Philippines", "Bahamas", "Maldives"];
    let takes = name.starts_with("United ") || name.starts_with("Soviet ") || PLURAL.contains(&name);
    if takes { format!("the {name}") } else { name.to_owned() }
}

/// `name’s`, or `name’` after an s.
pub fn whose(name: &str) -> String {
    if name.ends_with('s') {
        format!("{name}’")
    } else {
        format!("{name}’s")
    }
}

/// A range of brigades, fine enough to tell its ends apart.
pub fn brigade_range([lo, hi]: [f64; 2]) -> String {
    let digits = if hi - lo < 0.25 { 2 } else { usize::from(hi - lo < 2.5) };
    format!("{lo:.digits$}–{hi:.digits$}")
}

/// A number of brigades: whole above ten, else with one decimal; a true minus sign.
pub fn brigades(v: f64) -> String {
    let text = if v.abs() >= 9.95 {
        format!("{v:.0}")
    } else {
        format!("{v:.1}")
    };
    let text = text.strip_suffix(".0").map_or(text.clone(), str::to_owned);
    if text == "-0" {
        "0".to_owned()
    } else {
        text.replace('-', "−")
    }
}

/// The time that a series covers, in words. One that runs from the first month to the last covers the whole horizon.
pub fn covered(stored: &Stored, first: u32, last: u32) -> String {
    let months = stored.manifest.months;
    horizon(if first == 0 && last + 1 == months {
        months
    } else {
        last.saturating_sub(first)
    })
}

/// A horizon in words: `five years`, `18 months`.
pub fn horizon(months: u32) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    let word = |n: u32| WORDS.get(n as usize).map_or_else(|| n.to_string(), |w| (*w).to_owned());
    match (months, months % 12) {
        (12, _) => "one year".to_owned(),
        (1, _) => "one month".to_owned(),
        (m, 0) if m > 0 => format!("{} years", word(m / 12)),
        (m, _) => format!("{} months", word(m)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_print() {
        assert_eq!(brigades(-3.24), "−3.2");
        assert_eq!(brigades(-0.01), "0");
        assert_eq!(brigades(23.6), "24");
        assert_eq!(brigade_range([21.93, 22.02]), "21.93–22.02");
    }

    #[test]
    fn words_fit_into_sentences() {
        assert_eq!(horizon(60), "five years");
        assert_eq!(horizon(18), "18 months");
        assert_eq!(running("Land grab"), "land grab");
        assert_eq!(running("WMD use"), "WMD use");
        assert_eq!(a("incursion"), "an incursion");
        assert_eq!(whose("Russia"), "Russia’s");
        assert_eq!([the("United States"), the("Poland")], ["the United States", "Poland"]);
    }
}
