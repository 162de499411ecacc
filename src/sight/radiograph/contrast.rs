//! Brightness against its surround, and colours without their cast: what an exposure, a window, a dull
//! or a yellowed print changes least. `models/radiograph/planes.py` computes the same numbers.

use super::view::SIDE;

/// Cells on each side that a mean takes in: twice the mean of 15 x 15 cells is the surround.
const REACH: usize = 7;
/// What is even, down to so small a deviation, stays so: noise and JPEG blocks are no contrast.
const EVEN: f32 = 0.03;

/// Levels of brightness, of 256, that share one cast.
const STEP: f32 = 16.0;
const STEPS: usize = 16;

/// Each cell less the mean of its surround, in standard deviations of its surround.
pub(super) fn against_surround(luma: &[f32]) -> Vec<f32> {
    let mean = surround(luma);
    let off: Vec<f32> = luma.iter().zip(&mean).map(|(cell, mean)| cell - mean).collect();
    let squares: Vec<f32> = off.iter().map(|off| off * off).collect();
    let deviation = surround(&squares).into_iter().map(|square| square.max(0.0).sqrt());
    off.iter().zip(deviation).map(|(off, deviation)| off / (deviation + EVEN)).collect()
}

/// Less the mean of the cells that are about as bright: sepia prints and blue films are grey so.
pub(super) fn without_cast(luma: &[f32], colour: &[f32]) -> Vec<f32> {
    let mut sums = [(0.0_f32, 0.0_f32); STEPS];
    for (&luma, &colour) in luma.iter().zip(colour) {
        if let Some(sum) = sums.get_mut(step(luma)) {
            *sum = (sum.0 + colour, sum.1 + 1.0);
        }
    }
    let means = sums.map(|(sum, count)| sum / count.max(1.0));
    let mean = |luma: f32| means.get(step(luma)).copied().unwrap_or_default();
    luma.iter().zip(colour).map(|(&luma, colour)| colour - mean(luma)).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn step(luma: f32) -> usize {
    ((luma * (255.0 / STEP)).max(0.0) as usize).min(STEPS - 1)
}

/// Twice the mean of rows and columns.
fn surround(cells: &[f32]) -> Vec<f32> {
    let once = means_turned(&means_turned(cells));
    means_turned(&means_turned(&once))
}

/// Means along rows, where the cells at the edges count as going on; rows become columns.
fn means_turned(cells: &[f32]) -> Vec<f32> {
    let rows: Vec<Vec<f32>> = cells.chunks_exact(SIDE).map(means).collect();
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at).copied());
    (0..SIDE).flat_map(column).collect()
}

#[allow(clippy::cast_precision_loss)]
fn means(row: &[f32]) -> Vec<f32> {
    let (first, last) = (row.first().copied(), row.last().copied());
    let edge = |cell: Option<f32>| std::iter::repeat_n(cell.unwrap_or_default(), REACH);
    let wide: Vec<f32> = edge(first).chain(row.iter().copied()).chain(edge(last)).collect();
    let length = 2 * REACH + 1;
    wide.windows(length).map(|near| near.iter().sum::<f32>() / length as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(level: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        (0..SIDE * SIDE).map(|at| level(at % SIDE, at / SIDE)).collect()
    }

    #[test]
    fn an_even_picture_has_no_contrast() {
        for level in [0.0, 0.4, 1.0] {
            let said = against_surround(&picture(|_, _| level));
            assert_eq!(said.len(), SIDE * SIDE);
            assert!(said.iter().all(|cell| cell.abs() < 0.001));
        }
    }

    #[test]
    #[allow(clippy::cast_precision_loss)]
    fn a_dull_print_looks_as_the_film_does() {
        let film = |x: usize, y: usize| ((x * x + 3 * y) % 97) as f32 / 97.0;
        let strong = against_surround(&picture(film));
        let dull = against_surround(&picture(|x, y| 0.5 + 0.4 * film(x, y)));
        let apart = strong.iter().zip(&dull).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 0.5);
    }

    #[test]
    fn a_cast_is_taken_off_and_colours_stay() {
        let luma = picture(|x, _| if x < 48 { 0.2 } else { 0.8 });
        let film: Vec<f32> = luma.iter().map(|luma| luma * 0.3).collect();
        assert!(without_cast(&luma, &film).iter().all(|cell| cell.abs() < 0.001));
        let garden = picture(|_, y| if y % 2 == 0 { 0.4 } else { -0.4 });
        assert!(without_cast(&luma, &garden).iter().all(|cell| cell.abs() > 0.3));
    }

    #[test]
    fn a_bright_cell_stands_out_of_its_surround_alone() {
        let said = against_surround(&picture(|x, y| if (x, y) == (40, 50) { 1.0 } else { 0.0 }));
        let brightest = said.iter().copied().fold(f32::MIN, f32::max);
        assert_eq!(said.get(50 * SIDE + 40).copied(), Some(brightest));
        assert!(said.first().is_some_and(|far| far.abs() < 0.001));
    }
}
