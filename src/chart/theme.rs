//! Colours and sizes of the pictures.
//!
//! Blue against orange is safe for the common colour deficiencies; wherever two lines meet, a dash or a weight tells
//! them apart as well. Every text colour has a contrast of at least 4.5 with its background (WCAG 2.2 AA; tested).

use plotters::style::RGBColor;

/// A colour of a picture.
pub type Colour = RGBColor;

const fn hex(rgb: u32) -> Colour {
    RGBColor((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// The look of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// For pages.
    #[default]
    Light,
    /// For dark screens and slides.
    Dark,
    /// For print without colour.
    PrintGrey,
}

impl Theme {
    /// All themes.
    pub const ALL: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::PrintGrey];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::PrintGrey => "print-grey",
        }
    }

    /// The theme of that name.
    pub fn from_name(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|t| t.name() == name)
    }

    /// The theme's colours.
    pub fn palette(self) -> &'static Palette {
        match self {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
            Theme::PrintGrey => &GREY,
        }
    }
}

/// The colours of a theme, by role.
#[derive(Debug)]
pub struct Palette {
    pub background: Colour,
    /// Headline, axis line, event labels.
    pub ink: Colour,
    /// Subtitle, tick labels, notes.
    pub soft: Colour,
    pub grid: Colour,
    /// Accent block and the labels of the main line.
    pub accent: Colour,
    /// The main line where it runs over the bands.
    pub line: Colour,
    /// What the main line is compared with.
    pub reference: Colour,
    /// Light tint of `reference`, for its band.
    pub reference_tint: Colour,
    /// Bands from the widest to the narrowest.
    pub bands: [Colour; 3],
    /// Options beside a baseline, each told by a dash as well; all usable as text.
    pub arms: [Colour; 6],
    /// The band of a baseline, so light that every line shows on it.
    pub band: Colour,
    /// An ordered ramp for rungs, from the mildest to the gravest; all usable as text.
    pub ramp: [Colour; 4],
}

impl Palette {
    /// The colour of item `i` of `n` along the ordered ramp.
    pub fn along(&self, i: usize, n: usize) -> Colour {
        let last = self.ramp.len() - 1;
        self.ramp[(i * last).checked_div(n.saturating_sub(1)).unwrap_or(last).min(last)]
    }
}

static LIGHT: Palette = Palette {
    background: hex(0xFFFFFF),
    ink: hex(0x161C24),
    soft: hex(0x5C6673),
    grid: hex(0xDFE3E8),
    accent: hex(0x08517E),
    line: hex(0x08517E),
    reference: hex(0xA85400),
    reference_tint: hex(0xF6E3D0),
    bands: [hex(0xD6E5F0), hex(0xA8CAE0), hex(0x6AA3C9)],
    arms: [
        hex(0x08517E),
        hex(0xA85400),
        hex(0x00735C),
        hex(0x9C3F7C),
        hex(0x6B6A00),
        hex(0x8B1A2B),
    ],
    band: hex(0xEBEEF1),
    ramp: [hex(0x3A7CA8), hex(0x1F6694), hex(0x08517E), hex(0x05304C)],
};

static DARK: Palette = Palette {
    background: hex(0x12171E),
    ink: hex(0xF1F4F7),
    soft: hex(0xA3ADB9),
    grid: hex(0x2E3640),
    accent: hex(0x56A3D6),
    line: hex(0xD4ECFA),
    reference: hex(0xF2A65A),
    reference_tint: hex(0x3D2C1B),
    bands: [hex(0x1B3142), hex(0x234D6D), hex(0x336C97)],
    arms: [
        hex(0x56A3D6),
        hex(0xF2A65A),
        hex(0x4CC3A5),
        hex(0xE39AC8),
        hex(0xD6CF6B),
        hex(0xF08A8A),
    ],
    band: hex(0x222A34),
    ramp: [hex(0x5C9DC8), hex(0x86BCDF), hex(0xAFD6EE), hex(0xD9EEFA)],
};

static GREY: Palette = Palette {
    background: hex(0xFFFFFF),
    ink: hex(0x111111),
    soft: hex(0x595959),
    grid: hex(0xDEDEDE),
    accent: hex(0x1A1A1A),
    line: hex(0x111111),
    reference: hex(0x4A4A4A),
    reference_tint: hex(0xECECEC),
    bands: [hex(0xE6E6E6), hex(0xC8C8C8), hex(0x9E9E9E)],
    arms: [
        hex(0x111111),
        hex(0x4A4A4A),
        hex(0x2C2C2C),
        hex(0x5C5C5C),
        hex(0x1A1A1A),
        hex(0x3C3C3C),
    ],
    band: hex(0xEEEEEE),
    ramp: [hex(0x6E6E6E), hex(0x565656), hex(0x3A3A3A), hex(0x111111)],
};

/// The shape of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// 720 × 470, across a page.
    #[default]
    Report,
    /// 380 × 420, one column or a phone.
    Column,
    /// 960 × 540, a 16:9 slide.
    Slide,
}

impl Size {
    /// All sizes.
    pub const ALL: [Size; 3] = [Size::Report, Size::Column, Size::Slide];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Size::Report => "report",
            Size::Column => "column",
            Size::Slide => "slide",
        }
    }

    /// The size of that name.
    pub fn from_name(name: &str) -> Option<Size> {
        Size::ALL.into_iter().find(|s| s.name() == name)
    }

    /// Width and height in px at scale 1.
    pub fn pixels(self) -> (u32, u32) {
        match self {
            Size::Report => (720, 470),
            Size::Column => (380, 420),
            Size::Slide => (960, 540),
        }
    }

    /// Type sizes and distances.
    pub fn metrics(self) -> &'static Metrics {
        match self {
            Size::Report => &REPORT,
            Size::Column => &COLUMN,
            Size::Slide => &SLIDE,
        }
    }
}

/// Type sizes, distances and stroke widths of a size, all in px.
#[derive(Debug)]
pub struct Metrics {
    pub margin: f64,
    pub headline: f64,
    pub headline_lines: usize,
    pub subtitle: f64,
    pub subtitle_lines: usize,
    /// Tick labels and direct labels.
    pub label: f64,
    pub note: f64,
    pub note_lines: usize,
    /// Accent block, width and height.
    pub accent: (f64, f64),
    /// Main line.
    pub stroke: f64,
    /// Grid and axes.
    pub hair: f64,
}

static REPORT: Metrics = Metrics {
    margin: 20.0,
    headline: 20.0,
    headline_lines: 2,
    subtitle: 13.5,
    subtitle_lines: 2,
    label: 12.0,
    note: 10.7,
    note_lines: 2,
    accent: (40.0, 6.0),
    stroke: 2.4,
    hair: 0.8,
};

static COLUMN: Metrics = Metrics {
    margin: 16.0,
    headline: 15.5,
    headline_lines: 3,
    subtitle: 11.2,
    subtitle_lines: 3,
    label: 10.4,
    note: 9.0,
    note_lines: 3,
    accent: (32.0, 5.0),
    stroke: 2.0,
    hair: 0.7,
};

static SLIDE: Metrics = Metrics {
    margin: 32.0,
    headline: 26.0,
    headline_lines: 2,
    subtitle: 16.5,
    subtitle_lines: 2,
    label: 14.5,
    note: 11.5,
    note_lines: 2,
    accent: (56.0, 8.0),
    stroke: 3.0,
    hair: 1.0,
};

/// A colour `share` of the way from `a` to `b`.
pub fn mix(a: Colour, b: Colour, share: f64) -> Colour {
    let blend = |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
    RGBColor(blend(a.0, b.0), blend(a.1, b.1), blend(a.2, b.2))
}

/// Contrast ratio of two colours after WCAG 2.2 (1 to 21).
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let channel = |v: u8| {
        let s = f64::from(v) / 255.0;
        if s <= 0.04045 {
            s / 12.92
        } else {
            ((s + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = |c: Colour| 0.2126 * channel(c.0) + 0.7152 * channel(c.1) + 0.0722 * channel(c.2);
    let (x, y) = (luminance(a), luminance(b));
    (x.max(y) + 0.05) / (x.min(y) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_colour_stands_out_from_the_background() {
        for theme in Theme::ALL {
            let p = theme.palette();
            let mut texts = vec![p.ink, p.soft, p.accent, p.reference];
            texts.extend(p.ramp);
            texts.extend(p.arms);
            for colour in texts {
                let ratio = contrast(colour, p.background);
                assert!(ratio >= 4.5, "{} {colour:?}: {ratio:.2}", theme.name());
            }
        }
    }

    #[test]
    fn ink_stays_legible_on_every_band() {
        for theme in Theme::ALL {
            let p = theme.palette();
            for band in p.bands {
                assert!(contrast(p.ink, band) >= 4.5, "{} {band:?}", theme.name());
            }
        }
    }

    #[test]
    fn the_main_line_and_the_reference_stand_out_from_the_bands_they_cross() {
        for theme in Theme::ALL {
            let p = theme.palette();
            assert!(contrast(p.line, p.bands[2]) >= 3.0, "{}", theme.name());
            assert!(contrast(p.reference, p.bands[0]) >= 3.0, "{}", theme.name());
        }
    }

    #[test]
    fn every_option_stands_out_from_the_band_it_crosses() {
        for theme in Theme::ALL {
            let p = theme.palette();
            for colour in p.arms.into_iter().chain([p.soft]) {
                assert!(contrast(colour, p.band) >= 3.0, "{} {colour:?}", theme.name());
            }
        }
    }

    #[test]
    fn names_lead_back() {
        assert!(Theme::ALL.into_iter().all(|t| Theme::from_name(t.name()) == Some(t)));
        assert!(Size::ALL.into_iter().all(|s| Size::from_name(s.name()) == Some(s)));
        assert_eq!(Size::from_name("poster"), None);
    }

    #[test]
    fn contrast_of_black_and_white_is_twenty_one() {
        assert!((contrast(hex(0x000000), hex(0xFFFFFF)) - 21.0).abs() < 1e-9);
    }
}
