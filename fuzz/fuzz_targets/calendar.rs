//! A calendar or a card: no panic, fields in order that are spans of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::cards::cards;

fuzz_target!(|text: &str| {
    let found = cards(text);
    let mut end = 0;
    for field in &found.fields {
        assert!(field.span.start >= end);
        end = field.span.end;
        assert!(found.text.get(field.span.start as usize..field.span.end as usize).is_some());
    }
});
