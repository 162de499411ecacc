//! The sentences that mail programs put before the first boundary of a multipart.

/// They speak to mail readers of forty years ago.
const BOILERPLATE: &[&str] = &[
    "this is a multi-part message in mime format",
    "this is a multi part message in mime format",
    "this is a multipart message in mime format",
    "this is a mime-formatted message",
    "this is a mime formatted message",
    "this is a mime-encapsulated message",
    "this message is in mime format",
    "this is an openpgp/mime signed message",
    "this is an openpgp/mime encrypted message",
    "this is a cryptographically signed message in mime format",
];

/// Whether nothing stands there but such a sentence.
pub(super) fn is_boilerplate(bytes: &[u8]) -> bool {
    let trimmed = bytes.trim_ascii();
    let alphanumeric = trimmed.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    if !alphanumeric {
        return true;
    }
    let lower = trimmed.to_ascii_lowercase();
    let known = BOILERPLATE.iter().find_map(|known| lower.strip_prefix(known.as_bytes()));
    // A few words more may follow; what could be a number or a name of somebody may not.
    known.is_some_and(|rest| rest.len() < 200 && !has_foreign_words(rest))
}

/// Whether more follows than the rest of the sentences that are usual.
fn has_foreign_words(rest: &[u8]) -> bool {
    const USUAL: &[&str] = &[
        "since your mail reader does not understand this format, some or all of this message may not be legible",
        "since your mail reader does not understand",
        "this format, some or all of this message may not be legible",
        "if you are reading this, your mail reader does not support mime",
        "(rfc 4880 and 3156)",
        "(rfc 2440 and 3156)",
    ];
    let mut rest = String::from_utf8_lossy(rest).split_whitespace().collect::<Vec<_>>().join(" ");
    for usual in USUAL {
        rest = rest.replace(usual, "");
    }
    rest.contains(|c: char| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_words_before_a_boundary_are_passed_over() {
        for usual in [
            "",
            "\r\n---\r\n",
            "This is a multi-part message in MIME format.\r\n",
            "This is an OpenPGP/MIME signed message (RFC 4880 and 3156)",
            "This message is in MIME format. Since your mail reader does not understand\n\
             this format, some or all of this message may not be legible.",
        ] {
            assert!(is_boilerplate(usual.as_bytes()), "{usual}");
        }
        for unusual in [
            "Patient SSN 536-22-8471",
            "This is a multi-part message in MIME format. Jane Roe",
            "This is a multi-part message in MIME format. 0012345",
        ] {
            assert!(!is_boilerplate(unusual.as_bytes()), "{unusual}");
        }
    }
}
