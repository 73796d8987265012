//! Synthetic results for the tests of the charts.

use super::finding::wilson;
use crate::results::format::*;
use crate::study::format::{ArmCard, Comparison};

/// What kind of results.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Labels of German length.
    pub long: bool,
    /// Where the median belief ends.
    pub end: f64,
    pub events: usize,
    pub months: u32,
    pub runs: u64,
    pub option: Option<&'static str>,
    /// Challenges are this much rarer.
    pub rarer: f64,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape {
            long: false,
            end: 0.46,
            events: 1,
            months: 60,
            runs: 2000,
            option: None,
            rarer: 1.0,
        }
    }
}

/// A month of a series, normal around `mean`.
pub fn row(series: &str, month: u32, n: u64, mean: f64, sd: f64) -> SeriesRow {
    const Z: [f64; 9] = [-1.96, -1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645, 1.96];
    let (min, max) = (mean - 3.5 * sd, mean + 3.5 * sd);
    SeriesRow {
        series: series.into(),
        month,
        n,
        mean,
        sd,
        min,
        max,
        quantiles: Z.map(|z| mean + z * sd),
    }
}

/// A probability with its Wilson interval.
pub fn probability(id: &str, count: u64, n: u64) -> Outcome {
    let share = count as f64 / n as f64;
    Outcome {
        id: id.into(),
        label: id.replace('.', " "),
        kind: Kind::Probability,
        unit: "probability".into(),
        estimate: Some(share),
        interval: Some(wilson(share, n)),
        level: 0.95,
        method: "wilson".into(),
        n,
        count: Some(count),
        counted: None,
        quantiles: None,
        parameters: None,
    }
}

/// Results of that shape, the same every time.
pub fn stored(shape: &Shape) -> Stored {
    let (months, n) = (shape.months, shape.runs);
    let rungs: Vec<RungTag> = [
        (
            "cyberattack",
            "Cyberattack",
            "Schwerwiegender Cyberangriff auf kritische Infrastrukturen",
        ),
        (
            "incursion",
            "Incursion",
            "Luftraumverletzungen mit unbemannten Flugkörpern",
        ),
        ("strike", "Limited strike", "Begrenzter Abstandswaffeneinsatz"),
        (
            "land_grab",
            "Land grab",
            "Handstreichartige Geländebesetzung im Grenzgebiet",
        ),
        (
            "major_attack",
            "Major attack",
            "Großangriffsoperationen gegen Bündnisterritorium",
        ),
        ("nuclear_use", "Nuclear use", "Nuklearwaffeneinsatz"),
    ]
    .into_iter()
    .map(|(id, short, long)| RungTag {
        id: id.into(),
        label: if shape.long { long } else { short }.into(),
    })
    .collect();

    let mut series = Vec::new();
    let wiggle = |m: u32, k: f64| 0.004 * (f64::from(m) * k).sin();
    for m in 0..=months {
        let t = f64::from(m) / f64::from(months);
        let fall = if t < 0.2 { 0.0 } else { 1.0 - (-(t - 0.2) * 4.0).exp() };
        let mean = 0.74 + (shape.end - 0.74) * fall / (1.0 - (-3.2f64).exp()) + wiggle(m, 0.9);
        let mut r = row("credibility.nato.land_grab", m, n, mean, 0.022 + 0.10 * fall + 0.02 * t);
        r.quantiles = r.quantiles.map(|v| v.clamp(0.0, 1.0));
        r.min = r.min.max(0.0);
        r.max = r.max.min(1.0);
        series.push(r);
        for (i, tag) in rungs.iter().enumerate() {
            let rate = [1.3, 0.75, 0.33, 0.16, 0.035, 0.0][i] * shape.rarer;
            let share = ((-rate * t).exp() * n as f64).round() / n as f64;
            let mut s = row(
                &format!("survival.{}", tag.id),
                m,
                n,
                share,
                (share * (1.0 - share)).sqrt(),
            );
            s.quantiles = [1.0; 9];
            (s.min, s.max) = (0.0, 1.0);
            series.push(s);
        }
        let steps = (f64::from(m) / 6.0).floor();
        series.push(row(
            "forces.besides_lead.announced",
            m,
            n,
            (14.0 + 2.2 * steps).min(34.0),
            0.0,
        ));
        series.push(row(
            "forces.besides_lead.delivered",
            m,
            n,
            (12.0 + 1.0 * steps).min(23.0),
            0.4 + 0.6 * t,
        ));
        series.push(row(
            "forces.challenger.free",
            m,
            n,
            6.0 + 26.0 * t * t * (1.5 - 0.5 * t),
            0.6 + 3.0 * t,
        ));
    }
    let outcomes = rungs
        .iter()
        .enumerate()
        .map(|(i, tag)| {
            let share = [0.71, 0.38, 0.21, 0.12, 0.004, 0.0][i] * shape.rarer;
            probability(&format!("challenge.{}", tag.id), (share * n as f64).round() as u64, n)
        })
        .collect();
    let notes: [(&str, &str); 5] = [
        (
            "Withdrawal announced",
            "Ankündigung des Truppenabzugs durch die Schutzmachtregierung",
        ),
        ("Drones over Poland", "Luftraumverletzungen über dem Bündnisgebiet"),
        ("New government in Washington", "Regierungswechsel in Washington"),
        (
            "Brigade in Lithuania complete",
            "Brigadeaufstellung in Litauen abgeschlossen",
        ),
        ("Ceasefire", "Waffenstillstandsvereinbarung"),
    ];
    let events = notes
        .iter()
        .take(shape.events)
        .enumerate()
        .map(|(i, (short, long))| EventTag {
            month: months / 5 + i as u32 * months / 7,
            note: if shape.long { *long } else { *short }.into(),
        })
        .collect();
    let title = if shape.long {
        "Rückzug der Vorwärtspräsenz aus dem Verteidigungsbündnis"
    } else {
        "Tripwire withdrawal"
    };
    let scenario = ScenarioTag {
        name: if shape.long {
            "vorwaertspraesenzrueckzugsszenario-2025"
        } else {
            "tripwire-withdrawal"
        }
        .into(),
        title: title.into(),
        question: "What does silence teach?".into(),
        hash: "0".repeat(64),
    };
    let effective = [
        (
            "arrangements.nato.name",
            if shape.long {
                "Verteidigungsgemeinschaft Nordatlantik"
            } else {
                "NATO"
            },
        ),
        ("challengers.RUS.insecure", "0.3"),
        ("states.RUS.name", "Russia"),
    ]
    .map(|(path, value)| Effective {
        path: path.into(),
        value: value.into(),
        layer: "world".into(),
    })
    .to_vec();
    let tag = |id: &str, unit: &str| SeriesTag {
        id: id.into(),
        label: id.into(),
        unit: unit.into(),
    };
    Stored {
        manifest: Manifest {
            format: MANIFEST_FORMAT.into(),
            state: "complete".into(),
            scenario: scenario.clone(),
            assumptions: if shape.long {
                vec!["stellvertreterabschreckung".into(), "reputationsskepsis".into()]
            } else {
                vec![]
            },
            option: shape.option.map(str::to_owned),
            start: "2026-01".into(),
            months,
            seed: 42,
            seed_formula: "mix(seed, run, purpose, agent)".into(),
            runs_planned: n,
            runs_finished: n,
            program: "deter".into(),
            version: "0.1.0".into(),
            target: "x86_64-unknown-linux-gnu".into(),
            plan_hash: "7f3a9c1e5b".repeat(6),
            study: None,
            focal: "nato".into(),
            challenger: "Russia".into(),
            rungs,
            scripted: Vec::new(),
            focus_rung: "land_grab".into(),
            series: vec![
                tag("credibility.nato.land_grab", "probability"),
                tag("forces.besides_lead.delivered", "BE"),
            ],
            events,
            checksums: Default::default(),
            pictures: Default::default(),
            style: String::new(),
            effective,
            argv: vec!["deter".into()],
            own_checksum: String::new(),
        },
        summary: Summary {
            format: SUMMARY_FORMAT.into(),
            scenario,
            assumptions: vec![],
            option: shape.option.map(str::to_owned),
            seed: 42,
            runs: n,
            months,
            state: "complete".into(),
            note: String::new(),
            outcomes,
        },
        series,
        comparison: None,
        arms: Vec::new(),
    }
}

/// The results of a comparison of that shape: a baseline and so many options, whose belief ends ever higher and whose land grabs
/// come ever rarer; the last one but one of three or more is like the baseline.
pub fn compared(shape: &Shape, options: usize) -> Stored {
    let mut stored = stored(shape);
    let id = |k: usize| {
        if k == 0 {
            "none".to_owned()
        } else {
            format!("option{k}")
        }
    };
    let label = |k: usize| match (k, shape.long) {
        (0, _) => "As it was".to_owned(),
        (k, true) => format!("Option {k}, mit Truppenabzug ohne Ankündigung"),
        (k, false) => format!("Option {k}"),
    };
    let tail = |k: usize| if options > 2 && k + 1 == options { 0 } else { k };
    let arm = |k: usize| {
        let moved = |row: &SeriesRow| {
            let by = tail(k) as f64 * 0.02 * f64::from(row.month) / f64::from(shape.months);
            let shift = |v: f64| (v + by).min(1.0);
            SeriesRow {
                mean: shift(row.mean),
                quantiles: row.quantiles.map(shift),
                ..row.clone()
            }
        };
        let shown =
            |row: &&SeriesRow| ["credibility.nato.land_grab", "survival.land_grab"].contains(&row.series.as_str());
        ArmSeries {
            arm: id(k),
            rows: stored.series.iter().filter(shown).map(moved).collect(),
        }
    };
    let arms: Vec<ArmSeries> = (0..=options).map(arm).collect();
    let card = |k: usize| ArmCard {
        id: id(k),
        label: label(k),
        scenario: "s".into(),
        option: None,
        assumptions: Vec::new(),
        set: Vec::new(),
        plan: String::new(),
        events: stored.manifest.events.clone(),
    };
    stored.comparison = Some(Comparison {
        question: "Q?".into(),
        runs: shape.runs,
        months: shape.months,
        baseline: id(0),
        arms: (0..=options).map(card).collect(),
        ..Comparison::default()
    });
    stored.arms = arms;
    stored
}
