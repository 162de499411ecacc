//! A Subject that holds PHI itself, which no encryption hides.

use super::*;
use crate::policy::SubjectTreatment;

fn encrypting(more: &str) -> Policy {
    policy(&format!(
        "[[policy]]\nid = \"it\"\nphi = true\nthen = \"encrypt\"\n{more}\nwhen = {{ all = [{{ kind = \"clinical\" }}] }}\n"
    ))
}

fn in_subject(finding: Finding) -> Mail {
    mail(&[OUT]).with([clinical(), finding.at(Place::Subject, &[])])
}

#[test]
fn a_subject_that_holds_phi_is_made_neutral() {
    let decision = in_subject(identifier()).judged_by(&encrypting("")).decision;
    assert_eq!((decision.verdict, decision.subject), (Verdict::Encrypt, SubjectTreatment::Neutral));
}

#[test]
fn a_subject_that_holds_none_keeps_its_words() {
    let decision =
        mail(&[OUT]).with([clinical(), identifier()]).judged_by(&encrypting("")).decision;
    assert_eq!(decision.subject, SubjectTreatment::Prefix);
}

#[test]
fn a_policy_may_reject_such_a_message_instead() {
    let rejecting = encrypting("subject-phi = \"reject\"\nreply = \"Subject ({incident})\"");
    let decision = in_subject(identifier()).judged_by(&rejecting).decision;
    assert_eq!((decision.verdict, &*decision.policy, decision.phi), (Verdict::Reject, "it", true));
    assert_eq!(decision.reply.as_deref(), Some("Subject ({incident})"));
    let elsewhere = mail(&[OUT]).with([clinical(), identifier()]).judged_by(&rejecting).decision;
    assert_eq!(elsewhere.verdict, Verdict::Encrypt);
}

#[test]
fn weak_evidence_whole_documents_and_nested_subjects_leave_a_subject_alone() {
    let weak = in_subject(identifier().sure(Confidence::Low));
    let document = in_subject(found("form", Kind::Document));
    let nested = mail(&[OUT]).with([clinical(), identifier().at(Place::Subject, &[2])]);
    let tried = in_subject(identifier().on_trial());
    for mail in [weak, document, nested, tried] {
        assert_eq!(mail.judged_by(&encrypting("")).decision.subject, SubjectTreatment::Prefix);
    }
}

#[test]
fn a_rejected_subject_outweighs_a_stricter_sounding_policy_for_another_recipient() {
    let policies = policy(
        "[[policy]]\nid = \"held\"\nthen = \"quarantine\"\nwhen = { to = \"rival.example\" }\n\
         [[policy]]\nid = \"it\"\nthen = \"encrypt\"\nsubject-phi = \"reject\"\nwhen = { all = [{ kind = \"clinical\" }] }\n",
    );
    let mut mail = in_subject(identifier());
    mail.envelope.recipients.push("<x@rival.example>".into());
    assert_eq!(mail.meets(&policies), ("it".into(), Verdict::Reject));
}
