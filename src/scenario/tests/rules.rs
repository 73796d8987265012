//! One test a rule, and what a valid scenario becomes.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::model::inputs::EventKind;
use crate::scenario::diagnostics::render_all;

#[test]
fn a_small_world_loads_without_findings() {
    let scenario = load_text(WORLD).unwrap_or_else(|e| panic!("{}", render_all(&findings(Err(e)), false)));
    assert_eq!(scenario.warnings, []);
    assert_eq!(scenario.name, "scenario");
    assert_eq!(scenario.title, "A small world");
    assert_eq!(scenario.sources, ["kagan-2025"]);
    let settings = RunSettings {
        months: 24,
        runs: 10_000,
        seed: 1,
        start: (2026, 3),
    };
    assert_eq!(scenario.run, settings);
    let inputs = &scenario.base;
    assert_eq!(
        inputs.states.iter().map(|s| s.iso3.as_str()).collect::<Vec<_>>(),
        ["USA", "POL", "EST", "RUS"]
    );
    assert_eq!(inputs.ladder.len(), 6);
    let nato = &inputs.arrangements[inputs.focal];
    assert_eq!(
        (nato.guarantors.as_slice(), nato.proteges.as_slice()),
        ([0, 1, 2].as_slice(), [0, 1, 2].as_slice())
    );
    assert_eq!(nato.coverage, inputs.rung("land_grab"));
    assert_eq!(nato.depth_by, [1.0, 1.0, 0.5, 1.0]);
    assert_eq!(inputs.challengers[0].targets.len(), 2);
    assert_eq!(inputs.forward[0].brigades, 1.0);
    assert_eq!(inputs.spending[1].target, 0.05);
    assert_eq!(inputs.states[0].figures.resolve, 0.4);
    assert!((inputs.challengers[0].targets[1].figures.value - 0.15).abs() < 1e-12);
    let paths: Vec<&str> = scenario.uncertain.iter().map(|u| u.path.as_str()).collect();
    assert_eq!(paths, ["challengers.RUS.targets.POL.value", "states.USA.resolve"]);
}

#[test]
fn each_rule_is_reported_with_its_code_and_place() {
    // Text on top of the small world, code, what the caret points at, part of message or help.
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "[beliefs]\nreputaton = 0",
            "S0101",
            "reputaton",
            "did you mean `reputation`?",
        ),
        ("reputation = 0", "S0101", "reputation", "`beliefs.reputation`"),
        ("[belief]\nreputation = 0", "S0101", "belief", "did you mean `beliefs`?"),
        ("[states.USA]\nresolv = 1", "S0101", "resolv", "did you mean `resolve`?"),
        ("[states.'U A']\nname = 'x'", "S0101", "'U A'", "unknown key"),
        (
            "[[event]]\nmonht = 1\nleader = { state = 'USA' }",
            "S0101",
            "monht",
            "did you mean `month`?",
        ),
        ("[beliefs]\nreputation = 'much'", "S0102", "'much'", "is a string"),
        ("beliefs = 1", "S0102", "1", "not a table"),
        ("option = 1", "S0102", "1", "[[option]]"),
        ("run.months = 1.5", "S0102", "1.5", "whole number"),
        ("[beliefs]\nreputation = nan", "S0103", "nan", "finite"),
        ("[states.USA]\nbrigades = inf", "S0103", "inf", "finite"),
        (
            "[states.USA]\nbrigades = 99999999999999999999999999",
            "S0103",
            "9999",
            "finite",
        ),
        ("[beliefs]\nreputation = 1.5", "S0104", "1.5", "outside 0 to 1"),
        ("run.months = 0", "S0104", "0", "outside 1 to 600"),
        ("run.months = 601", "S0104", "601", "outside 1 to 600"),
        ("run.runs = 0", "S0104", "0", "outside 1"),
        ("run.runs = -3", "S0104", "-3", "outside 1"),
        (
            "challengers.RUS.regeneration = [[6, 1], [3, 1]]",
            "S0104",
            "[3, 1]",
            "rise",
        ),
        ("[states.USA]\nnuclear = 'arsenl'", "S0105", "'arsenl'", "`arsenal`"),
        ("run.start = '2025-13'", "S0105", "'2025-13'", "month"),
        ("[programs.x]\nbrigades = 1", "S0106", "x]", "no `state`"),
        (
            "[[event]]\nchallenge = { by = 'RUS', target = 'EST' }",
            "S0106",
            "{ by",
            "needs `rung`",
        ),
        (
            "[states.USA]\nresolve = { norml = [0, 1] }",
            "S0107",
            "norml",
            "did you mean `normal`?",
        ),
        (
            "[states.USA]\nresolve = { normal = [0] }",
            "S0107",
            "{ normal",
            "takes [mean, sd]",
        ),
        (
            "[states.USA]\nresolve = { uniform = [2, 1] }",
            "S0107",
            "{ uniform",
            "low lies above high",
        ),
        ("[states.USA]\nresolve = {}", "S0107", "{}", "exactly one"),
        (
            "[states.USA]\nresolve = { normal = [0, 0] }",
            "S0108",
            "{ normal",
            "sd is 0",
        ),
        (
            "[states.USA]\nresolve = { uniform = [-7, 0] }",
            "S0109",
            "{ uniform",
            "leaves the range -6 to 6",
        ),
        (
            "[beliefs]\nreputation = { normal = [0.5, 0.5] }",
            "S0109",
            "{ normal",
            "percent",
        ),
        (
            "[[event]]\nprobability = 40\nleader = { state = 'USA' }",
            "S0110",
            "40",
            "write 0.4",
        ),
        (
            "[[event]]\nhazard = -0.1\nleader = { state = 'USA' }",
            "S0110",
            "-0.1",
            "between 0 and 1",
        ),
        ("[states.USS]\nresolve = 1", "S0201", "USS", "did you mean `USA`?"),
        (
            "[arrangements.nato]\nmembers = ['USA', 'POL', 'ETS']",
            "S0201",
            "ETS'",
            "did you mean `EST`?",
        ),
        ("[response]\nPLO = 'fight'", "S0201", "PLO", "did you mean `POL`?"),
        ("[forward.EST]\nGBR = 1", "S0201", "GBR", "unknown state"),
        ("[spending.LUX]\ntarget = 0.1", "S0201", "LUX", "unknown state `LUX`"),
        (
            "[ladder.incursions]\nseverity = 0.1",
            "S0202",
            "incursions",
            "did you mean `incursion`?",
        ),
        (
            "[arrangements.nato]\ncoverage = 'strik'",
            "S0202",
            "strik'",
            "did you mean `strike`?",
        ),
        ("run.focal = 'nat'", "S0203", "nat'", "did you mean `nato`?"),
        (
            "[arrangements.nat0]\ndepth = 1",
            "S0205",
            "nat0",
            "did you mean `nato`?",
        ),
        (
            "[arrangements.x]\nguarantors = []\nproteges = ['EST']",
            "S0205",
            "x]",
            "no guarantors",
        ),
        (
            "[arrangements.x]\nguarantors = ['EST']\nproteges = ['EST']",
            "S0206",
            "['EST']\n",
            "nobody but `EST`",
        ),
        ("[arrangements.nato]\nveto = ['RUS']", "S0207", "'RUS'", "no guarantor"),
        (
            "[challengers.RUS.targets.RUS]\nvalue = 1",
            "S0208",
            "RUS]",
            "its own target",
        ),
        (
            "[challengers.RUS]\npartners = ['RUS']",
            "S0208",
            "'RUS'",
            "its own partner",
        ),
        ("[forward.EST]\nEST = 1", "S0208", "EST = 1", "at home"),
        (
            "[[war]]\nattacker = 'RUS'\ntarget = 'RUS'",
            "S0208",
            "'RUS'",
            "with itself",
        ),
        (
            "[[event]]\nmonth = 24\nleader = { state = 'USA' }",
            "S0209",
            "24",
            "0 to 23",
        ),
        (
            "[[option]]\nname = 'a'\n[option.run]\nmonths = 24",
            "S0210",
            "'a'",
            "changes nothing",
        ),
        (
            "[[option]]\nname = 'a'\n[[option]]\nname = 'a'",
            "S0211",
            "'a'",
            "two options",
        ),
        ("[[option]]\nlabel = 'a'", "S0106", "[[option]]", "needs `name`"),
        ("[[option]]\nname = '../a'", "S0105", "'../a'", "folder name"),
        (
            "ladder.order = ['a','b','c','d','e','f','g','h','i']",
            "S0212",
            "'i'",
            "at most 8",
        ),
        ("[[event]]\nmonth = 1", "S0213", "[[event]]", "exactly one of"),
        (
            "[[event]]\nwhen = { act = 'strike', war = 'POL' }\nleader = { state = 'USA' }",
            "S0213",
            "{ act = 'strike', war = 'POL' }",
            "exactly one of",
        ),
        (
            "[[event]]\nwhen = { war = 'POL', answered = true }\nleader = { state = 'USA' }",
            "S0101",
            "answered",
            "belongs to `act`",
        ),
        (
            "[[event]]\nwhen = { act = 'strike', target = 'POLL' }\nleader = { state = 'USA' }",
            "S0201",
            "POLL'",
            "did you mean `POL`?",
        ),
        (
            "[[event]]\nwhen = { leader = 'USA' }\nhazard = 0.1\nceasefire = { target = 'EST' }",
            "S0213",
            "0.1",
            "use `probability`",
        ),
        (
            "[[event]]\nafter = 2\nleader = { state = 'USA' }",
            "S0213",
            "2",
            "belongs to an event with `when`",
        ),
        (
            "[[event]]\nwhen = { war = 'USA' }\nleader = { state = 'USA' }",
            "S0217",
            "'USA'",
            "waits in vain",
        ),
        ("[states.EST]\nhedges = ['join']", "S0106", "['join']", "applies_to"),
        (
            "[arrangements.nato]\nchain_to = 'nato'\nchain = 0.5",
            "S0208",
            "'nato'",
            "chained to itself",
        ),
        ("[arrangements.nato]\nchain = 0.5", "S0217", "chain", "chain to nowhere"),
        (
            "[[event]]\nleader = { state = 'USA' }\nceasefire = { target = 'EST' }",
            "S0213",
            "[[event]]",
            "2 kinds",
        ),
        (
            "[[event]]\nchange = { 'beliefs.rep' = 1 }",
            "S0214",
            "rep'",
            "`reputation`",
        ),
        (
            "[[event]]\nchange = { 'challengers.RUS.targets.USA.value' = 1 }",
            "S0214",
            "'challengers",
            "no figure",
        ),
        (
            "[[event]]\nchange = { 'states.ESS.brigades' = 1 }",
            "S0201",
            "ESS.brigades",
            "did you mean `EST`?",
        ),
        (
            "[[event]]\nchange = { 'beliefs.reputation' = 2 }",
            "S0104",
            "2",
            "outside 0 to 1",
        ),
        (
            "[[war]]\nattacker = 'POL'\ntarget = 'EST'",
            "S0215",
            "POL'",
            "not a challenger",
        ),
        (
            "[arrangements.nato]\nmembers = ['USA', 'POL', 'POL']",
            "S0216",
            "'POL']",
            "twice",
        ),
        (
            "[[event]]\nhazard = 0\nleader = { state = 'USA' }",
            "S0217",
            "[[event]]",
            "never happens",
        ),
        ("[challengers.POL]\nwar_force = 4", "S0217", "POL]", "no targets"),
        ("[response]\nUSA = 'fight'", "S0217", "USA", "no event starts one"),
        (
            "[arrangements.nato]\ndepth_by = { RUS = 1 }",
            "S0218",
            "RUS",
            "no guarantor",
        ),
        (
            "[[event]]\nchallenge = { by = 'RUS', target = 'USA', rung = 'strike' }",
            "S0219",
            "'USA'",
            "[challengers.RUS.targets.USA]",
        ),
        ("a = [1\nb = 2", "S0005", "", "not valid TOML"),
        ("extends = 'again'", "S0005", "", "duplicate key"),
    ];
    for (text, code, pointed, words) in cases {
        let found = findings(load_on_world(text, &[]));
        let Some(finding) = found.iter().find(|d| d.code == *code) else {
            panic!("{text}\nshould give {code}, gave:\n{}", render_all(&found, false));
        };
        let shown = finding.render(false);
        assert!(shown.contains(words), "{text}\nshould say {words:?}:\n{shown}");
        assert!(
            shown.contains("scenario.toml:"),
            "{text}\nshould name the file:\n{shown}"
        );
        let span = finding.span.clone().expect("a place");
        let whole = format!("title = 'T'\nquestion = 'Q'\nextends = 'world'\n{text}\n");
        assert!(
            whole[span.start..].starts_with(pointed),
            "{text}\npoints at {:?}",
            &whole[span]
        );
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let found = codes_of(load_on_world(
        "run.runs = 0\n[beliefs]\nreputaton = 0\n[states.USA]\nresolve = nan\n[response]\nUAS = 'fight'",
        &["states.POL.brigades=-1"],
    ));
    for code in ["S0101", "S0103", "S0104", "S0201"] {
        assert!(found.contains(&code), "{code} in {found:?}");
    }
    assert_eq!(found.iter().filter(|c| **c == "S0104").count(), 2);
}

#[test]
fn an_empty_scenario_says_what_is_missing() {
    assert_eq!(codes_of(load_text("")), ["S0004"]);
    assert_eq!(codes_of(load_text("# only a note\n")), ["S0004"]);
    let found = findings(load_text("label = 'x'"));
    let all = render_all(&found, false);
    for words in ["no `title`", "no `question`", "no states", "no arrangement"] {
        assert!(all.contains(words), "{words} in\n{all}");
    }
}

#[test]
fn a_world_has_at_most_sixty_four_states() {
    let letter = |i: u32| char::from_u32(65 + i).expect("a capital letter");
    let names: Vec<String> = (0..70)
        .map(|i| format!("[states.Z{}{}]\nname = 'state {i}'", letter(i / 26), letter(i % 26)))
        .collect();
    assert!(codes_of(load_on_world(&names.join("\n"), &[])).contains(&"S0212"));
}

#[test]
fn events_change_figures_by_path_quoted_or_nested() {
    let text = "[[event]]\nmonth = 3\nover = 6\n\
                change = { 'beliefs.reputation' = 1, states.USA.brigades = 40, 'forward.POL.USA' = 2 }";
    let scenario = load_on_world(text, &[]).expect("valid");
    let EventKind::Change { slots, over } = &scenario.base.events[0].kind else {
        panic!("a change");
    };
    assert_eq!((slots.len(), *over), (3, 6));
    assert_eq!(scenario.base.forward.last().map(|f| f.brigades), Some(0.0));
}

#[test]
fn a_rung_of_the_default_ladder_can_be_overridden_singly() {
    let scenario = load_on_world("[ladder.sabotage]\nattribution = 0.9", &[]).expect("valid");
    assert_eq!(scenario.base.ladder[1].figures.attribution, 0.9);
    assert_eq!(scenario.base.ladder[1].figures.severity, 0.02);
    let own = "[ladder]\norder = ['probe', 'strike', 'land_grab']\nprobe.severity = 0.03";
    let ladder = load_on_world(own, &[]).expect("valid").base.ladder;
    assert_eq!(ladder[0].label, "probe");
    assert!(ladder[1].force, "a known rung keeps its values");
}

#[test]
fn adding_an_uncertain_input_changes_no_other_draw() {
    let stream = |path: &str| Xoshiro256PlusPlus::seed_from_u64(path.bytes().map(u64::from).sum());
    let few = load_text(WORLD).expect("valid");
    let more = load_text(&WORLD.replace("value = 0.1\n", "value = { pert = [0, 0.1, 1] }\n")).expect("valid");
    let (one, values) = few.draw(0, stream);
    let (two, others) = more.draw(0, stream);
    assert_eq!((values.len(), others.len()), (2, 3));
    assert_eq!(values, others[1..]);
    assert_eq!(
        one.states[0].figures.resolve.to_bits(),
        two.states[0].figures.resolve.to_bits()
    );
    assert_eq!(few.at_quantiles(&[]).0, few.base);
    let (mut reused, mut drawn) = (two.clone(), Vec::new());
    more.draw_into(&mut reused, 0, stream, &mut drawn);
    assert_eq!(
        (reused, drawn),
        (two, others),
        "drawing twice into the same inputs leaves no trace"
    );
}

#[test]
fn draws_stay_in_the_range_of_their_figure() {
    let scenario = load_on_world("[states.POL]\nbrigades = { lognormal = [300, 0.4] }", &[]).expect("valid");
    let index = scenario
        .uncertain
        .iter()
        .position(|u| u.path == "states.POL.brigades")
        .expect("uncertain");
    assert_eq!(scenario.uncertain[index].quantile(1.0 - 1e-9), 1000.0);
}
