//! Whether a workbook's records hang together ([MS-XLS] 2.1.4).

use super::workbook_records::record;

/// Bytes of a record; what is longer goes on in the next ([MS-XLS] 2.1.4).
const LONGEST_RECORD: usize = 8224;

/// Whether a workbook's records follow each other to their end: each that begins a sheet has one that
/// ends it ([MS-XLS] 2.1.4), and there are as many sheets as are announced (2.4.28).
pub(super) fn is_whole(stream: &[u8]) -> bool {
    let mut rest = stream;
    let (mut depth, mut announced, mut sheets) = (0_u32, 0_u32, 0_u32);
    while let Some((kind, body, behind)) = record(rest) {
        // What is behind the last sheet fills a sector.
        if depth == 0 && sheets > announced && !matches!(kind, 0x09 | 0x209 | 0x409 | 0x809) {
            return true;
        }
        let is_cut = 4 + body.len() + behind.len() != rest.len() || body.len() > LONGEST_RECORD;
        rest = behind;
        match kind {
            0x09 | 0x209 | 0x409 | 0x809 => {
                sheets += u32::from(depth == 0);
                depth += 1;
            }
            _ if depth == 0 => return false,
            0x0A => depth -= 1,
            0x85 => announced += 1,
            // Nothing is of no kind.
            0 if body.is_empty() => return false,
            _ => {}
        }
        if is_cut {
            return false;
        }
    }
    depth == 0 && sheets > announced
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records, each with its kind and its body.
    fn records(all: &[(u16, &[u8])]) -> Vec<u8> {
        let record = |(kind, body): &(u16, &[u8])| {
            let length = body.len() as u16;
            [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
        };
        all.iter().flat_map(record).collect()
    }

    #[test]
    fn a_workbook_that_ends_early_or_has_nothing_in_its_midst_is_not_whole() {
        let begin = (0x809, &[0, 6, 5, 0][..]);
        let (announced, cell, end) = ((0x85, &[0; 9][..]), (0x203, &[7; 14][..]), (0x0A, &b""[..]));
        let whole = records(&[begin, announced, end, begin, cell, begin, end, cell, end]);
        assert!(is_whole(&whole) && is_whole(&[&whole[..], &[0; 512]].concat()));
        for end in 0..whole.len() - 1 {
            assert!(!is_whole(&whole[..end]), "cut at {end}");
        }
        assert!(!is_whole(&records(&[begin, announced, end])));
        assert!(!is_whole(&records(&[begin, cell, (0, b""), end])));
        assert!(!is_whole(&records(&[cell, end])));
        let mut noise = whole.clone();
        noise[9..13].copy_from_slice(&[9, 9, 0xFF, 0xFF]);
        assert!(!is_whole(&noise));
    }
}
