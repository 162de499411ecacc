//! What is fresh, quoted, signature and footer in bodies as people and programs write them.

use super::super::fold::Folded;
use super::super::words::Dictionary;
use super::*;
use crate::text::{PartPath, Place};

fn marks(content: &str) -> Marks {
    let lists: Vec<Vec<Box<str>>> = Phrase::ALL
        .iter()
        .map(|(_, terms)| terms.iter().map(|&term| term.into()).collect())
        .collect();
    let dictionary = Dictionary::new(lists.iter().map(Vec::as_slice));
    let folded = Folded::new(content);
    let mut hits = Vec::new();
    dictionary.find(folded.text(), &mut hits);
    let mut marks = Vec::new();
    for hit in hits {
        for list in dictionary.members(hit.set) {
            let (phrase, _) = Phrase::ALL[list.0 as usize];
            marks.push(Mark { bytes: folded.original(hit.span()), phrase });
        }
    }
    Marks(marks)
}

/// The zone of each line, by the first byte of its words.
fn zones(content: &str) -> String {
    told(content, Vec::new())
}

fn told(content: &str, told: Vec<(Range<u32>, Zone)>) -> String {
    let mut text = Text::plain(Place::Body, &PartPath::root(), content.to_owned());
    text.zones = told;
    let zones = Zones::of(&text, &marks(content));
    let mut at = 0;
    let mut letters = String::new();
    for line in content.split_inclusive('\n') {
        if !line.trim().is_empty() {
            let words = line.trim_start_matches(['>', ' ']);
            let words = if words.trim().is_empty() { line } else { words };
            letters.push(match zones.at(at + line.len() - words.len()) {
                Zone::Fresh => 'f',
                Zone::Quoted => 'q',
                Zone::Signature => 's',
                Zone::Disclaimer => 'd',
            });
        }
        at += line.len();
    }
    letters
}

/// The zone in which a word stands.
fn zone_of(word: &str, content: &str) -> Zone {
    let text = Text::plain(Place::Body, &PartPath::root(), content.to_owned());
    Zones::of(&text, &marks(content)).at(content.find(word).unwrap())
}

const FOOTER: &str = "This e-mail is confidential and intended only for the person it is addressed \
     to.\nIf you have received this message in error, tell us and delete it.\n";

#[test]
fn marked_lines_and_their_introduction_are_quoted() {
    assert_eq!(zones("Yes.\n\nOn May 1, Pat wrote:\n> Lunch?\n>\n> Pat\n\nBye\n"), "fqqqqf");
    assert_eq!(zones("Hi\nOn May 1, 2026, Pat Example\n<pat@mail.example> wrote:\n> a\n"), "fqqq");
    assert_eq!(zones("Hi\n2026-05-01 10:00 Pat <pat@mail.example>:\n\n> a\n"), "fqq");
    assert_eq!(zones("On Monday he wrote:\nnothing.\n"), "ff");
}

#[test]
fn a_quotation_without_marks_goes_to_the_end() {
    assert_eq!(zones("Hi\n\n-----Original Message-----\nFrom: a\n\nText\nso\n"), "fqqqq");
    assert_eq!(zones("Hi\nFrom: a\nSent: today\nTo: b\nSubject: c\n\nText\n"), "fqqqqq");
    assert_eq!(zones("Hi\nVon: a\nGesendet: heute\nAn: b\nBetreff: c\n\nText\n"), "fqqqqq");
    assert_eq!(zones("Hi\nOn May 1, 2026 Pat <pat@mail.example> wrote:\nText\n"), "fqq");
    assert_eq!(zones("From: the north\nto the south\n"), "ff");
}

#[test]
fn a_signature_stands_behind_its_mark_and_is_short() {
    assert_eq!(zones("Hi\n-- \nPat\n555-0142\n"), "fsss");
    assert_eq!(zones("Hi\n-- \nPat\n> quoted\nmore\n"), "fssqf");
    assert_eq!(
        zones(&format!("Hi\n-- \n{}", "Patient Line\n".repeat(13))),
        "fs".to_owned() + &"f".repeat(13)
    );
    assert_eq!(zones("Name | MRN\n--\nRoe | 773014\n"), "fff");
    assert_eq!(zones("Hi\n  --\n  Roe 5\n"), "fff");
    assert_eq!(zones("Hi\n-- \npat example\np: 555-0142\n"), "fsss");
}

#[test]
fn a_signature_stands_behind_the_closing_of_a_letter() {
    for closing in
        ["Best regards,", "Thanks!", "Thank you,", "Sincerely yours,", "V/r", "Cordialement,"]
    {
        let letter = format!(
            "See you.\n\n{closing}\n\nPat Example, RN\nSpringfield Clinic\nP: 555-555-0142\n"
        );
        assert_eq!(zones(&letter), "fssss", "{closing}");
    }
    assert_eq!(
        zones(
            "Hi\n\nThanks, Pat\n\nPat Example\nDirector of Oncology\n12 Main St\n(555) 555-0142\n"
        ),
        "fsssss"
    );
    // One for each message of a thread.
    assert_eq!(
        zones("Yes\nThanks,\nPat\n\nOn May 1, Jo wrote:\n> When?\n> Regards,\n> Jo\n> 555-0142\n"),
        "fssqqsss"
    );
}

#[test]
fn text_behind_a_closing_is_fresh() {
    for text in [
        "Thanks,\nPat\n\nPS: her biopsy came back, it is cancer.\n",
        "Thanks,\nPat\n\nJane Roe has HIV\n",
        "Thanks,\nPat\n\nJane Roe\n03/14/1950\nSpringfield Clinic\n",
        "Thanks,\nPat\n\nPatient: Jane Roe\nPhone: 555-0142\n",
        "Thanks,\nPat\n\nJane Roe\nMRN 7730142\n555-0142\n",
        "Thanks,\nPat\n\nHere is the list:\nJane Roe\n555-0142\n",
        "-- \nPat\n\nJane Roe\nDOB March 14\n555-0142\n",
    ] {
        let told = zones(text);
        let rest = told.strip_prefix("ssf");
        assert!(rest.is_some_and(|rest| !rest.contains('s')), "{text}: {told}");
    }
    assert_eq!(zones("Thank you for seeing Jane Roe.\n555-0142\n"), "ff");
    assert_eq!(zones("Thanks for the chart of Roe\nMRN 7730142\n"), "ff");
    assert_eq!(
        zones("Results below.\nElectronically signed by: Pat Example, MD\n03/14/2026\n"),
        "fff"
    );
}

#[test]
fn a_block_of_contact_data_at_the_end_is_a_signature() {
    let block =
        "Pat Example, MD\nSpringfield Clinic\n12 Main St\nSpringfield, IL 62704\n555-555-0142\n";
    assert_eq!(zones(&format!("See you there tomorrow.\n\n{block}")), "fsssss");
    assert_eq!(zones(&format!("See you there tomorrow.\n\n{block}\n{FOOTER}")), "fsssssdd");
    // Whose it is, the line before says; a patient has no degree.
    assert_eq!(zones(&format!("Please call the patient:\n\n{block}")), "ffffff");
    assert_eq!(
        zones("Please call her.\n\nJane Roe\n12 Main St\nSpringfield, IL 62704\n555-0142\n"),
        "fffff"
    );
    assert_eq!(zones(block), "fffff");
}

#[test]
fn what_a_telephone_adds_is_a_signature() {
    assert_eq!(zones("Ok\n\nSent from my iPhone\n"), "fs");
    assert_eq!(zones("Ok\nGet Outlook for iOS\n"), "fs");
    assert_eq!(zones("Ok\nSent from my desk with MRN 7730142\n"), "ff");
}

#[test]
fn a_signature_that_the_structure_tells_has_to_look_like_one() {
    let content = "Hi\nPat Example\nP: 555-0142\nBye";
    assert_eq!(told(content, vec![(3..26, Zone::Signature)]), "fssf");
    let content = "Jane Roe has diabetes, and her new dose is 40 units a day.\nMRN 7730142\n";
    let whole = 0..u32::try_from(content.len()).unwrap();
    assert_eq!(told(content, vec![(whole, Zone::Signature)]), "ff");
}

#[test]
fn footers_are_known_in_several_forms_and_wherever_they_stand() {
    for footer in [
        FOOTER,
        "CONFIDENTIALITY NOTICE: This message is for the sole use of the intended recipient.\n",
        "The information in this transmission is privileged and confidential. If you are not the \
         intended recipient, any disclosure, copying or distribution is prohibited.\n",
        "CAUTION: This email originated from outside of the organization. Do not click links or \
         open attachments unless you recognize the sender.\n",
        "This information has been disclosed to you from records protected by federal \
         confidentiality rules (42 CFR Part 2). Federal law prohibits redisclosure without written \
         consent.\n",
        "You are receiving this email because you subscribed to our newsletter.\nTo opt out, \
         update your preferences or unsubscribe from this mailing list.\n",
    ] {
        let all = |zones: String| zones.chars().filter(|&zone| zone == 'd').count();
        let lines = footer.lines().count();
        assert_eq!(all(zones(footer)), lines, "{footer}");
        assert_eq!(all(zones(&format!("Hi\n\n{footer}\nHow are you?\n"))), lines, "{footer}");
        let quoted: String = footer.lines().map(|line| format!("> {line}\n")).collect();
        assert_eq!(all(zones(&format!("Hi\n\n{quoted}"))), lines, "{quoted}");
    }
    for none in [
        "This is confidential.\n",
        "Please notify the sender.\n",
        "You are the intended recipient of this award.\n",
        "CONFIDENTIAL\n\nJane Roe has diabetes.\n",
        "The kidney recipient has CMV transmission; please notify us immediately.\n",
    ] {
        assert!(!zones(none).contains('d'), "{none}");
    }
}

#[test]
fn nothing_hides_among_the_sentences_of_a_footer() {
    for hidden in [
        format!("CONFIDENTIALITY NOTICE\nJane Roe has diabetes.\n{FOOTER}"),
        format!("CONFIDENTIALITY NOTICE: Jane Roe has diabetes.\n{FOOTER}"),
        FOOTER.replace("If you", "Jane Roe has diabetes. If you"),
        FOOTER.replace("tell us", "tell us about MRN 7730142 of Jane Roe"),
        FOOTER.replace("tell us", "tell us about 536-22-8471 of Jane Roe"),
        format!("{FOOTER}Jane Roe has diabetes.\n"),
        format!("{FOOTER}\nJane Roe has diabetes.\n"),
    ] {
        assert_eq!(zone_of("Jane Roe", &hidden), Zone::Fresh, "{hidden}");
    }
}

#[test]
fn what_the_structure_tells_wins() {
    assert_eq!(told("> a\nb\n", vec![(0..3, Zone::Fresh), (4..5, Zone::Quoted)]), "fq");
}

#[test]
fn long_bodies_of_marks_take_linear_time() {
    for piece in [
        "On a 1@ \n",
        "-- \n",
        "From:\n",
        "> \n",
        "-----a-\n",
        "\n",
        "wrote:\n",
        "Thanks\n",
        "Thanks\nPat\n\n",
        "unauthorized use\n",
        "unauthorized use ",
        "> a\nb\n",
        "Pat RN\n555-0142\n",
        "Sent from my\n",
        "> wrote:\n>> From: 1@\n",
    ] {
        let content = piece.repeat((96 << 10) / piece.len());
        let marks = marks(&content);
        let text = Text::plain(Place::Body, &PartPath::root(), content);
        let start = std::time::Instant::now();
        let _ = Zones::of(&text, &marks).at(5);
        assert!(start.elapsed().as_secs() < 10, "{piece:?}");
    }
}

/// Lines from which bodies are made that have every trait that zones look at.
const PIECES: &[&str] = &[
    "",
    "> ",
    ">> > a",
    "On May 1, 2026, Pat <pat@mail.example> wrote:",
    "From: a",
    "Sent: b",
    "To: c",
    "Subject: d",
    "-----Original Message-----",
    "-- ",
    "--",
    "Thanks,",
    "Best regards, Pat",
    "Pat Example, RN",
    "555-0142",
    "MRN 7730142",
    "Patient: Jane",
    "Sent from my iPhone",
    "CONFIDENTIALITY NOTICE:",
    "If you are not the intended recipient, please delete this e-mail.",
    "a\u{e9}\u{65e5}.",
    "\u{2014}",
    ":",
    "Von: \u{fc}",
    "\u{a0}",
    "x",
    "12 Main St",
    "pat@mail.example",
    "unauthorized use",
];

#[test]
fn zones_of_any_body_begin_and_end_at_whole_characters() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut roll = |sides: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % sides
    };
    for _ in 0..1_500 {
        let count = roll(30);
        let content: String = (0..count)
            .map(|_| format!("{}{}", PIECES[roll(PIECES.len())], ["\n", " ", "\r\n"][roll(3)]))
            .collect();
        let mut text = Text::plain(Place::Body, &PartPath::root(), content.clone());
        let start = content.floor_char_boundary(roll(content.len() + 1));
        let end = content.floor_char_boundary(start + roll(content.len() - start + 1));
        let span = u32::try_from(start).unwrap()..u32::try_from(end).unwrap();
        text.zones = vec![(span, [Zone::Quoted, Zone::Signature][roll(2)])];
        let zones = Zones::of(&text, &marks(&content));
        for span in zones.footers.iter().chain(&zones.signatures).chain(&zones.quoted) {
            assert!(content.get(span.clone()).is_some(), "{content:?} {span:?}");
        }
        assert!(zones.footers.is_sorted_by_key(|span| span.start), "{content:?}");
        (0..content.len()).for_each(|byte| _ = zones.at(byte));
    }
}
