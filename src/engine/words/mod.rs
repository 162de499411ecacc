//! Word lists of all rules in one table: which terms stand where in a text, in one pass.
//!
//! A term is a path in a tree whose edges are words. The text is cut into words once; each is
//! looked up as the beginning of a term, and as the next word of the terms that have begun. The
//! edges of the tree stand in hash tables, keyed by the hash of the node and the word.

mod build;
mod edges;
mod walk;

use std::ops::Range;

use super::leading::Turn;
use build::Builder;
use edges::Edges;
use walk::Walk;

/// A word list's number among all lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ListId(pub u32);

/// A term in a text. Which lists have the term, its set says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub start: u32,
    pub end: u32,
    pub set: SetId,
}

impl Hit {
    pub fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A set of lists that have a term in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SetId(pub u32);

/// The table.
#[derive(Debug)]
pub(crate) struct Dictionary {
    /// The words that terms begin with. Every word of a text is looked up here, so they have a
    /// table of their own, whose filter stays in the cache.
    roots: Edges,
    /// Those that terms of lists that lead begin with, unless all lists do.
    leading_roots: Option<Edges>,
    /// The words that follow others.
    edges: Edges,
    /// The terms with signs before or behind, by the nodes that they end at.
    affixed: Vec<Vec<Affixed>>,
    sets: Vec<ListSet>,
    /// The lists of each set, ascending.
    members: Vec<Vec<ListId>>,
    /// How many lists there are.
    count: usize,
    /// What no list is in.
    empty: ListSet,
}

/// Some of all lists, one bit each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ListSet(Box<[u64]>);

impl ListSet {
    fn none_of(lists: usize) -> Self {
        Self(vec![0; lists.div_ceil(64)].into())
    }

    #[inline]
    pub fn contains(&self, list: ListId) -> bool {
        let word = self.0.get(list.0 as usize / 64);
        word.is_some_and(|word| word >> (list.0 % 64) & 1 == 1)
    }

    #[inline]
    pub fn add(&mut self, other: &Self) {
        for (to, from) in self.0.iter_mut().zip(&other.0) {
            *to |= from;
        }
    }

    /// Whether they have a list in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }

    pub fn insert(&mut self, list: ListId) {
        if let Some(word) = self.0.get_mut(list.0 as usize / 64) {
            *word |= 1 << (list.0 % 64);
        }
    }
}

/// What is known where an edge of the tree leads to. It stands in the table of edges itself, so that
/// one look at memory gives all of it.
#[derive(Debug, Clone, Copy)]
struct Node {
    number: u32,
    /// The lists with the term that ends here, or [`NONE`].
    set: u32,
    /// The terms that end here with characters that are no word before or behind, such as `ss#`:
    /// their number in the dictionary, or [`NONE`].
    affixed: u32,
    /// The words that terms go on with from here, one bit for each: most words of a text are none
    /// of them, and a bit says so without a look at the table.
    next: NextWords,
}

/// The number of nothing.
const NONE: u32 = u32::MAX;

impl Node {
    const fn numbered(number: u32) -> Self {
        Self { number, set: NONE, affixed: NONE, next: NextWords(0) }
    }
}

/// A set of words that may say of a word that it is in it though it is not.
#[derive(Debug, Clone, Copy)]
struct NextWords(u64);

impl NextWords {
    const ALL: Self = Self(u64::MAX);

    fn of(word: u64) -> Self {
        Self(Self::bit(word))
    }

    fn bit(word: u64) -> u64 {
        1 << (word >> 58)
    }

    fn add(&mut self, word: u64) {
        self.0 |= Self::bit(word);
    }

    fn may_have(self, word: u64) -> bool {
        self.0 & Self::bit(word) != 0
    }

    fn may_have_any(self, words: Self) -> bool {
        self.0 & words.0 != 0
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A term that has begun in a text.
#[derive(Debug, Clone, Copy)]
struct Begun {
    node: u32,
    /// Where it began.
    start: u32,
    next: NextWords,
}

#[derive(Debug, Clone)]
struct Affixed {
    before: Box<str>,
    behind: Box<str>,
    set: SetId,
}

const ROOT: u32 = 0;

impl Dictionary {
    /// Builds the table from all lists, in the order of their numbers.
    pub fn new<T: AsRef<str>>(lists: impl Iterator<Item = impl IntoIterator<Item = T>>) -> Self {
        Self::led(lists, |_| true)
    }

    /// The same, some of the lists leading.
    pub fn led<T: AsRef<str>>(
        lists: impl Iterator<Item = impl IntoIterator<Item = T>>,
        leads: impl Fn(ListId) -> bool,
    ) -> Self {
        let mut builder = Builder::default();
        let mut count = 0;
        for terms in lists {
            let terms = terms.into_iter();
            builder.reserve(terms.size_hint().0);
            for term in terms {
                builder.add(term.as_ref(), ListId(offset(count)));
            }
            count += 1;
        }
        builder.finish(count, leads)
    }

    /// The lists of a set.
    pub fn lists(&self, set: SetId) -> &ListSet {
        self.sets.get(set.0 as usize).unwrap_or(&self.empty)
    }

    /// The lists of a set, one by one.
    pub fn members(&self, set: SetId) -> &[ListId] {
        self.members.get(set.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// How many lists there are; they are numbered from 0.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A set of no lists, to add to.
    pub fn no_lists(&self) -> ListSet {
        self.empty.clone()
    }

    /// How many sets there are; they are numbered from 0.
    pub fn sets(&self) -> usize {
        self.sets.len()
    }

    /// Appends the terms in `text`, in order of their ends.
    pub fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        self.find_up_to(Turn::Rest, text, hits);
    }

    /// The same, up to the last turn: all terms of the lists that lead, and of the others what
    /// they have in common with those.
    pub fn find_up_to(&self, last: Turn, text: &str, hits: &mut Vec<Hit>) {
        let roots = match (last, &self.leading_roots) {
            (Turn::Leading, Some(leading)) => leading,
            (Turn::Leading | Turn::Rest, _) => &self.roots,
        };
        if roots.is_empty() {
            return;
        }
        Walk { dictionary: self, roots, text, begun: Vec::new(), last_end: 0, hits }.all();
        // The signs behind a term can end behind the word that ends it.
        if !hits.is_sorted_by_key(|hit| hit.end) {
            hits.sort_by_key(|hit| hit.end);
        }
    }

    /// Notes the terms that end at a node; gives the words that terms go on with from it.
    fn reached(
        &self,
        text: &str,
        node: &Node,
        span: Range<usize>,
        hits: &mut Vec<Hit>,
    ) -> NextWords {
        if node.set != NONE {
            let (start, end) = (offset(span.start), offset(span.end));
            hits.push(Hit { start, end, set: SetId(node.set) });
        }
        if node.affixed != NONE {
            for affixed in self.affixed.get(node.affixed as usize).into_iter().flatten() {
                if let Some(span) = affixed.stands_at(text, span.clone()) {
                    let (start, end) = (offset(span.start), offset(span.end));
                    hits.push(Hit { start, end, set: affixed.set });
                }
            }
        }
        node.next
    }
}

impl Affixed {
    /// The span with what stands before and behind, when that is what the term wants. Up to three
    /// blanks may stand between.
    fn stands_at(&self, text: &str, span: Range<usize>) -> Option<Range<usize>> {
        let before = text.get(..span.start)?;
        let behind = text.get(span.end..)?;
        let start = if self.before.is_empty() {
            span.start
        } else {
            let trimmed = before.trim_end_matches(' ');
            if before.len() - trimmed.len() > 3 || !trimmed.ends_with(&*self.before) {
                return None;
            }
            trimmed.len() - self.before.len()
        };
        let end = if self.behind.is_empty() {
            span.end
        } else {
            let blanks = behind.bytes().take(4).take_while(|byte| *byte == b' ').count();
            let trimmed = behind.get(blanks..)?;
            if blanks > 3 || !trimmed.starts_with(&*self.behind) {
                return None;
            }
            span.end + blanks + self.behind.len()
        };
        Some(start..end)
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(lists: &[&[&str]]) -> Dictionary {
        let lists: Vec<Vec<Box<str>>> =
            lists.iter().map(|terms| terms.iter().map(|&term| term.into()).collect()).collect();
        Dictionary::new(lists.iter().map(Vec::as_slice))
    }

    fn found(dictionary: &Dictionary, text: &str) -> Vec<String> {
        let mut hits = Vec::new();
        dictionary.find(text, &mut hits);
        hits.iter().map(|hit| text.get(hit.span()).unwrap().to_owned()).collect()
    }

    #[test]
    fn terms_are_whole_words_in_any_case() {
        let dictionary = dictionary(&[&["lic", "MRN"]]);
        assert_eq!(found(&dictionary, "public Mrn: mrns lic"), ["Mrn", "lic"]);
        assert_eq!(found(&dictionary, "patient_mrn=7 mrn7 \u{e9}mrn \u{2022}mrn"), ["mrn", "mrn"]);
    }

    #[test]
    fn words_of_a_phrase_stand_apart_by_blanks_a_hyphen_or_one_line_break() {
        let dictionary = dictionary(&[&["date of birth", "x-ray"]]);
        let text = "Date  of\tBirth, date-of-birth, date\n of birth, date_of_birth, X ray";
        assert_eq!(found(&dictionary, text).len(), 5);
        assert_eq!(found(&dictionary, "date\n> of birth").len(), 1);
        for wrong in ["date, of birth", "date of\n\nbirth", "date ofbirth", "date of births"] {
            assert!(found(&dictionary, wrong).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn phrases_and_their_beginnings_are_all_found() {
        let dictionary =
            dictionary(&[&["lung", "lung cancer", "cancer", "small cell lung cancer"]]);
        assert_eq!(
            found(&dictionary, "small cell lung cancer"),
            ["lung", "small cell lung cancer", "lung cancer", "cancer"]
        );
    }

    #[test]
    fn signs_that_belong_to_a_term_have_to_be_there() {
        let dictionary = dictionary(&[&["ss#", "d.o.b.", "c. difficile", "bun/creatinine"]]);
        assert_eq!(found(&dictionary, "SS# 1, ss #2, ss 3, ss-4"), ["SS#", "ss #"]);
        assert_eq!(found(&dictionary, "D.O.B.: x, D.O.B x"), ["D.O.B."]);
        assert_eq!(found(&dictionary, "C. difficile, C difficile"), ["C. difficile"]);
        assert_eq!(found(&dictionary, "BUN/creatinine BUN creatinine"), ["BUN/creatinine"]);
    }

    #[test]
    fn a_term_in_several_lists_is_found_once_with_all_of_them() {
        let dictionary = dictionary(&[&["pain", "ache"], &["pain"]]);
        let mut hits = Vec::new();
        dictionary.find("pain ache", &mut hits);
        let lists: Vec<_> = hits.iter().map(|hit| dictionary.members(hit.set).len()).collect();
        assert_eq!(lists, [2, 1]);
    }

    #[test]
    fn in_the_first_turn_the_terms_of_lists_that_lead_are_found() {
        let lists = [["lung cancer", "ss#"], ["lung", "name"]];
        let dictionary = Dictionary::led(lists.into_iter(), |list| list == ListId(0));
        let text = "lung cancer, name, SS#, lung";
        let mut hits = Vec::new();
        dictionary.find_up_to(Turn::Leading, text, &mut hits);
        let found: Vec<&str> = hits.iter().map(|hit| text.get(hit.span()).unwrap()).collect();
        assert_eq!(found, ["lung cancer", "SS#"]);
        hits.clear();
        dictionary.find(text, &mut hits);
        assert_eq!(hits.len(), 5);
    }

    #[test]
    fn a_hundred_thousand_terms_are_told_apart() {
        let terms: Vec<Box<str>> =
            (0..100_000).map(|i| format!("t{i} x{}", i % 7).into()).collect();
        let dictionary = Dictionary::new([terms.as_slice()].into_iter());
        assert_eq!(found(&dictionary, "t99999 x4 t99999 x5 t5 x5"), ["t99999 x4", "t5 x5"]);
    }
}
