//! An archive, a disc image or an encoded file, whichever its bytes say: no panic, no text out of its budget.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{Input, read};
use phi_milter::limits::{Budget, Bytes, Limits};
use phi_milter::text::Reading;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        text: Bytes::mib(1),
        unpacked: Bytes::mib(8),
        parts: 500,
        ..Limits::default()
    };
    let input = Input::Document { name: Some("a.zip".to_owned().into()) };
    let mut reading = Reading::default();
    read(&input, bytes, &mut Budget::new(&limits), &mut reading);
    assert!(reading.text_bytes() <= 1024 * 1024);
});
