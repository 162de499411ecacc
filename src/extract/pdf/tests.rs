//! One test a hiding place, and what becomes of files that are damaged.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::sample::Sample;
use crate::extract::{Input, read};
use crate::limits::{Budget, Bytes, Cause, Limits, Span};
use crate::secret::Secret;
use crate::text::{Place, Reading, Text};

fn reading_within(bytes: &[u8], limits: &Limits) -> Reading {
    let mut reading = Reading::default();
    let input = Input::Document { name: Some(Secret::new("a.pdf".into())) };
    read(&input, bytes, &mut Budget::new(limits), &mut reading);
    reading
}

pub(super) fn reading(bytes: &[u8]) -> Reading {
    reading_within(bytes, &Limits::default())
}

pub(super) fn texts(reading: &Reading) -> Vec<&str> {
    let inside = |text: &&Text| text.place != Place::FileName;
    reading.texts.iter().filter(inside).map(|text| text.content.expose().trim()).collect()
}

pub(super) fn causes(reading: &Reading) -> Vec<Cause> {
    reading.unread.iter().map(|unread| unread.cause).collect()
}

fn pages_to_look_at(bytes: &[u8]) -> Vec<u32> {
    let reading = reading(bytes);
    assert_eq!(causes(&reading), []);
    reading.pictures.iter().flat_map(|picture| picture.pages.clone()).collect()
}

/// What is read of a page with this content, and that all of it was.
fn page(content: &str) -> Vec<String> {
    let reading = reading(&Sample::of_page(content, "", "").bytes());
    assert_eq!(causes(&reading), []);
    texts(&reading).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_page_is_one_text_with_its_number() {
    let reading =
        reading(&Sample::of_page("BT /F 12 Tf 50 700 Td (Patient: Ada) Tj ET", "", "").bytes());
    assert_eq!((texts(&reading), causes(&reading)), (vec!["Patient: Ada"], vec![]));
    assert_eq!(reading.texts.last().unwrap().page, Some(1));
}

#[test]
fn labels_drawn_first_meet_their_values_in_a_second_text() {
    let content = "BT /F 12 Tf 50 700 Td (Name) Tj 0 -20 Td (MRN) Tj ET \
        BT /F 12 Tf 200 700 Td (Ada) Tj 0 -20 Td (0042) Tj ET";
    assert_eq!(page(content), ["Name\nMRN\nAda\n0042", "Name\tAda\nMRN\t0042"]);
}

#[test]
fn a_value_in_a_turned_table_stands_behind_its_label() {
    let content = "BT /F 12 Tf 0 1 -1 0 300 50 Tm (MRN) Tj ET \
        BT /F 12 Tf 0 1 -1 0 300 200 Tm (0042) Tj ET";
    assert_eq!(page(content), ["MRN\t0042"]);
}

#[test]
fn text_off_the_page_and_text_that_is_not_painted_count() {
    assert_eq!(page("BT /F 12 Tf -900 5000 Td (beyond) Tj ET"), ["beyond"]);
    assert_eq!(page("BT /F 12 Tf 3 Tr 50 700 Td (unseen) Tj ET"), ["unseen"]);
}

#[test]
fn what_replaces_glyphs_is_read_and_so_are_they_where_they_say_something_else() {
    let span = "/Span<</ActualText(Ada)>>BDC BT /F 12 Tf 50 700 Td (SHOWN) Tj ET EMC";
    assert_eq!(page(&span.replace("SHOWN", "ada")), ["Ada"]);
    assert_eq!(page(&span.replace("SHOWN", "Eve")), ["Ada\nEve"]);
    assert_eq!(page("/Figure<</ActualText(Ada)>>BDC EMC"), ["Ada"]);
}

#[test]
fn bold_by_drawing_twice_is_said_once() {
    let twice = "BT /F 12 Tf 50 700 Td (Allergy) Tj 0.3 0 Td (Allergy) Tj ET";
    assert_eq!(page(twice), ["Allergy"]);
    assert_eq!(page("BT /F 12 Tf 2 Tr 50 700 Td (Allergy) Tj ET"), ["Allergy"]);
}

#[test]
fn letters_set_apart_are_one_word() {
    assert_eq!(page("BT /F 12 Tf 3 Tc 50 700 Td (PATIENT) Tj ET"), ["PATIENT"]);
}

#[test]
fn layers_that_are_off_are_read_beside_what_is_seen() {
    let content = "BT /F 12 Tf 50 700 Td (seen) Tj ET \
        /OC /L BDC BT /F 12 Tf 50 600 Td (unseen) Tj ET EMC";
    let layers = "/OCProperties<</OCGs[20 0 R]/D<</OFF[20 0 R]>>>>";
    let mut sample = Sample::of_page(content, "", layers);
    sample.object(20, "<</Type/OCG/Name(Layer)>>");
    assert_eq!(texts(&reading(&sample.bytes())), ["seen", "seen\nunseen", "Layer"]);
}

#[test]
fn a_hidden_annotation_is_read_like_one_that_is_shown() {
    let annotation = "/Annots[<</Subtype/Stamp/Rect[100 100 200 120]/F 2/AP<</N 21 0 R>>>>]";
    let mut sample = Sample::of_page("", annotation, "");
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F 5 0 R>>>>";
    sample.stream(21, form, b"BT /F 12 Tf 5 5 Td (unseen) Tj ET");
    assert_eq!(texts(&reading(&sample.bytes())), ["unseen"]);
}

#[test]
fn a_page_that_is_a_picture_is_handed_on_and_a_letter_with_a_logo_is_not() {
    let with_picture = |content: &str| {
        let mut sample = Sample::of_page(content, "", "");
        let picture = "/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray";
        sample.stream(21, picture, &[0, 9, 0, 9]);
        pages_to_look_at(&sample.bytes())
    };
    assert_eq!(with_picture("q 600 0 0 800 0 0 cm /X Do Q"), [1]);
    let letter = "q 90 0 0 90 0 700 cm /X Do Q BT /F 12 Tf 50 600 Td (Dear Ada) Tj ET";
    assert!(with_picture(letter).is_empty());
    let card = "q 250 0 0 150 0 500 cm /X Do Q BT /F 12 Tf 50 400 Td \
        (Dear Ada, this is the card that you have sent to us) Tj ET";
    assert_eq!(with_picture(card), [1]);
}

#[test]
fn a_letterhead_is_looked_at_once_and_scans_before_all_else() {
    let mut sample = Sample::new();
    sample.object(1, "<</Type/Catalog/Pages 2 0 R>>");
    sample.object(2, "<</Type/Pages/Kids[10 0 R 11 0 R 12 0 R]/Count 3>>");
    let words = "BT /F 12 Tf 50 400 Td (Dear Ada, this is a letter of many words) Tj ET";
    for (page, content) in [(10, words), (11, words), (12, "")] {
        let resources = "/Resources<</Font<</F 5 0 R>>/XObject<</X 21 0 R>>>>";
        sample.object(
            page,
            &format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {} 0 R{resources}>>",
                page + 20
            ),
        );
        let content = format!("{content} q 600 0 0 300 0 0 cm /X Do Q");
        sample.stream(page + 20, "", content.as_bytes());
    }
    sample.object(5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    let picture = "/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray";
    sample.stream(21, picture, &[0, 9, 0, 9]);
    assert_eq!(pages_to_look_at(&sample.bytes()), [3, 1]);
}

#[test]
fn of_a_long_scan_thirty_pages_are_looked_at_and_the_rest_is_unread() {
    let mut sample = Sample::new();
    sample.object(1, "<</Type/Catalog/Pages 2 0 R>>");
    let kids: String = (100..140).map(|page| format!("{page} 0 R ")).collect();
    sample.object(2, &format!("<</Type/Pages/Kids[{kids}]/Count 40>>"));
    for page in 100..140 {
        sample.object(
            page,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R\
             /Resources<</XObject<</X 21 0 R>>>>>>",
        );
    }
    sample.stream(4, "", b"q 600 0 0 800 0 0 cm /X Do Q");
    let picture = "/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray";
    sample.stream(21, picture, &[0, 9, 0, 9]);
    let reading = reading(&sample.bytes());
    assert_eq!(reading.pictures[0].pages.len(), 30);
    assert_eq!(causes(&reading), [Cause::TooLarge]);
}

#[test]
fn a_page_whose_glyphs_mean_nothing_is_looked_at() {
    let mut sample = Sample::of_page(
        "BT /G 12 Tf 50 700 Td <000100020003000400050006000700080009000A000B000C000D> Tj ET",
        "/Resources<</Font<</G 30 0 R>>>>",
        "",
    );
    sample.object(
        30,
        "<</Type/Font/Subtype/Type0/BaseFont/G/Encoding/Identity-H/DescendantFonts[31 0 R]>>",
    );
    sample.object(
        31,
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/G/CIDSystemInfo\
         <</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    );
    assert_eq!(pages_to_look_at(&sample.bytes()), [1]);
}

#[test]
fn a_file_that_needs_a_password_is_encrypted() {
    let mut sample = Sample::of_page("", "", "");
    sample.trailer(
        "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4\
         /O<0000000000000000000000000000000000000000000000000000000000000000>\
         /U<0000000000000000000000000000000000000000000000000000000000000000>>>",
    );
    assert_eq!(causes(&reading(&sample.bytes())), [Cause::Encrypted]);
}

#[test]
fn a_file_without_pages_is_damaged() {
    assert_eq!(causes(&reading(b"%PDF-1.7\nnothing\n%%EOF\n")), [Cause::Malformed]);
    let mut sample = Sample::new();
    sample.object(1, "<</Type/Catalog/Pages 2 0 R>>").object(2, "<</Type/Pages/Kids[]/Count 0>>");
    assert_eq!(causes(&reading(&sample.bytes())), [Cause::Malformed]);
}

#[test]
fn pages_that_are_gone_are_missed() {
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (one) Tj ET", "", "");
    sample.object(2, "<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2>>");
    let reading = reading(&sample.bytes());
    assert_eq!((texts(&reading), causes(&reading)), (vec!["one"], vec![Cause::Malformed]));
}

#[test]
fn a_content_that_cannot_be_unpacked_whole_is_missed() {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"BT /F 12 Tf 50 700 Td (one) Tj (two) Tj ET").unwrap();
    let packed = encoder.finish().unwrap();
    let said = |content: &[u8]| {
        let mut sample = Sample::of_page("", "", "");
        causes(&reading(&sample.stream(4, "/Filter/FlateDecode", content).bytes()))
    };
    assert_eq!(said(&packed), []);
    for end in 0..packed.len() - 4 {
        assert_eq!(said(&packed[..end]), [Cause::Malformed], "cut at {end}");
    }
}

#[test]
fn a_content_that_no_page_has_is_missed() {
    let content = "BT /F 12 Tf 50 700 Td (Ada) Tj ET";
    let mut sample = Sample::of_page(content, "", "");
    sample.object(3, "<</Type/Page/Parent 2 0 R/Contemts 4 0 R>>");
    assert_eq!(causes(&reading(&sample.bytes())), [Cause::Malformed]);
    let mut sample = Sample::of_page(content, "", "");
    sample.stream(21, "", content.as_bytes());
    assert_eq!(causes(&reading(&sample.bytes())), []);
}

#[test]
fn a_form_that_cannot_be_unpacked_whole_is_missed() {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"BT /F 12 Tf 50 700 Td (one) Tj (two) Tj ET").unwrap();
    let packed = encoder.finish().unwrap();
    let said = |packed: &[u8]| {
        let mut sample = Sample::of_page("BT /F 12 Tf 50 9 Td (Ada) Tj ET /X Do", "", "");
        let form = "/Subtype/Form/BBox[0 0 9 9]/Filter/FlateDecode";
        causes(&reading(&sample.stream(21, form, packed).bytes()))
    };
    assert_eq!(said(&packed), []);
    assert_eq!(said(&packed[..packed.len() - 9]), [Cause::Malformed]);
}

#[test]
fn objects_that_cannot_be_unpacked_whole_are_missed() {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"20 0 21 30 <</Subtype/Text/Contents(a)>>  <</Contents(b)>>").unwrap();
    let packed = encoder.finish().unwrap();
    let said = |packed: &[u8]| {
        let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (Ada) Tj ET", "", "");
        sample.stream(22, "/Type/ObjStm/N 2/First 11/Filter/FlateDecode", packed);
        causes(&reading(&sample.bytes()))
    };
    assert_eq!(said(&packed), []);
    assert_eq!(said(&packed[..packed.len() / 2]), [Cause::Malformed]);
}

#[test]
fn a_content_that_is_gone_is_missed() {
    let mut sample = Sample::of_page("", "", "");
    sample.object(3, "<</Type/Page/Parent 2 0 R/Contents[4 0 R 9 0 R]>>");
    assert_eq!(causes(&reading(&sample.bytes())), [Cause::Malformed]);
    let unknown = "BT /F 12 Tf 50 700 Td <> Tj ET";
    assert_eq!(causes(&reading(&Sample::of_page(unknown, "", "").bytes())), [Cause::Malformed]);
    assert_eq!(causes(&reading(&Sample::of_page("q Q", "", "").bytes())), []);
}

/// A file with something in every hiding place.
fn full() -> Vec<u8> {
    let content = "BT /F 12 Tf 50 700 Td (Patient: Ada) Tj ET \
        /OC /L BDC BT /F 12 Tf 50 600 Td (unseen) Tj ET EMC";
    let mut sample = Sample::of_page(
        content,
        "/Annots[30 0 R 31 0 R]",
        "/AcroForm<</Fields[31 0 R]>>/OCProperties<</OCGs[20 0 R]/D<</OFF[20 0 R]>>>>",
    );
    sample
        .object(20, "<</Type/OCG/Name(Layer)>>")
        .object(30, "<</Subtype/Text/Rect[0 0 9 9]/Contents(a note)>>")
        .object(31, "<</Subtype/Widget/FT/Tx/T(MRN)/V(0042)/Rect[0 0 9 9]>>")
        .object(32, "<</Type/Filespec/UF(a.txt)/EF<</UF 33 0 R>>>>")
        .stream(33, "/Type/EmbeddedFile", b"a file inside")
        .object(34, "<</Author(Eve)/Producer(x)>>")
        .trailer("/Info 34 0 R")
        .end()
        .object(31, "<</Subtype/Widget/FT/Tx/T(MRN)/V(0043)/Rect[0 0 9 9]>>")
        .bytes()
}

#[test]
fn all_places_of_one_file_are_read() {
    let reading = reading(&full());
    let expected = [
        "Patient: Ada",
        "Patient: Ada\nunseen",
        "MRN: 0043",
        "Layer\na note",
        "Author: Eve\nProducer: x",
        "a file inside",
        "MRN: 0042",
    ];
    assert_eq!((texts(&reading), causes(&reading)), (expected.to_vec(), vec![]));
}

#[test]
fn a_file_cut_off_anywhere_gives_text_or_says_what_is_wrong() {
    let bytes = full();
    for end in (9..bytes.len()).step_by(37) {
        let reading = reading(&bytes[..end]);
        assert!(!texts(&reading).is_empty() || !reading.unread.is_empty(), "cut at {end}");
    }
}

#[test]
fn a_page_is_left_when_time_is_up() {
    let bytes = Sample::of_page("BT /F 12 Tf 50 700 Td (Ada) Tj ET", "", "").bytes();
    let limits = Limits { worker_time: Span::seconds(0), ..Limits::default() };
    assert_eq!(causes(&reading_within(&bytes, &limits)), [Cause::TimedOut]);
}

/// Forms that draw the next one twice, down to one that says something.
fn forms(levels: u32) -> Vec<u8> {
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (Ada) Tj ET /X Do", "", "");
    let form = |next: u32| {
        format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>")
    };
    for number in 21..21 + levels {
        sample.stream(number, &form(number + 1), b"/X Do 1 0 0 1 1 1 cm /X Do");
    }
    sample.stream(21 + levels, &form(21), b"0 0 1 1 re f");
    sample.bytes()
}

#[test]
fn forms_that_multiply_are_drawn_a_hundred_thousand_times_at_most() {
    let reading = reading(&forms(30));
    assert_eq!((texts(&reading), causes(&reading)), (vec!["Ada"], vec![Cause::TooLarge]));
    assert_eq!(causes(&super::tests::reading(&forms(10))), []);
}

#[test]
fn pages_that_never_end_and_forms_that_draw_themselves_are_left() {
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (Ada) Tj ET /X Do", "", "");
    let itself = "/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 21 0 R>>>>";
    sample.stream(21, itself, b"/X Do /X Do");
    assert_eq!(texts(&reading(&sample.bytes())), ["Ada"]);
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (Ada) Tj ET", "", "");
    sample.object(2, "<</Type/Pages/Kids[3 0 R 2 0 R 1 0 R]/Count 3>>");
    let reading = reading(&sample.bytes());
    assert_eq!((texts(&reading), causes(&reading)), (vec!["Ada"], vec![Cause::Malformed]));
}

#[test]
fn a_picture_that_says_it_is_huge_is_not_made_room_for() {
    let mut sample = Sample::of_page("q 600 0 0 800 0 0 cm /X Do Q", "", "");
    let huge = "/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 16/ColorSpace/DeviceCMYK";
    sample.stream(21, huge, &[0; 9]);
    let limits = Limits { unpacked: Bytes(4096), ..Limits::default() };
    let reading = reading_within(&sample.bytes(), &limits);
    assert_eq!((causes(&reading), reading.pictures.len()), (vec![], 1));
}

#[test]
fn a_font_whose_glyphs_draw_the_font_is_read_once() {
    let mut sample = Sample::of_page(
        "BT /T 12 Tf 50 700 Td (aaaa) Tj ET",
        "/Resources<</Font<</T 30 0 R>>>>",
        "",
    );
    let font = "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97\
        /LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 31 0 R>>\
        /Resources<</Font<</T 30 0 R>>>>>>";
    sample.object(30, font).stream(31, "", b"9 0 d0 BT /T 1 Tf (aaaa) Tj ET");
    assert_eq!(texts(&reading(&sample.bytes())), ["aaaa"]);
}

#[test]
fn a_table_that_goes_in_circles_or_has_no_end_is_left() {
    let mut sample = Sample::of_page("BT /F 12 Tf 50 700 Td (Ada) Tj ET", "", "");
    let bytes = sample.bytes();
    let at = memchr::memmem::rfind(&bytes, b"xref\n0 1").unwrap();
    let circle = [&bytes[..], b"trailer\n<</Prev "].concat();
    let circle = [circle, at.to_string().into_bytes(), b">>\n".to_vec()].concat();
    let huge = String::from_utf8_lossy(&bytes).replace("/Size 100", "/Size 2000000000");
    let endless = String::from_utf8_lossy(&bytes).replace("xref\n0 1\n", "xref\n0 2000000000\n");
    for file in [circle, huge.into_bytes(), endless.into_bytes()] {
        assert_eq!(texts(&reading(&file)), ["Ada"]);
    }
}

#[test]
fn dictionaries_in_each_other_without_end_are_too_deep() {
    let mut sample = Sample::of_page("", "", &"/A<<".repeat(100_000));
    assert_eq!(causes(&reading(&sample.bytes())), [Cause::TooDeep]);
}

#[test]
fn a_mail_about_the_mark_is_no_pdf() {
    let mut reading = Reading::default();
    let message = b"Subject: x\n\nThe file starts with %PDF- and a number.\n";
    read(&Input::Message, message, &mut Budget::new(&Limits::default()), &mut reading);
    assert_eq!(causes(&reading), []);
}
