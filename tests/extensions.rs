//! Mechanisms that a scenario may leave alone: unused, they change no bit; used, they work in the direction they claim.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use deterrence::engine::Plan;
use deterrence::model::accession::Application;
use deterrence::model::decision::Agents;
use deterrence::model::inputs::Answer;
use deterrence::model::journal::{Journal, Script};
use deterrence::model::sets::StateSet;
use deterrence::model::war::{War, Wars};
use deterrence::model::world::World;
use deterrence::scenario::{Request, Source, load};

/// Runs and months behind the stored numbers.
const RUNS: u64 = 6;
const MONTHS: &str = "run.months=36";
/// Scenarios whose numbers are stored, with an option.
const STORED: &[(&str, Option<&str>)] = &[
    ("status-quo", None),
    ("us-withdrawal", Some("exit")),
    ("poland-drone-incursion", Some("silence")),
];

fn plan(scenario: &str, option: Option<&str>, sets: &[&str]) -> Plan {
    let mut request = Request::new(Source::Bundled(scenario.into()));
    request.option = option.map(str::to_owned);
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    Plan::new(load(&request).expect("a bundled scenario with sound overrides"))
}

/// Sums of every outcome over a few runs, to the last bit.
fn sums() -> String {
    let mut text = String::new();
    for (scenario, option) in STORED {
        let plan = plan(scenario, *option, &[MONTHS]);
        let records: Vec<_> = (0..RUNS).map(|r| plan.run(r).record).collect();
        for (k, outcome) in plan.model.measures.outcomes.iter().enumerate() {
            let value: f64 = records.iter().map(|r| r.values[k]).sum();
            let cases: f64 = records.iter().map(|r| r.cases[k]).sum();
            writeln!(text, "{scenario} {} {value:?} {cases:?}", outcome.id).expect("a string takes everything");
        }
    }
    text
}

/// Outcomes may be added; those that were there keep their bits.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the variable steers the test, as for all golden files"
)]
fn what_a_scenario_does_not_use_changes_no_bit() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored/outcomes.txt");
    let now = sums();
    if std::env::var_os("DETER_UPDATE_GOLDEN").is_some() {
        fs::write(&path, &now).expect("tests/stored can be written");
        return;
    }
    let stored = fs::read_to_string(&path).expect("tests/stored/outcomes.txt");
    let now: std::collections::BTreeSet<&str> = now.lines().collect();
    let moved: Vec<&str> = stored.lines().filter(|line| !now.contains(line)).collect();
    assert!(stored.lines().count() > 300 && moved.is_empty(), "moved: {moved:#?}");
}

/// A small world: Ordland and its neighbour Bergland, promises by Westmark and Sudland.
const WORLD: &str = r#"
title = "A small world"
question = "In which direction does a mechanism work?"

[run]
months = 36
focal = "pact"

[states.ORD]
name = "Ordland"
blocs = ["west"]
gdp = 60
defence_share = 0.02
brigades = 2
deployable = 0.5
latitude = 57
longitude = 24

[states.SUD]
name = "Sudland"
blocs = ["west"]
gdp = 1000
brigades = 6
deployable = 3
latitude = 45
longitude = 10

[states.WES]
name = "Westmark"
blocs = ["west"]
nuclear = "arsenal"
gdp = 3000
brigades = 12
deployable = 8
mobility = 0.2
latitude = 52
longitude = 5

[states.BER]
name = "Bergland"
nuclear = "arsenal"
gdp = 1800
brigades = 40
latitude = 56
longitude = 38

[arrangements.pact]
members = ["SUD", "WES"]
coverage = "incursion"
condition = "any"
depth = 0.9
nuclear = true

[arrangements.coalition]
guarantors = ["SUD"]
proteges = ["ORD"]
coverage = "incursion"
condition = "any"
depth = 0.6

[challengers.BER]
war_force = 30

[challengers.BER.targets.ORD]
value = 0.25
width = 15
red_line = 0.3

[challengers.BER.targets.SUD]
value = 0.1
width = 10
"#;

/// The small world with more text behind it.
fn small(more: &str) -> Plan {
    small_with(&[], more)
}

/// The same with overrides as on the command line.
fn small_with(sets: &[&str], more: &str) -> Plan {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("small.toml");
    fs::write(&path, format!("{WORLD}\n{more}")).expect("a file");
    let mut request = Request::new(Source::Path(path));
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    Plan::new(load(&request).unwrap_or_else(|problems| panic!("{problems}")))
}

/// An outcome in each of a few runs.
fn read(plan: &Plan, id: &str, runs: u64) -> Vec<f64> {
    let k = plan.model.measures.outcomes.iter().position(|o| o.id == id);
    let k = k.unwrap_or_else(|| panic!("{id} is reported"));
    (0..runs).map(|r| plan.run(r).record.values[k]).collect()
}

/// The mean of an outcome over paired runs.
fn mean(plan: &Plan, id: &str, runs: u64) -> f64 {
    read(plan, id, runs).iter().sum::<f64>() / runs as f64
}

/// Asserts that the outcome is smaller in the first plan than in the second, in every pair of runs.
#[track_caller]
fn assert_below(id: &str, first: &Plan, second: &Plan) {
    for (run, (a, b)) in read(first, id, 12).into_iter().zip(read(second, id, 12)).enumerate() {
        assert!(a < b, "{id}, run {run}: {a} is not below {b}");
    }
}

const SANCTIONS: &str = r#"
[arrangements.snapback]
kind = "assurance"
guarantors = ["SUD", "WES"]
proteges = ["ORD"]
coverage = "incursion"
depth = 0.1
"#;

#[test]
fn sanctions_held_ready_deter_and_less_so_if_they_must_be_voted() {
    let with = |more: &str| small(&format!("{SANCTIONS}{more}"));
    let none = with("");
    let automatic = with("penalty = 0.1\n");
    let voted = with("penalty = 0.1\ndecision_rule = \"unanimity\"\n");
    for id in ["intensity.incursion.ORD", "intensity.land_grab.ORD"] {
        assert_below(id, &automatic, &voted);
        assert_below(id, &voted, &none);
    }
}

const ATTACK: &str = r#"
[[event]]
month = 1
challenge = { by = "BER", target = "ORD", rung = "major_attack" }
"#;

/// Share of scripted major attacks on Ordland in which Westmark fights, given what Sudland did.
fn westmark_fights(plan: &Plan, sudland: Answer) -> f64 {
    let mut inputs = plan.scenario.base.clone();
    let (sud, wes) = (
        inputs.state("SUD").expect("Sudland"),
        inputs.state("WES").expect("Westmark"),
    );
    inputs.responses[sud] = Some(sudland);
    // Runs in which a crisis of the challenger's own choice came first are left out.
    let fought: Vec<bool> = (0..200)
        .filter_map(|r| {
            let record = plan.model.run(inputs.clone(), &plan.streams(r), &mut Agents);
            let row = record.challenges.iter().find(|c| c.scripted)?;
            Some(row.fought.contains(wes))
        })
        .collect();
    assert!(fought.len() > 100);
    fought.iter().filter(|f| **f).count() as f64 / fought.len() as f64
}

#[test]
fn a_back_door_draws_allies_in_once_the_guarantors_fight_and_not_before() {
    let shut = small(ATTACK);
    let open = small_with(
        &["arrangements.coalition.chain_to=pact", "arrangements.coalition.chain=1"],
        ATTACK,
    );
    let drawn = westmark_fights(&open, Answer::Fight);
    assert!(drawn > 0.3, "the door is open: {drawn}");
    assert_eq!(
        westmark_fights(&shut, Answer::Fight),
        0.0,
        "Westmark has promised Ordland nothing"
    );
    let before = westmark_fights(&open, Answer::Abstain);
    assert!(before < 0.2 * drawn, "{before} of {drawn} before Sudland fights");
    assert_below("intensity.major_attack.ORD", &open, &shut);
}

/// The world of a run at the start of a month.
fn world_at(plan: &Plan, replication: u64, month: u32) -> World {
    let mut world = World::new(&plan.model.ground, plan.draw(replication).0);
    while world.month < month {
        world.live_month(&plan.model.ground, &plan.streams(replication), &mut Agents);
        world.month += 1;
    }
    world
}

const CONDITIONAL: &str = r#"
[[event]]
when = { act = "land_grab", target = "ORD", answered = false, within = 24 }
after = 3
leave = { state = "WES", arrangement = "pact" }
note = "Westmark draws its conclusion."
"#;

#[test]
fn a_conditional_event_takes_effect_so_many_months_after_what_it_waits_for_and_never_otherwise() {
    // Without luck on either side the only grave act is that of the event.
    let quiet = [
        "choice.precision=200",
        "challengers.BER.value_scale=0",
        "crisis.honour=5",
    ];
    let silent = small_with(&quiet, &format!("{ATTACK}{CONDITIONAL}[response]\nall = \"abstain\"\n"));
    let loud = small_with(&quiet, &format!("{ATTACK}{CONDITIONAL}[response]\nall = \"fight\"\n"));
    let is_member = |world: &World| {
        let (wes, pact) = (world.inputs.state("WES"), world.inputs.arrangement("pact"));
        let (wes, pact) = wes.zip(pact).expect("of the world");
        world.membership.guarantors[pact].contains(wes)
    };
    let mut met = 0;
    for run in 0..20 {
        let rows = silent.run(run).record.challenges;
        let grave = rows
            .iter()
            .find(|r| usize::from(r.rung) >= 4 && r.attributed && r.resisted);
        let Some(row) = grave else { continue };
        met += 1;
        assert!(is_member(&world_at(&silent, run, row.month + 3)));
        assert!(!is_member(&world_at(&silent, run, row.month + 4)));
    }
    assert!(met > 10, "{met} of 20 attacks were resisted");
    assert!(mean(&silent, "event.2", 20) > 0.5);
    assert_eq!(mean(&loud, "event.2", 20), 0.0);
}

fn applicant(sets: &[&str]) -> Plan {
    let hedges = [
        "states.ORD.hedges=[\"join\"]",
        "states.ORD.applies_to=pact",
        "adaptation.hedge_threshold=0.1",
    ];
    small_with(&[&hedges, sets].concat(), "")
}

#[test]
fn an_applicant_is_a_member_once_ratified_and_shorter_waiting_protects_sooner() {
    let (short, long) = (
        applicant(&["states.ORD.ratification=2"]),
        applicant(&["states.ORD.ratification=30"]),
    );
    assert!(mean(&short, "applied.ORD", 60) > 0.5);
    assert!(mean(&short, "joined.ORD", 60) > mean(&long, "joined.ORD", 60) + 0.3);
    let grabs = |plan: &Plan| mean(plan, "intensity.land_grab.ORD", 60);
    assert!(grabs(&short) < grabs(&long), "{} and {}", grabs(&short), grabs(&long));
    // Whoever is threatened less applies later, if at all.
    let safe = applicant(&["challengers.BER.targets.ORD.value=0.02"]);
    assert!(mean(&safe, "application_month.ORD", 60) > mean(&short, "application_month.ORD", 60));
}

#[test]
fn a_wait_for_membership_provokes_an_insecure_challenger_as_an_announced_guarantee_does() {
    let plan = applicant(&["challengers.BER.insecure=1", "challengers.BER.preventive=1"]);
    let mut world = world_at(&plan, 0, 0);
    let ground = &plan.model.ground;
    let ord = world.inputs.state("ORD").expect("of the world");
    let dyad = ground.dyads.iter().position(|d| d.target == ord).expect("in reach");
    let rung = world.inputs.rung("land_grab").expect("of the ladder");
    world
        .membership
        .leave(1, world.inputs.state("SUD").expect("of the world"));
    world.membership.leave(1, ord);
    let before = world.temptation(ground, dyad, rung).utility;
    world.applications.push(Application {
        state: ord,
        arrangement: 0,
        month: 0,
        admitted: false,
    });
    let during = world.temptation(ground, dyad, rung).utility;
    assert!(during > before, "{during} is not above {before}");
}

#[test]
fn pay_or_no_help_weakens_the_promise_to_those_who_do_not_pay_and_makes_them_spend() {
    let free = small("");
    let pay = [
        "arrangements.coalition.pay_share=0.04",
        "arrangements.coalition.pay_penalty=0.8",
    ];
    let demand = small_with(&pay, "");
    assert_below("credibility.coalition.land_grab.start", &demand, &free);
    // A weaker promise is also a smaller prize for whoever would break an alliance; without that prize, at once:
    let soon = ["run.months=3", "crisis.split=0", pay[0], pay[1]];
    assert_below(
        "intensity.land_grab.ORD",
        &small_with(&soon[..2], ""),
        &small_with(&soon, ""),
    );
    let spent = |plan: &Plan| {
        let world = world_at(plan, 0, 36);
        world.forces.share[world.inputs.state("ORD").expect("of the world")]
    };
    assert!(spent(&demand) > spent(&free));
    // Who pays already is owed the whole promise, to the last bit.
    let paid = small_with(&["arrangements.coalition.pay_share=0.01", pay[1]], "");
    assert_eq!(paid.run(0).record.series, free.run(0).record.series);
}

#[test]
fn an_arsenal_of_its_own_protects_a_target() {
    let armed = small_with(&["states.ORD.nuclear=arsenal"], "");
    let uncounted = small_with(&["states.ORD.nuclear=arsenal", "crisis.own_arsenal=0"], "");
    for rung in ["land_grab", "major_attack"] {
        assert_below(&format!("intensity.{rung}.ORD"), &armed, &uncounted);
    }
    let bare = small("");
    assert_eq!(bare.run(0).record.series, uncounted.run(0).record.series);
}

#[test]
fn a_majority_comes_together_more_easily_than_all() {
    let turnout = |rule: &[&str]| {
        let both = ["arrangements.coalition.guarantors=[\"SUD\", \"WES\"]"];
        let world = world_at(&small_with(&[&both, rule].concat(), ""), 0, 1);
        world.turnout[world.inputs.arrangement("coalition").expect("of the world")]
    };
    let all = turnout(&["arrangements.coalition.decision_rule=unanimity"]);
    let half = turnout(&["arrangements.coalition.decision_rule=majority"]);
    let most = turnout(&[
        "arrangements.coalition.decision_rule=majority",
        "arrangements.coalition.majority_share=0.9",
    ]);
    assert!(all < half && half < 1.0, "{all}, {half}");
    assert!(
        (most - all).abs() < 1e-12,
        "nine tenths of two members are both: {most}, {all}"
    );
}

#[test]
fn forces_that_are_pinned_or_at_war_elsewhere_do_not_come() {
    // Without the prize of a broken promise, which follows the promise of whoever then leads.
    let free = small_with(&["crisis.split=0"], "");
    let pinned = small_with(&["crisis.split=0", "states.SUD.pinned=2.5"], "");
    assert_below("intensity.land_grab.ORD", &free, &pinned);
    assert_below("intensity.major_attack.ORD", &free, &pinned);

    let pool = small_with(&["crisis.split=0", "forces.tied=0.8"], "");
    assert_eq!(
        pool.run(0).record.series[..6],
        free.run(0).record.series[..6],
        "no war, nothing tied"
    );
    let world = world_at(&pool, 0, 0);
    let [ord, sud] = ["ORD", "SUD"].map(|s| world.inputs.state(s).expect("of the world"));
    let mut wars = world.wars.clone();
    let brigades = |wars: &Wars| world.forces.available(&world.inputs, wars, sud, ord);
    assert_eq!(brigades(&wars), 3.0);
    wars.running.push(War {
        challenger: 0,
        target: sud,
        fighting: StateSet::EMPTY,
        age: 0.0,
        attacker_worn: 0.0,
        defender_worn: 0.0,
        holds_ground: false,
        rung: 5,
        opening: false,
    });
    assert!((brigades(&wars) - 0.6).abs() < 1e-12, "Sudland defends itself");
    wars.running[0].target = ord;
    wars.running[0].fighting = StateSet::only(sud);
    assert_eq!(
        brigades(&wars),
        3.0,
        "in the war for Ordland they are where they are needed"
    );
}

#[test]
fn a_promise_given_in_private_is_worth_less() {
    let private = small_with(&["arrangements.coalition.publicity=0.3"], "");
    assert_below("credibility.coalition.land_grab.start", &private, &small(""));
}

#[test]
fn ratification_holds_on_to_what_a_leader_was_bound_to() {
    let vote = "[[event]]\nmonth = 1\nleader = { state = \"SUD\" }\n";
    let shift = |ratified: &str, arrangement: &str| {
        let plan = small_with(&[ratified, "beliefs.drift=0"], vote);
        let moved = |run| {
            let [before, after] = [1, 2].map(|month| {
                let world = world_at(&plan, run, month);
                let (a, s) = (world.inputs.arrangement(arrangement), world.inputs.state("SUD"));
                let (a, s) = a.zip(s).expect("of the world");
                world.position_in(a, s)
            });
            (after - before).abs()
        };
        (0..100).map(moved).sum::<f64>() / 100.0
    };
    let (off, on) = (
        "arrangements.coalition.ratified=0",
        "arrangements.coalition.ratified=0.9",
    );
    let executive = shift(off, "coalition");
    assert!(executive > 0.3, "a new leader changes much: {executive}");
    assert!(shift(on, "coalition") < 0.6 * executive);
    assert!(
        (shift(on, "pact") - executive).abs() < 1e-12,
        "elsewhere nothing is held"
    );
}

/// A war over Ordland that ends at the table of month 2 or not at all, and a guarantee that waits for the end.
const TALKS: &str = r#"
[arrangements.shield]
guarantors = ["WES"]
proteges = ["ORD"]
coverage = "incursion"
condition = "any"
depth = 0.8
announced = 12000
in_force = 12000

[[war]]
attacker = "BER"
target = "ORD"
age = 6

[talks.ORD]
hazard = 1
guarantee = "shield"

[[event]]
month = 2
settle = { target = "ORD" }
note = "Talks open."
"#;

#[test]
fn talks_end_a_war_as_often_as_their_hazard_says_and_bring_their_guarantee_into_force() {
    let still = [
        "war.settlement=0",
        "war.exhaustion=0",
        "war.defeat_ratio=50",
        "settlement.obstacle=0",
    ];
    let with = |sets: &[&str]| small_with(&[&still[..], sets].concat(), TALKS);
    let sure = with(&[]);
    assert_eq!(mean(&sure, "settled", 20), 1.0);
    let shield = |month| {
        let world = world_at(&sure, 0, month);
        world.covered(world.inputs.arrangement("shield").expect("of the world"))
    };
    assert!(shield(2).is_empty() && !shield(3).is_empty());
    assert_eq!(mean(&with(&["talks.ORD.hazard=0"]), "settled", 20), 0.0);
    // One minus (1 − 0.02·(1 + lever·depth))^34 at depth 0.8 and lever 0.5, within three standard errors over 400 runs.
    let slow = mean(
        &with(&["talks.ORD.hazard=0.02", "settlement.lever=0.5"]),
        "settled",
        400,
    );
    let expected = 1.0 - (1.0f64 - 0.028).powi(34);
    assert!(
        (slow - expected).abs() < 3.0 * (expected * (1.0 - expected) / 400.0).sqrt(),
        "{slow}, {expected}"
    );
    // The guarantee is an obstacle where the challenger would rather fight than see it.
    let blocked = with(&["talks.ORD.hazard=0.02", "settlement.obstacle=1"]);
    assert!(mean(&blocked, "settled", 400) < slow - 0.1);
}

#[test]
fn violations_breed_attacks_and_absent_parties_breed_violations() {
    // Without what else a war leaves: a truce that nobody keeps ends in war, and war in no incursions.
    let alone = ["truce.excess=0", "quarrel.gain=0"];
    let with = |sets: &[&str]| small_with(&[&alone[..], sets].concat(), TALKS);
    let (kept, broken) = (with(&[]), with(&["talks.ORD.compliance=0"]));
    let intensity = |plan: &Plan| mean(plan, "intensity.incursion.ORD", 30);
    assert!(intensity(&broken) > 1.2 * intensity(&kept));
    assert_eq!(mean(&kept, "tension.ORD", 10), 0.0);
    let absent = with(&["talks.ORD.seats=0"]);
    let tension = mean(&absent, "tension.ORD", 60);
    assert!(tension > 0.1 && tension < 0.9, "{tension}");
    assert_eq!(
        mean(
            &with(&["talks.ORD.seats=0", "settlement.exclusion=0"]),
            "tension.ORD",
            10
        ),
        0.0
    );
    // Where acts of force are resisted and pressed, they become wars, and the peace is shorter.
    let grim = [
        "challengers.BER.value_scale=2",
        "crisis.honour=5",
        "ladder.land_grab.war_chance=1",
    ];
    let peace = |sets: &[&str]| mean(&with(&[&grim, sets].concat()), "peace_months", 100);
    let (kept, broken) = (peace(&[]), peace(&["talks.ORD.compliance=0", "settlement.violation=5"]));
    assert!(broken < kept - 1.0, "{broken} and {kept} months of peace");
}

#[test]
fn recognised_conquest_teaches_or_satisfies_by_its_figures() {
    let with = |sets: &[&str]| small_with(sets, TALKS);
    let value = |sets: &[&str], state: &str| {
        let plan = with(sets);
        let world = world_at(&plan, 0, 4);
        let state = world.inputs.state(state).expect("of the world");
        let dyad = plan
            .model
            .ground
            .dyads
            .iter()
            .find(|d| d.target == state)
            .expect("in reach");
        world.stage(*dyad, 4).value
    };
    let line = ["talks.ORD.recognition=0"];
    let border = [
        "talks.ORD.recognition=1",
        "settlement.reward=0.5",
        "settlement.satiation=0.4",
    ];
    assert!((value(&border, "SUD") / value(&line, "SUD") - 1.5).abs() < 1e-12);
    assert!((value(&border, "ORD") / value(&line, "ORD") - 0.6).abs() < 1e-12);
}

#[test]
fn a_journal_replays_conditional_events_applications_and_settlements() {
    let event =
        "[[event]]\nwhen = { ceasefire = \"ORD\" }\nafter = 2\nprobability = 0.5\nleader = { state = \"WES\" }\n";
    let sets = [
        "states.ORD.hedges=[\"join\", \"rearm\"]",
        "states.ORD.applies_to=pact",
        "adaptation.hedge_threshold=0.1",
        "talks.ORD.compliance=0.5",
        "arrangements.coalition.ratified=0.5",
        "arrangements.snapback.penalty=0.1",
        "forces.tied=0.5",
        // No war ends by defeat before talks can end it.
        "war.defeat_ratio=50",
    ];
    let plan = small_with(&sets, &format!("{TALKS}{event}{SANCTIONS}"));
    for run in 0..8 {
        let inputs = plan.draw(run).0;
        let mut journal = Journal::new(Agents);
        let lived = plan.model.run(inputs.clone(), &plan.streams(run), &mut journal);
        assert_eq!(lived, plan.run(run).record);
        let mut script = Script::new(journal.entries);
        assert_eq!(lived, plan.model.run(inputs, &plan.streams(run), &mut script));
        assert!(script.is_complete());
    }
    let share = mean(&plan, "event.2", 200);
    assert!(
        (0.35..0.65).contains(&share),
        "a settlement in every run, and a fair coin after it: {share}"
    );
    assert!(mean(&plan, "applied.ORD", 40) > 0.1);
}

#[test]
fn months_of_gap_and_common_decisions_are_counted() {
    assert_eq!(mean(&small(""), "gap_months.west", 4), 36.0);
    let strong = small_with(&["states.ORD.brigades=30", "states.SUD.brigades=30"], "");
    assert_eq!(mean(&strong, "gap_months.west", 4), 0.0);
    let decided = |rule: &str| {
        let both = "arrangements.coalition.guarantors=[\"SUD\", \"WES\"]";
        let plan = small_with(
            &[both, rule, "crisis.honour=5"],
            &ATTACK.replace("month = 1", "month = 4"),
        );
        let k = plan
            .model
            .measures
            .outcomes
            .iter()
            .position(|o| o.id == "authorised.coalition");
        let k = k.expect("reported");
        let records: Vec<_> = (0..40).map(|r| plan.run(r).record).collect();
        let sum = |of: fn(&deterrence::model::record::RunRecord) -> &Vec<f64>| -> f64 {
            records.iter().map(|r| of(r)[k]).sum()
        };
        let (came, asked) = (sum(|r| &r.values), sum(|r| &r.cases));
        assert!(asked > 10.0, "{asked}");
        came / asked
    };
    assert_eq!(decided("arrangements.coalition.decision_rule=individual"), 1.0);
    let all = decided("arrangements.coalition.decision_rule=unanimity");
    assert!(all > 0.0 && all < 0.9, "{all}");
}
