//! Where a line of text stands in an image: four corners, in pixels.

/// A point, in pixels from the upper left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// To the right.
    pub(super) x: f32,
    /// Downwards.
    pub(super) y: f32,
}

impl Point {
    fn to(self, other: Self) -> f32 {
        (other.x - self.x).hypot(other.y - self.y)
    }

    /// The point a share of the way to another.
    pub(super) fn toward(self, other: Self, share: f32) -> Self {
        Self { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }
}

/// Corners of a line, clockwise from where its first letter's top is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quad(pub(super) [Point; 4]);

impl Quad {
    /// Length of the line, in pixels.
    pub(super) fn width(&self) -> f32 {
        let [a, b, c, d] = self.0;
        a.to(b).max(d.to(c))
    }

    /// Height of its letters and the space around them, in pixels.
    pub(super) fn height(&self) -> f32 {
        let [a, b, c, d] = self.0;
        a.to(d).max(b.to(c))
    }

    /// Its middle.
    pub(super) fn middle(&self) -> Point {
        let [a, _, c, _] = self.0;
        a.toward(c, 0.5)
    }

    /// How far the middle of another is from its own, along the line and across.
    pub(super) fn way_to(&self, other: &Self) -> (f32, f32) {
        let (own, other) = (self.middle(), other.middle());
        let [a, b, _, _] = self.0;
        let length = a.to(b).max(1e-3);
        let (x, y) = ((b.x - a.x) / length, (b.y - a.y) / length);
        let (dx, dy) = (other.x - own.x, other.y - own.y);
        (dx * x + dy * y, dy * x - dx * y)
    }

    /// Whether the middle of another is inside.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (along, across) = self.way_to(other);
        2.0 * along.abs() <= self.width() && 2.0 * across.abs() <= self.height()
    }

    /// How far it climbs or falls over its length, as a slope.
    pub(super) fn slope(&self) -> f32 {
        let [a, b, c, d] = self.0;
        let (dx, dy) = ((b.x - a.x) + (c.x - d.x), (b.y - a.y) + (c.y - d.y));
        if dx.abs() > 1.0 { dy / dx } else { 0.0 }
    }

    /// Left, top, right and bottom of it.
    pub(super) fn bounds(&self) -> [f32; 4] {
        let least = |of: fn(Point) -> f32| self.0.map(of).into_iter().fold(f32::MAX, f32::min);
        let most = |of: fn(Point) -> f32| self.0.map(of).into_iter().fold(0.0, f32::max);
        [least(|p| p.x).max(0.0), least(|p| p.y).max(0.0), most(|p| p.x), most(|p| p.y)]
    }

    pub(super) fn left(&self) -> f32 {
        self.0[0].x.min(self.0[3].x)
    }

    pub(super) fn right(&self) -> f32 {
        self.0[1].x.max(self.0[2].x)
    }

    /// The corners of a rectangle in any order, put in ours: the line goes to the right.
    pub(super) fn of_corners(mut corners: [Point; 4]) -> Self {
        corners.sort_by(|a, b| a.x.total_cmp(&b.x));
        let upper_first = |a: Point, b: Point| if a.y < b.y { (a, b) } else { (b, a) };
        let [a, b, c, d] = corners;
        let (top_left, bottom_left) = upper_first(a, b);
        let (top_right, bottom_right) = upper_first(c, d);
        Self([top_left, top_right, bottom_right, bottom_left])
    }

    /// The same place, read downwards where it is far higher than long: a line on its side on a page
    /// that is upright.
    pub(super) fn along_its_text(self) -> Self {
        const HIGH: f32 = 1.5;
        if self.height() < HIGH * self.width() {
            return self;
        }
        let [a, b, c, d] = self.0;
        Self([b, c, d, a])
    }

    /// What stands between two shares of its length.
    pub(super) fn piece(self, shares: std::ops::Range<f32>) -> Self {
        let [a, b, c, d] = self.0;
        let (start, end) = (shares.start, shares.end);
        Self([a.toward(b, start), a.toward(b, end), d.toward(c, end), d.toward(c, start)])
    }

    /// The same place read upside down.
    pub(super) fn half_turned(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([c, d, a, b])
    }

    /// The same line on its page turned by half, whose width and height these are.
    pub(super) fn on_its_head(self, (width, height): (f32, f32)) -> Self {
        let [a, b, c, d] = self.0.map(|p| Point { x: width - p.x, y: height - p.y });
        Self([c, d, a, b])
    }

    /// Larger by so many pixels on each side, then scaled.
    pub(super) fn grown(self, by: f32, scale: (f32, f32)) -> Self {
        let [a, b, _, _] = self.0;
        let length = a.to(b).max(1e-3);
        let along = ((b.x - a.x) / length * by, (b.y - a.y) / length * by);
        let across = (-along.1, along.0);
        let corner = |p: Point, right: f32, down: f32| Point {
            x: (p.x + right * along.0 + down * across.0) * scale.0,
            y: (p.y + right * along.1 + down * across.1) * scale.1,
        };
        let [a, b, c, d] = self.0;
        Self([
            corner(a, -1.0, -1.0),
            corner(b, 1.0, -1.0),
            corner(c, 1.0, 1.0),
            corner(d, -1.0, 1.0),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Quad {
        let corner = |x: f32, y: f32| Point { x, y };
        Quad([
            corner(x, y),
            corner(x + width, y),
            corner(x + width, y + height),
            corner(x, y + height),
        ])
    }

    #[test]
    fn a_piece_of_a_line_stands_between_two_shares_of_its_length() {
        let line = rectangle(100.0, 50.0, 200.0, 20.0);
        assert_eq!(line.piece(0.25..0.5), rectangle(150.0, 50.0, 50.0, 20.0));
    }

    #[test]
    fn a_line_on_a_page_that_is_turned_by_half_begins_where_it_ended() {
        let line = rectangle(100.0, 50.0, 200.0, 20.0);
        assert_eq!(line.on_its_head((1000.0, 800.0)), rectangle(700.0, 730.0, 200.0, 20.0));
    }
}
