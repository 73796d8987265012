//! A drawing surface in picture px. Marks are recorded first and turned into SVG at the end (`svg.rs`): layout code can look at
//! the text already placed, and tests can look at all of it.

use super::font::{Fonts, Weight};
use super::theme::Colour;
use crate::text::line;
use std::borrow::Cow;

/// A position in px, x to the right and y down.
pub type Point = (f64, f64);

/// Which end of a text sits on its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text on a baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub at: Point,
    pub text: String,
    pub size: f64,
    pub weight: Weight,
    pub anchor: Anchor,
    pub colour: Colour,
    /// Colour of a rim behind the letters, where they cross lines.
    pub halo: Option<Colour>,
}

/// A rectangle in px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Rect {
    /// Width in px.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// Height in px.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Rect) -> bool {
        const TOUCH: f64 = 1e-6;
        self.x0 < other.x1 - TOUCH
            && other.x0 < self.x1 - TOUCH
            && self.y0 < other.y1 - TOUCH
            && other.y0 < self.y1 - TOUCH
    }

    /// The rectangle grown by `by` px on every side.
    pub fn grown(&self, by: f64) -> Rect {
        Rect {
            x0: self.x0 - by,
            y0: self.y0 - by,
            x1: self.x1 + by,
            y1: self.y1 + by,
        }
    }
}

/// A text on the canvas, its colour, and the space it takes (cap height to descender).
#[derive(Debug, Clone, PartialEq)]
pub struct TextBox {
    pub text: String,
    pub colour: Colour,
    pub rect: Rect,
}

/// One thing drawn.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    Open(String),
    Close,
    Text(Text),
    Path {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
        dash: Option<Dash>,
    },
    Polygon {
        points: Vec<Point>,
        colour: Colour,
    },
    Rect {
        rect: Rect,
        colour: Colour,
    },
    Circle {
        centre: Point,
        radius: f64,
        fill: Option<Colour>,
        stroke: Option<(Colour, f64)>,
    },
}

/// Lengths of strokes and gaps in turn, px.
pub type Dash = &'static [f64];
/// Ordinary dashes.
pub const DASHED: Dash = &[6.0, 4.0];
/// Fine dots, for markers.
pub const DOTTED: Dash = &[2.2, 2.6];

/// The surface: marks in drawing order.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub width: f64,
    pub height: f64,
    pub(super) fonts: &'static Fonts,
    pub(super) marks: Vec<Mark>,
}

impl Canvas {
    /// An empty canvas, filled with `background`.
    pub fn new(width: f64, height: f64, background: Colour, fonts: &'static Fonts) -> Canvas {
        let rect = Rect {
            x0: 0.0,
            y0: 0.0,
            x1: width,
            y1: height,
        };
        Canvas {
            width,
            height,
            fonts,
            marks: vec![Mark::Rect {
                rect,
                colour: background,
            }],
        }
    }

    /// The fonts this canvas measures with.
    pub fn fonts(&self) -> &'static Fonts {
        self.fonts
    }

    /// Draws a layer: all marks made by `draw` go into one group with this id.
    pub fn group(&mut self, id: &str, draw: impl FnOnce(&mut Canvas)) {
        self.marks.push(Mark::Open(id.to_owned()));
        draw(self);
        self.marks.push(Mark::Close);
    }

    /// A line of text.
    pub fn text(&mut self, mut text: Text) {
        if let Cow::Owned(clean) = line(&text.text) {
            text.text = clean;
        }
        if !text.text.is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, colour: Colour, width: f64) {
        self.path(vec![from, to], colour, width, None);
    }

    /// An open path, dashed if asked.
    pub fn path(&mut self, points: Vec<Point>, colour: Colour, width: f64, dash: Option<Dash>) {
        if points.len() > 1 {
            self.marks.push(Mark::Path {
                points,
                colour,
                width,
                dash,
            });
        }
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: Vec<Point>, colour: Colour) {
        if points.len() > 2 {
            self.marks.push(Mark::Polygon { points, colour });
        }
    }

    /// A filled rectangle.
    pub fn rect(&mut self, rect: Rect, colour: Colour) {
        self.marks.push(Mark::Rect { rect, colour });
    }

    /// A circle, filled, outlined or both.
    pub fn circle(&mut self, centre: Point, radius: f64, fill: Option<Colour>, stroke: Option<(Colour, f64)>) {
        self.marks.push(Mark::Circle {
            centre,
            radius,
            fill,
            stroke,
        });
    }

    /// The space a text takes.
    pub fn extent(&self, text: &Text) -> Rect {
        let width = self.fonts.width(&text.text, text.size, text.weight);
        let (x, y) = text.at;
        let x0 = match text.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        Rect {
            x0,
            y0: y - 0.76 * text.size,
            x1: x0 + width,
            y1: y + 0.22 * text.size,
        }
    }

    /// All texts placed so far.
    pub fn text_boxes(&self) -> Vec<TextBox> {
        self.marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text(t) => Some(TextBox {
                    text: t.text.clone(),
                    colour: t.colour,
                    rect: self.extent(t),
                }),
                _ => None,
            })
            .collect()
    }

    /// The characters in its texts that the typeface lacks, each once, in order.
    pub fn missing_glyphs(&self) -> Vec<char> {
        let texts: String = self.text_boxes().into_iter().map(|b| b.text).collect();
        self.fonts.missing(&texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_that_only_touch_do_not_overlap() {
        let a = Rect {
            x0: 0.0,
            y0: 0.0,
            x1: 1.0,
            y1: 1.0,
        };
        assert!(!a.overlaps(&Rect {
            x0: 1.0,
            y0: 0.0,
            x1: 2.0,
            y1: 1.0
        }));
        assert!(a.overlaps(&Rect {
            x0: 0.9,
            y0: 0.9,
            x1: 2.0,
            y1: 2.0
        }));
    }
}
