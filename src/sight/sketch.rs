//! What was looked at, made small.

use image::{RgbImage, imageops};

use crate::secret::Secret;
use crate::text::{Sketch, SketchedLine, View};

/// A line: what it says, and left, top, right and bottom of it, in pixels of the image.
pub(super) type Placed<'l> = (&'l str, [f32; 4]);

/// Makes an upright image small, and the places of its lines with it.
pub(super) fn sketch<'l>(
    view: &View,
    image: &RgbImage,
    lines: impl Iterator<Item = Placed<'l>>,
) -> Sketch {
    let longest = image.width().max(image.height()).max(1);
    let scale = (Sketch::LONGEST as f32 / longest as f32).min(1.0);
    let side = |side: u32| ((side as f32 * scale) as u32).clamp(1, Sketch::LONGEST);
    let (width, height) = (side(image.width()), side(image.height()));
    let small = imageops::thumbnail(image, width, height);
    let lines = lines.take(Sketch::MOST_LINES).map(|(text, [left, top, right, bottom])| {
        let (low, high) =
            (|at: f32| (at * scale).floor() as u32, |at: f32| (at * scale).ceil() as u32);
        let corners = [low(left), low(top), high(right).min(width), high(bottom).min(height)];
        SketchedLine { text: Secret::new(text.to_owned()), corners }
    });
    Sketch {
        part: view.part.clone(),
        page: view.page,
        width,
        height,
        lines: lines.collect(),
        pixels: Secret::new(serde_bytes::ByteBuf::from(small.into_raw())),
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::text::{PartPath, Source};

    #[test]
    fn a_sketch_is_small_and_its_lines_are_where_they_were() {
        let image = RgbImage::from_pixel(1280, 960, Rgb([9, 9, 9]));
        let part = PartPath::root();
        let view =
            View { group: part.clone(), part, file: None, source: Source::Image, page: None };
        let line = ("MRN 0042", [100.0, 50.0, 301.0, 2000.0]);
        let sketch = sketch(&view, &image, std::iter::once(line));
        assert!(sketch.is_sound());
        assert_eq!((sketch.width, sketch.height), (640, 480));
        assert_eq!(sketch.lines[0].corners, [50, 25, 151, 480]);
    }
}
