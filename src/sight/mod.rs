//! What pixels show: text, and one day what else. Runs only in a worker that reads pixels.
//!
//! ```text
//!  bytes ── pixels ──▶ image ── ocr ──▶ lines with boxes ──▶ Text
//! ```

mod models;
mod ocr;
mod pixels;
mod radiograph;
mod sketch;

use std::sync::Once;

use image::RgbImage;

pub use models::{ModelError, Models};

use crate::limits::{Budget, Cause};
use crate::secret::Secret;
use crate::text::{PartFact, Place, Sink, Sketching, Source, Text, Unread, View};
use ocr::{Extent, Ocr, Page};
use radiograph::Recogniser;

/// The sizes of the images that a view shows: all of looking but the networks, for fuzzing.
///
/// # Errors
/// What cannot be decoded, and why.
pub fn sizes(view: &View, bytes: &[u8]) -> Result<Vec<(u32, u32)>, Cause> {
    let shown = pixels::decode(view, bytes)?;
    Ok(shown.images.iter().map(RgbImage::dimensions).collect())
}

/// The networks, ready to look.
pub struct Sight {
    ocr: Ocr,
    recogniser: Option<Recogniser>,
}

impl Sight {
    /// Starts the one thread that networks run on. To be called before no thread can be started,
    /// and after files are closed to it.
    pub fn start_threads() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            rten::thread_pool().run(|| {});
        });
    }

    /// Makes networks ready.
    ///
    /// # Errors
    /// [`ModelError::Broken`] when a file is no network of the kind that it should be.
    pub fn new(models: Models) -> Result<Self, ModelError> {
        Ok(Self { ocr: Ocr::new(models)?, recogniser: Recogniser::new() })
    }

    /// Reads the pixels of one image or page and tells what they show. What there was no time for
    /// is unread.
    pub fn look(
        &self,
        view: &View,
        sketching: Sketching,
        bytes: &[u8],
        budget: &mut Budget,
        out: &mut dyn Sink,
    ) {
        out.begin(&view.part);
        let unread = |cause| Unread { part: view.part.clone(), file: view.file.clone(), cause };
        let shown = match pixels::decode(view, bytes) {
            Ok(shown) => shown,
            Err(cause) => return out.unread(unread(cause)),
        };
        if let Some(cause) = shown.missing {
            out.unread(unread(cause));
        }
        // A page of a document is a page, and DICOM says of itself what it is.
        if view.source == Source::Image
            && let Some(image) = shown.images.first()
            && let Some(judgement) = self.recogniser.as_ref().and_then(|one| one.judge(image))
        {
            out.fact(PartFact {
                fact: judgement.sureness.fact(),
                part: view.part.clone(),
                looks: Some(judgement.appearance),
                outline: None,
            });
            // Reading takes seconds, and what is known must not be lost with it.
            out.brace();
        }
        for image in shown.images {
            let page = self.read_image(image, view, budget, out);
            if sketching == Sketching::On {
                out.sketch(sketch::sketch(view, &page.image, page.placed()));
            }
        }
    }

    fn read_image(
        &self,
        image: RgbImage,
        view: &View,
        budget: &mut Budget,
        out: &mut dyn Sink,
    ) -> Page {
        let unread = |cause| Unread { part: view.part.clone(), file: view.file.clone(), cause };
        let page = self.ocr.read(image, &|| budget.time().is_ok());
        let mut content = page.text();
        if budget.text(content.len()).is_err() {
            content.clear();
            out.unread(unread(Cause::TooLarge));
        }
        if !content.trim().is_empty() {
            out.text(Text {
                group: view.group.clone(),
                file: view.file.clone(),
                page: view.page,
                content: Secret::new(content),
                ..Text::plain(Place::Image, &view.part, String::new())
            });
        }
        if page.extent == Extent::CutOff {
            out.unread(unread(Cause::TimedOut));
        }
        page
    }
}
