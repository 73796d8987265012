//! Arms on the same luck: replication `r` of every arm uses the same seed, the same streams and the same draws of the
//! inputs that both leave uncertain, so that the difference of a pair carries only what the arms do differently.
//!
//! Any number of plans and of pairings among them: an arm that several comparisons ask for is computed once.

use std::ops::Range;

use rayon::prelude::*;

use super::pairs::{Pairs, Reading};
use crate::engine::plan::Run;
use crate::engine::{Block, Halt, Plan, Sink};
use crate::model::record::{Measure, OutcomeSpec, RunRecord};
use crate::results::{Accumulator, ArmSums};
use crate::scenario::ensemble::Turns;

/// Runs of all arms that are computed while the ones before are taken in: bounds the memory.
const WAVE: u64 = 512;

/// One comparison among the arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairing {
    /// Positions among the plans.
    pub baseline: usize,
    pub arm: usize,
    /// Where each outcome stands in the records of the two, in the order asked for.
    places: Vec<(usize, usize)>,
    specs: Vec<OutcomeSpec>,
    /// Series that both record, by position.
    shared: Vec<(usize, usize)>,
    /// Months of series that are compared: where they stand, and their expectations if they have one.
    last: Vec<Last>,
    /// Whose turn it is, where sums are kept by member of the ensemble too.
    turns: Option<Turns>,
}

/// Where a series stands in the records of two arms, and its course of expectations if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Last {
    baseline: (usize, Option<usize>),
    arm: (usize, Option<usize>),
}

impl Last {
    fn empty(&self) -> Pairs {
        match self.baseline.1 {
            Some(_) => Pairs::expected(),
            None => Pairs::new(Measure::Number),
        }
    }

    /// The last of `months` of a record: what a survival series says has been met, with its expectation, or the number.
    fn reading(record: &RunRecord, (place, course): (usize, Option<usize>), months: usize) -> Reading {
        let at = |values: &[f64], place: usize| match months.checked_sub(1) {
            Some(last) => values.get(place * months + last).copied().unwrap_or(f64::NAN),
            None => f64::NAN,
        };
        let value = at(&record.series, place);
        Reading {
            value: if course.is_some() { 1.0 - value } else { value },
            cases: 1.0,
            expected: course.map_or(f64::NAN, |course| at(&record.courses, course)),
        }
    }
}

/// An outcome that one of the arms does not report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Position of the arm among the plans.
    pub arm: usize,
    pub id: String,
}

impl Pairing {
    /// Pairs an arm with its baseline.
    ///
    /// # Errors
    /// Every outcome that one of the two does not report.
    pub fn new(plans: &[&Plan], baseline: usize, arm: usize, ids: &[String]) -> Result<Self, Vec<Lacking>> {
        let outcomes = |k: usize| plans.get(k).map_or(&[][..], |p| &p.model.measures.outcomes);
        let find = |k: usize, id: &str| outcomes(k).iter().position(|o| o.id == id);
        let (mut places, mut specs, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            let found = (find(baseline, id), find(arm, id));
            for (arm, _) in [(baseline, found.0), (arm, found.1)]
                .iter()
                .filter(|(_, f)| f.is_none())
            {
                lacking.push(Lacking {
                    arm: *arm,
                    id: id.clone(),
                });
            }
            if let (Some(x), Some(y)) = found {
                places.push((x, y));
                specs.push(outcomes(baseline)[x].clone());
            }
        }
        if !lacking.is_empty() {
            return Err(lacking);
        }
        let series = |k: usize| plans.get(k).map_or(&[][..], |p| &p.model.measures.series);
        let shared = series(baseline).iter().enumerate().filter_map(|(k, s)| {
            let other = series(arm).iter().position(|o| o.id == s.id)?;
            Some((k, other))
        });
        Ok(Self {
            baseline,
            arm,
            places,
            specs,
            shared: shared.collect(),
            last: Vec::new(),
            turns: None,
        })
    }

    /// The same pairing with the last month of some series, those of them that both record.
    pub fn with_last_months(mut self, plans: &[&Plan], series: &[String]) -> Self {
        let of = |k: usize| plans.get(k).map_or(&[][..], |p| &p.model.measures.series);
        let place = |k: usize, id: &String| {
            let place = of(k).iter().position(|s| s.id == *id)?;
            let course = of(k)[..place].iter().filter(|s| s.expected).count();
            Some((place, of(k)[place].expected.then_some(course)))
        };
        let both = series.iter().filter_map(|id| {
            let (baseline, arm) = (place(self.baseline, id)?, place(self.arm, id)?);
            Some(Last { baseline, arm })
        });
        self.last = both.collect();
        self
    }

    /// The same pairing with sums by member of the ensemble, whose members take these turns in both arms.
    pub fn by_member(mut self, turns: Turns) -> Self {
        self.turns = Some(turns);
        self
    }
}

/// What a pairing came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    pub baseline: usize,
    pub arm: usize,
    /// Pairs in which the course of events differs: any challenge, answer or end of it.
    pub changed: u64,
    /// The earliest month in which a series of the two differs in any pair.
    pub first_month: Option<u32>,
    /// Sums of each outcome, in the order asked for.
    pub outcomes: Vec<(OutcomeSpec, Pairs)>,
    /// The last month of each series asked for: of a survival series that it has happened by then.
    pub last: Vec<Pairs>,
    /// The same as `outcomes` by member of the ensemble: `[outcome][member]`, empty unless asked for.
    pub members: Vec<Vec<Pairs>>,
}

/// All arms, played.
#[derive(Debug, Clone)]
pub struct Played {
    /// Replications of which every arm is complete.
    pub runs: u64,
    /// Estimates of each arm, without monthly series; none where contrasts alone were asked for.
    pub arms: Vec<Accumulator>,
    /// Months of the series asked for, of every arm but the first.
    pub months: Vec<ArmSums>,
    pub pairs: Vec<Paired>,
}

/// Takes runs to no place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Sink for Nowhere {
    type Error = std::convert::Infallible;

    fn take(&mut self, _: Block) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Plays replications 0 to `runs` of all plans on the current thread pool. Runs of the first plan go to `sink`, in their
/// order. The numbers do not depend on the threads; `halt` stops it, and keeps the replications that are whole.
///
/// # Errors
/// The first error of the sink.
pub fn play<E: Send>(
    plans: &[&Plan],
    pairings: &[Pairing],
    runs: u64,
    halt: &Halt,
    sink: &mut dyn Sink<Error = E>,
) -> Result<Played, E> {
    play_with_months(plans, pairings, &[], runs, halt, sink)
}

/// Plays as [`play`], and keeps the months of some series for every plan but the first, whose runs go to `sink`.
///
/// # Errors
/// The first error of the sink.
pub fn play_with_months<E: Send>(
    plans: &[&Plan],
    pairings: &[Pairing],
    series: &[String],
    runs: u64,
    halt: &Halt,
    sink: &mut dyn Sink<Error = E>,
) -> Result<Played, E> {
    let levels = plans
        .iter()
        .map(|p| Accumulator::new(&p.model.measures.outcomes, &[], p.scenario.run.months));
    let months = plans
        .iter()
        .skip(1)
        .map(|p| ArmSums::new(&p.model.measures.series, series, p.scenario.run.months));
    let kept = (levels.collect(), months.collect());
    play_into(plans, pairings, kept, runs, halt, sink)
}

/// Plays replications 0 to `runs` of all plans for the contrasts among them alone: memory that grows neither with the
/// runs nor with the outcomes of an arm.
pub fn contrasts(plans: &[&Plan], pairings: &[Pairing], runs: u64, halt: &Halt) -> Played {
    match play_into::<std::convert::Infallible>(plans, pairings, Kept::default(), runs, halt, &mut Nowhere) {
        Ok(played) => played,
        Err(never) => match never {},
    }
}

/// What is kept of single arms: levels of all, months of all but the first.
type Kept = (Vec<Accumulator>, Vec<ArmSums>);

fn play_into<E: Send>(
    plans: &[&Plan],
    pairings: &[Pairing],
    (arms, months): Kept,
    runs: u64,
    halt: &Halt,
    sink: &mut dyn Sink<Error = E>,
) -> Result<Played, E> {
    let mut played = Played {
        runs: 0,
        arms,
        months,
        pairs: pairings.iter().map(empty).collect(),
    };
    let wave = (WAVE / plans.len().max(1) as u64).max(1);
    let mut ahead = runs.min(wave);
    let mut next = compute(plans, halt, 0..ahead);
    loop {
        let range = if halt.is_asked() {
            ahead..ahead
        } else {
            ahead..runs.min(ahead + wave)
        };
        ahead = range.end;
        let taking = next.first().map_or(0, Vec::len) as u64;
        // The next wave is computed while this one is taken in.
        let take = || take_in(plans, pairings, next, &mut played, sink);
        let (computed, taken) = rayon::join(|| compute(plans, halt, range), take);
        taken?;
        if computed.first().is_none_or(Vec::is_empty) || taking == 0 {
            return Ok(played);
        }
        next = computed;
    }
}

fn empty(pairing: &Pairing) -> Paired {
    let sums = |spec: &OutcomeSpec| match spec.expected {
        true => Pairs::expected(),
        false => Pairs::new(spec.measure),
    };
    Paired {
        baseline: pairing.baseline,
        arm: pairing.arm,
        changed: 0,
        first_month: None,
        outcomes: pairing.specs.iter().map(|spec| (spec.clone(), sums(spec))).collect(),
        last: pairing.last.iter().map(Last::empty).collect(),
        members: pairing
            .turns
            .iter()
            .flat_map(|turns| {
                let size = usize::try_from(turns.members()).unwrap_or(0);
                pairing.specs.iter().map(move |spec| vec![sums(spec); size])
            })
            .collect(),
    }
}

/// Some replications, by arm, in their order; after an interruption without gaps.
fn compute(plans: &[&Plan], halt: &Halt, range: Range<u64>) -> Vec<Vec<Run>> {
    let arms = plans.len() as u64;
    let tasks: Vec<(u64, usize)> = range
        .flat_map(|replication| (0..plans.len()).map(move |arm| (replication, arm)))
        .collect();
    let computed: Vec<Option<Run>> = tasks
        .into_par_iter()
        .map(|(replication, arm)| {
            if halt.is_asked() {
                return None;
            }
            let run = plans.get(arm)?.run(replication);
            halt.note(1);
            Some(run)
        })
        .collect();
    let whole = computed.iter().take_while(|run| run.is_some()).count() as u64 / arms.max(1);
    let mut by_arm: Vec<Vec<Run>> = plans.iter().map(|_| Vec::with_capacity(whole as usize)).collect();
    for (place, run) in computed.into_iter().take((whole * arms) as usize).enumerate() {
        if let (Some(runs), Some(run)) = (by_arm.get_mut(place % plans.len().max(1)), run) {
            runs.push(run);
        }
    }
    by_arm
}

/// Takes replications in, in their order.
fn take_in<E: Send>(
    plans: &[&Plan],
    pairings: &[Pairing],
    by_arm: Vec<Vec<Run>>,
    played: &mut Played,
    sink: &mut dyn Sink<Error = E>,
) -> Result<(), E> {
    let taken = by_arm.first().map_or(0, Vec::len) as u64;
    if taken == 0 {
        return Ok(());
    }
    for (pairing, paired) in pairings.iter().zip(&mut played.pairs) {
        let months = [pairing.baseline, pairing.arm].map(|k| plans[k].scenario.run.months as usize);
        let both = by_arm[pairing.baseline].iter().zip(&by_arm[pairing.arm]);
        for (run, (a, b)) in (played.runs..).zip(both) {
            paired.add(pairing, months, run, &a.record, &b.record);
        }
    }
    let first = played.runs;
    played.runs += taken;
    let mut kept = None;
    for (arm, runs) in by_arm.into_iter().enumerate() {
        let levels = played.arms.get_mut(arm);
        let months = arm.checked_sub(1).and_then(|place| played.months.get_mut(place));
        if arm == 0 {
            if let Some(accumulator) = levels {
                runs.iter().for_each(|run| accumulator.add(&run.record));
            }
            kept = Some(runs);
        } else if levels.is_some() || months.is_some() {
            let records: Vec<RunRecord> = runs.into_iter().map(|run| run.record).collect();
            levels.into_iter().for_each(|sums| sums.add_block(&records));
            months.into_iter().for_each(|sums| sums.add_block(&records));
        }
    }
    match kept {
        Some(runs) => sink.take(Block { first, runs }),
        None => Ok(()),
    }
}

impl Paired {
    fn add(&mut self, pairing: &Pairing, months: [usize; 2], run: u64, a: &RunRecord, b: &RunRecord) {
        self.changed += u64::from(took_another_course(a, b));
        for ((_, pairs), (x, y)) in self.outcomes.iter_mut().zip(&pairing.places) {
            pairs.add(Reading::of(a, *x), Reading::of(b, *y));
        }
        for (pairs, last) in self.last.iter_mut().zip(&pairing.last) {
            pairs.add(
                Last::reading(a, last.baseline, months[0]),
                Last::reading(b, last.arm, months[1]),
            );
        }
        if let Some(turns) = &pairing.turns {
            // Below the number of members, which has been allocated.
            let member = turns.member(run) as usize;
            for (by_member, (x, y)) in self.members.iter_mut().zip(&pairing.places) {
                if let Some(pairs) = by_member.get_mut(member) {
                    pairs.add(Reading::of(a, *x), Reading::of(b, *y));
                }
            }
        }
        let until = self.first_month.unwrap_or(months[0].min(months[1]) as u32);
        let differs = |month: u32| {
            pairing.shared.iter().any(|(x, y)| {
                let at = |record: &RunRecord, series: usize, months: usize| {
                    record.series.get(series * months + month as usize).map(|v| v.to_bits())
                };
                at(a, *x, months[0]) != at(b, *y, months[1])
            })
        };
        if let Some(month) = (0..until).find(|month| differs(*month)) {
            self.first_month = Some(month);
        }
    }
}

/// True if any challenge, answer or end of a crisis differs; utilities and beliefs behind them may.
fn took_another_course(a: &RunRecord, b: &RunRecord) -> bool {
    let (a, b) = (&a.challenges, &b.challenges);
    let is_other = |(x, y): (&crate::model::record::ChallengeRow, &crate::model::record::ChallengeRow)| {
        let act = (x.month, x.challenger, x.target, x.rung, x.attributed, x.resisted);
        let answer = (x.lead, x.lead_answer, x.fought, x.supported);
        let end = (x.pressed, x.success, x.war);
        act != (y.month, y.challenger, y.target, y.rung, y.attributed, y.resisted)
            || answer != (y.lead, y.lead_answer, y.fought, y.supported)
            || end != (y.pressed, y.success, y.war)
    };
    a.len() != b.len() || a.iter().zip(b).any(is_other)
}
