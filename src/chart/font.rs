//! The embedded typeface: two weights of Inter, and the measuring of text in them.
//!
//! Pictures must not depend on what is installed on a machine, so layout and rendering both read these bytes and
//! nothing else. The files carry a plain `kern` table and no other layout feature; what is measured here (advance plus
//! kerning) is therefore exactly what a renderer draws.

use super::ChartError;
use ab_glyph::{Font, FontRef, OutlineCurve, Point};
use std::fmt::Write as _;
use std::sync::OnceLock;
use unicode_width::UnicodeWidthChar;

/// Family name, as in the font files' own name tables.
pub const FAMILY: &str = "Inter";
/// Families for a viewer that has no Inter; widths are fixed by `textLength`, so the layout survives the substitute.
///
/// The two free families before the generic name are for renderers that take `sans-serif` for Arial, and drop every text
/// where it is not installed.
pub const FAMILIES: &str = "Inter, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif";

const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/Inter-Bold.ttf");
/// Licence of the two font files, for whoever embeds them further.
pub const LICENCE: &str = include_str!("fonts/OFL.txt");

/// The two weights in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// 400
    Regular,
    /// 700
    Bold,
}

impl Weight {
    /// The font file of this weight (TrueType).
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR,
            Weight::Bold => BOLD,
        }
    }
}

/// Both weights, parsed and ready to measure with.
#[derive(Debug)]
pub struct Fonts {
    regular: Face,
    bold: Face,
}

/// Characters below this have their kerning looked up once; the layout measures the same letters thousands of times.
const COMMON: usize = 128;

/// One weight with its measures in em.
#[derive(Debug)]
struct Face {
    font: FontRef<'static>,
    em: f32,
    advances: Vec<f32>,
    /// Kerning of common pairs, `COMMON * first + second`.
    kerning: Vec<f32>,
}

impl Face {
    fn parse(bytes: &'static [u8]) -> Result<Face, String> {
        let font = FontRef::try_from_slice(bytes).map_err(|e| e.to_string())?;
        let em = font.units_per_em().ok_or("no size of the em")?;
        let glyphs: Vec<_> = (0..COMMON).map(|c| font.glyph_id(char::from(c as u8))).collect();
        let advances = glyphs.iter().map(|g| font.h_advance_unscaled(*g) / em).collect();
        let kern = |a, b| font.kern_unscaled(a, b) / em;
        let kerning = glyphs
            .iter()
            .flat_map(|a| glyphs.iter().map(move |b| kern(*a, *b)))
            .collect();
        Ok(Face {
            font,
            em,
            advances,
            kerning,
        })
    }

    fn advance(&self, c: char) -> f32 {
        match self.advances.get(c as usize) {
            Some(width) => *width,
            None if is_lacking(&self.font, c) => substitute_advance(c),
            None => self.font.h_advance_unscaled(self.font.glyph_id(c)) / self.em,
        }
    }

    fn kern(&self, first: char, second: char) -> f32 {
        let (a, b) = (first as usize, second as usize);
        if a < COMMON && b < COMMON {
            return self.kerning[COMMON * a + b];
        }
        self.font
            .kern_unscaled(self.font.glyph_id(first), self.font.glyph_id(second))
            / self.em
    }
}

impl Fonts {
    /// Parses the embedded fonts once per process.
    ///
    /// # Errors
    /// [`ChartError::Font`] if an embedded file cannot be read (a damaged build).
    pub fn get() -> Result<&'static Fonts, ChartError> {
        static FONTS: OnceLock<Result<Fonts, String>> = OnceLock::new();
        FONTS
            .get_or_init(|| {
                Ok(Fonts {
                    regular: Face::parse(REGULAR)?,
                    bold: Face::parse(BOLD)?,
                })
            })
            .as_ref()
            .map_err(|e| ChartError::Font(e.clone()))
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Width in px of `text` set on one line at `size` px.
    pub fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        let face = self.face(weight);
        let mut ems = 0.0;
        let mut previous = None;
        for c in text.chars() {
            ems += f64::from(previous.map_or(0.0, |before| face.kern(before, c)) + face.advance(c));
            previous = Some(c);
        }
        ems * size
    }

    /// Whether the typeface has a glyph for `c`, or needs none.
    pub fn has(&self, c: char) -> bool {
        matches!(c, ' '..='~') || !(is_lacking(&self.regular.font, c) || is_lacking(&self.bold.font, c))
    }

    /// The characters of `text` that the typeface lacks, each once, in order.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let mut missing: Vec<char> = text.chars().filter(|c| !self.has(*c)).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// `text` on one line: runs of white space made single, without control characters and marks that turn the direction
    /// of writing. Characters without a glyph stay: who has them can show them.
    pub fn clean(&self, text: &str) -> String {
        let breaks = |c: char| matches!(c, ' ' | '\u{2028}' | '\u{2029}') || c.is_control();
        let words: Vec<&str> = text.split(breaks).filter(|w| !w.is_empty()).collect();
        let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        words.join(" ").chars().filter(|c| !turns(c)).collect()
    }

    /// The outlines of `text`, set at `size` with its baseline starting at `(x, y)`, as the data of an SVG path in the
    /// units of `size`; a box stands for each character without a glyph.
    pub fn outlines(&self, text: &str, size: f64, weight: Weight, (x, y): (f64, f64)) -> String {
        let face = self.face(weight);
        let mut path = String::new();
        let mut pen = x;
        let mut previous = None;
        for c in text.chars() {
            pen += size * f64::from(previous.map_or(0.0, |before| face.kern(before, c)));
            let advance = f64::from(face.advance(c));
            let place = |at: Point| {
                let em = size / f64::from(face.em);
                (pen + em * f64::from(at.x), y - em * f64::from(at.y))
            };
            if is_lacking(&face.font, c) {
                empty_box(&mut path, pen, y, size, advance);
            } else if let Some(outline) = face.font.outline(face.font.glyph_id(c)) {
                curves(&mut path, &outline.curves, place);
            }
            pen += size * advance;
            previous = Some(c);
        }
        path
    }
}

/// Characters that are never drawn themselves: joiners, selectors of variants, marks of direction, soft hyphens.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `c` ought to be drawn and cannot be.
fn is_lacking(font: &FontRef, c: char) -> bool {
    font.glyph_id(c).0 == 0 && !is_invisible(c)
}

/// Room in em for a character that another typeface will have to draw: a square for those of full width (East Asian
/// scripts, pictograms), a broad letter for the rest, nothing for marks that sit on the letter before.
fn substitute_advance(c: char) -> f32 {
    match c.width() {
        None | Some(0) => 0.0,
        Some(1) => 0.64,
        Some(_) => 1.1,
    }
}

/// The curves of one glyph; each contour begins where the one before has closed.
fn curves(path: &mut String, curves: &[OutlineCurve], place: impl Fn(Point) -> (f64, f64)) {
    let at = |p: Point| {
        let (x, y) = place(p);
        format!("{x:.1} {y:.1}")
    };
    // Writing to a String cannot fail, hence the ignored results.
    let mut last = None;
    for curve in curves {
        let (from, to) = match curve {
            OutlineCurve::Line(a, b) | OutlineCurve::Quad(a, _, b) | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
        };
        if last != Some(from) {
            let _ = write!(path, "{}M{}", if last.is_some() { "Z" } else { "" }, at(from));
        }
        let _ = match curve {
            OutlineCurve::Line(..) => write!(path, "L{}", at(to)),
            OutlineCurve::Quad(_, c, _) => write!(path, "Q{} {}", at(*c), at(to)),
            OutlineCurve::Cubic(_, c, d, _) => write!(path, "C{} {} {}", at(*c), at(*d), at(to)),
        };
        last = Some(to);
    }
    if last.is_some() {
        path.push('Z');
    }
}

/// A box of the height of a capital letter; its inner edge runs the other way round, so that it is empty.
fn empty_box(path: &mut String, x: f64, y: f64, size: f64, advance: f64) {
    let (edge, rim) = (0.07 * size, 0.06 * size);
    let (x0, x1, y0, y1) = (x + edge, x + advance * size - edge, y - 0.72 * size, y);
    if x1 - x0 > 2.0 * rim {
        let _ = write!(path, "M{x0:.1} {y0:.1}H{x1:.1}V{y1:.1}H{x0:.1}Z");
        let (x0, x1, y0, y1) = (x0 + rim, x1 - rim, y0 + rim, y1 - rim);
        let _ = write!(path, "M{x0:.1} {y0:.1}V{y1:.1}H{x1:.1}V{y0:.1}Z");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_carry_every_sign_the_charts_use() {
        let fonts = Fonts::get().expect("embedded fonts parse");
        for c in "AZaz09%.,·–—−×≥≤±→←↑↓’‘“”…äöüßÄÖÜéłŁžčşğ\u{2009}\u{202f}\u{a0}Київ".chars()
        {
            assert!(fonts.has(c), "no glyph for {c:?}");
        }
    }

    #[test]
    fn each_font_file_stays_small() {
        assert!(REGULAR.len() < 80_000 && BOLD.len() < 80_000);
        assert!(LICENCE.contains("SIL Open Font License"));
    }

    #[test]
    fn kerning_is_measured() {
        let fonts = Fonts::get().expect("embedded fonts parse");
        let apart = fonts.width("T", 100.0, Weight::Bold) + fonts.width("o", 100.0, Weight::Bold);
        assert!(fonts.width("To", 100.0, Weight::Bold) < apart - 1.0);
    }

    #[test]
    fn characters_without_a_glyph_are_kept_and_named() {
        let fonts = Fonts::get().expect("embedded fonts parse");
        assert_eq!(fonts.clean("a \n 漢\u{202e}  b"), "a 漢 b");
        assert_eq!(fonts.missing("漢a字漢\u{200d}"), ['字', '漢']);
        assert!(fonts.missing("Российская Ελληνικά ≥ ½ außer").is_empty());
        assert!(fonts.width("漢字", 10.0, Weight::Regular) > fonts.width("ab", 10.0, Weight::Regular));
    }

    #[test]
    fn outlines_stand_where_the_text_would() {
        let fonts = Fonts::get().expect("embedded fonts parse");
        let path = fonts.outlines("HI", 100.0, Weight::Regular, (50.0, 200.0));
        let numbers: Vec<f64> = path
            .split(|c: char| c.is_alphabetic() || c == ' ')
            .filter_map(|n| n.parse().ok())
            .collect();
        let (xs, ys): (Vec<f64>, Vec<f64>) = numbers.chunks(2).map(|p| (p[0], p[1])).unzip();
        let end = 50.0 + fonts.width("HI", 100.0, Weight::Regular);
        assert!(xs.iter().all(|x| (50.0..=end).contains(x)), "{path}");
        assert!(
            ys.iter().all(|y| (120.0..=200.5).contains(y)) && ys.contains(&200.0),
            "{path}"
        );
        assert!(path.starts_with('M') && path.ends_with('Z'));
        assert!(fonts.outlines(" ", 100.0, Weight::Bold, (0.0, 0.0)).is_empty());
        assert_eq!(
            fonts
                .outlines("漢", 100.0, Weight::Bold, (0.0, 0.0))
                .matches('Z')
                .count(),
            2,
            "a box"
        );
    }
}
