//! Length-prefixed frames: four bytes of length, little-endian, then one value by postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes of the length before each frame.
pub(super) const PREFIX: usize = 4;

/// Appends one frame to `out`.
///
/// # Errors
/// When the value is too large for the length; `out` is then as it was.
pub(super) fn append(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), postcard::Error> {
    let start = out.len();
    out.extend_from_slice(&[0; PREFIX]);
    let written = postcard::to_io(value, &mut *out).map(drop);
    let length = u32::try_from(out.len() - start - PREFIX);
    match (written, length, out.get_mut(start..start + PREFIX)) {
        (Ok(()), Ok(length), Some(prefix)) => {
            prefix.copy_from_slice(&length.to_le_bytes());
            Ok(())
        }
        (written, _, _) => {
            out.truncate(start);
            written.and(Err(postcard::Error::SerializeBufferFull))
        }
    }
}

/// What stands at the front of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front<'a> {
    /// A whole frame.
    Whole(&'a [u8]),
    /// The beginning of a frame.
    Part {
        /// How long the whole will be with its prefix; 0 when the prefix is not there yet.
        awaits: usize,
    },
    /// A frame longer than allowed.
    TooLong,
}

/// Looks at the front of a buffer; no frame may be longer than `most` bytes.
pub(super) fn front(bytes: &[u8], most: usize) -> Front<'_> {
    let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX>() else {
        return Front::Part { awaits: 0 };
    };
    let length = u32::from_le_bytes(*prefix) as usize;
    if length > most {
        return Front::TooLong;
    }
    rest.get(..length).map_or(Front::Part { awaits: PREFIX + length }, Front::Whole)
}

/// Decodes a frame that must be filled by its value to the last byte.
pub(super) fn decode<T: DeserializeOwned>(frame: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(frame) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_one_by_one_and_a_piece_of_one_waits_for_the_rest() {
        let mut out = Vec::new();
        append(&mut out, &"first").unwrap();
        append(&mut out, &7_u8).unwrap();
        let Front::Whole(frame) = front(&out, 100) else { panic!() };
        assert_eq!(decode::<String>(frame).as_deref(), Some("first"));
        let rest = out.split_off(PREFIX + frame.len());
        assert_eq!(front(&rest, 100), Front::Whole(&[7]));
        for end in 0..rest.len() {
            assert!(matches!(front(&rest[..end], 100), Front::Part { .. }));
        }
    }

    #[test]
    fn a_length_over_the_cap_is_refused_from_its_prefix_alone() {
        assert_eq!(front(&[0xff, 0xff, 0xff, 0xff], 1 << 20), Front::TooLong);
        assert_eq!(front(&[5, 0, 0, 0], 4), Front::TooLong);
    }

    #[test]
    fn a_frame_with_bytes_left_over_is_not_decoded() {
        assert_eq!(decode::<u8>(&[7, 0]), None);
        assert_eq!(decode::<u8>(&[]), None);
    }
}
