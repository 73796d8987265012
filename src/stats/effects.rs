//! How much of a spread lies between groups: the one-way random-effects model (Searle, Casella and McCulloch 1992,
//! chapter 3).
//!
//! `y_ij = μ + a_i + e_ij`, groups being members of an ensemble of parameters and `j` the runs of a member. The variance
//! of `a` is due to parameters, that of `e` to chance. Both are estimated by equating mean squares with their
//! expectations, which needs no shape of either distribution and holds for groups of unequal size.
//!
//! Sums are exact, as in [`super::moments`], so the order of the runs makes no difference to any byte. Whether the means differ by more than
//! chance at all is told by Fisher's ratio of variances; an interval for something that cannot be told from chance would be made of noise.

use super::exact::ExactSum;
use super::moments::Moments;
use super::special::regularised_beta;

/// One group as it enters the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Observations, or cases of a ratio.
    pub weight: f64,
    pub mean: f64,
}

/// The model, fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomEffects {
    /// Variance between groups; 0 where the means differ by less than chance would let them.
    pub between: f64,
    /// Variance within a group, of one observation.
    pub within: f64,
    /// Chance that means of groups without any difference spread as widely as these: the tail of the variance ratio (Fisher 1925).
    pub p_value: f64,
    /// The weighted mean of all groups.
    pub mean: f64,
    /// Means of the groups, drawn together so that their spread is that of the true ones; ascending.
    shrunken: Vec<f64>,
}

impl RandomEffects {
    /// Fits the model to group means and the pooled variance within groups, known from `free_within` degrees of freedom. None with
    /// fewer than two groups.
    ///
    /// Observed means spread by `between + within/weight`. Pulled towards the grand mean by the square root of
    /// their reliability `between/(between + within/weight)` they spread by `between`: the constrained
    /// estimate of Louis (1984), which, unlike the best guess of each single group, gives back their distribution.
    pub fn fit(groups: &[Group], within: f64, free_within: f64) -> Option<Self> {
        if groups.len() < 2 || !within.is_finite() {
            return None;
        }
        let total: f64 = groups.iter().map(|g| g.weight).sum();
        let squares: f64 = groups.iter().map(|g| g.weight * g.weight).sum();
        let grand = groups.iter().map(|g| g.weight * g.mean).sum::<f64>() / total;
        let deviations: f64 = groups.iter().map(|g| g.weight * (g.mean - grand).powi(2)).sum();
        let effective = total - squares / total;
        let free = (groups.len() - 1) as f64;
        let between = ((deviations - within * free) / effective).max(0.0);
        let pulled = |g: &Group| {
            let noise = within / g.weight;
            let reliability = if between > 0.0 {
                between / (between + noise)
            } else {
                0.0
            };
            grand + reliability.sqrt() * (g.mean - grand)
        };
        let mut shrunken: Vec<f64> = groups.iter().map(pulled).collect();
        shrunken.sort_by(f64::total_cmp);
        Some(Self {
            between,
            within,
            p_value: tail(deviations, free, within * free_within, free_within),
            mean: grand,
            shrunken,
        })
    }

    /// Share of the variance of one observation that lies between groups (intraclass correlation), 0 to 1; none where
    /// nothing varies.
    pub fn share(&self) -> Option<f64> {
        let total = self.between + self.within;
        (total > 0.0).then(|| self.between / total)
    }

    /// The central part `level` of the groups' true means, by linear interpolation between their shrunken ones.
    pub fn interval(&self, level: f64) -> [f64; 2] {
        let tail = 0.5 * (1.0 - level);
        [self.quantile(tail), self.quantile(1.0 - tail)]
    }

    fn quantile(&self, p: f64) -> f64 {
        let last = self.shrunken.len() - 1;
        let at = p * last as f64;
        let below = (at.floor() as usize).min(last);
        let above = (below + 1).min(last);
        let (low, high) = (self.shrunken[below], self.shrunken[above]);
        low + (at - below as f64) * (high - low)
    }
}

/// Chance that a ratio of mean squares is at least as large as this one where groups do not differ: the upper tail of the F
/// distribution, by way of the beta distribution of `within/(within + between)`.
fn tail(between: f64, free_between: f64, within: f64, free_within: f64) -> f64 {
    match between + within {
        all if all > 0.0 => regularised_beta(within / all, 0.5 * free_within, 0.5 * free_between),
        _ => 1.0,
    }
}

/// Observations of several groups, summed without rounding. The squares are pooled: memory is a count and a sum for each group.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    counts: Vec<u64>,
    sums: Vec<ExactSum>,
    all: Moments,
}

impl Groups {
    /// Empty groups.
    pub fn new(groups: usize) -> Self {
        Self {
            counts: vec![0; groups],
            sums: vec![ExactSum::default(); groups],
            all: Moments::default(),
        }
    }

    /// Takes in one value of a group. A value that is not finite, or of no such group, counts as not observed.
    pub fn add(&mut self, group: usize, x: f64) {
        if let (Some(n), Some(sum), true) = (self.counts.get_mut(group), self.sums.get_mut(group), x.is_finite()) {
            *n += 1;
            sum.add(x);
            self.all.add(x);
        }
    }

    /// Values observed.
    pub fn n(&self) -> u64 {
        self.all.n()
    }

    /// Groups with at least one value.
    pub fn seen(&self) -> u64 {
        self.counts.iter().filter(|n| **n > 0).count() as u64
    }

    /// True if all values are the same, or there are none.
    pub fn is_constant(&self) -> bool {
        self.all.min() == self.all.max()
    }

    /// The fitted model; none with fewer than two groups, or where no group was seen twice, because chance cannot be
    /// told from parameters then.
    pub fn effects(&self) -> Option<RandomEffects> {
        fitted(self.n(), self.all.mean()?, self.all.scatter()?, &self.distances()?)
    }

    /// Means of the groups that were seen, as distances from the mean of all.
    fn distances(&self) -> Option<Vec<Group>> {
        let centre = self.all.mean()?;
        let seen = self.counts.iter().zip(&self.sums).filter(|(count, _)| **count > 0);
        let mut off = ExactSum::default();
        let distance = |(&count, sum): (&u64, &ExactSum)| {
            let weight = count as f64;
            // Distances from the mean of all are small where the values are large: taken without rounding.
            off.clone_from(sum);
            off.add_product(weight, -centre);
            let mean = off.value() / weight;
            Group { weight, mean }
        };
        Some(seen.map(distance).collect())
    }
}

/// The model fitted to `n` values with their mean, their sum of squared distances from it, and the groups' distances.
fn fitted(n: u64, centre: f64, scatter: f64, groups: &[Group]) -> Option<RandomEffects> {
    let seen = groups.len() as u64;
    if n <= seen {
        return None;
    }
    let explained: f64 = groups.iter().map(|g| g.weight * g.mean * g.mean).sum();
    let rest = scatter - explained;
    // What is left of equal numbers is rounding.
    let rest = if rest <= 1e-12 * scatter { 0.0 } else { rest };
    let free = (n - seen) as f64;
    let fitted = RandomEffects::fit(groups, rest / free, free)?;
    Some(RandomEffects {
        mean: centre,
        shrunken: fitted.shrunken.iter().map(|off| centre + off).collect(),
        ..fitted
    })
}

/// Two numbers of each observation, of which a weighted mean is asked for once the weight is known.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedGroups {
    first: Groups,
    second: Groups,
    /// Of their sum: what its squares have beyond those of the two is twice their product.
    both: Moments,
}

impl PairedGroups {
    /// Empty groups.
    pub fn new(groups: usize) -> Self {
        let empty = Groups::new(groups);
        Self {
            first: empty.clone(),
            second: empty,
            both: Moments::default(),
        }
    }

    /// Takes in an observation of a group. If a number is not finite, or there is no such group, neither was observed.
    pub fn add(&mut self, group: usize, first: f64, second: f64) {
        let is_one = group < self.first.counts.len();
        if is_one && first.is_finite() && second.is_finite() {
            self.first.add(group, first);
            self.second.add(group, second);
            self.both.add(first + second);
        }
    }

    /// Observations.
    pub fn n(&self) -> u64 {
        self.first.n()
    }

    /// Groups with at least one observation.
    pub fn seen(&self) -> u64 {
        self.first.seen()
    }

    /// Mean of the first number; none without observations.
    pub fn first_mean(&self) -> Option<f64> {
        self.first.all.mean()
    }

    /// True if nothing varies.
    pub fn is_constant(&self) -> bool {
        self.first.is_constant() && self.second.is_constant()
    }

    /// The model fitted to `(1 − b)·first + b·second`; none where [`Groups::effects`] has none.
    pub fn effects(&self, b: f64) -> Option<RandomEffects> {
        let (a, n) = (1.0 - b, self.n());
        let of = |all: &Moments| Some((all.mean()?, all.scatter()?));
        let ((first, s), (second, t), (_, u)) = (of(&self.first.all)?, of(&self.second.all)?, of(&self.both)?);
        let scatter = (a * a * s + b * b * t + a * b * (u - s - t)).max(0.0);
        let pairs = self.first.distances()?.into_iter().zip(self.second.distances()?);
        let groups: Vec<Group> = pairs
            .map(|(f, s)| Group {
                weight: f.weight,
                mean: a * f.mean + b * s.mean,
            })
            .collect();
        fitted(n, a * first + b * second, scatter, &groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn groups(values: &[&[f64]]) -> Groups {
        let mut groups = Groups::new(values.len());
        for (group, values) in values.iter().enumerate() {
            values.iter().for_each(|x| groups.add(group, *x));
        }
        groups
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-7 * (1.0 + b.abs())
    }

    /// Mean squares by hand: means 2, 4, 9 around 5; within 2·1/(6 − 3)·3 = 2, between (2·26/2 − 2)/2 = 12.
    #[test]
    fn balanced_groups_meet_the_closed_form() {
        let fitted = groups(&[&[1.0, 3.0], &[3.0, 5.0], &[8.0, 10.0]])
            .effects()
            .expect("effects");
        assert!(close(fitted.within, 2.0) && close(fitted.between, 12.0), "{fitted:?}");
        assert!(fitted.share().is_some_and(|s| close(s, 12.0 / 14.0)));
        let pull = (12.0_f64 / 13.0).sqrt();
        let [low, high] = fitted.interval(1.0);
        assert!(close(low, 5.0 - 3.0 * pull) && close(high, 5.0 + 4.0 * pull));
    }

    /// Groups of 4 and 2 with means 2 and 8, grand mean 4: SSB = 4·4 + 2·16 = 48; SSW = 8 + 2 = 10 on 4 degrees of
    /// freedom; n0 = 6 − 20/6 = 8/3; between = (48 − 2.5)/(8/3).
    #[test]
    fn unbalanced_groups_meet_the_closed_form() {
        let fitted = groups(&[&[0.0, 2.0, 2.0, 4.0], &[7.0, 9.0]])
            .effects()
            .expect("effects");
        assert!(close(fitted.within, 2.5), "{fitted:?}");
        assert!(close(fitted.between, 45.5 * 3.0 / 8.0), "{fitted:?}");
    }

    #[test]
    fn groups_that_differ_by_chance_alone_have_no_variance_between_them() {
        let fitted = groups(&[&[1.0, 9.0], &[2.0, 8.0], &[4.0, 6.0]])
            .effects()
            .expect("effects");
        assert_eq!((fitted.between, fitted.share()), (0.0, Some(0.0)));
        let [low, high] = fitted.interval(0.95);
        assert!(close(low, 5.0) && close(high, 5.0));
    }

    #[test]
    fn without_chance_everything_is_due_to_parameters() {
        let fitted = groups(&[&[1.0, 1.0], &[3.0, 3.0]]).effects().expect("effects");
        assert_eq!((fitted.within, fitted.share()), (0.0, Some(1.0)));
        let [low, high] = fitted.interval(1.0);
        assert!(close(low, 1.0) && close(high, 3.0));
    }

    #[test]
    fn nothing_is_claimed_where_chance_and_parameters_cannot_be_told_apart() {
        assert_eq!(groups(&[&[1.0], &[2.0]]).effects(), None, "no member was seen twice");
        assert_eq!(groups(&[&[1.0, 2.0], &[]]).effects(), None, "a single member");
        assert_eq!(
            groups(&[&[0.0, 0.0], &[0.0, 0.0]]).effects().and_then(|e| e.share()),
            None
        );
    }

    /// Ten groups of four values of one distribution: the p value is as likely below 0.1 as 0.1 says. In 2,000 trials the share has a
    /// standard error of 0.007; four of them are allowed, an error rate of 6e-5, and the seed is fixed.
    #[test]
    fn groups_without_a_difference_rarely_seem_to_have_one() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(12);
        let mut seem = 0;
        for _ in 0..2_000 {
            let mut groups = Groups::new(10);
            for group in 0..10 {
                (0..4).for_each(|_| groups.add(group, 1e6 + (0..12).map(|_| rng.random::<f64>()).sum::<f64>()));
            }
            seem += u32::from(groups.effects().expect("effects").p_value < 0.1);
        }
        assert!((f64::from(seem) / 2_000.0 - 0.1).abs() < 0.028, "{seem}");
    }

    /// With 400 groups of 40 the standard error of the share is about 0.02; five of them are allowed: the error rate
    /// is below 1e-6 in each of two cases, and the seed is fixed.
    #[test]
    fn the_share_and_the_spread_of_the_true_means_are_recovered() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
        let mut normal = move || {
            let sum: f64 = (0..12).map(|_| rng.random::<f64>()).sum();
            sum - 6.0
        };
        for (between, within) in [(4.0_f64, 4.0_f64), (1.0, 9.0)] {
            let mut groups = Groups::new(400);
            for group in 0..400 {
                let mean = 5.0 + between.sqrt() * normal();
                (0..40).for_each(|_| groups.add(group, mean + within.sqrt() * normal()));
            }
            let fitted = groups.effects().expect("effects");
            let share = fitted.share().expect("a share");
            assert!((share - between / (between + within)).abs() < 0.1, "{share}");
            let [low, high] = fitted.interval(0.95);
            let expected = 2.0 * 1.96 * between.sqrt();
            assert!((high - low - expected).abs() < 0.15 * expected, "{low} {high}");
        }
    }

    #[test]
    fn a_weighted_pair_is_fitted_like_its_weighted_mean() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(12);
        let (mut pairs, mut means) = (PairedGroups::new(6), Groups::new(6));
        let b = 0.3;
        for k in 0..240 {
            let group = k % 6;
            let first = group as f64 * 0.1 + rng.random::<f64>();
            let second = f64::from(rng.random::<f64>() < 0.3 + 0.1 * group as f64);
            pairs.add(group, first, second);
            means.add(group, (1.0 - b) * first + b * second);
        }
        let (pair, mean) = (pairs.effects(b).expect("effects"), means.effects().expect("effects"));
        assert!(close(pair.between, mean.between) && close(pair.within, mean.within) && close(pair.mean, mean.mean));
        let (found, plain) = (pair.interval(0.95), mean.interval(0.95));
        assert!(close(found[0], plain[0]) && close(found[1], plain[1]));
        assert!(close(pair.p_value, mean.p_value));
    }

    proptest! {
        #[test]
        fn same_bytes_in_any_order(values in prop::collection::vec((0..4_usize, -50.0..150.0_f64), 1..60)) {
            let gather = |values: &[(usize, f64)]| {
                let mut groups = Groups::new(4);
                values.iter().for_each(|(group, x)| groups.add(*group, *x));
                groups
            };
            let whole = gather(&values);
            let reversed: Vec<_> = values.iter().rev().copied().collect();
            prop_assert_eq!(&whole, &gather(&reversed));
            if let Some(fitted) = whole.effects() {
                prop_assert!(fitted.share().is_none_or(|s| (0.0..=1.0).contains(&s)));
                let [low, high] = fitted.interval(0.95);
                prop_assert!(low <= high && low >= -51.0 && high <= 151.0);
            }
        }
    }
}
