//! Patterns made simpler for the automaton: what matches still does, and a little more.
//!
//! `[A-Z][a-z]{1,24}` needs a state for each letter that it counts, times those of every pattern
//! that is on its way at the same place. Without the upper bound a few states do; what matches is
//! then asked of the pattern itself.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// Bounds up to this stay: so few states cost less than to ask again.
const SMALL: u32 = 4;

/// The pattern without the upper bounds of what it repeats, as far as a line goes, and whether it
/// had any.
pub(super) fn relaxed(hir: &Hir) -> (Hir, bool) {
    let all = |all: &[Hir]| {
        let (all, are): (Vec<Hir>, Vec<bool>) = all.iter().map(relaxed).unzip();
        (all, are.contains(&true))
    };
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            let (sub, is) = relaxed(&repetition.sub);
            let counts = repetition.max.is_some_and(|max| max > SMALL) && is_of_a_line(&sub);
            let max = if counts { None } else { repetition.max };
            let repetition = Repetition { max, sub: Box::new(sub), ..repetition.clone() };
            (Hir::repetition(repetition), is || counts)
        }
        HirKind::Capture(capture) => relaxed(&capture.sub),
        HirKind::Concat(some) => {
            let (some, are) = all(some);
            (Hir::concat(some), are)
        }
        HirKind::Alternation(some) => {
            let (some, are) = all(some);
            (Hir::alternation(some), are)
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {
            (hir.clone(), false)
        }
    }
}

/// Whether it is one character that a line can have: then no repetition of it leaves the line.
fn is_of_a_line(hir: &Hir) -> bool {
    let HirKind::Class(class) = hir.kind() else { return false };
    match class {
        Class::Bytes(class) => {
            !class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n'))
        }
        Class::Unicode(class) => {
            !class.iter().any(|range| (range.start()..=range.end()).contains(&'\n'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Pattern;

    fn of(pattern: &str) -> (String, bool) {
        let (hir, is) = relaxed(&Pattern::new("p", pattern).unwrap().hir);
        (hir.to_string(), is)
    }

    #[test]
    fn upper_bounds_of_what_stays_in_a_line_are_left_out() {
        for (bounded, unbounded) in [
            ("[a-z]{2,24}x", "[a-z]{2,}x"),
            ("(?:[a-z]{1,24} ){1,3}", "(?:[a-z]+ ){1,3}"),
            ("(?<value>[a-z]{5,9})", "[a-z]{5,}"),
        ] {
            assert_eq!(of(bounded), (of(unbounded).0, true), "{bounded}");
        }
    }

    #[test]
    fn small_bounds_and_what_leaves_the_line_stay() {
        for pattern in ["[a-z]{1,4}", "(?s).{0,240}a", "(?:ab){1,9}", "ab|c[0-9]{2}", r"\s{0,9}a"] {
            assert!(!of(pattern).1, "{pattern}");
        }
    }
}
