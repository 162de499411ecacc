//! Documents in XML and JSON that stand in a text between other words: where they begin and end.

use std::ops::Range;

use memchr::memmem;

use super::chart::Chart;
use super::document::{self, Written};
use super::fhir;

/// The key that every FHIR resource in JSON has.
const KEY: &[u8] = b"\"resourceType\"";
/// Bytes before that key in which the object begins, where it is not the first.
const BEFORE: usize = 2048;

/// Where a FHIR resource in JSON stands, and those that follow it.
pub(super) fn find_resource(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let key = memmem::find(bytes, KEY)?;
    let head = bytes.get(key..)?;
    if !fhir::names_resource(head.get(..BEFORE).unwrap_or(head)) {
        return None;
    }
    let before = bytes.get(..key)?;
    let start = match before.trim_ascii_end().strip_suffix(b"{") {
        Some(outside) => outside.len(),
        None => {
            let from = key.saturating_sub(BEFORE);
            let window = before.get(from..)?;
            let line = memmem::rfind(window, b"\n{").map(|at| from + at + 1);
            line.or_else(|| window.iter().position(|byte| *byte == b'{').map(|at| from + at))?
        }
    };
    let mut end = start;
    while let Some(object) = bytes.get(end..).and_then(object) {
        end += object;
        let gap = bytes.get(end..)?;
        let next = gap.trim_ascii_start();
        let line = next.get(..BEFORE).unwrap_or(next);
        if !next.starts_with(b"{") || memmem::find(line, KEY).is_none() {
            break;
        }
        end += gap.len() - next.len();
    }
    let end = text.ceil_char_boundary(end);
    (end > start).then_some(start..end)
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
    let behind = bytes.get(start + NAME.len()..)?;
    let end = memmem::find(behind, b"ClinicalDocument>").map(|at| start + NAME.len() + at + 17);
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
    use crate::extract::{self, Input};
    use crate::limits::{Budget, Limits};
    use crate::text::Reading;

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
    fn a_document_stands_between_words() {
        let document = "<n:ClinicalDocument xmlns:n='urn:hl7-org:v3'><n:id/></n:ClinicalDocument>";
        let text = format!("A ClinicalDocument: {document} and more");
        assert_eq!(find_document(&text).and_then(|at| text.get(at)), Some(document));
        assert_eq!(find_document("no ClinicalDocument here"), None);
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

    fn reading(text: &str) -> Reading {
        let mut reading = Reading::default();
        let mut budget = Budget::new(&Limits::default());
        extract::read(&Input::Document { name: None }, text.as_bytes(), &mut budget, &mut reading);
        reading
    }

    #[test]
    fn resources_with_words_between_them_are_records_of_their_own() {
        let patient = |name: &str| {
            let name = format!("[{{\"family\":\"Roe\",\"given\":[\"{name}\"]}}]");
            format!("{{\"resourceType\":\"Patient\",\"name\":{name},\"birthDate\":\"1980-02-03\"}}")
        };
        let text = format!("First:\n{}\nand then:\n{}\nBye", patient("Ada"), patient("Bea"));
        let reading = reading(&text);
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
        let reading = reading(&text);
        assert!(
            reading.unread.iter().any(|unread| unread.part.depth() > 0),
            "{:?}",
            reading.unread
        );
    }
}
