//! The ten sanity laws, each as a paired experiment on the bundled world.
//!
//! Seeds are fixed, so a test that passes passes always. A test demands that the whole 95 percent
//! interval of every tested effect lies in the law's band: a model whose true effect sits just on the
//! edge of a band would fail in at least 39 of 40 seeds, one whose true effect is well inside (by twice
//! the interval's width) in fewer than one of 10,000. `cargo run --release --example laws 400` prints
//! the table.

use deterrence::evidence::{LAWS, Verdict, run, table};

/// Pairs of runs: enough to tell every tested effect from its band.
const RUNS: u64 = 40;

fn verdict(number: u8) -> Verdict {
    run(number, RUNS).expect("the scenarios of the laws are bundled")
}

fn assert_holds(number: u8) {
    let v = verdict(number);
    assert!(v.holds, "\n{}", table(std::slice::from_ref(&v)));
}

#[test]
fn law_1_less_belief_in_the_lead_brings_more_challenges_the_more_so_the_graver() {
    assert_holds(1);
}

#[test]
fn law_2_a_guarantee_compresses_severity_more_than_frequency() {
    assert_holds(2);
}

#[test]
fn law_3_an_unanswered_probe_raises_the_hazard_through_beliefs_alone() {
    assert_holds(3);
}

#[test]
fn law_4_a_state_without_a_guarantee_is_challenged_more() {
    assert_holds(4);
}

#[test]
fn law_5_an_unconditional_guarantee_brings_provocation_and_entrapment() {
    assert_holds(5);
}

#[test]
fn law_6_announced_rearmament_with_a_delay_opens_a_window() {
    assert_holds(6);
}

#[test]
fn law_7_forces_that_fight_deter_more_per_soldier_than_a_tripwire() {
    assert_holds(7);
}

#[test]
fn law_8_strength_at_the_top_shifts_the_mix_downwards() {
    assert_holds(8);
}

#[test]
fn law_9_allies_spend_more_when_the_lead_is_doubted_the_front_line_first() {
    assert_holds(9);
}

#[test]
fn law_10_the_tested_promises_are_the_weaker_ones_and_doubt_spreads_in_part() {
    assert_holds(10);
}

#[test]
fn every_law_is_listed_once_with_its_source() {
    let numbers: Vec<u8> = LAWS.iter().map(|l| l.number).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    assert!(LAWS.iter().all(|l| !l.source.is_empty() && !l.statement.is_empty()));
    assert!(run(11, 2).is_err());
}

/// Levels of the world at the end of 2025, wide bands: not a fit, a guard against a frozen world and
/// one in which everyone burns.
#[test]
fn the_opening_world_is_neither_frozen_nor_on_fire() {
    use deterrence::analysis::{Settings, compare};
    use deterrence::engine::{Halt, Plan};
    use deterrence::scenario::{Request, Source, load};
    let plan = Plan::new(load(&Request::new(Source::Bundled("status-quo".into()))).expect("bundled"));
    let ids = ["sabotage", "incursion", "strike", "land_grab", "major_attack"].map(|k| format!("intensity.{k}"));
    let settings = Settings {
        runs: RUNS,
        level: 0.95,
        outcomes: &ids,
    };
    let levels = compare(&plan, &plan, &settings, &Halt::default()).expect("the same seed twice");
    let rate = |k: usize| levels.contrasts[k].first.expect("there are runs");
    assert!((24.0..48.0).contains(&rate(0)), "sabotage a year: {}", rate(0));
    assert!((2.0..8.0).contains(&rate(1)), "incursions a year: {}", rate(1));
    assert!((0.01..0.08).contains(&rate(2)), "strikes a year: {}", rate(2));
    let grabs = (rate(3) + rate(4)) / 12.0;
    assert!(
        grabs > 0.0 && grabs < 5e-4,
        "land grabs and major attacks a month: {grabs}"
    );
}
