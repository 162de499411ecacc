//! Judges the layers: a module may use only what stands below it (see `src/lib.rs`).

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module, rank, and which of the two trunks of layer 2 it belongs to. Ranks are finer than layers:
/// within a layer the modules named later use those named before.
const LAYERS: &[(&str, u32, Option<Trunk>)] = &[
    ("secret", 0, None),
    ("limits", 0, None),
    ("diagnostic", 0, None),
    ("panics", 0, None),
    ("text", 1, None),
    ("finding", 2, None),
    ("config", 2, None),
    ("dimensions", 3, Some(Trunk::Bytes)),
    ("tagged", 3, Some(Trunk::Bytes)),
    ("heif", 3, Some(Trunk::Bytes)),
    ("message", 3, Some(Trunk::Bytes)),
    ("extract", 4, Some(Trunk::Bytes)),
    ("sight", 5, Some(Trunk::Bytes)),
    ("rules", 3, Some(Trunk::Texts)),
    ("engine", 4, Some(Trunk::Texts)),
    ("worker", 6, None),
    ("policy", 7, None),
    ("action", 8, None),
    ("audit", 8, None),
    ("pipeline", 9, None),
    ("milter", 10, None),
    ("cli", 11, None),
];

/// What layer 2 is made of: bytes to texts, and texts to findings. Neither sees the other.
#[derive(Clone, Copy, PartialEq)]
enum Trunk {
    Bytes,
    Texts,
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a source text names as `crate::NAME`, also in `use crate::{a, b::c}`.
fn used_modules(source: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => used.push(std::mem::take(&mut name)),
                    c if depth == 0 && !c.is_whitespace() => name.push(c),
                    _ => {}
                }
            }
            used.push(name);
        } else {
            used.push(rest.to_owned());
        }
    }
    used.iter()
        .map(|name| name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[test]
fn a_module_uses_only_layers_below_it() {
    let layers: BTreeMap<_, _> =
        LAYERS.iter().map(|(name, n, trunk)| (*name, (*n, *trunk))).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    let mut faults = Vec::new();
    let mut judged = 0;
    for file in &files {
        let relative = file.strip_prefix(&root).unwrap();
        let module = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = module.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(&(layer, trunk)) = layers.get(module) else {
            faults.push(format!("{}: module `{module}` has no layer", relative.display()));
            continue;
        };
        for used in used_modules(&fs::read_to_string(file).unwrap()) {
            let Some(&(below, other)) = layers.get(used.as_str()) else { continue };
            judged += 1;
            let crosses = trunk.is_some() && other.is_some() && trunk != other;
            if used != module && (below >= layer || crosses) {
                faults.push(format!("{} uses `{used}`", relative.display()));
            }
        }
    }
    assert!(judged > 20, "only {judged} uses were judged: the reader of `use` lines is broken");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_of_the_library_has_a_layer() {
    let library = include_str!("../src/lib.rs");
    for line in library.lines() {
        if let Some(name) = line.strip_prefix("pub mod ").and_then(|l| l.strip_suffix(';')) {
            assert!(LAYERS.iter().any(|(module, ..)| *module == name), "`{name}` has no layer");
        }
    }
}

#[test]
fn groups_in_use_lines_are_seen() {
    let source =
        "use crate::{secret::Secret, text::{Place, Zone}, finding};\nlet x = crate::worker::Pool;";
    assert_eq!(used_modules(source), ["secret", "text", "finding", "worker"]);
}
