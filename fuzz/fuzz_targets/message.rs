//! A whole message: no panic, no text out of its budget, spans that are spans.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Bytes, Limits};
use phi_milter::text::Reading;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { text: Bytes::mib(1), parts: 500, ..Limits::default() };
    let mut reading = Reading::default();
    read(&Input::Message, bytes, &mut Budget::new(&limits), &mut reading);
    assert!(reading.text_bytes() <= 1024 * 1024);
    for text in &reading.texts {
        let spans = text.fields.iter().map(|field| &field.span);
        for span in spans.chain(text.zones.iter().map(|zone| &zone.0)) {
            let span = span.start as usize..span.end as usize;
            assert!(text.content.expose().get(span).is_some());
        }
    }
});
