//! The reader's password, which older files keep under that of their owner (ISO 32000-1 7.6.3.4,
//! algorithm 7; security handlers of revisions 2 to 4).

use md5::{Digest, Md5};
use memchr::memmem;

use crate::extract::rc4::Rc4;

/// What fills a password up (algorithm 2, step a).
pub(super) const PADDING: [u8; 32] =
    *b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\
    \x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";

/// Bytes around the handler's name in which the dictionary's other entries are.
const NEAR: usize = 2048;

/// The reader's password, where the owner's is given.
pub(super) fn user_password(bytes: &[u8], owner: &str) -> Option<String> {
    let locked = Entries::of(bytes)?;
    let mut hash = Md5::digest(padded(owner.as_bytes()));
    if locked.revision >= 3 {
        for _ in 0..50 {
            hash = Md5::digest(hash);
        }
    }
    let key = hash.get(..locked.key_length)?;
    let mut inner = locked.owner;
    let rounds = if locked.revision >= 3 { 20 } else { 1 };
    for round in (0..rounds).rev() {
        let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
        Rc4::new(&key).apply(&mut inner);
    }
    let end = (0..=inner.len()).find(|&end| inner.get(end..) == PADDING.get(..32 - end))?;
    String::from_utf8(inner.get(..end)?.to_vec()).ok()
}

pub(super) fn padded(password: &[u8]) -> [u8; 32] {
    let mut padded = [0; 32];
    for (to, from) in padded.iter_mut().zip(password.iter().chain(&PADDING)) {
        *to = *from;
    }
    padded
}

/// What of the encryption dictionary decides.
struct Entries {
    revision: u32,
    key_length: usize,
    owner: [u8; 32],
}

impl Entries {
    /// Looks for the dictionary by the name of its handler: it is never encrypted itself.
    fn of(bytes: &[u8]) -> Option<Self> {
        let last = memmem::rfind(bytes, b"/Standard")?;
        let start = last.saturating_sub(NEAR);
        let before = bytes.get(start..last)?;
        let start = start + memmem::rfind(before, b"obj").or(memmem::rfind(before, b"/Encrypt"))?;
        let entries = bytes.get(start..bytes.len().min(last + NEAR))?;
        let version = number(entries, b"/V")?;
        let revision = number(entries, b"/R").filter(|revision| (2..=4).contains(revision))?;
        let bits = if version == 1 { 40 } else { number(entries, b"/Length").unwrap_or(40) };
        // Version 4 has lengths in its filters too, in bytes.
        let bits = if version == 4 { 128 } else { bits };
        let key_length = usize::try_from(bits / 8).ok()?.clamp(5, 16);
        Some(Self { revision, key_length, owner: string(entries, b"/O")? })
    }
}

/// What follows a name and blanks.
fn behind<'e>(entries: &'e [u8], name: &[u8], first: impl Fn(u8) -> bool) -> Option<&'e [u8]> {
    memmem::find_iter(entries, name).find_map(|at| {
        let rest = entries.get(at + name.len()..)?;
        let value = rest.trim_ascii_start();
        // `/V2` is another name than `/V`.
        let ended = value.len() < rest.len() || matches!(value.first(), Some(b'(' | b'<'));
        (ended && value.first().is_some_and(|&byte| first(byte))).then_some(value)
    })
}

fn number(entries: &[u8], name: &[u8]) -> Option<u32> {
    let rest = behind(entries, name, |byte| byte.is_ascii_digit())?;
    let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

/// A string of 32 bytes, in hexadecimal digits or as it is (7.3.4).
fn string(entries: &[u8], name: &[u8]) -> Option<[u8; 32]> {
    let rest = behind(entries, name, |byte| matches!(byte, b'(' | b'<'))?;
    let mut bytes = Vec::with_capacity(32);
    if let Some(digits) = rest.strip_prefix(b"<") {
        let value = |byte: &u8| char::from(*byte).to_digit(16);
        let digits: Vec<u32> =
            digits.iter().take_while(|byte| **byte != b'>').filter_map(value).take(64).collect();
        for pair in digits.chunks(2) {
            let [high, low] = *pair else { return None };
            bytes.push(u8::try_from(high << 4 | low).ok()?);
        }
        return bytes.try_into().ok();
    }
    let mut literal = rest.iter().skip(1).copied().peekable();
    while bytes.len() < 32 {
        let byte = match literal.next()? {
            b'\\' => match literal.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 8,
                b'f' => 12,
                b'\r' => {
                    literal.next_if_eq(&b'\n');
                    continue;
                }
                b'\n' => continue,
                digit @ b'0'..=b'7' => {
                    let mut value = u32::from(digit - b'0');
                    for _ in 0..2 {
                        let Some(next) = literal.next_if(|byte| (b'0'..=b'7').contains(byte))
                        else {
                            break;
                        };
                        value = value * 8 + u32::from(next - b'0');
                    }
                    (value & 0xFF) as u8
                }
                other => other,
            },
            b'\r' => {
                literal.next_if_eq(&b'\n');
                b'\n'
            }
            byte => byte,
        };
        bytes.push(byte);
    }
    bytes.try_into().ok()
}
