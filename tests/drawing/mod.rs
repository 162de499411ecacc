//! Images that tests draw: letters on paper, in a bitmap font.

use std::convert::Infallible;
use std::io::Cursor;

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::{MonoTextStyle, ascii::FONT_10X20};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::text::{Baseline, Text};
use image::{ImageFormat, Rgb, RgbImage, imageops};

/// Pixels from one line to the next.
const LINE: i32 = 30;
/// Pixels around the text.
const MARGIN: i32 = 24;
/// An image is so many times larger than the font.
const SCALE: u32 = 2;

struct Page {
    image: RgbImage,
    ink: Rgb<u8>,
}

impl OriginDimensions for Page {
    fn size(&self) -> Size {
        Size::new(self.image.width(), self.image.height())
    }
}

impl DrawTarget for Page {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(at, color) in pixels {
            if let (Ok(x), Ok(y), BinaryColor::On) = (at.x.try_into(), at.y.try_into(), color)
                && let Some(pixel) = self.image.get_pixel_mut_checked(x, y)
            {
                *pixel = self.ink;
            }
        }
        Ok(())
    }
}

/// Lines of text, black on white.
pub fn page(lines: &[&str]) -> RgbImage {
    drawn(lines, Rgb([0; 3]), Rgb([255; 3]))
}

/// Lines of text in a color on another.
pub fn drawn(lines: &[&str], ink: Rgb<u8>, paper: Rgb<u8>) -> RgbImage {
    let longest = lines.iter().map(|line| line.len()).max().unwrap_or_default() as i32;
    let width = longest * 10 + 2 * MARGIN;
    let height = lines.len() as i32 * LINE + 2 * MARGIN;
    let image = RgbImage::from_pixel(width as u32, height as u32, paper);
    let mut page = Page { image, ink };
    let style = MonoTextStyle::new(&FONT_10X20, BinaryColor::On);
    for (number, line) in (0..).zip(lines) {
        let at = Point::new(MARGIN, MARGIN + number * LINE);
        Text::with_baseline(line, at, style, Baseline::Top).draw(&mut page).unwrap();
    }
    let (width, height) = (page.image.width() * SCALE, page.image.height() * SCALE);
    imageops::resize(&page.image, width, height, imageops::FilterType::CatmullRom)
}

/// A mark of rings and bars, without a letter in it.
pub fn logo() -> RgbImage {
    RgbImage::from_fn(240, 120, |x, y| {
        let (dx, dy) = (x as f32 - 60.0, y as f32 - 60.0);
        let ring = (30.0..45.0).contains(&dx.hypot(dy));
        let bar = x > 130 && x < 220 && (50..70).contains(&y);
        if ring || bar { Rgb([20, 90, 160]) } else { Rgb([245, 245, 250]) }
    })
}

/// An image as a file.
pub fn file(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}
