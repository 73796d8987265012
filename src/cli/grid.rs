//! A table of words and numbers for the terminal: never wider than it, and no two rows of a block look the same.

use textwrap::core::display_width;

/// Rows under a heading.
#[derive(Debug)]
pub struct Block {
    pub heading: String,
    pub rows: Vec<Row>,
}

/// What a row is called, and its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `subject: rest`, or a subject alone.
    pub label: String,
    pub cells: Vec<String>,
}

/// Columns before a label.
const INDENT: usize = 2;
/// Columns between cells.
const GAP: usize = 2;
/// The narrowest column of labels; where there is less room, cells go under their labels.
const LEAST: usize = 16;

/// Lays out the blocks in at most `width` columns, with a line of headings if there are any.
pub fn grid(blocks: &[Block], head: &[&str], width: usize) -> String {
    let rows = || blocks.iter().flat_map(|b| &b.rows);
    let columns = rows().map(|r| r.cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| {
            let cells = rows().filter_map(|r| r.cells.get(c)).map(|cell| display_width(cell));
            cells.chain(head.get(c).map(|h| display_width(h))).max().unwrap_or(0)
        })
        .collect();
    let taken: usize = INDENT + widths.iter().map(|w| w + GAP).sum::<usize>();
    let longest = rows().map(|r| display_width(&r.label)).max().unwrap_or(0);
    let room = width.saturating_sub(taken).min(longest.max(LEAST));
    let is_stacked = room < LEAST;
    let mut text = String::new();
    if !head.is_empty() && !is_stacked {
        let cells: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
        text.push('\n');
        push_line(&mut text, &" ".repeat(INDENT + room), &aligned(&cells, &widths, true));
    }
    for block in blocks {
        text.push('\n');
        for line in textwrap::wrap(&block.heading, width) {
            push_line(&mut text, &line, "");
        }
        let whole = width.saturating_sub(INDENT);
        for line in block_lines(&block.rows, if is_stacked { whole } else { room }, whole) {
            let (pad, label) = (" ".repeat(line.indent), line.label);
            match line.cells {
                None => push_line(&mut text, &pad, &label),
                Some(cells) if is_stacked => {
                    push_line(&mut text, &pad, &label);
                    let under = " ".repeat(2 * INDENT);
                    let cells = cells
                        .iter()
                        .filter(|c| !c.is_empty())
                        .cloned()
                        .collect::<Vec<_>>()
                        .join("  ");
                    for part in textwrap::wrap(&cells, width.saturating_sub(2 * INDENT).max(1)) {
                        push_line(&mut text, &under, &part);
                    }
                }
                Some(cells) => {
                    let right = !head.is_empty();
                    let fill = " ".repeat((INDENT + room).saturating_sub(line.indent + display_width(&label)));
                    push_line(
                        &mut text,
                        &format!("{pad}{label}{fill}"),
                        &aligned(cells, &widths, right),
                    );
                }
            }
        }
    }
    text
}

fn push_line(text: &mut String, before: &str, after: &str) {
    let line = format!("{before}{after}");
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Cells at the right of their columns; a last one that is words rather than a number may stand at the left.
fn aligned(cells: &[String], widths: &[usize], last_right: bool) -> String {
    let cells = cells.iter().zip(widths).enumerate();
    let aligned = cells.map(|(c, (cell, width))| {
        let fill = " ".repeat(width.saturating_sub(display_width(cell)));
        let gap = " ".repeat(GAP);
        if c + 1 < widths.len() || last_right {
            format!("{gap}{fill}{cell}")
        } else {
            format!("{gap}{cell}")
        }
    });
    aligned.collect()
}

/// A line of a block: of a label, with cells at its end if it is the last of it.
struct Line<'a> {
    indent: usize,
    label: String,
    cells: Option<&'a [String]>,
}

/// The lines of a block, with `room` columns for labels that have cells and `whole` for words alone. Rows in a row that
/// speak of the same subject, and do not all fit, stand under it.
fn block_lines(rows: &[Row], room: usize, whole: usize) -> Vec<Line<'_>> {
    let subject = |row: &Row| row.label.split_once(": ").map(|(subject, _)| subject.to_owned());
    let mut lines = Vec::new();
    let mut from = 0;
    while from < rows.len() {
        let of = subject(&rows[from]);
        let same = rows[from..]
            .iter()
            .take_while(|r| of.is_some() && subject(r) == of)
            .count();
        let fits = |r: &Row| display_width(&r.label) <= room;
        let group = &rows[from..from + same.max(1)];
        match of {
            Some(of) if same > 1 && !group.iter().all(fits) => {
                for part in textwrap::wrap(&of, whole.max(1)) {
                    lines.push(Line {
                        indent: INDENT,
                        label: part.into_owned(),
                        cells: None,
                    });
                }
                let rest = |r: &Row| {
                    r.label
                        .split_once(": ")
                        .map_or(r.label.clone(), |(_, rest)| rest.to_owned())
                };
                set(&mut lines, group, rest, 2 * INDENT, room.saturating_sub(INDENT));
            }
            _ => set(&mut lines, group, |r| r.label.clone(), INDENT, room),
        }
        from += group.len();
    }
    lines
}

/// Adds rows with labels of at most `room` columns: long ones take several lines, with the cells at the end of the last.
/// Where two labels would end alike they are shortened in their middles instead, if that tells them apart.
fn set<'a>(lines: &mut Vec<Line<'a>>, rows: &'a [Row], label: impl Fn(&Row) -> String, indent: usize, room: usize) {
    let wrapped = |text: &str| -> Vec<String> {
        textwrap::wrap(text, room.max(1))
            .into_iter()
            .map(|l| l.into_owned())
            .collect()
    };
    let mut labels: Vec<Vec<String>> = rows.iter().map(|r| wrapped(&label(r))).collect();
    let is_twin = |labels: &[Vec<String>], k: usize| {
        (0..labels.len()).any(|other| other != k && labels[other].last() == labels[k].last())
    };
    let twins: Vec<usize> = (0..rows.len()).filter(|k| is_twin(&labels, *k)).collect();
    let mut shortened = labels.clone();
    for k in &twins {
        shortened[*k] = vec![middle(&label(&rows[*k]), room)];
    }
    if twins.iter().all(|k| !is_twin(&shortened, *k)) {
        labels = shortened;
    }
    for (row, mut parts) in rows.iter().zip(labels) {
        let last = parts.pop().unwrap_or_default();
        lines.extend(parts.into_iter().map(|label| Line {
            indent,
            label,
            cells: None,
        }));
        lines.push(Line {
            indent,
            label: last,
            cells: Some(&row.cells),
        });
    }
}

/// A text with so much of its middle left out that it takes `room` columns.
fn middle(text: &str, room: usize) -> String {
    if display_width(text) <= room {
        return text.to_owned();
    }
    let half = room.saturating_sub(1) / 2;
    let take = |letters: &mut dyn Iterator<Item = char>| -> Vec<char> {
        let mut taken = 0;
        let fits = |c: &char| {
            taken += display_width(c.encode_utf8(&mut [0; 4]));
            taken <= half
        };
        letters.take_while(fits).collect()
    };
    let head: String = take(&mut text.chars()).into_iter().collect();
    let tail: String = take(&mut text.chars().rev()).into_iter().rev().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(label: &str) -> Row {
        Row {
            label: label.into(),
            cells: vec!["0.760".into(), "0.719–0.801".into(), "—".into()],
        }
    }

    fn berlin() -> Vec<Block> {
        let rest = [
            "credibility, seizure of the city or of ground, start",
            "credibility, seizure of the city or of ground, end",
            "credibility in allies' eyes, end",
            "challenger's expected loss, seizure of the city or of ground, end",
            "becomes hollow",
        ];
        let rows = rest.map(|rest| row(&format!("Three-power guarantee of West Berlin: {rest}")));
        vec![
            Block {
                heading: "Does the promise convince?".into(),
                rows: rows.to_vec(),
            },
            Block {
                heading: "And then?".into(),
                rows: vec![row("War"), row("Obstruction of access: share left unanswered")],
            },
        ]
    }

    /// The words of the lines that hold numbers.
    fn named(text: &str) -> Vec<&str> {
        let with = text.lines().filter(|l| l.contains("0.760"));
        with.map(|l| l.split("0.760").next().unwrap_or_default().trim())
            .collect()
    }

    #[test]
    fn no_table_is_wider_than_its_terminal_and_no_two_rows_look_the_same() {
        for width in [60, 72, 80, 100, 132, 200] {
            let text = grid(&berlin(), &["estimate", "by the runs", "over parameters"], width);
            assert!(text.lines().all(|l| display_width(l) <= width), "{width}:\n{text}");
            let mut names = named(&text);
            let rows = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!((rows, names.len()), (7, 7), "{width}:\n{text}");
        }
    }

    #[test]
    fn on_a_narrow_terminal_numbers_go_under_their_words() {
        let text = grid(&berlin(), &["estimate", "by the runs", "over parameters"], 30);
        assert!(text.lines().all(|l| display_width(l) <= 30), "{text}");
        assert!(text.contains("\n  War\n    0.760  0.719–0.801  —\n"), "{text}");
    }

    #[test]
    fn where_there_is_room_no_word_is_left_out() {
        let text = grid(&berlin(), &[], 200);
        assert!(
            text.contains("  Three-power guarantee of West Berlin: credibility in allies' eyes, end  "),
            "{text}"
        );
        assert!(!text.contains('…'));
    }

    #[test]
    fn letters_of_full_width_are_counted_as_two_columns() {
        let rows = vec![row("波兰共和国"), row("Poland")];
        let text = grid(
            &[Block {
                heading: String::new(),
                rows,
            }],
            &[],
            80,
        );
        let at: Vec<usize> = text
            .lines()
            .filter_map(|l| l.split_once("0.760"))
            .map(|(before, _)| display_width(before))
            .collect();
        assert_eq!(at[0], at[1], "{text}");
    }

    proptest! {
        #[test]
        fn any_words_fit_any_terminal(labels in prop::collection::vec("[a-z漢é ]{0,30}(: [a-z ,]{0,60})?", 1..6), width in 12usize..160) {
            let rows: Vec<Row> = labels.iter().map(|l| row(l)).collect();
            let text = grid(&[Block { heading: "How often?".into(), rows }], &[], width);
            for line in text.lines() {
                prop_assert!(display_width(line) <= width, "{width}: {line:?}");
            }
        }
    }
}
