//! What `unless` takes out of the count, and how far it reaches.

use super::*;

fn likely() -> Policy {
    when(
        "all = [{ kind = \"identifier\" }, { kind = \"clinical\" }], \
         unless = [{ kind = \"document\", confidence = \"medium\" }]",
    )
}

fn newsletter() -> Finding {
    found("newsletter", Kind::Document)
}

/// What a fact alone has found: it stands in no text.
fn listed(part: &[u32]) -> Finding {
    newsletter().at(Place::Attachment, part).standing_at(usize::MAX, 0..0)
}

fn holds(findings: impl IntoIterator<Item = Finding>) -> bool {
    mail(&[OUT]).with(findings).meets_it(&likely())
}

#[test]
fn what_stands_in_a_part_of_that_sort_is_not_counted() {
    assert!(holds([identifier(), clinical()]));
    assert!(!holds([identifier(), clinical(), newsletter()]));
    assert!(holds([identifier(), clinical(), newsletter().sure(Confidence::Low)]));
}

#[test]
fn an_attachment_of_that_sort_says_nothing_about_the_letter() {
    let attached = newsletter().at(Place::Attachment, &[2]);
    assert!(holds([identifier(), clinical(), attached]));
    let letter = newsletter();
    let attached = [identifier(), clinical()].map(|found| found.at(Place::Attachment, &[2]));
    assert!(holds([letter].into_iter().chain(attached)));
}

#[test]
fn alternatives_of_one_content_are_of_one_sort() {
    let plain = newsletter().at(Place::Body, &[1]).grouped(&[]);
    let html = [identifier(), clinical()].map(|found| found.at(Place::Body, &[2]).grouped(&[]));
    assert!(!holds([plain].into_iter().chain(html)));
}

#[test]
fn what_is_quoted_says_nothing_about_the_words_above_it() {
    let quoted = || newsletter().zoned(Zone::Quoted);
    assert!(holds([identifier(), clinical(), quoted()]));
    let below = [identifier(), clinical()].map(|found| found.zoned(Zone::Quoted));
    assert!(!holds(below.into_iter().chain([quoted()])));
}

#[test]
fn the_footer_of_a_text_tells_its_sort() {
    assert!(!holds([identifier(), clinical(), newsletter().zoned(Zone::Disclaimer)]));
}

#[test]
fn a_subject_is_of_the_sort_of_its_own_body() {
    let subject = |part| [identifier(), clinical()].map(|found| found.at(Place::Subject, part));
    assert!(!holds(subject(&[]).into_iter().chain([newsletter()])));
    let nested = newsletter().at(Place::Body, &[2, 1]);
    assert!(holds(subject(&[]).into_iter().chain([nested.clone()])));
    assert!(!holds(subject(&[2]).into_iter().chain([nested])));
}

#[test]
fn a_fact_speaks_for_its_part_and_all_below_it() {
    assert!(!holds([identifier(), clinical(), listed(&[])]));
    assert!(holds([identifier(), clinical(), listed(&[2])]));
}

#[test]
fn patients_that_are_not_counted_are_nobody() {
    let policy = when("patients = 1, unless = [{ kind = \"document\" }]");
    assert!(mail(&[OUT]).with([identifier()]).meets_it(&policy));
    assert!(!mail(&[OUT]).with([identifier(), newsletter()]).meets_it(&policy));
}
