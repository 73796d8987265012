//! Breaking text into lines, and keeping labels apart.

use super::font::{Fonts, Weight};

/// A way of setting text: what it takes to measure it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub fonts: &'static Fonts,
    pub size: f64,
    pub weight: Weight,
}

impl Setting {
    /// Width of a line in px.
    pub fn width(&self, text: &str) -> f64 {
        self.fonts.width(text, self.size, self.weight)
    }

    /// Width of the longest line in px.
    pub fn widest(&self, lines: &[String]) -> f64 {
        lines.iter().map(|l| self.width(l)).fold(0.0, f64::max)
    }

    /// Breaks `text` into lines of at most `max` px; a word that is longer than a line is cut with a hyphen.
    pub fn wrap(&self, text: &str, max: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in self.fonts.clean(text).split(' ').filter(|w| !w.is_empty()) {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&longer) <= max {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            let mut pieces = self.cut(word, max);
            line = pieces.pop().unwrap_or_default();
            lines.extend(pieces);
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// A word in pieces of at most `max` px, hyphenated where it is cut.
    fn cut(&self, word: &str, max: f64) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut piece = String::new();
        for c in word.chars() {
            let longer = format!("{piece}{c}");
            let whole = word.ends_with(&longer) && self.width(&longer) <= max;
            if !whole && piece.chars().count() > 1 && self.width(&format!("{longer}-")) > max {
                pieces.push(format!("{piece}-"));
                piece = c.to_string();
            } else {
                piece = longer;
            }
        }
        // A tail of one or two letters reads badly: it takes some of the piece before it.
        if let Some(before) = pieces
            .last_mut()
            .filter(|p| piece.chars().count() < 3 && p.chars().count() > 7)
        {
            before.pop();
            let moved: String = (0..3).filter_map(|_| before.pop()).collect();
            before.push('-');
            piece = moved.chars().rev().collect::<String>() + &piece;
        }
        pieces.push(piece);
        pieces
    }

    /// As [`Setting::wrap`], with lines of about the same length: the narrowest setting with as few lines.
    pub fn wrap_balanced(&self, text: &str, max: f64) -> Vec<String> {
        let widest = self.wrap(text, max);
        let (mut narrow, mut wide) = (max * 0.3, max);
        let mut best = widest.clone();
        // Sixteen halvings bring the width to a hundredth of a px.
        for _ in 0..16 {
            let middle = (narrow + wide) / 2.0;
            let lines = self.wrap(text, middle);
            let cuts = |lines: &[String]| lines.iter().filter(|l| l.ends_with('-')).count();
            if lines.len() <= widest.len() && cuts(&lines) <= cuts(&widest) {
                best = lines;
                wide = middle;
            } else {
                narrow = middle;
            }
        }
        best
    }

    /// The first `count` lines, the last one ending in an ellipsis if something was left out.
    pub fn at_most(&self, mut lines: Vec<String>, count: usize, max: f64) -> Vec<String> {
        if lines.len() > count {
            lines.truncate(count);
            if let Some(last) = lines.last_mut() {
                *last = self.shorten(&format!("{last} …"), max);
            }
        }
        lines
    }

    /// The first `count` characters without a word that they would cut; none where they cut none, or too little would be left.
    fn between_words(&self, text: &str, count: usize, max: f64) -> Option<String> {
        let next = text.chars().nth(count)?;
        let kept: String = text.chars().take(count).collect();
        let is_cut = next.is_alphanumeric() && kept.ends_with(char::is_alphanumeric);
        let whole = kept.rfind(' ').filter(|_| is_cut)?;
        let shorter = format!("{}…", kept[..whole].trim_end_matches(LOOSE));
        (self.width(&shorter) >= LOSS * max).then_some(shorter)
    }

    /// `text` in one line of at most `max` px, ending in an ellipsis if it had to be cut.
    pub fn shorten(&self, text: &str, max: f64) -> String {
        let text = self.fonts.clean(text);
        if self.width(&text) <= max {
            return match text.strip_suffix(" …") {
                Some(kept) => format!("{}…", kept.trim_end_matches(LOOSE)),
                None => text,
            };
        }
        let mut kept: Vec<char> = text.chars().collect();
        while kept.pop().is_some() {
            let shorter = format!("{}…", kept.iter().collect::<String>().trim_end_matches(LOOSE));
            if self.width(&shorter) <= max {
                return self.between_words(&text, kept.len(), max).unwrap_or(shorter);
            }
        }
        String::new()
    }
}

/// Share of a line that a text may lose for the sake of ending between words.
const LOSS: f64 = 0.5;

/// What an ellipsis does not follow.
const LOOSE: [char; 6] = [' ', ',', '.', ';', '-', '…'];

/// A thing that wants to be centred at `at` and takes `size` px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    pub at: f64,
    pub size: f64,
}

/// Centres for labels in `lo..hi` so that none overlaps another and each is as near to its wish as that allows, in the
/// order of the wishes' positions. `None` if they do not fit at all.
///
/// Neighbours that collide are merged into a block that sits at the mean of its members' wishes (pool adjacent
/// violators), which minimises the sum of squared displacements.
pub fn dodge(wishes: &[Wish], lo: f64, hi: f64) -> Option<Vec<f64>> {
    if wishes.iter().map(|w| w.size).sum::<f64>() > hi - lo + 1e-9 {
        return None;
    }
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|&a, &b| wishes[a].at.total_cmp(&wishes[b].at).then(a.cmp(&b)));
    struct Block {
        members: Vec<usize>,
        size: f64,
        /// Sum over members of the top edge the block would have if that member sat at its wish.
        tops: f64,
    }
    let place = |b: &Block| (b.tops / b.members.len() as f64).clamp(lo, (hi - b.size).max(lo));
    let mut blocks: Vec<Block> = Vec::new();
    for i in order {
        let wish = wishes[i];
        let mut block = Block {
            members: vec![i],
            size: wish.size,
            tops: wish.at - wish.size / 2.0,
        };
        while let Some(above) = blocks.pop() {
            if place(&above) + above.size <= place(&block) {
                blocks.push(above);
                break;
            }
            let shift = above.size * block.members.len() as f64;
            block = Block {
                members: above.members.into_iter().chain(block.members).collect(),
                size: above.size + block.size,
                tops: above.tops + block.tops - shift,
            };
        }
        blocks.push(block);
    }
    let mut centres = vec![0.0; wishes.len()];
    for block in &blocks {
        let mut top = place(block);
        for &i in &block.members {
            centres[i] = top + wishes[i].size / 2.0;
            top += wishes[i].size;
        }
    }
    Some(centres)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn setting() -> Setting {
        Setting {
            fonts: Fonts::get().expect("embedded fonts parse"),
            size: 12.0,
            weight: Weight::Regular,
        }
    }

    #[test]
    fn lines_keep_every_word_and_their_width() {
        let s = setting();
        let text = "Withdrawing the tripwire force cuts the guarantee’s credibility by more than a third";
        for lines in [s.wrap(text, 150.0), s.wrap_balanced(text, 150.0)] {
            assert_eq!(lines.join(" "), text);
            assert!(s.widest(&lines) <= 150.0);
        }
        assert_eq!(s.wrap(text, 300.0).len(), s.wrap_balanced(text, 300.0).len());
        assert!(s.widest(&s.wrap_balanced(text, 300.0)) <= s.widest(&s.wrap(text, 300.0)));
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut_with_a_hyphen() {
        let s = setting();
        let lines = s.wrap("Verteidigungsbereitschaftsverpflichtungserklärung", 80.0);
        assert!(lines.len() > 2 && s.widest(&lines) <= 80.0, "{lines:?}");
        assert_eq!(
            lines.join("").replace('-', ""),
            "Verteidigungsbereitschaftsverpflichtungserklärung"
        );
    }

    #[test]
    fn what_is_left_out_is_marked() {
        let s = setting();
        let lines = s.at_most(s.wrap("one two three four five six seven", 60.0), 2, 60.0);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && s.widest(&lines) <= 60.0);
        assert_eq!(s.shorten("short", 60.0), "short");
        let lines = s.at_most(vec!["One.".into(), "Two.".into()], 1, 60.0);
        assert_eq!(lines, ["One…"], "an ellipsis takes the place of a full stop");
    }

    proptest! {
        #[test]
        fn dodged_labels_never_overlap_and_stay_inside(at in prop::collection::vec(-20.0..120.0f64, 1..8)) {
            let wishes: Vec<Wish> = at.iter().map(|&at| Wish { at, size: 10.0 }).collect();
            let centres = dodge(&wishes, 0.0, 100.0).expect("eighty px fit into a hundred");
            let mut sorted = centres.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert!(sorted[0] >= 5.0 - 1e-6 && sorted[sorted.len() - 1] <= 95.0 + 1e-6);
            for pair in sorted.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 10.0 - 1e-6);
            }
        }
    }

    #[test]
    fn labels_with_room_stay_where_they_are() {
        let wishes = [Wish { at: 30.0, size: 10.0 }, Wish { at: 10.0, size: 10.0 }];
        assert_eq!(dodge(&wishes, 0.0, 50.0), Some(vec![30.0, 10.0]));
        assert_eq!(dodge(&wishes, 0.0, 15.0), None);
    }
}
