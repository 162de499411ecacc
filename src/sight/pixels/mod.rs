//! Bytes of an image or of a document to pixels, within bounds that are checked before anything is
//! decoded.
//!
//! Every source has a file of its own; what they have in common is [`Shown`].

mod animation;
mod bounds;
mod dicom;
mod fax;
mod file;
mod flat;
mod heif;
mod jpeg2000;
mod page;
#[cfg(test)]
mod sample;
mod samples;
mod tiff;

use image::RgbImage;

use crate::limits::Cause;
use crate::text::{Source, View};

/// What a view shows.
pub(super) struct Shown {
    /// Its images: one, or the frames of an animation that differ.
    pub(super) images: Vec<RgbImage>,
    /// What kept it from being shown whole.
    pub(super) missing: Option<Cause>,
}

impl From<RgbImage> for Shown {
    fn from(image: RgbImage) -> Self {
        Self { images: vec![image], missing: None }
    }
}

/// Decodes what a view shows.
///
/// # Errors
/// What cannot be decoded, and why.
pub(super) fn decode(view: &View, bytes: &[u8]) -> Result<Shown, Cause> {
    let mut shown = match view.source {
        Source::Image => file::decode(bytes, view.page.unwrap_or(1)),
        Source::Pdf => page::draw(bytes, view.page.unwrap_or(1)),
        Source::Dicom => dicom::frame(bytes, view.page.unwrap_or(1)).map(Shown::from),
    }?;
    shown.images.retain(|image| !flat::is_flat(image));
    Ok(shown)
}
