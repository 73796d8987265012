//! Promises about what a war leaves: the same in every world, nothing where its figures are zero, and one value of a state for
//! all worlds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deterrence::engine::Plan;
use deterrence::model::decision::Agents;
use deterrence::model::world::World;
use deterrence::scenario::{Request, Source, load};

fn plan(name: &str, option: Option<&str>, sets: &[&str]) -> Plan {
    let mut request = Request::new(Source::Bundled(name.into()));
    request.option = option.map(str::to_owned);
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    Plan::new(load(&request).unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// Plays some runs, and reads at the end of each the integrated intensity of every rung against Ukraine and the expectation that
/// the war begins again.
fn ukraine(plan: &Plan, runs: u64) -> Vec<(Vec<f64>, f64)> {
    let rungs = plan.scenario.base.ladder.len();
    let target = plan.scenario.base.state("UKR").expect("a state of the world");
    (0..runs)
        .map(|r| {
            let ground = &plan.model.ground;
            let (inputs, _) = plan.draw(r);
            let (streams, months) = (plan.streams(r), inputs.months);
            let mut world = World::new(ground, inputs);
            for _ in 0..months {
                world.live_month(ground, &streams, &mut Agents);
                world.month += 1;
            }
            let rates = world.tally.integrated[target * rungs..(target + 1) * rungs].to_vec();
            (rates, world.expected.resumed)
        })
        .collect()
}

const CEASEFIRE: &str = "ceasefire";
const NOTHING: [&str; 2] = ["quarrel.gain=0", "truce.excess=0"];

#[test]
fn where_gain_and_excess_are_zero_a_war_leaves_nothing_to_the_last_digit() {
    let with = |more: &[&str]| ukraine(&plan("status-quo", Some(CEASEFIRE), &[&NOTHING[..], more].concat()), 3);
    let wanted = with(&[]);
    let others = [
        "quarrel.build=3",
        "quarrel.fade=7",
        "truce.fade=500",
        "truce.keeping=1",
        "challengers.RUS.targets.UKR.fought=200",
        "challengers.RUS.targets.GEO.quiet=0",
        "challengers.RUS.targets.GEO.fought=0",
    ];
    assert_eq!(with(&others), wanted);
    let left = ukraine(&plan("status-quo", Some(CEASEFIRE), &[]), 3);
    assert!(
        left.iter().zip(&wanted).all(|(a, b)| a.1 > 2.0 * b.1),
        "{left:?} {wanted:?}"
    );
}

/// The two differ in what the end of the opening war hangs on. With that made equal they are the same world; as they are, P(the war
/// begins again) differs by what an earlier end makes of it. 100 pairs on the same luck; the difference of their means has a
/// standard error of 0.01.
#[test]
fn a_cease_fire_is_the_same_in_whichever_world_it_comes() {
    let same = ["run.months=72", "war.settlement=0.01", "war.exhaustion=0.01"];
    let option = ukraine(&plan("status-quo", Some(CEASEFIRE), &same), 12);
    let world = ukraine(&plan("ukraine-guarantee-designs", None, &[]), 12);
    assert_eq!(option, world);
    let mean = |all: &[(Vec<f64>, f64)]| all.iter().map(|x| x.1).sum::<f64>() / all.len() as f64;
    let option = mean(&ukraine(&plan("status-quo", Some(CEASEFIRE), &["run.months=72"]), 100));
    let world = mean(&ukraine(&plan("ukraine-guarantee-designs", None, &[]), 100));
    assert!((option - world).abs() < 0.03, "{option} {world}");
}

#[test]
fn armies_go_home_on_both_sides_once_the_fighting_stops_and_not_before() {
    // No war begins anew.
    let peace = ["strike", "land_grab", "major_attack"].map(|rung| format!("ladder.{rung}.war_chance=0"));
    let mut sets = vec!["war.settlement=0", "war.exhaustion=0"];
    sets.extend(peace.iter().map(String::as_str));
    let plan = plan("status-quo", Some(CEASEFIRE), &sets);
    let ground = &plan.model.ground;
    let ukraine = plan.scenario.base.state("UKR").expect("a state of the world");
    let d = ground.dyads.iter().position(|d| d.target == ukraine).expect("in reach");
    let (inputs, _) = plan.draw(0);
    let streams = plan.streams(0);
    let mut world = World::new(ground, inputs);
    let mut seen = Vec::new();
    for month in 0..60 {
        world.live_month(ground, &streams, &mut Agents);
        world.month += 1;
        if [11, 12, 36].contains(&month) {
            let (mine, theirs) = (world.forces.mobilised[ukraine], world.stage(ground.dyads[d], 5).attack);
            seen.push((
                mine,
                theirs,
                world.forces.free(&world.inputs, ground.dyads[d].challenger),
            ));
        }
    }
    let [war, at_once, later] = seen[..] else {
        panic!("three months were read: {seen:?}");
    };
    assert!(
        war.0 > 30.0 && war.1 == war.2,
        "in war nobody is sent home, and nobody stands idle: {war:?}"
    );
    assert!(
        at_once.1 > 60.0,
        "the army that stood there still stands there: {at_once:?}"
    );
    assert!(
        later.0 < 0.45 * at_once.0 && later.1 - later.2 < 0.45 * (at_once.1 - at_once.2),
        "{seen:?}"
    );
}

fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, all);
        } else if path.extension().is_some_and(|e| e == "toml") {
            all.push(path);
        }
    }
}

/// Values that a layer of a scenario writes for pairs of challenger and target.
fn values(layer: &toml::Table, mut note: impl FnMut(String, String)) {
    let challengers = layer.get("challengers").and_then(toml::Value::as_table);
    for (challenger, c) in challengers.into_iter().flatten() {
        let targets = c.get("targets").and_then(toml::Value::as_table);
        for (target, t) in targets.into_iter().flatten() {
            if let Some(value) = t.get("value") {
                note(format!("{challenger} {target}"), value.to_string());
            }
        }
    }
}

/// Options that ask what if a state were worth less: the only place where a value may be another one.
const WHAT_IF: [(&str, &str); 1] = [("west-berlin", "SUN WBE")];

/// What a state is worth to a challenger is one figure for all bundled worlds. What differs between them is what wars have left.
#[test]
fn no_bundled_world_sets_one_pairs_value_by_hand() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut all);
    let mut worth: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for path in &all {
        let text = std::fs::read_to_string(path).expect("a file of the project");
        let table: toml::Table = text.parse().expect("TOML");
        let name = path
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        values(&table, |pair, value| {
            worth
                .entry(pair)
                .or_default()
                .entry(value)
                .or_default()
                .push(name.clone());
        });
        for option in table
            .get("option")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            values(option.as_table().expect("an option"), |pair, value| {
                assert!(
                    WHAT_IF.contains(&(name.as_str(), pair.as_str())),
                    "{name}: an option sets the value of {pair} to {value}"
                );
            });
        }
    }
    assert!(worth.contains_key("RUS UKR"), "{:?}", worth.keys());
    for (pair, values) in &worth {
        assert_eq!(values.len(), 1, "{pair} has more than one value: {values:?}");
    }
    assert!(
        worth["RUS UKR"].keys().all(|v| v.contains("triangular")),
        "what is contested is a distribution"
    );
}
