//! Days as HL7 writes them, as everybody reads them: `19800203` is `1980-02-03`.

/// The ISO form of an HL7 v3 point in time (HL7 v3 data types TS: `YYYYMMDDHHMMSS.UUUU[+|-ZZzz]`);
/// what is none stays as it is.
pub(super) fn day(written: &str) -> String {
    let written = written.trim();
    let figures = written.bytes().take_while(u8::is_ascii_digit).count();
    let behind = written.as_bytes().get(figures);
    let whole = matches!(behind, None | Some(b'+' | b'-' | b'.' | b'Z'));
    let plausible = matches!(written.as_bytes(), [b'1', b'7'..=b'9', ..] | [b'2', b'0' | b'1', ..]);
    let part = |from: usize, to: usize| written.get(from..to).unwrap_or_default();
    match figures {
        8 if whole && plausible => format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
        10.. if whole && plausible && figures <= 14 => {
            let minute = if figures >= 12 { part(10, 12) } else { "00" };
            format!("{}-{}-{} {}:{minute}", part(0, 4), part(4, 6), part(6, 8), part(8, 10))
        }
        6 if whole && plausible && behind.is_none() => format!("{}-{}", part(0, 4), part(4, 6)),
        _ => written.to_owned(),
    }
}

/// The day of a time: what stands before its hours.
pub(super) fn without_hours(written: &str) -> String {
    let day = day(written);
    let end = day.find(['T', ' ']).filter(|end| *end == 10).unwrap_or(day.len());
    day.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_everybody_reads_them() {
        for (written, read) in [
            ("19800203", "1980-02-03"),
            ("20130130080051-0500", "2013-01-30 08:00"),
            ("201301300800", "2013-01-30 08:00"),
            ("198002", "1980-02"),
            ("1980", "1980"),
            ("1980-02-03", "1980-02-03"),
            ("110107073916280", "110107073916280"),
            ("about 1980", "about 1980"),
        ] {
            assert_eq!(day(written), read);
        }
        assert_eq!(without_hours("1980-02-03T10:00:00Z"), "1980-02-03");
        assert_eq!(without_hours("198002030815"), "1980-02-03");
    }
}
