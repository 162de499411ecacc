//! Names of members: the last step of a path is the file's name, the folders above it are said
//! once.

use std::collections::HashSet;

use crate::extract::file_names;
use crate::extract::output::Output;
use crate::text::PartPath;

/// Folders of one archive that are told; more are hostile.
const MOST: usize = 4096;

/// Characters 128 to 255 of code page 437.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// The folders of an archive that were told already.
#[derive(Default)]
pub(super) struct Folders(HashSet<String>);

impl Folders {
    /// The file's own name; its folders are handed on as a text when they are new.
    pub(super) fn file_name<'n>(
        &mut self,
        out: &mut Output<'_>,
        archive: &PartPath,
        path: &'n str,
    ) -> &'n str {
        let (folders, name) = split(path);
        self.tell(out, archive, folders);
        name
    }

    fn tell(&mut self, out: &mut Output<'_>, archive: &PartPath, folders: &str) {
        if folders.is_empty() || self.0.len() >= MOST || self.0.contains(folders) {
            return;
        }
        self.0.insert(folders.to_owned());
        file_names::read_one(out, archive, archive, folders);
    }
}

/// A name that a program of DOS may have written: UTF-8 where it is that, the code page otherwise.
pub(super) fn of_dos(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => from_code_page(raw),
    }
}

fn from_code_page(raw: &[u8]) -> String {
    let high: Vec<char> = CODE_PAGE_437.chars().collect();
    let character = |&byte: &u8| match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => high.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    raw.iter().map(character).collect()
}

/// The folders and the name, whichever way they are joined.
fn split(path: &str) -> (&str, &str) {
    let end = path.rfind(['/', '\\']);
    match end.and_then(|at| Some((path.get(..at)?, path.get(at + 1..)?))) {
        Some((folders, name)) => (folders, name),
        None => ("", path),
    }
}

#[cfg(test)]
mod tests {
    use super::{CODE_PAGE_437, of_dos, split};

    #[test]
    fn a_name_of_dos_is_read_in_its_code_page() {
        assert_eq!(
            (of_dos(b"M\x81ller"), of_dos("Müller".as_bytes())),
            ("Müller".into(), "Müller".into())
        );
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
    }

    #[test]
    fn a_path_is_folders_and_a_name_whichever_way_they_are_joined() {
        assert_eq!(split("a/b c/d.txt"), ("a/b c", "d.txt"));
        assert_eq!(split("a\\d.txt"), ("a", "d.txt"));
        assert_eq!(split("a/"), ("a", ""));
        assert_eq!(split("d.txt"), ("", "d.txt"));
    }
}
