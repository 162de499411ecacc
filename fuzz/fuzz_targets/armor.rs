//! Armored blocks in a text and the packets in them: no panic, spans that are spans.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{armored_blocks, openpgp};

fuzz_target!(|text: &str| {
    for block in armored_blocks(text) {
        assert!(text.get(block.span.clone()).is_some());
        assert!(text.get(block.data_span.clone()).is_some());
        let _ = openpgp::classify(&block.data);
    }
    let _ = openpgp::classify(text.as_bytes());
});
