//! The reference of all figures as a page of text, so that the documentation cannot fall behind the code.

use std::fmt::Write;

use super::figures::Field;
use super::inputs::{
    ArrangementFigures, ChallengerFigures, ProgramFigures, RungFigures, SpendingFigures, StateFigures, TalksFigures,
    TargetFigures,
};
use super::ladder::default_ladder;
use super::parameters::GROUPS;

/// What a group of parameters is about, in the order of [`GROUPS`].
const GROUP_TITLES: &[(&str, &str)] = &[
    ("choice", "How noisily everybody chooses."),
    ("guarantor", "What moves a guarantor."),
    ("crisis", "What decides a crisis once it has begun."),
    ("motives", "Motives of challengers that no state carries alone."),
    ("beliefs", "What observers believe, and how they learn."),
    ("politics", "Leaders and publics."),
    ("moral_hazard", "How protected states behave."),
    ("forces", "Budgets and brigades."),
    ("adaptation", "How allies adapt."),
    ("war", "How wars go on and end."),
    (
        "settlement",
        "How wars are settled at a table, and what the terms teach. All of it is contested.",
    ),
    ("quarrel", "What a war leaves between the two who fought. Contested."),
    (
        "truce",
        "How long fighting that stopped where its line was stays stopped.",
    ),
    (
        "observation",
        "How dispute data record what happens: used in comparisons with data, never in a run.",
    ),
];

/// Families of figures that a world file gives for each thing it holds.
const FAMILIES: &[(&str, &str, &[Field])] = &[
    ("states.<ISO3>", "A state.", StateFigures::FIELDS),
    (
        "ladder.<rung>",
        "A rung of the escalation ladder. The default ladder is below.",
        RungFigures::FIELDS,
    ),
    (
        "arrangements.<id>",
        "A security order, whatever its kind.",
        ArrangementFigures::FIELDS,
    ),
    ("challengers.<ISO3>", "A challenger.", ChallengerFigures::FIELDS),
    (
        "challengers.<ISO3>.targets.<ISO3>",
        "A challenger towards one of its targets.",
        TargetFigures::FIELDS,
    ),
    ("programs.<id>", "An order for forces.", ProgramFigures::FIELDS),
    ("spending.<ISO3>", "A spending goal.", SpendingFigures::FIELDS),
    (
        "talks.<ISO3>",
        "The terms on which a war against this state may be settled, once an event opens talks.",
        TalksFigures::FIELDS,
    ),
];

/// The reference of every figure as Markdown: key, unit, default, range, status, source and meaning.
///
/// `docs/parameters.md` is this text; a test compares them.
pub fn parameter_table() -> String {
    let mut page = String::from(HEAD);
    for (group, fields) in GROUPS {
        let about = GROUP_TITLES
            .iter()
            .find(|(name, _)| name == group)
            .map_or("", |(_, about)| about);
        section(&mut page, group, about, fields);
    }
    page.push_str(WORLD);
    for (family, about, fields) in FAMILIES {
        section(&mut page, family, about, fields);
    }
    ladder(&mut page);
    page
}

/// One heading and one table.
fn section(page: &mut String, name: &str, about: &str, fields: &[Field]) {
    line(page, format_args!("\n### `{name}`\n\n{about}\n"));
    line(
        page,
        format_args!("| Key | Unit | Default | Range | Status | Source | Meaning |"),
    );
    line(page, format_args!("|---|---|---|---|---|---|---|"));
    for f in fields {
        line(
            page,
            format_args!(
                "| `{}` | {} | {} | {} to {} | {} | {} | {} |",
                f.name,
                cell(f.unit),
                f.default,
                f.low,
                f.high,
                f.status.word(),
                cell(f.source),
                cell(f.doc),
            ),
        );
    }
}

/// The values of the default ladder, one column a rung.
fn ladder(page: &mut String) {
    let mut rungs = default_ladder();
    line(page, format_args!("\n## The default ladder\n\n{LADDER}\n"));
    let ids: Vec<String> = rungs.iter().map(|r| format!("`{}`", r.id)).collect();
    line(page, format_args!("| Key | {} |", ids.join(" | ")));
    line(page, format_args!("|---{}|", "|---".repeat(rungs.len())));
    for (index, field) in RungFigures::FIELDS.iter().enumerate() {
        let values: Vec<String> = rungs
            .iter_mut()
            .map(|r| r.figures.place(index).map_or_else(String::new, |v| v.to_string()))
            .collect();
        line(page, format_args!("| `{}` | {} |", field.name, values.join(" | ")));
    }
    let flags = |of: fn(&super::inputs::Rung) -> bool| -> String {
        rungs
            .iter()
            .map(|r| if of(r) { "yes" } else { "no" })
            .collect::<Vec<_>>()
            .join(" | ")
    };
    line(page, format_args!("| `force` | {} |", flags(|r| r.force)));
    line(page, format_args!("| `territorial` | {} |", flags(|r| r.territorial)));
}

/// Text that may stand in a cell: doc comments begin with a space, and a bar would end the cell.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|")
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}

const HEAD: &str = "\
# Figures

Generated from the code; do not edit. `DETER_UPDATE_GOLDEN=1 cargo test --test docs` writes it anew.

Every number of the model has a name, a unit, a default, a range outside of which it is refused, a status and a source.
The key is what stands in a scenario file and after `--set`, prefixed by the name of its section: `beliefs.reputation`,
`states.USA.resolve`. A scenario, a world or an assumption set may put a distribution in the place of any of them, so
the default printed here is the value only where no layer says otherwise.

| Status | Meaning |
|---|---|
| literature | read in a published source |
| data | a measured quantity of the world, given in the world file |
| calibrated | set so that the model meets calibration targets |
| assumed | a judgement; vary it |

\"Trial\" as a source means the hand-tuned set that a throwaway model of the same design arrived at: one point that fits,
not an estimate. Full references are in [sources.md](sources.md).

Units: *stake* is the stake unit, what a state loses when it loses its independence; *BE* is a brigade equivalent of
4,000 to 5,000 soldiers; *sd* is a standard deviation of the resolve type; `1` is a pure number.

## Parameters of the model
";

const WORLD: &str = "
## Figures of the world

Text keys of the same sections are in [scenario-format.md](scenario-format.md).
";

const LADDER: &str = "Values where a scenario brings no ladder of its own; each may be overridden singly.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_line_that_says_what_it_is_about() {
        let named: Vec<&str> = GROUP_TITLES.iter().map(|(name, _)| *name).collect();
        let groups: Vec<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
        assert_eq!(named, groups);
    }

    #[test]
    fn every_figure_has_a_row_of_seven_cells() {
        let page = parameter_table();
        let figures: usize = GROUPS
            .iter()
            .map(|(_, f)| f.len())
            .chain(FAMILIES.iter().map(|(_, _, f)| f.len()))
            .sum();
        let rows = page
            .lines()
            .filter(|l| l.starts_with("| `") && l.replace("\\|", "").matches('|').count() == 8);
        // Rows of the ladder have as many bars; they come last.
        let before_ladder = page
            .find("## The default ladder")
            .expect("the page ends with the ladder");
        let ladder = page[before_ladder..]
            .lines()
            .filter(|l| l.starts_with("| `") && l.matches('|').count() == 8)
            .count();
        assert_eq!(rows.count() - ladder, figures);
    }
}
