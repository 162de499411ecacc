//! The frames of an animation that say something else than those before.

use std::ops::ControlFlow;

use image::{Frames, RgbaImage, imageops};

use super::samples::{self, Depth, Layout};
use super::{Shown, bounds};
use crate::limits::Cause;

/// Frames that are decoded.
const MOST_FRAMES: usize = 200;
/// Frames that are looked at.
const MOST_DISTINCT: usize = 6;
/// The sides of the picture by which frames are compared.
const SIDE: u32 = 96;
/// Grey levels by which a pixel of it differs.
const CONTRAST: u8 = 16;
/// Pixels of it that differ between frames that say something else.
const DIFFERENT: usize = 40;

/// The frames that differ, or none where there is only one.
pub(super) fn distinct(frames: Frames<'_>) -> Option<Shown> {
    let mut kept: Vec<(Vec<u8>, RgbaImage)> = Vec::new();
    let (mut count, mut missing) = (0, None);
    for frame in frames {
        let Ok(frame) = frame else {
            missing = Some(Cause::Malformed);
            break;
        };
        count += 1;
        if count > MOST_FRAMES || keep(&mut kept, frame.into_buffer()).is_break() {
            missing = Some(Cause::TooLarge);
            break;
        }
    }
    if count < 2 {
        return None;
    }
    let images = kept.into_iter().filter_map(|(_, frame)| {
        samples::to_rgb(frame.dimensions(), &frame, Layout::RgbAlpha, Depth::Eight)
    });
    Some(Shown { images: images.map(bounds::shrink).collect(), missing })
}

fn keep(kept: &mut Vec<(Vec<u8>, RgbaImage)>, frame: RgbaImage) -> ControlFlow<()> {
    let small = imageops::grayscale(&imageops::thumbnail(&frame, SIDE, SIDE)).into_raw();
    if kept.iter().any(|(other, _)| is_alike(other, &small)) {
        return ControlFlow::Continue(());
    }
    if kept.len() == MOST_DISTINCT {
        return ControlFlow::Break(());
    }
    kept.push((small, frame));
    ControlFlow::Continue(())
}

fn is_alike(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > CONTRAST).count() < DIFFERENT
}

#[cfg(test)]
mod tests {
    use image::codecs::gif::GifEncoder;
    use image::{Frame, Rgba};

    use super::*;
    use crate::sight::pixels::file::decode;

    fn film(shades: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        for shade in shades {
            let color = |x: u32| if x.is_multiple_of(9) { 0 } else { *shade };
            let image = RgbaImage::from_fn(90, 60, |x, _| Rgba([color(x), *shade, 0, 255]));
            encoder.encode_frame(Frame::new(image)).unwrap();
        }
        drop(encoder);
        bytes
    }

    #[test]
    fn frames_that_say_the_same_are_shown_once() {
        let shown = decode(&film(&[250, 250, 100, 250, 100]), 1).unwrap();
        assert_eq!((shown.images.len(), shown.missing), (2, None));
        assert_eq!(decode(&film(&[250]), 1).unwrap().images.len(), 1);
    }

    #[test]
    fn of_a_film_the_first_frames_are_shown_and_the_rest_is_said_to_be_missing() {
        let shades: Vec<u8> = (0..12).map(|step| step * 21).collect();
        let shown = decode(&film(&shades), 1).unwrap();
        assert_eq!((shown.images.len(), shown.missing), (6, Some(Cause::TooLarge)));
    }
}
