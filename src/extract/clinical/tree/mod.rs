//! One tree for what is written in XML and in JSON: elements by name, with values. Flat in memory, and
//! no deeper than it may be walked.

mod json;
mod xml;

use std::borrow::Cow;

use crate::limits::Cause;

pub(super) use json::Values;
pub(super) use xml::read as of_xml;

/// Elements, attributes and texts of one tree; what stands behind is left out, and said to be.
const MOST_NODES: usize = 1 << 20;
/// Levels of the tree: what stands deeper stands on the last one.
const DEEPEST: usize = 96;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An element of XML; a key of JSON with its value. An array is as many elements of one name.
    Element,
    /// An attribute other than `value`, which is the value of its element (FHIR XML, HL7 v3).
    Attribute,
    /// Characters between elements.
    Text,
    /// A comment.
    Comment,
}

#[derive(Debug)]
struct Stored<'t> {
    kind: Kind,
    name: &'t str,
    value: Cow<'t, str>,
    /// The first of its children, and the one that comes behind it; 0 where there is none.
    first: u32,
    next: u32,
}

/// A document.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    nodes: Vec<Stored<'t>>,
    /// Open elements, and the last child that each has.
    open: Vec<(u32, u32)>,
    /// Elements that are open deeper than the tree goes.
    deeper: usize,
    /// Why it is not all there is.
    pub(super) fault: Option<Fault>,
    /// What could not be understood.
    pub(super) rest: &'t str,
}

/// Why a tree is not all there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has more nodes than a tree may have.
    Large,
    /// It is nested deeper than it is followed.
    Deep,
    /// Something in the middle of it does not hold together.
    Damaged,
}

impl Fault {
    /// What is said of the part.
    pub(super) const fn cause(self) -> Cause {
        match self {
            Self::Large => Cause::TooLarge,
            Self::Deep => Cause::TooDeep,
            Self::Damaged => Cause::Malformed,
        }
    }
}

/// One node of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    tree: &'a Tree<'a>,
    at: u32,
}

impl<'t> Tree<'t> {
    fn empty() -> Self {
        let root = Stored { kind: Kind::Element, name: "", value: "".into(), first: 0, next: 0 };
        Self { nodes: vec![root], open: vec![(0, 0)], deeper: 0, fault: None, rest: "" }
    }

    /// What stands around the document: its children are the roots.
    pub(super) const fn root(&self) -> Node<'_> {
        Node { tree: self, at: 0 }
    }

    /// Nodes that there are.
    fn len(&self) -> usize {
        self.nodes.len()
    }

    fn add(&mut self, kind: Kind, name: &'t str, value: Cow<'t, str>) -> Option<u32> {
        if self.nodes.len() >= MOST_NODES {
            self.fault = Some(Fault::Large);
            return None;
        }
        let at = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.push(Stored { kind, name, value, first: 0, next: 0 });
        let (parent, last) = self.open.last_mut()?;
        let before = if *last == 0 { *parent } else { *last };
        let is_first = *last == 0;
        *last = at;
        let before = self.nodes.get_mut(before as usize)?;
        *(if is_first { &mut before.first } else { &mut before.next }) = at;
        Some(at)
    }

    fn open(&mut self, name: &'t str) {
        let added = self.add(Kind::Element, name, "".into());
        match added {
            Some(at) if self.open.len() < DEEPEST => self.open.push((at, 0)),
            _ => self.deeper += 1,
        }
    }

    /// Closes what was opened last; false where nothing is open.
    fn close(&mut self) -> bool {
        if self.deeper > 0 {
            self.deeper -= 1;
            return true;
        }
        if self.open.len() > 1 {
            self.open.pop();
            return true;
        }
        false
    }

    /// Sets the value of the element that was added last.
    fn set_value(&mut self, value: Cow<'t, str>) {
        if let Some(node) = self.nodes.last_mut() {
            node.value = value;
        }
    }
}

impl<'a> Node<'a> {
    fn stored(self) -> Option<&'a Stored<'a>> {
        self.tree.nodes.get(self.at as usize)
    }

    /// Its number in its tree.
    pub(super) const fn number(self) -> u32 {
        self.at
    }

    pub(super) fn kind(self) -> Kind {
        self.stored().map_or(Kind::Text, |stored| stored.kind)
    }

    /// Its local name.
    pub(super) fn name(self) -> &'a str {
        self.stored().map_or("", |stored| stored.name)
    }

    /// The value that it has itself: of the attribute `value`, of a key of JSON.
    pub(super) fn value(self) -> &'a str {
        self.stored().map_or("", |stored| &stored.value)
    }

    /// Its children of all kinds.
    pub(super) fn all(self) -> impl Iterator<Item = Node<'a>> {
        let mut next = self.stored().map_or(0, |stored| stored.first);
        std::iter::from_fn(move || {
            let node = Node { tree: self.tree, at: next };
            next = node.stored().filter(|_| next != 0)?.next;
            Some(node)
        })
    }

    /// The elements in it.
    pub(super) fn children(self) -> impl Iterator<Item = Node<'a>> {
        self.all().filter(|node| node.kind() == Kind::Element)
    }

    /// The elements in it that have a name.
    pub(super) fn each(self, name: &'a str) -> impl Iterator<Item = Node<'a>> {
        self.children().filter(move |node| node.name() == name)
    }

    /// The first element in it of a name.
    pub(super) fn child(self, name: &str) -> Option<Node<'a>> {
        self.children().find(|node| node.name() == name)
    }

    /// What a path of names leads to.
    pub(super) fn at(self, path: &[&str]) -> Option<Node<'a>> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// The value of an attribute, or of a key: FHIR has some as either.
    pub(super) fn attribute(self, name: &str) -> &'a str {
        let named = |node: &Node<'a>| {
            matches!(node.kind(), Kind::Attribute | Kind::Element) && node.name() == name
        };
        self.all().find(named).map_or("", |node| node.value().trim())
    }

    /// Its value, or else the characters in it and below.
    pub(super) fn text(self) -> String {
        if !self.value().is_empty() {
            return self.value().trim().to_owned();
        }
        let mut words = String::new();
        self.push_text(&mut words);
        words.trim().to_owned()
    }

    fn push_text(self, words: &mut String) {
        for node in self.all() {
            match node.kind() {
                Kind::Text => words.push_str(node.value()),
                Kind::Element => {
                    node.push_text(words);
                    if !words.is_empty() && !words.ends_with(' ') && node.all().next().is_some() {
                        words.push(' ');
                    }
                }
                Kind::Attribute | Kind::Comment => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_and_json_make_one_tree() {
        let xml =
            of_xml("<Patient><name><family value='Roe'/><given value='Jane'/></name></Patient>");
        let json = r#"{"resourceType":"Patient","name":[{"family":"Roe","given":["Jane"]}]}"#;
        let json = Values::of(json).next().unwrap();
        let [xml, json] =
            [&xml, &json].map(|tree| tree.root().children().next().unwrap().child("name").unwrap());
        assert_eq!(xml.attribute("family"), "Roe");
        assert_eq!(xml.child("given").unwrap().text(), json.child("given").unwrap().text());
    }

    #[test]
    fn depth_has_an_end_and_nothing_is_lost_there() {
        let deep = format!("{}<end value='x'/>{}", "<a>".repeat(5000), "</a>".repeat(5000));
        let xml = format!("<r>{deep}<behind value='y'/></r>");
        let tree = of_xml(&xml);
        assert!(tree.nodes.iter().any(|node| node.name == "end"));
        let root = tree.root().children().next().unwrap();
        assert_eq!(root.attribute("behind"), "y");
    }

    #[test]
    fn what_is_cut_off_keeps_what_was_before() {
        let tree = of_xml("<a><name>Jane</name><b value='19");
        assert_eq!(tree.root().text(), "Jane");
        assert_eq!(tree.rest, "<b value='19");
        assert_eq!(tree.fault, None);
    }
}
