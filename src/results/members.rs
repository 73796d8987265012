//! Chance told from parameters: sums by member of the ensemble, in memory that does not grow with the runs.

use super::accumulate::LEVEL;
use super::format::Parameters;
use crate::model::record::{Measure, OutcomeSpec, RunRecord};
use crate::stats::{CrossMoments, Grid, Group, Groups, RandomEffects};

/// Name of the method in `summary.json`.
const METHOD: &str = "random effects";
/// Runs a member, on average, below which chance and parameters are not told apart.
const FEWEST_RUNS: u64 = 2;

/// What is kept of one outcome.
#[derive(Debug, Clone, PartialEq)]
enum Sums {
    Happened(Groups),
    Number(Groups),
    Share(Vec<CrossMoments>),
}

/// Sums of every outcome by member. The order of the runs makes no difference to any byte.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberSums {
    members: u64,
    outcomes: Vec<Sums>,
}

impl MemberSums {
    /// Empty sums for an ensemble of `members`.
    pub fn new(outcomes: &[OutcomeSpec], members: u64) -> Self {
        let size = usize::try_from(members).unwrap_or(usize::MAX);
        let sums = |spec: &OutcomeSpec| match spec.measure {
            Measure::Happened => Sums::Happened(Groups::new(size, Grid::counts())),
            Measure::Number => Sums::Number(Groups::new(size, Grid::over(spec.range))),
            Measure::Share => Sums::Share(vec![CrossMoments::default(); size]),
        };
        Self {
            members: members.max(1),
            outcomes: outcomes.iter().map(sums).collect(),
        }
    }

    /// Takes in consecutive runs, the first of which has number `first`.
    pub fn add_block(&mut self, first: u64, records: &[RunRecord]) {
        for (run, record) in (first..).zip(records) {
            // Below the number of members, which has been allocated.
            let member = (run % self.members) as usize;
            let values = record.values.iter().zip(&record.cases);
            for (sums, (&value, &cases)) in self.outcomes.iter_mut().zip(values) {
                match sums {
                    Sums::Happened(groups) if value.is_finite() => groups.add(member, f64::from(u8::from(value > 0.0))),
                    Sums::Happened(_) => {}
                    Sums::Number(groups) => groups.add(member, value),
                    Sums::Share(by_member) => {
                        if let Some(cross) = by_member.get_mut(member) {
                            cross.add(value, cases);
                        }
                    }
                }
            }
        }
    }

    /// What is due to parameters, in the order of the outcomes. Interval and share are absent where they cannot be
    /// told from chance: below two runs a member (for a ratio, two runs with cases), or where nothing varies.
    pub fn parameters(&self) -> Vec<Parameters> {
        let one = |sums: &Sums| {
            let (seen, runs, effects) = match sums {
                Sums::Happened(groups) | Sums::Number(groups) => (groups.seen(), groups.n(), groups.effects()),
                Sums::Share(by_member) => ratio_effects(by_member),
            };
            let effects = effects.filter(|e| runs >= FEWEST_RUNS * seen && e.share().is_some());
            Parameters {
                members: seen,
                interval: effects.as_ref().map(|e| e.interval(LEVEL)),
                share: effects.as_ref().and_then(RandomEffects::share),
                method: METHOD.to_owned(),
            }
        };
        self.outcomes.iter().map(one).collect()
    }
}

/// Members with cases, runs with cases, and the model of a ratio: cases are the weights, and the variance of a case
/// within a member comes from the spread between its runs, because cases of one run are not independent.
fn ratio_effects(by_member: &[CrossMoments]) -> (u64, u64, Option<RandomEffects>) {
    let (mut groups, mut runs, mut residual, mut cases) = (Vec::new(), 0, 0.0, 0.0);
    for member in by_member {
        let Some(mean) = member.ratio() else { continue };
        groups.push(Group {
            weight: member.cases(),
            mean,
        });
        runs += member.runs();
        residual += member.residual();
        cases += member.cases();
    }
    let seen = groups.len() as u64;
    if runs <= seen {
        return (seen, runs, None);
    }
    let within = residual / cases * (runs as f64 / (runs - seen) as f64);
    (seen, runs, RandomEffects::fit(&groups, within))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> Vec<OutcomeSpec> {
        [Measure::Happened, Measure::Number, Measure::Share]
            .into_iter()
            .map(|measure| OutcomeSpec {
                id: String::new(),
                label: String::new(),
                unit: "1",
                measure,
                range: (0.0, 100.0),
                expected: false,
            })
            .collect()
    }

    fn record(happened: f64, number: f64, successes: f64, cases: f64) -> RunRecord {
        RunRecord {
            values: vec![happened, number, successes],
            cases: vec![1.0, 1.0, cases],
            ..RunRecord::default()
        }
    }

    /// Two members take turns: numbers 1, 3 against 7, 9, all within variance 2 and between (36 − 2)/2 = 17.
    #[test]
    fn runs_are_told_apart_by_their_member() {
        let records: Vec<RunRecord> = [(0.0, 1.0), (1.0, 7.0), (0.0, 3.0), (1.0, 9.0)]
            .into_iter()
            .map(|(happened, number)| record(happened, number, happened, 1.0))
            .collect();
        let mut sums = MemberSums::new(&specs(), 2);
        sums.add_block(0, &records[..1]);
        sums.add_block(1, &records[1..]);
        let mut whole = MemberSums::new(&specs(), 2);
        whole.add_block(0, &records);
        assert_eq!(sums, whole, "blocks leave no trace");
        let found = sums.parameters();
        assert!(
            found[1].share.is_some_and(|s| (s - 17.0 / 19.0).abs() < 1e-9),
            "{found:?}"
        );
        for outcome in [&found[0], &found[2]] {
            assert_eq!((outcome.members, outcome.share), (2, Some(1.0)), "{outcome:?}");
            let [low, high] = outcome.interval.expect("an interval");
            assert!((low - 0.025).abs() < 1e-9 && (high - 0.975).abs() < 1e-9);
        }
    }

    /// Ratios 1/2 and 1/4 of equal numbers of cases in runs that agree: no chance is left.
    #[test]
    fn a_ratio_is_weighted_by_cases() {
        let mut sums = MemberSums::new(&specs(), 2);
        let pair = [record(0.0, 0.0, 1.0, 2.0), record(0.0, 0.0, 1.0, 4.0)];
        sums.add_block(0, &pair);
        assert_eq!(sums.parameters()[2].share, None, "one run a member tells nothing");
        sums.add_block(2, &pair);
        let found = &sums.parameters()[2];
        assert_eq!(found.share, Some(1.0));
        let mut idle = MemberSums::new(&specs(), 2);
        idle.add_block(0, &[record(0.0, 0.0, 0.0, 0.0), record(0.0, 0.0, 0.0, 0.0)]);
        assert_eq!((idle.parameters()[2].members, idle.parameters()[2].share), (0, None));
    }
}
