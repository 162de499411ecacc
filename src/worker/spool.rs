//! The bytes of one message on their way to a worker: in memory while small, in a memfd when large.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};

/// Above this many bytes a message moves to a memfd: below it a copy over the socket is cheaper
/// than a fresh file's page faults (15 against 36 microseconds for 100 bytes, even at 1 MB).
pub(super) const INLINE: usize = 128 * 1024;

/// Collects a message as it arrives, without ever holding it twice.
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
    /// When the memfd cannot be made or written: out of memory or descriptors.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        if let Some(file) = &mut self.file {
            return file.write_all(bytes);
        }
        if self.memory.len() + bytes.len() <= INLINE {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let mut file = new_memfd()?;
        file.write_all(&self.memory)?;
        file.write_all(bytes)?;
        self.memory = Vec::new();
        self.file = Some(file);
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
    let fd = memfd_create(c"message", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
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
