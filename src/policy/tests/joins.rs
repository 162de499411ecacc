//! How near to each other findings must stand.

use super::*;

fn joined(join: &str) -> Policy {
    when(&format!("{join}, all = [{{ kind = \"identifier\" }}, {{ kind = \"clinical\" }}]"))
}

fn together(join: &str, findings: impl IntoIterator<Item = Finding>) -> bool {
    mail(&[OUT]).with(findings).meets_it(&joined(join))
}

#[test]
fn a_message_holds_all_of_its_parts() {
    let apart = [identifier(), clinical().at(Place::Attachment, &[2, 1])];
    assert!(together("same = \"message\"", apart));
}

#[test]
fn two_attachments_are_two_parts_and_two_alternatives_are_one() {
    let part = "same = \"part\"";
    assert!(together(part, [identifier(), clinical()]));
    let apart = [identifier(), clinical().at(Place::Attachment, &[2])];
    assert!(!together(part, apart));
    let alternatives = [
        identifier().at(Place::Body, &[1, 1]).grouped(&[1]),
        clinical().at(Place::Body, &[1, 2]).grouped(&[1]),
    ];
    assert!(together(part, alternatives));
}

#[test]
fn a_part_does_not_hold_the_findings_of_the_parts_below_it() {
    let container = identifier().at(Place::Attachment, &[2]);
    assert!(!together("same = \"part\"", [container, clinical().at(Place::Attachment, &[2, 1])]));
}

#[test]
fn subject_and_headers_belong_to_every_part_of_their_message() {
    let part = "same = \"part\"";
    for place in [Place::Subject, Place::Header] {
        let header = identifier().at(place, &[]);
        for below in [&[1][..], &[2], &[2, 1, 7]] {
            let below = clinical().at(Place::Attachment, below);
            assert!(together(part, [header.clone(), below]), "{place:?}");
        }
        assert!(together(part, [header.clone(), clinical().at(Place::Subject, &[])]), "{place:?}");
    }
    let nested = identifier().at(Place::Subject, &[2]);
    assert!(together(part, [nested.clone(), clinical().at(Place::Body, &[2, 1])]));
    assert!(!together(part, [nested.clone(), clinical().at(Place::Body, &[1])]));
    assert!(!together(part, [nested.clone(), clinical().at(Place::Body, &[3])]));
    let outer = clinical().at(Place::Subject, &[]);
    assert!(together(part, [nested, outer]));
}

#[test]
fn two_headers_of_two_nested_messages_share_no_part() {
    let first = identifier().at(Place::Subject, &[1]);
    let second = clinical().at(Place::Subject, &[2]);
    let inside_first = clinical().at(Place::Body, &[1, 1]);
    assert!(!together("same = \"part\"", [first.clone(), second.clone()]));
    assert!(together("same = \"part\"", [first, second, inside_first]));
}

#[test]
fn a_file_name_belongs_to_its_part() {
    let name = identifier().at(Place::FileName, &[2]);
    assert!(together("same = \"part\"", [name.clone(), clinical().at(Place::Attachment, &[2])]));
    assert!(!together("same = \"part\"", [name, clinical().at(Place::Attachment, &[3])]));
}

#[test]
fn a_record_is_one_row_of_one_part() {
    let record = "same = \"record\"";
    let row = |finding: Finding, number| finding.at(Place::Attachment, &[2]).recorded(number);
    assert!(together(record, [row(identifier(), 1), row(clinical(), 1)]));
    assert!(!together(record, [row(identifier(), 1), row(clinical(), 2)]));
    assert!(!together(
        record,
        [row(identifier(), 1), clinical().at(Place::Attachment, &[3]).recorded(1)]
    ));
    assert!(!together(record, [identifier(), clinical()]));
    assert!(!together(record, [row(identifier(), 1), clinical().at(Place::Attachment, &[2])]));
}

#[test]
fn counts_are_taken_where_the_join_says() {
    let condition = when("same = \"part\", all = [{ kind = \"identifier\", count = 2 }]");
    let value = |value, part: &[u32]| identifier().valued(value).at(Place::Attachment, part);
    assert!(!mail(&[OUT]).with([value(1, &[1]), value(2, &[2])]).meets_it(&condition));
    assert!(mail(&[OUT]).with([value(1, &[1]), value(2, &[1])]).meets_it(&condition));
    let subject = identifier().valued(3).at(Place::Subject, &[]);
    assert!(mail(&[OUT]).with([value(1, &[1]), subject.clone()]).meets_it(&condition));
    let same = identifier().valued(1).at(Place::Subject, &[]);
    assert!(!mail(&[OUT]).with([value(1, &[1]), same]).meets_it(&condition));
}

#[test]
fn within_counts_the_characters_between() {
    let within = |gap: usize| {
        together(
            "within = 10",
            [identifier().standing_at(0, 5..9), clinical().standing_at(0, 9 + gap..9 + gap + 4)],
        )
    };
    assert!(within(0) && within(10) && !within(11));
}

#[test]
fn within_does_not_care_which_comes_first_or_whether_they_overlap() {
    let near = |a: std::ops::Range<usize>, b: std::ops::Range<usize>| {
        together("within = 3", [identifier().standing_at(0, a), clinical().standing_at(0, b)])
    };
    assert!(near(10..14, 0..7) && near(0..20, 5..6) && near(5..6, 0..20) && near(4..5, 4..5));
    assert!(!near(10..14, 0..6));
}

#[test]
fn within_means_one_text() {
    let texts = [identifier().standing_at(0, 5..9), clinical().standing_at(1, 10..12)];
    assert!(!together("within = 100", texts));
}

#[test]
fn within_counts_characters_and_not_bytes() {
    let content = format!("AA{}BB", "é".repeat(10));
    let far = content.len();
    let mut mail = mail(&[OUT])
        .with([identifier().standing_at(0, 0..2), clinical().standing_at(0, far - 2..far)]);
    mail.texts = vec![body(&content)];
    assert!(mail.meets_it(&joined("within = 10")));
    assert!(!mail.meets_it(&joined("within = 9")));
}

#[test]
fn within_finds_the_one_close_pair_among_many_that_are_far() {
    let mut findings: Vec<Finding> = (0..500)
        .map(|i| identifier().valued(i as u64).standing_at(0, i * 100..i * 100 + 4))
        .collect();
    assert!(!together("within = 5", findings.clone()));
    findings.push(clinical().standing_at(0, 250 * 100 + 7..250 * 100 + 9));
    assert!(together("within = 5", findings.clone()));
    findings.pop();
    findings.push(clinical().standing_at(0, 250 * 100 + 50..250 * 100 + 52));
    assert!(!together("within = 5", findings));
}

#[test]
fn a_finding_that_a_fact_alone_gave_stands_nowhere() {
    let document = Finding { kind: Kind::Clinical, ..clinical().standing_at(0, 0..0) };
    assert!(!together("within = 100", [identifier().standing_at(0, 0..4), document]));
}

/// What the fast walks are measured against: every pair, every unit, by definition.
mod reference {
    use super::*;

    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % sides
        }
    }

    fn random(dice: &mut Dice) -> Vec<Finding> {
        let paths: [&[u32]; 7] = [&[], &[1], &[2], &[2, 1], &[2, 1, 1], &[2, 2], &[2, 1]];
        let places = [Place::Subject, Place::Header, Place::Body, Place::Attachment];
        (0..dice.roll(8))
            .map(|_| {
                let finding = if dice.roll(2) == 0 { identifier() } else { clinical() };
                let place = places[dice.roll(4) as usize];
                let start = dice.roll(40) as usize;
                let end = start + 1 + dice.roll(12) as usize;
                let finding = finding
                    .at(place, paths[dice.roll(7) as usize])
                    .valued(dice.roll(3))
                    .standing_at(dice.roll(2) as usize, start..end);
                if dice.roll(4) > 0 { finding.recorded(dice.roll(2) as u32) } else { finding }
            })
            .collect()
    }

    fn enough(findings: &[&Finding]) -> bool {
        let count = |kind| {
            let values = findings.iter().filter(|f| f.kind == kind).map(|f| f.digest);
            values.collect::<std::collections::HashSet<_>>().len()
        };
        count(Kind::Identifier) >= 2 && count(Kind::Clinical) >= 1
    }

    fn is_header(finding: &Finding) -> bool {
        matches!(finding.place, Place::Subject | Place::Header)
    }

    fn in_part(findings: &[Finding]) -> bool {
        findings.iter().any(|unit| {
            let held: Vec<&Finding> = findings
                .iter()
                .filter(|f| {
                    if is_header(f) { f.part.holds(&unit.group) } else { f.group == unit.group }
                })
                .collect();
            enough(&held)
        })
    }

    fn in_record(findings: &[Finding]) -> bool {
        findings.iter().filter(|f| f.record.is_some()).any(|unit| {
            let same = |f: &&Finding| f.part == unit.part && f.record == unit.record;
            enough(&findings.iter().filter(same).collect::<Vec<_>>())
        })
    }

    fn in_window(findings: &[Finding], wide: usize) -> bool {
        (0..1u32 << findings.len()).any(|chosen| {
            let chosen: Vec<&Finding> = (0..findings.len())
                .filter(|i| chosen & (1 << i) != 0)
                .map(|i| &findings[i])
                .collect();
            let Some(first) = chosen.first() else { return false };
            let start = chosen.iter().map(|f| f.span.start).max().unwrap_or(0);
            let end = chosen.iter().map(|f| f.span.end).min().unwrap_or(0);
            chosen.iter().all(|f| f.text == first.text) && start <= end + wide && enough(&chosen)
        })
    }

    #[test]
    fn the_walks_say_what_the_definitions_say() {
        let condition = |join: &str| {
            let all = "all = [{ kind = \"identifier\", count = 2 }, { kind = \"clinical\" }]";
            when(&format!("{join}, {all}"))
        };
        let (part, record, within) =
            (condition("same = \"part\""), condition("same = \"record\""), condition("within = 6"));
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut held = [0; 3];
        for round in 0..20_000 {
            let mail = mail(&[OUT]).with(random(&mut dice));
            let expected =
                [in_part(&mail.findings), in_record(&mail.findings), in_window(&mail.findings, 6)];
            let said = [&part, &record, &within].map(|policy| mail.meets_it(policy));
            assert_eq!(said, expected, "round {round}: {:?}", mail.findings);
            held.iter_mut().zip(expected).for_each(|(held, holds)| *held += u32::from(holds));
        }
        assert!(held.iter().all(|held| *held > 100), "{held:?}");
    }
}

#[test]
fn a_hundred_thousand_findings_are_joined_in_moments() {
    let findings: Vec<Finding> = (0..100_000)
        .map(|i| {
            let place = if i % 2 == 0 { Place::Subject } else { Place::Attachment };
            let part: &[u32] = if i % 2 == 0 { &[] } else { &[1 + i / 10] };
            identifier().valued(u64::from(i)).at(place, part).standing_at(0, 0..4 + i as usize)
        })
        .collect();
    let mail = mail(&[OUT]).with(findings);
    let begun = std::time::Instant::now();
    for join in ["same = \"part\"", "same = \"record\"", "within = 1000000"] {
        assert!(!mail.meets_it(&joined(join)), "{join}");
    }
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}
