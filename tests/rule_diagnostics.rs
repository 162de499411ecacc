//! Every code of a rule file's faults has a golden pair in `tests/diagnostics/`: a folder `rules`
//! (and `folders` or `disable`, one name a line, where the case needs them) and `expected.txt`.
//!
//! `BLESS=1 cargo test --test rule_diagnostics` writes what was found as what is expected.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use phi_milter::diagnostic::Diagnostics;
use phi_milter::engine::{Engine, Leading};
use phi_milter::rules;

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cases, by code.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(home().join("tests/diagnostics")).unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| code(case).starts_with('R'));
    cases.sort();
    cases
}

fn code(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

fn lines(path: &Path) -> Option<Vec<String>> {
    Some(fs::read_to_string(path).ok()?.lines().map(str::to_owned).collect())
}

/// What loading a case's rules says, as it is printed.
fn report(case: &Path) -> String {
    let folders = lines(&case.join("folders")).unwrap_or_else(|| vec!["rules".to_owned()]);
    let folders: Vec<PathBuf> = folders.iter().map(|folder| case.join(folder)).collect();
    let disable = lines(&case.join("disable")).unwrap_or_default();
    let found: Diagnostics = match rules::load(&folders, &disable) {
        Err(faults) => faults,
        Ok((set, mut warnings)) => {
            if let Err(failed) = Engine::new(set, &Leading::default()) {
                warnings.extend(failed);
            }
            warnings
        }
    };
    format!("{found}\n").replace(&format!("{}/", case.display()), "")
}

#[test]
fn every_case_is_reported_as_expected() {
    let cases = cases();
    assert!(!cases.is_empty());
    let bless = std::env::var_os("BLESS").is_some();
    for case in cases {
        let report = report(&case);
        let golden = case.join("expected.txt");
        if bless {
            fs::write(&golden, &report).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(report, expected, "{}", case.display());
        assert!(report.contains(&format!("[{}]", code(&case))), "{}", case.display());
    }
}

#[test]
fn every_code_in_the_source_has_a_case() {
    let mut codes = BTreeSet::new();
    for folder in ["src/rules", "src/engine"] {
        collect(&home().join(folder), &mut codes);
    }
    assert!(codes.len() > 30, "{codes:?}");
    let cases: BTreeSet<String> = cases().iter().map(|case| code(case)).collect();
    assert_eq!(codes, cases);
}

/// The codes that stand as string literals in the Rust files of a folder and below.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for piece in source.split('"') {
            let number = piece.strip_prefix('R').unwrap_or_default();
            if number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()) {
                codes.insert(piece.to_owned());
            }
        }
    }
}

#[test]
fn a_later_folder_replaces_a_rule_whole_and_a_disabled_one_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("clinical");
    fs::create_dir(&site).unwrap();
    let rule = "id = 'diagnosis'\ntitle = 'Ours'\ndescription = 'Ours.'\nstatus = 'test'\n\
                kind = 'clinical'\n[patterns]\np = 'x'\n[[match]]\nconfidence = 'low'\npattern = ['p']\n";
    fs::write(site.join("diagnosis.toml"), rule).unwrap();
    let folders = [home().join("tests/fixtures/rules"), folder.path().to_owned()];
    let (set, warnings) = rules::load(&folders, &["mrn".to_owned()]).unwrap();
    assert!(warnings.0.is_empty(), "{warnings}");
    let ids: Vec<(&str, &str)> =
        set.rules().iter().map(|rule| (&*rule.id, rule.title.as_str())).collect();
    let expected = [
        ("circular", "Circular"),
        ("diagnosis", "Ours"),
        ("sealed-mail", "Encrypted mail"),
        ("us-ssn", "U.S. Social Security number"),
        ("ward-name", "Name on the ward's list"),
    ];
    assert_eq!(ids, expected);
}

#[test]
fn the_manual_names_every_code_and_every_check() {
    let manual = fs::read_to_string(home().join("docs/writing-rules.md")).unwrap();
    for case in cases() {
        assert!(manual.contains(&format!("\n| {} |", code(&case))), "{}", code(&case));
    }
    for check in rules::Check::ALL {
        assert!(manual.contains(&format!("\n| `{}` |", check.name())), "{}", check.name());
    }
}
