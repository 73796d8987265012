//! Chance told from parameters: sums by member of the ensemble, in memory that does not grow with the runs.

use super::accumulate::LEVEL;
use super::format::Parameters;
use crate::model::record::{Measure, OutcomeSpec, RunRecord};
use crate::scenario::ensemble::{RUNS_A_MEMBER, Turns};
use crate::stats::{CrossMoments, Group, Groups, PairedGroups, RandomEffects};

/// Name of the method in `summary.json`.
const METHOD: &str = "random effects";
/// Why there is no interval over parameters.
pub mod reason {
    /// Not observed under two members.
    pub const ONE_MEMBER: &str = "observed under fewer than two members";
    /// Each member has about one run (or one run with cases).
    pub const FEW_RUNS: &str = "fewer than two runs a member";
    /// All runs agree.
    pub const CONSTANT: &str = "nothing varies";
    /// Means of members differ by no more than chance explains.
    pub const CHANCE: &str = "members differ by no more than chance explains";
    /// The estimate lies outside the central part of the members, because few of them carry it.
    pub const FEW_MEMBERS: &str = "few members carry the estimate";
    /// Of a contrast: a member of one arm is no member of the other.
    pub const OTHER_ENSEMBLES: &str = "the arms draw their parameters from different ensembles";

    /// The reason in the width of a column of a table.
    pub fn short(reason: Option<&str>) -> &'static str {
        match reason {
            Some(CHANCE) => "within chance",
            Some(FEW_RUNS) => "too few runs",
            Some(FEW_MEMBERS) => "few members",
            Some(CONSTANT) => "constant",
            Some(OTHER_ENSEMBLES) => "no pairs",
            _ => "—",
        }
    }
}
/// Means of members that lie as far apart by chance this often count as differing by chance: the complement of [`LEVEL`].
const BY_CHANCE: f64 = 1.0 - LEVEL;

/// What is kept of one outcome.
#[derive(Debug, Clone, PartialEq)]
enum Sums {
    Happened(Groups),
    /// Expectation and count, weighted as for the estimate.
    Expected(Box<PairedGroups>),
    Number(Groups),
    Share(Vec<CrossMoments>),
}

/// Sums of every outcome by member. The order of the runs makes no difference to any byte.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberSums {
    turns: Turns,
    outcomes: Vec<Sums>,
}

impl MemberSums {
    /// Empty sums for an ensemble whose members take these turns.
    pub fn new(outcomes: &[OutcomeSpec], turns: Turns) -> Self {
        let size = usize::try_from(turns.members()).unwrap_or(usize::MAX);
        let sums = |spec: &OutcomeSpec| match spec.measure {
            Measure::Happened if spec.expected => Sums::Expected(Box::new(PairedGroups::new(size))),
            Measure::Happened => Sums::Happened(Groups::new(size)),
            Measure::Number | Measure::Rate => Sums::Number(Groups::new(size)),
            Measure::Share => Sums::Share(vec![CrossMoments::default(); size]),
        };
        Self {
            turns,
            outcomes: outcomes.iter().map(sums).collect(),
        }
    }

    /// Takes in consecutive runs, the first of which has number `first`.
    pub fn add_block(&mut self, first: u64, records: &[RunRecord]) {
        for (run, record) in (first..).zip(records) {
            // Below the number of members, which has been allocated.
            let member = self.turns.member(run) as usize;
            let values = record.values.iter().zip(&record.cases);
            for (index, (sums, (&value, &cases))) in self.outcomes.iter_mut().zip(values).enumerate() {
                match sums {
                    Sums::Expected(groups) => {
                        let expected = record.expected.get(index).copied().unwrap_or(f64::NAN);
                        groups.add(member, expected, value);
                    }
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

    /// What is due to parameters, in the order of the outcomes. Where it cannot be told from chance there is no interval, and a reason.
    pub fn parameters(&self) -> Vec<Parameters> {
        self.outcomes.iter().map(of_outcome).collect()
    }
}

fn of_outcome(sums: &Sums) -> Parameters {
    let (members, runs, is_constant, effects) = match sums {
        Sums::Happened(groups) | Sums::Number(groups) => {
            let constant = groups.is_constant();
            let effects = if constant { None } else { groups.effects() };
            (groups.seen(), groups.n(), constant, effects)
        }
        Sums::Expected(groups) => {
            let constant = groups.is_constant();
            let weight = groups.first_mean().unwrap_or(0.0).clamp(0.0, 1.0);
            let effects = if constant { None } else { groups.effects(weight) };
            (groups.seen(), groups.n(), constant, effects)
        }
        Sums::Share(by_member) => ratio_effects(by_member),
    };
    let seen = Seen {
        members,
        runs,
        is_constant,
    };
    told(&seen, effects, None)
}

/// What was observed by member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Members with an observation.
    pub members: u64,
    /// Runs, or pairs of runs, that tell something.
    pub runs: u64,
    /// Nothing varies.
    pub is_constant: bool,
}

/// What is due to parameters by a fitted model. Where it cannot be told from chance there is no interval, and a reason; an
/// interval holds the mean of the members, and the `estimate` beside which it is to stand.
pub fn told(seen: &Seen, effects: Option<RandomEffects>, estimate: Option<f64>) -> Parameters {
    let found = if seen.members < 2 {
        Err(reason::ONE_MEMBER)
    } else if seen.is_constant {
        Err(reason::CONSTANT)
    } else {
        effects
            .filter(|_| seen.runs >= RUNS_A_MEMBER * seen.members)
            .ok_or(reason::FEW_RUNS)
    };
    let share = found.as_ref().ok().and_then(RandomEffects::share);
    let interval = found.and_then(|effects| {
        if effects.between <= 0.0 || effects.p_value > BY_CHANCE {
            return Err(reason::CHANCE);
        }
        let [low, high] = effects.interval(LEVEL);
        let holds = |x: f64| low <= x && x <= high;
        (holds(effects.mean) && estimate.is_none_or(holds))
            .then_some([low, high])
            .ok_or(reason::FEW_MEMBERS)
    });
    Parameters {
        members: seen.members,
        interval: interval.ok(),
        share,
        reason: interval.err().map(str::to_owned),
        method: METHOD.to_owned(),
    }
}

/// Members with cases, runs with cases, and the model of a ratio: cases are the weights, and the variance of a case
/// within a member comes from the spread between its runs, because cases of one run are not independent.
fn ratio_effects(by_member: &[CrossMoments]) -> (u64, u64, bool, Option<RandomEffects>) {
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
    let constant = residual <= 0.0 && groups.windows(2).all(|pair| pair[0].mean == pair[1].mean);
    if runs <= seen {
        return (seen, runs, constant, None);
    }
    let free = (runs - seen) as f64;
    let within = residual / cases * (runs as f64 / free);
    (seen, runs, constant, RandomEffects::fit(&groups, within, free))
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
        let mut sums = MemberSums::new(&specs(), Turns::new(2, 0));
        sums.add_block(0, &records[..1]);
        sums.add_block(1, &records[1..]);
        let mut whole = MemberSums::new(&specs(), Turns::new(2, 0));
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
        let mut sums = MemberSums::new(&specs(), Turns::new(2, 0));
        let pair = [record(0.0, 0.0, 1.0, 2.0), record(0.0, 0.0, 1.0, 4.0)];
        sums.add_block(0, &pair);
        assert_eq!(sums.parameters()[2].share, None, "one run a member tells nothing");
        sums.add_block(2, &pair);
        let found = &sums.parameters()[2];
        assert_eq!(found.share, Some(1.0));
        let mut idle = MemberSums::new(&specs(), Turns::new(2, 0));
        idle.add_block(0, &[record(0.0, 0.0, 0.0, 0.0), record(0.0, 0.0, 0.0, 0.0)]);
        assert_eq!((idle.parameters()[2].members, idle.parameters()[2].share), (0, None));
    }
}
