//! The worker that reads pixels: takes its models in, locks itself in, greets, and looks at one
//! picture after the other.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use super::request::Errand;
use super::sandbox;
use super::service::{self, Worker};
use super::{EXIT_USAGE, complain};
use crate::limits::{Budget, Cause};
use crate::sight::{Models, Sight};
use crate::text::{PartPath, Sink, Unread};

/// How much more patient this worker is than all others (nice(2)): mail that is text goes first.
const PATIENCE: i32 = 10;

/// Runs `phi-milter worker look MEMORY PROCESSOR PARENT MODELS` with a socket as standard input.
pub(super) fn main(words: impl Iterator<Item = OsString>) -> ExitCode {
    service::run(words, c"phi-looker", |ceiling, parent, mut rest| {
        let folder = rest.next().ok_or(EXIT_USAGE)?;
        // Read before the sandbox closes the file system, made ready after.
        let models = Models::open(Path::new(&folder)).map_err(|fault| {
            complain(&fault.to_string());
            super::EXIT_MODELS
        })?;
        // It is only a kindness.
        let _ = rustix::process::nice(PATIENCE);
        let in_force = sandbox::enter(ceiling, parent, Sight::start_threads);
        let sight = Sight::new(models).map_err(|fault| {
            complain(&fault.to_string());
            super::EXIT_MODELS
        })?;
        Ok((in_force, Looker(sight)))
    })
}

struct Looker(Sight);

impl Worker for Looker {
    fn work(&mut self, errand: &Errand, bytes: &[u8], budget: &mut Budget, out: &mut dyn Sink) {
        match errand {
            Errand::Look { view, sketching } => {
                self.0.look(view, *sketching, bytes, budget, out);
            }
            // No daemon of ours asks a looker to read.
            Errand::Read { .. } => {
                out.unread(Unread {
                    part: PartPath::root(),
                    file: None,
                    cause: Cause::Unsupported,
                });
            }
        }
    }
}
