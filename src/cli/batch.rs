//! `deter batch`: scenarios × options × assumption sets as one plan.

use std::path::{Path, PathBuf};

use clap::Args;

use super::flags::{Delivery, Length};
use super::progress::Board;
use super::{Failure, exit, progress, terminal};
use crate::batch::index::State;
use crate::batch::row::AS_WRITTEN;
use crate::batch::{self, Batch, BatchError, Index, Options, Order, Settings, Step};
use crate::chart::Style;
use crate::numerals::counted;
use crate::text;

/// Where a batch goes unless it is told.
const OUTPUT: &str = "output";

/// `deter batch`.
#[derive(Debug, Args)]
#[command(
    after_help = "Every cell is a result folder of its own; what is there is not computed again, so the same command goes on\n\
    where an interrupted one ended. A cell that fails spoils no other.\n\n  \
    deter batch us-withdrawal poland-drone-incursion --runs 500\n  \
    deter batch all --assume none --assume spiral-model --runs 200\n  \
    deter batch my-scenarios/ --options all\n  \
    deter batch study.toml"
)]
pub struct Command {
    /// Scenario files, folders of them, bundled names, `all`; or one study file
    #[arg(required = true, value_name = "SCENARIO|STUDY")]
    targets: Vec<String>,
    /// Options of each scenario, the baseline first: `answer` [default], `all`, or names; `none` is the scenario itself
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    options: Vec<String>,
    /// Assumption sets, each time a further column of cells; `a+b` lays one over the other, `none` is the scenario as written
    #[arg(long, value_name = "SET", value_delimiter = ',')]
    assume: Vec<String>,
    /// Override a value in all cells
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Outcomes to compare [default: those of each scenario's answer]
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    outcomes: Vec<String>,
    #[command(flatten)]
    length: Length,
    #[command(flatten)]
    delivery: Delivery,
    /// Draw the charts of every cell too
    #[arg(long, conflicts_with = "no_charts")]
    cell_charts: bool,
}

impl Command {
    pub fn run(self) -> Result<u8, Failure> {
        let (order, out) = self.order()?;
        let batch = prepare(&order, &out, self.delivery.force)?;
        if self.delivery.dry_run {
            return describe(&batch, &out);
        }
        let settings = Settings {
            out: out.clone(),
            jobs: self.delivery.jobs.map(usize::from),
            force: self.delivery.force,
            charts: (!self.delivery.no_charts).then(Style::default),
            cell_charts: self.cell_charts,
            argv: self.command(),
        };
        let (batch::play::Outcome { index, page: place, .. }, interrupted) = play(&batch, &settings)?;
        let page = match self.delivery.json {
            true => super::pretty(&index)?,
            false => table(&index),
        };
        terminal::print_saved(&page, &out)?;
        terminal::say(&format!("\nIndex: {}", text::path(&place)));
        Ok(code(&index, interrupted))
    }

    /// What is asked for and where it goes: words of the command line over those of a study file.
    fn order(&self) -> Result<(Order, PathBuf), Failure> {
        let files: Vec<&String> = self.targets.iter().filter(|t| t.ends_with(".toml")).collect();
        let mut studies = Vec::new();
        for file in files {
            if let Some(order) = batch::file::read(Path::new(file))? {
                studies.push((file, order));
            }
        }
        let (mut order, name) = match (studies.pop(), self.targets.len()) {
            (None, _) => {
                let order = Order {
                    scenarios: self.targets.clone(),
                    ..Order::default()
                };
                (order, "batch".to_owned())
            }
            (Some((file, order)), 1) => {
                let stem = Path::new(file)
                    .file_stem()
                    .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
                (order, text::file_name(&stem))
            }
            (Some((file, _)), _) => {
                return Err(Failure::Other {
                    message: format!(
                        "{file} is a study: it names its scenarios itself, so give it alone\nhelp: add the others to its `scenarios`"
                    ),
                    code: exit::USAGE,
                });
            }
        };
        match self.options.as_slice() {
            [] => {}
            [word] if word == "answer" => order.options = Options::Answer,
            [word] if word == "all" => order.options = Options::All,
            names => order.options = Options::Named(names.to_vec()),
        }
        let over = |mine: &Vec<String>, theirs: &mut Vec<String>| {
            if !mine.is_empty() {
                theirs.clone_from(mine);
            }
        };
        over(&self.assume, &mut order.assume);
        over(&self.outcomes, &mut order.outcomes);
        order.set.extend(self.set.iter().cloned());
        order.runs = self.length.runs.or(order.runs);
        order.seed = self.length.seed.or(order.seed);
        order.months = self.length.months.or(order.months);
        let out = self
            .delivery
            .out
            .clone()
            .unwrap_or_else(|| Path::new(OUTPUT).join(name));
        Ok((order, out))
    }

    /// The command that makes the same batch again.
    fn command(&self) -> Vec<String> {
        let mut words = vec!["deter".to_owned(), "batch".to_owned()];
        words.extend(self.targets.iter().cloned());
        let lists = [
            ("--options", &self.options, true),
            ("--assume", &self.assume, true),
            ("--set", &self.set, false),
            ("--outcomes", &self.outcomes, true),
        ];
        for (flag, values, is_joined) in lists {
            match is_joined {
                _ if values.is_empty() => {}
                true => words.extend([flag.to_owned(), values.join(",")]),
                false => words.extend(values.iter().flat_map(|v| [flag.to_owned(), v.clone()])),
            }
        }
        for (name, number) in self.length.given() {
            words.extend([format!("--{name}"), number.to_string()]);
        }
        // The cells stand there, so that this is what goes on.
        if let Some(out) = &self.delivery.out {
            words.extend(["--out".to_owned(), out.display().to_string()]);
        }
        words
    }
}

/// Lays a batch out, and tells its warnings and what of it cannot be played.
pub fn prepare(order: &Order, out: &Path, force: bool) -> Result<Batch, Failure> {
    let batch = batch::prepare(order, out, force).map_err(refused)?;
    terminal::tell(&batch.warnings);
    for unfit in &batch.unfit {
        terminal::say(&format!(
            "{} cannot be played under {}; the other cells are:",
            text::name(&unfit.scenario),
            text::name(&unfit.assume)
        ));
        terminal::tell(&unfit.findings);
    }
    Ok(batch)
}

/// Plays a batch while watching it. The answer is true where it was asked to stop.
pub fn play(batch: &Batch, settings: &Settings) -> Result<(batch::play::Outcome, bool), Failure> {
    let (played, interrupted) = progress::watch_steps(batch.runs(), |halt, board| {
        batch::play(batch, settings, halt, &mut |ended| step(&ended, board))
    });
    let played = played?;
    played
        .notices
        .iter()
        .for_each(|notice| terminal::say(&text::name(&format!("note: {notice}"))));
    Ok((played, interrupted))
}

/// The exit code of a played batch; what failed is named as the last thing that is said.
pub fn code(index: &Index, interrupted: bool) -> u8 {
    match (index.faults(), interrupted && !index.is_whole()) {
        (_, true) => {
            terminal::say("interrupted: the same command goes on from here");
            exit::INTERRUPTED
        }
        (0, false) => exit::DONE,
        (_, false) => {
            tell_faults(index);
            exit::FINDING
        }
    }
}

fn refused(error: BatchError) -> Failure {
    match error {
        BatchError::Problems(problems) => problems.into(),
        taken @ BatchError::Taken(_) => Failure::Other {
            message: taken.to_string(),
            code: exit::IO,
        },
    }
}

/// Says what has come to an end.
fn step(step: &Step, board: &Board) {
    if step.state == State::There {
        board.skip(step.runs);
    }
    board.line(&text::name(&format!(
        "{:>width$}/{} {}: {}",
        step.done,
        step.cells,
        step.cell,
        step.state.word(),
        width = step.cells.to_string().len()
    )));
    for notice in &step.notices {
        board.line(&text::name(&format!("    {notice}")));
    }
}

/// What would be played.
pub fn describe(batch: &Batch, out: &Path) -> Result<u8, Failure> {
    let mut page = format!(
        "{}, {} in all, about {} MB below {}\n",
        counted(batch.cells() as u64, "cell"),
        counted(batch.runs(), "run"),
        batch.bytes().div_ceil(1_000_000),
        text::path(out)
    );
    for row in &batch.rows {
        page.push_str(&format!(
            "\n{} · assuming {} · {} of {} a cell, seed {}\n",
            text::line(&row.scenario),
            text::line(&row.assume),
            counted(row.runs, "run"),
            counted(u64::from(row.months), "month"),
            row.seed
        ));
        for (place, cell) in row.cells.iter().enumerate() {
            let role = if place == 0 { "baseline" } else { "" };
            page.push_str(&format!("  {role:<9} {}: {}\n", cell.option, text::line(&cell.label)));
        }
    }
    terminal::print(&page)?;
    Ok(exit::DONE)
}

/// The answer of each row, in its first sentence.
fn table(index: &Index) -> String {
    let mut page = String::new();
    for row in &index.rows {
        let sets = match row.assume.as_str() {
            AS_WRITTEN => String::new(),
            sets => format!(" · assuming {}", text::line(sets)),
        };
        page.push_str(&format!("\n{}{sets}\n", text::line(&row.title)));
        let first = row.comparison.as_ref().and_then(|c| c.answer.first());
        let words = first.cloned().or_else(|| row.remarks.first().cloned());
        let words = words.unwrap_or_else(|| "one cell, compared with nothing".to_owned());
        page.push_str(&crate::study::table::wrap(&words, terminal::width().min(WIDEST), "  "));
    }
    let count = |of: fn(State) -> bool| index.cells().filter(|(_, cell)| of(cell.state)).count() as u64;
    page.push_str(&format!(
        "\n{}: {} played, {} already there",
        counted(index.cells().count() as u64, "cell"),
        count(|state| state == State::Complete),
        count(|state| state == State::There)
    ));
    for (word, number) in [
        ("in part", count(|state| state == State::Partial)),
        ("not begun", count(|state| state == State::Waiting)),
        ("failed", index.faults() as u64),
    ] {
        if number > 0 {
            page.push_str(&format!(", {number} {word}"));
        }
    }
    page.push('\n');
    page
}

/// Widest page; longer lines are hard to read.
const WIDEST: usize = 100;

/// What failed, by name, as the last thing that is said.
fn tell_faults(index: &Index) {
    terminal::say(&format!("{} failed:", counted(index.faults() as u64, "cell")));
    for unfit in &index.unfit {
        let errors = unfit.errors.join("; ");
        terminal::say(&text::name(&format!(
            "  {} · {}: {errors}",
            unfit.scenario, unfit.assume
        )));
    }
    for (row, cell) in index.cells().filter(|(_, cell)| cell.state == State::Failed) {
        let error = cell.error.as_deref().unwrap_or_default();
        terminal::say(&text::name(&format!(
            "  {} · {} · {}: {error}",
            row.scenario, cell.option, row.assume
        )));
    }
}
