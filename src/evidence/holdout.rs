//! Out of sample: February 2015 to December 2025, of which the dispute data of the hindcast contain nothing.
//!
//! Three questions. Was the invasion of a non-member in 2022 within what the model expected in 2015, and better than a base rate?
//! Was the absence of any land grab on a member? And does the *shape* of the shadow war from 2022 to 2025 come out? Levels of
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

/// Readings of the arm without a script, each the probability that something happens for the first time: a land grab or worse on
/// a member; a major attack on another state within reach; the latter in 2022. Then the dyad-years of members and others.
fn first_events(runs: u64) -> Result<Readings, EvidenceError> {
    let arm = Arm::load(FILE, None, &[])?;
    let (grab, major, russia) = (arm.rung("land_grab")?, arm.rung("major_attack")?, arm.state("RUS")?);
    let (rungs, states) = (
        arm.plan().scenario.base.ladder.len(),
        arm.plan().scenario.base.states.len(),
    );
    // Behind the readings: whether it has happened, and what had been integrated and counted up to the month before.
    const HAPPENED: usize = 5;
    const BEFORE: usize = 7;
    let mut readings = arm.observe(runs, BEFORE + 2 * states * rungs, |world, ground, row| {
        let (mut rate, mut acts) = ([0.0; 2], [0.0; 2]);
        for dyad in ground.dyads.iter() {
            if world.inputs.challengers[dyad.challenger].state != russia {
                continue;
            }
            let group = usize::from(!is_member(world, dyad.target));
            row[3 + group] += 1.0 / 12.0;
            for rung in [grab, major] {
                let at = dyad.target * rungs + rung;
                let now = [world.tally.integrated[at], f64::from(world.tally.counts[at])];
                let places = [BEFORE + at, BEFORE + states * rungs + at];
                let added: [f64; 2] = std::array::from_fn(|k| now[k] - std::mem::replace(&mut row[places[k]], now[k]));
                // On a member a land grab counts; on others only a major attack.
                if group == 0 || rung == major {
                    rate[group] += added[0];
                    acts[group] += added[1];
                }
            }
        }
        for group in 0..2 {
            if row[HAPPENED + group] > 0.0 {
                continue;
            }
            // The chance of a month, summed up to the month in which it happens: in the mean exactly the probability.
            let chance = 1.0 - exp(-rate[group]);
            row[group] += chance;
            if group == 1 && (YEAR_2022..YEAR_2022 + 12).contains(&world.month) {
                row[2] += chance;
            }
            row[HAPPENED + group] = acts[group];
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
         but the level of sabotage in the world of 2025 was set to that of 2024.",
    );
    Ok(Holdout { section, shadow })
}

/// Effects about the two events.
fn events(readings: &Readings) -> Vec<Effect> {
    let dyad_years = |k: usize| level(&readings[3 + k]).value;
    // Jeffreys: half an event and a dyad-year added.
    let rate = |(wars, years): (f64, f64)| (wars + 0.5) / (years + 1.0);
    let years = 131.0 / 12.0;
    let grab = level(&readings[0]);
    let (invasion, in_2022) = (level(&readings[1]), level(&readings[2]));
    let none = 1.0 - grab.value;
    let none_reference = (-rate(MEMBER_WARS) * dyad_years(0)).exp();
    let hazard = rate(OUTSIDER_WARS) * dyad_years(1) / years;
    let before = f64::from(YEAR_2022) / 12.0;
    let reference_2022 = (-hazard * before).exp() * (1.0 - (-hazard).exp());
    vec![
        Effect::reported("P(land grab or worse on a member, 11 years)", grab),
        Effect::tested(
            "none happened: log score - base rate's",
            plain(none.ln() - none_reference.ln()),
            Band::above(0.0),
        ),
        Effect::reported("P(major attack on a non-member, 11 years)", invasion),
        Effect::reported("P(first in 2022)", in_2022),
        Effect::reported("the same from the base rate of wars", plain(reference_2022)),
        Effect::tested(
            "2022 happened: log score - base rate's",
            Estimate {
                value: in_2022.value.ln() - reference_2022.ln(),
                interval: in_2022.interval.map(|p| p.max(1e-12).ln() - reference_2022.ln()),
            },
            Band::above(0.0),
        ),
    ]
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
    fn the_years_are_those_of_the_calendar() {
        // Month 0 is February 2015, so January 2022 is month 83 and the last is December 2025.
        assert_eq!(months_of(2022, 12), (83, 95));
        assert_eq!(months_of(2025, 12).1, 131);
    }
}
