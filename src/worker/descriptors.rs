//! Bytes and file descriptors over a unix socket (`SCM_RIGHTS`, unix(7)).

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::retry_on_intr;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// The most descriptors that travel with one message.
const MOST: usize = 2;

/// Sends bytes, and with their first byte the descriptors. Says how many bytes went.
pub(super) fn send(
    socket: impl AsFd,
    bytes: &[IoSlice<'_>],
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !control.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(retry_on_intr(|| sendmsg(&socket, bytes, &mut control, SendFlags::NOSIGNAL))?)
}

/// What one call of [`receive`] brought.
pub(super) struct Received {
    /// Bytes now in the buffer; 0 means that the other side closed.
    pub(super) bytes: usize,
    /// Descriptors that came with them.
    pub(super) descriptors: Vec<OwnedFd>,
}

/// Receives bytes into `buffer`, and whatever descriptors come with them.
pub(super) fn receive(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<Received> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let came = retry_on_intr(|| {
        let mut slices = [IoSliceMut::new(&mut *buffer)];
        recvmsg(&socket, &mut slices, &mut control, RecvFlags::CMSG_CLOEXEC)
    })?;
    let mut descriptors = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(more) = message {
            descriptors.extend(more);
        }
    }
    Ok(Received { bytes: came.bytes, descriptors })
}
