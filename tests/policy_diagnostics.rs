//! Everything that can be wrong with the policy file, and what is said of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

mod diagnostics;

use std::path::Path;

use phi_milter::diagnostic::Diagnostics;
use phi_milter::policy;

#[test]
fn every_fault_of_a_policy_file_is_shown_where_it_stands() {
    diagnostics::walk('P', "src/policy", load);
}

fn load(folder: &Path) -> Diagnostics {
    let rule_exists = |id: &str| matches!(id, "us-ssn" | "icd-10-cm");
    match policy::load(&folder.join("policy.toml"), &rule_exists) {
        Ok((_, warnings)) => warnings,
        Err(found) => found,
    }
}
