//! What a comparison of arms on common luck promises.

use std::convert::Infallible;

use deterrence::engine::{Block, Halt, Plan, Sink};
use deterrence::scenario::{Problems, Request, Source, load};
use deterrence::stats::paired_mean;
use deterrence::study::{Contrast, Design, Nowhere, Order, Paired, Pairing, Played, Verdict, play, prepare};

const RUNS: u64 = 40;
const LEVEL: f64 = 0.95;

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

fn played(plans: &[&Plan], halt: &Halt) -> Played {
    let pairings: Vec<Pairing> = (1..plans.len())
        .map(|arm| Pairing::new(plans, 0, arm, &ids()).expect("outcomes that both report"))
        .collect();
    match play::<Infallible>(plans, &pairings, RUNS, halt, &mut Nowhere) {
        Ok(played) => played,
        Err(never) => match never {},
    }
}

fn contrasts(paired: &Paired) -> Vec<Contrast> {
    paired.outcomes.iter().map(|(_, pairs)| pairs.contrast(LEVEL)).collect()
}

#[test]
fn a_plan_against_itself_differs_in_nothing() {
    let p = plan(&[]);
    let played = played(&[&p, &p], &Halt::default());
    let paired = &played.pairs[0];
    assert_eq!((played.runs, paired.changed, paired.first_month), (RUNS, 0, None));
    let contrasts = contrasts(paired);
    for contrast in &contrasts {
        assert_eq!((contrast.changed, contrast.verdict), (0, Verdict::NotResolved));
        assert!(contrast.difference.is_none_or(|d| d == 0.0));
        assert!(contrast.ratio.is_none_or(|r| r == 1.0));
    }
    assert_eq!(
        (contrasts[1].interval, contrasts[1].ratio_interval),
        (Some([0.0, 0.0]), Some([1.0, 1.0]))
    );
}

#[test]
fn streamed_differences_are_those_of_the_stored_pairs() {
    let (a, b) = (plan(&[]), plan(&["states.USA.perceived=-2"]));
    let played = played(&[&a, &b], &Halt::default());
    let contrasts = contrasts(&played.pairs[0]);
    let column = |p: &Plan, id: &str| -> Vec<f64> {
        let outcomes = &p.model.measures.outcomes;
        let k = outcomes.iter().position(|o| o.id == id).expect("a reported outcome");
        (0..RUNS).map(|r| p.run(r).record.values[k]).collect()
    };
    let (x, y) = (column(&a, "intensity.incursion"), column(&b, "intensity.incursion"));
    let stored = paired_mean(&x, &y, LEVEL).expect("forty pairs");
    let streamed = &contrasts[1];
    let [low, high] = streamed.interval.expect("forty pairs");
    assert!((streamed.difference.expect("a mean") - stored.difference).abs() < 1e-12);
    assert!((low - stored.interval[0]).abs() < 1e-12 && (high - stored.interval[1]).abs() < 1e-12);
    let correlation = streamed.correlation.zip(stored.correlation).expect("both vary");
    assert!((correlation.0 - correlation.1).abs() < 1e-9);
    assert_eq!(streamed.changed, stored.changed);
    // A thing with known chances: expectation and count of every run, with the weight that the baseline leads to expect.
    let binary = &contrasts[0];
    let both = |p: &Plan| -> Vec<(f64, f64)> {
        let outcomes = &p.model.measures.outcomes;
        let k = outcomes
            .iter()
            .position(|o| o.id == ids()[0])
            .expect("a reported outcome");
        let record = |r| p.run(r).record;
        (0..RUNS)
            .map(|r| (record(r).values[k], record(r).expected[k]))
            .collect()
    };
    let (x, y) = (both(&a), both(&b));
    let weight = (x.iter().map(|(_, e)| e).sum::<f64>() / RUNS as f64).clamp(0.0, 1.0);
    let mixed = |runs: &[(f64, f64)]| -> Vec<f64> {
        runs.iter()
            .map(|(count, expected)| weight * count + (1.0 - weight) * expected)
            .collect()
    };
    let known = paired_mean(&mixed(&x), &mixed(&y), LEVEL).expect("forty pairs");
    let [low, high] = binary.interval.expect("forty pairs");
    assert!((binary.difference.expect("a probability") - known.difference).abs() < 1e-12);
    assert!((low - known.interval[0]).abs() < 1e-12 && (high - known.interval[1]).abs() < 1e-12);
    // Belief differs from the first month on.
    assert_eq!(played.pairs[0].first_month, Some(0));
    let levels: Vec<f64> = played
        .arms
        .iter()
        .map(|arm| {
            let outcomes = arm.outcomes();
            let found = outcomes.iter().find(|o| o.id == "intensity.incursion");
            found.and_then(|o| o.estimate).expect("a level")
        })
        .collect();
    assert!(
        (levels[1] - levels[0] - stored.difference).abs() < 1e-9,
        "levels and contrasts agree"
    );
}

#[test]
fn doubt_about_the_lead_raises_incursions_beyond_its_interval() {
    let (a, b) = (plan(&[]), plan(&["states.USA.perceived=-2"]));
    let played = played(&[&a, &b], &Halt::default());
    let incursions = contrasts(&played.pairs[0])[1];
    let ratio = incursions.ratio_interval.expect("positive rates");
    assert!(ratio[0] > 1.0, "{ratio:?}");
    assert_eq!(incursions.verdict, Verdict::Higher);
    assert!(incursions.correlation.expect("both vary") > 0.3);
    assert!(played.pairs[0].changed > 0);
}

/// What is taken in, as one text; floating point in it down to the last bit.
#[derive(Default)]
struct Taken(Vec<(u64, usize)>);

impl Sink for Taken {
    type Error = Infallible;

    fn take(&mut self, block: Block) -> Result<(), Infallible> {
        self.0.push((block.first, block.runs.len()));
        Ok(())
    }
}

#[test]
fn the_same_numbers_for_any_number_of_threads_and_any_company_of_arms() {
    let plans = [
        plan(&[]),
        plan(&["states.USA.perceived=-2"]),
        plan(&["beliefs.reputation=0"]),
    ];
    let on = |threads: usize, arms: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a small pool");
        let plans: Vec<&Plan> = plans.iter().take(arms).collect();
        pool.install(|| played(&plans, &Halt::default()).pairs)
    };
    assert_eq!(on(1, 3), on(3, 3));
    assert_eq!(on(2, 2)[0], on(1, 3)[0], "a third arm moves no number of the other two");
}

#[test]
fn runs_of_the_baseline_arrive_in_their_order_and_without_gaps() {
    let (a, b) = (plan(&[]), plan(&["states.USA.perceived=-2"]));
    let plans = [&a, &b];
    let pairing = Pairing::new(&plans, 0, 1, &ids()).expect("outcomes that both report");
    let mut taken = Taken::default();
    let Ok(played) = play(&plans, &[pairing], RUNS, &Halt::default(), &mut taken);
    assert_eq!(played.runs, RUNS);
    let mut next = 0;
    for (first, runs) in taken.0 {
        assert_eq!(first, next);
        next += runs as u64;
    }
    assert_eq!(next, RUNS);
}

#[test]
fn a_stop_leaves_no_pairs_behind() {
    let a = plan(&[]);
    let halt = Halt::default();
    halt.ask();
    let played = played(&[&a, &a], &halt);
    assert_eq!(played.runs, 0);
    let contrasts = contrasts(&played.pairs[0]);
    assert!(
        contrasts
            .iter()
            .all(|c| c.interval.is_none() && c.ratio.is_none() && c.verdict == Verdict::NotResolved)
    );
}

fn order(design: Design) -> Order {
    Order {
        request: Request::new(Source::Bundled("poland-drone-incursion".into())),
        design,
        outcomes: Vec::new(),
        runs: Some(20),
    }
}

fn codes(order: &Order) -> Vec<&'static str> {
    match prepare(order) {
        Err(Problems::Invalid(findings)) => {
            assert!(findings.iter().all(|f| f.help.is_some()), "{findings:?}");
            findings.iter().map(|f| f.code).collect()
        }
        other => panic!("must be refused: {other:?}"),
    }
}

#[test]
fn everything_wrong_with_an_order_is_told_at_once() {
    let options = ["answered", "silent", "strong", "strong"].map(String::from).to_vec();
    let mut wrong = order(Design::Options(options));
    wrong.outcomes = ["intensity.strike", "peace", "war.CHE", "intensity.strike"]
        .map(String::from)
        .to_vec();
    assert_eq!(codes(&wrong), ["S0502", "S0506", "S0503", "S0504", "S0506"]);
    assert_eq!(codes(&order(Design::Options(vec!["silence".into()]))), ["S0506"]);
}

#[test]
fn arms_without_shared_luck_are_refused() {
    let versus = |set: &str| {
        order(Design::Versus {
            assume: Vec::new(),
            set: vec![set.to_owned()],
        })
    };
    assert_eq!(codes(&versus("run.seed=2")), ["S0507"]);
    assert_eq!(codes(&versus("run.months=24")), ["S0507"]);
    let nothing = Design::Versus {
        assume: Vec::new(),
        set: Vec::new(),
    };
    assert_eq!(codes(&order(nothing)), ["S0506"]);
}
