//! Chance told from parameters, for contrasts: pairs are summed by member of the ensemble, and where the difference between the
//! arms itself differs between members by more than chance lets it, the members give an interval over parameters. It is the one
//! that levels have (`results/members.rs`), of the difference and of the ratio.

use super::pairs::Pairs;
use crate::results::format::Parameters;
use crate::results::members::{Seen, reason, told};
use crate::stats::{Group, RandomEffects};

/// Relative variance that is rounding.
const ROUNDING: f64 = 1e-24;

/// What the ensemble contributes to a contrast.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Of the difference.
    pub difference: Parameters,
    /// Of the ratio; none where there is no ratio.
    pub ratio: Option<Parameters>,
}

/// The spread of a contrast over the members whose pairs these are; `whole` are the pairs of all of them.
pub fn spread(whole: &Pairs, members: &[Pairs]) -> Spread {
    let weight = whole.weight();
    let difference = parameters(whole, members, |pairs| pairs.difference(weight));
    let ratio = whole.log_ratio(weight).map(|_| {
        let logs = parameters(whole, members, |pairs| pairs.log_ratio(weight));
        Parameters {
            interval: logs.interval.map(|i| i.map(f64::exp)),
            ..logs
        }
    });
    Spread { difference, ratio }
}

/// Where the two arms draw their parameters from other ensembles, so that members are no pairs.
pub fn of_other_ensembles() -> Spread {
    Spread {
        difference: told(&Seen::default(), None, None),
        ratio: None,
    }
    .because(reason::OTHER_ENSEMBLES)
}

impl Spread {
    fn because(mut self, reason: &str) -> Self {
        self.difference.reason = Some(reason.to_owned());
        self
    }
}

/// One-way random effects of a function of the pairs. The noise of a member's value comes from the spread of its pairs by the
/// delta method; per unit of its mass it is pooled over members.
fn parameters(whole: &Pairs, members: &[Pairs], of: impl Fn(&Pairs) -> Option<(f64, [f64; 4])>) -> Parameters {
    let (mut groups, mut runs, mut scatter, mut free) = (Vec::new(), 0, 0.0, 0.0);
    for member in members {
        let (mass, telling) = member.mass();
        let Some((mean, gradient)) = of(member).filter(|(value, _)| value.is_finite() && mass > 0.0) else {
            continue;
        };
        groups.push(Group { weight: mass, mean });
        runs += telling;
        let n = member.n() as f64;
        if n > 1.0 {
            scatter += (n - 1.0) * mass * member.variance(gradient) / n;
            free += n - 1.0;
        }
    }
    let size = groups.iter().map(|g| g.mean.abs()).fold(0.0, f64::max);
    let nothing = ROUNDING * size * size;
    let spread = groups
        .windows(2)
        .map(|pair| (pair[0].mean - pair[1].mean).powi(2))
        .fold(0.0, f64::max);
    let within = if free > 0.0 { scatter / free } else { 0.0 };
    // Per unit of mass, of which a pair has about one.
    let per_pair = within * runs as f64 / groups.iter().map(|g| g.weight).sum::<f64>().max(f64::MIN_POSITIVE);
    let seen = Seen {
        members: groups.len() as u64,
        runs,
        is_constant: whole.is_same() || (spread <= nothing && per_pair <= nothing),
    };
    let effects = if free > 0.0 {
        RandomEffects::fit(&groups, within, free)
    } else {
        None
    };
    told(&seen, effects, of(whole).map(|(value, _)| value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Measure;
    use crate::stats::normal_quantile;
    use crate::study::pairs::Reading;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    const MEMBERS: usize = 100;

    /// Pairs of one study: the baseline of each run is common luck, the arm adds what is due to its member and some chance.
    struct Study {
        whole: Pairs,
        members: Vec<Pairs>,
    }

    impl Study {
        fn new(
            empty: Pairs,
            runs: usize,
            rng: &mut Xoshiro256PlusPlus,
            mut member: impl FnMut(&mut Xoshiro256PlusPlus) -> f64,
            mut pair: impl FnMut(&mut Xoshiro256PlusPlus, f64) -> (Reading, Reading),
        ) -> Self {
            let effects: Vec<f64> = (0..MEMBERS).map(|_| member(rng)).collect();
            let (mut whole, mut members) = (empty, vec![empty; MEMBERS]);
            for run in 0..runs {
                let (a, b) = pair(rng, effects[run % MEMBERS]);
                whole.add(a, b);
                members[run % MEMBERS].add(a, b);
            }
            Self { whole, members }
        }

        fn spread(&self) -> Spread {
            spread(&self.whole, &self.members)
        }
    }

    fn number(value: f64) -> Reading {
        Reading {
            value,
            cases: 1.0,
            expected: f64::NAN,
        }
    }

    fn normal(rng: &mut Xoshiro256PlusPlus) -> f64 {
        normal_quantile(rng.random::<f64>().clamp(1e-12, 1.0 - 1e-12))
    }

    /// The normal distribution function by its complement error function's expansion is not needed: shares are counted over many draws.
    fn share_inside(interval: [f64; 2], draws: &[f64]) -> f64 {
        let inside = draws
            .iter()
            .filter(|x| interval[0] <= **x && **x <= interval[1])
            .count();
        inside as f64 / draws.len() as f64
    }

    /// A model whose answer is known: the difference of a member is normal around 0.5 with deviation 0.3, a run adds chance of
    /// deviation 0.6 to it. In 200 studies of 800 pairs the interval over parameters holds on average 95 percent of all members
    /// that there could be: what 100 members tell of a 95 percent range holds 93.5 to 94.5 on average, as the outermost of a
    /// hundred draws does, with a standard error of 0.2 percent. Six of them are allowed: an error rate below 1e-8.
    #[test]
    fn the_interval_over_parameters_holds_the_members_that_it_says() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(71);
        let draws: Vec<f64> = (0..20_000).map(|_| 0.5 + 0.3 * normal(&mut rng)).collect();
        let mut inside = 0.0;
        let mut told = 0;
        for _ in 0..200 {
            let study = Study::new(
                Pairs::new(Measure::Number),
                8 * MEMBERS,
                &mut rng,
                |rng| 0.5 + 0.3 * normal(rng),
                |rng, effect| {
                    let luck = 3.0 * normal(rng);
                    (number(luck), number(luck + effect + 0.6 * normal(rng)))
                },
            );
            if let Some(interval) = study.spread().difference.interval {
                inside += share_inside(interval, &draws);
                told += 1;
            }
        }
        let mean = inside / f64::from(told);
        assert_eq!(told, 200);
        assert!((0.925..0.96).contains(&mean), "{mean}");
    }

    /// Where no member differs an interval may be told in one study of twenty: in 1,000 studies the share has a standard error
    /// of 0.7 percent, four of which are allowed.
    #[test]
    fn members_that_differ_by_chance_alone_rarely_get_an_interval() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(72);
        let mut told = 0;
        for _ in 0..1_000 {
            let study = Study::new(
                Pairs::new(Measure::Number),
                4 * MEMBERS,
                &mut rng,
                |_| 0.5,
                |rng, effect| {
                    let luck = normal(rng);
                    (number(luck), number(luck + effect + normal(rng)))
                },
            );
            let spread = study.spread().difference;
            told += u32::from(spread.interval.is_some());
            assert!(spread.interval.is_some() || spread.reason.is_some());
        }
        assert!(told < 78, "{told}");
    }

    /// Chances that a member multiplies by e to the power of a normal number with deviation 0.2 around 0.1: known expectations,
    /// and rates that vary from run to run. The interval of the ratio holds 95 percent of the members, see above.
    #[test]
    fn ratios_of_rates_and_of_known_chances_hold_the_members_that_they_say() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(73);
        let draws: Vec<f64> = (0..20_000).map(|_| (0.1 + 0.2 * normal(&mut rng)).exp()).collect();
        for expected in [false, true] {
            let empty = if expected {
                Pairs::expected()
            } else {
                Pairs::new(Measure::Number)
            };
            let (mut inside, mut told) = (0.0, 0);
            for _ in 0..100 {
                let study = Study::new(
                    empty,
                    10 * MEMBERS,
                    &mut rng,
                    |rng| (0.1 + 0.2 * normal(rng)).exp(),
                    |rng, effect| {
                        let (chance, dice) = (0.005 + 0.02 * rng.random::<f64>(), rng.random::<f64>());
                        let of = |p: f64| Reading {
                            value: if expected { f64::from(u8::from(dice < p)) } else { p },
                            cases: 1.0,
                            expected: p,
                        };
                        (of(chance), of(chance * effect))
                    },
                );
                if let Some(interval) = study.spread().ratio.and_then(|r| r.interval) {
                    inside += share_inside(interval, &draws);
                    told += 1;
                }
            }
            let mean = inside / f64::from(told);
            assert!(told >= 95, "{expected}: {told}");
            assert!((0.91..0.97).contains(&mean), "{expected}: {mean}");
        }
    }

    /// A pooled share of two to four cases a run, 30 percent under the baseline; the arm adds what its member says, deviation
    /// 0.1 around 0.2.
    #[test]
    fn differences_of_pooled_shares_hold_the_members_that_they_say() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(74);
        let draws: Vec<f64> = (0..20_000).map(|_| 0.2 + 0.1 * normal(&mut rng)).collect();
        let (mut inside, mut told) = (0.0, 0);
        for _ in 0..100 {
            let study = Study::new(
                Pairs::new(Measure::Share),
                20 * MEMBERS,
                &mut rng,
                |rng| 0.2 + 0.1 * normal(rng),
                |rng, effect| {
                    let cases = 2.0 + (3.0 * rng.random::<f64>()).floor();
                    let dice: Vec<f64> = (0..cases as usize).map(|_| rng.random::<f64>()).collect();
                    let of = |p: f64| Reading {
                        value: dice.iter().filter(|d| **d < p).count() as f64,
                        cases,
                        expected: f64::NAN,
                    };
                    (of(0.3), of(0.3 + effect))
                },
            );
            if let Some(interval) = study.spread().difference.interval {
                inside += share_inside(interval, &draws);
                told += 1;
            }
        }
        let mean = inside / f64::from(told);
        assert!(told >= 95 && (0.91..0.97).contains(&mean), "{told} {mean}");
    }

    #[test]
    fn without_an_interval_it_is_said_why() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(75);
        let mut of = |runs: usize, arm: f64| {
            let study = Study::new(
                Pairs::new(Measure::Number),
                runs,
                &mut rng,
                |rng| arm * normal(rng),
                |rng, effect| {
                    let luck = normal(rng);
                    (number(luck), number(luck + effect))
                },
            );
            study.spread().difference.reason
        };
        assert_eq!(of(MEMBERS, 1.0).as_deref(), Some(reason::FEW_RUNS));
        assert_eq!(of(4 * MEMBERS, 0.0).as_deref(), Some(reason::CONSTANT));
        assert_eq!(
            of_other_ensembles().difference.reason.as_deref(),
            Some(reason::OTHER_ENSEMBLES)
        );
    }
}
