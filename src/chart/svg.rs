//! From marks to one SVG document, through plotters.
//!
//! plotters' coordinates are whole numbers, so everything is drawn twenty times as large and scaled back by the `viewBox`.

use super::ChartError;
use super::canvas::{Anchor, Canvas, Mark, Point, Text};
use super::font::{FAMILIES, Weight};
use super::theme::Colour;
use crate::text::markup as escape;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text as TextElement};
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Drawing units per px.
pub const SCALE: f64 = 20.0;

/// How letters reach an SVG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letters {
    /// As text, which can be searched, read aloud and set in another typeface by a viewer that lacks ours.
    #[default]
    Live,
    /// As outlines, which look the same everywhere.
    Paths,
}

impl Letters {
    /// The one with this name: `live` or `paths`.
    pub fn from_name(name: &str) -> Option<Letters> {
        match name {
            "live" => Some(Letters::Live),
            "paths" => Some(Letters::Paths),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Letters::Live => "live",
            Letters::Paths => "paths",
        }
    }
}

/// What a picture says about itself.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// Prefix of all ids, so that several pictures can stand in one page.
    pub name: String,
    pub title: String,
    pub description: String,
    /// JSON, for the `<metadata>` element.
    pub provenance: String,
}

impl Canvas {
    /// Writes the marks as one SVG document. Every id begins with the name of the picture and is there once, so that
    /// several pictures can stand in one page.
    ///
    /// # Errors
    /// [`ChartError::Draw`] if plotters refuses a mark.
    pub fn to_svg(&self, meta: &Meta, letters: Letters) -> Result<String, ChartError> {
        let mut out = String::with_capacity(1 << 14);
        let name = escape(&meta.name);
        let (w, h) = self.units();
        // Writing to a String cannot fail, hence the ignored results.
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
             aria-labelledby=\"{name}-title {name}-desc\" stroke-linejoin=\"round\">",
            self.width, self.height,
        );
        let _ = writeln!(out, "<title id=\"{name}-title\">{}</title>", escape(&meta.title));
        let _ = writeln!(out, "<desc id=\"{name}-desc\">{}</desc>", escape(&meta.description));
        let _ = writeln!(out, "<metadata>{}</metadata>", escape(&meta.provenance));
        let mut ids = BTreeSet::new();
        for mark in &self.marks {
            match mark {
                Mark::Open(id) => {
                    let _ = writeln!(out, "<g id=\"{name}-{}\">", escape(&once(id, &mut ids)));
                }
                Mark::Close => out.push_str("</g>\n"),
                Mark::Text(text) if letters == Letters::Paths => out.push_str(&self.outlined(text)),
                other => out.push_str(&self.element(other)?),
            }
        }
        out.push_str("</svg>\n");
        Ok(out)
    }

    fn units(&self) -> (u32, u32) {
        (
            (self.width * SCALE).round() as u32,
            (self.height * SCALE).round() as u32,
        )
    }

    /// One mark, drawn by plotters on a page of its own, and the page taken off again: this is what lets us add what
    /// plotters cannot say (groups, dashes, a true baseline).
    fn element(&self, mark: &Mark) -> Result<String, ChartError> {
        let mut page = String::new();
        {
            let area = SVGBackend::with_string(&mut page, self.units()).into_drawing_area();
            draw(&area, mark).map_err(ChartError::Draw)?;
            area.present().map_err(|e| ChartError::Draw(e.to_string()))?;
        }
        let body: String = page
            .lines()
            .filter(|line| !line.starts_with("<svg ") && *line != "</svg>")
            .map(|line| line.replace(" opacity=\"1\"", ""))
            .fold(String::new(), |mut all, line| {
                all.push_str(&line);
                // A text is one line: a break before its end would count as a space in some viewers.
                if line.ends_with("/>") || line.ends_with("</text>") {
                    all.push('\n');
                }
                all
            });
        Ok(match mark {
            Mark::Text(t) => self.finish_text(&body, t),
            Mark::Path { dash: Some(dash), .. } => {
                let lengths: Vec<String> = dash.iter().map(|d| units(*d).to_string()).collect();
                body.replacen(
                    "<polyline ",
                    &format!("<polyline stroke-dasharray=\"{}\" ", lengths.join(" ")),
                    1,
                )
            }
            _ => body,
        })
    }

    /// A text as one filled path.
    fn outlined(&self, text: &Text) -> String {
        let at = (self.extent(text).x0 * SCALE, text.at.1 * SCALE);
        let path = self.fonts.outlines(&text.text, text.size * SCALE, text.weight, at);
        if path.is_empty() {
            return String::new();
        }
        let fill = hex(text.colour);
        format!("<path d=\"{path}\" fill=\"{fill}\"{}/>\n", halo(text))
    }

    /// Puts the text on its baseline (plotters offers top, centre and bottom only), fixes its length, and rims it. What
    /// another typeface has to help out with keeps the length it gets there.
    fn finish_text(&self, body: &str, text: &Text) -> String {
        let length = if self.fonts.missing(&text.text).is_empty() {
            let length = units(self.fonts.width(&text.text, text.size, text.weight));
            format!(" textLength=\"{length}\"")
        } else {
            String::new()
        };
        let body = body.replacen(" dy=\"-0.5ex\"", &format!("{length}{}", halo(text)), 1);
        // plotters divides the size it is given, which leaves a tail of digits.
        match (body.find("font-size=\""), body.find("\" fill=")) {
            (Some(from), Some(to)) if from < to => {
                format!("{}font-size=\"{}{}", &body[..from], units(text.size), &body[to..])
            }
            _ => body,
        }
    }
}

/// The rim of a text, as attributes.
fn halo(text: &Text) -> String {
    text.halo.map_or(String::new(), |colour| {
        let width = units(text.size * 0.28);
        format!(
            " paint-order=\"stroke\" stroke=\"{}\" stroke-width=\"{width}\"",
            hex(colour)
        )
    })
}

/// A colour as SVG has it.
fn hex(colour: Colour) -> String {
    format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2)
}

/// An id that is not taken yet: a second layer of the same name is counted.
fn once(id: &str, taken: &mut BTreeSet<String>) -> String {
    let counted = (2..).map(|times| format!("{id}-{times}"));
    let free = std::iter::once(id.to_owned())
        .chain(counted)
        .find(|id| !taken.contains(id));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn units(px: f64) -> i32 {
    (px * SCALE).round() as i32
}

fn unit_point(p: &Point) -> (i32, i32) {
    (units(p.0), units(p.1))
}

/// Hands one mark to plotters.
fn draw(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, mark: &Mark) -> Result<(), String> {
    let stroke = |colour: &Colour, width: f64| ShapeStyle {
        color: colour.to_rgba(),
        filled: false,
        stroke_width: units(width).max(1).unsigned_abs(),
    };
    let drawn = match mark {
        Mark::Open(_) | Mark::Close => Ok(()),
        Mark::Path {
            points, colour, width, ..
        } => area.draw(&PathElement::new(
            points.iter().map(unit_point).collect::<Vec<_>>(),
            stroke(colour, *width),
        )),
        Mark::Polygon { points, colour } => area.draw(&Polygon::new(
            points.iter().map(unit_point).collect::<Vec<_>>(),
            colour.filled(),
        )),
        Mark::Rect { rect, colour } => {
            let corners = [unit_point(&(rect.x0, rect.y0)), unit_point(&(rect.x1, rect.y1))];
            area.draw(&Rectangle::new(corners, colour.filled()))
        }
        Mark::Circle {
            centre,
            radius,
            fill,
            stroke: rim,
        } => {
            let (at, r) = (unit_point(centre), units(*radius));
            let filled = fill.map_or(Ok(()), |c| area.draw(&Circle::new(at, r, c.filled())));
            filled.and_then(|()| rim.map_or(Ok(()), |(c, width)| area.draw(&Circle::new(at, r, stroke(&c, width)))))
        }
        Mark::Text(t) => {
            let style = if t.weight == Weight::Bold {
                FontStyle::Bold
            } else {
                FontStyle::Normal
            };
            let h = match t.anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let style = TextStyle {
                font: FontDesc::new(FontFamily::Name(FAMILIES), t.size * SCALE * 1.24, style),
                color: t.colour.to_backend_color(),
                pos: Pos::new(h, VPos::Bottom),
            };
            area.draw(&TextElement::new(t.text.as_str(), unit_point(&t.at), style))
        }
    };
    drawn.map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::canvas::DASHED;
    use crate::chart::font::Fonts;
    use crate::chart::theme::Theme;

    fn canvas() -> Canvas {
        let fonts = Fonts::get().expect("embedded fonts parse");
        Canvas::new(200.0, 100.0, Theme::Light.palette().background, fonts)
    }

    fn label(text: &str) -> Text {
        Text {
            at: (10.0, 20.0),
            text: text.to_owned(),
            size: 12.0,
            weight: Weight::Bold,
            anchor: Anchor::Start,
            colour: Theme::Light.palette().ink,
            halo: None,
        }
    }

    #[test]
    fn a_text_sits_on_its_baseline_in_one_line_with_its_measured_length() {
        let mut c = canvas();
        c.text(label("A < B & “C”"));
        let svg = c.to_svg(&Meta::default(), Letters::Live).expect("draws");
        let line = svg.lines().find(|l| l.starts_with("<text ")).expect("a text");
        assert!(
            !line.contains("dy=") && line.contains("font-size=\"240\"") && line.contains("y=\"400\""),
            "{line}"
        );
        assert!(
            line.contains("textLength=\"") && line.ends_with(">A &lt; B &amp; “C”</text>"),
            "{line}"
        );
    }

    #[test]
    fn layers_dashes_and_descriptions_reach_the_file() {
        let mut c = canvas();
        c.group("marker", |c| {
            c.path(
                vec![(0.0, 0.0), (10.0, 0.5)],
                Theme::Light.palette().ink,
                1.0,
                Some(DASHED),
            );
        });
        let meta = Meta {
            name: "p".into(),
            title: "T<".into(),
            description: "D".into(),
            provenance: "{\"a\":1}".into(),
        };
        let svg = c.to_svg(&meta, Letters::Live).expect("draws");
        for part in [
            "role=\"img\"",
            "<title id=\"p-title\">T&lt;</title>",
            "<g id=\"p-marker\">",
            "stroke-dasharray=\"120 80\"",
            "viewBox=\"0 0 4000 2000\"",
            "{&quot;a&quot;:1}",
        ] {
            assert!(svg.contains(part), "{part} missing in {svg}");
        }
    }

    #[test]
    fn a_layer_drawn_twice_gets_an_id_of_its_own() {
        let mut c = canvas();
        for _ in 0..3 {
            c.group("row", |c| c.text(label("x")));
        }
        let svg = c
            .to_svg(
                &Meta {
                    name: "p".into(),
                    ..Meta::default()
                },
                Letters::Live,
            )
            .expect("draws");
        for id in ["\"p-row\"", "\"p-row-2\"", "\"p-row-3\""] {
            assert_eq!(svg.matches(&format!("<g id={id}>")).count(), 1, "{svg}");
        }
    }

    #[test]
    fn outlines_hold_no_text_and_live_text_keeps_what_we_cannot_draw() {
        let mut c = canvas();
        c.text(Text {
            halo: Some(Theme::Light.palette().background),
            ..label("Land 漢字")
        });
        let paths = c.to_svg(&Meta::default(), Letters::Paths).expect("draws");
        assert!(
            !paths.contains("<text") && paths.contains("<path d=\"M") && paths.contains("paint-order"),
            "{paths}"
        );
        let live = c.to_svg(&Meta::default(), Letters::Live).expect("draws");
        assert!(
            live.contains(">Land 漢字</text>") && !live.contains("textLength"),
            "{live}"
        );
        assert_eq!(c.missing_glyphs(), ['字', '漢']);
    }
}
