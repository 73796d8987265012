//! Values of figures: numbers and distributions, and what somebody meant who wrote something else.

use toml::de::DeValue;

use super::codes;
use super::diagnostics::{Diagnostic, Place, list, show};
use super::distribution::{Distribution, Family, Fault};
use super::hints;
use super::leaf::{Leaf, Raw, Reader, range};
use super::schema::Kind;
use super::words::Word;
use crate::model::figures::Field;

impl Reader<'_> {
    /// What somebody meant who wrote something else than a number.
    pub(super) fn meant_number(&self, value: &Raw<'_>, field: Option<&Field>, is_whole: bool) -> Option<String> {
        let is_month = field.is_none_or(|f| f.unit == "month");
        match value.get_ref() {
            DeValue::String(text) => {
                if let Some(number) = hints::written(text) {
                    return Some(number.advice(true, is_whole));
                }
                if is_month && hints::calendar(text).is_some() {
                    return Some(hints::MONTHS.to_owned());
                }
                field.map(|f| format!("write a number from {}: {}", range(f), f.doc.trim()))
            }
            DeValue::Datetime(_) => is_month.then(|| hints::MONTHS.to_owned()),
            DeValue::Array(items) => match (items.len(), items.first()) {
                (1, Some(item)) => Some(format!("take the brackets away: {}", self.text_of(item))),
                (2, _) if field.is_some() => {
                    let ends: Vec<String> = items.iter().map(|i| self.text_of(i)).collect();
                    Some(format!("a span has a name: {{ uniform = [{}] }}", ends.join(", ")))
                }
                _ => None,
            },
            DeValue::Boolean(_) => field.map(|f| format!("write a number from {}: {}", range(f), f.doc.trim())),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Table(_) => None,
        }
    }

    /// A number or a distribution.
    pub(super) fn figure(&mut self, key: &str, field: &Field, value: &Raw<'_>) -> Option<Leaf> {
        let DeValue::Table(table) = value.get_ref() else {
            if !matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_)) {
                let help = self.meant_number(value, Some(field), false);
                self.wrong_type(key, &Kind::Figure(*field).wanted(), value, help);
                return None;
            }
            return self.bounded(key, field, value).map(Leaf::Number);
        };
        let place = self.place(value);
        let mut entries = table.iter();
        let (Some((name, numbers)), None) = (entries.next(), entries.next()) else {
            let message = format!("`{}` needs exactly one distribution", show(key));
            let finding = Diagnostic::error(codes::BAD_DISTRIBUTION, &place, message);
            self.report.push(finding.help(format!(
                "one of {}, for example {}",
                list(Family::WORDS),
                Family::Uniform.usage()
            )));
            return None;
        };
        let shape: &str = name.get_ref();
        let Some(family) = Family::of(shape) else {
            let at = self.place(name);
            let message = format!("`{}` is not a distribution", show(shape));
            let finding = Diagnostic::error(codes::BAD_DISTRIBUTION, &at, message);
            self.report.push(finding.nearest(shape, Family::WORDS.iter().copied()));
            return None;
        };
        let DeValue::Array(items) = numbers.get_ref() else {
            self.wrong_type(
                shape,
                "a list of numbers",
                numbers,
                Some(format!("write {}", family.usage())),
            );
            return None;
        };
        let mut read = Vec::with_capacity(items.len());
        for item in items.iter() {
            if self.report.is_full() {
                return None;
            }
            read.extend(self.number(shape, "a list of numbers", item));
        }
        if read.len() < items.len() {
            return None;
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
                    )
                    .help(shape_help(family, &read)),
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
}

/// How to write a distribution whose numbers are wrong.
fn shape_help(family: Family, numbers: &[f64]) -> String {
    let wanted = family.numbers();
    let is_whole = numbers.iter().all(|x| x.fract() == 0.0);
    let usage = format!("write {}", family.usage());
    if family != Family::Choice && numbers.len() == 2 * wanted.len() && is_whole {
        return format!("{usage}; the decimal mark is a point, not a comma");
    }
    match (family, numbers) {
        (Family::Uniform, [low, high]) if low > high => format!("write {{ uniform = [{high}, {low}] }}"),
        _ => usage,
    }
}
