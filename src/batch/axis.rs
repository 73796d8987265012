//! What a sweep varies: a path of the model, and the values it takes.

use crate::scenario::diagnostics::show;

/// Most values of one path.
const MOST_VALUES: usize = 200;

/// A path with its values, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Canonical path of a figure, as for `--set`.
    pub path: String,
    pub values: Vec<f64>,
    pub is_log: bool,
}

impl Axis {
    /// Reads `PATH=LO..HI:N`, `PATH=LO..HI:N:log` or `PATH=A,B,C`.
    ///
    /// # Errors
    /// A sentence that says what is wrong, and one that says what to write.
    pub fn read(text: &str) -> Result<Self, (String, String)> {
        let how = "write PATH=LO..HI:N, PATH=LO..HI:N:log or PATH=A,B,C, for example states.USA.resolve=-2..2:9";
        let wrong = |what: String| (format!("`{}`: {what}", show(text)), how.to_owned());
        let (path, values) = text.split_once('=').ok_or_else(|| wrong("it has no `=`".to_owned()))?;
        let path = path.trim();
        if path.is_empty() {
            return Err(wrong("it names no path".to_owned()));
        }
        let number = |word: &str| -> Result<f64, (String, String)> {
            let found = word.trim().parse::<f64>().ok().filter(|x| x.is_finite());
            found.ok_or_else(|| wrong(format!("`{}` is no number", show(word.trim()))))
        };
        let mut is_log = false;
        let mut found = match values.split_once("..") {
            None => values.split(',').map(number).collect::<Result<Vec<f64>, _>>()?,
            Some((low, rest)) => {
                let mut parts = rest.split(':');
                let high = number(parts.next().unwrap_or_default())?;
                let low = number(low)?;
                let steps = parts.next().unwrap_or("9").trim();
                let steps: usize = steps
                    .parse()
                    .ok()
                    .filter(|n| (2..=MOST_VALUES).contains(n))
                    .ok_or_else(|| {
                        wrong(format!(
                            "`{}` is no number of values from 2 to {MOST_VALUES}",
                            show(steps)
                        ))
                    })?;
                is_log = match (parts.next().map(str::trim), parts.next()) {
                    (None, _) => false,
                    (Some("log"), None) => true,
                    (Some(other), _) => return Err(wrong(format!("`{}` is no spacing", show(other)))),
                };
                if low >= high {
                    return Err(wrong(format!("{low} is not below {high}")));
                }
                if is_log && low <= 0.0 {
                    return Err(wrong(format!("a logarithmic spacing begins above 0, and not at {low}")));
                }
                spaced(low, high, steps, is_log)
            }
        };
        found.sort_by(f64::total_cmp);
        let count = found.len();
        found.dedup();
        if found.len() < count {
            return Err(wrong("a value stands there twice".to_owned()));
        }
        if !(2..=MOST_VALUES).contains(&count) {
            return Err(wrong(format!("{count} values are not 2 to {MOST_VALUES}")));
        }
        Ok(Self {
            path: path.to_owned(),
            values: found,
            is_log,
        })
    }

    /// The overrides of each value.
    pub fn sets(&self) -> impl Iterator<Item = String> {
        self.values.iter().map(|value| format!("{}={value}", self.path))
    }
}

/// Values at equal distances, or at equal ratios, with both ends exact. Rounded to twelve digits, so that a tenth is
/// written as 0.1.
fn spaced(low: f64, high: f64, steps: usize, is_log: bool) -> Vec<f64> {
    let last = steps - 1;
    let at = |k: usize| match k {
        0 => low,
        k if k == last => high,
        k => {
            let share = k as f64 / last as f64;
            let value = match is_log {
                true => low * (high / low).powf(share),
                false => low + (high - low) * share,
            };
            // A number in scientific notation always reads back.
            format!("{value:.11e}").parse().unwrap_or(value)
        }
    };
    (0..steps).map(at).collect()
}

/// Every combination of the values of all axes, as overrides.
pub fn points(axes: &[Axis]) -> Vec<Vec<String>> {
    let mut points: Vec<Vec<String>> = vec![Vec::new()];
    for axis in axes {
        let mut more = Vec::with_capacity(points.len() * axis.values.len());
        for point in &points {
            for set in axis.sets() {
                let mut point = point.clone();
                point.push(set);
                more.push(point);
            }
        }
        points = more;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<f64> {
        Axis::read(text).expect(text).values
    }

    #[test]
    fn ranges_lists_and_ratios_are_read() {
        assert_eq!(values("a.b=0..1:5"), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(values("a.b=-0.2..0.1:4"), [-0.2, -0.1, 0.0, 0.1]);
        assert_eq!(values("a.b=1..100:3:log"), [1.0, 10.0, 100.0]);
        assert_eq!(values("a.b=2,1.5, -3"), [-3.0, 1.5, 2.0]);
        assert_eq!(values("a.b=0..8").len(), 9);
    }

    #[test]
    fn what_is_no_axis_is_refused_with_the_reason() {
        for (text, reason) in [
            ("a.b", "no `=`"),
            ("=1,2", "no path"),
            ("a=1", "1 values"),
            ("a=1,1", "twice"),
            ("a=1,x", "`x` is no number"),
            ("a=2..1:3", "not below"),
            ("a=0..1:3:log", "above 0"),
            ("a=0..1:1", "no number of values"),
            ("a=0..1:3:cube", "no spacing"),
            ("a=0..inf:3", "no number"),
        ] {
            let (message, help) = Axis::read(text).expect_err(text);
            assert!(message.contains(reason), "{message}");
            assert!(help.contains("LO..HI:N"));
        }
    }

    #[test]
    fn two_axes_make_a_grid_with_the_second_one_running_fastest() {
        let axes = ["a=0,1", "b=5,6,7"].map(|text| Axis::read(text).expect(text));
        let points = points(&axes);
        assert_eq!(points.len(), 6);
        assert_eq!(points[1], ["a=0", "b=6"]);
        assert_eq!(points[3], ["a=1", "b=5"]);
    }
}
