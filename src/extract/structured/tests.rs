use super::*;
use crate::extract::{Input, read as read_document};
use crate::limits::{Budget, Limits};
use crate::secret::Secret;
use crate::text::Reading;

fn reading(name: &str, text: &str) -> Reading {
    let mut reading = Reading::default();
    let input = Input::Document { name: Some(Secret::new(name.to_owned())) };
    let mut budget = Budget::new(&Limits::default());
    read_document(&input, text.as_bytes(), &mut budget, &mut reading);
    reading
}

/// Each value as `LABEL=VALUE#RECORD`.
fn fields(name: &str, text: &str) -> Vec<String> {
    let reading = reading(name, text);
    let text = reading.texts.iter().find(|text| text.place == Place::Attachment).unwrap();
    let field = |field: &crate::text::Field| {
        let label = text.label(field).map_or("", |label| label.expose().as_str());
        let span = field.span.start as usize..field.span.end as usize;
        let value = text.content.expose().get(span).unwrap();
        format!("{label}={value}#{}", field.record.unwrap_or(0))
    };
    text.fields.iter().map(field).collect()
}

fn content(name: &str, text: &str) -> String {
    let reading = reading(name, text);
    let text = reading.texts.iter().find(|text| text.place == Place::Attachment).unwrap();
    text.content.expose().clone()
}

#[test]
fn a_value_of_json_is_labelled_by_its_keys_and_each_object_of_a_list_is_a_record() {
    let json = r#"[{"mrn": "0012345", "name": {"family": "O\u0027Roe"}, "age": 61}, {"mrn": 7}]"#;
    let expected = ["mrn=0012345#1", "name family=O'Roe#1", "age=61#1", "mrn=7#2"];
    assert_eq!(fields("a.json", json), expected);
    let lines = "{\"mrn\": \"1\"}\n{\"mrn\": \"2\"}\n";
    assert_eq!(fields("a.ndjson", lines), ["mrn=1#1", "mrn=2#2"]);
}

#[test]
fn what_is_no_json_is_plain_text() {
    for text in ["{\"mrn\": 0012345", "[MRN 0012345] seen", "{\"a\": 1} MRN 0012345", "[1,]"] {
        assert_eq!(content("a.json", text), text);
        assert!(reading("a.json", text).unread.is_empty());
    }
    let deep = "[".repeat(100_000);
    assert!(reading("a.json", &deep).unread.is_empty());
}

#[test]
fn elements_and_attributes_of_xml_label_their_values() {
    let xml = "<?xml version='1.0'?><patient xmlns='urn:x'><id extension=\"0012345\"/>\
               <name><given>Jane</given><family>O&apos;Roe &#x41;</family></name>\
               <birthTime value='19610405'/></patient>";
    let expected = [
        "patient id=0012345#0",
        "name given=Jane#0",
        "name family=O'Roe A#0",
        "patient birth time=19610405#0",
    ];
    assert_eq!(fields("a.xml", xml), expected);
    assert!(content("a.xml", xml).contains("<birthTime value=\"19610405\"/>"));
}

#[test]
fn elements_that_repeat_below_the_root_are_records() {
    let xml = "<all><patient mrn='1'/><patient mrn='2'><name>Roe</name></patient></all>";
    assert_eq!(fields("a.xml", xml), ["patient mrn=1#1", "patient mrn=2#2", "patient name=Roe#2"]);
}

#[test]
fn entities_are_never_expanded() {
    let xml = "<!DOCTYPE a [<!ENTITY b \"MRN 0012345\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
    let text = content("a.xml", xml);
    assert!(text.contains("<a>&c;</a>") && text.contains("MRN 0012345"));
}

#[test]
fn what_is_no_xml_is_plain_text() {
    for text in ["<?xml version='1.0'?><a b='MRN 0012345", "<a <b MRN 0012345"] {
        assert!(content("a.xml", text).contains("MRN 0012345"), "{text}");
    }
    let deep = format!("<?xml version='1.0'?>{}MRN 0012345", "<a>".repeat(100_000));
    assert!(content("a.xml", &deep).contains("MRN 0012345"));
}

#[test]
fn a_file_in_base64_goes_back_into_the_walk() {
    let words = "Jane Roe, MRN 0012345, seen on the ward. ".repeat(8);
    let encoded = base64(words.as_bytes());
    for (name, text) in [
        ("a.json", format!("{{\"data\": \"{encoded}\"}}")),
        ("a.xml", format!("<?xml version='1.0'?><a><data>{encoded}</data></a>")),
    ] {
        let reading = reading(name, &text);
        let inner = reading.texts.iter().find(|text| text.part.to_string() == "1.1").unwrap();
        assert_eq!(inner.content.expose(), words.as_str());
    }
}

fn base64(bytes: &[u8]) -> String {
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

#[test]
fn a_cell_with_a_line_break_stays_one_value() {
    let table = "Name,Note,MRN\n\"Roe, Jane\",\"seen\ntoday \"\"well\"\"\",0012345\n";
    assert_eq!(
        fields("a.csv", table),
        ["Name=Roe, Jane#1", "Note=seen today \"well\"#1", "MRN=0012345#1"]
    );
}

#[test]
fn a_plain_table_is_left_as_it_is() {
    let table = "Name,MRN\n\"Roe, Jane\",0012345\n";
    assert_eq!(content("a.csv", table), table);
}

#[test]
fn text_that_is_cut_anywhere_loses_nothing_to_a_panic() {
    for (name, text) in [
        ("a.json", r#"{"a": ["\u00e9\n", -1.5e3, {"b": null}], "c": true}"#),
        ("a.xml", "<?xml version='1.0'?><a b='c'>d&amp;<![CDATA[e]]><!-- f --><g/></a>"),
        ("a.csv", "a,b\n\"c\nd\",e\n"),
    ] {
        for cut in 0..text.len() {
            let _ = reading(name, text.get(..cut).unwrap_or_default());
        }
    }
}

#[test]
fn messages_that_are_values_are_read_as_what_they_are() {
    let message = |number: u32, name: &str, end: &str| {
        format!(
            "MSH|^~\\&|LAB|EX|EHR|EX|20260314||ORU^R01|{number}|P|2.5.1{end}PID|1||{number}^^^EX^MR||{name}^JANE||19680719|F{end}OBX|1|NM|2345-7^Glucose||182|mg/dL{end}"
        )
    };
    let two = |end: &str| [message(773014, "ROE", end), message(773015, "POE", end)];
    let json = |end: &str| {
        let lines = two(end).map(|message| {
            format!(
                "{{\"id\":7,\"raw\":\"{}\",\"state\":\"sent\"}}\n",
                message.replace("^~\\&", "^~\\\\&")
            )
        });
        lines.concat()
    };
    let csv = |end: &str| {
        let rows = two(end).map(|message| format!("7,\"{message}\",sent\n"));
        format!("id,raw,state\n{}", rows.concat())
    };
    let xml = |end: &str| {
        let rows = two(end).map(|message| {
            format!("<row><id>7</id><raw>{}</raw></row>", message.replace('&', "&amp;"))
        });
        format!("<?xml version='1.0'?><rows>{}</rows>", rows.concat())
    };
    for (name, text) in [
        ("a.ndjson", json("\\r")),
        ("a.json", json("\\n")),
        ("a.csv", csv("\r")),
        ("b.csv", csv("\\r")),
        ("c.csv", csv("\r\n")),
        ("a.xml", xml("&#13;")),
        ("b.xml", xml("\n")),
    ] {
        let reading = reading(name, &text);
        let patients: u32 = reading
            .facts
            .iter()
            .filter_map(|fact| fact.outline.as_ref())
            .map(|outline| outline.patients)
            .sum();
        assert_eq!(patients, 2, "{name}");
        let all: Vec<&str> =
            reading.texts.iter().map(|text| text.content.expose().as_str()).collect();
        let all = all.concat();
        assert!(
            all.contains("Patient Name: JANE POE\n") && all.contains("Glucose: 182 mg/dL"),
            "{name}: {all}"
        );
    }
}
