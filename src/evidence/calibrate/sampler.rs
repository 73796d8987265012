//! A sequential Monte Carlo sampler: particles from the prior are led to the posterior through tempered likelihoods
//! (Del Moral, Doucet and Jasra 2006, with the adaptive schedule of Jasra et al. 2011).
//!
//! ```text
//! prior ──► L^β₁ ──► L^β₂ ──► … ──► L¹      β by effective sample size
//!            └ reweight, resample systematically, move by random-walk Metropolis
//! ```
//! The prior is standard normal in every coordinate; a problem maps coordinates to parameters by the quantiles of its
//! own priors, so bounds keep themselves. All random numbers are addressed by stage, particle and move:
//! the same settings give the same particles for any number of threads, and after any interruption.

use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::linear::{Matrix, covariance, root};
use crate::engine::Halt;
use crate::random::{Key, Streams};

/// Share of the particles that must be effective after reweighting; it sets the length of a step.
const EFFECTIVE: f64 = 0.5;
/// Acceptance rate aimed at, between the optima for one and for many dimensions (Roberts and Rosenthal 2001).
const ACCEPTANCE: f64 = 0.27;
/// How strongly the width of proposals follows the acceptance rate.
const ADAPTATION: f64 = 2.0;
/// Width of proposals in many dimensions, in standard deviations of the target times the root of the dimension.
const WIDTH: f64 = 2.38;
/// Part of the diagonal in the covariance of proposals: with few particles the rest of it is noise.
const DIAGONAL: f64 = 0.1;
/// Bisections for the next temperature.
const BISECTIONS: usize = 60;
/// Stands in for the logarithm of a likelihood of 0 or one that could not be had.
const IMPOSSIBLE: f64 = -1e9;
/// Sweeps of moves in the last stage, as a multiple: there they make the draws differ.
const LAST_SWEEPS: u32 = 2;

/// What is sampled: a likelihood on coordinates that are standard normal a priori.
pub trait Problem: Sync {
    /// Number of coordinates.
    fn dimension(&self) -> usize;

    /// Logarithm of the likelihood at a point. A pure function.
    fn log_likelihood(&self, point: &[f64]) -> f64;
}

/// How it is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// At least 2.
    pub particles: usize,
    /// Sweeps of moves a stage.
    pub sweeps: u32,
    #[serde(with = "crate::results::format::seed")]
    pub seed: u64,
}

/// One point with its likelihood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Particle {
    pub point: Vec<f64>,
    pub log_likelihood: f64,
}

/// What a stage did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Exponent of the likelihood after the stage.
    pub exponent: f64,
    /// Effective particles after reweighting.
    pub effective: f64,
    /// Share of proposals that were accepted.
    pub accepted: f64,
}

/// A population between two stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Population {
    pub particles: Vec<Particle>,
    pub stages: Vec<Stage>,
    /// Width of proposals, in standard deviations.
    width: f64,
    /// Logarithm of the marginal likelihood, as far as tempered.
    pub log_evidence: f64,
}

impl Population {
    /// Particles from the prior; none if `halt` was asked.
    pub fn start<P: Problem>(problem: &P, settings: &Settings, halt: &Halt) -> Option<Self> {
        let dimension = problem.dimension();
        let particles: Option<Vec<Particle>> = (0..settings.particles)
            .into_par_iter()
            .map(|index| {
                let point = normals(settings.seed, 0, index, 0, dimension);
                evaluate(problem, point, halt)
            })
            .collect();
        Some(Self {
            particles: particles?,
            stages: Vec::new(),
            width: WIDTH / (dimension.max(1) as f64).sqrt(),
            log_evidence: 0.0,
        })
    }

    /// Exponent of the likelihood that the particles follow, 0 for the prior and 1 for the posterior.
    pub fn exponent(&self) -> f64 {
        self.stages.last().map_or(0.0, |s| s.exponent)
    }

    /// True once the particles follow the posterior.
    pub fn is_done(&self) -> bool {
        self.exponent() >= 1.0
    }

    /// Stages that are still to come, if exponents go on growing as in the last one; none before the second.
    pub fn stages_left(&self) -> Option<f64> {
        let [.., before, last] = self.stages.as_slice() else {
            return None;
        };
        let growth = (last.exponent / before.exponent).ln();
        (growth > 0.0).then(|| (-last.exponent.ln() / growth).max(0.0))
    }

    /// The next stage; none, and the population as it was, if `halt` was asked.
    pub fn step<P: Problem>(&self, problem: &P, settings: &Settings, halt: &Halt) -> Option<Self> {
        let stage = self.stages.len() as u64 + 1;
        let now = self.exponent();
        let logs: Vec<f64> = self.particles.iter().map(|p| p.log_likelihood).collect();
        let next = next_exponent(&logs, now);
        let (weights, log_mean) = weights(&logs, next - now);
        let points: Vec<Vec<f64>> = self.particles.iter().map(|p| p.point.clone()).collect();
        let shape = proposal(&points, &weights);
        let offset = Streams::new(settings.seed, stage).uniform(Key::resampling(), 0);
        let chosen = systematic(&weights, offset);
        let mut next_population = Self {
            particles: chosen.iter().map(|&k| self.particles[k].clone()).collect(),
            stages: self.stages.clone(),
            width: self.width,
            log_evidence: self.log_evidence + log_mean,
        };
        let sweeps = settings.sweeps * if next >= 1.0 { LAST_SWEEPS } else { 1 };
        let mut accepted = 0.0;
        for sweep in 1..=sweeps {
            let share = next_population.sweep(problem, settings.seed, stage, sweep, next, &shape, halt)?;
            next_population.width *= (ADAPTATION * (share - ACCEPTANCE)).exp();
            accepted += share / f64::from(sweeps);
        }
        next_population.stages.push(Stage {
            exponent: next,
            effective: effective(&weights),
            accepted,
        });
        Some(next_population)
    }

    /// Proposes one move to every particle; returns the share that was accepted.
    #[expect(
        clippy::too_many_arguments,
        reason = "the address of its random numbers is three of them"
    )]
    fn sweep<P: Problem>(
        &mut self,
        problem: &P,
        seed: u64,
        stage: u64,
        sweep: u32,
        exponent: f64,
        shape: &Matrix,
        halt: &Halt,
    ) -> Option<f64> {
        let width = self.width;
        let moved: Option<Vec<bool>> = self
            .particles
            .par_iter_mut()
            .enumerate()
            .map(|(index, particle)| {
                let step = normals(seed, stage, index, sweep, shape.len());
                let point: Vec<f64> = (0..shape.len())
                    .map(|i| {
                        let off: f64 = shape[i].iter().zip(&step).take(i + 1).map(|(l, x)| l * x).sum();
                        particle.point[i] + width * off
                    })
                    .collect();
                let proposed = evaluate(problem, point, halt)?;
                let gain = exponent * (proposed.log_likelihood - particle.log_likelihood)
                    + 0.5 * (square(&particle.point) - square(&proposed.point));
                let luck = Streams::new(seed, stage).uniform(Key::acceptance(index), sweep);
                let accept = luck.ln() < gain;
                if accept {
                    *particle = proposed;
                }
                Some(accept)
            })
            .collect();
        let moved = moved?;
        let count = moved.iter().filter(|m| **m).count();
        Some(count as f64 / moved.len().max(1) as f64)
    }

    /// `count` draws from the particles, shuffled, each particle as often as any other up to one.
    pub fn draws(&self, count: usize, seed: u64) -> Vec<&Particle> {
        let streams = Streams::new(seed, u64::MAX);
        let equal = vec![1.0; self.particles.len()];
        let offset = streams.uniform(Key::resampling(), 0);
        let mut chosen = systematic_count(&equal, offset, count);
        // Fisher and Yates, from the back.
        for last in (1..chosen.len()).rev() {
            let luck = streams.uniform(Key::shuffle(last), 0);
            chosen.swap(last, (luck * (last + 1) as f64) as usize);
        }
        chosen.into_iter().map(|k| &self.particles[k]).collect()
    }
}

/// Standard normal numbers of a particle in a sweep.
fn normals(seed: u64, stage: u64, particle: usize, sweep: u32, count: usize) -> Vec<f64> {
    let stream = Streams::new(seed, stage).generator(Key::proposal(particle), sweep);
    StandardNormal.sample_iter(stream).take(count).collect()
}

fn evaluate<P: Problem>(problem: &P, point: Vec<f64>, halt: &Halt) -> Option<Particle> {
    if halt.is_asked() {
        return None;
    }
    let log_likelihood = problem.log_likelihood(&point);
    halt.note(1);
    Some(Particle {
        point,
        log_likelihood: if log_likelihood.is_nan() {
            IMPOSSIBLE
        } else {
            log_likelihood.max(IMPOSSIBLE)
        },
    })
}

fn square(point: &[f64]) -> f64 {
    point.iter().map(|x| x * x).sum()
}

/// Weights `L^step`, scaled to add up to 1, with the logarithm of their mean.
fn weights(logs: &[f64], step: f64) -> (Vec<f64>, f64) {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|l| (step * (l - top)).exp()).collect();
    let sum: f64 = raw.iter().sum();
    let log_mean = (sum / logs.len() as f64).ln() + step * top;
    (raw.iter().map(|w| w / sum).collect(), log_mean)
}

/// Number of equally weighted particles that would be worth as much (Kong, Liu and Wong 1994).
fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    sum * sum / square(weights)
}

/// The largest exponent that leaves the wanted share of the particles effective, at most 1.
fn next_exponent(logs: &[f64], now: f64) -> f64 {
    let wanted = EFFECTIVE * logs.len() as f64;
    let enough = |exponent: f64| effective(&weights(logs, exponent - now).0) >= wanted;
    if enough(1.0) {
        return 1.0;
    }
    let (mut low, mut high) = (now, 1.0);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if enough(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    // A population that cannot get on would never end: the smallest step there is.
    if low > now { low } else { high }
}

/// Square root of the covariance from which moves are proposed.
fn proposal(points: &[Vec<f64>], weights: &[f64]) -> Matrix {
    let (_, mut spread) = covariance(points, weights);
    for i in 0..spread.len() {
        for j in 0..spread.len() {
            if i != j {
                spread[i][j] *= 1.0 - DIAGONAL;
            }
        }
    }
    root(&spread)
}

/// Systematic resampling (Kitagawa 1996): one uniform for all.
fn systematic(weights: &[f64], offset: f64) -> Vec<usize> {
    systematic_count(weights, offset, weights.len())
}

fn systematic_count(weights: &[f64], offset: f64, count: usize) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let (mut chosen, mut index, mut sum) = (Vec::with_capacity(count), 0, weights.first().copied().unwrap_or(0.0));
    for k in 0..count {
        let at = (k as f64 + offset) / count as f64 * total;
        while sum < at && index + 1 < weights.len() {
            index += 1;
            sum += weights[index];
        }
        chosen.push(index);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal_cdf;

    const SETTINGS: Settings = Settings {
        particles: 600,
        sweeps: 4,
        seed: 5,
    };

    /// A mean with a standard normal prior, seen with noise: the posterior is normal.
    struct Normal {
        seen: Vec<f64>,
        noise: f64,
    }

    impl Problem for Normal {
        fn dimension(&self) -> usize {
            self.seen.len()
        }
        fn log_likelihood(&self, point: &[f64]) -> f64 {
            let error = |(x, y): (&f64, &f64)| -0.5 * ((x - y) / self.noise).powi(2) - self.noise.ln();
            point.iter().zip(&self.seen).map(error).sum()
        }
    }

    /// A probability with a uniform prior, and its successes: the posterior is a beta distribution.
    struct Coin {
        heads: f64,
        tails: f64,
    }

    impl Problem for Coin {
        fn dimension(&self) -> usize {
            1
        }
        fn log_likelihood(&self, point: &[f64]) -> f64 {
            let p = normal_cdf(point[0]);
            self.heads * p.ln() + self.tails * (1.0 - p).ln()
        }
    }

    fn sample<P: Problem>(problem: &P, settings: &Settings) -> Population {
        let halt = Halt::default();
        let mut population = Population::start(problem, settings, &halt).expect("not halted");
        while !population.is_done() {
            population = population.step(problem, settings, &halt).expect("not halted");
        }
        population
    }

    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (
            mean,
            (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt(),
        )
    }

    /// 600 particles give means to 0.04 of a posterior deviation; resampling makes it some 0.1. Five times that is allowed
    /// (error rate below 1e-6 a comparison), and the seed is fixed.
    #[test]
    fn a_normal_posterior_is_recovered_with_its_evidence() {
        let problem = Normal {
            seen: vec![1.5, -2.0, 0.0],
            noise: 0.5,
        };
        let population = sample(&problem, &SETTINGS);
        let shrink = 1.0 / (1.0 + 0.25_f64);
        let sd = (0.25 * shrink).sqrt();
        for (k, seen) in problem.seen.iter().enumerate() {
            let values: Vec<f64> = population.particles.iter().map(|p| p.point[k]).collect();
            let (mean, spread) = moments(&values);
            assert!((mean - shrink * seen).abs() < 0.3 * sd, "{mean}");
            assert!((spread / sd - 1.0).abs() < 0.25, "{spread} for {sd}");
        }
        // Marginally each reading is normal with variance 1.25; the likelihood leaves √(2π) out.
        let exact: f64 = problem
            .seen
            .iter()
            .map(|x| -0.5 * x * x / 1.25 - 0.5 * 1.25_f64.ln())
            .sum();
        assert!(
            (population.log_evidence - exact).abs() < 0.6,
            "{} for {exact}",
            population.log_evidence
        );
        assert!(population.stages.len() > 1, "it took more than one step");
        assert!(population.stages.windows(2).all(|s| s[0].exponent < s[1].exponent));
    }

    #[test]
    fn a_beta_posterior_is_recovered() {
        let population = sample(
            &Coin {
                heads: 7.0,
                tails: 33.0,
            },
            &SETTINGS,
        );
        let values: Vec<f64> = population.particles.iter().map(|p| normal_cdf(p.point[0])).collect();
        let (mean, spread) = moments(&values);
        let (a, b) = (8.0, 34.0_f64);
        let sd = (a * b / ((a + b) * (a + b) * (a + b + 1.0))).sqrt();
        assert!((mean - a / (a + b)).abs() < 0.3 * sd, "{mean}");
        assert!((spread / sd - 1.0).abs() < 0.25, "{spread} for {sd}");
    }

    #[test]
    fn without_data_the_prior_comes_back() {
        struct Blind;
        impl Problem for Blind {
            fn dimension(&self) -> usize {
                2
            }
            fn log_likelihood(&self, _: &[f64]) -> f64 {
                0.0
            }
        }
        let population = sample(&Blind, &SETTINGS);
        let values: Vec<f64> = population.particles.iter().map(|p| p.point[1]).collect();
        let (mean, spread) = moments(&values);
        assert!(mean.abs() < 0.3 && (spread - 1.0).abs() < 0.2 && population.stages.len() == 1);
        assert_eq!(population.log_evidence, 0.0);
    }

    #[test]
    fn same_particles_for_any_number_of_threads() {
        let problem = Normal {
            seen: vec![1.0, 2.0],
            noise: 0.3,
        };
        let small = Settings {
            particles: 50,
            ..SETTINGS
        };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("threads");
            pool.install(|| sample(&problem, &small))
        };
        assert_eq!(run(1), run(4));
    }

    #[test]
    fn a_halted_stage_leaves_the_population_as_it_was() {
        let problem = Coin { heads: 3.0, tails: 9.0 };
        let halt = Halt::default();
        let population = Population::start(&problem, &SETTINGS, &halt).expect("not halted");
        halt.ask();
        assert_eq!(population.step(&problem, &SETTINGS, &halt), None);
        assert_eq!(Population::start(&problem, &SETTINGS, &halt), None);
    }

    #[test]
    fn an_impossible_likelihood_stops_nothing() {
        struct Wall;
        impl Problem for Wall {
            fn dimension(&self) -> usize {
                1
            }
            fn log_likelihood(&self, point: &[f64]) -> f64 {
                if point[0] > 0.0 { f64::NAN } else { f64::NEG_INFINITY }
            }
        }
        let halt = Halt::default();
        let population = Population::start(
            &Wall,
            &Settings {
                particles: 10,
                ..SETTINGS
            },
            &halt,
        )
        .expect("start");
        assert!(population.step(&Wall, &SETTINGS, &halt).is_some());
    }

    #[test]
    fn systematic_resampling_keeps_every_expected_count_within_one() {
        let weights = [0.1, 0.55, 0.05, 0.3];
        for offset in [0.01, 0.5, 0.99] {
            let chosen = systematic_count(&weights, offset, 40);
            for (k, w) in weights.iter().enumerate() {
                let count = chosen.iter().filter(|c| **c == k).count() as f64;
                assert!((count - 40.0 * w).abs() < 1.0 + 1e-9, "{k}: {count}");
            }
        }
    }

    #[test]
    fn draws_are_shuffled_and_evenly_spread() {
        let population = sample(
            &Coin { heads: 1.0, tails: 1.0 },
            &Settings {
                particles: 20,
                ..SETTINGS
            },
        );
        let draws = population.draws(10, 1);
        assert_eq!(draws.len(), 10);
        let order: Vec<usize> = draws
            .iter()
            .map(|d| {
                population
                    .particles
                    .iter()
                    .position(|p| std::ptr::eq(p, *d))
                    .expect("one of them")
            })
            .collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 10, "no particle twice while others wait");
        assert_ne!(order, sorted, "in no order");
    }
}
