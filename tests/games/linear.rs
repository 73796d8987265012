//! Dense linear systems of the size of a small game, by elimination with row pivoting.

/// A square matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(size: usize) -> Self {
        Matrix {
            size,
            cells: vec![0.0; size * size],
        }
    }

    /// One row.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..(row + 1) * self.size]
    }

    /// Factors the matrix; `None` if it is singular to working precision or holds a NaN.
    pub fn factor(mut self) -> Option<Factors> {
        let n = self.size;
        let mut order: Vec<usize> = (0..n).collect();
        for column in 0..n {
            let pivot = (column..n).max_by(|&a, &b| {
                self.cells[a * n + column]
                    .abs()
                    .total_cmp(&self.cells[b * n + column].abs())
            })?;
            let size = self.cells[pivot * n + column].abs();
            if !(size.is_finite() && size > f64::MIN_POSITIVE) {
                return None;
            }
            if pivot != column {
                order.swap(pivot, column);
                for i in 0..n {
                    self.cells.swap(pivot * n + i, column * n + i);
                }
            }
            let (upper, lower) = self.cells.split_at_mut((column + 1) * n);
            let pivot_row = &upper[column * n..];
            for row in lower.chunks_exact_mut(n) {
                let factor = row[column] / pivot_row[column];
                row[column] = factor;
                if factor != 0.0 {
                    for (cell, above) in row[column + 1..].iter_mut().zip(&pivot_row[column + 1..]) {
                        *cell -= factor * above;
                    }
                }
            }
        }
        Some(Factors { matrix: self, order })
    }
}

/// A factored matrix, ready to solve for any right-hand side.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    matrix: Matrix,
    order: Vec<usize>,
}

impl Factors {
    /// Whether the determinant is above zero.
    pub fn orientation(&self) -> bool {
        let n = self.order.len();
        let negative = (0..n).filter(|&i| self.matrix.row(i)[i] < 0.0).count();
        // Each cycle of the row order of length k costs k − 1 exchanges.
        let mut seen = vec![false; n];
        let mut exchanges = 0;
        for start in 0..n {
            let mut at = start;
            while !seen[at] {
                seen[at] = true;
                at = self.order[at];
                exchanges += usize::from(at != start);
            }
        }
        (negative + exchanges) % 2 == 0
    }

    /// The solution `x` of `A x = right`; `None` if it is not finite.
    pub fn solve(&self, right: &[f64]) -> Option<Vec<f64>> {
        let mut x: Vec<f64> = self.order.iter().map(|&i| right[i]).collect();
        for i in 0..x.len() {
            let row = self.matrix.row(i);
            let known: f64 = row[..i].iter().zip(&x).map(|(a, b)| a * b).sum();
            x[i] -= known;
        }
        for i in (0..x.len()).rev() {
            let row = self.matrix.row(i);
            let known: f64 = row[i + 1..].iter().zip(&x[i + 1..]).map(|(a, b)| a * b).sum();
            x[i] = (x[i] - known) / row[i];
        }
        x.iter().all(|v| v.is_finite()).then_some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[f64]]) -> Matrix {
        let mut matrix = Matrix::zeros(rows.len());
        for (i, row) in rows.iter().enumerate() {
            matrix.row_mut(i).copy_from_slice(row);
        }
        matrix
    }

    #[test]
    fn a_system_that_needs_pivoting_is_solved() {
        let rows: [&[f64]; 3] = [&[0.0, 2.0, 1.0], &[1.0, -1.0, 0.0], &[3.0, 0.0, -2.0]];
        let truth = [1.5, -0.25, 4.0];
        let right: Vec<f64> = rows
            .iter()
            .map(|r| r.iter().zip(&truth).map(|(a, b)| a * b).sum())
            .collect();
        let x = matrix(&rows).factor().unwrap().solve(&right).unwrap();
        assert!(x.iter().zip(&truth).all(|(a, b)| (a - b).abs() < 1e-14), "{x:?}");
    }

    #[test]
    fn the_orientation_is_the_sign_of_the_determinant() {
        let cases: [(&[&[f64]], bool); 4] = [
            (&[&[0.0, 1.0], &[1.0, 0.0]], false),
            (&[&[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[1.0, 0.0, 0.0]], true),
            (&[&[2.0, 0.0, 0.0], &[0.0, -1.0, 0.0], &[0.0, 0.0, 3.0]], false),
            (&[&[1.0, 2.0], &[3.0, 7.0]], true),
        ];
        for (rows, positive) in cases {
            assert_eq!(matrix(rows).factor().unwrap().orientation(), positive, "{rows:?}");
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        assert!(matrix(&[&[1.0, 2.0], &[2.0, 4.0]]).factor().is_none());
        assert!(matrix(&[&[f64::NAN, 2.0], &[2.0, 4.0]]).factor().is_none());
    }
}
