//! Whether a message's own header is that of a mailing list, a newsletter or a newsgroup.

use crate::message::header::{Field, Header};

/// Fields that list managers and news servers write, and what their values hold when they do. A
/// field without such a value is somebody's own.
const LIST_FIELDS: &[(&str, Holds)] = &[
    // RFC 2919 and RFC 2369: an identifier or a link in angle brackets.
    ("List-Id", Holds::Brackets),
    ("List-Unsubscribe", Holds::Brackets),
    ("List-Post", Holds::Brackets),
    ("List-Subscribe", Holds::Brackets),
    ("List-Help", Holds::Brackets),
    ("List-Archive", Holds::Brackets),
    // RFC 5536 section 3.1.4: names of newsgroups, which have a dot.
    ("Newsgroups", Holds::Dot),
    ("Followup-To", Holds::Dot),
    ("NNTP-Posting-Host", Holds::Dot),
    ("NNTP-Posting-Date", Holds::Digit),
    ("X-Newsreader", Holds::Digit),
    ("Article-I.D.", Holds::Dot),
    ("Xref", Holds::Digit),
    ("Path", Holds::Bang),
    // Mailman, ezmlm, Majordomo, Sympa.
    ("X-Mailman-Version", Holds::Dot),
    ("X-BeenThere", Holds::At),
    ("Mailing-List", Holds::At),
    ("X-Mailing-List", Holds::At),
];

/// What the value of a list manager's field holds.
#[derive(Clone, Copy)]
enum Holds {
    Brackets,
    Dot,
    At,
    Digit,
    /// The mark between the names of news servers.
    Bang,
}

/// Values of Precedence by which mail to many is told from mail to one (RFC 3834 section 2).
const BULK: &[&[u8]] = &[b"bulk", b"list", b"junk"];

/// Whether one of the fields says so. Anyone can write such a field: it tells what a message
/// calls itself, and is no proof that it went to many.
pub(super) fn is_from_list(header: &Header<'_>) -> bool {
    header.fields.iter().any(|field| is_list_field(field) || is_bulk(field)) || is_article(header)
}

/// Old articles often keep no more of their header than these two, which mail seldom has together:
/// RFC 1036 section 2.2.
fn is_article(header: &Header<'_>) -> bool {
    let lines = header.first("Lines").map(<[u8]>::trim_ascii);
    header.first("Organization").is_some()
        && lines.is_some_and(|lines| !lines.is_empty() && lines.iter().all(u8::is_ascii_digit))
}

fn is_list_field(field: &Field<'_>) -> bool {
    LIST_FIELDS.iter().any(|(name, holds)| {
        field.is(name)
            && match holds {
                Holds::Brackets => field.value.contains(&b'<') && field.value.contains(&b'>'),
                Holds::Dot => field.value.contains(&b'.'),
                Holds::At => field.value.contains(&b'@'),
                Holds::Digit => field.value.iter().any(u8::is_ascii_digit),
                Holds::Bang => field.value.contains(&b'!'),
            }
    })
}

fn is_bulk(field: &Field<'_>) -> bool {
    let value = field.value.trim_ascii();
    field.is("Precedence") && BULK.iter().any(|bulk| value.eq_ignore_ascii_case(bulk))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_list(header: &str) -> bool {
        is_from_list(&Header::split(header.as_bytes()).0)
    }

    #[test]
    fn fields_of_list_managers_and_news_servers_are_known() {
        for field in [
            "List-Id: Friends of the garden <garden.lists.example.com>",
            "LIST-UNSUBSCRIBE:\n <https://news.example.com/leave>",
            "Newsgroups: sci.med,misc.health",
            "Precedence: Bulk",
            "NNTP-Posting-Host: host.example.edu",
            "Path: news.example.edu!feed.example.net!not-for-mail",
            "Organization: University of Example\nLines: 22",
            "X-Mailman-Version: 2.1.39",
            "Mailing-List: contact garden-help@lists.example.com; run by ezmlm",
        ] {
            assert!(from_list(&format!("From: a@example.com\n{field}\n\n")), "{field}");
        }
    }

    #[test]
    fn the_bare_name_of_such_a_field_is_not_enough() {
        for field in [
            "Subject: list-id: <a.example.com>",
            "List-Id: yes",
            "List-Unsubscribe:",
            "Newsgroups: none",
            "Precedence: first-class",
            "Path: home",
            "Lines: 22",
            "Organization: Harbor Clinic\nLines: of inquiry",
            "X-Mailing-List: colleagues",
        ] {
            assert!(!from_list(&format!("From: a@example.com\n{field}\n\n")), "{field}");
        }
    }
}
