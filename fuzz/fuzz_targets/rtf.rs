//! RTF, behind its first word.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;

fuzz_target!(|bytes: &[u8]| {
    document(None, &[b"{\\rtf1 ", bytes].concat());
});
