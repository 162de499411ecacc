//! SMART Health Cards (SMART Health Cards Framework 1.4): a signed token whose payload, deflated, holds a FHIR
//! bundle; as a file, or in the figures of a QR code.

use flate2::{Decompress, FlushDecompress, Status};
use memchr::memmem;

use super::document::Written;
use super::tree::{Fault, Node, Values};
use super::{chart::Chart, fhir};
use crate::message::transfer;
use crate::text::Standard;

/// Bytes of the largest payload: a card is a few hundred, and in a QR code no more fit.
const LARGEST: usize = 1 << 20;
/// Bytes that are inflated at once.
const CHUNK: usize = 16 << 10;
/// Cards of one file.
const MOST_CARDS: usize = 64;

/// Reads a file of cards: `verifiableCredential` holds a token each.
pub(super) fn read_file(root: Node<'_>, out: &mut Written) {
    let tokens = root.children().flat_map(|object| object.each("verifiableCredential"));
    for token in tokens.take(MOST_CARDS) {
        read_token(token.value(), out);
    }
    for object in root.children() {
        for other in object.children().filter(|key| key.name() != "verifiableCredential") {
            out.chart.other(&super::words::label(other.name()), &other.text());
        }
    }
}

/// Reads the figures of QR codes: two each for a sign of the token (`shc:/5676...`).
pub(super) fn read_numeric(text: &str, out: &mut Written) {
    let mut rest = text;
    let mut chunks = String::new();
    for _ in 0..MOST_CARDS {
        let Some((_, behind)) = rest.split_once("shc:/") else { break };
        // A card of several codes says which of how many each is: `shc:/1/2/5676...`.
        let numbered =
            behind.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'/').count();
        let (figures, after) = behind.split_at_checked(numbered).unwrap_or((behind, ""));
        let is_first = figures.matches('/').count() < 2 || figures.starts_with("1/");
        if is_first && !chunks.is_empty() {
            read_token(&std::mem::take(&mut chunks), out);
        }
        let figures = figures.rsplit('/').next().unwrap_or_default();
        for pair in figures.as_bytes().chunks_exact(2) {
            let number = pair.iter().fold(0_u8, |sum, figure| {
                sum.wrapping_mul(10).wrapping_add(figure.wrapping_sub(b'0'))
            });
            chunks.push(char::from(number.saturating_add(45)));
        }
        rest = after;
    }
    if !chunks.is_empty() {
        read_token(&chunks, out);
    }
    out.chart.words(rest);
}

/// Where the figures of a card stand in a text.
pub(super) fn find(text: &str) -> Option<std::ops::Range<usize>> {
    let start = memmem::find(text.as_bytes(), b"shc:/")?;
    let behind = text.as_bytes().get(start + 5..)?;
    let figures = behind.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'/').count();
    (figures > 100).then_some(start..start + 5 + figures)
}

/// Reads a card that stands in a text.
pub(super) fn read(text: &str, chart: &mut Chart) {
    let fresh = Chart::new(Standard::HealthCard);
    let mut written = Written::behind(Standard::HealthCard, 0);
    written.chart = std::mem::replace(chart, fresh);
    read_numeric(text, &mut written);
    *chart = written.chart;
    written.files.into_iter().for_each(|file| chart.embed(file));
    if let Some(fault) = written.fault {
        chart.lacks(fault.cause());
    }
}

/// Reads a token (RFC 7515 section 7.1). What is none that can be read is written as it stands.
fn read_token(token: &str, out: &mut Written) {
    let mut parts = token.split('.');
    let payload = parts.nth(1).unwrap_or_default().replace('-', "+").replace('_', "/");
    let packed = transfer::base64(payload.as_bytes()).bytes;
    let (json, fault) = inflated(&packed);
    out.fault = out.fault.or(fault);
    let mut has_resource = false;
    for tree in Values::of(&String::from_utf8_lossy(&json)) {
        let root = tree.root();
        if fhir::read(root, out) {
            has_resource = true;
        } else {
            fhir::write_other(root, out);
        }
        out.end(&tree);
    }
    if !has_resource {
        out.chart.words(token);
    }
}

/// What a payload holds, up to where it is damaged or cut (RFC 1951; RFC 7516 section 4.1.3, `DEF`).
fn inflated(packed: &[u8]) -> (Vec<u8>, Option<Fault>) {
    if packed.trim_ascii_start().starts_with(b"{") {
        return (packed.to_vec(), None);
    }
    let mut inflater = Decompress::new(false);
    let (mut json, mut rest) = (Vec::new(), packed);
    while json.len() < LARGEST {
        json.reserve(CHUNK);
        let (taken, given) = (inflater.total_in(), json.len());
        let status = inflater.decompress_vec(rest, &mut json, FlushDecompress::None);
        let taken = usize::try_from(inflater.total_in() - taken).unwrap_or(rest.len());
        rest = rest.get(taken..).unwrap_or_default();
        match status {
            Ok(Status::StreamEnd) => return (json, None),
            Ok(_) if taken > 0 || json.len() > given => {}
            Ok(_) | Err(_) => return (json, Some(Fault::Damaged)),
        }
    }
    (json, Some(Fault::Large))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::extract::clinical::document::read_text;
    use crate::extract::office::sample::{causes, reading, words};
    use crate::limits::Cause;

    fn token() -> String {
        let json = r#"{"iss":"https://clinic.example/issuer","vc":{"credentialSubject":{"fhirBundle":{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"resource:0","resource":{"resourceType":"Patient","name":[{"family":"Roe","given":["Jane","Q"]}],"birthDate":"1951-01-20"}},{"resource":{"resourceType":"Immunization","patient":{"reference":"resource:0"},"vaccineCode":{"coding":[{"code":"207"}]},"lotNumber":"0000007"}}]}}}}"#;
        let mut packer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(json.as_bytes()).unwrap();
        let payload = base64_url(&packer.finish().unwrap());
        format!("eyJhbGciOiJFUzI1NiJ9.{payload}.c2ln")
    }

    fn base64_url(bytes: &[u8]) -> String {
        const SIGNS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let bits = (0..3)
                .fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
            for sign in 0..=chunk.len() {
                out.push(char::from(SIGNS[(bits >> (18 - 6 * sign)) as usize & 63]));
            }
        }
        out
    }

    #[test]
    fn a_card_in_a_file_has_a_patient_and_a_vaccine() {
        let told =
            read_text(&format!("{{\"verifiableCredential\":[\"{}\"]}}", token()), 0).chart.told();
        assert!(told.contains("SMART Health Card Bundle, 1 patient"), "{told}");
        assert!(told.contains("Patient Name: Jane Q Roe"), "{told}");
        assert!(told.contains("Lot number: 0000007"), "{told}");
    }

    #[test]
    fn the_figures_of_a_code_are_the_same_card() {
        let figures: String = token().bytes().map(|byte| format!("{:02}", byte - 45)).collect();
        let text = format!("shc:/{figures}");
        assert_eq!(find(&text), Some(0..text.len()));
        let mut chart = Chart::new(Standard::HealthCard);
        read(&text, &mut chart);
        assert!(chart.told().contains("Date of Birth: 1951-01-20"));
    }

    #[test]
    fn a_card_that_is_cut_in_its_payload_is_said_to_be_damaged_and_read_as_far_as_it_goes() {
        let token = token();
        let payload = token.find('.').unwrap()..token.rfind('.').unwrap() - 2;
        for cut in 0..token.len() {
            let mut out = Written::behind(Standard::HealthCard, 0);
            read_token(token.get(..cut).unwrap(), &mut out);
            assert!(cut >= payload.end || out.fault == Some(Fault::Damaged), "{cut}");
        }
        let most = token.get(..payload.end - 20).unwrap();
        let written = read_text(&format!("{{\"verifiableCredential\":[\"{most}\"]}}"), 0);
        assert_eq!(written.fault, Some(Fault::Damaged));
        assert!(written.chart.told().contains("Patient Name: Jane Q Roe"));
    }

    #[test]
    fn a_card_in_a_text_that_cannot_be_inflated_is_unread() {
        let token = token().replace('.', ".-__-");
        let figures: String = token.bytes().map(|byte| format!("{:02}", byte - 45)).collect();
        let reading = reading(format!("My card: shc:/{figures} and words").as_bytes());
        assert_eq!(causes(&reading), [Cause::Malformed]);
        assert!(words(&reading).contains("My card:"));
    }

    #[test]
    fn a_card_that_swells_is_too_large() {
        let mut packer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(&vec![b' '; LARGEST + CHUNK]).unwrap();
        let (json, fault) = inflated(&packer.finish().unwrap());
        assert_eq!(fault, Some(Fault::Large));
        assert!(json.len() < LARGEST + (1 << 20));
    }
}
