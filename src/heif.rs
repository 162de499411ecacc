//! HEIF files (ISO/IEC 23008-12), as phones write them: which images one holds, and how large they are.

use heifer::heifer_isobmff::{BoxIter, HeifFile, ItemId};

/// Bytes of an index. That of a photo has some ten thousand; looking things up in it takes longer
/// than it is long.
const MOST_INDEX: usize = 256 << 10;

/// A file whose index can be read.
pub struct Heif<'a> {
    /// Its index.
    pub file: HeifFile<'a>,
    /// Its images, without previews, tiles and channels of others.
    pub images: Vec<ItemId>,
}

impl<'a> Heif<'a> {
    /// Opens a file, unless its index is damaged or larger than that of any photo.
    #[must_use]
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        if bytes.get(4..8) != Some(b"ftyp") {
            return None;
        }
        let index =
            BoxIter::new(bytes).flatten().find(|part| part.header.box_type.0 == *b"meta")?;
        if index.content.len() > MOST_INDEX {
            return None;
        }
        let file = HeifFile::parse(bytes).ok()?;
        let images = file.top_level_image_ids();
        Some(Self { file, images })
    }

    /// Whether an image is of the kind that is decoded: coded as HEVC, or a grid of such tiles.
    #[must_use]
    pub fn is_decoded(&self, image: ItemId) -> bool {
        let coded = |id| self.file.item(id).is_ok_and(|item| item.item_type.0 == *b"hvc1");
        let tiles = self.tiles(image);
        coded(image) || !tiles.is_empty() && tiles.iter().all(|tile| coded(*tile))
    }

    /// The tiles of a grid.
    #[must_use]
    pub fn tiles(&self, image: ItemId) -> &[ItemId] {
        match self.file.item(image) {
            Ok(item) if item.item_type.0 == *b"grid" => self.file.referenced_items(image, b"dimg"),
            _ => &[],
        }
    }

    /// The size that the index says, before the image is turned.
    #[must_use]
    pub fn size(&self, image: ItemId) -> Option<(u32, u32)> {
        self.file.image_size(image).ok().flatten()
    }
}
