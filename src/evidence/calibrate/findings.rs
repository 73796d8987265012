//! What a calibration found: the ensemble, its fit, what it predicts of targets it never saw, and what the data leave open.

use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::Serialize;

use super::CalibrationError;
use super::design::Design;
use super::evidence::{Target, Use, log_likelihood};
use super::linear::{axes, covariance};
use super::problem::Hindcast;
use super::sampler::{Population, Settings, Stage};
use crate::evidence::hindcast::Moments;
use crate::random::{Key, Streams};

/// Added to the seed for worlds that the sampler did not see.
const OTHER_WORLDS: u64 = 1;
/// Quantiles of a prior from which its mean and deviation are taken.
const GRID: usize = 2_000;
/// Loadings on an axis that are named.
const NAMED: f64 = 0.3;
/// Share of replicated observations above or below which the real one counts as surprising.
const SURPRISE: f64 = 0.025;

/// A free figure before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    pub path: String,
    pub unit: String,
    pub prior_mean: f64,
    pub prior_sd: f64,
    pub mean: f64,
    pub sd: f64,
    /// Central 95 percent of the ensemble.
    pub interval: [f64; 2],
    /// 1 minus the posterior's standard deviation over the prior's, on the scale on which the prior is normal: 0 where the
    /// data say nothing of the figure alone, 1 where they say everything.
    pub contraction: f64,
}

/// A direction in the space of the free figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Axis {
    /// Posterior variance along it; the prior's is 1 in every direction.
    pub variance: f64,
    /// True if the variance is below what as many draws from the prior would show by chance.
    pub pinned: bool,
    /// The figures that make it up, with their loadings in prior standard deviations, strongest first.
    pub loadings: Vec<(String, f64)>,
}

/// A target and the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    #[serde(flatten)]
    pub target: Target,
    pub observed: f64,
    /// Median and central 95 percent of the model's value under the prior; none where it shows no case.
    pub prior: Option<[f64; 3]>,
    /// The same over the ensemble.
    pub model: Option<[f64; 3]>,
    /// P(a replicated observation lies below the real one), half of a tie counted.
    pub position: Option<f64>,
    /// True if the real observation does not surprise the fitted model.
    pub met: bool,
}

/// Everything that a calibration found.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    pub format: &'static str,
    pub version: &'static str,
    pub scenario: String,
    pub scenario_hash: String,
    pub settings: Settings,
    pub replications: u64,
    pub stages: Vec<Stage>,
    /// Logarithm of the marginal likelihood.
    pub log_evidence: f64,
    /// Particles that differ.
    pub distinct: usize,
    /// Standard deviation of the log-likelihood that is due to the choice of the worlds played.
    pub noise: f64,
    pub figures: Vec<Learned>,
    pub axes: Vec<Axis>,
    pub checks: Vec<Check>,
    /// Figures of the members, in the order of `figures`.
    #[serde(skip)]
    pub members: Vec<Vec<f64>>,
}

/// Format of the findings as JSON.
pub const FORMAT: &str = "deter.calibration/1";

impl Findings {
    /// Works out what a finished population says, with an ensemble of `members`.
    ///
    /// # Errors
    /// If the hindcast does not load.
    pub fn new(
        design: &Design,
        problem: &Hindcast<'_>,
        population: &Population,
        settings: Settings,
        members: usize,
    ) -> Result<Self, CalibrationError> {
        let draws = population.draws(members, settings.seed);
        let points: Vec<Vec<f64>> = draws.iter().map(|d| d.point.clone()).collect();
        // Fit and prediction are judged in worlds that the sampler could not adapt to.
        let fresh = Hindcast::new(design, settings.seed.wrapping_add(OTHER_WORLDS))?;
        let posterior: Vec<Moments> = points.par_iter().map(|p| fresh.moments(p)).collect();
        let blind: Vec<Moments> = prior_points(design.parameters.len(), members, settings.seed)
            .par_iter()
            .map(|p| fresh.moments(p))
            .collect();
        let shifts: Vec<f64> = draws
            .iter()
            .zip(&posterior)
            .map(|(d, m)| log_likelihood(&design.targets, m) - d.log_likelihood)
            .collect();
        let values: Vec<Vec<f64>> = points.iter().map(|p| problem.values(p)).collect();
        let all: Vec<Vec<f64>> = population.particles.iter().map(|p| p.point.clone()).collect();
        let check = |t: &Target| check(t, &posterior, &blind);
        Ok(Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            scenario: design.scenario.clone(),
            scenario_hash: problem.scenario_hash().to_owned(),
            settings,
            replications: design.replications,
            stages: population.stages.clone(),
            log_evidence: population.log_evidence,
            distinct: distinct(&all),
            // Two sets of worlds differ; each carries half of the variance.
            noise: deviation(&shifts) / std::f64::consts::SQRT_2,
            figures: learned(design, &all, &values),
            axes: directions(design, &all),
            checks: design.targets.iter().map(check).collect(),
            members: values,
        })
    }

    /// Directions that the data pin down.
    pub fn pinned(&self) -> usize {
        self.axes.iter().filter(|a| a.pinned).count()
    }

    /// Targets of a kind that are met, and all of the kind.
    pub fn met(&self, role: Use) -> (usize, usize) {
        let of = || self.checks.iter().filter(|c| c.target.role == role);
        (of().filter(|c| c.met).count(), of().count())
    }
}

/// Points from the prior that no particle uses.
fn prior_points(dimension: usize, count: usize, seed: u64) -> Vec<Vec<f64>> {
    let streams = Streams::new(seed, u64::MAX - 1);
    let point = |index: usize| {
        let stream = streams.generator(Key::prior_point(index), 0);
        StandardNormal.sample_iter(stream).take(dimension).collect()
    };
    (0..count).map(point).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let free = values.len().saturating_sub(1).max(1) as f64;
    (values.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / free).sqrt()
}

/// The quantile at `p` of values in any order, between neighbours linearly.
fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = p * last as f64;
    let below = (at as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

/// Median and central 95 percent; none without values.
fn span(values: &[f64]) -> Option<[f64; 3]> {
    (!values.is_empty()).then(|| [0.5, 0.025, 0.975].map(|p| quantile(values, p)))
}

fn distinct(points: &[Vec<f64>]) -> usize {
    let mut bits: Vec<Vec<u64>> = points.iter().map(|p| p.iter().map(|x| x.to_bits()).collect()).collect();
    bits.sort_unstable();
    bits.dedup();
    bits.len()
}

fn learned(design: &Design, points: &[Vec<f64>], members: &[Vec<f64>]) -> Vec<Learned> {
    let one = |(k, figure): (usize, &super::design::Free)| {
        let before: Vec<f64> = (0..GRID).map(|i| figure.at((i as f64 + 0.5) / GRID as f64)).collect();
        let after: Vec<f64> = members.iter().map(|m| m[k]).collect();
        let scaled: Vec<f64> = points.iter().map(|p| p[k]).collect();
        Learned {
            path: figure.path.clone(),
            unit: figure.field.unit.to_owned(),
            prior_mean: mean(&before),
            prior_sd: deviation(&before),
            mean: mean(&after),
            sd: deviation(&after),
            interval: [quantile(&after, 0.025), quantile(&after, 0.975)],
            contraction: 1.0 - deviation(&scaled),
        }
    };
    design.parameters.iter().enumerate().map(one).collect()
}

/// The axes of the posterior, the best known first. The prior is a sphere, so an axis that the data do not speak to keeps
/// the variance of 1, give or take what finitely many draws make of it: eigenvalues of `n` draws from the prior lie above
/// `(1 − √(d/n))²` (Marchenko and Pastur 1967).
fn directions(design: &Design, points: &[Vec<f64>]) -> Vec<Axis> {
    let (_, spread) = covariance(points, &vec![1.0; points.len()]);
    let ratio = design.parameters.len() as f64 / distinct(points).max(1) as f64;
    let edge = (1.0 - ratio.sqrt()).max(0.0).powi(2);
    let axis = |(variance, vector): (f64, Vec<f64>)| {
        let names = design.parameters.iter().map(|f| f.path.clone());
        let mut loadings: Vec<(String, f64)> = names.zip(vector).filter(|(_, x)| x.abs() >= NAMED).collect();
        loadings.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        Axis {
            variance,
            pinned: edge > 0.0 && variance < edge,
            loadings,
        }
    };
    axes(&spread).into_iter().map(axis).collect()
}

fn check(target: &Target, posterior: &[Moments], blind: &[Moments]) -> Check {
    let values = |moments: &[Moments]| moments.iter().filter_map(|m| target.of(m)).collect::<Vec<f64>>();
    let after = values(posterior);
    let positions: Vec<f64> = after.iter().map(|v| target.position(*v)).collect();
    let position = (!positions.is_empty()).then(|| mean(&positions));
    Check {
        observed: target.observed(),
        prior: span(&values(blind)),
        model: span(&after),
        position,
        met: position.is_some_and(|p| (SURPRISE..=1.0 - SURPRISE).contains(&p)),
        target: target.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design() -> Design {
        let text = "scenario = 'laws/hindcast'\nreplications = 1\n\
                    [[parameter]]\npath = 'choice.precision'\nprior = { normal = [15, 1] }\nsource = 'x'\n\
                    [[parameter]]\npath = 'crisis.split'\nprior = { uniform = [0, 1] }\nsource = 'x'\n\
                    [[target]]\nid = 'T01'\nwhat = 'x'\nrate = [9, 202]\ndependence = 2\nuse = 'fit'\nwhy = 'x'\n";
        Design::parse(text, "x").expect("sound")
    }

    /// Draws on a line: the difference of the two figures is known, their sum is not.
    #[test]
    fn a_ridge_shows_as_one_pinned_axis_and_one_free_one() {
        let mut stream = Streams::new(1, 0).generator(Key::prior_point(0), 0);
        let mut normal = || -> f64 { StandardNormal.sample(&mut stream) };
        let points: Vec<Vec<f64>> = (0..400)
            .map(|_| {
                let (along, off) = (normal(), 0.1 * normal());
                vec![(along + off) / 2.0_f64.sqrt(), (along - off) / 2.0_f64.sqrt()]
            })
            .collect();
        let found = directions(&design(), &points);
        assert!(found[0].pinned && !found[1].pinned, "{found:?}");
        let signs: Vec<f64> = found[0].loadings.iter().map(|(_, x)| x.signum()).collect();
        assert_eq!(signs.iter().sum::<f64>(), 0.0, "the difference is pinned");
        assert!((found[0].variance - 0.01).abs() < 0.004);
    }

    #[test]
    fn draws_from_the_prior_pin_nothing_and_contract_nothing() {
        let points = prior_points(2, 500, 3);
        assert!(directions(&design(), &points).iter().all(|a| !a.pinned));
        let design = design();
        let values: Vec<Vec<f64>> = points
            .iter()
            .map(|p| {
                design
                    .parameters
                    .iter()
                    .zip(p)
                    .map(|(f, z)| f.at(crate::stats::normal_cdf(*z)))
                    .collect()
            })
            .collect();
        for figure in learned(&design, &points, &values) {
            assert!(figure.contraction.abs() < 0.12, "{figure:?}");
            assert!((figure.sd / figure.prior_sd - 1.0).abs() < 0.12, "{figure:?}");
        }
    }

    #[test]
    fn quantiles_and_counts_meet_cases_by_hand() {
        assert_eq!(quantile(&[3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(quantile(&[3.0, 1.0], 0.25), 1.5);
        assert_eq!(span(&[]), None);
        assert_eq!(distinct(&[vec![1.0], vec![1.0], vec![2.0]]), 2);
    }
}
