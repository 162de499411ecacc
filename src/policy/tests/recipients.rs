//! First match for each recipient, the strictest over all of them.

use super::*;

#[test]
fn mail_with_nothing_in_it_meets_the_last_policy() {
    let decision = mail(&[OUT]).judged_by(&policy(DEFAULT)).decision;
    assert_eq!(
        (&*decision.policy, decision.verdict, decision.last),
        ("otherwise", Verdict::Accept, true)
    );
}

#[test]
fn phi_inside_stays_and_phi_outside_is_encrypted() {
    let phi = |to| mail(&[to]).with([identifier(), clinical()]).meets(&policy(DEFAULT));
    assert_eq!(phi(IN), ("inside".into(), Verdict::Accept));
    assert_eq!(phi(OUT), ("phi-outside".into(), Verdict::Encrypt));
}

#[test]
fn one_recipient_outside_among_many_inside_decides() {
    let phi = mail(&[IN, OUT, IN]).with([identifier(), clinical()]);
    let decision = phi.judged_by(&policy(DEFAULT)).decision;
    assert_eq!((&*decision.policy, decision.phi, decision.last), ("phi-outside", true, false));
}

#[test]
fn mail_without_a_recipient_counts_as_leaving() {
    let phi = mail(&[]).with([identifier(), clinical()]);
    assert_eq!(phi.meets(&policy(DEFAULT)).0, "phi-outside");
}

#[test]
fn every_cause_of_unread_mail_outside_is_marked_and_never_accepted() {
    for cause in Cause::ALL {
        let decision = mail(&[OUT]).unread(*cause).judged_by(&policy(DEFAULT)).decision;
        assert!(decision.verdict > Verdict::Accept, "{}", cause.name());
        assert!(!decision.phi, "{}", cause.name());
    }
}

#[test]
fn the_strictest_verdict_wins_over_the_recipients_in_the_order_of_strictness() {
    let order = ["accept", "tag", "encrypt", "quarantine", "defer", "reject"]
        .map(|verdict| (format!("<{verdict}@x.example>"), verdict));
    let policies: String = order
        .iter()
        .map(|(to, verdict)| {
            let to = to.trim_matches(['<', '>']);
            format!("[[policy]]\nid = \"p-{verdict}\"\nthen = \"{verdict}\"\nwhen = {{ to = \"{to}\" }}\n")
        })
        .collect();
    let policies = policy(&policies);
    for pair in order.windows(2) {
        let (weak, strict) = (&pair[0], &pair[1]);
        for recipients in [[weak.0.as_str(), &strict.0], [strict.0.as_str(), &weak.0]] {
            assert_eq!(mail(&recipients).meets(&policies).0, format!("p-{}", strict.1));
        }
    }
}

#[test]
fn a_tie_goes_to_the_higher_severity_and_then_to_the_earlier_policy() {
    let two = |first: &str, second: &str| {
        policy(&format!(
            "[[policy]]\nid = \"first\"\nseverity = \"{first}\"\nthen = \"tag\"\nwhen = {{ to = \"a.example\" }}\n\
             [[policy]]\nid = \"second\"\nseverity = \"{second}\"\nthen = \"tag\"\nwhen = {{ to = \"b.example\" }}\n"
        ))
    };
    let both = mail(&["<x@b.example>", "<x@a.example>"]);
    assert_eq!(both.meets(&two("low", "medium")).0, "second");
    assert_eq!(both.meets(&two("medium", "low")).0, "first");
    assert_eq!(both.meets(&two("low", "low")).0, "first");
}

#[test]
fn a_disclosure_to_any_recipient_is_a_disclosure_whoever_decides() {
    let policies = policy(
        "[[policy]]\nid = \"held\"\nthen = \"reject\"\nwhen = { to = \"rival.example\" }\n\
         [[policy]]\nid = \"phi\"\nphi = true\nthen = \"encrypt\"\nwhen = { all = [{ kind = \"clinical\" }] }\n",
    );
    let decision =
        mail(&[OUT, "<x@rival.example>"]).with([clinical()]).judged_by(&policies).decision;
    assert_eq!((&*decision.policy, decision.phi), ("held", true));
}

#[test]
fn an_address_that_could_be_sent_on_meets_outside_and_no_name() {
    let named = when("to = \"elsewhere.example\"");
    assert!(mail(&["<x@elsewhere.example>"]).meets_it(&named));
    for routed in ["<x%y.example@elsewhere.example>", "<@y.example:x@elsewhere.example>"] {
        assert!(!mail(&[routed]).meets_it(&named), "{routed}");
        assert!(mail(&[routed]).meets_it(&when("to = \"outside\"")), "{routed}");
    }
}

#[test]
fn recipients_are_named_by_domain_by_address_by_list_and_by_file() {
    assert!(mail(&["<x@a.b.example>"]).meets_it(&when("to = \".b.example\"")));
    assert!(!mail(&["<x@b.example>"]).meets_it(&when("to = \".b.example\"")));
    assert!(mail(&["<X@B.example>"]).meets_it(&when("to = \"x@b.example\"")));
    assert!(!mail(&["<y@b.example>"]).meets_it(&when("to = \"x@b.example\"")));
    let list = when("to = [\"x@b.example\", \"c.example\", \"inside\"]");
    assert!(mail(&["<y@c.example>"]).meets_it(&list) && mail(&[IN]).meets_it(&list));
    assert!(!mail(&["<y@b.example>"]).meets_it(&list));

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("list.txt"), "# ours\n\nx@b.example\n.c.example\n").unwrap();
    let listed = folder.path().join("list.txt");
    let file = when(&format!("to = {{ file = \"{}\" }}", listed.display()));
    assert!(mail(&["<x@b.example>"]).meets_it(&file) && mail(&["<x@d.c.example>"]).meets_it(&file));
    assert!(!mail(&["<y@b.example>"]).meets_it(&file));
}

#[test]
fn ten_thousand_recipients_ask_the_findings_once() {
    let policies = policy(DEFAULT);
    let many: Vec<String> = (0..10_000).map(|i| format!("<r{i}@elsewhere.example>")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let findings = (0..100_000).map(|i| identifier().valued(i));
    let mail = mail(&many).with(findings).with([clinical()]);
    let begun = std::time::Instant::now();
    assert_eq!(mail.meets(&policies).0, "phi-outside");
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn an_identifier_of_a_provider_is_no_disclosure_by_the_default_policy() {
    for (about, policy_met) in [
        (About::Patient, "phi-outside"),
        (About::Provider, "otherwise"),
        (About::Unknown, "otherwise"),
    ] {
        let mail = mail(&[OUT]).with([identifier().of(about), clinical()]);
        assert_eq!(mail.meets(&policy(DEFAULT)).0, policy_met, "{about:?}");
    }
}
