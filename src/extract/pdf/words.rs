//! Glyphs to words, and words to a page of text.

use std::collections::HashMap;
use std::ops::Range;

use super::bidi;
use super::glyphs::Glyph;

/// A gap between two glyphs, in ems, that is a space.
const SPACE: f32 = 0.15;
/// A gap that parts two columns.
const COLUMN: f32 = 1.2;
/// A step back that is no kerning.
const BACK: f32 = 0.6;
/// A step back that begins a line, or another place on the page.
const FAR_BACK: f32 = 1.5;
/// A step across the line that begins another.
const ACROSS: f32 = 0.5;
/// A shift, in ems, of a word that is drawn twice to look bold, or for its shadow.
const SHADOW: f32 = 0.25;
/// Words of a stretch that can be a label or a value, and not a line of a column of prose.
const SHORT: usize = 6;
/// Places of one word that are remembered, to know it when it is drawn again.
const REMEMBERED: usize = 8;

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Break {
    None,
    Space,
    Column,
    Line,
}

impl Break {
    const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Space => " ",
            Self::Column => "\t",
            Self::Line => "\n",
        }
    }
}

#[derive(Debug, Clone)]
struct Word {
    text: Range<usize>,
    before: Break,
    x: f32,
    y: f32,
    end_x: f32,
    end_y: f32,
    size: f32,
    /// The direction of writing, in quarters of a turn.
    turn: u8,
}

/// The words of a page, in the order in which they were drawn.
#[derive(Debug, Default)]
pub(super) struct Words {
    characters: String,
    words: Vec<Word>,
}

impl Words {
    /// Joins glyphs to words by their places.
    pub(super) fn of(glyphs: &[Glyph], characters: &str) -> Self {
        let mut words = Self::default();
        let mut before: Option<&Glyph> = None;
        let mut solid: Option<&Glyph> = None;
        let mut pending = Break::None;
        for glyph in glyphs {
            let text = glyph.words(characters);
            if let Some(before) = before {
                if before.is_under(glyph) && before.words(characters) == text {
                    continue;
                }
                pending = pending.max(between(before, glyph, characters));
            }
            before = Some(glyph);
            if text.trim().is_empty() {
                pending = pending.max(if text.is_empty() { Break::None } else { Break::Space });
                continue;
            }
            if let Some(solid) = solid
                && pending == Break::Space
            {
                pending = pending.max(between(solid, glyph, characters));
            }
            words.push(glyph, text, pending);
            pending = Break::None;
            solid = Some(glyph);
        }
        words.drop_shadows();
        words
    }

    fn push(&mut self, glyph: &Glyph, text: &str, before: Break) {
        let start = self.characters.len();
        let last = self.words.last().filter(|_| before == Break::None);
        match last {
            Some(last) if bidi::is_right_to_left(text) && last.x < glyph.x => {
                let word = self.characters.get(last.text.clone()).unwrap_or_default();
                let run = last.text.start + bidi::run_start(word);
                bidi::add(&mut self.characters, run, text);
            }
            _ => self.characters.push_str(text),
        }
        let end = self.characters.len();
        if before == Break::None
            && let Some(word) = self.words.last_mut()
        {
            word.text.end = end;
            if bidi::is_right_to_left(text) {
                word.x = word.x.min(glyph.x);
                word.end_x = word.end_x.max(glyph.end_x);
            } else {
                (word.end_x, word.end_y) = (glyph.end_x, glyph.end_y);
            }
            word.size = word.size.max(glyph.size);
            return;
        }
        self.words.push(Word {
            text: start..end,
            before,
            x: glyph.x,
            y: glyph.y,
            end_x: glyph.end_x,
            end_y: glyph.end_y,
            size: glyph.size,
            turn: turn(glyph.direction()),
        });
    }

    /// Drops words that are drawn over themselves.
    fn drop_shadows(&mut self) {
        let characters = &self.characters;
        let mut seen: HashMap<&str, Vec<(f32, f32)>> = HashMap::new();
        let mut line = false;
        self.words.retain_mut(|word| {
            let text = characters.get(word.text.clone()).unwrap_or_default();
            let places = seen.entry(text).or_default();
            let near = SHADOW * word.size.max(0.01);
            let shadow =
                places.iter().any(|(x, y)| (x - word.x).abs() < near && (y - word.y).abs() < near);
            if shadow {
                line |= word.before == Break::Line;
                return false;
            }
            if places.len() >= REMEMBERED {
                places.remove(0);
            }
            places.push((word.x, word.y));
            if line {
                word.before = Break::Line;
                line = false;
            }
            true
        });
    }

    /// The page in the order in which it was drawn.
    pub(super) fn in_order(&self) -> String {
        let mut out = String::with_capacity(self.characters.len() + self.words.len());
        let goes_on = |a: &Word, b: &Word| {
            b.before == Break::Space && a.x < b.x && self.is_backward(a) && self.is_backward(b)
        };
        for run in self.words.chunk_by(goes_on) {
            for (index, word) in run.iter().rev().enumerate() {
                if !out.is_empty() {
                    let first = run.first().filter(|_| index == 0);
                    out.push_str(first.map_or(" ", |first| first.before.as_str()));
                }
                out.push_str(self.text(word));
            }
        }
        out
    }

    /// The lines of the page that were not drawn from left to right, from top to bottom: a label
    /// meets its value though all labels were drawn first. Lines next to them come with them, as
    /// the head of a table does. Columns of prose stay apart.
    pub(super) fn by_line(&self) -> Option<String> {
        let lines = self.lines();
        let joins: Vec<bool> = lines.iter().map(|line| joins(line)).collect();
        let mut out = String::new();
        for (at, line) in lines.iter().enumerate() {
            let around = at.saturating_sub(1)..(at + 2).min(joins.len());
            if joins.get(around).is_some_and(|around| around.contains(&true)) {
                self.write_line(line, &mut out);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// The words of each line from left to right, with their places in the order of drawing.
    fn lines(&self) -> Vec<Vec<(usize, &Word)>> {
        let mut order: Vec<(usize, &Word)> = self.words.iter().enumerate().collect();
        order.sort_by(|(_, a), (_, b)| a.turn.cmp(&b.turn).then(a.line().total_cmp(&b.line())));
        let mut lines: Vec<Vec<(usize, &Word)>> = Vec::new();
        for (index, word) in order {
            match lines.last_mut() {
                Some(line) if line.last().is_some_and(|(_, last)| last.shares_line(word)) => {
                    line.push((index, word));
                }
                _ => lines.push(vec![(index, word)]),
            }
        }
        for line in &mut lines {
            line.sort_by(|(_, a), (_, b)| a.start().total_cmp(&b.start()));
        }
        lines
    }

    fn write_line(&self, line: &[(usize, &Word)], out: &mut String) {
        let is_wide = |a: &Word, b: &Word| b.start() - a.end() > COLUMN * b.size;
        let goes_on = |a: &(usize, &Word), b: &(usize, &Word)| {
            !is_wide(a.1, b.1) && self.is_backward(a.1) && self.is_backward(b.1)
        };
        let mut before: Option<&Word> = None;
        for run in line.chunk_by(goes_on) {
            for (index, (_, word)) in run.iter().rev().enumerate() {
                let first = run.first().map(|(_, first)| *first).filter(|_| index == 0);
                let wide = before.zip(first).is_some_and(|(a, b)| is_wide(a, b));
                if before.is_some() || index > 0 {
                    out.push_str(if wide { "\t" } else { " " });
                }
                out.push_str(self.text(word));
            }
            before = run.last().map(|(_, last)| *last);
        }
        out.push('\n');
    }

    /// Whether a word is written from right to left.
    fn is_backward(&self, word: &Word) -> bool {
        word.turn == 0 && bidi::is_right_to_left(self.text(word))
    }

    fn text(&self, word: &Word) -> &str {
        self.characters.get(word.text.clone()).unwrap_or_default()
    }
}

impl Word {
    /// How far down its line stands, for a reader who turns the page upright.
    const fn line(&self) -> f32 {
        match self.turn {
            0 => self.y,
            1 => -self.x,
            2 => -self.y,
            _ => self.x,
        }
    }

    const fn start(&self) -> f32 {
        self.along(self.x, self.y)
    }

    const fn end(&self) -> f32 {
        self.along(self.end_x, self.end_y)
    }

    const fn along(&self, x: f32, y: f32) -> f32 {
        match self.turn {
            0 => x,
            1 => y,
            2 => -x,
            _ => -y,
        }
    }

    /// Whether the next word downwards still stands on the same line.
    fn shares_line(&self, next: &Self) -> bool {
        self.turn == next.turn
            && next.line() - self.line() < 0.3 * self.size.min(next.size).max(0.01)
    }
}

/// Whether a line joins what was drawn apart, one of it short.
fn joins(line: &[(usize, &Word)]) -> bool {
    let mut stretches = line.chunk_by(|(a, _), (b, _)| a + 1 == *b);
    let shortest = stretches.clone().map(<[_]>::len).min().unwrap_or_default();
    stretches.nth(1).is_some() && shortest <= SHORT
}

/// The nearest of the four directions, clockwise from left to right.
fn turn((dx, dy): (f32, f32)) -> u8 {
    match (dx.abs() >= dy.abs(), dx >= 0.0, dy >= 0.0) {
        (true, true, _) => 0,
        (false, _, true) => 1,
        (true, false, _) => 2,
        (false, _, false) => 3,
    }
}

fn between(a: &Glyph, b: &Glyph, characters: &str) -> Break {
    let em = a.size.max(b.size).max(0.01);
    let are_backward = [a, b].iter().all(|glyph| bidi::is_right_to_left(glyph.words(characters)));
    match bidi::gap(a, b).filter(|_| are_backward) {
        Some(gap) if gap.abs() <= SPACE => return Break::None,
        Some(gap) if gap > SPACE && gap <= COLUMN => return Break::Space,
        Some(gap) if gap > COLUMN => return Break::Column,
        _ => {}
    }
    let step = a.step_to(b);
    let along = step.along - a.tracking.min(b.tracking) * em;
    if step.across > ACROSS * em || along < -FAR_BACK * em {
        Break::Line
    } else if along > COLUMN * em {
        Break::Column
    } else if along > SPACE * em || along < -BACK * em {
        Break::Space
    } else {
        Break::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page on which each string stands at its place, ten points high, each glyph five wide.
    fn page(strings: &[(f32, f32, &str)]) -> Words {
        let mut characters = String::new();
        let mut glyphs = Vec::new();
        for (x, y, string) in strings {
            let mut x = *x;
            for c in string.chars() {
                let start = characters.len();
                characters.push(c);
                glyphs.push(Glyph {
                    x,
                    y: *y,
                    end_x: x + 5.0,
                    end_y: *y,
                    size: 10.0,
                    tracking: 0.0,
                    text: start..characters.len(),
                });
                x += 5.0;
            }
        }
        Words::of(&glyphs, &characters)
    }

    #[test]
    fn pieces_of_a_word_are_joined_and_words_are_not() {
        let page = page(&[(0.0, 0.0, "Pat"), (15.2, 0.0, "ient"), (38.0, 0.0, "DOB")]);
        assert_eq!(page.in_order(), "Patient DOB");
    }

    #[test]
    fn a_label_meets_its_value_across_columns() {
        let page = page(&[
            (0.0, 0.0, "Name"),
            (0.0, 12.0, "MRN"),
            (100.0, 0.0, "Ada"),
            (100.0, 12.0, "0042"),
        ]);
        assert_eq!(page.in_order(), "Name\nMRN\nAda\n0042");
        assert_eq!(page.by_line().unwrap(), "Name\tAda\nMRN\t0042\n");
    }

    #[test]
    fn a_page_drawn_from_top_to_bottom_has_one_order() {
        let page = page(&[(0.0, 0.0, "Name: Ada"), (100.0, 0.5, "x"), (0.0, 12.0, "MRN")]);
        assert_eq!(page.in_order(), "Name: Ada\tx\nMRN");
        assert_eq!(page.by_line(), None);
    }

    #[test]
    fn columns_of_prose_stay_apart() {
        let left = "the patient was seen today in good";
        let right = "health and will come back next week again";
        let page = page(&[(0.0, 0.0, left), (0.0, 12.0, left), (300.0, 0.0, right)]);
        assert_eq!(page.by_line(), None);
    }

    #[test]
    fn a_word_drawn_over_itself_counts_once() {
        let page = page(&[(0.0, 0.0, "Allergy"), (0.4, 0.2, "Allergy"), (0.0, 12.0, "Allergy")]);
        assert_eq!(page.in_order(), "Allergy\nAllergy");
    }

    #[test]
    fn words_from_right_to_left_are_read_in_their_order_in_whichever_they_are_drawn() {
        let drawn = |letters: &str| letters.chars().rev().collect::<String>();
        let visual = page(&[(0.0, 0.0, "MRN 7 "), (40.0, 0.0, &drawn("שרה לוי"))]);
        assert_eq!(visual.in_order(), "MRN 7\tשרה לוי");
        let mut logical: Vec<(f32, f32, String)> = Vec::new();
        for (index, letter) in "שרה לוי".chars().enumerate() {
            logical.push((100.0 - 5.0 * index as f32, 0.0, letter.to_string()));
        }
        let logical: Vec<(f32, f32, &str)> =
            logical.iter().map(|(x, y, letter)| (*x, *y, letter.as_str())).collect();
        assert_eq!(page(&logical).in_order(), "שרה לוי");
        let table = page(&[
            (0.0, 0.0, &drawn("שרה לוי")),
            (0.0, 12.0, "Ada"),
            (100.0, 0.0, &drawn("שם")),
            (100.0, 12.0, "x"),
        ]);
        assert_eq!(table.by_line().unwrap(), "שרה לוי\tשם\nAda\tx\n");
    }

    #[test]
    fn spaces_that_are_drawn_part_words() {
        let page = page(&[(0.0, 0.0, "a  b"), (20.0, 0.0, " c")]);
        assert_eq!(page.in_order(), "a b c");
    }
}
