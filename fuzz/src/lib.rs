//! The frame of the targets that read: one small budget, and what holds of every reading.

pub mod package;

use std::ops::Range;

use phi_milter::extract::{self, Input};
use phi_milter::limits::{Budget, Bytes, Limits, Span};
use phi_milter::text::Reading;

/// Bytes of text that a reading may hold.
const TEXT: u64 = 1 << 20;

/// Reads a document that has a name, or none: no panic, and nothing comes of it that may not.
pub fn document(name: Option<&str>, bytes: &[u8]) {
    read(&Input::Document { name: name.map(|name| name.to_owned().into()) }, bytes);
}

/// Reads a whole message, likewise.
pub fn message(bytes: &[u8]) {
    read(&Input::Message, bytes);
}

fn read(input: &Input, bytes: &[u8]) {
    let limits = Limits {
        text: Bytes(TEXT),
        unpacked: Bytes::mib(16),
        parts: 500,
        worker_time: Span::seconds(5),
        ..Limits::default()
    };
    let mut reading = Reading::default();
    extract::read(input, bytes, &mut Budget::new(&limits), &mut reading);
    judge(&reading);
}

/// No text out of its budget, and spans that are spans of their texts: fields in ascending order,
/// with labels that there are.
fn judge(reading: &Reading) {
    assert!(reading.text_bytes() as u64 <= TEXT);
    for text in &reading.texts {
        let spans = |span: &Range<u32>| {
            let span = span.start as usize..span.end as usize;
            assert!(text.content.expose().get(span).is_some());
        };
        let mut end = 0;
        for field in &text.fields {
            assert!(field.span.start >= end);
            end = field.span.end;
            spans(&field.span);
            assert!(field.label.is_none() || text.label(field).is_some());
        }
        text.zones.iter().for_each(|zone| spans(&zone.0));
    }
}
