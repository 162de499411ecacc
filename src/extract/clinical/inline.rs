//! Documents in XML and JSON that stand in a text between other words: where they begin and end.

use std::ops::Range;

use memchr::memmem;

use super::chart::Chart;
use super::document::{self, Written};
use super::fhir::{self, KEY};

/// Bytes before that key in which the object begins, where it is not the first.
const BEFORE: usize = 2048;
/// Keys of a text that are looked at: other vocabularies have the same one.
const MOST_KEYS: usize = 1024;

/// Where a FHIR resource in JSON stands, and those that follow it.
pub(super) fn find_resource(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let keys = memmem::find_iter(bytes, KEY).take(MOST_KEYS);
    let (start, mut end) = keys.filter_map(|key| around(bytes, key)).next()?;
    while let Some(gap) = bytes.get(end..) {
        let next = gap.trim_ascii_start();
        let line = next.get(..BEFORE).unwrap_or(next);
        if !next.starts_with(b"{") || memmem::find(line, KEY).is_none() {
            break;
        }
        let Some(object) = object(next) else { break };
        end += gap.len() - next.len() + object;
    }
    let end = text.ceil_char_boundary(end);
    (end > start).then_some(start..end)
}

/// Where the object begins and ends that is the resource of a key: the first on a line of its own that goes
/// beyond the key, else the first that does.
fn around(bytes: &[u8], key: usize) -> Option<(usize, usize)> {
    if !fhir::is_key(bytes.get(key..)?) {
        return None;
    }
    let before = bytes.get(..key)?;
    let reaches = |start: usize| {
        let end = start + object(bytes.get(start..)?)?;
        Some((start, end)).filter(|(_, end)| *end > key)
    };
    if let Some(outside) = before.trim_ascii_end().strip_suffix(b"{") {
        return reaches(outside.len());
    }
    let from = key.saturating_sub(BEFORE);
    let line = memmem::rfind(before.get(from..)?, b"\n{").map(|at| from + at + 1);
    if let Some(found) = line.and_then(reaches) {
        return Some(found);
    }
    let mut at = from;
    while let Some(found) = memchr::memchr(b'{', before.get(at..)?) {
        let start = at + found;
        match object(bytes.get(start..)?) {
            Some(length) if start + length > key => return Some((start, start + length)),
            // What is in an object that has ended has ended as well.
            Some(length) => at = start + length,
            None => at = start + 1,
        }
    }
    None
}

/// Bytes of the object that begins here; up to the end of the text where it has no end.
fn object(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    let mut is_string = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if is_string => at += 1,
            b'"' => is_string = !is_string,
            b'{' if !is_string => depth += 1,
            b'}' if !is_string => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
        at += 1;
    }
    Some(bytes.len())
}

/// Where a document of the Clinical Document Architecture stands.
pub(super) fn find_document(text: &str) -> Option<Range<usize>> {
    const NAME: &[u8] = b"ClinicalDocument";
    let bytes = text.as_bytes();
    let mut from = 0;
    let start = loop {
        let name = from + memmem::find(bytes.get(from..)?, NAME)?;
        let before = bytes.get(..name)?;
        let prefix = before.iter().rev().take(16);
        let prefix =
            prefix.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
        let open = name.checked_sub(prefix + 1);
        if open.and_then(|open| bytes.get(open)) == Some(&b'<') {
            break open?;
        }
        from = name + NAME.len();
    };
    // Behind the tag, which may be no more than the name.
    let tag = start + memchr::memchr(b'>', bytes.get(start..)?).map_or(0, |at| at + 1);
    let end = memmem::find(bytes.get(tag..)?, b"ClinicalDocument>").map(|at| tag + at + 17);
    Some(start..end.unwrap_or(bytes.len()))
}

/// Reads one that stands in a text. Its files that are text are read where they stand.
pub(super) fn read(text: &str, chart: &mut Chart) {
    let Written { chart: read, files, fault, .. } = document::read_text(text, chart.records());
    *chart = read;
    files.into_iter().for_each(|file| chart.embed(file));
    if let Some(fault) = fault {
        chart.lacks(fault.cause());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::sample::reading;

    #[test]
    fn a_resource_stands_between_words() {
        let object = "{\"id\": \"1\", \"a\": \"}\\\"\",\n \"resourceType\": \"Patient\"}";
        let text = format!("See {{this}}:\n\n{object}\n{object}\nThanks {{}}");
        let found = find_resource(&text).unwrap();
        assert_eq!(text.get(found), Some(format!("{object}\n{object}").as_str()));
        assert_eq!(find_resource("the key \"resourceType\" says it"), None);
        assert_eq!(find_resource("{\"resourceType\": \"Patient\""), Some(0..26));
    }

    #[test]
    fn a_resource_is_found_behind_other_objects_and_other_vocabularies() {
        let object = "{\"id\": \"1\", \"resourceType\": \"Patient\"}";
        for before in [
            "Map {a} and {b}: ",
            "{\"resourceType\": \"AWS::EC2::Instance\"}, and not { ",
            "the key \"resourceType\" says it, as in ",
        ] {
            let text = format!("{before}{object} and more");
            let found = find_resource(&text).and_then(|at| text.get(at)).unwrap();
            assert!(found.contains(object), "{found}");
            assert!(!found.contains("Map") && !found.contains("AWS"), "{found}");
        }
    }

    #[test]
    fn many_keys_and_braces_take_linear_time() {
        for piece in ["{ \"resourceType\": 1 }", "{{{{ }}}} \"resourceType\":\"Patient\" ", "{}"] {
            let text = piece.repeat(40_000);
            let mut rest = text.as_str();
            while let Some(found) = find_resource(rest) {
                rest = rest.get(found.end..).unwrap();
            }
        }
    }

    #[test]
    fn a_document_stands_between_words() {
        let document = "<n:ClinicalDocument xmlns:n='urn:hl7-org:v3'><n:id/></n:ClinicalDocument>";
        let text = format!("A ClinicalDocument: {document} and more");
        assert_eq!(find_document(&text).and_then(|at| text.get(at)), Some(document));
        assert_eq!(find_document("no ClinicalDocument here"), None);
        let bare = "<abcdefghijklmno:ClinicalDocument>a</abcdefghijklmno:ClinicalDocument>";
        assert_eq!(find_document(bare), Some(0..bare.len()));
    }

    #[test]
    fn texts_that_are_cut_or_strange_are_searched_to_their_end() {
        let text = "ü{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"ü\"}]}<ClinicalDocument>ü";
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let text = text.get(..cut).unwrap();
            for found in [find_resource(text), find_document(text)].into_iter().flatten() {
                assert!(text.get(found).is_some(), "{cut}");
            }
        }
    }

    #[test]
    fn resources_with_words_between_them_are_records_of_their_own() {
        let patient = |name: &str| {
            let name = format!("[{{\"family\":\"Roe\",\"given\":[\"{name}\"]}}]");
            format!("{{\"resourceType\":\"Patient\",\"name\":{name},\"birthDate\":\"1980-02-03\"}}")
        };
        let text = format!("First:\n{}\nand then:\n{}\nBye", patient("Ada"), patient("Bea"));
        let reading = reading(text.as_bytes());
        let fields = reading.texts.iter().flat_map(|text| &text.fields);
        let mut records: Vec<u32> = fields.filter_map(|field| field.record).collect();
        records.dedup();
        assert_eq!(records, [1, 2]);
    }

    #[test]
    fn a_file_in_a_resource_in_a_text_is_a_part_that_is_read() {
        let data = "RFhfhgAAAAAA////";
        let text = format!(
            "See:\n{{\"resourceType\":\"Binary\",\"contentType\":\"x/y\",\"data\":\"{data}\"}}\nBye"
        );
        let reading = reading(text.as_bytes());
        assert!(
            reading.unread.iter().any(|unread| unread.part.depth() > 0),
            "{:?}",
            reading.unread
        );
    }

    #[test]
    fn a_file_in_a_resource_that_was_pasted_into_a_page_is_read() {
        let resource = r#"{"resourceType":"DocumentReference","content":[{"attachment":{"data":"UGF0aWVudDogSmFuZSBSb2UgaXMgd2VsbC4="}}]}"#;
        let page = format!("<html><body><p>See:</p><pre>{resource}</pre><p>Bye</p></body></html>");
        let reading = reading(page.as_bytes());
        let known = |text: &&crate::text::Text| text.content.expose().contains("Jane Roe is well");
        assert!(reading.texts.iter().any(|text| known(&text)));
        assert!(reading.unread.is_empty(), "{:?}", reading.unread);
    }
}
