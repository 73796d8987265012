//! What people mean when they write a value in another way than TOML does: decimal commas, percent signs, separators of
//! thousands, dates in the place of months, names of states in the place of codes.

use std::sync::LazyLock;

use toml::de::DeTable;

use super::bundled;
use super::diagnostics::nearest;
use super::schema::is_code;

/// Advice where a date stands in the place of a month; [`months_from`] makes it exact once the start is known.
pub const MONTHS: &str = "months are counted from `run.start`, which is month 0: write a whole number";

/// How a comma was meant.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Comma {
    None,
    Decimal,
    Thousands,
    /// Three digits follow it, so that it may be either; the value with a decimal point.
    Either(f64),
}

/// A number as people write it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Written {
    value: f64,
    is_percent: bool,
    comma: Comma,
}

/// A number for messages: digits as long as they can be read at a glance.
pub fn number(x: f64) -> String {
    if x != 0.0 && x.is_finite() && !(1e-6..1e15).contains(&x.abs()) {
        format!("{x:e}")
    } else {
        x.to_string()
    }
}

/// A hundredth, without the digits that binary fractions add.
fn hundredth(x: f64) -> f64 {
    // Twelve digits are more than anybody writes.
    format!("{:.12e}", x / 100.0).parse().unwrap_or(x / 100.0)
}

/// Reads a number with a percent sign, a decimal comma or separators of thousands.
pub fn written(text: &str) -> Option<Written> {
    const QUOTES: &[char] = &['"', '\'', '“', '”', '„', '‘', '’', '«', '»'];
    let text = text.trim().trim_matches(QUOTES).trim();
    // Signs of typesetters stand for a minus.
    let text = text.replace(['−', '–', '—'], "-").replace('\u{a0}', " ");
    let mut rest = text.as_str();
    let mut is_percent = false;
    for sign in ["%", "percent", "per cent"] {
        if let Some(before) = rest.strip_suffix(sign) {
            rest = before.trim_end();
            is_percent = true;
        }
    }
    let (rest, scale) = match rest.strip_suffix(['k', 'K']) {
        Some(before) if before.ends_with(|c: char| c.is_ascii_digit()) => (before, 1e3),
        _ => (rest, 1.0),
    };
    let body = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') || body.len() > 40 {
        return None;
    }
    let plain = |text: &str| text.replace('_', "").parse::<f64>().ok().filter(|x| x.is_finite());
    let groups: Vec<&str> = body.split([',', ' ', '\'']).collect();
    let is_grouped = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups
            .iter()
            .skip(1)
            .all(|g| g.get(..3).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit())))
        && groups[1..groups.len() - 1].iter().all(|g| g.len() == 3)
        && groups
            .last()
            .is_some_and(|g| g.len() == 3 || g.as_bytes().get(3) == Some(&b'.'));
    let joined = rest.replace([',', ' ', '\''], "");
    let (value, comma) = if groups.len() == 1 {
        (plain(rest)?, Comma::None)
    } else if body.matches(',').count() == 1 && groups.len() == 2 {
        let decimal = plain(&rest.replace(',', "."));
        if is_grouped && groups[0] != "0" {
            (plain(&joined)?, decimal.map_or(Comma::Thousands, Comma::Either))
        } else {
            (decimal?, Comma::Decimal)
        }
    } else if is_grouped {
        (plain(&joined)?, Comma::Thousands)
    } else {
        return None;
    };
    Some(Written {
        value: value * scale,
        is_percent,
        comma,
    })
}

impl Written {
    /// The number to be written instead.
    pub fn right(&self) -> f64 {
        if self.is_percent {
            hundredth(self.value)
        } else {
            self.value
        }
    }

    /// True if TOML takes it as it stands.
    pub fn is_plain(&self) -> bool {
        !self.is_percent && self.comma == Comma::None
    }

    /// What to write, for a text that has `quotes` around it or not.
    pub fn advice(&self, has_quotes: bool, is_whole: bool) -> String {
        let right = number(self.right());
        let bare = if has_quotes { ", without quotes" } else { "" };
        match (self.is_percent, self.comma) {
            (true, Comma::Decimal) => {
                let (percent, right) = (number(self.value), &right);
                format!("for {percent} percent write {right}{bare}, with a decimal point and without a percent sign")
            }
            (true, _) => format!(
                "for {} percent write {right}{bare}: there are no percent signs",
                number(self.value)
            ),
            (false, Comma::Decimal) => format!("write {right}{bare}: the decimal mark is a point, not a comma"),
            (false, Comma::Either(decimal)) if !is_whole => format!(
                "write {right}{bare} for the whole number, or {} with a point for the fraction: numbers have no commas",
                number(decimal)
            ),
            (false, Comma::Thousands | Comma::Either(_)) => {
                format!("write {right}{bare}: numbers have no separators of thousands but `_`, as in 10_000")
            }
            (false, Comma::None) if has_quotes => format!("take the quotes away: {right}"),
            (false, Comma::None) => format!("write {right}"),
        }
    }
}

/// Advice for a number above 1 where a share was meant, as long as a hundredth of it fits.
pub fn percent(x: f64, low: f64, high: f64) -> Option<String> {
    let right = hundredth(x);
    let is_share = (0.0..1.0).contains(&low) && high <= 1.0;
    (is_share && x > high && x <= 100.0 && (low..=high).contains(&right))
        .then(|| format!("for {} percent write {}", number(x), number(right)))
}

/// Year and month of a date as people write it: `2026-03`, `2026-03-15`, `03/2026`, `March 2026`.
pub fn calendar(text: &str) -> Option<(i32, u32)> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let text = text.trim().trim_matches(['"', '\'']).to_lowercase();
    let day = text.split(['t', 'T']).next().filter(|d| d.len() >= 8).unwrap_or(&text);
    let day = if day.bytes().filter(u8::is_ascii_digit).count() >= 4 {
        day
    } else {
        &text
    };
    let parts: Vec<&str> = day.split(['-', '/', '.', ' ', ',']).filter(|p| !p.is_empty()).collect();
    let year = |p: &str| {
        p.parse::<i32>()
            .ok()
            .filter(|y| p.len() == 4 && (1900..=2200).contains(y))
    };
    let month = |p: &str| match p.parse::<u32>() {
        Ok(m) => (p.len() <= 2 && (1..=12).contains(&m)).then_some(m),
        Err(_) => {
            let at = MONTHS.iter().position(|m| p.len() >= 3 && p.starts_with(m))?;
            u32::try_from(at + 1).ok()
        }
    };
    match parts[..] {
        [a, b] | [a, b, _] if year(a).is_some() => Some((year(a)?, month(b)?)),
        [a, b] if year(b).is_some() => Some((year(b)?, month(a)?)),
        [_, m, y] if year(y).is_some() => Some((year(y)?, month(m)?)),
        _ => None,
    }
}

/// Advice for a date in the place of a month, given the calendar month of month 0.
pub fn months_from(start: (i32, u32), text: &str) -> Option<(String, Option<String>)> {
    let (year, month) = calendar(text)?;
    let count = (year - start.0) * 12 + month as i32 - start.1 as i32;
    let from = format!(
        "months are counted from `run.start`, {:04}-{:02} is month 0",
        start.0, start.1
    );
    Some(if count < 0 {
        (format!("{from}: {year:04}-{month:02} lies before the start"), None)
    } else {
        (
            format!("{from}: for {year:04}-{month:02} write {count}"),
            Some(count.to_string()),
        )
    })
}

/// Names and codes of the states of all bundled worlds.
fn states() -> &'static [(String, String)] {
    static STATES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let mut found = Vec::new();
        for world in bundled::worlds() {
            let Ok(document) = DeTable::parse(world.text) else {
                continue;
            };
            let table = document.get_ref().get("states").and_then(|s| s.get_ref().as_table());
            for (code, state) in table.into_iter().flat_map(|t| t.iter()) {
                let name = state.get_ref().as_table().and_then(|s| s.get("name"));
                if let Some(name) = name.and_then(|n| n.get_ref().as_str()) {
                    found.push((name.to_owned(), code.get_ref().to_string()));
                }
            }
        }
        found
    });
    &STATES
}

/// The code that somebody means who writes a name, small letters or another abbreviation, among these states.
pub fn code_among<'a>(text: &str, states: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Option<&'a str> {
    let alias = match text.trim().to_lowercase().as_str() {
        "us" | "u.s." | "america" | "united states of america" => "USA",
        "uk" | "u.k." | "britain" | "great britain" | "england" => "GBR",
        "russian federation" => "RUS",
        _ => "",
    };
    let same = |a: &str| a.eq_ignore_ascii_case(text.trim()) || a == alias;
    let exact = states.clone().find(|(name, code)| same(code) || same(name));
    // Codes are near to too many names: of what has the form of one, only codes are compared.
    let by_name = || {
        if is_code(text) {
            return None;
        }
        let name = nearest(text, states.clone().map(|(name, _)| name))?;
        states.clone().find(|(n, _)| *n == name)
    };
    exact.or_else(by_name).map(|(_, code)| code)
}

/// The code that somebody means who writes something else.
pub fn code(text: &str) -> Option<String> {
    let known = states().iter().map(|(name, code)| (name.as_str(), code.as_str()));
    let near = || nearest(text, known.clone().map(|(_, code)| code));
    if let Some(code) = code_among(text, known.clone()).or_else(near) {
        return Some(code.to_owned());
    }
    let upper = text.trim().to_uppercase();
    is_code(&upper).then_some(upper)
}

/// The texts of a list that was written as one text: `USA, POL`.
pub fn items(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = text
        .split([',', ';', ' '])
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    (parts.len() > 1 && parts.iter().all(|p| is_code(p))).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value, is_plain) in [
            ("0,045", 0.045, false),
            ("-2,5", -2.5, false),
            ("4.5%", 0.045, false),
            ("4,5 %", 0.045, false),
            ("30 percent", 0.3, false),
            ("10,000", 10_000.0, false),
            ("1,500,000", 1_500_000.0, false),
            ("10 000", 10_000.0, false),
            ("10'000", 10_000.0, false),
            ("1,234.5", 1_234.5, false),
            ("10k", 10_000.0, true),
            ("\"0.5\"", 0.5, true),
            ("−3", -3.0, true),
            ("1e4", 10_000.0, true),
            ("1_000", 1_000.0, true),
        ] {
            let found = written(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.right(), found.is_plain()), (value, is_plain), "{text}");
        }
        for text in ["", "high", "1,2,3", "2026-03", "0,1,", "nan", "inf", "EST", "1.2.3"] {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn advice_shows_the_number_to_write() {
        let advice = |text: &str| written(text).expect("a number").advice(false, false);
        assert!(advice("0,045").contains("write 0.045"));
        assert!(advice("4.5%").contains("for 4.5 percent write 0.045"));
        assert!(advice("10,000").contains("10000"), "{}", advice("10,000"));
        assert!(advice("1,500").contains("1500") && advice("1,500").contains("1.5"));
        assert!(
            written("0.3")
                .expect("a number")
                .advice(true, false)
                .contains("quotes away: 0.3")
        );
    }

    #[test]
    fn a_share_above_one_is_taken_for_percent() {
        assert_eq!(percent(4.5, 0.0, 1.0).as_deref(), Some("for 4.5 percent write 0.045"));
        assert_eq!(percent(14.3, 0.0, 1.0).as_deref(), Some("for 14.3 percent write 0.143"));
        assert_eq!(percent(4.5, 0.0, 10.0), None);
        assert_eq!(percent(400.0, 0.0, 1.0), None);
    }

    #[test]
    fn dates_become_months() {
        for text in [
            "2026-03",
            "\"2026-03\"",
            "2026-03-15",
            "03/2026",
            "March 2026",
            "mar 2026",
            "2026-03-01T10:00:00",
            "15.3.2026",
        ] {
            assert_eq!(calendar(text), Some((2026, 3)), "{text}");
        }
        for text in ["12", "high", "2026", "2026-13", "0.5", "10,000"] {
            assert_eq!(calendar(text), None, "{text}");
        }
        let (help, right) = months_from((2025, 1), "2026-03").expect("a date");
        assert!(help.contains("write 14"), "{help}");
        assert_eq!(right.as_deref(), Some("14"));
        assert!(
            months_from((2027, 1), "2026-03")
                .expect("a date")
                .0
                .contains("before the start")
        );
    }

    #[test]
    fn states_are_found_by_name_and_small_letters() {
        for (text, meant) in [
            ("pol", "POL"),
            ("Poland", "POL"),
            ("POLAND", "POL"),
            ("US", "USA"),
            ("UK", "GBR"),
            ("germany", "DEU"),
        ] {
            assert_eq!(code(text).as_deref(), Some(meant), "{text}");
        }
        assert_eq!(code("xq"), None);
        assert_eq!(items("USA, POL"), Some(vec!["USA", "POL"]));
        assert_eq!(items("USA"), None);
    }

    #[test]
    fn huge_numbers_are_told_shortly() {
        assert_eq!(number(1e308), "1e308");
        assert_eq!(number(0.045), "0.045");
        assert_eq!(number(-5.0), "-5");
    }
}
