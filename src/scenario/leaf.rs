//! One value of a scenario file, checked against what its key may hold.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, SourceText, list, show};
use super::distribution::Distribution;
use super::hints;
use super::schema::{Kind, Of, is_code};
use crate::model::figures::Field;

/// A value with its TOML span.
pub type Raw<'i> = Spanned<DeValue<'i>>;

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub name: String,
    pub place: Place,
}

/// A checked value.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    Number(f64),
    Spread(Distribution),
    Count(u64),
    Text(Named),
    Flag(bool),
    Names(Vec<Named>),
    /// Year and month 1 to 12.
    Month(i32, u32),
    Pairs(Vec<(f64, f64)>),
}

/// The canonical text, as in a scenario file.
impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leaf::Number(x) => write!(f, "{x}"),
            Leaf::Spread(d) => write!(f, "{d}"),
            Leaf::Count(n) => write!(f, "{n}"),
            Leaf::Text(text) => write!(f, "{:?}", text.name),
            Leaf::Flag(flag) => write!(f, "{flag}"),
            Leaf::Names(names) => {
                let quoted: Vec<String> = names.iter().map(|n| format!("{:?}", n.name)).collect();
                write!(f, "[{}]", quoted.join(", "))
            }
            Leaf::Month(year, month) => write!(f, "\"{year:04}-{month:02}\""),
            Leaf::Pairs(pairs) => {
                let shown: Vec<String> = pairs.iter().map(|(months, be)| format!("[{months}, {be}]")).collect();
                write!(f, "[{}]", shown.join(", "))
            }
        }
    }
}

/// Largest whole number that every floating-point number below it tells apart from its neighbours.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Reads values of one text.
pub struct Reader<'a> {
    pub source: &'a Arc<SourceText>,
    pub report: &'a mut Report,
    /// Values that were taken out because they are no TOML; they have been told.
    pub gaps: &'a [Range<usize>],
}

impl Reader<'_> {
    /// The place of a span of this text.
    pub fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place {
            source: Arc::clone(self.source),
            span: spanned.span(),
        }
    }

    /// True if the value is one that was taken out.
    fn is_gap(&self, value: &Raw<'_>) -> bool {
        let at = value.span().start;
        self.gaps.iter().any(|gap| gap.start == at)
    }

    /// Reports that a value is of the wrong type.
    pub fn wrong(&mut self, key: &str, wanted: &str, value: &Raw<'_>) {
        self.wrong_type(key, wanted, value, None);
    }

    /// The same with advice.
    pub fn wrong_type(&mut self, key: &str, wanted: &str, value: &Raw<'_>, help: Option<String>) {
        if self.is_gap(value) {
            return;
        }
        let place = self.place(value);
        let message = format!(
            "`{}` is {}, not {wanted}",
            show(key),
            article(value.get_ref().type_str())
        );
        let mut finding = Diagnostic::error(codes::WRONG_TYPE, &place, message);
        finding.help = help;
        self.report.push(finding);
    }

    /// A value as it is written.
    pub(super) fn text_of(&self, value: &Raw<'_>) -> String {
        show(self.source.text.get(value.span()).unwrap_or_default())
    }

    /// Reads the value of `key` (for messages) as `kind`.
    pub fn leaf(&mut self, key: &str, kind: &Kind, value: &Raw<'_>) -> Option<Leaf> {
        match kind {
            Kind::Figure(field) => self.figure(key, field, value),
            Kind::Number(field) => self.bounded(key, field, value).map(Leaf::Number),
            Kind::Count(low, high) => self.count(key, *low, *high, value).map(Leaf::Count),
            Kind::Text => self.text(key, value).map(Leaf::Text),
            Kind::Name(of) => self.name(key, *of, value).map(Leaf::Text),
            Kind::Flag => self.flag(key, value).map(Leaf::Flag),
            Kind::Choice(words) => self.choice(key, words, value).map(Leaf::Text),
            Kind::Choices(words) => {
                let names = self.names(key, value)?;
                let all = names.len();
                let fine: Vec<Named> = names.into_iter().filter(|n| self.is_choice(key, words, n)).collect();
                (fine.len() == all).then_some(Leaf::Names(fine))
            }
            Kind::Names(of) => self.names_of(key, *of, value).map(Leaf::Names),
            Kind::Month => self.month(key, value),
            Kind::Pairs => self.pairs(key, value),
        }
    }

    /// A finite number; integers count as numbers.
    pub fn number(&mut self, key: &str, wanted: &str, value: &Raw<'_>) -> Option<f64> {
        self.number_of(key, wanted, None, value)
    }

    /// The same, with advice from what is known of the figure.
    fn number_of(&mut self, key: &str, wanted: &str, field: Option<&Field>, value: &Raw<'_>) -> Option<f64> {
        if self.is_gap(value) {
            return None;
        }
        let number = match value.get_ref() {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok().map(|i| i as f64),
            DeValue::Float(x) => x.as_str().parse::<f64>().ok(),
            _ => {
                let help = self.meant_number(value, field, false);
                self.wrong_type(key, wanted, value, help);
                return None;
            }
        };
        match number {
            Some(x) if x.is_finite() => Some(x),
            _ => {
                let place = self.place(value);
                let message = format!("`{}` is not a finite number", show(key));
                self.report.push(Diagnostic::error(codes::NOT_FINITE, &place, message));
                None
            }
        }
    }

    /// A number within the range of a field.
    pub fn bounded(&mut self, key: &str, field: &Field, value: &Raw<'_>) -> Option<f64> {
        let x = self.number_of(key, "a number", Some(field), value)?;
        if (field.low..=field.high).contains(&x) {
            return Some(x);
        }
        let place = self.place(value);
        let message = format!("`{}` is {}, outside {}", show(key), hints::number(x), range(field));
        let mut finding = Diagnostic::error(codes::OUT_OF_RANGE, &place, message);
        let doc = field.doc.trim();
        finding.help = match hints::percent(x, field.low, field.high) {
            Some(advice) if doc.is_empty() => Some(advice),
            Some(advice) => Some(format!("{advice}. {doc}")),
            None => (!doc.is_empty()).then(|| doc.to_owned()),
        };
        self.report.push(finding);
        None
    }

    /// A number from 0 to 1.
    pub fn probability(&mut self, key: &str, value: &Raw<'_>) -> Option<f64> {
        let x = self.number(key, "a number from 0 to 1", value)?;
        if (0.0..=1.0).contains(&x) {
            return Some(x);
        }
        let place = self.place(value);
        let mut finding = Diagnostic::error(
            codes::NOT_A_PROBABILITY,
            &place,
            format!(
                "`{}` is {}, but a probability lies between 0 and 1",
                show(key),
                hints::number(x)
            ),
        );
        finding.help = hints::percent(x, 0.0, 1.0);
        self.report.push(finding);
        None
    }

    /// A whole number between bounds; `60.0` and `1e4` are whole.
    pub fn count(&mut self, key: &str, low: u64, high: u64, value: &Raw<'_>) -> Option<u64> {
        if self.is_gap(value) {
            return None;
        }
        let (number, shown) = match value.get_ref() {
            DeValue::Integer(digits) => {
                let number = i128::from_str_radix(digits.as_str(), digits.radix()).ok();
                (number, digits.as_str().to_owned())
            }
            DeValue::Float(x) => {
                let x = x.as_str().parse::<f64>().ok().filter(|x| x.is_finite());
                let Some(x) = x else {
                    let place = self.place(value);
                    let message = format!("`{}` is not a finite number", show(key));
                    self.report.push(Diagnostic::error(codes::NOT_FINITE, &place, message));
                    return None;
                };
                if x.fract() != 0.0 {
                    let help = format!(
                        "write a whole number from {low} to {high}, for example {}",
                        x.round().max(1.0)
                    );
                    self.wrong_type(key, "a whole number", value, Some(help));
                    return None;
                }
                if x.abs() > LARGEST_WHOLE && x <= high as f64 {
                    let help = String::from("write all its digits, without a point");
                    self.wrong_type(key, "a whole number that is exact", value, Some(help));
                    return None;
                }
                // Whole, finite and either exact or out of range: the cast keeps what matters.
                (Some(x as i128), hints::number(x))
            }
            _ => {
                let help = self.meant_number(value, None, true);
                let help = help.unwrap_or_else(|| format!("write a whole number from {low} to {high}"));
                self.wrong_type(key, "a whole number", value, Some(help));
                return None;
            }
        };
        let fine = number
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| (low..=high).contains(n));
        if fine.is_none() {
            let place = self.place(value);
            let message = format!("`{}` is {}, outside {low} to {high}", show(key), show(&shown));
            let finding = Diagnostic::error(codes::OUT_OF_RANGE, &place, message);
            self.report
                .push(finding.help(format!("write a whole number from {low} to {high}")));
        }
        fine
    }

    /// A text.
    pub fn text(&mut self, key: &str, value: &Raw<'_>) -> Option<Named> {
        let Some(text) = value.get_ref().as_str() else {
            let help = match value.get_ref() {
                DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
                    Some(format!("put it in quotes: \"{}\"", self.text_of(value)))
                }
                DeValue::Array(items) if items.len() == 1 => {
                    let item = items.first().map(|i| self.text_of(i)).unwrap_or_default();
                    Some(format!("take the brackets away: {item}"))
                }
                _ => None,
            };
            self.wrong_type(key, "a text in quotes", value, help);
            return None;
        };
        Some(Named {
            name: text.to_owned(),
            place: self.place(value),
        })
    }

    /// A text that names something of the world.
    pub fn name(&mut self, key: &str, of: Of, value: &Raw<'_>) -> Option<Named> {
        let text = self.text(key, value)?;
        if of == Of::State && !is_code(&text.name) {
            self.bad_code(&text.name, &text.place);
            return None;
        }
        Some(text)
    }

    /// Names of things of the world. Wrong ones are left out: there is an error already, and the others keep it from
    /// causing more.
    fn names_of(&mut self, key: &str, of: Of, value: &Raw<'_>) -> Option<Vec<Named>> {
        let mut names = self.names(key, value)?;
        if of == Of::State {
            names.retain(|name| {
                let is_fine = is_code(&name.name);
                if !is_fine {
                    self.bad_code(&name.name, &name.place);
                }
                is_fine
            });
        }
        Some(names)
    }

    /// Reports a name that cannot be the code of a state.
    pub fn bad_code(&mut self, name: &str, place: &Place) {
        let message = format!("`{}` is no code of a state: three capital letters", show(name));
        let finding = Diagnostic::error(codes::NOT_A_CODE, &place.narrowed(name), message);
        let finding = match (hints::items(name), hints::code(name)) {
            (Some(items), _) => finding.help(format!("several states are a list: [\"{}\"]", items.join("\", \""))),
            (None, Some(code)) => finding.meant(name, &code),
            (None, None) => finding,
        };
        self.report.push(finding);
    }

    /// True or false.
    pub fn flag(&mut self, key: &str, value: &Raw<'_>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            let word = match value.get_ref() {
                DeValue::String(text) => text.to_lowercase(),
                DeValue::Integer(digits) => digits.as_str().to_owned(),
                _ => String::new(),
            };
            let help = match word.as_str() {
                "1" => "write true",
                "0" => "write false",
                "true" | "yes" | "on" => "write true, without quotes",
                "false" | "no" | "off" => "write false, without quotes",
                _ => "write true or false, without quotes",
            };
            self.wrong_type(key, "true or false", value, Some(help.to_owned()));
        }
        flag
    }

    /// One of some words.
    pub fn choice(&mut self, key: &str, words: &[&str], value: &Raw<'_>) -> Option<Named> {
        let text = self.text(key, value)?;
        self.is_choice(key, words, &text).then_some(text)
    }

    /// True if the text is one of some words.
    fn is_choice(&mut self, key: &str, words: &[&str], text: &Named) -> bool {
        let fine = words.contains(&text.name.as_str());
        if !fine {
            let message = format!("`{}` cannot be {:?}", show(key), show(&text.name));
            let mut finding = Diagnostic::error(codes::NOT_A_CHOICE, &text.place, message);
            finding = finding.nearest(&text.name, words.iter().copied());
            let parts: Vec<&str> = text.name.split([',', ';', ' ']).filter(|p| !p.is_empty()).collect();
            if parts.len() > 1 && parts.iter().all(|p| words.contains(p)) {
                let help = format!("several are a list: [\"{}\"]", parts.join("\", \""));
                self.report.push(finding.help(help));
                return fine;
            }
            let meant = finding.replacement.is_some().then_some(finding.help.take()).flatten();
            self.report.push(match meant {
                Some(meant) => finding.help(format!("{meant} It can be {}", list(words))),
                None => finding.help(format!("expected {}", list(words))),
            });
        }
        fine
    }

    /// A list of different names; a single text stands for a list of one.
    pub fn names(&mut self, key: &str, value: &Raw<'_>) -> Option<Vec<Named>> {
        let items = match value.get_ref() {
            DeValue::String(_) => return self.text(key, value).map(|t| vec![t]),
            DeValue::Array(items) => items,
            _ => {
                let help = match value.get_ref() {
                    DeValue::Table(_) => None,
                    _ => Some(format!("put it in quotes: [\"{}\"]", self.text_of(value))),
                };
                self.wrong_type(key, "a list of names", value, help);
                return None;
            }
        };
        let mut names: Vec<Named> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for item in items.iter() {
            if self.report.is_full() {
                break;
            }
            let Some(name) = self.text(key, item) else {
                continue;
            };
            if seen.insert(name.name.clone()) {
                names.push(name);
            } else {
                let message = format!("`{}` names `{}` twice", show(key), show(&name.name));
                self.report
                    .push(Diagnostic::error(codes::DUPLICATE, &name.place, message));
            }
        }
        // With items missing there is an error already; the rest keeps it from causing others.
        Some(names)
    }

    /// A month `YYYY-MM`.
    fn month(&mut self, key: &str, value: &Raw<'_>) -> Option<Leaf> {
        if let DeValue::Datetime(_) | DeValue::Integer(_) = value.get_ref() {
            let written = self.text_of(value);
            let help = match hints::calendar(&written) {
                Some((year, month)) => format!("write the month in quotes: \"{year:04}-{month:02}\""),
                None => String::from("write year and month in quotes, for example \"2025-01\""),
            };
            self.wrong_type(key, "a month in quotes", value, Some(help));
            return None;
        }
        let text = self.text(key, value)?;
        let parsed = text.name.split_once('-').and_then(|(year, month)| {
            let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
            let fits = digits(year, 4) && digits(month, 2);
            let (year, month) = (year.parse::<i32>().ok()?, month.parse::<u32>().ok()?);
            (fits && (1900..=2200).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
        });
        if parsed.is_none() {
            let message = format!(
                "`{}` is {:?}, not a month between 1900-01 and 2200-12",
                show(key),
                show(&text.name)
            );
            let finding = Diagnostic::error(codes::NOT_A_CHOICE, &text.place, message);
            self.report.push(match hints::calendar(&text.name) {
                Some((year, month)) => finding.help(format!("write \"{year:04}-{month:02}\": year and month")),
                None => finding.help("write year and month, for example \"2025-01\""),
            });
        }
        parsed.map(|(year, month)| Leaf::Month(year, month))
    }

    /// A list of `[months, brigades]`.
    fn pairs(&mut self, key: &str, value: &Raw<'_>) -> Option<Leaf> {
        const WANTED: &str = "a list of [months, brigades]";
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, WANTED, value);
            return None;
        };
        let mut pairs: Vec<(f64, f64)> = Vec::new();
        let mut is_fine = true;
        for item in items.iter() {
            if self.report.is_full() {
                return None;
            }
            let Some((months, force)) = self.pair(key, item) else {
                is_fine = false;
                continue;
            };
            let ascending = pairs.last().is_none_or(|(last, _)| months > *last);
            if !ascending || !(0.0..=12_000.0).contains(&months) || !(0.0..=1_000.0).contains(&force) {
                let place = self.place(item);
                let message = format!("`{}` needs months that rise from 0 and 0 to 1000 brigades", show(key));
                self.report
                    .push(Diagnostic::error(codes::OUT_OF_RANGE, &place, message));
                is_fine = false;
                continue;
            }
            pairs.push((months, force));
        }
        if !is_fine {
            return None;
        }
        if pairs.is_empty() {
            self.wrong(key, "a list with at least one [months, brigades]", value);
            return None;
        }
        Some(Leaf::Pairs(pairs))
    }

    /// One `[months, brigades]`.
    fn pair(&mut self, key: &str, item: &Raw<'_>) -> Option<(f64, f64)> {
        const WANTED: &str = "a pair [months, brigades]";
        let DeValue::Array(pair) = item.get_ref() else {
            self.wrong(key, WANTED, item);
            return None;
        };
        let (Some(months), Some(force), 2) = (pair.first(), pair.get(1), pair.len()) else {
            self.wrong(key, WANTED, item);
            return None;
        };
        let (months, force) = (self.number(key, WANTED, months), self.number(key, WANTED, force));
        Some((months?, force?))
    }
}

/// The range of a figure with its unit.
pub(super) fn range(field: &Field) -> String {
    match field.unit {
        "1" => format!("{} to {}", field.low, field.high),
        unit => format!("{} to {} ({unit})", field.low, field.high),
    }
}

/// A type with its article.
fn article(kind: &str) -> String {
    match kind {
        "integer" | "array" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
