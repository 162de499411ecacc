//! Parts of an OpenDocument package, or flat XML: no panic, fields in order.
#![no_main]

mod package;

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Limits};
use phi_milter::text::Reading;

fuzz_target!(|bytes: &[u8]| {
    // Parts are divided by a byte that no part needs.
    let mut parts = vec![("mimetype", &b"application/vnd.oasis.opendocument.text"[..])];
    let names = ["content.xml", "META-INF/manifest.xml", "meta.xml", "styles.xml", "Object 1"];
    parts.extend(names.into_iter().zip(bytes.split(|&byte| byte == 0xFE)));
    let archive = match bytes.first() {
        Some(b'<') => bytes.to_vec(),
        _ => package::package(&parts),
    };
    let mut reading = Reading::default();
    let input = Input::Document { name: None };
    read(&input, &archive, &mut Budget::new(&Limits::default()), &mut reading);
    check(&reading);
});

/// Fields are in order, and spans of their text.
fn check(reading: &Reading) {
    for text in &reading.texts {
        let mut end = 0;
        for field in &text.fields {
            assert!(field.span.start >= end);
            end = field.span.end;
            let span = field.span.start as usize..field.span.end as usize;
            assert!(text.content.expose().get(span).is_some());
            assert!(field.label.is_none() || text.label(field).is_some());
        }
    }
}
