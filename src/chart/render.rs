//! From SVG to PNG, and safely to disk.

use super::ChartError;
use super::font::{FAMILY, Weight};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Group, Node, Options, Tree};
use std::path::Path;

/// Keyword of the PNG text chunk that carries the provenance.
pub const PNG_KEYWORD: &str = "deter.provenance";

/// Renders an SVG at `scale` times its size, with the embedded fonts and no others, and puts density and `provenance`
/// into the file.
///
/// # Errors
/// [`ChartError::Render`] if the SVG cannot be read or a text would be missing from the picture.
pub fn png(svg: &str, scale: u8, provenance: &str) -> Result<Vec<u8>, ChartError> {
    let mut options = Options {
        font_family: FAMILY.to_owned(),
        ..Options::default()
    };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(Weight::Regular.bytes().to_vec());
    fonts.load_font_data(Weight::Bold.bytes().to_vec());
    if fonts.len() != 2 {
        return Err(ChartError::Font(format!(
            "{} of 2 embedded fonts could be loaded",
            fonts.len()
        )));
    }
    let tree = Tree::from_str(svg, &options).map_err(|e| ChartError::Render(e.to_string()))?;
    // A renderer without a usable font drops texts without a word; an unlabelled picture must not be written.
    let (wanted, drawn) = (svg.matches("<text ").count(), texts(tree.root()));
    if wanted != drawn {
        return Err(ChartError::Render(format!("{drawn} of {wanted} texts could be drawn")));
    }
    let factor = f32::from(scale.clamp(1, 3));
    let side = |px: f32| (px * factor).round() as u32;
    let mut pixmap = Pixmap::new(side(tree.size().width()), side(tree.size().height()))
        .ok_or_else(|| ChartError::Render("the picture has no size".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(factor, factor), &mut pixmap.as_mut());
    let bytes = pixmap.encode_png().map_err(|e| ChartError::Render(e.to_string()))?;
    Ok(with_chunks(&bytes, factor, PNG_KEYWORD, provenance))
}

fn texts(group: &Group) -> usize {
    group
        .children()
        .iter()
        .map(|node| match node {
            Node::Group(inner) => texts(inner),
            Node::Text(text) => usize::from(!text.flattened().children().is_empty()),
            _ => 0,
        })
        .sum()
}

/// Pixels a metre at a scale of 1: the 96 pixels an inch in which sizes of SVGs are measured.
const PIXELS_A_METRE: f64 = 96.0 / 0.0254;

/// Adds chunks behind the header: the density, by which a picture is as large in print at every scale (PNG
/// specification, section 11.3.4.3), and an uncompressed text (11.3.3.4).
fn with_chunks(png: &[u8], factor: f32, keyword: &str, text: &str) -> Vec<u8> {
    // Signature (8) and IHDR (4 length + 4 type + 13 data + 4 checksum) are of fixed length.
    const HEADER: usize = 8 + 25;
    let density = (PIXELS_A_METRE * f64::from(factor)).round() as u32;
    let across = density.to_be_bytes();
    // The same up as across, in pixels a metre (1).
    let density = [across.as_slice(), &across, &[1]].concat();
    // End of keyword, not compressed, method 0, no language, no translated keyword.
    let text = [keyword.as_bytes(), &[0, 0, 0, 0, 0], text.as_bytes()].concat();
    let (head, rest) = png.split_at(HEADER.min(png.len()));
    [head, &chunk(b"pHYs", &density), &chunk(b"iTXt", &text), rest].concat()
}

/// A chunk of a PNG: length, type, data, checksum over type and data.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    [
        &(data.len() as u32).to_be_bytes(),
        body.as_slice(),
        &crc32(&body).to_be_bytes(),
    ]
    .concat()
}

/// The checksum of PNG chunks (CRC-32, ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// Reads the provenance back from a picture of ours, SVG or PNG; `None` if it carries none or its checksum is wrong.
pub fn provenance(picture: &[u8]) -> Option<String> {
    if picture.starts_with(b"\x89PNG\r\n\x1a\n") {
        let mut rest = picture.get(8..)?;
        while rest.len() >= 12 {
            let length = u32::from_be_bytes(rest[..4].try_into().ok()?) as usize;
            let chunk = rest.get(4..8 + length)?;
            let sum = u32::from_be_bytes(rest.get(8 + length..12 + length)?.try_into().ok()?);
            let head = [b"iTXt", PNG_KEYWORD.as_bytes(), &[0, 0, 0, 0, 0]].concat();
            if let Some(text) = chunk.strip_prefix(head.as_slice()) {
                return (crc32(chunk) == sum)
                    .then(|| String::from_utf8(text.to_vec()).ok())
                    .flatten();
            }
            rest = &rest[12 + length..];
        }
        return None;
    }
    let svg = std::str::from_utf8(picture).ok()?;
    let (_, after) = svg.split_once("<metadata>")?;
    let (inside, _) = after.split_once("</metadata>")?;
    Some(
        inside
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

/// Writes a file so that a reader never sees half of it.
///
/// # Errors
/// [`ChartError::Io`]; nothing is left behind.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ChartError> {
    crate::results::write_whole(path, bytes).map_err(|source| ChartError::Io {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_text_that_cannot_be_drawn_is_an_error_and_not_a_blank_picture() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><text y=\"5\"></text></svg>"
            .replace("<text y", "<text font-size=\"0\" y");
        assert!(matches!(png(&svg, 1, ""), Err(ChartError::Render(_))));
    }

    #[test]
    fn a_picture_is_as_large_in_print_at_every_scale() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\"><rect width=\"9\" height=\"9\"/></svg>";
        // 96, 192 and 288 pixels an inch of 2.54 cm.
        for (scale, density) in [(1, 3780u32), (2, 7559), (3, 11339)] {
            let png = png(svg, scale, "{}").expect("renders");
            let at = png.windows(4).position(|w| w == b"pHYs").expect("a density");
            let data = png.windows(4).position(|w| w == b"IDAT").expect("data");
            let field = |from: usize| u32::from_be_bytes(png[at + from..at + from + 4].try_into().expect("four bytes"));
            assert_eq!(
                (field(4), field(8), png[at + 12]),
                (density, density, 1),
                "scale {scale}"
            );
            assert_eq!(field(13), crc32(&png[at..at + 13]), "checksum");
            assert!(at < data, "before the pixels");
        }
    }
}
