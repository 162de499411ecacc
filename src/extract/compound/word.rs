//! Word documents of before 2007 ([MS-DOC], and Word 6 and 95).

use std::io::Cursor;

use office_oxide::cfb::CfbError;
use office_oxide::doc::{DocDocument, DocError};

use super::limited::limited;
use super::{Document, properties};
use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;
use crate::limits::Cause;

/// Reads a document, or says why not.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let parsed = limited(|| {
        let document = DocDocument::from_reader(Cursor::new(bytes))?;
        Ok::<_, DocError>(taken(&document))
    });
    match parsed {
        Some(Ok(document)) => Ok(document),
        Some(Err(error)) => Err(cause(&error)),
        None => Err(Cause::Malformed),
    }
}

fn taken(document: &DocDocument) -> Document {
    let mut text = Labelled::default();
    text.line(&rows(&normal(document.plain_text_ref())));
    for story in document.subdocuments() {
        text.line(&rows(&normal(&story.text)));
    }
    Document {
        text,
        missing: (!document.text_complete()).then_some(Cause::Malformed),
        properties: properties::labelled(document.summary_properties()),
        pictures: document.images().iter().map(|image| image.data.clone()).collect(),
    }
}

/// What ends a cell is a tab already; what ends a row is one more.
fn rows(text: &str) -> String {
    text.replace('\u{B}', "\n")
}

fn cause(error: &DocError) -> Cause {
    match error {
        DocError::Encrypted => Cause::Encrypted,
        DocError::UnsupportedVersion(_) => Cause::Unsupported,
        DocError::MissingStream(_) | DocError::Cfb(CfbError::StreamNotFound(_)) => Cause::Malformed,
        _ => Cause::Malformed,
    }
}
