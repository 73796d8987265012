//! What pictures of arms side by side promise, for every size, theme, number of arms and length of label.

use super::sample::{Shape, compared};
use super::theme::contrast;
use super::*;
use crate::results::format::Kind;
use crate::study::Verdict;
use crate::study::format::{Compared, Difference};

fn shapes() -> [(usize, Shape); 4] {
    let plain = Shape {
        events: 2,
        ..Shape::default()
    };
    let long = Shape {
        long: true,
        months: 120,
        ..plain.clone()
    };
    let short = Shape {
        months: 2,
        runs: 1,
        ..plain.clone()
    };
    [(1, plain.clone()), (4, long), (9, plain), (2, short)]
}

/// Calls `check` on every picture of arms in every style; its number of options comes first.
fn each(mut check: impl FnMut(usize, &Style, &Drawing)) {
    for (options, shape) in shapes() {
        let stored = compared(&shape, options);
        let data = Data::new(&stored);
        let comparison = stored.comparison.as_ref().expect("a comparison");
        for size in Size::ALL {
            for theme in Theme::ALL {
                let style = Style {
                    size,
                    theme,
                    scale: 1,
                    ..Style::default()
                };
                let all = arms::draw(&data, comparison, &style).expect("draws");
                let names: Vec<&str> = all.iter().map(|d| d.name.as_str()).collect();
                // In a single run nothing is tried under any option, and there is nothing to see.
                let wanted = ["arms-survival-land_grab", "arms-credibility-nato-land_grab"];
                assert_eq!(names, wanted[usize::from(shape.runs == 1)..]);
                all.iter().for_each(|drawing| check(options, &style, drawing));
            }
        }
    }
}

fn labels(drawing: &Drawing) -> String {
    let svg = drawing
        .canvas
        .to_svg(&svg::Meta::default(), Letters::Live)
        .expect("writes");
    let group = svg
        .split("<g id=\"-labels\">")
        .nth(1)
        .and_then(|rest| rest.split("</g>").next());
    group.unwrap_or_default().to_owned()
}

#[test]
fn no_two_texts_overlap_none_leaves_the_canvas_and_all_are_legible() {
    each(|options, style, drawing| {
        let what = format!(
            "{} {options} {} {}",
            drawing.name,
            style.size.name(),
            style.theme.name()
        );
        let (w, h) = style.size.pixels();
        let boxes = drawing.canvas.text_boxes();
        for (i, a) in boxes.iter().enumerate() {
            let r = a.rect;
            let inside = r.x0 >= 4.0 && r.y0 >= 4.0 && r.x1 <= f64::from(w) - 4.0 && r.y1 <= f64::from(h) - 4.0;
            assert!(inside, "{what}: “{}” leaves the canvas: {r:?}", a.text);
            for b in &boxes[i + 1..] {
                assert!(!r.overlaps(&b.rect), "{what}: “{}” and “{}” overlap", a.text, b.text);
            }
            let ratio = contrast(a.colour, style.theme.palette().background);
            assert!(ratio >= 4.5, "{what}: “{}” {ratio:.2}", a.text);
        }
    });
}

#[test]
fn every_arm_is_a_labelled_line_or_is_named_in_the_note() {
    each(|options, style, drawing| {
        let (words, notes) = (labels(drawing), drawing.finding.notes.join(" "));
        let what = format!(
            "{} {options} {} {}",
            drawing.name,
            style.size.name(),
            style.theme.name()
        );
        assert!(words.contains("As"), "{what}: {words}");
        for k in 1..=options {
            let is_drawn = words.contains(&format!("Option {k}")) || words.contains(&format!(">{k}"));
            assert!(
                is_drawn || notes.contains(&format!("‘Option {k}")),
                "{what} {k}: {words} {notes}"
            );
        }
        assert_eq!(notes.contains("Not drawn"), options > 7, "{what}: {notes}");
        assert_eq!(
            notes.contains("the same as ‘As it was’"),
            options > 2,
            "{what}: {notes}"
        );
    });
}

#[test]
fn the_data_beside_hold_every_arm_in_every_month() {
    each(|options, _, drawing| {
        let rows = drawing.beneath.csv.lines().count() - 1;
        assert_eq!(rows % (options + 1), 0);
        for k in 1..=options {
            let own = drawing
                .beneath
                .csv
                .lines()
                .filter(|l| l.starts_with(&format!("option{k},")));
            assert_eq!(own.count(), rows / (options + 1));
        }
    });
}

#[test]
fn the_headline_follows_the_verdict_on_the_last_month() {
    let mut stored = compared(&Shape::default(), 2);
    let difference = |arm: &str, verdict: Verdict| Difference {
        arm: arm.into(),
        difference: Some(0.02),
        interval: Some([0.01, 0.03]),
        ratio: None,
        ratio_interval: None,
        correlation: None,
        changed: 100,
        only_baseline: 0,
        only_arm: 0,
        first_month: None,
        verdict,
        parameters: None,
        ratio_parameters: None,
    };
    let mut told = |verdicts: [Verdict; 2]| {
        let compared = |id: &str, verdicts: [Verdict; 2]| Compared {
            id: id.into(),
            label: String::new(),
            unit: "1".into(),
            kind: Kind::Mean,
            arms: Vec::new(),
            contrasts: vec![difference("option1", verdicts[0]), difference("option2", verdicts[1])],
        };
        let comparison = stored.comparison.as_mut().expect("a comparison");
        // What survives more is tried less.
        let other = |v: Verdict| match v {
            Verdict::Higher => Verdict::Lower,
            Verdict::Lower => Verdict::Higher,
            Verdict::NotResolved => v,
        };
        comparison.series = vec![
            compared("credibility.nato.land_grab", verdicts),
            compared("survival.land_grab", verdicts.map(other)),
        ];
        let comparison = comparison.clone();
        let data = Data::new(&stored);
        let all = arms::draw(&data, &comparison, &Style::default()).expect("draws");
        all.iter().map(|d| d.finding.headline.clone()).collect::<Vec<_>>()
    };
    for headline in told([Verdict::NotResolved; 2]) {
        assert!(
            headline.ends_with("no difference between the options can be shown"),
            "{headline}"
        );
    }
    for headline in told([Verdict::NotResolved, Verdict::Higher]) {
        assert!(headline.ends_with("under ‘Option 2’"), "{headline}");
    }
    // A verdict against what is drawn makes no headline.
    for headline in told([Verdict::Lower; 2]) {
        assert!(
            headline.ends_with("no difference between the options can be shown"),
            "{headline}"
        );
    }
}

#[test]
fn results_without_months_of_arms_have_no_such_picture() {
    let mut stored = compared(&Shape::default(), 2);
    stored.arms.clear();
    let comparison = stored.comparison.clone().expect("a comparison");
    let data = Data::new(&stored);
    assert!(
        arms::draw(&data, &comparison, &Style::default())
            .expect("draws")
            .is_empty()
    );
}

#[test]
fn no_id_is_there_twice_when_two_pictures_of_one_name_stand_in_a_page() {
    let style = Style {
        scale: 1,
        ..Style::default()
    };
    let dark = Style {
        theme: Theme::Dark,
        ..style
    };
    let stored = compared(&Shape::default(), 3);
    let pages = [style, dark].map(|style| draw_all(&stored, &style).expect("draws"));
    let mut seen = std::collections::BTreeSet::new();
    for picture in pages.iter().flatten() {
        for id in picture
            .svg
            .split(" id=\"")
            .skip(1)
            .filter_map(|part| part.split('"').next())
        {
            assert!(seen.insert(id), "{}: {id}", picture.name);
        }
    }
}
