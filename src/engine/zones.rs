//! Zones of a body that only its wording tells: quotation, signature, confidentiality footer.
//!
//! Policies do not count findings in signatures and footers, so these are taken narrowly: what
//! stands behind their marks at length is fresh.

use std::ops::Range;

use crate::text::{Text, Zone};

/// Lines of the longest signature behind its mark (RFC 3676 section 4.3), blank ones aside.
const SIGNATURE_LINES: usize = 12;
/// Bytes of the longest signature.
const SIGNATURE_BYTES: usize = 1_000;
/// Bytes of the longest line that introduces a quotation, and of such a line folded in two.
const INTRODUCTION: usize = 240;
/// Bytes of the shortest and the longest footer.
const FOOTER: Range<usize> = 80..2_500;
/// Paragraphs at the end, quoted ones and signatures with them, among which a footer is looked
/// for.
const FOOTER_PARAGRAPHS: usize = 4;

/// Bytes at the beginning of a body that are looked at; nobody writes more by hand.
const LOOKED_AT: usize = 512 << 10;

/// The zones of a body, ascending, not overlapping. What is in none is fresh.
#[derive(Debug, Default)]
pub(super) struct Zones {
    zones: Vec<(Range<usize>, Zone)>,
    /// What the structure tells; it wins.
    told: Vec<(Range<usize>, Zone)>,
}

impl Zones {
    /// The zones of a text of place body.
    pub fn of(text: &Text) -> Self {
        let told = text.zones.iter();
        let told = told.map(|(span, zone)| (span.start as usize..span.end as usize, *zone));
        let content = text.content.expose();
        let mut end = content.len().min(LOOKED_AT);
        while !content.is_char_boundary(end) {
            end -= 1;
        }
        Self { zones: worded(content.get(..end).unwrap_or_default()), told: told.collect() }
    }

    /// The zone of a byte.
    pub fn at(&self, byte: usize) -> Zone {
        let find = |zones: &[(Range<usize>, Zone)]| {
            let after = zones.partition_point(|(span, _)| span.start <= byte);
            let (span, zone) = zones.get(after.checked_sub(1)?)?;
            span.contains(&byte).then_some(*zone)
        };
        find(&self.told).or_else(|| find(&self.zones)).unwrap_or(Zone::Fresh)
    }
}

/// A line: where it begins and ends, its break left out.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    /// Its first byte that is no blank: it tells most lines from all marks.
    lead: Option<u8>,
}

impl<'a> Line<'a> {
    fn new(start: usize, text: &'a str) -> Self {
        let lead = text.bytes().find(|byte| !matches!(byte, b' ' | b'\t'));
        Self { start, end: start + text.len(), text, lead }
    }

    fn is_blank(&self) -> bool {
        self.lead.is_none()
    }

    fn is_quoted(&self) -> bool {
        self.lead == Some(b'>')
    }
}

fn worded(content: &str) -> Vec<(Range<usize>, Zone)> {
    let mut zones = Vec::new();
    let mut at = 0;
    let lines: Vec<Line<'_>> = content
        .split_inclusive('\n')
        .map(|text| {
            let start = at;
            at += text.len();
            let text = text.strip_suffix('\n').unwrap_or(text);
            Line::new(start, text.strip_suffix('\r').unwrap_or(text))
        })
        .collect();

    // Everything behind these marks is an earlier message, whatever its lines look like.
    let whole = lines.iter().enumerate().position(|(i, _)| begins_forwarded(&lines, i));
    let (own, rest) = lines.split_at_checked(whole.unwrap_or(lines.len())).unwrap_or((&lines, &[]));

    let mut i = 0;
    while let Some(line) = own.get(i) {
        let introduced = introduction(own, i);
        if line.is_quoted() || introduced > 0 {
            let start = line.start;
            let mut end = line.end;
            i += introduced;
            while let Some(line) = own.get(i).filter(|line| line.is_quoted() || line.is_blank()) {
                if line.is_quoted() {
                    end = line.end;
                }
                i += 1;
            }
            zones.push((start..end.max(start), Zone::Quoted));
        } else if line.lead == Some(b'-')
            && matches!(line.text, "-- " | "--")
            && !follows_text(own, i)
        {
            let lines = signature(own, i);
            let end = own.get(i + lines - 1).map_or(line.end, |last| last.end);
            zones.push((line.start..end, Zone::Signature));
            i += lines;
        } else {
            i += 1;
        }
    }
    footers(own, &zones).into_iter().for_each(|zone| zones.push(zone));
    if let (Some(first), Some(last)) = (rest.first(), rest.last()) {
        zones.push((first.start..last.end.max(first.start), Zone::Quoted));
    }
    zones.sort_by_key(|(span, _)| span.start);
    zones
}

/// A rule of two dashes under a heading or between table rows is no mark of a signature.
fn follows_text(lines: &[Line<'_>], i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|before| lines.get(before));
    before.is_some_and(|line| line.text.starts_with("--") || line.text.contains('|'))
}

/// How many lines from a signature's mark on belong to it: one alone, the mark, where what
/// follows is too long for a signature.
fn signature(lines: &[Line<'_>], i: usize) -> usize {
    let mut filled = 0;
    let mut bytes = 0;
    let mut taken = 1;
    for (n, line) in lines.iter().skip(i).enumerate().skip(1) {
        if line.is_quoted() || introduction(lines, i + n) > 0 {
            break;
        }
        bytes += line.text.len() + 1;
        filled += usize::from(!line.is_blank());
        if filled > SIGNATURE_LINES || bytes > SIGNATURE_BYTES {
            // A footer may follow a short signature after a blank line.
            return lines
                .iter()
                .skip(i + 2)
                .take(SIGNATURE_LINES)
                .position(Line::is_blank)
                .map_or(1, |blank| blank + 2);
        }
        taken = n + 1;
    }
    taken
}

/// How many lines, one or two, say `On ... wrote:` before a quotation.
fn introduction(lines: &[Line<'_>], i: usize) -> usize {
    let Some(first) = lines.get(i).filter(|line| line.lead == Some(b'O')) else { return 0 };
    let text = first.text.trim();
    if !text.starts_with("On ") || text.len() > INTRODUCTION {
        return 0;
    }
    let ends = |text: &str| text.trim_end().ends_with("wrote:");
    let length = match lines.get(i + 1) {
        _ if ends(text) => 1,
        Some(second) if ends(second.text) && text.len() + second.text.len() <= INTRODUCTION => 2,
        _ => return 0,
    };
    // A sentence such as `On Monday he wrote:` has no quoted line behind it.
    let next = lines.iter().skip(i + length).find(|line| !line.is_blank());
    if next.is_some_and(Line::is_quoted) { length } else { 0 }
}

/// Whether an earlier message begins here that no mark sets off line by line.
fn begins_forwarded(lines: &[Line<'_>], i: usize) -> bool {
    let Some(line) = lines.get(i) else { return false };
    if !matches!(line.lead, Some(b'-' | b'O' | b'F')) {
        return false;
    }
    let text = line.text.trim();
    if text.starts_with("-----") && text.ends_with('-') {
        let inner = text.trim_matches(['-', ' ']);
        return matches!(inner, "Original Message" | "Original message" | "Forwarded message");
    }
    if text.starts_with("On ") && text.len() <= INTRODUCTION {
        return on_someone_wrote(lines, i);
    }
    // The block of fields that Outlook puts before the message it quotes.
    if !text.starts_with("From:") {
        return false;
    }
    let block: Vec<&str> = lines.iter().skip(i + 1).take(6).map(|line| line.text.trim()).collect();
    let has = |name: &str| block.iter().any(|text| text.starts_with(name));
    has("To:") && has("Subject:") && (has("Sent:") || has("Date:"))
}

/// `On DATE, NAME <ADDRESS> wrote:` with no marked lines behind it: a quotation from HTML.
fn on_someone_wrote(lines: &[Line<'_>], i: usize) -> bool {
    let joined: String =
        lines.iter().skip(i).take(2).map(|line| line.text.trim()).collect::<Vec<_>>().join(" ");
    let Some((introduction, _)) = joined.split_once("wrote:") else { return false };
    introduction.len() <= INTRODUCTION
        && introduction.contains('@')
        && introduction.bytes().any(|byte| byte.is_ascii_digit())
        && self::introduction(lines, i) == 0
}

/// Paragraphs near the end of what the sender wrote that are about confidentiality.
fn footers(lines: &[Line<'_>], zones: &[(Range<usize>, Zone)]) -> Vec<(Range<usize>, Zone)> {
    let mut found = Vec::new();
    let mut end = lines.len();
    let mut left = FOOTER_PARAGRAPHS;
    while left > 0 {
        let Some(last) = lines.iter().take(end).rposition(|line| !line.is_blank()) else { break };
        let first = lines.iter().take(last).rposition(Line::is_blank).map_or(0, |blank| blank + 1);
        let (Some(top), Some(bottom)) = (lines.get(first), lines.get(last)) else { break };
        end = first;
        let span = top.start..bottom.end;
        left -= 1;
        let before = zones.partition_point(|(zone, _)| zone.start < span.end);
        let taken = before.checked_sub(1).and_then(|last| zones.get(last));
        if taken.is_some_and(|(zone, _)| span.start < zone.end) {
            continue;
        }
        let text: Vec<&str> =
            lines.get(first..=last).unwrap_or_default().iter().map(|line| line.text).collect();
        if FOOTER.contains(&(span.end - span.start)) && is_footer(&text.join(" ")) {
            found.push((span, Zone::Disclaimer));
        }
    }
    found
}

/// Two of the phrases that lawyers put there.
fn is_footer(paragraph: &str) -> bool {
    const PHRASES: [&str; 14] = [
        "confidential",
        "intended recipient",
        "intended only for",
        "intended solely for",
        "for the sole use of",
        "received this message in error",
        "received this e-mail in error",
        "received this email in error",
        "received this communication in error",
        "received this transmission in error",
        "legally privileged",
        "strictly prohibited",
        "unauthorized review",
        "delete this",
    ];
    let lower = paragraph.to_ascii_lowercase();
    PHRASES.iter().filter(|phrase| lower.contains(**phrase)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{PartPath, Place};

    /// The zone of each line, by the first byte of what is not blank.
    fn zones(content: &str) -> String {
        let text = Text::plain(Place::Body, &PartPath::root(), content.to_owned());
        let zones = Zones::of(&text);
        let mut at = 0;
        let mut letters = String::new();
        for line in content.split_inclusive('\n') {
            if !line.trim().is_empty() {
                letters.push(match zones.at(at + line.len() - line.trim_start().len()) {
                    Zone::Fresh => 'f',
                    Zone::Quoted => 'q',
                    Zone::Signature => 's',
                    Zone::Disclaimer => 'd',
                });
            }
            at += line.len();
        }
        letters
    }

    const FOOTER_TEXT: &str = "This e-mail is confidential and intended only for the person it is \
         addressed to.\nIf you have received this message in error, tell us and delete it.\n";

    #[test]
    fn marked_lines_and_their_introduction_are_quoted() {
        assert_eq!(zones("Yes.\n\nOn May 1, Pat wrote:\n> Lunch?\n>\n> Pat\n\nBye\n"), "fqqqqf");
        assert_eq!(
            zones("Hi\nOn May 1, 2026, Pat Example\n<pat@mail.example> wrote:\n> a\n"),
            "fqqq"
        );
        assert_eq!(zones("On Monday he wrote:\nnothing.\n"), "ff");
    }

    #[test]
    fn a_quotation_without_marks_goes_to_the_end() {
        assert_eq!(
            zones("Hi\n\n-----Original Message-----\nFrom: a\n\nText\n-- \nPat\n"),
            "fqqqqq"
        );
        assert_eq!(zones("Hi\nFrom: a\nSent: today\nTo: b\nSubject: c\n\nText\n"), "fqqqqq");
        assert_eq!(zones("Hi\nOn May 1, 2026 Pat <pat@mail.example> wrote:\nText\n"), "fqq");
        assert_eq!(zones("From: the north\nto the south\n"), "ff");
    }

    #[test]
    fn a_signature_stands_behind_its_mark_and_is_short() {
        assert_eq!(zones("Hi\n-- \nPat\n555-0142\n"), "fsss");
        assert_eq!(zones("Hi\n-- \nPat\n> quoted\nmore\n"), "fssqf");
        let long = format!("Hi\n-- \n{}", "Patient line\n".repeat(13));
        assert_eq!(zones(&long), format!("fs{}", "f".repeat(13)));
    }

    #[test]
    fn a_footer_is_a_paragraph_at_the_end_that_says_so_twice() {
        assert_eq!(zones(&format!("Hi\n\n{FOOTER_TEXT}")), "fdd");
        assert_eq!(zones(&format!("Hi\n-- \nPat\n555-0142\n\n{FOOTER_TEXT}")), "fsssss");
        assert_eq!(zones(&format!("Hi\n\n{FOOTER_TEXT}\n> quoted\n")), "fddq");
        assert_eq!(zones("This is confidential.\n"), "f");
        let early = format!("{FOOTER_TEXT}\none\n\ntwo\n\nthree\n\nfour\n");
        assert_eq!(zones(&early), "ffffff");
    }

    #[test]
    fn a_footer_longer_than_footers_are_is_fresh() {
        let long = format!("Hi\n\n{}{FOOTER_TEXT}", "The patient has asthma.\n".repeat(120));
        assert_eq!(zones(&long), "f".repeat(123));
    }

    #[test]
    fn what_the_structure_tells_wins() {
        let mut text = Text::plain(Place::Body, &PartPath::root(), "> a\nb\n".into());
        text.zones = vec![(0..3, Zone::Fresh), (4..5, Zone::Quoted)];
        let zones = Zones::of(&text);
        assert_eq!((zones.at(2), zones.at(4)), (Zone::Fresh, Zone::Quoted));
    }

    #[test]
    fn long_bodies_of_marks_take_linear_time() {
        for piece in ["On a 1@ \n", "-- \n", "From:\n", "> \n", "-----a-\n", "\n"] {
            let content = piece.repeat(100_000);
            let text = Text::plain(Place::Body, &PartPath::root(), content);
            let _ = Zones::of(&text).at(5);
        }
    }
}
