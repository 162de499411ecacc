//! A line cut out of its image, turned level, as a network reads it.

use image::RgbImage;

use super::quad::Quad;

/// Pixels from top to bottom.
pub(super) const HEIGHT: usize = 48;
/// Pixels from end to end.
const WIDTHS: std::ops::RangeInclusive<usize> = 16..=3200;
/// Samples of the image for each pixel, across and down, where the line is larger than its strip.
const MOST_SAMPLES: usize = 3;

/// Three planes of numbers from -1 to 1, blue first.
pub(super) struct Strip {
    pub(super) width: usize,
    pub(super) values: Vec<f32>,
}

impl Strip {
    pub(super) fn cut(image: &RgbImage, quad: &Quad) -> Self {
        let (length, height) = (quad.width(), quad.height().max(1.0));
        let width = (HEIGHT as f32 * length / height).ceil() as usize;
        let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
        let samples = ((height / HEIGHT as f32).ceil() as usize).clamp(1, MOST_SAMPLES);
        let plane = HEIGHT * width;
        let mut values = vec![0.0; 3 * plane];
        let [top_left, top_right, bottom_right, bottom_left] = quad.0;
        let share = |at: usize, sample: usize, of: usize| {
            (at as f32 + (sample as f32 + 0.5) / samples as f32) / of as f32
        };
        for x in 0..width {
            for sx in 0..samples {
                let along = share(x, sx, width);
                let top = top_left.toward(top_right, along);
                let bottom = bottom_left.toward(bottom_right, along);
                for y in 0..HEIGHT {
                    for sy in 0..samples {
                        let at = top.toward(bottom, share(y, sy, HEIGHT));
                        let color = sample(image, at.x - 0.5, at.y - 0.5);
                        for (index, value) in color.into_iter().enumerate() {
                            values[(2 - index) * plane + y * width + x] += value;
                        }
                    }
                }
            }
        }
        let scale = 1.0 / ((samples * samples) as f32 * 127.5);
        for value in &mut values {
            *value = *value * scale - 1.0;
        }
        Self { width, values }
    }

    /// Which columns have ink: what differs from the ground by a good part of what most do.
    pub(super) fn ink(&self) -> Vec<bool> {
        /// Rows at the edges, where neighbouring lines reach in.
        const EDGE: usize = 3;
        const INK: f32 = 0.4;
        let plane = self.values.get(..HEIGHT * self.width).unwrap_or_default();
        let ground = at_share(plane.to_vec(), 0.5);
        let contrast: Vec<f32> = (0..self.width)
            .map(|x| {
                let column = (EDGE..HEIGHT - EDGE).filter_map(|y| plane.get(y * self.width + x));
                column.map(|value| (value - ground).abs()).fold(0.0, f32::max)
            })
            .collect();
        let usual = at_share(contrast.clone(), 0.9);
        contrast.iter().map(|contrast| *contrast > usual * INK).collect()
    }
}

/// The value below which a share of all lies.
fn at_share(mut values: Vec<f32>, share: f32) -> f32 {
    let at = (values.len() as f32 * share) as usize;
    if at >= values.len() {
        return 0.0;
    }
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// The color between four pixels.
fn sample(image: &RgbImage, x: f32, y: f32) -> [f32; 3] {
    let (width, height) = (image.width() as i32, image.height() as i32);
    let (left, top) = (x.floor(), y.floor());
    let (right_share, bottom_share) = (x - left, y - top);
    let (left, top) = (left as i32, top as i32);
    let pixels = image.as_raw();
    let pixel = |x: i32, y: i32| {
        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
        let at = (y as usize * width as usize + x as usize) * 3;
        [pixels[at], pixels[at + 1], pixels[at + 2]].map(f32::from)
    };
    let corners =
        [pixel(left, top), pixel(left + 1, top), pixel(left, top + 1), pixel(left + 1, top + 1)];
    std::array::from_fn(|color| {
        let [a, b, c, d] = corners.map(|corner| corner[color]);
        let upper = a + (b - a) * right_share;
        let lower = c + (d - c) * right_share;
        upper + (lower - upper) * bottom_share
    })
}
