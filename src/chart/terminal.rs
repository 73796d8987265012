//! The fan as text, for the end of `deter demo`.

use super::data::{Data, a, percent, q};
use crate::results::format::{SeriesRow, Stored};

/// Lines of the plot; each stands for ten points of a hundred.
const ROWS: usize = 10;

/// A small fan of the focus rung's credibility, at most `width` columns wide (40 to 200); empty without the series.
///
/// Shades stand for the middle 50, 80 and 95 % of runs, the line for the median.
pub fn terminal_fan(stored: &Stored, width: usize) -> String {
    let data = Data::new(stored);
    let id_of = |rung: &str| format!("credibility.{}.{rung}", stored.manifest.focal);
    let Some(rung) = data.focus(|r| data.series(&id_of(r)).is_some()) else {
        return String::new();
    };
    let id = id_of(rung);
    let Some(rows) = data.series(&id) else {
        return String::new();
    };
    let last = rows[rows.len() - 1];
    const LEFT: usize = 7;
    let tail = format!(" {}%", percent(last.quantiles[q::MEDIAN]));
    let columns = width.clamp(40, 200) - LEFT - tail.chars().count();
    // A column shows the month nearest to it.
    let month_at = |c: usize| &rows[(c * (rows.len() - 1) + (columns - 1) / 2) / (columns - 1).max(1)];
    let title = format!(
        "Belief of {} that aid comes after {}",
        data.challenger(),
        a(&data.rung(rung))
    );
    let mut out: Vec<String> = vec![cut(&title, width.clamp(40, 200))];
    for row in (0..ROWS).rev() {
        let (lo, hi) = (row as f64 / ROWS as f64, (row + 1) as f64 / ROWS as f64);
        let axis = match row {
            9 => " 100% ┤",
            4 => "  50% ┤",
            0 => "   0% ┤",
            _ => "      │",
        };
        let plot: String = (0..columns).map(|c| shade(month_at(c), lo, hi)).collect();
        let end = last.quantiles[q::MEDIAN];
        let here = (end >= lo && end < hi) || (row == ROWS - 1 && end >= hi);
        out.push(
            format!("{axis}{plot}{}", if here { tail.as_str() } else { "" })
                .trim_end()
                .to_owned(),
        );
    }
    let (from, to) = (format!("month {}", rows[0].month), last.month.to_string());
    let gap = columns.saturating_sub(from.chars().count() + to.chars().count());
    out.push(format!("{}{from}{}{to}", " ".repeat(LEFT), " ".repeat(gap)));
    let key = format!("{}━ median ▓ 50% ▒ 80% ░ 95% of runs", " ".repeat(LEFT));
    out.push(cut(&key, width.clamp(40, 200)));
    out.join("\n") + "\n"
}

/// The sign for one month between two values.
fn shade(row: &SeriesRow, lo: f64, hi: f64) -> char {
    let median = row.quantiles[q::MEDIAN].clamp(0.0, 0.999_999);
    let touches = |a: usize, b: usize| {
        // A band has to cover the middle of the cell, or most cells would be shaded twice over.
        let middle = (lo + hi) / 2.0;
        row.quantiles[a] <= middle && row.quantiles[b] >= middle
    };
    if median >= lo && median < hi {
        '━'
    } else if touches(q::LOW50, q::HIGH50) {
        '▓'
    } else if touches(q::LOW80, q::HIGH80) {
        '▒'
    } else if touches(q::LOW95, q::HIGH95) {
        '░'
    } else {
        ' '
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sample;

    #[test]
    fn no_line_is_wider_than_asked() {
        for width in [40, 60, 80, 120] {
            let text = terminal_fan(
                &sample::stored(&sample::Shape {
                    long: true,
                    ..Default::default()
                }),
                width,
            );
            assert_eq!(text.lines().count(), ROWS + 3);
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}:\n{text}");
        }
    }

    #[test]
    fn the_median_ends_where_its_number_says() {
        let stored = sample::stored(&sample::Shape::default());
        let text = terminal_fan(&stored, 78);
        let line = text
            .lines()
            .find(|l| l.ends_with('%'))
            .expect("a line with the last median");
        assert!(
            line.trim_end_matches(|c: char| c.is_ascii_digit() || c == '%' || c == ' ')
                .ends_with('━'),
            "{text}"
        );
    }

    #[test]
    fn results_without_the_series_give_no_chart() {
        let mut stored = sample::stored(&sample::Shape::default());
        stored.series.clear();
        assert_eq!(terminal_fan(&stored, 80), "");
    }
}
