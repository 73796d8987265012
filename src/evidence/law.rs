//! What a law claims, and what an experiment says about it.

use serde::Serialize;

/// Level of every interval, and so the error rate of every single check: under a law that holds just
/// at the edge of its band, one check in forty is said to fail by chance.
pub const LEVEL: f64 = 0.95;

/// A law that the model must obey, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Law {
    /// 1 to 19; the first ten are those that any model of the kind should obey.
    pub number: u8,
    /// A few words.
    pub title: &'static str,
    /// What is claimed.
    pub statement: &'static str,
    /// Who claims it, and who does not.
    pub source: &'static str,
}

/// Values that are in keeping with a law; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    pub low: f64,
    pub high: f64,
}

impl Band {
    /// Anything from `low` to `high`.
    pub const fn within(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// Exactly `value`.
    pub const fn exactly(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// `low` or more.
    pub const fn above(low: f64) -> Self {
        Self {
            low,
            high: f64::INFINITY,
        }
    }

    /// `high` or less.
    pub const fn below(high: f64) -> Self {
        Self {
            low: f64::NEG_INFINITY,
            high,
        }
    }

    /// True if the whole interval lies inside.
    pub fn holds(&self, interval: [f64; 2]) -> bool {
        self.low <= interval[0] && interval[1] <= self.high
    }

    /// True if the interval and the band share nothing, if the band is a single value and the interval is another, or if the
    /// interval could not be had. An interval that neither [holds](Self::holds) nor this leaves the matter open: more runs settle it.
    pub fn excludes(&self, interval: [f64; 2]) -> bool {
        let apart = interval[1] < self.low || interval[0] > self.high;
        let exact = self.low == self.high && !self.holds(interval);
        apart || exact || interval.iter().any(|end| end.is_nan())
    }
}

/// A number with the sampling error of the runs behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    pub value: f64,
    /// Paired, at [`LEVEL`]; the uncertain inputs are drawn in each pair.
    pub interval: [f64; 2],
}

/// One number that an experiment yields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// What is compared with what.
    pub what: String,
    pub estimate: f64,
    pub interval: [f64; 2],
    /// What the law allows; none for a number that is only reported.
    pub band: Option<Band>,
    /// True where the interval lies in the band, or where there is no band.
    pub holds: bool,
    /// True where the band [excludes](Band::excludes) the interval. Neither: the runs are too few to tell.
    pub fails: bool,
}

impl Effect {
    /// An effect that the law speaks about.
    pub fn tested(what: impl Into<String>, e: Estimate, band: Band) -> Self {
        Self {
            what: what.into(),
            estimate: e.value,
            interval: e.interval,
            band: Some(band),
            holds: band.holds(e.interval),
            fails: band.excludes(e.interval),
        }
    }

    /// A number for the reader.
    pub fn reported(what: impl Into<String>, e: Estimate) -> Self {
        Self {
            what: what.into(),
            estimate: e.value,
            interval: e.interval,
            band: None,
            holds: true,
            fails: false,
        }
    }
}

/// What an experiment says about a law.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    pub law: Law,
    /// Pairs of runs behind each effect.
    pub runs: u64,
    pub effects: Vec<Effect>,
    /// True if every tested effect lies in its band.
    pub holds: bool,
    /// True if the band of a tested effect excludes it.
    pub fails: bool,
    /// What a reader should know about the experiment.
    pub note: &'static str,
}

impl Verdict {
    /// Puts the effects together.
    pub fn new(law: Law, runs: u64, effects: Vec<Effect>, note: &'static str) -> Self {
        Self {
            law,
            runs,
            holds: effects.iter().all(|e| e.holds),
            fails: effects.iter().any(|e| e.fails),
            effects,
            note,
        }
    }

    /// The effect called `what`.
    pub fn effect(&self, what: &str) -> Option<&Effect> {
        self.effects.iter().find(|e| e.what == what)
    }
}

/// What the runs say, in a word or two.
pub fn judgement(holds: bool, fails: bool) -> &'static str {
    match (holds, fails) {
        (_, true) => "DOES NOT HOLD",
        (true, false) => "holds",
        (false, false) => "undecided",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_must_lie_inside_the_band_as_a_whole() {
        let band = Band::within(1.2, 2.0);
        assert!(band.holds([1.2, 1.9]) && !band.holds([1.1, 1.9]) && !band.holds([1.3, 2.1]));
        assert!(Band::exactly(1.0).holds([1.0, 1.0]) && !Band::exactly(1.0).holds([1.0, 1.0 + 1e-15]));
        assert!(Band::above(1.0).holds([1.0, 1e9]) && Band::below(1.0).holds([-5.0, 0.9]));
    }

    #[test]
    fn an_interval_across_the_edge_of_a_band_is_undecided_and_one_outside_fails() {
        let band = Band::within(3.0, 10.0);
        assert!(!band.holds([2.7, 3.9]) && !band.excludes([2.7, 3.9]));
        assert!(band.excludes([2.1, 2.9]) && band.excludes([10.5, 12.0]));
        assert!(!band.excludes([3.0, 4.0]) && band.holds([3.0, 4.0]));
        assert!(
            Band::exactly(1.0).excludes([0.5, 1.5]),
            "an identity holds to the last bit or not at all"
        );
    }

    #[test]
    fn a_number_that_cannot_be_had_fails_every_band() {
        assert!(!Band::above(0.0).holds([f64::NAN, f64::NAN]));
        assert!(Band::above(0.0).excludes([f64::NAN, f64::NAN]));
    }

    #[test]
    fn one_failure_outweighs_what_is_undecided() {
        let law = super::super::laws::LAWS[0];
        let effect = |interval: [f64; 2]| {
            let estimate = Estimate {
                value: interval[0],
                interval,
            };
            Effect::tested("x", estimate, Band::above(1.0))
        };
        let of = |effects| {
            let verdict = Verdict::new(law, 2, effects, "");
            judgement(verdict.holds, verdict.fails)
        };
        assert_eq!(of(vec![effect([1.1, 2.0])]), "holds");
        assert_eq!(of(vec![effect([1.1, 2.0]), effect([0.9, 2.0])]), "undecided");
        assert_eq!(of(vec![effect([0.1, 0.2]), effect([0.9, 2.0])]), "DOES NOT HOLD");
    }
}
