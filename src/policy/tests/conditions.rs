//! What each key of `when` asks for.

use super::*;
use crate::finding::{Class, Hipaa};

#[test]
fn from_inside_holds_only_for_a_client_that_is_believed() {
    let inside = when("from = \"inside\"");
    let outside = when("from = \"outside\"");
    let mut forged = mail(&[OUT]);
    forged.envelope.sender = IN.into();
    assert!(!forged.meets_it(&inside) && forged.meets_it(&outside));
    let mut logged_in = mail(&[OUT]);
    logged_in.envelope.sender = IN.into();
    logged_in.envelope.login = Some("jane".into());
    assert!(logged_in.meets_it(&inside) && !logged_in.meets_it(&outside));
    let mut local = mail(&[OUT]);
    local.envelope.sender = "root".into();
    local.envelope.client = None;
    assert!(local.meets_it(&inside));
}

#[test]
fn an_inside_sender_named_outright_is_not_believed_either() {
    for named in ["from = \"hospital.example\"", "from = \"jane@hospital.example\""] {
        let mut forged = mail(&[OUT]);
        forged.envelope.sender = IN.into();
        assert!(!forged.meets_it(&when(named)), "{named}");
        forged.envelope.login = Some("jane".into());
        assert!(forged.meets_it(&when(named)), "{named}");
    }
}

#[test]
fn the_null_sender_can_be_named() {
    let mut bounce = mail(&[OUT]);
    assert!(!bounce.meets_it(&when("from = \"<>\"")));
    bounce.envelope.sender = "<>".into();
    assert!(bounce.meets_it(&when("from = \"<>\"")));
}

#[test]
fn login_and_tls_are_what_the_mta_says() {
    let mut mail = mail(&[OUT]);
    let holds = |mail: &Mail, condition: &str| mail.meets_it(&when(condition));
    assert!(holds(&mail, "login = false") && !holds(&mail, "login = true"));
    assert!(holds(&mail, "tls = false") && !holds(&mail, "tls = true"));
    mail.envelope.login = Some("scanner".into());
    mail.envelope.tls = Some("TLSv1.3".into());
    assert!(holds(&mail, "login = true") && !holds(&mail, "login = false"));
    assert!(holds(&mail, "login = [\"fax\", \"scanner\"]") && !holds(&mail, "login = \"fax\""));
    assert!(holds(&mail, "tls = true") && !holds(&mail, "tls = false"));
}

#[test]
fn size_means_at_least() {
    let at = |size| Mail { size, ..mail(&[OUT]) };
    let condition = when("size = \"1 KiB\"");
    assert!(!at(1023).meets_it(&condition) && at(1024).meets_it(&condition));
}

#[test]
fn facts_and_unread_ask_for_any_of_theirs() {
    let facts = when("facts = [\"smime-encrypted\", \"pgp-encrypted\"]");
    assert!(mail(&[OUT]).fact(Fact::PgpEncrypted).meets_it(&facts));
    assert!(!mail(&[OUT]).meets_it(&facts));
    let unread = when("unread = [\"encrypted\", \"crashed\"]");
    assert!(mail(&[OUT]).unread(Cause::Crashed).meets_it(&unread));
    assert!(!mail(&[OUT]).unread(Cause::TooDeep).meets_it(&unread));
}

#[test]
fn a_trigger_word_is_looked_for_in_the_messages_own_subjects_in_any_case() {
    let trigger = when("subject = [\"[secure]\", \"[Vertraulich]\"]");
    assert!(mail(&[OUT]).subject("Re: [SECURE] lab").meets_it(&trigger));
    assert!(mail(&[OUT]).subject("one").subject("[vertraulich]").meets_it(&trigger));
    assert!(!mail(&[OUT]).subject("secure").meets_it(&trigger));
    let mut nested = mail(&[OUT]);
    nested.texts.push(Text::plain(Place::Subject, &path(&[2]), "[secure]".into()));
    nested.texts.push(body("[secure]"));
    assert!(!nested.meets_it(&trigger));
}

#[test]
fn confidence_means_at_least() {
    let medium = when("all = [{ confidence = \"medium\" }]");
    let sure = |confidence| mail(&[OUT]).with([identifier().sure(confidence)]).meets_it(&medium);
    assert!(sure(Confidence::High) && sure(Confidence::Medium) && !sure(Confidence::Low));
}

#[test]
fn each_key_of_a_selector_narrows_it() {
    let ssn = Finding { hipaa: Some(Hipaa::Ssn), class: Some(Class::Genetic), ..identifier() };
    let mail = mail(&[OUT]).with([ssn]);
    for (key, holds) in [
        ("kind = \"identifier\"", true),
        ("kind = [\"clinical\", \"identifier\"]", true),
        ("kind = \"clinical\"", false),
        ("rule = \"us-ssn\"", true),
        ("rule = [\"us-npi\"]", false),
        ("hipaa = [\"ssn\", \"mrn\"]", true),
        ("hipaa = \"mrn\"", false),
        ("class = [\"hiv\", \"genetic\"]", true),
        ("class = \"hiv\"", false),
        ("about = \"patient\"", true),
        ("about = [\"provider\", \"sender\"]", false),
        ("place = \"body\"", true),
        ("place = [\"subject\", \"file-name\"]", false),
        ("count = 1", true),
        ("count = 2", false),
        ("kind = \"identifier\", place = \"subject\"", false),
    ] {
        assert_eq!(mail.meets_it(&when(&format!("all = [{{ {key} }}]"))), holds, "{key}");
    }
}

#[test]
fn count_is_of_distinct_values() {
    let three = when("all = [{ kind = \"identifier\", count = 3 }]");
    let same = [1, 1, 1].map(|value| identifier().valued(value));
    let distinct = [1, 2, 3].map(|value| identifier().valued(value));
    assert!(!mail(&[OUT]).with(same).meets_it(&three));
    assert!(mail(&[OUT]).with(distinct).meets_it(&three));
}

#[test]
fn patients_are_counted_by_person_not_by_value() {
    let two = when("patients = 2");
    let of = |hipaa, value| Finding { hipaa: Some(hipaa), ..identifier().valued(value) };
    let one = mail(&[OUT]).with([of(Hipaa::Name, 1), of(Hipaa::Mrn, 2), of(Hipaa::Ssn, 3)]);
    assert!(!one.meets_it(&two) && one.meets_it(&when("patients = 1")));
    let names = mail(&[OUT]).with([of(Hipaa::Name, 1), of(Hipaa::Name, 2)]);
    assert!(names.meets_it(&two));
    let supposed = mail(&[OUT]).with([of(Hipaa::Name, 1), of(Hipaa::Name, 2).on_trial()]);
    assert!(!supposed.meets_it(&two));
    assert!(supposed.judged_by(&two).would.is_some());
}

#[test]
fn all_asks_for_each_any_for_one() {
    let all = when("all = [{ kind = \"identifier\" }, { kind = \"clinical\" }]");
    let any = when("any = [{ kind = \"identifier\" }, { kind = \"clinical\" }]");
    let both = when(
        "all = [{ kind = \"identifier\" }], any = [{ rule = \"x\" }, { kind = \"clinical\" }]",
    );
    let one = mail(&[OUT]).with([identifier()]);
    assert!(!one.meets_it(&all) && one.meets_it(&any) && !one.meets_it(&both));
    let two = mail(&[OUT]).with([identifier(), clinical()]);
    assert!(two.meets_it(&all) && two.meets_it(&any) && two.meets_it(&both));
    assert!(!mail(&[OUT]).meets_it(&any));
}

#[test]
fn none_holds_over_the_whole_message_whatever_same_says() {
    let condition = when(
        "same = \"part\", all = [{ kind = \"identifier\" }], none = [{ rule = \"blank\" }, { rule = \"x\" }]",
    );
    let alone = mail(&[OUT]).with([identifier()]);
    assert!(alone.meets_it(&condition));
    let elsewhere = found("blank", Kind::Document).at(Place::Attachment, &[9]);
    assert!(!mail(&[OUT]).with([identifier(), elsewhere]).meets_it(&condition));
}

#[test]
fn a_signature_or_disclaimer_counts_only_where_it_is_named() {
    let any = when("all = [{ kind = \"identifier\" }]");
    let named = when("all = [{ kind = \"identifier\", zone = [\"signature\", \"disclaimer\"] }]");
    let fresh = when("all = [{ kind = \"identifier\", zone = \"fresh\" }]");
    for (zone, counts, counts_named) in [
        (Zone::Signature, false, true),
        (Zone::Disclaimer, false, true),
        (Zone::Quoted, true, false),
        (Zone::Fresh, true, false),
    ] {
        let mail = mail(&[OUT]).with([identifier().zoned(zone)]);
        assert_eq!(
            (mail.meets_it(&any), mail.meets_it(&named)),
            (counts, counts_named),
            "{zone:?}"
        );
        assert_eq!(mail.meets_it(&fresh), zone == Zone::Fresh, "{zone:?}");
    }
    let unzoned = mail(&[OUT]).with([identifier()]);
    assert!(unzoned.meets_it(&any) && !unzoned.meets_it(&fresh));
}

#[test]
fn a_policy_that_asks_for_nothing_in_the_message_is_told_from_one_that_does() {
    let policies = policy(DEFAULT);
    let asks: Vec<bool> = policies.ids().map(|id| policies.asks_for_evidence(id)).collect();
    assert_eq!(asks, [false, true, true, true, false]);
}
