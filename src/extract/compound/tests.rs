use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::extract::office::sample::causes;
pub(super) use crate::extract::office::sample::reading;
use crate::limits::Cause;
use crate::text::{Place, Reading};

/// A compound file of streams; the storages on their paths are made.
pub(super) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(format!("/{storage}")).unwrap();
        }
        file.create_stream(format!("/{path}")).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// The streams of a Word 97 document of one piece of text ([MS-DOC] 2.5, 2.8.35).
pub(super) fn word_streams(text: &str) -> (Vec<u8>, Vec<u8>) {
    let count = text.len() as u32;
    let mut main = vec![0; 0x600];
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &[0xEC, 0xA5, 0xC1, 0]);
    put(0x0A, &0x0200_u16.to_le_bytes());
    put(0x20, &14_u16.to_le_bytes());
    put(0x3E, &22_u16.to_le_bytes());
    put(0x4C, &count.to_le_bytes());
    put(0x98, &93_u16.to_le_bytes());
    put(0x1A6, &21_u32.to_le_bytes());
    main.extend(text.bytes());
    let mut table = vec![2];
    for number in [16, 0, count] {
        table.extend(number.to_le_bytes());
    }
    table.extend([0, 0]);
    table.extend((0x4000_0000_u32 | (0x600 * 2)).to_le_bytes());
    table.extend([0, 0]);
    (main, table)
}

fn word(text: &str) -> Vec<u8> {
    let (main, table) = word_streams(text);
    compound(&[("WordDocument", &main), ("1Table", &table)])
}

/// A record of a workbook.
pub(super) fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let head = [kind.to_le_bytes(), (body.len() as u16).to_le_bytes()].concat();
    [&head, body].concat()
}

/// The stream of a workbook with one sheet, named `Ward` ([MS-XLS] 2.1.7.20).
pub(super) fn workbook_stream(hidden: u8, records: &[Vec<u8>]) -> Vec<u8> {
    let start = |kind: u8| record(0x809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let head = start(5);
    let behind = head.len() as u32 + 4 + 12 + 4;
    let mut bound = behind.to_le_bytes().to_vec();
    bound.extend([hidden, 0, 4, 0]);
    bound.extend(b"Ward");
    [
        head,
        record(0x85, &bound),
        record(0x0A, &[]),
        start(0x10),
        records.concat(),
        record(0x0A, &[]),
    ]
    .concat()
}

fn cell(row: u16, column: u16, text: &str) -> Vec<u8> {
    let numbers = [row, column, 0, text.len() as u16];
    let mut body: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    body.push(0);
    body.extend(text.bytes());
    record(0x204, &body)
}

pub(super) fn patients() -> Vec<Vec<u8>> {
    vec![cell(0, 0, "Name"), cell(0, 1, "MRN"), cell(1, 0, "Jane Roe"), cell(1, 1, "0012345")]
}

fn workbook(stream: &[u8]) -> Vec<u8> {
    compound(&[("Workbook", stream)])
}

/// A record of a presentation ([MS-PPT] 2.3.1).
pub(super) fn atom(version: u16, kind: u16, body: &[u8]) -> Vec<u8> {
    let head = [version.to_le_bytes(), kind.to_le_bytes()].concat();
    [&head, &(body.len() as u32).to_le_bytes()[..], body].concat()
}

fn slides(text: &str) -> Vec<u8> {
    let slide = atom(0xF, 1006, &atom(0, 0xFA8, text.as_bytes()));
    compound(&[("PowerPoint Document", &slide), ("Current User", &[0; 20])])
}

/// All texts of a place, one behind the other.
fn texts(reading: &Reading, place: Place) -> String {
    let texts = reading.texts.iter().filter(|text| text.place == place);
    texts.map(|text| text.content.expose().as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_word_document_is_its_text() {
    let reading = reading(&word("Patient Jane Roe\rMRN 0012345\r"));
    assert_eq!(texts(&reading, Place::Attachment).trim(), "Patient Jane Roe\nMRN 0012345");
    assert_eq!(causes(&reading), []);
}

#[test]
fn a_sheet_has_labels_and_records_also_when_it_is_hidden() {
    for hidden in [0, 1, 2] {
        let reading = reading(&workbook(&workbook_stream(hidden, &patients())));
        let text = &reading.texts[0];
        assert_eq!(text.content.expose(), "Ward\nName\tMRN\nJane Roe\t0012345\n");
        let field = text.fields.last().unwrap();
        assert_eq!(text.label(field).unwrap().expose(), "MRN");
        assert_eq!(field.record, Some(1));
        assert_eq!(causes(&reading), []);
    }
}

#[test]
fn the_header_of_a_printed_page_is_text() {
    let mut records = patients();
    records.push(record(0x14, b"\x0A\0\0&LWard 12 B"));
    let reading = reading(&workbook(&workbook_stream(0, &records)));
    assert!(texts(&reading, Place::Attachment).contains("Ward 12 B"));
}

#[test]
fn cells_that_no_sheet_reaches_are_said_to_be_missing() {
    let mut stream = workbook_stream(0, &patients());
    // What the sheet says that it is ([MS-XLS] 2.4.21): no sheet.
    stream[46] = 6;
    assert_eq!(causes(&reading(&workbook(&stream))), [Cause::Malformed]);
}

#[test]
fn a_slide_is_its_text() {
    let reading = reading(&slides("Jane Roe, MRN 0012345"));
    assert!(texts(&reading, Place::Attachment).contains("Jane Roe, MRN 0012345"));
}

#[test]
fn properties_are_metadata() {
    // [MS-OLEPS] 2.21: one property set with a title.
    let mut properties = b"\xFE\xFF\0\0\0\0\0\0".to_vec();
    properties.extend([0; 16]);
    properties.extend(1_u32.to_le_bytes());
    properties.extend([
        0xE0, 0x85, 0x9F, 0xF2, 0xF9, 0x4F, 0x68, 0x10, 0xAB, 0x91, 8, 0, 0x2B, 0x27, 0xB3, 0xD9,
    ]);
    for number in [48_u32, 36, 1, 2, 16, 30, 12] {
        properties.extend(number.to_le_bytes());
    }
    properties.extend(b"Jane Roe MRN");
    let (main, table) = word_streams("x y z\r");
    let reading = reading(&compound(&[
        ("WordDocument", &main),
        ("1Table", &table),
        ("\u{5}SummaryInformation", &properties),
    ]));
    assert_eq!(texts(&reading, Place::Metadata), "Title: Jane Roe MRN\n");
}

#[test]
fn what_says_that_it_is_encrypted_is() {
    let package = compound(&[("EncryptionInfo", b"x"), ("EncryptedPackage", b"y")]);
    let (mut main, table) = word_streams("Jane Roe MRN 0012345\r");
    main[0x0B] |= 1;
    let document = compound(&[("WordDocument", &main), ("1Table", &table)]);
    let mut records = vec![record(0x2F, &[1, 0, 1, 0, 1, 0])];
    records.push(cell(0, 0, "Jane Roe"));
    let mut stream = workbook_stream(0, &patients());
    let after_start = 20;
    stream.splice(after_start..after_start, record(0x2F, &[1, 0, 2, 0, 1, 0]));
    let book = workbook(&stream);
    let mut user = vec![0; 12];
    user.extend(0xF3D1_C4DF_u32.to_le_bytes());
    let show = compound(&[("PowerPoint Document", &[0; 64]), ("Current User", &user)]);
    for file in [package, document, book, show] {
        let reading = reading(&file);
        assert_eq!(causes(&reading), [Cause::Encrypted]);
        assert!(reading.texts.is_empty());
    }
}

#[test]
fn an_embedded_document_is_read_with_its_own_path() {
    let (main, table) = word_streams("See the sheet\r");
    let book = workbook_stream(0, &patients());
    let reading = reading(&compound(&[
        ("WordDocument", &main),
        ("1Table", &table),
        ("ObjectPool/_1/Workbook", &book),
        ("ObjectPool/_2/Package", b"Jane Roe is on ward 12"),
        ("ObjectPool/_3/\u{1}Ole10Native", b"\x0D\0\0\0DOB 4/5/1961\n"),
    ]));
    let parts: Vec<_> = reading
        .texts
        .iter()
        .map(|text| (text.part.to_string(), text.content.expose().len()))
        .collect();
    assert_eq!(
        parts,
        [("1".into(), 14), ("1.1".into(), 31), ("1.2".into(), 22), ("1.3".into(), 13)]
    );
    assert_eq!(causes(&reading), []);
}

#[test]
fn an_object_of_a_slide_is_unpacked_and_read() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&word("Jane Roe MRN 0012345\r")).unwrap();
    let object = [&[0; 4][..], &packed.finish().unwrap()].concat();
    let stream = [atom(0xF, 1006, &atom(0, 0xFA8, b"A slide")), atom(0x10, 0x1011, &object)];
    let show = compound(&[("PowerPoint Document", &stream.concat()), ("Current User", &[0; 20])]);
    let reading = reading(&show);
    assert!(texts(&reading, Place::Attachment).contains("Jane Roe MRN 0012345"));
}

#[test]
fn a_compound_file_of_no_known_kind_is_unread_and_its_words_are_seen() {
    let reading = reading(&compound(&[("Quill", b"\x01\x02Jane Roe MRN 0012345\x03")]));
    assert_eq!(causes(&reading), [Cause::Unsupported]);
    assert!(texts(&reading, Place::Attachment).contains("Jane Roe MRN 0012345"));
}

#[test]
fn what_is_damaged_or_cut_ends_with_its_words_or_as_unread() {
    let documents =
        [word("Jane Roe\r"), workbook(&workbook_stream(0, &patients())), slides("Jane Roe x")];
    for document in documents {
        for cut in (8..document.len()).step_by(97) {
            let reading = reading(&document[..cut]);
            assert!(!reading.unread.is_empty() || !reading.texts.is_empty());
        }
        for at in (0..document.len()).step_by(41) {
            let mut damaged = document.clone();
            damaged[at] ^= 0xFF;
            damaged[at / 2] = 0xFF;
            let reading = reading(&damaged);
            assert!(
                !reading.unread.is_empty() || !reading.texts.is_empty(),
                "byte {at} of {}",
                document.len()
            );
        }
    }
}

/// As RFC 4648 writes bytes.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            out.push(char::from(DIGITS[number >> (18 - 6 * place) & 63]));
        }
    }
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}
