//! Encrypted parts wait for the end of their message: the password may stand behind them.

use super::file_names;
use super::leaf::Leaf;
use super::output::Flow;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::message::Content;
use crate::text::{PartPath, Place};

/// Bytes of parts that wait. What comes later is read at once, with the passwords known by then.
const MOST: usize = 64 << 20;

/// Names of members of parts that wait, told where the walk ends before their turn.
const MOST_NAMES: usize = 1000;

/// What is done with a part that waits.
#[derive(Clone, Copy)]
pub(super) struct Locked {
    /// Reads what is encrypted in it, under paths that follow those already given.
    pub(super) unlock: fn(&mut Walk<'_>, &Leaf<'_>, Children<'_>) -> Flow,
    /// The names of its encrypted members, as far as they can be read without a password.
    pub(super) names: fn(&Leaf<'_>) -> Vec<String>,
}

impl Locked {
    /// A document, which has no members before it is opened.
    pub(super) const fn document(
        unlock: fn(&mut Walk<'_>, &Leaf<'_>, Children<'_>) -> Flow,
    ) -> Self {
        Self { unlock, names: |_| Vec::new() }
    }
}

/// The parts that wait.
pub(super) struct Waiting {
    parts: Vec<Part>,
    bytes: usize,
    names_left: usize,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { parts: Vec::new(), bytes: 0, names_left: MOST_NAMES }
    }
}

struct Part {
    path: PartPath,
    group: PartPath,
    place: Place,
    content: Content,
    bytes: Vec<u8>,
    children: u32,
    locked: Locked,
}

impl Waiting {
    fn take(&mut self) -> Vec<Part> {
        self.bytes = 0;
        std::mem::take(&mut self.parts)
    }
}

impl Walk<'_> {
    /// Lets an encrypted part wait. `children` is how many of its members were read already.
    pub(super) fn wait(&mut self, leaf: &Leaf<'_>, children: u32, locked: Locked) -> Flow {
        let bytes = self.waiting.bytes.saturating_add(leaf.bytes.len());
        if bytes > MOST {
            return (locked.unlock)(self, leaf, Children::behind(leaf.path, children));
        }
        self.waiting.bytes = bytes;
        self.waiting.parts.push(Part {
            path: leaf.path.clone(),
            group: leaf.group.clone(),
            place: leaf.place,
            content: leaf.content.clone(),
            bytes: leaf.bytes.to_vec(),
            children,
            locked,
        });
        Ok(())
    }

    /// Reads the parts that wait, those inside of them too, unless the walk is over.
    pub(super) fn read_waiting(&mut self, mut flow: Flow) -> Flow {
        loop {
            let parts = self.waiting.take();
            if parts.is_empty() {
                return flow;
            }
            for part in parts {
                let leaf = Leaf {
                    path: &part.path,
                    group: &part.group,
                    place: part.place,
                    content: &part.content,
                    bytes: &part.bytes,
                };
                if flow.is_ok() {
                    let children = Children::behind(&part.path, part.children);
                    flow = (part.locked.unlock)(self, &leaf, children);
                }
                if flow.is_err() {
                    self.leave(&leaf, part.locked);
                }
            }
        }
    }

    /// Says why a part was left, and the names that it shows without a password while there is time
    /// for them.
    fn leave(&mut self, leaf: &Leaf<'_>, locked: Locked) {
        let cause = self.out.stopped().unwrap_or(Cause::Encrypted);
        self.out.unread(leaf.path, leaf.file(), cause);
        if !self.out.has_time() {
            return;
        }
        for name in (locked.names)(leaf) {
            let Some(left) = self.waiting.names_left.checked_sub(1) else { return };
            self.waiting.names_left = left;
            file_names::read_one(&mut self.out, leaf.path, leaf.group, &name);
        }
    }
}
