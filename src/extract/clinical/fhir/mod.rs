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

/// Whether an element is the root of a document in XML.
pub(super) fn is_root(name: &str) -> bool {
    kinds::is_resource(name)
}

/// Reads all resources of a tree. Gives back whether there are any.
pub(super) fn read(root: Node<'_>, out: &mut Written) -> bool {
    let found = resources::all(root);
    if found.is_empty() {
        return false;
    }
    groups::write(&found, out);
    true
}

/// Writes what is in a tree of any other vocabulary, names of keys for labels.
pub(super) fn write_other(node: Node<'_>, out: &mut Written) {
    let whose = element::Whose { role: None, resource: "" };
    element::write_inside(node, whose, out);
}

#[cfg(test)]
mod tests;
