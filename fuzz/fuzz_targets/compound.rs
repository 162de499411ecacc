//! Compound files: whatever stands behind the first bytes of one, no panic, and fields that are
//! spans of their texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Limits};
use phi_milter::text::Reading;

fuzz_target!(|bytes: &[u8]| {
    let file = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", bytes].concat();
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, &file, &mut Budget::new(&Limits::default()), &mut reading);
    for text in &reading.texts {
        for field in &text.fields {
            let span = field.span.start as usize..field.span.end as usize;
            assert!(text.content.expose().get(span).is_some());
        }
    }
});
