//! A policy file: no panic; what loads judges, and what does not has diagnostics that can be shown.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use phi_milter::policy;

fuzz_target!(|text: &str| {
    // No such folder: lists beside the file are not there, and nothing is read.
    let path = Path::new("/nonexistent/policy.toml");
    match policy::from_text(path, text, &|id| id.len() < 12) {
        Ok((policy, warnings)) => {
            assert!(policy.ids().next().is_some());
            let _ = warnings.to_string();
        }
        Err(faults) => assert!(faults.has_errors() && !faults.to_string().is_empty()),
    }
});
