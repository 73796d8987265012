//! Numbers about numbers: intervals, moments and quantiles. Pure; no files, no threads, no clock.

pub mod combined;
pub mod effects;
pub mod histogram;
pub mod interval;
pub mod moments;
pub mod special;

pub use combined::{Basis, Combination, Combined};
pub use effects::{Group, Groups, RandomEffects};
pub use histogram::{BINS, Binning, CELLS};
pub use interval::{
    Paired, PairedBinary, bonett_price, clopper_pearson, jeffreys, mean_interval, paired_mean, ratio_interval, wilson,
};
pub use moments::{CrossMoments, Grid, Moments};
pub use special::{beta_quantile, normal_cdf, normal_quantile, regularised_beta, t_quantile};
