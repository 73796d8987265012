//! What a comparison of two plans on common luck promises.

use deterrence::analysis::{CompareError, Comparison, Settings, compare};
use deterrence::engine::{Halt, Plan};
use deterrence::scenario::{Request, Source, load};
use deterrence::stats::{bonett_price, paired_mean};

const RUNS: u64 = 40;

fn plan(sets: &[&str]) -> Plan {
    let mut request = Request::new(Source::Bundled("status-quo".into()));
    request.sets = ["run.months=12"].iter().chain(sets).map(|s| (*s).to_string()).collect();
    Plan::new(load(&request).expect("a bundled scenario with sound overrides"))
}

fn ids() -> Vec<String> {
    [
        "challenge.strike",
        "intensity.incursion",
        "honoured.nato",
        "severe_share",
        "rate.incursion",
    ]
    .map(String::from)
    .to_vec()
}

fn compared(first: &Plan, second: &Plan) -> Comparison {
    let settings = Settings {
        runs: RUNS,
        level: 0.95,
        outcomes: &ids(),
    };
    compare(first, second, &settings, &Halt::default()).expect("the same seed and known outcomes")
}

#[test]
fn a_plan_against_itself_differs_in_nothing() {
    let p = plan(&[]);
    let c = compared(&p, &p);
    assert_eq!((c.runs, c.changed), (RUNS, 0));
    for contrast in &c.contrasts {
        assert_eq!(contrast.changed, 0, "{}", contrast.id);
        assert!(contrast.difference.is_none_or(|d| d == 0.0), "{}", contrast.id);
        assert!(contrast.ratio.is_none_or(|r| r == 1.0), "{}", contrast.id);
    }
    let rate = &c.contrasts[1];
    assert_eq!(
        (rate.interval, rate.ratio_interval),
        (Some([0.0, 0.0]), Some([1.0, 1.0]))
    );
}

#[test]
fn streamed_differences_are_those_of_the_stored_pairs() {
    let (a, b) = (plan(&[]), plan(&["states.USA.perceived=-2"]));
    let c = compared(&a, &b);
    let column = |p: &Plan, id: &str| -> Vec<f64> {
        let k = p
            .model
            .measures
            .outcomes
            .iter()
            .position(|o| o.id == id)
            .expect("a reported outcome");
        (0..RUNS).map(|r| p.run(r).record.values[k]).collect()
    };
    let (x, y) = (column(&a, "intensity.incursion"), column(&b, "intensity.incursion"));
    let stored = paired_mean(&x, &y, 0.95).expect("forty pairs");
    let streamed = &c.contrasts[1];
    let [low, high] = streamed.interval.expect("forty pairs");
    assert!((streamed.difference.expect("a mean") - stored.difference).abs() < 1e-12);
    assert!((low - stored.interval[0]).abs() < 1e-12 && (high - stored.interval[1]).abs() < 1e-12);
    let correlation = streamed.correlation.zip(stored.correlation).expect("both vary");
    assert!((correlation.0 - correlation.1).abs() < 1e-9);
    assert_eq!(streamed.changed, stored.changed);
    let binary = &c.contrasts[0];
    let exact = bonett_price(binary.only_first, binary.only_second, RUNS, 0.95).expect("forty pairs");
    assert_eq!(binary.interval, Some(exact.interval));
}

#[test]
fn doubt_about_the_lead_raises_incursions_beyond_its_interval() {
    let c = compared(&plan(&[]), &plan(&["states.USA.perceived=-2"]));
    let ratio = c.contrasts[1].ratio_interval.expect("positive rates");
    assert!(ratio[0] > 1.0, "{ratio:?}");
    assert!(c.contrasts[1].correlation.expect("both vary") > 0.3);
    assert!(c.changed > 0 && c.changed <= RUNS);
}

#[test]
fn the_same_numbers_for_any_number_of_threads() {
    let (a, b) = (plan(&[]), plan(&["states.USA.perceived=-2"]));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a small pool");
        pool.install(|| compared(&a, &b))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn plans_that_share_no_luck_and_unknown_outcomes_are_refused() {
    let a = plan(&[]);
    let settings = Settings {
        runs: 2,
        level: 0.95,
        outcomes: &["peace".to_string()],
    };
    assert_eq!(
        compare(&a, &plan(&["run.seed=2"]), &settings, &Halt::default()),
        Err(CompareError::Seeds(1, 2))
    );
    let unknown = CompareError::Unknown {
        plan: "first",
        id: "peace".into(),
    };
    assert_eq!(compare(&a, &a, &settings, &Halt::default()), Err(unknown));
}

#[test]
fn a_stop_leaves_no_pairs_behind() {
    let a = plan(&[]);
    let halt = Halt::default();
    halt.ask();
    let settings = Settings {
        runs: RUNS,
        level: 0.95,
        outcomes: &ids(),
    };
    let c = compare(&a, &a, &settings, &halt).expect("the same seed");
    assert_eq!(c.runs, 0);
    assert!(
        c.contrasts
            .iter()
            .all(|k| k.first.is_none() && k.interval.is_none() && k.ratio.is_none())
    );
}
