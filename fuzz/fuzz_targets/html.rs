//! A page: no panic, zones in order that are spans of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::html::words;

fuzz_target!(|html: &str| {
    let found = words(html, &|| true);
    let mut end = 0;
    for (span, _) in &found.zones {
        assert!(span.start >= end);
        end = span.end;
        assert!(found.text.get(span.start as usize..span.end as usize).is_some());
    }
});
