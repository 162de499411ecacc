//! HL7 FHIR (R4, R5) in JSON and XML: bundles, single resources, resources one a line.
//!
//! ```text
//!  tree --resources--> what there is, whose each is --groups--> a record for each patient
//!                                                               and what is nobody's
//! ```

mod datatypes;
mod element;
mod groups;
mod kinds;
mod resources;

use super::document::Written;
use super::tree::Node;

/// Keys of a text that are looked at before it is said to be of another vocabulary.
const MOST_KEYS: usize = 16;

/// Whether an element is the root of a document in XML.
pub(super) fn is_root(name: &str) -> bool {
    kinds::is_resource(name)
}

/// The key that every resource in JSON has.
pub(super) const KEY: &[u8] = b"\"resourceType\"";

/// Whether the first of a text's keys that name a resource names one of the standard.
pub(super) fn names_resource(text: &[u8]) -> bool {
    let keys = memchr::memmem::find_iter(text, KEY).take(MOST_KEYS);
    keys.filter_map(|at| text.get(at..)).any(is_key)
}

/// Whether a text begins with the key of a resource of the standard.
pub(super) fn is_key(text: &[u8]) -> bool {
    let name = || {
        let behind = text.strip_prefix(KEY)?.trim_ascii_start().strip_prefix(b":")?;
        let name = behind.trim_ascii_start().strip_prefix(b"\"")?;
        let end = name.iter().take(64).position(|byte| *byte == b'"')?;
        std::str::from_utf8(name.get(..end)?).ok()
    };
    name().is_some_and(kinds::is_resource)
}

/// Reads all resources of a tree. Gives back whether there are any.
pub(super) fn read(root: Node<'_>, out: &mut Written) -> bool {
    let found = resources::all(root);
    if found.is_empty() {
        return false;
    }
    groups::write(&found, out);
    // What an interface wraps resources in.
    write_other(root, out);
    true
}

/// Writes what is in no resource, names of keys for labels.
pub(super) fn write_other(node: Node<'_>, out: &mut Written) {
    let whose = element::Whose { role: None, resource: "" };
    element::write_inside(node, whose, out);
}

#[cfg(test)]
mod tests;
