//! A PDF, behind its first line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;

fuzz_target!(|bytes: &[u8]| {
    document(None, &[b"%PDF-1.7\n", bytes].concat());
});
