//! Tested claims as pages in Markdown: one of all articles, one by article.

use super::format::{DEFAULT, Outcome, Score, Test, Tested};
use super::words::{arm, difference, effect, legend, members, sets, short};
use crate::evidence::cards::{Card, Claim};
use crate::evidence::table::line;
use crate::numerals::counted;
use crate::study::number::count;

/// All claims with their verdicts, and the scoreboard.
pub fn whole(tested: &Tested) -> String {
    let mut out = String::from("# The claims, tested\n\n");
    line(&mut out, &made(tested));
    out.push('\n');
    line(&mut out, &legend(tested));
    out.push_str("\n## By article\n\n");
    out.push_str("| Article | Claims | Supported | Contradicted | Not resolved | of these small | True by construction | Not tested |\n");
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    for s in &tested.scoreboard {
        score(&mut out, s);
    }
    out.push_str("\nAll comparisons in favour, by what is assumed:\n\n| Article |");
    tested.settings.iter().for_each(|s| out.push_str(&format!(" {s} |")));
    out.push_str("\n|---|");
    tested.settings.iter().for_each(|_| out.push_str("---|"));
    out.push('\n');
    for s in &tested.scoreboard {
        let cells: String = s.supported_under.iter().map(|(_, n)| format!(" {n} |")).collect();
        line(&mut out, &format!("| {} |{cells}", s.card));
    }
    for s in &tested.scoreboard {
        line(&mut out, &format!("\n## {}\n", s.card));
        out.push_str("| Claim | Verdict | Sets | Members | Why |\n|---|---|---|---|---|\n");
        for claim in tested.claims.iter().filter(|c| c.card == s.card) {
            line(
                &mut out,
                &format!(
                    "| `{}` {} | {} | {} | {} | {} |",
                    claim.id,
                    cell(&claim.statement),
                    short(claim),
                    sets(claim),
                    if claim.holds_in.is_some() {
                        members(claim)
                    } else {
                        String::new()
                    },
                    cell(&claim.sentence)
                ),
            );
        }
    }
    out
}

/// How the numbers were made.
fn made(tested: &Tested) -> String {
    let day = tested
        .date
        .as_ref()
        .map_or_else(String::new, |date| format!(" on {date}"));
    format!(
        "Made by `{}`{day} with version {}: {} of a comparison over {} months, fewer over more. Every comparison was \
         played under {} settings: {}.",
        tested.command,
        tested.version,
        counted(tested.runs, "pair of runs"),
        super::USUAL_MONTHS,
        tested.settings.len(),
        tested.settings.join(", ")
    )
}

fn score(out: &mut String, s: &Score) {
    line(
        out,
        &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            s.card,
            s.claims,
            s.supported,
            s.contradicted,
            s.not_resolved,
            s.small,
            s.true_by_construction,
            s.not_tested
        ),
    );
}

/// The claims of one article with every comparison.
pub fn article(tested: &Tested, card: &Card) -> String {
    let mut out = format!("# {}\n\n", card.id);
    line(
        &mut out,
        &format!(
            "{}, *{}*, {}.",
            card.citation.author, card.citation.title, card.citation.outlet
        ),
    );
    line(&mut out, &format!("\n{}\n", card.stance));
    line(&mut out, &made(tested));
    for outcome in tested.claims.iter().filter(|c| c.card == card.id) {
        let Some(claim) = card.claims.iter().find(|claim| claim.id == outcome.id) else {
            continue;
        };
        section(&mut out, outcome, claim);
    }
    out
}

fn section(out: &mut String, outcome: &Outcome, claim: &Claim) {
    line(out, &format!("\n## {}\n", outcome.id));
    line(out, &format!("> {}\n", cell(&outcome.statement)));
    line(
        out,
        &format!("**{}** ({}). {}", short(outcome), claim.kinds(), outcome.sentence),
    );
    if let Some(holds) = &outcome.holds_in {
        let m = &holds.members;
        let text = match m.share {
            Some(_) => format!(
                "{} of {} of the ensemble agree ({}).",
                m.agree,
                counted(m.seen, "member"),
                m.note
            ),
            None => format!("No share of members: {}.", m.note),
        };
        line(out, &format!("\n{text}"));
    }
    outcome.tests.iter().for_each(|test| comparison(out, test));
}

fn comparison(out: &mut String, test: &Test) {
    line(
        out,
        &format!(
            "\n`{}` in `{}`: {} against {}; expected {}, smallest effect {}.\n",
            test.metric,
            test.scenario,
            arm(&test.treatment),
            arm(&test.baseline),
            test.direction.words(),
            effect(test)
        ),
    );
    out.push_str("| Setting | Difference | 95% interval | Pairs | Verdict |\n|---|---|---|---|---|\n");
    for r in &test.results {
        let (difference, range) = difference(test, r);
        let small = if r.small && r.verdict == Some(super::Standing::NotResolved) {
            ", small"
        } else {
            ""
        };
        let verdict = match (r.verdict, &r.reason) {
            (Some(standing), _) => format!("{}{small}", standing.word()),
            (None, Some(reason)) => format!("not played: {}", cell(reason)),
            (None, None) => "not played".to_owned(),
        };
        let setting = if r.setting == DEFAULT {
            format!("**{DEFAULT}**")
        } else {
            r.setting.clone()
        };
        line(
            out,
            &format!(
                "| {setting} | {difference} | {range} | {} | {verdict} |",
                count(r.pairs)
            ),
        );
    }
}

/// Text that may stand in a cell.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}
