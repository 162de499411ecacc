//! 7z archives. The crate undoes the methods; what its decoders may keep in memory is looked at
//! before they are made.

use std::io::Cursor;

use sevenz_rust2::{Archive, ArchiveEntry, Block, BlockDecoder, Coder, Error, Password};

use super::super::file_names;
use super::super::leaf::Leaf;
use super::super::output::{Flow, Stop};
use super::super::unpack::unpack;
use super::super::waiting::Locked;
use super::super::walk::{Children, Walk};
use super::compressed::WINDOW;
use super::member_names::Folders;
use super::sevenz_header;
use super::size_at;
use crate::limits::Cause;

const MAGIC: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// Numbers of methods.
pub(super) const LZMA: &[u8] = &[3, 1, 1];
pub(super) const LZMA_2: &[u8] = &[0x21];
const PPMD: &[u8] = &[3, 4, 1];
const AES: &[u8] = &[6, 0xF1, 7, 1];

const LOCKED: Locked = Locked { unlock, names };

/// Whether a part is a 7z archive.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    leaf.bytes.starts_with(MAGIC)
}

/// Reads the members; those under a password wait for the end of the message.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    if let Err(cause) = sevenz_header::check(leaf.bytes) {
        walk.out.unread(leaf.path, leaf.file(), cause);
        return Ok(());
    }
    let mut children = Children::of(leaf.path);
    let archive = match open(leaf.bytes, &Password::empty()) {
        Ok(archive) => archive,
        Err(Cause::Encrypted) => return walk.wait(leaf, 0, LOCKED),
        Err(cause) => {
            walk.out.unread(leaf.path, leaf.file(), cause);
            return Ok(());
        }
    };
    let mut members = Members { leaf, folders: Folders::default(), children: &mut children };
    members.without_bytes(walk, &archive)?;
    let mut open = archive.blocks.iter().enumerate().filter(|(_, block)| !is_locked(block));
    let flow =
        open.try_for_each(|(index, _)| members.block(walk, &archive, index, &Password::empty()));
    if archive.blocks.iter().any(is_locked) {
        // Where the walk is over, it says of this one too why.
        let count = children.count();
        walk.wait(leaf, count, LOCKED)?;
    }
    flow
}

/// Reads the blocks under a password.
fn unlock(walk: &mut Walk<'_>, leaf: &Leaf<'_>, mut children: Children<'_>) -> Flow {
    let listed = open(leaf.bytes, &Password::empty()).ok();
    let mut members = Members { leaf, folders: Folders::default(), children: &mut children };
    for candidate in walk.out.passwords() {
        walk.out.time(leaf.path)?;
        let password = Password::new(candidate.password.expose());
        let Ok(archive) = open(leaf.bytes, &password) else { continue };
        if !opens(walk, leaf, &archive, &password)? {
            continue;
        }
        walk.out.opened_with(&candidate, leaf.path);
        if listed.is_none() {
            members.without_bytes(walk, &archive)?;
        }
        for (index, block) in archive.blocks.iter().enumerate() {
            if listed.is_none() || is_locked(block) {
                members.block(walk, &archive, index, &password)?;
            }
        }
        return Ok(());
    }
    for entry in listed.iter().flat_map(|archive| locked_entries(leaf.bytes, archive)) {
        members.name_only(walk, &entry)?;
    }
    walk.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
    Ok(())
}

fn open(bytes: &[u8], password: &Password) -> Result<Archive, Cause> {
    Archive::read(&mut Cursor::new(bytes), password).map_err(|error| cause(&error))
}

const fn cause(error: &Error) -> Cause {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Cause::Encrypted,
        Error::UnsupportedCompressionMethod(_)
        | Error::Unsupported(_)
        | Error::UnsupportedVersion { .. }
        | Error::ExternalUnsupported => Cause::Unsupported,
        Error::MaxMemLimited { .. } => Cause::TooLarge,
        _ => Cause::Malformed,
    }
}

fn is_locked(block: &Block) -> bool {
    block.coders.iter().any(|coder| coder.encoder_method_id() == AES)
}

/// Members that need a password.
fn locked_entries(bytes: &[u8], archive: &Archive) -> Vec<ArchiveEntry> {
    let locked = archive.blocks.iter().enumerate().filter(|(_, block)| is_locked(block));
    locked.flat_map(|(index, _)| entries(bytes, archive, index)).collect()
}

/// The names of members under a password, without their folders.
fn names(leaf: &Leaf<'_>) -> Vec<String> {
    let Ok(archive) = open(leaf.bytes, &Password::empty()) else { return Vec::new() };
    let names = locked_entries(leaf.bytes, &archive).into_iter().map(|entry| entry.name);
    names.map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()).collect()
}

fn entries(bytes: &[u8], archive: &Archive, index: usize) -> Vec<ArchiveEntry> {
    let (password, mut source) = (Password::empty(), Cursor::new(bytes));
    BlockDecoder::new(1, index, archive, &password, &mut source).entries().to_vec()
}

/// Whether the password opens the smallest block that needs one.
fn opens(
    walk: &mut Walk<'_>,
    leaf: &Leaf<'_>,
    archive: &Archive,
    password: &Password,
) -> Result<bool, Stop> {
    let locked = archive.blocks.iter().enumerate().filter(|(_, block)| is_locked(block));
    let Some((index, block)) = locked.min_by_key(|(_, block)| block.get_unpack_size()) else {
        return Ok(true);
    };
    if check_memory(block).is_err() {
        return Ok(false);
    }
    let mut source = Cursor::new(leaf.bytes);
    let mut flow = Ok(());
    let mut whole = true;
    let decoder = BlockDecoder::new(1, index, archive, password, &mut source);
    let decoded = decoder.for_each_entries(&mut |_, reader| {
        match unpack(&mut walk.out, leaf.path, reader) {
            Ok(unpacked) => whole &= unpacked.missing != Some(Cause::Malformed),
            Err(stop) => flow = Err(stop),
        }
        Ok(flow.is_ok() && whole)
    });
    flow.map(|()| whole && decoded.is_ok())
}

/// What the decoders of a block would keep in memory.
fn check_memory(block: &Block) -> Result<(), Cause> {
    let too_large = |coder: &Coder| window(coder.encoder_method_id(), coder.properties()) > WINDOW;
    if block.coders.iter().any(too_large) { Err(Cause::TooLarge) } else { Ok(()) }
}

/// Bytes of the window of a method.
pub(super) fn window(method: &[u8], properties: &[u8]) -> usize {
    match method {
        LZMA | PPMD => size_at(properties, 1).unwrap_or_default(),
        LZMA_2 => match properties.first() {
            Some(&bits @ 0..40) => (2 | usize::from(bits & 1)) << (bits / 2 + 11),
            _ => usize::MAX,
        },
        _ => 0,
    }
}

struct Members<'a, 'c> {
    leaf: &'a Leaf<'a>,
    folders: Folders,
    children: &'a mut Children<'c>,
}

impl Members<'_, '_> {
    /// Empty files and folders have names all the same.
    fn without_bytes(&mut self, walk: &mut Walk<'_>, archive: &Archive) -> Flow {
        for entry in archive.files.iter().filter(|entry| !entry.has_stream) {
            self.name_only(walk, entry)?;
        }
        Ok(())
    }

    fn name_only(&mut self, walk: &mut Walk<'_>, entry: &ArchiveEntry) -> Flow {
        walk.out.charge_part(self.leaf.path)?;
        let name = self.folders.file_name(&mut walk.out, self.leaf.path, &entry.name);
        file_names::read_one(&mut walk.out, self.leaf.path, self.leaf.group, name);
        Ok(())
    }

    /// The members of one block.
    fn block(
        &mut self,
        walk: &mut Walk<'_>,
        archive: &Archive,
        index: usize,
        password: &Password,
    ) -> Flow {
        let leaf = self.leaf;
        let Some(block) = archive.blocks.get(index) else { return Ok(()) };
        let mut source = Cursor::new(leaf.bytes);
        let mut flow = Ok(());
        let mut read = 0;
        let decoded = match check_memory(block) {
            Err(cause) => Err(cause),
            Ok(()) => BlockDecoder::new(1, index, archive, password, &mut source)
                .for_each_entries(&mut |entry, reader| {
                    read += 1;
                    flow = self.member(walk, entry, reader);
                    Ok(flow.is_ok())
                })
                .map_err(|error| cause(&error)),
        };
        flow?;
        if let Err(cause) = decoded {
            for entry in entries(leaf.bytes, archive, index).iter().skip(read) {
                self.name_only(walk, entry)?;
            }
            walk.out.unread(leaf.path, leaf.file(), cause);
        }
        Ok(())
    }

    fn member(
        &mut self,
        walk: &mut Walk<'_>,
        entry: &ArchiveEntry,
        reader: &mut dyn std::io::Read,
    ) -> Flow {
        // Those without bytes were told before.
        if !entry.has_stream {
            return Ok(());
        }
        let unpacked = unpack(&mut walk.out, self.leaf.path, reader)?;
        let name = self.folders.file_name(&mut walk.out, self.leaf.path, &entry.name);
        let path = self.children.peek();
        walk.member(self.children, Some(name), &unpacked.bytes)?;
        unpacked.tell(&mut walk.out, &path, Some(name));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::reading::{causes, message_with, names, read_file, shows};
    use crate::message::transfer::base64;
    use crate::text::Fact;

    // Two members of invented words; the second archive is under the password Sesame7, the third
    // with its names.
    const PLAIN: &str = "N3q8ryccAAQ3pV3uOgAAAAAAAABrAAAAAAAAADb8sm4BAB5QYXRpZW50IEphbmUgUm9lLCBzZWNyZXQg\
        d29yZHMuAAEAEk1vcmUgd29yZHMgb2YgaGVycy4AAQQGAAIJIxcKAYir1hRiE+RcAAcLAgABISEBFgEh\
        IQEWDB8TAAgKARRrZWN71xIXAAAFAhEzAHcAYQByAGQAcwAvAGoAYQBuAGUAIAByAG8AZQAuAHQAeAB0\
        AAAAYgAuAHQAeAB0AAAAAAA=";
    const LOCKED: &str = "N3q8ryccAATEuYPJ2QAAAAAAAAAqAAAAAAAAAECJchSjrhs3ZNi+ReAfVKb9gQCRtX8hAwviI4yWnxcw\
        iWK58KzhkMXdKTJdmaVYRE3Qqu6jfQ4UsLY4jmKr5JZiSVkxwW2TXpZoFNmgTj/DETzWmgAAgTMHrjGb\
        KJ3ayBaNbla4BlviOBtqfxGkSuDD++8oDY3b3zeBX1SkQkOuqlyUSP0cl1z026BJLvyusu6ZoRqAvVPR\
        qdxsa4UwTMM1s82J/IGFUGmniLjAWjxJDygIiLRDg4GRfqA/MCB2aw1SygU2IjemqMFdlE6T8Y91UfeP\
        5JpUFF1ZoQAAFwZQAQmAiQoB98bUqQAHCwEAASMDAQEFXQAAgAAMgMEACAoBF0P7iQAA";
    const HIDDEN: &str = "N3q8ryccAAT52npX4AAAAAAAAABWAAAAAAAAAFi31qCtGjqfAeNXxHSH771Ec200YG4aJpGUXmx1NpaM\
        zEAp8UEK0lPT8Inls7Pr8e01hhCR33i6/eYvl3EoYqErGdroEIGhFYV8SX21WMN3ZzRYMk6r6vktk6+E\
        HhUiKy9Fx9dZtE/24lf0QWXAH7yDastMnDum+x8qv6tNsCs8e5g4aYYRtekqRTC92LLJLlVGWbZctG7P\
        b5lJcMgTKju9nTbWN7Zae1cBxyFP0y3ukySzZvCdeCs7qfh6g/GRw6hb215gThdMMB1ePjQXTyqpdpjf\
        pBYY5O4gZgIS7+lq9+izNxcGUAEJgJAKAQvqlu8ABwsBAAIkBvEHASLI/67nYc+Jy/phavUzkPJ4L7uU\
        CfS4trpwkxMQvsVmviBCIwMBAQVdAACAAAEADICKgMEACAoB7RJkCAAA";

    fn bytes(written: &str) -> Vec<u8> {
        base64(written.as_bytes()).bytes.into_owned()
    }

    #[test]
    fn members_are_read_with_their_names() {
        let reading = read_file("a.7z", &bytes(PLAIN));
        assert!(shows(&reading, "Patient Jane Roe") && shows(&reading, "More words of hers"));
        assert!(causes(&reading).is_empty());
        assert_eq!(names(&reading), ["a.7z", "wards", "jane roe.txt", "b.txt"]);
    }

    #[test]
    fn a_locked_archive_is_encrypted_and_its_names_are_read_where_they_can_be() {
        let reading = read_file("a.7z", &bytes(LOCKED));
        assert_eq!(causes(&reading), [Cause::Encrypted]);
        assert_eq!(names(&reading), ["a.7z", "wards", "jane roe.txt", "b.txt"]);
        let reading = message_with("password: wrong", "a.7z", &bytes(HIDDEN), "");
        assert_eq!((causes(&reading), names(&reading)), (vec![Cause::Encrypted], vec!["a.7z"]));
    }

    #[test]
    fn a_password_in_the_message_opens_both() {
        for written in [LOCKED, HIDDEN] {
            let reading = message_with("Hello", "a.7z", &bytes(written), "password: Sesame7");
            assert!(shows(&reading, "Patient Jane Roe") && shows(&reading, "More words of hers"));
            assert!(causes(&reading).is_empty() && names(&reading).contains(&"jane roe.txt"));
            assert_eq!(reading.facts[0].fact, Fact::PasswordInMessage);
        }
    }

    #[test]
    fn an_archive_that_is_cut_or_changed_anywhere_is_no_panic() {
        let whole = bytes(PLAIN);
        for length in MAGIC.len()..whole.len() {
            assert!(!causes(&read_file("a.7z", &whole[..length])).is_empty(), "{length}");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x41;
            let _ = read_file("a.7z", &changed);
        }
    }

    #[test]
    fn a_window_of_gibibytes_is_not_opened() {
        assert_eq!(window(LZMA_2, &[24]), 16 << 20);
        assert!(window(LZMA_2, &[40]) > WINDOW && window(LZMA, &[0x5D, 0, 0, 0, 0xF0]) > WINDOW);
        // The header of the sample is packed with LZMA: its window is the four bytes here.
        let mut changed = bytes(LOCKED);
        let packed = [0x23, 3, 1, 1, 5, 0x5D];
        if let Some(at) = changed.windows(6).position(|six| six == packed) {
            changed[at + 6..at + 10].fill(0xFF);
            assert_eq!(sevenz_header::check(&changed), Err(Cause::TooLarge));
        }
    }
}
