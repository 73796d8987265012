//! Every arm of every comparison under every setting, played once: arms of one scenario share their luck, and what
//! several claims ask for is computed for all of them together.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::format::{DEFAULT, OFF, ON};
use super::runs_over;
use crate::engine::{Halt, Plan};
use crate::evidence::cards::{Arm, Claim};
use crate::model::record::OutcomeSpec;
use crate::scenario::{Request, Source, load};
use crate::study::{Pairing, Pairs, contrasts};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Claims with the ids of their cards.
    pub claims: Vec<(&'a str, &'a Claim)>,
    /// Assumption sets under which every comparison is played besides the default.
    pub sets: Vec<String>,
    /// Pairs of runs of a comparison of usual length.
    pub runs: u64,
    /// Root of all random numbers; the scenario's own where none is given.
    pub seed: Option<u64>,
}

/// Where a result belongs: positions of claim and comparison, and the setting.
pub type Place = (usize, usize, String);

/// One comparison under one setting, played.
#[derive(Debug, Clone)]
pub struct Raw {
    pub spec: OutcomeSpec,
    pub months: u32,
    pub sums: Pairs,
    /// Sums by member of the ensemble; only by default, and empty where there is none.
    pub members: Vec<Pairs>,
}

/// What was played, or why it could not be.
pub type Results = BTreeMap<Place, Result<Raw, String>>;

/// What is asked of a pair of arms: whether sums by member are, and every metric with the places that want it.
type Asked<'a> = (bool, BTreeMap<&'a str, Vec<&'a Place>>);

/// One effective scenario as it is asked for: option, overrides, assumption sets.
type Key = (Arm, Vec<String>);

impl Order<'_> {
    /// All settings, in the order in which they are told.
    pub fn settings(&self) -> Vec<String> {
        let own = [DEFAULT, OFF, ON].map(str::to_owned);
        own.into_iter().chain(self.sets.iter().cloned()).collect()
    }

    /// Both arms of a comparison under a setting; none where the claim has no switch.
    fn keys(&self, claim: &Claim, test: usize, setting: &str) -> Option<[Key; 2]> {
        let test = claim.tests.get(test)?;
        let (mut further, mut assume) = (None, Vec::new());
        match setting {
            DEFAULT => {}
            OFF | ON => {
                let switch = claim.switch.as_ref()?;
                let value = if setting == OFF { switch.off } else { switch.on };
                further = Some(format!("{}={value}", switch.path));
            }
            set => assume.push(set.to_owned()),
        }
        Some([&test.baseline, &test.treatment].map(|arm| {
            let mut arm = arm.clone();
            arm.set.extend(further.clone());
            (arm, assume.clone())
        }))
    }

    /// Comparisons by scenario.
    fn by_scenario(&self) -> BTreeMap<&str, Vec<(Place, [Key; 2])>> {
        let mut found: BTreeMap<&str, Vec<(Place, [Key; 2])>> = BTreeMap::new();
        for (at, (_, claim)) in self.claims.iter().enumerate() {
            for (number, test) in claim.tests.iter().enumerate() {
                for setting in self.settings() {
                    if let Some(keys) = self.keys(claim, number, &setting) {
                        let place = (at, number, setting);
                        found.entry(&test.scenario).or_default().push((place, keys));
                    }
                }
            }
        }
        found
    }

    /// Number of arms by scenario, before those that turn out the same are told apart.
    pub fn arms(&self) -> Vec<(&str, usize)> {
        let count = |asked: Vec<(Place, [Key; 2])>| {
            let keys: std::collections::BTreeSet<Key> = asked.into_iter().flat_map(|(_, keys)| keys).collect();
            keys.len()
        };
        self.by_scenario()
            .into_iter()
            .map(|(name, asked)| (name, count(asked)))
            .collect()
    }
}

/// Plays everything on the current thread pool; none if `halt` was asked. `tell` hears of each scenario before it is
/// played: its name, arms, pairs of runs and months.
pub fn play(order: &Order, halt: &Halt, mut tell: impl FnMut(&str, usize, u64, u32)) -> Option<Results> {
    let mut results = Results::new();
    for (scenario, asked) in order.by_scenario() {
        let arms = arms(order, scenario, &asked);
        let mut lengths: Vec<u32> = arms.plans.iter().map(|p| p.scenario.run.months).collect();
        lengths.sort_unstable();
        lengths.dedup();
        for months in lengths {
            let runs = runs_over(months, order.runs);
            play_length(order, &arms, &asked, (months, runs), halt, &mut results, &mut tell);
            if halt.is_asked() {
                return None;
            }
        }
        for (place, keys) in asked {
            results.entry(place).or_insert_with(|| Err(arms.reason(&keys)));
        }
    }
    Some(results)
}

/// Arms of one scenario, each effective one once.
struct Arms {
    name: String,
    plans: Vec<Plan>,
    /// Position among the plans, or why there is none.
    known: BTreeMap<Key, Result<usize, String>>,
}

impl Arms {
    fn place(&self, key: &Key) -> Option<usize> {
        self.known.get(key)?.as_ref().ok().copied()
    }

    /// Why two arms are no pair.
    fn reason(&self, keys: &[Key; 2]) -> String {
        let found = keys.iter().find_map(|key| self.known.get(key)?.as_ref().err());
        found.map_or_else(|| "its arms have different horizons".to_owned(), Clone::clone)
    }
}

/// Loads every arm that is asked for.
fn arms(order: &Order, scenario: &str, asked: &[(Place, [Key; 2])]) -> Arms {
    let mut keys: Vec<&Key> = asked.iter().flat_map(|(_, keys)| keys).collect();
    keys.sort();
    keys.dedup();
    let loaded: Vec<Result<Plan, String>> = keys.par_iter().map(|key| attempt(order, scenario, key)).collect();
    let mut arms = Arms {
        name: scenario.to_owned(),
        plans: Vec::new(),
        known: BTreeMap::new(),
    };
    let mut by_hash: BTreeMap<String, usize> = BTreeMap::new();
    for (key, plan) in keys.into_iter().zip(loaded) {
        let place = plan.map(|plan| {
            *by_hash.entry(plan.hash()).or_insert_with(|| {
                arms.plans.push(plan);
                arms.plans.len() - 1
            })
        });
        arms.known.insert(key.clone(), place);
    }
    arms
}

fn attempt(order: &Order, scenario: &str, (arm, assume): &Key) -> Result<Plan, String> {
    let mut request = Request::new(Source::Bundled(scenario.to_owned()));
    request.option = (!arm.option.is_empty()).then(|| arm.option.clone());
    request.assume = assume.clone();
    request.sets = arm.set.clone();
    request.sets.extend(order.seed.map(|seed| format!("run.seed={seed}")));
    load(&request).map(Plan::new).map_err(|problem| problem.to_string())
}

/// Plays the arms of one length.
fn play_length(
    order: &Order,
    arms: &Arms,
    asked: &[(Place, [Key; 2])],
    (months, runs): (u32, u64),
    halt: &Halt,
    results: &mut Results,
    tell: &mut impl FnMut(&str, usize, u64, u32),
) {
    let of_length: Vec<usize> = (0..arms.plans.len())
        .filter(|k| arms.plans[*k].scenario.run.months == months)
        .collect();
    let plans: Vec<&Plan> = of_length.iter().map(|k| &arms.plans[*k]).collect();
    let here = |key: &Key| arms.place(key).and_then(|k| of_length.binary_search(&k).ok());
    let mut pairs: BTreeMap<(usize, usize), Asked> = BTreeMap::new();
    for (place, keys) in asked {
        let metric = order
            .claims
            .get(place.0)
            .and_then(|(_, claim)| claim.tests.get(place.1));
        if let (Some(a), Some(b), Some(test)) = (here(&keys[0]), here(&keys[1]), metric) {
            let (by_member, metrics) = pairs.entry((a, b)).or_default();
            *by_member |= place.2 == DEFAULT;
            metrics.entry(&test.metric).or_default().push(place);
        }
    }
    let (mut pairings, mut wanted) = (Vec::new(), Vec::new());
    for ((a, b), (by_member, metrics)) in pairs {
        let reported = |k: usize, id: &str| plans[k].model.measures.outcomes.iter().any(|o| o.id == id);
        let (there, lacking): (Vec<_>, Vec<_>) = metrics
            .into_iter()
            .partition(|(id, _)| reported(a, id) && reported(b, id));
        for (id, places) in lacking {
            for place in places {
                results.insert(place.clone(), Err(format!("there is no outcome `{id}`")));
            }
        }
        let ids: Vec<String> = there.iter().map(|(id, _)| (*id).to_owned()).collect();
        let Ok(mut pairing) = Pairing::new(&plans, a, b, &ids) else {
            continue;
        };
        let turns = (plans[a].scenario.turns(), plans[b].scenario.turns());
        if let (Some(turns), true) = (turns.0, by_member && turns.0 == turns.1) {
            pairing = pairing.by_member(turns);
        }
        pairings.push(pairing);
        wanted.push(there);
    }
    tell(&arms.name, plans.len(), runs, months);
    let played = contrasts(&plans, &pairings, runs, halt);
    for (paired, there) in played.pairs.into_iter().zip(wanted) {
        let mut members = paired.members.into_iter();
        for ((spec, sums), (_, places)) in paired.outcomes.into_iter().zip(there) {
            let members = members.next().unwrap_or_default();
            for place in places {
                let raw = Raw {
                    spec: spec.clone(),
                    months,
                    sums,
                    members: if place.2 == DEFAULT {
                        members.clone()
                    } else {
                        Vec::new()
                    },
                };
                results.insert(place.clone(), Ok(raw));
            }
        }
    }
}
