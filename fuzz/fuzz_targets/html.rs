//! A page: no panic, quotations that are spans of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::html::words;

fuzz_target!(|html: &str| {
    let found = words(html, &|| true);
    for span in &found.quoted {
        assert!(found.text.get(span.start as usize..span.end as usize).is_some());
    }
});
