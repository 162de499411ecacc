//! Draws a page of a PDF.
//!
//! The rasterizer has one thread and no clock: a page that takes too long ends with its worker. How
//! much a file unpacks to was looked at where it was read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::RgbImage;

use super::Shown;
use crate::limits::Cause;

/// Units of a page in an inch (ISO 32000-2, 8.3.2.3).
const INCH: f32 = 72.0;
/// Dots per inch of a page that is small enough.
const FINE: f32 = 200.0;
/// Dots per inch of a larger one, where its pixels are not too many.
const PLAIN: f32 = 150.0;
/// Pixels of a page drawn finely.
const PIXELS: f32 = 4e6;
/// Pixels of a poster.
const MOST_PIXELS: f32 = 12e6;
/// Pixels along one side.
const LONGEST: f32 = 12_000.0;
/// A page that is an icon is enlarged so many times at most.
const LARGEST: f32 = 4.0;

/// Draws a page, counted from 1.
///
/// # Errors
/// What cannot be drawn, and why.
pub(super) fn draw(bytes: &[u8], number: u32) -> Result<Shown, Cause> {
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        let pdf = Pdf::new(bytes.to_vec()).map_err(|_| Cause::Malformed)?;
        draw_page(&pdf, number)
    }));
    drawn.unwrap_or(Err(Cause::Malformed))
}

fn draw_page(pdf: &Pdf, number: u32) -> Result<Shown, Cause> {
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let page = index.and_then(|index| pdf.pages().get(index)).ok_or(Cause::Malformed)?;
    let (width, height) = page.render_dimensions();
    let scale = scale(width, height).ok_or(Cause::Malformed)?;
    let lost = Arc::new(Lost::default());
    let noted = Arc::clone(&lost);
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |warning| noted.note(&warning)),
        ..InterpreterSettings::default()
    };
    let pixmap = render(
        page,
        &RenderCache::new(),
        &settings,
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let image = opaque(&pixmap).ok_or(Cause::Malformed)?;
    Ok(Shown { images: vec![image], missing: lost.cause() })
}

/// What could not be drawn, and is a white spot.
#[derive(Default)]
struct Lost {
    image: AtomicBool,
    font: AtomicBool,
}

impl Lost {
    fn note(&self, warning: &InterpreterWarning) {
        match warning {
            InterpreterWarning::ImageDecodeFailure => self.image.store(true, Ordering::Relaxed),
            InterpreterWarning::UnsupportedFont => self.font.store(true, Ordering::Relaxed),
            // The reader of the file has all of them.
            _ => {}
        }
    }

    fn cause(&self) -> Option<Cause> {
        if self.image.load(Ordering::Relaxed) {
            return Some(Cause::Malformed);
        }
        self.font.load(Ordering::Relaxed).then_some(Cause::Unsupported)
    }
}

/// Pixels for each unit of a page.
fn scale(width: f32, height: f32) -> Option<f32> {
    let (area, longer) = (width * height, width.max(height));
    let fine = (PIXELS / area).sqrt().min(FINE / INCH);
    let plain = (MOST_PIXELS / area).sqrt().min(PLAIN / INCH);
    let scale = fine.max(plain).min(LONGEST / longer).min(LARGEST);
    let is_drawn = scale.is_finite() && width * scale >= 1.0 && height * scale >= 1.0;
    is_drawn.then_some(scale)
}

/// The pixels on white paper.
fn opaque(pixmap: &Pixmap) -> Option<RgbImage> {
    let pixels = pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    RgbImage::from_raw(pixmap.width().into(), pixmap.height().into(), pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of this size with a black bar on its upper half.
    fn file(width: u32, height: u32) -> Vec<u8> {
        let content = format!("0 {} {width} {} re f", height / 2, height / 2);
        format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
             2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
             3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R>>endobj\n\
             4 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n\
             trailer<</Root 1 0 R>>\n%%EOF",
            content.len()
        )
        .into_bytes()
    }

    #[test]
    fn a_page_is_drawn_on_white_paper() {
        let shown = draw(&file(612, 792), 1).unwrap();
        let image = &shown.images[0];
        assert!(image.width().abs_diff(1700) < 2 && image.height().abs_diff(2200) < 2);
        assert_eq!(image.get_pixel(800, 500).0, [0, 0, 0]);
        assert_eq!(image.get_pixel(800, 1700).0, [255, 255, 255]);
    }

    #[test]
    fn however_large_a_page_is_its_pixels_are_bounded() {
        for (width, height) in [(14_400, 14_400), (14_400, 30), (2_000, 3_000), (9, 9)] {
            let shown = draw(&file(width, height), 1).unwrap();
            let image = &shown.images[0];
            let pixels = u64::from(image.width()) * u64::from(image.height());
            assert!(pixels <= 12_100_000 && image.width() <= 12_000, "{width} x {height}");
        }
    }

    #[test]
    fn what_is_no_page_is_malformed() {
        assert_eq!(draw(&file(612, 792), 2).err(), Some(Cause::Malformed));
        assert_eq!(draw(b"%PDF-1.4 nothing", 1).err(), Some(Cause::Malformed));
    }

    #[test]
    fn an_image_that_cannot_be_decoded_is_no_white_page() {
        let file = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
            2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 80]/Contents 4 0 R\
            /Resources<</XObject<</X 5 0 R>>>>>>endobj\n\
            4 0 obj<</Length 27>>stream\nq 60 0 0 80 0 0 cm /X Do Q \nendstream endobj\n\
            5 0 obj<</Subtype/Image/Width 60/Height 80/BitsPerComponent 8/ColorSpace/DeviceGray\
            /Filter/DCTDecode/Length 9>>stream\nno jpeg!!\nendstream endobj\n\
            trailer<</Root 1 0 R>>\n%%EOF";
        assert_eq!(draw(file.as_bytes(), 1).unwrap().missing, Some(Cause::Malformed));
    }
}
