//! A PDF: no panic that reaches us, no text out of its budget, spans that are spans.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Bytes, Limits, Span};
use phi_milter::text::Reading;

fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"%PDF-1.7\n", bytes].concat();
    let limits = Limits {
        text: Bytes::mib(1),
        unpacked: Bytes::mib(16),
        parts: 500,
        worker_time: Span::seconds(5),
        ..Limits::default()
    };
    let mut reading = Reading::default();
    read(&Input::Document { name: None }, &bytes, &mut Budget::new(&limits), &mut reading);
    assert!(reading.text_bytes() <= 1024 * 1024);
    for text in &reading.texts {
        for field in &text.fields {
            let span = field.span.start as usize..field.span.end as usize;
            assert!(text.content.expose().get(span).is_some());
        }
    }
});
