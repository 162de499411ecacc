//! Encrypted files for tests, of invented words.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A package with the words `Jane Roe`.
pub(super) fn package() -> Vec<u8> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let document = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/\
                    2006/main'><w:body><w:p><w:r><w:t>Jane Roe</w:t></w:r></w:p></w:body>\
                    </w:document>";
    let types = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
                 <Override PartName='/word/document.xml' ContentType='application/vnd.\
                 openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
    let relations = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/\
                     relationships'><Relationship Id='r1' Target='word/document.xml' Type='http\
                     ://schemas.openxmlformats.org/officeDocument/2006/relationships/\
                     officeDocument'/></Relationships>";
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("word/document.xml", document),
    ] {
        file.start_file(name, SimpleFileOptions::default()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    file.finish().unwrap().into_inner()
}
