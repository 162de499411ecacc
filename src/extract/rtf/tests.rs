//! Documents made for the purpose, and what is read in them.

use super::super::office::sample::{fields, reading, reading_within, survives_damage, words};
use crate::limits::{Bytes, Cause, Limits};
use crate::text::Place;

fn document(body: &str) -> Vec<u8> {
    let fonts =
        r"{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial CYR;}{\f2\fcharset128 Mincho;}}";
    format!(r"{{\rtf1\ansi\ansicpg1252\deff0{fonts}\pard {body}}}").into_bytes()
}

fn text(body: &str) -> String {
    words(&reading(&document(body)))
}

#[test]
fn runs_join_and_paragraphs_tabs_and_lines_divide() {
    for (body, expected) in [
        (r"536{\b -22}-84{\i 71}\par", "536-22-8471\n"),
        (r"a\par b\line c\tab d", "a\nb\nc\td"),
        (r"536\_22\emdash 8471\~x", "536-22-8471 x"),
        (r"\{a\}\\", r"{a}\"),
        (r"53{\field{\*\fldinst X}{\fldrslt 6-22}}-8471\par", "536-22-8471\nX\n"),
        (r"536{\v box}-22{\deleted gone}-8471\par", "536-22-8471\nbox\ngone\n"),
    ] {
        assert_eq!(text(body), expected, "{body}");
    }
}

#[test]
fn characters_are_those_of_the_font_and_of_unicode() {
    for (body, expected) in [
        (r"J\'fcrgen", "Jürgen"),
        (r"{\f1 \'cf\'f0\'e8}", "При"),
        (r"{\f2 \'93\'fa\'96\'7b}", "日本"),
        (r"{\f2 \'83A\'83u}", "アブ"),
        (r"\u1055?\u1088\'3f", "Пр"),
        (r"\uc0\u1055\u1088 x\uc2\u1080 ??", "Прxи"),
        (r"\u-10176?\u-9216?", "\u{20000}"),
        (r"\u-3?x", "\u{FFFD}x"),
    ] {
        assert_eq!(text(body).trim(), expected, "{body}");
    }
}

#[test]
fn every_hiding_place_is_read() {
    for (place, body) in [
        ("header", r"{\header \pard MARK\par}x"),
        ("footer of the first page", r"{\footerf MARK}x"),
        ("foot note", r"x{\footnote MARK}\par"),
        ("annotation", r"x{\*\annotation MARK}\par"),
        ("who annotated", r"{\*\atnauthor MARK}{\*\annotation x}"),
        ("who revised", r"{\*\revtbl{Unknown;}{MARK;}}x"),
        ("shape", r"{\shp{\*\shpinst{\shptxt MARK\par}}}"),
        ("alternative text", r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv MARK}}}}"),
        ("hidden", r"{\v MARK}"),
        ("hidden on and off", r"\v MARK\v0 x"),
        ("deleted", r"{\deleted MARK}"),
        ("code of a field", r#"{\field{\*\fldinst QUOTE "MARK"}{\fldrslt x}}"#),
        ("result of a field", r"{\field{\*\fldinst X}{\fldrslt MARK}}"),
        ("result of an object", r"{\object{\*\objdata 01}{\result MARK}}"),
        ("bookmark", r"{\*\bkmkstart MARK}"),
        ("a group nobody knows", r"{\*\nobody MARK}"),
        ("title", r"{\info{\title MARK}}x"),
        (
            "property of the writer's own",
            r"{\*\userprops{\propname x}\proptype30{\staticval MARK}}",
        ),
        ("behind the end", r"x}MARK{"),
    ] {
        assert!(text(body).contains("MARK"), "{place}");
    }
}

#[test]
fn machinery_is_no_text() {
    let body = r"{\stylesheet{\s0 Normal;}}{\*\generator X;}{\colortbl;\red0;}{\*\themedata 504b0304}a\par";
    assert_eq!(text(body), "a\n");
}

#[test]
fn a_row_is_a_record_with_the_labels_of_the_header() {
    let row = |cells: [&str; 3]| {
        let cells = cells.map(|cell| format!(r"{cell}\cell ")).concat();
        format!(r"\trowd\cellx1\cellx2\cellx3\pard\intbl {cells}\row ")
    };
    let body = format!(
        r"before\par {}{}\pard after\par",
        row(["Name", "DOB", "MRN"]),
        row([r"Ann\par Orr", "03/04/1971", "0012345"])
    );
    let read = reading(&document(&body));
    assert_eq!(words(&read), "before\nName\tDOB\tMRN\nAnn\nOrr\t03/04/1971\t0012345\nafter\n");
    assert_eq!(fields(&read.texts[0]), ["1 Name=Ann\nOrr", "1 DOB=03/04/1971", "1 MRN=0012345"]);
}

#[test]
fn a_table_in_a_cell_has_records_of_its_own() {
    let nested = |cells: [&str; 2]| {
        let cells = cells.map(|cell| format!(r"\pard\intbl\itap2 {cell}\nestcell ")).concat();
        format!(r"{cells}{{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}}{{\nonesttables\par}}")
    };
    let body = format!(
        r"\trowd\cellx1\pard\intbl above\par {}{}{}\pard\intbl\cell\row\pard after\par",
        nested(["Name", "MRN"]),
        nested(["Ann", "0012345"]),
        nested(["Bo", "0012346"]),
    );
    let read = reading(&document(&body));
    assert_eq!(words(&read), "above\nName\tMRN\nAnn\t0012345\nBo\t0012346\nafter\n");
    let expected = ["1 Name=Ann", "1 MRN=0012345", "2 Name=Bo", "2 MRN=0012346"];
    assert_eq!(fields(&read.texts[0]), expected);
}

#[test]
fn data_that_says_it_is_longer_than_the_document_ends_with_it() {
    let read = reading(&document(r"Ann{\pict\pngblip\bin2147483647 x}"));
    assert!(words(&read).ends_with("Ann"));
    assert_eq!(read.unread[0].cause, Cause::Malformed);
    let read =
        reading(&document(r"Ann{\pict\bin-2147483648 }{\*\objdata\bin99999999999999999999 01}"));
    assert!(words(&read).starts_with("Ann"));
}

#[test]
fn properties_are_metadata_with_their_names() {
    let read = reading(&document(
        r"{\info{\title Ann Orr}{\author Bo Lee}}{\*\userprops{\propname MRN}{\staticval 0012345}}x",
    ));
    let metadata = read.texts.iter().find(|text| text.place == Place::Metadata).unwrap();
    assert_eq!(metadata.content.expose(), "title: Ann Orr\nauthor: Bo Lee\nMRN: 0012345\n");
}

#[test]
fn a_page_in_html_is_read_as_one() {
    let body = r"\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\f0 \htmlrtf0 SSN 536-{\*\htmltag84 <b>}\htmlrtf {\b\htmlrtf0 22{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 -8471\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}{\*\htmltag1 <img alt='MARK'>}";
    let read = text(body);
    assert!(read.contains("SSN 536-22-8471") && read.contains("MARK"), "{read}");
}

#[test]
fn pictures_and_objects_are_parts_of_their_own() {
    let object: String = {
        let mut bytes = vec![1, 5, 0, 0, 2, 0, 0, 0];
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend(b"Package\0");
        bytes.extend([0; 8]);
        let mut native = b"\x02\0a.txt\0a\0\0\0\x03\0\x02\0\0\0a\0".to_vec();
        native.extend(4_u32.to_le_bytes());
        native.extend(b"MARK");
        bytes.extend(u32::try_from(native.len()).unwrap().to_le_bytes());
        bytes.extend(native);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let body = format!(
        r"{{\*\shppict{{\pict\pngblip 89504e470d0a1a0a 0000000d}}}}{{\nonshppict{{\pict\wmetafile8 00}}}}{{\object\objemb{{\*\objdata {object}}}}}"
    );
    let read = reading(&document(&body));
    let unread: Vec<_> = read.unread.iter().map(|u| (u.part.to_string(), u.cause)).collect();
    assert_eq!(unread, [("1.1".to_owned(), Cause::Malformed)]);
    let marked = read.texts.iter().find(|text| text.content.expose() == "MARK").unwrap();
    assert_eq!(marked.part.to_string(), "1.2");
    let names = read.texts.iter().filter(|text| text.place == Place::FileName);
    assert_eq!(names.map(|text| text.content.expose().as_str()).collect::<Vec<_>>(), ["a.txt"]);
}

#[test]
fn binary_data_is_passed_over_and_a_document_that_is_cut_is_said_to_be() {
    assert!(text("a{\\pict\\bin3 }{x}b\\par").ends_with("ab\n"));
    let read = reading(b"{\\rtf1 Ann Orr");
    assert_eq!((words(&read).as_str(), read.unread[0].cause), ("Ann Orr", Cause::Malformed));
}

#[test]
fn deep_nesting_and_long_text_are_bounded() {
    let mut deep = b"{\\rtf1 ".to_vec();
    deep.extend(b"{\\b ".repeat(600_000));
    deep.extend(b"MARK");
    assert!(words(&reading(&deep)).contains("MARK"));
    let limits = Limits { text: Bytes(40), ..Limits::default() };
    let read = reading_within(&document(&"word ".repeat(100)), &limits);
    assert_eq!((read.text_bytes(), read.unread[0].cause), (40, Cause::TooLarge));
}

#[test]
fn a_damaged_document_is_never_silence() {
    survives_damage(&document(
        r"{\header x}Ann \'fc\u1055?{\field{\*\fldinst X}{\fldrslt y}}\trowd\intbl a\cell\row{\*\objdata 0105}",
    ));
}

#[test]
fn a_document_that_is_changed_anywhere_is_read_without_fault() {
    let whole = document(
        r"{\info{\title a}}{\header x}A\'fc\u1055?\u-10179 {\f2 \'93}{\field{\*\fldinst X}{\fldrslt y}}\trowd\intbl a\cell b\row{\shp{\sp{\sn wzName}{\sv v}}}{\*\objdata 01050000}{\pict\bin3 abc}",
    );
    for at in 0..whole.len() {
        for change in *b"{}\\*09u'\x00\xFF" {
            let mut changed = whole.clone();
            changed[at] = change;
            let read = reading(&changed);
            assert!(!read.texts.is_empty() || !read.unread.is_empty(), "{at}");
        }
    }
}
