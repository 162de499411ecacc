//! A body cut into lines, with the depth of quotation that their marks tell.

/// Bytes of a line's marks of quotation that are looked at.
const MARKS: usize = 64;

/// A line: where it begins and ends, its break left out, and where its own words do.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: u32,
    /// Behind marks of quotation and blanks.
    words: u32,
    end: u32,
    depth: u8,
}

/// All lines of a body.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    content: &'a str,
    lines: Vec<Line>,
}

impl<'a> Lines<'a> {
    pub fn of(content: &'a str) -> Self {
        let bytes = content.as_bytes();
        let mut lines = Vec::with_capacity(bytes.len() / 48 + 1);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            if start < bytes.len() {
                lines.push(Line::new(bytes.get(start..end).unwrap_or_default(), start));
            }
            start = end + 1;
        }
        Self { content, lines }
    }

    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// The bytes of the lines from one to before another, breaks between them included.
    pub fn bytes(&self, lines: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start =
            self.lines.get(lines.start).map_or(self.content.len(), |line| line.start as usize);
        let last = lines.end.checked_sub(1).and_then(|last| self.lines.get(last));
        start..last.map_or(start, |line| line.end as usize).max(start)
    }

    /// What is written on a line, marks of quotation and blanks around it left out.
    pub fn words(&self, number: usize) -> &'a str {
        let line = self.lines.get(number);
        line.and_then(|line| self.content.get(line.words as usize..line.end as usize))
            .unwrap_or_default()
            .trim_ascii_end()
    }

    /// The first byte of what is written on a line.
    pub fn lead(&self, number: usize) -> Option<u8> {
        let line = self.lines.get(number).filter(|line| line.words < line.end)?;
        self.content.as_bytes().get(line.words as usize).copied()
    }

    /// How many bytes are written on a line.
    pub fn width(&self, number: usize) -> usize {
        self.lines.get(number).map_or(0, |line| (line.end - line.words) as usize)
    }

    pub fn is_blank(&self, number: usize) -> bool {
        self.width(number) == 0
    }

    /// How many marks of quotation stand before a line.
    pub fn depth(&self, number: usize) -> u8 {
        self.lines.get(number).map_or(0, |line| line.depth)
    }

    /// The line in which a byte stands.
    pub fn at(&self, byte: usize) -> usize {
        self.lines.partition_point(|line| line.start as usize <= byte).saturating_sub(1)
    }

    /// The first line from `number` on that is not blank.
    pub fn next_filled(&self, number: usize) -> Option<usize> {
        (number..self.count()).find(|&line| !self.is_blank(line))
    }
}

impl Line {
    fn new(bytes: &[u8], start: usize) -> Self {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let (mut depth, mut words, mut at) = (0_u8, 0, 0);
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t') => at += 1,
                Some(b'>') if at < MARKS => {
                    depth = depth.saturating_add(1);
                    at += 1;
                    words = at;
                }
                Some(_) => {
                    words = at;
                    break;
                }
                // Nothing but blanks.
                None => {
                    words = bytes.len().max(words);
                    break;
                }
            }
        }
        let offset = |at: usize| u32::try_from(start + at).unwrap_or(u32::MAX);
        Self { start: offset(0), words: offset(words), end: offset(bytes.len()), depth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_its_depth_and_its_words() {
        let lines = Lines::of("a b \n> > c\n  >>\n\n  \t\nlast");
        let told: Vec<_> =
            (0..lines.count()).map(|line| (lines.depth(line), lines.words(line))).collect();
        assert_eq!(told, [(0, "a b"), (2, "c"), (2, ""), (0, ""), (0, ""), (0, "last")]);
        assert_eq!((lines.bytes(1..3), lines.bytes(3..3)), (5..15, 16..16));
        assert_eq!((lines.at(0), lines.at(4), lines.at(5)), (0, 0, 1));
        assert_eq!(
            (lines.next_filled(2), lines.lead(1), lines.lead(2)),
            (Some(5), Some(b'c'), None)
        );
        assert_eq!(Lines::of("").count(), 0);
    }
}
