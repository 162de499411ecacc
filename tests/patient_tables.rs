//! How many people tables are about, by the shipped rules: tables of invented people in many forms
//! and sizes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use phi_milter::engine::{self, Engine};
use phi_milter::rules;
use phi_milter::text::{PartPath, Place, Reading, Text};

const FIRST: [&str; 12] = [
    "Jane", "Robert", "Maria", "Susan", "Kenneth", "Olga", "Priya", "Daniel", "Ruth", "Luis",
    "Emily", "Fatima",
];
const LAST: [&str; 14] = [
    "Ostrowski",
    "Galloway",
    "Kowalczyk",
    "Okafor",
    "Lindqvist",
    "Abernathy",
    "Pemberton",
    "Vanterpool",
    "Yamaguchi",
    "Zielinski",
    "Delacroix",
    "Hollingsworth",
    "Papadopoulos",
    "Winterbottom",
];
const CODES: [&str; 4] = ["E11.9", "I10", "J45.909", "F32.9"];

/// A person of a number: a name comes again after all others, a record number never.
fn person(number: usize) -> [String; 5] {
    let first = FIRST[number % FIRST.len()].to_owned();
    let last = LAST[number / FIRST.len() % LAST.len()].to_owned();
    let born = format!("{}-{:02}-{:02}", 1931 + number % 70, 1 + number % 12, 1 + number % 28);
    [format!("{}", 1_000_003 + number), last, first, born, CODES[number % CODES.len()].to_owned()]
}

const HEADER: [&str; 5] = ["MRN", "Last", "First", "DOB", "Dx"];

/// A table whose cells a sign cuts.
fn cut(rows: usize, sign: &str) -> String {
    let mut text = HEADER.join(sign) + "\n";
    for number in 0..rows {
        text += &(person(number).join(sign) + "\n");
    }
    text
}

/// A table whose columns are as wide as can be.
fn fixed(rows: usize) -> String {
    let line = |cells: &[&str]| {
        let line: String = cells.iter().map(|cell| format!("{cell:<16}")).collect();
        line.trim_end().to_owned() + "\n"
    };
    let mut text = line(&HEADER);
    for number in 0..rows {
        text += &line(&person(number).each_ref().map(String::as_str));
    }
    text
}

fn engine() -> Engine {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (set, _) = rules::load(&[folder], &[]).unwrap_or_else(|faults| panic!("{faults}"));
    Engine::untested(set)
}

/// How many people texts are about, each a part of its own, and whether all was looked at.
fn patients(engine: &Engine, contents: &[&str]) -> (u32, bool) {
    let part = |number| PartPath::root().child(number);
    let texts = (1..).zip(contents).map(|(number, content)| {
        Text::plain(Place::Attachment, &part(number), (*content).to_owned())
    });
    let reading = Reading { texts: texts.collect(), ..Reading::default() };
    let found = engine.scan(&reading, Instant::now() + Duration::from_secs(300));
    (engine::patients(found.findings.iter(), Some(&found.spares)), found.unread.is_empty())
}

#[test]
fn rows_are_counted_in_every_form_and_size() {
    let engine = engine();
    for rows in [1, 2, 10, 500] {
        let expected = (u32::try_from(rows).unwrap(), true);
        for sign in [",", "\t", " | ", ";"] {
            assert_eq!(patients(&engine, &[&cut(rows, sign)]), expected, "{sign:?}");
        }
        assert_eq!(patients(&engine, &[&fixed(rows)]), expected, "columns of {rows}");
    }
}

#[test]
fn more_rows_than_findings_are_kept_are_counted_to_the_end() {
    assert_eq!(patients(&engine(), &[&cut(25_000, ",")]), (25_000, true));
}

#[test]
fn a_table_without_a_header_and_under_titles_is_counted() {
    let engine = engine();
    let table = cut(10, ",");
    let (_, bare) = table.split_once('\n').unwrap();
    assert_eq!(patients(&engine, &[bare]), (10, true));
    let titled = format!("Census of ward 4,,,,\nPrinted for the unit,,,,\n{table}");
    assert_eq!(patients(&engine, &[&titled]), (10, true));
}

#[test]
fn one_person_is_one_however_the_name_is_written_and_wherever_it_stands() {
    let engine = engine();
    let columns = "MRN,Last,First,Dx\n1000003,Ostrowski,Jane,E11.9\n1000004,Okafor,Luis,I10\n";
    let merged = "Patient Name,DOB,Dx\n\"OSTROWSKI, JANE Q\",1961-02-03,E11.9\n\
                  \"OKAFOR, LUIS\",1971-03-04,I10\n";
    assert_eq!(patients(&engine, &[columns, merged]), (2, true));
    let letter = "Patient: Jane Ostrowski\nDiagnosis: type 2 diabetes\n\nMs. Ostrowski is well.\n";
    assert_eq!(patients(&engine, &[columns, merged, letter]), (2, true));
}

#[test]
fn two_people_of_one_name_are_two() {
    let engine = engine();
    let rows = "MRN,Patient Name,DOB,Dx\n1000003,Jane Okafor,1961-02-03,E11.9\n\
                1000004,Jane Okafor,1987-05-06,I10\n";
    assert_eq!(patients(&engine, &[rows]), (2, true));
    let visits = "MRN,Patient Name,DOS,Dx\n1000003,Jane Okafor,2026-02-03,E11.9\n\
                  1000003,Jane Okafor,2026-03-06,I10\n";
    assert_eq!(patients(&engine, &[visits]), (1, true));
}

#[test]
fn rows_of_staff_and_of_codes_are_nobody() {
    let engine = engine();
    let staff = "Employee,Last,First,Extension\n1000003,Okafor,Luis,4711\n1000004,Roe,Ann,4712\n";
    assert_eq!(patients(&engine, &[staff]), (0, true));
    let codes =
        "Code,Description,Valid\nE11.9,Type 2 diabetes,2024-10-01\nI10,Hypertension,2024-10-01\n";
    assert_eq!(patients(&engine, &[codes]), (0, true));
}
