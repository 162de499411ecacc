//! PowerPoint presentations of before 2007 ([MS-PPT]).

use std::io::Cursor;

use office_oxide::cfb::CfbReader;
use office_oxide::ppt::{PptDocument, PptError};

use super::leftovers::{self, Leftovers};
use super::limited::limited;
use super::{Document, properties};
use crate::extract::labelled::Labelled;
use crate::extract::normal::normal;
use crate::limits::Cause;

/// Where a presentation is kept; the second with PowerPoint 95 beside it.
const STREAMS: &[&str] = &["PowerPoint Document", "PP97_DUALSTORAGE/PowerPoint Document"];

/// Reads a presentation, or says why not.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let parsed = limited(|| {
        let document = PptDocument::from_reader(Cursor::new(bytes))?;
        let mut taken = taken(&document);
        let lines = {
            let mut found = Leftovers::beside(taken.text.content());
            let mut reader = CfbReader::new(Cursor::new(bytes))?;
            for path in STREAMS {
                if let Ok(stream) = reader.open_stream_by_path(path) {
                    leftovers::of_slides(&stream, &mut found);
                }
            }
            found.lines()
        };
        leftovers::write(&lines, &mut taken.text);
        Ok::<_, PptError>(taken)
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
        is_blank: false,
        text,
        missing: (!document.text_complete()).then_some(Cause::Malformed),
        properties: properties::labelled(document.summary_properties()),
        pictures: document.images().iter().map(|image| image.data.clone()).collect(),
    }
}
