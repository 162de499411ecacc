//! The volume descriptors of a disc image (ECMA-119 section 8) and the Joliet names beside them.

use std::collections::HashSet;

use super::super::{size_at, u16_at};

/// Where the descriptors begin, and how long each is.
const FIRST: usize = 0x8000;
pub(super) const SECTOR: usize = 2048;

/// Descriptors that are looked at; a disc has three or four.
const MOST: usize = 64;

/// How a tree writes its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Letters of ASCII, or whatever a program put there.
    Plain,
    /// Joliet: UCS-2, the high byte first.
    Wide,
}

impl Alphabet {
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Plain => String::from_utf8_lossy(bytes).into_owned(),
            Self::Wide => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

/// A tree of directories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) alphabet: Alphabet,
    /// Bytes of a logical block.
    pub(super) block: usize,
    /// The record of the root directory.
    pub(super) root: usize,
}

/// What the descriptors tell.
#[derive(Debug, Default)]
pub(super) struct Volumes {
    /// The trees, those with long names first.
    pub(super) trees: Vec<Tree>,
    /// What the disc, its set, its publisher and its maker are called.
    pub(super) titles: Vec<String>,
    /// Whether another file system (UDF, ECMA-167) is on it as well.
    pub(super) udf: bool,
    /// Whether the descriptors end as they should.
    pub(super) ended: bool,
}

/// The mark of a descriptor at a place, and its type.
fn descriptor(bytes: &[u8], at: usize) -> Option<(u8, &[u8])> {
    Some((*bytes.get(at)?, bytes.get(at + 1..at + 6)?))
}

/// Whether bytes are an image of a disc.
pub(super) fn is_disc(bytes: &[u8]) -> bool {
    descriptor(bytes, FIRST).is_some_and(|(_, mark)| mark == b"CD001" || mark == b"BEA01")
}

/// Reads the descriptors.
pub(super) fn read(bytes: &[u8]) -> Volumes {
    let mut volumes = Volumes::default();
    let mut titles = HashSet::new();
    for at in (0..MOST).map(|index| FIRST + index * SECTOR) {
        match descriptor(bytes, at) {
            Some((1, b"CD001")) => volumes.tree(bytes, at, Alphabet::Plain, &mut titles),
            Some((2, b"CD001")) => {
                let escape = bytes.get(at + 88..at + 91).unwrap_or_default();
                let wide = [b"%/@", b"%/C", b"%/E"].iter().any(|joliet| escape == *joliet);
                let alphabet = if wide { Alphabet::Wide } else { Alphabet::Plain };
                volumes.tree(bytes, at, alphabet, &mut titles);
            }
            Some((255, b"CD001")) => volumes.ended = true,
            Some((_, b"CD001" | b"BEA01" | b"TEA01" | b"BOOT2")) => {}
            Some((_, b"NSR02" | b"NSR03")) => volumes.udf = true,
            _ => break,
        }
    }
    volumes.trees.sort_by_key(|tree| tree.alphabet == Alphabet::Plain);
    volumes
}

impl Volumes {
    fn tree(&mut self, bytes: &[u8], at: usize, alphabet: Alphabet, titles: &mut HashSet<String>) {
        let block = u16_at(bytes, at + 128).map_or(0, usize::from);
        let block = if block.is_power_of_two() && block >= 512 { block } else { SECTOR };
        let tree = Tree { alphabet, block, root: at + 156 };
        if size_at(bytes, tree.root).is_some() {
            self.trees.push(tree);
        }
        // Volume, set, publisher, preparer.
        for (start, length) in [(40, 32), (190, 128), (318, 128), (446, 128)] {
            let raw = bytes.get(at + start..at + start + length).unwrap_or_default();
            let title = alphabet.decode(raw);
            let title = title.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned();
            if !title.is_empty() && titles.insert(title.clone()) {
                self.titles.push(title);
            }
        }
    }
}
