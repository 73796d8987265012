//! Every bundled scenario says what answers its question, and the answer speaks of what the question asks.

use std::collections::BTreeSet;

use deterrence::engine::{Halt, Plan};
use deterrence::scenario::{Problems, Request, Source, bundled, load};
use deterrence::study::{Comparison, Design, Order, Verdict, comparison, prepare, without_folder};

fn order(name: &str, sets: &[&str], runs: u64) -> Order {
    let mut request = Request::new(Source::Bundled(name.into()));
    request.sets = sets.iter().map(|s| (*s).to_owned()).collect();
    Order {
        request,
        design: Design::Answer,
        outcomes: Vec::new(),
        runs: Some(runs),
    }
}

#[test]
fn every_bundled_scenario_has_an_answer_whose_outcomes_every_arm_reports() {
    for scenario in bundled::scenarios() {
        let study = prepare(&order(&scenario.name, &[], 1)).expect("an answer that can be played");
        assert!((3..=6).contains(&study.outcomes.len()), "{}", scenario.name);
        assert!(study.arms.len() >= 3, "{}", scenario.name);
        for arm in &study.arms {
            let reported: BTreeSet<&str> = arm.plan.model.measures.outcomes.iter().map(|o| o.id.as_str()).collect();
            for id in &study.outcomes {
                assert!(reported.contains(id.as_str()), "{} {}: {id}", scenario.name, arm.id);
            }
        }
        let labels: BTreeSet<&str> = study.arms.iter().map(|a| a.label.as_str()).collect();
        assert_eq!(
            labels.len(),
            study.arms.len(),
            "{}: two arms have one label",
            scenario.name
        );
    }
}

/// Who or what the question of each scenario is about, in the words of the answers.
const SUBJECTS: [(&str, &[&str]); 25] = [
    ("armistice-and-peacekeepers", &["Ukraine"]),
    ("budapest-1994", &["Ukraine"]),
    ("deal-without-ukraine", &["the war"]),
    ("decentralised-defence", &["land grabs"]),
    ("enlargement-and-red-lines", &["Ukraine"]),
    ("estonia-land-grab", &["NATO"]),
    ("eu-force-and-dissolution", &["Estonia"]),
    ("european-guarantee-backstop", &["Ukraine"]),
    ("european-rearmament", &["the ready force of Europe"]),
    ("free-riding", &["the defence spending of the European members"]),
    ("french-umbrella", &["Estonia"]),
    ("leader-turnover", &["belief that NATO"]),
    ("northern-accession", &["Finland"]),
    ("poland-drone-incursion", &["Silence", "incursions"]),
    ("post-cold-war-order", &["Ukraine"]),
    ("september-11-invocation", &["belief that NATO"]),
    ("shadow-war", &["acts of sabotage"]),
    ("spillover-and-precedent", &["South Korea"]),
    ("status-quo", &["land grabs on members of NATO"]),
    ("supply-lines", &["Poland"]),
    ("ukraine-2022-signals", &["major attack on Ukraine"]),
    ("ukraine-guarantee-designs", &["Ukraine"]),
    ("un-and-regional", &["land grabs on"]),
    ("us-withdrawal", &["belief that NATO"]),
    ("west-berlin", &["West Berlin"]),
];

/// The verbs of a sentence and the verdicts behind them: nothing rises that is not higher in some arm, nothing falls that
/// is not lower.
fn verbs_follow(name: &str, told: &Comparison) {
    let verdicts: BTreeSet<&str> = told
        .outcomes
        .iter()
        .flat_map(|o| &o.contrasts)
        .map(|d| d.verdict.word())
        .collect();
    let text = told.answer.join(" ");
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    assert!(
        !has(&[" rises ", " rise "]) || verdicts.contains("higher"),
        "{name}: {text}"
    );
    assert!(
        !has(&[" falls ", " fall "]) || verdicts.contains("lower"),
        "{name}: {text}"
    );
    // The first line of eighty columns answers: it names an option, or says that none can be told from the others.
    let line: String = told.answer[0].chars().take(80).collect();
    let is_answer =
        line.contains('‘') || line.starts_with("No difference in ") || line.starts_with("No option changes ");
    assert!(is_answer, "{name}: {text}");
    let first = &told.outcomes[0];
    if first.contrasts.iter().all(|d| d.verdict == Verdict::NotResolved) {
        let opening = &told.answer[0];
        let is_said = opening.starts_with("No difference in ") || opening.starts_with("No option changes ");
        assert!(is_said, "{name}: {text}");
    }
}

/// In few runs of half a year nearly nothing is resolved; then the sentences have to say so.
#[test]
fn the_sentences_name_the_subject_of_the_question_and_their_verbs_follow_the_verdicts() {
    let names: BTreeSet<String> = bundled::scenarios().into_iter().map(|b| b.name).collect();
    assert_eq!(SUBJECTS.iter().map(|s| s.0.to_owned()).collect::<BTreeSet<_>>(), names);
    for (name, words) in SUBJECTS {
        let study = prepare(&order(name, &["run.months=8"], 8)).expect("an answer that can be played");
        let told = without_folder(&study, &Halt::default());
        assert!((1..=3).contains(&told.answer.len()), "{name}: {:?}", told.answer);
        let text = told.answer.join(" ");
        let is_named = words.iter().any(|w| text.to_lowercase().contains(&w.to_lowercase()));
        assert!(is_named, "{name} asks “{}”, answered: {text}", told.question);
        verbs_follow(name, &told);
    }
}

#[test]
fn a_comparison_reads_back_as_it_was_written() {
    let study = prepare(&order("poland-drone-incursion", &["run.months=6"], 12)).expect("an answer");
    let told = without_folder(&study, &Halt::default());
    let text = serde_json::to_string_pretty(&told).expect("JSON");
    assert_eq!(serde_json::from_str::<Comparison>(&text).expect("the same shape"), told);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["format"], "deter.comparison/1");
    assert_eq!(value["baseline"], "answered");
    assert_eq!(value["arms"][1]["id"], "silence");
    let contrast = &value["outcomes"][0]["contrasts"][0];
    for key in [
        "arm",
        "difference",
        "interval",
        "ratio",
        "ratio_interval",
        "correlation",
        "changed",
        "only_baseline",
        "only_arm",
        "first_month",
        "verdict",
    ] {
        assert!(contrast.get(key).is_some(), "{key}");
    }
    assert_eq!(comparison(&study, &played(&study)), told);
}

fn played(study: &deterrence::study::Study) -> deterrence::study::Played {
    use deterrence::study::{Nowhere, play};
    let plans: Vec<&Plan> = study.plans();
    let pairings = study.pairings().expect("outcomes that every arm reports");
    let Ok(played) = play(&plans, &pairings, study.runs, &Halt::default(), &mut Nowhere);
    played
}

fn problems(answer: &str) -> Vec<(&'static str, Option<usize>)> {
    let text = format!("title = \"T\"\nquestion = \"Q?\"\nextends = \"poland-drone-incursion\"\n{answer}");
    let source = Source::Text { name: "x".into(), text };
    match load(&Request::new(source)) {
        Err(Problems::Invalid(findings)) => {
            assert!(findings.iter().all(|f| f.help.is_some()), "{findings:?}");
            findings.iter().map(|f| (f.code, f.line)).collect()
        }
        Ok(_) => Vec::new(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn everything_wrong_with_an_answer_is_told_at_once_with_its_place() {
    let wrong = "[answer]\nbaseline = \"anwsered\"\noptions = [\"silence\", \"shout\"]\noutcomes = [\n\"war\",\n\"peace\",\n\"war.CHE\"]\n";
    let found: BTreeSet<_> = problems(wrong).into_iter().collect();
    let wanted = [
        ("S0501", Some(5)),
        ("S0502", Some(6)),
        ("S0503", Some(9)),
        ("S0504", Some(10)),
    ];
    assert_eq!(found, wanted.into_iter().collect());
    let short = "[answer]\nbaseline = \"silence\"\noptions = [\"silence\"]\noutcomes = [\"war\"]\nruns = 5\n";
    let codes: BTreeSet<&str> = problems(short).into_iter().map(|p| p.0).collect();
    assert_eq!(codes, ["S0104", "S0505", "S0506"].into_iter().collect());
    let bare: BTreeSet<&str> = problems("[answer]\nruns = 500\n").into_iter().map(|p| p.0).collect();
    assert_eq!(bare, ["S0106"].into_iter().collect());
    let empty: Vec<_> = problems("[answer]\noptions = []\noutcomes = []\n");
    let sizes = empty.iter().filter(|p| p.0 == "S0505").count();
    assert_eq!((sizes, empty.len()), (2, 2), "{empty:?}");
    let twice = "[answer]\noptions = [\"silence\", \"silence\"]\noutcomes = [\"war\", \"war\", \"settled\"]\n";
    let codes: Vec<&str> = problems(twice).into_iter().map(|p| p.0).collect();
    assert_eq!(codes.iter().filter(|c| **c == "S0216").count(), 2, "{codes:?}");
}

#[test]
fn an_answer_is_not_inherited_and_no_other_layer_can_hold_one() {
    let text = "title = \"T\"\nquestion = \"Q?\"\nextends = \"poland-drone-incursion\"\n";
    let source = Source::Text {
        name: "x".into(),
        text: text.into(),
    };
    let scenario = load(&Request::new(source)).expect("a scenario that extends another one");
    assert!(scenario.answer.is_none() && !scenario.options.is_empty());
    let mut request = Request::new(Source::Bundled("poland-drone-incursion".into()));
    request.sets = vec!["answer.runs=500".into()];
    assert!(matches!(load(&request), Err(Problems::Invalid(_))));
    let option = "[[option]]\nname = \"odd\"\nanswer.runs = 500\nbeliefs.reputation = 0\n";
    assert!(problems(option).iter().any(|p| p.0 == "S0101"));
}
