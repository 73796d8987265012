//! Promises of the hindcast: what is read off the world of 1992 to 2014, and that it is read straight.

use deterrence::engine::Plan;
use deterrence::evidence::{Moments, hindcast};
use deterrence::scenario::{Request, Source, load};

fn plan(option: Option<&str>, sets: &[&str]) -> Plan {
    let mut request = Request::new(Source::Bundled("laws/hindcast".into()));
    request.option = option.map(str::to_owned);
    request.sets = sets.iter().map(|s| (*s).to_string()).collect();
    Plan::new(load(&request).expect("the hindcast is bundled"))
}

fn read(plan: &Plan, replications: std::ops::Range<u64>) -> Moments {
    hindcast(plan, plan.scenario.base.clone(), 7, replications)
}

#[test]
fn dyad_years_are_those_of_the_dispute_data() {
    let m = read(&plan(None, &[]), 0..1);
    // 202 and 315 in the data, which count whole years; here the month of accession decides.
    assert!((m.member.years - 202.0).abs() < 4.0, "{}", m.member.years);
    assert!((m.outsider.years - 315.0).abs() < 6.0, "{}", m.outsider.years);
}

#[test]
fn moments_of_parts_add_up_to_those_of_the_whole() {
    let plan = plan(None, &["run.months=48"]);
    let whole = read(&plan, 0..3);
    let mut parts = read(&plan, 0..1);
    parts += read(&plan, 1..3);
    for id in ["T01", "T02", "T06", "T07", "T12", "T16", "T20"] {
        let (a, b) = (whole.target(id), parts.target(id));
        let same = a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 1e-12 * a.abs());
        assert!(same, "{id}: {a:?} and {b:?}");
    }
    let e = [
        whole.member,
        whole.outsider,
        whole.defended,
        whole.undefended,
        whole.all,
    ];
    for e in e {
        assert!(e.wars <= e.force && e.force <= e.mids, "{e:?}");
    }
    let halves = whole.defended.years + whole.undefended.years;
    assert!((halves - whole.all.years).abs() < 1e-9);
}

#[test]
fn the_same_draw_and_seed_give_the_same_moments_and_another_seed_does_not() {
    let plan = plan(None, &["run.months=24"]);
    assert_eq!(read(&plan, 0..2), read(&plan, 0..2));
    let other = hindcast(&plan, plan.scenario.base.clone(), 8, 0..2);
    assert_ne!(read(&plan, 0..2).all.mids, other.all.mids);
}

/// Membership switched off for the ten states of 1999 and 2004, all else equal: fewer member-years, and these states meet more
/// disputes, more force and more wars.
#[test]
fn without_enlargement_the_same_states_meet_more_of_everything() {
    let (with, without) = (
        read(&plan(None, &[]), 0..2),
        read(&plan(Some("no_enlargement"), &[]), 0..2),
    );
    assert!(without.member.years < with.member.years - 80.0 * 2.0);
    assert!((without.all.years - with.all.years).abs() < 1e-9);
    assert!(without.all.mids > with.all.mids);
    assert!(without.all.force > with.all.force);
    assert!(without.all.wars > with.all.wars);
}

#[test]
fn the_coding_shares_scale_what_is_recorded_and_nothing_else() {
    let none = read(&plan(None, &["observation.force_share=0"]), 0..1);
    let some = read(&plan(None, &["observation.force_share=0.5"]), 0..1);
    assert_eq!(none.all.mids, some.all.mids);
    assert_eq!(none.all.wars, some.all.wars);
    let added = some.all.force - none.all.force;
    let incursions = none.all.mids - none.all.force;
    assert!((added - 0.5 * incursions).abs() < 1e-9, "{added} of {incursions}");
}

#[test]
fn the_hindcast_shares_the_unknowns_of_the_present_world() {
    let present = Plan::new(load(&Request::new(Source::Bundled("status-quo".into()))).expect("bundled"));
    let past = plan(None, &[]);
    let general = |plan: &Plan| -> Vec<(String, String)> {
        let worldly = [
            "states.",
            "challengers.",
            "forward.",
            "arrangements.",
            "programs.",
            "spending.",
        ];
        let all = plan.scenario.uncertain.iter();
        all.filter(|u| !worldly.iter().any(|w| u.path.starts_with(w)))
            .map(|u| (u.path.clone(), format!("{:?}", u.distribution)))
            .collect()
    };
    assert_eq!(general(&present), general(&past));
    assert!(!general(&past).is_empty());
}
