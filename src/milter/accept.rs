//! Accepting connections for ever: faults of the moment are waited out, and a drain closes the
//! door.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use indymilter::EitherStream;
use rustix::io::Errno;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::{Sleep, sleep};

use super::listen::{self, OwnPath};
use super::quiet::Quiet;

/// How long to wait when the system has no descriptor or memory for one more connection. Those
/// that wait are kept in the kernel's queue; sessions in progress are not touched.
const PAUSE: Duration = Duration::from_millis(100);

/// A listening socket known to the runtime.
pub(super) struct Door {
    socket: Socket,
    _path: Option<OwnPath>,
}

enum Socket {
    Unix(UnixListener),
    Inet(TcpListener),
}

impl Door {
    /// Needs a runtime.
    pub(super) fn open(listener: listen::Listener) -> io::Result<Self> {
        let socket = match listener.socket {
            listen::Socket::Unix(socket) => {
                socket.set_nonblocking(true)?;
                Socket::Unix(UnixListener::from_std(socket)?)
            }
            listen::Socket::Inet(socket) => {
                socket.set_nonblocking(true)?;
                Socket::Inet(TcpListener::from_std(socket)?)
            }
        };
        Ok(Self { socket, _path: listener.path })
    }
}

impl indymilter::Listener for Door {
    type Io = EitherStream<TcpStream, UnixStream>;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Io>> {
        Poll::Ready(match &self.socket {
            Socket::Unix(socket) => {
                ready!(socket.poll_accept(cx)).map(|(stream, _)| EitherStream::Unix(stream))
            }
            Socket::Inet(socket) => ready!(socket.poll_accept(cx)).map(|(stream, _)| {
                // Replies are small; each would wait for the MTA's acknowledgement.
                let _ = stream.set_nodelay(true);
                EitherStream::Tcp(stream)
            }),
        })
    }
}

/// A listener that outlives errors of `accept` and ends, without an error, when it is told to.
pub(super) struct Accepting<L> {
    listener: Option<L>,
    close: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    pause: Option<Pin<Box<Sleep>>>,
    refused: u64,
    quiet: Quiet,
}

impl<L> Accepting<L> {
    /// Accepts until `close` is ready; then the socket is closed and nothing is accepted any more.
    pub(super) fn until(listener: L, close: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            listener: Some(listener),
            close: Some(Box::pin(close)),
            pause: None,
            refused: 0,
            quiet: Quiet::new(),
        }
    }

    fn report(&mut self, error: &io::Error) {
        self.refused += 1;
        if let Some(times) = self.quiet.count() {
            log::error!(
                "cannot accept a connection: {error} ({times} time(s)); waiting. Raise \
                 LimitNOFILE when it is descriptors that are missing"
            );
        }
    }

    fn recovered(&mut self) {
        if self.refused > 0 {
            log::info!("connections are accepted again after {} refusal(s)", self.refused);
            self.refused = 0;
        }
    }
}

impl<L: indymilter::Listener> indymilter::Listener for Accepting<L> {
    type Io = L::Io;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Io>> {
        if let Some(close) = &mut self.close
            && close.as_mut().poll(cx).is_ready()
        {
            self.close = None;
            self.listener = None;
        }
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            let Some(listener) = &mut self.listener else { return Poll::Pending };
            let error = match ready!(listener.poll_accept(cx)) {
                Ok(stream) => {
                    self.recovered();
                    return Poll::Ready(Ok(stream));
                }
                Err(error) => error,
            };
            match Fault::of(&error) {
                Fault::Peer => {}
                Fault::Shortage => {
                    self.report(&error);
                    self.pause = Some(Box::pin(sleep(PAUSE)));
                }
                Fault::Ours => return Poll::Ready(Err(error)),
            }
        }
    }
}

/// Whose fault an error of `accept` is.
#[derive(Debug, PartialEq)]
enum Fault {
    /// The connection was gone before it was accepted: the next one is another.
    Peer,
    /// The system lacks something now.
    Shortage,
    /// The socket is no listening socket: waiting does not help.
    Ours,
}

impl Fault {
    fn of(error: &io::Error) -> Self {
        match Errno::from_io_error(error) {
            Some(Errno::BADF | Errno::INVAL | Errno::NOTSOCK | Errno::OPNOTSUPP) => Self::Ours,
            // accept(2): Linux hands over errors that are pending on the new connection.
            Some(
                Errno::CONNABORTED
                | Errno::INTR
                | Errno::PROTO
                | Errno::NETDOWN
                | Errno::NETUNREACH
                | Errno::HOSTDOWN
                | Errno::HOSTUNREACH
                | Errno::NONET
                | Errno::NOPROTOOPT,
            ) => Self::Peer,
            _ => Self::Shortage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indymilter::Listener as _;
    use std::collections::VecDeque;
    use tokio::time::Instant;

    /// Gives what it was told to, then waits for ever.
    struct Scripted(VecDeque<io::Result<tokio::io::DuplexStream>>);

    impl indymilter::Listener for Scripted {
        type Io = tokio::io::DuplexStream;

        fn poll_accept(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<Self::Io>> {
            self.0.pop_front().map_or(Poll::Pending, Poll::Ready)
        }
    }

    fn failing(errnos: &[Errno]) -> Scripted {
        let errors = errnos.iter().map(|errno| Err(io::Error::from(*errno)));
        Scripted(errors.chain([Ok(tokio::io::duplex(1).0)]).collect())
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_missing_descriptors_is_waited_out() {
        let storm = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM, Errno::CONNABORTED];
        let start = Instant::now();
        let mut accepting = Accepting::until(failing(&storm.repeat(100)), std::future::pending());
        assert!(accepting.accept().await.is_ok());
        // An aborted connection is nothing to wait for.
        assert_eq!(start.elapsed().as_millis(), 400 * PAUSE.as_millis());
        assert_eq!(accepting.refused, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_can_never_accept_is_an_error() {
        let mut accepting = Accepting::until(failing(&[Errno::INVAL]), std::future::pending());
        assert!(accepting.accept().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn closing_ends_the_pause_and_accepts_nothing_more() {
        let close = sleep(PAUSE / 2);
        let mut accepting = Accepting::until(failing(&[Errno::MFILE]), close);
        let waited = tokio::time::timeout(PAUSE * 10, accepting.accept()).await;
        assert!(waited.is_err() && accepting.listener.is_none());
    }
}
