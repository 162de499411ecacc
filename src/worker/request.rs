//! What the daemon asks of a worker, and both ways of handing it the message.

use std::fs::File;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{SealFlags, fcntl_get_seals, fstat};
use serde::{Deserialize, Serialize};

use super::descriptors::{Received, receive};
use super::frame::{self, Front, PREFIX};
use super::spool::{INLINE, Sealed};
use crate::extract::Input;
use crate::limits::Limits;
use crate::secret::Secret;
use crate::text::{Sketching, View};

/// The longest head of a request, file name included.
const MOST_HEAD: usize = 64 * 1024;

/// Bytes that a worker asks of its socket at a time.
const GULP: usize = 16 * 1024;

/// A message's buffer above this size is not kept for the next message.
const KEPT: usize = 1 << 20;

/// A request, before the message itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    /// What is to be done with the bytes.
    pub(super) errand: Errand,
    /// What they may cost.
    pub(super) limits: Limits,
    /// How often the daemon is to hear.
    pub(super) care: Care,
    /// How the bytes come.
    carriage: Carriage,
    /// How many they are.
    length: u64,
}

/// What a worker is sent for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Errand {
    /// To read a message or document.
    Read {
        /// What the bytes are.
        input: Input,
        /// What may open what is encrypted in them.
        passwords: Vec<Secret<String>>,
    },
    /// To read the pixels of an image or page.
    Look {
        /// What to look at.
        view: View,
        /// Whether to sketch it.
        sketching: Sketching,
    },
}

/// How often a worker hands over what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Care {
    /// As seldom as is safe.
    Ordinary,
    /// Before each part: this message killed a worker already.
    EachPart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Carriage {
    /// Behind the head.
    Inline,
    /// In a sealed memfd that travels with the head's first byte.
    Memfd,
}

/// A request as the daemon sends it.
pub(super) struct Outgoing<'a> {
    head: Vec<u8>,
    message: &'a Sealed,
    sent: usize,
}

impl<'a> Outgoing<'a> {
    /// Packs the head. `None` when it is too long: a file name of many kilobytes.
    pub(super) fn new(
        errand: &Errand,
        limits: &Limits,
        care: Care,
        message: &'a Sealed,
    ) -> Option<Self> {
        let carriage = match message {
            Sealed::Inline(_) => Carriage::Inline,
            Sealed::Memfd { .. } => Carriage::Memfd,
        };
        let head =
            Head { errand: errand.clone(), limits: *limits, care, carriage, length: message.len() };
        let mut packed = Vec::with_capacity(128);
        frame::append(&mut packed, &head).ok()?;
        (packed.len() <= PREFIX + MOST_HEAD).then_some(Self { head: packed, message, sent: 0 })
    }

    /// Sends what is left. Where the socket takes no more for now, it is to be called again.
    pub(super) fn send(&mut self, socket: impl AsFd) -> io::Result<()> {
        let inline: &[u8] = match self.message {
            Sealed::Inline(bytes) => bytes,
            Sealed::Memfd { .. } => &[],
        };
        let total = self.head.len() + inline.len();
        while self.sent < total {
            let head = self.head.get(self.sent..).unwrap_or_default();
            let body = inline.get(self.sent.saturating_sub(self.head.len())..).unwrap_or_default();
            let slices = [IoSlice::new(head), IoSlice::new(body)];
            let file: [BorrowedFd<'_>; 1];
            let files: &[BorrowedFd<'_>] = match self.message {
                Sealed::Memfd { file: memfd, .. } if self.sent == 0 => {
                    file = [memfd.as_fd()];
                    &file
                }
                _ => &[],
            };
            self.sent += super::descriptors::send(&socket, &slices, files)?;
        }
        Ok(())
    }
}

/// A worker's side of the socket: reads requests, one after the other.
pub(super) struct Incoming {
    /// Bytes as they come; `filled` of them are real.
    buffer: Vec<u8>,
    filled: usize,
    /// The bytes of a message that came in a memfd.
    copied: Vec<u8>,
}

impl Incoming {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; GULP], filled: 0, copied: Vec::new() }
    }

    /// Waits for the next request. `None` when the daemon closed the socket.
    ///
    /// # Errors
    /// When the socket fails, or brings what no daemon of ours sends.
    pub(super) fn next(&mut self, socket: impl AsFd) -> io::Result<Option<(Head, &[u8])>> {
        self.forget();
        let mut descriptors = Vec::new();
        let head_end = loop {
            match frame::front(self.buffer.get(..self.filled).unwrap_or_default(), MOST_HEAD) {
                Front::Whole(head) => break PREFIX + head.len(),
                Front::TooLong => return Err(io::ErrorKind::InvalidData.into()),
                Front::Part { .. } => {}
            }
            let Some(more) = self.fill(&socket)? else { return Ok(None) };
            descriptors.extend(more);
        };
        let head: Head = self
            .buffer
            .get(PREFIX..head_end)
            .and_then(frame::decode)
            .ok_or(io::ErrorKind::InvalidData)?;
        if head.length > head.limits.message.0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let length = usize::try_from(head.length).map_err(|_| io::ErrorKind::InvalidData)?;
        let message = match head.carriage {
            Carriage::Inline => {
                if length > INLINE || !descriptors.is_empty() {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                let end = head_end + length;
                if self.buffer.len() < end {
                    self.buffer.resize(end, 0);
                }
                while self.filled < end {
                    if self.fill(&socket)?.is_none() {
                        return Ok(None);
                    }
                }
                self.buffer.get(head_end..end)
            }
            Carriage::Memfd => {
                let [file] = <[OwnedFd; 1]>::try_from(descriptors)
                    .map_err(|_| io::ErrorKind::InvalidData)?;
                copy(&file.into(), length, &mut self.copied)?;
                self.copied.get(..length)
            }
        };
        Ok(Some((head, message.ok_or(io::ErrorKind::InvalidData)?)))
    }

    /// Takes in what the socket has. `None` when it is closed.
    fn fill(&mut self, socket: impl AsFd) -> io::Result<Option<Vec<OwnedFd>>> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled + GULP, 0);
        }
        let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
        let Received { bytes, descriptors } = receive(socket, free)?;
        self.filled += bytes;
        Ok((bytes > 0).then_some(descriptors))
    }

    /// Lets go of the last message: the daemon sends the next only after our answer.
    fn forget(&mut self) {
        self.filled = 0;
        self.copied.clear();
        self.copied.shrink_to(KEPT);
    }
}

/// Copies a memfd: a mapping would spare that, but no safe code can make one.
fn copy(file: &File, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
    let sealed = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW;
    if !fcntl_get_seals(file)?.contains(sealed) || fstat(file)?.st_size != length as i64 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    into.try_reserve_exact(length)?;
    while into.len() < length {
        // By place, not from the file's own offset, which the daemon's descriptor shares.
        let offset = into.len() as u64;
        match rustix::io::pread(file, rustix::buffer::spare_capacity(into), offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::limits::Bytes;
    use crate::worker::Spool;

    fn read() -> Errand {
        let passwords = vec![Secret::new("Blue 7".into())];
        Errand::Read { input: Input::Message, passwords }
    }

    fn sealed(bytes: &[u8]) -> Sealed {
        let mut spool = Spool::new();
        spool.push(bytes).unwrap();
        spool.seal().unwrap()
    }

    fn arrives(message: &[u8]) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let message_sent = sealed(message);
        let mut incoming = Incoming::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..2 {
                    let mut request =
                        Outgoing::new(&read(), &Limits::default(), Care::Ordinary, &message_sent)
                            .unwrap();
                    request.send(&ours).unwrap();
                    // The next is sent only after an answer.
                    let mut answer = [0];
                    rustix::io::read(&ours, &mut answer).unwrap();
                }
                drop(ours.shutdown(std::net::Shutdown::Both));
            });
            for _ in 0..2 {
                let (head, bytes) = incoming.next(&theirs).unwrap().unwrap();
                assert_eq!(head.errand, read());
                assert_eq!(head.limits, Limits::default());
                assert!(bytes == message);
                rustix::io::write(&theirs, &[1]).unwrap();
            }
            assert!(incoming.next(&theirs).unwrap().is_none());
        });
    }

    #[test]
    fn a_request_arrives_whole_whatever_its_size() {
        for length in [0, 1, 5_000, GULP, INLINE - 1, INLINE, INLINE + 1, 3 << 20] {
            let message: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            arrives(&message);
        }
    }

    #[test]
    fn a_worker_refuses_what_no_daemon_of_ours_sends() {
        let refuses = |bytes: &[u8]| {
            let (ours, theirs) = UnixStream::pair().unwrap();
            rustix::io::write(&ours, bytes).unwrap();
            Incoming::new().next(&theirs).is_err()
        };
        assert!(refuses(&[0xff; 64]));
        let read = read();
        let message = sealed(b"12345");
        let limits = Limits { message: Bytes(4), ..Limits::default() };
        let small = Outgoing::new(&read, &limits, Care::Ordinary, &message).unwrap();
        assert!(refuses(&small.head), "longer than its own limit");
        let claims_memfd = sealed(&vec![0; INLINE + 1]);
        let head =
            Outgoing::new(&read, &Limits::default(), Care::Ordinary, &claims_memfd).unwrap().head;
        assert!(refuses(&head), "a memfd that did not come");
    }

    #[test]
    fn a_memfd_that_is_not_sealed_or_has_another_length_is_refused() {
        let Sealed::Memfd { file, length } = sealed(&vec![7; INLINE + 9]) else { panic!() };
        let mut copied = Vec::new();
        assert!(copy(&file, length as usize - 1, &mut copied).is_err());
        assert!(copy(&file, length as usize, &mut copied).is_ok());
        let open = tempfile::tempfile().unwrap();
        assert!(copy(&open, 0, &mut copied).is_err());
    }
}
