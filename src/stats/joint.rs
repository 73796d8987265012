//! Means and co-moments of a few numbers observed together once a run, and intervals of functions of
//! their means.

use super::interval::mean_interval;

/// Counts, means and co-moments of `N` numbers (Welford 1962; merged as Chan, Golub and LeVeque 1983).
/// Its size does not depend on the number of runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joint<const N: usize> {
    n: u64,
    mean: [f64; N],
    co: [[f64; N]; N],
}

impl<const N: usize> Default for Joint<N> {
    fn default() -> Self {
        Self {
            n: 0,
            mean: [0.0; N],
            co: [[0.0; N]; N],
        }
    }
}

impl<const N: usize> Joint<N> {
    /// Takes in one run.
    pub fn add(&mut self, x: [f64; N]) {
        self.n += 1;
        let n = self.n as f64;
        let before: [f64; N] = std::array::from_fn(|i| x[i] - self.mean[i]);
        for (mean, d) in self.mean.iter_mut().zip(before) {
            *mean += d / n;
        }
        let after: [f64; N] = std::array::from_fn(|i| x[i] - self.mean[i]);
        for (row, b) in self.co.iter_mut().zip(before) {
            for (place, a) in row.iter_mut().zip(after) {
                *place += b * a;
            }
        }
    }

    /// Takes in what `other` has seen. The last bits depend on the order, so merge in a fixed one.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let d: [f64; N] = std::array::from_fn(|i| other.mean[i] - self.mean[i]);
        for ((row, theirs), p) in self.co.iter_mut().zip(&other.co).zip(d) {
            for ((place, co), q) in row.iter_mut().zip(theirs).zip(d) {
                *place += co + p * q * a * b / (a + b);
            }
        }
        for (mean, d) in self.mean.iter_mut().zip(d) {
            *mean += d * b / (a + b);
        }
        self.n += other.n;
    }

    /// Runs seen.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Mean of number `i`.
    pub fn mean(&self, i: usize) -> f64 {
        self.mean[i]
    }

    /// Covariance over runs, with `n − 1`; 0 below two runs.
    pub fn covariance(&self, i: usize, j: usize) -> f64 {
        if self.n < 2 {
            0.0
        } else {
            0.5 * (self.co[i][j] + self.co[j][i]) / (self.n - 1) as f64
        }
    }

    /// Student's interval of a function of the means with this value and gradient (delta method);
    /// none below two runs and for numbers that are not finite.
    pub fn interval(&self, value: f64, gradient: [f64; N], level: f64) -> Option<[f64; 2]> {
        let mut variance = 0.0;
        for (i, g) in gradient.iter().enumerate() {
            for (j, h) in gradient.iter().enumerate() {
                variance += g * h * self.covariance(i, j);
            }
        }
        mean_interval(value, variance.max(0.0).sqrt(), self.n, level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<[f64; 2]> {
        (0..40)
            .map(|i| [f64::from(i % 7), f64::from((i * i) % 11) + 0.5 * f64::from(i % 7)])
            .collect()
    }

    #[test]
    fn merging_parts_gives_what_one_pass_gives() {
        let mut whole = Joint::default();
        rows().iter().for_each(|r| whole.add(*r));
        let mut merged = Joint::default();
        for part in rows().chunks(9) {
            let mut joint = Joint::default();
            part.iter().for_each(|r| joint.add(*r));
            merged.merge(&joint);
        }
        assert_eq!(merged.n(), 40);
        for (i, j) in [(0, 0), (0, 1), (1, 1)] {
            assert!((merged.covariance(i, j) - whole.covariance(i, j)).abs() < 1e-12);
            assert!((merged.mean(i) - whole.mean(i)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_interval_of_a_mean_is_students() {
        let mut joint = Joint::default();
        rows().iter().for_each(|r| joint.add(*r));
        let direct = mean_interval(joint.mean(1), joint.covariance(1, 1).sqrt(), 40, 0.95);
        assert_eq!(joint.interval(joint.mean(1), [0.0, 1.0], 0.95), direct);
    }
}
