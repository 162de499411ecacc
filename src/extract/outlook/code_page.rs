//! Windows' numbers of code pages, as names of character sets.

use std::borrow::Cow;

/// The name of the character set with that number.
pub(super) fn label(number: u32) -> Cow<'static, str> {
    Cow::Borrowed(match number {
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1200 => "utf-16le",
        1201 => "utf-16be",
        20127 => "us-ascii",
        20866 => "koi8-r",
        20932 | 51932 => "euc-jp",
        21866 => "koi8-u",
        50220..=50222 => "iso-2022-jp",
        51949 => "euc-kr",
        52936 => "hz-gb-2312",
        54936 => "gb18030",
        65000 => "utf-7",
        65001 => "utf-8",
        1250..=1258 => return Cow::Owned(format!("windows-{number}")),
        28591..=28606 => return Cow::Owned(format!("iso-8859-{}", number - 28590)),
        _ => "windows-1252",
    })
}
