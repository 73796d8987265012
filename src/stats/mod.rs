//! Numbers about numbers: intervals, moments and quantiles. Pure; no files, no threads, no clock.

pub mod combined;
pub mod effects;
pub mod exact;
pub mod interval;
pub mod joint;
pub mod moments;
pub mod sketch;
pub mod special;

pub use combined::{Basis, Combination, Combined, weight_of_count};
pub use effects::{Group, Groups, PairedGroups, RandomEffects};
pub use exact::ExactSum;
pub use interval::{
    Paired, PairedBinary, bonett_price, bounded_mean_interval, clopper_pearson, count_interval, garwood, jeffreys,
    mean_interval, paired_mean, ratio_interval, wilson,
};
pub use joint::Joint;
pub use moments::{CrossMoments, Moments};
pub use sketch::Sketch;
pub use special::{beta_quantile, gamma_quantile, normal_cdf, normal_quantile, regularised_beta, t_quantile};
