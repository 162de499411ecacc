//! The texts of SMTP replies, and their shape on the wire.

use super::{Action, Fault, Occasion};
use crate::policy::Decision;

/// Bytes of text in one reply line: 512 (RFC 5321 section 4.5.3.1.5) less code, enhanced status
/// code and line end.
const LINE: usize = 480;

/// Lines at most: the milter protocol takes 32, people read a few.
const LINES: usize = 8;

const REJECTED: &str = "This message was refused by the mail policy of this site. \
                        For questions, name incident {incident}.";
const DEFERRED: &str = "This message is held back by the mail policy of this site; try again \
                        later. For questions, name incident {incident}.";
const FAULT: &str = "This message could not be checked for a fault on this side; try again \
                     later. For questions, name incident {incident}.";
const FULL: &str = "There is no memory for this message now; try again later. For questions, name \
                    incident {incident}.";

pub(super) fn reject(decision: &Decision, occasion: &Occasion<'_>) -> Action {
    let text = filled(decision.reply.as_deref().unwrap_or(REJECTED), occasion);
    Action::Reply { code: "550", status: "5.7.1", text }
}

pub(super) fn defer(decision: &Decision, occasion: &Occasion<'_>) -> Action {
    let text = filled(decision.reply.as_deref().unwrap_or(DEFERRED), occasion);
    Action::Reply { code: "451", status: "4.7.1", text }
}

pub(super) fn fault(fault: Fault, incident: &str) -> Action {
    let (status, text) = match fault {
        Fault::InFlight => ("4.3.2", FULL),
        Fault::Shortage | Fault::NoWorker | Fault::Panic => ("4.3.0", FAULT),
    };
    Action::Reply { code: "451", status, text: text.replace("{incident}", incident) }
}

fn filled(text: &str, occasion: &Occasion<'_>) -> String {
    // Titles last, and only once: what they hold is not searched for more to fill in.
    let (before, titles, after) = match text.split_once("{titles}") {
        Some((before, after)) => (before, occasion.titles.join(", "), after),
        None => (text, String::new(), ""),
    };
    let fill = |part: &str| part.replace("{incident}", occasion.incident);
    format!("{}{titles}{}", fill(before), fill(after))
}

/// A reply's text as the milter protocol takes it: lines of printable ASCII that are not too long,
/// `%` doubled, since MTAs take it for the start of a format directive.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        let ascii = word.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' });
        let word: String = ascii.take(LINE).collect();
        // The line that is being filled: there is always one.
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            *line = word;
        } else if line.len() + 1 + word.len() <= LINE {
            line.push(' ');
            line.push_str(&word);
        } else if lines.len() < LINES {
            lines.push(word);
        } else {
            break;
        }
    }
    lines.iter().map(|line| line.replace('%', "%%")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::policy::{Severity, SubjectTreatment, Verdict};

    fn rejected(reply: Option<&str>, titles: &[&str]) -> String {
        let decision = Decision {
            verdict: Verdict::Reject,
            policy: "p".into(),
            severity: Severity::Low,
            phi: true,
            last: false,
            subject: SubjectTreatment::Prefix,
            reply: reply.map(Into::into),
        };
        let subject = config::Subject::default();
        let occasion = Occasion {
            incident: "a1b2",
            titles,
            header: &[],
            subject: &subject,
            scan_header: false,
        };
        match reject(&decision, &occasion) {
            Action::Reply { text, .. } => text,
            _ => String::new(),
        }
    }

    #[test]
    fn a_reply_names_no_rule_unasked() {
        let text = rejected(None, &["HIV test"]);
        assert!(text.contains("a1b2") && !text.contains("HIV"), "{text}");
    }

    #[test]
    fn incident_and_titles_are_filled_in_where_the_policy_asks() {
        assert_eq!(
            rejected(Some("Found {titles} ({incident})."), &["SSN", "MRN"]),
            "Found SSN, MRN (a1b2)."
        );
        assert_eq!(rejected(Some("{titles} {incident}"), &["{incident}"]), "{incident} a1b2");
    }

    #[test]
    fn percent_is_doubled_and_nothing_can_end_the_line() {
        assert_eq!(lines("100% sure\r\n250 ok\0\u{e9}t\u{e9}"), ["100%% sure 250 ok ?t?"]);
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn a_long_text_is_broken_between_words_and_cut_at_last() {
        let long = "lorem ".repeat(1000);
        let lines = lines(&long);
        assert_eq!(lines.len(), LINES);
        assert!(lines.iter().all(|line| line.len() <= LINE && !line.ends_with(' ')));
        assert_eq!(super::lines(&"x".repeat(5000))[0].len(), LINE);
    }
}
