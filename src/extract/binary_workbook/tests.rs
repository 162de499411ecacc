use crate::extract::office::sample::{causes, package, reading};
use crate::limits::Cause;
use crate::text::Place;

/// A record: its kind, its body.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let mut out =
        if kind < 0x80 { vec![kind as u8] } else { vec![kind as u8 | 0x80, (kind >> 7) as u8] };
    let mut length = body.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(body);
    out
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = (units.len() as u32).to_le_bytes();
    length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
}

/// A cell with a string of its own.
fn cell(column: u32, text: &str) -> Vec<u8> {
    record(6, &[&column.to_le_bytes()[..], &[0; 4], &wide(text)].concat())
}

fn row(number: u32) -> Vec<u8> {
    record(0, &[&number.to_le_bytes()[..], &[0; 13]].concat())
}

/// A workbook with one hidden sheet of these records ([MS-XLSB] 2.1.7.61, 2.1.7.62).
fn workbook(records: &[Vec<u8>], more: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = [&1_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &wide("rId1"), &wide("Ward")];
    let book = [
        record(0x0083, &[]),
        record(0x008F, &[]),
        record(0x009C, &sheet.concat()),
        record(0x0090, &[]),
        record(0x009D, &[0; 26]),
        record(0x0084, &[]),
    ];
    let sheet = [
        record(0x0081, &[]),
        record(0x0094, &[0; 16]),
        record(0x0091, &[]),
        records.concat(),
        record(0x0092, &[]),
        record(0x01DF, &[&[0; 2][..], &wide("&LBed 12 B"), &[0xFF; 20]].concat()),
        record(0x0082, &[]),
    ];
    let relations = b"<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.bin'/>\
                      </Relationships>";
    let (book, sheet) = (book.concat(), sheet.concat());
    let parts: [(&str, &[u8]); 3] = [
        ("xl/workbook.bin", &book),
        ("xl/worksheets/sheet1.bin", &sheet),
        ("xl/_rels/workbook.bin.rels", relations),
    ];
    package(&[&parts[..], more].concat())
}

fn patients() -> Vec<Vec<u8>> {
    vec![row(0), cell(0, "Name"), cell(1, "MRN"), row(1), cell(0, "Jane Roe"), cell(1, "0012345")]
}

#[test]
fn cells_have_labels_and_records_and_what_stands_beside_them_is_text() {
    let core = b"<cp:coreProperties><dc:creator>J Doe</dc:creator></cp:coreProperties>";
    let comment = record(0x027D, &[&[0][..], &wide("seen by J Roe")].concat());
    let reading = reading(&workbook(
        &patients(),
        &[
            ("docProps/core.xml", core),
            ("xl/comments1.bin", &comment),
            ("xl/embeddings/note.txt", b"inside"),
        ],
    ));
    let text = &reading.texts[0];
    let expected = "Ward\nName\tMRN\nJane Roe\t0012345\n&LBed 12 B\nseen by J Roe\n";
    assert_eq!(text.content.expose(), expected);
    let field = text.fields.last().unwrap();
    assert_eq!((text.label(field).unwrap().expose().as_str(), field.record), ("MRN", Some(1)));
    assert_eq!(reading.texts[1].content.expose(), "creator: J Doe\n");
    assert_eq!(reading.texts[1].place, Place::Metadata);
    assert_eq!(reading.texts.last().unwrap().content.expose(), "inside");
    assert_eq!(causes(&reading), []);
}

#[test]
fn cells_at_the_ends_of_a_sheet_make_no_range() {
    let records = [row(0), cell(0, "Jane Roe"), row(1_048_575), cell(16_383, "MRN 1")].to_vec();
    let found = reading(&workbook(&records, &[]));
    assert!(found.texts[0].content.expose().contains("MRN 1"));
    let wide_rows: Vec<_> = (0..1000).flat_map(|n| [row(n), cell(16_383, "MRN 1")]).collect();
    let found = reading(&workbook(&wide_rows, &[]));
    assert_eq!(found.texts[0].content.expose().matches("MRN 1").count(), 1000);
    assert_eq!(causes(&found), []);
}

#[test]
fn what_is_damaged_or_cut_is_said() {
    // A shared string that is not there.
    let broken = [row(0), record(7, &[0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 0, 0])].to_vec();
    assert_eq!(causes(&reading(&workbook(&broken, &[]))), [Cause::Malformed]);
    let whole = workbook(&patients(), &[]);
    for cut in (4..whole.len()).step_by(31) {
        assert!(!reading(&whole[..cut]).unread.is_empty());
    }
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        let found = reading(&damaged);
        assert!(!found.unread.is_empty() || !found.texts.is_empty());
    }
}
