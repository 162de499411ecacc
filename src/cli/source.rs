//! What a PATH given to `scan` stands for: a message, an mbox, a Maildir, a folder, standard
//! input, or a bare document.
//!
//! Nothing here parses a message: files are told apart by their first lines and an mbox is split
//! at its `From ` lines (RFC 4155); everything else is a worker's business.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::extract::Input;
use crate::secret::Secret;
use crate::worker::{Sealed, Spool};

/// One thing to scan.
pub(crate) struct Item {
    /// The file it stands in.
    pub path: PathBuf,
    /// Which message of an mbox, counted from 1.
    pub number: Option<usize>,
    /// Message or document.
    pub input: Input,
    /// Its bytes.
    pub bytes: Sealed,
}

/// A PATH, or a file in it, that cannot be opened or read.
#[derive(Debug)]
pub(crate) struct SourceError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}", self.path.display(), self.error)
    }
}

/// All files that the PATHs stand for, folders walked in the order of their names.
pub(crate) fn files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<SourceError>) {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(path.clone());
        } else {
            walk(path, &mut found, &mut errors);
        }
    }
    (found, errors)
}

fn walk(path: &Path, found: &mut Vec<PathBuf>, errors: &mut Vec<SourceError>) {
    let fault = |error| SourceError { path: path.to_owned(), error };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return errors.push(fault(error)),
    };
    if !metadata.is_dir() {
        return found.push(path.to_owned());
    }
    let entries = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return errors.push(fault(error)),
    };
    // A Maildir's `tmp` holds deliveries that have not ended (maildir(5)).
    let maildir = ["cur", "new", "tmp"].iter().all(|folder| path.join(folder).is_dir());
    let mut below: Vec<PathBuf> = entries
        .iter()
        .filter(|entry| !(maildir && entry.file_name() == "tmp"))
        // A link could lead back up; a folder is walked for the files that stand in it.
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
        .map(fs::DirEntry::path)
        .collect();
    below.sort();
    for entry in below {
        walk(&entry, found, errors);
    }
}

/// Opens a file and gives its messages one by one, without ever holding more than one.
pub(crate) fn open(path: &Path) -> Result<Items, SourceError> {
    let fault = |error| SourceError { path: path.to_owned(), error };
    let reader: Box<dyn Read + Send> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(fault)?)
    };
    let mut reader = BufReader::with_capacity(64 * 1024, reader);
    let start = reader.fill_buf().map_err(fault)?;
    let shape = Shape::of(path, start);
    Ok(Items { path: path.to_owned(), reader, shape, number: 0, pending: None, ended: false })
}

/// What a file is, by its first bytes and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Message,
    Mbox,
    Document,
}

impl Shape {
    fn of(path: &Path, start: &[u8]) -> Self {
        let message_name = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("eml"));
        if start.starts_with(b"From ") && has_header_after_first_line(start) {
            Self::Mbox
        } else if message_name || looks_like_header(start) || in_maildir(path) {
            Self::Message
        } else {
            Self::Document
        }
    }
}

fn in_maildir(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder.is_some_and(|name| name == "cur" || name == "new")
}

fn has_header_after_first_line(start: &[u8]) -> bool {
    let rest = start.splitn(2, |byte| *byte == b'\n').nth(1).unwrap_or_default();
    rest.is_empty() || field_name(rest).is_some()
}

/// Fields that a message has near its top and that hardly any other text begins with.
const TELLING: &[&[u8]] = &[
    b"received",
    b"return-path",
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"delivered-to",
    b"reply-to",
    b"sender",
    b"dkim-signature",
    b"x-original-to",
];

fn looks_like_header(start: &[u8]) -> bool {
    let mut fields = 0;
    let mut telling = 0;
    for line in start.split(|byte| *byte == b'\n').take(60) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(name) = field_name(line) else { break };
        fields += 1;
        telling += usize::from(TELLING.iter().any(|known| name.eq_ignore_ascii_case(known)));
    }
    telling >= 2 || (fields == 1 && telling == 1)
}

/// The name of the header field that a line begins with (RFC 5322 section 2.2).
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let legal = !name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte));
    legal.then_some(name)
}

/// The messages of one file.
pub(crate) struct Items {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + Send>>,
    shape: Shape,
    number: usize,
    pending: Option<Vec<u8>>,
    ended: bool,
}

impl Iterator for Items {
    type Item = Result<Item, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = match self.shape {
            Shape::Mbox => self.next_of_mbox(),
            Shape::Message | Shape::Document => self.whole().map(Some),
        };
        match read {
            Ok(item) => item.map(Ok),
            Err(error) => {
                self.ended = true;
                Some(Err(SourceError { path: self.path.clone(), error }))
            }
        }
    }
}

impl Items {
    fn whole(&mut self) -> io::Result<Item> {
        self.ended = true;
        let mut spool = Spool::new();
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            spool.push(chunk)?;
            let length = chunk.len();
            self.reader.consume(length);
        }
        let input = match self.shape {
            Shape::Document => Input::Document { name: self.document_name() },
            Shape::Message | Shape::Mbox => Input::Message,
        };
        Ok(Item { path: self.path.clone(), number: None, input, bytes: spool.seal()? })
    }

    fn document_name(&self) -> Option<Secret<String>> {
        let name = self.path.file_name().filter(|_| self.path.as_os_str() != "-")?;
        Some(Secret::new(name.to_string_lossy().into_owned()))
    }

    /// The next message of an mbox: up to a `From ` line that stands after an empty one, with
    /// `>From ` written as `From ` again (RFC 4155, appendix A).
    fn next_of_mbox(&mut self) -> io::Result<Option<Item>> {
        let mut spool = Spool::new();
        let mut line = self.pending.take().unwrap_or_default();
        if line.is_empty() && self.reader.read_until(b'\n', &mut line)? == 0 {
            self.ended = true;
            return Ok(None);
        }
        let mut after_empty = false;
        loop {
            line.clear();
            if self.reader.read_until(b'\n', &mut line)? == 0 {
                self.ended = true;
                break;
            }
            if after_empty && line.starts_with(b"From ") {
                self.pending = Some(line);
                break;
            }
            after_empty = line.trim_ascii().is_empty();
            let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            let unquoted =
                quoted > 0 && line.get(quoted..).is_some_and(|l| l.starts_with(b"From "));
            spool.push(line.get(usize::from(unquoted)..).unwrap_or_default())?;
        }
        self.number += 1;
        let (path, number) = (self.path.clone(), Some(self.number));
        Ok(Some(Item { path, number, input: Input::Message, bytes: spool.seal()? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(item: &Item) -> Vec<u8> {
        match &item.bytes {
            Sealed::Inline(bytes) => bytes.to_vec(),
            Sealed::Memfd { .. } => panic!("small items stay in memory"),
        }
    }

    #[test]
    fn files_are_told_apart_by_what_they_begin_with() {
        for (name, start, shape) in [
            ("a.txt", &b"Received: x\r\n\ty\r\nSubject: hello\r\n\r\nbody"[..], Shape::Message),
            ("a.eml", b"anything at all", Shape::Message),
            ("inbox", b"From a@b Thu Jan  1 00:00:00 2026\nSubject: x\n\n", Shape::Mbox),
            ("letter.txt", b"From here on all is well.\nYours\n", Shape::Document),
            ("notes.txt", b"Patient: nobody\nplan: none\n", Shape::Document),
            ("x.pdf", b"%PDF-1.7\n", Shape::Document),
            ("Maildir/cur/1.2:2,S", b"odd", Shape::Message),
            ("empty", b"", Shape::Document),
        ] {
            assert_eq!(Shape::of(Path::new(name), start), shape, "{name}");
        }
    }

    #[test]
    fn an_mbox_gives_its_messages_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("box");
        let content =
            "From a@b x\nSubject: 1\n\none\n>From the start\n\nFrom c@d x\nSubject: 2\n\ntwo\n";
        fs::write(&path, content).unwrap();
        let items: Vec<_> = open(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!(items.len(), 2);
        assert_eq!(bytes(&items[0]), b"Subject: 1\n\none\nFrom the start\n\n");
        assert_eq!(bytes(&items[1]), b"Subject: 2\n\ntwo\n");
        assert_eq!(items[1].number, Some(2));
    }

    #[test]
    fn a_maildir_is_walked_without_its_unfinished_deliveries() {
        let folder = tempfile::tempdir().unwrap();
        for (sub, name) in [("cur", "1"), ("new", "2"), ("tmp", "3")] {
            fs::create_dir_all(folder.path().join(sub)).unwrap();
            fs::write(folder.path().join(sub).join(name), "Subject: x\n\n").unwrap();
        }
        let (found, errors) = files(&[folder.path().to_owned()]);
        assert!(errors.is_empty());
        let names: Vec<_> = found.iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["1", "2"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error_and_the_rest_is_still_found() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("a.eml");
        fs::write(&there, "x").unwrap();
        let (found, errors) = files(&[folder.path().join("missing"), there.clone()]);
        assert_eq!(found, [there]);
        assert_eq!(errors.len(), 1);
    }
}
