//! One pattern of a rule: parsed, judged and compiled.
//!
//! Patterns see ASCII: `\d`, `\w`, `\s` and `\b` mean ASCII digits, word characters, blanks and
//! boundaries, since texts are folded to ASCII where that can be done before they are matched.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use regex_automata::PatternID;
use regex_automata::meta::{self, Regex};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, Look};

/// Bytes of a pattern as written, with its parts put in.
pub(crate) const MOST_WRITTEN: usize = 64 << 10;
/// Bytes of the compiled form of one pattern.
const MOST_BYTES: usize = 1 << 20;
/// Bytes that one pattern's own lazy automaton may fill while it runs.
const OWN_CACHE: usize = 1 << 20;
/// How often a pattern is tried at single places before it is compiled for more than that.
const OFTEN: u32 = 100;
/// The group that is the value.
const VALUE: &str = "value";

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The rule's name for it.
    pub name: Arc<str>,
    /// As written, with its parts put in.
    pub written: String,
    pub(crate) hir: Hir,
    forms: Forms,
    /// Index of the group `value`.
    pub(crate) value_group: Option<usize>,
    /// Bytes of the longest match, when there is a longest.
    pub(crate) longest: Option<usize>,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadPattern {
    /// It is no regular expression; where in it, and what is wrong.
    Syntax { at: std::ops::Range<usize>, message: String },
    /// It matches the empty string.
    Empty,
    /// It compiles to more than the limit.
    TooLarge,
    /// It has a group with a name other than `value`.
    Group { name: String },
}

impl Pattern {
    /// Compiles a pattern.
    pub(crate) fn new(name: &str, written: &str) -> Result<Self, BadPattern> {
        let hir = parse(written)?;
        let properties = hir.properties();
        if properties.minimum_len().is_none_or(|least| least == 0) {
            return Err(BadPattern::Empty);
        }
        // To be judged a pattern need not be compiled for every way of searching.
        let config = thompson::Config::new().utf8(false).nfa_size_limit(Some(MOST_BYTES));
        let judged = thompson::Compiler::new().configure(config).build_from_hir(&hir);
        let judged = judged.map_err(|_| BadPattern::TooLarge)?;
        let mut value_group = None;
        for (index, group) in judged.group_info().pattern_names(PatternID::ZERO).enumerate() {
            match group {
                Some(VALUE) => value_group = Some(index),
                Some(other) => return Err(BadPattern::Group { name: other.to_owned() }),
                None => {}
            }
        }
        let longest = hir.properties().maximum_len();
        Ok(Self {
            name: name.into(),
            written: written.to_owned(),
            hir,
            forms: Forms::default(),
            value_group,
            longest,
        })
    }
}

impl Pattern {
    /// The regular expression, compiled when it is asked for.
    pub(crate) fn regex(&self) -> &Regex {
        let config = meta::Config::new().hybrid_cache_capacity(OWN_CACHE);
        self.forms.whole.get_or_init(|| compile(&self.hir, config))
    }

    /// The same, to be tried at one place.
    pub(crate) fn anchored(&self) -> &Regex {
        if self.forms.tried.fetch_add(1, Ordering::Relaxed) >= OFTEN {
            return self.regex();
        }
        let config = meta::Config::new().hybrid(false).onepass(false).auto_prefilter(false);
        self.forms.plain.get_or_init(|| compile(&self.hir, config))
    }

    /// Drops the compiled forms until they are asked for: most patterns are looked for together,
    /// and few of them find anything.
    pub(crate) fn forget(&mut self) {
        self.forms = Forms::default();
    }
}

/// The compiled forms of a pattern.
#[derive(Debug, Default)]
struct Forms {
    /// For every way of searching.
    whole: OnceLock<Regex>,
    /// For backtracking alone, which takes a fifth of the time to compile and is slow to run.
    plain: OnceLock<Regex>,
    /// How often it was tried at one place.
    tried: AtomicU32,
}

impl Clone for Forms {
    fn clone(&self) -> Self {
        Self::default()
    }
}

fn compile(hir: &Hir, config: meta::Config) -> Regex {
    let config = config.utf8_empty(false).nfa_size_limit(None);
    // A pattern is judged when it is read: this has no bounds to be outside of.
    Regex::builder().configure(config).build_from_hir(hir).unwrap_or_else(|_| unreachable!())
}

/// Reads a pattern. The fault can be that it is none, or that it asks for more than ASCII.
pub(crate) fn parse(written: &str) -> Result<Hir, BadPattern> {
    let config = syntax::Config::new().unicode(false).utf8(false);
    let hir = syntax::parse_with(written, &config).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => BadPattern::Syntax {
            at: error.span().start.offset..error.span().end.offset,
            message: error.kind().to_string(),
        },
        regex_syntax::Error::Translate(error) => BadPattern::Syntax {
            at: error.span().start.offset..error.span().end.offset,
            message: error.kind().to_string(),
        },
        other => BadPattern::Syntax { at: 0..written.len(), message: other.to_string() },
    })?;
    let looks = hir.properties().look_set();
    let unicode = [
        Look::WordUnicode,
        Look::WordUnicodeNegate,
        Look::WordStartUnicode,
        Look::WordEndUnicode,
        Look::WordStartHalfUnicode,
        Look::WordEndHalfUnicode,
    ];
    if unicode.iter().any(|look| looks.contains(*look)) {
        return Err(BadPattern::Syntax {
            at: 0..written.len(),
            message: "word boundaries of Unicode are not supported: leave (?u) out".to_owned(),
        });
    }
    Ok(hir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(written: &str) -> BadPattern {
        Pattern::new("p", written).unwrap_err()
    }

    #[test]
    fn what_can_match_nothing_is_refused() {
        for written in ["a*", r"\b", "(a|)", "^$", "x{0,3}"] {
            assert_eq!(fault(written), BadPattern::Empty, "{written}");
        }
    }

    #[test]
    fn a_pattern_that_grows_past_the_limit_is_refused() {
        assert_eq!(fault(r"(?:[a-z]{1,200}x){1,200}"), BadPattern::TooLarge);
    }

    #[test]
    fn the_only_group_with_a_name_is_value() {
        assert_eq!(fault("(?<number>a)"), BadPattern::Group { name: "number".into() });
        let pattern = Pattern::new("p", r"(mrn) (?<value>\d{4,9})").unwrap();
        assert_eq!((pattern.value_group, pattern.longest), (Some(2), Some(13)));
    }

    #[test]
    fn classes_mean_ascii() {
        let pattern = Pattern::new("p", r"\b\w\w\b").unwrap();
        assert!(pattern.regex().is_match("ab") && !pattern.regex().is_match("\u{e9}"));
        assert!(matches!(fault(r"(?u:\b)a"), BadPattern::Syntax { .. }));
    }
}
