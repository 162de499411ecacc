//! Lines to rows, so that a label meets its value.

use super::Line;

/// How far apart the middles of two lines of one row are at the most, in heights of the first.
const SAME_ROW: f32 = 0.5;
/// A gap between two lines of a row, in heights, that parts columns.
const COLUMN: f32 = 1.5;

/// The text of a page, rows from top to bottom, each from left to right.
pub(super) fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for row in rows(lines) {
        let mut end: Option<f32> = None;
        for line in row {
            if let Some(end) = end {
                let wide = line.quad.left() - end > COLUMN * line.quad.height();
                text.push(if wide { '\t' } else { ' ' });
            }
            text.push_str(line.text.trim());
            end = Some(line.quad.right());
        }
        text.push('\n');
    }
    text
}

fn rows(lines: &[Line]) -> Vec<Vec<&Line>> {
    // A page that was photographed or scanned askew is straightened by its own lines.
    let slope = slope(lines);
    let level = |line: &Line| {
        let middle = line.quad.middle();
        middle.y - slope * middle.x
    };
    let mut order: Vec<&Line> = lines.iter().collect();
    order.sort_by(|a, b| level(a).total_cmp(&level(b)));
    let mut rows: Vec<Vec<&Line>> = Vec::new();
    for line in order {
        let same_row = rows.last().and_then(|row| row.first()).is_some_and(|first| {
            level(line) - level(first) < SAME_ROW * first.quad.height().min(line.quad.height())
        });
        match rows.last_mut() {
            Some(row) if same_row => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.quad.left().total_cmp(&b.quad.left()));
    }
    rows
}

/// The slope of most lines, long ones before short ones.
fn slope(lines: &[Line]) -> f32 {
    let mut slopes: Vec<(f32, f32)> =
        lines.iter().map(|line| (line.quad.slope(), line.quad.width())).collect();
    slopes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = slopes.iter().map(|(_, width)| width).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    for (slope, width) in slopes {
        sum += width;
        if sum >= half {
            return slope;
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::super::quad::{Point, Quad};
    use super::*;

    fn line(x: f32, y: f32, width: f32, slope: f32, text: &str) -> Line {
        let corner = |dx: f32, dy: f32| Point { x: x + dx, y: y + dx * slope + dy };
        let quad =
            Quad([corner(0.0, 0.0), corner(width, 0.0), corner(width, 20.0), corner(0.0, 20.0)]);
        Line { quad, text: text.into() }
    }

    #[test]
    fn a_label_meets_its_value_across_columns() {
        let lines = [
            line(300.0, 2.0, 80.0, 0.0, "Ada"),
            line(0.0, 30.0, 60.0, 0.0, "MRN"),
            line(0.0, 0.0, 60.0, 0.0, "Name"),
            line(300.0, 31.0, 80.0, 0.0, "0042"),
        ];
        assert_eq!(text(&lines), "Name\tAda\nMRN\t0042\n");
    }

    #[test]
    fn rows_of_a_page_that_is_askew_stay_rows() {
        let lines = [
            line(0.0, 0.0, 100.0, 0.05, "Name"),
            line(600.0, 30.0, 100.0, 0.05, "Ada"),
            line(0.0, 30.0, 100.0, 0.05, "MRN"),
            line(600.0, 60.0, 100.0, 0.05, "0042"),
        ];
        assert_eq!(text(&lines), "Name\tAda\nMRN\t0042\n");
    }

    #[test]
    fn an_empty_page_says_nothing() {
        assert_eq!(text(&[]), "");
    }
}
