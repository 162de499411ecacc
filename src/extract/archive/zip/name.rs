//! Names of members: UTF-8 where it is said or plain, the code page of DOS otherwise.

use super::super::member_names::of_dos;
use super::super::{u16_at, u32_at};

/// The name that a header gives (APPNOTE 4.4.17, appendix D). Many programs write UTF-8 without
/// saying so: what is UTF-8 is taken for it.
pub(super) fn decode(raw: &[u8], extra: &[u8]) -> String {
    if let Some(name) = unicode_path(extra) {
        return name;
    }
    of_dos(raw)
}

/// The Info-ZIP extra field 0x7075: version, a sum of the plain name, the name in UTF-8.
fn unicode_path(extra: &[u8]) -> Option<String> {
    let field = extra_field(extra, 0x7075)?;
    u32_at(field, 1)?;
    let name = field.strip_prefix(&[1])?.get(4..)?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The extra field of that number (APPNOTE 4.5.1).
pub(super) fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (id, length) = (u16_at(extra, 0)?, usize::from(u16_at(extra, 2)?));
        let field = extra.get(4..4 + length)?;
        if id == wanted {
            return Some(field);
        }
        extra = extra.get(4 + length..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_every_way_that_it_is_written() {
        assert_eq!(decode("Müller.txt".as_bytes(), &[]), "Müller.txt");
        assert_eq!(decode(b"M\x81ller\xE1.txt", &[]), "Müllerß.txt");
        let field =
            [&[9, 0, 1, 0, 0, 0x75, 0x70, 7, 0, 1, 1, 2, 3, 4][..], "ü".as_bytes()].concat();
        assert_eq!(decode(b"u", &field), "ü");
    }
}
