//! The transpose of a matrix.

use super::matrix::{Matrix, MatrixMut};

/// The side of a square tile. A row of it fills one cache line.
const TILE: usize = 16;

/// Writes `source` transposed to `target`.
#[inline(always)]
pub(crate) fn transpose(source: Matrix<'_>, target: &mut MatrixMut<'_>) {
    debug_assert_eq!((source.rows(), source.columns()), (target.columns(), target.rows()));
    // Tile by tile, so that both the lines read and the lines written stay in the cache.
    for row in (0..source.rows()).step_by(TILE) {
        for column in (0..source.columns()).step_by(TILE) {
            let (height, width) = ((source.rows() - row).min(TILE), (source.columns() - column).min(TILE));
            // With constant sides, the compiler turns a whole tile into vector shuffles.
            match (height, width) {
                (TILE, TILE) => transpose_tile(source, target, (row, column), (TILE, TILE)),
                sides => transpose_tile(source, target, (row, column), sides),
            }
        }
    }
}

/// Transposes the tile whose first element is at `row` and `column` of the source.
#[inline(always)]
fn transpose_tile(
    source: Matrix<'_>,
    target: &mut MatrixMut<'_>,
    (row, column): (usize, usize),
    (height, width): (usize, usize),
) {
    let mut tile = [[0.0; TILE]; TILE];
    for (line, row) in tile.iter_mut().zip(row..row + height) {
        line[..width].copy_from_slice(source.part(row, column, width));
    }
    for at in 0..width {
        let line = &mut target.row(column + at)[row..][..height];
        for (value, row) in line.iter_mut().zip(&tile) {
            *value = row[at];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        for (rows, columns) in [(1, 1), (3, 20), (16, 16), (33, 17)] {
            let values = (0..rows * columns).map(|value| value as f32).collect::<Vec<_>>();
            let mut transposed = vec![-1.0; values.len()];
            transpose(Matrix::new(&values, columns), &mut MatrixMut::new(&mut transposed, rows));
            for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                assert_eq!(transposed[column * rows + row], values[row * columns + column], "{rows} × {columns}");
            }
        }
    }
}
