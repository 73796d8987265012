//! Numbers as people read them: one spelling for tables, pictures and pages, so that no two of them contradict each other.
//!
//! Rounding is that of the decimal number: what differs only in its last binary digits looks the same, and a smaller number never looks
//! larger than a larger one.

/// Significant figures of a share, and of any other number.
const SHARE: i32 = 2;
const NUMBER: i32 = 3;
/// Smaller numbers are written with a power of ten.
const PLAIN_FROM: i32 = -4;

/// The number next to `x` with twelve significant figures: 0.0375 for the 0.03749999999999998 that 1 − 0.9625 comes to.
fn decimal(x: f64) -> f64 {
    let text = format!("{x:.11e}");
    text.parse().unwrap_or(x)
}

/// Power of ten of the first figure, once `x` is rounded to as many figures.
fn magnitude(x: f64, figures: i32) -> i32 {
    let text = format!("{x:.*e}", (figures - 1) as usize);
    text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0)
}

/// With as many significant figures, but whole numbers stay whole and tiny ones take a power of ten.
fn figures(x: f64, figures: i32, fewest: usize) -> String {
    let x = decimal(x);
    if x == 0.0 {
        return "0".to_owned();
    }
    let power = magnitude(x.abs(), figures);
    if power < PLAIN_FROM {
        return format!("{x:.*e}", (SHARE - 1) as usize);
    }
    format!("{x:.*}", ((figures - 1 - power).max(0) as usize).max(fewest))
}

/// Percentages nearer to nothing or to all than these are told in words: nobody reads the digits of one in a million.
const LEAST: f64 = 0.001;
const MOST: f64 = 99.9;

/// A share as a percentage without its sign, with two figures that count, from either end: `46`, `4.6`, `0.46`, `99.60`;
/// beyond what a reader tells apart, `less than 0.001` and `more than 99.9`.
pub fn percent(share: f64) -> String {
    let p = decimal(100.0 * share);
    if p > 0.0 && p < LEAST {
        return format!("less than {LEAST}");
    }
    if p > MOST && p < 100.0 {
        return format!("more than {MOST}");
    }
    exact_percent(p)
}

/// A bound as a percentage without its sign, in digits: words such as `below` stand before it already.
pub fn percent_bound(share: f64) -> String {
    exact_percent(decimal(100.0 * share))
}

/// A percentage in digits, however near to nothing or to all.
fn exact_percent(p: f64) -> String {
    let rest = decimal(100.0 - p);
    if !(rest > 0.0 && rest < p) {
        return figures(p, SHARE, 0);
    }
    // Near the top it is the distance to it that counts.
    let digits = (SHARE - 1 - magnitude(rest, SHARE)).clamp(0, 6) as usize;
    format!("{p:.digits$}")
}

/// The ends of a range of shares as percentages without their signs, fine enough to tell them apart.
pub fn percent_ends([low, high]: [f64; 2]) -> [String; 2] {
    let plain = [low, high].map(|share| exact_percent(decimal(100.0 * share)));
    // What is beyond words at one end is as good as its bound: `0–0.19`, `94.0–100`.
    let (tiny, full) = (100.0 * low < LEAST, 100.0 * high > MOST);
    if 100.0 * low > MOST && low < high {
        return [MOST.to_string(), "100".to_owned()];
    }
    if tiny && 100.0 * high >= LEAST || full && 100.0 * low <= MOST {
        let [a, b] = plain;
        return [
            if tiny { "0".to_owned() } else { a },
            if full { "100".to_owned() } else { b },
        ];
    }
    let width = (high - low) * 100.0;
    if low >= 0.1 && high <= 0.9 && width > 0.0 && width < 2.5 {
        let digits = if width < 0.25 { 2 } else { 1 };
        return [low, high].map(|x| format!("{:.digits$}", decimal(100.0 * x)));
    }
    // Only ends that would look alike need more figures.
    let more = (SHARE + 1..=SHARE + 6).map(|n| [low, high].map(|x| figures(100.0 * x, n, 0)));
    let mut finer = std::iter::once(plain.clone()).chain(more);
    finer.find(|[a, b]| a != b || low == high).unwrap_or(plain)
}

/// A range of two shares: `18–24%`, `45.2–46.1%`.
pub fn percent_range(range: [f64; 2]) -> String {
    let [low, high] = percent_ends(range);
    format!("{low}–{high}%")
}

/// Any other number with three figures that count, and one decimal of a larger one: `133.7`, `12.3`, `0.683`, `7.1e-7`.
pub fn number(x: f64) -> String {
    let fewest = usize::from(decimal(x).abs() >= 99.95);
    figures(x, NUMBER, fewest)
}

/// As [`number`], without noughts that end it, and with the sign that typesetters use: `−1.3`, `0.5`, `12`.
pub fn short(x: f64) -> String {
    let text = number(x);
    let text = match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    text.replace('-', "−")
}

/// The ends of a range of numbers, fine enough to tell them apart.
pub fn number_ends(ends: [f64; 2]) -> [String; 2] {
    let finest = NUMBER + 5;
    let shown = |n: i32| ends.map(|x| figures(x, n, usize::from(decimal(x).abs() >= 99.95)));
    let apart = (NUMBER..=finest)
        .map(shown)
        .find(|[low, high]| low != high || ends[0] == ends[1]);
    apart.unwrap_or_else(|| shown(finest))
}

/// A number with its thousands apart: `10,000`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}

/// A number with its noun, in the singular for one: `1 run`, `10,000 runs`, `2 pairs of runs`.
pub fn counted(n: u64, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    let (first, rest) = noun
        .split_once(' ')
        .map_or((noun, String::new()), |(a, b)| (a, format!(" {b}")));
    let plural = match first.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ if first.ends_with(['s', 'x']) || first.ends_with("ch") => format!("{first}es"),
        _ => format!("{first}s"),
    };
    format!("{} {plural}{rest}", count(n))
}

/// A share of runs in words that do not promise more than few runs hold: `12% of runs`, but `2 of 3 runs`.
pub fn of_runs(share: f64, runs: u64) -> String {
    /// From this many runs on a percentage says no more than was seen.
    const ENOUGH: u64 = 100;
    let counted = share * runs as f64;
    // What is no whole number of runs was not counted, but expected.
    if runs < ENOUGH && (counted - counted.round()).abs() < 1e-9 * runs as f64 {
        let plural = if runs == 1 { "run" } else { "runs" };
        format!("{} of {runs} {plural}", counted.round())
    } else {
        format!("{}% of runs", percent(share))
    }
}

/// A confidence level as a percentage: `95`, `99.5`.
pub fn level(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentages_keep_two_figures_that_count() {
        let shown: Vec<String> = [
            0.0,
            0.463,
            0.0463,
            0.00463,
            0.000463,
            0.996,
            1.0,
            0.0996,
            0.000_004_63,
            1.2e-9,
        ]
        .into_iter()
        .map(percent)
        .collect();
        assert_eq!(
            shown,
            [
                "0",
                "46",
                "4.6",
                "0.46",
                "0.046",
                "99.60",
                "100",
                "10",
                "less than 0.001",
                "less than 0.001"
            ]
        );
        assert_eq!([percent(0.999), percent(0.999_96)], ["99.90", "more than 99.9"]);
        assert_eq!([percent_bound(0.999_96), percent_bound(2e-6)], ["99.9960", "0.00020"]);
    }

    #[test]
    fn numbers_keep_three_figures_and_tiny_ones_two() {
        let shown: Vec<String> = [
            0.0, 133.66, 12.345, 1.5, 0.683, 0.001_234, 7.067_4e-7, -0.001_2, -4e-9, 1e-4,
        ]
        .into_iter()
        .map(number)
        .collect();
        assert_eq!(
            shown,
            [
                "0", "133.7", "12.3", "1.50", "0.683", "0.00123", "7.1e-7", "-0.00120", "-4.0e-9", "0.000100"
            ]
        );
    }

    #[test]
    fn ranges_tell_their_ends_apart() {
        assert_eq!(percent_range([0.181, 0.243]), "18–24%");
        assert_eq!(percent_range([0.452, 0.461]), "45.2–46.1%");
        assert_eq!(percent_range([0.0, 0.0019]), "0–0.19%");
        assert_eq!(percent_range([0.000_59, 0.018_64]), "0.059–1.9%");
        assert_eq!(percent_range([1.4e-12, 0.0019]), "0–0.19%");
        assert_eq!(percent_range([0.94, 0.999_999]), "94.0–100%");
        assert_eq!(percent_range([0.032_1, 0.032_4]), "3.21–3.24%");
        assert_eq!(number_ends([133.41, 133.44]), ["133.41", "133.44"]);
        assert_eq!(number_ends([0.25, 0.25]), ["0.250", "0.250"]);
    }

    #[test]
    fn a_part_that_is_the_whole_looks_like_it() {
        assert_eq!(percent(1.0 - 0.9625), percent(0.0375));
        assert_eq!(percent(0.0375), "3.8");
    }

    #[test]
    fn few_runs_are_counted() {
        assert_eq!([of_runs(1.0, 1), of_runs(2.0 / 3.0, 3)], ["1 of 1 run", "2 of 3 runs"]);
        assert_eq!(of_runs(0.12, 100), "12% of runs");
    }

    #[test]
    fn counts_and_levels_read_as_in_print() {
        assert_eq!([count(1_234_567), count(999), level(0.95)], ["1,234,567", "999", "95"]);
    }

    proptest! {
        #[test]
        fn what_is_not_zero_is_never_shown_as_zero_and_order_is_kept(
            x in prop_oneof![0.0..1.0_f64, 1e-12..1e-3_f64, 0.99..1.0_f64], y in prop_oneof![0.0..1.0_f64, 1e-12..1e-3_f64, 0.99..1.0_f64]
        ) {
            let (low, high) = (x.min(y), x.max(y));
            for show in [percent, number] {
                // Words stand for something a little beyond their number.
                let value = |v: f64| {
                    let text = show(v);
                    let number = |t: &str| t.parse::<f64>().expect("a number");
                    text.strip_prefix("less than ")
                        .map(|t| 0.5 * number(t))
                        .or_else(|| text.strip_prefix("more than ").map(|t| number(t) + 0.05))
                        .unwrap_or_else(|| number(&text))
                };
                let [a, b] = [low, high].map(value);
                prop_assert!(a <= b, "{} shows as {}, {} as {}", low, a, high, b);
                prop_assert!((low == 0.0) == (a == 0.0), "{} shows as {}", low, a);
            }
            prop_assert!(high >= 1.0 || percent(high) != "100");
        }
    }
}
