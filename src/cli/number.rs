//! Whole numbers of the command line: said plainly where they cannot be taken.

/// Largest seed: scenario files are TOML, whose whole numbers end at 2^63 − 1.
const LARGEST_SEED: u64 = i64::MAX as u64;

/// Reads a seed.
pub fn seed(text: &str) -> Result<u64, String> {
    whole(text, "a seed", 0, LARGEST_SEED, "--seed 42")
}

/// Reads a number of runs.
pub fn runs(text: &str) -> Result<u64, String> {
    whole(text, "the number of runs", 1, 1_000_000_000, "--runs 2000")
}

/// Reads a horizon in months.
pub fn months(text: &str) -> Result<u32, String> {
    let months = whole(text, "the horizon in months", 1, 600, "--months 60")?;
    u32::try_from(months).map_err(|e| e.to_string())
}

/// A whole number in a range; the message says the range, an example, and what was probably meant.
fn whole(text: &str, what: &str, low: u64, high: u64, example: &str) -> Result<u64, String> {
    let text = text.trim();
    if let Ok(number) = text.parse::<u64>()
        && (low..=high).contains(&number)
    {
        return Ok(number);
    }
    let rule = format!("{what} is a whole number from {low} to {high}, for example {example}");
    let meant = meant(text).filter(|number| (low..=high).contains(number));
    Err(match meant {
        Some(number) => format!("{rule}; for {text} write {number}"),
        None => rule,
    })
}

/// The number that somebody means by `1e3`, `10k`, `10,000`, `10_000` or `60.0`.
fn meant(text: &str) -> Option<u64> {
    /// Whole numbers above it are not all numbers of this type.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let bare: String = text.chars().filter(|c| !",_'\u{a0}\u{2009} ".contains(*c)).collect();
    let (digits, unit) = match bare.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => match bare.strip_suffix(['m', 'M']) {
            Some(digits) => (digits, 1e6),
            None => (bare.as_str(), 1.0),
        },
    };
    let number = digits.parse::<f64>().ok()? * unit;
    ((0.0..=EXACT).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_range_are_taken_and_others_are_told_their_range() {
        assert_eq!(seed("9223372036854775807"), Ok(i64::MAX as u64));
        assert_eq!((runs("1"), months("600")), (Ok(1), Ok(600)));
        for wrong in ["-1", "9223372036854775808", "18446744073709551616", "1.5", "abc", ""] {
            let told = seed(wrong).expect_err(wrong);
            assert!(
                told.contains("from 0 to 9223372036854775807") && told.contains("--seed 42"),
                "{told}"
            );
        }
        for wrong in ["0", "-5", "1000000001"] {
            assert!(runs(wrong).expect_err(wrong).contains("from 1 to 1000000000"));
        }
        assert!(months("601").expect_err("too many").contains("from 1 to 600"));
    }

    #[test]
    fn what_was_meant_is_offered() {
        for text in ["1e4", "10k", "10,000", "10_000", "10000.0", "10 000"] {
            assert!(runs(text).expect_err(text).ends_with("write 10000"), "{text}");
        }
        assert!(!runs("1,5").expect_err("no number").is_empty());
    }
}
