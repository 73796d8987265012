//! `deter sweep`: an outcome along one path of the model, or two.

use std::path::{Path, PathBuf};

use clap::Args;

use super::flags::{Delivery, Length};
use super::{Failure, batch as batch_command, exit, terminal};
use crate::batch::row::AS_WRITTEN;
use crate::batch::{self, Axis, Options, Order, Sweep};
use crate::chart::Style;
use crate::results::write_beside_others;
use crate::study;
use crate::text;

/// Where a sweep goes unless it is told.
const OUTPUT: &str = "output";
/// Most paths that a picture can show.
const MOST_PATHS: usize = 2;

/// `deter sweep`.
#[derive(Debug, Args)]
#[command(
    after_help = "Every point is a result folder of its own, on the same luck as the scenario as it is written; what is there is not\n\
    computed again, so the same command goes on where an interrupted one ended.\n\n  \
    deter sweep us-withdrawal --vary states.USA.resolve=-2..2:9 --runs 500\n  \
    deter sweep poland-drone-incursion --vary states.USA.resolve=-2..2:5 --option answered,silence\n  \
    deter sweep status-quo --vary states.USA.resolve=-2..2:5 --vary beliefs.reputation=0,0.5,1"
)]
pub struct Command {
    /// A scenario file or the name of a bundled scenario
    scenario: String,
    /// What varies: PATH=LO..HI:N, PATH=LO..HI:N:log or PATH=A,B,C; given twice, every combination is played
    #[arg(long, value_name = "PATH=VALUES", required = true)]
    vary: Vec<String>,
    /// Options, each a line; `all` every one [default: the baseline of the scenario's answer]
    #[arg(long, visible_alias = "options", value_name = "A,B", value_delimiter = ',')]
    option: Vec<String>,
    /// Assumption sets, each time a further line; `a+b` lays one over the other, `none` is the scenario as written
    #[arg(long, value_name = "SET", value_delimiter = ',')]
    assume: Vec<String>,
    /// Override a value at every point
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Outcomes [default: those of the scenario's answer]
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    outcomes: Vec<String>,
    #[command(flatten)]
    length: Length,
    #[command(flatten)]
    delivery: Delivery,
}

impl Command {
    pub fn run(self) -> Result<u8, Failure> {
        let axes = self.axes()?;
        let order = self.order(&axes);
        let out = self.delivery.out.clone().unwrap_or_else(|| self.folder(&axes));
        let prepared = batch_command::prepare(&order, &out, self.delivery.force)?;
        if self.delivery.dry_run {
            return batch_command::describe(&prepared, &out);
        }
        let settings = batch::Settings {
            out: out.clone(),
            jobs: self.delivery.jobs.map(usize::from),
            force: self.delivery.force,
            // The pictures of a sweep are its curves.
            charts: None,
            cell_charts: false,
            argv: self.command(),
        };
        let (batch::play::Outcome { index, .. }, interrupted) = batch_command::play(&prepared, &settings)?;
        let sweep = Sweep::of(&index, &axes);
        if let Some(sweep) = &sweep {
            let style = (!self.delivery.no_charts).then(Style::default);
            let files = sweep.files(style.as_ref()).map_err(crate::job::JobError::from)?;
            let (_, notices) = write_beside_others(&out, &files)?;
            notices
                .iter()
                .for_each(|notice| terminal::say(&text::name(&format!("note: {notice}"))));
            let page = match self.delivery.json {
                true => super::pretty(sweep)?,
                false => page(sweep),
            };
            terminal::print_saved(&page, &out)?;
        }
        terminal::say(&format!("\nResults: {}", text::path(&out)));
        Ok(batch_command::code(&index, interrupted))
    }

    /// What varies; everything wrong with it at once.
    fn axes(&self) -> Result<Vec<Axis>, Failure> {
        let mut wrong = Vec::new();
        let mut axes: Vec<Axis> = Vec::new();
        for text in &self.vary {
            match Axis::read(text) {
                Ok(axis) if axes.iter().any(|known| known.path == axis.path) => {
                    wrong.push(format!("--vary: `{}` is named twice", axis.path));
                }
                Ok(axis) => axes.push(axis),
                Err((message, help)) => wrong.push(format!("--vary {message}\nhelp: {help}")),
            }
        }
        if self.vary.len() > MOST_PATHS {
            wrong.push(format!(
                "--vary: {} paths are more than {MOST_PATHS}, which is what a picture can show",
                self.vary.len()
            ));
        }
        match wrong.is_empty() {
            true => Ok(axes),
            false => Err(Failure::Other {
                message: wrong.join("\n"),
                code: exit::USAGE,
            }),
        }
    }

    fn order(&self, axes: &[Axis]) -> Order {
        Order {
            scenarios: vec![self.scenario.clone()],
            options: match self.option.as_slice() {
                [] => Options::Answer,
                [word] if word == "all" => Options::All,
                names => Options::Named(names.to_vec()),
            },
            assume: self.assume.clone(),
            set: self.set.clone(),
            vary: axes.to_vec(),
            outcomes: self.outcomes.clone(),
            runs: self.length.runs,
            seed: self.length.seed,
            months: self.length.months,
            title: None,
        }
    }

    /// Where the sweep goes: scenario and paths by name, so that another sweep has another folder.
    fn folder(&self, axes: &[Axis]) -> PathBuf {
        let stem = Path::new(&self.scenario)
            .file_stem()
            .map_or_else(|| self.scenario.clone(), |stem| stem.to_string_lossy().into_owned());
        let paths: Vec<&str> = axes.iter().map(|axis| axis.path.as_str()).collect();
        Path::new(OUTPUT).join(text::file_name(&format!("{stem}-by-{}", paths.join("-and-"))))
    }

    /// The command that makes the same sweep again.
    fn command(&self) -> Vec<String> {
        let mut words = vec!["deter".to_owned(), "sweep".to_owned(), self.scenario.clone()];
        let lists = [("--vary", &self.vary), ("--set", &self.set)];
        for (flag, values) in lists {
            words.extend(values.iter().flat_map(|v| [flag.to_owned(), v.clone()]));
        }
        let joined = [
            ("--option", &self.option),
            ("--assume", &self.assume),
            ("--outcomes", &self.outcomes),
        ];
        for (flag, values) in joined {
            if !values.is_empty() {
                words.extend([flag.to_owned(), values.join(",")]);
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

/// What each outcome does, line by line.
fn page(sweep: &Sweep) -> String {
    let width = terminal::width().min(100);
    let mut page = format!(
        "\n{}\n{}",
        text::line(&sweep.title),
        study::table::wrap(&sweep.question, width, "")
    );
    for line in &sweep.lines {
        let sets = match line.assume.as_str() {
            AS_WRITTEN => String::new(),
            sets => format!(", assuming {sets}"),
        };
        page.push_str(&format!("\n{}{}\n", text::line(&line.label), text::line(&sets)));
        for sentence in &line.sentences {
            page.push_str(&study::table::wrap(sentence, width, "  "));
        }
    }
    page
}
