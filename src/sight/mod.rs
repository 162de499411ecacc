//! What pixels show: text, and one day what else. Runs only in a worker that reads pixels.
//!
//! ```text
//!  bytes ── pixels ──▶ image ── ocr ──▶ lines with boxes ──▶ Text
//! ```

mod models;
mod ocr;
mod pixels;

use std::sync::Once;

pub use models::{ModelError, Models};

use crate::limits::{Budget, Cause};
use crate::secret::Secret;
use crate::text::{Place, Sink, Text, Unread, View};
use ocr::{Extent, Ocr};

/// The networks, ready to look.
pub struct Sight {
    ocr: Ocr,
}

/// Fills and empties this thread's memory once. The first time that glibc makes the memory of a
/// thread smaller it opens a file to learn how, which the filter would take for an attack.
fn give_memory_back() {
    /// Less than what is had from the system by itself, and together almost what glibc sets aside
    /// for a thread (64 MiB).
    const BLOCK: usize = 100 << 10;
    const BLOCKS: usize = 630;
    let blocks: Vec<Vec<u8>> = (0..BLOCKS).map(|_| Vec::with_capacity(BLOCK)).collect();
    drop(std::hint::black_box(blocks));
}

impl Sight {
    /// Starts the one thread that networks run on. To be called before no thread can be started,
    /// and after files are closed to it.
    pub fn start_threads() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            rten::thread_pool().run(give_memory_back);
        });
    }

    /// Makes networks ready.
    ///
    /// # Errors
    /// [`ModelError::Broken`] when a file is no network of the kind that it should be.
    pub fn new(models: Models) -> Result<Self, ModelError> {
        Ok(Self { ocr: Ocr::new(models)? })
    }

    /// Reads the pixels of one image or page and tells what they show. What there was no time for
    /// is unread.
    pub fn look(&self, view: &View, bytes: &[u8], budget: &mut Budget, out: &mut dyn Sink) {
        out.begin(&view.part);
        let unread = |cause| Unread { part: view.part.clone(), file: view.file.clone(), cause };
        let image = match pixels::decode(view, bytes) {
            Ok(image) => image,
            Err(cause) => return out.unread(unread(cause)),
        };
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
    }
}
