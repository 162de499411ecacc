//! Zip archives: every member goes back into the walk, whether the directory lists it or only its
//! own header tells of it.

mod crypto;
mod descriptor;
mod directory;
mod member;
mod method;
mod name;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::io::Read;

use self::directory::Directory;
use self::member::Member;
use super::super::leaf::Leaf;
use super::super::output::{Flow, Stop};
use super::super::passwords::{Candidate, Origin};
use super::super::unpack::{Unpacked, unpack};
use super::super::waiting::Locked;
use super::super::walk::{Children, Walk};
use super::super::{file_names, sniff};
use super::member_names::Folders;
use crate::limits::Cause;
use crate::text::Place;

/// Whether a part is a zip archive, or ends like one: programs that unpack themselves do.
pub(in crate::extract) fn knows(leaf: &Leaf<'_>) -> bool {
    let starts: &[&[u8]] = &[b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK", b"PK00PK\x03\x04"];
    starts.iter().any(|start| leaf.bytes.starts_with(start)) || directory::has_end(leaf.bytes)
}

/// Reads the members of an archive; those under a password wait for the end of the message, where
/// all of its texts are known.
pub(in crate::extract) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let directory = directory::read(leaf.bytes);
    let mut archive =
        Archive { leaf, folders: Folders::default(), children: Children::of(leaf.path) };
    archive.tell(walk, &directory)?;
    let (locked, open): (Vec<_>, Vec<_>) =
        directory.members.iter().partition(|member| member.is_encrypted());
    let flow = open.into_iter().try_for_each(|member| archive.member(walk, member));
    if !locked.is_empty() {
        // Where the walk is over, it says of this one too why.
        let count = archive.children.count();
        walk.wait(leaf, count, Locked { unlock, names })?;
    }
    flow
}

/// Reads the members under a password, whose paths follow those of the others.
fn unlock(walk: &mut Walk<'_>, leaf: &Leaf<'_>, children: Children<'_>) -> Flow {
    let directory = directory::read(leaf.bytes);
    let mut archive = Archive { leaf, folders: Folders::default(), children };
    let mut locked: Vec<_> = directory.members.iter().filter(|m| m.is_encrypted()).collect();
    locked.sort_by_key(|member| member.packed.len());
    let mut passwords = walk.out.passwords();
    let (mut opened, mut left): (Vec<Candidate>, _) = (Vec::new(), false);
    for member in locked {
        let plain = archive.decrypt(walk, member, &passwords)?;
        let Some((which, plain)) = plain else {
            left = true;
            archive.name_only(walk, member)?;
            continue;
        };
        // What opens one opens the others, most of the time.
        passwords.swap(0, which);
        opened.extend(passwords.first().cloned());
        archive.hand_on(walk, member, &plain)?;
    }
    let told = opened.iter().find(|password| password.origin == Origin::Message);
    if let Some(password) = told {
        walk.out.opened_with(password, leaf.path);
    }
    if left {
        walk.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
    }
    Ok(())
}

/// The names of the members under a password, without their folders.
fn names(leaf: &Leaf<'_>) -> Vec<String> {
    let members = directory::read(leaf.bytes).members;
    let locked = members.into_iter().filter(Member::is_encrypted).map(|member| member.name);
    locked.map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()).collect()
}

struct Archive<'a> {
    leaf: &'a Leaf<'a>,
    folders: Folders,
    children: Children<'a>,
}

impl Archive<'_> {
    /// What is said of the archive as a whole.
    fn tell(&self, walk: &mut Walk<'_>, directory: &Directory) -> Flow {
        let leaf = self.leaf;
        if directory.encrypted {
            walk.out.unread(leaf.path, leaf.file(), Cause::Encrypted);
        } else if directory.damaged {
            walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
        }
        let comment = leaf.bytes.get(directory.comment.clone()).unwrap_or_default();
        self.remark(walk, &name::decode(comment, &[]));
        let mut foreign = false;
        for stray in &directory.strays {
            walk.out.charge_part(leaf.path)?;
            let bytes = leaf.bytes.get(stray.clone()).unwrap_or_default();
            if sniff::is_text(bytes) {
                self.remark(walk, &String::from_utf8_lossy(bytes));
            } else {
                foreign = true;
            }
        }
        if foreign {
            let is_program = leaf.bytes.starts_with(b"MZ") || leaf.bytes.starts_with(b"\x7FELF");
            let cause = if is_program { Cause::Unsupported } else { Cause::Malformed };
            walk.out.unread(leaf.path, leaf.file(), cause);
        }
        Ok(())
    }

    /// Words that stand beside the members.
    fn remark(&self, walk: &mut Walk<'_>, words: &str) {
        if sniff::has_words(words) {
            let mut text = self.leaf.text(super::super::normal::normal(words));
            text.place = Place::Metadata;
            walk.out.text(text);
        }
    }

    /// Reads a member that no password guards.
    fn member(&mut self, walk: &mut Walk<'_>, member: &Member) -> Flow {
        let packed = self.leaf.bytes.get(member.packed.clone()).unwrap_or_default();
        let plain = self.unpack(walk, member, packed, member.method)?;
        self.hand_on(walk, member, &plain)?;
        // Other programs believe the other header, or the bytes.
        let others = match (member.other_method, plain.missing) {
            (Some(other), _) => Some(other),
            (None, None) => None,
            (None, Some(_)) if member.method == method::STORED => Some(method::DEFLATED),
            (None, Some(_)) => Some(method::STORED),
        };
        let Some(other) = others else { return Ok(()) };
        let again = self.unpack(walk, member, packed, other)?;
        let told = again.missing.is_none() || member.other_method.is_some();
        if told && again.bytes != plain.bytes && !again.bytes.is_empty() {
            self.hand_on(walk, member, &again)?;
        }
        Ok(())
    }

    fn unpack(
        &self,
        walk: &mut Walk<'_>,
        member: &Member,
        packed: &[u8],
        method: u16,
    ) -> Result<Unpacked, Stop> {
        match method::reader(method, member, packed) {
            Ok(reader) => {
                let summed = method::Summed::new(reader, member.sum());
                unpack(&mut walk.out, self.leaf.path, summed)
            }
            Err(cause) => Ok(Unpacked { bytes: Vec::new(), missing: Some(cause) }),
        }
    }

    /// Gives a member to the walk, with what is missing of it.
    fn hand_on(&mut self, walk: &mut Walk<'_>, member: &Member, plain: &Unpacked) -> Flow {
        let name = self.names(walk, member);
        if name.is_empty() && plain.bytes.is_empty() {
            return Ok(());
        }
        let path = self.children.peek();
        walk.member(&mut self.children, Some(&name), &plain.bytes)?;
        if !member.complete && plain.missing.is_none() {
            walk.out.unread(&path, Some(&name), Cause::Malformed);
        }
        plain.tell(&mut walk.out, &path, Some(&name));
        Ok(())
    }

    /// The member's own name; its folders, its comment and its other name are told.
    fn names(&mut self, walk: &mut Walk<'_>, member: &Member) -> String {
        let leaf = self.leaf;
        let name = self.folders.file_name(&mut walk.out, leaf.path, &member.name).to_owned();
        if let Some(other) = &member.other_name {
            file_names::read_one(&mut walk.out, leaf.path, leaf.group, other);
        }
        self.remark(walk, &member.comment);
        name
    }

    /// A member that stays shut has its name read.
    fn name_only(&mut self, walk: &mut Walk<'_>, member: &Member) -> Flow {
        walk.out.charge_part(self.leaf.path)?;
        let name = self.names(walk, member);
        file_names::read_one(&mut walk.out, self.leaf.path, self.leaf.group, &name);
        Ok(())
    }

    /// Tries the passwords; which one it was, and what came out.
    fn decrypt(
        &self,
        walk: &mut Walk<'_>,
        member: &Member,
        passwords: &[Candidate],
    ) -> Result<Option<(usize, Unpacked)>, Stop> {
        let cipher = self.leaf.bytes.get(member.packed.clone()).unwrap_or_default();
        for (which, Candidate { password, .. }) in passwords.iter().enumerate() {
            walk.out.time(self.leaf.path)?;
            let packed = crypto::decrypt(member, cipher, password.expose().as_bytes());
            let Some(mut packed) = packed else { continue };
            let mut bytes = Vec::new();
            if packed.read_to_end(&mut bytes).is_err() {
                continue;
            }
            let plain = self.unpack(walk, member, &bytes, member.method)?;
            // A method that cannot be undone is not for a wrong password.
            if matches!(plain.missing, None | Some(Cause::Unsupported | Cause::TooLarge)) {
                return Ok(Some((which, plain)));
            }
        }
        Ok(None)
    }
}

impl Member {
    /// The sum of the plain bytes; WinZip's second version has none.
    fn sum(&self) -> Option<u32> {
        self.crc.filter(|_| self.aes.is_none_or(|(version, _)| version != 2))
    }
}
