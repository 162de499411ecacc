#![no_main]
//! Bytes to pixels: image files by page, and pages of PDF files.

use libfuzzer_sys::fuzz_target;
use phi_milter::sight;
use phi_milter::text::{PartPath, Source, View};

/// Pixels that any image may have.
const MOST: u64 = 40_000_000;

fuzz_target!(|bytes: &[u8]| {
    let source = if bytes.starts_with(b"%PDF-") { Source::Pdf } else { Source::Image };
    for page in [1, 2] {
        let part = PartPath::root();
        let view = View { group: part.clone(), part, file: None, source, page: Some(page) };
        for (width, height) in sight::sizes(&view, bytes).unwrap_or_default() {
            assert!(u64::from(width) * u64::from(height) <= MOST);
        }
    }
});
