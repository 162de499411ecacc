//! RTF: no panic, fields in order and spans of their text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Limits};
use phi_milter::text::Reading;

fuzz_target!(|bytes: &[u8]| {
    let document = [b"{\\rtf1 ", bytes].concat();
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, &document, &mut Budget::new(&Limits::default()), &mut reading);
    for text in &reading.texts {
        let mut end = 0;
        for field in &text.fields {
            assert!(field.span.start >= end);
            end = field.span.end;
            let span = field.span.start as usize..field.span.end as usize;
            assert!(text.content.expose().get(span).is_some());
        }
    }
});
