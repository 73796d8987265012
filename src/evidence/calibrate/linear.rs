//! The little linear algebra behind the sampler and its report: covariance, its square root and its axes.

/// A symmetric matrix, row by row.
pub type Matrix = Vec<Vec<f64>>;

/// Sweeps of Jacobi's method; it converges quadratically, and ten settle matrices of a few hundred rows.
const SWEEPS: usize = 60;

/// Weighted mean and covariance of points. Weights are not negative and add up to more than 0.
pub fn covariance(points: &[Vec<f64>], weights: &[f64]) -> (Vec<f64>, Matrix) {
    let dimension = points.first().map_or(0, Vec::len);
    let total: f64 = weights.iter().sum();
    let mut mean = vec![0.0; dimension];
    for (point, weight) in points.iter().zip(weights) {
        mean.iter_mut().zip(point).for_each(|(m, x)| *m += weight / total * x);
    }
    let mut spread = vec![vec![0.0; dimension]; dimension];
    for (point, weight) in points.iter().zip(weights) {
        for i in 0..dimension {
            let off = weight / total * (point[i] - mean[i]);
            for j in 0..=i {
                spread[i][j] += off * (point[j] - mean[j]);
            }
        }
    }
    for i in 0..dimension {
        for j in 0..i {
            spread[j][i] = spread[i][j];
        }
    }
    (mean, spread)
}

/// The lower triangular square root of a positive definite matrix (Cholesky). A pivot that is not positive, which only a
/// degenerate matrix has, leaves its direction out.
pub fn root(matrix: &Matrix) -> Matrix {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let product: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = matrix[i][j] - product;
            lower[i][j] = if i == j {
                rest.max(0.0).sqrt()
            } else if lower[j][j] > 0.0 {
                rest / lower[j][j]
            } else {
                0.0
            };
        }
    }
    lower
}

/// Eigenvalues, ascending, with their eigenvectors of length 1 (Jacobi's method; Golub and Van Loan, section 8.5).
/// The sign of a vector is such that its largest entry is positive.
pub fn axes(matrix: &Matrix) -> Vec<(f64, Vec<f64>)> {
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut vectors: Matrix = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i][j] * a[i][j])
            .sum();
        if off == 0.0 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] != 0.0 {
                    rotate(&mut a, &mut vectors, p, q);
                }
            }
        }
    }
    let mut found: Vec<(f64, Vec<f64>)> = (0..n)
        .map(|k| {
            let mut vector: Vec<f64> = (0..n).map(|i| vectors[i][k]).collect();
            let largest = vector
                .iter()
                .fold(0.0_f64, |best, x| if x.abs() > best.abs() { *x } else { best });
            if largest < 0.0 {
                vector.iter_mut().for_each(|x| *x = -*x);
            }
            (a[k][k], vector)
        })
        .collect();
    found.sort_by(|x, y| x.0.total_cmp(&y.0));
    found
}

/// One rotation that makes `a[p][q]` zero.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let t = if theta == 0.0 { 1.0 } else { t };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..a.len() {
        let (x, y) = (a[k][p], a[k][q]);
        (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y);
    }
    for k in 0..a.len() {
        let (x, y) = (a[p][k], a[q][k]);
        (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y);
    }
    for row in vectors.iter_mut() {
        let (x, y) = (row[p], row[q]);
        (row[p], row[q]) = (c * x - s * y, s * x + c * y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `M Mᵀ` of a square matrix.
    fn product(rows: &[Vec<f64>]) -> Matrix {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum();
        rows.iter().map(|a| rows.iter().map(|b| dot(a, b)).collect()).collect()
    }

    #[test]
    fn covariance_meets_a_case_by_hand() {
        let (mean, spread) = covariance(&[vec![0.0, 1.0], vec![2.0, 5.0]], &[1.0, 3.0]);
        assert_eq!(mean, [1.5, 4.0]);
        assert_eq!(spread, [[0.75, 1.5], [1.5, 3.0]]);
    }

    #[test]
    fn axes_of_a_known_matrix() {
        let found = axes(&vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
        assert!((found[0].0 - 1.0).abs() < 1e-14 && (found[1].0 - 3.0).abs() < 1e-14);
        assert!((found[1].1[0] - 0.5_f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn a_degenerate_matrix_has_a_root_without_its_empty_direction() {
        let lower = root(&vec![vec![1.0, 1.0], vec![1.0, 1.0]]);
        assert_eq!(lower, [[1.0, 0.0], [1.0, 0.0]]);
    }

    proptest! {
        #[test]
        fn root_and_axes_give_the_matrix_back(entries in prop::collection::vec(-3.0..3.0_f64, 25)) {
            let rows: Matrix = entries.chunks(5).map(<[f64]>::to_vec).collect();
            let mut matrix = product(&rows);
            (0..5).for_each(|i| matrix[i][i] += 0.5);
            let again = product(&root(&matrix));
            let found = axes(&matrix);
            for i in 0..5 {
                for j in 0..5 {
                    prop_assert!((again[i][j] - matrix[i][j]).abs() < 1e-9);
                    let sum: f64 = found.iter().map(|(value, v)| value * v[i] * v[j]).sum();
                    prop_assert!((sum - matrix[i][j]).abs() < 1e-9);
                }
            }
            prop_assert!(found.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        }
    }
}
