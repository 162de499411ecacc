//! How large an image may be, known from its header before anything of it is decoded.

use crate::limits::Cause;

/// Pixels of one image.
pub const MOST_PIXELS: u64 = 40_000_000;
/// Pixels along one side.
pub const LONGEST: u32 = 30_000;

/// Whether so many pixels may be decoded.
///
/// # Errors
/// [`Cause::TooLarge`] when they may not, [`Cause::Malformed`] when there are none.
pub fn check((width, height): (u32, u32)) -> Result<(), Cause> {
    if width == 0 || height == 0 {
        return Err(Cause::Malformed);
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || width.max(height) > LONGEST {
        return Err(Cause::TooLarge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused_by_its_size_alone() {
        assert_eq!(check((4_000, 3_000)), Ok(()));
        assert_eq!(check((19_000, 19_000)), Err(Cause::TooLarge));
        assert_eq!(check((40_000, 10)), Err(Cause::TooLarge));
        assert_eq!(check((0, 10)), Err(Cause::Malformed));
    }
}
