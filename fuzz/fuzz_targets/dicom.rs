//! DICOM, behind its preamble and as a bare data set. Pixels are decoded by another worker.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;

fuzz_target!(|bytes: &[u8]| {
    document(None, &[&[0; 128][..], b"DICM", bytes].concat());
    document(None, bytes);
});
