//! Rule files: read, checked and compiled into a [`RuleSet`].
//!
//! ```text
//! folders --load--> files --file--> RuleFile --compile--> Rule --lint--> RuleSet
//! ```
//!
//! Each fault is a diagnostic with a stable code `R001` and up; `docs/writing-rules.md` lists them.

mod about;
mod check;
mod compile;
mod expect;
mod file;
mod lint;
mod load;
mod pattern;
mod rule;
mod source;
mod words;

pub use about::{AboutList, Stand};
pub use check::{Check, Day};
pub use expect::{Expected, Sample, samples};
pub use load::{from_text, load};
pub use pattern::Pattern;
pub(crate) use rule::normalized;
pub use rule::{Exception, List, Match, MatchSource, Rule, RuleSet, RuleTest, Status};
pub use words::{Terms, WordList};
