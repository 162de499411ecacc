//! Header fields that people read, or that anyone may have written: Subject, display names, and
//! every field that is not known to be written by machines for machines.

use super::normal::normal;
use super::output::Output;
use super::sniff;
use crate::message::{Field, Header, addresses, encoded_word};
use crate::secret::Secret;
use crate::text::{self, HeaderAddresses, PartPath, Place, Text};

/// What a header heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heads {
    /// A message, outermost or nested.
    Message,
    /// A part of one.
    Part,
}

/// Fields that become a text of their own; what comes after them shares one, so that a header of a
/// million fields costs no million texts.
const MOST_TEXTS: usize = 200;

/// Hands on what is to be read in a header.
pub(super) fn read(out: &mut Output<'_>, header: &Header<'_>, part: &PartPath, heads: Heads) {
    let mut texts = 0;
    let mut rest = String::new();
    for field in &header.fields {
        let Some(Readable { place, words, label }) = readable(field, heads) else { continue };
        if !sniff::has_words(&words) {
            continue;
        }
        if texts < MOST_TEXTS {
            texts += 1;
            out.text(labelled(place, part, words, label));
        } else {
            rest.push_str(&words);
            rest.push('\n');
        }
    }
    out.text(Text::plain(Place::Header, part, rest));
}

/// The addresses of a message's own header.
pub(super) fn addresses_of(header: &Header<'_>) -> HeaderAddresses {
    let of = |name: &'static str| {
        header.all(name).flat_map(|field| addresses::addresses(field.value)).map(Secret::new)
    };
    let message_id = header.first("message-id").map(|value| {
        let value = encoded_word::unfold(value);
        let text = String::from_utf8_lossy(value.trim_ascii());
        let bare = text.trim_start_matches('<').trim_end_matches('>');
        Secret::new(bare.to_owned())
    });
    HeaderAddresses {
        from: of("from").next(),
        to: of("to").chain(of("cc")).chain(of("bcc")).collect(),
        message_id,
    }
}

struct Readable {
    place: Place,
    words: String,
    label: Option<String>,
}

fn readable(field: &Field<'_>, heads: Heads) -> Option<Readable> {
    let name = String::from_utf8_lossy(field.name).to_ascii_lowercase();
    let unlabelled = |place, words| Some(Readable { place, words, label: None });
    match name.as_str() {
        "subject" if heads == Heads::Message => {
            unlabelled(Place::Subject, normal(&encoded_word::decode(field.value)))
        }
        name if ADDRESS_FIELDS.contains(&name) => {
            let label = Some(String::from_utf8_lossy(field.name).into_owned());
            Some(Readable {
                place: Place::Header,
                words: normal(&addresses::words(field.value)),
                label,
            })
        }
        "comments" | "keywords" | "" => {
            unlabelled(Place::Header, normal(&encoded_word::decode(field.value)))
        }
        name if is_machine_field(name) => None,
        _ => Some(Readable {
            place: Place::Header,
            words: normal(&encoded_word::decode(field.value)),
            label: Some(String::from_utf8_lossy(field.name).into_owned()),
        }),
    }
}

fn labelled(place: Place, part: &PartPath, words: String, label: Option<String>) -> Text {
    let end = u32::try_from(words.len()).unwrap_or(u32::MAX);
    let mut text = Text::plain(place, part, words);
    if let Some(label) = label {
        text.labels.push(Secret::new(label));
        text.fields.push(text::Field { span: 0..end, label: Some(0), record: None });
    }
    text
}

/// Fields that are lists of addresses: their words are display names and comments.
const ADDRESS_FIELDS: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "sender",
    "resent-from",
    "resent-to",
    "resent-cc",
    "resent-bcc",
    "resent-sender",
    "resent-reply-to",
    "mail-followup-to",
    "mail-reply-to",
    "disposition-notification-to",
    "return-receipt-to",
    "apparently-to",
    "x-apparently-to",
    "x-bcc",
    "x-reply-to",
];

fn is_machine_field(name: &str) -> bool {
    MACHINE_FIELDS.contains(&name) || MACHINE_FAMILIES.iter().any(|prefix| name.starts_with(prefix))
}

/// Families of fields that mail servers and filters write about a message's way: keys, sums,
/// scores and host names, long rows of digits that look like identifiers and are none.
const MACHINE_FAMILIES: &[&str] = &[
    "arc-",
    "authentication-results",
    "dkim-",
    "domainkey-",
    "list-",
    "received",
    "x-antiabuse",
    "x-assp-",
    "x-exchange-antispam",
    "x-forefront-",
    "x-google-",
    "x-gm-",
    "x-gpg-",
    "x-habeas-",
    "x-ironport-",
    "x-mailgun-",
    "x-mailman-",
    "x-mailscanner",
    "x-microsoft-antispam",
    "x-ms-exchange-",
    "x-ms-office365-",
    "x-ms-publictraffictype",
    "x-ms-traffictypediagnostic",
    "x-mimedefang",
    "x-mozilla-",
    "x-pmx-",
    "x-proofpoint-",
    "x-rspamd-",
    "x-ses-",
    "x-sg-",
    "x-spam-",
    "x-virus-",
    "x-yahoo-",
    "x-ymail",
];

/// Single fields of the same sort: structured by their RFC (trace, identification, dates, MIME
/// itself), or written by mail programs about themselves. MIME fields are read elsewhere.
const MACHINE_FIELDS: &[&str] = &[
    "accept-language",
    "auto-submitted",
    "autocrypt",
    "cancel-lock",
    "content-class",
    "content-disposition",
    "content-id",
    "content-language",
    "content-length",
    "content-md5",
    "content-transfer-encoding",
    "content-type",
    "date",
    "delivered-to",
    "delivery-date",
    "envelope-to",
    "errors-to",
    "feedback-id",
    "importance",
    "in-reply-to",
    "lines",
    "mailing-list",
    "message-id",
    "mime-version",
    "nntp-posting-date",
    "nntp-posting-host",
    "old-return-path",
    "original-recipient",
    "path",
    "precedence",
    "priority",
    "references",
    "reply-by",
    "resent-date",
    "resent-message-id",
    "return-path",
    "sensitivity",
    "status",
    "thread-index",
    "user-agent",
    "x-accept-language",
    "x-authentication-warning",
    "x-auto-response-suppress",
    "x-beenthere",
    "x-complaints-to",
    "x-delivered-to",
    "x-entity-ref-id",
    "x-envelope-to",
    "x-face",
    "x-loop",
    "x-mailer",
    "x-mailer-version",
    "x-mime-autoconverted",
    "x-mimeole",
    "x-ms-has-attach",
    "x-ms-tnef-correlator",
    "x-msmail-priority",
    "x-notes-item",
    "x-original-date",
    "x-original-to",
    "x-originalarrivaltime",
    "x-originating-ip",
    "x-phi-detected",
    "x-phi-scan",
    "x-priority",
    "x-received",
    "x-scanned-by",
    "x-sender",
    "x-sieve",
    "x-status",
    "x-trace",
    "x-uid",
    "x-uidl",
    "xref",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};
    use crate::text::Reading;

    fn read_header(header: &str, heads: Heads) -> Reading {
        let (header, _) = Header::split(header.as_bytes());
        let mut reading = Reading::default();
        let mut budget = Budget::new(&Limits::default());
        read(&mut Output::new(&mut budget, &mut reading), &header, &PartPath::root(), heads);
        reading
    }

    fn words(reading: &Reading) -> Vec<(Place, &str)> {
        reading.texts.iter().map(|t| (t.place, t.content.expose().as_str())).collect()
    }

    #[test]
    fn every_subject_is_read() {
        let reading =
            read_header("Subject: one\nSUBJECT: =?utf-8?q?two?=\nSubject:\n\n", Heads::Message);
        assert_eq!(words(&reading), [(Place::Subject, "one"), (Place::Subject, "two")]);
        let part = read_header("Subject: one\n\n", Heads::Part);
        assert_eq!(words(&part), [(Place::Header, "one")]);
    }

    #[test]
    fn names_and_unknown_fields_are_read_and_machine_fields_are_not() {
        let reading = read_header(
            "Received: from 536-22-8471\nFrom: Jane Roe <j@x.example>\nComments: see chart\n\
             X-Patient-Id: 0012345\nX-Spam-Score: 3\nMessage-ID: <1@x>\nPatient: Ann\n\
             X-PHI-Scan: verdict=accept\nX-PHI-Note: of ours are two names\n\n",
            Heads::Message,
        );
        let expected = ["Jane Roe", "see chart", "0012345", "Ann", "of ours are two names"];
        assert_eq!(words(&reading).iter().map(|w| w.1).collect::<Vec<_>>(), expected);
        let text = &reading.texts[2];
        let label = text.field_at(3).and_then(|f| text.label(f)).map(|l| l.expose().as_str());
        assert_eq!(label, Some("X-Patient-Id"));
    }

    #[test]
    fn a_header_of_many_fields_gives_few_texts() {
        let reading = read_header(&"X-A: word\n".repeat(5000), Heads::Message);
        assert_eq!(reading.texts.len(), MOST_TEXTS + 1);
        assert_eq!(reading.text_bytes(), MOST_TEXTS * 4 + (5000 - MOST_TEXTS) * 5);
    }

    #[test]
    fn addresses_come_from_the_header() {
        let (header, _) = Header::split(
            b"From: Jane <j@x.example>, k@x.example\nTo: a@y.example\nCc: b@y.example\n\
              Bcc: c@y.example\nMessage-ID: <1.2@x>\n\n",
        );
        let found = addresses_of(&header);
        assert_eq!(found.from.unwrap().expose(), "j@x.example");
        assert_eq!(found.to.len(), 3);
        assert_eq!(found.message_id.unwrap().expose(), "1.2@x");
    }
}
