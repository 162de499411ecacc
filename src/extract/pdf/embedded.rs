//! Files inside a file (ISO 32000-2, 7.11.4): attachments, members of a portfolio, annotations.

use std::collections::HashSet;

use hayro_interpret::hayro_syntax::object::{Dict, ObjectIdentifier, Stream, String as PdfString};

use super::forms::is_named;
use super::strings;

/// Keys of names and of streams; the first is in Unicode.
const KEYS: [&[u8]; 5] = [b"UF", b"F", b"Unix", b"Mac", b"DOS"];

/// A file inside a file, not yet unpacked.
pub(super) struct Embedded<'a> {
    pub(super) name: Option<String>,
    pub(super) stream: Stream<'a>,
}

/// Files that were met, each once.
#[derive(Default)]
pub(super) struct Files<'a> {
    named: Vec<Embedded<'a>>,
    /// Streams that say of themselves that they are files.
    typed: Vec<Embedded<'a>>,
}

impl<'a> Files<'a> {
    /// Notes a file that a dictionary names or is.
    pub(super) fn note(&mut self, dictionary: &Dict<'a>, stream: Option<&Stream<'a>>) {
        if let Some(streams) = dictionary.get::<Dict<'_>>(b"EF") {
            let name =
                |key| dictionary.get::<PdfString<'_>>(key).map(|name| strings::decode(&name));
            let name = KEYS.into_iter().find_map(name);
            for stream in KEYS.into_iter().filter_map(|key| streams.get::<Stream<'_>>(key)) {
                self.named.push(Embedded { name: name.clone(), stream });
            }
        }
        if let Some(stream) = stream
            && is_named(dictionary, b"Type", b"EmbeddedFile")
        {
            self.typed.push(Embedded { name: None, stream: stream.clone() });
        }
    }

    /// Each file once, under its name where it has one.
    pub(super) fn each(self) -> impl Iterator<Item = Embedded<'a>> {
        let mut seen: HashSet<ObjectIdentifier> = HashSet::new();
        self.named
            .into_iter()
            .chain(self.typed)
            .filter(move |file| seen.insert(file.stream.obj_id()))
    }
}
