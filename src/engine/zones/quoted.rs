//! Where earlier messages begin in a body: lines that introduce a quotation, rules that set a
//! message off, and the block of fields that mail programs put before what they quote.

use super::lines::Lines;

/// Bytes of the longest introduction, over all its lines.
const INTRODUCTION: usize = 240;
/// Lines of the longest introduction: programs break it where a line is full.
const INTRODUCTION_LINES: usize = 3;
/// Lines of the longest block of fields.
const FIELDS: usize = 9;

/// What begins at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// So many lines that introduce lines with marks.
    Introduction(usize),
    /// An earlier message that no marks set off: everything behind is quoted.
    Message,
}

/// The beginning of an earlier message at a line, if one begins there.
pub(super) fn beginning(lines: &Lines<'_>, line: usize) -> Option<Beginning> {
    let lead = lines.lead(line)?;
    if lead == b'-' && is_rule(lines.words(line)) {
        return Some(Beginning::Message);
    }
    // Fields and introductions begin with a capital, a digit or, in bold, an asterisk.
    if !(lead.is_ascii_uppercase() || lead.is_ascii_digit() || lead == b'*' || lead >= 0x80) {
        return None;
    }
    if begins_fields(lines, line) || says_forwarded(lines.words(line)) {
        return Some(Beginning::Message);
    }
    introduction(lines, line)
}

/// `-----Original Message-----` in the languages of mail programs.
fn is_rule(words: &str) -> bool {
    const SAYS: &[&str] = &[
        "original message",
        "original appointment",
        "forwarded message",
        "forwarded by",
        "begin forwarded",
        "urspr\u{fc}ngliche nachricht",
        "original-nachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "message original",
        "message transf",
        "mensaje original",
        "mensaje reenviado",
        "messaggio originale",
        "messaggio inoltrato",
        "mensagem original",
        "mensagem encaminhada",
        "oorspronkelijk bericht",
        "doorgestuurd bericht",
        "ursprungligt meddelande",
        "oprindelig meddelelse",
        "opprinnelig melding",
    ];
    if words.len() > 120 || !words.starts_with("--") || !words.ends_with('-') {
        return false;
    }
    let lower = words.to_lowercase();
    SAYS.iter().any(|says| lower.contains(says))
}

/// `Begin forwarded message:` on a line of its own.
fn says_forwarded(words: &str) -> bool {
    const SAYS: &[&str] = &[
        "begin forwarded message",
        "forwarded message",
        "anfang der weitergeleiteten nachricht",
        "d\u{e9}but du message r\u{e9}exp\u{e9}di\u{e9}",
        "inicio del mensaje reenviado",
        "inizio messaggio inoltrato",
    ];
    let Some(says) = words.strip_suffix(':').filter(|says| says.len() < 60) else { return false };
    SAYS.contains(&says.trim_end().to_lowercase().as_str())
}

/// A field of a quoted header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    From,
    Sent,
    To,
    Subject,
}

/// Names of header fields as mail programs write them in the language of their user.
const NAMES: &[(&str, Name)] = &[
    ("From", Name::From),
    ("Von", Name::From),
    ("De", Name::From),
    ("Da", Name::From),
    ("Van", Name::From),
    ("Fr\u{e5}n", Name::From),
    ("Fra", Name::From),
    ("Od", Name::From),
    ("\u{41e}\u{442}", Name::From),
    ("\u{53d1}\u{4ef6}\u{4eba}", Name::From),
    ("\u{5dee}\u{51fa}\u{4eba}", Name::From),
    ("Sent", Name::Sent),
    ("Date", Name::Sent),
    ("Gesendet", Name::Sent),
    ("Datum", Name::Sent),
    ("Envoy\u{e9}", Name::Sent),
    ("Enviado", Name::Sent),
    ("Enviado el", Name::Sent),
    ("Fecha", Name::Sent),
    ("Data", Name::Sent),
    ("Inviato", Name::Sent),
    ("Verzonden", Name::Sent),
    ("Skickat", Name::Sent),
    ("Sendt", Name::Sent),
    ("Wys\u{142}ano", Name::Sent),
    ("\u{414}\u{430}\u{442}\u{430}", Name::Sent),
    ("\u{53d1}\u{9001}\u{65f6}\u{95f4}", Name::Sent),
    ("To", Name::To),
    ("An", Name::To),
    ("\u{c0}", Name::To),
    ("A", Name::To),
    ("Para", Name::To),
    ("Aan", Name::To),
    ("Till", Name::To),
    ("Til", Name::To),
    ("Do", Name::To),
    ("\u{41a}\u{43e}\u{43c}\u{443}", Name::To),
    ("\u{6536}\u{4ef6}\u{4eba}", Name::To),
    ("\u{5b9b}\u{5148}", Name::To),
    ("Subject", Name::Subject),
    ("Betreff", Name::Subject),
    ("Objet", Name::Subject),
    ("Asunto", Name::Subject),
    ("Oggetto", Name::Subject),
    ("Assunto", Name::Subject),
    ("Onderwerp", Name::Subject),
    ("\u{c4}mne", Name::Subject),
    ("Emne", Name::Subject),
    ("Temat", Name::Subject),
    ("\u{422}\u{435}\u{43c}\u{430}", Name::Subject),
    ("\u{4e3b}\u{9898}", Name::Subject),
    ("\u{4ef6}\u{540d}", Name::Subject),
];

/// The field that stands on a line.
fn field(words: &str) -> Option<Name> {
    let words = words.trim_start_matches('*');
    let colon = words.bytes().take(24).position(|byte| byte == b':' || byte == 0xEF)?;
    let name = words.get(..colon)?.trim_end().trim_end_matches('*');
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, name)| *name)
}

/// Whether the block of fields begins at a line that Outlook, Apple and others put before the
/// message they quote: From first, and three of the four in all, each on its line or all on one.
fn begins_fields(lines: &Lines<'_>, line: usize) -> bool {
    let words = lines.words(line);
    if field(words) != Some(Name::From) {
        return false;
    }
    if [" Sent: ", " To: ", " Subject: "].iter().all(|name| words.contains(name)) {
        return true;
    }
    let mut seen = vec![Name::From];
    for next in (line + 1..lines.count()).take(FIELDS) {
        // An address too long for one line goes on without a name.
        match field(lines.words(next)) {
            Some(Name::From) => break,
            Some(name) if !seen.contains(&name) => seen.push(name),
            _ => {}
        }
        if lines.is_blank(next) && seen.len() > 1 {
            break;
        }
    }
    seen.len() >= 3 && seen.contains(&Name::Subject)
}

/// `On DATE, NAME <ADDRESS> wrote:` in the languages of mail programs, on up to three lines.
fn introduction(lines: &Lines<'_>, line: usize) -> Option<Beginning> {
    let depth = lines.depth(line);
    let mut bytes = 0;
    for count in 1..=INTRODUCTION_LINES {
        let last = line + count - 1;
        let words = lines.words(last);
        bytes += words.len();
        if words.is_empty() || bytes > INTRODUCTION || lines.depth(last) != depth {
            return None;
        }
        if !says_wrote(words) {
            // What goes on begins like an introduction; most lines do not.
            if count == 1 && !opens(words) {
                return None;
            }
            continue;
        }
        // A sentence such as `On Monday he wrote:` has no marked line behind it.
        if lines.next_filled(last + 1).is_some_and(|next| lines.depth(next) > depth) {
            return Some(Beginning::Introduction(count));
        }
        let told =
            |what: fn(u8) -> bool| (line..=last).any(|line| lines.words(line).bytes().any(what));
        let quotes = told(|byte| byte == b'@') && told(|byte| byte.is_ascii_digit());
        return quotes.then_some(Beginning::Message);
    }
    None
}

/// Whether a line begins as introductions do that go on behind it.
fn opens(words: &str) -> bool {
    const OPENINGS: &[&str] =
        &["On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "Den ", "W dniu ", "Dnia ", "V "];
    words.as_bytes().first().is_some_and(u8::is_ascii_digit)
        || OPENINGS.iter().any(|opening| words.starts_with(opening))
}

/// Whether a line ends as introductions do: with a word for writing, or an address, and a colon.
fn says_wrote(words: &str) -> bool {
    const SAYS: &[&str] = &[
        "wrote",
        "writes",
        "a \u{e9}crit",
        "a ecrit",
        "schrieb",
        "escribi\u{f3}",
        "ha scritto",
        "escreveu",
        "schreef",
        "skrev",
        "kirjoitti",
        "napisa\u{142}",
        "napisa\u{142}(a)",
        "napsal(a)",
        "\u{43d}\u{430}\u{43f}\u{438}\u{441}\u{430}\u{43b}",
        "\u{43d}\u{430}\u{43f}\u{438}\u{441}\u{430}\u{43b}(\u{430})",
        "\u{43f}\u{438}\u{448}\u{435}\u{442}",
        "yazd\u{131}",
        "\u{5199}\u{9053}",
    ];
    let Some(says) = words.strip_suffix(':') else { return false };
    let says = says.trim_end();
    let addressed = says.ends_with('>') && says.contains('@');
    addressed || SAYS.iter().any(|verb| says.ends_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(content: &str) -> Option<Beginning> {
        beginning(&Lines::of(content), 0)
    }

    #[test]
    fn introductions_are_known_in_the_languages_of_mail_programs() {
        for introduction in [
            "On May 1, 2026, Pat Example <pat@mail.example> wrote:",
            "Am 01.05.2026 um 10:00 schrieb Pat Example <pat@mail.example>:",
            "Am 1. Mai 2026 10:00 Uhr, pat@mail.example schrieb:",
            "Le ven. 1 mai 2026 \u{e0} 10:00, Pat Example <pat@mail.example> a \u{e9}crit :",
            "El vie, 1 may 2026 a las 10:00, Pat (<pat@mail.example>) escribi\u{f3}:",
            "2026-05-01 10:00 GMT+02:00 Pat Example <pat@mail.example>:",
        ] {
            assert_eq!(begins(introduction), Some(Beginning::Message), "{introduction}");
            let marked = format!("{introduction}\n\n> text\n");
            assert_eq!(begins(&marked), Some(Beginning::Introduction(1)), "{marked}");
        }
        assert_eq!(
            begins("On May 1, 2026 at 10:00, Pat Example\n<pat@mail.example> wrote:\n> a"),
            Some(Beginning::Introduction(2))
        );
        assert_eq!(begins("Pat Example wrote:\n> a"), Some(Beginning::Introduction(1)));
        for none in ["On Monday he wrote:\nnothing.", "On Monday\nwe met at 10:00 and wrote: a"] {
            assert_eq!(begins(none), None, "{none}");
        }
    }

    #[test]
    fn rules_set_off_an_earlier_message() {
        for rule in [
            "-----Original Message-----",
            "---------- Forwarded message ---------",
            "----- Forwarded by Pat Example on 05/01/2026 -----",
            "-----Urspr\u{fc}ngliche Nachricht-----",
            "-------- Message d'origine --------",
            "Begin forwarded message:",
        ] {
            assert_eq!(begins(rule), Some(Beginning::Message), "{rule}");
        }
        for none in ["-----", "-- a message --", "Message:", "----- Results -----"] {
            assert_eq!(begins(none), None, "{none}");
        }
    }

    #[test]
    fn a_block_of_header_fields_begins_an_earlier_message() {
        for block in [
            "From: a\nSent: today\nTo: b\nSubject: c",
            "*From:* a\n*Date:* today\n*To:* b\n\tc\n*Subject:* d",
            "From: a\n\nDate: today\nSubject: c",
            "Von: a\nGesendet: heute\nAn: b\nBetreff: c",
            "De : a\nEnvoy\u{e9} : hier\n\u{c0} : b\nObjet : c",
            "De: a\nEnviado el: ayer\nPara: b\nAsunto: c",
            "From: a Sent: today To: b Subject: c",
        ] {
            assert_eq!(begins(block), Some(Beginning::Message), "{block}");
        }
        for none in ["From: the north\nto the south", "From: a\nTo: b\n", "To: b\nSubject: c"] {
            assert_eq!(begins(none), None, "{none}");
        }
    }
}
