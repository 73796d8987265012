//! The state of a calibration on disk: saved after every stage, whole or not at all, and taken up again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CalibrationError;
use super::sampler::{Population, Problem, Settings};
use crate::engine::Halt;

/// Format of the file.
const FORMAT: &str = "deter.calibration-state/1";

/// What is in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    format: String,
    fingerprint: String,
    population: Population,
}

/// Where a calibration keeps its state.
#[derive(Debug, Clone)]
pub struct Saved {
    path: PathBuf,
    /// Hash over everything that determines the result.
    fingerprint: String,
    /// Take up what is there.
    resume: bool,
}

impl Saved {
    /// A state at `path` of the calibration that `parts` determine. With `resume` what is there is taken up, without it
    /// is written over.
    pub fn new(path: PathBuf, parts: &[&str], resume: bool) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        Self {
            path,
            fingerprint: hasher.finalize().to_hex().to_string(),
            resume,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leads particles to the posterior, saving after every stage; none if `halt` was asked. Ends in the same particles
    /// whether or not it was interrupted on the way.
    ///
    /// # Errors
    /// If the state cannot be read or written, or belongs to another calibration.
    pub fn lead<P: Problem>(
        &self,
        problem: &P,
        settings: &Settings,
        halt: &Halt,
        mut tell: impl FnMut(&Population),
    ) -> Result<Option<Population>, CalibrationError> {
        let mut population = match self.load()? {
            Some(population) => population,
            None => {
                let Some(population) = Population::start(problem, settings, halt) else {
                    return Ok(None);
                };
                self.save(&population)?;
                population
            }
        };
        tell(&population);
        while !population.is_done() {
            let Some(next) = population.step(problem, settings, halt) else {
                return Ok(None);
            };
            population = next;
            self.save(&population)?;
            tell(&population);
        }
        Ok(Some(population))
    }

    /// Removes the file, once the result is written.
    ///
    /// # Errors
    /// [`CalibrationError::Io`].
    pub fn remove(&self) -> Result<(), CalibrationError> {
        fs::remove_file(&self.path).map_err(|source| self.io(source))
    }

    fn load(&self) -> Result<Option<Population>, CalibrationError> {
        if !self.resume {
            return Ok(None);
        }
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            // Nothing was saved yet: the beginning is where it was left.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io(source)),
        };
        let content: Content = serde_json::from_str(&text).map_err(|e| CalibrationError::State {
            path: self.path.clone(),
            reason: e.to_string(),
        })?;
        if content.format != FORMAT || content.fingerprint != self.fingerprint {
            return Err(CalibrationError::Other {
                path: self.path.clone(),
            });
        }
        Ok(Some(content.population))
    }

    fn save(&self, population: &Population) -> Result<(), CalibrationError> {
        let content = Content {
            format: FORMAT.to_owned(),
            fingerprint: self.fingerprint.clone(),
            population: population.clone(),
        };
        let text = serde_json::to_string(&content).map_err(|e| self.io(e.into()))?;
        write_whole(&self.path, text.as_bytes())
    }

    fn io(&self, source: io::Error) -> CalibrationError {
        CalibrationError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

/// Writes a file under another name and puts it in place when it is whole.
///
/// # Errors
/// [`CalibrationError::Io`]; whatever was there before is then still there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CalibrationError> {
    crate::results::write_whole(path, bytes).map_err(|source| CalibrationError::Io {
        path: path.to_path_buf(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    const SETTINGS: Settings = Settings {
        particles: 40,
        sweeps: 3,
        seed: 2,
    };

    /// A normal posterior whose sampler is interrupted after some evaluations.
    struct Interrupted<'a> {
        halt: &'a Halt,
        left: AtomicU64,
    }

    impl Problem for Interrupted<'_> {
        fn dimension(&self) -> usize {
            2
        }
        fn log_likelihood(&self, point: &[f64]) -> f64 {
            if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
                self.halt.ask();
            }
            -8.0 * (point[0] - 1.0).powi(2) - 4.0 * (point[1] + point[0]).powi(2)
        }
    }

    fn attempt(saved: &Saved, evaluations: u64) -> Option<Population> {
        let halt = Halt::default();
        let problem = Interrupted {
            halt: &halt,
            left: AtomicU64::new(evaluations),
        };
        saved
            .lead(&problem, &SETTINGS, &halt, |_| {})
            .expect("a folder to write to")
    }

    #[test]
    fn a_killed_calibration_ends_in_the_same_bytes() {
        let dir = tempfile::tempdir().expect("a folder");
        let whole = Saved::new(dir.path().join("whole"), &["x"], false);
        let population = attempt(&whole, u64::MAX).expect("not interrupted");
        let broken = Saved::new(dir.path().join("broken"), &["x"], true);
        // The longest stage has 240 evaluations: every attempt gets on by at least one stage.
        let attempts: Vec<Option<Population>> = (0..20).map(|_| attempt(&broken, 250)).collect();
        let interruptions = attempts.iter().take_while(|a| a.is_none()).count();
        assert!(interruptions >= 1, "it was never interrupted");
        assert_eq!(attempts.get(interruptions), Some(&Some(population)));
        let read = |saved: &Saved| fs::read(saved.path()).expect("a state");
        assert!(read(&whole) == read(&broken));
    }

    #[test]
    fn the_state_of_another_calibration_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("state");
        attempt(&Saved::new(path.clone(), &["x"], false), u64::MAX).expect("not interrupted");
        let lead = |parts: &[&str]| {
            let halt = Halt::default();
            let problem = Interrupted {
                halt: &halt,
                left: AtomicU64::new(u64::MAX),
            };
            Saved::new(path.clone(), parts, true).lead(&problem, &SETTINGS, &halt, |_| {})
        };
        assert!(matches!(lead(&["y"]), Err(CalibrationError::Other { .. })));
        fs::write(&path, "{").expect("a file");
        assert!(matches!(lead(&["x"]), Err(CalibrationError::State { .. })));
    }

    #[test]
    fn a_state_that_cannot_be_written_is_told() {
        let saved = Saved::new(PathBuf::from("no/such/folder/state"), &["x"], false);
        let halt = Halt::default();
        let problem = Interrupted {
            halt: &halt,
            left: AtomicU64::new(u64::MAX),
        };
        let told = saved.lead(&problem, &SETTINGS, &halt, |_| {});
        assert!(matches!(told, Err(CalibrationError::Io { .. })));
    }
}
