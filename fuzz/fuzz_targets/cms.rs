//! A CMS message and OpenPGP packets: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter::extract::{cms, openpgp};

fuzz_target!(|bytes: &[u8]| {
    let _ = cms::classify(bytes);
    if let openpgp::Packets::Literal(range) = openpgp::classify(bytes) {
        assert!(bytes.get(range).is_some());
    }
});
