//! The embedded typeface: two weights of Inter, and the measuring of text in them.
//!
//! Pictures must not depend on what is installed on a machine, so layout and rendering both read these bytes and
//! nothing else. The files carry a plain `kern` table and no other layout feature; what is measured here (advance plus
//! kerning) is therefore exactly what a renderer draws.

use super::ChartError;
use ab_glyph::{Font, FontRef};
use std::sync::OnceLock;

/// Family name, as in the font files' own name tables.
pub const FAMILY: &str = "Inter";
/// Families for a viewer that has no Inter; widths are fixed by `textLength`, so the layout survives the substitute.
pub const FAMILIES: &str = "Inter, Helvetica, Arial, sans-serif";

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

    /// Whether the typeface has a glyph for `c`.
    pub fn has(&self, c: char) -> bool {
        matches!(c, ' '..='~') || (self.regular.font.glyph_id(c).0 != 0 && self.bold.font.glyph_id(c).0 != 0)
    }

    /// `text` with runs of white space made single and characters without a glyph made `?`, so that nothing vanishes
    /// silently from a picture.
    pub fn clean(&self, text: &str) -> String {
        let words: Vec<&str> = text.split([' ', '\t', '\n', '\r']).filter(|w| !w.is_empty()).collect();
        words
            .join(" ")
            .chars()
            .map(|c| if self.has(c) { c } else { '?' })
            .collect()
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
    fn a_character_without_a_glyph_shows_as_a_question_mark() {
        let fonts = Fonts::get().expect("embedded fonts parse");
        assert_eq!(fonts.clean("a \n 漢  b"), "a ? b");
    }
}
