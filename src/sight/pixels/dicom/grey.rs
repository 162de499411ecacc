//! Grey values as they are shown: within their window, or from the least to the greatest.

use image::RgbImage;

use super::frame::Samples;
use crate::extract::dicom::image::{Image, Photometric};
use crate::limits::Cause;

/// Grey values through their window (PS3.3 section C.11.2.1.2).
pub(super) fn windowed(image: &Image<'_>, samples: &Samples) -> Result<RgbImage, Cause> {
    let (slope, intercept) = image.rescale;
    let slope = if slope == 0.0 { 1.0 } else { slope };
    let (low, high) = match image.window {
        Some((centre, width)) => (centre - width / 2.0, centre + width / 2.0),
        None => {
            let least = f64::from(samples.values.iter().copied().min().unwrap_or_default());
            let most = f64::from(samples.values.iter().copied().max().unwrap_or_default());
            let ends = (least * slope + intercept, most * slope + intercept);
            (ends.0.min(ends.1), ends.0.max(ends.1))
        }
    };
    let range = (high - low).max(f64::MIN_POSITIVE);
    let inverted = image.photometric == Some(Photometric::Inverted);
    let mut bytes = Vec::with_capacity(samples.values.len() * 3);
    for value in &samples.values {
        let meant = f64::from(*value) * slope + intercept;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let shown = ((meant - low) / range * 255.0).clamp(0.0, 255.0) as u8;
        let shown = if inverted { 255 - shown } else { shown };
        bytes.extend([shown; 3]);
    }
    RgbImage::from_raw(samples.width, samples.height, bytes).ok_or(Cause::Malformed)
}
