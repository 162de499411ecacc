//! Images and pages whose pixels are read by a worker of their own.

use serde::{Deserialize, Serialize};

use super::PartPath;
use crate::secret::Secret;

/// A part, or pages of one, that shows something no text says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What to look at.
    pub view: View,
    /// The pages to look at, counted from 1; none where the part has no pages.
    pub pages: Vec<u32>,
    /// The file.
    pub bytes: Secret<serde_bytes::ByteBuf>,
}

/// One image, or one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The part.
    pub part: PartPath,
    /// The part that its texts count as.
    pub group: PartPath,
    /// Its file name, when it has one.
    pub file: Option<Secret<String>>,
    /// How the pixels are had.
    pub source: Source,
    /// The page, counted from 1, in what has pages.
    pub page: Option<u32>,
}

/// How pixels are had from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// An image file is decoded.
    Image,
    /// A page of a PDF is drawn.
    Pdf,
    /// A frame of a DICOM file is decoded and windowed.
    Dicom,
}

impl Picture {
    /// Each of the views, in order.
    pub fn views(&self) -> impl Iterator<Item = View> + '_ {
        let whole = self.pages.is_empty().then_some(None);
        let pages = self.pages.iter().map(|page| Some(*page));
        whole.into_iter().chain(pages).map(|page| View { page, ..self.view.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_without_pages_is_one_view_and_one_with_pages_a_view_each() {
        let view = View {
            part: PartPath::root().child(1),
            group: PartPath::root(),
            file: None,
            source: Source::Pdf,
            page: None,
        };
        let mut picture = Picture { view, pages: Vec::new(), bytes: Secret::default() };
        assert_eq!(picture.views().map(|view| view.page).collect::<Vec<_>>(), [None]);
        picture.pages = vec![2, 5];
        assert_eq!(picture.views().map(|view| view.page).collect::<Vec<_>>(), [Some(2), Some(5)]);
    }
}
