//! Character sets that the web gave up and mail still carries: HZ, ISO-2022-KR, UTF-32, EBCDIC.

use encoding_rs::{EUC_KR, GBK};

/// HZ (RFC 1843): GB 2312 in seven bits between `~{` and `~}`.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut high = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'~' {
            let next = after.first().copied();
            match next {
                Some(b'{') => shifted = true,
                Some(b'}') => shifted = false,
                Some(b'~') => high.push(b'~'),
                Some(b'\n') => {}
                _ => {
                    high.push(byte);
                    continue;
                }
            }
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        if byte == b'\n' {
            shifted = false;
        }
        high.push(if shifted && byte > b' ' { byte | 0x80 } else { byte });
    }
    GBK.decode_without_bom_handling(&high).0.into_owned()
}

/// ISO-2022-KR (RFC 1557): KS X 1001 in seven bits between SO and SI.
pub(super) fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut high = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            0x0E => shifted = true,
            0x0F => shifted = false,
            0x1B if after.starts_with(b"$)C") => rest = after.get(3..).unwrap_or_default(),
            _ if shifted && byte > b' ' => high.push(byte | 0x80),
            _ => high.push(byte),
        }
    }
    EUC_KR.decode_without_bom_handling(&high).0.into_owned()
}

/// UTF-32 in the byte order that `number` reads. Text in ASCII under that name stays as it is.
pub(super) fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> String {
    if bytes.is_ascii() && !bytes.contains(&0) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let units = bytes.chunks_exact(4).filter_map(|chunk| chunk.try_into().ok()).map(number);
    units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// EBCDIC, code page 037. Its relatives differ in punctuation alone.
pub(super) fn ebcdic(bytes: &[u8]) -> String {
    let ascii = bytes.iter().filter(|b| matches!(b, b' ' | b'a'..=b'z' | b'\n')).count();
    if ascii * 2 > bytes.len() {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    bytes.iter().map(|&byte| CODE_PAGE_037.get(usize::from(byte)).copied().unwrap_or(' ')).collect()
}

static CODE_PAGE_037: [char; 256] = code_page_037();

const fn code_page_037() -> [char; 256] {
    let mut table = [' '; 256];
    let runs: [(usize, &[u8]); 19] = [
        (0x05, b"\t"),
        (0x0D, b"\r"),
        (0x15, b"\n"),
        (0x25, b"\n"),
        (0x4B, b".<(+|&"),
        (0x5A, b"!$*);^-/"),
        (0x6B, b",%_>?"),
        (0x79, b"`:#@'=\""),
        (0x81, b"abcdefghi"),
        (0x91, b"jklmnopqr"),
        (0xA1, b"~stuvwxyz"),
        (0xB0, b"^"),
        (0xBA, b"[]"),
        (0xC0, b"{ABCDEFGHI"),
        (0xD0, b"}JKLMNOPQR"),
        (0xE0, b"\\"),
        (0xE2, b"STUVWXYZ"),
        (0xF0, b"0123456789"),
        (0x4A, b"\xA2"),
    ];
    let mut run = 0;
    while run < runs.len() {
        let (start, chars) = runs[run];
        let mut i = 0;
        while i < chars.len() {
            table[start + i] = chars[i] as char;
            i += 1;
        }
        run += 1;
    }
    table
}
