//! Splits the body of a multipart at its boundary (RFC 2046 section 5.1.1). Every byte of the body
//! is in exactly one piece.

use memchr::memmem::Finder;

/// The pieces of a multipart body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pieces<'a> {
    /// What stands before the first boundary.
    pub preamble: &'a [u8],
    /// The parts, with their headers.
    pub parts: Vec<&'a [u8]>,
    /// What stands behind closing boundaries.
    pub epilogues: Vec<&'a [u8]>,
}

/// Splits a body at the first of the `boundaries` that is in it; `None` when none is.
///
/// Parts go on behind a closing boundary when the boundary comes again: two multiparts, one in the
/// other, that share a boundary are real.
#[must_use]
pub fn split<'a>(body: &'a [u8], boundaries: &[Vec<u8>]) -> Option<Pieces<'a>> {
    boundaries.iter().filter(|boundary| !boundary.is_empty()).find_map(|boundary| {
        let trimmed = boundary.trim_ascii_end();
        let first_word = trimmed.split(u8::is_ascii_whitespace).next().unwrap_or(trimmed);
        split_at(body, trimmed).or_else(|| split_at(body, first_word))
    })
}

/// The boundary that a body seems to use, where the header names none that is in it: the first
/// line that begins with two dashes and has a MIME field right behind it.
#[must_use]
pub fn infer_boundary(body: &[u8]) -> Option<Vec<u8>> {
    let dashes = Finder::new(b"--");
    dashes.find_iter(body).filter(|&at| at_line_start(body, at)).find_map(|at| {
        let line = body.get(at + 2..)?;
        let end = memchr::memchr2(b'\r', b'\n', line)?;
        let behind = line.get(end..)?.trim_ascii_start();
        let boundary = line.get(..end)?.trim_ascii_end();
        let plain = !boundary.is_empty() && boundary.iter().any(|&b| b != b'-');
        (plain && super::header::is_mime_field(behind)).then(|| boundary.to_vec())
    })
}

fn split_at<'a>(body: &'a [u8], boundary: &[u8]) -> Option<Pieces<'a>> {
    if boundary.is_empty() {
        return None;
    }
    let delimiter = [b"--", boundary].concat();
    let mut pieces = Pieces::default();
    let mut current: Option<Piece> = None;
    let mut start = 0;
    for at in Finder::new(&delimiter).find_iter(body) {
        if at < start || !at_line_start(body, at) {
            continue;
        }
        let behind = body.get(at + delimiter.len()..).unwrap_or_default();
        let Some(line) = Delimiter::of(behind) else { continue };
        let content = body.get(start..line_end_before(body, start, at)).unwrap_or_default();
        keep(&mut pieces, current, content);
        current = Some(line.opens);
        start = at + delimiter.len() + line.length;
    }
    let piece = current?;
    keep(&mut pieces, Some(piece), body.get(start..).unwrap_or_default());
    Some(pieces)
}

fn keep<'a>(pieces: &mut Pieces<'a>, piece: Option<Piece>, content: &'a [u8]) {
    match piece {
        None => pieces.preamble = content,
        Some(Piece::Part) => pieces.parts.push(content),
        Some(Piece::Epilogue) if content.trim_ascii().is_empty() => {}
        Some(Piece::Epilogue) => pieces.epilogues.push(content),
    }
}

#[derive(Clone, Copy)]
enum Piece {
    Part,
    Epilogue,
}

/// What follows the boundary on its line.
struct Delimiter {
    opens: Piece,
    /// Bytes up to and with the line break.
    length: usize,
}

impl Delimiter {
    /// A boundary line ends behind the boundary, but for `--` and white space. Words behind
    /// closing dashes belong to the epilogue.
    fn of(behind: &[u8]) -> Option<Self> {
        let (opens, dashes) = match behind.strip_prefix(b"--") {
            Some(_) => (Piece::Epilogue, 2),
            None => (Piece::Part, 0),
        };
        let rest = behind.get(dashes..)?;
        let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let line_break = match rest.get(blank..)? {
            [] => 0,
            [b'\r', b'\r', b'\n', ..] => 3,
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ if dashes == 2 && blank > 0 => 0,
            _ => return None,
        };
        Some(Self { opens, length: dashes + blank + line_break })
    }
}

fn at_line_start(body: &[u8], at: usize) -> bool {
    at == 0 || matches!(body.get(at - 1), Some(b'\n' | b'\r'))
}

/// The line break before a boundary belongs to the boundary.
fn line_end_before(body: &[u8], start: usize, at: usize) -> usize {
    let content = body.get(start..at).unwrap_or_default();
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    start + content.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<'a>(body: &'a str, boundary: &str) -> Option<(String, Vec<String>, Vec<String>)> {
        let text = |bytes: &&'a [u8]| String::from_utf8_lossy(bytes).into_owned();
        let found = split(body.as_bytes(), &[boundary.as_bytes().to_vec()])?;
        Some((
            text(&found.preamble),
            found.parts.iter().map(text).collect(),
            found.epilogues.iter().map(text).collect(),
        ))
    }

    #[test]
    fn every_byte_between_boundaries_is_in_one_piece() {
        let body = "pre\r\n--b\r\nA: 1\r\n\r\none\r\n--b  \r\n\r\ntwo\r\n--b--\r\nepi\r\n";
        let (preamble, parts, epilogues) = pieces(body, "b").unwrap();
        assert_eq!(preamble, "pre");
        assert_eq!(parts, ["A: 1\r\n\r\none", "\r\ntwo"]);
        assert_eq!(epilogues, ["epi\r\n"]);
    }

    #[test]
    fn any_line_break_and_a_missing_end_are_taken() {
        for line_break in ["\n", "\r", "\r\n"] {
            let body = ["--b", "one", "--b", "two"].join(line_break);
            assert_eq!(pieces(&body, "b").unwrap().1, ["one", "two"], "{line_break:?}");
        }
    }

    #[test]
    fn a_longer_boundary_is_another_one() {
        let body = "--b\none\n--bc\ninner\n--bc--\n--b--";
        assert_eq!(pieces(body, "b").unwrap().1, ["one\n--bc\ninner\n--bc--"]);
    }

    #[test]
    fn parts_behind_a_closing_boundary_are_parts() {
        let (_, parts, epilogues) =
            pieces("--b\none\n--b--\nwords\n--b\ntwo\n--b-- tail", "b").unwrap();
        assert_eq!((parts, epilogues.len()), (vec!["one".to_owned(), "two".to_owned()], 2));
    }

    #[test]
    fn a_boundary_that_is_not_there_is_inferred() {
        assert!(pieces("text --b in a line", "b").is_none());
        let body = b"words\n--real\nContent-Type: text/plain\n\nx\n";
        assert_eq!(infer_boundary(body).as_deref(), Some(&b"real"[..]));
        assert_eq!(infer_boundary(b"--\nJane\n"), None);
    }
}
