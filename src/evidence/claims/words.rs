//! Tested claims for people, in 80 columns.

use super::format::{DEFAULT, OFF, ON, Outcome, Reading, Score, Test, Tested, Verdict};
use crate::chart::data::sentence;
use crate::chart::matrix::{Board, Mark, Row};
use crate::evidence::cards::{self, Claim, Size};
use crate::evidence::table::{WIDTH, line, wrap};
use crate::numerals::counted;
use crate::numerals::percent;
use crate::results::format::Kind;
use crate::study::Verdict as Side;
use crate::study::format::{Compared, Difference, Level};
use crate::study::number::{self, Show};

/// Columns of a verdict, of the sets and of the members.
const VERDICT: usize = 20;
const SETS: usize = 5;
const MEMBERS: usize = 7;
/// Columns of a heading in the story of one claim, indent included.
const HEAD: usize = 14;
/// What stands behind a verdict that more runs would not change.
pub const SMALL: &str = "not resolved, small";

/// The verdict as a table has it.
pub fn short(outcome: &Outcome) -> &'static str {
    match outcome.verdict {
        Verdict::NotResolved if outcome.small => SMALL,
        told => told.word(),
    }
}

/// Sets that support the claim, of those that were played.
pub fn sets(outcome: &Outcome) -> String {
    let Some(sets) = outcome.holds_in.as_ref().map(|h| &h.sets) else {
        return String::new();
    };
    let played = sets.supported.len() + sets.contradicted.len() + sets.not_resolved.len();
    format!("{}/{played}", sets.supported.len())
}

/// Share of members that agree.
pub fn members(outcome: &Outcome) -> String {
    let share = outcome.holds_in.as_ref().and_then(|h| h.members.share);
    share.map_or_else(|| "–".to_owned(), |s| format!("{}%", percent(s)))
}

/// One line a claim, by article, and the scoreboard.
pub fn table(tested: &Tested) -> String {
    let mut out = String::new();
    let name = WIDTH - 2 - VERDICT - 1 - SETS - MEMBERS - 1;
    for score in &tested.scoreboard {
        line(
            &mut out,
            &format!(
                "{:<w$} {:<VERDICT$}{:>SETS$}{:>MEMBERS$}",
                score.card,
                "verdict",
                "sets",
                "members",
                w = name + 2
            ),
        );
        for claim in tested.claims.iter().filter(|c| c.card == score.card) {
            let (sets, members) = match claim.holds_in {
                Some(_) => (sets(claim), members(claim)),
                None => (String::new(), String::new()),
            };
            line(
                &mut out,
                &format!(
                    "  {:<name$} {:<VERDICT$}{sets:>SETS$}{members:>MEMBERS$}",
                    claim.id,
                    short(claim)
                ),
            );
        }
        out.push('\n');
    }
    out.push_str(&board(tested));
    for text in wrap(&legend(tested), WIDTH) {
        line(&mut out, &text);
    }
    out
}

/// What the columns mean.
pub fn legend(tested: &Tested) -> String {
    let sets = tested
        .settings
        .iter()
        .filter(|s| ![DEFAULT, OFF, ON].contains(&s.as_str()))
        .count();
    format!(
        "Sets: of {sets} assumption sets, or as many as can be laid over its scenarios, those under which every comparison comes \
         out as the claim says. Members: share of the members of the ensemble whose mean difference has the sign that the claim \
         expects. Small: a difference worth talking about is ruled out. A claim that is supported is supported in this model under \
         these assumptions; one that is contradicted is contradicted in this model, and not thereby false of the world. Many intervals \
         at 95 percent: of a hundred comparisons without a difference, five would seem to have one on either side."
    )
}

/// Verdicts by article, and claims that are supported by article and setting.
fn board(tested: &Tested) -> String {
    let mut out = String::new();
    let heads = [
        "claims",
        "supp.",
        "contra.",
        "open",
        "(small)",
        "by constr.",
        "not tested",
    ];
    let cells = |score: &Score| {
        [
            score.claims,
            score.supported,
            score.contradicted,
            score.not_resolved,
            score.small,
            score.true_by_construction,
            score.not_tested,
        ]
    };
    let row = |name: &str, cells: [String; 7]| {
        let widths = [7, 7, 8, 6, 8, 11, 11];
        let cells = cells.iter().zip(widths).map(|(c, w)| format!("{c:>w$}"));
        format!("{name:<20}{}", cells.collect::<String>())
    };
    line(&mut out, &row("By article", heads.map(str::to_owned)));
    let mut total = [0; 7];
    for score in &tested.scoreboard {
        let cells = cells(score);
        total.iter_mut().zip(cells).for_each(|(sum, n)| *sum += n);
        line(&mut out, &row(&score.card, cells.map(|n| n.to_string())));
    }
    line(&mut out, &row("All", total.map(|n| n.to_string())));
    out.push('\n');
    line(&mut out, "All comparisons in favour, by what is assumed:");
    for setting in &tested.settings {
        let under = |s: &Score| {
            s.supported_under
                .iter()
                .find(|(name, _)| name == setting)
                .map_or(0, |(_, n)| *n)
        };
        let each = tested
            .scoreboard
            .iter()
            .map(|s| format!("{} {}", s.card.split('-').next().unwrap_or(""), under(s)));
        let text = format!("{setting:<18}{}", each.collect::<Vec<_>>().join("  "));
        line(&mut out, &format!("  {text}"));
    }
    out.push('\n');
    out
}

/// One claim, whole.
pub fn story(outcome: &Outcome, claim: &Claim) -> String {
    let mut out = String::new();
    line(
        &mut out,
        &format!("{}  ({}; {})", outcome.id, claim.kinds(), outcome.card),
    );
    out.push('\n');
    for text in wrap(&outcome.statement, WIDTH - 2) {
        line(&mut out, &format!("  {text}"));
    }
    out.push('\n');
    entry(&mut out, "Verdict", &outcome.sentence);
    entry(&mut out, "How", &claim.mechanism);
    if !claim.conflicts.is_empty() {
        entry(&mut out, "Against", &claim.conflicts.join(", "));
    }
    if let Some(holds) = &outcome.holds_in {
        let sets = |name: &str, sets: &[String]| (!sets.is_empty()).then(|| format!("{name} {}", sets.join(", ")));
        let parts: Vec<String> = [
            sets("supported under", &holds.sets.supported),
            sets("contradicted under", &holds.sets.contradicted),
            sets("not resolved under", &holds.sets.not_resolved),
            sets("cannot be played under", &holds.sets.not_played),
        ]
        .into_iter()
        .flatten()
        .collect();
        entry(&mut out, "Sets", &(sentence(&parts.join("; ")) + "."));
        let m = &holds.members;
        let text = match m.share {
            Some(_) => format!(
                "{} of {} agree, {} do not, {} show no difference ({}).",
                m.agree,
                counted(m.seen, "member"),
                m.against,
                m.equal,
                m.note
            ),
            None => format!("No share can be told: {}.", m.note),
        };
        entry(&mut out, "Members", &text);
    }
    for test in &outcome.tests {
        out.push('\n');
        comparison(&mut out, test);
    }
    out
}

/// One comparison: its arms, and a row a setting.
fn comparison(out: &mut String, test: &Test) {
    entry(out, "Scenario", &test.scenario);
    entry(
        out,
        "Compared",
        &format!("{} with {}", arm(&test.treatment), arm(&test.baseline)),
    );
    let what = if test.label.is_empty() {
        test.metric.clone()
    } else {
        format!("{} ({})", test.label, test.metric)
    };
    entry(
        out,
        "Expected",
        &format!("{what} is {}; smallest effect {}", test.direction.words(), effect(test)),
    );
    for r in &test.results {
        let (difference, range) = difference(test, r);
        let word = r.verdict.map_or("not played", super::Standing::word);
        let small = if r.small && r.verdict == Some(super::Standing::NotResolved) {
            ", small"
        } else {
            ""
        };
        let numbers = format!("    {:<18}{difference:>15}  {range:<21}", r.setting);
        let verdict = format!("{word}{small}");
        if numbers.chars().count() + verdict.chars().count() <= WIDTH {
            line(out, &format!("{numbers}{verdict}"));
        } else {
            // A long unit takes the room of the verdict, which then has a line of its own.
            line(out, &numbers);
            line(out, &format!("{:>WIDTH$}", verdict));
        }
        if let Some(reason) = &r.reason {
            for text in wrap(reason, WIDTH - 6) {
                line(out, &format!("      {text}"));
            }
        }
    }
    if let Some(first) = test.under(DEFAULT).filter(|r| r.pairs > 0) {
        let text = format!(
            "    {} over {}, 95% intervals.",
            counted(first.pairs, "pair of runs"),
            counted(u64::from(first.months), "month")
        );
        line(out, &text);
    }
}

/// How the differences of a comparison are shown: as it is judged, as a share of the baseline or in the unit of the metric.
fn shown(test: &Test, reading: &Reading) -> Show {
    let is_share = matches!(test.smallest_effect, Size::Relative(_));
    if is_share && reading.ratio_interval.is_some() {
        return Show::Acts {
            century: false,
            relative: true,
        };
    }
    let compared = Compared {
        id: test.metric.clone(),
        label: String::new(),
        unit: test.unit.clone(),
        kind: test.kind.unwrap_or(Kind::Mean),
        arms: vec![Level {
            id: String::new(),
            estimate: reading.baseline,
            interval: None,
            method: String::new(),
        }],
        contrasts: Vec::new(),
    };
    match number::show(&compared) {
        Show::Acts { century, .. } => Show::Acts {
            century,
            relative: false,
        },
        other => other,
    }
}

/// The difference and its interval, as they are judged.
pub fn difference(test: &Test, r: &Reading) -> (String, String) {
    if r.difference.is_none() {
        return ("—".to_owned(), String::new());
    }
    let d = bare(r.difference, r.interval, r.ratio, r.ratio_interval);
    number::change(shown(test, r), &d)
}

fn bare(
    difference: Option<f64>,
    interval: Option<[f64; 2]>,
    ratio: Option<f64>,
    ratio_interval: Option<[f64; 2]>,
) -> Difference {
    Difference {
        arm: String::new(),
        difference,
        interval,
        ratio,
        ratio_interval,
        correlation: None,
        changed: 0,
        only_baseline: 0,
        only_arm: 0,
        first_month: None,
        verdict: Side::NotResolved,
        parameters: None,
        ratio_parameters: None,
    }
}

/// The smallest effect with its unit.
pub fn effect(test: &Test) -> String {
    let size = match test.smallest_effect {
        Size::Relative(share) => return format!("{}% of the baseline", percent(share)),
        Size::Absolute(size) => size,
    };
    let show = test.under(DEFAULT).map_or(Show::Plain, |r| shown(test, r));
    let (text, _) = number::change(show, &bare(Some(size), None, None, None));
    text.trim_start_matches('+').to_owned()
}

/// An arm in words.
pub fn arm(arm: &cards::Arm) -> String {
    let name = match arm.option.as_str() {
        "" => "the scenario itself".to_owned(),
        name => format!("option {name}"),
    };
    match arm.set.is_empty() {
        true => name,
        false => format!("{name} with {}", arm.set.join(", ")),
    }
}

fn entry(out: &mut String, name: &str, text: &str) {
    let mut head = format!("  {name}");
    for text in wrap(text, WIDTH - HEAD) {
        line(out, &format!("{head:<HEAD$}{text}"));
        head.clear();
    }
}

/// The claims of a card as the picture has them.
pub fn board_of(tested: &Tested, card: &str) -> Board {
    let mark = |standing| match standing {
        Some(super::Standing::Supported) => Mark::Supported,
        Some(super::Standing::Contradicted) => Mark::Contradicted,
        Some(super::Standing::NotResolved) => Mark::Open,
        None => Mark::NotPlayed,
    };
    let own = tested.claims.iter().filter(|c| c.card == card);
    let row = |claim: &Outcome| Row {
        id: claim.id.clone(),
        verdict: short(claim).to_owned(),
        marks: match claim.by_setting.is_empty() {
            true => Vec::new(),
            false => tested.settings.iter().map(|s| mark(claim.under(s))).collect(),
        },
    };
    Board {
        card: card.to_owned(),
        settings: tested.settings.clone(),
        rows: own.map(row).collect(),
        runs: tested.runs,
        version: tested.version.clone(),
    }
}
