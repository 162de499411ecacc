//! The list of passwords that encrypted attachments are opened with. No diagnostic shows a line of
//! it.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Read;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::secret::Secret;

/// Passwords in a list. Each is tried on every encrypted attachment, which takes up to a tenth of a
/// second.
const MOST: usize = 100;
/// Bytes of a password; PDF knows no longer ones (ISO 32000-2 7.6.4.3.3).
const LONGEST: usize = 127;

impl Read {
    /// The passwords of the list, in its order, each once; none where no list is named.
    ///
    /// # Errors
    /// `C021` when the list cannot be read or has too much in it, `C022` when everybody may read it.
    pub fn passwords(&self) -> Result<Vec<Secret<String>>, Diagnostics> {
        self.passwords.as_deref().map_or_else(|| Ok(Vec::new()), load)
    }
}

fn load(path: &Path) -> Result<Vec<Secret<String>>, Diagnostics> {
    const WORLD: u32 = 0o007;
    let wrong = |message: String| Diagnostic::error("C021", path, message);
    let help = "a file with one password a line, which the daemon may read and others may not";
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}")).help(help);
    let mut file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & WORLD != 0 {
        let message = format!("everybody may read or write these passwords (mode {mode:04o})");
        return Err(Diagnostic::error("C022", path, message).help("chmod o-rwx").into());
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(wrong("is not UTF-8 text".into()).into());
    };
    let mut passwords: Vec<Secret<String>> = Vec::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{FEFF}').lines()) {
        let password = line.trim();
        if password.len() > LONGEST {
            let message = format!("the password on line {number} is longer than {LONGEST} bytes");
            return Err(wrong(message).into());
        }
        let known = passwords.iter().any(|known| known.expose() == password);
        if !password.is_empty() && !known {
            passwords.push(Secret::new(password.to_owned()));
        }
    }
    if passwords.len() > MOST {
        let message = format!("holds {} passwords, and {MOST} are the most", passwords.len());
        let help = "each is tried on every encrypted attachment";
        return Err(wrong(message).help(help).into());
    }
    Ok(passwords)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &[u8], mode: u32) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let loaded = Read { passwords: Some(path) }.passwords();
        let plain = |passwords: Vec<Secret<String>>| {
            passwords.into_iter().map(Secret::into_inner).collect()
        };
        loaded.map(plain).map_err(|found| found.to_string())
    }

    #[test]
    fn a_list_has_one_password_a_line() {
        let passwords = list("\u{FEFF}Blue 7\r\n\n  #rain \nBlue 7\n".as_bytes(), 0o640);
        assert_eq!(passwords.unwrap(), ["Blue 7", "#rain"]);
        assert_eq!(Read::default().passwords().unwrap(), []);
    }

    #[test]
    fn a_list_with_too_much_in_it_is_refused_without_being_shown() {
        let long = format!("MARKER\n{}\n", "MARKER".repeat(50));
        let many: String = (0..=MOST).map(|number| format!("MARKER{number}\n")).collect();
        for (text, fault) in [
            (long.as_bytes(), "line 2 is longer than 127 bytes"),
            (many.as_bytes(), "holds 101 passwords"),
            (b"MARKER\xFF", "is not UTF-8 text"),
        ] {
            let found = list(text, 0o600).unwrap_err();
            assert!(found.contains("C021") && found.contains(fault), "{found}");
            assert!(!found.contains("MARKER"), "{found}");
        }
    }

    #[test]
    fn a_list_that_everybody_may_read_is_refused() {
        for (mode, refused) in [(0o644, true), (0o602, true), (0o640, false), (0o400, false)] {
            let found = list(b"Blue", mode);
            assert_eq!(found.is_err_and(|found| found.contains("C022")), refused, "{mode:o}");
        }
    }
}
