//! The rules that are shipped: they load without a fault or a warning, each has its tests, and
//! every test holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use phi_milter::diagnostic::Diagnostics;
use phi_milter::engine::{Engine, selftest};
use phi_milter::policy;
use phi_milter::rules::{self, RuleSet, Status};

/// The rules that mail can be run through from the first day on.
const NEEDED: [&str; 12] = [
    "us-ssn",
    "mrn",
    "mbi",
    "npi",
    "dea",
    "date-of-birth",
    "phone",
    "email-address",
    "member-id",
    "icd-10-cm",
    "diagnoses",
    "medications",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

fn said(diagnostics: &Diagnostics) -> String {
    diagnostics.0.iter().map(|one| format!("{one}\n")).collect()
}

fn shipped() -> RuleSet {
    let (set, warnings) = match rules::load(&[folder()], &[]) {
        Ok(loaded) => loaded,
        Err(faults) => panic!("{}", said(&faults)),
    };
    assert!(warnings.0.is_empty(), "{}", said(&warnings));
    set
}

#[test]
fn every_embedded_test_of_every_shipped_rule_holds() {
    let outcomes = selftest::run(&Engine::untested(shipped()));
    assert!(outcomes.len() > 100, "only {} tests ran", outcomes.len());
    let failed = selftest::diagnostics(&outcomes);
    assert!(failed.0.is_empty(), "{}", said(&failed));
}

#[test]
fn the_first_rules_are_there_and_stable() {
    let set = shipped();
    for id in NEEDED {
        let rule = set.rules().iter().find(|rule| &*rule.id == id);
        assert!(rule.is_some_and(|rule| rule.status == Status::Stable), "{id}");
    }
}

#[test]
fn every_rule_says_what_it_detects_and_what_it_takes_wrongly_and_has_several_tests() {
    let set = shipped();
    assert!(!set.rules().is_empty());
    for rule in set.rules() {
        let id = &rule.id;
        assert!(rule.description.starts_with("Detects "), "{id}: the description");
        assert!(!rule.false_positives.is_empty(), "{id}: no false positive is named");
        assert!(rule.references.iter().all(|one| one.starts_with("https://")), "{id}: a reference");
        let positive = rule.tests.iter().filter(|test| !test.finds.is_empty()).count();
        assert!(positive >= 1 && rule.tests.len() > positive, "{id}: its tests");
    }
}

#[test]
fn every_rule_has_its_line_in_the_manual() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let manual = fs::read_to_string(&path).expect("docs/rules.md can be read");
    for rule in shipped().rules() {
        assert!(manual.contains(&format!("`{}`", rule.id)), "{} is not in the manual", rule.id);
    }
}

#[test]
fn the_default_policy_loads_and_names_shipped_rules_alone() {
    let set = shipped();
    let exists = |id: &str| set.rules().iter().any(|rule| &*rule.id == id);
    match policy::load(&folder().join("policy.toml"), &exists) {
        Ok((_, warnings)) => assert!(warnings.0.is_empty(), "{}", said(&warnings)),
        Err(faults) => panic!("{}", said(&faults)),
    }
}

#[test]
fn no_shared_list_has_a_term_twice_or_is_used_by_no_rule() {
    let mut used = String::new();
    for kind in ["identifiers", "clinical", "documents"] {
        for file in files(&folder().join(kind)) {
            used.push_str(&fs::read_to_string(file).expect("a rule file can be read"));
        }
    }
    // Beside the lists stands the folder of the scripts that write some of them.
    let mut lists = files(&folder().join("words"));
    lists.retain(|list| list.extension().is_some_and(|ending| ending == "txt"));
    assert!(!lists.is_empty());
    for list in &lists {
        used.push_str(&fs::read_to_string(list).expect("a list can be read"));
    }
    for list in lists {
        let stem = list.file_stem().and_then(|stem| stem.to_str()).expect("a list has a name");
        // Those that tell whom a value is about are the engine's.
        let named = format!("shared = \"{stem}\"");
        let included = format!("\n@{stem}\n");
        let is_used =
            stem.starts_with("about-") || used.contains(&named) || used.contains(&included);
        assert!(is_used, "no rule uses {stem}.txt");
        let text = fs::read_to_string(&list).expect("a list can be read");
        let mut seen = BTreeMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            if let Some(first) = seen.insert(line.trim().to_lowercase(), number + 1)
                && !line.trim().is_empty()
            {
                panic!("{stem}.txt has `{line}` on lines {first} and {}", number + 1);
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()
}
