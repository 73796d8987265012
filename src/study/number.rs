//! How levels and differences are written: the one place where a comparison turns a number into text.

use super::format::{Compared, Difference, Level};
use crate::numerals::{number, number_ends, percent, percent_bound, percent_ends};
use crate::results::format::{Kind, Outcome, Parameters};
use crate::results::members::reason;

/// A way to show numbers of one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Probabilities, shares and credences.
    Percent,
    /// Acts, by the year or by the century; differences as a share of the baseline where every arm allows it.
    Acts {
        century: bool,
        relative: bool,
    },
    /// Share of GDP.
    Gdp,
    /// With a unit behind it.
    With(&'static str),
    Plain,
}

/// Numbers that six decimals show with fewer than two figures.
const TINY: f64 = 1e-5;
/// Acts a year below which a century is counted in.
const RARE: f64 = 0.5;

/// How an outcome is shown; all its arms alike.
pub fn show(outcome: &Compared) -> Show {
    let head = outcome.id.split('.').next().unwrap_or_default();
    match (outcome.kind, outcome.unit.as_str()) {
        (Kind::Probability | Kind::Ratio, _) => Show::Percent,
        (Kind::Mean, "1/year") => {
            let levels = outcome.arms.iter().filter_map(|a| a.estimate);
            Show::Acts {
                century: levels.fold(0.0, f64::max) < RARE,
                relative: outcome.contrasts.iter().all(|d| d.ratio_interval.is_some()),
            }
        }
        (Kind::Mean, "share of GDP") => Show::Gdp,
        (Kind::Mean, "months") => Show::With("months"),
        (Kind::Mean, "BE") => Show::With("brigades"),
        (Kind::Mean, "BE/year") => Show::With("brigades a year"),
        (Kind::Mean, _) if head.starts_with("cred") || matches!(head, "adequacy" | "spillover" | "provocation") => {
            Show::Percent
        }
        (Kind::Mean, _) => Show::Plain,
    }
}

/// How one outcome by itself is shown: as a comparison would show it.
pub fn show_alone(outcome: &Outcome) -> Show {
    let level = Level::new("", outcome);
    let alone = Compared {
        id: outcome.id.clone(),
        label: String::new(),
        unit: outcome.unit.clone(),
        kind: outcome.kind,
        arms: vec![level],
        contrasts: Vec::new(),
    };
    show(&alone)
}

/// The ends of an interval in the unit of its level, fine enough to tell them apart; percentages carry their sign.
pub fn ends(show: Show, interval: [f64; 2]) -> [String; 2] {
    if show == Show::Percent && interval[0] >= 0.0 {
        return percent_ends(interval).map(|end| end + "%");
    }
    // The sign of the number, and not that of its power of ten.
    number_ends(interval.map(|x| x * scale(show))).map(|end| match end.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => end,
    })
}

/// What a displayed number is multiplied with.
pub fn scale(show: Show) -> f64 {
    match show {
        Show::Percent | Show::Gdp | Show::Acts { century: true, .. } => 100.0,
        _ => 1.0,
    }
}

/// The unit of a level, as it follows the number.
pub fn unit(show: Show) -> String {
    match show {
        Show::Percent => "%".into(),
        Show::Acts { century: true, .. } => " a century".into(),
        Show::Acts { century: false, .. } => " a year".into(),
        Show::Gdp => "% of GDP".into(),
        Show::With(unit) => format!(" {unit}"),
        Show::Plain => String::new(),
    }
}

/// Decimals that leave a number of this size two figures.
fn decimals(size: f64) -> usize {
    let size = size.abs();
    if size == 0.0 || !size.is_finite() {
        return 0;
    }
    (1.0 - size.log10().floor()).clamp(0.0, 6.0) as usize
}

/// A number with so many decimals and a true minus sign.
fn fixed(x: f64, digits: usize) -> String {
    let text = format!("{x:.digits$}");
    let is_zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    match is_zero {
        true => text.trim_start_matches('-').to_owned(),
        false => text.replace('-', "−"),
    }
}

/// A level with its unit.
pub fn level(show: Show, x: f64) -> String {
    if show == Show::Percent && x >= 0.0 {
        return format!("{}%", percent(x));
    }
    let x = x * scale(show);
    // What six decimals cannot hold takes a power of ten, and what is whole none at all.
    let shown = match x.abs() {
        size if size > 0.0 && size < TINY => number(x),
        size if size >= 1.0 && (size - size.round()).abs() < 1e-9 => fixed(x, 0),
        _ => fixed(x, decimals(x)),
    };
    format!("{shown}{}", unit(show))
}

/// An upper bound with its unit.
pub fn bound(show: Show, x: f64) -> String {
    match show {
        Show::Percent => format!("{}%", percent_bound(x)),
        other => level(other, x),
    }
}

/// The levels of one outcome, all with as many decimals as it takes to tell every arm that differs from the baseline.
#[derive(Debug, Clone, Copy)]
pub struct Levels {
    show: Show,
    digits: usize,
}

impl Levels {
    /// For a baseline and the arms that are told beside it.
    pub fn new(show: Show, baseline: f64, arms: impl Iterator<Item = f64>) -> Self {
        let base = baseline * scale(show);
        let least = match base.abs() {
            size if size >= 10.0 => 0,
            size => decimals(size).min(3),
        };
        // One figure of the difference is seen; what takes more decimals is told as a difference.
        let most = least + 1;
        let apart = arms.map(|x| decimals(x * scale(show) - base).saturating_sub(1).min(most));
        Self {
            show,
            digits: apart.fold(least, usize::max),
        }
    }

    /// A level without its unit.
    pub fn bare(&self, x: f64) -> String {
        fixed(x * scale(self.show), self.digits)
    }

    /// A level with its unit.
    pub fn with_unit(&self, x: f64) -> String {
        format!("{}{}", self.bare(x), unit(self.show))
    }

    /// A level before another one that carries the unit: `82%`, `75`, `2.1%` of GDP.
    pub fn short(&self, x: f64) -> String {
        let sign = if unit(self.show).starts_with('%') { "%" } else { "" };
        format!("{}{sign}", self.bare(x))
    }
}

fn signed(x: f64, digits: usize) -> String {
    let text = fixed(x, digits);
    let is_nothing = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    if is_nothing || text.starts_with('−') {
        text
    } else {
        format!("+{text}")
    }
}

/// True where differences are told as a share of the baseline.
pub fn is_relative(show: Show) -> bool {
    matches!(show, Show::Acts { relative: true, .. })
}

/// Unit of differences.
fn difference_unit(show: Show) -> String {
    match show {
        Show::Percent | Show::Gdp => " points".into(),
        other => unit(other),
    }
}

/// Difference and interval in the unit in which they are shown, and that unit.
fn shown(show: Show, d: &Difference) -> Option<(f64, Option<[f64; 2]>, String)> {
    if is_relative(show) {
        let share = |r: f64| 100.0 * (r - 1.0);
        return Some((share(d.ratio?), d.ratio_interval.map(|i| i.map(share)), "%".into()));
    }
    let scaled = |x: f64| x * scale(show);
    Some((
        scaled(d.difference?),
        d.interval.map(|i| i.map(scaled)),
        difference_unit(show),
    ))
}

/// A difference with sign and unit, and its interval; dashes where there is none.
pub fn change(show: Show, d: &Difference) -> (String, String) {
    let Some((x, interval, unit)) = shown(show, d) else {
        return ("—".into(), "no case observed".into());
    };
    let half = interval.map_or(x.abs(), |[low, high]| 0.5 * (high - low));
    let finest = if half > 0.0 { x.abs().max(half) } else { x.abs() };
    let digits = decimals(finest);
    let range = interval.map_or_else(
        || "no interval".to_owned(),
        |[low, high]| format!("{} to {}", signed(low, digits), signed(high, digits)),
    );
    (format!("{}{unit}", signed(x, digits)), range)
}

/// The interval over parameters as [`change`] shows the one over runs, or in a word why there is none; nothing without an
/// ensemble.
pub fn over_parameters(show: Show, d: &Difference) -> Option<String> {
    let parameters = parameters(show, d)?;
    let (x, by_runs, _) = shown(show, d)?;
    let Some([low, high]) = parameters_on_axis(show, d) else {
        return Some(reason::short(parameters.reason.as_deref()).to_owned());
    };
    let half = by_runs.map_or(0.0, |[low, high]| 0.5 * (high - low));
    // No finer than what it is about.
    let digits = decimals(x.abs().max(half).max(0.5 * (high - low)));
    Some(format!("{} to {}", signed(low, digits), signed(high, digits)))
}

/// What the ensemble contributes to the number that is shown.
fn parameters(show: Show, d: &Difference) -> Option<&Parameters> {
    match is_relative(show) {
        true => d.ratio_parameters.as_ref(),
        false => d.parameters.as_ref(),
    }
}

/// The interval over parameters as it stands on an axis of differences.
pub fn parameters_on_axis(show: Show, d: &Difference) -> Option<[f64; 2]> {
    let interval = parameters(show, d)?.interval?;
    Some(match is_relative(show) {
        true => interval.map(|r| 100.0 * (r - 1.0)),
        false => interval.map(|x| x * scale(show)),
    })
}

/// How large a difference is, without its sign.
pub fn size(show: Show, d: &Difference) -> String {
    change(show, d).0.trim_start_matches(['+', '−']).to_owned()
}

/// Difference and interval as they stand on an axis of differences.
pub fn on_axis(show: Show, d: &Difference) -> Option<(f64, [f64; 2])> {
    let (x, interval, _) = shown(show, d)?;
    Some((x, interval.unwrap_or([x, x])))
}

/// Unit of an axis of differences.
pub fn axis_unit(show: Show, rows: &[&Difference]) -> String {
    rows.iter().find_map(|d| shown(show, d)).map_or(String::new(), |s| s.2)
}

/// A value on an axis of levels with marks `step` apart, without its unit; both as displayed.
pub fn mark(x: f64, step: f64) -> String {
    let digits = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
    fixed(x, digits)
}

/// A value on an axis of differences with marks `step` apart.
pub fn tick(x: f64, step: f64, unit: &str) -> String {
    let digits = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
    let sign = if unit == "%" { "%" } else { "" };
    format!("{}{sign}", signed(x, digits))
}

/// A whole number with its thousands apart.
pub fn count(n: u64) -> String {
    crate::chart::data::count(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::pairs::Verdict;

    fn difference(difference: f64, interval: [f64; 2], ratio: Option<f64>) -> Difference {
        Difference {
            arm: "a".into(),
            difference: Some(difference),
            interval: Some(interval),
            ratio,
            ratio_interval: ratio.map(|r| [r - 0.01, r + 0.01]),
            correlation: None,
            changed: 100,
            only_baseline: 0,
            only_arm: 0,
            first_month: None,
            verdict: Verdict::NotResolved,
            parameters: None,
            ratio_parameters: None,
        }
    }

    fn told(show: Show, baseline: f64, arms: &[f64]) -> Vec<String> {
        let levels = Levels::new(show, baseline, arms.iter().copied());
        let arms = arms.iter().map(|x| levels.with_unit(*x));
        std::iter::once(levels.bare(baseline)).chain(arms).collect()
    }

    #[test]
    fn levels_of_one_outcome_have_one_precision_that_tells_them_apart() {
        assert_eq!(told(Show::Percent, 0.8172, &[0.7962]), ["82", "80%"]);
        assert_eq!(told(Show::Percent, 0.8172, &[0.8156, 0.5]), ["81.7", "81.6%", "50.0%"]);
        assert_eq!(told(Show::Percent, 0.034, &[0.037]), ["3.4", "3.7%"]);
        let century = Show::Acts {
            century: true,
            relative: true,
        };
        assert_eq!(told(century, 0.00891, &[0.00943]), ["0.89", "0.94 a century"]);
        assert_eq!(told(century, 0.0, &[0.00943]), ["0.0", "0.9 a century"]);
    }

    #[test]
    fn the_interval_over_parameters_is_shown_like_the_other_or_in_a_word() {
        let told = |interval: Option<[f64; 2]>| {
            let mut d = difference(-0.021, [-0.0223, -0.0197], None);
            d.parameters = Some(Parameters {
                members: 200,
                interval,
                share: None,
                reason: interval.is_none().then(|| reason::CHANCE.to_owned()),
                method: "random effects".into(),
            });
            over_parameters(Show::Percent, &d)
        };
        assert_eq!(told(Some([-0.063, -0.004])).as_deref(), Some("−6.3 to −0.4"));
        assert_eq!(told(None).as_deref(), Some("within chance"));
        assert_eq!(over_parameters(Show::Percent, &difference(0.1, [0.0, 0.2], None)), None);
    }

    #[test]
    fn differences_carry_sign_unit_and_the_same_decimals_as_their_interval() {
        let d = difference(-0.021, [-0.0223, -0.0197], None);
        assert_eq!(change(Show::Percent, &d), ("−2.1 points".into(), "−2.2 to −2.0".into()));
        let d = difference(0.000_52, [0.000_45, 0.000_59], Some(1.058));
        assert_eq!(
            change(
                Show::Acts {
                    century: true,
                    relative: true
                },
                &d
            ),
            ("+5.8%".into(), "+4.8 to +6.8".into())
        );
        let d = difference(0.0, [0.0, 0.0], None);
        assert_eq!(change(Show::Percent, &d), ("0 points".into(), "0 to 0".into()));
    }
}
