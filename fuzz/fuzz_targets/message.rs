//! A whole message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::message;

fuzz_target!(|bytes: &[u8]| {
    message(bytes);
});
