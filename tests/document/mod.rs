//! Small documents of each format, made from lines of text, and a message that carries them.

#![allow(dead_code, reason = "each test binary uses its own share of this")]

use crate::reading::base64;

/// A message with a body and attachments.
pub fn message(body: &str, attachments: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut message = format!(
        "From: a@hospital.test\r\nTo: b@elsewhere.test\r\nSubject: Documents\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b42\r\n\r\n--b42\r\n\r\n{body}\r\n"
    );
    for (name, bytes) in attachments {
        message.push_str(&format!(
            "--b42\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}\r\n",
            base64(bytes)
        ));
    }
    message.push_str("--b42--\r\n");
    message.into_bytes()
}

/// A DICOM file (PS3.10) of attributes in explicit little endian: tag, representation, words in UTF-8.
pub fn dicom(attributes: &[(u16, u16, &str, &str)]) -> Vec<u8> {
    let mut file = vec![0; 128];
    file.extend(b"DICM");
    let written =
        [(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1"), (0x0008, 0x0005, "CS", "ISO_IR 192")];
    for (group, element, representation, value) in written.iter().chain(attributes) {
        let length = value.len().next_multiple_of(2);
        file.extend(group.to_le_bytes());
        file.extend(element.to_le_bytes());
        file.extend(representation.as_bytes());
        file.extend((length as u16).to_le_bytes());
        file.extend(value.as_bytes());
        let pad = if *representation == "UI" { 0 } else { b' ' };
        file.resize(file.len() + length - value.len(), pad);
    }
    file
}

/// A zip archive (PKWARE APPNOTE 6.3) of members that are stored as they are.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let at = archive.len() as u32;
        let mut shared = Vec::new();
        // Version, flags (names in UTF-8), method, time, date.
        for two in [20_u16, 0x800, 0, 0, 0x21] {
            shared.extend(two.to_le_bytes());
        }
        for four in [crc32(bytes), bytes.len() as u32, bytes.len() as u32] {
            shared.extend(four.to_le_bytes());
        }
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend(0_u16.to_le_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&shared);
        archive.extend(name.as_bytes());
        archive.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&shared);
        // Comment, disk, attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, start) = (members.len() as u16, archive.len() as u32);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    archive.extend([0, 0]);
    archive
}

/// CRC-32 as in ISO 3309.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// A PDF (ISO 32000-1) of one page.
pub fn pdf(lines: &[&str]) -> Vec<u8> {
    let shown: String = lines.iter().map(|line| format!("({line}) Tj T*\n")).collect();
    let content = format!("BT /F1 12 Tf 72 720 Td 16 TL\n{shown}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = file.len();
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>", objects.len() + 1);
    format!("{file}{table}{trailer}\nstartxref\n{start}\n%%EOF\n").into_bytes()
}

/// The relations and types that every Office package has, and its members.
fn office(main: &str, kind: &str, members: &[(&str, String)]) -> Vec<u8> {
    let types = format!(
        "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}.main+xml\"/></Types>"
    );
    let relations = relations(&[("officeDocument", main)]);
    let mut all: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", types.as_bytes()), ("_rels/.rels", relations.as_bytes())];
    all.extend(members.iter().map(|(name, xml)| (*name, xml.as_bytes())));
    zip(&all)
}

fn relations(targets: &[(&str, &str)]) -> String {
    let all: String = (1..)
        .zip(targets)
        .map(|(number, (kind, target))| {
            format!(
                "<Relationship Id=\"rId{number}\" Target=\"{target}\" \
                 Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\"/>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><Relationships \
         xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>"
    )
}

/// A Word document (ECMA-376), a paragraph a line.
pub fn docx(lines: &[&str]) -> Vec<u8> {
    let paragraphs: String =
        lines.iter().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
    let document = format!(
        "<?xml version=\"1.0\"?><w:document \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{paragraphs}</w:body></w:document>"
    );
    office("word/document.xml", "wordprocessingml.document", &[("word/document.xml", document)])
}

/// A workbook (ECMA-376), a row a line, label and value in two cells.
pub fn xlsx(lines: &[&str]) -> Vec<u8> {
    let cell = |column: char, row: usize, words: &str| {
        format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{words}</t></is></c>")
    };
    let rows: String = (1..)
        .zip(lines)
        .map(|(row, line)| {
            let (label, value) = line.split_once(": ").unwrap_or((line, ""));
            format!("<row r=\"{row}\">{}{}</row>", cell('A', row, label), cell('B', row, value))
        })
        .collect();
    let space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet {space}><sheetData>{rows}</sheetData></worksheet>"
    );
    let workbook = format!(
        "<?xml version=\"1.0\"?><workbook {space} \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = relations(&[("worksheet", "worksheets/sheet1.xml")]);
    office(
        "xl/workbook.xml",
        "spreadsheetml.sheet",
        &[
            ("xl/workbook.xml", workbook),
            ("xl/_rels/workbook.xml.rels", relations),
            ("xl/worksheets/sheet1.xml", sheet),
        ],
    )
}

/// A presentation (ECMA-376) of one slide, a paragraph a line.
pub fn pptx(lines: &[&str]) -> Vec<u8> {
    let paragraphs: String =
        lines.iter().map(|line| format!("<a:p><a:r><a:t>{line}</a:t></a:r></a:p>")).collect();
    let spaces = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    let slide = format!(
        "<?xml version=\"1.0\"?><p:sld {spaces}><p:cSld><p:spTree><p:sp><p:txBody>{paragraphs}\
         </p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    );
    let presentation = format!(
        "<?xml version=\"1.0\"?><p:presentation {spaces}><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/>\
         </p:sldIdLst></p:presentation>"
    );
    office(
        "ppt/presentation.xml",
        "presentationml.presentation",
        &[
            ("ppt/presentation.xml", presentation),
            ("ppt/_rels/presentation.xml.rels", relations(&[("slide", "slides/slide1.xml")])),
            ("ppt/slides/slide1.xml", slide),
        ],
    )
}

/// A text document (OASIS OpenDocument 1.3), a paragraph a line.
pub fn odt(lines: &[&str]) -> Vec<u8> {
    let paragraphs: String = lines.iter().map(|line| format!("<text:p>{line}</text:p>")).collect();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
         <office:body><office:text>{paragraphs}</office:text></office:body></office:document-content>"
    );
    let manifest = "<?xml version=\"1.0\"?><manifest:manifest \
         xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", manifest.as_bytes()),
    ])
}

/// Rich text (Microsoft RTF 1.9.1), a paragraph a line.
pub fn rtf(lines: &[&str]) -> Vec<u8> {
    let paragraphs: String = lines.iter().map(|line| format!("{line}\\par\n")).collect();
    format!("{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\n{paragraphs}}}").into_bytes()
}
