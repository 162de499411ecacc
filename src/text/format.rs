//! What a part was read as.

use serde::{Deserialize, Serialize};

use super::PartPath;

/// The format that a reader took a part for, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Nothing but blanks.
    Empty,
    /// Text in some character set.
    Text,
    /// HTML.
    Html,
    /// iCalendar or vCard.
    Cards,
    /// A message, RFC 5322.
    Message,
    /// Several messages one behind the other.
    Mailbox,
    /// Header fields alone.
    HeaderFields,
    /// A piece of a message (RFC 2046 section 5.2.2).
    Partial,
    /// Cryptographic Message Syntax (RFC 5652): S/MIME.
    Cms,
    /// OpenPGP packets (RFC 9580).
    OpenPgp,
    /// An Outlook message.
    OutlookMessage,
    /// Outlook's transport format, winmail.dat.
    Tnef,
    /// PDF.
    Pdf,
    /// Word, Excel or PowerPoint in Office Open XML.
    OfficeXml,
    /// OpenDocument.
    OpenDocument,
    /// Word, Excel or PowerPoint of before 2007, and what else is a compound file.
    Compound,
    /// An Excel binary workbook.
    BinaryWorkbook,
    /// Rich text.
    Rtf,
    /// EPUB.
    Epub,
    /// A medical record: HL7 v2, X12, CDA, FHIR, NCPDP SCRIPT.
    Clinical,
    /// JSON, XML, or values separated by signs.
    Structured,
    /// A zip archive.
    Zip,
    /// A 7z archive.
    SevenZip,
    /// A tar archive.
    Tar,
    /// A RAR archive.
    Rar,
    /// A Windows cabinet.
    Cabinet,
    /// An archive of another kind: ar, cpio, ARJ, LHA.
    Archive,
    /// The image of a disc or disk.
    DiskImage,
    /// A file compressed by itself.
    Compressed,
    /// Mail encoded for other ways than MIME: uuencode, yEnc, AppleDouble.
    Encoded,
    /// DICOM.
    Dicom,
    /// An image.
    Image,
    /// Nothing that a reader knows.
    Unknown,
}

impl Format {
    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Html => "HTML",
            Self::Cards => "calendar or contact card",
            Self::Message => "message",
            Self::Mailbox => "mailbox",
            Self::HeaderFields => "header fields",
            Self::Partial => "piece of a message",
            Self::Cms => "S/MIME",
            Self::OpenPgp => "OpenPGP",
            Self::OutlookMessage => "Outlook message",
            Self::Tnef => "winmail.dat",
            Self::Pdf => "PDF",
            Self::OfficeXml => "Office document",
            Self::OpenDocument => "OpenDocument",
            Self::Compound => "older Office document",
            Self::BinaryWorkbook => "binary workbook",
            Self::Rtf => "rich text",
            Self::Epub => "EPUB",
            Self::Clinical => "medical record",
            Self::Structured => "structured text",
            Self::Zip => "zip archive",
            Self::SevenZip => "7z archive",
            Self::Tar => "tar archive",
            Self::Rar => "RAR archive",
            Self::Cabinet => "cabinet",
            Self::Archive => "archive",
            Self::DiskImage => "disc image",
            Self::Compressed => "compressed file",
            Self::Encoded => "encoded file",
            Self::Dicom => "DICOM",
            Self::Image => "image",
            Self::Unknown => "unknown format",
        }
    }
}

/// A part and what it was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFormat {
    /// The part.
    pub part: PartPath,
    /// Its format.
    pub format: Format,
}
