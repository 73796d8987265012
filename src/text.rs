//! Text that others wrote, at the doors of the program: terminal, web page, picture, table, file name, JSON.
//!
//! Titles, notes, labels, names, paths and values come from whoever wrote a scenario file, named it or called the program.
//! At each door stands one function. All of them make *hidden* characters visible as `\u{1b}`: what a terminal obeys,
//! what turns the order of reading around, and what shows nothing at all. Letters of every script, their marks, and emoji
//! with their joiners stay as they are.
//!
//! | Door | Function |
//! |---|---|
//! | a line of prose: titles, notes, labels | [`line()`] |
//! | a name, path or value that must be found again | [`name`] |
//! | a whole page for a terminal | [`page`] |
//! | HTML and SVG | [`markup`] |
//! | a cell of a CSV table | [`cell`] |
//! | the name of a file or folder | [`file_name`] |
//! | JSON that is printed | [`json`] |

use std::borrow::Cow;
use std::fmt::Write;

/// Characters that show nothing or move what others show, by first and last code point: control characters (Cc), the
/// properties Bidi_Control and Default_Ignorable_Code_Point, separators of lines and paragraphs, anchors of
/// annotations, and noncharacters of the first plane. Source: Unicode 17, DerivedCoreProperties.txt and PropList.txt.
const HIDDEN: &[(u32, u32)] = &[
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xFFFE, 0xFFFF),
    (0x1_BCA0, 0x1_BCA3),
    (0x1_D173, 0x1_D17A),
    (0xE_0000, 0xE_0FFF),
];

/// Zero width non-joiner and joiner: spelling in Persian and the scripts of India, and the glue of emoji.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// The blocks in which a joiner is spelling: Arabic to Tibetan, Myanmar, Khmer and Mongolian, their extensions, and emoji.
const JOINED: &[(u32, u32)] = &[
    (0x0600, 0x109F),
    (0x1780, 0x18AF),
    (0x1A20, 0x1AAF),
    (0x2190, 0x2BFF),
    (0xA840, 0xA87F),
    (0xA8E0, 0xA8FF),
    (0xAA60, 0xAA7F),
    (0xFE0F, 0xFE0F),
    (0x1_0D00, 0x1_11FF),
    (0x1_F000, 0x1_FAFF),
];

/// What follows a flag in the emoji of England, Scotland and Wales: tags, and the tag that ends them.
const FLAG: char = '\u{1f3f4}';
const TAGS: std::ops::RangeInclusive<char> = '\u{e0020}'..='\u{e007e}';
const END_OF_TAGS: char = '\u{e007f}';
/// Longest run of tags that names a region, ISO 3166-2 without its hyphen.
const MOST_TAGS: usize = 6;

fn within(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// True for a character that is made visible wherever it stands, unless spelling asks for it.
fn is_hidden(c: char) -> bool {
    // Nothing below the first delete character is hidden but the controls: most text ends here.
    match u32::from(c) {
        0x20..=0x7E => false,
        _ => within(HIDDEN, c),
    }
}

/// The length in bytes of the run of tags at the start of `rest`, if it is whole.
fn tags(rest: &str) -> Option<usize> {
    let count = rest
        .chars()
        .take_while(|c| TAGS.contains(c))
        .take(MOST_TAGS + 1)
        .count();
    let length = count * END_OF_TAGS.len_utf8();
    let is_whole = (1..=MOST_TAGS).contains(&count) && rest[length..].starts_with(END_OF_TAGS);
    is_whole.then_some(length + END_OF_TAGS.len_utf8())
}

/// True if spelling asks for the hidden character `c` between what stands before it and after it.
fn is_spelling(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        '\u{200c}' | '\u{200d}' => {
            let may_join = |c: char| within(JOINED, c) && !JOINERS.contains(&c);
            may_join(before) && after.is_some_and(may_join)
        }
        // Variation selectors choose between forms of one sign: emoji or text, Mongolian letters, ideographs.
        '\u{fe00}'..='\u{fe0f}' => {
            !is_hidden(before) && (!before.is_ascii() || before.is_ascii_digit() || "#*".contains(before))
        }
        '\u{180b}'..='\u{180f}' => ('\u{1820}'..='\u{18aa}').contains(&before),
        '\u{e0100}'..='\u{e01ef}' => within(&[(0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x2_0000, 0x3_FFFF)], before),
        _ => false,
    }
}

/// The text with hidden characters made visible; `other` says what stands for a character instead, or nothing.
fn visible(text: &str, other: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let is_touched = |c: char| is_hidden(c) || other(c).is_some();
    if !text.chars().any(is_touched) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let (mut before, mut kept, mut is_changed) = (None, 0, false);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        if c == FLAG {
            kept = at + c.len_utf8() + tags(rest).unwrap_or(0);
        }
        if let Some(instead) = other(c) {
            out.push_str(instead);
            is_changed = true;
        } else if at < kept || !is_hidden(c) || is_spelling(before, c, rest.chars().next()) {
            out.push(c);
        } else {
            is_changed = true;
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                // Writing to a string cannot fail.
                c => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
            }
        }
        before = Some(c);
    }
    if is_changed {
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

/// A name, a path or a value: nothing of it is lost, so that whoever reads it finds what is meant. One line.
pub fn name(text: &str) -> Cow<'_, str> {
    visible(text, |_| None)
}

/// A path as [`name`].
pub fn path(path: &std::path::Path) -> String {
    name(&path.to_string_lossy()).into_owned()
}

/// A line of prose. Line breaks and tabs are blanks in it, as in any paragraph: `"""…"""` may be written in several lines.
pub fn line(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(['\n', '\r', '\t', ' ']);
    if !text.contains(['\n', '\r', '\t']) {
        return name(text);
    }
    let joined = text
        .split(['\n', '\r', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let joined = joined.collect::<Vec<_>>().join(" ");
    Cow::Owned(name(&joined).into_owned())
}

/// A line of a scenario file as a message prints it: tabs are blanks, all else is as in [`name`].
pub fn source_line(text: &str) -> String {
    visible(text, |c| (c == '\t').then_some("    ")).into_owned()
}

/// A page of our own making for a terminal: as [`name`], but with its line breaks.
pub fn page(text: &str) -> Cow<'_, str> {
    visible(text, |c| (c == '\n').then_some("\n"))
}

/// A page that carries colours of our own making: as [`page`], but with sequences that do no more than set colours and
/// weights (`ESC [ … m`). What others wrote has to be clean before it gets into such a page.
pub fn coloured(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, from) = rest.split_at(at);
        out.push_str(&page(before));
        let length = from.strip_prefix("\u{1b}[").and_then(|body| {
            let digits = body.find(|c: char| !c.is_ascii_digit() && c != ';')?;
            body[digits..].starts_with('m').then_some("\u{1b}[".len() + digits + 1)
        });
        let taken = length.unwrap_or(1);
        out.push_str(&if length.is_some() {
            Cow::Borrowed(&from[..taken])
        } else {
            name(&from[..taken])
        });
        rest = &from[taken..];
    }
    out.push_str(&page(rest));
    out
}

/// Text between tags and within quoted attributes of HTML and SVG; only characters that XML 1.0 allows.
pub fn markup(text: &str) -> Cow<'_, str> {
    let shown = page(text);
    if !shown.contains(['&', '<', '>', '"', '\'']) {
        return shown;
    }
    let mut out = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// What makes a spreadsheet take a cell for a formula, in its plain and its full-width form.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Words that readers of tables take for a missing value or for yes and no.
const RESERVED: [&str; 15] = [
    "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "nil", "none", "true", "false", "t", "f", "inf", "infinity",
];

/// Words for a cell of a CSV table: one line, with an apostrophe in front where a program would take them for a formula, a
/// number, a date, a truth value or for nothing. The apostrophe is what people type into a spreadsheet to say "this is
/// text". Quoting is the business of whoever writes the table; numbers are no business of this door.
pub fn cell(text: &str) -> String {
    let words = line(text);
    let counted = |c: char| c.is_ascii_digit() || " .,:/-+%eE'".contains(c);
    let is_number = words.contains(|c: char| c.is_ascii_digit()) && words.chars().all(counted);
    let is_reserved = RESERVED.iter().any(|word| words.eq_ignore_ascii_case(word));
    if is_number || is_reserved {
        return format!("'{words}");
    }
    let guarded = |part: &str| match part.trim_start_matches([' ', '"']).starts_with(FORMULA) {
        true => format!("'{part}"),
        false => part.to_owned(),
    };
    // Where a semicolon separates cells, what follows one begins a cell as well.
    words.split(';').map(guarded).collect::<Vec<_>>().join(";")
}

/// Longest file name in bytes that [`file_name`] gives. File systems take 255; the rest is for what is put around it.
const LONGEST_FILE_NAME: usize = 120;

/// Names of devices that Windows keeps for itself, with any ending and in any case.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |prefix| {
        let number = stem.strip_prefix(prefix).unwrap_or_default();
        number.chars().count() == 1 && number.contains(|c: char| c.is_ascii_digit() || "¹²³".contains(c))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// A name under which any system keeps a file or a folder: no separators, wildcards, quotes or hidden characters, no blank,
/// dot or dash at its ends that a system or a command line takes amiss, no device, neither empty nor too long.
/// Names that are fine stay as they are.
pub fn file_name(text: &str) -> String {
    let swap = |c: char| {
        let is_bad = "/\\:*?\"<>|".contains(c) || is_hidden(c);
        if is_bad { '-' } else { c }
    };
    let swapped: String = text.chars().map(swap).collect();
    let mut name = swapped.trim_start_matches([' ', '-', '.', '~']);
    if name.len() > LONGEST_FILE_NAME {
        let cut = (0..=LONGEST_FILE_NAME).rev().find(|at| name.is_char_boundary(*at));
        name = &name[..cut.unwrap_or(0)];
    }
    let name = name.trim_end_matches([' ', '.']);
    match name {
        "" => "unnamed".to_owned(),
        name if is_device(name) => format!("_{name}"),
        name => name.to_owned(),
    }
}

/// JSON that is already written, for a terminal: hidden characters inside its texts become `\u001b` and the like, so that
/// it is read back as the same value. Line breaks between values stay.
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if c == '\n' || !is_hidden(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What must never come out of a door, by its names in the standard: written apart from the table above.
    fn is_dangerous(c: char) -> bool {
        c.is_control()
            || "\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{2060}\u{feff}".contains(c)
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    }

    /// A text that tries everything.
    const ATTACK: &str =
        "a\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{7f}\u{202e}b\u{2066}\u{200b}c\r\nd\u{8}\u{90}\u{feff}\u{e0041}";

    #[test]
    fn hidden_characters_are_shown_by_their_number() {
        assert_eq!(name("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(name("\u{202e}x\u{9b}\u{7f}\u{0}"), "\\u{202e}x\\u{9b}\\u{7f}\\u{0}");
        assert_eq!(name("a\nb\tc\rd"), "a\\nb\\tc\\rd");
        assert_eq!(name("\u{e0041}\u{3164}\u{ad}"), "\\u{e0041}\\u{3164}\\u{ad}");
    }

    #[test]
    fn writing_of_every_script_stays_as_it_is() {
        for text in [
            "Côte d’Ivoire, Türkiye, Åland, Việt Nam, e\u{301}",
            "Україна, Ελλάδα, საქართველო, Հայաստան",
            "العربية، עברית, فارسی: می\u{200c}خواهم",
            "हिन्दी: क\u{94d}\u{200d}ष, বাংলা, සිංහල: ශ\u{dca}\u{200d}ර\u{dd3}, ไทย, မြန်မာ, ខ្មែរ",
            "日本語 辻\u{e0100}, 한국어, 中文",
            "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3} 🇵🇱 👍🏽 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "non\u{a0}breaking, narrow\u{202f}blank, ideographic\u{3000}blank",
        ] {
            assert_eq!(name(text), text);
            assert_eq!(line(text), text);
            assert_eq!(markup(text), text.replace('\'', "&#39;"));
        }
    }

    #[test]
    fn joiners_selectors_and_tags_hide_nothing_where_no_spelling_asks_for_them() {
        assert_eq!(name("pay\u{200d}pal"), "pay\\u{200d}pal");
        assert_eq!(name("а\u{200c}б"), "а\\u{200c}б");
        assert_eq!(name("x\u{fe0f}"), "x\\u{fe0f}");
        assert_eq!(name("❤\u{fe0f}\u{fe0f}\u{fe01}"), "❤\u{fe0f}\\u{fe0f}\\u{fe01}");
        assert_eq!(name("🏴\u{e0067}\u{e0062}"), "🏴\\u{e0067}\\u{e0062}");
        assert_eq!(name("\u{200d}"), "\\u{200d}");
        assert_eq!(name("क\u{200d}\u{200d}क"), "क\\u{200d}\\u{200d}क");
    }

    #[test]
    fn prose_is_one_line_and_a_page_keeps_its_lines() {
        assert_eq!(line("  one\n  two\r\n\tthree\n"), "one two three");
        assert_eq!(page("one\ntwo\r\n"), "one\ntwo\\r\n");
        assert_eq!(line("a\u{85}b\u{2028}c"), "a\\u{85}b\\u{2028}c");
    }

    #[test]
    fn colours_pass_only_as_colours() {
        assert_eq!(coloured("\u{1b}[1;31mred\u{1b}[0m\n"), "\u{1b}[1;31mred\u{1b}[0m\n");
        assert_eq!(coloured("\u{1b}[2J\u{1b}]0;x\u{7}"), "\\u{1b}[2J\\u{1b}]0;x\\u{7}");
        assert_eq!(coloured("\u{1b}"), "\\u{1b}");
        assert_eq!(coloured("\u{1b}[31"), "\\u{1b}[31");
        assert_eq!(coloured("\u{9b}31m"), "\\u{9b}31m");
    }

    #[test]
    fn markup_holds_neither_tags_nor_characters_that_xml_forbids() {
        assert_eq!(markup("<b a=\"x\">&'"), "&lt;b a=&quot;x&quot;&gt;&amp;&#39;");
        assert_eq!(markup("\u{0}\u{fffe}\u{1b}"), "\\u{0}\\u{fffe}\\u{1b}");
    }

    #[test]
    fn words_stay_words_in_a_cell() {
        for (given, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+1", "'+1"),
            (" =1", "'=1"),
            ("\t=1+1", "'=1+1"),
            ("\r\n=1", "'=1"),
            ("－1", "'－1"),
            ("\"=1\"", "'\"=1\""),
            ("a;=1+1", "a;'=1+1"),
            ("x; @a", "x;' @a"),
            ("1-2", "'1-2"),
            ("1.234", "'1.234"),
            ("NA", "'NA"),
            ("Land grab-like, \"so\"", "Land grab-like, \"so\""),
            ("5 brigades", "5 brigades"),
            ("a\u{202e}b\nc", "a\\u{202e}b c"),
            ("", ""),
        ] {
            assert_eq!(cell(given), written);
        }
    }

    #[test]
    fn file_names_are_fine_on_every_system() {
        for fine in ["status-quo", "Łódź 2027", "日本", "v1.2", "a_b"] {
            assert_eq!(file_name(fine), fine);
        }
        for (given, made) in [
            ("..", "unnamed"),
            (".", "unnamed"),
            ("", "unnamed"),
            ("../../etc", "etc"),
            ("a/b\\c", "a-b-c"),
            ("-rf", "rf"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("Com1", "_Com1"),
            ("lpt¹", "_lpt¹"),
            ("com10", "com10"),
            ("console", "console"),
            ("name. . ", "name"),
            ("a\u{1b}[2Jb\nc", "a-[2Jb-c"),
            ("C:x", "C-x"),
        ] {
            assert_eq!(file_name(given), made, "{given:?}");
        }
        assert!(file_name(&"é".repeat(300)).len() <= LONGEST_FILE_NAME);
        assert!(file_name(&("a".repeat(119) + ". . .")).ends_with('a'));
    }

    #[test]
    fn printed_json_is_read_back_as_the_same_value() {
        let value = serde_json::json!({"title": ATTACK, "emoji": "👨\u{200d}👩"});
        let written = serde_json::to_string_pretty(&value).expect("plain data");
        let shown = json(&written);
        assert!(!shown.chars().any(|c| c != '\n' && is_dangerous(c)), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
    }

    proptest! {
        #[test]
        fn no_door_lets_a_dangerous_character_through(text in "(\\PC|\\p{C}|[\u{1b}\u{9b}\u{200c}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\n\r=+@;<>&\"']){0,40}") {
            for shown in [name(&text), line(&text), markup(&text)].map(Cow::into_owned).into_iter().chain([cell(&text), file_name(&text)]) {
                prop_assert!(!shown.chars().any(|c| is_dangerous(c) && c != '\n'), "{:?} gives {:?}", text, shown);
            }
            prop_assert!(!line(&text).contains('\n') && !cell(&text).contains('\n') && !name(&text).contains('\n'));
            prop_assert!(!cell(&text).split(';').any(|part| part.trim_start().starts_with(FORMULA)));
            prop_assert!(cell(&text).parse::<f64>().is_err());
            prop_assert!(!page(&text).chars().any(|c| is_dangerous(c) && c != '\n'));
            let once = name(&text).into_owned();
            prop_assert_eq!(name(&once).into_owned(), once.clone());
            let file = file_name(&text);
            prop_assert_eq!(file_name(&file), file.clone());
            prop_assert!(!file.is_empty() && file.len() <= LONGEST_FILE_NAME + 1 && !file.contains(['/', '\\', ':']));
        }
    }
}
