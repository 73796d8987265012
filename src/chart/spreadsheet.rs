//! CSV that spreadsheets of any language, and readers with their defaults, take for what it is.
//!
//! A table begins with its header, ends lines with LF and is quoted by RFC 4180. Three traps are kept out of the cells:
//! a number that a locale with a decimal comma would read as thousands (`0.237` as 237), a column that begins with whole
//! numbers and goes on with others, and a text that a spreadsheet would compute, date or count.

use super::ChartError;
use crate::text::cell;

/// What stands in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Somebody's words; made safe by [`cell`].
    Text(&'a str),
    /// A count.
    Whole(u64),
    /// A measured number, written by [`number`]; empty where it is not finite.
    Number(f64),
    /// A calendar day, `YYYY-MM-DD`, which spreadsheets of every language take for one.
    Date(&'a str),
    /// Yes or no.
    Flag(bool),
    /// Nothing known.
    Empty,
}

impl From<Option<f64>> for Cell<'_> {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Cell::Empty, Cell::Number)
    }
}

impl Cell<'_> {
    fn written(&self) -> String {
        match *self {
            Cell::Text(words) => cell(words),
            Cell::Whole(n) => n.to_string(),
            Cell::Number(value) => number(value),
            Cell::Date(day) => day.to_owned(),
            Cell::Flag(yes) => yes.to_string(),
            Cell::Empty => String::new(),
        }
    }
}

/// A table in the making.
#[derive(Debug)]
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// Starts with the names of the columns.
    ///
    /// # Errors
    /// [`ChartError::Csv`], which writing to memory cannot cause.
    pub fn new<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Table, ChartError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        writer.write_record(header)?;
        Ok(Table { writer })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ChartError::Csv`] if it has another length than the header.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), ChartError> {
        Ok(self.writer.write_record(cells.iter().map(Cell::written))?)
    }

    /// The whole file.
    ///
    /// # Errors
    /// [`ChartError::Csv`], which writing to memory cannot cause.
    pub fn finish(self) -> Result<String, ChartError> {
        let bytes = self.writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A number in the fewest digits that read back as the same number, always with a point, and never with exactly three
/// digits behind it: German, Italian, Dutch and other spreadsheets take `0.237` for 237 and `1.000` for 1000, with or
/// without an exponent. A nought more (`0.2370`) is no number at all to them, and the same one to everybody else.
/// Nothing finite, nothing written.
pub fn number(value: f64) -> String {
    /// Magnitudes that are written without an exponent, which not every reader takes for a number.
    const PLAIN: std::ops::Range<f64> = 1e-15..1e15;
    if !value.is_finite() {
        return String::new();
    }
    if value == 0.0 {
        return "0.0".to_owned();
    }
    let text = if PLAIN.contains(&value.abs()) {
        value.to_string()
    } else {
        format!("{value:e}")
    };
    let (digits, exponent) = text.split_at(text.find('e').unwrap_or(text.len()));
    let end = match digits.split_once('.') {
        None => ".0",
        Some((_, behind)) if behind.len() == 3 => "0",
        Some(_) => "",
    };
    format!("{digits}{end}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `^-?\d{1,3}\.\d{3}$`, and the same before an exponent.
    fn looks_like_thousands(field: &str) -> bool {
        let field = field.strip_prefix('-').unwrap_or(field);
        let field = field.split('e').next().unwrap_or(field);
        field.split_once('.').is_some_and(|(before, behind)| {
            let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
            (1..=3).contains(&before.len()) && behind.len() == 3 && digits(before) && digits(behind)
        })
    }

    fn holds(value: f64) {
        let written = number(value);
        let shown = format!("{value:?} is written as {written}");
        assert!(!looks_like_thousands(&written), "{shown}");
        assert!(written.contains('.') && !written.starts_with(['.', '+']), "{shown}");
        assert_eq!(written.parse::<f64>(), Ok(value), "{shown}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_number_reads_back_and_is_never_taken_for_thousands(bits: u64, count in 0u64..100_000, runs in 1u64..100_000) {
            let any = f64::from_bits(bits);
            if any.is_finite() {
                holds(any);
            }
            holds(count as f64 / runs as f64);
        }

        #[test]
        fn three_decimals_get_a_fourth(thousandths in -2_000_000i64..2_000_000) {
            holds(thousandths as f64 / 1000.0);
        }
    }

    #[test]
    fn numbers_are_written_as_expected() {
        for (value, written) in [
            (0.237, "0.2370"),
            (1.0, "1.0"),
            (-0.0, "0.0"),
            (1234.567, "1234.5670"),
            (0.0425, "0.0425"),
            (1e-9, "0.000000001"),
            (1.5e-20, "1.5e-20"),
            (1.234e300, "1.2340e300"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(number(value), written);
        }
    }

    #[test]
    fn a_table_is_quoted_where_it_must_be_and_ends_its_lines_with_lf() {
        let mut table = Table::new(["label", "n", "mean", "seen"]).expect("a header");
        let words = "a, \"b\"";
        table
            .row(&[Cell::Text(words), Cell::Whole(3), Cell::Number(0.5), Cell::Flag(true)])
            .expect("a row");
        table
            .row(&[Cell::Empty, Cell::Whole(0), Cell::Number(f64::NAN), Cell::Empty])
            .expect("a row");
        assert!(table.row(&[Cell::Empty]).is_err(), "a row of another length");
        assert_eq!(
            table.finish().expect("a file"),
            "label,n,mean,seen\n\"a, \"\"b\"\"\",3,0.5,true\n,0,,\n"
        );
    }
}
