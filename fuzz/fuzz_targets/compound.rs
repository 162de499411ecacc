//! Compound files: whatever stands behind the first bytes of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;

fuzz_target!(|bytes: &[u8]| {
    document(None, &[b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", bytes].concat());
});
