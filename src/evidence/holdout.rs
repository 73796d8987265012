//! Out of sample: February 2015 to December 2025, of which the dispute data of the hindcast contain nothing.
//!
//! Three questions. Was the invasion of *Ukraine* in 2022 within what the model expected in 2015, and better than the base rate of a
//! pair? Were Georgia and Moldova, which were not attacked, and the absence of any land grab on a member? And does the *shape* of the shadow war from 2022 to 2025 come out? Levels of
//! sabotage are not asked for: counts differ threefold by definition, and the rate of the world of 2025 was set to that of 2024.
//!
//! Shapes are compared up to one unknown detection share. Counts are negative binomial with variance `DISPERSION` times their mean;
//! given their sum they are then Dirichlet-multinomial, whatever the share is.

use serde::Serialize;

use super::experiment::{Arm, EvidenceError, Readings, level};
use super::law::{Band, Effect, Estimate, LEVEL};
use super::validation::Section;
use crate::model::arithmetic::exp;
use crate::model::arrangements::in_force;
use crate::model::world::World;

const FILE: &str = "holdout";
/// Variance of a year's count over its mean: acts come in campaigns, and reports lag. Judgement; 1 would be Poisson.
const DISPERSION: f64 = 4.0;
/// Gain in log score from which a shape counts as explained: ln 3, "barely worth mentioning" below (Kass and Raftery 1995).
const WORTH: f64 = 1.1;
/// First month of 2022 and month of the attack, counted from February 2015.
const YEAR_2022: u32 = 83;
const ATTACK: u32 = 84;

/// A state outside the alliance that is scored by name, and whether Russia launched a major attack on it in these years.
struct Pair {
    iso3: &'static str,
    name: &'static str,
    attacked: bool,
}

/// The pairs that are scored by name. What counts in 2022 is the attack on the first: a model that expects an attack on
/// *somebody* gets no credit for it. Other states within reach count among all non-members only.
const NAMED: [Pair; 3] = [
    Pair {
        iso3: "UKR",
        name: "Ukraine",
        attacked: true,
    },
    Pair {
        iso3: "GEO",
        name: "Georgia",
        attacked: false,
    },
    Pair {
        iso3: "MDA",
        name: "Moldova",
        attacked: false,
    },
];

/// Events that are followed: a land grab or worse on a member, a major attack on any other state, one on each of [`NAMED`].
const EVENTS: usize = 2 + NAMED.len();
/// Places of a run's readings: after the events the first of [`NAMED`] in 2022, dyad-years of members and of others, what has
/// happened, and what had been integrated and counted up to the month before.
const IN_2022: usize = EVENTS;
const YEARS: usize = IN_2022 + 1;
const HAPPENED: usize = YEARS + 2;
const BEFORE: usize = HAPPENED + EVENTS;

/// Wars of Russia with a near non-member, and wars and land grabs on a near member, 1992-2014 (COW-MID 5.0; B26, B25): what a
/// reference without a model goes by.
const OUTSIDER_WARS: (f64, f64) = (1.0, 315.0);
const MEMBER_WARS: (f64, f64) = (0.0, 202.0);

/// A counted series of the shadow war: target ids, observed counts, and months of the world by year.
struct Series {
    name: &'static str,
    targets: &'static str,
    counts: [u32; 3],
    years: [(u32, u32); 3],
    labels: [&'static str; 3],
}

const fn months_of(year: u32, months: u32) -> (u32, u32) {
    let first = YEAR_2022 + 12 * (year - 2022);
    (first, first + months)
}

const SERIES: [Series; 2] = [
    Series {
        name: "sabotage (CSIS)",
        targets: "T37 T38 T39",
        counts: [3, 12, 34],
        years: [months_of(2022, 12), months_of(2023, 12), months_of(2024, 12)],
        labels: ["2022", "2023", "2024"],
    },
    Series {
        name: "arson and explosives (AP)",
        targets: "T43",
        counts: [1, 26, 6],
        years: [months_of(2023, 12), months_of(2024, 12), months_of(2025, 11)],
        labels: ["2023", "2024", "2025"],
    },
];

/// A year of a counted series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShadowYear {
    pub series: &'static str,
    pub targets: &'static str,
    pub year: &'static str,
    pub observed: u32,
    /// Mean count, and central 95 percent, that the model predicts given the sum over the years of the series.
    pub predicted: f64,
    pub interval: [u32; 2],
    pub covered: bool,
}

/// What the model says out of sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Holdout {
    #[serde(flatten)]
    pub section: Section,
    pub shadow: Vec<ShadowYear>,
}

/// Status of the states in a month: within reach and a member, or within reach and not.
fn is_member(world: &World, state: usize) -> bool {
    let promised = world.membership.promised_to(state);
    let mut promised = promised.members();
    promised.any(|a| a == world.inputs.focal && in_force(&world.inputs.arrangements[a], world.month))
}

/// Readings of the arm without a script: the probability of each of the [`EVENTS`] happening for the first time, that of the
/// first of [`NAMED`] in 2022, then the dyad-years of members and of others.
fn first_events(runs: u64) -> Result<Readings, EvidenceError> {
    let arm = Arm::load(FILE, None, &[])?;
    let (grab, major, russia) = (arm.rung("land_grab")?, arm.rung("major_attack")?, arm.state("RUS")?);
    let mut named = [0; NAMED.len()];
    for (place, pair) in named.iter_mut().zip(&NAMED) {
        *place = arm.state(pair.iso3)?;
    }
    let (rungs, states) = (
        arm.plan().scenario.base.ladder.len(),
        arm.plan().scenario.base.states.len(),
    );
    let mut readings = arm.observe(runs, BEFORE + 2 * states * rungs, |world, ground, row| {
        let (mut rate, mut acts) = ([0.0; EVENTS], [0.0; EVENTS]);
        for dyad in ground.dyads.iter() {
            if world.inputs.challengers[dyad.challenger].state != russia {
                continue;
            }
            let group = usize::from(!is_member(world, dyad.target));
            row[YEARS + group] += 1.0 / 12.0;
            for rung in [grab, major] {
                let at = dyad.target * rungs + rung;
                let now = [world.tally.integrated[at], f64::from(world.tally.counts[at])];
                let places = [BEFORE + at, BEFORE + states * rungs + at];
                let added: [f64; 2] = std::array::from_fn(|k| now[k] - std::mem::replace(&mut row[places[k]], now[k]));
                // On a member a land grab counts; on others only a major attack.
                let of_its_own = named.iter().position(|s| *s == dyad.target).map(|k| 2 + k);
                let counts = group == 0 || rung == major;
                for event in [Some(group), of_its_own.filter(|_| rung == major)]
                    .into_iter()
                    .flatten()
                {
                    if counts {
                        rate[event] += added[0];
                        acts[event] += added[1];
                    }
                }
            }
        }
        for event in 0..EVENTS {
            if row[HAPPENED + event] > 0.0 {
                continue;
            }
            // The chance of a month, summed up to the month in which it happens: in the mean exactly the probability.
            let chance = 1.0 - exp(-rate[event]);
            row[event] += chance;
            if event == 2 && (YEAR_2022..YEAR_2022 + 12).contains(&world.month) {
                row[IN_2022] += chance;
            }
            row[HAPPENED + event] = acts[event];
        }
    });
    readings.truncate(HAPPENED);
    Ok(readings)
}

/// Sabotage against European allies by month, given the attack of 2022; runs in which it became a war. The states are those that
/// are allies at the end, so that an accession does not look like a rise.
fn shadow_war(runs: u64) -> Result<Vec<Vec<f64>>, EvidenceError> {
    let arm = Arm::load(FILE, Some("as_it_happened"), &[])?;
    let (sabotage, ukraine) = (arm.rung("sabotage")?, arm.state("UKR")?);
    let months = arm.plan().scenario.base.months as usize;
    let (rungs, states) = (
        arm.plan().scenario.base.ladder.len(),
        arm.plan().scenario.base.states.len(),
    );
    // One reading a month, then whether the war began, then what had been integrated up to the month before, by state.
    let readings = arm.observe(runs, months + 1 + states, |world, _, row| {
        for state in 0..states {
            if world.inputs.states[state].blocs.iter().any(|b| b == "nato_europe") {
                let now = world.tally.integrated[state * rungs + sabotage];
                row[world.month as usize] += now - std::mem::replace(&mut row[months + 1 + state], now);
            }
        }
        if world.month == ATTACK {
            row[months] = f64::from(u8::from(world.wars.running.iter().any(|w| w.target == ukraine)));
        }
    });
    let at_war = (0..runs as usize).filter(|r| readings[months][*r] > 0.0);
    Ok(at_war.map(|r| (0..months).map(|m| readings[m][r]).collect()).collect())
}

/// Shares of a series' years in one run, in its own intensities.
fn shares(series: &Series, months: &[f64]) -> [f64; 3] {
    let rates = series.years.map(|(first, end)| {
        let year = months.get(first as usize..end as usize).unwrap_or_default();
        year.iter().sum::<f64>()
    });
    let total: f64 = rates.iter().sum();
    rates.map(|r| r / total)
}

/// ln Π (α)(α+1)…(α+n−1).
fn rising(alpha: f64, n: u32) -> f64 {
    (0..n).map(|k| (alpha + f64::from(k)).ln()).sum()
}

/// Log probability of counts given their sum, where `shares` are expected: Dirichlet-multinomial, less the coefficient that
/// is the same for all shares.
fn log_likelihood(counts: &[u32], shares: &[f64]) -> f64 {
    let n: u32 = counts.iter().sum();
    let whole = f64::from(n) / (DISPERSION - 1.0);
    let parts: f64 = counts.iter().zip(shares).map(|(c, s)| rising(whole * s, *c)).sum();
    parts - rising(whole, n)
}

/// Probabilities of 0 to n in one year, where its expected share is `share`: beta-binomial.
fn one_year(n: u32, share: f64) -> Vec<f64> {
    let whole = f64::from(n) / (DISPERSION - 1.0);
    let (a, b) = (whole * share, whole * (1.0 - share));
    let mut choose = 0.0;
    (0..=n)
        .map(|k| {
            if k > 0 {
                choose += (f64::from(n - k + 1) / f64::from(k)).ln();
            }
            (choose + rising(a, k) + rising(b, n - k) - rising(whole, n)).exp()
        })
        .collect()
}

/// The central interval of a distribution over 0, 1, 2 …
fn central(p: &[f64]) -> [u32; 2] {
    let tail = (1.0 - LEVEL) / 2.0;
    let mut sum = 0.0;
    let (mut low, mut high) = (None, None);
    for (k, q) in p.iter().enumerate() {
        sum += q;
        if low.is_none() && sum > tail {
            low = Some(k as u32);
        }
        if high.is_none() && sum >= 1.0 - tail {
            high = Some(k as u32);
        }
    }
    [low.unwrap_or(0), high.unwrap_or(p.len().saturating_sub(1) as u32)]
}

/// ln of a mean of exponentials.
fn log_mean(logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + (logs.iter().map(|l| (l - top).exp()).sum::<f64>() / logs.len() as f64).ln()
}

/// A number without sampling error of its own.
fn plain(value: f64) -> Estimate {
    Estimate {
        value,
        interval: [value, value],
    }
}

/// Runs the holdout.
///
/// # Errors
/// If its scenario does not load.
pub fn holdout(runs: u64) -> Result<Holdout, EvidenceError> {
    let mut effects = events(&first_events(runs)?);
    let wars = shadow_war(runs)?;
    let mut shadow = Vec::new();
    for series in &SERIES {
        let all: Vec<[f64; 3]> = wars.iter().map(|months| shares(series, months)).collect();
        let n: u32 = series.counts.iter().sum();
        let months: u32 = series.years.iter().map(|(a, b)| b - a).sum();
        let flat = series.years.map(|(a, b)| f64::from(b - a) / f64::from(months));
        let logs: Vec<f64> = all.iter().map(|s| log_likelihood(&series.counts, s)).collect();
        for (k, observed) in series.counts.into_iter().enumerate() {
            let mut p = vec![0.0; n as usize + 1];
            for s in &all {
                for (place, q) in p.iter_mut().zip(one_year(n, s[k])) {
                    *place += q / all.len() as f64;
                }
            }
            let interval = central(&p);
            shadow.push(ShadowYear {
                series: series.name,
                targets: series.targets,
                year: series.labels[k],
                observed,
                predicted: p.iter().enumerate().map(|(c, q)| c as f64 * q).sum(),
                interval,
                covered: interval[0] <= observed && observed <= interval[1],
            });
        }
        let gain = log_mean(&logs) - log_likelihood(&series.counts, &flat);
        effects.push(Effect::tested(
            format!("{}: log score - that of equal months", series.name),
            plain(gain),
            Band::above(WORTH),
        ));
    }
    let covered = shadow.iter().filter(|y| y.covered).count() as f64;
    effects.push(Effect::tested(
        "years of the shadow war inside 95 percent, of 6",
        plain(covered),
        Band::above(5.0),
    ));
    let section = Section::new(
        "Out of sample, February 2015 to December 2025",
        runs,
        effects,
        "Probabilities as of February 2015. References: Jeffreys means of the rates 1992-2014 for each pair within reach. Shapes \
         given the attack of 2022, up to one detection share; variance of a count four times its mean. Nothing here was fitted, \
         but the level of sabotage in the world of 2025 was set to that of 2024, and what Ukraine is worth was judged with 2022 known.",
    );
    Ok(Holdout { section, shadow })
}

/// Log score of a probability against that of a reference, with the sampling error of the first.
fn gain(p: Estimate, reference: f64, happened: bool) -> Estimate {
    let score = |x: f64| {
        if happened {
            x.max(1e-12).ln()
        } else {
            (-x).max(-1.0 + 1e-12).ln_1p()
        }
    };
    let at = |x: f64| score(x) - score(reference);
    let ends = p.interval.map(at);
    Estimate {
        value: at(p.value),
        interval: [ends[0].min(ends[1]), ends[0].max(ends[1])],
    }
}

/// Effects about the events, each scored on the state that it happened to, or did not.
fn events(readings: &Readings) -> Vec<Effect> {
    // Jeffreys: half an event and a dyad-year added.
    let rate = |(wars, years): (f64, f64)| (wars + 0.5) / (years + 1.0);
    let years = 131.0 / 12.0;
    let better = Band::above(0.0);
    let grab = level(&readings[0]);
    let grab_reference = 1.0 - (-rate(MEMBER_WARS) * level(&readings[YEARS]).value).exp();
    // The base rate knows a pair and nothing of who it is.
    let hazard = rate(OUTSIDER_WARS);
    let pair_reference = 1.0 - (-hazard * years).exp();
    let before = f64::from(YEAR_2022) / 12.0;
    let reference_2022 = (-hazard * before).exp() * (1.0 - (-hazard).exp());
    let in_2022 = level(&readings[IN_2022]);
    let mut effects = vec![
        Effect::reported("members: P(land grab or worse, 11 years)", grab),
        Effect::reported("members, base rate: P(war, 11 years)", plain(grab_reference)),
        Effect::tested(
            "members, none happened: log score - base rate's",
            gain(grab, grab_reference, false),
            better,
        ),
        Effect::reported("a pair, base rate: P(war, 11 years)", plain(pair_reference)),
        Effect::reported("a pair, base rate: P(first war in 2022)", plain(reference_2022)),
    ];
    let mut together = 0.0;
    for (k, pair) in NAMED.iter().enumerate() {
        let p = level(&readings[2 + k]);
        effects.push(Effect::reported(format!("{}: P(major attack, 11 years)", pair.name), p));
        let (what, score) = if pair.attacked {
            effects.push(Effect::reported(
                format!("{}: P(first major attack in 2022)", pair.name),
                in_2022,
            ));
            ("attacked in 2022", gain(in_2022, reference_2022, true))
        } else {
            ("none happened", gain(p, pair_reference, false))
        };
        together += score.value;
        effects.push(Effect::tested(
            format!("{}, {what}: log score - base rate's", pair.name),
            score,
            better,
        ));
    }
    effects.push(Effect::tested(
        "these three pairs together: log score - base rate's",
        plain(together),
        better,
    ));
    effects.push(Effect::reported(
        "any non-member: P(major attack, 11 years)",
        level(&readings[1]),
    ));
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_given_their_sum_have_probabilities_that_add_up_to_one() {
        for share in [0.1, 0.5, 0.9] {
            let p = one_year(33, share);
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let mean: f64 = p.iter().enumerate().map(|(k, q)| k as f64 * q).sum();
            assert!((mean - 33.0 * share).abs() < 1e-9, "{mean}");
        }
    }

    #[test]
    fn the_right_shape_scores_better_than_the_wrong_one() {
        let counts = [3, 12, 34];
        assert!(log_likelihood(&counts, &[0.06, 0.25, 0.69]) > log_likelihood(&counts, &[1.0 / 3.0; 3]));
    }

    #[test]
    fn a_central_interval_leaves_less_than_its_tail_on_either_side() {
        let p = [0.01, 0.02, 0.9, 0.05, 0.02];
        assert_eq!(central(&p), [1, 3]);
    }

    #[test]
    fn an_event_is_scored_on_the_state_it_happened_to_and_its_absence_on_the_others() {
        let (likely, unlikely) = (plain(0.4), plain(0.1));
        assert!((gain(likely, 0.2, true).value - 2f64.ln()).abs() < 1e-12);
        assert!((gain(likely, 0.2, false).value - (0.6f64 / 0.8).ln()).abs() < 1e-12);
        assert!(gain(unlikely, 0.2, true).value < 0.0 && gain(unlikely, 0.2, false).value > 0.0);
        // An attack expected on Georgia is no foresight of the one on Ukraine.
        let run = |ukraine: f64, georgia: f64| {
            let mut row = vec![0.0; HAPPENED];
            (row[1], row[2], row[3]) = (ukraine.max(georgia), ukraine, georgia);
            row[IN_2022] = ukraine / 11.0;
            row[YEARS] = 100.0;
            row.into_iter().map(|x| vec![x, x]).collect::<Readings>()
        };
        let score = |readings: &Readings| {
            let all = events(readings);
            let of = |start: &str| all.iter().find(|e| e.what.starts_with(start)).map(|e| e.estimate);
            (of("Ukraine, attacked"), of("Georgia, none"))
        };
        let (right, wrong) = (score(&run(0.3, 0.01)), score(&run(0.01, 0.3)));
        assert!(right.0 > Some(0.0) && right.1 > Some(0.0), "{right:?}");
        assert!(wrong.0 < Some(0.0) && wrong.1 < Some(0.0), "{wrong:?}");
    }

    #[test]
    fn the_years_are_those_of_the_calendar() {
        // Month 0 is February 2015, so January 2022 is month 83 and the last is December 2025.
        assert_eq!(months_of(2022, 12), (83, 95));
        assert_eq!(months_of(2025, 12).1, 131);
    }
}
