//! What the shipped policy makes of images that look like radiographs.

use std::path::Path;

use super::*;

fn judged(mail: &Mail) -> (String, Verdict) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policy.toml");
    let (policy, _) = load(&file, &|_| true).unwrap_or_else(|found| panic!("{found}"));
    mail.meets(&policy)
}

const BOTH: [Fact; 2] = [Fact::Radiograph, Fact::PossibleRadiograph];

#[test]
fn a_likely_one_alone_is_tagged_and_a_possible_one_passes() {
    let tagged = ("radiograph-outside".to_owned(), Verdict::Tag);
    assert_eq!(judged(&mail(&[OUT]).fact(Fact::Radiograph)), tagged);
    let passed = ("otherwise".to_owned(), Verdict::Accept);
    assert_eq!(judged(&mail(&[OUT]).fact(Fact::PossibleRadiograph)), passed);
}

#[test]
fn either_is_phi_with_a_patient_a_word_of_health_text_in_it_or_a_telling_name() {
    let weak = || clinical().sure(Confidence::Low);
    for fact in BOTH {
        for finding in [
            identifier(),
            clinical(),
            weak().at(Place::Image, &[1]),
            weak().at(Place::FileName, &[1]),
        ] {
            let place = finding.place;
            let mail = mail(&[OUT]).fact(fact).with([finding]);
            assert_eq!(judged(&mail).0, "radiograph-phi-outside", "{fact:?} {place:?}");
        }
        assert_ne!(judged(&mail(&[OUT]).fact(fact).with([weak()])).0, "radiograph-phi-outside");
        assert_eq!(judged(&mail(&[IN]).fact(fact).with([clinical()])).0, "inside");
    }
}
