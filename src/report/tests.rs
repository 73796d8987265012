//! What the page promises to browsers and screen readers.

use super::html;
use crate::chart::sample::{Shape, compared};
use std::collections::BTreeSet;

/// A tag of the page: its name, whether it opens, closes or both, and its attributes as they stand.
struct Tag<'a> {
    name: &'a str,
    opens: bool,
    closes: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        let rest = self.attributes.split(&format!(" {key}=\"")).nth(1)?;
        rest.split('"').next()
    }
}

/// Elements that have no end.
const VOID: [&str; 5] = ["meta", "link", "br", "hr", "img"];

/// The tags in their order, each with what stands between it and the next.
fn tags(page: &str) -> Vec<(Tag<'_>, &str)> {
    let parts = page.split('<').skip(1).filter(|part| !part.starts_with('!'));
    parts
        .map(|part| {
            let (inside, text) = part.split_once('>').expect("every tag ends");
            let (bare, closes) = match inside.strip_prefix('/') {
                Some(name) => (name, true),
                None => (inside.trim_end_matches('/'), inside.ends_with('/')),
            };
            let name = bare.split([' ', '\n']).next().unwrap_or_default();
            let tag = Tag {
                name,
                opens: !inside.starts_with('/'),
                closes: closes || VOID.contains(&name),
                attributes: bare[name.len()..].trim_end(),
            };
            (tag, text)
        })
        .collect()
}

fn page(options: usize) -> String {
    let shape = Shape {
        events: 2,
        option: Some("A < B & “C”"),
        ..Shape::default()
    };
    html(&compared(&shape, options)).expect("a page")
}

#[test]
fn every_element_is_closed_where_it_was_opened() {
    let page = page(3);
    let mut open: Vec<&str> = Vec::new();
    for (tag, _) in tags(&page) {
        match (tag.opens, tag.closes) {
            (true, false) => open.push(tag.name),
            (false, true) => assert_eq!(open.pop(), Some(tag.name), "open: {open:?}"),
            _ => {}
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn ids_are_there_once_and_every_label_leads_to_one() {
    let page = page(3);
    let tags = tags(&page);
    let mut ids = BTreeSet::new();
    for (tag, _) in tags.iter().filter(|(t, _)| t.opens) {
        if let Some(id) = tag.get("id") {
            assert!(ids.insert(id), "{id} is there twice");
        }
    }
    for (tag, _) in &tags {
        let labels = tag.get("aria-labelledby").unwrap_or_default();
        for label in labels.split(' ').filter(|l| !l.is_empty()) {
            assert!(
                ids.contains(label),
                "{} is labelled by {label}, which is not there",
                tag.name
            );
        }
    }
}

#[test]
fn headings_go_down_one_step_at_a_time_and_there_is_one_title() {
    let page = page(2);
    let tags = tags(&page);
    let opened = |name: &str| tags.iter().filter(|(t, _)| t.opens && t.name == name).count();
    assert_eq!((opened("h1"), opened("main"), opened("title") > 0), (1, 1, true));
    let levels = tags.iter().filter(|(t, _)| t.opens).filter_map(|(t, _)| {
        let level = t.name.strip_prefix('h')?;
        level.parse::<u32>().ok()
    });
    let mut before = 0;
    for level in levels {
        assert!(level <= before + 1, "h{level} after h{before}");
        before = level;
    }
}

#[test]
fn every_picture_has_a_title_a_description_and_a_caption_and_every_head_its_scope() {
    let page = page(3);
    let tags = tags(&page);
    let (mut pictures, mut titles, mut descriptions) = (0, 0, 0);
    for (tag, text) in tags.iter().filter(|(t, _)| t.opens) {
        match tag.name {
            "svg" => {
                assert_eq!(tag.get("role"), Some("img"));
                pictures += 1;
            }
            "title" => titles += usize::from(!text.trim().is_empty()),
            "desc" => descriptions += usize::from(!text.trim().is_empty()),
            "figcaption" => assert!(!text.trim().is_empty()),
            "th" => assert!(tag.get("scope").is_some(), "{text}"),
            "html" => assert_eq!(tag.get("lang"), Some("en")),
            _ => {}
        }
    }
    let figures = tags.iter().filter(|(t, _)| t.opens && t.name == "figure").count();
    let captions = tags.iter().filter(|(t, _)| t.opens && t.name == "figcaption").count();
    assert!(pictures >= 6, "{pictures}");
    assert_eq!(
        (figures, captions, titles, descriptions),
        (pictures, pictures, pictures + 1, pictures)
    );
}

#[test]
fn the_page_asks_for_nothing_from_anywhere() {
    let page = page(2);
    for (tag, _) in tags(&page).iter().filter(|(t, _)| t.opens) {
        for key in ["src", "href", "srcset", "action"] {
            let target = tag.get(key).unwrap_or("#");
            assert!(
                target.starts_with('#') || target.starts_with("data:"),
                "{} {key} {target}",
                tag.name
            );
        }
        assert!(
            !["script", "iframe", "object", "link"].contains(&tag.name),
            "{}",
            tag.name
        );
    }
}
