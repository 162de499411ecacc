//! What agencies and hospitals' photo desks write to an image: IPTC-IIM, and where Photoshop keeps
//! it.

use super::Pair;
use crate::message::charset;

/// Datasets of the second record (IPTC-IIM 4.2, chapter 6) that are about what is shown.
const DATASETS: &[(u8, &str)] = &[
    (5, "Title"),
    (25, "Keywords"),
    (40, "Instructions"),
    (80, "Author"),
    (90, "City"),
    (92, "Location"),
    (105, "Headline"),
    (110, "Credit"),
    (116, "Copyright"),
    (118, "Contact"),
    (120, "Caption"),
    (122, "Writer"),
];
/// The resource of Photoshop with all of them.
const RESOURCE: u16 = 0x0404;
/// Datasets or resources of one file.
const MOST: usize = 4096;

/// The datasets of a block.
pub(super) fn pairs(mut bytes: &[u8]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for _ in 0..MOST {
        let Some(([0x1C, record, dataset, high, low], rest)) = bytes.split_first_chunk() else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((value, rest)) = rest.split_at_checked(length) else { break };
        bytes = rest;
        let label = DATASETS.iter().find(|(number, _)| *record == 2 && number == dataset);
        if let Some((_, label)) = label {
            pairs.push(((*label).to_owned(), charset::decode(value, None).text.into_owned()));
        }
    }
    pairs
}

/// The block among the resources of Photoshop.
pub(super) fn block(mut bytes: &[u8]) -> Option<&[u8]> {
    for _ in 0..MOST {
        let rest = bytes.strip_prefix(b"8BIM")?;
        let ([high, low, name], rest) = rest.split_first_chunk()?;
        // The name is padded to an even length with the byte of its length.
        let rest = rest.get(usize::from(*name) + usize::from(name.is_multiple_of(2))..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (data, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if u16::from_be_bytes([*high, *low]) == RESOURCE {
            return Some(data);
        }
        bytes = if length.is_multiple_of(2) { rest } else { rest.get(1..)? };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_is_found_behind_others_and_its_datasets_are_named() {
        let other = b"8BIM\x03\xED\0\0\0\0\0\x01x\0";
        let block_of = b"8BIM\x04\x04\0\0\0\0\0\x08\x1C\x02\x50\0\x03Ada";
        let bytes = [&other[..], block_of].concat();
        let pairs = pairs(block(&bytes).unwrap());
        assert_eq!(pairs, [("Author".to_owned(), "Ada".to_owned())]);
        assert_eq!(block(b"8BIM\x03"), None);
    }
}
