//! What a calibration is asked: the free figures with their priors, and the targets. Read from TOML.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::CalibrationError;
use super::evidence::{Evidence, Target, Use};
use crate::model::figures::Field;
use crate::scenario::bundled;
use crate::scenario::distribution::Distribution;
use crate::scenario::file::{Unread, read_text};
use crate::scenario::schema;

/// The design that is shipped.
const SHIPPED: &str = "calibration/design.toml";
/// Most replications a particle.
const MOST_REPLICATIONS: u64 = 10_000;

/// A free figure.
#[derive(Debug, Clone)]
pub struct Free {
    pub path: String,
    pub prior: Distribution,
    pub source: String,
    /// Unit, range and meaning.
    pub field: Field,
}

impl Free {
    /// The value at a quantile of the prior, within the range of the figure.
    pub fn at(&self, quantile: f64) -> f64 {
        self.prior.quantile(quantile).clamp(self.field.low, self.field.high)
    }
}

/// What is calibrated against what.
#[derive(Debug, Clone)]
pub struct Design {
    /// Bundled scenario of the hindcast.
    pub scenario: String,
    /// Replications of the hindcast for each particle.
    pub replications: u64,
    pub parameters: Vec<Free>,
    pub targets: Vec<Target>,
    /// The text that it was read from: part of what determines the result.
    pub text: String,
}

/// The form of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    scenario: String,
    replications: u64,
    parameter: Vec<WrittenFigure>,
    target: Vec<WrittenTarget>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFigure {
    path: String,
    prior: BTreeMap<String, Vec<f64>>,
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTarget {
    id: String,
    what: String,
    rate: Option<[f64; 2]>,
    share: Option<[f64; 2]>,
    ratio: Option<[f64; 3]>,
    dependence: f64,
    #[serde(rename = "use")]
    role: Use,
    why: String,
}

impl Design {
    /// The shipped design.
    ///
    /// # Errors
    /// [`CalibrationError::Design`] if the program was built with a broken one.
    pub fn shipped() -> Result<Self, CalibrationError> {
        let text = bundled::text(SHIPPED).map_or("", |(_, text)| text);
        Self::parse(text, SHIPPED)
    }

    /// The design of a file.
    ///
    /// # Errors
    /// [`CalibrationError::Io`], also for a pipe or a device, or [`CalibrationError::Design`].
    pub fn read(path: &Path) -> Result<Self, CalibrationError> {
        let name = crate::text::path(path);
        match read_text(path) {
            Ok(source) => Self::parse(&source.text, &name),
            Err(Unread::Invalid(finding)) => Err(CalibrationError::Design {
                name,
                faults: vec![finding.message],
            }),
            Err(Unread::Io(source)) => Err(CalibrationError::Io {
                path: path.to_path_buf(),
                source,
            }),
        }
    }

    /// The design of a text that is called `name` in messages.
    ///
    /// # Errors
    /// [`CalibrationError::Design`] with everything that is wrong.
    pub fn parse(text: &str, name: &str) -> Result<Self, CalibrationError> {
        let broken = |faults: Vec<String>| CalibrationError::Design {
            name: name.to_owned(),
            faults,
        };
        let written: Written = toml::from_str(text).map_err(|e| broken(vec![e.to_string().trim_end().to_owned()]))?;
        let mut faults = Vec::new();
        if !(1..=MOST_REPLICATIONS).contains(&written.replications) {
            faults.push(format!(
                "`replications` is {}, outside 1 to {MOST_REPLICATIONS}",
                written.replications
            ));
        }
        twice(
            "parameter",
            written.parameter.iter().map(|p| p.path.as_str()),
            &mut faults,
        );
        twice("target", written.target.iter().map(|t| t.id.as_str()), &mut faults);
        let parameters: Vec<Free> = written
            .parameter
            .into_iter()
            .filter_map(|p| free(p, &mut faults))
            .collect();
        let targets: Vec<Target> = written
            .target
            .into_iter()
            .filter_map(|t| target(t, &mut faults))
            .collect();
        if parameters.is_empty() {
            faults.push("no parameter is free".to_owned());
        }
        if !targets.iter().any(|t| t.role == Use::Fit) {
            faults.push("no target has use = \"fit\"".to_owned());
        }
        if !faults.is_empty() {
            return Err(broken(faults));
        }
        Ok(Self {
            scenario: written.scenario,
            replications: written.replications,
            parameters,
            targets,
            text: text.to_owned(),
        })
    }
}

/// Names must differ.
fn twice<'a>(kind: &str, names: impl Iterator<Item = &'a str>, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            faults.push(format!("{kind} `{name}` is given twice"));
        }
    }
}

fn free(written: WrittenFigure, faults: &mut Vec<String>) -> Option<Free> {
    let path = written.path;
    let mut fault = |text: String| {
        faults.push(format!("parameter `{path}`: {text}"));
        None
    };
    let Some(field) = schema::figure(&path) else {
        return fault("the model has no such figure; docs/parameters.md lists them".to_owned());
    };
    let mut shapes = written.prior.iter();
    let (Some((name, numbers)), None) = (shapes.next(), shapes.next()) else {
        return fault("the prior needs exactly one distribution".to_owned());
    };
    let prior = match Distribution::new(name, numbers) {
        Ok(prior) => prior,
        Err(why) => return fault(format!("the prior is malformed: {why}")),
    };
    if prior.mass_outside(field.low, field.high) > 0.01 {
        let (low, high) = (field.low, field.high);
        return fault(format!("more than 1 percent of the prior lies outside {low} to {high}"));
    }
    if written.source.trim().is_empty() {
        return fault("a prior needs a source; a judgement is one if it says so".to_owned());
    }
    Some(Free {
        prior,
        source: written.source,
        field,
        path,
    })
}

fn target(written: WrittenTarget, faults: &mut Vec<String>) -> Option<Target> {
    let id = written.id;
    let mut fault = |text: &str| {
        faults.push(format!("target `{id}`: {text}"));
        None
    };
    let counted = |[k, n]: [f64; 2]| k.is_finite() && n.is_finite() && 0.0 <= k && k <= n && n > 0.0;
    let evidence = match (written.rate, written.share, written.ratio) {
        (Some(pair), None, None) if counted(pair) => Evidence::Rate {
            events: pair[0],
            years: pair[1],
        },
        (None, Some(pair), None) if counted(pair) => Evidence::Share {
            cases: pair[0],
            of: pair[1],
        },
        (None, None, Some([value, low, high])) if 0.0 < low && low < value && value < high && high.is_finite() => {
            Evidence::Ratio { value, low, high }
        }
        (Some(_), None, None) | (None, Some(_), None) => {
            return fault("a count lies between 0 and the number of trials");
        }
        (None, None, Some(_)) => return fault("a ratio is [value, low, high], ascending and above 0"),
        _ => return fault("it needs one of `rate`, `share` and `ratio`"),
    };
    if !(written.dependence.is_finite() && written.dependence >= 1.0) {
        return fault("`dependence` is 1 for independent cases, and more otherwise");
    }
    Some(Target {
        what: written.what,
        evidence,
        dependence: written.dependence,
        role: written.role,
        why: written.why,
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_design_is_sound_and_holds_targets_out() {
        let design = Design::shipped().expect("sound");
        let held = design.targets.iter().filter(|t| t.role == Use::HeldOut).count();
        assert!(held >= 5, "{held}");
        assert!(design.parameters.len() > 20);
    }

    #[test]
    fn everything_wrong_with_a_design_is_told_at_once() {
        let text = r#"
scenario = "laws/hindcast"
replications = 0
[[parameter]]
path = "choice.precison"
prior = { uniform = [1, 2] }
source = "x"
[[parameter]]
path = "beliefs.reputation"
prior = { uniform = [0, 2] }
source = "x"
[[parameter]]
path = "beliefs.drift"
prior = { uniform = [1, 0] }
source = "x"
[[parameter]]
path = "beliefs.drift"
prior = { uniform = [0, 1] }
source = " "
[[target]]
id = "T01"
what = ""
rate = [3, 2]
dependence = 1
use = "fit"
why = ""
[[target]]
id = "T02"
what = ""
ratio = [1, 2, 3]
dependence = 1
use = "fit"
why = ""
[[target]]
id = "T04"
what = ""
rate = [1, 2]
dependence = 0.5
use = "held out"
why = ""
"#;
        let Err(CalibrationError::Design { faults, .. }) = Design::parse(text, "x") else {
            panic!("unsound");
        };
        let all = faults.join("\n");
        for words in [
            "`replications` is 0",
            "`choice.precison`: the model has no such figure",
            "`beliefs.reputation`: more than 1 percent",
            "low lies above high",
            "`beliefs.drift` is given twice",
            "needs a source",
            "`T01`: a count lies",
            "`T02`: a ratio is",
            "`T04`: `dependence`",
            "no target has use",
        ] {
            assert!(all.contains(words), "{words} in\n{all}");
        }
    }

    #[test]
    fn a_misspelt_key_is_no_default() {
        let error = Design::parse("scenario = 'x'\nreplication = 3\n", "x").expect_err("unknown key");
        assert!(error.to_string().contains("replication"), "{error}");
    }
}
