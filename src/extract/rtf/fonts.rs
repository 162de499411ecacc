//! Character sets of RTF: one for the document, one for each font.

use std::collections::HashMap;

use encoding_rs::Encoding;

use crate::message::charset;

/// Fonts that are kept; a document has no more.
const MOST_FONTS: usize = 65_536;

/// The font table, and what the document says of itself.
pub(super) struct Fonts {
    /// The code page of the document.
    pub(super) default: u32,
    of: HashMap<i32, u32>,
    /// The font that is being described.
    open: i32,
}

impl Fonts {
    pub(super) fn new() -> Self {
        Self { default: 1252, of: HashMap::new(), open: 0 }
    }

    /// A control word in the font table.
    pub(super) fn word(&mut self, name: &str, number: Option<i32>) {
        let number = number.unwrap_or(0);
        match name {
            "f" => self.open = number,
            "fcharset" => {
                if let Some(page) = code_page(number)
                    && self.of.len() < MOST_FONTS
                {
                    self.of.entry(self.open).or_insert(page);
                }
            }
            "cpg" if self.of.len() < MOST_FONTS => {
                self.of.insert(self.open, u32::try_from(number).unwrap_or(1252));
            }
            _ => {}
        }
    }

    /// The code page of a font.
    pub(super) fn page(&self, font: i32) -> u32 {
        self.of.get(&font).copied().unwrap_or(self.default)
    }
}

/// The code page of a Windows character set.
const fn code_page(charset: i32) -> Option<u32> {
    Some(match charset {
        0 | 2 => 1252,
        77 => 10_000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        _ => return None,
    })
}

/// Characters of bytes in a code page.
pub(super) fn decode(bytes: &[u8], page: u32) -> String {
    if bytes.is_ascii() {
        return bytes.iter().map(|&byte| char::from(byte)).collect();
    }
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        10_007 => "x-mac-cyrillic".to_owned(),
        20_866 => "koi8-r".to_owned(),
        65_001 => "utf-8".to_owned(),
        866 => "ibm866".to_owned(),
        437 | 850 | 852 | 858 => format!("cp{page}"),
        page => format!("windows-{page}"),
    };
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => charset::decode(bytes, Some(label.as_bytes())).text.into_owned(),
    }
}
