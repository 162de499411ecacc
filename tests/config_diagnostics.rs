//! Everything that can be wrong with the config file, and what is said of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

mod diagnostics;

use std::path::Path;

use phi_milter::config::{self, Config};
use phi_milter::diagnostic::Diagnostics;

#[test]
fn every_fault_of_a_config_file_is_shown_where_it_stands() {
    diagnostics::walk('C', "src/config", load);
}

#[test]
fn the_packaged_config_says_what_no_config_says() {
    let (packaged, _) = config::load(Some(&packaged())).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(packaged, Config::default());
}

#[test]
fn the_packaged_config_has_every_key_and_says_what_it_means() {
    let text = std::fs::read_to_string(packaged()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let model = serde_json::to_value(Config::default()).unwrap();
    let mut keys = 0;
    for (table, value) in model.as_object().unwrap() {
        let (inner, section) = match value.as_object() {
            Some(inner) => (inner.keys().collect(), section(&lines, &format!("[{table}]"))),
            None => (vec![table], section(&lines, "")),
        };
        for key in inner {
            let at = section
                .iter()
                .position(|line| line.trim_start_matches("# ").starts_with(&format!("{key} = ")));
            let at = at.unwrap_or_else(|| panic!("{key} of [{table}] is missing"));
            assert!(section[at - 1].starts_with("# "), "{key} of [{table}] has no meaning");
            keys += 1;
        }
    }
    assert!(keys > 30, "the model has {keys} keys?");
}

fn packaged() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/phi-milter.toml")
}

/// The lines from a header to the next; those before the first for the empty one.
fn section<'t>(lines: &[&'t str], header: &str) -> Vec<&'t str> {
    let begins = |line: &&str| line.starts_with('[');
    let start = match header {
        "" => 0,
        header => 1 + lines.iter().position(|line| *line == header).expect(header),
    };
    lines[start..].iter().copied().take_while(|line| !begins(line)).collect()
}

/// A case with a file `executable` is about an executable's place, not about a config file.
fn load(folder: &Path) -> Diagnostics {
    if let Ok(executable) = std::fs::read_to_string(folder.join("executable")) {
        return match config::shipped_rules_of(&folder.join(executable.trim())) {
            Ok(_) => Diagnostics::default(),
            Err(found) => found,
        };
    }
    match config::load(Some(&folder.join("phi-milter.toml"))) {
        Ok((config, warnings)) => config.read.passwords().err().unwrap_or(warnings),
        Err(found) => found,
    }
}
