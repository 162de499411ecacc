//! Lines to rows, so that a label meets its value.

use super::Line;

/// How far apart the middles of two lines of one row are at the most, in heights of the first.
const SAME_ROW: f32 = 0.5;
/// A gap between two lines of a row, in heights, that parts columns.
const COLUMN: f32 = 1.5;
/// One that parts them where a column begins.
const NARROW: f32 = 0.25;
/// How far apart two lines of a column begin at the most, in heights.
const ALIGNED: f32 = 0.4;
/// Other rows that begin a line at a place, behind a wide gap, where a column begins.
const WITNESSES: usize = 2;

/// The text of a page, rows from top to bottom, each from left to right.
pub(super) fn text(lines: &[Line]) -> String {
    let rows = rows(lines);
    let columns = columns(&rows);
    let mut text = String::new();
    for row in rows {
        let mut before: Option<&Line> = None;
        for line in row {
            if let Some(before) = before {
                let gap = gap(before, line);
                let parted = gap > COLUMN || gap > NARROW && begins_column(line, &columns);
                text.push(if parted { '\t' } else { ' ' });
            }
            text.push_str(line.text.trim());
            before = Some(line);
        }
        text.push('\n');
    }
    text
}

/// Where lines begin that stand behind a wide gap, ascending.
fn columns(rows: &[Vec<&Line>]) -> Vec<f32> {
    let pairs = rows.iter().flat_map(|row| row.windows(2));
    let begins = pairs.filter_map(|pair| match pair {
        [before, line] if gap(before, line) > COLUMN => Some(line.quad.left()),
        _ => None,
    });
    let mut columns: Vec<f32> = begins.collect();
    columns.sort_by(f32::total_cmp);
    columns
}

/// Whether a line begins where those of other rows do that have a wide gap before them: what is long
/// in one cell of a table comes near the next.
fn begins_column(line: &Line, columns: &[f32]) -> bool {
    let (left, apart) = (line.quad.left(), ALIGNED * line.quad.height());
    let near = |limit: f32| columns.partition_point(|begin| *begin < limit);
    near(left + apart) - near(left - apart) >= WITNESSES
}

/// The gap between two lines of a row, in heights of the second.
fn gap(before: &Line, line: &Line) -> f32 {
    (line.quad.left() - before.quad.right()) / line.quad.height().max(1.0)
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
    fn a_cell_that_is_nearly_as_wide_as_its_column_is_one() {
        let mut lines = vec![
            line(0.0, 0.0, 192.0, 0.0, "Lucinda Kowalczyk"),
            line(200.0, 0.0, 80.0, 0.0, "4/24/75"),
            line(0.0, 30.0, 60.0, 0.0, "Ada"),
            line(201.0, 30.0, 80.0, 0.0, "9/8/69"),
        ];
        assert!(text(&lines).starts_with("Lucinda Kowalczyk 4/24/75\n"));
        lines.extend([line(0.0, 60.0, 60.0, 0.0, "Bo"), line(199.0, 60.0, 80.0, 0.0, "1/1/70")]);
        assert!(text(&lines).starts_with("Lucinda Kowalczyk\t4/24/75\nAda\t9/8/69\n"));
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
