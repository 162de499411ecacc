//! The word lists that tell whom a value is about: shared lists that the engine knows by name.
//!
//! Their files are called `about-WHO-WHERE.txt`. WHO is `patient`, `provider`, `sender`,
//! `organization` or `nobody`, which stands for people in general ("patients with diabetes");
//! WHERE is one of the four places of [`Stand`]. A list that is not there says nothing.

use std::sync::Arc;

use super::words::WordList;
use crate::finding::About;

/// Where a word stands in relation to the value that it tells about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// In the value's label: a column's header, a field's name, what stands before a colon.
    Label,
    /// Directly before it, but for a few words: a title, a possessive.
    Before,
    /// Directly behind it: letters of a profession.
    Behind,
    /// Before it in its sentence.
    Cue,
}

impl Stand {
    /// All of them, in the order of [`Stand::number`].
    pub(crate) const ALL: [Self; 4] = [Self::Label, Self::Before, Self::Behind, Self::Cue];

    /// Its place in [`Stand::ALL`].
    pub(crate) const fn number(self) -> usize {
        match self {
            Self::Label => 0,
            Self::Before => 1,
            Self::Behind => 2,
            Self::Cue => 3,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Label => "labels",
            Self::Before => "before",
            Self::Behind => "behind",
            Self::Cue => "cues",
        }
    }
}

/// Whom the words of a list make a value about, and the name that the list's file bears.
const WHO: [(About, &str); 5] = [
    (About::Patient, "patient"),
    (About::Provider, "provider"),
    (About::Sender, "sender"),
    (About::Organization, "organization"),
    (About::Unknown, "nobody"),
];

/// One such list.
#[derive(Debug, Clone)]
pub struct AboutList {
    /// Whom its words make a value about; unknown for people in general.
    pub about: About,
    /// Where they have to stand.
    pub stand: Stand,
    /// The words.
    pub words: Arc<WordList>,
}

/// What the names of such lists begin with.
pub(super) const PREFIX: &str = "about-";

/// What the list of a name is for, without its words; `None` for a name that means nothing.
pub(super) fn meaning(name: &str) -> Option<(About, Stand)> {
    let (who, stand) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let (about, _) = WHO.iter().find(|(_, name)| *name == who)?;
    let stand = Stand::ALL.into_iter().find(|known| known.name() == stand)?;
    Some((*about, stand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_known_by_its_name() {
        assert_eq!(meaning("about-patient-labels"), Some((About::Patient, Stand::Label)));
        assert_eq!(meaning("about-nobody-cues"), Some((About::Unknown, Stand::Cue)));
        assert_eq!(meaning("about-patients-labels"), None);
        assert_eq!(meaning("about-patient"), None);
        assert_eq!(meaning("patient-labels"), None);
    }

    #[test]
    fn each_place_has_its_number() {
        assert!(Stand::ALL.iter().enumerate().all(|(number, stand)| stand.number() == number));
    }
}
