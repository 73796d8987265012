//! One value of a scenario file, checked against what its key may hold.

use std::fmt;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use super::codes;
use super::diagnostics::{Diagnostic, Place, Report, SourceText, list, show};
use super::distribution::{Distribution, Fault, SHAPES};
use super::schema::Kind;
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

/// Reads values of one text.
pub struct Reader<'a> {
    pub source: &'a Arc<SourceText>,
    pub report: &'a mut Report,
}

impl Reader<'_> {
    /// The place of a span of this text.
    pub fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place {
            source: Arc::clone(self.source),
            span: spanned.span(),
        }
    }

    /// Reports that a value is of the wrong type.
    pub fn wrong(&mut self, key: &str, wanted: &str, value: &Raw<'_>) {
        let place = self.place(value);
        let message = format!(
            "`{}` is {}, not {wanted}",
            show(key),
            article(value.get_ref().type_str())
        );
        self.report.push(Diagnostic::error(codes::WRONG_TYPE, &place, message));
    }

    /// Reads the value of `key` (for messages) as `kind`.
    pub fn leaf(&mut self, key: &str, kind: &Kind, value: &Raw<'_>) -> Option<Leaf> {
        match kind {
            Kind::Figure(field) => self.figure(key, field, value),
            Kind::Number(field) => self.bounded(key, field, value).map(Leaf::Number),
            Kind::Count(low, high) => self.count(key, *low, *high, value).map(Leaf::Count),
            Kind::Text => self.text(key, value).map(Leaf::Text),
            Kind::Flag => self.flag(key, value).map(Leaf::Flag),
            Kind::Choice(words) => self.choice(key, words, value).map(Leaf::Text),
            Kind::Choices(words) => {
                let names = self.names(key, value)?;
                let all = names.len();
                let fine: Vec<Named> = names.into_iter().filter(|n| self.is_choice(key, words, n)).collect();
                (fine.len() == all).then_some(Leaf::Names(fine))
            }
            Kind::Names => self.names(key, value).map(Leaf::Names),
            Kind::Month => self.month(key, value),
            Kind::Pairs => self.pairs(key, value),
        }
    }

    /// A finite number; integers count as numbers.
    pub fn number(&mut self, key: &str, wanted: &str, value: &Raw<'_>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok().map(|i| i as f64),
            DeValue::Float(x) => x.as_str().parse::<f64>().ok(),
            _ => {
                self.wrong(key, wanted, value);
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
        let x = self.number(key, "a number", value)?;
        if (field.low..=field.high).contains(&x) {
            return Some(x);
        }
        let place = self.place(value);
        let message = format!("`{}` is {x}, outside {}", show(key), range(field));
        let finding = Diagnostic::error(codes::OUT_OF_RANGE, &place, message);
        self.report.push(finding.help(field.doc.trim().to_owned()));
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
            format!("`{}` is {x}, but a probability lies between 0 and 1", show(key)),
        );
        if x > 1.0 && x <= 100.0 {
            finding = finding.help(format!("for {x} percent write {}", x / 100.0));
        }
        self.report.push(finding);
        None
    }

    /// A number or a distribution.
    fn figure(&mut self, key: &str, field: &Field, value: &Raw<'_>) -> Option<Leaf> {
        let DeValue::Table(table) = value.get_ref() else {
            if !matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_)) {
                self.wrong(key, &Kind::Figure(*field).wanted(), value);
                return None;
            }
            return self.bounded(key, field, value).map(Leaf::Number);
        };
        let place = self.place(value);
        let names: Vec<&str> = SHAPES.iter().map(|(name, _)| *name).collect();
        let mut entries = table.iter();
        let (Some((name, numbers)), None) = (entries.next(), entries.next()) else {
            let message = format!("`{}` needs exactly one distribution", show(key));
            let finding = Diagnostic::error(codes::BAD_DISTRIBUTION, &place, message);
            self.report.push(finding.help(format!("one of {}", list(&names))));
            return None;
        };
        let shape: &str = name.get_ref();
        if !names.contains(&shape) {
            let at = self.place(name);
            let message = format!("`{}` is not a distribution", show(shape));
            let finding = Diagnostic::error(codes::BAD_DISTRIBUTION, &at, message);
            self.report.push(finding.nearest(shape, names));
            return None;
        }
        let DeValue::Array(items) = numbers.get_ref() else {
            self.wrong(shape, "a list of numbers", numbers);
            return None;
        };
        let mut read = Vec::with_capacity(items.len());
        for item in items.iter() {
            read.push(self.number(shape, "a list of numbers", item)?);
        }
        match Distribution::new(shape, &read) {
            Ok(made) => self.fits(key, field, &made, &place).then_some(Leaf::Spread(made)),
            Err(fault) => {
                let finding = match &fault {
                    Fault::NoSpread(why) => Diagnostic::error(
                        codes::NO_SPREAD,
                        &place,
                        format!("the distribution of `{}` has no spread: {why}", show(key)),
                    )
                    .help("write the number itself"),
                    Fault::Malformed(why) => Diagnostic::error(
                        codes::BAD_DISTRIBUTION,
                        &place,
                        format!("the distribution of `{}` is malformed: {why}", show(key)),
                    ),
                };
                self.report.push(finding);
                None
            }
        }
    }

    /// True if a distribution keeps to the range of its figure.
    fn fits(&mut self, key: &str, field: &Field, made: &Distribution, place: &Place) -> bool {
        let outside = made.mass_outside(field.low, field.high);
        let range = range(field);
        if !made.is_unbounded() && outside > 0.0 {
            let message = format!("the distribution of `{}` leaves the range {range}", show(key));
            self.report
                .push(Diagnostic::error(codes::LEAVES_RANGE, place, message).help(field.doc.trim().to_owned()));
            return false;
        }
        let share = format!("{:.1} percent of `{}` lies outside {range}", outside * 100.0, show(key));
        let help = "truncated_normal or pert keep to a range";
        if outside > 0.05 {
            self.report
                .push(Diagnostic::error(codes::LEAVES_RANGE, place, share).help(help));
            return false;
        }
        if outside > 0.001 {
            let message = format!("{share} and will be set to the bound");
            self.report
                .push(Diagnostic::warning(codes::LEAVES_RANGE, place, message).help(help));
        }
        true
    }

    /// A whole number between bounds.
    pub fn count(&mut self, key: &str, low: u64, high: u64, value: &Raw<'_>) -> Option<u64> {
        let DeValue::Integer(digits) = value.get_ref() else {
            self.wrong(key, "a whole number", value);
            return None;
        };
        let number = i128::from_str_radix(digits.as_str(), digits.radix()).ok();
        let fine = number
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| (low..=high).contains(n));
        if fine.is_none() {
            let place = self.place(value);
            let message = format!("`{}` is {}, outside {low} to {high}", show(key), show(digits.as_str()));
            self.report
                .push(Diagnostic::error(codes::OUT_OF_RANGE, &place, message));
        }
        fine
    }

    /// A text.
    pub fn text(&mut self, key: &str, value: &Raw<'_>) -> Option<Named> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(key, "a text in quotes", value);
            return None;
        };
        Some(Named {
            name: text.to_owned(),
            place: self.place(value),
        })
    }

    /// True or false.
    pub fn flag(&mut self, key: &str, value: &Raw<'_>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(key, "true or false", value);
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
            self.report.push(finding.help(format!("expected {}", list(words))));
        }
        fine
    }

    /// A list of different names; a single text stands for a list of one.
    pub fn names(&mut self, key: &str, value: &Raw<'_>) -> Option<Vec<Named>> {
        let items = match value.get_ref() {
            DeValue::String(_) => return self.text(key, value).map(|t| vec![t]),
            DeValue::Array(items) => items,
            _ => {
                self.wrong(key, "a list of names", value);
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
            self.report
                .push(finding.help("write year and month, for example \"2025-01\""));
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
        for item in items.iter() {
            let DeValue::Array(pair) = item.get_ref() else {
                self.wrong(key, WANTED, item);
                return None;
            };
            let (Some(months), Some(force), 2) = (pair.first(), pair.get(1), pair.len()) else {
                self.wrong(key, "a pair [months, brigades]", item);
                return None;
            };
            let (months, force) = (self.number(key, WANTED, months)?, self.number(key, WANTED, force)?);
            let ascending = pairs.last().is_none_or(|(last, _)| months > *last);
            if !ascending || !(0.0..=12_000.0).contains(&months) || !(0.0..=1_000.0).contains(&force) {
                let place = self.place(item);
                let message = format!("`{}` needs months that rise from 0 and 0 to 1000 brigades", show(key));
                self.report
                    .push(Diagnostic::error(codes::OUT_OF_RANGE, &place, message));
                return None;
            }
            pairs.push((months, force));
        }
        if pairs.is_empty() {
            self.wrong(key, "a list with at least one [months, brigades]", value);
            return None;
        }
        Some(Leaf::Pairs(pairs))
    }
}

/// The range of a figure with its unit.
fn range(field: &Field) -> String {
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
