//! The ten sanity laws, six of single mechanisms and three of capability, each as a paired experiment on the bundled world.
//!
//! Seeds are fixed, so a test that passes passes always. A test demands that the whole 95 percent
//! interval of every tested effect lies in the law's band: a model whose true effect sits just on the
//! edge of a band would fail in at least 39 of 40 seeds, one whose true effect is well inside (by twice
//! the interval's width) in fewer than one of 10,000. `deter validate --runs 400` prints
//! the table.

use deterrence::evidence::{LAWS, Verdict, run, table};

/// Pairs of runs: enough to tell every tested effect from its band.
const RUNS: u64 = 200;
/// The same for law 2, whose wars hang on scripted acts that are counted.
const RUNS_OF_LAW_2: u64 = 200;

fn verdict(number: u8) -> Verdict {
    let runs = if number == 2 { RUNS_OF_LAW_2 } else { RUNS };
    run(number, runs).expect("the scenarios of the laws are bundled")
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
fn law_11_help_wears_the_attacker_down_and_nuclear_risk_needs_two() {
    assert_holds(11);
}

#[test]
fn law_12_the_more_must_agree_the_less_a_promise_is_worth() {
    assert_holds(12);
}

#[test]
fn law_13_doubt_makes_allies_hedge_and_accommodation_weakens_resistance() {
    assert_holds(13);
}

#[test]
fn law_14_publics_rally_tire_and_count_only_where_they_are_heeded() {
    assert_holds(14);
}

#[test]
fn law_15_a_cease_fire_frees_forces_for_elsewhere() {
    assert_holds(15);
}

#[test]
fn law_16_ground_that_is_hard_to_hold_is_taken_less() {
    assert_holds(16);
}

#[test]
fn law_17_guarantors_that_cannot_come_make_their_promise_worth_less() {
    assert_holds(17);
}

#[test]
fn law_18_force_rises_with_free_brigades_and_what_comes_by_air_hardly_waits_for_them() {
    assert_holds(18);
}

#[test]
fn law_19_less_money_costs_brigades_and_fewer_brigades_deter_less() {
    assert_holds(19);
}

#[test]
fn every_law_is_listed_once_with_its_source() {
    let numbers: Vec<u8> = LAWS.iter().map(|l| l.number).collect();
    assert_eq!(numbers, (1..=19).collect::<Vec<_>>());
    assert!(LAWS.iter().all(|l| !l.source.is_empty() && !l.statement.is_empty()));
    assert!(run(20, 2).is_err());
}

/// Levels of the world at the end of 2025, wide bands: not a fit, a guard against a frozen world and
/// one in which everyone burns.
#[test]
fn the_opening_world_is_neither_frozen_nor_on_fire() {
    use deterrence::engine::{Halt, Plan};
    use deterrence::scenario::{Request, Source, load};
    use deterrence::study::{Nowhere, play};
    let plan = Plan::new(load(&Request::new(Source::Bundled("status-quo".into()))).expect("bundled"));
    let Ok(played) = play(&[&plan], &[], RUNS, &Halt::default(), &mut Nowhere);
    let outcomes = played.arms[0].outcomes();
    let ids = ["sabotage", "incursion", "strike", "land_grab", "major_attack"].map(|k| format!("intensity.{k}"));
    let rate = |k: usize| {
        let found = outcomes.iter().find(|o| o.id == ids[k]);
        found.and_then(|o| o.estimate).expect("there are runs")
    };
    assert!((24.0..48.0).contains(&rate(0)), "sabotage a year: {}", rate(0));
    assert!((2.0..8.0).contains(&rate(1)), "incursions a year: {}", rate(1));
    assert!((0.01..0.08).contains(&rate(2)), "strikes a year: {}", rate(2));
    let grabs = (rate(3) + rate(4)) / 12.0;
    // A mean over parameter sets, between which the rate differs by two orders of magnitude: the upper ones carry it.
    assert!(
        grabs > 0.0 && grabs < 2e-3,
        "land grabs and major attacks a month: {grabs}"
    );
}

fn values(sets: &[&str], runs: u64, ids: &[&str]) -> Vec<Vec<f64>> {
    use deterrence::engine::Plan;
    use deterrence::scenario::{Request, Source, load};
    let mut request = Request::new(Source::Bundled("status-quo".into()));
    request.sets = sets.iter().map(|s| (*s).to_string()).collect();
    let plan = Plan::new(load(&request).expect("a bundled scenario with sound overrides"));
    let place = |id: &&str| {
        plan.model
            .measures
            .outcomes
            .iter()
            .position(|o| o.id == *id)
            .expect("a reported outcome")
    };
    let places: Vec<usize> = ids.iter().map(place).collect();
    let records: Vec<_> = (0..runs).map(|r| plan.run(r).record.values).collect();
    places
        .iter()
        .map(|k| records.iter().map(|values| values[*k]).collect())
        .collect()
}

#[test]
fn without_precision_every_opportunity_is_taken_half_of_the_time() {
    // Opportunities are those of the defaults, not of the calibrated sets.
    let sets = [
        "ensemble=none",
        "run.months=1",
        "choice.precision=0",
        "crisis.accident=0",
    ];
    let read = values(&sets, 3, &["intensity.land_grab.EST", "intensity.strike.POL"]);
    for run in 0..3 {
        assert!((read[0][run] - 12.0 * 0.018 / 2.0).abs() < 1e-12, "{}", read[0][run]);
        assert!((read[1][run] - 12.0 * 0.0115 / 2.0).abs() < 1e-12, "{}", read[1][run]);
    }
}

#[test]
fn a_certain_alliance_and_a_dear_war_leave_no_land_grabs() {
    let dear = ["crisis.press_loss=5", "crisis.failed_grab=5", "crisis.war_cost=5"];
    let sure = [
        // Sets with imprecise choices try everything now and then.
        "ensemble=none",
        "states.USA.perceived=3",
        "beliefs.reputation=0",
        "beliefs.hollow_mass=0",
        "run.months=12",
    ];
    let sets: Vec<&str> = dear.into_iter().chain(sure).collect();
    let read = values(&sets, 10, &["intensity.land_grab"]);
    assert!(read[0].iter().all(|rate| *rate < 1e-4), "{:?}", read[0]);
}

#[test]
fn counts_agree_with_the_intensities_behind_them() {
    use deterrence::stats::paired_mean;
    let ids = [
        "rate.sabotage",
        "intensity.sabotage",
        "rate.incursion",
        "intensity.incursion",
    ];
    let read = values(&["run.months=24"], RUNS, &ids);
    for pair in read.chunks(2) {
        // At 99.9 percent: one seed in a thousand would fail.
        let p = paired_mean(&pair[1], &pair[0], 0.999).expect("pairs");
        assert!(p.interval[0] <= 0.0 && 0.0 <= p.interval[1], "{p:?}");
    }
}
