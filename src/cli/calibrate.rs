//! `deter calibrate`: an ensemble of parameters from dispute data.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::hints::whole;
use super::{Failure, exit, progress, terminal};
use crate::evidence::calibrate::{
    CalibrationError, Design, Findings, Hindcast, Population, Saved, Settings, page, sample, set, state,
};
use crate::results::try_whole;
use crate::scenario::ensemble::MOST_MEMBERS;
use crate::text;

/// `deter calibrate`.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// Assumption set to write; the findings go beside it, as JSON
    #[arg(long, value_name = "FILE", default_value = "calibrated.toml")]
    out: PathBuf,
    /// Design to use in the place of the shipped one: free figures, priors, targets
    #[arg(long, value_name = "FILE")]
    design: Option<PathBuf>,
    /// Particles of the sampler
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    particles: u32,
    /// Sweeps of moves in each stage
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    sweeps: u32,
    /// Members of the ensemble
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=MOST_MEMBERS as i64))]
    members: u32,
    /// Root of all random numbers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>(0..=i64::MAX as u64, "1"), allow_negative_numbers = true)]
    seed: u64,
    /// Threads; never changes the result [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Go on where an interrupted calibration with the same settings stopped
    #[arg(long)]
    resume: bool,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

impl Calibrate {
    pub fn run(self) -> Result<u8, Failure> {
        self.check_places()?;
        let design = match &self.design {
            Some(path) => Design::read(path),
            None => Design::shipped(),
        }
        .map_err(failure)?;
        let problem = Hindcast::new(&design, self.seed).map_err(failure)?;
        let settings = Settings {
            particles: self.particles as usize,
            sweeps: self.sweeps,
            seed: self.seed,
        };
        let size = format!("{} {} {}", self.particles, self.sweeps, self.seed);
        let parts = [
            design.text.as_str(),
            problem.scenario_hash(),
            &size,
            env!("CARGO_PKG_VERSION"),
        ];
        let saved = Saved::new(beside(&self.out, "state.json"), &parts, self.resume);
        let jobs = self.jobs.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build()
            .map_err(|e| Failure::Other {
                message: format!("cannot start {jobs} threads: {e}; try fewer with --jobs"),
                code: exit::IO,
            })?;
        terminal::say(&format!(
            "{} figures against {} targets: {} particles in {} worlds each, seed {}",
            design.parameters.len(),
            design.targets.len(),
            self.particles,
            design.replications,
            self.seed
        ));
        let mut clock = Clock::start();
        let (led, _) = progress::interruptible(|halt| {
            pool.install(|| sample(&problem, &settings, &saved, halt, |population| clock.tell(population)))
        });
        let Some(population) = led.map_err(failure)? else {
            terminal::say(&format!(
                "interrupted; finished stages are kept in {}: go on with --resume",
                text::path(saved.path())
            ));
            return Ok(exit::INTERRUPTED);
        };
        let members = self.members as usize;
        let findings = pool
            .install(|| Findings::new(&design, &problem, &population, settings, members))
            .map_err(failure)?;
        self.write(&findings)?;
        saved.remove().map_err(failure)?;
        clock.end();
        Ok(exit::DONE)
    }

    /// Everything that would stand in the way of writing is found before the first particle moves.
    fn check_places(&self) -> Result<(), Failure> {
        let refuse = |message: String| {
            Err(Failure::Other {
                message,
                code: exit::IO,
            })
        };
        let state = beside(&self.out, "state.json");
        if beside(&self.out, "json") == self.out {
            return refuse(format!(
                "{} would be the set and the findings at once; call it .toml",
                text::path(&self.out)
            ));
        }
        for path in [&self.out, &beside(&self.out, "json"), &state] {
            let is_there = path.symlink_metadata().is_ok();
            if is_there && *path == state && !self.resume && !self.force {
                return refuse(format!(
                    "{} holds what an interrupted calibration had finished; go on with --resume, or begin anew with --force",
                    text::path(path)
                ));
            }
            if is_there && *path != state && !self.force {
                return refuse(format!("{} exists; give --force or another --out", text::path(path)));
            }
            if let Err(cause) = try_whole(path) {
                return refuse(format!("cannot write {}: {cause}", text::path(path)));
            }
        }
        Ok(())
    }

    /// Writes the set and the findings, and prints what a reader wants.
    fn write(&self, findings: &Findings) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(findings).map_err(|e| Failure::Other {
            message: format!("cannot write the findings as JSON: {e}"),
            code: exit::IO,
        })? + "\n";
        let set = set::text(findings, &self.command());
        let beside = beside(&self.out, "json");
        state::write_whole(&beside, json.as_bytes()).map_err(failure)?;
        state::write_whole(&self.out, set.as_bytes()).map_err(failure)?;
        let text = if self.json {
            text::json(&json).into_owned()
        } else {
            page::page(findings)
        };
        terminal::print_saved(&text, &self.out)?;
        terminal::say(&format!("Wrote {} and {}", text::path(&self.out), text::path(&beside)));
        Ok(())
    }

    /// The command that makes the same set again. What never changes it is left out.
    fn command(&self) -> String {
        let mut words = vec!["deter calibrate".to_owned()];
        words.extend(self.design.iter().map(|path| format!("--design {}", text::path(path))));
        words.push(format!("--particles {} --sweeps {}", self.particles, self.sweeps));
        words.push(format!("--members {} --seed {}", self.members, self.seed));
        words.join(" ")
    }
}

/// The file with another extension.
fn beside(path: &Path, extension: &str) -> PathBuf {
    path.with_extension(extension)
}

fn failure(error: CalibrationError) -> Failure {
    match error {
        CalibrationError::Scenario { source, .. } => Failure::Problems(source),
        CalibrationError::Design { .. } | CalibrationError::Missing(_) => Failure::Other {
            message: error.to_string(),
            code: exit::INVALID,
        },
        _ => Failure::Other {
            message: error.to_string(),
            code: exit::IO,
        },
    }
}

/// Tells stages with the time they took and an estimate of what is left.
struct Clock {
    started: Instant,
    last: f64,
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the time left is told from the time that went by"
    )]
    fn start() -> Self {
        Self {
            started: Instant::now(),
            last: 0.0,
        }
    }

    fn tell(&mut self, population: &Population) {
        let now = self.started.elapsed().as_secs_f64();
        let took = now - self.last;
        self.last = now;
        let Some(stage) = population.stages.last() else {
            terminal::say(&format!("stage 0: the prior, {took:.0} s"));
            return;
        };
        let left = match population.stages_left() {
            _ if population.is_done() => String::from("done"),
            // The last stage takes twice as many moves.
            Some(stages) => format!("about {:.0} min left", (stages.ceil() + 1.0) * took / 60.0 + 0.5),
            None => String::from("time left not known yet"),
        };
        terminal::say(&format!(
            "stage {}: exponent {:.4}, {:.0} effective, {:.0}% of moves accepted, {took:.0} s; {left}",
            population.stages.len(),
            stage.exponent,
            stage.effective,
            100.0 * stage.accepted
        ));
    }

    fn end(&self) {
        terminal::say(&format!("{:.0} s in all", self.started.elapsed().as_secs_f64()));
    }
}
