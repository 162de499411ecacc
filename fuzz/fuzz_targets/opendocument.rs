//! Parts of an OpenDocument package, or flat XML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;
use phi_milter_fuzz::package::package;

fuzz_target!(|bytes: &[u8]| {
    if bytes.first() == Some(&b'<') {
        return document(None, bytes);
    }
    // Parts are divided by a byte that no part needs.
    let mut parts = vec![("mimetype", &b"application/vnd.oasis.opendocument.text"[..])];
    let names = ["content.xml", "META-INF/manifest.xml", "meta.xml", "styles.xml", "Object 1"];
    parts.extend(names.into_iter().zip(bytes.split(|&byte| byte == 0xFE)));
    document(None, &package(&parts));
});
