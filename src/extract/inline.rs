//! Blocks inside a text that are no text: armored OpenPGP and CMS, uuencoded files. What they
//! prove is told, what they hold is read or said to be unread, and their bytes are taken out.

use std::ops::Range;

use super::armor::{self, Armored};
use super::cms::{self, Cms};
use super::leaf::Leaf;
use super::openpgp::{self, Packets};
use super::output::Flow;
use super::walk::Walk;
use super::{file_names, sniff, uuencode};
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
    for block in uuencode::blocks(text.content.expose()) {
        walk.out.charge_part(leaf.path)?;
        walk.out.unread(leaf.path, Some(&block.name), Cause::Unsupported);
        file_names::read_one(&mut walk.out, leaf.path, leaf.group, &block.name);
        cuts.push(block.span);
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
            cryptographic_message(walk, leaf, found);
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
        Packets::Literal(range) => {
            walk.inner(leaf, data.get(range).unwrap_or_default())?;
            return Ok(Outcome::Known);
        }
        Packets::Compressed => Cause::Unsupported,
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

/// A part that is OpenPGP packets without armor.
pub(super) fn read_packets(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    packets(walk, leaf, leaf.bytes).map(|_| ())
}

/// Tells what a CMS message proves.
pub(super) fn cryptographic_message(walk: &mut Walk<'_>, leaf: &Leaf<'_>, found: Cms) {
    let cause = match found {
        Cms::Encrypted => {
            walk.out.fact(Fact::SmimeEncrypted, leaf.path);
            Cause::Encrypted
        }
        Cms::SignedContent | Cms::Other => Cause::Unsupported,
        Cms::Damaged => Cause::Malformed,
        Cms::Detached | Cms::Foreign => return,
    };
    walk.out.unread(leaf.path, leaf.file(), cause);
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
    use super::*;
    use crate::text::{PartPath, Place, Zone};

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
