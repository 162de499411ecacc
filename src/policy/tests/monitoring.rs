//! What would be done, and is not.

use super::*;

const TRIED: &str = r#"
[[policy]]
id   = "tried"
mode = "monitor"
when = { all = [{ kind = "clinical" }] }
then = "reject"

[[policy]]
id   = "in-force"
when = { all = [{ kind = "identifier" }] }
then = "tag"
"#;

#[test]
fn a_policy_in_monitor_mode_says_what_it_would_do_and_lets_the_next_decide() {
    let judgement = mail(&[OUT]).with([identifier(), clinical()]).judged_by(&policy(TRIED));
    assert_eq!(&*judgement.decision.policy, "in-force");
    let would = judgement.would.unwrap();
    assert_eq!((&*would.policy, would.verdict), ("tried", Verdict::Reject));
}

#[test]
fn nothing_is_supposed_where_it_would_change_nothing() {
    let judgement = mail(&[OUT]).with([identifier()]).judged_by(&policy(TRIED));
    assert_eq!((&*judgement.decision.policy, judgement.would), ("in-force", None));
    assert_eq!(mail(&[OUT]).with([clinical()]).judged_by(&policy(DEFAULT)).would, None);
}

#[test]
fn findings_of_rules_on_trial_count_for_would_alone() {
    let judgement =
        mail(&[OUT]).with([identifier(), clinical().on_trial()]).judged_by(&policy(DEFAULT));
    assert_eq!(&*judgement.decision.policy, "otherwise");
    assert_eq!(&*judgement.would.unwrap().policy, "phi-outside");
}

#[test]
fn a_finding_on_trial_does_not_excuse_a_message_from_a_policy_in_force() {
    let policies = policy(
        "[[policy]]\nid = \"it\"\nthen = \"encrypt\"\n\
         when = { all = [{ kind = \"identifier\" }], none = [{ rule = \"form\" }] }\n",
    );
    let form = found("form", Kind::Document).on_trial();
    let judgement = mail(&[OUT]).with([identifier(), form]).judged_by(&policies);
    assert_eq!(&*judgement.decision.policy, "it");
    assert_eq!(judgement.would.unwrap().verdict, Verdict::Accept);
}
