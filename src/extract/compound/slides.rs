//! PowerPoint presentations of before 2007 ([MS-PPT]).

use std::io::Cursor;

use office_oxide::ppt::{PptDocument, PptError};

use super::limited::limited;
use super::{Document, properties};
use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;
use crate::limits::Cause;

/// Reads a presentation, or says why not.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let parsed = limited(|| {
        let document = PptDocument::from_reader(Cursor::new(bytes))?;
        Ok::<_, PptError>(taken(&document))
    });
    match parsed {
        Some(Ok(document)) => Ok(document),
        Some(Err(PptError::Encrypted)) => Err(Cause::Encrypted),
        Some(Err(_)) | None => Err(Cause::Malformed),
    }
}

/// The words of all slides, notes and hidden slides with them, then those of their masters.
fn taken(document: &PptDocument) -> Document {
    let mut text = Labelled::default();
    for slide in &document.slides {
        for run in &slide.text_runs {
            text.line(&normal(&run.text.replace('\u{B}', "\n")));
            if let Some(link) = &run.hyperlink {
                text.line(&normal(link));
            }
        }
        text.end_line();
    }
    for run in &document.master_text {
        text.line(&normal(&run.text.replace('\u{B}', "\n")));
    }
    Document {
        text,
        missing: (!document.text_complete()).then_some(Cause::Malformed),
        properties: properties::labelled(document.summary_properties()),
        pictures: document.images().iter().map(|image| image.data.clone()).collect(),
    }
}
