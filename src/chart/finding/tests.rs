//! What pictures say against the numbers they are given.

use super::*;
use crate::chart::sample;

#[test]
fn wilson_matches_published_values() {
    // Newcombe (1998), table I: 81 of 263 and 0 of 20.
    let [lo, hi] = wilson(81.0 / 263.0, 263);
    assert!((lo - 0.2553).abs() < 1e-4 && (hi - 0.3662).abs() < 1e-4);
    let [lo, hi] = wilson(0.0, 20);
    assert!(lo == 0.0 && (hi - 0.1611).abs() < 1e-4);
}

fn belief(from: f64, to: f64, sd: f64, n: u64) -> Finding {
    let rows = [sample::row("x", 0, n, from, sd), sample::row("x", 60, n, to, sd)];
    let stored = sample::stored(&sample::Shape::default());
    let data = Data::new(&stored);
    credibility(&data, "land_grab", &[&rows[0], &rows[1]]).expect("two months make a finding")
}

#[test]
fn the_headline_agrees_with_its_data_in_sign_and_significance() {
    for (from, to, sd, n, direction, word) in [
        (0.74, 0.46, 0.1, 2000, Direction::Down, "falls from 74% to 46%"),
        (0.46, 0.74, 0.1, 2000, Direction::Up, "rises from 46% to 74%"),
        (0.50, 0.52, 0.3, 50, Direction::Level, "no change beyond noise"),
        (0.500, 0.502, 0.001, 10_000, Direction::Level, "hardly moves"),
    ] {
        let finding = belief(from, to, sd, n);
        assert_eq!(finding.direction, direction, "{}", finding.headline);
        assert!(finding.headline.contains(word), "{}", finding.headline);
        assert!(finding.caption.contains(&finding.headline));
    }
}

#[test]
fn few_runs_show_no_trend() {
    let one = belief(0.74, 0.46, 0.0, 1);
    assert_eq!(one.direction, Direction::Level);
    assert!(
        one.headline
            .ends_with("74% at first and 46% after five years of a single run, which shows no trend")
    );
    assert!(one.notes.iter().any(|n| n.contains("a single run has no interval")));
    // Two runs that happen to agree somewhat show nothing either.
    assert_eq!(belief(0.74, 0.46, 0.05, 2).direction, Direction::Level);
    assert_eq!(belief(0.74, 0.46, 0.05, 20).direction, Direction::Down);
}

#[test]
fn every_picture_says_that_it_is_no_forecast() {
    assert!(belief(0.7, 0.5, 0.1, 100).notes.iter().any(|n| n == CAVEAT));
}

#[test]
fn the_headline_on_forces_agrees_with_who_is_ahead() {
    let stored = sample::stored(&sample::Shape::default());
    let data = Data::new(&stored);
    let say = |own: [f64; 2], free: [f64; 2], sd: f64| {
        let line = |v: [f64; 2]| [sample::row("x", 0, 100, v[0], sd), sample::row("x", 60, 100, v[1], sd)];
        let (own, free) = (line(own), line(free));
        let (own, free) = ([&own[0], &own[1]], [&free[0], &free[1]]);
        let f = forces(
            &data,
            &Forces {
                delivered: &own,
                announced: None,
                free: Some(&free),
            },
        )
        .expect("a finding");
        (f.direction, f.headline)
    };
    let (direction, headline) = say([12.0, 22.0], [6.0, 32.0], 1.0);
    assert!(
        direction == Direction::Up && headline.starts_with("Russia’s free force passes"),
        "{headline}"
    );
    let (direction, headline) = say([12.0, 32.0], [20.0, 22.0], 1.0);
    assert!(
        direction == Direction::Down && headline.starts_with("What NATO has delivered passes"),
        "{headline}"
    );
    let (direction, headline) = say([12.0, 20.0], [20.0, 32.0], 1.0);
    assert!(
        direction == Direction::Up && headline.contains("stays ahead of what NATO"),
        "{headline}"
    );
    let (direction, headline) = say([12.0, 22.0], [20.0, 22.5], 5.0);
    assert!(
        direction == Direction::Level && headline.contains("within noise"),
        "{headline}"
    );
}

#[test]
fn all_has_arrived_is_said_only_where_no_more_was_announced_beyond_noise() {
    let stored = sample::stored(&sample::Shape::default());
    let data = Data::new(&stored);
    let say = |announced: f64, sd: f64| {
        let line = |end: f64| [sample::row("x", 0, 100, 12.0, sd), sample::row("x", 60, 100, end, sd)];
        let (own, announced) = (line(20.0), line(announced));
        let (own, announced) = ([&own[0], &own[1]], [&announced[0], &announced[1]]);
        let found = forces(
            &data,
            &Forces {
                delivered: &own,
                announced: Some(&announced),
                free: None,
            },
        );
        let found = found.expect("a finding");
        format!("{} {}", found.headline, found.caption)
    };
    assert!(
        say(28.0, 1.0).contains("Of 28 brigades announced, 20 have arrived."),
        "{}",
        say(28.0, 1.0)
    );
    assert!(say(20.0, 1.0).contains("All that was announced has arrived."));
    assert!(
        say(20.5, 5.0).contains("All that was announced has arrived."),
        "within noise"
    );
}

#[test]
fn the_headline_on_the_ladder_names_what_never_happened_and_what_noise_explains() {
    let stored = sample::stored(&sample::Shape::default());
    let data = Data::new(&stored);
    let say = |low: u64, high: u64| {
        let (x, y) = (sample::probability("x", low, 100), sample::probability("y", high, 100));
        ladder(&data, &[("incursion", &x), ("major_attack", &y)]).expect("a finding")
    };
    let apart = say(60, 10);
    assert_eq!(apart.direction, Direction::Down);
    assert_eq!(apart.headline, "Incursion in 60% of runs, major attack in 10%");
    let close = say(12, 10);
    assert_eq!(close.direction, Direction::Level);
    assert!(close.headline.ends_with("no difference beyond noise") && close.caption.contains("Intervals overlap"));
    assert!(say(60, 0).headline.ends_with("major attack in none of 100"));
    assert_eq!(say(0, 0).headline, "No challenge at any rung in 100 runs of five years");
}

#[test]
fn no_challenge_in_any_run_is_a_bound_and_not_a_certainty() {
    let stored = sample::stored(&sample::Shape::default());
    let data = Data::new(&stored);
    let row = sample::row("survival.land_grab", 60, 2000, 1.0, 0.0);
    let found = survival(&data, "land_grab", &[("land_grab".to_owned(), &row)], 0.0).expect("a finding");
    assert_eq!(
        found.headline,
        "No land grab or worse in 2,000 runs: the chance within five years is below 0.19%"
    );
    assert_eq!(found.direction, Direction::Level);
}

#[test]
fn a_crossing_is_found_where_the_lines_change_sides_for_good() {
    let line = |values: [f64; 4]| -> Vec<SeriesRow> {
        (0u32..)
            .zip(values)
            .map(|(m, v)| sample::row("x", m, 10, v, 0.1))
            .collect()
    };
    let (own, free) = (line([3.0, 3.0, 3.0, 3.0]), line([1.0, 2.0, 4.0, 5.0]));
    let refs = |rows: &'static [SeriesRow]| rows.iter().collect::<Vec<_>>();
    let (own, free) = (refs(own.leak()), refs(free.leak()));
    assert_eq!(crossing(&own, &free), Some(2));
    assert_eq!(crossing(&free, &own), Some(2));
    assert_eq!(crossing(&own, &own), None);
}
