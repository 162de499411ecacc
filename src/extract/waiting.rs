//! Encrypted parts wait for the end of their message: the password may stand behind them.

use super::leaf::Leaf;
use super::output::Flow;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::message::Content;
use crate::text::{PartPath, Place};

/// Bytes of parts that wait. What comes later is read at once, with the passwords known by then.
const MOST: usize = 64 << 20;

/// Reads what is encrypted in a part, under paths that follow those already given.
pub(super) type Unlock = fn(&mut Walk<'_>, &Leaf<'_>, Children<'_>) -> Flow;

/// The parts that wait.
#[derive(Default)]
pub(super) struct Waiting {
    parts: Vec<Part>,
    bytes: usize,
}

struct Part {
    path: PartPath,
    group: PartPath,
    place: Place,
    content: Content,
    bytes: Vec<u8>,
    children: u32,
    unlock: Unlock,
}

impl Waiting {
    fn take(&mut self) -> Vec<Part> {
        self.bytes = 0;
        std::mem::take(&mut self.parts)
    }
}

impl Walk<'_> {
    /// Lets an encrypted part wait. `children` is how many of its members were read already.
    pub(super) fn wait(&mut self, leaf: &Leaf<'_>, children: u32, unlock: Unlock) -> Flow {
        let bytes = self.waiting.bytes.saturating_add(leaf.bytes.len());
        if bytes > MOST {
            return unlock(self, leaf, Children::behind(leaf.path, children));
        }
        self.waiting.bytes = bytes;
        self.waiting.parts.push(Part {
            path: leaf.path.clone(),
            group: leaf.group.clone(),
            place: leaf.place,
            content: leaf.content.clone(),
            bytes: leaf.bytes.to_vec(),
            children,
            unlock,
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
                    flow = (part.unlock)(self, &leaf, children);
                }
                if flow.is_err() {
                    self.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
                }
            }
        }
    }
}
