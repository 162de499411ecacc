//! yEnc (`=ybegin ... name=NAME`, bytes, `=yend`), in one part or in several (yenc-draft 1.3). Its
//! bytes are no text in any character set.

use super::{Block, lines_that_begin};

/// Parts of one text that are read; more are hostile.
const MOST: usize = 1024;

/// A part of a file, and where in that it belongs.
struct Part {
    block: Block,
    /// The size of the whole file.
    size: usize,
    begin: usize,
}

/// The files of a text: parts of one name that follow one another are one.
pub(super) fn blocks(text: &str, bytes: &[u8]) -> Vec<Block> {
    let mut files: Vec<Part> = Vec::new();
    let raw: Vec<_> = lines_that_begin(bytes, b"=ybegin ").take(MOST).collect();
    let starts: Vec<_> = lines_that_begin(text.as_bytes(), b"=ybegin ").take(MOST).collect();
    for (index, &start) in starts.iter().enumerate() {
        // No part reaches over the beginning of another.
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let raw_end = raw.get(index + 1).copied().unwrap_or(bytes.len());
        let raw = raw.get(index).and_then(|&start| bytes.get(start..raw_end));
        let Some(part) = text.get(start..end).and_then(|rest| part(rest, start, raw)) else {
            continue;
        };
        let before = files
            .iter_mut()
            .find(|file| file.block.name == part.block.name && file.block.data.len() == part.begin);
        match before.filter(|_| part.begin > 0) {
            Some(file) => {
                file.block.spans.extend(part.block.spans);
                file.block.data.extend(part.block.data);
                file.block.complete &= part.block.complete;
            }
            None => files.push(part),
        }
    }
    for file in &mut files {
        file.block.complete &= file.begin == 0 && file.block.data.len() == file.size;
    }
    files.into_iter().map(|file| file.block).collect()
}

/// The part that begins here in the text, and here in the bytes.
fn part(rest: &str, start: usize, raw: Option<&[u8]>) -> Option<Part> {
    let first = rest.lines().next()?;
    let (_, name) = first.split_once("name=")?;
    let name = name.trim().to_owned();
    let last = start + lines_that_begin(rest.as_bytes(), b"=yend ").next()?;
    let raw = raw.and_then(|raw| Some((raw, lines_that_begin(raw, b"=yend ").next()?)));
    let size = number(first, "size=").unwrap_or_default();
    let Some((raw, end)) = raw else {
        let block = Block { spans: Vec::new(), name, data: Vec::new(), complete: false };
        return Some(Part { block, size, begin: 0 });
    };
    let second = rest.lines().nth(1).filter(|line| line.starts_with("=ypart "));
    let begin = second.and_then(|line| number(line, "begin=")).map_or(0, |at| at.saturating_sub(1));
    let data = decode(raw.get(..end)?);
    let trailer = raw.get(end..)?.split(|&byte| byte == b'\n').next()?;
    let complete = number(&String::from_utf8_lossy(trailer), "size=") == Some(data.len());
    // Lines whose size is wrong may be words.
    let spans = complete.then_some(start..last).into_iter().collect();
    Some(Part { block: Block { spans, name, data, complete }, size, begin })
}

/// The number behind a key of a line.
fn number(line: &str, key: &str) -> Option<usize> {
    line.split_whitespace().find_map(|word| word.strip_prefix(key)?.parse().ok())
}

/// The bytes of a part, whose first line is its head.
fn decode(raw: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    for line in raw.split(|&byte| byte == b'\n').skip(1) {
        if line.starts_with(b"=ypart ") {
            continue;
        }
        let mut escaped = false;
        for &byte in line.strip_suffix(b"\r").unwrap_or(line) {
            match byte {
                b'=' if !escaped => escaped = true,
                _ => {
                    data.push(byte.wrapping_sub(if escaped { 64 + 42 } else { 42 }));
                    escaped = false;
                }
            }
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(head: &str, data: &[u8], tail: &str) -> Vec<u8> {
        let data: Vec<u8> = data.iter().map(|&byte| byte.wrapping_add(42)).collect();
        [head.as_bytes(), &data, b"\r\n", tail.as_bytes(), b"\r\n"].concat()
    }

    fn found(bytes: &[u8]) -> Vec<Block> {
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        blocks(&text, bytes)
    }

    #[test]
    fn a_yenc_block_is_found_with_its_name_and_decoded() {
        let encoded: Vec<u8> = b"Jane=Roe".iter().map(|&byte| byte.wrapping_add(42)).collect();
        let head = b"=ybegin line=128 size=9 name=a list.txt\r\n";
        let blocks = found(&[&head[..], &encoded, b"=}\r\n=yend size=9\r\n"].concat());
        assert_eq!((blocks.len(), blocks[0].name.as_str()), (1, "a list.txt"));
        assert!(blocks[0].complete && blocks[0].data == b"Jane=Roe\x13");
        let wrong = found(b"see\n=ybegin line=128 size=3 name=a list.txt\nxx\n=yend size=3\nbye");
        assert!(wrong[0].spans.is_empty() && !wrong[0].complete);
        assert!(found(b"=ybegin line=128 name=a\nwords").is_empty());
    }

    #[test]
    fn parts_of_one_file_are_put_together() {
        let part = |part: u8, (begin, end): (usize, usize), data: &[u8]| {
            let head = format!("=ybegin part={part} total=2 line=128 size=16 name=a.txt\r\n");
            let head = format!("{head}=ypart begin={begin} end={end}\r\n");
            encoded(&head, data, &format!("=yend size={} part={part}", data.len()))
        };
        let (one, two) = (part(1, (1, 10), b"Patient Ja"), part(2, (11, 16), b"ne Roe"));
        let other = encoded("=ybegin line=128 size=4 name=b\r\n", b"more", "=yend size=4");
        let blocks = found(&[&one[..], b"words\r\n", &two, &other].concat());
        assert_eq!((blocks.len(), &blocks[0].data[..]), (2, &b"Patient Jane Roe"[..]));
        assert!(blocks[0].complete && blocks[0].spans.len() == 2 && blocks[1].complete);
        let lone = found(&two);
        assert!(lone[0].data == b"ne Roe" && !lone[0].complete);
        assert!(!found(&one)[0].complete);
    }
}
