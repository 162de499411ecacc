//! Streams of a compound file, read and put back.

use std::io::{Cursor, Write};

use cfb::CompoundFile;
use office_oxide::cfb::CfbReader;

/// The stream of that name in the root.
pub(super) fn read(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    CfbReader::new(Cursor::new(bytes)).ok()?.open_stream(name).ok()
}

/// The file with other bytes in some of its streams, as many as there were.
pub(super) fn replaced(bytes: &[u8], streams: &[(&str, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut file = CompoundFile::open(Cursor::new(bytes.to_vec())).ok()?;
    for (name, content) in streams {
        file.open_stream(format!("/{name}")).ok()?.write_all(content).ok()?;
    }
    file.flush().ok()?;
    Some(file.into_inner().into_inner())
}
