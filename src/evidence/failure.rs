//! The two ways in which models of this kind fail: the frozen world, in which nothing ever happens, and the world in which
//! everyone burns. Each as rates of the hindcast with bands an order of magnitude wide around the record, for the default and for
//! every bundled assumption set, and draw by draw for the widest of them.

use super::experiment::{EvidenceError, ratio};
use super::hindcast::Moments;
use super::law::{Band, Effect, Estimate, LEVEL};
use super::targets::{hindcast_plan, moments};
use super::validation::Section;
use crate::stats::wilson;

/// Disputes for each pair and year. The record has 45 in 517 dyad-years (T01, T02): 0.087. Below the band the world is frozen,
/// above it everyone is at odds with everyone.
const DISPUTES: Band = Band::within(0.02, 0.4);
/// Wars of Russia with its neighbours in a decade. The record has 1 in 23 years by the count of 1,000 deaths, a few by others.
const WARS: Band = Band::within(0.01, 2.0);
/// Of these with members. The record has none in 202 dyad-years (B25), whose upper bound is 1.6 in a decade.
const MEMBER_WARS: Band = Band::below(0.5);
/// Share of single draws that may be frozen or burn.
const STRANGE: Band = Band::below(0.05);

/// Assumption sets that must not fail either.
const SETS: [&str; 5] = ["agnostic", "deterrence-model", "spiral-model", "low-risk", "high-risk"];

struct Rates {
    years: Vec<f64>,
    mids: Vec<f64>,
    decades: Vec<f64>,
    wars: Vec<f64>,
    member_wars: Vec<f64>,
}

impl Rates {
    fn of(each: &[Moments], months: u32) -> Self {
        let read = |of: &dyn Fn(&Moments) -> f64| each.iter().map(of).collect();
        Self {
            years: read(&|m| m.all.years),
            mids: read(&|m| m.all.mids),
            decades: read(&|_| f64::from(months) / 120.0),
            wars: read(&|m| m.all.wars),
            member_wars: read(&|m| m.member.wars),
        }
    }

    /// Share of draws with fewer disputes or more wars than the bands allow.
    fn strange(&self) -> Estimate {
        let draws = self
            .years
            .iter()
            .zip(&self.mids)
            .zip(self.wars.iter().zip(&self.decades));
        let flags: Vec<f64> = draws
            .map(|((y, d), (w, t))| {
                let (disputes, wars) = (d / y, w / t);
                f64::from(u8::from(!DISPUTES.holds([disputes; 2]) || wars > WARS.high))
            })
            .collect();
        let n = flags.len() as f64;
        let found = flags.iter().sum::<f64>();
        Estimate {
            value: found / n,
            interval: wilson(found, n, LEVEL),
        }
    }
}

/// Runs the hindcast under the default and under every assumption set.
///
/// # Errors
/// If a scenario or a set does not load.
pub fn failure(runs: u64) -> Result<Section, EvidenceError> {
    let mut effects = Vec::new();
    for set in std::iter::once(None).chain(SETS.map(Some)) {
        let assume: Vec<&str> = set.into_iter().collect();
        let plan = hindcast_plan(&assume, &[])?;
        let rates = Rates::of(&moments(&plan, 0..runs), plan.scenario.base.months);
        let name = set.unwrap_or("default");
        effects.extend([
            Effect::tested(
                format!("{name}: disputes a pair and year"),
                ratio(&rates.years, &rates.mids),
                DISPUTES,
            ),
            Effect::tested(
                format!("{name}: wars a decade"),
                ratio(&rates.decades, &rates.wars),
                WARS,
            ),
            Effect::tested(
                format!("{name}: wars with members a decade"),
                ratio(&rates.decades, &rates.member_wars),
                MEMBER_WARS,
            ),
        ]);
        if matches!(set, None | Some("agnostic")) {
            effects.push(Effect::tested(
                format!("{name}: share of draws frozen or burning"),
                rates.strange(),
                STRANGE,
            ));
        }
    }
    Ok(Section::new(
        "Failure modes: the frozen world, and everyone burns",
        runs,
        effects,
        "The hindcast, 25 pairs of Russia and a neighbour; record: 0.09 disputes a pair and year, 1 war in 23 years.",
    ))
}
