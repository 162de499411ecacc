//! The table of readers. A part goes to the first that knows it; a new format is one more row.

use super::cms::{self, Cms};
use super::leaf::Leaf;
use super::openpgp::{self, Packets};
use super::output::Flow;
use super::walk::{Children, Walk};
use super::{
    archive, binary_workbook, cards, clinical, compound, dicom, epub, flat_office, headers, html,
    inline, mbox, ooxml, opendocument, outlook, pdf, picture, plain, rtf, sniff, strings,
    structured,
};
use crate::limits::Cause;
use crate::message::header::{Header, looks_like_message};
use crate::message::transfer;
use crate::text::{Format, Place};

/// One row: whether a part is this reader's, and what it does with it.
struct Reader {
    format: Format,
    knows: fn(&Leaf<'_>) -> bool,
    read: fn(&mut Walk<'_>, &Leaf<'_>) -> Flow,
}

/// Bytes come first, in the order of how much they prove; declared types only tell formats apart
/// that are all text.
const READERS: &[Reader] = &[
    Reader { format: Format::Empty, knows: is_empty, read: nothing },
    Reader { format: Format::Dicom, knows: dicom::knows, read: dicom::read },
    Reader { format: Format::Mailbox, knows: mbox::knows, read: mbox::read },
    Reader { format: Format::Message, knows: is_message, read: message },
    Reader { format: Format::Pdf, knows: pdf::is_pdf, read: pdf::read },
    Reader { format: Format::Epub, knows: epub::knows, read: epub::read },
    Reader {
        format: Format::BinaryWorkbook,
        knows: binary_workbook::knows,
        read: binary_workbook::read,
    },
    Reader { format: Format::OfficeXml, knows: ooxml::knows, read: ooxml::read },
    Reader { format: Format::OpenDocument, knows: opendocument::knows, read: opendocument::read },
    Reader { format: Format::OfficeXml, knows: flat_office::knows, read: flat_office::read },
    Reader { format: Format::OutlookMessage, knows: outlook::msg::knows, read: outlook::msg::read },
    Reader { format: Format::Tnef, knows: outlook::tnef::knows, read: outlook::tnef::read },
    Reader { format: Format::Compound, knows: compound::knows, read: compound::read },
    Reader { format: Format::Rtf, knows: rtf::knows, read: rtf::read },
    Reader { format: Format::DiskImage, knows: archive::disc::knows, read: archive::disc::read },
    Reader { format: Format::Zip, knows: archive::zip::knows, read: archive::zip::read },
    Reader { format: Format::SevenZip, knows: archive::sevenz::knows, read: archive::sevenz::read },
    Reader { format: Format::Rar, knows: archive::rar::knows, read: archive::rar::read },
    Reader { format: Format::Tar, knows: archive::tar::knows, read: archive::tar::read },
    Reader {
        format: Format::Cabinet,
        knows: archive::cabinet::knows,
        read: archive::cabinet::read,
    },
    Reader { format: Format::Archive, knows: archive::ar::knows, read: archive::ar::read },
    Reader { format: Format::Archive, knows: archive::cpio::knows, read: archive::cpio::read },
    Reader { format: Format::Archive, knows: archive::lha::knows, read: archive::lha::read },
    Reader { format: Format::Archive, knows: archive::arj::knows, read: archive::arj::read },
    Reader { format: Format::Encoded, knows: archive::apple::knows, read: archive::apple::read },
    Reader {
        format: Format::Compressed,
        knows: archive::compressed::knows,
        read: archive::compressed::read,
    },
    Reader { format: Format::Image, knows: picture::knows, read: picture::read },
    Reader {
        format: Format::Archive,
        knows: archive::foreign::is_archive,
        read: unsupported_binary,
    },
    Reader {
        format: Format::DiskImage,
        knows: archive::foreign::is_disk_image,
        read: unsupported_binary,
    },
    Reader { format: Format::Clinical, knows: clinical::knows, read: clinical::read },
    Reader {
        format: Format::Clinical,
        knows: clinical::document::knows,
        read: clinical::document::read,
    },
    Reader { format: Format::Unknown, knows: sniffs_as_binary, read: unsupported_binary },
    Reader { format: Format::Cms, knows: is_cms, read: cryptographic_message },
    Reader { format: Format::OpenPgp, knows: is_openpgp, read: inline::read_packets },
    Reader { format: Format::Unknown, knows: is_textual_format, read: textual_format },
    Reader { format: Format::OpenPgp, knows: is_pgp_version, read: nothing },
    Reader { format: Format::HeaderFields, knows: is_header_block, read: header_block },
    Reader { format: Format::Partial, knows: is_partial, read: partial },
    Reader { format: Format::Cards, knows: is_card, read: cards::read },
    Reader { format: Format::Html, knows: is_html, read: html::read },
    Reader { format: Format::Structured, knows: structured::knows, read: structured::read },
    Reader { format: Format::Text, knows: is_text, read: plain::read },
];

/// Reads a part, or says why not.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    // What the body said counts, whatever an attachment does to its reader.
    if leaf.place == Place::Attachment {
        walk.out.brace();
    }
    match READERS.iter().find(|reader| (reader.knows)(leaf)) {
        Some(reader) => {
            walk.out.format(reader.format, leaf.path);
            (reader.read)(walk, leaf)?;
            walk.pasted()?;
            match reader.format {
                Format::Compound if !compound::has_archive_behind(leaf.bytes) => Ok(()),
                Format::Pdf
                | Format::Compound
                | Format::Rtf
                | Format::DiskImage
                | Format::Image => archive_behind(walk, leaf),
                Format::Dicom if dicom::has_preamble(leaf.bytes) => also(walk, leaf),
                _ => Ok(()),
            }
        }
        None => {
            walk.out.format(Format::Unknown, leaf.path);
            // What says that it is CMS or OpenPGP and is neither is broken, not foreign.
            let cause = if says_cms(leaf) || says_openpgp(leaf) {
                Cause::Malformed
            } else {
                Cause::Unsupported
            };
            walk.out.unread(leaf.path, leaf.file(), cause);
            if !strings::is_noise(leaf.bytes) {
                strings::sweep(walk, leaf);
            }
            Ok(())
        }
    }
}

/// Children of a document, behind which an archive at its end has its place.
const MOST_EMBEDDED: u32 = 10_000;

/// A file can be a document from its beginning and an archive from its end.
fn archive_behind(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    if !archive::zip::knows(leaf) {
        return Ok(());
    }
    let path = Children::behind(leaf.path, MOST_EMBEDDED).next();
    walk.out.begin(&path)?;
    if !walk.out.within_depth(&path) {
        return Ok(());
    }
    walk.out.format(Format::Zip, &path);
    archive::zip::read(walk, &Leaf { path: &path, ..*leaf })
}

/// A DICOM file leaves its beginning to other formats (PS3.10 section 7.1): what that makes of the
/// file is a part of its own.
fn also(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let other = READERS.iter().find(|reader| {
        let words = matches!(reader.format, Format::Text | Format::Structured | Format::Html);
        !words && reader.format != Format::Dicom && (reader.knows)(leaf)
    });
    let Some(other) = other.filter(|reader| reader.format != Format::Unknown) else {
        return Ok(());
    };
    let path = Children::behind(leaf.path, MOST_EMBEDDED).next();
    walk.out.begin(&path)?;
    if !walk.out.within_depth(&path) {
        return Ok(());
    }
    walk.out.format(other.format, &path);
    (other.read)(walk, &Leaf { path: &path, ..*leaf })
}

fn nothing(_: &mut Walk<'_>, _: &Leaf<'_>) -> Flow {
    Ok(())
}

fn unsupported(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
    Ok(())
}

/// Bytes of a format that no reader knows: their words are there in part, perhaps.
fn unsupported_binary(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    unsupported(walk, leaf)?;
    if !strings::is_noise(leaf.bytes) {
        strings::sweep(walk, leaf);
    }
    Ok(())
}

fn is_empty(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.trim_ascii().is_empty()
}

/// A nested message: declared, or by its header. A body that begins with the header of a forwarded
/// message is a body.
fn is_message(leaf: &Leaf<'_>) -> bool {
    leaf.content.is_message() && !sniff::is_known_binary(leaf.bytes)
        || leaf.place == Place::Attachment && looks_like_message(leaf.bytes)
}

fn message(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    walk.message(leaf.bytes, leaf.path)
}

fn sniffs_as_binary(leaf: &Leaf<'_>) -> bool {
    sniff::is_known_binary(leaf.bytes)
}

fn says_cms(leaf: &Leaf<'_>) -> bool {
    leaf.content.media_type.contains("pkcs7")
        || leaf.extension().is_some_and(|e| matches!(e.as_str(), "p7m" | "p7s" | "p7c" | "p7z"))
}

fn is_cms(leaf: &Leaf<'_>) -> bool {
    cms::classify(leaf.bytes) != Cms::Foreign
        || says_cms(leaf) && transfer::looks_like_base64(leaf.bytes)
}

fn cryptographic_message(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let found = match cms::classify(leaf.bytes) {
        Cms::Foreign => {
            let decoded = transfer::base64(leaf.bytes);
            return walk.inner(leaf, &decoded.bytes);
        }
        found => found,
    };
    inline::cryptographic_message(walk, leaf, leaf.bytes, found)
}

fn says_openpgp(leaf: &Leaf<'_>) -> bool {
    leaf.content.media_type.starts_with("application/pgp")
        || leaf.extension().is_some_and(|e| matches!(e.as_str(), "pgp" | "gpg" | "asc" | "sig"))
}

/// Packets without armor. A first byte can look like a packet by chance: what does not hold
/// together is OpenPGP only where it says so.
fn is_openpgp(leaf: &Leaf<'_>) -> bool {
    match openpgp::classify(leaf.bytes) {
        Packets::Foreign => false,
        Packets::Encrypted => true,
        Packets::KeysOrSignatures | Packets::Literal(_) | Packets::Compressed => says_openpgp(leaf),
        Packets::Damaged => says_openpgp(leaf),
    }
}

fn is_textual_format(leaf: &Leaf<'_>) -> bool {
    sniff::is_textual_format(leaf.bytes)
}

/// Its words are there, but not all of them as they will be seen.
fn textual_format(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    unsupported(walk, leaf)?;
    plain::read(walk, leaf)
}

/// The control part of PGP/MIME (RFC 3156 section 4).
fn is_pgp_version(leaf: &Leaf<'_>) -> bool {
    leaf.content.media_type == "application/pgp-encrypted"
        && leaf.bytes.trim_ascii().eq_ignore_ascii_case(b"version: 1")
}

fn is_header_block(leaf: &Leaf<'_>) -> bool {
    leaf.content.media_type == "text/rfc822-headers"
}

fn header_block(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let (header, body) = Header::split(leaf.bytes);
    headers::read(&mut walk.out, &header, leaf.path, headers::Heads::Message);
    if body.trim_ascii().is_empty() {
        return Ok(());
    }
    plain::read(walk, &Leaf { bytes: body, ..*leaf })
}

/// A piece of a message whose other pieces are in other messages (RFC 2046 section 5.2.2).
fn is_partial(leaf: &Leaf<'_>) -> bool {
    leaf.content.media_type == "message/partial"
}

fn partial(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    unsupported(walk, leaf)?;
    plain::read(walk, leaf)
}

fn is_card(leaf: &Leaf<'_>) -> bool {
    cards::looks_like_cards(leaf.bytes) && sniff::is_text(leaf.bytes)
}

fn is_html(leaf: &Leaf<'_>) -> bool {
    let says_html =
        matches!(leaf.content.media_type.as_str(), "text/html" | "application/xhtml+xml")
            || !leaf.content.is_text()
                && leaf.extension().is_some_and(|e| matches!(e.as_str(), "html" | "htm" | "xhtml"));
    (says_html || sniff::is_html(leaf.bytes) || sniff::is_svg(leaf.bytes))
        && (sniff::is_text(leaf.bytes) || leaf.content.is_text())
}

fn is_text(leaf: &Leaf<'_>) -> bool {
    leaf.content.is_text()
        || leaf.content.media_type.starts_with("message/")
        || sniff::is_text(leaf.bytes)
}

#[cfg(test)]
mod tests {
    use crate::extract::{Input, read};
    use crate::limits::{Budget, Limits};
    use crate::text::{
        HeaderAddresses, PartFact, PartFormat, PartPath, Picture, Sink, Text, Unread,
    };

    /// Notes how many texts were there each time the reader braced itself.
    #[derive(Default)]
    struct Watching {
        texts: usize,
        braced: Vec<usize>,
    }

    impl Sink for Watching {
        fn begin(&mut self, _: &PartPath) {}
        fn brace(&mut self) {
            self.braced.push(self.texts);
        }
        fn format(&mut self, _: PartFormat) {}
        fn text(&mut self, _: Text) {
            self.texts += 1;
        }
        fn fact(&mut self, _: PartFact) {}
        fn unread(&mut self, _: Unread) {}
        fn addresses(&mut self, _: HeaderAddresses) {}
        fn picture(&mut self, _: Picture) {}
    }

    #[test]
    fn what_a_body_said_is_handed_over_before_an_attachment_is_read() {
        let message = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n\
            Content-Disposition: attachment\nContent-Type: application/octet-stream\n\n\x00\x01\n\
            --b--\n";
        let mut sink = Watching::default();
        read(&Input::Message, message, &mut Budget::new(&Limits::default()), &mut sink);
        assert_eq!(sink.braced, [1]);
    }
}
