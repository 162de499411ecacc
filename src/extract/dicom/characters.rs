//! Specific character sets (PS3.3 section C.12.1.1.2, PS3.5 section 6.1): which of them the words
//! of a data set are written in.

use encoding_rs::{
    EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1252,
    WINDOWS_1254,
};

/// What stands behind an escape: the rest in a set until the next.
const ESCAPES: &[(&[u8], &Encoding)] = &[
    (b"$)C", EUC_KR),
    (b"$)A", GBK),
    (b"-A", WINDOWS_1252),
    (b"-B", ISO_8859_2),
    (b"-C", ISO_8859_3),
    (b"-D", ISO_8859_4),
    (b"-L", ISO_8859_5),
    (b"-G", ISO_8859_6),
    (b"-F", ISO_8859_7),
    (b"-H", ISO_8859_8),
    (b"-M", WINDOWS_1254),
    (b"-T", WINDOWS_874),
    (b"-b", ISO_8859_15),
    (b")I", SHIFT_JIS),
];

/// The character set of a data set.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Characters(Option<&'static Encoding>);

impl Characters {
    /// As the attribute Specific Character Set names it.
    pub(super) fn named(value: &str) -> Self {
        let first = value.split('\\').map(str::trim).find(|name| !name.is_empty());
        let name = first.unwrap_or_default().to_ascii_uppercase();
        let name = name.replace("ISO 2022 IR", "ISO_IR").replace("ISO-IR", "ISO_IR");
        Self(match name.as_str() {
            "ISO_IR 100" => Some(WINDOWS_1252),
            "ISO_IR 101" => Some(ISO_8859_2),
            "ISO_IR 109" => Some(ISO_8859_3),
            "ISO_IR 110" => Some(ISO_8859_4),
            "ISO_IR 144" => Some(ISO_8859_5),
            "ISO_IR 127" => Some(ISO_8859_6),
            "ISO_IR 126" => Some(ISO_8859_7),
            "ISO_IR 138" => Some(ISO_8859_8),
            "ISO_IR 148" => Some(WINDOWS_1254),
            "ISO_IR 203" => Some(ISO_8859_15),
            "ISO_IR 166" => Some(WINDOWS_874),
            "ISO_IR 13" => Some(SHIFT_JIS),
            "ISO_IR 149" => Some(EUC_KR),
            "ISO_IR 58" | "GBK" => Some(GBK),
            "GB18030" => Some(GB18030),
            "ISO_IR 192" => Some(UTF_8),
            _ => None,
        })
    }

    /// The words that bytes are. A name that the bytes prove wrong is not believed.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        if bytes.contains(&0x1B) {
            return self.decode_shifted(bytes);
        }
        if let Ok(words) = std::str::from_utf8(bytes) {
            return words.to_owned();
        }
        self.0.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0.into_owned()
    }

    /// Each run behind an escape in the set that it names (ISO 2022).
    fn decode_shifted(self, bytes: &[u8]) -> String {
        let mut words = String::new();
        let mut pieces = bytes.split(|b| *b == 0x1B);
        if let Some(first) = pieces.next() {
            words.push_str(&Self(self.0).decode(first));
        }
        for piece in pieces {
            let set = ESCAPES
                .iter()
                .find_map(|(escape, set)| piece.strip_prefix(*escape).map(|rest| (*set, rest)));
            if let Some((set, rest)) = set {
                words.push_str(&set.decode_without_bom_handling(rest).0);
            } else if piece.starts_with(b"$") {
                // Each line of this set has to begin with its escape.
                let line = [&[0x1B], piece].concat();
                words.push_str(&ISO_2022_JP.decode_without_bom_handling(&line).0);
            } else {
                // Back to what is written without an escape.
                let plain = piece.get(2..).unwrap_or_default();
                words.push_str(&Self(self.0).decode(plain));
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_the_set_that_is_named() {
        assert_eq!(Characters::named("ISO_IR 100").decode(b"M\xFCller"), "Müller");
        assert_eq!(Characters::named("ISO_IR 144 ").decode(b"\xBB\xEE"), "Лю");
        assert_eq!(Characters::named("ISO_IR 100").decode("Müller".as_bytes()), "Müller");
        assert_eq!(Characters::named("").decode(b"M\xFCller"), "Müller");
    }

    #[test]
    fn sets_are_changed_within_a_value() {
        let set = Characters::named("\\ISO 2022 IR 87");
        assert_eq!(set.decode(b"Y^T=\x1B$B;3ED\x1B(B^"), "Y^T=山田^");
        let set = Characters::named("\\ISO 2022 IR 149");
        assert_eq!(set.decode(b"H^G=\x1B$)C\xFB\xF3^"), "H^G=洪^");
        let set = Characters::named("ISO 2022 IR 13\\ISO 2022 IR 87");
        assert_eq!(set.decode(b"\xD4\xCF\xC0\xDE"), "ﾔﾏﾀﾞ");
    }
}
