//! Named random streams.
//!
//! A stream is addressed by *(root seed, replication, purpose, agent, month)*, never by thread,
//! shard or order of drawing. So any number of threads gives the same numbers, a new mechanism
//! does not shift the luck of the others, and two options of one scenario live in the same
//! random world (common random numbers).

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The seed formula as it is written into every manifest.
pub const SEED_FORMULA: &str = "state = xoshiro256++ seeded by splitmix64 from k, where k = mix(mix(mix(mix(mix(seed) ^ replication) ^ purpose) ^ agent) ^ month) \
     and mix(z) = splitmix64 finaliser of z + 0x9E3779B97F4A7C15; uniform = (next_u64 >> 11 + 1/2) * 2^-53";

/// What a stream is for. The numbers are part of the published seed formula: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Uncertain inputs; the agent is a hash of the path.
    Input = 1,
    /// Random events of the scenario.
    Event = 2,
    /// Leader changes and the disposition of the new leader.
    Leader = 3,
    /// Drift of true types.
    Drift = 4,
    /// Noise through which types leak.
    Signal = 5,
    /// Domestic pressure on challengers.
    Pressure = 6,
    /// Acts below the strike rung.
    Probe = 7,
    /// Acts from the strike rung upwards.
    Challenge = 8,
    /// Whether an act can be pinned on the challenger.
    Attribution = 9,
    /// The target's choice to resist.
    Resist = 10,
    /// A guarantor's answer.
    Answer = 11,
    /// The challenger's choice to press on.
    Press = 12,
    /// The outcome of a contest, and whether it becomes a war.
    Contest = 13,
    /// The course of a war.
    War = 14,
    /// Hedges of allies.
    Hedge = 15,
    /// Answers to acts below the incursion rung.
    Reaction = 16,
    /// Whether talks succeed, and whether what was settled is kept.
    Settlement = 17,
    /// Particles of a calibration; the replication is the stage, the agent the particle, the month the move.
    Calibrate = 32,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of splitmix64 (Steele, Lea and Flood 2014).
#[inline(always)]
fn mix(z: u64) -> u64 {
    let z = z.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number for a name, so that a stream can be addressed by a path (FNV-1a).
pub fn name_key(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// All streams of one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    key: u64,
}

impl Streams {
    /// The streams of replication `replication` under the root seed.
    pub fn new(seed: u64, replication: u64) -> Self {
        Self {
            key: mix(mix(seed) ^ replication),
        }
    }

    /// The generator for a purpose, an agent and a month.
    #[inline]
    pub fn generator(&self, purpose: Purpose, agent: u64, month: u32) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.address(purpose, agent, month))
    }

    /// The first uniform of that stream, in (0, 1).
    #[inline]
    pub fn uniform(&self, purpose: Purpose, agent: u64, month: u32) -> f64 {
        // The first number needs two of the four words that splitmix64 gives the generator.
        let address = self.address(purpose, agent, month);
        let (first, last) = (mix(address), mix(address.wrapping_add(GOLDEN.wrapping_mul(3))));
        unit(first.wrapping_add(last).rotate_left(23).wrapping_add(first))
    }

    #[inline]
    fn address(&self, purpose: Purpose, agent: u64, month: u32) -> u64 {
        mix(mix(mix(self.key ^ purpose as u64) ^ agent) ^ u64::from(month))
    }
}

/// The next uniform of a generator, in the open interval (0, 1).
#[inline]
pub fn next_uniform(generator: &mut Xoshiro256PlusPlus) -> f64 {
    unit(generator.next_u64())
}

#[inline(always)]
fn unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replications_purposes_agents_and_months_have_streams_of_their_own() {
        let base = Streams::new(1, 0).uniform(Purpose::Probe, 3, 7);
        for other in [
            Streams::new(2, 0).uniform(Purpose::Probe, 3, 7),
            Streams::new(1, 1).uniform(Purpose::Probe, 3, 7),
            Streams::new(1, 0).uniform(Purpose::Challenge, 3, 7),
            Streams::new(1, 0).uniform(Purpose::Probe, 4, 7),
            Streams::new(1, 0).uniform(Purpose::Probe, 3, 8),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn published_streams_never_change() {
        let mut g = Streams::new(1, 0).generator(Purpose::Challenge, 5, 12);
        let drawn: Vec<u64> = (0..3).map(|_| g.next_u64()).collect();
        assert_eq!(drawn, [PINNED[0], PINNED[1], PINNED[2]]);
    }
    const PINNED: [u64; 3] = [
        6_434_000_686_345_049_585,
        1_507_038_416_467_957_128,
        4_454_970_176_170_949_448,
    ];

    #[test]
    fn a_uniform_is_the_first_number_of_its_generator() {
        for agent in 0..100 {
            let streams = Streams::new(9, agent);
            let first = next_uniform(&mut streams.generator(Purpose::Signal, agent, 5));
            assert_eq!(streams.uniform(Purpose::Signal, agent, 5).to_bits(), first.to_bits());
        }
    }

    /// Chi-square with 15 degrees of freedom over 16 cells of first draws; false alarm rate 0.1 %.
    #[test]
    fn first_draws_over_replications_are_uniform() {
        let mut cells = [0f64; 16];
        let n = 64_000;
        for r in 0..n {
            let u = Streams::new(42, r).uniform(Purpose::Answer, 9, 3);
            cells[(u * 16.0) as usize] += 1.0;
        }
        let expected = n as f64 / 16.0;
        let chi2: f64 = cells.iter().map(|c| (c - expected).powi(2) / expected).sum();
        assert!(chi2 < 37.7, "chi-square {chi2}");
    }
}
