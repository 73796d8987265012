//! The words of scenario files that stand for values of the model: one table for each vocabulary.
//!
//! Schema, checker, compiler and `deter explain` read the same table. The words are matched variant by variant, so a new
//! variant does not compile until it has its word, and no list can get out of step with another.

use crate::model::inputs::{Answer, Condition, DecisionRule, Hedge, Kind, Nuclear, SignalKind};

/// A value with a word in scenario files.
pub trait Word: Copy + 'static {
    /// Every value, in the order in which the words are listed.
    const ALL: &'static [Self];
    /// Every word, in the same order.
    const WORDS: &'static [&'static str];

    /// The word of this value.
    fn word(self) -> &'static str;

    /// The value of a word.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }
}

/// Declares vocabularies: a type with a word for each of its variants.
macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl $crate::scenario::words::Word for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    )+};
}
pub(super) use words;

words! {
    Answer { Abstain = "abstain", Support = "support", Fight = "fight" }
    Nuclear {
        None = "none",
        Hosted = "hosted",
        Arsenal = "arsenal",
        AssuredSecondStrike = "assured_second_strike",
    }
    Hedge {
        Rearm = "rearm",
        Umbrella = "umbrella",
        Accommodate = "accommodate",
        Latency = "latency",
        Join = "join",
    }
    Kind {
        Alliance = "alliance",
        Bilateral = "bilateral",
        Guarantee = "guarantee",
        Assistance = "assistance",
        Assurance = "assurance",
        Peacekeeping = "peacekeeping",
        Regional = "regional",
        NonAligned = "non_aligned",
        Territorial = "territorial",
    }
    Condition { Unprovoked = "unprovoked", Any = "any" }
    DecisionRule {
        Individual = "individual",
        Consensus = "consensus",
        Unanimity = "unanimity",
        Lead = "lead",
        Veto = "veto",
        Majority = "majority",
    }
    SignalKind { Words = "words", Pledge = "pledge", Deployment = "deployment" }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::scenario::distribution::Family;
    use crate::scenario::event_keys::{Wait, What};

    fn is_a_table<T: Word + PartialEq + Debug>() {
        assert_eq!(T::ALL.len(), T::WORDS.len());
        for (value, word) in T::ALL.iter().zip(T::WORDS) {
            assert_eq!(value.word(), *word);
            assert_eq!(T::of(word), Some(*value), "no two values share the word {word}");
        }
        assert_eq!(T::of("no such word"), None);
    }

    #[test]
    fn every_word_leads_to_its_value_and_back() {
        is_a_table::<Answer>();
        is_a_table::<Nuclear>();
        is_a_table::<Hedge>();
        is_a_table::<Kind>();
        is_a_table::<Condition>();
        is_a_table::<DecisionRule>();
        is_a_table::<SignalKind>();
        is_a_table::<What>();
        is_a_table::<Wait>();
        is_a_table::<Family>();
    }
}
