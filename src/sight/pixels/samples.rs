//! Samples as a file has them to red, green and blue on white.

use image::{Rgb, RgbImage};

use super::flat;

/// What the samples of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Gray,
    GrayAlpha,
    Rgb,
    RgbAlpha,
    Cmyk,
    /// Of JPEG (ITU-R BT.601, full range).
    YCbCr,
}

/// How a sample is written, in the order of bytes of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Eight,
    Sixteen,
    Float,
}

/// Grey levels in sixteen bits that an image of fewer bits stays within.
const FEW_BITS: u16 = 0x4000;

impl Layout {
    pub(super) const fn samples(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb | Self::YCbCr => 3,
            Self::RgbAlpha | Self::Cmyk => 4,
        }
    }
}

/// An image from its samples, row by row; none where they are too few.
pub(super) fn to_rgb(
    size: (u32, u32),
    bytes: &[u8],
    layout: Layout,
    depth: Depth,
) -> Option<RgbImage> {
    let image = on(255, size, bytes, layout, depth)?;
    let has_alpha = matches!(layout, Layout::GrayAlpha | Layout::RgbAlpha);
    // Light letters that are meant for a dark page.
    if has_alpha
        && flat::is_flat(&image)
        && let Some(dark) = on(0, size, bytes, layout, depth)
        && !flat::is_flat(&dark)
    {
        return Some(dark);
    }
    Some(image)
}

fn on(
    paper: u8,
    (width, height): (u32, u32),
    bytes: &[u8],
    layout: Layout,
    depth: Depth,
) -> Option<RgbImage> {
    let length = match depth {
        Depth::Eight => 1,
        Depth::Sixteen => 2,
        Depth::Float => 4,
    };
    let range = match depth {
        Depth::Sixteen if layout == Layout::Gray => range(bytes),
        _ => (0, u16::MAX),
    };
    let mut pixels = bytes.chunks_exact(length * layout.samples());
    let mut image = RgbImage::new(width, height);
    for place in image.pixels_mut() {
        let pixel = pixels.next()?;
        let mut values = [0_u8; 4];
        for (value, sample) in values.iter_mut().zip(pixel.chunks_exact(length)) {
            *value = level(sample, range);
        }
        *place = Rgb(color(values, layout, paper));
    }
    Some(image)
}

/// What is black and what is white of samples of sixteen bits: those of fewer bits that were put into
/// sixteen are all dark, or all light where white is 0; they are spread out.
fn range(bytes: &[u8]) -> (u16, u16) {
    let samples = bytes.as_chunks::<2>().0.iter().map(|sample| u16::from_ne_bytes(*sample));
    let (darkest, brightest) =
        samples.fold((u16::MAX, 0), |(low, high), sample| (low.min(sample), high.max(sample)));
    if (1..FEW_BITS).contains(&brightest) {
        (0, brightest)
    } else if (u16::MAX - FEW_BITS + 1..u16::MAX).contains(&darkest) {
        (darkest, u16::MAX)
    } else {
        (0, u16::MAX)
    }
}

fn level(sample: &[u8], (black, white): (u16, u16)) -> u8 {
    match *sample {
        [value] => value,
        [a, b] => {
            let value = u32::from(u16::from_ne_bytes([a, b]).saturating_sub(black));
            let value = value * 255 / u32::from(white - black);
            u8::try_from(value).unwrap_or(u8::MAX)
        }
        [a, b, c, d] => (f32::from_ne_bytes([a, b, c, d]).clamp(0.0, 1.0) * 255.0) as u8,
        _ => 0,
    }
}

fn color([a, b, c, d]: [u8; 4], layout: Layout, paper: u8) -> [u8; 3] {
    let over = |value: u8, alpha: u8| {
        let (value, alpha, paper) = (u32::from(value), u32::from(alpha), u32::from(paper));
        u8::try_from((value * alpha + paper * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let ink = |value: u8| over_black(255 - value, 255 - d);
    match layout {
        Layout::Gray => [a; 3],
        Layout::GrayAlpha => [over(a, b); 3],
        Layout::Rgb => [a, b, c],
        Layout::RgbAlpha => [over(a, d), over(b, d), over(c, d)],
        Layout::Cmyk => [ink(a), ink(b), ink(c)],
        Layout::YCbCr => {
            let (y, cb, cr) = (f32::from(a), f32::from(b) - 128.0, f32::from(c) - 128.0);
            [y + 1.402 * cr, y - 0.344 * cb - 0.714 * cr, y + 1.772 * cb].map(|value| value as u8)
        }
    }
}

fn over_black(value: u8, share: u8) -> u8 {
    u8::try_from(u16::from(value) * u16::from(share) / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_and_differences_of_color_are_mixed() {
        assert_eq!(color([0, 0, 0, 255], Layout::Cmyk, 255), [0; 3]);
        assert_eq!(color([0, 255, 255, 0], Layout::Cmyk, 255), [255, 0, 0]);
        assert_eq!(color([255, 128, 128, 0], Layout::YCbCr, 255), [255; 3]);
    }

    #[test]
    fn few_bits_in_sixteen_are_spread_out_from_black_or_from_white() {
        let levels = |samples: [u16; 3]| {
            let bytes: Vec<u8> = samples.into_iter().flat_map(u16::to_ne_bytes).collect();
            let image = to_rgb((3, 1), &bytes, Layout::Gray, Depth::Sixteen).unwrap();
            [0, 1, 2].map(|x| image.get_pixel(x, 0).0[0])
        };
        assert_eq!(levels([0, 2_048, 4_095]), [0, 127, 255]);
        assert_eq!(levels([65_535, 63_488, 61_440]), [255, 127, 0]);
        assert_eq!(levels([0, 0x8000, 0xFFFF]), [0, 127, 255]);
        assert_eq!(levels([0; 3]), [0; 3]);
        assert_eq!(levels([u16::MAX; 3]), [255; 3]);
    }

    #[test]
    fn too_few_samples_are_no_image() {
        assert!(to_rgb((2, 2), &[0; 3], Layout::Gray, Depth::Eight).is_none());
    }

    #[test]
    fn light_letters_on_nothing_stand_on_black() {
        let bytes: Vec<u8> =
            (0..900_u32).flat_map(|i| [255, if i % 3 == 0 { 255 } else { 0 }]).collect();
        let image = to_rgb((30, 30), &bytes, Layout::GrayAlpha, Depth::Eight).unwrap();
        assert_eq!((image.get_pixel(0, 0).0, image.get_pixel(1, 0).0), ([255; 3], [0; 3]));
    }
}
