//! Blocks inside a text that are no text: armored OpenPGP and CMS, files in uuencode and its kin.
//! What they prove is told, what they hold is read or said to be unread, and their bytes are taken
//! out.

use std::io::Read;
use std::ops::Range;

use super::armor::{self, Armored};
use super::cms::{self, Carried, Cms};
use super::leaf::Leaf;
use super::openpgp::{self, Layer, Packets};
use super::output::Flow;
use super::unpack::unpack;
use super::walk::{Children, Walk};
use super::{encoded, sniff};
use crate::limits::Cause;
use crate::secret::Secret;
use crate::text::{Fact, Text};

/// Takes the blocks out of a text of `leaf`.
pub(super) fn take(walk: &mut Walk<'_>, leaf: &Leaf<'_>, text: &mut Text) -> Flow {
    let mut cuts = Vec::new();
    for block in armor::armored_blocks(text.content.expose()) {
        walk.out.charge_part(leaf.path)?;
        if let Outcome::Known = armored(walk, leaf, &block)? {
            cuts.push(block.data_span);
        }
    }
    let mut children = Children::of(leaf.path);
    for block in encoded::blocks(text.content.expose(), leaf.bytes) {
        walk.out.unpacked(block.data.len(), leaf.path)?;
        walk.member(&mut children, Some(&block.name), &block.data)?;
        if !block.complete {
            walk.out.unread(leaf.path, Some(&block.name), Cause::Malformed);
        }
        cuts.extend(block.spans);
    }
    if !cuts.is_empty() {
        cuts.sort_by_key(|span| span.start);
        cut_out(text, &cuts);
    }
    Ok(())
}

enum Outcome {
    /// The block is what it says.
    Known,
    /// Its lines are text like any other.
    Words,
}

fn armored(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    block: &Armored,
) -> Result<Outcome, super::output::Stop> {
    if block.data.is_empty() {
        return Ok(Outcome::Words);
    }
    if block.label.starts_with("PGP ") {
        return packets(walk, leaf, &block.data);
    }
    match cms::classify(&block.data) {
        Cms::Foreign => {}
        found => {
            cryptographic_message(walk, leaf, &block.data, found)?;
            return Ok(Outcome::Known);
        }
    }
    // Keys, certificates and signatures of other families say nothing about a person.
    let known = ["KEY", "CERTIFICATE", "SIGNATURE", "CRL", "PARAMETERS"];
    if !known.iter().any(|word| block.label.contains(word)) || sniff::is_text(&block.data) {
        walk.inner(leaf, &block.data)?;
    }
    Ok(Outcome::Words)
}

/// OpenPGP packets, from armor or as they are.
fn packets(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    data: &[u8],
) -> Result<Outcome, super::output::Stop> {
    let cause = match openpgp::classify(data) {
        Packets::Encrypted => {
            walk.out.fact(Fact::PgpEncrypted, leaf.path);
            Cause::Encrypted
        }
        Packets::KeysOrSignatures => return Ok(Outcome::Known),
        Packets::Literal(_) | Packets::Compressed => {
            layer(walk, leaf, data)?;
            return Ok(Outcome::Known);
        }
        // The BEGIN line lies: whatever the bytes are is read as that.
        Packets::Foreign if sniff::is_text(data) || sniff::is_known_binary(data) => {
            walk.inner(leaf, data)?;
            return Ok(Outcome::Words);
        }
        Packets::Foreign | Packets::Damaged => {
            walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
            return Ok(Outcome::Words);
        }
    };
    walk.out.unread(leaf.path, leaf.file(), cause);
    Ok(Outcome::Known)
}

/// Takes one layer of packets off and reads what is in it.
fn layer(walk: &mut Walk<'_>, leaf: &Leaf<'_>, data: &[u8]) -> Flow {
    let mut children = Children::of(leaf.path);
    let (algorithm, packed) = match openpgp::layer(data) {
        Some(Layer::Literal { name, data }) => {
            let name = Some(name.as_str()).filter(|name| !name.is_empty());
            return walk.member(&mut children, name, &data);
        }
        Some(Layer::Compressed { algorithm, data }) => (algorithm, data),
        None => {
            walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
            return Ok(());
        }
    };
    let Some(path) = walk.container(&mut children, None)? else { return Ok(()) };
    let leaf = Leaf { path: &path, ..*leaf };
    let packed = packed.as_slice();
    let reader: Box<dyn Read> = match algorithm {
        0 => Box::new(packed),
        1 => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        2 => Box::new(flate2::bufread::ZlibDecoder::new(packed)),
        3 => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        _ => {
            walk.out.unread(&path, leaf.file(), Cause::Unsupported);
            return Ok(());
        }
    };
    let unpacked = unpack(&mut walk.out, &path, reader)?;
    unpacked.tell(&mut walk.out, &path, leaf.file());
    packets(walk, &leaf, &unpacked.bytes).map(|_| ())
}

/// A part that is OpenPGP packets without armor.
pub(super) fn read_packets(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    packets(walk, leaf, leaf.bytes).map(|_| ())
}

/// Reads what a CMS message carries in the clear, and tells what it proves.
pub(super) fn cryptographic_message(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    data: &[u8],
    found: Cms,
) -> Flow {
    let cause = match (found, cms::carried(data)) {
        (Cms::Encrypted, _) => {
            walk.out.fact(Fact::SmimeEncrypted, leaf.path);
            Cause::Encrypted
        }
        (Cms::SignedContent, Some(Carried::Plain(content))) => {
            return walk.entity(leaf, &content);
        }
        (Cms::Other, Some(Carried::Compressed(packed))) => {
            let reader = flate2::bufread::ZlibDecoder::new(packed.as_slice());
            let unpacked = unpack(&mut walk.out, leaf.path, reader)?;
            unpacked.tell(&mut walk.out, leaf.path, leaf.file());
            return walk.entity(leaf, &unpacked.bytes);
        }
        (Cms::Other, _) => Cause::Unsupported,
        (Cms::Damaged | Cms::SignedContent, _) => Cause::Malformed,
        (Cms::Detached | Cms::Foreign, _) => return Ok(()),
    };
    walk.out.unread(leaf.path, leaf.file(), cause);
    Ok(())
}

/// Takes spans, in ascending order, out of a text and moves its zones.
fn cut_out(text: &mut Text, cuts: &[Range<usize>]) {
    let content = text.content.expose();
    let mut kept = String::with_capacity(content.len());
    let mut from = 0;
    for cut in cuts.iter().filter(|cut| !cut.is_empty()) {
        kept.push_str(content.get(from..cut.start).unwrap_or_default());
        from = from.max(cut.end);
    }
    kept.push_str(content.get(from..).unwrap_or_default());
    let moved = |at: u32| {
        let before: usize = cuts
            .iter()
            .map(|cut| (at as usize).clamp(cut.start, cut.end.max(cut.start)) - cut.start)
            .sum();
        at.saturating_sub(u32::try_from(before).unwrap_or(u32::MAX))
    };
    for (span, _) in &mut text.zones {
        *span = moved(span.start)..moved(span.end);
    }
    text.zones.retain(|(span, _)| span.start < span.end);
    text.content = Secret::new(kept);
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::extract::archive::reading::{causes, names, read_file, shows};
    use crate::text::{PartPath, Place, Zone};

    fn deflated(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Default::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_openpgp_only_compresses_is_read() {
        let literal = [&b"\xCB\x20b\x05a.txt\0\0\0\0"[..], b"Patient Jane Roe, MRN"].concat();
        let packed = [&[2][..], &deflated(&literal)].concat();
        let packet = [&[0xC8, packed.len() as u8][..], &packed].concat();
        let reading = read_file("a.gpg", &packet);
        assert!(shows(&reading, "Patient Jane Roe") && causes(&reading).is_empty());
        assert!(names(&reading).contains(&"a.txt"));
    }

    #[test]
    fn what_cms_only_compresses_is_read() {
        let der = |tag: u8, content: &[u8]| {
            [&[tag, 0x82][..], &(content.len() as u16).to_be_bytes(), content].concat()
        };
        let data = deflated(b"Content-Type: text/html\r\n\r\n<p>Patient Jane Roe</p>");
        let data_type = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
        let compressed_type = b"\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09";
        let info = [&data_type[..], &der(0xA0, &der(0x04, &data))].concat();
        let content = [&[2, 1, 0][..], &der(0x30, &[6, 1, 0x2A]), &der(0x30, &info)].concat();
        let message = [&compressed_type[..], &der(0xA0, &der(0x30, &content))].concat();
        let reading = read_file("smime.p7z", &der(0x30, &message));
        assert!(shows(&reading, "Patient Jane Roe") && !shows(&reading, "<p>"));
        assert!(causes(&reading).is_empty());
    }

    #[test]
    fn zones_move_with_what_is_cut_out() {
        let mut text = Text::plain(Place::Body, &PartPath::root(), "aaBBccDDee".into());
        text.zones = vec![(0..4, Zone::Quoted), (4..6, Zone::Quoted), (5..10, Zone::Quoted)];
        cut_out(&mut text, &[2..4, 6..8]);
        assert_eq!(text.content.expose(), "aaccee");
        let spans: Vec<_> = text.zones.iter().map(|(span, _)| span.clone()).collect();
        assert_eq!(spans, [0..2, 2..4, 3..6]);
    }
}
