//! The promises all pictures keep, for every kind, size, theme and length of label.

use super::sample::{Shape, stored};
use super::theme::contrast;
use super::*;

fn shapes() -> Vec<(&'static str, Shape)> {
    let plain = Shape::default();
    vec![
        ("plain", plain.clone()),
        (
            "long",
            Shape {
                long: true,
                events: 3,
                option: Some("Truppenabzug-ohne-Ankündigung"),
                ..plain.clone()
            },
        ),
        (
            "rare",
            Shape {
                rarer: 0.03,
                end: 0.93,
                events: 0,
                ..plain.clone()
            },
        ),
        (
            "busy",
            Shape {
                events: 5,
                end: 0.2,
                months: 120,
                ..plain.clone()
            },
        ),
        (
            "short",
            Shape {
                months: 6,
                runs: 20,
                end: 0.735,
                ..plain
            },
        ),
    ]
}

fn styles() -> impl Iterator<Item = Style> {
    Size::ALL.into_iter().flat_map(|size| {
        Theme::ALL.map(|theme| Style {
            size,
            theme,
            scale: 1,
            ..Style::default()
        })
    })
}

/// Calls `check` on every kind of drawing of a single result in every shape and style.
fn each(mut check: impl FnMut(&str, &Style, &Drawing)) {
    for (name, shape) in shapes() {
        let results = stored(&shape);
        let data = Data::new(&results);
        for style in styles() {
            let all = drawings(&data, &style).expect("draws");
            assert_eq!(all.len(), 4, "{name}");
            for drawing in &all {
                let what = format!("{name} {} {} {}", drawing.name, style.size.name(), style.theme.name());
                check(&what, &style, drawing);
            }
        }
    }
}

#[test]
fn no_two_texts_overlap_and_none_leaves_the_canvas() {
    each(|what, style, drawing| {
        let (w, h) = style.size.pixels();
        let boxes = drawing.canvas.text_boxes();
        for (i, a) in boxes.iter().enumerate() {
            let r = a.rect;
            assert!(
                r.x0 >= 4.0 && r.y0 >= 4.0 && r.x1 <= f64::from(w) - 4.0 && r.y1 <= f64::from(h) - 4.0,
                "{what}: “{}” leaves the canvas: {r:?}",
                a.text
            );
            for b in &boxes[i + 1..] {
                assert!(
                    !r.overlaps(&b.rect),
                    "{what}: “{}” and “{}” overlap: {r:?} {:?}",
                    a.text,
                    b.text,
                    b.rect
                );
            }
        }
    });
}

#[test]
fn every_text_is_legible_on_the_background() {
    each(|what, style, drawing| {
        for text in drawing.canvas.text_boxes() {
            let ratio = contrast(text.colour, style.theme.palette().background);
            assert!(ratio >= 4.5, "{what}: “{}” {ratio:.2}", text.text);
        }
    });
}

#[test]
fn every_picture_has_its_headline_caveat_source_and_interval() {
    each(|what, _, drawing| {
        let texts: String = drawing
            .canvas
            .text_boxes()
            .iter()
            .map(|b| b.text.clone() + " ")
            .collect();
        assert!(
            !drawing.finding.headline.is_empty() && !drawing.finding.alt.is_empty(),
            "{what}"
        );
        assert!(!drawing.finding.interval.is_empty(), "{what}");
        assert!(texts.contains("Source:"), "{what}: {texts}");
        assert!(texts.contains(finding::CAVEAT), "{what}: {texts}");
        assert!(texts.contains("results\u{a0}7f3a9c1e"), "{what}: {texts}");
    });
}

#[test]
fn every_id_is_there_once_and_begins_with_the_name_of_the_picture() {
    each(|what, _, drawing| {
        let meta = Meta {
            name: drawing.name.clone(),
            ..Meta::default()
        };
        let svg = drawing.canvas.to_svg(&meta, Letters::Live).expect("writes");
        let mut seen = std::collections::BTreeSet::new();
        for id in svg.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()) {
            assert!(
                id.starts_with(&format!("{}-", drawing.name)) && seen.insert(id),
                "{what}: {id}"
            );
        }
        assert!(seen.len() > 5, "{what}");
    });
}

#[test]
fn events_that_are_not_marked_are_counted_in_the_note_of_the_picture() {
    for (name, shape) in shapes() {
        let results = stored(&shape);
        let data = Data::new(&results);
        for style in styles() {
            let drawing = fan::draw(&data, &style).expect("draws").expect("a fan");
            let svg = drawing.canvas.to_svg(&Meta::default(), Letters::Live).expect("writes");
            let marked = svg.matches("<g id=\"-event").count() - svg.matches("<g id=\"-events").count();
            let words: String = drawing
                .canvas
                .text_boxes()
                .iter()
                .map(|b| b.text.clone() + " ")
                .collect();
            let told = format!("{marked} of {} dated events", shape.events);
            let what = format!("{name} {} {}", style.size.name(), style.theme.name());
            assert_eq!(
                words.contains(&told),
                marked < shape.events,
                "{what}: {marked}, {words}"
            );
        }
    }
}

/// What stands beside lines is set smaller before it is left out: a curve without a name says nothing.
#[test]
fn every_curve_keeps_its_name() {
    each(|what, _, drawing| {
        if drawing.name == "survival" {
            let svg = drawing.canvas.to_svg(&Meta::default(), Letters::Live).expect("writes");
            let labels = svg
                .split("<g id=\"-labels\">")
                .nth(1)
                .and_then(|rest| rest.split("</g>").next());
            let named = labels.map_or(0, |group| group.matches("%").count());
            // What never happens is no line, and is named in the note.
            let folded = drawing.finding.notes.iter().any(|n| n.starts_with("Not drawn, below"));
            assert!(named + usize::from(folded) >= 6, "{what}: {named} of 6");
        }
    });
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let results = stored(&Shape::default());
    let style = Style {
        scale: 1,
        ..Style::default()
    };
    let (once, again) = (
        draw_all(&results, &style).expect("draws"),
        draw_all(&results, &style).expect("draws"),
    );
    assert!(once == again);
    assert_eq!(
        once.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        ["credibility", "survival", "ladder", "forces"]
    );
}

#[test]
fn png_dimensions_follow_size_and_scale() {
    let results = stored(&Shape::default());
    for (size, scale) in [(Size::Report, 2), (Size::Column, 3), (Size::Slide, 1)] {
        let pictures = draw_all(
            &results,
            &Style {
                size,
                scale,
                ..Style::default()
            },
        )
        .expect("draws");
        let side = |from: usize| u32::from_be_bytes(pictures[0].png[from..from + 4].try_into().expect("four bytes"));
        let (w, h) = size.pixels();
        assert_eq!((side(16), side(20)), (w * u32::from(scale), h * u32::from(scale)));
    }
}

#[test]
fn provenance_reads_back_from_both_files() {
    let results = stored(&Shape {
        option: Some("A < B & “C”"),
        ..Shape::default()
    });
    let picture = draw_all(
        &results,
        &Style {
            scale: 1,
            ..Style::default()
        },
    )
    .expect("draws")
    .remove(0);
    let from_svg = render::provenance(picture.svg.as_bytes()).expect("in the SVG");
    assert_eq!(render::provenance(&picture.png).expect("in the PNG"), from_svg);
    let value: serde_json::Value = serde_json::from_str(&from_svg).expect("JSON");
    assert_eq!(value["option"], "A < B & “C”");
    assert_eq!(value["plan_hash"], results.manifest.plan_hash);
    assert_eq!(render::provenance(b"no picture"), None);
}

#[test]
fn four_files_are_written_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let results = stored(&Shape::default());
    for picture in draw_all(
        &results,
        &Style {
            scale: 1,
            ..Style::default()
        },
    )
    .expect("draws")
    {
        picture.write(dir.path()).expect("writes");
    }
    let mut names: Vec<String> = std::fs::read_dir(dir.path())
        .expect("readable")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into())
        .collect();
    names.sort();
    assert_eq!(names.len(), 16);
    assert!(names.iter().all(|n| !n.starts_with('.')), "{names:?}");
}

#[test]
fn charts_without_data_are_left_out() {
    let mut results = stored(&Shape::default());
    results.series.retain(|r| r.series.starts_with("credibility"));
    results.summary.outcomes.clear();
    let names: Vec<String> = draw_all(
        &results,
        &Style {
            scale: 1,
            ..Style::default()
        },
    )
    .expect("draws")
    .into_iter()
    .map(|p| p.name)
    .collect();
    assert_eq!(names, ["credibility"]);
}

#[test]
fn odd_numbers_do_not_stop_a_picture() {
    let mut results = stored(&Shape {
        months: 1,
        runs: 1,
        ..Shape::default()
    });
    for row in &mut results.series {
        row.sd = 0.0;
        row.quantiles = [row.mean; 9];
    }
    results.series[0].mean = f64::NAN;
    results.manifest.start = "unknown".into();
    results.manifest.rungs.truncate(5);
    assert!(
        draw_all(
            &results,
            &Style {
                scale: 1,
                ..Style::default()
            }
        )
        .is_ok()
    );
}

/// The drawings, by hash. `DETER_UPDATE_GOLDEN=1 cargo test` accepts what is drawn now; look at it first.
#[test]
fn pictures_are_those_that_were_looked_at() {
    let results = stored(&Shape {
        events: 2,
        ..Shape::default()
    });
    let mut lines = Vec::new();
    for style in styles() {
        let data = Data::new(&results);
        for drawing in drawings(&data, &style).expect("draws") {
            let meta = Meta {
                name: drawing.name.clone(),
                title: drawing.finding.headline.clone(),
                ..Meta::default()
            };
            let hash = blake3::hash(drawing.canvas.to_svg(&meta, Letters::Live).expect("writes").as_bytes()).to_hex();
            lines.push(format!(
                "{} {} {} {}",
                drawing.name,
                style.size.name(),
                style.theme.name(),
                &hash[..32]
            ));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/chart/golden.txt");
    if std::env::var_os("DETER_UPDATE_GOLDEN").is_some() {
        render::write_atomically(&path, (lines.join("\n") + "\n").as_bytes()).expect("writes the golden file");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file");
    for (now, then) in lines.iter().zip(golden.lines()) {
        assert_eq!(
            now, then,
            "look at the pictures, then accept them with DETER_UPDATE_GOLDEN=1"
        );
    }
    assert_eq!(lines.len(), golden.lines().count());
}

#[test]
fn no_system_font_library_is_linked() {
    let lock = include_str!("../../Cargo.lock");
    for name in ["yeslogic-fontconfig-sys", "font-kit", "plotters-bitmap", "freetype"] {
        assert!(
            !lock.contains(&format!("name = \"{name}\"")),
            "{name} must not be in the dependency tree"
        );
    }
}

/// Writes every picture for looking at: `DETER_PICTURES=DIR cargo test --lib gallery -- --ignored`.
#[test]
#[ignore = "for looking at, not for checking"]
fn gallery() {
    let dir = std::env::var_os("DETER_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
    let only = std::env::var("DETER_PICTURES_ONLY").unwrap_or_default();
    for (name, shape) in shapes() {
        let results = stored(&shape);
        for style in styles().filter(|s| format!("{name}-{}-{}", s.size.name(), s.theme.name()).contains(&only)) {
            let style = Style { scale: 2, ..style };
            let all = draw_all(&results, &style).expect("draws");
            for mut picture in all {
                picture.name = format!("{name}-{}-{}-{}", picture.name, style.size.name(), style.theme.name());
                picture.write(&dir).expect("writes");
            }
        }
        println!("{}", terminal_fan(&results, 78));
    }
}
