//! What is looked for first, and when that is enough.

use std::sync::LazyLock;

use super::*;
use crate::engine::Leading;
use crate::rules::{self, Rule, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    rules::load(&[folder], &[]).map(|(set, _)| set).unwrap()
});

fn shipped() -> Policy {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policy.toml");
    load(&path, &|_| true).map(|(policy, _)| policy).unwrap()
}

fn leads(leading: &Leading, id: &str) -> bool {
    leading.has(RULES.rules().iter().find(|rule| &*rule.id == id).unwrap())
}

fn wants_more(policy: &Policy, mail: &Mail) -> bool {
    policy.wants_more(&network(), &mail.envelope, &mail.evidence())
}

#[test]
fn the_shipped_policy_looks_for_health_and_for_what_is_phi_by_itself_first() {
    let leading = shipped().led_by(RULES.rules());
    for first in ["diagnoses", "icd-10-cm", "mrn", "us-ssn", "mbi", "payment-card"] {
        assert!(leads(&leading, first), "{first}");
    }
    for later in ["patient-name", "phone", "date-of-birth", "newsletter"] {
        assert!(!leads(&leading, later), "{later}");
    }
}

#[test]
fn nothing_more_is_wanted_of_a_message_without_what_every_policy_asks_for() {
    let mut policy = policy(DEFAULT);
    let _ = policy.led_by(RULES.rules());
    assert!(!wants_more(&policy, &mail(&[OUT])));
    assert!(wants_more(&policy, &mail(&[OUT]).with([clinical()])));
    let weak = clinical().sure(Confidence::Low);
    assert!(!wants_more(&policy, &mail(&[OUT]).with([weak])));
}

#[test]
fn nothing_more_is_wanted_of_mail_that_no_policy_with_findings_is_about() {
    let mut policy = policy(DEFAULT);
    let _ = policy.led_by(RULES.rules());
    assert!(!wants_more(&policy, &mail(&[IN]).with([clinical()])));
    assert!(wants_more(&policy, &mail(&[IN, OUT]).with([clinical()])));
}

#[test]
fn all_is_wanted_of_a_message_that_leaves_encrypted_for_another_reason() {
    let mut policy = policy(DEFAULT);
    let _ = policy.led_by(RULES.rules());
    // Its Subject may hold PHI.
    assert!(wants_more(&policy, &mail(&[OUT]).unread(Cause::Malformed)));
    assert!(!wants_more(&policy, &mail(&[OUT]).unread(Cause::Encrypted)));
}

#[test]
fn a_policy_of_which_nothing_is_known_beforehand_wants_all() {
    assert!(wants_more(&policy(DEFAULT), &mail(&[OUT])));
    let mut none = when("none = [{ kind = 'clinical' }]");
    let _ = none.led_by(RULES.rules());
    assert!(wants_more(&none, &mail(&[OUT])));
}

#[test]
fn rules_on_trial_are_always_looked_for() {
    let mut rules = RULES.rules().to_vec();
    let phone = rules.iter_mut().find(|rule| &*rule.id == "phone").unwrap();
    phone.status = rules::Status::Test;
    let leading = shipped().led_by(&rules);
    assert!(leads(&leading, "phone") && !leads(&leading, "fax"));
}

/// xorshift64*
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    /// Something that a rule may find.
    fn finding(&mut self, rule: &Rule) -> Finding {
        Finding {
            hipaa: rule.hipaa,
            class: rule.class,
            confidence: self.pick(&rule.matches).confidence,
            about: self.pick(&[About::Patient, About::Provider, About::Unknown]),
            standing: rule.status.standing(),
            place: self.pick(&[Place::Body, Place::Subject, Place::FileName]),
            zone: self.pick(&[None, Some(Zone::Fresh), Some(Zone::Signature)]),
            digest: self.roll(4) as u64,
            words: NameWords::default(),
            ..found(&rule.id, rule.kind)
        }
    }
}

const ASKED: [&str; 8] = [
    "all = [{ kind = 'identifier', about = 'patient', confidence = 'medium' }, { kind = 'clinical' }]",
    "any = [{ hipaa = 'ssn' }, { rule = 'mbi', confidence = 'high' }]",
    "patients = 2, all = [{ kind = 'clinical' }]",
    "all = [{ class = 'hiv' }], unless = [{ kind = 'document' }]",
    "all = [{ kind = 'document' }], none = [{ kind = 'clinical' }]",
    "all = [{ kind = 'identifier', count = 2 }]",
    "to = 'outside', all = [{ place = 'subject' }]",
    "none = [{ rule = 'newsletter' }]",
];

#[test]
fn what_is_not_looked_for_would_have_changed_nothing() {
    let mut dice = Dice(7);
    let (mut enough, mut different) = (0, 0);
    let mut rules = RULES.rules().to_vec();
    for round in 0..2_000 {
        if round % 100 == 0 {
            rules = RULES.rules().to_vec();
            let tried = dice.roll(rules.len());
            rules[tried].status = rules::Status::Test;
        }
        let policies: String = (0..1 + dice.roll(3))
            .map(|number| {
                let [mode, then] = [["enforce", "monitor"], ["accept", "tag"]].map(|of| dice.pick(&of));
                let then = dice.pick(&[then, "tag", "encrypt", "reject"]);
                let when = dice.pick(&ASKED);
                format!("[[policy]]\nid = 'p{number}'\nmode = '{mode}'\nthen = '{then}'\nwhen = {{ {when} }}\n")
            })
            .collect();
        // Of policies that say the same the later one is never reached, and does not load.
        let text = format!("{policies}[[policy]]\nid = 'last'\nthen = 'accept'\n");
        let Ok((mut policy, _)) = super::super::from_text("p.toml".as_ref(), &text, &|_| true)
        else {
            continue;
        };
        let leading = policy.led_by(&rules);
        let of = (0..dice.roll(5)).map(|_| dice.pick(&rules)).collect::<Vec<_>>();
        let findings: Vec<Finding> = of.iter().map(|rule| dice.finding(rule)).collect();
        let led = of.iter().zip(&findings).filter(|(rule, _)| leading.has(rule));
        let led = led.map(|(_, finding)| finding.clone());
        let recipients = dice.pick(&[vec![OUT], vec![IN], vec![IN, OUT]]);
        let first = mail(&recipients).with(led);
        let whole = mail(&recipients).with(findings.iter().cloned());
        if wants_more(&policy, &first) {
            continue;
        }
        enough += 1;
        different += usize::from(first.findings.len() < whole.findings.len());
        assert_eq!(first.judged_by(&policy), whole.judged_by(&policy), "{round}: {text}");
    }
    assert!(enough > 300 && different > 100, "{enough} {different}");
}
