//! What each verdict does to a message.

use super::{Action, Fault, HeaderField, SCAN_HEADER, SUBJECT, VERDICT_HEADER, reply, subject};
use crate::config::{self, OnFailure};
use crate::policy::{Decision, Severity, SubjectTreatment, Verdict};

/// The id under which a header or log line names a fault of our own instead of a policy.
const ON_FAILURE: &str = "on-failure";

/// What [`plan`] has to know beside the decision.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// The id that joins log line, header and reply.
    pub incident: &'a str,
    /// Titles of the rules behind the verdict, for policies whose reply asks for them.
    pub titles: &'a [&'a str],
    /// The message's fields in their order; those that [`concerns`](super::concerns) names are
    /// enough.
    pub header: &'a [HeaderField],
    /// The prefix and the neutral Subject.
    pub subject: &'a config::Subject,
    /// Whether an accepted message is marked as scanned (`milter.scan-header`).
    pub scan_header: bool,
}

/// What the milter does to a message on which `decision` is enforced.
///
/// Whatever the verdict, a message that goes on loses the copies of our fields that it came with:
/// from the highest index down, since each removal renumbers those behind it, and before ours is
/// added, since MTAs differ in where they add.
#[must_use]
pub fn plan(decision: &Decision, occasion: &Occasion<'_>) -> Vec<Action> {
    match decision.verdict {
        Verdict::Reject => return vec![reply::reject(decision, occasion)],
        Verdict::Defer => return vec![reply::defer(decision, occasion)],
        Verdict::Accept | Verdict::Tag | Verdict::Encrypt | Verdict::Quarantine => {}
    }
    let mut actions = without_forgeries(occasion.header);
    if decision.verdict == Verdict::Accept {
        if occasion.scan_header {
            let value = format!(
                "verdict=accept; policy={}; incident={}",
                token(&decision.policy),
                token(occasion.incident)
            );
            actions.push(Action::AddHeader { name: SCAN_HEADER, value: value.into_bytes() });
        }
        return actions;
    }
    actions.push(verdict_header(
        decision.phi,
        decision.verdict,
        &decision.policy,
        decision.severity,
        occasion.incident,
    ));
    match decision.verdict {
        Verdict::Encrypt => actions.extend(subject_actions(decision.subject, occasion)),
        Verdict::Quarantine => actions.push(quarantine(&decision.policy, occasion.incident)),
        _ => {}
    }
    actions
}

/// What the milter does to a message that a fault of our own kept from being judged.
#[must_use]
pub fn own_fault(
    on_failure: OnFailure,
    fault: Fault,
    incident: &str,
    header: &[HeaderField],
) -> Vec<Action> {
    let verdict = match on_failure {
        OnFailure::Defer => return vec![reply::fault(fault, incident)],
        OnFailure::Quarantine => Verdict::Quarantine,
        OnFailure::Tag => Verdict::Tag,
    };
    let mut actions = without_forgeries(header);
    actions.push(verdict_header(false, verdict, ON_FAILURE, Severity::default(), incident));
    if verdict == Verdict::Quarantine {
        actions.push(quarantine(ON_FAILURE, incident));
    }
    actions
}

fn without_forgeries(header: &[HeaderField]) -> Vec<Action> {
    let mut actions = Vec::new();
    for name in [VERDICT_HEADER, SCAN_HEADER] {
        let copies = count(header, name);
        actions.extend((1..=copies).rev().map(|index| Action::RemoveHeader { name, index }));
    }
    actions
}

fn count(header: &[HeaderField], name: &str) -> u32 {
    u32::try_from(header.iter().filter(|field| field.is(name)).count()).unwrap_or(u32::MAX)
}

fn verdict_header(
    phi: bool,
    verdict: Verdict,
    policy: &str,
    severity: Severity,
    incident: &str,
) -> Action {
    let value = format!(
        "{}; verdict={}; policy={}; severity={}; incident={}",
        if phi { "yes" } else { "no" },
        verdict.name(),
        token(policy),
        severity.name(),
        token(incident),
    );
    Action::AddHeader { name: VERDICT_HEADER, value: value.into_bytes() }
}

fn subject_actions(treatment: SubjectTreatment, occasion: &Occasion<'_>) -> Vec<Action> {
    let written = |value: Option<&[u8]>| match treatment {
        SubjectTreatment::Prefix => subject::prefixed(value.unwrap_or_default(), occasion.subject),
        SubjectTreatment::Neutral => subject::neutral(occasion.subject),
    };
    let subjects = occasion.header.iter().filter(|field| field.is(SUBJECT));
    let mut actions: Vec<Action> = (1..)
        .zip(subjects)
        .map(|(index, field)| Action::ChangeHeader {
            name: field.name.trim_ascii_end().to_vec(),
            index,
            value: written(Some(&field.value)),
        })
        .collect();
    if actions.is_empty() {
        actions.push(Action::AddHeader { name: SUBJECT, value: written(None) });
    }
    // An MTA takes an empty new value as the order to remove the field.
    actions.retain(|action| match action {
        Action::AddHeader { value, .. } | Action::ChangeHeader { value, .. } => !value.is_empty(),
        _ => true,
    });
    actions
}

fn quarantine(policy: &str, incident: &str) -> Action {
    let reason = format!("phi-milter policy={} incident={}", token(policy), token(incident));
    Action::Quarantine { reason }
}

/// An id as one word of a header field. Ids are checked when they are loaded; this holds even if
/// that is forgotten.
fn token(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_graphic() && c != ';' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(verdict: Verdict) -> Decision {
        Decision {
            verdict,
            policy: "phi-outside".into(),
            severity: Severity::High,
            phi: true,
            last: false,
            subject: SubjectTreatment::Prefix,
            reply: None,
        }
    }

    fn field(name: &str, value: &str) -> HeaderField {
        HeaderField { name: name.into(), value: value.into() }
    }

    fn shown(actions: &[Action]) -> Vec<String> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        actions
            .iter()
            .map(|action| match action {
                Action::RemoveHeader { name, index } => format!("- {name} {index}"),
                Action::AddHeader { name, value } => format!("+ {name}: {}", text(value)),
                Action::ChangeHeader { name, index, value } => {
                    format!("= {} {index}: {}", text(name), text(value))
                }
                Action::Quarantine { reason } => format!("quarantine {reason}"),
                Action::Reply { code, status, text } => format!("{code} {status} {text}"),
            })
            .collect()
    }

    fn planned(decision: &Decision, header: &[HeaderField], scan_header: bool) -> Vec<String> {
        let subject = config::Subject::default();
        shown(&plan(
            decision,
            &Occasion { incident: "a1b2", titles: &[], header, subject: &subject, scan_header },
        ))
    }

    const OURS: &str =
        "X-PHI-Detected: yes; verdict=%; policy=phi-outside; severity=high; incident=a1b2";

    #[test]
    fn forged_copies_go_from_the_highest_index_down_before_ours_is_added() {
        let header = [
            field("x-phi-detected", "no"),
            field("Subject", "hello"),
            field("X-PHI-DETECTED", "no; verdict=accept"),
            field("X-Phi-Scan", "clean"),
        ];
        assert_eq!(
            planned(&decision(Verdict::Tag), &header, false),
            [
                "- X-PHI-Detected 2".to_owned(),
                "- X-PHI-Detected 1".into(),
                "- X-PHI-Scan 1".into(),
                format!("+ {}", OURS.replace('%', "tag")),
            ]
        );
        assert_eq!(
            planned(&decision(Verdict::Accept), &header, false),
            ["- X-PHI-Detected 2", "- X-PHI-Detected 1", "- X-PHI-Scan 1"]
        );
    }

    #[test]
    fn accept_does_nothing_to_a_message_without_forgeries_unless_configured() {
        let header = [field("Subject", "hello")];
        assert!(planned(&decision(Verdict::Accept), &header, false).is_empty());
        assert_eq!(
            planned(&decision(Verdict::Accept), &header, true),
            ["+ X-PHI-Scan: verdict=accept; policy=phi-outside; incident=a1b2"]
        );
    }

    #[test]
    fn a_policy_that_is_not_about_phi_says_no() {
        let unread = Decision { phi: false, ..decision(Verdict::Tag) };
        assert_eq!(
            planned(&unread, &[], false),
            ["+ X-PHI-Detected: no; verdict=tag; policy=phi-outside; severity=high; incident=a1b2"]
        );
    }

    #[test]
    fn encrypt_prefixes_every_subject_and_adds_a_missing_one() {
        let header = [
            field("SUBJECT", "one"),
            field("To", "x"),
            field("subject", "[SECURE] two"),
            field("Subject ", "three"),
        ];
        assert_eq!(
            planned(&decision(Verdict::Encrypt), &header, false),
            [
                format!("+ {}", OURS.replace('%', "encrypt")),
                "= SUBJECT 1: [SECURE] one".into(),
                "= subject 2: [SECURE] two".into(),
                "= Subject 3: [SECURE] three".into(),
            ]
        );
        assert_eq!(planned(&decision(Verdict::Encrypt), &[], false)[1], "+ Subject: [SECURE]",);
    }

    #[test]
    fn a_subject_that_holds_phi_is_replaced_wherever_it_stands() {
        let header = [field("Subject", "Jane Roe, HIV"), field("Subject", "[SECURE] Jane Roe")];
        let neutral = Decision { subject: SubjectTreatment::Neutral, ..decision(Verdict::Encrypt) };
        let actions = planned(&neutral, &header, false);
        assert_eq!(
            actions[1..],
            ["= Subject 1: [SECURE] Protected message", "= Subject 2: [SECURE] Protected message"]
        );
    }

    #[test]
    fn no_prefix_means_no_change_of_the_subject_and_never_its_removal() {
        let subject = config::Subject { prefix: String::new(), ..config::Subject::default() };
        let header = [field("Subject", "")];
        let occasion = Occasion {
            incident: "a",
            titles: &[],
            header: &header,
            subject: &subject,
            scan_header: false,
        };
        assert_eq!(plan(&decision(Verdict::Encrypt), &occasion).len(), 1);
    }

    #[test]
    fn quarantine_adds_the_header_and_a_reason_free_of_values() {
        assert_eq!(
            planned(&decision(Verdict::Quarantine), &[field("Subject", "Jane Roe")], false),
            [
                format!("+ {}", OURS.replace('%', "quarantine")),
                "quarantine phi-milter policy=phi-outside incident=a1b2".into(),
            ]
        );
    }

    #[test]
    fn reject_and_defer_only_answer() {
        let forged = [field("X-PHI-Detected", "no")];
        let rejected = planned(&decision(Verdict::Reject), &forged, false);
        assert!(rejected.len() == 1 && rejected[0].starts_with("550 5.7.1 "), "{rejected:?}");
        assert!(rejected[0].contains("a1b2"));
        let deferred = planned(&decision(Verdict::Defer), &forged, false);
        assert!(deferred.len() == 1 && deferred[0].starts_with("451 4.7.1 "), "{deferred:?}");
    }

    #[test]
    fn a_fault_of_our_own_follows_the_config() {
        let forged = [field("X-PHI-Detected", "no")];
        let deferred = shown(&own_fault(OnFailure::Defer, Fault::Panic, "a1b2", &forged));
        assert!(deferred.len() == 1 && deferred[0].starts_with("451 4.3.0 "), "{deferred:?}");
        let header =
            "X-PHI-Detected: no; verdict=%; policy=on-failure; severity=low; incident=a1b2";
        assert_eq!(
            shown(&own_fault(OnFailure::Tag, Fault::Shortage, "a1b2", &forged)),
            ["- X-PHI-Detected 1".to_owned(), format!("+ {}", header.replace('%', "tag"))]
        );
        assert_eq!(
            shown(&own_fault(OnFailure::Quarantine, Fault::NoWorker, "a1b2", &[])),
            [
                format!("+ {}", header.replace('%', "quarantine")),
                "quarantine phi-milter policy=on-failure incident=a1b2".into(),
            ]
        );
    }

    #[test]
    fn an_id_can_not_break_out_of_the_header() {
        let odd = Decision { policy: "a\r\nBcc: x;y".into(), ..decision(Verdict::Tag) };
        let actions = planned(&odd, &[], false);
        assert!(actions[0].contains("policy=a__Bcc:_x_y; "), "{actions:?}");
    }
}
