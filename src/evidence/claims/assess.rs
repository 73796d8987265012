//! From what was played to verdicts.

use super::format::{
    BySetting, CLAIMS_FORMAT, DEFAULT, HoldsIn, Members, OFF, ON, Outcome, Reading, Score, Sets, Test, Tested, Verdict,
};
use super::play::{Order, Raw, Results};
use super::sentences;
use super::verdict::{Measured, Sign, Standing, member_agrees};
use crate::evidence::cards::{Claim, Comparison, Kind};
use crate::model::record::Measure;
use crate::numerals::counted;
use crate::results::LEVEL;
use crate::results::format;
use crate::scenario::ensemble::RUNS_A_MEMBER;
use crate::study::Contrast;

/// Two differences closer than this share of their size are the same up to rounding.
const ROUNDING: f64 = 1e-9;

/// Verdicts on everything that was played.
pub fn assess(order: &Order, results: &Results, command: &str, date: Option<&str>) -> Tested {
    let settings = order.settings();
    let claims: Vec<Outcome> = (order.claims.iter().enumerate())
        .map(|(at, (card, claim))| outcome(at, card, claim, &settings, results))
        .collect();
    Tested {
        format: CLAIMS_FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        date: date.map(str::to_owned),
        command: command.to_owned(),
        runs: order.runs,
        scoreboard: scoreboard(&claims, &settings),
        settings,
        claims,
    }
}

fn outcome(at: usize, card: &str, claim: &Claim, settings: &[String], results: &Results) -> Outcome {
    let tests: Vec<Test> = (claim.tests.iter().enumerate())
        .map(|(number, comparison)| test((at, number), comparison, settings, results))
        .collect();
    let by_setting: Vec<BySetting> = if tests.is_empty() { &[] } else { settings }
        .iter()
        .filter(|setting| claim.switch.is_some() || ![OFF, ON].contains(&setting.as_str()))
        .map(|setting| BySetting {
            verdict: all_under(&tests, setting),
            setting: setting.clone(),
        })
        .collect();
    let by_default: Vec<&Reading> = tests.iter().filter_map(|t| t.under(DEFAULT)).collect();
    let open = by_default.iter().filter_map(|r| r.settled_after);
    let is_tested = !tests.is_empty();
    let mut outcome = Outcome {
        id: claim.id.clone(),
        card: card.to_owned(),
        kind: claim.kind.clone(),
        statement: claim.statement.trim().to_owned(),
        verdict: Verdict::NotTested,
        sentence: String::new(),
        small: is_tested && by_default.iter().all(|r| r.small),
        settled_after: open.max(),
        holds_in: is_tested.then(|| HoldsIn {
            sets: sets(&by_setting),
            members: members(at, claim, results),
        }),
        by_setting,
        tests,
    };
    outcome.verdict = verdict(&outcome);
    outcome.sentence = sentences::of(&outcome, claim);
    outcome
}

/// The verdict that may be told of a claim.
fn verdict(outcome: &Outcome) -> Verdict {
    if outcome.tests.is_empty() || outcome.kind == [Kind::Input] {
        return Verdict::NotTested;
    }
    match outcome.under(DEFAULT) {
        Some(Standing::Supported) if outcome.under(OFF) == Some(Standing::Supported) => Verdict::ByConstruction,
        Some(Standing::Supported) if outcome.tests.iter().all(is_unmoved) => Verdict::ByConstruction,
        Some(Standing::Supported) => Verdict::Supported,
        Some(Standing::Contradicted) => Verdict::Contradicted,
        _ => Verdict::NotResolved,
    }
}

/// True if the difference is the same whatever is assumed: under every set that could be played, and at both ends of the switch.
pub(super) fn is_unmoved(test: &Test) -> bool {
    let Some(first) = test.under(DEFAULT).and_then(|r| r.difference) else {
        return false;
    };
    let others: Vec<f64> = test
        .results
        .iter()
        .filter(|r| r.setting != DEFAULT)
        .filter_map(|r| r.difference)
        .collect();
    let is_same = |d: &f64| (d - first).abs() <= ROUNDING * first.abs();
    others.len() > 1 && others.iter().all(is_same)
}

/// All comparisons under a setting; none if one of them could not be played.
fn all_under(tests: &[Test], setting: &str) -> Option<Standing> {
    let each: Option<Vec<Standing>> = tests.iter().map(|t| t.under(setting)?.verdict).collect();
    each.map(Standing::of_all)
}

fn test((at, number): (usize, usize), comparison: &Comparison, settings: &[String], results: &Results) -> Test {
    let of = |setting: &String| results.get(&(at, number, setting.clone()));
    let spec = settings
        .iter()
        .filter_map(of)
        .find_map(|found| found.as_ref().ok())
        .map(|raw| &raw.spec);
    let kind = spec.map(|spec| match spec.measure {
        Measure::Happened => format::Kind::Probability,
        Measure::Number | Measure::Rate => format::Kind::Mean,
        Measure::Share => format::Kind::Ratio,
    });
    Test {
        scenario: comparison.scenario.clone(),
        baseline: comparison.baseline.clone(),
        treatment: comparison.treatment.clone(),
        metric: comparison.metric.clone(),
        label: spec.map_or_else(String::new, |s| s.label.clone()),
        unit: spec.map_or_else(String::new, |s| s.unit.to_owned()),
        kind,
        direction: comparison.direction,
        smallest_effect: comparison.smallest_effect,
        results: settings
            .iter()
            .filter_map(|setting| Some(reading(setting, comparison, of(setting)?)))
            .collect(),
    }
}

fn reading(setting: &str, comparison: &Comparison, found: &Result<Raw, String>) -> Reading {
    let raw = match found {
        Ok(raw) => raw,
        Err(reason) => {
            return Reading {
                setting: setting.to_owned(),
                verdict: None,
                reason: Some(reason.clone()),
                months: 0,
                pairs: 0,
                baseline: None,
                treatment: None,
                difference: None,
                interval: None,
                ratio: None,
                ratio_interval: None,
                changed: 0,
                small: false,
                settled_after: None,
            };
        }
    };
    let contrast = raw.sums.contrast(LEVEL);
    let measured = Measured::new(&contrast, raw.sums.n(), comparison.smallest_effect);
    Reading {
        setting: setting.to_owned(),
        // Without a case in one of the arms, or without an interval, nothing is resolved.
        verdict: Some(measured.map_or(Standing::NotResolved, |m| m.stands(comparison.direction))),
        reason: measured.is_none().then(|| unmeasured(&contrast, raw.sums.n())),
        months: raw.months,
        pairs: raw.sums.n(),
        baseline: contrast.baseline,
        treatment: contrast.arm,
        difference: contrast.difference,
        interval: contrast.interval,
        ratio: contrast.ratio,
        ratio_interval: contrast.ratio_interval,
        changed: contrast.changed,
        small: measured.is_some_and(|m| m.is_small()),
        settled_after: measured.and_then(|m| m.settled_after(comparison.direction)),
    }
}

/// Why a comparison has no interval.
fn unmeasured(contrast: &Contrast, pairs: u64) -> String {
    match contrast.difference {
        None => "no case observed".to_owned(),
        Some(_) if pairs < 2 => format!("no interval from {}", counted(pairs, "pair of runs")),
        Some(_) => "too few runs with cases for an interval".to_owned(),
    }
}

fn sets(by_setting: &[BySetting]) -> Sets {
    let of_sets = || {
        by_setting
            .iter()
            .filter(|s| ![DEFAULT, OFF, ON].contains(&s.setting.as_str()))
    };
    let with = |verdict: Option<Standing>| -> Vec<String> {
        of_sets()
            .filter(|s| s.verdict == verdict)
            .map(|s| s.setting.clone())
            .collect()
    };
    let supported = with(Some(Standing::Supported));
    let played = of_sets().filter(|s| s.verdict.is_some()).count();
    Sets {
        share: (played > 0).then(|| supported.len() as f64 / played as f64),
        supported,
        contradicted: with(Some(Standing::Contradicted)),
        not_resolved: with(Some(Standing::NotResolved)),
        not_played: with(None),
    }
}

/// Members of the ensemble by sign. A member counts once for the whole claim: for it where all of its comparisons agree.
fn members(at: usize, claim: &Claim, results: &Results) -> Members {
    let nothing = |note: &str| Members {
        agree: 0,
        against: 0,
        equal: 0,
        seen: 0,
        share: None,
        note: note.to_owned(),
    };
    let raws: Option<Vec<&Raw>> = (0..claim.tests.len())
        .map(|number| results.get(&(at, number, DEFAULT.to_owned()))?.as_ref().ok())
        .collect();
    let Some(raws) = raws else {
        return nothing("a comparison could not be played");
    };
    let size = raws.first().map_or(0, |raw| raw.members.len());
    if size == 0 || raws.iter().any(|raw| raw.members.len() != size) {
        return nothing("the parameters of its scenarios are not drawn from one ensemble");
    }
    let sign = |member: usize| -> Option<Sign> {
        let of_test = |(raw, test): (&&Raw, &Comparison)| {
            member_agrees(
                test.direction,
                &raw.members.get(member)?.contrast(LEVEL),
                test.smallest_effect,
            )
        };
        let signs: Option<Vec<Sign>> = raws.iter().zip(&claim.tests).map(of_test).collect();
        signs?.into_iter().max()
    };
    let signs: Vec<Sign> = (0..size).filter_map(sign).collect();
    let count = |wanted: Sign| signs.iter().filter(|sign| **sign == wanted).count() as u64;
    let seen = signs.len() as u64;
    let fewest = raws.iter().map(|raw| raw.sums.n()).min().unwrap_or(0);
    let note = match (seen, fewest) {
        (0, _) => "no member saw a case in both arms".to_owned(),
        (seen, pairs) if pairs < RUNS_A_MEMBER * seen => format!(
            "{} for {}: chance decides the sign of a member as much as its parameters, which draws \
             the share towards one half",
            counted(pairs, "pair of runs"),
            counted(seen, "member")
        ),
        (seen, pairs) => format!("{} for {}", counted(pairs, "pair of runs"), counted(seen, "member")),
    };
    Members {
        agree: count(Sign::Agrees),
        against: count(Sign::Against),
        equal: count(Sign::Equal),
        seen,
        share: (seen > 0).then(|| count(Sign::Agrees) as f64 / seen as f64),
        note,
    }
}

/// Verdicts by article, in the order of the claims.
fn scoreboard(claims: &[Outcome], settings: &[String]) -> Vec<Score> {
    let mut cards: Vec<&str> = claims.iter().map(|c| c.card.as_str()).collect();
    cards.dedup();
    let score = |card: &str| {
        let own: Vec<&Outcome> = claims.iter().filter(|c| c.card == card).collect();
        let count = |wanted: Verdict| own.iter().filter(|c| c.verdict == wanted).count() as u64;
        let under = |setting: &String| {
            let supported = own.iter().filter(|c| c.under(setting) == Some(Standing::Supported));
            (setting.clone(), supported.count() as u64)
        };
        Score {
            card: card.to_owned(),
            claims: own.len() as u64,
            supported: count(Verdict::Supported),
            contradicted: count(Verdict::Contradicted),
            not_resolved: count(Verdict::NotResolved),
            small: own
                .iter()
                .filter(|c| c.verdict == Verdict::NotResolved && c.small)
                .count() as u64,
            true_by_construction: count(Verdict::ByConstruction),
            not_tested: count(Verdict::NotTested),
            supported_under: settings.iter().map(under).collect(),
        }
    };
    cards.into_iter().map(score).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::cards::{Arm, Direction, Size};
    use Standing::{Contradicted as C, NotResolved as O, Supported as S};

    fn reading(setting: &str, verdict: Standing, difference: f64) -> Reading {
        Reading {
            setting: setting.to_owned(),
            verdict: Some(verdict),
            reason: None,
            months: 60,
            pairs: 100,
            baseline: Some(0.5),
            treatment: Some(0.5 + difference),
            difference: Some(difference),
            interval: Some([difference, difference]),
            ratio: None,
            ratio_interval: None,
            changed: 100,
            small: false,
            settled_after: None,
        }
    }

    /// A claim with one comparison: verdict and difference by default, with its switch off and on, and under a set.
    fn claim(found: [(Standing, f64); 4]) -> Outcome {
        let results: Vec<Reading> = ([DEFAULT, OFF, ON, "agnostic"].iter().zip(found))
            .map(|(setting, (verdict, difference))| reading(setting, verdict, difference))
            .collect();
        let arm = || Arm {
            option: String::new(),
            set: Vec::new(),
        };
        let by_setting = results.iter().map(|r| BySetting {
            setting: r.setting.clone(),
            verdict: r.verdict,
        });
        Outcome {
            id: "a9-x".into(),
            card: "author-2025".into(),
            kind: vec![Kind::Emergent],
            statement: String::new(),
            verdict: Verdict::NotTested,
            sentence: String::new(),
            small: false,
            by_setting: by_setting.collect(),
            holds_in: None,
            settled_after: None,
            tests: vec![Test {
                scenario: "status-quo".into(),
                baseline: arm(),
                treatment: arm(),
                metric: "war".into(),
                label: String::new(),
                unit: "1".into(),
                kind: None,
                direction: Direction::Higher,
                smallest_effect: Size::Absolute(0.02),
                results,
            }],
        }
    }

    #[test]
    fn a_claim_is_true_by_construction_if_it_holds_with_its_switch_off_or_never_moves() {
        let cases = [
            ([(S, 0.2), (O, 0.0), (S, 0.3), (S, 0.2)], Verdict::Supported),
            ([(S, 0.2), (S, 0.1), (S, 0.3), (O, 0.0)], Verdict::ByConstruction),
            ([(S, 0.2), (O, 0.2), (O, 0.2), (O, 0.2)], Verdict::ByConstruction),
            ([(S, 0.2), (O, 0.2), (S, 0.2), (S, 0.3)], Verdict::Supported),
            ([(C, -0.2), (S, 0.2), (S, 0.2), (S, 0.2)], Verdict::Contradicted),
            ([(O, 0.0), (S, 0.2), (S, 0.2), (S, 0.2)], Verdict::NotResolved),
            ([(O, 0.0), (O, 0.0), (O, 0.0), (O, 0.0)], Verdict::NotResolved),
        ];
        for (found, wanted) in cases {
            assert_eq!(verdict(&claim(found)), wanted, "{found:?}");
        }
    }

    #[test]
    fn an_input_is_never_tested() {
        let all = [(S, 0.2), (O, 0.0), (S, 0.3), (S, 0.2)];
        assert_eq!(
            verdict(&Outcome {
                kind: vec![Kind::Input],
                ..claim(all)
            }),
            Verdict::NotTested
        );
        assert_eq!(
            verdict(&Outcome {
                tests: Vec::new(),
                ..claim(all)
            }),
            Verdict::NotTested
        );
    }

    #[test]
    fn the_scoreboard_counts_every_claim_once() {
        let mut all = Vec::new();
        for (standing, off) in [(S, O), (S, S), (C, O), (O, O)] {
            let mut outcome = claim([(standing, 0.2), (off, 0.1), (S, 0.3), (S, 0.2)]);
            outcome.verdict = verdict(&outcome);
            all.push(outcome);
        }
        let settings = [DEFAULT, "agnostic"].map(str::to_owned);
        let board = scoreboard(&all, &settings);
        let s = &board[0];
        assert_eq!((board.len(), s.claims), (1, 4));
        assert_eq!(
            (s.supported, s.true_by_construction, s.contradicted, s.not_resolved),
            (1, 1, 1, 1)
        );
        assert_eq!(s.supported_under, [(DEFAULT.to_owned(), 2), ("agnostic".to_owned(), 4)]);
    }
}
