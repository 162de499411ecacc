//! What a worker tells the daemon: a greeting, then for each message a stream of what it found.

use serde::{Deserialize, Serialize};

use super::frame::PREFIX;
use super::sandbox::Piece;
use crate::limits::Limits;
use crate::text::{HeaderAddresses, PartFact, PartFormat, PartPath, Picture, Sketch, Text, Unread};

/// The first frame of a worker, before any request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Greeting {
    /// The pieces of the sandbox that hold. What is not named here is lacking.
    pub(super) in_force: Vec<Piece>,
}

/// The longest greeting.
pub(super) const MOST_GREETING: usize = 256;

/// One frame of the answer to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Reply {
    /// Reading of this part begins.
    Begin(PartPath),
    /// It is known what a part is read as.
    Format(PartFormat),
    /// A text was taken.
    Text(Text),
    /// A fact was proved.
    Fact(PartFact),
    /// A part, or the rest of it, could not be read.
    Unread(Unread),
    /// The addresses in the message's own header.
    Addresses(HeaderAddresses),
    /// A part shows something that its text does not say.
    Picture(Picture),
    /// What was looked at, where that was asked for.
    Sketch(Sketch),
    /// That was all. Nothing follows until the next request.
    Done,
}

/// How much a worker may say about one message. Both sides count alike: the worker stops before
/// it is used up, and one that goes on is not ours any more.
#[derive(Debug, Clone)]
pub(super) struct Allowance {
    left: usize,
}

/// What one frame costs beside its bytes: small frames are larger in memory than on the socket.
const FRAME: usize = 192;

/// What a worker keeps back for saying that its allowance is used up.
const RESERVE: usize = 64 * 1024;

impl Allowance {
    /// What the daemon takes: the text, as much again thrice for fields and labels (a sheet of
    /// short cells has more structure than text), the pictures, and room for the small things.
    pub(super) fn of_daemon(limits: &Limits) -> Self {
        let texts = limits.text.as_usize().saturating_mul(4);
        let pictures = limits.pictures.as_usize();
        Self { left: texts.saturating_add(pictures).saturating_add(16 << 20) }
    }

    /// What the worker sends before it ends with [`Cause::TooLarge`](crate::limits::Cause).
    pub(super) fn of_worker(limits: &Limits) -> Self {
        Self { left: Self::of_daemon(limits).left - RESERVE }
    }

    /// The longest frame that can still come.
    pub(super) fn longest(&self) -> usize {
        self.left.saturating_sub(FRAME + PREFIX)
    }

    /// Charges for a frame of `length` bytes. False when it goes over.
    #[must_use]
    pub(super) fn charge(&mut self, length: usize) -> bool {
        match self.left.checked_sub(length.saturating_add(FRAME + PREFIX)) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}
