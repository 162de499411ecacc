//! Walks the golden pairs of one area: each folder `tests/diagnostics/CODE/` holds a faulty input
//! and, in `expected.txt`, what is said of it. A file `modes` sets file modes first (`NAME MODE` a
//! line). With `UPDATE_GOLDEN=1` in the environment `expected.txt` is written instead of compared.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use phi_milter::diagnostic::Diagnostics;

/// Runs `load` on a copy of each case's folder and compares what it says, with the folder's own
/// path left out. Every code in the sources must have a case, and every case a code.
pub fn walk(area: char, sources: &str, load: impl Fn(&Path) -> Diagnostics) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = cases(&root.join("tests/diagnostics"), area);
    assert!(!cases.is_empty(), "no case of area {area}");
    let covered: BTreeSet<String> = cases.iter().map(|case| name(case)).collect();
    assert_eq!(covered, codes(&root.join(sources), area), "codes with a case; codes in {sources}");
    let wrong: Vec<String> = cases.iter().filter_map(|case| differs(case, &load)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn differs(case: &Path, load: &impl Fn(&Path) -> Diagnostics) -> Option<String> {
    let copy = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(copy.path()).unwrap();
    copy_tree(case, &folder);
    let own_path = format!("{}/", folder.display());
    let said = format!("{}\n", load(&folder)).replace(&own_path, "");
    let code = name(case);
    assert!(said.contains(&format!("[{code}]")), "{code} does not occur in what is said:\n{said}");
    let golden = case.join("expected.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &said).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    (said != expected).then(|| format!("{code}: expected\n{expected}\n{code}: said\n{said}"))
}

fn cases(folder: &Path, area: char) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && name(path).starts_with(area))
        .collect();
    cases.sort();
    cases
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Every string literal in the sources that is a code of the area.
fn codes(folder: &Path, area: char) -> BTreeSet<String> {
    let code = regex::Regex::new(&format!(r#""({area}\d{{3}})""#)).unwrap();
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(codes(&path, area));
        } else {
            let source = fs::read_to_string(&path).unwrap();
            found.extend(code.captures_iter(&source).map(|found| found[1].to_owned()));
        }
    }
    found
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copy = to.join(name(&path));
        if path.is_dir() {
            fs::create_dir(&copy).unwrap();
            copy_tree(&path, &copy);
        } else {
            fs::copy(&path, &copy).unwrap();
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
    for line in fs::read_to_string(from.join("modes")).unwrap_or_default().lines() {
        let (file, mode) = line.split_once(' ').unwrap();
        let mode = u32::from_str_radix(mode, 8).unwrap();
        fs::set_permissions(to.join(file), fs::Permissions::from_mode(mode)).unwrap();
    }
}
