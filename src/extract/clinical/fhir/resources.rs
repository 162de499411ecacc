//! The resources of a tree: in entries, in parameters, contained in others, and alone.

use super::kinds;
use crate::extract::clinical::tree::Node;

/// One resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) kind: &'static str,
    pub(super) node: Node<'a>,
    /// What its entry says that it is called.
    pub(super) full_url: &'a str,
    /// The resource that it is contained in, by the number of its node.
    pub(super) container: Option<u32>,
    /// Whether it is the root, or one of several in a row.
    pub(super) is_root: bool,
}

/// All of them.
pub(super) fn all(root: Node<'_>) -> Vec<Resource<'_>> {
    let mut found = Vec::new();
    for node in root.children() {
        collect(node, "", None, true, &mut found);
    }
    found
}

/// What resource an element is: of JSON it has a key that says so, in XML its name does.
pub(super) fn kind(node: Node<'_>) -> Option<&'static str> {
    match node.child("resourceType") {
        Some(key) => Some(kinds::known(key.value()).unwrap_or("Basic")),
        // Elements begin with small letters, and resources with capitals.
        None if node.name().starts_with(|c: char| c.is_ascii_uppercase()) => {
            kinds::known(node.name())
        }
        None => None,
    }
}

fn collect<'a>(
    node: Node<'a>,
    full_url: &'a str,
    container: Option<u32>,
    is_root: bool,
    found: &mut Vec<Resource<'a>>,
) {
    let Some(kind) = kind(node) else {
        // Around it: `entry`, `resource`, `contained`, what an interface wraps a bundle in.
        let full_url = match node.attribute("fullUrl") {
            "" => full_url,
            own => own,
        };
        for inner in node.children() {
            collect(inner, full_url, container, is_root, found);
        }
        return;
    };
    let number = node.number();
    found.push(Resource { kind, node, full_url, container, is_root });
    for inner in node.children() {
        let container = if inner.name() == "contained" { Some(number) } else { container };
        collect(inner, "", container, false, found);
    }
}
