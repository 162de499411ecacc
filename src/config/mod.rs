//! The config file: one struct a table, kebab-case, unknown keys refused, every key with a safe
//! default.

mod check;
mod cidr;
mod domain;
mod listen;
mod load;
mod passwords;
mod reload;
mod shipped;

use std::path::PathBuf;

pub use cidr::Cidr;
pub use domain::canonical_domain;
pub use listen::Listen;
pub use load::{DEFAULT_PATH, load};
pub use reload::fixed_until_restart;
pub use shipped::{shipped_rules, shipped_rules_of};

use serde::{Deserialize, Serialize};

use crate::limits::{Limits, Span};

/// The whole config. `Config::default()` is what a missing file means.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Whether verdicts are acted on. Default: `monitor`.
    pub mode: Mode,
    /// What happens to a message when the fault is ours. Default: `defer`.
    pub on_failure: OnFailure,
    /// The milter socket and our headers.
    pub milter: Milter,
    /// Where rules and policy are.
    pub rules: Rules,
    /// Which addresses are ours.
    pub network: Network,
    /// What helps to read messages.
    pub read: Read,
    /// What happens to Subject fields.
    pub subject: Subject,
    /// The processes that read messages.
    pub workers: Workers,
    /// How pixels are read.
    pub images: Images,
    /// Where log lines go.
    pub log: Log,
    /// What a message may cost.
    pub limits: Limits,
}

/// Whether verdicts are acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Everything but acting: the log says `would=`.
    #[default]
    Monitor,
    /// Verdicts are acted on.
    Enforce,
}

/// What happens to a message that a fault of our own keeps from being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// 451: the client tries again.
    #[default]
    Defer,
    /// The MTA's quarantine.
    Quarantine,
    /// Let through, marked as not scanned.
    Tag,
}

/// `[milter]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Milter {
    /// `unix:/path` or `inet:ADDRESS:PORT`; a socket from systemd wins.
    /// Default: `unix:/var/spool/postfix/phi-milter/milter.sock`.
    pub socket: String,
    /// Mode of a unix socket, octal. Default: `"0660"`.
    pub socket_mode: String,
    /// Group of a unix socket; empty leaves it. Default: `postfix`.
    pub socket_group: String,
    /// Connections at a time; more wait in the kernel's queue. Default: 1000.
    pub max_connections: u32,
    /// How long messages in flight may take after SIGTERM before they are cut off. Default: `30s`.
    pub drain: Span,
    /// Whether accepted mail carries an `X-PHI-Scan` header. Default: false.
    pub scan_header: bool,
}

impl Default for Milter {
    fn default() -> Self {
        Self {
            socket: "unix:/var/spool/postfix/phi-milter/milter.sock".into(),
            socket_mode: "0660".into(),
            socket_group: "postfix".into(),
            max_connections: 1000,
            drain: Span::seconds(30),
            scan_header: false,
        }
    }
}

/// `[rules]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Rules {
    /// Folders of rules, later ones replacing earlier ones by id. Default: the shipped rules,
    /// then `/etc/phi-milter/rules.d` when that is there.
    pub paths: Option<Vec<PathBuf>>,
    /// The policy file. Default: `/etc/phi-milter/policy.toml` when that is there, else the
    /// shipped one.
    pub policy: Option<PathBuf>,
    /// Ids of rules to leave out. Default: none.
    pub disable: Vec<String>,
}

/// `[read]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Read {
    /// A file of passwords, one a line, that encrypted attachments are opened with beside those in
    /// the message itself. Default: none.
    pub passwords: Option<PathBuf>,
}

/// `[network]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Network {
    /// Our domains; a leading dot means all names below. Default: none.
    pub inside: Vec<String>,
    /// Inside addresses that forward out. Default: none.
    pub outside: Vec<String>,
    /// The signs that begin an address extension, as the MTA has them. Default: `"+"`.
    pub delimiters: String,
    /// Client addresses (CIDR) whose senders are believed without login.
    /// Default: `["127.0.0.0/8", "::1/128"]`.
    pub trusted: Vec<String>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            inside: Vec::new(),
            outside: Vec::new(),
            delimiters: "+".into(),
            trusted: vec!["127.0.0.0/8".into(), "::1/128".into()],
        }
    }
}

/// `[subject]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Subject {
    /// What the MTA or gateway takes as the order to encrypt; ASCII. Default: `"[SECURE] "`.
    pub prefix: String,
    /// What stands after the prefix where the Subject itself held PHI. Default:
    /// `"Protected message"`.
    pub neutral: String,
}

impl Default for Subject {
    fn default() -> Self {
        Self { prefix: "[SECURE] ".into(), neutral: "Protected message".into() }
    }
}

/// `[workers]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Workers {
    /// How many; 0 means one a core. Default: 0.
    pub count: u32,
    /// Messages after which a worker is replaced; 1 gives each message its own. Default: 1000.
    pub recycle_after: u32,
    /// Whether a worker may run when the kernel lacks a piece of the sandbox. Default: `required`.
    pub sandbox: Sandbox,
}

impl Default for Workers {
    fn default() -> Self {
        Self { count: 0, recycle_after: 1000, sandbox: Sandbox::Required }
    }
}

/// `[images]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Images {
    /// The folder of the models. Default: that of the package or checkout. Without models, images
    /// are unread.
    pub models: Option<PathBuf>,
    /// How many workers read pixels; 0 means one a core but for one core that is left to mail; `scan`
    /// has one a core. Default: 0.
    pub workers: u32,
    /// Whether images that look like a radiology image are facts. Where other grey images are daily
    /// mail (inspection of materials, microscopy), they are not. Default: true.
    pub radiographs: bool,
}

impl Default for Images {
    fn default() -> Self {
        Self { models: None, workers: 0, radiographs: true }
    }
}

/// Whether the sandbox may be incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sandbox {
    /// All of it, or the daemon does not start.
    #[default]
    Required,
    /// Whatever the kernel has.
    BestEffort,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Log {
    /// Where lines go. Default: `syslog`.
    pub target: LogTarget,
    /// Syslog facility (RFC 5424 section 6.2.1). Default: `mail`.
    pub facility: String,
    /// The name at the start of each line. Default: `phi-milter`.
    pub tag: String,
    /// The local syslog socket. Default: `/dev/log`.
    pub socket: PathBuf,
    /// How much of envelope addresses is written. Default: `full`.
    pub addresses: LogAddresses,
    /// Which findings are looked for and told of. Default: `deciding`.
    pub findings: LogFindings,
    /// The least urgent level that is written. Default: `info`.
    pub level: LogLevel,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            target: LogTarget::Syslog,
            facility: "mail".into(),
            tag: "phi-milter".into(),
            socket: "/dev/log".into(),
            addresses: LogAddresses::Full,
            findings: LogFindings::Deciding,
            level: LogLevel::Info,
        }
    }
}

/// Where log lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogTarget {
    /// The local syslog socket.
    Syslog,
    /// Standard error.
    Stderr,
}

/// How much of envelope addresses is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogAddresses {
    /// `<a@b>`
    Full,
    /// `<@b>`
    Domain,
    /// Nothing of them.
    None,
}

/// Which findings are looked for and told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFindings {
    /// As many as are needed to know what is to be done.
    Deciding,
    /// All that can be had.
    All,
}

/// The least urgent level that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Faults of our own.
    Err,
    /// And quarantine, reject, defer.
    Warning,
    /// And tag, encrypt.
    Notice,
    /// And accept.
    Info,
    /// And the daemon's own doings.
    Debug,
}
