//! The socket on which the MTA finds us: one that systemd hands over, or one of our own.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use crate::config::{self, Listen};

/// Connections that the kernel lets wait for us; it lowers this to `net.core.somaxconn`.
const BACKLOG: i32 = 1024;

/// A listening socket. Dropping it removes the path that it made.
#[derive(Debug)]
pub struct Listener {
    pub(super) socket: Socket,
    pub(super) path: Option<OwnPath>,
}

/// The two kinds of socket, not yet known to the runtime.
#[derive(Debug)]
pub(super) enum Socket {
    Unix(UnixListener),
    Inet(TcpListener),
}

/// A path that we bound, and the file that we made there.
#[derive(Debug)]
pub(super) struct OwnPath {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Drop for OwnPath {
    fn drop(&mut self) {
        // A daemon that was started meanwhile may have bound the path anew: then it is not ours.
        let ours =
            |found: &std::fs::Metadata| (found.dev(), found.ino()) == (self.device, self.inode);
        if std::fs::symlink_metadata(&self.path).as_ref().is_ok_and(ours) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Listener {
    /// The socket that systemd hands over (sd_listen_fds(3)), else the one that the config names.
    ///
    /// Takes the descriptor and the variables of the environment that announce it, so it gives
    /// systemd's socket once. Call it before other processes are started: until then they would
    /// inherit the descriptor.
    ///
    /// # Errors
    /// When systemd's socket is not a listening stream socket, or ours cannot be bound.
    pub fn open(milter: &config::Milter) -> Result<Self, ListenError> {
        match from_systemd()? {
            Some(listener) => Ok(listener),
            None => Self::bind(milter),
        }
    }

    /// The socket that the config names.
    ///
    /// # Errors
    /// When the name makes no sense, the path or port is in use, or the system refuses.
    pub fn bind(milter: &config::Milter) -> Result<Self, ListenError> {
        match Listen::parse(&milter.socket).map_err(ListenError::Name)? {
            Listen::Unix(path) => bind_unix(&path, milter),
            Listen::Inet(address) => bind_inet(address),
        }
    }

    /// Where it listens, for people.
    #[must_use]
    pub fn place(&self) -> String {
        match (&self.path, &self.socket) {
            (Some(own), _) => format!("unix:{}", own.path.display()),
            (None, Socket::Unix(listener)) => {
                let address = listener.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                let path = path.map_or_else(|| "?".into(), |path| path.display().to_string());
                format!("unix:{path}, handed over by systemd")
            }
            (None, Socket::Inet(listener)) => match listener.local_addr() {
                Ok(address) => format!("inet:{address}"),
                Err(_) => "inet:?".to_owned(),
            },
        }
    }
}

fn from_systemd() -> Result<Option<Listener>, ListenError> {
    let mut handed = listenfd::ListenFd::from_env();
    match handed.len() {
        0 => return Ok(None),
        1 => {}
        count => return Err(ListenError::HandedTooMany(count)),
    }
    let socket = match handed.take_unix_listener(0) {
        Ok(Some(listener)) => Socket::Unix(listener),
        _ => match handed.take_tcp_listener(0) {
            Ok(Some(listener)) => Socket::Inet(listener),
            _ => return Err(ListenError::HandedOther),
        },
    };
    Ok(Some(Listener { socket, path: None }))
}

fn bind_inet(address: SocketAddr) -> Result<Listener, ListenError> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::PortInUse(address),
        _ => ListenError::System { what: format!("inet:{address}"), error },
    })?;
    Ok(Listener { socket: Socket::Inet(listener), path: None })
}

fn bind_unix(path: &Path, milter: &config::Milter) -> Result<Listener, ListenError> {
    let at = |error: io::Error| ListenError::System { what: path.display().to_string(), error };
    let mode = u32::from_str_radix(&milter.socket_mode, 8)
        .ok()
        .filter(|mode| *mode <= 0o777)
        .ok_or_else(|| ListenError::Mode(milter.socket_mode.clone()))?;
    let group = group(&milter.socket_group)?;
    let address = SocketAddrUnix::new(path).map_err(|_| ListenError::PathTooLong(path.into()))?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    if !folder.is_dir() {
        return Err(ListenError::NoFolder(folder.into()));
    }
    remove_stale(path, &address)?;

    let socket = stream_socket(SocketFlags::CLOEXEC).map_err(at)?;
    rustix::net::bind(&socket, &address).map_err(|errno| at(errno.into()))?;
    let made = std::fs::symlink_metadata(path).map_err(at)?;
    let own = OwnPath { path: path.into(), device: made.dev(), inode: made.ino() };
    // Mode and group before anyone can connect.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(at)?;
    if let Some(group) = group {
        rustix::fs::chown(path, None, Some(group)).map_err(|errno| match errno {
            Errno::PERM => ListenError::GroupRefused(milter.socket_group.clone()),
            errno => at(errno.into()),
        })?;
    }
    rustix::net::listen(&socket, BACKLOG).map_err(|errno| at(errno.into()))?;
    Ok(Listener { socket: Socket::Unix(UnixListener::from(socket)), path: Some(own) })
}

fn stream_socket(flags: SocketFlags) -> io::Result<OwnedFd> {
    Ok(rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?)
}

/// Removes a socket that a daemon left behind: one on which nobody answers.
fn remove_stale(path: &Path, address: &SocketAddrUnix) -> Result<(), ListenError> {
    let at = |error: io::Error| ListenError::System { what: path.display().to_string(), error };
    let found = match std::fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(error)),
    };
    if !found.file_type().is_socket() {
        return Err(ListenError::NotASocket(path.into()));
    }
    // Not blocking: a daemon whose queue is full would keep us waiting, and it is there.
    let probe = stream_socket(SocketFlags::CLOEXEC | SocketFlags::NONBLOCK).map_err(at)?;
    match rustix::net::connect(&probe, address) {
        Err(Errno::CONNREFUSED) => std::fs::remove_file(path).map_err(at),
        Ok(()) | Err(Errno::AGAIN | Errno::INPROGRESS) => Err(ListenError::PathInUse(path.into())),
        Err(errno) => Err(at(errno.into())),
    }
}

fn group(name: &str) -> Result<Option<rustix::fs::Gid>, ListenError> {
    if name.is_empty() {
        return Ok(None);
    }
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let number = name.parse().ok().or_else(|| group_number(&groups, name));
    let number = number.ok_or_else(|| ListenError::NoGroup(name.to_owned()))?;
    Ok(Some(rustix::fs::Gid::from_raw(number)))
}

/// The number of a group in the format of group(5).
fn group_number(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?
    })
}

/// Why there is no socket.
#[derive(Debug)]
pub enum ListenError {
    /// `milter.socket` is not a name of a socket, and why.
    Name(String),
    /// `milter.socket-mode` is not a mode.
    Mode(String),
    /// `milter.socket-group` is not a group here.
    NoGroup(String),
    /// We may not give the socket to that group.
    GroupRefused(String),
    /// The folder of the socket is not there.
    NoFolder(PathBuf),
    /// The path is longer than the kernel takes (unix(7)).
    PathTooLong(PathBuf),
    /// There is something else at the path.
    NotASocket(PathBuf),
    /// A milter answers at the path.
    PathInUse(PathBuf),
    /// Something listens on the port.
    PortInUse(SocketAddr),
    /// systemd handed over more than one socket.
    HandedTooMany(usize),
    /// systemd handed over something that is not a listening stream socket.
    HandedOther,
    /// The system refused.
    System {
        /// The socket.
        what: String,
        /// Its words.
        error: io::Error,
    },
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) => write!(f, "milter.socket names no socket: {why}"),
            Self::Mode(mode) => write!(
                f,
                "milter.socket-mode = \"{mode}\" is not a mode; write it in octal, such as \"0660\""
            ),
            Self::NoGroup(group) => write!(
                f,
                "there is no group \"{group}\" on this machine; set milter.socket-group to the \
                 group of the MTA, or to \"\" to leave the socket's group as it is"
            ),
            Self::GroupRefused(group) => write!(
                f,
                "may not give the socket to group \"{group}\"; make the daemon's user a member of \
                 it, or change milter.socket-group"
            ),
            Self::NoFolder(folder) => {
                let folder = folder.display();
                write!(
                    f,
                    "cannot listen in {folder}: there is no such folder; make it writable for the \
                     daemon's user and searchable for the MTA's, such as: install -d -o phi-milter \
                     -g postfix -m 0750 {folder}"
                )
            }
            Self::PathTooLong(path) => write!(
                f,
                "cannot listen on {}: the path of a socket has at most 107 bytes; choose a shorter \
                 one",
                path.display()
            ),
            Self::NotASocket(path) => write!(
                f,
                "cannot listen on {}: there is something there that is not a socket; move it away \
                 or choose another path",
                path.display()
            ),
            Self::PathInUse(path) => write!(
                f,
                "cannot listen on {}: another process answers there; stop it first or choose \
                 another path",
                path.display()
            ),
            Self::PortInUse(address) => write!(
                f,
                "cannot listen on inet:{address}: the port is in use; stop what listens there or \
                 choose another port"
            ),
            Self::HandedTooMany(count) => write!(
                f,
                "systemd handed over {count} sockets, and there can be only one; leave one \
                 ListenStream= in the socket unit"
            ),
            Self::HandedOther => f.write_str(
                "systemd handed over something that is not a listening stream socket; use \
                 ListenStream= in the socket unit",
            ),
            Self::System { what, error } => write!(f, "cannot listen on {what}: {error}"),
        }
    }
}

impl std::error::Error for ListenError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &Path) -> config::Milter {
        config::Milter {
            socket: format!("unix:{}", path.display()),
            socket_group: String::new(),
            ..config::Milter::default()
        }
    }

    #[test]
    fn the_socket_has_the_mode_that_the_config_says_and_goes_with_the_listener() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sock");
        let listener = Listener::bind(&at(&path)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o660);
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn a_path_where_somebody_answers_is_in_use_and_a_stale_one_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sock");
        let other = UnixListener::bind(&path).unwrap();
        let error = Listener::bind(&at(&path)).unwrap_err();
        assert!(matches!(error, ListenError::PathInUse(_)), "{error}");
        drop(other);
        assert!(path.exists());
        assert!(Listener::bind(&at(&path)).is_ok());
    }

    #[test]
    fn a_socket_that_is_no_longer_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sock");
        let first = Listener::bind(&at(&path)).unwrap();
        std::fs::remove_file(&path).unwrap();
        let second = Listener::bind(&at(&path)).unwrap();
        drop(first);
        assert!(path.exists());
        drop(second);
    }

    #[test]
    fn faults_say_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "kept").unwrap();
        let said = |milter: &config::Milter| Listener::bind(milter).unwrap_err().to_string();
        assert!(said(&at(&file)).contains("not a socket"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
        assert!(said(&at(&folder.path().join("none/m.sock"))).contains("install -d"));
        let long = folder.path().join("x".repeat(120));
        assert!(said(&at(&long)).contains("takes 107"));
        let no_group = config::Milter { socket_group: "no-such-group".into(), ..at(&file) };
        assert!(said(&no_group).contains("milter.socket-group"));
        let no_mode = config::Milter { socket_mode: "rw".into(), ..at(&file) };
        assert!(said(&no_mode).contains("octal"));
    }

    #[test]
    fn a_group_is_found_by_name() {
        let groups = "root:x:0:\npostfix:x:117:\nbroken\n";
        assert_eq!(group_number(groups, "postfix"), Some(117));
        assert_eq!(group_number(groups, "broken"), None);
        assert_eq!(group_number(groups, "post"), None);
    }

    #[test]
    fn a_port_in_use_is_said_to_be() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = format!("inet:{}", taken.local_addr().unwrap());
        let error = Listener::bind(&config::Milter { socket, ..config::Milter::default() });
        assert!(matches!(error, Err(ListenError::PortInUse(_))));
    }
}
