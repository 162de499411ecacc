//! Large letters, of whose lines the network sees a thread at most: found in a smaller image.
//!
//! What it looks at around a pixel is of a fixed size. Of a long line of letters that are larger
//! than it knows, it marks nothing or a thread through the middle, and what is cut out along a
//! thread cannot be read.

use super::quad::Quad;

/// Pixels, as the network sees them, that a line is high from which on it is large.
const LARGE: f32 = 34.0;
/// What large lines are made: the height of lines that it finds best.
pub(super) const HANDY: f32 = 24.0;
/// How much longer than high a line is, and no blot.
const LONG: f32 = 2.0;
/// How much longer than high no line is that was found whole: 160 letters.
const THREAD: f32 = 80.0;
/// Pixels, as the network sees them, that the thinnest line is high that can be read.
const THINNEST: f32 = 7.0;
/// How much smaller an image is seen that may hold letters of any size.
const HALF: f32 = 0.5;
/// Of a line, so much of its height and width is most of it.
const MOST: f32 = 0.7;
/// Lines closer together than this share of the height of one are pieces of it.
const ONE_LINE: f32 = 0.4;

/// How much smaller an image should be seen for its large lines. `None` where it has none.
///
/// `scale` is how large the network saw it.
pub(super) fn smaller(lines: &[Quad], scale: f32) -> Option<f32> {
    let mut large: Vec<f32> = lines
        .iter()
        .filter(|line| line.width() > LONG * line.height())
        .map(|line| line.height() * scale)
        .filter(|height| *height > LARGE)
        .collect();
    large.sort_by(f32::total_cmp);
    if let Some(usual) = large.get(large.len() / 2) {
        return Some(HANDY / usual);
    }
    // An image that was enlarged for letters that may be small had none.
    let unsure = lines.is_empty() || lines.iter().any(is_thread);
    unsure.then(|| HALF.min(1.0 / scale))
}

/// Whether it is so long and thin that letters stand out above and below it, if it is a line.
pub(super) fn is_thread(line: &Quad) -> bool {
    line.width() > THREAD * line.height()
}

/// The lines of both sights, the highest first: from the second, of a smaller image, large ones that
/// the first missed, and from the first what these do not cover.
pub(super) fn joined(first: &[Quad], second: Vec<Quad>, scale: f32) -> Vec<Quad> {
    let is_threaded = |line: &Quad| first.iter().any(|one| is_thread(one) && line.covers(one));
    let is_missed = |line: &Quad| {
        (line.height() * scale > LARGE || is_threaded(line))
            && is_one_line(line, first)
            && !is_known(line, first)
    };
    let missed: Vec<Quad> = second.into_iter().filter(is_missed).collect();
    let is_left = |line: &Quad| {
        let too_thin = is_thread(line) && line.height() * scale < THINNEST;
        !too_thin && !missed.iter().any(|other| other.covers(line))
    };
    let mut lines: Vec<Quad> = first.iter().copied().filter(is_left).collect();
    lines.extend(missed);
    highest_first(&mut lines);
    lines
}

/// The lines, and of those of another sight what no line covers, in place of the threads through it;
/// the highest first.
pub(super) fn added(mut lines: Vec<Quad>, others: Vec<Quad>) -> Vec<Quad> {
    let is_same = |line: &Quad, other: &Quad| line.covers(other) || other.covers(line);
    let found = |other: &Quad| lines.iter().any(|line| !is_thread(line) && is_same(line, other));
    let new: Vec<Quad> =
        others.into_iter().filter(|line| !is_thread(line) && !found(line)).collect();
    lines.retain(|line| !is_thread(line) || !new.iter().any(|other| is_same(line, other)));
    lines.extend(new);
    highest_first(&mut lines);
    lines
}

fn highest_first(lines: &mut [Quad]) {
    let top = |line: &Quad| line.bounds()[1];
    lines.sort_by(|a, b| top(a).total_cmp(&top(b)));
}

/// Whether most of a line was found at first, as high as it is: what is seen in more detail is cut
/// out better.
fn is_known(line: &Quad, first: &[Quad]) -> bool {
    let same = first.iter().filter(|other| line.covers(other) || other.covers(line));
    let high = same.filter(|other| other.height() > MOST * line.height());
    high.map(Quad::width).sum::<f32>() > MOST * line.width()
}

/// Whether a large line is none that many small ones ran into.
fn is_one_line(large: &Quad, small: &[Quad]) -> bool {
    let inside = small.iter().filter(|line| large.covers(line));
    let (mut least, mut most) = (f32::MAX, f32::MIN);
    for line in inside {
        let (_, across) = large.way_to(line);
        (least, most) = (least.min(across), most.max(across));
    }
    most - least < ONE_LINE * large.height()
}

#[cfg(test)]
mod tests {
    use super::super::quad::Point;
    use super::*;

    fn line(x: f32, y: f32, width: f32, height: f32) -> Quad {
        let corner = |x, y| Point { x, y };
        Quad([
            corner(x, y),
            corner(x + width, y),
            corner(x + width, y + height),
            corner(x, y + height),
        ])
    }

    #[test]
    fn letters_of_a_page_are_seen_once() {
        assert_eq!(smaller(&[line(0.0, 0.0, 500.0, 20.0)], 1.0), None);
    }

    #[test]
    fn large_letters_are_seen_smaller_by_how_large_they_are() {
        assert_eq!(smaller(&[line(0.0, 0.0, 500.0, 48.0)], 1.0), Some(0.5));
        assert_eq!(smaller(&[line(0.0, 0.0, 500.0, 24.0)], 2.0), Some(0.5));
    }

    #[test]
    fn nothing_found_in_an_enlarged_image_is_looked_for_in_its_own_size() {
        assert_eq!(smaller(&[], 4.0), Some(0.25));
        assert_eq!(smaller(&[], 1.0), Some(0.5));
    }

    #[test]
    fn a_thread_is_replaced_by_the_line_that_it_runs_through() {
        let thread = line(5.0, 18.0, 900.0, 9.0);
        let small = line(0.0, 100.0, 300.0, 12.0);
        let whole = line(0.0, 10.0, 910.0, 25.0);
        assert_eq!(smaller(&[thread, small], 2.0), Some(0.5));
        let found = joined(&[thread, small], vec![whole, line(0.0, 99.0, 300.0, 13.0)], 2.0);
        assert_eq!(found, [whole, small]);
    }

    #[test]
    fn a_thread_that_no_line_runs_along_is_a_rule_on_paper() {
        assert_eq!(joined(&[line(0.0, 0.0, 900.0, 3.0)], Vec::new(), 1.0), []);
    }

    #[test]
    fn what_another_look_finds_takes_the_place_of_a_thread_alone() {
        let thread = line(5.0, 18.0, 900.0, 9.0);
        let small = line(0.0, 100.0, 300.0, 12.0);
        let (whole, below) = (line(0.0, 10.0, 910.0, 25.0), line(0.0, 50.0, 400.0, 20.0));
        let again = vec![whole, line(0.0, 98.0, 310.0, 16.0), below];
        assert_eq!(added(vec![thread, small], again), [whole, below, small]);
    }

    #[test]
    fn a_line_that_was_found_at_first_stays_as_it_was() {
        let first = vec![line(0.0, 0.0, 300.0, 40.0), line(400.0, 0.0, 300.0, 40.0)];
        let second = vec![line(2.0, 3.0, 280.0, 36.0), line(400.0, 0.0, 290.0, 44.0)];
        assert_eq!(joined(&first, second, 1.0), first);
    }

    #[test]
    fn lines_that_run_into_one_in_a_smaller_image_stay_apart() {
        let first = vec![line(0.0, 0.0, 300.0, 14.0), line(0.0, 18.0, 300.0, 14.0)];
        let block = line(0.0, 0.0, 300.0, 36.0);
        assert_eq!(joined(&first, vec![block], 1.0), first);
    }
}
