//! Numbers, dates, lists and distributions as plain English, in lines of eighty columns.

use crate::model::inputs::{
    ArrangementFigures, ChallengerFigures, Inputs, ProgramFigures, RungFigures, Slot, SpendingFigures, StateFigures,
    TalksFigures, TargetFigures,
};
use crate::model::parameters::GROUPS;
use crate::scenario::Uncertain;
use crate::scenario::distribution::Distribution;

/// Width of the page in columns.
pub const WIDTH: usize = 80;

/// Values of a choice that are listed one by one.
const FEW_VALUES: usize = 6;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Words in lines of [`WIDTH`] columns: the first line after `first`, the others indented by as much. A word that is
/// longer than a line stands alone.
pub fn wrap(first: &str, text: &str) -> String {
    let indent = " ".repeat(first.chars().count());
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut is_fresh = true;
    for word in crate::text::line(text).split_whitespace() {
        let length = line.chars().count() + word.chars().count() + usize::from(!is_fresh);
        if length > WIDTH && !is_fresh {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clone_from(&indent);
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        line.push_str(word);
        is_fresh = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

/// A number with at most three digits after the point.
pub fn number(x: f64) -> String {
    let shown = format!("{x:.3}");
    let trimmed = shown.trim_end_matches('0').trim_end_matches('.');
    match trimmed {
        "-0" => String::from("0"),
        "0" if x != 0.0 => format!("{x}"),
        _ => trimmed.to_owned(),
    }
}

/// Things joined by commas and a final "and".
pub fn join(items: &[String]) -> String {
    match items.split_last() {
        None => String::from("nobody"),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The first few of a list, and how many others there are.
pub fn some(items: &[String], most: usize) -> String {
    if items.len() <= most + 1 {
        return join(items);
    }
    format!("{} and {} others", items[..most].join(", "), items.len() - most)
}

/// A noun with its count.
pub fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The calendar month that is `month` months after the start.
pub fn date(start: (i32, u32), month: u32) -> String {
    let months = i64::from(start.0) * 12 + i64::from(start.1) - 1 + i64::from(month);
    let name = usize::try_from(months.rem_euclid(12)).ok().and_then(|m| MONTHS.get(m));
    format!("{} {}", name.copied().unwrap_or_default(), months.div_euclid(12))
}

/// An uncertain number: its middle, the range that holds nine runs in ten, and the shape.
pub fn uncertain(u: &Uncertain) -> String {
    if let (Distribution::Choice { values }, None) = (&u.distribution, &u.column)
        && values.len() <= FEW_VALUES
    {
        let values: Vec<String> = values.iter().map(|v| number(*v)).collect();
        return format!("one of {}, all equally likely", join(&values));
    }
    let (low, middle, high) = (u.quantile(0.05), u.quantile(0.5), u.quantile(0.95));
    let shape = match &u.distribution {
        Distribution::Normal { .. } => "normal",
        Distribution::TruncatedNormal { .. } => "normal, cut off",
        Distribution::LogNormal { .. } => "lognormal",
        Distribution::Uniform { .. } => "uniform",
        Distribution::Triangular { .. } => "triangular",
        Distribution::Pert { .. } => "pert",
        Distribution::Beta { .. } => "beta",
        Distribution::Choice { .. } => "",
    };
    let shape = match (&u.distribution, &u.column) {
        (_, Some(column)) => count(column.len(), "joint draw"),
        (Distribution::Choice { values }, None) => format!("{} values, all equally likely", values.len()),
        _ => shape.to_owned(),
    };
    format!(
        "about {}, nine runs in ten from {} to {} ({shape})",
        number(middle),
        number(low),
        number(high)
    )
}

/// The canonical path of a number: the inverse of [`Inputs::slot`].
pub fn path(inputs: &Inputs, slot: Slot) -> String {
    let state = |i: usize| inputs.states.get(i).map_or("?", |s| s.iso3.as_str());
    let name = |fields: &[crate::model::figures::Field], i: usize| fields.get(i).map_or("?", |f| f.name);
    let arrangement = |i: usize| inputs.arrangements.get(i).map_or("?", |a| a.id.as_str());
    match slot {
        Slot::Parameter { group, index } => {
            let (group, fields) = GROUPS.get(group).copied().unwrap_or(("?", &[]));
            format!("{group}.{}", name(fields, index))
        }
        Slot::State { state: s, index } => format!("states.{}.{}", state(s), name(StateFigures::FIELDS, index)),
        Slot::Rung { rung, index } => {
            let id = inputs.ladder.get(rung).map_or("?", |r| r.id.as_str());
            format!("ladder.{id}.{}", name(RungFigures::FIELDS, index))
        }
        Slot::Arrangement { arrangement: a, index } => {
            format!(
                "arrangements.{}.{}",
                arrangement(a),
                name(ArrangementFigures::FIELDS, index)
            )
        }
        Slot::DepthBy {
            arrangement: a,
            state: s,
        } => format!("arrangements.{}.depth_by.{}", arrangement(a), state(s)),
        Slot::Challenger { challenger, index } => {
            let own = inputs.challengers.get(challenger).map_or("?", |c| state(c.state));
            format!("challengers.{own}.{}", name(ChallengerFigures::FIELDS, index))
        }
        Slot::Target {
            challenger,
            target,
            index,
        } => {
            let challenger = inputs.challengers.get(challenger);
            let own = challenger.map_or("?", |c| state(c.state));
            let other = challenger
                .and_then(|c| c.targets.get(target))
                .map_or("?", |t| state(t.state));
            format!(
                "challengers.{own}.targets.{other}.{}",
                name(TargetFigures::FIELDS, index)
            )
        }
        Slot::Program { program, index } => {
            let id = inputs.programs.get(program).map_or("?", |p| p.id.as_str());
            format!("programs.{id}.{}", name(ProgramFigures::FIELDS, index))
        }
        Slot::Spending { state: s, index } => format!("spending.{}.{}", state(s), name(SpendingFigures::FIELDS, index)),
        Slot::Talks { talks, index } => {
            let target = inputs.talks.get(talks).map_or("?", |t| state(t.target));
            format!("talks.{target}.{}", name(TalksFigures::FIELDS, index))
        }
        Slot::Forward { index } => inputs.forward.get(index).map_or_else(
            || String::from("forward.?"),
            |f| format!("forward.{}.{}", state(f.host), state(f.sender)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Request, Source, load};

    #[test]
    fn lines_stay_within_eighty_columns_and_keep_every_word() {
        let text = "word ".repeat(100);
        let wrapped = wrap("  - ", &text);
        assert!(wrapped.lines().all(|l| l.chars().count() <= WIDTH));
        assert_eq!(wrapped.matches("word").count(), 100);
        assert!(wrapped.starts_with("  - word") && wrapped.contains("\n    word"));
    }

    #[test]
    fn dates_follow_the_calendar() {
        assert_eq!(date((2025, 9), 0), "September 2025");
        assert_eq!(date((2025, 9), 4), "January 2026");
        assert_eq!(date((1948, 6), 120), "June 1958");
    }

    #[test]
    fn every_path_of_a_scenario_leads_back_to_itself() {
        let scenario = load(&Request::new(Source::Bundled("status-quo".into()))).expect("bundled");
        let mut found = 0;
        for value in &scenario.effective {
            if let Some(slot) = scenario.base.slot(&value.path) {
                assert_eq!(path(&scenario.base, slot), value.path);
                found += 1;
            }
        }
        assert!(found > 1_000, "{found}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            (number(0.25), number(3.0), number(-0.0)),
            ("0.25".into(), "3".into(), "0".into())
        );
        assert_eq!(number(0.0001), "0.0001");
    }
}
