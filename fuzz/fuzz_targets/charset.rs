//! Bytes under a declared character set: the first line is the name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::normal::normal;
use phi_milter::message::{charset, encoded_word};

fuzz_target!(|bytes: &[u8]| {
    let (label, text) = match bytes.iter().position(|&b| b == b'\n') {
        Some(at) => (bytes.get(..at), bytes.get(at..).unwrap_or_default()),
        None => (None, bytes),
    };
    let normal = normal(&charset::decode(text, label).text);
    assert!(!normal.contains(['\0', '\r']));
    let _ = encoded_word::decode(bytes);
});
