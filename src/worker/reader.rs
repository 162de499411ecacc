//! The worker that reads messages: locks itself in, greets, and reads one after the other.

use std::ffi::OsString;
use std::process::ExitCode;

use super::request::Errand;
use super::sandbox;
use super::service::{self, Worker};
use crate::extract;
use crate::limits::{Budget, Cause};
use crate::text::{PartPath, Sink, Unread};

/// Runs `phi-milter worker read MEMORY PROCESSOR PARENT` with a socket as standard input.
pub(super) fn main(words: impl Iterator<Item = OsString>) -> ExitCode {
    service::run(words, c"phi-worker", |ceiling, parent, _| {
        Ok((sandbox::enter(ceiling, parent, || {}), Reader))
    })
}

struct Reader;

impl Worker for Reader {
    fn work(&mut self, errand: &Errand, bytes: &[u8], budget: &mut Budget, out: &mut dyn Sink) {
        match errand {
            Errand::Read { input, passwords } => {
                extract::read_knowing(passwords, input, bytes, budget, out);
            }
            // No daemon of ours asks a reader to look.
            Errand::Look { .. } => {
                out.unread(Unread {
                    part: PartPath::root(),
                    file: None,
                    cause: Cause::Unsupported,
                });
            }
        }
    }
}
