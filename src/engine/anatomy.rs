//! Where in a match of a pattern its value stands, told from how the pattern is made.
//!
//! Most patterns are a label, the value and what closes it, one behind the other. Where the label
//! ends the automaton reports as it passes, and of these places as a rule one alone is such that a
//! value can begin there; then it is the value's, and nobody needs to match once more to learn it.

use std::ops::Range;

use regex_syntax::hir::{Capture, Hir, HirKind};

use super::beginnings::{Beginning, Bytes, last_bytes, openings};
use crate::rules::Pattern;

/// By how much the length of what stands behind the value may vary.
const VARIETY: usize = 8;

/// How a match is made.
#[derive(Debug)]
pub(super) enum Anatomy {
    /// All of it is the value.
    Whole,
    /// The value has something before it and behind it.
    Parts(Box<Parts>),
    /// None that helps: the pattern itself has to say where the value stands.
    Opaque,
}

/// What stands before a value, the value, and what stands behind it.
#[derive(Debug)]
pub(super) struct Parts {
    before: Before,
    openings: Vec<Beginning>,
    last: Bytes,
    /// Bytes of what stands behind, at least and at most.
    behind: (usize, usize),
    first_behind: Vec<Beginning>,
}

/// What stands before a value.
#[derive(Debug)]
enum Before {
    /// So many bytes.
    Fixed(usize),
    /// What this matches.
    Label(Hir),
}

impl Anatomy {
    pub fn of(pattern: &Pattern) -> Self {
        if pattern.value_group.is_none() {
            return Self::Whole;
        }
        parts(&pattern.hir).map_or(Self::Opaque, |parts| Self::Parts(Box::new(parts)))
    }

    /// The value of a match, `opening` being the only place reported where it can begin. `None`
    /// where it can't be told.
    pub fn value(
        &self,
        text: &[u8],
        whole: &Range<usize>,
        opening: Option<usize>,
    ) -> Option<Range<usize>> {
        match self {
            Self::Whole => Some(whole.clone()),
            Self::Parts(parts) => parts.value(text, whole, opening),
            Self::Opaque => None,
        }
    }

    /// Whether a value that has something before it can begin at byte `at`.
    pub fn opens(&self, text: &[u8], at: usize) -> bool {
        matches!(self, Self::Parts(parts) if parts.opens(text, at))
    }

    /// What stands before the value, when the automaton is to report where it ends.
    pub fn label(&self) -> Option<&Hir> {
        match self {
            Self::Parts(parts) => match &parts.before {
                Before::Label(hir) => Some(hir),
                Before::Fixed(_) => None,
            },
            Self::Whole | Self::Opaque => None,
        }
    }
}

impl Parts {
    /// Whether a value can begin at byte `at`.
    fn opens(&self, text: &[u8], at: usize) -> bool {
        self.openings.iter().any(|one| one.stands_at(text, at))
    }

    fn value(
        &self,
        text: &[u8],
        whole: &Range<usize>,
        opening: Option<usize>,
    ) -> Option<Range<usize>> {
        let start = match self.before {
            Before::Fixed(bytes) => whole.start + bytes,
            Before::Label(_) => opening?,
        };
        let (least, most) = self.behind;
        let mut ends = (least..=most).filter_map(|behind| {
            let end = whole.end.checked_sub(behind).filter(|end| *end > start)?;
            let closes = text.get(end - 1).is_some_and(|byte| self.last.contains(*byte));
            let mut openings = self.first_behind.iter();
            let goes_on = openings.any(|one| one.can_be_long(behind) && one.stands_at(text, end));
            (closes && goes_on).then_some(end)
        });
        let end = ends.next()?;
        ends.next().is_none().then_some(start..end)
    }
}

fn parts(hir: &Hir) -> Option<Parts> {
    let all = match hir.kind() {
        HirKind::Concat(all) => all.as_slice(),
        _ => std::slice::from_ref(hir),
    };
    let value = |hir: &Hir| match hir.kind() {
        HirKind::Capture(Capture { name: Some(_), sub, .. }) => Some((**sub).clone()),
        _ => None,
    };
    let (at, value) = all.iter().enumerate().find_map(|(at, hir)| Some((at, value(hir)?)))?;
    let (before, behind) = (all.get(..at)?, all.get(at + 1..)?);
    let length =
        |hir: &Hir| Some((hir.properties().minimum_len()?, hir.properties().maximum_len()?));
    let before = Hir::concat(before.to_vec());
    let before = match length(&before) {
        Some((least, most)) if least == most => Before::Fixed(least),
        _ => Before::Label(before),
    };
    let behind = Hir::concat(behind.to_vec());
    let (least, most) = length(&behind).filter(|(least, most)| most - least <= VARIETY)?;
    // A value that may be empty stands anywhere.
    (value.properties().minimum_len()? > 0).then(|| Parts {
        before,
        openings: openings(&value),
        last: last_bytes(&value),
        behind: (least, most),
        first_behind: openings(&behind),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value in a match of all of `text`, the label ending at the given places.
    fn value(pattern: &str, text: &'static str, label_ends: &[usize]) -> Option<&'static str> {
        let pattern = Pattern::new("p", pattern).unwrap();
        let Anatomy::Parts(parts) = Anatomy::of(&pattern) else { return None };
        let mut starts = label_ends.iter().copied().filter(|at| parts.opens(text.as_bytes(), *at));
        let start = starts.next();
        assert_eq!(starts.next(), None);
        text.get(parts.value(text.as_bytes(), &(0..text.len()), start)?)
    }

    #[test]
    fn a_value_is_what_a_label_of_fixed_length_leaves() {
        assert_eq!(value(r"no: (?<value>[0-9]{2,5})\b", "no: 123", &[]), Some("123"));
        assert_eq!(value(r"\b(?<value>[0-9]{2,5})(?:[,;]|$)", "123,", &[]), Some("123"));
        assert_eq!(value(r"\b(?<value>[0-9]{2,5})(?:[,;]|$)", "123", &[]), Some("123"));
    }

    #[test]
    fn of_the_places_where_a_label_ends_one_can_begin_a_value() {
        let pattern = r"\bno[: ]{0,3}(?:is )?(?<value>[a-z]{0,2}[0-9]{2,5})\b";
        assert_eq!(value(pattern, "no: is ab12", &[2, 3, 4, 7]), Some("ab12"));
    }

    #[test]
    fn what_can_not_be_told_is_left_to_the_pattern() {
        assert_eq!(value(r"no: (?<value>[0-9]{2,5})[0-9]{0,2}", "no: 1234", &[]), None);
        assert_eq!(value(r"no: (?:(?<value>[0-9]{2,5})|x)", "no: 1234", &[]), None);
        assert_eq!(value(r"no: (?<value>[0-9]{2,5})?", "no: 1234", &[]), None);
    }
}
