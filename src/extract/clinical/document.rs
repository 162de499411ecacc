//! Documents of health care in XML and in JSON: which of the standards one is in, and what comes of it.

use super::chart::Chart;
use super::tree::{Fault, Tree, Values, of_xml};
use super::{cda, fhir, health_card, script_xml, xdm};
use crate::extract::leaf::Leaf;
use crate::extract::office;
use crate::extract::output::Flow;
use crate::extract::walk::{Children, Walk};
use crate::limits::Cause;
use crate::message::charset;
use crate::text::Standard;
use memchr::memmem;

/// Bytes at the beginning of a document in which its root stands.
const HEAD: usize = 64 << 10;

/// What comes of a document: its chart, and files that were in it.
pub(super) struct Written {
    pub(super) chart: Chart,
    pub(super) files: Vec<Vec<u8>>,
    /// Whether it is a piece out of a guide: it explains itself, and is about nobody.
    pub(super) is_example: bool,
    /// Why it is not all there is.
    pub(super) fault: Option<Fault>,
}

impl Written {
    /// One whose records are numbered on from so many.
    pub(super) fn behind(standard: Standard, records: u32) -> Self {
        let chart = Chart::behind(standard, records);
        Self { chart, files: Vec::new(), is_example: false, fault: None }
    }

    /// Writes words that nothing labels.
    pub(super) fn words(&mut self, words: &str) {
        if self.is_example {
            self.chart.other("Example only", words);
        } else {
            self.chart.words(words);
        }
    }

    /// Says what a tree could not hold, and writes what is left behind its end.
    pub(super) fn end(&mut self, tree: &Tree<'_>) {
        self.fault = self.fault.or(tree.fault);
        self.chart.words(tree.rest);
    }
}

/// Whether a part is one.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    let bytes = leaf.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(leaf.bytes).trim_ascii_start();
    match bytes {
        [b'{' | b'[', ..] => knows_json(bytes),
        [b's', b'h', b'c', b':', b'/', b'0'..=b'9', ..] => true,
        [b'<', ..] | [0xFF, 0xFE, b'<', 0, ..] | [0xFE, 0xFF, 0, b'<', ..] => {
            let head = bytes.get(..HEAD).unwrap_or(bytes);
            standard_of_xml(&office::xml::decode(whole_characters(head))).is_some()
        }
        _ => false,
    }
}

/// The beginning of a text without the character at its end that may be cut in two.
fn whole_characters(head: &[u8]) -> &[u8] {
    let end = head.len() - head.len() % 2;
    let start = end.saturating_sub(4);
    let cut = head.get(start..end).and_then(|last| last.iter().position(|byte| *byte >= 0xC0));
    let is_wide = charset::is_wide(head);
    head.get(..cut.filter(|_| !is_wide).map_or(end, |cut| start + cut)).unwrap_or(head)
}

fn knows_json(bytes: &[u8]) -> bool {
    let key = |key: &[u8]| {
        let behind = memmem::find(bytes, key).and_then(|at| bytes.get(at + key.len()..))?;
        let behind = behind.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        Some(behind.first().copied())
    };
    fhir::names_resource(bytes) || matches!(key(b"\"verifiableCredential\""), Some(Some(b'[')))
}

/// The standard of a document in XML, by its root.
fn standard_of_xml(head: &str) -> Option<Standard> {
    let (name, tag) = root(head)?;
    let has = |words: &str| memmem::find(head.as_bytes(), words.as_bytes()).is_some();
    if matches!(name, "stylesheet" | "transform" | "schema" | "html" | "definitions") {
        return None;
    }
    if tag.contains("http://hl7.org/fhir") && fhir::is_root(name) {
        return Some(Standard::Fhir);
    }
    // A message, alone or in the envelope of a web service (SOAP).
    let is_message = cda::is_message(name) && has("urn:hl7-org:v3");
    if is_message || name == "Envelope" && has("PRPA_IN2013") {
        return Some(Standard::Hl7V3);
    }
    if tag.contains("urn:hl7-org:v3") || name == "ClinicalDocument" {
        return Some(Standard::Cda);
    }
    if name == "SubmitObjectsRequest" || name == "ProvideAndRegisterDocumentSetRequest" {
        return Some(Standard::Xdm);
    }
    if name == "Message" && (tag.contains("ncpdp") || has("<NewRx") || has("<RxHistoryRe")) {
        return Some(Standard::Script);
    }
    // A piece of a document, which its editor cut out.
    (cda::is_root(name) && has("2.16.840.1.113883.")).then_some(Standard::Cda)
}

/// The name of the root without its prefix, and its tag.
fn root(head: &str) -> Option<(&str, &str)> {
    let mut rest = head;
    loop {
        rest = rest.get(rest.find('<')?..)?;
        let end = match rest.as_bytes() {
            [b'<', b'!', b'-', b'-', ..] => rest.find("-->")? + 3,
            [b'<', b'?', ..] => rest.find("?>")? + 2,
            [b'<', b'!', ..] => rest.find('>')? + 1,
            _ => break,
        };
        rest = rest.get(end..)?;
    }
    let tag = rest.get(1..rest.find('>').unwrap_or(rest.len()))?;
    let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next()?;
    Some((name.rsplit(':').next()?, tag))
}

/// Reads one.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let declared = leaf.content.charset().map(String::into_bytes);
    let label = declared.or_else(|| charset::declared_in_markup(leaf.bytes));
    let decoded = charset::decode(leaf.bytes, label.as_deref());
    if decoded.garbled {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    let text = decoded.text.trim_start_matches('\u{FEFF}').trim_start();
    let written = if text.starts_with('<') {
        read_xml(text, 0)
    } else if text.starts_with("shc:/") {
        let mut written = Written::behind(Standard::HealthCard, 0);
        health_card::read_numeric(text, &mut written);
        written
    } else {
        read_json(text, 0)
    };
    let Written { chart, files, fault, .. } = written;
    if let Some(fault) = fault {
        walk.out.unread(leaf.path, leaf.file(), fault.cause());
    }
    chart.hand_over(walk, leaf)?;
    let mut children = Children::of(leaf.path);
    for file in files {
        walk.out.unpacked(file.len(), leaf.path)?;
        walk.member(&mut children, None, &file)?;
    }
    walk.out.time(leaf.path)
}

/// Reads a text that is known to be one, in XML or in JSON; its records are numbered on from so many.
pub(super) fn read_text(text: &str, records: u32) -> Written {
    if text.trim_start().starts_with('<') {
        read_xml(text, records)
    } else {
        read_json(text, records)
    }
}

fn read_xml(text: &str, records: u32) -> Written {
    let standard = standard_of_xml(text).unwrap_or(Standard::Cda);
    let tree = of_xml(text);
    let mut written = Written::behind(standard, records);
    match standard {
        Standard::Fhir => {
            if !fhir::read(tree.root(), &mut written) {
                fhir::write_other(tree.root(), &mut written);
            }
        }
        Standard::Script => script_xml::read(tree.root(), &mut written),
        Standard::Xdm => xdm::read(tree.root(), &mut written),
        _ => cda::read(tree.root(), &mut written),
    }
    written.end(&tree);
    written
}

fn read_json(text: &str, records: u32) -> Written {
    let is_card = memmem::find(text.as_bytes(), b"\"verifiableCredential\"").is_some();
    let is_fhir = memmem::find(text.as_bytes(), b"\"resourceType\"").is_some();
    let card = is_card && !is_fhir;
    let standard = if card { Standard::HealthCard } else { Standard::Fhir };
    let mut written = Written::behind(standard, records);
    for tree in Values::of(text) {
        let root = tree.root();
        if card {
            health_card::read_file(root, &mut written);
        } else if !fhir::read(root, &mut written) {
            fhir::write_other(root, &mut written);
        }
        written.end(&tree);
    }
    written
}
