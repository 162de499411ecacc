//! Points at which tests break a worker; only with the feature `failpoints`.
//!
//! They are armed by the environment variable `FAILPOINTS` of the daemon (crate `fail`:
//! `point=return(WORD);point=return`). With a word, a point strikes only messages that hold it.
//! All but the last two strike when the message is read and part 9 has begun; it begins in every
//! build that has this feature.
//!
//! | point | what the worker does |
//! | --- | --- |
//! | `worker-read-panic` | panics, with the text of the message in the panic's own message |
//! | `worker-read-hang` | waits for ever |
//! | `worker-read-abort` | aborts, as when memory runs out |
//! | `worker-read-allocate` | takes 2 GiB of address space |
//! | `worker-read-open`, `-socket`, `-exec` | opens `/etc/passwd`, makes a socket, runs a program |
//! | `worker-read-tell` | writes the message to standard error, which the panic hook never sees |
//! | `worker-nonsense` | writes bytes that are no reply |
//! | `worker-without-seccomp` | leaves out the system call filter |
//! | `worker-start-exit` | ends with exit code 3 before it greets |

use std::fs::File;
use std::io::Write;
use std::net::UdpSocket;
use std::process::Command;

use super::outbox::Outbox;
use crate::limits::Cause;
use crate::text::{PartPath, Sink, Unread};

/// Reads `FAILPOINTS`; the points are armed until the value is dropped.
pub(super) fn arm() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}

/// Whether the sandbox is to be built without its filter.
pub(super) fn leaves_out_seccomp() -> bool {
    strikes("worker-without-seccomp", b"")
}

/// Ends the process where that is armed, as a loader does that misses a library.
pub(super) fn strike_at_start() {
    if strikes("worker-start-exit", b"") {
        std::process::exit(3);
    }
}

/// Does what the armed points say to this message.
pub(super) fn strike<W: Write>(message: &[u8], outbox: &mut Outbox<W>, mut socket: &File) {
    let part = PartPath::root().child(9);
    let strikes = |point| strikes(point, message);
    outbox.begin(&part);
    if strikes("worker-read-panic") {
        panic!("{}", String::from_utf8_lossy(message));
    }
    if strikes("worker-read-tell") {
        drop(std::io::stderr().write_all(message));
    }
    if strikes("worker-read-abort") {
        std::process::abort();
    }
    if strikes("worker-read-socket") {
        drop(UdpSocket::bind("127.0.0.1:0"));
    }
    if strikes("worker-read-exec") {
        drop(Command::new("/bin/true").status());
    }
    if strikes("worker-read-allocate") {
        std::hint::black_box(vec![0_u8; 2 << 30]);
    }
    if strikes("worker-nonsense") {
        drop(socket.write_all(&[0xff; 100]));
    }
    if strikes("worker-read-hang") {
        outbox.brace();
        loop {
            std::thread::park();
        }
    }
    if strikes("worker-read-open") {
        let denied = File::open("/etc/passwd")
            .is_err_and(|fault| fault.kind() == std::io::ErrorKind::PermissionDenied);
        let cause = if denied { Cause::Malformed } else { Cause::TooDeep };
        outbox.unread(Unread { part, file: None, cause });
    }
}

fn strikes(point: &str, message: &[u8]) -> bool {
    let word = fail::eval(point, |word| word);
    word.is_some_and(|word| {
        let word = word.unwrap_or_default();
        word.is_empty() || memchr::memmem::find(message, word.as_bytes()).is_some()
    })
}
