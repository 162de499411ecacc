//! A second opinion: words of which the first network is unsure are read by a better and slower one.

use std::ops::Range;

use image::RgbImage;

use super::quad::Quad;
use super::recognizer::{Letter, Recognizer, Spelling, confidence};

/// A letter below which the second network is asked for its opinion of the word.
const UNSURE: f32 = 0.6;
/// A blank below which it may be none: what stands on both sides is asked for as one.
const SURE_BLANK: f32 = 0.5;
/// Columns of a strip that are enough to tell an I from a 1.
const CONTEXT: usize = 300;
/// Words of one page that are read twice.
const MOST: usize = 24;

/// A line that has words to be asked for.
pub(super) struct Unsure {
    /// Which of the lines of its page.
    pub(super) line: usize,
    pub(super) spelling: Spelling,
}

/// A word that is read twice.
struct Doubt {
    /// The least sure of its letters.
    least: f32,
    /// Which of the unsure lines.
    of: usize,
    /// Its letters.
    word: Range<usize>,
}

impl Unsure {
    /// A line, if one of its letters is so unsure that it is worth asking again.
    pub(super) fn of(line: usize, spelling: Spelling) -> Option<Self> {
        (least(&spelling.letters) < UNSURE).then_some(Self { line, spelling })
    }
}

/// Has the second network read the words of which the first was least sure, as far as there is
/// time. The better opinion stays.
pub(super) fn ask(
    second: &Recognizer,
    image: &RgbImage,
    quads: &dyn Fn(usize) -> Option<Quad>,
    unsure: &mut [Unsure],
    has_time: &dyn Fn() -> bool,
) {
    for Doubt { of, word, .. } in doubts(unsure) {
        // A second opinion that comes too late is missed by nobody.
        if !has_time() {
            return;
        }
        let Some(Unsure { line, spelling }) = unsure.get_mut(of) else { continue };
        let columns = around(&spelling.letters, &word, spelling.ink.len());
        let length = spelling.ink.len().max(1) as f32;
        let shares = columns.start as f32 / length..columns.end as f32 / length;
        let Some(quad) = quads(*line) else { continue };
        let Some(opinion) = second.spell(image, &quad.piece(shares)) else { continue };
        let letters = spelling.letters.get(word.clone()).unwrap_or_default();
        if confidence(&opinion.letters) > confidence(letters) {
            let letters = placed(opinion, &columns);
            spelling.letters.splice(word, letters);
        }
    }
}

/// The words that are read twice: the least sure ones of all, and of a line the last first, since
/// an opinion may have more letters than it replaces.
fn doubts(unsure: &[Unsure]) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    for (of, line) in unsure.iter().enumerate() {
        let letters = &line.spelling.letters;
        let words = words(letters);
        let first = doubts.len();
        for at in 0..words.len() {
            let least = least(letters.get(words[at].clone()).unwrap_or_default());
            if least >= UNSURE {
                continue;
            }
            let word = in_context(letters, &words, at);
            match doubts.get_mut(first..).and_then(<[Doubt]>::last_mut) {
                Some(last) if last.word.end > word.start => {
                    last.word.end = word.end.max(last.word.end);
                    last.least = last.least.min(least);
                }
                _ => doubts.push(Doubt { least, of, word }),
            }
        }
    }
    doubts.sort_by(|a, b| a.least.total_cmp(&b.least));
    doubts.truncate(MOST);
    doubts.sort_by_key(|doubt| (doubt.of, std::cmp::Reverse(doubt.word.start)));
    doubts
}

/// A word with as many of its neighbours as it takes to tell an I from a 1.
fn in_context(letters: &[Letter], words: &[Range<usize>], at: usize) -> Range<usize> {
    let (mut first, mut last) = (at, at);
    loop {
        let whole = words[first].start..words[last].end;
        let columns = |at: usize| letters.get(at).map_or(0, |letter| letter.columns.start);
        let wide = columns(whole.end - 1) - columns(whole.start) >= CONTEXT;
        if wide || (first == 0 && last + 1 == words.len()) {
            return whole;
        }
        first = first.saturating_sub(1);
        last = (last + 1).min(words.len() - 1);
    }
}

/// What stands between blanks that are sure to be some.
fn words(letters: &[Letter]) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for part in letters.split(|letter| letter.text == " " && letter.confidence >= SURE_BLANK) {
        if !part.is_empty() {
            words.push(start..start + part.len());
        }
        start += part.len() + 1;
    }
    words
}

/// The columns of a strip from the middle of the blank before a word to that of the blank behind.
fn around(letters: &[Letter], word: &Range<usize>, width: usize) -> Range<usize> {
    let middle = |letter: &Letter| usize::midpoint(letter.columns.start, letter.columns.end);
    let start = word.start.checked_sub(1).and_then(|before| letters.get(before)).map_or(0, middle);
    let end = letters.get(word.end).map_or(width, middle);
    start..end.max(start)
}

/// Letters of a piece, where they stand in the whole.
fn placed(opinion: Spelling, columns: &Range<usize>) -> Vec<Letter> {
    let scale = columns.len() as f32 / opinion.ink.len().max(1) as f32;
    let place = |column: usize| columns.start + (column as f32 * scale) as usize;
    let mut letters = opinion.letters;
    for letter in &mut letters {
        letter.columns = place(letter.columns.start)..place(letter.columns.end);
    }
    letters
}

fn least(letters: &[Letter]) -> f32 {
    letters.iter().map(|letter| letter.confidence).fold(1.0, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of letters ten columns wide; those of which the network is unsure stand in brackets.
    fn spelled(text: &str) -> Spelling {
        let (mut letters, mut surety) = (Vec::new(), 1.0);
        for c in text.chars() {
            match c {
                '[' => surety = 0.4,
                ']' => surety = 1.0,
                _ => {
                    let start = letters.len() * 10;
                    let columns = start..start + 10;
                    letters.push(Letter { text: c.into(), confidence: surety, columns });
                }
            }
        }
        let ink = vec![true; letters.len() * 10];
        Spelling { letters, ink }
    }

    fn asked(text: &str) -> Vec<String> {
        let unsure: Vec<Unsure> = Unsure::of(0, spelled(text)).into_iter().collect();
        let text = |doubt: &Doubt| {
            let letters = &unsure[doubt.of].spelling.letters[doubt.word.clone()];
            letters.iter().map(|letter| letter.text.as_str()).collect()
        };
        doubts(&unsure).iter().map(text).collect()
    }

    #[test]
    fn a_line_of_which_all_letters_are_sure_is_not_read_again() {
        assert_eq!(asked("seen on Monday by Dr. Grey"), Vec::<String>::new());
    }

    #[test]
    fn an_unsure_word_is_read_again_with_its_neighbours() {
        let line =
            "a long line that begins well and ends with the code [I]10 of some illness or other";
        assert_eq!(asked(line), ["with the code I10 of some illness"]);
    }

    #[test]
    fn unsure_words_next_to_each_other_are_read_as_one_piece() {
        assert_eq!(asked("born 0[3]/06 or [0]4/06"), ["born 03/06 or 04/06"]);
    }

    #[test]
    fn the_last_piece_of_a_line_comes_first() {
        let apart = "[x] and then so much that is read without any doubt whatsoever until the [y]";
        let asked = asked(apart);
        assert_eq!(asked.len(), 2);
        assert!(asked[0].ends_with('y') && asked[1].starts_with('x'));
    }

    #[test]
    fn a_piece_reaches_to_the_middle_of_the_blanks_around_it() {
        let letters = spelled("ab cd ef").letters;
        assert_eq!(around(&letters, &(3..5), 80), 25..55);
        assert_eq!(around(&letters, &(0..8), 80), 0..80);
    }

    #[test]
    fn an_opinion_stands_where_the_piece_stood() {
        let opinion = spelled("cd");
        let letters = placed(opinion, &(100..110));
        assert_eq!(letters[1].columns, 105..110);
    }
}
