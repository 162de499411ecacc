//! Grey values as they are shown: within their window, or from the least to the greatest.

use image::RgbImage;

use super::frame::Samples;
use crate::extract::dicom::image::{Image, Photometric};
use crate::limits::Cause;

/// Grey values through their window (PS3.3 section C.11.2.1.2), or through none where all that it
/// shows is one level: then it is a wrong one.
pub(super) fn windowed(image: &Image<'_>, samples: &Samples) -> Result<RgbImage, Cause> {
    let whole = || shown(image, samples, range(image, samples));
    let Some((centre, width)) = image.window else { return whole() };
    let picture = shown(image, samples, (centre - width / 2.0, centre + width / 2.0))?;
    if is_one_level(&picture) { whole() } else { Ok(picture) }
}

/// Whether not one in a thousand samples differs from the first.
fn is_one_level(picture: &RgbImage) -> bool {
    let samples = picture.as_raw();
    let others = samples.iter().filter(|sample| Some(*sample) != samples.first()).count();
    others * 1_000 < samples.len()
}

/// The least and the greatest of what the values mean.
fn range(image: &Image<'_>, samples: &Samples) -> (f64, f64) {
    let least = samples.values.iter().copied().min().unwrap_or_default();
    let most = samples.values.iter().copied().max().unwrap_or_default();
    let (least, most) = (meant(image, least), meant(image, most));
    (least.min(most), least.max(most))
}

/// What a value stands for, such as a density (PS3.3 section C.11.1.1.2).
fn meant(image: &Image<'_>, value: i32) -> f64 {
    let (slope, intercept) = image.rescale;
    let slope = if slope == 0.0 { 1.0 } else { slope };
    f64::from(value) * slope + intercept
}

fn shown(image: &Image<'_>, samples: &Samples, (low, high): (f64, f64)) -> Result<RgbImage, Cause> {
    let range = (high - low).max(f64::MIN_POSITIVE);
    let inverted = image.photometric == Some(Photometric::Inverted);
    let mut bytes = Vec::with_capacity(samples.values.len() * 3);
    for value in &samples.values {
        let share = (meant(image, *value) - low) / range;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let shown = (share * 255.0).clamp(0.0, 255.0) as u8;
        let shown = if inverted { 255 - shown } else { shown };
        bytes.extend([shown; 3]);
    }
    RgbImage::from_raw(samples.width, samples.height, bytes).ok_or(Cause::Malformed)
}
