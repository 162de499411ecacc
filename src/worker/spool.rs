//! The bytes of one message on their way to a worker: in memory while small, in a memfd when large.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};

/// Above this many bytes a message moves to a memfd: below it a copy over the socket is cheaper
/// than a fresh file's page faults (15 against 36 microseconds for 100 bytes, even at 1 MB).
pub(super) const INLINE: usize = 128 * 1024;

/// Collects a message as it arrives, without ever holding a large one twice.
pub struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl Default for Spool {
    fn default() -> Self {
        Self::new()
    }
}

impl Spool {
    /// An empty message.
    #[must_use]
    pub const fn new() -> Self {
        Self { memory: Vec::new(), file: None, length: 0 }
    }

    /// Bytes so far.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether nothing came yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// When the memfd cannot be made or written: out of memory or descriptors. The message is then
    /// lost.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes)?,
            None if self.memory.len() + bytes.len() <= INLINE => {
                self.memory.extend_from_slice(bytes);
            }
            None => {
                let mut file = new_memfd()?;
                file.write_all(&self.memory)?;
                file.write_all(bytes)?;
                self.memory = Vec::new();
                self.file = Some(file);
            }
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Ends the message: from here on nobody can change it.
    ///
    /// # Errors
    /// When the kernel refuses the seals.
    pub fn seal(self) -> io::Result<Sealed> {
        match self.file {
            None => Ok(Sealed::Inline(Arc::from(self.memory))),
            Some(file) => {
                fcntl_add_seals(
                    &file,
                    SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE,
                )?;
                Ok(Sealed::Memfd { file: Arc::new(file), length: self.length })
            }
        }
    }
}

fn new_memfd() -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Never executable, which a hardened system (sysctl vm.memfd_noexec) demands; kernels before
    // 6.3 do not know the flag.
    let made = memfd_create(c"message", flags | MemfdFlags::NOEXEC_SEAL);
    let fd = match made {
        Err(rustix::io::Errno::INVAL) => memfd_create(c"message", flags)?,
        other => other?,
    };
    Ok(File::from(fd))
}

/// A whole message that nobody can change any more. Cloning shares the bytes.
#[derive(Clone)]
pub enum Sealed {
    /// Small: in memory.
    Inline(Arc<[u8]>),
    /// Large: in a sealed memfd.
    Memfd {
        /// The file.
        file: Arc<File>,
        /// Its length in bytes.
        length: u64,
    },
}

impl Sealed {
    /// Bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Memfd { length, .. } => *length,
        }
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use rustix::fs::fcntl_get_seals;

    use super::*;

    fn spooled(pieces: &[&[u8]]) -> Spool {
        let mut spool = Spool::new();
        for piece in pieces {
            spool.push(piece).unwrap();
        }
        spool
    }

    #[test]
    fn a_small_message_stays_in_memory() {
        let spool = spooled(&[b"one ", b"", b"two"]);
        assert_eq!((spool.len(), spool.is_empty()), (7, false));
        let sealed = spool.seal().unwrap();
        assert_eq!(sealed.len(), 7);
        assert!(matches!(sealed, Sealed::Inline(bytes) if *bytes == *b"one two"));
        assert!(Spool::new().seal().unwrap().is_empty());
    }

    #[test]
    fn a_message_moves_to_a_file_whole_when_it_outgrows_memory() {
        let full = vec![b'a'; INLINE];
        assert!(matches!(spooled(&[&full]).seal().unwrap(), Sealed::Inline(_)));
        let sealed = spooled(&[&full, b"b", b"cd"]).seal().unwrap();
        let Sealed::Memfd { file, length } = &sealed else { panic!("still in memory") };
        assert_eq!((*length, sealed.len()), (INLINE as u64 + 3, INLINE as u64 + 3));
        let mut bytes = vec![0; INLINE + 3];
        file.read_exact_at(&mut bytes, 0).unwrap();
        assert!(bytes.starts_with(&full) && bytes.ends_with(b"abcd"));
    }

    #[test]
    fn a_sealed_message_cannot_be_changed_through_any_descriptor() {
        let sealed = spooled(&[&vec![b'a'; INLINE + 1]]).seal().unwrap();
        let Sealed::Memfd { file, .. } = &sealed else { panic!("still in memory") };
        assert!(file.write_at(b"x", 0).is_err());
        assert!(file.set_len(0).is_err() && file.set_len(1 << 30).is_err());
        let all = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
        assert!(fcntl_get_seals(file).unwrap().contains(all));
    }
}
