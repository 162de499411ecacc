//! TNEF, behind its signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;

fuzz_target!(|bytes: &[u8]| {
    document(Some("winmail.dat"), &[b"\x78\x9F\x3E\x22\x01\0", bytes].concat());
});
