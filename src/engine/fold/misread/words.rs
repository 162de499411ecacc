//! Words from images: digits in them that were letters, and letters that were others.

use super::Count;

/// Characters of the longest label.
const LABEL: std::ops::RangeInclusive<usize> = 3..=14;

/// A token with its digits read as letters, where it is a word, and its letters as the case
/// of those beside them tells.
pub(super) fn read(token: &[u8], count: &Count) -> Vec<u8> {
    let all_known = token.iter().all(|byte| !byte.is_ascii_digit() || letter(*byte).is_some());
    if !LABEL.contains(&token.len()) && count.digits > 0 || !all_known {
        return token.to_vec();
    }
    let with = |one: u8| -> Vec<u8> {
        let byte = |at: usize| token.get(at).copied();
        let read = |(at, &byte_at): (usize, &u8)| {
            let (before, behind) = (at.checked_sub(1).and_then(byte), byte(at + 1));
            in_case(byte_at, before, behind, one).unwrap_or(byte_at)
        };
        token.iter().enumerate().map(read).collect()
    };
    if count.digits > 0 && !count.is_word() {
        return token.to_vec();
    }
    let likely = with(b'i');
    let known = KNOWN.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(&likely));
    if known { likely } else { with(b'l') }
}

/// The letter that is meant at a place of a word, by those beside it; a 1 among small letters is
/// the one that is given.
fn in_case(byte: u8, before: Option<u8>, behind: Option<u8>, one: u8) -> Option<u8> {
    let small = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase());
    let capital = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_uppercase());
    let among_small =
        small(before) || before.is_some_and(|byte| byte.is_ascii_digit()) && small(behind);
    match byte {
        b'1' if among_small => Some(one),
        b'0' | b'5' if among_small => letter(byte).map(|letter| letter.to_ascii_lowercase()),
        b'0' | b'1' | b'5' | b'8' => letter(byte),
        b'l' if capital(behind) && (capital(before) || before.is_none()) => Some(b'I'),
        b'I' if small(before) && small(behind) => Some(b'l'),
        _ => None,
    }
}

/// Words of labels with an i in them, which a 1 is read for as well as an l.
const KNOWN: &[&str] = &[
    "patient",
    "patients",
    "birth",
    "birthdate",
    "diagnosis",
    "diagnoses",
    "admit",
    "admitted",
    "admission",
    "discharged",
    "clinic",
    "clinical",
    "medical",
    "medication",
    "medications",
    "medicare",
    "medicaid",
    "physician",
    "hospital",
    "insurance",
    "insured",
    "provider",
    "specimen",
    "accession",
    "visit",
    "history",
    "allergies",
    "policy",
    "service",
    "id",
    "identifier",
];

/// The letter that a digit is read for.
fn letter(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0' => b'O',
        b'1' => b'I',
        b'5' => b'S',
        b'8' => b'B',
        _ => return None,
    })
}

/// Words of labels in which a digit or a letter is read for another.
pub(in crate::engine) const MISREAD: &[&str] = &[
    "patlent",
    "pat1ent",
    "patlents",
    "pat1ents",
    "d0b",
    "do8",
    "d08",
    "5sn",
    "s5n",
    "55n",
    "blrth",
    "b1rth",
    "dlagnosis",
    "d1agnosis",
    "dlagnoses",
    "diagnos1s",
    "diagnosls",
    "admlt",
    "adm1t",
    "admlssion",
    "adm1ssion",
    "discharqe",
    "dlscharge",
    "d1scharge",
    "medlcal",
    "med1cal",
    "medicai",
    "medlcation",
    "medlcations",
    "med1cations",
    "physlclan",
    "physlcian",
    "physic1an",
    "phys1cian",
    "hospltal",
    "hosp1tal",
    "cllnic",
    "cl1nic",
    "c1inic",
    "h0spital",
    "d0ctor",
    "n0te",
    "hist0ry",
    "hlstory",
    "h1story",
    "allergles",
    "al1ergies",
    "a1lergies",
    "acc0unt",
    "speclmen",
    "spec1men",
    "lnsurance",
    "1nsurance",
    "lnsured",
    "pr0blem",
    "pr0cedure",
    "rep0rt",
    "referra1",
    "vlsit",
    "v1sit",
    "lab0ratory",
];
