//! What every outcome and every series means: one table for `deter explain`, for `docs/results.md` and for its tests.

use std::fmt::Write;

/// How an id is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An outcome: share of runs in which it happened.
    Probability,
    /// An outcome: probability by the chances that runs draw with, combined with the share of runs in which it happened.
    Expected,
    /// An outcome: mean over runs.
    Mean,
    /// An outcome: a sum over a sum.
    Ratio,
    /// A number a month.
    Series,
}

impl Form {
    /// The word of `summary.json`, or `series`.
    pub fn name(self) -> &'static str {
        match self {
            Form::Probability => "probability",
            Form::Expected => "probability, expected",
            Form::Mean => "mean",
            Form::Ratio => "ratio",
            Form::Series => "series",
        }
    }

    /// How its interval is made.
    pub fn interval(self) -> &'static str {
        match self {
            Form::Probability => "Wilson, with its upper end where it never happened",
            Form::Expected => {
                "by expectation and count together: Wilson's for as many counted runs as would tell as much, with its upper end where no run gave it a chance"
            }
            Form::Mean => {
                "Student's t over runs, in a form that stays within what the quantity can be; of a counted rate the exact interval of a count, widened where runs differ more than single events would"
            }
            Form::Ratio => {
                "delta method with the run as the unit; Wilson over runs where all runs with cases agree; none without a case"
            }
            Form::Series => "none: quantiles over runs, from 2.5 to 97.5 percent",
        }
    }
}

/// One id, or a family of ids with names of the world in angle brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    pub id: &'static str,
    pub form: Form,
    /// `1` for pure numbers.
    pub unit: &'static str,
    /// The definition.
    pub meaning: &'static str,
    /// Section of `docs/model.md` with the equation.
    pub section: &'static str,
}

impl Metric {
    /// True if an id belongs to this family.
    pub fn fits(&self, id: &str) -> bool {
        let (mut own, mut other) = (self.id.split('.'), id.split('.'));
        loop {
            match (own.next(), other.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a == b || (a.starts_with('<') && !b.is_empty()) => {}
                _ => return false,
            }
        }
    }
}

/// The families that an id may belong to, literal names first; one as a rule.
pub fn find(id: &str) -> Vec<&'static Metric> {
    let mut found: Vec<&Metric> = METRICS.iter().filter(|m| m.id == id).collect();
    if found.is_empty() {
        found = METRICS.iter().filter(|m| m.fits(id)).collect();
        // `war.europe` is no state: codes of states have three capital letters.
        let is_state =
            |part: &str| part.len() == 3 && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let agrees = |m: &&Metric| {
            let mut parts = m.id.split('.').zip(id.split('.'));
            parts.all(|(own, other)| match own {
                "<ISO3>" => is_state(other),
                "<bloc>" => !is_state(other),
                _ => true,
            })
        };
        if found.iter().any(agrees) {
            found.retain(agrees);
        }
    }
    found
}

/// Declares the table.
macro_rules! metrics {
    ($($id:literal $form:ident $unit:literal $section:literal $meaning:literal;)+) => {
        /// Every family, outcomes first.
        pub const METRICS: &[Metric] = &[$(Metric {
            id: $id, form: Form::$form, unit: $unit, section: $section, meaning: $meaning,
        }),+];
    };
}

metrics! {
    "challenge.<rung>" Expected "1" "7.7" "At least one act of this rung against a protégé of the focal arrangement within the horizon, besides those that events of the scenario start.";
    "challenge.<rung>.<ISO3>" Expected "1" "7.7" "At least one act of this rung against one state within the horizon, besides those that events of the scenario start; crisis rungs and reachable states.";
    "rate.<rung>" Mean "1/year" "7.7" "Acts a year, counted, besides those that events of the scenario start; with the exact interval of a count.";
    "intensity.<rung>" Mean "1/year" "7.7" "Acts a year, expected: the integrated intensity; same mean as the count, far narrower interval.";
    "intensity.<rung>.<ISO3>" Mean "1/year" "7.7" "Expected acts a year against one state; crisis rungs and reachable states.";
    "severe_share" Ratio "1" "7.7" "Acts of force, of all acts besides those that events of the scenario start.";
    "unanswered.<rung>" Ratio "1" "7.13" "Attributed acts after which less than a tenth of the pledged strength came; conceded acts do not count.";
    "success.<rung>" Expected "1" "7.8" "At least one successful act of force of this rung.";
    "honoured.<arrangement>" Ratio "1" "7.13" "Calls for help honoured, of those made: at least the threshold share of the pledged strength came.";
    "cohesion.<arrangement>" Ratio "1" "7.13" "Mean share of the pledged strength that came, of the calls for help.";
    "authorised.<arrangement>" Ratio "1" "7.13" "Calls for help for which the common decision came, expected, of those made.";
    "hollow.<arrangement>" Probability "1" "7.13" "Becomes hollow: credibility at the lowest territorial rung below a quarter for a year, or a territorial act that hardly anybody answers; only for arrangements with a mandate to fight.";
    "credibility.<arrangement>.<rung>.start" Mean "1" "7.13" "Credibility in the first month: P(at least the threshold share of the pledged strength comes), for the weakest reachable protégé, in the challenger's eyes; all crisis rungs for the focal arrangement, `focus_rung` of the manifest (the lowest rung that changes who holds territory) for others.";
    "credibility.<arrangement>.<rung>.end" Mean "1" "7.13" "Credibility in the last month: P(at least the threshold share of the pledged strength comes), for the weakest reachable protégé, in the challenger's eyes.";
    "adequacy.<arrangement>.<rung>.start" Mean "1" "7.13" "Adequacy in the first month: brigades expected at the line within the window (the protégé's own, those on its soil that fight, those that come), by the ground, over the brigades that would leave the attack even chances; for the weakest reachable protégé, in the challenger's eyes. 1 is an even bet, less favours the attacker; counted up to 10. A share of a promise says nothing of this.";
    "adequacy.<arrangement>.<rung>.end" Mean "1" "7.13" "Adequacy in the last month: brigades expected at the line within the window over those that would leave the attack even chances, for the weakest reachable protégé.";
    "expected_loss.<arrangement>.<rung>.start" Mean "stake" "7.13" "What the challenger expects to lose by the act against doing nothing, in the first month, for the reachable protégé against which it loses least; monthly terms left out; below 0 the act pays.";
    "expected_loss.<arrangement>.<rung>.end" Mean "stake" "7.13" "What the challenger expects to lose by the act in the last month, where it loses least.";
    "spillover.<arrangement>" Mean "1" "7.13" "Change of the credibility of an arrangement other than the focal one at `focus_rung`, from the first to the last month.";
    "war" Expected "1" "7.11" "A new war with a protégé attacked or a member fighting.";
    "war.<ISO3>" Expected "1" "7.11" "The state in a new war; reachable states and the five strongest guarantors.";
    "war.<bloc>" Expected "1" "7.11" "Any state of the bloc fighting in a new war.";
    "nuclear_crisis" Expected "1" "7.11" "A nuclear crisis in any war.";
    "entrapment.<ISO3>" Mean "1" "7.13" "Crises fought because of provocation: expected number.";
    "territory_lost.<ISO3>" Expected "1" "7.13" "Loses territory, by a grab or at the end of a war.";
    "provocation.<ISO3>.end" Mean "1" "7.10" "Provocation in the last month: how far the state's own policy makes a crisis more likely.";
    "hedge.<ISO3>" Expected "1" "7.10" "Hedges in one of the ways open to it; states that may.";
    "spending.<bloc>.end" Mean "share of GDP" "7.10" "Defence spending of the bloc as a share of its GDP in the last month.";
    "capability.<bloc>.end" Mean "BE" "7.4" "Ready brigades of the bloc in the last month.";
    "gap_months.<bloc>" Mean "months" "7.4" "Months in which a state of the bloc that is promised help could not deny a land grab by itself.";
    "aid.<ISO3>.end" Mean "BE/year" "7.11" "Outside assistance in the last month to a state that is at war at the start or is promised any.";
    "applied.<ISO3>" Expected "1" "7.10" "A state that may join an arrangement applies.";
    "joined.<ISO3>" Expected "1" "7.10" "A state that may join an arrangement becomes a member.";
    "application_month.<ISO3>" Mean "months" "7.10" "Months without an application; the whole horizon where none was made.";
    "event.<number>" Probability "1" "7.12" "A conditional event happens; numbers as in the effective scenario.";
    "settled" Expected "1" "7.11" "Where a war runs at the start, or events end wars: the opening war ends (without one, any war).";
    "resumed" Expected "1" "7.11" "A war against the same state begins anew.";
    "peace_months" Mean "months" "7.11" "Months of peace after a war.";
    "resume_hazard" Ratio "1" "7.11" "Wars that begin anew, of months of peace.";
    "tension.<ISO3>" Mean "1" "7.11" "Where talks are possible: share of recent months with violations of a settlement, at the end.";
    "credibility.<arrangement>.<rung>" Series "1" "7.13" "Credibility by month.";
    "adequacy.<arrangement>.<rung>" Series "1" "7.13" "Adequacy by month.";
    "expected_loss.<arrangement>.<rung>" Series "stake" "7.13" "What the challenger expects to lose by the act, by month.";
    "survival.<rung>" Series "1" "7.7" "1 while no act of this rung or a graver one has happened, besides those that events of the scenario start; its mean, by expectation and count, is the survival curve.";
    "intensity.<rung>" Series "1/year" "7.7" "Expected acts, at a yearly rate.";
    "forces.besides_lead.delivered" Series "BE" "7.4" "Ready brigades of the focal arrangement's guarantors other than the lead.";
    "forces.besides_lead.announced" Series "BE" "7.4" "Ready brigades of the focal arrangement's guarantors other than the lead, with what is on order and announced.";
    "forces.<bloc>.delivered" Series "BE" "7.4" "Ready brigades of the states of a bloc.";
    "forces.<bloc>.announced" Series "BE" "7.4" "Ready brigades of the states of a bloc, with what is on order and announced.";
    "forces.challenger.free" Series "BE" "7.4" "Brigades that the first challenger can spare.";
    "spending.<bloc>" Series "share of GDP" "7.10" "Defence spending of the bloc by month.";
    "provocation.<ISO3>" Series "1" "7.10" "Provocation by month.";
    "aid.<ISO3>" Series "BE/year" "7.11" "Outside assistance by month to a state at war at the start.";
}

/// The rows of outcomes (or of series) as a table of Markdown; `docs/results.md` holds both.
pub fn table(series: bool) -> String {
    let mut text = String::from("| Id | Kind | Unit | Meaning | In model.md |\n|---|---|---|---|---|\n");
    for m in METRICS.iter().filter(|m| (m.form == Form::Series) == series) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            m.id,
            m.form.name(),
            m.unit,
            m.meaning,
            m.section
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Plan;
    use crate::model::record::Measure;
    use crate::scenario::{Request, Source, bundled, load};

    #[test]
    fn every_id_of_every_bundled_scenario_is_defined_with_its_kind_and_unit() {
        for scenario in bundled::scenarios() {
            let loaded = load(&Request::new(Source::Bundled(scenario.name))).expect("bundled scenarios load");
            let measures = Plan::new(loaded).model.measures.clone();
            for o in &measures.outcomes {
                let form = match o.measure {
                    Measure::Happened if o.expected => Form::Expected,
                    Measure::Happened => Form::Probability,
                    Measure::Number | Measure::Rate => Form::Mean,
                    Measure::Share => Form::Ratio,
                };
                // Some expectations are known in most scenarios only.
                let counts = |m: &Metric| m.form == Form::Expected && form == Form::Probability;
                let fits = |m: &&&Metric| (m.form == form || counts(m)) && m.unit == o.unit;
                assert!(
                    find(&o.id).iter().find(fits).is_some(),
                    "{} ({form:?}, {})",
                    o.id,
                    o.unit
                );
            }
            for s in &measures.series {
                let fits = |m: &&&Metric| m.form == Form::Series && m.unit == s.unit;
                assert!(find(&s.id).iter().find(fits).is_some(), "series {} ({})", s.id, s.unit);
            }
        }
    }

    #[test]
    fn every_family_is_defined_once_and_names_a_section_that_exists() {
        let page = std::fs::read_to_string("docs/model.md").expect("the page on the model");
        for (i, m) in METRICS.iter().enumerate() {
            let twin = METRICS[..i]
                .iter()
                .any(|o| o.id == m.id && (o.form == Form::Series) == (m.form == Form::Series));
            assert!(!twin, "{}", m.id);
            assert!(page.contains(&format!("### {} ", m.section)), "{}: {}", m.id, m.section);
        }
    }

    #[test]
    fn names_of_states_and_blocs_are_told_apart() {
        assert_eq!(find("war.USA")[0].id, "war.<ISO3>");
        assert_eq!(find("war.europe")[0].id, "war.<bloc>");
        assert_eq!(find("war").len(), 1);
        assert_eq!(find("credibility.nato.land_grab.end")[0].form, Form::Mean);
        assert!(find("credability.nato").is_empty());
    }
}
