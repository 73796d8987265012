//! Named random streams.
//!
//! A stream is addressed by *(root seed, replication, purpose, agent, month)*, never by thread,
//! shard or order of drawing. So any number of threads gives the same numbers, a new mechanism
//! does not shift the luck of the others, and two options of one scenario live in the same
//! random world (common random numbers). Purpose and agent together are a [`Key`]: who the draw is
//! about. Keys are made here and nowhere else, so that no two draws share their luck by accident.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The seed formula as it is written into every manifest.
pub const SEED_FORMULA: &str = "state = xoshiro256++ seeded by splitmix64 from k, where k = mix(mix(mix(mix(mix(seed) ^ replication) ^ purpose) ^ agent) ^ month) \
     and mix(z) = splitmix64 finaliser of z + 0x9E3779B97F4A7C15; agent = use << 56 | d << 42 | c << 28 | b << 14 | a, for inputs FNV-1a of the path \
     (docs/model.md 7.14); uniform = (next_u64 >> 11 + 1/2) * 2^-53";

/// What a stream is for. The numbers are part of the published seed formula: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Particles of a calibration; the replication is the stage, the month the sweep.
    Calibrate = 32,
}

/// Whose luck a stream holds: its purpose, and everybody whom the draw is about, packed so that no two meet.
///
/// Up to four numbers (states, challengers, rungs, arrangements, events) fill fields of [`Key::FIELD`] bits each, the
/// first in the lowest. A purpose with several kinds of draw tells them apart by a number above the fields. So keys of
/// one purpose are the same only if they are about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    purpose: Purpose,
    agent: u64,
}

impl Key {
    /// Bits of a field.
    pub const FIELD: u32 = 14;
    /// Numbers that fit into a field: every limit of a scenario is below it.
    pub const ROOM: usize = 1 << Self::FIELD;
    /// Place of the number that tells kinds of draw apart.
    const KIND: u32 = 4 * Self::FIELD;

    #[inline(always)]
    const fn new<const N: usize>(purpose: Purpose, kind: u64, about: [usize; N]) -> Self {
        const { assert!(N <= 4, "a key has four fields") };
        let mut agent = kind << Self::KIND;
        let mut field = 0;
        while field < N {
            debug_assert!(
                about[field] < Self::ROOM,
                "every limit of a scenario is below the room of a field"
            );
            agent |= (about[field] as u64) << (field as u32 * Self::FIELD);
            field += 1;
        }
        Self { purpose, agent }
    }

    /// An uncertain input, by its path: a hash of the name (FNV-1a).
    pub fn input(path: &str) -> Self {
        let agent = path.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Self {
            purpose: Purpose::Input,
            agent,
        }
    }

    /// Whether an event of the scenario happens, by its number.
    pub const fn event(event: usize) -> Self {
        Self::new(Purpose::Event, 0, [event])
    }

    /// The new leader whom a vote brings.
    pub const fn vote(state: usize) -> Self {
        Self::new(Purpose::Leader, 0, [state])
    }

    /// The part of a state's opening type that belongs to the leader in office.
    pub const fn opening_leader(state: usize) -> Self {
        Self::new(Purpose::Leader, 1, [state])
    }

    /// The new leader whom an event brings.
    pub const fn leader_by_event(state: usize, event: usize) -> Self {
        Self::new(Purpose::Leader, 2, [state, event])
    }

    /// Drift of a state's type.
    pub const fn drift(state: usize) -> Self {
        Self::new(Purpose::Drift, 0, [state])
    }

    /// Noise on what a state's type leaks.
    pub const fn signal(state: usize) -> Self {
        Self::new(Purpose::Signal, 0, [state])
    }

    /// Domestic pressure on a challenger.
    pub const fn pressure(challenger: usize) -> Self {
        Self::new(Purpose::Pressure, 0, [challenger])
    }

    /// A challenger's acts below the crises: one number for each target and rung in the order of the scenario.
    pub const fn probes(challenger: usize) -> Self {
        Self::new(Purpose::Probe, 0, [challenger])
    }

    /// How many of them are attributed, in the same order.
    pub const fn probes_attributed(challenger: usize) -> Self {
        Self::new(Purpose::Attribution, 0, [challenger])
    }

    /// Number of acts at a rung that is played as a crisis but is no use of force.
    pub const fn incursions(challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Probe, 1, [challenger, target, rung])
    }

    /// Whether one of them goes wrong.
    pub const fn slip(challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Contest, 1, [challenger, target, rung])
    }

    /// Which act of force a challenger undertakes, if any.
    pub const fn challenge(challenger: usize) -> Self {
        Self::new(Purpose::Challenge, 0, [challenger])
    }

    /// Whether a crisis is attributed.
    pub const fn attribution(challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Attribution, 1, [challenger, target, rung])
    }

    /// Whether the target of a crisis resists.
    pub const fn resist(challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Resist, 0, [challenger, target, rung])
    }

    /// What a guarantor answers in a crisis.
    pub const fn answer(guarantor: usize, challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Answer, 0, [guarantor, challenger, target, rung])
    }

    /// Whether the challenger presses on.
    pub const fn press(challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Press, 0, [challenger, target, rung])
    }

    /// How the contest of a crisis ends, and whether it becomes a war.
    pub const fn contest(challenger: usize, target: usize, rung: usize) -> Self {
        Self::new(Purpose::Contest, 0, [challenger, target, rung])
    }

    /// A month of a war: settlement, nuclear crisis, decision.
    pub const fn war(challenger: usize, target: usize) -> Self {
        Self::new(Purpose::War, 0, [challenger, target])
    }

    /// Whether a guarantor at war thinks again, and stays.
    pub const fn stay(guarantor: usize, challenger: usize, target: usize) -> Self {
        Self::new(Purpose::War, 1, [guarantor, challenger, target])
    }

    /// Which hedge a state takes, if any.
    pub const fn hedge(state: usize) -> Self {
        Self::new(Purpose::Hedge, 0, [state])
    }

    /// How many of a month's acts below the crises a guarantor answers inside an arrangement.
    pub const fn reaction(arrangement: usize, guarantor: usize, rung: usize) -> Self {
        Self::new(Purpose::Reaction, 0, [arrangement, guarantor, rung])
    }

    /// Whether it answers the act below the crises that an event starts.
    pub const fn reaction_to_event(arrangement: usize, guarantor: usize, event: usize) -> Self {
        Self::new(Purpose::Reaction, 1, [arrangement, guarantor, event])
    }

    /// Whether talks succeed, and whether what was settled is kept.
    pub const fn talks(talks: usize) -> Self {
        Self::new(Purpose::Settlement, 0, [talks])
    }

    /// Resampling of a calibration's particles, one number for all.
    pub const fn resampling() -> Self {
        Self::calibration(0, 0)
    }

    /// The move that is proposed to a particle.
    pub const fn proposal(particle: usize) -> Self {
        Self::calibration(1, particle)
    }

    /// Whether it is accepted.
    pub const fn acceptance(particle: usize) -> Self {
        Self::calibration(2, particle)
    }

    /// Which members the first places of an ensemble get: a step of shuffling.
    pub const fn shuffle(step: usize) -> Self {
        Self::calibration(3, step)
    }

    /// A point of a calibration's prior that no particle uses.
    pub const fn prior_point(index: usize) -> Self {
        Self::calibration(4, index)
    }

    /// Particles may be many: all four fields are one.
    const fn calibration(kind: u64, index: usize) -> Self {
        Self {
            purpose: Purpose::Calibrate,
            agent: kind << Self::KIND | index as u64,
        }
    }
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

    /// The generator for a key and a month.
    #[inline]
    pub fn generator(&self, key: Key, month: u32) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.address(key, month))
    }

    /// The first uniform of that stream, in (0, 1).
    #[inline]
    pub fn uniform(&self, key: Key, month: u32) -> f64 {
        // The first number needs two of the four words that splitmix64 gives the generator.
        let address = self.address(key, month);
        let (first, last) = (mix(address), mix(address.wrapping_add(GOLDEN.wrapping_mul(3))));
        unit(first.wrapping_add(last).rotate_left(23).wrapping_add(first))
    }

    #[inline]
    fn address(&self, key: Key, month: u32) -> u64 {
        mix(mix(mix(self.key ^ key.purpose as u64) ^ key.agent) ^ u64::from(month))
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
    use crate::model::inputs::{MAX_ARRANGEMENTS, MAX_EVENTS, MAX_MONTHS, MAX_RUNGS, MAX_STATES, StateFigures};

    #[test]
    fn replications_purposes_agents_and_months_have_streams_of_their_own() {
        let base = Streams::new(1, 0).uniform(Key::resist(3, 1, 4), 7);
        for other in [
            Streams::new(2, 0).uniform(Key::resist(3, 1, 4), 7),
            Streams::new(1, 1).uniform(Key::resist(3, 1, 4), 7),
            Streams::new(1, 0).uniform(Key::press(3, 1, 4), 7),
            Streams::new(1, 0).uniform(Key::resist(1, 3, 4), 7),
            Streams::new(1, 0).uniform(Key::resist(3, 1, 4), 8),
        ] {
            assert_ne!(base, other);
        }
    }

    /// Every key of a scenario at its limits; of the products that are too many to be written down, the corners.
    fn all() -> Vec<Key> {
        let corner = |limit: usize| [0, 1, limit / 2, limit - 2, limit - 1];
        let mut keys = Vec::new();
        for a in 0..MAX_STATES {
            keys.extend([
                Key::vote(a),
                Key::opening_leader(a),
                Key::drift(a),
                Key::signal(a),
                Key::pressure(a),
            ]);
            keys.extend([
                Key::probes(a),
                Key::probes_attributed(a),
                Key::challenge(a),
                Key::hedge(a),
                Key::talks(a),
            ]);
            keys.extend((0..MAX_EVENTS).map(|event| Key::leader_by_event(a, event)));
            for b in 0..MAX_STATES {
                keys.push(Key::war(a, b));
                keys.extend((0..MAX_STATES).map(|c| Key::stay(c, a, b)));
                for rung in 0..MAX_RUNGS {
                    keys.extend([
                        Key::incursions(a, b, rung),
                        Key::slip(a, b, rung),
                        Key::attribution(a, b, rung),
                    ]);
                    keys.extend([
                        Key::resist(a, b, rung),
                        Key::press(a, b, rung),
                        Key::contest(a, b, rung),
                    ]);
                    keys.extend((0..MAX_STATES).map(|c| Key::answer(c, a, b, rung)));
                }
            }
            for arrangement in 0..MAX_ARRANGEMENTS {
                keys.extend((0..MAX_RUNGS).map(|rung| Key::reaction(arrangement, a, rung)));
                keys.extend(corner(MAX_EVENTS).map(|event| Key::reaction_to_event(arrangement, a, event)));
            }
        }
        keys.extend((0..MAX_EVENTS).map(Key::event));
        keys.push(Key::resampling());
        for index in 0..10_000 {
            keys.extend([
                Key::proposal(index),
                Key::acceptance(index),
                Key::shuffle(index),
                Key::prior_point(index),
            ]);
        }
        keys
    }

    #[test]
    fn no_two_keys_meet_at_the_limits_of_a_scenario() {
        let mut keys = all();
        let number = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), number);
    }

    #[test]
    fn no_two_streams_of_a_run_begin_alike() {
        let streams = Streams::new(1, 0);
        let mut seeds: Vec<u64> = all()
            .into_iter()
            .flat_map(|key| [0, 1, MAX_MONTHS - 1].map(|month| streams.address(key, month)))
            .collect();
        let number = seeds.len();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), number);
    }

    /// Every figure of every state that could be in a world: 26³ codes.
    #[test]
    fn no_two_paths_of_inputs_meet() {
        let letters = || (b'A'..=b'Z').map(char::from);
        let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
        let mut keys: Vec<Key> = codes
            .flat_map(|[a, b, c]| {
                StateFigures::FIELDS
                    .iter()
                    .map(move |field| Key::input(&format!("states.{a}{b}{c}.{}", field.name)))
            })
            .collect();
        let number = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), number);
    }

    #[test]
    fn published_streams_never_change() {
        let mut g = Streams::new(1, 0).generator(Key::challenge(5), 12);
        let drawn: Vec<u64> = (0..3).map(|_| g.next_u64()).collect();
        assert_eq!(drawn, [PINNED[0], PINNED[1], PINNED[2]]);
        let key = Key::answer(3, 2, 1, 4);
        assert_eq!(key.agent, 4 << 42 | 1 << 28 | 2 << 14 | 3);
        assert_eq!(Key::stay(3, 2, 1).agent, 1 << 56 | 1 << 28 | 2 << 14 | 3);
    }
    const PINNED: [u64; 3] = [
        6_434_000_686_345_049_585,
        1_507_038_416_467_957_128,
        4_454_970_176_170_949_448,
    ];

    #[test]
    fn a_uniform_is_the_first_number_of_its_generator() {
        for state in 0..100 {
            let streams = Streams::new(9, state as u64);
            let first = next_uniform(&mut streams.generator(Key::signal(state), 5));
            assert_eq!(streams.uniform(Key::signal(state), 5).to_bits(), first.to_bits());
        }
    }

    /// Chi-square with 15 degrees of freedom over 16 cells of first draws; false alarm rate 0.1 %.
    #[test]
    fn first_draws_over_replications_are_uniform() {
        let mut cells = [0f64; 16];
        let n = 64_000;
        for r in 0..n {
            let u = Streams::new(42, r).uniform(Key::answer(9, 0, 4, 4), 3);
            cells[(u * 16.0) as usize] += 1.0;
        }
        let expected = n as f64 / 16.0;
        let chi2: f64 = cells.iter().map(|c| (c - expected).powi(2) / expected).sum();
        assert!(chi2 < 37.7, "chi-square {chi2}");
    }
}
