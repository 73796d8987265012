//! Sets of states, of arrangements and of lanes: bits in words, each kind a type of its own and as large as its limit.

use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use super::guarantor::LANES;
use super::inputs::{MAX_ARRANGEMENTS, MAX_STATES};

/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// The members of a set that have not been visited, and the first word that may hold any.
struct Members<const WORDS: usize> {
    words: [u64; WORDS],
    at: usize,
}

impl<const WORDS: usize> Iterator for Members<WORDS> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.at < WORDS {
            let word = &mut self.words[self.at];
            if *word != 0 {
                let member = self.at * WORD + word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(member);
            }
            self.at += 1;
        }
        None
    }

    /// Word by word: a loop over all members, as `for_each` and `sum` make it, need not ask after each of them where it is.
    #[inline(always)]
    fn fold<B, F: FnMut(B, usize) -> B>(self, first: B, mut take: F) -> B {
        let mut value = first;
        for at in self.at..WORDS {
            let mut word = self.words[at];
            while word != 0 {
                value = take(value, at * WORD + word.trailing_zeros() as usize);
                word &= word - 1;
            }
        }
        value
    }
}

macro_rules! set {
    ($(#[$doc:meta])* $name:ident, $limit:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name([u64; $limit.div_ceil(WORD)]);

        impl $name {
            /// The set without members.
            pub const EMPTY: Self = Self([0; $limit.div_ceil(WORD)]);

            /// The set with one member, below the limit of the kind.
            #[inline(always)]
            pub fn only(member: usize) -> Self {
                let mut set = Self::EMPTY;
                set.insert(member);
                set
            }

            /// Adds a member, below the limit of the kind.
            #[inline(always)]
            pub fn insert(&mut self, member: usize) {
                self.0[member / WORD] |= 1 << (member % WORD);
            }

            /// Takes a member out, if it is one.
            #[inline(always)]
            pub fn remove(&mut self, member: usize) {
                self.0[member / WORD] &= !(1 << (member % WORD));
            }

            /// True if it is a member.
            #[inline(always)]
            pub fn contains(self, member: usize) -> bool {
                self.0.get(member / WORD).is_some_and(|word| word >> (member % WORD) & 1 == 1)
            }

            /// True if nothing is a member.
            #[inline(always)]
            pub fn is_empty(self) -> bool {
                self.0.iter().all(|word| *word == 0)
            }

            /// True if the two have a member in common.
            #[inline(always)]
            pub fn meets(self, other: Self) -> bool {
                !(self & other).is_empty()
            }

            /// The members in ascending order.
            #[inline(always)]
            pub fn members(self) -> impl Iterator<Item = usize> {
                let Self(words) = self;
                Members { words, at: 0 }
            }

            /// The members of which `holds` is true.
            #[inline(always)]
            pub fn filter(self, mut holds: impl FnMut(usize) -> bool) -> Self {
                let Self(mut words) = self;
                for (at, word) in words.iter_mut().enumerate() {
                    let mut rest = *word;
                    while rest != 0 {
                        let bit = rest & rest.wrapping_neg();
                        rest ^= bit;
                        if !holds(at * WORD + bit.trailing_zeros() as usize) {
                            *word ^= bit;
                        }
                    }
                }
                Self(words)
            }
        }

        impl BitOr for $name {
            type Output = Self;
            #[inline(always)]
            fn bitor(self, other: Self) -> Self {
                Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
            }
        }

        impl BitOrAssign for $name {
            #[inline(always)]
            fn bitor_assign(&mut self, other: Self) {
                *self = *self | other;
            }
        }

        impl BitAnd for $name {
            type Output = Self;
            #[inline(always)]
            fn bitand(self, other: Self) -> Self {
                Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
            }
        }

        /// The members of the first that are not in the second.
        impl Sub for $name {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                Self(std::array::from_fn(|word| self.0[word] & !other.0[word]))
            }
        }

        impl FromIterator<usize> for $name {
            #[inline]
            fn from_iter<I: IntoIterator<Item = usize>>(members: I) -> Self {
                let mut set = Self::EMPTY;
                members.into_iter().for_each(|member| set.insert(member));
                set
            }
        }
    };
}

set! {
    /// A set of states.
    StateSet, MAX_STATES
}
set! {
    /// A set of arrangements.
    ArrangementSet, MAX_ARRANGEMENTS
}
set! {
    /// A set of the lanes of a crisis.
    LaneSet, LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls the test for each kind of set.
    macro_rules! at_the_limit {
        ($set:ident, $limit:expr) => {{
            for member in 0..$limit {
                let set = $set::only(member);
                assert_eq!(set.members().collect::<Vec<_>>(), [member]);
                assert!((0..$limit).all(|other| set.contains(other) == (other == member)));
            }
            let all: $set = (0..$limit).collect();
            assert!(all.members().eq(0..$limit), "members come in ascending order");
            let mut rest = all.members();
            assert_eq!(rest.next(), Some(0));
            assert!(
                rest.fold(Vec::new(), |seen, member| [seen, vec![member]].concat())
                    .into_iter()
                    .eq(1..$limit)
            );
            assert!(
                all.filter(|member| member % 3 == 0)
                    .members()
                    .eq((0..$limit).step_by(3))
            );
            let (even, odd): ($set, $set) = ((0..$limit).step_by(2).collect(), (1..$limit).step_by(2).collect());
            assert!(even | odd == all && all - even == odd && !even.meets(odd) && (even & odd).is_empty());
            let mut rest = all;
            (0..$limit).for_each(|member| rest.remove(member));
            assert!(rest == $set::EMPTY && rest.members().next().is_none());
        }};
    }

    #[test]
    fn every_member_up_to_the_limit_has_a_place_of_its_own() {
        at_the_limit!(StateSet, MAX_STATES);
        at_the_limit!(ArrangementSet, MAX_ARRANGEMENTS);
        at_the_limit!(LaneSet, LANES);
    }
}
