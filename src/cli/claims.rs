//! `deter claims`: the claims of the cards put to the test.

use std::path::{Path, PathBuf};

use clap::Args;

use super::hints::whole;
use super::{Failure, exit, progress, terminal};
use crate::chart::{self, ChartError, Style};
use crate::evidence::cards::{self, Card};
use crate::evidence::claims::{self, Order, RUNS, SETS, Tested, runs_over};
use crate::job::JobError;
use crate::numerals::counted;
use crate::results::write_beside_others;
use crate::scenario::Problems;
use crate::scenario::bundled;
use crate::scenario::diagnostics::{nearest, show};
use crate::text;

/// `deter claims`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without a name all claims are tested; `deter list claims` prints them.\n\n\
    deter claims a0-us-belief-keystone\n  \
    deter claims kagan-2025 --runs 1000\n  \
    deter claims --out output/claims"
)]
pub struct Claims {
    /// Claims, cards or articles: a0-us-belief-keystone, kagan-2025, a3
    #[arg(value_name = "ID|CARD")]
    names: Vec<String>,
    /// Assumption sets in the place of the usual five (may repeat)
    #[arg(long, value_name = "SET")]
    assume: Vec<String>,
    /// Pairs of runs of a comparison over 60 months; longer scenarios have fewer
    #[arg(long, value_name = "N", default_value_t = RUNS, value_parser = whole::<u64>(1..=1_000_000_000, "1000"), allow_negative_numbers = true)]
    runs: u64,
    /// Root of all random numbers [default: each scenario's own]
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..=i64::MAX as u64, "1"), allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Threads; never changes a result [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write claims.json, claims.csv, a page and a matrix by article, and claims.md into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The day that the pages name; results carry no clock
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    date: Option<String>,
    /// Write no charts
    #[arg(long)]
    no_charts: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Say what would be played, and stop
    #[arg(long)]
    dry_run: bool,
}

/// A calendar day.
fn day(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let is = |part: &str, width: usize, range: std::ops::RangeInclusive<u32>| {
        part.len() == width
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse().is_ok_and(|n| range.contains(&n))
    };
    match parts.as_slice() {
        [y, m, d] if is(y, 4, 1..=9999) && is(m, 2, 1..=12) && is(d, 2, 1..=31) => Ok(text.to_owned()),
        _ => Err("a day is written 2026-01-31".to_owned()),
    }
}

impl Claims {
    pub fn run(self) -> Result<u8, Failure> {
        let cards = cards::bundled().map_err(|findings| Failure::Problems(Problems::Invalid(findings)))?;
        self.check(&cards)?;
        let selected = claims::select(&cards, &self.names).unwrap_or_default();
        let order = Order {
            claims: selected,
            sets: match self.assume.is_empty() {
                true => SETS.map(str::to_owned).to_vec(),
                false => self.sets(),
            },
            runs: self.runs,
            seed: self.seed,
        };
        let arms_by_scenario = order.arms();
        if self.dry_run {
            return describe(&order, &arms_by_scenario);
        }
        let all: usize = arms_by_scenario.iter().map(|(_, n)| n).sum();
        terminal::say(&format!(
            "{} under {}: {} of {}, {} each, fewer in long ones",
            counted(order.claims.len() as u64, "claim"),
            counted(order.settings().len() as u64, "setting"),
            counted(all as u64, "arm"),
            counted(arms_by_scenario.len() as u64, "scenario"),
            counted(self.runs, "pair of runs"),
        ));
        let jobs = self.jobs.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build()
            .map_err(|e| Failure::Other {
                message: format!("cannot start {jobs} threads: {e}; try fewer with --jobs"),
                code: exit::IO,
            })?;
        let (mut number, mut last) = (0, String::new());
        let (results, _) = progress::interruptible(|halt| {
            pool.install(|| {
                claims::play(&order, halt, |name, arms, runs, months| {
                    if name != last {
                        name.clone_into(&mut last);
                        number += 1;
                    }
                    let of = arms_by_scenario.len();
                    terminal::say(&format!(
                        "  {number:>2} of {of}  {name}: {}, {} of {}",
                        counted(arms as u64, "arm"),
                        counted(runs, "run"),
                        counted(u64::from(months), "month")
                    ));
                })
            })
        });
        let Some(results) = results else {
            terminal::say("interrupted; nothing was written, because a verdict needs all of its arms");
            return Ok(exit::INTERRUPTED);
        };
        let tested = claims::assess(&order, &results, &self.command(), self.date.as_deref());
        let page = if self.json {
            super::pretty(&tested)?
        } else {
            self.page(&order, &tested)
        };
        let Some(out) = &self.out else {
            terminal::print(&page)?;
            return Ok(exit::DONE);
        };
        let (places, notices) = self.write(&tested, &cards, out)?;
        terminal::print_saved(&page, out)?;
        notices
            .iter()
            .for_each(|n| terminal::say(&text::name(&format!("note: {n}"))));
        terminal::say(&format!(
            "\n{} written to {}",
            counted(places.len() as u64, "file"),
            text::path(out)
        ));
        Ok(exit::DONE)
    }

    /// Names that mean nothing, all at once.
    fn check(&self, cards: &[Card]) -> Result<(), Failure> {
        let mut wrong = Vec::new();
        for unknown in claims::select(cards, &self.names).err().unwrap_or_default() {
            let near: Vec<String> = unknown.near.iter().map(|n| format!("`{n}`")).collect();
            let hint = match near.as_slice() {
                [] => "`deter list claims` prints all".to_owned(),
                near => format!("did you mean {}?", near.join(" or ")),
            };
            wrong.push(format!("there is no claim or card `{}`; {hint}", show(&unknown.name)));
        }
        let known: Vec<String> = bundled::assumptions().into_iter().map(|b| b.name).collect();
        for set in &self.assume {
            if !known.contains(set) && !Path::new(set).is_file() {
                let near = nearest(set, known.iter().map(String::as_str));
                let hint = near.map_or_else(
                    || format!("expected a file or one of {}", known.join(", ")),
                    |n| format!("did you mean `{n}`?"),
                );
                wrong.push(format!("there is no assumption set `{}`; {hint}", show(set)));
            }
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Failure::Other {
                message: wrong.join("\n"),
                code: exit::USAGE,
            }),
        }
    }

    /// The sets asked for, each once.
    fn sets(&self) -> Vec<String> {
        let mut sets: Vec<String> = Vec::new();
        for set in &self.assume {
            if !sets.contains(set) {
                sets.push(set.clone());
            }
        }
        sets
    }

    /// The whole story of claims that are named one by one, otherwise the table.
    fn page(&self, order: &Order, tested: &Tested) -> String {
        let is_named = |id: &str| self.names.iter().any(|name| name == id);
        if self.names.is_empty() || !tested.claims.iter().all(|c| is_named(&c.id)) {
            return claims::table(tested);
        }
        let stories = tested
            .claims
            .iter()
            .zip(&order.claims)
            .map(|(outcome, (_, claim))| claims::story(outcome, claim));
        stories.collect::<Vec<_>>().join("\n\n")
    }

    fn write(&self, tested: &Tested, cards: &[Card], out: &Path) -> Result<(Vec<PathBuf>, Vec<String>), Failure> {
        let failed = |e: ChartError| Failure::Job(JobError::from(e));
        let page_of = |card: &str| format!("{card}.md");
        let mut files = vec![
            ("claims.json".to_owned(), super::pretty(tested)?.into_bytes()),
            (
                "claims.csv".to_owned(),
                claims::csv(tested).map_err(failed)?.into_bytes(),
            ),
            ("claims.md".to_owned(), claims::whole(tested).into_bytes()),
        ];
        for card in cards
            .iter()
            .filter(|card| tested.claims.iter().any(|c| c.card == card.id))
        {
            files.push((page_of(&card.id), claims::article(tested, card).into_bytes()));
            if self.no_charts {
                continue;
            }
            if let Some(picture) =
                chart::matrix::draw(&claims::board_of(tested, &card.id), &Style::default()).map_err(failed)?
            {
                files.extend(picture.files().map(|(name, bytes)| (name, bytes.to_vec())));
            }
        }
        Ok(write_beside_others(out, &files).map_err(JobError::from)?)
    }

    /// The command that makes the same again; what never changes it is left out.
    fn command(&self) -> String {
        let mut words = vec!["deter claims".to_owned()];
        words.extend(self.names.iter().cloned());
        words.extend(self.sets().iter().map(|set| format!("--assume {set}")));
        words.push(format!("--runs {}", self.runs));
        words.extend(self.seed.map(|seed| format!("--seed {seed}")));
        words.join(" ")
    }
}

/// Says what would be played.
fn describe(order: &Order, arms: &[(&str, usize)]) -> Result<u8, Failure> {
    let mut page = format!(
        "{} under {}\n",
        counted(order.claims.len() as u64, "claim"),
        order.settings().join(", ")
    );
    for (name, arms) in arms {
        page.push_str(&format!("  {name}: {}\n", counted(*arms as u64, "arm")));
    }
    page.push_str(&format!(
        "  {} over 60 months, {} over 120, {} over 372\n",
        counted(order.runs, "pair of runs"),
        runs_over(120, order.runs),
        runs_over(372, order.runs)
    ));
    terminal::print(&page)?;
    Ok(exit::DONE)
}
